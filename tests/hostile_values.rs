//! Whatever is rendered is read back to the same record, whatever the values are: marks of XML and of templates, emoji,
//! characters that no document may hold, long texts, blanks. For the shipped template, for starter templates of several
//! definitions, for a template with Chinese tags; as Word file and as page. Nothing in a value is ever evaluated.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::form::{FormDefinition, load};
use biaozhun::package::{self, Limits, Package};
use biaozhun::pipeline::{Checked, Converter, Print, Printer};
use biaozhun::record::Record;
use biaozhun::render::{TemplateSet, scaffold, scaffold_html};
use biaozhun::rules::Fix;
use biaozhun::xml;
use std::sync::Arc;
use support::case::definitions;
use support::prng::Random;

const PRINT: Print = Print { language: Language::Chinese, appendix: false };
const CASES: u64 = if cfg!(debug_assertions) { 6 } else { 40 };
const SAMPLES: [&str; 2] =
    [include_str!("../samples/water-bureau-2023.txt"), include_str!("../samples/civil-affairs-2023.txt")];

/// What people, programs and pranksters leave in a cell.
const HOSTILE: [&str; 34] = [
    "A&B <c> \"d\" {{ x }} {% if %}",
    "{{ p.department }}",
    "{% for x in p.projects %}{{ x.name }}{% endfor %}",
    "{# 评 #}",
    "{%tr endfor %}",
    "|合并}}",
    "&amp;&lt;b&gt;",
    "]]>甲<![CDATA[",
    "<!-- 甲 -->乙",
    "甲😀乙👩‍👩‍👧",
    "甲\u{b}乙\u{c}丙",
    "甲\u{fffd}\u{fffd}乙",
    "甲\u{1}{ x }\u{1}乙\u{4}",
    "甲\u{feff}乙\u{fffe}丙",
    "%s %d $HOME `id` \\n \\u0041",
    "{\"a\": [1, 2]}",
    "'; DROP TABLE 表; --",
    "𠮷野家与𡈽地",
    "e\u{301}é",
    "<w:p/></w:t>甲",
    "__tera_context",
    "甲&#10;乙&#x2029;丙",
    "-- 甲 --",
    "…… 甲 …… 乙 ……",
    "<b>甲</b>",
    "甲<br/>",
    "<br/>",
    "<b>",
    "</p>",
    "&lt;b&gt;",
    "<![CDATA[甲]]>",
    "<![CDATA[",
    "<script>甲</script>",
    "<Table Select=\"甲\">",
];

/// Between plain words, and alone.
fn hostile(random: &mut Random) -> String {
    match random.below(10) {
        8 | 9 => (*random.pick(&HOSTILE)).to_owned(),
        // A text of ten thousand characters.
        0 => {
            let piece = format!("关于{}的工作安排和说明", random.pick(&HOSTILE));
            format!("{}。", piece.chars().cycle().take(10_000).collect::<String>())
        }
        1 => format!("甲{}{}乙", random.pick(&HOSTILE), random.pick(&HOSTILE)),
        2 => String::new(),
        _ => format!("开展{}工作", random.pick(&HOSTILE)),
    }
}

/// What of a value a document can hold.
fn holdable(text: &str) -> String {
    text.chars().filter(|c| xml::allowed(*c)).collect()
}

fn texts(record: &Record) -> Vec<(String, String)> {
    let mut all = Vec::new();
    record.each_leaf(&mut |path, leaf| {
        let text = holdable(&leaf.text);
        if !text.trim().is_empty() {
            all.push((path.to_string(), text));
        }
    });
    all
}

/// A form of a text, faultless as far as rules go.
fn form(text: &str, definitions: &[Arc<FormDefinition>]) -> Checked {
    Converter::new(definitions).convert(text.as_bytes(), Fix::Auto).expect("a form").forms.remove(0)
}

/// Puts hostile texts into the fields at these places, as they are there.
fn spoil(form: &mut Checked, places: &[&str], random: &mut Random) {
    let mut paths = Vec::new();
    form.record.each_leaf(&mut |path, _| {
        if places.contains(&&*place(&path.to_string())) {
            paths.push(path.clone());
        }
    });
    assert!(paths.len() >= places.len(), "{paths:?}");
    for path in paths {
        let leaf = form.record.leaf_mut(&path).expect("is a leaf");
        let text = hostile(random);
        // A list of texts has no blank ones.
        leaf.text = if text.is_empty() && path.to_string().ends_with(']') { "甲".to_owned() } else { text };
    }
}

/// The place without the numbers in it.
fn place(path: &str) -> String {
    path.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// The first that differs. What was spoilt comes back as it is; the rest as the rules have it (dates are printed in words).
fn difference(wanted: &Record, file: &[u8], converter: &Converter, places: &[&str]) -> Option<String> {
    let mut found = Vec::new();
    for (fix, spoilt) in [(Fix::None, true), (Fix::Auto, false)] {
        let back = match converter.convert(file, fix) {
            Ok(back) => back,
            Err(error) => return Some(format!("{error:?}")),
        };
        let [form] = &back.forms[..] else { return Some(format!("{} forms", back.forms.len())) };
        found.extend(texts(&form.record).into_iter().filter(|(path, _)| places.contains(&&*place(path)) == spoilt));
    }
    // The list is printed with its numbers.
    for (path, text) in found.iter_mut().filter(|(path, _)| path.ends_with(']')) {
        let number = path.rsplit(['[', ']']).nth(1).and_then(|index| index.parse::<usize>().ok()).unwrap_or_default() + 1;
        if let Some(rest) = text.strip_prefix(&format!("{number}. ")) {
            *text = rest.to_owned();
        }
    }
    let wanted = texts(wanted);
    let missing = wanted.iter().find(|entry| !found.contains(entry));
    let new = found.iter().find(|entry| !wanted.contains(entry));
    let of = |entry: Option<&(String, String)>| entry.cloned().unwrap_or_default();
    let ((lost_at, lost), (new_at, new)) = (of(missing), of(new));
    let same = lost.chars().zip(new.chars()).take_while(|(a, b)| a == b).count().saturating_sub(4);
    let from_there = |text: &str| text.chars().skip(same).take(60).collect::<String>();
    (lost_at != new_at || lost != new)
        .then(|| format!("at {same}\n lost {lost_at} {:?}\n  new {new_at} {:?}", from_there(&lost), from_there(&new)))
}

fn trips(name: &str, printer: &Printer, definitions: &[Arc<FormDefinition>], base: &Checked, places: &[&str], page: bool) {
    let converter = Converter::new(definitions);
    let mut wrong = Vec::new();
    for seed in 0..CASES {
        let mut random = Random::new(seed);
        let mut form = base.clone();
        spoil(&mut form, places, &mut random);
        let file = printer.docx(&form, PRINT).unwrap_or_else(|error| panic!("{name} {seed}: {error:?}"));
        wrong.extend(difference(&form.record, &file, &converter, places).map(|d| format!("{name} Word {seed}: {d}")));
        if page {
            let page = printer.html(&form, PRINT).unwrap_or_else(|error| panic!("{name} {seed}: {error:?}"));
            wrong.extend(
                difference(&form.record, page.as_bytes(), &converter, places).map(|d| format!("{name} page {seed}: {d}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{} of {CASES}:\n{}", wrong.len(), wrong.join("\n"));
}

const DEPARTMENT: [&str; 6] =
    ["department", "projects[].name", "projects[].use", "duties[]", "annual_goals[].goal", "annual_goals[].indicators[].name"];

#[test]
fn the_shipped_template_and_a_starter_template_lose_nothing() {
    let starter = TemplateSet {
        docx: Some(scaffold(&definitions()[0]).expect("a template").into()),
        html: Some(scaffold_html(&definitions()[0]).into()),
        ..TemplateSet::none(definitions()[0].clone())
    };
    let printers = [("shipped", Printer::new(definitions())), ("starter", Printer::with_templates([starter]))];
    for (name, printer) in &printers {
        for sample in SAMPLES {
            trips(name, printer, definitions(), &form(sample, definitions()), &DEPARTMENT, true);
        }
    }
}

fn purchase() -> [Arc<FormDefinition>; 1] {
    [Arc::new(load::load("purchase", include_str!("data/purchase-request.yaml")).expect("is sound"))]
}

const PURCHASE: [&str; 4] = ["office", "goods[].name", "goods[].remark", "reasons[]"];

#[test]
fn a_starter_template_of_another_trade_loses_nothing() {
    let definitions = purchase();
    let base = form(include_str!("data/request.txt"), &definitions);
    trips("purchase", &Printer::new(&definitions), &definitions, &base, &PURCHASE, true);
}

#[test]
fn a_users_template_with_chinese_tags_loses_nothing() {
    let definitions = purchase();
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let cell = |text: &str, span: usize| format!("<w:tc><w:tcPr><w:gridSpan w:val=\"{span}\"/></w:tcPr>{}</w:tc>", p(text));
    let row = |cells: &[(&str, usize)]| {
        format!("<w:tr>{}</w:tr>", cells.iter().map(|(text, span)| cell(text, *span)).collect::<String>())
    };
    let body = [
        p("办公用品采购申请表"),
        p("申请日期：{{ 申请日期 }}"),
        p("金额单位：{{ 金额单位 }}"),
        "<w:tbl><w:tblGrid><w:gridCol w:w=\"2000\"/><w:gridCol w:w=\"2000\"/><w:gridCol w:w=\"2000\"/><w:gridCol w:w=\"2000\"/></w:tblGrid>".into(),
        row(&[("申请科室", 1), ("{{ 申请科室 }}", 1), ("申请人", 1), ("｛｛　申请人　｝｝", 1)]),
        row(&[("采购方式", 1), ("{{ 采购方式 }}", 3)]),
        row(&[("采购明细", 1), ("品名", 1), ("金额", 1), ("用途", 1)]),
        row(&[("{% for 物 in 采购明细 %}", 1), ("{{ 物.品名 }}", 1), ("{{ 物.金额 }}", 1), ("{{ 物.用途 }}{% endfor %}", 1)]),
        row(&[("申请理由", 1), ("{{ 申请理由 }}", 3)]),
        "</w:tbl>".into(),
        p("说明：{{ 说明[0] }}"),
    ]
    .concat();
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let parts = [
        (
            "_rels/.rels",
            format!("<Relationships><Relationship Id=\"r\" Type=\"{kind}\" Target=\"word/document.xml\"/></Relationships>"),
        ),
        ("word/document.xml", format!("<w:document xmlns:w=\"{space}\"><w:body>{body}</w:body></w:document>")),
    ];
    let file = package::pack(&parts.map(|(name, text)| (name.to_owned(), text.into_bytes()))).expect("packs");
    let set = TemplateSet { docx: Some(file.into()), ..TemplateSet::none(definitions[0].clone()) };
    let base = form(include_str!("data/request.txt"), &definitions);
    trips("chinese", &Printer::with_templates([set]), &definitions, &base, &PURCHASE, false);
}

/// The labels of the form in place of paths give the same file, byte for byte.
#[test]
fn tags_by_label_and_tags_by_path_print_the_same() {
    let definition = &definitions()[0];
    let bytes = scaffold(definition).expect("a template");
    let package = Package::open(bytes.clone(), &Limits::default()).expect("opens");
    let mut text = package.read_text("word/document.xml").expect("reads");
    let mut replaced = 0;
    for field in biaozhun::render::named_fields(definition).iter().filter(|field| field.within.is_empty()) {
        let tag = format!("{{{{ {} }}}}", field.path);
        replaced += text.matches(&tag).count();
        text = text.replace(&tag, &format!("{{{{ {} }}}}", field.name));
    }
    assert!(replaced >= 6, "{replaced}");
    let labelled = package.write(&[("word/document.xml".to_owned(), text.into_bytes())]).expect("writes");
    let print = |file: Vec<u8>| {
        let set = TemplateSet { docx: Some(file.into()), ..TemplateSet::none(definition.clone()) };
        Printer::with_templates([set]).docx(&form(SAMPLES[0], definitions()), PRINT).unwrap_or_else(|error| panic!("{error:?}"))
    };
    assert!(print(labelled) == print(bytes));
}
