//! `biaozhun render`: prints records as they stand; nothing is checked or corrected.

use super::convert::{Target, Writer, contents, each_once};
use super::emit::Emit;
use super::library::{Library, Office};
use super::{Format, Status, input, report};
use biaozhun::diag::{Error, Message};
use biaozhun::pipeline::{self, Print};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub output: PathBuf,
    #[arg(long, value_enum, value_delimiter = ',', default_value = "docx,html")]
    pub to: Vec<Target>,
    #[arg(long, value_name = "ID")]
    pub form: Option<String>,
    #[arg(long)]
    pub no_appendix: bool,
    #[arg(long, value_name = "FILE")]
    pub template: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    #[command(flatten)]
    pub office: Office,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let Some(library) = Library::open(&arguments.office, &arguments.files, emit) else { return Status::Failed };
    let Some(definitions) = library.definitions(arguments.form.as_deref(), emit) else { return Status::Failed };
    let targets = each_once(&arguments.to);
    let mut writer = match Writer::open(&arguments.output, &arguments.files, &targets, emit) {
        Ok(writer) => writer,
        Err(status) => return status,
    };
    let own = super::template::Own { file: arguments.template.as_deref(), pictures: arguments.pictures.as_deref() };
    let Some(printer) = super::template::printer(&own, &library, &definitions, emit) else { return Status::Failed };
    let print = Print { language: emit.language, appendix: !arguments.no_appendix };
    let results = input::in_parallel(&arguments.files, |file| {
        let bytes = input::bytes(file).map_err(|trouble| (Error::Unreadable(trouble.message), Vec::new()))?;
        if !pipeline::is_record(&bytes) {
            let message = Message::new("cli.not_a_record").with("file", file);
            return Err((Error::Unreadable(message), Vec::new()));
        }
        let work = || contents(&pipeline::open_record(&bytes, &definitions)?, &targets, &printer, print, None);
        input::guarded(work).map_err(|error| (error, bytes))
    });
    let mut status = Status::Clean;
    for (file, result) in arguments.files.iter().zip(results) {
        let (error, bytes) = match result {
            Ok(contents) => match writer.forms(file, vec![contents], emit) {
                Ok(_) => continue,
                Err(message) => (Error::Unreadable(message), Vec::new()),
            },
            Err(failed) => failed,
        };
        status = Status::Failed;
        report::failure(file, &error, Some(&String::from_utf8_lossy(&bytes)), emit);
    }
    let written = writer.finish(emit);
    match emit.format {
        Format::Json => emit.json(&serde_json::json!({"written": written})),
        Format::Short | Format::Sarif | Format::Markdown => {}
        Format::Human if written.is_empty() => {}
        Format::Human => {
            let mut text = emit.say(&Message::new("cli.written").with("count", written.len()));
            written.iter().for_each(|file| text.push_str(&format!("\n  {file}")));
            emit.print(&format!("{text}\n"));
        }
    }
    status
}
