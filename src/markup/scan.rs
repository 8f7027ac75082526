//! Cuts a text into characters and HTML markup, with byte ranges, in linear time. Knows which names are HTML, not what to do with them.
//!
//! Own work, not html5ever's tokenizer: that one has no byte positions, and takes `A<甲方>B` or a stray `<5a>` for a tag,
//! where a loose text means the characters. Only names that HTML has are tags here; everything else stays text.

use super::typed::LeftOvers;
use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use std::borrow::Cow;

/// What a known element does to the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// Nothing: `<span>`, `<b>`.
    Inline,
    /// Starts and ends a paragraph: `<p>`, `<div>`, `<li>`.
    Block,
    /// Ends a line: `<br>`.
    Break,
    /// `<pre>`: line ends count.
    Pre,
    Table,
    /// `<thead>`, `<tbody>`, `<tfoot>`.
    RowGroup,
    Row,
    /// `<td>`, `<th>`.
    Cell,
    Input,
    Select,
    Choice,
    /// `<html>`, `<head>`, `<body>`: only a whole page has them.
    Page,
}

/// Why a stretch of the source is no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// `<script>`, `<style>`, `<template>`.
    Script,
    /// `hidden`, `display:none`.
    Hidden,
    /// `<svg>`, `<math>`.
    Drawing,
    /// An option of a list that is not the chosen one.
    Unchosen,
    /// `<!-- … -->`.
    Comment,
    /// Not content in any sense: printed by biaozhun itself behind the form, or hidden and empty. Never reported.
    Nothing,
}

/// A piece of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    Text(&'a str),
    /// An entity, resolved; the few that are two characters have a second.
    Entity(char, Option<char>),
    Open(Tag<'a>),
    Close(Tag<'a>),
    /// Markup that is neither: a doctype, a processing instruction.
    Other,
    /// No content, whole, with its markup.
    Dropped(Reason),
}

/// An opening or closing tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    pub name: &'a str,
    pub element: Element,
    pub attributes: &'a str,
}

/// A token and the bytes it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub token: Token<'a>,
    pub start: usize,
    pub end: usize,
}

/// Goes through a source, once.
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    source: &'a str,
    position: usize,
    /// Found while looking for the end of a text.
    next: Option<Piece<'a>>,
    /// From which byte on there is known to be no `-->`, `"`, `'`.
    without: [usize; 3],
    /// Bytes that may still be spent on what looks like a tag and is none: keeps hostile input linear.
    budget: usize,
    /// What is a left-over in a text that a person typed; none where all of HTML counts.
    typed: Option<LeftOvers>,
}

impl<'a> Scanner<'a> {
    pub fn new(source: &'a str) -> Self {
        let budget = source.len() * 4 + 1024;
        Scanner { source, position: 0, next: None, without: [usize::MAX; 3], budget, typed: None }
    }

    /// Goes through a text that a person typed: only [`LeftOvers`] are markup, and nothing is dropped with its text.
    pub fn typed(source: &'a str) -> Self {
        Scanner { typed: Some(LeftOvers::of(source)), ..Scanner::new(source) }
    }

    /// The first `needle` from `from` on; remembers where there is none.
    fn find(&mut self, slot: usize, needle: &str, from: usize) -> Option<usize> {
        if from >= self.without[slot] {
            return None;
        }
        let found = self.source.get(from..).and_then(|rest| rest.find(needle)).map(|at| from + at);
        if found.is_none() {
            self.without[slot] = from;
        }
        found
    }

    /// The markup that starts at this `<` or `&`, if it is markup.
    fn markup(&mut self, at: usize) -> Option<Piece<'a>> {
        let rest = &self.source[at..];
        let piece = |token, length| Some(Piece { token, start: at, end: at + length });
        match rest.as_bytes() {
            [b'&', ..] => {
                let (first, second, length) = entity(rest)?;
                piece(Token::Entity(first, second), length)
            }
            [b'<', b'!' | b'?', ..] if self.typed.is_some() => None,
            [b'<', b'!', b'-', b'-', ..] => {
                let end = self.find(0, "-->", at + 4)?;
                Some(Piece { token: Token::Dropped(Reason::Comment), start: at, end: end + 3 })
            }
            [b'<', b'!', ..] => {
                let lower = rest.get(..9).map(str::to_ascii_lowercase)?;
                match &*lower {
                    "<!doctype" => piece(Token::Other, rest.bytes().take(1000).position(|b| b == b'>')? + 1),
                    "<![cdata[" => piece(Token::Other, 9),
                    // Word's `<![if !supportLists]>` and `<![endif]>`.
                    _ if lower.starts_with("<![if") || lower.starts_with("<![endif") => {
                        let end = rest.bytes().take(200).position(|b| b == b'>')?;
                        piece(Token::Other, end + 1)
                    }
                    _ => None,
                }
            }
            [b'<', b'?', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let end = rest.bytes().take(1000).position(|b| b == b'>')?;
                piece(Token::Other, end + 1)
            }
            [b'<', b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let (tag, end) = self.tag(at, at + 2)?;
                Some(Piece { token: Token::Close(tag), start: at, end })
            }
            [b'<', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let (tag, end) = self.tag(at, at + 1)?;
                let dropped = if self.typed.is_some() { None } else { self.dropped(&tag, end) };
                match dropped {
                    Some((reason, end)) => Some(Piece { token: Token::Dropped(reason), start: at, end }),
                    None => Some(Piece { token: Token::Open(tag), start: at, end }),
                }
            }
            _ => None,
        }
    }

    /// A tag whose name starts at `from`, and the byte behind its `>`.
    fn tag(&mut self, open: usize, from: usize) -> Option<(Tag<'a>, usize)> {
        let bytes = self.source.as_bytes();
        let name_end = from + bytes[from..].iter().take(25).take_while(|b| b.is_ascii_alphanumeric() || **b == b':').count();
        let name = &self.source[from..name_end];
        let element = element(name)?;
        if !matches!(bytes.get(name_end), Some(b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r')) {
            return None;
        }
        // `A<B>C` compares; a bold `C` after a Latin letter does not happen in these forms.
        let latin = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        if name.len() == 1 && name != "p" && bytes[name_end] == b'>' && open > 0 && bytes[from - 1] == b'<' {
            let (before, after) = (bytes.get(open - 1), bytes.get(name_end + 1));
            if name.bytes().all(|b| b.is_ascii_uppercase()) && latin(before) && latin(after) {
                return None;
            }
        }
        let mut at = name_end;
        let mut value = false;
        let end = loop {
            match bytes.get(at) {
                Some(b'>') => break at,
                None | Some(b'<') => {
                    self.budget = self.budget.saturating_sub(at - open);
                    return None;
                }
                Some(quote @ (b'"' | b'\'')) if value => {
                    let (slot, needle) = if *quote == b'"' { (1, "\"") } else { (2, "'") };
                    // An unclosed quote is a character like any other.
                    if let Some(close) = self.find(slot, needle, at + 1) {
                        at = close;
                    }
                    value = false;
                }
                Some(b'=') => value = true,
                Some(b) => value = value && b.is_ascii_whitespace(),
            }
            at += 1;
        };
        let attributes = self.source[name_end..end].trim_matches([' ', '/', '\n', '\t', '\r']);
        let is_markup = self.typed.is_none_or(|left_overs| left_overs.hold(name));
        is_markup.then_some((Tag { name, element, attributes }, end + 1))
    }

    /// Where an element that is no content ends.
    fn dropped(&mut self, tag: &Tag<'a>, from: usize) -> Option<(Reason, usize)> {
        let name = |wanted: &[&str]| wanted.iter().any(|w| tag.name.eq_ignore_ascii_case(w));
        if name(&["script", "style"]) {
            return Some((Reason::Script, self.raw_end(tag.name, from)));
        }
        let reason = if name(&["template", "xml"]) {
            Reason::Script
        } else if name(&["svg", "math"]) {
            Reason::Drawing
        } else if tag.attributes.is_empty() || name(&VOID) || name(&["html", "body"]) {
            return None;
        } else if attribute(tag.attributes, "data-biaozhun-skip").is_some()
            || attribute(tag.attributes, "data-biaozhun").is_some_and(|value| value == "appendix")
        {
            Reason::Nothing
        } else if is_hidden(tag.attributes) {
            Reason::Hidden
        } else {
            return None;
        };
        let end = self.element_end(tag.name, from);
        // Spreadsheets end their tables with a hidden row of empty cells.
        let empty = reason == Reason::Hidden && !has_text(&self.source[from..end]);
        Some((if empty { Reason::Nothing } else { reason }, end))
    }

    /// The byte behind `</script>`; the end of the source where there is none.
    fn raw_end(&self, name: &str, from: usize) -> usize {
        let bytes = self.source.as_bytes();
        let mut at = from;
        while let Some(open) = bytes[at..].iter().position(|b| *b == b'<').map(|i| at + i) {
            let close = bytes.get(open + 1) == Some(&b'/')
                && bytes.get(open + 2..open + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
            if close {
                return bytes[open..].iter().position(|b| *b == b'>').map_or(bytes.len(), |i| open + i + 1);
            }
            at = open + 1;
        }
        bytes.len()
    }

    /// The byte behind the end tag of an element, or before what ends it without one.
    fn element_end(&mut self, name: &str, from: usize) -> usize {
        let siblings = siblings(name);
        let is = |tag: &Tag, names: &[&str]| names.iter().any(|n| tag.name.eq_ignore_ascii_case(n));
        let (mut depth, mut inside, mut at) = (0usize, 0usize, from);
        let bytes = self.source.as_bytes();
        while let Some(open) = bytes[at..].iter().position(|b| *b == b'<').map(|i| at + i) {
            if self.budget == 0 {
                break;
            }
            at = open + 1;
            let closing = bytes.get(at) == Some(&b'/');
            if bytes[open..].starts_with(b"<!--") {
                at = self.find(0, "-->", open).map_or(at, |end| end + 3);
                continue;
            }
            if !bytes.get(at + usize::from(closing)).is_some_and(u8::is_ascii_alphabetic) {
                continue;
            }
            let Some((tag, end)) = self.tag(open, at + usize::from(closing)) else { continue };
            at = end;
            if !closing && is(&tag, &["script", "style"]) {
                at = self.raw_end(tag.name, end);
            } else if tag.name.eq_ignore_ascii_case(name) && (siblings.is_empty() || closing || inside > 0) {
                match (closing, siblings.is_empty()) {
                    (true, true) if depth == 0 => return end,
                    (true, false) if inside == 0 => return end,
                    (true, true) => depth -= 1,
                    (false, true) => depth += 1,
                    (_, false) => {}
                }
            } else if !siblings.is_empty() {
                let container = is(&tag, &["table", "ul", "ol", "div", "section", "select", "dl"]);
                match closing {
                    false if inside == 0 && is(&tag, siblings) => return open,
                    true if inside == 0 && (container || is(&tag, &["tr", "tbody", "thead", "tfoot", "td", "th"])) => {
                        return open;
                    }
                    false if container => inside += 1,
                    true if container => inside -= 1,
                    _ => {}
                }
            }
        }
        bytes.len()
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(piece) = self.next.take() {
            self.position = piece.end;
            return Some(piece);
        }
        let bytes = self.source.as_bytes();
        let start = self.position;
        let mut at = start;
        loop {
            let found = bytes[at..].iter().position(|b| matches!(b, b'<' | b'&')).map(|i| at + i);
            let Some(special) = found.filter(|_| self.budget > 0) else {
                self.position = bytes.len();
                return (start < bytes.len()).then(|| self.text(start, bytes.len()));
            };
            match self.markup(special) {
                Some(piece) if special == start => {
                    self.position = piece.end;
                    return Some(piece);
                }
                Some(piece) => {
                    self.next = Some(piece);
                    return Some(self.text(start, special));
                }
                None => at = special + 1,
            }
        }
    }
}

impl<'a> Scanner<'a> {
    fn text(&self, start: usize, end: usize) -> Piece<'a> {
        Piece { token: Token::Text(&self.source[start..end]), start, end }
    }
}

const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// What ends an element whose end tag may be left out.
fn siblings(name: &str) -> &'static [&'static str] {
    match &*name.to_ascii_lowercase() {
        "td" | "th" => &["td", "th", "tr", "tbody", "thead", "tfoot"],
        "tr" => &["tr", "tbody", "thead", "tfoot"],
        "p" => &["p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "section", "tr", "td", "th", "li"],
        "li" => &["li"],
        "option" => &["option", "optgroup"],
        "dt" | "dd" => &["dt", "dd"],
        _ => &[],
    }
}

/// What HTML knows under this name; anything with a namespace (`o:p`) is inline.
fn element(name: &str) -> Option<Element> {
    let mut lower = [0u8; 24];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    Some(match std::str::from_utf8(lower).ok()? {
        "br" | "hr" => Element::Break,
        "pre" | "listing" | "xmp" => Element::Pre,
        "table" => Element::Table,
        "thead" | "tbody" | "tfoot" => Element::RowGroup,
        "tr" => Element::Row,
        "td" | "th" => Element::Cell,
        "input" => Element::Input,
        "select" => Element::Select,
        "option" => Element::Choice,
        "html" | "head" | "body" => Element::Page,
        "p" | "div" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "title"
        | "caption" | "blockquote" | "center" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside"
        | "figure" | "figcaption" | "details" | "summary" | "form" | "fieldset" | "legend" | "address" | "textarea"
        | "dialog" | "menu" | "noscript" | "frameset" | "optgroup" => Element::Block,
        "a" | "abbr" | "acronym" | "area" | "audio" | "b" | "base" | "bdi" | "bdo" | "big" | "button" | "canvas" | "cite"
        | "code" | "col" | "colgroup" | "data" | "datalist" | "sdfield" | "del" | "dfn" | "em" | "embed" | "font" | "frame"
        | "i" | "iframe" | "img" | "ins" | "kbd" | "label" | "link" | "map" | "mark" | "marquee" | "math" | "meta"
        | "meter" | "nobr" | "object" | "output" | "param" | "picture" | "progress" | "q" | "rp" | "rt" | "ruby" | "s"
        | "samp" | "script" | "slot" | "small" | "source" | "span" | "strike" | "strong" | "style" | "sub" | "sup" | "svg"
        | "template" | "time" | "track" | "tt" | "u" | "var" | "video" | "wbr" | "xml" => Element::Inline,
        other => {
            let (prefix, local) = other.split_once(':')?;
            if prefix.is_empty() || local.is_empty() || prefix.starts_with(|c: char| !c.is_ascii_alphabetic()) {
                return None;
            }
            Element::Inline
        }
    })
}

/// The first attribute, its value as it is written, and what stands behind it.
pub(super) fn first_attribute(attributes: &str) -> Option<(&str, &str, &str)> {
    let rest = attributes.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    if rest.is_empty() {
        return None;
    }
    let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/')).unwrap_or(rest.len());
    // A stray `=` is a name of its own, or a loop would stand still.
    let (name, after) = rest.split_at(end.max(1));
    let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
    let (value, next) = match after.strip_prefix('=') {
        None => ("", after),
        Some(value) => {
            let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let quoted = ['"', '\''].into_iter().find_map(|q| value.strip_prefix(q).and_then(|v| v.split_once(q)));
            quoted.unwrap_or_else(|| value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())))
        }
    };
    Some((name, value, next))
}

/// The value of an attribute, unescaped; empty where it has none.
pub fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<Cow<'a, str>> {
    let mut rest = attributes;
    while let Some((name, value, next)) = first_attribute(rest) {
        if name.eq_ignore_ascii_case(wanted) {
            return Some(unescape(value));
        }
        rest = next;
    }
    None
}

fn is_hidden(attributes: &str) -> bool {
    let none = |style: Cow<str>| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden") || style.contains("mso-hide:all")
    };
    // `hidden="until-found"` is hidden as well; `hidden="false"` too, but whoever wrote it meant the opposite.
    attribute(attributes, "hidden").is_some_and(|value| value != "false") || attribute(attributes, "style").is_some_and(none)
}

/// Whether there is anything but tags and blanks.
fn has_text(source: &str) -> bool {
    let mut inside = false;
    source.replace("&nbsp;", " ").chars().any(|c| {
        inside = (inside && c != '>') || c == '<';
        !inside && c != '>' && !c.is_whitespace()
    })
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match entity(rest) {
            Some((first, second, length)) => {
                out.push(first);
                out.extend(second);
                length
            }
            None => {
                out.push('&');
                1
            }
        };
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The entity that a text starts with: its one or two characters, and its length in bytes.
fn entity(text: &str) -> Option<(char, Option<char>, usize)> {
    let body = text.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, before) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 3),
            None => (number, 10, 2),
        };
        let count = digits.bytes().take(10).take_while(|b| (*b as char).is_digit(radix)).count();
        let code = u32::from_str_radix(digits.get(..count)?, radix).ok()?;
        let semicolon = usize::from(digits.as_bytes().get(count) == Some(&b';'));
        // Pages still write Windows code points for dashes and quotes.
        let replaced = code.checked_sub(0x80).and_then(|i| C1_REPLACEMENTS.get(i as usize).copied().flatten());
        let c = replaced.or_else(|| char::from_u32(code).filter(|c| *c != '\0')).unwrap_or('\u{fffd}');
        return Some((c, None, before + count + semicolon));
    }
    // Without their semicolon only those that are met so; `R&D` and `?a=1&copy=2` are not meant.
    for (name, c) in [("nbsp", '\u{a0}'), ("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"')] {
        if let Some(rest) = body.strip_prefix(name) {
            return Some((c, None, 1 + name.len() + usize::from(rest.starts_with(';'))));
        }
    }
    let length = body.bytes().take(32).take_while(u8::is_ascii_alphanumeric).count();
    if body.as_bytes().get(length) != Some(&b';') {
        return None;
    }
    let (first, second) = *NAMED_ENTITIES.get(&body[..=length])?;
    let first = char::from_u32(first).filter(|c| *c != '\0')?;
    Some((first, char::from_u32(second).filter(|c| *c != '\0'), length + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(source: &str) -> Vec<String> {
        Scanner::new(source).map(|piece| format!("{:?}", piece.token).chars().take(40).collect()).collect()
    }

    #[test]
    fn only_what_is_html_is_markup() {
        for text in ["<5%", "<= 3", "a < b > c", "A<B>C", "<甲方>", "<abc>", "R&D", "a&b;c", "<p", "< p>", "x<y>z", "<!", "&#;"]
        {
            assert_eq!(shapes(text).len(), 1, "{text}: {:?}", shapes(text));
        }
    }

    #[test]
    fn pieces_cover_the_source() {
        let source = "a<p class=\"x>y\">1&nbsp;&#20013;</p><!-- c --><script>if (a<b) {}</script>z<o:p></o:p>";
        let pieces: Vec<_> = Scanner::new(source).collect();
        assert_eq!(pieces.first().map(|p| p.start), Some(0));
        assert_eq!(pieces.last().map(|p| p.end), Some(source.len()));
        assert!(pieces.windows(2).all(|w| w[0].end == w[1].start));
    }

    #[test]
    fn attributes_are_found_in_any_notation() {
        let attributes = r#"rowspan=2 COLSPAN = '3' hidden title="a&lt;b" ="x" data-x/"#;
        assert_eq!(attribute(attributes, "rowspan").as_deref(), Some("2"));
        assert_eq!(attribute(attributes, "colspan").as_deref(), Some("3"));
        assert_eq!(attribute(attributes, "hidden").as_deref(), Some(""));
        assert_eq!(attribute(attributes, "title").as_deref(), Some("a<b"));
        assert_eq!(attribute(attributes, "data-x").as_deref(), Some(""));
        assert_eq!(attribute(attributes, "none"), None);
    }

    #[test]
    fn a_hidden_element_ends_where_html_ends_it() {
        let rest = |source: &str| {
            Scanner::new(source)
                .filter_map(|p| if let Token::Text(text) = p.token { Some(text.to_owned()) } else { None })
                .collect::<String>()
        };
        assert_eq!(rest("<div hidden>a<div>b</div>c</div>d"), "d");
        assert_eq!(rest("<tr><td style='display: none'>a<td>b<tr hidden><td>c<tr><td>d"), "bd");
        assert_eq!(rest("<section data-biaozhun=appendix><p>x</p></section>y"), "y");
        assert_eq!(rest("<ul><li hidden>a<ul><li>b</ul><li>c</ul>"), "c");
    }
}
