//! Reading what is meant out of a tree: notes what is wrong, with place, and goes on.
//!
//! Knows maps with certain keys, lists, texts and flags; what they mean is for the caller.

use super::{MapKey, Node, Place, Value, nearest};
use crate::diag::{Message, Mistake};

/// Collects mistakes.
pub struct Reader {
    pub mistakes: Vec<Mistake>,
}

/// A map whose keys are all allowed here.
#[derive(Clone, Copy)]
pub struct Map<'a> {
    pub place: Place,
    pub entries: &'a [(MapKey, Node)],
}

impl<'a> Map<'a> {
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    /// A key that must be there.
    pub fn need(&self, reader: &mut Reader, key: &str) -> Option<&'a Node> {
        let node = self.get(key);
        if node.is_none() {
            reader.wrong(self.place, Message::new("form.missing_key").with("key", key));
        }
        node
    }
}

impl Reader {
    pub fn wrong(&mut self, place: Place, message: Message) {
        self.mistakes.push(place.mistake(message));
    }

    /// `form.expected`: another thing stands here than the one that is due.
    pub fn expected(&mut self, node: &Node, what: &'static str) {
        self.wrong(node.place, Message::new("form.expected").with("expected", what).with("found", node.what()));
    }

    /// A word out of a closed set.
    pub fn unknown(&mut self, place: Place, id: &'static str, nearest_id: &'static str, word: &str, allowed: &[&str]) {
        let message = match nearest(word, allowed.iter().copied()) {
            Some(meant) => Message::new(nearest_id).with("meant", meant),
            None => Message::new(id),
        };
        self.wrong(place, message.with("word", word).with("allowed", allowed.join(", ")));
    }

    /// A map with no other keys than the allowed ones.
    pub fn map<'a>(&mut self, node: &'a Node, allowed: &[&str]) -> Option<Map<'a>> {
        let Value::Map(entries) = &node.value else {
            self.expected(node, "@yaml.a_map");
            return None;
        };
        for (key, _) in entries.iter().filter(|(key, _)| !allowed.contains(&key.text.as_str())) {
            self.unknown(key.place, "form.unknown_key", "form.unknown_key_nearest", &key.text, allowed);
        }
        Some(Map { place: node.place, entries })
    }

    /// A map with any keys.
    pub fn free_map<'a>(&mut self, node: &'a Node) -> &'a [(MapKey, Node)] {
        match &node.value {
            Value::Map(entries) => entries,
            _ => {
                self.expected(node, "@yaml.a_map");
                &[]
            }
        }
    }

    pub fn list<'a>(&mut self, node: &'a Node) -> &'a [Node] {
        match &node.value {
            Value::List(items) => items,
            _ => {
                self.expected(node, "@yaml.a_list");
                &[]
            }
        }
    }

    /// A text with something in it.
    pub fn scalar<'a>(&mut self, node: &'a Node) -> Option<&'a str> {
        match node.text().map(str::trim) {
            Some(text) if !text.is_empty() => Some(text),
            _ => {
                self.expected(node, "@yaml.a_text");
                None
            }
        }
    }

    /// A text that must be there.
    pub fn text<'a>(&mut self, map: &Map<'a>, key: &str) -> Option<&'a str> {
        let node = map.need(self, key)?;
        self.scalar(node)
    }

    /// `true` or `false`; false where it is missing.
    pub fn flag(&mut self, map: &Map<'_>, key: &str) -> bool {
        let Some(node) = map.get(key) else { return false };
        match node.text() {
            Some("true" | "True" | "TRUE") => true,
            Some("false" | "False" | "FALSE") => false,
            _ => {
                self.expected(node, "@yaml.a_flag");
                false
            }
        }
    }
}
