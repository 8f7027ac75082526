//! Word files that are broken, hostile or enormous: an error or a result, never a panic, never more than bounded time.

mod support;

use biaozhun::diag::Error;
use biaozhun::document::Document;
use biaozhun::package;
use biaozhun::read::{Limits, Options, read};
use support::invented::seedlike;
use support::prng::Random;
use support::sheet::Sheet;
use support::word::{Maker, SPACES, cell, docx, numbering, paragraph, perfect_word, row, styles, table};

fn document(file: &[u8]) -> Result<Document, Error> {
    read(file, &Options::default())
}

fn id(file: &[u8]) -> &'static str {
    match document(file) {
        Err(Error::Unreadable(message)) => message.id,
        Err(_) => "other",
        Ok(_) => "",
    }
}

#[test]
fn truncated_files_are_errors_or_results() {
    let whole = perfect_word(&Sheet::new(&seedlike()));
    for end in (0..whole.len()).step_by(97) {
        let _ = document(&whole[..end]);
    }
}

#[test]
fn truncated_parts_are_errors_that_name_the_place() {
    let main =
        format!("<w:document {SPACES}><w:body>{}</w:body></w:document>", table(&[row(&[cell("", "甲"), cell("", "乙")])]));
    for end in (1..main.len()).filter(|end| main.is_char_boundary(*end)) {
        assert_ne!(id(&Maker::default().pack_main(&main[..end])), "", "cut at {end}");
    }
    let Err(Error::Unreadable(message)) = document(&Maker::default().pack_main(&main[..main.len() - 20])) else {
        panic!("reads")
    };
    assert_eq!(message.id, "read.word.broken");
    assert!(message.arguments.iter().any(|(_, detail)| detail.contains("1:")), "{message:?}");
}

#[test]
fn flipped_bits_do_no_harm() {
    let whole = perfect_word(&Sheet::new(&seedlike()));
    let mut random = Random::new(97);
    for _ in 0..if cfg!(debug_assertions) { 100 } else { 1000 } {
        let mut file = whole.clone();
        for _ in 0..1 + random.below(8) {
            let at = random.below(file.len());
            file[at] ^= 1 << random.below(8);
        }
        let _ = document(&file);
    }
    // Inside the parts, where a packed file's checksum does not see it.
    let main = format!(
        "<w:document {SPACES}><w:body>{}</w:body></w:document>",
        table(&[row(&[cell("<w:gridSpan w:val=\"2\"/>", "甲")])])
    );
    for _ in 0..if cfg!(debug_assertions) { 200 } else { 2000 } {
        let mut bytes = main.clone().into_bytes();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(7);
        if let Ok(main) = String::from_utf8(bytes) {
            let _ = document(&Maker::default().pack_main(&main));
        }
    }
}

#[test]
fn parts_that_others_need_may_be_broken() {
    let file = Maker::default()
        .part("styles", "styles.xml", &styles("<w:style>")[..80])
        .part("numbering", "numbering.xml", "hello")
        .part("footnotes", "footnotes.xml", "")
        .part("comments", "missing/../../../x.xml", &numbering(""))
        .pack(&paragraph("正文"));
    let document = document(&file).expect("reads");
    assert_eq!(document.cells().count(), 1);
    let told = document.notices.iter().filter(|notice| notice.message.id == "read.word.part").count();
    assert_eq!(told, 4, "{:?}", document.notices);
}

#[test]
fn no_depth_of_nesting_harms() {
    for depth in [1000, 20_000] {
        let nested =
            format!("{}{}{}", "<w:tbl><w:tr><w:tc>".repeat(depth), paragraph("底"), "</w:tc></w:tr></w:tbl>".repeat(depth));
        let document = document(&docx(&nested)).expect("reads");
        assert_eq!(document.cells().filter(|cell| cell.text == "底").count(), 1);
        assert!(document.notices.iter().any(|notice| notice.message.id == "read.too_deep"));
        let boxes = format!(
            "{}{}{}",
            "<w:p><w:r><w:pict><w:txbxContent>".repeat(depth),
            paragraph("底"),
            "</w:txbxContent></w:pict></w:r></w:p>".repeat(depth)
        );
        // So deep that namespaces cannot be counted any more: refused.
        match id(&docx(&boxes)) {
            "" => {}
            refused => assert_eq!((refused, depth), ("read.word.broken", 20_000)),
        }
        let wrapped =
            format!("<w:p>{}<w:r><w:t>底</w:t></w:r>{}</w:p>", "<w:smartTag>".repeat(depth), "</w:smartTag>".repeat(depth));
        assert_eq!(id(&docx(&wrapped)), "");
        let formula = format!(
            "<w:p><m:oMath>{}<m:r><m:t>x</m:t></m:r>{}</m:oMath></w:p>",
            "<m:d><m:e>".repeat(depth),
            "</m:e></m:d>".repeat(depth)
        );
        assert_eq!(id(&docx(&formula)), "");
    }
    assert_eq!(id(&docx(&"<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(300))), "read.word.broken");
    let fields =
        format!("<w:p>{}<w:r><w:t>x</w:t></w:r></w:p>", "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(3000));
    assert_eq!(id(&docx(&fields)), "");
}

#[test]
fn styles_and_lists_in_circles_end() {
    let circle = styles(
        r#"<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>"#,
    );
    let links = numbering(
        r#"<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="A"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#,
    );
    let file = Maker::default().part("styles", "styles.xml", &circle).part("numbering", "numbering.xml", &links).pack(
        r#"<w:p><w:pPr><w:pStyle w:val="A"/><w:numPr><w:ilvl w:val="99"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>"#,
    );
    assert_eq!(id(&file), "");
}

#[test]
fn spans_without_measure_are_bounded() {
    let huge = r#"<w:gridSpan w:val="4000000000"/><w:vMerge w:val="restart"/>"#;
    let file = docx(&table(&[
        format!(r#"<w:tr><w:trPr><w:gridBefore w:val="4294967295"/></w:trPr>{}{}</w:tr>"#, cell(huge, "甲"), cell("", "乙")),
        row(&[cell(huge, "丙"), cell("", "丁")]),
    ]));
    let document = document(&file).expect("reads");
    assert!(document.cells().all(|cell| cell.column <= 2002 && cell.column_span <= 1000));
    let mut spots: Vec<_> = document.cells().map(|cell| cell.locus.spot).collect();
    spots.sort();
    spots.dedup();
    assert_eq!(spots.len(), 4, "every cell has a place of its own");
}

#[test]
fn limits_are_errors() {
    let file = docx(&table(&vec![row(&vec![cell("", "x"); 10]); 30]));
    let limits = Limits { cells: 100, ..Limits::default() };
    let Err(Error::Unreadable(message)) = read(&file, &Options { limits, ..Options::default() }) else { panic!("reads") };
    assert_eq!(message.id, "read.too_many_cells");
}

#[test]
fn hostile_packages_are_refused_or_read_without_their_tricks() {
    let part = |name: &str, content: &[u8]| (name.to_owned(), content.to_vec());
    let bomb = package::pack(&[part("word/document.xml", &vec![b' '; 40 << 20])]).expect("packs");
    assert_eq!(id(&bomb), "read.broken_package");
    let main = format!("<w:document {SPACES}><w:body>{}</w:body></w:document>", paragraph("正文"));
    let escaping = package::pack(&[part("../../x", b"x"), part("word/document.xml", main.as_bytes())]).expect("packs");
    assert_eq!(id(&escaping), "");
    // No main part at all, and one that is no document.
    assert_eq!(id(&package::pack(&[part("a.txt", b"x")]).expect("packs")), "read.not_text.archive");
    assert_eq!(id(&package::pack(&[part("word/document.xml", b"hello")]).expect("packs")), "read.word.broken");
    let entities = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\">]><a/>";
    assert_eq!(id(&Maker::default().pack_main(entities)), "read.word.broken");
    assert_eq!(id(&docx("")), "read.blank");
}
