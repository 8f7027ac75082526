//! The summary of many documents: workbook, page, lists for other programs, and the rules that look across documents.
//!
//! Everything is made from [`Entry`]s, one for each input, which come in order as often as they are asked for; nobody holds
//! them all. A journal may keep them as JSON between runs. They are gone through twice, and once more where documents disagree: a
//! [`survey`] sees what came, then all files are written side by side. The workbook costs as much as all else, so a second pair of
//! hands has it ([`Drive`]); whether that is a thread, the caller says.

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
use std::io::{self, Seek, Write};
use std::sync::Arc;
use tally::Tally;
use workbook::Measured;

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
    /// How entries are gone through: [`in_turn`], or with a thread of the caller's.
    pub drive: Drive,
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
    measured: Measured,
}

/// Goes through all entries to see what came, and looks across documents.
pub fn survey(entries: &Entries<'_>, options: &Options<'_>) -> io::Result<Survey> {
    let (mut counts, mut tally, mut first) = (Counts::default(), Tally::default(), across::First::new(options));
    let mut measured = Measured::new(options);
    (options.drive)(
        entries,
        &mut |entry| {
            counts.add(entry);
            tally.add(entry);
            first.add(entry);
            Ok(())
        },
        &mut |entry| entry.map_or(Ok(()), |entry| measured.add(entry, options)),
    )?;
    counts.across = first.finish(entries, options)?;
    measured.close(counts.across.len());
    Ok(Survey { counts, tally, measured })
}

/// Makes all [`FILES`]: `create` opens one, `finish` is called for each in turn when all of them are written.
pub fn write(
    entries: &Entries<'_>,
    survey: &Survey,
    options: &Options<'_>,
    create: &mut dyn FnMut(&'static str) -> io::Result<Box<dyn Target>>,
    finish: &mut dyn FnMut(&'static str, Box<dyn Target>) -> io::Result<()>,
) -> io::Result<()> {
    let mut files = Vec::with_capacity(FILES.len());
    for name in FILES {
        files.push((*name, create(name)?));
    }
    write_all(entries, survey, options, &mut files)?;
    for (name, mut out) in files {
        out.flush()?;
        finish(name, out)?;
    }
    Ok(())
}

/// All files at once: whatever is read and worded, is so for all of them.
fn write_all(
    entries: &Entries<'_>,
    survey: &Survey,
    options: &Options<'_>,
    files: &mut [(&'static str, Box<dyn Target>)],
) -> io::Result<()> {
    let [(_, workbook), (_, page), (_, records), (_, findings), rest @ ..] = files else { return Ok(()) };
    let across = &survey.counts.across;
    let mut page = page::Writer::new(&survey.tally, across, options, page)?;
    let mut findings = lists::Findings::new(options, findings)?;
    #[cfg(feature = "parquet")]
    let mut values = rest.iter_mut().map(|(_, out)| parquet::Writer::new(out)).collect::<io::Result<Vec<_>>>()?;
    #[cfg(not(feature = "parquet"))]
    let _ = rest;
    let worded = || -> io::Result<Box<dyn Iterator<Item = io::Result<Entry>> + '_>> {
        Ok(Box::new(entries()?.map(|entry| Ok(entry?.in_language(options.language)))))
    };
    let mut workbook = Some(workbook::Writer::new(&survey.measured, options, workbook)?);
    (options.drive)(
        &worded,
        &mut |entry| {
            page.add(entry)?;
            lists::records(entry, records)?;
            #[cfg(feature = "parquet")]
            values.iter_mut().try_for_each(|values| values.add(entry))?;
            findings.add(entry)
        },
        &mut |entry| match entry {
            Some(entry) => workbook.as_mut().map_or(Ok(()), |workbook| workbook.add(entry)),
            None => workbook.take().map_or(Ok(()), |workbook| workbook.finish(across)),
        },
    )?;
    page.finish()?;
    #[cfg(feature = "parquet")]
    values.into_iter().try_for_each(parquet::Writer::finish)?;
    findings.finish(across)
}

/// What one pair of hands does with every entry in turn.
pub type Here<'h> = dyn FnMut(&Entry) -> io::Result<()> + 'h;
/// What another one does with them, perhaps in a thread of its own; `None` when there are no more.
pub type Beside<'b> = dyn FnMut(Option<&Entry>) -> io::Result<()> + Send + 'b;
/// Gives all entries, in order, to two pairs of hands. The end is told only where nothing went wrong.
pub type Drive = fn(&Entries<'_>, &mut Here<'_>, &mut Beside<'_>) -> io::Result<()>;

/// One entry after another, in this thread.
pub fn in_turn(entries: &Entries<'_>, here: &mut Here<'_>, beside: &mut Beside<'_>) -> io::Result<()> {
    for entry in entries()? {
        let entry = entry?;
        beside(Some(&entry))?;
        here(&entry)?;
    }
    beside(None)
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
