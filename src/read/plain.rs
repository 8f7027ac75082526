//! Lines without separators: paragraphs, rows of aligned blanks, one cell per line, or words in a stream.
//!
//! Decided for a whole run of lines between two tables, for one line says nothing. `title`, `填报日期：…` and notes around a table
//! are paragraphs; a run of many short lines is a form that lost its table; a run of long lines of short words is one that lost
//! its lines too.

use super::Builder;
use super::columns;
use super::pipes::is_bar;
use super::text::{Class, Line};
use crate::document::{Block, Cell, Layout, Row};

/// Reads a run of lines without tabs, rows of bars or rules. `beside`: there is a table in the same source.
pub(super) fn read(builder: &mut Builder, lines: &[Line], beside: bool) {
    if lines.iter().all(Line::is_blank) {
        return;
    }
    if has_marks(lines) {
        return read_marked(builder, lines);
    }
    match sort(lines, beside) {
        Sort::Words => read_each(builder, lines, Layout::Words, false),
        Sort::Cells => read_each(builder, lines, Layout::Cells, is_spread(lines)),
        Sort::Aligned => read_aligned(builder, lines),
        Sort::Lines => read_each(builder, lines, Layout::Lines, false),
    }
}

/// Reads the paragraphs of a page, whose blanks say nothing about columns.
pub(super) fn read_paragraphs(builder: &mut Builder, lines: &[Line], beside: bool) {
    read_each(builder, lines, layout_of(lines, beside), false);
}

/// What the positions of paragraphs are worth that stand between the tables of a document.
pub(super) fn layout_of(lines: &[Line], beside: bool) -> Layout {
    match sort(lines, beside) {
        Sort::Words => Layout::Words,
        Sort::Cells => Layout::Cells,
        Sort::Aligned | Sort::Lines => Layout::Lines,
    }
}

/// Puts the paragraphs of a word processor's file into blocks; none stands for a blank one.
pub(super) fn lay_paragraphs(run: Vec<Option<Cell>>, beside: bool, blocks: &mut Vec<Block>) {
    let text = |cell: &'_ Option<Cell>| cell.as_ref().map_or(String::new(), |cell| cell.text.clone());
    let texts: Vec<String> = run.iter().map(text).collect();
    let lines: Vec<Line> = texts.iter().map(|text| Line::new(0, text)).collect();
    let (layout, spread) = match sort(&lines, beside) {
        Sort::Words => (Layout::Words, false),
        Sort::Cells => (Layout::Cells, is_spread(&lines)),
        Sort::Aligned | Sort::Lines => (Layout::Lines, false),
    };
    let mut rows = Vec::new();
    let mut blank = 0;
    let mut end = |rows: &mut Vec<Row>| {
        if !rows.is_empty() {
            blocks.push(Block { layout, rows: std::mem::take(rows) });
        }
    };
    for cell in run {
        let Some(cell) = cell else {
            blank += 1;
            continue;
        };
        if blank > usize::from(spread) {
            end(&mut rows);
        }
        blank = 0;
        rows.push(Row { cells: vec![cell] });
    }
    end(&mut rows);
}

enum Sort {
    Lines,
    Aligned,
    Cells,
    Words,
}

/// What a run of lines is.
fn sort(lines: &[Line], beside: bool) -> Sort {
    let (mut count, mut words, mut single, mut gaps, mut gapped, mut labelled) =
        (0usize, 0usize, 0usize, 0usize, 0usize, 0usize);
    let mut lengths: Vec<usize> = Vec::new();
    let mut per_line: Vec<usize> = Vec::new();
    // A line of tabs alone is no blank line, and says nothing here.
    for line in lines.iter().filter(|line| !line.is_blank() && !line.text.trim().is_empty()) {
        let text = line.text.trim();
        let here = text.split_whitespace().count();
        let pieces = columns::pieces(text).len().saturating_sub(1);
        count += 1;
        words += here;
        gaps += pieces;
        single += here.saturating_sub(1 + pieces);
        gapped += usize::from(pieces > 0);
        lengths.push(text.chars().count());
        per_line.push(here);
        labelled += usize::from(text.split_once(['：', ':']).is_some_and(|(_, value)| !value.trim().is_empty()));
    }
    let most = per_line.iter().max().copied().unwrap_or_default();
    let longest = lengths.iter().max().copied().unwrap_or_default();
    lengths.sort_unstable();
    per_line.sort_unstable();
    let middle = |numbers: &[usize]| numbers.get(count / 2).copied().unwrap_or_default();
    let (length, usual) = (middle(&lengths), middle(&per_line));
    // Words: (nearly) all of them stand in long lines, with single blanks between.
    let long = most >= 30 && most * 10 >= words * 6 && longest >= 100;
    let wrapped = usual >= 4 && words >= 40 && single > gaps * 2;
    if words >= 20 && ((long && (single >= gaps || gapped <= 2)) || wrapped) {
        return Sort::Words;
    }
    if gapped >= 2 && gapped * 3 >= count || gapped >= 1 && (beside || count <= 6) || gapped >= 6 && gapped * 6 >= count {
        return Sort::Aligned;
    }
    let enough = if beside { 12 } else { 4 };
    if count >= enough && length <= 14 && labelled * 2 < count {
        return Sort::Cells;
    }
    if gapped >= 1 { Sort::Aligned } else { Sort::Lines }
}

/// Whether a blank line stands behind nearly every line: then it parts nothing.
fn is_spread(lines: &[Line]) -> bool {
    let filled = lines.iter().filter(|line| !line.is_blank()).count();
    let alone = lines.windows(2).filter(|pair| !pair[0].is_blank() && pair[1].is_blank()).count();
    filled >= 4 && alone * 10 >= filled * 8
}

/// A row of one cell.
fn alone(builder: &mut Builder, text: &str, line: &Line) -> Row {
    Row { cells: vec![Cell { column: 0, ..builder.cell(text, line.number, line.before + 1) }] }
}

/// One row of one cell per line; blank lines end blocks, unless every line has one behind it.
fn read_each(builder: &mut Builder, lines: &[Line], layout: Layout, spread: bool) {
    let mut rows = Vec::new();
    let mut blank = 0;
    for line in lines {
        if builder.is_full() {
            break;
        }
        if line.is_blank() {
            blank += 1;
            continue;
        }
        if blank > usize::from(spread) {
            builder.push(layout, std::mem::take(&mut rows));
        }
        blank = 0;
        rows.push(alone(builder, line.text, line));
    }
    builder.push(layout, rows);
}

/// Whether lone bars mark the ends of cells: several of them, and no line with more than one at its end.
pub(super) fn has_marks(lines: &[Line]) -> bool {
    let (mut lone, mut tails, mut filled) = (0usize, 0usize, 0usize);
    for line in lines.iter().filter(|line| !line.is_blank()) {
        filled += 1;
        lone += usize::from(line.class == Class::LoneBar);
        tails += usize::from(is_tail(line));
    }
    lone >= 2 || (lone + tails >= 2 && (lone + tails) * 3 >= filled)
}

/// `text |`: a cell and its end.
pub(super) fn is_tail(line: &Line) -> bool {
    line.class == Class::Bars(1) && line.text.trim_end().ends_with(is_bar) && !line.text.trim_start().starts_with(is_bar)
}

/// One cell per line where lone bars mark cell ends, or stand for blank cells: a bar right behind a text ends it when nearly
/// every text has one; any other bar, and any blank line among them, is a blank cell.
fn read_marked(builder: &mut Builder, lines: &[Line]) {
    let is_text = |line: &Line| !line.is_blank() && line.class != Class::LoneBar;
    let texts = lines.iter().filter(|line| is_text(line)).count();
    let filled: Vec<&Line> = lines.iter().filter(|line| !line.is_blank()).collect();
    let ended =
        filled.windows(2).filter(|pair| is_text(pair[0]) && !is_tail(pair[0]) && pair[1].class == Class::LoneBar).count();
    let tails = lines.iter().filter(|line| is_tail(line)).count();
    let ends = (ended + tails) * 10 >= texts * 8 && ended > 0;
    // Where every line has a blank one behind it, blank lines say nothing.
    let blanks = lines.windows(2).filter(|pair| !pair[0].is_blank() && pair[1].is_blank()).count();
    let spread = blanks * 10 >= filled.len() * 6;
    let first = lines.iter().position(|line| !line.is_blank()).unwrap_or_default();
    let last = lines.iter().rposition(|line| !line.is_blank()).unwrap_or_default();
    let mut rows = Vec::new();
    let mut open = false;
    for line in &lines[first..=last] {
        if builder.is_full() {
            break;
        }
        if line.is_blank() {
            if !spread {
                rows.push(alone(builder, "", line));
            }
            continue;
        }
        if line.class == Class::LoneBar {
            if !(ends && open) {
                rows.push(alone(builder, "", line));
            }
            open = false;
            continue;
        }
        let tail = is_tail(line);
        let text = if tail { line.text.trim_end().trim_end_matches(is_bar) } else { line.text };
        rows.push(alone(builder, text, line));
        open = !tail;
    }
    builder.push(Layout::Cells, rows);
}

/// Rows of aligned blanks among paragraphs. A gap in a sentence is none between cells, unless rows stand around it.
fn read_aligned(builder: &mut Builder, lines: &[Line]) {
    let mut is_row: Vec<bool> = lines.iter().map(|line| !line.is_blank() && columns::pieces(line.text).len() > 1).collect();
    for at in 0..lines.len() {
        if is_row[at] && is_sentence(lines[at].text) {
            is_row[at] = [at.wrapping_sub(1), at + 1].iter().all(|i| is_row.get(*i) == Some(&true));
        }
    }
    let mut at = 0;
    while at < lines.len() && !builder.is_full() {
        let end = next_change(&is_row, lines, at);
        if is_row[at] {
            columns::read(builder, &lines[at..end]);
        } else {
            read_each(builder, &lines[at..end], Layout::Lines, false);
        }
        at = end;
    }
}

/// The end of the stretch of rows, or of paragraphs, that starts here. A line or two without gaps between rows belongs to them
/// (a cell alone in its row); blank lines go with what follows them, or between rows.
fn next_change(is_row: &[bool], lines: &[Line], at: usize) -> usize {
    if !is_row[at] {
        return is_row[at..].iter().position(|row| *row).map_or(lines.len(), |length| at + length);
    }
    let mut end = at + 1;
    let mut plain = 0;
    for i in at + 1..lines.len() {
        if is_row[i] {
            end = i + 1;
            plain = 0;
        } else if !lines[i].is_blank() {
            plain += 1;
            // Sentences part tables; labels that stand alone in their row do not.
            if plain > 3 || (lines[i - 1].is_blank() && is_sentence(lines[i].text)) {
                break;
            }
        }
    }
    end
}

fn is_sentence(text: &str) -> bool {
    let pieces = columns::pieces(text).len();
    let longest = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default();
    pieces <= 2 && (longest > 25 || text.contains(['。', '；']))
}
