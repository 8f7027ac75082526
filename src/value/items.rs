//! Numbered lists in running text: where the numbers stand, and so where one item ends and the next begins.
//!
//! A number opens an item only where the numbers run 1, 2, 3 … in one style; so `2.5万元`, a year or `第1、2条` open none, and the
//! numbers of a list inside an item stay inside it.

use super::notation::{fold, is_blank, is_cjk};
use super::numeral;
use std::ops::Range;

/// One item: byte ranges of its number with the marks around it (empty where it has none), and of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub marker: Range<usize>,
    pub body: Range<usize>,
    /// What the marker says; a number that is skipped or repeated shows here.
    pub number: Option<u32>,
}

/// How numbers are written. Lists mix `1.` and `1、`, so these are one style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// `1.` `1、` `1．` `⒈`
    Plain,
    /// `1)` `1）`
    Closed,
    /// `(1)` `（1）` `⑴`
    Bracketed,
    /// `①`
    Circled,
    /// `一、`
    Chinese,
    /// `（一）`
    ChineseBracketed,
    /// `第一，`
    Ordinal,
}

/// A number in list style at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    pub style: Style,
    pub number: u32,
    /// Bytes, with the blanks behind it.
    pub length: usize,
    /// A digit follows: it may be the first of two numbers (`1、2季度`).
    doubtful: bool,
}

/// The list number that a text opens with, if any.
pub fn marker(text: &str) -> Option<Marker> {
    let (style, number, bare) = bare_marker(text)?;
    let rest = &text[bare..];
    let behind = rest.trim_start_matches(|c| is_blank(c) && c != '\n');
    let doubtful = behind.len() == rest.len() && behind.starts_with(|c: char| fold(c).is_ascii_digit());
    // `2.5` and `2023.12`: a point between digits is no list mark.
    if doubtful && style == Style::Plain && text[..bare].chars().next_back().map(fold) == Some('.') {
        return None;
    }
    Some(Marker { style, number, length: text.len() - behind.len(), doubtful })
}

/// Whether a text that begins so may open with a list number, once blanks and markup are gone.
pub fn may_open_number(c: char) -> bool {
    !matches!(c, '\u{3400}'..='\u{9fff}') || c == '第' || numeral::is_numeral(c)
}

/// Style, number and length in bytes.
fn bare_marker(text: &str) -> Option<(Style, u32, usize)> {
    let first = text.chars().next()?;
    match first {
        '①'..='⑳' => return Some((Style::Circled, first as u32 - '①' as u32 + 1, first.len_utf8())),
        '⑴'..='⒇' => return Some((Style::Bracketed, first as u32 - '⑴' as u32 + 1, first.len_utf8())),
        '⒈'..='⒛' => return Some((Style::Plain, first as u32 - '⒈' as u32 + 1, first.len_utf8())),
        _ => {}
    }
    let opened = matches!(first, '(' | '（');
    let ordinal = first == '第';
    let mut at = if opened || ordinal { first.len_utf8() } else { 0 };
    let blanks =
        |at: usize| text[at..].chars().take_while(|c| *c == ' ' || *c == '\u{3000}').map(char::len_utf8).sum::<usize>();
    if opened {
        at += blanks(at);
    }
    let run = &text[at..];
    let arabic: usize = run.chars().take_while(|c| fold(*c).is_ascii_digit()).map(char::len_utf8).sum();
    let chinese: usize = run.chars().take_while(|c| numeral::is_numeral(*c) && *c != '点').take(5).map(char::len_utf8).sum();
    let (number, is_chinese) = if (1..=9).contains(&arabic) {
        let digits: Vec<char> = run[..arabic].chars().map(fold).collect();
        (if digits.len() <= 3 { numeral::digits(&digits)? } else { return None }, false)
    } else if chinese > 0 {
        (u32::try_from(numeral::parse(&run[..chinese])?).ok().filter(|n| *n < 100)?, true)
    } else {
        return None;
    };
    at += if is_chinese { chinese } else { arabic };
    if opened {
        at += blanks(at);
    } else if !is_chinese && !ordinal {
        let gap = blanks(at);
        // `1 、`: a blank before the mark; but a point behind a blank is none.
        at += if text[at + gap..].starts_with('、') { gap } else { 0 };
    }
    let mark = text[at..].chars().next()?;
    let end = at + mark.len_utf8();
    let style = match (opened, ordinal, is_chinese, mark) {
        (true, _, false, ')' | '）') => Style::Bracketed,
        (true, _, true, ')' | '）') => Style::ChineseBracketed,
        (false, true, true, '，' | ',' | '、' | '：' | ':') => Style::Ordinal,
        (false, false, false, '.' | '．' | '、' | '。') => Style::Plain,
        (false, false, false, ')' | '）') => Style::Closed,
        (false, false, true, '、' | '.' | '．') => Style::Chinese,
        _ => return None,
    };
    // `（1）、`: brackets and a mark besides.
    let end = match text[end..].chars().next() {
        Some('、') if opened => end + '、'.len_utf8(),
        _ => end,
    };
    Some((style, number, end))
}

/// How a candidate's place speaks for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stand {
    /// Behind a character of a word.
    Glued,
    /// Behind a comma or a blank.
    Open,
    /// At the start of a line or behind the end of a sentence.
    Firm,
}

struct Candidate {
    at: usize,
    marker: Marker,
    stand: Stand,
    opens_line: bool,
}

fn candidates(text: &str) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut before = '\n'; // the last character that is not blank; a line break counts as one
    let mut blank = false;
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if c == '\n' {
            (before, blank) = ('\n', false);
            continue;
        }
        if is_blank(c) {
            blank = true;
            continue;
        }
        let starts = matches!(c, '(' | '（' | '第' | '①'..='⒛') || fold(c).is_ascii_digit() || numeral::is_numeral(c);
        if at >= skip_to && starts {
            let stand = match before {
                '\n' | '。' | '；' | ';' | '！' | '？' | '：' | ':' | '”' => Some(Stand::Firm),
                '，' | ',' | '）' | ')' | '》' | '、' => Some(Stand::Open),
                '.' if blank => Some(Stand::Firm),
                _ if blank => Some(Stand::Open),
                _ if numeral::is_numeral(before)
                    || matches!(before, '第' | '年' | '月' | '约' | '共' | '达' | '至' | '到' | '近' | '每') =>
                {
                    None
                }
                _ if is_cjk(before) => Some(Stand::Glued),
                _ => None,
            };
            if let Some((stand, marker)) = stand.zip(marker(&text[at..])) {
                found.push(Candidate { at, marker, stand, opens_line: before == '\n' });
                skip_to = at + marker.length;
            } else {
                // The rest of this number opens nothing either.
                let run: usize = text[at..]
                    .chars()
                    .take_while(|c| fold(*c).is_ascii_digit() || numeral::is_numeral(*c))
                    .map(char::len_utf8)
                    .sum();
                skip_to = at + run;
            }
        }
        (before, blank) = (c, false);
    }
    found
}

/// The candidates that run 1, 2, 3 … in the style of the first of them.
fn running(candidates: &[Candidate]) -> Vec<&Candidate> {
    let open = |candidate: &&Candidate| candidate.marker.number == 1 && candidate.stand > Stand::Glued;
    for first in candidates.iter().filter(open).take(8) {
        let mut chosen = vec![first];
        let mut last = 1;
        let same = candidates.iter().filter(|c| c.at > first.at && c.marker.style == first.marker.style);
        for candidate in same {
            let number = candidate.marker.number;
            let next = number == last + 1;
            // A number that was skipped or typed twice: only where the place leaves no doubt. The second one, if no 2 follows.
            let skipped = || {
                let later = |c: &&Candidate| c.at > candidate.at && c.marker.style == first.marker.style;
                first.opens_line && number > 1 && !candidates.iter().filter(later).any(|c| c.marker.number == 2)
            };
            let odd = candidate.stand == Stand::Firm
                && !candidate.marker.doubtful
                && (last > 1 || candidate.opens_line || skipped())
                && (number == last || number == last + 2 || number == last + 3);
            if next && !(candidate.stand == Stand::Glued && candidate.marker.doubtful) || odd {
                chosen.push(candidate);
                last = number;
            }
        }
        let alone = chosen.len() == 1;
        if !alone || first.at == 0 && !first.marker.doubtful && first.opens_line {
            return chosen;
        }
    }
    Vec::new()
}

/// Cuts a text into the items of its numbered list; without numbers, into its paragraphs. All that is not blank is in some
/// item's marker or body, in order.
pub fn items(text: &str) -> Vec<Item> {
    let candidates = candidates(text);
    let chosen = running(&candidates);
    let mut items = Vec::new();
    let mut push = |marker: Range<usize>, from: usize, to: usize, number: Option<u32>| {
        let body = &text[from..to];
        let start = from + (body.len() - body.trim_start_matches(is_blank).len());
        let end = start + text[start..to].trim_end_matches(is_blank).len();
        if start < end || !marker.is_empty() {
            items.push(Item { marker, body: start..end.max(start), number });
        }
    };
    let head = chosen.first().map_or(text.len(), |candidate| candidate.at);
    let mut line_start = 0;
    for line in text[..head].split_inclusive('\n') {
        push(line_start..line_start, line_start, line_start + line.len(), None);
        line_start += line.len();
    }
    for (index, candidate) in chosen.iter().enumerate() {
        let end = chosen.get(index + 1).map_or(text.len(), |next| next.at);
        let from = (candidate.at + candidate.marker.length).min(end);
        push(candidate.at..from, from, end, Some(candidate.marker.number));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bodies(text: &str) -> Vec<&str> {
        items(text).into_iter().map(|item| &text[item.body]).collect()
    }

    #[test]
    fn lists_are_cut_at_their_numbers() {
        assert_eq!(bodies("1. 甲；\n2. 乙。\n3．丙"), ["甲；", "乙。", "丙"]);
        assert_eq!(
            bodies("1、推进“八五”普法；2、落实部署。3、创建（1）活动"),
            ["推进“八五”普法；", "落实部署。", "创建（1）活动"]
        );
        assert_eq!(bodies("一、甲。1、子；2、丑。二、乙"), ["甲。1、子；2、丑。", "乙"]);
        assert_eq!(bodies("（一）甲（二）乙（三）丙"), ["甲", "乙", "丙"]);
        assert_eq!(bodies("①甲②乙"), ["甲", "乙"]);
        assert_eq!(bodies("第一，甲；第二，乙"), ["甲；", "乙"]);
        assert_eq!(bodies("1.甲 2.乙 3.丙"), ["甲", "乙", "丙"]);
        assert_eq!(bodies("我局职责：1.甲；2.乙"), ["我局职责：", "甲；", "乙"]);
        assert_eq!(bodies("1、完成普法工作2、落实部署3、开展调解"), ["完成普法工作", "落实部署", "开展调解"]);
        assert_eq!(bodies("1、唯一的工作"), ["唯一的工作"]);
        assert_eq!(bodies("1、2023年甲；2、2024年乙"), ["2023年甲；", "2024年乙"]);
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        assert_eq!(bodies("投入2.5万元，其中1.5万元用于培训"), ["投入2.5万元，其中1.5万元用于培训"]);
        assert_eq!(bodies("1、2季度完成"), ["1、2季度完成"]);
        assert_eq!(bodies("2023年1、2月开展"), ["2023年1、2月开展"]);
        assert_eq!(bodies("2023.12.30前完成"), ["2023.12.30前完成"]);
        assert_eq!(bodies("第1、2、3条"), ["第1、2、3条"]);
        assert_eq!(bodies("甲段\n\n乙段"), ["甲段", "乙段"]);
        assert_eq!(bodies(" \n "), Vec::<&str>::new());
    }

    #[test]
    fn slips_in_the_numbers_still_cut_and_can_be_told() {
        let numbers = |text: &str| items(text).into_iter().filter_map(|item| item.number).collect::<Vec<_>>();
        assert_eq!(numbers("1、甲；2、乙；4、丁；5、戊"), [1, 2, 4, 5]);
        assert_eq!(numbers("1、甲；2、乙；2、丙；3、丁"), [1, 2, 2, 3]);
        assert_eq!(numbers("1、甲；3、丙"), [1, 3]);
        assert_eq!(numbers("1、甲；3、子；2、乙"), [1, 2]);
        assert_eq!(numbers("见1、甲；3、子"), [0; 0]);
    }

    proptest! {
        #[test]
        fn nothing_that_can_be_seen_is_lost(text in "[甲乙，。；：\n 1-4、.（）一二①②第]{0,40}") {
            let visible = |text: &str| text.chars().filter(|c| !is_blank(*c)).collect::<String>();
            let mut joined = String::new();
            let mut end = 0;
            for item in items(&text) {
                prop_assert!(end <= item.marker.start && item.marker.end <= item.body.start);
                end = item.body.end;
                joined.push_str(&text[item.marker]);
                joined.push_str(&text[item.body]);
            }
            prop_assert_eq!(visible(&joined), visible(&text));
        }
    }
}
