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
pub(super) struct Open<'a> {
    /// Its name as written.
    full: &'a str,
    space: Space,
    /// Where its local name begins.
    local: usize,
}

impl<'a> Open<'a> {
    #[inline(always)]
    fn name(&self) -> Name<'a> {
        Name { space: self.space, local: &self.full[self.local..] }
    }
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
    pub(super) source: &'a str,
    /// What is still to be read of it.
    pub(super) rest: &'a str,
    pub(super) open: Vec<Open<'a>>,
    pub(super) depth: usize,
    elements: usize,
    /// Whether a quote stands in any name: then no end tag is what it looks like.
    pub(super) quoted: bool,
    /// How much was still to be read where the last start tag began.
    pub(super) tag: usize,
    /// Another one with every declaration of a namespace that comes or goes.
    pub(super) scope: u32,
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
            rest: source.strip_prefix('\u{feff}').unwrap_or(source),
            open: Vec::new(),
            depth: limits::XML_DEPTH,
            elements: 0,
            quoted: false,
            tag: 0,
            scope: 0,
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

    /// Where the next token begins.
    #[inline]
    pub fn at(&self) -> usize {
        self.source.len() - self.rest.len()
    }

    /// Takes in what a tag declares that stands at a depth.
    fn declare(&mut self, tag: &Written, depth: usize) -> Result<(), Fault> {
        self.rescope();
        self.declaring.push(depth);
        self.namespaces.set_level(depth as u16);
        let inside = &self.rest[1..1 + tag.full.len() + tag.attributes.len()];
        let element = BytesStart::from_content(inside, tag.full.len());
        self.namespaces.push(&element).map_err(|error| fault(self.at(), "xml.syntax", error))
    }

    /// Forgets what an element at a depth declared.
    #[inline]
    fn forget(&mut self, depth: usize) {
        if self.declaring.pop_if(|declared| *declared == depth).is_some() {
            self.namespaces.set_level(depth as u16);
            self.rescope();
        }
    }

    /// What names mean has changed.
    fn rescope(&mut self) {
        (self.known, self.plain) = (None, None);
        self.scope = self.scope.wrapping_add(1);
    }

    /// An element, from its name as written.
    #[inline(always)]
    fn named(&mut self, full: &'a str) -> Open<'a> {
        if let Some((known, space)) = self.known
            && full.as_bytes().get(known.len()) == Some(&b':')
            // A letter or two: compared here, not by a call.
            && known.bytes().zip(full.bytes()).all(|(known, found)| known == found)
        {
            return Open { full, space, local: known.len() + 1 };
        }
        self.resolve(full)
    }

    /// The same where it is not the prefix of the tag before; it is remembered for the next one.
    fn resolve(&mut self, full: &'a str) -> Open<'a> {
        let is_plain = !full.contains(':');
        if let Some(space) = self.plain.filter(|_| is_plain) {
            return Open { full, space, local: 0 };
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
        Open { full, space, local: full.len() - local.len() }
    }

    /// The next token and its byte range; none at the end, when all elements are closed.
    pub fn token(&mut self) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let start = self.at();
        let token = self.advance()?;
        Ok(token.map(|token| (token, start..self.at())))
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
        match self.rest.as_bytes() {
            [b'<', b'/', ..] => Sort::End,
            [] | [b'<'] | [b'<', b'!' | b'?', ..] | [b'&', ..] => Sort::Rare,
            [b'<', ..] => Sort::Start,
            _ => Sort::Text,
        }
    }

    /// The start tag that stands here.
    #[inline(always)]
    pub fn start(&mut self) -> Result<Start<'a>, Fault> {
        let Some(tag) = written(self.rest) else { return Err(self.unread()) };
        self.tag = self.rest.len();
        let depth = self.open.len();
        if tag.declares {
            self.declare(&tag, depth)?;
        }
        let open = self.named(tag.full);
        let name = open.name();
        if tag.empty {
            self.forget(depth);
        } else {
            if depth == 0 && self.elements > 0 {
                return Err(fault(self.at(), "xml.second_root", tag.full));
            }
            if depth == self.depth {
                return Err(fault(self.at(), "xml.depth", tag.full));
            }
            self.open(open, tag.quoted);
        }
        self.rest = tag.behind;
        self.elements += 1;
        Ok(Start { name, empty: tag.empty, attributes: Attributes(tag.attributes) })
    }

    #[inline(always)]
    fn open(&mut self, open: Open<'a>, quoted: bool) {
        self.open.push(open);
        self.quoted |= quoted;
    }

    /// The end tag that stands here, which is that of the element that is open.
    #[inline(always)]
    pub fn end(&mut self) -> Result<Name<'a>, Fault> {
        let length = match self.open.last() {
            Some(open) if self.is_plain_end(open.full) => open.full.len() + 3,
            _ => self.odd_end()?,
        };
        let Some(open) = self.open.pop() else { return Err(self.unread()) };
        self.rest = &self.rest[length..];
        self.forget(self.open.len());
        Ok(open.name())
    }

    #[inline(always)]
    fn is_plain_end(&self, full: &str) -> bool {
        let tag = self.rest.as_bytes();
        tag.get(full.len() + 2) == Some(&b'>') && tag[2..full.len() + 2] == *full.as_bytes() && !self.quoted
    }

    /// The length of an end tag that may have more in it than the name.
    #[cold]
    fn odd_end(&mut self) -> Result<usize, Fault> {
        let Some((length, _)) = start::end(self.rest.as_bytes(), 1) else { return Err(self.unread()) };
        let content = &self.rest[2..length];
        let name = content.trim_end_matches([' ', '\t', '\r', '\n']);
        // Nothing but blanks is a name too.
        let found = if name.is_empty() { content } else { name };
        let wrong = match self.open.last() {
            Some(open) if open.full == found => return Ok(length + 1),
            Some(open) => IllFormedError::MismatchedEndTag { expected: open.full.to_owned(), found: found.to_owned() },
            None => IllFormedError::UnmatchedEndTag(found.to_owned()),
        };
        Err(fault(self.at(), "xml.syntax", Error::IllFormed(wrong)))
    }

    /// The text that stands here, up to the next tag or reference.
    #[inline]
    pub fn text(&mut self) -> &'a str {
        let rest = self.rest;
        let (text, behind) = rest.split_at(memchr::memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len()));
        self.rest = behind;
        text
    }

    /// What the library says that stands here, and how it is written.
    fn event(&mut self) -> Result<(Event<'a>, &'a str), Fault> {
        let rest = self.rest;
        let mut reader = quick_xml::Reader::from_str(rest);
        let event = reader.read_event().map_err(|error| fault(self.at(), "xml.syntax", error))?;
        let read = usize::try_from(reader.buffer_position()).ok();
        let (written, behind) = read.and_then(|read| rest.split_at_checked(read)).unwrap_or((rest, ""));
        self.rest = behind;
        Ok((event, written))
    }

    /// Why a tag that stands here does not end.
    #[cold]
    fn unread(&mut self) -> Fault {
        let at = self.at();
        self.event().err().unwrap_or_else(|| fault(at, "xml.syntax", "<"))
    }

    /// What is neither tag nor plain text; none at the end.
    #[cold]
    pub fn rare(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let start = self.at();
        let (event, written) = self.event()?;
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
                    Some(open) => Err(fault(start, "xml.open", format_args!("<{}>", open.name().local))),
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
        let outermost = self.open.last().map(|open| open.name().local).unwrap_or_default();
        while self.open.len() > outside {
            match self.sort() {
                Sort::Start => {
                    let Some(tag) = written(self.rest) else { return Err(self.unread()) };
                    if !tag.empty {
                        if self.open.len() == self.depth {
                            return Err(fault(self.at(), "xml.depth", ""));
                        }
                        // No one asks for its namespace.
                        self.open(Open { full: tag.full, space: Space::Other, local: 0 }, tag.quoted);
                    }
                    self.rest = tag.behind;
                }
                Sort::End => {
                    self.end()?;
                }
                Sort::Text => {
                    self.text();
                }
                Sort::Rare => {
                    let at = self.at();
                    match self.event()?.0 {
                        Event::DocType(_) => return Err(fault(at, "xml.doctype", "<!DOCTYPE")),
                        Event::Eof => return Err(fault(at, "xml.open", format_args!("<{outermost}>"))),
                        _ => {}
                    }
                }
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
                    Ok(Some((Token::End(_), _))) if read.open.is_empty() => break Ok(read.at()),
                    Ok(Some(_)) => {}
                    // A reference to something unknown is none where no one reads it.
                    Err(fault) if fault.detail.contains("unrecognized entity") => return Ok(()),
                    Err(fault) => break Err((fault.at, fault.id)),
                    Ok(None) => break Err((source.len(), "xml.open")),
                }
            };
            prop_assert_eq!(skipped.skip().map(|()| skipped.at()).map_err(|fault| (fault.at, fault.id)), found, "{}", source);
        }
    }
}
