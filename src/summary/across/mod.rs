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
    conspicuous: Conspicuous,
    sums: Sums<'o>,
    forms: u64,
}

impl<'o> First<'o> {
    pub fn new(options: &Options<'o>) -> First<'o> {
        First { seen: Seen::default(), conspicuous: Conspicuous::default(), sums: Sums::new(options), forms: 0 }
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
        let mut conspicuous = self.conspicuous;
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

/// The facts at one key. Documents come in order.
#[derive(Default)]
struct Group {
    /// What is said, by whom, in order.
    said: Vec<Said>,
    documents: Documents,
    /// What the first fact is called in messages: project, department, row.
    names: Vec<(&'static str, String)>,
}

/// A value, and the first documents that say it.
struct Said {
    value: String,
    side: i32,
    places: Vec<Place>,
    documents: Documents,
}

/// How many documents there were, and the last one.
#[derive(Default)]
struct Documents {
    count: usize,
    last: Option<u64>,
}

impl Documents {
    /// Says whether it is another one.
    fn add(&mut self, document: u64) -> bool {
        let is_new = self.last.replace(document) != Some(document);
        self.count += usize::from(is_new);
        is_new
    }
}

impl Group {
    fn add(&mut self, fact: &Fact<'_>, document: u64, place: impl Fn() -> Place) {
        self.documents.add(document);
        let value = fact.value();
        let known = self.said.iter().position(|said| said.value == value && said.side == fact.side);
        if self.said.is_empty() {
            self.names = fact.names();
        }
        if let Some(said) = known.and_then(|known| self.said.get_mut(known)) {
            if said.documents.add(document) && said.places.len() < PLACES {
                said.places.push(place());
            }
        } else if self.said.len() < PLACES {
            let documents = Documents { count: 1, last: Some(document) };
            self.said.push(Said { value: value.into_owned(), side: fact.side, places: vec![place()], documents });
        }
    }

    fn name(&self, wanted: &str) -> &str {
        self.names.iter().find(|(name, _)| *name == wanted).map_or("", |(_, text)| text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Language;
    use crate::summary::EntryStated;
    use proptest::prelude::*;

    /// Forms of some departments and years that tell the same few rows of earlier years, with these amounts.
    fn entries(amounts: &[u8]) -> Vec<Entry> {
        let entry = |(index, amount): (usize, &u8)| {
            let year = 2021 + i32::from(amount / 8 % 3);
            let stated = |row: usize| EntryStated {
                rows: "row".to_owned(),
                name: row.to_string(),
                year: 2020,
                text: (amount % 4).to_string(),
                is_amount: true,
                yuan: Some((amount % 4).to_string()),
                at: String::new(),
            };
            let history = (0..usize::from(amount % 5)).map(stated).collect();
            let department = format!("department {}", char::from(b'a' + amount / 64));
            let form = EntryForm {
                form: "f".to_owned(),
                department,
                year: Some(year),
                unit: "元".to_owned(),
                history,
                ..EntryForm::default()
            };
            Entry::read(index.to_string(), String::new(), 0, vec![form])
        };
        amounts.iter().enumerate().map(entry).collect()
    }

    fn look(entries: &[Entry], facts: usize, told: usize) -> Vec<Across> {
        let hear = |_, severity| Some(severity);
        let options =
            Options { definitions: &[], language: Language::Chinese, totals: &[], hear: &hear, drive: crate::summary::in_turn };
        let mut first = First::new(&options);
        (first.seen, first.conspicuous) = (Seen::with_room(facts), Conspicuous::with_room(told));
        entries.iter().for_each(|entry| first.add(entry));
        first.finish(&|| Ok(Box::new(entries.iter().cloned().map(Ok))), &options).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_said_does_not_depend_on_how_much_fits_into_memory(amounts in proptest::collection::vec(any::<u8>(), 0..40)) {
            let entries = entries(&amounts);
            prop_assert_eq!(look(&entries, 7, usize::MAX), look(&entries, usize::MAX, usize::MAX));
        }

        #[test]
        fn what_is_too_much_to_be_told_is_told_as_a_number(amounts in proptest::collection::vec(any::<u8>(), 0..40), told in 0usize..60) {
            let entries = entries(&amounts);
            let all = look(&entries, usize::MAX, usize::MAX);
            let (left, some): (Vec<Across>, Vec<Across>) =
                look(&entries, 50, told).into_iter().partition(|across| across.message.id == "X.left");
            prop_assert!(some.iter().all(|across| all.contains(across)));
            prop_assert!(some.len() == all.len() || !left.is_empty());
            let count = |across: &Across| across.message.arguments[0].1.parse::<usize>().unwrap();
            prop_assert!(some.len() + left.iter().map(count).sum::<usize>() >= all.len());
        }
    }
}
