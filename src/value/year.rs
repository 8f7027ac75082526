//! Calendar years: `2022 年`, `2022年度`, `二〇二二年`.

use super::notation::{Compact, is_placeholder, trim};
use super::{Reading, numeral};

/// The years that a form can speak of.
pub fn is_plausible(year: i32) -> bool {
    (1949..=2149).contains(&year)
}

/// A year, with or without 年 or 年度 behind it.
pub fn parse(text: &str) -> Option<i32> {
    let compact = Compact::<10>::new(text)?;
    let mut characters = compact.as_slice();
    if let ['(', inner @ .., ')'] = characters {
        characters = inner;
    }
    let digits = match characters {
        [digits @ .., '年', '度'] | [digits @ .., '年'] | digits => digits,
    };
    if digits.len() != 4 {
        return None;
    }
    let year = numeral::digits(digits)? as i32;
    is_plausible(year).then_some(year)
}

/// As [`super::Kind::Year`] reads.
pub fn read(text: &str) -> Reading {
    match parse(text) {
        Some(year) => Reading::Value(year.to_string()),
        None if matches!(super::notation::compact(text).as_ref(), "" | "年" | "年度" | "()" | "(年)") => Reading::Blank,
        None if is_placeholder(text.trim_end_matches(['年', '度'])) || trim(text) == "无" => Reading::Placeholder,
        None => Reading::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn years_are_read() {
        for text in ["2022 年", "2022", "2022年度", "二〇二二年", "２０２２年", "（2022年）", "二○二二 年"]
        {
            assert_eq!(parse(text), Some(2022), "{text}");
        }
        for text in ["22年", "1022年", "2022年12月", "202 2.", "二千年"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(read("  年"), Reading::Blank);
        assert_eq!(read("XX年"), Reading::Placeholder);
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[0-9０-９二〇年度 ()]{0,8}") {
            if let Reading::Value(value) = read(&text) {
                prop_assert_eq!(read(&value), Reading::Value(value.clone()));
            }
        }
    }
}
