//! The page and the review page as documents: well formed for an HTML parser, every link with its place, true grids, nothing of a
//! value ever markup; and what long forms need, on the page and in the Word file.

use biaozhun::catalogue::Language;
use biaozhun::diag::{Finding, Message, Severity};
use biaozhun::document::{Block, Cell, Document, Layout, Row};
use biaozhun::form::{FormDefinition, load};
use biaozhun::package::{self, Package};
use biaozhun::pipeline::{Checked, Print, Printer, convert};
use biaozhun::record::{Leaf, Node, Record, Unplaced};
use biaozhun::render::{DateStyle, Options, Printed, Renderer, TemplateSet};
use biaozhun::rules::Fix;
use biaozhun::{xml, yaml};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, QualName};
use proptest::prelude::*;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// An element as the parser makes it: name and attributes.
type Element = (String, Vec<(String, String)>);

/// What an HTML parser finds: all elements in order, and what it complains of.
#[derive(Default)]
struct Parsed {
    elements: RefCell<Vec<Element>>,
    errors: RefCell<Vec<String>>,
}

impl TreeSink for Parsed {
    type Handle = Rc<QualName>;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }
    fn parse_error(&self, message: Cow<'static, str>) {
        self.errors.borrow_mut().push(message.into_owned());
    }
    fn get_document(&self) -> Rc<QualName> {
        Rc::new(QualName::new(None, "".into(), "document".into()))
    }
    fn elem_name<'a>(&'a self, target: &'a Rc<QualName>) -> ExpandedName<'a> {
        target.expanded()
    }
    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Rc<QualName> {
        if flags.had_duplicate_attributes {
            self.errors.borrow_mut().push(format!("two attributes of one name in {}", name.local));
        }
        let pair = |attribute: &Attribute| (attribute.name.local.to_string(), attribute.value.to_string());
        self.elements.borrow_mut().push((name.local.to_string(), attributes.iter().map(pair).collect()));
        Rc::new(name)
    }
    fn create_comment(&self, _: StrTendril) -> Rc<QualName> {
        self.get_document()
    }
    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<QualName> {
        self.get_document()
    }
    fn append(&self, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}
    fn append_based_on_parent_node(&self, _: &Rc<QualName>, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn get_template_contents(&self, target: &Rc<QualName>) -> Rc<QualName> {
        target.clone()
    }
    fn same_node(&self, one: &Rc<QualName>, other: &Rc<QualName>) -> bool {
        Rc::ptr_eq(one, other)
    }
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, _: &Rc<QualName>, _: NodeOrText<Rc<QualName>>) {}
    fn add_attrs_if_missing(&self, _: &Rc<QualName>, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, _: &Rc<QualName>) {}
    fn reparent_children(&self, _: &Rc<QualName>, _: &Rc<QualName>) {}
}

fn parsed(page: &str) -> Vec<Element> {
    let options = html5ever::ParseOpts {
        tokenizer: html5ever::tokenizer::TokenizerOpts { exact_errors: true, ..Default::default() },
        tree_builder: html5ever::tree_builder::TreeBuilderOpts { exact_errors: true, ..Default::default() },
    };
    let parsed = html5ever::parse_document(Parsed::default(), options).one(page);
    assert_eq!(parsed.errors.into_inner(), Vec::<String>::new());
    parsed.elements.into_inner()
}

fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.1.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Parsed without complaint, every id once, every link inside the page to an id, no resource, every grid full.
fn is_sound(page: &str) -> Vec<Element> {
    let elements = parsed(page);
    let mut ids = BTreeSet::new();
    for id in elements.iter().filter_map(|element| attribute(element, "id")) {
        assert!(ids.insert(id), "the id {id} stands twice");
    }
    for element in &elements {
        let href = attribute(element, "href");
        assert!(href.is_none_or(|href| href.strip_prefix('#').is_some_and(|id| ids.contains(id))), "{element:?} leads nowhere");
        assert!(attribute(element, "src").is_none(), "{element:?}");
        assert!(!["link", "img", "iframe", "object", "form"].contains(&&*element.0), "{element:?}");
    }
    assert!(elements.iter().any(|element| element.0 == "html" && attribute(element, "lang").is_some()));
    assert!(elements.iter().any(|element| attribute(element, "http-equiv") == Some("Content-Security-Policy")));
    grids(&elements);
    elements
}

/// Every row of every table fills all its columns, merged cells counted; every header cell says what it heads.
fn grids(elements: &[Element]) {
    let mut columns = 0;
    let mut left: Vec<usize> = Vec::new();
    let mut row: Option<usize> = None;
    let close = |row: &mut Option<usize>, left: &mut Vec<usize>, columns: usize| {
        if let Some(filled) = row.take() {
            assert_eq!(filled, columns, "a row does not fill the table");
            left.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        }
    };
    for element in elements {
        match &*element.0 {
            "table" => {
                close(&mut row, &mut left, columns);
                assert!(left.iter().all(|rows| *rows == 0), "a merged cell reaches beyond the table");
                (columns, left) = (0, Vec::new());
            }
            "col" => {
                columns += 1;
                left.push(0);
            }
            "tr" => {
                close(&mut row, &mut left, columns);
                row = Some(left.iter().filter(|rows| **rows > 0).count());
            }
            "td" | "th" => {
                let number = |name: &str| attribute(element, name).map_or(1, |n| n.parse::<usize>().expect("a number"));
                assert!(element.0 == "td" || attribute(element, "scope").is_some(), "{element:?}");
                let (across, down) = (number("colspan"), number("rowspan"));
                row = row.map(|filled| filled + across);
                let free: Vec<usize> = (0..left.len()).filter(|column| left[*column] == 0).take(across).collect();
                assert_eq!(free.len(), across, "more cells than columns");
                free.iter().for_each(|column| left[*column] = usize::MAX);
                left.iter_mut().filter(|rows| **rows == usize::MAX).for_each(|rows| *rows = down);
            }
            _ => {}
        }
    }
}

fn department() -> Arc<FormDefinition> {
    load::builtin().iter().find(|form| &*form.id == "department-targets").expect("is built in").clone()
}

fn record(text: &str) -> Record {
    yaml::read(text, std::slice::from_ref(&department()), &[]).unwrap_or_else(|error| panic!("{error:?}")).record
}

/// A form with this many indicators, spread over the levels of the older scheme.
fn many(count: usize) -> Record {
    let levels = ["产出指标, 数量指标", "产出指标, 质量指标", "效益指标, 社会效益指标", "满意度指标, 服务对象满意度指标"];
    let mut text = String::from(
        "form: department-targets\ndata:\n  department: 清河县文化和旅游局\n  annual_goals:\n    - goal: 甲\n      indicators:\n",
    );
    for index in 0..count {
        let (level1, level2) = levels[index * levels.len() / count].split_once(", ").expect("two levels");
        text.push_str(&format!(
            "        - {{level1: {level1}, level2: {level2}, name: 检查场所{index}, target: ≥{index}次, basis: 计划标准}}\n"
        ));
    }
    record(&text)
}

const PLAIN: Options = Options { language: Language::Chinese, appendix: false, dates: DateStyle::Chinese };

fn page(record: &Record) -> String {
    let printed = Printed { record, findings: &[] };
    Renderer::new([TemplateSet::built_in(department())]).html(&printed, &PLAIN).expect("renders")
}

fn word(record: &Record) -> String {
    let printed = Printed { record, findings: &[] };
    let file = Renderer::new([TemplateSet::built_in(department())]).docx(&printed, &PLAIN).expect("renders");
    let package = Package::open(file, &package::Limits::default()).expect("opens");
    let document = package.read_text("word/document.xml").expect("reads");
    assert_eq!(xml::check(&document), Ok(()));
    document
}

fn sample() -> (Document, Checked) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/water-bureau-2023.txt");
    let bytes = std::fs::read(file).expect("the sample");
    let mut conversion = convert(&bytes, load::builtin(), Fix::Auto).expect("a form").named("water-bureau-2023.txt");
    assert_eq!(conversion.forms.len(), 1);
    (conversion.document, conversion.forms.remove(0))
}

fn print(appendix: bool) -> Print {
    Print { language: Language::Chinese, appendix }
}

#[test]
fn pages_are_sound_with_and_without_what_is_said_of_them() {
    let (document, form) = sample();
    let printer = Printer::new(load::builtin());
    for appendix in [true, false] {
        let elements = is_sound(&printer.html(&form, print(appendix)).expect("a page"));
        let signs = elements.iter().filter(|element| attribute(element, "class") == Some("marks")).count();
        assert_eq!(signs > 20, appendix, "signs lead to the appendix, and only to it");
    }
    is_sound(&printer.review(&form, Some(&document), print(true)).expect("a page"));
    is_sound(&printer.review(&form, None, print(true)).expect("a page"));
    for record in [many(1), many(300), record("form: department-targets\ndata: {unit: 万元}\n")] {
        is_sound(&page(&record));
    }
}

#[test]
fn other_forms_have_sound_pages_too() {
    let definition = load::load("form.yaml", include_str!("data/purchase-request.yaml")).expect("loads");
    let definition = Arc::new(definition);
    let record = Record { form: definition.id.to_string(), ..Record::default() };
    let finding = Finding::new("C001", Severity::Error, Message::new("print.appendix.title")).at(Default::default(), None);
    let printed = Printed { record: &record, findings: &[finding] };
    let renderer = Renderer::new([TemplateSet::none(definition)]);
    is_sound(&renderer.html(&printed, &Options::default()).expect("renders"));
    let sheet = renderer.sheet(printed, &Options::default()).expect("is ready");
    is_sound(&sheet.review(None).expect("renders"));
}

/// What is said has its number at the field, and the field is linked from what is said.
#[test]
fn a_finding_leads_to_its_field_and_back() {
    let record =
        record("form: department-targets\ndata:\n  department: 甲\n  projects:\n    - {name: 乙, year_budget: 1.00}\n");
    let at = |path: &str| path.parse().expect("is a path");
    let finding = |path: &str| Finding::new("F001", Severity::Error, Message::new("print.appendix.title")).at(at(path), None);
    // A cell, a row, a field that the record lacks, a field that has no cell of its own, and one that the form lacks.
    let said = ["projects[0].year_budget", "projects[0]", "phone", "annual_goals[0].indicators", "nothing"];
    let places = ["at-projects-0-year_budget", "at-projects-0", "at-phone", "at-annual_goals", "at--"];
    for (path, place) in said.iter().zip(places) {
        let printed = Printed { record: &record, findings: &[finding(path)] };
        let page = Renderer::new([TemplateSet::built_in(department())]).html(&printed, &Options::default()).expect("renders");
        let elements = is_sound(&page);
        assert!(elements.iter().any(|element| attribute(element, "id") == Some(place)), "{path} has no place {place}");
        for link in [format!("#{place}"), "#n1".to_owned()] {
            assert!(elements.iter().any(|element| attribute(element, "href") == Some(&link)), "{path}: no link {link}");
        }
    }
}

#[test]
fn the_review_page_shows_both_sides_of_everything_that_is_said() {
    let (document, form) = sample();
    let review = Printer::new(load::builtin()).review(&form, Some(&document), print(true)).expect("a page");
    let (source, rest) = review.split_once("<section class=\"pane notes-pane\"").expect("has notes");
    let (notes, result) = rest.split_once("<div class=\"pane result\"").expect("has a result");
    let record = &form.record;
    let said = form.findings.len() + record.changes.len() + record.unplaced.len();
    assert_eq!(notes.matches("<li class=\"note ").count(), said);
    // Every change of a field: marked in the source where it came from, and in the form.
    let first = form.findings.len() + record.changes.iter().filter(|change| !change.applied).count();
    let applied: Vec<_> = record.changes.iter().filter(|change| change.applied).collect();
    assert!(applied.len() > 20);
    let has = |part: &str, number: usize| part.contains(&format!("href=\"#n{number}\""));
    for (index, change) in applied.iter().enumerate() {
        let number = first + index + 1;
        assert!(change.locus.is_none() || has(source, number), "{} {} is not in the source", change.rule, change.at);
        assert!(has(result, number), "{} {} is not in the form", change.rule, change.at);
    }
    // Every value leads to its place in the form, and is there.
    let mut number = 0;
    let mut seen = BTreeSet::new();
    record.each_leaf(&mut |path, leaf| {
        if let Some(locus) = leaf.loci.first().filter(|locus| !leaf.is_blank() && seen.insert(**locus)) {
            let link = format!("id=\"f{number}\" href=\"#c-{}\"", locus.spot.to_string().replace(':', "-"));
            assert!(result.contains(&link) && source.contains(&format!("href=\"#f{number}\"")), "{path} {}", leaf.text);
        }
        number += 1;
    });
    // All of the source is there.
    for cell in document.cells().filter(|cell| !cell.text.contains(['\n', '<', '&', '"'])) {
        let letters: String = text_of(source);
        assert!(letters.contains(cell.text.trim()), "{}", cell.text);
    }
}

/// What is left of markup.
fn text_of(markup: &str) -> String {
    let without_numbers = markup.split("<sup").map(|part| part.split_once("</sup>").map_or(part, |(_, rest)| rest));
    let mut out = String::new();
    for part in without_numbers {
        for piece in part.split('<') {
            out.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
    }
    out
}

#[test]
fn a_template_without_signs_is_reviewed_without_dead_links() {
    let (document, form) = sample();
    let html = "<!DOCTYPE html><html lang=\"zh\"><head><title>x</title></head><body><p>{{ d.department }}</p></body></html>";
    let set = TemplateSet { html: Some(html.into()), ..TemplateSet::none(department()) };
    let renderer = Renderer::new([set]);
    let printed = Printed { record: &form.record, findings: &form.findings };
    let sheet = renderer.sheet(printed, &Options::default()).expect("is ready");
    let page = sheet.review(Some(&document)).expect("renders");
    is_sound(&page);
    assert!(page.contains("water-bureau-2023.txt"));
}

#[test]
fn the_review_page_of_three_hundred_indicators_is_small_and_read_as_the_form() {
    let source = page(&many(300));
    let mut conversion = convert(source.as_bytes(), load::builtin(), Fix::Auto).expect("a form");
    let form = conversion.forms.remove(0);
    let review = Printer::new(load::builtin()).review(&form, Some(&conversion.document), print(true)).expect("a page");
    assert!(review.len() < 1_000_000, "{}", review.len());
    is_sound(&review);
    // Only the form on it is a source: not what stands beside it.
    let again = convert(review.as_bytes(), load::builtin(), Fix::Auto).expect("a form");
    assert_eq!(again.forms.len(), 1);
    let names = |record: &Record| {
        let mut names = Vec::new();
        record.each_leaf(&mut |path, leaf| names.push(format!("{path}: {}", leaf.text)));
        names
    };
    assert_eq!(names(&again.forms[0].record), names(&form.record));
    assert_eq!(again.forms[0].record.unplaced, []);
}

/// Texts that would be markup, were they not text.
fn hostile() -> impl Strategy<Value = String> {
    const PIECES: [&str; 22] = [
        "</main>",
        "</style>",
        "</script>",
        "<script>alert(1)</script>",
        "<b>",
        "</td></tr></table>",
        "<!--",
        "-->",
        "\"",
        "'",
        "&",
        "&lt;",
        "]]>",
        "{{ d }}",
        "{% for %}",
        "<img src=x onerror=alert(1)>",
        "\u{1}",
        "\u{202e}",
        "甲",
        "乙丙",
        "😀",
        "javascript:",
    ];
    proptest::collection::vec(proptest::sample::select(&PIECES[..]), 1..6).prop_map(|pieces| format!("甲{}", pieces.concat()))
}

/// The names of a page's elements, in order.
fn names(page: &str) -> Vec<String> {
    parsed(page).into_iter().map(|element| element.0).collect()
}

/// A review of a form in which everything that can be said is this text.
fn reviewed(text: &str) -> (String, String) {
    let definition = department();
    let cell = Cell::plain(text, 1, 1);
    let mut record = many(2);
    let leaf = Leaf { loci: vec![cell.locus], ..Leaf::from_source(Default::default(), text, Vec::new()) };
    if let Some(Node::Leaf(department)) = record.data.get_mut("department") {
        *department = leaf;
    }
    record.source.file = text.to_owned();
    record.unplaced = vec![Unplaced { text: text.to_owned(), locus: Cell::plain("", 2, 1).locus }];
    record.changes = vec![biaozhun::change::Change {
        at: "department".parse().expect("is a path"),
        rule: "T001",
        class: biaozhun::change::Class::Auto,
        applied: true,
        from: text.to_owned(),
        to: text.to_owned(),
        because: Message::new("T010.found").with("character", text),
        locus: Some(cell.locus),
    }];
    let blocks = vec![Block { layout: Layout::Rows, rows: vec![Row { cells: vec![cell] }] }];
    let document = Document { reader: "text", encoding: "UTF-8", blocks, notices: Vec::new() };
    let findings = [Finding::new("T010", Severity::Warning, Message::new("T010.found").with("character", text))
        .help(Message::new("T010.found"))];
    let renderer = Renderer::new([TemplateSet::built_in(definition)]);
    let printed = Printed { record: &record, findings: &findings };
    let sheet = renderer.sheet(printed, &Options::default()).expect("is ready");
    (sheet.html().expect("renders"), sheet.review(Some(&document)).expect("renders"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_of_a_value_is_ever_markup(text in hostile()) {
        let (page, review) = reviewed(&text);
        let (plain_page, plain_review) = reviewed("甲");
        prop_assert_eq!(names(&page), names(&plain_page));
        prop_assert_eq!(names(&review), names(&plain_review));
    }
}

#[test]
fn long_tables_come_in_parts_and_short_ones_do_not() {
    let spans = |page: &str| -> Vec<usize> {
        let edges = page.match_indices("<td class=\"edge\" rowspan=\"").map(|(at, start)| &page[at + start.len()..]);
        edges
            .filter(|rest| rest.contains("绩效指标"))
            .map(|rest| rest.split('"').next().map_or(0, |n| n.parse().unwrap_or(0)))
            .collect()
    };
    // Funds, projects, then the goal's: indicators, and blank rows for levels without any.
    let rows = |page: &str| spans(page)[2..].to_vec();
    assert_eq!(rows(&page(&many(4))).len(), 1);
    let long = rows(&page(&many(300)));
    assert_eq!(long.len(), 26);
    assert!(long.iter().all(|rows| (9..=15).contains(rows)), "{long:?}");
    assert_eq!(long.iter().sum::<usize>(), 305);
}

/// Word file: the rows of the last table, each with its cells' merges and whether it stays with the next.
fn rows(document: &str) -> Vec<(String, bool)> {
    let table = document.rsplit("<w:tbl>").next().unwrap_or_default();
    let merges = |row: &str| -> String {
        row.split("<w:tc>")
            .skip(1)
            .take(3)
            .map(|cell| match () {
                () if cell.contains("<w:vMerge w:val=\"restart\"/>") => '+',
                () if cell.contains("<w:vMerge/>") => '|',
                () => ' ',
            })
            .collect()
    };
    table
        .split("<w:tr>")
        .skip(1)
        .map(|row| {
            let first = row.split("<w:tc>").nth(1).unwrap_or_default();
            (merges(row), first.contains("<w:keepNext/>"))
        })
        .collect()
}

#[test]
fn merged_cells_in_word_begin_anew_with_each_part_and_their_first_rows_stay_together() {
    let long = rows(&word(&many(300)));
    // Two header rows, then the indicators with the blank levels.
    assert_eq!(long.len(), 2 + 305);
    let begins: Vec<usize> = (2..long.len()).filter(|row| long[*row].0.starts_with('+')).collect();
    assert_eq!(begins.len(), 26);
    for (index, (merge, stays)) in long.iter().enumerate().skip(2) {
        let after = long.get(index + 1).map(|(merge, _)| merge.as_str()).unwrap_or_default();
        let begins = merge.chars().zip(after.chars()).any(|(here, below)| here == '+' && below == '|');
        let last_but_one = index + 2 == long.len();
        assert_eq!(*stays, begins || last_but_one, "row {index}: {merge} then {after}");
    }
    let short = rows(&word(&many(8)));
    assert_eq!(short.iter().skip(2).filter(|(merge, _)| merge.starts_with('+')).count(), 1);
}

#[test]
fn header_rows_are_repeated_unless_they_are_as_long_as_a_page() {
    let goal = |length: usize| {
        let mut record = many(3);
        let at = "annual_goals[0].goal".parse().expect("is a path");
        record.leaf_mut(&at).expect("is a leaf").text = "甲".repeat(length);
        let document = word(&record);
        let table = document.rsplit("<w:tbl>").next().unwrap_or_default().to_owned();
        (table.matches("<w:tblHeader/>").count(), document.matches("<w:tblHeader/>").count())
    };
    // Of all tables: two rows of funds, one of projects, and those of the goal.
    assert_eq!(goal(30), (2, 5));
    assert_eq!(goal(2600), (0, 3));
}

#[test]
fn a_row_is_not_divided_unless_it_is_too_long_for_that() {
    let kept = |length: usize| {
        let mut record = many(3);
        let at = "annual_goals[0].indicators[1].name".parse().expect("is a path");
        record.leaf_mut(&at).expect("is a leaf").text = "甲".repeat(length);
        let document = word(&record);
        let table = document.rsplit("<w:tbl>").next().unwrap_or_default().to_owned();
        (table.matches("<w:tr>").count(), table.matches("<w:cantSplit").count())
    };
    let (rows, whole) = kept(30);
    assert_eq!(rows, whole);
    assert_eq!(kept(500), (rows, rows - 1));
    // Nor is the next row kept with it.
    let mut record = many(3);
    let at = "annual_goals[0].indicators[0].name".parse().expect("is a path");
    record.leaf_mut(&at).expect("is a leaf").text = "甲".repeat(500);
    assert!(!self::rows(&word(&record))[2].1);
}

/// A page of an office's own template, or what is said of it: line and id.
fn own_page(html: &'static str) -> Result<String, (u32, &'static str)> {
    let (_, form) = sample();
    let set = TemplateSet { html: Some(html.into()), ..TemplateSet::none(department()) };
    let printed = Printed { record: &form.record, findings: &form.findings };
    Renderer::new([set]).html(&printed, &Options::default()).map_err(|error| match error {
        biaozhun::diag::Error::Template { mistake, .. } => (mistake.line, mistake.message.id),
        error => panic!("{error:?}"),
    })
}

#[test]
fn a_page_template_that_would_never_end_is_stopped_and_told() {
    for html in [
        // Loops in loops, with and without output, with and without blanks around tags.
        "{% for a in range(end=90000) %}{% for b in range(end=90000) %}{% endfor %}{% endfor %}",
        "{% for a in range(end=90000) %}{% for b in p.tasks %}{% for c in range(end=900) %}甲{% endfor %}{% endfor %}{% endfor %}",
        "{%- for a in range(end=9000) -%} {%- for b in range(end=9000) -%} x {%- endfor -%} {%- endfor -%}",
        // Output that is caught.
        "{% filter upper %}{% for a in range(end=9000) %}{% for b in range(end=9000) %}x{% endfor %}{% endfor %}{% endfilter %}",
        "{% set x %}{% for a in range(end=9000) %}{% for b in range(end=9000) %}x{% endfor %}{% endfor %}{% endset %}{{ x }}",
        // Values that grow.
        "{% set a = \"甲甲甲甲甲甲\" %}{% for i in range(end=60) %}{% set_global a = a ~ a %}{% endfor %}{{ a }}",
        "{% set a = [1, 1] %}{% for i in range(end=60) %}{% set_global a = [a, a] %}{% endfor %}{{ a | length }}",
        "{{ [[y for y in range(end=9000)] for x in range(end=9000)] | length }}",
    ] {
        let told = own_page(html).expect_err(html);
        assert_eq!(told.1, "template.said.limit", "{html}");
    }
    assert_eq!(own_page("a\n{{ range(end=1000000000) }}").expect_err("too long"), (2, "template.said.range"));
    // What ends is printed.
    let page = own_page(
        "{% for a in range(end=3) %}{{ a }}{% endfor %}{% set x = 5 %}{{ x }}{% filter upper %}{% for a in range(start=4, end=1, step_by=-1) %}{{ a }}x{% endfor %}{% endfilter %}",
    );
    assert_eq!(page.as_deref(), Ok("01254X3X2X"));
}

#[test]
fn mistakes_in_a_page_template_are_told_at_their_line_and_signs_stand_wherever_they_are_asked_for() {
    assert_eq!(
        own_page("a\n{{ marks(at=\"funds\") }}\n<p>{{ p.no_such }}</p>").expect_err("no such"),
        (3, "template.said.missing")
    );
    assert_eq!(own_page("a\n\n{% if %}").expect_err("no condition").0, 3);
    // The same signs, whether the writer looks them up or the template does.
    let usual = own_page(
        "{% for row in p.projects %}<p>{{ row.name }}{{ marks(at=row.at, key=\"name\") }}{{ marks(at=row.at) }}</p>{% endfor %}{{ marks(at=\".\") }}{{ appendix.file }}",
    );
    let asked = own_page(
        "{% for row in p.projects %}<p>{{ row.name }}{{ marks( key = \"name\" ,at = row.at ~ \"\") }}{{ marks(at=row.at ~ \"\") }}</p>{% endfor %}{{ marks(at=\".\" ~ \"\") }}{{ appendix.file }}",
    );
    assert_eq!(usual, asked);
    let every = own_page("{% for path, sign in said %}{{ sign }}{% endfor %}{{ appendix.file }}").expect("renders");
    assert!(every.contains("<sup class=\"marks\"") && usual.expect("renders").len() > 100);
}
