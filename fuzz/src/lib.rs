//! What the fuzz targets share: files built around fuzzed parts, so that no checksum and no directory stops a changed byte, and
//! XML spelled by bytes, so that what is tried is well-formed more often than not.
//!
//! An input of a target for packages is a byte for the mode and then its parts, parted by a zero byte. In mode 0 the parts are
//! XML as they are; else their bytes spell elements ([`spell`]) inside the root that the part has.

use biaozhun::package;
use std::io::{Cursor, Write};

/// A part that is fuzzed: its name and what stands around what is spelled.
pub struct Part {
    pub name: &'static str,
    pub before: &'static str,
    pub after: &'static str,
}

/// What XML is spelled with.
pub struct Words {
    pub elements: &'static [&'static str],
    pub attributes: &'static [&'static str],
    pub texts: &'static [&'static str],
}

/// A package of fuzzed parts and others that are as they are. None where it cannot be packed.
pub fn packed(bytes: &[u8], parts: &[Part], fixed: &[(&str, &str)], words: &Words) -> Option<Vec<u8>> {
    let (mode, rest) = bytes.split_first()?;
    let mut all: Vec<(String, Vec<u8>)> =
        fixed.iter().map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec())).collect();
    for (part, content) in parts.iter().zip(rest.split(|byte| *byte == 0)) {
        let content = if *mode == 0 {
            content.to_vec()
        } else {
            format!("{}{}{}", part.before, spell(content, words), part.after).into_bytes()
        };
        all.push((part.name.to_owned(), content));
    }
    package::pack(&all).ok()
}

/// Well-formed XML: each byte opens an element, closes one, adds an attribute to the next one, or a text.
pub fn spell(bytes: &[u8], words: &Words) -> String {
    let mut out = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut attributes = String::new();
    let mut bytes = bytes.iter().copied();
    let pick = |from: &'static [&'static str], index: u8| {
        from.get(usize::from(index) % from.len().max(1)).copied().unwrap_or_default()
    };
    while let Some(byte) = bytes.next() {
        match byte {
            0..0x90 => {
                let element = pick(words.elements, byte);
                out.push_str(&format!("<{element}{attributes}>"));
                attributes.clear();
                open.push(element);
            }
            0x90..0xc0 => {
                if let Some(element) = open.pop() {
                    out.push_str(&format!("</{element}>"));
                }
            }
            0xc0..0xd8 => {
                let Some(index) = bytes.next() else { break };
                let attribute = pick(words.attributes, index);
                let name = attribute.split('=').next().unwrap_or_default();
                if !attributes.contains(&format!(" {name}=")) {
                    attributes.push_str(&format!(" {attribute}"));
                }
            }
            0xd8..0xf0 => {
                let Some(index) = bytes.next() else { break };
                out.push_str(pick(words.texts, index));
            }
            0xf0.. => {
                let length = usize::from(byte - 0xf0) + 1;
                let raw: Vec<u8> = bytes.by_ref().take(length).collect();
                biaozhun::xml::escape(&String::from_utf8_lossy(&raw), &mut out);
            }
        }
    }
    for element in open.iter().rev() {
        out.push_str(&format!("</{element}>"));
    }
    out
}

/// The streams of a compound file in an input: two lengths of two bytes, then a table's and other data, then the main stream.
/// None for an input that is a whole file, as the samples are.
pub fn streams(bytes: &[u8]) -> Option<[&[u8]; 3]> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return None;
    }
    let (lengths, rest) = bytes.split_at_checked(4)?;
    let length = |at: usize| usize::from(u16::from_be_bytes([lengths[at], lengths[at + 1]]));
    let (table, rest) = rest.split_at_checked(length(0))?;
    let (data, main) = rest.split_at_checked(length(2))?;
    Some([table, data, main])
}

/// A compound file of streams.
pub fn compound(streams: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).ok()?;
    for (name, content) in streams {
        file.create_stream(name).ok()?.write_all(content).ok()?;
    }
    Some(file.into_inner().into_inner())
}
