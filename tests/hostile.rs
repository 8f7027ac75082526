//! Every file of the hostile corpus through the whole program: a result or a worded error, never a panic, a crash or a file outside.

mod support;

use assert_cmd::Command;
use std::path::Path;
use support::hostile::corpus;

/// Runs `convert` as a user would, in a folder of its own; gives the exit status and all that was said.
fn convert(folder: &Path, name: &str) -> (Option<i32>, String) {
    let mut command = Command::cargo_bin("biaozhun").expect("the program");
    let output = command.current_dir(folder).args(["--lang", "en", "convert", name, "-o", "out"]).output().expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn every_hostile_file_ends_in_a_result_or_a_worded_error() {
    let mut wrong = Vec::new();
    for (name, bytes) in corpus() {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = outer.path().join("inner");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join(&name), &bytes).expect("writing");
        let (status, said) = convert(&folder, &name);
        // A panic, or an overflow of the stack, has no exit status or words of its own.
        if !matches!(status, Some(0..=2)) || said.contains("fault of biaozhun") || said.contains("panicked") {
            wrong.push(format!("{name}: {status:?} {}", said.chars().take(400).collect::<String>()));
        }
        if status == Some(2) && said.trim().is_empty() {
            wrong.push(format!("{name}: refused without a word"));
        }
        if said.contains("root:") {
            wrong.push(format!("{name}: shows what stands outside of it"));
        }
        let beside: Vec<_> = std::fs::read_dir(outer.path()).expect("a folder").filter_map(Result::ok).collect();
        if beside.len() != 1 {
            wrong.push(format!("{name}: wrote {beside:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "writes the corpus into the folder HOSTILE_DIR"]
fn write_corpus() {
    let folder = std::env::var("HOSTILE_DIR").expect("HOSTILE_DIR names a folder");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in corpus() {
        std::fs::write(Path::new(&folder).join(name), bytes).expect("writing");
    }
}
