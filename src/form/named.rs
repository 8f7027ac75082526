//! What the parameters of a rule name in its form: the addresses among their texts, and the kinds of the fields that lie there.
//!
//! Read once for a definition; what a rule makes of an address is its own affair.

use super::{FormDefinition, RuleUse, Selector, Shape};
use crate::value::Kind;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

/// See the head of this file.
#[derive(Clone, Debug, Default)]
pub struct Named {
    addresses: Vec<(Box<str>, Selector)>,
    kinds: Vec<Kind>,
}

/// What all uses of rules in a definition name, in their order.
#[derive(Debug)]
pub(super) struct Uses {
    all: Vec<Named>,
    by_rule: FxHashMap<Box<str>, Vec<usize>>,
}

impl Uses {
    pub fn of(definition: &FormDefinition) -> Uses {
        let mut uses = Uses { all: Vec::with_capacity(definition.rules.len()), by_rule: FxHashMap::default() };
        for used in &definition.rules {
            uses.by_rule.entry(used.rule.as_str().into()).or_default().push(uses.all.len());
            uses.all.push(Named::of(used, definition));
        }
        uses
    }

    pub fn all(&self) -> &[Named] {
        &self.all
    }

    /// Those of one rule, each with its place.
    pub fn of_rule(&self, rule: &str) -> impl Iterator<Item = (usize, &Named)> {
        let places = self.by_rule.get(rule).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|index| Some((*index, self.all.get(*index)?)))
    }
}

impl Named {
    fn of(used: &RuleUse, definition: &FormDefinition) -> Named {
        let mut named = Named::default();
        named.map(&used.parameters, definition);
        named
    }

    /// The address that a text is, if the form has such a place.
    pub fn address(&self, text: &str) -> Option<&Selector> {
        self.addresses.iter().find(|(known, _)| **known == *text).map(|(_, address)| address)
    }

    /// The kinds of all fields that are named: by an address, with what lies below it, or by a key, wherever it stands.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    fn map(&mut self, values: &Map<String, Value>, definition: &FormDefinition) {
        values.values().for_each(|value| self.value(value, definition));
    }

    fn value(&mut self, value: &Value, definition: &FormDefinition) {
        let shape = definition.shape();
        match value {
            Value::String(text) => {
                if self.address(text).is_none()
                    && let Ok((address, place)) = Selector::parse(text, definition, shape)
                {
                    self.below(place);
                    self.addresses.push((text.as_str().into(), address));
                }
                self.keyed(text, shape);
            }
            Value::Array(items) => items.iter().for_each(|item| self.value(item, definition)),
            Value::Object(map) => {
                map.keys().for_each(|key| self.keyed(key, shape));
                self.map(map, definition);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn below(&mut self, shape: &Shape) {
        match shape {
            Shape::Leaf(leaf) if self.kinds.contains(&leaf.kind) => {}
            Shape::Leaf(leaf) => self.kinds.push(leaf.kind),
            Shape::List { item, .. } => self.below(item),
            Shape::Map(entries) => entries.iter().for_each(|entry| self.below(&entry.shape)),
        }
    }

    fn keyed(&mut self, key: &str, shape: &Shape) {
        match shape {
            Shape::Leaf(_) => {}
            Shape::List { item, .. } => self.keyed(key, item),
            Shape::Map(entries) => {
                for entry in entries {
                    if *entry.key == *key {
                        self.below(&entry.shape);
                    }
                    self.keyed(key, &entry.shape);
                }
            }
        }
    }
}
