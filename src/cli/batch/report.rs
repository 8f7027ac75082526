//! What is told of a batch: a line for each input that could not be used, and counts at the end.

use super::journal::Journal;
use crate::cli::emit::{BOLD, Emit, RED, YELLOW, paint};
use crate::cli::{Format, Status};
use biaozhun::diag::{Message, Severity};
use biaozhun::summary::{self, Across, Entry, Outcome};
use serde_json::{Value, json};

/// Inputs by outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    of: [usize; Outcome::ALL.len()],
    /// Of these, how many were as they had been.
    pub unchanged: usize,
}

impl Counts {
    pub fn add(&mut self, outcome: Outcome, count: usize) {
        for (known, of) in Outcome::ALL.iter().zip(&mut self.of) {
            *of += if *known == outcome { count } else { 0 };
        }
    }

    /// By the word in the journal.
    pub fn add_named(&mut self, name: &str, count: usize) {
        if let Some(outcome) = Outcome::ALL.into_iter().find(|outcome| outcome.name() == name) {
            self.add(outcome, count);
        }
    }

    pub fn of(&self, outcome: Outcome) -> usize {
        Outcome::ALL.iter().zip(self.of).filter(|(known, _)| **known == outcome).map(|(_, count)| count).sum()
    }

    pub fn all(&self) -> usize {
        self.of.iter().sum()
    }

    pub fn json(&self) -> Value {
        Outcome::ALL
            .iter()
            .map(|outcome| (outcome.name().to_owned(), json!(self.of(*outcome))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

/// `clean 3, findings 2`; faults of ours only where there are any.
pub fn outcome_words(counts: &Counts, emit: &Emit) -> String {
    let told = Outcome::ALL.iter().filter(|outcome| **outcome != Outcome::Fault || counts.of(Outcome::Fault) > 0);
    let words = told.map(|outcome| format!("{} {}", emit.text(outcome.message_id()), counts.of(*outcome)));
    words.collect::<Vec<_>>().join(" · ")
}

/// Tells of a run as it goes.
#[derive(Default)]
pub struct Report {
    pub counts: Counts,
    quiet: bool,
    passed: usize,
    gone: usize,
    /// Findings across documents, and whether one is of level error.
    across: usize,
    across_errors: bool,
}

impl Report {
    pub fn new(emit: &Emit) -> Self {
        Report { quiet: !matches!(emit.format, Format::Human | Format::Short), ..Report::default() }
    }

    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Something that is no submission.
    pub fn passed(&mut self, shown: &str, why: &Message, emit: &mut Emit) {
        self.passed += 1;
        // What systems leave lying about is told where all is told.
        if !self.quiet && (emit.verbose || why.id != "batch.passed.clutter") {
            let line = format!("{shown}: {}\n", emit.say(why));
            emit.complain(&line);
        }
    }

    pub fn gone(&mut self, count: usize) {
        self.gone = count;
    }

    /// Whether there is something to be told of an input now.
    pub fn is_told(&self, entry: &Entry, emit: &Emit) -> bool {
        !self.quiet && (entry.error.is_some() || emit.verbose || emit.format == Format::Short)
    }

    /// An input that is done.
    pub fn entry(&mut self, shown: &str, entry: &Entry, emit: &mut Emit) {
        self.counts.add(entry.outcome, 1);
        if !self.is_told(entry, emit) {
            return;
        }
        let word = emit.text(entry.outcome.message_id());
        match &entry.error {
            Some(error) => {
                let error = error.text(emit.language);
                let style = if entry.outcome == Outcome::Fault { RED } else { YELLOW };
                // An error about a file names it itself.
                let name = if error.contains(shown) { String::new() } else { format!("{shown}: ") };
                emit.print(&format!("{}  {name}{}\n", paint(&word, style), error.replace('\n', " ")));
            }
            None => {
                let outputs: Vec<&str> =
                    entry.forms.iter().filter_map(|form| form.outputs.first()).map(|o| o.path.as_str()).collect();
                emit.print(&format!("{word}  {shown} → {}\n", outputs.join(", ")));
            }
        }
    }

    /// How all inputs that the journal has stand, which decides how the program ends.
    pub fn status(counts: &Counts, errors: bool) -> Status {
        match counts.of(Outcome::Refused) + counts.of(Outcome::Fault) {
            0 if errors => Status::Findings,
            0 => Status::Clean,
            _ => Status::Failed,
        }
    }

    /// What documents say of each other. All of it stands in the summary.
    pub fn across(&mut self, counts: &summary::Counts, emit: &mut Emit) {
        const SHOWN: usize = 10;
        self.across = counts.across.len();
        self.across_errors = counts.across.iter().any(|across| across.severity == Severity::Error);
        let heard = |across: &&Across| across.severity > Severity::Info || emit.verbose;
        let told: Vec<&Across> = counts.across.iter().filter(heard).collect();
        if self.quiet {
            return;
        }
        let most = if emit.verbose { usize::MAX } else { SHOWN };
        for across in told.iter().take(most) {
            let style = if across.severity == Severity::Error { RED } else { YELLOW };
            let head = paint(&format!("{}[{}]", across.severity.name(), across.rule), style);
            let inputs: Vec<&str> = across.places.iter().take(3).map(|place| &*place.input).collect();
            emit.print(&format!("{head}: {}  ({})\n", emit.say(&across.message), inputs.join(", ")));
        }
        if told.len() > most {
            let more = Message::new("batch.more_across").with("count", told.len() - most);
            emit.print(&format!("{}\n", emit.say(&more)));
        }
    }

    /// The end.
    pub fn finish(&self, journal: &Journal, made: &[String], emit: &mut Emit) -> rusqlite::Result<Status> {
        let (files, bytes) = journal.output_count()?;
        let errors = journal.has_errors()? || self.across_errors;
        if self.quiet {
            emit.json(&json!({
                "inputs": self.counts.all(), "unchanged": self.counts.unchanged, "outcomes": self.counts.json(),
                "passed_over": self.passed, "gone": self.gone, "outputs": {"files": files, "bytes": bytes}, "across": self.across, "summary": made,
            }));
            return Ok(Report::status(&self.counts, errors));
        }
        let done =
            Message::new("batch.done").with("count", self.counts.all()).with("outcomes", outcome_words(&self.counts, emit));
        let mut lines = vec![paint(&emit.say(&done), BOLD)];
        for (id, count) in
            [("batch.unchanged", self.counts.unchanged), ("batch.passed", self.passed), ("batch.gone", self.gone)]
        {
            if count > 0 {
                lines.push(emit.say(&Message::new(id).with("count", count)));
            }
        }
        if self.counts.of(Outcome::Fault) > 0 {
            lines.push(paint(&emit.text("batch.fault"), RED));
        }
        let written = Message::new("batch.written").with("count", files).with("size", size(bytes));
        lines.push(emit.say(&written));
        lines.extend(made.iter().map(|file| format!("  {file}")));
        emit.print(&format!("{}\n", lines.join("\n")));
        Ok(Report::status(&self.counts, errors))
    }
}

/// Bytes for people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} B"),
        10_240..10_485_760 => format!("{} KB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

/// Whether a form of an entry has a finding of level error.
pub fn has_error(entry: &Entry) -> bool {
    entry.forms.iter().any(|form| form.count(Severity::Error) > 0)
}
