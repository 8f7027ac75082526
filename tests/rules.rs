//! Rules on whole records: what they find, what they change, that they come to rest, and that each explains itself.

#[path = "rules/cases.rs"]
mod cases;
#[path = "rules/coverage.rs"]
mod coverage;
#[path = "rules/fixture.rs"]
mod fixture;
#[path = "rules/ledger.rs"]
mod ledger;
#[path = "rules/review.rs"]
mod review;

use biaozhun::catalogue::{self, Language};
use biaozhun::change::{self, Class};
use biaozhun::diag::Outcome;
use biaozhun::form::load;
use biaozhun::record::{Leaf, Node, Record};
use biaozhun::rules::{self, Fix};
use fixture::*;
use proptest::prelude::*;

#[test]
fn a_faultless_form_gives_nothing_to_say() {
    let definition = definition();
    let mut clean = record(&definition, CLEAN);
    let before = clean.clone();
    let verdict = rules::run(&mut clean, &definition, Fix::Suggest);
    let said: Vec<String> = verdict.findings.iter().map(finding).collect();
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(clean, before);
    let odd: Vec<_> =
        verdict.checks.iter().filter(|check| check.outcome != Outcome::Held).map(|check| say(&check.message)).collect();
    assert_eq!(odd, Vec::<String>::new());
}

#[test]
fn the_rules_of_the_definitions_compiled_in_have_no_mistakes() {
    for definition in load::builtin() {
        let mistakes: Vec<String> =
            rules::validate(definition).iter().map(|m| format!("{}: {}", m.line, say(&m.message))).collect();
        assert_eq!(mistakes, Vec::<String>::new());
    }
}

#[test]
fn mistakes_in_the_rules_of_a_definition_are_told_with_what_is_allowed() {
    let text = load::SOURCES[0].1.split_once("\nrules:").expect("rules").0.to_owned()
        + "
rules:
  - {rule: F999}
  - {rule: T001}
  - {rule: F001}
  - {rule: F001, group: funds.incomes, colour: red}
  - {rule: F003, group: funds.income, amount: amounts, share: share}
  - {rule: F004, total: 'funds.expense[项目].amount', rows: projects, amount: year_budget}
  - {rule: F005, rows: funds, part: year_budget, whole: total_budget}
  - {rule: C005, targets: 'annual_goals.indicators'}
  - {rule: V002, rows: 'annual_goals[].indicators', name: name, target: target, levels: [level1, level2], hierarchy: levels}
  - {rule: F006, decimals: six}
";
    let definition = load::load("form.yaml", &text).expect("a definition");
    let told: Vec<String> = rules::validate(&definition).iter().map(|mistake| say(&mistake.message)).collect();
    let expected = [
        "没有规则 F999",
        "规则 T001 始终适用",
        "规则 F001 缺少参数 group",
        "规则 F001 没有参数 colour；可用的参数：group, columns, confirmed_by",
        "funds.incomes：没有 incomes 这个键；此处可用：years, income, expense",
        "没有 amounts 这个键；此处可用：item, amount, share, previous",
        "没有名为“项目”的行；现有：财政拨款",
        "参数 rows 应为多行内容的路径",
        "没有 year_budget 这个键",
        "没有 total_budget 这个键",
        "annual_goals.indicators：annual_goals 是列表",
        "hierarchies 中没有 \"levels\"",
        "参数 decimals 应为一个数",
    ];
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.contains(expected), "{told}\n{expected}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn every_rule_explains_itself_in_both_languages() {
    for rule in rules::all() {
        let sections = ["## What it checks", "## Why", "## Example", "## Fix safety", "## Source"];
        let places: Vec<_> = sections.iter().map(|section| rule.documentation.find(section)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}: {}", rule.code, rule.documentation);
        for language in [Language::Chinese, Language::English] {
            assert!(catalogue::has(language, rule.title) && catalogue::has(language, rule.text), "{} {language:?}", rule.code);
        }
        assert_eq!(rules::explain(&rule.code.to_lowercase()).map(|found| found.code), Some(rule.code));
    }
    assert!(rules::explain("F000").is_none());
    let mut codes: Vec<_> = rules::all().iter().map(|rule| rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), rules::all().len(), "codes are unique");
}

#[test]
fn a_second_run_changes_nothing() {
    let definition = definition();
    for fix in [Fix::Auto, Fix::Suggest, Fix::None] {
        let (mut record, first) = checked(|_| {}, fix);
        let before = record.clone();
        let second = rules::run(&mut record, &definition, fix);
        assert!(record == before, "{fix:?}");
        assert_eq!(second.findings, first.findings, "{fix:?}");
        assert_eq!(second.checks, first.checks, "{fix:?}");
    }
}

#[test]
fn without_fixes_all_are_listed_and_nothing_is_edited() {
    let definition = definition();
    let source = record(&definition, COUNTY);
    let (untouched, _) = checked(|_| {}, Fix::None);
    assert_eq!(untouched.data, source.data);
    let (corrected, _) = checked(|_| {}, Fix::Auto);
    let listed: Vec<_> = untouched.changes.iter().map(|change| (&change.at, change.rule, &change.from, &change.to)).collect();
    let made: Vec<_> = corrected.changes.iter().map(|change| (&change.at, change.rule, &change.from, &change.to)).collect();
    assert_eq!(listed, made);
    assert!(untouched.changes.iter().all(|change| !change.applied));
    // Taken up later, in order, they lead to the same record.
    let (mut later, _) = (untouched, ());
    rules::run(&mut later, &definition, Fix::Auto);
    assert_eq!(later.data, corrected.data);
}

#[test]
fn accepting_a_suggestion_in_the_file_is_as_if_it_had_been_applied() {
    let definition = definition();
    let (mut record, _) = checked(|_| {}, Fix::Auto);
    let mut changes = std::mem::take(&mut record.changes);
    let suggestion = changes.iter_mut().find(|change| change.rule == "T005").expect("a suggestion");
    change::apply(&mut record, suggestion).expect("applies");
    record.changes = changes;
    let count = record.changes.len();
    rules::run(&mut record, &definition, Fix::Auto);
    assert_eq!(record.changes.len(), count);
    assert!(record.data.get("tasks").expect("tasks").items()[1].leaf().expect("leaf").text.starts_with("认真贯彻"));
}

#[test]
fn a_suggestion_whose_ground_is_gone_is_dropped() {
    let definition = definition();
    let (mut record, _) = checked(|_| {}, Fix::Auto);
    let path = "projects[0].category".parse().expect("path");
    record.leaf_mut(&path).expect("leaf").text = "其他运转类项目".into();
    rules::run(&mut record, &definition, Fix::Auto);
    assert!(record.changes.iter().all(|change| change.at != path));
}

/// Every leaf's text, in order.
fn texts(record: &Record, of: fn(&Leaf) -> &str) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    record.each_leaf(&mut |path, leaf| texts.push((path.to_string(), of(leaf).to_owned())));
    texts
}

fn leaves(node: &mut Node, visit: &mut dyn FnMut(&mut Leaf)) {
    match node {
        Node::Leaf(leaf) => visit(leaf),
        Node::List(items) => items.iter_mut().for_each(|item| leaves(item, visit)),
        Node::Map(entries) => entries.iter_mut().for_each(|(_, node)| leaves(node, visit)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Nothing changes silently, and everything can be undone: on forms whose fields hold anything at all.
    #[test]
    fn changes_tell_all_and_revert_to_the_source(
        values in proptest::collection::vec("(<p>)?[0-9]{0,2}[、.]?[ 　]?[0-9.,%年月日一二千万元≥以上率标准X（）：认证贯彻]{0,8}(</p>|&nbsp;)?", 40),
        every in 1usize..7,
        suggest in any::<bool>(),
    ) {
        let definition = definition();
        let mut record = record(&definition, COUNTY);
        let mut index = 0;
        leaves(&mut record.data, &mut |leaf| {
            if index % every == 0 {
                let text = values[(index / every) % values.len()].clone();
                *leaf = Leaf::from_source(leaf.kind, text, leaf.loci.clone());
            }
            index += 1;
        });
        let source = texts(&record, |leaf| &leaf.raw);
        let fix = if suggest { Fix::Suggest } else { Fix::Auto };
        let first = rules::run(&mut record, &definition, fix);
        // Every leaf that differs from its source has a chain of changes that leads there.
        for ((path, raw), (_, text)) in source.iter().zip(texts(&record, |leaf| &leaf.text)) {
            let mut current = raw.clone();
            for change in record.changes.iter().filter(|change| change.applied && change.at.to_string() == *path) {
                prop_assert_eq!(&change.from, &current);
                current.clone_from(&change.to);
            }
            prop_assert_eq!(current, text, "{}", path);
        }
        let mut again = record.clone();
        let second = rules::run(&mut again, &definition, fix);
        prop_assert_eq!(&again, &record);
        prop_assert_eq!(first.findings, second.findings);
        change::revert(&mut record).expect("reverts");
        prop_assert_eq!(texts(&record, |leaf| &leaf.text), source);
    }
}

#[test]
fn suggestions_wait_and_reports_change_nothing() {
    let (record, _) = checked(|_| {}, Fix::Auto);
    assert!(record.changes.iter().all(|change| change.applied == (change.class == Class::Auto)));
}

/// What is found and suggested for one field of the faultless form.
fn said_of(path: &str, text: &str) -> Vec<(String, String)> {
    let (record, verdict) = cases::run(&definition(), CLEAN, &[(path, text)]);
    let found = verdict.findings.iter().filter(|finding| finding.at.iter().any(|at| at.to_string() == path));
    let found = found.map(|finding| (finding.rule.to_owned(), String::new()));
    let changes = record.changes.iter().filter(|change| change.at.to_string() == path);
    found.chain(changes.map(|change| (change.rule.to_owned(), change.to.clone()))).collect()
}

#[test]
fn prose_is_set_by_the_standards_and_right_prose_is_left() {
    let one = |rule: &str, to: &str| vec![(rule.to_owned(), to.to_owned())];
    let at = "projects[0].use";
    assert_eq!(said_of(at, "用于水库(一期)加固,含管护"), one("T011", "用于水库（一期）加固，含管护"));
    assert_eq!(said_of(at, "用于加固，，含管护"), one("T012", "用于加固，含管护"));
    assert_eq!(said_of(at, "用于加固（含管护"), one("T013", ""));
    assert_eq!(said_of(at, "损耗控制在6~8%"), one("T015", "损耗控制在6%～8%"));
    // A zero that only an ASCII digit gives away.
    assert_eq!(said_of(at, "用于二0二三年度加固"), one("T015", "用于二〇二三年度加固"));
    assert_eq!(said_of(at, "1、加固大坝，清理溢洪道；2、更换闸门；4、安装监测设备；"), one("T009", ""));
    for right in [
        "比例为3:1",
        "GB/T 15834(2011)",
        "1、加固大坝，清理溢洪道；2、更换闸门；3、安装监测设备；",
        "“十四五”期间（2021—2025年）增长6%～8%",
    ] {
        assert_eq!(said_of(at, right), vec![], "{right}");
    }
}

#[test]
fn names_cut_off_are_completed_from_the_form_or_told() {
    let suggested = |edits: &[(&str, &str)], at: &str| {
        let (record, verdict) = cases::run(&definition(), CLEAN, edits);
        let change = record.changes.iter().find(|change| change.at.to_string() == at && !change.applied);
        let told = verdict.findings.iter().any(|finding| finding.rule == "T006");
        (change.map(|change| (change.rule, change.to.clone())), told)
    };
    let at = "projects[0].name";
    let task = ("tasks[0]", "组织实施国土绿化行动项目，巩固成果；");
    assert_eq!(suggested(&[(at, "国土绿化行动项"), task], at), (Some(("T006", "国土绿化行动项目".into())), false));
    // Nothing in the form goes on from there, or the name is whole.
    assert_eq!(suggested(&[(at, "国土绿化行动项")], at), (None, false));
    assert_eq!(suggested(&[(at, "国土绿化行动"), task], at), (None, false));
    assert_eq!(suggested(&[(at, "国土绿化行动专项"), ("tasks[0]", "国土绿化行动专项资金按时拨付；")], at), (None, false));
    // Two ways to go on prove neither.
    let both = ("tasks[1]", "国土绿化行动工程与国土绿化行动工作同步推进。");
    assert_eq!(suggested(&[(at, "国土绿化行动工"), both], at), (None, true));
    // An office beside its own name; a short form of a place is no office cut off.
    let (long, short) = (("projects[1].name", "青禾县教育局"), "青禾县教育");
    assert_eq!(suggested(&[(at, short), long], at), (Some(("T006", "青禾县教育局".into())), false));
    assert_eq!(suggested(&[(at, "青禾县水利局"), ("projects[1].name", "青禾县水利局办公室")], at), (None, false));
}

#[test]
fn a_name_cut_off_is_completed_by_the_one_that_begins_alike() {
    let at = "annual_goals[0].indicators[0].name";
    let whole = ("annual_goals[1].indicators[3].name", "社区矫正服刑人员重特大事件");
    let (record, _) = cases::run(&definition(), CLEAN, &[(at, "社区矫正服刑人员重特"), whole]);
    let change = record.changes.iter().find(|change| change.at.to_string() == at).expect("a suggestion");
    assert_eq!((change.rule, change.to.as_str(), change.applied), ("T006", whole.1, false));
    // Two that begin alike prove neither.
    let other = ("annual_goals[1].indicators[2].name", "社区矫正服刑人员重特大案件");
    let (record, verdict) = cases::run(&definition(), CLEAN, &[(at, "社区矫正服刑人员重特"), whole, other]);
    assert!(record.changes.iter().all(|change| change.at.to_string() != at));
    assert!(verdict.findings.iter().any(|finding| finding.rule == "T006"));
}
