//! What a form is among many forms: who hands it in, for which year, about which projects, over how much. A definition says it
//! under `summary:`; summaries and the rules across documents know forms only by it.
//!
//! Here the parts are found in records; what is made of them stands in `summary`.

use super::select::Selector;
use crate::record::{Key, Leaf, Node, Path, Record, Step};
use crate::value::unit::MoneyUnit;
use crate::value::{Kind, amount, unit, year};
use rust_decimal::Decimal;

/// See the head of this file. All of it may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Who hands the form in: the first of these fields that is filled.
    pub department: Vec<Selector>,
    /// Its year: the first of these that can be read.
    pub year: Vec<YearRole>,
    /// The amount that the form is about: the first of these that can be read.
    pub total: Vec<Selector>,
    /// The unit of amounts on copies that do not name one: that of the printed labels.
    pub unit: Option<MoneyUnit>,
    pub projects: Vec<ProjectRole>,
    pub history: Vec<HistoryRole>,
}

/// A field with a year, and how many years later the form's own is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearRole {
    pub at: Selector,
    pub plus: i32,
}

/// Where a form names projects and their money of the year, as planned before it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectRole {
    /// The whole form is about one project; some forms know no amount that could be compared.
    Whole { name: Selector, amount: Option<Selector> },
    /// One project in each row.
    Rows { rows: Selector, name: Key, amount: Key },
}

/// Rows that give a value for the form's year and for years before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRole {
    pub rows: Selector,
    /// What tells the rows apart, and is the same in forms of other years.
    pub name: Vec<Key>,
    pub now: Key,
    pub before: Before,
}

/// Where the values of earlier years stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// One column for each year back.
    Columns(Vec<Key>),
    /// A list under the years that the form names.
    Listed { key: Key, years: Selector },
}

/// A project as a form names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    pub name: String,
    /// As the record has it; blank where the form gives none.
    pub amount: String,
    /// Where the amount stands, or the name where there is none.
    pub at: Path,
}

/// A value that a form gives for some year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The rows it is from, by the labels that the form prints.
    pub rows: String,
    pub name: String,
    pub year: i32,
    pub text: String,
    pub is_amount: bool,
    pub at: Path,
}

impl Roles {
    /// Whether the form is about one project.
    pub fn is_about_one_project(&self) -> bool {
        self.projects.iter().any(|project| matches!(project, ProjectRole::Whole { .. }))
    }

    pub fn department_of<'r>(&self, record: &'r Record) -> &'r str {
        let filled =
            |selector: &Selector| leaf_at(record, selector).map(|(_, leaf)| leaf.text.trim()).filter(|text| !text.is_empty());
        self.department.iter().find_map(filled).unwrap_or_default()
    }

    pub fn year_of(&self, record: &Record) -> Option<i32> {
        self.year.iter().find_map(|role| year::parse(&leaf_at(record, &role.at)?.1.text)?.checked_add(role.plus))
    }

    /// The form's amount, as text, and where it stands.
    pub fn total_of<'r>(&self, record: &'r Record) -> Option<(Path, &'r str)> {
        let read = |selector: &Selector| leaf_at(record, selector).filter(|(_, leaf)| amount::parse(&leaf.text).is_some());
        self.total.iter().find_map(read).map(|(path, leaf)| (path, leaf.text.as_str()))
    }

    /// The unit of a record's amounts, where it or its labels name one.
    pub fn unit_of(&self, record: &Record) -> Option<MoneyUnit> {
        form_unit(record).or(self.unit)
    }

    /// The project that the whole form is about; blank where it is about none.
    pub fn project_of<'r>(&self, record: &'r Record) -> &'r str {
        let whole = self.projects.iter().find_map(|role| match role {
            ProjectRole::Whole { name, .. } => leaf_at(record, name).map(|(_, leaf)| leaf.text.trim()),
            ProjectRole::Rows { .. } => None,
        });
        whole.unwrap_or_default()
    }

    /// All projects that a record names.
    pub fn projects_of(&self, record: &Record) -> Vec<Project> {
        let mut found = Vec::new();
        for role in &self.projects {
            match role {
                ProjectRole::Whole { name, amount } => {
                    let Some((at, name)) = leaf_at(record, name).filter(|(_, leaf)| !leaf.is_blank()) else { continue };
                    let money = amount.as_ref().and_then(|amount| leaf_at(record, amount));
                    let (at, amount) = money.map_or((at, String::new()), |(at, leaf)| (at, leaf.text.clone()));
                    found.push(Project { name: name.text.clone(), amount, at });
                }
                ProjectRole::Rows { rows, name, amount } => each_row(record, rows, |at, row| {
                    if !row.text(name).is_empty() {
                        let (name, money) = (row.text(name).to_owned(), row.text(amount).to_owned());
                        found.push(Project { name, amount: money, at: at.key(amount.clone()) });
                    }
                }),
            }
        }
        found
    }

    /// All values that a record gives for its own year (the second argument) and for years before it.
    pub fn history_of(&self, record: &Record, own: i32, words: &dyn Fn(&Path) -> String) -> Vec<Stated> {
        let mut found = Vec::new();
        for role in &self.history {
            let years: Vec<Option<i32>> = match &role.before {
                Before::Columns(keys) => (1..).take(keys.len()).map(|back| own.checked_sub(back)).collect(),
                Before::Listed { years, .. } => {
                    let years = years.paths(record).into_iter().find_map(|path| record.get(&path));
                    years
                        .map_or(&[][..], Node::items)
                        .iter()
                        .map(|item| item.leaf().and_then(|leaf| year::parse(&leaf.text)))
                        .collect()
                }
            };
            let label = words(&role.rows.literal());
            each_row(record, &role.rows, |at, row| {
                let names: Vec<&str> = role.name.iter().map(|key| row.text(key)).filter(|text| !text.is_empty()).collect();
                let name = names.join(" / ");
                let mut state = |year: i32, leaf: &Leaf, at: Path| {
                    if !leaf.is_blank() && !name.is_empty() {
                        let is_amount = leaf.kind == Kind::Amount;
                        let (rows, name, text) = (label.clone(), name.clone(), leaf.text.clone());
                        found.push(Stated { rows, name, year, text, is_amount, at });
                    }
                };
                if let Some(leaf) = row.get(&role.now).and_then(Node::leaf) {
                    state(own, leaf, at.clone().key(role.now.clone()));
                }
                for (index, year) in years.iter().enumerate() {
                    let Some(year) = *year else { continue };
                    let place = match &role.before {
                        Before::Columns(keys) => keys.get(index).map(|key| (row.get(key), at.clone().key(key.clone()))),
                        Before::Listed { key, .. } => {
                            let step = Step::Index(index);
                            Some((row.get(key).and_then(|list| list.step(&step)), at.clone().key(key.clone()).index(index)))
                        }
                    };
                    if let Some((Some(Node::Leaf(leaf)), at)) = place {
                        state(year, leaf, at);
                    }
                }
            });
        }
        found
    }
}

/// An amount in 元: exact, whatever unit it is written in.
pub fn yuan(text: &str, unit: Option<MoneyUnit>) -> Option<Decimal> {
    let amount = amount::parse(text)?;
    amount.value.checked_mul(amount.unit.or(unit)?.yuan()).map(|value| value.normalize())
}

fn leaf_at<'r>(record: &'r Record, selector: &Selector) -> Option<(Path, &'r Leaf)> {
    selector.paths(record).into_iter().find_map(|path| record.leaf(&path).map(|leaf| (path, leaf)))
}

fn each_row(record: &Record, rows: &Selector, mut visit: impl FnMut(Path, &Node)) {
    for list in rows.paths(record) {
        for (index, row) in record.get(&list).map_or(&[][..], Node::items).iter().enumerate() {
            visit(list.clone().index(index), row);
        }
    }
}

/// The unit that the form prints once for all its amounts.
pub fn form_unit(record: &Record) -> Option<MoneyUnit> {
    fn find(node: &Node) -> Option<MoneyUnit> {
        match node {
            Node::Leaf(leaf) if leaf.kind == Kind::Unit => unit::parse(&leaf.text),
            // Lists hold rows; the unit is said once, outside them.
            Node::Leaf(_) | Node::List(_) => None,
            Node::Map(entries) => entries.iter().find_map(|(_, node)| find(node)),
        }
    }
    find(&record.data)
}
