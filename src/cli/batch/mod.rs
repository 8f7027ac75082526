//! `biaozhun batch`: a season's forms at once. Opens what a run needs, lists the inputs, has them worked on, and makes the summary.
//!
//! [`inputs`] and [`archive`] say what there is; [`pool`], [`protocol`] and [`work`] are the workers; [`run`] leads documents to
//! them and results into [`journal`] and [`store`], under [`names`]; [`progress`], [`report`] and [`status`] tell of it.

mod archive;
pub mod budget;
mod inputs;
mod journal;
mod names;
pub mod pool;
mod progress;
pub mod protocol;
pub mod remake;
mod report;
mod run;
mod status;
mod store;
mod summary;
pub mod work;

use super::Status;
use super::convert::{Target, each_once};
use super::emit::Emit;
use biaozhun::diag::Message;
use biaozhun::summary::GivenTotal;
use clap::{Args, Subcommand};
use inputs::{Apart, Met, Separator};
use journal::Journal;
use pool::Pool;
use report::Report;
use run::{Run, Stop};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::Store;
use work::{Engine, How};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[arg(required = true, value_name = "IN")]
    pub inputs: Vec<PathBuf>,
    #[arg(short, long, value_name = "OUT", required = true)]
    pub output: Option<PathBuf>,
    #[arg(short = '0', long)]
    pub null: bool,
    #[arg(long, value_enum, value_delimiter = ',', default_value = "yaml,docx,html")]
    pub to: Vec<Target>,
    #[arg(long, value_name = "FORM[@YEAR]=AMOUNT")]
    pub total: Vec<String>,
    #[command(flatten)]
    pub how: How,
}

#[derive(Subcommand)]
pub enum Command {
    Status(status::Arguments),
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    if let Some(Command::Status(arguments)) = &arguments.command {
        return status::run(arguments, emit);
    }
    let Some(output) = &arguments.output else { return Status::Failed };
    let beside = inputs::folders(&arguments.inputs);
    let targets = each_once(&arguments.to);
    let Some(engine) = Engine::open(&arguments.how, beside.clone(), targets, emit) else { return Status::Failed };
    if work::is_worker() {
        return engine.serve(&arguments.how);
    }
    let totals: Result<Vec<GivenTotal>, Message> =
        arguments.total.iter().map(|text| summary::total(text, &engine.definitions)).collect();
    let totals = match totals {
        Ok(totals) => totals,
        Err(message) => {
            let text = emit.say(&message);
            emit.error(&text);
            return Status::Failed;
        }
    };
    let interrupted = Arc::new(AtomicBool::new(false));
    watch_signals(&interrupted);
    // A fault of ours outside of any document is told as well.
    let work = std::panic::AssertUnwindSafe(|| whole(arguments, output, (&engine, &totals), &beside, &interrupted, emit));
    let outcome = std::panic::catch_unwind(work);
    match outcome.unwrap_or_else(|_| Err(Message::new("cli.internal").with("detail", "batch").into())) {
        Ok(status) => status,
        Err(stop) => {
            let message = match &stop {
                Stop::Interrupted => Message::new("batch.interrupted"),
                Stop::Other(message) => message.clone(),
                Stop::Journal(error) => journal_trouble(output, error),
            };
            let text = emit.say(&message);
            emit.error(&text);
            Status::Failed
        }
    }
}

/// A run from the beginning to the end.
fn whole(
    arguments: &Arguments,
    output: &Path,
    (engine, totals): (&Engine, &[GivenTotal]),
    beside: &[String],
    interrupted: &AtomicBool,
    emit: &mut Emit,
) -> Result<Status, Stop> {
    let same =
        |given: &PathBuf| given.canonicalize().is_ok_and(|given| output.canonicalize().is_ok_and(|output| given == output));
    if arguments.inputs.iter().any(same) {
        // Before anything is written into it.
        return Err(Message::new("batch.own_folder").into());
    }
    let store = Store::open(output)?;
    let Some(mut journal) = Journal::open(output)? else {
        return Err(Message::new("batch.other_journal").with("folder", output.display()).into());
    };
    run::recover(&journal, &store)?;
    let ended = journal.begin(&engine.key, &arguments.total, now())?;
    let mut report = Report::new(emit);
    list(arguments, output, engine, beside, (&journal, interrupted), &mut report, emit)?;
    let total = journal.open_inputs()?;
    if total == 0 {
        return Err(Message::new("batch.nothing").into());
    }
    let limit = Duration::from_secs(arguments.how.time_limit);
    let pool = Pool::new(std::env::args_os().collect(), work::program(), engine.key.clone(), limit);
    let jobs = arguments.how.jobs();
    let run = Run { pool: &pool, store: &store, journal: &journal, key: &engine.key, jobs, doubtful: !ended, interrupted };
    run.all(total, &mut report, emit)?;
    report.gone(run::mark_gone(&journal)?);
    let options = biaozhun::summary::Options {
        definitions: &engine.definitions,
        language: emit.language,
        totals,
        hear: &|code, own| engine.hears(code, own),
        drive: summary::side_by_side,
    };
    let made = summary::write(&journal, &store, &options, interrupted);
    let (across, made) = made.map_err(|message| match interrupted.load(Ordering::SeqCst) {
        true => Stop::Interrupted,
        false => message.into(),
    })?;
    report.across(&across, emit);
    store.sync()?;
    let status = report.finish(&journal, &made, emit)?;
    store.close();
    journal.end(now())?;
    Ok(status)
}

/// Writes down all inputs before any is worked on.
fn list(
    arguments: &Arguments,
    output: &Path,
    engine: &Engine,
    beside: &[String],
    (journal, interrupted): (&Journal, &AtomicBool),
    report: &mut Report,
    emit: &mut Emit,
) -> Result<(), Stop> {
    let apart = Apart { paths: work::own_paths(engine, beside, output) };
    let separator = if arguments.null { Separator::Nul } else { Separator::Line };
    journal.begin_group()?;
    let outcome = inputs::walk(&arguments.inputs, separator, &apart, &mut |met| {
        match met {
            Met::Input(input) => journal.list(&input)?,
            Met::Passed { shown, why } => report.passed(&shown, &why, emit),
        }
        if interrupted.load(Ordering::SeqCst) { Err(Stop::Interrupted) } else { Ok(()) }
    });
    // What is listed is listed for this run only: half a list does no harm.
    journal.commit_group()?;
    outcome
}

/// Ctrl-C and its kin end the run in order; the second time at once.
fn watch_signals(interrupted: &Arc<AtomicBool>) {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // Without them it ends as if it were killed, which loses nothing either.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, interrupted.clone());
            let _ = signal_hook::flag::register(signal, interrupted.clone());
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupted;
    }
}

/// Seconds since 1970, for the journal's list of runs only.
fn now() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// What is wrong with a journal, in words that say what to do.
fn journal_trouble(folder: &Path, error: &rusqlite::Error) -> Message {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly, SystemIoFailure};
    let shown = folder.display();
    if !folder.join(journal::FILE).is_file() {
        return Message::new("batch.output_gone").with("folder", shown);
    }
    match error.sqlite_error_code() {
        Some(DiskFull) => Message::new("batch.disk_full").with("folder", shown),
        Some(NotADatabase | DatabaseCorrupt) => Message::new("batch.bad_journal").with("folder", shown).with("detail", error),
        Some(SystemIoFailure | CannotOpen | ReadOnly) => {
            Message::new("batch.journal_unwritable").with("folder", shown).with("detail", error)
        }
        _ => Message::new("batch.journal").with("folder", shown).with("detail", error),
    }
}
