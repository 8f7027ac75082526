//! Batches of a season's size: a generator of documents, and interruptions at random moments. Ignored: they take minutes.
//!
//!     SEASON_DIR=/tmp/season SEASON=10000 cargo test --profile quick --test batch_scale -- --ignored --exact make_season
//!     SEASON_DIR=/tmp/season cargo test --profile quick --test batch_scale -- --ignored --exact killed_at_random_moments

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use support::prng::Random;
use support::season;

fn folder() -> PathBuf {
    PathBuf::from(std::env::var("SEASON_DIR").expect("SEASON_DIR names a folder"))
}

#[test]
#[ignore = "writes SEASON documents into the folder SEASON_DIR"]
fn make_season() {
    let count = std::env::var("SEASON").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    season::write(&folder().join("in"), count);
}

fn start(root: &Path, out: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_biaozhun"));
    command.current_dir(root).args(["--lang", "en", "--format", "json", "batch", "in", "-o", out]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

/// Names and contents of all that is for users.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(folder).expect("below").to_owned();
            let shown = name.display().to_string();
            if path.is_dir() {
                open.push(path);
            } else if !shown.starts_with("journal.sqlite") && !shown.starts_with('.') {
                found.insert(name, std::fs::read(&path).expect("reading"));
            }
        }
    }
    found
}

#[test]
#[ignore = "needs the documents of make_season; minutes"]
fn killed_at_random_moments() {
    let root = folder();
    for out in ["whole", "killed"] {
        let _ = std::fs::remove_dir_all(root.join(out));
    }
    let whole = start(&root, "whole").wait().expect("it ends");
    assert!(matches!(whole.code(), Some(0..=2)));
    let mut random = Random::new(std::process::id().into());
    let mut kills = 0;
    while kills < 20 {
        let mut child = start(&root, "killed");
        std::thread::sleep(Duration::from_millis(100 + random.below(3000) as u64));
        if child.try_wait().expect("its state").is_some() {
            break;
        }
        child.kill().expect("killing");
        child.wait().expect("it ends");
        kills += 1;
    }
    assert!(kills > 5, "too few documents for {kills} kills to mean anything");
    let last = start(&root, "killed").wait().expect("it ends");
    assert_eq!(last.code(), whole.code());
    let (wanted, found) = (tree(&root.join("whole")), tree(&root.join("killed")));
    assert!(wanted.keys().eq(found.keys()), "other files");
    let other: Vec<_> = wanted.iter().filter(|(name, bytes)| found[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(other.is_empty(), "{other:?} differ after {kills} kills");
}
