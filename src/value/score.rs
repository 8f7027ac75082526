//! Points: `9.5`, `10分`.

use super::Reading;
use super::notation::{fold, scan_number, skip, trim};
use rust_decimal::Decimal;

/// A number of points, with or without 分 behind it.
pub fn parse(text: &str) -> Option<Decimal> {
    let mut rest = trim(text);
    let negative = rest.chars().next().map(fold) == Some('-');
    if negative {
        rest = trim(skip(rest, 1));
    }
    let number = scan_number(rest)?;
    let behind = trim(number.rest);
    if !(behind.is_empty() || behind == "分") {
        return None;
    }
    Some(if negative { -number.value } else { number.value })
}

/// As [`super::Kind::Score`] reads: the decimals stay as they are written.
pub fn read(text: &str) -> Reading {
    match parse(text) {
        None if trim(text) == "分" => Reading::Blank,
        points => Reading::number(points.map(|points| points.to_string()), text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_comes_to_one_text() {
        for (text, expected) in [("10", "10"), ("9.50", "9.50"), ("１０分", "10"), (" 9.5 分 ", "9.5"), ("-1", "-1")] {
            assert_eq!(read(text), Reading::Value(expected.into()), "{text}");
        }
        for text in ["10%", "十", "9.5.1", "≥9", "10分钟"] {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
        assert_eq!(read("–"), Reading::Placeholder);
        assert_eq!(read("/"), Reading::Placeholder);
        assert_eq!(read(" "), Reading::Blank);
    }
}
