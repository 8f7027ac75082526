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
    case("P008", &[("goals[0].indicators[5].score", "8")], &[("goals[0].indicators[4].actual", "很少")]),
    case("P009", &[("goals[0].indicators[3].score", "12")], &[("goals[0].indicators[3].actual", "基本达到")]),
    case("P010", &[("total", "99")], &[("goals[0].indicators[0].score", "")]),
    case("P011", &[("grade", "良")], &[("total", "较好")]),
    case(
        "P012",
        &[("goals[0].indicators[0].weight", "2020"), ("goals[0].indicators[0].score", "")],
        &[("goals[0].indicators[0].weight", "1999"), ("goals[0].indicators[0].score", "")],
    ),
    case("F009", &[("funds.amounts[1].budget", "70.00")], &[("funds.amounts[0].budget", "")]),
    case("F010", &[("costs[0].amount", "71.00")], &[("costs[0].amount", "")]),
    case("F011", &[("term_budget", "90.00")], &[("term_budget", "")]),
    case("F012", &[("costs[0].amount", "75.00")], &[("unit", "")]),
    Case { rule: "F013", breaks: &[("costs[0].fiscal", "600.00")], unchecked: None },
    case(
        "V008",
        &[
            ("goals[0].indicators[0].level2", "成本指标"),
            ("goals[0].indicators[3].level1", "成本指标"),
            ("goals[0].indicators[3].level2", "经济成本指标"),
        ],
        &[("goals[0].indicators[0].level2", "别的指标")],
    ),
    Case {
        rule: "V012",
        breaks: &[("goals[0].indicators[0].target", "228公里"), ("goals[0].indicators[0].actual", "30公里")],
        unchecked: None,
    },
    case("V009", &[("goals[0].indicators[5].target", "290%")], &[("goals[0].indicators[5].target", "达到95%左右")]),
    case(
        "V010",
        &[("goals[0].indicators[0].actual", "12000米")],
        &[("goals[0].indicators[0].actual", "12"), ("goals[0].indicators[0].measure", "")],
    ),
    case("V011", &[("goals[0].indicators[1].actual", "完成")], &[("goals[0].indicators[1].actual", "")]),
    case(
        "C009",
        &[("goals[0].indicators[0].target", "10"), ("goals[0].indicators[0].sign", "")],
        &[("goals[0].indicators[0].target", "")],
    ),
    case("Y004", &[("year", "2022")], &[("year", "")]),
    case("Y005", &[("ends", "2022-12-31")], &[("starts", "")]),
    case("Y006", &[("ends", "2023-10-31")], &[("ends", "")]),
    case("Y007", &[("term", "1年")], &[("term", "长期")]),
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

#[test]
fn a_number_that_ran_together_is_cut_where_the_weights_leave_one_way() {
    let (weight, score) = ("goals[0].indicators[0].weight", "goals[0].indicators[0].score");
    let fused = [(weight, "2018"), (score, "")];
    assert_eq!(proposed(&fused, weight), Some(("P012", false, "20".into())));
    assert_eq!(proposed(&fused, score), Some(("P012", false, "18".into())));
    // Two such rows: the sum proves neither.
    let both = [(weight, "2018"), (score, ""), ("goals[0].indicators[1].weight", "2020"), ("goals[0].indicators[1].score", "")];
    assert_eq!(proposed(&both, weight).filter(|(rule, ..)| *rule == "P012"), None);
}

#[test]
fn a_sign_read_as_a_digit_is_suggested_only_where_it_can_be_one() {
    let target = "goals[0].indicators[5].target";
    for (printed, meant) in [("290%", Some("≥90%")), ("2100%", Some("≥100%")), ("190%", None), ("205%", None), ("2955%", None)]
    {
        let found = proposed(&[(target, printed)], target).map(|(rule, _, to)| (rule, to));
        assert_eq!(found, meant.map(|meant| ("V009", meant.to_owned())), "{printed}");
    }
}

#[test]
fn one_wrong_figure_is_suggested_and_several_are_named() {
    let fiscal = "costs[0].fiscal";
    assert_eq!(proposed(&[(fiscal, "600.00")], fiscal), Some(("F013", false, "60.00".into())));
    assert_eq!(proposed(&[(fiscal, "600000.00")], fiscal), Some(("F008", false, "60.00".into())));
    // 60.10 + 10.00 and 70.00: both ends are one digit away.
    let definition = definition();
    let (record, verdict) = super::cases::run(&definition, RECORD, &[(fiscal, "60.10")]);
    assert!(record.changes.iter().all(|change| change.rule != "F013"));
    let finding = verdict.findings.iter().find(|finding| finding.rule == "F010").expect("F010");
    let help = say(finding.help.as_ref().expect("help"));
    assert!(help.contains("60.10 → 60.00") && help.contains("70.00 → 70.10"), "{help}");
}

#[test]
fn a_text_is_compared_as_exactly_as_it_says() {
    let definition = definition();
    let says = |text: &str| {
        let (_, verdict) = super::cases::run(&definition, RECORD, &[("summary", text)]);
        verdict.findings.iter().filter(|finding| finding.rule == "F012").count()
    };
    assert_eq!(says("清淤工程70万元，监测设备300000元。"), 0);
    assert_eq!(says("清淤工程70.5万元。"), 1);
    assert_eq!(says("清淤工程。监测设备；另有12万元。"), 0, "an amount of another sentence is not that row's");
    assert_eq!(says("清淤工程清除淤泥12万吨。"), 0, "no money");
}

#[test]
fn where_a_year_must_be_the_whole_both_amounts_are_the_same() {
    let text = FORM.replace(
        "  - {rule: F011,",
        "  - {rule: F005, rows: costs, part: own, whole: fiscal, name: name, equal_where: {name: 清淤工程}}\n  - {rule: F011,",
    );
    let definition = load::load("review-form.yaml", &text).expect("a definition");
    let (_, verdict) = super::cases::run(&definition, RECORD, &[]);
    let told: Vec<_> = verdict.findings.iter().map(|finding| (finding.rule, finding.message.id)).collect();
    assert_eq!(told, [("F005", "F005.unequal")]);
}

#[test]
fn a_row_may_hold_more_than_its_projects() {
    let definition = super::fixture::definition();
    let source = load::SOURCES.iter().find(|(file, _)| file.contains("department-targets/")).expect("compiled in").1;
    let used = "  - {rule: F004, total: \"funds.expense[运转类项目支出].amount\", rows: projects, amount: year_budget, where: {category: 其他运转类项目}, relation: at_most}\n";
    let definition = load::load("form.yaml", &source.replace("  - {rule: F006, decimals: 6}\n", used))
        .unwrap_or_else(|_| (*definition).clone());
    for (amount, expected) in [("60.00", None), ("160.00", Some("F004.above"))] {
        let (_, verdict) =
            super::cases::run(&definition, CLEAN, &[("projects[2].year_budget", amount), ("projects[2].total_budget", amount)]);
        let told = verdict.findings.iter().find(|finding| finding.rule == "F004").map(|finding| finding.message.id);
        assert_eq!(told, expected);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, ..proptest::prelude::ProptestConfig::default() })]

    /// Whatever stands in a review: rules come to rest, and undoing leads back to the source.
    #[test]
    fn reviews_come_to_rest_and_can_be_undone(
        values in proptest::collection::vec("[0-9]{0,4}[.]?[0-9]{0,2}(%|分|万元|公里)?|≥[0-9]{1,3}%|优|完成|2023年", 24),
        every in 1usize..4,
        suggest in proptest::prelude::any::<bool>(),
    ) {
        let definition = definition();
        let mut record = record(&definition, RECORD);
        let mut paths = Vec::new();
        record.each_leaf(&mut |path, _| paths.push(path.to_string()));
        for (index, path) in paths.iter().enumerate().filter(|(index, _)| index % every == 0) {
            set(&mut record, path, &values[index % values.len()]);
        }
        let source = record.data.clone();
        let fix = if suggest { Fix::Suggest } else { Fix::Auto };
        rules::run(&mut record, &definition, fix);
        let mut again = record.clone();
        rules::run(&mut again, &definition, fix);
        proptest::prop_assert_eq!(&again, &record);
        biaozhun::change::revert(&mut record).expect("reverts");
        proptest::prop_assert_eq!(&record.data, &source);
    }
}
