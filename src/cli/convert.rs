//! `biaozhun convert`: reads, checks, corrects, and writes records and printed forms.

use super::emit::Emit;
use super::library::{Library, Office};
use super::output::Folder;
use super::report::Report;
use super::{Format, Reading, Status, input};
use biaozhun::diag::{Error, Message};
use biaozhun::document::Document;
use biaozhun::pipeline::{self, Conversion, Converter, Print, Printer};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    pub reading: Reading,
    #[arg(short, long, value_name = "DIR", required = true)]
    pub output: PathBuf,
    #[arg(long, value_enum, value_delimiter = ',', default_value = "yaml,docx,html")]
    pub to: Vec<Target>,
    #[arg(long)]
    pub no_appendix: bool,
    #[arg(long, value_name = "FILE")]
    pub template: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    #[command(flatten)]
    pub office: Office,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    Yaml,
    Docx,
    DocxTracked,
    Html,
    HtmlReview,
}

impl Target {
    pub fn ending(self) -> &'static str {
        match self {
            Target::Yaml => "yaml",
            Target::Docx => "docx",
            Target::DocxTracked => "tracked.docx",
            Target::Html => "html",
            Target::HtmlReview => "review.html",
        }
    }
}

/// Each target once, in the order given.
pub fn each_once(targets: &[Target]) -> Vec<Target> {
    let mut once: Vec<Target> = Vec::new();
    for target in targets {
        if !once.contains(target) {
            once.push(*target);
        }
    }
    once
}

/// All that is written for one form, made before anything is written. `document` is what it was read from.
pub fn contents(
    form: &pipeline::Checked,
    targets: &[Target],
    printer: &Printer,
    print: Print,
    document: Option<&Document>,
) -> Result<Vec<(Target, Vec<u8>)>, Error> {
    if targets.iter().all(|target| *target == Target::Yaml) {
        let yaml = || pipeline::yaml_text(form, print.language).into_bytes();
        return Ok(targets.iter().map(|target| (*target, yaml())).collect());
    }
    printer.each(form, print, |sheet| {
        let content = |target: &Target| {
            let bytes = match target {
                Target::Yaml => pipeline::yaml_text(form, print.language).into_bytes(),
                Target::Html => sheet.html()?.into_bytes(),
                Target::HtmlReview => sheet.review(form.source(document))?.into_bytes(),
                Target::Docx => sheet.docx()?,
                Target::DocxTracked => sheet.docx_tracked()?,
            };
            Ok((*target, bytes))
        };
        targets.iter().map(content).collect()
    })
}

type Forms = Vec<Vec<(Target, Vec<u8>)>>;

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let reading = &arguments.reading;
    let Some(library) = Library::open(&arguments.office, &reading.files, emit) else { return Status::Failed };
    let Some(definitions) = library.definitions(reading.form.as_deref(), emit) else { return Status::Failed };
    let targets = each_once(&arguments.to);
    let mut writer = match Writer::open(&arguments.output, &reading.files, &targets, emit) {
        Ok(writer) => writer,
        Err(status) => return status,
    };
    let Some(mut chosen) = super::choice::open(&reading.choosing, reading, emit) else { return Status::Failed };
    let converter = Converter::new(&definitions).tracked(reading.tracked.into()).choosing(chosen.choice.clone());
    let own = super::template::Own { file: arguments.template.as_deref(), pictures: arguments.pictures.as_deref() };
    let Some(printer) = super::template::printer(&own, &library, &definitions, emit) else { return Status::Failed };
    let print = Print { language: emit.language, appendix: !arguments.no_appendix };
    let results = input::in_parallel(&reading.files, |file| -> Result<(Conversion, Forms), (Error, Vec<u8>)> {
        let bytes = input::bytes(file).map_err(|trouble| (Error::Unreadable(trouble.message), Vec::new()))?;
        let work = || {
            let conversion = input::convert(file, &bytes, &converter, reading.fix.into())?;
            let forms: Result<Forms, Error> = conversion
                .forms
                .iter()
                .map(|form| contents(form, &targets, &printer, print, Some(&conversion.document)))
                .collect();
            Ok((conversion, forms?))
        };
        input::guarded(work).map_err(|error| (error, bytes))
    });
    let mut report = Report::new(&definitions);
    for (file, result) in reading.files.iter().zip(results) {
        match result {
            Err((error, bytes)) => report.failed(file, &error, Some(&bytes), emit),
            Ok((conversion, forms)) => {
                chosen.note(&conversion);
                match writer.forms(file, forms, emit) {
                    Ok(outputs) => report.file(file, &conversion, &outputs, emit),
                    Err(message) => report.failed(file, &Error::Unreadable(message), None, emit),
                }
            }
        }
    }
    chosen.finish(emit);
    let written = writer.finish(emit);
    report.finish(&written, emit)
}

/// Writes the outputs of file after file: into a folder, or to standard output for `-`.
pub struct Writer {
    /// None for standard output.
    folder: Option<Folder>,
    written: Vec<String>,
    /// Which outputs did not get the name one would expect.
    renamed: Vec<Message>,
}

impl Writer {
    pub fn open(output: &std::path::Path, files: &[String], targets: &[Target], emit: &mut Emit) -> Result<Self, Status> {
        let refuse = |message: &Message, emit: &mut Emit| {
            let text = emit.say(message);
            emit.error(&text);
            Status::Failed
        };
        if output.as_os_str() == "-" {
            if targets.len() != 1 {
                return Err(refuse(&Message::new("cli.one_target"), emit));
            }
            emit.aside = true;
            return Ok(Writer { folder: None, written: Vec::new(), renamed: Vec::new() });
        }
        match Folder::open(output, files) {
            Ok(folder) => Ok(Writer { folder: Some(folder), written: Vec::new(), renamed: Vec::new() }),
            Err(trouble) => Err(refuse(&trouble.message, emit)),
        }
    }

    /// The outputs of one file's forms; the names of the files, form by form.
    pub fn forms(&mut self, file: &str, forms: Forms, emit: &mut Emit) -> Result<Vec<Vec<String>>, Message> {
        let Some(folder) = &mut self.folder else {
            for (_, bytes) in forms.iter().flatten() {
                emit.result(bytes);
            }
            return Ok(Vec::new());
        };
        let stem = input::stem(file);
        let count = forms.len();
        let mut outputs = Vec::new();
        for (contents, number) in forms.into_iter().zip(1..) {
            let wanted = if count > 1 { format!("{stem}-{number}") } else { stem.clone() };
            let endings: Vec<&str> = contents.iter().map(|(target, _)| target.ending()).collect();
            let name = folder.name(&wanted, &endings);
            if let Some(taken) = name.instead_of {
                let message = Message::new("cli.renamed").with("file", file).with("taken", taken).with("name", &name.stem);
                self.renamed.push(message);
            }
            let mut files = Vec::new();
            for (target, bytes) in contents {
                let path = folder.write(&format!("{}.{}", name.stem, target.ending()), &bytes).map_err(|t| t.message)?;
                files.push(path.display().to_string());
            }
            self.written.extend(files.iter().cloned());
            outputs.push(files);
        }
        Ok(outputs)
    }

    /// All files written.
    pub fn finish(self, emit: &mut Emit) -> Vec<String> {
        if matches!(emit.format, Format::Human | Format::Short) {
            for message in &self.renamed {
                let line = emit.say(message);
                emit.print(&format!("{line}\n"));
            }
        }
        self.written
    }
}
