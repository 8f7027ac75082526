//! The lines of a printed page → pieces with their places: where a mere blank parts cells, and where what stands behind one
//! has its true place.
//!
//! Neighbours that fill their columns stand a single blank apart, as words do. What stands on both sides of it says which it is, and
//! where the lines above and below begin.

use super::lexicon::Lexicon;
use crate::document::{Block, Cell, Row, is_blank};
use crate::value::notation::is_cjk;
use crate::value::target;

/// Texts this wide, in half characters, are running text; and so are words.
pub const PROSE: u32 = 48;
const WORD: u32 = 24;
/// So many lines above and below show where the columns of running text are.
const ALIKE: usize = 3;

/// A part of a cell of the source: characters `from..to`.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'d> {
    pub cell: &'d Cell,
    pub from: u32,
    pub to: u32,
}

/// A piece of a line and where it stands.
#[derive(Clone, Copy)]
pub struct Place<'d> {
    pub piece: Piece<'d>,
    pub text: &'d str,
    pub line: usize,
    pub start: i64,
    pub end: i64,
    /// In half characters.
    pub width: u32,
    /// The piece that it goes on in, and the one that goes on in it.
    pub next: Option<usize>,
    pub before: Option<usize>,
    pub numeric: bool,
    /// Only a blank parts it from its neighbour: the neighbour fills its column, and where this one stands is not known.
    pub moved: bool,
}

impl Place<'_> {
    pub fn overlap(&self, other: &Place) -> i64 {
        self.end.min(other.end) - self.start.max(other.start)
    }

    /// Twice how far the middles lie apart.
    pub fn off(&self, other: &Place) -> i64 {
        (self.start + self.end - other.start - other.end).abs()
    }

    /// Set one under the other: by their left edges, or by their middles.
    pub fn is_under(&self, other: &Place) -> bool {
        (self.start - other.start).abs() <= 1 || self.off(other) <= 4 && self.width < PROSE && other.width < PROSE
    }

    /// Ends where no value ends.
    pub fn is_cut(&self) -> bool {
        self.text.ends_with(['-', '·', '/', '～', '~', '、', '（', '('])
    }
}

/// The pieces of all lines. A single blank parts cells where Chinese stands on both sides of it, or a sign or a measure behind it:
/// neighbours that fill their columns stand no further apart.
pub fn places<'d>(block: &'d Block, lexicon: &Lexicon) -> Vec<Place<'d>> {
    let mut places: Vec<Place> = Vec::new();
    // Where something begins behind a wide gap, or at a label: behind a single blank something else begins there, too.
    let begins: Vec<Vec<u32>> = block.rows.iter().map(|row| beginnings(row, lexicon)).collect();
    for (line, row) in block.rows.iter().enumerate() {
        for cell in &row.cells {
            // Running text is one cell, whatever blanks are in it.
            let is_prose = cell.text.split(is_blank).any(|word| width(word) >= WORD);

            let near = &begins[line.saturating_sub(ALIKE)..(line + ALIKE + 1).min(begins.len())];
            let marks = lexicon.cuts(&cell.text);
            let mut cuts = vec![(0u32, 0usize)];
            let mut before: Option<char> = None;
            let (mut blank, mut in_spread, mut wide) = (false, false, 0);
            for (at, (byte, c)) in (0..).zip(cell.text.char_indices()) {
                if is_blank(c) {
                    blank = true;
                    continue;
                }
                let left = &cell.text[cuts[cuts.len() - 1].1..byte];
                let here = cell.column + at;
                // Wide characters before it are counted as one place each, and take up to two.
                let guess = here + wide;
                let under =
                    || near.iter().flatten().any(|begin| here == *begin || (guess.max(2) - 2..=guess + 2).contains(begin));
                let parts = |before: char| match is_prose {
                    _ if marks.contains(&byte) => true,
                    true => is_cjk(before) && is_cjk(c) && at >= 8 && under(),
                    false => {
                        let right = &cell.text[byte..];
                        let word = right.split(is_blank).next().unwrap_or(right);
                        let figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '%');
                        let number = left.trim_end_matches(is_blank);
                        let bare = number.chars().all(figure) && !number.ends_with('.') && !matches!(c, '年' | '月');
                        parts_cells(before, left, right) || bare && is_cjk(c) && width(word) >= 8 && under()
                    }
                };
                // Text that is spread over its line has a blank behind every character.
                let is_spread = |text: &str| {
                    let mut words = text.split(is_blank).filter(|word| !word.is_empty());
                    let single = |word: &&str| word.chars().count() == 1 && word.starts_with(is_cjk);
                    words.by_ref().take(4).filter(single).count() == 4
                };
                let spread = blank && is_spread(&cell.text[byte..]);
                if blank && !in_spread && (spread && last_word(left) > 1 || before.is_some_and(parts)) {
                    cuts.push((at, byte));
                }
                in_spread = if blank {
                    spread || in_spread && last_word(left) == 1 && next_word(&cell.text[byte..]) == 1
                } else {
                    in_spread
                };
                (before, blank) = (Some(c), false);
                wide += u32::from(is_cjk(c));
            }
            let end = (cell.text.chars().count() as u32, cell.text.len());
            for (index, &(from, byte)) in cuts.iter().enumerate() {
                let to = cuts.get(index + 1).copied().unwrap_or(end);
                let text = cell.text[byte..to.1].trim_end_matches(is_blank);
                let start = i64::from(cell.column + from);
                places.push(Place {
                    piece: Piece { cell, from, to: to.0 },
                    text,
                    line,
                    start,
                    end: start + text.chars().count() as i64,
                    width: width(text),
                    next: None,
                    before: None,
                    numeric: text.len() <= 40 && target::looks_numeric(text),
                    moved: index > 0,
                });
            }
        }
    }
    places
}

/// How many characters the last word of a text has, and the first one.
fn last_word(text: &str) -> usize {
    text.split(is_blank).rfind(|word| !word.is_empty()).map_or(0, |word| word.chars().count())
}

fn next_word(text: &str) -> usize {
    text.split(is_blank).next().map_or(0, |word| word.chars().count())
}

/// Where texts begin in a line behind a wide gap, or behind a blank with a label of their own.
fn beginnings(row: &Row, lexicon: &Lexicon) -> Vec<u32> {
    let mut found: Vec<u32> = row.cells.iter().map(|cell| cell.column).collect();
    for cell in &row.cells {
        for cut in lexicon.cuts(&cell.text) {
            if cell.text[..cut].ends_with(is_blank) {
                found.push(cell.column + cell.text[..cut].chars().count() as u32);
            }
        }
    }
    found
}

/// In half characters.
fn width(text: &str) -> u32 {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Whether the blank between two texts of a line parts cells.
fn parts_cells(before: char, left: &str, right: &str) -> bool {
    let Some(first) = right.chars().next() else { return false };
    let open = left.rfind(['（', '(']) > left.rfind(['）', ')']);
    if is_cjk(before) && is_cjk(first) {
        return !open;
    }
    let length = |text: &str| text.chars().filter(|c| !is_blank(*c)).count();
    let left = left.trim_end_matches(is_blank);
    // Two measures beside each other, but not the parts of a date.
    let is_sign = matches!(first, '≥' | '≤' | '＞' | '＜' | '>' | '<');
    let unit = left.chars().next_back().is_some_and(|c| !c.is_ascii_digit() && !matches!(c, '年' | '月' | '.' | '、'));
    if is_sign && length(left) > 1 || unit && target::looks_numeric(left) && target::looks_numeric(right) {
        return true;
    }
    let right = right.split(is_blank).next().unwrap_or(right);
    let word = is_cjk(before) && length(left) >= 4 && !open && !left.contains(['：', ':']) && length(right) <= 14;
    let measure = target::looks_numeric(right);
    let money = left.contains('.') && left.ends_with(|c: char| c.is_ascii_digit() || c == '%');
    let money = money && left.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%'));
    word && measure || money && is_cjk(first) && length(right) >= 3
}
