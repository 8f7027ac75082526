//! Word files of other programs with tags typed into one part: all other parts come out as they went in, byte for byte and in
//! their order, and the same on every run.
//!
//! The files are python-docx's and LibreOffice's own (tests/data/foreign), made once: so the test needs neither.

mod support;

use biaozhun::package::{Limits, Package};
use biaozhun::record::Record;
use biaozhun::render::{Options, Printed, Renderer, TemplateSet};
use biaozhun::{xml, yaml};
use std::collections::BTreeSet;
use support::case::definitions;

const FOREIGN: [(&str, &[u8]); 2] = [
    ("python-docx", include_bytes!("data/foreign/python-docx.docx")),
    ("LibreOffice", include_bytes!("data/foreign/libreoffice.docx")),
];

fn record() -> Record {
    let text = "form: department-targets\ndata:\n  department: 甲局\n  projects:\n    \
        - {name: 乙, category: 特定目标类项目, total_budget: 12345.60, year_budget: 1234.50, use: 丙}\n    \
        - {name: 丁, category: 特定目标类项目, total_budget: 1.00, year_budget: 0.50, use: 丙}\n";
    yaml::read(text, definitions(), &[]).unwrap_or_else(|error| panic!("{error:?}")).record
}

#[test]
fn parts_without_tags_come_out_byte_for_byte() {
    for (name, file) in FOREIGN {
        let fill = || {
            let set = TemplateSet { docx: Some(file.into()), ..TemplateSet::none(definitions()[0].clone()) };
            let filled = Renderer::new([set]).docx(&Printed { record: &record(), findings: &[] }, &Options::default());
            filled.unwrap_or_else(|error| panic!("{name}: {error:?}"))
        };
        let filled = fill();
        assert!(fill() == filled, "{name}: the same bytes on every run");
        let [before, after] = [file.to_vec(), filled].map(|bytes| Package::open(bytes, &Limits::default()).expect("opens"));
        // What was filled stands behind what was copied in one piece.
        let names = |package: &Package| package.names().iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&after), names(&before), "{name}");
        assert_eq!(after.names().len(), before.names().len(), "{name}");
        assert!(before.names().len() > 8, "{name}: {:?}", before.names());
        for part in before.names().iter().filter(|part| *part != "word/document.xml") {
            assert!(after.read(part) == before.read(part), "{name}: {part}");
        }
        let text = after.read_text("word/document.xml").expect("reads");
        assert_eq!(xml::check(&text), Ok(()));
        for shown in ["甲局", "乙", "1,234.50", "丁", "0.50", "不动"] {
            assert!(text.contains(shown), "{name}: {shown}");
        }
        assert!(!text.contains("{{") && !text.contains("{%"), "{name}: {text}");
    }
}

/// What of the touched part holds no tag stays as it was: here all up to the paragraph of the first tag.
#[test]
fn the_touched_part_is_touched_only_where_tags_stand() {
    for (name, file) in FOREIGN {
        let before = Package::open(file.to_vec(), &Limits::default()).expect("opens");
        let set = TemplateSet { docx: Some(file.into()), ..TemplateSet::none(definitions()[0].clone()) };
        let filled =
            Renderer::new([set]).docx(&Printed { record: &record(), findings: &[] }, &Options::default()).expect("fills");
        let after = Package::open(filled, &Limits::default()).expect("opens");
        let [before, after] = [before, after].map(|package| package.read_text("word/document.xml").expect("reads"));
        let head = before.find("部门：").map(|at| before[..at].rfind("<w:t").unwrap_or(at)).expect("a tag");
        let tail = before.len() - before.rfind("<w:sectPr").expect("a section");
        assert!(head > 500 && after.starts_with(&before[..head]), "{name}");
        assert!(after.ends_with(&before[before.len() - tail..]), "{name}");
    }
}
