//! What the search keeps: at each position the cheapest readings up to there, and the ways by which they were reached.
//!
//! Of all ways only those that may lie on a path nearly as cheap as the best one, so that going back over them says how sure each
//! placement is, without asking the grammar and the prices again.

use super::align::Act;
use super::cost::{Cost, MARGIN, NEVER};
use super::evidence::MOST_JOINED;

/// Dearer than any path.
pub const FAR: i64 = 1 << 50;
/// So many positions are open at once.
pub const RING: usize = (MOST_JOINED + 1).next_power_of_two();

/// A way to a node at a position.
#[derive(Clone, Copy)]
pub struct Way {
    /// What a reading costs that comes by it.
    pub cost: i64,
    pub node: u16,
    /// Which of all ways it is that begin where it does.
    pub order: u16,
    /// Index of its beginning among the entries of that position, and how many atoms lie between.
    pub back: u8,
    pub count: u8,
    pub act: Act,
}

impl Way {
    fn is_same(&self, other: &Way) -> bool {
        let Way { cost, node, order: _, back, count, act } = *self;
        (cost, node, back, count, act) == (other.cost, other.node, other.back, other.count, other.act)
    }
}

/// Whether two positions hold the same entries, reached in the same way.
pub fn are_same(entries: &[Way], others: &[Way]) -> bool {
    entries.len() == others.len() && entries.iter().zip(others).all(|(entry, other)| entry.is_same(other))
}

/// The entries kept at each position, one position after the other: the cheapest way to each node. Beside them other ways to these nodes.
#[derive(Default)]
pub struct Layers {
    entries: Vec<Way>,
    others: Vec<Way>,
    ends: Vec<End>,
}

/// Where a position's entries and other ways end.
#[derive(Clone, Copy, Default)]
struct End {
    entries: u32,
    others: u32,
    /// The least that anything costs that was not followed to this position; it may cost more.
    missed: i64,
}

impl Layers {
    /// Room for so many positions.
    pub fn reserve(&mut self, positions: usize) {
        self.ends.reserve(positions);
        self.entries.reserve(2 * positions);
    }

    /// How many positions there are so far.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn push(&mut self, entries: &[Way], others: impl Iterator<Item = Way>, missed: i64) {
        self.entries.extend_from_slice(entries);
        self.others.extend(others);
        self.ends.push(End { entries: self.entries.len() as u32, others: self.others.len() as u32, missed });
    }

    /// Takes over some positions.
    pub fn copy(&mut self, other: &Layers, positions: std::ops::Range<usize>) {
        for position in positions {
            let missed = other.ends.get(position).map_or(FAR, |end| end.missed);
            self.push(other.at(position), other.others(position).iter().copied(), missed);
        }
    }

    fn start(&self, position: usize) -> End {
        position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default()
    }

    /// The place of a position's first entry among all entries.
    pub fn first(&self, position: usize) -> usize {
        self.start(position).entries as usize
    }

    /// The entries of a position; none behind the last.
    pub fn at(&self, position: usize) -> &[Way] {
        let end = self.ends.get(position).map_or(0, |end| end.entries as usize);
        self.entries.get(self.first(position)..end).unwrap_or_default()
    }

    /// The other ways to the entries of a position.
    pub fn others(&self, position: usize) -> &[Way] {
        let end = self.ends.get(position).map_or(0, |end| end.others as usize);
        self.others.get(self.start(position).others as usize..end).unwrap_or_default()
    }

    /// The entries of all positions.
    pub fn all(&self) -> &[Way] {
        &self.entries
    }

    /// How far behind the cheapest entry of a position everything lies that was not followed to it.
    pub fn missed(&self, position: usize) -> i64 {
        let floor = self.at(position).first().map_or(0, |entry| entry.cost);
        self.ends.get(position).map_or(FAR, |end| end.missed) - floor
    }
}

/// The entries of the next few positions.
pub struct Ahead {
    nodes: usize,
    /// Where each node's entry stands among those of its position; u16::MAX: nowhere.
    places: Vec<u16>,
    entries: [Vec<Way>; RING],
    others: [Vec<Way>; RING],
    /// The cheapest cost known at each, and the least of what was not followed.
    floor: [i64; RING],
    missed: [i64; RING],
}

impl Ahead {
    pub fn new(nodes: usize) -> Self {
        let places = vec![u16::MAX; nodes * RING];
        let (entries, others) = Default::default();
        Ahead { nodes, places, entries, others, floor: [FAR; RING], missed: [FAR; RING] }
    }

    /// Lets go of all positions.
    pub fn clear(&mut self) {
        for position in 0..RING {
            self.forget(position);
            self.others[position].clear();
        }
    }

    /// Lets go of the entries of a position.
    fn forget(&mut self, position: usize) {
        let slot = position % RING;
        for entry in self.entries[slot].drain(..) {
            self.places[slot * self.nodes + usize::from(entry.node)] = u16::MAX;
        }
        (self.floor[slot], self.missed[slot]) = (FAR, FAR);
    }

    /// Begins a path at the first position.
    pub fn begin(&mut self) {
        self.put(0, Way { cost: 0, node: 0, order: 0, back: 0, count: 0, act: Act::Noise });
    }

    /// Keeps a way, if it is the cheapest to its node, or nearly that.
    fn put(&mut self, position: usize, new: Way) {
        let slot = position % RING;
        self.floor[slot] = self.floor[slot].min(new.cost);
        let entries = &mut self.entries[slot];
        let place = &mut self.places[slot * self.nodes + usize::from(new.node)];
        let Some(entry) = entries.get_mut(usize::from(*place)) else {
            *place = entries.len() as u16;
            return entries.push(new);
        };
        let other = if new.cost < entry.cost { std::mem::replace(entry, new) } else { new };
        if other.cost < entry.cost + i64::from(MARGIN) {
            self.others[slot].push(other);
        }
    }

    /// Moves the entries of a position out and what `prune` leaves of them into the layers, so that its room serves a later one.
    pub fn take(&mut self, position: usize, layer: &mut Vec<Way>, layers: &mut Layers, prune: impl Fn(&mut Vec<Way>) -> i64) {
        let slot = position % RING;
        layer.extend_from_slice(&self.entries[slot]);
        let missed = if layer.len() > 1 { self.missed[slot].min(prune(layer)) } else { self.missed[slot] };
        self.forget(position);
        let near = |way: &Way| layer.iter().any(|entry| entry.node == way.node && way.cost < entry.cost + i64::from(MARGIN));
        layers.push(layer, self.others[slot].drain(..).filter(near), missed);
    }
}

/// A way on from an entry: what is done with how many atoms, where it leads, what it costs.
pub struct Arc {
    pub count: u8,
    pub to: u16,
    pub cost: Cost,
    pub act: Act,
}

/// Arcs on their way from the entries of a position.
pub struct Onward<'a> {
    ahead: &'a mut Ahead,
    position: usize,
    /// No arc eats more atoms.
    reach: usize,
    /// How far behind the best known they may be, by the number of atoms that they eat.
    widths: [i64; RING],
    /// What an arc from the present entry may cost, by the same.
    budgets: [Cost; RING],
    /// The cost of the entry, and its place at its position.
    cost: i64,
    index: u8,
    order: u16,
}

impl<'a> Onward<'a> {
    pub fn new(ahead: &'a mut Ahead, position: usize, reach: usize, widths: [i64; RING]) -> Self {
        Onward { ahead, position, reach, widths, budgets: [0; RING], cost: 0, index: 0, order: 0 }
    }

    /// Turns to the arcs of an entry.
    pub fn leave(&mut self, cost: i64, index: u8) {
        (self.cost, self.index) = (cost, index);
        (1..=self.reach).for_each(|count| self.limit(count));
    }

    fn limit(&mut self, count: usize) {
        let most = self.ahead.floor[(self.position + count) % RING] + self.widths[count] - self.cost;
        self.budgets[count] = most.clamp(-1, i64::from(NEVER)) as Cost;
    }

    /// Whether an arc that eats so many atoms may cost so much: else nothing need be known of it.
    pub fn may(&mut self, count: usize, cost: Cost) -> bool {
        let may = cost <= self.budgets[count];
        if !may && self.widths[count] >= 0 {
            let missed = &mut self.ahead.missed[(self.position + count) % RING];
            *missed = (*missed).min(self.cost + i64::from(cost));
        }
        may
    }

    /// The most that an arc of up to so many atoms may cost.
    pub fn most(&self, joinable: usize) -> Cost {
        self.budgets[1..=joinable].iter().copied().fold(-1, Cost::max)
    }

    /// Notes that arcs of up to so many atoms were not followed, that cost so much at least.
    pub fn miss(&mut self, joinable: usize, cost: Cost) {
        (1..=joinable).for_each(|count| _ = self.may(count, cost));
    }

    /// Follows an arc, unless it would be dropped where it leads: something cheaper is known.
    pub fn put(&mut self, Arc { count, to, cost, act }: Arc) {
        let position = self.position + usize::from(count);
        if !self.may(usize::from(count), cost) {
            return;
        }
        let cost = self.cost + i64::from(cost);
        let lower = cost < self.ahead.floor[position % RING];
        self.ahead.put(position, Way { cost, node: to, order: self.order, back: self.index, count, act });
        self.order = self.order.saturating_add(1);
        if lower {
            self.limit(usize::from(count));
        }
    }
}
