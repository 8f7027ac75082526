//! Correction copies: accepting all changes gives the standard copy, rejecting all what the source says, and every correction is
//! told. Our own reader and LibreOffice prove it, on generated forms, on the samples and on templates typed by hand.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::change::{self, Change, Class};
use biaozhun::diag::{Finding, Message, Severity};
use biaozhun::document::Document;
use biaozhun::package::{Limits, Package};
use biaozhun::pipeline::{Checked, Converter, Print, Printer, Tracked, look};
use biaozhun::record::{Path, Record};
use biaozhun::render::{Options, Printed, Renderer, TemplateSet};
use biaozhun::rules::Fix;
use biaozhun::yaml;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;
use support::case::{Case, Generator, converter, definitions};
use support::compare::{Strictness, texts};
use support::damage::Damage;
use support::layout::Layout;
use support::programs::{program, run, to_office};
use support::word::{Maker, docx};

const CASES: u64 = if cfg!(debug_assertions) { 3 } else { 30 };
const FIRST_SEED: u64 = 7_300_000;
const PRINT: Print = Print { language: Language::English, appendix: true };

/// The other way of reading: without what was inserted.
fn rejecting() -> &'static Converter {
    static CONVERTER: LazyLock<Converter> = LazyLock::new(|| Converter::new(definitions()).tracked(Tracked::Reject));
    &CONVERTER
}

fn printer() -> &'static Printer {
    static PRINTER: LazyLock<Printer> = LazyLock::new(|| Printer::new(definitions()));
    &PRINTER
}

/// What a Word file says when it is read as a form, nothing corrected, and what fits nowhere in it.
fn said(converter: &Converter, file: &[u8]) -> Vec<(String, String)> {
    let conversion = converter.convert(file, Fix::None).expect("a form");
    assert_eq!(conversion.forms.len(), 1);
    let record = &conversion.forms[0].record;
    let mut said = texts(record);
    said.extend(record.unplaced.iter().map(|piece| ("unplaced".to_owned(), piece.text.clone())));
    said
}

fn part(file: &[u8], name: &str) -> String {
    Package::open(file, &Limits::default()).expect("opens").read_text(name).expect(name)
}

/// The values of an attribute of elements that begin so.
fn values(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let open = format!("<{element} ");
    let tags = xml.split(&open).skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let value = |tag: &str| Some(tag.split_once(&format!("{attribute}=\""))?.1.split('"').next()?.to_owned());
    tags.filter_map(value).collect()
}

/// What must hold of any correction copy as a Word file; how many comments it has.
fn check(file: &[u8]) -> usize {
    let (document, comments) = (part(file, "word/document.xml"), part(file, "word/comments.xml"));
    biaozhun::xml::check(&comments).expect("well-formed");
    let mut ids: Vec<String> =
        ["w:ins", "w:del", "w:commentRangeStart"].iter().flat_map(|e| values(&document, e, "w:id")).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "numbers are there once");
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let known = sorted(values(&comments, "w:comment", "w:id"));
    for element in ["w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"] {
        assert_eq!(sorted(values(&document, element, "w:id")), known, "{element}");
    }
    assert!(!document.contains("w:rsid") && !document.contains(['\u{fdd0}', '\u{fdd1}', '\u{fdd2}']));
    assert!(part(file, "word/_rels/document.xml.rels").contains("Target=\"comments.xml\""));
    assert_eq!(part(file, "[Content_Types].xml").matches("/word/comments.xml").count(), 1);
    known.len()
}

/// Both promises of a form's correction copy; what is wrong.
fn wrong(form: &Checked) -> Option<String> {
    let tracked = printer().docx_tracked(form, PRINT).expect("a Word file");
    assert_eq!(printer().docx_tracked(form, PRINT).expect("a Word file"), tracked, "the same bytes again");
    check(&tracked);
    let mut before = form.clone();
    change::revert(&mut before.record).expect("reverts");
    let plain = |form: &Checked| printer().docx(form, PRINT).expect("a Word file");
    for (name, converter, form) in [("accepted", converter(), form), ("rejected", rejecting(), &before)] {
        let (wanted, found) = (said(converter, &plain(form)), said(converter, &tracked));
        if let Some(lost) = wanted.iter().find(|entry| !found.contains(entry)) {
            return Some(format!("{name}: lost {lost:?}"));
        }
        if let Some(new) = found.iter().find(|entry| !wanted.contains(entry)) {
            return Some(format!("{name}: new {new:?}"));
        }
    }
    let applied = form.record.changes.iter().filter(|change| change.applied).count();
    let told = part(&tracked, "word/comments.xml").matches("Corrected (").count();
    (applied != told).then(|| format!("{applied} corrections, {told} told"))
}

#[test]
fn accepting_gives_the_standard_copy_and_rejecting_what_the_source_says() {
    let (mut differing, mut tried, mut corrected) = (Vec::new(), 0, 0);
    for seed in FIRST_SEED..FIRST_SEED + CASES {
        for generator in [Generator::Seedlike, Generator::Invented, Generator::Clean] {
            let case = Case::new(generator, Layout::Tabs, &Damage::degree((seed % 2) as usize), seed);
            let outcome = case.run(Strictness::Values);
            let Some(form) = outcome.conversion.iter().flat_map(|c| &c.forms).next() else { continue };
            tried += 1;
            corrected += form.record.changes.iter().filter(|change| change.applied).count();
            differing.extend(wrong(form).map(|found| format!("{generator:?} seed {seed}: {found}")));
        }
    }
    assert!(
        tried > CASES && corrected > 0 && differing.is_empty(),
        "{} of {tried}:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

#[test]
fn so_do_the_samples_also_where_suggestions_are_taken() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    let mut names: Vec<_> = std::fs::read_dir(folder).expect("samples").map(|entry| entry.expect("a file").path()).collect();
    names.sort();
    let mut tried = 0;
    for name in names.iter().filter(|name| name.extension().is_some_and(|e| e == "txt" || e == "html" || e == "yaml")) {
        let bytes = std::fs::read(name).expect("a sample");
        for fix in [Fix::Auto, Fix::Suggest] {
            let Ok(conversion) = converter().convert(&bytes, fix) else { continue };
            for form in &conversion.forms {
                tried += 1;
                assert_eq!(wrong(form), None, "{} {fix:?}", name.display());
            }
        }
    }
    assert!(tried > 10);
}

// ---- templates typed by hand ----

fn department() -> Record {
    yaml::read(include_str!("rendering/department.yaml"), definitions(), &[]).expect("a record").record
}

/// A correction that was made.
fn correct(record: &mut Record, at: &str, to: &str) {
    let at: Path = at.parse().expect("a path");
    let from = record.leaf(&at).expect("a field").text.clone();
    let because = Message::new("because.T004");
    let mut change =
        Change { at, rule: "T004", class: Class::Auto, applied: false, from, to: to.to_owned(), because, locus: None };
    change::apply(record, &mut change).expect("applies");
    record.changes.push(change);
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn cells(texts: &[&str]) -> String {
    let cell = |text: &&str| format!("<w:tc><w:tcPr><w:tcW w:w=\"2000\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", paragraph(text));
    format!("<w:tr>{}</w:tr>", texts.iter().map(cell).collect::<String>())
}

fn rows(rows: &[String]) -> String {
    format!("<w:tbl><w:tblPr/><w:tblGrid/>{}</w:tbl>", rows.concat())
}

/// A copy through a template of one's own.
fn copy_of(template: Vec<u8>, record: &Record, findings: &[Finding]) -> Vec<u8> {
    let definition = definitions().iter().find(|form| *form.id == record.form).expect("is built in");
    let set = TemplateSet { docx: Some(Cow::Owned(template)), ..TemplateSet::none(definition.clone()) };
    let options = Options { language: Language::English, ..Options::default() };
    let file = Renderer::new([set]).docx_tracked(&Printed { record, findings }, &options).expect("a Word file");
    check(&file);
    file
}

fn copy(body: &str, record: &Record) -> Vec<u8> {
    copy_of(docx(body), record, &[])
}

/// What a file shows, cell by cell, in both states.
fn shown(file: &[u8]) -> [Vec<String>; 2] {
    [Tracked::Accept, Tracked::Reject].map(|tracked| {
        let document: Document = look(file, tracked).expect("reads");
        document.cells().map(|cell| cell.text.clone()).filter(|text| !text.trim().is_empty()).collect()
    })
}

/// The deleted and the inserted texts, in order.
fn edits(file: &[u8]) -> Vec<String> {
    let xml = part(file, "word/document.xml");
    let text = |of: &str, open: &str, close: &str| -> String {
        of.split(open).skip(1).filter_map(|rest| rest.split_once('>')?.1.split(close).next()).collect()
    };
    let mut found = Vec::new();
    let mut rest = &*xml;
    while let Some(at) = rest.find("<w:del ").into_iter().chain(rest.find("<w:ins ")).min() {
        let deleted = rest[at..].starts_with("<w:del ");
        let tag = rest[at..].split_once('>').expect("a tag").0;
        let end = if tag.ends_with('/') {
            at + tag.len()
        } else {
            at + rest[at..].find(if deleted { "</w:del>" } else { "</w:ins>" }).expect("ends")
        };
        found.push(match (tag.ends_with('/'), deleted) {
            (true, true) => "-¶".to_owned(),
            (true, false) => "+¶".to_owned(),
            (_, true) => format!("-{}", text(&rest[at..end], "<w:delText", "</w:delText>")),
            (_, false) => format!("+{}", text(&rest[at..end], "<w:t ", "</w:t>")),
        });
        rest = &rest[end..];
    }
    found
}

#[test]
fn a_number_is_replaced_as_a_whole_and_a_passage_where_it_differs() {
    let mut record = department();
    correct(&mut record, "funds.expense[2].amount", "817.6");
    correct(&mut record, "department", "清河市文化与旅游局");
    let file = copy(&[paragraph("{{ d.department }}："), paragraph("{{ d.funds.expense[2].amount }}万元")].concat(), &record);
    assert_eq!(edits(&file), ["-县", "+市", "-和", "+与", "-817.60", "+817.6"]);
    let [accepted, rejected] = shown(&file);
    assert_eq!(accepted, ["清河市文化与旅游局：", "817.6万元"]);
    assert_eq!(rejected, ["清河县文化和旅游局：", "817.60万元"]);
}

#[test]
fn blank_and_value_in_both_directions_and_through_filters_and_twice() {
    let mut record = department();
    correct(&mut record, "phone", "");
    correct(&mut record, "funds.income[0].amount", "1234.5");
    let body =
        paragraph("电话：{{ d.phone }}；{{ d.funds.income[0].amount | 金额 }}；{{ d.funds.income[0].amount | 大写金额 }}");
    let [accepted, rejected] = shown(&copy(&body, &record));
    assert_eq!(accepted, ["电话：；1,234.50；壹仟贰佰叁拾肆万伍仟元整"]);
    assert_eq!(rejected, ["电话：0700-1234567；2,306.26；贰仟叁佰零陆万贰仟陆佰元整"]);
    let mut record = department();
    record.leaf_mut(&"phone".parse().unwrap()).expect("a field").text.clear();
    correct(&mut record, "phone", "0700-1");
    let file = copy(&paragraph("电话：{{ d.phone | 空白 }}。{% if d.phone == \"0700-1\" %}有{% else %}无{% endif %}"), &record);
    let [accepted, rejected] = shown(&file);
    assert_eq!([&accepted[0], &rejected[0]], ["电话：0700-1。有", "电话：________。无"]);
    assert_eq!(check(&file), 1, "the comment stands at the value");
    assert!(!part(&file, "word/comments.xml").contains("does not print"));
}

#[test]
fn lines_come_and_go_as_paragraphs_and_a_cell_keeps_one() {
    let mut record = department();
    let goal = record.get(&"annual_goals[0].goal".parse().unwrap()).and_then(|node| node.leaf()).expect("a goal").text.clone();
    for to in [format!("{goal}\n第二行"), "第一行".to_owned(), String::new()] {
        let mut record = record.clone();
        correct(&mut record, "annual_goals[0].goal", &format!("首行\n{goal}"));
        correct(&mut record, "annual_goals[0].goal", &to);
        let template = rows(&[cells(&["{{ p.annual_goals[0].lines }}", "甲"])])
            + &paragraph("{{ p.annual_goals[0].lines }}")
            + &paragraph("完");
        let [accepted, rejected] = shown(&copy(&template, &record));
        let lines = |text: &str| text.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect::<Vec<_>>();
        let cell: Vec<String> = Some(lines(&to).join("\n")).into_iter().filter(|text| !text.is_empty()).collect();
        let wanted = |cell: Vec<String>, text: &str| [cell, vec!["甲".to_owned()], lines(text), vec!["完".to_owned()]].concat();
        assert_eq!(accepted, wanted(cell, &to), "{to}");
        assert_eq!(rejected, wanted(vec![goal.clone()], &goal), "{to}");
    }
    record.changes.clear();
}

#[test]
fn whole_rows_come_and_go() {
    let mut record = department();
    correct(&mut record, "funds.income[1].amount", "");
    correct(&mut record, "funds.income[2].amount", "1.00");
    let template = rows(&[
        cells(&["头", "额"]),
        cells(&[
            "{% for x in d.funds.income %}{% if x.amount and x.amount != \"96.00\" %}{{ x.item }}",
            "{{ x.amount }}{% endif %}{% endfor %}",
        ]),
    ]);
    let file = copy(&(template + &paragraph("")), &record);
    let [accepted, rejected] = shown(&file);
    assert_eq!(accepted.join(" "), "头 额 财政拨款 2306.26 单位资金 1.00 合计 2402.26");
    assert_eq!(rejected.join(" "), "头 额 财政拨款 2306.26 财政专户管理资金 0.00 合计 2402.26");
    let xml = part(&file, "word/document.xml");
    let whole = |kind: &str| xml.matches(&format!("<w:trPr><w:{kind} ")).count();
    assert_eq!([whole("ins"), whole("del")], [1, 1]);
}

#[test]
fn a_cell_that_changes_is_merged_in_neither_copy() {
    let mut record = department();
    let at = "annual_goals[0].indicators[1].level2";
    let old = record.leaf(&at.parse().unwrap()).expect("a level").text.clone();
    let first = record.leaf(&"annual_goals[0].indicators[0].level2".parse().unwrap()).expect("a level").text.clone();
    assert_eq!(old, first, "two rows of one level");
    correct(&mut record, at, "质量指标");
    let template = rows(&[cells(&[
        "{% for x in d.annual_goals[0].indicators %}{{ x.level1 | merge }}",
        "{{ x.level2 | merge }}",
        "{{ x.name }}{% endfor %}",
    ])]);
    let file = copy(&(template + &paragraph("")), &record);
    let xml = part(&file, "word/document.xml");
    let row = xml.split("<w:tr>").nth(2).expect("a second row");
    assert_eq!(row.matches("vMerge").count(), 1, "level 1 goes on, level 2 stands by itself: {row}");
    assert!(row.contains("<w:del ") && !xml.contains("w:val=\"?"));
    let again = xml.split("<w:tr>").nth(3).expect("a third row");
    assert!(again.matches("<w:vMerge w:val=\"restart\"/>").count() >= 1, "what follows begins anew: {again}");
}

#[test]
fn what_is_not_printed_is_told_at_the_title_and_nothing_is_told_twice() {
    let mut record = department();
    correct(&mut record, "phone", "0700-7654321");
    correct(&mut record, "filler", "李四");
    let finding = Finding::new("C001", Severity::Warning, Message::new("because.T002"));
    let at = finding.clone().at("phone".parse().unwrap(), None);
    let title = definitions()[0].title.text.to_string();
    let body = [paragraph("附件"), paragraph(&title), paragraph("{{ d.filler }} {{ d.filler }}")].concat();
    let file = copy_of(docx(&body), &record, &[finding, at]);
    let comments = part(&file, "word/comments.xml");
    let text: Vec<&str> = comments.split("<w:comment ").skip(1).collect();
    assert_eq!(text.len(), 2);
    assert!(text[0].contains("0700-7654321") && text[0].contains("does not print") && text[0].matches("C001").count() == 2);
    assert!(text[1].contains("李四") && text[1].matches("Corrected (").count() == 1);
    let xml = part(&file, "word/document.xml");
    let (start, heading) = (xml.find("<w:commentRangeStart"), xml.find(&title));
    assert!(xml.find("附件") < start && start < heading, "at the title itself");
}

#[test]
fn what_the_template_s_author_tracked_and_remarked_stays() {
    let mut record = department();
    correct(&mut record, "filler", "李四");
    let by = "w:author=\"我\" w:date=\"2024-01-01T00:00:00Z\"";
    let body = format!(
        "<w:p><w:commentRangeStart w:id=\"7\"/><w:ins w:id=\"8\" {by}><w:r><w:t>甲{{{{ d.filler }}}}</w:t></w:r></w:ins><w:del w:id=\"9\" \
         {by}><w:r><w:delText>乙</w:delText></w:r></w:del><w:commentRangeEnd w:id=\"7\"/><w:r><w:commentReference \
         w:id=\"7\"/></w:r></w:p>"
    );
    let spaces = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let own = format!("<w:comments {spaces}><w:comment w:id=\"7\" {by}>{}</w:comment></w:comments>", paragraph("我的话"));
    let template = Maker::default().part("comments", "comments.xml", &own).pack(&body);
    let definition = definitions()[0].clone();
    let set = TemplateSet { docx: Some(Cow::Owned(template)), ..TemplateSet::none(definition) };
    let printed = Printed { record: &record, findings: &[] };
    let file = Renderer::new([set]).docx_tracked(&printed, &Options::default()).expect("a Word file");
    let comments = part(&file, "word/comments.xml");
    assert!(comments.contains("我的话") && comments.contains("李四"));
    let ids: BTreeSet<String> = values(&comments, "w:comment", "w:id").into_iter().collect();
    assert_eq!(ids.len(), 2);
    let xml = part(&file, "word/document.xml");
    assert!(xml.contains("w:author=\"我\"") && xml.contains("<w:delText>乙</w:delText>"));
    assert_eq!(xml.matches("<w:ins ").count(), 1, "no insertion stands in another: {xml}");
    let [accepted, _] = shown(&file);
    assert_eq!(accepted[0], "甲李四");
}

#[test]
fn headers_and_boxes_are_tracked_and_their_remarks_stand_in_the_text() {
    let mut record = department();
    correct(&mut record, "phone", "0700-7654321");
    correct(&mut record, "filler", "李四");
    let spaces = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let header = format!("<w:hdr {spaces}>{}</w:hdr>", paragraph("{{ d.phone }}"));
    let inner = format!("<w:txbxContent>{}</w:txbxContent>", paragraph("{{ d.filler }}"));
    let body = format!(
        "{}<w:p><w:r><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></w:r></w:p><w:sectPr>\
         <w:headerReference w:type=\"default\" r:id=\"rId1\"/></w:sectPr>",
        paragraph("正文")
    );
    let file = copy_of(Maker::default().part("header", "header1.xml", &header).pack(&body), &record, &[]);
    assert!(part(&file, "word/header1.xml").contains("<w:del ") && !part(&file, "word/header1.xml").contains("comment"));
    let xml = part(&file, "word/document.xml");
    let (from, to) = (xml.find("<w:txbxContent>").expect("a box"), xml.find("</w:txbxContent>").expect("a box"));
    assert!(xml[from..to].contains("<w:ins ") && !xml[from..to].contains("comment"));
    assert_eq!(part(&file, "word/comments.xml").matches("Corrected (").count(), 2);
}

// ---- LibreOffice ----

/// A macro that opens a file, does something with all its tracked changes, and stores it.
const MACRO: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Settle(source As String, command As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  helper = createUnoService("com.sun.star.frame.DispatchHelper")
  Dim none()
  helper.executeDispatch(document.CurrentController.Frame, command, "", 0, none())
  Dim filter(0) As New com.sun.star.beans.PropertyValue
  filter(0).Name = "FilterName"
  filter(0).Value = "Office Open XML Text"
  document.storeToURL(target, filter())
  document.close(True)
End Sub
</script:module>
"#;

const LIBRARY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Module1"/>
</library:library>
"#;

const LIBRARIES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" library:link="false"/>
</library:libraries>
"#;

#[test]
fn libreoffice_accepts_and_rejects_to_the_same() {
    let Some(soffice) = program(&["soffice", "libreoffice"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    // Macros are run only from a profile that is there already.
    std::fs::write(folder.path().join("first.docx"), docx(&paragraph("{{ 1 }}"))).expect("writing");
    to_office(soffice, &folder.path().join("first.docx"), "pdf");
    let basic = folder.path().join("profile/user/basic");
    for (name, text) in [("Standard/Module1.xba", MACRO), ("Standard/script.xlb", LIBRARY), ("script.xlc", LIBRARIES)] {
        std::fs::write(basic.join(name), text).expect("writing");
    }
    let url = |name: &str| format!("file://{}/{name}", folder.path().display());
    // Labels repaired, so that rows and merges differ; markup and numbers removed; suggestions.
    for sample in ["agriculture-2021-gb18030.txt", "water-bureau-2023.txt"] {
        let bytes = std::fs::read(format!("{}/samples/{sample}", env!("CARGO_MANIFEST_DIR"))).expect(sample);
        let form = converter().convert(&bytes, Fix::Suggest).expect("a form").forms.remove(0);
        let mut before = form.clone();
        change::revert(&mut before.record).expect("reverts");
        std::fs::write(folder.path().join("copy.docx"), printer().docx_tracked(&form, PRINT).expect("a Word file"))
            .expect("writing");
        for (command, form) in [("Accept", &form), ("Reject", &before)] {
            let target = format!("{command}.docx");
            let call = format!(
                "macro:///Standard.Module1.Settle({},.uno:{command}AllTrackedChanges,{})",
                url("copy.docx"),
                url(&target)
            );
            run(Command::new(soffice).args([
                &format!("-env:UserInstallation={}", url("profile")),
                "--headless",
                "--norestore",
                &call,
            ]));
            let copy = std::fs::read(folder.path().join(&target)).expect("LibreOffice wrote it");
            let xml = part(&copy, "word/document.xml");
            assert!(!xml.contains("<w:ins ") && !xml.contains("<w:del "), "{sample} {command}");
            let plain = printer().docx(form, PRINT).expect("a Word file");
            assert_eq!(said(converter(), &copy), said(converter(), &plain), "{sample} {command}");
        }
    }
}
