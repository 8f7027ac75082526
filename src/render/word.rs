//! A part of a Word template as Tera source: tags found in what Word shows, healed, and put where they can be evaluated.
//!
//! Word cuts what a person types into runs as it likes. So the tags are searched in the joined text of each paragraph, and a
//! tag over several runs moves whole into the run where it starts. Inside a tag, typographic quotes become quotes and wide
//! spaces become spaces. Everything is decided on the element tree, never on the XML as text:
//! - a row whose only text is block tags (`{% … %}`) is replaced by them: so rows repeat; a paragraph likewise;
//! - `{{ value | merge }}` in a cell declares that the cell is merged with the one above where both show the same value and so
//!   do all such cells to their left; `merge(within=x)` merges only where `x` is the same too. [`super::settle`] does it;
//! - a tag that is a label of the form, `{{ 填报人 }}`, stands for that field.
//!
//! What is not a tag is copied as it is; a `{{` outside of visible text is no tag.

use crate::diag::Message;
use crate::xml::{Fault, Scanner, Token};
use std::ops::Range;

/// The beginning of the value of a `vMerge` that is still to be decided.
pub(crate) const UNDECIDED: &str = "?";

/// Tera source made from a part, and where its tags are from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compiled {
    pub source: String,
    pub tags: Vec<TagPlace>,
}

/// A tag in the Tera source, and the paragraph it was typed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TagPlace {
    pub offset: usize,
    pub paragraph: u32,
    pub text: String,
}

/// A mistake in a part: the paragraph (from 1; 0 where unknown) and what is wrong.
pub(crate) type Trouble = (u32, Message);

/// The content of a `w:t`.
struct Segment {
    /// The whole element.
    outer: Range<usize>,
    /// The start tag.
    open: Range<usize>,
    text: String,
}

#[derive(Default)]
struct Paragraph {
    range: Range<usize>,
    ordinal: u32,
    segments: Vec<Segment>,
    cell: Option<usize>,
}

#[derive(Default)]
struct Row {
    range: Range<usize>,
    paragraphs: Vec<usize>,
    holds_table: bool,
}

#[derive(Default)]
struct Cell {
    /// Where a `vMerge` can be put: behind the start of the cell's properties, and whether these exist.
    properties: Option<Properties>,
    /// Behind the cell's start tag.
    inside: usize,
    /// Properties without content: to be replaced where some are wanted.
    bare: Option<Range<usize>>,
}

#[derive(Clone, Copy)]
struct Properties {
    /// Before what the schema wants behind `vMerge`.
    at: usize,
    /// A `vMerge` that is there already.
    merge: Option<(usize, usize)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Expression,
    Statement,
    Comment,
}

/// A tag in the joined text of a paragraph, in bytes.
struct Tag {
    range: Range<usize>,
    kind: Kind,
}

/// What is open while the tree is walked.
enum Open {
    Paragraph(usize),
    Row(usize),
    Cell(usize),
    Properties(usize),
    Table,
    Text(Segment),
    Other,
}

#[derive(Default)]
struct Tree {
    paragraphs: Vec<Paragraph>,
    rows: Vec<Row>,
    cells: Vec<Cell>,
}

/// Makes Tera source from a part. `field` gives what stands for a label.
pub(crate) fn compile(xml: &str, part: &str, field: &dyn Fn(&str) -> Option<String>) -> Result<Compiled, Trouble> {
    let tree = walk(xml).map_err(|fault| (0, Message::new("template.package").with("reason", fault_text(&fault))))?;
    let mut tags: Vec<Vec<Tag>> = Vec::with_capacity(tree.paragraphs.len());
    let mut texts: Vec<String> = Vec::with_capacity(tree.paragraphs.len());
    for paragraph in &tree.paragraphs {
        let text: String = paragraph.segments.iter().map(|segment| segment.text.as_str()).collect();
        let found = find(&text).map_err(|tag| {
            let message = Message::new("template.unclosed").with("part", part).with("paragraph", paragraph.ordinal);
            (paragraph.ordinal, message.with("tag", tag))
        })?;
        tags.push(found);
        texts.push(text);
    }
    let alone: Vec<bool> = tags.iter().zip(&texts).map(|(tags, text)| is_alone(tags, text)).collect();

    let mut edits: Vec<Edit> = Vec::new();
    let block_tags = |paragraph: usize| -> Vec<Piece> {
        let ordinal = tree.paragraphs[paragraph].ordinal;
        let tags = tags[paragraph].iter();
        tags.map(|tag| Piece::Tag(ordinal, heal(&texts[paragraph][tag.range.clone()], field))).collect()
    };
    for row in &tree.rows {
        let only_tags = row.paragraphs.iter().all(|p| alone[*p] || texts[*p].trim().is_empty());
        if !row.holds_table && only_tags && row.paragraphs.iter().any(|p| alone[*p]) {
            let pieces = row.paragraphs.iter().flat_map(|p| block_tags(*p)).collect();
            edits.push(Edit { range: row.range.clone(), pieces });
        }
    }
    for (index, paragraph) in tree.paragraphs.iter().enumerate() {
        if alone[index] {
            edits.push(Edit { range: paragraph.range.clone(), pieces: block_tags(index) });
            continue;
        }
        if tags[index].is_empty() {
            continue;
        }
        let mut merge = None;
        edits.extend(inline(xml, paragraph, &tags[index], &texts[index], field, &mut merge));
        if let (Some(key), Some(cell)) = (merge, paragraph.cell.and_then(|cell| tree.cells.get(cell))) {
            edits.push(merge_edit(cell, paragraph.ordinal, key));
        }
    }
    // Outer edits first: what lies inside a replaced row is gone with it.
    edits.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
    Ok(assemble(xml, &edits))
}

/// The element tree, as far as it matters here.
fn walk(xml: &str) -> Result<Tree, Fault> {
    let mut tree = Tree::default();
    let mut scanner = Scanner::new(xml);
    let mut open: Vec<Open> = Vec::new();
    while let Some((token, range)) = scanner.token()? {
        match token {
            Token::Start { name, empty, .. } => {
                let last = |pick: &dyn Fn(&Open) -> Option<usize>| open.iter().rev().find_map(pick);
                let local = if name.space == crate::xml::Space::Word { name.local } else { "" };
                let row = last(&|o| if let Open::Row(index) = o { Some(*index) } else { None });
                let cell = last(&|o| if let Open::Cell(index) = o { Some(*index) } else { None });
                if let Some(Open::Properties(cell)) = open.last()
                    && let Some(properties) = &mut tree.cells[*cell].properties
                {
                    match local {
                        // The schema's order: these stand before a vMerge.
                        "cnfStyle" | "tcW" | "gridSpan" | "hMerge" => properties.at = range.end,
                        "vMerge" => properties.merge = Some((range.start, range.end)),
                        _ => {}
                    }
                }
                let this = match local {
                    "p" => {
                        let index = tree.paragraphs.len();
                        let ordinal = u32::try_from(index + 1).unwrap_or(u32::MAX);
                        if let Some(row) = row {
                            tree.rows[row].paragraphs.push(index);
                        }
                        tree.paragraphs.push(Paragraph { range: range.clone(), ordinal, cell, ..Paragraph::default() });
                        Open::Paragraph(index)
                    }
                    "tbl" => {
                        if let Some(row) = row {
                            tree.rows[row].holds_table = true;
                        }
                        Open::Table
                    }
                    "tr" => {
                        tree.rows.push(Row { range: range.clone(), ..Row::default() });
                        Open::Row(tree.rows.len() - 1)
                    }
                    "tc" => {
                        tree.cells.push(Cell { inside: range.end, ..Cell::default() });
                        Open::Cell(tree.cells.len() - 1)
                    }
                    "tcPr" => match cell {
                        Some(cell) => {
                            if empty {
                                tree.cells[cell].bare = Some(range.clone());
                            } else {
                                tree.cells[cell].properties = Some(Properties { at: range.end, merge: None });
                            }
                            Open::Properties(cell)
                        }
                        None => Open::Other,
                    },
                    "t" => Open::Text(Segment { outer: range.clone(), open: range.clone(), text: String::new() }),
                    _ => Open::Other,
                };
                if !empty {
                    open.push(this);
                }
            }
            Token::Text(text) => {
                if let Some(Open::Text(segment)) = open.last_mut() {
                    segment.text.push_str(&text);
                }
            }
            Token::End(_) => match open.pop() {
                Some(Open::Text(mut segment)) => {
                    segment.outer.end = range.end;
                    let paragraph = open.iter().rev().find_map(|o| if let Open::Paragraph(p) = o { Some(*p) } else { None });
                    if let Some(paragraph) = paragraph {
                        tree.paragraphs[paragraph].segments.push(segment);
                    }
                }
                Some(Open::Paragraph(index)) => tree.paragraphs[index].range.end = range.end,
                Some(Open::Row(index)) => tree.rows[index].range.end = range.end,
                _ => {}
            },
            Token::Other => {}
        }
    }
    Ok(tree)
}

/// The tags of a text; the beginning of one that is not closed as error.
fn find(text: &str) -> Result<Vec<Tag>, String> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|open| at + open) {
        let (kind, close) = match text[open + 1..].chars().next() {
            Some('{') => (Kind::Expression, "}}"),
            Some('%') => (Kind::Statement, "%}"),
            Some('#') => (Kind::Comment, "#}"),
            _ => {
                at = open + 1;
                continue;
            }
        };
        let mut quote: Option<char> = None;
        let inner = &text[open + 2..];
        let end = inner.char_indices().find(|(index, c)| {
            let plain = straight(*c);
            match quote {
                _ if kind == Kind::Comment => {}
                Some(mark) if mark == plain => quote = None,
                None if matches!(plain, '"' | '\'' | '`') => quote = Some(plain),
                _ => {}
            }
            quote.is_none() && inner[*index..].starts_with(close)
        });
        match end {
            Some((end, _)) => {
                let end = open + 2 + end + close.len();
                tags.push(Tag { range: open..end, kind });
                at = end;
            }
            None => return Err(text[open..].chars().take(40).collect()),
        }
    }
    Ok(tags)
}

/// Whether a paragraph's text is block tags and nothing else.
fn is_alone(tags: &[Tag], text: &str) -> bool {
    let mut at = 0;
    for tag in tags {
        if tag.kind == Kind::Expression || !text[at..tag.range.start].trim().is_empty() {
            return false;
        }
        at = tag.range.end;
    }
    !tags.is_empty() && text[at..].trim().is_empty()
}

/// Typographic quotes as the plain ones.
fn straight(c: char) -> char {
    match c {
        '“' | '”' | '„' | '＂' => '"',
        '‘' | '’' | '＇' => '\'',
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

/// A tag as it was meant: plain quotes and spaces; a label of the form replaced by its field.
fn heal(tag: &str, field: &dyn Fn(&str) -> Option<String>) -> String {
    let tag: String = tag.chars().map(straight).collect();
    let Some(inner) = tag.strip_prefix("{{").and_then(|tag| tag.strip_suffix("}}")) else { return tag };
    let (head, filters) = inner.find('|').map_or((inner, ""), |bar| inner.split_at(bar));
    match field(head.trim()) {
        Some(path) => format!("{{{{ {path} {filters}}}}}"),
        None => tag,
    }
}

/// Splits `{{ value | merge(within=x) }}` into the tag without the filter and the key that decides.
fn split_merge(tag: &str) -> Option<(String, String)> {
    let inner = tag.strip_prefix("{{")?.strip_suffix("}}")?;
    let (value, filter) = inner.rsplit_once('|')?;
    let filter = filter.trim();
    let rest = filter.strip_prefix("merge")?.trim();
    let within = match rest {
        "" => None,
        _ => Some(
            rest.strip_prefix('(')?.strip_suffix(')')?.trim().strip_prefix("within")?.trim_start().strip_prefix('=')?.trim(),
        ),
    };
    let value = value.trim();
    let key = match within {
        Some(within) => format!("{{{{ {value} }}}}\u{2002}{{{{ {within} }}}}"),
        None => format!("{{{{ {value} }}}}"),
    };
    Some((format!("{{{{ {value} }}}}"), key))
}

/// A piece of Tera source: XML to be copied, or a tag with the paragraph it is from.
enum Piece {
    Xml(String),
    Tag(u32, String),
}

struct Edit {
    range: Range<usize>,
    pieces: Vec<Piece>,
}

/// The edits of a paragraph with tags among its text: every tag goes whole into the segment where it starts.
fn inline(
    xml: &str,
    paragraph: &Paragraph,
    tags: &[Tag],
    text: &str,
    field: &dyn Fn(&str) -> Option<String>,
    merge: &mut Option<String>,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for segment in &paragraph.segments {
        let end = start + segment.text.len();
        let touched = tags.iter().any(|tag| tag.range.start < end && tag.range.end > start);
        if touched {
            let open = &xml[segment.open.clone()];
            let open = open.strip_suffix('>').unwrap_or(open);
            let space = if open.contains("xml:space") { "" } else { " xml:space=\"preserve\"" };
            let mut pieces = vec![Piece::Xml(format!("{open}{space}>"))];
            let mut at = start;
            for tag in tags.iter().filter(|tag| tag.range.end > start && tag.range.start < end) {
                if tag.range.start >= start {
                    pieces.push(escaped(&text[at.max(start)..tag.range.start]));
                    let mut source = heal(&text[tag.range.clone()], field);
                    if let Some((shown, key)) = split_merge(&source) {
                        *merge = Some(key);
                        source = shown;
                    }
                    pieces.push(Piece::Tag(paragraph.ordinal, source));
                }
                at = tag.range.end;
            }
            if at < end {
                pieces.push(escaped(&text[at..end]));
            }
            let outer = &xml[segment.outer.clone()];
            let close = outer.rfind("</").map_or("", |close| &outer[close..]);
            pieces.push(Piece::Xml(close.to_owned()));
            edits.push(Edit { range: segment.outer.clone(), pieces });
        }
        start = end;
    }
    edits
}

fn escaped(text: &str) -> Piece {
    let mut out = String::with_capacity(text.len());
    crate::xml::escape(text, &mut out);
    Piece::Xml(out)
}

/// Puts an undecided merge into a cell's properties.
fn merge_edit(cell: &Cell, ordinal: u32, key: String) -> Edit {
    let open = Piece::Xml(format!("<w:vMerge w:val=\"{UNDECIDED}"));
    let (range, before, after) = match cell.properties {
        Some(Properties { merge: Some((start, end)), .. }) => (start..end, "", "\"/>"),
        Some(Properties { at, .. }) => (at..at, "", "\"/>"),
        None => {
            let range = cell.bare.clone().unwrap_or(cell.inside..cell.inside);
            (range, "<w:tcPr>", "\"/></w:tcPr>")
        }
    };
    Edit { range, pieces: vec![Piece::Xml(before.into()), open, Piece::Tag(ordinal, key), Piece::Xml(after.into())] }
}

/// Copies the XML with the edits made.
fn assemble(xml: &str, edits: &[Edit]) -> Compiled {
    let mut compiled = Compiled { source: String::with_capacity(xml.len() + xml.len() / 8), tags: Vec::new() };
    let mut at = 0;
    for edit in edits {
        if edit.range.start < at {
            continue;
        }
        literal(&xml[at..edit.range.start], &mut compiled.source);
        for piece in &edit.pieces {
            match piece {
                Piece::Xml(text) => literal(text, &mut compiled.source),
                Piece::Tag(paragraph, text) => {
                    let offset = compiled.source.len();
                    compiled.tags.push(TagPlace { offset, paragraph: *paragraph, text: text.clone() });
                    compiled.source.push_str(text);
                }
            }
        }
        at = edit.range.end;
    }
    literal(&xml[at..], &mut compiled.source);
    compiled
}

/// XML that is no tag, whatever it looks like.
fn literal(xml: &str, out: &mut String) {
    let mut rest = xml;
    while let Some(brace) = rest.find('{') {
        let next = rest[brace + 1..].chars().next();
        out.push_str(&rest[..brace]);
        // A brace at the end may meet the brace of a tag.
        match next {
            Some('{' | '%' | '#') | None => out.push_str("{{ '{' | safe }}"),
            Some(_) => out.push('{'),
        }
        rest = &rest[brace + 1..];
    }
    out.push_str(rest);
}

fn fault_text(fault: &Fault) -> String {
    format!("{} {}", fault.id, fault.detail)
}
