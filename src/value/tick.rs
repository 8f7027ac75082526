//! Ticks in columns that stand for a word: `√`, `✓`, `☑`.

use super::choice::{EMPTY, TICKED};
use super::notation::trim;
use super::{Reading, text};

/// How a tick is written in records.
pub const TICK: &str = "√";

/// Whether a text says yes and nothing else.
pub fn is_tick(text: &str) -> bool {
    let text = trim(text);
    let mut characters = text.chars();
    matches!((characters.next(), characters.next()), (Some(c), None) if TICKED.contains(&c))
        || matches!(text, "▲" | "★" | "V" | "v" | "是" | "1" | "\u{fe}" | "\u{f0fe}" | "\u{f052}")
}

/// As [`super::Kind::Tick`] reads: an empty box is nothing, words in place of a tick stay.
pub fn read(text: &str) -> Reading {
    let trimmed = trim(text);
    if is_tick(trimmed) {
        Reading::Value(TICK.to_owned())
    } else if trimmed.is_empty() || trimmed.chars().all(|c| EMPTY.contains(&c)) || trimmed == "否" {
        Reading::Blank
    } else if trimmed == "无" {
        Reading::Placeholder
    } else {
        text::reading(text, text::squeeze)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_comes_to_one_text() {
        for text in ["√", " ✓ ", "☑", "是", "1"] {
            assert_eq!(read(text), Reading::Value("√".into()), "{text}");
        }
        assert_eq!(read("□"), Reading::Blank);
        assert_eq!(read(" "), Reading::Blank);
        assert_eq!(read("/"), Reading::Placeholder);
        assert_eq!(read("资金未到位"), Reading::Value("资金未到位".into()));
    }
}
