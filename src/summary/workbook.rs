//! summary.xlsx: a sheet of all forms, one for each kind with every field, one for what repeats in it, one of findings.
//!
//! The rows are made twice by one function: the first time they are counted, added up and measured, the second time written, so
//! that totals stand above the rows they add up and nothing is kept in memory. A sheet that is full goes on on another.

use super::cells::{Cell, Look, double};
use super::rows::{self, Head, Kinds};
use super::{Across, Entries, Options};
use crate::catalogue;
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};
use std::io::{self, Seek, Write};

/// Rows of a sheet, with the row of totals and the header.
const SHEET_ROWS: u64 = 1_048_576;
/// Rows above the first row of data: totals, then header.
const ABOVE: u64 = 2;
/// Characters of a cell, in UTF-16.
const CELL: usize = 32_767;
/// Characters of a text inside a formula.
const QUOTED: usize = 255;
/// Columns of a sheet.
const COLUMNS: usize = 16_384;

/// What was seen of one sheet, or one part of a sheet that goes on.
struct Part {
    rows: u64,
    sums: Vec<Decimal>,
    widths: Vec<usize>,
}

/// Where in the workbook a row stands.
#[derive(Clone, Copy)]
pub struct Spot {
    pub part: u64,
    /// From 0, as the library counts.
    pub row: u64,
}

/// The spot of a sheet's row by its number.
pub fn spot(number: u64) -> Spot {
    let each = SHEET_ROWS - ABOVE;
    Spot { part: number / each, row: ABOVE + number % each }
}

/// Writes the workbook.
pub fn write<W: Write + Seek + Send>(
    entries: &Entries<'_>,
    kinds: &Kinds,
    across: &[Across],
    options: &Options<'_>,
    out: W,
) -> io::Result<()> {
    let sheets = rows::sheets(kinds, options)?;
    let mut parts: Vec<Vec<Part>> = sheets.iter().map(|sheet| vec![Part::of(&sheet.heads)]).collect();
    let mut counts = vec![0u64; sheets.len()];
    rows::each(entries, across, options, &sheets, &mut |sheet, cells| {
        let spot = spot(counts[sheet]);
        counts[sheet] += 1;
        let parts = &mut parts[sheet];
        if parts.len() as u64 <= spot.part {
            parts.push(Part::of(&sheets[sheet].heads));
        }
        if let Some(part) = parts.last_mut() {
            part.see(cells);
        }
        Ok(())
    })?;

    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2020, 1, 1).map_err(failed)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created).set_author(crate::change::AUTHOR));
    let looks = Looks::new();
    let total = catalogue::text(options.language, "summary.total");
    let mut first = Vec::with_capacity(sheets.len());
    let mut count = 0;
    for (sheet, parts) in sheets.iter().zip(&parts) {
        first.push(count);
        for (index, part) in parts.iter().enumerate() {
            let worksheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
            worksheet.set_name(rows::part_name(&sheet.name, index as u64)).map_err(failed)?;
            open(worksheet, &sheet.heads, part, &looks, &total).map_err(failed)?;
            count += 1;
        }
    }
    counts.fill(0);
    rows::each(entries, across, options, &sheets, &mut |sheet, cells| {
        let spot = spot(counts[sheet]);
        counts[sheet] += 1;
        let index = first[sheet] + spot.part as usize;
        let worksheet = workbook.worksheet_from_index(index).map_err(failed)?;
        for (column, cell) in cells.iter().take(COLUMNS).enumerate() {
            put(worksheet, spot.row as u32, column as u16, cell, &looks).map_err(failed)?;
        }
        Ok(())
    })?;
    workbook.save_to_writer(out).map_err(failed)
}

impl Part {
    fn of(heads: &[Head]) -> Part {
        let widths = heads.iter().map(|head| Cell::text(head.label.as_str()).width() + 3).collect();
        Part { rows: 0, sums: vec![Decimal::ZERO; heads.len()], widths }
    }

    fn see(&mut self, cells: &[Cell]) {
        self.rows += 1;
        for (index, cell) in cells.iter().enumerate() {
            if let Cell::Number(value, _) = cell
                && let Some(sum) = self.sums.get_mut(index)
            {
                *sum = sum.checked_add(*value).unwrap_or(*sum);
            }
            if let Some(width) = self.widths.get_mut(index) {
                *width = (*width).max(cell.width());
            }
        }
    }
}

/// How cells look.
struct Looks {
    head: Format,
    total: Format,
    total_money: Format,
    total_plain: Format,
    text: Format,
    money: Format,
    percent: Format,
    plain: Format,
    link: Format,
}

impl Looks {
    fn new() -> Looks {
        const MONEY: &str = "#,##0.00####";
        let base = || Format::new().set_font_size(10.5).set_align(FormatAlign::Top);
        let total = || base().set_bold().set_background_color(0x00F4_F6F8);
        Looks {
            head: base()
                .set_bold()
                .set_font_color(0x00FF_FFFF)
                .set_background_color(0x0033_506B)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap()
                .set_border(FormatBorder::Thin)
                .set_border_color(0x00FF_FFFF),
            total: total(),
            total_money: total().set_num_format(MONEY),
            total_plain: total().set_num_format("0"),
            text: base(),
            money: base().set_num_format(MONEY),
            percent: base().set_num_format("0.00%"),
            plain: base().set_num_format("General"),
            link: base().set_font_color(0x0020_5FA6).set_underline(rust_xlsxwriter::FormatUnderline::Single),
        }
    }
}

/// Totals, header, widths and filters of a sheet.
fn open(worksheet: &mut Worksheet, heads: &[Head], part: &Part, looks: &Looks, total: &str) -> Result<(), XlsxError> {
    let last = (ABOVE + part.rows).saturating_sub(1).max(ABOVE);
    for (index, head) in heads.iter().take(COLUMNS).enumerate() {
        let column = index as u16;
        let letters = rust_xlsxwriter::utility::column_number_to_name(column);
        let sum = part.sums.get(index).copied().unwrap_or_default();
        match head.total {
            Some(look) => {
                // What was added in decimals is shown as soon as the workbook opens; rounding takes away what floats add to it.
                let formula = format!("=ROUND(SUBTOTAL(9,{letters}{}:{letters}{}),6)", ABOVE + 1, last + 1);
                let formula = Formula::new(formula).set_result(sum.round_dp(6).normalize().to_string());
                let look = if look == Look::Money { &looks.total_money } else { &looks.total_plain };
                worksheet.write_formula_with_format(0, column, formula, look)?;
            }
            None if index == 0 => {
                worksheet.write_string_with_format(0, 0, total, &looks.total)?;
            }
            None => {
                worksheet.write_blank(0, column, &looks.total)?;
            }
        }
        let width = part.widths.get(index).copied().unwrap_or_default();
        worksheet.set_column_width(column, u32::try_from(width.clamp(6, 48) + 2).unwrap_or(20))?;
    }
    for (index, head) in heads.iter().take(COLUMNS).enumerate() {
        worksheet.write_string_with_format(1, index as u16, fitting(&head.label), &looks.head)?;
    }
    worksheet.set_freeze_panes(ABOVE as u32, heads.iter().take_while(|head| head.stays).count() as u16)?;
    if let Some(right) = heads.len().min(COLUMNS).checked_sub(1) {
        worksheet.autofilter(1, 0, last as u32, right as u16)?;
    }
    worksheet.set_landscape().set_repeat_rows(1, 1)?;
    worksheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn put(worksheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, looks: &Looks) -> Result<(), XlsxError> {
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => {
            worksheet.write_string_with_format(row, column, fitting(text), &looks.text)?;
        }
        Cell::Number(value, look) => {
            let look = match look {
                Look::Money => &looks.money,
                Look::Percent => &looks.percent,
                Look::Plain => &looks.plain,
            };
            match double(*value) {
                Some(double) => worksheet.write_number_with_format(row, column, double, look)?,
                None => worksheet.write_string_with_format(row, column, value.to_string(), look)?,
            };
        }
        // A formula, because links of the other kind are kept in memory and limited to 65,530 a sheet.
        Cell::Link { to, text } => match quoted(to).zip(quoted(text)) {
            Some((to, shown)) => {
                let formula = Formula::new(format!("=HYPERLINK({to},{shown})")).set_result(text.as_str());
                worksheet.write_formula_with_format(row, column, formula, &looks.link)?;
            }
            None => {
                worksheet.write_string_with_format(row, column, fitting(text), &looks.text)?;
            }
        },
    }
    Ok(())
}

/// A text inside a formula; none where it is too long for one.
fn quoted(text: &str) -> Option<String> {
    let fits = text.encode_utf16().count() <= QUOTED && !text.contains(char::is_control);
    fits.then(|| format!("\"{}\"", text.replace('"', "\"\"")))
}

/// A text as a cell can hold it: cut, and marked as cut, where it is longer.
fn fitting(text: &str) -> String {
    if text.len() <= CELL || text.encode_utf16().count() <= CELL {
        return text.to_owned();
    }
    let mut room = CELL - 3;
    let kept = text.chars().take_while(|c| {
        room = room.saturating_sub(c.len_utf16());
        room > 0
    });
    let mut cut: String = kept.collect();
    cut.push_str("[…]");
    cut
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}
