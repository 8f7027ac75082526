//! Record → YAML in one fixed style: a row of short values on one line, wide text in lines of its own.
//!
//! A small tree is built first and then printed, so that the style stands in one place and not with every key.

use super::scalar;
use crate::catalogue::{self, Language};
use crate::change::{Change, Class};
use crate::diag::{Check, Finding, Message, Outcome};
use crate::locus::{Locus, Spot};
use crate::record::{Leaf, Node, Record};
use crate::value::Kind;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Columns that a row on one line may take.
const ROW: usize = 200;
/// Columns that a list of texts on one line may take, and each text in it.
const LIST: usize = 100;
const ITEM: usize = 40;

enum Yaml<'a> {
    Scalar(Cow<'a, str>, Kind),
    /// A word of ours that is YAML as it stands: `true`, `F003`.
    Word(&'static str),
    List(Vec<Yaml<'a>>),
    Map(Vec<(&'a str, Yaml<'a>)>),
}

/// Prints a record with what the rules say of it, in the language of the messages.
pub fn write(record: &Record, findings: &[Finding], checks: &[Check], language: Language) -> String {
    let mut out = String::new();
    for line in catalogue::text(language, "record.header").lines() {
        out.push_str(&format!("# {line}\n"));
    }
    let source = [("file", &record.source.file), ("sha256", &record.source.sha256), ("reader", &record.source.reader)];
    let source = source.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key, text(&**value))).collect();
    put(&mut out, "form", &text(&*record.form));
    put(&mut out, "source", &Yaml::Map(source));
    match data(&record.data) {
        // Always in lines, however small.
        Yaml::Map(entries) if !entries.is_empty() => {
            out.push_str("data:\n");
            for (key, value) in &entries {
                entry(&mut out, key, value, 1);
            }
        }
        other => put(&mut out, "data", &other),
    }
    put(&mut out, "changes", &Yaml::List(record.changes.iter().map(|c| change(c, language)).collect()));
    put(&mut out, "findings", &Yaml::List(findings.iter().map(|f| finding(f, language)).collect()));
    let outcome = |wanted: Outcome| {
        Yaml::List(checks.iter().filter(|check| check.outcome == wanted).map(|c| check(c, language)).collect())
    };
    put(&mut out, "checks", &Yaml::Map(vec![("held", outcome(Outcome::Held)), ("unchecked", outcome(Outcome::Unchecked))]));
    let unplaced = record.unplaced.iter().map(|piece| {
        let mut entries = vec![("text", text(&*piece.text))];
        entries.extend(locus(&piece.locus).map(|place| ("locus", text(place))));
        Yaml::Map(entries)
    });
    put(&mut out, "unplaced", &Yaml::List(unplaced.collect()));
    out
}

fn text<'a>(text: impl Into<Cow<'a, str>>) -> Yaml<'a> {
    Yaml::Scalar(text.into(), Kind::Text)
}

/// One as itself, several as a list.
fn one_or_more(mut texts: Vec<String>) -> Yaml<'static> {
    match (texts.pop(), texts.is_empty()) {
        (Some(last), true) => text(last),
        (last, _) => Yaml::List(texts.into_iter().chain(last).map(text).collect()),
    }
}

fn data(node: &Node) -> Yaml<'_> {
    match node {
        Node::Leaf(Leaf { text, kind, .. }) => Yaml::Scalar(Cow::Borrowed(text), *kind),
        Node::List(items) => Yaml::List(items.iter().map(data).collect()),
        Node::Map(entries) => Yaml::Map(entries.iter().map(|(key, node)| (&**key, data(node))).collect()),
    }
}

fn change(change: &Change, language: Language) -> Yaml<'_> {
    let class = match change.class {
        Class::Auto => "auto",
        Class::Suggest => "suggest",
        Class::Report => "report",
    };
    let mut entries = vec![
        ("at", text(change.at.to_string())),
        ("rule", Yaml::Word(change.rule)),
        ("class", Yaml::Word(class)),
        ("applied", Yaml::Word(if change.applied { "true" } else { "false" })),
        ("from", text(&*change.from)),
        ("to", text(&*change.to)),
        ("because", message(&change.because, language)),
    ];
    entries.extend(change.locus.as_ref().and_then(locus).map(|place| ("locus", text(place))));
    Yaml::Map(entries)
}

fn finding(finding: &Finding, language: Language) -> Yaml<'static> {
    let mut entries = vec![("rule", Yaml::Word(finding.rule)), ("severity", Yaml::Word(finding.severity.name()))];
    if !finding.at.is_empty() {
        entries.push(("at", one_or_more(finding.at.iter().map(ToString::to_string).collect())));
    }
    entries.push(("message", message(&finding.message, language)));
    entries.extend(finding.help.as_ref().map(|help| ("help", message(help, language))));
    if finding.loci.iter().any(|place| place.spot != Spot::Nowhere) {
        let places = finding.loci.iter().map(|place| locus(place).unwrap_or_else(|| "nowhere".to_owned()));
        entries.push(("locus", one_or_more(places.collect())));
    }
    Yaml::Map(entries)
}

fn check(check: &Check, language: Language) -> Yaml<'static> {
    let mut entries = vec![("rule", Yaml::Word(check.rule))];
    if !check.at.0.is_empty() {
        entries.push(("at", text(check.at.to_string())));
    }
    entries.push(("message", message(&check.message, language)));
    Yaml::Map(entries)
}

fn message(message: &Message, language: Language) -> Yaml<'static> {
    text(catalogue::render(language, message))
}

/// `line 19 cell 5`, with the characters where they do not begin the cell; nothing for nowhere.
fn locus(locus: &Locus) -> Option<String> {
    let mut place = match locus.spot {
        Spot::Nowhere => return None,
        Spot::Text { line, cell } => format!("line {line} cell {cell}"),
        Spot::Paragraph { part, number } => format!("{} {number}", part.name()),
        Spot::Table { table, row, column, line: 0 } => format!("table {table} row {row} column {column}"),
        Spot::Table { table, row, column, line } => format!("table {table} row {row} column {column} line {line}"),
        Spot::Sheet { sheet, row, column } => format!("sheet {sheet} row {row} column {column}"),
    };
    if locus.paragraph > 0 {
        place.push_str(&format!(" paragraph {}", locus.paragraph));
    }
    if locus.start > 0 {
        place.push_str(&format!(" chars {}-{}", locus.start, locus.end));
    }
    Some(place)
}

fn put(out: &mut String, key: &str, value: &Yaml) {
    entry(out, key, value, 0);
}

/// `key: value` at a depth, on one line or in several.
fn entry(out: &mut String, key: &str, value: &Yaml, depth: usize) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(&scalar::encode(key, Kind::Text, false));
    out.push(':');
    rest(out, value, depth);
}

/// What follows a colon.
fn rest(out: &mut String, value: &Yaml, depth: usize) {
    match value {
        Yaml::Word(word) => out.push_str(&format!(" {word}\n")),
        Yaml::Scalar(text, kind) => scalar_line(out, text, *kind, depth),
        Yaml::List(_) | Yaml::Map(_) => match one_line(value, if matches!(value, Yaml::List(_)) { LIST } else { ROW }) {
            Some(line) => out.push_str(&format!(" {line}\n")),
            None => {
                out.push('\n');
                lines(out, value, depth + 1);
            }
        },
    }
}

fn scalar_line(out: &mut String, text: &str, kind: Kind, depth: usize) {
    match scalar::block(text) {
        Some(lines) => {
            out.push_str(" |-\n");
            for line in lines {
                if !line.is_empty() {
                    out.push_str(&"  ".repeat(depth + 1));
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        None => out.push_str(&format!(" {}\n", scalar::encode(text, kind, false))),
    }
}

/// A list or map, an item or entry a line, each starting at `depth`.
fn lines(out: &mut String, value: &Yaml, depth: usize) {
    match value {
        Yaml::Map(entries) => {
            for (key, value) in entries {
                entry(out, key, value, depth);
            }
        }
        Yaml::List(items) => {
            for item in items {
                out.push_str(&"  ".repeat(depth));
                out.push('-');
                match (item, one_line(item, ROW)) {
                    (Yaml::Map(_) | Yaml::List(_), Some(line)) => out.push_str(&format!(" {line}\n")),
                    (Yaml::Map(entries), None) => {
                        let mut inner = String::new();
                        for (key, value) in entries {
                            entry(&mut inner, key, value, depth + 1);
                        }
                        // The first entry stands behind the dash.
                        out.push(' ');
                        out.push_str(inner.trim_start_matches(' '));
                    }
                    _ => rest(out, item, depth),
                }
            }
        }
        Yaml::Scalar(..) | Yaml::Word(_) => {}
    }
}

/// A list or map on one line, where it is flat and fits.
fn one_line(value: &Yaml, width: usize) -> Option<String> {
    let mut line = String::new();
    match value {
        Yaml::List(items) => flow_list(items, &mut line)?,
        Yaml::Map(entries) => {
            line.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                line.push_str(if index > 0 { ", " } else { "" });
                flow_entry(key, value, &mut line)?;
            }
            line.push('}');
        }
        Yaml::Scalar(..) | Yaml::Word(_) => return None,
    }
    (line.width_cjk() <= width).then_some(line)
}

fn flow_entry(key: &str, value: &Yaml, line: &mut String) -> Option<()> {
    line.push_str(&scalar::encode(key, Kind::Text, true));
    line.push_str(": ");
    match value {
        Yaml::List(items) => flow_list(items, line),
        Yaml::Map(_) => None,
        leaf => flow_leaf(leaf, line),
    }
}

fn flow_list(items: &[Yaml], line: &mut String) -> Option<()> {
    line.push('[');
    for (index, item) in items.iter().enumerate() {
        line.push_str(if index > 0 { ", " } else { "" });
        let start = line.len();
        flow_leaf(item, line)?;
        if line[start..].width_cjk() > ITEM {
            return None;
        }
    }
    line.push(']');
    Some(())
}

fn flow_leaf(value: &Yaml, line: &mut String) -> Option<()> {
    match value {
        Yaml::Word(word) => line.push_str(word),
        Yaml::Scalar(text, kind) if scalar::block(text).is_none() => line.push_str(&scalar::encode(text, *kind, true)),
        _ => return None,
    }
    Some(())
}
