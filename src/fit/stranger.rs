//! Whether a document that was fitted is the form at all: how much of its text found no place in it.

use super::atom::Atom;
use crate::record::Record;

/// Whether more than half of a document's text found no place in the form.
pub fn mostly_unplaced(record: &Record, atoms: &[Atom]) -> bool {
    unplaced(record) * 2 > characters(atoms)
}

/// A form that shares less than this with its definition, in percent, is another one; one that shares more, but not all, is one
/// only where nearly all of its text has found a place.
const STRANGER: u32 = 55;
const ACQUAINTED: u32 = 80;

/// Whether a document without a title is another one than the form that comes nearest.
pub fn is_stranger(share: u32, record: &Record, atoms: &[Atom]) -> bool {
    share < STRANGER || share < ACQUAINTED && unplaced(record) * 4 > characters(atoms)
}

fn characters(atoms: &[Atom]) -> usize {
    atoms.iter().map(|atom| visible(atom.text)).sum()
}

/// How many characters found no place in a form.
pub fn unplaced(record: &Record) -> usize {
    record.unplaced.iter().map(|piece| visible(&piece.text)).sum()
}

fn visible(text: &str) -> usize {
    text.chars().filter(|c| !crate::document::is_blank(*c)).count()
}
