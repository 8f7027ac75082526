//! The filled form: a tree of fields, each with its value, its raw text and where it came from.
//!
//! The tree has the shape that the form's definition prescribes ([`crate::form::Shape`]); this file knows only trees.

use crate::change::Change;
use crate::diag::{Code, Finding};
use crate::locus::Locus;
use crate::value::Kind;
use crate::value::notation::put_number;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A field's English name, `snake_case`, shared with the definition.
pub type Key = Arc<str>;

/// One step from a node to a child.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Key(Key),
    /// From 0.
    Index(usize),
}

/// A field's address: `funds.expense[0].share`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Step>);

impl Path {
    pub fn root() -> Self {
        Path::default()
    }

    #[must_use]
    pub fn key(mut self, key: impl Into<Key>) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// Whether this path is `other` or lies below it.
    pub fn is_within(&self, other: &Path) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text_of(&self.0))
    }
}

/// Steps as a path is written.
pub fn text_of(steps: &[Step]) -> String {
    let mut text = String::with_capacity(48);
    put_text(steps, &mut text);
    text
}

/// The same behind a text.
pub fn put_text(steps: &[Step], out: &mut String) {
    for (position, step) in steps.iter().enumerate() {
        match step {
            Step::Key(key) => {
                out.push_str(if position == 0 { "" } else { "." });
                out.push_str(key);
            }
            Step::Index(index) => {
                out.push('[');
                put_number(*index, out);
                out.push(']');
            }
        }
    }
}

impl FromStr for Path {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut path = Path::root();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after.split_once(']').ok_or(())?;
                path = path.index(index.parse().map_err(drop)?);
                rest = after;
            } else {
                let name = if path.0.is_empty() { rest } else { rest.strip_prefix('.').ok_or(())? };
                let end = name.find(['.', '[']).unwrap_or(name.len());
                if end == 0 {
                    return Err(());
                }
                path = path.key(&name[..end]);
                rest = &name[end..];
            }
        }
        Ok(path)
    }
}

/// The way from the root to a node while a tree is walked: made into a path only where one is asked for.
#[derive(Clone, Copy)]
pub struct Trail<'t>(Option<(&'t Trail<'t>, Turn<'t>)>);

/// One step of a trail.
#[derive(Clone, Copy)]
pub enum Turn<'t> {
    Key(&'t Key),
    Index(usize),
}

impl<'t> Trail<'t> {
    pub fn root() -> Self {
        Trail(None)
    }

    #[must_use]
    pub fn key(&'t self, key: &'t Key) -> Trail<'t> {
        Trail(Some((self, Turn::Key(key))))
    }

    #[must_use]
    pub fn index(&'t self, index: usize) -> Trail<'t> {
        Trail(Some((self, Turn::Index(index))))
    }

    /// The last step, and what stands before it.
    pub fn last(&self) -> Option<(&'t Trail<'t>, Turn<'t>)> {
        self.0
    }

    /// The key of the last step.
    pub fn last_key(&self) -> Option<&'t Key> {
        match self.0 {
            Some((_, Turn::Key(key))) => Some(key),
            _ => None,
        }
    }

    /// The key of the first step.
    pub fn first_key(&self) -> Option<&'t Key> {
        let (mut above, mut turn) = self.0?;
        while let Some(before) = above.0 {
            (above, turn) = before;
        }
        match turn {
            Turn::Key(key) => Some(key),
            Turn::Index(_) => None,
        }
    }

    pub fn path(&self) -> Path {
        let length = std::iter::successors(self.0, |(above, _)| above.0).count();
        let mut path = Path(Vec::with_capacity(length));
        self.steps(&mut path);
        path
    }

    fn steps(&self, path: &mut Path) {
        let Some((above, turn)) = self.0 else { return };
        above.steps(path);
        path.0.push(match turn {
            Turn::Key(key) => Step::Key(key.clone()),
            Turn::Index(index) => Step::Index(index),
        });
    }
}

/// A single value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaf {
    /// What the field holds now: canonical text where `raw` could be parsed as `kind`, else `raw`. Empty: blank.
    pub text: String,
    /// What the source says, markup included. Never altered. Empty where a record was typed as YAML.
    pub raw: String,
    pub kind: Kind,
    /// Where it came from: several places where a value goes on over cells or rows; none where it was typed.
    pub loci: Vec<Locus>,
}

impl Leaf {
    /// A value as it came: not yet normalised.
    pub fn from_source(kind: Kind, raw: impl Into<String>, loci: Vec<Locus>) -> Self {
        let raw = raw.into();
        Leaf { text: raw.clone(), raw, kind, loci }
    }

    /// A field that the source leaves blank.
    pub fn blank(kind: Kind) -> Self {
        Leaf { kind, ..Leaf::default() }
    }

    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// A part of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Leaf(Leaf),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

impl Default for Node {
    fn default() -> Self {
        Node::Map(Vec::new())
    }
}

impl Node {
    pub fn get(&self, key: &str) -> Option<&Node> {
        match self {
            Node::Map(entries) => entries.iter().find(|(name, _)| &**name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match self {
            Node::Map(entries) => entries.iter_mut().find(|(name, _)| &**name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The same by a key of the definition, which a record mostly shares: so it is known by where it is.
    pub fn child(&self, key: &Key) -> Option<&Node> {
        let Node::Map(entries) = self else { return None };
        let shared = entries.iter().find(|(name, _)| Arc::ptr_eq(name, key));
        shared.or_else(|| entries.iter().find(|(name, _)| name == key)).map(|(_, node)| node)
    }

    /// The same, where keys are asked for in their order: `next` is where this one is likely, and becomes where the next one is.
    pub fn get_next(&self, key: &Key, next: &mut usize) -> Option<&Node> {
        let Node::Map(entries) = self else { return None };
        let is = |at: &usize| entries.get(*at).is_some_and(|(name, _)| Arc::ptr_eq(name, key) || name == key);
        let found = Some(*next).filter(is).or_else(|| (0..entries.len()).find(is))?;
        *next = found + 1;
        entries.get(found).map(|(_, node)| node)
    }

    /// The child that a step leads to.
    pub fn step(&self, step: &Step) -> Option<&Node> {
        match (self, step) {
            (_, Step::Key(key)) => self.child(key),
            (Node::List(items), Step::Index(index)) => items.get(*index),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match self {
            Node::List(items) => items,
            _ => &[],
        }
    }

    pub fn leaf(&self) -> Option<&Leaf> {
        match self {
            Node::Leaf(leaf) => Some(leaf),
            _ => None,
        }
    }

    /// The text of the leaf at `key`; empty where there is none.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).and_then(Node::leaf).map_or("", |leaf| leaf.text.as_str())
    }
}

/// A label, header or instruction of the form that was recognised in the source: no data, but accounted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// As printed in the source.
    pub text: String,
    /// As the definition prints it.
    pub label: Arc<str>,
    pub kind: MarkKind,
    /// The part of the record it stands in, `annual_goals[0]` say.
    pub at: Path,
    pub locus: Locus,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// The title of the form.
    Title,
    /// The label of a field, section or side, or a column header.
    Label,
    /// A row's label in a matrix: 财政拨款.
    Item,
    /// A level-1 label of a tree: 产出指标.
    Level1,
    /// A level-2 label of a tree: 数量指标.
    Level2,
    /// The number of a goal or list item: 目标1.
    Number,
    /// An instruction printed on the form.
    Note,
    /// Rule rows, page numbers, dots: nothing that a form says.
    Noise,
}

/// A piece of the source that fits nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplaced {
    pub text: String,
    pub locus: Locus,
}

/// Where a record came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The file's name as the user gave it; `-` for standard input.
    pub file: String,
    /// Of the bytes read, in lower-case hex.
    pub sha256: String,
    /// `text`, `html`, `yaml`.
    pub reader: String,
    /// How much the source has in common with the form that it was read as, where several were known: `93%`.
    pub recognised: String,
}

impl Source {
    /// Whether its texts may be cut out of a page: all of HTML may be left in them, and not only what someone typed.
    pub fn is_of_pages(&self) -> bool {
        matches!(self.reader.as_str(), "" | "text" | "html" | "mht" | "yaml")
    }
}

/// A finding, or all of a rule, that a person has accepted as it is, and why: not told again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    pub rule: Code,
    /// The field, or a part of the form; everywhere where there is none.
    pub at: Option<Path>,
    pub reason: String,
    /// Where it stands in the record's file.
    pub locus: Option<Locus>,
    /// What it put aside in this run.
    pub covered: Vec<Finding>,
}

impl Acceptance {
    /// Whether it is about a rule at one of some places.
    pub fn covers<'a>(&self, rule: Code, at: impl IntoIterator<Item = &'a Path>) -> bool {
        let fits = |path: &Path| self.at.as_ref().is_none_or(|wanted| path.0.starts_with(&wanted.0));
        self.rule == rule && (self.at.is_none() || at.into_iter().any(fits))
    }
}

/// One filled form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The id of the definition it follows.
    pub form: String,
    pub source: Source,
    /// A map, in the definition's order.
    pub data: Node,
    /// All edits, applied or not, in the order in which they were made.
    pub changes: Vec<Change>,
    /// What a person accepts as it is.
    pub accepted: Vec<Acceptance>,
    pub marks: Vec<Mark>,
    pub unplaced: Vec<Unplaced>,
}

impl Record {
    pub fn get(&self, path: &Path) -> Option<&Node> {
        path.0.iter().try_fold(&self.data, |node, step| node.step(step))
    }

    pub fn get_mut(&mut self, path: &Path) -> Option<&mut Node> {
        path.0.iter().try_fold(&mut self.data, |node, step| match (node, step) {
            (Node::Map(entries), Step::Key(key)) => {
                entries.iter_mut().find(|(k, _)| Arc::ptr_eq(k, key) || k == key).map(|(_, node)| node)
            }
            (Node::List(items), Step::Index(index)) => items.get_mut(*index),
            _ => None,
        })
    }

    pub fn leaf(&self, path: &Path) -> Option<&Leaf> {
        self.get(path).and_then(Node::leaf)
    }

    pub fn leaf_mut(&mut self, path: &Path) -> Option<&mut Leaf> {
        match self.get_mut(path) {
            Some(Node::Leaf(leaf)) => Some(leaf),
            _ => None,
        }
    }

    /// Where the field at `path` came from: of a list or map, the first place inside it.
    pub fn locus(&self, path: &Path) -> Option<Locus> {
        fn first(node: &Node) -> Option<Locus> {
            match node {
                Node::Leaf(leaf) => leaf.loci.first().copied(),
                Node::List(items) => items.iter().find_map(first),
                Node::Map(entries) => entries.iter().find_map(|(_, node)| first(node)),
            }
        }
        self.get(path).and_then(first)
    }

    /// Calls `visit` for every leaf with the way to it, in order.
    pub fn leaves<'a>(&'a self, visit: &mut dyn FnMut(&Trail<'_>, &'a Leaf)) {
        fn walk<'a>(trail: &Trail<'_>, node: &'a Node, visit: &mut dyn FnMut(&Trail<'_>, &'a Leaf)) {
            match node {
                Node::Leaf(leaf) => visit(trail, leaf),
                Node::List(items) => {
                    items.iter().enumerate().for_each(|(index, item)| walk(&trail.index(index), item, visit));
                }
                Node::Map(entries) => entries.iter().for_each(|(key, node)| walk(&trail.key(key), node, visit)),
            }
        }
        walk(&Trail::root(), &self.data, visit);
    }

    /// Calls `visit` for every leaf with its path, in order.
    pub fn each_leaf<'a>(&'a self, visit: &mut dyn FnMut(&Path, &'a Leaf)) {
        fn walk<'a>(path: &mut Path, node: &'a Node, visit: &mut dyn FnMut(&Path, &'a Leaf)) {
            match node {
                Node::Leaf(leaf) => visit(path, leaf),
                Node::List(items) => {
                    for (index, item) in items.iter().enumerate() {
                        path.0.push(Step::Index(index));
                        walk(path, item, visit);
                        path.0.pop();
                    }
                }
                Node::Map(entries) => {
                    for (key, node) in entries {
                        path.0.push(Step::Key(key.clone()));
                        walk(path, node, visit);
                        path.0.pop();
                    }
                }
            }
        }
        walk(&mut Path::root(), &self.data, visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_back_from_its_text() {
        for text in ["", "funds", "funds.expense[0].share", "annual_goals[1].indicators[12].level2", "years[0][1]"] {
            assert_eq!(text.parse::<Path>().map(|path| path.to_string()).as_deref(), Ok(text));
        }
        for text in ["a..b", "a[x]", "a[1", ".a", "a[0]b"] {
            assert!(text.parse::<Path>().is_err(), "{text}");
        }
    }
}
