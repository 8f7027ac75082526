//! How far behind the best reading others are still followed, position by position.
//!
//! Where cells are known a dear reading seldom makes good what it has lost: it can only save what the best one pays beyond the
//! least further on. So the search begins with a narrow beam there; what the path found pays ahead of a position says how
//! wide it must be, and where it was narrower the search goes over it again, up to the width that is used where nothing is known.

use super::atom::Atom;
use super::cost::{AHEAD, BEAM, Cost, NARROW, SURE};
use super::evidence::MOST_JOINED;
use crate::document::Layout;

/// Widths at each position, the end included.
pub struct Beam {
    widths: Vec<Cost>,
}

impl Beam {
    pub fn new(atoms: &[Atom]) -> Self {
        let known = |atom: &Atom| matches!(atom.layout, Layout::Grid | Layout::Rows) && atom.columns_known && !atom.printed;
        let width = |atom: &Atom| if known(atom) { NARROW } else { BEAM };
        Beam { widths: atoms.iter().map(width).chain([BEAM]).collect() }
    }

    pub fn at(&self, position: usize) -> i64 {
        i64::from(self.widths.get(position).copied().unwrap_or(BEAM))
    }

    /// Widens the beam to what a path's prices beyond the least ask for; says from where on it was too narrow.
    pub fn widen(&mut self, paid: &[Cost]) -> Option<usize> {
        let mut sum = 0i64;
        let sums: Vec<i64> = std::iter::once(0)
            .chain(paid.iter().map(|paid| {
                sum += i64::from(*paid);
                sum
            }))
            .collect();
        let mut first = None;
        for (position, width) in self.widths.iter_mut().enumerate() {
            // From a little before, for a step may lie across a position, to so many atoms behind it.
            let from = position.saturating_sub(MOST_JOINED).min(paid.len());
            let to = (position + AHEAD).min(paid.len());
            let needed = (i64::from(SURE) + sums[to] - sums[from]).min(i64::from(BEAM)) as Cost;
            if needed > *width {
                *width = needed;
                first = first.or(Some(position));
            }
        }
        first
    }
}
