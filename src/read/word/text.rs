//! The text of binary Word files: pieces → characters → paragraphs, cells and rows.

use super::bytes::Bytes;
use super::lists::Lists;
use super::properties::{Character, Formatted, Stretches};
use super::styles::Styles;
use crate::read::Tracked;
use crate::read::fields::{Shown, instructed};
use crate::read::story::edges::Levels;
use crate::read::story::report::Report;
use crate::read::story::{Paragraph, Piece};
use crate::read::symbols::{SymbolFont, sign};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A stretch of text that stands together in the stream.
struct PieceOfText {
    start: u32,
    end: u32,
    /// Where it stands in the stream.
    place: u32,
    /// One byte a character, not two.
    narrow: bool,
    /// Modifiers of the whole piece, from fast saving.
    modifiers: Vec<u8>,
}

pub(super) struct Pieces(Vec<PieceOfText>);

impl Pieces {
    pub fn read(bytes: &[u8]) -> Option<Pieces> {
        let mut groups: Vec<&[u8]> = Vec::new();
        let mut at = 0;
        while bytes.u8(at)? == 1 {
            let length = usize::from(bytes.u16(at + 1)?);
            groups.push(bytes.part(at + 3, length)?);
            at += 3 + length;
        }
        if bytes.u8(at)? != 2 {
            return None;
        }
        let list = bytes.get(at + 5..)?;
        let length = (bytes.u32(at + 1)? as usize).min(list.len());
        let count = length.saturating_sub(4) / 12;
        let mut pieces = Vec::with_capacity(count);
        for index in 0..count {
            let (start, end) = (list.u32(4 * index)?, list.u32(4 * index + 4)?);
            let piece = list.part(4 * (count + 1) + 8 * index, 8)?;
            let (place, how) = (piece.u32(2)?, piece.u16(6)?);
            let narrow = place & 0x4000_0000 != 0;
            let place = if narrow { (place & 0x3fff_ffff) / 2 } else { place & 0x3fff_ffff };
            // Either a group of modifiers, or one modifier of one byte by a number of its own; those change nothing that is read.
            let modifiers = if how & 1 != 0 { groups.get(usize::from(how >> 1)).copied().unwrap_or_default() } else { &[] };
            if start < end {
                pieces.push(PieceOfText { start, end, place, narrow, modifiers: modifiers.to_vec() });
            }
        }
        (!pieces.is_empty()).then_some(Pieces(pieces))
    }

    /// A text of one piece.
    pub fn whole(stream: &[u8], count: u32) -> Pieces {
        let (place, end) = (stream.u32(24).unwrap_or_default(), stream.u32(28).unwrap_or_default());
        let narrow = u64::from(end.saturating_sub(place)) < u64::from(count) * 2;
        Pieces(vec![PieceOfText { start: 0, end: count, place, narrow, modifiers: Vec::new() }])
    }
}

pub(super) struct Text<'a> {
    pub stream: &'a [u8],
    pub data: &'a [u8],
    pub pieces: Pieces,
    pub characters: Stretches,
    pub paragraphs: Stretches,
    pub styles: Styles,
    pub lists: Lists,
    pub fonts: Vec<String>,
    pub tracked: Tracked,
    pub report: Report,
    pub depth: usize,
    pub too_deep: bool,
}

/// A field whose end has not come.
struct Field {
    instruction: String,
    /// Its result is being read.
    result: bool,
    /// What of the result was seen.
    shown: bool,
    data: Option<u32>,
}

/// A paragraph under way.
#[derive(Default)]
struct Under {
    text: String,
    /// Passages in it that are told of.
    told: Vec<u32>,
    /// Whether all cells of the row so far were taken off the page; none: it has no cells yet.
    cells: Option<bool>,
    /// How long the text was, and how deep in tables, where an end was taken away.
    carried: Option<(usize, usize)>,
    fields: Vec<Field>,
}

/// Fields in fields.
const FIELDS: usize = 64;

impl Text<'_> {
    /// The paragraphs and tables of a range of the text.
    pub fn story(&mut self, range: Range<u32>) -> Vec<Piece> {
        let mut levels = Levels::new(self.depth);
        let mut under = Under::default();
        let mut styles: FxHashMap<u16, bool> = FxHashMap::default();
        let pieces = std::mem::replace(&mut self.pieces, Pieces(Vec::new()));
        let first = pieces.0.partition_point(|piece| piece.end <= range.start);
        for piece in pieces.0.iter().skip(first).take_while(|piece| piece.start < range.end) {
            let (start, end) = (piece.start.max(range.start), piece.end.min(range.end));
            let width = if piece.narrow { 1u32 } else { 2 };
            let mut high = None;
            let mut until = 0;
            let mut properties = Character::default();
            for at in start..end {
                let place = (at - piece.start).checked_mul(width).and_then(|offset| piece.place.checked_add(offset));
                let Some(place) = place else { break };
                let unit = match piece.narrow {
                    true => self.stream.u8(place as usize).map(narrow),
                    false => self.stream.u16(place as usize),
                };
                // A text longer than its stream: what is there was read.
                let Some(unit) = unit else {
                    self.report.damaged += 1;
                    break;
                };
                if place >= until || until == 0 {
                    let (modifiers, end) = self.characters.at(self.stream, place);
                    until = end;
                    let style = self.paragraph_style(place);
                    let base = *styles.entry(style).or_insert_with(|| self.styles.character(style).hidden);
                    properties = Character { hidden: base, ..Character::default() };
                    properties.apply(modifiers, base);
                    if let Some(own) = properties.style {
                        properties.hidden |= self.styles.character(own).hidden;
                    }
                    properties.apply(&piece.modifiers, base);
                }
                let c = match (unit, high.take()) {
                    (0xd800..=0xdbff, _) => {
                        high = Some(unit);
                        continue;
                    }
                    (0xdc00..=0xdfff, Some(high)) => {
                        let pair = char::decode_utf16([high, unit]).next();
                        pair.and_then(Result::ok).unwrap_or('\u{fffd}')
                    }
                    _ => char::from_u32(unit.into()).unwrap_or('\u{fffd}'),
                };
                match c {
                    '\r' | '\u{7}' | '\u{c}' => {
                        let gone = self.is_gone(&properties);
                        self.end_paragraph((c, gone), place, &piece.modifiers, &mut under, &mut levels);
                    }
                    _ => self.character(c, &properties, &mut under),
                }
            }
        }
        self.pieces = pieces;
        if !under.text.is_empty() {
            let depth = 0;
            levels.paragraph(depth, Paragraph { text: under.text, number: None, told: under.told });
        }
        self.too_deep |= levels.too_deep;
        levels.finish()
    }

    fn paragraph_style(&self, place: u32) -> u16 {
        let (bytes, _) = self.paragraphs.at(self.stream, place);
        bytes.u16(0).unwrap_or_default()
    }

    /// Whether a tracked change takes a character off the page, the way changes are read.
    fn is_gone(&self, properties: &Character) -> bool {
        if self.tracked == Tracked::Accept { properties.deleted } else { properties.inserted }
    }

    fn end_paragraph(
        &mut self,
        (mark, gone): (char, bool),
        place: u32,
        modifiers: &[u8],
        under: &mut Under,
        levels: &mut Levels,
    ) {
        let (bytes, _) = self.paragraphs.at(self.stream, place);
        let mut formatted = self.styles.paragraph(bytes.u16(0).unwrap_or_default());
        formatted.apply(bytes.get(2..).unwrap_or_default(), self.data);
        formatted.apply(modifiers, self.data);
        let depth = formatted.depth();
        self.report.end_passages();
        // What a table parts is not joined.
        if let Some((length, before)) = under.carried.take_if(|(_, before)| *before != depth) {
            let rest = under.text.split_off(length.min(under.text.len()));
            let text = std::mem::replace(&mut under.text, rest);
            levels.paragraph(before, Paragraph { text, ..Paragraph::default() });
        }
        if gone && mark == '\r' && !formatted.ends_inner_row && !formatted.ends_inner_cell {
            // The end is taken away: the next paragraph goes on in this one.
            under.carried = Some((under.text.len(), depth)).filter(|(length, _)| *length > 0);
            return;
        }
        under.carried = None;
        let text = std::mem::take(&mut under.text);
        let told = std::mem::take(&mut under.told);
        let ends_row = if mark == '\u{7}' { formatted.ends_row } else { mark == '\r' && formatted.ends_inner_row };
        if ends_row {
            if !text.trim().is_empty() {
                levels.paragraph(depth, Paragraph { text, number: None, told });
            }
            // A row stands as long as one of its cells does.
            let all_gone = under.cells.take().unwrap_or(false);
            if (gone || all_gone) && levels.drop_row(depth) {
                return;
            }
            levels.end_row(depth, &formatted.cells);
            return;
        }
        let number = self.number(&formatted, &text);
        levels.paragraph(depth, Paragraph { text, number, told });
        if (mark == '\u{7}' && depth > 0) || (mark == '\r' && formatted.ends_inner_cell) {
            levels.end_cell(depth);
            under.cells = Some(gone && under.cells.unwrap_or(true));
        }
    }

    fn number(&mut self, formatted: &Formatted, text: &str) -> Option<String> {
        let number = self.lists.number(formatted.list, formatted.level)?;
        // Bullets before nothing are not worth a word.
        Some(number).filter(|number| !text.trim().is_empty() || number.chars().any(char::is_alphanumeric))
    }

    fn character(&mut self, c: char, properties: &Character, under: &mut Under) {
        match c {
            '\u{13}' => {
                if under.fields.len() < FIELDS {
                    under.fields.push(Field { instruction: String::new(), result: false, shown: false, data: None });
                }
                return;
            }
            '\u{14}' => {
                if let Some(field) = under.fields.last_mut() {
                    field.result = true;
                }
                return;
            }
            '\u{15}' => {
                if let Some(field) = under.fields.pop() {
                    let text = self.field(&field);
                    self.say(&text, properties, under);
                }
                return;
            }
            _ => {}
        }
        if let Some(field) = under.fields.iter_mut().rev().find(|field| !field.result) {
            if c == '\u{1}' {
                field.data = field.data.or(properties.data);
            } else if field.instruction.len() < 4096 {
                field.instruction.push(c);
            }
            return;
        }
        let mut one = [0; 4];
        let said: &str = match c {
            '\u{1}' if properties.special => {
                let is_field = under.fields.iter().any(|field| field.instruction.contains("FORM"));
                self.report.objects += u32::from(!is_field);
                ""
            }
            '\u{8}' if properties.special => {
                self.report.objects += 1;
                ""
            }
            '(' if properties.special && properties.sign.is_some() => {
                let (font, code) = properties.sign.unwrap_or_default();
                let font = self.fonts.get(usize::from(font)).map_or("", String::as_str);
                let sign = sign(font, code.into());
                self.report.signs += u32::from(sign.is_none());
                sign.unwrap_or('□').encode_utf8(&mut one)
            }
            '\t' => "\t",
            '\u{b}' => "\n",
            '\u{e}' => "\n",
            '\u{1e}' => "-",
            '\u{1f}' | '\0'..='\u{8}' | '\u{f}'..='\u{1d}' => "",
            '\u{f020}'..='\u{f0ff}' => {
                // Typed in a font of signs; where the run names none, the commonest of them.
                let font = properties.font.and_then(|font| self.fonts.get(usize::from(font)));
                let font = font.filter(|font| SymbolFont::named(font).is_some()).map_or("wingdings", String::as_str);
                let sign = sign(font, c as u32);
                self.report.signs += u32::from(sign.is_none());
                sign.unwrap_or('□').encode_utf8(&mut one)
            }
            c => c.encode_utf8(&mut one),
        };
        if !said.is_empty()
            && let Some(field) = under.fields.last_mut()
        {
            field.shown = true;
        }
        self.say(said, properties, under);
    }

    fn say(&mut self, text: &str, properties: &Character, under: &mut Under) {
        if text.is_empty() {
            return;
        }
        let stands = match (properties.hidden, properties.deleted, properties.inserted) {
            (true, ..) => {
                self.report.hidden(text);
                false
            }
            (_, true, _) => {
                self.report.deleted(text);
                !self.is_gone(properties)
            }
            (.., true) => {
                self.report.inserted(text);
                !self.is_gone(properties)
            }
            _ => {
                self.report.end_passages();
                true
            }
        };
        under.told.extend(self.report.begun());
        if stands {
            under.text.push_str(text);
        }
    }

    /// What a field shows that has no result of its own.
    fn field(&mut self, field: &Field) -> String {
        match field.instruction.split_whitespace().next() {
            Some("FORMCHECKBOX") => if self.is_checked(field.data) { "☑" } else { "☐" }.to_owned(),
            Some("FORMDROPDOWN") if !field.shown => self.chosen(field.data).unwrap_or_default(),
            _ if field.result => String::new(),
            _ => match instructed(&field.instruction) {
                Shown::Text(text) => text,
                Shown::Formula(formula) => {
                    self.report.formulas.push(formula);
                    String::new()
                }
                Shown::Nothing | Shown::Computed => String::new(),
            },
        }
    }

    /// The bytes that describe a field of a form.
    fn form_field(&self, data: Option<u32>) -> Option<&[u8]> {
        let at = data? as usize;
        let head = usize::from(self.data.u16(at + 4)?);
        self.data.get(at + head..).filter(|bytes| bytes.u32(0) == Some(0xffff_ffff))
    }

    fn is_checked(&self, data: Option<u32>) -> bool {
        let Some(bytes) = self.form_field(data) else { return false };
        let chosen = bytes.u16(4).unwrap_or_default() >> 2 & 0x1f;
        match chosen {
            25 => behind_names(bytes, 1).and_then(|at| bytes.u16(at)).unwrap_or_default() == 1,
            chosen => chosen == 1,
        }
    }

    fn chosen(&self, data: Option<u32>) -> Option<String> {
        let bytes = self.form_field(data)?;
        let result = usize::from(bytes.u16(4)? >> 2 & 0x1f);
        let default = behind_names(bytes, 1)?;
        let result = if result == 25 { usize::from(bytes.u16(default)?) } else { result };
        let mut at = default + 2;
        for _ in 0..5 {
            at += 2 + 2 * usize::from(bytes.u16(at)?) + 2;
        }
        // Two bytes say that characters are wide, four how many entries, two how many bytes are between.
        at += 8;
        for _ in 0..result {
            at += 2 + 2 * usize::from(bytes.u16(at)?);
        }
        bytes.wide(at + 2, usize::from(bytes.u16(at)?))
    }
}

/// Where, behind so many names, the default of a form's field stands.
fn behind_names(bytes: &[u8], names: usize) -> Option<usize> {
    let mut at = 10;
    for _ in 0..names {
        at += 2 + 2 * usize::from(bytes.u16(at)?) + 2;
    }
    Some(at)
}

/// A character of one byte: Latin, with the signs of Windows where Latin has none.
fn narrow(byte: u8) -> u16 {
    const SIGNS: [u16; 32] = [
        0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
        0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
    ];
    match byte {
        0x80..=0x9f => SIGNS[usize::from(byte - 0x80)],
        _ => byte.into(),
    }
}
