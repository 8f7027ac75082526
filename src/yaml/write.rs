//! Record → YAML in one fixed style: a row of short values on one line, wide text in lines of its own.
//!
//! The record's tree is printed as it is; what is said of it is laid out as entries, one change or finding after the other. So the
//! style stands in one place and not with every key.

use super::scalar::{self, Look};
use crate::catalogue::{self, Language};
use crate::change::{Change, Class};
use crate::diag::{Check, Finding, Message, Outcome};
use crate::locus::{Locus, Spot};
use crate::record::{Acceptance, Key, Leaf, Node, Record, Unplaced, put_text, text_of};
use crate::value::Kind;
use crate::value::notation::put_number;
use unicode_width::UnicodeWidthStr;

/// Columns that a row on one line may take.
const ROW: usize = 200;
/// Columns that a list of texts on one line may take, and each text in it.
const LIST: usize = 100;
const ITEM: usize = 40;

/// What is printed: a part of the record, or what is said of it.
#[derive(Clone, Copy)]
enum Yaml<'a> {
    /// A word of ours that is YAML as it stands: `true`, `F003`, `table 1 row 2`.
    Word(&'a str),
    Text(Scalar<'a>),
    Leaf(&'a Leaf),
    /// A list of texts.
    Texts(&'a [String]),
    /// A map of ours, whose keys are names.
    Entries(&'a [(&'static str, Yaml<'a>)]),
    Items(&'a [Node]),
    Fields(&'a [(Key, Node)]),
}

/// A text, looked at once.
#[derive(Clone, Copy)]
struct Scalar<'a> {
    text: &'a str,
    kind: Kind,
    look: Look,
}

impl<'a> Yaml<'a> {
    fn of(node: &'a Node) -> Yaml<'a> {
        match node {
            Node::Leaf(leaf) => Yaml::Leaf(leaf),
            Node::List(items) => Yaml::Items(items),
            Node::Map(entries) => Yaml::Fields(entries),
        }
    }

    /// A text, where it is one.
    fn scalar(self) -> Option<Scalar<'a>> {
        match self {
            Yaml::Text(scalar) => Some(scalar),
            Yaml::Leaf(Leaf { text, kind, .. }) => Some(Scalar { text, kind: *kind, look: Look::at(text) }),
            _ => None,
        }
    }

    fn is_map(self) -> bool {
        matches!(self, Yaml::Entries(_) | Yaml::Fields(_))
    }

    fn is_list(self) -> bool {
        matches!(self, Yaml::Texts(_) | Yaml::Items(_))
    }

    /// An item of a list.
    fn item(self, index: usize) -> Option<Yaml<'a>> {
        match self {
            Yaml::Texts(texts) => texts.get(index).map(|each| text(each)),
            Yaml::Items(items) => items.get(index).map(Yaml::of),
            _ => None,
        }
    }

    /// An entry of a map.
    fn entry(self, index: usize) -> Option<(Name<'a>, Yaml<'a>)> {
        match self {
            Yaml::Entries(entries) => entries.get(index).map(|(key, value)| (Name::Own(key), *value)),
            Yaml::Fields(entries) => entries.get(index).map(|(key, node)| (Name::Any(key), Yaml::of(node))),
            _ => None,
        }
    }

    fn items(self) -> impl Iterator<Item = Yaml<'a>> {
        (0..).map_while(move |index| self.item(index))
    }

    fn entries(self) -> impl Iterator<Item = (Name<'a>, Yaml<'a>)> {
        (0..).map_while(move |index| self.entry(index))
    }
}

/// A key.
#[derive(Clone, Copy)]
enum Name<'a> {
    /// One of ours, which is YAML as it stands.
    Own(&'static str),
    /// One of a definition.
    Any(&'a str),
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
    let source = source.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key, text(value)));
    put(&mut out, "form", text(&record.form));
    put(&mut out, "source", Yaml::Entries(&source.collect::<Vec<_>>()));
    match &record.data {
        // Always in lines, however small.
        Node::Map(entries) if !entries.is_empty() => {
            out.push_str("data:\n");
            lines(&mut out, Yaml::Fields(entries), 1);
        }
        other => put(&mut out, "data", Yaml::of(other)),
    }
    let (at, locus) = (String::with_capacity(64), String::with_capacity(64));
    let mut said = Said { out, language, at, locus, reasons: Reasons::default() };
    if !record.accepted.is_empty() {
        said.list("accepted", 0, record.accepted.iter(), Said::accepted);
    }
    said.list("changes", 0, record.changes.iter(), Said::change);
    said.list("findings", 0, findings.iter(), Said::finding);
    let of = |wanted: Outcome| checks.iter().filter(move |check| check.outcome == wanted);
    if checks.iter().all(|check| check.outcome == Outcome::Failed) {
        said.out.push_str("checks: {held: [], unchecked: []}\n");
    } else {
        said.out.push_str("checks:\n");
        said.list("held", 1, of(Outcome::Held), Said::check);
        said.list("unchecked", 1, of(Outcome::Unchecked), Said::check);
    }
    said.list("unplaced", 0, record.unplaced.iter(), Said::unplaced);
    said.out
}

fn text(text: &str) -> Yaml<'_> {
    Yaml::Text(Scalar { look: Look::at(text), text, kind: Kind::Text })
}

/// One as itself, several as a list.
fn one_or_more(texts: &[String]) -> Yaml<'_> {
    if let [one] = texts { text(one) } else { Yaml::Texts(texts) }
}

/// What is said of a record: printed one after the other, with the same room for all.
struct Said<'a> {
    out: String,
    language: Language,
    at: String,
    locus: String,
    reasons: Reasons<'a>,
}

impl<'a> Said<'a> {
    /// A list at a depth, each item in its place.
    fn list<T: 'a>(&mut self, key: &str, depth: usize, all: impl Iterator<Item = &'a T>, item: fn(&mut Self, &'a T, usize)) {
        let mut all = all.peekable();
        indent(&mut self.out, depth);
        self.out.push_str(key);
        self.out.push_str(if all.peek().is_some() { ":\n" } else { ": []\n" });
        all.for_each(|each| item(self, each, depth + 1));
    }

    fn accepted(&mut self, accepted: &'a Acceptance, depth: usize) {
        let at = accepted.at.as_ref().map(|at| text_of(&at.0));
        let mut entries = vec![("rule", Yaml::Word(accepted.rule))];
        entries.extend(at.as_ref().map(|at| ("at", text(at))));
        entries.push(("reason", text(&accepted.reason)));
        item(&mut self.out, Yaml::Entries(&entries), depth);
    }

    fn change(&mut self, change: &'a Change, depth: usize) {
        let class = match change.class {
            Class::Auto => "auto",
            Class::Suggest => "suggest",
            Class::Report => "report",
        };
        self.at.clear();
        put_text(&change.at.0, &mut self.at);
        let is_placed = change.locus.as_ref().is_some_and(|locus| place(locus, &mut self.locus));
        let entries = [
            ("at", text(&self.at)),
            ("rule", Yaml::Word(change.rule)),
            ("class", Yaml::Word(class)),
            ("applied", Yaml::Word(if change.applied { "true" } else { "false" })),
            ("from", text(&change.from)),
            ("to", text(&change.to)),
            ("because", Yaml::Text(self.reasons.worded(&change.because, self.language))),
            ("locus", Yaml::Word(&self.locus)),
        ];
        let (unplaced, _) = entries.split_at(entries.len() - 1);
        item(&mut self.out, Yaml::Entries(if is_placed { &entries } else { unplaced }), depth);
    }

    fn finding(&mut self, finding: &'a Finding, depth: usize) {
        let paths: Vec<String> = finding.at.iter().map(|at| text_of(&at.0)).collect();
        let message = catalogue::render(self.language, &finding.message);
        let help = finding.help.as_ref().map(|help| catalogue::render(self.language, help));
        let mut places = Vec::new();
        if finding.loci.iter().any(|locus| locus.spot != Spot::Nowhere) {
            let worded = |locus| if place(locus, &mut self.locus) { self.locus.clone() } else { "nowhere".to_owned() };
            places.extend(finding.loci.iter().map(worded));
        }
        let mut entries = Vec::with_capacity(6);
        entries.extend([("rule", Yaml::Word(finding.rule)), ("severity", Yaml::Word(finding.severity.name()))]);
        if !paths.is_empty() {
            entries.push(("at", one_or_more(&paths)));
        }
        entries.push(("message", text(&message)));
        entries.extend(help.as_ref().map(|help| ("help", text(help))));
        if !places.is_empty() {
            entries.push(("locus", one_or_more(&places)));
        }
        item(&mut self.out, Yaml::Entries(&entries), depth);
    }

    fn check(&mut self, check: &'a Check, depth: usize) {
        self.at.clear();
        put_text(&check.at.0, &mut self.at);
        let message = catalogue::render(self.language, &check.message);
        let entries = [("rule", Yaml::Word(check.rule)), ("at", text(&self.at)), ("message", text(&message))];
        let [rule, _, message] = entries;
        let whole = [rule, message];
        item(&mut self.out, Yaml::Entries(if self.at.is_empty() { &whole } else { &entries }), depth);
    }

    fn unplaced(&mut self, piece: &'a Unplaced, depth: usize) {
        let is_placed = place(&piece.locus, &mut self.locus);
        let entries = [("text", text(&piece.text)), ("locus", Yaml::Word(&self.locus))];
        let (unplaced, _) = entries.split_at(1);
        item(&mut self.out, Yaml::Entries(if is_placed { &entries } else { unplaced }), depth);
    }
}

/// Why changes are made, in words: the last few, as much is done for the same reason.
#[derive(Default)]
struct Reasons<'a> {
    worded: Vec<(&'a Message, String, Look)>,
    /// Which one is forgotten next.
    oldest: usize,
}

impl<'a> Reasons<'a> {
    const MOST: usize = 8;

    fn worded(&mut self, message: &'a Message, language: Language) -> Scalar<'_> {
        let known = self.worded.iter().position(|(known, ..)| *known == message);
        let index = known.unwrap_or_else(|| {
            let text = catalogue::render(language, message);
            let look = Look::at(&text);
            let index = self.oldest;
            match self.worded.get_mut(index) {
                Some(oldest) => *oldest = (message, text, look),
                None => self.worded.push((message, text, look)),
            }
            self.oldest = (index + 1) % Self::MOST;
            index
        });
        let (_, text, look) = &self.worded[index];
        Scalar { text, kind: Kind::Text, look: *look }
    }
}

/// `line 19 cell 5`, with the characters where they do not begin the cell; false and nothing for nowhere.
fn place(locus: &Locus, place: &mut String) -> bool {
    place.clear();
    let mut say = |parts: &[(&str, u32)]| {
        for (word, number) in parts {
            place.push_str(if place.is_empty() { "" } else { " " });
            place.push_str(word);
            place.push(' ');
            put_number(*number as usize, place);
        }
    };
    match locus.spot {
        Spot::Nowhere => return false,
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
        put_number(locus.end as usize, place);
    }
    true
}

fn put(out: &mut String, key: &'static str, value: Yaml) {
    entry(out, Name::Own(key), value, 0);
}

/// `key: value` at a depth, on one line or in several.
fn entry(out: &mut String, name: Name, value: Yaml, depth: usize) {
    indent(out, depth);
    name.put(false, out);
    out.push(':');
    rest(out, value, depth);
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// What follows a colon.
fn rest(out: &mut String, value: Yaml, depth: usize) {
    if let Yaml::Word(word) = value {
        out.push(' ');
        out.push_str(word);
        out.push('\n');
    } else if let Some(scalar) = value.scalar() {
        scalar_line(out, scalar, depth);
    } else if !one_line(out, value, if value.is_list() { LIST } else { ROW }) {
        out.push('\n');
        lines(out, value, depth + 1);
    }
}

fn scalar_line(out: &mut String, Scalar { text, kind, look }: Scalar, depth: usize) {
    match scalar::block(text, look) {
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
            scalar::encode(text, look, kind, false, out);
            out.push('\n');
        }
    }
}

/// A list or map, an item or entry a line, each starting at `depth`.
fn lines(out: &mut String, value: Yaml, depth: usize) {
    value.entries().for_each(|(name, value)| entry(out, name, value, depth));
    value.items().for_each(|each| item(out, each, depth));
}

/// An item of a list, starting at `depth`.
fn item(out: &mut String, value: Yaml, depth: usize) {
    indent(out, depth);
    out.push('-');
    if (value.is_map() || value.is_list()) && one_line(out, value, ROW) {
        return;
    }
    if !value.is_map() {
        return rest(out, value, depth);
    }
    for (index, (name, value)) in value.entries().enumerate() {
        // The first entry stands behind the dash.
        if index == 0 {
            out.push(' ');
            name.put(false, out);
            out.push(':');
            rest(out, value, depth + 1);
        } else {
            entry(out, name, value, depth + 1);
        }
    }
}

/// Writes a blank and a list or map on one line, where it is flat and fits; else writes nothing.
fn one_line(out: &mut String, value: Yaml, width: usize) -> bool {
    if !is_flat(value) || is_surely_wider(value, width) {
        return false;
    }
    let start = out.len();
    out.push(' ');
    let mut line = Line { start: out.len(), out, most: 0, is_usual: true, width };
    if (if value.is_list() { line.list(value) } else { line.map(value) }) && line.fits() {
        out.push('\n');
        return true;
    }
    out.truncate(start);
    false
}

/// Whether nothing stands in it that needs lines of its own.
fn is_flat(value: Yaml) -> bool {
    let is_leaf = |value: Yaml| !value.is_map() && !value.is_list();
    let is_flat = |value: Yaml| !value.is_map() && value.items().all(is_leaf);
    value.items().all(is_leaf) && value.entries().all(|(_, value)| is_flat(value))
}

/// Whether what stands in a list or map is too wide by itself, whatever marks come between: told without writing it.
fn is_surely_wider(value: Yaml, width: usize) -> bool {
    fn bytes(value: Yaml) -> usize {
        match value {
            Yaml::Word(text) | Yaml::Text(Scalar { text, .. }) => text.len(),
            Yaml::Leaf(leaf) => leaf.text.len(),
            value => value.items().map(bytes).sum::<usize>() + value.entries().map(|(_, value)| bytes(value)).sum::<usize>(),
        }
    }
    /// Adds up the columns up to more than the width; whether each text surely takes them.
    fn sum(value: Yaml, width: usize, most: &mut usize) -> bool {
        if *most > width {
            return true;
        }
        if let Yaml::Word(word) = value {
            *most += word.len();
        }
        if let Some(Scalar { look, .. }) = value.scalar() {
            *most += look.most;
            return look.is_usual();
        }
        value.items().all(|item| sum(item, width, most)) && value.entries().all(|(_, value)| sum(value, width, most))
    }
    // Three bytes take two columns, if not more.
    let mut most = 0;
    2 * bytes(value) > 3 * width && sum(value, width, &mut most) && most > width
}

/// One line being tried. Its width is counted on the way, so that a line that grows too wide is given up at once.
struct Line<'o> {
    out: &'o mut String,
    start: usize,
    /// No more columns than these; just so many where all characters are usual.
    most: usize,
    is_usual: bool,
    width: usize,
}

impl Line<'_> {
    fn map(&mut self, map: Yaml) -> bool {
        self.mark("{");
        for (index, (name, value)) in map.entries().enumerate() {
            self.mark(if index > 0 { ", " } else { "" });
            let look = name.put(true, self.out);
            self.wrote(look);
            self.mark(": ");
            let fits = if value.is_list() { self.list(value) } else { self.leaf(value, usize::MAX) };
            if !fits || self.is_too_wide() {
                return false;
            }
        }
        self.mark("}");
        true
    }

    fn list(&mut self, list: Yaml) -> bool {
        self.mark("[");
        for (index, item) in list.items().enumerate() {
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

    fn wrote(&mut self, look: Look) {
        self.most += look.most;
        self.is_usual &= look.is_usual();
    }

    /// Writes what needs no lines of its own and no more columns than these.
    fn leaf(&mut self, value: Yaml, width: usize) -> bool {
        if let Yaml::Word(word) = value {
            self.mark(word);
            return word.len() <= width;
        }
        let Some(Scalar { text, kind, look }) = value.scalar() else { return false };
        if scalar::block(text, look).is_some() {
            return false;
        }
        let start = self.out.len();
        let look = scalar::encode(text, look, kind, true, self.out);
        self.wrote(look);
        look.most <= width || !look.is_usual() && self.out[start..].width_cjk() <= width
    }

    /// Whether what stands there already takes too many columns. What follows begins with a mark of ASCII, and cannot narrow it.
    fn is_too_wide(&self) -> bool {
        self.most > self.width && self.is_usual
    }

    fn fits(&self) -> bool {
        self.most <= self.width || !self.is_usual && self.out[self.start..].width_cjk() <= self.width
    }
}

impl Name<'_> {
    fn put(self, flow: bool, out: &mut String) -> Look {
        match self {
            Name::Own(name) => {
                out.push_str(name);
                Look::of_ascii(name)
            }
            Name::Any(key) => scalar::key(key, flow, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_characters_take_the_most_columns_beside_each_other() {
        let usual: Vec<char> = ('\0'..=char::MAX).filter(|c| Look::at(&c.to_string()).is_usual()).collect();
        assert!(usual.len() > 20_000 && usual.contains(&'\u{201c}') && !usual.contains(&'\u{3000}'));
        for c in usual {
            let text = format!("{c}{c}a{c}\u{4e00}\u{201d}{c}\u{2264}\u{ff0c}{c}=");
            assert_eq!(Look::at(&text).most, text.width_cjk(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_columns_of_common_characters_are_those_of_all(text in "([ -~\u{4e00}-\u{9fff}\u{3001}\u{3002}\u{ff01}-\u{ff5e}]|.){0,12}") {
            let look = Look::at(&text);
            prop_assert!(look.most >= text.width_cjk());
            prop_assert!(!look.is_usual() || look.most == text.width_cjk());
            if let (true, Some(at)) = (look.is_usual(), text.char_indices().nth(3).map(|(at, _)| at)) {
                prop_assert_eq!(Look::at(&text[..at]).most + Look::at(&text[at..]).most, look.most);
            }
        }
    }
}
