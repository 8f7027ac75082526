//! Waiting for files to be edited: their time and size are asked for again and again, which works on every file system.

use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long nothing is asked.
const PAUSE: Duration = Duration::from_millis(300);

/// What tells one state of a file from another; nothing while an editor puts a new one in its place.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(file: &str) -> Stamp {
    let data = std::fs::metadata(Path::new(file)).ok()?;
    Some((data.modified().ok()?, data.len()))
}

/// The states of all files.
pub fn stamps(files: &[String]) -> Vec<Stamp> {
    files.iter().map(|file| stamp(file)).collect()
}

/// Whether a file was edited: it is there, and not as it was.
fn is_edited(before: &[Stamp], now: &[Stamp]) -> bool {
    before.iter().zip(now).any(|(before, now)| now.is_some() && before != now)
}

/// Returns when a file is there in another state.
pub fn wait(files: &[String], before: &[Stamp]) {
    while !is_edited(before, &stamps(files)) {
        std::thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_seen_when_the_file_is_there_again() {
        let of = |seconds: u64, size: u64| Some((SystemTime::UNIX_EPOCH + Duration::from_secs(seconds), size));
        assert!(!is_edited(&[of(1, 5), None], &[of(1, 5), None]));
        assert!(!is_edited(&[of(1, 5)], &[None]), "gone while an editor saves");
        assert!(is_edited(&[of(1, 5)], &[of(2, 5)]) && is_edited(&[of(1, 5)], &[of(1, 6)]));
        assert!(is_edited(&[None], &[of(1, 5)]));
    }
}
