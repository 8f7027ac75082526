//! What is done with one document: read, checked, corrected, printed, and put into an entry. The same in a worker of a batch as
//! in one of a stream; nothing here knows where documents come from or where results go.

use super::pool::WORKER;
use super::protocol::{Done, Hello, Output, receive, send, send_json};
use super::store::{file_sha256, sha256};
use crate::cli::convert::{Target, contents};
use crate::cli::emit::{Emit, pipe};
use crate::cli::library::{Library, Office};
use crate::cli::{FixMode, Reading, Status, TrackedMode, choice, input, template};
use biaozhun::catalogue::{self, Language};
use biaozhun::diag::{Code, Error, Message, Mistake, Severity};
use biaozhun::form::FormDefinition;
use biaozhun::limits;
use biaozhun::pipeline::{self, Checked, Choice, Converter, Fix, Print, Printer};
use biaozhun::summary::{Entry, EntryForm, Outcome, Words};
use clap::Args;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

// How documents are read, checked and printed, and what each may take.
#[derive(Args)]
pub struct How {
    #[arg(long, value_name = "ID")]
    pub form: Option<String>,
    #[arg(long, value_enum, default_value = "auto")]
    pub fix: FixMode,
    #[arg(long, value_enum, default_value = "accept")]
    pub tracked: TrackedMode,
    #[command(flatten)]
    pub choosing: choice::Choosing,
    #[arg(long)]
    pub no_appendix: bool,
    #[arg(long, value_name = "FILE")]
    pub template: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    #[command(flatten)]
    pub office: Office,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    #[arg(long, value_name = "SECONDS", default_value_t = limits::WORKER_SECONDS, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub time_limit: u64,
    #[arg(long, value_name = "MIB", default_value_t = limits::WORKER_BYTES >> 20, value_parser = clap::value_parser!(u64).range(256..=1 << 20))]
    pub memory_limit: u64,
}

impl How {
    pub fn jobs(&self) -> usize {
        self.jobs.map_or_else(processors, usize::from)
    }
}

pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whether this process is a worker.
pub fn is_worker() -> bool {
    std::env::var_os(WORKER).is_some()
}

/// All that documents are worked on with.
pub struct Engine {
    pub definitions: Vec<Arc<FormDefinition>>,
    /// The hash of each.
    versions: Vec<String>,
    converter: Converter,
    printer: Printer,
    choice: Choice,
    fix: Fix,
    print: Print,
    targets: Vec<Target>,
    /// Of program, definitions, templates and options: what is the same under the same key need not be done again.
    pub key: String,
    /// What was found in the office's folder, for those who walk folders.
    pub templates: Option<PathBuf>,
}

impl Engine {
    /// `beside` is where config files are looked for. What is wrong is told.
    pub fn open(how: &How, beside: Vec<String>, targets: Vec<Target>, emit: &mut Emit) -> Option<Engine> {
        let library = Library::open(&how.office, &beside, emit)?;
        let definitions = library.definitions(how.form.as_deref(), emit)?;
        let choosing = choice::Choosing {
            select: how.choosing.select.clone(),
            ignore: how.choosing.ignore.clone(),
            accept: how.choosing.accept.clone(),
        };
        let templates = match &how.office.templates {
            Some(folder) => Some(folder.clone()),
            None => crate::cli::config::find(&beside).ok().flatten().and_then(|config| config.templates),
        };
        let reading = Reading { files: beside, form: how.form.clone(), fix: how.fix, tracked: how.tracked, choosing };
        let chosen = choice::open(&reading.choosing, &reading, emit)?;
        let own = template::Own { file: how.template.as_deref(), pictures: how.pictures.as_deref() };
        let sets = template::sets(&own, &library, &definitions, emit)?;
        let print = Print { language: emit.language, appendix: !how.no_appendix };
        let fix: Fix = how.fix.into();
        let mut said = format!("{}\n{:?}\n{:?}\n{:?}\n", program(), chosen.choice, fix, print);
        said.push_str(&format!("{:?}\n", matches!(how.tracked, TrackedMode::Reject)));
        for target in &targets {
            said.push_str(&format!("{}\n", target.ending()));
        }
        let version = |definition: &Arc<FormDefinition>| sha256(format!("{definition:?}").as_bytes());
        let versions: Vec<String> = definitions.iter().map(version).collect();
        for (set, definition) in sets.iter().zip(&versions) {
            let docx = set.docx.as_deref().map(sha256).unwrap_or_default();
            let html = set.html.as_deref().map(|text| sha256(text.as_bytes())).unwrap_or_default();
            let pictures = sha256(format!("{:?}", set.pictures).as_bytes());
            said.push_str(&format!("{definition} {docx} {html} {pictures}\n"));
        }
        Some(Engine {
            versions,
            converter: Converter::new(&definitions).tracked(how.tracked.into()).choosing(chosen.choice.clone()),
            choice: chosen.choice,
            printer: Printer::with_templates(sets),
            fix,
            print,
            targets,
            key: sha256(said.as_bytes()),
            definitions,
            templates,
        })
    }

    /// How loud a rule across documents is.
    pub fn hears(&self, code: Code, own: Severity) -> Option<Severity> {
        self.choice.hears(code, own)
    }

    /// Works on one document: its entry and its outputs.
    pub fn work(&self, name: &str, bytes: &[u8]) -> (Done, Vec<Vec<u8>>) {
        let language = self.print.language;
        let sha = sha256(bytes);
        let size = bytes.len() as u64;
        let work = || {
            if bytes.len() > limits::SOURCE_BYTES {
                return Err(Error::Unreadable(too_large(name, size)));
            }
            let conversion = input::convert(name, bytes, &self.converter, self.fix)?;
            let (mut outputs, mut made) = (Vec::new(), Vec::new());
            for (form, checked) in conversion.forms.iter().enumerate() {
                let contents = contents(checked, &self.targets, &self.printer, self.print, Some(&conversion.document))?;
                for (target, content) in contents {
                    outputs.push(Output { form, ending: target.ending().to_owned() });
                    made.push(content);
                }
            }
            let forms: Result<Vec<EntryForm>, Error> = conversion.forms.iter().map(|checked| self.form(checked)).collect();
            let entry = Entry::read(name.to_owned(), sha.clone(), size, forms?);
            Ok((Done { entry, outputs }, made))
        };
        match input::guarded(work) {
            Ok(done) => done,
            Err(error) => {
                let outcome = if matches!(error, Error::Internal(_)) { Outcome::Fault } else { Outcome::Refused };
                let entry = Entry::failed(name.to_owned(), sha.clone(), size, outcome, words(&error, language));
                (Done { entry, outputs: Vec::new() }, Vec::new())
            }
        }
    }

    fn form(&self, checked: &Checked) -> Result<EntryForm, Error> {
        let mut form = pipeline::entry(checked, &self.definitions)?;
        let own = self.definitions.iter().position(|definition| *definition.id == form.form);
        form.definition = own.and_then(|index| self.versions.get(index)).cloned().unwrap_or_default();
        Ok(form)
    }

    /// A worker: documents on standard input, results on standard output, until there are no more.
    pub fn serve(&self, how: &How) -> Status {
        confine(how.memory_limit);
        let mut from = BufReader::with_capacity(64 << 10, std::io::stdin().lock());
        let mut to = BufWriter::with_capacity(64 << 10, pipe().lock());
        let mut talk = || -> std::io::Result<()> {
            send_json(&mut to, &Hello { key: self.key.clone() })?;
            to.flush()?;
            while let (Some(name), Some(bytes)) = (receive(&mut from)?, receive(&mut from)?) {
                let (done, contents) = self.work(&String::from_utf8_lossy(&name), &bytes);
                send_json(&mut to, &done)?;
                for content in &contents {
                    send(&mut to, content)?;
                }
                to.flush()?;
            }
            Ok(())
        };
        match talk() {
            Ok(()) => Status::Clean,
            Err(_) => Status::Failed,
        }
    }
}

/// Bounds what this process may take, and has it end with the one that started it.
fn confine(memory: u64) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let bytes = Some(memory << 20);
        // A system that knows no such limit works without.
        let _ = setrlimit(Resource::As, Rlimit { current: bytes, maximum: bytes });
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        #[cfg(target_os = "linux")]
        {
            let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
        }
    }
    #[cfg(not(unix))]
    {
        let _ = memory;
    }
}

/// The program itself, to the last byte: another build may find other things. Workers are told.
pub fn program() -> String {
    let own = || {
        let program = std::env::current_exe().ok()?;
        file_sha256(&program)
    };
    match std::env::var(WORKER) {
        Ok(program) => program,
        Err(_) => own().unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned()),
    }
}

pub fn too_large(name: &str, size: u64) -> Message {
    Message::new("cli.too_large").with("file", name).with("size", size >> 20).with("limit", limits::SOURCE_BYTES >> 20)
}

/// Why a document could not be worked on, in one paragraph: of many mistakes the first ones, in the language of the run.
fn words(error: &Error, language: Language) -> Words {
    const SHOWN: usize = 3;
    let say = |message: &Message| catalogue::render(language, message);
    let list = |file: &str, mistakes: &[Mistake]| {
        let one = |mistake: &Mistake| format!("{file}{}:{}: {}", mistake.line, mistake.column, say(&mistake.message));
        let mut words: Vec<String> = mistakes.iter().take(SHOWN).map(one).collect();
        if mistakes.len() > SHOWN {
            words.push(format!("… +{}", mistakes.len() - SHOWN));
        }
        words.join("; ")
    };
    let words = match error {
        Error::Unreadable(message) | Error::NoForm(message) => return message.into(),
        Error::Record(mistakes) => list("", mistakes),
        Error::Definition { file, mistakes } => list(&format!("{file}:"), mistakes),
        Error::Template { file, mistake } => list(&format!("{file}:"), std::slice::from_ref(mistake)),
        Error::Word { file, mistakes } => {
            let one = |mistake: &biaozhun::diag::TagMistake| format!("{file}: {} {}", say(&mistake.message), mistake.tag);
            mistakes.iter().take(SHOWN).map(one).collect::<Vec<_>>().join("; ")
        }
        Error::Internal(detail) => return (&Message::new("cli.internal").with("detail", detail)).into(),
        other => return (&Message::new("cli.internal").with("detail", other)).into(),
    };
    Words::Plain(words)
}

/// The folder and file that a run's own settings come from, in full: no submissions.
pub fn own_paths(engine: &Engine, beside: &[String], output: &Path) -> Vec<PathBuf> {
    let config = crate::cli::config::find(beside).ok().flatten().map(|config| config.file);
    let paths = [engine.templates.clone(), config, Some(output.to_owned())];
    paths.into_iter().flatten().filter_map(|path| std::fs::canonicalize(path).ok()).collect()
}
