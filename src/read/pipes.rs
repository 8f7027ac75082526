//! Rows whose cells are parted by bars: Markdown, rows with or without bars at their ends, tables drawn with `+---+` or `├──┤`.

use super::Builder;
use super::text::{Class, Line, unwrapped};
use crate::document::{Cell, Layout, Row};
use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// The bars that part cells.
pub(super) fn is_bar(c: char) -> bool {
    matches!(c, '|' | '│' | '┃' | '║' | '｜')
}

/// The characters that tables are drawn with, bars aside.
pub(super) fn is_box(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257f}') && !is_bar(c)
}

/// Which bars of a stretch stand at the ends of rows and part nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    leading: bool,
    trailing: bool,
}

impl Style {
    /// A bar at an end is a frame when (nearly) every row has it; else a blank cell stands outside it.
    pub fn of(lines: &[Line]) -> Style {
        let rows: Vec<(&str, u32)> = lines
            .iter()
            .filter_map(|line| if let Class::Bars(count) = line.class { Some((line.text.trim(), count)) } else { None })
            .collect();
        let mut counts: Vec<u32> = rows.iter().map(|row| row.1).collect();
        counts.sort_unstable();
        let usual = counts.get(counts.len() / 2).copied().unwrap_or_default();
        // A row that lacks its frame has a bar less than the others; a row whose first cell is filled has not.
        let framed = |has: &dyn Fn(&str) -> bool| {
            let without = rows.iter().filter(|row| !has(row.0));
            let (mut count, mut damaged) = (0usize, true);
            for row in without {
                count += 1;
                damaged &= row.1 < usual;
            }
            count == 0 || (damaged && count * 10 <= rows.len())
        };
        Style { leading: framed(&|t| t.starts_with(is_bar)), trailing: framed(&|t| t.ends_with(is_bar) && !t.ends_with("\\|")) }
    }
}

/// Reads a stretch of rows with bars. Rulings only part rows and are not kept, and no more is Markdown's `|---|:--:|` above or under
/// the head. Anywhere else that is a row like any other: somebody may have meant it.
///
/// One or two rows say little of their frame: they have that of the whole source.
pub(super) fn read(builder: &mut Builder, lines: &[Line], usual: Style) {
    if let Some(rows) = drawn(builder, lines) {
        builder.push(Layout::Rows, rows);
        return;
    }
    let style = if lines.len() < 3 { usual } else { Style::of(lines) };
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines.iter().filter(|line| line.class != Class::Ruling) {
        if builder.is_full() {
            break;
        }
        if rows.len() > 1 || !is_rule_row(line.text) {
            rows.push(styled_row(builder, line, style));
        }
    }
    builder.push(Layout::Rows, rows);
}

/// Whether every cell of a row is a rule as Markdown and Org write it. Dashes beside a blank cell, and a single dash for a value
/// that is not there, are content.
fn is_rule_row(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix(is_bar).unwrap_or(text);
    let text = text.strip_suffix(is_bar).unwrap_or(text);
    let mut cells = 0;
    let is_rule = |cell: &str| {
        let cell = cell.trim();
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        cells += 1;
        let least = if dashes.len() < cell.len() { 1 } else { 3 };
        dashes.len() >= least && dashes.chars().all(|c| c == '-')
    };
    text.split(|c: char| is_bar(c) || c == '+').all(is_rule) && cells > 1
}

/// One row with bars among rows of another kind.
pub(super) fn row(builder: &mut Builder, line: &Line) -> Row {
    styled_row(builder, line, Style::of(std::slice::from_ref(line)))
}

fn styled_row(builder: &mut Builder, line: &Line, style: Style) -> Row {
    let mut text = line.text.trim();
    if style.leading {
        text = text.strip_prefix(is_bar).unwrap_or(text);
    }
    if style.trailing && !text.ends_with("\\|") {
        text = text.strip_suffix(is_bar).unwrap_or(text);
    }
    // A row of nothing but bars is as long as its file: not twice as much memory while it grows, and no more than is allowed.
    let mut cells = Vec::with_capacity(text.matches(is_bar).count().min(builder.limits.cells) + 1);
    for (index, field) in fields(text).enumerate() {
        if builder.is_full() {
            break;
        }
        let cell = builder.cell(&unescaped(field), line.number, line.before + index as u32 + 1);
        cells.push(Cell { column: index as u32, ..cell });
    }
    Row { cells }
}

/// Cuts at bars that no backslash escapes.
fn fields(text: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    text.split(move |c: char| {
        let cut = is_bar(c) && !escaped;
        escaped = c == '\\' && !escaped;
        cut
    })
}

fn unescaped(field: &str) -> Cow<'_, str> {
    if field.contains("\\|") { Cow::Owned(field.replace("\\|", "|")) } else { Cow::Borrowed(field) }
}

/// A cell of a drawn table that may go on on the next line.
#[derive(Clone, Debug, Default)]
struct Drawn {
    column: u32,
    text: String,
    /// Row of the table, from 0, and the line it starts on.
    row: usize,
    line: u32,
}

/// Reads a table whose every row stands between rulings (pandoc's grid tables): the lines of a row are lines of its cells.
///
/// `None` where that is not certain: psql and mysql rule the head only, and a table edited by hand has bars that stand on no
/// corner. Then every line is a row.
fn drawn(builder: &mut Builder, lines: &[Line]) -> Option<Vec<Row>> {
    let rulings = lines.iter().filter(|line| line.class == Class::Ruling).count();
    let double = lines.iter().any(|line| line.class == Class::Ruling && line.text.contains(['=', '╪', '╬', '═']));
    let (first, last) = (lines.first()?, lines.last()?);
    // The head that psql and mysql rule is one line, and none of their lines is blank throughout: a paragraph's end in a cell.
    let lined = lines.get(1..3).is_some_and(|head| head.iter().all(|line| line.class != Class::Ruling));
    let paragraphs = lines.iter().any(|line| matches!(line.class, Class::Bars(2..)) && !line.text.contains(|c| !is_edge(c)));
    let certain = rulings > 3 || (rulings == 3 && (double || lined)) || (rulings >= 2 && paragraphs);
    if first.class != Class::Ruling || last.class != Class::Ruling || !certain {
        return None;
    }
    let corners = corners(lines);
    let mut open: Vec<Drawn> = Vec::new();
    let mut done: Vec<Drawn> = Vec::new();
    let mut row = 0;
    let mut used = false;
    for line in lines {
        if line.class == Class::Ruling && !line.text.trim().contains(|c: char| !is_edge(c)) {
            done.append(&mut open);
            row += usize::from(used);
            used = false;
            continue;
        }
        // A ruling under some columns only: cells that go on over it cover several rows.
        let mut segments = segments(line.text, &corners)?;
        if segments.iter().any(|segment| segment.ruling) {
            row += usize::from(used);
            let (ended, going): (Vec<_>, Vec<_>) = open
                .drain(..)
                .partition(|cell| segments.iter().any(|s| s.ruling && s.column <= cell.column && cell.column < s.end));
            done.extend(ended);
            open = going;
            segments.retain(|segment| !segment.ruling);
        }
        used = true;
        for segment in segments {
            match open.iter_mut().find(|cell| cell.column == segment.column) {
                Some(cell) => {
                    cell.text.push('\n');
                    cell.text.push_str(segment.text);
                }
                None => open.push(Drawn { column: segment.column, text: segment.text.into(), row, line: line.number }),
            }
        }
    }
    done.append(&mut open);
    done.sort_by_key(|cell| (cell.row, cell.column));
    let mut rows: Vec<Row> = Vec::new();
    for group in done.chunk_by(|a, b| a.row == b.row) {
        let line = group.iter().map(|cell| cell.line).min().unwrap_or_default();
        let cells = group.iter().enumerate().map(|(index, drawn)| {
            let text = unwrapped(drawn.text.split('\n'));
            let mut cell = builder.cell(&unescaped(&text), line, index as u32 + 1);
            cell.column = drawn.column;
            cell
        });
        rows.push(Row { cells: cells.collect() });
    }
    Some(rows)
}

/// A part of a line between two bars that stand on corners.
struct Segment<'a> {
    column: u32,
    end: u32,
    text: &'a str,
    ruling: bool,
}

fn is_edge(c: char) -> bool {
    matches!(c, '+' | '-' | '=' | ':') || is_box(c) || is_bar(c) || c.is_whitespace()
}

/// Where columns start and end, by display width: the corners of all rulings.
fn corners(lines: &[Line]) -> Vec<usize> {
    let mut all = Vec::new();
    for line in lines.iter().filter(|line| line.class == Class::Ruling) {
        let mut x = 0;
        for c in line.text.chars() {
            if c == '+' || (is_box(c) && !matches!(c, '─' | '━' | '═')) || is_bar(c) {
                all.push(x);
            }
            x += c.width().unwrap_or(0);
        }
        all.sort_unstable();
        all.dedup();
    }
    all
}

/// Cuts a line at the bars that stand on corners; `None` where one end of the line stands on none.
fn segments<'a>(text: &'a str, corners: &[usize]) -> Option<Vec<Segment<'a>>> {
    let mut segments = Vec::new();
    let mut open: Option<(u32, usize)> = None;
    let mut x = 0;
    for (at, c) in text.char_indices() {
        if (is_bar(c) || c == '+' || is_box(c))
            && let Ok(corner) = corners.binary_search(&x)
        {
            let corner = corner as u32;
            if let Some((column, from)) = open {
                let part = &text[from..at];
                let ruling = part.contains(['-', '=', '─', '═']) && !part.contains(|c: char| !is_edge(c));
                segments.push(Segment { column, end: corner, text: part, ruling });
            } else if !text[..at].trim().is_empty() {
                return None;
            }
            open = Some((corner, at + c.len_utf8()));
        }
        x += c.width().unwrap_or(0);
    }
    let (_, from) = open?;
    text[from..].trim().is_empty().then_some(segments)
}
