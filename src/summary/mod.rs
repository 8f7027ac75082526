//! The summary of many documents: workbook, page, lists for other programs, and the rules that look across documents.
//!
//! Everything is made from [`Entry`]s, one for each input, which come in order as often as they are asked for; nobody holds
//! them all. A journal may keep them as JSON between runs. They are gone through twice, and once more where documents disagree: a
//! [`survey`] sees what came, then all files are written side by side. Each time a second thread has the workbook, which costs as
//! much as all else.

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
use std::sync::mpsc::{Receiver, sync_channel};
use tally::Tally;
use workbook::Measured;

/// Entries that wait for the slower of two pairs of hands.
const AHEAD: usize = 64;

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
    measured: Measured,
}

/// Goes through all entries to see what came, and looks across documents.
pub fn survey(entries: &Entries<'_>, options: &Options<'_>) -> io::Result<Survey> {
    let (mut counts, mut tally, mut first) = (Counts::default(), Tally::default(), across::First::new(options));
    let mut measured = Measured::new(options);
    go_through(
        entries,
        &mut |entry| {
            counts.add(entry);
            tally.add(entry);
            first.add(entry);
            Ok(())
        },
        |mut handed| handed.try_for_each(|entry| measured.add(&*entry?, options)),
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
    go_through(
        &worded,
        &mut |entry| {
            page.add(entry)?;
            lists::records(entry, records)?;
            #[cfg(feature = "parquet")]
            values.iter_mut().try_for_each(|values| values.add(entry))?;
            findings.add(entry)
        },
        |mut handed| {
            let mut workbook = workbook::Writer::new(&survey.measured, options, workbook)?;
            handed.try_for_each(|entry| workbook.add(&*entry?))?;
            workbook.finish(across)
        },
    )?;
    page.finish()?;
    #[cfg(feature = "parquet")]
    values.into_iter().try_for_each(parquet::Writer::finish)?;
    findings.finish(across)
}

/// Entries as the second thread gets them; where there is no end to them, the first one has failed.
struct Handed(Receiver<Option<Arc<Entry>>>);

impl Iterator for Handed {
    type Item = io::Result<Arc<Entry>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.recv() {
            Ok(entry) => entry.map(Ok),
            Err(_) => Some(Err(io::Error::from(io::ErrorKind::Interrupted))),
        }
    }
}

/// Goes through all entries, with two pairs of hands: `here`, and in a thread `beside`.
fn go_through(
    entries: &Entries<'_>,
    here: &mut dyn FnMut(&Entry) -> io::Result<()>,
    beside: impl FnOnce(Handed) -> io::Result<()> + Send,
) -> io::Result<()> {
    std::thread::scope(|scope| {
        let (give, take) = sync_channel(AHEAD);
        let beside = scope.spawn(|| beside(Handed(take)));
        let mut all = || -> io::Result<()> {
            for entry in entries()? {
                let entry = Arc::new(entry?);
                if give.send(Some(entry.clone())).is_err() {
                    // It has failed, and says below why.
                    return Ok(());
                }
                here(&entry)?;
            }
            let _ = give.send(None);
            Ok(())
        };
        let outcome = all();
        drop(give);
        let beside = beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcome.and(beside)
    })
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
