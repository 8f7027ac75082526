//! `biaozhun summary OUT`: makes the summary of a batch anew from its journal, without working on any document.

use super::journal::Journal;
use super::report::{Counts, Report, outcome_words};
use super::store::Store;
use super::{journal_trouble, summary};
use crate::cli::choice::{self, Choosing};
use crate::cli::emit::{BOLD, Emit, paint};
use crate::cli::library::{Library, Office};
use crate::cli::{FixMode, Format, Reading, Status, TrackedMode};
use biaozhun::diag::{Message, Severity};
use biaozhun::summary::{GivenTotal, Options};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

#[derive(Args)]
pub struct Arguments {
    #[arg(required = true, value_name = "OUT")]
    pub folder: PathBuf,
    #[arg(long, value_name = "FORM[@YEAR]=AMOUNT")]
    pub total: Vec<String>,
    #[command(flatten)]
    pub choosing: Choosing,
    #[command(flatten)]
    pub office: Office,
}

pub fn run(arguments: Arguments, emit: &mut Emit) -> Status {
    let folder = arguments.folder;
    let files = vec![folder.display().to_string()];
    let Some(library) = Library::open(&arguments.office, &files, emit) else { return Status::Failed };
    let Some(definitions) = library.definitions(None, emit) else { return Status::Failed };
    let (fix, tracked) = (FixMode::Auto, TrackedMode::Accept);
    let reading = Reading { files, form: None, fix, tracked, choosing: arguments.choosing };
    let Some(chosen) = choice::open(&reading.choosing, &reading, emit) else { return Status::Failed };
    let outcome = (|| {
        let journal = match Journal::look(&folder) {
            Ok(Some(journal)) => journal,
            Ok(None) => return Err(Message::new("batch.no_journal").with("folder", folder.display())),
            Err(error) => return Err(journal_trouble(&folder, &error)),
        };
        // Those of the run, unless others are given now.
        let given = match arguments.total {
            given if given.is_empty() => journal.totals().map_err(|error| journal_trouble(&folder, &error))?,
            given => given,
        };
        let totals: Vec<GivenTotal> =
            given.iter().map(|text| summary::total(text, &definitions)).collect::<Result<_, Message>>()?;
        let store = Store::open(&folder)?;
        let hear = |code, own| chosen.choice.hears(code, own);
        let options = Options {
            definitions: &definitions,
            language: emit.language,
            totals: &totals,
            hear: &hear,
            drive: summary::side_by_side,
        };
        let (counts, made) = summary::write(&journal, &store, &options, &AtomicBool::new(false))?;
        let told = (|| {
            let mut outcomes = Counts::default();
            for (outcome, count) in journal.outcomes()? {
                outcomes.add_named(&outcome, count);
            }
            Ok((outcomes, journal.left()?.0, journal.has_errors()?))
        })();
        let (outcomes, left, errors) = told.map_err(|error| journal_trouble(&folder, &error))?;
        store.sync()?;
        store.close();
        Ok((counts, made, outcomes, left, errors))
    })();
    let (counts, made, outcomes, left, errors) = match outcome {
        Ok(done) => done,
        Err(message) => {
            let text = emit.say(&message);
            emit.error(&text);
            return Status::Failed;
        }
    };
    let mut report = Report::new(emit);
    report.across(&counts, emit);
    if matches!(emit.format, Format::Human | Format::Short) {
        let done = Message::new("batch.done").with("count", outcomes.all()).with("outcomes", outcome_words(&outcomes, emit));
        let mut lines = vec![paint(&emit.say(&done), BOLD)];
        if left > 0 {
            lines.push(emit.say(&Message::new("batch.status.open").with("folder", folder.display()).with("left", left)));
        }
        lines.extend(made.iter().map(|file| format!("  {file}")));
        emit.print(&format!("{}\n", lines.join("\n")));
    } else {
        emit.json(&json!({
            "inputs": outcomes.all(), "outcomes": outcomes.json(), "left": left, "across": counts.across.len(), "summary": made,
        }));
    }
    if left > 0 {
        return Status::Failed;
    }
    let across_errors = counts.across.iter().any(|across| across.severity == Severity::Error);
    Report::status(&outcomes, errors || across_errors)
}
