//! Record → YAML in one fixed style: a row of short values on one line, wide text in lines of its own.
//!
//! A small tree is built first and then printed, so that the style stands in one place and not with every key.

use super::scalar::{self, Look};
use crate::catalogue::{self, Language};
use crate::change::{Change, Class};
use crate::diag::{Check, Finding, Message, Outcome};
use crate::locus::{Locus, Spot};
use crate::record::{Acceptance, Leaf, Node, Record, text_of};
use crate::value::Kind;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Columns that a row on one line may take.
const ROW: usize = 200;
/// Columns that a list of texts on one line may take, and each text in it.
const LIST: usize = 100;
const ITEM: usize = 40;

enum Yaml<'a> {
    Scalar(Scalar<'a>),
    /// A word of ours that is YAML as it stands: `true`, `F003`.
    Word(&'static str),
    List(Vec<Yaml<'a>>),
    Map(Vec<(&'a str, Yaml<'a>)>),
}

/// A text, looked at once.
struct Scalar<'a> {
    text: Cow<'a, str>,
    kind: Kind,
    look: Look,
}

/// Prints a record with what the rules say of it, in the language of the messages.
pub fn write(record: &Record, findings: &[Finding], checks: &[Check], language: Language) -> String {
    let mut out = String::with_capacity(64 << 10);
    for line in catalogue::text(language, "record.header").lines() {
        out.push_str("# ");
        out.push_str(line);
        out.push('\n');
    }
    let source = [
        ("file", &record.source.file),
        ("sha256", &record.source.sha256),
        ("reader", &record.source.reader),
        ("recognised", &record.source.recognised),
    ];
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
    if !record.accepted.is_empty() {
        put(&mut out, "accepted", &Yaml::List(record.accepted.iter().map(accepted).collect()));
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
    scalar(text.into(), Kind::Text)
}

fn scalar(text: Cow<'_, str>, kind: Kind) -> Yaml<'_> {
    Yaml::Scalar(Scalar { look: Look::at(&text), text, kind })
}

/// Room for what is said of a change or a finding.
fn entries<'a>(first: impl IntoIterator<Item = (&'a str, Yaml<'a>)>) -> Vec<(&'a str, Yaml<'a>)> {
    let mut entries = Vec::with_capacity(8);
    entries.extend(first);
    entries
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
        Node::Leaf(Leaf { text, kind, .. }) => scalar(Cow::Borrowed(text), *kind),
        Node::List(items) => Yaml::List(items.iter().map(data).collect()),
        Node::Map(entries) => Yaml::Map(entries.iter().map(|(key, node)| (&**key, data(node))).collect()),
    }
}

fn accepted(accepted: &Acceptance) -> Yaml<'_> {
    let mut entries = vec![("rule", Yaml::Word(accepted.rule))];
    entries.extend(accepted.at.as_ref().map(|at| ("at", text(text_of(&at.0)))));
    entries.push(("reason", text(&*accepted.reason)));
    Yaml::Map(entries)
}

fn change(change: &Change, language: Language) -> Yaml<'_> {
    let class = match change.class {
        Class::Auto => "auto",
        Class::Suggest => "suggest",
        Class::Report => "report",
    };
    let mut entries = entries([
        ("at", text(text_of(&change.at.0))),
        ("rule", Yaml::Word(change.rule)),
        ("class", Yaml::Word(class)),
        ("applied", Yaml::Word(if change.applied { "true" } else { "false" })),
        ("from", text(&*change.from)),
        ("to", text(&*change.to)),
        ("because", message(&change.because, language)),
    ]);
    entries.extend(change.locus.as_ref().and_then(locus).map(|place| ("locus", text(place))));
    Yaml::Map(entries)
}

fn finding(finding: &Finding, language: Language) -> Yaml<'static> {
    let mut entries = entries([("rule", Yaml::Word(finding.rule)), ("severity", Yaml::Word(finding.severity.name()))]);
    if !finding.at.is_empty() {
        entries.push(("at", one_or_more(finding.at.iter().map(|at| text_of(&at.0)).collect())));
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
    let mut entries = entries([("rule", Yaml::Word(check.rule))]);
    if !check.at.0.is_empty() {
        entries.push(("at", text(text_of(&check.at.0))));
    }
    entries.push(("message", message(&check.message, language)));
    Yaml::Map(entries)
}

fn message(message: &Message, language: Language) -> Yaml<'static> {
    text(catalogue::render(language, message))
}

/// `line 19 cell 5`, with the characters where they do not begin the cell; nothing for nowhere.
fn locus(locus: &Locus) -> Option<String> {
    let mut place = String::with_capacity(48);
    let mut say = |parts: &[(&str, u32)]| {
        for (word, number) in parts {
            place.push_str(if place.is_empty() { "" } else { " " });
            place.push_str(word);
            place.push(' ');
            digits(*number, &mut place);
        }
    };
    match locus.spot {
        Spot::Nowhere => return None,
        Spot::Text { line, cell } => say(&[("line", line), ("cell", cell)]),
        Spot::Paragraph { part, number } => say(&[(part.name(), number)]),
        Spot::Table { table, row, column, line: 0 } => say(&[("table", table), ("row", row), ("column", column)]),
        Spot::Table { table, row, column, line } => say(&[("table", table), ("row", row), ("column", column), ("line", line)]),
        Spot::Sheet { sheet, row, column } => say(&[("sheet", sheet), ("row", row), ("column", column)]),
    }
    if locus.paragraph > 0 {
        say(&[("paragraph", locus.paragraph)]);
    }
    if locus.start > 0 {
        say(&[("chars", locus.start)]);
        place.push('-');
        digits(locus.end, &mut place);
    }
    Some(place)
}

/// A number as it is printed.
fn digits(number: u32, out: &mut String) {
    if number >= 10 {
        digits(number / 10, out);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

fn put(out: &mut String, key: &str, value: &Yaml) {
    entry(out, key, value, 0);
}

/// `key: value` at a depth, on one line or in several.
fn entry(out: &mut String, key: &str, value: &Yaml, depth: usize) {
    indent(out, depth);
    scalar::key(key, false, out);
    out.push(':');
    rest(out, value, depth);
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// What follows a colon.
fn rest(out: &mut String, value: &Yaml, depth: usize) {
    match value {
        Yaml::Word(word) => {
            out.push(' ');
            out.push_str(word);
            out.push('\n');
        }
        Yaml::Scalar(scalar) => scalar_line(out, scalar, depth),
        Yaml::List(_) | Yaml::Map(_) => {
            if !one_line(out, value, if matches!(value, Yaml::List(_)) { LIST } else { ROW }) {
                out.push('\n');
                lines(out, value, depth + 1);
            }
        }
    }
}

fn scalar_line(out: &mut String, Scalar { text, kind, look }: &Scalar, depth: usize) {
    match scalar::block(text, *look) {
        Some(lines) => {
            out.push_str(" |-\n");
            for line in lines {
                if !line.is_empty() {
                    indent(out, depth + 1);
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        None => {
            out.push(' ');
            scalar::encode(text, *look, *kind, false, out);
            out.push('\n');
        }
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
                indent(out, depth);
                out.push('-');
                match item {
                    Yaml::Map(_) | Yaml::List(_) if one_line(out, item, ROW) => {}
                    Yaml::Map(entries) => {
                        for (index, (key, value)) in entries.iter().enumerate() {
                            // The first entry stands behind the dash.
                            if index == 0 {
                                out.push(' ');
                                scalar::key(key, false, out);
                                out.push(':');
                                rest(out, value, depth + 1);
                            } else {
                                entry(out, key, value, depth + 1);
                            }
                        }
                    }
                    _ => rest(out, item, depth),
                }
            }
        }
        Yaml::Scalar(..) | Yaml::Word(_) => {}
    }
}

/// Writes a blank and a list or map on one line, where it is flat and fits; else writes nothing.
fn one_line(out: &mut String, value: &Yaml, width: usize) -> bool {
    if !is_flat(value) || is_surely_wider(value, width) {
        return false;
    }
    let start = out.len();
    out.push(' ');
    let mut line = Line { measured: out.len(), start: out.len(), out, most: 0, is_usual: true, width };
    let fits = match value {
        Yaml::List(items) => line.list(items),
        Yaml::Map(entries) => line.map(entries),
        Yaml::Scalar(..) | Yaml::Word(_) => false,
    };
    if fits && line.fits() {
        out.push('\n');
        return true;
    }
    out.truncate(start);
    false
}

/// Whether nothing stands in it that needs lines of its own.
fn is_flat(value: &Yaml) -> bool {
    let leaf = |value: &Yaml| matches!(value, Yaml::Scalar(..) | Yaml::Word(_));
    match value {
        Yaml::List(items) => items.iter().all(leaf),
        Yaml::Map(entries) => entries.iter().all(|(_, value)| match value {
            Yaml::Map(_) => false,
            Yaml::List(items) => items.iter().all(leaf),
            value => leaf(value),
        }),
        Yaml::Scalar(..) | Yaml::Word(_) => false,
    }
}

/// Whether what stands in a list or map is too wide by itself, whatever marks come between: told without writing it.
fn is_surely_wider(value: &Yaml, width: usize) -> bool {
    /// Adds up the columns up to more than the width; whether each text surely takes them.
    fn sum(value: &Yaml, width: usize, surely: bool, most: &mut usize) -> bool {
        if *most > width {
            return true;
        }
        match value {
            Yaml::Scalar(Scalar { text, look, .. }) => {
                *most += look.most;
                !surely || look.is_usual(text)
            }
            Yaml::Word(word) => {
                *most += word.len();
                true
            }
            Yaml::List(items) => items.iter().all(|item| sum(item, width, surely, most)),
            Yaml::Map(entries) => entries.iter().all(|(key, value)| {
                *most += key.len();
                (!surely || key.is_ascii()) && sum(value, width, surely, most)
            }),
        }
    }
    let surely = |surely| {
        let mut most = 0;
        sum(value, width, surely, &mut most) && most > width
    };
    surely(false) && surely(true)
}

/// One line being tried. Its width is counted on the way, so that a line that grows too wide is given up at once.
struct Line<'o> {
    out: &'o mut String,
    start: usize,
    /// No more columns than these.
    most: usize,
    /// Up to here all characters were looked at, as far as they are usual: so many columns, whatever stands beside them.
    measured: usize,
    is_usual: bool,
    width: usize,
}

impl Line<'_> {
    fn map(&mut self, entries: &[(&str, Yaml)]) -> bool {
        self.mark("{");
        for (index, (key, value)) in entries.iter().enumerate() {
            self.mark(if index > 0 { ", " } else { "" });
            let start = self.out.len();
            scalar::key(key, true, self.out);
            self.most += most_columns(&self.out[start..]);
            self.mark(": ");
            let fits = match value {
                Yaml::List(items) => self.list(items),
                Yaml::Map(_) => false,
                leaf => self.leaf(leaf, usize::MAX),
            };
            if !fits || self.is_too_wide() {
                return false;
            }
        }
        self.mark("}");
        true
    }

    fn list(&mut self, items: &[Yaml]) -> bool {
        self.mark("[");
        for (index, item) in items.iter().enumerate() {
            self.mark(if index > 0 { ", " } else { "" });
            if !self.leaf(item, ITEM) || self.is_too_wide() {
                return false;
            }
        }
        self.mark("]");
        true
    }

    /// Writes marks of ASCII.
    fn mark(&mut self, marks: &str) {
        self.out.push_str(marks);
        self.most += marks.len();
    }

    /// Writes what needs no lines of its own and no more columns than these.
    fn leaf(&mut self, value: &Yaml, width: usize) -> bool {
        let start = self.out.len();
        let most = match value {
            Yaml::Word(word) => {
                self.out.push_str(word);
                word.len()
            }
            Yaml::Scalar(Scalar { text, kind, look }) if scalar::block(text, *look).is_none() => {
                match scalar::encode(text, *look, *kind, true, self.out) {
                    true => look.most,
                    false => Look::at(&self.out[start..]).most,
                }
            }
            _ => return false,
        };
        self.most += most;
        most <= width || columns(&self.out[start..]) <= width
    }

    /// Whether what stands there already takes too many columns. What follows begins with a mark of ASCII, and cannot narrow it.
    fn is_too_wide(&mut self) -> bool {
        // Most lines need no counting.
        if self.most <= self.width {
            return false;
        }
        let new = &self.out[self.measured..];
        self.is_usual = self.is_usual && Look::at(new).is_usual(new);
        self.measured = self.out.len();
        self.is_usual
    }

    fn fits(&mut self) -> bool {
        self.most <= self.width || !self.is_too_wide() && columns(&self.out[self.start..]) <= self.width
    }
}

/// A key is a name of ASCII nearly always.
fn most_columns(key: &str) -> usize {
    if key.is_ascii() { key.len() } else { Look::at(key).most }
}

/// The columns that a text takes where East Asian characters take two.
fn columns(text: &str) -> usize {
    let look = Look::at(text);
    if look.is_usual(text) { look.most } else { text.width_cjk() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_columns_of_common_characters_are_those_of_all(text in "([ -~\u{4e00}-\u{9fff}\u{3001}\u{3002}\u{ff01}-\u{ff5e}]|.){0,12}") {
            prop_assert_eq!(columns(&text), text.width_cjk());
            prop_assert!(Look::at(&text).most >= text.width_cjk());
            if let (true, Some(at)) = (Look::at(&text).is_usual(&text), text.char_indices().nth(3).map(|(at, _)| at)) {
                prop_assert_eq!(columns(&text[..at]) + columns(&text[at..]), columns(&text));
            }
        }
    }
}
