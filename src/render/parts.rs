//! Long tables in parts: what is merged over rows begins anew with each part, so that every printed page says what its rows
//! belong to. Knows numbers of rows, no pages: what a page holds is the printer's affair.

/// The rows of a table, divided. A table that goes over one page break at most is one part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Of each row, the number of its part.
    pub of: Vec<usize>,
}

impl Parts {
    /// Rows that need not be divided.
    const ONE: usize = 24;
    /// Rows of a part: about half of a page, so that every page has the beginning of one.
    const ROWS: usize = 12;
    /// By how many rows a part may be shorter or longer in order to begin with something new.
    const SLACK: usize = 3;

    pub(crate) fn one(rows: usize) -> Parts {
        Parts { of: vec![0; rows] }
    }

    /// `begins` says of each row whether something new begins with it.
    pub(crate) fn of(begins: &[bool]) -> Parts {
        let rows = begins.len();
        let mut parts = Parts::one(rows);
        if rows > Self::ONE {
            let count = rows.div_ceil(Self::ROWS);
            for part in 1..count {
                let even = rows * part / count;
                let near = (0..=Self::SLACK).flat_map(|slack| [even - slack, even + slack]);
                let start = near.into_iter().find(|row| begins.get(*row) == Some(&true)).unwrap_or(even);
                parts.of[start..].fill(part);
            }
        }
        parts
    }

    /// Over how many rows the part reaches that begins here; 0 where none does.
    pub(crate) fn span(&self, row: usize) -> usize {
        let part = self.of[row];
        let begins = row == 0 || self.of[row - 1] != part;
        if begins { self.of[row..].iter().take_while(|other| **other == part).count() } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_part_and_parts_are_about_even() {
        for rows in [0, 1, 2, 24, 25, 26, 100, 301] {
            for every in [1, 5, 1000] {
                let begins: Vec<bool> = (0..rows).map(|row| row % every == 0).collect();
                let parts = Parts::of(&begins);
                let spans: Vec<usize> = (0..rows).map(|row| parts.span(row)).filter(|span| *span > 0).collect();
                assert_eq!(spans.iter().sum::<usize>(), rows);
                assert!(spans.iter().all(|span| rows <= Parts::ONE || (2..=18).contains(span)), "{rows}: {spans:?}");
            }
        }
    }

    #[test]
    fn a_part_begins_where_something_new_does() {
        let begins: Vec<bool> = (0..30).map(|row| row == 0 || row == 11 || row == 18).collect();
        let parts = Parts::of(&begins);
        assert_eq!((parts.span(0), parts.span(11), parts.span(18)), (11, 7, 12));
        assert_eq!(Parts::of(&[true; 24]), Parts::one(24));
    }
}
