//! Cells parted by runs of blanks: where they stand across the lines says in which column each is.
//!
//! A wide character counts two places in what pandoc and terminals print and one in what pdftotext prints; the measure under
//! which more cells of a block line up is taken.

use super::Builder;
use super::text::{Class, Line, unwrapped};
use crate::document::{Layout, Row};
use rustc_hash::FxHashMap;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Lines with more pieces than this are no rows of a form: their columns go by order.
const WIDEST: usize = 64;

/// A run of characters without a wide gap, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
}

/// How wide characters are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Every character is one place wide.
    Characters,
    /// East Asian characters are two places wide.
    Wide,
    /// So are those that are wide in East Asian fonts only: “ ” … ①.
    WideAll,
}

impl Measure {
    fn of(self, c: char) -> usize {
        match self {
            Measure::Characters => 1,
            Measure::Wide => c.width().unwrap_or(0),
            Measure::WideAll => c.width_cjk().unwrap_or(0),
        }
    }

    /// The measure under which most tokens of different lines start or end at the same place.
    pub fn best(lines: &[&str]) -> Measure {
        let aligned = |measure: Measure| {
            let mut places: FxHashMap<(bool, usize), usize> = FxHashMap::default();
            for line in lines.iter().take(400) {
                // The first token starts at the margin, whatever the measure.
                for token in tokens(line, measure).iter().skip(1) {
                    *places.entry((false, token.start)).or_default() += 1;
                    *places.entry((true, token.end)).or_default() += 1;
                }
            }
            places.values().map(|count| (count - 1) * (count - 1)).sum::<usize>()
        };
        let mut best = (Measure::Wide, aligned(Measure::Wide));
        for measure in [Measure::Characters, Measure::WideAll] {
            let score = aligned(measure);
            if score > best.1 {
                best = (measure, score);
            }
        }
        best.0
    }
}

/// Cuts a line at gaps of two or more blanks (an ideographic space is two). Single characters with gaps between them are one
/// word set wide: `合　　计`, `姓 名`.
pub(super) fn tokens(text: &str, measure: Measure) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut x, mut gap) = (0, 0);
    let mut from: Option<(usize, usize)> = None;
    let mut last_end = (0, 0);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            gap += if c == '\u{3000}' { 2 } else { 1 };
        } else {
            if gap >= 2
                && let Some((byte, start)) = from.take()
            {
                tokens.push(Token { text: &text[byte..last_end.0], start, end: last_end.1 });
            }
            from.get_or_insert((at, x));
            gap = 0;
            last_end = (at + c.len_utf8(), x + measure.of(c));
        }
        x += measure.of(c);
    }
    if let Some((byte, start)) = from {
        tokens.push(Token { text: &text[byte..last_end.0], start, end: last_end.1 });
    }
    join_spaced(text, tokens)
}

fn join_spaced<'a>(text: &'a str, tokens: Vec<Token<'a>>) -> Vec<Token<'a>> {
    let single = |token: &Token| {
        let mut chars = token.text.chars().filter(|c| !matches!(c, '：' | ':'));
        matches!((chars.next(), chars.next()), (Some('\u{4e00}'..='\u{9fff}'), None))
    };
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut open = false;
    for token in tokens {
        let fits = single(&token);
        match joined.last_mut().filter(|last| open && fits && token.start - last.end <= 4 && !last.text.ends_with(['：', ':']))
        {
            Some(last) => {
                let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
                let (from, to) = (offset(last.text), offset(token.text) + token.text.len());
                (last.text, last.end) = (&text[from..to], token.end);
            }
            None => joined.push(token),
        }
        open = fits;
    }
    joined
}

/// The pieces of a line, where only their number and texts matter.
pub(super) fn pieces(text: &str) -> Vec<Token<'_>> {
    if !text.contains("  ") && !text.contains('\u{3000}') && !text.contains('\u{a0}') {
        let trimmed = text.trim();
        return vec![Token { text: trimmed, start: 0, end: 0 }];
    }
    tokens(text, Measure::Wide)
}

/// Reads a stretch of rows by the places of their pieces. Blank lines end blocks; columns go through them as long as the
/// page does: another page may be set in other widths, and its pieces would only blur the columns of this one.
pub(super) fn read(builder: &mut Builder, lines: &[Line]) {
    let texts: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let measure = Measure::best(&texts);
    let all: Vec<Vec<Token>> = texts.iter().map(|text| tokens(text, measure)).collect();
    for section in sections(&all) {
        let columns = Columns::of(&all[section.clone()]);
        let mut rows = Vec::new();
        for (line, tokens) in lines[section.clone()].iter().zip(&all[section]) {
            if builder.is_full() {
                break;
            }
            if line.is_blank() {
                builder.push(Layout::Rows, std::mem::take(&mut rows));
                continue;
            }
            let mut row = Row::default();
            for ((index, token), column) in tokens.iter().enumerate().zip(columns.place(tokens)) {
                let mut cell = builder.cell(token.text, line.number, line.before + index as u32 + 1);
                cell.column = column;
                row.cells.push(cell);
            }
            rows.push(row);
        }
        builder.push(Layout::Rows, rows);
    }
}

/// Cuts a stretch into sections of one geometry: runs of blocks whose pieces stand where those before them stand.
fn sections(lines: &[Vec<Token>]) -> Vec<Range<usize>> {
    let mut sections: Vec<Range<usize>> = Vec::new();
    let mut places = Places::default();
    let mut at = 0;
    while at < lines.len() {
        let end = lines[at..].iter().position(Vec::is_empty).map_or(lines.len(), |length| at + length);
        let block = Places::of(&lines[at..end]);
        match sections.last_mut() {
            Some(section) if block.goes_on(&places) => {
                section.end = end;
                places.add(block);
            }
            _ => {
                sections.push(sections.last().map_or(0, |section| section.end)..end);
                places = block;
            }
        }
        at = end + 1;
    }
    if let Some(section) = sections.last_mut() {
        section.end = lines.len();
    }
    sections
}

/// Where the pieces of some lines start and end, those at the margin aside, and how many do.
#[derive(Default)]
struct Places {
    starts: FxHashMap<usize, usize>,
    ends: FxHashMap<usize, usize>,
}

impl Places {
    fn of(lines: &[Vec<Token>]) -> Places {
        let mut places = Places::default();
        for token in lines.iter().flatten().filter(|token| token.start > 0) {
            *places.starts.entry(token.start).or_default() += 1;
            *places.ends.entry(token.end).or_default() += 1;
        }
        places
    }

    fn add(&mut self, other: Places) {
        for (place, count) in other.starts {
            *self.starts.entry(place).or_default() += count;
        }
        for (place, count) in other.ends {
            *self.ends.entry(place).or_default() += count;
        }
    }

    /// Whether nearly all pieces start, or end, where pieces before do. Lines without any say nothing of widths.
    fn goes_on(&self, before: &Places) -> bool {
        let all: usize = self.starts.values().sum();
        let known = |own: &FxHashMap<usize, usize>, other: &FxHashMap<usize, usize>| {
            own.iter().filter(|(place, _)| other.contains_key(place)).map(|(_, count)| count).sum::<usize>()
        };
        let best = known(&self.starts, &before.starts).max(known(&self.ends, &before.ends));
        best * 4 > all * 3 || all == 0
    }
}

/// Columns as ranges of places, from left to right, apart from each other.
struct Columns(Vec<(usize, usize)>);

impl Columns {
    /// The lines with most pieces say which columns there are; the others fill them up.
    fn of(lines: &[Vec<Token>]) -> Columns {
        let mut order: Vec<usize> = (0..lines.len()).filter(|i| (2..=WIDEST).contains(&lines[*i].len())).collect();
        order.sort_by_key(|i| std::cmp::Reverse(lines[*i].len()));
        let mut columns: Vec<(usize, usize)> = Vec::new();
        for index in order {
            for token in &lines[index] {
                let first = columns.partition_point(|column| column.1 <= token.start);
                let behind = columns.partition_point(|column| column.0 < token.end);
                match behind.saturating_sub(first) {
                    0 if columns.len() < WIDEST => columns.insert(first, (token.start, token.end)),
                    1 => {
                        let column = &mut columns[first];
                        *column = (column.0.min(token.start), column.1.max(token.end));
                    }
                    _ => {}
                }
            }
        }
        Columns(columns)
    }

    /// The column of each piece of a line: the one it covers most of, always to the right of the piece before.
    fn place(&self, tokens: &[Token]) -> Vec<u32> {
        let mut next = 0;
        let by_order = tokens.len() > WIDEST || self.0.is_empty();
        tokens
            .iter()
            .map(|token| {
                let covered = |column: &(usize, usize)| column.1.min(token.end).saturating_sub(column.0.max(token.start));
                let first = self.0.partition_point(|column| column.1 <= token.start).max(next);
                let best = (first..self.0.len())
                    .take_while(|i| self.0[*i].0 < token.end)
                    .max_by_key(|i| (covered(&self.0[*i]), std::cmp::Reverse(*i)))
                    .unwrap_or(if by_order { next } else { first.min(self.0.len().saturating_sub(1)).max(next) });
                next = best + 1;
                best as u32
            })
            .collect()
    }
}

/// The end of a table with a rule of dashes (`----- ---`) whose head starts at the start of a block here.
///
/// The rule is the first line, or follows a few lines of head. The table goes to its closing rule, over blank lines if it must,
/// or else to the next blank line.
pub(super) fn ruled_end(lines: &[Line], at: usize) -> Option<usize> {
    let block = lines[at..].iter().position(Line::is_blank).map_or(lines.len(), |length| at + length);
    let rule = (at..block.min(at + 8)).find(|i| lines[*i].class == Class::Dashes && ranges(lines[*i].text).len() >= 2)?;
    if lines[at..rule].iter().any(|line| line.class != Class::Plain && line.class != Class::Dashes) {
        return None;
    }
    let closing = (rule + 1..lines.len())
        .take_while(|i| matches!(lines[*i].class, Class::Blank | Class::Plain | Class::Dashes))
        .find(|i| lines[*i].class == Class::Dashes);
    Some(match closing {
        // Over blank lines only where a paragraph of another sort cannot stand between.
        Some(end) if end < block || lines[at].class == Class::Dashes => end + 1,
        _ => block,
    })
}

/// Reads such a table: the dashes say where columns are.
pub(super) fn read_ruled(builder: &mut Builder, lines: &[Line]) {
    let rule = lines.iter().find(|line| line.class == Class::Dashes && ranges(line.text).len() >= 2);
    let Some(columns) = rule.map(|line| ranges(line.text)) else { return };
    let spread = lines[1..lines.len().max(2) - 1].iter().any(Line::is_blank);
    let measure = fitting(lines, &columns);
    let mut rows: Vec<Row> = Vec::new();
    let mut group: Vec<(usize, String, u32)> = Vec::new();
    for line in lines {
        if builder.is_full() {
            break;
        }
        if line.class == Class::Dashes || line.is_blank() || !spread {
            rows.extend(merged(builder, &mut group));
        }
        if line.is_blank() {
            continue;
        }
        for (column, text) in cut(line.text, &columns, measure) {
            match group.iter_mut().find(|cell| cell.0 == column) {
                Some(cell) => {
                    cell.1.push('\n');
                    cell.1.push_str(text);
                }
                None => group.push((column, text.to_owned(), line.number)),
            }
        }
        if line.class == Class::Dashes {
            rows.extend(merged(builder, &mut group));
        }
    }
    rows.extend(merged(builder, &mut group));
    builder.push(Layout::Rows, rows);
}

fn merged(builder: &mut Builder, group: &mut Vec<(usize, String, u32)>) -> Option<Row> {
    let line = group.iter().map(|cell| cell.2).min()?;
    group.sort_by_key(|cell| cell.0);
    let cells = group.drain(..).enumerate().map(|(index, (column, text, _))| {
        let mut cell = builder.cell(&unwrapped(text.split('\n')), line, index as u32 + 1);
        cell.column = column as u32;
        cell
    });
    Some(Row { cells: cells.collect() })
}

/// The places that the rules of a line cover.
fn ranges(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut open = None;
    for (x, c) in text.chars().chain(Some(' ')).enumerate() {
        match (c.is_whitespace(), open) {
            (false, None) => open = Some(x),
            (true, Some(start)) => {
                ranges.push((start, x));
                open = None;
            }
            _ => {}
        }
    }
    ranges
}

/// The measure under which fewest characters stand between the columns.
fn fitting(lines: &[Line], columns: &[(usize, usize)]) -> Measure {
    let outside = |measure: &Measure| {
        let mut count = 0;
        for line in lines.iter().filter(|line| line.class == Class::Plain).take(400) {
            let mut x = 0;
            for c in line.text.chars() {
                let column = columns.partition_point(|column| column.1 <= x);
                count += usize::from(!c.is_whitespace() && columns.get(column).is_none_or(|column| x < column.0));
                x += measure.of(c);
            }
        }
        count
    };
    [Measure::Wide, Measure::Characters, Measure::WideAll].into_iter().min_by_key(outside).unwrap_or(Measure::Wide)
}

/// Cuts a line at the starts of the columns, moved left to the next blank where a text reaches over one.
fn cut<'a>(text: &'a str, columns: &[(usize, usize)], measure: Measure) -> Vec<(usize, &'a str)> {
    let mut cells: Vec<(usize, &str)> = Vec::new();
    let (mut x, mut from, mut column) = (0, 0, 0);
    let mut blank = 0;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            blank = at;
        }
        while column + 1 < columns.len() && x >= columns[column + 1].0 {
            let to = if c.is_whitespace() || blank + 1 == at { at } else { blank.max(from) };
            if to > from && !text[from..to].trim().is_empty() {
                cells.push((column, &text[from..to]));
            }
            (from, column) = (to, column + 1);
        }
        x += measure.of(c);
    }
    if !text[from..].trim().is_empty() {
        cells.push((column, &text[from..]));
    }
    cells
}
