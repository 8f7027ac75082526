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

/// The first year inside a text, with 年 behind it: 2023 of `2023年度部门整体绩效目标申报表`.
pub fn inside(text: &str) -> Option<i32> {
    let letters: Vec<char> = text.chars().filter(|c| !super::notation::is_blank(*c)).collect();
    letters.windows(5).enumerate().find_map(|(start, window)| {
        let is_digit = |c: char| c.is_ascii_digit() || numeral::digit(c).is_some();
        let alone = start == 0 || !is_digit(letters[start - 1]);
        let year = (alone && window[4] == '年').then(|| numeral::digits(&window[..4])).flatten()?;
        i32::try_from(year).ok().filter(|year| is_plausible(*year))
    })
}

/// How many years a term has: 3 of `3年`, `三年`, `3 个年度`, `2024年—2026年`; 1 of `2024年3月至11月`.
pub fn count(text: &str) -> Option<i32> {
    span(text).or_else(|| number(text))
}

/// How many calendar years a span of time touches, by the years that it names.
fn span(text: &str) -> Option<i32> {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    let years: Vec<i32> =
        runs.filter(|run| run.len() == 4).filter_map(|run| run.parse().ok()).filter(|year| is_plausible(*year)).collect();
    match years[..] {
        // Within one year only where the text names both ends.
        [_] if text.matches('月').count() > 1 => Some(1),
        [first, last] => Some(last - first + 1).filter(|years| (1..=99).contains(years)),
        _ => None,
    }
}

fn number(text: &str) -> Option<i32> {
    let compact = super::notation::compact(text);
    let text = compact.strip_suffix('度').unwrap_or(&compact).strip_suffix('年')?;
    let number = text.strip_suffix('个').unwrap_or(text);
    let value = match super::notation::scan_number(number) {
        Some(number) => Some(number.value).filter(|_| number.rest.is_empty() && !number.has_point),
        None => numeral::parse(number),
    }?;
    i32::try_from(value).ok().filter(|years| (1..=99).contains(years))
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

    #[test]
    fn years_in_titles_and_terms_are_read() {
        assert_eq!(inside("2023年度部门整体绩效目标申报表"), Some(2023));
        assert_eq!(inside("附件（ 2024 年度）"), Some(2024));
        assert_eq!(inside("二〇二三年"), Some(2023));
        assert_eq!((inside("部门整体绩效目标申报表"), inside("文号12023年")), (None, None));
        assert_eq!(["3年", "三年", " 3 个年度", "1 年"].map(count), [Some(3), Some(3), Some(3), Some(1)]);
        assert_eq!(["2023年", "年", "长期", "1.5年"].map(count), [None; 4]);
        let spans = ["2024年—2026年", "2024-2026", "2012年3月至11月", "2024.1.1—2025.12.31", "2024年3月起", "2026—2024"];
        assert_eq!(spans.map(count), [Some(3), Some(3), Some(1), Some(2), None, None]);
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
