//! Pictures that a template may name: PNG and JPEG files of one folder, with the sizes that they say of themselves.
//!
//! Pure: the command line reads the folder. A name is a plain file name, a file is looked through to its end before it is used,
//! and what is wrong with either is one message.

use crate::diag::Message;
use crate::limits;
use crate::render::names::nearest;
use std::collections::BTreeMap;
use std::sync::Arc;

/// English Metric Units: of an inch, and of a pixel where the file does not say how many make an inch.
const INCH: u64 = 914_400;
const PIXEL: u64 = 9_525;

/// A folder of pictures.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// Its name for messages; none where there is no folder.
    folder: Option<String>,
    /// None for a file that is larger than allowed, and so was not read.
    files: BTreeMap<String, Option<Arc<[u8]>>>,
}

/// A picture that can be put into a Word file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub bytes: Arc<[u8]>,
    pub format: Format,
    /// Its own size, in English Metric Units.
    pub width: u64,
    pub height: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Jpeg,
}

impl Format {
    pub fn ending(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Jpeg => "jpeg",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Format::Png => "image/png",
            Format::Jpeg => "image/jpeg",
        }
    }
}

impl Pictures {
    /// The files of a folder by name; none of those that are too large to be read.
    pub fn new(folder: &str, files: impl IntoIterator<Item = (String, Option<Vec<u8>>)>) -> Pictures {
        let files = files.into_iter().map(|(name, bytes)| (name, bytes.map(Arc::from))).collect();
        Pictures { folder: Some(folder.to_owned()), files }
    }

    /// Whether there is no picture at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a file of this name may be a picture.
    pub fn may_be(name: &str) -> bool {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        is_plain(name) && matches!(ending.as_str(), "png" | "jpg" | "jpeg")
    }

    /// The picture of this name, or why there is none.
    pub(crate) fn find(&self, name: &str) -> Result<Picture, Message> {
        if !Pictures::may_be(name) {
            return Err(Message::new("template.picture_name").with("name", name));
        }
        let Some(folder) = &self.folder else {
            return Err(Message::new("template.picture_no_folder").with("name", name));
        };
        match self.files.get(name) {
            Some(Some(bytes)) => picture(bytes).map_err(|reason| {
                Message::new("template.picture_bad").with("name", name).with("folder", folder).with("reason", reason)
            }),
            Some(None) => {
                Err(Message::new("template.picture_large").with("name", name).with("most", limits::PICTURE_BYTES >> 20))
            }
            None => {
                let message = match nearest(name, self.files.keys().map(String::as_str)) {
                    Some(meant) => Message::new("template.picture_missing_nearest").with("meant", meant),
                    None => Message::new("template.picture_missing"),
                };
                Err(message.with("name", name).with("folder", folder))
            }
        }
    }
}

/// A name that leads to no other folder.
fn is_plain(name: &str) -> bool {
    name.len() <= 200 && !name.starts_with('.') && !name.contains(|c: char| matches!(c, '/' | '\\' | ':') || c.is_control())
}

/// A file as a picture; else the id of the text that says why it is none.
fn picture(bytes: &Arc<[u8]>) -> Result<Picture, &'static str> {
    let (format, header) = match bytes.get(..3) {
        Some(b"\x89PN") => (Format::Png, png(bytes)),
        Some(b"\xff\xd8\xff") => (Format::Jpeg, jpeg(bytes)),
        _ => return Err("@template.picture.unknown"),
    };
    let header = header.ok_or("@template.picture.broken")?;
    let side = |pixels: u32, inch: Option<u64>| match (pixels, inch) {
        (0, _) => Err("@template.picture.broken"),
        (pixels, _) if pixels > limits::PICTURE_SIDE => Err("@template.picture.pixels"),
        (pixels, Some(inch)) => Ok((u64::from(pixels) * INCH / inch.max(1)).max(1)),
        (pixels, None) => Ok(u64::from(pixels) * PIXEL),
    };
    let (width, height) = (side(header.width, header.per_inch[0])?, side(header.height, header.per_inch[1])?);
    Ok(Picture { bytes: bytes.clone(), format, width, height })
}

/// What a file says of itself; pixels per inch in thousandths would be too fine: whole ones.
struct Header {
    width: u32,
    height: u32,
    per_inch: [Option<u64>; 2],
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes)
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map(u16::from_be_bytes).map(u32::from)
}

/// Sensible resolutions only: others are slips of the program that wrote the file.
fn resolution(per_inch: u64) -> Option<u64> {
    (20..=5000).contains(&per_inch).then_some(per_inch)
}

/// Walks the chunks up to the last.
fn png(bytes: &[u8]) -> Option<Header> {
    if bytes.get(..8)? != b"\x89PNG\r\n\x1a\n" || bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let mut header = Header { width: be32(bytes, 16)?, height: be32(bytes, 20)?, per_inch: [None; 2] };
    let (mut at, mut data) = (8usize, false);
    loop {
        let length = usize::try_from(be32(bytes, at)?).ok()?;
        let content = at.checked_add(8)?;
        let end = content.checked_add(length)?.checked_add(4)?;
        if end > bytes.len() {
            return None;
        }
        match bytes.get(at + 4..content)? {
            // Pixels per metre.
            b"pHYs" if length == 9 && bytes.get(content + 8) == Some(&1) => {
                let inch = |at| be32(bytes, at).and_then(|metre| resolution((u64::from(metre) * 254 + 5000) / 10_000));
                header.per_inch = [inch(content), inch(content + 4)];
            }
            b"IDAT" => data = true,
            b"IEND" => return data.then_some(header),
            _ => {}
        }
        at = end;
    }
}

/// Walks the segments up to the picture's data, and sees that the file ends.
fn jpeg(bytes: &[u8]) -> Option<Header> {
    let mut per_inch = [None; 2];
    let mut size = None;
    let mut at = 2usize;
    loop {
        if bytes.get(at)? != &0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        if marker == 0xff {
            at += 1;
            continue;
        }
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            at += 2;
            continue;
        }
        let length = usize::try_from(be16(bytes, at + 2)?).ok()?;
        let content = at + 4;
        match marker {
            0xe0 if bytes.get(content..content + 5) == Some(b"JFIF\0") => {
                let unit = *bytes.get(content + 7)?;
                let inch = |at| {
                    let count = u64::from(be16(bytes, at)?);
                    match unit {
                        1 => resolution(count),
                        2 => resolution((count * 254 + 50) / 100),
                        _ => None,
                    }
                };
                per_inch = [inch(content + 8), inch(content + 10)];
            }
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                size = Some((be16(bytes, content + 3)?, be16(bytes, content + 1)?));
            }
            0xd9 => return None,
            0xda => break,
            _ => {}
        }
        if length < 2 {
            return None;
        }
        at = at.checked_add(2)?.checked_add(length)?;
    }
    let (width, height) = size?;
    let ended = bytes.get(at..)?.windows(2).rev().any(|two| two == [0xff, 0xd9]);
    ended.then_some(Header { width, height, per_inch })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap();
        [&length.to_be_bytes()[..], kind, content, &[0; 4]].concat()
    }

    fn a_png(width: u32, height: u32, more: &[u8]) -> Vec<u8> {
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), more.to_vec(), chunk(b"IDAT", b"x"), chunk(b"IEND", b"")]
            .concat()
    }

    fn a_jpeg(width: u16, height: u16) -> Vec<u8> {
        let app = b"\xff\xe0\0\x10JFIF\0\x01\x01\x01\0\x60\0\xc0\0\0";
        let [w, h] = [width.to_be_bytes(), height.to_be_bytes()];
        let frame = [&b"\xff\xc2\0\x0b\x08"[..], &h, &w, &[1, 1, 0x11, 0]].concat();
        [&b"\xff\xd8"[..], app, &frame, b"\xff\xda\0\x02data\xff\xd9"].concat()
    }

    fn size(bytes: Vec<u8>) -> Result<(u64, u64), &'static str> {
        picture(&Arc::from(bytes)).map(|picture| (picture.width, picture.height))
    }

    #[test]
    fn sizes_are_those_that_the_file_says() {
        assert_eq!(size(a_png(96, 48, &[])), Ok((INCH, INCH / 2)));
        // 300 pixels an inch are 11811 a metre.
        let physical = chunk(b"pHYs", &[&11_811u32.to_be_bytes()[..], &11_811u32.to_be_bytes(), &[1]].concat());
        assert_eq!(size(a_png(300, 600, &physical)), Ok((INCH, INCH * 2)));
        assert_eq!(size(a_jpeg(96, 192)), Ok((INCH, INCH)));
    }

    #[test]
    fn what_is_no_whole_picture_is_told() {
        assert_eq!(size(b"GIF89a".to_vec()), Err("@template.picture.unknown"));
        assert_eq!(size(a_png(0, 1, &[])), Err("@template.picture.broken"));
        assert_eq!(size(a_png(30_000, 1, &[])), Err("@template.picture.pixels"));
        for whole in [a_png(2, 2, &[]), a_jpeg(2, 2)] {
            for end in 3..whole.len() {
                assert_eq!(size(whole[..end].to_vec()), Err("@template.picture.broken"), "{end}");
            }
        }
    }

    #[test]
    fn only_plain_names_are_looked_up() {
        let pictures = Pictures::new("p", [("seal.png".to_owned(), Some(a_png(1, 1, &[]))), ("big.jpg".to_owned(), None)]);
        let id = |name: &str| pictures.find(name).err().map(|message| message.id);
        assert_eq!(id("seal.png"), None);
        assert_eq!(id("seel.png"), Some("template.picture_missing_nearest"));
        assert_eq!(id("big.jpg"), Some("template.picture_large"));
        for name in ["../seal.png", "/etc/seal.png", "a\\b.png", "c:x.png", ".png", "seal.svg", "", "a\0.png"] {
            assert_eq!(id(name), Some("template.picture_name"), "{name}");
        }
        assert_eq!(Pictures::default().find("seal.png").err().map(|m| m.id), Some("template.picture_no_folder"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), png in any::<bool>(), cut in 0usize..60) {
            let model = if png { a_png(5, 5, &[]) } else { a_jpeg(5, 5) };
            bytes.splice(0..0, model.into_iter().take(cut));
            let _ = size(bytes);
        }
    }
}
