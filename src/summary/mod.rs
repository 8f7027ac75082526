//! The summary of many documents: workbook, page, lists for other programs, and the rules that look across documents.
//!
//! Everything is made from [`Entry`]s, one for each input, which come in order as often as they are asked for; nobody holds
//! them all. A journal may keep them as JSON between runs.

mod across;
mod cells;
mod data;
pub mod entry;
mod layout;
mod lists;
mod names;
mod page;
#[cfg(feature = "parquet")]
mod parquet;
mod rows;
mod tally;
mod words;
mod workbook;

pub use across::{Across, Place};
pub use data::Data;
pub use entry::{Entry, EntryFinding, EntryForm, EntryOutput, EntryProject, EntryStated, Outcome};
pub use words::Words;

use crate::catalogue::Language;
use crate::diag::{Code, Severity};
use crate::form::FormDefinition;
use rows::Kinds;
use std::io::{self, Seek, Write};
use std::sync::Arc;
use tally::Tally;

/// All entries, in the order of the summary, each time from the first one.
pub type Entries<'a> = dyn Fn() -> io::Result<Box<dyn Iterator<Item = io::Result<Entry>> + 'a>> + 'a;

/// Where a part of the summary goes.
pub trait Target: Write + Seek + Send {}
impl<T: Write + Seek + Send> Target for T {}

/// How a summary is made.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    pub definitions: &'a [Arc<FormDefinition>],
    pub language: Language,
    /// What the forms of a kind should add up to.
    pub totals: &'a [GivenTotal],
    /// How loud a rule across documents is, by its code and its own severity; `None`: it says nothing.
    pub hear: &'a (dyn Fn(Code, Severity) -> Option<Severity> + Sync),
}

/// An amount that all forms of a kind should add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenTotal {
    /// The id of the definition.
    pub form: String,
    /// Of this year only.
    pub year: Option<i32>,
    /// With its unit: `12000.00万元`; without one, in the unit of the forms.
    pub amount: String,
}

/// What came, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub inputs: u64,
    pub forms: u64,
    /// Inputs by how it went, in the order of [`Outcome::ALL`].
    pub outcomes: [u64; 5],
    /// Findings in documents: errors, warnings, notes.
    pub findings: [u64; 3],
    /// What the rules across documents say.
    pub across: Vec<Across>,
}

/// The files of a summary.
pub const FILES: &[&str] = &[
    "summary.xlsx",
    "summary.html",
    "records.jsonl",
    "findings.csv",
    #[cfg(feature = "parquet")]
    "records.parquet",
];

/// What must be known of all documents before the first file is written.
pub struct Survey {
    pub counts: Counts,
    tally: Tally,
    kinds: Kinds,
}

/// Goes through all entries to see what came, and looks across documents.
pub fn survey(entries: &Entries<'_>, options: &Options<'_>) -> io::Result<Survey> {
    let (mut counts, mut tally, mut kinds) = (Counts::default(), Tally::default(), Kinds::default());
    for entry in entries()? {
        let entry = entry?;
        counts.add(&entry);
        tally.add(&entry);
        entry.forms.iter().for_each(|form| kinds.add(form, options.definitions));
    }
    counts.across = across::look(entries, counts.forms, options)?;
    Ok(Survey { counts, tally, kinds })
}

/// Writes one of [`FILES`]; each by itself, so that several may be written at once.
pub fn write_file(
    name: &str,
    entries: &Entries<'_>,
    survey: &Survey,
    options: &Options<'_>,
    out: &mut dyn Target,
) -> io::Result<()> {
    let across = &survey.counts.across;
    match name {
        "summary.xlsx" => workbook::write(entries, &survey.kinds, across, options, &mut *out)?,
        "summary.html" => page::write(entries, &survey.tally, across, options, &mut *out)?,
        #[cfg(feature = "parquet")]
        "records.parquet" => parquet::write(entries, &mut *out)?,
        "records.jsonl" => lists::records(entries, options.language, &mut *out)?,
        _ => lists::findings(entries, across, options, &mut *out)?,
    }
    out.flush()
}

/// Makes all [`FILES`], one after another: `create` opens a file, `finish` is called when all of it is written.
pub fn write(
    entries: &Entries<'_>,
    options: &Options<'_>,
    create: &mut dyn FnMut(&'static str) -> io::Result<Box<dyn Target>>,
    finish: &mut dyn FnMut(&'static str, Box<dyn Target>) -> io::Result<()>,
) -> io::Result<Counts> {
    let survey = survey(entries, options)?;
    for name in FILES.iter().copied() {
        let mut out = create(name)?;
        write_file(name, entries, &survey, options, &mut *out)?;
        finish(name, out)?;
    }
    Ok(survey.counts)
}

impl Counts {
    fn add(&mut self, entry: &Entry) {
        self.inputs += 1;
        self.forms += entry.forms.len() as u64;
        self.outcomes[entry.outcome as usize] += 1;
        for finding in entry.forms.iter().flat_map(|form| &form.findings) {
            self.findings[2 - finding.severity as usize] += 1;
        }
    }
}
