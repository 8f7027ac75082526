//! Wrong readings that once passed in silence: one numbered test each, on small forms as strangers' tools give them.

mod support;

use biaozhun::diag::Severity;
use biaozhun::document::Document;
use biaozhun::form::{FormDefinition, load};
use biaozhun::package::pack;
use biaozhun::pipeline::{Checked, Converter};
use biaozhun::read::{Options, read};
use biaozhun::rules::Fix;
use std::sync::Arc;
use support::case::converter;
use support::word::{docx, paragraph};

/// An office's own list, whose quantity is a name.
const LIST: &str = "form: purchase\ntitle: 采购登记表\nbands:\n  - band: pairs\n    rows: [2]\n    fields:\n      - {key: office, label: 登记科室, type: name}\n      \
    - {key: day, label: 登记日期, type: date}\n  - band: records\n    key: rows\n    label: 登记明细\n    columns:\n      - {key: item, label: 品名, type: name}\n      \
    - {key: quantity, label: 数量, type: name}\n      - {key: price, label: 单价, type: amount}\n      - {key: amount, label: 金额, type: amount}\n      \
    - {key: remarks, label: 备注, type: text}\n  - band: text\n    fields:\n      - {key: plan, label: 一、工作安排, type: text}\n      \
    - {key: measures, label: 二、改进措施, type: text, list: true}\n";

fn own() -> Arc<FormDefinition> {
    Arc::new(load::load("purchase.yaml", LIST).expect("a definition"))
}

fn form(bytes: &[u8]) -> Checked {
    let mut read = Converter::new(&[own()]).convert(bytes, Fix::Auto).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read.forms.len(), 1);
    read.forms.remove(0)
}

/// The list as a page, with these rows and what stands behind them.
fn page(header: &[&str], rows: &[&[&str]], behind: &str) -> String {
    let line = |cells: &[&str]| format!("<tr>{}</tr>", cells.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>());
    let span = header.len() - 3;
    format!(
        "<html><body><p>采购登记表</p><table><tr><td>登记科室</td><td>办公室</td><td>登记日期</td><td colspan={span}>2024-03-05</td></tr>{}{}</table>{behind}</body></html>",
        line(header),
        rows.iter().map(|row| line(row)).collect::<String>()
    )
}

const HEADER: [&str; 5] = ["品名", "数量", "单价", "金额", "备注"];

fn text(form: &Checked, path: &str) -> String {
    let node = form.record.get(&path.parse().expect("a path"));
    node.and_then(|node| node.leaf()).map(|leaf| leaf.text.clone()).unwrap_or_default()
}

/// Whether a warning of this rule leads to a place.
fn told(form: &Checked, rule: &str, at: &str) -> bool {
    let mut found = form.findings.iter().filter(|finding| finding.rule == rule && finding.severity != Severity::Info);
    found.any(|finding| finding.at.iter().any(|place| place.to_string().starts_with(at)))
}

/// 1. A number under a header of names moved the whole row to the right, since the last cell was blank.
#[test]
fn a_number_among_names_moves_no_row() {
    let form = form(page(&HEADER, &[&["订书机", "3", "12.50", "37.50", ""]], "").as_bytes());
    let row = ["item", "quantity", "price", "amount", "remarks"].map(|key| text(&form, &format!("rows[0].{key}")));
    assert_eq!(row, ["订书机", "3", "12.50", "37.50", ""]);
}

/// 2. A column that the form does not have pushed its values into others.
#[test]
fn values_of_an_unknown_column_are_told() {
    let header = ["品名", "数量", "单价", "折扣额", "金额", "备注"];
    let form = form(page(&header, &[&["订书机", "3", "12.50", "1.50", "36.00", "急用"]], "").as_bytes());
    let right = text(&form, "rows[0].amount") == "36.00" && text(&form, "rows[0].price") == "12.50";
    assert!(right && !form.record.unplaced.is_empty() || told(&form, "S018", "rows[0]"));
}

/// 3. A merged cell counts for the first of its rows only; that was not said.
#[test]
fn a_merged_value_is_told_where_it_is_not_read() {
    let html = "<html><body><p>采购登记表</p><table><tr><td>登记科室</td><td>办公室</td><td>登记日期</td><td colspan=2>2024-03-05</td></tr>\
        <tr><td>品名</td><td>数量</td><td>单价</td><td>金额</td><td>备注</td></tr>\
        <tr><td>订书机</td><td>3</td><td>12.50</td><td rowspan=2>137.50</td><td></td></tr>\
        <tr><td>文件夹</td><td>10</td><td>10.00</td><td></td></tr></table></body></html>";
    let form = form(html.as_bytes());
    assert_eq!([text(&form, "rows[0].amount"), text(&form, "rows[1].price")], ["137.50", "10.00"]);
    assert!(told(&form, "S018", "rows[1]"));
}

/// 4. The next heading, unknown to the form, was taken for the end of the text before it.
#[test]
fn headings_that_the_form_does_not_know_are_told() {
    let behind = "<p>一、工作安排</p><p>按季度采购。</p><p>二、改进措施</p><p>1、加强管理。</p><p>2、严格审批。</p><p>三、其他需要说明的问题</p><p>库房漏水。</p>";
    let form = form(page(&HEADER, &[&["订书机", "3", "12.50", "37.50", ""]], behind).as_bytes());
    assert!(told(&form, "S019", "measures"), "{:?}", form.findings);
    assert!(!told(&form, "S019", "plan"));
    let quiet = behind.replace("<p>三、其他需要说明的问题</p><p>库房漏水。</p>", "");
    let form = self::form(page(&HEADER, &[&["订书机", "3", "12.50", "37.50", ""]], &quiet).as_bytes());
    assert!(!told(&form, "S019", "measures"), "{:?}", form.findings);
}

/// 5. A list on one line, whose second number is missing, was neither cut nor told.
#[test]
fn a_list_without_its_second_number_is_told() {
    let behind = "<p>一、工作安排</p><p>按季度采购。</p><p>二、改进措施</p><p>1、加强管理；3、严格审批。</p>";
    let form = form(page(&HEADER, &[&["订书机", "3", "12.50", "37.50", ""]], behind).as_bytes());
    assert_eq!([text(&form, "measures[0]"), text(&form, "measures[1]")], ["加强管理；", "严格审批。"]);
    assert!(form.findings.iter().any(|finding| finding.rule == "T009"));
}

/// 6. Where blank cells are gone nobody can tell in which of three columns a tick stands: one was taken.
#[test]
fn a_tick_without_its_column_is_left_open() {
    let source = include_str!("../samples/road-monitoring-2023.txt");
    let lines: String =
        source.split(['\t', '\n']).map(str::trim).filter(|cell| !cell.is_empty()).map(|cell| format!("{cell}\n")).collect();
    let count = |form: &Checked, wanted: &str| {
        let mut count = 0;
        form.record.each_leaf(&mut |path, leaf| {
            count += usize::from(path.to_string().ends_with(".likelihood") && leaf.text == wanted)
        });
        count
    };
    let read = |text: &str| converter().convert(text.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
    let (whole, without) = (read(source), read(&lines));
    assert!(count(&whole, "") < 3, "where columns are seen, ticks are read");
    let rows = count(&without, "");
    assert!(rows > 3 && told(&without, "S007", "indicators[0]"));
    let ticks = without.record.unplaced.iter().filter(|piece| piece.text == "√").count();
    assert!(ticks > 3, "{ticks}");
}

/// 7. What typesetting adds to a page stayed in the values: ends of lines, gaps beside numbers.
#[test]
fn what_typesetting_adds_is_taken_off() {
    let source = include_str!("../samples/sports-review-2022.txt");
    let form = converter().convert(source.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
    // No printed page: what its author typed stays as the rules of notation have it.
    assert!(form.record.changes.iter().all(|change| change.because.id != "S012.typeset"));
}

fn look(bytes: &[u8]) -> Document {
    read(bytes, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn numbers(source: &str) -> Vec<String> {
    let document = look(source.as_bytes());
    document.cells().map(|cell| cell.numbers.first().map(|number| number.text.clone()).unwrap_or_default()).collect()
}

/// 8. Numbers of the old kind, described in their paragraphs and not printed beside them, were lost.
#[test]
fn old_automatic_numbers_of_rtf_are_read() {
    let numbered = r"{\*\pn \pnlvlbody\pndec\pnstart1{\pntxtb (}{\pntxta )}}";
    let source = format!(
        r"{{\rtf1\ansi \pard{numbered}alpha\par \pard{numbered}beta\par \pard plain\par \pard{numbered}gamma\par
\pard{{\*\pn \pnlvlblt{{\pntxtb \'b7}}}}dot\par \pard{{\*\pn \pnlvlbody\pnucrm\pnstart3{{\pntxta .}}}}roman\par
\pard{{\pntext 7.\tab}}{{\*\pn \pnlvlbody\pndec\pnstart7{{\pntxta .}}}}printed\par}}"
    );
    assert_eq!(numbers(&source), ["(1)", "(2)", "", "(1)", "•", "III.", "7."]);
}

/// 9. What describes a picture was counted with it and not told.
#[test]
fn descriptions_of_pictures_are_told() {
    let drawing = |description: &str| {
        format!(
            r#"<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:docPr id="1" name="Picture 1" descr="{description}"/></wp:inline></w:drawing></w:r></w:p>"#
        )
    };
    let told = |description: &str| {
        let document = look(&docx(&format!("{}{}", paragraph("甲"), drawing(description))));
        let alternative = document.notices.into_iter().filter(|notice| notice.message.id == "read.alternative");
        alternative.flat_map(|notice| notice.message.arguments).map(|(_, text)| text).collect::<Vec<_>>()
    };
    assert_eq!(told("资金 12.5 万元的凭证"), ["资金 12.5 万元的凭证"]);
    assert!(told("Picture 1").is_empty() && told("seal.png").is_empty() && told("").is_empty());
}

/// 10. A sheet that a workbook lists and does not hold was passed over.
#[test]
fn a_missing_sheet_is_told() {
    let related = |id: &str, kind: &str, target: &str| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    let relations = |inner: &str| {
        format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{inner}</Relationships>")
    };
    let space = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    let workbook = format!(
        "<workbook {space}><sheets><sheet name=\"资金\" sheetId=\"1\" r:id=\"gone\"/><sheet name=\"指标\" sheetId=\"2\" r:id=\"1\"/></sheets></workbook>"
    );
    let sheet =
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c></row></sheetData></worksheet>";
    let parts: Vec<(String, Vec<u8>)> = [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned()),
        ("_rels/.rels", relations(&related("1", "officeDocument", "xl/workbook.xml"))),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations(&related("1", "worksheet", "s.xml"))),
        ("xl/s.xml", sheet.to_owned()),
    ]
    .into_iter()
    .map(|(name, content)| (name.to_owned(), content.into_bytes()))
    .collect();
    let document = look(&pack(&parts).expect("a package"));
    let missing = document.notices.iter().find(|notice| notice.message.id == "read.sheet.missing");
    assert!(missing.is_some_and(|notice| notice.message.arguments.iter().any(|(_, name)| name == "资金")));
    assert_eq!(document.cells().find(|cell| !cell.is_blank()).map(|cell| cell.locus.spot.to_string()).as_deref(), Some("s2A1"));
}

/// 11. Number and year in one cell were read as one number.
#[test]
fn a_year_in_brackets_is_no_part_of_the_number_before_it() {
    let source = include_str!("../samples/legal-aid-review-2023.txt");
    let html: String = source
        .lines()
        .skip(3)
        .filter(|line| !line.is_empty())
        .map(|line| {
            format!("<tr>{}</tr>", line.split(['\t', '|']).map(|cell| format!("<td>{}</td>", cell.trim())).collect::<String>())
        })
        .collect();
    let page = format!(
        "<html><body><table><tr><td>部门预算项目支出绩效自评表</td></tr><tr><td>报表编号：510000_0013 （2023年度）</td></tr>{html}</table></body></html>"
    );
    let form = converter().convert(page.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
    assert_eq!([text(&form, "number"), text(&form, "year")], ["510000_0013", "2023"]);
}

/// 12. Found by fuzzing: the end of one form and the beginning of the next made a label together, and the search panicked.
#[test]
fn no_label_goes_on_in_the_next_form() {
    let conversion = converter().convert(include_bytes!("data/label-over-two-forms.txt"), Fix::Auto).expect("forms");
    assert_eq!(conversion.forms.len(), 2);
}

/// 13. A label without a value took that of the label behind it, which the form does not know: only the label was told.
#[test]
fn the_value_of_an_unknown_label_is_told_where_another_takes_it() {
    let page = "<html><body><p>部门整体绩效目标申报表</p><table>\
        <tr><td>部门（单位）名称</td><td></td><td>主管部门</td><td>安澜县人民政府</td></tr>\
        <tr><td>填报人</td><td>方禾</td><td>联系电话</td><td>0700-5550186</td></tr></table></body></html>";
    let form = converter().convert(page.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
    let told = |path: &str| form.findings.iter().any(|f| f.rule == "S018" && f.at.iter().any(|at| at.to_string() == path));
    assert!(text(&form, "department").is_empty() || told("department"), "{:?}", form.findings);
    assert!(!told("filler") && !told("phone"), "{:?}", form.findings);
}
