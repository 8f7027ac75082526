//! Shares of a hundred: `60.77%`.

use super::notation::{at_least, fold, scan_number, skip, trim};
use super::{Reading, numeral};
use rust_decimal::Decimal;

/// Percent points: `96%`, `95％`, `百分之九十五`, and a bare number as it stands in a column of shares.
pub fn parse(text: &str) -> Option<Decimal> {
    let mut rest = trim(text);
    if let Some(count) = rest.strip_prefix("百分之") {
        let count = trim(count);
        return match scan_number(count) {
            Some(number) if number.rest.is_empty() => Some(number.value),
            Some(_) => None,
            None if count == "百" => Some(Decimal::ONE_HUNDRED),
            None => numeral::parse(count),
        };
    }
    let negative = rest.chars().next().map(fold) == Some('-');
    if negative {
        rest = trim(skip(rest, 1));
    }
    let number = scan_number(rest)?;
    let behind = trim(number.rest);
    if !(behind.is_empty() || behind.chars().map(fold).eq(['%'])) {
        return None;
    }
    Some(if negative { -number.value } else { number.value })
}

/// Two decimals at least: `96.00%`.
pub fn canonical(points: Decimal) -> String {
    let mut text = at_least(points, 2);
    text.push('%');
    text
}

/// As [`super::Kind::Percent`] reads.
pub fn read(text: &str) -> Reading {
    match parse(text) {
        None if matches!(trim(text), "%" | "％") => Reading::Placeholder,
        points => Reading::number(points.map(canonical), text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_notation_comes_to_one_text() {
        for (text, expected) in [
            ("96%", "96.00%"),
            ("60.7%", "60.70%"),
            ("95％", "95.00%"),
            ("9 %", "9.00%"),
            ("百分之九十五", "95.00%"),
            ("百分之百", "100.00%"),
            ("0", "0.00%"),
            ("34.1", "34.10%"),
            ("-3%", "-3.00%"),
            ("33.3333%", "33.3333%"),
        ] {
            assert_eq!(read(text), Reading::Value(expected.into()), "{text}");
        }
        for text in ["9%%", "九成", "5‰", "≥9%", "96%左右"] {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[0-9０-９.% ％百分之九十五\\-]{0,8}") {
            if let Reading::Value(value) = read(&text) {
                prop_assert_eq!(read(&value), Reading::Value(value.clone()));
            }
        }
    }
}
