//! Addresses with gaps, as a definition writes them for rules and summaries: `projects[].year_budget`, a row by its printed label.
//!
//! A selector is checked against the shape of the form before any record exists, and then leads to paths in a record.

use super::{Band, FormDefinition, Shape};
use crate::diag::Message;
use crate::record::{Key, Node, Path, Record, Step, Trail};
use crate::value::text::{fold, is_word};
use std::sync::Arc;

/// The key under which a matrix keeps the label of a row.
pub const ITEM: &str = "item";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Key(Key),
    /// `[]`
    Each,
    /// `[2]`, from 0.
    Index(usize),
    /// `[合计]`: the row of a matrix with this label, in any of its wordings.
    Row(Vec<Arc<str>>),
}

/// A parsed address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Part>);

impl Selector {
    /// Reads an address and sees that the form has such a place; the error says what is wrong and what is allowed.
    pub fn parse<'s>(text: &str, definition: &FormDefinition, root: &'s Shape) -> Result<(Selector, &'s Shape), Message> {
        let mut parts = Vec::new();
        let mut shape = root;
        let mut rest = text;
        let wrong = || Message::new("parameter.path_syntax").with("path", text);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let (inside, after) = after.split_once(']').ok_or_else(wrong)?;
                let Shape::List { item, .. } = shape else {
                    return Err(Message::new("parameter.no_list").with("path", text).with("part", before(text, rest)));
                };
                shape = item;
                rest = after;
                parts.push(if inside.is_empty() {
                    Part::Each
                } else if let Ok(index) = inside.parse() {
                    Part::Index(index)
                } else {
                    row(inside, text, definition)?
                });
            } else {
                let name = if parts.is_empty() { rest } else { rest.strip_prefix('.').ok_or_else(wrong)? };
                let end = name.find(['.', '[']).unwrap_or(name.len());
                let Shape::Map(entries) = shape else {
                    return Err(Message::new("parameter.no_map").with("path", text).with("part", before(text, rest)));
                };
                let Some(entry) = entries.iter().find(|entry| *entry.key == name[..end]) else {
                    let allowed: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
                    let message = Message::new("parameter.no_key").with("path", text).with("key", &name[..end]);
                    return Err(message.with("allowed", allowed.join(", ")));
                };
                shape = &entry.shape;
                parts.push(Part::Key(entry.key.clone()));
                rest = &name[end..];
            }
        }
        if parts.is_empty() {
            return Err(wrong());
        }
        Ok((Selector(parts), shape))
    }

    /// All places of a record that it leads to, in order.
    pub fn paths(&self, record: &Record) -> Vec<Path> {
        let mut found = Vec::new();
        self.each(record, &mut |trail, _| found.push(trail.path()));
        found
    }

    /// Calls `visit` for each of these places with the way to it, in order.
    pub fn each<'a>(&self, record: &'a Record, visit: &mut dyn FnMut(&Trail<'_>, &'a Node)) {
        lead(&self.0, &Trail::root(), &record.data, visit);
    }
    /// The first place.
    pub fn path(&self, record: &Record) -> Option<Path> {
        self.paths(record).into_iter().next()
    }

    /// The address as a path, where it has no gaps; used where a record does not have the place.
    pub fn literal(&self) -> Path {
        Path(
            self.0
                .iter()
                .map_while(|part| match part {
                    Part::Key(key) => Some(Step::Key(key.clone())),
                    Part::Index(index) => Some(Step::Index(*index)),
                    Part::Each | Part::Row(_) => None,
                })
                .collect(),
        )
    }
}

fn lead<'a>(parts: &[Part], trail: &Trail<'_>, node: &'a Node, visit: &mut dyn FnMut(&Trail<'_>, &'a Node)) {
    let Some((part, rest)) = parts.split_first() else { return visit(trail, node) };
    let mut at = |index: usize| {
        if let Some(node) = node.items().get(index) {
            lead(rest, &trail.index(index), node, visit);
        }
    };
    match part {
        Part::Key(key) => {
            if let Some(node) = node.child(key) {
                lead(rest, &trail.key(key), node, visit);
            }
        }
        Part::Index(index) => at(*index),
        Part::Each => (0..node.items().len()).for_each(at),
        Part::Row(wordings) => {
            let row = node.items().iter().position(|row| is_wording(row.text(ITEM), wordings));
            row.into_iter().for_each(at);
        }
    }
}

/// Whether a row's label is one of these wordings, width and blanks apart.
pub fn is_wording(text: &str, wordings: &[Arc<str>]) -> bool {
    let text = fold(text);
    wordings.iter().any(|wording| is_word(&text, wording))
}

fn before<'a>(text: &'a str, rest: &str) -> &'a str {
    &text[..text.len() - rest.len()]
}

fn row(label: &str, text: &str, definition: &FormDefinition) -> Result<Part, Message> {
    let mut allowed = Vec::new();
    for band in &definition.bands {
        let Band::Matrix { groups, .. } = band else { continue };
        for item in groups.iter().flat_map(|group| &group.items) {
            // By any of its wordings: a form that extends another may print another label.
            if item.label.wordings().any(|wording| **wording == *label) {
                return Ok(Part::Row(item.label.wordings().cloned().collect()));
            }
            allowed.push(&*item.label.text);
        }
    }
    Err(Message::new("parameter.no_row").with("path", text).with("row", label).with("allowed", allowed.join(", ")))
}
