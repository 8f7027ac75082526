//! The command line as a person meets it: exit code, standard output and standard error together, and the files that are there
//! afterwards. Each test runs in a folder of its own.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const REQUEST: &str = include_str!("data/request.txt");
const PURCHASE: &str = include_str!("data/purchase-request.yaml");

/// A folder with the toy form's definition and some inputs.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        desk.put("form.yaml", PURCHASE);
        desk.put("a.txt", REQUEST);
        desk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn put(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// All files below a folder, sorted.
    fn files(&self, folder: &str) -> Vec<String> {
        let mut files: Vec<String> = fs::read_dir(self.path().join(folder))
            .map(|entries| entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        files.sort();
        files
    }

    fn run(&self, words: &[&str]) -> String {
        self.run_with(words, "")
    }

    fn run_with(&self, words: &[&str], input: &str) -> String {
        let mut command = Command::cargo_bin("biaozhun").unwrap();
        let output = command
            .current_dir(self.path())
            .env("LC_ALL", "C")
            .env_remove("CLICOLOR_FORCE")
            .args(words)
            .write_stdin(input)
            .output()
            .unwrap();
        let stream = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        format!(
            "exit {}\n----- stdout\n{}----- stderr\n{}",
            output.status.code().unwrap_or(-1),
            stream(&output.stdout),
            stream(&output.stderr)
        )
    }
}

#[test]
fn help_may_be_asked_for_as_a_command() {
    let desk = Desk::new();
    let same = [
        (vec!["help"], vec!["--help"]),
        (vec!["help", "convert"], vec!["convert", "--help"]),
        (vec!["--lang", "en", "help", "rule"], vec!["rule", "--help", "--lang", "en"]),
    ];
    for (asked, meant) in same {
        assert_eq!(desk.run(&asked), desk.run(&meant), "{asked:?}");
    }
    assert!(desk.run(&["help", "nothing"]).contains("nothing"), "an unknown command is told");
    assert!(!desk.run(&["help", "check"]).contains("OPTIONS"), "all is in the user's language");
}

#[test]
fn help_is_in_the_users_language() {
    let desk = Desk::new();
    insta::assert_snapshot!([desk.run(&["--help"]), desk.run(&["check", "--help", "--lang", "en"])].join("\n"));
}

#[test]
fn words_that_are_not_understood_are_told() {
    let desk = Desk::new();
    let lines: [&[&str]; 8] = [
        &["chek", "a.txt"],
        &["check"],
        &["check", "a.txt", "--formt", "json"],
        &["check", "a.txt", "--format", "xml"],
        &["convert", "a.txt"],
        &["convert", "a.txt", "-o", "-"],
        &["rule", "F999", "--lang", "en"],
        &["check", "a.txt", "--form", "garden"],
    ];
    let told: Vec<String> = lines.iter().map(|words| format!("$ biaozhun {}\n{}", words.join(" "), desk.run(words))).collect();
    // The list of codes grows.
    let told = told.join("\n");
    let cut: Vec<&str> = told.lines().map(|line| line.split(" S001 ").next().unwrap_or(line)).collect();
    insta::assert_snapshot!(cut.join("\n"));
}

#[test]
fn inputs_that_cannot_be_used_are_one_clear_error_each() {
    let desk = Desk::new();
    desk.put("empty.txt", "");
    desk.put("binary.bin", [0u8, 1, 2, 3, 255, 254, 0, 7].repeat(100));
    desk.put("letter.txt", "今天天气很好，我们去公园。\n");
    desk.put("broken.yaml", "form: department-targets\ndata:\n  unit: [万元\n  filler: 王五\n");
    desk.put("wrong.yaml", "form: department-targets\ndata:\n  unti: 万元\n  funds: 5\n");
    desk.put("gbk.yaml", b"form: department-targets\ndata:\n  unit: \xcd\xf2\xd4\xaa\n");
    desk.put("list.yaml", "- 甲\n");
    desk.put("folder/x.txt", "");
    desk.put("bad-form.yaml", "form: toy\ntitle: 玩具\nbands:\n  - {band: line, fields: [{key: a, label: 甲, type: nmae}]}\n");
    let files = [
        "nothing.txt",
        "folder",
        "empty.txt",
        "binary.bin",
        "letter.txt",
        "broken.yaml",
        "wrong.yaml",
        "gbk.yaml",
        "list.yaml",
    ];
    let mut told: Vec<String> = files.iter().map(|file| desk.run(&["check", file])).collect();
    told.push(desk.run(&["check", "a.txt", "--form", "bad-form.yaml"]));
    told.push(desk.run(&["render", "a.txt", "-o", "out"]));
    told.push(desk.run(&["read", "empty.txt"]));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_any_work() {
    let desk = Desk::new();
    let told = desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "a.txt"]);
    insta::assert_snapshot!(told);
    assert_eq!(desk.text("a.txt"), REQUEST);
}

#[test]
fn a_form_is_converted_and_told() {
    let desk = Desk::new();
    let told = desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "out", "--to", "yaml"]);
    assert_eq!(desk.files("out"), ["a.yaml"]);
    insta::assert_snapshot!(format!("{told}----- out/a.yaml\n{}", desk.text("out/a.yaml")));
}

#[test]
fn all_formats_are_whole_files() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "out"]);
    assert_eq!(desk.files("out"), ["a.docx", "a.html", "a.yaml"]);
    assert!(desk.text("out/a.html").trim_end().ends_with("</html>"));
    assert!(fs::read(desk.path().join("out/a.docx")).unwrap().starts_with(b"PK"));
    desk.run(&["render", "out/a.yaml", "--form", "form.yaml", "-o", "again"]);
    assert_eq!(desk.files("again"), ["a.docx", "a.html"]);
}

/// What goes to standard output is the file, byte for byte: a package has bytes that look like colours.
#[test]
fn standard_output_is_the_file_itself() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "out"]);
    for kind in ["docx", "html", "yaml"] {
        let mut command = Command::cargo_bin("biaozhun").unwrap();
        let words = ["convert", "a.txt", "--form", "form.yaml", "-o", "-", "--to", kind];
        let output = command.current_dir(desk.path()).env("LC_ALL", "C").args(words).output().unwrap();
        assert!(output.stdout == fs::read(desk.path().join(format!("out/a.{kind}"))).unwrap(), "{kind}");
    }
}

#[test]
fn findings_are_told_in_three_forms() {
    let desk = Desk::new();
    desk.put("b.txt", REQUEST.replace("王五", ""));
    let told =
        ["human", "short", "json"].map(|format| desk.run(&["check", "b.txt", "--form", "form.yaml", "--format", format]));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn an_edited_record_flows_through() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "out", "--to", "yaml"]);
    let first = desk.text("out/a.yaml");
    // As it is, a second run changes nothing.
    desk.run(&["convert", "out/a.yaml", "--form", "form.yaml", "-o", "again", "--to", "yaml"]);
    assert_eq!(desk.text("again/a.yaml"), first);
    // A suggestion accepted, a field edited.
    desk.put("out/a.yaml", first.replace("applied: false", "applied: true").replace("office: 办公室", "office: 人事科"));
    let told = desk.run(&["convert", "out/a.yaml", "--form", "form.yaml", "-o", "edited", "--to", "yaml"]);
    let edited = desk.text("edited/a.yaml");
    assert!(edited.contains("way: 自行采购") && edited.contains("office: 人事科"), "{edited}");
    insta::assert_snapshot!(told);
}

#[test]
fn an_edit_that_contradicts_an_accepted_suggestion_is_told_at_its_line() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "out", "--to", "yaml"]);
    let text = desk.text("out/a.yaml").replace("applied: false", "applied: true").replace("way: 零星采购", "way: 询价采购");
    desk.put("out/a.yaml", text);
    insta::assert_snapshot!(desk.run(&["check", "out/a.yaml", "--form", "form.yaml"]));
}

#[test]
fn outputs_never_collide_and_never_overwrite_an_input() {
    let desk = Desk::new();
    desk.put("b/a.txt", REQUEST);
    desk.put("out/a-2.yaml", "mine");
    desk.put("two.txt", format!("{REQUEST}\n\n{REQUEST}"));
    let words = ["convert", "a.txt", "b/a.txt", "two.txt", "-o", "out", "--to", "yaml", "--form", "form.yaml"];
    let told = desk.run(&words);
    assert_eq!(desk.files("out"), ["a-2.yaml", "a.yaml", "two-1.yaml", "two-2.yaml"]);
    let told_again = desk.run(&["convert", "out/a.yaml", "-o", "out", "--to", "yaml", "--form", "form.yaml"]);
    assert_eq!(desk.files("out"), ["a-2.yaml", "a.yaml", "two-1.yaml", "two-2.yaml"]);
    insta::assert_snapshot!([told, told_again].join("\n"));
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let desk = Desk::new();
    desk.put("empty.txt", "");
    let told = desk.run(&["convert", "empty.txt", "a.txt", "-o", "out", "--to", "yaml", "--form", "form.yaml"]);
    assert_eq!(desk.files("out"), ["a.yaml"]);
    assert!(told.starts_with("exit 2"), "{told}");
}

#[test]
fn standard_input_and_output_work() {
    let desk = Desk::new();
    let told = desk.run_with(&["convert", "-", "-o", "-", "--to", "yaml", "--form", "form.yaml"], REQUEST);
    insta::assert_snapshot!(told);
    desk.run_with(&["convert", "-", "-o", "out", "--to", "yaml", "--form", "form.yaml"], REQUEST);
    assert_eq!(desk.files("out"), ["stdin.yaml"]);
}

#[test]
fn what_the_reader_saw_is_shown() {
    let desk = Desk::new();
    desk.put("small.txt", "品名\t金额\n打印纸\t12\n");
    insta::assert_snapshot!([desk.run(&["read", "a.txt"]), desk.run(&["read", "small.txt", "--format", "json"])].join("\n"));
}

#[test]
fn forms_are_listed_with_their_fields() {
    let desk = Desk::new();
    let told = [
        desk.run(&["forms"]),
        desk.run(&["forms", "form.yaml"]),
        desk.run(&["forms", "form.yaml", "--format", "json", "--lang", "en"]),
    ];
    insta::assert_snapshot!(told.join("\n"));
    assert!(desk.run(&["forms", "form.yaml", "--schema"]).contains("json-schema.org"));
}

#[test]
fn a_rule_is_explained() {
    let desk = Desk::new();
    assert!(desk.run(&["rule"]).lines().any(|line| line.starts_with("F003")));
    let told = desk.run(&["rule", "f003"]);
    assert!(told.starts_with("exit 0") && told.contains("F003"), "{told}");
    assert!(desk.run(&["rule", "F003", "--lang", "en"]).contains("What it checks"));
}

#[test]
fn a_template_is_made_checked_and_used() {
    let desk = Desk::new();
    let told = [
        desk.run(&["template", "fields", "--form", "form.yaml"]),
        desk.run(&["template", "fields", "--form", "form.yaml", "--format", "json", "--lang", "en"]),
        desk.run(&["template", "new", "--form", "form.yaml", "-o", "mine.docx"]),
        desk.run(&["template", "new", "--form", "form.yaml", "-o", "mine.docx"]),
        desk.run(&["template", "check", "mine.docx", "--form", "form.yaml"]),
        desk.run(&["template", "check", "a.txt", "--form", "form.yaml"]),
    ];
    insta::assert_snapshot!(told.join("\n"));
    desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "out", "--template", "mine.docx", "--to", "docx"]);
    assert_eq!(desk.files("out"), ["a.docx"]);
}

#[test]
fn a_template_with_mistakes_is_never_filled() {
    let desk = Desk::new();
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let rels = format!("<Relationships><Relationship Id=\"r\" Type=\"{kind}\" Target=\"word/document.xml\"/></Relationships>");
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let body = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("{{ 申请课室 }}"), cell("{% for 物 in 采购明细 %}{{ 物.品名"));
    let document = format!("<w:document xmlns:w=\"{space}\"><w:body>{body}</w:body></w:document>");
    let parts = [("_rels/.rels".to_owned(), rels.into_bytes()), ("word/document.xml".to_owned(), document.into_bytes())];
    desk.put("bad.docx", biaozhun::package::pack(&parts).unwrap());
    let check = ["template", "check", "bad.docx", "--form", "form.yaml"];
    let told = [
        desk.run(&check),
        desk.run(&[&check[..], &["--format", "json"]].concat()),
        desk.run(&[&check[..], &["--format", "short", "--lang", "en"]].concat()),
        desk.run(&["convert", "a.txt", "--form", "form.yaml", "-o", "out", "--template", "bad.docx", "--to", "docx"]),
    ];
    insta::assert_snapshot!(told.join("\n"));
    assert!(!desk.path().join("out/a.docx").exists());
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let desk = Desk::new();
    let program = assert_cmd::cargo::cargo_bin("biaozhun");
    let mut child = Command::new(program)
        .current_dir(desk.path())
        .env("LC_ALL", "C")
        .args(["forms", "--format", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before anything is read.
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Two blank fields with one printed label have one place.
#[test]
fn a_row_is_drawn_once_for_a_finding() {
    let desk = Desk::new();
    desk.put("water.txt", include_str!("../samples/water-bureau-2023.txt"));
    let said = desk.run(&["check", "water.txt"]);
    let finding = said.split("\n\n").find(|part| part.contains("[C002]")).expect("the finding");
    assert_eq!((finding.matches("water.txt:35:2").count(), finding.matches("\n35 |").count()), (2, 1), "{finding}");
}
