//! Lines of a printed page → rows of cells: the cheapest way to cut the lines into rows.
//!
//! What stands over each other in a row is one cell, and its lines are as full as their column is wide; all cells of a row stand
//! beside its middle, or all begin at its top; two numbers are two cells. None of this decides alone, so each is a price, and
//! dynamic programming over the lines finds the cheapest cut. Labels of merged cells then take the rows whose middle they stand at.

/// A row is no higher, in lines.
const HIGHEST: usize = 30;
/// Prices in hundredths of a row.
const ROW: u32 = 120;
/// Of a row with a single cell, which may be a line of the row above or below.
const LONELY: u32 = 60;
/// Two cells stand over each other.
const BESIDE: u32 = 300;
/// The second of two numbers; a number behind a text; a text behind a number.
const NUMBERS: u32 = 500;
const NUMBER_BEHIND: u32 = 150;
const TEXT_BEHIND: u32 = 150;
/// A line that is not full goes on; an item of a list begins inside a cell; a label goes on or is gone on to.
const NOT_FULL: u32 = 200;
const ITEM: u32 = 60;
const LABEL: u32 = 400;
/// A word that might be a label, too, goes on.
const WORD: u32 = 120;
/// A header of a column and a number in one row, in different lines.
const HEADED: u32 = 250;
/// Lines of one cell that are not set alike; the same text again.
const ASKEW: u32 = 150;
const AGAIN: u32 = 300;
/// A line of the page left out inside a cell: those of its neighbours stand half a line higher; any more; a blank line.
const LINE_OUT: u32 = 10;
const LINES_OUT: u32 = 300;
const BLANK_LINE: u32 = 200;
/// And inside a row.
const BLANK_IN_ROW: u32 = 80;
/// A cell stands off the middle (or the top) of its row: by half a line, and per further one.
const OFF_HALF: u32 = 30;
const OFF: u32 = 60;
/// A label off the middle of its rows, per half line; rows before the first label, which stands on the page before.
const LABEL_OFF: u32 = 30;
const UNLABELLED: u32 = 120;
/// A label whose only row is blank.
const BLANK_ROW: u32 = 30;
/// A label whose rows go on on the next page, wherever it stands.
const CUT: u32 = 60;
/// Labels dearer than this on average are not what they seem.
const DOUBTFUL: u32 = 160;

/// A piece of a line, as far as rows go.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'d> {
    pub text: &'d str,
    pub line: usize,
    pub start: i64,
    pub end: i64,
    /// In half characters, and that of its column.
    pub width: u32,
    pub column: u32,
    pub numeric: bool,
    /// Ends where no value ends.
    pub is_cut: bool,
    /// Begins an item of a list, or has a label of its own.
    pub is_item: bool,
    pub is_label: bool,
    pub is_header: bool,
    /// The label of several lines that it is part of.
    pub label: Option<usize>,
}

impl Piece<'_> {
    /// Whether what comes first in a line would not have fitted behind this one.
    fn is_full_before(&self, below: &Piece) -> bool {
        let ascii = below.text.chars().take_while(char::is_ascii_graphic).count() as u32;
        let mut behind = below.text.chars().skip(ascii as usize);
        let closing = |c: char| matches!(c, '，' | '。' | '；' | '、' | '：' | '）' | '”' | '》' | '！' | '%');
        let first = match ascii {
            0 => 2 + if behind.nth(1).is_some_and(closing) { 2 } else { 0 },
            _ => ascii.min(12),
        };
        // Between Chinese and numbers stands less than the blank that is printed.
        let loose = if self.text.contains([' ', '-']) || self.text.contains(|c: char| c.is_ascii_digit()) { 2 } else { 0 };
        self.width + first + loose > self.column
    }

    fn is_under(&self, other: &Piece) -> bool {
        let off = (self.start + self.end - other.start - other.end).abs();
        (self.start - other.start).abs() <= 1 || off <= 5 || (self.end - other.end).abs() <= 1
    }
}

/// Where cells stand in their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    Middle,
    Top,
}

/// A row: its lines, and its cells from left to right, each from top to bottom.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub first: usize,
    pub last: usize,
    pub cells: Vec<Vec<usize>>,
}

/// Pieces, and on which lines of the page they stand.
pub struct Stack<'a, 'd> {
    pub pieces: &'a [Piece<'d>],
    /// Per line, those that are to be put into rows.
    pub lines: &'a [Vec<usize>],
    /// Lines behind a blank one.
    pub behind_blank: &'a [bool],
}

impl Stack<'_, '_> {
    /// The cheapest rows of a run of lines, and their price.
    pub fn rows(&self, from: usize, to: usize, set: Set) -> (u32, Vec<Row>) {
        let count = to - from;
        let mut best: Vec<(u32, usize)> = vec![(u32::MAX, 0); count + 1];
        best[0].0 = 0;
        for first in 0..count {
            let before = best[first].0;
            if before == u32::MAX {
                continue;
            }
            for last in first..count.min(first + HIGHEST) {
                let (price, hopeless) = self.price(from + first, from + last, set);
                let whole = before.saturating_add(price);
                if whole < best[last + 1].0 {
                    best[last + 1] = (whole, first);
                }
                if hopeless {
                    break;
                }
            }
        }
        let mut rows = Vec::new();
        let mut at = count;
        while at > 0 {
            let first = best[at].1;
            let cells = self.cells(from + first, from + at - 1);
            let lines = || cells.iter().flatten().map(|piece| self.pieces[*piece].line);
            if let (Some(first), Some(last)) = (lines().min(), lines().max()) {
                rows.push(Row { first, last, cells });
            }
            at = first;
        }
        rows.reverse();
        (best[count].0, rows)
    }

    /// What stands over each other in some lines: cells from left to right.
    fn cells(&self, first: usize, last: usize) -> Vec<Vec<usize>> {
        let mut cells: Vec<(i64, i64, Vec<usize>)> = Vec::new();
        for &piece in self.lines[first..=last].iter().flatten() {
            let place = &self.pieces[piece];
            let over = |(start, end, pieces): &(i64, i64, Vec<usize>)| {
                let overlap = place.end.min(*end) - place.start.max(*start);
                let last = pieces.last().map(|last| &self.pieces[*last]);
                let whole = place.label.is_some() && last.is_some_and(|last| last.label == place.label);
                match last {
                    _ if whole => i64::MAX,
                    Some(last) if last.line == place.line => 0,
                    _ => overlap,
                }
            };
            match cells.iter_mut().max_by_key(|cell| over(cell)).filter(|cell| over(cell) > 0) {
                Some((start, end, pieces)) => {
                    (*start, *end) = (place.start.min(*start), place.end.max(*end));
                    pieces.push(piece);
                }
                None => cells.push((place.start, place.end, vec![piece])),
            }
        }
        cells.sort_by_key(|(start, ..)| *start);
        cells.into_iter().map(|(.., pieces)| pieces).collect()
    }

    /// What it costs that lines are one row, and whether more lines can only make it worse.
    fn price(&self, first: usize, last: usize, set: Set) -> (u32, bool) {
        let cells = self.cells(first, last);
        let lines = || cells.iter().flatten().map(|piece| self.pieces[*piece].line);
        let (Some(top), Some(bottom)) = (lines().min(), lines().max()) else { return (0, false) };
        let blanks = (top + 1..=bottom).filter(|line| self.behind_blank[*line]).count() as u32;
        let mut price = ROW + BLANK_IN_ROW * blanks + if cells.len() == 1 { LONELY } else { 0 };
        let (mut clashes, mut farthest) = (0, 0);
        // Headers of columns, and numbers or items of lists in other lines: years under what heads them, or the first row.
        let mut single = cells.iter().flatten().map(|piece| &self.pieces[*piece]).filter(|piece| piece.label.is_none());
        let filled = |piece: &usize| self.pieces[*piece].numeric || self.pieces[*piece].is_item;
        let bare = |line: usize| !self.lines[line].iter().any(filled);
        let numbers = cells.iter().flatten().any(filled);
        if numbers && single.any(|piece| piece.is_header && bare(piece.line)) {
            price += HEADED;
        }
        let extent = |cell: &Vec<usize>| {
            let places = || cell.iter().map(|piece| &self.pieces[*piece]);
            (places().map(|place| place.start).min().unwrap_or(0), places().map(|place| place.end).max().unwrap_or(0))
        };
        // Cells that stand over each other all the same: one spans others.
        let over = |pair: &[Vec<usize>]| extent(&pair[0]).1 > extent(&pair[1]).0 + 1;
        clashes += BESIDE * cells.windows(2).filter(|pair| over(pair)).count() as u32;
        for cell in &cells {
            for pair in cell.windows(2) {
                let (above, below) = (&self.pieces[pair[0]], &self.pieces[pair[1]]);
                let (more, clash) = self.seam(above, below);
                (price, clashes) = (price + more, clashes + clash);
            }
            let place = |piece: Option<&usize>| piece.map_or(0, |piece| self.pieces[*piece].line);
            let (start, end) = (place(cell.first()), place(cell.last()));
            let off = match set {
                Set::Middle => (start + end).abs_diff(top + bottom),
                Set::Top => 2 * start.abs_diff(top),
            };
            farthest = farthest.max(off as u32);
        }
        price += OFF_HALF * farthest.min(1) + OFF * farthest.saturating_sub(1);
        (price + clashes, clashes >= 6 * BESIDE)
    }

    /// What it costs that a line of a cell goes on in another one, and how much of that no other line can make good.
    fn seam(&self, above: &Piece, below: &Piece) -> (u32, u32) {
        let mut price = match below.line - above.line {
            1 => 0,
            2 => LINE_OUT,
            3 => 3 * LINE_OUT,
            out => LINES_OUT * (out as u32 - 3),
        };
        price += BLANK_LINE * (above.line + 1..=below.line).filter(|line| self.behind_blank[*line]).count() as u32;
        if above.label.is_some() && above.label == below.label {
            return (price, 0);
        }
        let mut clash = 0;
        let unit = below.width <= 4 && !below.numeric;
        match (above.numeric, below.numeric) {
            _ if above.is_cut => {}
            (true, true) => clash += NUMBERS,
            (false, true) if !below.is_item => price += NUMBER_BEHIND,
            (true, false) if !unit && above.width + 4 < above.column => price += TEXT_BEHIND,
            _ => {}
        }
        if above.label.is_some() || below.label.is_some() || above.is_label && below.is_item {
            clash += LABEL;
        } else if above.is_label || below.is_label && below.width > 4 {
            price += WORD;
        }
        if below.is_item {
            price += ITEM;
        } else if !above.is_full_before(below) {
            price += NOT_FULL;
        }
        if !above.is_under(below) {
            price += ASKEW;
        }
        if above.text == below.text {
            price += AGAIN;
        }
        (price, clash)
    }
}

/// A label that stands for several rows.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    pub start: i64,
    pub end: i64,
    pub first: usize,
    pub last: usize,
}

/// For each label the rows that it stands for, which may be none; nothing where that cannot be told. The labels are of one column, from top to bottom, the
/// rows those beside it. `open`: whether rows may be there whose label is on the page before, or goes on on the next.
pub fn extents(labels: &[Label], rows: &[Row], open: (bool, bool)) -> Option<Vec<std::ops::Range<usize>>> {
    let fit = |set: Set| {
        // best[k][r]: the first k labels take the first r rows.
        let mut best = vec![vec![(u32::MAX, 0usize); rows.len() + 1]; labels.len() + 1];
        best[0][0].0 = 0;
        for (before, entry) in best[0].iter_mut().enumerate().skip(1) {
            entry.0 = if open.0 { UNLABELLED + before as u32 } else { 8 * UNLABELLED };
        }
        for (index, label) in labels.iter().enumerate() {
            for from in 0..=rows.len() {
                let before = best[index][from].0;
                if before == u32::MAX {
                    continue;
                }
                let alone =
                    (from == 0 || rows[from - 1].last < label.first) && rows.get(from).is_none_or(|row| label.last < row.first);
                if alone && before + BLANK_ROW < best[index + 1][from].0 {
                    best[index + 1][from] = (before + BLANK_ROW, from);
                }
                for to in from + 1..=rows.len() {
                    let off = match set {
                        Set::Middle => (rows[from].first + rows[to - 1].last).abs_diff(label.first + label.last),
                        Set::Top => 2 * rows[from].first.abs_diff(label.first),
                    };
                    let mut price = LABEL_OFF * off as u32;
                    // Its rows go on on the next page: where its middle is cannot be seen.
                    if open.1 && index + 1 == labels.len() && to == rows.len() {
                        price = price.min(CUT);
                    }
                    let whole = before.saturating_add(price);
                    if whole < best[index + 1][to].0 {
                        best[index + 1][to] = (whole, from);
                    }
                }
            }
        }
        let price = best[labels.len()][rows.len()].0;
        let mut begins = Vec::new();
        let mut at = rows.len();
        for index in (1..=labels.len()).rev() {
            let from = best[index][at].1;
            begins.push(from..at);
            at = from;
        }
        begins.reverse();
        (price, begins)
    };
    let (middle, top) = (fit(Set::Middle), fit(Set::Top));
    let (price, begins) = if top.0 < middle.0 { top } else { middle };
    // All rows are a single label's.
    if let ([_], true) = (labels, price > DOUBTFUL) {
        return Some(std::iter::once(0..rows.len()).collect());
    }
    (price != u32::MAX && price <= DOUBTFUL * labels.len() as u32 + UNLABELLED).then_some(begins)
}

/// A cell further than this from every column belongs to none.
const ASTRAY: i64 = 3;

/// In which column each cell stands, row by row, from where they begin and end; none for rows of which that cannot be said.
pub fn columns(rows: &[Vec<(i64, i64)>]) -> Vec<Option<Vec<u32>>> {
    // The fullest row shows the columns; what stands between them in other rows is one more.
    let Some(fullest) = rows.iter().rev().max_by_key(|row| row.len()) else { return Vec::new() };
    let mut places = fullest.clone();
    if places.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return vec![None; rows.len()];
    }
    for row in rows.iter().filter(|row| row.len() == fullest.len()) {
        if places.iter().zip(row).all(|(column, cell)| distance(*column, *cell) == 0) {
            let wider: Vec<(i64, i64)> =
                places.iter().zip(row).map(|(column, cell)| (column.0.min(cell.0), column.1.max(cell.1))).collect();
            if wider.windows(2).all(|pair| pair[0].1 <= pair[1].0) {
                places = wider;
            }
        }
    }
    for &cell in rows.iter().flatten() {
        if places.iter().all(|column| distance(*column, cell) >= 2) {
            let at = places.partition_point(|column| column.0 < cell.0);
            places.insert(at, cell);
        }
    }
    rows.iter().map(|row| assign(row, &places)).collect()
}

fn distance(a: (i64, i64), b: (i64, i64)) -> i64 {
    (a.0.max(b.0) - a.1.min(b.1)).max(0)
}

/// The columns of a row's cells, in their order and as near as can be.
fn assign(row: &[(i64, i64)], places: &[(i64, i64)]) -> Option<Vec<u32>> {
    // Nearest, and of those that it stands over the one whose middle is nearest.
    let price = |cell: (i64, i64), column: (i64, i64)| {
        let off = (cell.0 + cell.1 - column.0 - column.1).abs();
        distance(cell, column) * 100 + off
    };
    let far = i64::MAX / 4;
    let mut best = vec![vec![(far, false); places.len() + 1]; row.len() + 1];
    best[0].iter_mut().for_each(|entry| entry.0 = 0);
    for (index, cell) in row.iter().enumerate() {
        for (column, place) in places.iter().enumerate() {
            let skip = best[index + 1][column].0;
            let take = best[index][column].0 + price(*cell, *place);
            best[index + 1][column + 1] = if take < skip { (take, true) } else { (skip, false) };
        }
    }
    let mut found = vec![0; row.len()];
    let (mut index, mut column) = (row.len(), places.len());
    while index > 0 {
        if column == 0 || best[index][column].0 >= far {
            return None;
        }
        if best[index][column].1 {
            (index, column) = (index - 1, column - 1);
            if distance(row[index], places[column]) > ASTRAY {
                return None;
            }
            found[index] = column as u32;
        } else {
            column -= 1;
        }
    }
    Some(found)
}
