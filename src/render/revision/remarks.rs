//! What is said in a correction copy: every correction, suggestion and finding, at the field that it is about.
//!
//! All that is said of one field is one comment. What is about no field, or about one that the template does not print, is said
//! at the title, with the name of the field: nothing is left out.

use super::Anchors;
use super::comments::Comment;
use crate::catalogue::{self, Language};
use crate::change::Change;
use crate::diag::{Finding, Message};
use crate::form::FormDefinition;
use crate::record::{Node, Path, Record};
use crate::render::Printed;
use crate::render::appendix::{difference, place};
use crate::render::marks::Said;
use crate::render::view::Frame;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// All that is said of one field.
#[derive(Debug)]
pub(crate) struct Place {
    pub at: Path,
    /// The field's name, for where it is not printed.
    name: String,
    lines: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Remarks {
    pub places: Vec<Place>,
    /// What is about no field.
    pub loose: Vec<String>,
    language: Language,
}

impl Remarks {
    pub(crate) fn of(printed: &Printed, definition: &FormDefinition, frame: &Frame, language: Language) -> Remarks {
        let record = printed.record;
        let mut remarks = Remarks { language, ..Remarks::default() };
        let mut known: FxHashMap<Path, usize> = FxHashMap::default();
        let mut say = |at: Option<&Path>, line: String| {
            let Some(leaf) = at.and_then(|at| leaf_at(record, at)) else {
                remarks.loose.push(line);
                return;
            };
            let number = *known.entry(leaf.clone()).or_insert_with(|| {
                let name = place(record, definition, frame, &leaf, language);
                remarks.places.push(Place { at: leaf, name, lines: Vec::new() });
                remarks.places.len() - 1
            });
            if let Some(place) = remarks.places.get_mut(number) {
                place.lines.push(line);
            }
        };
        for change in record.changes.iter().filter(|change| change.applied) {
            say(Some(&change.at), correction(change, "print.remark.change", language));
        }
        for change in record.changes.iter().filter(|change| !change.applied) {
            say(Some(&change.at), correction(change, "print.remark.suggestion", language));
        }
        for finding in printed.findings {
            say(finding.at.first(), found(finding, language));
        }
        remarks
    }

    /// The fields that something is said of.
    pub(crate) fn places(&self) -> Vec<Path> {
        self.places.iter().map(|place| place.at.clone()).collect()
    }

    /// What is about no field; the same said several times is said once, with its count.
    fn loose_lines(&self) -> Vec<String> {
        let mut lines: Vec<(&String, usize)> = Vec::new();
        for line in &self.loose {
            match lines.iter_mut().find(|(known, _)| *known == line) {
                Some((_, count)) => *count += 1,
                None => lines.push((line, 1)),
            }
        }
        let counted = |(line, count): (&String, usize)| match count {
            1 => line.clone(),
            _ => {
                catalogue::render(self.language, &Message::new("print.remark.times").with("remark", line).with("count", count))
            }
        };
        lines.into_iter().map(counted).collect()
    }

    /// The comments of a copy, in the order of the file; that of the title first.
    pub(crate) fn comments(&self, anchors: &Anchors) -> Vec<Comment> {
        let mut comments = Vec::new();
        if let Some(id) = &anchors.title_id {
            let missing = self.places.iter().zip(&anchors.ids).filter(|(_, id)| id.is_none());
            let mut lines = self.loose_lines();
            for (number, (place, _)) in missing.enumerate() {
                if number == 0 {
                    lines.push(catalogue::text(self.language, "print.remark.unprinted").into_owned());
                }
                let named = |line: &String| {
                    let message = Message::new("print.remark.field").with("field", &place.name).with("remark", line);
                    catalogue::render(self.language, &message)
                };
                lines.extend(place.lines.iter().map(named));
            }
            comments.push(Comment { id: id.clone(), lines });
        }
        for place in &anchors.order {
            if let (Some(Some(id)), Some(place)) = (anchors.ids.get(*place), self.places.get(*place)) {
                comments.push(Comment { id: id.clone(), lines: place.lines.clone() });
            }
        }
        comments
    }
}

fn correction(change: &Change, id: &'static str, language: Language) -> String {
    let (from, to) = difference(&change.from, &change.to);
    let blank = || catalogue::text(language, "print.remark.blank").into_owned();
    let shown = |text: Cow<str>| if text.is_empty() { blank() } else { text.into_owned() };
    let message = Message::new(id)
        .with("rule", change.rule)
        .with("title", title(change.rule, language))
        .with("from", shown(from))
        .with("to", shown(to))
        .with("because", catalogue::render(language, &change.because));
    catalogue::render(language, &message)
}

fn found(finding: &Finding, language: Language) -> String {
    let message = Message::new("print.remark.finding")
        .with("severity", Said::of(finding.severity).word(language))
        .with("rule", finding.rule)
        .with("title", title(finding.rule, language))
        .with("message", catalogue::render(language, &finding.message));
    let mut line = catalogue::render(language, &message);
    if let Some(help) = &finding.help {
        let help = catalogue::render(language, help);
        line.push_str(&catalogue::render(language, &Message::new("print.remark.help").with("help", help)));
    }
    line
}

fn title(rule: &str, language: Language) -> String {
    catalogue::text(language, &format!("rule.{rule}.title")).into_owned()
}

/// The leaf that a remark on a place is shown at: itself, the first below that holds something, or one beside it.
fn leaf_at(record: &Record, at: &Path) -> Option<Path> {
    (1..=at.0.len()).rev().find_map(|length| {
        let part = Path(at.0[..length].to_vec());
        let node = record.get(&part)?;
        below(node, &part, true).or_else(|| below(node, &part, false))
    })
}

fn below(node: &Node, at: &Path, filled: bool) -> Option<Path> {
    match node {
        Node::Leaf(leaf) => (!filled || !leaf.text.trim().is_empty()).then(|| at.clone()),
        Node::List(items) => items.iter().enumerate().find_map(|(index, item)| below(item, &at.clone().index(index), filled)),
        Node::Map(entries) => entries.iter().find_map(|(key, node)| below(node, &at.clone().key(key.clone()), filled)),
    }
}
