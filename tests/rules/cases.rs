//! Each rule once broken, once kept, and once where it cannot be checked: edits of a faultless form.

use super::fixture::*;
use biaozhun::diag::Outcome;
use biaozhun::form::FormDefinition;
use biaozhun::record::{Node, Record};
use biaozhun::rules::{self, Fix, Verdict};

pub type Edit = &'static [(&'static str, &'static str)];

/// A rule, an edit that breaks it, and one that leaves nothing to check (where there is such a thing).
pub struct Case {
    pub rule: &'static str,
    pub breaks: Edit,
    pub unchecked: Option<Edit>,
}

const fn case(rule: &'static str, breaks: Edit, unchecked: Option<Edit>) -> Case {
    Case { rule, breaks, unchecked }
}

/// `path = text`; a path ending in `!` empties a list.
pub const CASES: &[Case] = &[
    case("T001", &[("phone", "07195550188")], None),
    case("T002", &[("department", "<p>青禾县水利和湖泊局</p>")], None),
    case("T003", &[("duties[0]", "1、负责管理；"), ("duties[1]", "2、组织实施。")], None),
    case("T004", &[("department", "青禾县 水利和湖泊局")], None),
    case("T005", &[("duties[0]", "认证贯彻落实上级部署；")], None),
    case("T006", &[("annual_goals[0].indicators[1].name", "工程验收合格")], None),
    case("T007", &[("filed_on", "2024年13月1日")], None),
    case("T008", &[("annual_goals[0].indicators[0].target", "≥**座")], None),
    case("T010", &[("department", "安澜县\u{1}水利局")], None),
    case("T011", &[("duties[0]", "负责管理,做好服务；")], None),
    case("T012", &[("annual_goals[0].indicators[0].name", "加固水库数量：")], None),
    case("T013", &[("projects[0].use", "用于三座小型水库（含溢洪道")], None),
    case("T014", &[("duties[0]", "负责管理。"), ("duties[1]", "组织实施；")], None),
    case("T015", &[("duties[0]", "将损耗降到6~8%；")], None),
    case("T009", &[("duties[0]", "1、负责管理；"), ("duties[1]", "3、组织实施。")], None),
    case("F001", &[("funds.income[0].amount", "1200.10")], Some(&[("funds.income[0].amount", "一些")])),
    case("F002", &[("funds.income[3].previous[1]", "1200.02")], Some(&[("funds.income[3].previous[1]", "")])),
    case("F003", &[("funds.expense[1].share", "6.70%")], Some(&[("funds.expense[3].amount", "1500.20")])),
    case("F004", &[("projects[0].year_budget", "410.00")], Some(&[("projects[0].year_budget", "")])),
    case("F005", &[("projects[1].total_budget", "90.00")], Some(&[("projects[1].total_budget", "")])),
    case("F006", &[("projects[2].year_budget", "-3.00")], None),
    case(
        "F007",
        &[("projects[2].total_budget", "60.00万元")],
        Some(&[("projects[2].total_budget", "60.00万元"), ("unit", "")]),
    ),
    case("F008", &[("funds.income[2].amount", "3000000.00")], None),
    case("F014", &[("funds.income[0].previous[0]", "1100.001000.00"), ("funds.income[0].previous[1]", "")], None),
    case("C001", &[("phone", "")], None),
    case("C002", &[("goals.long_term.until", "")], None),
    case("C003", &[("annual_goals[1].indicators!", "")], None),
    case(
        "C004",
        &[("annual_goals[0].indicators[5].level1", "产出指标"), ("annual_goals[1].indicators[4].level1", "产出指标")],
        Some(&[("annual_goals[0].indicators!", ""), ("annual_goals[1].indicators!", "")]),
    ),
    case("C005", &[("annual_goals[1].indicators[3].target", "0")], None),
    case("C006", &[("annual_goals[1].indicators[3].name", "三级指标4")], None),
    case("C007", &[("annual_goals[1].goal", "全面推行河湖长制")], Some(&[("goals.annual!", "")])),
    case(
        "C008",
        &[("tasks[1]", "群众安置率达到90%以上。")],
        Some(&[("annual_goals[0].indicators!", ""), ("annual_goals[1].indicators!", "")]),
    ),
    case("V001", &[("projects[0].category", "常年性项目")], None),
    case("V002", &[("annual_goals[0].indicators[1].level2", "数量指标")], None),
    case("V003", &[("annual_goals[0].indicators[4].level2", "经济效益")], None),
    case("V004", &[("annual_goals[0].indicators[0].name", "工程验收合格率")], None),
    case("V005", &[("annual_goals[0].indicators[4].target", "有所提升")], None),
    case("V006", &[("annual_goals[0].indicators[3].name", "经费到位率")], None),
    case("V007", &[("annual_goals[0].indicators[5].target", "≤95%")], None),
    case("Y001", &[("filed_on", "2024-12-05")], Some(&[("filed_on", "")])),
    case("Y002", &[("funds.years[1]", "2021")], Some(&[("funds.years[1]", "")])),
    case("Y003", &[("goals.long_term.until", "2020")], Some(&[("funds.years[0]", "去年")])),
];

pub fn run(definition: &FormDefinition, text: &str, edits: &[(&str, &str)]) -> (Record, Verdict) {
    let mut record = record(definition, text);
    for (path, text) in edits {
        match path.strip_suffix('!') {
            Some(list) => *record.get_mut(&list.parse().expect("path")).expect(list) = Node::List(Vec::new()),
            None => set(&mut record, path, text),
        }
    }
    let verdict = rules::run(&mut record, definition, Fix::Auto);
    (record, verdict)
}

fn speaks(rule: &str, record: &Record, verdict: &Verdict) -> bool {
    verdict.findings.iter().any(|finding| finding.rule == rule) || record.changes.iter().any(|change| change.rule == rule)
}

#[test]
fn each_rule_fails_holds_and_says_when_it_cannot_tell() {
    try_all(&definition(), CLEAN, CASES);
}

/// Tries each case on a faultless form.
pub fn try_all(definition: &FormDefinition, clean_form: &str, cases: &[Case]) {
    let run = |edits: Edit| run(definition, clean_form, edits);
    let (clean, quiet) = run(&[]);
    for Case { rule, breaks, unchecked } in cases {
        assert!(!speaks(rule, &clean, &quiet), "{rule} speaks of a faultless form");
        let (record, verdict) = run(breaks);
        assert!(speaks(rule, &record, &verdict), "{rule} does not see {breaks:?}");
        if let Some(edit) = unchecked {
            let (_, verdict) = run(edit);
            let told = verdict.checks.iter().any(|check| check.rule == *rule && check.outcome == Outcome::Unchecked);
            let shown: Vec<String> = verdict.findings.iter().map(finding).collect();
            assert!(told, "{rule} passes over {edit:?}\n{shown:#?}");
            assert!(
                verdict.findings.iter().any(|finding| finding.rule == *rule),
                "{rule} does not show that it could not check"
            );
            let held =
                verdict.checks.iter().any(|c| c.rule == *rule && c.outcome == Outcome::Held && c.at.to_string().is_empty());
            assert!(!held, "{rule} says that all held");
        }
    }
}

#[test]
fn every_rule_has_a_case() {
    // What the fitting sees has its tests there; rules across documents, in tests/across.rs.
    for rule in rules::all().iter().filter(|rule| !rule.code.starts_with(['S', 'X'])) {
        let all = CASES.iter().chain(super::review::CASES);
        assert!(all.into_iter().any(|case| case.rule == rule.code), "{} has no case", rule.code);
    }
}

#[test]
fn suggestions_have_their_grounds() {
    let suggested = |edits: Edit, path: &str| {
        let (record, _) = run(&definition(), CLEAN, edits);
        let at = record.changes.into_iter().find(|change| !change.applied && change.at.to_string() == path);
        at.map(|change| (change.rule, change.to))
    };
    // A blank total is its sum; one that differs only where the other side confirms it.
    assert_eq!(suggested(&[("funds.income[3].amount", "")], "funds.income[3].amount"), Some(("F001", "1500.00".into())));
    assert_eq!(suggested(&[("funds.income[3].amount", "1400.00")], "funds.income[3].amount"), Some(("F001", "1500.00".into())));
    assert_eq!(suggested(&[("funds.income[0].amount", "1100.00")], "funds.income[3].amount"), None);
    assert_eq!(
        suggested(&[("funds.income[2].amount", "3000000.00")], "funds.income[2].amount"),
        Some(("F008", "300.00".into()))
    );
    assert_eq!(suggested(&[("funds.income[2].share", "")], "funds.income[2].share"), Some(("F003", "20.00%".into())));
    assert_eq!(
        suggested(&[("projects[2].year_budget", "600000元")], "projects[2].year_budget"),
        Some(("F007", "60.00".into()))
    );
    // Amounts that ran together: one cut closes both columns.
    let fused: Edit = &[("funds.income[0].previous[0]", "11001000"), ("funds.income[0].previous[1]", "")];
    assert_eq!(suggested(fused, "funds.income[0].previous[0]"), Some(("F014", "1100.00".into())));
    assert_eq!(suggested(fused, "funds.income[0].previous[1]"), Some(("F014", "1000.00".into())));
    let unknown: Edit = &[("projects[2].total_budget", "6060"), ("projects[2].year_budget", "")];
    assert_eq!(suggested(unknown, "projects[2].year_budget"), None);
    assert_eq!(suggested(&[("projects[0].category", "新增项目")], "projects[0].category"), None);
    assert_eq!(
        suggested(&[("annual_goals[0].indicators[0].basis", "历史标淮")], "annual_goals[0].indicators[0].basis"),
        Some(("V001", "历史标准".into()))
    );
}
