//! A text without HTML tables → stretches of lines of one kind, each handed to the reader of that kind.
//!
//! Blank lines end blocks. A stretch is a table by what its lines have in common, never by one line alone: a paragraph with
//! one `|` or one double blank is no row, and a line without separators between rows is a row of one cell.

use super::rows::{self, Quotes};
use super::{Builder, columns, page, pipes, plain};
use crate::document::is_blank;

/// A line of a source, or several that a quoted cell holds together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Of the file, from 1.
    pub number: u32,
    /// How many cells of the line stand before this part of it.
    pub before: u32,
    pub text: &'a str,
    pub class: Class,
}

/// What a line looks like by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Blank,
    /// Has tabs behind its first character, or nothing but tabs.
    Tabs,
    /// Has this many bars.
    Bars(u32),
    /// A single bar and nothing else.
    LoneBar,
    /// A ruling of a drawn table: `+---+---+`, `├──┼──┤`.
    Ruling,
    /// Rules of dashes with blanks between them: `----- ---`.
    Dashes,
    Plain,
}

impl<'a> Line<'a> {
    pub fn new(number: u32, text: &'a str) -> Self {
        Line { number, before: 0, text, class: class(text) }
    }

    pub fn is_blank(&self) -> bool {
        self.class == Class::Blank
    }
}

/// Where in a file a text stands that is only a part of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The line of its first character.
    pub line: u32,
    /// Cells of that line before it.
    pub before: u32,
    /// There are tables around it.
    pub beside: bool,
}

impl Place {
    pub const WHOLE: Place = Place { line: 1, before: 0, beside: false };
}

/// Reads a text.
pub(super) fn read(builder: &mut Builder, source: &str, place: Place) {
    let mut lines = lines(source, place.line);
    if let Some(first) = lines.first_mut() {
        first.before = place.before;
    }
    if page::is_printed(&lines) {
        return page::read(builder, &lines);
    }
    let commas = rows::has_commas(&lines);
    let marked = marked(&lines);
    let style = pipes::Style::of(&lines);
    let (mut at, mut plain_from) = (0, 0);
    while at < lines.len() && !builder.is_full() {
        let found = if marked[at] { Found::Text(at + 1) } else { table(&lines, at, commas) };
        let (end, kind) = match found {
            Found::Table(end, kind) => (end, Some(kind)),
            Found::Text(end) => (end, None),
        };
        if let Some(kind) = kind {
            plain::read(builder, &lines[plain_from..at], place.beside || plain_from > 0 || end < lines.len());
            match kind {
                Table::Tabs => rows::read_tabs(builder, &lines[at..end]),
                Table::Commas => rows::read_commas(builder, &lines[at..end]),
                Table::Bars => pipes::read(builder, &lines[at..end], style),
                Table::Ruled => columns::read_ruled(builder, &lines[at..end]),
            }
            plain_from = end;
        }
        at = end;
    }
    plain::read(builder, &lines[plain_from..], place.beside || plain_from > 0);
}

/// The lines of runs in which lone bars mark the ends of cells: no rows of bars are looked for there.
fn marked(lines: &[Line]) -> Vec<bool> {
    let mut marked = vec![false; lines.len()];
    let in_run = |line: &Line| match line.class {
        Class::Blank | Class::Plain | Class::LoneBar | Class::Dashes => true,
        Class::Bars(_) => plain::is_tail(line),
        Class::Tabs | Class::Ruling => false,
    };
    let mut at = 0;
    while at < lines.len() {
        let length = lines[at..].iter().take_while(|line| in_run(line)).count();
        if plain::has_marks(&lines[at..at + length]) {
            marked[at..at + length].fill(true);
        }
        at += length.max(1);
    }
    marked
}

enum Found {
    /// A table up to before this line.
    Table(usize, Table),
    /// None, up to before this line.
    Text(usize),
}

enum Table {
    Tabs,
    Commas,
    Bars,
    Ruled,
}

/// The table that starts at this line, if one does.
fn table(lines: &[Line], at: usize, commas: bool) -> Found {
    let starts_block = at == 0 || lines[at - 1].is_blank();
    let has_commas = |line: &Line| rows::commas_in(line.text) > 0;
    match lines[at].class {
        Class::Tabs => Found::Table(stretch(lines, at, |line| line.class == Class::Tabs), Table::Tabs),
        Class::Bars(_) | Class::Ruling => {
            let end = stretch(lines, at, |line| matches!(line.class, Class::Bars(_) | Class::Ruling));
            if is_bar_table(&lines[at..end]) { Found::Table(end, Table::Bars) } else { Found::Text(end) }
        }
        Class::Blank => Found::Text(at + 1),
        _ if commas && has_commas(&lines[at]) => Found::Table(stretch(lines, at, has_commas), Table::Commas),
        // The head of a table of aligned columns stands above its rule, so it is looked for at the start of a block.
        _ if starts_block => match columns::ruled_end(lines, at) {
            Some(end) => Found::Table(end, Table::Ruled),
            None => Found::Text(at + 1),
        },
        _ => Found::Text(at + 1),
    }
}

/// The end of the stretch of rows that starts here: up to its last row before a blank line. What stands between rows belongs
/// to it, and so does a short line at its end that is no sentence (a row whose blank cells were cut off).
fn stretch(lines: &[Line], at: usize, is_row: impl Fn(&Line) -> bool) -> usize {
    // Tabs are the stronger sign: they end rows of any other kind.
    let tabs = lines[at].class == Class::Tabs;
    let ends = |line: &Line| line.is_blank() || (!tabs && line.class == Class::Tabs);
    let block = lines[at..].iter().position(ends).map_or(lines.len(), |length| at + length);
    let last = lines[at..block].iter().rposition(&is_row).map_or(at + 1, |last| at + last + 1);
    let tail = lines[last..block].iter().take_while(|line| line.class == Class::Plain && is_short_label(line.text)).count();
    // Many short lines are another table, of one cell per line.
    if tail <= 2 && last - at > 1 { last + tail } else { last }
}

fn is_short_label(text: &str) -> bool {
    text.chars().take(13).count() <= 12 && !text.contains(['：', ':', '。', '；', '，', '、', '.'])
}

/// Whether lines with bars are rows: two bars in a line, a bar at an end of it, or one bar in most lines of several.
fn is_bar_table(lines: &[Line]) -> bool {
    let rows = lines.iter().filter(|line| matches!(line.class, Class::Bars(_) | Class::Ruling)).count();
    let sure = lines.iter().filter(|line| match line.class {
        Class::Ruling => true,
        Class::Bars(count) => {
            let text = line.text.trim();
            count >= 2 || text.starts_with(pipes::is_bar) || text.ends_with(pipes::is_bar)
        }
        _ => false,
    });
    let single_tail =
        lines.len() == 1 && matches!(lines[0].class, Class::Bars(1)) && !lines[0].text.trim().starts_with(pipes::is_bar);
    (sure.count() * 2 >= rows && !single_tail) || (rows >= 2 && rows * 2 >= lines.len())
}

/// Cuts a text into lines as an editor counts them, joins those that a quoted cell spans, and looks at each.
fn lines(source: &str, first: u32) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = Vec::with_capacity(source.len() / 24 + 4);
    let mut quotes = Quotes::new(source);
    let mut number = first;
    let mut at = 0;
    while at < source.len() {
        let start = at;
        let end = match quotes.line_end(start) {
            Some(end) => end,
            None => line_end(source, start),
        };
        let mut text = &source[start..end];
        let length = if source[end..].starts_with("\r\n") { 2 } else { usize::from(end < source.len()) };
        at = end + length;
        // A form feed is a page break.
        if let Some(rest) = text.strip_prefix('\u{c}') {
            lines.push(Line::new(number, ""));
            text = rest;
        }
        lines.push(Line::new(number, text));
        number += 1 + breaks(text);
    }
    settle_tabs(&mut lines);
    lines
}

/// Joins the lines of a cell that a drawn table wrapped: a paragraph or an item of a list starts a line of its own.
pub(super) fn unwrapped<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let wide = |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}' | '“' | '”');
    let mut text = String::new();
    let mut paragraph = true;
    for line in lines.map(str::trim) {
        if line.is_empty() {
            paragraph = true;
            continue;
        }
        match text.chars().next_back() {
            None => {}
            Some(_) if paragraph || is_item(line) => text.push('\n'),
            // Beside Chinese a line is broken without a blank.
            Some(last) if wide(last) || line.starts_with(wide) => {}
            Some(_) => text.push(' '),
        }
        text.push_str(line);
        paragraph = false;
    }
    text
}

/// `1. …`, `2、…`, `（三）…`, `目标1：…`, `- …`.
fn is_item(line: &str) -> bool {
    let number =
        |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c)).chars().next();
    match line.chars().next() {
        Some('(' | '（') => line.chars().take(5).any(|c| matches!(c, ')' | '）')),
        Some('-' | '•' | '·' | '●' | '*') => true,
        Some('0'..='9') => matches!(number(line), Some('.' | '、' | '．' | '\\' | ')' | '）')),
        Some(c) if "一二三四五六七八九十".contains(c) => number(line) == Some('、'),
        Some(_) => {
            // A short word, a number, a colon.
            let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
            let word = line.find(|c: char| c.is_ascii() || !c.is_alphabetic() || is_number(c)).unwrap_or(line.len());
            let rest = &line[word..];
            (2..=6).contains(&line[..word].chars().count())
                && rest.starts_with(is_number)
                && matches!(number(rest), Some(':' | '：'))
        }
        None => false,
    }
}

/// The byte at which the line from `start` ends: at `\n`, `\r\n` or `\r`.
pub(super) fn line_end(source: &str, start: usize) -> usize {
    source.as_bytes()[start..].iter().position(|b| matches!(b, b'\n' | b'\r')).map_or(source.len(), |length| start + length)
}

/// Line breaks inside a text.
pub(super) fn breaks(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let count = bytes.iter().enumerate().filter(|(i, b)| **b == b'\n' || (**b == b'\r' && bytes.get(i + 1) != Some(&b'\n')));
    count.count() as u32
}

fn class(text: &str) -> Class {
    let (mut bars, mut tabs, mut inner_tab, mut blank, mut drawn) = (0u32, false, false, true, true);
    let mut dashes = 0usize;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '\t' => {
                tabs = true;
                inner_tab |= !blank;
                drawn = false;
                continue;
            }
            _ if is_blank(c) => continue,
            _ if pipes::is_bar(c) && !escaped => bars += 1,
            '-' | '=' => dashes += 1,
            '+' | ':' => {}
            _ if pipes::is_box(c) => dashes += 1,
            _ => drawn = false,
        }
        blank = false;
        escaped = c == '\\' && !escaped;
    }
    let trimmed = text.trim();
    match () {
        _ if blank => {
            if tabs {
                Class::Tabs
            } else {
                Class::Blank
            }
        }
        _ if inner_tab => Class::Tabs,
        _ if drawn && dashes > 0 && !trimmed.starts_with('|') && is_ruling(trimmed) => Class::Ruling,
        _ if drawn && dashes >= 3 && bars == 0 && !trimmed.contains(['+', ':']) => Class::Dashes,
        _ if trimmed.chars().count() == 1 && bars == 1 => Class::LoneBar,
        _ if bars > 0 => Class::Bars(bars),
        // Whether a tab in front makes a row is for its neighbours to say.
        _ if tabs => Class::Tabs,
        _ => Class::Plain,
    }
}

/// `+---+`, `----+----`, `├──┤`; not `a-b`, which is not all dashes, nor `-----`, which is for aligned columns.
fn is_ruling(text: &str) -> bool {
    text.chars().any(pipes::is_box) || (text.contains('+') && text.contains(['-', '=']))
}

/// Tabs in front of a line, or alone on it, make a row only among rows: else they indent, or are blank.
fn settle_tabs(lines: &mut [Line]) {
    let is_inner = |line: &Line| line.class == Class::Tabs && line.text.trim().contains('\t');
    let mut near = vec![false; lines.len()];
    for forward in [true, false] {
        let mut seen = false;
        for step in 0..lines.len() {
            let at = if forward { step } else { lines.len() - 1 - step };
            seen = match lines[at].class {
                Class::Blank => false,
                _ => seen || is_inner(&lines[at]),
            };
            near[at] |= seen;
        }
    }
    for (line, near) in lines.iter_mut().zip(near) {
        if line.class == Class::Tabs && !near && !line.text.trim().contains('\t') {
            line.class = if line.text.trim().is_empty() { Class::Blank } else { class(line.text.trim()) };
        }
    }
}
