//! Bytes in, [`Document`] out: sniffs what the bytes are and calls the reader for it. Knows nothing of forms.

use crate::diag::Error;
use crate::document::Document;

/// Limits on what is read; untrusted input everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a source.
    pub bytes: usize,
    /// Cells of a document.
    pub cells: usize,
    /// Depth of nested markup.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 64 << 20, cells: 4_000_000, depth: 256 }
    }
}

/// Reads a source of any kind that has a reader.
pub fn read(_bytes: &[u8], _limits: &Limits) -> Result<Document, Error> {
    Err(Error::Internal("not built yet".into()))
}
