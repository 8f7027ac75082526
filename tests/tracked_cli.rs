//! Correction copies from the command line: what is written and told, what the comments say, and that the way back works.

use assert_cmd::Command;
use biaozhun::package::{Limits, Package};
use std::path::Path;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/culture-2020.txt");

fn run(folder: &Path, words: &[&str]) -> String {
    let output = Command::cargo_bin("biaozhun").unwrap().env("LC_ALL", "C").current_dir(folder).args(words).output().unwrap();
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The lines of all comments.
fn comments(file: &Path) -> Vec<String> {
    let bytes = std::fs::read(file).unwrap();
    let xml = Package::open(bytes, &Limits::default()).unwrap().read_text("word/comments.xml").unwrap();
    let text = |rest: &str| rest.split_once('>').unwrap().1.split("</w:t>").next().unwrap().replace("&quot;", "\"");
    xml.split("<w:t ").skip(1).map(text).collect()
}

#[test]
fn a_correction_copy_is_written_and_its_comments_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let told = run(folder.path(), &["convert", SAMPLE, "-o", "out", "--to", "docx-tracked,yaml", "--format", "short"]);
    assert!(!told.contains("failed"));
    let mut files: Vec<String> = std::fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(files, ["culture-2020.tracked.docx", "culture-2020.yaml"]);
    let said = comments(&folder.path().join("out/culture-2020.tracked.docx"));
    insta::assert_snapshot!(said.join("\n"));
    // The record alone gives the same copy; only findings that have no field are not in it.
    run(folder.path(), &["render", "out/culture-2020.yaml", "-o", "again", "--to", "docx-tracked"]);
    assert_eq!(comments(&folder.path().join("again/culture-2020.tracked.docx")), said);
}

#[test]
fn a_correction_copy_is_read_back_both_ways() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["convert", SAMPLE, "-o", "out", "--to", "docx-tracked,yaml"]);
    let data = |file: &str| {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        text.split_once("\ndata:")
            .unwrap()
            .1
            .split("\nchanges:")
            .next()
            .unwrap()
            .split("\nfindings:")
            .next()
            .unwrap()
            .to_owned()
    };
    let copy = "out/culture-2020.tracked.docx";
    run(folder.path(), &["convert", copy, "-o", "accepted", "--to", "yaml"]);
    assert_eq!(data("accepted/culture-2020.tracked.yaml"), data("out/culture-2020.yaml"), "what was corrected");
    // What the source says, as a copy without corrections prints it: numbers printed twice are read as they stand.
    run(folder.path(), &["convert", copy, "-o", "rejected", "--to", "yaml", "--fix", "none", "--tracked", "reject"]);
    run(folder.path(), &["convert", SAMPLE, "-o", "plain", "--to", "docx", "--fix", "none"]);
    run(folder.path(), &["convert", "plain/culture-2020.docx", "-o", "plain", "--to", "yaml", "--fix", "none"]);
    assert_eq!(data("rejected/culture-2020.tracked.yaml"), data("plain/culture-2020.yaml"), "what was there");
}
