//! How a form lies in columns: every field one, every fixed row of a table of money one for each of its columns; what repeats
//! (projects, indicators) lies in tables of its own. Led by the form's definition.

use super::entry::EntryForm;
use crate::form::select::{ITEM, is_wording};
use crate::form::{Band, Entry as ShapeEntry, FormDefinition, Shape};
use crate::record::Key;
use crate::value::Kind;
use serde_json::Value;
use std::borrow::Cow;
use std::io;
use std::sync::Arc;

/// A form kind in columns.
pub struct Layout {
    pub form: String,
    pub title: String,
    pub whole: Columns,
}

/// Columns, and what repeats beside them.
#[derive(Default)]
pub struct Columns {
    pub columns: Vec<Column>,
    pub tables: Vec<Table>,
}

/// Rows of their own, each with columns, and perhaps rows again.
pub struct Table {
    pub label: String,
    keys: Vec<Key>,
    pub inner: Columns,
}

/// One column: what is printed over it, and where its value is.
pub struct Column {
    pub label: String,
    pub kind: Kind,
    way: Way,
}

enum Way {
    /// The leaf at some keys.
    At(Vec<Key>),
    /// One of a list of fixed length.
    Nth(Vec<Key>, usize),
    /// All texts of a list, one in each line.
    Joined(Vec<Key>),
    /// A column of the row that bears one of these labels.
    Row { group: Vec<Key>, wordings: Vec<Arc<str>>, key: Key, nth: Option<usize> },
    /// The rows that bear none of these labels, in words.
    OtherRows { group: Vec<Key>, wordings: Vec<Arc<str>> },
}

impl Layout {
    pub fn new(definition: &FormDefinition) -> Layout {
        let mut whole = Columns::default();
        if let Shape::Map(entries) = definition.shape() {
            whole.add(entries, &mut Vec::new(), "", definition);
        }
        whole.number_repeated();
        Layout { form: definition.id.to_string(), title: definition.title.text.to_string(), whole }
    }

    /// Of a form whose definition is not at hand any more: its columns are those of its data, under their keys.
    pub fn of_data(form: &EntryForm) -> io::Result<Layout> {
        let mut whole = Columns::default();
        whole.add_data(&form.data.value()?, &mut Vec::new());
        Ok(Layout { form: form.form.clone(), title: form.title.clone(), whole })
    }
}

impl Columns {
    fn add(&mut self, entries: &[ShapeEntry], keys: &mut Vec<Key>, before: &str, definition: &FormDefinition) {
        for entry in entries {
            let own = if entry.label.is_empty() { &entry.key } else { &entry.label };
            let label = if before.is_empty() { own.to_string() } else { format!("{before} / {own}") };
            keys.push(entry.key.clone());
            match &entry.shape {
                Shape::Leaf(leaf) => self.columns.push(Column { label, kind: leaf.kind, way: Way::At(keys.clone()) }),
                Shape::Map(inner) => self.add(inner, keys, &label, definition),
                Shape::List { item, length } => match (&**item, length) {
                    (Shape::Leaf(leaf), Some(length)) => {
                        self.columns.extend((0..*length).map(|index| Column {
                            label: format!("{label} {}", index + 1),
                            kind: leaf.kind,
                            way: Way::Nth(keys.clone(), index),
                        }));
                    }
                    (Shape::Leaf(_), None) => {
                        self.columns.push(Column { label, kind: Kind::Text, way: Way::Joined(keys.clone()) });
                    }
                    (Shape::Map(row), _) => {
                        if !self.add_matrix_group(keys, row, definition) {
                            let mut inner = Columns::default();
                            inner.add(row, &mut Vec::new(), "", definition);
                            inner.number_repeated();
                            self.tables.push(Table { label, keys: keys.clone(), inner });
                        }
                    }
                    (Shape::List { .. }, _) => {}
                },
            }
            keys.pop();
        }
    }

    /// The fixed rows of a group of a matrix; says whether `keys` lead to one.
    fn add_matrix_group(&mut self, keys: &[Key], row: &[ShapeEntry], definition: &FormDefinition) -> bool {
        let [matrix, group] = keys else { return false };
        let found = definition.bands.iter().find_map(|band| match band {
            Band::Matrix { key, label, columns, groups, .. } if key == matrix => {
                groups.iter().find(|own| own.key == *group).map(|own| (label, columns, own))
            }
            _ => None,
        });
        let Some((label, columns, group)) = found else { return false };
        let label = if group.label.text.is_empty() { &label.text } else { &group.label.text };
        for item in &group.items {
            let wordings: Vec<Arc<str>> = item.label.wordings().cloned().collect();
            for entry in row.iter().filter(|entry| *entry.key != *ITEM) {
                let way = |nth| Way::Row { group: keys.to_vec(), wordings: wordings.clone(), key: entry.key.clone(), nth };
                let head = format!("{label} / {} / ", item.label.text);
                match &entry.shape {
                    Shape::Leaf(leaf) => {
                        self.columns.push(Column { label: format!("{head}{}", entry.label), kind: leaf.kind, way: way(None) });
                    }
                    Shape::List { item, length } => {
                        let across = columns
                            .iter()
                            .find(|column| column.field.key == entry.key)
                            .and_then(|column| column.across.as_ref());
                        for index in 0..length.unwrap_or(1) {
                            let name = across.and_then(|across| across.labels.get(index)).map(|label| label.text.to_string());
                            let name = name.unwrap_or_else(|| format!("{} {}", entry.label, index + 1));
                            let kind = if let Shape::Leaf(leaf) = &**item { leaf.kind } else { Kind::Text };
                            self.columns.push(Column { label: format!("{head}{name}"), kind, way: way(Some(index)) });
                        }
                    }
                    Shape::Map(_) => {}
                }
            }
        }
        let wordings = group.items.iter().flat_map(|item| item.label.wordings().cloned()).collect();
        let way = Way::OtherRows { group: keys.to_vec(), wordings };
        self.columns.push(Column { label: format!("{label} / …"), kind: Kind::Text, way });
        true
    }

    /// Equal labels get a number, as a spreadsheet's filters and pivot tables need it.
    fn number_repeated(&mut self) {
        let mut seen: rustc_hash::FxHashMap<String, usize> = rustc_hash::FxHashMap::default();
        for column in &mut self.columns {
            let count = seen.entry(column.label.clone()).or_default();
            *count += 1;
            if *count > 1 {
                column.label = format!("{} ({count})", column.label);
            }
        }
    }

    fn add_data(&mut self, data: &Value, keys: &mut Vec<Key>) {
        let Value::Object(entries) = data else { return };
        for (key, value) in entries {
            keys.push(Key::from(key.as_str()));
            let label = keys.iter().map(|key| &**key).collect::<Vec<_>>().join(".");
            match value {
                Value::Object(_) => self.add_data(value, keys),
                Value::Array(items) if items.iter().any(Value::is_object) => {
                    let mut inner = Columns::default();
                    if let Some(item) = items.iter().find(|item| item.is_object()) {
                        inner.add_data(item, &mut Vec::new());
                    }
                    self.tables.push(Table { label, keys: keys.clone(), inner });
                }
                Value::Array(_) => self.columns.push(Column { label, kind: Kind::Text, way: Way::Joined(keys.clone()) }),
                _ => self.columns.push(Column { label, kind: Kind::Text, way: Way::At(keys.clone()) }),
            }
            keys.pop();
        }
    }
}

impl Table {
    pub fn rows<'d>(&self, data: &'d Value) -> &'d [Value] {
        walk(data, &self.keys).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

impl Column {
    pub fn text<'d>(&self, data: &'d Value) -> Cow<'d, str> {
        match &self.way {
            Way::At(keys) => walk(data, keys).map_or(Cow::Borrowed(""), plain),
            Way::Nth(keys, index) => walk(data, keys).and_then(|list| list.get(index)).map_or(Cow::Borrowed(""), plain),
            Way::Joined(keys) => {
                let items = walk(data, keys).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                match items {
                    [one] => plain(one),
                    items => Cow::Owned(items.iter().map(plain).collect::<Vec<_>>().join("\n")),
                }
            }
            Way::Row { group, wordings, key, nth } => {
                let found = rows(data, group).iter().find(|row| is_wording(item(row), wordings));
                let value = found.and_then(|row| row.get(&**key));
                let value = match nth {
                    Some(index) => value.and_then(|list| list.get(index)),
                    None => value,
                };
                value.map_or(Cow::Borrowed(""), plain)
            }
            Way::OtherRows { group, wordings } => {
                // A second row with a label that was met before is another one, too.
                let mut met: Vec<&str> = Vec::new();
                let others = rows(data, group).iter().filter(|row| {
                    let label = item(row);
                    let is_first = !met.contains(&label);
                    met.push(label);
                    !(is_first && is_wording(label, wordings))
                });
                Cow::Owned(others.map(in_words).collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

fn walk<'d>(data: &'d Value, keys: &[Key]) -> Option<&'d Value> {
    keys.iter().try_fold(data, |value, key| value.get(&**key))
}

fn rows<'d>(data: &'d Value, keys: &[Key]) -> &'d [Value] {
    walk(data, keys).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn item(row: &Value) -> &str {
    row.get(ITEM).and_then(Value::as_str).unwrap_or_default()
}

/// A value as text: of a text, itself.
fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}

/// A whole row on one line.
fn in_words(row: &Value) -> String {
    fn add(value: &Value, parts: &mut Vec<String>) {
        match value {
            Value::Object(entries) => entries.values().for_each(|value| add(value, parts)),
            Value::Array(items) => items.iter().for_each(|value| add(value, parts)),
            other => parts.extend(Some(plain(other).into_owned()).filter(|text| !text.is_empty())),
        }
    }
    let mut parts = Vec::new();
    add(row, &mut parts);
    parts.join(" · ")
}
