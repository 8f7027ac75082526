//! Counts: `3`, `12台`, `1,200册`. Whole numbers, with the word for what is counted where one is written.

use super::Reading;
use super::notation::{fold, is_blank, is_cjk, scan_number, trim};
use rust_decimal::Decimal;

/// A number of things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub number: Decimal,
    /// `台`, `人次`, `台（套）`; empty where the number stands alone.
    pub unit: String,
}

/// Words for what is counted are short.
const LONGEST_UNIT: usize = 8;

impl Count {
    /// `12台`.
    pub fn canonical(&self) -> String {
        format!("{}{}", self.number.normalize(), self.unit)
    }
}

/// A whole number of things; nothing for a part of one, for money, for a share and for a year.
pub fn parse(text: &str) -> Option<Count> {
    let scanned = scan_number(trim(text))?;
    let mut rest = trim(scanned.rest);
    let mut number = scanned.value;
    let myriads = [('万', 10_000_i64), ('萬', 10_000), ('亿', 100_000_000), ('億', 100_000_000)];
    if let Some((word, times)) = myriads.into_iter().find(|(word, _)| rest.starts_with(*word)) {
        number = number.checked_mul(Decimal::from(times))?;
        rest = trim(&rest[word.len_utf8()..]);
    }
    let unit: String = rest.chars().filter(|c| !is_blank(*c)).collect();
    let is_year = unit.starts_with('年') && scanned.digits == 4;
    (number.fract().is_zero() && is_unit(&unit) && !is_year).then_some(Count { number, unit })
}

/// Whether a text may say what was counted.
fn is_unit(text: &str) -> bool {
    let (mut depth, mut words) = (0_i32, true);
    for c in text.chars() {
        match fold(c) {
            '(' => depth += 1,
            ')' => depth -= 1,
            // Of money there are amounts.
            '元' | '万' | '亿' | '千' | '百' | '十' | '〇' => words = false,
            '/' | '·' | '㎡' => {}
            c => words &= is_cjk(c) || c.is_ascii_alphabetic(),
        }
        words &= depth >= 0;
    }
    words && depth == 0 && text.chars().count() <= LONGEST_UNIT && !text.starts_with(['(', '（', '/'])
}

/// As [`super::Kind::Count`] reads.
pub fn read(text: &str) -> Reading {
    Reading::number(parse(text).map(|count| count.canonical()), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_notation_comes_to_one_text() {
        for (text, expected) in [
            ("3", "3"),
            ("12 台", "12台"),
            ("１，２００册", "1200册"),
            ("3.00", "3"),
            ("1.2万人次", "12000人次"),
            ("2 台（套）", "2台（套）"),
            ("40 km", "40km"),
            ("0", "0"),
            ("007", "7"),
            ("5年", "5年"),
        ] {
            assert_eq!(read(text), Reading::Value(expected.into()), "{text}");
        }
        for text in ["2.5", "-3", "12元", "3万元", "50%", "≥3台", "3~5台", "2023年", "12台3套", "三台左右", "约3台"]
        {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
        assert_eq!((read("无"), read("/"), read(" ")), (Reading::Placeholder, Reading::Placeholder, Reading::Blank));
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[0-9０-９,. 万亿台人次（）()/]{0,16}") {
            if let Reading::Value(value) = read(&text) {
                prop_assert_eq!(read(&value), Reading::Value(value.clone()));
            }
        }
    }
}
