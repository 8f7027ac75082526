//! The inside of packages, where flipped bytes of a zip never get: the first byte chooses the part, the rest is its content.
#![no_main]

use biaozhun::package;
use biaozhun::read::{Options, read};
use libfuzzer_sys::fuzz_target;

/// Part that is made from the input, and what else its package must hold to be read at all.
const CASES: [(&str, &str, &str); 4] = [
    ("word/document.xml", "officeDocument", "word/document.xml"),
    ("word/numbering.xml", "officeDocument", "word/document.xml"),
    ("xl/worksheets/sheet1.xml", "officeDocument", "xl/workbook.xml"),
    ("content.xml", "", ""),
];

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, content)) = bytes.split_first() else { return };
    let (part, kind, main) = CASES[*choice as usize % CASES.len()];
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, content: String| parts.push((name.to_owned(), content.into_bytes()));
    if main.is_empty() {
        add("mimetype", "application/vnd.oasis.opendocument.text".to_owned());
    } else {
        add("_rels/.rels", format!("<Relationships><Relationship Id='r' Type='{RELATED}/{kind}' Target='{main}'/></Relationships>"));
    }
    match part {
        "word/numbering.xml" => {
            add(
                "word/document.xml",
                format!("<w:document xmlns:w='{WORD}'><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>1</w:t></w:r></w:p></w:body></w:document>"),
            );
            add(
                "word/_rels/document.xml.rels",
                format!("<Relationships><Relationship Id='n' Type='{RELATED}/numbering' Target='numbering.xml'/></Relationships>"),
            );
        }
        "xl/worksheets/sheet1.xml" => {
            add(
                "xl/workbook.xml",
                format!("<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='{RELATED}'><sheets><sheet name='1' sheetId='1' r:id='s'/></sheets></workbook>"),
            );
            add(
                "xl/_rels/workbook.xml.rels",
                format!("<Relationships><Relationship Id='s' Type='{RELATED}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"),
            );
        }
        _ => {}
    }
    parts.push((part.to_owned(), content.to_vec()));
    if let Ok(package) = package::pack(&parts) {
        let _ = read(&package, &Options::default());
    }
});
