//! Word files made for tests: parts packed as Word packs them, and sheets laid out with true merges.

use super::sheet::Sheet;
use biaozhun::package;
use biaozhun::xml::escape;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// Declarations of every namespace that bodies use.
pub const SPACES: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" "#,
    r#"xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" "#,
    r#"xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" "#,
    r#"xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" "#,
    r#"xmlns:new="urn:something-newer" "#,
    r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" "#,
    r#"xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" "#,
    r#"xmlns:v="urn:schemas-microsoft-com:vml""#
);

/// A package under way: a main part and what it points to.
#[derive(Default)]
pub struct Maker {
    parts: Vec<(String, Vec<u8>)>,
    relationships: String,
}

impl Maker {
    /// Adds a part of the main part's folder, under a relationship with the id `rId1`, `rId2` …
    pub fn part(mut self, kind: &str, name: &str, content: &str) -> Maker {
        let id = self.parts.len() + 1;
        self.relationships.push_str(&format!(
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{name}"/>"#
        ));
        self.parts.push((format!("word/{name}"), content.as_bytes().to_vec()));
        self
    }

    /// Packs a main part that holds this body.
    pub fn pack(self, body: &str) -> Vec<u8> {
        self.pack_main(&format!("<w:document {SPACES}><w:body>{body}</w:body></w:document>"))
    }

    /// Packs a main part.
    pub fn pack_main(self, main: &str) -> Vec<u8> {
        let head = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
        let relationships = |inner: &str| {
            format!(
                r#"{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#
            )
        };
        let office = r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>"#;
        let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
        let mut parts = vec![
            ("[Content_Types].xml".to_owned(), format!("{head}{types}").into_bytes()),
            ("_rels/.rels".to_owned(), relationships(office).into_bytes()),
            ("word/document.xml".to_owned(), format!("{head}{main}").into_bytes()),
            ("word/_rels/document.xml.rels".to_owned(), relationships(&self.relationships).into_bytes()),
        ];
        parts.extend(self.parts);
        package::pack(&parts).expect("packs")
    }
}

/// A file with nothing but this body.
pub fn docx(body: &str) -> Vec<u8> {
    Maker::default().pack(body)
}

/// `<w:p>` with one run.
pub fn paragraph(text: &str) -> String {
    let mut escaped = String::new();
    escape(text, &mut escaped);
    format!(r#"<w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>"#, escaped.replace('\n', "</w:t><w:br/><w:t>"))
}

/// `<w:tc>` with properties and one paragraph.
pub fn cell(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text))
}

pub fn row(cells: &[String]) -> String {
    format!("<w:tr>{}</w:tr>", cells.concat())
}

pub fn table(rows: &[String]) -> String {
    format!("<w:tbl><w:tblPr/>{}</w:tbl>", rows.concat())
}

/// A styles part.
pub fn styles(inner: &str) -> String {
    format!(r#"<w:styles xmlns:w="{WORD}">{inner}</w:styles>"#)
}

/// A numbering part.
pub fn numbering(inner: &str) -> String {
    format!(r#"<w:numbering xmlns:w="{WORD}">{inner}</w:numbering>"#)
}

/// The sheet as an office types it into Word: one table, every span true.
pub fn perfect_word(sheet: &Sheet) -> Vec<u8> {
    let mut body: String = sheet.heading.iter().map(|line| paragraph(line)).collect();
    body.push_str("<w:tbl><w:tblPr/><w:tblGrid>");
    body.push_str(&r#"<w:gridCol w:w="1400"/>"#.repeat(sheet.columns));
    body.push_str("</w:tblGrid>");
    for (number, line) in sheet.rows.iter().enumerate() {
        body.push_str("<w:tr>");
        for (column, held) in line.cells.iter().enumerate().filter(|(_, held)| held.span > 0) {
            let merge =
                sheet.merges.iter().find(|m| m.column == column && (m.row..m.row + m.rows).contains(&number) && m.rows > 1);
            let mut properties = String::new();
            if held.span > 1 {
                properties.push_str(&format!(r#"<w:gridSpan w:val="{}"/>"#, held.span));
            }
            match merge {
                Some(merge) if merge.row == number => properties.push_str(r#"<w:vMerge w:val="restart"/>"#),
                Some(_) => properties.push_str("<w:vMerge/>"),
                None => {}
            }
            body.push_str(&cell(&properties, &held.text));
        }
        body.push_str("</w:tr>");
    }
    body.push_str("</w:tbl>");
    body.extend(sheet.notes.iter().map(|line| paragraph(line)));
    Maker::default().pack(&body)
}
