//! The forms and templates that a run works with: the office's own, found before those that come with the program.
//!
//! An office's folder has one folder per form, named as the form: `ID/form.yaml`, `ID/form.docx`, `ID/form.html`. A folder
//! without a definition holds templates for a form that is built in. Which folder it is, the command line says, or the config
//! file. Every mistake in it is told before any work is done, save those inside templates, which are told where they are used.

use super::emit::Emit;
use super::input::{self, Trouble, io_message};
use super::{config, report};
use biaozhun::diag::{Error, Message, Mistake};
use biaozhun::form::{FormDefinition, load};
use biaozhun::limits;
use biaozhun::pipeline;
use biaozhun::render::{Pictures, TemplateSet};
use biaozhun::yaml_tree;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

// The office's own forms and templates.
#[derive(Args)]
pub struct Office {
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
}

/// The files of a form in its folder.
const DEFINITION: &str = "form.yaml";
const WORD: &str = "form.docx";
const PAGE: &str = "form.html";
/// Beside a Word template: what its tags may show.
const PICTURES: &str = "pictures";

/// A file's name for messages, and what is in it.
type Named<T> = (String, T);

/// A form's folder.
struct Folder {
    /// The name of the form.
    id: String,
    /// None where the form is a built-in one.
    definition: Option<Arc<FormDefinition>>,
    word: Option<Named<Vec<u8>>>,
    page: Option<Named<String>>,
    pictures: Pictures,
}

/// All forms of a run.
#[derive(Default)]
pub struct Library {
    folders: Vec<Folder>,
    /// The texts of the office's definitions, for others that build on them.
    sources: Vec<load::Own>,
}

/// Why a folder of templates cannot be used.
enum Wrong {
    File(Message),
    Definition { file: String, error: Error, text: String },
}

impl From<Trouble> for Wrong {
    fn from(trouble: Trouble) -> Self {
        Wrong::File(trouble.message)
    }
}

impl Library {
    /// The office's forms, by the command line or the config file that holds for these inputs; told and `None` where there
    /// is something wrong with them.
    pub fn open(office: &Office, inputs: &[String], emit: &mut Emit) -> Option<Library> {
        // No form of the program's own is left out in silence.
        for error in load::builtin_faults() {
            report::failure("", &Error::Internal(error.to_string()), None, emit);
        }
        if !load::builtin_faults().is_empty() {
            return None;
        }
        let folder = match &office.templates {
            Some(folder) => Some(folder.clone()),
            None => match config::find(inputs) {
                Ok(config) => config.and_then(|config| config.templates),
                Err(wrong) => {
                    wrong.tell(emit);
                    return None;
                }
            },
        };
        let Some(folder) = folder else { return Some(Library::default()) };
        let sources = sources(&folder);
        let (folders, wrong) = read(&folder, &sources);
        for wrong in &wrong {
            match wrong {
                Wrong::File(message) => {
                    let text = emit.say(message);
                    emit.error(&text);
                }
                Wrong::Definition { file, error, text } => report::failure(file, error, Some(text), emit),
            }
        }
        wrong.is_empty().then_some(Library { folders, sources })
    }

    /// The definitions to use: all that are known, the one with the id that was asked for, or one read from a file.
    pub fn definitions(&self, form: Option<&str>, emit: &mut Emit) -> Option<Vec<Arc<FormDefinition>>> {
        let own: Vec<Arc<FormDefinition>> = self.folders.iter().filter_map(|folder| folder.definition.clone()).collect();
        input::definitions(form, &own, &self.sources, emit)
    }

    /// The templates of these forms.
    pub fn templates(&self, definitions: &[Arc<FormDefinition>]) -> Vec<TemplateSet> {
        definitions.iter().map(|definition| self.template_set(definition)).collect()
    }

    fn template_set(&self, definition: &Arc<FormDefinition>) -> TemplateSet {
        let folder = self.folders.iter().find(|folder| match &folder.definition {
            Some(own) => Arc::ptr_eq(own, definition),
            None => folder.id == *definition.id,
        });
        let Some(folder) = folder else { return TemplateSet::built_in(definition.clone()) };
        // Templates that come with the program fit its own definition and no other of that name.
        let mut set = match folder.definition {
            Some(_) => TemplateSet::none(definition.clone()),
            None => TemplateSet::built_in(definition.clone()),
        };
        if let Some((file, bytes)) = &folder.word {
            set.docx = Some(bytes.clone().into());
            set.docx_file = Some(file.clone());
            set.pictures = folder.pictures.clone();
        }
        if let Some((file, text)) = &folder.page {
            set.html = Some(text.clone().into());
            set.html_file = Some(file.clone());
        }
        set
    }
}

/// The texts of all definitions that can be read; why others cannot, is told when they are.
pub fn sources(folder: &Path) -> Vec<load::Own> {
    let source = |path: PathBuf| {
        let id = path.file_name()?.to_string_lossy().into_owned();
        let text = String::from_utf8(input::bytes(&path.join(DEFINITION).display().to_string()).ok()?).ok()?;
        Some(load::Own { id, text })
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    paths.into_iter().filter_map(source).collect()
}

/// The folders of all forms, in the order of their names, and what is wrong with them.
fn read(folder: &Path, sources: &[load::Own]) -> (Vec<Folder>, Vec<Wrong>) {
    let shown = folder.display().to_string();
    if !folder.is_dir() {
        let id = if folder.exists() { "office.no_folder" } else { "office.not_found" };
        return (Vec::new(), vec![Wrong::File(Message::new(id).with("file", shown))]);
    }
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return (Vec::new(), vec![Wrong::File(io_message("cli.read", &shown, &error))]),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    let (mut folders, mut wrong) = (Vec::new(), Vec::new());
    for path in paths {
        match one(&path, sources) {
            Ok(found) => folders.extend(found),
            Err(found) => wrong.push(found),
        }
    }
    (folders, wrong)
}

/// One form's folder; none where there is nothing of a form in it.
fn one(path: &Path, sources: &[load::Own]) -> Result<Option<Folder>, Wrong> {
    let id = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if id.starts_with('.') {
        return Ok(None);
    }
    let file = |name: &str| path.join(name).display().to_string();
    let content = |name: &str| match path.join(name).is_file() {
        true => input::bytes(&file(name)).map(|bytes| Some((file(name), bytes))),
        false => Ok(None),
    };
    let (definition, word, page) = (content(DEFINITION)?, content(WORD)?, content(PAGE)?);
    if definition.is_none() && word.is_none() && page.is_none() {
        return match stray(path) {
            Some(stray) => Err(Wrong::File(Message::new("office.no_form").with("folder", path.display()).with("found", stray))),
            None => Ok(None),
        };
    }
    let page = match page {
        Some((file, bytes)) => Some((file.clone(), text(&file, bytes)?)),
        None => None,
    };
    let definition = match definition {
        Some((file, bytes)) => Some(define(&file, text(&file, bytes)?, &id, sources)?),
        None if load::builtin().iter().any(|known| *known.id == *id) => None,
        None => {
            let known: Vec<&str> = load::builtin().iter().map(|known| &*known.id).collect();
            let message = Message::new("office.unknown_form").with("folder", path.display()).with("form", &id);
            return Err(Wrong::File(message.with("known", known.join(", "))));
        }
    };
    let pictures = pictures(&path.join(PICTURES))?;
    Ok(Some(Folder { id, definition, word, page, pictures }))
}

/// The folder of pictures beside a template.
pub fn beside(template: &Path) -> PathBuf {
    template.parent().unwrap_or(Path::new("")).join(PICTURES)
}

/// The pictures of a folder; none where there is no such folder.
pub fn pictures(folder: &Path) -> Result<Pictures, Trouble> {
    let shown = folder.display().to_string();
    if !folder.is_dir() {
        return Ok(Pictures::new(&shown, []));
    }
    let entries = std::fs::read_dir(folder).map_err(|error| io_message("cli.read", &shown, &error))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.file_name().to_string_lossy().into_owned())).collect();
    names.retain(|name| Pictures::may_be(name) && folder.join(name).is_file());
    names.sort();
    let mut files = Vec::new();
    let mut total = 0;
    for name in names {
        let path = folder.join(&name);
        let size = std::fs::metadata(&path).map(|data| data.len()).unwrap_or(u64::MAX);
        // A file that is too large is told where a tag names it.
        let bytes = match size <= limits::PICTURE_BYTES && total + size <= limits::PICTURES_BYTES {
            true => Some(input::bytes(&path.display().to_string())?),
            false => None,
        };
        total += if bytes.is_some() { size } else { 0 };
        files.push((name, bytes));
    }
    Ok(Pictures::new(&shown, files))
}

/// A file that looks as if it were meant for a form, in a folder without any that is.
fn stray(path: &Path) -> Option<String> {
    let entries = std::fs::read_dir(path).ok()?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.file_name().to_string_lossy().into_owned())).collect();
    names.sort();
    names.into_iter().find(|name| {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        matches!(ending.as_str(), "yaml" | "yml" | "docx" | "html" | "htm")
    })
}

fn text(file: &str, bytes: Vec<u8>) -> Result<String, Wrong> {
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Wrong::File(Message::new("office.not_utf8").with("file", file).with("line", line))
    })
}

fn define(file: &str, text: String, id: &str, sources: &[load::Own]) -> Result<Arc<FormDefinition>, Wrong> {
    let wrong = |error: Error, text: String| Wrong::Definition { file: file.to_owned(), error, text };
    match pipeline::load_definition_among(file, &text, sources) {
        Err(error) => Err(wrong(error, text)),
        Ok(definition) if *definition.id == *id => Ok(Arc::new(definition)),
        Ok(definition) => {
            let message = Message::new("office.other_name").with("form", &definition.id).with("folder", id);
            let mistakes = vec![place_of_name(&text, message)];
            Err(wrong(Error::Definition { file: file.to_owned(), mistakes }, text))
        }
    }
}

/// A mistake where a definition says what it is called.
fn place_of_name(text: &str, message: Message) -> Mistake {
    let place = yaml_tree::parse(text).ok().and_then(|(root, _)| match root.value {
        yaml_tree::Value::Map(entries) => entries.into_iter().find(|(key, _)| key.text == "form").map(|(_, value)| value.place),
        _ => None,
    });
    match place {
        Some(place) => place.mistake(message),
        None => Mistake { line: 1, column: 1, message },
    }
}
