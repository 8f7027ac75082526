//! What pages print again: the head of a goal whose rows go on behind a page break, and the rest of a label that the break has
//! cut. They open nothing, so they are noise.

use super::atom::{Atom, Boundary};
use super::cost::LABEL_TYPO;
use super::evidence::Traits;
use super::graph::{Graph, PlanShape};
use super::lexicon::{self, Match, Role};
use crate::document::Layout;

/// So many pieces at least are the same: the mark with its number, the text, a header row.
const LEAST: usize = 4;

/// Marks the pieces of heads printed again, word for word, behind the rows of the same goal.
pub fn mark(graph: &Graph, atoms: &[Atom], matches: &[Vec<(u8, Match)>], traits: &mut [Traits]) {
    let opens = |position: usize| {
        let number = matches[position].iter().find_map(|(_, label)| match label.role {
            Role::Number { band } if matches!(graph.plans[usize::from(band)].shape, PlanShape::Tree { .. }) => {
                Some((band, label.number))
            }
            _ => None,
        });
        number.filter(|_| atoms[position].boundary >= Boundary::Line)
    };
    if atoms.iter().any(|atom| atom.printed) {
        cut_labels(graph, atoms, traits);
    }
    let mut last: Option<(usize, (u8, Option<u8>))> = None;
    let mut position = 0;
    while position < atoms.len() {
        let Some(found) = opens(position) else {
            position += 1;
            continue;
        };
        let length = match last {
            Some((before, known)) if known == found => same(atoms, matches, before..position, position),
            _ => 0,
        };
        // No further than the header row: labels and rows behind it may well be the same and yet others.
        let heads = |at: &usize| {
            let role = |role: Role| matches!(role, Role::Header { band, .. } if band == found.0);
            matches[*at].iter().any(|(_, label)| role(label.role))
        };
        let length = (position..position + length).rev().find(heads).map_or(0, |last| last + 1 - position);
        if length >= LEAST {
            traits[position..position + length].iter_mut().for_each(set);
            position += length;
        } else {
            last = Some((position, found));
            position += 1;
        }
    }
}

/// Marks the rest of a label that the end of a page has cut: its head stands on the page before.
fn cut_labels(graph: &Graph, atoms: &[Atom], traits: &mut [Traits]) {
    let Some(last) = atoms.last().map(|atom| atom.block) else { return };
    for block in 1..=last {
        let from = atoms.partition_point(|atom| atom.block < block - 1);
        let here = atoms.partition_point(|atom| atom.block < block);
        let to = atoms.partition_point(|atom| atom.block <= block);
        // Labels beside several rows: only they are cut by the end of a page.
        let is_label = |head: &Atom, rest: &Atom| {
            let mut found = Vec::new();
            graph.lexicon.matches(&format!("{}{}", head.text, rest.text), &mut found);
            let vertical = |role| matches!(role, Role::Section { .. } | Role::Level1 { .. } | Role::Level2 { .. });
            found.iter().any(|label| label.cost < LABEL_TYPO && vertical(label.role))
        };
        let rest = (here..to).find(|at| {
            let atom = &atoms[*at];
            let end = if atom.layout == Layout::Printed { Boundary::Line } else { Boundary::Cell };
            atom.printed
                && atom.boundary >= Boundary::Line
                && atoms.get(*at + 1).is_none_or(|next| next.boundary >= end)
                && traits[*at].noise == 0
                && atom.text.chars().count() <= 4
                && !graph.lexicon.is_label(atom.text)
                && !is_label(&atoms[*at - 1], atom)
                && (from..here).any(|head| is_label(&atoms[head], atom) && !is_label(&atoms[head], &atoms[head + 1]))
        });
        let Some(first) = rest else { continue };
        // Of several labels cut by the same end, the rests follow one another.
        let same = |at: &usize| atoms[*at].text == atoms[first].text && atoms[*at].boundary >= Boundary::Line;
        (first..to).take_while(same).for_each(|at| set(&mut traits[at]));
        // A head that is no label by itself can be nothing else either.
        let cut = |head: &usize| {
            is_label(&atoms[*head], &atoms[first])
                && !is_label(&atoms[*head], &atoms[head + 1])
                && !graph.lexicon.is_label(atoms[*head].text)
        };
        (from..here).filter(cut).for_each(|head| set(&mut traits[head]));
    }
}

/// How many pieces are the same as those before, from their beginnings. The label of the whole band is not printed again.
fn same(atoms: &[Atom], matches: &[Vec<(u8, Match)>], before: std::ops::Range<usize>, from: usize) -> usize {
    let fold = |position: usize| lexicon::fold(atoms[position].text);
    let (mut first, mut again) = (before.start, from);
    while first < before.end && again < atoms.len() {
        if fold(first) == fold(again) {
            (first, again) = (first + 1, again + 1);
            continue;
        }
        let section = |(_, label): &&(u8, Match)| matches!(label.role, Role::Section { .. });
        let Some((count, _)) = matches[first].iter().find(section).filter(|_| atoms[first].printed) else { break };
        first += usize::from(*count);
    }
    again - from
}

fn set(traits: &mut Traits) {
    (traits.noise, traits.again) = (1, true);
}
