//! Compound files (Word and Excel 97–2003, WPS, encrypted packages): streams by name, with limits.
//!
//! The only file that names the cfb crate. It knows names and bytes, not what streams mean.

use crate::diag::Message;
use crate::limits;
use std::io::{Cursor, Read};

/// A compound file whose directory was read.
pub struct Compound<'a> {
    file: cfb::CompoundFile<Cursor<&'a [u8]>>,
}

impl<'a> Compound<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Compound<'a>, Message> {
        let file = cfb::CompoundFile::open(Cursor::new(bytes));
        let file = file.map_err(|error| Message::new("read.damaged").with("detail", error))?;
        Ok(Compound { file })
    }

    pub fn has(&self, name: &str) -> bool {
        self.file.exists(name)
    }

    /// A stream; a damaged one as far as it goes. A chain of sectors cannot be longer than the file: nothing is unpacked here.
    pub fn stream(&mut self, name: &str) -> Option<Vec<u8>> {
        let stream = self.file.open_stream(name).ok()?;
        let mut bytes = Vec::new();
        match stream.take(limits::STREAM_BYTES).read_to_end(&mut bytes) {
            Ok(_) => Some(bytes),
            Err(_) => (!bytes.is_empty()).then_some(bytes),
        }
    }
}
