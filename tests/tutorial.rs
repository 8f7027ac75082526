//! The tutorial of docs/forms.md, run as it stands: files are written, commands run and their outputs looked for, in order.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const REFERENCE: &str = include_str!("../docs/forms.md");
const BEGIN: &str = "## From an empty file to a working form in ten minutes";

/// A block of the tutorial: its language, the paragraph before it, and what stands in it.
struct Block {
    language: String,
    before: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let section = REFERENCE.split(BEGIN).nth(1).expect("the tutorial").split("\n## ").next().unwrap_or_default();
    let mut blocks = Vec::new();
    let mut parts = section.split("```");
    let mut before = parts.next().unwrap_or_default().to_owned();
    while let (Some(block), Some(after)) = (parts.next(), parts.next()) {
        let (language, text) = block.split_once('\n').expect("a language");
        blocks.push(Block { language: language.to_owned(), before: std::mem::take(&mut before), text: text.to_owned() });
        after.clone_into(&mut before);
    }
    blocks
}

/// The last file named in code before a block.
fn file(before: &str) -> Option<&str> {
    before.split('`').skip(1).step_by(2).filter(|word| word.starts_with("forms/") && word.contains('.')).last()
}

/// Runs a line of the console in a folder.
fn run(folder: &Path, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["biaozhun", ref words @ ..] => {
            let mut command = Command::cargo_bin("biaozhun").unwrap();
            let output = command.env("LC_ALL", "C").current_dir(folder).args(words).output().unwrap();
            String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
        }
        ["cp", from, to] => {
            fs::copy(folder.join(from), folder.join(to)).unwrap_or_else(|error| panic!("{line}: {error}"));
            String::new()
        }
        ["rm", "-r", gone] => {
            fs::remove_dir_all(folder.join(gone)).unwrap_or_else(|error| panic!("{line}: {error}"));
            String::new()
        }
        _ => panic!("{line}: no command of the tutorial"),
    }
}

/// Every line of the block stands in the output, in order.
fn compare(line: &str, wanted: &[&str], output: &str) {
    let mut rest = output;
    for wanted in wanted {
        let at = rest.find(wanted).unwrap_or_else(|| panic!("$ {line}\n{output}\nlacks: {wanted}"));
        rest = &rest[at + wanted.len()..];
    }
}

#[test]
fn the_tutorial_works_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (mut files, mut commands) = (0, 0);
    for block in blocks() {
        if block.language != "console" {
            let name = file(&block.before).expect("a file is named before its text");
            let path = at.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &block.text).unwrap();
            files += 1;
            continue;
        }
        let lines: Vec<&str> = block.text.lines().filter(|line| !line.is_empty()).collect();
        let starts: Vec<usize> = (0..lines.len()).filter(|index| lines[*index].starts_with("$ ")).collect();
        for (number, start) in starts.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(lines.len());
            let line = lines[*start].trim_start_matches("$ ");
            compare(line, &lines[start + 1..end], &run(at, line));
            commands += 1;
        }
    }
    assert!(files >= 4 && commands >= 9, "{files} files, {commands} commands");
    // What it makes is what lies among the samples.
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/other-trades/student-register");
    let made = at.join("forms/student-register");
    for name in ["form.yaml", "form.docx", "samples/lin.txt", "samples/lin.yaml"] {
        if std::env::var_os("KEEP").is_some() {
            fs::create_dir_all(kept.join("samples")).unwrap();
            fs::copy(made.join(name), kept.join(name)).unwrap();
        }
        assert!(fs::read(made.join(name)).unwrap() == fs::read(kept.join(name)).unwrap(), "{name} differs: KEEP=1 keeps it");
    }
}
