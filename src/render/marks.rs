//! Signs beside what is printed, which lead to what is said of it, and the places they lead back to.
//!
//! A page template says `{{ marks(at=…) }}` where a field stands; nothing stands there unless something is said of the field.
//! Every path has one place on the page: its own, or that of what it is a part of ([`printed_at`]).

use crate::catalogue::{self, Language};
use crate::diag::Severity;
use crate::form::{Band, FormDefinition};
use crate::record::{Path, Record, Step, text_of};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use tera::value::Key;
use tera::{Kwargs, State, Tera, TeraResult, Value};

/// The name of the map from paths to signs in a template's context.
pub(crate) const CONTEXT: &str = "said";

/// What is said of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Said {
    Error,
    Warning,
    Info,
    Suggestion,
    Change,
    Unplaced,
}

impl Said {
    pub(crate) const ALL: [Said; 6] = [Said::Error, Said::Warning, Said::Info, Said::Suggestion, Said::Change, Said::Unplaced];

    pub(crate) fn of(severity: Severity) -> Said {
        match severity {
            Severity::Error => Said::Error,
            Severity::Warning => Said::Warning,
            Severity::Info => Said::Info,
        }
    }

    /// Its class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Said::Error => "error",
            Said::Warning => "warning",
            Said::Info => "info",
            Said::Suggestion => "suggestion",
            Said::Change => "change",
            Said::Unplaced => "unplaced",
        }
    }

    /// What tells it from the others where colours cannot.
    pub(crate) fn sign(self) -> char {
        match self {
            Said::Error => '×',
            Said::Warning => '▲',
            Said::Info => '●',
            Said::Suggestion => '◇',
            Said::Change => '≠',
            Said::Unplaced => '□',
        }
    }

    pub(crate) fn word(self, language: Language) -> String {
        let id = match self {
            Said::Error => "print.severity.error",
            Said::Warning => "print.severity.warning",
            Said::Info => "print.severity.info",
            Said::Suggestion => "print.said.suggestion",
            Said::Change => "print.said.change",
            Said::Unplaced => "print.said.unplaced",
        };
        catalogue::text(language, id).into_owned()
    }

    /// The link to what is said under this number.
    pub(crate) fn link(self, number: usize, language: Language) -> String {
        let mut link = String::with_capacity(96);
        self.put_link(number, &self.word(language), &mut link);
        link
    }

    fn put_link(self, number: usize, word: &str, out: &mut String) {
        let number = number.to_string();
        out.extend(["<a class=\"", self.class(), " n", &number, "\" href=\"#n", &number, "\" aria-label=\"", word, " "]);
        out.extend([&number, "\">"]);
        out.push(self.sign());
        out.extend([&number, "</a>"]);
    }
}

/// The signs of a record's fields.
#[derive(Default)]
pub(crate) struct Marks {
    /// By printed path: the numbers of what is said, in order.
    said: FxHashMap<String, Vec<(usize, Said)>>,
}

impl Marks {
    pub(crate) fn add(&mut self, at: String, number: usize, said: Said) {
        let all = self.said.entry(at).or_default();
        if !all.contains(&(number, said)) {
            all.push((number, said));
        }
    }

    /// What stands at each place. `more` is what else stands there.
    pub(crate) fn signs(self, mut more: Signs, language: Language) -> Signs {
        let words = Said::ALL.map(|said| (said, said.word(language)));
        let word = |said: Said| words.iter().find(|(known, _)| *known == said).map_or("", |(_, word)| word);
        let mut signs = Signs::default();
        signs.reserve(self.said.len() + more.len());
        for (at, said) in self.said {
            let mut text = String::with_capacity(96 + 112 * said.len());
            text.push_str("<sup class=\"marks\" id=\"");
            put_anchor(&at, &mut text);
            text.push_str("\" data-biaozhun=\"appendix\">");
            for (number, said) in said {
                text.push(' ');
                said.put_link(number, word(said), &mut text);
            }
            text.push_str("</sup>");
            text.push_str(&more.remove(&at).unwrap_or_default());
            signs.insert(at, text);
        }
        signs.extend(more);
        signs
    }
}

/// Markup by the path of the field at which it stands.
pub(crate) type Signs = FxHashMap<String, String>;

/// Signs as templates see them that ask for them by themselves.
pub(crate) fn value(signs: &Signs) -> Value {
    let entry = |(at, text): (&String, &String)| (Key::String(at.as_str().into()), Value::safe_string(text));
    Value::from(signs.iter().map(entry).collect::<BTreeMap<Key<'static>, Value>>())
}

/// The id of a field's place on the page.
pub(crate) fn anchor(at: &str) -> String {
    let mut id = String::with_capacity(at.len() + 3);
    put_anchor(at, &mut id);
    id
}

fn put_anchor(at: &str, out: &mut String) {
    out.push_str("at-");
    let mut start = 0;
    let mut name = |end: usize| {
        let name = &at[start..end];
        out.push_str(name.strip_suffix(']').unwrap_or(name));
        start = end + 1;
        if end < at.len() {
            out.push('-');
        }
    };
    at.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'.' | b'[')).for_each(|(end, _)| name(end));
    name(at.len());
}

/// The form as a whole: its title. No path of a field, which begins with a field's key.
pub(crate) const WHOLE: &str = ".";

/// The path whose place on the page stands for this one: a row for what it has no cell for, a band for what it has no row for,
/// the title for all else.
pub(crate) fn printed_at(record: &Record, definition: &FormDefinition, path: &Path) -> String {
    let steps = &path.0;
    let Some(Step::Key(first)) = steps.first() else { return WHOLE.to_owned() };
    let own = |fields: &[crate::form::Field]| fields.iter().any(|field| field.key == *first);
    let band = definition.bands.iter().find(|band| match band {
        Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => own(fields),
        Band::Matrix { key, .. } | Band::Records { key, .. } | Band::Lists { key, .. } | Band::Notes { key, .. } => {
            key == first
        }
        Band::Tree(tree) => tree.key == *first,
        Band::Total(total) => total.key == *first,
    });
    let index = |at: usize| matches!(steps.get(at), Some(Step::Index(_)));
    // A field may be missing in its row; the row has to be there.
    let there = |length: usize| {
        let row = if index(length - 1) { length } else { length - 1 };
        steps.len() >= length && steps[..row].iter().try_fold(&record.data, |node, step| node.step(step)).is_some()
    };
    // Lengths of paths that have a place, the longest first.
    let lengths: &[usize] = match band {
        None => return WHOLE.to_owned(),
        Some(Band::Tree(tree)) if tree.optional && record.data.get(first).is_none_or(|goals| goals.items().is_empty()) => {
            return WHOLE.to_owned();
        }
        Some(Band::Line { .. } | Band::Pairs { .. }) => &[1],
        Some(Band::Text { .. } | Band::Notes { .. }) if index(1) => &[2, 1],
        Some(Band::Text { .. } | Band::Notes { .. }) => &[1],
        Some(Band::Matrix { columns, .. }) => {
            let across = |key: &Step| {
                columns.iter().any(|column| column.across.is_some() && Step::Key(column.field.key.clone()) == *key)
            };
            match steps.get(3) {
                Some(key) if index(2) && across(key) && index(4) => &[5, 3, 1],
                Some(key) if index(2) && !across(key) => &[4, 3, 1],
                // A row, or the header of a year.
                _ if index(2) => &[3, 1],
                _ => &[1],
            }
        }
        Some(Band::Records { .. }) if index(1) => &[3, 2, 1],
        Some(Band::Records { .. }) => &[1],
        Some(Band::Lists { sides, .. }) => {
            let side = sides.iter().find(|side| steps.get(1) == Some(&Step::Key(side.key.clone())));
            match side.map(|side| &side.until) {
                Some(None) if index(2) => &[3, 1],
                Some(Some((until, _))) if steps.get(2) == Some(&Step::Key(until.clone())) => &[3, 1],
                Some(Some(_)) if matches!(steps.get(2), Some(Step::Key(key)) if side.and_then(|side| side.since.as_ref()) == Some(key)) => {
                    &[3, 1]
                }
                Some(Some(_)) if index(3) => &[4, 1],
                _ => &[1],
            }
        }
        Some(Band::Total(_)) => &[2, 1],
        Some(Band::Tree(tree)) => match (&tree.blocks, steps.get(2)) {
            (Some(blocks), Some(Step::Key(key))) if index(1) && *key == blocks.rows && index(3) => &[5, 4, 2, 1],
            (Some(blocks), Some(Step::Key(key))) if index(1) && *key == blocks.goal.key => &[3, 2, 1],
            (None, Some(_)) if index(1) => &[3, 2, 1],
            _ if index(1) => &[2, 1],
            _ => &[1],
        },
    };
    let found = lengths.iter().find(|length| there(**length)).copied().unwrap_or(1);
    text_of(&steps[..found])
}

/// `marks(at="projects[0]", key="name", index=1)`, for page templates: the signs at a field.
pub(crate) fn register(tera: &mut Tera) {
    tera.register_function("marks", marks);
}

fn marks(kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    let at = kwargs.must_get::<&str>("at")?;
    let all = state.get::<Value>(CONTEXT)?;
    let Some(all) = all.as_ref().and_then(Value::as_map).filter(|all| !at.is_empty() && !all.is_empty()) else {
        return Ok(Value::normal_string(""));
    };
    let mut path = String::with_capacity(at.len() + 16);
    path.push_str(at);
    if let Some(key) = kwargs.get::<&str>("key")? {
        path.extend([".", key]);
    }
    if let Some(index) = kwargs.get::<usize>("index")? {
        path.extend(["[", &index.to_string(), "]"]);
    }
    let markup = all.get(&Key::Str(&path)).and_then(Value::as_str);
    Ok(Value::safe_string(markup.unwrap_or_default()))
}
