//! Things by a character that they begin or end with: a text is gone through once, and most of its characters ask for nothing.

use rustc_hash::FxHashMap;

/// See the head of this file.
pub(super) struct Initials<T> {
    /// A bit for the low bits of each character that is met; others may share it.
    met: [u64; WORDS],
    by_character: FxHashMap<char, Vec<T>>,
}

const WORDS: usize = 64;

fn bit(c: char) -> (usize, u64) {
    let low = c as usize % (WORDS * 64);
    (low / 64, 1 << (low % 64))
}

impl<T> Initials<T> {
    pub fn of(things: impl IntoIterator<Item = (char, T)>) -> Self {
        let mut initials = Initials { met: [0; WORDS], by_character: FxHashMap::default() };
        for (c, thing) in things {
            let (word, bit) = bit(c);
            initials.met[word] |= bit;
            initials.by_character.entry(c).or_default().push(thing);
        }
        initials
    }

    /// What there is for a character, in the order in which it was given.
    pub fn at(&self, c: char) -> &[T] {
        let (word, bit) = bit(c);
        if self.met[word] & bit == 0 {
            return &[];
        }
        self.by_character.get(&c).map_or(&[], Vec::as_slice)
    }

    /// All things, in no order.
    #[cfg(test)]
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.by_character.values().flatten()
    }
}
