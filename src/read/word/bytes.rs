//! Numbers out of bytes that may not be there.

/// Little-endian numbers at an offset; none beyond the end.
pub(in crate::read) trait Bytes {
    fn part(&self, at: usize, length: usize) -> Option<&[u8]>;

    fn u8(&self, at: usize) -> Option<u8> {
        self.part(at, 1).map(|bytes| bytes[0])
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.part(at, 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn i16(&self, at: usize) -> Option<i16> {
        self.u16(at).map(u16::cast_signed)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.part(at, 4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// Characters of two bytes.
    fn wide(&self, at: usize, count: usize) -> Option<String> {
        let bytes = self.part(at, count.checked_mul(2)?)?;
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect())
    }
}

impl Bytes for [u8] {
    fn part(&self, at: usize, length: usize) -> Option<&[u8]> {
        self.get(at..at.checked_add(length)?)
    }
}
