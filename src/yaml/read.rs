//! YAML → record, led by the definition's shape; every mistake with its line, what stands there and what was expected.
//!
//! A value that cannot be understood (an amount that is no amount) is no mistake here: the source may have said it so, and
//! the rules will tell. Each value's place is its line of the YAML, so that findings on an edited record can be drawn.

use super::changes;
use crate::change::{Change, Class};
use crate::diag::{Code, Error, Finding, Message, Severity};
use crate::document::{Block, Cell, Document, Layout, Notice, Row};
use crate::form::{FormDefinition, Shape};
use crate::locus::{Locus, Part, Spot};
use crate::record::{Acceptance, Key, Leaf, Node, Path, Record, Source, Unplaced};
use crate::value::Kind;
use crate::yaml_tree::{self, Map, Node as Tree, Place, Reader, Value};
use std::sync::Arc;

/// What a record's file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub record: Record,
    /// The findings as the file has them, with the places of the first source. Those of the source's structure cannot be
    /// found again; all others are found anew.
    pub findings: Vec<Finding>,
    /// Accepted changes that could not be applied, because their field was edited too.
    pub notices: Vec<Notice>,
    /// The file's lines, for drawing places in it.
    pub document: Document,
}

const TOP: [&str; 8] = ["form", "source", "data", "accepted", "changes", "findings", "checks", "unplaced"];

/// Whether a text is meant as a record: its first key is `form`.
pub fn sniff(text: &str) -> bool {
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
    lines.find(|line| !line.trim().is_empty() && !line.starts_with(['#', '-'])).is_some_and(|line| line.starts_with("form:"))
}

/// The text of a file that is meant as a record.
pub fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() as u32;
        Error::Record(vec![Place { line, column: 1 }.mistake(Message::new("record.not_utf8"))])
    })
}

/// Reads a record. `codes` are the rules' codes, so that a change's rule is one that exists.
pub fn read(text: &str, definitions: &[Arc<FormDefinition>], codes: &[Code]) -> Result<Read, Error> {
    let (root, mistakes) = yaml_tree::parse(text).map_err(|mistake| Error::Record(vec![mistake]))?;
    let mut reader = Reader { mistakes };
    let read = file(&mut reader, &root, definitions, codes);
    let Reader { mut mistakes } = reader;
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    mistakes.dedup();
    match read {
        Some((record, findings, notices)) if mistakes.is_empty() => {
            Ok(Read { record, findings, notices, document: document(text) })
        }
        _ => Err(Error::Record(mistakes)),
    }
}

type Content = (Record, Vec<Finding>, Vec<Notice>);

fn file(reader: &mut Reader, root: &Tree, definitions: &[Arc<FormDefinition>], codes: &[Code]) -> Option<Content> {
    let top = reader.map(root, &TOP)?;
    let id = reader.text(&top, "form")?;
    let Some(definition) = definitions.iter().find(|definition| &*definition.id == id) else {
        let known: Vec<&str> = definitions.iter().map(|definition| &*definition.id).collect();
        let place = top.get("form").map_or(top.place, |node| node.place);
        reader.unknown(place, "record.unknown_form", "record.unknown_form_nearest", id, &known);
        return None;
    };
    let shape = definition.shape();
    let data = match top.need(reader, "data") {
        Some(node) => value(reader, node, shape),
        None => blank(shape),
    };
    let mut record = Record { form: id.to_owned(), data, ..Record::default() };
    if let Some(map) = top.get("source").and_then(|node| reader.map(node, &["file", "sha256", "reader", "recognised"])) {
        let mut part = |key| map.get(key).and_then(|node| reader.scalar(node)).unwrap_or_default().to_owned();
        record.source =
            Source { file: part("file"), sha256: part("sha256"), reader: part("reader"), recognised: part("recognised") };
    }
    let mut places = Vec::new();
    for item in items(reader, &top, "changes") {
        let before = reader.mistakes.len();
        if let Some((change, place)) = change(reader, item, &shape, codes)
            && reader.mistakes.len() == before
        {
            record.changes.push(change);
            places.push(place);
        }
    }
    record.accepted =
        items(reader, &top, "accepted").iter().filter_map(|item| acceptance(reader, item, &shape, codes)).collect();
    let findings = items(reader, &top, "findings").iter().filter_map(|item| finding(reader, item, codes)).collect();
    for item in items(reader, &top, "unplaced") {
        let Some(map) = reader.map(item, &["text", "locus"]) else { continue };
        let Some(text) = raw_text(reader, &map, "text") else { continue };
        record.unplaced.push(Unplaced { text, locus: loci(reader, &map).first().copied().unwrap_or_default() });
    }
    let notices = changes::settle(&mut record, &places);
    Some((record, findings, notices))
}

/// The items of a list at the top that may be missing or null.
fn items<'a>(reader: &mut Reader, top: &Map<'a>, key: &str) -> &'a [Tree] {
    match top.get(key) {
        None | Some(Tree { value: Value::Null, .. }) => &[],
        Some(node) => reader.list(node),
    }
}

/// A node of the record's shape; what is missing is blank.
fn value(reader: &mut Reader, node: &Tree, shape: &Shape) -> Node {
    match (shape, &node.value) {
        (_, Value::Null) => match (blank(shape), place(node)) {
            (Node::Leaf(leaf), locus) => Node::Leaf(Leaf { loci: vec![locus], ..leaf }),
            (node, _) => node,
        },
        (Shape::Leaf(leaf), Value::Scalar(scalar)) => {
            let text = scalar.text.clone();
            Node::Leaf(Leaf { raw: text.clone(), text, kind: leaf.kind, loci: vec![place(node)] })
        }
        (Shape::Leaf(leaf), _) => {
            let message = Message::new("record.expected_value").with("kind", kind_id(leaf.kind)).with("found", node.what());
            reader.wrong(node.place, message);
            blank(shape)
        }
        (Shape::List { item, length }, Value::List(items)) => {
            if let Some(length) = length.filter(|length| *length != items.len()) {
                let message = Message::new("record.wrong_length").with("expected", length).with("found", items.len());
                reader.wrong(node.place, message);
            }
            Node::List(items.iter().map(|child| value(reader, child, item)).collect())
        }
        (Shape::List { .. }, _) => {
            reader.expected(node, "@yaml.a_list");
            blank(shape)
        }
        (Shape::Map(entries), _) => {
            let allowed: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
            let Some(map) = reader.map(node, &allowed) else { return blank(shape) };
            let mut out: Vec<(Key, Node)> = Vec::with_capacity(entries.len());
            for entry in entries {
                match map.get(&entry.key) {
                    Some(node) => out.push((entry.key.clone(), value(reader, node, &entry.shape))),
                    None if entry.optional => {}
                    None => out.push((entry.key.clone(), blank(&entry.shape))),
                }
            }
            Node::Map(out)
        }
    }
}

fn blank(shape: &Shape) -> Node {
    match shape {
        Shape::Leaf(leaf) => Node::Leaf(Leaf::blank(leaf.kind)),
        Shape::List { item, length } => Node::List((0..length.unwrap_or(0)).map(|_| blank(item)).collect()),
        Shape::Map(entries) => {
            let entries = entries.iter().filter(|entry| !entry.optional);
            Node::Map(entries.map(|entry| (entry.key.clone(), blank(&entry.shape))).collect())
        }
    }
}

/// The place of a scalar: its characters on the first of its lines.
fn place(node: &Tree) -> Locus {
    let start = node.place.column.saturating_sub(1);
    let end = if node.end.line == node.place.line { node.end.column.saturating_sub(1) } else { start };
    Locus::new(Spot::Text { line: node.place.line, cell: 1 }, start, end.max(start))
}

/// The catalogue's word for a kind of value.
fn kind_id(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "@kind.text",
        Kind::Name => "@kind.name",
        Kind::Person => "@kind.person",
        Kind::Amount => "@kind.amount",
        Kind::Percent => "@kind.percent",
        Kind::Score => "@kind.score",
        Kind::Count => "@kind.count",
        Kind::Year => "@kind.year",
        Kind::Date => "@kind.date",
        Kind::Phone => "@kind.phone",
        Kind::Target => "@kind.target",
        Kind::Choice => "@kind.choice",
        Kind::Tick => "@kind.tick",
        Kind::Unit => "@kind.unit",
        Kind::Mark => "@kind.mark",
    }
}

/// A text as it stands, null being the empty one. A missing key is a mistake.
fn raw_text(reader: &mut Reader, map: &Map<'_>, key: &str) -> Option<String> {
    let node = map.need(reader, key)?;
    match &node.value {
        Value::Null => Some(String::new()),
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        _ => {
            reader.expected(node, "@yaml.a_text");
            None
        }
    }
}

/// A word out of a closed set, by the values that the words stand for.
fn word<T: Copy>(reader: &mut Reader, map: &Map<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
    let text = reader.text(map, key)?;
    let found = words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        let allowed: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let place = map.get(key).map_or(map.place, |node| node.place);
        reader.unknown(place, "record.unknown_word", "record.unknown_word_nearest", text, &allowed);
    }
    found
}

fn code(reader: &mut Reader, map: &Map<'_>, codes: &[Code]) -> Option<Code> {
    let text = reader.text(map, "rule")?;
    let found = codes.iter().find(|code| **code == text).copied();
    if found.is_none() {
        let place = map.get("rule").map_or(map.place, |node| node.place);
        reader.wrong(place, Message::new("record.unknown_rule").with("code", text));
    }
    found
}

/// A text of the file as a message: it is worded already.
fn verbatim(text: impl Into<String>) -> Message {
    Message::new("record.verbatim").with("text", text.into())
}

const CHANGE: [&str; 8] = ["at", "rule", "class", "applied", "from", "to", "because", "locus"];

fn change(reader: &mut Reader, node: &Tree, shape: &Shape, codes: &[Code]) -> Option<(Change, Place)> {
    let map = reader.map(node, &CHANGE)?;
    let at = reader.text(&map, "at")?;
    let path = at.parse::<Path>().ok().filter(|path| shape.at(path).is_some());
    if path.is_none() {
        let place = map.get("at").map_or(map.place, |node| node.place);
        reader.wrong(place, Message::new("record.unknown_path").with("path", at));
    }
    let rule = code(reader, &map, codes);
    let classes = [("auto", Class::Auto), ("suggest", Class::Suggest), ("report", Class::Report)];
    let class = word(reader, &map, "class", &classes);
    let applied = map.need(reader, "applied").is_some() && reader.flag(&map, "applied");
    let (from, to) = (raw_text(reader, &map, "from"), raw_text(reader, &map, "to"));
    let because = map.get("because").and_then(Tree::text).unwrap_or_default();
    let locus = loci(reader, &map).first().copied();
    let place = map.get("applied").map_or(map.place, |node| node.place);
    let change =
        Change { at: path?, rule: rule?, class: class?, applied, from: from?, to: to?, because: verbatim(because), locus };
    Some((change, place))
}

/// `{rule: V005, at: annual_goals[0].indicators[3].target, reason: …}`; without a reason nothing is accepted.
fn acceptance(reader: &mut Reader, node: &Tree, shape: &Shape, codes: &[Code]) -> Option<Acceptance> {
    let map = reader.map(node, &["rule", "at", "reason"])?;
    let rule = code(reader, &map, codes);
    let reason = reader.text(&map, "reason")?.to_owned();
    let mut at = None;
    if let Some(node) = map.get("at").filter(|node| node.value != Value::Null) {
        let text = reader.scalar(node)?;
        at = text.parse::<Path>().ok().filter(|path| shape.at(path).is_some());
        if at.is_none() {
            reader.wrong(node.place, Message::new("record.unknown_path").with("path", text));
        }
    }
    let start = node.place.column.saturating_sub(1);
    let locus = Locus::new(Spot::Text { line: node.place.line, cell: 1 }, start, start);
    Some(Acceptance { rule: rule?, at, reason, locus: Some(locus), covered: Vec::new() })
}

/// A finding; one of a rule that is no more is left out, for it would be found anew if there were one.
fn finding(reader: &mut Reader, node: &Tree, codes: &[Code]) -> Option<Finding> {
    let map = reader.map(node, &["rule", "severity", "at", "message", "help", "locus"])?;
    let rule = reader.text(&map, "rule")?;
    let rule = codes.iter().find(|code| **code == rule).copied()?;
    let severities = [Severity::Info, Severity::Warning, Severity::Error].map(|severity| (severity.name(), severity));
    let severity = word(reader, &map, "severity", &severities)?;
    let mut finding = Finding::new(rule, severity, verbatim(raw_text(reader, &map, "message")?));
    finding.at = texts(&map, "at").filter_map(|(text, _)| text.parse().ok()).collect();
    finding.help = map.get("help").and_then(Tree::text).map(verbatim);
    finding.loci = loci(reader, &map);
    Some(finding)
}

/// One text or a list of them.
fn texts<'a>(map: &Map<'a>, key: &str) -> impl Iterator<Item = (&'a str, Place)> + use<'a> {
    let items = match map.get(key) {
        None => &[],
        Some(Tree { value: Value::List(items), .. }) => items.as_slice(),
        Some(node) => std::slice::from_ref(node),
    };
    items.iter().filter_map(|node| node.text().map(|text| (text, node.place)))
}

fn loci(reader: &mut Reader, map: &Map<'_>) -> Vec<Locus> {
    let read = |(text, place)| match locus(text) {
        Some(locus) => locus,
        None => {
            reader.wrong(place, Message::new("record.bad_locus").with("text", text));
            Locus::default()
        }
    };
    texts(map, "locus").map(read).collect()
}

/// `line 19 cell 5 chars 3-7`, as written.
fn locus(text: &str) -> Option<Locus> {
    if text == "nowhere" {
        return Some(Locus::default());
    }
    let words: Vec<&str> = text.split(' ').collect();
    let (pairs, rest) = words.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let value = |name: &str| pairs.iter().find(|[known, _]| *known == name).map(|[_, value]| *value);
    let number = |name: &str| value(name)?.parse::<u32>().ok();
    let first = pairs.first()?[0];
    let spot = match first {
        "line" => Spot::Text { line: number("line")?, cell: number("cell")? },
        "table" => {
            let line = number("line").unwrap_or(0);
            Spot::Table { table: number("table")?, row: number("row")?, column: number("column")?, line }
        }
        "sheet" => Spot::Sheet { sheet: number("sheet")?, row: number("row")?, column: number("column")? },
        part => Spot::Paragraph { part: Part::named(part)?, number: number(part)? },
    };
    let (start, end) = match value("chars") {
        None => (0, 0),
        Some(range) => {
            let (start, end) = range.split_once('-')?;
            (start.parse().ok()?, end.parse().ok()?)
        }
    };
    Some(Locus { spot, paragraph: number("paragraph").unwrap_or(0), start, end })
}

/// The file as a document of one cell per line, in which the values' places lie.
fn document(text: &str) -> Document {
    let text = yaml_tree::normalise(text);
    let rows = text.lines().zip(1..).map(|(line, number)| Row { cells: vec![Cell::plain(line, number, 1)] });
    let blocks = vec![Block { layout: Layout::Lines, rows: rows.collect() }];
    Document { reader: "yaml", encoding: "UTF-8", blocks, notices: Vec::new() }
}
