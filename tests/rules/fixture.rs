//! Records for tests of rules: a tree of source values in YAML, led by a definition's shape.

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::{Finding, Message};
use biaozhun::form::{FormDefinition, Shape, load};
use biaozhun::locus::{Locus, Spot};
use biaozhun::record::{Leaf, Mark, MarkKind, Node, Path, Record};
use biaozhun::rules::{self, Fix, Verdict};
use biaozhun::yaml_tree::{self, Value};
use std::sync::Arc;

/// A real form's structure, figures and faults; its people and places are invented.
pub const COUNTY: &str = include_str!("../data/county-form.yaml");

/// A faultless form.
pub const CLEAN: &str = include_str!("../data/clean-form.yaml");

/// The definition of that form.
pub fn definition() -> Arc<FormDefinition> {
    load::builtin().iter().find(|definition| &*definition.id == "department-targets").cloned().expect("compiled in")
}

/// A record as the fitting would make it of a source with these values. Leaves stand on lines of their own, in order.
pub fn record(definition: &FormDefinition, text: &str) -> Record {
    let (root, mistakes) = yaml_tree::parse(text).expect("YAML");
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let mut line = 1000;
    let data = get(&root, "data").expect("data");
    let mut record =
        Record { form: definition.id.to_string(), data: node(definition.shape(), Some(data), &mut line), ..Record::default() };
    for mark in get(&root, "marks").map(items).unwrap_or_default() {
        let text = |key| get(mark, key).map(scalar).unwrap_or_default();
        record.marks.push(Mark {
            text: text("text"),
            label: text("label").into(),
            kind: if text("kind") == "title" { MarkKind::Title } else { MarkKind::Level2 },
            at: text("at").parse().expect("path"),
            locus: Locus::new(Spot::Text { line: text("line").parse().expect("line"), cell: 3 }, 0, 4),
        });
    }
    record
}

fn get<'a>(node: &'a yaml_tree::Node, key: &str) -> Option<&'a yaml_tree::Node> {
    match &node.value {
        Value::Map(entries) => entries.iter().find(|(k, _)| k.text == key).map(|(_, node)| node),
        _ => None,
    }
}

fn items(node: &yaml_tree::Node) -> &[yaml_tree::Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn scalar(node: &yaml_tree::Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.clone(),
        _ => String::new(),
    }
}

fn node(shape: &Shape, value: Option<&yaml_tree::Node>, line: &mut u32) -> Node {
    match shape {
        Shape::Leaf(leaf) => {
            *line += 1;
            match value.map(scalar).filter(|text| !text.is_empty()) {
                Some(text) => {
                    let locus = Locus::text(*line, 1, text.chars().count() as u32);
                    Node::Leaf(Leaf::from_source(leaf.kind, text, vec![locus]))
                }
                None => Node::Leaf(Leaf::blank(leaf.kind)),
            }
        }
        Shape::List { item, length } => {
            let values = value.map(items).unwrap_or_default();
            let count = length.unwrap_or(values.len());
            Node::List((0..count).map(|index| node(item, values.get(index), line)).collect())
        }
        Shape::Map(entries) => {
            let present =
                entries.iter().filter(|entry| !entry.optional || value.is_some_and(|value| get(value, &entry.key).is_some()));
            Node::Map(present.map(|e| (e.key.clone(), node(&e.shape, value.and_then(|v| get(v, &e.key)), line))).collect())
        }
    }
}

/// The county's form after its rules.
pub fn checked(edit: impl FnOnce(&mut Record), fix: Fix) -> (Record, Verdict) {
    let definition = definition();
    let mut record = record(&definition, COUNTY);
    edit(&mut record);
    let verdict = rules::run(&mut record, &definition, fix);
    (record, verdict)
}

/// Sets a field as if the source said so.
pub fn set(record: &mut Record, path: &str, text: &str) {
    let path: Path = path.parse().expect("path");
    let leaf = record.leaf_mut(&path).unwrap_or_else(|| panic!("no field {path}"));
    *leaf = Leaf::from_source(leaf.kind, text, leaf.loci.clone());
}

/// A message as a Chinese reader sees it.
pub fn say(message: &Message) -> String {
    catalogue::render(Language::Chinese, message)
}

/// `F002 error funds.expense[3].previous[0] …`
pub fn finding(finding: &Finding) -> String {
    let at: Vec<String> = finding.at.iter().map(Path::to_string).collect();
    format!("{} {} {} {}", finding.rule, finding.severity.name(), at.join(" "), say(&finding.message))
}
