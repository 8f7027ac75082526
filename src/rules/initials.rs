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
        if self.met[word] & bit == 0 { &[] } else { self.known(c) }
    }

    /// What there is for the characters of a text, with their places.
    pub fn along<'i>(&'i self, text: &str) -> impl Iterator<Item = (usize, &'i [T])> {
        let mut next = 0;
        std::iter::from_fn(move || {
            while let Some(at) = self.met_from(text, next) {
                let c = text[at..].chars().next()?;
                next = at + c.len_utf8();
                let things = self.known(c);
                if !things.is_empty() {
                    return Some((at, things));
                }
            }
            None
        })
    }

    fn known(&self, c: char) -> &[T] {
        self.by_character.get(&c).map_or(&[], Vec::as_slice)
    }

    /// The place of the next character that may be met.
    fn met_from(&self, text: &str, from: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = from;
        while let Some(first) = bytes.get(at) {
            let (length, (word, bit)) = match (first, bytes.get(at + 1), bytes.get(at + 2)) {
                // The low bits of a character of three bytes are those of its last two.
                (0xe0..=0xef, Some(second), Some(third)) => (3, (usize::from(second & 63), 1 << (third & 63))),
                (0..0x80, ..) => (1, bit(char::from(*first))),
                _ => {
                    let c = text[at..].chars().next()?;
                    (c.len_utf8(), bit(c))
                }
            };
            if self.met[word] & bit != 0 {
                return Some(at);
            }
            at += length;
        }
        None
    }

    /// All things, in no order.
    #[cfg(test)]
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.by_character.values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_gone_through_as_its_characters_are(
            text in "([a-c\u{7532}\u{4e59}\u{4e19}\u{b7}\u{3b1}\u{1f600}\u{7fff}\u{ff1f}]|.){0,12}", initials in "[a-c\u{7532}\u{4e59}\u{4e19}\u{b7}\u{1f600}\u{7fff}\u{ff1f}]{0,3}"
        ) {
            let initials = Initials::of(initials.chars().zip(0..));
            let at = text.char_indices().map(|(at, c)| (at, initials.at(c))).filter(|(_, things)| !things.is_empty());
            prop_assert_eq!(initials.along(&text).collect::<Vec<_>>(), at.collect::<Vec<_>>());
        }
    }
}
