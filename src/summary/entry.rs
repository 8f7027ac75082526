//! What is known of one input when it has been dealt with: how it went, which forms were in it, what they say. The journal of a
//! batch keeps it as JSON; summaries are made from nothing else.
//!
//! All values are exact text, as in the record.

use crate::catalogue::{self, Language};
use crate::change::Class;
use crate::diag::{Check, Error, Finding, Severity};
use crate::form::FormDefinition;
use crate::form::roles::yuan;
use crate::form::trail::trail;
use crate::record::{Path, Record};
use crate::summary::data::Data;
use crate::summary::words::Words;
use serde::{Deserialize, Serialize};

/// How it went with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nothing to say and nothing changed.
    Clean,
    /// Corrected, and nothing left for a person to do.
    Corrected,
    /// Errors, warnings or open suggestions: a person should look.
    Findings,
    /// No form could be read from it, or not within the limits.
    Refused,
    /// Our fault: an invariant did not hold.
    Fault,
}

impl Outcome {
    /// All, the best first.
    pub const ALL: [Outcome; 5] = [Outcome::Clean, Outcome::Corrected, Outcome::Findings, Outcome::Refused, Outcome::Fault];

    /// The word for it, in files.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Clean => "clean",
            Outcome::Corrected => "corrected",
            Outcome::Findings => "findings",
            Outcome::Refused => "refused",
            Outcome::Fault => "fault",
        }
    }

    /// The id of its name in the catalogue.
    pub fn message_id(self) -> &'static str {
        match self {
            Outcome::Clean => "outcome.clean",
            Outcome::Corrected => "outcome.corrected",
            Outcome::Findings => "outcome.findings",
            Outcome::Refused => "outcome.refused",
            Outcome::Fault => "outcome.fault",
        }
    }
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name as the user gave or finds it: a path, or a path inside an archive.
    pub input: String,
    /// Of its bytes, in lower-case hex; blank where they could not be read.
    pub sha256: String,
    pub bytes: u64,
    pub outcome: Outcome,
    /// Why there are no forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Words>,
    #[serde(default)]
    pub forms: Vec<EntryForm>,
}

/// One form of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    /// The id of its definition.
    pub form: String,
    pub title: String,
    /// Which version of the definition: what the caller knows it by.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub definition: String,
    /// By the definition's `summary:`; blank where it does not say, or the form does not.
    pub department: String,
    pub year: Option<i32>,
    /// The project that the whole form is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub project: String,
    /// Whether it is the kind of form that is about one project.
    pub is_about_project: bool,
    /// The amount that the form is about, as the record has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub total: String,
    /// The unit of all amounts that print none; blank where it is not known.
    pub unit: String,
    /// Where its outputs are, from the folder of the summary, with `/`.
    pub outputs: Vec<EntryOutput>,
    /// The record: maps, lists and texts.
    pub data: Data,
    pub findings: Vec<EntryFinding>,
    /// Changes that were made.
    pub corrected: u32,
    /// Changes that wait for a person.
    pub suggestions: u32,
    /// Findings that a person has accepted.
    pub accepted: u32,
    /// Applications of rules that held, and that could not be checked.
    pub held: u32,
    pub unchecked: u32,
    /// What other documents may say too.
    pub projects: Vec<EntryProject>,
    pub history: Vec<EntryStated>,
}

/// A file that was made of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryOutput {
    /// `yaml`, `docx`, `html`, `review`, …
    pub kind: String,
    pub path: String,
}

/// Something that a person should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryFinding {
    pub rule: String,
    pub severity: Severity,
    pub message: Words,
    #[serde(default, skip_serializing_if = "Words::is_blank")]
    pub help: Words,
    /// The field in the words that the form prints; blank where it is about none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Where in the input, in words.
    #[serde(default, skip_serializing_if = "Words::is_blank")]
    pub place: Words,
    /// The field's address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
}

/// A project that a form names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryProject {
    pub name: String,
    /// In 元, exact; none where the form gives no amount, or not in a known unit.
    pub yuan: Option<String>,
    /// As the record has it.
    pub amount: String,
    pub at: String,
    /// The field in words.
    pub field: String,
}

/// A value that a form gives for a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryStated {
    /// The table it stands in, in words.
    pub rows: String,
    pub name: String,
    pub year: i32,
    pub text: String,
    pub is_amount: bool,
    /// Of amounts: in 元, exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yuan: Option<String>,
    pub at: String,
}

impl Entry {
    /// An input that was read.
    pub fn read(input: String, sha256: String, bytes: u64, forms: Vec<EntryForm>) -> Entry {
        let outcome = forms.iter().map(EntryForm::outcome).max().unwrap_or(Outcome::Refused);
        Entry { input, sha256, bytes, outcome, error: None, forms }
    }

    /// An input without forms: refused, or a fault of ours.
    pub fn failed(input: String, sha256: String, bytes: u64, outcome: Outcome, error: impl Into<Words>) -> Entry {
        Entry { input, sha256, bytes, outcome, error: Some(error.into()), forms: Vec::new() }
    }
}

impl Entry {
    /// With all its words in a language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Entry {
        self.error = self.error.map(|error| error.in_language(language));
        for finding in self.forms.iter_mut().flat_map(|form| &mut form.findings) {
            for words in [&mut finding.message, &mut finding.help, &mut finding.place] {
                *words = std::mem::take(words).in_language(language);
            }
        }
        self
    }
}

impl EntryForm {
    /// What summaries keep of a form. Its outputs and the version of its definition are for the caller to add.
    pub fn new<'f>(
        record: &Record,
        definition: &FormDefinition,
        findings: impl IntoIterator<Item = &'f Finding>,
        checks: &[Check],
    ) -> Result<EntryForm, Error> {
        let shape = definition.shape();
        let words = |path: &Path| trail(&record.data, shape, path);
        let roles = &definition.roles;
        let unit = roles.unit_of(record);
        let exact = |text: &str| yuan(text, unit).map(|yuan| yuan.to_string());
        let year = roles.year_of(record);
        let finding = |finding: &Finding| EntryFinding {
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            message: Words::from(&finding.message),
            help: finding.help.as_ref().map(Words::from).unwrap_or_default(),
            field: finding.at.first().map(words).unwrap_or_default(),
            place: finding.loci.first().and_then(catalogue::place).as_ref().map(Words::from).unwrap_or_default(),
            at: finding.at.first().map(ToString::to_string).unwrap_or_default(),
        };
        let projects = roles.projects_of(record).into_iter().map(|project| EntryProject {
            yuan: exact(&project.amount),
            at: project.at.to_string(),
            field: words(&project.at),
            name: project.name,
            amount: project.amount,
        });
        let stated = year.map(|year| roles.history_of(record, year, &words)).unwrap_or_default();
        let history = stated.into_iter().map(|stated| EntryStated {
            yuan: if stated.is_amount { exact(&stated.text) } else { None },
            at: stated.at.to_string(),
            rows: stated.rows,
            name: stated.name,
            year: stated.year,
            text: stated.text,
            is_amount: stated.is_amount,
        });
        let count = |wanted: crate::diag::Outcome| number(checks.iter().filter(|check| check.outcome == wanted).count());
        let open = |change: &&crate::change::Change| !change.applied && change.class == Class::Suggest;
        Ok(EntryForm {
            form: record.form.clone(),
            title: definition.title.text.to_string(),
            definition: String::new(),
            department: roles.department_of(record).to_owned(),
            year,
            project: roles.project_of(record).to_owned(),
            is_about_project: roles.is_about_one_project(),
            total: roles.total_of(record).map(|(_, text)| text.to_owned()).unwrap_or_default(),
            unit: unit.map(|unit| unit.text().to_owned()).unwrap_or_default(),
            outputs: Vec::new(),
            data: Data::of(&record.data)?,
            findings: findings.into_iter().map(finding).collect(),
            corrected: number(record.changes.iter().filter(|change| change.applied).count()),
            suggestions: number(record.changes.iter().filter(open).count()),
            accepted: number(record.accepted.iter().map(|accepted| accepted.covered.len()).sum()),
            held: count(crate::diag::Outcome::Held),
            unchecked: count(crate::diag::Outcome::Unchecked),
            projects: projects.collect(),
            history: history.collect(),
        })
    }

    /// How it went with this form.
    pub fn outcome(&self) -> Outcome {
        let heard = |finding: &EntryFinding| finding.severity > Severity::Info;
        if self.suggestions > 0 || self.findings.iter().any(heard) {
            Outcome::Findings
        } else if self.corrected > 0 {
            Outcome::Corrected
        } else {
            Outcome::Clean
        }
    }

    /// The output that shows a person most of it.
    pub fn link(&self) -> Option<&str> {
        const BEST: [&str; 4] = ["review", "html", "docx", "yaml"];
        let of = |kind: &str| self.outputs.iter().find(|output| output.kind == kind);
        BEST.iter().find_map(|kind| of(kind)).or(self.outputs.first()).map(|output| output.path.as_str())
    }

    /// How many findings of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Counts of things in one document.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
