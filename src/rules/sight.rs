//! What a rule sees: the kinds of fields whose edit may change what it says. A rule that declares too little is found by every test
//! that runs it, for there it is asked all the same.

use super::select::Selector;
use crate::form::{FormDefinition, Shape};
use crate::value::Kind;
use serde_json::{Map, Value};

/// Kinds of fields that a rule sees, or that an edit has touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight(u32);

/// The bit of what is known only with the parameters.
const OPEN: u32 = 1 << 31;

impl Sight {
    pub const ALL: Sight = Sight(!OPEN);
    /// What the parameters of a use name, and nothing else.
    pub const NAMED: Sight = Sight(OPEN);

    pub const fn of(kinds: &[Kind]) -> Sight {
        let (mut bits, mut index) = (0, 0);
        while index < kinds.len() {
            bits |= 1 << kinds[index] as u32;
            index += 1;
        }
        Sight(bits)
    }

    pub const fn and(self, other: Sight) -> Sight {
        Sight(self.0 | other.0)
    }

    pub fn meets(self, other: Sight) -> bool {
        self.0 & other.0 & !OPEN != 0
    }

    /// With the kinds of all fields that parameters name: by an address, with what lies below it, or by a key, wherever it stands.
    pub(super) fn of_parameters(self, values: &Map<String, Value>, definition: &FormDefinition, shape: &Shape) -> Sight {
        if self.0 & OPEN == 0 {
            return self;
        }
        // The unit is read with every amount.
        let mut bits = self.0 & !OPEN | 1 << Kind::Unit as u32;
        values.values().for_each(|value| named(value, definition, shape, &mut bits));
        Sight(bits)
    }
}

fn named(value: &Value, definition: &FormDefinition, shape: &Shape, bits: &mut u32) {
    match value {
        Value::String(text) => {
            if let Ok((_, shape)) = Selector::parse(text, definition, shape) {
                below(shape, bits);
            }
            keyed(text, shape, bits);
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, definition, shape, bits)),
        Value::Object(map) => {
            map.keys().for_each(|key| keyed(key, shape, bits));
            map.values().for_each(|value| named(value, definition, shape, bits));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn below(shape: &Shape, bits: &mut u32) {
    match shape {
        Shape::Leaf(leaf) => *bits |= 1 << leaf.kind as u32,
        Shape::List { item, .. } => below(item, bits),
        Shape::Map(entries) => entries.iter().for_each(|entry| below(&entry.shape, bits)),
    }
}

fn keyed(key: &str, shape: &Shape, bits: &mut u32) {
    match shape {
        Shape::Leaf(_) => {}
        Shape::List { item, .. } => keyed(key, item, bits),
        Shape::Map(entries) => {
            for entry in entries {
                if *entry.key == *key {
                    below(&entry.shape, bits);
                }
                keyed(key, &entry.shape, bits);
            }
        }
    }
}
