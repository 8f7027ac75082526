//! Tables whose columns a loop repeated or a condition left out: the grid gets as many columns as the rows have, in the width
//! that the table had, and a cell that spans more than there are is drawn in.
//!
//! WPS takes widths from the grid, Word from the cells: both are put right. Other tables stay as they are.

use super::word::Dialect;
use crate::xml::{Fault, Scanner, Token};
use std::ops::Range;

#[derive(Default)]
struct Table {
    /// The grid's columns in the source, and their widths.
    grid: Option<Range<usize>>,
    columns: Vec<usize>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Default)]
struct Cell {
    span: usize,
    /// The element that says so.
    spanning: Option<Range<usize>>,
    /// The element of its width, and the width.
    width: Option<(Range<usize>, usize)>,
}

/// Puts the grids of all tables right.
pub(crate) fn put_right(xml: &str, dialect: &Dialect) -> Result<String, Fault> {
    let mut scanner = Scanner::new(xml);
    let mut tables: Vec<Table> = Vec::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    while let Some((token, range)) = scanner.token()? {
        match token {
            Token::Start { name, attributes, empty } if name.space == crate::xml::Space::Word => {
                let number = |name: &str| attributes.get(name).and_then(|n| n.parse::<usize>().ok());
                if name.local == "tbl" && !empty {
                    tables.push(Table::default());
                }
                let Some(table) = tables.last_mut() else { continue };
                let cell = table.rows.last_mut().and_then(|row| row.last_mut());
                match (name.local, cell) {
                    ("gridCol", _) => {
                        let start = table.grid.as_ref().map_or(range.start, |grid| grid.start);
                        table.grid = Some(start..range.end);
                        table.columns.push(number("w").unwrap_or(0).min(1 << 20));
                    }
                    ("tr", _) => table.rows.push(Vec::new()),
                    ("tc", _) => {
                        if let Some(row) = table.rows.last_mut() {
                            row.push(Cell { span: 1, ..Cell::default() });
                        }
                    }
                    ("gridSpan", Some(cell)) => {
                        (cell.span, cell.spanning) = (number("val").unwrap_or(1).clamp(1, 1000), Some(range));
                    }
                    ("tcW", Some(cell)) if attributes.get("type").as_deref() == Some("dxa") => {
                        cell.width = Some((range, number("w").unwrap_or(0).min(1 << 20)));
                    }
                    _ => {}
                }
            }
            Token::End(name) if name.is_word("tbl") => {
                if let Some(mut table) = tables.pop() {
                    table.draw_in(&mut edits, &dialect.prefix);
                    table.edits(&mut edits, &dialect.prefix);
                }
            }
            _ => {}
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(xml.len());
    let mut at = 0;
    for (range, text) in edits.into_iter().filter(|(range, _)| range.start <= range.end) {
        if range.start < at {
            continue;
        }
        out.push_str(&xml[at..range.start]);
        out.push_str(&text);
        at = range.end;
    }
    out.push_str(&xml[at..]);
    Ok(out)
}

impl Table {
    /// The row of most cells says how many columns there are: cells of others that span more lose what they have too much.
    fn draw_in(&mut self, edits: &mut Vec<(Range<usize>, String)>, w: &str) {
        let count = |row: &Vec<Cell>| row.iter().map(|cell| cell.span).sum::<usize>();
        let Some(wanted) = self.rows.iter().max_by_key(|row| (row.len(), count(row))).map(count) else { return };
        for row in self.rows.iter_mut().filter(|row| count(row) > wanted && wanted < self.columns.len()) {
            let excess = count(row) - wanted;
            let Some(cell) = row.iter_mut().max_by_key(|cell| cell.span).filter(|cell| cell.span > excess) else { continue };
            cell.span -= excess;
            if let Some(range) = &cell.spanning {
                edits.push((range.clone(), format!("<{w}gridSpan {w}val=\"{}\"/>", cell.span)));
            }
        }
    }

    fn edits(&self, edits: &mut Vec<(Range<usize>, String)>, w: &str) {
        let count = |row: &Vec<Cell>| row.iter().map(|cell| cell.span).sum::<usize>();
        let Some(widest) = self.rows.iter().max_by_key(|row| count(row)) else { return };
        let (Some(grid), wanted) = (&self.grid, count(widest)) else { return };
        if wanted == self.columns.len() || wanted == 0 || wanted > 1000 {
            return;
        }
        let total: usize = self.columns.iter().sum();
        // Shares by what the cells of the fullest row asked for.
        let mut shares = Vec::with_capacity(wanted);
        for cell in widest {
            let own = cell.width.as_ref().map_or(total / wanted, |(_, width)| *width).max(1);
            shares.extend(std::iter::repeat_n(own / cell.span, cell.span));
        }
        let sum: usize = shares.iter().sum::<usize>().max(1);
        let mut widths: Vec<usize> = shares.iter().map(|share| total * share / sum).collect();
        let rest = total.saturating_sub(widths.iter().sum());
        if let Some(last) = widths.last_mut() {
            *last += rest;
        }
        let columns: String = widths.iter().map(|width| format!("<{w}gridCol {w}w=\"{width}\"/>")).collect();
        edits.push((grid.clone(), columns));
        for row in &self.rows {
            let mut column = 0;
            for cell in row {
                let width: usize = widths.iter().skip(column).take(cell.span).sum();
                column += cell.span;
                if let Some((range, _)) = &cell.width {
                    edits.push((range.clone(), format!("<{w}tcW {w}w=\"{width}\" {w}type=\"dxa\"/>")));
                }
            }
        }
    }
}
