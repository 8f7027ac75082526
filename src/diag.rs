//! Findings, messages and errors as data. Nothing here prints, and no text that a user reads stands here.

use crate::locus::{Locus, Part};
use crate::record::Path;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A rule's code, such as `F003`. Codes are for ever.
pub type Code = &'static str;

/// A text for people: the id of an entry in the catalogue and what to put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub id: &'static str,
    pub arguments: Vec<(&'static str, String)>,
}

impl Message {
    pub fn new(id: &'static str) -> Self {
        Message { id, arguments: Vec::new() }
    }

    /// Adds what stands for `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }
}

/// Stands between the items of a list in an argument: each language writes a mark of its own there.
pub const BETWEEN: &str = "\u{1f}";

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What was done or seen; nothing to do.
    Info,
    /// A person should look.
    Warning,
    /// Wrong, or not to be handed in so. Makes the exit status 1.
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// How much the findings of a rule are made to matter, by an office or by a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loudness {
    /// The rule says nothing and corrects nothing.
    Off,
    As(Severity),
}

impl Loudness {
    /// The words for it, in files.
    pub const WORDS: [(&str, Loudness); 4] = [
        ("off", Loudness::Off),
        ("info", Loudness::As(Severity::Info)),
        ("warning", Loudness::As(Severity::Warning)),
        ("error", Loudness::As(Severity::Error)),
    ];
}

/// Something that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Code,
    pub severity: Severity,
    pub message: Message,
    /// The fields it is about, the first one foremost. Empty where it is about no field (a dropped row, say).
    pub at: Vec<Path>,
    /// Where they came from, in the order of `at`; the first is underlined as the fault, the others as related.
    pub loci: Vec<Locus>,
    /// What to do.
    pub help: Option<Message>,
}

impl Finding {
    pub fn new(rule: Code, severity: Severity, message: Message) -> Self {
        Finding { rule, severity, message, at: Vec::new(), loci: Vec::new(), help: None }
    }

    #[must_use]
    pub fn at(mut self, path: Path, locus: Option<Locus>) -> Self {
        self.at.push(path);
        self.loci.push(locus.unwrap_or_default());
        self
    }

    /// A place that is no field.
    #[must_use]
    pub fn place(mut self, locus: Locus) -> Self {
        self.loci.push(locus);
        self
    }

    #[must_use]
    pub fn help(mut self, message: Message) -> Self {
        self.help = Some(message);
        self
    }
}

/// Why a stage cannot go on. Every variant is worded by the catalogue and says what to do.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The source is not something that can be read (empty, binary, too large, a format that has no reader yet).
    #[error("unreadable: {}", .0.id)]
    Unreadable(Message),
    /// The source could be read, but is no form that is known.
    #[error("no form: {}", .0.id)]
    NoForm(Message),
    /// A form definition has mistakes; all of them.
    #[error("definition {file}: {} mistake(s)", .mistakes.len())]
    Definition { file: String, mistakes: Vec<Mistake> },
    /// A YAML record has mistakes; all of them.
    #[error("record: {} mistake(s)", .0.len())]
    Record(Vec<Mistake>),
    /// A Word template has mistakes; all of them.
    #[error("template {file}: {} mistake(s)", .mistakes.len())]
    Word { file: String, mistakes: Vec<TagMistake> },
    /// A template has a mistake.
    #[error("template {file}: {}", .mistake.message.id)]
    Template { file: String, mistake: Mistake },
    /// Ours: an invariant does not hold. The text is for us, in English.
    #[error("internal error: {0}")]
    Internal(String),
}

/// One mistake in a file that a person wrote. Lines and columns count from 1; 0 where unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub line: u32,
    pub column: u32,
    pub message: Message,
}

/// One mistake in a Word template: the tag as typed, and where in the file its author finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagMistake {
    pub part: Part,
    pub locus: Locus,
    /// Blank where the mistake is in no tag.
    pub tag: String,
    pub message: Message,
}

/// What became of one application of a rule. "Could not be checked" is never shown as "held".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Held,
    Failed,
    Unchecked,
}

/// One application of a rule to one place of one form, with what was seen: `2306.26 + 0.00 + 96.00 = 2402.26`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub rule: Code,
    pub outcome: Outcome,
    pub at: Path,
    pub message: Message,
}
