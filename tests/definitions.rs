//! Form definitions: a form of another trade is YAML alone, and every mistake is told with its place and what is allowed.

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Error;
use biaozhun::form::{Band, load};

/// A small purchase request; also in samples/other-trades.
const PURCHASE: &str = include_str!("data/purchase-request.yaml");

#[test]
fn a_form_of_another_trade_is_yaml_alone() {
    let definition = load::load("purchase-request.yaml", PURCHASE).unwrap();
    assert_eq!(&*definition.id, "purchase-request");
    let bands: Vec<&str> = definition
        .bands
        .iter()
        .map(|band| match band {
            Band::Line { .. } => "line",
            Band::Pairs { .. } => "pairs",
            Band::Text { .. } => "text",
            Band::Matrix { .. } => "matrix",
            Band::Records { .. } => "records",
            Band::Lists { .. } => "lists",
            Band::Tree(_) => "tree",
            Band::Total(_) => "total",
            Band::Notes { .. } => "notes",
        })
        .collect();
    assert_eq!(bands, ["line", "pairs", "records", "text", "notes"]);
}

#[test]
fn the_references_examples_are_right() {
    let reference = include_str!("../docs/forms.md");
    let parts: Vec<&str> = reference.split("```yaml\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    let starting = |start: &str| -> String { parts.iter().filter(|part| part.starts_with(start)).copied().collect() };
    let bands = starting("- band:");
    assert!(bands.contains("matrix") && bands.contains("lists") && bands.contains("tree"));
    let text = format!(
        "form: toy\ntitle: 玩具表\nbands:\n{bands}{}{}{}",
        starting("vocabularies"),
        starting("hierarchies"),
        starting("rules")
    );
    assert_eq!(told(&text), "no mistakes");
}

/// All mistakes of a definition, as a person sees them.
fn told(text: &str) -> String {
    match load::load("form.yaml", text) {
        Ok(_) => "no mistakes".to_owned(),
        Err(Error::Definition { file, mistakes }) => mistakes
            .iter()
            .map(|mistake| {
                let text = catalogue::render(Language::Chinese, &mistake.message);
                format!("{file}:{}:{} {text}\n", mistake.line, mistake.column)
            })
            .collect(),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = "\
form: Toy Form
titel: 玩具表
bands:
  - band: lines
  - band: line
    fields:
      - {key: date, label: 日期, type: dat, requird: true}
      - {key: date, label: 日 期, type: date}
      - {label: 部门, type: name, required: maybe}
  - band: pairs
    rows: [1, 2]
    fields:
      - {key: kind, label: 类别, type: choice, vocabulary: kinds}
      - {key: sort, label: 种类, type: choice}
  - {key: rows}
  - 5
  - band: tree
    key: goals
    number: {label: 目标, synonym: [甲]}
    goal: {key: goal, label: 目标, type: text}
    label: 指标
    rows: goal
    hierarchy: levels
    levels:
      - {key: level1, label: 一级}
    columns: []
vocabularies:
  kind:
    values: [货物, 服务]
    strangers: {商品: 货品, 货物: null}
hierarchies:
  level: [{label: 甲, children: [{label: 乙, schemes: [21], cues: {$: 1, 丙: x}}]}]
rules: [F3, {tolerance: 1}]
";
    insta::assert_snapshot!(told(text));
}

#[test]
fn a_text_that_is_no_yaml_is_told_with_its_place() {
    insta::assert_snapshot!(told("form: toy\ntitle: [甲\nbands:\n"));
}

#[test]
fn an_empty_definition_says_what_is_missing() {
    insta::assert_snapshot!([told(""), told("form: toy\nbands: []\n")].join("--\n"));
}

#[test]
fn two_columns_with_one_wording_are_told_though_one_comes_by_an_alias() {
    let text = "\
form: toy
title: 玩具表
bands:
  - band: records
    key: first
    label: 甲
    columns: &columns
      - {key: name, label: 名称, synonyms: [名 称, 项目（名称）], type: name}
      - {key: other, label: 别名, synonyms: [项目(名称)], type: name}
  - band: records
    key: second
    label: 乙
    columns: *columns
";
    insta::assert_snapshot!(told(text));
}
