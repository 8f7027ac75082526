//! The search: the cheapest path of all atoms through the graph, by dynamic programming over (atom, node).
//!
//! An arc eats one to six atoms as a label, a value, the continuation of a value, noise, or a piece left over. Every atom is on
//! the path exactly once. A second pass, backwards over the same arcs, gives for each atom how much dearer the cheapest
//! path is that puts it elsewhere. Linear in the number of atoms.

use super::arcs::{Mode, Order};
use super::atom::{Atom, Boundary};
use super::cost::*;
use super::evidence::{self, MOST_JOINED, Traits, Words};
use super::graph::{Graph, Node, PlanShape};
use super::lexicon::Match;
use crate::document::Layout;
use crate::value::Kind;
use std::cell::RefCell;
use std::rc::Rc;

/// What a step does with its atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Read as a label, by this match of the first atom.
    Label(Match),
    /// A value begins; `opens`: and with it a new row.
    Value { opens: bool },
    /// The value before goes on.
    More,
    Noise,
    /// Fits nowhere, inside a form.
    Left,
    /// Text around the form.
    Outside,
}

/// One step of the path found: atoms `first..first + count`, and the node it leads to.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub first: u32,
    pub count: u32,
    pub act: Act,
    pub to: Node,
    /// How much dearer the cheapest path is that puts the first atom elsewhere, and where.
    pub margin: Cost,
    pub rival: Option<Node>,
}

/// The best path.
#[derive(Clone, Debug, Default)]
pub struct Path {
    pub steps: Vec<Step>,
    pub cost: i64,
}

/// Where a document's columns stand and which exist.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    pub order: Order,
    /// Per node: the column its piece is expected in; −1: anywhere.
    pub of_node: Vec<i16>,
}

/// Everything that one search looks at.
pub struct Search<'a, 'd> {
    pub graph: &'a Graph,
    pub atoms: &'a [Atom<'d>],
    pub traits: &'a [Traits],
    /// Per atom: what it and the atoms after it may be as a label.
    pub matches: &'a [Vec<(u8, Match)>],
    pub columns: &'a Columns,
    pub words: &'a [Words],
    /// Folded beginnings of the instructions printed on the form.
    pub instructions: &'a [Box<str>],
    /// The price of a row before its label.
    pub late: Cost,
    cache: RefCell<Vec<Vec<(u16, Cost)>>>,
    cues: RefCell<Vec<Option<Vec<Cost>>>>,
    /// Per node: the values that may follow it, once it was reached.
    followers: RefCell<Vec<Option<Rc<[Follower]>>>>,
}

/// A value that may follow a node: what of its price depends on neither text nor place.
#[derive(Clone, Copy)]
struct Follower {
    to: Node,
    id: u16,
    mode: Mode,
    price: Cost,
    kind: Kind,
    vocabulary: Option<usize>,
    /// Which prices of text are shared: a kind, or one of the two kinds of text that are priced apart.
    evidence: u16,
    prose: bool,
    /// The price is that of columns passed over, and less where their blank cells show.
    passes: bool,
    /// The node before is a label, so that the value may stand anywhere behind it.
    labelled: bool,
    /// Expected columns before and here; −1: anywhere.
    columns: (i16, i16),
}

/// Arcs dearer than this, by the number of atoms they eat, are of no interest.
type Budget = [Cost; RING];

struct Arc {
    count: u8,
    to: u16,
    cost: Cost,
    act: Act,
}

#[derive(Clone, Copy)]
struct Entry {
    cost: i64,
    node: u16,
    act: Act,
    /// Index of the predecessor among the entries of its position, and how many atoms lie between.
    back: u16,
    count: u8,
}

const FAR: i64 = 1 << 50;
const RING: usize = MOST_JOINED + 1;
/// Keys of text that is priced apart from its kind: instructions, and goals.
const INSTRUCTION: u16 = 60;
const GOAL: u16 = 61;

impl<'a, 'd> Search<'a, 'd> {
    #[expect(clippy::too_many_arguments, reason = "the parts of one search, named once, in fit/mod.rs")]
    pub fn new(
        graph: &'a Graph,
        atoms: &'a [Atom<'d>],
        traits: &'a [Traits],
        matches: &'a [Vec<(u8, Match)>],
        columns: &'a Columns,
        words: &'a [Words],
        instructions: &'a [Box<str>],
        late: Cost,
    ) -> Self {
        let cache = RefCell::new(vec![Vec::new(); atoms.len()]);
        let cues = RefCell::new(vec![None; atoms.len()]);
        let followers = RefCell::new(vec![None; graph.nodes.len()]);
        Search { graph, atoms, traits, matches, columns, words, instructions, late, cache, cues, followers }
    }

    /// The cheapest path.
    pub fn run(&self) -> Path {
        let layers = self.forward();
        let end = self.atoms.len();
        let best = layers[end]
            .iter()
            .enumerate()
            .map(|(index, entry)| (entry.cost + i64::from(self.end_cost(self.graph.nodes[entry.node as usize])), index))
            .min();
        let Some((cost, mut index)) = best else { return Path::default() };
        let mut steps = Vec::new();
        let mut position = end;
        while position > 0 {
            let entry = layers[position][index];
            let first = position - usize::from(entry.count);
            steps.push(Step {
                first: first as u32,
                count: u32::from(entry.count),
                act: entry.act,
                to: self.graph.nodes[entry.node as usize],
                margin: NEVER,
                rival: None,
            });
            (position, index) = (first, usize::from(entry.back));
        }
        steps.reverse();
        self.margins(&layers, &mut steps, cost);
        Path { steps, cost }
    }

    fn end_cost(&self, node: Node) -> Cost {
        let unseen = match node.level() {
            Some((_, false)) => LABEL_NEVER_ARRIVES,
            _ => 0,
        };
        let after = match node {
            Node::Outside => return 0,
            _ => node.band().map_or(0, |band| usize::from(band) + 1),
        };
        let missing = self.graph.plans[after..].iter().filter(|plan| !plan.optional).count();
        unseen + BAND_SKIPPED * missing as Cost
    }

    fn forward(&self) -> Vec<Vec<Entry>> {
        let nodes = self.graph.nodes.len();
        let mut layers: Vec<Vec<Entry>> = Vec::with_capacity(self.atoms.len() + 1);
        // For the next few positions, where each node's entry stands in its layer; u16::MAX: nowhere.
        let mut ring: Vec<Vec<u16>> = vec![vec![u16::MAX; nodes]; RING];
        let mut pending: Vec<Vec<Entry>> = vec![Vec::new(); RING];
        // The cheapest cost known at each of the next positions.
        let mut floor = [FAR; RING];
        pending[0].push(Entry { cost: 0, node: 0, act: Act::Noise, back: 0, count: 0 });
        for position in 0..=self.atoms.len() {
            let slot = position % RING;
            let mut layer = std::mem::take(&mut pending[slot]);
            for entry in &layer {
                ring[slot][entry.node as usize] = u16::MAX;
            }
            floor[slot] = FAR;
            prune(&mut layer);
            if position < self.atoms.len() {
                for (index, entry) in layer.iter().enumerate() {
                    let mut budget = [NEVER; RING];
                    for (count, budget) in budget.iter_mut().enumerate().skip(1) {
                        let most = floor[(position + count) % RING] + i64::from(BEAM) - entry.cost;
                        *budget = most.min(i64::from(NEVER)) as Cost;
                    }
                    self.expand(position, entry.node, &budget, |arc| {
                        let next = (position + usize::from(arc.count)) % RING;
                        let cost = entry.cost + i64::from(arc.cost);
                        floor[next] = floor[next].min(cost);
                        let place = &mut ring[next][usize::from(arc.to)];
                        let new = Entry { cost, node: arc.to, act: arc.act, back: index as u16, count: arc.count };
                        match pending[next].get_mut(usize::from(*place)) {
                            Some(old) if old.cost <= cost => {}
                            Some(old) => *old = new,
                            None => {
                                *place = pending[next].len() as u16;
                                pending[next].push(new);
                            }
                        }
                    });
                }
            }
            layers.push(layer);
        }
        layers
    }

    /// Goes backwards once over the arcs of all kept nodes, and notes for each step of the path the price of its best rival.
    fn margins(&self, layers: &[Vec<Entry>], steps: &mut [Step], best: i64) {
        let nodes = self.graph.nodes.len();
        let end = self.atoms.len();
        let mut ring: Vec<Vec<i64>> = vec![vec![FAR; nodes]; RING];
        for entry in &layers[end] {
            ring[end % RING][usize::from(entry.node)] = i64::from(self.end_cost(self.graph.nodes[usize::from(entry.node)]));
        }
        let mut keys = vec![u32::MAX; end];
        let mut owner = vec![usize::MAX; end];
        for (index, step) in steps.iter().enumerate() {
            for atom in step.first..step.first + step.count {
                keys[atom as usize] = self.key(step.act, step.to);
                owner[atom as usize] = index;
            }
        }
        let mut here: Vec<(u16, i64)> = Vec::new();
        // The least cost from each of the next positions to the end. Paths dearer than the best by more than a reportable
        // margin need not be followed: all prices are positive.
        let mut floor = [FAR; RING];
        floor[end % RING] = layers[end].iter().map(|entry| ring[end % RING][usize::from(entry.node)]).min().unwrap_or(0);
        for position in (0..end).rev() {
            here.clear();
            for entry in &layers[position] {
                let mut cheapest = FAR;
                let mut budget = [0; RING];
                for (count, budget) in budget.iter_mut().enumerate().skip(1) {
                    let most = best + i64::from(MARGIN) - entry.cost - floor[(position + count) % RING];
                    *budget = most.clamp(-1, i64::from(NEVER)) as Cost;
                }
                if budget.iter().skip(1).all(|budget| *budget < 0) {
                    continue;
                }
                self.expand(position, entry.node, &budget, |arc| {
                    let count = usize::from(arc.count);
                    let behind = ring[(position + count) % RING][usize::from(arc.to)] + i64::from(arc.cost);
                    if behind >= FAR {
                        return;
                    }
                    cheapest = cheapest.min(behind);
                    let whole = entry.cost + behind - best;
                    if whole >= i64::from(NEVER) {
                        return;
                    }
                    let to = self.graph.nodes[usize::from(arc.to)];
                    let key = self.key(arc.act, to);
                    for atom in position..position + count {
                        let step = &mut steps[owner[atom]];
                        if keys[atom] != key && atom == step.first as usize && whole < i64::from(step.margin) {
                            step.margin = whole as Cost;
                            step.rival = matches!(arc.act, Act::Value { .. } | Act::More | Act::Label(_)).then_some(to);
                        }
                    }
                });
                here.push((entry.node, cheapest));
            }
            let slot = &mut ring[position % RING];
            if let Some(gone) = layers.get(position + RING) {
                for entry in gone {
                    slot[usize::from(entry.node)] = FAR;
                }
            }
            floor[position % RING] = FAR;
            for &(node, cost) in &here {
                slot[usize::from(node)] = cost;
                floor[position % RING] = floor[position % RING].min(cost);
            }
        }
    }

    /// What two readings of an atom must share to be the same placement.
    fn key(&self, act: Act, to: Node) -> u32 {
        let place = match to {
            Node::Leaf { band, level, column, .. } => self.graph.id(Node::Leaf { band, level, seen: true, column }),
            Node::TreeLead { band, .. } | Node::RootAgain { band, .. } => self.graph.id(Node::Head { band }),
            _ => self.graph.id(to),
        };
        match act {
            Act::Value { .. } | Act::More => u32::from(place),
            // Which label it is matters to the rows behind it, not by itself.
            Act::Label(_) => 1 << 20,
            Act::Noise => 1 << 21,
            Act::Left => 1 << 22,
            Act::Outside => 1 << 23,
        }
    }

    /// The values that may follow a node.
    fn followers(&self, from: u16) -> Rc<[Follower]> {
        if let Some(known) = &self.followers.borrow()[usize::from(from)] {
            return known.clone();
        }
        let node = self.graph.nodes[usize::from(from)];
        let column = |id: u16| self.columns.of_node[usize::from(id)];
        let labelled = matches!(
            node,
            Node::Label { .. } | Node::Mark { .. } | Node::GoalMark { .. } | Node::Item { .. } | Node::Notes { .. }
        );
        let mut followers = Vec::new();
        self.graph.after_value(node, &self.columns.order, self.late, &mut |to, mode, price| {
            let (kind, vocabulary, prose) = match (to, self.graph.slot(to)) {
                (Node::Year { .. } | Node::MatrixLead { .. }, _) => (Kind::Year, None, false),
                (_, Some(slot)) => (slot.kind, slot.vocabulary, slot.prose),
                _ => return,
            };
            let (evidence, vocabulary) = match to {
                Node::Note { .. } => (INSTRUCTION, None),
                Node::GoalText { .. } | Node::ListText { .. } => (GOAL, None),
                _ => (kind as u16, vocabulary),
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
            followers.push(Follower { to, id, mode, price, kind, vocabulary, evidence, prose, passes, labelled, columns });
        });
        let followers: Rc<[Follower]> = followers.into();
        self.followers.borrow_mut()[usize::from(from)] = Some(followers.clone());
        followers
    }

    /// All arcs from a node at a position, but for those over the budget.
    fn expand(&self, position: usize, from_id: u16, budget: &Budget, mut emit: impl FnMut(Arc)) {
        let atom = &self.atoms[position];
        let traits = self.traits[position];
        let from = self.graph.nodes[usize::from(from_id)];
        if traits.noise {
            emit(Arc { count: 1, to: from_id, cost: 0, act: Act::Noise });
        }
        match from {
            Node::Start | Node::Outside => emit(Arc { count: 1, to: from_id, cost: OUTSIDE_PER_ATOM, act: Act::Outside }),
            _ => {
                let cost = LEFT + LEFT_PER_CHAR * Cost::from(traits.chars.min(400));
                emit(Arc { count: 1, to: from_id, cost, act: Act::Left });
                if atom.boundary >= Boundary::Line {
                    let block = if atom.boundary == Boundary::Block { 0 } else { OUTSIDE };
                    let cost = LEAVE + block + self.end_cost(from);
                    emit(Arc { count: 1, to: self.graph.id(Node::Outside), cost, act: Act::Outside });
                }
            }
        }
        for &(count, label) in &self.matches[position] {
            let cost = label.cost + self.label_cut(position, usize::from(count));
            self.graph.after_label(from, label.role, label.number, &mut |to, price| {
                let id = self.graph.id(to);
                let columns = (self.columns.of_node[usize::from(from_id)], self.columns.of_node[usize::from(id)]);
                let cost = cost + price + self.place(position, columns, None);
                emit(Arc { count, to: id, cost, act: Act::Label(label) });
            });
        }
        let as_label = self.label_penalty(position);
        let joinable = self.joinable(position, MOST_JOINED);
        for follower in self.followers(from_id).iter() {
            if follower.price > budget[1] && (!follower.passes || follower.price / 10 > budget[1]) && joinable == 1 {
                continue;
            }
            let price = if follower.passes && follower.price > 0 && self.shown(position, follower.columns) {
                follower.price * SHOWN_TENTHS / 10
            } else {
                follower.price
            };
            let mut base = price
                + self.join(position, from, follower)
                + self.place(position, follower.columns, Some(follower.mode));
            if joinable == 1 && base > budget[1] {
                continue;
            }
            base += self.cue(position, follower.to);
            let penalty = if follower.prose { as_label.1 } else { as_label.0 };
            let act = Act::Value { opens: follower.mode != Mode::In };
            for count in 1..=evidence::most_joined(follower.kind).min(joinable) {
                if base > budget[count] {
                    continue;
                }
                let cost = self.evidence(position, count, follower.kind, follower.evidence, follower.vocabulary);
                if cost < NEVER {
                    let cost = base + cost + if count == 1 { penalty } else { 0 };
                    emit(Arc { count: count as u8, to: follower.id, cost, act });
                }
            }
        }
        if let Some(slot) = self.graph.slot(from) {
            let cost = self.more(position, slot.kind, slot.prose) + if slot.prose { as_label.1 } else { as_label.0 };
            emit(Arc { count: 1, to: from_id, cost, act: Act::More });
        }
    }

    /// How many atoms from here on stand close enough to be read as one.
    fn joinable(&self, position: usize, most: usize) -> usize {
        let close = |atom: &&Atom| {
            atom.boundary <= Boundary::Paragraph || (atom.layout == Layout::Words && atom.boundary == Boundary::Line)
        };
        let rest = &self.atoms[position + 1..(position + most).min(self.atoms.len())];
        1 + rest.iter().take_while(close).count()
    }

    /// A label without a colon in the midst of a cell.
    fn label_cut(&self, position: usize, count: usize) -> Cost {
        let before = self.atoms[position].boundary == Boundary::Blank;
        let after = self.atoms.get(position + count).is_some_and(|next| next.boundary == Boundary::Blank);
        let colon = self.atoms[position + count - 1].text.ends_with([':', '：']);
        match self.atoms[position].layout {
            _ if colon => 0,
            Layout::Grid | Layout::Rows | Layout::Cells => 60 * (Cost::from(before) + Cost::from(after)),
            Layout::Lines => 20 * (Cost::from(before) + Cost::from(after)),
            Layout::Words => 0,
        }
    }

    /// What it costs to read an atom that is a label as a short value, and as part of long text.
    fn label_penalty(&self, position: usize) -> (Cost, Cost) {
        let strength = self.matches[position].iter().map(|(_, label)| label.cost).min();
        match strength {
            None => (0, 0),
            Some(cost) if cost < LABEL_TYPO => (LABEL_AS_VALUE, LABEL_AS_PROSE),
            Some(_) => (LABEL_AS_VALUE * 2 / 5, LABEL_AS_PROSE * 2 / 5),
        }
    }

    fn evidence(&self, position: usize, count: usize, kind: Kind, key: u16, vocabulary: Option<usize>) -> Cost {
        let key = (key * 16 + vocabulary.map_or(0, |index| index as u16 + 1).min(15)) * 8 + count as u16;
        if let Some((_, cost)) = self.cache.borrow()[position].iter().find(|(known, _)| *known == key) {
            return *cost;
        }
        let atom = &self.atoms[position];
        let traits = self.traits[position];
        let cost = match key / 8 / 16 {
            INSTRUCTION => self.instruction_cost(atom.text),
            GOAL => 30,
            _ => {
                let text = evidence::joined(&self.atoms[position..position + count]);
                let words = vocabulary.and_then(|index| self.words.get(index));
                evidence::value_cost(kind, words, &text, traits, count, atom.layout)
            }
        };
        self.cache.borrow_mut()[position].push((key, cost));
        cost
    }

    fn instruction_cost(&self, text: &str) -> Cost {
        let head: String = text.chars().take(40).collect();
        let key = super::lexicon::fold(&head);
        if self.instructions.iter().any(|known| key.contains(&**known)) {
            return 0;
        }
        if key.starts_with(|c: char| c.is_ascii_digit() || "(一二三四五六七八九十①②③④⑤⑥⑦⑧⑨".contains(c)) { 40 } else { 150 }
    }

    /// How a name contradicts the level that it is read under.
    fn cue(&self, position: usize, to: Node) -> Cost {
        let Node::Leaf { band, level, column: 0, .. } = to else { return 0 };
        if self.traits[position].numeric || self.traits[position].word {
            return 0;
        }
        let PlanShape::Tree { hierarchy, .. } = self.graph.plans[usize::from(band)].shape else { return 0 };
        let mut cues = self.cues.borrow_mut();
        let cues = cues[position].get_or_insert_with(|| {
            let mut found = Vec::new();
            if let Some(hierarchy) = self.graph.hierarchies.get(hierarchy) {
                evidence::cues(hierarchy, self.atoms[position].text, &mut found);
            }
            found
        });
        let best = cues.iter().max().copied().unwrap_or(0);
        best - cues.get(usize::from(level)).copied().unwrap_or(0)
    }

    /// What the boundary before a value costs.
    fn join(&self, position: usize, from: Node, follower: &Follower) -> Cost {
        let atom = &self.atoms[position];
        let &Follower { to, mode, labelled, prose, .. } = follower;
        match (atom.layout, mode) {
            (Layout::Rows | Layout::Grid, Mode::In) => match atom.boundary {
                Boundary::Blank | Boundary::Paragraph if labelled => 0,
                Boundary::Blank => 200,
                Boundary::Paragraph => 100,
                Boundary::Cell => 0,
                Boundary::Line | Boundary::Block if prose && labelled => 100,
                Boundary::Line | Boundary::Block => 300,
            },
            (Layout::Rows | Layout::Grid, Mode::New) => match atom.boundary {
                _ if matches!(to, Node::Note { .. }) => 0,
                _ if atom.opens_row => 0,
                Boundary::Cell => 400,
                _ => 500,
            },
            (Layout::Rows | Layout::Grid, Mode::First) => match atom.boundary {
                _ if atom.opens_row && matches!(from, Node::Level { .. }) => ROW_AFTER_LABEL,
                Boundary::Blank => 100,
                _ => 0,
            },
            (Layout::Cells, Mode::In) => match atom.boundary {
                Boundary::Blank if !labelled => 200,
                Boundary::Block => 50,
                _ => 0,
            },
            (Layout::Cells, Mode::New) => match atom.boundary {
                Boundary::Line | Boundary::Block => 0,
                _ => 100,
            },
            (Layout::Lines, Mode::In) => match atom.boundary {
                _ if labelled => 0,
                Boundary::Blank | Boundary::Line => 50,
                Boundary::Block => 100,
                _ => 0,
            },
            (Layout::Lines, Mode::New) => if atom.opens_row { 0 } else { 100 },
            (Layout::Words, Mode::New) => 30,
            (Layout::Words, Mode::In) => if atom.boundary == Boundary::Block { 50 } else { 0 },
            (Layout::Cells | Layout::Lines | Layout::Words, Mode::First) => 0,
        }
    }

    /// What it costs that the value before goes on here.
    fn more(&self, position: usize, kind: Kind, prose: bool) -> Cost {
        let atom = &self.atoms[position];
        let (blank, cell, line) = match (atom.layout, prose) {
            (Layout::Grid | Layout::Rows, false) => (10, 500, 400),
            (Layout::Grid | Layout::Rows, true) => (5, 300, 80),
            (Layout::Cells, false) => (10, 200, 200),
            (Layout::Cells, true) => (5, 50, 40),
            (Layout::Lines | Layout::Words, false) => (40, 200, 150),
            (Layout::Lines | Layout::Words, true) => (10, 50, 40),
        };
        let boundary = match atom.boundary {
            Boundary::Blank | Boundary::Paragraph => blank,
            Boundary::Cell => cell,
            Boundary::Line => line,
            Boundary::Block => line + 60,
        };
        let traits = self.traits[position];
        let kind = match kind {
            Kind::Amount | Kind::Percent | Kind::Year | Kind::Date | Kind::Phone | Kind::Unit | Kind::Mark => 400,
            Kind::Choice => 100,
            Kind::Target => 60,
            Kind::Name | Kind::Person if traits.numeric => 200,
            Kind::Name | Kind::Person | Kind::Text if traits.word && !prose => 100,
            Kind::Name | Kind::Person | Kind::Text => 0,
        };
        boundary + kind
    }

    /// Columns as evidence: what it costs that a piece stands where it does. `mode` is none for a label; `columns` are those
    /// expected of the piece before and of this one.
    fn place(&self, position: usize, columns: (i16, i16), mode: Option<Mode>) -> Cost {
        let atom = &self.atoms[position];
        if !atom.columns_known || columns.1 < 0 {
            return 0;
        }
        if atom.layout == Layout::Cells {
            // The columns of one cell per line only count the blanks between.
            return match (mode, self.gap(position, columns)) {
                (Some(Mode::In | Mode::First), Some(off)) => (GAP_STEP * off).min(GAP_CAP),
                _ => 0,
            };
        }
        if atom.opens_row {
            let off = (atom.column as Cost - Cost::from(columns.1)).abs();
            return (START_STEP * off).min(START_CAP);
        }
        self.gap(position, columns).map_or(0, |off| (GAP_STEP * off).min(GAP_CAP))
    }

    /// How far the gap to the piece before differs from the one expected.
    fn gap(&self, position: usize, (last, next): (i16, i16)) -> Option<Cost> {
        let before = self.atoms.get(position.checked_sub(1)?)?;
        if last < 0 || next < 0 || std::ptr::eq(before.cell, self.atoms[position].cell) {
            return None;
        }
        let seen = self.atoms[position].column as Cost - before.column as Cost;
        Some((seen - Cost::from(next - last)).abs())
    }

    /// Whether the source shows the blank cells that a value passes over.
    fn shown(&self, position: usize, columns: (i16, i16)) -> bool {
        let atom = &self.atoms[position];
        if !atom.columns_known {
            return false;
        }
        if atom.opens_row && atom.layout != Layout::Cells {
            return atom.column as Cost == Cost::from(columns.1);
        }
        self.gap(position, columns) == Some(0)
    }
}

/// Drops what lies far behind the best.
fn prune(layer: &mut Vec<Entry>) {
    let Some(best) = layer.iter().map(|entry| entry.cost).min() else { return };
    layer.retain(|entry| entry.cost <= best + i64::from(BEAM));
    if layer.len() > BEAM_WIDTH {
        layer.select_nth_unstable_by_key(BEAM_WIDTH, |entry| (entry.cost, entry.node));
        layer.truncate(BEAM_WIDTH);
    }
    // Cheapest first, so that dear arcs are dropped early; one order whatever came before.
    layer.sort_unstable_by_key(|entry| (entry.cost, entry.node));
}
