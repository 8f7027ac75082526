//! The shape that a definition gives to a record: which keys, lists and leaves, in which order.
//!
//! The fitting builds records in this shape, the YAML reader is led by it, and the JSON Schema is printed from it.

use super::{Band, Field, FormDefinition, Label};
use crate::record::{Key, Leaf, Node, Path, Step, Trail, Turn};
use crate::value::Kind;
use std::sync::Arc;

/// The type of a node of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Leaf(LeafShape),
    /// Any number of one shape, or exactly `length`.
    List {
        item: Box<Shape>,
        length: Option<usize>,
    },
    Map(Vec<Entry>),
}

/// What a leaf may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafShape {
    pub kind: Kind,
    pub vocabulary: Option<Arc<str>>,
    pub required: bool,
    /// A dash says that there is none.
    pub dash: bool,
}

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: Key,
    /// What the form prints for it; empty where it prints nothing.
    pub label: Arc<str>,
    /// May be missing.
    pub optional: bool,
    pub shape: Shape,
}

impl Shape {
    pub fn leaf(kind: Kind) -> Shape {
        Shape::Leaf(LeafShape { kind, vocabulary: None, required: false, dash: false })
    }

    fn of(field: &Field) -> Shape {
        let leaf = Shape::Leaf(LeafShape {
            kind: field.kind,
            vocabulary: field.vocabulary.clone(),
            required: field.required,
            dash: field.dash,
        });
        if field.list { Shape::list(leaf) } else { leaf }
    }

    fn list(item: Shape) -> Shape {
        Shape::List { item: Box::new(item), length: None }
    }

    /// The shape of the node at `path`, below this one.
    pub fn at(&self, path: &Path) -> Option<&Shape> {
        self.below(&path.0)
    }

    /// The shape of the node at the end of a trail, below this one.
    pub fn along(&self, trail: &Trail<'_>) -> Option<&Shape> {
        let Some((above, turn)) = trail.last() else { return Some(self) };
        match (self.along(above)?, turn) {
            (Shape::Map(entries), Turn::Key(key)) => entries.iter().find(|entry| entry.key == *key).map(|entry| &entry.shape),
            (Shape::List { item, .. }, Turn::Index(_)) => Some(&**item),
            _ => None,
        }
    }

    /// Calls `visit` for every leaf of a record of this shape with the way to it and what the form says of it, in order.
    pub fn leaves<'s, 'a>(&'s self, data: &'a Node, visit: &mut dyn FnMut(&Trail<'_>, &'a Leaf, Said<'s>)) {
        walk(&Trail::root(), data, Some(self), None, visit);
    }

    /// The shape of the node that some steps lead to.
    pub fn below(&self, steps: &[Step]) -> Option<&Shape> {
        steps.iter().try_fold(self, |shape, step| match (shape, step) {
            (Shape::Map(entries), Step::Key(key)) => entries.iter().find(|entry| entry.key == *key).map(|entry| &entry.shape),
            (Shape::List { item, .. }, Step::Index(_)) => Some(&**item),
            _ => None,
        })
    }
}

/// What a form says of a leaf: nothing where it knows none at its place.
#[derive(Clone, Copy, Debug)]
pub struct Said<'s> {
    /// The key of a map that holds the leaf itself; none for an item of a list.
    pub entry: Option<&'s Entry>,
    pub leaf: Option<&'s LeafShape>,
}

fn walk<'s, 'a>(
    trail: &Trail<'_>,
    node: &'a Node,
    shape: Option<&'s Shape>,
    entry: Option<&'s Entry>,
    visit: &mut dyn FnMut(&Trail<'_>, &'a Leaf, Said<'s>),
) {
    match node {
        Node::Leaf(leaf) => {
            let shape = shape.and_then(|shape| if let Shape::Leaf(shape) = shape { Some(shape) } else { None });
            visit(trail, leaf, Said { entry, leaf: shape });
        }
        Node::List(items) => {
            let item = shape.and_then(|shape| if let Shape::List { item, .. } = shape { Some(&**item) } else { None });
            items.iter().enumerate().for_each(|(index, node)| walk(&trail.index(index), node, item, None, visit));
        }
        Node::Map(nodes) => {
            let known = shape.map_or(&[][..], |shape| if let Shape::Map(entries) = shape { entries } else { &[] });
            // Records have their keys in the order of the form: the next is seldom far.
            let mut next = 0;
            for (key, node) in nodes {
                let is = |at: &usize| known.get(*at).is_some_and(|entry| entry.key == *key);
                let found = Some(next).filter(is).or_else(|| (0..known.len()).find(is));
                next = found.map_or(next, |at| at + 1);
                let entry = found.and_then(|at| known.get(at));
                walk(&trail.key(key), node, entry.map(|entry| &entry.shape), entry, visit);
            }
        }
    }
}

impl Shape {
    pub(super) fn of_form(definition: &FormDefinition) -> Shape {
        let mut entries = Vec::new();
        if let Some(number) = &definition.number {
            entries.push(entry(&number.key, &number.label, true, Shape::leaf(Kind::Score)));
        }
        for band in &definition.bands {
            match band {
                Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                    entries.extend(fields.iter().map(field_entry));
                }
                Band::Matrix { key, label, columns, groups, points, .. } => {
                    let mut map = Vec::new();
                    if let Some((points, _)) = points {
                        map.push(entry(points, &Arc::from(""), true, Shape::leaf(Kind::Score)));
                    }
                    for (across, label) in
                        columns.iter().filter_map(|c| c.across.as_ref().map(|across| (across, &c.field.label.text)))
                    {
                        let years = Shape::List { item: Box::new(Shape::leaf(Kind::Year)), length: Some(across.count) };
                        map.push(entry(&across.key, label, false, years));
                    }
                    for group in groups {
                        let mut row = vec![entry(&Key::from("item"), &Arc::from(""), false, Shape::leaf(Kind::Name))];
                        for column in columns {
                            let shape = match &column.across {
                                None => Shape::of(&column.field),
                                Some(across) => {
                                    Shape::List { item: Box::new(Shape::leaf(column.field.kind)), length: Some(across.count) }
                                }
                            };
                            row.push(entry(&column.field.key, &column.field.label.text, column.field.optional, shape));
                        }
                        map.push(entry(&group.key, &group.label.text, false, Shape::list(Shape::Map(row))));
                    }
                    entries.push(entry(key, &label.text, false, Shape::Map(map)));
                }
                Band::Records { key, label, columns } => {
                    let row = Shape::Map(row_entries(columns));
                    entries.push(entry(key, &label.text, false, Shape::list(row)));
                }
                Band::Lists { key, label, sides, number } => {
                    let sides = sides.iter().map(|side| {
                        let text = Shape::Leaf(LeafShape {
                            kind: Kind::Text,
                            vocabulary: None,
                            required: side.required && number.is_none() && !side.list,
                            dash: false,
                        });
                        let items = if number.is_some() || side.list { Shape::list(text) } else { text };
                        let shape = match &side.until {
                            None => items,
                            Some((until, word)) => {
                                let year = |key: &Key| entry(key, word, false, Shape::leaf(Kind::Year));
                                let years = side.since.iter().map(year).chain([year(until)]);
                                Shape::Map(years.chain([entry(&side.items, &side.label.text, false, items)]).collect())
                            }
                        };
                        entry(&side.key, &side.label.text, false, shape)
                    });
                    entries.push(entry(key, &label.text, false, Shape::Map(sides.collect())));
                }
                Band::Tree(tree) => {
                    let mut row: Vec<Entry> = tree
                        .levels
                        .iter()
                        .map(|level| entry(&level.key, &level.label.text, false, Shape::leaf(Kind::Name)))
                        .collect();
                    row.extend(row_entries(&tree.columns));
                    let rows = Shape::list(Shape::Map(row));
                    let Some(blocks) = &tree.blocks else {
                        entries.push(entry(&tree.key, &tree.label.text, tree.optional, rows));
                        continue;
                    };
                    let mut goal = vec![field_entry(&blocks.goal)];
                    if let Some((points, _)) = &blocks.points {
                        goal.push(entry(points, &Arc::from(""), true, Shape::leaf(Kind::Score)));
                    }
                    goal.push(entry(&blocks.rows, &tree.label.text, false, rows));
                    entries.push(entry(&tree.key, &blocks.number.text, tree.optional, Shape::list(Shape::Map(goal))));
                }
                Band::Total(total) => {
                    let row = Shape::Map(total.columns.iter().map(field_entry).collect());
                    entries.push(entry(&total.key, &total.label.text, total.optional, row));
                }
                Band::Notes { key, label, .. } => {
                    entries.push(entry(key, &label.text, true, Shape::list(Shape::leaf(Kind::Text))));
                }
            }
        }
        Shape::Map(entries)
    }
}

impl FormDefinition {
    /// The label printed for a key, wherever in the form it is; the key itself where there is none.
    pub fn label_of(&self, path: &Path) -> Arc<str> {
        let mut shape = self.shape();
        let mut label = Arc::from("");
        for step in &path.0 {
            match (shape, step) {
                (Shape::Map(entries), Step::Key(key)) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == *key) else { return label };
                    label = if entry.label.is_empty() { entry.key.clone() } else { entry.label.clone() };
                    shape = &entry.shape;
                }
                (Shape::List { item, .. }, Step::Index(_)) => shape = item,
                _ => return label,
            }
        }
        label
    }
}

fn entry(key: &Key, label: &Arc<str>, optional: bool, shape: Shape) -> Entry {
    Entry { key: key.clone(), label: label.clone(), optional, shape }
}

/// The entries of a row; a choice that is ticked in one of several columns is one of them.
fn row_entries(columns: &[Field]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for field in columns {
        if !field.tick {
            entries.push(field_entry(field));
        } else if entries.last().is_none_or(|last| last.key != field.key) {
            let label = field.head.as_ref().map_or_else(|| field.label.text.clone(), |head| head.text.clone());
            let leaf =
                LeafShape { kind: Kind::Choice, vocabulary: field.vocabulary.clone(), required: field.required, dash: false };
            entries.push(entry(&field.key, &label, field.optional, Shape::Leaf(leaf)));
        }
    }
    entries
}

fn field_entry(field: &Field) -> Entry {
    entry(&field.key, &field.label.text, field.optional, Shape::of(field))
}

/// A label without synonyms.
impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Label { text: text.into(), synonyms: Vec::new() }
    }
}
