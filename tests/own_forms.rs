//! Forms that an office makes for itself: definitions that build on each other in its folder, drawn from blanks, checked on
//! samples; and messages in the language of its computers. Each test runs in a folder of its own, in an environment that it sets.

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

/// Blanks of other trades, made by python-docx, and copies of them filled by the same.
fn data(name: &str) -> String {
    format!("{}/tests/data/blanks/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_blank_of_another_trade_becomes_a_form_that_reads_its_filled_copy() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let wanted: [(&str, &[&str]); 4] = [
        (
            "student",
            &[
                "xue_xiao: 安澜县第一小学",
                "xing_bie: 女",
                "chu_sheng_nian_yue: 2012-03-05",
                "{cheng_wei: 母亲, xing_ming: 许静, gong_zuo_dan_wei: 务农, phone: \"13800000002\"}",
                "xue_xiao_yi_jian: 同意入学。",
            ],
        ),
        (
            "purchase",
            &[
                "{item: Printer paper, quantity: 20, unit_price: 25.00, amount: 500.00, remarks: A4}",
                "{item: Stapler, quantity: 3, unit_price: 12.50, amount: 37.50, remarks: null}",
                "approval: Approved",
            ],
        ),
        ("meeting", &["year: 2024", "{item: 伙食费, biao_zhun: \"100\", ren_shu: 20, amount: 2000.00}", "amount: 10500.00}"]),
        ("asset", &["chu_zhi_fang_shi: 报废", "zi_chan_ming_cheng: 打印机", "cai_wu_bu_men_yi_jian: 情况属实。"]),
    ];
    for (name, values) in wanted {
        let (status, text) = run(at, &["form", "new", &data(&format!("{name}.docx")), "-o", "mine"]);
        assert_eq!(status, 0, "{text}");
        // Before anyone has completed it.
        let filled = data(&format!("{name}-filled.docx"));
        let (status, text) = run(at, &["convert", &filled, "-o", "out", "--templates", "mine"]);
        assert!(status < 2, "{text}");
        let yaml = fs::read_to_string(at.join(format!("out/{name}-filled.yaml"))).unwrap();
        for value in values {
            assert!(yaml.contains(value), "{name}: {value}\n{yaml}");
        }
        // The printed copy is the office's own form: its words and its rows.
        let (status, text) = run(at, &["form", "check", &format!("mine/{name}"), &filled]);
        assert!(status < 2, "{text}");
        assert!(!text.contains("DOCX"), "what is printed reads back: {text}");
    }
    let (status, text) = run(at, &["form", "new", &data("student.docx"), "-o", "mine", "--lang", "en"]);
    assert!(status == 2 && text.contains("form.yaml") && text.contains("not written over"), "{text}");
    let (status, text) = run(at, &["form", "new", &data("student.docx"), "-o", "again", "--id", "pupil", "--format", "json"]);
    assert_eq!(status, 0, "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&json["form"], &json["not_understood"]), (&"pupil".into(), &serde_json::json!([])));
    assert!(at.join("again/pupil/form.docx").is_file());
}

#[test]
fn what_is_no_blank_form_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    put(at, "letter.txt", "今天天气很好，我们去公园散步。\n");
    let (status, text) = run(at, &["form", "new", "letter.txt", "-o", "mine"]);
    assert!(status == 2 && text.contains("letter.txt") && !at.join("mine").exists(), "{text}");
    // From a text come a definition and a plain template made of it, and that is said.
    put(at, "blank.txt", "出差申请表\n姓名：        部门：        \n出发日期：    年  月  日\n出差事由：\n");
    let (status, text) = run(at, &["form", "new", "blank.txt", "-o", "mine"]);
    assert!(status == 0 && text.contains("DOCX") && at.join("mine/blank/form.docx").exists(), "{text}");
    let yaml = fs::read_to_string(at.join("mine/blank/form.yaml")).unwrap();
    for told in ["title: 出差申请表", "label: 姓名, type: person", "label: 出发日期, type: date", "label: 出差事由"]
    {
        assert!(yaml.contains(told), "{told}: {yaml}");
    }
}

#[test]
fn a_form_is_checked_on_its_samples() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let request = include_str!("data/request.txt");
    put(at, "mine/purchase-request/form.yaml", PURCHASE);
    put(at, "mine/purchase-request/samples/a.txt", request);
    let check = |words: &[&str]| run(at, &[&["form", "check", "mine", "--lang", "en"], words].concat());
    let (status, text) = check(&[]);
    assert!(status == 0 && text.contains("1 of 1 samples hold") && text.contains("No sample has the wordings"), "{text}");
    // The record beside it.
    run(at, &["convert", "mine/purchase-request/samples/a.txt", "-o", "out", "--templates", "mine"]);
    let record = fs::read_to_string(at.join("out/a.yaml")).unwrap();
    put(at, "mine/purchase-request/samples/a.yaml", &record);
    assert_eq!(check(&[]).0, 0);
    put(at, "mine/purchase-request/samples/a.yaml", record.replacen("requested_on: 20", "requested_on: 19", 1));
    let (status, text) = check(&[]);
    assert!(status == 1 && text.contains("a.yaml says, first in line 5"), "{text}");
    fs::remove_file(at.join("mine/purchase-request/samples/a.yaml")).unwrap();
    // Something left over, and a form of another kind.
    put(at, "mine/purchase-request/samples/b.txt", format!("{request}\n仓库管理员\t何叶\n"));
    put(at, "mine/purchase-request/samples/c.txt", include_str!("../samples/water-bureau-2023.txt"));
    let (status, text) = check(&["--format", "json"]);
    assert_eq!(status, 1, "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let form = &json["forms"][0];
    assert_eq!((&form["holds"], &form["sound"]), (&false.into(), &1.into()), "{text}");
    let said = |file: &str, id: &str| {
        let all = form["said"].as_array().unwrap();
        all.iter().any(|said| said["id"] == id && said["file"].as_str().is_some_and(|name| name.ends_with(file)))
    };
    assert!(said("b.txt", "left_over") && said("c.txt", "taken_for"), "{text}");
    // A template with a mistake, a definition with two, a folder without any.
    put(at, "mine/purchase-request/form.html", "<p>{{ p.offfice }}</p>");
    let (status, text) = check(&["mine/purchase-request/samples/a.txt"]);
    assert!(status == 2 && text.contains("form.html") && text.contains("offfice"), "{text}");
    assert!(!text.contains("No sample fills: requested_on"), "it was read all the same: {text}");
    put(
        at,
        "mine/bad/form.yaml",
        "form: bad\ntitle: 甲\nbands:\n  - {band: text, fields: [{key: a, label: 乙, tpye: text}]}\n",
    );
    let (status, text) = check(&["--format", "short"]);
    assert!(status == 2 && text.contains("mine/bad/form.yaml:4:46:") && text.contains("purchase-request"), "{text}");
    let (status, text) = run(at, &["form", "check", "out"]);
    assert!(status == 2 && text.contains("out"), "{text}");
}

/// Of a blank that is no Word file, the definition and a plain template made of it; points in brackets become a rule.
#[test]
fn a_blank_page_becomes_a_definition_with_a_plain_template() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (status, text) = run(at, &["form", "new", &data("evaluation.html"), "-o", "mine", "--lang", "en"]);
    assert!(status == 0 && text.contains("made from the definition"), "{text}");
    let form = fs::read_to_string(at.join("mine/evaluation/form.yaml")).unwrap();
    let rule = "{rule: P003, rows: kao_he_zhi_biao, level: level1, weight: weight, schemes: [{组织建设（30分）: 30, 活动开展（50分）: 50, 社会影响（20分）: 20}]}";
    assert!(form.contains(rule), "{form}");
    let check = ["template", "check", "mine/evaluation/form.docx", "--form", "evaluation", "--templates", "mine"];
    let (status, text) = run(at, &check);
    assert_eq!(status, 0, "{text}");
}
