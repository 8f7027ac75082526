//! Tokens of an XML text, one after the other.
//!
//! Tags and plain texts, which is nearly all there is, are told apart here by their bytes, in the same way as quick-xml does.
//! Anything else is given to quick-xml: references, comments and the like, and whatever is not well-formed, so that all faults are
//! said in its words.

use super::start::{self, Written, written};
use super::{Attributes, Fault, Name, Space, Token, fault};
use crate::limits;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, QName, ResolveResult};
use std::borrow::Cow;
use std::ops::Range;

/// An element that is open.
struct Open<'a> {
    /// Its name as written.
    full: &'a str,
    name: Name<'a>,
}

/// What stands next, by its first signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Start,
    End,
    Text,
    /// A reference, a comment and the like, or nothing at all.
    Rare,
}

/// A start tag, or a whole element without content.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    pub name: Name<'a>,
    pub empty: bool,
    pub attributes: Attributes<'a>,
}

/// Reads tokens one after the other.
pub struct Scanner<'a> {
    source: &'a str,
    at: usize,
    open: Vec<Open<'a>>,
    depth: usize,
    elements: usize,
    /// Whether a quote stands in any name: then no end tag is what it looks like.
    quoted: bool,
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
        Scanner {
            source,
            // A mark of the byte order is no text.
            at: if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
            open: Vec::new(),
            depth: limits::XML_DEPTH,
            elements: 0,
            quoted: false,
            namespaces: NamespaceResolver::default(),
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

    /// Takes in what a tag declares that stands at a depth.
    fn declare(&mut self, tag: &Written, depth: usize, at: usize) -> Result<(), Fault> {
        (self.known, self.plain) = (None, None);
        self.declaring.push(depth);
        self.namespaces.set_level(depth as u16);
        let inside = &self.source[at + 1..tag.end - if tag.empty { 2 } else { 1 }];
        let element = BytesStart::from_content(inside, tag.full.len());
        self.namespaces.push(&element).map_err(|error| fault(at, "xml.syntax", error))
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

    /// The next token and its byte range; none at the end, when all elements are closed.
    pub fn token(&mut self) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let start = self.at;
        let token = self.advance()?;
        Ok(token.map(|token| (token, start..self.at)))
    }

    /// The next token; none at the end.
    #[inline]
    pub fn advance(&mut self) -> Result<Option<Token<'a>>, Fault> {
        Ok(Some(match self.sort() {
            Sort::Start => {
                let Start { name, empty, attributes } = self.start()?;
                Token::Start { name, empty, attributes }
            }
            Sort::End => Token::End(self.end()?),
            Sort::Text => Token::Text(Cow::Borrowed(self.text())),
            Sort::Rare => return self.rare(),
        }))
    }

    /// What the next token is. With the functions for each sort below, for a loop that many tokens go through: what
    /// [`Scanner::advance`] costs is mostly the moving of tokens from one place to another.
    #[inline(always)]
    pub fn sort(&self) -> Sort {
        match self.source.as_bytes().get(self.at..).unwrap_or_default() {
            [b'<', b'/', ..] => Sort::End,
            [] | [b'<'] | [b'<', b'!' | b'?', ..] | [b'&', ..] => Sort::Rare,
            [b'<', ..] => Sort::Start,
            _ => Sort::Text,
        }
    }

    /// The start tag that stands here.
    #[inline(always)]
    pub fn start(&mut self) -> Result<Start<'a>, Fault> {
        let at = self.at;
        let Some(tag) = written(self.source, at) else { return Err(self.unread()) };
        let depth = self.open.len();
        if tag.declares {
            self.declare(&tag, depth, at)?;
        }
        let Written { full, empty, .. } = tag;
        let name = self.name(full);
        if empty {
            self.forget(depth);
        } else {
            if depth == 0 && self.elements > 0 {
                return Err(fault(at, "xml.second_root", full));
            }
            if depth == self.depth {
                return Err(fault(at, "xml.depth", full));
            }
            self.open(Open { full, name }, tag.quoted);
        }
        self.at = tag.end;
        self.elements += 1;
        Ok(Start { name, empty, attributes: Attributes(tag.attributes) })
    }

    #[inline(always)]
    fn open(&mut self, open: Open<'a>, quoted: bool) {
        self.open.push(open);
        self.quoted |= quoted;
    }

    /// The end tag that stands here, which is that of the element that is open.
    #[inline]
    pub fn end(&mut self) -> Result<Name<'a>, Fault> {
        let rest = &self.source.as_bytes()[self.at + 2..];
        let is_plain = |full: &str| rest.starts_with(full.as_bytes()) && rest.get(full.len()) == Some(&b'>') && !self.quoted;
        let length = match self.open.last() {
            Some(Open { full, .. }) if is_plain(full) => full.len() + 3,
            _ => self.odd_end()?,
        };
        let Some(Open { name, .. }) = self.open.pop() else { return Err(self.unread()) };
        self.at += length;
        self.forget(self.open.len());
        Ok(name)
    }

    /// The length of an end tag that may have more in it than the name.
    #[cold]
    fn odd_end(&mut self) -> Result<usize, Fault> {
        let Some(length) = start::end(&self.source.as_bytes()[self.at..]) else { return Err(self.unread()) };
        let content = &self.source[self.at + 2..self.at + length];
        let name = content.trim_end_matches([' ', '\t', '\r', '\n']);
        // Nothing but blanks is a name too.
        let found = if name.is_empty() { content } else { name };
        let wrong = match self.open.last() {
            Some(open) if open.full == found => return Ok(length + 1),
            Some(open) => IllFormedError::MismatchedEndTag { expected: open.full.to_owned(), found: found.to_owned() },
            None => IllFormedError::UnmatchedEndTag(found.to_owned()),
        };
        Err(fault(self.at, "xml.syntax", Error::IllFormed(wrong)))
    }

    /// The text that stands here, up to the next tag or reference.
    #[inline]
    pub fn text(&mut self) -> &'a str {
        let (source, start) = (self.source, self.at);
        self.at = memchr::memchr2(b'<', b'&', &source.as_bytes()[start..]).map_or(source.len(), |length| start + length);
        &source[start..self.at]
    }

    /// What the library says that stands here.
    fn event(&mut self) -> Result<Event<'a>, Fault> {
        let start = self.at;
        let mut reader = quick_xml::Reader::from_str(&self.source[start..]);
        let event = reader.read_event().map_err(|error| fault(start, "xml.syntax", error))?;
        let read = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        self.at = start.saturating_add(read).min(self.source.len());
        Ok(event)
    }

    /// Why a tag that stands here does not end.
    #[cold]
    fn unread(&mut self) -> Fault {
        let at = self.at;
        self.event().err().unwrap_or_else(|| fault(at, "xml.syntax", "<"))
    }

    /// What is neither tag nor plain text; none at the end.
    #[cold]
    pub fn rare(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let start = self.at;
        let event = self.event()?;
        let written = &self.source[start..self.at];
        Ok(Some(match event {
            Event::CData(_) => {
                let inner = written.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>"));
                Token::Text(Cow::Borrowed(inner.unwrap_or(written)))
            }
            Event::GeneralRef(_) => match unescape(written) {
                Ok(text) => Token::Text(text),
                Err(error) => return Err(fault(start, "xml.syntax", error)),
            },
            Event::DocType(_) => return Err(fault(start, "xml.doctype", "<!DOCTYPE")),
            Event::Eof => {
                return match self.open.last() {
                    Some(open) => Err(fault(start, "xml.open", format_args!("<{}>", open.name.local))),
                    None if self.elements == 0 => Err(fault(start, "xml.empty", "")),
                    None => Ok(None),
                };
            }
            _ => Token::Other,
        }))
    }

    /// Reads to the end of the element that the last token opened, and does not look at what is in it.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.open.len().saturating_sub(1);
        let outermost = self.open.last().map(|open| open.name.local).unwrap_or_default();
        while self.open.len() > outside {
            let at = self.at;
            match self.sort() {
                Sort::Start => {
                    let Some(tag) = written(self.source, at) else { return Err(self.unread()) };
                    if !tag.empty {
                        if self.open.len() == self.depth {
                            return Err(fault(at, "xml.depth", ""));
                        }
                        // No one asks for its namespace.
                        let name = Name { space: Space::Other, local: tag.full };
                        self.open(Open { full: tag.full, name }, tag.quoted);
                    }
                    self.at = tag.end;
                }
                Sort::End => {
                    self.end()?;
                }
                Sort::Text => {
                    self.text();
                }
                Sort::Rare => match self.event()? {
                    Event::DocType(_) => return Err(fault(at, "xml.doctype", "<!DOCTYPE")),
                    Event::Eof => return Err(fault(at, "xml.open", format_args!("<{outermost}>"))),
                    _ => {}
                },
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the scanner says, token by token, in words.
    fn scanned(source: &str) -> Vec<String> {
        let mut scanner = Scanner::new(source);
        let mut said = Vec::new();
        loop {
            match scanner.token() {
                Ok(None) => return said,
                Err(Fault { at, id, detail }) => {
                    said.push(format!("{at} {id} {detail}"));
                    return said;
                }
                Ok(Some((token, range))) => said.push(match token {
                    Token::Start { name, empty, attributes } => format!("{range:?} <{} {}{empty}", name.local, attributes.0),
                    Token::End(name) => format!("{range:?} >{}", name.local),
                    Token::Text(text) => format!("{range:?} {text}"),
                    Token::Other => format!("{range:?}"),
                }),
            }
        }
    }

    /// The same as the library says it by itself.
    fn by_the_library(source: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(source);
        let (mut open, mut elements, mut said) = (0usize, 0, Vec::new());
        let local = |full: &[u8]| {
            String::from_utf8_lossy(full)
                .split_once(':')
                .map_or_else(|| String::from_utf8_lossy(full).into_owned(), |(_, local)| local.to_owned())
        };
        loop {
            let start = reader.buffer_position() as usize;
            let event = reader.read_event();
            let end = reader.buffer_position() as usize;
            let range = start..end;
            let wrong = |id: &str, detail: &str| format!("{start} {id} {detail}");
            let tag = |element: &BytesStart, end: usize| {
                let attributes = &source[start + 1 + element.name().as_ref().len()..end];
                (local(element.name().as_ref()), attributes.to_owned())
            };
            said.push(match event {
                Ok(Event::Start(element)) => {
                    let (name, attributes) = tag(&element, end - 1);
                    if open == 0 && elements > 0 {
                        said.push(wrong("xml.second_root", &String::from_utf8_lossy(element.name().as_ref())));
                        return said;
                    }
                    (open, elements) = (open + 1, elements + 1);
                    format!("{range:?} <{name} {attributes}false")
                }
                Ok(Event::Empty(element)) => {
                    elements += 1;
                    let (name, attributes) = tag(&element, end - 2);
                    format!("{range:?} <{name} {attributes}true")
                }
                Ok(Event::End(element)) => {
                    open -= 1;
                    format!("{range:?} >{}", local(element.name().as_ref()))
                }
                Ok(Event::Text(_)) => format!("{range:?} {}", &source[range.clone()]),
                Ok(Event::CData(text)) => format!("{range:?} {}", String::from_utf8_lossy(&text)),
                Ok(Event::GeneralRef(_)) => match unescape(&source[range.clone()]) {
                    Ok(text) => format!("{range:?} {text}"),
                    Err(error) => wrong("xml.syntax", &error.to_string()),
                },
                Ok(Event::DocType(_)) => wrong("xml.doctype", "<!DOCTYPE"),
                Ok(Event::Eof) if open > 0 => {
                    // Which element is open is not asked here.
                    said.push(wrong("xml.open", ""));
                    return said;
                }
                Ok(Event::Eof) if elements == 0 => wrong("xml.empty", ""),
                Ok(Event::Eof) => return said,
                Ok(_) => format!("{range:?}"),
                Err(error) => wrong("xml.syntax", &error.to_string()),
            });
            if said.last().is_some_and(|said| said.starts_with(&format!("{start} "))) {
                return said;
            }
        }
    }

    fn agree(source: &str) -> Result<(), TestCaseError> {
        let mut scanned = scanned(source);
        if let Some(last) = scanned.last_mut()
            && let Some(at) = last.find(" xml.open ")
        {
            last.truncate(at + " xml.open ".len());
        }
        prop_assert_eq!(scanned, by_the_library(source), "{}", source);
        Ok(())
    }

    #[test]
    fn odd_texts_are_read_as_the_library_reads_them() -> Result<(), TestCaseError> {
        for source in [
            "",
            "<",
            "<a",
            "<a/>",
            "<>x</>",
            "</>",
            "</a>",
            "<a></b>",
            "<a></a >",
            "<a></a b='>'>",
            "<a></  ></a>",
            "<a/ ></a/>",
            "<a\"b>c\"/>",
            "<a'></a'>",
            "<a'b'></a'b'>",
            "<a'>'></a'>'>",
            "<a'b c'></a'b>",
            "<a'b c'></a'b c'>",
            "<r><a'b c'></a'b></r>",
            "<a b='1>\"2' c=\"3>'4\">x</a>",
            "<a b='></a>",
            "<a\nb='/'/>",
            "<a b=\"c",
            "<a></a",
            "<a></a b='",
            "<a>&lt;&#x41;</a>",
            "<a>&</a>",
            "<a>&b</a>",
            "<a>&b;</a>",
            "<a/><!-- > --><?x?>",
            "<a><![CDATA[<b>]]></a>",
            "<!DOCTYPE a><a/>",
            "<a/><b/>",
            "<a/><b></b>",
            "<a/>x",
            "x<a/>",
            "<a><!",
            "<a><![CDATA[",
            "<a><?",
        ] {
            agree(source)?;
        }
        Ok(())
    }

    #[test]
    fn a_second_mark_of_the_byte_order_is_passed_over() {
        assert_eq!(scanned("\u{feff}<a>x</a>"), ["3..6 <a false", "6..7 x", "7..11 >a"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn tokens_are_those_of_the_library(source in "(</?[ab:]{0,2}[ \\n'\"=/xa>]{0,6}>|[<>/&;!? a'\"甲]|<!--|-->|&lt;|x){0,12}") {
            agree(&source)?;
        }

        #[test]
        fn what_is_skipped_is_seen_to_as_what_is_read(inner in "(</?[ab]{0,2}[ '\"=/>]{0,4}>|[<>/&;!? a'\"甲]|&lt;){0,10}") {
            let source = format!("<r>{inner}</r>");
            let mut read = Scanner::new(&source);
            let mut skipped = Scanner::new(&source);
            let _ = (read.token(), skipped.token());
            let found = loop {
                match read.token() {
                    Ok(Some((Token::End(_), _))) if read.open.is_empty() => break Ok(read.at),
                    Ok(Some(_)) => {}
                    // A reference to something unknown is none where no one reads it.
                    Err(fault) if fault.detail.contains("unrecognized entity") => return Ok(()),
                    Err(fault) => break Err((fault.at, fault.id)),
                    Ok(None) => break Err((source.len(), "xml.open")),
                }
            };
            prop_assert_eq!(skipped.skip().map(|()| skipped.at).map_err(|fault| (fault.at, fault.id)), found, "{}", source);
        }
    }
}
