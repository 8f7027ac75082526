//! RTF (`.rtf`, and `.doc` that is RTF): groups and control words → stories.
//!
//! Read: text in the code pages of file and fonts, and as Unicode; tables by their cells' edges, merged and nested ones; numbers
//! as printed (`\listtext`, `\pntext`), or counted by the table of lists or by their paragraphs (`\pn`) where the file prints none; fields as their results, check
//! boxes, lists to choose from; headers, footers, notes, comments, text boxes, shapes and lettering; characters of fonts of signs.
//! Tracked changes as accepted or rejected. Told: hidden text, pictures and objects, formulas in fields. What a style says is said
//! again where the style is used (so the format has it), so the table of styles is not read.

mod fonts;
mod lists;
mod old;
mod story;
mod tokens;
mod words;

use super::fields::{Shown, instructed};
use super::story::report::Report;
use super::story::{Paragraph, Piece, Story, lay};
use super::symbols::sign;
use super::{Builder, Told, Tracked};
use crate::diag::Error;
use crate::limits;
use crate::locus::Part;
use encoding_rs::Encoding;
use fonts::Font;
pub(in crate::read) use fonts::code_page;
use lists::Tables;
use old::Side;
use rustc_hash::FxHashMap;
use story::{Row, Under};
use tokens::{Token, Tokens};
use words::character;

/// What the text of a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Destination {
    Text,
    /// Not read.
    Nothing,
    Fonts,
    /// An automatic number.
    Number,
    /// How a paragraph is numbered, described in the old way; a text of that.
    Old,
    OldText(Side),
    /// What a field is, not what it shows.
    Instruction,
    /// An entry of a list to choose from.
    Entry,
    /// The table of lists: its words, its texts.
    Lists,
    LevelText,
    /// The name of a property of a shape, and its value.
    PropertyName,
    PropertyValue,
    /// A text for programs that know no Unicode; the same stands in it again.
    Outdated,
}

/// What holds inside a group.
#[derive(Clone, Debug)]
struct Group {
    destination: Destination,
    font: i32,
    /// Characters behind a Unicode one that stand for it elsewhere.
    unicode_skip: i32,
    hidden: bool,
    inserted: bool,
    deleted: bool,
    /// The group is a story of its own.
    is_story: bool,
    /// The group is a field: the entry that its list shows where it has no result, and how long the text was before.
    is_field: bool,
    /// The group describes rows of an inner table: the outer row's description comes again behind it.
    outer_row: Option<Row>,
    first: bool,
    starred: bool,
}

struct Reader {
    tracked: Tracked,
    encoding: &'static Encoding,
    unknown_page: Option<i32>,
    fonts: FxHashMap<i32, Font>,
    font: i32,
    group: Group,
    groups: Vec<Group>,
    /// Bytes of text that are not decoded yet.
    bytes: Vec<u8>,
    high: Option<u16>,
    skip: i32,
    stories: Vec<Under>,
    done: Vec<Story>,
    report: Report,
    instruction: String,
    check: (Option<i32>, i32),
    /// Entries of a list to choose from; the one chosen, until the field ends, with the length of the text before it.
    entries: Vec<String>,
    chosen: Option<(String, usize)>,
    lists: Tables,
    property: String,
    value: String,
    depth: usize,
    too_deep: bool,
}

pub(super) fn read(builder: &mut Builder, source: &[u8], tracked: Tracked) -> Result<Told, Error> {
    let group = Group {
        destination: Destination::Text,
        font: 0,
        unicode_skip: 1,
        hidden: false,
        inserted: false,
        deleted: false,
        is_story: false,
        is_field: false,
        outer_row: None,
        first: true,
        starred: false,
    };
    let depth = builder.limits.depth.min(64);
    let mut reader = Reader {
        tracked,
        encoding: encoding_rs::WINDOWS_1252,
        unknown_page: None,
        fonts: FxHashMap::default(),
        font: 0,
        group,
        groups: Vec::new(),
        bytes: Vec::new(),
        high: None,
        skip: 0,
        stories: vec![Under::new(Part::Body, depth)],
        done: Vec::new(),
        report: Report::default(),
        instruction: String::new(),
        check: (None, 0),
        entries: Vec::new(),
        chosen: None,
        lists: Tables::default(),
        property: String::new(),
        value: String::new(),
        depth,
        too_deep: false,
    };
    let mut tokens = Tokens::new(source);
    while let Some(token) = tokens.next() {
        match token {
            Token::Open => reader.open(),
            Token::Close => reader.close(),
            Token::Byte(byte) => reader.byte(byte),
            Token::Control("'", Some(byte)) => {
                if let Ok(byte) = u8::try_from(byte) {
                    reader.byte(byte);
                }
            }
            Token::Control("'", None) => {}
            Token::Control("bin", count) => tokens.pass(usize::try_from(count.unwrap_or_default()).unwrap_or_default()),
            Token::Control(word, number) => reader.control(word, number),
        }
    }
    reader.flush();
    // A group that never closes: the end of the file is missing.
    reader.report.damaged += u32::from(!reader.groups.is_empty());
    while !reader.groups.is_empty() {
        reader.close();
    }
    while reader.stories.len() > 1 {
        reader.end_story();
    }
    let body = reader.stories.pop();
    let body = body.map(|under| under.finish(&mut reader.too_deep, &mut reader.lists.made)).unwrap_or_default();
    if let Some(page) = reader.unknown_page {
        builder.tell_code_page(page);
    }
    if reader.too_deep {
        builder.too_deep.get_or_insert_default();
    }
    let mut stories = vec![Story { part: Part::Body, pieces: body }];
    let (headers, rest): (Vec<Story>, Vec<Story>) = reader.done.into_iter().partition(|story| story.part == Part::Header);
    let (footers, notes): (Vec<Story>, Vec<Story>) = rest.into_iter().partition(|story| story.part == Part::Footer);
    stories.splice(0..0, headers);
    stories.extend(notes);
    stories.extend(footers);
    lay(builder, stories, &reader.report, tracked == Tracked::Accept);
    Ok(("rtf", "RTF"))
}

impl Reader {
    fn open(&mut self) {
        self.flush();
        self.skip = 0;
        if self.group.destination == Destination::Lists {
            self.lists.begin_group();
        }
        let inner =
            Group { is_story: false, is_field: false, outer_row: None, first: true, starred: false, ..self.group.clone() };
        self.groups.push(std::mem::replace(&mut self.group, inner));
    }

    fn close(&mut self) {
        self.flush();
        self.skip = 0;
        let Some(outer) = self.groups.pop() else { return };
        let ended = std::mem::replace(&mut self.group, outer);
        if let (Some(row), Some(under)) = (ended.outer_row, self.stories.last_mut()) {
            under.row = row;
        }
        if ended.is_story {
            self.end_story();
        }
        if ended.destination == Destination::Instruction && self.group.destination != Destination::Instruction {
            let instruction = std::mem::take(&mut self.instruction);
            let shown = self.instructed(&instruction);
            self.say(&shown);
        }
        if ended.is_field
            && let Some((entry, length)) = self.chosen.take()
            && self.stories.last().is_some_and(|under| under.text.len() == length)
        {
            self.say(&entry);
        }
        match (ended.destination, self.group.destination) {
            (inner, Destination::Lists) => {
                if inner == Destination::LevelText {
                    self.lists.end_text();
                }
                self.lists.end_group();
            }
            (Destination::Lists, _) => self.lists.end(),
            (Destination::PropertyValue, outer) if outer != Destination::PropertyValue => self.lettering(),
            _ => {}
        }
    }

    /// The value of a shape's property ends: lettering is a text of the page.
    fn lettering(&mut self) {
        let value = std::mem::take(&mut self.value);
        if std::mem::take(&mut self.property).trim() == "gtextUNICODE"
            && !value.trim().is_empty()
            && let Some(under) = self.stories.last_mut()
        {
            under.text_box(vec![Piece::Paragraph(Paragraph { text: value, ..Paragraph::default() })]);
        }
    }

    /// What a field shows that has no result of its own.
    fn instructed(&mut self, instruction: &str) -> String {
        match instruction.split_whitespace().next() {
            Some("FORMCHECKBOX") => {
                let (chosen, default) = std::mem::take(&mut self.check);
                let checked = match chosen {
                    None | Some(25) => default,
                    Some(chosen) => chosen,
                };
                if checked == 1 { "☑" } else { "☐" }.to_owned()
            }
            Some("FORMDROPDOWN") => {
                let (chosen, default) = std::mem::take(&mut self.check);
                let index = usize::try_from(chosen.filter(|chosen| *chosen != 25).unwrap_or(default)).unwrap_or_default();
                let entry = std::mem::take(&mut self.entries).into_iter().nth(index);
                let length = self.stories.last().map_or(0, |under| under.text.len());
                self.chosen = entry.map(|entry| (entry, length));
                String::new()
            }
            // Whether it has a result is known when it ends; these have none.
            Some("SYMBOL" | "EQ" | "eq" | "Eq" | "MACROBUTTON") => match instructed(instruction) {
                Shown::Text(text) => text,
                Shown::Formula(formula) => {
                    self.report.formulas.push(formula);
                    String::new()
                }
                Shown::Nothing | Shown::Computed => String::new(),
            },
            _ => String::new(),
        }
    }

    fn begin_story(&mut self, part: Part) {
        self.flush();
        if self.stories.len() < limits::RTF_STORIES && !self.group.is_story {
            self.group.is_story = true;
            (self.group.destination, self.group.hidden) = (Destination::Text, false);
            self.stories.push(Under::new(part, self.depth));
        }
    }

    fn end_story(&mut self) {
        if self.stories.len() < 2 {
            return;
        }
        let Some(under) = self.stories.pop() else { return };
        let part = under.part;
        let pieces = under.finish(&mut self.too_deep, &mut self.lists.made);
        if super::story::is_blank(&pieces) {
            return;
        }
        match (part, self.stories.last_mut()) {
            (Part::TextBox, Some(outer)) => outer.text_box(pieces),
            _ => {
                let text = super::story::text_of(&pieces);
                let known = |story: &Story| story.part == part && super::story::text_of(&story.pieces) == text;
                if !matches!(part, Part::Header | Part::Footer) || !self.done.iter().any(known) {
                    self.done.push(Story { part, pieces });
                }
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        self.group.first = false;
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        if self.group.destination != Destination::Nothing {
            self.bytes.push(byte);
        }
    }

    /// Decodes the bytes gathered.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let font = self.fonts.get(&self.group.font);
        if let Some(font) = font.filter(|font| font.signs && self.group.destination != Destination::Fonts) {
            let name = font.name.clone();
            let text: String = bytes.iter().map(|byte| self.sign(&name, u32::from(*byte))).collect();
            self.say(&text);
            return;
        }
        // Most are plain letters, which mean the same in every encoding; their room is used again.
        if bytes.is_ascii()
            && !bytes.contains(&0x1b)
            && let Ok(text) = std::str::from_utf8(&bytes)
        {
            self.say(text);
            self.bytes = bytes;
            self.bytes.clear();
            return;
        }
        let encoding = font.and_then(|font| font.encoding).unwrap_or(self.encoding);
        let (text, wrong) = encoding.decode_without_bom_handling(&bytes);
        let text = if wrong && encoding != self.encoding { self.encoding.decode_without_bom_handling(&bytes).0 } else { text };
        let text = text.into_owned();
        self.say(&text);
    }

    fn sign(&mut self, font: &str, code: u32) -> char {
        let found = sign(font, code);
        self.report.signs += u32::from(found.is_none());
        found.unwrap_or('□')
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        self.skip = self.group.unicode_skip;
        let unit = (number & 0xffff) as u16;
        let c = match (unit, self.high.take()) {
            (0xd800..=0xdbff, _) => {
                self.high = Some(unit);
                return;
            }
            (0xdc00..=0xdfff, Some(high)) => char::decode_utf16([high, unit]).next().and_then(Result::ok).unwrap_or('\u{fffd}'),
            _ => char::from_u32(unit.into()).unwrap_or('\u{fffd}'),
        };
        let c = match c {
            '\u{f020}'..='\u{f0ff}' => {
                let font = self.fonts.get(&self.group.font).filter(|font| font.signs).map_or("wingdings", |font| &font.name);
                let font = font.to_owned();
                self.sign(&font, c as u32)
            }
            c => c,
        };
        self.say(c.encode_utf8(&mut [0; 4]));
    }

    fn say(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.group.destination {
            Destination::Nothing | Destination::Lists | Destination::Old | Destination::Outdated => {}
            Destination::OldText(side) => {
                if let Some(old) = self.stories.last_mut().and_then(|under| under.old.as_mut()) {
                    old.say(side, text);
                }
            }
            Destination::LevelText => self.lists.text.push_str(text),
            Destination::PropertyName => self.property.push_str(text),
            Destination::PropertyValue => self.value.push_str(text),
            Destination::Entry => {
                if let Some(entry) = self.entries.last_mut() {
                    entry.push_str(text);
                }
            }
            Destination::Fonts => {
                let font = self.fonts.entry(self.group.font).or_default();
                font.name.push_str(text.split(';').next().unwrap_or_default());
                font.signs |= matches!(font.name.trim(), "Wingdings" | "Wingdings 2" | "Webdings" | "Symbol");
            }
            Destination::Instruction => {
                if self.instruction.len() < 4096 {
                    self.instruction.push_str(text);
                }
            }
            Destination::Number => {
                if let Some(under) = self.stories.last_mut() {
                    under.number.push_str(text);
                }
            }
            Destination::Text => {
                let Group { hidden, inserted, deleted, .. } = self.group;
                match (hidden, inserted, deleted) {
                    (true, ..) => self.report.hidden(text),
                    (_, _, true) => self.report.deleted(text),
                    (_, true, _) => self.report.inserted(text),
                    _ => self.report.end_passages(),
                }
                let left_out = hidden || if self.tracked == Tracked::Accept { deleted } else { inserted };
                if let Some(under) = self.stories.last_mut() {
                    under.told.extend(self.report.begun());
                    if !left_out {
                        under.text.push_str(text);
                    }
                }
            }
        }
    }

    fn control(&mut self, word: &str, number: Option<i32>) {
        if self.skip > 0 && !matches!(word, "u" | "*") {
            self.skip -= 1;
            return;
        }
        let first = std::mem::replace(&mut self.group.first, false);
        if word == "*" {
            self.group.starred = true;
            self.group.first = true;
            return;
        }
        if self.group.destination == Destination::Nothing {
            return;
        }
        if self.group.destination == Destination::Outdated && word != "ud" {
            return;
        }
        if (first || self.group.starred) && self.destination(word) {
            self.group.starred = false;
            return;
        }
        if std::mem::take(&mut self.group.starred) {
            // Whoever does not know it passes over it.
            self.group.destination = Destination::Nothing;
            return;
        }
        self.flush_before(word);
        if self.group.destination == Destination::Lists {
            self.lists.control(word, number.unwrap_or_default());
            return;
        }
        if self.group.destination == Destination::Old {
            if let Some(old) = self.stories.last_mut().and_then(|under| under.old.as_mut()) {
                old.control(word, number.unwrap_or_default());
            }
            return;
        }
        let on = number != Some(0);
        let value = number.unwrap_or_default();
        match word {
            "u" => self.unicode(value),
            "uc" => self.group.unicode_skip = value.clamp(0, 64),
            "f" => self.group.font = value,
            "deff" => (self.font, self.group.font) = (value, value),
            "ansicpg" => match fonts::code_page(value) {
                Some(encoding) => self.encoding = encoding,
                None => self.unknown_page = self.unknown_page.or(Some(value).filter(|page| *page > 0)),
            },
            "mac" => self.encoding = encoding_rs::MACINTOSH,
            "fcharset" => {
                let font = self.fonts.entry(self.group.font).or_default();
                font.signs = value == 2;
                font.encoding = fonts::character_set(value);
            }
            "cpg" if self.group.destination == Destination::Fonts => {
                self.fonts.entry(self.group.font).or_default().encoding = fonts::code_page(value);
            }
            "plain" => (self.group.hidden, self.group.font) = (false, self.font),
            "v" => self.group.hidden = on,
            "revised" => self.group.inserted = on,
            "deleted" => self.group.deleted = on,
            "ffres" => self.check.0 = number,
            "ffdefres" => self.check.1 = value,
            // Behind the word that begins the note.
            "ftnalt" => {
                if let Some(under) = self.stories.last_mut().filter(|under| under.part == Part::Footnote) {
                    under.part = Part::Endnote;
                }
            }
            _ => match character(word) {
                Some(text) => self.say(text),
                None => self.structure(word, value),
            },
        }
    }

    /// Bytes before a control word are decoded first, unless it only says how letters look.
    fn flush_before(&mut self, word: &str) {
        if !matches!(word, "b" | "i" | "fs" | "cf" | "lang" | "langfe" | "loch" | "hich") {
            self.flush();
        }
    }

    /// Rows, cells and paragraphs.
    fn structure(&mut self, word: &str, value: i32) {
        if self.group.destination != Destination::Text {
            return;
        }
        let Some(under) = self.stories.last_mut() else { return };
        let Group { inserted, deleted, .. } = self.group;
        if word == "par" && if self.tracked == Tracked::Accept { deleted } else { inserted } {
            under.carry();
            return;
        }
        if under.structure(word, value, &mut self.lists.made) {
            self.report.end_passages();
        }
    }
}
