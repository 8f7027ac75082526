//! Workbooks: `.xlsx`, `.xlsm` ([`xlsx`]), binary `.xls` ([`xls`]), XML of Excel 2003 ([`mod@xml`]), each cell as it is shown
//! ([`mod@format`]).
//!
//! Read: visible sheets with merged ranges; shared and inline texts; numbers, dates and percentages by their formats, from the
//! text that is stored and never through a float; formulas as their last results. Told: hidden sheets, rows and columns with
//! their text; comments, shapes, charts, headers and footers with their text ([`beside`]); results that are errors; numbers of
//! which more is stored than shown. Refused: files with a password, `.xlsb`.

pub(super) mod beside;
mod format;
pub(super) mod xls;
pub(super) mod xlsx;
pub(super) mod xml;

use crate::diag::Message;
use crate::document::Notice;
use crate::limits;
use crate::locus::{Locus, Spot};
use crate::read::Builder;
use crate::read::story::{Paragraph, Piece, Table, TableCell, TableRow, lay_sheet};
use beside::{Beside, Texts};
use format::Formats;
use std::collections::{BTreeMap, BTreeSet};

/// A cell's content, as stored.
#[derive(Clone, Debug)]
enum Value {
    Text(String),
    /// A number, as text.
    Number(String),
}

/// A sheet under way.
#[derive(Debug, Default)]
struct Sheet {
    hidden: bool,
    /// Cells whose text the file does not have.
    lost: u32,
    /// Bytes of text in the cells: one shared text may stand in a million of them.
    size: usize,
    /// Row and column from 0.
    cells: BTreeMap<(u32, u32), (Value, usize)>,
    /// First row, first column, last row, last column.
    merges: Vec<[u32; 4]>,
    hidden_rows: BTreeSet<u32>,
    hidden_columns: Vec<std::ops::RangeInclusive<u32>>,
    beside: Beside,
}

/// Bytes of hidden text that are told of a sheet.
const HIDDEN: usize = 4000;

impl Sheet {
    fn put(&mut self, place: (u32, u32), value: Value, style: usize) {
        let (Value::Text(text) | Value::Number(text)) = &value;
        self.size += text.len();
        self.cells.insert(place, (value, style));
    }

    fn is_full(&self, limit: usize) -> bool {
        self.cells.len() > limit || self.size > limits::WORKBOOK_TEXT
    }
}

/// Lays sheets into the document.
fn lay(builder: &mut Builder, sheets: Vec<Sheet>, formats: &Formats) {
    let (mut rounded, mut errors) = ((0u32, Locus::default()), (0u32, Locus::default()));
    let lost = sheets.iter().map(|sheet| sheet.lost).sum();
    let mut size = 0;
    for (sheet, number) in sheets.into_iter().zip(1..) {
        builder.notices.extend(sheet.beside.notices(number));
        size += sheet.size;
        if size > limits::WORKBOOK_TEXT || sheet.is_full(builder.limits.cells) {
            // As many cells as that text would fill: the builder refuses the document.
            builder.cells = usize::MAX;
            return;
        }
        let mut covered: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut spans: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
        // A range that ends before it begins is none; ranges over one another may ask for any number of steps.
        let mut steps = builder.limits.cells.saturating_mul(4);
        for [top, left, bottom, right] in
            sheet.merges.iter().filter(|[top, left, bottom, right]| top <= bottom && left <= right)
        {
            spans.insert((*top, *left), (right - left + 1, bottom - top + 1));
            for place in sheet.cells.range((*top, 0)..=(*bottom, u32::MAX)).map(|(place, _)| *place).take(steps) {
                steps -= 1;
                if (*left..=*right).contains(&place.1) && place != (*top, *left) {
                    covered.insert(place);
                }
            }
        }
        let mut rows: BTreeMap<u32, TableRow> = BTreeMap::new();
        let mut unseen = Texts::new(HIDDEN);
        for ((row, column), (value, style)) in sheet.cells {
            let spot = Spot::Sheet { sheet: number, row: row + 1, column: column + 1 };
            let shown = match value {
                Value::Text(text) => text,
                Value::Number(stored) => {
                    let shown = formats.show(&stored, style);
                    if shown.rounded {
                        rounded = (rounded.0 + 1, if rounded.0 == 0 { Locus::new(spot, 0, 0) } else { rounded.1 });
                    }
                    shown.text
                }
            };
            let hidden = sheet.hidden
                || sheet.hidden_rows.contains(&row)
                || sheet.hidden_columns.iter().any(|columns| columns.contains(&column))
                || covered.contains(&(row, column));
            if hidden {
                if !shown.trim().is_empty() {
                    unseen.add(&shown, Some((row, column)));
                }
                continue;
            }
            if shown.starts_with('#') && shown.ends_with(['!', '?', 'A']) && shown.len() > 3 {
                errors = (errors.0 + 1, if errors.0 == 0 { Locus::new(spot, 0, 0) } else { errors.1 });
            }
            let (column_span, row_span) = spans.get(&(row, column)).copied().unwrap_or((1, 1));
            let content = vec![Piece::Paragraph(Paragraph { text: shown, ..Paragraph::default() })];
            let made = rows.entry(row).or_insert_with(|| TableRow { number: row + 1, cells: Vec::new() });
            made.cells.push(TableCell { column, column_span, row_span, content });
        }
        builder.notices.extend(unseen.notice("read.hidden_text", number));
        lay_sheet(builder, number, Table { rows: rows.into_values().collect() });
    }
    let notice = |id: &'static str, (count, locus): (u32, Locus)| {
        (count > 0).then(|| Notice { message: Message { id, arguments: vec![("count", count.to_string())] }, locus })
    };
    builder.notices.extend(notice("read.sheet.rounded", rounded));
    builder.notices.extend(notice("read.sheet.errors", errors));
    builder.notices.extend(notice("read.dropped.damaged", (lost, Locus::default())));
}
