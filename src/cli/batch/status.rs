//! `biaozhun batch status OUT`: what the journal says, while a batch runs, after it, or after it was stopped.

use super::journal::{self, Journal};
use super::report::{Counts, outcome_words, size};
use crate::cli::emit::{BOLD, Emit, paint};
use crate::cli::{Format, Status};
use biaozhun::diag::Message;
use biaozhun::summary::{Entry, Outcome, Words};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[arg(required = true, value_name = "OUT")]
    pub folder: PathBuf,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let folder = &arguments.folder;
    let journal = match Journal::look(folder) {
        Ok(Some(journal)) => journal,
        Ok(None) => return refuse(&Message::new("batch.no_journal").with("folder", folder.display()), emit),
        Err(error) => return refuse(&super::journal_trouble(folder, &error), emit),
    };
    match tell(&journal, folder, emit) {
        Ok(status) => status,
        Err(error) => refuse(&super::journal_trouble(folder, &error), emit),
    }
}

fn refuse(message: &Message, emit: &mut Emit) -> Status {
    let text = emit.say(message);
    emit.error(&text);
    Status::Failed
}

fn tell(journal: &Journal, folder: &Path, emit: &mut Emit) -> journal::Result<Status> {
    let mut counts = Counts::default();
    for (outcome, count) in journal.outcomes()? {
        counts.add_named(&outcome, count);
    }
    let (left, gone) = journal.left()?;
    let (files, bytes) = journal.output_count()?;
    let run = journal.last_run()?;
    let finished = run.as_ref().is_some_and(|run| run.finished.is_some());
    if emit.format == Format::Json {
        let run =
            run.map(|run| json!({"number": run.id, "started": run.started, "finished": run.finished, "version": run.version}));
        emit.json(&json!({
            "folder": folder.display().to_string(), "run": run, "done": counts.all(), "left": left, "gone": gone,
            "outcomes": counts.json(), "outputs": {"files": files, "bytes": bytes},
        }));
    } else {
        let state = if finished { "batch.status.finished" } else { "batch.status.open" };
        let state = Message::new(state).with("folder", folder.display()).with("left", left);
        let done = Message::new("batch.done").with("count", counts.all()).with("outcomes", outcome_words(&counts, emit));
        let mut lines = vec![paint(&emit.say(&state), BOLD), emit.say(&done)];
        if gone > 0 {
            lines.push(emit.say(&Message::new("batch.gone").with("count", gone)));
        }
        lines.push(emit.say(&Message::new("batch.written").with("count", files).with("size", size(bytes))));
        emit.print(&format!("{}\n", lines.join("\n")));
        failed(journal, emit)?;
    }
    if !finished || left > 0 {
        return Ok(Status::Failed);
    }
    Ok(super::report::Report::status(&counts, journal.has_errors()?))
}

/// The inputs that could not be used, each with its reason; all entries where all is asked for.
fn failed(journal: &Journal, emit: &mut Emit) -> journal::Result<()> {
    let verbose = emit.verbose;
    let each = |text: &str| -> Result<(), ()> {
        let Ok(entry) = serde_json::from_str::<Entry>(text) else { return Ok(()) };
        if verbose || matches!(entry.outcome, Outcome::Refused | Outcome::Fault) {
            let word = emit.text(entry.outcome.message_id());
            let said = |error: &Words| format!(": {}", error.text(emit.language).replace('\n', " "));
            let error = entry.error.as_ref().map(said).unwrap_or_default();
            emit.print(&format!("{word}  {}{error}\n", entry.input));
        }
        if emit.is_closed() { Err(()) } else { Ok(()) }
    };
    // Nobody reads any more: no fault.
    journal.entries(each).map(|_| ())
}
