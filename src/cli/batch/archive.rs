//! Archives of submissions on disk: what documents are in one, also in one that lies inside it, and their bytes.
//!
//! Of an archive that is open, one entry at a time is in memory; of one inside another, all of it, at most as large as an
//! input may be.

use super::inputs::{Place, is_clutter};
use crate::cli::input::io_message;
use biaozhun::diag::Message;
use biaozhun::package::{Archive, ArchiveLimits, Item};
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{BufReader, Cursor};
use std::path::{Path, PathBuf};

/// A document in an archive.
pub struct Inside {
    /// The path inside, in UTF-8.
    pub name: Vec<u8>,
    pub place: Place,
    pub size: u64,
    pub trouble: Option<Message>,
}

/// What lies in an archive.
pub enum Found {
    Document(Inside),
    /// The name of something that is no submission.
    Clutter(Vec<u8>),
}

fn open(path: &Path, limits: &ArchiveLimits) -> Result<Archive<BufReader<File>>, Message> {
    let file = File::open(path).map_err(|error| io_message("cli.read", &path.display().to_string(), &error))?;
    Archive::open(BufReader::new(file), limits)
}

/// All that lies in an archive; none where the file is a document itself.
pub fn list(path: &Path, limits: &ArchiveLimits) -> Result<Option<Vec<Found>>, Message> {
    let mut archive = open(path, limits)?;
    if archive.is_document() {
        return Ok(None);
    }
    let mut names = Names::default();
    let mut found = Vec::new();
    for item in archive.items()? {
        let Some(name) = file_name(&item) else { continue };
        if name.split('/').any(is_clutter) {
            found.push(Found::Clutter(name.into_bytes()));
            continue;
        }
        let whole = |trouble| {
            let place = Place::Entry(item.index);
            Inside { name: name.clone().into_bytes(), place, size: item.size, trouble }
        };
        if !name.to_ascii_lowercase().ends_with(".zip") {
            found.push(Found::Document(names.only(whole(None))));
            continue;
        }
        match nested(&mut archive, &item, &name, limits) {
            Ok(Some(inside)) => found.extend(inside.into_iter().map(|found| match found {
                Found::Document(inside) => Found::Document(names.only(inside)),
                clutter => clutter,
            })),
            Ok(None) => found.push(Found::Document(names.only(whole(None)))),
            Err(message) => found.push(Found::Document(names.only(whole(Some(message))))),
        }
    }
    // One more line for what no one can reach, so that it is not lost in silence.
    if archive.hidden() > 0 {
        let trouble = Some(Message::new("batch.hidden_entries").with("count", archive.hidden()));
        found.push(Found::Document(names.only(Inside { name: b"?".to_vec(), place: Place::Entry(0), size: 0, trouble })));
    }
    match found.is_empty() {
        true => Err(Message::new("batch.empty_archive")),
        false => Ok(Some(found)),
    }
}

/// The documents of an archive inside another; none where it is one document.
fn nested(
    outer: &mut Archive<BufReader<File>>,
    entry: &Item,
    prefix: &str,
    limits: &ArchiveLimits,
) -> Result<Option<Vec<Found>>, Message> {
    let mut inner = Archive::open(Cursor::new(outer.read(entry.index)?), limits)?;
    if inner.is_document() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for item in inner.items()? {
        let Some(name) = file_name(&item) else { continue };
        let full = format!("{prefix}/{name}").into_bytes();
        if name.split('/').any(is_clutter) {
            found.push(Found::Clutter(full));
            continue;
        }
        let place = Place::Nested(entry.index, item.index);
        // Deeper ones are told by the reader: an archive is no document.
        found.push(Found::Document(Inside { name: full, place, size: item.size, trouble: None }));
    }
    if inner.hidden() > 0 {
        let trouble = Some(Message::new("batch.hidden_entries").with("count", inner.hidden()));
        let name = format!("{prefix}/?").into_bytes();
        found.push(Found::Document(Inside { name, place: Place::Entry(entry.index), size: 0, trouble }));
    }
    match found.is_empty() {
        true => Err(Message::new("batch.empty_archive")),
        false => Ok(Some(found)),
    }
}

/// The name of an entry, as one path with `/`; none for a folder. Nothing is ever unpacked to a path, so any name will do.
fn file_name(item: &Item) -> Option<String> {
    let name = biaozhun::read::file_name(&item.name).replace('\\', "/");
    (!item.is_folder && !name.ends_with('/')).then_some(name)
}

/// Names that are one when they are decoded are told apart by their number.
#[derive(Default)]
struct Names {
    seen: FxHashMap<Vec<u8>, usize>,
}

impl Names {
    fn only(&mut self, mut inside: Inside) -> Inside {
        let count = self.seen.entry(inside.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            inside.name.extend(format!("#{count}").into_bytes());
        }
        inside
    }
}

/// An archive inside another: the outer one, which entry it is, and itself.
type Inner = (PathBuf, usize, Archive<Cursor<Vec<u8>>>);

/// Reads entries; the archive read last stays open, for entries mostly follow each other.
#[derive(Default)]
pub struct Opened {
    outer: Option<(PathBuf, Archive<BufReader<File>>)>,
    inner: Option<Inner>,
}

impl Opened {
    pub fn read(&mut self, path: &Path, place: Place) -> Result<Vec<u8>, Message> {
        match place {
            Place::File => Err(Message::new("batch.no_file")),
            Place::Entry(index) => self.outer(path)?.read(index),
            Place::Nested(entry, index) => {
                if let Some((open, of, archive)) = &mut self.inner
                    && open == path
                    && *of == entry
                {
                    return archive.read(index);
                }
                let bytes = self.outer(path)?.read(entry)?;
                let archive = Archive::open(Cursor::new(bytes), &ArchiveLimits::default())?;
                let (_, _, archive) = self.inner.insert((path.to_owned(), entry, archive));
                archive.read(index)
            }
        }
    }

    fn outer(&mut self, path: &Path) -> Result<&mut Archive<BufReader<File>>, Message> {
        if self.outer.as_ref().is_none_or(|(open, _)| open != path) {
            self.inner = None;
            self.outer = None;
            let archive = open(path, &ArchiveLimits::default())?;
            return Ok(&mut self.outer.insert((path.to_owned(), archive)).1);
        }
        match &mut self.outer {
            Some((_, archive)) => Ok(archive),
            None => Err(Message::new("batch.no_file")),
        }
    }
}
