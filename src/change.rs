//! Edits to fields: proposed by rules, applied here and nowhere else, and kept so that every one can be undone.

use crate::diag::{Code, Message};
use crate::locus::Locus;
use crate::record::{Path, Record};
use serde::{Deserialize, Serialize};

/// Under which name corrections are tracked and explained in Word files: what this name says there is about the form, not in it.
pub const AUTHOR: &str = "biaozhun";

/// Who may decide that a change is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Meaning unchanged, or fully determined by other cells: applied unless told not to.
    Auto,
    /// A person's judgement: applied only when accepted.
    Suggest,
    /// No fix is offered.
    Report,
}

/// One edit of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The leaf that is edited. A path that leads to no leaf is a printed label (a level without rows, say): the entry
    /// tells how it was read, and applying it does nothing.
    pub at: Path,
    pub rule: Code,
    pub class: Class,
    pub applied: bool,
    /// The field's text before.
    pub from: String,
    /// The field's text after.
    pub to: String,
    pub because: Message,
    /// Where the field came from.
    pub locus: Option<Locus>,
}

/// Why a change could not be applied: the field does not hold what the change starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub at: Path,
    pub expected: String,
    pub found: Option<String>,
}

/// Applies a change that is not applied yet, and notes that it is.
pub fn apply(record: &mut Record, change: &mut Change) -> Result<(), Conflict> {
    edit(record, &change.at, &change.from, &change.to)?;
    change.applied = true;
    Ok(())
}

/// Undoes all applied changes, last first: afterwards every field holds what the source says.
pub fn revert(record: &mut Record) -> Result<(), Conflict> {
    let mut changes = std::mem::take(&mut record.changes);
    let mut outcome = Ok(());
    for change in changes.iter_mut().rev().filter(|change| change.applied) {
        outcome = outcome.and(edit(record, &change.at, &change.to, &change.from));
        change.applied = false;
    }
    record.changes = changes;
    outcome
}

fn edit(record: &mut Record, at: &Path, from: &str, to: &str) -> Result<(), Conflict> {
    if record.get(at).is_some_and(|node| node.leaf().is_none()) {
        return Ok(());
    }
    match record.leaf_mut(at) {
        Some(leaf) if leaf.text == from => {
            leaf.text = to.to_owned();
            Ok(())
        }
        other => Err(Conflict { at: at.clone(), expected: from.to_owned(), found: other.map(|leaf| leaf.text.clone()) }),
    }
}
