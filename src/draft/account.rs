//! Nothing forgotten: whether every text of a blank form stands somewhere in what was written of it. Looks at the document and the
//! words of the draft alone, so that no step between can talk it into anything.

use super::words::words;
use crate::document::{Cell, Document};
use crate::value::choice::is_box;
use crate::value::notation::fold;

/// The letters of a text: what spacing, width and marks cannot change.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).map(fold).collect()
}

/// The cells with words that are not among those of the draft.
pub fn forgotten<'d>(document: &'d Document, draft: &str) -> Vec<&'d Cell> {
    let written = letters(draft);
    let parts = |c: char| c.is_whitespace() || is_box(c) || matches!(c, ':' | '：' | '_' | '(' | ')' | '（' | '）');
    let is_known = |piece: &str| {
        let bare = letters(piece);
        bare.chars().all(|c| words().date.contains(&c)) || crate::value::unit::parse(piece).is_some() || written.contains(&bare)
    };
    document.cells().filter(|cell| !cell.text.split(parts).all(is_known)).collect()
}
