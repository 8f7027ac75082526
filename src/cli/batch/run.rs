//! A batch from its list of inputs to its outputs. Threads read, have workers work, and write working files; this thread alone
//! holds the journal, and settles results strictly in the order of the inputs, whatever the order in which they came. So names do
//! not depend on threads, and after an interruption what is noted is always the beginning of what a whole run notes.

use super::archive::Opened;
use super::budget::Budget;
use super::inputs::Place;
use super::journal::{self, Journal, Listed, Noted, Verdict};
use super::pool::{Answer, Pool, Worker};
use super::progress::Progress;
use super::report::{self, Report};
use super::store::{Store, file_sha256, sha256};
use super::{names, work};
use crate::cli::emit::Emit;
use crate::cli::input::io_message;
use biaozhun::diag::Message;
use biaozhun::limits;
use biaozhun::summary::entry::EntryOutput;
use biaozhun::summary::{Entry, Outcome, Words};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many inputs may be in work or wait for one before them.
const WINDOW: usize = 1024;
/// Inputs that are noted in one go, and how long the first of them waits at most.
const GROUP: usize = 64;
const WAIT: Duration = Duration::from_millis(500);
/// Set in tests: the process ends by itself right after the nth commit, renaming or placing (`commit:3`), as if it were killed;
/// groups are of two then.
const ABORT: &str = "BIAOZHUN_BATCH_ABORT";

/// What all threads share.
struct Shared<'a> {
    pool: &'a Pool,
    store: &'a Store,
    budget: Budget,
    key: &'a str,
    /// The run before had no end: what it wrote is looked at again.
    doubtful: bool,
    interrupted: &'a AtomicBool,
}

struct Job {
    number: u64,
    listed: Listed,
}

/// What came of a job.
struct Came {
    number: u64,
    id: i64,
    shown: String,
    what: What,
}

enum What {
    Unchanged,
    Done {
        entry: Box<Entry>,
        sha256: Option<String>,
        again: bool,
        made: Vec<Made>,
    },
    /// The run cannot go on.
    Stuck(Message),
}

/// An output under its working name.
struct Made {
    form: usize,
    ending: String,
    staged: String,
    sha256: String,
    bytes: u64,
}

/// Why a run ended before its end.
pub enum Stop {
    Journal(rusqlite::Error),
    Other(Message),
    Interrupted,
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Stop::Journal(error)
    }
}

impl From<Message> for Stop {
    fn from(message: Message) -> Self {
        Stop::Other(message)
    }
}

/// What a run works with.
pub struct Run<'a> {
    pub pool: &'a Pool,
    pub store: &'a Store,
    pub journal: &'a Journal,
    pub key: &'a str,
    pub jobs: usize,
    pub doubtful: bool,
    pub interrupted: &'a AtomicBool,
}

/// Brings to their places what an earlier run noted and did not get to; inputs whose outputs are lost are done again.
pub fn recover(journal: &Journal, store: &Store) -> Result<(), Stop> {
    journal.begin_group()?;
    for (input, output, staged) in journal.staged()? {
        if store.is_staged(&staged) {
            store.place(&staged, &output.path)?;
        } else if file_sha256(&store.path(&output.path)).is_none_or(|found| found != output.sha256) {
            journal.redo(input)?;
        }
    }
    journal.placed()?;
    remove_stale(journal, store)?;
    journal.clear_stale()?;
    journal.commit_group()?;
    store.clear()?;
    Ok(())
}

fn remove_stale(journal: &Journal, store: &Store) -> journal::Result<()> {
    for (path, sha256) in journal.stale()? {
        store.remove(&path, &sha256);
    }
    Ok(())
}

impl Run<'_> {
    /// Works on all that is listed.
    pub fn all(&self, total: usize, report: &mut Report, emit: &mut Emit) -> Result<(), Stop> {
        let shared = Shared {
            pool: self.pool,
            store: self.store,
            budget: Budget::default(),
            key: self.key,
            doubtful: self.doubtful,
            interrupted: self.interrupted,
        };
        let (feed, jobs) = mpsc::channel::<Job>();
        let (sender, results) = mpsc::channel::<Came>();
        let jobs = Mutex::new(jobs);
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.min(total).max(1) {
                let sender = sender.clone();
                scope.spawn(|| manage(&shared, &jobs, sender));
            }
            drop(sender);
            let mut settling = Settling::new(self, total, report, emit);
            let outcome = settling.run(feed, &results);
            if outcome.is_err() {
                // What is noted comes to its place; all else is done again next time.
                self.pool.stop();
                self.interrupted.store(true, Ordering::SeqCst);
            }
            let closed = match &outcome {
                // Half an input may be noted: none of its group is.
                Err(Stop::Journal(_)) => Ok(()),
                _ => settling.close(),
            };
            settling.progress.clear(settling.emit);
            outcome.and(closed)
        })
    }
}

/// A thread that has documents worked on, one after another.
fn manage(shared: &Shared, jobs: &Mutex<Receiver<Job>>, results: Sender<Came>) {
    let mut worker = shared.pool.worker();
    let mut opened = Opened::default();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { number, listed }) = job else { return };
        if shared.interrupted.load(Ordering::SeqCst) {
            return;
        }
        let weight = shared.budget.take(listed.input.size);
        let what = one(shared, number, &listed, &mut worker, &mut opened);
        shared.budget.give(weight);
        if results.send(Came { number, id: listed.id, shown: listed.input.shown, what }).is_err() {
            return;
        }
    }
}

fn one(shared: &Shared, number: u64, listed: &Listed, worker: &mut Worker, opened: &mut Opened) -> What {
    let input = &listed.input;
    let refused = |sha256: Option<String>, bytes: u64, outcome: Outcome, words: Words, again: bool| {
        let entry = Entry::failed(input.shown.clone(), sha256.clone().unwrap_or_default(), bytes, outcome, words);
        What::Done { entry: Box::new(entry), sha256, again, made: Vec::new() }
    };
    if let Some(trouble) = &listed.trouble {
        return refused(None, 0, Outcome::Refused, trouble.clone(), true);
    }
    let read = match input.place {
        Place::File => read(&input.file, &input.shown),
        place => opened.read(&input.file, place),
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(message) => {
            return refused(None, input.size, Outcome::Refused, Words::from(&message), true);
        }
    };
    let sha = sha256(&bytes);
    if listed.done.as_ref().is_some_and(|(was, key)| *was == sha && key == shared.key) && is_there(shared, &listed.outputs) {
        return What::Unchanged;
    }
    match worker.ask(&input.shown, &bytes) {
        Err(message) => What::Stuck(message),
        Ok(Answer::Died { why, fault }) => {
            let outcome = if fault { Outcome::Fault } else { Outcome::Refused };
            refused(Some(sha), bytes.len() as u64, outcome, Words::from(&why), true)
        }
        Ok(Answer::Done(done, contents)) => {
            let mut made = Vec::with_capacity(contents.len());
            for ((output, content), index) in done.outputs.into_iter().zip(contents).zip(0..) {
                let staged = format!("{number}-{index}");
                if let Err(message) = shared.store.stage(&staged, &content) {
                    return What::Stuck(message);
                }
                let (sha256, bytes) = (sha256(&content), content.len() as u64);
                made.push(Made { form: output.form, ending: output.ending, staged, sha256, bytes });
            }
            // A fault of ours may be mended by the next version; the key says so then. Nothing else changes it.
            What::Done { entry: Box::new(done.entry), sha256: Some(sha), again: false, made }
        }
    }
}

/// Whether the outputs of an input are where they were put. What a person has edited since stays as it is.
fn is_there(shared: &Shared, outputs: &[Noted]) -> bool {
    outputs.iter().all(|output| {
        let path = shared.store.path(&output.path);
        match shared.doubtful {
            true => file_sha256(&path).is_some_and(|found| found == output.sha256),
            false => path.is_file(),
        }
    })
}

/// All bytes of a file, as they were at one time.
fn read(path: &Path, shown: &str) -> Result<Vec<u8>, Message> {
    for _ in 0..2 {
        let failed = |error: std::io::Error| io_message("cli.read", shown, &error);
        let before = std::fs::metadata(path).map_err(failed)?;
        // Reading from a pipe would wait for ever.
        if !before.is_file() {
            return Err(Message::new("batch.no_file"));
        }
        if before.len() > limits::SOURCE_BYTES as u64 {
            return Err(work::too_large(shown, before.len()));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or_default());
        let file = File::open(path).map_err(failed)?;
        (&file).take(limits::SOURCE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        let after = file.metadata().map_err(failed)?;
        let same = before.modified().ok() == after.modified().ok();
        if same && after.len() == bytes.len() as u64 && before.len() == after.len() {
            return Ok(bytes);
        }
    }
    Err(Message::new("batch.changing").with("file", shown))
}

/// Results on their way into the journal.
struct Settling<'r, 'a, 'e> {
    run: &'r Run<'a>,
    report: &'e mut Report,
    emit: &'e mut Emit,
    progress: Progress,
    nobody: String,
    /// Came before their turn.
    waiting: BTreeMap<u64, Came>,
    next: u64,
    group: Group,
    abort: Option<(String, usize)>,
}

/// What is noted and not committed yet.
#[derive(Default)]
struct Group {
    inputs: usize,
    began: Option<Instant>,
    /// Working names and where they go.
    renames: Vec<(String, String)>,
    /// Of the group before: its files are in their places, which is noted with this one.
    placed: bool,
}

impl<'r, 'a, 'e> Settling<'r, 'a, 'e> {
    fn new(run: &'r Run<'a>, total: usize, report: &'e mut Report, emit: &'e mut Emit) -> Self {
        let abort = std::env::var(ABORT).ok().and_then(|text| {
            let (what, count) = text.split_once(':')?;
            Some((what.to_owned(), count.parse().ok()?))
        });
        let progress = Progress::new(total, report.is_quiet(), emit);
        let nobody = names::part(&emit.text("batch.nobody"));
        let group = Group::default();
        Settling { run, report, emit, progress, nobody, waiting: BTreeMap::new(), next: 0, group, abort }
    }

    fn run(&mut self, feed: Sender<Job>, results: &Receiver<Came>) -> Result<(), Stop> {
        let (mut fed, mut behind, mut is_more) = (0u64, Vec::new(), true);
        let mut queue = Vec::new().into_iter();
        let most = if self.abort.is_some() { 2 } else { GROUP };
        loop {
            while is_more && fed - self.next < WINDOW as u64 {
                let Some(listed) = queue.next() else {
                    queue = self.run.journal.next(&behind, 256)?.into_iter();
                    is_more = queue.len() > 0;
                    continue;
                };
                behind.clone_from(&listed.input.name);
                if feed.send(Job { number: fed, listed }).is_err() {
                    return Err(Stop::Interrupted);
                }
                fed += 1;
            }
            if fed == self.next && !is_more {
                return Ok(());
            }
            if self.run.interrupted.load(Ordering::SeqCst) {
                return Err(Stop::Interrupted);
            }
            match results.recv_timeout(Duration::from_millis(100)) {
                Ok(came) => {
                    self.waiting.insert(came.number, came);
                    while let Some(came) = self.waiting.remove(&self.next) {
                        self.settle(came)?;
                        self.next += 1;
                        if self.group.inputs >= most {
                            self.commit()?;
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Stop::Interrupted),
            }
            if self.group.began.is_some_and(|began| began.elapsed() > WAIT) {
                self.commit()?;
            }
            self.progress.show(&self.report.counts, self.emit);
        }
    }

    fn settle(&mut self, came: Came) -> Result<(), Stop> {
        let journal = self.run.journal;
        if self.group.began.is_none() {
            if let What::Stuck(message) = came.what {
                return Err(message.into());
            }
            journal.begin_group()?;
            self.group.began = Some(Instant::now());
            if std::mem::take(&mut self.group.placed) {
                journal.placed()?;
                journal.clear_stale()?;
            }
        }
        self.group.inputs += 1;
        match came.what {
            What::Stuck(message) => Err(message.into()),
            What::Unchanged => {
                journal.unchanged(came.id)?;
                self.report.counts.unchanged += 1;
                match serde_json::from_str(&journal.entry(came.id)?) {
                    Ok(entry) => self.tell(&came.shown, &entry),
                    Err(error) => return Err(Message::new("cli.internal").with("detail", error).into()),
                }
                Ok(())
            }
            What::Done { mut entry, sha256, again, made } => {
                self.name(came.id, &mut entry, made)?;
                let text = serde_json::to_string(&entry).map_err(|error| Message::new("cli.internal").with("detail", error))?;
                let outcome = entry.outcome.name();
                let sha256 = sha256.as_deref();
                journal.note(&Verdict {
                    id: came.id,
                    sha256,
                    key: self.run.key,
                    outcome,
                    again,
                    errors: report::has_error(&entry),
                    entry: &text,
                })?;
                self.tell(&came.shown, &entry);
                Ok(())
            }
        }
    }

    fn tell(&mut self, shown: &str, entry: &Entry) {
        if self.report.is_told(entry, self.emit) {
            self.progress.clear(self.emit);
        }
        self.report.entry(shown, entry, self.emit);
    }

    /// Gives the outputs of an input their names: those it has, or the next that are free.
    fn name(&mut self, id: i64, entry: &mut Entry, made: Vec<Made>) -> Result<(), Stop> {
        let (journal, store) = (self.run.journal, self.run.store);
        let mut old = journal.outputs(id)?;
        for output in &old {
            journal.forget(output, true)?;
        }
        // A file that is not as it was written is a person's now. An empty one is what a power failure leaves.
        old.retain(|output| {
            let path = store.path(&output.path);
            let is_empty = path.metadata().is_ok_and(|data| data.len() == 0);
            is_empty || file_sha256(&path).is_none_or(|found| found == output.sha256)
        });
        let mut made = made.into_iter().peekable();
        for (index, form) in entry.forms.iter_mut().enumerate() {
            let mut files = Vec::new();
            while let Some(next) = made.next_if(|made| made.form == index) {
                files.push(next);
            }
            let year = form.year.map(|year| year.to_string()).unwrap_or_default();
            let wanted = names::wanted(&form.department, &year, &form.form, &self.nobody);
            let paths = |stem: &str| -> Vec<String> { files.iter().map(|file| format!("{stem}.{}", file.ending)).collect() };
            let free = |path: &String| -> journal::Result<bool> {
                let is_own = old.iter().any(|old| old.path == *path);
                Ok(!journal.is_taken(path, id)? && (is_own || !store.path(path).exists()))
            };
            let all_free = |paths: &[String]| -> journal::Result<bool> {
                for path in paths {
                    if !free(path)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            };
            let own = old.iter().filter(|old| old.form == index).find_map(|old| names::stem_of(&old.path, &wanted));
            let stem = match own {
                Some(stem) if all_free(&paths(&stem))? => stem,
                _ => loop {
                    let stem = names::numbered(&wanted, journal.next_number(&names::key(&wanted))?);
                    if all_free(&paths(&stem))? {
                        break stem;
                    }
                },
            };
            let paths = paths(&stem);
            for (file, path) in files.into_iter().zip(paths) {
                let output = Noted { path: path.clone(), form: index, sha256: file.sha256, bytes: file.bytes };
                journal.stage(id, &output, &file.staged)?;
                self.group.renames.push((file.staged, path.clone()));
                form.outputs.push(EntryOutput { kind: file.ending, path });
            }
        }
        Ok(())
    }

    /// Commits the group, then brings its files to their places.
    fn commit(&mut self) -> Result<(), Stop> {
        if self.group.began.take().is_none() {
            return Ok(());
        }
        self.group.inputs = 0;
        self.run.journal.commit_group()?;
        self.passed("commit");
        for (staged, path) in std::mem::take(&mut self.group.renames) {
            self.run.store.place(&staged, &path)?;
            self.passed("rename");
        }
        remove_stale(self.run.journal, self.run.store)?;
        self.group.placed = true;
        self.passed("placed");
        Ok(())
    }

    /// All that is settled is noted and in its place.
    fn close(&mut self) -> Result<(), Stop> {
        self.commit()?;
        if std::mem::take(&mut self.group.placed) {
            self.run.journal.placed()?;
            self.run.journal.clear_stale()?;
        }
        Ok(())
    }

    /// Ends the process at the place that a test asks for.
    fn passed(&mut self, what: &str) {
        if let Some((wanted, count)) = &mut self.abort
            && wanted == what
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                std::process::abort();
            }
        }
    }
}

/// Marks inputs of earlier runs whose files are not there any more.
pub fn mark_gone(journal: &Journal) -> Result<usize, Stop> {
    let (mut behind, mut gone) = (0, 0);
    loop {
        let unlisted = journal.unlisted(behind, 1000)?;
        let Some((last, ..)) = unlisted.last() else { return Ok(gone) };
        behind = *last;
        journal.begin_group()?;
        for (id, file, is_inside) in unlisted {
            // Of an archive that was listed, what was not listed with it is not in it any more.
            if !file.exists() || (is_inside && journal.is_listed(&file)?) {
                journal.gone(id)?;
                gone += 1;
            }
        }
        journal.commit_group()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_changes_while_it_is_read_is_told() {
        // Its directory says that it is empty, so it has grown by the time it is read.
        assert_eq!(read(Path::new("/proc/self/status"), "x").unwrap_err().id, "batch.changing");
        assert_eq!(read(Path::new("/dev/zero"), "x").unwrap_err().id, "batch.no_file");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "text").unwrap();
        assert_eq!(read(file.path(), "x").unwrap(), b"text");
    }
}
