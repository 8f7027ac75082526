//! `.xlsx`: the workbook's part, its texts, its styles, its sheets.

use super::beside::Beside;
use super::format::{Formats, built_in};
use super::{Sheet, Value};
use crate::diag::{Error, Message};
use crate::document::Notice;
use crate::locus::Locus;
use crate::package::Package;
use crate::read::{Builder, Told, speaks};
use crate::xml::{Attributes, Fault, Scanner, Token};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

fn broken(name: &str) -> impl Fn(Fault) -> Error {
    move |fault| Error::Unreadable(Message::new("read.damaged").with("detail", format_args!("{name}: {}", fault.detail)))
}

/// Gathers what stands beside the cells of a sheet: comments, drawings and the charts in them.
fn beside(package: &Package, sheet: &str, beside: &mut Beside) {
    // What is damaged beside the cells does no harm to them.
    let related = package.relationships(sheet).unwrap_or_default();
    let has_drawing = related.iter().any(|related| related.kind.ends_with("/drawing"));
    for related in related {
        let source = || package.read_text(&related.target).unwrap_or_default();
        match related.kind.rsplit('/').next() {
            Some("comments" | "threadedComment") => comments(&source(), beside),
            Some("drawing") => {
                let charts = package.relationships(&related.target).unwrap_or_default();
                let charts =
                    charts.iter().filter(|related| related.kind.contains("/chart") || related.kind.ends_with("/diagramData"));
                let titles = charts.map(|chart| texts_in(&package.read_text(&chart.target).unwrap_or_default(), &["t"]));
                drawings(&source(), titles.collect(), beside);
            }
            // Drawings of the age before: all comments are in them too, and copies of the newer ones.
            Some("vmlDrawing") if !has_drawing => old_drawings(&source(), beside),
            _ => {}
        }
    }
}

fn comments(source: &str, beside: &mut Beside) {
    let (mut text, mut at, mut inside) = (String::new(), None, false);
    let mut scanner = Scanner::new(source);
    while let Ok(Some((token, _))) = scanner.token() {
        match token {
            Token::Start { name, empty, attributes } => match name.local {
                "comment" | "threadedComment" => at = attributes.get("ref").and_then(|name| place(&name)),
                // `t` in comments of every age; a threaded comment's `text` holds its words itself.
                "t" | "text" => inside = !empty,
                _ => {}
            },
            Token::End(name) => match name.local {
                "comment" | "threadedComment" => {
                    beside.comment(&text, at.take());
                    text.clear();
                }
                "t" | "text" => inside = false,
                _ => {}
            },
            Token::Text(part) if inside => text.push_str(&part),
            _ => {}
        }
    }
}

fn drawings(source: &str, titles: Vec<String>, beside: &mut Beside) {
    let (mut text, mut inside) = (String::new(), false);
    let mut titles = titles.into_iter();
    let mut scanner = Scanner::new(source);
    while let Ok(Some((token, _))) = scanner.token() {
        match token {
            Token::Start { name, empty, attributes } => {
                inside = name.local == "t" && !empty;
                if name.local == "cNvPr" {
                    let own = attributes.get("name").unwrap_or_default();
                    let said = ["title", "descr"].into_iter().filter_map(|name| attributes.get(name));
                    said.filter(|said| *said != own && speaks(said)).for_each(|said| {
                        text.push_str(&said);
                        text.push(' ');
                    });
                }
            }
            Token::End(name) => match name.local {
                "sp" | "pic" | "cxnSp" => beside.drawing(&std::mem::take(&mut text)),
                "graphicFrame" => beside.drawing(&titles.next().unwrap_or_default()),
                "p" => text.push(' '),
                "t" => inside = false,
                _ => {}
            },
            Token::Text(part) if inside => text.push_str(&part),
            _ => {}
        }
    }
}

/// Shapes and controls in VML.
fn old_drawings(source: &str, beside: &mut Beside) {
    let (mut text, mut kind, mut state, mut inside, mut ticked) = (String::new(), None, "", false, false);
    let mut scanner = Scanner::new(source);
    while let Ok(Some((token, _))) = scanner.token() {
        match token {
            Token::Start { name, empty, attributes } => match name.local {
                "textbox" => inside = !empty,
                "ClientData" => kind = attributes.get("ObjectType"),
                "Checked" => ticked = !empty,
                _ => {}
            },
            Token::End(name) => match name.local {
                "textbox" => inside = false,
                "Checked" => ticked = false,
                "shape" | "rect" => {
                    if kind.as_deref() != Some("Note") {
                        if matches!(kind.as_deref(), Some("Checkbox" | "Radio")) && state.is_empty() {
                            state = "☐";
                        }
                        beside.drawing(&format!("{state}{text}"));
                    }
                    (text, kind, state) = (String::new(), None, "");
                }
                _ => {}
            },
            Token::Text(part) if inside => text.push_str(&part),
            Token::Text(part) if ticked && part.trim() == "1" => state = "☑",
            _ => {}
        }
    }
}

/// The texts inside elements of these names.
fn texts_in(source: &str, names: &[&str]) -> String {
    let (mut text, mut inside) = (String::new(), false);
    let mut scanner = Scanner::new(source);
    while let Ok(Some((token, _))) = scanner.token() {
        match token {
            Token::Start { name, empty, .. } => inside = names.contains(&name.local) && !empty,
            Token::End(_) => inside = false,
            Token::Text(part) if inside => {
                text.push_str(&part);
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

pub(in crate::read) fn read(builder: &mut Builder, package: &Package) -> Result<Told, Error> {
    let related = package.relationships("").map_err(Error::Unreadable)?;
    let main = related.into_iter().find(|related| related.kind.ends_with("/officeDocument")).map(|related| related.target);
    let main = main.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    if main.ends_with(".bin") {
        let message = Message::new("read.not_text.sheet").with("kind", "@read.kind.excel_binary");
        return Err(Error::Unreadable(message));
    }
    let workbook = package.read_text(&main).map_err(Error::Unreadable)?;
    let related = package.relationships(&main).map_err(Error::Unreadable)?;
    let target = |kind: &str| related.iter().find(|related| related.kind.ends_with(kind)).map(|related| related.target.clone());
    let mut formats = Formats::default();
    let mut listed: Vec<(String, bool, String)> = Vec::new();
    let mut scanner = Scanner::new(&workbook);
    while let Some((token, _)) = scanner.token().map_err(broken(&main))? {
        let Token::Start { name, attributes, .. } = token else { continue };
        match name.local {
            "sheet" => {
                let hidden = matches!(attributes.get("state").as_deref(), Some("hidden" | "veryHidden"));
                listed.push((attributes.get("id").unwrap_or_default(), hidden, attributes.get("name").unwrap_or_default()));
            }
            "workbookPr" => formats.from_1904 = matches!(attributes.get("date1904").as_deref(), Some("1" | "true")),
            "presentation" => {
                return Err(Error::Unreadable(Message::new("read.not_text.document").with("kind", "@read.kind.slides")));
            }
            _ => {}
        }
    }
    if let Some(styles) = target("/styles").and_then(|name| package.read_text(&name).ok()) {
        formats.styles = styles_of(&styles).map_err(broken("styles"))?;
    }
    let texts = match target("/sharedStrings") {
        Some(name) => texts(&package.read_text(&name).map_err(Error::Unreadable)?).map_err(broken(&name))?,
        None => Vec::new(),
    };
    let (mut sheets, mut size) = (Vec::new(), 0);
    for (id, hidden, name) in listed {
        let Some(part) = related.iter().find(|related| related.id == id) else {
            // It counts among the sheets all the same.
            let message = Message::new("read.sheet.missing").with("name", name);
            builder.notices.push(Notice { message, locus: Locus::default() });
            sheets.push(Sheet::default());
            continue;
        };
        // A sheet of macros is none that anyone sees.
        let is_macros = part.kind.ends_with("acrosheet");
        if !part.kind.ends_with("/worksheet") && !is_macros {
            // A sheet that is a chart or a dialogue has no cells, and counts among the sheets all the same.
            let mut sheet = Sheet::default();
            beside(package, &part.target, &mut sheet.beside);
            sheets.push(sheet);
            continue;
        }
        let source = package.read_text(&part.target).map_err(Error::Unreadable)?;
        let mut sheet = sheet(&source, &texts, builder.limits.cells).map_err(broken(&part.target))?;
        sheet.hidden = hidden || is_macros;
        beside(package, &part.target, &mut sheet.beside);
        size += sheet.size;
        sheets.push(sheet);
        if size > crate::limits::WORKBOOK_TEXT {
            break;
        }
    }
    super::lay(builder, sheets, &formats);
    Ok(("xlsx", "Office Open XML"))
}

/// The format of each style of a cell.
fn styles_of(source: &str) -> Result<Vec<String>, Fault> {
    let mut own: FxHashMap<u32, String> = FxHashMap::default();
    let mut styles = Vec::new();
    let mut inside = false;
    let mut scanner = Scanner::new(source);
    while let Some((token, _)) = scanner.token()? {
        match token {
            Token::Start { name, attributes, .. } => match name.local {
                "numFmt" => {
                    let id = attributes.get("numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attributes.get("formatCode")) {
                        own.insert(id, code);
                    }
                }
                "cellXfs" => inside = true,
                "xf" if inside => {
                    let id = attributes.get("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    styles.push(own.get(&id).cloned().unwrap_or_else(|| built_in(id).to_owned()));
                }
                _ => {}
            },
            Token::End(name) if name.local == "cellXfs" => inside = false,
            _ => {}
        }
    }
    Ok(styles)
}

/// The texts that cells share; how they are pronounced is left out.
fn texts(source: &str) -> Result<Vec<String>, Fault> {
    let mut texts = Vec::new();
    let mut text = String::new();
    let (mut inside, mut spoken) = (false, false);
    let mut scanner = Scanner::new(source);
    while let Some((token, _)) = scanner.token()? {
        match token {
            Token::Start { name, empty, .. } => match name.local {
                "si" | "sstItem" if empty => texts.push(String::new()),
                "t" => inside = !empty,
                "rPh" => spoken = !empty,
                _ => {}
            },
            Token::End(name) => match name.local {
                // Files of the first trials of Excel 2007 have the longer name.
                "si" | "sstItem" => texts.push(unescaped(&std::mem::take(&mut text))),
                "t" => inside = false,
                "rPh" => spoken = false,
                _ => {}
            },
            Token::Text(piece) if inside && !spoken => text.push_str(&piece),
            _ => {}
        }
    }
    Ok(texts)
}

/// Characters that XML cannot hold are written `_x000D_`.
fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.get(at + 6..at + 7) == Some("_"));
        let c = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        let (shown, skip) = match c {
            Some('\r') => ("".to_owned(), 7),
            Some(c) => (c.to_string(), 7),
            None => ("_x".to_owned(), 2),
        };
        out.push_str(&rest[..at]);
        out.push_str(&shown);
        rest = &rest[at + skip..];
    }
    out + rest
}

/// A cell's name, `B5`: row and column from 0.
fn place(name: &str) -> Option<(u32, u32)> {
    let name = if name.contains('$') { Cow::Owned(name.replace('$', "")) } else { Cow::Borrowed(name) };
    let (letters, digits) = name.split_at(name.find(|c: char| c.is_ascii_digit())?);
    let column = letters.bytes().try_fold(0u32, |column, letter| {
        let letter = letter.to_ascii_uppercase().checked_sub(b'A').filter(|letter| *letter < 26)?;
        column.checked_mul(26)?.checked_add(u32::from(letter) + 1)
    })?;
    let row: u32 = digits.parse().ok()?;
    (row <= 1 << 20 && column <= 1 << 14).then_some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[derive(Default)]
struct Open {
    place: (u32, u32),
    kind: Holds,
    style: usize,
    value: String,
    text: String,
}

/// What the value of a cell is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Holds {
    #[default]
    Number,
    Shared,
    Inline,
    Text,
    Truth,
}

impl Holds {
    fn of(kind: &str) -> Self {
        match kind {
            "s" => Holds::Shared,
            "inlineStr" => Holds::Inline,
            "str" | "e" | "d" => Holds::Text,
            "b" => Holds::Truth,
            _ => Holds::Number,
        }
    }
}

fn sheet(source: &str, texts: &[String], limit: usize) -> Result<Sheet, Fault> {
    let mut sheet = Sheet::default();
    let mut open = Open::default();
    let (mut row, mut column) = (0u32, 0u32);
    let (mut in_value, mut in_text, mut spoken) = (false, false, false);
    let mut printed: Option<String> = None;
    let mut scanner = Scanner::new(source);
    while let Some((token, _)) = scanner.token()? {
        match token {
            Token::Start { name, empty, attributes } => match name.local {
                "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" => {
                    printed = (!empty).then(String::new);
                }
                "row" => {
                    let number = attributes.get("r").and_then(|row| row.parse::<u32>().ok());
                    row = number.map_or(row, |number| number.clamp(1, 1 << 20) - 1);
                    column = 0;
                    if is_hidden(&attributes) {
                        sheet.hidden_rows.insert(row);
                    }
                    row += u32::from(empty);
                }
                "col" if is_hidden(&attributes) => {
                    let number = |name: &str| attributes.get(name).and_then(|value| value.parse::<u32>().ok());
                    if let (Some(first @ 1..), Some(last @ 1..)) = (number("min"), number("max")) {
                        sheet.hidden_columns.push(first - 1..=last - 1);
                    }
                }
                "c" => {
                    let place = attributes.value("r").and_then(|name| place(&name)).unwrap_or((row, column));
                    column = place.1 + 1;
                    open = Open {
                        place,
                        kind: attributes.value("t").map_or(Holds::Number, |kind| Holds::of(&kind)),
                        style: attributes.value("s").and_then(|style| style.parse().ok()).unwrap_or_default(),
                        ..Open::default()
                    };
                    if empty {
                        add(&mut sheet, std::mem::take(&mut open), texts);
                    }
                }
                "v" => in_value = !empty,
                "t" => in_text = !empty,
                "rPh" => spoken = !empty,
                "mergeCell" => {
                    let range = attributes.get("ref").unwrap_or_default();
                    let (first, last) = range.split_once(':').unwrap_or((&range, &range));
                    if let (Some((top, left)), Some((bottom, right))) = (place(first), place(last)) {
                        sheet.merges.push([top, left, bottom, right]);
                    }
                }
                _ => {}
            },
            Token::End(name) => match name.local {
                "row" => row += 1,
                "c" => add(&mut sheet, std::mem::take(&mut open), texts),
                "v" => in_value = false,
                "t" => in_text = false,
                "rPh" => spoken = false,
                _ => {
                    if let Some(printed) = printed.take() {
                        sheet.beside.printed(&printed);
                    }
                }
            },
            Token::Text(text) if printed.is_some() => printed.get_or_insert_default().push_str(&text),
            Token::Text(text) if in_value => open.value.push_str(&text),
            Token::Text(text) if in_text && !spoken => open.text.push_str(&text),
            _ => {}
        }
        if sheet.is_full(limit) {
            break;
        }
    }
    Ok(sheet)
}

fn is_hidden(attributes: &Attributes) -> bool {
    matches!(attributes.get("hidden").as_deref(), Some("1" | "true"))
}

fn add(sheet: &mut Sheet, open: Open, texts: &[String]) {
    let value = match open.kind {
        Holds::Shared => {
            let text = open.value.trim().parse().ok().and_then(|index: usize| texts.get(index));
            sheet.lost += u32::from(text.is_none() && !open.value.trim().is_empty());
            Value::Text(text.cloned().unwrap_or_default())
        }
        Holds::Inline => Value::Text(unescaped(&open.text)),
        Holds::Text => Value::Text(unescaped(&open.value)),
        Holds::Truth => Value::Text(if open.value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
        Holds::Number if open.value.trim().is_empty() => Value::Text(String::new()),
        Holds::Number => Value::Number(open.value),
    };
    sheet.put(open.place, value, open.style);
}
