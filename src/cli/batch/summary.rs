//! The summary of a batch: entries out of the journal, page by page, and files into the output folder, whole or not at all.

use super::journal::Journal;
use super::store::Store;
use biaozhun::diag::Message;
use biaozhun::form::FormDefinition;
use biaozhun::summary::{self, Beside, Entries, Entry, GivenTotal, Here, Options, Target};
use std::fs::File;
use std::io::{self, BufWriter};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

/// Bytes of entries, as JSON, that are read at once.
const PAGE: usize = 1 << 20;
/// Entries that wait for the second thread: few, as each may be large.
const AHEAD: usize = 8;

/// Goes through all entries in the order of their inputs.
struct Pages<'j> {
    journal: &'j Journal,
    interrupted: &'j AtomicBool,
    behind: Vec<u8>,
    page: std::vec::IntoIter<(Vec<u8>, String)>,
}

impl Iterator for Pages<'_> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 {
            // Whoever asked for the end does not wait for a summary; the next run makes it.
            if self.interrupted.load(Ordering::SeqCst) {
                return Some(Err(io::Error::other("interrupted")));
            }
            match self.journal.page(&self.behind, PAGE) {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => return Some(Err(io::Error::other(error))),
            }
        }
        let (name, entry) = self.page.next()?;
        self.behind = name;
        Some(serde_json::from_str(&entry).map_err(Into::into))
    }
}

/// `department-targets@2023=12000.00万元`: what all forms of a kind should add up to.
pub fn total(text: &str, definitions: &[Arc<FormDefinition>]) -> Result<GivenTotal, Message> {
    let wrong = || Message::new("batch.bad_total").with("text", text);
    let (which, amount) = text.split_once('=').ok_or_else(wrong)?;
    let (form, year) = match which.split_once('@') {
        Some((form, year)) => (form.trim(), Some(year.trim().parse::<i32>().map_err(|_| wrong())?)),
        None => (which.trim(), None),
    };
    if definitions.iter().all(|definition| *definition.id != *form) {
        let known: Vec<&str> = definitions.iter().map(|definition| &*definition.id).collect();
        return Err(Message::new("cli.unknown_form").with("form", form).with("known", known.join(", ")));
    }
    // Read as the rule will read it: what is no amount would be compared with nothing.
    biaozhun::value::amount::parse(amount).ok_or_else(wrong)?;
    Ok(GivenTotal { form: form.to_owned(), year, amount: amount.trim().to_owned() })
}

/// Looks through the journal and writes the summary; what was counted, and the names of the files.
pub fn write(
    journal: &Journal,
    store: &Store,
    options: &Options,
    interrupted: &AtomicBool,
) -> Result<(summary::Counts, Vec<String>), Message> {
    let entries = entries(journal, interrupted);
    let mut create = |name| -> io::Result<Box<dyn Target>> {
        let file = File::options().create(true).truncate(true).read(true).write(true).open(store.working(name))?;
        Ok(Box::new(BufWriter::new(file)))
    };
    let mut finish = |name, out| {
        drop::<Box<dyn Target>>(out);
        std::fs::rename(store.working(name), store.path(name))
    };
    let mut write = || -> io::Result<summary::Counts> {
        let survey = summary::survey(&entries, options)?;
        summary::write(&entries, &survey, options, &mut create, &mut finish)?;
        Ok(survey.counts)
    };
    let counts = write().map_err(|error| trouble(store, &error))?;
    let made = summary::FILES.iter().map(|name| store.path(name).display().to_string());
    Ok((counts, made.collect()))
}

/// Gives entries to two pairs of hands, the second in a thread.
pub fn side_by_side(entries: &Entries<'_>, here: &mut Here<'_>, beside: &mut Beside<'_>) -> io::Result<()> {
    std::thread::scope(|scope| {
        let (give, take) = sync_channel::<Option<Arc<Entry>>>(AHEAD);
        let beside = scope.spawn(move || {
            while let Ok(entry) = take.recv() {
                beside(entry.as_deref())?;
                if entry.is_none() {
                    break;
                }
            }
            Ok(())
        });
        let outcome = hand(entries, give, here);
        let beside = beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcome.and(beside)
    })
}

/// Whatever happens, the other thread hears of the end, or that there is none.
fn hand(entries: &Entries<'_>, give: SyncSender<Option<Arc<Entry>>>, here: &mut Here<'_>) -> io::Result<()> {
    for entry in entries()? {
        let entry = Arc::new(entry?);
        if give.send(Some(entry.clone())).is_err() {
            // It has failed, and says itself why.
            return Ok(());
        }
        here(&entry)?;
    }
    let _ = give.send(None);
    Ok(())
}

/// All entries, from the first one, as often as they are asked for.
fn entries<'j>(journal: &'j Journal, interrupted: &'j AtomicBool) -> impl Fn() -> Listed<'j> {
    move || Ok(Box::new(Pages { journal, interrupted, behind: Vec::new(), page: Vec::new().into_iter() }))
}

type Listed<'j> = io::Result<Box<dyn Iterator<Item = io::Result<Entry>> + 'j>>;

fn trouble(store: &Store, error: &io::Error) -> Message {
    store.trouble(&store.path("summary"), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_ends_a_summary() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap().unwrap();
        for (interrupted, first) in [(true, Some(true)), (false, None)] {
            let interrupted = AtomicBool::new(interrupted);
            let found = entries(&journal, &interrupted)().unwrap().next();
            assert_eq!(found.map(|entry| entry.is_err()), first);
        }
    }

    fn named(count: usize) -> Vec<Entry> {
        (0..count).map(|number| Entry::read(number.to_string(), String::new(), 0, Vec::new())).collect()
    }

    #[test]
    fn two_pairs_of_hands_get_the_same_entries_and_the_end_once() {
        let all = named(3 * AHEAD);
        for drive in [side_by_side as summary::Drive, summary::in_turn] {
            let (mut here, mut beside) = (Vec::new(), Vec::new());
            let entries = || -> Listed<'_> { Ok(Box::new(all.iter().cloned().map(Ok))) };
            let mut take = |entry: &Entry| -> io::Result<()> {
                here.push(entry.clone());
                Ok(())
            };
            let mut take_beside = |entry: Option<&Entry>| -> io::Result<()> {
                beside.push(entry.cloned());
                Ok(())
            };
            drive(&entries, &mut take, &mut take_beside).unwrap();
            assert_eq!(here, all);
            assert_eq!(beside, all.iter().cloned().map(Some).chain([None]).collect::<Vec<_>>());
        }
    }

    #[test]
    fn whoever_fails_ends_both_and_no_end_is_told() {
        let all = named(3 * AHEAD);
        let failed = |name: &str| Err(io::Error::other(name.to_owned()));
        for drive in [side_by_side as summary::Drive, summary::in_turn] {
            let entries = || -> Listed<'_> { Ok(Box::new(all.iter().cloned().map(Ok))) };
            let broken =
                || -> Listed<'_> { Ok(Box::new(all.iter().cloned().map(Ok).chain([failed("read").map(|()| all[0].clone())]))) };
            let mut ended = false;
            let mut beside = |entry: Option<&Entry>| -> io::Result<()> {
                ended |= entry.is_none();
                Ok(())
            };
            let outcome = drive(&entries, &mut |_| failed("here"), &mut beside);
            assert_eq!(outcome.unwrap_err().to_string(), "here");
            let outcome = drive(&broken, &mut |_| Ok(()), &mut beside);
            assert_eq!(outcome.unwrap_err().to_string(), "read");
            let outcome = drive(&entries, &mut |_| Ok(()), &mut |_| failed("beside"));
            assert_eq!(outcome.unwrap_err().to_string(), "beside");
            assert!(!ended);
        }
    }
}
