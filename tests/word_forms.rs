//! Forms in Word that are not what they seem: tables in tables, labels and values in one cell, forms side by side, automatic
//! numbers, comments and footers. What is read must be right, or flagged.

mod support;

use biaozhun::pipeline::{Checked, Conversion, Print, Printer};
use biaozhun::rules::Fix;
use std::ops::Range;
use support::account::account;
use support::case::{converter, definitions};
use support::compare::{Comparison, Strictness, compare};
use support::invented::seedlike;
use support::sheet::{Band, Sheet};
use support::word::{Maker, cell, docx, numbering, paragraph, row, table};

/// Rows of a sheet as a table with its true merges; a merge that begins above goes on as one of its own.
fn rows_of(sheet: &Sheet, rows: Range<usize>) -> Vec<String> {
    let from = rows.start;
    let mut out = Vec::new();
    for number in rows {
        let mut cells = Vec::new();
        for (column, held) in sheet.rows[number].cells.iter().enumerate().filter(|(_, held)| held.span > 0) {
            let merge =
                sheet.merges.iter().find(|m| m.column == column && (m.row..m.row + m.rows).contains(&number) && m.rows > 1);
            let mut properties = String::new();
            if held.span > 1 {
                properties.push_str(&format!(r#"<w:gridSpan w:val="{}"/>"#, held.span));
            }
            match merge {
                Some(merge) if merge.row == number || number == from => properties.push_str(r#"<w:vMerge w:val="restart"/>"#),
                Some(_) => properties.push_str("<w:vMerge/>"),
                None => {}
            }
            cells.push(cell(&properties, &held.text));
        }
        out.push(row(&cells));
    }
    out
}

fn table_of(sheet: &Sheet, rows: Range<usize>) -> String {
    table(&rows_of(sheet, rows))
}

fn heading(sheet: &Sheet) -> String {
    sheet.heading.iter().map(|line| paragraph(line)).collect()
}

fn notes(sheet: &Sheet) -> String {
    sheet.notes.iter().map(|line| paragraph(line)).collect()
}

/// The rows at which another part of the form begins: as many parts as tables that the official form is drawn with.
fn parts(sheet: &Sheet) -> Vec<Range<usize>> {
    let part = |band: Band| match band {
        Band::Pairs => 0,
        Band::FundsHeader | Band::Funds => 1,
        Band::Text => 2,
        Band::ProjectsHeader | Band::Projects => 3,
        Band::GoalsHeader | Band::Goals => 4,
        Band::GoalText | Band::IndicatorsHeader | Band::Indicators => 5,
    };
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (number, line) in sheet.rows.iter().enumerate() {
        match parts.last_mut() {
            Some(last) if part(sheet.rows[last.start].band) == part(line.band) => last.end = number + 1,
            _ => parts.push(number..number + 1),
        }
    }
    parts
}

fn convert(bytes: &[u8]) -> Conversion {
    let conversion = converter().convert(bytes, Fix::Auto).expect("a form");
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    assert!(account.closes(), "{account:?}");
    conversion
}

fn one(bytes: &[u8]) -> Checked {
    let mut conversion = convert(bytes);
    assert_eq!(conversion.forms.len(), 1);
    conversion.forms.remove(0)
}

/// All that differs from the truth, but for notes.
fn differing(form: &Checked) -> Comparison {
    let mut comparison = compare(&form.record, &seedlike(), Strictness::Values);
    comparison.differences.retain(|difference| !difference.path.to_string().starts_with("notes"));
    comparison
}

fn is_right(form: &Checked) {
    let comparison = differing(form);
    assert!(comparison.is_right(), "{:#?}", comparison.differences);
}

#[test]
fn an_outer_table_around_six_inner_ones_is_read() {
    let sheet = Sheet::new(&seedlike());
    let inner = parts(&sheet).into_iter().map(|rows| table_of(&sheet, rows));
    let rows: Vec<String> = inner.map(|inner| row(&[format!("<w:tc>{inner}<w:p/></w:tc>")])).collect();
    assert_eq!(rows.len(), 6);
    is_right(&one(&docx(&format!("{}{}{}", heading(&sheet), table(&rows), notes(&sheet)))));
}

#[test]
fn a_form_of_several_tables_with_text_around_it_is_read() {
    let sheet = Sheet::new(&seedlike());
    let tables: String = parts(&sheet).into_iter().map(|rows| format!("{}<w:p/>", table_of(&sheet, rows))).collect();
    let cover = [
        "关于报送部门整体绩效目标的报告",
        "县财政局：",
        "按照年度预算编制要求，现将我单位整体绩效目标报上，请予审核。",
        "特此报告。",
    ];
    let cover: String = cover.iter().map(|line| paragraph(line)).collect();
    let behind = paragraph("以上内容已经单位领导班子会议集体研究。");
    let body = format!("{cover}{}{tables}{}{behind}", heading(&sheet), notes(&sheet));
    is_right(&one(&docx(&body)));
}

#[test]
fn a_table_that_repeats_its_headers_on_every_page_is_read() {
    let sheet = Sheet::new(&seedlike());
    let mut tables = String::new();
    for rows in parts(&sheet) {
        let heads: Vec<usize> = rows
            .clone()
            .filter(|at| matches!(sheet.rows[*at].band, Band::ProjectsHeader | Band::GoalText | Band::IndicatorsHeader))
            .collect();
        let is_head = |at: usize| heads.contains(&at);
        let mut all = Vec::new();
        let mut since = 0;
        for at in rows.clone() {
            since = if is_head(at) { 0 } else { since + 1 };
            // Behind five rows a page ends: the nearest heads above are printed again, as Word does not but people do.
            if since == 6 && !heads.is_empty() {
                let first = heads.iter().rposition(|head| *head < at).expect("a head");
                let from = if first > 0 && heads[first - 1] + 1 == heads[first] { first - 1 } else { first };
                for head in &heads[from..=first] {
                    all.extend(rows_of(&sheet, *head..*head + 1));
                }
                since = 1;
            }
            all.extend(rows_of(&sheet, at..at + 1));
        }
        // Rows one by one lose the merges: the labels stand in every first row only.
        tables.push_str(&format!("{}<w:p/>", table(&all)));
    }
    let form = one(&docx(&format!("{}{tables}{}", heading(&sheet), notes(&sheet))));
    let comparison = differing(&form);
    let flagged = comparison.flagged(&form);
    let first: Vec<_> =
        comparison.differences.iter().take(12).map(|d| format!("{} {} / {}", d.path, d.expected, d.found)).collect();
    assert_eq!(flagged.right, flagged.total, "{first:#?}");
    assert_eq!((comparison.fields.right, comparison.projects.right), (comparison.fields.total, comparison.projects.total));
}

#[test]
fn a_value_in_its_labels_cell_is_read() {
    let sheet = Sheet::new(&seedlike());
    let mut rows = Vec::new();
    for number in 0..sheet.rows.len() {
        if sheet.rows[number].band != Band::Pairs {
            continue;
        }
        let texts: Vec<&str> =
            sheet.rows[number].cells.iter().filter(|cell| cell.span > 0).map(|cell| cell.text.as_str()).collect();
        let pairs = texts.chunks(2).map(|pair| cell(r#"<w:gridSpan w:val="3"/>"#, &pair.join("：")));
        rows.push(row(&pairs.collect::<Vec<_>>()));
    }
    let behind = parts(&sheet)[0].end;
    rows.extend(rows_of(&sheet, behind..sheet.rows.len()));
    is_right(&one(&docx(&format!("{}{}{}", heading(&sheet), table(&rows), notes(&sheet)))));
}

#[test]
fn two_forms_in_two_halves_of_a_page_are_two_forms() {
    let sheet = Sheet::new(&seedlike());
    let half = format!("<w:tc>{}{}<w:p/></w:tc>", heading(&sheet), table_of(&sheet, 0..sheet.rows.len()));
    let conversion = convert(&docx(&table(&[row(&[half.clone(), half])])));
    assert_eq!(conversion.forms.len(), 2);
    conversion.forms.iter().for_each(is_right);
}

#[test]
fn two_forms_in_one_wide_table_are_two_forms() {
    let sheet = Sheet::new(&seedlike());
    let width = sheet.columns;
    let wide = |text: &str| cell(&format!(r#"<w:gridSpan w:val="{width}"/>"#), text);
    let mut rows: Vec<String> = sheet.heading.iter().map(|line| row(&[wide(line), wide(line)])).collect();
    for line in rows_of(&sheet, 0..sheet.rows.len()) {
        let cells = line.trim_start_matches("<w:tr>").trim_end_matches("</w:tr>");
        rows.push(format!("<w:tr>{cells}{cells}</w:tr>"));
    }
    let conversion = convert(&docx(&table(&rows)));
    assert_eq!(conversion.forms.len(), 2);
    conversion.forms.iter().for_each(is_right);
}

const NUMBERS: &str = concat!(
    r#"<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>"#,
    r#"<w:suff w:val="nothing"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>"#,
    r#"<w:numFmt w:val="decimal"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>"#,
    r#"<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>"#,
    r#"<w:suff w:val="nothing"/><w:lvlText w:val="目标%1："/></w:lvl></w:abstractNum>"#,
    r#"<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>"#,
);

/// A paragraph with an automatic number.
fn numbered(list: u32, level: u32, text: &str) -> String {
    paragraph(text).replacen(
        "<w:p>",
        &format!(r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr></w:pPr>"#),
        1,
    )
}

/// A form with these paragraphs in the cells of its duties and of its annual goals.
fn listed(duties: &str, goals: &str) -> Checked {
    let sheet = Sheet::new(&seedlike());
    let whole = |label: &str, content: &str| {
        row(&[cell("", label), format!(r#"<w:tc><w:tcPr><w:gridSpan w:val="6"/></w:tcPr>{content}</w:tc>"#)])
    };
    let sides = row(&[
        cell("", "整体绩效总目标"),
        cell(r#"<w:gridSpan w:val="3"/>"#, "长期目标（截止2026年）"),
        cell(r#"<w:gridSpan w:val="3"/>"#, "年度目标"),
    ]);
    let goals = row(&[
        cell("", ""),
        cell(r#"<w:gridSpan w:val="3"/>"#, ""),
        format!(r#"<w:tc><w:tcPr><w:gridSpan w:val="3"/></w:tcPr>{goals}</w:tc>"#),
    ]);
    let texts = table(&[whole("部门职能概述", duties)]);
    let parts = parts(&sheet);
    let body = format!(
        "{}{}<w:p/>{texts}<w:p/>{}<w:p/>{}<w:p/>{}",
        heading(&sheet),
        table_of(&sheet, 0..parts[1].end),
        table_of(&sheet, parts[3].clone()),
        table(&[sides, goals]),
        table_of(&sheet, parts[5].clone())
    );
    one(&Maker::default().part("numbering", "numbering.xml", &numbering(NUMBERS)).pack(&body))
}

fn items(form: &Checked, list: &str) -> Vec<String> {
    let list = form.record.get(&list.parse().expect("a path")).expect("a list");
    list.items().iter().filter_map(|item| item.leaf()).map(|leaf| leaf.text.clone()).collect()
}

#[test]
fn automatic_numbers_part_a_list_as_typed_ones_do() {
    let goals = ["提高服务质量", "加强队伍建设"];
    let typed = listed(
        &["1.拟订规划；", "（1）中长期规划；", "（2）年度计划。", "2.承担监测；", "3.承办其他事项。"].map(paragraph).concat(),
        &[format!("目标1：{}", goals[0]), format!("目标2：{}", goals[1])].map(|goal| paragraph(&goal)).concat(),
    );
    let automatic = listed(
        &[
            numbered(1, 0, "拟订规划；"),
            numbered(1, 1, "中长期规划；"),
            numbered(1, 1, "年度计划。"),
            numbered(1, 0, "承担监测；"),
            numbered(1, 0, "承办其他事项。"),
        ]
        .concat(),
        &goals.map(|goal| numbered(2, 0, goal)).concat(),
    );
    let duties = items(&typed, "duties");
    assert_eq!(duties.len(), 3, "{duties:?}");
    assert!(duties[0].contains("（2）"), "{duties:?}");
    assert_eq!(items(&automatic, "duties"), duties);
    assert_eq!(items(&typed, "goals.annual"), goals);
    assert_eq!(items(&automatic, "goals.annual"), goals);
}

/// The whole form, and parts beside it.
fn with_parts(maker: Maker, references: &str, section: &str) -> Checked {
    let sheet = Sheet::new(&seedlike());
    let body = format!(
        "{}<w:p>{references}</w:p>{}{}{section}",
        heading(&sheet),
        table_of(&sheet, 0..sheet.rows.len()),
        notes(&sheet)
    );
    one(&maker.pack(&body))
}

fn part(tag: &str, inner: &str) -> String {
    format!(r#"<w:{tag} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{inner}</w:{tag}>"#)
}

#[test]
fn comments_and_footnotes_stay_aside() {
    let comments =
        part("comments", &format!(r#"<w:comment w:id="1" w:author="审核">{}</w:comment>"#, paragraph("满意度 ≥99%，请核实")));
    let footnotes = part("footnotes", &format!(r#"<w:footnote w:id="2">{}</w:footnote>"#, paragraph("含上年结转 12.50 万元")));
    let maker = Maker::default().part("comments", "comments.xml", &comments).part("footnotes", "footnotes.xml", &footnotes);
    let references = r#"<w:r><w:commentReference w:id="1"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>"#;
    let form = with_parts(maker, references, "");
    is_right(&form);
    let left: Vec<&str> = form.record.unplaced.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(left, ["含上年结转 12.50 万元", "满意度 ≥99%，请核实"]);
    for id in ["S009.comment", "S009.footnote"] {
        let told = form.findings.iter().filter(|finding| finding.message.id == id);
        assert_eq!(told.map(|finding| finding.loci.len()).collect::<Vec<_>>(), [1], "{id}");
    }
}

#[test]
fn a_page_number_in_a_footer_is_no_finding() {
    let footer = part("ftr", &paragraph("— 3 —"));
    let section = r#"<w:sectPr><w:footerReference w:type="default" r:id="rId1"/></w:sectPr>"#;
    let form = with_parts(Maker::default().part("footer", "footer1.xml", &footer), "", section);
    is_right(&form);
    assert!(form.record.unplaced.is_empty(), "{:?}", form.record.unplaced);
    assert!(form.findings.iter().all(|finding| finding.rule != "S005" && finding.rule != "S009"), "{:?}", form.findings);
}

#[test]
fn a_title_in_a_header_is_used() {
    let sheet = Sheet::new(&seedlike());
    let title = sheet.heading.iter().position(|line| line.contains("申报表")).expect("a title");
    let header = part("hdr", &paragraph(&sheet.heading[title]));
    let above: String = sheet.heading[title + 1..].iter().map(|line| paragraph(line)).collect();
    let section = r#"<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>"#;
    let body = format!("{above}{}{section}", table_of(&sheet, 0..sheet.rows.len()));
    let form = one(&Maker::default().part("header", "header1.xml", &header).pack(&body));
    assert!(differing(&form).fields.right + 1 >= differing(&form).fields.total, "{:#?}", differing(&form).differences);
    assert!(form.record.unplaced.is_empty(), "{:?}", form.record.unplaced);
}

#[test]
fn what_we_print_has_no_finding_about_its_own_footer() {
    let form = one(&docx(&{
        let sheet = Sheet::new(&seedlike());
        format!("{}{}{}", heading(&sheet), table_of(&sheet, 0..sheet.rows.len()), notes(&sheet))
    }));
    let print = Print { language: biaozhun::catalogue::Language::Chinese, appendix: false };
    let back = one(&Printer::new(definitions()).docx(&form, print).expect("a Word file"));
    assert!(back.findings.iter().all(|finding| finding.rule != "S005"), "{:?}", back.findings);
}
