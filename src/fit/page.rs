//! A printed page as it looks → its cells in reading order: which lines under each other are one cell, and which cells stand in
//! one row.
//!
//! A cell that is longer than its column is wide goes on under itself, and the other cells of its row stand beside its middle. So a
//! line is taken on where it is full, where nothing beside it says that another row begins, or where the lines together
//! are a label that they are not by themselves; and cells are of one row that have one middle. Running text stands
//! beside its label, wherever that is printed. What comes out is only an order: every piece keeps its place.

use super::evidence::is_noise;
use super::lexicon::{Lexicon, Role};
use crate::document::{Block, Cell, is_blank};
use crate::value::notation::is_cjk;
use crate::value::target;
use crate::value::text::marker;

/// Texts this wide, in half characters, are running text; and so are words.
const PROSE: u32 = 48;
const WORD: u32 = 24;
/// So many lines further down at most a cell goes on: in the next one, or behind one in which only its neighbours stand.
const REACH: usize = 2;
/// The most lines that a label is cut into, how wide they are, and how far their middles lie apart.
const LABEL_LINES: usize = 4;
const LABEL_WIDTH: u32 = 32;
const LABEL_OFF: i64 = 40;
/// Labels beside running text are no wider.
const BESIDE: u32 = 16;
/// Narrower columns and texts hold no cells of several lines, but for labels.
const NARROWEST: u32 = 10;

/// A part of a cell of the source: characters `from..to`.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'d> {
    pub cell: &'d Cell,
    pub from: u32,
    pub to: u32,
}

/// Rows of cells of pieces, in reading order. The number is that of the row in the block that stands highest.
pub struct Assembled<'d> {
    pub number: u32,
    pub cells: Vec<Vec<Piece<'d>>>,
}

/// A piece of a line and where it stands.
#[derive(Clone, Copy)]
struct Place<'d> {
    piece: Piece<'d>,
    text: &'d str,
    line: usize,
    start: i64,
    end: i64,
    /// In half characters.
    width: u32,
    /// The piece that it goes on in, and the one that goes on in it.
    next: Option<usize>,
    before: Option<usize>,
    numeric: bool,
    /// Only a blank parts it from its neighbour: the neighbour fills its column, and where this one stands is not known.
    moved: bool,
    /// Only a blank parts it from the piece behind it.
    tight: bool,
}

impl Place<'_> {
    fn overlap(&self, other: &Place) -> i64 {
        self.end.min(other.end) - self.start.max(other.start)
    }

    /// Twice how far the middles lie apart.
    fn off(&self, other: &Place) -> i64 {
        (self.start + self.end - other.start - other.end).abs()
    }

    /// Set one under the other: by their left edges, or by their middles.
    fn is_under(&self, other: &Place) -> bool {
        (self.start - other.start).abs() <= 1 || self.off(other) <= 4 && self.width < PROSE && other.width < PROSE
    }

    /// Ends where no value ends.
    fn is_cut(&self) -> bool {
        self.text.ends_with(['-', '·', '/', '～', '~', '、', '（', '('])
    }
}

/// A cell: places from top to bottom, and twice the line of its middle.
struct Joined {
    places: Vec<usize>,
    middle: usize,
}

/// A page under way.
struct Sheet<'d, 'l> {
    places: Vec<Place<'d>>,
    by_line: Vec<Vec<usize>>,
    /// Per piece: how wide its column is, the widest of those that stand under or above it alike.
    widest: Vec<u32>,
    lexicon: &'l Lexicon,
    /// Pieces that are in a row already.
    taken: Vec<bool>,
    rows: Vec<(usize, Vec<Joined>)>,
}

/// Puts the pieces of a page into reading order.
pub fn assemble<'d>(block: &'d Block, lexicon: &Lexicon) -> Vec<Assembled<'d>> {
    let places = places(block);
    let mut by_line: Vec<Vec<usize>> = vec![Vec::new(); block.rows.len()];
    for (index, place) in places.iter().enumerate() {
        by_line[place.line].push(index);
    }
    let taken = vec![false; places.len()];
    let mut sheet = Sheet { places, by_line, widest: Vec::new(), lexicon, taken, rows: Vec::new() };
    sheet.settle();
    sheet.measure();
    sheet.link_labels();
    sheet.link_full();
    sheet.prose();
    sheet.tabular();
    let Sheet { places, mut rows, .. } = sheet;
    rows.sort_by_key(|(at, _)| *at);
    let mut number = 0;
    let mut out = Vec::with_capacity(rows.len());
    for (_, mut cells) in rows {
        cells.sort_by_key(|cell| places[cell.places[0]].start);
        let top = cells.iter().map(|cell| places[cell.places[0]].line as u32).min();
        number = number.max(top.unwrap_or(number));
        let pieces = |cell: &Joined| cell.places.iter().map(|place| places[*place].piece).collect();
        out.push(Assembled { number, cells: cells.iter().map(pieces).collect() });
    }
    out
}

/// The pieces of all lines. A single blank parts cells where Chinese stands on both sides of it, or a sign or a measure behind it:
/// neighbours that fill their columns stand no further apart.
fn places(block: &Block) -> Vec<Place<'_>> {
    let mut places: Vec<Place> = Vec::new();
    for (line, row) in block.rows.iter().enumerate() {
        for cell in &row.cells {
            // Running text is one cell, whatever blanks are in it.
            let is_prose = cell.text.split(is_blank).any(|word| width(word) >= WORD);
            let mut cuts = vec![(0u32, 0usize)];
            let mut before: Option<char> = None;
            let mut blank = false;
            for (at, (byte, c)) in (0..).zip(cell.text.char_indices()) {
                if is_blank(c) {
                    blank = true;
                    continue;
                }
                let left = &cell.text[cuts[cuts.len() - 1].1..byte];
                if blank && !is_prose && before.is_some_and(|before| parts_cells(before, left, &cell.text[byte..])) {
                    cuts.push((at, byte));
                }
                (before, blank) = (Some(c), false);
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
                    tight: index + 1 < cuts.len(),
                });
            }
        }
    }
    places
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

impl Sheet<'_, '_> {
    /// Puts pieces whose place is not known under or over the nearest column to the right.
    fn settle(&mut self) {
        for index in 0..self.places.len() {
            let place = self.places[index];
            if !place.moved {
                continue;
            }
            let right =
                self.by_line[place.line].iter().map(|other| self.places[*other].start).filter(|at| *at > place.start).min();
            let near = self.places.iter().filter(|other| !other.moved && other.line != place.line);
            let near = near.filter(|other| other.line.abs_diff(place.line) <= 4).map(|other| other.start);
            let near = near.filter(|at| (place.start - 1..=place.start + 24).contains(at));
            if let Some(start) = near.filter(|at| right.is_none_or(|right| at + 1 < right)).min() {
                let place = &mut self.places[index];
                (place.start, place.end) = (start, start + place.end - place.start);
            }
        }
    }

    /// Finds how wide columns are: they go as far as the next row of headers.
    fn measure(&mut self) {
        let mut found = Vec::new();
        let mut is_header = |index: &usize| {
            self.lexicon.matches(self.places[*index].text, &mut found);
            found.iter().any(|label| matches!(label.role, Role::Header { .. } | Role::Side { .. } | Role::Field { .. }))
        };
        let mut band = 0;
        let mut bands = Vec::with_capacity(self.by_line.len());
        for line in &self.by_line {
            band += usize::from(line.len() >= 2 && line.iter().all(&mut is_header));
            bands.push(band);
        }
        let like = |place: &Place| {
            let same = self.places.iter().filter(|other| place.is_under(other) && bands[place.line] == bands[other.line]);
            same.map(|other| other.width).max().unwrap_or(0)
        };
        self.widest = self.places.iter().map(like).collect();
    }

    /// Labels: lines that are one together and not by themselves.
    fn link_labels(&mut self) {
        for index in 0..self.places.len() {
            let place = &self.places[index];
            if place.before.is_some() || place.width > LABEL_WIDTH || !self.lexicon.begins(place.text) {
                continue;
            }
            let mut best = Vec::new();
            self.extend(&mut vec![index], place.text, &mut best);
            for pair in best.windows(2) {
                self.places[pair[0]].next = Some(pair[1]);
                self.places[pair[1]].before = Some(pair[0]);
            }
        }
    }

    /// Looks for the longest chain that is a label.
    fn extend(&self, chain: &mut Vec<usize>, text: &str, best: &mut Vec<usize>) {
        let Some(last) = chain.last().map(|last| &self.places[*last]).filter(|_| chain.len() < LABEL_LINES) else { return };
        for next in self.below(last.line) {
            let place = &self.places[next];
            if place.before.is_some() || place.width > LABEL_WIDTH || place.off(last) > LABEL_OFF {
                continue;
            }
            let joined = format!("{text}{}", place.text);
            let by_themselves = || self.lexicon.is_label(text) && self.lexicon.is_label(place.text);
            chain.push(next);
            if chain.len() > best.len() && self.lexicon.is_label(&joined) && !by_themselves() {
                best.clone_from(chain);
            }
            if self.lexicon.begins(&joined) {
                self.extend(chain, &joined, best);
            }
            chain.pop();
        }
    }

    /// The pieces of the next lines.
    fn below(&self, line: usize) -> impl Iterator<Item = usize> {
        let lines = line + 1..(line + 1 + REACH).min(self.by_line.len());
        lines.flat_map(|line| self.by_line[line].iter().copied())
    }

    /// The nearest piece under another one: set as it is, or else the one that it stands over most.
    fn under(&self, index: usize) -> Option<usize> {
        let place = &self.places[index];
        let over = |other: &usize| place.overlap(&self.places[*other]) > 0;
        let set = |other: &usize| self.is_set(place, &self.places[*other]);
        let aligned = self.below(place.line).find(|other| over(other) && set(other));
        aligned.or_else(|| {
            let mut all = self.below(place.line).filter(over);
            let first = all.next()?;
            let line = self.places[first].line;
            let rest = all.filter(|other| self.places[*other].line == line);
            rest.chain([first]).max_by_key(|other| place.overlap(&self.places[*other]))
        })
    }

    /// Whether a piece begins an item of a list, or has a label of its own.
    fn is_item(&self, place: &Place) -> bool {
        let dotted = marker(place.text).is_some();
        dotted || !self.lexicon.cuts(place.text).is_empty()
    }

    /// Whether a piece stands as the rest of another one would.
    fn is_set(&self, place: &Place, behind: &Place) -> bool {
        place.is_under(behind) || behind.start >= place.start && behind.end <= place.end
    }

    /// Pieces that fill their column go on in the next one under them, where nothing beside them says that another row begins.
    fn link_full(&mut self) {
        let count = self.places.len();
        let under: Vec<Option<usize>> = (0..count).map(|index| self.under(index)).collect();
        let is_full = |index: usize| {
            let place = &self.places[index];
            let gap = if place.width >= PROSE { 4 } else { 2 };
            let fills = self.widest[index] >= NARROWEST + 2 && place.width + gap >= self.widest[index];
            // The unit of a measure alone may stand in the next line.
            let unit = under[index].is_some_and(|next| self.places[next].width <= 4 && !self.places[next].numeric);
            let measure = place.width >= 6 && place.width + 2 >= self.widest[index] && unit;
            if place.numeric && !place.is_cut() { measure } else { place.width >= NARROWEST && (place.tight || fills) }
        };
        let full: Vec<bool> = (0..count).map(is_full).collect();
        let mut fragment: Vec<bool> = full.iter().zip(&under).map(|(full, under)| *full && under.is_some()).collect();
        for (index, under) in under.iter().enumerate() {
            if let Some(under) = under.filter(|under| full[index] && !self.places[*under].numeric) {
                fragment[under] = true;
            }
            fragment[index] |= self.places[index].next.is_some() || self.places[index].before.is_some();
        }
        // What stands beside a piece and is sure to be a cell of its own.
        let beside: Vec<bool> = (0..count)
            .map(|index| {
                let place = &self.places[index];
                let sure = |other: &usize| {
                    let other_place = &self.places[*other];
                    *other != index
                        && !fragment[*other]
                        && !self.is_item(other_place)
                        && (other_place.start > place.start || other_place.numeric)
                };
                self.by_line[place.line].iter().any(sure)
            })
            .collect();
        for index in 0..count {
            let place = self.places[index];
            let Some(next) = under[index].filter(|_| full[index] && place.next.is_none()) else { continue };
            let behind = self.places[next];
            if behind.before.is_some() || behind.next.is_some() || place.text == behind.text {
                continue;
            }
            let begins = self.is_item(&behind);
            // A short word may be the rest of a text, and a label besides.
            let label = self.lexicon.is_label(place.text) || behind.width > 4 && self.lexicon.is_label(behind.text);
            if begins || label || !self.is_set(&place, &behind) || behind.numeric && !place.is_cut() {
                continue;
            }
            // A line shorter than the one above it is the last one of its cell.
            if place.before.is_some_and(|before| place.width < self.places[before].width) {
                continue;
            }
            let goes_on = full[next] && under[next].is_some();
            let (here, there, first) = (beside[index], beside[next], place.before.is_none());
            // The other cells of the row stand beside its middle.
            let off = match behind.line - place.line {
                1 => here && goes_on && first,
                _ => here && first || there && !goes_on,
            };
            if !(here && there || off) {
                self.places[index].next = Some(next);
                self.places[next].before = Some(index);
            }
        }
    }

    /// The whole cell that begins with a piece.
    fn cell(&self, first: usize) -> Joined {
        let mut places = vec![first];
        let mut last = first;
        while let Some(next) = self.places[last].next {
            places.push(next);
            last = next;
        }
        Joined { places, middle: self.places[first].line + self.places[last].line }
    }

    /// A line of running text: the label beside it, if it has one, and the text.
    fn text_of(&self, line: usize) -> Option<(Option<usize>, usize)> {
        match self.by_line[line][..] {
            [only] if !is_noise(self.places[only].text) => Some((None, only)),
            [label, text] if self.places[label].width <= BESIDE => Some((Some(label), text)),
            _ => None,
        }
    }

    /// A line with nothing but a part of a label, left of running text.
    fn lone_label(&self, line: usize, text: usize) -> Option<usize> {
        let [only] = self.by_line[line][..] else { return None };
        let place = &self.places[only];
        let is_label = place.next.is_some() || place.before.is_some() || self.lexicon.is_label(place.text);
        (is_label && place.width <= BESIDE && place.start + 1 < self.places[text].start).then_some(only)
    }

    /// Runs of lines of running text, each with the labels beside it.
    fn prose(&mut self) {
        let mut line = 0;
        while line < self.by_line.len() {
            let is_prose = |text: usize| self.widest[text] >= PROSE || marker(self.places[text].text).is_some();
            let Some((_, first)) = self.text_of(line).filter(|(_, text)| is_prose(*text)) else {
                line += 1;
                continue;
            };
            let (mut labels, mut texts) = (Vec::new(), Vec::new());
            let mut top = line;
            while let Some(label) = top.checked_sub(1).and_then(|above| self.lone_label(above, first)) {
                top -= 1;
                labels.insert(0, label);
            }
            let mut at = line;
            while at < self.by_line.len() {
                if let Some(label) = self.lone_label(at, first) {
                    labels.push(label);
                } else {
                    let Some((label, text)) = self.text_of(at) else { break };
                    if (self.places[text].start - self.places[first].start).abs() > 1 {
                        break;
                    }
                    labels.extend(label);
                    texts.push(text);
                }
                at += 1;
            }
            // A label that begins behind the last line of text is another one's.
            let last = texts.last().map_or(line, |text| self.places[*text].line);
            labels.retain(|label| self.places[*label].before.is_none() && self.places[*label].line <= last);
            if texts.len() >= 2 || !labels.is_empty() {
                self.split_prose(&labels, &texts);
            }
            line = at.max(line + 1);
        }
    }

    /// Parts running text between the labels beside it: where its numbers begin anew, or so that each label stands in the middle.
    fn split_prose(&mut self, labels: &[usize], texts: &[usize]) {
        let labels: Vec<Joined> = labels.iter().map(|label| self.cell(*label)).collect();
        let text = |index: usize| self.places[texts[index]].text;
        let number = |index: usize| marker(text(index)).map(|marker| marker.number);
        // Numbers of a list inside an item do not begin behind a sentence that is not over.
        let over = |index: usize| text(index).ends_with(['。', '；', ';', '.', '！']);
        let mut begins = vec![0];
        begins.extend((1..texts.len()).filter(|index| number(*index) == Some(1) && over(index - 1)));
        if !(labels.len()..=labels.len() + 1).contains(&begins.len()) {
            begins.truncate(1);
            let numbered: Vec<usize> = (1..texts.len()).filter(|index| number(*index).is_some()).collect();
            let all: Vec<usize> = (1..texts.len()).collect();
            for pair in labels.windows(2) {
                let middle = (pair[0].middle + pair[1].middle) / 4;
                let from = if numbered.is_empty() { &all } else { &numbered };
                let near = from.iter().min_by_key(|index| self.places[texts[**index]].line.abs_diff(middle));
                begins.extend(near.filter(|near| begins.last() < Some(*near)));
            }
        }
        let lead = begins.len().saturating_sub(labels.len());
        let mut labels = labels.into_iter();
        for (index, &begin) in begins.iter().enumerate() {
            let end = begins.get(index + 1).copied().unwrap_or(texts.len());
            let part = &texts[begin..end];
            let at = self.places[part[0]].line * 2;
            part.iter().for_each(|text| self.taken[*text] = true);
            let label = if index >= lead { labels.next() } else { None };
            let Some(label) = label else {
                // Without a label each paragraph is a row: notes, or what goes on from the page before.
                let mut paragraphs: Vec<Vec<usize>> = Vec::new();
                for &text in part {
                    match paragraphs.last_mut() {
                        Some(last) if marker(self.places[text].text).is_none() => last.push(text),
                        _ => paragraphs.push(vec![text]),
                    }
                }
                for paragraph in paragraphs {
                    let at = self.places[paragraph[0]].line * 2;
                    self.rows.push((at, vec![Joined { places: paragraph, middle: at }]));
                }
                continue;
            };
            label.places.iter().for_each(|place| self.taken[*place] = true);
            self.rows.push((at, vec![label, Joined { places: part.to_vec(), middle: at }]));
        }
        // More labels than texts: each stands for itself.
        for label in labels {
            label.places.iter().for_each(|place| self.taken[*place] = true);
            self.rows.push((label.middle, vec![label]));
        }
    }

    /// Cells of one middle are a row.
    fn tabular(&mut self) {
        let free = |index: &usize| self.places[*index].before.is_none() && !self.taken[*index];
        let cells = (0..self.places.len()).filter(free).map(|index| self.cell(index));
        let (mut single, mut several): (Vec<Joined>, Vec<Joined>) = cells.partition(|cell| cell.places.len() == 1);
        single.sort_by_key(|cell| cell.middle);
        let mut found: Vec<(usize, Vec<Joined>)> = Vec::new();
        for cell in single {
            match found.last_mut() {
                Some((middle, row)) if *middle == cell.middle => row.push(cell),
                _ => found.push((cell.middle, vec![cell])),
            }
        }
        several.sort_by_key(|cell| cell.middle);
        let hits = |a: &usize, b: &usize| self.places[*a].overlap(&self.places[*b]) > 0;
        let blocked = |row: &[Joined], cell: &Joined| {
            row.iter().any(|other| other.places.iter().any(|a| cell.places.iter().any(|b| hits(a, b))))
        };
        for cell in several {
            let near = found.iter().enumerate().filter(|(_, (middle, _))| middle.abs_diff(cell.middle) <= 1);
            let near = near.filter(|(_, (_, row))| !blocked(row, &cell));
            // A row of values rather than a label alone.
            let best = near.min_by_key(|(_, (middle, row))| (middle.abs_diff(cell.middle), std::cmp::Reverse(row.len())));
            match best.map(|(index, _)| index) {
                Some(index) => found[index].1.push(cell),
                None => {
                    let at = found.partition_point(|(middle, _)| *middle <= cell.middle);
                    found.insert(at, (cell.middle, vec![cell]));
                }
            }
        }
        self.rows.extend(found);
    }
}
