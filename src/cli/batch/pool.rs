//! Workers: processes of this very program, each working on one document at a time. What a document does to its worker (a stack
//! that overflows, memory that runs out, work that does not end) is that document's error; the worker is replaced.
//!
//! A thread cannot be stopped and an overflowing stack takes its whole process along, hence processes. What they cost is measured
//! in docs/scale.md.

use super::protocol::{Done, Hello, receive, receive_json, send};
use biaozhun::diag::Message;
use std::ffi::OsString;
use std::io::{BufReader, BufWriter, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Set for workers, to what says which program it is: the command line is the same, what is done is not.
pub const WORKER: &str = "BIAOZHUN_WORKER";

/// How the allocator of a worker behaves, in KiB. What it reserves counts against the worker's limit, taken or not: as little at a
/// time as it knows. And what is large is given back at once, so that one document's size is not kept for the next.
const ALLOCATOR: [(&str, &str); 2] = [("MIMALLOC_ARENA_RESERVE", "32768"), ("MIMALLOC_ARENA_MAX_OBJECT_SIZE", "1024")];

/// After so many documents a worker is replaced, so that what the memory is cut into does not grow without end.
const DOCUMENTS: usize = 5000;
/// After a document of so many bytes too: memory once taken is not always given back.
const LARGE: usize = 4 << 20;

/// How workers are started, and what they may take.
pub struct Pool {
    words: Vec<OsString>,
    /// Which program this is, for the workers' keys.
    program: String,
    key: String,
    limit: Duration,
    watched: Arc<Mutex<Vec<Arc<Mutex<Watched>>>>>,
    /// No worker is started any more.
    stopped: AtomicBool,
}

/// A process that is looked after.
struct Watched {
    child: Child,
    /// Until when it has to answer.
    deadline: Option<Instant>,
    overdue: bool,
}

/// One worker; it may not have been started yet, or not again.
pub struct Worker<'p> {
    pool: &'p Pool,
    running: Option<Running>,
}

struct Running {
    watched: Arc<Mutex<Watched>>,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
    documents: usize,
}

/// What came of a document.
pub enum Answer {
    Done(Box<Done>, Vec<Vec<u8>>),
    /// The document was too much for its worker: why, and whether it is a fault of ours.
    Died {
        why: Message,
        fault: bool,
    },
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    /// `words` is the command line of this process. The thread that looks after the workers ends with the process.
    pub fn new(words: Vec<OsString>, program: String, key: String, limit: Duration) -> Self {
        let watched: Arc<Mutex<Vec<Arc<Mutex<Watched>>>>> = Arc::default();
        let all = watched.clone();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(50));
                for watched in locked(&all).iter() {
                    let mut watched = locked(watched);
                    if watched.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                        watched.deadline = None;
                        watched.overdue = true;
                        // One that is gone already needs no end.
                        let _ = watched.child.kill();
                    }
                }
            }
        });
        Pool { words, program, key, limit, watched, stopped: AtomicBool::new(false) }
    }

    pub fn worker(&self) -> Worker<'_> {
        Worker { pool: self, running: None }
    }

    /// Ends all work at once.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        for watched in locked(&self.watched).iter() {
            let _ = locked(watched).child.kill();
        }
    }

    fn start(&self) -> Result<Running, Message> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(Message::new("batch.stopped"));
        }
        let failed = |detail: &dyn std::fmt::Display| Message::new("batch.no_worker").with("detail", detail);
        // The program as it was started, also where its file was replaced since.
        let program = match cfg!(target_os = "linux") {
            true => "/proc/self/exe".into(),
            false => std::env::current_exe().map_err(|error| failed(&error))?,
        };
        let mut command = Command::new(program);
        command.args(self.words.iter().skip(1)).env(WORKER, &self.program).envs(ALLOCATOR);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            // Ctrl-C is for us; we tell the workers.
            command.process_group(0);
            if let Some(name) = self.words.first() {
                command.arg0(name);
            }
        }
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else { return Err(failed(&"pipe")) };
        let mut from = BufReader::with_capacity(64 << 10, from);
        let hello = receive_json::<Hello>(&mut from);
        let watched = Arc::new(Mutex::new(Watched { child, deadline: None, overdue: false }));
        match hello {
            Ok(Some(hello)) if hello.key == self.key => {}
            Ok(Some(_)) => return Err(Message::new("batch.changed_meanwhile")),
            Ok(None) => return Err(failed(&last_words(&watched))),
            Err(error) => return Err(failed(&error)),
        }
        locked(&self.watched).push(watched.clone());
        Ok(Running { watched, to: BufWriter::new(to), from, documents: 0 })
    }
}

impl Worker<'_> {
    /// Has a document worked on. An error is no document's: no worker can be started.
    pub fn ask(&mut self, name: &str, bytes: &[u8]) -> Result<Answer, Message> {
        // What was killed from outside is not the document's doing: a second worker dies of it too.
        match self.once(name, bytes)? {
            Answer::Died { fault: true, .. } => self.once(name, bytes),
            answer => Ok(answer),
        }
    }

    fn once(&mut self, name: &str, bytes: &[u8]) -> Result<Answer, Message> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.pool.start()?,
        };
        locked(&running.watched).deadline = Some(Instant::now() + self.pool.limit);
        let answer = exchange(&mut running, name, bytes);
        locked(&running.watched).deadline = None;
        match answer {
            Ok(Some(answer)) => {
                running.documents += 1;
                if running.documents < DOCUMENTS && bytes.len() < LARGE {
                    self.running = Some(running);
                } else {
                    self.end(running);
                }
                Ok(answer)
            }
            Ok(None) | Err(_) => {
                let (why, fault) = self.cause(&running);
                self.end(running);
                Ok(Answer::Died { why, fault })
            }
        }
    }

    /// Why a worker answers no more.
    fn cause(&self, running: &Running) -> (Message, bool) {
        let words = last_words(&running.watched);
        if locked(&running.watched).overdue {
            return (Message::new("batch.time_limit").with("seconds", self.pool.limit.as_secs()), false);
        }
        if words.contains("memory allocation of") {
            return (Message::new("batch.memory_limit"), false);
        }
        (Message::new("cli.internal").with("detail", words), true)
    }

    fn end(&self, running: Running) {
        let mut all = locked(&self.pool.watched);
        all.retain(|watched| !Arc::ptr_eq(watched, &running.watched));
        drop(all);
        drop((running.to, running.from));
        let mut watched = locked(&running.watched);
        let _ = watched.child.kill();
        let _ = watched.child.wait();
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.end(running);
        }
    }
}

fn exchange(running: &mut Running, name: &str, bytes: &[u8]) -> std::io::Result<Option<Answer>> {
    send(&mut running.to, name.as_bytes())?;
    send(&mut running.to, bytes)?;
    running.to.flush()?;
    let Some(done) = receive_json::<Done>(&mut running.from)? else { return Ok(None) };
    let mut contents = Vec::with_capacity(done.outputs.len());
    for _ in &done.outputs {
        let Some(content) = receive(&mut running.from)? else { return Ok(None) };
        contents.push(content);
    }
    Ok(Some(Answer::Done(Box::new(done), contents)))
}

/// What a process that is ending said at the end, and how it ended; in one line.
fn last_words(watched: &Mutex<Watched>) -> String {
    let mut watched = locked(watched);
    // It is gone, or of no use any more; what it wrote is still in the pipe.
    std::thread::sleep(Duration::from_millis(1));
    if !matches!(watched.child.try_wait(), Ok(Some(_))) {
        std::thread::sleep(Duration::from_millis(200));
        let _ = watched.child.kill();
    }
    let status = watched.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
    let mut said = Vec::new();
    if let Some(errors) = watched.child.stderr.take() {
        let _ = errors.take(4096).read_to_end(&mut said);
    }
    let said = String::from_utf8_lossy(&said);
    let said: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if said.is_empty() { status } else { format!("{status}; {}", said.join(" ")) }
}
