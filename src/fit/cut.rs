//! A document as one form's labels cut it: atoms, what each may be as a label, and where forms begin.

use super::aside;
use super::atom::{self, Atom};
use super::cost::{self, Cost};
use super::evidence::{self, MOST_JOINED};
use super::graph::{Graph, Node};
use super::lexicon::{Match, Role};
use crate::document::{Cell, Document};
use crate::value::Kind;
use std::borrow::Cow;
use std::ops::Range;

/// A document cut into atoms as one form's labels cut it.
pub struct Cut<'d> {
    pub atoms: Vec<Atom<'d>>,
    pub matches: Vec<Vec<(u8, Match)>>,
    /// Cells that are no part of any form.
    pub aside: Vec<&'d Cell>,
}

impl<'d> Cut<'d> {
    pub fn new(document: &'d Document, graph: &Graph) -> Self {
        let mut atoms = atom::atoms(document, &graph.lexicon);
        let aside = aside::take(&mut atoms);
        let mut matches: Vec<Vec<(u8, Match)>> = Vec::with_capacity(atoms.len());
        let mut found = Vec::new();
        for position in 0..atoms.len() {
            let mut here: Vec<(u8, Match)> = Vec::new();
            let mut price: Cost = 0;
            let mut over_block = false;
            for count in 1..=MOST_JOINED.min(atoms.len() - position) {
                if count > 1 {
                    let atom = &atoms[position + count - 1];
                    match join_price(atom) {
                        Some(cost) => price += cost,
                        None => break,
                    }
                    over_block |= atom.boundary == atom::Boundary::Block;
                }
                let text = evidence::joined(&atoms[position..position + count]);
                graph.lexicon.matches(&text, &mut found);
                // A blank line parts labels; only what is none by itself is joined over it, and only to the letter.
                if over_block && atoms[position..position + count].iter().any(|atom| graph.lexicon.is_label(atom.text)) {
                    break;
                }
                for label in &found {
                    if over_block && label.cost >= cost::LABEL_TYPO {
                        continue;
                    }
                    // A misspelt label is not also joined; a longer joining of the same role brings nothing.
                    if count > 1 && label.cost >= cost::LABEL_TYPO && !here.is_empty() {
                        continue;
                    }
                    here.push((count as u8, Match { cost: label.cost + price, ..*label }));
                }
                if text.len() > 120 {
                    break;
                }
            }
            matches.push(here);
        }
        Cut { atoms, matches, aside }
    }

    /// The labels of some atoms, without those that would go on behind them: there another form begins.
    pub fn matches_within(&self, range: Range<usize>) -> Cow<'_, [Vec<(u8, Match)>]> {
        let matches = &self.matches[range];
        let within = |at: usize, count: u8| at + usize::from(count) <= matches.len();
        if matches.iter().enumerate().all(|(at, found)| found.iter().all(|(count, _)| within(at, *count))) {
            return Cow::Borrowed(matches);
        }
        let mut matches = matches.to_vec();
        let length = matches.len();
        for (at, found) in matches.iter_mut().enumerate() {
            found.retain(|(count, _)| at + usize::from(*count) <= length);
        }
        Cow::Owned(matches)
    }

    /// Whether rows before one hold labels of levels, as only the tables of indicators do.
    pub fn has_levels(&self, row: u32) -> bool {
        let before = self.atoms.iter().zip(&self.matches).take_while(|(atom, _)| atom.row < row);
        let mut found = before.flat_map(|(_, found)| found);
        found.any(|(_, label)| label.cost < cost::LABEL_TYPO && matches!(label.role, Role::Level2 { .. }))
    }

    /// Rows at which a form begins: a title on its own, with fields of the form's first bands soon after it.
    pub fn beginnings(&self, graph: &Graph) -> Vec<u32> {
        let is_mark = |role: Role| match role {
            Role::Field { band, field } => graph.slot(Node::Value { band, field }).is_some_and(|slot| slot.kind == Kind::Mark),
            _ => false,
        };
        let mut begins = Vec::new();
        for (position, found) in self.matches.iter().enumerate() {
            let atom = &self.atoms[position];
            let title = found.iter().find(|(_, label)| label.role == Role::Title && label.cost < cost::LABEL_TYPO);
            // An annex's number may stand before it in its line.
            let before = self.atoms[..position].iter().zip(&self.matches).rev().take_while(|(other, _)| other.row == atom.row);
            let marked = |found: &[(u8, Match)]| found.iter().any(|(_, label)| is_mark(label.role));
            let opens = atom.opens_row || before.take(3).last().is_some_and(|(first, found)| first.opens_row && marked(found));
            // So may the marks of a heading.
            let opens =
                opens || self.atoms[..position].iter().rev().take_while(|other| other.row == atom.row).all(Atom::is_mark);
            let Some((count, _)) = title.filter(|_| opens) else { continue };
            let behind = self.matches.iter().skip(position + usize::from(*count)).take(24);
            let fields = behind.flatten().filter(|(_, label)| matches!(label.role, Role::Field { band: 0 | 1, .. })).count();
            if fields == 0 {
                continue;
            }
            // A mark (an annex's number) stands before the title that it belongs to.
            let before = self.atoms[..position].iter().zip(&self.matches).rev().take(3);
            let annex = before
                .take_while(|(atom, _)| atom.layout == crate::document::Layout::Lines || atom.opens_row)
                .filter(|(_, found)| found.iter().any(|(_, label)| is_mark(label.role)))
                .map(|(atom, _)| atom.row)
                .last();
            begins.push(annex.unwrap_or(atom.row));
        }
        begins
    }
}

/// What joining a label over the boundary before an atom costs; none: never.
fn join_price(atom: &Atom) -> Option<Cost> {
    use crate::document::Layout;
    match atom.boundary {
        atom::Boundary::Blank => Some(cost::JOIN_BLANK),
        atom::Boundary::Paragraph => Some(cost::JOIN_PARAGRAPH),
        atom::Boundary::Line if matches!(atom.layout, Layout::Words | Layout::Printed) => Some(cost::JOIN_PARAGRAPH),
        atom::Boundary::Line | atom::Boundary::Block if !matches!(atom.layout, Layout::Grid | Layout::Rows) => {
            Some(cost::JOIN_LINE)
        }
        _ => None,
    }
}
