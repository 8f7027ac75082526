//! Labels printed in the middle of the rows they govern, as tools do that put a merged cell's text into its middle row.
//!
//! The search finds the labels and the rows in order; here, goal by goal, each label is put into the middle of its rows: a
//! small dynamic programme over the boundaries between labels, which also hears what the rows' names say.

use super::cost::Cost;
use super::gather::Goal;

/// Per row that a label is off the middle. Of an even number of rows there are two middles: a tool takes always the upper or
/// always the lower one.
const OFF_CENTRE: Cost = 90;
/// That a label alone in its line governs rows at all.
const ALONE: Cost = 120;
const FAR: Cost = 1 << 24;

/// Which of the two middles of an even number of rows holds the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Middle {
    Upper,
    Lower,
}

/// Assigns each row of a goal to one of its printed level-2 labels, in order. `contradiction(row, level)` prices a row's name
/// under a level. Returns the levels and the price, or none where the labels cannot be centred at all.
pub fn centre(goal: &Goal, middle: Middle, contradiction: &dyn Fn(usize, u8) -> Cost) -> Option<(Vec<u8>, Cost)> {
    let rows = goal.rows.len();
    let labels = &goal.levels;
    if labels.is_empty() || rows == 0 {
        return None;
    }
    // best[r]: rows 0..r are governed by the labels so far. from[label][r]: where the last label's rows begin.
    let mut best = vec![FAR; rows + 1];
    best[0] = 0;
    let mut from = Vec::with_capacity(labels.len());
    for label in labels {
        let at = label.rows_before;
        let mut next = vec![FAR; rows + 1];
        let mut back = vec![0usize; rows + 1];
        for (begin, &so_far) in best.iter().enumerate() {
            if so_far >= FAR {
                continue;
            }
            let mut said = 0;
            for end in begin..=rows {
                if end > begin {
                    said += contradiction(end - 1, label.level);
                }
                let price = so_far + said + off_centre(begin, end, at, label.in_row, middle);
                if price < next[end] {
                    next[end] = price;
                    back[end] = begin;
                }
            }
        }
        best = next;
        from.push(back);
    }
    if best[rows] >= FAR {
        return None;
    }
    let mut levels = vec![0; rows];
    let mut end = rows;
    for (label, back) in labels.iter().zip(&from).rev() {
        let begin = back[end];
        levels[begin..end].fill(label.level);
        end = begin;
    }
    Some((levels, best[rows]))
}

/// What it costs that a label standing before row `at` (or in its line) governs rows `begin..end`.
fn off_centre(begin: usize, end: usize, at: usize, in_row: Option<bool>, middle: Middle) -> Cost {
    if begin == end {
        // No rows: then the label stands alone, between its neighbours' rows.
        return match in_row {
            Some(true) => FAR,
            _ if at < begin => FAR,
            _ => OFF_CENTRE * (at - begin) as Cost,
        };
    }
    if at < begin || at > end || (in_row != Some(false) && at >= end) {
        return FAR;
    }
    if in_row == Some(false) {
        // A label alone in its line governs nothing, as a rule.
        return ALONE + OFF_CENTRE * (at - begin).abs_diff(end - at).saturating_sub(1) as Cost;
    }
    let (above, below) = (at - begin, end - at - 1);
    let off = match middle {
        Middle::Upper if below > above => below - above - 1,
        Middle::Lower if above > below => above - below - 1,
        _ => above.abs_diff(below),
    };
    OFF_CENTRE * off as Cost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::gather::{Cells, LevelMark, TreeRow};

    fn goal(rows: usize, labels: &[(u8, usize)]) -> Goal {
        let row = TreeRow { level: 0, seen: false, cells: Cells::default() };
        let mark = |&(level, rows_before): &(u8, usize)| LevelMark { level, rows_before, atoms: vec![], in_row: Some(true) };
        Goal { rows: vec![row; rows], levels: labels.iter().map(mark).collect(), ..Goal::default() }
    }

    fn levels(goal: &Goal, middle: Middle, contradiction: &dyn Fn(usize, u8) -> Cost) -> Vec<u8> {
        centre(goal, middle, contradiction).map(|(levels, _)| levels).unwrap_or_default()
    }

    #[test]
    fn each_label_stands_in_the_middle_of_its_rows() {
        // Five rows, three rows, one row.
        let goal = goal(9, &[(0, 2), (1, 6), (2, 8)]);
        assert_eq!(levels(&goal, Middle::Upper, &|_, _| 0), vec![0, 0, 0, 0, 0, 1, 1, 1, 2]);
    }

    #[test]
    fn an_even_number_of_rows_has_one_middle_throughout() {
        // Five rows, then four with the label in the upper of the two middle ones.
        let goal = goal(9, &[(0, 2), (1, 6)]);
        assert_eq!(levels(&goal, Middle::Upper, &|_, _| 0), vec![0, 0, 0, 0, 0, 1, 1, 1, 1]);
        assert_eq!(levels(&goal, Middle::Lower, &|_, _| 0), vec![0, 0, 0, 0, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn names_are_heard() {
        let says_one = |row: usize, level: u8| if row == 3 && level != 1 { 200 } else { 0 };
        assert_eq!(levels(&goal(4, &[(0, 1), (1, 3)]), Middle::Upper, &says_one), vec![0, 0, 0, 1]);
    }
}
