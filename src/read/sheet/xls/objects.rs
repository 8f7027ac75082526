//! What hangs on the sheets of binary workbooks: comments, text boxes, controls, pictures and charts, with their texts.

use super::{Book, Records};
use crate::read::sheet::beside::Beside;
use crate::read::word::bytes::Bytes;

/// Kinds of objects.
const NOTE: u16 = 0x19;
const CHECK_BOX: u16 = 0x0b;
const OPTION: u16 = 0x0c;

#[derive(Default)]
struct Object {
    kind: u16,
    id: u16,
    /// Of a box to tick.
    ticked: bool,
    text: String,
}

/// The objects of one sheet.
#[derive(Default)]
pub(super) struct Objects {
    found: Vec<Object>,
    /// Row, column and object of comments; the text stands with the object, in old files with the comment.
    notes: Vec<((u32, u32), u16, String)>,
    charts: Vec<String>,
}

impl Objects {
    /// An object: fields of a kind and a length, the first of which says what it is.
    pub fn object(&mut self, body: &[u8]) {
        let mut object = Object::default();
        let mut at = 0;
        while let (Some(field), Some(length)) = (body.u16(at), body.u16(at + 2)) {
            match field {
                0x15 => {
                    object.kind = body.u16(at + 4).unwrap_or_default();
                    object.id = body.u16(at + 6).unwrap_or_default();
                }
                0x12 | 0x0a if length >= 2 && matches!(object.kind, CHECK_BOX | OPTION) => {
                    object.ticked |= body.u16(at + 4) == Some(1);
                }
                0 => break,
                _ => {}
            }
            at += 4 + usize::from(length);
        }
        self.found.push(object);
    }

    /// The text of the last object, in the records behind its own; each says anew how wide its characters are.
    pub fn text(&mut self, book: &Book, body: &[u8], records: &mut Records) {
        let count = usize::from(body.u16(10).unwrap_or_default());
        let mut units: Vec<u16> = Vec::new();
        let mut old: Vec<u8> = Vec::new();
        while units.len() + old.len() < count && records.stream.u16(records.at) == Some(0x3c) {
            let Some((_, part)) = records.next() else { break };
            let left = count - units.len() - old.len();
            if !book.modern {
                old.extend(part.iter().take(left));
                continue;
            }
            let Some((flags, characters)) = part.split_first() else { continue };
            match flags & 1 {
                1 => units.extend(characters.chunks_exact(2).take(left).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))),
                _ => units.extend(characters.iter().take(left).map(|byte| u16::from(*byte))),
            }
        }
        let text = match book.modern {
            true => String::from_utf16_lossy(&units),
            false => book.encoding.decode_without_bom_handling(&old).0.into_owned(),
        };
        match self.found.last_mut() {
            Some(object) => object.text.push_str(&text),
            None => self.charts.push(text),
        }
    }

    pub fn note(&mut self, book: &Book, body: &[u8]) {
        let Some((row, column)) = body.u16(0).zip(body.u16(2)) else { return };
        let place = (u32::from(row), u32::from(column));
        if book.modern {
            self.notes.push((place, body.u16(6).unwrap_or_default(), String::new()));
            return;
        }
        let count = usize::from(body.u16(4).unwrap_or_default());
        let bytes = body.get(6..).unwrap_or_default();
        let text = book.encoding.decode_without_bom_handling(&bytes[..count.min(bytes.len())]).0;
        // A long comment goes on in records of its own, which name no row.
        match self.notes.last_mut().filter(|_| row == u16::MAX) {
            Some((.., before)) => before.push_str(&text),
            None => self.notes.push((place, 0, text.into_owned())),
        }
    }

    /// A title, or the name of a series.
    pub fn chart(&mut self, book: &Book, body: &[u8]) {
        let text = match book.modern {
            false => book.short(body, 2),
            true => body.u8(2).zip(body.u8(3)).and_then(|(count, flags)| match flags & 1 {
                1 => body.wide(4, usize::from(count)),
                _ => body.part(4, usize::from(count)).map(|bytes| bytes.iter().map(|byte| char::from(*byte)).collect()),
            }),
        };
        self.charts.extend(text);
    }

    pub fn tell(self, beside: &mut Beside) {
        for (place, id, text) in &self.notes {
            let object = self.found.iter().find(|object| object.kind == NOTE && object.id == *id);
            beside.comment(object.map_or(text, |object| &object.text), Some(*place));
        }
        for object in &self.found {
            let known = self.notes.iter().any(|(_, id, _)| *id == object.id);
            match (object.kind, object.ticked) {
                (NOTE, _) if known => {}
                (CHECK_BOX | OPTION, true) => beside.drawing(&format!("☑{}", object.text)),
                (CHECK_BOX | OPTION, false) => beside.drawing(&format!("☐{}", object.text)),
                // The arrows of filters hang on their cells and say nothing.
                (0x14, _) if object.text.is_empty() => {}
                _ => beside.drawing(&object.text),
            }
        }
        self.charts.iter().for_each(|text| beside.drawing(text));
    }
}
