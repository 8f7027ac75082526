//! The rules of family X: what documents say of the same thing, side by side.
//!
//! Every form is taken apart into facts: a key (whose form it is, which project, which amount of which year) and a value. Facts
//! with one key come together. A [`First`] look at all documents keeps of each fact its hashes alone ([`seen`]); a second one,
//! where it is needed at all, collects what stands at the keys that need a word. Both are bounded: how much is kept of hashes,
//! and how many facts are told of. What is left out for that is told as a number.

mod facts;
mod seen;
mod told;
mod totals;

use super::{Entries, Entry, EntryForm, Options};
use crate::diag::{Code, Message, Severity};
use facts::{Fact, Subject};
use rustc_hash::{FxHashMap, FxHashSet};
use seen::{Conspicuous, Seen};
use std::cell::OnceCell;
use std::io;
use std::sync::Arc;
use totals::Sums;

/// Documents that a finding leads to; of more, it tells the number.
const PLACES: usize = 12;

/// Something that documents say differently, or twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Across {
    pub rule: Code,
    pub severity: Severity,
    pub message: Message,
    pub help: Message,
    /// The documents it is about, in order, at most [`PLACES`].
    pub places: Vec<Place>,
}

/// A form, and a field in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the form among all forms, from 0.
    pub document: u64,
    pub input: Arc<str>,
    pub title: Arc<str>,
    pub department: Arc<str>,
    pub year: Option<i32>,
    /// In the words that the form prints; blank for the whole form.
    pub field: String,
    /// What stands there.
    pub text: String,
    /// The output that shows it best; blank where there is none.
    pub link: Arc<str>,
}

impl Place {
    fn of(document: u64, input: &str, form: &EntryForm) -> Place {
        Place {
            document,
            input: input.into(),
            title: form.title.as_str().into(),
            department: form.department.as_str().into(),
            year: form.year,
            field: String::new(),
            text: String::new(),
            link: form.link().unwrap_or_default().into(),
        }
    }
}

/// What is kept of all documents at the first look.
pub struct First<'o> {
    seen: Seen,
    sums: Sums<'o>,
    forms: u64,
}

impl<'o> First<'o> {
    pub fn new(options: &Options<'o>) -> First<'o> {
        First { seen: Seen::default(), sums: Sums::new(options), forms: 0 }
    }

    /// Looks at the next entry.
    pub fn add(&mut self, entry: &Entry) {
        for form in &entry.forms {
            self.seen.add(self.forms, form);
            self.sums.add(self.forms, entry, form);
            self.forms += 1;
        }
    }

    /// All that these entries say differently or twice, in the order of the first document that each is about.
    pub fn finish(self, entries: &Entries<'_>, options: &Options<'_>) -> io::Result<Vec<Across>> {
        let mut found = self.sums.told();
        let mut conspicuous = Conspicuous::default();
        let mut rest = Some(self.seen);
        while let Some(seen) = rest {
            rest = seen.rest();
            conspicuous.add(seen);
            if let Some(seen) = &mut rest {
                each_form(entries, |document, _, form| seen.add(document, form))?;
            }
        }
        found.extend(conspicuous.left().map(|(subject, count)| told::left(subject, count)));
        found.extend(collect(entries, &conspicuous.keys())?);
        found.retain_mut(|across| match (options.hear)(across.rule, across.severity) {
            Some(severity) => {
                across.severity = severity;
                true
            }
            None => false,
        });
        fn places(across: &Across) -> impl Iterator<Item = (u64, &str)> {
            across.places.iter().map(|place| (place.document, place.field.as_str()))
        }
        found.sort_by(|one, other| {
            let said = one.rule.cmp(other.rule).then_with(|| one.message.arguments.cmp(&other.message.arguments));
            places(one).cmp(places(other)).then(said)
        });
        // Two spellings of a name may meet at several keys.
        found.dedup();
        Ok(found)
    }
}

/// What is to be said of the facts at some keys.
fn collect(entries: &Entries<'_>, keys: &FxHashSet<u64>) -> io::Result<Vec<Across>> {
    let mut groups: FxHashMap<(Subject, String), Group> = FxHashMap::default();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    each_form(entries, |document, entry, form| {
        // What all places in a form have in common is kept once.
        let itself = OnceCell::new();
        facts::each(form, &mut |fact| {
            if keys.contains(&fact.hash()) {
                let place = || Place {
                    field: fact.field(),
                    text: fact.text(),
                    ..itself.get_or_init(|| Place::of(document, &entry.input, form)).clone()
                };
                groups.entry((fact.subject, fact.key())).or_default().add(fact, document, place);
            }
        });
    })?;
    Ok(groups.into_iter().flat_map(|((subject, _), group)| told::told(subject, group)).collect())
}

/// Calls `visit` for every form with its number.
fn each_form(entries: &Entries<'_>, mut visit: impl FnMut(u64, &Entry, &EntryForm)) -> io::Result<()> {
    let mut document = 0;
    for entry in entries()? {
        let entry = entry?;
        for form in &entry.forms {
            visit(document, &entry, form);
            document += 1;
        }
    }
    Ok(())
}

/// The facts at one key.
#[derive(Default)]
struct Group {
    /// What is said, by whom, in order.
    said: Vec<Said>,
    documents: FxHashSet<u64>,
}

/// A value, and the first documents that say it.
struct Said {
    value: String,
    side: i32,
    /// What the fact is called in messages: project, department, row.
    names: Vec<(&'static str, String)>,
    places: Vec<Place>,
    documents: FxHashSet<u64>,
}

impl Group {
    fn add(&mut self, fact: &Fact<'_>, document: u64, place: impl Fn() -> Place) {
        self.documents.insert(document);
        let value = fact.value();
        let index = match self.said.iter().position(|said| said.value == value && said.side == fact.side) {
            Some(index) => index,
            None if self.said.len() < PLACES => {
                let (value, names, documents) = (value.into_owned(), fact.names(), FxHashSet::default());
                self.said.push(Said { value, side: fact.side, names, places: Vec::new(), documents });
                self.said.len() - 1
            }
            None => return,
        };
        let Some(said) = self.said.get_mut(index) else { return };
        if said.documents.insert(document) && said.places.len() < PLACES {
            said.places.push(place());
        }
    }
}
