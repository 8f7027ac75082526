//! A printed page as it looks → its cells in reading order: which lines under each other are one cell, and which cells stand in
//! one row.
//!
//! Labels are found first, over as many lines as they are cut into; running text stands beside its label, wherever that is
//! printed; for all else `stack` finds which lines are one row. Labels of several rows go to the first one of them, and columns
//! are counted from each row of headers on. What comes out is only an order: every piece keeps its place.

use super::cost::LABEL_TYPO;
use super::evidence::is_noise;
use super::lexicon::{Lexicon, Match, Role};
use super::pieces::{PROSE, Piece, Place, places};
use super::stack::{self, Label, Set, Stack};
use crate::document::{Block, Row};
use crate::value::notation::is_cjk;
use crate::value::text::marker;

/// So many lines further down at most a cell goes on: in the next one, or behind one in which only its neighbours stand.
const REACH: usize = 2;
/// The most lines that a label is cut into, how wide they are, and how far their middles lie apart.
const LABEL_LINES: usize = 6;
const LABEL_WIDTH: u32 = 32;
const LABEL_OFF: i64 = 6;
const LABEL_OFF_MOVED: i64 = 40;
/// So many lines away something may show where a piece stands.
const SIGHT: usize = 12;
/// Labels beside running text are no wider.
const BESIDE: u32 = 16;

/// Rows of cells of pieces, in reading order. The number is that of the row in the block that stands highest.
pub struct Assembled<'d> {
    pub number: u32,
    /// The columns of the cells, where they can be told.
    pub columns: Option<Vec<u32>>,
    pub cells: Vec<Vec<Piece<'d>>>,
}

/// From where to where labels under each other stand, and they themselves.
type LabelColumn = (i64, i64, Vec<(Label, Joined)>);

/// A cell: places from top to bottom, and twice the line of its middle.
struct Joined {
    places: Vec<usize>,
    middle: usize,
}

/// A page under way.
struct Sheet<'d, 'l> {
    places: Vec<Place<'d>>,
    by_line: Vec<Vec<usize>>,
    /// Lines behind a blank one.
    behind_blank: Vec<bool>,
    /// Per piece: how wide its column is, the widest of those that stand under or above it alike.
    widest: Vec<u32>,
    lexicon: &'l Lexicon,
    /// Pieces that are in a row already; those of running text.
    taken: Vec<bool>,
    is_text: Vec<bool>,
    rows: Vec<(usize, Vec<Joined>)>,
}

/// Puts the pieces of a page into reading order.
pub fn assemble<'d>(block: &'d Block, lexicon: &Lexicon) -> Vec<Assembled<'d>> {
    let places = places(block, lexicon);
    let mut by_line: Vec<Vec<usize>> = vec![Vec::new(); block.rows.len()];
    for (index, place) in places.iter().enumerate() {
        by_line[place.line].push(index);
    }
    let taken = vec![false; places.len()];
    let number = |row: &Row| row.cells.first().and_then(|cell| cell.locus.line());
    let behind = |pair: &[Row]| number(&pair[0]).zip(number(&pair[1])).is_some_and(|(above, below)| below > above + 1);
    let behind_blank = [false].into_iter().chain(block.rows.windows(2).map(behind)).collect();
    let mut sheet =
        Sheet { places, by_line, behind_blank, widest: Vec::new(), lexicon, is_text: taken.clone(), taken, rows: Vec::new() };
    sheet.settle();
    sheet.measure();
    sheet.link_labels();
    sheet.prose();
    sheet.tabular();
    sheet.close();
    sheet.rows.sort_by_key(|(at, _)| *at);
    for (_, cells) in &mut sheet.rows {
        cells.sort_by_key(|cell| sheet.places[cell.places[0]].start);
    }
    let columns = sheet.columns();
    let Sheet { places, rows, .. } = sheet;
    let mut number = 0;
    let mut out = Vec::with_capacity(rows.len());
    for ((_, cells), columns) in rows.into_iter().zip(columns) {
        let top = cells.iter().map(|cell| places[cell.places[0]].line as u32).min();
        number = number.max(top.unwrap_or(number));
        let pieces = |cell: &Joined| cell.places.iter().map(|place| places[*place].piece).collect();
        out.push(Assembled { number, columns, cells: cells.iter().map(pieces).collect() });
    }
    out
}

impl Sheet<'_, '_> {
    /// Puts pieces right whose place is not known. What stands close behind another text is printed as far behind it as that has
    /// characters, which are wider than the places counted; it stands under or over something that has its true place.
    fn settle(&mut self) {
        for index in 0..self.places.len() {
            let place = self.places[index];
            if !place.moved {
                continue;
            }
            let before = place.piece.cell.text.chars().take(place.piece.from as usize).filter(|c| is_cjk(*c)).count() as i64;
            let right =
                self.by_line[place.line].iter().map(|other| self.places[*other].start).filter(|at| *at > place.start).min();
            let fits = |at: i64| right.is_none_or(|right| at + 1 < right);
            let near = self.places.iter().filter(|other| !other.moved && other.line != place.line);
            let near = near.filter(|other| other.line.abs_diff(place.line) <= SIGHT && fits(other.start));
            let guess = place.start + before;
            let near = near.filter(|other| (place.start - 1..=guess + 2).contains(&other.start));
            // How much wider depends on the page; the nearest line knows best.
            let likely = place.start + before * 2 / 5;
            let score = |other: &&Place| (other.start - likely).abs() + other.line.abs_diff(place.line) as i64;
            let best = near.min_by_key(score);
            let start = match best {
                Some(other) => other.start,
                None => (place.start..=likely).rev().find(|at| fits(*at)).unwrap_or(place.start),
            };
            let place = &mut self.places[index];
            (place.start, place.end) = (start, start + place.end - place.start);
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
        let mut below: Vec<usize> = self.below(last.line).collect();
        below.sort_by_key(|next| self.places[*next].off(last));
        for next in below {
            let place = &self.places[next];
            // Where pieces stand that a mere blank parts from others is known only roughly.
            let reach = if place.moved || last.moved { LABEL_OFF_MOVED } else { LABEL_OFF };
            let apart = place.off(last) > reach && place.overlap(last) <= 0;
            if place.before.is_some() || place.width > LABEL_WIDTH || apart {
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

    /// Whether a piece begins an item of a list, or has a label of its own.
    fn is_item(&self, place: &Place) -> bool {
        let dotted = marker(place.text).is_some();
        dotted || !self.lexicon.cuts(place.text).is_empty()
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
        // A part of a label is none.
        let linked = |index: usize| self.places[index].next.is_some() || self.places[index].before.is_some();
        match self.by_line[line][..] {
            [only] if !is_noise(self.places[only].text) && !linked(only) => Some((None, only)),
            [label, text] if self.places[label].width <= BESIDE && !linked(text) => Some((Some(label), text)),
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

    /// Whether a label stands for several rows: by what it is, and as nothing but such labels stands left of it.
    fn spans(&self, cell: &Joined, found: &mut Vec<Match>, spanning: &[bool]) -> bool {
        let text: String = cell.places.iter().map(|place| self.places[*place].text).collect();
        self.lexicon.matches(&text, found);
        let by_role = found.iter().any(|label| {
            matches!(label.role, Role::Section { .. } | Role::Group { .. } | Role::Level1 { .. } | Role::Level2 { .. })
        });
        let start = cell.places.iter().map(|place| self.places[*place].start).min().unwrap_or(0);
        let clear = |place: &usize| {
            let left = self.by_line[self.places[*place].line].iter().filter(|other| self.places[**other].start < start);
            left.filter(|other| !cell.places.contains(other)).all(|other| spanning[*other])
        };
        by_role && cell.places.iter().all(clear) && !self.is_part(cell)
    }

    /// Whether a word stands close above or below a text of the same column, and so may be a part of it.
    fn is_part(&self, cell: &Joined) -> bool {
        let [only] = cell.places[..] else { return false };
        let place = &self.places[only];
        let near = self.by_line[place.line.saturating_sub(2)..(place.line + 3).min(self.by_line.len())].iter().flatten();
        near.map(|other| (*other, &self.places[*other])).any(|(index, other)| {
            let apart = other.line == place.line || place.overlap(other) <= 0 || other.next.is_some() || other.before.is_some();
            !(apart
                || other.width >= PROSE
                || self.taken[index]
                || self.lexicon.begins(other.text)
                || self.lexicon.is_label(other.text))
        })
    }

    /// Every piece is in exactly one row, whatever the search for rows made of it.
    fn close(&mut self) {
        let mut met = vec![false; self.places.len()];
        for (_, cells) in &mut self.rows {
            cells.iter_mut().for_each(|cell| cell.places.retain(|place| !std::mem::replace(&mut met[*place], true)));
            cells.retain(|cell| !cell.places.is_empty());
        }
        self.rows.retain(|(_, cells)| !cells.is_empty());
        for place in (0..met.len()).filter(|place| !met[*place]) {
            let at = 2 * self.places[place].line;
            self.rows.push((at, vec![Joined { places: vec![place], middle: at }]));
        }
    }

    /// Whether a row holds nothing but headers of columns, or years under one.
    fn heads(&self, cells: &[Vec<usize>]) -> bool {
        let mut found = Vec::new();
        let mut is_header = |cell: &Vec<usize>| {
            let text: String = cell.iter().map(|place| self.places[*place].text).collect();
            self.lexicon.matches(&text, &mut found);
            found.iter().any(|label| matches!(label.role, Role::Header { .. } | Role::Side { .. }))
        };
        cells.len() >= 2 && cells.iter().all(&mut is_header)
    }

    /// The columns of all rows, found anew behind each row of headers.
    fn columns(&self) -> Vec<Option<Vec<u32>>> {
        let cells: Vec<Vec<Vec<usize>>> =
            self.rows.iter().map(|(_, cells)| cells.iter().map(|cell| cell.places.clone()).collect()).collect();
        // Labels of several rows may stand in the row of headers.
        let heads: Vec<bool> = cells.iter().map(|row| (0..row.len()).any(|from| self.heads(&row[from..]))).collect();
        let extent = |cell: &Vec<usize>| {
            let places = || cell.iter().map(|place| &self.places[*place]);
            (places().map(|place| place.start).min().unwrap_or(0), places().map(|place| place.end).max().unwrap_or(0))
        };
        let mut out = Vec::with_capacity(cells.len());
        let mut from = 0;
        while from < cells.len() {
            let is_text = |row: usize| cells[row].iter().flatten().any(|place| self.is_text[*place]);
            let ends = |row: &usize| is_text(*row) || heads[*row] && !heads[*row - 1];
            let to = (from + 1..cells.len()).find(ends).unwrap_or(cells.len());
            let to = if is_text(from) { from + 1 } else { to };
            let run: Vec<Vec<(i64, i64)>> = cells[from..to].iter().map(|row| row.iter().map(extent).collect()).collect();
            if is_text(from) || run.iter().all(|row| row.len() < 3) {
                out.extend(run.iter().map(|_| None));
            } else {
                out.append(&mut stack::columns(&run));
            }
            from = to;
        }
        out
    }

    /// What is left over of labels and running text: rows of cells.
    fn tabular(&mut self) {
        // Marks of pages are rows by themselves.
        for line in 0..self.by_line.len() {
            if self.by_line[line].iter().all(|index| is_noise(self.places[*index].text)) {
                let cell = |index: &usize| Joined { places: vec![*index], middle: 2 * line };
                self.rows.push((2 * line, self.by_line[line].iter().map(cell).collect()));
                self.by_line[line].iter().for_each(|index| self.taken[*index] = true);
            }
        }
        let free = |index: &usize| self.places[*index].before.is_none() && !self.taken[*index];
        let mut heads: Vec<Joined> = (0..self.places.len()).filter(free).map(|index| self.cell(index)).collect();
        heads.sort_by_key(|cell| self.places[cell.places[0]].start);
        let mut found = Vec::new();
        let mut spanning = vec![false; self.places.len()];
        let mut labels: Vec<Joined> = Vec::new();
        let mut label_of = vec![None; self.places.len()];
        for cell in heads {
            if self.spans(&cell, &mut found, &spanning) {
                cell.places.iter().for_each(|place| spanning[*place] = true);
                labels.push(cell);
            } else if cell.places.len() > 1 {
                cell.places.iter().for_each(|place| label_of[*place] = Some(cell.places[0]));
            }
        }
        let pieces: Vec<stack::Piece> = (0..self.places.len()).map(|index| self.piece(index, label_of[index])).collect();
        let lines: Vec<Vec<usize>> = self
            .by_line
            .iter()
            .map(|line| line.iter().copied().filter(|index| !self.taken[*index] && !spanning[*index]).collect())
            .collect();
        let stack = Stack { pieces: &pieces, lines: &lines, behind_blank: &self.behind_blank };
        // Between running text.
        let is_text: Vec<bool> = self.by_line.iter().map(|line| line.iter().any(|index| self.taken[*index])).collect();
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (line, is_text) in is_text.iter().enumerate() {
            match runs.last_mut() {
                _ if *is_text => {}
                Some((_, to)) if *to == line => *to += 1,
                _ => runs.push((line, line + 1)),
            }
        }
        let all = |set: Set| {
            let parts = runs.iter().map(|(from, to)| stack.rows(*from, *to, set));
            parts.fold((0, Vec::new()), |(sum, mut rows), (price, mut more)| {
                rows.append(&mut more);
                (sum + price, rows)
            })
        };
        let (middle, top) = (all(Set::Middle), all(Set::Top));
        let rows = if top.0 < middle.0 { top.1 } else { middle.1 };
        let mut out: Vec<(usize, Vec<Joined>)> = Vec::with_capacity(rows.len());
        for row in &rows {
            let joined = |cell: &Vec<usize>| Joined { places: cell.clone(), middle: row.first + row.last };
            out.push((2 * row.first, row.cells.iter().map(joined).collect()));
        }
        self.is_text.clone_from(&self.taken);
        self.place_labels(labels, &rows, &is_text, &mut out);
        self.rows.extend(out);
    }

    fn is_section(&self, cell: &Joined) -> bool {
        let text: String = cell.places.iter().map(|place| self.places[*place].text).collect();
        let mut found = Vec::new();
        self.lexicon.matches(&text, &mut found);
        found.iter().any(|label| matches!(label.role, Role::Section { .. }))
    }

    /// Whether a row holds nothing but years.
    fn years(&self, cells: &[Vec<usize>]) -> bool {
        let is_year = |place: &usize| {
            let text = self.places[*place].text;
            text.ends_with('年') && text.chars().filter(char::is_ascii_digit).count() == 4
        };
        cells.iter().flatten().all(is_year)
    }

    fn piece(&self, index: usize, label: Option<usize>) -> stack::Piece<'_> {
        let place = &self.places[index];
        let mut found = Vec::new();
        self.lexicon.matches(place.text, &mut found);
        stack::Piece {
            text: place.text,
            line: place.line,
            start: place.start,
            end: place.end,
            width: place.width,
            column: self.widest[index],
            numeric: place.numeric,
            is_cut: place.is_cut(),
            is_item: self.is_item(place),
            is_label: self.lexicon.is_label(place.text),
            is_header: found
                .iter()
                .any(|label| label.cost < LABEL_TYPO && matches!(label.role, Role::Header { .. } | Role::Side { .. })),
            label,
        }
    }

    /// Puts labels that stand for several rows at the first one of them.
    fn place_labels(&self, labels: Vec<Joined>, rows: &[stack::Row], is_text: &[bool], out: &mut Vec<(usize, Vec<Joined>)>) {
        let extent = |cell: &Joined| {
            let places = || cell.places.iter().map(|place| &self.places[*place]);
            Label {
                start: places().map(|place| place.start).min().unwrap_or(0),
                end: places().map(|place| place.end).max().unwrap_or(0),
                first: places().map(|place| place.line).min().unwrap_or(0),
                last: places().map(|place| place.line).max().unwrap_or(0),
            }
        };
        // Columns of labels, from left to right.
        let mut columns: Vec<LabelColumn> = Vec::new();
        for cell in labels {
            let label = extent(&cell);
            match columns.iter_mut().find(|(start, end, _)| label.start < *end && *start < label.end) {
                Some((start, end, all)) => {
                    (*start, *end) = (label.start.min(*start), label.end.max(*end));
                    all.push((label, cell));
                }
                None => columns.push((label.start, label.end, vec![(label, cell)])),
            }
        }
        for (start, end, mut all) in columns {
            all.sort_by_key(|(label, _)| label.first + label.last);
            let section = all.iter().all(|(_, cell)| self.is_section(cell));
            let crosses = |row: &stack::Row| {
                // Beside headers stands at most what heads the whole band.
                if !section && (self.heads(&row.cells) || self.years(&row.cells)) {
                    return true;
                }
                let mut pieces = row.cells.iter().flatten().map(|piece| &self.places[*piece]);
                pieces.any(|place| place.start < end && start < place.end)
            };
            // Runs of rows beside the column.
            let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
            for (index, row) in rows.iter().enumerate() {
                if crosses(row) {
                    continue;
                }
                let goes_on = |run: &std::ops::Range<usize>| {
                    run.end == index && !is_text[rows[index - 1].last..row.first].iter().any(|text| *text)
                };
                match runs.last_mut().filter(|run| goes_on(run)) {
                    Some(run) => run.end += 1,
                    None => runs.push(index..index + 1),
                }
            }
            let mut rest = all.into_iter().peekable();
            for run in runs {
                let own = &rows[run.clone()];
                let Some((top, bottom)) = own.first().zip(own.last()).map(|(first, last)| (first.first, last.last)) else {
                    continue;
                };
                let middle = |label: &Label| label.first + label.last;
                // Labels above the run stand alone.
                while let Some((label, cell)) = rest.next_if(|(label, _)| middle(label) + 2 < 2 * top) {
                    out.push((2 * label.first, vec![cell]));
                }
                let mut here = Vec::new();
                while let Some(next) = rest.next_if(|(label, _)| middle(label) <= 2 * bottom + 2) {
                    here.push(next);
                }
                let bounds: Vec<Label> = here.iter().map(|(label, _)| *label).collect();
                let open = (rows[..run.start].iter().all(&crosses), run.end == rows.len());
                let begins = stack::extents(&bounds, own, open);
                for (index, (label, cell)) in here.into_iter().enumerate() {
                    let row = match begins.as_ref().map(|begins| &begins[index]) {
                        Some(own) if own.is_empty() => {
                            out.push((2 * label.first, vec![cell]));
                            continue;
                        }
                        Some(own) => own.start + run.start,
                        // Not sure: before the row whose middle lies behind its own.
                        None => run.start + own.partition_point(|row| row.first + row.last < middle(&label)).min(own.len() - 1),
                    };
                    out[row].1.push(cell);
                }
            }
            out.extend(rest.map(|(label, cell)| (2 * label.first, vec![cell])));
        }
    }
}
