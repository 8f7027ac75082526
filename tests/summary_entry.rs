//! What summaries know of a document: which fields say who, when and how much, and that entries survive being kept as JSON.

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Error;
use biaozhun::form::load;
use biaozhun::pipeline::{self, Fix};
use biaozhun::summary::{Entry, EntryForm, Outcome};

fn entries(text: &str) -> Vec<EntryForm> {
    let conversion = pipeline::convert(text.as_bytes(), load::builtin(), Fix::Auto).unwrap();
    conversion.forms.iter().map(|form| pipeline::entry(form, load::builtin()).unwrap()).collect()
}

fn sample(name: &str) -> String {
    std::fs::read_to_string(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn every_built_in_form_says_who_when_and_how_much() {
    for definition in load::builtin() {
        let roles = &definition.roles;
        assert!(!roles.department.is_empty(), "{}: department", definition.id);
        assert!(!roles.year.is_empty(), "{}: year", definition.id);
        assert!(!roles.total.is_empty(), "{}: total", definition.id);
        let is_of_project = definition.id.starts_with("project") || &*definition.id == "monitoring";
        assert_eq!(roles.is_about_one_project(), is_of_project, "{}", definition.id);
    }
}

#[test]
fn a_form_is_known_by_what_its_definition_says() {
    let forms = entries(&sample("water-bureau-2023.txt"));
    let form = &forms[0];
    assert_eq!((form.form.as_str(), form.department.as_str(), form.year), ("department-targets", "安澜县水利局", Some(2023)));
    assert_eq!(form.unit, "万元");
    assert!(!form.projects.is_empty() && form.projects.iter().all(|project| project.yuan.is_some()), "{:?}", form.projects);
    // This year's and two earlier years' amounts of each row.
    let years: Vec<i32> = form.history.iter().filter(|stated| stated.name == "财政拨款").map(|stated| stated.year).collect();
    assert_eq!(years, [2023, 2022, 2021]);
    assert_eq!(form.outcome(), Outcome::Findings);
    let finding = forms[0].findings.iter().find(|finding| finding.rule == "F002").unwrap();
    assert!(finding.field.contains("支出构成") && finding.place.text(Language::Chinese).contains('行'), "{finding:?}");
    assert!(finding.place.text(Language::English).contains("line"), "{finding:?}");
}

#[test]
fn an_entry_kept_as_json_comes_back_as_it_was() {
    let forms = entries(&sample("water-bureau-2023.txt"));
    let entry = Entry::read("甲.txt".to_owned(), "00".to_owned(), 12, forms);
    let kept = serde_json::to_string(&entry).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&kept).unwrap(), entry);
    let refused = Entry::failed("乙.txt".to_owned(), String::new(), 0, Outcome::Refused, "空文件".to_owned());
    let kept = serde_json::to_string(&refused).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&kept).unwrap(), refused);
}

#[test]
fn a_form_is_clean_corrected_or_for_a_person_to_look_at() {
    let with = |corrected, suggestions| EntryForm { corrected, suggestions, ..EntryForm::default() };
    assert_eq!(with(0, 0).outcome(), Outcome::Clean);
    assert_eq!(with(2, 0).outcome(), Outcome::Corrected);
    assert_eq!(with(2, 1).outcome(), Outcome::Findings);
    // The worst of its forms is how it went with an input; one without any form was refused.
    let forms = vec![with(0, 0), with(0, 1), with(1, 0)];
    assert_eq!(Entry::read(String::new(), String::new(), 0, forms).outcome, Outcome::Findings);
    assert_eq!(Entry::read(String::new(), String::new(), 0, Vec::new()).outcome, Outcome::Refused);
}

#[test]
fn a_definition_is_told_where_its_summary_is_wrong() {
    let text = "form: a\ntitle: 甲表\nbands:\n  - band: line\n    fields:\n      - {key: who, label: 单位名称, type: name}\n      \
                - {key: money, label: 金额, type: amount}\nsummary:\n  department: nobody\n  year: who\n  total: money\n  unit: 斤\n  \
                projects: {rows: who, name: who, amount: money}\n";
    let Err(Error::Definition { mistakes, .. }) = load::load("a.yaml", text) else { panic!("no mistakes") };
    let places: Vec<u32> = mistakes.iter().map(|mistake| mistake.line).collect();
    assert_eq!(places, [9, 10, 12, 13], "{mistakes:?}");
    for language in [Language::Chinese, Language::English] {
        assert!(mistakes.iter().all(|mistake| !catalogue::render(language, &mistake.message).contains('{')));
    }
}
