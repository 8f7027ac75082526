//! One step of the search: all arcs from a node at a position, as labels, values, continuations, noise or pieces left over.

use super::align::{Act, Arc, Arcs, Search};
use super::arcs::{Mode, Order};
use super::atom::Boundary;
use super::cost::*;
use super::evidence::{self, MOST_JOINED};
use super::graph::{Graph, Node};
use super::lexicon::Role;
use crate::value::Kind;
use std::sync::OnceLock;

/// Keys of text that is priced apart from its kind: instructions, and goals; behind them, one for each list of words.
pub const INSTRUCTION: u16 = 16;
pub const GOAL: u16 = 17;
const WORDS: u16 = 18;
/// So many keys have a place of their own for each atom.
pub const KINDS: usize = 28;

/// A value that may follow a node: what of its price depends on neither text nor place.
#[derive(Clone, Copy, Debug)]
pub struct Follower {
    pub to: Node,
    id: u16,
    pub mode: Mode,
    price: Cost,
    /// No follower from this one on is ever cheaper.
    least: Cost,
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
}

impl Follower {
    /// The least that its price can be.
    fn least(&self) -> Cost {
        if self.passes { self.price * SHOWN_TENTHS / 10 } else { self.price }
    }
}

/// Per node the values that may follow it, with columns in one order; each list is found when its node is first reached.
#[derive(Clone, Debug)]
pub struct Followers {
    order: Order,
    /// The price of a row before its label.
    late: Cost,
    known: Vec<OnceLock<Box<[Follower]>>>,
}

impl Followers {
    pub fn new(graph: &Graph, order: Order, late: Cost) -> Self {
        Followers { order, late, known: vec![OnceLock::new(); graph.nodes.len()] }
    }

    pub fn order(&self) -> &Order {
        &self.order
    }

    pub fn late(&self) -> Cost {
        self.late
    }

    fn of(&self, graph: &Graph, from: u16) -> &[Follower] {
        self.known[usize::from(from)].get_or_init(|| self.find(graph, graph.nodes[usize::from(from)]))
    }

    fn find(&self, graph: &Graph, from: Node) -> Box<[Follower]> {
        let labelled = matches!(
            from,
            Node::Label { .. } | Node::Mark { .. } | Node::GoalMark { .. } | Node::Item { .. } | Node::Notes { .. }
        );
        let mut found: Vec<Follower> = Vec::new();
        let skips = graph.trailing(from, &self.order);
        graph.after_value(from, &self.order, self.late, &mut |to, mode, price| {
            let (kind, vocabulary, prose) = match (to, graph.slot(to)) {
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
            found.push(Follower {
                to,
                id: graph.id(to),
                mode,
                price,
                least: 0,
                kind,
                vocabulary,
                evidence,
                prose,
                named: matches!(to, Node::Leaf { column: 0, .. }),
                level: matches!(to, Node::Leaf { .. }) && graph.slot(to).is_some_and(|slot| slot.level),
                passes,
                skipped: graph.skipped(from, to, &self.order),
                trailing: if mode == Mode::New { skips } else { 0 },
                labelled,
            });
        });
        let mut least = NEVER;
        for follower in found.iter_mut().rev() {
            least = least.min(follower.least());
            follower.least = least;
        }
        found.into()
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
    pub(super) fn expand(&self, here: &Here, from_id: u16, arcs: &mut impl Arcs) {
        let &Here { position, as_label, outside, .. } = here;
        let atom = &self.atoms[position];
        let traits = self.traits[position];
        let from = self.graph.nodes[usize::from(from_id)];
        if traits.noise > 0 {
            arcs.put(Arc { count: traits.noise, to: from_id, cost: 0, act: Act::Noise });
            if traits.again {
                return;
            }
        }
        if traits.outside {
            if matches!(from, Node::Start) {
                arcs.put(Arc { count: 1, to: from_id, cost: 0, act: Act::Outside });
            }
            return;
        }
        match from {
            Node::Start => arcs.put(Arc { count: 1, to: from_id, cost: outside, act: Act::Outside }),
            Node::Outside => {
                let label = if as_label.0 > 0 { OUTSIDE_LABEL - BEHIND_LABEL } else { 0 };
                arcs.put(Arc { count: 1, to: from_id, cost: outside - label, act: Act::Outside });
            }
            _ => {
                let cost = match traits.strange {
                    true => LEFT_STRANGE + Cost::from(traits.chars.min(400)),
                    false => LEFT + LEFT_PER_CHAR * Cost::from(traits.chars.min(400)),
                };
                arcs.put(Arc { count: 1, to: from_id, cost, act: Act::Left });
                if atom.boundary >= Boundary::Line {
                    let block = if atom.boundary == Boundary::Block { 0 } else { OUTSIDE };
                    let cost = LEAVE + block + outside + self.end_cost(from);
                    arcs.put(Arc { count: 1, to: self.graph.id(Node::Outside), cost, act: Act::Outside });
                }
            }
        }
        let column = self.columns.of_node[usize::from(from_id)];
        // A label ends the row before it, whether or not that is complete.
        let unfinished = if self.matches[position].is_empty() {
            0
        } else {
            self.trailing(position, self.graph.trailing(from, self.followers.order()))
        };
        for &(count, label) in &self.matches[position] {
            let cost = label.cost + self.label_cut(position, usize::from(count)) + unfinished;
            self.graph.after_label(from, label.role, label.number, &mut |to, price| {
                let id = self.graph.id(to);
                let columns = (column, self.columns.of_node[usize::from(id)]);
                let arrives = match label.role {
                    Role::Level2 { level, .. } if from.level() == Some((level, false)) => self.arrival(position),
                    _ => 0,
                };
                // A label that leaves the context alone does not stand where the context does.
                let place = if id == from_id { 0 } else { self.place(position, columns, None, None) };
                let cost = cost + price + arrives + place;
                arcs.put(Arc { count, to: id, cost, act: Act::Label(label) });
            });
        }
        self.values(here, from_id, arcs);
        if let Some(slot) = self.graph.slot(from) {
            let goes_on = match from {
                Node::Note { .. } if self.behind_full_stop(position) => self.instruction_cost(position),
                _ => self.more(position, slot.kind, slot.prose),
            };
            let cost = goes_on + if slot.prose { as_label.1 } else { as_label.0 };
            // Every part of a name speaks for its level.
            arcs.put(Arc { count: 1, to: from_id, cost: cost + self.cue(position, from), act: Act::More });
        }
    }

    /// The arcs that read values. Every price is asked for only while what is known of an arc's is within the budget, the cheap
    /// ones first.
    fn values(&self, here: &Here, from_id: u16, arcs: &mut impl Arcs) {
        let &Here { position, as_label, joinable, .. } = here;
        let atom = &self.atoms[position];
        let from = self.graph.nodes[usize::from(from_id)];
        let column = self.columns.of_node[usize::from(from_id)];
        let budget = |arcs: &_| (1..=joinable).map(|count| Arcs::budget(arcs, count)).max().unwrap_or(0);
        let mut most = budget(arcs);
        for follower in self.followers.of(self.graph, from_id) {
            if follower.least > most {
                break;
            }
            let cue = if follower.named { self.cue(position, follower.to) } else { 0 };
            if follower.least() + cue > most {
                continue;
            }
            let columns = (column, self.columns.of_node[usize::from(follower.id)]);
            let shown = follower.passes && follower.price > 0 && self.shown(position, columns, follower.skipped);
            let price = if shown { follower.least() } else { follower.price };
            let mut base = cue + price + self.trailing(position, follower.trailing) + self.join(position, from, follower);
            if base > most {
                continue;
            }
            let over = self.columns.over[usize::from(follower.id)];
            let place = self.place(position, columns, over, Some(follower.mode));
            base += if follower.kind == Kind::Tick { (place * TICK_PLACE).min(TICK_CAP) } else { place };
            if base > most {
                continue;
            }
            let penalty = match follower {
                Follower { level: true, .. } if as_label.0 > 0 => 0,
                Follower { level: true, .. } => LEVEL_UNKNOWN,
                Follower { prose: true, .. } => as_label.1,
                _ => as_label.0,
            };
            let act = Act::Value { opens: follower.mode != Mode::In };
            for count in 1..=evidence::most_joined(follower.kind).min(joinable) {
                if base > arcs.budget(count) {
                    continue;
                }
                let cost = self.evidence(position, count, follower.kind, follower.evidence, follower.vocabulary);
                let under = || over.and_then(|over| over.holds(columns.1, atom)) == Some(true);
                let cost = if count == 1 { self.under_header(position, follower.kind, cost, under) } else { cost };
                if cost < NEVER {
                    let cost = base + cost + if count == 1 { penalty } else { 0 };
                    arcs.put(Arc { count: count as u8, to: follower.id, cost, act });
                }
            }
            most = budget(arcs);
        }
    }
}
