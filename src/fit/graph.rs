//! A definition compiled to the nodes of the search: what may have been read last, and in which context.
//!
//! Context lives in the node (which row of a matrix, which level of a tree, whether that level's label was seen yet), so
//! nothing has to be repaired after the search. Node numbers are dense and computed, not looked up.

use super::cues::Cues;
use super::lexicon::Lexicon;
pub use super::node::{Node, Place, Stands};
use crate::form::{Band, Field, FormDefinition, MatrixGroup};
use crate::value::Kind;
use std::sync::Arc;

/// Headers that span several columns count from here, by the first of their columns.
pub const HEAD: u8 = 200;
/// Marks of a list that are told apart.
pub const LIST_NUMBERS: u8 = 9;

/// A column that values stand in.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    pub kind: Kind,
    /// Index into [`Graph::vocabularies`].
    pub vocabulary: Option<usize>,
    pub optional: bool,
    pub required: bool,
    /// Long text: blanks and lines inside are nothing special.
    pub prose: bool,
    /// The value stands inside its label and is told by its kind.
    pub inside: bool,
    /// The value is a label of the tree's second level.
    pub level: bool,
    /// Under a header that spans several columns: the first of them.
    pub head: Option<u8>,
}

impl Slot {
    fn of(field: &Field, graph: &[Arc<str>]) -> Slot {
        Slot {
            kind: field.kind,
            vocabulary: field.vocabulary.as_ref().and_then(|name| graph.iter().position(|known| known == name)),
            optional: field.optional,
            required: field.required,
            prose: field.list,
            inside: field.inside,
            level: field.level,
            head: None,
        }
    }

    fn text(prose: bool) -> Slot {
        Slot { prose, ..Slot::default() }
    }
}

/// A band as the search sees it.
#[derive(Clone, Debug)]
pub struct Plan {
    base: u16,
    pub shape: PlanShape,
    pub slots: Vec<Slot>,
    /// May be missing without a word.
    pub optional: bool,
}

#[derive(Clone, Debug)]
pub enum PlanShape {
    Fields,
    /// `items[group][row]`: whether the row is optional. `years`: spread columns and the first of them. `grouped`: the rows
    /// stand under labels of groups. `under`: the one row of a total, and the nodes in whose columns its values stand.
    Matrix {
        items: Vec<Vec<bool>>,
        offsets: Vec<u16>,
        years: u8,
        first_year: u8,
        grouped: bool,
        under: Option<Vec<Node>>,
    },
    Records,
    /// `required`: bits of the sides that must hold something. `texts`: one text each, without numbers.
    Lists {
        sides: u8,
        required: u8,
        texts: bool,
    },
    /// `roots[level]`: the root of each second level. `first[root]`: the first level of each root. `blocks`: numbered goals
    /// open blocks of rows.
    Tree {
        roots: Vec<u8>,
        first: Vec<u8>,
        hierarchy: usize,
        blocks: bool,
    },
    Notes,
}

/// A compiled definition.
#[derive(Clone, Debug)]
pub struct Graph {
    pub lexicon: Lexicon,
    pub plans: Vec<Plan>,
    pub nodes: Vec<Node>,
    /// Where pieces are expected, and which of these each node's is.
    pub places: Vec<Place>,
    place_of: Vec<u16>,
    pub vocabularies: Vec<Arc<str>>,
    /// Per hierarchy: which names speak for which of its levels.
    pub cues: Vec<Cues>,
    /// What the label of a row is that the definition does not have.
    row_name: Slot,
}

impl Graph {
    pub fn new(form: &FormDefinition) -> Self {
        let vocabularies: Vec<Arc<str>> = form.vocabularies.iter().map(|(name, _)| name.clone()).collect();
        let mut graph = Graph {
            lexicon: Lexicon::new(form),
            plans: Vec::new(),
            nodes: Vec::new(),
            places: Vec::new(),
            place_of: Vec::new(),
            vocabularies,
            cues: form.hierarchies.iter().map(|(_, hierarchy)| Cues::new(hierarchy)).collect(),
            row_name: Slot { kind: Kind::Name, ..Slot::text(false) },
        };
        graph.push(Node::Start, -1);
        graph.push(Node::Outside, -1);
        for (index, band) in form.bands.iter().enumerate() {
            graph.compile(form, index as u8, band);
        }
        debug_assert!(graph.nodes.iter().enumerate().all(|(id, node)| graph.id(*node) == id as u16));
        graph
    }

    /// Adds a node, and the column its piece is expected in; −1: anywhere.
    fn push(&mut self, node: Node, column: i16) {
        let place = Place::of(node, column);
        let known = self.places.iter().position(|known| *known == place);
        if known.is_none() {
            self.places.push(place);
        }
        self.nodes.push(node);
        self.place_of.push(known.unwrap_or(self.places.len() - 1) as u16);
    }

    /// Which of the places a node's piece is expected in.
    pub fn place_of(&self, id: u16) -> u16 {
        self.place_of[usize::from(id)]
    }

    fn compile(&mut self, form: &FormDefinition, band: u8, definition: &Band) {
        let base = self.nodes.len() as u16;
        let vocabularies = &*self.vocabularies.clone();
        let mut push = |node: Node, column: i16| self.push(node, column);
        let slots_of = |fields: &[Field]| {
            let head = |index: usize| {
                let head = fields[index].head.as_ref()?;
                fields.iter().position(|field| field.head.as_ref() == Some(head)).map(|first| first as u8)
            };
            let slot = |(index, field)| Slot { head: head(index), ..Slot::of(field, vocabularies) };
            fields.iter().enumerate().map(slot).collect::<Vec<_>>()
        };
        let mut optional = false;
        let (shape, slots) = match definition {
            Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                for field in 0..fields.len() as u8 {
                    push(Node::Label { band, field }, -1);
                    push(Node::Value { band, field }, -1);
                }
                (PlanShape::Fields, slots_of(fields))
            }
            Band::Matrix { columns, groups, .. } => {
                let mut slots = Vec::new();
                let (mut years, mut first_year) = (0, 0);
                for column in columns {
                    let count = column.across.as_ref().map_or(1, |across| across.count);
                    if column.across.is_some() {
                        (years, first_year) = (count as u8, slots.len() as u8);
                    }
                    slots.extend(std::iter::repeat_n(Slot::of(&column.field, vocabularies), count));
                }
                let items = groups.iter().map(|group| group.items.iter().map(|item| item.optional).collect()).collect();
                let grouped = is_grouped(groups);
                (matrix(band, items, slots.len(), (years, first_year), grouped, None, &mut push), slots)
            }
            Band::Total(total) => {
                optional = total.optional;
                let slots = slots_of(&total.columns);
                let under = form.bands.iter().position(|band| key_of(band) == Some(&total.under)).map(|under| {
                    let band = under as u8;
                    let columns = form.columns_of(&total.under).unwrap_or_default();
                    let place = |field: &Field| columns.iter().position(|known| known.key == field.key).unwrap_or(0) as u8;
                    let node = |field: &Field| match form.bands[under] {
                        Band::Records { .. } => Node::Column { band, column: place(field) },
                        Band::Tree(_) => Node::Leaf { band, level: 0, seen: true, column: place(field) },
                        _ => Node::Cell { band, group: 0, row: 0, column: place(field) },
                    };
                    total.columns.iter().map(node).collect()
                });
                let shape = matrix(band, vec![vec![false]], slots.len(), (0, 0), false, under, &mut push);
                (shape, slots)
            }
            Band::Records { columns, .. } => {
                push(Node::Section { band }, 0);
                push(Node::Head { band }, -1);
                push(Node::RecordLead { band }, -1);
                for column in 0..columns.len() as u8 {
                    push(Node::Column { band, column }, 1 + i16::from(column));
                }
                (PlanShape::Records, slots_of(columns))
            }
            Band::Lists { sides, number, .. } => {
                let required = sides.iter().rev().fold(0, |bits, side| bits << 1 | u8::from(side.required));
                let texts = number.is_none();
                let sides = sides.len() as u8;
                push(Node::Section { band }, 0);
                for mask in 0..1u8 << sides {
                    push(Node::Sides { band, mask }, -1);
                }
                for side in 0..sides {
                    for number in 0..LIST_NUMBERS {
                        push(Node::Mark { band, side, number }, 1 + 2 * i16::from(side));
                        push(Node::ListText { band, side, number }, 1 + 2 * i16::from(side));
                    }
                }
                (PlanShape::Lists { sides, required, texts }, vec![Slot::text(texts)])
            }
            Band::Tree(tree) => {
                optional = tree.optional;
                let hierarchy = form.hierarchies.iter().position(|(name, _)| *name == tree.hierarchy).unwrap_or(0);
                let (mut roots, mut first) = (Vec::new(), Vec::new());
                for (root, definition) in form.hierarchies.get(hierarchy).iter().flat_map(|(_, h)| &h.roots).enumerate() {
                    first.push(roots.len() as u8);
                    roots.extend(std::iter::repeat_n(root as u8, definition.children.len()));
                }
                push(Node::Section { band }, 0);
                push(Node::Head { band }, -1);
                push(Node::GoalMark { band }, 0);
                push(Node::GoalText { band }, 1);
                for root in 0..first.len() as u8 {
                    push(Node::Root { band, root }, 1);
                }
                for level in 0..roots.len() as u8 {
                    push(Node::Level { band, level }, 2);
                    for seen in [false, true] {
                        push(Node::TreeLead { band, level, seen }, -1);
                        push(Node::RootAgain { band, level, seen }, 1);
                        for column in 0..tree.columns.len() as u8 {
                            push(Node::Leaf { band, level, seen, column }, 3 + i16::from(column));
                        }
                    }
                }
                let mut slots = slots_of(&tree.columns);
                slots.push(tree.blocks.as_ref().map_or(Slot::text(false), |blocks| Slot::of(&blocks.goal, vocabularies)));
                (PlanShape::Tree { roots, first, hierarchy, blocks: tree.blocks.is_some() }, slots)
            }
            Band::Notes { .. } => {
                push(Node::Notes { band }, 0);
                push(Node::Note { band }, -1);
                optional = true;
                (PlanShape::Notes, vec![Slot::text(true)])
            }
        };
        self.plans.push(Plan { base, shape, slots, optional });
    }

    /// The dense number of a node.
    pub fn id(&self, node: Node) -> u16 {
        let plan = |band: u8| &self.plans[band as usize];
        let offset = |band: u8, offset: u16| plan(band).base + offset;
        let tree = |band: u8, level: u8, seen: bool, offset: u16| {
            let plan = plan(band);
            let PlanShape::Tree { first, .. } = &plan.shape else { return 0 };
            let columns = plan.slots.len() as u16 - 1;
            let half = 2 + columns;
            plan.base + 4 + first.len() as u16 + u16::from(level) * (1 + 2 * half) + 1 + u16::from(seen) * half + offset
        };
        let matrix = |band: u8, group: u8, offset: u16| {
            let plan = plan(band);
            let PlanShape::Matrix { offsets, .. } = &plan.shape else { return 0 };
            plan.base + offsets[group as usize] + offset
        };
        let matrix_row = |band: u8, group: u8, row: u8, offset: u16| {
            let plan = plan(band);
            let PlanShape::Matrix { items, .. } = &plan.shape else { return 0 };
            let rows = items[group as usize].len() as u16;
            matrix(band, group, rows + 1 + u16::from(row) * (2 + plan.slots.len() as u16) + offset)
        };
        let free_row = |band: u8, group: u8, row: u8, offset: u16| {
            let plan = plan(band);
            let PlanShape::Matrix { items, .. } = &plan.shape else { return 0 };
            let (rows, columns) = (items[group as usize].len() as u16, plan.slots.len() as u16);
            matrix(band, group, rows + 1 + rows * (2 + columns) + u16::from(row) * (1 + columns) + offset)
        };
        let list = |band: u8, side: u8, number: u8, text: u16| {
            let PlanShape::Lists { sides, .. } = &plan(band).shape else { return 0 };
            offset(band, 1 + (1 << sides) + (u16::from(side) * u16::from(LIST_NUMBERS) + u16::from(number)) * 2 + text)
        };
        match node {
            Node::Start => 0,
            Node::Outside => 1,
            Node::Label { band, field } => offset(band, u16::from(field) * 2),
            Node::Value { band, field } => offset(band, u16::from(field) * 2 + 1),
            Node::Section { band } | Node::Notes { band } => offset(band, 0),
            Node::Head { band } | Node::Note { band } => offset(band, 1),
            Node::Year { band, index } => offset(band, 2 + u16::from(index)),
            Node::Group { band, group, row } => matrix(band, group, u16::from(row)),
            Node::Item { band, group, row } => matrix_row(band, group, row, 0),
            Node::MatrixLead { band, group, row } => matrix_row(band, group, row, 1),
            Node::Cell { band, group, row, column } => matrix_row(band, group, row, 2 + u16::from(column)),
            Node::Free { band, group, row } => free_row(band, group, row, 0),
            Node::FreeCell { band, group, row, column } => free_row(band, group, row, 1 + u16::from(column)),
            Node::RecordLead { band } => offset(band, 2),
            Node::Column { band, column } => offset(band, 3 + u16::from(column)),
            Node::Sides { band, mask } => offset(band, 1 + u16::from(mask)),
            Node::Mark { band, side, number } => list(band, side, number, 0),
            Node::ListText { band, side, number } => list(band, side, number, 1),
            Node::GoalMark { band } => offset(band, 2),
            Node::GoalText { band } => offset(band, 3),
            Node::Root { band, root } => offset(band, 4 + u16::from(root)),
            Node::Level { band, level } => tree(band, level, false, 0) - 1,
            Node::TreeLead { band, level, seen } => tree(band, level, seen, 0),
            Node::RootAgain { band, level, seen } => tree(band, level, seen, 1),
            Node::Leaf { band, level, seen, column } => tree(band, level, seen, 2 + u16::from(column)),
        }
    }

    /// What a value at a node must be.
    pub fn slot(&self, node: Node) -> Option<&Slot> {
        match node {
            Node::Value { band, field } => self.plans[band as usize].slots.get(field as usize),
            Node::Cell { band, column, .. }
            | Node::FreeCell { band, column, .. }
            | Node::Column { band, column }
            | Node::Leaf { band, column, .. } => self.plans[band as usize].slots.get(column as usize),
            Node::Free { .. } => Some(&self.row_name),
            Node::ListText { band, .. } | Node::GoalText { band } | Node::Note { band } => {
                self.plans[band as usize].slots.last()
            }
            _ => None,
        }
    }
}

/// Whether the rows of a matrix stand under labels of groups.
fn is_grouped(groups: &[MatrixGroup]) -> bool {
    groups.iter().any(|group| !group.label.text.is_empty())
}

fn key_of(band: &Band) -> Option<&crate::record::Key> {
    match band {
        Band::Matrix { key, .. } | Band::Records { key, .. } => Some(key),
        Band::Tree(tree) => Some(&tree.key),
        _ => None,
    }
}

/// The nodes of a matrix: `items[group][row]` says which rows are optional, `years` how many columns are told apart by a year
/// and which is the first.
fn matrix(
    band: u8,
    items: Vec<Vec<bool>>,
    columns: usize,
    (years, first_year): (u8, u8),
    grouped: bool,
    under: Option<Vec<Node>>,
    push: &mut dyn FnMut(Node, i16),
) -> PlanShape {
    // Labels of groups, if there are any, then labels of rows, then values.
    let (item, first) = if grouped { (2, 3) } else { (1, 2) };
    // A total begins at the left edge.
    let item = if under.is_some() { 0 } else { item };
    let columns = columns as u8;
    push(Node::Section { band }, 0);
    push(Node::Head { band }, -1);
    for index in 0..years {
        push(Node::Year { band, index }, first + i16::from(first_year + index));
    }
    let mut offsets = Vec::new();
    let mut offset = 2 + u16::from(years);
    for (group, rows) in items.iter().enumerate() {
        let (group, rows) = (group as u8, rows.len() as u8);
        offsets.push(offset);
        for row in 0..=rows {
            push(Node::Group { band, group, row }, 1);
        }
        for row in 0..rows {
            push(Node::Item { band, group, row }, item);
            push(Node::MatrixLead { band, group, row }, -1);
            for column in 0..columns {
                push(Node::Cell { band, group, row, column }, first + i16::from(column));
            }
        }
        for row in 0..=rows {
            push(Node::Free { band, group, row }, item);
            for column in 0..columns {
                push(Node::FreeCell { band, group, row, column }, first + i16::from(column));
            }
        }
        let (rows, columns) = (u16::from(rows), u16::from(columns));
        offset += (rows + 1) * (2 + columns) + rows * (2 + columns);
    }
    PlanShape::Matrix { items, offsets, years, first_year, grouped, under }
}
