//! What a view is made of: texts, mostly borrowed from the record, in lists and maps that keep the order of their entries.
//!
//! Plain templates are filled from it as it is ([`super::plain`]). For all others it becomes Tera's values, whose maps hash
//! every key when they are filled, and once more when they become a value: so their entries are collected in a tree that
//! compares numbers, and each key is hashed once.

use crate::record;
use crate::xml;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::Value;
use tera::value::Key;

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

/// The entries of a map, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries<'a> {
    all: Vec<(Key<'static>, Viewed<'a>)>,
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
    pub(crate) fn member(&self, name: &str) -> Option<&Viewed<'a>> {
        if let Viewed::Map(entries) = self { entries.get(name) } else { None }
    }
}

impl<'a> Entries<'a> {
    pub(crate) fn with_capacity(count: usize) -> Entries<'a> {
        Entries { all: Vec::with_capacity(count) }
    }

    /// An entry behind all others; where the key is known, its value is this one.
    pub(crate) fn insert(&mut self, key: Key<'static>, value: impl Into<Viewed<'a>>) {
        self.all.push((key, value.into()));
    }

    /// The same with entries behind.
    pub(crate) fn and<const N: usize>(&self, more: [(&'static str, Viewed<'a>); N]) -> Entries<'a> {
        let mut all = Vec::with_capacity(self.all.len() + N);
        all.extend_from_slice(&self.all);
        all.extend(more.map(|(key, value)| (name(key), value)));
        Entries { all }
    }

    /// Maps are small: looked through faster than hashed.
    pub(crate) fn get(&self, name: &str) -> Option<&Viewed<'a>> {
        self.all.iter().rev().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Key<'static>, Viewed<'a>)> {
        self.all.iter()
    }
}

impl<'a> FromIterator<(Key<'static>, Viewed<'a>)> for Entries<'a> {
    fn from_iter<I: IntoIterator<Item = (Key<'static>, Viewed<'a>)>>(entries: I) -> Self {
        Entries { all: entries.into_iter().collect() }
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
struct Placed(usize, Key<'static>);

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

impl From<Placed> for Key<'static> {
    fn from(placed: Placed) -> Key<'static> {
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
                    entries.iter().enumerate().map(|(at, (key, value))| (Placed(at, key.clone()), Value::from(value)));
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
    let controls = bytes.iter().fold(false, |found, byte| found | (*byte < 0x20));
    let others =
        || bytes.iter().zip(bytes.get(1..).unwrap_or_default()).fold(false, |found, pair| found | (pair == (&0xef, &0xbf)));
    if !controls && !others() || text.chars().all(xml::allowed) {
        return text;
    }
    Cow::Owned(text.chars().filter(|c| xml::allowed(*c)).collect())
}

/// A text of ours.
pub(crate) fn text<'a>(text: impl Into<Cow<'a, str>>) -> Viewed<'a> {
    Viewed::Text(text.into())
}

pub(crate) fn name(text: &'static str) -> Key<'static> {
    Key::Str(text)
}

pub(crate) fn key(key: &record::Key) -> Key<'static> {
    Key::String(key.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_the_order_of_its_entries_and_the_last_value_of_a_key() {
        let numbered = ["b", "a", "c", "a"].into_iter().zip(0usize..);
        let entries: Entries = numbered.map(|(key, number)| (Key::Str(key), Viewed::from(number))).collect();
        assert!(matches!(entries.get("a"), Some(Viewed::Number(3))));
        assert_eq!(Value::from(&Viewed::from(entries)).to_string(), "{\"b\": 0, \"a\": 3, \"c\": 2}");
    }
}
