//! Prints a sheet as the loose texts that offices send: tables of several notations, one cell per line, a stream of words.

use super::damage::Ragged;
use super::prng::Random;
use super::sheet::{Merge, Role, Sheet};
use unicode_width::UnicodeWidthStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A true HTML table with spans; of a damaged sheet, bare tables of ragged rows.
    Html,
    Tabs,
    /// `| a | b |`
    Markdown,
    /// `a | b | |`
    Tail,
    /// Columns aligned by blanks, as `pdftotext -layout` prints them.
    Aligned,
    /// One cell per line, blank cells dropped.
    Cells,
    /// One cell per line, a lone `|` for each blank cell.
    CellsMarked,
    /// All words in one line.
    Stream,
    /// All words, in lines of some length.
    Wrapped,
}

pub const ALL: [Layout; 9] = [
    Layout::Html,
    Layout::Tabs,
    Layout::Markdown,
    Layout::Tail,
    Layout::Aligned,
    Layout::Cells,
    Layout::CellsMarked,
    Layout::Stream,
    Layout::Wrapped,
];

impl Layout {
    /// Whether a reader can see that a cell was left blank.
    pub fn shows_blanks(self) -> bool {
        !matches!(self, Layout::Cells | Layout::Stream | Layout::Wrapped)
    }
}

/// An HTML page with one true table: what a perfect source looks like.
pub fn perfect_html(sheet: &Sheet) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"></head><body>\n");
    sheet.heading.iter().for_each(|line| out.push_str(&format!("<p>{}</p>\n", escape(line))));
    out.push_str("<table>\n");
    for (index, row) in sheet.rows.iter().enumerate() {
        out.push_str("<tr>");
        for (column, cell) in row.cells.iter().enumerate() {
            let covers = |merge: &&Merge| merge.column == column && (merge.row..merge.row + merge.rows).contains(&index);
            let merge = sheet.merges.iter().find(covers);
            let rows = match merge {
                Some(merge) if merge.row < index => continue,
                Some(merge) => merge.rows,
                None => 1,
            };
            // Under a header of two columns and two rows there is no cell either.
            let under = |merge: &&Merge| merge.role == Role::Label && merge.row + 1 == index && merge.column < column;
            let under = sheet.merges.iter().filter(under).any(|m| m.column + sheet.rows[m.row].cells[m.column].span > column);
            if cell.span == 0 || under {
                continue;
            }
            let attribute = |name: &str, count: usize| if count > 1 { format!(" {name}=\"{count}\"") } else { String::new() };
            out.push_str(&format!(
                "<td{}{}>{}</td>",
                attribute("rowspan", rows),
                attribute("colspan", cell.span),
                escape(&cell.text)
            ));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
    sheet.notes.iter().for_each(|line| out.push_str(&format!("<p>{}</p>\n", escape(line))));
    out.push_str("</body></html>\n");
    out
}

pub fn print(ragged: &Ragged, layout: Layout, random: &mut Random) -> String {
    match layout {
        Layout::Html => html(ragged),
        Layout::Tabs => table(ragged, |row| row.join("\t")),
        Layout::Markdown => markdown(ragged),
        Layout::Tail => table(ragged, |row| format!("{} |", row.join(" | "))),
        Layout::Aligned => aligned(ragged),
        Layout::Cells => lines(ragged, false),
        Layout::CellsMarked => lines(ragged, true),
        Layout::Stream => words(ragged).join(" ") + "\n",
        Layout::Wrapped => wrapped(ragged, 30 + random.below(60)),
    }
}

/// Heading lines, pages of rows with blank lines between, notes.
fn around(ragged: &Ragged, mut page: impl FnMut(&[Vec<String>]) -> String) -> String {
    let mut out = String::new();
    ragged.heading.iter().for_each(|line| out.push_str(&format!("{line}\n\n")));
    for one in &ragged.pages {
        out.push_str(&page(&one.rows));
        if let Some(mark) = &one.mark {
            out.push_str(&format!("{mark}\n"));
        }
        out.push('\n');
    }
    ragged.notes.iter().for_each(|line| out.push_str(&format!("{line}\n\n")));
    out
}

fn table(ragged: &Ragged, print: impl Fn(&[String]) -> String) -> String {
    around(ragged, |rows| rows.iter().map(|row| print(&flat(row)) + "\n").collect())
}

fn flat(row: &[String]) -> Vec<String> {
    row.iter().map(|text| text.replace('\n', " ")).collect()
}

fn markdown(ragged: &Ragged) -> String {
    around(ragged, |rows| {
        let mut out = String::new();
        for (index, row) in rows.iter().enumerate() {
            out.push_str(&format!("| {} |\n", flat(row).join(" | ")));
            if index == 0 {
                out.push_str(&format!("|{}\n", " --- |".repeat(row.len())));
            }
        }
        out
    })
}

fn html(ragged: &Ragged) -> String {
    let mut out = String::new();
    ragged.heading.iter().for_each(|line| out.push_str(&format!("<p>{}</p>\n", escape(line))));
    for page in &ragged.pages {
        out.push_str("<table>\n");
        for row in &page.rows {
            let cells: String = row.iter().map(|text| format!("<td>{}</td>", escape(text))).collect();
            out.push_str(&format!("<tr>{cells}</tr>\n"));
        }
        out.push_str("</table>\n");
        page.mark.iter().for_each(|mark| out.push_str(&format!("<p>{mark}</p>\n")));
    }
    ragged.notes.iter().for_each(|line| out.push_str(&format!("<p>{}</p>\n", escape(line))));
    out
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>");
    // Paragraphs inside a cell are what they are in a page.
    text.replace("&lt;p&gt;", "<p>").replace("&lt;/p&gt;", "</p>")
}

/// A column starts where the widest text before it ends, two blanks on. A text too long for its column runs on to the
/// right, as wide cells do on a page; nothing follows it there.
fn aligned(ragged: &Ragged) -> String {
    const WIDEST: usize = 44;
    around(ragged, |rows| {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut starts = vec![0; columns + 1];
        for column in 0..columns {
            let last = |row: &[String]| row.iter().skip(column + 1).all(String::is_empty);
            let wide = |row: &[String]| {
                row.get(column).filter(|text| !last(row) || text.width() <= WIDEST).map_or(0, |text| text.width())
            };
            let width = rows.iter().map(|row| wide(&flat(row))).max().unwrap_or(0);
            starts[column + 1] = starts[column] + width.max(2) + 2;
        }
        let mut out = String::new();
        for row in rows {
            let mut line = String::new();
            for (column, text) in flat(row).iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let blanks = starts[column].saturating_sub(line.width()).max(if column == 0 { 0 } else { 2 });
                line.push_str(&" ".repeat(blanks));
                line.push_str(text);
            }
            // A spacer row prints as a blank line: the page goes on behind it.
            out.push_str(&line);
            out.push('\n');
        }
        out
    })
}

fn lines(ragged: &Ragged, marked: bool) -> String {
    let cell = |text: &String| match (text.is_empty(), marked) {
        (true, true) => "|\n".to_owned(),
        (true, false) => String::new(),
        _ => format!("{text}\n"),
    };
    let mut out = String::new();
    ragged.heading.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    for page in &ragged.pages {
        page.rows.iter().flatten().for_each(|text| out.push_str(&cell(text)));
        page.mark.iter().for_each(|mark| out.push_str(&format!("{mark}\n")));
    }
    ragged.notes.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    out
}

fn words(ragged: &Ragged) -> Vec<String> {
    let cells = ragged.pages.iter().flat_map(|page| page.rows.iter().flatten().chain(&page.mark));
    let all = ragged.heading.iter().chain(cells).chain(&ragged.notes);
    all.filter(|text| !text.is_empty()).map(|text| text.replace('\n', " ")).collect()
}

fn wrapped(ragged: &Ragged, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in words(ragged).join(" ").split(' ') {
        if used > 0 && used + word.width() > width {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
        }
        out.push_str(word);
        used += word.width() + 1;
    }
    out.push('\n');
    out
}
