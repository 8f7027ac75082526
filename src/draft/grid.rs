//! A table of a blank form as a page: every place knows what covers it, and what each cell is in its surroundings.

use super::cell::{What, what};
use crate::document::{Block, Cell, Row, is_blank};
use crate::locus::Spot;

/// A cell of a table and the rows and columns it covers, from 0.
#[derive(Clone, Debug)]
pub struct Place<'d> {
    pub cell: &'d Cell,
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
    pub what: What,
}

impl Place<'_> {
    pub fn end(&self) -> usize {
        self.column + self.columns
    }

    pub fn is_label(&self) -> bool {
        self.what == What::Label
    }

    /// A value goes here.
    pub fn is_open(&self) -> bool {
        matches!(self.what, What::Blank(_) | What::Boxes(_))
    }

    pub fn is_empty(&self) -> bool {
        self.cell.text.chars().all(is_blank)
    }

    pub fn spot(&self) -> Spot {
        self.cell.locus.spot
    }

    pub fn label(&self) -> String {
        super::cell::label(&self.cell.text)
    }
}

/// A table.
#[derive(Debug)]
pub struct Grid<'d> {
    pub places: Vec<Place<'d>>,
    pub height: usize,
    pub width: usize,
    /// By row and column: which place covers it.
    covers: Vec<Option<u32>>,
}

/// Rows and columns of one table that are looked at; larger ones are no forms.
const LARGEST: usize = 1 << 20;

impl<'d> Grid<'d> {
    pub fn of(block: &'d Block) -> Grid<'d> {
        Grid::of_rows(&block.rows)
    }

    pub fn of_rows(rows: &'d [Row]) -> Grid<'d> {
        let mut places = Vec::new();
        let mut first = None;
        for (index, row) in rows.iter().enumerate() {
            for cell in &row.cells {
                let at = match cell.locus.spot {
                    Spot::Table { row, .. } | Spot::Sheet { row, .. } => row as usize,
                    _ => index,
                };
                let first = *first.get_or_insert(at);
                places.push(Place {
                    cell,
                    row: at.saturating_sub(first),
                    column: cell.column as usize,
                    rows: cell.row_span.max(1) as usize,
                    columns: cell.column_span.max(1) as usize,
                    what: what(&cell.text),
                });
            }
        }
        let height = places.iter().map(|place| place.row + place.rows).max().unwrap_or(0);
        let width = places.iter().map(Place::end).max().unwrap_or(0);
        let mut grid = Grid { places, height, width, covers: Vec::new() };
        if height.saturating_mul(width) <= LARGEST {
            grid.covers = vec![None; height * width];
            for (index, place) in grid.places.iter().enumerate() {
                for row in place.row..place.row + place.rows {
                    for column in place.column..place.end() {
                        if let Some(slot) = grid.covers.get_mut(row * width + column) {
                            *slot = slot.or(u32::try_from(index).ok());
                        }
                    }
                }
            }
        }
        grid.in_context();
        grid
    }

    /// A label with a colon beside an empty cell is a label, though alone it would be one with its place behind it.
    fn in_context(&mut self) {
        let mut labels = Vec::new();
        for (index, place) in self.places.iter().enumerate() {
            let right = self.at(place.row, place.end());
            let beside = right.is_some_and(|right| right.is_open() && right.row == place.row || right.is_empty());
            let lone = match &place.what {
                What::Inline(fields) => fields.len() == 1 && fields[0].printed.is_empty() && !fields[0].inside,
                // A number with a word before it, alone in its cell: the label of the first of many.
                What::Blank(None) => place.cell.text.chars().any(char::is_alphabetic) && !place.cell.text.trim().contains('\n'),
                _ => false,
            };
            if lone && beside && right.is_some_and(Place::is_empty) {
                labels.push(index);
            }
        }
        for index in labels {
            self.places[index].what = What::Label;
        }
    }

    /// What covers a place.
    pub fn at(&self, row: usize, column: usize) -> Option<&Place<'d>> {
        if column >= self.width {
            return None;
        }
        let index = (*self.covers.get(row * self.width + column)?)?;
        self.places.get(index as usize)
    }

    /// The cells that begin in a row, from a column on, from left to right.
    pub fn beginning(&self, row: usize, from: usize) -> Vec<&Place<'d>> {
        let mut cells: Vec<&Place<'d>> = self.places.iter().filter(|place| place.row == row && place.column >= from).collect();
        cells.sort_by_key(|place| place.column);
        cells
    }

    /// All cells that a row crosses, from a column on.
    pub fn crossing(&self, row: usize, from: usize) -> Vec<&Place<'d>> {
        let mut cells: Vec<&Place<'d>> = Vec::new();
        for column in from..self.width {
            if let Some(place) = self.at(row, column)
                && cells.last().is_none_or(|last| !std::ptr::eq(*last, place))
            {
                cells.push(place);
            }
        }
        cells
    }
}
