//! One table of the tree → rows of a grid: merged cells become one cell with spans, inner tables stand behind their row.

use super::document::Assembler;
use super::tree::{About, Flow, Merge, Remark, Row as TreeRow, Table};
use crate::document::{Block, Layout, Row};
use crate::limits;
use crate::locus::{Part, Spot};

/// A cell that reaches down: where its row and it stand among those made so far.
#[derive(Clone, Copy)]
struct Reaching {
    row: usize,
    cell: usize,
    /// Its first layout row.
    from: u32,
}

impl Assembler<'_> {
    /// The table as blocks: its rows, cut where others stand between them.
    pub fn table(&mut self, table: Table, part: Part) -> Vec<Block> {
        let widths = edges(&table.widths);
        let mut blocks = Vec::new();
        let mut rows: Vec<Row> = Vec::with_capacity(table.rows.len());
        // By column, in order.
        let mut reaching: Vec<(u32, Reaching)> = Vec::new();
        let mut next: Vec<(u32, Reaching)> = Vec::new();
        // Blocks that stand behind so many rows.
        let mut inner: Vec<(usize, Block)> = Vec::new();
        let mut number = 0;
        for row in table.rows {
            let place = Spot::Table { table: table.number, row: number + 1, column: 1, line: 0 };
            self.remark(row.remarks.iter(), place);
            if row.cells.is_empty() {
                continue;
            }
            number += 1;
            let columns = columns(&row, widths.as_deref());
            next.clear();
            let mut cells: Vec<crate::document::Cell> = Vec::with_capacity(row.cells.len());
            // Whether the last cell of this row is one of `cells`, and not covered from above.
            let mut own = false;
            // What stands behind cells of this row, by their order.
            let mut behind: Vec<(usize, Vec<Block>)> = Vec::new();
            for (cell, (column, span)) in row.cells.into_iter().zip(columns) {
                if cell.format.horizontal == Merge::Continue && (own || !cells.is_empty()) {
                    if let Some(last) = cells.last_mut().filter(|_| own) {
                        last.column_span += span;
                        let spot = last.locus.spot;
                        self.covered(cell.flow, spot);
                    }
                    continue;
                }
                let above = (cell.format.vertical == Merge::Continue)
                    .then(|| reaching.binary_search_by_key(&column, |(column, _)| *column).ok())
                    .flatten()
                    .and_then(|index| reaching.get(index).copied());
                if let Some((_, above)) = above {
                    let held = if above.row == rows.len() { None } else { rows.get_mut(above.row) };
                    if let Some(top) = held.and_then(|row| row.cells.get_mut(above.cell)) {
                        top.row_span = number - above.from + 1;
                        let spot = top.locus.spot;
                        self.covered(cell.flow, spot);
                    }
                    reach(&mut next, column, above);
                    own = false;
                    continue;
                }
                let spot = Spot::Table { table: table.number, row: number, column: column + 1, line: 0 };
                let (mut made, blocks) = self.cell(cell.flow, spot, part);
                (made.column, made.column_span) = (column, span);
                if cell.format.vertical != Merge::None {
                    reach(&mut next, column, Reaching { row: rows.len(), cell: cells.len(), from: number });
                }
                if !blocks.is_empty() {
                    behind.push((cells.len(), blocks));
                }
                cells.push(made);
                own = true;
            }
            // Cells side by side that hold tables are parts of a page, each with what stands in it.
            let parts = next.is_empty() && behind.len() > 1;
            std::mem::swap(&mut reaching, &mut next);
            if parts {
                let mut behind = behind.into_iter().peekable();
                for (index, cell) in cells.into_iter().enumerate() {
                    rows.push(Row { cells: vec![cell] });
                    let blocks = behind.next_if(|(at, _)| *at == index).map(|(_, blocks)| blocks).unwrap_or_default();
                    inner.extend(blocks.into_iter().map(|block| (rows.len(), block)));
                }
                continue;
            }
            if !cells.is_empty() {
                // What a merge covers has left places over.
                cells.shrink_to_fit();
                rows.push(Row { cells });
            }
            inner.extend(behind.into_iter().flat_map(|(_, blocks)| blocks).map(|block| (rows.len(), block)));
        }
        if inner.is_empty() {
            if !rows.is_empty() {
                blocks.push(Block { layout: Layout::Grid, rows });
            }
            return blocks;
        }
        let mut rest = rows.into_iter();
        let mut taken = 0;
        for (behind, block) in inner {
            let rows: Vec<Row> = rest.by_ref().take(behind.saturating_sub(taken)).collect();
            taken = taken.max(behind);
            if !rows.is_empty() {
                blocks.push(Block { layout: Layout::Grid, rows });
            }
            blocks.push(block);
        }
        let rows: Vec<Row> = rest.collect();
        if !rows.is_empty() {
            blocks.push(Block { layout: Layout::Grid, rows });
        }
        blocks
    }

    /// What stands in a cell that a merge covers is not on the page.
    fn covered(&mut self, flow: Flow, by: Spot) {
        let text = super::document::text(&flow);
        if !text.trim().is_empty() {
            self.remark([Remark { about: About::Covered, text }].iter(), by);
        }
    }
}

/// Notes the cell that reaches down in a column. Columns come in order; only where a row is too wide do two have the same one.
fn reach(next: &mut Vec<(u32, Reaching)>, column: u32, cell: Reaching) {
    match next.last_mut() {
        Some(last) if last.0 == column => last.1 = cell,
        _ => next.push((column, cell)),
    }
}

/// First column and span of each cell: by the spans that the cells state; where a row states none and has fewer cells than the
/// grid has columns, by its cells' widths, as Word draws it.
fn columns(row: &TreeRow, edges: Option<&[u32]>) -> impl Iterator<Item = (u32, u32)> + use<> {
    let spans = measured(row, edges)
        .unwrap_or_else(|| row.cells.iter().map(|cell| cell.format.span.min(limits::TABLE_COLUMNS)).collect());
    let mut column = row.indent.before.min(limits::TABLE_COLUMNS);
    let place = move |span: u32| {
        let first = column;
        let span = span.clamp(1, limits::TABLE_COLUMNS.saturating_sub(first).max(1));
        column += span;
        (first, span)
    };
    spans.into_iter().map(place)
}

/// The right edges of the grid's columns, where the grid states widths of all.
fn edges(widths: &[u32]) -> Option<Vec<u32>> {
    let mut sum = 0u32;
    let edges: Vec<u32> = widths
        .iter()
        .map(|width| {
            sum = sum.saturating_add(*width);
            sum
        })
        .collect();
    (widths.len() > 1 && widths.len() <= limits::TABLE_COLUMNS as usize && widths.iter().all(|width| *width > 0))
        .then_some(edges)
}

/// Spans by widths, if each cell's right edge falls on one of the grid's and they fill it.
fn measured(row: &TreeRow, edges: Option<&[u32]>) -> Option<Vec<u32>> {
    let edges = edges?;
    let plain = row.indent.before == 0 && row.indent.after == 0 && row.cells.iter().all(|cell| cell.format.span == 1);
    if !plain || row.cells.len() >= edges.len() || row.cells.len() < 2 {
        return None;
    }
    let total = *edges.last()?;
    let slack = (total / 200).max(30);
    let mut spans = Vec::with_capacity(row.cells.len());
    let (mut sum, mut from) = (0u32, 0usize);
    for cell in &row.cells {
        if cell.format.horizontal != Merge::None {
            return None;
        }
        sum = sum.checked_add(cell.format.width?)?;
        let at = (from..edges.len()).find(|index| edges[*index].abs_diff(sum) <= slack)?;
        spans.push((at + 1 - from) as u32);
        from = at + 1;
    }
    (from == edges.len()).then_some(spans)
}
