//! What is left of a printed page: the texts that `pdftotext` makes, in reading order or as the page looks.
//!
//! A page has no cells any more, only places; a long cell stands on several lines. Which lines are one cell is for the fitting
//! to say, which knows the labels; here the places are measured and the pages told apart.

use super::Builder;
use super::columns::{self, Measure};
use super::text::{Class, Line};
use crate::document::{Cell, Layout, Row};

/// Whether a text is of printed pages: form feeds part them, and nothing in it is a table of tabs or bars.
pub(super) fn is_printed(lines: &[Line]) -> bool {
    let drawn =
        |line: &&Line| matches!(line.class, Class::Tabs | Class::Bars(_) | Class::LoneBar | Class::Ruling | Class::Dashes);
    let filled = lines.iter().filter(|line| !line.is_blank()).count();
    filled >= 6 && (1..lines.len()).any(|at| begins_page(lines, at)) && lines.iter().filter(drawn).count() * 20 <= filled
}

/// A form feed makes a blank line of its own, which has the number of the line behind it.
fn begins_page(lines: &[Line], at: usize) -> bool {
    at > 0 && lines[at - 1].is_blank() && lines[at - 1].number == lines[at].number
}

/// Reads printed pages, one block each.
pub(super) fn read(builder: &mut Builder, lines: &[Line]) {
    let filled = lines.iter().filter(|line| !line.is_blank());
    let gapped = filled.clone().filter(|line| columns::pieces(line.text).len() > 1).count();
    let layout = if gapped * 6 >= filled.count() { Layout::Page } else { Layout::Printed };
    let mut rows = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if builder.is_full() {
            break;
        }
        if begins_page(lines, at) {
            builder.push(layout, std::mem::take(&mut rows));
        }
        if line.is_blank() {
            continue;
        }
        let mut row = Row::default();
        if layout == Layout::Printed {
            row.cells.push(Cell { column: 0, ..builder.cell(line.text, line.number, line.before + 1) });
        } else {
            for (index, token) in columns::tokens(line.text, Measure::Characters).iter().enumerate() {
                let mut cell = builder.cell(token.text, line.number, line.before + index as u32 + 1);
                (cell.column, cell.column_span) = (token.start as u32, (token.end - token.start).max(1) as u32);
                row.cells.push(cell);
            }
        }
        rows.push(row);
    }
    builder.push(layout, rows);
}
