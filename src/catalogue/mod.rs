//! Every text that a user of the forms reads, by language: zh-CN first. Code holds ids, never texts.
//!
//! One folder per language, one file per part of the program, each a flat map `id: text with {names}` in YAML, read when the
//! first text of its language is asked for. Tests find a file that is no such map, ids that a language lacks, names that two
//! languages use differently, and ids in code that no catalogue has.

use crate::diag::{BETWEEN, Message};
use crate::locus::{Locus, Part, Spot, column_letters};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::OnceLock;

/// A language that texts exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

type Texts = FxHashMap<String, String>;

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
    let maps = files.iter().filter_map(|file| serde_yaml::from_str::<Texts>(file).ok());
    maps.fold(Texts::default(), |mut texts, map| {
        texts.extend(map);
        texts
    })
}

/// The text with this id, without anything put in; the id itself where there is none (a test sees to it that there is).
pub fn text(language: Language, id: &str) -> Cow<'static, str> {
    match texts(language).get(id) {
        Some(text) => Cow::Borrowed(text),
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
    let message = match locus.spot {
        Spot::Nowhere => return None,
        Spot::Text { line, cell } => Message::new("place.text").with("line", line).with("cell", cell),
        Spot::Paragraph { part, number } => {
            Message::new("place.paragraph").with("part", format!("@place.part.{}", part.name())).with("number", number)
        }
        Spot::Table { table, row, column, .. } => {
            let id = if locus.paragraph > 0 { "place.table_paragraph" } else { "place.table" };
            Message::new(id).with("table", table).with("row", row).with("column", column)
        }
        Spot::Sheet { sheet, row, column } => {
            let id = if locus.paragraph > 0 { "place.sheet_paragraph" } else { "place.sheet" };
            Message::new(id).with("sheet", sheet).with("row", row).with("column", column_letters(column))
        }
    };
    Some(if locus.paragraph > 0 { message.with("paragraph", locus.paragraph) } else { message })
}

/// A place in words; nothing for nowhere.
pub fn place_text(language: Language, locus: &Locus) -> String {
    place(locus).map(|place| render(language, &place)).unwrap_or_default()
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
    put_in(language, &text(language, message.id), argument)
}

/// A text of a catalogue with its `{name}`s replaced as [`render`] does; a name that `argument` does not know stays as it is.
pub fn put_in<'a>(language: Language, text: &str, argument: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|close| open + close) else { break };
        out.push_str(&rest[..open]);
        let name = &rest[open + 1..close];
        match argument(name) {
            Some(value) => match value.strip_prefix('@').filter(|id| has(language, id)) {
                Some(id) => out.push_str(&self::text(language, id)),
                None if value.contains(BETWEEN) => out.push_str(&value.replace(BETWEEN, &self::text(language, "list.between"))),
                None => out.push_str(value),
            },
            None => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_with_their_line_breaks_and_quotes() {
        let texts = load(&["a.b: plain {name}\n# comment\nc: \"{name}：“x”\\nnext\"\n", "d: 'say \"{name}\"'\n"]);
        assert_eq!(texts["a.b"], "plain {name}");
        assert_eq!(texts["c"], "{name}：“x”\nnext");
        assert_eq!(texts["d"], "say \"{name}\"");
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
