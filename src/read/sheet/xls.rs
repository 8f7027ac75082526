//! `.xls`: the records of Excel 97–2003 (BIFF8) and of Excel 5 and 95 (BIFF5); what hangs on sheets in [`objects`].

mod objects;

use super::format::{Formats, built_in};
use super::{Sheet, Value};
use crate::compound::Compound;
use crate::diag::{Error, Message};
use crate::read::word::bytes::Bytes;
use crate::read::{Builder, Told};
use objects::Objects;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

/// Reads the stream of a binary workbook.
pub(in crate::read) fn read(builder: &mut Builder, compound: &mut Compound) -> Result<Told, Error> {
    let stream = compound.stream("/Workbook").or_else(|| compound.stream("/Book")).unwrap_or_default();
    let mut book = Book::new();
    let mut places = Vec::new();
    let mut ids: Vec<u32> = Vec::new();
    let mut own: FxHashMap<u32, String> = FxHashMap::default();
    let mut records = Records { stream: &stream, at: 0 };
    while let Some((kind, body)) = records.next() {
        match kind {
            0x0809 if places.is_empty() => book.modern = body.u16(0) == Some(0x600),
            0x002f => return Err(Error::Unreadable(Message::new("read.encrypted"))),
            0x0042 => {
                let page = body.u16(0).unwrap_or_default();
                match crate::read::rtf::code_page(page.into()) {
                    Some(encoding) => book.encoding = encoding,
                    // Only old files hold texts in code pages.
                    None if !book.modern => builder.tell_code_page(page.into()),
                    None => {}
                }
            }
            0x0022 => book.formats.from_1904 = body.u16(0) == Some(1),
            0x0085 => {
                let kind = body.u8(5).unwrap_or_default();
                // A sheet of macros is none that anyone sees; modules of programs are no sheets.
                let hidden = body.u8(4).unwrap_or_default() & 3 != 0 || kind == 1;
                if matches!(kind, 0..=2) {
                    places.push((body.u32(0).unwrap_or_default() as usize, hidden));
                }
            }
            0x041e => {
                let id = body.u16(0).unwrap_or_default();
                let text = if book.modern { book.long(body, 2) } else { book.short(body, 2) };
                own.insert(id.into(), text.unwrap_or_default());
            }
            0x00e0 => ids.push(body.u16(2).unwrap_or_default().into()),
            0x00fc => book.texts = records.texts(body),
            0x000a => break,
            _ => {}
        }
    }
    book.formats.styles = ids.iter().map(|id| own.get(id).cloned().unwrap_or_else(|| built_in(*id).to_owned())).collect();
    if places.is_empty() {
        return Err(Error::Unreadable(Message::new("read.damaged").with("detail", "Workbook")));
    }
    let sheets =
        places.into_iter().take(4096).map(|(at, hidden)| Sheet { hidden, ..book.sheet(&stream, at, builder.limits.cells) });
    let sheets = sheets.collect();
    super::lay(builder, sheets, &book.formats);
    Ok(("xls", if book.modern { "Excel 97–2003" } else { "Excel 5.0/95" }))
}

/// Records one after the other: kind, then body.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (self.stream.u16(self.at)?, usize::from(self.stream.u16(self.at + 2)?));
        let start = self.at + 4;
        self.at = start + length;
        Some((kind, self.stream.get(start..self.at.min(self.stream.len()))?))
    }

    /// The table of texts, which goes on over several records; a text cut in two says anew how wide its characters are.
    fn texts(&mut self, first: &'a [u8]) -> Vec<String> {
        let mut parts = vec![first];
        while self.stream.u16(self.at) == Some(0x3c) {
            match self.next() {
                Some((_, body)) => parts.push(body),
                None => break,
            }
        }
        let mut cursor = Cursor { parts, part: 0, at: 8 };
        let mut texts = Vec::new();
        while let Some(text) = cursor.text() {
            texts.push(text);
        }
        texts
    }
}

struct Cursor<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl Cursor<'_> {
    fn settle(&mut self) {
        while self.parts.get(self.part).is_some_and(|part| self.at >= part.len()) {
            self.at -= self.parts[self.part].len();
            self.part += 1;
        }
    }

    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        self.settle();
        let bytes = self.parts.get(self.part)?.part(self.at, count)?.to_vec();
        self.at += count;
        Some(bytes)
    }

    fn text(&mut self) -> Option<String> {
        let count = usize::from(self.bytes(2)?.u16(0)?);
        let mut flags = self.bytes(1)?.u8(0)?;
        let runs = if flags & 8 != 0 { usize::from(self.bytes(2)?.u16(0)?) * 4 } else { 0 };
        let spoken = if flags & 4 != 0 { self.bytes(4)?.u32(0)? as usize } else { 0 };
        let mut units: Vec<u16> = Vec::new();
        while units.len() < count {
            if self.at >= self.parts.get(self.part)?.len() {
                (self.part, self.at) = (self.part + 1, 0);
                flags = self.parts.get(self.part)?.u8(0)?;
                self.at = 1;
            }
            let left = self.parts.get(self.part)?.len().saturating_sub(self.at);
            let width = if flags & 1 != 0 { 2 } else { 1 };
            let take = (count - units.len()).min(left / width);
            if take == 0 {
                self.at += left;
                if left == 0 {
                    continue;
                }
                return None;
            }
            let bytes = self.bytes(take * width)?;
            match width {
                2 => units.extend(bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))),
                _ => units.extend(bytes.iter().map(|byte| u16::from(*byte))),
            }
        }
        self.at = self.at.saturating_add(runs).saturating_add(spoken);
        self.settle();
        Some(String::from_utf16_lossy(&units))
    }
}

struct Book {
    modern: bool,
    encoding: &'static encoding_rs::Encoding,
    texts: Vec<String>,
    formats: Formats,
}

impl Book {
    fn new() -> Book {
        Book { modern: true, encoding: encoding_rs::WINDOWS_1252, texts: Vec::new(), formats: Formats::default() }
    }

    /// A text with a count of two bytes and a byte that says how wide it is.
    fn long(&self, body: &[u8], at: usize) -> Option<String> {
        let count = usize::from(body.u16(at)?);
        if !self.modern {
            let bytes = body.get(at + 2..)?;
            return Some(self.encoding.decode_without_bom_handling(&bytes[..count.min(bytes.len())]).0.into_owned());
        }
        let flags = body.u8(at + 2)?;
        let start = at + 3 + if flags & 8 != 0 { 2 } else { 0 } + if flags & 4 != 0 { 4 } else { 0 };
        match flags & 1 {
            1 => body.wide(start, count),
            _ => Some(body.part(start, count)?.iter().map(|byte| char::from(*byte)).collect()),
        }
    }

    /// A text with a count of one byte.
    fn short(&self, body: &[u8], at: usize) -> Option<String> {
        let count = usize::from(body.u8(at)?);
        Some(self.encoding.decode_without_bom_handling(body.part(at + 1, count)?).0.into_owned())
    }

    fn sheet(&self, stream: &[u8], at: usize, limit: usize) -> Sheet {
        let mut sheet = Sheet::default();
        let mut records = Records { stream, at };
        let mut depth = 0;
        let mut objects = Objects::default();
        // A formula whose result is a text has it in the next record.
        let mut awaited: Option<((u32, u32), usize)> = None;
        while let Some((kind, body)) = records.next() {
            let place = || Some((u32::from(body.u16(0)?), u32::from(body.u16(2)?)));
            let style = usize::from(body.u16(4).unwrap_or_default());
            let mut put = |place: Option<(u32, u32)>, value: Option<Value>, style: usize| {
                if let (Some(place), Some(value)) = (place, value) {
                    sheet.put(place, value, style);
                }
            };
            match kind {
                0x0809 => depth += 1,
                0x000a => {
                    depth -= 1;
                    if depth <= 0 {
                        break;
                    }
                }
                // The texts of charts; what else stands in a chart inside the sheet is not the sheet's.
                0x100d => objects.chart(self, body),
                _ if depth > 1 => {}
                0x0014 | 0x0015 if !body.is_empty() => {
                    let text = if self.modern { self.long(body, 0) } else { self.short(body, 0) };
                    sheet.beside.printed(&text.unwrap_or_default());
                }
                0x005d => objects.object(body),
                0x01b6 => objects.text(self, body, &mut records),
                0x001c => objects.note(self, body),
                0x00fd => {
                    let text = body.u32(6).and_then(|index| self.texts.get(index as usize)).cloned();
                    put(place(), text.map(Value::Text), style);
                }
                0x0204 | 0x00d6 => put(place(), self.long(body, 6).map(Value::Text), style),
                0x0203 => put(place(), body.part(6, 8).and_then(double).map(Value::Number), style),
                0x027e => put(place(), body.u32(6).and_then(compact).map(Value::Number), style),
                0x00bd => {
                    let count = body.len().saturating_sub(6) / 6;
                    for index in 0..count {
                        let at = 4 + 6 * index;
                        let place = place().map(|(row, column)| (row, column + index as u32));
                        put(
                            place,
                            body.u32(at + 2).and_then(compact).map(Value::Number),
                            body.u16(at).unwrap_or_default().into(),
                        );
                    }
                }
                0x0201 => put(place(), Some(Value::Text(String::new())), style),
                0x00be => {
                    for index in 0..body.len().saturating_sub(6) / 2 {
                        let place = place().map(|(row, column)| (row, column + index as u32));
                        put(place, Some(Value::Text(String::new())), 0);
                    }
                }
                0x0205 => {
                    let value = match (body.u8(6), body.u8(7)) {
                        (Some(code), Some(1)) => error(code).to_owned(),
                        (Some(value), _) => if value == 0 { "FALSE" } else { "TRUE" }.to_owned(),
                        _ => String::new(),
                    };
                    put(place(), Some(Value::Text(value)), style);
                }
                0x0006 | 0x0206 | 0x0406 => {
                    let result = body.part(6, 8).unwrap_or_default();
                    let value = match (result.u16(6), result.u8(0)) {
                        (Some(0xffff), Some(0)) => {
                            awaited = place().map(|place| (place, style));
                            None
                        }
                        (Some(0xffff), Some(1)) => {
                            Some(Value::Text(if result.u8(2) == Some(0) { "FALSE" } else { "TRUE" }.to_owned()))
                        }
                        (Some(0xffff), Some(2)) => Some(Value::Text(error(result.u8(2).unwrap_or_default()).to_owned())),
                        (Some(0xffff), _) => Some(Value::Text(String::new())),
                        _ => double(result).map(Value::Number),
                    };
                    put(place(), value, style);
                }
                0x0207 => {
                    if let Some((place, style)) = awaited.take() {
                        put(Some(place), self.long(body, 0).map(Value::Text), style);
                    }
                }
                0x00e5 => {
                    for index in 0..usize::from(body.u16(0).unwrap_or_default()) {
                        let number = |field: usize| body.u16(2 + 8 * index + 2 * field).map(u32::from);
                        if let (Some(top), Some(bottom), Some(left), Some(right)) = (number(0), number(1), number(2), number(3))
                        {
                            sheet.merges.push([top, left, bottom, right]);
                        }
                    }
                }
                0x007d => {
                    let (first, last, flags) = (body.u16(0), body.u16(2), body.u16(8));
                    if let (Some(first), Some(last), Some(flags)) = (first, last, flags)
                        && flags & 1 != 0
                    {
                        sheet.hidden_columns.push(first.into()..=last.into());
                    }
                }
                0x0208 if body.u16(12).unwrap_or_default() & 0x20 != 0 => {
                    sheet.hidden_rows.extend(body.u16(0).map(u32::from));
                }
                _ => {}
            }
            if sheet.is_full(limit) {
                break;
            }
        }
        objects.tell(&mut sheet.beside);
        sheet
    }
}

/// The shortest text that means this number.
fn double(bytes: &[u8]) -> Option<String> {
    let bytes: [u8; 8] = bytes.try_into().ok()?;
    let number = f64::from_le_bytes(bytes);
    number.is_finite().then(|| format!("{number:e}"))
}

/// A number packed into four bytes: whole, or the upper half of one; perhaps hundredths.
fn compact(bits: u32) -> Option<String> {
    let hundredths = bits & 1 != 0;
    if bits & 2 != 0 {
        let number = i64::from(bits.cast_signed() >> 2);
        return Some(Decimal::new(number, if hundredths { 2 } else { 0 }).to_string());
    }
    let number = f64::from_bits(u64::from(bits & !3) << 32);
    let text = format!("{number:e}");
    match hundredths {
        false => Some(text),
        true => Some(Decimal::from_scientific(&text).ok()?.checked_div(Decimal::ONE_HUNDRED)?.to_string()),
    }
}

fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}
