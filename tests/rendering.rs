//! Printing: the page and the Word document of records, forms given by YAML alone, and mistakes in templates.

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::{Error, Finding, Message, Severity};
use biaozhun::form::{FormDefinition, load};
use biaozhun::package::{self, Package};
use biaozhun::record::{Path, Record};
use biaozhun::render::{DateStyle, Options, Printed, Renderer, TemplateSet, scaffold, scaffold_html};
use biaozhun::value::Kind;
use biaozhun::{xml, yaml};
use std::borrow::Cow;
use std::sync::Arc;

const PLAIN: Options = Options { language: Language::Chinese, appendix: false, dates: DateStyle::Chinese };

fn record(definition: &Arc<FormDefinition>, text: &str) -> Record {
    yaml::read(text, std::slice::from_ref(definition), &[]).unwrap_or_else(|error| panic!("{error:?}")).record
}

fn department_form() -> Arc<FormDefinition> {
    load::builtin().iter().find(|form| &*form.id == "department-targets").expect("is built in").clone()
}

fn department() -> (Arc<FormDefinition>, Record) {
    let definition = department_form();
    let record = record(&definition, include_str!("rendering/department.yaml"));
    (definition, record)
}

fn toy() -> Arc<FormDefinition> {
    Arc::new(load::load("purchase-request.yaml", include_str!("data/purchase-request.yaml")).expect("loads"))
}

/// Both outputs of a record: the page, and the Word file's document.
fn both(set: TemplateSet, record: &Record) -> [String; 2] {
    let renderer = Renderer::new([set]);
    let printed = Printed { record, findings: &[] };
    let page = renderer.html(&printed, &PLAIN).expect("renders");
    let file = renderer.docx(&printed, &PLAIN).expect("renders");
    [page, document(&file)]
}

fn document(file: &[u8]) -> String {
    let package = Package::open(file, &package::Limits::default()).expect("opens");
    package.read_text("word/document.xml").expect("reads")
}

/// What is left of markup: the texts, one cell or paragraph a line, blanks left out.
fn texts(markup: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let body = markup.split_once("<body>").map_or(markup, |(_, body)| body);
    // Said to those who hear the page only.
    let unseen = body.split("<caption").map(|part| part.split_once("</caption>").map_or(part, |(_, rest)| rest));
    let body: String = unseen.collect();
    let mut rest = body.as_str();
    while let Some((text, tail)) = rest.split_once('<') {
        if let Some(last) = lines.last_mut() {
            last.push_str(text.trim());
        }
        let (tag, tail) = tail.split_once('>').expect("well-formed");
        if ["/p", "/w:p", "/td", "/th", "/h1", "w:br/"].contains(&tag) {
            lines.push(String::new());
        }
        rest = tail;
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Writes what is to be looked at into the folder that `LOOK` names.
fn look(name: &str, content: &[u8]) {
    if let Ok(folder) = std::env::var("LOOK") {
        std::fs::write(format!("{folder}/{name}"), content).expect("writes");
    }
}

#[test]
fn both_outputs_hold_every_value_of_the_record_and_no_tag() {
    let (definition, record) = department();
    for output in both(TemplateSet::built_in(definition), &record) {
        record.each_leaf(&mut |path, leaf| {
            assert!(leaf.kind == Kind::Date || output.contains(&leaf.text), "{path}: {}", leaf.text);
        });
        assert!(output.contains("2023年12月30日"));
        assert!(!output.contains("{{") && !output.contains("{%"));
    }
}

/// Run it after a change of the scaffolds or of the form, then look at what it made: `LOOK=folder` keeps filled copies.
#[test]
#[ignore = "writes the templates that are compiled in"]
fn make_the_templates_that_are_compiled_in() {
    for definition in load::builtin() {
        let folder = format!("{}/templates/{}", env!("CARGO_MANIFEST_DIR"), definition.id);
        std::fs::write(format!("{folder}/form.html"), scaffold_html(definition)).expect("writes");
        std::fs::write(format!("{folder}/form.docx"), scaffold(definition).expect("is made")).expect("writes");
    }
    let (definition, record) = department();
    let renderer = Renderer::new([TemplateSet::none(definition)]);
    let findings = [Finding::new("F002", Severity::Error, Message::new("print.appendix.title"))];
    let printed = Printed { record: &record, findings: &findings };
    look("form.html", renderer.html(&printed, &Options::default()).expect("renders").as_bytes());
    look("form.docx", &renderer.docx(&printed, &Options::default()).expect("renders"));
}

#[test]
fn the_templates_that_are_compiled_in_are_those_of_the_definition() {
    let again = "after a change: cargo test --test rendering -- --ignored";
    for definition in load::builtin() {
        let set = TemplateSet::built_in(definition.clone());
        let form = &definition.id;
        assert!(set.html.as_deref() == Some(&*scaffold_html(definition)), "{form}/form.html is stale; {again}");
        let made = scaffold(definition).expect("is made");
        assert!(made == scaffold(definition).expect("is made"), "the same bytes every time");
        assert!(set.docx.as_deref() == Some(&*made), "{form}/form.docx is stale; {again}");
    }
}

#[test]
fn a_form_given_by_yaml_alone_is_printed() {
    let definition = toy();
    let text = "form: purchase-request\ndata:\n  requested_on: 2024-03-01\n  unit: 元\n  office: 办公室\n  requester: 李明\n  \
                way: 询价采购\n  goods:\n    - {name: 打印纸, amount: 120.00, remark: 日常办公}\n    - {name: 硒鼓, amount: 380.50, remark: null}\n  \
                reasons: [库存不足, 按季采购]\n";
    let record = record(&definition, text);
    let [page, word] = both(TemplateSet::built_in(definition), &record);
    look("toy.html", page.as_bytes());
    let lines = [
        "办公用品采购申请表",
        "申请日期：2024年3月1日",
        "金额单位：元",
        "申请科室",
        "办公室",
        "申请人",
        "李明",
        "采购方式",
        "询价采购",
        "采购明细",
        "品名",
        "金额",
        "用途",
        "打印纸",
        "120.00",
        "日常办公",
        "硒鼓",
        "380.50",
        "申请理由",
        "1. 库存不足",
        "2. 按季采购",
        "说明：1.单价一千元以上的物品须附询价单。",
    ];
    assert_eq!(texts(&page), lines);
    let found = texts(&word).join("\n");
    for line in lines.iter().filter(|line| !line.contains("日期") && !line.contains("单位：")) {
        assert!(found.contains(line), "{line} in\n{found}");
    }
}

#[test]
fn a_form_without_any_data_is_printed_blank() {
    for definition in [department_form(), toy()] {
        let record = Record { form: definition.id.to_string(), ..Record::default() };
        let [page, word] = both(TemplateSet::none(definition.clone()), &record);
        look(&format!("blank-{}.html", definition.id), page.as_bytes());
        assert!(page.contains(&*definition.title.text) && word.contains(&*definition.title.text));
    }
    let form = department_form();
    let blank = Record { form: form.id.to_string(), ..Record::default() };
    let [page, _] = both(TemplateSet::built_in(form), &blank);
    for label in ["财政拨款", "上年金额", "生态效益指标", "长期目标（截止 年）", "年度目标1："] {
        assert!(texts(&page).iter().any(|line| line == label), "{label}");
    }
}

#[test]
fn the_rows_of_a_scheme_are_printed_and_the_others_not() {
    let definition = department_form();
    let print = |level1: &str, level2: &str| {
        let text = format!(
            "form: department-targets\ndata:\n  annual_goals:\n    - goal: 甲\n      indicators:\n        \
             - {{level1: {level1}, level2: {level2}, name: 乙, target: ≤1元, basis: 计划标准}}\n"
        );
        let [page, _] = both(TemplateSet::built_in(definition.clone()), &record(&definition, &text));
        texts(&page)
    };
    let has = |lines: &[String], label: &str| lines.iter().filter(|line| *line == label).count();
    let older = print("产出指标", "成本指标");
    assert_eq!((has(&older, "成本指标"), has(&older, "可持续影响指标"), has(&older, "经济成本指标")), (1, 1, 0));
    let newer = print("成本指标", "经济成本指标");
    assert_eq!((has(&newer, "成本指标"), has(&newer, "可持续影响指标"), has(&newer, "社会成本指标")), (1, 0, 1));
    let other = print("过程指标", "管理指标");
    assert_eq!((has(&other, "过程指标"), has(&other, "管理指标"), has(&other, "满意度指标")), (1, 1, 1));
}

#[test]
fn optional_columns_are_printed_where_the_record_has_them() {
    let definition = department_form();
    let text = "form: department-targets\ndata:\n  long_term_goals:\n    - goal: 甲\n      indicators:\n        \
                - {level1: 产出指标, level2: 数量指标, name: 乙, last: ≥3家, target: ≥4家, basis: 计划标准}\n";
    let [page, word] = both(TemplateSet::built_in(definition.clone()), &record(&definition, text));
    for output in [page.clone(), word] {
        let lines = texts(&output);
        for text in ["上年指标值", "≥3家", "长期目标1：", "长期绩效指标"] {
            assert!(lines.iter().any(|line| line == text), "{text}");
        }
    }
    assert!(!texts(&page).contains(&"前年指标值".to_owned()));
}

#[test]
fn nothing_in_a_value_is_evaluated_or_taken_for_markup() {
    let (definition, mut record) = department();
    let at = "department".parse::<Path>().expect("is a path");
    let nasty = "甲{{ 1 + 1 }}{% for %}{# #}<b>&amp;\"'</w:t>]]>\n第二行\u{1}";
    record.leaf_mut(&at).expect("is a leaf").text = nasty.to_owned();
    let renderer = Renderer::new([TemplateSet::built_in(definition)]);
    let printed = Printed { record: &record, findings: &[] };
    let page = renderer.html(&printed, &PLAIN).expect("renders");
    let file = renderer.docx(&printed, &PLAIN).expect("renders");
    let word = document(&file);
    assert_eq!(xml::check(&word), Ok(()));
    for output in [&page, &word] {
        assert!(output.contains("甲{{ 1 + 1 }}{% for %}{# #}&lt;b&gt;&amp;amp;"), "as it is");
        assert!(!output.contains('\u{1}'));
    }
    assert!(page.contains("]]&gt;<br>第二行<"));
    assert!(word.contains("<w:br/><w:t xml:space=\"preserve\">第二行<"));
}

#[test]
fn the_appendix_is_printed_unless_switched_off() {
    let (definition, record) = department();
    let renderer = Renderer::new([TemplateSet::built_in(definition)]);
    let at = "funds.expense[3].previous[0]".parse().expect("is a path");
    let message = Message::new("T010.found").with("character", "U+0001");
    let findings = [Finding::new("F002", Severity::Error, message).at(at, None)];
    let printed = Printed { record: &record, findings: &findings };
    let page = renderer.html(&printed, &Options::default()).expect("renders");
    let (_, appendix) = page.split_once("data-biaozhun=\"appendix\"").expect("has an appendix");
    for text in ["F002", "支出构成 / 合计 / 近两年收支金额", "含有不能打印的控制字符 U+0001"] {
        assert!(appendix.contains(text), "{text}");
    }
    let english = renderer.html(&printed, &Options { language: Language::English, ..Options::default() });
    assert!(english.expect("renders").contains("Review notes"));
    assert!(!renderer.html(&printed, &PLAIN).expect("renders").contains("<aside"));
}

/// Without the rules, which take numbers from lists and words from dates.
#[test]
fn the_page_is_read_back() {
    let (definition, record) = department();
    let renderer = Renderer::new([TemplateSet::built_in(definition.clone())]);
    let findings = [Finding::new("F002", Severity::Error, Message::new("print.appendix.title"))];
    let printed = Printed { record: &record, findings: &findings };
    let page = renderer.html(&printed, &Options { dates: DateStyle::Iso, ..Options::default() }).expect("renders");
    let document = biaozhun::read::read(page.as_bytes(), &Default::default()).expect("reads");
    let fitted = biaozhun::fit::fit(&document, &[definition]).expect("fits");
    assert_eq!(fitted.len(), 1);
    let leaves = |record: &Record| {
        let mut leaves = Vec::new();
        record.each_leaf(&mut |path, leaf| {
            let text = leaf.text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
            let text = if leaf.kind == Kind::Text { text } else { leaf.text.trim_end_matches('年') };
            leaves.push(format!("{path}: {text}"));
        });
        leaves
    };
    assert_eq!(leaves(&fitted[0].record), leaves(&record));
    assert_eq!(fitted[0].record.unplaced, []);
}

#[test]
fn notes_that_the_record_lacks_are_no_data_of_the_page() {
    let (definition, mut record) = department();
    let [page, _] = both(TemplateSet::built_in(definition.clone()), &record);
    assert!(page.contains("<section class=\"notes\">"));
    if let biaozhun::record::Node::Map(entries) = &mut record.data {
        entries.retain(|(key, _)| &**key != "notes");
    }
    let [page, _] = both(TemplateSet::built_in(definition), &record);
    assert!(page.contains("<section class=\"notes\" data-biaozhun=\"appendix\">"));
    assert!(page.contains("5.绩效指标必须应填尽填。"));
}

/// A Word file whose body is this.
fn word_file(body: &str) -> Vec<u8> {
    let part = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let rels = format!("<Relationships><Relationship Id=\"r\" Type=\"{kind}\" Target=\"word/document.xml\"/></Relationships>");
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let document = format!("<w:document xmlns:w=\"{space}\"><w:body>{body}</w:body></w:document>");
    package::pack(&[part("_rels/.rels", rels), part("word/document.xml", document), part("word/other.bin", "x".into())])
        .expect("packs")
}

fn fill(body: &str) -> Result<String, Error> {
    let (definition, record) = department();
    let set = TemplateSet { docx: Some(Cow::Owned(word_file(body))), ..TemplateSet::none(definition) };
    let renderer = Renderer::new([set]);
    let xml = document(&renderer.docx(&Printed { record: &record, findings: &[] }, &PLAIN)?);
    Ok(xml.split_once("<w:body>").and_then(|(_, xml)| xml.split_once("</w:body>")).expect("has a body").0.to_owned())
}

#[test]
fn tags_that_word_cut_into_runs_are_healed() {
    let body = "<w:p><w:r><w:t>甲{</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>{ d.</w:t></w:r><w:r><w:t>unit }} 乙 &amp; {{d[“form”]</w:t></w:r>\
                <w:r><w:t> | default(value=‘丙’) }}</w:t></w:r></w:p>";
    let expected = "<w:p><w:r><w:t xml:space=\"preserve\">甲万元</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\"></w:t></w:r>\
                    <w:r><w:t xml:space=\"preserve\"> 乙 &amp; 丙</w:t></w:r><w:r><w:t xml:space=\"preserve\"></w:t></w:r></w:p>";
    assert_eq!(fill(body).expect("renders"), expected);
}

#[test]
fn tags_may_be_labels_of_the_form() {
    assert_eq!(
        fill("<w:p><w:r><w:t>{{ 填报人 }}、{{部门名称}}、{{ 填报日期 }}</w:t></w:r></w:p>").expect("renders"),
        "<w:p><w:r><w:t xml:space=\"preserve\">张晓明、清河县文化和旅游局、2023年12月30日</w:t></w:r></w:p>"
    );
}

#[test]
fn rows_repeat_and_cells_are_merged_within_each_other() {
    let cell = |text: &str| {
        format!("<w:tc><w:tcPr><w:tcW w:w=\"9\"/><w:vAlign/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
    };
    let row = |cells: &[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(|text| cell(text)).collect::<String>());
    let body = format!(
        "<w:tbl>{}{}{}{}{}</w:tbl><w:p/>",
        row(&["{% for goal in p.annual_goals %}{% for row in goal.rows %}", ""]),
        row(&["{{ goal.number | merge }}", "{{ row.level1 | merge }}", "{{ row.level2 | merge }}", "{{ row.name }}"]),
        row(&["{% endfor %}"]),
        row(&["", "{% endfor %}"]),
        row(&["完"]),
    );
    let filled = fill(&body).expect("renders");
    let rows: Vec<&str> = filled.split("<w:tr>").skip(1).collect();
    assert_eq!(rows.len(), 19 + 15 + 1);
    // Goal, level 1, level 2: begins, goes on.
    let merges = |row: &str| {
        row.split("<w:tc>")
            .skip(1)
            .take(3)
            .map(|cell| match () {
                () if cell.contains("<w:vMerge w:val=\"restart\"/>") => '+',
                () if cell.contains("<w:vMerge/>") => '|',
                () => ' ',
            })
            .collect::<String>()
    };
    let shown: Vec<String> = rows.iter().map(|row| merges(row)).collect();
    assert_eq!(shown[..12].join(" "), "+++ ||| ||| ||| ||| ||+ ||| ||| ||| ||+ ||+ |++");
    // 满意度 ends the first goal, 产出 begins the second.
    assert_eq!(shown[16..21].join(" "), "||| ||| ||| +++ |||");
    assert!(!rows[1].contains("产出指标"), "a cell that goes on shows nothing itself");
    assert!(rows[1].contains("<w:tcW w:w=\"9\"/><w:vMerge/><w:vAlign/>"), "in the schema's order");
}

#[test]
fn paragraphs_repeat_and_nothing_is_left_that_word_would_repair() {
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let loops =
        format!("{}{}{}", p("{% for x in p.duties %}{% if loop.index == 2 %}"), p("{{ x }}"), p("{% endif %}{% endfor %}"));
    assert!(fill(&loops).expect("renders").starts_with("<w:p><w:r><w:t xml:space=\"preserve\">2. 管理全县重大"));
    let none = format!("{}{}{}", p("{% for x in d.long_term_goals %}"), p("x"), p("{% endfor %}"));
    assert_eq!(
        fill(&format!("<w:tbl><w:tr><w:tc>{none}</w:tc></w:tr></w:tbl>")).expect("renders"),
        "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    );
    let rows = |text: &str| format!("<w:tr><w:tc>{}</w:tc></w:tr>", p(text));
    let none =
        format!("<w:tbl>{}{}{}</w:tbl><w:p/>", rows("{% for x in d.long_term_goals %}"), rows("x"), rows("{% endfor %}"));
    assert_eq!(fill(&none).expect("renders"), "<w:p/>", "a table without rows");
    let literal = "<w:p><w:r><w:instrText>{{ 1 }}</w:instrText><w:t>{ a }</w:t></w:r></w:p>";
    assert_eq!(fill(literal).expect("renders"), literal, "no tags");
}

#[test]
fn mistakes_in_word_templates_are_told_with_paragraph_and_tag() {
    let told = |body: &str| match fill(body) {
        Err(Error::Word { file, mistakes }) => {
            assert_eq!(file, "department-targets/form.docx");
            let tell = |m: &biaozhun::diag::TagMistake| {
                format!("{} {} {}", m.locus, m.tag, catalogue::render(Language::Chinese, &m.message))
            };
            mistakes.iter().map(tell).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    assert_eq!(
        told(&format!("{}{}", p("甲"), p("乙{{ d.departmet }}"))),
        ["p2 {{ d.departmet }} “d”中没有“departmet”，是否应为“department”？"]
    );
    assert_eq!(
        told(&format!("{}{}{}", p("甲"), p("乙"), p("丙{{ d.unit 丁"))),
        ["p3 {{ d.unit 丁 标签没有结束，请补上结束符号"]
    );
    assert_eq!(told(&p("{{ 填报 }}")), ["p1 {{ 填报 }} 没有名为“填报”的栏目或变量，是否应为“填报人”？"]);
    let unclosed = told(&format!("{}{}", p("甲"), p("{% for x in d.duties %}")));
    assert!(unclosed[0].starts_with("p2 {% for x in d.duties %}") && unclosed[0].contains("endfor"), "{unclosed:?}");
    let filter = told(&format!("{}{}", p("甲{{ d.unit }}"), p("{{ d.unit | nope }}")));
    assert_eq!(filter, ["p2 {{ d.unit | nope }} 没有名为“nope”的格式"]);
    let crossing =
        format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>{}", p("甲{% for x in d.duties %}"), p("乙{% endfor %}"));
    assert!(told(&crossing)[0].contains("不在同一层"), "{:?}", told(&crossing));
}

#[test]
fn other_mistakes_are_told_too() {
    let (definition, record) = department();
    let printed = Printed { record: &record, findings: &[] };
    let page = |html: &'static str| {
        let renderer = Renderer::new([TemplateSet { html: Some(html.into()), ..TemplateSet::none(definition.clone()) }]);
        renderer.html(&printed, &PLAIN)
    };
    assert_eq!(page("<p>{{ d.unit }}").as_deref(), Ok("<p>万元"));
    for (html, line, column) in
        [("<p>\n {{ d.nope }}", 2, 7), ("{{ nope }}", 1, 4), ("\n\n{% for %}", 3, 8), ("{{ d.unit | nope }}", 1, 13)]
    {
        match page(html) {
            Err(Error::Template { mistake, .. }) => assert_eq!((mistake.line, mistake.column), (line, column), "{html}"),
            other => panic!("{html}: {other:?}"),
        }
    }
    let broken = TemplateSet { docx: Some(Cow::Borrowed(b"no zip")), ..TemplateSet::none(definition) };
    let renderer = Renderer::new([broken]);
    assert!(matches!(renderer.docx(&printed, &PLAIN), Err(Error::Word { .. })));
    let stranger = Record { form: "nobody-knows".into(), ..Record::default() };
    assert!(matches!(renderer.html(&Printed { record: &stranger, findings: &[] }, &PLAIN), Err(Error::NoForm(_))));
}

#[test]
fn one_renderer_serves_many_threads_with_the_same_bytes() {
    let (definition, record) = department();
    let renderer = Renderer::new([TemplateSet::built_in(definition)]);
    let print = || {
        let printed = Printed { record: &record, findings: &[] };
        let page = renderer.html(&printed, &PLAIN).expect("renders");
        (page, renderer.docx(&printed, &PLAIN).expect("renders"))
    };
    let first = print();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(print)).collect();
        for thread in threads {
            assert!(thread.join().expect("renders") == first);
        }
    });
}

#[test]
#[ignore = "measures: cargo test --release --test rendering warm -- --ignored --nocapture"]
fn warm_times() {
    let (definition, record) = department();
    let renderer = Renderer::new([TemplateSet::built_in(definition)]);
    let printed = Printed { record: &record, findings: &[] };
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..200 {
        let start = std::time::Instant::now();
        let page = renderer.html(&printed, &PLAIN).expect("renders");
        times[0].push(start.elapsed());
        let start = std::time::Instant::now();
        let file = renderer.docx(&printed, &PLAIN).expect("renders");
        times[1].push(start.elapsed());
        assert!(page.len() > 10 && file.len() > 10);
    }
    for (name, times) in ["html", "docx"].iter().zip(&mut times) {
        let first = times[0];
        times.sort();
        println!("{name}: first {first:?}, median {:?}", times[100]);
    }
}
