//! `biaozhun batch` as a user runs it: everything that is there is accounted for, whatever it is; an interruption at any moment
//! loses nothing and changes nothing; what has not changed is not done again.

mod support;

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::hostile::corpus;
use support::season;
use tempfile::TempDir;

struct Ran {
    status: Option<i32>,
    said: String,
    json: Value,
}

fn command(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("biaozhun").expect("the program");
    command.current_dir(folder).args(["--lang", "en", "--format", "json"]);
    command
}

fn ran(mut command: Command) -> Ran {
    let output = command.output().expect("it starts");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    Ran { status: output.status.code(), said: String::from_utf8_lossy(&output.stderr).into_owned(), json }
}

/// `batch` with these words.
fn batch(folder: &Path, words: &[&str]) -> Ran {
    let mut command = command(folder);
    command.arg("batch").args(words);
    ran(command)
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).expect(name)
}

const SAMPLES: [&str; 7] = [
    "water-bureau-2023.txt",
    "archives-2024.md",
    "archives-2024-pandoc.txt",
    "health-2022.txt",
    "transport-2023.html",
    "two-forms-2024.txt",
    "agriculture-2021-gb18030.txt",
];

/// A folder with `in/` of samples.
fn samples() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in SAMPLES {
        put(folder.path(), &format!("in/{name}"), &sample(name));
    }
    folder
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("writing");
}

/// All files of an output folder that are for users.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below").display().to_string();
            if path.is_dir() {
                walk(root, &path, found);
            } else if !name.starts_with("journal.sqlite") && !name.starts_with('.') {
                found.insert(name, std::fs::read(&path).expect("reading"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().filter(|name| name.contains('/')).collect()
}

fn count(json: &Value, path: &str) -> u64 {
    json.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {path} in {json}"))
}

/// The sum of all outcomes.
fn outcomes(json: &Value) -> u64 {
    json["outcomes"].as_object().unwrap_or_else(|| panic!("no outcomes in {json}")).values().filter_map(Value::as_u64).sum()
}

#[test]
fn everything_is_accounted_for_and_any_number_of_jobs_gives_the_same_bytes() {
    let folder = samples();
    let hostile = corpus();
    for (name, bytes) in &hostile {
        put(folder.path(), &format!("in/hostile/{name}"), bytes);
    }
    for number in 0..12 {
        let (name, bytes) = season::document(number, &[]);
        put(folder.path(), &format!("in/season/{name}"), &bytes);
    }
    put(folder.path(), "in/~$lock.docx", b"x");
    // As a heavily loaded machine without optimisation needs it.
    let limits = ["--time-limit", "600"];
    let one = batch(folder.path(), &[&["in", "missing.txt", "-o", "one", "--jobs", "1"], &limits[..]].concat());
    let many = batch(folder.path(), &[&["in", "missing.txt", "-o", "many", "--jobs", "8"], &limits[..]].concat());
    assert_eq!((one.status, many.status), (Some(2), Some(2)), "{} {}", one.said, many.said);
    let archives = hostile.iter().filter(|(name, _)| name.ends_with(".zip")).count();
    assert_eq!(archives, 0, "archives would be counted by their entries");
    let inputs = (SAMPLES.len() + hostile.len() + 12 + 1) as u64;
    for ran in [&one, &many] {
        assert_eq!((count(&ran.json, "/inputs"), outcomes(&ran.json)), (inputs, inputs), "{}", ran.json);
        assert_eq!(count(&ran.json, "/outcomes/fault"), 0, "{}", ran.json);
        assert_eq!(count(&ran.json, "/passed_over"), 1);
    }
    assert_eq!(one.json["outcomes"], many.json["outcomes"]);
    let trees = (tree(&folder.path().join("one")), tree(&folder.path().join("many")));
    assert!(trees.0.keys().eq(trees.1.keys()), "{:?} {:?}", trees.0.keys(), trees.1.keys());
    for (name, bytes) in &trees.0 {
        assert!(*bytes == trees.1[name], "{name} differs");
    }
    let status = batch(folder.path(), &["status", "one"]);
    assert_eq!((count(&status.json, "/done"), count(&status.json, "/left")), (inputs, 0));
    assert_eq!(status.json["outcomes"], one.json["outcomes"]);
    let written = trees.0.keys().filter(|name| name.contains('/')).count() as u64;
    assert_eq!(count(&status.json, "/outputs/files"), written);
    // Nothing is done twice.
    let again = batch(folder.path(), &[&["in", "missing.txt", "-o", "one"], &limits[..]].concat());
    assert!(count(&again.json, "/unchanged") >= inputs - 1, "{}", again.json);
    assert!(tree(&folder.path().join("one")) == trees.0);
}

#[test]
fn wherever_it_is_stopped_it_goes_on_to_the_same_end() {
    let folder = samples();
    put(folder.path(), "in/broken.docx", b"PK\x03\x04 and then nothing");
    let whole = batch(folder.path(), &["in", "-o", "whole"]);
    assert_eq!(whole.status, Some(2), "{}", whole.said);
    let wanted = tree(&folder.path().join("whole"));
    for (place, first) in [("commit", 1), ("commit", 3), ("rename", 1), ("rename", 8), ("placed", 2)] {
        let out = format!("stopped-{place}-{first}");
        let mut stops = 0;
        let last = loop {
            let mut command = command(folder.path());
            let abort = format!("{place}:{}", first + stops);
            command.env("BIAOZHUN_BATCH_ABORT", abort).args(["batch", "in", "-o", &out, "--jobs", "3"]);
            let ran = ran(command);
            if ran.status.is_some() {
                break ran;
            }
            stops += 1;
            let status = batch(folder.path(), &["status", &out]);
            assert_eq!(status.status, Some(2), "{}", status.said);
            assert!(stops < 40, "{place} never ends");
        };
        assert!(stops > 0, "{place} never stopped it");
        assert_eq!((last.status, outcomes(&last.json)), (Some(2), 8), "{place}: {} {}", last.said, last.json);
        let found = tree(&folder.path().join(&out));
        assert!(found.keys().eq(wanted.keys()), "{place}: {:?} {:?}", found.keys(), wanted.keys());
        for (name, bytes) in &wanted {
            assert!(*bytes == found[name], "{place}: {name} differs");
        }
        assert!(!folder.path().join(&out).join(".work").exists());
    }
}

#[test]
fn only_what_has_changed_is_done_again() {
    let folder = samples();
    let out = folder.path().join("out");
    assert_eq!(batch(folder.path(), &["in", "-o", "out"]).status, Some(1));
    let before = tree(&out);
    let all = SAMPLES.len() as u64;
    // One changes so that it belongs to another department, one goes, one comes, one output is edited, one is lost.
    let text = String::from_utf8(sample("water-bureau-2023.txt")).expect("text");
    put(folder.path(), "in/water-bureau-2023.txt", text.replace("安澜县水利局", "安澜县水务局").as_bytes());
    std::fs::remove_file(folder.path().join("in/health-2022.txt")).expect("removing");
    put(folder.path(), "in/new.html", &sample("transport-2023.html"));
    let edited = before.keys().find(|name| name.contains("2020") || name.contains("2021")).expect("one").clone();
    put(&out, &edited, b"mine");
    let lost = before.keys().find(|name| name.contains("2024") && name.ends_with(".docx")).expect("one").clone();
    std::fs::remove_file(out.join(&lost)).expect("removing");

    let ran = batch(folder.path(), &["in", "-o", "out"]);
    assert_eq!((count(&ran.json, "/inputs"), count(&ran.json, "/gone")), (all, 1), "{} {}", ran.said, ran.json);
    assert_eq!(count(&ran.json, "/unchanged"), all - 3, "{}", ran.json);
    let after = tree(&out);
    assert!(!after.keys().any(|name| name.contains("水利局")), "outputs that no input has are removed: {:?}", after.keys());
    assert_eq!(after.keys().filter(|name| name.contains("水务局")).count(), 3);
    assert!(after[&edited] == b"mine", "what a person wrote stays");
    assert!(after[&lost] == before[&lost]);
    let transport = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().filter(|name| name.contains("交通")).count();
    assert_eq!(transport(&after), transport(&before) + 3, "the second of a name is numbered: {:?}", after.keys());
    assert!(
        before.keys().filter(|name| name.contains("卫生")).all(|name| after.contains_key(name)),
        "outputs of what is gone stay"
    );

    // Other options make all of it anew; what a person wrote stays where it is and the new outputs stand beside it.
    let ran = batch(folder.path(), &["in", "-o", "out", "--no-appendix"]);
    assert_eq!(count(&ran.json, "/unchanged"), 0, "{}", ran.json);
    let third = tree(&out);
    assert!(third[&edited] == b"mine");
    assert_eq!(third.len(), after.len() + 1, "{:?}\n{:?}", third.keys(), after.keys());
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_it_stops_with_a_line_and_goes_on_later() {
    let folder = samples();
    assert_eq!(batch(folder.path(), &["in", "-o", "whole"]).status, Some(1));
    // No file may grow beyond 60 KB: first of all the journal's.
    let program = env!("CARGO_BIN_EXE_biaozhun");
    let script = "trap '' XFSZ; ulimit -f 60; exec \"$0\" --lang en --format json batch in -o out";
    let output = std::process::Command::new("bash").args(["-c", script, program]).current_dir(folder.path()).output();
    let output = output.expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    assert!(said.contains("run") && said.contains("again"), "{said}");
    assert_eq!(batch(folder.path(), &["status", "out"]).status, Some(2));
    let ran = batch(folder.path(), &["in", "-o", "out"]);
    assert_eq!(ran.status, Some(1), "{}", ran.said);
    assert!(tree(&folder.path().join("out")) == tree(&folder.path().join("whole")));
}

/// A zip file as mail systems write it: names in any encoding, stored, without a word of how they are encoded.
fn zip(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let size = (bytes.len() as u32).to_le_bytes();
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(crc(bytes).to_le_bytes());
        head.extend([size, size].concat());
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend((files.len() as u32).to_le_bytes());
        directory.extend(*name);
        files.extend(b"PK\x03\x04");
        files.extend(&head);
        files.extend(*name);
        files.extend(*bytes);
    }
    let start = files.len() as u32;
    let count = (entries.len() as u16).to_le_bytes();
    files.extend(&directory);
    files.extend(b"PK\x05\x06\0\0\0\0");
    files.extend([count, count].concat());
    files.extend((directory.len() as u32).to_le_bytes());
    files.extend(start.to_le_bytes());
    files.extend([0, 0]);
    files
}

#[test]
fn archives_are_opened_whatever_the_names_in_them_are_written_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = sample("water-bureau-2023.txt");
    // 水利局.txt and 附件 in GBK; the same name twice is a file that no one can reach.
    let (water, folder_name): (&[u8], &[u8]) = (b"\xcb\xae\xc0\xfb\xbe\xd6.txt", b"\xb8\xbd\xbc\xfe/");
    let inner = zip(&[(water, &text), (b"deep.zip", &zip(&[(b"x.txt", &text)]))]);
    let outer = zip(&[
        (folder_name, b""),
        (&[folder_name, water].concat(), &text),
        (b"..\\..\\out.txt", &text),
        (b"inner.zip", &inner),
        (b"__MACOSX/._x", b"x"),
        ("表.docx".as_bytes(), b"no form"),
        (b"twice.txt", &text),
        (b"twice.txt", &text),
    ]);
    put(folder.path(), "in/mail.zip", &outer);
    put(folder.path(), "in/empty.zip", &zip(&[]));
    put(folder.path(), "in/half.zip", &outer[..outer.len() / 2]);
    let ran = batch(folder.path(), &["in", "-o", "out", "--verbose"]);
    assert_eq!((ran.status, count(&ran.json, "/passed_over")), (Some(2), 1), "{} {}", ran.said, ran.json);
    let mut command = Command::cargo_bin("biaozhun").expect("the program");
    let status = command.current_dir(folder.path()).args(["--lang", "en", "batch", "status", "out", "--verbose"]);
    let said = String::from_utf8(status.output().expect("it starts").stdout).expect("text");
    for (name, fate) in [
        ("in/mail.zip/附件/水利局.txt", "with findings"),
        ("in/mail.zip/../../out.txt", "with findings"),
        ("in/mail.zip/inner.zip/水利局.txt", "with findings"),
        ("in/mail.zip/inner.zip/deep.zip: ", "refused"),
        ("in/mail.zip/表.docx: ", "refused"),
        ("in/mail.zip/twice.txt", "with findings"),
        ("in/mail.zip/?: 1 file(s) in the archive have the name of another", "refused"),
        ("in/empty.zip: there are no files in the archive", "refused"),
        ("in/half.zip: the archive is damaged", "refused"),
    ] {
        assert!(said.lines().any(|line| line.starts_with(&format!("{fate}  {name}"))), "{fate} {name} in\n{said}");
    }
    assert_eq!(count(&ran.json, "/inputs"), 9, "{said}");
    let outside: Vec<PathBuf> = std::fs::read_dir(folder.path()).expect("a folder").map(|e| e.expect("one").path()).collect();
    assert_eq!(outside.len(), 2, "nothing is unpacked: {outside:?}");
}

#[cfg(unix)]
#[test]
fn files_are_listed_on_standard_input_with_names_of_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    let long = format!("{}.txt", "l".repeat(251));
    let odd: [&[u8]; 4] = [b"in/a\nb.txt", b"in/\xcb\xae\xc0\xfb.txt", b"in/\xff\xfe.txt", &[b"in/", long.as_bytes()].concat()];
    std::fs::create_dir(folder.path().join("in")).expect("a folder");
    for name in odd {
        std::fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), sample("archives-2024.md")).expect("writing");
    }
    let run = |list: Vec<u8>, words: &[&str]| {
        let mut command = command(folder.path());
        command.arg("batch").args(words).write_stdin(list);
        ran(command)
    };
    let nul = run([odd.join(&b"\0"[..]), b"\0".to_vec()].concat(), &["-", "-0", "-o", "nul"]);
    assert_eq!((nul.status, outcomes(&nul.json)), (Some(0), 4), "{} {}", nul.said, nul.json);
    assert_eq!(names(&folder.path().join("nul")).len(), 12);
    let lines = run([odd[1], b"\r\n\n", odd[3], b"\nin/none.txt"].concat(), &["-", "-o", "lines"]);
    assert_eq!((outcomes(&lines.json), count(&lines.json, "/outcomes/refused")), (3, 1), "{} {}", lines.said, lines.json);
    // A pipe is never read, a link in a folder never followed.
    std::os::unix::fs::symlink("..", folder.path().join("in/up")).expect("a link");
    let walked = batch(folder.path(), &["in", "/dev/zero", "-o", "walked"]);
    assert_eq!((walked.status, walked.said.as_str()), (Some(2), ""));
    assert_eq!((outcomes(&walked.json), count(&walked.json, "/passed_over")), (5, 1), "{} {}", walked.said, walked.json);
    let pattern = batch(folder.path(), &["in/l*.txt", "-o", "pattern"]);
    assert_eq!(outcomes(&pattern.json), 1, "{}", pattern.said);
}

#[test]
fn names_of_departments_are_never_paths_and_never_too_long() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = String::from_utf8(sample("water-bureau-2023.txt")).expect("text");
    for (number, name) in ["../../局", "局/../../局", "NUL", &"水".repeat(200), ""].iter().enumerate() {
        put(folder.path(), &format!("in/{number}.txt"), text.replace("安澜县水利局", name).as_bytes());
    }
    let ran = batch(folder.path(), &["in", "-o", "deep/er/out"]);
    assert_eq!(outcomes(&ran.json), 5, "{}", ran.said);
    let found = names(&folder.path().join("deep/er/out"));
    assert_eq!(found.len(), 15, "{found:?}");
    assert!(found.iter().all(|name| name.split('/').all(|part| part.len() <= 255 && part != "..")), "{found:?}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2);
}

#[test]
fn what_cannot_be_is_told_in_a_line() {
    let folder = samples();
    let said = |words: &[&str]| {
        let ran = batch(folder.path(), words);
        assert_eq!(ran.status, Some(2), "{words:?}: {}", ran.said);
        assert_eq!(ran.said.lines().count(), 1, "{words:?}: {}", ran.said);
        ran.said
    };
    std::fs::create_dir(folder.path().join("nothing")).expect("a folder");
    assert!(said(&["nothing", "-o", "out"]).contains("no files to work on"));
    assert!(said(&["in", "-o", "in/health-2022.txt"]).contains("health-2022.txt"));
    assert!(said(&["status", "nothing"]).contains("no journal"));
    put(folder.path(), "bad/journal.sqlite", &[7; 5000]);
    assert!(said(&["in", "-o", "bad"]).contains("damaged"));
    let lock = std::fs::File::create(folder.path().join("nothing/.lock")).expect("a file");
    lock.lock().expect("locks");
    assert!(said(&["in", "-o", "nothing"]).contains("another batch"));
    assert!(said(&["in", "-o", "in"]).contains("folder of the results"));
    assert!(!folder.path().join("in/journal.sqlite").exists());
    drop(lock);
    assert_eq!(batch(folder.path(), &["in", "-o", "nothing"]).status, Some(1));
}

#[test]
fn a_document_that_takes_too_long_or_too_much_is_its_own_line() {
    let folder = samples();
    // A million cells: seconds of work without optimisation, and some hundred megabytes.
    let rows: String = (0..240_000).map(|n| format!("项目{n}\t预算\t{n}.5\t≥{n}家\n")).collect();
    put(folder.path(), "in/heavy.txt", rows.as_bytes());
    let slow = batch(folder.path(), &["in", "-o", "slow", "--time-limit", "2", "--jobs", "2"]);
    assert_eq!((outcomes(&slow.json), count(&slow.json, "/outcomes/refused")), (8, 1), "{} {}", slow.said, slow.json);
    let status = batch(folder.path(), &["status", "slow"]);
    assert_eq!(count(&status.json, "/outcomes/fault"), 0);
    // What a limit stopped is tried again.
    let again = batch(folder.path(), &["in", "-o", "slow", "--memory-limit", "256", "--time-limit", "600"]);
    assert_eq!((count(&again.json, "/unchanged"), count(&again.json, "/outcomes/refused")), (7, 1), "{}", again.json);
    let mut command = Command::cargo_bin("biaozhun").expect("the program");
    let status =
        command.current_dir(folder.path()).args(["--lang", "en", "batch", "status", "slow"]).output().expect("it starts");
    let said = String::from_utf8(status.stdout).expect("text");
    assert!(said.contains("in/heavy.txt: needs more memory than allowed"), "{said}");
}
