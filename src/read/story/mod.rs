//! What a word processor's file holds, whatever its format: stories of paragraphs, tables and text boxes, and what in them is no content.
//!
//! The readers of old Word, RTF and OpenDocument files fill this tree; [`mod@lay`] makes blocks of cells of it, [`edges`] turns
//! cells known by their edges into layout columns, [`report`] gathers what a person must be told.

pub(super) mod edges;
mod lay;
pub(super) mod report;

pub(super) use lay::{lay, lay_sheet};

use crate::locus::Part;

/// A flow of text: the body, a header, a footnote.
#[derive(Debug)]
pub(super) struct Story {
    pub part: Part,
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
pub(super) enum Piece {
    Paragraph(Paragraph),
    Table(Table),
    /// A text box that hangs on the paragraph before it.
    Box(Vec<Piece>),
}

/// A paragraph; line breaks in it are `\n`.
#[derive(Clone, Debug, Default)]
pub(super) struct Paragraph {
    pub text: String,
    /// The automatic number printed before it.
    pub number: Option<String>,
    /// Passages in it that are told of, by their numbers in the report.
    pub told: Vec<u32>,
}

impl Paragraph {
    pub fn is_blank(&self) -> bool {
        self.number.is_none() && self.text.chars().all(crate::document::is_blank)
    }
}

/// A table whose spans are known in layout columns and rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub rows: Vec<TableRow>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct TableRow {
    /// Layout row, from 1; blank rows may be left out.
    pub number: u32,
    pub cells: Vec<TableCell>,
}

#[derive(Clone, Debug)]
pub(super) struct TableCell {
    /// Layout column, from 0.
    pub column: u32,
    pub column_span: u32,
    pub row_span: u32,
    pub content: Vec<Piece>,
}

/// Whether there is nothing to see in all of this.
pub(super) fn is_blank(pieces: &[Piece]) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Paragraph(paragraph) => paragraph.is_blank(),
        Piece::Table(table) => table.rows.iter().flat_map(|row| &row.cells).all(|cell| is_blank(&cell.content)),
        Piece::Box(pieces) => is_blank(pieces),
    })
}

/// The text of all of this, for reports.
pub(super) fn text_of(pieces: &[Piece]) -> String {
    fn gather(pieces: &[Piece], out: &mut Vec<String>) {
        for piece in pieces {
            match piece {
                Piece::Paragraph(paragraph) if paragraph.text.trim().is_empty() => {}
                Piece::Paragraph(paragraph) => out.push(paragraph.text.trim().to_owned()),
                Piece::Table(table) => table.rows.iter().flat_map(|row| &row.cells).for_each(|cell| gather(&cell.content, out)),
                Piece::Box(pieces) => gather(pieces, out),
            }
        }
    }
    let mut out = Vec::new();
    gather(pieces, &mut out);
    out.join("\n")
}
