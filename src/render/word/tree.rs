//! The element tree of a part, as far as tags can stand in it: paragraphs with their texts, cells, rows, tables, boxes,
//! controls; every paragraph with the place where an author finds it in Word.
//!
//! Knows WordprocessingML, no tags.

use crate::locus::{Locus, Part, Spot};
use crate::xml::{Fault, Scanner, Space, Token};
use std::ops::Range;

/// What an element is to a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    Run,
    Text,
    Table,
    Row,
    Cell,
    /// The properties of a cell.
    CellProperties,
    /// A content control, and what it holds.
    Control,
    ControlContent,
    /// What a text box, a footnote, an endnote or a comment holds.
    Island,
    /// Something to see that is no text.
    Picture,
    /// Struck out by a tracked change, or moved from here.
    Gone,
    Other,
}

/// An element.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: Kind,
    pub parent: usize,
    /// The whole element, in bytes.
    pub range: Range<usize>,
    /// Behind the start tag.
    pub inside: usize,
    /// Paragraphs in it, also deeper ones.
    pub paragraphs: Range<usize>,
    pub has_picture: bool,
}

/// The content of a `w:t`.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub node: usize,
    /// The start tag.
    pub open: Range<usize>,
    /// The whole element.
    pub outer: Range<usize>,
    /// In the text of the paragraph, in bytes.
    pub start: usize,
    pub end: usize,
}

/// A paragraph.
#[derive(Clone, Debug)]
pub(super) struct Paragraph {
    pub node: usize,
    pub segments: Vec<Segment>,
    /// All that Word shows of it, in one.
    pub text: String,
    pub part: Part,
    pub locus: Locus,
}

/// Where a `vMerge` can be put into a cell.
#[derive(Clone, Debug, Default)]
pub(super) struct CellPlace {
    /// Before what the schema wants behind `vMerge`.
    pub at: Option<usize>,
    /// A `vMerge` that is there already.
    pub merge: Option<Range<usize>>,
    /// Properties without content: to be replaced where some are wanted.
    pub bare: Option<Range<usize>>,
}

/// A part.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    pub paragraphs: Vec<Paragraph>,
    /// By the number of the cell's node.
    pub cells: Vec<(usize, CellPlace)>,
}

/// A table being walked.
#[derive(Clone, Copy, Default)]
struct Counting {
    number: u32,
    row: u32,
    column: u32,
    span: u32,
    /// Paragraphs of the cell so far.
    paragraph: u32,
}

/// What numbers the places.
#[derive(Clone, Default)]
struct Numbers {
    tables: u32,
    /// Paragraphs outside tables: of the part itself, and of boxes.
    outside: u32,
    boxed: u32,
    open: Vec<Counting>,
}

impl Tree {
    /// The elements around one, from its parent up to the root.
    pub fn ancestors(&self, node: usize) -> impl Iterator<Item = usize> {
        let mut at = node;
        std::iter::from_fn(move || {
            let parent = self.nodes.get(at)?.parent;
            (parent != at).then(|| {
                at = parent;
                parent
            })
        })
    }

    /// The nearest element of a kind around one.
    pub fn around(&self, node: usize, kind: Kind) -> Option<usize> {
        self.ancestors(node).find(|ancestor| self.nodes[*ancestor].kind == kind)
    }

    /// The child of `ancestor` that holds `node`.
    pub fn child_towards(&self, ancestor: usize, node: usize) -> usize {
        let mut at = node;
        for parent in self.ancestors(node) {
            if parent == ancestor {
                break;
            }
            at = parent;
        }
        at
    }

    pub fn cell_place(&self, cell: usize) -> Option<&CellPlace> {
        self.cells.iter().find(|(node, _)| *node == cell).map(|(_, place)| place)
    }
}

fn kind(space: Space, local: &str) -> Kind {
    if space != Space::Word {
        return match local {
            "drawing" | "shape" | "rect" => Kind::Picture,
            _ => Kind::Other,
        };
    }
    match local {
        "p" => Kind::Paragraph,
        "r" => Kind::Run,
        "t" => Kind::Text,
        "tbl" => Kind::Table,
        "tr" => Kind::Row,
        "tc" => Kind::Cell,
        "tcPr" => Kind::CellProperties,
        "sdt" => Kind::Control,
        "sdtContent" => Kind::ControlContent,
        "txbxContent" | "footnote" | "endnote" | "comment" => Kind::Island,
        "drawing" | "pict" | "object" => Kind::Picture,
        "moveFrom" | "del" => Kind::Gone,
        _ => Kind::Other,
    }
}

/// Reads a part. `part` is what it is to an author.
pub(super) fn walk(xml: &str, part: Part) -> Result<Tree, Fault> {
    let mut tree = Tree::default();
    let mut scanner = Scanner::new(xml);
    let mut open: Vec<usize> = Vec::new();
    let mut numbers = Numbers::default();
    // The numbers at the beginning of the first of two versions of the same.
    let mut choice: Option<Numbers> = None;
    while let Some((token, range)) = scanner.token()? {
        match token {
            Token::Start { name, empty, attributes } => {
                let index = tree.nodes.len();
                let kind = kind(name.space, name.local);
                let parent = open.last().copied().unwrap_or(index);
                let paragraphs = tree.paragraphs.len()..tree.paragraphs.len();
                let node = Node { kind, parent, range: range.clone(), inside: range.end, paragraphs, has_picture: false };
                tree.nodes.push(node);
                match kind {
                    Kind::Table => {
                        numbers.tables += 1;
                        numbers.open.push(Counting { number: numbers.tables, ..Counting::default() });
                    }
                    Kind::Row => {
                        if let Some(table) = numbers.open.last_mut() {
                            *table = Counting { number: table.number, row: table.row + 1, column: 1, span: 0, paragraph: 0 };
                        }
                    }
                    Kind::Cell => {
                        tree.cells.push((index, CellPlace::default()));
                        if let Some(table) = numbers.open.last_mut() {
                            table.column += table.span;
                            (table.span, table.paragraph) = (1, 0);
                        }
                    }
                    Kind::Paragraph => begin_paragraph(&mut tree, index, part, &open, &mut numbers),
                    Kind::Picture => {
                        for ancestor in &open {
                            tree.nodes[*ancestor].has_picture = true;
                        }
                    }
                    Kind::CellProperties if empty => {
                        if let Some((_, place)) = tree.cells.last_mut() {
                            place.bare = Some(range.clone());
                        }
                    }
                    Kind::CellProperties => {
                        if let Some((_, place)) = tree.cells.last_mut() {
                            place.at = Some(range.end);
                        }
                    }
                    _ => {}
                }
                let value = || attributes.get("val").and_then(|value| value.parse::<u32>().ok());
                match name.local {
                    "Choice" => choice = Some(numbers.clone()),
                    "Fallback" => numbers = choice.clone().unwrap_or(numbers),
                    "gridBefore" => {
                        if let Some(table) = numbers.open.last_mut() {
                            table.column += value().unwrap_or(0).min(1000);
                        }
                    }
                    "gridSpan" => {
                        if let Some(table) = numbers.open.last_mut() {
                            table.span = value().unwrap_or(1).clamp(1, 1000);
                        }
                    }
                    _ => {}
                }
                let in_properties = open.last().is_some_and(|last| tree.nodes[*last].kind == Kind::CellProperties);
                if in_properties && let Some((_, place)) = tree.cells.last_mut() {
                    match name.local {
                        // The schema's order: these stand before a vMerge.
                        "cnfStyle" | "tcW" | "gridSpan" | "hMerge" => place.at = Some(range.end),
                        "vMerge" => place.merge = Some(range.clone()),
                        _ => {}
                    }
                }
                if empty {
                    close(&mut tree, index, range.end, &mut numbers);
                } else {
                    if kind == Kind::Text {
                        begin_text(&mut tree, index, &open, &range);
                    }
                    open.push(index);
                }
            }
            Token::Text(text) => {
                let last = open.last().copied().unwrap_or_default();
                if tree.nodes.get(last).is_some_and(|node| node.kind == Kind::Text) {
                    if let Some(c) = text.chars().find(|c| !crate::xml::allowed(*c)) {
                        let detail = format!("U+{:04X}", u32::from(c));
                        return Err(Fault { at: range.start, id: "xml.syntax", detail });
                    }
                    let paragraph = holder(&tree, &open);
                    if let Some(paragraph) = paragraph.and_then(|paragraph| tree.paragraphs.get_mut(paragraph))
                        && let Some(segment) = paragraph.segments.last_mut().filter(|segment| segment.node == last)
                    {
                        paragraph.text.push_str(&text);
                        segment.end = paragraph.text.len();
                    }
                }
            }
            Token::End(_) => {
                if let Some(index) = open.pop() {
                    close(&mut tree, index, range.end, &mut numbers);
                }
            }
            Token::Other => {}
        }
    }
    Ok(tree)
}

fn begin_paragraph(tree: &mut Tree, node: usize, part: Part, open: &[usize], numbers: &mut Numbers) {
    // What is inside a box but in no table of that box.
    let inner = open.iter().rev().find(|node| matches!(tree.nodes[**node].kind, Kind::Cell | Kind::Island));
    let kind = inner.map(|node| tree.nodes[*node].kind);
    let boxed = open.iter().any(|node| tree.nodes[*node].kind == Kind::Island);
    let note = matches!(part, Part::Footnote | Part::Endnote | Part::Comment);
    let part = if boxed && !note { Part::TextBox } else { part };
    let mut paragraph = 0;
    let spot = match (kind, numbers.open.last_mut()) {
        (Some(Kind::Cell), Some(table)) => {
            table.paragraph += 1;
            paragraph = table.paragraph;
            Spot::Table { table: table.number, row: table.row, column: table.column, line: 0 }
        }
        _ => {
            let number = if part == Part::TextBox { &mut numbers.boxed } else { &mut numbers.outside };
            *number += 1;
            Spot::Paragraph { part, number: *number }
        }
    };
    let index = tree.paragraphs.len();
    // Only from the second on: most cells have one paragraph.
    let locus = Locus { spot, paragraph: if paragraph > 1 { paragraph } else { 0 }, start: 0, end: 0 };
    tree.paragraphs.push(Paragraph { node, segments: Vec::new(), text: String::new(), part, locus });
    for ancestor in open.iter().chain(&[node]) {
        tree.nodes[*ancestor].paragraphs.end = index + 1;
    }
}

/// The paragraph that a text in the open elements belongs to; none where the text is gone.
fn holder(tree: &Tree, open: &[usize]) -> Option<usize> {
    for node in open.iter().rev() {
        match tree.nodes[*node].kind {
            Kind::Gone => return None,
            Kind::Paragraph => return tree.paragraphs.iter().rposition(|paragraph| paragraph.node == *node),
            _ => {}
        }
    }
    None
}

fn begin_text(tree: &mut Tree, node: usize, open: &[usize], range: &Range<usize>) {
    if let Some(paragraph) = holder(tree, open).and_then(|paragraph| tree.paragraphs.get_mut(paragraph)) {
        let start = paragraph.text.len();
        paragraph.segments.push(Segment { node, open: range.clone(), outer: range.clone(), start, end: start });
    }
}

fn close(tree: &mut Tree, index: usize, end: usize, numbers: &mut Numbers) {
    tree.nodes[index].range.end = end;
    match tree.nodes[index].kind {
        Kind::Table => {
            numbers.open.pop();
        }
        Kind::Text => {
            let last = tree.paragraphs.iter_mut().rev().find_map(|paragraph| {
                let segment = paragraph.segments.last_mut()?;
                (segment.node == index).then_some(segment)
            });
            if let Some(segment) = last {
                segment.outer.end = end;
            }
        }
        _ => {}
    }
}
