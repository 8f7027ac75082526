//! Memory of summaries: what is kept of a document is a small part of it, however many there are.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::summary::{self, Options, Target};
use std::io::{self, Seek, SeekFrom, Write};
use support::case::definitions;
use support::entries;

/// Swallows everything.
struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Nowhere {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }
}

/// The most bytes that are alive at once while a summary is made.
fn peak(count: u64) -> u64 {
    let hear = |_, severity| Some(severity);
    let options =
        Options { definitions: definitions(), language: Language::Chinese, totals: &[], hear: &hear, drive: summary::in_turn };
    let work = || {
        let mut create = |_| -> io::Result<Box<dyn Target>> { Ok(Box::new(Nowhere)) };
        let entries: &summary::Entries<'_> = &|| Ok(Box::new(entries::entries(count)));
        let survey = summary::survey(entries, &options).unwrap();
        summary::write(entries, &survey, &options, &mut create, &mut |_, _| Ok(())).unwrap();
    };
    allocation_counter::measure(work).bytes_max
}

#[test]
fn little_is_kept_of_a_document() {
    // What is made once is made before.
    peak(50);
    let (few, many) = (peak(100), peak(500));
    let each = many.saturating_sub(few) / 400;
    eprintln!("peak {few} and {many} bytes, {each} for each more document");
    // An entry has some 10,000 bytes as JSON; the facts of the rules across documents some 2,000, in a list that grows by doubling.
    assert!(each < 8_000, "{each} bytes for each document");
}
