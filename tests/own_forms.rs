//! Forms that an office makes for itself: definitions that build on each other in its folder, and messages in the language of
//! its computers. Each test runs in a folder of its own, in an environment that it sets.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const PURCHASE: &str = include_str!("data/purchase-request.yaml");

fn put(folder: &Path, file: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn run(folder: &Path, words: &[&str]) -> (i32, String) {
    let output = Command::cargo_bin("biaozhun").unwrap().env("LC_ALL", "C").current_dir(folder).args(words).output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn a_form_builds_on_another_of_the_same_office() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "mine/purchase-request/form.yaml", PURCHASE);
    let urgent = "form: urgent-request\nextends: purchase-request\ntitle: 紧急采购申请表\n";
    put(at, "mine/urgent-request/form.yaml", urgent);
    // In two steps, and out of the order of their names.
    put(at, "mine/a-request/form.yaml", "form: a-request\nextends: urgent-request\ntitle: 特急采购申请表\n");
    // One of the same name as a built-in form builds on that.
    put(at, "mine/monitoring/form.yaml", "form: monitoring\nextends: monitoring\ntitle: 本局监控表\n");
    let (status, text) = run(at, &["forms", "a-request", "--templates", "mine"]);
    assert!(status == 0 && text.contains("特急采购申请表") && text.contains("office"), "{text}");
    let (status, text) = run(at, &["forms", "monitoring", "--templates", "mine"]);
    assert!(status == 0 && text.contains("本局监控表") && text.contains("likelihood"), "{text}");
    // A file outside of the folder may build on what is in it.
    put(at, "loose.yaml", "form: loose\nextends: a-request\ntitle: 散表\n");
    let (status, text) = run(at, &["forms", "loose.yaml", "--templates", "mine"]);
    assert!(status == 0 && text.contains("散表") && text.contains("office"), "{text}");
    let (status, text) = run(at, &["forms", "loose.yaml"]);
    assert!(status == 2 && text.contains("loose.yaml") && text.contains("a-request"), "{text}");
}

#[test]
fn forms_that_build_on_each_other_in_a_circle_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (own, other) in [("aa", "bb"), ("bb", "cc"), ("cc", "aa"), ("dd", "dd")] {
        put(at, &format!("mine/{own}/form.yaml"), format!("form: {own}\nextends: {other}\ntitle: 甲\n"));
    }
    put(at, "mine/ee/form.yaml", "form: ee\nextends: ff\ntitle: 甲\n");
    put(at, "mine/ff/form.yaml", "form: ff\ntitle: 甲\nbands: 3\n");
    let (status, text) = run(at, &["forms", "--templates", "mine", "--format", "short"]);
    assert_eq!(status, 2, "{text}");
    for told in [
        "mine/dd/form.yaml:2:10: ",
        "dd → dd",
        "mine/aa/form.yaml:2:10: ",
        "aa → bb → cc → aa",
        "cc → aa → bb → cc",
        "mine/ee/form.yaml:2:10: ",
        "mine/ff/form.yaml:3:8: ",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[test]
fn messages_are_in_the_language_of_the_locale() {
    let folder = tempfile::tempdir().unwrap();
    let said = |set: &[(&str, &str)], words: &[&str]| {
        let mut command = Command::cargo_bin("biaozhun").unwrap();
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            command.env_remove(name);
        }
        let output = command.envs(set.iter().copied()).current_dir(folder.path()).args(words).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let missing = ["check", "missing.txt"];
    let english = |text: &str| !text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(english(&said(&[("LANG", "en_US.UTF-8")], &missing)));
    assert!(english(&said(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")], &missing)));
    assert!(english(&said(&[("LANG", "en_US.UTF-8")], &["--help"])));
    assert!(english(&said(&[("LANG", "zh_CN.UTF-8")], &[&missing[..], &["--lang", "en"]].concat())));
    for set in [&[("LANG", "zh_CN.UTF-8")][..], &[("LANG", "C.UTF-8")], &[], &[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]] {
        assert!(!english(&said(set, &missing)), "{set:?}");
        assert!(!english(&said(set, &["--help"])), "{set:?}");
    }
    assert!(!english(&said(&[("LANG", "en_US.UTF-8")], &[&missing[..], &["--lang", "zh"]].concat())));
}
