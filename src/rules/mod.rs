//! The rules: what a reviewer checks, one item each with code, severity, class, documentation and function.
//!
//! [`run`] applies them to a record until nothing changes any more. A rule knows record trees and its parameters from the
//! definition; it never knows a form.

use crate::diag::{Check, Finding};
use crate::form::FormDefinition;
use crate::record::Record;

/// Which changes are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fix {
    /// None; all are listed.
    None,
    /// Those of class auto.
    #[default]
    Auto,
    /// Those of class auto and suggest.
    Suggest,
}

/// What the rules say of a record.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub findings: Vec<Finding>,
    /// Every application of every rule: held, failed, could not be checked.
    pub checks: Vec<Check>,
}

/// Checks and corrects a record in place: changes go to `record.changes`, in order, applied or not.
pub fn run(_record: &mut Record, _definition: &FormDefinition, _fix: Fix) -> Verdict {
    Verdict::default()
}

/// What `biaozhun rule F003` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub code: crate::diag::Code,
    pub name: &'static str,
    pub severity: crate::diag::Severity,
    pub class: crate::change::Class,
    /// English, in Markdown: What it checks, Why, Example, Fix safety, Source.
    pub documentation: &'static str,
    /// Id of its title in the catalogue.
    pub title: &'static str,
    /// Id of its explanation in the catalogue.
    pub text: &'static str,
}

/// All rules, in the order of the table, by family.
pub fn all() -> Vec<Explanation> {
    Vec::new()
}

/// A rule by its code, in any case: `f003`.
pub fn explain(_code: &str) -> Option<Explanation> {
    None
}

/// The mistakes in a definition's list of rules.
pub fn validate(_definition: &FormDefinition) -> Vec<crate::diag::Mistake> {
    Vec::new()
}
