//! The appendix as templates see it: what was changed, what is suggested, what was found, what fits nowhere.
//!
//! Wording comes from the catalogue; places are named with the form's own labels. What is said together has one number, by
//! which it is led to from the fields, and leads back to them.

use super::Printed;
use super::marks::{Marks, Said, anchor, printed_at};
use super::view::Frame;
use super::viewed::{Entries, Viewed, clean, text};
use crate::catalogue::{self, Language};
use crate::change::Change;
use crate::diag::{Finding, Message};
use crate::form::{FormDefinition, Shape};
use crate::locus::{Locus, Spot};
use crate::record::{Acceptance, Node, Path, Record, Step};
use crate::value::Kind;
use crate::value::notation::put_number;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::hash::Hash;
use std::rc::Rc;

/// The appendix, or nothing; and the signs that lead to it.
pub(crate) fn appendix<'a>(
    printed: &Printed<'a>,
    definition: &FormDefinition,
    frame: &Frame,
    language: Language,
) -> (Viewed<'a>, Marks) {
    let record = printed.record;
    let field = |path: &Path| place(record, definition, frame, path, language);
    let mut marks = Marks::default();
    let mut number = 0;
    let mut numbered = |paths: &mut dyn Iterator<Item = &Path>, said: Said| -> (Viewed<'a>, Vec<String>) {
        number += 1;
        let mut places: Vec<String> = Vec::new();
        for path in paths {
            let at = printed_at(record, definition, path);
            marks.add(at.clone(), number, said);
            if !places.contains(&at) {
                places.push(at);
            }
        }
        (text(number.to_string()), places)
    };
    let mut sorted: Vec<&Finding> = printed.findings.iter().collect();
    // What has to be mended comes first; within that, the order of the source stays.
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    // What is said of one thing after the other is worded once.
    let mut last: Option<(&Message, Rc<str>)> = None;
    let mut worded = |message: &'a Message| match &last {
        Some((known, words)) if *known == message => Rc::clone(words),
        _ => Rc::clone(&last.insert((message, catalogue::render(language, message).into())).1),
    };
    let findings: Vec<Viewed<'a>> = groups(&sorted, |finding| (finding.rule, worded(&finding.message)))
        .into_iter()
        .map(|((_, message), group)| {
            let numbered = numbered(&mut group.iter().flat_map(|finding| &finding.at), Said::of(group[0].severity));
            finding_group(&group, &message, numbered, &field, language)
        })
        .chain(explained(&record.accepted, &field, language))
        .collect();
    let accepted: usize = record.accepted.iter().map(|accepted| accepted.covered.len()).sum();
    let mut listed = |applied: bool, said: Said| -> Vec<Viewed<'a>> {
        let changes: Vec<&Change> = record.changes.iter().filter(|change| change.applied == applied).collect();
        groups(&changes, |change| (change.rule, worded(&change.because)))
            .into_iter()
            .map(|((_, because), group)| {
                let numbered = numbered(&mut group.iter().map(|change| &change.at), said);
                change_group(&group, &because, numbered, said, &field, language)
            })
            .collect()
    };
    let (suggestions, changes) = (listed(false, Said::Suggestion), listed(true, Said::Change));
    let (change_count, suggestion_count) = {
        let applied = record.changes.iter().filter(|change| change.applied).count();
        (applied, record.changes.len() - applied)
    };
    let unplaced: Vec<Viewed<'a>> = record
        .unplaced
        .iter()
        .map(|piece| entry([("text", clean(&*piece.text)), ("place", clean(catalogue::place_text(language, &piece.locus)))]))
        .collect();
    if changes.is_empty() && suggestions.is_empty() && findings.is_empty() && unplaced.is_empty() {
        return (Viewed::Nothing, marks);
    }
    let words = WORDS.map(|(key, id)| (key, text(catalogue::text(language, id))));
    let appendix = entry([
        ("language", text(if language == Language::English { "en" } else { "zh-CN" })),
        ("file", clean(&*record.source.file)),
        ("words", entry(words)),
        ("changes", Viewed::from(changes)),
        ("change_count", text(change_count.to_string())),
        ("suggestions", Viewed::from(suggestions)),
        ("suggestion_count", text(suggestion_count.to_string())),
        ("findings", Viewed::from(findings)),
        ("finding_count", text((printed.findings.len() + accepted).to_string())),
        ("unplaced", Viewed::from(unplaced)),
    ]);
    (appendix, marks)
}

/// Puts together what has the same key, in the order of first appearance.
fn groups<'a, T, K: Hash + Eq + Clone>(items: &[&'a T], mut key: impl FnMut(&'a T) -> K) -> Vec<(K, Vec<&'a T>)> {
    let mut groups: Vec<(K, Vec<&'a T>)> = Vec::new();
    let mut known: FxHashMap<K, usize> = FxHashMap::default();
    let mut last = 0;
    for &item in items {
        let key = key(item);
        // What is alike mostly stands together.
        if groups.get(last).is_none_or(|(known, _)| *known != key) {
            last = known.get(&key).copied().unwrap_or(groups.len());
        }
        match groups.get_mut(last) {
            Some((_, group)) => group.push(item),
            None => {
                known.insert(key.clone(), last);
                groups.push((key, vec![item]));
            }
        }
    }
    groups
}

/// The first field, and how many more.
fn fields<'a>(
    mut paths: impl Iterator<Item = &'a Path>,
    count: usize,
    field: &dyn Fn(&Path) -> String,
    language: Language,
) -> String {
    let first = paths.next().map(field).unwrap_or_default();
    if count < 2 {
        return first;
    }
    catalogue::render(language, &Message::new("print.fields").with("first", first).with("count", count))
}

/// Links to the first places that are spoken of: the first in words, the others by their numbers.
fn links(places: &[String], first: &str) -> Viewed<'static> {
    const MOST: usize = 40;
    let links = places.iter().take(MOST).enumerate().map(|(index, place)| {
        let label = if index == 0 { first.to_owned() } else { (index + 1).to_string() };
        entry([("to", clean(anchor(place))), ("text", clean(label))])
    });
    Viewed::from(links.collect::<Vec<_>>())
}

/// Places, the first dozen of them.
fn places(loci: impl Iterator<Item = Option<Locus>>, language: Language) -> Viewed<'static> {
    // Many changes of one cell: places are told apart before they are worded.
    let said = |locus: &Locus| {
        let spot = match locus.spot {
            Spot::Table { table, row, column, .. } => Spot::Table { table, row, column, line: 0 },
            spot => spot,
        };
        (spot, locus.paragraph)
    };
    let mut loci: Vec<Locus> = loci.flatten().filter(|locus| locus.spot != Spot::Nowhere).collect();
    loci.dedup_by_key(|locus| said(locus));
    let more = loci.len().saturating_sub(MOST_PLACES);
    let (mut text, separator) = (String::with_capacity(64), catalogue::text(language, "print.separator"));
    for (index, locus) in loci.iter().take(MOST_PLACES).enumerate() {
        text.push_str(if index > 0 { &separator } else { "" });
        text.push_str(&catalogue::place_text(language, locus));
    }
    if more > 0 {
        text.push_str(&catalogue::render(language, &Message::new("print.more").with("count", more)));
    }
    clean(text)
}

const MOST_PLACES: usize = 12;

/// Changes made for one reason: the edits, each with its places.
fn change_group<'a>(
    group: &[&'a Change],
    because: &str,
    (number, places_on_page): (Viewed<'a>, Vec<String>),
    said: Said,
    field: &dyn Fn(&Path) -> String,
    language: Language,
) -> Viewed<'a> {
    let edits = groups(group, |change: &Change| (&*change.from, &*change.to)).into_iter().map(|(_, same)| {
        let (from, to) = difference(&same[0].from, &same[0].to);
        entry([("from", clean(from)), ("to", clean(to)), ("place", places(same.iter().map(|change| change.locus), language))])
    });
    let field = fields(group.iter().map(|change| &change.at), group.len(), field, language);
    entry([
        ("number", number),
        ("sign", text(said.sign().to_string())),
        ("rule", text(group[0].rule)),
        ("links", links(&places_on_page, &field)),
        ("field", clean(field)),
        ("because", clean(because.to_owned())),
        ("edits", Viewed::from(edits.collect::<Vec<Viewed<'a>>>())),
    ])
}

fn finding_group<'a>(
    group: &[&'a Finding],
    message: &str,
    (number, places_on_page): (Viewed<'a>, Vec<String>),
    field: &dyn Fn(&Path) -> String,
    language: Language,
) -> Viewed<'a> {
    let first = group[0];
    let places = places(group.iter().map(|finding| finding.loci.first().copied()), language);
    let at = group.iter().filter_map(|finding| finding.at.first());
    let said = Said::of(first.severity);
    let field = fields(at.clone(), at.count(), field, language);
    entry([
        ("number", number),
        ("sign", text(said.sign().to_string())),
        ("rule", text(first.rule)),
        ("severity", text(first.severity.name())),
        ("severity_text", text(said.word(language))),
        ("links", links(&places_on_page, &field)),
        ("field", clean(field)),
        ("place", places),
        ("message", clean(message.to_owned())),
        ("help", clean(first.help.as_ref().map(|help| catalogue::render(language, help)).unwrap_or_default())),
    ])
}

/// What a person has accepted as it is, with the reason in place of advice; no sign in the form leads there.
fn explained<'a>(all: &'a [Acceptance], field: &dyn Fn(&Path) -> String, language: Language) -> Vec<Viewed<'a>> {
    let mut explained = Vec::new();
    for accepted in all {
        let covered: Vec<&Finding> = accepted.covered.iter().collect();
        let reason = catalogue::render(language, &Message::new("print.accepted.reason").with("reason", &accepted.reason));
        for ((_, message), group) in groups(&covered, |finding| (finding.rule, catalogue::render(language, &finding.message))) {
            let at = group.iter().filter_map(|finding| finding.at.first());
            explained.push(entry([
                ("number", text(format!("✓{}", explained.len() + 1))),
                ("sign", text("")),
                ("rule", text(accepted.rule)),
                ("severity", text("accepted")),
                ("severity_text", text(catalogue::text(language, "print.severity.accepted"))),
                ("links", Viewed::from(Vec::new())),
                ("field", clean(fields(at.clone(), at.count(), field, language))),
                ("place", places(group.iter().map(|finding| finding.loci.first().copied()), language)),
                ("message", clean(message)),
                ("help", clean(reason.clone())),
            ]));
        }
    }
    explained
}

/// What differs between two long texts, with a little of what stands around it; short texts as they are.
pub(crate) fn difference<'a>(from: &'a str, to: &'a str) -> (Cow<'a, str>, Cow<'a, str>) {
    const AROUND: usize = 8;
    // As many characters at most as bytes.
    if from.len().max(to.len()) <= 4 * AROUND {
        return (from.into(), to.into());
    }
    if from.chars().count().max(to.chars().count()) <= 4 * AROUND {
        return (from.into(), to.into());
    }
    // Whole characters: what is the same in both has the same boundaries.
    let same = |(a, b): &(u8, u8)| a == b;
    let mut head = from.bytes().zip(to.bytes()).take_while(same).count();
    while !from.is_char_boundary(head) || !to.is_char_boundary(head) {
        head -= 1;
    }
    let mut tail = from[head..].bytes().rev().zip(to[head..].bytes().rev()).take_while(same).count();
    while !from.is_char_boundary(from.len() - tail) || !to.is_char_boundary(to.len() - tail) {
        tail -= 1;
    }
    let part = |text: &str| {
        let (before, rest) = text.split_at(head);
        let behind = &rest[rest.len() - tail..];
        let start = before.char_indices().rev().take(AROUND).last().map_or(head, |(at, _)| at);
        let end = text.len() - tail + behind.char_indices().nth(AROUND).map_or(tail, |(at, _)| at);
        let (before, after) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
        [before, &text[start..end], after].concat()
    };
    (part(from).into(), part(to).into())
}

/// The headings that a template prints.
const WORDS: [(&str, &str); 14] = [
    ("title", "print.appendix.title"),
    ("source", "print.appendix.source"),
    ("changes", "print.appendix.changes"),
    ("suggestions", "print.appendix.suggestions"),
    ("findings", "print.appendix.findings"),
    ("unplaced", "print.appendix.unplaced"),
    ("rule", "print.column.rule"),
    ("field", "print.column.field"),
    ("text", "print.column.text"),
    ("place", "print.column.place"),
    ("from", "print.column.from"),
    ("to", "print.column.to"),
    ("because", "print.column.because"),
    ("message", "print.column.message"),
];

fn entry<'a, const N: usize>(pairs: [(&'static str, Viewed<'a>); N]) -> Viewed<'a> {
    Viewed::from(Entries::of(pairs))
}

/// A field as a reader of the form finds it: `支出构成 / 合计 / 占比`.
pub(crate) fn place(record: &Record, definition: &FormDefinition, frame: &Frame, path: &Path, language: Language) -> String {
    let mut out = String::with_capacity(64);
    let mut shape = Some(frame.shape());
    let mut node = Some(&record.data);
    for (position, step) in path.0.iter().enumerate() {
        out.push_str(if position > 0 { " / " } else { "" });
        node = node.and_then(|node| node.step(step));
        match (shape, step) {
            (Some(Shape::Map(entries)), Step::Key(key)) => {
                let entry = entries.iter().find(|entry| entry.key == *key);
                out.push_str(entry.map_or(key, |entry| if entry.label.is_empty() { &entry.key } else { &entry.label }));
                shape = entry.map(|entry| &entry.shape);
            }
            (Some(Shape::List { item, .. }), Step::Index(index)) => {
                match row_name(node, item) {
                    Some(name) => out.push_str(name),
                    None => {
                        let row = Message::new("print.place.row").with("number", index + 1);
                        out.push_str(&catalogue::render(language, &row));
                    }
                }
                shape = Some(&**item);
            }
            (_, Step::Key(key)) => {
                out.push_str(key);
                shape = None;
            }
            (_, Step::Index(index)) => {
                put_number(index + 1, &mut out);
                shape = None;
            }
        }
    }
    if path.0.is_empty() { definition.title.text.to_string() } else { out }
}

/// What a person calls a row: the label that the form prints for it, or the name that has to be filled in.
fn row_name<'a>(node: Option<&'a Node>, shape: &Shape) -> Option<&'a str> {
    let (node, Shape::Map(entries)) = (node?, shape) else { return None };
    let names = entries.iter().filter(|entry| match &entry.shape {
        Shape::Leaf(leaf) => leaf.kind == Kind::Name && (leaf.required || &*entry.key == "item"),
        _ => false,
    });
    names.map(|entry| node.text(&entry.key)).find(|text| !text.is_empty())
}
