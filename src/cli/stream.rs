//! `biaozhun stream`: documents in, one JSON record a line out, in order, for as long as there are any. For engines that pipe
//! data through programs. The same workers as a batch, no files and no journal.
//!
//! A line that is in is answered as soon as it is done and all before it are; nothing waits for more input. So many
//! documents are in work at once and no more: memory does not grow.

use super::Status;
use super::batch::budget::Budget;
use super::batch::pool::{Answer, Pool, Worker};
use super::batch::work::{self, Engine, How};
use super::convert::{Target, each_once};
use super::emit::{Emit, pipe};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use biaozhun::catalogue::Language;
use biaozhun::diag::Message;
use biaozhun::limits;
use biaozhun::summary::{Entry, Outcome};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::io::{BufRead, Read, Write};
use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

#[derive(Args)]
pub struct Arguments {
    #[arg(long, value_enum, default_value = "lines")]
    pub input: Shape,
    #[arg(long, value_enum, value_delimiter = ',')]
    pub to: Vec<Target>,
    #[command(flatten)]
    pub how: How,
}

// How documents come.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    // JSON lines with the document in base64.
    Lines,
    // Four bytes of length, the most significant first, then so many bytes of document.
    Frames,
}

/// Documents in work, for each worker: one that is worked on and one that waits.
const IN_WORK: usize = 2;
/// Base64 and what stands around it.
const LONGEST_LINE: u64 = limits::SOURCE_BYTES as u64 / 3 * 4 + (1 << 20);

/// One document as it came, or why it is none.
struct Document {
    id: Value,
    name: String,
    content: Result<Vec<u8>, Message>,
}

/// Where the answer to a document will be.
type Turn = Receiver<Result<Value, Message>>;

/// What the threads share.
struct Shared {
    pool: Pool,
    budget: Budget,
    work: Mutex<Receiver<Job>>,
    language: Language,
}

/// Its answer goes where the writer waits for it in turn.
struct Job {
    document: Document,
    /// Of the budget.
    weight: u64,
    answer: SyncSender<Result<Value, Message>>,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let targets = each_once(&arguments.to);
    let Some(engine) = Engine::open(&arguments.how, Vec::new(), targets, emit) else { return Status::Failed };
    if work::is_worker() {
        return engine.serve(&arguments.how);
    }
    let limit = Duration::from_secs(arguments.how.time_limit);
    let pool = Pool::new(std::env::args_os().collect(), work::program(), engine.key.clone(), limit);
    let jobs = arguments.how.jobs();
    let (language, shape) = (emit.language, arguments.input);
    // The answers in the order of the questions; its length bounds what is in work.
    let (turns, order) = mpsc::sync_channel::<Turn>(jobs * IN_WORK);
    let (feed, work) = mpsc::sync_channel::<Job>(jobs);
    let shared = Arc::new(Shared { pool, budget: Budget::default(), work: Mutex::new(work), language });
    // These end by themselves at the end of the input. Where writing has to stop before that, they end with the process: reading
    // may wait for as long as it likes.
    for _ in 0..jobs {
        let shared = shared.clone();
        std::thread::spawn(move || serve(&shared));
    }
    let reading = shared.clone();
    std::thread::spawn(move || read(shape, &reading.budget, &turns, &feed));
    let outcome = write(&order);
    shared.pool.stop();
    match outcome {
        Ok(()) => Status::Clean,
        Err(Stop::Closed) => Status::Clean,
        Err(Stop::Trouble(message)) => {
            let text = emit.say(&message);
            emit.error(&text);
            Status::Failed
        }
    }
}

/// Why no more is written.
enum Stop {
    /// Nobody reads any more.
    Closed,
    Trouble(Message),
}

/// Writes answers in turn; what is ready is out before anything is waited for.
fn write(order: &Receiver<Turn>) -> Result<(), Stop> {
    let mut out = std::io::BufWriter::with_capacity(256 << 10, pipe().lock());
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Stop::Closed,
        _ => Stop::Trouble(Message::new("batch.stream_write").with("detail", error)),
    };
    loop {
        let turn = match order.try_recv() {
            Ok(turn) => turn,
            Err(TryRecvError::Disconnected) => return out.flush().map_err(failed),
            Err(TryRecvError::Empty) => {
                out.flush().map_err(failed)?;
                match order.recv() {
                    Ok(turn) => turn,
                    Err(_) => return Ok(()),
                }
            }
        };
        let answer = match turn.try_recv() {
            Ok(answer) => answer,
            Err(_) => {
                out.flush().map_err(failed)?;
                turn.recv().map_err(|_| Stop::Trouble(Message::new("batch.stopped")))?
            }
        };
        let record = answer.map_err(Stop::Trouble)?;
        serde_json::to_writer(&mut out, &record).map_err(|error| failed(error.into()))?;
        out.write_all(b"\n").map_err(failed)?;
    }
}

/// A thread with a worker.
fn serve(shared: &Shared) {
    let mut worker = shared.pool.worker();
    loop {
        let job = shared.work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { document, weight, answer }) = job else { return };
        let record = record(document, &mut worker, shared.language);
        shared.budget.give(weight);
        // Where nobody waits for it, writing has stopped.
        if answer.send(record).is_err() {
            return;
        }
    }
}

/// The record of a document: its id, and its entry.
fn record(document: Document, worker: &mut Worker, language: Language) -> Result<Value, Message> {
    let Document { id, name, content } = document;
    let failed = |bytes: u64, outcome: Outcome, why: &Message| Entry::failed(name.clone(), String::new(), bytes, outcome, why);
    let mut files = Vec::new();
    let entry = match &content {
        Err(why) => failed(0, Outcome::Refused, why),
        Ok(bytes) => match worker.ask(&name, bytes)? {
            Answer::Died { why, fault } => {
                failed(bytes.len() as u64, if fault { Outcome::Fault } else { Outcome::Refused }, &why)
            }
            Answer::Done(done, contents) => {
                for (output, content) in done.outputs.iter().zip(contents) {
                    files.push(json!({"form": output.form, "kind": output.ending, "data": STANDARD.encode(content)}));
                }
                done.entry
            }
        },
    };
    let entry = serde_json::to_value(entry.in_language(language))
        .map_err(|error| Message::new("cli.internal").with("detail", error))?;
    let mut record = json!({"id": id});
    if let (Some(record), Value::Object(entry)) = (record.as_object_mut(), entry) {
        record.extend(entry);
        if !files.is_empty() {
            record.insert("files".to_owned(), Value::Array(files));
        }
    }
    Ok(record)
}

/// Reads documents until there are no more, or nobody takes them.
fn read(shape: Shape, budget: &Budget, turns: &SyncSender<Turn>, feed: &SyncSender<Job>) {
    let mut input = std::io::stdin().lock();
    let mut number = 0u64;
    loop {
        number += 1;
        let (document, is_last) = match shape {
            Shape::Lines => line(&mut input, number),
            Shape::Frames => frame(&mut input, number),
        };
        if let Some(document) = document {
            let weight = budget.take(document.content.as_ref().map_or(0, |bytes| bytes.len() as u64));
            let (answer, turn) = mpsc::sync_channel(1);
            if turns.send(turn).is_err() || feed.send(Job { document, weight, answer }).is_err() {
                return;
            }
        }
        if is_last {
            return;
        }
    }
}

fn bad(number: u64, why: Message) -> Document {
    Document { id: Value::Null, name: number.to_string(), content: Err(why) }
}

/// The next line; and whether it is the last. Every line is answered, an empty one too.
fn line(input: &mut impl BufRead, number: u64) -> (Option<Document>, bool) {
    let mut line = Vec::new();
    match input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
        Ok(0) => return (None, true),
        Ok(_) => {}
        Err(error) => return (Some(bad(number, Message::new("batch.stream_read").with("detail", error))), true),
    }
    if line.last() != Some(&b'\n') && line.len() as u64 == LONGEST_LINE {
        let mut rest = Vec::new();
        while input.by_ref().take(1 << 20).read_until(b'\n', &mut rest).is_ok_and(|read| read > 0) {
            if rest.last() == Some(&b'\n') {
                break;
            }
            rest.clear();
        }
        let limit = limits::SOURCE_BYTES >> 20;
        return (Some(bad(number, Message::new("batch.line.long").with("limit", limit))), false);
    }
    (Some(parsed(&line, number)), false)
}

fn parsed(line: &[u8], number: u64) -> Document {
    let fields = match serde_json::from_slice::<Value>(line) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return bad(number, Message::new("batch.line.no_object")),
        Err(error) => return bad(number, Message::new("batch.line.no_json").with("column", error.column())),
    };
    let id = fields.get("id").cloned().unwrap_or_default();
    let name = match (fields.get("name"), &id) {
        (Some(Value::String(name)), _) => name.clone(),
        (_, Value::String(id)) => id.clone(),
        (_, Value::Null) => number.to_string(),
        (_, id) => id.to_string(),
    };
    let content = match (fields.get("data"), fields.get("text")) {
        (Some(Value::String(data)), None) => {
            // As tools write it: with or without padding, in one line or several.
            let data: Vec<u8> = data.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
            let decoded = STANDARD.decode(&data).or_else(|_| STANDARD_NO_PAD.decode(&data));
            decoded.map_err(|_| Message::new("batch.line.no_base64"))
        }
        (None, Some(Value::String(text))) => Ok(text.clone().into_bytes()),
        _ => Err(Message::new("batch.line.no_data")),
    };
    Document { id, name, content }
}

/// The next frame. Behind one that is broken there is no telling where the next begins.
fn frame(input: &mut impl Read, number: u64) -> (Option<Document>, bool) {
    let mut length = [0; 4];
    let mut have = 0;
    while let Some(rest) = length.get_mut(have..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) if have == 0 => return (None, true),
            Ok(0) => return (Some(bad(number, Message::new("batch.frame.cut"))), true),
            Ok(read) => have += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return (Some(bad(number, Message::new("batch.stream_read").with("detail", error))), true),
        }
    }
    let length = u64::from(u32::from_be_bytes(length));
    if length > limits::SOURCE_BYTES as u64 {
        let passed = std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink());
        let limit = limits::SOURCE_BYTES >> 20;
        let document = bad(number, Message::new("batch.line.long").with("limit", limit));
        return (Some(document), passed.ok() != Some(length));
    }
    let mut bytes = Vec::new();
    match input.by_ref().take(length).read_to_end(&mut bytes) {
        Ok(read) if read as u64 == length => {
            let document = Document { id: json!(number), name: number.to_string(), content: Ok(bytes) };
            (Some(document), false)
        }
        Ok(_) => (Some(bad(number, Message::new("batch.frame.cut"))), true),
        Err(error) => (Some(bad(number, Message::new("batch.stream_read").with("detail", error))), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_document_or_says_what_is_wrong_with_it() {
        let of = |text: &str| {
            let Document { id, name, content } = parsed(text.as_bytes(), 7);
            (id, name, content.map_err(|message| message.id))
        };
        assert_eq!(of(r#"{"id": 3, "name": "a.txt", "data": "YQ=="}"#), (json!(3), "a.txt".into(), Ok(b"a".to_vec())));
        assert_eq!(of(r#"{"id": "x", "data": "YQ"}"#), (json!("x"), "x".into(), Ok(b"a".to_vec())));
        assert_eq!(of(r#"{"text": "a"}"#), (Value::Null, "7".into(), Ok(b"a".to_vec())));
        assert_eq!(of("[1]").2, Err("batch.line.no_object"));
        assert_eq!(of("").2, Err("batch.line.no_json"));
        assert_eq!(of(r#"{"id": 4}"#), (json!(4), "4".into(), Err("batch.line.no_data")));
        assert_eq!(of(r#"{"id": 4, "data": "*"}"#).2, Err("batch.line.no_base64"));
    }

    #[test]
    fn frames_are_read_to_the_end_and_a_cut_one_is_told() {
        let wire = [&b"\0\0\0\x02ab\0\0\0\0"[..], b"\0\0\0\x05ab"].concat();
        let mut input = &*wire;
        let mut next = |number| {
            let (document, is_last) = frame(&mut input, number);
            (document.map(|document| document.content.map_err(|message| message.id)), is_last)
        };
        assert_eq!(next(1), (Some(Ok(b"ab".to_vec())), false));
        assert_eq!(next(2), (Some(Ok(Vec::new())), false));
        assert_eq!(next(3), (Some(Err("batch.frame.cut")), true));
        assert_eq!(next(4), (None, true));
    }
}
