//! `biaozhun forms`: which forms are known, and the fields of one.

use super::emit::{BOLD, Emit, paint};
use super::library::{Library, Office};
use super::{Format, Status};
use biaozhun::catalogue;
use biaozhun::form::{FormDefinition, Shape};
use biaozhun::record::Path;
use biaozhun::yaml;
use clap::Args;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

#[derive(Args)]
pub struct Arguments {
    #[arg(value_name = "ID")]
    pub form: Option<String>,
    #[arg(long, requires = "form")]
    pub schema: bool,
    #[command(flatten)]
    pub office: Office,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let Some(library) = Library::open(&arguments.office, &[], emit) else { return Status::Failed };
    let Some(definitions) = library.definitions(arguments.form.as_deref(), emit) else { return Status::Failed };
    match (&arguments.form, definitions.first()) {
        (Some(_), Some(definition)) if arguments.schema => emit.json(&yaml::schema(definition)),
        (Some(_), Some(definition)) => one(definition, emit),
        _ => all(&definitions, emit),
    }
    Status::Clean
}

fn all(definitions: &[std::sync::Arc<FormDefinition>], emit: &mut Emit) {
    if emit.format == Format::Json {
        let forms = definitions.iter().map(|definition| {
            json!({
                "form": &*definition.id,
                "title": &*definition.title.text,
                "titles": definition.title.synonyms.iter().map(|title| &**title).collect::<Vec<_>>(),
                "rules": definition.rules.iter().map(|used| &used.rule).collect::<Vec<_>>(),
            })
        });
        let forms = forms.collect::<Vec<_>>();
        emit.json(&json!({"forms": forms}));
        return;
    }
    for definition in definitions {
        let line = match emit.format {
            Format::Short => format!("{}\n", definition.id),
            _ => format!("{}  {}\n", paint(&definition.id, BOLD), definition.title.text),
        };
        emit.print(&line);
    }
    if emit.format == Format::Human {
        let hint = emit.text("cli.forms_hint");
        emit.print(&format!("\n{hint}\n"));
    }
}

/// A field for the list: its address, its type, what the form prints for it.
struct Line {
    at: String,
    kind: String,
    label: String,
    required: bool,
    optional: bool,
}

fn one(definition: &FormDefinition, emit: &mut Emit) {
    let mut lines = Vec::new();
    walk(definition.shape(), &Path::root(), "", (false, ""), &mut lines, emit);
    if emit.format == Format::Json {
        let fields =
            lines.iter().map(|line| json!({"at": line.at, "type": line.kind, "label": line.label, "required": line.required, "optional": line.optional}));
        let fields = fields.collect::<Vec<_>>();
        emit.json(&json!({"form": &*definition.id, "title": &*definition.title.text, "fields": fields}));
        return;
    }
    let mut out = format!("{}  {}\n", paint(&definition.id, BOLD), definition.title.text);
    let pad = |text: &str, width: usize| format!("{text}{}", " ".repeat(width.saturating_sub(text.width())));
    let widest = lines.iter().map(|line| line.at.width()).max().unwrap_or(0);
    for line in &lines {
        let marks = [(line.required, "cli.required"), (line.optional, "cli.optional")];
        let marks: Vec<String> = marks.iter().filter(|(is, _)| *is).map(|(_, id)| emit.text(id)).collect();
        out.push_str(
            format!("  {}  {}  {}  {}", pad(&line.at, widest), pad(&line.kind, 12), pad(&line.label, 28), marks.join(" "))
                .trim_end(),
        );
        out.push('\n');
    }
    emit.print(&out);
}

fn walk(shape: &Shape, path: &Path, suffix: &str, (optional, label): (bool, &str), lines: &mut Vec<Line>, emit: &Emit) {
    match shape {
        Shape::Leaf(leaf) => {
            let id = format!("kind.{}", format!("{:?}", leaf.kind).to_lowercase());
            let kind = match emit.format {
                Format::Json => format!("{:?}", leaf.kind).to_lowercase(),
                _ => catalogue::text(emit.language, &id).into_owned(),
            };
            lines.push(Line {
                at: format!("{path}{suffix}"),
                kind,
                label: label.to_owned(),
                required: leaf.required,
                optional,
            });
        }
        Shape::List { item, .. } => {
            let at = format!("{path}{suffix}[]");
            walk_named(item, &at, (optional, label), lines, emit);
        }
        Shape::Map(entries) => {
            for entry in entries {
                let at = path.clone().key(entry.key.clone());
                walk(&entry.shape, &at, "", (entry.optional, &entry.label), lines, emit);
            }
        }
    }
}

/// Below a list, where a path has no index yet.
fn walk_named(shape: &Shape, at: &str, (optional, label): (bool, &str), lines: &mut Vec<Line>, emit: &Emit) {
    match shape {
        Shape::Map(entries) => {
            for entry in entries {
                let at = format!("{at}.{}", entry.key);
                match &entry.shape {
                    Shape::List { item, .. } => {
                        walk_named(item, &format!("{at}[]"), (entry.optional, &entry.label), lines, emit);
                    }
                    shape => walk_named(shape, &at, (entry.optional, &entry.label), lines, emit),
                }
            }
        }
        Shape::List { item, .. } => walk_named(item, &format!("{at}[]"), (optional, label), lines, emit),
        Shape::Leaf(_) => walk(shape, &Path::root(), at, (optional, label), lines, emit),
    }
}
