//! XML as a stream of tokens with their byte ranges, with names resolved to namespaces: what an XML is made of.
//!
//! [`scanner`] reads tokens (tags with [`start`]), [`attributes`] what stands in a tag; [`stretch`] passes over what is written once
//! more; [`tags`] and [`pieces`] read what was put together from XML already read. Well-formed is what quick-xml calls so, and a few things more are errors here: the end of the file inside an
//! element, a document type (the door to entity bombs), depth without limit. The layer knows no document format beyond the
//! namespaces that it names.

mod attributes;
mod pieces;
mod scanner;
mod start;
mod stretch;
mod tags;
pub use attributes::Attributes;
pub use pieces::{Asked, Listener, Names, Piece, Tag, read_pieces, read_scanned, read_tags};
pub use scanner::{Scanner, Sort, Start};
pub use stretch::{Place, Sample, Stretch};
pub use tags::{Tags, can_read};

use std::borrow::Cow;

/// The namespaces that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// WordprocessingML, transitional or strict, or that of Word 2003.
    Word,
    /// What Word 2010 added to it.
    Word2010,
    /// Office's formulas.
    Math,
    /// DrawingML's texts and shapes.
    Drawing,
    Chart,
    Diagram,
    Vml,
    /// Markup compatibility: choices for programs that know more than others.
    Compatibility,
    /// Of OpenDocument: office, text, table, draw, style, form, number.
    OdfOffice,
    OdfText,
    OdfTable,
    OdfDraw,
    OdfStyle,
    OdfForm,
    /// Any other, or none.
    Other,
}

impl Space {
    /// The space of a namespace; Strict files have other names for the same.
    fn of(uri: &[u8]) -> Space {
        match uri {
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | b"http://purl.oclc.org/ooxml/wordprocessingml/main"
            | b"http://schemas.microsoft.com/office/word/2003/wordml" => Space::Word,
            b"http://schemas.microsoft.com/office/word/2010/wordml" => Space::Word2010,
            b"http://schemas.openxmlformats.org/officeDocument/2006/math"
            | b"http://purl.oclc.org/ooxml/officeDocument/math" => Space::Math,
            b"http://schemas.openxmlformats.org/drawingml/2006/main" | b"http://purl.oclc.org/ooxml/drawingml/main" => {
                Space::Drawing
            }
            b"http://schemas.openxmlformats.org/drawingml/2006/chart"
            | b"http://purl.oclc.org/ooxml/drawingml/chart"
            | b"http://schemas.microsoft.com/office/drawing/2014/chartex" => Space::Chart,
            b"http://schemas.openxmlformats.org/drawingml/2006/diagram" | b"http://purl.oclc.org/ooxml/drawingml/diagram" => {
                Space::Diagram
            }
            b"urn:schemas-microsoft-com:vml" => Space::Vml,
            b"http://schemas.openxmlformats.org/markup-compatibility/2006" => Space::Compatibility,
            _ => open_document(uri),
        }
    }
}

/// The name of an element, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    pub space: Space,
    pub local: &'a str,
}

impl Name<'_> {
    /// Whether this is the WordprocessingML element `local`.
    pub fn is_word(&self, local: &str) -> bool {
        self.space == Space::Word && self.local == local
    }
}

/// One token.
#[derive(Clone, Debug)]
pub enum Token<'a> {
    /// A start tag, or a whole element without content.
    Start {
        name: Name<'a>,
        empty: bool,
        attributes: Attributes<'a>,
    },
    End(Name<'a>),
    /// Text, references and CDATA, resolved.
    Text(Cow<'a, str>),
    /// Declaration, comment, processing instruction.
    Other,
}

/// Why a text is not well-formed XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset.
    pub at: usize,
    /// The id of the text that says what is wrong.
    pub id: &'static str,
    /// For people who know XML, in English.
    pub detail: String,
}

/// The namespaces of OpenDocument; they differ in one word.
fn open_document(uri: &[u8]) -> Space {
    let word = uri.strip_prefix(b"urn:oasis:names:tc:opendocument:xmlns:").and_then(|rest| rest.strip_suffix(b":1.0"));
    match word {
        Some(b"office") => Space::OdfOffice,
        Some(b"text") => Space::OdfText,
        Some(b"table") => Space::OdfTable,
        Some(b"drawing") => Space::OdfDraw,
        Some(b"style") => Space::OdfStyle,
        Some(b"form") => Space::OdfForm,
        _ => Space::Other,
    }
}

fn fault(at: usize, id: &'static str, detail: impl ToString) -> Fault {
    Fault { at, id, detail: detail.to_string() }
}

/// Reads to the end and says whether the text is well-formed.
pub fn check(source: &str) -> Result<(), Fault> {
    let mut scanner = Scanner::new(source);
    while scanner.token()?.is_some() {}
    Ok(())
}

/// Whether XML 1.0 may hold this character at all, escaped or not.
pub fn allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Text for an element's content or a quoted attribute; what XML forbids is left out.
pub fn escape(text: &str, out: &mut String) {
    for c in text.chars().filter(|c| allowed(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(source: &str) -> Option<&'static str> {
        check(source).err().map(|fault| fault.id)
    }

    #[test]
    fn what_is_not_closed_or_not_allowed_is_an_error() {
        assert_eq!(id("<a><b/>x &amp; y</a>"), None);
        assert_eq!(id("<a><b></a>"), Some("xml.syntax"));
        assert_eq!(id("<a><b>"), Some("xml.open"));
        assert_eq!(id("<a>&nope;</a>"), Some("xml.syntax"));
        assert_eq!(id("<a>x & y</a>"), Some("xml.syntax"));
        assert_eq!(id("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), Some("xml.doctype"));
        assert_eq!(id(""), Some("xml.empty"));
        assert_eq!(id("<a></a><b></b>"), Some("xml.second_root"));
        assert_eq!(id(&"<a>".repeat(100_000)), Some("xml.depth"));
    }

    #[test]
    fn names_are_resolved_whatever_their_prefix() {
        let source = "<x:p xmlns:x='http://purl.oclc.org/ooxml/wordprocessingml/main' x:a='1&amp;2'><p/></x:p>";
        let mut scanner = Scanner::new(source);
        let Ok(Some((Token::Start { name, attributes, .. }, _))) = scanner.token() else { panic!("no start") };
        assert!(name.is_word("p"));
        assert_eq!(attributes.get("a").as_deref(), Some("1&2"));
        let Ok(Some((Token::Start { name, empty, .. }, _))) = scanner.token() else { panic!("no start") };
        assert!(!name.is_word("p") && empty);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_input_makes_it_panic(source in "[<>/&;! a-c\\[\\]\"'=:-]{0,40}") {
            let _ = check(&source);
        }

        #[test]
        fn escaped_text_is_read_back(text in any::<String>()) {
            let text: String = text.chars().filter(|c| allowed(*c) && *c != '\r').collect();
            let mut source = String::from("<a>");
            escape(&text, &mut source);
            source.push_str("</a>");
            let mut scanner = Scanner::new(&source);
            let mut read = String::new();
            while let Some((token, _)) = scanner.token().expect("well-formed") {
                if let Token::Text(text) = token {
                    read.push_str(&text);
                }
            }
            prop_assert_eq!(read, text);
        }
    }
}
