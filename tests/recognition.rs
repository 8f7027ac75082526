//! Which form a document is: several kinds in one file, letters around them, near misses; and definitions that build on others.

mod support;

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Error;
use biaozhun::form::load;
use biaozhun::pipeline::{Tracked, convert, likely, look, yaml_text};
use biaozhun::rules::Fix;
use support::case::definitions;
use support::damage::{Damage, ruin};
use support::family::filled;
use support::layout::{Layout, print};
use support::prng::Random;

fn text(form: &str, seed: u64) -> String {
    let definition = definitions().iter().find(|definition| &*definition.id == form).expect("is built in");
    let mut random = Random::new(seed);
    print(&ruin(&filled(definition, seed).sheet, &Damage::default(), &mut random), Layout::Tabs, &mut random)
}

fn forms(text: &str) -> Vec<String> {
    let conversion = convert(text.as_bytes(), definitions(), Fix::Auto).expect("has forms");
    conversion.forms.iter().map(|form| form.record.form.clone()).collect()
}

#[test]
fn forms_of_several_kinds_stand_in_one_file() {
    let kinds = ["project-review", "monitoring", "project-targets", "department-review-hubei", "project-review-sichuan"];
    let letter = "关于报送绩效材料的函\n\n县财政局：\n现将我单位有关材料随函报送，请予审核。\n\n";
    let all: String = kinds.iter().map(|kind| text(kind, 5) + "\n").collect();
    assert_eq!(forms(&format!("{letter}{all}联系人另行通知。\n")), kinds);
}

#[test]
fn every_form_looks_most_like_itself() {
    for definition in definitions() {
        let document = look(text(&definition.id, 11).as_bytes(), Tracked::default()).expect("is read");
        let likely = likely(&document, definitions());
        let (best, second) = (&likely[0], &likely[1]);
        assert_eq!(best.0, definition.id, "{likely:?}");
        assert!(best.2 >= second.2 && best.2 >= 90, "{likely:?}");
    }
}

#[test]
fn a_form_named_by_the_user_is_that_form() {
    let own = definitions().iter().find(|definition| &*definition.id == "department-review").expect("is built in").clone();
    let conversion = convert(text("project-review", 3).as_bytes(), &[own], Fix::Auto).expect("is read as asked");
    assert_eq!(conversion.forms[0].record.form, "department-review");
    assert_eq!(conversion.forms[0].record.source.recognised, "", "nothing was recognised");
}

#[test]
fn a_near_miss_names_the_nearest_forms_and_what_is_missing() {
    let text = "绩效材料\n\n项目名称\t校舍维修\n实施单位\t县第一小学\n";
    let Err(Error::NoForm(message)) = convert(text.as_bytes(), definitions(), Fix::Auto) else { panic!("is none of them") };
    let said = catalogue::render(Language::Chinese, &message);
    assert!(said.contains("最接近") && said.contains("缺少") && said.contains("其次接近"), "{said}");
}

fn told(text: &str) -> Vec<String> {
    match load::load("form.yaml", text) {
        Ok(_) => Vec::new(),
        Err(Error::Definition { mistakes, .. }) => {
            let say = |message| catalogue::render(Language::English, message);
            mistakes.iter().map(|mistake| format!("{}:{} {}", mistake.line, mistake.column, say(&mistake.message))).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

#[test]
fn a_definition_takes_over_what_it_names_and_nothing_else() {
    let text = "\
form: our-review
extends: project-review
bands:
  - {from: line}
  - {from: pairs}
  - from: funds
    columns: [{from: budget, label: 预算, also: [年度预算]}, {from: spent}]
  - from: indicators
    columns:
      - {from: name}
      - {from: target}
      - {key: remark, label: 备注, type: text}
without: [E001, E002, P001, P003, P004, P005, P006, P010, P012, V010, V011]
rules: [{rule: V005, targets: [\"indicators[].target\"]}]
";
    let definition = load::load("form.yaml", text).expect("has no mistakes");
    assert_eq!(
        definition.title.text,
        definitions().iter().find(|d| &*d.id == "project-review").expect("is built in").title.text
    );
    assert_eq!(definition.bands.len(), 4);
    let keys = |key: &str| {
        let columns = definition.columns_of(key).expect("has columns").into_iter();
        columns.map(|column| column.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(keys("funds"), ["budget", "spent"]);
    assert_eq!(keys("indicators"), ["name", "target", "remark"]);
    let budget = definition.columns_of("funds").expect("has columns")[0].label.clone();
    assert_eq!(&*budget.text, "预算");
    let wordings: Vec<&str> = budget.synonyms.iter().map(|synonym| &**synonym).collect();
    assert!(
        wordings.contains(&"年度预算") && wordings.contains(&"全年预算数（A）"),
        "its old label stays a wording: {wordings:?}"
    );
    assert!(definition.hierarchy("indicators").is_some());
    assert!(definition.rules.iter().all(|rule| rule.rule != "P001") && definition.rules.iter().any(|rule| rule.rule == "C005"));
}

/// How much rules matter is taken over code by code; what is said anew counts for all codes that begin so.
#[test]
fn how_much_rules_matter_is_taken_over_too() {
    let levels = |severity: &str| -> Vec<String> {
        let text = format!("form: our-review\nextends: project-review\n{severity}");
        let definition = load::load("form.yaml", &text).expect("has no mistakes");
        definition.severity.iter().map(|used| format!("{} {:?}", used.rule, used.level)).collect()
    };
    let of = |codes: &[&str]| codes.iter().map(|code| format!("{code} As(Info)")).collect::<Vec<_>>();
    assert_eq!(levels(""), of(&["P007", "P008", "P009"]));
    assert_eq!(levels("severity: {V005: info}\n"), of(&["V005", "P007", "P008", "P009"]));
    assert_eq!(levels("severity: {P008: off}\n"), [&["P008 Off".to_owned()][..], &of(&["P007", "P009"])].concat());
    assert_eq!(levels("severity: {P: off}\n"), ["P Off"]);
}

#[test]
fn mistakes_of_inheritance_are_told_where_they_were_made() {
    let text = "\
form: our-review
extends: project-reviw
use: [field]
bands:
  - {from: lines}
  - {band: total, key: total, label: 总分, under: indicators, columns: [score]}
";
    insta::assert_snapshot!(told(text).join("\n"));
    let text = "\
form: our-review
extends: project-review
bands:
  - {from: indicators, columns: [{from: name}, {from: targt}]}
  - {band: total, key: total, label: 总分, under: indicators, columns: [score]}
number: {key: month, label: 月份, letter: 月}
";
    insta::assert_snapshot!(told(text).join("\n"));
}

#[test]
fn the_references_example_builds_on_a_form() {
    let reference = include_str!("../docs/forms.md");
    let example =
        reference.split("```yaml\n").filter_map(|part| part.split("```").next()).find(|part| part.starts_with("form: our"));
    assert_eq!(told(example.expect("has the example")), Vec::<String>::new());
}

/// The form of another trade in `samples/`: a definition, a text, and what comes out.
#[test]
fn a_form_of_another_trade_is_among_the_samples() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/other-trades/purchase-request");
    let read = |name: &str| {
        let path = if name == "form.yaml" { folder.join(name) } else { folder.join("samples").join(name) };
        std::fs::read_to_string(path).expect("a sample")
    };
    let definition = load::load("form.yaml", &read("form.yaml")).expect("has no mistakes");
    assert_eq!(read("form.yaml"), include_str!("data/purchase-request.yaml"), "one form in both places");
    let conversion = convert(read("request.txt").as_bytes(), &[definition.into()], Fix::Auto).expect("is read");
    let text = yaml_text(&conversion.named("request.txt").forms[0], Language::Chinese);
    assert_eq!(read("request.yaml"), text);
}
