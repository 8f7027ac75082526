//! Stories → blocks of rows of cells, each with its place.
//!
//! A table inside a cell becomes blocks behind the row it stands in. Where it stands in the only filled cell of its row (one
//! outer table drawn around everything), the row is taken apart instead and its content read in order. A file without any
//! table, whose paragraphs have tabs or bars in them, is a text in a word processor's clothes and read as one.

use super::report::Report;
use super::{Paragraph, Piece, Story, Table, TableCell, is_blank};
use crate::document::{Block, Cell, Layout, Number, Row};
use crate::locus::{Locus, Part, Spot};
use crate::read::{Builder, plain, text};
use crate::value::counting::{before, has_words};

/// Puts stories into the document, in this order, and what is to be said of them. `accepted`: how tracked changes were read.
pub(in crate::read) fn lay(builder: &mut Builder, stories: Vec<Story>, report: &Report, accepted: bool) {
    lay_stories(builder, stories);
    let notices = report.notices(accepted, &builder.places);
    builder.notices.extend(notices);
}

fn lay_stories(builder: &mut Builder, stories: Vec<Story>) {
    let tables = stories.iter().any(|story| has_table(&story.pieces));
    let mut layer = Layer { builder, paragraphs: [0; Part::ALL.len()], beside: tables };
    for story in stories {
        if story.part == Part::Body && !tables && is_typed_table(&story.pieces) {
            layer.text(&story.pieces);
            continue;
        }
        let blocks = layer.pieces(story.part, story.pieces);
        layer.builder.blocks.extend(blocks);
    }
}

fn has_table(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| match piece {
        Piece::Table(_) => true,
        Piece::Box(pieces) => has_table(pieces),
        Piece::Paragraph(_) => false,
    })
}

/// Whether paragraphs are rows of cells parted by tabs or bars.
fn is_typed_table(pieces: &[Piece]) -> bool {
    let parted = |paragraph: &Paragraph| {
        let text = paragraph.text.trim();
        text.contains('\t') || text.matches('|').count() > 1
    };
    pieces.iter().filter(|piece| matches!(piece, Piece::Paragraph(paragraph) if parted(paragraph))).count() >= 2
}

struct Layer<'b> {
    builder: &'b mut Builder,
    /// Paragraphs so far, by part.
    paragraphs: [u32; Part::ALL.len()],
    beside: bool,
}

impl Layer<'_> {
    fn text(&mut self, pieces: &[Piece]) {
        let mut source = String::new();
        for piece in pieces {
            match piece {
                Piece::Paragraph(paragraph) => {
                    if let Some(number) = &paragraph.number {
                        source.push_str(number);
                        source.push(' ');
                    }
                    source.push_str(&paragraph.text);
                }
                Piece::Box(pieces) => source.push_str(&super::text_of(pieces)),
                Piece::Table(_) => {}
            }
            source.push('\n');
        }
        text::read(self.builder, &source, text::Place::WHOLE);
    }

    fn pieces(&mut self, part: Part, pieces: Vec<Piece>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut run: Vec<Option<Cell>> = Vec::new();
        for piece in pieces {
            if self.builder.is_full() {
                break;
            }
            match piece {
                Piece::Paragraph(paragraph) => {
                    let count = &mut self.paragraphs[part as usize];
                    *count += 1;
                    let spot = Spot::Paragraph { part, number: *count };
                    self.builder.place(&paragraph.told, spot);
                    run.push((!paragraph.is_blank()).then(|| cell(self.builder, spot, vec![paragraph])));
                }
                Piece::Table(table) => {
                    self.flush(&mut run, &mut blocks);
                    let made = self.table(part, table);
                    blocks.extend(made);
                }
                Piece::Box(pieces) => {
                    if !is_blank(&pieces) {
                        self.flush(&mut run, &mut blocks);
                        let made = self.pieces(Part::TextBox, pieces);
                        blocks.extend(made);
                    }
                }
            }
        }
        self.flush(&mut run, &mut blocks);
        blocks
    }

    fn flush(&self, run: &mut Vec<Option<Cell>>, blocks: &mut Vec<Block>) {
        plain::lay_paragraphs(std::mem::take(run), self.beside, blocks);
    }

    fn table(&mut self, part: Part, table: Table) -> Vec<Block> {
        self.builder.tables += 1;
        let number = self.builder.tables;
        let mut blocks = Vec::new();
        let mut rows = Vec::new();
        let mut behind_table = Vec::new();
        let end_grid = |rows: &mut Vec<Row>, blocks: &mut Vec<Block>| {
            if !rows.is_empty() {
                blocks.push(Block { layout: Layout::Grid, rows: std::mem::take(rows) });
            }
        };
        for row in table.rows {
            if self.builder.is_full() {
                break;
            }
            let mut filled = row.cells.iter().enumerate().filter(|(_, cell)| !is_blank(&cell.content));
            if let (Some((index, only)), None) = (filled.next(), filled.next())
                && only.content.iter().any(|piece| matches!(piece, Piece::Table(_)))
            {
                end_grid(&mut rows, &mut blocks);
                let content = row.cells.into_iter().nth(index).map(|cell| cell.content).unwrap_or_default();
                let made = self.pieces(part, content);
                blocks.extend(made);
                continue;
            }
            let mut made = Row::default();
            let mut behind_row = Vec::new();
            for cell in row.cells {
                let spot = Spot::Table { table: number, row: row.number, column: cell.column + 1, line: 0 };
                let mut paragraphs = Vec::new();
                let mut inner = Vec::new();
                for piece in cell.content {
                    match piece {
                        Piece::Paragraph(paragraph) => paragraphs.push(paragraph),
                        Piece::Table(table) => inner.push(table),
                        Piece::Box(pieces) if is_blank(&pieces) => {}
                        Piece::Box(pieces) => behind_table.push(pieces),
                    }
                }
                let (column, column_span, row_span) = (cell.column, cell.column_span, cell.row_span);
                let cell = self::cell(self.builder, spot, paragraphs);
                made.cells.push(Cell { column, column_span, row_span, ..cell });
                for table in inner {
                    let blocks = self.table(part, table);
                    behind_row.extend(blocks);
                }
            }
            if !made.cells.is_empty() {
                rows.push(made);
            }
            if !behind_row.is_empty() {
                end_grid(&mut rows, &mut blocks);
                blocks.extend(behind_row);
            }
        }
        end_grid(&mut rows, &mut blocks);
        for pieces in behind_table {
            let made = self.pieces(Part::TextBox, pieces);
            blocks.extend(made);
        }
        blocks
    }
}

/// Puts a sheet of a workbook into the document as one block; every cell of it is paragraphs.
pub(in crate::read) fn lay_sheet(builder: &mut Builder, sheet: u32, table: Table) {
    // What lies right of and below everything that is filled is paper.
    let filled = |cell: &&TableCell| !is_blank(&cell.content);
    let width = table.rows.iter().flat_map(|row| &row.cells).filter(filled).map(|cell| cell.column + 1).max().unwrap_or(0);
    let height = table.rows.iter().filter(|row| row.cells.iter().any(|cell| filled(&cell))).map(|row| row.number).max();
    let mut rows = Vec::new();
    for row in table.rows {
        if builder.is_full() || Some(row.number) > height {
            break;
        }
        let mut made = Row::default();
        for cell in row.cells.into_iter().filter(|cell| cell.column < width) {
            let spot = Spot::Sheet { sheet, row: row.number, column: cell.column + 1 };
            let paragraph = |piece: &Piece| matches!(piece, Piece::Paragraph(_));
            debug_assert!(cell.content.iter().all(paragraph), "a sheet's cells hold paragraphs");
            let paragraphs = cell.content.into_iter().filter_map(|piece| match piece {
                Piece::Paragraph(paragraph) => Some(paragraph),
                _ => None,
            });
            let (column, column_span, row_span) = (cell.column, cell.column_span, cell.row_span);
            let paragraphs = paragraphs.collect();
            made.cells.push(Cell { column, column_span, row_span, ..self::cell(builder, spot, paragraphs) });
        }
        if !made.cells.is_empty() {
            rows.push(made);
        }
    }
    builder.push(Layout::Grid, rows);
}

/// A cell of paragraphs, with their automatic numbers beside the text; numbers with words become text.
pub(in crate::read) fn cell(builder: &mut Builder, spot: Spot, paragraphs: Vec<Paragraph>) -> Cell {
    let mut source = String::new();
    let mut numbers: Vec<(usize, String)> = Vec::new();
    for (index, paragraph) in paragraphs.into_iter().enumerate() {
        builder.place(&paragraph.told, spot);
        if index > 0 {
            source.push('\n');
        }
        match paragraph.number {
            Some(number) if has_words(&number) => {
                let mut text = paragraph.text;
                before(&number, &mut text);
                source.push_str(&text);
                continue;
            }
            Some(number) if !number.trim().is_empty() => numbers.push((source.len(), number.trim().to_owned())),
            _ => {}
        }
        source.push_str(&paragraph.text);
    }
    // The builder trims: what stood before the first character moves to it.
    let trimmed = source.len() - source.trim_start().len();
    let mut cell = builder.cell(&source, 0, 0);
    cell.locus = Locus { spot, ..cell.locus };
    let count = cell.text.chars().count();
    for (byte, text) in numbers {
        let byte = byte.saturating_sub(trimmed);
        let at = match &cell.raw {
            Some(raw) => raw.starts.partition_point(|start| (*start as usize) < byte),
            None => cell.text.get(..byte).map_or(count, |before| before.chars().count()),
        };
        cell.numbers.push(Number { at: at.min(count) as u32, text });
    }
    cell
}
