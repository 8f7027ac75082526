//! The definition of a form as data: what is printed on it, in which order, with which types, and which rules apply.
//!
//! [`load`] reads it from `templates/<form>/form.yaml`; nothing about any one form stands in code. `docs/forms.md` is the
//! language's reference. A definition is read once and then shared.

pub mod blank;
mod labels;
pub mod load;
mod named;
pub mod roles;
pub mod select;
mod shape;
pub mod trail;

pub use named::Named;
use named::Uses;
pub use roles::Roles;
pub use select::Selector;
pub use shape::{Entry, LeafShape, Said, Shape};

use crate::diag::Loudness;
use crate::record::{Key, Node, Path};
use crate::value::Kind;
use std::sync::{Arc, OnceLock};

/// A label as the form prints it, and the other wordings under which it is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub text: Arc<str>,
    pub synonyms: Vec<Arc<str>>,
}

impl Label {
    /// The printed wording, then the others.
    pub fn wordings(&self) -> impl Iterator<Item = &Arc<str>> {
        std::iter::once(&self.text).chain(&self.synonyms)
    }
}

/// A single value of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: Key,
    pub label: Label,
    pub kind: Kind,
    /// For [`Kind::Choice`]: the name of the list in [`FormDefinition::vocabularies`].
    pub vocabulary: Option<Arc<str>>,
    /// Must be filled (rule C001).
    pub required: bool,
    /// Exists only on some copies of the form: left out of the record where its label is not met.
    pub optional: bool,
    /// The text is a numbered list: one value per item, without its number.
    pub list: bool,
    /// The value is printed inside the label, at its blank: `（2023年度）` for `（ 年度）`. It is told by its kind.
    pub inside: bool,
    /// A dash says that the row has no such value: 分值 of a part of the funds.
    pub dash: bool,
    /// The header that spans this column and its neighbours with the same one: 偏差原因分析.
    pub head: Option<Label>,
    /// One of the columns of a choice that is ticked: the label is the word that a tick here stands for.
    pub tick: bool,
    /// The header stands a second time in its row: the right one of two column sets side by side.
    pub again: bool,
    /// The value is a label of the tree's second level, printed again in the right one of two column sets.
    pub level: bool,
}

/// A column of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixColumn {
    pub field: Field,
    /// `Some(n)`: one spanning header over `n` columns, one per year, most recent first; the years' key in the record.
    pub across: Option<Across>,
}

/// Columns under one spanning header that are told apart by a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Across {
    /// Key of the list of years in the matrix's map: `years`.
    pub key: Key,
    pub count: usize,
    /// Headers that stand for a column without naming its year, in the order of the columns: 上年金额, 前年金额.
    pub labels: Vec<Label>,
}

/// A fixed row of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixItem {
    pub label: Label,
    /// The row that adds up the others of its group.
    pub total: bool,
    /// Met only on some copies of the form.
    pub optional: bool,
}

/// Rows of a matrix under one vertical label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixGroup {
    pub key: Key,
    /// Blank where the form prints none: then the rows stand at the matrix's own label.
    pub label: Label,
    pub items: Vec<MatrixItem>,
}

/// One side of a band of lists: 长期目标 or 年度目标.
/// Without a word before numbers (`number` of the band) it holds one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub key: Key,
    pub label: Label,
    /// A year inside the header, `长期目标(截止 2025年)`: its key, and the word before it (截止).
    pub until: Option<(Key, Arc<str>)>,
    /// The key of the year before that word, where the header names a span of years: `中期目标（2024年—2026年）`.
    pub since: Option<Key>,
    /// The key of the list where the side is a map (that is, where it has `until`).
    pub items: Key,
    pub required: bool,
    /// Of a side that holds one text: it is a numbered list all the same.
    pub list: bool,
}

/// A level of a tree's vertical labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    pub key: Key,
    /// The column's header: 一级指标.
    pub label: Label,
}

/// One stretch of a form with one shape. Bands stand in printed order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a definition has a dozen bands and is read once")]
pub enum Band {
    /// `label：value` outside the table.
    Line { fields: Vec<Field> },
    /// Label and value cells, two or more pairs in a row; `label` stands at the left of all of them.
    Pairs { label: Option<Label>, fields: Vec<Field>, rows: Vec<usize> },
    /// A label and one wide cell of text, each.
    Text { fields: Vec<Field> },
    /// Row labels × column labels.
    Matrix {
        key: Key,
        label: Label,
        /// A number of points in the bracket of the label, `预算执行情况（20分）`: its key, and the word behind it.
        points: Option<(Key, Arc<str>)>,
        corner: Label,
        columns: Vec<MatrixColumn>,
        groups: Vec<MatrixGroup>,
    },
    /// A header row, then any number of rows.
    Records { key: Key, label: Label, columns: Vec<Field> },
    /// Side by side, numbered items under a header each. `number` is the word before the numbers: 目标; without it, one text each.
    Lists { key: Key, label: Label, number: Option<Label>, sides: Vec<Side> },
    /// Two levels of vertical labels, then leaf columns: the indicators, once or in a block for each numbered goal.
    Tree(TreeBand),
    /// One labelled row with values under some columns of another band: 总分 under 分值 and 得分.
    Total(TotalBand),
    /// Instructions printed on the form. The texts are those of the printed form, without their numbers.
    Notes { key: Key, label: Label, texts: Vec<Arc<str>> },
}

/// See [`Band::Tree`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeBand {
    /// The list of blocks; the list of rows where there are none.
    pub key: Key,
    /// One block of rows for each numbered goal.
    pub blocks: Option<Blocks>,
    /// The vertical label at the left of the block: 年度绩效指标.
    pub label: Label,
    pub levels: [Level; 2],
    /// The name of the tree of labels in [`FormDefinition::hierarchies`].
    pub hierarchy: Arc<str>,
    /// Name, target, basis, … in printed order.
    pub columns: Vec<Field>,
    /// The whole band exists only on some copies.
    pub optional: bool,
}

/// What stands before the rows of each block of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// The word before a goal's number: 年度目标.
    pub number: Label,
    /// The goal's text.
    pub goal: Field,
    /// Key of the list of rows in a goal: `indicators`.
    pub rows: Key,
    /// A number of points in the bracket behind the goal's number, `年度绩效目标1（30分）`: its key, and the word behind it.
    pub points: Option<(Key, Arc<str>)>,
}

impl TreeBand {
    /// The lists of rows in a record, with their paths: one for each block, or the one.
    pub fn tables<'n>(&self, data: &'n Node) -> Vec<(Path, &'n [Node])> {
        let Some(node) = data.get(&self.key) else { return Vec::new() };
        let at = Path::root().key(self.key.clone());
        match &self.blocks {
            None => vec![(at, node.items())],
            Some(blocks) => {
                let rows = |block: &'n Node| block.get(&blocks.rows).map_or(&[][..], Node::items);
                let numbered = node.items().iter().enumerate();
                numbered.map(|(index, block)| (at.clone().index(index).key(blocks.rows.clone()), rows(block))).collect()
            }
        }
    }
}

/// See [`Band::Total`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalBand {
    pub key: Key,
    pub label: Label,
    /// The key of the band under whose columns the values stand.
    pub under: Key,
    /// Those columns, as fields of the row.
    pub columns: Vec<Field>,
    pub optional: bool,
}

/// A closed list of words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    pub values: Vec<Arc<str>>,
    /// Other wordings with the same meaning: replaced (class auto).
    pub synonyms: Vec<(Arc<str>, Arc<str>)>,
    /// Words seen in this place that are not allowed, with what is most likely meant, if anything (class suggest).
    pub strangers: Vec<(Arc<str>, Option<Arc<str>>)>,
    /// How texts end that stand in this place though they are no word of the list: 文件, 规定. Evidence for the fitting alone.
    pub endings: Vec<Arc<str>>,
}

/// A two-level vocabulary: 产出指标 → 数量指标, ….
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hierarchy {
    pub roots: Vec<HierarchyRoot>,
}

/// A first level and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HierarchyRoot {
    pub label: Label,
    pub children: Vec<HierarchyChild>,
}

/// A second level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HierarchyChild {
    pub label: Label,
    /// Words in a row's name that speak for this level.
    pub cues: Vec<Cue>,
    /// The schemes (years of issue) whose printed form has this row: 2015, 2021.
    pub schemes: Vec<u16>,
}

/// A word in an indicator's name, and how strongly it speaks for a level (hundredths of −ln p).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    pub word: Arc<str>,
    /// Only at the end of the name.
    pub at_end: bool,
    pub weight: u32,
}

/// A rule that applies to this form, with its parameters as written.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleUse {
    pub rule: String,
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// The line of the definition, for errors in the parameters.
    pub line: u32,
}

/// How much the findings of a rule, or of rules whose codes begin alike, matter on this form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityUse {
    pub rule: Arc<str>,
    pub level: Loudness,
    /// The line of the definition.
    pub line: u32,
}

/// A whole form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormDefinition {
    /// `department-targets`.
    pub id: Arc<str>,
    pub title: Label,
    pub bands: Vec<Band>,
    pub vocabularies: Vec<(Arc<str>, Vocabulary)>,
    pub hierarchies: Vec<(Arc<str>, Hierarchy)>,
    pub rules: Vec<RuleUse>,
    pub severity: Vec<SeverityUse>,
    /// A number that stands in labels and differs from copy to copy: the 7 of 1—7月执行数.
    pub number: Option<LabelNumber>,
    /// What summaries of many forms are led by.
    pub roles: Roles,
    kept: Kept,
}

/// What is led from a definition once it is read, each made when it is first asked for: a copy makes its own, and no comparison
/// needs it.
#[derive(Debug, Default)]
struct Kept {
    shape: OnceLock<Shape>,
    uses: OnceLock<Uses>,
}

impl Clone for Kept {
    fn clone(&self) -> Self {
        Kept::default()
    }
}

impl PartialEq for Kept {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// See [`FormDefinition::number`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelNumber {
    pub key: Key,
    pub label: Arc<str>,
    /// What stands for it in the labels of the definition.
    pub letter: char,
}

impl FormDefinition {
    pub fn vocabulary(&self, name: &str) -> Option<&Vocabulary> {
        self.vocabularies.iter().find(|(n, _)| &**n == name).map(|(_, v)| v)
    }

    /// The columns of a band with a header, by its key.
    pub fn columns_of(&self, key: &str) -> Option<Vec<&Field>> {
        self.bands.iter().find_map(|band| match band {
            Band::Matrix { key: own, columns, .. } if **own == *key => Some(columns.iter().map(|c| &c.field).collect()),
            Band::Records { key: own, columns, .. } if **own == *key => Some(columns.iter().collect()),
            Band::Tree(tree) if *tree.key == *key => Some(tree.columns.iter().collect()),
            _ => None,
        })
    }

    /// The shape of `data`: always a map.
    pub fn shape(&self) -> &Shape {
        self.kept.shape.get_or_init(|| Shape::of_form(self))
    }

    /// All uses of rules in their order, each with what its parameters name.
    pub fn uses(&self) -> impl Iterator<Item = (&RuleUse, &Named)> {
        self.rules.iter().zip(self.kept_uses().all())
    }

    /// Those of one rule.
    pub fn uses_of(&self, rule: &str) -> impl Iterator<Item = (&RuleUse, &Named)> {
        let uses = self.kept_uses().of_rule(rule);
        uses.filter_map(|(index, named)| Some((self.rules.get(index)?, named)))
    }

    fn kept_uses(&self) -> &Uses {
        self.kept.uses.get_or_init(|| Uses::of(self))
    }

    pub fn hierarchy(&self, name: &str) -> Option<&Hierarchy> {
        self.hierarchies.iter().find(|(n, _)| &**n == name).map(|(_, h)| h)
    }
}
