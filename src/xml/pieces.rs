//! Texts that are put together from the same pieces of XML over and over: every piece is read once, and only what stands
//! between pieces is read where they meet.
//!
//! [`read_pieces`] gives the tokens that [`read_tags`] gives for the whole text, but for elements and texts inside of pieces that the
//! reader does not ask for. Nesting and names are seen to in all that it gives; what is left out was whole when its piece was read.

use super::{Attributes, Fault, Name, Scanner, Space, Tags, Token, fault};
use crate::limits;
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::Arc;

/// What a reader asks for; elements by their names. `C`: what it knows an element as, told once for all copies of a piece.
#[derive(Clone, Copy)]
pub struct Asked<C> {
    pub class: fn(&Tag) -> C,
    /// An element that it wants to see wherever it stands.
    pub element: fn(Name) -> bool,
    /// A child that it wants to see for the element that it stands in, which is the first.
    pub child: fn(Name, Name) -> bool,
    /// An element of which it wants to see the text.
    pub text: fn(Name) -> bool,
}

/// A tag as it is written; of an end tag the attributes are blank.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'a> {
    pub name: Name<'a>,
    pub attributes: Attributes<'a>,
}

/// Whom the tokens are given to, one after the other, with their byte ranges.
pub trait Listener<C> {
    /// `tag`: what it says, if that matters.
    fn start<'t>(&mut self, class: C, empty: bool, tag: impl Fn() -> Tag<'t>, range: Range<usize>);
    fn end(&mut self, class: C, range: Range<usize>);
    fn text(&mut self, range: Range<usize>);
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

/// A token of a piece: where it stands in it, and of a tag where its name ends and its local name begins. There are many, and all
/// are gone over for every text.
#[derive(Clone, Debug)]
struct Mark<C> {
    /// As it is written; the same for all pieces that know their names together.
    name: Arc<str>,
    start: u32,
    end: u32,
    name_end: u32,
    local: u32,
    sort: Sort,
    space: Space,
    class: C,
}

impl<C> Mark<C> {
    fn tag<'t>(&self, text: &'t str) -> Tag<'t> {
        let name_end = self.name_end as usize;
        let attributes = match self.sort {
            Sort::Start => &text[name_end..self.end as usize - 1],
            Sort::Empty => &text[name_end..self.end as usize - 2],
            _ => "",
        };
        Tag {
            name: Name { space: self.space, local: &text[self.local as usize..name_end] },
            attributes: Attributes(attributes),
        }
    }
}

/// The names of elements in pieces that are put together, each kept once.
#[derive(Debug, Default)]
pub struct Names(FxHashSet<Arc<str>>);

impl Names {
    fn of(&mut self, full: &str) -> Arc<str> {
        if let Some(known) = self.0.get(full) {
            return Arc::clone(known);
        }
        let name: Arc<str> = full.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

/// A piece of XML and what is in it. It may begin and end inside of a text or a tag.
#[derive(Clone, Debug)]
pub struct Piece<C> {
    text: String,
    marks: Vec<Mark<C>>,
    /// What stands before belongs to a tag or text that began earlier.
    head: usize,
    /// What stands behind belongs to a tag or text that ends later.
    tail: usize,
}

impl<C: Copy> Piece<C> {
    /// Reads a piece that begins inside of a tag or outside of all; whether it ends inside of one. None where it holds what cannot be
    /// read by itself.
    pub fn read(text: &str, inside: bool, word: &str, asked: &Asked<C>, names: &mut Names) -> Option<(Piece<C>, bool)> {
        u32::try_from(text.len()).ok()?;
        let mut piece = Piece { text: text.to_owned(), marks: Vec::new(), head: 0, tail: 0 };
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
        while let Some(found) = next(text, at, word, asked, names) {
            let mark = found?;
            let name = mark.tag(text).name;
            at = mark.end as usize;
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

/// The token that begins here; none where it does not end in this text. The inner none: it cannot be told by itself.
fn next<C>(text: &str, at: usize, word: &str, asked: &Asked<C>, names: &mut Names) -> Option<Option<Mark<C>>> {
    let nameless = Tag { name: Name { space: Space::Other, local: "" }, attributes: Attributes("") };
    let mut bare = |sort, end: usize| Mark {
        name: names.of(""),
        start: at as u32,
        end: end as u32,
        name_end: at as u32,
        local: at as u32,
        sort,
        space: Space::Other,
        class: (asked.class)(&nameless),
    };
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    if !rest.starts_with('<') {
        return Some(Some(bare(Sort::Text, at + rest.find('<')?)));
    }
    let others = [("<?", "?>"), ("<!--", "-->"), ("<![CDATA[", "]]>")];
    if let Some((_, ends)) = others.into_iter().find(|(begins, _)| rest.starts_with(begins)) {
        let end = rest.find(ends).map(|length| at + length + ends.len());
        return Some(end.map(|end| bare(Sort::Other, end)));
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
        Some(_) => (Space::Word, word.len()),
        None => (Space::Other, full.find(':').map_or(0, |colon| colon + 1)),
    };
    let sort = match (ends, inside.ends_with('/')) {
        (true, _) if !inside[length..].trim_ascii().is_empty() => return Some(None),
        (true, _) => Sort::End,
        (false, true) => Sort::Empty,
        (false, false) => Sort::Start,
    };
    let (name_end, local) = ((begin + length) as u32, (begin + local) as u32);
    let mut mark = Mark { space, local, name_end, ..bare(sort, end + 1) };
    mark.name = names.of(full);
    mark.class = (asked.class)(&mark.tag(text));
    Some(Some(mark))
}

/// Reads a text that was put together. `found`: which pieces stand where in the source, in their order. `word` as of [`Tags`].
pub fn read_pieces<C: Copy>(
    source: &str,
    word: &str,
    all: &[Piece<C>],
    found: &[(usize, u32)],
    class: fn(&Tag) -> C,
    reader: &mut impl Listener<C>,
) -> Result<(), Fault> {
    let mut tags = Tags::new(source, word);
    for (at, piece) in found.iter().filter_map(|(at, number)| all.get(*number as usize).map(|piece| (*at, piece))) {
        let until = at + piece.head;
        while tags.at < until {
            between(&mut tags, class, reader)?;
            // A tag that began in a value would end in the next piece.
            if tags.at > until {
                return Err(fault(until, "xml.syntax", "<"));
            }
        }
        for mark in &piece.marks {
            known(&mut tags, &piece.text, at, mark, reader)?;
        }
        tags.at = at + piece.tail;
    }
    while between(&mut tags, class, reader)? {}
    Ok(())
}

/// Reads any text: every tag is given, and every text.
pub fn read_tags<C>(source: &str, word: &str, class: fn(&Tag) -> C, reader: &mut impl Listener<C>) -> Result<(), Fault> {
    let mut tags = Tags::new(source, word);
    while between(&mut tags, class, reader)? {}
    Ok(())
}

/// The same for a source that is read with all its namespaces.
pub fn read_scanned<C>(source: &str, class: fn(&Tag) -> C, reader: &mut impl Listener<C>) -> Result<(), Fault> {
    let mut scanner = Scanner::new(source);
    while let Some((token, range)) = scanner.token()? {
        give(token, range, class, reader);
    }
    Ok(())
}

/// The next token that stands in no piece; whether there is one.
fn between<C>(tags: &mut Tags, class: fn(&Tag) -> C, reader: &mut impl Listener<C>) -> Result<bool, Fault> {
    match tags.token()? {
        Some((token, range)) => {
            give(token, range, class, reader);
            Ok(true)
        }
        None => Ok(false),
    }
}

fn give<C>(token: Token, range: Range<usize>, class: fn(&Tag) -> C, reader: &mut impl Listener<C>) {
    match token {
        Token::Start { name, empty, attributes } => {
            let tag = Tag { name, attributes };
            reader.start(class(&tag), empty, || tag, range);
        }
        Token::End(name) => reader.end(class(&Tag { name, attributes: Attributes("") }), range),
        Token::Text(_) => reader.text(range),
        Token::Other => {}
    }
}

/// A token that was read with its piece. What is seen to here is how the pieces stand together.
#[inline(always)]
fn known<'a, C: Copy>(
    tags: &mut Tags<'a>,
    text: &'a str,
    at: usize,
    mark: &'a Mark<C>,
    reader: &mut impl Listener<C>,
) -> Result<(), Fault> {
    let place = at + mark.start as usize..at + mark.end as usize;
    let full = &*mark.name;
    match mark.sort {
        Sort::Text => reader.text(place),
        Sort::End => match tags.open.pop() {
            // The same name, not only an equal one, is what nearly all are.
            Some(open) if std::ptr::eq(open, full) || open == full => reader.end(mark.class, place),
            _ => return Err(fault(place.start, "xml.syntax", format_args!("</{full}"))),
        },
        sort => {
            if tags.open.is_empty() && tags.elements > 0 {
                return Err(fault(place.start, "xml.second_root", full));
            }
            if sort == Sort::Start {
                if tags.open.len() == limits::XML_DEPTH {
                    return Err(fault(place.start, "xml.depth", full));
                }
                tags.open.push(full);
            }
            tags.elements += 1;
            reader.start(mark.class, sort == Sort::Empty, || mark.tag(text), place);
        }
    }
    Ok(())
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

    fn class(tag: &Tag) -> Option<char> {
        tag.name.local.chars().next()
    }

    const EVERYTHING: Asked<Option<char>> = Asked { class, element: all, child: |_, _| true, text: all };

    /// Tells what it is given.
    struct Told<'a>(&'a str, Vec<(String, Range<usize>)>);

    impl Listener<Option<char>> for Told<'_> {
        fn start<'t>(&mut self, known: Option<char>, empty: bool, tag: impl Fn() -> Tag<'t>, range: Range<usize>) {
            let tag = tag();
            assert_eq!(known, class(&tag));
            self.1.push((format!("<{:?} {empty} {:?}", tag.name, tag.attributes.get("v")), range));
        }

        fn end(&mut self, known: Option<char>, range: Range<usize>) {
            self.1.push((format!("/{known:?}"), range));
        }

        fn text(&mut self, range: Range<usize>) {
            self.1.push((format!("{:?}", &self.0[range.clone()]), range));
        }
    }

    /// A text put together from pieces, and between them values; a token's text where it is asked for.
    fn told(pieces: &[String], values: &[String], asked: &Asked<Option<char>>) -> Result<Vec<(String, Range<usize>)>, Fault> {
        let (mut source, mut found, mut read, mut inside) = (String::new(), Vec::new(), Vec::new(), false);
        let mut names = Names::default();
        for (index, text) in pieces.iter().enumerate() {
            let (piece, ends_inside) = Piece::read(text, inside, "w:", asked, &mut names).expect("can be read");
            inside = ends_inside;
            if piece.is_read() {
                found.push((source.len(), u32::try_from(index).expect("few")));
            }
            read.push(piece);
            source.push_str(text);
            source.push_str(values.get(index).map_or("", String::as_str));
        }
        let mut told = Told(&source, Vec::new());
        read_pieces(&source, "w:", &read, &found, class, &mut told)?;
        Ok(told.1)
    }

    fn tags(source: &str) -> Result<Vec<(String, Range<usize>)>, Fault> {
        let mut told = Told(source, Vec::new());
        read_tags(source, "w:", class, &mut told)?;
        Ok(told.1)
    }

    #[test]
    fn what_is_not_asked_for_is_left_out_where_all_of_it_stands_in_one_piece() {
        const ASKED: Asked<Option<char>> =
            Asked { class, element: some, child: |around, _| around.local == "c", text: |name| name.local == "t" };
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
            "/Some('x')".to_owned(),
            format!("<{} false None", word("a")),
            format!("<{} false None", other("x")),
            format!("<{} true Some(\"2\")", other("a")),
            "/Some('x')".to_owned(),
            format!("<{} false None", word("t")),
            "\"onetwo\"".to_owned(),
            "/Some('t')".to_owned(),
            // The second piece does not know what it stands in.
            format!("<{} true None", other("x")),
            "/Some('a')".to_owned(),
            "/Some('c')".to_owned(),
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
        for wrong in ["<a><!-- b </a>", "<a></b>"] {
            assert!(Piece::read(wrong, false, "w:", &EVERYTHING, &mut Names::default()).is_none());
        }
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
                inside = inside.and_then(|inside| Piece::read(piece, inside, "w:", &EVERYTHING, &mut Names::default())).map(|(_, inside)| inside);
            }
            prop_assume!(inside.is_some());
            let expected = tags(&source);
            // Texts at the edges of pieces are given in one.
            prop_assert_eq!(told(&pieces, &[], &EVERYTHING), expected.clone());
            const ASKED: Asked<Option<char>> = Asked { class, element: some, child: |around, _| around.local == "a", text: some };
            let asked = told(&pieces, &[], &ASKED);
            let all = expected.unwrap_or_default();
            let asked = asked.unwrap_or_default();
            prop_assert!(asked.iter().all(|token| all.contains(token)));
            let wanted = |text: &str| ["local: \"a\"", "local: \"t\"", "/Some('a')", "/Some('t')"].iter().any(|name| text.contains(name));
            let wanted = |tokens: &[(String, Range<usize>)]| tokens.iter().filter(|(text, _)| wanted(text)).count();
            prop_assert_eq!(wanted(&asked), wanted(&all));
        }
    }
}
