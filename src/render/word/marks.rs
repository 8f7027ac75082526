//! Marks as an input method types them: brackets, stops and quotes of every width and shape.

use crate::value::notation::fold;

/// A mark of any width as the one that Tera knows.
pub(super) fn mark(c: char) -> char {
    match c {
        '。' => '.',
        '【' => '[',
        '】' => ']',
        '《' => '<',
        '》' => '>',
        _ => fold(c),
    }
}

/// Quotes by kind: double, single, backtick.
pub(super) fn quote_kind(c: char) -> Option<char> {
    match c {
        '"' | '“' | '”' | '„' | '＂' | '「' | '」' => Some('"'),
        '\'' | '‘' | '’' | '＇' => Some('\''),
        '`' => Some('`'),
        _ => None,
    }
}

/// The length in bytes of the quoted text that stands here.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    let kind = quote_kind(letters.next()?.1)?;
    let mut escaped = false;
    for (at, c) in letters {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if quote_kind(c) == Some(kind) => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

/// What stands between quotes, with escapes resolved.
pub(super) fn unquote(text: &str) -> String {
    let mut letters = text.chars().skip(1).collect::<Vec<_>>();
    letters.pop();
    let mut out = String::new();
    let mut letters = letters.into_iter();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
