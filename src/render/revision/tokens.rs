//! What changes as a whole within a text: a number with its sign, stops and percent sign, a word in Latin letters, an escaped
//! character, any other character by itself.
//!
//! So `817.6` to `817.60` is one replacement to a reader, not an added nought.

use crate::value::notation::fold;

/// The tokens of a text as it stands in XML.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    if text.contains("<![CDATA[") {
        return vec![text];
    }
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = number(rest).or_else(|| escaped(rest)).or_else(|| word(rest)).unwrap_or(c.len_utf8());
        let (token, after) = rest.split_at(length);
        found.push(token);
        rest = after;
    }
    found
}

/// The length of the number that stands here.
fn number(text: &str) -> Option<usize> {
    let digit = |c: char| fold(c).is_ascii_digit();
    let mut letters = text.char_indices().peekable();
    letters.next_if(|(_, c)| matches!(fold(*c), '+' | '-'));
    letters.next_if(|(_, c)| digit(*c))?;
    let mut end = letters.peek().map_or(text.len(), |(at, _)| *at);
    while let Some((at, c)) = letters.next() {
        let inside = |c: char| matches!(fold(c), '.' | ',');
        match fold(c) {
            _ if digit(c) => end = at + c.len_utf8(),
            '%' => return Some(at + c.len_utf8()),
            _ if inside(c) && letters.peek().is_some_and(|(_, next)| digit(*next)) => {}
            _ => break,
        }
    }
    Some(end)
}

/// `&amp;` and its kin.
fn escaped(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('&')?;
    let end = inner.find(';').filter(|end| *end < 12)?;
    Some(end + 2)
}

fn word(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    (end > 0).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_whole() {
        let cases = [
            ("817.60", vec!["817.60"]),
            ("-1,234.50%和", vec!["-1,234.50%", "和"]),
            ("2023年12月30日", vec!["2023", "年", "12", "月", "30", "日"]),
            ("5.", vec!["5", "."]),
            ("a&amp;bc", vec!["a", "&amp;", "bc"]),
            ("≥45个", vec!["≥", "45", "个"]),
            ("９６％", vec!["９６％"]),
            ("", vec![]),
        ];
        for (text, wanted) in cases {
            assert_eq!(tokens(text), wanted, "{text}");
        }
    }
}
