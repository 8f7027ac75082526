//! The search: the cheapest path of all atoms through the graph, by dynamic programming over (atom, node).
//!
//! An arc eats one to six atoms as a label, a value, the continuation of a value, noise, or a piece left over. Every atom is on
//! the path exactly once. Going back once over the ways that were kept gives for each atom how much dearer the cheapest
//! path is that puts it elsewhere. Linear in the number of atoms.

use super::arcs::Order;
use super::atom::Atom;
use super::beam::Beam;
use super::cost::*;
use super::evidence::{MOST_JOINED, Traits, Words};
use super::expand::{Chosen, KINDS};
use super::graph::{Graph, Node};
use super::layers::{Ahead, FAR, Layers, Onward, RING, Way, are_same};
use super::lexicon::Match;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// What a step does with its atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Read as a label: by which match of the first atom.
    Label(u8),
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
    /// Per place of the graph: the column that its pieces are expected in; −1: anywhere.
    pub expected: Vec<i16>,
    /// Per place: where a header of a true grid stands over it, from that column on.
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
    pub followers: &'a Chosen<'a>,
    pub texts: &'a TextPrices,
}

/// Prices that depend on text alone, each found once; shared by searches of the same atoms.
pub struct TextPrices {
    /// What each atom is worth alone as a value, by kind: [`KINDS`] prices an atom, small as nearly all of them are.
    pub(super) alone: RefCell<Vec<i16>>,
    /// The same of atoms read as one, by the first of them, kind, list of words and number of atoms.
    pub(super) joined: RefCell<FxHashMap<(u32, u16), Cost>>,
    /// Per atom: how it contradicts each level of a hierarchy as a name.
    pub(super) cues: Vec<OnceCell<Box<[Cost]>>>,
}

/// A price that nobody asked for yet, or one that is not small.
pub const UNKNOWN: i16 = i16::MIN;

impl TextPrices {
    pub fn new(atoms: usize) -> Self {
        TextPrices {
            alone: RefCell::new(vec![UNKNOWN; atoms * KINDS]),
            joined: RefCell::new(FxHashMap::default()),
            cues: vec![OnceCell::new(); atoms],
        }
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

impl Search<'_, '_> {
    /// The cheapest path, margins still open. Where the path found shows that others may have been dropped too early, the search
    /// goes over it again.
    pub fn run(&self) -> Route {
        let mut beam = Beam::new(self.atoms);
        let mut layers = self.forward(&beam, &Layers::default());
        loop {
            let (path, paid) = self.cheapest(&layers);
            if !beam.widen(&paid, |position| layers.missed(position)) {
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
            self.margins(&layers, &mut path);
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
        layers.reserve(end + 1);
        let mut ahead = Ahead::new(self.graph.nodes.len());
        let mut from = Some(0);
        while let Some(first) = from.and_then(|from| beam.wider(from)) {
            layers.copy(old, layers.len()..first);
            from = self.forward_from(first, beam, old, &mut layers, &mut ahead);
        }
        layers.copy(old, layers.len()..old.len());
        layers
    }

    /// The same from one position on, until the end or until what is kept is what was kept before, and so will be: then from where.
    fn forward_from(&self, from: usize, beam: &Beam, old: &Layers, layers: &mut Layers, ahead: &mut Ahead) -> Option<usize> {
        ahead.clear();
        if from == 0 {
            ahead.begin();
        }
        let mut layer: Vec<Way> = Vec::new();
        let mut same = 0;
        for position in from.saturating_sub(MOST_JOINED)..=self.atoms.len() {
            layer.clear();
            if position < from {
                // Kept before: only its ways on behind `from` are looked for.
                layer.extend_from_slice(layers.at(position));
            } else {
                ahead.take(position, &mut layer, layers, |layer| prune(layer, beam.at(position)));
                same = if are_same(&layer, old.at(position)) { same + 1 } else { 0 };
                if same >= MOST_JOINED && beam.wider(position + 1).is_none_or(|next| next > position + MOST_JOINED) {
                    return Some(position + 1);
                }
            }
            if position == self.atoms.len() {
                break;
            }
            let here = self.here(position);
            // Nothing may lead to a position before `from`, however far what is known there.
            let mut widths = [-2 * FAR; RING];
            for count in (1..=here.reach).filter(|count| position + count >= from) {
                widths[count] = beam.at(position + count);
            }
            let mut onward = Onward::new(ahead, position, here.reach, widths);
            for (index, entry) in (0..).zip(&layer) {
                onward.leave(entry.cost, index);
                self.expand(&here, entry.node, &mut onward);
            }
        }
        None
    }

    /// Goes backwards once over all ways that were kept, and notes for each step of the path the price of its best rival.
    fn margins(&self, layers: &Layers, path: &mut Path) {
        let entries = layers.all();
        let end = self.atoms.len();
        // What the cheapest way costs from each entry to the end.
        let mut rest = vec![FAR; entries.len()];
        for (rest, entry) in rest[layers.first(end)..].iter_mut().zip(layers.at(end)) {
            *rest = i64::from(self.end_cost(self.graph.nodes[usize::from(entry.node)]));
        }
        let mut rivals: Vec<Rival> = Vec::new();
        let mut behind = path.steps.len();
        for position in (1..=end).rev() {
            let here = layers.first(position);
            // The path's own step to here is no rival.
            let own = behind.checked_sub(1).map(|last| path.steps[last]);
            let own = own.filter(|step| step.first as usize + step.count as usize == position);
            behind -= usize::from(own.is_some());
            let mut go_back = |way: &Way, to: usize| {
                let first = position - usize::from(way.count);
                let from = layers.first(first) + usize::from(way.back);
                rest[from] = rest[from].min(way.cost - entries[from].cost + rest[to]);
                let dearer = way.cost + rest[to] - path.cost;
                if dearer < i64::from(MARGIN) {
                    let &Way { order, count, act, node, .. } = way;
                    let (first, count, to) = (first as u32, u32::from(count), self.graph.nodes[usize::from(node)]);
                    if own.is_some_and(|own| (own.first, own.act, own.to) == (first, act, to)) {
                        return;
                    }
                    rivals.push(Rival { step: Step { first, count, act, to, margin: dearer as Cost, rival: None }, order });
                }
            };
            let entries = layers.at(position);
            entries.iter().zip(here..).for_each(|(way, to)| go_back(way, to));
            for way in layers.others(position) {
                entries.iter().position(|entry| entry.node == way.node).into_iter().for_each(|to| go_back(way, here + to));
            }
        }
        // Of rivals that are equally dear, the one that begins last, and is found there first.
        rivals.sort_by_key(|rival| (std::cmp::Reverse(rival.step.first), rival.order));
        for Rival { step: rival, .. } in &rivals {
            let from = path.steps.partition_point(|step| step.first < rival.first);
            for step in path.steps[from..].iter_mut().take_while(|step| step.first < rival.first + rival.count) {
                if rival.margin < step.margin
                    && (rival.act, rival.to) != (step.act, step.to)
                    && self.key(rival) != self.key(step)
                {
                    step.margin = rival.margin;
                    step.rival = matches!(rival.act, Act::Value { .. } | Act::More | Act::Label(_)).then_some(rival.to);
                }
            }
        }
    }

    /// What two readings of an atom must share to be the same placement.
    fn key(&self, &Step { act, to, .. }: &Step) -> u32 {
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

/// Another reading of some atoms, and how much dearer the cheapest path with it is.
struct Rival {
    step: Step,
    order: u16,
}

/// Drops what lies far behind the best; says what the cheapest of that costs.
fn prune(layer: &mut Vec<Way>, beam: i64) -> i64 {
    let Some(best) = layer.iter().map(|entry| entry.cost).min() else { return FAR };
    let mut dropped = FAR;
    layer.retain(|entry| {
        let kept = entry.cost <= best + beam;
        if !kept {
            dropped = dropped.min(entry.cost);
        }
        kept
    });
    if layer.len() > BEAM_WIDTH {
        layer.select_nth_unstable_by_key(BEAM_WIDTH, |entry| (entry.cost, entry.node));
        layer.truncate(BEAM_WIDTH);
    }
    // Cheapest first, so that dear arcs are dropped early; one order whatever came before.
    layer.sort_unstable_by_key(|entry| (entry.cost, entry.node));
    dropped
}
