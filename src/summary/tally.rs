//! The counts that the page shows: by outcome, rule, kind of form and department.

use super::{Entry, EntryForm};
use crate::diag::Severity;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
#[derive(Default)]
pub struct Tally {
    pub inputs: u64,
    pub forms: u64,
    /// Inputs without any form.
    pub without: u64,
    pub years: BTreeSet<i32>,
    /// Rows (forms, and inputs without one) by how it went.
    pub outcomes: [u64; 5],
    /// By code; notes are not counted.
    pub rules: BTreeMap<String, RuleCount>,
    /// By the id of the definition.
    pub kinds: BTreeMap<String, KindCount>,
    pub departments: FxHashMap<String, DepartmentCount>,
}

/// How often a rule failed.
#[derive(Default)]
pub struct RuleCount {
    pub errors: u64,
    pub warnings: u64,
    pub forms: u64,
}

/// What came of a kind of form.
#[derive(Default)]
pub struct KindCount {
    pub title: String,
    pub outcomes: [u64; 5],
}

/// What came of a department.
#[derive(Default)]
pub struct DepartmentCount {
    pub forms: u64,
    pub errors: u64,
    pub warnings: u64,
}

impl Tally {
    pub fn add(&mut self, entry: &Entry) {
        self.inputs += 1;
        if entry.forms.is_empty() {
            self.without += 1;
            self.outcomes[entry.outcome as usize] += 1;
        }
        entry.forms.iter().for_each(|form| self.add_form(form));
    }

    fn add_form(&mut self, form: &EntryForm) {
        let outcome = form.outcome() as usize;
        self.forms += 1;
        self.outcomes[outcome] += 1;
        self.years.extend(form.year);
        let kind = self.kinds.entry(form.form.clone()).or_default();
        kind.title.clone_from(&form.title);
        kind.outcomes[outcome] += 1;
        let department = self.departments.entry(form.department.clone()).or_default();
        department.forms += 1;
        let mut met: FxHashSet<&str> = FxHashSet::default();
        for finding in form.findings.iter().filter(|finding| finding.severity > Severity::Info) {
            let rule = self.rules.entry(finding.rule.clone()).or_default();
            rule.forms += u64::from(met.insert(&finding.rule));
            if finding.severity == Severity::Error {
                rule.errors += 1;
                department.errors += 1;
            } else {
                rule.warnings += 1;
                department.warnings += 1;
            }
        }
    }

    /// Rows of the table.
    pub fn rows(&self) -> u64 {
        self.forms + self.without
    }

    /// Errors and warnings.
    pub fn findings(&self) -> u64 {
        self.rules.values().map(|rule| rule.errors + rule.warnings).sum()
    }
}
