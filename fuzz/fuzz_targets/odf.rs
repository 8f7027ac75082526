//! OpenDocument: content, styles and an embedded object, in packages of texts and (with an odd length) of workbooks.
#![no_main]

use biaozhun::read::{Options, Tracked, read};
use biaozhun_fuzz::{Part, Words, packed};
use libfuzzer_sys::fuzz_target;

macro_rules! part {
    ($name:literal, $root:literal) => {
        Part {
            name: $name,
            before: concat!(
                "<",
                $root,
                " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'",
                " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'",
                " xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0'",
                " xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'",
                " xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0'",
                " xmlns:form='urn:oasis:names:tc:opendocument:xmlns:form:1.0'>"
            ),
            after: concat!("</", $root, ">"),
        }
    };
}

const PARTS: [Part; 3] = [
    part!("content.xml", "office:document-content"),
    part!("styles.xml", "office:document-styles"),
    part!("Object 1/content.xml", "math"),
];

#[rustfmt::skip]
const WORDS: Words = Words {
    elements: &[
        "office:body", "office:text", "office:spreadsheet", "text:p", "text:h", "text:span", "text:s", "text:tab",
        "text:line-break", "text:list", "text:list-item", "text:list-header", "text:numbered-paragraph", "table:table",
        "table:table-row", "table:table-cell", "table:covered-table-cell", "table:table-column", "table:table-header-rows",
        "table:table-row-group", "draw:frame", "draw:text-box", "draw:image", "draw:object", "draw:custom-shape", "draw:control",
        "draw:line", "text:note", "text:note-body", "text:note-citation", "office:annotation", "text:tracked-changes",
        "text:changed-region", "text:deletion", "text:insertion", "text:change", "text:change-start", "text:change-end",
        "office:automatic-styles", "office:styles", "style:style", "style:text-properties", "style:table-properties",
        "text:list-style", "text:list-level-style-number", "text:list-level-style-bullet", "text:outline-style",
        "text:outline-level-style", "office:master-styles", "style:master-page", "style:header", "style:footer",
        "office:forms", "form:form", "form:checkbox", "form:radio", "form:text", "form:listbox", "form:option", "text:section",
        "text:hidden-text", "text:ruby", "text:ruby-base", "text:ruby-text", "text:a", "text:bookmark-start",
        "text:fieldmark-start", "office:scripts", "text:table-of-content", "math", "text:page-number",
    ],
    attributes: &[
        "table:number-columns-spanned='2'", "table:number-rows-spanned='3'", "table:number-columns-repeated='1000000'",
        "table:number-rows-repeated='4294967295'", "table:number-columns-repeated='2'", "table:number-rows-repeated='2'",
        "text:c='3'", "text:c='4294967295'", "text:style-name='A'", "style:name='A'", "style:name='B'",
        "style:parent-style-name='B'", "style:parent-style-name='A'", "style:family='paragraph'", "style:family='text'",
        "text:level='1'", "text:level='10'", "text:level='4294967295'", "style:num-format='1'", "style:num-format='一, 二, 三, ...'",
        "style:num-suffix='、'", "text:display-levels='10'", "text:start-value='4294967295'", "text:continue-numbering='true'",
        "text:display='none'", "table:visibility='collapse'", "office:value-type='percentage'", "office:value='0.96'",
        "office:value-type='date'", "office:date-value='2023-12-30'", "office:string-value='x'", "text:change-id='1'",
        "text:id='1'", "form:current-state='checked'", "xml:id='1'", "draw:control='1'", "style:list-style-name='A'",
        "href='./Object 1'", "text:style-name='B'", "text:list-level-style-number='1'", "text:outline-level='3'",
    ],
    texts: &["甲", " ", "a&amp;lt;b", "\n", "收入", "1.", "&#xfffd;", "□", "|"],
};

fuzz_target!(|bytes: &[u8]| {
    let kind = if bytes.len() % 2 == 0 { "text" } else { "spreadsheet" };
    let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
    let Some(file) = packed(bytes, &PARTS, &[("mimetype", &mimetype)], &WORDS) else { return };
    let tracked = if bytes.len() % 4 < 2 { Tracked::Accept } else { Tracked::Reject };
    let _ = read(&file, &Options { tracked, ..Options::default() });
});
