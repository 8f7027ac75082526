//! What a role is called in the definition, and which part of the record a label stands in.

use super::data::Builder;
use super::gather::Met;
use super::graph::HEAD;
use super::lexicon::Role;
use crate::form::{Band, Field, Label};
use crate::record::Path;
use std::sync::Arc;

impl Builder<'_, '_> {
    /// As the definition prints what a role stands for.
    pub fn label_of(&self, role: Role) -> Arc<str> {
        let band = |band: u8| &self.form.bands[usize::from(band)];
        let found = match role {
            Role::Title => Some(&self.form.title),
            Role::Field { band: b, field } => match band(b) {
                Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                    fields.get(usize::from(field)).map(|field| &field.label)
                }
                _ => None,
            },
            Role::Section { band: b } => match band(b) {
                Band::Matrix { label, .. } | Band::Records { label, .. } | Band::Lists { label, .. } => Some(label),
                Band::Tree(tree) => Some(&tree.label),
                Band::Pairs { label, .. } => label.as_ref(),
                _ => None,
            },
            Role::Header { band: b, column } => match band(b) {
                Band::Matrix { corner, .. } if column == 0 => Some(corner),
                Band::Matrix { columns, .. } => columns.get(usize::from(column) - 1).map(|column| &column.field.label),
                Band::Records { columns, .. } if column >= HEAD => head(columns, column),
                Band::Tree(tree) if column >= HEAD => head(&tree.columns, column),
                Band::Records { columns, .. } => columns.get(usize::from(column)).map(|column| &column.label),
                Band::Tree(tree) if column < 2 => Some(&tree.levels[usize::from(column)].label),
                Band::Tree(tree) => tree.columns.get(usize::from(column) - 2).map(|column| &column.label),
                _ => None,
            },
            Role::Group { band: b, group } => match band(b) {
                Band::Matrix { groups, .. } => groups.get(usize::from(group)).map(|group| &group.label),
                _ => None,
            },
            Role::Item { band: b, group, item } => match band(b) {
                Band::Matrix { groups, .. } => {
                    groups.get(usize::from(group)).and_then(|group| group.items.get(usize::from(item))).map(|item| &item.label)
                }
                Band::Total(total) => Some(&total.label),
                _ => None,
            },
            Role::Side { band: b, side } => match band(b) {
                Band::Lists { sides, .. } => sides.get(usize::from(side)).map(|side| &side.label),
                _ => None,
            },
            Role::Number { band: b } => match band(b) {
                Band::Lists { number, .. } => number.as_ref(),
                Band::Tree(tree) => tree.blocks.as_ref().map(|blocks| &blocks.number),
                _ => None,
            },
            Role::Level1 { band: b, root } => match band(b) {
                Band::Tree(tree) => {
                    self.form.hierarchy(&tree.hierarchy).and_then(|h| h.roots.get(usize::from(root))).map(|root| &root.label)
                }
                _ => None,
            },
            Role::Level2 { band: b, level } => match band(b) {
                Band::Tree(tree) => {
                    return self.labels_of(tree, level).map_or(Arc::from(""), |(_, (_, label))| label.text.clone());
                }
                _ => None,
            },
            Role::Notes { band: b } => match band(b) {
                Band::Notes { label, .. } => Some(label),
                _ => None,
            },
        };
        found.map_or(Arc::from(""), |label| label.text.clone())
    }

    /// The part of the record that a label stands in.
    pub(super) fn path_of(&self, met: &Met) -> Path {
        let index = match met.label.role {
            Role::Title => return Path::root(),
            Role::Field { band, field } => {
                return match &self.form.bands[usize::from(band)] {
                    Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                        fields.get(usize::from(field)).map_or(Path::root(), |field| Path::root().key(field.key.clone()))
                    }
                    _ => Path::root(),
                };
            }
            Role::Section { band }
            | Role::Header { band, .. }
            | Role::Group { band, .. }
            | Role::Item { band, .. }
            | Role::Side { band, .. }
            | Role::Number { band }
            | Role::Level1 { band, .. }
            | Role::Level2 { band, .. }
            | Role::Notes { band } => usize::from(band),
        };
        match &self.form.bands[index] {
            Band::Matrix { key, groups, .. } => match met.label.role {
                Role::Group { group, .. } | Role::Item { group, .. } => {
                    Path::root().key(key.clone()).key(groups[usize::from(group)].key.clone())
                }
                _ => Path::root().key(key.clone()),
            },
            Band::Lists { key, sides, .. } => match met.label.role {
                Role::Side { side, .. } => Path::root().key(key.clone()).key(sides[usize::from(side)].key.clone()),
                _ => Path::root().key(key.clone()),
            },
            Band::Tree(tree) if tree.blocks.is_none() => Path::root().key(tree.key.clone()),
            Band::Tree(tree) => Path::root().key(tree.key.clone()).index(met.goal),
            Band::Total(total) => Path::root().key(total.key.clone()),
            Band::Records { key, .. } | Band::Notes { key, .. } => Path::root().key(key.clone()),
            Band::Line { .. } | Band::Pairs { .. } | Band::Text { .. } => Path::root(),
        }
    }
}

/// The header that spans a field and its neighbours.
fn head(fields: &[Field], column: u8) -> Option<&Label> {
    fields.get(usize::from(column - HEAD)).and_then(|field| field.head.as_ref())
}
