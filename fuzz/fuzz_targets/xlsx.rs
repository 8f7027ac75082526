//! Workbooks of XML: a sheet, its shared texts, styles, comments and a drawing.
#![no_main]

use biaozhun::read::{Options, read};
use biaozhun_fuzz::{Part, Words, packed};
use libfuzzer_sys::fuzz_target;

macro_rules! part {
    ($name:literal, $root:literal) => {
        Part { name: $name, before: concat!("<", $root, ">"), after: concat!("</", $root, ">") }
    };
}

const PARTS: [Part; 5] = [
    part!("xl/worksheets/sheet1.xml", "worksheet"),
    part!("xl/sharedStrings.xml", "sst"),
    part!("xl/styles.xml", "styleSheet"),
    part!("xl/comments1.xml", "comments"),
    part!("xl/drawings/drawing1.xml", "wsDr"),
];

const FIXED: [(&str, &str); 4] = [
    ("_rels/.rels", "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='xl/workbook.xml'/></Relationships>"),
    (
        "xl/workbook.xml",
        "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheets><sheet name='1' id='1'/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id='1' Type='x/worksheet' Target='worksheets/sheet1.xml'/><Relationship Id='2' Type='x/sharedStrings' Target='sharedStrings.xml'/><Relationship Id='3' Type='x/styles' Target='styles.xml'/></Relationships>",
    ),
    (
        "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationships><Relationship Id='1' Type='x/comments' Target='../comments1.xml'/><Relationship Id='2' Type='x/drawing' Target='../drawings/drawing1.xml'/></Relationships>",
    ),
];

#[rustfmt::skip]
const WORDS: Words = Words {
    elements: &[
        "sheetData", "row", "c", "v", "f", "is", "t", "r", "rPh", "si", "mergeCells", "mergeCell", "cols", "col", "sheetPr",
        "numFmts", "numFmt", "cellXfs", "cellStyleXfs", "xf", "comment", "text", "threadedComment", "sp", "pic", "phoneticPr",
        "dataValidations", "extLst", "hyperlink",
    ],
    attributes: &[
        "r='A1'", "r='B1'", "r='XFD1048576'", "r='ZZZZZZZ9999999999'", "r='1'", "r='4294967295'", "t='s'", "t='str'",
        "t='inlineStr'", "t='b'", "t='e'", "t='n'", "t='d'", "s='0'", "s='1'", "s='99'", "ref='A1:B2'", "ref='A1:XFD1048576'",
        "ref='B2:A1'", "ref='A1'", "hidden='1'", "min='1'", "max='16384'", "min='4294967295'", "numFmtId='0'", "numFmtId='10'",
        "numFmtId='14'", "numFmtId='58'", "numFmtId='164'", "formatCode='0.00%'", "formatCode='yyyy\"年\"m\"月\"d\"日\";@'",
        "formatCode='#,##0.00_ ;[Red]-#,##0.00 '", "formatCode='[$-804]AM/PM h:mm:ss.000'", "formatCode='# ?/?'",
        "formatCode='0.0E+00'", "formatCode='[&gt;100]0;General'", "state='hidden'",
    ],
    texts: &["0", "1", "0.96", "45290", "1e308", "-1E-300", "99999999999999999999999999", "甲", " ", "TRUE", "#REF!", "2023-12-30T00:00:00", "a&amp;lt;b"],
};

fuzz_target!(|bytes: &[u8]| {
    let Some(file) = packed(bytes, &PARTS, &FIXED, &WORDS) else { return };
    let _ = read(&file, &Options::default());
});
