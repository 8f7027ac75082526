//! Record ↔ YAML: what is written is read back as the same record, other readers of YAML see the same texts, and what a person
//! edits flows through or is refused with its line.

use biaozhun::catalogue::{self, Language};
use biaozhun::change::{Change, Class};
use biaozhun::diag::{Code, Error, Finding, Message, Severity};
use biaozhun::form::{FormDefinition, Shape, load};
use biaozhun::locus::{Locus, Part, Spot};
use biaozhun::record::{Key, Leaf, Node, Path, Record, Source, Unplaced};
use biaozhun::value::Kind;
use biaozhun::yaml;
use proptest::prelude::*;
use std::sync::Arc;

const CODES: [Code; 4] = ["S001", "F003", "V003", "T001"];

fn definitions() -> Vec<Arc<FormDefinition>> {
    let purchase = include_str!("data/purchase-request.yaml");
    let mut definitions = load::builtin().to_vec();
    definitions.push(Arc::new(load::load("purchase-request.yaml", purchase).unwrap()));
    definitions
}

fn written(record: &Record) -> String {
    yaml::write(record, &[], &[], Language::Chinese)
}

fn read(text: &str) -> yaml::Read {
    yaml::read(text, &definitions(), &CODES).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

/// What a person is told of a text that is no record.
fn told(text: &str) -> String {
    match yaml::read(text, &definitions(), &CODES) {
        Ok(_) => "no mistakes\n".to_owned(),
        Err(Error::Record(mistakes)) => mistakes
            .iter()
            .map(|m| format!("{}:{} {}\n", m.line, m.column, catalogue::render(Language::Chinese, &m.message)))
            .collect(),
        Err(error) => format!("{error:?}"),
    }
}

/// A tree without the places and raw texts, which YAML does not carry.
fn bare(node: &Node) -> Node {
    match node {
        Node::Leaf(leaf) => Node::Leaf(Leaf { text: leaf.text.clone(), kind: leaf.kind, ..Leaf::default() }),
        Node::List(items) => Node::List(items.iter().map(bare).collect()),
        Node::Map(entries) => Node::Map(entries.iter().map(|(key, node)| (key.clone(), bare(node))).collect()),
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[一-龥（）：，。“”%≥0-9 ]{0,20}",
        1 => "[0-9]{1,6}(\\.[0-9]{1,4})?",
        1 => "[一-龥\\n]{1,30}",
        1 => any::<String>(),
    ]
}

fn node(shape: &Shape) -> BoxedStrategy<Node> {
    match shape {
        Shape::Leaf(leaf) => {
            let kind = leaf.kind;
            texts().prop_map(move |text| Node::Leaf(Leaf { raw: text.clone(), text, kind, loci: Vec::new() })).boxed()
        }
        Shape::List { item, length } => {
            let length = length.map_or(0..4, |length| length..length + 1);
            prop::collection::vec(node(item), length).prop_map(Node::List).boxed()
        }
        Shape::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|entry| {
                    let key = entry.key.clone();
                    let there = if entry.optional { prop::bool::ANY.boxed() } else { Just(true).boxed() };
                    (there, node(&entry.shape)).prop_map(move |(there, node)| there.then(|| (key.clone(), node)))
                })
                .collect();
            entries.prop_map(|entries| Node::Map(entries.into_iter().flatten().collect())).boxed()
        }
    }
}

fn locus() -> impl Strategy<Value = Option<Locus>> {
    let spot = prop_oneof![
        (1..999u32, 1..20u32).prop_map(|(line, cell)| Spot::Text { line, cell }),
        (1..9u32, 1..99u32, 1..9u32, 0..999u32).prop_map(|(table, row, column, line)| Spot::Table { table, row, column, line }),
        (1..9u32, 1..99u32, 1..99u32).prop_map(|(sheet, row, column)| Spot::Sheet { sheet, row, column }),
        (0..Part::ALL.len(), 1..99u32).prop_map(|(part, number)| Spot::Paragraph { part: Part::ALL[part].0, number }),
    ];
    // A range from the start of its cell is the whole cell's.
    let range = prop_oneof![Just((0, 0)), (1..9u32, 9..30u32)];
    let paragraph = prop_oneof![Just(0), 1..5u32];
    prop::option::of((spot, paragraph, range).prop_map(|(spot, paragraph, (start, end))| {
        let inside = matches!(spot, Spot::Table { .. } | Spot::Sheet { .. });
        Locus { paragraph: if inside { paragraph } else { 0 }, ..Locus::new(spot, start, end) }
    }))
}

/// A record with changes on some of its leaves: each leaf's last applied change leads to what it holds.
fn record(definition: usize) -> BoxedStrategy<Record> {
    let definition = definitions()[definition].clone();
    let id = definition.id.to_string();
    let edits = prop::collection::vec((any::<prop::sample::Index>(), texts(), texts(), 0..3usize, texts(), locus()), 0..6);
    let unplaced = prop::collection::vec((texts(), locus()), 0..3);
    (node(definition.shape()), edits, unplaced)
        .prop_map(move |(data, edits, unplaced)| {
            let source =
                Source { file: "a: b.txt".into(), sha256: "00ff".into(), reader: "text".into(), recognised: "93%".into() };
            let mut record = Record { form: id.clone(), source, data, ..Record::default() };
            let mut paths: Vec<(Path, String)> = Vec::new();
            record.each_leaf(&mut |path, leaf| paths.push((path.clone(), leaf.text.clone())));
            let mut used = Vec::new();
            for (index, other, because, class, _, locus) in edits {
                let (at, text) = paths[index.index(paths.len())].clone();
                if used.contains(&at) {
                    continue;
                }
                used.push(at.clone());
                let (class, applied) = [(Class::Auto, true), (Class::Suggest, false), (Class::Suggest, true)][class];
                let (from, to) = if applied { (other, text) } else { (text, other) };
                let because = Message::new("record.verbatim").with("text", because);
                let raw = from.clone();
                if applied && let Some(leaf) = record.leaf_mut(&at) {
                    leaf.raw = raw;
                }
                record.changes.push(Change { at, rule: "F003", class, applied, from, to, because, locus });
            }
            record.unplaced =
                unplaced.into_iter().map(|(text, locus)| Unplaced { text, locus: locus.unwrap_or_default() }).collect();
            record
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_record_written_and_read_again_is_the_same(record in prop_oneof![record(0), record(1)]) {
        let text = written(&record);
        let again = read(&text).record;
        prop_assert_eq!(bare(&again.data), bare(&record.data), "{}", text);
        prop_assert_eq!(&again.changes, &record.changes, "{}", text);
        prop_assert_eq!(&again.unplaced, &record.unplaced);
        prop_assert_eq!((&again.form, &again.source), (&record.form, &record.source));
        let (mut raw, mut raw_again) = (Vec::new(), Vec::new());
        record.each_leaf(&mut |_, leaf| raw.push(leaf.raw.clone()));
        again.each_leaf(&mut |_, leaf| raw_again.push(leaf.raw.clone()));
        prop_assert_eq!(raw_again, raw);
        prop_assert_eq!(written(&again), text);
    }

    #[test]
    fn another_reader_of_yaml_sees_the_same_texts(record in record(1)) {
        let text = written(&record);
        let other: serde_yaml::Value =
            serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let mut wrong = Vec::new();
        record.each_leaf(&mut |path, leaf| {
            let mut node = &other["data"];
            for step in &path.0 {
                node = match step {
                    biaozhun::record::Step::Key(key) => &node[&**key],
                    biaozhun::record::Step::Index(index) => &node[*index],
                };
            }
            // Amounts and years are numbers for others, as they are meant.
            let same = match leaf.kind {
                Kind::Amount | Kind::Score | Kind::Count | Kind::Year => true,
                _ if leaf.text.is_empty() => node.is_null(),
                _ => node.as_str() == Some(&leaf.text),
            };
            if !same {
                wrong.push(format!("{path}: {:?} is {node:?}", leaf.text));
            }
        });
        prop_assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(form|data|changes|unplaced|findings|department-targets|at|funds|: |- |\\n|  |\\[|\\]|\\{|\\}|,|null|[a-z甲0-9])*") {
        let _ = yaml::read(&text, &definitions(), &CODES);
        let _ = yaml::read(&format!("form: department-targets\ndata:\n  {text}"), &definitions(), &CODES);
    }
}

fn sample() -> Record {
    let text = "\
form: purchase-request
source: {file: request.txt, sha256: 3f, reader: text}
data:
  requested_on: 2023-12-30
  unit: 元
  office: 办公室
  requester: 王五
  way: 零星采购
  goods:
    - {name: 打印纸, amount: 1250.50, remark: 日常办公}
    - {name: 硒鼓, amount: 600.00, remark: null}
  reasons: [库存不足, 年度更新]
";
    read(text).record
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn change(at: &str, class: Class, applied: bool, from: &str, to: &str) -> Change {
    Change {
        at: path(at),
        rule: "V003",
        class,
        applied,
        from: from.into(),
        to: to.into(),
        because: Message::new("record.verbatim").with("text", "词表"),
        locus: Some(Locus::text(7, 2, 0)),
    }
}

#[test]
fn a_record_looks_like_this() {
    let mut record = sample();
    record.changes = vec![
        change("requested_on", Class::Auto, true, "2023年 12 月 30 日", "2023-12-30"),
        change("way", Class::Suggest, false, "零星采购", "自行采购"),
        change(
            "reasons[0]",
            Class::Auto,
            true,
            "<p>1. 库存不足</p><p>2. 年度更新，另有一批上年度申请而未能采购到位的物品，此次一并列入采购计划，请予审批</p>",
            "库存不足",
        ),
    ];
    record.unplaced = vec![Unplaced { text: "第 1 页".into(), locus: Locus::text(30, 1, 5).with_range(2, 5) }];
    let goods = Key::from("goods");
    let findings =
        [Finding::new("F003", Severity::Error, Message::new("record.verbatim").with("text", "两处金额不一致: 相差 0.02"))
            .at(Path::root().key(goods.clone()).index(0).key("amount"), Some(Locus::text(9, 2, 7)))
            .at(Path::root().key(goods).index(1).key("amount"), None)
            .help(Message::new("record.verbatim").with("text", "请核实"))];
    insta::assert_snapshot!(yaml::write(&record, &findings, &[], Language::Chinese));
}

#[test]
fn the_seeds_expected_record_is_read_and_its_numbers_stay_as_written() {
    let text = "form: department-targets\ndata:\n  unit: 万元\n  funds:\n    years: [2022, 2021]\n    income:\n      - {item: 财政拨款, amount: 0723, share: 96.00%, previous: [12.50, 1e3]}\n";
    let record = read(text).record;
    let leaf = |at: &str| record.leaf(&path(at)).map(|leaf| (leaf.text.clone(), leaf.kind));
    assert_eq!(leaf("funds.income[0].amount"), Some(("0723".into(), Kind::Amount)));
    assert_eq!(leaf("funds.income[0].previous[0]"), Some(("12.50".into(), Kind::Amount)));
    assert_eq!(leaf("funds.income[0].previous[1]"), Some(("1e3".into(), Kind::Amount)));
    assert_eq!(leaf("funds.years[1]"), Some(("2021".into(), Kind::Year)));
    // What is missing is blank, in the definition's order; what is optional and missing is left out.
    assert_eq!(leaf("department"), Some((String::new(), Kind::Name)));
    assert!(record.get(&path("long_term_goals")).is_none());
    assert_eq!(record.locus(&path("funds.income[0].amount")), Some(Locus::new(Spot::Text { line: 7, cell: 1 }, 29, 33)));
}

#[test]
fn an_accepted_suggestion_is_applied() {
    let mut record = sample();
    record.changes = vec![change("way", Class::Suggest, false, "零星采购", "自行采购")];
    let text = written(&record).replace("applied: false", "applied: true");
    let again = read(&text);
    assert_eq!(again.record.data.text("way"), "自行采购");
    assert_eq!(again.record.leaf(&path("way")).unwrap().raw, "零星采购");
    assert_eq!(again.notices, []);
    // And reading what that gives changes nothing more.
    let text = written(&again.record);
    assert_eq!(written(&read(&text).record), text);
}

#[test]
fn a_suggestion_made_before_a_field_was_made_canonical_starts_from_there() {
    let mut record = sample();
    record.changes = vec![
        change("way", Class::Suggest, true, "零星 采购", "自行采购"),
        change("way", Class::Auto, true, "零星 采购", "零星采购"),
    ];
    let again = read(&written(&record)).record;
    assert_eq!(again.data.text("way"), "自行采购");
    assert_eq!(again.changes.len(), 1);
}

#[test]
fn an_edited_field_stands_as_if_the_source_had_said_so() {
    let mut record = sample();
    record.changes = vec![change("requested_on", Class::Auto, true, "2023年 12 月 30 日", "2023-12-30")];
    let text = written(&record).replace("requested_on: 2023-12-30", "requested_on: 2024-01-05");
    let again = read(&text);
    assert_eq!(
        again.record.leaf(&path("requested_on")).map(|leaf| (leaf.text.as_str(), leaf.raw.as_str())),
        Some(("2024-01-05", "2024-01-05"))
    );
    assert_eq!((again.record.changes, again.notices), (vec![], vec![]));
}

#[test]
fn a_field_edited_and_its_suggestion_accepted_is_told() {
    let mut record = sample();
    record.changes = vec![change("way", Class::Suggest, false, "零星采购", "自行采购")];
    let text = written(&record).replace("applied: false", "applied: true").replace("way: 零星采购", "way: 询价采购");
    let again = read(&text);
    assert_eq!(again.record.data.text("way"), "询价采购");
    let [notice] = again.notices.as_slice() else { panic!("{:?}", again.notices) };
    insta::assert_snapshot!(catalogue::render(Language::Chinese, &notice.message));
    assert_eq!(again.document.row_at(&notice.locus).map(|row| row.cells[0].text.contains("way")), Some(true));
}

#[test]
fn a_deleted_row_takes_its_changes_along() {
    let mut record = sample();
    record.changes = vec![change("goods[1].amount", Class::Auto, true, "600", "600.00")];
    let text = written(&record).replace("    - {name: 硒鼓, amount: 600.00, remark: null}\n", "");
    assert_eq!(read(&text).record.changes, []);
}

#[test]
fn mistakes_are_told_all_at_once_with_what_was_expected() {
    let text = "\
form: department-targets
date: {}
data:
  departmnt: 某局
  unit: [万元]
  funds:
    years: [2022]
    income: {item: 财政拨款}
    expense:
      - {item: 人员类项目支出, ammount: 1.0}
  filler: 甲
  filler: 乙
  annual_goals:
    - indicators:
        - 公证业务量
changes:
  - {at: funds.nothing, rule: F999, class: autp, applied: 对, from: a, to: b, because: c}
  - {at: unit, rule: F003}
unplaced:
  - {text: a, locus: page 3}
";
    insta::assert_snapshot!(told(text));
}

#[test]
fn what_is_no_record_is_told_in_a_line() {
    let cases = [
        "",
        "- a\n",
        "data: {}\n",
        "form: department-target\ndata: {}\n",
        "form: gardening\ndata: {}\n",
        "form: department-targets\ndata:\n  unit: \"万元\n",
        "form: department-targets\n",
    ];
    insta::assert_snapshot!(cases.map(told).join("--\n"));
}

#[test]
fn a_file_from_windows_is_read() {
    let text =
        "\u{feff}form: purchase-request\r\ndata:\r\n  office: 办公室\r\n  reasons:\r\n    - |-\r\n      甲\r\n      乙\r\n";
    assert!(yaml::sniff(text));
    let record = read(text).record;
    assert_eq!(record.data.text("office"), "办公室");
    assert_eq!(record.leaf(&path("reasons[0]")).unwrap().text, "甲\n乙");
    assert!(!yaml::sniff("部门整体绩效目标申报表\n"));
}
