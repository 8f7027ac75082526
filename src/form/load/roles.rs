//! Reads `summary:`: which fields say who hands a form in, for which year, about which projects, over how much.
//!
//! Every address is checked against the form, and against the type that its field must have.

use super::grammar;
use crate::diag::Message;
use crate::form::roles::{Before, HistoryRole, ProjectRole, Roles, YearRole};
use crate::form::{FormDefinition, Selector, Shape};
use crate::record::Key;
use crate::value::{Kind, unit};
use crate::yaml_tree::{Map, Node, Reader, Value};

/// What a form is addressed in.
struct Form<'a> {
    definition: &'a FormDefinition,
    shape: &'a Shape,
}

/// Names and texts: what a department or a project is called.
const NAMES: &[Kind] = &[Kind::Name, Kind::Text];

/// Reads the roles of a form whose bands are known. Of roles taken over from another definition, those count whose fields this
/// form has: it need not have all.
pub fn roles(reader: &mut Reader, map: &Map<'_>, definition: &FormDefinition) -> Roles {
    let Some(node) = map.get("summary") else { return Roles::default() };
    if is_taken_over(node) {
        return read(&mut Reader { mistakes: Vec::new() }, node, definition);
    }
    read(reader, node, definition)
}

/// What is taken over bears one place throughout, that of the word which asked for it.
fn is_taken_over(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => entries.iter().all(|(_, value)| value.place == node.place),
        _ => false,
    }
}

fn read(reader: &mut Reader, node: &Node, definition: &FormDefinition) -> Roles {
    let mut roles = Roles::default();
    let shape = definition.shape();
    let form = Form { definition, shape };
    let Some(map) = reader.map(node, &grammar::SUMMARY.keys()) else { return roles };
    roles.department = map.get("department").map(|node| form.fields(reader, node, NAMES)).unwrap_or_default();
    roles.total = map.get("total").map(|node| form.fields(reader, node, &[Kind::Amount])).unwrap_or_default();
    for node in map.get("year").map(one_or_more).unwrap_or_default() {
        roles.year.extend(form.year(reader, node));
    }
    if let Some(node) = map.get("unit") {
        roles.unit = node.text().and_then(unit::parse);
        if roles.unit.is_none() {
            reader.expected(node, "@kind.unit");
        }
    }
    for node in map.get("projects").map(one_or_more).unwrap_or_default() {
        roles.projects.extend(form.project(reader, node));
    }
    for node in map.get("history").map(one_or_more).unwrap_or_default() {
        roles.history.extend(form.history(reader, node));
    }
    roles
}

/// A list, or one thing without the brackets.
fn one_or_more(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

impl<'a> Form<'a> {
    fn address(&self, reader: &mut Reader, node: &Node) -> Option<(Selector, &'a Shape)> {
        let text = reader.scalar(node)?;
        match Selector::parse(text, self.definition, self.shape) {
            Ok(found) => Some(found),
            Err(message) => {
                reader.wrong(node.place, message);
                None
            }
        }
    }

    fn field(&self, reader: &mut Reader, node: &Node, kinds: &[Kind]) -> Option<Selector> {
        let (selector, shape) = self.address(reader, node)?;
        is_of(reader, node, shape, kinds).then_some(selector)
    }

    fn fields(&self, reader: &mut Reader, node: &Node, kinds: &[Kind]) -> Vec<Selector> {
        one_or_more(node).iter().filter_map(|node| self.field(reader, node, kinds)).collect()
    }

    fn year(&self, reader: &mut Reader, node: &Node) -> Option<YearRole> {
        if !matches!(node.value, Value::Map(_)) {
            return self.field(reader, node, &[Kind::Year]).map(|at| YearRole { at, plus: 0 });
        }
        let map = reader.map(node, &grammar::YEAR.keys())?;
        let at = map.need(reader, "at")?;
        let at = self.field(reader, at, &[Kind::Year])?;
        let plus = match map.get("plus") {
            None => 0,
            Some(node) => match node.text().and_then(|text| text.parse().ok()).filter(|plus: &i32| (-50..=50).contains(plus)) {
                Some(plus) => plus,
                None => {
                    reader.expected(node, "@yaml.a_count");
                    return None;
                }
            },
        };
        Some(YearRole { at, plus })
    }

    fn project(&self, reader: &mut Reader, node: &Node) -> Option<ProjectRole> {
        let map = reader.map(node, &grammar::PROJECTS.keys())?;
        let name = map.need(reader, "name")?;
        let Some(rows) = map.get("rows") else {
            let name = self.field(reader, name, NAMES)?;
            let amount = match map.get("amount") {
                None => None,
                Some(node) => Some(self.field(reader, node, &[Kind::Amount])?),
            };
            return Some(ProjectRole::Whole { name, amount });
        };
        let (rows, row) = self.rows(reader, rows)?;
        let name = column(reader, name, row, NAMES)?;
        let amount = map.need(reader, "amount")?;
        Some(ProjectRole::Rows { rows, name, amount: column(reader, amount, row, &[Kind::Amount])? })
    }

    fn history(&self, reader: &mut Reader, node: &Node) -> Option<HistoryRole> {
        const VALUES: &[Kind] = &[Kind::Amount, Kind::Target, Kind::Percent, Kind::Score, Kind::Count];
        let map = reader.map(node, &grammar::HISTORY.keys())?;
        let rows = map.need(reader, "rows")?;
        let (rows, row) = self.rows(reader, rows)?;
        let name = map.need(reader, "name")?;
        let name: Vec<Key> = one_or_more(name).iter().filter_map(|node| column(reader, node, row, NAMES)).collect();
        let now = map.need(reader, "now")?;
        let now = column(reader, now, row, VALUES)?;
        let before = map.need(reader, "before")?;
        let before = match map.get("years") {
            None => Before::Columns(one_or_more(before).iter().filter_map(|node| column(reader, node, row, VALUES)).collect()),
            Some(years) => {
                let (years, shape) = self.address(reader, years)?;
                let is_years = matches!(shape, Shape::List { item, .. } if kind(item) == Some(Kind::Year));
                if !is_years {
                    reader.expected(node, "@form.role.years");
                    return None;
                }
                Before::Listed { key: column(reader, before, row, VALUES)?, years }
            }
        };
        Some(HistoryRole { rows, name, now, before })
    }

    /// A list of rows, and the shape of one.
    fn rows(&self, reader: &mut Reader, node: &Node) -> Option<(Selector, &'a Shape)> {
        let (selector, shape) = self.address(reader, node)?;
        match shape {
            Shape::List { item, .. } if matches!(**item, Shape::Map(_)) => Some((selector, &**item)),
            _ => {
                reader.expected(node, "@parameter.expect.rows");
                None
            }
        }
    }
}

/// A key of a row whose field (or each in its list) has one of these types.
fn column(reader: &mut Reader, node: &Node, row: &Shape, kinds: &[Kind]) -> Option<Key> {
    let key = reader.scalar(node)?;
    let Shape::Map(entries) = row else { return None };
    let Some(entry) = entries.iter().find(|entry| *entry.key == *key) else {
        let allowed: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
        reader.unknown(node.place, "form.unknown_key", "form.unknown_key_nearest", key, &allowed);
        return None;
    };
    let shape = match &entry.shape {
        Shape::List { item, .. } => item,
        shape => shape,
    };
    is_of(reader, node, shape, kinds).then(|| entry.key.clone())
}

fn kind(shape: &Shape) -> Option<Kind> {
    match shape {
        Shape::Leaf(leaf) => Some(leaf.kind),
        _ => None,
    }
}

fn is_of(reader: &mut Reader, node: &Node, shape: &Shape, kinds: &[Kind]) -> bool {
    let fits = kind(shape).is_some_and(|kind| kinds.contains(&kind));
    if !fits {
        // The words for types in a definition, not in the language of the message.
        let word = |kind: Kind| kind.message_id().trim_start_matches("kind.");
        let allowed: Vec<&str> = kinds.iter().map(|kind| word(*kind)).collect();
        let found = kind(shape).map_or("list, map", word);
        let message = Message::new("form.role.kind").with("path", node.text().unwrap_or_default());
        reader.wrong(node.place, message.with("allowed", allowed.join(", ")).with("found", found));
    }
    fits
}
