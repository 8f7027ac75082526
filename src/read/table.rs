//! One HTML table under way: rows and cells as tags open and close them, spans resolved to layout columns.

use super::Builder;
use super::html::{Counter, Raw, shown};
use crate::document::{Block, Cell, Layout, Row};
use crate::limits;
use crate::locus::{Locus, Spot};
use crate::markup::scan::{Tag, attribute};

/// A cell under way.
pub(super) struct OpenCell {
    pub raw: Raw,
    line: u32,
    column: u32,
    column_span: u32,
    row_span: u32,
}

/// A table under way.
pub(super) struct Table {
    number: u32,
    /// Started by a row or cell without `<table>`.
    pub implicit: bool,
    rows: Vec<Row>,
    /// Blocks that stand behind so many rows: nested tables, captions.
    inner: Vec<(usize, Block)>,
    /// Layout rows so far, this one included.
    row_number: u32,
    row: Option<Vec<Cell>>,
    pub cell: Option<OpenCell>,
    /// For each column, how many more rows a cell above covers, this one included.
    covered: Vec<u32>,
    column: u32,
    /// The first row of this `<tbody>`: spans end with it.
    group: usize,
    /// Text in no cell.
    pub stray: Raw,
}

impl Table {
    pub fn new(number: u32, implicit: bool) -> Self {
        Table {
            number,
            implicit,
            rows: Vec::new(),
            inner: Vec::new(),
            row_number: 0,
            row: None,
            cell: None,
            covered: Vec::new(),
            column: 0,
            group: 0,
            stray: Raw::default(),
        }
    }

    pub fn open_row(&mut self) {
        self.row_number += 1;
        self.column = 0;
        self.row = Some(Vec::new());
    }

    pub fn open_cell(&mut self, tag: &Tag, line: u32) {
        if self.row.is_none() {
            self.open_row();
        }
        while self.covered.get(self.column as usize).is_some_and(|rows| *rows > 0) {
            self.column += 1;
        }
        let number = |name| attribute(tag.attributes, name).and_then(|value| leading_number(&value));
        let room = limits::TABLE_COLUMNS.saturating_sub(self.column).max(1);
        let column_span = number("colspan").unwrap_or(1).clamp(1, room);
        let row_span = match number("rowspan") {
            Some(0) => limits::CELL_ROWS,
            rows => rows.unwrap_or(1).min(limits::CELL_ROWS),
        };
        let end = self.column + column_span;
        if end <= limits::TABLE_COLUMNS && row_span > 1 {
            if self.covered.len() < end as usize {
                self.covered.resize(end as usize, 0);
            }
            for rows in &mut self.covered[self.column as usize..end as usize] {
                *rows = (*rows).max(row_span);
            }
        }
        self.cell = Some(OpenCell { raw: Raw::default(), line, column: self.column, column_span, row_span });
        self.column = end;
    }

    pub fn close_cell(&mut self, builder: &mut Builder) {
        let Some(open) = self.cell.take() else { return };
        let column = open.column;
        let spot = Spot::Table { table: self.number, row: self.row_number, column: column + 1, line: open.line };
        let text = shown(&open.raw.text);
        let mut cell = builder.cell(&text, 0, 0);
        cell.locus = Locus { spot, ..cell.locus };
        (cell.column, cell.column_span, cell.row_span) = (column, open.column_span, open.row_span);
        self.row.get_or_insert_default().push(cell);
    }

    pub fn close_row(&mut self, builder: &mut Builder) {
        self.close_cell(builder);
        let Some(cells) = self.row.take() else { return };
        for rows in &mut self.covered {
            *rows = rows.saturating_sub(1);
        }
        if !cells.is_empty() {
            self.rows.push(Row { cells });
        }
    }

    /// Spans do not reach over the end of a group of rows, nor of the table.
    pub fn close_group(&mut self, builder: &mut Builder) {
        self.close_row(builder);
        self.covered.clear();
        for cell in self.rows[self.group..].iter_mut().flat_map(|row| &mut row.cells) {
            if let Spot::Table { row, .. } = cell.locus.spot {
                cell.row_span = cell.row_span.clamp(1, self.row_number + 1 - row);
            }
        }
        self.group = self.rows.len();
    }

    /// Puts blocks behind the row under way: a table inside a cell, once it is read.
    pub fn insert(&mut self, blocks: Vec<Block>) {
        let behind = self.rows.len() + usize::from(self.row.is_some());
        self.inner.extend(blocks.into_iter().map(|block| (behind, block)));
    }

    /// Text in no cell becomes paragraphs where it stands.
    pub fn flush_stray(&mut self, builder: &mut Builder, lines: &mut Counter) {
        let stray = std::mem::take(&mut self.stray);
        if stray.text.is_empty() {
            return;
        }
        let mut rows = Vec::new();
        for paragraph in shown(&stray.text).split('\n').filter(|text| !text.trim().is_empty()) {
            rows.push(Row { cells: vec![builder.cell(paragraph, stray.line, lines.next_cell())] });
        }
        if !rows.is_empty() {
            self.insert(vec![Block { layout: Layout::Lines, rows }]);
        }
    }

    /// The table as blocks: its rows, cut where others stand between them.
    pub fn finish(mut self, builder: &mut Builder, lines: &mut Counter) -> Vec<Block> {
        self.close_group(builder);
        self.flush_stray(builder, lines);
        let mut blocks = Vec::new();
        let mut rows = self.rows.into_iter();
        let mut taken = 0;
        for (behind, block) in self.inner {
            let part: Vec<Row> = rows.by_ref().take(behind.saturating_sub(taken)).collect();
            taken = taken.max(behind);
            if !part.is_empty() {
                blocks.push(Block { layout: Layout::Grid, rows: part });
            }
            blocks.push(block);
        }
        let rest: Vec<Row> = rows.collect();
        if !rest.is_empty() {
            blocks.push(Block { layout: Layout::Grid, rows: rest });
        }
        blocks
    }
}

/// A number at the start of an attribute, however it goes on.
fn leading_number(value: &str) -> Option<u32> {
    let value = value.trim();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| value[..digits.min(9)].parse().unwrap_or(u32::MAX))
}
