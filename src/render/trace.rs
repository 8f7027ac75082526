//! Where the values of a record went in a filled template: marks around them that leave no trace once they are taken out.
//!
//! A correction copy tells at each value what was done to it, wherever a template prints that value and through whatever
//! filters. So values that something is said of carry the number of their place through Tera. The marks are code points that
//! Unicode keeps for inside use (noncharacters); filters of ours look through them, conditions and merges do not see them.
//! What Tera itself does to a text (its length, say) may still come out otherwise: so a part that is filled with marks is
//! compared with the same part filled without, and the marks are believed only where nothing else differs.

use super::viewed::{Viewed, clean};
use crate::record::{Node, Path, Record};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

const BEGIN: char = '\u{fdd0}';
const STOP: char = '\u{fdd1}';
const END: char = '\u{fdd2}';
/// The first of sixteen digits.
const DIGIT: char = '\u{fde0}';

/// The leaves that are marked, by where they are in memory: a view borrows the record that it is made of.
#[derive(Default)]
pub(crate) struct Trace {
    numbers: FxHashMap<usize, usize>,
}

/// A piece of a marked text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    /// A traced value begins: its number, and the mark as it stands.
    Begin(usize, &'a str),
    End(&'a str),
}

impl Trace {
    /// Marks the leaves at these places, numbered in their order.
    pub(crate) fn of(record: &Record, places: &[Path]) -> Trace {
        let node = |(number, path): (usize, &Path)| record.get(path).map(|node| (address(node), number));
        Trace { numbers: places.iter().enumerate().filter_map(node).collect() }
    }

    /// What a template sees of a node, when it is printed as `text`.
    pub(crate) fn value<'t>(&self, node: Option<&Node>, text: impl Into<Cow<'t, str>>) -> Viewed<'t> {
        let text = text.into();
        match self.number(node) {
            Some(number) => clean(marked(number, &text)),
            None => clean(text),
        }
    }

    /// The same for a part of a longer text.
    pub(crate) fn text<'t>(&self, node: Option<&Node>, text: &'t str) -> Cow<'t, str> {
        self.number(node).map_or(Cow::Borrowed(text), |number| Cow::Owned(marked(number, text)))
    }

    fn number(&self, node: Option<&Node>) -> Option<usize> {
        node.filter(|_| !self.numbers.is_empty()).and_then(|node| self.numbers.get(&address(node))).copied()
    }
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

fn marked(number: usize, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 24);
    out.push(BEGIN);
    for digit in format!("{number:x}").chars() {
        let value = digit.to_digit(16).unwrap_or_default();
        out.extend(char::from_u32(DIGIT as u32 + value));
    }
    out.push(STOP);
    out.push_str(text);
    out.push(END);
    out
}

fn is_mark(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

pub(crate) fn has_marks(text: &str) -> bool {
    text.contains(BEGIN) || text.contains(END)
}

/// The text without marks.
pub(crate) fn bare(text: &str) -> Cow<'_, str> {
    match has_marks(text) {
        true => Cow::Owned(text.chars().filter(|c| !is_mark(*c)).collect()),
        false => Cow::Borrowed(text),
    }
}

/// What comes of a value, with the marks of the value around it.
pub(crate) fn carry(value: &str, result: String) -> String {
    if !has_marks(value) {
        return result;
    }
    let begins = pieces(value).into_iter().filter_map(|piece| match piece {
        Piece::Begin(number, _) => Some(number),
        _ => None,
    });
    begins.fold(result, |result, number| marked(number, &result))
}

/// A text cut at its marks; what is no whole mark is left out.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_mark) {
        if at > 0 {
            found.push(Piece::Text(&rest[..at]));
        }
        rest = &rest[at..];
        let length = rest.chars().next().map_or(0, char::len_utf8);
        let taken = if rest.starts_with(END) {
            found.push(Piece::End(&rest[..length]));
            length
        } else if let (true, Some(stop)) = (rest.starts_with(BEGIN), rest.find(STOP)) {
            let digit = |number: usize, c: char| {
                let value = (c as usize).checked_sub(DIGIT as usize).filter(|value| *value < 16)?;
                number.checked_mul(16)?.checked_add(value)
            };
            if let Some(number) = rest[length..stop].chars().try_fold(0, digit) {
                found.push(Piece::Begin(number, &rest[..stop + STOP.len_utf8()]));
                stop + STOP.len_utf8()
            } else {
                length
            }
        } else {
            length
        };
        rest = &rest[taken..];
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_again_between_its_marks() {
        let text = format!("a{}b{}", marked(0, "x & y"), marked(4660, ""));
        assert_eq!(bare(&text), "ax & yb");
        let numbers: Vec<Option<usize>> = pieces(&text)
            .iter()
            .map(|piece| match piece {
                Piece::Begin(number, _) => Some(*number),
                _ => None,
            })
            .collect();
        assert_eq!(numbers, [None, Some(0), None, None, None, Some(4660), None]);
        assert_eq!(bare(&carry(&text, "z".to_owned())), "z");
        assert_eq!(pieces(&carry(&text, "z".to_owned())).len(), 5, "both numbers stand around it");
        for broken in ["\u{fdd0}", "\u{fdd0}\u{fde1}", "\u{fdd1}a\u{fdd2}", "\u{fdd0}x\u{fdd1}"] {
            assert!(!pieces(broken).iter().any(|piece| matches!(piece, Piece::Begin(..))), "{broken:?}");
        }
    }
}
