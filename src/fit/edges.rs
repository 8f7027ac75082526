//! What labels begin and end with: most texts of a form begin and end otherwise, and so are known to be none before they are folded.

use super::lexicon::NUMBER;
use rustc_hash::FxHashSet;

/// The first and the last characters of some folded labels.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    first: FxHashSet<char>,
    last: FxHashSet<char>,
}

impl Edges {
    pub fn begin(&mut self, label: &str) {
        self.first.extend(label.chars().next());
    }

    pub fn end(&mut self, label: &str) {
        self.last.extend(label.chars().next_back());
    }

    /// Whether a text may begin as one of the labels does, once it is folded and what stands in brackets is left out.
    pub fn may_begin(&self, text: &str) -> bool {
        text.chars().next().is_some_and(|c| may_be(c, &self.first))
    }

    /// The same of its end.
    pub fn may_end(&self, text: &str) -> bool {
        text.chars().next_back().is_some_and(|c| may_be(c, &self.last))
    }
}

/// Whether a character may be, or hide, one of some others.
fn may_be(c: char, known: &FxHashSet<char>) -> bool {
    match c {
        '0'..='9' => known.contains(&c) || known.contains(&NUMBER),
        // What folding leaves alone.
        'a'..='z' | 'A'..='Z' | '\u{3400}'..='\u{9fff}' | '\u{3002}' | ';' => known.contains(&c),
        '\u{ff1b}' => known.contains(&';'),
        _ => true,
    }
}
