//! Columns that go apart: a copy of the form may lack some of its optional columns and have others.
//!
//! Optional columns side by side belong together, as the years before do: a copy has them all or none. Where a band has
//! several such runs, the template says so in the cells themselves (`{%tc if …%}`); filling takes the columns out and divides
//! their width. One run needs no more than two tables, one with it and one without.

use super::looks::Look;
use super::{Cell, columns};
use crate::form::Field;
use crate::record::Key;

/// Under which condition the columns of a band stand.
pub(super) struct Parted {
    /// Each optional column with the condition of its run; none where all go together.
    conditions: Vec<(Key, String)>,
}

impl Parted {
    pub(super) fn of<'f>(key: &Key, columns: impl Iterator<Item = &'f Field>) -> Parted {
        let columns: Vec<&Field> = columns.collect();
        let runs: Vec<&[&Field]> = columns
            .chunk_by(|one, next| one.optional == next.optional)
            .filter(|run| run.first().is_some_and(|field| field.optional))
            .collect();
        let condition = |run: &[&Field]| {
            let one = |field: &&Field| format!("shows.{key}.{}", field.key);
            run.iter().map(one).collect::<Vec<_>>().join(" or ")
        };
        let each = |run: &[&Field]| {
            let condition = condition(run);
            run.iter().map(|field| (field.key.clone(), condition.clone())).collect::<Vec<_>>()
        };
        let conditions = if runs.len() > 1 { runs.into_iter().flat_map(each).collect() } else { Vec::new() };
        Parted { conditions }
    }

    /// What stands in a column; where this copy lacks it, its cells go, and the others share its width.
    pub(super) fn shown(&self, field: &Field, text: &str) -> String {
        match self.conditions.iter().find(|(key, _)| *key == field.key) {
            Some((_, condition)) => format!("{{%tc if {condition} %}}{text}{{% endif %}}"),
            None => text.to_owned(),
        }
    }

    /// The cell of a column in a row that is looped over.
    pub(super) fn value(&self, field: &Field) -> Cell {
        Cell::new(Look::of(field.kind), &self.shown(field, &columns::cell(field)))
    }

    /// The cell below a header of two rows.
    pub(super) fn below(&self, field: &Field) -> Cell {
        Cell::new(Look::Left, &self.shown(field, "")).below()
    }
}
