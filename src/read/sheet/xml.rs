//! What Excel 2003 calls "XML spreadsheet", and many programs of offices write as `.xls`: one XML text with all sheets.

use super::format::Formats;
use super::{Sheet, Value};
use crate::diag::{Error, Message};
use crate::read::{Builder, Told};
use crate::xml::{Attributes, Fault, Scanner, Token};
use rustc_hash::FxHashMap;

pub(in crate::read) fn read(builder: &mut Builder, source: &str) -> Result<Told, Error> {
    let mut book = Book { limit: builder.limits.cells, ..Book::default() };
    book.read(source).map_err(|fault| {
        Error::Unreadable(Message::new("read.damaged").with("detail", format_args!("{} ({})", fault.detail, fault.at)))
    })?;
    super::lay(builder, book.sheets, &book.formats);
    Ok(("xml", "SpreadsheetML 2003"))
}

/// A cell under way.
#[derive(Default)]
struct Open {
    place: (u32, u32),
    style: usize,
    kind: String,
    text: String,
    comment: String,
    in_comment: bool,
}

#[derive(Default)]
struct Book {
    limit: usize,
    formats: Formats,
    /// The styles by their names, as numbers of formats; 0 is the style of all that name none.
    styles: FxHashMap<String, usize>,
    style: String,
    sheets: Vec<Sheet>,
    row: u32,
    column: u32,
    /// Columns described so far.
    columns: u32,
    cell: Option<Open>,
    in_data: bool,
    in_visible: bool,
}

/// The formats that have a name here.
fn named(format: &str) -> &str {
    match format {
        "General" | "General Number" | "" => "General",
        "Fixed" => "0.00",
        "Standard" | "Currency" | "Euro Currency" => "#,##0.00",
        "Percent" => "0.00%",
        "Scientific" => "0.00E+00",
        "Short Date" => "yyyy/m/d",
        "General Date" => "yyyy/m/d h:mm",
        "Medium Date" => "d-mmm-yy",
        "Long Date" => "yyyy\"年\"m\"月\"d\"日\"",
        "Short Time" => "h:mm",
        "Medium Time" => "h:mm AM/PM",
        "Long Time" => "h:mm:ss",
        other => other,
    }
}

fn number(attributes: &Attributes, name: &str) -> Option<u32> {
    attributes.get(name)?.trim().parse().ok()
}

impl Book {
    fn read(&mut self, source: &str) -> Result<(), Fault> {
        self.formats.styles.push("General".to_owned());
        let mut scanner = Scanner::new(source);
        while let Some((token, _)) = scanner.token()? {
            match token {
                Token::Start { name, empty, attributes } => {
                    self.start(name.local, &attributes, empty);
                    if empty {
                        self.end(name.local);
                    }
                }
                Token::End(name) => self.end(name.local),
                Token::Text(text) => self.text(&text),
                Token::Other => {}
            }
            if self.sheets.last().is_some_and(|sheet| sheet.is_full(self.limit)) {
                break;
            }
        }
        Ok(())
    }

    fn start(&mut self, local: &str, attributes: &Attributes, empty: bool) {
        let hidden = attributes.get("Hidden").as_deref() == Some("1");
        match local {
            "Style" => {
                self.style = attributes.get("ID").unwrap_or_default();
                let parent = attributes.get("Parent").and_then(|parent| self.styles.get(&parent).copied());
                self.styles.insert(self.style.clone(), parent.unwrap_or(0));
            }
            "NumberFormat" => {
                let format = attributes.get("Format").unwrap_or_default();
                self.styles.insert(self.style.clone(), self.formats.styles.len());
                self.formats.styles.push(named(&format).to_owned());
            }
            "Date1904" => self.formats.from_1904 = true,
            "Worksheet" => {
                self.sheets.push(Sheet::default());
                (self.row, self.columns) = (0, 0);
            }
            "Visible" => self.in_visible = !empty,
            "Column" => {
                let first = number(attributes, "Index").map_or(self.columns, |index| index.saturating_sub(1));
                let last = first.saturating_add(number(attributes, "Span").unwrap_or(0));
                self.columns = last.saturating_add(1);
                if let Some(sheet) = self.sheets.last_mut().filter(|_| hidden) {
                    sheet.hidden_columns.push(first..=last);
                }
            }
            "Row" => {
                self.row = number(attributes, "Index").map_or(self.row, |index| index.clamp(1, 1 << 20) - 1);
                self.column = 0;
                if let Some(sheet) = self.sheets.last_mut().filter(|_| hidden) {
                    let last = self.row.saturating_add(number(attributes, "Span").unwrap_or(0).min(1 << 16));
                    sheet.hidden_rows.extend(self.row..=last);
                }
                self.row += number(attributes, "Span").unwrap_or(0).min(1 << 20);
            }
            "Cell" => {
                let column = number(attributes, "Index").map_or(self.column, |index| index.clamp(1, 1 << 14) - 1);
                let (across, down) = (number(attributes, "MergeAcross"), number(attributes, "MergeDown"));
                let (across, down) = (across.unwrap_or(0).min(1 << 14), down.unwrap_or(0).min(1 << 20));
                if let Some(sheet) = self.sheets.last_mut().filter(|_| across + down > 0) {
                    sheet.merges.push([self.row, column, self.row + down, column + across]);
                }
                self.column = column + across + 1;
                let style = attributes.get("StyleID").and_then(|style| self.styles.get(&style).copied());
                self.cell = Some(Open { place: (self.row, column), style: style.unwrap_or(0), ..Open::default() });
            }
            "Data" => {
                self.in_data = !empty;
                if let Some(cell) = self.cell.as_mut().filter(|cell| !cell.in_comment) {
                    cell.kind = attributes.get("Type").unwrap_or_default();
                }
            }
            "Comment" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_comment = true;
                }
            }
            "Header" | "Footer" => {
                if let (Some(sheet), Some(printed)) = (self.sheets.last_mut(), attributes.get("Data")) {
                    sheet.beside.printed(&printed);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, local: &str) {
        match local {
            "Data" => self.in_data = false,
            "Visible" => self.in_visible = false,
            "Comment" => {
                if let (Some(cell), Some(sheet)) = (&mut self.cell, self.sheets.last_mut()) {
                    cell.in_comment = false;
                    sheet.beside.comment(&std::mem::take(&mut cell.comment), Some(cell.place));
                }
            }
            "Cell" => {
                if let (Some(cell), Some(sheet)) = (self.cell.take(), self.sheets.last_mut()) {
                    let value = match cell.kind.as_str() {
                        "Number" if !cell.text.trim().is_empty() => Value::Number(cell.text),
                        "DateTime" => match serial(&cell.text, self.formats.from_1904) {
                            Some(serial) => Value::Number(serial),
                            None => Value::Text(cell.text),
                        },
                        "Boolean" => Value::Text(if cell.text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
                        _ => Value::Text(cell.text),
                    };
                    sheet.put(cell.place, value, cell.style);
                }
            }
            "Row" => self.row = self.row.saturating_add(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_visible
            && matches!(text.trim(), "SheetHidden" | "SheetVeryHidden")
            && let Some(sheet) = self.sheets.last_mut()
        {
            sheet.hidden = true;
        }
        if self.in_data
            && let Some(cell) = &mut self.cell
        {
            if cell.in_comment { cell.comment.push_str(text) } else { cell.text.push_str(text) }
        }
    }
}

/// A date as it is written, `2023-12-30T08:30:00.000`, as a workbook counts it.
fn serial(written: &str, from_1904: bool) -> Option<String> {
    let (date, time) = written.trim().split_once('T').unwrap_or((written.trim(), ""));
    let mut numbers = date.splitn(3, '-').map(|number| number.parse::<i64>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if !(1899..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days since the first of March of the year 0, and that of 1899-12-30.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 693_899;
    // Before the day that never was, one less.
    let days = if days <= 60 { days - 1 } else { days };
    let days = if from_1904 { days - 1462 } else { days };
    let mut clock = time.split(':').map(|number| number.split('.').next().and_then(|number| number.parse::<i64>().ok()));
    let mut next = || clock.next().flatten().unwrap_or(0);
    let seconds = next() * 3600 + next() * 60 + next();
    let fraction = rust_decimal::Decimal::from(seconds).checked_div(rust_decimal::Decimal::from(86_400))?;
    Some((rust_decimal::Decimal::from(days) + fraction).to_string())
}
