//! The path found → what stands in each slot, as atoms: the step between the search and the record.
//!
//! Every atom ends here exactly once: in a slot, in a mark, or left over. A slot that is filled already is never overwritten:
//! the second text is left over.

use super::align::{Act, Path, Step};
use super::atom::{Atom, Boundary};
use super::graph::{Graph, Node, PlanShape};
use super::lexicon::{Match, Role};
use crate::document::Layout;
use crate::form::{Band, Field, FormDefinition};
use crate::record::MarkKind;
use crate::value::notation::is_placeholder;

/// Numbers of atoms, in order.
pub type Atoms = Vec<u32>;

/// A row of cells: of a matrix, of records, of a tree.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// Per column; empty where blank.
    pub cells: Vec<Atoms>,
    /// The least margin of a placement in the row, and the node that it might be instead.
    pub margin: super::cost::Cost,
    pub rival: Option<Node>,
}

impl Cells {
    fn new(columns: usize) -> Self {
        Cells { cells: vec![Atoms::new(); columns], margin: super::cost::NEVER, rival: None }
    }

    /// The first atom of the row.
    pub fn first(&self) -> Option<u32> {
        self.cells.iter().flatten().min().copied()
    }
}

/// A row of a tree.
#[derive(Clone, Debug)]
pub struct TreeRow {
    pub level: u8,
    /// Whether the level's label stood before the row.
    pub seen: bool,
    pub cells: Cells,
}

/// A label of a tree's level, and how many rows of the goal stand before it.
#[derive(Clone, Debug)]
pub struct LevelMark {
    pub level: u8,
    pub rows_before: usize,
    pub atoms: Atoms,
    /// The label shares its line with the row behind it; none: that is not known.
    pub in_row: Option<bool>,
}

/// A goal and its rows.
#[derive(Clone, Debug, Default)]
pub struct Goal {
    /// The numbered label that opens the block.
    pub mark: Atoms,
    pub text: Atoms,
    pub margin: super::cost::Cost,
    pub rows: Vec<TreeRow>,
    pub levels: Vec<LevelMark>,
    pub roots: Vec<LevelMark>,
}

/// What a band holds.
#[derive(Clone, Debug)]
pub enum Held {
    /// Per field.
    Fields(Vec<Atoms>),
    /// `free`: rows that the definition does not have, with the row of the definition they stand before.
    Matrix {
        years: Vec<Atoms>,
        groups: Vec<Vec<Option<(Atoms, Cells)>>>,
        free: Vec<Vec<(u8, Atoms, Cells)>>,
    },
    Records(Vec<Cells>),
    /// Per side: the header's atoms, and the items with their number.
    Lists(Vec<(Atoms, Vec<(u8, Atoms)>)>),
    Tree(Vec<Goal>),
    Notes(Vec<Atoms>),
}

/// A label met.
#[derive(Clone, Debug)]
pub struct Met {
    pub atoms: Atoms,
    pub label: Match,
    pub kind: MarkKind,
    /// Index of the goal it stands in, for bands of trees.
    pub goal: usize,
    /// It stands in the midst of the rows that it heads: printed again, or after them.
    pub again: bool,
}

/// Everything found in one form.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub bands: Vec<Held>,
    pub labels: Vec<Met>,
    pub noise: Vec<Atoms>,
    /// Inside the form, no slot takes it.
    pub left: Vec<Atoms>,
    pub outside: Vec<Atoms>,
    /// Marks of lists without a text: 目标3:.
    pub skeletons: Vec<(u8, u8, Atoms)>,
}

impl Found {
    /// The fields that stand alone, each with its place in the form and its atoms.
    pub fn fields<'f>(&'f self, form: &'f FormDefinition) -> impl Iterator<Item = (Role, &'f Field, &'f Atoms)> {
        form.bands.iter().zip(&self.bands).enumerate().flat_map(|(band, (definition, held))| {
            let (fields, slots) = match (definition, held) {
                (Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields }, Held::Fields(slots)) => {
                    (fields.as_slice(), slots.as_slice())
                }
                _ => (&[][..], &[][..]),
            };
            let role = move |field: usize| Role::Field { band: band as u8, field: field as u8 };
            fields.iter().zip(slots).enumerate().map(move |(index, (field, atoms))| (role(index), field, atoms))
        })
    }
}

/// Where the value that is being read stands.
#[derive(Clone, Copy)]
enum Open {
    Nothing,
    Field(u8, u8),
    Year(u8, u8),
    Cell {
        band: u8,
        group: u8,
        row: u8,
        column: u8,
    },
    Free {
        band: u8,
        group: u8,
    },
    FreeCell {
        band: u8,
        group: u8,
        column: u8,
    },
    Record {
        band: u8,
        column: u8,
    },
    List {
        band: u8,
        side: u8,
    },
    GoalText(u8),
    Leaf {
        band: u8,
        column: u8,
    },
    Note(u8),
    /// Its slot was taken.
    Left,
}

/// Walks the path.
pub fn gather(graph: &Graph, atoms: &[Atom], matches: &[Vec<(u8, Match)>], path: &Path) -> Found {
    let bands = graph.plans.iter().map(|plan| match &plan.shape {
        PlanShape::Fields => Held::Fields(vec![Atoms::new(); plan.slots.len()]),
        PlanShape::Matrix { items, years, .. } => Held::Matrix {
            years: vec![Atoms::new(); usize::from(*years)],
            groups: items.iter().map(|rows| vec![None; rows.len()]).collect(),
            free: vec![Vec::new(); items.len()],
        },
        PlanShape::Records => Held::Records(Vec::new()),
        PlanShape::Lists { sides, .. } => Held::Lists(vec![(Atoms::new(), Vec::new()); usize::from(*sides)]),
        PlanShape::Tree { .. } => Held::Tree(Vec::new()),
        PlanShape::Notes => Held::Notes(Vec::new()),
    });
    let mut walk = Walk {
        graph,
        atoms,
        matches,
        found: Found { bands: bands.collect(), ..Found::default() },
        open: Open::Nothing,
        last: None,
    };
    for (index, step) in path.steps.iter().enumerate() {
        let mut step = *step;
        // A dash says nothing in whichever column it stands.
        if step.margin < super::cost::NEVER && atoms.get(step.first as usize).is_some_and(|atom| is_placeholder(atom.text)) {
            step.margin = super::cost::NEVER;
        }
        walk.step(&step, path.steps.get(index + 1));
    }
    walk.found
}

struct Walk<'a, 'd> {
    graph: &'a Graph,
    atoms: &'a [Atom<'d>],
    matches: &'a [Vec<(u8, Match)>],
    found: Found,
    open: Open,
    /// The last atom of the value that is being read.
    last: Option<u32>,
}

fn atoms_of(step: &Step) -> Atoms {
    (step.first..step.first + step.count).collect()
}

/// Adds to the last piece where the atoms follow one another, else begins another.
fn push(pieces: &mut Vec<Atoms>, atoms: Atoms) {
    match pieces.last_mut() {
        Some(last) if last.last().map(|atom| atom + 1) == atoms.first().copied() => last.extend(atoms),
        _ => pieces.push(atoms),
    }
}

impl Walk<'_, '_> {
    fn step(&mut self, step: &Step, next: Option<&Step>) {
        let atoms = atoms_of(step);
        match step.act {
            Act::Noise if self.ends_value(&atoms) => {
                self.last = atoms.last().copied();
                self.add(atoms);
            }
            Act::Noise => self.found.noise.push(atoms),
            Act::Left => push(&mut self.found.left, atoms),
            Act::Outside => push(&mut self.found.outside, atoms),
            Act::Label(which) => {
                let (_, label) = self.matches[step.first as usize][usize::from(which)];
                self.label(step, label, atoms, next);
            }
            Act::Value { opens } => {
                let atoms = self.with_beginning(atoms);
                self.open = self.value(step, opens, &atoms);
                self.last = atoms.last().copied();
                self.add(atoms);
            }
            Act::More => {
                self.last = atoms.last().copied();
                self.add(atoms);
            }
        }
    }

    /// Whether marks such as `--` or `……` stand behind a value in its own cell: they may be drawn, but the cell is the value's.
    fn ends_value(&self, noise: &[u32]) -> bool {
        let (Some(last), Some(first)) = (self.last, noise.first()) else { return false };
        last + 1 == *first && self.go_together(last, *first) && noise.iter().all(|atom| self.may_be_meant(*atom))
    }

    /// The same before a value: what opens its cell belongs to it.
    fn with_beginning(&mut self, atoms: Atoms) -> Atoms {
        let Some(first) = atoms.first().copied() else { return atoms };
        let begins = self.found.noise.last().is_some_and(|noise| {
            let before = noise.last().copied().unwrap_or_default();
            before + 1 == first && self.go_together(before, first) && noise.iter().all(|atom| self.may_be_meant(*atom))
        });
        match self.found.noise.pop_if(|_| begins) {
            Some(mut noise) => {
                noise.extend(atoms);
                noise
            }
            None => atoms,
        }
    }

    /// Whether two atoms that follow one another stand in one cell of a table, in one paragraph where its edges are not sure.
    fn go_together(&self, last: u32, next: u32) -> bool {
        let (last, next) = (&self.atoms[last as usize], &self.atoms[next as usize]);
        std::ptr::eq(last.cell, next.cell)
            && match next.layout {
                Layout::Grid => true,
                Layout::Rows | Layout::Cells => next.boundary < Boundary::Paragraph,
                Layout::Lines | Layout::Words | Layout::Printed | Layout::Page => false,
            }
    }

    /// Lines to write on and borders are nobody's value.
    fn may_be_meant(&self, atom: u32) -> bool {
        self.atoms[atom as usize].text.chars().all(|c| matches!(c, '-' | '=' | '*' | '~' | '—' | '–' | '…' | '.' | '·' | '⋯'))
    }

    fn label(&mut self, step: &Step, label: Match, atoms: Atoms, next: Option<&Step>) {
        let in_row = next.map_or(Some(false), |next| match self.atoms[next.first as usize].layout {
            Layout::Grid | Layout::Rows => {
                Some(matches!(next.to, Node::Leaf { .. } | Node::Level { .. }) && !self.atoms[next.first as usize].opens_row)
            }
            // Where rows are unknown, a label before a name may stand in its row or in the row above.
            Layout::Cells | Layout::Lines | Layout::Words | Layout::Printed | Layout::Page => {
                (!matches!(next.to, Node::Leaf { .. })).then_some(false)
            }
        });
        let mut goal = 0;
        let kind = match label.role {
            Role::Title => MarkKind::Title,
            Role::Item { band, group, item } => {
                if let Some(Held::Matrix { groups, .. }) = self.found.bands.get_mut(usize::from(band)) {
                    let columns = self.graph.plans[usize::from(band)].slots.len();
                    let row = &mut groups[usize::from(group)][usize::from(item)];
                    if row.is_none() {
                        *row = Some((atoms.clone(), Cells::new(columns)));
                    }
                }
                MarkKind::Item
            }
            Role::Number { band } => match self.found.bands.get_mut(usize::from(band)) {
                Some(Held::Tree(goals)) => {
                    goals.push(Goal { mark: atoms.clone(), margin: super::cost::NEVER, ..Goal::default() });
                    goal = goals.len() - 1;
                    MarkKind::Number
                }
                _ => {
                    let filled = next
                        .is_some_and(|next| matches!(next.act, Act::Value { .. }) && matches!(next.to, Node::ListText { .. }));
                    if let (Node::Mark { band, side, .. }, false) = (step.to, filled) {
                        self.found.skeletons.push((band, side, atoms.clone()));
                    }
                    MarkKind::Number
                }
            },
            Role::Side { band, side } => {
                if let Some(Held::Lists(sides)) = self.found.bands.get_mut(usize::from(band)) {
                    let header = &mut sides[usize::from(side)].0;
                    if header.is_empty() {
                        header.clone_from(&atoms);
                    }
                }
                MarkKind::Label
            }
            Role::Level1 { band, root } => {
                let found = self.goal(band);
                let rows_before = found.rows.len();
                found.roots.push(LevelMark { level: root, rows_before, atoms: atoms.clone(), in_row });
                MarkKind::Level1
            }
            Role::Level2 { band, level } => {
                let found = self.goal(band);
                let rows_before = found.rows.len();
                found.levels.push(LevelMark { level, rows_before, atoms: atoms.clone(), in_row });
                MarkKind::Level2
            }
            _ => MarkKind::Label,
        };
        if let Some(Held::Tree(goals)) = step.to.band().and_then(|band| self.found.bands.get(usize::from(band))) {
            goal = goals.len().saturating_sub(1);
        }
        let again = matches!(step.to, Node::RecordLead { .. } | Node::MatrixLead { .. } | Node::TreeLead { .. });
        self.open = match label.role {
            // A title inside (on each page) does not end the value that it interrupts.
            Role::Title => self.open,
            _ => Open::Nothing,
        };
        self.found.labels.push(Met { atoms, label, kind, goal, again });
    }

    fn goal(&mut self, band: u8) -> &mut Goal {
        let held = &mut self.found.bands[usize::from(band)];
        if !matches!(held, Held::Tree(_)) {
            *held = Held::Tree(Vec::new());
        }
        let Held::Tree(goals) = held else { unreachable!("made a tree above") };
        if goals.is_empty() {
            goals.push(Goal { margin: super::cost::NEVER, ..Goal::default() });
        }
        let last = goals.len() - 1;
        &mut goals[last]
    }

    /// The slot in which a value begins.
    fn value(&mut self, step: &Step, opens: bool, atoms: &Atoms) -> Open {
        match step.to {
            Node::Value { band, field } => Open::Field(band, field),
            Node::Year { band, index } => Open::Year(band, index),
            Node::Cell { band, group, row, column } => {
                if let Some(Held::Matrix { groups, .. }) = self.found.bands.get_mut(usize::from(band)) {
                    note_margin(groups[usize::from(group)][usize::from(row)].as_mut().map(|(_, cells)| cells), step);
                }
                Open::Cell { band, group, row, column }
            }
            Node::Free { band, group, row } => {
                let columns = self.graph.plans[usize::from(band)].slots.len();
                if let Some(Held::Matrix { free, .. }) = self.found.bands.get_mut(usize::from(band)) {
                    free[usize::from(group)].push((row, Atoms::new(), Cells::new(columns)));
                }
                Open::Free { band, group }
            }
            Node::FreeCell { band, group, column, .. } => Open::FreeCell { band, group, column },
            Node::Column { band, column } => {
                let columns = self.graph.plans[usize::from(band)].slots.len();
                if let Some(Held::Records(rows)) = self.found.bands.get_mut(usize::from(band)) {
                    if opens {
                        rows.push(Cells::new(columns));
                    }
                    note_margin(rows.last_mut(), step);
                }
                Open::Record { band, column }
            }
            Node::ListText { band, side, number } => {
                if let Some(Held::Lists(sides)) = self.found.bands.get_mut(usize::from(band)) {
                    sides[usize::from(side)].1.push((number, Atoms::new()));
                }
                Open::List { band, side }
            }
            Node::GoalText { band } => {
                let margin = step.margin;
                let goal = self.goal(band);
                goal.margin = goal.margin.min(margin);
                Open::GoalText(band)
            }
            Node::Leaf { band, level, seen, column } => {
                let columns = self.graph.plans[usize::from(band)].slots.len() - 1;
                let goal = self.goal(band);
                if opens {
                    goal.rows.push(TreeRow { level, seen, cells: Cells::new(columns) });
                }
                note_margin(goal.rows.last_mut().map(|row| &mut row.cells), step);
                Open::Leaf { band, column }
            }
            Node::Note { band } => {
                if let Some(Held::Notes(notes)) = self.found.bands.get_mut(usize::from(band)) {
                    notes.push(Atoms::new());
                }
                Open::Note(band)
            }
            // Years printed again under a header printed again.
            Node::MatrixLead { .. } => {
                self.found.noise.push(atoms.clone());
                Open::Nothing
            }
            _ => Open::Left,
        }
    }

    /// Puts atoms into the open slot.
    fn add(&mut self, atoms: Atoms) {
        let bands = &mut self.found.bands;
        let slot = match self.open {
            Open::Nothing => {
                // Already kept as noise, if it began there.
                if self.found.noise.last().is_none_or(|noise| *noise != atoms) {
                    push(&mut self.found.left, atoms);
                }
                return;
            }
            Open::Left => None,
            Open::Field(band, field) => match bands.get_mut(usize::from(band)) {
                Some(Held::Fields(fields)) => fields.get_mut(usize::from(field)),
                _ => None,
            },
            Open::Year(band, index) => match bands.get_mut(usize::from(band)) {
                Some(Held::Matrix { years, .. }) => years.get_mut(usize::from(index)),
                _ => None,
            },
            Open::Cell { band, group, row, column } => match bands.get_mut(usize::from(band)) {
                Some(Held::Matrix { groups, .. }) => groups[usize::from(group)][usize::from(row)]
                    .as_mut()
                    .and_then(|(_, cells)| cells.cells.get_mut(usize::from(column))),
                _ => None,
            },
            Open::Free { band, group } => match bands.get_mut(usize::from(band)) {
                Some(Held::Matrix { free, .. }) => free[usize::from(group)].last_mut().map(|(_, label, _)| label),
                _ => None,
            },
            Open::FreeCell { band, group, column } => match bands.get_mut(usize::from(band)) {
                Some(Held::Matrix { free, .. }) => {
                    free[usize::from(group)].last_mut().and_then(|(_, _, cells)| cells.cells.get_mut(usize::from(column)))
                }
                _ => None,
            },
            Open::Record { band, column } => match bands.get_mut(usize::from(band)) {
                Some(Held::Records(rows)) => rows.last_mut().and_then(|row| row.cells.get_mut(usize::from(column))),
                _ => None,
            },
            Open::List { band, side } => match bands.get_mut(usize::from(band)) {
                Some(Held::Lists(sides)) => sides[usize::from(side)].1.last_mut().map(|(_, atoms)| atoms),
                _ => None,
            },
            Open::GoalText(band) => match bands.get_mut(usize::from(band)) {
                Some(Held::Tree(goals)) => goals.last_mut().map(|goal| &mut goal.text),
                _ => None,
            },
            Open::Leaf { band, column } => match bands.get_mut(usize::from(band)) {
                Some(Held::Tree(goals)) => goals
                    .last_mut()
                    .and_then(|goal| goal.rows.last_mut())
                    .and_then(|row| row.cells.cells.get_mut(usize::from(column))),
                _ => None,
            },
            Open::Note(band) => match bands.get_mut(usize::from(band)) {
                Some(Held::Notes(notes)) => notes.last_mut(),
                _ => None,
            },
        };
        // A piece that follows at once belongs to the value; anything else would be a second value in the slot.
        match slot {
            Some(slot) if slot.is_empty() => *slot = atoms,
            Some(slot) if follows(slot, &atoms, &self.found.noise, &self.found.left, &self.found.labels) => {
                slot.extend(atoms);
            }
            _ => {
                self.open = Open::Left;
                push(&mut self.found.left, atoms);
            }
        }
    }
}

/// Whether atoms go on where the slot ends, with nothing between but what is no value.
fn follows(slot: &Atoms, atoms: &Atoms, noise: &[Atoms], left: &[Atoms], labels: &[Met]) -> bool {
    let (Some(&last), Some(&first)) = (slot.last(), atoms.first()) else { return true };
    let passed = |atom: u32| {
        let has = |pieces: &Atoms| pieces.contains(&atom);
        noise.iter().rev().take(8).any(has)
            || left.iter().rev().take(8).any(has)
            || labels.iter().rev().take(8).any(|met| met.atoms.contains(&atom))
    };
    (last + 1..first).all(passed)
}

fn note_margin(cells: Option<&mut Cells>, step: &Step) {
    if let Some(cells) = cells.filter(|cells| step.margin < cells.margin) {
        cells.margin = step.margin;
        cells.rival = step.rival;
    }
}
