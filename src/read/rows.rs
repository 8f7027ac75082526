//! Rows whose cells are parted by tabs or commas, with the quoting that spreadsheets use.

use super::Builder;
use super::pipes;
use super::text::{Class, Line, breaks, line_end};
use crate::document::{Cell, Layout, Row};
use std::borrow::Cow;

/// How many lines a quoted cell may span.
const SPAN: usize = 200;

/// Reads rows of tabs. A line without tabs between them is a row of one cell.
pub(super) fn read_tabs(builder: &mut Builder, lines: &[Line]) {
    let quoted = is_quoted(lines);
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        if builder.is_full() {
            break;
        }
        match line.class {
            Class::Bars(count) if count >= 2 => rows.push(pipes::row(builder, line)),
            _ => rows.push(row(builder, line, '\t', quoted)),
        }
    }
    builder.push(Layout::Rows, rows);
}

/// Reads rows of commas.
pub(super) fn read_commas(builder: &mut Builder, lines: &[Line]) {
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        if builder.is_full() {
            break;
        }
        rows.push(row(builder, line, ',', true));
    }
    builder.push(Layout::Rows, rows);
}

fn row(builder: &mut Builder, line: &Line, separator: char, quoted: bool) -> Row {
    let mut cells = Vec::new();
    for (index, field) in Fields::new(line.text, separator).enumerate() {
        let text = unquoted(field, quoted);
        cells.push(Cell { column: index as u32, ..builder.cell(&text, line.number, line.before + index as u32 + 1) });
    }
    Row { cells }
}

/// Takes the quotes off a field that a spreadsheet wrote: one that needed them, or any where all are quoted.
fn unquoted(field: &str, always: bool) -> Cow<'_, str> {
    let trimmed = field.trim();
    let Some(inner) = trimmed.strip_prefix('"').and_then(|t| t.strip_suffix('"')) else { return Cow::Borrowed(field) };
    let needed = inner.contains(['\n', '\r', '\t']) || inner.contains("\"\"");
    if !(needed || always) || inner.replace("\"\"", "").contains('"') {
        return Cow::Borrowed(field);
    }
    Cow::Owned(inner.replace("\"\"", "\"").replace("\r\n", "\n").replace('\r', "\n"))
}

/// Whether most cells that have a text are quoted, needed or not.
fn is_quoted(lines: &[Line]) -> bool {
    let (mut quoted, mut all) = (0usize, 0usize);
    for line in lines.iter().take(200) {
        if !line.text.contains('"') {
            all += line.text.split('\t').filter(|cell| !cell.trim().is_empty()).count();
            continue;
        }
        for cell in Fields::new(line.text, '\t').map(str::trim).filter(|cell| !cell.is_empty()) {
            all += 1;
            quoted += usize::from(cell.len() > 1 && cell.starts_with('"') && cell.ends_with('"'));
        }
    }
    quoted * 2 > all
}

/// The fields of a line; separators inside quotes do not count when the quotes close.
struct Fields<'a> {
    rest: Option<&'a str>,
    separator: char,
}

impl<'a> Fields<'a> {
    fn new(text: &'a str, separator: char) -> Self {
        Fields { rest: Some(text), separator }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let from = quoted_end(rest, self.separator).unwrap_or(0);
        match rest[from..].find(self.separator) {
            Some(at) => {
                self.rest = Some(&rest[from + at + 1..]);
                Some(&rest[..from + at])
            }
            None => {
                self.rest = None;
                Some(rest)
            }
        }
    }
}

/// The byte behind the quoted field that a text starts with: its closing quote is followed by a separator or an end.
fn quoted_end(text: &str, separator: char) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += bytes[at..].iter().position(|b| *b == b'"')?;
        match bytes.get(at + 1) {
            Some(b'"') => at += 2,
            None => return Some(at + 1),
            Some(b'\n' | b'\r') => return Some(at + 1),
            Some(b) if *b == separator as u8 => return Some(at + 1),
            Some(_) => return None,
        }
    }
}

/// Finds the lines that a quoted cell holds together.
pub(super) struct Quotes<'a> {
    source: &'a str,
    /// Whether the source has any quote: most have not, and cost nothing.
    any: bool,
    separator: char,
}

impl<'a> Quotes<'a> {
    pub fn new(source: &'a str) -> Self {
        let separator = if source.contains('\t') { '\t' } else { ',' };
        Quotes { source, any: source.contains('"'), separator }
    }

    /// The end of the line from `start`, where a quoted cell makes it longer than it looks.
    pub fn line_end(&mut self, start: usize) -> Option<usize> {
        if !self.any {
            return None;
        }
        let (mut from, mut end) = (start, line_end(self.source, start));
        for _ in 0..SPAN {
            let line = &self.source[from..end];
            if !line.contains('"') {
                break;
            }
            // The last cell of the line opens a quote that the line does not close.
            let Some(last) = Fields::new(line, self.separator).last() else { break };
            let opens = last.strip_prefix('"').is_some_and(|inner| inner.matches('"').count() % 2 == 0);
            if !opens || quoted_end(last, self.separator).is_some() {
                break;
            }
            let open = end - last.len();
            let Some(length) = quoted_end(&self.source[open..], self.separator) else { break };
            let close = open + length;
            let in_row = open > start || self.source[close..].starts_with(self.separator);
            if !in_row || breaks(&self.source[open..close]) as usize > SPAN {
                break;
            }
            (from, end) = (close, line_end(self.source, close));
        }
        (from > start).then_some(end)
    }
}

/// Fields less one of a line of commas.
pub(super) fn commas_in(text: &str) -> usize {
    if !text.contains(',') {
        return 0;
    }
    Fields::new(text, ',').count() - 1
}

/// Whether a text is of comma rows: nearly all its lines have them, most the same number, and no line has tabs or bars.
pub(super) fn has_commas(lines: &[Line]) -> bool {
    let mut counts: std::collections::BTreeMap<usize, usize> = Default::default();
    let mut filled = 0usize;
    for line in lines.iter().filter(|line| !line.is_blank()).take(2000) {
        if matches!(line.class, Class::Tabs | Class::Bars(_)) {
            return false;
        }
        filled += 1;
        *counts.entry(commas_in(line.text)).or_default() += 1;
    }
    let Some((most, lines)) = counts.into_iter().filter(|(commas, _)| *commas > 0).max_by_key(|(_, lines)| *lines) else {
        return false;
    };
    lines >= if most >= 2 { 2 } else { 4 } && lines * 10 >= filled * 6
}
