//! A long text → the items of its list, each with its places. Numbers that a word processor puts before paragraphs by itself
//! part items as typed ones do; of those inside an item a change says how the item is printed.

use super::data::{Builder, JOINED_RULE, Stretch};
use crate::change::{Change, Class};
use crate::diag::Message;
use crate::record::{Leaf, Node, Path};
use crate::value::Kind;
use crate::value::text::items;

/// An item whose inner numbers are automatic: what it says without them and with them.
pub struct Numbered {
    from: String,
    to: String,
}

impl Numbered {
    pub fn at(self, at: Path) -> Change {
        let because = Message::new("S012.numbers");
        let Numbered { from, to } = self;
        Change { at, rule: JOINED_RULE, class: Class::Auto, applied: false, from, to, because, locus: None }
    }
}

/// A part of a stretch, or an automatic number in it.
struct Part<'s> {
    stretch: &'s Stretch<'s>,
    /// Where it begins in the text of the whole list.
    begin: usize,
    /// The character of its cell at which it begins.
    start: u32,
    text: &'s str,
    is_number: bool,
}

impl Builder<'_, '_> {
    /// A long text, cut into the items of its list; by index those that hold automatic numbers.
    pub fn list(&self, kind: Kind, atoms: &[u32]) -> (Vec<Node>, Vec<(usize, Numbered)>) {
        let stretches = self.stretches(atoms);
        let (text, parts) = parts(&stretches);
        // A place that only moves forward: items are in order, so the whole list is walked once.
        let (mut at, mut byte, mut position) = (0, 0, 0u32);
        let (mut leaves, mut numbered) = (Vec::new(), Vec::new());
        for item in items(&text) {
            let (from, to) = (item.marker.start.min(item.body.start), item.body.end.max(item.marker.end));
            let (mut raw, mut loci, mut inner) = (String::new(), Vec::new(), false);
            while let Some(part) = parts.get(at) {
                let end = part.begin + part.text.len();
                if end <= from {
                    (at, byte, position) = (at + 1, 0, 0);
                    continue;
                }
                if part.begin >= to {
                    break;
                }
                if part.is_number {
                    inner |= part.begin >= item.body.start;
                } else {
                    let mut advance = |target: usize| {
                        let target = target.clamp(byte, part.text.len());
                        position += part.text[byte..target].chars().count() as u32;
                        byte = target;
                        part.start + position
                    };
                    let start = advance(from.saturating_sub(part.begin));
                    let stop = advance(to - part.begin);
                    if stop > start {
                        if !raw.is_empty() && !raw.ends_with('\n') {
                            raw.push('\n');
                        }
                        raw.push_str(&part.stretch.atom.cell.raw_slice(start, stop));
                        loci.push(part.stretch.atom.cell.place(start, stop));
                    }
                }
                if end >= to {
                    break;
                }
                (at, byte, position) = (at + 1, 0, 0);
            }
            raw.truncate(raw.trim_end_matches('\n').len());
            let leaf = Leaf::from_source(kind, raw, loci);
            if inner {
                let to = text[item.body.clone()].to_owned();
                numbered.push((leaves.len(), Numbered { from: leaf.text.clone(), to }));
            }
            leaves.push(Node::Leaf(leaf));
        }
        (leaves, numbered)
    }
}

/// The text of a whole list with its automatic numbers, and what it is made of.
fn parts<'s>(stretches: &'s [Stretch<'s>]) -> (String, Vec<Part<'s>>) {
    let mut text = String::new();
    let mut parts = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        if !text.is_empty() {
            text.push('\n');
        }
        let (mut start, mut rest) = (stretch.start, stretch.text);
        let inside = |at: u32| (stretch.start..stretch.end).contains(&at);
        for number in stretch.atom.cell.numbers.iter().filter(|number| inside(number.at)) {
            let length = rest.char_indices().nth((number.at - start) as usize).map_or(rest.len(), |(byte, _)| byte);
            let (before, behind) = rest.split_at(length);
            for (piece, is_number) in [(before, false), (&*number.text, true)] {
                if !piece.is_empty() {
                    parts.push(Part { stretch, begin: text.len(), start, text: piece, is_number });
                    text.push_str(piece);
                }
            }
            // `1.` before `2023年` is not 1.2.
            if behind.starts_with(|c: char| c.is_ascii_digit()) {
                text.push(' ');
            }
            (start, rest) = (number.at, behind);
        }
        if !rest.is_empty() {
            parts.push(Part { stretch, begin: text.len(), start, text: rest, is_number: false });
            text.push_str(rest);
        }
    }
    (text, parts)
}
