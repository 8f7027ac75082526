//! The tags of a text that was put together from pieces of XML already read: what [`super::Scanner`] gives, without looking at
//! every piece a second time.
//!
//! Seen to again are the nesting, the names of end tags and the ends of comments and the like; what stands inside a tag was
//! read when the pieces were. Namespaces are known by one prefix, and no attribute may hold a `>` ([`can_read`]).

use super::{Attributes, Fault, Name, Scanner, Space, Token, fault};
use crate::limits;
use std::borrow::Cow;
use std::ops::Range;

/// Whether this can be read so: no attribute holds the bracket that ends tags.
pub fn can_read(source: &str) -> bool {
    let mut scanner = Scanner::new(source);
    while let Ok(Some((token, range))) = scanner.token() {
        if matches!(token, Token::Start { .. }) && source[range].bytes().filter(|byte| *byte == b'>').count() > 1 {
            return false;
        }
    }
    true
}

/// Reads tags one after the other.
pub struct Tags<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
    pub(super) open: Vec<&'a str>,
    pub(super) elements: usize,
    /// The prefix of WordprocessingML, with the colon; no other means it.
    word: &'a str,
}

impl<'a> Tags<'a> {
    pub fn new(source: &'a str, word: &'a str) -> Self {
        Tags { source, at: 0, open: Vec::new(), elements: 0, word }
    }

    fn name(&self, full: &'a str) -> Name<'a> {
        // A letter or two and the colon: compared here, not by a call.
        let word = self.word.bytes().zip(full.bytes()).all(|(word, found)| word == found);
        match full.get(self.word.len()..).filter(|_| word) {
            Some(local) => Name { space: Space::Word, local },
            None => Name { space: Space::Other, local: full.find(':').map_or(full, |colon| &full[colon + 1..]) },
        }
    }

    /// The next token and its byte range; none at the end, when all elements are closed. Texts are as they are written. In line
    /// with the one loop that asks for it, as is what it calls for most tokens.
    #[inline(always)]
    pub fn token(&mut self) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let (source, start) = (self.source, self.at);
        let rest = source.as_bytes().get(start..).unwrap_or_default();
        match rest {
            [] => self.finish(start).map(|()| None),
            [b'<', b'/', ..] => self.end(start),
            [b'<', b'?' | b'!', ..] => self.rarer(start),
            [b'<', ..] => self.start(start, rest),
            _ => {
                let end = memchr::memchr(b'<', rest).map_or(source.len(), |length| start + length);
                self.at = end;
                Ok(Some((Token::Text(Cow::Borrowed(&source[start..end])), start..end)))
            }
        }
    }

    fn finish(&self, start: usize) -> Result<(), Fault> {
        match self.open.last() {
            Some(open) => Err(fault(start, "xml.open", format_args!("<{open}>"))),
            None if self.elements == 0 => Err(fault(start, "xml.empty", "")),
            None => Ok(()),
        }
    }

    fn rarer(&mut self, start: usize) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let rest = &self.source[start..];
        match () {
            () if rest.starts_with("<?") => self.other(start, "?>"),
            () if rest.starts_with("<!--") => self.other(start, "-->"),
            () if rest.starts_with("<![CDATA[") => self.other(start, "]]>"),
            () => Err(fault(start, "xml.doctype", "<!")),
        }
    }

    #[inline(always)]
    fn start(&mut self, start: usize, rest: &'a [u8]) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let source = self.source;
        let Some(length) = memchr::memchr(b'>', rest) else {
            return Err(fault(start, "xml.open", "<"));
        };
        let at = start + length;
        let tag = &rest[1..length];
        let name = tag.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'/')).unwrap_or(tag.len());
        let full = source.get(start + 1..start + 1 + name).unwrap_or_default();
        if full.is_empty() || full.starts_with('<') {
            return Err(fault(start, "xml.syntax", "<"));
        }
        let empty = tag.last() == Some(&b'/');
        if self.open.is_empty() && self.elements > 0 {
            return Err(fault(start, "xml.second_root", full));
        }
        if !empty {
            if self.open.len() == limits::XML_DEPTH {
                return Err(fault(start, "xml.depth", full));
            }
            self.open.push(full);
        }
        self.elements += 1;
        self.at = at + 1;
        let attributes = Attributes(&source[start + 1 + full.len()..at - usize::from(empty)]);
        Ok(Some((Token::Start { name: self.name(full), empty, attributes }, start..at + 1)))
    }

    #[inline(always)]
    fn end(&mut self, start: usize) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let rest = &self.source[start + 2..];
        let Some(open) = self.open.pop().filter(|open| rest.starts_with(open)) else {
            return Err(fault(start, "xml.syntax", "</"));
        };
        let behind = &rest.as_bytes()[open.len()..];
        let blanks = behind.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let length = open.len() + blanks;
        if behind.get(blanks) != Some(&b'>') {
            return Err(fault(start, "xml.syntax", format_args!("</{open}")));
        }
        self.at = start + 2 + length + 1;
        Ok(Some((Token::End(self.name(open)), start..self.at)))
    }

    /// A comment, an instruction, a passage that is no markup.
    fn other(&mut self, start: usize, end: &str) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let Some(length) = self.source[start..].find(end) else { return Err(fault(start, "xml.open", "<!")) };
        self.at = start + length + end.len();
        Ok(Some((Token::Other, start..self.at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    fn plain(token: Token) -> String {
        match token {
            Token::Start { name, empty, attributes } => {
                format!("<{name:?} {empty} {:?} {:?}", attributes.get("a"), attributes.get("val"))
            }
            Token::End(name) => format!("/{name:?}"),
            // Texts are told as they are written, and CDATA as none.
            Token::Text(_) | Token::Other => String::new(),
        }
    }

    fn tags(source: &str) -> Result<Vec<(String, Range<usize>)>, Fault> {
        let mut tags = Tags::new(source, "w:");
        let mut out = Vec::new();
        while let Some((token, range)) = tags.token()? {
            out.push((plain(token), range));
        }
        out.retain(|(text, _)| !text.is_empty());
        Ok(out)
    }

    fn scanned(source: &str) -> Result<Vec<(String, Range<usize>)>, Fault> {
        let mut scanner = Scanner::new(source);
        let mut out = Vec::new();
        while let Some((token, range)) = scanner.token()? {
            out.push((plain(token), range));
        }
        out.retain(|(text, _)| !text.is_empty());
        Ok(out)
    }

    #[test]
    fn what_is_not_nested_is_an_error() {
        let id = |source: &str| tags(source).err().map(|fault| fault.id);
        assert_eq!(id("<a><b/>x &amp; y</a>"), None);
        assert_eq!(id("<a><b></a>"), Some("xml.syntax"));
        assert_eq!(id("<a><b>"), Some("xml.open"));
        assert_eq!(id("<a x='"), Some("xml.open"));
        assert_eq!(id("<ab></a>"), Some("xml.syntax"));
        assert_eq!(id("<a></ab>"), Some("xml.syntax"));
        assert!(can_read("<a b='c'>&gt; > </a>") && !can_read("<a b='>'/>"));
        assert_eq!(id("<a></a><b/>"), Some("xml.second_root"));
        assert_eq!(id("<!DOCTYPE a><a/>"), Some("xml.doctype"));
        assert_eq!(id(""), Some("xml.empty"));
        assert_eq!(id(&"<a>".repeat(10_000)), Some("xml.depth"));
    }

    fn piece() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[甲 a&;-]{0,6}".prop_map(|text| text.replace('&', "&amp;")),
            Just("<w:t a='&gt;' w:val=\"1 / 2\">x</w:t >".to_owned()),
            Just("<!-- <w:p> -->".to_owned()),
            Just("<![CDATA[</w:p>]]>".to_owned()),
            Just("<v:shape\n a = \"'\"/>".to_owned()),
            Just("<?x <y> ?>".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            (prop_oneof![Just("w:p"), Just("w14:p"), Just("p")], proptest::collection::vec(inner, 0..4))
                .prop_map(|(name, inner)| format!("<{name}>{}</{name}>", inner.concat()))
        })
    }

    proptest! {
        #[test]
        fn tags_are_those_that_the_scanner_reads(body in piece()) {
            let source = format!("<w:body xmlns:w=\"{W}\">{body}</w:body>");
            prop_assert_eq!(tags(&source), scanned(&source));
        }

        #[test]
        fn no_input_makes_it_panic(source in "[<>/!?&; a甲\\[\\]\"'=:-]{0,40}") {
            let _ = tags(&source);
        }
    }
}
