//! Tags typed into a blank form: the form's own Word file, with its fonts, lines and merged cells, becomes a template.
//!
//! What to type and where is data ([`Typed`]); here it is put into the part. What stands at a place must be what was read there;
//! where it is not, nothing is typed, and that is handed back.

use super::tree::{Kind, Paragraph, Tree, walk};
use crate::form::blank::Typed;
use crate::locus::{Part, Spot};
use crate::xml::Fault;
use std::ops::Range;

/// An edit of the part: bytes that give way to others.
type Edit = (Range<usize>, String);

/// Text put into a paragraph: bytes of its text that give way.
struct Put {
    paragraph: usize,
    range: Range<usize>,
    text: String,
}

/// The part with everything typed, and what could not be.
pub(in crate::render) fn type_into(xml: &str, typed: &[Typed]) -> Result<(String, Vec<Typed>), Fault> {
    let tree = walk(xml, Part::Body)?;
    let prefix = prefix(xml, &tree);
    let mut edits: Vec<Edit> = Vec::new();
    let mut puts: Vec<Put> = Vec::new();
    let mut left = Vec::new();
    for one in typed {
        let done = match one {
            Typed::Text { spot, start, end, found, text } => {
                let placed = place(&tree, *spot, *start as usize, *end as usize, found, text);
                placed.map(|placed| puts.extend(placed)).is_some()
            }
            Typed::Gone { table, first, last } => {
                let rows: Vec<usize> = (*first..=*last).filter_map(|number| row(&tree, *table, number)).collect();
                edits.extend(rows.iter().map(|row| (tree.nodes[*row].range.clone(), String::new())));
                !rows.is_empty()
            }
            Typed::Rows { table, first, last, before, after } => {
                match (row(&tree, *table, *first), row(&tree, *table, *last)) {
                    (Some(first), Some(last)) => {
                        let columns = columns(xml, &tree, first);
                        let tag = |text: &str| {
                            let span = format!("<{prefix}tcPr><{prefix}gridSpan {prefix}val=\"{columns}\"/></{prefix}tcPr>");
                            let paragraph = paragraph(&prefix, text);
                            format!("<{prefix}tr><{prefix}tc>{span}{paragraph}</{prefix}tc></{prefix}tr>")
                        };
                        let (start, end) = (tree.nodes[first].range.start, tree.nodes[last].range.end);
                        edits.push((start..start, tag(before)));
                        edits.push((end..end, tag(after)));
                        true
                    }
                    _ => false,
                }
            }
            Typed::Tables { first, last, before, after } => match (table(&tree, *first), table(&tree, *last)) {
                (Some(first), Some(last)) => {
                    let (start, end) = (tree.nodes[first].range.start, tree.nodes[last].range.end);
                    edits.push((start..start, paragraph(&prefix, before)));
                    edits.push((end..end, paragraph(&prefix, after)));
                    true
                }
                _ => false,
            },
        };
        if !done {
            left.push(one.clone());
        }
    }
    edits.extend(texts(xml, &tree, &prefix, puts));
    Ok((apply(xml, edits), left))
}

/// The prefix of the part's own elements, with the colon.
fn prefix(xml: &str, tree: &Tree) -> String {
    let paragraph = tree.paragraphs.first().and_then(|paragraph| tree.nodes.get(paragraph.node));
    let tag = paragraph.and_then(|node| xml.get(node.range.start..node.inside)).unwrap_or_default();
    super::prefix::of_tag(tag).to_owned()
}

fn paragraph(prefix: &str, text: &str) -> String {
    format!("<{prefix}p><{prefix}r>{}</{prefix}r></{prefix}p>", content(prefix, text))
}

/// Text of a run: a break for every end of a line.
fn content(prefix: &str, text: &str) -> String {
    let piece = |line: &str| format!("<{prefix}t xml:space=\"preserve\">{}</{prefix}t>", escape(line));
    text.split('\n').map(piece).collect::<Vec<_>>().join(&format!("<{prefix}br/>"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn row(tree: &Tree, table: u32, row: u32) -> Option<usize> {
    let inside = tree
        .paragraphs
        .iter()
        .find(|paragraph| matches!(paragraph.locus.spot, Spot::Table { table: t, row: r, .. } if t == table && r == row))?;
    tree.around(inside.node, Kind::Row)
}

fn table(tree: &Tree, number: u32) -> Option<usize> {
    let inside = tree
        .paragraphs
        .iter()
        .find(|paragraph| matches!(paragraph.locus.spot, Spot::Table { table, .. } if table == number))?;
    tree.around(inside.node, Kind::Table)
}

/// The columns of the grid of a row's table.
fn columns(xml: &str, tree: &Tree, row: usize) -> usize {
    let table = tree.around(row, Kind::Table).map(|table| &tree.nodes[table]);
    let text = table.and_then(|table| xml.get(table.range.clone())).unwrap_or_default();
    text.matches("gridCol ").count().max(1)
}

/// Where characters of a cell or paragraph are in the part; none where something else stands there.
fn place(tree: &Tree, spot: Spot, start: usize, end: usize, found: &str, text: &str) -> Option<Vec<Put>> {
    let spot = match spot {
        Spot::Table { table, row, column, .. } => Spot::Table { table, row, column, line: 0 },
        other => other,
    };
    let paragraphs: Vec<(usize, &Paragraph)> =
        tree.paragraphs.iter().enumerate().filter(|(_, paragraph)| paragraph.locus.spot == spot).collect();
    let (first, _) = paragraphs.first()?;
    // Every character read, as a paragraph and a byte in its text.
    let mut places: Vec<(usize, usize)> = Vec::new();
    let (mut index, mut byte) = (0, 0);
    for c in found.chars() {
        if c == '\n' && index + 1 < paragraphs.len() && rest_is_blank(paragraphs[index].1, byte) {
            places.push((index, byte));
            (index, byte) = (index + 1, 0);
            continue;
        }
        places.push((index, byte));
        let next = paragraphs.get(index)?.1.text.get(byte..)?.chars().next();
        match next {
            Some(next) if next == c || next.is_whitespace() && c.is_whitespace() => byte += next.len_utf8(),
            // Tabs and breaks are no text of the part.
            _ if c.is_whitespace() => {}
            _ => return None,
        }
    }
    places.push((index, byte));
    let (from, to) = (*places.get(start)?, *places.get(end)?);
    let mut puts = Vec::new();
    for number in from.0..=to.0 {
        let (paragraph, node) = paragraphs.get(number)?;
        let begin = if number == from.0 { from.1 } else { 0 };
        let finish = if number == to.0 { to.1 } else { node.text.len() };
        let text = if number == from.0 { text.to_owned() } else { String::new() };
        if !text.is_empty() || begin < finish {
            puts.push(Put { paragraph: *paragraph, range: begin..finish.max(begin), text });
        }
    }
    debug_assert!(*first <= puts.first().map_or(*first, |put| put.paragraph), "within the place");
    Some(puts)
}

fn rest_is_blank(paragraph: &Paragraph, byte: usize) -> bool {
    paragraph.text.get(byte..).is_none_or(|rest| rest.trim().is_empty())
}

/// The edits that put texts into their paragraphs.
fn texts(xml: &str, tree: &Tree, prefix: &str, mut puts: Vec<Put>) -> Vec<Edit> {
    puts.sort_by_key(|put| (put.paragraph, put.range.start));
    let mut edits = Vec::new();
    for group in puts.chunk_by(|a, b| a.paragraph == b.paragraph) {
        let Some(paragraph) = group.first().and_then(|put| tree.paragraphs.get(put.paragraph)) else { continue };
        if paragraph.segments.is_empty() {
            let text: String = group.iter().map(|put| put.text.as_str()).collect();
            edits.extend(into_empty(xml, tree, paragraph, prefix, &text));
            continue;
        }
        let last = paragraph.segments.len() - 1;
        for (index, segment) in paragraph.segments.iter().enumerate() {
            let mut text = String::new();
            let mut at = segment.start;
            let mut changed = false;
            for put in group {
                // A text goes into the piece in which its place begins.
                let begins = put.range.start >= segment.start
                    && (put.range.start < segment.end || index == last && put.range.start == segment.end)
                    || put.range.is_empty() && put.range.start == segment.end && segment.start < segment.end;
                let earlier = paragraph.segments[..index]
                    .iter()
                    .any(|other| put.range.is_empty() && put.range.start == other.end && other.start < other.end);
                let (from, to) = (put.range.start.max(segment.start), put.range.end.min(segment.end));
                if from < to || begins && !earlier {
                    text.push_str(paragraph.text.get(at..from.max(at)).unwrap_or_default());
                    if begins && !earlier {
                        text.push_str(&put.text);
                    }
                    at = to.max(from).max(at);
                    changed = true;
                }
            }
            if changed {
                text.push_str(paragraph.text.get(at..segment.end).unwrap_or_default());
                edits.push((segment.outer.clone(), content(prefix, &text)));
            }
        }
    }
    edits
}

/// A run in a paragraph that has no text: it looks as the paragraph's mark does.
fn into_empty(xml: &str, tree: &Tree, paragraph: &Paragraph, prefix: &str, text: &str) -> Option<Edit> {
    let node = tree.nodes.get(paragraph.node)?;
    let whole = xml.get(node.range.clone())?;
    let (open, close) = (format!("<{prefix}rPr>"), format!("</{prefix}rPr>"));
    let looks = whole.find(&open).and_then(|start| {
        let end = whole[start..].find(&close)? + start + close.len();
        whole.get(start..end)
    });
    let run = format!("<{prefix}r>{}{}</{prefix}r>", looks.unwrap_or_default(), content(prefix, text));
    if node.range.end == node.inside {
        // `<w:p/>`
        let tag = whole.trim_end_matches("/>").trim_end();
        return Some((node.range.clone(), format!("{tag}>{run}</{prefix}p>")));
    }
    let end = node.range.start + whole.rfind("</")?;
    Some((end..end, run))
}

/// Carries out edits; those inside of what is taken out are not needed.
fn apply(xml: &str, mut edits: Vec<Edit>) -> String {
    let gone: Vec<Range<usize>> = edits.iter().filter(|(_, text)| text.is_empty()).map(|(range, _)| range.clone()).collect();
    edits.retain(|(range, text)| text.is_empty() || !gone.iter().any(|gone| gone.start < range.start && range.end < gone.end));
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(xml.len() + 4096);
    let mut at = 0;
    for (range, text) in edits {
        if range.start < at {
            continue;
        }
        out.push_str(xml.get(at..range.start).unwrap_or_default());
        out.push_str(&text);
        at = range.end;
    }
    out.push_str(xml.get(at..).unwrap_or_default());
    out
}
