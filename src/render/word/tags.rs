//! Tags in the text of a paragraph: where they begin and end, what sort they are.
//!
//! Marks of an input method count as what they mean: `｛｛ ｝｝`, `｛％ ％｝`, typographic quotes, wide blanks. Knows texts only;
//! what stands inside is read by [`super::expression`].

use super::marks::quote_kind;
use crate::value::notation::{fold, is_blank};
use std::ops::Range;

/// What sort of tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Expression,
    Statement,
    Comment,
}

/// A tag in a text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub range: Range<usize>,
    pub sort: Sort,
    /// What stands between the marks, without the signs for white space.
    pub inner: Range<usize>,
}

/// A tag that does not end: where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Open(pub usize);

/// The mark of a pair of brackets, whatever its width.
fn sort_of(c: char) -> Option<Sort> {
    match fold(c) {
        '{' => Some(Sort::Expression),
        '%' => Some(Sort::Statement),
        '#' => Some(Sort::Comment),
        _ => None,
    }
}

/// All tags of a text, and those that do not end.
pub(super) fn find(text: &str) -> (Vec<Tag>, Vec<Open>) {
    let (mut tags, mut open) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(start) = text[at..].find(['{', '｛']).map(|start| at + start) {
        let brace = start + text[start..].chars().next().map_or(1, char::len_utf8);
        let Some((mark, sort)) = text[brace..].chars().next().and_then(|c| sort_of(c).map(|sort| (c, sort))) else {
            at = brace;
            continue;
        };
        let inside = brace + mark.len_utf8();
        // Quotes hide the end of a tag; where one is left open, the tag ends at the next end all the same, and what is in it
        // is told.
        let end = end_of(text, inside, sort, true).or_else(|| end_of(text, inside, sort, false));
        match end {
            Some((inner, end)) => {
                tags.push(Tag { range: start..end, sort, inner: trimmed(text, inside..inner) });
                at = end;
            }
            None => {
                open.push(Open(start));
                at = inside;
            }
        }
    }
    (tags, open)
}

/// Where the end of a tag begins, and where it ends.
fn end_of(text: &str, inside: usize, sort: Sort, quotes: bool) -> Option<(usize, usize)> {
    let wanted = match sort {
        Sort::Expression => '}',
        Sort::Statement => '%',
        Sort::Comment => '#',
    };
    let mut quote: Option<char> = None;
    let mut depth = 0usize;
    let mut letters = text[inside..].char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map(|(_, c)| *c);
        let at = inside + at;
        let plain = fold(c);
        if quote.is_none() && depth == 0 && plain == wanted && next.map(fold) == Some('}') {
            let end = at + c.len_utf8() + next.map_or(0, char::len_utf8);
            return Some((at, end));
        }
        if sort == Sort::Comment {
            continue;
        }
        // A tag inside a tag: the first was not ended.
        if quote.is_none() && plain == '{' && next.is_some_and(|next| matches!(fold(next), '{' | '%' | '#')) && depth == 0 {
            return None;
        }
        match quote_kind(c).filter(|_| quotes) {
            Some(kind) if quote == Some(kind) => quote = None,
            Some(kind) if quote.is_none() => quote = Some(kind),
            Some(_) => {}
            None if quote.is_some() => {}
            None => match plain {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            },
        }
    }
    None
}

/// Without blanks and the signs that take white space away: `{%- … -%}`.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let inner = inner.strip_prefix('-').unwrap_or(inner);
    let start = range.end - inner.len();
    let inner = inner.strip_suffix('-').filter(|rest| rest.ends_with(is_blank)).unwrap_or(inner);
    let trimmed = inner.trim_matches(is_blank);
    let start = start + (inner.len() - inner.trim_start_matches(is_blank).len()).min(inner.len());
    start..start + trimmed.len()
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement<'t> {
    /// `tr`, `tc`, `p`: what is to be repeated, where the author says it.
    pub level: Option<Level>,
    pub word: &'t str,
    pub rest: &'t str,
}

/// What a block tag repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Row,
    Column,
    Paragraph,
}

/// The parts of a statement.
pub(super) fn statement(inner: &str) -> Statement<'_> {
    let word = |text: &'_ str| text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (first, rest) = inner.split_at(word(inner));
    let level = match first {
        "tr" => Some(Level::Row),
        "tc" => Some(Level::Column),
        "p" => Some(Level::Paragraph),
        _ => None,
    };
    if level.is_none() {
        return Statement { level, word: first, rest: rest.trim_matches(is_blank) };
    }
    let inner = rest.trim_start_matches(is_blank);
    let (word, rest) = inner.split_at(word(inner));
    Statement { level, word, rest: rest.trim_matches(is_blank) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).0.into_iter().map(|tag| &text[tag.inner]).collect()
    }

    #[test]
    fn tags_are_found_whatever_the_width_of_their_marks() {
        assert_eq!(
            found("甲{{ a }}乙｛｛ 部门｝｝ {%- for x in y -%} ｛％ endfor ％｝{# 注 #}"),
            ["a", "部门", "for x in y", "endfor", "注"]
        );
        assert_eq!(found("{{ “}}” ~ '{%' }} { a } {b}"), ["“}}” ~ '{%'"]);
        assert_eq!(found("{{ {\"a\": 1} | get(key=\"a\") }}"), ["{\"a\": 1} | get(key=\"a\")"]);
    }

    #[test]
    fn a_tag_without_an_end_hides_no_other() {
        let text = "{{ a {{ b }} {% if c";
        let (tags, open) = find(text);
        assert_eq!(tags.iter().map(|tag| &text[tag.inner.clone()]).collect::<Vec<_>>(), ["b"]);
        assert_eq!(open, [Open(0), Open(13)]);
        assert_eq!(found("{{ a | default(value=\"x) }} it's {{ b }}"), ["a | default(value=\"x)", "b"]);
    }

    #[test]
    fn statements_may_say_what_they_repeat() {
        let level = |inner| statement(inner).level;
        assert_eq!(level("tr for x in y"), Some(Level::Row));
        assert_eq!(statement("for 项 in 表"), Statement { level: None, word: "for", rest: "项 in 表" });
        assert_eq!(statement("p　if a").word, "if");
    }

    proptest! {
        #[test]
        fn whatever_the_text_tags_stand_in_order_and_whole(text in "[{}%#｛｝％＃\"“”'a 甲|.-]{0,30}") {
            let (tags, _) = find(&text);
            let mut last = 0;
            for tag in tags {
                prop_assert!(tag.range.start >= last && tag.inner.start >= tag.range.start && tag.inner.end <= tag.range.end);
                let _ = statement(&text[tag.inner]);
                last = tag.range.end;
            }
        }
    }
}
