//! `biaozhun form new`: a first definition, and a template made of the office's own blank form.

use crate::cli::emit::{BOLD, CYAN, Emit, paint};
use crate::cli::library::{Library, Office};
use crate::cli::output::Folder;
use crate::cli::{Format, Status, TrackedMode, input, report, template};
use biaozhun::catalogue;
use biaozhun::diag::{Error, Message, TagMistake};
use biaozhun::document::Notice;
use biaozhun::form::blank::Typed;
use biaozhun::locus::{Locus, Part, Spot};
use biaozhun::pipeline;
use biaozhun::render::{self, Pictures};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[arg(required = true, value_name = "BLANK")]
    pub blank: String,
    #[arg(short, long, value_name = "DIR", required = true)]
    pub output: PathBuf,
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    #[command(flatten)]
    pub office: Office,
}

/// What was made, before anything is written.
struct Made {
    draft: pipeline::Draft,
    template: Option<Vec<u8>>,
    /// The template was made from the definition: the blank is no Word file to type tags into.
    plain: bool,
    tags: usize,
    notices: Vec<Notice>,
    mistakes: Vec<TagMistake>,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let blank = &arguments.blank;
    let Some(library) = Library::open(&arguments.office, &[], emit) else { return Status::Failed };
    let Some(definitions) = library.definitions(None, emit) else { return Status::Failed };
    let refused = |error: &Error, emit: &mut Emit| {
        report::failure(blank, error, None, emit);
        Status::Failed
    };
    let bytes = match input::bytes(blank) {
        Ok(bytes) => bytes,
        Err(trouble) => return refused(&Error::Unreadable(trouble.message), emit),
    };
    let name = arguments.id.clone().unwrap_or_else(|| input::stem(blank));
    let work = || {
        let document = pipeline::look(&bytes, TrackedMode::Accept.into())?;
        let mut draft = pipeline::draft(&document, &name, &definitions, emit.language);
        if let Some(id) = &arguments.id {
            draft.yaml = draft.yaml.replacen(&format!("form: {}\n", draft.id), &format!("form: {id}\n"), 1);
            draft.id.clone_from(id);
        }
        made(&bytes, draft)
    };
    let made = match input::guarded(work) {
        Ok(made) => made,
        Err(error) => return refused(&error, emit),
    };
    if made.draft.bands == 0 {
        let text = emit.say(&Message::new("draft.nothing_found").with("file", blank));
        emit.error(&text);
        return Status::Failed;
    }
    match write(arguments, &made, emit) {
        Ok((definition, template)) => {
            tell(arguments, &made, &definition, template.as_deref(), emit);
            Status::Clean
        }
        Err(message) => {
            let text = emit.say(&message);
            emit.error(&text);
            Status::Failed
        }
    }
}

/// The template: the blank form with its tags, as far as the definition knows their names.
fn made(bytes: &[u8], draft: pipeline::Draft) -> Result<Made, Error> {
    let mut notices = draft.notices.clone();
    let Some(render::TypedInto { template, left }) = render::type_into(bytes, &draft.typed)? else {
        // A draft without a band, or one that is to be completed first, has none.
        let Some(definition) = pipeline::load_definition("form.yaml", &draft.yaml).ok().filter(|_| draft.bands > 0) else {
            return Ok(Made { draft, template: None, plain: false, tags: 0, notices, mistakes: Vec::new() });
        };
        let template = render::scaffold(&definition)?;
        let tags = render::inspect_with(&template, "form.docx", &definition, &Pictures::default())?.tags.len();
        return Ok(Made { draft, template: Some(template), plain: true, tags, notices, mistakes: Vec::new() });
    };
    for typed in left {
        let (text, spot) = match typed {
            Typed::Text { text, spot, .. } => (text, spot),
            Typed::Rows { before, table, first, .. } => (before, Spot::Table { table, row: first, column: 1, line: 0 }),
            Typed::Tables { before, first, .. } => (before, Spot::Table { table: first, row: 1, column: 1, line: 0 }),
            Typed::Gone { table, first, .. } => (String::from("…"), Spot::Table { table, row: first, column: 1, line: 0 }),
        };
        let message = Message::new("draft.not_typed").with("text", text);
        notices.push(Notice { message, locus: Locus::new(spot, 0, 0) });
    }
    let definition = pipeline::load_definition("form.yaml", &draft.yaml)?;
    let inspection = render::inspect_with(&template, "form.docx", &definition, &Pictures::default())?;
    let tags = inspection.tags.len();
    Ok(Made { draft, template: Some(template), plain: false, tags, notices, mistakes: inspection.mistakes })
}

/// Writes both files into the form's folder; nothing that is there is written over.
fn write(arguments: &Arguments, made: &Made, _: &mut Emit) -> Result<(String, Option<String>), Message> {
    let folder = arguments.output.join(&made.draft.id);
    for file in ["form.yaml", "form.docx"] {
        if folder.join(file).exists() {
            return Err(Message::new("draft.exists").with("file", folder.join(file).display()));
        }
    }
    let out = Folder::open(&folder, &[]).map_err(|trouble| trouble.message)?;
    let put = |file: &str, bytes: &[u8]| {
        out.write(file, bytes).map(|path| path.display().to_string()).map_err(|trouble| trouble.message)
    };
    let definition = put("form.yaml", made.draft.yaml.as_bytes())?;
    let template = made.template.as_ref().map(|bytes| put("form.docx", bytes)).transpose()?;
    Ok((definition, template))
}

fn tell(arguments: &Arguments, made: &Made, definition: &str, template: Option<&str>, emit: &mut Emit) {
    let blank = &arguments.blank;
    let folder = arguments.output.join(&made.draft.id);
    let place = |locus: &Locus, emit: &Emit| {
        let part = match locus.spot {
            Spot::Paragraph { part, .. } => part,
            _ => Part::Body,
        };
        catalogue::place_in(emit.language, part, locus)
    };
    if emit.format == Format::Json {
        let found: Vec<_> = made
            .notices
            .iter()
            .map(|notice| {
                json!({"at": notice.locus.to_string(), "place": place(&notice.locus, emit), "message": emit.say(&notice.message)})
            })
            .collect();
        let mistakes: Vec<_> = made.mistakes.iter().map(|mistake| template::json(mistake, emit)).collect();
        emit.json(&json!({
            "form": made.draft.id, "definition": definition, "template": template, "template_from": made.template.as_ref().map(|_| if made.plain { "definition" } else { "blank" }), "bands": made.draft.bands,
            "fields": made.draft.fields, "tags": made.tags, "not_understood": found, "mistakes": mistakes,
        }));
        return;
    }
    for notice in &made.notices {
        let text = emit.say(&notice.message);
        let line = match emit.format {
            Format::Short => format!("{blank}:{}: {text}\n", notice.locus),
            _ => format!("{text}\n  {} {blank}  {}\n", paint("-->", CYAN), place(&notice.locus, emit)),
        };
        emit.print(&line);
    }
    template::told(template.unwrap_or("form.docx"), &made.mistakes, emit);
    if emit.format != Format::Human {
        emit.print(&format!("{definition}\n{}", template.map(|file| format!("{file}\n")).unwrap_or_default()));
        return;
    }
    let message = Message::new("draft.written").with("definition", definition).with("bands", made.draft.bands);
    let message = message.with("fields", made.draft.fields).with("rest", made.draft.notices.len());
    let mut lines = vec![paint(&emit.say(&message), BOLD)];
    match template {
        Some(file) if made.plain => {
            lines.push(
                emit.say(&Message::new("draft.scaffold").with("template", file).with("tags", made.tags).with("file", blank)),
            );
        }
        Some(file) => lines.push(emit.say(&Message::new("draft.template").with("template", file).with("tags", made.tags))),
        None => lines.push(emit.say(&Message::new("draft.no_template").with("file", blank))),
    }
    let samples = folder.join("samples").display().to_string();
    lines.push(emit.say(&Message::new("draft.next").with("folder", samples).with("dir", folder.display())));
    emit.print(&format!("{}\n", lines.join("\n")));
}
