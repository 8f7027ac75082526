//! Nothing is lost: which characters of a document no record accounts for.
//!
//! A character is accounted for when a field, a mark or an unplaced piece of some record covers its place. Punctuation between
//! pieces (the colon behind a label, a bar between cells) says nothing by itself and is not counted.

use crate::document::{Document, is_blank};
use crate::locus::{Locus, Spot};
use crate::record::{Node, Record, Unplaced};
use rustc_hash::FxHashMap;

/// What is accounted for in one place: its first stretch, which is mostly all of it. Few have others that do not touch it; those
/// are kept elsewhere, so that what is asked for every cell stays small.
#[derive(Default)]
struct Covered {
    first: (u32, u32),
    has_others: bool,
}

impl Covered {
    /// Adds a stretch; says whether it is to be kept among the others.
    fn add(&mut self, start: u32, end: u32) -> bool {
        let first = &mut self.first;
        let is_other = *first != (0, 0) && (end < first.0 || first.1 < start);
        if *first == (0, 0) {
            *first = (start, end);
        } else if is_other {
            self.has_others = true;
        } else {
            *first = (first.0.min(start), first.1.max(end));
        }
        is_other
    }
}

/// The pieces of the document that none of the records mentions, in reading order. Empty, or the tool is wrong.
pub fn missing<'a>(document: &Document, records: impl IntoIterator<Item = &'a Record>) -> Vec<Unplaced> {
    let mut covered: FxHashMap<Spot, Covered> = FxHashMap::default();
    covered.reserve(document.blocks.iter().flat_map(|block| &block.rows).map(|row| row.cells.len()).sum());
    let mut others: Vec<(Spot, u32, u32)> = Vec::new();
    let mut cover = |locus: &Locus| {
        if covered.entry(locus.spot).or_default().add(locus.start, locus.end) {
            others.push((locus.spot, locus.start, locus.end));
        }
    };
    for record in records {
        each_locus(&record.data, &mut cover);
        record.marks.iter().for_each(|mark| cover(&mark.locus));
        record.unplaced.iter().for_each(|piece| cover(&piece.locus));
    }
    others.sort_unstable();
    let mut missing = Vec::new();
    for cell in document.cells() {
        let spot = cell.locus.spot;
        let covered = covered.get(&spot);
        if covered.is_some_and(|known| known.first.0 == 0 && known.first.1 as usize >= cell.text.chars().count()) {
            continue;
        }
        let mut ranges: Vec<(u32, u32)> = covered.iter().map(|known| known.first).collect();
        if covered.is_some_and(|known| known.has_others) {
            let from = others.partition_point(|(other, ..)| *other < spot);
            let here = others.iter().skip(from).take_while(|(other, ..)| *other == spot);
            ranges.extend(here.map(|(_, start, end)| (*start, *end)));
            ranges.sort_unstable();
        }
        let mut next = 0;
        let mut reach = 0;
        // The run of characters that are not covered, from its first to its last that counts.
        let mut run: Option<(u32, u32)> = None;
        for (at, c) in (0..).zip(cell.text.chars()) {
            while let Some((start, end)) = ranges.get(next).filter(|(start, _)| *start <= at) {
                reach = reach.max(*end);
                debug_assert!(start <= end);
                next += 1;
            }
            if at < reach {
                missing.extend(run.take().map(|run| piece(cell, run)));
            } else if counts(c) {
                run = Some((run.map_or(at, |(start, _)| start), at + 1));
            }
        }
        missing.extend(run.map(|run| piece(cell, run)));
    }
    missing
}

/// The places of all values below a node.
fn each_locus(node: &Node, visit: &mut impl FnMut(&Locus)) {
    match node {
        Node::Leaf(leaf) => leaf.loci.iter().for_each(visit),
        Node::List(items) => items.iter().for_each(|item| each_locus(item, visit)),
        Node::Map(entries) => entries.iter().for_each(|(_, node)| each_locus(node, visit)),
    }
}

fn piece(cell: &crate::document::Cell, (start, end): (u32, u32)) -> Unplaced {
    Unplaced { text: cell.raw_slice(start, end), locus: cell.place(start, end) }
}

/// Whether a character says something by itself.
fn counts(c: char) -> bool {
    let punctuation = c.is_ascii_punctuation() && !matches!(c, '%' | '<' | '>' | '=' | '+' | '$')
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}')
        || matches!(
            c,
            '！' | '（' | '）' | '，' | '－' | '．' | '／' | '：' | '；' | '？' | '｜' | '·' | '\u{2500}'..='\u{257f}'
        );
    !is_blank(c) && !c.is_control() && !punctuation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Cell, Layout, Row};
    use crate::record::Leaf;
    use crate::value::Kind;

    #[test]
    fn what_no_record_mentions_is_found() {
        let cells = vec![Cell::plain("单位：万元 第 3 页", 1, 1), Cell::plain("——", 1, 2), Cell::plain("甲", 1, 3)];
        let blocks = vec![Block { layout: Layout::Rows, rows: vec![Row { cells }] }];
        let document = Document { reader: "text", encoding: "UTF-8", blocks, notices: Vec::new() };
        let place = |cell, start, end| Locus::new(Spot::Text { line: 1, cell }, start, end);
        let leaf = Leaf::from_source(Kind::Unit, "万元", vec![place(1, 3, 5)]);
        let mut record = Record { data: Node::Map(vec![("unit".into(), Node::Leaf(leaf))]), ..Record::default() };
        let texts = |record: &Record| missing(&document, [record]).into_iter().map(|p| p.text).collect::<Vec<_>>();
        assert_eq!(texts(&record), ["单位", "第 3 页", "甲"]);
        record.unplaced = vec![
            Unplaced { text: "单位".into(), locus: place(1, 0, 2) },
            Unplaced { text: "第 3 页".into(), locus: place(1, 6, 11) },
            Unplaced { text: "甲".into(), locus: place(3, 0, 1) },
        ];
        assert_eq!(texts(&record), Vec::<String>::new());
    }
}
