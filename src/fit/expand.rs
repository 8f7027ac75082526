//! One step of the search: all arcs from a node at a position, as labels, values, continuations, noise or pieces left over.

use super::align::{Act, Arc, Budget, Over, Search};
use super::arcs::Mode;
use super::atom::{Atom, Boundary};
use super::cost::*;
use super::evidence::{self, MOST_JOINED};
use super::graph::Node;
use super::lexicon::Role;
use crate::value::Kind;

/// Keys of text that is priced apart from its kind: instructions, and goals; behind them, one for each list of words.
pub const INSTRUCTION: u16 = 16;
pub const GOAL: u16 = 17;
const WORDS: u16 = 18;
/// So many keys have a place of their own for each atom.
pub const KINDS: usize = 28;

/// A value that may follow a node: what of its price depends on neither text nor place.
#[derive(Clone, Copy)]
pub struct Follower {
    pub to: Node,
    id: u16,
    pub mode: Mode,
    price: Cost,
    pub kind: Kind,
    vocabulary: Option<usize>,
    /// Which prices of text are shared: a kind, one of the two kinds of text that are priced apart, or a list of words.
    evidence: u16,
    pub prose: bool,
    /// The name of a row of a tree: it speaks for a level.
    named: bool,
    /// The value is a label that is printed again.
    level: bool,
    /// The price is that of columns passed over, and less where their blank cells show.
    passes: bool,
    /// How many columns of the row are passed over.
    skipped: u8,
    /// What it costs that the row before ends without its last columns.
    trailing: Cost,
    /// The node before is a label, so that the value may stand anywhere behind it.
    pub labelled: bool,
    /// Expected columns before and here; −1: anywhere.
    columns: (i16, i16),
    /// Its header, in a true grid.
    over: Option<Over>,
}

impl Follower {
    /// Whether a piece stands under the header of this value, where that is sure.
    pub fn place_in(&self, atom: &Atom) -> Option<bool> {
        self.over.and_then(|over| over.holds(self.columns.1, atom))
    }
}

/// Per node the values that may follow it, found when it is first reached; all in one list.
pub struct Followers {
    known: Vec<Option<(u32, u32)>>,
    list: Vec<Follower>,
}

impl Followers {
    pub fn new(nodes: usize) -> Self {
        Followers { known: vec![None; nodes], list: Vec::new() }
    }

    fn of(&self, node: u16) -> &[Follower] {
        self.known[usize::from(node)].map_or(&[], |(start, end)| &self.list[start as usize..end as usize])
    }
}

/// What all arcs at a position share, whatever node they leave.
pub struct Here {
    position: usize,
    /// What it costs to read a label as a short value, and as part of long text.
    as_label: (Cost, Cost),
    /// The price of text around the form.
    outside: Cost,
    /// So many atoms from here on may be read as one.
    joinable: usize,
}

impl Search<'_, '_> {
    /// Finds the values that may follow a node, once.
    fn follow(&self, from: u16) {
        if self.followers.borrow().known[usize::from(from)].is_some() {
            return;
        }
        let node = self.graph.nodes[usize::from(from)];
        let column = |id: u16| self.columns.of_node[usize::from(id)];
        let labelled = matches!(
            node,
            Node::Label { .. } | Node::Mark { .. } | Node::GoalMark { .. } | Node::Item { .. } | Node::Notes { .. }
        );
        let mut all = self.followers.borrow_mut();
        let start = all.list.len() as u32;
        let skips = self.graph.trailing(node, &self.columns.order);
        self.graph.after_value(node, &self.columns.order, self.late, &mut |to, mode, price| {
            let (kind, vocabulary, prose) = match (to, self.graph.slot(to)) {
                (Node::Year { .. } | Node::MatrixLead { .. }, _) => (Kind::Year, None, false),
                (_, Some(slot)) => (slot.kind, slot.vocabulary, slot.prose),
                _ => return,
            };
            let (evidence, vocabulary) = match to {
                Node::Note { .. } => (INSTRUCTION, None),
                Node::GoalText { .. } | Node::ListText { .. } => (GOAL, None),
                _ => {
                    let list = vocabulary.filter(|_| kind == Kind::Choice);
                    (list.map_or(kind as u16, |list| WORDS + list as u16), vocabulary)
                }
            };
            let passes = match to {
                Node::Column { column, .. }
                | Node::Cell { column, .. }
                | Node::FreeCell { column, .. }
                | Node::Leaf { column, .. } => column > 0,
                _ => false,
            };
            let id = self.graph.id(to);
            let columns = (column(from), column(id));
            let trailing = if mode == Mode::New { skips } else { 0 };
            all.list.push(Follower {
                to,
                id,
                mode,
                price,
                kind,
                vocabulary,
                evidence,
                prose,
                named: matches!(to, Node::Leaf { column: 0, .. }),
                level: matches!(to, Node::Leaf { .. }) && self.graph.slot(to).is_some_and(|slot| slot.level),
                passes,
                skipped: self.graph.skipped(node, to, &self.columns.order),
                trailing,
                labelled,
                columns,
                over: self.columns.over[usize::from(id)],
            });
        });
        let end = all.list.len() as u32;
        all.known[usize::from(from)] = Some((start, end));
    }

    /// What the arcs at a position share.
    pub(super) fn here(&self, position: usize) -> Here {
        let traits = self.traits[position];
        let as_label = self.label_penalty(position);
        let outside = OUTSIDE_PER_ATOM
            + if as_label.0 > 0 { OUTSIDE_LABEL } else { 0 }
            + if traits.numeric || traits.word { OUTSIDE_VALUE } else { 0 };
        Here { position, as_label, outside, joinable: self.joinable(position, MOST_JOINED) }
    }

    /// All arcs from a node at a position; of those over the budget, few.
    pub(super) fn expand(&self, here: &Here, from_id: u16, budget: &Budget, mut emit: impl FnMut(Arc)) {
        let &Here { position, as_label, outside, joinable } = here;
        let atom = &self.atoms[position];
        let traits = self.traits[position];
        let from = self.graph.nodes[usize::from(from_id)];
        if traits.noise > 0 {
            emit(Arc { count: traits.noise, to: from_id, cost: 0, act: Act::Noise });
            if traits.again {
                return;
            }
        }
        if traits.outside {
            if matches!(from, Node::Start) {
                emit(Arc { count: 1, to: from_id, cost: 0, act: Act::Outside });
            }
            return;
        }
        match from {
            Node::Start => emit(Arc { count: 1, to: from_id, cost: outside, act: Act::Outside }),
            Node::Outside => {
                let label = if as_label.0 > 0 { OUTSIDE_LABEL - BEHIND_LABEL } else { 0 };
                emit(Arc { count: 1, to: from_id, cost: outside - label, act: Act::Outside });
            }
            _ => {
                let cost = match traits.strange {
                    true => LEFT_STRANGE + Cost::from(traits.chars.min(400)),
                    false => LEFT + LEFT_PER_CHAR * Cost::from(traits.chars.min(400)),
                };
                emit(Arc { count: 1, to: from_id, cost, act: Act::Left });
                if atom.boundary >= Boundary::Line {
                    let block = if atom.boundary == Boundary::Block { 0 } else { OUTSIDE };
                    let cost = LEAVE + block + outside + self.end_cost(from);
                    emit(Arc { count: 1, to: self.graph.id(Node::Outside), cost, act: Act::Outside });
                }
            }
        }
        // A label ends the row before it, whether or not that is complete.
        let unfinished = if self.matches[position].is_empty() {
            0
        } else {
            self.trailing(position, self.graph.trailing(from, &self.columns.order))
        };
        for &(count, label) in &self.matches[position] {
            let cost = label.cost + self.label_cut(position, usize::from(count)) + unfinished;
            self.graph.after_label(from, label.role, label.number, &mut |to, price| {
                let id = self.graph.id(to);
                let columns = (self.columns.of_node[usize::from(from_id)], self.columns.of_node[usize::from(id)]);
                let arrives = match label.role {
                    Role::Level2 { level, .. } if from.level() == Some((level, false)) => self.arrival(position),
                    _ => 0,
                };
                // A label that leaves the context alone does not stand where the context does.
                let place = if id == from_id { 0 } else { self.place(position, columns, None, None) };
                let cost = cost + price + arrives + place;
                emit(Arc { count, to: id, cost, act: Act::Label(label) });
            });
        }
        let most = budget[1..=joinable].iter().copied().max().unwrap_or(0);
        self.follow(from_id);
        for follower in self.followers.borrow().of(from_id) {
            if follower.price > most && (!follower.passes || follower.price * SHOWN_TENTHS / 10 > most) {
                continue;
            }
            let price = if follower.passes && follower.price > 0 && self.shown(position, follower.columns, follower.skipped) {
                follower.price * SHOWN_TENTHS / 10
            } else {
                follower.price
            };
            let mut base = price + self.trailing(position, follower.trailing) + self.join(position, from, follower);
            if base > most {
                continue;
            }
            let place = self.place(position, follower.columns, follower.over, Some(follower.mode));
            base += if follower.kind == Kind::Tick { (place * TICK_PLACE).min(TICK_CAP) } else { place };
            if base > most {
                continue;
            }
            if follower.named {
                base += self.cue(position, follower.to);
            }
            let penalty = match follower {
                Follower { level: true, .. } => {
                    if as_label.0 > 0 {
                        0
                    } else {
                        LEVEL_UNKNOWN
                    }
                }
                Follower { prose: true, .. } => as_label.1,
                _ => as_label.0,
            };
            let act = Act::Value { opens: follower.mode != Mode::In };
            let joined = evidence::most_joined(follower.kind).min(joinable);
            for (count, &budget) in budget.iter().enumerate().take(joined + 1).skip(1) {
                if base > budget {
                    continue;
                }
                let cost = self.evidence(position, count, follower.kind, follower.evidence, follower.vocabulary);
                let cost = if count == 1 { self.under_header(position, follower, cost) } else { cost };
                if cost < NEVER {
                    let cost = base + cost + if count == 1 { penalty } else { 0 };
                    emit(Arc { count: count as u8, to: follower.id, cost, act });
                }
            }
        }
        if let Some(slot) = self.graph.slot(from) {
            let goes_on = match from {
                Node::Note { .. } if self.behind_full_stop(position) => self.instruction_cost(position),
                _ => self.more(position, slot.kind, slot.prose),
            };
            let cost = goes_on + if slot.prose { as_label.1 } else { as_label.0 };
            // Every part of a name speaks for its level.
            emit(Arc { count: 1, to: from_id, cost: cost + self.cue(position, from), act: Act::More });
        }
    }
}
