//! Which element of the old copy is which of the new one.
//!
//! Two copies of one template are mostly the same, element by element. What is the same is paired first; what lies between
//! is paired by how much of it is the same, in order. Rows can only be one another where they have the same cells and the
//! values of the same fields are traced in them.

use super::tree::{Element, Kind};
use crate::render::trace::{self, Piece};
use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// An element of the new copy, of the old one, or of both.
#[derive(Clone, Copy)]
pub(super) enum Pairing<'e, 'x> {
    Both(&'e Element<'x>, &'e Element<'x>),
    New(&'e Element<'x>),
    Old(&'e Element<'x>),
}

/// Above so many pairs, elements are paired in order instead of by likeness.
const MOST_PAIRS: usize = 20_000;
/// Above so many elements that differ, they are not looked through for equal ones first.
const MOST_ELEMENTS: usize = 2_000;

/// Pairs the children of two elements, in an order that keeps both.
pub(super) fn align<'e, 'x>(new: &'e [Element<'x>], old: &'e [Element<'x>]) -> Vec<Pairing<'e, 'x>> {
    let head = new.iter().zip(old).take_while(|(a, b)| a.outer == b.outer).count();
    let tail = new[head..].iter().rev().zip(old[head..].iter().rev()).take_while(|(a, b)| a.outer == b.outer).count();
    let (inner_new, inner_old) = (&new[head..new.len() - tail], &old[head..old.len() - tail]);
    let mut pairs: Vec<Pairing> = new.iter().zip(old).take(head).map(|(a, b)| Pairing::Both(a, b)).collect();
    let in_step = inner_new.len() == inner_old.len() && inner_new.iter().zip(inner_old).all(|(a, b)| fits(a, b));
    if in_step && inner_new.len() > MOST_ELEMENTS {
        pairs.extend(inner_new.iter().zip(inner_old).map(|(a, b)| Pairing::Both(a, b)));
    } else {
        between(inner_new, inner_old, &mut pairs);
    }
    let ends = new[new.len() - tail..].iter().zip(&old[old.len() - tail..]);
    pairs.extend(ends.map(|(a, b)| Pairing::Both(a, b)));
    pairs
}

fn between<'e, 'x>(new: &'e [Element<'x>], old: &'e [Element<'x>], pairs: &mut Vec<Pairing<'e, 'x>>) {
    if new.is_empty() || old.is_empty() || new.len().max(old.len()) > MOST_ELEMENTS {
        return gap(new, old, pairs);
    }
    let mut known: FxHashMap<&str, u32> = FxHashMap::default();
    let mut number = |element: &Element<'x>| {
        let next = known.len() as u32;
        *known.entry(element.outer).or_insert(next)
    };
    let new_numbers: Vec<u32> = new.iter().map(&mut number).collect();
    let old_numbers: Vec<u32> = old.iter().map(&mut number).collect();
    // What was passed since the last element that is the same.
    let (mut from_new, mut from_old) = (0, 0);
    for op in capture_diff_slices(Algorithm::Myers, &old_numbers, &new_numbers) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            gap(&new[from_new..new_index], &old[from_old..old_index], pairs);
            let same = new[new_index..new_index + len].iter().zip(&old[old_index..old_index + len]);
            pairs.extend(same.map(|(a, b)| Pairing::Both(a, b)));
            (from_new, from_old) = (new_index + len, old_index + len);
        }
    }
    gap(&new[from_new..], &old[from_old..], pairs);
}

/// Pairs elements of which none is the same, by likeness: the cheapest way through, found by dynamic programming.
fn gap<'e, 'x>(new: &'e [Element<'x>], old: &'e [Element<'x>], pairs: &mut Vec<Pairing<'e, 'x>>) {
    if new.len() * old.len() > MOST_PAIRS {
        let fitting = new.iter().zip(old).take_while(|(a, b)| fits(a, b)).count();
        pairs.extend(new.iter().zip(old).take(fitting).map(|(a, b)| Pairing::Both(a, b)));
        pairs.extend(old[fitting..].iter().map(Pairing::Old));
        pairs.extend(new[fitting..].iter().map(Pairing::New));
        return;
    }
    // Leaving two elements unpaired costs more than pairing two that have nothing in common.
    const ALONE: u32 = 60;
    let width = old.len() + 1;
    let (new_places, old_places) = (places(new), places(old));
    let mut costs = vec![0u32; (new.len() + 1) * width];
    for n in (0..=new.len()).rev() {
        for o in (0..=old.len()).rev() {
            let mut best = if n == new.len() && o == old.len() { 0 } else { u32::MAX };
            if o < old.len() {
                best = best.min(costs[n * width + o + 1] + ALONE);
            }
            if n < new.len() {
                best = best.min(costs[(n + 1) * width + o] + ALONE);
            }
            if n < new.len() && o < old.len() && fits(&new[n], &old[o]) && tell_of_one(&new_places[n], &old_places[o]) {
                best = best.min(costs[(n + 1) * width + o + 1] + 100 - likeness(&new[n], &old[o]));
            }
            costs[n * width + o] = best;
        }
    }
    let (mut n, mut o) = (0, 0);
    while n < new.len() || o < old.len() {
        let cost = costs[n * width + o];
        if o < old.len() && cost == costs[n * width + o + 1] + ALONE {
            pairs.push(Pairing::Old(&old[o]));
            o += 1;
        } else if n < new.len() && cost == costs[(n + 1) * width + o] + ALONE {
            pairs.push(Pairing::New(&new[n]));
            n += 1;
        } else {
            pairs.push(Pairing::Both(&new[n], &old[o]));
            (n, o) = (n + 1, o + 1);
        }
    }
}

/// Whether two elements can be one.
fn fits(new: &Element, old: &Element) -> bool {
    let same = |a: &Element, b: &Element| a.kind == b.kind && a.name() == b.name();
    same(new, old)
        && (new.kind != Kind::Row
            || new.children.len() == old.children.len() && new.children.iter().zip(&old.children).all(|(a, b)| same(a, b)))
}

/// The places whose values stand in each row; none for what is no row.
fn places(elements: &[Element]) -> Vec<Vec<usize>> {
    let of = |element: &Element| match element.kind {
        Kind::Row if trace::has_marks(element.inner) => {
            let place = |piece| if let Piece::Begin(place, _) = piece { Some(place) } else { None };
            trace::pieces(element.inner).into_iter().filter_map(place).collect()
        }
        _ => Vec::new(),
    };
    elements.iter().map(of).collect()
}

/// Whether rows can be the same by what is traced in them: a field that changes is traced in both copies.
fn tell_of_one(new: &[usize], old: &[usize]) -> bool {
    new.is_empty() && old.is_empty() || new.iter().any(|place| old.contains(place))
}

/// How much of two elements is the same, in hundredths.
fn likeness(new: &Element, old: &Element) -> u32 {
    let share = |part: usize, whole: usize| u32::try_from(part * 100 / whole.max(1)).unwrap_or(100).min(100);
    if new.outer == old.outer {
        return 100;
    }
    match new.kind {
        Kind::Row => {
            let cells = new.children.iter().zip(&old.children).filter(|(a, _)| a.kind == Kind::Cell);
            let (mut same, mut all) = (0, 0);
            for (a, b) in cells {
                let (a, b) = (a.text(), b.text());
                let weight = 1 + a.len().max(b.len());
                all += weight;
                same += if a == b { weight } else { common(&a, &b) };
            }
            share(same, all)
        }
        Kind::Paragraph => {
            let (a, b) = (new.text(), old.text());
            share(common(&a, &b), a.len().max(b.len()))
        }
        _ => 50,
    }
}

/// How many bytes two texts share at their ends.
fn common(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    head + tail
}
