//! What a tag may do with a value: filters, tests and functions by name, in both languages, and what they give.
//!
//! The filters themselves stand in [`crate::render::filters`] and in Tera. Those that would let a value be taken for markup
//! are not here, and so are unknown to Word templates.

use crate::render::names::{Seen, begins};
use crate::render::words;
use std::sync::{Arc, OnceLock};

/// What becomes of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Text,
    Number,
    /// As it came in.
    Same,
    /// One of a list.
    Item,
    Unknown,
}

/// A filter.
#[derive(Debug)]
pub(crate) struct Filter {
    pub name: &'static str,
    gives: Gives,
    /// The id of its other names in the catalogue.
    words: Option<&'static str>,
}

const fn plain(name: &'static str, gives: Gives) -> Filter {
    Filter { name, gives, words: None }
}

const fn worded(name: &'static str, gives: Gives, words: &'static str) -> Filter {
    Filter { name, gives, words: Some(words) }
}

/// All filters: ours first.
pub(crate) const FILTERS: [Filter; 43] = [
    worded("amount", Gives::Text, "filter.amount"),
    worded("percent", Gives::Text, "filter.percent"),
    worded("date", Gives::Text, "filter.date"),
    worded("amount_words", Gives::Text, "filter.amount_words"),
    worded("ordinal", Gives::Text, "filter.ordinal"),
    worded("merge", Gives::Same, "filter.merge"),
    worded("filled", Gives::Same, "filter.filled"),
    worded("tick", Gives::Text, "filter.tick"),
    worded("paragraphs", Gives::Text, "filter.paragraphs"),
    worded("blank", Gives::Text, "filter.blank"),
    plain("cell", Gives::Unknown),
    plain("date_cn", Gives::Text),
    worded("default", Gives::Unknown, "filter.default"),
    plain("upper", Gives::Text),
    plain("lower", Gives::Text),
    plain("wordcount", Gives::Number),
    plain("pluralize", Gives::Text),
    plain("trim", Gives::Text),
    plain("trim_start", Gives::Text),
    plain("trim_end", Gives::Text),
    plain("replace", Gives::Text),
    plain("capitalize", Gives::Text),
    plain("title", Gives::Text),
    plain("truncate", Gives::Text),
    plain("str", Gives::Text),
    plain("int", Gives::Number),
    plain("float", Gives::Number),
    worded("length", Gives::Number, "filter.length"),
    plain("reverse", Gives::Same),
    plain("split", Gives::Unknown),
    plain("abs", Gives::Number),
    plain("round", Gives::Number),
    plain("first", Gives::Item),
    plain("last", Gives::Item),
    plain("nth", Gives::Item),
    worded("join", Gives::Text, "filter.join"),
    plain("sort", Gives::Same),
    plain("unique", Gives::Same),
    plain("get", Gives::Unknown),
    plain("values", Gives::Unknown),
    plain("keys", Gives::Unknown),
    plain("pairs", Gives::Unknown),
    plain("group_by", Gives::Unknown),
];

pub(crate) const TESTS: [&str; 17] = [
    "string",
    "number",
    "map",
    "bool",
    "array",
    "integer",
    "float",
    "none",
    "iterable",
    "defined",
    "undefined",
    "odd",
    "even",
    "divisible_by",
    "starting_with",
    "ending_with",
    "containing",
];

pub(crate) const FUNCTIONS: [&str; 1] = ["range"];

/// Names of arguments: in Tera, and in the catalogue.
const ARGUMENTS: [(&str, &str); 7] = [
    ("digits", "argument.digits"),
    ("unit", "argument.unit"),
    ("within", "argument.within"),
    ("when", "argument.when"),
    ("value", "argument.value"),
    ("sep", "argument.sep"),
    ("style", "argument.style"),
];

type Named = Vec<(Arc<str>, &'static str)>;

fn filters() -> &'static Vec<(Arc<str>, &'static Filter)> {
    static NAMES: OnceLock<Vec<(Arc<str>, &'static Filter)>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Vec::new();
        for filter in &FILTERS {
            names.push((Arc::from(filter.name), filter));
            names.extend(filter.words.iter().flat_map(|id| words::both(id)).map(|word| (word, filter)));
        }
        names
    })
}

impl Filter {
    /// The filter whose name stands here, and the length of the name.
    pub(crate) fn longest(text: &str) -> Option<(&'static Filter, usize)> {
        let named = |(name, filter): &(Arc<str>, &'static Filter)| {
            let length = begins(text, name)?;
            let behind = text[length..].chars().next();
            behind.is_none_or(|c| !(c.is_alphanumeric() || c == '_')).then_some((*filter, length))
        };
        filters().iter().filter_map(named).max_by_key(|(_, length)| *length)
    }

    pub(crate) fn all_names() -> Vec<Arc<str>> {
        filters().iter().map(|(name, _)| name.clone()).collect()
    }

    /// Its name in the user's words.
    pub(crate) fn shown(&self) -> String {
        let words = self.words.map(words::both).unwrap_or_default();
        match words.first().filter(|word| ***word != *self.name) {
            Some(word) => format!("{word}({})", self.name),
            None => self.name.to_owned(),
        }
    }

    /// What it gives for what it gets.
    pub(crate) fn gives(&self, seen: &Seen) -> Seen {
        match (self.gives, seen) {
            (Gives::Text, _) => Seen::Text(None),
            (Gives::Number, _) => Seen::Number,
            (Gives::Same, seen) => seen.clone(),
            (Gives::Item, Seen::List(item)) => (**item).clone(),
            (Gives::Item, Seen::Rows { row, .. }) => (**row).clone(),
            (Gives::Item | Gives::Unknown, _) => Seen::Any,
        }
    }
}

/// The name of an argument as Tera has it.
pub(crate) fn argument(typed: &str) -> String {
    static NAMES: OnceLock<Named> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        ARGUMENTS.iter().flat_map(|(name, id)| words::both(id).into_iter().map(|word| (word, *name))).collect()
    });
    names.iter().find(|(word, _)| **word == *typed).map_or(typed, |(_, name)| name).to_owned()
}

/// A text as a string of the template language.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
