//! Tables whose cells are known by their edges (old Word, RTF): rows gathered by depth of nesting, edges turned into layout columns.

use super::{Paragraph, Piece, Table, TableCell, TableRow, is_blank};
use rustc_hash::FxHashMap;

/// Edges nearer to each other than this are one: programs round them (twentieths of a point, a third of a millimetre).
const TOLERANCE: i32 = 20;

/// How a cell goes on from the row above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::read) enum Down {
    #[default]
    Alone,
    First,
    Continued,
}

/// What a row says of one of its cells.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::read) struct CellShape {
    pub left: i32,
    pub right: i32,
    pub down: Down,
    /// Merged into the cell at its left.
    pub joined: bool,
}

struct EdgeCell {
    shape: CellShape,
    content: Vec<Piece>,
}

/// One depth of nesting.
#[derive(Default)]
struct Level {
    rows: Vec<Vec<EdgeCell>>,
    cells: Vec<Vec<Piece>>,
    /// The cell under way; at depth 0, the story.
    content: Vec<Piece>,
}

/// A story under way, of paragraphs that each say how deep in tables they stand.
pub(in crate::read) struct Levels {
    levels: Vec<Level>,
    deepest: usize,
    /// Something stood deeper than allowed and was read at the deepest level.
    pub too_deep: bool,
}

impl Levels {
    pub fn new(deepest: usize) -> Self {
        Levels { levels: vec![Level::default()], deepest, too_deep: false }
    }

    fn open(&mut self, depth: usize) -> &mut Level {
        self.too_deep |= depth > self.deepest;
        let depth = depth.min(self.deepest);
        while self.levels.len() > depth + 1 {
            self.close();
        }
        self.levels.resize_with(depth + 1, Level::default);
        &mut self.levels[depth]
    }

    /// Ends the table at the deepest level.
    fn close(&mut self) {
        let Some(mut level) = self.levels.pop() else { return };
        // Cells whose row never ended are a row all the same: nothing may be lost.
        if !is_blank(&level.content) {
            level.cells.push(std::mem::take(&mut level.content));
        }
        if level.cells.iter().any(|cell| !is_blank(cell)) {
            end_row(&mut level, &[]);
        }
        let Some(outer) = self.levels.last_mut() else { return };
        let table = resolve(level.rows);
        if !table.rows.is_empty() {
            outer.content.push(Piece::Table(table));
        }
    }

    pub fn paragraph(&mut self, depth: usize, paragraph: Paragraph) {
        self.open(depth).content.push(Piece::Paragraph(paragraph));
    }

    pub fn text_box(&mut self, depth: usize, pieces: Vec<Piece>) {
        self.open(depth).content.push(Piece::Box(pieces));
    }

    /// The cell under way ends.
    pub fn end_cell(&mut self, depth: usize) {
        let level = self.open(depth.max(1));
        let content = std::mem::take(&mut level.content);
        level.cells.push(content);
    }

    /// The row under way ends; `shapes` are its cells from the left.
    pub fn end_row(&mut self, depth: usize, shapes: &[CellShape]) {
        let level = self.open(depth.max(1));
        if !is_blank(&level.content) {
            let content = std::mem::take(&mut level.content);
            level.cells.push(content);
        }
        end_row(level, shapes);
    }

    /// The row under way does not stand: its cells are blank and none of the page.
    pub fn drop_row(&mut self, depth: usize) -> bool {
        let level = self.open(depth.max(1));
        let blank = is_blank(&level.content) && level.cells.iter().all(|cell| is_blank(cell));
        if blank {
            level.content.clear();
            level.cells.clear();
        }
        blank
    }

    pub fn finish(mut self) -> Vec<Piece> {
        while self.levels.len() > 1 {
            self.close();
        }
        self.levels.pop().map(|level| level.content).unwrap_or_default()
    }
}

/// Widths for cells that no row describes.
const UNKNOWN_WIDTH: i32 = 1000;

fn end_row(level: &mut Level, shapes: &[CellShape]) {
    let mut row: Vec<EdgeCell> = Vec::new();
    level.content.clear();
    for (index, content) in std::mem::take(&mut level.cells).into_iter().enumerate() {
        let left = row.last().map_or(0, |cell| cell.shape.right);
        let beyond = CellShape { left, right: left.saturating_add(UNKNOWN_WIDTH), ..CellShape::default() };
        let shape = shapes.get(index).copied().unwrap_or(beyond);
        match row.last_mut() {
            Some(cell) if shape.joined => {
                cell.shape.right = cell.shape.right.max(shape.right);
                if !is_blank(&content) {
                    cell.content.extend(content);
                }
            }
            _ => row.push(EdgeCell { shape, content }),
        }
    }
    if !row.is_empty() {
        level.rows.push(row);
    }
}

/// Rows of cells with edges → rows of cells with layout columns and spans.
fn resolve(rows: Vec<Vec<EdgeCell>>) -> Table {
    let mut edges: Vec<i32> = rows.iter().flatten().flat_map(|cell| [cell.shape.left, cell.shape.right]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut columns: Vec<i32> = Vec::new();
    for edge in edges {
        if columns.last().is_none_or(|last| edge.saturating_sub(*last) > TOLERANCE) {
            columns.push(edge);
        }
    }
    let column_of = |edge: i32| columns.partition_point(|column| *column <= edge).saturating_sub(1) as u32;
    let mut table = Table::default();
    // For each layout column, the cell that may go on below: its row and index.
    let mut above: FxHashMap<u32, (usize, usize)> = FxHashMap::default();
    for (number, row) in rows.into_iter().enumerate() {
        let mut made = TableRow { number: number as u32 + 1, cells: Vec::new() };
        let mut below = FxHashMap::default();
        let mut next = 0;
        for cell in row {
            let column = column_of(cell.shape.left).max(next);
            next = column_of(cell.shape.right).max(column + 1);
            if cell.shape.down == Down::Continued
                && is_blank(&cell.content)
                && let Some(&(first, index)) = above.get(&column)
                && let Some(origin) = table.rows.get_mut(first).and_then(|row: &mut TableRow| row.cells.get_mut(index))
            {
                origin.row_span = (number - first) as u32 + 1;
                below.insert(column, (first, index));
                continue;
            }
            if cell.shape.down != Down::Alone {
                below.insert(column, (number, made.cells.len()));
            }
            made.cells.push(TableCell { column, column_span: next - column, row_span: 1, content: cell.content });
        }
        table.rows.push(made);
        above = below;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(left: i32, right: i32, down: Down) -> CellShape {
        CellShape { left, right, down, joined: false }
    }

    fn spans(pieces: &[Piece]) -> Vec<Vec<(u32, u32, u32)>> {
        let Some(Piece::Table(table)) = pieces.iter().find(|piece| matches!(piece, Piece::Table(_))) else { return Vec::new() };
        let cells = |row: &TableRow| row.cells.iter().map(|cell| (cell.column, cell.column_span, cell.row_span)).collect();
        table.rows.iter().map(cells).collect()
    }

    #[test]
    fn edges_become_columns_and_merges_become_spans() {
        let mut levels = Levels::new(8);
        let rows = [
            vec![shape(0, 1000, Down::First), shape(1000, 3000, Down::Alone)],
            vec![shape(5, 1010, Down::Continued), shape(1010, 2000, Down::Alone), shape(2000, 2995, Down::Alone)],
            vec![
                shape(0, 1000, Down::Alone),
                shape(1000, 2000, Down::Alone),
                CellShape { joined: true, ..shape(2000, 3000, Down::Alone) },
            ],
        ];
        for shapes in rows {
            for _ in &shapes {
                levels.end_cell(1);
            }
            levels.end_row(1, &shapes);
        }
        let pieces = levels.finish();
        assert_eq!(spans(&pieces), [vec![(0, 1, 2), (1, 2, 1)], vec![(1, 1, 1), (2, 1, 1)], vec![(0, 1, 1), (1, 2, 1)]]);
    }

    #[test]
    fn a_row_that_never_ends_and_a_table_too_deep_lose_nothing() {
        let mut levels = Levels::new(2);
        let say = |text: &str| Paragraph { text: text.to_owned(), ..Paragraph::default() };
        levels.paragraph(1, say("a"));
        levels.end_cell(1);
        levels.paragraph(1000, say("b"));
        levels.end_cell(1000);
        assert!(levels.too_deep);
        assert_eq!(super::super::text_of(&levels.finish()), "a\nb");
    }
}
