//! Names as documents spell them: when two are the same, and when they may be.

use crate::value::notation::is_blank;
use crate::value::text::fold;

/// For comparing: without blanks, width and the brackets and marks that one office sets and another leaves out.
pub fn same(name: &str) -> String {
    let is_mark = |c: &char| {
        matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | ',' | '.' | ':' | ';' | '-' | '_' | '/')
    };
    let is_wide = |c: &char| matches!(c, '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301b}' | '\u{2010}'..='\u{201f}' | '\u{3001}' | '\u{3002}' | '\u{b7}');
    fold(name).chars().filter(|c| !is_blank(*c) && !is_mark(c) && !is_wide(c)).flat_map(char::to_lowercase).collect()
}

/// A name without the code that budget systems print before or behind it: `402001`. The whole name where nothing else is in it.
pub fn without_code(name: &str) -> &str {
    let rest = name.trim_matches(|c: char| c.is_ascii_digit());
    if rest.is_empty() { name } else { rest }
}

/// The name with one character left out, in all ways that leave a name which may be meant: numerals tell names apart.
pub fn shortened(name: &str) -> impl Iterator<Item = String> + '_ {
    let length = name.chars().count();
    name.char_indices().filter(move |(_, c)| length > 4 && !tells_apart(*c)).map(|(at, c)| {
        let mut short = String::with_capacity(name.len());
        short.push_str(&name[..at]);
        short.push_str(&name[at + c.len_utf8()..]);
        short
    })
}

fn tells_apart(c: char) -> bool {
    c.is_ascii_alphanumeric() || crate::value::numeral::is_numeral(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_whatever_their_width_blanks_and_brackets() {
        for (one, other) in [("安澜县 水利局", "安澜县水利局"), ("水利局（本级）", "水利局(本级)"), ("Ａ项目《一》", "a项目一")]
        {
            assert_eq!(same(one), same(other));
        }
        assert_ne!(same("城东小学"), same("城西小学"));
    }

    #[test]
    fn codes_are_left_out_but_never_the_whole_name() {
        assert_eq!(without_code(&same("[402001]安澜县水利局")), "安澜县水利局");
        assert_eq!(without_code("402001"), "402001");
    }

    #[test]
    fn numerals_are_never_left_out() {
        assert!(shortened("安澜县第一小学").all(|short| short.contains('一')));
        assert_eq!(shortened("水利局").count(), 0);
        assert!(shortened("安澜县水利局").any(|short| short == "安澜水利局"));
    }
}
