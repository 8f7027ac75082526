//! Word files as they are written in the wild, feature by feature: what stands on the page is in the document, in its place.

mod support;

use biaozhun::document::{Cell, Document, Layout};
use biaozhun::locus::Part;
use biaozhun::read::{Options, Tracked, read};
use support::word::{Maker, cell, docx, numbering, paragraph, row, styles, table};

fn document(file: &[u8]) -> Document {
    read(file, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn texts(file: &[u8]) -> Vec<String> {
    document(file).cells().map(|cell| cell.text.clone()).collect()
}

fn body(body: &str) -> Vec<String> {
    texts(&docx(body))
}

/// The runs of one paragraph.
fn runs(runs: &str) -> String {
    body(&format!("<w:p>{runs}</w:p>")).join("|")
}

/// `t1r2c3 2×1 text` for every cell.
fn grid(file: &[u8]) -> Vec<String> {
    let told = |cell: &Cell| format!("{} {}×{} {}", cell.locus.spot, cell.column_span, cell.row_span, cell.text);
    document(file).cells().map(told).collect()
}

/// The ids of all notices with the text or count that they tell.
fn notices(document: &Document) -> Vec<(&'static str, String)> {
    let told = |notice: &biaozhun::document::Notice| {
        let argument = notice.message.arguments.iter().find(|(name, _)| matches!(*name, "text" | "count"));
        (notice.message.id, argument.map(|(_, text)| text.clone()).unwrap_or_default())
    };
    document.notices.iter().map(told).collect()
}

const SPAN: &str = r#"<w:gridSpan w:val="2"/>"#;
const TOP: &str = r#"<w:vMerge w:val="restart"/>"#;
const UNDER: &str = "<w:vMerge/>";

#[test]
fn spans_are_resolved() {
    let file = docx(&table(&[
        row(&[cell(TOP, "甲"), cell(SPAN, "乙"), cell("", "丙")]),
        row(&[cell(UNDER, ""), cell("", "丁"), cell("", "戊"), cell("", "己")]),
        row(&[cell(UNDER, ""), cell(r#"<w:hMerge w:val="restart"/>"#, "庚"), cell("<w:hMerge/>", ""), cell("", "辛")]),
        row(&[cell("", "壬")]),
    ]));
    assert_eq!(
        grid(&file),
        [
            "t1r1c1 1×3 甲",
            "t1r1c2 2×1 乙",
            "t1r1c4 1×1 丙",
            "t1r2c2 1×1 丁",
            "t1r2c3 1×1 戊",
            "t1r2c4 1×1 己",
            "t1r3c2 2×1 庚",
            "t1r3c4 1×1 辛",
            "t1r4c1 1×1 壬"
        ]
    );
    assert!(document(&file).blocks.iter().all(|block| block.layout == Layout::Grid));
}

#[test]
fn rows_begin_where_the_grid_says() {
    let late =
        r#"<w:tr><w:trPr><w:gridBefore w:val="2"/><w:gridAfter w:val="1"/></w:trPr>"#.to_owned() + &cell("", "乙") + "</w:tr>";
    let orphan = row(&[cell("", "丙"), cell(UNDER, "丁")]);
    assert_eq!(
        grid(&docx(&table(&[row(&[cell("", "甲")]), late, orphan]))),
        ["t1r1c1 1×1 甲", "t1r2c3 1×1 乙", "t1r3c1 1×1 丙", "t1r3c2 1×1 丁"]
    );
}

/// A row that states no spans is drawn by its cells' widths.
#[test]
fn a_row_without_spans_is_measured() {
    let wide = |width: u32, text: &str| cell(&format!(r#"<w:tcW w:w="{width}" w:type="dxa"/>"#), text);
    let columns = |count: usize| format!("<w:tblGrid>{}</w:tblGrid>", r#"<w:gridCol w:w="1000"/>"#.repeat(count));
    let rows = [
        row(&[wide(1000, "甲"), wide(1000, "乙"), wide(1000, "丙"), wide(1000, "丁")]),
        row(&[wide(1000, "戊"), wide(3000, "己")]),
        row(&[wide(700, "庚"), wide(3300, "辛")]),
    ];
    let file = docx(&format!("<w:tbl>{}{}</w:tbl>", columns(4), rows.concat()));
    assert_eq!(grid(&file)[4..], ["t1r2c1 1×1 戊", "t1r2c2 3×1 己", "t1r3c1 1×1 庚", "t1r3c2 1×1 辛"]);
    // Widths of nothing say nothing.
    let zero = docx(&format!("<w:tbl>{}{}</w:tbl>", columns(4).replace("1000", "0"), rows[1]));
    assert_eq!(grid(&zero), ["t1r1c1 1×1 戊", "t1r1c2 1×1 己"]);
}

#[test]
fn rows_and_cells_in_wrappers_stay_rows_and_cells() {
    let sdt =
        |inner: &str| format!("<w:sdt><w:sdtPr><w:alias w:val=\"x\"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>");
    let custom = |inner: &str| format!("<w:customXml w:element=\"x\"><w:customXmlPr/>{inner}</w:customXml>");
    let first = row(&[sdt(&cell("", "甲")), custom(&sdt(&cell("", "乙"))), cell("", "丙")]);
    let second = sdt(&custom(&row(&[cell("", "丁"), sdt(&cell("", "戊")), cell("", "己")])));
    let file = docx(&sdt(&table(&[first, second])));
    assert_eq!(
        grid(&file),
        ["t1r1c1 1×1 甲", "t1r1c2 1×1 乙", "t1r1c3 1×1 丙", "t1r2c1 1×1 丁", "t1r2c2 1×1 戊", "t1r2c3 1×1 己"]
    );
}

#[test]
fn tables_in_cells_stand_behind_their_row() {
    let inner = table(&[row(&[cell("", "内1"), cell("", "内2")])]);
    let outer = format!("<w:tc><w:tcPr/>{}{inner}{}</w:tc>", paragraph("前"), paragraph("后"));
    let file = docx(&table(&[row(&[outer, cell("", "乙")]), row(&[cell("", "丙")])]));
    assert_eq!(grid(&file), ["t1r1c1 1×1 前\n后", "t1r1c2 1×1 乙", "t2r1c1 1×1 内1", "t2r1c2 1×1 内2", "t1r2c1 1×1 丙"]);
}

#[test]
fn places_name_the_paragraph_of_a_cell() {
    let several = format!("<w:tc>{}{}</w:tc>", paragraph("第一段"), paragraph("第二段"));
    let document = document(&docx(&table(&[row(&[several])])));
    let cell = document.cells().next().expect("a cell");
    assert_eq!((cell.place(4, 7).to_string(), cell.place(0, 3).to_string()), ("t1r1c1p2".into(), "t1r1c1p1".into()));
}

#[test]
fn runs_are_joined_with_their_breaks_and_hyphens() {
    assert_eq!(
        runs("<w:r><w:t>财</w:t></w:r><w:proofErr/><w:r><w:t xml:space=\"preserve\">政 &amp; </w:t><w:t>局</w:t></w:r>"),
        "财政 & 局"
    );
    assert_eq!(runs("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:cr/><w:t>丁</w:t></w:r>"), "甲\t乙\n丙\n丁");
    assert_eq!(
        runs("<w:r><w:t>0700</w:t><w:noBreakHyphen/><w:t>555</w:t><w:softHyphen/><w:t>0186</w:t></w:r>"),
        "0700-5550186"
    );
    assert_eq!(
        runs("<w:hyperlink r:id=\"x\"><w:r><w:t>链</w:t></w:r></w:hyperlink><w:smartTag><w:r><w:t>接</w:t></w:r></w:smartTag>"),
        "链接"
    );
    assert_eq!(
        runs(
            "<w:r><w:t>重</w:t></w:r><w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>qìng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>庆</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        ),
        "重庆(qìng)"
    );
    assert_eq!(
        runs(
            "<m:oMath><m:f><m:num><m:r><m:t>执行数</m:t></m:r></m:num><m:den><m:r><m:t>预算数</m:t></m:r></m:den></m:f><m:r><m:t>×100%</m:t></m:r></m:oMath>"
        ),
        "执行数/预算数×100%"
    );
    assert_eq!(
        runs(
            "<m:oMath><m:d><m:e><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:e></m:d></m:oMath>"
        ),
        "(x^2)"
    );
}

#[test]
fn symbols_become_characters_or_are_counted() {
    let symbol = |font: &str, code: &str| format!(r#"<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>"#);
    assert_eq!(runs(&[symbol("Wingdings", "F0FE"), symbol("Wingdings 2", "00A3"), symbol("Symbol", "F0B3")].concat()), "☑□≥");
    let typed = |font: &str, text: &str| {
        format!(r#"<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t>{text}</w:t></w:r>"#)
    };
    assert_eq!(runs(&[typed("Wingdings 2", "R"), typed("Wingdings", "þ"), typed("Wingdings", "是")].concat()), "☑☑是");
    // A word in the wrong font stays a word.
    assert_eq!(runs(&[typed("Wingdings", "Form"), typed("Symbol", "a")].concat()), "Forma");
    let file = docx(&format!("<w:p>{}<w:r><w:t>字</w:t></w:r></w:p>", symbol("Foo Dings", "F041").repeat(2)));
    assert_eq!(notices(&document(&file)), [("read.word.symbol", "2".to_owned())]);
}

#[test]
fn of_fields_the_result_is_read() {
    let mark = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let code = |text: &str| format!("<w:r><w:instrText>{text}</w:instrText></w:r>");
    let text = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let nested = [
        mark("begin"),
        code(" IF "),
        mark("begin"),
        code("MERGEFIELD x"),
        mark("separate"),
        text("看不见"),
        mark("end"),
        code("= 1"),
        mark("separate"),
        text("结果"),
        mark("end"),
        text("后"),
    ];
    assert_eq!(runs(&nested.concat()), "结果后");
    assert_eq!(runs(r#"<w:fldSimple w:instr="DATE"><w:r><w:t>2023年</w:t></w:r></w:fldSimple>"#), "2023年");
    // What never ends cannot be told from text.
    assert_eq!(runs(&[mark("begin"), text("留")].concat()), "留");
    let form = |data: &str| {
        format!(r#"<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="n"/>{data}</w:ffData></w:fldChar></w:r>"#)
    };
    let check = |state: &str| {
        [form(&format!("<w:checkBox><w:sizeAuto/>{state}</w:checkBox>")), code("FORMCHECKBOX"), mark("end")].concat()
    };
    let boxes =
        [check(r#"<w:default w:val="1"/>"#), check(r#"<w:default w:val="1"/><w:checked w:val="0"/>"#), check("<w:checked/>")];
    assert_eq!(runs(&boxes.concat()), "☑☐☑");
    let list = [
        form(r#"<w:ddList><w:result w:val="1"/><w:listEntry w:val="新增项目"/><w:listEntry w:val="延续项目"/></w:ddList>"#),
        code("FORMDROPDOWN"),
        mark("end"),
    ];
    assert_eq!(runs(&list.concat()), "延续项目");
}

#[test]
fn boxes_of_content_controls_show_their_state() {
    let control = |state: &str, shown: &str| {
        format!(
            r#"<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r>{shown}</w:r></w:sdtContent></w:sdt>"#
        )
    };
    let all = [control("1", "<w:t>☒</w:t>"), control("0", "<w:t>☐</w:t>"), control("1", ""), control("0", "<w:t>x</w:t>")];
    assert_eq!(runs(&all.concat()), "☒☐☑☐");
}

#[test]
fn what_asks_for_an_entry_is_read_and_told() {
    let file = docx(
        "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处输入文字。</w:t></w:r></w:sdtContent></w:sdt></w:p>",
    );
    assert_eq!(texts(&file), ["单击此处输入文字。"]);
    assert_eq!(notices(&document(&file)), [("read.word.placeholder", "单击此处输入文字。".to_owned())]);
}

#[test]
fn text_boxes_are_read_once() {
    let inner = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", paragraph(text));
    let choice = format!(
        r#"<w:drawing><a:graphic><a:graphicData><wps:wsp><wps:txbx>{}</wps:txbx></wps:wsp></a:graphicData></a:graphic></w:drawing>"#,
        inner("框中")
    );
    let fallback = format!("<w:pict><v:shape><v:textbox>{}</v:textbox></v:shape></w:pict>", inner("框中"));
    let both = |requires: &str| {
        format!(
            r#"<mc:AlternateContent><mc:Choice Requires="{requires}">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"#
        )
    };
    for requires in ["wps", "new", "nowhere"] {
        let file = docx(&format!("<w:p><w:r><w:t>段落</w:t></w:r><w:r>{}</w:r></w:p>", both(requires)));
        assert_eq!(grid(&file), ["p1 1×1 段落", "b1 1×1 框中"], "{requires}");
    }
    // Neither choice nor fallback: said.
    let none = r#"<w:p><w:r><w:t>甲</w:t><mc:AlternateContent><mc:Choice Requires="new"><w:t>乙</w:t></mc:Choice></mc:AlternateContent></w:r></w:p>"#;
    assert_eq!(notices(&document(&docx(none))), [("read.word.unknown", "1".to_owned())]);
    assert_eq!(body(r#"<w:p><w:r><w:pict><v:shape><v:textpath string="艺术字"/></v:shape></w:pict></w:r></w:p>"#), ["艺术字"]);
}

#[test]
fn headers_notes_and_comments_are_read_where_they_are_shown() {
    let spaces = support::word::SPACES;
    let part = |root: &str, text: &str| format!("<w:{root} {spaces}>{}</w:{root}>", paragraph(text));
    let notes = format!(
        r#"<w:footnotes {spaces}><w:footnote w:type="separator" w:id="-1">{}</w:footnote><w:footnote w:id="1">{}</w:footnote></w:footnotes>"#,
        paragraph("分隔"),
        paragraph("脚注")
    );
    let comments =
        format!(r#"<w:comments {spaces}><w:comment w:id="0" w:author="审核">{}</w:comment></w:comments>"#, paragraph("批注"));
    let file = Maker::default()
        .part("header", "header1.xml", &part("hdr", "页眉"))
        .part("header", "header2.xml", &part("hdr", "首页"))
        .part("footer", "footer1.xml", &part("ftr", "页脚"))
        .part("footnotes", "footnotes.xml", &notes)
        .part("comments", "comments.xml", &comments)
        .pack(&format!(
            r#"{}<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:headerReference w:type="first" r:id="rId2"/><w:footerReference w:type="default" r:id="rId3"/></w:sectPr>"#,
            paragraph("正文")
        ));
    assert_eq!(grid(&file), ["h1 1×1 页眉", "p1 1×1 正文", "f1 1×1 页脚", "n1 1×1 脚注", "m1 1×1 批注"]);
    let told = [("read.word.unused_header", "首页".to_owned()), ("read.word.separator", "分隔".to_owned())];
    assert_eq!(notices(&document(&file)), told);
}

#[test]
fn texts_of_charts_are_read() {
    let chart = format!(
        "<c:chartSpace {}><c:title><a:p><a:r><a:t>经费构成</a:t></a:r></a:p></c:title><c:cat><c:strCache><c:pt><c:v>人员类</c:v></c:pt></c:strCache></c:cat><c:val><c:numCache><c:pt><c:v>12</c:v></c:pt></c:numCache></c:val></c:chartSpace>",
        support::word::SPACES
    );
    let file = Maker::default()
        .part("chart", "charts/chart1.xml", &chart)
        .pack(r#"<w:p><w:r><w:drawing><a:graphic><a:graphicData><c:chart r:id="rId1"/></a:graphicData></a:graphic></w:drawing></w:r></w:p>"#);
    assert_eq!(texts(&file), ["经费构成", "人员类"]);
    assert_eq!(
        document(&file).cells().next().map(|cell| cell.locus.spot.to_string()),
        Some(format!("{}1", Part::TextBox.letter()))
    );
}

fn listed(level: u32, list: u32, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#
    )
}

fn level(index: u32, format: &str, text: &str, more: &str) -> String {
    format!(
        r#"<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>"#
    )
}

/// The numbers of all paragraphs, as printed.
fn numbers(definitions: &str, body: &str) -> Vec<String> {
    let styled = styles(
        r#"<w:style w:type="paragraph" w:styleId="Item"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Sub"><w:basedOn w:val="Item"/></w:style>"#,
    );
    let file = Maker::default()
        .part("numbering", "numbering.xml", &numbering(definitions))
        .part("styles", "styles.xml", &styled)
        .pack(body);
    let number = |cell: &Cell| cell.numbers.iter().map(|number| number.text.clone()).collect::<Vec<_>>().join("+");
    document(&file).cells().map(number).collect()
}

#[test]
fn automatic_numbers_are_printed_and_kept_apart() {
    let definition = format!(
        r#"<w:abstractNum w:abstractNumId="0">{}{}{}{}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>"#,
        level(0, "chineseCountingThousand", "%1、", r#"<w:pStyle w:val="Item"/>"#),
        level(1, "chineseCounting", "（%2）", r#"<w:pStyle w:val="Sub"/>"#),
        level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
        level(3, "none", "", "")
    );
    let all = [
        listed(0, 1, "甲"),
        listed(1, 1, "乙"),
        listed(1, 1, "丙"),
        listed(2, 1, "丁"),
        listed(0, 1, "戊"),
        listed(1, 1, "己"),
        listed(3, 1, "庚"),
        listed(0, 2, "辛"),
        listed(0, 0, "壬"),
        r#"<w:p><w:pPr><w:pStyle w:val="Sub"/></w:pPr><w:r><w:t>癸</w:t></w:r></w:p>"#.to_owned(),
    ];
    assert_eq!(
        numbers(&definition, &all.concat()),
        ["一、", "（一）", "（二）", "1.2.1", "二、", "（一）", "", "五、", "", "（一）"]
    );
}

#[test]
fn numbers_stand_before_their_paragraphs_in_cells() {
    let definition = format!(
        r#"<w:abstractNum w:abstractNumId="3">{}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num>"#,
        level(0, "decimal", "%1.", "")
    );
    let cell = format!("<w:tc>{}{}</w:tc>", listed(0, 1, "甲"), listed(0, 1, "乙丙"));
    let file = Maker::default().part("numbering", "numbering.xml", &numbering(&definition)).pack(&table(&[row(&[cell])]));
    let document = document(&file);
    let cell = document.cells().next().expect("a cell");
    let numbers: Vec<(u32, &str)> = cell.numbers.iter().map(|number| (number.at, number.text.as_str())).collect();
    assert_eq!((cell.text.as_str(), numbers), ("甲\n乙丙", vec![(0, "1."), (2, "2.")]));
}

/// A number with words in it is a label of the form: the fitting must see it.
#[test]
fn numbers_that_speak_are_text() {
    let definition = format!(
        r#"<w:abstractNum w:abstractNumId="3">{}{}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num>"#,
        level(0, "decimal", "目标%1：", ""),
        level(1, "decimal", "第%2条", "")
    );
    let file = Maker::default()
        .part("numbering", "numbering.xml", &numbering(&definition))
        .pack(&[listed(0, 1, "推进普法"), listed(1, 1, "总则"), listed(0, 1, "调解")].concat());
    assert_eq!(texts(&file), ["目标1：推进普法", "总则", "目标2：调解"]);
}

#[test]
fn lists_go_on_and_start_again_as_their_levels_say() {
    let definition = format!(
        r#"<w:abstractNum w:abstractNumId="0">{}{}{}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#,
        level(0, "decimal", "%1.", ""),
        level(1, "lowerLetter", "%2)", r#"<w:lvlRestart w:val="0"/>"#),
        level(2, "decimalEnclosedCircle", "%3", r#"<w:lvlRestart w:val="1"/>"#)
    );
    let all = [
        listed(0, 1, "x"),
        listed(1, 1, "x"),
        listed(2, 1, "x"),
        listed(1, 1, "x"),
        listed(2, 1, "x"),
        listed(0, 1, "x"),
        listed(1, 1, "x"),
        listed(2, 1, "x"),
    ];
    assert_eq!(numbers(&definition, &all.concat()), ["1.", "a)", "①", "b)", "②", "2.", "c)", "①"]);
}

fn changed(kind: &str, inner: &str) -> String {
    format!(r#"<w:{kind} w:id="1" w:author="张三" w:date="2023-01-01T00:00:00Z">{inner}</w:{kind}>"#)
}

#[test]
fn tracked_changes_are_settled_and_told() {
    let mark = |kind: &str| format!("<w:pPr><w:rPr>{}</w:rPr></w:pPr>", changed(kind, ""));
    let row_of = |kind: &str, text: &str| format!("<w:tr><w:trPr>{}</w:trPr>{}</w:tr>", changed(kind, ""), cell("", text));
    let all = [
        format!(
            "<w:p>{}{}<w:r><w:t>元</w:t></w:r></w:p>",
            changed("del", "<w:r><w:delText>120</w:delText></w:r>"),
            changed("ins", "<w:r><w:t>150</w:t></w:r>")
        ),
        format!("<w:p>{}<w:r><w:t>前</w:t></w:r></w:p><w:p><w:r><w:t>后</w:t></w:r></w:p>", mark("del")),
        table(&[row(&[cell("", "留")]), row_of("del", "删"), row_of("ins", "增")]),
    ];
    let file = docx(&all.concat());
    let read_as = |tracked| read(&file, &Options { tracked, ..Options::default() }).expect("reads");
    let told = |document: &Document| document.cells().map(|cell| cell.text.clone()).collect::<Vec<_>>();
    let accepted = read_as(Tracked::Accept);
    assert_eq!(told(&accepted), ["150元", "前后", "留", "增"]);
    assert_eq!(told(&read_as(Tracked::Reject)), ["120元", "前", "后", "留", "删"]);
    let message = &accepted.notices[0].message;
    let argument = |name: &str| message.arguments.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str());
    assert_eq!(message.id, "read.word.tracked_accepted");
    assert_eq!((argument("inserted"), argument("deleted"), argument("authors")), (Some("2"), Some("3"), Some("张三")));
    assert_eq!(argument("left_out"), Some("“120”\u{1f}“删”"));
}

#[test]
fn what_is_hidden_is_told_with_its_text() {
    let hidden = "<w:rPr><w:vanish/></w:rPr>";
    let styled = styles(
        r#"<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="character" w:styleId="Gone"><w:basedOn w:val="Base"/></w:style>"#,
    );
    let file = Maker::default().part("styles", "styles.xml", &styled).pack(&[
        format!("<w:p><w:r><w:t>可见</w:t></w:r><w:r>{hidden}<w:t>底数</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>也可见</w:t></w:r></w:p>"),
        "<w:p><w:r><w:t>又</w:t></w:r><w:r><w:rPr><w:rStyle w:val=\"Gone\"/></w:rPr><w:t>样式</w:t></w:r></w:p>".to_owned(),
        table(&[row(&[cell(TOP, "上")]), row(&[cell(UNDER, "遮住")])]),
        table(&[row(&[cell("", "行")]), format!("<w:tr><w:trPr><w:hidden/></w:trPr>{}</w:tr>", cell("", "藏行"))]),
    ].concat());
    let document = document(&file);
    assert_eq!(document.cells().map(|cell| cell.text.as_str()).collect::<Vec<_>>(), ["可见也可见", "又", "上", "行"]);
    assert_eq!(
        notices(&document),
        [
            ("read.word.hidden", "底数".into()),
            ("read.word.hidden", "样式".into()),
            ("read.word.covered", "遮住".into()),
            ("read.word.hidden", "藏行".into())
        ]
    );
}

#[test]
fn strict_files_foreign_prefixes_and_other_encodings_are_read() {
    let strict = r#"<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:r><x:t>严格</x:t></x:r></x:p></x:body></x:document>"#;
    assert_eq!(document(&Maker::default().pack_main(strict)).encoding, "OOXML Strict");
    assert_eq!(texts(&Maker::default().pack_main(strict)), ["严格"]);
    let plain = r#"<document xmlns="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><body><p><r><t>默认</t></r></p></body></document>"#;
    assert_eq!(texts(&Maker::default().pack_main(plain)), ["默认"]);
    // Another program's element of the same name is none of Word's.
    let other = r#"<w:p><w:r><w:t>甲</w:t></w:r><new:p><new:t>乙</new:t></new:p></w:p>"#;
    assert_eq!(body(other), ["甲"]);
}

#[test]
fn pasted_rows_are_rows() {
    let lines = ["部门名称\t某局", "填报人\t甲\t电话\t123", "合计\t1\t2\t3"];
    let file = docx(&lines.map(paragraph).concat().replace('\t', "</w:t><w:tab/><w:t>"));
    let document = document(&file);
    assert_eq!(document.blocks[0].layout, Layout::Rows);
    assert_eq!(document.blocks[0].rows[1].cells.len(), 4);
}
