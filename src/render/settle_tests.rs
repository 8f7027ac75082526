//! Tests of the last pass: any tree stays well-formed, and a part is settled from its pieces as it is from its whole text.

#![cfg(test)]

use super::filters::PARAGRAPH;
use super::settle::{BREAK, Fresh, settle};
use super::tokens::Read;
use super::word::Dialect;
use crate::render::names::Members;
use crate::render::word;
use proptest::prelude::*;

fn piece() -> impl Strategy<Value = String> {
    let text = "[甲 {}%#|\"“a-c&;<]{0,8}";
    let leaf = prop_oneof![
        text.prop_map(|text| {
            let mut out = String::from("<w:r><w:t>");
            crate::xml::escape(&text, &mut out);
            out + "</w:t></w:r>"
        }),
        Just("<w:vMerge w:val=\"?k\"/>".to_owned()),
        Just("<w:tcPr/>".to_owned()),
        Just("<w:t>{{ a | merge(within=b) }}</w:t>".to_owned()),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        let tag = prop_oneof![Just("p"), Just("r"), Just("t"), Just("tc"), Just("tr"), Just("tbl"), Just("tcPr")];
        (tag, proptest::collection::vec(inner, 0..4)).prop_map(|(tag, inner)| format!("<w:{tag}>{}</w:{tag}>", inner.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_the_tree_nothing_panics_and_all_stays_well_formed(body in piece()) {
        let xml = format!(
            "<w:body xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{body}</w:body>"
        );
        let settled = settle(xml.clone(), Read::default(), &mut Fresh::default(), true, &Dialect::default());
        prop_assert!(settled.is_ok_and(|settled| crate::xml::check(&settled).is_ok()));
        let _ = word::compile(&xml, crate::locus::Part::Body, &Members::default(), &word::Album::default());
    }
}

/// Parts of a row of a template; `\u{1}` is where a value comes.
fn cell_of_row() -> impl Strategy<Value = String> {
    let text = prop_oneof![Just("\u{1}"), Just("甲\u{1}乙"), Just("\u{1} \u{1}"), Just("丙")];
    let run = text.prop_map(|text| format!("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>"));
    let properties = prop_oneof![
        Just(""),
        Just("<w:pPr><w:jc w:val=\"center\"/></w:pPr>"),
        Just("<w:pPr><w:pStyle w:val=\"a\"/><w:keepNext/></w:pPr>"),
        Just("<w:bookmarkStart w:id=\"3\" w:name=\"b\"/><w:bookmarkEnd w:id=\"3\"/>"),
    ];
    let of_cell = prop_oneof![
        Just(""),
        Just("<w:tcPr><w:tcW w:w=\"100\" w:type=\"dxa\"/><w:gridSpan w:val=\"2\"/></w:tcPr>"),
        Just("<w:tcPr><w:vMerge w:val=\"?\u{1}\"/></w:tcPr>"),
    ];
    let around = prop_oneof![
        Just(("", "")),
        Just(("<w:sdt><w:sdtPr><w:id w:val=\"7\"/></w:sdtPr><w:sdtContent>", "</w:sdtContent></w:sdt>")),
        Just(("<w:tbl><w:tblPr/><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>")),
    ];
    (of_cell, around, properties, proptest::collection::vec(run, 0..3)).prop_map(|(of_cell, (begin, end), properties, runs)| {
        format!("<w:tc>{of_cell}{begin}<w:p w14:paraId=\"1A\">{properties}{}</w:p>{end}</w:tc>", runs.concat())
    })
}

proptest! {
    #[test]
    fn a_part_is_settled_from_its_pieces_as_it_is_from_its_whole_text(
        cells in proptest::collection::vec(cell_of_row(), 1..4),
        values in proptest::collection::vec(prop_oneof![Just(""), Just("一"), Just("一"), Just("二&amp;"), Just(BREAK), Just(PARAGRAPH)], 1..9),
        header in prop_oneof![Just(""), Just("<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")],
        turns in 0usize..4,
    ) {
        use crate::render::tokens::{ASKED, Piece};
        use crate::xml::Names;
        let namespaces = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:w14=\"w14\"";
        let row = format!("<w:tr>{header}{}</w:tr>", cells.concat());
        let texts = [format!("<w:body {namespaces}><w:tbl><w:tblPr/>"), row, "</w:tbl><w:p>\u{1}</w:p></w:body>".to_owned()];
        // As a template is cut: every piece once, and the loop between two tags.
        let (mut pieces, mut inside, mut parts, mut known) = (Vec::new(), false, Vec::new(), Names::default());
        for text in &texts {
            let numbers: Vec<u32> = text.split('\u{1}').map(|text| {
                let (piece, ends_inside) = Piece::read(text, inside, "w:", &ASKED, &mut known).expect("can be read");
                inside = ends_inside;
                pieces.push(piece);
                pieces.len() as u32 - 1
            }).collect();
            parts.push(numbers);
        }
        let turns = std::iter::once(&parts[0]).chain(std::iter::repeat_n(&parts[1], turns)).chain([&parts[2]]);
        let (mut filled, mut found, mut values) = (String::new(), Vec::new(), values.iter().cycle());
        for numbers in turns {
            for (index, number) in numbers.iter().enumerate() {
                if index > 0 {
                    filled.push_str(values.next().expect("is endless"));
                }
                let piece = &pieces[*number as usize];
                if piece.is_read() {
                    found.push((filled.len(), *number));
                }
                filled.push_str(piece.text());
            }
        }
        let dialect = Dialect { sole: true, ..Dialect::default() };
        let settled = |read: Read, dialect: &Dialect| settle(filled.clone(), read, &mut Fresh::default(), false, dialect);
        let whole = settled(Read::default(), &Dialect::default());
        prop_assert!(whole.is_ok());
        prop_assert_eq!(&settled(Read { pieces: &pieces, found: &found }, &dialect), &whole);
        prop_assert_eq!(&settled(Read::default(), &dialect), &whole);
    }
}
