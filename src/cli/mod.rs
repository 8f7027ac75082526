//! The command line: the only part that touches files, environment, threads and the terminal. One file per command.
//!
//! What the options are stands here; their wording stands in the catalogue (`help.*`), so that it can be read in two languages.

mod batch;
mod check;
mod choice;
mod config;
mod convert;
mod draw;
mod emit;
mod form;
mod forms;
mod help;
mod input;
mod library;
mod output;
mod read;
mod render;
mod report;
mod rule;
mod sarif;
mod sheet;
mod shell;
mod stream;
mod template;
mod watch;

use clap::{Args, Parser, Subcommand, ValueEnum};
use emit::Emit;
use std::ffi::OsString;
use std::process::ExitCode;

// No doc comments on what clap derives from: they would be printed as help.
#[derive(Parser)]
#[command(name = "biaozhun", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args, Clone, Copy)]
struct Common {
    #[arg(long, global = true, value_enum, default_value = "human")]
    format: Format,
    // Read before everything else (`help::language`), because help is worded in it.
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Short,
    Json,
    Sarif,
    Markdown,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lang {
    #[value(aliases = ["zh-CN", "zh_CN", "cn"])]
    Zh,
    #[value(aliases = ["en-US", "en-GB", "en_US"])]
    En,
}

#[derive(Subcommand)]
enum Command {
    Convert(convert::Arguments),
    Check(check::Arguments),
    Batch(batch::Arguments),
    Summary(batch::remake::Arguments),
    Stream(stream::Arguments),
    Render(render::Arguments),
    Read(read::Arguments),
    Forms(forms::Arguments),
    Form(form::Arguments),
    Rule(rule::Arguments),
    Template(template::Arguments),
    Completions(shell::Completions),
    Man(shell::Manual),
}

// What a source is read with.
#[derive(Args)]
struct Reading {
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    #[arg(long, value_name = "ID")]
    form: Option<String>,
    #[arg(long, value_enum, default_value = "auto")]
    fix: FixMode,
    #[arg(long, value_enum, default_value = "accept")]
    tracked: TrackedMode,
    #[command(flatten)]
    choosing: choice::Choosing,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TrackedMode {
    Accept,
    Reject,
}

impl From<TrackedMode> for biaozhun::pipeline::Tracked {
    fn from(mode: TrackedMode) -> Self {
        match mode {
            TrackedMode::Accept => Self::Accept,
            TrackedMode::Reject => Self::Reject,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FixMode {
    Auto,
    Suggest,
    None,
}

impl From<FixMode> for biaozhun::pipeline::Fix {
    fn from(mode: FixMode) -> Self {
        match mode {
            FixMode::Auto => Self::Auto,
            FixMode::Suggest => Self::Suggest,
            FixMode::None => Self::None,
        }
    }
}

/// How a run ended; the worst of all files counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Clean,
    /// A finding of level error.
    Findings,
    /// Something could not be read, written or understood.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Clean => ExitCode::SUCCESS,
            Status::Findings => ExitCode::from(1),
            Status::Failed => ExitCode::from(2),
        }
    }
}

/// Runs one command line.
pub fn run(words: Vec<OsString>) -> ExitCode {
    // A panic is a fault of ours: each file's is caught and told as such, without a trace on the terminal.
    std::panic::set_hook(Box::new(|_| {}));
    let language = help::language(&words, |name| std::env::var(name).ok());
    let arguments = match help::parse(words, language) {
        Ok(arguments) => arguments,
        Err(error) => return help::refuse(&error, language),
    };
    let mut emit = Emit::new(arguments.common, language);
    let status = match arguments.command {
        Command::Convert(arguments) => convert::run(&arguments, &mut emit),
        Command::Check(arguments) => check::run(&arguments, &mut emit),
        Command::Batch(arguments) => batch::run(&arguments, &mut emit),
        Command::Summary(arguments) => batch::remake::run(arguments, &mut emit),
        Command::Stream(arguments) => stream::run(&arguments, &mut emit),
        Command::Render(arguments) => render::run(&arguments, &mut emit),
        Command::Read(arguments) => read::run(&arguments, &mut emit),
        Command::Forms(arguments) => forms::run(&arguments, &mut emit),
        Command::Form(arguments) => form::run(&arguments, &mut emit),
        Command::Rule(arguments) => rule::run(&arguments, &mut emit),
        Command::Template(arguments) => template::run(&arguments, &mut emit),
        Command::Completions(arguments) => shell::completions(&arguments, &mut emit),
        Command::Man(arguments) => shell::manual(&arguments, &mut emit),
    };
    emit.finish(status)
}
