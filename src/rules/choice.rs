//! What a person or an office has settled beforehand: which rules speak, how loudly, and which suggestions are taken.
//!
//! A code or its beginning (`F`, `F00`, `F003`) names rules; the longest that fits counts.

use crate::change::{Change, Class};
use crate::diag::{Code, Finding, Loudness, Severity};
use crate::form::FormDefinition;
use crate::record::Path;

/// A suggestion to be taken: by its rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Take {
    pub rule: Code,
    /// The field, or a part of the form that it lies in; everywhere where it is the root.
    pub at: Path,
}

impl Take {
    pub fn fits(&self, change: &Change) -> bool {
        change.class == Class::Suggest && change.rule == self.rule && change.at.0.starts_with(&self.at.0)
    }
}

/// See the module. Without anything settled, every rule speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Only these; all where there are none.
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    /// Go before those of the definition.
    pub severity: Vec<(String, Loudness)>,
    pub take: Vec<Take>,
}

/// The longest name in a list that a code begins with.
fn longest<'a>(names: impl Iterator<Item = &'a str>, code: &str) -> Option<usize> {
    names.filter(|name| code.starts_with(name)).map(str::len).max()
}

impl Choice {
    /// Leaves of findings that were made elsewhere those that are told, as loud as was settled.
    pub fn admit(&self, definition: &FormDefinition, findings: &mut Vec<Finding>) {
        self.of(definition).admit(findings);
    }

    /// With what the definition settles.
    pub(super) fn of<'a>(&'a self, definition: &'a FormDefinition) -> Settled<'a> {
        Settled { choice: self, definition: Some(definition) }
    }

    /// How loud a rule is that looks at many forms, of whatever kind; `None`: it says nothing.
    pub fn hears(&self, code: Code, own: Severity) -> Option<Severity> {
        let settled = Settled { choice: self, definition: None };
        settled.tells(code).then(|| settled.severity(code, own))
    }
}

/// A choice together with the definition of the form it is applied to.
#[derive(Clone, Copy)]
pub struct Settled<'a> {
    choice: &'a Choice,
    definition: Option<&'a FormDefinition>,
}

impl Settled<'_> {
    fn level(&self, code: Code) -> Option<Loudness> {
        let best = |levels: &mut dyn Iterator<Item = (&str, Loudness)>| {
            let fitting = levels.filter(|(name, _)| code.starts_with(name));
            fitting.max_by_key(|(name, _)| name.len()).map(|(_, level)| level)
        };
        best(&mut self.choice.severity.iter().map(|(name, level)| (name.as_str(), *level)))
            .or_else(|| best(&mut self.definition.iter().flat_map(|form| &form.severity).map(|used| (&*used.rule, used.level))))
    }

    /// Whether a rule was turned off by name.
    fn is_ignored(&self, code: Code) -> bool {
        let selected = longest(self.choice.select.iter().map(String::as_str), code);
        match longest(self.choice.ignore.iter().map(String::as_str), code) {
            Some(ignored) => selected.is_none_or(|selected| selected <= ignored),
            None => self.level(code) == Some(Loudness::Off),
        }
    }

    /// Whether the findings and suggestions of a rule are told.
    pub fn tells(&self, code: Code) -> bool {
        let names = &self.choice.select;
        !self.is_ignored(code) && (names.is_empty() || longest(names.iter().map(String::as_str), code).is_some())
    }

    /// Whether a rule may correct by itself. Notation is put right also where only other rules were asked for: they read it.
    pub fn corrects(&self, code: Code) -> bool {
        !self.is_ignored(code) && (code.starts_with('T') || self.tells(code))
    }

    /// How much the findings of a rule matter.
    pub fn severity(&self, code: Code, own: Severity) -> Severity {
        match self.level(code) {
            Some(Loudness::As(severity)) => severity,
            Some(Loudness::Off) | None => own,
        }
    }

    /// What could not be checked is a warning, unless the rule was made to matter less.
    pub fn unchecked(&self, code: Code) -> Severity {
        match self.level(code) {
            Some(Loudness::As(severity)) => severity.min(Severity::Warning),
            Some(Loudness::Off) | None => Severity::Warning,
        }
    }

    /// Whether a suggestion is taken because the person said so beforehand.
    pub fn takes(&self, change: &Change) -> bool {
        self.choice.take.iter().any(|take| take.fits(change))
    }

    fn admit(&self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| self.tells(finding.rule));
        for finding in findings {
            finding.severity = self.severity(finding.rule, finding.severity);
        }
    }
}
