//! What comes in: files, standard input, and the form definitions to read them with.

use super::emit::Emit;
use biaozhun::diag::{Error, Message};
use biaozhun::form::{FormDefinition, load};
use biaozhun::limits;
use biaozhun::pipeline::{self, Conversion, Converter, Fix};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Why an input, or a place for outputs, cannot be used: worded, with what to do.
pub struct Trouble {
    pub message: Message,
}

impl From<Message> for Trouble {
    fn from(message: Message) -> Self {
        Trouble { message }
    }
}

/// How an input is called in messages: standard input has no name but `-`.
pub fn stem(file: &str) -> String {
    if file == "-" {
        return "stdin".to_owned();
    }
    Path::new(file).file_stem().map_or_else(|| "out".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// All bytes of a file, or of standard input for `-`.
pub fn bytes(file: &str) -> Result<Vec<u8>, Trouble> {
    let room = limits::SOURCE_BYTES as u64;
    let limit = |len: u64| Message::new("cli.too_large").with("file", file).with("size", len >> 20).with("limit", room >> 20);
    let refused = |error: std::io::Error| Trouble::from(io_message("cli.read", file, &error));
    let mut bytes = Vec::new();
    if file == "-" {
        std::io::stdin().lock().take(room + 1).read_to_end(&mut bytes).map_err(refused)?;
    } else {
        let path = Path::new(file);
        if path.is_dir() {
            return Err(Message::new("cli.is_folder").with("file", file).into());
        }
        let opened = std::fs::File::open(path).map_err(refused)?;
        opened.take(room + 1).read_to_end(&mut bytes).map_err(refused)?;
    }
    if bytes.len() as u64 > room {
        return Err(limit(bytes.len() as u64).into());
    }
    Ok(bytes)
}

/// What the system says, in our words where they help.
pub fn io_message(id: &'static str, file: &str, error: &std::io::Error) -> Message {
    use std::io::ErrorKind::{NotFound, PermissionDenied, StorageFull};
    match (id, error.kind()) {
        ("cli.read", NotFound) => Message::new("cli.not_found").with("file", file),
        ("cli.read", PermissionDenied) => Message::new("cli.unreadable").with("file", file),
        ("cli.write", PermissionDenied) => Message::new("cli.unwritable").with("file", file),
        ("cli.write", StorageFull) => Message::new("cli.full").with("file", file),
        ("cli.write", _) => Message::new("cli.write").with("file", file).with("detail", error),
        _ => Message::new("cli.read").with("file", file).with("detail", error),
    }
}

/// The definitions to use: `own` and all built-in ones that have no namesake there, the one with the id that was asked for,
/// or one read from a file.
pub fn definitions(
    form: Option<&str>,
    own: &[Arc<FormDefinition>],
    sources: &[load::Own],
    emit: &mut Emit,
) -> Option<Vec<Arc<FormDefinition>>> {
    let built_in = load::builtin().iter().filter(|definition| own.iter().all(|own| own.id != definition.id));
    let known: Vec<Arc<FormDefinition>> = own.iter().chain(built_in).cloned().collect();
    let Some(form) = form else { return Some(known) };
    if let Some(found) = known.iter().find(|definition| &*definition.id == form) {
        return Some(vec![found.clone()]);
    }
    if !form.ends_with(".yaml") && !form.ends_with(".yml") {
        let known: Vec<&str> = known.iter().map(|definition| &*definition.id).collect();
        let message = Message::new("cli.unknown_form").with("form", form).with("known", known.join(", "));
        let text = emit.say(&message);
        emit.error(&text);
        return None;
    }
    let bytes = match bytes(form) {
        Ok(bytes) => bytes,
        Err(trouble) => {
            let text = emit.say(&trouble.message);
            emit.error(&text);
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    match pipeline::load_definition_among(form, &text, sources) {
        Ok(definition) => Some(vec![Arc::new(definition)]),
        Err(error) => {
            super::report::failure(form, &error, Some(&text), emit);
            None
        }
    }
}

/// Reads and checks one input: a file that is called YAML is a record, whatever is in it.
pub fn convert(file: &str, bytes: &[u8], converter: &Converter, fix: Fix) -> Result<Conversion, Error> {
    let ending = Path::new(file).extension().map(|ending| ending.to_ascii_lowercase());
    let conversion = match ending.as_deref().and_then(|ending| ending.to_str()) {
        Some("yaml" | "yml") if !bytes.is_empty() => converter.convert_record(bytes, fix),
        _ => converter.convert(bytes, fix),
    };
    conversion.map(|conversion| conversion.named(file))
}

/// Runs one file's work so that a fault of ours in it is an error of this file, and the others go on.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(payload) => {
            let said = payload.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("panic");
            Err(Error::Internal(said.to_owned()))
        }
    }
}

/// Does the work for every item on all cores; the results stand in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        handles.into_iter().filter_map(|handle| handle.join().ok()).flatten().collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
