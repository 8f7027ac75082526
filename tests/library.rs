//! An office's own forms and templates, by `--templates` and by `biaozhun.toml`: found before the built-in ones, all mistakes
//! told with file and place. Each test runs in a folder of its own.

use assert_cmd::Command;
use biaozhun::form::load;
use biaozhun::{package, render};
use std::fs;
use std::path::Path;

const REQUEST: &str = include_str!("data/request.txt");
const PURCHASE: &str = include_str!("data/purchase-request.yaml");
const DEPARTMENT: &str = include_str!("rendering/department.yaml");

fn put(folder: &Path, file: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn run(folder: &Path, words: &[&str]) -> (i32, String) {
    let output = Command::cargo_bin("biaozhun").unwrap().env("LC_ALL", "C").current_dir(folder).args(words).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8(text).unwrap())
}

/// A Word template with one paragraph.
fn word(text: &str) -> Vec<u8> {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let rels = format!("<Relationships><Relationship Id=\"r\" Type=\"{kind}\" Target=\"word/document.xml\"/></Relationships>");
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let body = format!("<w:document xmlns:w=\"{space}\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>");
    let part = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned();
    let parts = [part("[Content_Types].xml", types), part("_rels/.rels", rels), part("word/document.xml", body)];
    package::pack(&parts).unwrap()
}

fn document(folder: &Path, file: &str) -> String {
    let bytes = fs::read(folder.join(file)).unwrap();
    let package = package::Package::open(bytes, &package::Limits::default()).unwrap();
    package.read_text("word/document.xml").unwrap()
}

#[test]
fn an_offices_form_and_templates_are_found_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "mine/purchase-request/form.yaml", PURCHASE);
    put(at, "mine/purchase-request/form.docx", word("自家模板：{{ 申请科室 }}"));
    put(at, "mine/purchase-request/form.html", "<p>自家页面：{{ p.office }}</p>");
    put(at, "mine/department-targets/form.docx", word("局里的：{{ 部门名称 }}"));
    put(at, "mine/.git/form.yaml", "no form");
    put(at, "mine/readme/about.txt", "");
    put(at, "a.txt", REQUEST);
    put(at, "b.yaml", DEPARTMENT);
    let (status, text) = run(at, &["convert", "a.txt", "b.yaml", "-o", "out", "--templates", "mine", "--no-appendix"]);
    assert!(status < 2, "{text}");
    assert!(document(at, "out/a.docx").contains("自家模板："));
    assert!(fs::read_to_string(at.join("out/a.html")).unwrap().starts_with("<p>自家页面："));
    // Only the Word file of the built-in form is the office's.
    assert!(document(at, "out/b.docx").contains("局里的："));
    assert!(fs::read_to_string(at.join("out/b.html")).unwrap().contains("<table"));
    let (_, listed) = run(at, &["forms", "--templates", "mine"]);
    assert!(listed.starts_with("purchase-request"), "{listed}");
    assert!(listed.contains("department-targets"), "{listed}");
    let (status, _) = run(at, &["check", "a.txt", "--templates", "mine"]);
    assert!(status < 2);
    // A file of the command line goes before both.
    put(at, "own.docx", word("当场的"));
    run(at, &["render", "b.yaml", "-o", "again", "--templates", "mine", "--template", "own.docx", "--to", "docx"]);
    assert!(document(at, "again/b.docx").contains("当场的"));
}

#[test]
fn a_config_file_above_the_input_says_where_the_templates_are() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "biaozhun.toml", "# 本局\ntemplates = \"模板\"\n");
    put(at, "模板/department-targets/form.docx", word("局里的：{{ 部门名称 }}"));
    put(at, "2023/一季度/b.yaml", DEPARTMENT);
    let (status, text) = run(at, &["render", "2023/一季度/b.yaml", "-o", "out", "--to", "docx"]);
    assert_eq!(status, 0, "{text}");
    assert!(document(at, "out/b.docx").contains("局里的："));
    // `templates` beside it needs no line; a folder on the command line goes before both.
    put(at, "two/biaozhun.toml", "");
    put(at, "two/templates/department-targets/form.docx", word("并排的"));
    put(at, "two/b.yaml", DEPARTMENT);
    run(at, &["render", "two/b.yaml", "-o", "beside", "--to", "docx"]);
    assert!(document(at, "beside/b.docx").contains("并排的"));
    run(at, &["render", "two/b.yaml", "-o", "named", "--to", "docx", "--templates", "模板"]);
    assert!(document(at, "named/b.docx").contains("局里的："));
    put(at, "bad/biaozhun.toml", "template = \"x\"\n\ntemplates = 3\n");
    let (status, text) = run(at, &["forms"]);
    assert_eq!(status, 0, "{text}");
    let (status, text) = run(at, &["check", "bad/b.yaml", "--format", "short"]);
    assert_eq!(status, 2);
    for place in ["bad/biaozhun.toml:1:1: ", "bad/biaozhun.toml:3:13: "] {
        assert!(text.contains(place), "{text}");
    }
    let (status, text) = run(at, &["check", "two/b.yaml", "2023/一季度/b.yaml"]);
    assert!(status == 2 && text.contains("biaozhun.toml"), "{text}");
}

#[test]
fn what_is_wrong_in_a_folder_of_templates_is_told_with_file_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "mine/garden/form.docx", word(""));
    put(at, "mine/other/form.yaml", PURCHASE);
    put(
        at,
        "mine/toy/form.yaml",
        "form: toy\ntitle: 玩具\nbands:\n  - {band: line, fields: [{key: a, label: 甲, type: nmae}]}\n",
    );
    put(at, "mine/typo/from.yaml", PURCHASE);
    put(at, "mine/gbk/form.yaml", b"form: gbk\ntitle: \xcd\xf2\xd4\xaa\n");
    put(at, "a.txt", REQUEST);
    let (status, text) = run(at, &["check", "a.txt", "--templates", "mine", "--format", "short"]);
    assert_eq!(status, 2);
    for told in
        ["mine/garden", "mine/other/form.yaml:1:7: ", "mine/toy/form.yaml:4:52: ", "from.yaml", "mine/gbk/form.yaml 第 2 行"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    for missing in ["nowhere", "a.txt"] {
        let (status, text) = run(at, &["check", "a.txt", "--templates", missing]);
        assert!(status == 2 && text.contains(missing), "{text}");
    }
    // A template with mistakes is told when it is used, under its own name.
    put(at, "sound/department-targets/form.docx", word("{{ 部们名称 }}"));
    put(at, "b.yaml", DEPARTMENT);
    let (status, text) = run(at, &["render", "b.yaml", "-o", "out", "--templates", "sound"]);
    assert_eq!(status, 2);
    assert!(text.contains("sound/department-targets/form.docx") && text.contains("部门名称"), "{text}");
    assert!(!at.join("out/b.docx").exists());
}

/// A PNG file with nothing to be seen in it.
fn png() -> Vec<u8> {
    let chunk = |kind: &[u8], content: &[u8]| [&(content.len() as u32).to_be_bytes()[..], kind, content, &[0; 4]].concat();
    let head = [&8u32.to_be_bytes()[..], &4u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", b""), chunk(b"IEND", b"")].concat()
}

#[test]
fn pictures_lie_beside_the_template_or_where_they_are_said_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let template = word("{{ 图片(\"公章.png\") }}");
    put(at, "b.yaml", DEPARTMENT);
    put(at, "mine/department-targets/form.docx", &template);
    put(at, "mine/department-targets/pictures/公章.png", png());
    put(at, "alone.docx", &template);
    put(at, "章/公章.png", png());
    put(at, "secret.png", png());
    let drawn = |words: &[&str]| {
        let (status, text) = run(at, &[&["render", "b.yaml", "-o", "out", "--to", "docx"], words].concat());
        let drawn = status == 0 && document(at, "out/b.docx").contains("<w:drawing>");
        (drawn, text)
    };
    assert!(drawn(&["--templates", "mine"]).0);
    assert!(drawn(&["--template", "alone.docx", "--pictures", "章"]).0);
    // Beside the template there is none: told by the check and at printing, with the place of the tag.
    let (status, text) = run(at, &["template", "check", "alone.docx", "--form", "department-targets"]);
    assert!(status == 1 && text.contains("正文第1段") && text.contains("公章.png"), "{text}");
    let (done, text) = drawn(&["--template", "alone.docx"]);
    assert!(!done && text.contains("正文第1段") && text.contains("公章.png"), "{text}");
    assert_eq!(run(at, &["template", "check", "alone.docx", "--form", "department-targets", "--pictures", "章"]).0, 0);
    let (_, text) = drawn(&["--template", "alone.docx", "--pictures", "没有"]);
    assert!(text.contains("没有"), "{text}");
    put(at, "out.docx", word("{{ 图片(\"../secret.png\") }}"));
    assert_eq!(run(at, &["template", "check", "out.docx", "--form", "department-targets", "--pictures", "章"]).0, 1);
}

#[test]
fn a_made_template_is_used_from_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let definition = load::load("purchase", PURCHASE).unwrap();
    put(at, "mine/purchase-request/form.yaml", PURCHASE);
    let new = ["template", "new", "--form", "purchase-request", "--templates", "mine", "-o", "mine/purchase-request/form.docx"];
    let (status, text) = run(at, &new);
    assert_eq!(status, 0, "{text}");
    assert_eq!(fs::read(at.join("mine/purchase-request/form.docx")).unwrap(), render::scaffold(&definition).unwrap());
    let check = ["template", "check", "mine/purchase-request/form.docx", "--form", "purchase-request", "--templates", "mine"];
    assert_eq!(run(at, &check).0, 0);
}
