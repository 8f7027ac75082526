//! Texts that are put together from the same pieces of XML over and over: every piece is read once, and only what stands
//! between pieces is read where they meet.
//!
//! [`Pieces`] gives the tokens that [`Tags`] gives for the whole text, but for elements and texts inside of pieces that the
//! reader does not ask for. Nesting and names are seen to in all that it gives; what is left out was whole when its piece was read.

use super::{Attributes, Fault, Name, Space, Tags, Token, fault};
use crate::limits;
use std::borrow::Cow;
use std::ops::Range;

/// What a reader asks for; elements by their names.
#[derive(Clone, Copy)]
pub struct Asked {
    /// An element that it wants to see wherever it stands.
    pub element: fn(Name) -> bool,
    /// A child that it wants to see for the element that it stands in, which is the first.
    pub child: fn(Name, Name) -> bool,
    /// An element of which it wants to see the text.
    pub text: fn(Name) -> bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Start,
    Empty,
    End,
    Text,
    /// A comment or an instruction: nobody asks for it.
    Other,
}

/// A token of a piece. What it holds stands for itself, so that nothing has to be cut out again.
#[derive(Clone, Debug)]
struct Mark {
    sort: Sort,
    /// In bytes of the piece.
    range: Range<usize>,
    space: Space,
    /// Of a tag: its name as it is written, the local name, and the attributes; of a text all of it.
    full: Box<str>,
    local: Box<str>,
    content: Box<str>,
}

/// A piece of XML and what is in it. It may begin and end inside of a text or a tag.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    text: String,
    marks: Vec<Mark>,
    /// What stands before belongs to a tag or text that began earlier.
    head: usize,
    /// What stands behind belongs to a tag or text that ends later.
    tail: usize,
}

impl Piece {
    /// Reads a piece that begins inside of a tag or outside of all; whether it ends inside of one. None where it holds what cannot be
    /// read by itself.
    pub fn read(text: &str, inside: bool, word: &str, asked: &Asked) -> Option<(Piece, bool)> {
        let mut piece = Piece { text: text.to_owned(), ..Piece::default() };
        let mut at = 0;
        if inside {
            match memchr::memchr(b'>', text.as_bytes()) {
                Some(end) => at = end + 1,
                None => return Some((piece, true)),
            }
        }
        let Some(first) = text[at..].find('<') else { return Some((piece, false)) };
        at += first;
        (piece.head, piece.tail) = (at, at);
        let mut open: Vec<(Name, usize, bool)> = Vec::new();
        while let Some(found) = next(text, at, word) {
            let (mark, name) = found?;
            at = mark.range.end;
            piece.tail = at;
            let around = open.last().map(|(name, ..)| *name);
            let unasked = !(asked.element)(name) && around.is_some_and(|around| !(asked.child)(around, name));
            match mark.sort {
                Sort::Start => {
                    open.push((name, piece.marks.len(), unasked));
                    piece.marks.push(mark);
                }
                Sort::Empty if unasked => {}
                Sort::Empty => piece.marks.push(mark),
                Sort::Other => {}
                Sort::Text if around.is_some_and(|around| !(asked.text)(around)) => {}
                Sort::Text => piece.marks.push(mark),
                Sort::End => match open.pop() {
                    Some((begun, ..)) if begun != name => return None,
                    // Nothing in it was asked for.
                    Some((_, from, true)) if piece.marks.len() == from + 1 => piece.marks.truncate(from),
                    _ => piece.marks.push(mark),
                },
            }
        }
        Some((piece, text[at..].starts_with('<')))
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is anything in it that is read here and not where pieces meet.
    pub fn is_read(&self) -> bool {
        self.tail > self.head
    }
}

/// The token that begins here, and its name; none where it does not end in this text. The inner none: it cannot be told by itself.
fn next<'t>(text: &'t str, at: usize, word: &str) -> Option<Option<(Mark, Name<'t>)>> {
    let nameless = Name { space: Space::Other, local: "" };
    let mark = |sort, end: usize, (space, full, local): (Space, &str, &str), content: &str| Mark {
        sort,
        range: at..end,
        space,
        full: full.into(),
        local: local.into(),
        content: content.into(),
    };
    let bare = (Space::Other, "", "");
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    if !rest.starts_with('<') {
        let end = at + rest.find('<')?;
        return Some(Some((mark(Sort::Text, end, bare, &text[at..end]), nameless)));
    }
    let others = [("<?", "?>"), ("<!--", "-->"), ("<![CDATA[", "]]>")];
    if let Some((_, ends)) = others.into_iter().find(|(begins, _)| rest.starts_with(begins)) {
        let end = rest.find(ends).map(|length| at + length + ends.len());
        return Some(end.map(|end| (mark(Sort::Other, end, bare, ""), nameless)));
    }
    if rest.starts_with("<!") {
        return Some(None);
    }
    let end = at + rest.find('>')?;
    let ends = rest.starts_with("</");
    let begin = at + if ends { 2 } else { 1 };
    let inside = &text[begin..end];
    let length = inside.find([' ', '\t', '\r', '\n', '/']).unwrap_or(inside.len());
    let full = &inside[..length];
    if full.is_empty() || full.contains('<') {
        return Some(None);
    }
    let (space, local) = match full.strip_prefix(word) {
        Some(local) => (Space::Word, local),
        None => (Space::Other, full.find(':').map_or(full, |colon| &full[colon + 1..])),
    };
    let sort = match (ends, inside.ends_with('/')) {
        (true, _) if !inside[length..].trim_ascii().is_empty() => return Some(None),
        (true, _) => Sort::End,
        (false, true) => Sort::Empty,
        (false, false) => Sort::Start,
    };
    let attributes = inside[length..].strip_suffix('/').unwrap_or(&inside[length..]);
    Some(Some((mark(sort, end + 1, (space, full, local), attributes), Name { space, local })))
}

/// Reads a text that was put together.
pub struct Pieces<'a> {
    tags: Tags<'a>,
    /// The pieces that are still to come, and where they stand.
    coming: std::slice::Iter<'a, (usize, u32)>,
    all: &'a [Piece],
    /// The piece that is being read, and the next of its tokens; the one that comes next.
    now: Option<(usize, &'a Piece)>,
    mark: usize,
    next: Option<(usize, &'a Piece)>,
    /// Up to here text is read that is in no piece.
    until: usize,
}

impl<'a> Pieces<'a> {
    /// `found`: which pieces stand where in the source, in their order. `word` as of [`Tags`].
    pub fn new(source: &'a str, word: &'a str, all: &'a [Piece], found: &'a [(usize, u32)]) -> Pieces<'a> {
        let tags = Tags::new(source, word);
        let mut pieces = Pieces { tags, coming: found.iter(), all, now: None, mark: 0, next: None, until: 0 };
        pieces.look_ahead();
        pieces
    }

    fn look_ahead(&mut self) {
        let all = self.all;
        let next = self.coming.find_map(|(at, number)| all.get(*number as usize).map(|piece| (*at, piece)));
        self.until = next.map_or(self.tags.source.len(), |(at, piece)| at + piece.head);
        self.next = next;
    }

    /// The next token and its byte range, as [`Tags::token`] gives it.
    #[inline(always)]
    pub fn token(&mut self) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        loop {
            if let Some((at, piece)) = self.now {
                if let Some(mark) = piece.marks.get(self.mark) {
                    self.mark += 1;
                    return self.known(at, mark).map(Some);
                }
                self.tags.at = at + piece.tail;
                self.look_ahead();
                self.now = None;
            }
            if self.tags.at < self.until || self.next.is_none() {
                return self.between();
            }
            (self.now, self.mark) = (self.next.take(), 0);
        }
    }

    /// What stands between pieces.
    fn between(&mut self) -> Result<Option<(Token<'a>, Range<usize>)>, Fault> {
        let token = self.tags.token()?;
        // A tag that began in a value would end in the next piece.
        if self.tags.at > self.until { Err(fault(self.until, "xml.syntax", "<")) } else { Ok(token) }
    }

    #[inline(always)]
    fn known(&mut self, at: usize, mark: &'a Mark) -> Result<(Token<'a>, Range<usize>), Fault> {
        let place = at + mark.range.start..at + mark.range.end;
        if mark.sort == Sort::Text {
            return Ok((Token::Text(Cow::Borrowed(&mark.content)), place));
        }
        let tags = &mut self.tags;
        let (full, name) = (&*mark.full, Name { space: mark.space, local: &mark.local });
        if mark.sort == Sort::End {
            return match tags.open.pop() {
                Some(open) if open == full => Ok((Token::End(name), place)),
                _ => Err(fault(place.start, "xml.syntax", format_args!("</{full}"))),
            };
        }
        let empty = mark.sort == Sort::Empty;
        if tags.open.is_empty() && tags.elements > 0 {
            return Err(fault(place.start, "xml.second_root", full));
        }
        if !empty {
            if tags.open.len() == limits::XML_DEPTH {
                return Err(fault(place.start, "xml.depth", full));
            }
            tags.open.push(full);
        }
        tags.elements += 1;
        let attributes = Attributes(&mark.content);
        Ok((Token::Start { name, empty, attributes }, place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(_: Name) -> bool {
        true
    }

    fn some(name: Name) -> bool {
        matches!(name.local, "a" | "t")
    }

    const EVERYTHING: Asked = Asked { element: all, child: |_, _| true, text: all };

    fn plain(token: &Token) -> Option<String> {
        Some(match token {
            Token::Start { name, empty, attributes } => format!("<{name:?} {empty} {:?}", attributes.get("v")),
            Token::End(name) => format!("/{name:?}"),
            Token::Text(text) => format!("{text:?}"),
            Token::Other => return None,
        })
    }

    /// A text put together from pieces, and between them values; a token's text where it is asked for.
    fn told(pieces: &[String], values: &[String], asked: &Asked) -> Result<Vec<(String, Range<usize>)>, Fault> {
        let (mut source, mut found, mut read, mut inside) = (String::new(), Vec::new(), Vec::new(), false);
        for (index, text) in pieces.iter().enumerate() {
            let (piece, ends_inside) = Piece::read(text, inside, "w:", asked).expect("can be read");
            inside = ends_inside;
            if piece.is_read() {
                found.push((source.len(), u32::try_from(index).expect("few")));
            }
            read.push(piece);
            source.push_str(text);
            source.push_str(values.get(index).map_or("", String::as_str));
        }
        let mut pieces = Pieces::new(&source, "w:", &read, &found);
        let mut out = Vec::new();
        while let Some((token, range)) = pieces.token()? {
            out.extend(plain(&token).map(|text| (text, range)));
        }
        Ok(out)
    }

    fn tags(source: &str) -> Result<Vec<(String, Range<usize>)>, Fault> {
        let mut tags = Tags::new(source, "w:");
        let mut out = Vec::new();
        while let Some((token, range)) = tags.token()? {
            out.extend(plain(&token).map(|text| (text, range)));
        }
        Ok(out)
    }

    #[test]
    fn what_is_not_asked_for_is_left_out_where_all_of_it_stands_in_one_piece() {
        const ASKED: Asked = Asked { element: some, child: |around, _| around.local == "c", text: |name| name.local == "t" };
        let pieces =
            ["<w:c><x y='1'><z/></x><w:a><x><a v='2'/></x> text <w:t>one".to_owned(), "</w:t><x/></w:a></w:c>".to_owned()];
        let told = told(&pieces, &["two".to_owned()], &ASKED).expect("is well-formed");
        let told: Vec<&str> = told.iter().map(|(text, _)| text.as_str()).collect();
        let word = |local: &str| format!("Name {{ space: Word, local: {local:?} }}");
        let other = |local: &str| format!("Name {{ space: Other, local: {local:?} }}");
        let expected = [
            format!("<{} false None", word("c")),
            // A child that is asked for by its parent, without what stands in it.
            format!("<{} false None", other("x")),
            format!("/{}", other("x")),
            format!("<{} false None", word("a")),
            format!("<{} false None", other("x")),
            format!("<{} true Some(\"2\")", other("a")),
            format!("/{}", other("x")),
            format!("<{} false None", word("t")),
            "\"onetwo\"".to_owned(),
            format!("/{}", word("t")),
            // The second piece does not know what it stands in.
            format!("<{} true None", other("x")),
            format!("/{}", word("a")),
            format!("/{}", word("c")),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_not_nested_or_begins_in_a_value_is_an_error() {
        let id = |pieces: &[&str], value: &str| {
            let pieces: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
            told(&pieces, &[value.to_owned()], &EVERYTHING).err().map(|fault| fault.id)
        };
        assert_eq!(id(&["<a><b>", "</b></a>"], "x"), None);
        assert_eq!(id(&["<a><b v='", "'/></a>"], "x"), None);
        assert_eq!(id(&["<a><b>", "</b></a>"], "<c>"), Some("xml.syntax"));
        assert_eq!(id(&["<a><b>", "</b></a>"], "<c"), Some("xml.syntax"));
        assert_eq!(id(&["<a><b>", "</a>"], "x"), Some("xml.syntax"));
        assert_eq!(id(&["<a><b>", "</b>"], "x"), Some("xml.open"));
        assert_eq!(id(&["<a></a>", "<b/>"], ""), Some("xml.second_root"));
        assert!(Piece::read("<a><!-- b </a>", false, "w:", &EVERYTHING).is_none());
        assert!(Piece::read("<a></b>", false, "w:", &EVERYTHING).is_none());
    }

    fn element() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[a-c&;甲]{0,4}".prop_map(|text| text.replace('&', "&amp;")),
            Just("<w:e v='1'/>".to_owned()),
            Just("<?x ?><!-- y -->".to_owned()),
            Just("<e v=\"甲 / 乙\" />".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            (prop_oneof![Just("w:a"), Just("a"), Just("w:t"), Just("x:t")], proptest::collection::vec(inner, 0..4))
                .prop_map(|(name, inner)| format!("<{name} v='0'>{}</{name}>", inner.concat()))
        })
    }

    proptest! {
        #[test]
        fn wherever_a_text_is_cut_its_tokens_are_the_same(body in element(), cuts in proptest::collection::vec(0usize..400, 0..6)) {
            let source = format!("<w:body>{body}</w:body>");
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut < source.len() && source.is_char_boundary(*cut)).collect();
            cuts.sort_unstable();
            cuts.dedup();
            let ends = cuts.iter().copied().chain([source.len()]);
            let starts = [0].into_iter().chain(cuts.iter().copied());
            let pieces: Vec<String> = starts.zip(ends).map(|(from, to)| source[from..to].to_owned()).collect();
            // A comment that is cut is left to be read as a whole.
            let mut inside = Some(false);
            for piece in &pieces {
                inside = inside.and_then(|inside| Piece::read(piece, inside, "w:", &EVERYTHING)).map(|(_, inside)| inside);
            }
            prop_assume!(inside.is_some());
            let expected = tags(&source);
            // Texts at the edges of pieces are given in one.
            prop_assert_eq!(told(&pieces, &[], &EVERYTHING), expected.clone());
            const ASKED: Asked = Asked { element: some, child: |around, _| around.local == "a", text: some };
            let asked = told(&pieces, &[], &ASKED);
            let all = expected.unwrap_or_default();
            let asked = asked.unwrap_or_default();
            prop_assert!(asked.iter().all(|token| all.contains(token)));
            let wanted = |text: &str| text.contains("local: \"a\"") || text.contains("local: \"t\"");
            let wanted = |tokens: &[(String, Range<usize>)]| tokens.iter().filter(|(text, _)| wanted(text)).count();
            prop_assert_eq!(wanted(&asked), wanted(&all));
        }
    }
}
