//! The account of pieces, kept independently of the fitting: every non-blank character of a document must end in a value, in
//! a recognised mark, or under `unplaced`.

use biaozhun::document::{Cell, Document, is_blank};
use biaozhun::locus::{Locus, Spot};
use biaozhun::record::Record;
use std::collections::BTreeMap;

/// What was counted. It closes when all lists are empty.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Non-blank characters of the document.
    pub characters: usize,
    /// Of them, under `unplaced`.
    pub unplaced: usize,
    /// Characters that ended nowhere: place, text.
    pub lost: Vec<String>,
    /// Characters that are unplaced and yet placed.
    pub doubled: Vec<String>,
    /// Places that the document does not have.
    pub nowhere: Vec<String>,
    /// Leaves whose raw text is not what stands at their places.
    pub altered: Vec<String>,
}

impl Account {
    pub fn closes(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.nowhere.is_empty() && self.altered.is_empty()
    }
}

const PLACED: u8 = 1;
const UNPLACED: u8 = 2;

pub fn account<'a>(document: &Document, records: impl IntoIterator<Item = &'a Record>) -> Account {
    let mut cells: BTreeMap<Spot, (&Cell, Vec<u8>)> = BTreeMap::new();
    for cell in document.cells() {
        cells.insert(cell.locus.spot, (cell, vec![0; cell.text.chars().count()]));
    }
    let mut out = Account::default();
    for record in records {
        let mut cover = |locus: &Locus, kind: u8, text: &str| match cells.get_mut(&locus.spot) {
            Some((_, seen)) if locus.end as usize <= seen.len() && locus.start <= locus.end => {
                seen[locus.start as usize..locus.end as usize].iter_mut().for_each(|flags| *flags |= kind);
            }
            _ => out.nowhere.push(format!("{} {}..{} {text}", locus.spot, locus.start, locus.end)),
        };
        record.each_leaf(&mut |path, leaf| leaf.loci.iter().for_each(|locus| cover(locus, PLACED, &path.to_string())));
        record.marks.iter().for_each(|mark| cover(&mark.locus, PLACED, &mark.text));
        record.unplaced.iter().for_each(|piece| cover(&piece.locus, UNPLACED, &piece.text));
        record.each_leaf(&mut |path, leaf| {
            let at = |locus: &Locus| cells.get(&locus.spot).map(|(cell, _)| cell.raw_slice(locus.start, locus.end));
            let source: String = leaf.loci.iter().filter_map(at).collect();
            // Level labels govern many rows: one place, told of each of them.
            if !leaf.loci.is_empty() && bare(&source) != bare(&leaf.raw) {
                out.altered.push(format!("{path}: {:?} but {:?} stands there", leaf.raw, source));
            }
        });
    }
    for (spot, (cell, seen)) in &cells {
        let characters: Vec<char> = cell.text.chars().collect();
        let run = |wanted: &dyn Fn(u8) -> bool| -> Option<String> {
            let text: String =
                characters.iter().zip(seen).filter(|(c, flags)| !is_blank(**c) && wanted(**flags)).map(|(c, _)| *c).collect();
            (!text.is_empty()).then(|| format!("{spot} {text}"))
        };
        out.lost.extend(run(&|flags| flags == 0));
        out.doubled.extend(run(&|flags| flags == PLACED | UNPLACED));
        let solid = characters.iter().zip(seen).filter(|(c, _)| !is_blank(**c));
        out.characters += solid.clone().count();
        out.unplaced += solid.filter(|(_, flags)| **flags & UNPLACED != 0).count();
    }
    out
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !is_blank(*c)).collect()
}
