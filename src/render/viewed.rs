//! What a view is made of: texts, mostly borrowed from the record, in lists and maps that keep the order of their entries.
//!
//! Plain templates are filled from it as it is ([`super::plain`]), each name finding its entry where it found one before ([`Hint`]).
//! For all others it becomes Tera's values, whose maps hash
//! every key when they are filled, and once more when they become a value: so their entries are collected in a tree that
//! compares numbers, and each key is hashed once.

use crate::record;
use crate::xml;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tera::Value;

/// A value as templates see it.
#[derive(Clone, Debug)]
pub(crate) enum Viewed<'a> {
    Nothing,
    Flag(bool),
    Number(usize),
    Text(Cow<'a, str>),
    List(Arc<Vec<Viewed<'a>>>),
    Map(Arc<Entries<'a>>),
}

/// A name of ours, or a definition's.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key<'a> {
    Own(&'static str),
    Of(&'a record::Key),
}

/// The entries of a map, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries<'a> {
    all: Vec<(Key<'a>, Viewed<'a>)>,
    /// No key is there twice, as far as is known.
    distinct: bool,
}

/// Where a name of a template found its entry last: in the next row it stands there again.
#[derive(Debug, Default)]
pub(crate) struct Hint(AtomicUsize);

impl<'a> Key<'a> {
    pub(crate) fn as_str(self) -> &'a str {
        match self {
            Key::Own(name) => name,
            Key::Of(key) => key,
        }
    }

    /// The same for Tera.
    fn of_tera(self) -> tera::value::Key<'static> {
        match self {
            Key::Own(name) => tera::value::Key::Str(name),
            Key::Of(key) => tera::value::Key::String(key.clone()),
        }
    }
}

impl<'a> Viewed<'a> {
    /// As a condition takes it.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Viewed::Nothing => false,
            Viewed::Flag(flag) => *flag,
            Viewed::Number(number) => *number != 0,
            Viewed::Text(text) => !text.is_empty(),
            Viewed::List(items) => !items.is_empty(),
            Viewed::Map(entries) => !entries.all.is_empty(),
        }
    }

    /// What stands in a map under a name.
    pub(crate) fn member(&self, name: &str, hint: &Hint) -> Option<&Viewed<'a>> {
        if let Viewed::Map(entries) = self { entries.get(name, hint) } else { None }
    }
}

impl<'a> Entries<'a> {
    pub(crate) fn with_capacity(count: usize) -> Entries<'a> {
        Entries { all: Vec::with_capacity(count), ..Entries::default() }
    }

    /// A map of these names, all different.
    pub(crate) fn of<const N: usize>(pairs: [(&'static str, Viewed<'a>); N]) -> Entries<'a> {
        let entries = Entries { all: pairs.map(|(key, value)| (Key::Own(key), value)).into(), distinct: true };
        debug_assert!(entries.are_distinct());
        entries
    }

    /// An entry behind all others; where the key is known, its value is this one.
    pub(crate) fn insert(&mut self, key: Key<'a>, value: impl Into<Viewed<'a>>) {
        self.distinct = false;
        self.all.push((key, value.into()));
    }

    /// The same with entries behind.
    pub(crate) fn and<const N: usize>(&self, more: [(&'static str, Viewed<'a>); N]) -> Entries<'a> {
        let mut all = Vec::with_capacity(self.all.len() + N);
        all.extend_from_slice(&self.all);
        all.extend(more.map(|(key, value)| (name(key), value)));
        Entries { all, distinct: false }
    }

    /// Notes whether all its keys differ, so that names need not be looked for; `known` where it is so of a map with the same keys.
    #[must_use]
    pub(crate) fn noted(mut self, known: &mut Option<bool>) -> Entries<'a> {
        self.distinct = *known.get_or_insert_with(|| self.are_distinct());
        debug_assert_eq!(self.distinct, self.are_distinct());
        self
    }

    fn are_distinct(&self) -> bool {
        let mut keys = self.all.iter().enumerate();
        keys.all(|(at, (key, _))| !self.all[..at].iter().any(|(known, _)| known.as_str() == key.as_str()))
    }

    /// Maps are small: looked through faster than hashed.
    fn position(&self, name: &str) -> Option<usize> {
        self.all.iter().rposition(|(key, _)| key.as_str() == name)
    }

    /// What stands under a name, first looked for where it was found last.
    pub(crate) fn get(&self, name: &str, hint: &Hint) -> Option<&Viewed<'a>> {
        let likely = self.all.get(hint.0.load(Relaxed)).filter(|(key, _)| self.distinct && key.as_str() == name);
        if let Some((_, value)) = likely {
            return Some(value);
        }
        let position = self.position(name)?;
        hint.0.store(position, Relaxed);
        self.all.get(position).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Key<'a>, Viewed<'a>)> {
        self.all.iter()
    }
}

impl<'a> FromIterator<(Key<'a>, Viewed<'a>)> for Entries<'a> {
    fn from_iter<I: IntoIterator<Item = (Key<'a>, Viewed<'a>)>>(entries: I) -> Self {
        Entries { all: entries.into_iter().collect(), distinct: false }
    }
}

impl From<bool> for Viewed<'_> {
    fn from(flag: bool) -> Self {
        Viewed::Flag(flag)
    }
}

impl From<usize> for Viewed<'_> {
    fn from(number: usize) -> Self {
        Viewed::Number(number)
    }
}

impl<'a> From<Vec<Viewed<'a>>> for Viewed<'a> {
    fn from(items: Vec<Viewed<'a>>) -> Self {
        Viewed::List(Arc::new(items))
    }
}

impl<'a> From<Entries<'a>> for Viewed<'a> {
    fn from(entries: Entries<'a>) -> Self {
        Viewed::Map(Arc::new(entries))
    }
}

/// A key, told from others by its number.
pub(crate) struct Placed(pub usize, pub tera::value::Key<'static>);

impl PartialEq for Placed {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Placed {}

impl PartialOrd for Placed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Placed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl From<Placed> for tera::value::Key<'static> {
    fn from(placed: Placed) -> tera::value::Key<'static> {
        placed.1
    }
}

impl From<&Viewed<'_>> for Value {
    fn from(viewed: &Viewed) -> Value {
        match viewed {
            Viewed::Nothing => Value::none(),
            Viewed::Flag(flag) => Value::from(*flag),
            Viewed::Number(number) => Value::from(*number),
            Viewed::Text(text) => Value::normal_string(text),
            Viewed::List(items) => Value::from(items.iter().map(Value::from).collect::<Vec<Value>>()),
            Viewed::Map(entries) => {
                let numbered =
                    entries.iter().enumerate().map(|(at, (key, value))| (Placed(at, key.of_tera()), Value::from(value)));
                Value::from(numbered.collect::<BTreeMap<Placed, Value>>())
            }
        }
    }
}

/// A text from a record: without what no document may hold.
pub(crate) fn clean<'a>(text: impl Into<Cow<'a, str>>) -> Viewed<'a> {
    Viewed::Text(cleaned(text.into()))
}

pub(crate) fn cleaned(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // All at once. What is forbidden is a control character, or begins with these two bytes.
    let perhaps = bytes.iter().fold(false, |found, byte| found | (*byte < 0x20) | (*byte == 0xef));
    let controls = || bytes.iter().fold(false, |found, byte| found | (*byte < 0x20));
    let others =
        || bytes.iter().zip(bytes.get(1..).unwrap_or_default()).fold(false, |found, pair| found | (pair == (&0xef, &0xbf)));
    if !perhaps || !controls() && !others() || text.chars().all(xml::allowed) {
        return text;
    }
    Cow::Owned(text.chars().filter(|c| xml::allowed(*c)).collect())
}

/// A text of ours.
pub(crate) fn text<'a>(text: impl Into<Cow<'a, str>>) -> Viewed<'a> {
    Viewed::Text(text.into())
}

pub(crate) fn name<'a>(text: &'static str) -> Key<'a> {
    Key::Own(text)
}

pub(crate) fn key(key: &record::Key) -> Key<'_> {
    Key::Of(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_the_order_of_its_entries_and_the_last_value_of_a_key() {
        let numbered = ["b", "a", "c", "a"].into_iter().zip(0usize..);
        let entries: Entries = numbered.map(|(key, number)| (Key::Own(key), Viewed::from(number))).collect();
        for wrong in 0..5 {
            let hint = Hint(AtomicUsize::new(wrong));
            assert!(matches!(entries.get("a", &hint), Some(Viewed::Number(3))));
            assert!(matches!(entries.get("b", &hint), Some(Viewed::Number(0))));
            assert!(entries.get("d", &hint).is_none());
            assert!(!entries.clone().noted(&mut None).distinct);
        }
        let hint = Hint(AtomicUsize::new(1));
        let distinct = Entries::of([("a", Viewed::from(1)), ("b", Viewed::from(2))]);
        assert!(matches!(distinct.get("a", &hint), Some(Viewed::Number(1))));
        assert_eq!(hint.0.into_inner(), 0);
        assert_eq!(Value::from(&Viewed::from(entries)).to_string(), "{\"b\": 0, \"a\": 3, \"c\": 2}");
    }
}
