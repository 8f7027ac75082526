//! Cleans HTML left-overs out of a text: paragraphs become lines, inline tags vanish, entities resolve, and every character
//! remembers where in the source it came from. Knows nothing of cells, tables or forms.

pub mod scan;
mod typed;

use scan::{Element, Piece, Reason, Scanner, Tag, Token, attribute};

/// A text without markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub text: String,
    /// For each character of `text`, the byte in the source at which it, or the markup before it, starts.
    pub starts: Vec<u32>,
    /// What was no content, for the reader to report.
    pub dropped: Vec<Dropped>,
}

/// A stretch of a source that is no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub reason: Reason,
    /// The byte in the source at which it starts.
    pub at: usize,
    /// The character of the cleaned text before which it stood.
    pub before: u32,
}

/// How often a text may be escaped: `&amp;lt;p&amp;gt;` has been through two systems.
const ROUNDS: usize = 3;

/// Removes markup; `None` where there is none.
///
/// Cleaning the source of any range of the cleaned text gives that range again, up to blanks at its ends.
pub fn clean(source: &str) -> Option<Cleaned> {
    in_rounds(source, |source| Scanner::new(source))
}

/// The same of a text that a person typed: only left-overs that say nothing by themselves are markup there, and nothing between
/// tags is dropped.
pub fn clean_typed(source: &str) -> Option<Cleaned> {
    in_rounds(source, |source| Scanner::typed(source))
}

fn in_rounds(source: &str, scan: fn(&str) -> Scanner<'_>) -> Option<Cleaned> {
    if !may_hold(source) {
        return None;
    }
    let mut cleaned = resolve_with(scan(source), source)?;
    for _ in 1..ROUNDS {
        let Some(again) = resolve_with(scan(&cleaned.text), &cleaned.text) else { break };
        cleaned = compose(cleaned, again);
    }
    Some(cleaned)
}

/// Whether there may be markup in a text. Asked of every cell: all bytes at once are looked at faster than one after the other.
pub fn may_hold(source: &str) -> bool {
    source.bytes().fold(false, |any, byte| any | matches!(byte, b'<' | b'&'))
}

/// Removes one layer of markup, as a browser shows it: `&lt;p&gt;` becomes `<p>`. `None` where there is none.
pub fn resolve(source: &str) -> Option<Cleaned> {
    resolve_with(Scanner::new(source), source)
}

fn resolve_with<'a>(mut scanner: Scanner<'a>, source: &'a str) -> Option<Cleaned> {
    if !may_hold(source) {
        return None;
    }
    let mut flow = Flow::default();
    let mut choice = Choice::Outside;
    let mut markup = false;
    while let Some(piece) = scanner.next() {
        if let Token::Text(text) = piece.token {
            if choice.is_open() {
                for (at, c) in text.char_indices() {
                    flow.character(c, piece.start + at);
                }
            } else {
                flow.drop_piece(Reason::Unchosen, &piece, text.trim().is_empty());
            }
            continue;
        }
        markup = true;
        if let Token::Open(tag) = &piece.token
            && tag.element == Element::Select
            && choice == Choice::Outside
        {
            choice = Choice::inside(scanner.clone());
        }
        choice.step(&piece.token);
        match piece.token {
            Token::Entity(..) | Token::Text(_) if !choice.is_open() => {}
            _ => flow.markup(&piece),
        }
    }
    markup.then_some(Cleaned { text: flow.text, starts: flow.starts, dropped: flow.dropped })
}

/// `second` cleaned the text of `first`: its places, in the source of `first`.
fn compose(first: Cleaned, second: Cleaned) -> Cleaned {
    let mut bytes = first.text.char_indices().map(|(at, _)| at).zip(&first.starts).peekable();
    let starts = second.starts.iter().map(|start| {
        while let Some((at, place)) = bytes.peek() {
            if *at >= *start as usize {
                return **place;
            }
            bytes.next();
        }
        first.starts.last().copied().unwrap_or_default()
    });
    let starts: Vec<u32> = starts.collect();
    let mut dropped = first.dropped;
    dropped.extend(second.dropped.iter().map(|d| Dropped { at: 0, ..*d }));
    Cleaned { text: second.text, starts, dropped }
}

/// Where in a `<select>` the scanner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Outside,
    /// Waiting for the chosen option: the one marked `selected`, or the first.
    Before {
        marked: bool,
    },
    Chosen,
    After,
}

impl Choice {
    /// Looks ahead whether an option is marked.
    fn inside(scanner: Scanner) -> Choice {
        let marked = scanner
            .take_while(|piece| !matches!(piece.token, Token::Close(tag) if tag.element == Element::Select))
            .any(|piece| is_chosen(&piece.token));
        Choice::Before { marked }
    }

    fn is_open(self) -> bool {
        matches!(self, Choice::Outside | Choice::Chosen)
    }

    fn step(&mut self, token: &Token) {
        *self =
            match (*self, token) {
                (Choice::Before { marked }, Token::Open(tag)) if tag.element == Element::Choice => {
                    if !marked || is_chosen(token) { Choice::Chosen } else { *self }
                }
                (Choice::Chosen, Token::Open(tag) | Token::Close(tag)) if tag.element == Element::Choice => Choice::After,
                (Choice::Before { .. } | Choice::Chosen | Choice::After, Token::Close(tag))
                    if tag.element == Element::Select =>
                {
                    Choice::Outside
                }
                (state, _) => state,
            };
    }
}

fn is_chosen(token: &Token) -> bool {
    matches!(token, Token::Open(tag) if tag.element == Element::Choice && attribute(tag.attributes, "selected").is_some())
}

/// A cleaned text under way.
#[derive(Default)]
struct Flow {
    text: String,
    starts: Vec<u32>,
    dropped: Vec<Dropped>,
    /// Where the markup since the last character starts.
    pending: Option<usize>,
    /// A paragraph ended since the last character.
    ended: bool,
    /// A line of the source did, and whether markup stood at its end.
    lines: bool,
    closed: bool,
    /// Where, since the last end of a paragraph, the tags start that belong to what follows.
    opened: Option<usize>,
}

impl Flow {
    fn character(&mut self, c: char, at: usize) {
        if matches!(c, '\n' | '\r') {
            // Markup that ends a line belongs to that line, what stands behind it to the next.
            if !self.lines && !self.text.is_empty() {
                (self.lines, self.closed) = (true, self.pending.is_some());
                self.pending = Some(at);
            }
            self.pending.get_or_insert(at);
            self.ended = true;
            self.opened = None;
            return;
        }
        if c.is_ascii_whitespace() && (self.ended || self.text.is_empty()) {
            self.pending.get_or_insert(at);
            return;
        }
        let mut start = self.pending.take().unwrap_or(at);
        if self.ended && !self.text.is_empty() {
            while self.text.ends_with([' ', '\t', '\x0c']) {
                self.text.pop();
                let blank = self.starts.pop().map_or(start, |s| s as usize);
                start = if self.closed { start } else { blank };
            }
            self.text.push('\n');
            self.starts.push(start as u32);
            start = self.opened.unwrap_or(at).max(start);
        }
        (self.ended, self.opened, self.lines, self.closed) = (false, None, false, false);
        self.text.push(c);
        self.starts.push(start as u32);
    }

    fn markup(&mut self, piece: &Piece) {
        match piece.token {
            Token::Text(_) => {}
            Token::Entity(first, second) => {
                self.character(first, piece.start);
                if let Some(second) = second {
                    self.character(second, piece.start);
                }
            }
            Token::Open(tag) => self.open(&tag, piece),
            Token::Close(tag) => {
                self.pending.get_or_insert(piece.start);
                if is_block(tag.element) {
                    (self.ended, self.opened) = (true, None);
                }
            }
            Token::Other => {
                self.pending.get_or_insert(piece.start);
            }
            Token::Dropped(reason) => self.drop_piece(reason, piece, reason == Reason::Nothing),
        }
    }

    fn open(&mut self, tag: &Tag, piece: &Piece) {
        match tag.element {
            Element::Input => {
                for c in input_text(tag.attributes).chars() {
                    // The tag is the source of all of them: none of its characters stands alone.
                    self.character(c, piece.start);
                }
            }
            Element::Break => {
                self.pending.get_or_insert(piece.start);
                (self.ended, self.opened) = (true, None);
            }
            element => {
                self.pending.get_or_insert(piece.start);
                self.opened.get_or_insert(piece.start);
                self.ended |= is_block(element);
            }
        }
    }

    fn drop_piece(&mut self, reason: Reason, piece: &Piece, silent: bool) {
        self.pending.get_or_insert(piece.start);
        if !silent {
            self.dropped.push(Dropped { reason, at: piece.start, before: self.starts.len() as u32 });
        }
    }
}

/// Whether an element is a paragraph of its own, where tables are not resolved.
pub fn is_block(element: Element) -> bool {
    use Element::*;
    matches!(element, Block | Break | Pre | Table | RowGroup | Row | Cell | Page)
}

/// What a reader sees of a form control.
fn input_text(attributes: &str) -> String {
    let kind = attribute(attributes, "type").unwrap_or_default().to_ascii_lowercase();
    match &*kind {
        "checkbox" | "radio" => if attribute(attributes, "checked").is_some() { "☑" } else { "□" }.to_owned(),
        "hidden" | "button" | "submit" | "reset" | "image" | "password" | "file" | "color" | "range" => String::new(),
        _ => attribute(attributes, "value").unwrap_or_default().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Cell, RawText};
    use proptest::prelude::*;

    fn text(source: &str) -> Option<String> {
        clean(source).map(|cleaned| cleaned.text)
    }

    #[test]
    fn paragraphs_become_lines_and_inline_tags_vanish() {
        assert_eq!(text("<p>1. 拟订；</p> <p>2. 指导；</p>").as_deref(), Some("1. 拟订；\n2. 指导；"));
        assert_eq!(text("部门<br/><BR>职能").as_deref(), Some("部门\n职能"));
        assert_eq!(text("<div><span style='a>b'>甲</span><b>乙</b></div>").as_deref(), Some("甲乙"));
        assert_eq!(text("&nbsp;&#20013;&#x4e2d;&hellip;&ge;").as_deref(), Some("\u{a0}中中…≥"));
        assert_eq!(text("没有标记 <5% R&D"), None);
        assert_eq!(text("<p></p>").as_deref(), Some(""));
    }

    #[test]
    fn text_escaped_twice_is_read_too() {
        assert_eq!(text("&lt;p&gt;1. 甲&lt;/p&gt;&lt;p&gt;2. 乙&lt;/p&gt;").as_deref(), Some("1. 甲\n2. 乙"));
        assert_eq!(text("&amp;lt;5%").as_deref(), Some("<5%"));
    }

    #[test]
    fn form_controls_show_what_a_reader_sees() {
        assert_eq!(text("<input type=checkbox checked>是<input type=checkbox>否").as_deref(), Some("☑是□否"));
        assert_eq!(text("<input value='12&lt;3'>").as_deref(), Some("12<3"));
        let select = "<select><option>甲</option><option selected>乙<option>丙</select>丁";
        assert_eq!(text(select).as_deref(), Some("乙丁"));
        assert_eq!(text("<select><option>甲<option>乙</select>").as_deref(), Some("甲"));
    }

    #[test]
    fn what_is_no_content_is_counted() {
        let cleaned = clean("甲<script>var a = '乙'</script><span hidden>丙</span>丁").unwrap_or_default();
        assert_eq!(cleaned.text, "甲丁");
        let reasons: Vec<_> = cleaned.dropped.iter().map(|d| (d.reason, d.before)).collect();
        assert_eq!(reasons, [(Reason::Script, 1), (Reason::Hidden, 1)]);
    }

    fn cell(source: &str) -> Option<Cell> {
        let cleaned = clean(source)?;
        let mut cell = Cell::plain(cleaned.text, 1, 1);
        cell.raw = Some(RawText { text: source.to_owned(), starts: cleaned.starts });
        Some(cell)
    }

    /// Pieces of a cell as web systems leave them.
    fn fragment() -> impl Strategy<Value = String> {
        let atom = prop_oneof![
            4 => "[甲乙1-9，。 ]{1,5}",
            1 => Just("<p>".to_owned()),
            1 => Just("</p>".to_owned()),
            1 => Just("</p> <p>".to_owned()),
            1 => Just("<br>".to_owned()),
            1 => Just("<b>".to_owned()),
            1 => Just("</b>".to_owned()),
            1 => Just("&nbsp;".to_owned()),
            1 => Just("&lt;p&gt;".to_owned()),
            1 => Just("&lt;5".to_owned()),
            1 => Just("<5%".to_owned()),
            1 => Just("\n".to_owned()),
            1 => Just("<script>x</script>".to_owned()),
        ];
        prop::collection::vec(atom, 1..10).prop_map(|parts| parts.concat())
    }

    fn squeezed(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn cleaning_a_slice_is_slicing_the_cleaned(source in fragment(), a in 0usize..40, b in 0usize..40) {
            if let Some(cell) = cell(&source) {
                let count = cell.text.chars().count();
                let (from, to) = (a.min(b).min(count), a.max(b).min(count));
                let raw = cell.raw_slice(from as u32, to as u32);
                let part: String = cell.text.chars().skip(from).take(to - from).collect();
                let again = clean(&raw).map_or(raw, |cleaned| cleaned.text);
                prop_assert_eq!(squeezed(&again), squeezed(&part));
            }
        }

        #[test]
        fn places_grow_and_slices_join(source in fragment(), a in 0usize..40) {
            if let Some(cell) = cell(&source) {
                let count = cell.text.chars().count() as u32;
                let at = (a as u32).min(count);
                let starts = cell.raw.as_ref().map(|raw| raw.starts.clone()).unwrap_or_default();
                prop_assert_eq!(starts.len() as u32, count);
                prop_assert!(starts.windows(2).all(|w| w[0] <= w[1]));
                if 0 < at && at < count {
                    prop_assert_eq!(cell.raw_slice(0, at) + &cell.raw_slice(at, count), source);
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(source in "[<>/&;a-z\"'= 甲!-]{0,60}") {
            let _ = clean(&source);
        }
    }
}
