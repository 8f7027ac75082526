//! What stands in one cell or paragraph of a blank form: a label, a place to write on, boxes to tick, or labels with their
//! places in one line. Looks at the text alone, not at where it stands.

use super::words::{folded, words};
use crate::value::Kind;
use crate::value::choice::is_box;
use crate::value::notation::{is_blank, is_dash};
use crate::value::numeral::is_numeral;

/// Longest label, in characters.
const LONGEST: usize = 40;

/// What a text of a blank form is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A place to write on; what is printed there to guide the pen, with the kind that it speaks for.
    Blank(Option<Kind>),
    /// Boxes to tick, each with its word.
    Boxes(Vec<Tick>),
    /// Labels with places behind them.
    Inline(Vec<Inline>),
    Label,
    /// Running text.
    Prose,
}

/// A box to tick: the character that is the box, and its word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    pub at: usize,
    pub word: String,
}

/// A label inside a text, and the characters behind it that a value goes into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    pub label: String,
    /// The characters of the label.
    pub from: usize,
    pub start: usize,
    pub end: usize,
    /// What is printed there.
    pub printed: String,
    pub kind: Option<Kind>,
    pub ticks: Vec<Tick>,
    /// The place is inside the label, at its blank.
    pub inside: bool,
}

/// A label as it is written into a definition: without line breaks, spacing between its characters, or its colon.
pub fn label(text: &str) -> String {
    let lettered = letter(text).map(|(start, end, letter)| {
        let (before, after) = (text.chars().take(start), text.chars().skip(end));
        before.chain([letter]).chain(after).collect::<String>()
    });
    let text = lettered.as_deref().unwrap_or(text);
    let text = text.trim_matches(|c: char| is_blank(c) || matches!(c, ':' | '：'));
    let wide = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii());
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (index, c) in letters.iter().enumerate() {
        if !is_blank(*c) {
            out.push(*c);
            continue;
        }
        let after = letters[index..].iter().find(|c| !is_blank(**c));
        let before = out.chars().next_back();
        // Between words of letters one blank stays.
        if !wide(before.as_ref()) && !wide(after) && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// The letter that [`label`] puts where a number is to be written into a label.
const LETTER: char = 'N';

/// Where in a label a number is to be written: a gap between a dash and a sign of dates, or a capital letter in its place.
pub fn letter(text: &str) -> Option<(usize, usize, char)> {
    let letters: Vec<char> = text.chars().collect();
    let in_date = |c: Option<&char>| c.is_some_and(|c| words().date.contains(c));
    for at in (0..letters.len()).filter(|at| is_dash(letters[*at])) {
        let end = letters[at + 1..].iter().position(|c| !is_blank(*c) && *c != '_').map(|gap| at + 1 + gap)?;
        if end > at + 1 && in_date(letters.get(end)) && letters[..at].last().is_some_and(char::is_ascii_digit) {
            return Some((at + 1, end, LETTER));
        }
        if letters[end].is_ascii_uppercase() && in_date(letters.get(end + 1)) {
            return Some((end, end + 1, letters[end]));
        }
    }
    None
}

/// What guides the pen in a place to write on: blanks, lines, the signs of a date, an empty list.
fn guide(text: &str) -> Option<Option<Kind>> {
    let plain: Vec<char> = text.chars().filter(|c| !is_blank(*c) && !is_dash(*c) && !matches!(c, '_' | '…' | '/')).collect();
    if plain.is_empty() {
        return Some(None);
    }
    let words = words();
    if plain.iter().all(|c| words.date.contains(c)) && (plain.len() > 1 || text.chars().any(is_blank)) {
        let kind = if plain.len() > 1 { Kind::Date } else { Kind::Year };
        return Some(Some(kind));
    }
    let joined: String = plain.iter().collect();
    if joined == "%" || joined == "％" {
        return Some(Some(Kind::Percent));
    }
    if crate::value::unit::parse(&joined).is_some() {
        return Some(Some(Kind::Amount));
    }
    // Numbers of a list that is still empty, with or without a word before them: every line ends in one.
    let lines: Vec<&str> = text.lines().filter(|line| line.chars().any(|c| !is_blank(c))).collect();
    let mut numbered = 0;
    for line in &lines {
        let bare =
            line.trim_matches(|c: char| is_blank(c) || matches!(c, ':' | '：' | '.' | '．' | '、' | ')' | '）' | '(' | '（'));
        let is_word = bare.chars().count() <= 6 && bare.chars().any(|c| c.is_ascii_digit() || is_numeral(c));
        let marked = line.trim_end().ends_with([':', '：', '.', '．', '、', ')', '）']);
        let all_number = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit());
        if bare.is_empty() || all_number || is_word && marked && bare.ends_with(|c: char| c.is_ascii_digit() || is_numeral(c)) {
            numbered += 1;
        }
    }
    if numbered == lines.len() {
        return Some(None);
    }
    // A signature or a seal, with a date: `（盖章） 年 月 日`.
    let mut depth = 0u32;
    let rest = plain.iter().filter(|c| {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    });
    let rest: Vec<&char> = rest.collect();
    let only_date = rest.iter().all(|c| words.date.contains(c));
    (only_date && rest.len() > 1).then_some(None)
}

/// The boxes of a text, each with its word: behind it, or before it where the text begins with one.
pub fn ticks(text: &str) -> Vec<Tick> {
    let letters: Vec<char> = text.chars().collect();
    let boxes: Vec<usize> = (0..letters.len()).filter(|at| is_box(letters[*at])).collect();
    let word = |from: usize, to: usize| -> String {
        let piece: String = letters[from.min(to)..to].iter().collect();
        let piece = piece.trim_matches(|c: char| is_blank(c) || matches!(c, '_' | '；' | ';' | '，' | ',' | '、' | '/'));
        piece.split(['(', '（', '_']).next().unwrap_or_default().split_whitespace().collect()
    };
    let first = letters.iter().position(|c| !is_blank(*c));
    let behind = first.is_some_and(|first| boxes.first() == Some(&first));
    let each = boxes.iter().enumerate().map(|(index, at)| {
        let word = if behind {
            word(at + 1, boxes.get(index + 1).copied().unwrap_or(letters.len()))
        } else {
            word(if index == 0 { 0 } else { boxes[index - 1] + 1 }, *at)
        };
        Tick { at: *at, word }
    });
    each.filter(|tick| !tick.word.is_empty()).collect()
}

/// What a text is.
pub fn what(text: &str) -> What {
    if let Some(kind) = guide(text) {
        return What::Blank(kind);
    }
    let found = inline(text);
    if !found.is_empty() {
        return What::Inline(found);
    }
    let boxes = ticks(text);
    if boxes.len() > 1 {
        return What::Boxes(boxes);
    }
    let length = text.chars().filter(|c| !is_blank(*c)).count();
    let sentence = text.chars().filter(|c| matches!(c, '。' | '；' | ';')).count() > 0;
    if length > LONGEST || sentence && length > 12 { What::Prose } else { What::Label }
}

/// Labels with places behind them, in reading order.
pub fn inline(text: &str) -> Vec<Inline> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut start = 0;
    for line in letters.split(|c| *c == '\n') {
        in_line(&letters, start, start + line.len(), &mut found);
        start += line.len() + 1;
    }
    found
}

fn in_line(letters: &[char], from: usize, to: usize, found: &mut Vec<Inline>) {
    let colons: Vec<usize> = (from..to)
        .filter(|at| matches!(letters[*at], ':' | '：'))
        .filter(|at| {
            !(letters[..*at].last().is_some_and(char::is_ascii_digit) && letters.get(at + 1).is_some_and(char::is_ascii_digit))
        })
        .collect();
    let first = found.len();
    let mut behind = from;
    for (index, colon) in colons.iter().enumerate() {
        let label_from = label_start(letters, behind, *colon, index == 0);
        let end = match colons.get(index + 1) {
            Some(next) => label_start(letters, colon + 1, *next, false),
            None => to,
        };
        behind = colon + 1;
        let text: String = letters[label_from..*colon].iter().collect();
        let name = label(&text);
        let length = name.chars().count();
        if length == 0 || length > LONGEST || !name.chars().any(char::is_alphabetic) || words().is_note(&name) {
            continue;
        }
        let printed: String = letters[colon + 1..end].iter().collect();
        let trimmed = printed.trim_matches(is_blank);
        let boxes: Vec<Tick> = ticks(&printed).into_iter().map(|tick| Tick { at: tick.at + colon + 1, ..tick }).collect();
        let unit = crate::value::unit::parse(trimmed).is_some();
        let kind = match guide(&printed) {
            _ if boxes.len() > 1 => Some(Kind::Choice),
            _ if unit => Some(Kind::Unit),
            Some(kind) => kind,
            // Running text behind a colon is no place to write on.
            None if trimmed.chars().count() > 12 || index + 1 == colons.len() && colons.len() == 1 && found.len() == first => {
                continue;
            }
            None => None,
        };
        let last = index + 1 == colons.len();
        // Some room stays between a place and the next label.
        let tail = letters[colon + 1..end].iter().rev().take_while(|c| is_blank(**c)).count();
        let keep = if last { 0 } else { tail.min(2) };
        found.push(Inline {
            label: name,
            from: label_from,
            start: colon + 1,
            end: end - keep,
            printed: trimmed.to_owned(),
            kind,
            ticks: if boxes.len() > 1 { boxes } else { Vec::new() },
            inside: false,
        });
    }
    if let Some(year) = gap_year(letters, from, to)
        && found[first..].iter().all(|field| year.end <= field.from || field.end <= year.from)
    {
        found.insert(first, year);
        found[first..].sort_by_key(|field| field.from);
    }
}

/// Where the label before a colon begins: behind the last gap of a place, or behind what guides the pen there.
fn label_start(letters: &[char], from: usize, colon: usize, first: bool) -> usize {
    let is_gap = |at: usize| {
        letters[at] == '\t' || letters[at] == '_' || is_blank(letters[at]) && at + 1 < colon && is_blank(letters[at + 1])
    };
    let mut start = from;
    let leading = (from..colon).find(|at| !is_blank(letters[*at]) && letters[*at] != '_').unwrap_or(colon);
    if let Some(gap) = (leading..colon).rev().find(|at| is_gap(*at)) {
        // Characters of a label that are set apart from each other by blanks belong together.
        let parts: Vec<&[char]> = letters[leading..colon].split(|c| is_blank(*c)).filter(|part| !part.is_empty()).collect();
        let spaced = first && parts.len() > 1 && parts.iter().all(|part| part.len() == 1 && !part[0].is_ascii());
        if !spaced {
            start = gap + 1;
        }
    }
    while start < colon && (is_blank(letters[start]) || letters[start] == '_') {
        start += 1;
    }
    // `年 月 日 单位：`
    let date = &words().date;
    if !first {
        let mut at = start;
        while at < colon && date.contains(&letters[at]) && letters.get(at + 1).is_some_and(|c| is_blank(*c)) {
            at += 1;
            while at < colon && is_blank(letters[at]) {
                at += 1;
            }
            start = at;
        }
        if let Some(blank) = (start..colon).rev().find(|at| is_blank(letters[*at])) {
            let before: String = letters[start..blank].iter().collect();
            if crate::value::unit::parse(before.trim()).is_some() {
                start = blank + 1;
            }
        }
    }
    start
}

/// `（    年度）`: a year inside a label, by itself or set apart from what else stands in the line.
fn gap_year(letters: &[char], from: usize, to: usize) -> Option<Inline> {
    let open = letters[from..to].iter().position(|c| matches!(c, '(' | '（'))? + from;
    let close = letters[open..to].iter().position(|c| matches!(c, ')' | '）'))? + open;
    let gap_end = (open + 1..close).find(|at| !is_blank(letters[*at]) && letters[*at] != '_')?;
    let word: String = letters[gap_end..close].iter().collect();
    let apart = |at: Option<&char>, next: Option<&char>| match at {
        None | Some('\t') => true,
        Some(c) => is_blank(*c) && next.is_none_or(|c| is_blank(*c)),
    };
    let before = apart(letters[from..open].last(), letters[from..open].iter().rev().nth(1));
    let after = apart(letters[close + 1..to].first(), letters[close + 1..to].get(1));
    if !before || !after || !words().years.contains(&folded(&word)) {
        return None;
    }
    let label = format!("{} {word}{}", letters[open], letters[close]);
    Some(Inline {
        label,
        from: open,
        start: open + 1,
        end: gap_end,
        printed: String::new(),
        kind: Some(Kind::Year),
        ticks: Vec::new(),
        inside: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<(String, String, Option<Kind>)> {
        inline(text).into_iter().map(|field| (field.label, field.printed, field.kind)).collect()
    }

    #[test]
    fn labels_with_places_are_found_in_a_line() {
        let line = "填报单位（盖章）：          填报日期：   年  月  日     单位：万元";
        let wanted =
            [("填报单位（盖章）", "", None), ("填报日期", "年  月  日", Some(Kind::Date)), ("单位", "万元", Some(Kind::Unit))];
        assert_eq!(labels(line), wanted.map(|(label, printed, kind)| (label.to_owned(), printed.to_owned(), kind)));
        assert_eq!(labels("填 报 人：").first().map(|field| field.0.clone()), Some("填报人".into()));
        assert_eq!(labels("日期： 年 月 日 单位：元").iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), ["日期", "单位"]);
        assert_eq!(
            labels("Name: ______  Date of birth: ____").iter().map(|f| f.0.as_str()).collect::<Vec<_>>(),
            ["Name", "Date of birth"]
        );
        assert_eq!(labels("注：本表一式三份。"), []);
        assert_eq!(labels("（    年度）")[0].0, "（ 年度）");
        assert_eq!(labels("申请人签字：\n\n          年   月   日")[0].0, "申请人签字");
    }

    #[test]
    fn places_to_write_on_are_told_from_labels() {
        for text in ["", "  ", "____", "年  月  日", "目标1：\n目标2：", "1.\n2.", "（盖章）\n年 月 日", "%", "万元", "1", "…"]
        {
            assert!(matches!(what(text), What::Blank(_)), "{text:?}: {:?}", what(text));
        }
        for text in ["项目名称", "年度目标", "长期目标", "目标1", "Name", "第一年", "日期"] {
            assert_eq!(what(text), What::Label, "{text:?}");
        }
        let What::Boxes(boxes) = what("□ 新增   □延续（请注明____）") else { panic!() };
        assert_eq!(boxes.iter().map(|tick| &*tick.word).collect::<Vec<_>>(), ["新增", "延续"]);
        let What::Boxes(boxes) = what("是□  否□") else { panic!() };
        assert_eq!(boxes.iter().map(|tick| (&*tick.word, tick.at)).collect::<Vec<_>>(), [("是", 1), ("否", 5)]);
    }
}
