//! What a batch works on: files, folders with all that is in them, patterns, archives of submissions, lists of these on
//! standard input. Everything that is there becomes an [`Input`] or is passed over with a reason; nothing is read but
//! directories. What lies in an archive, [`super::archive`] says.

use super::archive;
use crate::cli::input::io_message;
use biaozhun::diag::Message;
use biaozhun::limits;
use biaozhun::package::ArchiveLimits;
use std::ffi::OsStr;
use std::io::{BufRead, Read};
use std::path::{Component, Path, PathBuf};

/// Where the bytes of an input are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    File,
    /// An entry of an archive.
    Entry(usize),
    /// An entry of an archive in an archive.
    Nested(usize, usize),
}

/// One document to be worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What it is, and its place in the order of all: the path as given, and the path in the archive.
    pub name: Vec<u8>,
    /// The same for people.
    pub shown: String,
    /// The file, or the archive that it is in.
    pub file: PathBuf,
    pub place: Place,
    /// Bytes, as the directory has it.
    pub size: u64,
    /// Why it cannot be read, known already.
    pub trouble: Option<Message>,
}

/// What is met on the way.
pub enum Met {
    Input(Input),
    /// No submission, or not to be followed.
    Passed {
        shown: String,
        why: Message,
    },
}

/// What is not gone into.
pub struct Apart {
    /// Folders and files of ours, in full: the outputs, the office's templates, the config file.
    pub paths: Vec<PathBuf>,
}

impl Apart {
    fn has(&self, path: &Path) -> bool {
        std::fs::canonicalize(path).is_ok_and(|path| self.paths.contains(&path))
    }
}

/// How standard input lists paths.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    Line,
    Nul,
}

/// Goes through all that was given. An error of `met` ends it.
pub fn walk<E>(
    given: &[PathBuf],
    separator: Separator,
    apart: &Apart,
    met: &mut dyn FnMut(Met) -> Result<(), E>,
) -> Result<(), E> {
    for path in given {
        if path.as_os_str() == "-" {
            listed(separator, apart, met)?;
        } else if path.symlink_metadata().is_err() && is_pattern(path) {
            pattern(path, apart, met)?;
        } else {
            root(path, apart, met)?;
        }
    }
    Ok(())
}

/// Where a config file is looked for: beside each thing given.
pub fn folders(given: &[PathBuf]) -> Vec<String> {
    let beside = |path: &PathBuf| match path {
        path if path.as_os_str() == "-" => path.clone(),
        path if path.is_dir() => path.join("_"),
        path if is_pattern(path) => {
            let fixed: PathBuf = path.components().take_while(|part| !has_wildcard(part.as_os_str())).collect();
            fixed.join("_")
        }
        path => path.clone(),
    };
    given.iter().map(|path| beside(path).display().to_string()).collect()
}

fn has_wildcard(text: &OsStr) -> bool {
    text.to_string_lossy().contains(['*', '?', '['])
}

fn is_pattern(path: &Path) -> bool {
    has_wildcard(path.as_os_str())
}

fn listed<E>(separator: Separator, apart: &Apart, met: &mut dyn FnMut(Met) -> Result<(), E>) -> Result<(), E> {
    let mut lines = std::io::stdin().lock();
    let end = if separator == Separator::Nul { 0 } else { b'\n' };
    loop {
        let mut line = Vec::new();
        let read = lines.by_ref().take(limits::PATH_BYTES).read_until(end, &mut line);
        match read {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) => return met(unusable(Path::new("-"), io_message("cli.read", "-", &error))),
        }
        let ended = line.last() == Some(&end);
        line.pop_if(|last| *last == end);
        if separator == Separator::Line {
            line.pop_if(|last| *last == b'\r');
        }
        if !ended && line.len() as u64 >= limits::PATH_BYTES - 1 {
            met(unusable(Path::new("-"), Message::new("batch.long_path").with("limit", limits::PATH_BYTES)))?;
            let mut rest = Vec::new();
            while lines.by_ref().take(limits::PATH_BYTES).read_until(end, &mut rest).is_ok_and(|read| read > 0)
                && rest.last() != Some(&end)
            {
                rest.clear();
            }
            continue;
        }
        if !line.is_empty() {
            root(&path_of(line), apart, met)?;
        }
    }
}

/// All that a pattern means. Walked here and not by the library: it leaves out names that are no UTF-8.
fn pattern<E>(path: &Path, apart: &Apart, met: &mut dyn FnMut(Met) -> Result<(), E>) -> Result<(), E> {
    let shown = shown(&bytes_of(path));
    let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    let Ok(wanted) = glob::Pattern::new(&plain.to_string_lossy()) else {
        return met(unusable(path, Message::new("batch.bad_pattern").with("pattern", shown)));
    };
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    let is_fixed = |part: &Component| !has_wildcard(part.as_os_str());
    let fixed: PathBuf = plain.components().take_while(is_fixed).collect();
    let most = match shown.contains("**") {
        true => usize::MAX,
        false => plain.components().count(),
    };
    let (mut any, mut open) = (false, vec![fixed]);
    while let Some(folder) = open.pop() {
        let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        // What is no folder, or none that may be looked into, holds no match.
        let Ok(entries) = std::fs::read_dir(listed) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let path = folder.join(entry.file_name());
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_clutter(&entry.file_name().to_string_lossy()) || apart.has(&path) {
                continue;
            }
            if wanted.matches_with(&path.to_string_lossy(), options) {
                any = true;
                root(&path, apart, met)?;
            } else if is_folder && path.components().count() < most {
                open.push(path);
            }
        }
    }
    match any {
        true => Ok(()),
        false => met(unusable(path, Message::new("batch.no_match").with("pattern", shown))),
    }
}

/// Something that a person named: links are followed, and what is no submission is an error and not passed over.
fn root<E>(path: &Path, apart: &Apart, met: &mut dyn FnMut(Met) -> Result<(), E>) -> Result<(), E> {
    match std::fs::metadata(path) {
        Err(error) => met(unusable(path, io_message("cli.read", &shown(&bytes_of(path)), &error))),
        // Its own outputs would be the inputs of the next run.
        Ok(data) if data.is_dir() && (apart.has(path) || holds_results(path)) => {
            met(unusable(path, Message::new("batch.own_folder")))
        }
        Ok(data) if data.is_dir() => folder(path, apart, met),
        Ok(data) if data.is_file() => file(path, data.len(), met),
        Ok(_) => met(unusable(path, Message::new("batch.no_file"))),
    }
}

/// All that is below a folder. Links are not followed: they may lead round in circles or out of what was given.
fn folder<E>(path: &Path, apart: &Apart, met: &mut dyn FnMut(Met) -> Result<(), E>) -> Result<(), E> {
    let mut open = vec![path.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                met(unusable(&folder, io_message("cli.read", &shown(&bytes_of(&folder)), &error)))?;
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    met(unusable(&folder, io_message("cli.read", &shown(&bytes_of(&folder)), &error)))?;
                    continue;
                }
            };
            let path = entry.path();
            let passed = |id: &'static str| Met::Passed { shown: shown(&bytes_of(&path)), why: Message::new(id) };
            if is_clutter(&entry.file_name().to_string_lossy()) {
                met(passed("batch.passed.clutter"))?;
                continue;
            }
            match entry.metadata() {
                Err(error) => met(unusable(&path, io_message("cli.read", &shown(&bytes_of(&path)), &error)))?,
                Ok(data) if data.is_symlink() => met(passed("batch.passed.link"))?,
                Ok(data) if (data.is_dir() || data.is_file()) && apart.has(&path) => met(passed("batch.passed.own"))?,
                Ok(data) if data.is_dir() && holds_results(&path) => met(passed("batch.passed.own"))?,
                Ok(data) if data.is_dir() => open.push(path),
                Ok(data) if data.is_file() => file(&path, data.len(), met)?,
                Ok(_) => met(passed("batch.passed.special"))?,
            }
        }
    }
    Ok(())
}

/// Whether a folder is the output of a batch, perhaps of another.
fn holds_results(folder: &Path) -> bool {
    folder.join(super::journal::FILE).is_file()
}

/// A file: a document, or an archive of some.
fn file<E>(path: &Path, size: u64, met: &mut dyn FnMut(Met) -> Result<(), E>) -> Result<(), E> {
    let name = bytes_of(path);
    let is_archive = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    if is_archive {
        match archive::list(path, &ArchiveLimits::default()) {
            Ok(Some(found)) => {
                for item in found {
                    match item {
                        archive::Found::Document(inside) => met(Met::Input(Input {
                            shown: shown(&[&name, &b"/"[..], &inside.name].concat()),
                            name: [&name, &b"/"[..], &inside.name].concat(),
                            file: path.to_owned(),
                            place: inside.place,
                            size: inside.size,
                            trouble: inside.trouble,
                        }))?,
                        archive::Found::Clutter(inside) => {
                            let shown = shown(&[&name, &b"/"[..], &inside].concat());
                            met(Met::Passed { shown, why: Message::new("batch.passed.clutter") })?;
                        }
                    }
                }
                return Ok(());
            }
            // A document with the wrong ending.
            Ok(None) => {}
            Err(message) => return met(unusable(path, message)),
        }
    }
    let shown = shown(&name);
    met(Met::Input(Input { name, shown, file: path.to_owned(), place: Place::File, size, trouble: None }))
}

/// An input that cannot be used, as one all the same: everything is accounted for.
fn unusable(path: &Path, why: Message) -> Met {
    let name = bytes_of(path);
    let input = Input { shown: shown(&name), name, file: path.to_owned(), place: Place::File, size: 0, trouble: Some(why) };
    Met::Input(input)
}

/// What systems and office programs leave lying about: hidden files, lock files, indexes of folders.
pub fn is_clutter(name: &str) -> bool {
    let known = ["thumbs.db", "desktop.ini", "__macosx"];
    let is_hidden = name.starts_with('.') && name != "." && name != "..";
    is_hidden || name.starts_with("~$") || known.contains(&name.to_ascii_lowercase().as_str())
}

/// A name on one line, whatever its encoding and whatever stands in it.
pub fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for c in biaozhun::read::file_name(name).chars() {
        match c {
            // They turn what is around them on a terminal.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => text.extend(c.escape_unicode()),
            c if c.is_control() => text.extend(c.escape_default()),
            c => text.push(c),
        }
    }
    text
}

/// A path as it was given, without what changes nothing.
fn bytes_of(path: &Path) -> Vec<u8> {
    let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        plain.as_os_str().as_bytes().to_vec()
    }
    #[cfg(not(unix))]
    {
        plain.to_string_lossy().replace('\\', "/").into_bytes()
    }
}

/// The path that bytes are.
pub fn path_of(bytes: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        PathBuf::from(std::ffi::OsString::from_vec(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// The bytes that a path is, so that [`path_of`] gives it again.
pub fn path_bytes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        path.as_os_str().as_bytes().to_vec()
    }
    #[cfg(not(unix))]
    {
        path.to_string_lossy().into_owned().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[PathBuf], apart: &[PathBuf]) -> (Vec<String>, Vec<String>) {
        let (mut inputs, mut passed) = (Vec::new(), Vec::new());
        let apart = Apart { paths: apart.to_vec() };
        let result: Result<(), ()> = walk(given, Separator::Line, &apart, &mut |met| {
            match met {
                Met::Input(input) => inputs.push(match input.trouble {
                    Some(trouble) => format!("{} {}", input.shown, trouble.id),
                    None => input.shown,
                }),
                Met::Passed { shown, why } => passed.push(format!("{shown} {}", why.id)),
            }
            Ok(())
        });
        result.unwrap();
        inputs.sort();
        passed.sort();
        (inputs, passed)
    }

    #[test]
    fn everything_in_a_folder_is_an_input_or_passed_over_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let put = |name: &str| {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        };
        for name in ["a.txt", "deep/er/b.docx", "deep/~$b.docx", ".hidden", "Thumbs.db", "out/x.yaml", "c.zip"] {
            put(name);
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(&root, root.join("loop")).unwrap();
        let (inputs, passed) = names(std::slice::from_ref(&root), &[root.join("out")]);
        let at = |name: &str| root.join(name).display().to_string();
        assert_eq!(inputs, [at("a.txt"), format!("{} package.unreadable", at("c.zip")), at("deep/er/b.docx")]);
        let told = |name: &str, why: &str| format!("{} batch.passed.{why}", at(name));
        assert!(passed.contains(&told("deep/~$b.docx", "clutter")) && passed.contains(&told("out", "own")), "{passed:?}");
        assert_eq!(passed.contains(&told("loop", "link")), cfg!(unix));
        let (inputs, _) = names(&[root.join("*.txt"), root.join("./a.txt"), root.join("*.pdf"), root.join("none")], &[]);
        let none = format!("{} cli.not_found", at("none"));
        assert_eq!(inputs, [format!("{} batch.no_match", at("*.pdf")), at("a.txt"), at("a.txt"), none]);
    }

    #[test]
    fn names_are_one_line_in_any_encoding() {
        assert_eq!(shown("表\n\u{202e}.txt".as_bytes()), "表\\n\\u{202e}.txt");
        assert_eq!(shown(b"\xcb\xae\xc0\xfb\xbe\xd6.txt"), "\u{6c34}\u{5229}\u{5c40}.txt");
    }
}
