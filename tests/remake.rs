//! `biaozhun summary OUT`: the summary of a batch again, from the journal alone; in any language, with the totals that the batch
//! was given or with others.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// A folder with submissions of several kinds and some that are refused.
fn submissions() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let inputs = folder.path().join("in");
    std::fs::create_dir(&inputs).expect("a folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for name in ["water-bureau-2023.txt", "archives-2024.md", "two-forms-2024.txt", "transport-2023.html"] {
        std::fs::copy(samples.join(name), inputs.join(name)).expect(name);
    }
    for (name, bytes) in [("empty.docx", &b""[..]), ("cut.docx", b"PK\x03\x04\x14\x00"), ("letter.txt", "此致敬礼".as_bytes())]
    {
        std::fs::write(inputs.join(name), bytes).expect(name);
    }
    folder
}

fn run(folder: &Path, words: &[&str]) -> i32 {
    let mut command = Command::cargo_bin("biaozhun").expect("the program");
    let output = command.current_dir(folder).args(words).output().expect("it starts");
    output.status.code().expect("an end of its own")
}

/// The files of the summary of an output folder.
fn summary(folder: &Path, out: &str) -> BTreeMap<&'static str, Vec<u8>> {
    let read = |name: &'static str| (name, std::fs::read(folder.join(out).join(name)).expect(name));
    biaozhun::summary::FILES.iter().copied().map(read).collect()
}

#[test]
fn made_again_in_another_language_it_is_what_a_batch_in_that_language_makes() {
    let folder = submissions();
    let total = "department-targets=99999.00万元";
    for (language, out) in [("en", "english"), ("zh-CN", "chinese")] {
        assert_eq!(
            run(folder.path(), &["--lang", language, "batch", "in", "-o", out, "--total", total]),
            2,
            "some are refused"
        );
    }
    let chinese = summary(folder.path(), "chinese");
    let english = summary(folder.path(), "english");
    assert_ne!(chinese, english);
    for (language, expected) in [("zh-CN", &chinese), ("en", &english)] {
        assert_eq!(run(folder.path(), &["--lang", language, "summary", "english"]), 2);
        let made = summary(folder.path(), "english");
        let differ: Vec<_> = made.iter().filter(|(name, bytes)| expected[*name] != **bytes).map(|(name, _)| name).collect();
        assert!(differ.is_empty(), "{language}: {differ:?}");
    }
    // The total that the batch was given is still held against the forms; another one takes its place.
    let findings = |out: &str| String::from_utf8(summary(folder.path(), out)["findings.csv"].clone()).expect("text");
    assert!(findings("english").contains("99999.00"));
    run(folder.path(), &["summary", "english", "--total", "department-targets=88888.00万元"]);
    assert!(findings("english").contains("88888.00") && !findings("english").contains("99999.00"));
}

#[test]
fn a_folder_without_a_batch_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(run(folder.path(), &["summary", "nowhere"]), 2);
    assert!(!folder.path().join("nowhere").exists(), "nothing is made by looking");
}
