//! Word templates with hostile tags: looked at, and filled with a form. What is filled must be a file that reads.
#![no_main]

use biaozhun::catalogue::Language;
use biaozhun::form::load;
use biaozhun::pipeline::{Checked, Converter, Print, Printer};
use biaozhun::render::TemplateSet;
use biaozhun::rules::Fix;
use biaozhun::{package, render, xml};
use biaozhun_fuzz::{Part, Words, packed};
use libfuzzer_sys::fuzz_target;
use std::cell::LazyCell;

const PARTS: [Part; 2] = [
    Part {
        name: "word/document.xml",
        before: "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>",
        after: "</w:document>",
    },
    Part {
        name: "word/header1.xml",
        before: "<w:hdr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>",
        after: "</w:hdr>",
    },
];

const FIXED: [(&str, &str); 3] = [
    (
        "[Content_Types].xml",
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'><Default Extension='xml' ContentType='application/xml'/></Types>",
    ),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id='r' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='word/document.xml'/></Relationships>",
    ),
    (
        "word/_rels/document.xml.rels",
        "<Relationships><Relationship Id='3' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/header' Target='header1.xml'/></Relationships>",
    ),
];

#[rustfmt::skip]
const WORDS: Words = Words {
    elements: &[
        "w:body", "w:tbl", "w:tr", "w:tc", "w:p", "w:r", "w:t", "w:pPr", "w:rPr", "w:tcPr", "w:trPr", "w:tblPr", "w:tblGrid",
        "w:gridCol", "w:gridSpan", "w:vMerge", "w:tcW", "w:sdt", "w:sdtPr", "w:sdtContent", "w:ins", "w:del", "w:delText",
        "w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:txbxContent", "w:drawing", "w:sectPr", "w:br", "w:tab",
        "w:hyperlink", "w:fldChar", "w:instrText", "w:proofErr",
    ],
    attributes: &[
        "w:val='restart'", "w:val='2'", "w:val='4294967295'", "w:id='1'", "w:id='2'", "w:name='x'", "w:w='100'", "xml:space='preserve'",
        "w:fldCharType='begin'", "w:fldCharType='end'", "w:type='dxa'", "w:val='0'",
    ],
    texts: &[
        "{{ department }}", "{{ funds.income[0].amount }}", "{% for p in projects %}", "{% for g in annual_goals %}",
        "{% for i in g.indicators %}", "{% endfor %}", "{%tr for p in projects %}", "{%tr endfor %}", "{%p if department %}",
        "{% if department %}", "{% else %}", "{% elif filed_on %}", "{% endif %}", "{{", "}}", "{%", "%}", "{#", "#}", "{{ p.name }}",
        "{{ i.target | default(value=1) }}", "{% set x = 1 %}", "{{ x | upper }}", "{{ \"", "\" }}", "{{ 单位名称 }}", "{{ 1 + 1 }}",
        "{% raw %}", "{% endraw %}", "{% include \"a\" %}", "{% macro a() %}", "{{ loop.index }}", "{{ [1, 2", "] }}", " ", "甲", "{% cell ",
        "{%tc for p in projects %}", "{%tc endfor %}", "{{ department | ", " for ", " in ", " and ", "(", ")", "{{ range(end=9) }}",
    ],
};

thread_local! {
    static FORM: LazyCell<Checked> = LazyCell::new(|| {
        let sample = include_bytes!("../../samples/water-bureau-2023.txt");
        Converter::new(load::builtin()).convert(sample, Fix::Auto).expect("a form").forms.remove(0)
    });
}

fuzz_target!(|bytes: &[u8]| {
    let Some(file) = packed(bytes, &PARTS, &FIXED, &WORDS) else { return };
    let definitions = load::builtin();
    let _ = render::inspect(&file, "x.docx", &definitions[0]);
    let printer =
        Printer::with_templates([TemplateSet { docx: Some(file.into()), ..TemplateSet::built_in(definitions[0].clone()) }]);
    let print = Print { language: Language::Chinese, appendix: true };
    if let Ok(filled) = FORM.with(|form| printer.docx(form, print)) {
        let package = package::Package::open(filled, &package::Limits::default()).expect("what is filled opens");
        let main = package.read_text("word/document.xml").expect("has its part");
        assert_eq!(xml::check(&main), Ok(()), "and is well-formed");
    }
});
