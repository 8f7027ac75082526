//! Packing what is written anew into every copy of a package, with the packer that its thread has: to make one costs as much as
//! to pack a form.

use crate::diag::Message;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::cell::RefCell;

thread_local! {
    static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(super::FAST.into()), false));
}

/// Packs a part behind what is there, as the zip crate does: the same bytes. Its sum.
pub(super) fn pack(content: &[u8], out: &mut Vec<u8>) -> Result<u32, Message> {
    let failed = |detail: &dyn std::fmt::Display| Message::new("package.unreadable").with("detail", detail);
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        for flush in [FlushCompress::None, FlushCompress::Finish] {
            loop {
                let taken = usize::try_from(packer.total_in()).unwrap_or(usize::MAX);
                let rest = content.get(taken..).unwrap_or_default();
                if matches!(flush, FlushCompress::None) && rest.is_empty() {
                    break;
                }
                out.reserve(512.max(rest.len() / 4));
                if packer.compress_vec(rest, out, flush).map_err(|error| failed(&error))? == Status::StreamEnd {
                    break;
                }
            }
        }
        Ok(())
    })?;
    let mut sum = Crc::new();
    sum.update(content);
    Ok(sum.sum())
}
