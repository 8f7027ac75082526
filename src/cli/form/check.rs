//! `biaozhun form check`: whether a form of one's own holds: its definition, its templates, and what becomes of its samples.
//!
//! Every sample is read among all forms that are known, as it will be in earnest; it must be recognised, nothing in it left
//! over, the record beside it (if one lies there) the same, and what is printed from it must read back as the same data.

use crate::cli::emit::{BOLD, CYAN, Emit, GREEN, RED, YELLOW, paint};
use crate::cli::library::{Library, Office};
use crate::cli::{Format, Status, input, report, template};
use biaozhun::diag::{Error, Message, TagMistake};
use biaozhun::form::{FormDefinition, Shape, load};
use biaozhun::pipeline::{self, Checked, Converter, Fix, Print, Printer};
use biaozhun::record::{Path as Field, Record, Step};
use biaozhun::render::{self, TemplateSet};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
pub struct Arguments {
    #[arg(required = true, value_name = "DIR")]
    pub folder: PathBuf,
    #[arg(value_name = "SAMPLE")]
    pub samples: Vec<String>,
    #[command(flatten)]
    pub office: Office,
}

/// Texts of pieces left over that are told of one sample.
const PIECES: usize = 5;

/// How much a thing matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Good to know.
    Note,
    /// To be mended.
    Fault,
}

/// What is to be said of a file.
struct Said {
    file: String,
    weight: Weight,
    message: Message,
}

/// What became of one form.
#[derive(Default)]
struct Outcome {
    form: String,
    said: Vec<Said>,
    mistakes: Vec<(String, Vec<TagMistake>)>,
    /// Why files could not be used.
    errors: Vec<(String, Error)>,
    samples: Vec<String>,
    /// Samples of which nothing is to be mended.
    sound: usize,
    never_filled: Vec<String>,
    never_met: Vec<String>,
    /// Something could not be used at all.
    failed: bool,
}

impl Outcome {
    fn say(&mut self, file: &str, weight: Weight, message: Message) {
        self.said.push(Said { file: file.to_owned(), weight, message });
    }

    /// How much there is to be mended.
    fn faults(&self) -> usize {
        self.errors.len() + self.said.iter().filter(|said| said.weight == Weight::Fault).count()
    }

    fn status(&self) -> Status {
        let faults = self.said.iter().any(|said| said.weight == Weight::Fault);
        let mistakes = self.mistakes.iter().any(|(_, mistakes)| !mistakes.is_empty());
        match self.failed {
            true => Status::Failed,
            false if faults || mistakes => Status::Findings,
            false => Status::Clean,
        }
    }
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let folders = match folders(&arguments.folder) {
        Ok(folders) => folders,
        Err(message) => {
            let text = emit.say(&message);
            emit.error(&text);
            return Status::Failed;
        }
    };
    let mut status = Status::Clean;
    let mut forms = Vec::new();
    for folder in folders {
        let file = folder.join("form.yaml").display().to_string();
        let text = match input::bytes(&file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) {
            Ok(text) => text,
            Err(trouble) => {
                let text = emit.say(&trouble.message);
                emit.error(&text);
                status = Status::Failed;
                continue;
            }
        };
        let own = siblings(&folder);
        let definition = match pipeline::load_definition_among(&file, &text, &own) {
            Ok(definition) => Arc::new(definition),
            Err(error) => {
                status = Status::Failed;
                match emit.format {
                    Format::Json => forms.push(json!({"definition": file, "error": report::error_json(&error, emit)})),
                    _ => report::failure(&file, &error, Some(&text), emit),
                }
                continue;
            }
        };
        let Some(library) = Library::open(&arguments.office, &[], emit) else { return Status::Failed };
        let Some(others) = library.definitions(None, emit) else { return Status::Failed };
        let outcome = check(&folder, &definition, &others, &arguments.samples);
        status = status.max(outcome.status());
        match emit.format {
            Format::Json => forms.push(json(&outcome, &file, emit)),
            _ => tell(&outcome, &file, emit),
        }
    }
    if emit.format == Format::Json {
        emit.json(&json!({"forms": forms}));
    }
    status
}

/// The folders of forms that are meant: this one, or those in it.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, Message> {
    if folder.join("form.yaml").is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|error| input::io_message("cli.read", &folder.display().to_string(), &error))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("form.yaml").is_file())
        .collect();
    found.sort();
    match found.is_empty() {
        true => Err(Message::new("form_check.no_form").with("folder", folder.display())),
        false => Ok(found),
    }
}

/// The definitions beside this one, which it may build on.
fn siblings(folder: &Path) -> Vec<load::Own> {
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        // `.` is a name like any other only when it is spelt out.
        _ => folder.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default(),
    };
    crate::cli::library::sources(&parent)
}

fn check(folder: &Path, definition: &Arc<FormDefinition>, others: &[Arc<FormDefinition>], given: &[String]) -> Outcome {
    let mut outcome = Outcome { form: definition.id.to_string(), ..Outcome::default() };
    let set = templates(folder, definition, &mut outcome);
    let mut known = vec![definition.clone()];
    known.extend(others.iter().filter(|other| other.id != definition.id).cloned());
    let all = Converter::new(&known);
    let alone = Converter::new(std::slice::from_ref(definition));
    let printer = Printer::with_templates([set]);
    let samples = if given.is_empty() { samples(folder) } else { given.to_vec() };
    let (mut filled, mut texts) = (Vec::new(), String::new());
    for file in &samples {
        let before = outcome.faults();
        match input::bytes(file) {
            Err(trouble) => {
                outcome.failed = true;
                outcome.say(file, Weight::Fault, trouble.message);
            }
            Ok(bytes) => {
                let work = || sample(file, &bytes, definition, (&all, &alone), &printer);
                match input::guarded(work) {
                    Err(error) => {
                        outcome.failed = true;
                        outcome.errors.push((file.clone(), error));
                    }
                    Ok(seen) => {
                        seen.said.into_iter().for_each(|(weight, message)| outcome.say(file, weight, message));
                        outcome.failed |= !seen.failed.is_empty();
                        for error in seen.failed {
                            // A template fails every sample alike.
                            if !outcome.errors.iter().any(|(_, known)| *known == error) {
                                outcome.errors.push((file.clone(), error));
                            }
                        }
                        filled.extend(seen.filled);
                        texts.push_str(&seen.texts);
                    }
                }
            }
        }
        outcome.sound += usize::from(outcome.faults() == before);
    }
    if !samples.is_empty() {
        outcome.never_filled = addresses(definition).into_iter().filter(|address| !filled.contains(address)).collect();
        let wordings = definition.labels().into_iter().flat_map(|label| label.wordings());
        let mut never: Vec<String> =
            wordings.filter(|wording| !texts.contains(&fold(wording))).map(ToString::to_string).collect();
        never.dedup();
        outcome.never_met = never;
    }
    outcome.samples = samples;
    outcome
}

/// The form's own templates, looked at; those with mistakes are not used.
fn templates(folder: &Path, definition: &Arc<FormDefinition>, outcome: &mut Outcome) -> TemplateSet {
    let mut set = TemplateSet::none(definition.clone());
    let word = folder.join("form.docx");
    if word.is_file() {
        let file = word.display().to_string();
        let pictures = crate::cli::library::pictures(&folder.join("pictures")).unwrap_or_default();
        match input::bytes(&file) {
            Err(trouble) => {
                outcome.failed = true;
                outcome.say(&file, Weight::Fault, trouble.message);
            }
            Ok(bytes) => match input::guarded(|| render::inspect_with(&bytes, &file, definition, &pictures)) {
                Err(Error::Word { mistakes, .. }) => {
                    outcome.failed = true;
                    outcome.mistakes.push((file, mistakes));
                }
                Err(error) => {
                    outcome.failed = true;
                    outcome.errors.push((file, error));
                }
                Ok(inspection) if inspection.mistakes.is_empty() => {
                    let unused =
                        render::named_fields(definition).into_iter().filter(|field| !inspection.used.contains(&field.at));
                    let unused: Vec<String> = unused.map(|field| field.at).collect();
                    if !unused.is_empty() {
                        let message = Message::new("form_check.not_in_template").with("fields", unused.join(", "));
                        outcome.say(&file, Weight::Note, message);
                    }
                    set.docx = Some(bytes.into());
                    set.docx_file = Some(file);
                    set.pictures = pictures;
                }
                Ok(inspection) => outcome.mistakes.push((file, inspection.mistakes)),
            },
        }
    }
    let page = folder.join("form.html");
    if page.is_file() {
        let file = page.display().to_string();
        match input::bytes(&file).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(text) => {
                set.html = Some(text.into());
                set.html_file = Some(file);
            }
            None => {
                outcome.failed = true;
                outcome.say(&file, Weight::Fault, Message::new("form_check.no_text"));
            }
        }
    }
    set
}

/// The files in the folder of samples; a record beside its source is what should come out of that.
fn samples(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("samples")).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.is_file() && !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    files.sort();
    let sources: Vec<&PathBuf> = files.iter().filter(|path| !is_yaml(path)).collect();
    let wanted = |path: &PathBuf| sources.iter().any(|source| goldens(source).contains(path));
    files.iter().filter(|path| !wanted(path)).map(|path| path.display().to_string()).collect()
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// What the record beside a source may be called: `a.yaml` or `a.txt.yaml`.
fn goldens(source: &Path) -> [PathBuf; 2] {
    let whole = source.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    [source.with_extension("yaml"), source.with_file_name(format!("{whole}.yaml"))]
}

/// What was seen of a sample.
#[derive(Default)]
struct Seen {
    said: Vec<(Weight, Message)>,
    /// Addresses of fields that have a value.
    filled: Vec<String>,
    /// All its text, folded.
    texts: String,
    /// Why it could not be printed.
    failed: Vec<Error>,
}

fn sample(
    file: &str,
    bytes: &[u8],
    definition: &Arc<FormDefinition>,
    (all, alone): (&Converter, &Converter),
    printer: &Printer,
) -> Result<Seen, Error> {
    let mut seen = Seen::default();
    let mut faults = Vec::new();
    let mut fault = |message: Message| faults.push((Weight::Fault, message));
    let conversion = match input::convert(file, bytes, all, Fix::Auto) {
        Err(Error::NoForm(_)) => {
            fault(Message::new("form_check.not_recognised").with("form", &definition.id));
            input::convert(file, bytes, alone, Fix::Auto)?
        }
        other => other?,
    };
    let (own, others): (Vec<&Checked>, Vec<&Checked>) =
        conversion.forms.iter().partition(|form| *form.record.form == *definition.id);
    for other in others.iter().filter(|_| own.is_empty()) {
        let message = Message::new("form_check.taken_for").with("form", &other.record.form);
        fault(message);
    }
    for form in &own {
        let left = &form.record.unplaced;
        for piece in left.iter().take(PIECES) {
            let message =
                Message::new("form_check.left_over").with("text", piece.text.split_whitespace().collect::<Vec<_>>().join(" "));
            fault(message.with("place", piece.locus));
        }
        if left.len() > PIECES {
            fault(Message::new("form_check.more_left").with("count", left.len() - PIECES));
        }
        for word in [true, false] {
            match read_back(form, alone, printer, word) {
                Ok(message) => message.into_iter().for_each(&mut fault),
                Err(error) => seen.failed.push(error),
            }
        }
    }
    if let [form] = own[..]
        && let Some(golden) = goldens(Path::new(file)).into_iter().find(|golden| golden.is_file() && !is_yaml(Path::new(file)))
    {
        let made = pipeline::yaml_text(form, biaozhun::catalogue::Language::Chinese);
        let name = golden.display().to_string();
        let wanted = input::bytes(&name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        if let Some((line, now)) = differs(&wanted, &made) {
            fault(Message::new("form_check.other_record").with("golden", name).with("line", line).with("now", now));
        }
    }
    seen.said.append(&mut faults);
    let findings = own.iter().flat_map(|form| form.all_findings()).count();
    if findings > 0 {
        seen.said.push((Weight::Note, Message::new("form_check.findings").with("count", findings)));
    }
    for form in own {
        form.record.each_leaf(&mut |path, leaf| {
            if !leaf.text.is_empty() {
                seen.filled.push(address(path));
            }
        });
    }
    seen.texts = conversion.document.cells().map(|cell| fold(&cell.text)).collect();
    Ok(seen)
}

/// Prints a form and reads it again: what is not the same.
fn read_back(form: &Checked, alone: &Converter, printer: &Printer, word: bool) -> Result<Option<Message>, Error> {
    let print = Print { language: biaozhun::catalogue::Language::Chinese, appendix: false };
    let printed = match word {
        true => printer.docx(form, print)?,
        false => printer.html(form, print)?.into_bytes(),
    };
    let kind = if word { "DOCX" } else { "HTML" };
    let back = match alone.convert(&printed, Fix::Auto) {
        Ok(back) => back,
        Err(_) => return Ok(Some(Message::new("form_check.not_back").with("kind", kind))),
    };
    let Some(again) = back.forms.first() else { return Ok(Some(Message::new("form_check.not_back").with("kind", kind))) };
    let leaves = |record: &Record| {
        let mut leaves: Vec<(String, String)> = Vec::new();
        record.each_leaf(&mut |path, leaf| {
            if !leaf.text.is_empty() {
                leaves.push((path.to_string(), leaf.text.split_whitespace().collect()));
            }
        });
        leaves
    };
    let (before, behind) = (leaves(&form.record), leaves(&again.record));
    let lost = before.iter().find(|leaf| !behind.contains(leaf));
    Ok(lost.map(|(at, text)| {
        let now = behind.iter().find(|(other, _)| other == at).map_or("", |(_, text)| text.as_str());
        Message::new("form_check.printed_otherwise").with("kind", kind).with("at", at).with("text", text).with("now", now)
    }))
}

/// The data of a record, with the numbers of its lines: the rest is worded in some language, and knows where the source lay.
fn data(yaml: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = yaml.lines().zip(1..).skip_while(|(line, _)| !line.starts_with("data:"));
    let own =
        lines.enumerate().take_while(|(index, (line, _))| *index == 0 || line.is_empty() || line.starts_with([' ', '-', '#']));
    own.map(|(_, (line, number))| (number, line))
}

/// The first line of the wanted data that is another one now, and what it is.
fn differs(wanted: &str, made: &str) -> Option<(usize, String)> {
    let (mut wanted, mut made) = (data(wanted), data(made));
    let mut last = 1;
    loop {
        match (wanted.next(), made.next()) {
            (None, None) => return None,
            (Some((number, one)), Some((_, other))) if one == other => last = number,
            (one, other) => {
                let number = one.map_or(last + 1, |(number, _)| number);
                return Some((number, other.map_or("", |(_, line)| line).trim().to_owned()));
            }
        }
    }
}

/// `projects[].name`.
fn address(path: &Field) -> String {
    let mut out = String::new();
    for step in &path.0 {
        match step {
            Step::Key(key) if out.is_empty() => out.push_str(key),
            Step::Key(key) => out.push_str(&format!(".{key}")),
            Step::Index(_) => out.push_str("[]"),
        }
    }
    out
}

/// The addresses of all fields.
fn addresses(definition: &FormDefinition) -> Vec<String> {
    fn walk(shape: &Shape, at: &str, found: &mut Vec<String>) {
        match shape {
            Shape::Leaf(_) => found.push(at.to_owned()),
            Shape::List { item, .. } => walk(item, &format!("{at}[]"), found),
            Shape::Map(entries) => {
                for entry in entries {
                    let at = if at.is_empty() { entry.key.to_string() } else { format!("{at}.{}", entry.key) };
                    walk(&entry.shape, &at, found);
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(definition.shape(), "", &mut found);
    found
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(biaozhun::value::notation::fold).collect()
}

fn tell(outcome: &Outcome, definition: &str, emit: &mut Emit) {
    for (file, mistakes) in &outcome.mistakes {
        template::told(file, mistakes, emit);
    }
    for (file, error) in &outcome.errors {
        report::failure(file, error, None, emit);
    }
    for said in &outcome.said {
        let text = emit.say(&said.message);
        let style = if said.weight == Weight::Fault { RED } else { YELLOW };
        let line = match emit.format {
            Format::Short => format!("{}: {text}\n", said.file),
            _ => format!("{}: {text}\n", paint(&said.file, style)),
        };
        emit.print(&line);
    }
    if emit.format != Format::Human {
        return;
    }
    let separator = emit.text("print.separator");
    for (id, list) in [("form_check.never_filled", &outcome.never_filled), ("form_check.never_met", &outcome.never_met)] {
        if !list.is_empty() {
            let word = emit.text(id);
            emit.print(&format!("{} {}\n", paint(&word, CYAN), list.join(&separator)));
        }
    }
    if outcome.samples.is_empty() {
        let folder = Path::new(definition).with_file_name("samples").display().to_string();
        let text = emit.say(&Message::new("form_check.no_samples").with("folder", folder));
        emit.print(&format!("{text}\n"));
    }
    let message = Message::new("form_check.sum").with("form", &outcome.form).with("samples", outcome.samples.len());
    let text = emit.say(&message.with("sound", outcome.sound));
    let style = if outcome.status() == Status::Clean { GREEN } else { BOLD };
    emit.print(&format!("{}\n", paint(&text, style)));
}

fn json(outcome: &Outcome, definition: &str, emit: &Emit) -> Value {
    let said: Vec<Value> = outcome
        .said
        .iter()
        .map(|said| {
            let severity = if said.weight == Weight::Fault { "error" } else { "info" };
            let id = said.message.id.trim_start_matches("form_check.");
            json!({"file": said.file, "severity": severity, "id": id, "message": emit.say(&said.message)})
        })
        .collect();
    let mistakes = outcome.mistakes.iter().flat_map(|(file, mistakes)| mistakes.iter().map(move |mistake| (file, mistake)));
    let mistakes: Vec<Value> = mistakes
        .map(|(file, mistake)| {
            let mut value = template::json(mistake, emit);
            value["file"] = json!(file);
            value
        })
        .collect();
    let errors: Vec<Value> =
        outcome.errors.iter().map(|(file, error)| json!({"file": file, "error": report::error_json(error, emit)})).collect();
    json!({
        "form": outcome.form, "definition": definition, "holds": outcome.status() == Status::Clean, "samples": outcome.samples,
        "sound": outcome.sound, "said": said, "errors": errors, "mistakes": mistakes, "never_filled": outcome.never_filled,
        "never_met": outcome.never_met,
    })
}
