//! Document → atoms: the smallest pieces that the search places, in order, each with the strength of the boundary before it.
//!
//! Cut small, join cheaply: a cell is cut at the colon of a label, at numbered marks (目标1：…) and, where it is short or rows are
//! unknown, at every blank. Blank cells make no atom; they live on as gaps between columns. Every non-blank character of
//! the document is in exactly one atom: the account closes by construction.

use super::grid;
use super::lexicon::Lexicon;
use super::page;
use crate::document::{Block, Cell, Document, Layout, is_blank, is_unbroken};
use unicode_width::UnicodeWidthStr;

/// What lies between an atom and the one before it, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Boundary {
    /// A blank, or nothing (a cut at a colon).
    Blank,
    /// A paragraph inside a cell.
    Paragraph,
    /// The next cell of the row.
    Cell,
    /// The next line.
    Line,
    /// The next block: a blank line, a page break.
    Block,
}

/// A piece of a cell.
#[derive(Clone, Copy, Debug)]
pub struct Atom<'d> {
    pub text: &'d str,
    pub cell: &'d Cell,
    /// Characters of the cell's text: `start..end`.
    pub start: u32,
    pub end: u32,
    pub boundary: Boundary,
    pub layout: Layout,
    /// Row of the document, counted over all blocks. In a stream of cells or words a "row" is a line.
    pub row: u32,
    /// Column of the cell; a running count of cells where rows are unknown but blank cells are shown.
    pub column: u32,
    /// Whether the column means anything.
    pub columns_known: bool,
    /// In a true grid, where all rows of all tables have a cell in every column: nothing can have slipped.
    pub sure: bool,
    /// Block of the document.
    pub block: u32,
    /// First atom of its row.
    pub opens_row: bool,
    /// In the first row of its block: behind a page break.
    pub after_break: bool,
    /// Of a printed page, where lines and cells are not the same.
    pub printed: bool,
}

impl Atom<'_> {
    /// Whether it is made of marks alone: `##` before a heading.
    pub fn is_mark(&self) -> bool {
        self.text.chars().all(|c| c.is_ascii_punctuation())
    }
}

/// Cells longer than this are cut only at labels, where their layout knows cells.
const SHORT_CELL: usize = 40;

/// Cuts a document into atoms.
pub fn atoms<'d>(document: &'d Document, lexicon: &Lexicon) -> Vec<Atom<'d>> {
    let mut atoms: Vec<Atom<'d>> = Vec::with_capacity(document.cells().count());
    let mut row_number = 0;
    // Tables with ragged rows have lost cells: in other rows, too, they may have slipped.
    let mut grids = document.blocks.iter().filter(|block| block.layout == Layout::Grid);
    let complete = grids.all(|block| grid::full_rows(block).iter().all(|full| *full));
    for (block_number, block) in document.blocks.iter().enumerate() {
        let mut opens_block = true;
        if block.layout == Layout::Page {
            page_atoms(block, block_number as u32, row_number, lexicon, &mut atoms);
            row_number += block.rows.len() as u32;
            continue;
        }
        let layout = layout(block);
        let sure = complete && layout == Layout::Grid;
        // One cell per line tells blank cells apart only where they are printed.
        let blanks_shown = layout == Layout::Cells && block.rows.iter().any(crate::document::Row::is_blank);
        let mut running = 0;
        for row in &block.rows {
            let mut opens_row = true;
            let after_break = opens_block;
            for cell in &row.cells {
                running += 1;
                let (column, columns_known) = match layout {
                    Layout::Grid | Layout::Rows => (cell.column, true),
                    Layout::Cells => (running, blanks_shown),
                    Layout::Lines | Layout::Words | Layout::Printed | Layout::Page => (cell.column, false),
                };
                let mut opens_cell = true;
                cut(cell, layout, lexicon, &mut |text, start, end, boundary| {
                    let boundary = match (opens_block, opens_row, opens_cell) {
                        (true, ..) => Boundary::Block,
                        (_, true, _) => Boundary::Line,
                        (_, _, true) => Boundary::Cell,
                        _ => boundary,
                    };
                    atoms.push(Atom {
                        text,
                        cell,
                        start,
                        end,
                        boundary,
                        layout,
                        row: row_number,
                        column,
                        columns_known,
                        sure,
                        block: block_number as u32,
                        opens_row,
                        after_break,
                        printed: layout == Layout::Printed,
                    });
                    (opens_block, opens_row, opens_cell) = (false, false, false);
                });
            }
            row_number += 1;
        }
    }
    atoms
}

/// The pieces of a printed page in reading order, as rows whose columns are not known.
fn page_atoms<'d>(block: &'d Block, number: u32, first_row: u32, lexicon: &Lexicon, atoms: &mut Vec<Atom<'d>>) {
    let mut opens_block = true;
    for row in page::assemble(block, lexicon) {
        let mut opens_row = true;
        let after_break = opens_block;
        for (column, pieces) in row.cells.iter().enumerate() {
            for (index, piece) in pieces.iter().enumerate() {
                let mut opens_piece = true;
                // A cell of several pieces is cut at every blank: then no atom is in two of them.
                let whole = piece.from == 0 && piece.to as usize >= piece.cell.text.chars().count();
                let layout = if whole { Layout::Rows } else { Layout::Words };
                cut(piece.cell, layout, lexicon, &mut |text, start, end, boundary| {
                    if start < piece.from || end > piece.to {
                        return;
                    }
                    let boundary = match (opens_block, opens_row, opens_piece, index) {
                        (true, ..) => Boundary::Block,
                        (_, true, ..) => Boundary::Line,
                        (_, _, true, 0) => Boundary::Cell,
                        (_, _, true, _) => Boundary::Paragraph,
                        _ => boundary,
                    };
                    atoms.push(Atom {
                        text,
                        cell: piece.cell,
                        start,
                        end,
                        boundary,
                        layout: Layout::Rows,
                        row: first_row + row.number,
                        column: row.columns.as_ref().map_or(column as u32, |columns| columns[column]),
                        columns_known: row.columns.is_some(),
                        sure: false,
                        block: number,
                        opens_row,
                        after_break,
                        printed: true,
                    });
                    (opens_block, opens_row, opens_piece) = (false, false, false);
                });
            }
        }
    }
}

/// The layout that the search goes by: lines that are wrapped rows of many words are a stream of words, and so are lines that
/// are as full as their width allows, however narrow they are.
fn layout(block: &Block) -> Layout {
    if !matches!(block.layout, Layout::Lines | Layout::Cells) || block.rows.len() < 6 {
        return block.layout;
    }
    let cells = block.rows.iter().flat_map(|row| &row.cells);
    let words: usize = cells.map(|cell| cell.text.split(is_blank).filter(|word| !word.is_empty()).count()).sum();
    let many = block.layout == Layout::Lines && words * 10 >= block.rows.len() * 16;
    if many || is_wrapped(block) { Layout::Words } else { block.layout }
}

/// Whether (nearly) every line ends where its next word would not have fitted any more: a text that was wrapped, not cells.
fn is_wrapped(block: &Block) -> bool {
    let narrow = |text: &str| text.chars().count();
    fills(block, &narrow) || fills(block, &UnicodeWidthStr::width)
}

/// Whether lines are filled, as this measures their width.
fn fills(block: &Block, width: &dyn Fn(&str) -> usize) -> bool {
    let mut lines: Vec<(usize, usize, bool)> = Vec::with_capacity(block.rows.len());
    for row in &block.rows {
        let [cell] = &row.cells[..] else { return false };
        let text = cell.text.trim_matches(is_blank);
        let first = text.split(is_blank).next().unwrap_or_default();
        if !text.is_empty() {
            lines.push((width(text), width(first), first.len() < text.len()));
        }
    }
    // A single word may be longer than the lines are.
    let several = lines.iter().filter(|(.., several)| *several);
    let Some(most) = several.clone().map(|(length, ..)| *length).max() else { return false };
    let full = lines.windows(2).filter(|pair| pair[0].0 + 1 + pair[1].1 >= most).count();
    lines.len() >= 6 && several.count() * 5 >= lines.len() && full * 20 >= (lines.len() - 1) * 19
}

/// Cuts one cell; `push` gets text, characters from and to, and the boundary before (within the cell).
fn cut<'d>(cell: &'d Cell, layout: Layout, lexicon: &Lexicon, push: &mut dyn FnMut(&'d str, u32, u32, Boundary)) {
    let text = cell.text.as_str();
    if text.is_empty() {
        return;
    }
    let at_blanks = match layout {
        Layout::Lines | Layout::Words | Layout::Printed | Layout::Page => true,
        Layout::Grid | Layout::Rows | Layout::Cells => text.len() <= SHORT_CELL * 3,
    };
    let cuts = lexicon.cuts(text);
    // Nothing to cut at: the piece is the cell, without the blanks around it.
    if cuts.is_empty() && (is_unbroken(text) || !at_blanks && !text.contains('\n')) {
        let behind = text.trim_start_matches(is_blank);
        let start = text[..text.len() - behind.len()].chars().count() as u32;
        let piece = behind.trim_end_matches(is_blank);
        if !piece.is_empty() {
            push(piece, start, start + piece.chars().count() as u32, Boundary::Blank);
        }
        return;
    }
    let mut cuts = cuts.iter().copied().peekable();
    let (mut from_byte, mut from_char) = (0, 0);
    let mut boundary = Boundary::Blank;
    let mut blanks = 0;
    let mut open = false;
    let mut last = (0, 0);
    for (position, (byte, c)) in text.char_indices().enumerate() {
        let position = position as u32;
        let forced = cuts.next_if(|cut| *cut <= byte).is_some();
        if forced && open {
            push(&text[from_byte..last.0], from_char, last.1, boundary);
            (open, boundary, blanks) = (false, Boundary::Blank, 0);
        }
        if is_blank(c) {
            if c == '\n' || (at_blanks && open) {
                if open {
                    push(&text[from_byte..last.0], from_char, last.1, boundary);
                    (open, boundary, blanks) = (false, Boundary::Blank, 0);
                }
                if c == '\n' {
                    boundary = Boundary::Paragraph;
                }
            }
            blanks += if c == '\u{3000}' { 2 } else { 1 };
            // Wide gaps inside a line are cells that the reader had no other line to compare with.
            if !open && blanks >= 3 && boundary < Boundary::Cell && matches!(layout, Layout::Lines | Layout::Words) {
                boundary = Boundary::Cell;
            }
            continue;
        }
        if !open {
            (from_byte, from_char, open, blanks) = (byte, position, true, 0);
        }
        last = (byte + c.len_utf8(), position + 1);
    }
    if open {
        push(&text[from_byte..last.0], from_char, last.1, boundary);
    }
}
