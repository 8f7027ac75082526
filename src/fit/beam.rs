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
    /// Positions at which it is wider than it was last, and so may hold more.
    wider: Vec<bool>,
}

impl Beam {
    pub fn new(atoms: &[Atom]) -> Self {
        let known = |atom: &Atom| matches!(atom.layout, Layout::Grid | Layout::Rows) && atom.columns_known && !atom.printed;
        let width = |atom: &Atom| if known(atom) { NARROW } else { BEAM };
        Beam { widths: atoms.iter().map(width).chain([BEAM]).collect(), wider: vec![true; atoms.len() + 1] }
    }

    pub fn at(&self, position: usize) -> i64 {
        i64::from(self.widths.get(position).copied().unwrap_or(BEAM))
    }

    /// The first position from one on at which the beam may hold more than it did last.
    pub fn wider(&self, from: usize) -> Option<usize> {
        self.wider.get(from..)?.iter().position(|wider| *wider).map(|offset| from + offset)
    }

    /// Widens the beam to what a path's prices beyond the least ask for; says whether it was too narrow anywhere. `missed` says how far
    /// behind the best everything lies that was not followed to a position: what lies yet farther is not missed by a wider beam either.
    pub fn widen(&mut self, paid: &[Cost], missed: impl Fn(usize) -> i64) -> bool {
        let mut sums = Vec::with_capacity(paid.len() + 1);
        sums.push(0i64);
        for paid in paid {
            sums.push(sums.last().copied().unwrap_or(0) + i64::from(*paid));
        }
        let mut any = false;
        for (position, (width, wider)) in self.widths.iter_mut().zip(&mut self.wider).enumerate() {
            // From a little before, for a step may lie across a position, to so many atoms behind it.
            let from = position.saturating_sub(MOST_JOINED).min(paid.len());
            let to = (position + AHEAD).min(paid.len());
            let needed = (i64::from(SURE) + sums[to] - sums[from]).min(i64::from(BEAM)) as Cost;
            *wider = needed > *width && missed(position) <= i64::from(needed);
            *width = needed.max(*width);
            any |= *wider;
        }
        any
    }
}
