//! The rules of family X: what documents say of the same thing, side by side.
//!
//! Every form is taken apart into facts: a key (whose form it is, which project, which amount of which year) and a value. Facts
//! with one key come together. The first pass keeps of each fact its hashes alone and finds the keys that need a word; the
//! others collect what stands at these keys, [`FACTS`] at a time. Many forms are done in shares of keys, so that memory does not
//! grow with their number: at most [`SHARE`] forms' facts at 32 bytes each (some 70 facts a form), and the findings themselves.

mod facts;
mod told;
mod totals;

use super::{Entries, Entry, EntryForm, Options};
use crate::diag::{Code, Message, Severity};
use facts::{Fact, Subject};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::io;
use std::sync::Arc;

/// Forms whose facts are in memory at once.
const SHARE: u64 = 10_000;
/// Facts whose texts and places are in memory at once.
const FACTS: usize = 100_000;
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

/// All that so many forms say differently or twice, in the order of the first document that each is about.
pub fn look(entries: &Entries<'_>, forms: u64, options: &Options<'_>) -> io::Result<Vec<Across>> {
    let shares = forms.div_ceil(SHARE).max(1);
    let mut found = totals::look(entries, options)?;
    for share in 0..shares {
        let is_ours = |fact: &Fact| fact.hash() % shares == share;
        let mut seen: Vec<Seen> = Vec::new();
        each_form(entries, |document, _, form| {
            facts::each(form, &mut |fact| {
                if is_ours(&fact) {
                    seen.push(Seen { key: fact.hash(), value: fact.value_hash(), document, side: fact.side });
                }
            });
        })?;
        let parts = conspicuous(&mut seen);
        drop(seen);
        for keys in parts {
            let mut groups: FxHashMap<(Subject, String), Group> = FxHashMap::default();
            each_form(entries, |document, entry, form| {
                // What all places in a form have in common is kept once.
                let itself = OnceCell::new();
                facts::each(form, &mut |fact| {
                    if keys.contains(&fact.hash()) {
                        let place = || Place {
                            field: fact.field.clone(),
                            text: fact.text.clone(),
                            ..itself.get_or_init(|| Place::of(document, &entry.input, form)).clone()
                        };
                        groups.entry((fact.subject, fact.key.clone())).or_default().add(&fact, document, place);
                    }
                });
            })?;
            found.extend(groups.into_iter().flat_map(|((subject, _), group)| told::told(subject, group)));
        }
    }
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

/// What is kept of a fact in the first pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    key: u64,
    value: u64,
    document: u64,
    side: i32,
}

/// The keys at which documents say other things, or the same thing where once is enough. Hashes may meet by chance: what is told
/// is decided by the texts. In parts with at most [`FACTS`] facts that are kept.
fn conspicuous(seen: &mut [Seen]) -> Vec<FxHashSet<u64>> {
    seen.sort_unstable();
    let groups = seen.chunk_by(|one, other| one.key == other.key);
    let several = groups.filter(|group| group.iter().any(|fact| fact.document != group[0].document));
    // Where values must differ they are looked at in the second pass; where all agree there is none, but for forms sent twice.
    let told = several.filter(|group| group[0].side == facts::TWICE || group.iter().any(|fact| fact.value != group[0].value));
    let (mut parts, mut facts): (Vec<FxHashSet<u64>>, usize) = (Vec::new(), 0);
    for group in told {
        // However many there are at one key, no more than these are kept.
        let kept = group.len().min(PLACES * PLACES);
        facts += kept;
        match parts.last_mut() {
            Some(part) if facts <= FACTS => {
                part.insert(group[0].key);
            }
            _ => {
                facts = kept;
                parts.push(FxHashSet::from_iter([group[0].key]));
            }
        }
    }
    parts
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
    fn add(&mut self, fact: &Fact, document: u64, place: impl Fn() -> Place) {
        self.documents.insert(document);
        let index = match self.said.iter().position(|said| said.value == fact.value && said.side == fact.side) {
            Some(index) => index,
            None if self.said.len() < PLACES => {
                let (value, names) = (fact.value.clone(), fact.names.clone());
                let documents = FxHashSet::default();
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
