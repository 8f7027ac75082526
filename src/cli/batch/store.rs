//! The output folder: working files and how they come to their places, and a lock so that two batches never share one.

use crate::cli::input::io_message;
use biaozhun::diag::Message;
use sha2::{Digest, Sha256};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Where outputs are until they are noted.
const WORK: &str = ".work";
const LOCK: &str = ".lock";

pub struct Store {
    root: PathBuf,
    /// Held as long as the process lives, however it ends.
    _lock: File,
}

/// The hash of some bytes as it is written everywhere.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a file; none where it cannot be read.
pub fn file_sha256(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hex(&digest.finalize())),
            read => digest.update(buffer.get(..read)?),
        }
    }
}

impl Store {
    /// Makes the folder where it is missing, sees that it can be written to, and locks it.
    pub fn open(root: &Path) -> Result<Self, Message> {
        let shown = root.display().to_string();
        let refused = |error: &io::Error| io_message("cli.write", &shown, error);
        if root.exists() && !root.is_dir() {
            return Err(Message::new("cli.no_folder").with("file", &shown));
        }
        fs::create_dir_all(root).map_err(|error| refused(&error))?;
        let lock = File::options().create(true).truncate(false).write(true).open(root.join(LOCK));
        let lock = lock.map_err(|error| refused(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Message::new("batch.locked").with("folder", &shown)),
            Err(TryLockError::Error(error)) => return Err(refused(&error)),
        }
        fs::create_dir_all(root.join(WORK)).map_err(|error| refused(&error))?;
        Ok(Store { root: root.to_owned(), _lock: lock })
    }

    /// Where a path of the journal is on this system.
    pub fn path(&self, path: &str) -> PathBuf {
        path.split('/').fold(self.root.clone(), |whole, part| whole.join(part))
    }

    /// Where a working file is.
    pub fn working(&self, name: &str) -> PathBuf {
        self.root.join(WORK).join(name)
    }

    /// Writes a working file.
    pub fn stage(&self, name: &str, bytes: &[u8]) -> Result<(), Message> {
        let path = self.root.join(WORK).join(name);
        let write = || File::create(&path)?.write_all(bytes);
        write().map_err(|error| self.trouble(&path, &error))
    }

    /// Brings a working file to its place. What stood there was ours.
    pub fn place(&self, staged: &str, path: &str) -> Result<(), Message> {
        let (from, to) = (self.root.join(WORK).join(staged), self.path(path));
        let refused = |error: &io::Error| self.trouble(&to, error);
        if fs::rename(&from, &to).is_ok() {
            return Ok(());
        }
        if let Some(folder) = to.parent() {
            // Never the output folder itself: where that is gone, it was taken away.
            fs::metadata(&self.root).map_err(|error| refused(&error))?;
            fs::create_dir_all(folder).map_err(|error| refused(&error))?;
        }
        fs::rename(&from, &to).map_err(|error| refused(&error))
    }

    /// Removes a file that has this content, and its folder where it was the last in it.
    pub fn remove(&self, path: &str, sha256: &str) {
        let path = self.path(path);
        if file_sha256(&path).is_some_and(|found| found == sha256) && fs::remove_file(&path).is_ok() {
            // One that is not empty stays.
            let _ = path.parent().map(fs::remove_dir);
        }
    }

    /// Whether a working file is there.
    pub fn is_staged(&self, staged: &str) -> bool {
        self.root.join(WORK).join(staged).is_file()
    }

    /// Removes all working files.
    pub fn clear(&self) -> Result<(), Message> {
        let work = self.root.join(WORK);
        fs::remove_dir_all(&work).and_then(|()| fs::create_dir(&work)).map_err(|error| self.trouble(&work, &error))
    }

    /// Removes the folder for working files.
    pub fn close(&self) {
        let _ = fs::remove_dir_all(self.root.join(WORK));
    }

    /// Brings all that was written to the disk.
    pub fn sync(&self) -> Result<(), Message> {
        let refused = |error: &io::Error| self.trouble(&self.root, error);
        #[cfg(target_os = "linux")]
        {
            let folder = File::open(&self.root).map_err(|error| refused(&error))?;
            rustix::fs::syncfs(&folder).map_err(|error| refused(&error.into()))
        }
        #[cfg(not(target_os = "linux"))]
        {
            fs::metadata(&self.root).map(drop).map_err(|error| refused(&error))
        }
    }

    /// What stands in the way of writing, in words that say what to do.
    pub fn trouble(&self, path: &Path, error: &io::Error) -> Message {
        let folder = self.root.display();
        if !self.root.join(WORK).is_dir() {
            return Message::new("batch.output_gone").with("folder", folder);
        }
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Message::new("batch.disk_full").with("folder", folder),
            _ => io_message("cli.write", &path.display().to_string(), error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_batch_at_a_time_and_files_come_whole_to_their_places() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(Store::open(folder.path()).err().unwrap().id, "batch.locked");
        store.stage("1", b"text").unwrap();
        store.place("1", "a/b.txt").unwrap();
        assert_eq!(fs::read(folder.path().join("a/b.txt")).unwrap(), b"text");
        assert!(!store.is_staged("1"));
        store.remove("a/b.txt", &sha256(b"other"));
        assert!(store.path("a/b.txt").is_file(), "what another wrote stays");
        store.remove("a/b.txt", &sha256(b"text"));
        assert!(!store.path("a").exists());
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        fs::remove_dir_all(folder.path()).unwrap();
        assert_eq!(store.stage("2", b"text").unwrap_err().id, "batch.output_gone");
        let full = io::Error::from(io::ErrorKind::StorageFull);
        fs::create_dir_all(folder.path().join(WORK)).unwrap();
        assert_eq!(store.trouble(folder.path(), &full).id, "batch.disk_full");
    }
}
