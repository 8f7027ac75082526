//! What became of one filled form of any definition: what is wrong, and which of that a person is led to.

use super::account::account;
use super::case::converter;
use super::family::Filled;
use biaozhun::change::Change;
use biaozhun::diag::{Finding, Severity};
use biaozhun::form::FormDefinition;
use biaozhun::pipeline::{Checked, Conversion};
use biaozhun::rules::Fix;
use std::collections::{BTreeMap, BTreeSet};

/// What came of one form.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Fields that are not what was printed, in words.
    pub wrong: Vec<String>,
    /// Of these, those that a finding, a suggestion or an unplaced piece speaks of.
    pub flagged: usize,
    pub total: usize,
    /// Rows and single fields, and those of them with something wrong.
    pub rows: usize,
    pub wrong_rows: usize,
    pub lost: usize,
    /// Findings of structure that a person must look at.
    pub findings: Vec<String>,
}

impl Outcome {
    pub fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// Line breaks inside a text are the layout's.
pub fn same(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The row that a field stands in; a field alone is its own.
pub fn row(path: &str) -> &str {
    path.rfind(']').map_or(path, |end| &path[..=end])
}

pub fn judge(definition: &FormDefinition, form: &Filled, bytes: &[u8]) -> Outcome {
    let expected: BTreeMap<&str, &str> = form.expected.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let all: BTreeSet<&str> = expected.keys().map(|path| row(path)).collect();
    let mut outcome = Outcome { total: form.expected.len(), rows: all.len(), ..Outcome::default() };
    let mut failed = |why: String| {
        outcome.wrong.push(why);
        outcome.wrong_rows = outcome.rows;
    };
    let conversion = match converter().convert(bytes, Fix::Auto) {
        Ok(conversion) => conversion,
        Err(error) => {
            failed(error.to_string());
            return outcome;
        }
    };
    let [checked] = &conversion.forms[..] else {
        failed(format!("{} forms found", conversion.forms.len()));
        return outcome;
    };
    let record = &checked.record;
    if record.form != *definition.id {
        failed(format!("taken for {}", record.form));
    }
    outcome.lost = lost(&conversion);
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    record.each_leaf(&mut |path, leaf| {
        found.insert(path.to_string(), leaf.text.clone());
    });
    let mut rows: BTreeSet<&str> = BTreeSet::new();
    for (&path, &text) in &expected {
        let got = found.get(path).map_or("", String::as_str);
        // Figures made at random follow from each other by chance: what a rule then computes anew was read right.
        let computed =
            |change: &&Change| change.applied && change.rule.starts_with(['E', 'F']) && change.at.to_string() == path;
        let read = record.changes.iter().find(computed).map_or(got, |change| &change.from);
        if same(read) != same(text) {
            outcome.wrong.push(format!("{path}: expected {text:?}, found {got:?}"));
            outcome.flagged += usize::from(speaks(checked, path, text));
            rows.insert(row(path));
        }
    }
    for (path, text) in found.iter().filter(|(path, text)| !text.is_empty() && !expected.contains_key(path.as_str())) {
        outcome.wrong.push(format!("{path}: nothing expected, found {text:?}"));
        outcome.flagged += usize::from(speaks(checked, path, ""));
        rows.insert(row(path));
    }
    outcome.wrong_rows = outcome.wrong_rows.max(rows.len());
    let grave = checked.findings.iter().filter(|finding| finding.rule.starts_with('S') && finding.severity != Severity::Info);
    outcome.findings = grave.map(|finding| format!("{} {:?}", finding.rule, finding.message)).collect();
    outcome
}

/// Whether a person is led to a wrong value: by a finding at it, at its row or at the row beside it, by an open suggestion, or
/// because what is missing lies among the unplaced.
fn speaks(checked: &Checked, path: &str, wanted: &str) -> bool {
    let own = row(path);
    let covers = |at: &str| at == path || at.starts_with(own) || path.starts_with(at) && at.len() >= own.len();
    let beside = |at: &str| match (split(own), split(row(at))) {
        (Some((list, index)), Some((other, near))) => list == other && index.abs_diff(near) <= 1,
        _ => false,
    };
    let tells = |finding: &Finding| {
        let mut at = finding.at.iter().map(ToString::to_string);
        at.any(|at| covers(&at) || finding.rule.starts_with('S') && beside(&at))
    };
    let wanted = same(wanted);
    checked.findings.iter().any(tells)
        || checked.record.changes.iter().any(|change| !change.applied && covers(&change.at.to_string()))
        || checked.record.unplaced.iter().any(|piece| !same(&piece.text).is_empty() && wanted.contains(&same(&piece.text)))
}

/// `tasks[2]` → `tasks`, 2.
fn split(row: &str) -> Option<(&str, usize)> {
    let (list, index) = row.strip_suffix(']')?.rsplit_once('[')?;
    Some((list, index.parse().ok()?))
}

fn lost(conversion: &Conversion) -> usize {
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    account.lost.len() + account.nowhere.len()
}
