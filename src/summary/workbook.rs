//! summary.xlsx: a sheet of all forms, one for each kind with every field, one for what repeats in it, one of findings.
//!
//! The rows are made twice by one function: the first time they are counted, added up and measured ([`Measured`]), the second time
//! written ([`Writer`]), so that totals stand above the rows they add up and nothing is kept in memory. A sheet that is full goes
//! on on another.

use super::cells::{Cell, Look, double};
use super::rows::{self, FINDINGS, Head, Rows, Sheet, Sheets};
use super::{Across, Entry, Options, lists};
use crate::catalogue;
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;
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

/// All that must be known of the rows before the first is written: the sheets, and how long and wide they are.
pub struct Measured {
    sheets: Sheets,
    rows: Rows,
    /// By the number of the sheet.
    parts: Vec<Parts>,
}

/// A sheet, and the sheets that it goes on on.
#[derive(Default)]
struct Parts {
    rows: u64,
    parts: Vec<Part>,
}

impl Measured {
    pub fn new(options: &Options<'_>) -> Measured {
        Measured { sheets: Sheets::new(options.language), rows: Rows::default(), parts: Vec::new() }
    }

    pub fn add(&mut self, entry: &Entry, options: &Options<'_>) -> io::Result<()> {
        for form in &entry.forms {
            self.sheets.meet(form, options)?;
        }
        self.parts.resize_with(self.sheets.len(), Parts::default);
        let Measured { sheets, rows, parts } = self;
        rows.add(sheets, false, entry, &mut |sheet, cells| {
            parts[sheet].see(&sheets[sheet], cells);
            Ok(())
        })?;
        self.add_findings(lists::count_of(entry));
        Ok(())
    }

    /// Rows of the sheet of findings, whose columns have one width whatever is in them.
    fn add_findings(&mut self, count: usize) {
        for _ in 0..count {
            self.parts[FINDINGS].see(&self.sheets[FINDINGS], &[]);
        }
    }

    /// When all entries were looked at, and it is known how many findings there are across them.
    pub fn close(&mut self, across: usize) {
        self.parts.resize_with(self.sheets.len(), Parts::default);
        self.add_findings(across);
        self.sheets.close();
        for (parts, sheet) in self.parts.iter_mut().zip(self.sheets.iter()).filter(|(parts, _)| parts.parts.is_empty()) {
            parts.parts.push(Part::of(&sheet.heads));
        }
    }
}

impl Parts {
    fn see(&mut self, sheet: &Sheet, cells: &[Cell<'_>]) {
        if self.parts.len() as u64 <= spot(self.rows).part {
            self.parts.push(Part::of(&sheet.heads));
        }
        self.rows += 1;
        if let Some(part) = self.parts.last_mut() {
            part.see(cells);
        }
    }
}

/// Writes the workbook, row by row.
pub struct Writer<'w, W> {
    options: &'w Options<'w>,
    sheets: &'w Sheets,
    rows: Rows,
    pen: Pen,
    out: W,
}

/// Puts rows under each other on each sheet.
struct Pen {
    workbook: Workbook,
    looks: Looks,
    /// By the number of the sheet: where its first part stands in the workbook, how its columns look, and its rows so far.
    sheets: Vec<(usize, Vec<Look>, u64)>,
}

impl<'w, W: Write + Seek + Send> Writer<'w, W> {
    pub fn new(measured: &'w Measured, options: &'w Options<'w>, out: W) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        let created = ExcelDateTime::from_ymd(2020, 1, 1).map_err(failed)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created).set_author(crate::change::AUTHOR));
        let looks = Looks::new();
        let total = catalogue::text(options.language, "summary.total");
        let sheets = &measured.sheets;
        let mut begun: Vec<(usize, Vec<Look>, u64)> = vec![(0, Vec::new(), 0); sheets.len()];
        let mut count = 0;
        for number in sheets.order() {
            let sheet = &sheets[number];
            begun[number] = (count, sheet.heads.iter().map(|head| head.look).collect(), 0);
            for (index, part) in measured.parts[number].parts.iter().enumerate() {
                let worksheet = workbook.add_worksheet_with_constant_memory().map_err(failed)?;
                worksheet.set_name(rows::part_name(&sheet.name, index as u64)).map_err(failed)?;
                open(worksheet, &sheet.heads, part, &looks, &total).map_err(failed)?;
                count += 1;
            }
        }
        let pen = Pen { workbook, looks, sheets: begun };
        Ok(Writer { options, sheets, rows: Rows::default(), pen, out })
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        let Writer { options, sheets, rows, pen, .. } = self;
        lists::findings_of(entry, options, &mut |texts| pen.put(FINDINGS, &rows::finding(texts)))?;
        rows.add(sheets, true, entry, &mut |sheet, cells| pen.put(sheet, cells))
    }

    pub fn finish(mut self, across: &[Across]) -> io::Result<()> {
        let Writer { options, pen, .. } = &mut self;
        lists::findings_across(across, options, &mut |texts| pen.put(FINDINGS, &rows::finding(texts)))?;
        self.pen.workbook.save_to_writer(self.out).map_err(failed)
    }
}

impl Pen {
    /// The next row of a sheet.
    fn put(&mut self, sheet: usize, cells: &[Cell<'_>]) -> io::Result<()> {
        let (first, usual, rows) = &mut self.sheets[sheet];
        let spot = spot(*rows);
        *rows += 1;
        let worksheet = self.workbook.worksheet_from_index(*first + spot.part as usize).map_err(failed)?;
        for ((column, cell), usual) in cells.iter().take(COLUMNS).enumerate().zip(usual) {
            let look = self.looks.of(cell.look());
            // What looks as its column does need not say so: the library would look the whole format up for each cell.
            let look = (cell.look() != *usual).then_some(look);
            put(worksheet, spot.row as u32, column as u16, cell, look).map_err(failed)?;
        }
        Ok(())
    }
}

impl Part {
    fn of(heads: &[Head]) -> Part {
        let widths = heads.iter().map(Head::least).collect();
        Part { rows: 0, sums: vec![Decimal::ZERO; heads.len()], widths }
    }

    fn see(&mut self, cells: &[Cell<'_>]) {
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

impl Looks {
    fn of(&self, look: Look) -> &Format {
        match look {
            Look::Text => &self.text,
            Look::Link => &self.link,
            Look::Money => &self.money,
            Look::Percent => &self.percent,
            Look::Plain => &self.plain,
        }
    }
}

/// Totals, header, looks, widths and filters of a sheet.
fn open(worksheet: &mut Worksheet, heads: &[Head], part: &Part, looks: &Looks, total: &str) -> Result<(), XlsxError> {
    let last = (ABOVE + part.rows).saturating_sub(1).max(ABOVE);
    for (index, head) in heads.iter().take(COLUMNS).enumerate() {
        let column = index as u16;
        let letters = rust_xlsxwriter::utility::column_number_to_name(column);
        let sum = part.sums.get(index).copied().unwrap_or_default();
        match head.is_total {
            true => {
                // What was added in decimals is shown as soon as the workbook opens; rounding takes away what floats add to it.
                let formula = format!("=ROUND(SUBTOTAL(9,{letters}{}:{letters}{}),6)", ABOVE + 1, last + 1);
                let formula = Formula::new(formula).set_result(sum.round_dp(6).normalize().to_string());
                let look = if head.look == Look::Money { &looks.total_money } else { &looks.total_plain };
                worksheet.write_formula_with_format(0, column, formula, look)?;
            }
            false if index == 0 => {
                worksheet.write_string_with_format(0, 0, total, &looks.total)?;
            }
            false => {
                worksheet.write_blank(0, column, &looks.total)?;
            }
        }
        let width =
            head.width.map_or_else(|| part.widths.get(index).copied().unwrap_or_default(), |width| width.max(head.least()));
        worksheet.set_column_format(column, looks.of(head.look))?;
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

/// Writes a cell, in the look of its column or in another one.
fn put(worksheet: &mut Worksheet, row: u32, column: u16, cell: &Cell<'_>, look: Option<&Format>) -> Result<(), XlsxError> {
    let text = |worksheet: &mut Worksheet, text: &str| match look {
        Some(look) => worksheet.write_string_with_format(row, column, fitting(text), look).map(|_| ()),
        None => worksheet.write_string(row, column, fitting(text)).map(|_| ()),
    };
    match cell {
        Cell::Blank => Ok(()),
        Cell::Text(words) => text(worksheet, words),
        Cell::Number(value, _) => match (double(*value), look) {
            (Some(double), Some(look)) => worksheet.write_number_with_format(row, column, double, look).map(|_| ()),
            (Some(double), None) => worksheet.write_number(row, column, double).map(|_| ()),
            (None, _) => text(worksheet, &value.to_string()),
        },
        // A formula, because links of the other kind are kept in memory and limited to 65,530 a sheet.
        Cell::Link { to, text: words } => match quoted(to).zip(quoted(words)) {
            Some((to, shown)) => {
                let formula = Formula::new(format!("=HYPERLINK({to},{shown})")).set_result(&**words);
                match look {
                    Some(look) => worksheet.write_formula_with_format(row, column, formula, look).map(|_| ()),
                    None => worksheet.write_formula(row, column, formula).map(|_| ()),
                }
            }
            None => text(worksheet, words),
        },
    }
}

/// A text inside a formula; none where it is too long for one.
fn quoted(text: &str) -> Option<String> {
    let fits = text.encode_utf16().count() <= QUOTED && !text.contains(char::is_control);
    fits.then(|| format!("\"{}\"", text.replace('"', "\"\"")))
}

/// A text as a cell can hold it: cut, and marked as cut, where it is longer.
fn fitting(text: &str) -> Cow<'_, str> {
    if text.len() <= CELL || text.encode_utf16().count() <= CELL {
        return Cow::Borrowed(text);
    }
    let mut room = CELL - 3;
    let kept = text.chars().take_while(|c| {
        room = room.saturating_sub(c.len_utf16());
        room > 0
    });
    let mut cut: String = kept.collect();
    cut.push_str("[…]");
    Cow::Owned(cut)
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}
