//! Word templates typed by hand: where blocks stand and what they repeat, names in Chinese, values of every kind, mistakes
//! told all at once, and nothing in the result that Word would want to repair.

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Error;
use biaozhun::form::{FormDefinition, load};
use biaozhun::package::{self, Package};
use biaozhun::record::{Path, Record};
use biaozhun::render::{self, Options, Printed, Renderer, TemplateSet};
use biaozhun::{xml, yaml};
use proptest::prelude::*;
use std::borrow::Cow;
use std::sync::Arc;

const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:mc=\"m\" xmlns:wps=\"s\" \
                      xmlns:v=\"v\" xmlns:wp=\"p\" xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\"";

fn definition() -> Arc<FormDefinition> {
    load::builtin().iter().find(|form| &*form.id == "department-targets").expect("is built in").clone()
}

fn record(text: &str) -> Record {
    yaml::read(text, &[definition()], &[]).unwrap_or_else(|error| panic!("{error:?}")).record
}

fn department() -> Record {
    record(include_str!("rendering/department.yaml"))
}

/// A Word file of these parts; the first is the body's content.
fn word_file(body: &str, others: &[(&str, &str, &str)]) -> Vec<u8> {
    let part = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = |list: String| format!("<Relationships>{list}</Relationships>");
    let document = format!("<w:document {SPACES}><w:body>{body}</w:body></w:document>");
    let mut parts = vec![
        part(
            "_rels/.rels",
            rels(format!("<Relationship Id=\"r\" Type=\"{kind}/officeDocument\" Target=\"word/document.xml\"/>")),
        ),
        part("word/document.xml", document),
        part("word/other.bin", "untouched".into()),
    ];
    let list: String = others
        .iter()
        .enumerate()
        .map(|(i, (what, name, _))| format!("<Relationship Id=\"r{i}\" Type=\"{kind}/{what}\" Target=\"{name}\"/>"))
        .collect();
    parts.push(part("word/_rels/document.xml.rels", rels(list)));
    for (what, name, content) in others {
        let root = match *what {
            "header" => "hdr",
            "footer" => "ftr",
            what => what,
        };
        parts.push(part(&format!("word/{name}"), format!("<w:{root} {SPACES}>{content}</w:{root}>")));
    }
    package::pack(&parts).expect("packs")
}

fn fill_file(file: Vec<u8>, record: &Record) -> Result<Package, Error> {
    let set = TemplateSet { docx: Some(Cow::Owned(file)), ..TemplateSet::none(definition()) };
    let filled = Renderer::new([set]).docx(&Printed { record, findings: &[] }, &Options::default())?;
    Ok(Package::open(filled, &package::Limits::default()).expect("opens"))
}

fn body(package: &Package) -> String {
    let xml = package.read_text("word/document.xml").expect("reads");
    assert_eq!(xml::check(&xml), Ok(()));
    xml.split_once("<w:body>").and_then(|(_, xml)| xml.split_once("</w:body>")).expect("has a body").0.to_owned()
}

fn fill_with(content: &str, record: &Record) -> String {
    body(&fill_file(word_file(content, &[]), record).unwrap_or_else(|error| panic!("{error:?}")))
}

fn fill(content: &str) -> String {
    fill_with(content, &department())
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn row(cells: &[&str]) -> String {
    format!("<w:tr>{}</w:tr>", cells.iter().map(|text| format!("<w:tc>{}</w:tc>", p(text))).collect::<String>())
}

fn table(rows: &[String]) -> String {
    format!("<w:tbl>{}</w:tbl><w:p/>", rows.concat())
}

/// The texts: cells divided by `|`, paragraphs and rows by `/`.
fn shown(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("well-formed");
        match tag {
            "/w:tc" => {
                out.pop();
                out.push('|');
            }
            "w:p/" | "/w:p" | "/w:tr" => out.push('/'),
            "w:br/" => out.push('~'),
            _ => out.push_str(text),
        }
    }
    out
}

/// The mistakes of a template: place, tag, what is wrong.
fn mistakes(file: Vec<u8>) -> Vec<String> {
    let found = render::inspect(&file, "t.docx", &definition()).expect("is read").mistakes;
    // The same when it is used.
    match fill_file(file, &department()) {
        Err(Error::Word { mistakes, .. }) => assert_eq!(mistakes, found),
        other => assert!(found.is_empty() && other.is_ok()),
    }
    let tell = |m: &biaozhun::diag::TagMistake| {
        let place = catalogue::place_in(Language::Chinese, m.part, &m.locus);
        format!("{place} {} {}", m.tag, catalogue::render(Language::Chinese, &m.message))
    };
    found.iter().map(tell).collect()
}

#[test]
fn labels_band_names_and_loops_in_chinese() {
    let content = table(&[
        row(&["{{ 部门（单位）名称 }}", "{{部门(单位)名称}}", "｛｛　填报人　｝｝", "{{ 填报日期 }}"]),
        row(&[
            "{% for 项目 in 项目支出情况 %}{{ 序号 }}",
            "{{ 项目.项目名称 }}",
            "{{ 项目。项目本年度预算 ｜ 金额 }}{% endfor %}",
        ]),
    ]);
    let record = record(
        "form: department-targets\ndata:\n  department: 甲局\n  filler: 张三\n  filed_on: 2023-12-30\n  projects:\n    \
         - {name: 乙, category: 特定目标类项目, total_budget: 12345.60, year_budget: 1234.50, use: 丙}\n    \
         - {name: 丁, category: 特定目标类项目, total_budget: 1.00, year_budget: 0.50, use: 丙}\n",
    );
    assert_eq!(shown(&fill_with(&content, &record)), "甲局|甲局|张三|2023年12月30日|/1|乙|1,234.50|/2|丁|0.50|//");
}

#[test]
fn a_cell_of_a_matrix_is_named_by_its_row_and_column() {
    let record = record(
        "form: department-targets\ndata:\n  unit: 万元\n  funds:\n    years: [2022, 2021]\n    income:\n      \
         - {item: 财政拨款, amount: 2306.26, share: 96.00%, previous: [1389.19, 1707.16]}\n    expense: []\n",
    );
    let show = |tag: &str| shown(&fill_with(&p(tag), &record));
    assert_eq!(show("{{ 部门总体资金情况.收入构成.财政拨款.当年金额 }}"), "2306.26/");
    assert_eq!(show("{{ 部门总体资金情况.收入构成.财政资金.上年金额 }}"), "1389.19/");
    assert_eq!(show("{{ 部门总体资金情况.收入构成.财政拨款.近两年收支金额[1] }}"), "1707.16/");
    assert_eq!(show("{{ 部门总体资金情况.收入构成.单位资金.占比 | 空白 }}"), "________/");
    assert_eq!(show("{{ 部门总体资金情况.收入构成.财政拨款.当年金额 | 大写金额 }}"), "贰仟叁佰零陆万贰仟陆佰元整/");
    assert_eq!(show("{{ 部门总体资金情况.收入构成.财政拨款.占比 | 百分比(位数=1) }}"), "96.0%/");
}

#[test]
fn an_empty_list_leaves_no_row_and_blank_rows_may_be_left_out() {
    let none = record("form: department-targets\ndata:\n  projects: []\n");
    let rows = [row(&["头"]), row(&["{% for 项 in 项目支出情况 %}{{ 项.项目名称 }}", "x{% endfor %}"]), row(&["尾"])];
    assert_eq!(shown(&fill_with(&table(&rows), &none)), "头|/尾|//");
    let one = record("form: department-targets\ndata:\n  department: 甲\n");
    let rows = [row(&["{{ 填报人 }}", "标签", "{{ 联系电话 }}{% 空行不印 %}"]), row(&["{{ 部门名称 }}{% skip_blank_row %}"])];
    assert_eq!(shown(&fill_with(&table(&rows), &one)), "甲|//");
}

#[test]
fn what_a_loop_repeats_is_told_by_where_it_stands() {
    let list = "for x in [\"甲\", \"乙\"]";
    let tags = |before: &str, after: &str| (format!("{{% {list} %}}{before}"), format!("{after}{{% endfor %}}"));
    // A row, from the first cell to the last, or with a label before it.
    let (a, b) = tags("{{ x }}", "尾");
    assert_eq!(shown(&fill(&table(&[row(&[&a, "中", &b])]))), "甲|中|尾|/乙|中|尾|//");
    assert_eq!(shown(&fill(&table(&[row(&["题", &a, &b])]))), "题|甲|尾|/题|乙|尾|//");
    // Columns: the loop ends before the last cell, or its tags have cells of their own.
    assert_eq!(shown(&fill(&table(&[row(&["题", &a, &b, "末"])]))), "题|甲|尾|乙|尾|末|//");
    let (a, b) = tags("", "");
    assert_eq!(shown(&fill(&table(&[row(&["题", &a, "{{ x }}", &b])]))), "题|甲|乙|//");
    assert_eq!(shown(&fill(&table(&[row(&["题", "{%tc for x in [1, 2] %}{{ x }}{% endfor %}"])]))), "题|1|2|//");
    // Several rows; whole paragraphs; whole tables, which are kept apart.
    assert_eq!(shown(&fill(&table(&[row(&[&a]), row(&["{{ x }}"]), row(&["二"]), row(&[&b])]))), "甲|/二|/乙|/二|//");
    assert_eq!(shown(&fill(&format!("{}{}{}", p(&a), p("{{ x }}"), p(&b)))), "甲/乙/");
    let (c, d) = tags("始", "终");
    assert_eq!(shown(&fill(&format!("{}{}", p(&c), p(&d)))), "始/终/始/终/");
    let tables = fill(&format!("{}<w:tbl>{}</w:tbl>{}", p(&a), row(&["{{ x }}"]), p(&b)));
    assert_eq!(shown(&tables), "甲|//乙|/");
    // Text within a paragraph; a condition around a whole paragraph leaves no blank line.
    assert_eq!(shown(&fill(&p("[{% for x in [1, 2] %}{{ x }}；{% endfor %}]"))), "[1；2；]/");
    assert_eq!(shown(&fill(&format!("{}{}", p("{% if 1 == 2 %}无{% endif %}"), p("有")))), "有/");
    assert_eq!(shown(&fill(&p("{%p for x in [1, 2] %}{{ x }}{% endfor %}"))), "1/2/");
}

#[test]
fn nested_loops_in_one_row_merge_level_within_level() {
    let first = "{% for 目标 in 年度目标 %}{% for 指标 in 目标.年度绩效指标 %}{{ 指标.一级指标 | 合并 }}";
    let content = table(&[row(&[first, "{{ 指标.二级指标 | merge }}", "{{ 指标.三级指标 }}{% endfor %}{% endfor %}"])]);
    let record = record(
        "form: department-targets\ndata:\n  annual_goals:\n    - goal: 甲\n      indicators:\n        \
         - {level1: 产出指标, level2: 数量指标, name: a, target: 1家, basis: 计划标准}\n        \
         - {level1: 产出指标, level2: 数量指标, name: b, target: 1家, basis: 计划标准}\n        \
         - {level1: 产出指标, level2: 质量指标, name: c, target: 1家, basis: 计划标准}\n        \
         - {level1: 效益指标, level2: 质量指标, name: d, target: 1家, basis: 计划标准}\n",
    );
    let filled = fill_with(&content, &record);
    assert_eq!(shown(&filled), "产出指标|数量指标|a|/||b|/|质量指标|c|/效益指标|质量指标|d|//");
    assert_eq!(filled.matches("<w:vMerge w:val=\"restart\"/>").count(), 5);
    assert_eq!(filled.matches("<w:vMerge/>").count(), 3);
}

#[test]
fn tags_are_healed_over_everything_word_puts_between() {
    let t = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let cut = format!(
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{{</w:t></w:r><w:proofErr w:type=\"spellStart\"/>{}<w:bookmarkStart w:id=\"1\" w:name=\"a\"/>\
         <w:smartTag>{}</w:smartTag><w:ins w:id=\"9\">{}</w:ins><w:hyperlink>{}</w:hyperlink><w:bookmarkEnd w:id=\"1\"/>\
         <w:del w:id=\"8\"><w:r><w:delText>废</w:delText></w:r></w:del><w:r><w:fldChar/></w:r>{}</w:p>",
        t("{ 填"),
        t("报"),
        t("人"),
        t(" }"),
        t("}。"),
    );
    let filled = fill(&cut);
    assert!(filled.starts_with("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">张晓明</w:t>"), "{filled}");
    assert!(filled.contains("<w:t xml:space=\"preserve\">。</w:t>"), "{filled}");
}

#[test]
fn tags_stand_in_every_part_box_and_control() {
    let inner = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", p(text));
    let boxed = format!(
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{0}</wps:txbx></w:drawing></mc:Choice><mc:Fallback>\
         <w:pict><v:textbox>{0}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        inner("{{ 填报人 }}")
    );
    let control = format!("<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>", p("{{ 联系电话 }}"));
    let nested = format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", table(&[row(&["{{ 填报人 }}"])]));
    let note = |text: &str, what: &str| format!("<w:{what} w:id=\"1\">{}</w:{what}>", p(text));
    let (footnote, endnote) = (note("{{ 填报人 }}", "footnote"), note("{{ 填报人 }}", "endnote"));
    let head = p("{{ 部门名称 }}");
    let others = [
        ("header", "header1.xml", head.as_str()),
        ("footer", "footer1.xml", &head),
        ("footnotes", "footnotes.xml", &footnote),
        ("endnotes", "endnotes.xml", &endnote),
    ];
    let package = fill_file(word_file(&format!("{boxed}{control}{nested}"), &others), &department()).expect("fills");
    let text = body(&package);
    assert_eq!(text.matches("张晓明").count(), 3, "{text}");
    for (what, name, _) in others {
        let part = package.read_text(&format!("word/{name}")).expect("reads");
        assert!(part.contains("张晓明") || part.contains("清河县文化和旅游局"), "{what}: {part}");
    }
    assert_eq!(package.read("word/other.bin").expect("reads"), b"untouched");
}

#[test]
fn lists_are_paragraphs_like_their_own_and_breaks_are_kept() {
    let content = "<w:p w14:paraId=\"1\"><w:pPr><w:jc w:val=\"both\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{{ 年度工作任务 }}</w:t></w:r></w:p>";
    let two = record("form: department-targets\ndata:\n  department: \"甲\\n乙\"\n  tasks: [一, 二]\n");
    let filled = fill_with(content, &two);
    assert_eq!(shown(&filled), "1. 一/2. 二/");
    assert_eq!(filled.matches("<w:pPr><w:jc w:val=\"both\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr>").count(), 2);
    assert_eq!(filled.matches("paraId").count(), 1);
    assert_eq!(shown(&fill_with(&p("{{ 部门名称 }}"), &two)), "甲~乙/");
    assert!(fill(&p("前{% 分页 %}后")).contains("<w:br w:type=\"page\"/>"));
}

#[test]
fn boxes_are_ticked_in_text_and_in_controls() {
    let ticks =
        "{{ 项.支出项目类别 | 勾选(等于=“特定目标类项目”) }}特定 {{ 项.支出项目类别 | tick(when=\"其他运转类项目\") }}其他";
    let one = record(
        "form: department-targets\ndata:\n  projects:\n    - {name: 乙, category: 特定目标类项目, total_budget: 1.00, year_budget: 1.00, use: 丙}\n",
    );
    let content = format!("{}{}{}", p("{% for 项 in 项目支出情况 %}"), p(ticks), p("{% endfor %}"));
    assert_eq!(shown(&fill_with(&content, &one)), "☑特定 □其他/");
    let control = "<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"0\"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>\
                   {{ 部门名称 | 勾选 }}</w:t></w:r></w:sdtContent></w:sdt></w:p>";
    assert!(fill(control).contains("<w14:checked w14:val=\"1\"/>"));
}

#[test]
fn what_is_repeated_gets_numbers_of_its_own() {
    let inside = "<w:p w14:paraId=\"0A\"><w:bookmarkStart w:id=\"3\" w:name=\"b\"/><w:r><w:drawing><wp:docPr id=\"7\" name=\"x\"/></w:drawing>\
                  </w:r><w:bookmarkEnd w:id=\"3\"/><w:sdt><w:sdtPr><w:id w:val=\"5\"/></w:sdtPr><w:sdtContent/></w:sdt></w:p>";
    let filled = fill(&format!("{}{inside}{}", p("{% for x in [1, 2, 3] %}"), p("{% endfor %}")));
    for (mark, end) in [("docPr id=\"", '"'), ("bookmarkStart w:id=\"", '"'), ("w:name=\"", '"'), ("<w:id w:val=\"", '"')] {
        let mut ids: Vec<&str> = filled.split(mark).skip(1).filter_map(|rest| rest.split(end).next()).collect();
        assert_eq!(ids.len(), 3, "{mark}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 3, "{mark} {filled}");
    }
    let ends: Vec<&str> = filled.split("bookmarkEnd w:id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let starts: Vec<&str> = filled.split("bookmarkStart w:id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(starts, ends);
    assert_eq!(filled.matches("paraId").count(), 1);
}

#[test]
fn repeated_columns_have_a_grid() {
    let content = "<w:tbl><w:tblGrid><w:gridCol w:w=\"1000\"/><w:gridCol w:w=\"1000\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w=\"1000\" \
                   w:type=\"dxa\"/></w:tcPr><w:p><w:r><w:t>题</w:t></w:r></w:p></w:tc><w:tc><w:tcPr><w:tcW w:w=\"1000\" w:type=\"dxa\"/></w:tcPr>\
                   <w:p><w:r><w:t>{%tc for x in [1, 2, 3] %}{{ x }}{% endfor %}</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>";
    let filled = fill(content);
    assert_eq!(filled.matches("<w:gridCol w:w=\"500\"/>").count(), 4, "{filled}");
    assert_eq!(filled.matches("<w:tcW w:w=\"500\"").count(), 4);
}

#[test]
fn ten_kinds_of_mistakes_are_told_at_once_with_their_places() {
    let content = format!(
        "{}{}{}{}",
        p("{{ 部们名称 }}{{ d.departmet }}"),
        table(&[
            row(&["甲", "{{ 填报人 | 金领 }}", "{{ 项目支出情况 }}"]),
            row(&["{% for x in 填报人 %}{% endfor %}", "{% fro x in y %}", "{{ 部门名称"]),
            row(&["{% if 填报人 %}", "{% for 项 in 项目支出情况 %}{{ 项.项目本年预算数 }}{% endif %}{{ 1 + }}"]),
        ]),
        p("{% endfor %}{% include \"x\" %}"),
        p("{{ 部门名称 填报人 }}"),
    );
    let header = table(&[row(&["", "{{ 不存在的东西 }}"])]);
    let told = mistakes(word_file(&content, &[("header", "header1.xml", &header)]));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn blocks_that_would_leave_half_an_element_are_mistakes() {
    let half = format!("{}{}", p("甲{% for x in [1] %}乙"), table(&[row(&["{% endfor %}"])]));
    assert!(mistakes(word_file(&half, &[]))[0].contains("不在同一层"));
    let rows = table(&[row(&["甲", "{% if 填报人 %}乙"]), row(&["丙{% endif %}"])]);
    assert!(mistakes(word_file(&rows, &[]))[0].contains("表1第1行第2列"), "{:?}", mistakes(word_file(&rows, &[])));
    let boxed = format!(
        "<w:p><w:r><w:t>{{% if 填报人 %}}</w:t></w:r><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r></w:p>",
        p("{% endif %}")
    );
    assert_eq!(mistakes(word_file(&boxed, &[])).len(), 1);
}

#[test]
fn hostile_templates_are_refused_or_harmless() {
    for body in [
        "{% raw %}{{ x }}{% endraw %}",
        "{{ \"b\" | safe }}",
        "{% include \"/etc/passwd\" %}",
        "{{ super() }}",
        "{{ throw(message=1) }}",
    ] {
        assert!(!mistakes(word_file(&p(body), &[])).is_empty(), "{body}");
    }
    let deep = "{% if 1 == 1 %}".repeat(60);
    assert!(!mistakes(word_file(&p(&format!("{deep}{}", "{% endif %}".repeat(60))), &[])).is_empty());
    let far: String = (0..300).map(|_| "{% for a in range(end=9) %}").collect();
    assert!(!mistakes(word_file(&p(&far), &[])).is_empty());
    assert!(render::inspect(b"PK\x03\x04", "t.docx", &definition()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_value_comes_out_as_it_is(value in "([{}%#&<>\"'|a-c甲]|\\{\\{|\\{%|\\]\\]>|\u{b}|😀|&amp;){1,20}") {
        let mut record = department();
        let at: Path = "department".parse().expect("is a path");
        record.leaf_mut(&at).expect("is a leaf").text = value.clone();
        let filled = fill_with(&p("{{ 部门名称 }}|{{ d.department }}"), &record);
        let mut scanner_text = String::new();
        let xml = format!("<a xmlns:w=\"x\">{filled}</a>");
        let mut scanner = xml::Scanner::new(&xml);
        while let Some((token, _)) = scanner.token().expect("well-formed") {
            if let xml::Token::Text(text) = token {
                scanner_text.push_str(&text);
            }
        }
        let kept: String = value.chars().filter(|c| xml::allowed(*c)).collect();
        prop_assert_eq!(scanner_text, format!("{kept}|{kept}"));
    }

    #[test]
    fn whatever_is_typed_is_filled_or_told(text in "([{}%#|.\\[\\]()=,“”'+ -]|\\{\\{|\\}\\}|\\{%|%\\}|for x in |if |endfor|endif|项目支出情况|填报人|d\\.|x|merge){0,14}") {
        let mut escaped = String::new();
        xml::escape(&text, &mut escaped);
        let file = word_file(&table(&[row(&["甲", &escaped]), row(&[&escaped, "乙"])]), &[]);
        let inspected = render::inspect(&file, "t.docx", &definition()).expect("is read");
        match fill_file(file, &department()) {
            Ok(package) => {
                prop_assert!(inspected.mistakes.is_empty());
                body(&package);
            }
            Err(Error::Word { .. }) => {}
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
