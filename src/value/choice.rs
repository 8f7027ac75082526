//! A choice from a closed list: its words without blanks, or the one ticked box of a row of boxes.
//!
//! Whether the word is allowed is a rule's question (`V`): the list stands in the form's definition.

use super::notation::is_blank;
use super::{Reading, text};

/// Boxes without a tick.
pub(super) const EMPTY: [char; 5] = ['□', '☐', '◻', '○', '▢'];
/// Boxes with a tick, and ticks.
pub(super) const TICKED: [char; 7] = ['☑', '☒', '■', '●', '✓', '✔', '√'];

/// Whether a character is drawn as a box to tick, empty or ticked.
pub fn is_box(c: char) -> bool {
    EMPTY.contains(&c) || TICKED.contains(&c)
}

/// What scanners make of an empty box.
const MISREAD: [char; 6] = ['口', 'O', 'o', '0', '〇', '囗'];

/// The word at the only ticked box; with a tick in sight, what a scanner took for a character at the end of a word may be a box.
fn ticked(text: &str) -> Option<String> {
    choice(text).or_else(|| {
        let ends = |rest: &str| {
            let behind = rest.trim_start_matches(is_blank).chars().next();
            rest.chars().next().is_none_or(is_blank) && !behind.is_some_and(is_box)
        };
        let mut boxed = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let is_box = MISREAD.contains(&c) && ends(&text[at + c.len_utf8()..]);
            boxed.push(if is_box { EMPTY[0] } else { c });
        }
        // A box that lost the blank behind it stands in the midst of words: then nobody can tell.
        choice(&boxed).filter(|word| boxed != text && !word.contains(MISREAD))
    })
}

/// The word behind the only ticked box, where boxes are printed: `□其他 ☑特定` → `特定`.
fn choice(text: &str) -> Option<String> {
    if !text.contains(EMPTY) || !text.contains(TICKED) {
        return None;
    }
    if !text.trim_start_matches(is_blank).starts_with(is_box) {
        return ticked_behind(text);
    }
    let mut words: Vec<(bool, String)> = Vec::new();
    for c in text.chars() {
        if EMPTY.contains(&c) || TICKED.contains(&c) {
            match words.last_mut() {
                // □√: a tick drawn into the box.
                Some((ticked, word)) if word.is_empty() => *ticked |= TICKED.contains(&c),
                _ => words.push((TICKED.contains(&c), String::new())),
            }
        } else if !is_blank(c) {
            words.last_mut()?.1.push(c);
        }
    }
    let mut chosen = words.into_iter().filter(|(ticked, _)| *ticked);
    match (chosen.next(), chosen.next()) {
        (Some((_, word)), None) if !word.is_empty() => Some(word),
        _ => None,
    }
}

/// The word before the only ticked box: `新增项目□ 延续项目☑`.
fn ticked_behind(text: &str) -> Option<String> {
    let mut words: Vec<(bool, String)> = Vec::new();
    let mut closed = true;
    for c in text.chars().filter(|c| !is_blank(*c)) {
        if is_box(c) {
            words.last_mut()?.0 |= TICKED.contains(&c);
            closed = true;
        } else {
            if std::mem::take(&mut closed) {
                words.push((false, String::new()));
            }
            words.last_mut()?.1.push(c);
        }
    }
    let mut chosen = words.into_iter().filter(|(ticked, _)| *ticked);
    match (chosen.next(), chosen.next()) {
        // A word without a box behind it: they stand before their words after all.
        (Some((_, word)), None) if closed => Some(word),
        _ => None,
    }
}

/// As [`super::Kind::Choice`] reads.
pub fn read(text: &str) -> Reading {
    match ticked(text) {
        Some(word) => Reading::Value(word),
        None => text::reading(text, text::squeeze),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_ticked_box_is_the_choice() {
        assert_eq!(read("□常年性项目 ☑ 延续性项目□一次性项目"), Reading::Value("延续性项目".into()));
        assert_eq!(read("□甲 □√乙"), Reading::Value("乙".into()));
        assert_eq!(read("新增项目□ 延续项目☑"), Reading::Value("延续项目".into()));
        assert_eq!(read("新增项目 □√ 延续项目 □"), Reading::Value("新增项目".into()));
        assert_eq!(read("甲□乙☑丙"), Reading::Value("甲□乙☑丙".into()));
        assert_eq!(read("历 史标准"), Reading::Value("历史标准".into()));
        // Empty boxes as scanners read them, each behind its word.
        assert_eq!(read("部门预算项目口 省直专项☑ 转移支付项目O"), Reading::Value("省直专项".into()));
        assert_eq!(read("对外开放口 ☑"), Reading::Value("对外开放口 ☑".into()));
        // None or two ticked: left for a person.
        assert_eq!(read("☑甲☑乙□丙"), Reading::Value("☑甲☑乙□丙".into()));
        assert_eq!(read("□甲□乙"), Reading::Value("□甲□乙".into()));
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[□☑√甲乙 丙a]{0,12}") {
            if let Reading::Value(value) = read(&text) {
                prop_assert_eq!(read(&value), Reading::Value(value.clone()));
            }
        }
    }
}
