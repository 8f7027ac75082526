//! Numbers in Chinese characters: `二〇二三`, `廿三`, `一千二百三十四万五千`, `壹佰`, and mixed ones (`1.2亿`, `3万5千`).

use super::notation::{fold, is_blank, scan_number, skip};
use rust_decimal::Decimal;

/// A digit, common or formal.
pub const fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '○' | '◯' => 0,
        '一' | '壹' | '弌' => 1,
        '二' | '贰' | '貳' | '两' | '兩' => 2,
        '三' | '叁' | '參' | '叄' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

const fn small_unit(c: char) -> Option<u32> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

const fn large_unit(c: char) -> Option<u32> {
    Some(match c {
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// A bit for each character that can be part of a numeral, by the end of its code.
const NUMERALS: u128 = {
    let (mut bits, mut code) = (0, 0);
    while code < 0xa000 {
        if let Some(c) = char::from_u32(code)
            && may_count(c)
        {
            bits |= 1 << (code & 127);
        }
        code += 1;
    }
    bits
};

/// Whether a character can be part of a numeral: asked of every character of a form, of which few can be.
pub fn is_numeral(c: char) -> bool {
    NUMERALS >> (c as u32 & 127) & 1 != 0 && may_count(c)
}

const fn may_count(c: char) -> bool {
    digit(c).is_some() || small_unit(c).is_some() || large_unit(c).is_some() || matches!(c, '廿' | '卅' | '点')
}

/// Digits without units, read one by one: `二〇二三`.
fn positional(text: &str) -> Option<Decimal> {
    let mut value: i128 = 0;
    let mut count = 0;
    for c in text.chars().filter(|c| !is_blank(*c)) {
        value = value * 10 + i128::from(digit(c)?);
        count += 1;
        if count > 27 {
            return None;
        }
    }
    if count == 0 { None } else { Decimal::try_from_i128_with_scale(value, 0).ok() }
}

/// The digits of a run in Chinese characters (`二〇二三` → 2023); `None` where anything else stands in it.
pub fn digits(characters: &[char]) -> Option<u32> {
    if characters.is_empty() || characters.len() > 9 {
        return None;
    }
    characters.iter().try_fold(0u32, |value, c| Some(value * 10 + c.to_digit(10).or_else(|| digit(*c))?))
}

/// A whole text that is one number, Chinese, Arabic or mixed.
pub fn parse(text: &str) -> Option<Decimal> {
    if let Some(value) = positional(text) {
        return Some(value);
    }
    let mut total = Decimal::ZERO; // of the parts closed by 万 or 亿
    let mut section = Decimal::ZERO; // of the part below 万
    let mut current: Option<Decimal> = None; // the digit or number that waits for its unit
    let mut current_is_digit = false;
    let mut small_before = 10_000u32; // units must fall within a section
    let mut large_before = u32::MAX; // and between sections
    let mut last_unit: u32 = 1; // for `一百二` = 120
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if is_blank(c) {
            rest = skip(rest, 1);
        } else if fold(c).is_ascii_digit() {
            let number = scan_number(rest)?;
            if current.is_some() {
                return None;
            }
            current = Some(number.value);
            current_is_digit = false;
            rest = number.rest;
        } else if matches!(c, '零' | '〇') {
            if current.is_some() {
                return None;
            }
            last_unit = 1;
            rest = skip(rest, 1);
        } else if let Some(value) = digit(c) {
            if current.is_some() {
                return None;
            }
            current = Some(Decimal::from(value));
            current_is_digit = true;
            rest = skip(rest, 1);
        } else if c == '点' {
            let whole = current.filter(|_| current_is_digit).or((section > Decimal::ZERO).then_some(Decimal::ZERO))?;
            let mut fraction = Decimal::ZERO;
            let mut scale = 0u32;
            rest = skip(rest, 1);
            while let Some(value) = rest.chars().next().and_then(digit) {
                scale += 1;
                if scale > 12 {
                    return None;
                }
                fraction = fraction.checked_add(Decimal::new(i64::from(value), scale))?;
                rest = skip(rest, 1);
            }
            if scale == 0 {
                return None;
            }
            // A fraction ends the section: only 万 and 亿 may follow.
            section = section.checked_add(whole)?.checked_add(fraction)?;
            current = None;
            small_before = 1;
            last_unit = 1;
        } else if let Some((value, unit)) = match c {
            '廿' => Some((Decimal::from(2), 10)),
            '卅' => Some((Decimal::from(3), 10)),
            _ => None,
        } {
            if current.is_some() || small_before <= 10 {
                return None;
            }
            section = section.checked_add(value.checked_mul(Decimal::from(unit))?)?;
            small_before = 10;
            last_unit = 1;
            rest = skip(rest, 1);
        } else if let Some(unit) = small_unit(c) {
            if unit >= small_before {
                return None;
            }
            let count = match current.take() {
                Some(count) => count,
                None if unit == 10 => Decimal::ONE,
                None => return None,
            };
            section = section.checked_add(count.checked_mul(Decimal::from(unit))?)?;
            small_before = unit;
            last_unit = unit;
            rest = skip(rest, 1);
        } else {
            let unit = large_unit(c)?;
            section = section.checked_add(current.take().unwrap_or_default())?;
            if unit < large_before {
                if section.is_zero() {
                    return None;
                }
                total = total.checked_add(section.checked_mul(Decimal::from(unit))?)?;
            } else if unit > large_before {
                // 一万亿: the larger unit multiplies all before it.
                total = total.checked_add(section)?.checked_mul(Decimal::from(unit))?;
            } else {
                return None;
            }
            large_before = unit;
            section = Decimal::ZERO;
            small_before = 10_000;
            last_unit = unit;
            rest = skip(rest, 1);
        }
    }
    if let Some(value) = current {
        let value = match (last_unit, current_is_digit) {
            (..=10, _) => value,
            // 一百二 = 120; but `3万5` is no notation.
            (unit, true) => value.checked_mul(Decimal::from(unit / 10))?,
            (unit, false) if value >= Decimal::from(unit) || value < Decimal::from(10) => return None,
            (_, false) => value,
        };
        section = section.checked_add(value)?;
    }
    let value = total.checked_add(section)?;
    (!value.is_zero() || text.contains(['零', '〇', '0', '０'])).then_some(value)
}

/// Whether 万 or 亿 stands in it.
pub fn has_large_unit(text: &str) -> bool {
    text.chars().any(|c| large_unit(c).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_read() {
        for (text, value) in [
            ("二〇二三", "2023"),
            ("廿三", "23"),
            ("十", "10"),
            ("十二", "12"),
            ("二十", "20"),
            ("一百零二", "102"),
            ("一百二", "120"),
            ("一千二百三十四万五千", "12345000"),
            ("壹佰", "100"),
            ("1.2亿", "120000000.0"),
            ("3万5千", "35000"),
            ("一亿零三百万", "103000000"),
            ("一万亿", "1000000000000"),
            ("三点五万", "35000.0"),
            ("十二点五", "12.5"),
            ("两万五", "25000"),
            ("1亿2000万", "120000000"),
        ] {
            assert_eq!(parse(text).map(|v| v.to_string()).as_deref(), Some(value), "{text}");
        }
        for text in ["", "百", "万", "一十百", "3万5", "一点", "十点", "家", "一二十", "万一"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
