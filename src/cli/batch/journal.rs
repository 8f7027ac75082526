//! The journal: what a batch has to do and has done, in `OUT/journal.sqlite`.
//!
//! What it says is there is there. Outputs are written under working names first; one transaction then notes the results of a
//! group of inputs with the final names of their outputs, and only then are files renamed, each time in the order of the
//! inputs. So after any end there are four kinds of outputs: noted and renamed; noted and not yet renamed ([`Journal::staged`]:
//! renamed at the next start); working files that nothing notes (removed); and none. Commits reach the disk before renames do
//! (`synchronous = FULL`); the outputs themselves reach it at the end of the run, and after a run that had no end their
//! hashes are looked at instead.
//!
//! Only numbers, names and JSON go through here: what an entry is, [`biaozhun::summary`] says.

use super::inputs::{Input, Place, path_bytes, path_of};
use super::names;
use biaozhun::summary::Words;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};

pub type Result<T> = rusqlite::Result<T>;

/// What the file is called.
pub const FILE: &str = "journal.sqlite";

/// Of this layout; another is of another version of the program.
const LAYOUT: i64 = 2;

const TABLES: &str = "
    CREATE TABLE run (
        id INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER, version TEXT NOT NULL, key TEXT NOT NULL,
        totals TEXT NOT NULL
    );
    -- One row an input, in the order of the names. state: 0 to be done, 1 done, 2 not there any more.
    CREATE TABLE input (
        id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, shown TEXT NOT NULL, file BLOB NOT NULL, entry_index INTEGER,
        nested_index INTEGER, size INTEGER NOT NULL, trouble TEXT, listed INTEGER NOT NULL, state INTEGER NOT NULL,
        sha256 TEXT, key TEXT, run INTEGER, outcome TEXT, again INTEGER NOT NULL DEFAULT 0,
        errors INTEGER NOT NULL DEFAULT 0, entry TEXT
    );
    -- key: under which two names are one. staged: the working name, until it is renamed.
    CREATE TABLE output (
        key TEXT PRIMARY KEY, path TEXT NOT NULL, input INTEGER NOT NULL, form INTEGER NOT NULL, sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL, staged TEXT
    ) WITHOUT ROWID;
    CREATE INDEX input_file ON input (file, listed);
    CREATE INDEX output_input ON output (input, form);
    CREATE INDEX output_staged ON output (staged) WHERE staged IS NOT NULL;
    -- Which number a name has next, so that none is looked for twice and none is given again.
    CREATE TABLE number (wanted TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
    -- Outputs of an earlier run that no input has any more, to be removed.
    CREATE TABLE stale (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
";

pub struct Journal {
    connection: Connection,
    run: i64,
}

/// An output that the journal knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Below the output folder, with `/`.
    pub path: String,
    pub form: usize,
    pub sha256: String,
    pub bytes: u64,
}

/// An input with what is known of it.
pub struct Listed {
    pub id: i64,
    pub input: Input,
    /// Why it cannot be read.
    pub trouble: Option<Words>,
    /// Of an earlier run: hash and key that its entry was made with.
    pub done: Option<(String, String)>,
    pub outputs: Vec<Noted>,
}

/// The result of an input, to be noted.
pub struct Verdict<'a> {
    pub id: i64,
    pub sha256: Option<&'a str>,
    pub key: &'a str,
    pub outcome: &'a str,
    /// Whether the next run tries again, though nothing has changed: what stood in the way may be gone.
    pub again: bool,
    /// Whether it has findings of level error.
    pub errors: bool,
    pub entry: &'a str,
}

/// A run, for [`super::status`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub id: i64,
    /// Seconds since 1970.
    pub started: i64,
    pub finished: Option<i64>,
    pub version: String,
}

impl Journal {
    /// Opens the journal of an output folder, making it where there is none.
    pub fn open(folder: &Path) -> Result<Option<Self>> {
        let connection = Connection::open(folder.join(FILE))?;
        // A journal of its own kind is moved aside, not guessed at.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -8192)?;
        let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if layout == 0 {
            connection.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {LAYOUT}; COMMIT;"))?;
        } else if layout != LAYOUT {
            return Ok(None);
        }
        Ok(Some(Journal { connection, run: 0 }))
    }

    /// Opens a journal for looking at it; none where there is none.
    pub fn look(folder: &Path) -> Result<Option<Self>> {
        let file = folder.join(FILE);
        if !file.is_file() {
            return Ok(None);
        }
        let connection = Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok((layout == LAYOUT).then_some(Journal { connection, run: 0 }))
    }

    /// Begins a run; says whether the one before it had an end. `totals` are kept as they were given.
    pub fn begin(&mut self, key: &str, totals: &[String], now: i64) -> Result<bool> {
        let ended: Option<Option<i64>> =
            self.connection.query_row("SELECT finished FROM run ORDER BY id DESC LIMIT 1", [], |row| row.get(0)).optional()?;
        let version = env!("CARGO_PKG_VERSION");
        let insert = "INSERT INTO run (started, version, key, totals) VALUES (?1, ?2, ?3, ?4)";
        self.connection.execute(insert, params![now, version, key, totals.join("\n")])?;
        self.run = self.connection.last_insert_rowid();
        Ok(ended.is_none_or(|ended| ended.is_some()))
    }

    pub fn end(&mut self, now: i64) -> Result<()> {
        self.connection.execute("UPDATE run SET finished = ?1 WHERE id = ?2", params![now, self.run])?;
        // Into the one file, so that it can be copied as it is.
        self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE").or_else(|_| Ok(()))
    }

    /// Work that is noted whole or not at all.
    pub fn begin_group(&self) -> Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE")
    }

    pub fn commit_group(&self) -> Result<()> {
        self.connection.execute_batch("COMMIT")
    }

    /// Lists an input for this run. One that is listed already stays as it is.
    pub fn list(&self, input: &Input) -> Result<()> {
        let (entry, nested) = match input.place {
            Place::File => (None, None),
            Place::Entry(index) => (Some(number(index)), None),
            Place::Nested(entry, index) => (Some(number(entry)), Some(number(index))),
        };
        let trouble = input.trouble.as_ref().map(|message| {
            // An input with a trouble is never taken for one without.
            serde_json::to_string(&Words::from(message)).unwrap_or_else(|_| message.id.to_owned())
        });
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO input (name, shown, file, entry_index, nested_index, size, trouble, listed, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)
             ON CONFLICT (name) DO UPDATE SET shown = ?2, file = ?3, entry_index = ?4, nested_index = ?5, size = ?6,
                trouble = ?7, listed = ?8, state = 0 WHERE listed <> ?8",
        )?;
        let size = i64::try_from(input.size).unwrap_or(i64::MAX);
        let file = path_bytes(&input.file);
        statement.execute(params![input.name, input.shown, file, entry, nested, size, trouble, self.run])?;
        Ok(())
    }

    /// How many inputs are to be done.
    pub fn open_inputs(&self) -> Result<usize> {
        self.count("SELECT count(*) FROM input WHERE state = 0 AND listed = ?1", [self.run])
    }

    fn count(&self, query: &str, parameters: impl rusqlite::Params) -> Result<usize> {
        let count: i64 = self.connection.prepare_cached(query)?.query_row(parameters, |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The next inputs of this run behind a name, at most so many, in order.
    pub fn next(&self, behind: &[u8], most: usize) -> Result<Vec<Listed>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, name, shown, file, entry_index, nested_index, size, trouble, sha256, key, again FROM input
             WHERE name > ?1 AND listed = ?2 AND state = 0 ORDER BY name LIMIT ?3",
        )?;
        let rows = statement.query_map(params![behind, self.run, number(most)], listed)?;
        let mut found = rows.collect::<Result<Vec<Listed>>>()?;
        for listed in &mut found {
            listed.outputs = self.outputs(listed.id)?;
        }
        Ok(found)
    }

    /// The outputs that an input has.
    pub fn outputs(&self, input: i64) -> Result<Vec<Noted>> {
        let query = "SELECT path, form, sha256, bytes FROM output WHERE input = ?1 ORDER BY form, path";
        let mut statement = self.connection.prepare_cached(query)?;
        let noted = |row: &Row| {
            let form: i64 = row.get(1)?;
            let bytes: i64 = row.get(3)?;
            let (form, bytes) = (usize::try_from(form).unwrap_or_default(), u64::try_from(bytes).unwrap_or_default());
            Ok(Noted { path: row.get(0)?, form, sha256: row.get(2)?, bytes })
        };
        statement.query_map([input], noted)?.collect()
    }

    /// Nothing of an input has changed.
    pub fn unchanged(&self, input: i64) -> Result<()> {
        self.connection.prepare_cached("UPDATE input SET state = 1 WHERE id = ?1")?.execute([input])?;
        Ok(())
    }

    /// The entry that an input has.
    pub fn entry(&self, input: i64) -> Result<String> {
        self.connection.prepare_cached("SELECT entry FROM input WHERE id = ?1")?.query_row([input], |row| row.get(0))
    }

    /// Notes the result of an input.
    pub fn note(&self, result: &Verdict) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE input SET state = 1, sha256 = ?2, key = ?3, run = ?4, outcome = ?5, again = ?6,
                errors = ?7, entry = ?8 WHERE id = ?1",
        )?;
        let Verdict { id, sha256, key, outcome, again, errors, entry } = result;
        statement.execute(params![id, sha256, key, self.run, outcome, again, errors, entry])?;
        Ok(())
    }

    /// Whether a path is one that an input other than this has.
    pub fn is_taken(&self, path: &str, input: i64) -> Result<bool> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM output WHERE key = ?1 AND input <> ?2")?;
        statement.exists(params![names::key(path), input])
    }

    /// The next number of a name.
    pub fn next_number(&self, wanted: &str) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO number (wanted, next) VALUES (?1, 2) ON CONFLICT (wanted) DO UPDATE SET next = next + 1 RETURNING next - 1",
        )?;
        let number: i64 = statement.query_row([wanted], |row| row.get(0))?;
        Ok(usize::try_from(number).unwrap_or(1))
    }

    /// Forgets an output; where `stale` the file is removed later, unless it is another's by then.
    pub fn forget(&self, output: &Noted, stale: bool) -> Result<()> {
        self.connection.prepare_cached("DELETE FROM output WHERE key = ?1")?.execute([names::key(&output.path)])?;
        if stale {
            let mut statement =
                self.connection.prepare_cached("INSERT OR REPLACE INTO stale (path, sha256) VALUES (?1, ?2)")?;
            statement.execute(params![output.path, output.sha256])?;
        }
        Ok(())
    }

    /// Notes an output that will be renamed from its working name.
    pub fn stage(&self, input: i64, output: &Noted, staged: &str) -> Result<()> {
        let key = names::key(&output.path);
        self.connection.prepare_cached("DELETE FROM stale WHERE path = ?1")?.execute([&output.path])?;
        let mut statement = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO output (key, path, input, form, sha256, bytes, staged) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let bytes = i64::try_from(output.bytes).unwrap_or(i64::MAX);
        statement.execute(params![key, output.path, input, number(output.form), output.sha256, bytes, staged])?;
        Ok(())
    }

    /// All outputs that are noted and not known to be renamed: input, output, working name.
    pub fn staged(&self) -> Result<Vec<(i64, Noted, String)>> {
        let query = "SELECT input, path, form, sha256, bytes, staged FROM output WHERE staged IS NOT NULL ORDER BY key";
        let mut statement = self.connection.prepare_cached(query)?;
        let one = |row: &Row| {
            let bytes: i64 = row.get(4)?;
            let form: i64 = row.get(2)?;
            let bytes = u64::try_from(bytes).unwrap_or_default();
            let noted =
                Noted { path: row.get(1)?, form: usize::try_from(form).unwrap_or_default(), sha256: row.get(3)?, bytes };
            Ok((row.get(0)?, noted, row.get(5)?))
        };
        statement.query_map([], one)?.collect()
    }

    /// All that was staged is in its place.
    pub fn placed(&self) -> Result<()> {
        self.connection.prepare_cached("UPDATE output SET staged = NULL WHERE staged IS NOT NULL")?.execute([])?;
        Ok(())
    }

    /// An input has to be done again, whatever is noted of it.
    pub fn redo(&self, input: i64) -> Result<()> {
        self.connection.prepare_cached("UPDATE input SET sha256 = NULL WHERE id = ?1")?.execute([input])?;
        Ok(())
    }

    /// Outputs to be removed, with the hash that they must still have.
    pub fn stale(&self) -> Result<Vec<(String, String)>> {
        let mut statement = self.connection.prepare_cached("SELECT path, sha256 FROM stale ORDER BY path")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    pub fn clear_stale(&self) -> Result<()> {
        self.connection.prepare_cached("DELETE FROM stale")?.execute([])?;
        Ok(())
    }

    /// Inputs of earlier runs that this one did not list: id and file, behind an id.
    pub fn unlisted(&self, behind: i64, most: usize) -> Result<Vec<(i64, PathBuf, bool)>> {
        let query = "SELECT id, file, entry_index IS NOT NULL FROM input WHERE id > ?1 AND listed <> ?2 AND state <> 2
                     ORDER BY id LIMIT ?3";
        let mut statement = self.connection.prepare_cached(query)?;
        let one = |row: &Row| Ok((row.get(0)?, path_of(row.get(1)?), row.get(2)?));
        statement.query_map(params![behind, self.run, number(most)], one)?.collect()
    }

    /// Whether something of a file was listed in this run.
    pub fn is_listed(&self, file: &Path) -> Result<bool> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM input WHERE file = ?1 AND listed = ?2")?;
        statement.exists(params![path_bytes(file), self.run])
    }

    /// An input is not there any more.
    pub fn gone(&self, input: i64) -> Result<()> {
        self.connection.prepare_cached("UPDATE input SET state = 2 WHERE id = ?1")?.execute([input])?;
        Ok(())
    }

    /// The JSON of all entries whose inputs are there, in the order of their names, one at a time.
    pub fn entries<E>(&self, mut each: impl FnMut(&str) -> std::result::Result<(), E>) -> Result<std::result::Result<(), E>> {
        let query = "SELECT entry FROM input WHERE state = 1 AND entry IS NOT NULL ORDER BY name";
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Err(error) = each(row.get_ref(0)?.as_str()?) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    /// The next entries behind a name, name and JSON: as many as have so many bytes, but at least one where there is one.
    pub fn page(&self, behind: &[u8], bytes: usize) -> Result<Vec<(Vec<u8>, String)>> {
        let query = "SELECT name, entry FROM input WHERE name > ?1 AND state = 1 AND entry IS NOT NULL ORDER BY name";
        let mut statement = self.connection.prepare_cached(query)?;
        let mut rows = statement.query([behind])?;
        let (mut page, mut size) = (Vec::new(), 0);
        while size < bytes {
            let Some(row) = rows.next()? else { break };
            let entry: String = row.get(1)?;
            size += entry.len();
            page.push((row.get(0)?, entry));
        }
        Ok(page)
    }

    /// Counts of inputs that are done, by outcome.
    pub fn outcomes(&self) -> Result<Vec<(String, usize)>> {
        let query = "SELECT outcome, count(*) FROM input WHERE state = 1 AND outcome IS NOT NULL GROUP BY outcome ORDER BY 1";
        let mut statement = self.connection.prepare_cached(query)?;
        let one = |row: &Row| {
            let count: i64 = row.get(1)?;
            Ok((row.get(0)?, usize::try_from(count).unwrap_or_default()))
        };
        statement.query_map([], one)?.collect()
    }

    /// Counts of inputs that are to be done, and of those that are not there any more.
    pub fn left(&self) -> Result<(usize, usize)> {
        let count = |state: i64| self.count("SELECT count(*) FROM input WHERE state = ?1", [state]);
        Ok((count(0)?, count(2)?))
    }

    /// Whether some input that is there has findings of level error.
    pub fn has_errors(&self) -> Result<bool> {
        self.connection.prepare_cached("SELECT 1 FROM input WHERE state = 1 AND errors LIMIT 1")?.exists([])
    }

    /// How many outputs there are, and their bytes.
    pub fn output_count(&self) -> Result<(usize, u64)> {
        let one = |row: &Row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?));
        let (count, bytes) = self.connection.query_row("SELECT count(*), sum(bytes) FROM output", [], one)?;
        Ok((usize::try_from(count).unwrap_or_default(), u64::try_from(bytes.unwrap_or_default()).unwrap_or_default()))
    }

    /// The totals that the last run was given.
    pub fn totals(&self) -> Result<Vec<String>> {
        let query = "SELECT totals FROM run ORDER BY id DESC LIMIT 1";
        let totals: Option<String> = self.connection.query_row(query, [], |row| row.get(0)).optional()?;
        Ok(totals.unwrap_or_default().lines().map(str::to_owned).collect())
    }

    /// The last run.
    pub fn last_run(&self) -> Result<Option<Run>> {
        let query = "SELECT id, started, finished, version FROM run ORDER BY id DESC LIMIT 1";
        let one = |row: &Row| Ok(Run { id: row.get(0)?, started: row.get(1)?, finished: row.get(2)?, version: row.get(3)? });
        self.connection.query_row(query, [], one).optional()
    }
}

fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn listed(row: &Row) -> Result<Listed> {
    let index = |column: usize| -> Result<Option<usize>> {
        let index: Option<i64> = row.get(column)?;
        Ok(index.and_then(|index| usize::try_from(index).ok()))
    };
    let place = match (index(4)?, index(5)?) {
        (None, _) => Place::File,
        (Some(entry), None) => Place::Entry(entry),
        (Some(entry), Some(nested)) => Place::Nested(entry, nested),
    };
    let size: i64 = row.get(6)?;
    let size = u64::try_from(size).unwrap_or_default();
    let file = path_of(row.get(3)?);
    let input = Input { name: row.get(1)?, shown: row.get(2)?, file, place, size, trouble: None };
    let done = match (row.get::<_, Option<String>>(8)?, row.get::<_, Option<String>>(9)?, row.get::<_, bool>(10)?) {
        (Some(sha256), Some(key), false) => Some((sha256, key)),
        _ => None,
    };
    let trouble = |text: String| serde_json::from_str(&text).unwrap_or(Words::Plain(text));
    Ok(Listed { id: row.get(0)?, input, trouble: row.get::<_, Option<String>>(7)?.map(trouble), done, outputs: Vec::new() })
}
