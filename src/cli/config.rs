//! The config file of an office, `biaozhun.toml`: looked for from the inputs' folder upwards; all its mistakes told at once.
//!
//! Knows which keys there are and what type each has, not what is done with them. A key is one arm of [`read`], one field of
//! [`Config`] and one entry of [`KEYS`].

use super::emit::Emit;
use super::{input, report};
use biaozhun::diag::{Loudness, Message, Mistake};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// What the file is called.
pub const FILE: &str = "biaozhun.toml";

/// The keys that may stand in it.
const KEYS: [&str; 4] = ["templates", "select", "ignore", "severity"];

/// The folder that is taken for the office's templates where the file names none.
const TEMPLATES: &str = "templates";

/// What an office has settled for its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The file itself.
    pub file: PathBuf,
    /// The folder of the office's templates: the one that is named, or `templates` beside the file where there is one.
    pub templates: Option<PathBuf>,
    /// Codes of rules or their beginnings: only these are told, these are not.
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    /// How much the findings of rules matter.
    pub severity: Vec<(String, Loudness)>,
}

/// Why a config file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The file as such.
    File(Message),
    /// What stands in it.
    Content { file: PathBuf, text: String, mistakes: Vec<Mistake> },
}

impl Wrong {
    /// Tells it.
    pub fn tell(&self, emit: &mut Emit) {
        match self {
            Wrong::File(message) => {
                let text = emit.say(message);
                emit.error(&text);
            }
            Wrong::Content { file, text, mistakes } => report::told(&file.display().to_string(), mistakes, Some(text), emit),
        }
    }
}

/// The config file that holds for these inputs; without any, that of the current folder. None is no mistake, two are one.
pub fn find(inputs: &[String]) -> Result<Option<Config>, Wrong> {
    let mut found: Option<Option<PathBuf>> = None;
    for input in inputs {
        let file =
            if input == "-" { above(Path::new(".")) } else { above(Path::new(input).parent().unwrap_or(Path::new("."))) };
        match &found {
            None => found = Some(file),
            Some(first) if *first == file => {}
            Some(first) => {
                let shown = |file: &Option<PathBuf>| file.as_ref().map_or_else(|| "-".to_owned(), |f| f.display().to_string());
                return Err(Wrong::File(
                    Message::new("config.several").with("first", shown(first)).with("second", shown(&file)),
                ));
            }
        }
    }
    match found.unwrap_or_else(|| above(Path::new("."))) {
        Some(file) => open(file).map(Some),
        None => Ok(None),
    }
}

/// The nearest file in a folder and those above it; as short as can be said from where we stand.
fn above(folder: &Path) -> Option<PathBuf> {
    let here = std::path::absolute(".").ok()?;
    // The folder of a bare name is the current one.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = std::path::absolute(folder).ok()?;
    let file = folder.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file())?;
    Some(file.strip_prefix(&here).map_or(file.clone(), Path::to_owned))
}

fn open(file: PathBuf) -> Result<Config, Wrong> {
    let bytes = input::bytes(&file.display().to_string()).map_err(|trouble| Wrong::File(trouble.message))?;
    let (text, decoded) = match String::from_utf8(bytes) {
        Ok(text) => (text, Ok(())),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Err(at))
        }
    };
    if let Err(at) = decoded {
        let mistakes = vec![mistake(&text, at, Message::new("config.not_utf8"))];
        return Err(Wrong::Content { file, text, mistakes });
    }
    let (config, mistakes) = read(&file, &text);
    if mistakes.is_empty() { Ok(config) } else { Err(Wrong::Content { file, text, mistakes }) }
}

/// What stands in a file, and all that is wrong with it.
fn read(file: &Path, text: &str) -> (Config, Vec<Mistake>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut config =
        Config { file: file.to_owned(), templates: None, select: Vec::new(), ignore: Vec::new(), severity: Vec::new() };
    let mut mistakes = Vec::new();
    let mut wrong = |range: Range<usize>, message: Message| mistakes.push(mistake(text, range.start, message));
    let (table, faults) = DeTable::parse_recoverable(text);
    for fault in faults {
        // What the library says is English and about its grammar; that a key stands twice is the one thing worth telling apart.
        let range = fault.span().unwrap_or(0..0);
        let message = match fault.message().contains("duplicate key") {
            true => Message::new("config.twice").with("key", text.get(range.clone()).unwrap_or_default()),
            false => Message::new("config.syntax"),
        };
        wrong(range, message);
    }
    let mut templates = None;
    for (key, value) in table.get_ref() {
        match (&**key.get_ref(), value.get_ref()) {
            ("templates", DeValue::String(named)) => templates = Some((value.span(), named.to_string())),
            ("templates", _) => wrong(value.span(), Message::new("config.expected_text").with("key", "templates")),
            ("select", value) => config.select = rules(value, key.span(), "select", &mut wrong),
            ("ignore", value) => config.ignore = rules(value, key.span(), "ignore", &mut wrong),
            ("severity", DeValue::Table(levels)) => config.severity = severities(levels, &mut wrong),
            ("severity", _) => wrong(value.span(), Message::new("config.expected_levels").with("key", "severity")),
            (name, _) => {
                let message = Message::new("config.unknown_key").with("key", name).with("allowed", KEYS.join(", "));
                wrong(key.span(), message);
            }
        }
    }
    config.templates = match templates {
        Some((range, named)) => {
            let path = folder.join(&named);
            if !path.is_dir() {
                wrong(range, Message::new("config.no_folder").with("folder", &named));
            }
            Some(path)
        }
        None => Some(folder.join(TEMPLATES)).filter(|path| path.is_dir()),
    };
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    mistakes.dedup();
    (config, mistakes)
}

/// A list of codes of rules or their beginnings.
fn rules(value: &DeValue<'_>, at: Range<usize>, key: &str, wrong: &mut impl FnMut(Range<usize>, Message)) -> Vec<String> {
    let DeValue::Array(items) = value else {
        wrong(at, Message::new("config.expected_rules").with("key", key));
        return Vec::new();
    };
    let mut names = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::String(word) => match biaozhun::rules::family(word) {
                Some(name) => names.push(name),
                None => wrong(item.span(), Message::new("cli.no_such_rules").with("code", word)),
            },
            _ => wrong(item.span(), Message::new("config.expected_rules").with("key", key)),
        }
    }
    names
}

/// `V005 = "info"`.
fn severities(levels: &DeTable<'_>, wrong: &mut impl FnMut(Range<usize>, Message)) -> Vec<(String, Loudness)> {
    let mut known = Vec::new();
    for (name, value) in levels {
        let level = match value.get_ref() {
            DeValue::String(word) => Loudness::WORDS.iter().find(|(known, _)| known == word).map(|(_, level)| *level),
            _ => None,
        };
        match (biaozhun::rules::family(name.get_ref()), level) {
            (Some(name), Some(level)) => known.push((name, level)),
            (None, _) => wrong(name.span(), Message::new("cli.no_such_rules").with("code", name.get_ref())),
            (_, None) => {
                let words = Loudness::WORDS.map(|(word, _)| word).join(", ");
                wrong(value.span(), Message::new("config.no_level").with("allowed", words));
            }
        }
    }
    known
}

/// A mistake at a byte.
fn mistake(text: &str, at: usize, message: Message) -> Mistake {
    let before = text.get(..at).unwrap_or(text);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let line = count(before.matches('\n').count() + 1);
    let column = count(before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
    Mistake { line, column, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(u32, u32, &'static str)> {
        let (_, mistakes) = read(Path::new("no-such-folder/biaozhun.toml"), text);
        mistakes.iter().map(|m| (m.line, m.column, m.message.id)).collect()
    }

    #[test]
    fn every_mistake_has_its_line_and_column() {
        assert_eq!(told("# 注\n\n"), []);
        assert_eq!(told("templates = 5\n"), [(1, 13, "config.expected_text")]);
        assert_eq!(told("# 模板\nx = 1\ntemplates = \"表\"\n"), [(2, 1, "config.unknown_key"), (3, 13, "config.no_folder")]);
        let twice = told("templates = \"a\"\ntemplates = \"b\"\n");
        assert!(twice.contains(&(2, 1, "config.twice")), "{twice:?}");
        let broken = told("x = \ntemplates = 甲\n");
        assert!(broken.iter().any(|(line, _, id)| (*line, *id) == (1, "config.syntax")), "{broken:?}");
        assert!(broken.iter().any(|(line, _, id)| (*line, *id) == (2, "config.syntax")), "{broken:?}");
    }

    #[test]
    fn folders_are_found_from_the_file_and_the_file_from_the_input() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        put("a/biaozhun.toml", "templates = \"mine\"\n");
        put("a/mine/x", "");
        put("a/deep/er/form.txt", "");
        put("b/biaozhun.toml", "");
        put("b/templates/x", "");
        let of = |files: &[&str]| {
            let files: Vec<String> = files.iter().map(|file| folder.path().join(file).display().to_string()).collect();
            find(&files).map(|config| config.and_then(|config| config.templates))
        };
        assert_eq!(of(&["a/deep/er/form.txt", "a/x.txt"]), Ok(Some(folder.path().join("a/mine"))));
        assert_eq!(of(&["b/x.txt"]), Ok(Some(folder.path().join("b/templates"))));
        assert!(matches!(of(&["a/x.txt", "b/x.txt"]), Err(Wrong::File(message)) if message.id == "config.several"));
    }
}
