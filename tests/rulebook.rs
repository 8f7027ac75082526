//! docs/rules: the rule book, a page for each family in two languages, made from the code and the catalogue. `make rules` writes
//! it anew; this test says when it is stale.

use biaozhun::catalogue::{self, Language};
use biaozhun::change::Class;
use biaozhun::rules::{self, Explanation};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Families in the order of the book: letter, Chinese, English.
const FAMILIES: [(&str, &str, &str); 9] = [
    ("S", "结构", "Structure"),
    ("T", "文字", "Text"),
    ("F", "资金", "Funds"),
    ("E", "预算执行", "Execution"),
    ("P", "分值与得分", "Points"),
    ("C", "完整与一致", "Completeness and agreement"),
    ("V", "用词与指标", "Vocabulary and indicators"),
    ("Y", "日期与年份", "Dates and years"),
    ("X", "各表之间", "Across documents"),
];

fn file(family: &str, language: Language) -> String {
    match language {
        Language::English => format!("{family}.md"),
        Language::Chinese => format!("{family}.zh-CN.md"),
    }
}

fn say(language: Language, id: &str) -> String {
    catalogue::text(language, id).into_owned()
}

fn class(class: Class, language: Language) -> &'static str {
    match (class, language) {
        (Class::Auto, Language::English) => "corrected by default",
        (Class::Auto, Language::Chinese) => "默认自动更正",
        (Class::Suggest, Language::English) => "suggested",
        (Class::Suggest, Language::Chinese) => "仅建议",
        (Class::Report, Language::English) => "reported",
        (Class::Report, Language::Chinese) => "仅报告",
    }
}

/// One rule: its name and facts, its text, and what a definition tells it.
fn entry(rule: &Explanation, language: Language) -> String {
    let title = say(language, rule.title);
    let mut out = format!("## {} {title}\n\n", rule.code);
    out.push_str(&format!("`{}` · {} · {}\n\n", rule.name, rule.severity.name(), class(rule.class, language)));
    match language {
        Language::English => {
            for line in rule.documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
                match line.strip_prefix("## ") {
                    Some(heading) => out.push_str(&format!("\n**{heading}.** ")),
                    None => out.push_str(&format!("{line}\n")),
                }
            }
        }
        Language::Chinese => {
            for line in say(language, rule.text).lines() {
                out.push_str(&format!("{line}\n\n"));
            }
        }
    }
    if !rule.parameters.is_empty() {
        let (head, required) = match language {
            Language::English => ("parameter | must be", "required"),
            Language::Chinese => ("参数 | 应为", "必填"),
        };
        out.push_str(&format!("\n| {head} | |\n|---|---|---|\n"));
        for parameter in rule.parameters {
            let expect = say(language, parameter.expect.message_id());
            let mark = if parameter.required { required } else { "" };
            out.push_str(&format!("| `{}` | {expect} | {mark} |\n", parameter.name));
        }
    }
    let out = out.replace("\n\n\n", "\n\n");
    format!("{}\n", out.trim_end())
}

fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let all = rules::all();
    for language in [Language::English, Language::Chinese] {
        for (letter, chinese, english) in FAMILIES {
            let made = match language {
                Language::English => format!(
                    "# {letter}: {english}\n\n[中文]({}) · [all rules](README.md)\n\nMade from the code by `make rules`.\n",
                    file(letter, Language::Chinese)
                ),
                Language::Chinese => format!(
                    "# {letter}：{chinese}\n\n[English]({}) · [全部规则](README.md)\n\n本页由 `make rules` 从代码生成。\n",
                    file(letter, Language::English)
                ),
            };
            let rules = all.iter().filter(|rule| rule.code.starts_with(letter));
            let entries: Vec<String> = rules.map(|rule| entry(rule, language)).collect();
            pages.insert(file(letter, language), format!("{made}\n{}", entries.join("\n")));
        }
    }
    let mut index = String::from(
        "# 规则手册 · The rule book\n\n本页由 `make rules` 从代码生成；`biaozhun rule F003` 解释一条规则。\n\
         Made from the code by `make rules`; `biaozhun rule F003 --lang en` explains a rule.\n\n\
         [审核要点与规则对照 · The reviewer's list, point by point](coverage.md)\n\n",
    );
    for (letter, chinese, english) in FAMILIES {
        let (zh, en) = (file(letter, Language::Chinese), file(letter, Language::English));
        index.push_str(&format!("## {letter} [{chinese}]({zh}) · [{english}]({en})\n\n"));
        for rule in all.iter().filter(|rule| rule.code.starts_with(letter)) {
            let (zh, en) = (say(Language::Chinese, rule.title), say(Language::English, rule.title));
            index.push_str(&format!("- {} {zh} · {en}\n", rule.code));
        }
        index.push('\n');
    }
    pages.insert("README.md".to_owned(), format!("{}\n", index.trim_end()));
    pages
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

#[test]
fn the_rule_book_is_that_of_the_code() {
    let mut stale = Vec::new();
    let pages = pages();
    for (name, text) in &pages {
        if std::fs::read_to_string(folder().join(name)).unwrap_or_default() != *text {
            stale.push(format!("docs/rules/{name} is stale"));
        }
    }
    for entry in std::fs::read_dir(folder()).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        // The reviewer's list is made where the cases of the rules stand (`tests/rules/coverage.rs`).
        if !pages.contains_key(&name) && name != "coverage.md" {
            stale.push(format!("docs/rules/{name} is of no family"));
        }
    }
    assert!(stale.is_empty(), "{}\nwrite them anew with `make rules`, and look at the difference", stale.join("\n"));
}

#[test]
fn every_family_and_every_rule_stands_in_it() {
    for rule in rules::all() {
        assert!(FAMILIES.iter().any(|(letter, ..)| rule.code.starts_with(letter)), "{} has no family", rule.code);
        // What a rule rests on is said, also where nobody has checked it against the text.
        let source = rule.documentation.split("## Source").nth(1).unwrap_or_default();
        assert!(source.trim().len() > 10, "{} has no source", rule.code);
        let chinese = say(Language::Chinese, rule.text);
        let ground = chinese.lines().last().and_then(|line| line.strip_prefix("依据：")).unwrap_or_default();
        assert!(ground.chars().count() > 2, "{} 没有依据", rule.code);
        // Numbers of documents and standards are the same in both.
        for number in ["财预〔2021〕101号", "财预〔2015〕88号", "财预〔2020〕10号", "GB/T 15834-2011", "GB/T 15835-2011"]
        {
            assert_eq!(source.contains(number), ground.contains(number), "{} {number}", rule.code);
        }
        for language in [Language::Chinese, Language::English] {
            let text = say(language, rule.text);
            assert!(text.chars().count() >= 10, "{} {language:?}: {text}", rule.code);
        }
    }
}

/// Not a test: what `make rules` runs.
#[test]
#[ignore = "writes docs/rules"]
fn write_rules() {
    std::fs::create_dir_all(folder()).expect("docs/rules");
    for (name, text) in pages() {
        std::fs::write(folder().join(name), text).expect("docs/rules is writable");
    }
}
