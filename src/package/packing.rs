//! Packing what is written anew into every copy of a package, with the packer that its thread has: to make one costs as much as
//! to pack a form.

use crate::diag::Message;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::cell::RefCell;

/// A part, packed.
pub(super) struct Packed {
    pub bytes: Vec<u8>,
    pub size: usize,
    pub sum: u32,
}

thread_local! {
    static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(super::FAST.into()), false));
}

/// Packs as the zip crate does: the same bytes.
pub(super) fn packed(content: &[u8]) -> Result<Packed, Message> {
    let failed = |detail: &dyn std::fmt::Display| Message::new("package.unreadable").with("detail", detail);
    let mut bytes = Vec::with_capacity(content.len() / 4 + 512);
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        for flush in [FlushCompress::None, FlushCompress::Finish] {
            loop {
                let taken = usize::try_from(packer.total_in()).unwrap_or(usize::MAX);
                let rest = content.get(taken..).unwrap_or_default();
                if matches!(flush, FlushCompress::None) && rest.is_empty() {
                    break;
                }
                bytes.reserve(512.max(rest.len() / 4));
                if packer.compress_vec(rest, &mut bytes, flush).map_err(|error| failed(&error))? == Status::StreamEnd {
                    break;
                }
            }
        }
        Ok(())
    })?;
    let mut sum = Crc::new();
    sum.update(content);
    Ok(Packed { bytes, size: content.len(), sum: sum.sum() })
}
