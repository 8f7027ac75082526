//! The search: the cheapest path of all atoms through the graph, by dynamic programming over (atom, node).
//!
//! An arc eats one to six atoms as a label, a value, the continuation of a value, noise, or a piece left over. Every atom is on
//! the path exactly once. A second pass, backwards over the same arcs, gives for each atom how much dearer the cheapest
//! path is that puts it elsewhere. Linear in the number of atoms.

use super::arcs::Order;
use super::atom::Atom;
use super::beam::Beam;
use super::cost::*;
use super::evidence::{MOST_JOINED, Traits, Words};
use super::expand::{Followers, KINDS};
use super::graph::{Graph, Node};
use super::lexicon::Match;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// What a step does with its atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Read as a label, by this match of the first atom.
    Label(Match),
    /// A value begins; `opens`: and with it a new row.
    Value {
        opens: bool,
    },
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
    /// Per node: where a header of a true grid stands over it, from that column on.
    pub over: Vec<Option<Over>>,
}

/// A header in a true grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    pub block: u32,
    /// How many columns it stands over.
    pub width: i16,
}

impl Over {
    /// Whether a piece stands under it, where that is sure.
    pub fn holds(self, start: i16, atom: &Atom) -> Option<bool> {
        let (start, end) = (i64::from(start), i64::from(start) + i64::from(self.width));
        let (from, to) = (i64::from(atom.column), i64::from(atom.column) + i64::from(atom.cell.column_span.max(1)));
        (atom.sure && self.block == atom.block).then_some(from < end && start < to)
    }
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
    /// Which values follow which, in the order of these columns.
    pub followers: &'a Followers,
    pub texts: &'a TextPrices,
}

/// Prices that depend on text alone, each found once; shared by searches of the same atoms.
pub struct TextPrices {
    /// What each atom is worth alone as a value, by kind: [`KINDS`] prices an atom.
    pub(super) alone: RefCell<Vec<Cost>>,
    /// The same of atoms read as one, by the first of them, kind, list of words and number of atoms.
    pub(super) joined: RefCell<FxHashMap<(u32, u16), Cost>>,
    /// Per atom: how it contradicts each level of a hierarchy as a name.
    pub(super) cues: Vec<OnceCell<Box<[Cost]>>>,
}

/// A price that nobody asked for yet.
pub const UNKNOWN: Cost = Cost::MIN;

impl TextPrices {
    pub fn new(atoms: usize) -> Self {
        TextPrices {
            alone: RefCell::new(vec![UNKNOWN; atoms * KINDS]),
            joined: RefCell::new(FxHashMap::default()),
            cues: vec![OnceCell::new(); atoms],
        }
    }
}

/// The entries kept at each position, one position after the other.
#[derive(Default)]
struct Layers {
    entries: Vec<Entry>,
    /// Where each position's entries end.
    ends: Vec<usize>,
}

impl Layers {
    fn push(&mut self, layer: &[Entry]) {
        self.entries.extend_from_slice(layer);
        self.ends.push(self.entries.len());
    }

    /// Takes over those of some positions.
    fn copy(&mut self, other: &Layers, positions: std::ops::Range<usize>) {
        for position in positions {
            self.push(other.at(position));
        }
    }

    /// Those of a position; none behind the last.
    fn at(&self, position: usize) -> &[Entry] {
        let start = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(position).map_or(&[], |end| &self.entries[start..*end])
    }
}

/// The entries of the next few positions.
struct Ahead {
    nodes: usize,
    /// Where each node's entry stands among those of its position; u16::MAX: nowhere.
    places: Vec<u16>,
    entries: [Vec<Entry>; RING],
    /// The cheapest cost known at each.
    floor: [i64; RING],
}

impl Ahead {
    fn new(nodes: usize) -> Self {
        Ahead { nodes, places: vec![u16::MAX; nodes * RING], entries: Default::default(), floor: [FAR; RING] }
    }

    fn clear(&mut self) {
        self.places.fill(u16::MAX);
        self.entries.iter_mut().for_each(Vec::clear);
        self.floor = [FAR; RING];
    }

    /// Keeps an entry, if it is the cheapest of its node.
    fn put(&mut self, position: usize, new: Entry) {
        let slot = position % RING;
        self.floor[slot] = self.floor[slot].min(new.cost);
        let place = &mut self.places[slot * self.nodes + usize::from(new.node)];
        match self.entries[slot].get_mut(usize::from(*place)) {
            Some(old) if old.cost <= new.cost => {}
            Some(old) => *old = new,
            None => {
                *place = self.entries[slot].len() as u16;
                self.entries[slot].push(new);
            }
        }
    }

    /// Moves the entries of a position out, so that its room serves a later one.
    fn take(&mut self, position: usize, layer: &mut Vec<Entry>) {
        let slot = position % RING;
        for entry in &self.entries[slot] {
            self.places[slot * self.nodes + usize::from(entry.node)] = u16::MAX;
        }
        layer.append(&mut self.entries[slot]);
        self.floor[slot] = FAR;
    }
}

/// A path found; what its rivals cost is not known yet.
pub struct Route {
    layers: Layers,
    path: Path,
}

impl Route {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A way on from a node: what is done with how many atoms, where it leads, what it costs.
pub struct Arc {
    pub count: u8,
    pub to: u16,
    pub cost: Cost,
    pub act: Act,
}

/// Where arcs go.
pub trait Arcs {
    /// Arcs dearer than this, by the number of atoms they eat, are of no interest.
    fn budget(&self, count: usize) -> Cost;

    fn put(&mut self, arc: Arc);
}

/// Arcs on their way from an entry forward.
struct Forward<'f> {
    ahead: &'f mut Ahead,
    position: usize,
    /// How far behind the best known they may be, by the number of atoms that they eat.
    widths: [i64; RING],
    /// The cost of the entry that they leave, and its place at its position.
    cost: i64,
    index: u16,
}

impl Arcs for Forward<'_> {
    fn budget(&self, count: usize) -> Cost {
        let most = self.ahead.floor[(self.position + count) % RING] + self.widths[count] - self.cost;
        most.clamp(-1, i64::from(NEVER)) as Cost
    }

    fn put(&mut self, arc: Arc) {
        let count = usize::from(arc.count);
        // Would be dropped there: something cheaper is known.
        if arc.cost > self.budget(count) {
            return;
        }
        let cost = self.cost + i64::from(arc.cost);
        let new = Entry { cost, node: arc.to, act: arc.act, back: self.index, count: arc.count };
        self.ahead.put(self.position + count, new);
    }
}

/// Arcs that are looked at from behind, for what a path pays at least that takes them.
struct Backward<'b, F> {
    budget: &'b [Cost; RING],
    look: F,
}

impl<F: FnMut(Arc)> Arcs for Backward<'_, F> {
    fn budget(&self, count: usize) -> Cost {
        self.budget[count]
    }

    fn put(&mut self, arc: Arc) {
        (self.look)(arc);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    cost: i64,
    node: u16,
    act: Act,
    /// Index of the predecessor among the entries of its position, and how many atoms lie between.
    back: u16,
    count: u8,
}

const FAR: i64 = 1 << 50;
pub const RING: usize = MOST_JOINED + 1;

impl Search<'_, '_> {
    /// The cheapest path, margins still open. Where the path found shows that others may have been dropped too early, the search
    /// goes over it again.
    pub fn run(&self) -> Route {
        let mut beam = Beam::new(self.atoms);
        let mut layers = self.forward(&beam, &Layers::default());
        loop {
            let (path, paid) = self.cheapest(&layers);
            if !beam.widen(&paid) {
                return Route { layers, path };
            }
            layers = self.forward(&beam, &layers);
        }
    }

    /// The cheapest path through what was kept, and what it pays at each position beyond the least.
    fn cheapest(&self, layers: &Layers) -> (Path, Vec<Cost>) {
        let end = self.atoms.len();
        let mut paid = vec![0; end + 1];
        let best = layers
            .at(end)
            .iter()
            .enumerate()
            .map(|(index, entry)| (entry.cost + i64::from(self.end_cost(self.graph.nodes[entry.node as usize])), index))
            .min();
        let Some((cost, mut index)) = best else { return (Path::default(), paid) };
        let mut steps = Vec::with_capacity(end);
        let mut position = end;
        paid[end] = (cost - layers.at(end)[index].cost) as Cost;
        while position > 0 {
            let entry = layers.at(position)[index];
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
            let least = if matches!(entry.act, Act::Value { .. } | Act::More) { PLAIN_VALUE } else { 0 };
            paid[first] = ((entry.cost - layers.at(position)[index].cost) as Cost - least).max(0);
        }
        steps.reverse();
        (Path { steps, cost }, paid)
    }

    /// The path of a route of this search, with the margins of its steps.
    pub fn finish(&self, route: Route) -> Path {
        let Route { layers, mut path } = route;
        if !path.steps.is_empty() {
            self.margins(&layers, &mut path.steps, path.cost);
        }
        path
    }

    pub(super) fn end_cost(&self, node: Node) -> Cost {
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

    /// What is kept at each position. `old` are those found before the beam was widened: what is the same again is taken from them.
    fn forward(&self, beam: &Beam, old: &Layers) -> Layers {
        let end = self.atoms.len();
        let mut layers = Layers::default();
        layers.ends.reserve(end + 1);
        let mut ahead = Ahead::new(self.graph.nodes.len());
        let mut from = Some(0);
        while let Some(first) = from.and_then(|from| beam.wider(from)) {
            layers.copy(old, layers.ends.len()..first);
            from = self.forward_from(first, beam, old, &mut layers, &mut ahead);
        }
        layers.copy(old, layers.ends.len()..old.ends.len());
        layers
    }

    /// The same from one position on, until the end or until what is kept is what was kept before, and so will be: then from where.
    fn forward_from(&self, from: usize, beam: &Beam, old: &Layers, layers: &mut Layers, ahead: &mut Ahead) -> Option<usize> {
        ahead.clear();
        if from == 0 {
            ahead.put(0, Entry { cost: 0, node: 0, act: Act::Noise, back: 0, count: 0 });
        }
        let mut layer: Vec<Entry> = Vec::new();
        let mut same = 0;
        for position in from.saturating_sub(MOST_JOINED)..=self.atoms.len() {
            layer.clear();
            if position < from {
                // Kept before: only its ways on behind `from` are looked for.
                layer.extend_from_slice(layers.at(position));
            } else {
                ahead.take(position, &mut layer);
                prune(&mut layer, beam.at(position));
                layers.push(&layer);
                same = if *layer == *old.at(position) { same + 1 } else { 0 };
                if same >= MOST_JOINED && beam.wider(position + 1).is_none_or(|next| next > position + MOST_JOINED) {
                    return Some(position + 1);
                }
            }
            if position == self.atoms.len() {
                break;
            }
            let here = self.here(position);
            let mut widths = [-2 * FAR; RING];
            for (count, width) in widths.iter_mut().enumerate().skip(1).filter(|(count, _)| position + count >= from) {
                *width = beam.at(position + count);
            }
            for (index, entry) in (0..).zip(&layer) {
                let mut arcs = Forward { ahead: &mut *ahead, position, widths, cost: entry.cost, index };
                self.expand(&here, entry.node, &mut arcs);
            }
        }
        None
    }

    /// Goes backwards once over the arcs of all kept nodes, and notes for each step of the path the price of its best rival.
    fn margins(&self, layers: &Layers, steps: &mut [Step], best: i64) {
        let nodes = self.graph.nodes.len();
        let end = self.atoms.len();
        let mut ring: Vec<i64> = vec![FAR; nodes * RING];
        let slot_of = |position: usize, node: u16| position % RING * nodes + usize::from(node);
        for entry in layers.at(end) {
            ring[slot_of(end, entry.node)] = i64::from(self.end_cost(self.graph.nodes[usize::from(entry.node)]));
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
        floor[end % RING] = layers.at(end).iter().map(|entry| ring[slot_of(end, entry.node)]).min().unwrap_or(0);
        for position in (0..end).rev() {
            here.clear();
            let place = self.here(position);
            for entry in layers.at(position) {
                let mut cheapest = FAR;
                let mut budget = [0; RING];
                for (count, budget) in budget.iter_mut().enumerate().skip(1) {
                    let most = best + i64::from(MARGIN) - entry.cost - floor[(position + count) % RING];
                    *budget = most.clamp(-1, i64::from(NEVER)) as Cost;
                }
                if budget.iter().skip(1).all(|budget| *budget < 0) {
                    continue;
                }
                let look = |arc: Arc| {
                    let count = usize::from(arc.count);
                    let behind = ring[slot_of(position + count, arc.to)] + i64::from(arc.cost);
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
                };
                self.expand(&place, entry.node, &mut Backward { budget: &budget, look });
                here.push((entry.node, cheapest));
            }
            for entry in layers.at(position + RING) {
                ring[slot_of(position, entry.node)] = FAR;
            }
            floor[position % RING] = FAR;
            for &(node, cost) in &here {
                ring[slot_of(position, node)] = cost;
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
}

/// Drops what lies far behind the best.
fn prune(layer: &mut Vec<Entry>, beam: i64) {
    let Some(best) = layer.iter().map(|entry| entry.cost).min() else { return };
    layer.retain(|entry| entry.cost <= best + beam);
    if layer.len() > BEAM_WIDTH {
        layer.select_nth_unstable_by_key(BEAM_WIDTH, |entry| (entry.cost, entry.node));
        layer.truncate(BEAM_WIDTH);
    }
    // Cheapest first, so that dear arcs are dropped early; one order whatever came before.
    layer.sort_unstable_by_key(|entry| (entry.cost, entry.node));
}
