//! Every text that a user of the forms reads, by language: zh-CN first. Code holds ids, never texts.
//!
//! One folder per language, one file per part of the program, each a flat map `id: text with {names}` in YAML, read when the
//! first text of its language is asked for. Tests find a file that is no such map, ids that a language lacks, names that two
//! languages use differently, and ids in code that no catalogue has.

use crate::diag::{BETWEEN, Message};
use crate::locus::{Locus, Part, Spot, column_letters};
use crate::value::notation::put_number;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// A language that texts exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

type Texts = FxHashMap<String, Wording>;

/// A text, and where in it what `{name}`s.
struct Wording {
    text: String,
    names: Vec<Range<usize>>,
}

impl Wording {
    fn of(text: String) -> Wording {
        let (mut names, mut at) = (Vec::new(), 0);
        while let Some(open) = text[at..].find('{').map(|open| at + open) {
            let Some(close) = text[open..].find('}').map(|close| open + close) else { break };
            at = close + 1;
            names.push(open..at);
        }
        Wording { text, names }
    }

    /// The text with each name replaced by what is put in for it, if anything is.
    fn put(&self, out: &mut String, mut put: impl FnMut(&str, &mut String) -> bool) {
        let mut at = 0;
        for name in &self.names {
            out.push_str(&self.text[at..name.start]);
            at = if put(&self.text[name.start + 1..name.end - 1], out) { name.end } else { name.start };
        }
        out.push_str(&self.text[at..]);
    }
}

macro_rules! files {
    ($language:literal) => {
        [
            include_str!(concat!($language, "/read.yaml")),
            include_str!(concat!($language, "/form.yaml")),
            include_str!(concat!($language, "/value.yaml")),
            include_str!(concat!($language, "/record.yaml")),
            include_str!(concat!($language, "/fit.yaml")),
            include_str!(concat!($language, "/rules.yaml")),
            include_str!(concat!($language, "/scores.yaml")),
            include_str!(concat!($language, "/misread.yaml")),
            include_str!(concat!($language, "/cli.yaml")),
            include_str!(concat!($language, "/batch.yaml")),
            include_str!(concat!($language, "/sheet.yaml")),
            include_str!(concat!($language, "/print.yaml")),
            include_str!(concat!($language, "/template.yaml")),
            include_str!(concat!($language, "/draft.yaml")),
            include_str!(concat!($language, "/summary.yaml")),
        ]
    };
}

fn texts(language: Language) -> &'static Texts {
    static CHINESE: OnceLock<Texts> = OnceLock::new();
    static ENGLISH: OnceLock<Texts> = OnceLock::new();
    match language {
        Language::Chinese => CHINESE.get_or_init(|| load(&files!("zh-CN"))),
        Language::English => ENGLISH.get_or_init(|| load(&files!("en"))),
    }
}

/// Reads the files. One that is no map of texts words nothing: its ids are shown as they are, and a test fails.
fn load(files: &[&str]) -> Texts {
    let maps = files.iter().filter_map(|file| serde_yaml::from_str::<FxHashMap<String, String>>(file).ok());
    maps.flatten().map(|(id, text)| (id, Wording::of(text))).collect()
}

/// The text with this id, without anything put in; the id itself where there is none (a test sees to it that there is).
pub fn text(language: Language, id: &str) -> Cow<'static, str> {
    match texts(language).get(id) {
        Some(wording) => Cow::Borrowed(&wording.text),
        None => Cow::Owned(id.to_owned()),
    }
}

/// Whether a text exists.
pub fn has(language: Language, id: &str) -> bool {
    texts(language).contains_key(id)
}

/// All ids of a language, sorted.
pub fn ids(language: Language) -> Vec<&'static str> {
    let mut ids: Vec<_> = texts(language).keys().map(String::as_str).collect();
    ids.sort_unstable();
    ids
}

/// A place as a person looks for it; nothing for nowhere.
pub fn place(locus: &Locus) -> Option<Message> {
    let message = Message::new(place_id(locus)?);
    let message = match locus.spot {
        Spot::Nowhere => message,
        Spot::Text { line, cell } => message.with("line", line).with("cell", cell),
        Spot::Paragraph { part, number } => message.with("part", format!("@place.part.{}", part.name())).with("number", number),
        Spot::Table { table, row, column, .. } => message.with("table", table).with("row", row).with("column", column),
        Spot::Sheet { sheet, row, column } => {
            message.with("sheet", sheet).with("row", row).with("column", column_letters(column))
        }
    };
    Some(if locus.paragraph > 0 { message.with("paragraph", locus.paragraph) } else { message })
}

fn place_id(locus: &Locus) -> Option<&'static str> {
    Some(match (locus.spot, locus.paragraph) {
        (Spot::Nowhere, _) => return None,
        (Spot::Text { .. }, _) => "place.text",
        (Spot::Paragraph { .. }, _) => "place.paragraph",
        (Spot::Table { .. }, 0) => "place.table",
        (Spot::Table { .. }, _) => "place.table_paragraph",
        (Spot::Sheet { .. }, 0) => "place.sheet",
        (Spot::Sheet { .. }, _) => "place.sheet_paragraph",
    })
}

/// A place in words; nothing for nowhere.
pub fn place_text(language: Language, locus: &Locus) -> String {
    let mut out = String::with_capacity(48);
    let Some(wording) = place_id(locus).and_then(|id| texts(language).get(id)) else { return out };
    wording.put(&mut out, |name, out| {
        let number = match (name, locus.spot) {
            ("paragraph", _) => locus.paragraph,
            ("number", Spot::Paragraph { number, .. }) => number,
            ("line", Spot::Text { line, .. }) => line,
            ("cell", Spot::Text { cell, .. }) => cell,
            ("table", Spot::Table { table, .. }) => table,
            ("sheet", Spot::Sheet { sheet, .. }) => sheet,
            ("row", Spot::Table { row, .. } | Spot::Sheet { row, .. }) => row,
            ("column", Spot::Table { column, .. }) => column,
            ("column", Spot::Sheet { column, .. }) => {
                out.push_str(&column_letters(column));
                return true;
            }
            ("part", Spot::Paragraph { part, .. }) => {
                out.push_str(&text(language, &format!("place.part.{}", part.name())));
                return true;
            }
            _ => return false,
        };
        put_number(number as usize, out);
        true
    });
    out
}

/// A place in a Word file, with the part where it is not plain from the place itself.
pub fn place_in(language: Language, part: Part, locus: &Locus) -> String {
    let place = place_text(language, locus);
    match (part, locus.spot) {
        (Part::Body, _) | (_, Spot::Paragraph { .. }) => place,
        (part, _) => {
            let name = format!("@place.part.{}", part.name());
            let place = Message::new("template.place").with("part", name).with("place", place);
            render(language, &place)
        }
    }
}

/// A message in words: `{name}` replaced by its argument. An argument that starts with `@` is itself an id: `@kind.amount`.
pub fn render(language: Language, message: &Message) -> String {
    let argument = |name: &str| message.arguments.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    match texts(language).get(message.id) {
        Some(wording) => worded(language, wording, argument),
        None => message.id.to_owned(),
    }
}

/// A text of a catalogue with its `{name}`s replaced as [`render`] does; a name that `argument` does not know stays as it is.
pub fn put_in<'a>(language: Language, text: &str, argument: impl Fn(&str) -> Option<&'a str>) -> String {
    worded(language, &Wording::of(text.to_owned()), argument)
}

fn worded<'a>(language: Language, wording: &Wording, argument: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(wording.text.len() + 32);
    wording.put(&mut out, |name, out| {
        let Some(value) = argument(name) else { return false };
        match value.strip_prefix('@').filter(|id| has(language, id)) {
            Some(id) => out.push_str(&text(language, id)),
            None if value.contains(BETWEEN) => out.push_str(&value.replace(BETWEEN, &text(language, "list.between"))),
            None => out.push_str(value),
        }
        true
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_with_their_line_breaks_and_quotes() {
        let texts = load(&["a.b: plain {name}\n# comment\nc: \"{name}：“x”\\nnext\"\n", "d: 'say \"{name}\"'\n"]);
        assert_eq!(texts["a.b"].text, "plain {name}");
        assert_eq!(texts["c"].text, "{name}：“x”\nnext");
        assert_eq!(texts["d"].text, "say \"{name}\"");
        assert_eq!(put_in(Language::English, "{a}{b}{c} {", |name| (name != "b").then_some("x")), "x{b}x {");
    }

    #[test]
    fn a_place_is_worded_as_its_message_is() {
        let part = Part::Header;
        let spots = [
            Spot::Nowhere,
            Spot::Text { line: 12, cell: 3 },
            Spot::Paragraph { part, number: 4 },
            Spot::Table { table: 1, row: 2, column: 3, line: 0 },
            Spot::Sheet { sheet: 1, row: 20, column: 28 },
        ];
        for (spot, paragraph) in spots.into_iter().flat_map(|spot| [(spot, 0), (spot, 7)]) {
            let locus = Locus { spot, paragraph, ..Locus::default() };
            for language in [Language::Chinese, Language::English] {
                let message = place(&locus).map(|place| render(language, &place));
                assert_eq!(place_text(language, &locus), message.unwrap_or_default());
            }
        }
    }

    #[test]
    fn a_message_is_worded_with_its_arguments() {
        let message = Message::new("S004").with("label", "一级指标");
        assert!(render(Language::Chinese, &message).starts_with("“一级指标”"));
        let list = Message::new("check.arithmetic").with("text", ["甲", "乙"].join(BETWEEN));
        assert_eq!([Language::Chinese, Language::English].map(|language| render(language, &list)), ["甲、乙", "甲, 乙"]);
        let unknown = Message::new("no.such.id");
        assert_eq!(render(Language::English, &unknown), "no.such.id");
    }
}
