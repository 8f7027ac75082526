//! The rules of family X: what documents say of the same thing, from texts to findings.

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Severity;
use biaozhun::form::load;
use biaozhun::pipeline::{self, Choice, Fix};
use biaozhun::summary::{self, Across, Entry, GivenTotal, Options};

/// A department's declaration: its name, the year before its own, the money of that year as it is told now, its own money, a project.
struct Declared<'a> {
    department: &'a str,
    year: i32,
    before: &'a str,
    money: &'a str,
    project: (&'a str, &'a str),
}

const WATER: Declared<'_> =
    Declared {
        department: "安澜县水利局", year: 2023, before: "90.00", money: "100.00", project: ("河道整治", "60.00")
    };

fn declaration(declared: &Declared<'_>) -> String {
    let Declared { department, year, before, money, project: (project, amount) } = declared;
    let (last, first) = (year - 1, year - 2);
    format!(
        "form: department-targets
data:
  filed_on: {year}-01-10
  unit: 万元
  department: {department}
  funds:
    years: [{last}, {first}]
    income:
      - {{item: 财政拨款, amount: {money}, share: 100.00%, previous: [{before}, '80.00']}}
      - {{item: 合计, amount: {money}, share: 100.00%, previous: [{before}, '80.00']}}
    expense:
      - {{item: 特定目标类项目支出, amount: {money}, share: 100.00%, previous: [{before}, '80.00']}}
      - {{item: 合计, amount: {money}, share: 100.00%, previous: [{before}, '80.00']}}
  projects:
    - {{name: {project}, category: 特定目标类项目, total_budget: {amount}, year_budget: {amount}}}
"
    )
}

fn project_form(authority: &str, project: &str, amount: &str) -> String {
    format!(
        "form: project-targets\ndata:\n  year: 2023\n  project: {project}\n  authority: {authority}\n  year_total: {amount}\n"
    )
}

fn entries(texts: &[String]) -> Vec<Entry> {
    let each = texts.iter().enumerate().map(|(index, text)| {
        let conversion = pipeline::convert(text.as_bytes(), load::builtin(), Fix::Auto).unwrap();
        let forms = conversion.forms.iter().map(|form| pipeline::entry(form, load::builtin()).unwrap()).collect();
        Entry::read(format!("{}.yaml", index + 1), String::new(), text.len() as u64, forms)
    });
    each.collect()
}

fn look_with(texts: &[String], totals: &[GivenTotal], choice: &Choice) -> Vec<Across> {
    let entries = entries(texts);
    let hear = |code, severity| choice.hears(code, severity);
    let options =
        Options { definitions: load::builtin(), language: Language::Chinese, totals, hear: &hear, drive: summary::in_turn };
    summary::survey(&|| Ok(Box::new(entries.iter().cloned().map(Ok))), &options).unwrap().counts.across
}

/// Rule, severity, and the inputs that each finding leads to.
fn look(texts: &[String]) -> Vec<(&'static str, Severity, String)> {
    let found = look_with(texts, &[], &Choice::default());
    for across in &found {
        for language in [Language::Chinese, Language::English] {
            let text = catalogue::render(language, &across.message);
            assert!(!text.contains('{') && !catalogue::render(language, &across.help).is_empty(), "{text}");
        }
    }
    let inputs =
        |across: &Across| across.places.iter().map(|place| place.input.trim_end_matches(".yaml")).collect::<Vec<_>>().join(" ");
    found.iter().map(|across| (across.rule, across.severity, inputs(across))).collect()
}

fn finding(rule: &'static str, severity: Severity, inputs: &str) -> (&'static str, Severity, String) {
    (rule, severity, inputs.to_owned())
}

#[test]
fn forms_of_several_departments_and_years_that_agree_give_nothing_to_say() {
    let texts = [
        declaration(&WATER),
        declaration(&Declared { year: 2022, money: "90.00", before: "80.00", project: ("灌区改造", "50.00"), ..WATER }),
        declaration(&Declared { department: "安澜县林业局", project: ("植树造林", "60.00"), ..WATER }),
        project_form("安澜县水利局", "河道整治", "60.00"),
        project_form("安澜县水利局", "水库加固", "12.00"),
    ];
    assert_eq!(look(&texts), []);
}

#[test]
fn a_form_that_came_twice_is_told_with_both_documents() {
    let same = [declaration(&WATER), declaration(&Declared { department: "安澜县 水利局", ..WATER })];
    // Blanks in names are put right before.
    assert_eq!(look(&same), [finding("X001", Severity::Warning, "1 2")]);
    assert_eq!(look(&[declaration(&WATER), declaration(&WATER)]), [finding("X001", Severity::Warning, "1 2")]);
    let other = [declaration(&WATER), declaration(&Declared { project: ("水库加固", "60.00"), ..WATER }), declaration(&WATER)];
    assert_eq!(look(&other), [finding("X001", Severity::Error, "1 2 3")]);
    // Forms about projects are told apart by them.
    let project = project_form("水利局", "河道整治", "60.00");
    assert_eq!(look(&[project.clone(), project]), [finding("X001", Severity::Warning, "1 2")]);
}

#[test]
fn names_that_are_nearly_the_same_are_a_note() {
    let with = |department| declaration(&Declared { department, ..WATER });
    assert_eq!(look(&[with("安澜县水利局"), with("安澜水利局")]), [finding("X001", Severity::Info, "1 2")]);
    assert_eq!(look(&[with("安澜县水利局"), with("402001-安澜县水利局")]), [finding("X001", Severity::Info, "1 2")]);
    assert_eq!(look(&[with("安澜县第一小学"), with("安澜县第二小学")]), []);
    assert_eq!(look(&[with("安澜县城东小学"), with("安澜县城西小学")]), []);
}

#[test]
fn a_project_has_one_amount_wherever_it_is_named() {
    let within = [declaration(&WATER), project_form("安澜县水利局", "河道 整治", "102.00")];
    assert_eq!(look(&within), [finding("X002", Severity::Warning, "1 2")]);
    let text = catalogue::render(Language::Chinese, &look_with(&within, &[], &Choice::default())[0].message);
    assert!(text.contains("60.00万元 ≠ 102.00万元"), "{text}");
    let coded = [declaration(&WATER), project_form("安澜县水利局 [348]", "河道整治", "102.00")];
    assert_eq!(look(&coded), [finding("X002", Severity::Warning, "1 2")]);
    // Of two departments it may be two projects.
    let between = [declaration(&WATER), project_form("安澜县林业局", "河道整治", "102.00")];
    assert_eq!(look(&between), [finding("X002", Severity::Info, "1 2")]);
    // The same money in another unit.
    let yuan = project_form("安澜县水利局", "河道整治", "600000元");
    assert_eq!(look(&[declaration(&WATER), yuan]), []);
}

#[test]
fn last_years_form_and_this_years_agree_on_last_year() {
    let earlier = Declared { year: 2022, before: "80.00", project: ("灌区改造", "50.00"), ..WATER };
    let right = [declaration(&WATER), declaration(&Declared { money: "90.00", ..earlier })];
    assert_eq!(look(&right), []);
    let wrong = [declaration(&WATER), declaration(&Declared { money: "98.00", ..earlier })];
    // 财政拨款 and 合计, at income and expense.
    assert_eq!(look(&wrong), vec![finding("X004", Severity::Warning, "2 1"); 4]);
    let text = catalogue::render(Language::Chinese, &look_with(&wrong, &[], &Choice::default())[0].message);
    assert!(text.contains("98.00万元 ≠ 90.00万元") && text.contains("2022"), "{text}");
}

#[test]
fn the_departments_add_up_to_what_was_given() {
    let texts = [
        declaration(&WATER),
        declaration(&WATER),
        declaration(&Declared {
            department: "安澜县林业局", money: "20.50", project: ("植树造林", "60.00"), ..WATER
        }),
    ];
    let given = |amount: &str| {
        let total = GivenTotal { form: "department-targets".to_owned(), year: Some(2023), amount: amount.to_owned() };
        let found = look_with(&texts, &[total], &Choice::default());
        let of_total = found.iter().find(|across| across.rule == "X003").unwrap();
        (of_total.severity, catalogue::render(Language::Chinese, &of_total.message))
    };
    assert_eq!(given("120.50").0, Severity::Info);
    assert_eq!(given("1205000元").0, Severity::Info);
    let (severity, text) = given("120.00万元");
    assert_eq!(severity, Severity::Error);
    assert!(text.contains("2 份") && text.contains("120.5万元") && text.contains("相差 0.5万元"), "{text}");
    assert_eq!(given("很多").0, Severity::Warning);
    // A form without a total leaves the sum unchecked.
    let blank = [declaration(&Declared { money: "''", ..WATER })];
    let total = GivenTotal { form: "department-targets".to_owned(), year: None, amount: "1".to_owned() };
    let found = look_with(&blank, &[total], &Choice::default());
    assert_eq!((found[0].severity, found[0].message.id), (Severity::Warning, "X003.unchecked"));
}

#[test]
fn rules_across_documents_are_as_loud_as_was_settled() {
    let texts = [declaration(&WATER), declaration(&WATER)];
    let off = Choice { ignore: vec!["X".to_owned()], ..Choice::default() };
    assert_eq!(look_with(&texts, &[], &off), []);
    let levels = biaozhun::diag::Loudness::WORDS;
    let loud = Choice { severity: vec![("X001".to_owned(), levels[3].1)], ..Choice::default() };
    assert_eq!(look_with(&texts, &[], &loud)[0].severity, Severity::Error);
}

#[test]
fn what_last_year_said_is_compared_also_where_the_form_was_another_one_then() {
    let declared = |year, before, money, form: &str| {
        declaration(&Declared { year, before, money, project: ("河道整治", "100.00"), ..WATER })
            .replace("form: department-targets", &format!("form: {form}"))
            .replace("特定目标类项目支出", "项目支出")
    };
    let then = declared(2022, "80.00", "90.00", "department-targets-hubei-2020");
    let rules =
        |now: String| -> Vec<_> { look(&[then.clone(), now]).into_iter().filter(|(rule, ..)| *rule == "X004").collect() };
    assert_eq!(rules(declared(2023, "90.00", "100.00", "department-targets")), []);
    let told = rules(declared(2023, "91.00", "100.00", "department-targets"));
    assert!(told.len() >= 2 && told.iter().all(|(.., inputs)| inputs == "1 2"), "{told:?}");
}
