//! One step of the search: all arcs from a node at a position, as labels, values, continuations, noise or pieces left over.

use super::align::{Act, Search};
use super::arcs::{Mode, Order};
use super::atom::Boundary;
use super::cost::*;
use super::evidence::{self, MOST_JOINED};
use super::graph::{Graph, Node};
use super::layers::{Arc, Onward};
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
    to: Node,
    id: u16,
    /// Which of the graph's places it is expected in.
    place: u16,
    price: Cost,
    /// The least that its price can be: where blank cells show that columns are passed over.
    least: Cost,
    kind: Kind,
    vocabulary: Option<usize>,
    /// Which prices of text are shared: a kind, one of the two kinds of text that are priced apart, or a list of words.
    evidence: u16,
    /// The name of a row of a tree: it speaks for a level.
    named: bool,
    /// The value is a label that is printed again.
    level: bool,
    /// The price is that of columns passed over, and less where their blank cells show.
    passes: bool,
    /// How many columns of the row are passed over.
    skipped: u8,
}

/// Values that follow a node in one way, so that the boundary before them costs the same.
#[derive(Clone, Debug)]
pub struct Group {
    pub joins: Joins,
    /// What it costs that the row before ends without its last columns.
    trailing: Cost,
    /// No follower is ever cheaper.
    least: Cost,
    /// Nor is any of those from this group on.
    least_on: Cost,
    followers: Vec<Follower>,
}

/// How a value joins the node before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joins {
    pub mode: Mode,
    pub prose: bool,
    pub note: bool,
    /// The node before is a label, so that the value may stand anywhere behind it.
    pub labelled: bool,
}

/// Per node the values that may follow it, with columns in one order; each list is found when its node is first reached.
#[derive(Clone, Debug)]
pub struct Followers {
    order: Order,
    /// The price of a row before its label.
    late: Cost,
    known: Vec<OnceLock<Box<[Group]>>>,
}

impl Followers {
    pub fn new(graph: &Graph, order: Order, late: Cost) -> Self {
        Followers { order, late, known: vec![OnceLock::new(); graph.nodes.len()] }
    }

    fn of(&self, graph: &Graph, from: u16) -> &[Group] {
        self.known[usize::from(from)].get_or_init(|| self.find(graph, graph.nodes[usize::from(from)]))
    }

    fn find(&self, graph: &Graph, from: Node) -> Box<[Group]> {
        let labelled = matches!(
            from,
            Node::Label { .. } | Node::Mark { .. } | Node::GoalMark { .. } | Node::Item { .. } | Node::Notes { .. }
        );
        let mut groups: Vec<Group> = Vec::new();
        let skips = graph.trailing(from, &self.order);
        graph.after_value(from, &self.order, self.late, &mut |to, mode, price| {
            let Some((follower, prose)) = self.follower(graph, from, to, price) else { return };
            let joins = Joins { mode, prose, note: matches!(to, Node::Note { .. }), labelled };
            let trailing = if mode == Mode::New { skips } else { 0 };
            match groups.last_mut().filter(|group| group.joins == joins) {
                Some(group) => group.followers.push(follower),
                None => groups.push(Group { joins, trailing, least: 0, least_on: 0, followers: vec![follower] }),
            }
        });
        let mut least_on = NEVER;
        for group in groups.iter_mut().rev() {
            group.least = group.followers.iter().map(|follower| follower.least).min().unwrap_or(NEVER);
            least_on = least_on.min(group.least);
            group.least_on = least_on;
        }
        groups.into()
    }

    /// A node as what follows another one, and whether it is long text; none where it holds no value.
    fn follower(&self, graph: &Graph, from: Node, to: Node, price: Cost) -> Option<(Follower, bool)> {
        let (kind, vocabulary, prose) = match (to, graph.slot(to)) {
            (Node::Year { .. } | Node::MatrixLead { .. }, _) => (Kind::Year, None, false),
            (_, Some(slot)) => (slot.kind, slot.vocabulary, slot.prose),
            _ => return None,
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
        let id = graph.id(to);
        let follower = Follower {
            to,
            id,
            place: graph.place_of(id),
            price,
            least: if passes { price * SHOWN_TENTHS / 10 } else { price },
            kind,
            vocabulary,
            evidence,
            named: matches!(to, Node::Leaf { column: 0, .. }),
            level: matches!(to, Node::Leaf { .. }) && graph.slot(to).is_some_and(|slot| slot.level),
            passes: passes && price > 0,
            skipped: graph.skipped(from, to, &self.order),
        };
        Some((follower, prose))
    }
}

/// The followers of a document's nodes: a band's are those of the order that its columns have there.
#[derive(Clone, Debug)]
pub struct Chosen<'f> {
    pub order: &'f Order,
    pub late: Cost,
    bands: Vec<&'f Followers>,
    /// Of the nodes without a band.
    rest: &'f Followers,
}

impl<'f> Chosen<'f> {
    /// Of those that are known the ones in the same order; `own` are asked for only where there are none.
    pub fn new(known: &'f [Followers; 2], order: &'f Order, own: impl Fn() -> &'f Followers) -> Self {
        let alike = |band: usize| known.iter().find(|known| known.order.columns.get(band) == order.columns.get(band));
        let bands = (0..order.columns.len()).map(|band| alike(band).unwrap_or_else(&own)).collect();
        Chosen { order, late: known[0].late, bands, rest: &known[0] }
    }

    /// The same for all bands.
    pub fn only(followers: &'f Followers) -> Self {
        let bands = vec![followers; followers.order.columns.len()];
        Chosen { order: &followers.order, late: followers.late, bands, rest: followers }
    }

    fn of(&self, graph: &Graph, from: u16) -> &'f [Group] {
        let band = graph.nodes[usize::from(from)].band();
        band.and_then(|band| self.bands.get(usize::from(band))).unwrap_or(&self.rest).of(graph, from)
    }
}

/// What all arcs at a position share, whatever node they leave.
pub struct Here {
    position: usize,
    /// What it costs to read a label as a short value, and as part of long text.
    as_label: (Cost, Cost),
    /// The price of text around the form.
    outside: Cost,
    /// So many atoms from here on may be read as one value, and so many at most are read as one at all.
    joinable: usize,
    pub reach: usize,
}

impl Search<'_, '_> {
    /// What the arcs at a position share.
    pub(super) fn here(&self, position: usize) -> Here {
        let traits = self.traits[position];
        let as_label = self.label_penalty(position);
        let outside = OUTSIDE_PER_ATOM
            + if as_label.0 > 0 { OUTSIDE_LABEL } else { 0 }
            + if traits.numeric || traits.word { OUTSIDE_VALUE } else { 0 };
        let joinable = self.joinable(position, MOST_JOINED);
        let labels = self.matches[position].iter().map(|(count, _)| *count).max().unwrap_or(0);
        Here { position, as_label, outside, joinable, reach: joinable.max(usize::from(labels.max(traits.noise))) }
    }

    /// All arcs from a node at a position; of those over the budget, few.
    pub(super) fn expand(&self, here: &Here, from_id: u16, arcs: &mut Onward) {
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
        let expected = |id: u16| self.columns.expected[usize::from(self.graph.place_of(id))];
        let aligned = self.aligned(position, expected(from_id));
        // A label ends the row before it, whether or not that is complete.
        let unfinished = if self.matches[position].is_empty() {
            0
        } else {
            self.trailing(position, self.graph.trailing(from, self.followers.order))
        };
        // No wording plays more roles than a byte counts.
        for (which, &(count, label)) in (0..=u8::MAX).zip(&self.matches[position]) {
            let cost = label.cost + self.label_cut(position, usize::from(count)) + unfinished;
            if !arcs.may(usize::from(count), cost) {
                continue;
            }
            self.graph.after_label(from, label.role, label.number, &mut |to, price| {
                let id = self.graph.id(to);
                let arrives = match label.role {
                    Role::Level2 { level, .. } if from.level() == Some((level, false)) => self.arrival(position),
                    _ => 0,
                };
                // A label that leaves the context alone does not stand where the context does.
                let place = if id == from_id { 0 } else { self.place(position, aligned, expected(id), None, None) };
                let cost = cost + price + arrives + place;
                arcs.put(Arc { count, to: id, cost, act: Act::Label(which) });
            });
        }
        self.values(here, from, aligned, self.followers.of(self.graph, from_id), arcs);
        if let Some(slot) = self.graph.slot(from) {
            let goes_on = match from {
                Node::Note { .. } if self.behind_full_stop(position) => self.instruction_cost(position),
                _ => self.more(position, slot.kind, slot.prose),
            };
            let cost = goes_on + if slot.prose { as_label.1 } else { as_label.0 };
            // Every part of a name speaks for its level.
            if arcs.may(1, cost) {
                arcs.put(Arc { count: 1, to: from_id, cost: cost + self.cue(position, from), act: Act::More });
            }
        }
    }

    /// The arcs that read values, from a node after which a piece is `aligned` in one column. Every price is asked for only while what
    /// is known of an arc's is within the budget, the cheap ones first.
    fn values(&self, here: &Here, from: Node, aligned: Option<Cost>, groups: &[Group], arcs: &mut Onward) {
        let &Here { position, as_label, joinable, .. } = here;
        let mut most = arcs.most(joinable);
        // The least of what is not followed.
        let mut missed = NEVER;
        for Group { joins, trailing, least, least_on, followers } in groups {
            if *least_on > most {
                missed = missed.min(*least_on);
                break;
            }
            let joined = self.trailing(position, *trailing) + self.join(position, from, *joins);
            if least + joined > most {
                missed = missed.min(least + joined);
                continue;
            }
            let act = Act::Value { opens: joins.mode != Mode::In };
            for follower in followers {
                let mut base = joined + follower.least;
                if base <= most && follower.named {
                    base += self.cue(position, follower.to);
                }
                if base > most {
                    missed = missed.min(base);
                    continue;
                }
                let expected = self.columns.expected[usize::from(follower.place)];
                if follower.passes && !self.shown(position, aligned, expected, follower.skipped) {
                    base += follower.price - follower.least;
                    if base > most {
                        missed = missed.min(base);
                        continue;
                    }
                }
                let over = self.columns.over[usize::from(follower.place)];
                let place = self.place(position, aligned, expected, over, Some(joins.mode));
                base += if follower.kind == Kind::Tick { (place * TICK_PLACE).min(TICK_CAP) } else { place };
                if base > most {
                    missed = missed.min(base);
                    continue;
                }
                let penalty = match follower {
                    Follower { level: true, .. } if as_label.0 > 0 => 0,
                    Follower { level: true, .. } => LEVEL_UNKNOWN,
                    _ if joins.prose => as_label.1,
                    _ => as_label.0,
                };
                let under = || over.and_then(|over| over.holds(expected, &self.atoms[position])) == Some(true);
                for count in 1..=evidence::most_joined(follower.kind).min(joinable) {
                    if !arcs.may(count, base) {
                        continue;
                    }
                    let cost = self.evidence(position, count, follower.kind, follower.evidence, follower.vocabulary);
                    let dear = count == 1 && cost > UNDER_HEADER;
                    let cost = if dear { self.under_header(position, follower.kind, cost, under) } else { cost };
                    if cost < NEVER {
                        let cost = base + cost + if count == 1 { penalty } else { 0 };
                        arcs.put(Arc { count: count as u8, to: follower.id, cost, act });
                    }
                }
                most = arcs.most(joinable);
            }
        }
        if missed < NEVER {
            arcs.miss(joinable, missed);
        }
    }
}
