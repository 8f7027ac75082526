//! What a rule sees: the kinds of fields whose edit may change what it says. A rule that declares too little is found by every test
//! that runs it, for there it is asked all the same.

use crate::form::Named;
use crate::value::Kind;

/// Kinds of fields that a rule sees, or that an edit has touched; and whether it asks what is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight(u32);

/// The bit of what is known only with the parameters.
const OPEN: u32 = 1 << 31;
/// The bit of suggestions that stand.
const SUGGESTED: u32 = 1 << 30;

impl Sight {
    /// All fields.
    pub const ALL: Sight = Sight(!(OPEN | SUGGESTED));
    /// What other rules suggest and nobody has accepted.
    pub const SUGGESTED: Sight = Sight(SUGGESTED);
    /// What the parameters of a use name, and nothing else.
    pub const NAMED: Sight = Sight(OPEN);

    pub const fn of(kinds: &[Kind]) -> Sight {
        let (mut bits, mut index) = (0, 0);
        while index < kinds.len() {
            bits |= 1 << kinds[index] as u32;
            index += 1;
        }
        Sight(bits)
    }

    pub const fn and(self, other: Sight) -> Sight {
        Sight(self.0 | other.0)
    }

    pub fn meets(self, other: Sight) -> bool {
        self.0 & other.0 & !OPEN != 0
    }

    /// With the kinds of all fields that the parameters of a use name.
    pub(super) fn of_parameters(self, named: &Named) -> Sight {
        if self.0 & OPEN == 0 {
            return self;
        }
        // The unit is read with every amount.
        Sight(self.0 & !OPEN).and(Sight::of(&[Kind::Unit])).and(Sight::of(named.kinds()))
    }
}
