//! What stands at the edges of office files: texts that part notes from the page, charts of newer kinds, sheets of macros and
//! hidden ones, texts that a workbook lost, ends of paragraphs that were inserted, lines of tabs alone.

mod support;

use biaozhun::document::{Document, Layout};
use biaozhun::package::pack;
use biaozhun::read::{Options, Tracked, read};
use support::word::{Maker, docx, paragraph};

fn look(bytes: &[u8]) -> Document {
    read(bytes, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn texts(document: &Document) -> Vec<&str> {
    document.cells().map(|cell| cell.text.as_str()).collect()
}

/// What is told: the id, and the text or the count.
fn told(document: &Document) -> Vec<(&'static str, &str)> {
    document
        .notices
        .iter()
        .map(|notice| (notice.message.id, notice.message.arguments.last().map_or("", |(_, text)| text)))
        .collect()
}

#[test]
fn what_parts_the_notes_from_the_page_is_told() {
    let note = |kind: &str, id: i32, text: &str| format!("<w:footnote {kind} w:id=\"{id}\">{}</w:footnote>", paragraph(text));
    let notes = [
        note("w:type=\"separator\"", -1, ""),
        note("w:type=\"continuationSeparator\"", 0, "续前页"),
        note("w:type=\"continuationNotice\"", 1, "转下页"),
        note("", 2, "说明一"),
    ];
    let space = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let part = format!("<w:footnotes {space}>{}</w:footnotes>", notes.concat());
    let document = look(&Maker::default().part("footnotes", "footnotes.xml", &part).pack(&paragraph("正文")));
    assert_eq!(texts(&document), ["正文", "说明一"]);
    assert_eq!(told(&document), [("read.word.separator", "续前页"), ("read.word.separator", "转下页")]);
}

#[test]
fn charts_of_newer_kinds_are_read() {
    let chart = "<cx:chartSpace xmlns:cx=\"http://schemas.microsoft.com/office/drawing/2014/chartex\" \
        xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><cx:chartData><cx:data><cx:strDim type=\"cat\"><cx:lvl>\
        <cx:pt idx=\"0\">一季度</cx:pt><cx:pt idx=\"1\">二季度</cx:pt></cx:lvl></cx:strDim><cx:numDim type=\"val\"><cx:lvl>\
        <cx:pt idx=\"0\">12</cx:pt></cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart><cx:title><cx:tx><cx:rich><a:p><a:r>\
        <a:t>支出进度</a:t></a:r></a:p></cx:rich></cx:tx></cx:title><cx:series><cx:tx><cx:txData><cx:v>支出</cx:v></cx:txData>\
        </cx:tx></cx:series></cx:chart></cx:chartSpace>";
    let drawn = "<w:p><w:r><mc:AlternateContent><mc:Choice xmlns:cx1=\"http://schemas.microsoft.com/office/drawing/2015/9/8/chartex\" \
        Requires=\"cx1\"><w:drawing><a:graphic><a:graphicData><cx:chart \
        xmlns:cx=\"http://schemas.microsoft.com/office/drawing/2014/chartex\" r:id=\"rId1\"/></a:graphicData></a:graphic></w:drawing>\
        </mc:Choice><mc:Fallback><w:drawing/></mc:Fallback></mc:AlternateContent></w:r></w:p>";
    let document = look(&Maker::default().part("chartEx", "chartEx1.xml", chart).pack(drawn));
    assert_eq!(texts(&document), ["一季度", "二季度", "支出进度", "支出"]);
}

/// A workbook of sheets: state, kind of relationship, cells; and its texts.
fn workbook(sheets: &[(&str, &str, &str)], shared: &str) -> Vec<u8> {
    let related =
        |id: &str, kind: &str, target: &str| format!("<Relationship Id=\"{id}\" Type=\"x/{kind}\" Target=\"{target}\"/>");
    let part = |name: String, content: String| (name, content.into_bytes());
    let (mut listed, mut relations, mut parts) = (String::new(), related("t", "sharedStrings", "t.xml"), Vec::new());
    for (number, (state, kind, cells)) in sheets.iter().enumerate() {
        listed.push_str(&format!("<sheet name=\"S{number}\" {state} r:id=\"r{number}\"/>"));
        relations.push_str(&related(&format!("r{number}"), kind, &format!("s{number}.xml")));
        parts.push(part(
            format!("xl/s{number}.xml"),
            format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"),
        ));
    }
    parts.push(part(
        "_rels/.rels".into(),
        format!("<Relationships>{}</Relationships>", related("1", "officeDocument", "xl/w.xml")),
    ));
    parts.push(part("xl/w.xml".into(), format!("<workbook xmlns:r=\"urn:r\"><sheets>{listed}</sheets></workbook>")));
    parts.push(part("xl/_rels/w.xml.rels".into(), format!("<Relationships>{relations}</Relationships>")));
    parts.push(part("xl/t.xml".into(), format!("<sst>{shared}</sst>")));
    pack(&parts).expect("packs")
}

fn inline(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn hidden_sheets_and_sheets_of_macros_are_told_with_their_text() {
    let sheets = [
        ("", "worksheet", inline("看得见")),
        ("state=\"hidden\"", "worksheet", inline("隐藏")),
        ("state=\"veryHidden\"", "worksheet", inline("深藏")),
        ("", "xlMacrosheet", inline("宏")),
    ];
    let sheets: Vec<(&str, &str, &str)> = sheets.iter().map(|(state, kind, cells)| (*state, *kind, cells.as_str())).collect();
    let document = look(&workbook(&sheets, ""));
    assert_eq!(texts(&document), ["看得见"]);
    let hidden = ["隐藏", "深藏", "宏"].map(|text| ("read.hidden_text", text));
    assert_eq!(told(&document), hidden);
}

#[test]
fn texts_that_a_workbook_does_not_have_are_told() {
    let cells = "<c t=\"s\"><v>0</v></c><c t=\"s\"><v>7</v></c>";
    let document = look(&workbook(&[("", "worksheet", cells)], "<sstItem><t>甲</t></sstItem>"));
    assert_eq!(texts(&document), ["甲"]);
    assert_eq!(told(&document), [("read.dropped.damaged", "1")]);
}

#[test]
fn the_end_of_a_paragraph_that_was_inserted_is_rejected_with_it() {
    let changes = "<text:tracked-changes><text:changed-region text:id=\"c\"><text:insertion/></text:changed-region></text:tracked-changes>";
    let body = "<text:p>甲 <text:change-start text:change-id=\"c\"/>新</text:p><text:p>新二</text:p>\
        <text:p>新三<text:change-end text:change-id=\"c\"/>乙</text:p><text:p>丙</text:p>";
    let source = format!(
        "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:mimetype=\"application/vnd.oasis.opendocument.text\">\
         <office:body><office:text>{changes}{body}</office:text></office:body></office:document>"
    );
    let state = |tracked| {
        let document = read(source.as_bytes(), &Options { tracked, ..Options::default() }).expect("reads");
        texts(&document).join("|")
    };
    assert_eq!(state(Tracked::Accept), "甲 新|新二|新三乙|丙");
    assert_eq!(state(Tracked::Reject), "甲 乙|丙");
}

#[test]
fn a_line_of_tabs_alone_says_nothing_of_the_lines_around_it() {
    let lines = ["填报单位基本情况说明（一）", "经费由本级财政承担并按月拨付"];
    let words = "按照 上级 有关 要求 做好 各项 工作 并 及时 报告 完成 情况 和 存在 的 主要 问题 以及 下步 打算";
    let tab = "<w:p><w:r><w:tab/></w:r></w:p>";
    let body = |between: &str| format!("{}{between}{}{}", paragraph(lines[0]), paragraph(lines[1]), paragraph(words));
    let layouts = |body: &str| look(&docx(body)).blocks.iter().map(|block| block.layout).collect::<Vec<_>>();
    assert_eq!(layouts(&body(tab)), layouts(&body("")));
    assert!(!layouts(&body(tab)).contains(&Layout::Words));
}
