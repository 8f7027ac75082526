//! `biaozhun template`: which names a Word template may use, whether a template is sound, and a new one to begin with.

use super::emit::{BOLD, CYAN, Emit, RED, paint};
use super::library::{self, Library, Office};
use super::{Format, Status, input};
use biaozhun::catalogue;
use biaozhun::diag::{Message, TagMistake};
use biaozhun::form::FormDefinition;
use biaozhun::pipeline;
use biaozhun::render::{self, NamedField, Pictures};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

// What all commands about templates need.
#[derive(Args)]
pub struct Form {
    #[arg(long, value_name = "ID", required = true)]
    pub form: String,
    #[command(flatten)]
    pub office: Office,
}

#[derive(Subcommand)]
pub enum Command {
    Check(Check),
    Fields(Fields),
    New(New),
}

#[derive(Args)]
pub struct Check {
    #[arg(required = true, value_name = "FILE")]
    pub template: String,
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    #[command(flatten)]
    pub form: Form,
}

#[derive(Args)]
pub struct Fields {
    #[command(flatten)]
    pub form: Form,
}

#[derive(Args)]
pub struct New {
    #[command(flatten)]
    pub form: Form,
    #[arg(short, long, value_name = "FILE", required = true)]
    pub output: PathBuf,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let (form, inputs) = match &arguments.command {
        Command::Check(Check { form, template, .. }) => (form, std::slice::from_ref(template)),
        Command::Fields(Fields { form }) | Command::New(New { form, .. }) => (form, &[][..]),
    };
    let Some(library) = Library::open(&form.office, inputs, emit) else { return Status::Failed };
    let Some(definition) = library.definitions(Some(&form.form), emit).and_then(|found| found.into_iter().next()) else {
        return Status::Failed;
    };
    match &arguments.command {
        Command::Check(arguments) => {
            let own = Own { file: Some(&arguments.template), pictures: arguments.pictures.as_deref() };
            let Some(pictures) = own.pictures(emit) else { return Status::Failed };
            check(&arguments.template, &definition, &pictures, emit)
        }
        Command::Fields(_) => fields(&definition, emit),
        Command::New(arguments) => new(&arguments.output, &definition, emit),
    }
}

/// A template given on the command line, sound enough to be used; told and `None` where it is not.
fn given(file: &str, definitions: &[Arc<FormDefinition>], pictures: &Pictures, emit: &mut Emit) -> Option<Vec<u8>> {
    let bytes = match input::bytes(file) {
        Ok(bytes) => bytes,
        Err(trouble) => {
            let text = emit.say(&trouble.message);
            emit.error(&text);
            return None;
        }
    };
    // Where only one form can be meant, a mistake is told before any work is done.
    if let [definition] = definitions {
        let mistakes = match render::inspect_with(&bytes, file, definition, pictures) {
            Ok(inspection) => inspection.mistakes,
            Err(error) => {
                super::report::failure(file, &error, None, emit);
                return None;
            }
        };
        if !mistakes.is_empty() {
            told(file, &mistakes, emit);
            return None;
        }
    }
    Some(bytes)
}

fn place(mistake: &TagMistake, emit: &Emit) -> String {
    catalogue::place_in(emit.language, mistake.part, &mistake.locus)
}

/// A mistake for programs.
pub fn json(mistake: &TagMistake, emit: &Emit) -> Value {
    json!({
        "part": mistake.part.name(), "at": mistake.locus.to_string(), "place": place(mistake, emit), "tag": mistake.tag,
        "message": emit.say(&mistake.message),
    })
}

/// Tells the mistakes of a template, each with its place and its tag.
pub fn told(file: &str, mistakes: &[TagMistake], emit: &mut Emit) {
    for mistake in mistakes {
        let (place, message) = (place(mistake, emit), emit.say(&mistake.message));
        if emit.format == Format::Short {
            let line = format!("{file}:{}:{}: {message}  {}", mistake.part.letter(), mistake.locus, mistake.tag);
            emit.error(line.trim_end());
            continue;
        }
        emit.error(&message);
        let mut text = format!("  {} {file}", paint("-->", RED));
        if !place.is_empty() {
            text.push_str(&format!("  {place}"));
        }
        if !mistake.tag.is_empty() {
            text.push_str(&format!("  {}", paint(&mistake.tag, BOLD)));
        }
        emit.complain(&format!("{text}\n"));
    }
}

fn check(file: &str, definition: &FormDefinition, pictures: &Pictures, emit: &mut Emit) -> Status {
    let bytes = match input::bytes(file) {
        Ok(bytes) => bytes,
        Err(trouble) => {
            let text = emit.say(&trouble.message);
            emit.error(&text);
            return Status::Failed;
        }
    };
    let inspection = match input::guarded(|| render::inspect_with(&bytes, file, definition, pictures)) {
        Ok(inspection) => inspection,
        Err(error) => {
            super::report::failure(file, &error, None, emit);
            return Status::Failed;
        }
    };
    let unused: Vec<NamedField> =
        render::named_fields(definition).into_iter().filter(|field| !inspection.used.contains(&field.at)).collect();
    let status = if inspection.mistakes.is_empty() { Status::Clean } else { Status::Findings };
    if emit.format == Format::Json {
        let tags: Vec<Value> = inspection
            .tags
            .iter()
            .map(|tag| {
                let place = catalogue::place_in(emit.language, tag.part, &tag.locus);
                json!({"part": tag.part.name(), "at": tag.locus.to_string(), "place": place, "tag": tag.text})
            })
            .collect();
        let mistakes: Vec<Value> = inspection.mistakes.iter().map(|mistake| json(mistake, emit)).collect();
        let unused: Vec<Value> = unused.iter().map(|field| json!({"at": field.at, "label": field.label})).collect();
        emit.json(&json!({"template": file, "form": &*definition.id, "tags": tags, "mistakes": mistakes, "unused": unused}));
        return status;
    }
    if emit.format == Format::Human {
        let mut out = String::new();
        let places: Vec<String> =
            inspection.tags.iter().map(|tag| catalogue::place_in(emit.language, tag.part, &tag.locus)).collect();
        let widest = places.iter().map(|place| place.width()).max().unwrap_or(0);
        for (tag, place) in inspection.tags.iter().zip(&places) {
            out.push_str(&format!("  {place}{}  {}\n", " ".repeat(widest - place.width()), tag.text));
        }
        emit.print(&out);
    }
    told(file, &inspection.mistakes, emit);
    if emit.format == Format::Human {
        if !unused.is_empty() {
            let labels: Vec<&str> = unused.iter().map(|field| &*field.name).collect();
            let word = emit.text("cli.template_unused");
            let separator = emit.text("print.separator");
            emit.print(&format!("{} {}\n", paint(&word, CYAN), labels.join(&separator)));
        }
        let message = Message::new("cli.template_sum").with("file", file).with("tags", inspection.tags.len());
        let line = emit.say(&message.with("mistakes", inspection.mistakes.len()).with("unused", unused.len()));
        emit.print(&format!("{line}\n"));
    }
    status
}

fn fields(definition: &FormDefinition, emit: &mut Emit) -> Status {
    let fields = render::named_fields(definition);
    if emit.format == Format::Json {
        let list: Vec<Value> = fields
            .iter()
            .map(|field| {
                json!({
                    "at": field.at, "name": field.name, "path": field.path, "label": field.label, "synonyms": field.synonyms,
                    "type": field.kind.map(|kind| format!("{kind:?}").to_lowercase()), "loop": field.within,
                })
            })
            .collect();
        emit.json(&json!({"form": &*definition.id, "fields": list, "filters": render::filter_names()}));
        return Status::Clean;
    }
    let kind = |field: &NamedField| match field.kind {
        Some(kind) => catalogue::text(emit.language, kind.message_id()).into_owned(),
        None => String::new(),
    };
    let pad = |text: &str, width: usize| format!("{text}{}", " ".repeat(width.saturating_sub(text.width())));
    let kinds = fields.iter().map(|field| kind(field).width()).max().unwrap_or(0);
    let names = fields.iter().map(|field| field.name.width()).max().unwrap_or(0);
    let mut out = format!("{}  {}\n", paint(&definition.id, BOLD), definition.title.text);
    let mut within = "";
    for field in &fields {
        if field.within != within {
            within = &field.within;
            let text = if within.is_empty() { String::new() } else { format!("{{% {within} %}}\n") };
            out.push_str(&format!("\n{}", paint(&text, CYAN)));
        }
        let line = format!("  {}  {}  {}", pad(&field.name, names), pad(&kind(field), kinds), field.path);
        out.push_str(&format!("{}\n", line.trim_end()));
    }
    let hint = emit.text("cli.template_filters");
    out.push_str(&format!("\n{hint} {}\n", render::filter_names().join(" ")));
    emit.print(&out);
    Status::Clean
}

fn new(output: &std::path::Path, definition: &FormDefinition, emit: &mut Emit) -> Status {
    let shown = output.display().to_string();
    let made = match input::guarded(|| render::scaffold(definition)) {
        Ok(bytes) => bytes,
        Err(error) => {
            super::report::failure(&shown, &error, None, emit);
            return Status::Failed;
        }
    };
    if shown == "-" {
        emit.result(&made);
        return Status::Clean;
    }
    // A template that someone has bettered is not written over.
    if output.exists() {
        let text = emit.say(&Message::new("cli.template_exists").with("file", &shown));
        emit.error(&text);
        return Status::Failed;
    }
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    let name = output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let written = super::output::Folder::open(folder, &[]).and_then(|folder| folder.write(&name, &made));
    match written {
        Ok(_) => {
            let text = emit.say(&Message::new("cli.template_new").with("file", &shown).with("form", &definition.id));
            emit.print(&format!("{text}\n"));
            Status::Clean
        }
        Err(trouble) => {
            let text = emit.say(&trouble.message);
            emit.error(&text);
            Status::Failed
        }
    }
}

/// What the user gives for one run: a Word template, and where its pictures are.
pub struct Own<'a> {
    pub file: Option<&'a str>,
    pub pictures: Option<&'a Path>,
}

impl Own<'_> {
    /// The pictures that the template may show; told and `None` where their folder cannot be read.
    fn pictures(&self, emit: &mut Emit) -> Option<Pictures> {
        let beside = self.file.map(|file| library::beside(Path::new(file)));
        let found = match (self.pictures, beside) {
            (Some(folder), _) if !folder.is_dir() => {
                let text = emit.say(&Message::new("office.not_found").with("file", folder.display()));
                emit.error(&text);
                return None;
            }
            (Some(folder), _) => library::pictures(folder),
            (None, Some(folder)) => library::pictures(&folder),
            (None, None) => Ok(Pictures::default()),
        };
        match found {
            Ok(pictures) => Some(pictures),
            Err(trouble) => {
                let text = emit.say(&trouble.message);
                emit.error(&text);
                None
            }
        }
    }
}

/// The printer for these forms, with a template of the user's own where one is given.
pub fn printer(
    own: &Own,
    library: &Library,
    definitions: &[Arc<FormDefinition>],
    emit: &mut Emit,
) -> Option<pipeline::Printer> {
    sets(own, library, definitions, emit).map(pipeline::Printer::with_templates)
}

/// The templates of these forms, with what the command line says.
pub fn sets(
    own: &Own,
    library: &Library,
    definitions: &[Arc<FormDefinition>],
    emit: &mut Emit,
) -> Option<Vec<render::TemplateSet>> {
    let mut sets = library.templates(definitions);
    let pictures = own.pictures(emit)?;
    if own.file.is_some() || own.pictures.is_some() {
        sets.iter_mut().for_each(|set| set.pictures = pictures.clone());
    }
    if let Some(file) = own.file {
        let bytes = given(file, definitions, &pictures, emit)?;
        for set in &mut sets {
            set.docx = Some(bytes.clone().into());
            set.docx_file = Some(file.to_owned());
        }
    }
    Some(sets)
}
