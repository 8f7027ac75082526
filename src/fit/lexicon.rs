//! The labels of one form, and what a text may be as a label: exactly, without its bracket, with its number, or misspelt.
//!
//! One wording may play several roles (成本指标 is a level 1 and a level 2; 年度目标 is a header and a goal's mark). Which role
//! is meant is for the search to say.

use super::cost::{Cost, LABEL_BRACKET, LABEL_TYPO};
use super::edges::Edges;
use super::graph::HEAD;
use super::spelling::Spelling;
use crate::document::is_blank;
use crate::form::{Band, Field, FormDefinition, Label};
use crate::value::Kind;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// What a label does. `band` is the index of the band in the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Title,
    Field {
        band: u8,
        field: u8,
    },
    /// The vertical label of a matrix, of records, lists or a tree.
    Section {
        band: u8,
    },
    /// A column header.
    Header {
        band: u8,
        column: u8,
    },
    Group {
        band: u8,
        group: u8,
    },
    Item {
        band: u8,
        group: u8,
        item: u8,
    },
    Side {
        band: u8,
        side: u8,
    },
    /// A numbered mark: 目标1, 年度目标2.
    Number {
        band: u8,
    },
    Level1 {
        band: u8,
        root: u8,
    },
    /// `level` counts all second levels of the hierarchy through.
    Level2 {
        band: u8,
        level: u8,
    },
    Notes {
        band: u8,
    },
}

/// One way to read a text as a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    pub role: Role,
    pub cost: Cost,
    /// Of a numbered mark.
    pub number: Option<u8>,
}

/// All labels of a form.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    entries: FxHashMap<Box<str>, Vec<(Role, Cost)>>,
    edges: Edges,
    spelling: Spelling,
    /// Wordings of numbered marks, longest first.
    numbered: Vec<Box<str>>,
    /// Wordings of the title: other words may stand before it (a year, an office).
    titles: Vec<Box<str>>,
    /// What stands for a number in labels.
    letter: Option<char>,
}

/// No label is longer than this, counted in characters.
pub const LONGEST: usize = 40;
/// What stands for any number in a label.
pub const NUMBER: char = '#';
/// A title of so many bytes is known with other words before it; so many bytes may stand there.
const TITLE_BYTES: usize = 24;
const TITLE_LEAD: usize = 60;
/// How far back from a colon its label may begin.
const REACH: usize = 24;

impl Lexicon {
    pub fn new(form: &FormDefinition) -> Self {
        let mut lexicon = Lexicon { letter: form.number.as_ref().map(|number| number.letter), ..Lexicon::default() };
        lexicon.add(&form.title, Role::Title);
        lexicon.titles.extend(form.title.wordings().map(|wording| Box::from(&*fold(wording))));
        for (index, band) in form.bands.iter().enumerate() {
            lexicon.add_band(form, index as u8, band);
        }
        for label in lexicon.entries.keys().chain(&lexicon.titles) {
            lexicon.edges.begin(label);
            lexicon.edges.end(label);
        }
        lexicon.spelling = Spelling::new(lexicon.entries.keys().map(|label| &**label));
        lexicon.numbered.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        lexicon.numbered.dedup();
        lexicon
    }

    fn add_band(&mut self, form: &FormDefinition, band: u8, definition: &Band) {
        match definition {
            Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                if let Band::Pairs { label: Some(label), .. } = definition {
                    self.add(label, Role::Section { band });
                }
                for (field, definition) in fields.iter().enumerate() {
                    self.add(&definition.label, Role::Field { band, field: field as u8 });
                    if definition.kind == Kind::Mark {
                        self.numbered.extend(definition.label.wordings().map(|wording| Box::from(&*fold(wording))));
                    }
                }
            }
            Band::Matrix { label, corner, columns, groups, .. } => {
                self.add(label, Role::Section { band });
                self.add(corner, Role::Header { band, column: 0 });
                for (column, definition) in columns.iter().enumerate() {
                    self.add(&definition.field.label, Role::Header { band, column: column as u8 + 1 });
                    for label in definition.across.iter().flat_map(|across| &across.labels) {
                        self.add(label, Role::Header { band, column: column as u8 + 1 });
                    }
                }
                for (group, definition) in groups.iter().enumerate() {
                    let group = group as u8;
                    self.add(&definition.label, Role::Group { band, group });
                    for (item, definition) in definition.items.iter().enumerate() {
                        self.add(&definition.label, Role::Item { band, group, item: item as u8 });
                    }
                }
            }
            Band::Records { label, columns, .. } => {
                self.add(label, Role::Section { band });
                self.add_headers(columns, band, 0);
            }
            Band::Lists { label, number, sides, .. } => {
                self.add(label, Role::Section { band });
                for (side, definition) in sides.iter().enumerate() {
                    self.add(&definition.label, Role::Side { band, side: side as u8 });
                }
                if let Some(number) = number {
                    self.add_numbered(number, Role::Number { band });
                }
            }
            Band::Total(total) => self.add(&total.label, Role::Item { band, group: 0, item: 0 }),
            Band::Tree(tree) => {
                self.add(&tree.label, Role::Section { band });
                if let Some(blocks) = &tree.blocks {
                    self.add_numbered(&blocks.number, Role::Number { band });
                }
                for (column, label) in tree.levels.iter().map(|level| &level.label).enumerate() {
                    self.add(label, Role::Header { band, column: column as u8 });
                }
                self.add_headers(&tree.columns, band, 2);
                let mut level = 0;
                for (root, definition) in form.hierarchy(&tree.hierarchy).iter().flat_map(|h| &h.roots).enumerate() {
                    self.add(&definition.label, Role::Level1 { band, root: root as u8 });
                    for child in &definition.children {
                        self.add(&child.label, Role::Level2 { band, level });
                        level += 1;
                    }
                }
            }
            Band::Notes { label, .. } => self.add(label, Role::Notes { band }),
        }
    }

    /// Headers of columns, and those that span several of them.
    fn add_headers(&mut self, columns: &[Field], band: u8, leading: u8) {
        for (column, definition) in columns.iter().enumerate() {
            self.add(&definition.label, Role::Header { band, column: column as u8 + leading });
            if let Some(head) = &definition.head
                && column.checked_sub(1).and_then(|before| columns[before].head.as_ref()) != Some(head)
            {
                self.add(head, Role::Header { band, column: HEAD + column as u8 });
            }
        }
    }

    fn add(&mut self, label: &Label, role: Role) {
        for wording in label.wordings() {
            let full = match self.letter.filter(|letter| wording.contains(*letter)) {
                Some(letter) => number_marked(wording, Some(letter)),
                None => fold(wording).into_owned(),
            };
            let bare = without_brackets(&full);
            if *bare != *full {
                self.insert(&bare, role, LABEL_BRACKET);
            }
            self.insert(&full, role, 0);
        }
    }

    fn add_numbered(&mut self, label: &Label, role: Role) {
        self.add(label, role);
        self.numbered.extend(label.wordings().map(|wording| Box::from(&*fold(wording))));
    }

    fn insert(&mut self, key: &str, role: Role, cost: Cost) {
        if key.is_empty() || key.chars().count() > LONGEST {
            return;
        }
        let roles = self.entries.entry(key.into()).or_default();
        match roles.iter_mut().find(|(known, _)| *known == role) {
            Some((_, known)) => *known = cost.min(*known),
            None => roles.push((role, cost)),
        }
    }

    /// All roles that a text may play as a label, best reading only: exact before bracketed before misspelt.
    pub fn matches(&self, text: &str, out: &mut Vec<Match>) {
        out.clear();
        if text.len() > LONGEST * 4 || !self.may_be_label(text) {
            return;
        }
        let key = fold(text);
        if key.is_empty() || !self.look_up(&key, out) {
            return;
        }
        // A label of four characters may have lost one.
        if out.is_empty() && key.chars().count() >= 3 {
            self.misspelt(&key, out);
        }
    }

    /// Whether a text is a label to the letter (blanks, width and brackets apart).
    pub fn is_label(&self, text: &str) -> bool {
        let mut found = Vec::new();
        if self.may_be_label(text) {
            self.look_up(&fold(text), &mut found);
        }
        !found.is_empty()
    }

    /// Asked of every piece: what begins and ends otherwise than all labels is not even a misspelt one.
    fn may_be_label(&self, text: &str) -> bool {
        self.edges.may_begin(text) || self.edges.may_end(text)
    }

    /// Whether some label, numbered or not, begins with a text and goes on.
    pub fn begins(&self, text: &str) -> bool {
        let key = fold(text);
        let begins = |label: &str| label.len() > key.len() && label.starts_with(&*key);
        !key.is_empty() && (self.entries.keys().any(|label| begins(label)) || self.numbered.iter().any(|label| **label == *key))
    }

    /// Exact readings of a folded text. False: it is no word at all (a number, say), no further search is of use.
    fn look_up(&self, key: &str, out: &mut Vec<Match>) -> bool {
        if let Some(roles) = self.entries.get(key) {
            out.extend(roles.iter().map(|&(role, cost)| Match { role, cost, number: None }));
            return true;
        }
        if !key.contains(|c: char| matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphabetic()) {
            return false;
        }
        if self.look_up_number(key, 0, out) {
            return true;
        }
        if self.letter.is_some()
            && key.contains(|c: char| c.is_ascii_digit())
            && let Some(roles) = self.entries.get(numberless(key).as_str())
        {
            out.extend(roles.iter().map(|&(role, cost)| Match { role, cost, number: None }));
            return true;
        }
        let bare = without_brackets(key);
        // A year in brackets before a label is none of its words.
        if bare != key && !leads_with_number(key) {
            if let Some(roles) = self.entries.get(&*bare) {
                out.extend(roles.iter().map(|&(role, cost)| Match { role, cost: cost.max(LABEL_BRACKET), number: None }));
            } else {
                // The points of a goal: 年度目标1(30分).
                self.look_up_number(&bare, LABEL_BRACKET, out);
            }
        }
        if out.is_empty() && self.ends_with_title(key) {
            out.push(Match { role: Role::Title, cost: LABEL_BRACKET, number: None });
        }
        true
    }

    fn look_up_number(&self, key: &str, least: Cost, out: &mut Vec<Match>) -> bool {
        let (stem, number) = split_number(key);
        let numbered = number.is_some() && self.numbered.iter().any(|wording| **wording == *stem);
        let Some(roles) = self.entries.get(stem).filter(|_| numbered) else { return false };
        let marks = roles.iter().filter(|(role, _)| matches!(role, Role::Number { .. } | Role::Field { .. }));
        out.extend(marks.map(|&(role, cost)| Match { role, cost: cost.max(least), number }));
        true
    }

    /// A year or an office may stand before the title in its line, but no sentence.
    fn ends_with_title(&self, key: &str) -> bool {
        let longer = |title: &&str| title.len() >= TITLE_BYTES && key.len() > title.len() && key.ends_with(*title);
        let Some(title) = self.titles.iter().map(|title| &**title).find(longer) else { return false };
        let before = &key[..key.len() - title.len()];
        before.len() <= TITLE_LEAD && before.chars().all(|c| c.is_alphanumeric() || matches!(c, '(' | ')'))
    }

    fn misspelt(&self, key: &str, out: &mut Vec<Match>) {
        for label in self.spelling.near(key) {
            for &(role, cost) in self.entries.get(label).into_iter().flatten() {
                if !out.iter().any(|known| known.role == role) {
                    out.push(Match { role, cost: cost + LABEL_TYPO, number: None });
                }
            }
        }
    }

    /// Bytes at which a cell is cut because a label with a colon begins or ends there, ascending.
    pub fn cuts(&self, text: &str) -> Vec<usize> {
        let mut cuts = Vec::new();
        // The last byte of a full-width colon is that of many characters, its first of few.
        if !text.bytes().any(|byte| matches!(byte, b':' | 0xef)) {
            return cuts;
        }
        let mut after_last = 0;
        let wide = |at: usize| text.as_bytes()[at..].starts_with("：".as_bytes());
        let colon =
            |(at, byte): (usize, u8)| (byte == b':').then_some((at, 1)).or_else(|| wide(at).then_some((at, '：'.len_utf8())));
        for (colon, length) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b':' | 0xef)).filter_map(colon) {
            let before = &text[after_last..colon];
            let end = colon + length;
            let Some(start) = self.label_before(before).map(|start| start + after_last) else { continue };
            cuts.push(start);
            cuts.push(end);
            // （单位：万元）: the bracket around belongs to neither.
            if text[..start].ends_with(['(', '（'])
                && let Some(close) = text[end..].find([')', '）'])
            {
                cuts.push(end + close);
                cuts.push(end + close + text[end + close..].chars().next().map_or(1, char::len_utf8));
            }
            after_last = end;
        }
        cuts.sort_unstable();
        cuts.dedup();
        cuts.retain(|cut| *cut > 0 && *cut < text.len());
        cuts
    }

    /// Where the label that ends with `before` begins: after a blank, a bracket or a mark, or a numbered mark anywhere.
    fn label_before(&self, before: &str) -> Option<usize> {
        let mut found = None;
        let mut count = 0;
        let mut previous: Option<(usize, char)> = None;
        for (byte, c) in before.char_indices().rev() {
            let behind = previous.filter(|(_, next)| !is_blank(*next)).map(|(start, _)| start);
            let ends = is_blank(c) || matches!(c, '；' | ';' | '。' | '，' | ',' | '（' | '(' | '、' | '|');
            found = behind.filter(|start| ends && self.is_label(&before[*start..])).or(found);
            previous = Some((byte, c));
            count += 1;
            if count > REACH {
                break;
            }
        }
        if count <= REACH && previous.is_some_and(|(byte, c)| byte == 0 && !is_blank(c)) && self.is_label(before) {
            found = Some(0);
        }
        found.or_else(|| {
            let (stem, number) = split_number(before.trim_end());
            number?;
            self.numbered.iter().find(|wording| stem.ends_with(&***wording)).map(|wording| stem.len() - wording.len())
        })
    }
}

/// A text as labels are compared: no blanks, no quotes, half-width signs, no colon at the end. Borrowed where nothing stands
/// between that goes.
pub fn fold(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let unseen = |c: char| is_blank(c) || matches!(c, '“' | '”' | '"' | '「' | '」' | '\u{ad}');
    let ends = |c: char| unseen(c) || matches!(c, ':' | '：' | '.' | '．' | '_' | '＿');
    let text = text.trim_start_matches(unseen).trim_end_matches(ends);
    let mut out = String::new();
    let mut kept = 0;
    for (at, c) in text.char_indices() {
        let folded = match c {
            '0'..='9' | 'a'..='z' | 'A'..='Z' | '\u{3400}'..='\u{9fff}' => continue,
            '！'..='～' => char::from_u32(c as u32 - 0xfee0),
            '〔' | '【' | '[' => Some('('),
            '〕' | '】' | ']' => Some(')'),
            _ if unseen(c) => None,
            _ => continue,
        };
        if kept == 0 {
            out.reserve(text.len());
        }
        out.push_str(&text[kept..at]);
        out.extend(folded);
        kept = at + c.len_utf8();
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// Whether a text is surely as labels are compared: signs of ASCII and Chinese alone, which is most of a form.
fn is_folded(text: &str) -> bool {
    let seen = |byte: u8| matches!(byte, b'!'..=b'~' | 0xe4..=0xe9 | 0x80..=0xbf) && !matches!(byte, b'"' | b'[' | b']');
    // Without a way out in their midst, many bytes are looked at together.
    text.bytes().fold(true, |all, byte| all & seen(byte)) && !text.ends_with([':', '.', '_'])
}

/// A label as it is compared where a letter of it stands for a number; without one, a text as it is compared with such labels.
pub fn number_marked(text: &str, letter: Option<char>) -> String {
    let folded = fold(text);
    match letter {
        Some(letter) if folded.contains(letter) => numberless(&folded.replace(letter, "0")),
        Some(_) => folded.into_owned(),
        None => numberless(&folded),
    }
}

/// A folded text with one mark for every number.
pub fn numberless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' if out.ends_with(NUMBER) => {}
            '0'..='9' => out.push(NUMBER),
            _ => out.push(c),
        }
    }
    out
}

/// A folded text without what stands in brackets; borrowed where there are none.
pub fn without_brackets(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'(' | b')')) {
        return Cow::Borrowed(text);
    }
    let mut depth = 0usize;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// `(2023年度)项目名称`
fn leads_with_number(text: &str) -> bool {
    let bracket = text.strip_prefix('(').and_then(|inner| inner.split_once(')'));
    bracket.is_some_and(|(inner, _)| inner.contains(|c: char| c.is_ascii_digit()))
}

/// The digits from one on.
const NUMERALS: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// `目标12` → (`目标`, 12); `目标(二)` → (`目标`, 2).
pub fn split_number(text: &str) -> (&str, Option<u8>) {
    let inner = text.strip_suffix([')', '）']).unwrap_or(text);
    let stem = inner.trim_end_matches(|c: char| matches!(c, '0'..='9' | '０'..='９') || NUMERALS.contains(&c) || c == '十');
    if stem.len() == inner.len() {
        return (text, None);
    }
    let mut number = 0u32;
    let mut tens = 0u32;
    for c in inner[stem.len()..].chars() {
        let digit = match c {
            '０'..='９' => c as u32 - '０' as u32,
            '十' => {
                tens = if number == 0 { 10 } else { number * 10 };
                number = 0;
                continue;
            }
            _ => c.to_digit(10).or_else(|| NUMERALS.iter().position(|n| *n == c).map(|n| n as u32 + 1)).unwrap_or(0),
        };
        number = number.saturating_mul(10).saturating_add(digit);
    }
    let stem = stem.strip_suffix(['(', '（']).unwrap_or(stem);
    (stem, u8::try_from(number.saturating_add(tens)).ok().filter(|n| *n > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_split_off() {
        assert_eq!(split_number("目标1"), ("目标", Some(1)));
        assert_eq!(split_number("年度目标十二"), ("年度目标", Some(12)));
        assert_eq!(split_number("目标(二)"), ("目标", Some(2)));
        assert_eq!(split_number("目标二十"), ("目标", Some(20)));
        assert_eq!(split_number("目标"), ("目标", None));
        assert_eq!(split_number("目标99999999999"), ("目标", None));
    }
}
