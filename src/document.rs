//! What a reader returns: blocks of rows of cells, in order, each cell with its locus. Knows nothing of forms.
//!
//! Every kind of source has this one shape, so that every later stage is written once. What differs is how far the
//! positions can be trusted: that is [`Layout`], stated per block by the reader and weighed by the fitting.

use crate::locus::{Locus, Spot};

/// How a block's cells came to be, and so what their positions are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Paragraphs outside any table: every row has one cell.
    Lines,
    /// A true grid (HTML, Word, a workbook): spans known, columns are layout columns.
    Grid,
    /// Rows of cells whose columns may have slipped: tabs, pipes, aligned blanks.
    Rows,
    /// One cell per line; where rows end is unknown. Blank lines, or lone `|` lines, stand for blank cells.
    Cells,
    /// Words in a stream; neither cells nor rows are known. A row is a line of the source.
    Words,
    /// Lines of a printed page in the order of its cells: blanks and ends of lines part cells, and a long cell goes on in the
    /// next line.
    Printed,
    /// Lines of a printed page as they look: a cell's column is the place across at which it stands, its span how wide it is. A
    /// long cell goes on under itself, in the midst of other cells.
    Page,
}

/// One cell. Text is cleaned (no markup, entities resolved, `\n` between paragraphs) but otherwise as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// The source text where it differs from `text` (markup was removed).
    pub raw: Option<RawText>,
    /// The whole cell: characters `0..text.chars().count()`.
    pub locus: Locus,
    /// Layout column from 0 (in [`Layout::Grid`]), or index of the cell in its row.
    pub column: u32,
    /// Layout columns covered, ≥ 1. Known only in a true grid; 1 elsewhere.
    pub column_span: u32,
    /// Layout rows covered, ≥ 1. Known only in a true grid; 1 elsewhere.
    pub row_span: u32,
    /// Numbers that a word processor puts before paragraphs by itself: printed, but no characters of `text`.
    pub numbers: Vec<Number>,
}

/// An automatic number (`一、`, `（2）`, `目标1：`), as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The character of the cell's text before which it is printed: where its paragraph begins.
    pub at: u32,
    pub text: String,
}

impl Cell {
    /// A cell of a text without markup.
    pub fn plain(text: impl Into<String>, line: u32, cell: u32) -> Self {
        let text = text.into();
        let locus = Locus::text(line, cell, text.chars().count() as u32);
        Cell { text, raw: None, locus, column: cell.saturating_sub(1), column_span: 1, row_span: 1, numbers: Vec::new() }
    }

    /// Whether there is nothing to see in it.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(is_blank)
    }

    /// The place of characters `start..end`: in cells of a Word file or a workbook that have several paragraphs, with the paragraph.
    pub fn place(&self, start: u32, end: u32) -> Locus {
        let place = self.locus.with_range(start, end);
        let known = match place.spot {
            Spot::Table { line, .. } => line == 0,
            Spot::Sheet { .. } => true,
            Spot::Nowhere | Spot::Text { .. } | Spot::Paragraph { .. } => false,
        };
        if !known || !self.text.contains('\n') {
            return place;
        }
        let before = self.text.chars().take(start as usize).filter(|c| *c == '\n').count();
        Locus { paragraph: before as u32 + 1, ..place }
    }

    /// The source text of characters `start..end` of `text`, with the markup around and inside them.
    ///
    /// Markup before the first character belongs to it; markup behind the last one belongs to it only at the cell's end.
    /// So the raw texts of consecutive ranges that cover the cell join to the whole source text.
    pub fn raw_slice(&self, start: u32, end: u32) -> String {
        match &self.raw {
            None => {
                let mut places = self.text.char_indices().map(|(byte, _)| byte).chain([self.text.len()]);
                let from = places.nth(start as usize).unwrap_or(self.text.len());
                let to = (end > start).then(|| places.nth((end - start) as usize - 1)).flatten();
                let to = if end > start { to.unwrap_or(self.text.len()) } else { from };
                self.text[from..to].to_owned()
            }
            Some(raw) => raw.slice(start, end, self.text.chars().count() as u32).to_owned(),
        }
    }
}

/// A cell's text before cleaning, and which of its bytes became which character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawText {
    pub text: String,
    /// For each character of the cleaned text, the byte in `text` at which it *or the markup before it* starts.
    pub starts: Vec<u32>,
}

impl RawText {
    fn slice(&self, start: u32, end: u32, length: u32) -> &str {
        let at = |index: u32| self.starts.get(index as usize).map_or(self.text.len(), |byte| *byte as usize);
        let from = if start == 0 { 0 } else { at(start) };
        let to = if end >= length { self.text.len() } else { at(end) };
        self.text.get(from..to).unwrap_or_default()
    }
}

/// Blanks of every width, and the marks that no one sees (BOM, zero-width space).
pub fn is_blank(c: char) -> bool {
    // Nearly all that is asked: neither needs a table.
    !matches!(c, '!'..='~' | '\u{3400}'..='\u{9fff}')
        && (c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}'))
}

/// Whether a text surely has no blank: one look at its bytes, of which some begin characters among which are blanks.
pub fn is_unbroken(text: &str) -> bool {
    text.bytes().all(|byte| byte > b' ' && !matches!(byte, 0xc2 | 0xe1..=0xe3 | 0xef))
}

/// One row, as it stood in the source. Blank cells are kept: they say how far a value has slipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub cells: Vec<Cell>,
}

impl Row {
    /// A row without anything to see (a spacer, a page break).
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

/// A run of rows between blank lines or between paragraphs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub layout: Layout,
    pub rows: Vec<Row>,
}

/// A whole source, in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which reader made it: `text`, `html`, `docx`, …
    pub reader: &'static str,
    /// The encoding that the bytes were in, by its WHATWG name (`UTF-8`, `gb18030`, …); of packages and binary files, what they are.
    pub encoding: &'static str,
    pub blocks: Vec<Block>,
    /// What the reader saw and could not keep or was not sure of: places, with the id of a message in the catalogue.
    pub notices: Vec<Notice>,
}

/// Something a reader wants a person to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub message: crate::diag::Message,
    pub locus: Locus,
}

impl Document {
    /// All cells in reading order.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.blocks.iter().flat_map(|block| &block.rows).flat_map(|row| &row.cells)
    }

    /// The row that holds a place, for drawing it.
    pub fn row_at(&self, locus: &Locus) -> Option<&Row> {
        self.blocks.iter().flat_map(|b| &b.rows).find(|row| row.cells.iter().any(|cell| cell.locus.spot == locus.spot))
    }
}
