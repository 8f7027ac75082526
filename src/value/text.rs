//! Words: blanks and wrapped lines put right, and numbered lists cut into their items.

use super::Reading;
use super::notation::{self, is_blank, is_cjk, is_cjk_mark, is_invisible, is_placeholder};
use std::borrow::Cow;

pub use super::items::{Item, Marker, items, marker, may_open_number};

/// For matching only: full-width ASCII to ASCII, `（）` to `()`, no blanks.
pub fn fold(text: &str) -> Cow<'_, str> {
    notation::compact(text)
}

/// Whether a text is a word, for matching: `folded` is the text as [`fold`] gives it. Most words begin otherwise and are not folded.
pub fn is_word(folded: &str, word: &str) -> bool {
    let first = word.chars().next().filter(|c| !is_blank(*c));
    let begins = first.is_none_or(|first| folded.starts_with(notation::fold(first)));
    *folded == *word || begins && *folded == *fold(word)
}

/// One line of clean text: no blanks beside Chinese characters on both sides, wrapped lines joined, single blanks between
/// Latin words and numbers.
pub fn squeeze(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_blank) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    let (mut seen, mut broken) = (false, false);
    for c in text.chars() {
        if is_blank(c) {
            seen |= !is_invisible(c);
            broken |= matches!(c, '\n' | '\r');
            continue;
        }
        if let Some(before) = before.filter(|_| seen) {
            let drop =
                is_cjk(before) && is_cjk(c) || is_cjk_mark(before) || is_cjk_mark(c) || broken && (is_cjk(before) || is_cjk(c));
            if !drop {
                out.push(' ');
            }
        }
        (seen, broken) = (false, false);
        before = Some(c);
        out.push(c);
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Text of several paragraphs: each squeezed, blank lines dropped, lines that a sentence runs over joined.
pub fn paragraphs(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return squeeze(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(squeeze).filter(|line| !line.is_empty()) {
        if let Some(last) = out.chars().last() {
            if ends_sentence(last) || marker(&line).is_some() {
                out.push('\n');
            } else if !line.starts_with(is_cjk) && !is_cjk(last) {
                out.push(' ');
            }
        }
        out.push_str(&line);
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Whether a character may close a sentence or an item of a list.
pub fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '；' | ';' | '！' | '!' | '？' | '?' | '：' | ':' | '…' | '”')
}

/// As [`super::Kind::Text`] reads.
pub fn read(text: &str) -> Reading {
    reading(text, paragraphs)
}

/// As [`super::Kind::Name`] and [`super::Kind::Person`] read.
pub fn read_name(text: &str) -> Reading {
    reading(text, squeeze)
}

/// As [`super::Kind::Mark`] reads: `附件：` → `附件`, `附件 2` → `附件2`.
pub fn read_mark(text: &str) -> Reading {
    let compact: String = text.chars().filter(|c| !is_blank(*c)).collect();
    match compact.trim_end_matches(['：', ':']) {
        "" => Reading::Blank,
        mark => Reading::Value(mark.to_owned()),
    }
}

/// What a text is, where any words are a value; `clean` brings them to their canonical form.
pub(super) fn reading(text: &str, clean: fn(&str) -> Cow<'_, str>) -> Reading {
    if notation::trim(text).is_empty() {
        Reading::Blank
    } else if is_placeholder(text) {
        Reading::Placeholder
    } else {
        Reading::Value(clean(text).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blanks_are_dropped_only_where_they_say_nothing() {
        assert_eq!(squeeze("普法 宣传\n活动"), "普法宣传活动");
        assert_eq!(squeeze("推进 DOCX format 工作"), "推进 DOCX format 工作");
        assert_eq!(squeeze("达到\n100%"), "达到100%");
        assert_eq!(squeeze("工作； 2023年"), "工作；2023年");
        assert_eq!(squeeze(" 方\u{200b}禾\u{3000}"), "方禾");
        assert!(matches!(squeeze("不变"), Cow::Borrowed("不变")));
        assert_eq!(paragraphs("第一段。\n\n 第二段没\n有完；"), "第一段。\n第二段没有完；");
        assert_eq!(read_mark("附件 2："), Reading::Value("附件2".into()));
        assert_eq!(fold("（Ａ１）　甲"), "(A1)甲");
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[甲乙，。 \n\u{3000}a1、.\u{200b}（）—X]{0,24}") {
            for read in [read, read_name, read_mark] {
                if let Reading::Value(value) = read(&text) {
                    prop_assert_eq!(read(&value), Reading::Value(value.clone()));
                }
            }
        }

        #[test]
        fn only_blanks_are_lost(text in "[甲乙，。 \n\u{3000}a1、.]{0,24}") {
            let visible = |text: &str| text.chars().filter(|c| !is_blank(*c)).collect::<String>();
            prop_assert_eq!(visible(&squeeze(&text)), visible(&text));
            prop_assert_eq!(visible(&paragraphs(&text)), visible(&text));
        }
    }
}
