//! Unpacks sound parts in one step each, straight into a buffer of their size.
//!
//! The zip crate reads a part bit by bit, as a file of any size must be read, and makes all it needs for that anew. Here a part is
//! unpacked whole or not at all: what is not as the directory says is left to the zip crate, which knows what is wrong with it.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::cell::RefCell;
use std::io::Read;
use zip::CompressionMethod;
use zip::read::ZipFile;

/// What the directory says of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    start: u64,
    packed: u64,
    size: u64,
    crc: u32,
    method: CompressionMethod,
}

impl Entry {
    /// None where only the zip crate can read it.
    pub fn of<R: Read>(entry: &ZipFile<R>) -> Option<Entry> {
        let start = entry.data_start().filter(|_| !entry.encrypted())?;
        let (packed, size, crc, method) = (entry.compressed_size(), entry.size(), entry.crc32(), entry.compression());
        Some(Entry { start, packed, size, crc, method })
    }
}

/// What is unpacked at once at most; a directory may say what it likes.
const MOST: u64 = 64 << 20;
/// Room behind a part: near the end of the room, bytes are unpacked one by one.
const ROOM: usize = 320;

thread_local! {
    /// What unpacks: some ten thousand bytes that are dear to make, so each thread keeps its own.
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// An entry of these bytes, if it is exactly what the directory says.
pub(super) fn unpack(bytes: &[u8], entry: Entry) -> Option<Vec<u8>> {
    let start = usize::try_from(entry.start).ok()?;
    let packed = bytes.get(start..start.checked_add(usize::try_from(entry.packed).ok()?)?)?;
    let size = usize::try_from(Some(entry.size).filter(|size| *size <= MOST)?).ok()?;
    let part = match entry.method {
        CompressionMethod::Stored => packed.to_vec(),
        CompressionMethod::Deflated => inflate(packed, size)?,
        _ => return None,
    };
    let mut crc = Crc::new();
    crc.update(&part);
    (part.len() == size && crc.sum() == entry.crc).then_some(part)
}

fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(false);
        let mut part = Vec::with_capacity(size + ROOM);
        let status = inflater.decompress_vec(packed, &mut part, FlushDecompress::Finish);
        matches!(status, Ok(Status::StreamEnd)).then_some(part)
    })
}
