//! `biaozhun stream` as engines use it: a record for each document, in order, as soon as it is there; nothing ends it but the end
//! of its input.

use assert_cmd::Command;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).expect(name)
}

fn line(id: Value, name: &str) -> String {
    format!("{}\n", json!({"id": id, "name": name, "data": STANDARD.encode(sample(name))}))
}

/// All records for this input.
fn records(words: &[&str], input: Vec<u8>) -> Vec<Value> {
    let mut command = Command::cargo_bin("biaozhun").expect("the program");
    let output = command.args(["--lang", "en", "stream"]).args(words).write_stdin(input).output().expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn every_line_is_answered_in_order_a_bad_one_too() {
    let good = ["water-bureau-2023.txt", "archives-2024.md", "two-forms-2024.txt"];
    let mut input = String::new();
    for round in 0..3 {
        for (number, name) in good.iter().enumerate() {
            input.push_str(&line(json!(round * 10 + number), name));
        }
        input.push_str("no JSON\n\n{\"id\": \"x\", \"data\": \"***\"}\n");
    }
    input.push_str(&json!({"id": [1], "text": "nothing of a form"}).to_string());
    let found = records(&["--jobs", "3"], input.clone().into_bytes());
    assert_eq!(found.len(), 19);
    for (round, six) in found.chunks_exact(6).enumerate() {
        for (number, name) in good.iter().enumerate() {
            assert_eq!((&six[number]["id"], &six[number]["input"]), (&json!(round * 10 + number), &json!(name)));
            assert_eq!(six[number]["forms"].as_array().map(Vec::len), Some(if number == 2 { 2 } else { 1 }));
        }
        assert_eq!([&six[3]["id"], &six[4]["id"], &six[5]["id"]], [&Value::Null, &Value::Null, &json!("x")]);
        assert!(six[3..].iter().all(|record| record["outcome"] == "refused" && record["error"].is_string()), "{six:?}");
    }
    assert_eq!((&found[18]["id"], &found[18]["outcome"]), (&json!([1]), &json!("refused")));
    assert_eq!(records(&["--jobs", "1"], input.into_bytes()), found);
}

#[test]
fn a_record_is_that_of_a_batch_and_may_carry_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "water-bureau-2023.txt";
    std::fs::write(folder.path().join(name), sample(name)).expect("writing");
    let mut batch = Command::cargo_bin("biaozhun").expect("the program");
    batch.current_dir(folder.path()).args(["--lang", "en", "batch", name, "-o", "out", "--to", "yaml"]).assert().code(1);
    let found = records(&["--to", "yaml,html"], line(json!(1), name).into_bytes());
    let form = &found[0]["forms"][0];
    let file = |kind: &str| {
        let files = found[0]["files"].as_array().expect("files").iter().find(|file| file["kind"] == kind).expect(kind);
        STANDARD.decode(files["data"].as_str().expect("base64")).expect("base64")
    };
    let path = format!("{}/2023-department-targets.yaml", form["department"].as_str().expect("a name"));
    assert_eq!(file("yaml"), std::fs::read(folder.path().join("out").join(path)).expect("reading"));
    assert!(file("html").starts_with(b"<!doctype html>") || file("html").starts_with(b"<!DOCTYPE html>"));
    assert_eq!(form["data"]["department"], form["department"]);
    let plain = records(&[], line(json!(1), name).into_bytes());
    assert!(plain[0].get("files").is_none());
}

#[test]
fn a_line_is_answered_before_the_next_one_comes() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_biaozhun"))
        .args(["stream", "--jobs", "2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut to = child.stdin.take().expect("a pipe");
    let mut from = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for id in 0..4 {
        to.write_all(line(json!(id), "archives-2024.md").as_bytes()).expect("writing");
        to.flush().expect("writing");
        // Were it to wait for more, this test would never end.
        let answer: Value = serde_json::from_str(&from.next().expect("a line").expect("reading")).expect("JSON");
        assert_eq!(answer["id"], id);
    }
    drop(to);
    assert!(from.next().is_none());
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn frames_are_documents_and_nobody_reading_is_no_fault() {
    let mut input = Vec::new();
    for name in ["water-bureau-2023.txt", "archives-2024.md"] {
        let bytes = sample(name);
        input.extend(u32::try_from(bytes.len()).expect("small").to_be_bytes());
        input.extend(bytes);
    }
    input.extend([0, 0, 0, 0, 0, 0, 1]);
    let found = records(&["--input", "frames"], input);
    let seen: Vec<_> =
        found.iter().map(|record| (record["id"].as_u64(), record["outcome"].as_str().expect("a word"))).collect();
    assert_eq!(seen, [(Some(1), "findings"), (Some(2), "corrected"), (Some(3), "refused"), (None, "refused")]);

    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_biaozhun"))
        .arg("stream")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut to = child.stdin.take().expect("a pipe");
    drop(child.stdout.take());
    // The input stays open: who has nobody to write to must not wait for it.
    to.write_all(line(json!(1), "archives-2024.md").as_bytes()).expect("writing");
    assert!(child.wait().expect("it ends").success());
}
