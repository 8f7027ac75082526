//! XML as a stream of tokens with their byte ranges: a thin layer over quick-xml with names resolved to namespaces.
//!
//! What quick-xml lets pass is an error here: the end of the file inside an element, a document type (the door to entity
//! bombs), depth without limit. The layer knows no document format beyond the namespaces that it names.

mod pieces;
mod tags;
pub use pieces::{Asked, Listener, Piece, Tag, read_pieces, read_scanned, read_tags};
pub use tags::{Tags, can_read};

use crate::limits;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, QName, ResolveResult};
use std::borrow::Cow;
use std::ops::Range;

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

/// The attributes of a start tag, as written; read on demand.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a>(&'a str);

impl<'a> Attributes<'a> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.trim_ascii().is_empty()
    }

    /// Whether this text stands in them.
    pub fn holds(&self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// The value of the first attribute with this local name, whatever its prefix.
    pub fn get(&self, local: &str) -> Option<String> {
        self.value(local).map(Cow::into_owned)
    }

    /// Two values at once.
    pub fn pair(&self, first: &str, second: &str) -> [Option<Cow<'a, [u8]>>; 2] {
        let mut found = [None, None];
        for attribute in self.each() {
            if is_named(&attribute, first) {
                found[0] = Some(attribute.value);
            } else if is_named(&attribute, second) {
                found[1] = Some(attribute.value);
            }
        }
        found
    }

    /// The same, without a copy where none is needed.
    pub fn value(&self, local: &str) -> Option<Cow<'a, str>> {
        if let Some(value) = self.only(local) {
            return Some(Cow::Borrowed(value));
        }
        let found = self.each().find(|attribute| is_named(attribute, local))?;
        match found.value {
            Cow::Borrowed(value) => unescape(std::str::from_utf8(value).ok()?).ok(),
            Cow::Owned(value) => Some(Cow::Owned(unescape(std::str::from_utf8(&value).ok()?).ok()?.into_owned())),
        }
    }

    /// The value where there is but one attribute, of the plainest form: ` w:val="center"`. None says nothing.
    fn only(&self, local: &str) -> Option<&'a str> {
        let rest = self.0.strip_prefix(' ')?;
        let (name, rest) = rest.split_at(rest.bytes().position(|byte| byte == b'=')?);
        let value = rest.strip_prefix("=\"")?.strip_suffix('"')?;
        let is_it = name.strip_suffix(local).is_some_and(|prefix| prefix.is_empty() || prefix.ends_with(':'));
        let is_plain = !value.bytes().any(|byte| matches!(byte, b'"' | b'&' | b'\t' | b'\n' | b'\r'));
        (is_it && is_plain && !name.bytes().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'')))
            .then_some(value)
    }

    fn each(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let mut attributes = quick_xml::events::attributes::Attributes::new(self.0, 0);
        // The same name twice is a fault of the file that loses nothing.
        attributes.with_checks(false);
        attributes.flatten()
    }
}

/// Whether an attribute has this local name: compared from its end, where names differ that share a prefix.
fn is_named(attribute: &Attribute, local: &str) -> bool {
    let prefix = attribute.key.as_ref().strip_suffix(local.as_bytes());
    prefix.is_some_and(|prefix| prefix.is_empty() || prefix.ends_with(b":"))
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

/// Reads tokens one after the other.
pub struct Scanner<'a> {
    source: &'a str,
    reader: Reader<&'a [u8]>,
    open: Vec<Name<'a>>,
    depth: usize,
    elements: usize,
    namespaces: NamespaceResolver,
    /// Depths of the elements that declare a namespace, and so are asked for by few tags.
    declaring: Vec<usize>,
    /// The prefix resolved last, as long as no declaration comes or goes.
    known: Option<(&'a str, Space)>,
    /// The same for names without a prefix.
    plain: Option<Space>,
}

impl<'a> Scanner<'a> {
    pub fn new(source: &'a str) -> Self {
        let reader = Reader::from_str(source);
        let namespaces = NamespaceResolver::default();
        Scanner {
            source,
            reader,
            open: Vec::new(),
            depth: limits::XML_DEPTH,
            elements: 0,
            namespaces,
            declaring: Vec::new(),
            known: None,
            plain: None,
        }
    }

    /// For readers that do not recurse: elements may stand as deep in each other as namespaces can be counted.
    pub fn deep(source: &'a str) -> Self {
        Scanner { depth: usize::from(u16::MAX) - 1, ..Scanner::new(source) }
    }

    /// The namespace that a prefix stands for here.
    pub fn namespace(&self, prefix: &str) -> Option<&[u8]> {
        match self.namespaces.resolve_element(QName(format!("{prefix}:x").as_bytes())).0 {
            ResolveResult::Bound(Namespace(uri)) => Some(uri),
            _ => None,
        }
    }

    /// Takes in what a tag at a depth declares.
    fn declare(&mut self, attributes: Attributes, element: &BytesStart, depth: usize, at: usize) -> Result<(), Fault> {
        // Few tags have it, and all are asked: two letters that are rare in attributes (`xml:space` has but one of them) are
        // looked for in all bytes at once.
        let of = |letter: u8| attributes.0.bytes().fold(false, |any, byte| any | (byte == letter));
        if !of(b'm') || !of(b'n') || !attributes.0.as_bytes().windows(5).any(|letters| letters == b"xmlns") {
            return Ok(());
        }
        (self.known, self.plain) = (None, None);
        self.declaring.push(depth);
        self.namespaces.set_level(depth as u16);
        self.namespaces.push(element).map_err(|error| fault(at, "xml.syntax", error))
    }

    /// Forgets what an element at a depth declared.
    #[inline]
    fn forget(&mut self, depth: usize) {
        if self.declaring.pop_if(|declared| *declared == depth).is_some() {
            self.namespaces.set_level(depth as u16);
            (self.known, self.plain) = (None, None);
        }
    }

    /// The name of an element, from its tag as written.
    #[inline]
    fn name(&mut self, full: &'a str) -> Name<'a> {
        if let Some((known, space)) = self.known
            && full.as_bytes().get(known.len()) == Some(&b':')
            // A letter or two: compared here, not by a call.
            && known.bytes().zip(full.bytes()).all(|(known, found)| known == found)
        {
            return Name { space, local: &full[known.len() + 1..] };
        }
        self.resolve(full)
    }

    /// The same where it is not the prefix of the tag before; it is remembered for the next one.
    fn resolve(&mut self, full: &'a str) -> Name<'a> {
        let is_plain = !full.contains(':');
        if let Some(space) = self.plain.filter(|_| is_plain) {
            return Name { space, local: full };
        }
        let space = match self.namespaces.resolve_element(QName(full.as_bytes())).0 {
            ResolveResult::Bound(Namespace(uri)) => Space::of(uri),
            _ => Space::Other,
        };
        let (prefix, local) = full.split_once(':').unwrap_or(("", full));
        // A lone colon is no prefix, and none at all needs no looking for it.
        if !prefix.is_empty() {
            self.known = Some((prefix, space));
        } else if is_plain {
            self.plain = Some(space);
        }
        Name { space, local }
    }

    /// The name and the attributes of a tag that stands in a range and ends in so many signs, as written.
    #[inline]
    fn tag(&self, element: &BytesStart, range: &Range<usize>, signs: usize) -> (&'a str, Attributes<'a>) {
        let inside = self.source.get(range.start + 1..range.end - signs).unwrap_or_default();
        let (full, attributes) = inside.split_at_checked(element.name().as_ref().len()).unwrap_or_default();
        (full, Attributes(attributes))
    }

    /// The next token and its byte range; none at the end, when all elements are closed.
    pub fn token(&mut self) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let start = self.position();
        let token = self.advance()?;
        Ok(token.map(|token| (token, start..self.position())))
    }

    /// The next token; none at the end. In line with the loop that asks for it: most of what it costs by itself would be the
    /// moving of tokens from one place to another.
    #[inline(always)]
    pub fn advance(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let start = self.position();
        // Looked at where it is: taking it out of its result costs more than all that is done with it here.
        let event = &self.reader.read_event();
        let range = start..self.position();
        Ok(Some(match event {
            Ok(Event::Start(element)) => {
                let (full, attributes) = self.tag(element, &range, 1);
                if !attributes.0.is_empty() {
                    self.declare(attributes, element, self.open.len(), start)?;
                }
                let name = self.name(full);
                if self.open.is_empty() && self.elements > 0 {
                    return Err(fault(start, "xml.second_root", full));
                }
                if self.open.len() == self.depth {
                    return Err(fault(start, "xml.depth", full));
                }
                self.open.push(name);
                self.elements += 1;
                Token::Start { name, empty: false, attributes }
            }
            Ok(Event::Empty(element)) => {
                self.elements += 1;
                let (full, attributes) = self.tag(element, &range, 2);
                let depth = self.open.len();
                if !attributes.0.is_empty() {
                    self.declare(attributes, element, depth, start)?;
                }
                let name = self.name(full);
                self.forget(depth);
                Token::Start { name, empty: true, attributes }
            }
            Ok(Event::End(_)) => {
                // The tokeniser has seen that it is the element which is open.
                let Some(name) = self.open.pop() else { return Err(fault(start, "xml.syntax", "</")) };
                self.forget(self.open.len());
                Token::End(name)
            }
            Ok(Event::Text(_)) => Token::Text(Cow::Borrowed(&self.source[range])),
            Ok(other) => return self.rarer(other, &range),
            Err(error) => return Err(fault(start, "xml.syntax", error)),
        }))
    }

    /// What is neither tag nor plain text; none at the end.
    fn rarer(&self, event: &Event, range: &Range<usize>) -> Result<Option<Token<'a>>, Fault> {
        let written = &self.source[range.clone()];
        Ok(Some(match event {
            Event::CData(_) => {
                let inner = written.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>"));
                Token::Text(Cow::Borrowed(inner.unwrap_or(written)))
            }
            Event::GeneralRef(_) => match unescape(written) {
                Ok(text) => Token::Text(text),
                Err(error) => return Err(fault(range.start, "xml.syntax", error)),
            },
            Event::DocType(_) => return Err(fault(range.start, "xml.doctype", "<!DOCTYPE")),
            Event::Eof => {
                return match self.open.last() {
                    Some(open) => Err(fault(range.start, "xml.open", format_args!("<{}>", open.local))),
                    None if self.elements == 0 => Err(fault(range.start, "xml.empty", "")),
                    None => Ok(None),
                };
            }
            _ => Token::Other,
        }))
    }

    /// Reads to the end of the element that the last token opened, and does not look at what is in it.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let mut depth = 0usize;
        loop {
            let start = self.position();
            match self.reader.read_event().map_err(|error| fault(start, "xml.syntax", error))? {
                Event::Start(_) if self.open.len() + depth == self.depth => return Err(fault(start, "xml.depth", "")),
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => {
                    self.open.pop();
                    self.forget(self.open.len());
                    return Ok(());
                }
                Event::End(_) => depth -= 1,
                Event::DocType(_) => return Err(fault(start, "xml.doctype", "<!DOCTYPE")),
                Event::Eof => {
                    let open = self.open.last().map(|name| name.local).unwrap_or_default();
                    return Err(fault(start, "xml.open", format_args!("<{open}>")));
                }
                _ => {}
            }
        }
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.source.len()).min(self.source.len())
    }
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
