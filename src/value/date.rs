//! Calendar dates: `2023年 12 月 30 日`, `2023.12.30`, `20231230`, `二〇二三年十二月三十日`; a month where no day is given.

use super::notation::{Compact, fold, is_placeholder, trim};
use super::{Reading, numeral, year};
use std::fmt;

/// A day, or a month where the day is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    pub day: Option<u8>,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)?;
        match self.day {
            Some(day) => write!(f, "-{day:02}"),
            None => Ok(()),
        }
    }
}

impl Date {
    /// `None` where the calendar has no such day.
    pub fn new(year: i32, month: u32, day: Option<u32>) -> Option<Date> {
        let days = days_of(year, month)?;
        if !year::is_plausible(year) || day.is_some_and(|day| day == 0 || day > u32::from(days)) {
            return None;
        }
        Some(Date { year, month: month as u8, day: day.map(|day| day as u8) })
    }

    /// The last day of its month.
    pub fn end_of_month(self) -> Date {
        Date { day: days_of(self.year, u32::from(self.month)), ..self }
    }
}

fn days_of(year: i32, month: u32) -> Option<u8> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        _ => return None,
    })
}

/// A number at the start of `characters` (Arabic, or Chinese up to three characters), and what follows.
fn part(characters: &[char]) -> Option<(u32, &[char])> {
    let arabic = characters.iter().take_while(|c| c.is_ascii_digit()).count();
    if arabic > 0 {
        return Some((numeral::digits(&characters[..arabic])?, &characters[arabic..]));
    }
    let chinese = characters.iter().take_while(|c| numeral::is_numeral(**c)).count();
    let (head, rest) = characters.split_at(chinese);
    match chinese {
        0 => None,
        1..=3 => {
            let value = numeral::parse(&head.iter().collect::<String>())?;
            Some((value.try_into().ok()?, rest))
        }
        4 => Some((numeral::digits(head)?, rest)),
        _ => None,
    }
}

/// A date of any notation; a time of day of zero, as spreadsheets leave it, is no part of it.
pub fn parse(text: &str) -> Option<Date> {
    let text = trim(text);
    let text = match text.split_once([' ', 'T']) {
        Some((date, time)) if time.contains(':') && time.chars().all(|c| matches!(c, '0' | ':' | '.')) => date,
        _ => text,
    };
    let first = fold(text.chars().next()?);
    if !first.is_ascii_digit() && !numeral::is_numeral(first) {
        return None;
    }
    let compact = Compact::<16>::new(text)?;
    let characters = compact.as_slice();
    if characters.len() == 8 && characters.iter().all(char::is_ascii_digit) {
        let number = numeral::digits(characters)?;
        return Date::new((number / 10_000) as i32, number / 100 % 100, Some(number % 100));
    }
    let (year, rest) = part(characters)?;
    let (mark, rest) = rest.split_first()?;
    let (month, rest) = part(rest)?;
    let (day, rest) = match (mark, rest) {
        ('年', ['月']) => (None, &[][..]),
        ('年', ['月', rest @ ..]) => {
            let (day, rest) = part(rest)?;
            match rest {
                ['日' | '号'] => (Some(day), &[][..]),
                rest => (Some(day), rest),
            }
        }
        ('.' | '/' | '-' | '—', []) => (None, &[][..]),
        ('.' | '/' | '-' | '—', [same, rest @ ..]) if same == mark => {
            let (day, rest) = part(rest)?;
            match rest {
                ['日' | '.'] => (Some(day), &[][..]),
                rest => (Some(day), rest),
            }
        }
        _ => return None,
    };
    if !rest.is_empty() {
        return None;
    }
    Date::new(i32::try_from(year).ok()?, month, day)
}

/// As [`super::Kind::Date`] reads.
pub fn read(text: &str) -> Reading {
    if let Some(date) = parse(text) {
        return Reading::Value(date.to_string());
    }
    let compact = super::notation::compact(text);
    let skeleton = compact.chars().all(|c| matches!(c, '年' | '月' | '日' | '_'));
    if skeleton {
        Reading::Blank
    } else if is_placeholder(text) || compact.chars().all(|c| matches!(c, '年' | '月' | '日' | 'X' | 'x' | '*' | '×')) {
        Reading::Placeholder
    } else {
        Reading::Unreadable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_notation_comes_to_one_text() {
        for text in [
            "2023年 12 月 30 日",
            "2023.12.30",
            "2023/12/30",
            "2023-12-30",
            "20231230",
            "二〇二三年十二月三十日",
            "二零二三年 十二月卅日",
            "２０２３年１２月３０日",
            "2023-12-30 00:00:00",
            "2023年12月30号",
        ] {
            assert_eq!(read(text), Reading::Value("2023-12-30".into()), "{text}");
        }
        assert_eq!(read("2023年12月"), Reading::Value("2023-12".into()));
        assert_eq!(read("2023.1"), Reading::Value("2023-01".into()));
        for text in ["2023年13月1日", "2023-02-29", "30.12.2023", "2023", "12月30日", "2023年12月底", "2306.26"] {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
        assert_eq!(read("   年  月  日"), Reading::Blank);
        assert_eq!(read("XX年X月X日"), Reading::Placeholder);
        assert_eq!(parse("2024-02").map(|d| d.end_of_month().to_string()).as_deref(), Some("2024-02-29"));
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[0-9０-９二〇三十年月日. /\\-]{0,12}") {
            if let Reading::Value(value) = read(&text) {
                prop_assert_eq!(read(&value), Reading::Value(value.clone()));
            }
        }

        #[test]
        fn any_day_is_read_in_any_notation(year in 1990i32..2100, month in 1u32..13, day in 1u32..29) {
            let date = Date::new(year, month, Some(day));
            for text in [format!("{year}年 {month} 月{day}日"), format!("{year}.{month}.{day}"), format!("{year}{month:02}{day:02}"), format!("{year}/{month:02}/{day}")] {
                prop_assert_eq!(parse(&text), date);
            }
        }
    }
}
