//! The parts that all bands are made of: keys, labels, and the scopes in which they must differ.
//!
//! What a band is stands in `bands`; how a tree is read at all stands in `yaml_tree`.

use crate::diag::Message;
use crate::form::Label;
use crate::record::Key;
use crate::yaml_tree::{Map, Node, Place, Reader, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Names that must differ from each other: keys of one map of the record, labels of one band.
#[derive(Default)]
pub struct Scope {
    taken: FxHashMap<String, (Place, String)>,
}

impl Scope {
    /// Notes a name; a mistake where it is taken. Places tell the wordings of one label (which may repeat each other) apart
    /// from those of another.
    fn claim(&mut self, reader: &mut Reader, folded: String, shown: &str, place: Place, owner: Place, id: &'static str) {
        match self.taken.get(&folded) {
            Some((other, _)) if *other == owner => {}
            Some((other, text)) => {
                let message = Message::new(id).with("name", shown).with("other", text).with("line", other.line);
                reader.wrong(place, message);
            }
            None => {
                self.taken.insert(folded, (owner, shown.to_owned()));
            }
        }
    }

    /// A key that the program gives itself: `item`.
    pub fn reserve(&mut self, key: &str, place: Place) {
        self.taken.insert(key.to_owned(), (place, key.to_owned()));
    }
}

/// Labels are told apart without blanks and without the width of brackets and colons, as in a pasted form.
fn fold(label: &str) -> String {
    label
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '：' => ':',
            '／' => '/',
            '％' => '%',
            _ => c,
        })
        .collect()
}

impl Reader {
    /// A list of texts that may be missing.
    pub fn texts<'a>(&mut self, map: &Map<'a>, key: &str) -> Vec<(&'a str, Place)> {
        let Some(node) = map.get(key) else { return Vec::new() };
        self.list(node).iter().filter_map(|item| self.scalar(item).map(|text| (text, item.place))).collect()
    }

    /// A whole number from 1.
    pub fn count(&mut self, node: &Node) -> Option<usize> {
        let count = node.text().and_then(|text| text.parse().ok()).filter(|count| (1..=10_000).contains(count));
        if count.is_none() {
            self.expected(node, "@yaml.a_count");
        }
        count
    }

    /// An English name, `snake_case` (or with another mark between the words).
    pub fn identifier(&mut self, map: &Map<'_>, key: &str, between: char) -> Key {
        let Some(node) = map.need(self, key) else { return Key::from("") };
        let Some(text) = self.scalar(node) else { return Key::from("") };
        let shaped = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == between);
        if !shaped {
            self.wrong(node.place, Message::new("form.bad_name").with("name", text).with("between", between));
        }
        Key::from(text)
    }

    /// The key of a field, unlike the others beside it in the record.
    pub fn key(&mut self, map: &Map<'_>, name: &str, scope: &mut Scope) -> Key {
        let key = self.identifier(map, name, '_');
        if let Some(node) = map.get(name).filter(|_| !key.is_empty()) {
            scope.claim(self, key.to_string(), &key, node.place, node.place, "form.repeated_key");
        }
        key
    }

    /// `label: text` or `label: {label, synonyms}`, with `synonyms:` beside it.
    pub fn label(&mut self, map: &Map<'_>, scope: Option<&mut Scope>) -> Label {
        let Some(node) = map.need(self, "label") else { return Label::from("") };
        self.label_of(node, map.get("synonyms"), scope)
    }

    /// The label of a band that may print none.
    pub fn label_if_any(&mut self, map: &Map<'_>) -> Label {
        map.get("label").map_or(Label::from(""), |node| self.label_of(node, map.get("synonyms"), None))
    }

    /// The label at a key of its own, such as `corner:` or `number:`: a text or `{label, synonyms}`.
    pub fn label_at(&mut self, map: &Map<'_>, key: &str, scope: Option<&mut Scope>) -> Label {
        let Some(node) = map.need(self, key) else { return Label::from("") };
        self.label_of(node, None, scope)
    }

    /// The label at a key of its own that may be missing: then the form prints none.
    pub fn label_that_may_be_blank(&mut self, map: &Map<'_>, key: &str) -> Label {
        map.get(key).map_or(Label::from(""), |node| self.label_of(node, None, None))
    }

    /// A label: a text or a map.
    pub fn label_of(&mut self, node: &Node, synonyms: Option<&Node>, scope: Option<&mut Scope>) -> Label {
        let mut wordings: Vec<(Arc<str>, Place)> = Vec::new();
        let mut lists = Vec::new();
        match &node.value {
            Value::Map(_) => {
                let Some(map) = self.map(node, &super::grammar::LABEL.keys()) else { return Label::from("") };
                if let Some(node) = map.need(self, "label") {
                    wordings.extend(self.scalar(node).map(|text| (Arc::from(text), node.place)));
                }
                lists.extend(map.get("synonyms"));
            }
            _ => wordings.extend(self.scalar(node).map(|text| (Arc::from(text), node.place))),
        }
        lists.extend(synonyms);
        if wordings.is_empty() {
            wordings.push((Arc::from(""), node.place));
        }
        for list in lists {
            for item in self.list(list) {
                wordings.extend(self.scalar(item).map(|text| (Arc::from(text), item.place)));
            }
        }
        if let Some(scope) = scope {
            for (text, place) in wordings.iter().filter(|(text, _)| !text.is_empty()) {
                scope.claim(self, fold(text), text, *place, node.place, "form.repeated_label");
            }
        }
        let mut texts = wordings.into_iter().map(|(text, _)| text);
        Label { text: texts.next().unwrap_or_default(), synonyms: texts.collect() }
    }
}
