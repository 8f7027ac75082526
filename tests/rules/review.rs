//! Rules of reviews: each once broken, once kept, and once where it cannot be checked, on a small form defined in YAML.

use super::cases::Case;
use super::fixture::*;
use biaozhun::form::{FormDefinition, load};
use biaozhun::rules::{self, Fix};

const FORM: &str = include_str!("../data/review-form.yaml");
const RECORD: &str = include_str!("../data/review-record.yaml");

const fn case(rule: &'static str, breaks: super::cases::Edit, unchecked: super::cases::Edit) -> Case {
    Case { rule, breaks, unchecked: Some(unchecked) }
}

const NO_WEIGHT: super::cases::Edit = &[("goals[0].indicators[2].weight", ""), ("goals[0].indicators[3].weight", "")];

pub const CASES: &[Case] = &[
    case("E001", &[("funds.amounts[0].rate", "76.00%")], &[("funds.amounts[0].spent", "")]),
    case("E002", &[("funds.amounts[0].score", "8")], &[("funds.amounts[0].rate", ""), ("funds.amounts[0].budget", "")]),
    case(
        "E003",
        &[("funds.amounts[0].spent", "80.00"), ("funds.amounts[0].rate", "80.00%")],
        &[("funds.amounts[0].rate", ""), ("funds.amounts[0].spent", "")],
    ),
    case("P001", &[("goals[0].indicators[0].weight", "25")], &[("goals[0].indicators[0].weight", "")]),
    case("P002", &[("goals[0].points", "80分")], &[("goals[0].points", "")]),
    case("P003", &[("goals[0].indicators[0].level1", "效益指标")], &[("goals[0].indicators[0].weight", "")]),
    case("P004", &[("goals[0].indicators[0].score", "21")], NO_WEIGHT),
    case("P005", &[("goals[0].indicators[5].reason", "")], &[("goals[0].indicators[5].score", "")]),
    case("P006", &[("goals[0].indicators[1].actual", "98%")], &[("goals[0].indicators[1].actual", "完成")]),
    case("P007", &[("goals[0].indicators[0].actual", "26公里")], &[("goals[0].indicators[0].actual", "")]),
    case("P008", &[("goals[0].indicators[5].score", "8")], &[("goals[0].indicators[4].actual", "0件")]),
    case("P009", &[("goals[0].indicators[3].score", "12")], &[("goals[0].indicators[3].actual", "基本达到")]),
    case("P010", &[("total", "99")], &[("goals[0].indicators[0].score", "")]),
    case("P011", &[("grade", "良")], &[("total", "较好")]),
];

pub fn definition() -> FormDefinition {
    let definition = load::load("review-form.yaml", FORM).unwrap_or_else(|error| panic!("{error:?}"));
    let mistakes: Vec<String> = rules::validate(&definition).iter().map(|mistake| say(&mistake.message)).collect();
    assert_eq!(mistakes, Vec::<String>::new());
    definition
}

#[test]
fn each_rule_of_a_review_fails_holds_and_says_when_it_cannot_tell() {
    super::cases::try_all(&definition(), RECORD, CASES);
}

#[test]
fn a_faultless_review_gives_nothing_to_say() {
    let definition = definition();
    let mut clean = record(&definition, RECORD);
    let before = clean.clone();
    let verdict = rules::run(&mut clean, &definition, Fix::Suggest);
    assert_eq!(verdict.findings.iter().map(finding).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(clean, before);
}

/// What is suggested for a field after some edits, applied or not.
fn proposed(edits: &[(&str, &str)], path: &str) -> Option<(&'static str, bool, String)> {
    let definition = definition();
    let (record, _) = super::cases::run(&definition, RECORD, edits);
    let change = record.changes.into_iter().find(|change| change.at.to_string() == path)?;
    Some((change.rule, change.applied, change.to))
}

#[test]
fn rates_and_points_are_computed() {
    let rate = "funds.amounts[0].rate";
    // Rounding alone is put right; a larger difference may as well be an error in the amounts.
    assert_eq!(proposed(&[("funds.amounts[1].rate", "93.8%")], "funds.amounts[1].rate").map(|c| c.1), Some(true));
    assert_eq!(proposed(&[(rate, "59.00%")], rate), Some(("E001", false, "95.00%".into())));
    assert_eq!(proposed(&[(rate, "")], rate), Some(("E001", false, "95.00%".into())));
    let score = "funds.amounts[0].score";
    assert_eq!(proposed(&[(score, "")], score), Some(("E002", false, "9.5".into())));
    // More than the budget brings no more than the weight.
    let above = [("funds.amounts[0].spent", "103.00"), ("funds.amounts[0].rate", "103.00%")];
    assert_eq!(proposed(&above, score), Some(("E002", false, "10".into())));
    // The weight of 10 stands in the label where the column is blank.
    let from_label = [("funds.amounts[0].weight", ""), (score, "9")];
    assert_eq!(proposed(&from_label, score), Some(("E002", false, "9.5".into())));
}

#[test]
fn without_a_budget_there_is_no_rate() {
    let definition = definition();
    let edits =
        &[("funds.amounts[2].budget", "0.00"), ("funds.amounts[2].spent", "0.00"), ("funds.amounts[2].rate", "100.00%")];
    let (_, verdict) = super::cases::run(&definition, RECORD, edits);
    assert!(verdict.findings.iter().any(|finding| finding.rule == "E001" && finding.message.id == "E001.no_budget"));
}

#[test]
fn one_blank_weight_and_a_blank_total_follow_from_the_rest() {
    let weight = "goals[0].indicators[0].weight";
    assert_eq!(proposed(&[(weight, "")], weight), Some(("P001", false, "20".into())));
    assert_eq!(proposed(&[("total", "")], "total"), Some(("P010", true, "97.5".into())));
    assert_eq!(proposed(&[("grade", "")], "grade"), Some(("P011", false, "优".into())));
    let score = "goals[0].indicators[5].score";
    assert_eq!(proposed(&[(score, "7")], score), Some(("P008", false, "9".into())));
}
