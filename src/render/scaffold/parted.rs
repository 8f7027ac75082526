//! Columns that go one by one: a copy of the form may lack some of its optional columns and have others.
//!
//! The template says so in the cells themselves (`{%tc if …%}`); filling takes the columns out and divides their width.

use super::looks::Look;
use super::{Cell, columns};
use crate::form::Field;
use crate::record::Key;

/// The band whose columns go one by one: where a copy of the form may lack some of its optional ones and have others.
#[derive(Clone, Copy)]
pub(super) struct Parted<'k>(Option<&'k Key>);

impl<'k> Parted<'k> {
    pub(super) fn of<'f>(key: &'k Key, columns: impl Iterator<Item = &'f Field>) -> Parted<'k> {
        Parted(Some(key).filter(|_| columns.filter(|field| field.optional).count() > 1))
    }

    /// What stands in a column; where this copy lacks it, its cells go, and the others share its width.
    pub(super) fn shown(self, field: &Field, text: &str) -> String {
        match self.0.filter(|_| field.optional) {
            Some(key) => format!("{{%tc if shows.{key}.{} %}}{text}{{% endif %}}", field.key),
            None => text.to_owned(),
        }
    }

    /// The cell of a column in a row that is looped over.
    pub(super) fn value(self, field: &Field) -> Cell {
        Cell::new(Look::of(field.kind), &self.shown(field, &columns::cell(field)))
    }

    /// The cell below a header of two rows.
    pub(super) fn below(self, field: &Field) -> Cell {
        Cell::new(Look::Left, &self.shown(field, "")).below()
    }
}
