//! Every Word file that we write is as strict as Word: children in the order of ECMA-376 (transitional), every cell ends with a
//! paragraph, numbers stand once, whatever is referred to is there.
//!
//! Word itself is not at hand. The orders below are those of the schema `wml.xsd`; the same files were validated against all of it
//! by hand.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::form::load;
use biaozhun::package::{Limits, Package};
use biaozhun::pipeline::{Print, Printer, convert};
use biaozhun::rules::Fix;
use biaozhun::xml::{Scanner, Token};
use std::collections::{BTreeMap, BTreeSet};
use support::family::filled;
use support::word::perfect_word;

const PRINT: Print = Print { language: Language::Chinese, appendix: true };

/// Elements whose children have an order, and the order; a blank order says that the first must come first.
const ORDERS: [(&str, &[&str]); 13] = [
    (
        "pPr",
        &[
            "pStyle",
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "framePr",
            "widowControl",
            "numPr",
            "suppressLineNumbers",
            "pBdr",
            "shd",
            "tabs",
            "suppressAutoHyphens",
            "kinsoku",
            "wordWrap",
            "overflowPunct",
            "topLinePunct",
            "autoSpaceDE",
            "autoSpaceDN",
            "bidi",
            "adjustRightInd",
            "snapToGrid",
            "spacing",
            "ind",
            "contextualSpacing",
            "mirrorIndents",
            "suppressOverlap",
            "jc",
            "textDirection",
            "textAlignment",
            "textboxTightWrap",
            "outlineLvl",
            "divId",
            "cnfStyle",
            "rPr",
            "sectPr",
            "pPrChange",
        ],
    ),
    ("tbl", &["tblPr", "tblGrid", "tr"]),
    (
        "tblPr",
        &[
            "tblStyle",
            "tblpPr",
            "tblOverlap",
            "bidiVisual",
            "tblStyleRowBandSize",
            "tblStyleColBandSize",
            "tblW",
            "jc",
            "tblCellSpacing",
            "tblInd",
            "tblBorders",
            "shd",
            "tblLayout",
            "tblCellMar",
            "tblLook",
            "tblPrChange",
        ],
    ),
    ("tr", &["tblPrEx", "trPr", "tc"]),
    ("tc", &["tcPr", "p"]),
    (
        "tcPr",
        &[
            "cnfStyle",
            "tcW",
            "gridSpan",
            "hMerge",
            "vMerge",
            "tcBorders",
            "shd",
            "noWrap",
            "tcMar",
            "textDirection",
            "tcFitText",
            "vAlign",
            "hideMark",
            "cellIns",
            "cellDel",
            "cellMerge",
            "tcPrChange",
        ],
    ),
    ("p", &["pPr", "r"]),
    ("r", &["rPr", "t"]),
    ("sdt", &["sdtPr", "sdtEndPr", "sdtContent"]),
    (
        "sectPr",
        &[
            "headerReference",
            "footerReference",
            "footnotePr",
            "endnotePr",
            "type",
            "pgSz",
            "pgMar",
            "paperSrc",
            "pgBorders",
            "lnNumType",
            "pgNumType",
            "cols",
            "formProt",
            "vAlign",
            "noEndnote",
            "titlePg",
            "textDirection",
            "bidi",
            "rtlGutter",
            "docGrid",
            "printerSettings",
            "sectPrChange",
        ],
    ),
    ("body", &["p", "sectPr"]),
    (
        "lvl",
        &[
            "start",
            "numFmt",
            "lvlRestart",
            "pStyle",
            "isLgl",
            "suff",
            "lvlText",
            "lvlPicBulletId",
            "legacy",
            "lvlJc",
            "pPr",
            "rPr",
        ],
    ),
    ("numbering", &["numPicBullet", "abstractNum", "num", "numIdMacAtCleanup"]),
];

/// Elements that stand beside paragraphs and runs, and may be anywhere among them.
fn is_content(name: &str) -> bool {
    matches!(
        name,
        "p" | "tbl"
            | "sdt"
            | "r"
            | "ins"
            | "del"
            | "hyperlink"
            | "fldSimple"
            | "smartTag"
            | "proofErr"
            | "t"
            | "tab"
            | "br"
            | "tc"
            | "tr"
            | "delText"
            | "drawing"
            | "pict"
            | "fldChar"
            | "instrText"
            | "sym"
            | "noBreakHyphen"
            | "AlternateContent"
            | "footnoteReference"
            | "endnoteReference"
            | "annotationRef"
            | "footnoteRef"
            | "separator"
            | "continuationSeparator"
            | "lastRenderedPageBreak"
    ) || name.starts_with("bookmark")
        || name.starts_with("comment")
        || name.starts_with("perm")
}

#[derive(Default)]
struct Looked {
    wrong: Vec<String>,
    /// Numbers by what they are of.
    numbers: BTreeMap<String, Vec<String>>,
    /// Relationships that are referred to.
    related: BTreeSet<String>,
}

struct Open {
    name: String,
    rank: usize,
    last: String,
    rows: usize,
}

/// Goes over a part.
fn look(part: &str, xml: &str, looked: &mut Looked) {
    let mut scanner = Scanner::new(xml);
    let mut open: Vec<Open> = Vec::new();
    while let Some((token, _)) = scanner.token().unwrap_or_else(|fault| panic!("{part}: {}", fault.detail)) {
        match token {
            Token::Start { name, empty, attributes } => {
                let local = name.local.to_owned();
                if let Some(around) = open.last_mut() {
                    if let Some((_, order)) = ORDERS.iter().find(|(parent, _)| **parent == *around.name) {
                        // Content stands where the last of the order does.
                        let known = order.iter().position(|child| *child == local);
                        let content = is_content(&local) && matches!(&*around.name, "tbl" | "tr" | "tc" | "p" | "r" | "body");
                        let content = content.then(|| order.iter().position(|child| is_content(child))).flatten();
                        match content.or(known) {
                            Some(rank) if rank < around.rank => {
                                looked.wrong.push(format!("{part}: {local} too late in {}", around.name));
                            }
                            Some(rank) => around.rank = rank,
                            None => looked.wrong.push(format!("{part}: {local} in {}", around.name)),
                        }
                    }
                    around.last.clone_from(&local);
                    around.rows += usize::from(local == "tr" || local == "tc");
                }
                let mut number = |of: &str, attribute: &str| {
                    let value = attributes.get(attribute).unwrap_or_else(|| panic!("{part}: {of} without {attribute}"));
                    looked.numbers.entry(of.to_owned()).or_default().push(value);
                };
                match &*local {
                    "docPr" | "bookmarkStart" | "bookmarkEnd" | "commentRangeStart" | "commentRangeEnd"
                    | "commentReference" | "comment" => number(&local, "id"),
                    // Of tracked changes, in runs and in properties.
                    "ins" | "del" | "cellIns" | "cellDel" | "cellMerge" | "pPrChange" | "rPrChange" | "tcPrChange" => {
                        number("change", "id")
                    }
                    "p" if attributes.get("paraId").is_some() => number("paraId", "paraId"),
                    _ => {}
                }
                if matches!(&*local, "headerReference" | "footerReference" | "hyperlink") {
                    looked.related.extend(attributes.get("id"));
                }
                looked.related.extend(attributes.get("embed"));
                let opened = Open { name: local, rank: 0, last: String::new(), rows: 0 };
                if empty { closed(part, &opened, looked) } else { open.push(opened) }
            }
            Token::End(_) => closed(part, &open.pop().expect("is open"), looked),
            Token::Text(_) | Token::Other => {}
        }
    }
}

/// What the last child of an element has to be.
fn closed(part: &str, element: &Open, looked: &mut Looked) {
    let wrong = match &*element.name {
        "tc" | "txbxContent" | "comment" | "footnote" | "hdr" | "ftr" => !matches!(&*element.last, "p" | "sdt"),
        "tbl" | "tr" => element.rows == 0,
        "body" => element.last != "sectPr",
        _ => false,
    };
    if wrong {
        looked.wrong.push(format!("{part}: {} ends with {:?}", element.name, element.last));
    }
}

/// All that is wrong with a Word file.
fn faults(file: &[u8]) -> Vec<String> {
    let package = Package::open(file.to_vec(), &Limits::default()).expect("opens");
    let read = |name: &str| package.read_text(name).expect("reads");
    let types = read("[Content_Types].xml");
    let mut wrong = Vec::new();
    let mut all = Looked::default();
    for name in package.names() {
        let ending = name.rsplit('.').next().unwrap_or_default();
        let has_type = types.contains(&format!("PartName=\"/{name}\"")) || types.contains(&format!("Extension=\"{ending}\""));
        if !has_type && name != "[Content_Types].xml" {
            wrong.push(format!("{name} has no type"));
        }
        if ending == "rels" {
            let base = name.replace("_rels/", "");
            for related in package.relationships(base.trim_end_matches(".rels")).expect("reads") {
                if !package.names().contains(&related.target) {
                    wrong.push(format!("{name}: {} is missing", related.target));
                }
            }
            continue;
        }
        if !name.starts_with("word/") || ending != "xml" {
            continue;
        }
        let mut looked = Looked::default();
        look(name, &read(name), &mut looked);
        let rels: BTreeSet<String> =
            package.relationships(name).expect("reads").into_iter().map(|related| related.id).collect();
        wrong.extend(looked.related.difference(&rels).map(|id| format!("{name}: {id} leads nowhere")));
        wrong.extend(looked.wrong);
        for (of, numbers) in looked.numbers {
            all.numbers.entry(of).or_default().extend(numbers);
        }
    }
    for part in types.split("PartName=\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
        if !package.names().iter().any(|name| name == part) {
            wrong.push(format!("[Content_Types].xml: {part} is missing"));
        }
    }
    for (of, numbers) in &all.numbers {
        let once: BTreeSet<&String> = numbers.iter().collect();
        if once.len() < numbers.len() {
            wrong.push(format!("a number of {of} stands twice"));
        }
    }
    // What begins also ends, and is said.
    for group in
        [&["bookmarkStart", "bookmarkEnd"][..], &["comment", "commentRangeStart", "commentRangeEnd", "commentReference"]]
    {
        let of = |name: &&str| all.numbers.get(*name).into_iter().flatten().collect::<BTreeSet<_>>();
        if group.iter().any(|name| of(name) != of(&group[0])) {
            wrong.push(format!("{group:?} do not fit together"));
        }
    }
    wrong
}

#[test]
fn every_form_filled_and_corrected_is_as_word_wants_it() {
    let printer = Printer::new(load::builtin());
    for definition in load::builtin() {
        for seed in 0..3 {
            let source = perfect_word(&filled(definition, seed).sheet);
            // Reading is not in question here; a form that is read otherwise is printed all the same.
            let Ok(conversion) = convert(&source, load::builtin(), Fix::Auto) else { continue };
            for form in &conversion.forms {
                let plain = printer.docx(form, PRINT).expect("prints");
                let tracked = printer.docx_tracked(form, PRINT).expect("prints");
                for (what, file) in [("plain", plain), ("tracked", tracked)] {
                    assert_eq!(faults(&file), Vec::<String>::new(), "{} {seed} {what}", definition.id);
                }
            }
        }
    }
}

#[test]
fn samples_with_many_corrections_are_as_word_wants_them() {
    let printer = Printer::new(load::builtin());
    let samples = [
        include_str!("../samples/water-bureau-2023.txt"),
        include_str!("../samples/health-2022.txt"),
        include_str!("../samples/two-kinds-2023.txt"),
    ];
    let mut changes = 0;
    for sample in samples {
        for form in &convert(sample.as_bytes(), load::builtin(), Fix::Suggest).expect("forms").forms {
            changes += form.record.changes.len();
            for file in [printer.docx(form, PRINT), printer.docx_tracked(form, PRINT)] {
                assert_eq!(faults(&file.expect("prints")), Vec::<String>::new());
            }
        }
    }
    assert!(changes > 20);
}

#[test]
fn what_is_out_of_order_is_seen() {
    let w = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let faults = |body: &str| {
        let mut looked = Looked::default();
        look("x", &format!("<w:body {w}>{body}<w:sectPr/></w:body>"), &mut looked);
        looked.wrong.len()
    };
    assert_eq!(faults("<w:p><w:pPr><w:pStyle/><w:jc/></w:pPr><w:r><w:rPr/><w:t/></w:r></w:p>"), 0);
    assert_eq!(faults("<w:p><w:pPr><w:jc/><w:pStyle/></w:pPr></w:p>"), 1);
    assert_eq!(faults("<w:p><w:r/><w:pPr/></w:p>"), 1);
    assert_eq!(faults("<w:p><w:r><w:t/><w:rPr/></w:r></w:p>"), 1);
    assert_eq!(faults("<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p/><w:tbl><w:tblPr/></w:tbl></w:tc></w:tr></w:tbl>"), 2);
    assert_eq!(faults("<w:tbl><w:tblGrid/><w:tblPr/><w:tr/></w:tbl>"), 2);
}
