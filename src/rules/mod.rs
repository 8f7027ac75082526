//! The rules: what a reviewer checks, one item each with code, severity, class, documentation and function.
//!
//! [`run`] applies them to a record until nothing changes any more. A rule knows record trees and its parameters from the
//! definition; it never knows a form.

mod across;
mod agreement;
mod choice;
mod completeness;
mod context;
mod execution;
mod funds;
mod fused;
mod initials;
mod joined;
mod levels;
mod measures;
mod misread;
mod parameters;
mod periods;
mod points;
mod projects;
mod repair;
mod rows;
mod scores;
mod settle;
mod sight;
mod similar;
mod structure;
mod sums;
mod text;
mod typography;
mod vocabulary;
mod words;
mod years;

pub use choice::{Choice, Settled, Take};
pub use context::Context;
pub use parameters::{Expect, Parameter, Parameters};
pub use sight::Sight;

use crate::change::{Change, Class};
use crate::diag::{Check, Code, Finding, Message, Mistake, Severity};
use crate::form::{FormDefinition, select};
use crate::record::Record;
use rustc_hash::FxHashMap;
use settle::settle;
use std::sync::OnceLock;

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
    /// Changes that were not proposed because a person accepted the field as it is.
    pub declined: Vec<Change>,
}

/// How a rule comes to speak.
#[derive(Clone, Copy)]
pub enum Apply {
    /// By the fitting, which sees the source; only documented here.
    Fitting,
    /// To every record, led by the types of the fields.
    Always(fn(&mut Context<'_>, &Parameters<'_>)),
    /// Once for each time that a definition lists it.
    Listed(fn(&mut Context<'_>, &Parameters<'_>)),
    /// By the summary, which sees all documents; only documented here.
    Across,
    /// By the function of another rule, which sees the same things.
    With(Code),
}

/// One rule.
pub struct Rule {
    pub code: Code,
    /// Names the fault: `share-not-recomputed`.
    pub name: &'static str,
    /// Of its findings; what could not be checked is always a warning.
    pub severity: Severity,
    /// Of its changes.
    pub class: Class,
    pub apply: Apply,
    pub parameters: &'static [Parameter],
    /// All kinds of fields whose edit may change what it says.
    pub sees: Sight,
    documentation: &'static str,
    title: &'static str,
    text: &'static str,
}

impl Rule {
    /// Whether it is applied only where a definition asks for it.
    pub fn is_listed(&self) -> bool {
        matches!(self.apply, Apply::Listed(_))
    }
}

/// What `biaozhun rule F003` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub code: Code,
    pub name: &'static str,
    pub severity: Severity,
    pub class: Class,
    /// English, in Markdown: What it checks, Why, Example, Fix safety, Source.
    pub documentation: &'static str,
    /// Id of its title in the catalogue.
    pub title: &'static str,
    /// Id of its explanation in the catalogue.
    pub text: &'static str,
    pub parameters: &'static [Parameter],
    /// Applied only where a definition asks for it.
    pub listed: bool,
}

/// Declares a rule: its documentation in fixed sections, kept as text, and its facts.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ pub static $code:ident = {
        name: $name:literal, severity: $severity:ident, class: $class:ident, apply: $apply:expr, parameters: [$($parameter:expr),* $(,)?]
        $(, sees: $sees:expr)? $(,)?
    }) => {
        $(#[doc = $doc])+
        pub static $code: $crate::rules::Rule = $crate::rules::Rule {
            code: stringify!($code),
            name: $name,
            severity: $crate::diag::Severity::$severity,
            class: $crate::change::Class::$class,
            apply: $apply,
            parameters: &[$($parameter),*],
            #[allow(unused_mut, unused_assignments, reason = "most rules see all")]
            sees: {
                let mut sees = $crate::rules::Sight::ALL;
                $(sees = $sees;)?
                sees
            },
            documentation: concat!($($doc, "\n"),+),
            title: concat!("rule.", stringify!($code), ".title"),
            text: concat!("rule.", stringify!($code), ".text"),
        };
    };
}
use declare_rule;

/// The code table: the only place where a rule enters. Rules are applied in this order; codes are for ever.
static RULES: &[&Rule] = &[
    &structure::S001,
    &structure::S002,
    &structure::S003,
    &structure::S004,
    &structure::S005,
    &structure::S006,
    &structure::S007,
    &structure::S008,
    &structure::S009,
    &structure::S010,
    &structure::S011,
    &structure::S012,
    &structure::S014,
    &structure::S015,
    &structure::S016,
    &structure::S017,
    &structure::S018,
    &structure::S019,
    &text::T001,
    &text::T002,
    &text::T003,
    &text::T004,
    &words::T005,
    &words::T006,
    &text::T007,
    &text::T008,
    &text::T009,
    &text::T010,
    &typography::T011,
    &typography::T012,
    &typography::T013,
    &typography::T014,
    &typography::T015,
    &vocabulary::V001,
    &levels::V002,
    &vocabulary::V003,
    &vocabulary::V004,
    &vocabulary::V005,
    &levels::V006,
    &structure::S013,
    &vocabulary::V007,
    &measures::V008,
    &measures::V009,
    &measures::V010,
    &measures::V011,
    &misread::V012,
    &funds::F007,
    &funds::F001,
    &funds::F002,
    &funds::F003,
    &projects::F004,
    &projects::F005,
    &projects::F006,
    &repair::F008,
    &sums::F009,
    &sums::F010,
    &sums::F011,
    &sums::F012,
    &repair::F013,
    &joined::F014,
    &execution::E001,
    &execution::E002,
    &execution::E003,
    &points::P001,
    &points::P002,
    &points::P003,
    &scores::P004,
    &scores::P005,
    &scores::P006,
    &scores::P007,
    &scores::P008,
    &scores::P009,
    &points::P010,
    &points::P011,
    &fused::P012,
    &completeness::C001,
    &completeness::C002,
    &completeness::C003,
    &completeness::C004,
    &completeness::C005,
    &completeness::C006,
    &agreement::C007,
    &agreement::C008,
    &measures::C009,
    &years::Y001,
    &years::Y002,
    &years::Y003,
    &periods::Y004,
    &periods::Y005,
    &periods::Y006,
    &periods::Y007,
    &across::X001,
    &across::X002,
    &across::X003,
    &across::X004,
];

/// Checks and corrects a record in place: changes go to `record.changes`, in order, applied or not.
pub fn run(record: &mut Record, definition: &FormDefinition, fix: Fix) -> Verdict {
    run_with(record, definition, fix, &Choice::default())
}

/// The same, as somebody has settled it.
pub fn run_with(record: &mut Record, definition: &FormDefinition, fix: Fix, choice: &Choice) -> Verdict {
    let settled = choice.of(definition);
    if fix != Fix::None {
        return settle(record, definition, fix, settled);
    }
    // All that would be done is listed as it would follow one from another: found on a copy.
    let mut corrected = record.clone();
    corrected.changes.retain(|change| change.applied || !is_ours(change.rule));
    settle(&mut corrected, definition, Fix::Auto, settled);
    let before = std::mem::take(&mut record.changes);
    for change in corrected.changes.iter_mut().filter(|change| change.applied) {
        change.applied = before.iter().any(|known| known.applied && known == change);
    }
    record.changes = before;
    let verdict = settle(record, definition, Fix::None, settled);
    record.changes = corrected.changes;
    verdict
}

fn rule_of(code: &str) -> Option<&'static Rule> {
    static BY_CODE: OnceLock<FxHashMap<Code, &'static Rule>> = OnceLock::new();
    BY_CODE.get_or_init(|| RULES.iter().map(|rule| (rule.code, *rule)).collect()).get(code).copied()
}

/// Whether the changes of a rule are found here, and so found again in every run.
fn is_ours(code: Code) -> bool {
    rule_of(code).is_some_and(|rule| !matches!(rule.apply, Apply::Fitting | Apply::Across))
}

/// All rules, in the order of the table, by family.
pub fn all() -> Vec<Explanation> {
    let mut all: Vec<Explanation> = RULES.iter().map(|rule| explanation(rule)).collect();
    all.sort_by_key(|rule| {
        let family = "STFEPCVYX".find(&rule.code[..1]);
        (family, rule.code)
    });
    all
}

/// A rule by its code, in any case: `f003`.
pub fn explain(code: &str) -> Option<Explanation> {
    RULES.iter().find(|rule| rule.code.eq_ignore_ascii_case(code)).map(|rule| explanation(rule))
}

/// A code as the table has it; for reading codes back from a file.
pub fn known(code: &str) -> Option<Code> {
    rule_of(code).map(|rule| rule.code)
}

fn explanation(rule: &'static Rule) -> Explanation {
    Explanation {
        code: rule.code,
        name: rule.name,
        severity: rule.severity,
        class: rule.class,
        documentation: rule.documentation,
        title: rule.title,
        text: rule.text,
        parameters: rule.parameters,
        listed: rule.is_listed(),
    }
}

/// The code that a text names, in any case.
pub fn code(text: &str) -> Option<Code> {
    RULES.iter().find(|rule| rule.code.eq_ignore_ascii_case(text)).map(|rule| rule.code)
}

/// The beginning of codes that a text names, in any case: `f`, `F00`, `F003`.
pub fn family(text: &str) -> Option<String> {
    let name = text.to_ascii_uppercase();
    RULES.iter().any(|rule| !name.is_empty() && rule.code.starts_with(&name)).then_some(name)
}

/// Puts aside the findings that a person has accepted, each with its acceptance, and tells of acceptances that cover nothing.
pub fn accept(record: &mut Record, findings: &mut Vec<Finding>, declined: &[Change]) {
    let Record { accepted, .. } = record;
    if accepted.is_empty() {
        return;
    }
    let mut left = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        match accepted.iter_mut().find(|accepted| accepted.covers(finding.rule, &finding.at)) {
            Some(accepted) => accepted.covered.push(finding),
            None => left.push(finding),
        }
    }
    *findings = left;
    for change in declined {
        let Some(accepted) = accepted.iter_mut().find(|accepted| accepted.covers(change.rule, [&change.at])) else { continue };
        let message = Message::new("accepted.suggestion").with("from", &change.from).with("to", &change.to);
        accepted.covered.push(Finding::new(change.rule, Severity::Info, message).at(change.at.clone(), change.locus));
    }
    for unused in accepted.iter().filter(|accepted| accepted.covered.is_empty()) {
        let at = unused.at.as_ref().map_or_else(|| "*".to_owned(), ToString::to_string);
        let message = Message::new("S017.unused").with("rule", unused.rule).with("at", at);
        findings.push(
            Finding::new(structure::S017.code, structure::S017.severity, message).place(unused.locus.unwrap_or_default()),
        );
    }
}

/// The mistakes in a definition's list of rules: unknown codes, unknown or missing parameters, addresses the form lacks.
pub fn validate(definition: &FormDefinition) -> Vec<Mistake> {
    parameters::check(definition, RULES)
}
