//! Two forms side by side in one wide table: the same labels stand in both halves of its rows. Each half is read by itself.

use crate::document::{Block, Cell, Document, Layout, Row};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// So many words at least are the same in both halves.
const LEAST: usize = 12;
/// No form has fewer columns.
const NARROWEST: u32 = 4;

/// The document with the halves of its tables one under the other. Every cell keeps its place.
pub fn parted(document: &Document) -> Cow<'_, Document> {
    let cuts: Vec<Option<u32>> = document.blocks.iter().map(second_half).collect();
    if cuts.iter().all(Option::is_none) {
        return Cow::Borrowed(document);
    }
    let mut blocks = Vec::with_capacity(document.blocks.len() + 1);
    for (block, cut) in document.blocks.iter().zip(cuts) {
        let Some(cut) = cut else {
            blocks.push(block.clone());
            continue;
        };
        let half = |from: u32, to: u32| {
            let cells = |row: &Row| {
                let own = row.cells.iter().filter(|cell| (from..to).contains(&cell.column));
                Row { cells: own.map(|cell| Cell { column: cell.column - from, ..cell.clone() }).collect() }
            };
            Block { layout: block.layout, rows: block.rows.iter().map(cells).collect() }
        };
        blocks.extend([half(0, cut), half(cut, u32::MAX)]);
    }
    Cow::Owned(Document { blocks, ..document.clone() })
}

/// The column at which the second half of a true grid begins, if it has two.
fn second_half(block: &Block) -> Option<u32> {
    if block.layout != Layout::Grid || block.rows.len() < 6 {
        return None;
    }
    let word = |cell: &Cell| cell.text.chars().filter(|c| c.is_alphabetic()).take(2).count() == 2;
    // Words that stand again in their row: how far, and from which column on.
    let mut again: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for row in &block.rows {
        for (index, cell) in row.cells.iter().enumerate() {
            let same = |other: &&Cell| other.column > cell.column && other.text == cell.text && word(cell);
            for other in row.cells[index + 1..].iter().filter(same) {
                again.entry(other.column - cell.column).or_default().push(cell.column);
            }
        }
    }
    again.retain(|off, columns| *off >= NARROWEST && columns.len() >= LEAST);
    if again.is_empty() {
        return None;
    }
    let first = block.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.column).min()?;
    // Values that are the same in neighbouring columns are no halves: the words stand in the first half, whatever column.
    let same = |(off, columns): (u32, Vec<u32>)| (columns.iter().filter(|column| **column < first + off).count(), off);
    let (same, off) = again.into_iter().map(same).max()?;
    let cut = first + off;
    // Of two forms at least their labels are the same: that is more than a third of all words.
    let crossed = |cell: &Cell| cell.column < cut && cell.column + cell.column_span > cut;
    let whole = block.rows.iter().flat_map(|row| &row.cells).all(|cell| !crossed(cell));
    let words = block.rows.iter().flat_map(|row| &row.cells).filter(|cell| word(cell)).count();
    (whole && same >= LEAST && same * 6 >= words).then_some(cut)
}
