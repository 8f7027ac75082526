//! Two readings of one form, row by row: what differs, and whether the second one tells of it.

use super::compare::{Difference, is_flagged};
use biaozhun::diag::Severity;
use biaozhun::pipeline::Checked;
use biaozhun::record::{Path as Place, Record, Step};
use std::collections::BTreeMap;

/// A row of a record: where it stands, which rows it is one of, and what it says.
pub struct Said {
    pub at: Place,
    pub of: String,
    pub text: String,
}

/// All that a record says, by row: an indicator, a project, a field that is in none.
pub fn rows(record: &Record) -> Vec<Said> {
    let mut found: BTreeMap<Place, Said> = BTreeMap::new();
    record.each_leaf(&mut |path, leaf| {
        if leaf.is_blank() {
            return;
        }
        let end = path.0.iter().rposition(|step| matches!(step, Step::Index(_))).map_or(path.0.len(), |last| last + 1);
        // A list of values in a row is part of the row.
        let rows: Vec<usize> = (0..path.0.len()).filter(|at| matches!(path.0[*at], Step::Index(_))).collect();
        let end = match rows[..] {
            [.., row, last] if last + 1 == path.0.len() => row + 1,
            _ => end,
        };
        let keys = |steps: &[Step]| {
            let keys = steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(&**key) } else { None });
            keys.collect::<Vec<_>>().join(".")
        };
        let at = Place(path.0[..end].to_vec());
        let new = Said { at: at.clone(), of: keys(&path.0[..end]), text: String::new() };
        found.entry(at).or_insert(new).text.push_str(&format!("{} {}; ", keys(&path.0[end..]), leaf.text));
    });
    found.into_values().collect()
}

/// How a reading tells of one row: by findings at the row itself, not beside it, and by warnings or more among them.
#[derive(Clone, Copy, Default)]
pub struct Telling {
    pub own: bool,
    pub warned: bool,
}

fn telling(found: &Checked, at: &Place) -> Telling {
    let here = |other: &Place| other.is_within(at) || at.is_within(other) && other.0.len() >= at.0.len();
    let own: Vec<_> = found.findings.iter().filter(|finding| finding.at.iter().any(here)).collect();
    Telling { own: !own.is_empty(), warned: own.iter().any(|finding| finding.severity >= Severity::Warning) }
}

/// What became of the rows of a form in another reading of it.
#[derive(Default)]
pub struct Outcome {
    pub rows: usize,
    /// Rows that are the same, and that the reading tells of all the same.
    pub alarms: usize,
    /// Of wrong rows and of right ones, how they are told of.
    pub of_wrong: Vec<Telling>,
    pub of_right: Vec<Telling>,
    /// Rows that differ, and that the reading tells of.
    pub told: Vec<Said>,
    /// Rows that differ in silence: no finding, no open suggestion and no piece left over tells of them.
    pub silent: Vec<Said>,
    /// What was wanted in place of rows that differ.
    pub wanted: Vec<Said>,
}

/// Compares two readings of a form.
pub fn compare(wanted: &Checked, found: &Checked) -> Outcome {
    let mut missing = rows(&wanted.record);
    let mut outcome = Outcome { rows: missing.len(), ..Outcome::default() };
    let mut wrong = Vec::new();
    let is_told = |row: &Said, expected: &str, said: &str| {
        let (expected, said) = (expected.to_owned(), said.to_owned());
        is_flagged(found, &Difference { path: row.at.clone(), row: row.at.clone(), expected, found: said })
    };
    for row in rows(&found.record) {
        match missing.iter().position(|other| other.of == row.of && other.text == row.text) {
            Some(at) => {
                missing.remove(at);
                outcome.of_right.push(telling(found, &row.at));
                outcome.alarms += usize::from(is_told(&row, "", &row.text));
            }
            None => wrong.push(row),
        }
    }
    // A row that is not there stands as a wrong one elsewhere, or has left a piece or a gap that is told.
    let (elsewhere, missing): (Vec<Said>, Vec<Said>) =
        missing.into_iter().partition(|row| wrong.iter().any(|other| other.of == row.of));
    outcome.wanted = elsewhere;
    for row in wrong {
        outcome.of_wrong.push(telling(found, &row.at));
        let told = is_told(&row, "", &row.text);
        if told { &mut outcome.told } else { &mut outcome.silent }.push(row);
    }
    for row in missing {
        let told = is_told(&row, &row.text, "");
        if told { &mut outcome.told } else { &mut outcome.silent }.push(row);
    }
    outcome
}
