//! Templates typed in a word processor: made by LibreOffice itself, with tags cut by styling half of them, smart quotes, wide
//! brackets, merged cells; filled as meant, mistakes told where their author finds them. Without LibreOffice this is said loudly.

mod support;

use biaozhun::catalogue::{self, Language};
use biaozhun::package::{Limits, Package};
use biaozhun::record::Record;
use biaozhun::render::{self, Options, Printed, Renderer, TemplateSet};
use biaozhun::yaml;
use std::collections::BTreeSet;
use std::path::Path;
use support::case::definitions;
use support::programs::{program, to_office};

/// A flat OpenDocument text as a person leaves it: `…` in a text is where the style changes.
fn flat(body: &str) -> String {
    let spaces = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
        xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
        xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\"";
    let style = |name: &str, looks: &str| {
        format!("<style:style style:name=\"{name}\" style:family=\"text\"><style:text-properties {looks}/></style:style>")
    };
    let cell = "<style:style style:name=\"C\" style:family=\"table-cell\"><style:table-cell-properties fo:border=\"0.5pt solid #000000\" \
        fo:padding=\"0.1cm\"/></style:style>";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document {spaces} office:version=\"1.2\" \
         office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:automatic-styles>{}{}{cell}</office:automatic-styles><office:body>\
         <office:text>{body}</office:text></office:body></office:document>",
        style("B", "fo:font-weight=\"bold\" style:font-weight-asian=\"bold\""),
        style("R", "fo:color=\"#ff0000\""),
    )
}

/// A paragraph whose style changes at every `…`: plain, bold, red, plain again.
fn p(text: &str) -> String {
    let mut out = String::from("<text:p>");
    for (index, piece) in text.split('…').enumerate() {
        let mut escaped = String::new();
        biaozhun::xml::escape(piece, &mut escaped);
        match index % 3 {
            0 => out.push_str(&escaped),
            style => out.push_str(&format!(
                "<text:span text:style-name=\"{}\">{escaped}</text:span>",
                if style == 1 { "B" } else { "R" }
            )),
        }
    }
    out + "</text:p>"
}

fn row(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        format!("<table:table-cell table:style-name=\"C\" office:value-type=\"string\">{}</table:table-cell>", p(text))
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

fn table(columns: usize, rows: &[String]) -> String {
    format!(
        "<table:table><table:table-column table:number-columns-repeated=\"{columns}\"/>{}</table:table>{}",
        rows.concat(),
        p("")
    )
}

/// What LibreOffice makes of it.
fn typed(soffice: &str, folder: &Path, body: &str) -> Vec<u8> {
    let file = folder.join("typed.fodt");
    std::fs::write(&file, flat(body)).expect("writing");
    to_office(soffice, &file, "docx");
    std::fs::read(folder.join("typed.docx")).expect("LibreOffice writes the template")
}

fn record() -> Record {
    let text = "form: department-targets\ndata:\n  department: 甲局\n  filler: 张三\n  filed_on: 2023-12-30\n  annual_goals:\n    \
        - goal: 一\n      indicators:\n        \
        - {level1: 产出指标, level2: 数量指标, name: a, target: 1家, basis: 计划标准}\n        \
        - {level1: 产出指标, level2: 数量指标, name: b, target: 1家, basis: 计划标准}\n        \
        - {level1: 产出指标, level2: 质量指标, name: c, target: 1家, basis: 计划标准}\n        \
        - {level1: 效益指标, level2: 质量指标, name: d, target: 1家, basis: 计划标准}\n";
    yaml::read(text, definitions(), &[]).unwrap_or_else(|error| panic!("{error:?}")).record
}

/// The texts of a part: cells divided by `|`, paragraphs and rows by `/`.
fn shown(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("well-formed");
        match tag {
            "/w:tc" => {
                out.pop();
                out.push('|');
            }
            "/w:p" | "/w:tr" => out.push('/'),
            _ => out.push_str(text),
        }
    }
    out
}

#[test]
fn a_template_typed_in_libreoffice_is_filled_as_meant() {
    let Some(soffice) = program(&["soffice", "libreoffice"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let body = [
        p("单位：{{ 部门…（单位）名…称 }}，填报人：｛｛　填…报人…　｝｝"),
        p("日期：{{ 填报日期…｜默认（值＝“无”）…}}；{% if 填报…人 == “张三” %}是…张三{% end…if %}"),
        table(
            3,
            &[
                row(&["一级", "二级", "三级"]),
                row(&[
                    "{% for 目标…  in 年度目标 %}{%…for 指标 in 目标.年度绩效指标 %}{{ 指标.一级…指标 | 合并 }}",
                    "{{ 指…标.二级指标 ｜ 合…并 }}",
                    "{{ 指标。三级…指标 }}{% end…for %}{% endfor %}",
                ]),
            ],
        ),
    ]
    .concat();
    let file = typed(soffice, folder.path(), &body);
    let package = Package::open(file.clone(), &Limits::default()).expect("opens");
    let before = package.read_text("word/document.xml").expect("reads");
    assert!(before.matches("<w:r>").count() > 30, "the tags are cut into runs: {before}");
    let set = TemplateSet { docx: Some(file.into()), ..TemplateSet::none(definitions()[0].clone()) };
    let filled = Renderer::new([set]).docx(&Printed { record: &record(), findings: &[] }, &Options::default());
    let filled = filled.unwrap_or_else(|error| panic!("{error:?}"));
    if let Ok(kept) = std::env::var("KEEP") {
        std::fs::write(kept, &filled).expect("writing");
    }
    let after = Package::open(filled, &Limits::default()).expect("opens");
    let text = after.read_text("word/document.xml").expect("reads");
    assert_eq!(
        shown(&text).trim().trim_end_matches('/'),
        "单位：甲局，填报人：张三/日期：2023年12月30日；是张三/一级|二级|三级|/产出指标|数量指标|a|/||b|/|质量指标|c|/效益指标|质量指标|d|"
    );
    // Two columns merged, the inner one within the outer one.
    assert_eq!((text.matches("w:val=\"restart\"/>").count(), text.matches("<w:vMerge/>").count()), (5, 3), "{text}");
    // A value looks as the first character of its tag did; the others' looks stay with what they are about.
    assert!(text.contains("<w:color w:val=\"FF0000\"/>") || text.contains("<w:b/>"), "{text}");
    // All other parts are LibreOffice's, byte for byte.
    for name in package.names().iter().filter(|name| *name != "word/document.xml") {
        assert_eq!(after.read(name), package.read(name), "{name}");
    }
    let names = |package: &Package| package.names().iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&after), names(&package));
}

/// Every tag says itself where it stands; that is where it must be told.
#[test]
fn mistakes_are_told_where_their_author_finds_them() {
    let Some(soffice) = program(&["soffice", "libreoffice"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let spanned = |text: &str, columns: usize, rows: usize| {
        format!(
            "<table:table-cell table:style-name=\"C\" table:number-columns-spanned=\"{columns}\" table:number-rows-spanned=\"{rows}\" \
             office:value-type=\"string\">{}</table:table-cell>",
            p(text)
        )
    };
    let covered = "<table:covered-table-cell/>";
    let inner = table(1, &[row(&["{{ 表3第1行…第1列 }}"])]);
    let body = [
        p("甲"),
        p("{{ 正文第2…段 }}"),
        // Header over two columns; a cell over two rows.
        format!(
            "<table:table><table:table-column table:number-columns-repeated=\"4\"/><table:table-row>{}{covered}{}{covered}</table:table-row>\
             <table:table-row>{}{}{}{}</table:table-row><table:table-row>{covered}{}{}{}</table:table-row></table:table>",
            spanned("题", 2, 1),
            spanned("{{ 填报人 | 表1第1行第3列 }}", 2, 1),
            spanned("{{ 表1第2行第1列() }}", 1, 2),
            spanned("{% 表1第2行第2列 %}", 1, 1),
            spanned("{{ 填报人.表1第2行第3列 }}", 1, 1),
            spanned("{% for 表1第2行第4列 of 项目支出情况 %}", 1, 1),
            spanned("{% if 填报人 is 表1第3行第2列 %}有{% endif %}", 1, 1),
            spanned("{% endfor %}{# 表1第3行第3列 #}", 1, 1),
            spanned("{{ “表1第3行第4列” + }}", 1, 1),
        ),
        p("{{ “正文第3段” 填报人 }}"),
        format!(
            "<table:table><table:table-column/><table:table-row><table:table-cell table:style-name=\"C\">{}{inner}</table:table-cell>\
             </table:table-row></table:table>",
            p("乙")
        ),
        p("{% set 正文第4段 %}"),
        p("{{ 正文第5段"),
    ]
    .concat();
    let file = typed(soffice, folder.path(), &body);
    let mistakes = render::inspect(&file, "typed.docx", &definitions()[0]).expect("is read").mistakes;
    let mut kinds: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.id).collect();
    let mut wrong = Vec::new();
    let mut named = 0;
    for mistake in &mistakes {
        let place = catalogue::place_in(Language::Chinese, mistake.part, &mistake.locus);
        let tag: String = mistake.tag.chars().filter(|c| !c.is_whitespace()).collect();
        // A tag that is only an end has its place in the note behind it.
        if tag.contains('第') {
            named += 1;
            if !tag.contains(&place) {
                wrong.push(format!("{tag} is told at {place}"));
            }
        }
    }
    let all: Vec<String> = mistakes.iter().map(|m| format!("{} {}", m.tag, m.message.id)).collect();
    assert!(wrong.is_empty() && named >= 11, "{wrong:#?}\n{all:#?}");
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() >= 10, "{kinds:?}");
}
