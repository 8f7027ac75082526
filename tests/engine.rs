//! The template engine where templates are unlike our own: pictures, other prefixes and Strict files, parts that are not
//! touched, many threads, and templates that would never end.

use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Error;
use biaozhun::form::{FormDefinition, load};
use biaozhun::package::{self, Limits, Package};
use biaozhun::record::Record;
use biaozhun::render::{self, Options, Pictures, Printed, Renderer, TemplateSet};
use biaozhun::xml::{Scanner, Space, Token};
use biaozhun::yaml;
use std::sync::Arc;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" \
                     ContentType=\"application/xml\"/></Types>";

fn definition() -> Arc<FormDefinition> {
    load::builtin().iter().find(|form| &*form.id == "department-targets").expect("is built in").clone()
}

fn record() -> Record {
    let text = include_str!("rendering/department.yaml");
    yaml::read(text, &[definition()], &[]).unwrap_or_else(|error| panic!("{error:?}")).record
}

/// A file of a document part, perhaps with a header.
fn word_file(document: &str, header: Option<&str>) -> Vec<u8> {
    let part = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    let rels = |list: String| format!("<Relationships>{list}</Relationships>");
    let rel = |what: &str, name: &str| format!("<Relationship Id=\"picture1\" Type=\"{RELATIONS}/{what}\" Target=\"{name}\"/>");
    let mut parts = vec![
        part("[Content_Types].xml", TYPES.to_owned()),
        part("_rels/.rels", rels(rel("officeDocument", "word/document.xml"))),
        part("word/document.xml", document.to_owned()),
    ];
    if let Some(header) = header {
        parts.push(part("word/_rels/document.xml.rels", rels(rel("header", "header1.xml"))));
        parts.push(part("word/header1.xml", format!("<w:hdr xmlns:w=\"{WORD}\">{header}</w:hdr>")));
    }
    package::pack(&parts).expect("packs")
}

fn document(body: &str) -> String {
    format!("<w:document xmlns:w=\"{WORD}\"><w:body>{body}</w:body></w:document>")
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn fill_with(file: Vec<u8>, pictures: &Pictures, record: &Record) -> Result<Package, Error> {
    let set = TemplateSet { docx: Some(file.into()), pictures: pictures.clone(), ..TemplateSet::none(definition()) };
    let filled = Renderer::new([set]).docx(&Printed { record, findings: &[] }, &Options::default())?;
    Ok(Package::open(filled, &Limits::default()).expect("opens"))
}

fn fill(body: &str) -> Result<String, Error> {
    let package = fill_with(word_file(&document(body), None), &Pictures::default(), &record())?;
    Ok(package.read_text("word/document.xml").expect("reads"))
}

/// What a template is told for: the texts of all mistakes.
fn told(error: &Error) -> String {
    let Error::Word { mistakes, .. } = error else { panic!("{error:?}") };
    let tell = |m: &biaozhun::diag::TagMistake| {
        format!("{} {} {}", catalogue::place_in(Language::Chinese, m.part, &m.locus), m.tag, m.message.id)
    };
    mistakes.iter().map(tell).collect::<Vec<_>>().join("\n")
}

/// A PNG file of this size, with nothing to be seen in it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len()).expect("is short");
        [&length.to_be_bytes()[..], kind, content, &[0; 4]].concat()
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", b""), chunk(b"IEND", b"")].concat()
}

fn seals() -> Pictures {
    Pictures::new("章", [("公章.png".to_owned(), Some(png(400, 200))), ("私章.png".to_owned(), Some(png(400, 200)))])
}

fn table(cell: &str) -> String {
    format!(
        "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"1000\"/><w:gridCol w:w=\"1216\"/></w:tblGrid><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc>\
         </w:tr></w:tbl><w:p/>",
        p("章"),
        p(cell)
    )
}

#[test]
fn a_picture_is_fitted_to_its_cell_and_stands_in_the_package_once() {
    let tag = "{{ 图片（“公章.png”） }}";
    let body = format!(
        "{}{}{}",
        table(tag),
        p("{{ picture(\"私章.png\", width=\"2cm\") }}"),
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>甲{{ 图片(\"公章.png\", 高=\"1厘米\") }}乙</w:t></w:r></w:p>"
    );
    let file = word_file(&document(&body), Some(&p(tag)));
    let package = fill_with(file, &seals(), &record()).unwrap_or_else(|error| panic!("{}", told(&error)));
    let text = package.read_text("word/document.xml").expect("reads");
    // 1216 twentieths of a point less 216 of margins; half as high as wide. Then 2 cm, then 1 cm high.
    for size in ["cx=\"635000\" cy=\"317500\"", "cx=\"720000\" cy=\"360000\"", "cx=\"720000\" cy=\"360000\""] {
        assert!(text.contains(&format!("<wp:extent {size}/>")), "{text}");
    }
    assert!(text.contains("甲</w:t><w:drawing>") && text.contains("</w:drawing><w:t xml:space=\"preserve\">乙"), "{text}");
    let numbers: Vec<&str> = text.split("docPr id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(numbers.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{numbers:?}");
    // Both names are the same picture: one file, known by its type, found from both parts.
    let media: Vec<&String> = package.names().iter().filter(|name| name.contains("media")).collect();
    assert_eq!(media, ["word/media/picture1.png"]);
    assert_eq!(package.read(media[0]).expect("reads"), png(400, 200));
    assert!(package.read_text("[Content_Types].xml").expect("reads").contains("Extension=\"png\" ContentType=\"image/png\""));
    for part in ["word/document.xml", "word/header1.xml"] {
        let related = package.relationships(part).expect("reads");
        let text = package.read_text(part).expect("reads");
        let shown: Vec<&str> = text.split("r:embed=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(!shown.is_empty());
        for id in shown {
            let found: Vec<_> = related.iter().filter(|relationship| relationship.id == id).collect();
            assert_eq!(found.len(), 1, "{part} {id} {related:?}");
            assert_eq!(found[0].target, "word/media/picture1.png");
        }
    }
    // The header of the file itself is still related.
    assert!(package.relationships("word/document.xml").expect("reads").iter().any(|r| r.target == "word/header1.xml"));
}

#[test]
fn a_picture_in_columns_that_a_loop_repeats_is_as_small_as_they_are() {
    let cell =
        |width: u32, text: &str| format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", p(text));
    let body = format!(
        "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"1000\"/><w:gridCol w:w=\"3000\"/></w:tblGrid><w:tr>{}{}</w:tr></w:tbl>{}",
        cell(1000, "章"),
        cell(3000, "{%tc for y in [1, 2, 3] %}{{ 图片(\"公章.png\") }}{% endfor %}"),
        p("{{ 图片(\"私章.png\", 宽=\"6厘米\") }}")
    );
    let package = fill_with(word_file(&document(&body), None), &seals(), &record()).unwrap_or_else(|e| panic!("{}", told(&e)));
    let text = package.read_text("word/document.xml").expect("reads");
    // Four columns of 400 and three times 1200, less 216 of margins; the picture outside of tables stays as it is.
    assert_eq!(text.matches("<wp:extent cx=\"624840\" cy=\"312420\"/>").count(), 3, "{text}");
    assert_eq!(text.matches("<a:ext cx=\"624840\" cy=\"312420\"/>").count(), 3, "{text}");
    assert!(text.contains("<wp:extent cx=\"2160000\" cy=\"1080000\"/>"), "{text}");
}

#[test]
fn a_picture_that_is_not_shown_leaves_no_trace_and_one_in_a_loop_is_numbered() {
    let body = p("{% if 1 == 2 %}{{ 图片(\"公章.png\") }}{% endif %}有");
    let package = fill_with(word_file(&document(&body), None), &seals(), &record()).expect("fills");
    assert!(!package.names().iter().any(|name| name.contains("media")), "{:?}", package.names());
    assert_eq!(package.read_text("[Content_Types].xml").expect("reads"), TYPES);
    let body = p("{% for x in [1, 2] %}{{ picture(\"公章.png\") }}{% endfor %}");
    let package = fill_with(word_file(&document(&body), None), &seals(), &record()).expect("fills");
    let text = package.read_text("word/document.xml").expect("reads");
    let numbers: Vec<&str> = text.split("docPr id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(numbers.len() == 2 && numbers[0] != numbers[1], "{numbers:?}");
    assert_eq!(package.names().iter().filter(|name| name.contains("media")).count(), 1);
}

#[test]
fn a_picture_that_cannot_be_shown_is_told_at_its_tag() {
    let body = format!(
        "{}{}{}",
        table("{{ 图片(\"公章.jpg\") }}"),
        p("{{ 图片(\"../公章.png\") }}{{ 图片(\"坏.png\") }}{{ 图片(部门名称) }}"),
        p("{{ 图片(\"公章.png\", 宽=3) }}{{ 图片(\"公章.png\") | 空白 }}{{ 图片(\"大.png\") }}")
    );
    let bad = [
        ("公章.png".to_owned(), Some(png(4, 2))),
        ("坏.png".to_owned(), Some(png(4, 2)[..40].to_vec())),
        ("大.png".to_owned(), None),
    ];
    let file = word_file(&document(&body), None);
    let error = fill_with(file.clone(), &Pictures::new("章", bad.clone()), &record()).err().expect("is refused");
    assert_eq!(
        told(&error),
        "表1第1行第2列 {{ 图片(\"公章.jpg\") }} template.picture_missing_nearest\n\
         正文第2段 {{ 图片(\"../公章.png\") }} template.picture_name\n\
         正文第2段 {{ 图片(\"坏.png\") }} template.picture_bad\n\
         正文第2段 {{ 图片(部门名称) }} template.picture_literal\n\
         正文第3段 {{ 图片(\"公章.png\", 宽=3) }} template.picture_length\n\
         正文第3段 {{ 图片(\"公章.png\") | 空白 }} template.picture_alone\n\
         正文第3段 {{ 图片(\"大.png\") }} template.picture_large"
    );
    // The check says the same before anything is printed.
    let inspection = render::inspect_with(&file, "t.docx", &definition(), &Pictures::new("章", bad)).expect("is read");
    assert!(matches!(error, Error::Word { mistakes, .. } if mistakes == inspection.mistakes));
    let none = render::inspect(&file, "t.docx", &definition()).expect("is read").mistakes;
    assert!(none.iter().any(|mistake| mistake.message.id == "template.picture_no_folder"));
}

/// A part without its prefixes: elements, the attributes that matter, texts.
fn meant(text: &str) -> Vec<String> {
    let mut scanner = Scanner::new(text);
    let mut out = Vec::new();
    while let Some((token, _)) = scanner.token().expect("well-formed") {
        out.push(match token {
            // What it declares is the point of the test.
            Token::Start { name, .. } if name.is_word("document") => "document".to_owned(),
            Token::Start { name, empty, attributes } => {
                let values = ["val", "w", "type", "space", "line", "lineRule", "cx"].map(|name| attributes.get(name));
                format!("<{} {} {empty} {values:?}", if name.space == Space::Word { "W" } else { "" }, name.local)
            }
            Token::End(name) => format!("/{}", name.local),
            Token::Text(text) => text.into_owned(),
            Token::Other => continue,
        });
    }
    out
}

#[test]
fn what_is_put_in_has_the_prefix_of_the_part() {
    // All that the engine puts in: merges, breaks, paragraphs, tables kept apart, columns, cells that need a paragraph, pictures.
    let row = |cells: &[&str]| {
        let cells: String = cells
            .iter()
            .map(|text| format!("<w:tc><w:tcPr><w:tcW w:w=\"900\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>", p(text)))
            .collect();
        format!("<w:tr>{cells}</w:tr>")
    };
    let body = [
        format!(
            "<w:tbl>{}</w:tbl>",
            row(&[
                "{% for 指标 in 年度目标[0].年度绩效指标 %}{{ 指标.一级指标 | 合并 }}",
                "{{ 指标.二级指标 | merge }}{% endfor %}"
            ])
        ),
        format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", p("{{ 部门名称 | 合并 }}")),
        p("前{% 分页 %}{{ 年度工作任务 }}"),
        p("{{ 部门名称 }}"),
        p("{% for x in [1, 2] %}"),
        format!(
            "<w:tbl><w:tblGrid><w:gridCol w:w=\"900\"/></w:tblGrid>{}</w:tbl>",
            row(&["甲", "{%tc for y in [1, 2] %}{{ y }}{% endfor %}"])
        ),
        p("{% endfor %}"),
        format!("<w:tbl><w:tr><w:tc/><w:tc>{}</w:tc></w:tr></w:tbl>", p("{%p if 1 == 2 %}无{% endif %}")),
        table("{{ 图片(\"公章.png\") }}"),
    ]
    .concat();
    let plain = document(&body);
    let prefixed = |prefix: &str| {
        plain
            .replace("<w:", &format!("<{prefix}:"))
            .replace("</w:", &format!("</{prefix}:"))
            .replace(" w:", &format!(" {prefix}:"))
            .replace("xmlns:w=", &format!("xmlns:{prefix}="))
    };
    let bare = plain.replace("<w:", "<").replace("</w:", "</");
    let variants = [
        prefixed("ns0"),
        prefixed("x"),
        // Elements in the default namespace, attributes with a prefix, and with none at all.
        bare.replace("xmlns:w=", "xmlns=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:w="),
        bare.replace("xmlns:w=", "xmlns=").replace(" w:", " "),
    ];
    let mut two = record();
    let lines = yaml::read(
        "form: department-targets\ndata:\n  department: \"甲\\n乙\"\n  tasks: [一, 二]\n  annual_goals:\n    - goal: 甲\n      indicators:\n        - {level1: 产出指标, level2: 数量指标, name: a, target: 1家, basis: 计划标准}\n        - {level1: 产出指标, level2: 数量指标, name: b, target: 1家, basis: 计划标准}\n        - {level1: 产出指标, level2: 质量指标, name: c, target: 1家, basis: 计划标准}\n",
        &[definition()],
        &[],
    );
    two.data = lines.expect("a record").record.data;
    let filled = |document: &str| {
        let package = fill_with(word_file(document, None), &seals(), &two).unwrap_or_else(|error| panic!("{}", told(&error)));
        package.read_text("word/document.xml").expect("reads")
    };
    let expected = meant(&filled(&plain));
    let has = |text: &str, more: &str| expected.iter().any(|piece| piece.starts_with(text) && piece.contains(more));
    assert!(has("<W vMerge", "restart") && has("<W vMerge", "[None") && has("<W br", "page") && has("<W br", "[None"));
    assert!(has("<W snapToGrid", "") && has("<W gridCol", "300") && has("<W drawing", ""), "{expected:#?}");
    for variant in variants {
        let text = filled(&variant);
        let different = meant(&text).into_iter().zip(&expected).find(|(found, expected)| found != *expected);
        assert!(different.is_none() && meant(&text).len() == expected.len(), "{different:?}");
    }
    // Strict files: other namespaces for the same, for pictures and their relationships too.
    let strict = filled(&plain.replace(WORD, STRICT));
    assert!(meant(&strict) == expected);
    assert!(!strict.contains("http://schemas.openxmlformats.org/"), "{strict}");
}

#[test]
fn templates_that_would_never_end_are_stopped_and_told() {
    let loops = |depth: usize, inside: &str| {
        let text = (0..depth).map(|_| "{% for x in range(end=1000) %}").collect::<String>();
        p(&format!("{text}{inside}{}", "{% endfor %}".repeat(depth)))
    };
    assert!(fill(&loops(1, "甲")).is_ok());
    for inside in ["甲", "", "{% set y = x %}"] {
        let error = fill(&loops(3, inside)).expect_err("a thousand million turns");
        assert!(told(&error).contains("{% for x in range(end=1000) %} template.said.limit"), "{}", told(&error));
    }
    for hostile in [
        "{% set a = \"甲甲甲甲甲甲甲甲\" %}{% for i in range(end=60) %}{% set_global a = a ~ a %}{% endfor %}",
        "{% set a = [1, 1] %}{% for i in range(end=60) %}{% set_global a = [a, a] %}{% endfor %}{{ a | length }}",
        "{% set a = \"aaaaaaaaaaaaaaaa\" %}{% for i in range(end=60) %}{% set_global a = a | replace(from=\"a\", to=\"aaaaaaaaaaaaaaaa\") %}{% endfor %}",
        "{{ range(end=90000) | join(sep=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\") }}",
    ] {
        let error = fill(&p(hostile)).expect_err(hostile);
        assert!(told(&error).contains("template.said.limit"), "{hostile}: {}", told(&error));
    }
    let chain = format!("{{{{ \"aa\"{} }}}}", " | replace(from=\"a\", to=\"aaaaaaaaaa\")".repeat(20));
    assert!(told(&fill(&p(&chain)).expect_err("10^20 letters")).contains("template.said.limit"));
    let list = "{{ [x for x in range(end=9)] | length }}";
    assert!(told(&fill(&p(list)).expect_err("a list made in a tag")).contains("template.comprehension"));
    assert!(told(&fill(&p("{{ range(end=10000000) | length }}")).expect_err("too long")).contains("template.said.range"));
    let many = p("{{ 部门名称 }}").repeat(10_001);
    assert!(told(&fill(&many).expect_err("too many tags")).contains("template.too_many"));
}

#[test]
fn files_that_are_hostile_themselves_are_one_clear_error() {
    let bomb = format!("{}{}{}", "<w:document><w:body>", " ".repeat(40 << 20), "</w:body></w:document>");
    let deep = document(&format!("{}{}", "<w:p>".repeat(5000), "</w:p>".repeat(5000)));
    let entities = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{}", document(&p("&b;")));
    let control = document(&p("\u{1}{ x }\u{1}"));
    for (what, text) in [("bomb", &bomb), ("deep", &deep), ("entities", &entities), ("control", &control)] {
        let error = fill_with(word_file(text, None), &Pictures::default(), &record()).err();
        assert!(matches!(&error, Some(Error::Word { mistakes, .. }) if mistakes.len() == 1), "{what}: {error:?}");
    }
    // Tables within tables, as deep as a file may be: filled, or told; never a crash.
    let nested =
        format!("{}{}{}", "<w:tbl><w:tr><w:tc>".repeat(160), p("{{ 部门名称 }}"), "<w:p/></w:tc></w:tr></w:tbl>".repeat(160));
    assert!(fill(&nested).is_ok());
}

#[test]
fn threads_do_not_matter() {
    let renderer = Renderer::new([TemplateSet::built_in(definition())]);
    let record = record();
    let print = || {
        let printed = Printed { record: &record, findings: &[] };
        (renderer.docx(&printed, &Options::default()), renderer.html(&printed, &Options::default()))
    };
    let first = print();
    assert!(first.0.is_ok() && first.1.is_ok());
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..8).map(|_| scope.spawn(|| (0..5).all(|_| print() == first))).collect();
        assert!(running.into_iter().all(|thread| thread.join().expect("no panic")));
    });
    // And a renderer of its own gives the same.
    let again = Renderer::new([TemplateSet::built_in(definition())]);
    assert_eq!(again.docx(&Printed { record: &record, findings: &[] }, &Options::default()), first.0);
}
