//! The entries of a map of the view, in the order in which they came.
//!
//! Tera's map hashes every key when it is filled, and once more when it becomes a value. Entries are collected in a tree that
//! compares their numbers, and then become a value: so each key is hashed once.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use tera::Value;
use tera::value::Key;

#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    all: BTreeMap<Placed, Value>,
}

/// A key, told from others by its number.
#[derive(Clone, Debug)]
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

impl Entries {
    /// An entry behind all others; where the key is known, its value is this one.
    pub fn insert(&mut self, key: Key<'static>, value: Value) {
        self.all.insert(Placed(self.all.len(), key), value);
    }
}

impl FromIterator<(Key<'static>, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Key<'static>, Value)>>(entries: I) -> Self {
        let mut all = Entries::default();
        entries.into_iter().for_each(|(key, value)| all.insert(key, value));
        all
    }
}

impl From<Entries> for Value {
    fn from(entries: Entries) -> Value {
        Value::from(entries.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_the_order_of_its_entries_and_the_last_value_of_a_key() {
        let mut entries = Entries::default();
        for (number, key) in ["b", "a", "c", "a"].into_iter().enumerate() {
            entries.insert(Key::Str(key), Value::from(number));
        }
        assert_eq!(Value::from(entries).to_string(), "{\"b\": 0, \"a\": 3, \"c\": 2}");
    }
}
