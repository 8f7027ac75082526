//! The appendix as templates see it: what was changed, what is suggested, what was found, what fits nowhere.
//!
//! Wording comes from the catalogue; places are named with the form's own labels.

use super::Printed;
use super::view::{Frame, clean, name, text};
use crate::catalogue::{self, Language};
use crate::diag::Message;
use crate::form::{FormDefinition, Shape};
use crate::locus::{Locus, Spot};
use crate::record::{Node, Path, Record, Step};
use crate::value::Kind;
use tera::{Map, Value};

pub(crate) fn appendix(printed: &Printed, definition: &FormDefinition, frame: &Frame, language: Language) -> Value {
    let record = printed.record;
    let field = |path: &Path| place(record, definition, frame, path, language);
    let change = |change: &crate::change::Change| {
        entry([
            ("rule", text(change.rule)),
            ("field", clean(&field(&change.at))),
            ("place", clean(&locus_text(change.locus, language))),
            ("from", clean(&change.from)),
            ("to", clean(&change.to)),
            ("because", clean(&catalogue::render(language, &change.because))),
        ])
    };
    let changes: Vec<Value> = record.changes.iter().filter(|c| c.applied).map(change).collect();
    let suggestions: Vec<Value> = record.changes.iter().filter(|c| !c.applied).map(change).collect();
    let findings: Vec<Value> = printed
        .findings
        .iter()
        .map(|finding| {
            entry([
                ("rule", text(finding.rule)),
                ("severity", text(finding.severity.name())),
                ("severity_text", text(&catalogue::text(language, severity_id(finding.severity)))),
                ("field", clean(&finding.at.first().map(field).unwrap_or_default())),
                ("place", clean(&locus_text(finding.loci.first().copied(), language))),
                ("message", clean(&catalogue::render(language, &finding.message))),
                ("help", clean(&finding.help.as_ref().map(|help| catalogue::render(language, help)).unwrap_or_default())),
            ])
        })
        .collect();
    let unplaced: Vec<Value> = record
        .unplaced
        .iter()
        .map(|piece| entry([("text", clean(&piece.text)), ("place", clean(&locus_text(Some(piece.locus), language)))]))
        .collect();
    if changes.is_empty() && suggestions.is_empty() && findings.is_empty() && unplaced.is_empty() {
        return Value::none();
    }
    let words = WORDS.map(|(key, id)| (key, text(&catalogue::text(language, id))));
    entry([
        ("language", text(if language == Language::English { "en" } else { "zh-CN" })),
        ("file", clean(&record.source.file)),
        ("words", entry(words)),
        ("changes", Value::from(changes)),
        ("suggestions", Value::from(suggestions)),
        ("findings", Value::from(findings)),
        ("unplaced", Value::from(unplaced)),
    ])
}

/// The headings that a template prints.
const WORDS: [(&str, &str); 13] = [
    ("title", "print.appendix.title"),
    ("source", "print.appendix.source"),
    ("changes", "print.appendix.changes"),
    ("suggestions", "print.appendix.suggestions"),
    ("findings", "print.appendix.findings"),
    ("unplaced", "print.appendix.unplaced"),
    ("rule", "print.column.rule"),
    ("field", "print.column.field"),
    ("place", "print.column.place"),
    ("from", "print.column.from"),
    ("to", "print.column.to"),
    ("because", "print.column.because"),
    ("message", "print.column.message"),
];

fn severity_id(severity: crate::diag::Severity) -> &'static str {
    match severity {
        crate::diag::Severity::Info => "print.severity.info",
        crate::diag::Severity::Warning => "print.severity.warning",
        crate::diag::Severity::Error => "print.severity.error",
    }
}

fn entry<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::from(pairs.into_iter().map(|(key, value)| (name(key), value)).collect::<Map>())
}

/// Where in the source, in words; nothing for what was typed.
fn locus_text(locus: Option<Locus>, language: Language) -> String {
    let message = match locus.map(|locus| locus.spot) {
        None | Some(Spot::Nowhere) => return String::new(),
        Some(Spot::Text { line, cell }) => Message::new("print.place.text").with("line", line).with("cell", cell),
        Some(Spot::Table { table, row, column, .. }) => {
            Message::new("print.place.table").with("table", table).with("row", row).with("column", column)
        }
    };
    catalogue::render(language, &message)
}

/// A field as a reader of the form finds it: `支出构成 / 合计 / 占比`.
fn place(record: &Record, definition: &FormDefinition, frame: &Frame, path: &Path, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut shape = Some(frame.shape());
    let mut node = Some(&record.data);
    for step in &path.0 {
        node = node.and_then(|node| node.step(step));
        match (shape, step) {
            (Some(Shape::Map(entries)), Step::Key(key)) => {
                let entry = entries.iter().find(|entry| entry.key == *key);
                let label = entry.map_or(key, |entry| if entry.label.is_empty() { &entry.key } else { &entry.label });
                parts.push(label.to_string());
                shape = entry.map(|entry| &entry.shape);
            }
            (Some(Shape::List { item, .. }), Step::Index(index)) => {
                parts.push(row_name(node, item).unwrap_or_else(|| {
                    catalogue::render(language, &Message::new("print.place.row").with("number", index + 1))
                }));
                shape = Some(&**item);
            }
            (_, Step::Key(key)) => {
                parts.push(key.to_string());
                shape = None;
            }
            (_, Step::Index(index)) => {
                parts.push((index + 1).to_string());
                shape = None;
            }
        }
    }
    if parts.is_empty() { definition.title.text.to_string() } else { parts.join(" / ") }
}

/// What a person calls a row: the label that the form prints for it, or the name that has to be filled in.
fn row_name(node: Option<&Node>, shape: &Shape) -> Option<String> {
    let (node, Shape::Map(entries)) = (node?, shape) else { return None };
    let names = entries.iter().filter(|entry| match &entry.shape {
        Shape::Leaf(leaf) => leaf.kind == Kind::Name && (leaf.required || &*entry.key == "item"),
        _ => false,
    });
    names.map(|entry| node.text(&entry.key)).find(|text| !text.is_empty()).map(str::to_owned)
}
