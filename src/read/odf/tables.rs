//! Tables of OpenDocument, of texts and of workbooks: cells with their spans, repeated cells and rows, hidden rows and columns.

use super::content::{Open, Reader};
use crate::read::story::{Paragraph, Piece, Table, TableCell, TableRow, is_blank};
use crate::xml::Attributes;

/// More rows or columns than any program has.
const MOST: u32 = 1 << 20;

pub(super) struct OpenTable {
    rows: Vec<TableRow>,
    /// The number of the row under way.
    number: u32,
    next: u32,
    /// Columns described so far, and those that are not shown.
    columns: u32,
    hidden_columns: Vec<std::ops::Range<u32>>,
    hidden: bool,
}

#[derive(Default)]
pub(super) struct OpenRow {
    pub cells: Vec<TableCell>,
    pub column: u32,
    pub repeat: u32,
    pub hidden: bool,
}

pub(super) struct OpenCell {
    column: u32,
    column_span: u32,
    row_span: u32,
    repeat: u32,
    covered: bool,
    pub hidden: bool,
    /// What the cell holds where no paragraph shows it.
    value: Option<String>,
}

fn number(attributes: &Attributes, name: &str) -> u32 {
    attributes.get(name).and_then(|value| value.trim().parse().ok()).unwrap_or(1).clamp(1, MOST)
}

fn is_hidden(attributes: &Attributes) -> bool {
    matches!(attributes.get("visibility").as_deref(), Some("collapse" | "filter"))
}

impl OpenTable {
    pub fn new(hidden: bool) -> Self {
        OpenTable { rows: Vec::new(), number: 1, next: 1, columns: 0, hidden_columns: Vec::new(), hidden }
    }

    pub fn column(&mut self, attributes: &Attributes) {
        let end = self.columns.saturating_add(number(attributes, "number-columns-repeated"));
        if is_hidden(attributes) {
            self.hidden_columns.push(self.columns..end);
        }
        self.columns = end;
    }

    /// A row opens: how often it stands.
    pub fn row(&mut self, attributes: &Attributes) -> u32 {
        let repeat = number(attributes, "number-rows-repeated");
        self.number = self.next;
        self.next = self.next.saturating_add(repeat);
        repeat
    }

    fn hides(&self, column: u32) -> bool {
        self.hidden_columns.iter().any(|columns| columns.contains(&column))
    }
}

impl Reader {
    fn row(&mut self) -> Option<&mut OpenRow> {
        match self.open.last_mut() {
            Some(Open::Row(row)) => Some(row),
            _ => None,
        }
    }

    /// Cells that may be made by repeating: far more than anyone fills down, far less than a file of nothing else could ask for.
    pub(super) fn most_repeated(&self) -> usize {
        self.limits.cells / 16
    }

    /// A cell opens.
    pub(super) fn cell(&mut self, attributes: &Attributes, covered: bool) -> OpenCell {
        let column = self.row().map_or(0, |row| row.column);
        let table = self.open.iter().rev().find_map(|open| if let Open::Table(table) = open { Some(table) } else { None });
        let hidden = covered || table.is_some_and(|table| table.hides(column));
        let value = ["string-value", "date-value", "time-value", "boolean-value", "value"].iter();
        OpenCell {
            column,
            column_span: number(attributes, "number-columns-spanned"),
            row_span: number(attributes, "number-rows-spanned"),
            repeat: number(attributes, "number-columns-repeated"),
            covered,
            hidden,
            value: value.filter_map(|name| attributes.get(name)).next(),
        }
    }

    pub(super) fn end_cell(&mut self) {
        let Some(Open::Cell(cell, mut pieces)) = self.open.pop() else { return };
        self.hidden -= usize::from(cell.hidden);
        if is_blank(&pieces)
            && self.is_workbook
            && !cell.hidden
            && self.hidden == 0
            && let Some(value) = cell.value
        {
            pieces = vec![Piece::Paragraph(Paragraph { text: value, ..Paragraph::default() })];
        }
        let room = self.most_repeated().saturating_sub(self.repeated);
        let Some(row) = self.row() else { return };
        row.column = row.column.saturating_add(cell.repeat);
        // A run of blank cells beside the table is no cells.
        let count = match cell.repeat {
            _ if cell.covered && is_blank(&pieces) => 0,
            repeat if is_blank(&pieces) && repeat > 256 => 1,
            repeat => (repeat as usize).min(room + 1),
        };
        for (index, offset) in (0..count).zip(0..) {
            let content = if index + 1 == count { std::mem::take(&mut pieces) } else { pieces.clone() };
            let column = cell.column + offset * cell.column_span.max(1).min(cell.repeat);
            let made = TableCell { column, column_span: cell.column_span, row_span: cell.row_span, content };
            row.cells.push(made);
        }
        self.repeated += count;
    }

    pub(super) fn end_row(&mut self) {
        let Some(Open::Row(row)) = self.open.pop() else { return };
        self.hidden -= usize::from(row.hidden);
        let room = self.most_repeated().saturating_sub(self.repeated);
        let blank = row.cells.iter().all(|cell| is_blank(&cell.content));
        let is_workbook = self.is_workbook;
        let Some(Open::Table(table)) = self.open.last_mut() else { return };
        let copies = match row.repeat {
            _ if row.cells.is_empty() => 0,
            repeat if blank && is_workbook => repeat.min(1),
            repeat => repeat.min((room / row.cells.len()).min(MOST as usize) as u32 + 1),
        };
        self.repeated += copies.saturating_sub(1) as usize * row.cells.len();
        for offset in 0..copies {
            table.rows.push(TableRow { number: table.number.saturating_add(offset), cells: row.cells.clone() });
        }
    }

    pub(super) fn end_table(&mut self) {
        let Some(Open::Table(table)) = self.open.pop() else { return };
        self.hidden -= usize::from(table.hidden);
        let last = table.next;
        let mut rows = table.rows;
        for row in &mut rows {
            let below = last.saturating_sub(row.number).max(1);
            row.cells.iter_mut().for_each(|cell| cell.row_span = cell.row_span.clamp(1, below));
        }
        let table = Table { rows };
        let is_sheet = self.is_workbook && self.open.len() == 1;
        match self.open.last_mut() {
            _ if is_sheet => self.sheets.push(table),
            Some(Open::Flow(pieces) | Open::Cell(_, pieces)) if !self.is_workbook => pieces.push(Piece::Table(table)),
            _ => self.stray(vec![Piece::Table(table)]),
        }
    }
}
