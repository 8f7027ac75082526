//! The first look of the rules X: of each fact its hashes, and which keys need a word.
//!
//! Hashes may meet by chance: what is told is decided by the texts. However many documents there are, at most [`FACTS`] facts are
//! kept at once: where there are more, each look takes a share of the keys.

use super::PLACES;
use super::facts::{self, Subject};
use crate::summary::EntryForm;
use rustc_hash::FxHashSet;

/// Facts in memory at once, of 24 bytes: those of some 60,000 forms.
const FACTS: usize = 1 << 22;
/// Looks at most; where that is not enough, documents say one thing so often that another look would not help.
const SHARES: u64 = 256;
/// Facts whose texts and places are told, for each subject. A person reads a hundredth of it.
const TOLD: usize = 100_000;

/// The facts of a share of all keys.
pub struct Seen {
    room: usize,
    share: u64,
    shares: u64,
    facts: Vec<Hashes>,
}

/// What is kept of a fact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hashes {
    key: u64,
    value: u64,
    document: u32,
    subject: Subject,
}

impl Default for Seen {
    fn default() -> Self {
        Seen::with_room(FACTS)
    }
}

impl Seen {
    /// For so many facts at once.
    pub fn with_room(room: usize) -> Seen {
        Seen { room, share: 0, shares: 1, facts: Vec::new() }
    }

    /// Adds the facts of a form, whose number among all is `document`.
    pub fn add(&mut self, document: u64, form: &EntryForm) {
        facts::each(form, &mut |fact| {
            let key = fact.hash();
            if key % self.shares == self.share {
                let (value, document) = (fact.value_hash(), u32::try_from(document).unwrap_or(u32::MAX));
                self.facts.push(Hashes { key, value, document, subject: fact.subject });
            }
        });
        // The first look finds out in how many shares there is room for all.
        while self.share == 0 && self.facts.len() > self.room && self.shares < SHARES {
            self.shares *= 2;
            self.facts.retain(|fact| fact.key % self.shares == 0);
        }
    }

    /// The next share, still without facts.
    pub fn rest(&self) -> Option<Seen> {
        let share = self.share + 1;
        (share < self.shares).then(|| Seen { share, facts: Vec::new(), ..*self })
    }
}

/// Keys at which documents say other things, or the same thing where once is enough.
pub struct Conspicuous {
    /// Facts that are told of each subject.
    room: usize,
    keys: Vec<Key>,
    left: [u64; 4],
}

/// A key, in the order in which keys are told of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    subject: Subject,
    document: u32,
    key: u64,
    /// Facts that are kept of those at it.
    kept: usize,
}

impl Default for Conspicuous {
    fn default() -> Self {
        Conspicuous::with_room(TOLD)
    }
}

impl Conspicuous {
    /// For so many facts of each subject.
    pub fn with_room(room: usize) -> Conspicuous {
        Conspicuous { room, keys: Vec::new(), left: [0; 4] }
    }

    /// Adds those of a share, and drops the last ones where they are too many.
    pub fn add(&mut self, mut seen: Seen) {
        seen.facts.sort_unstable();
        for group in seen.facts.chunk_by(|one, other| one.key == other.key) {
            let [first, others @ ..] = group else { continue };
            // Where values must differ they are looked at in the second pass; where all agree there is none, but for forms sent twice.
            let differs = others.iter().any(|fact| fact.value != first.value);
            let is_told = others.iter().any(|fact| fact.document != first.document);
            if is_told && (differs || first.subject == Subject::Form) {
                let document = group.iter().map(|fact| fact.document).min().unwrap_or_default();
                // However many there are at one key, no more than these are kept.
                let kept = group.len().min(PLACES * PLACES);
                self.keys.push(Key { subject: first.subject, document, key: first.key, kept });
            }
        }
        drop(seen);
        self.keys.sort_unstable();
        let (mut kept, room) = ([0; 4], self.room);
        self.keys.retain(|key| {
            let (kept, left) = (&mut kept[key.subject as usize], &mut self.left[key.subject as usize]);
            *kept += key.kept;
            let fits = *kept <= room;
            *left += u64::from(!fits);
            fits
        });
    }

    /// How many keys of a subject are too many to be told of.
    pub fn left(&self) -> impl Iterator<Item = (Subject, u64)> {
        Subject::ALL.into_iter().zip(self.left).filter(|(_, count)| *count > 0)
    }

    pub fn keys(&self) -> FxHashSet<u64> {
        self.keys.iter().map(|key| key.key).collect()
    }
}
