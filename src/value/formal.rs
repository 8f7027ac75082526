//! Numbers written out: amounts in formal numerals as on receipts (壹仟贰佰元整), ordinals in common ones (十二).
//!
//! Only writing; [`super::numeral`] reads.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

const FORMAL: ([char; 10], [&str; 4]) = (['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'], ["", "拾", "佰", "仟"]);
const COMMON: ([char; 10], [&str; 4]) = (['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'], ["", "十", "百", "千"]);
const LARGE: [&str; 4] = ["", "万", "亿", "万亿"];

/// A whole number in numerals; `None` above 10^16.
fn whole(number: u64, (digits, units): ([char; 10], [&str; 4]), zero: char) -> Option<String> {
    if number >= 10_000_000_000_000_000 {
        return None;
    }
    if number == 0 {
        return Some(zero.to_string());
    }
    let mut out = String::new();
    let mut gap = false;
    for group in (0..4u32).rev() {
        let part = number / 10_000u64.pow(group) % 10_000;
        for place in (0..4u32).rev() {
            let digit = usize::try_from(part / 10u64.pow(place) % 10).ok()?;
            if digit == 0 {
                gap = !out.is_empty();
                continue;
            }
            if gap {
                out.push(zero);
            }
            gap = false;
            out.push(digits[digit]);
            out.push_str(units[place as usize]);
        }
        if part > 0 {
            // 万亿 is followed by 亿 only once.
            let joined = group == 3 && !(number / 100_000_000).is_multiple_of(10_000);
            out.push_str(if joined { LARGE[1] } else { LARGE[group as usize] });
        }
    }
    Some(out)
}

/// An amount in 元 as receipts write it: `贰仟叁佰零陆元贰角陆分`. Rounded to 分, half up.
pub fn amount(yuan: Decimal) -> Option<String> {
    let cents = (yuan * Decimal::ONE_HUNDRED).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    let negative = cents.is_sign_negative() && !cents.is_zero();
    let cents = cents.abs().to_u64()?;
    let (yuan, tenths, cents) = (cents / 100, cents / 10 % 10, cents % 10);
    let digit = |n: u64| usize::try_from(n).ok().map(|n| FORMAL.0[n]);
    let mut out = String::new();
    if negative {
        out.push('负');
    }
    if yuan > 0 || tenths == 0 && cents == 0 {
        out.push_str(&whole(yuan, FORMAL, '零')?);
        out.push('元');
    }
    if tenths == 0 && cents == 0 {
        out.push('整');
        return Some(out);
    }
    if tenths > 0 {
        out.push(digit(tenths)?);
        out.push('角');
    } else if yuan > 0 {
        out.push('零');
    }
    if cents > 0 {
        out.push(digit(cents)?);
        out.push('分');
    }
    Some(out)
}

/// 1, 2, … 12 as 一, 二, … 十二.
pub fn ordinal(number: u64) -> Option<String> {
    let text = whole(number, COMMON, '零')?;
    Some(match text.strip_prefix("一十") {
        Some(rest) => format!("十{rest}"),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::numeral;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_written_as_on_receipts() {
        for (yuan, text) in [
            ("0", "零元整"),
            ("1.00", "壹元整"),
            ("10", "壹拾元整"),
            ("23062600", "贰仟叁佰零陆万贰仟陆佰元整"),
            ("1005.06", "壹仟零伍元零陆分"),
            ("100000000", "壹亿元整"),
            ("100010000", "壹亿零壹万元整"),
            ("0.50", "伍角"),
            ("0.05", "伍分"),
            ("-12.345", "负壹拾贰元叁角伍分"),
            ("1000000000000", "壹万亿元整"),
            ("1000100000000", "壹万零壹亿元整"),
        ] {
            assert_eq!(amount(yuan.parse().unwrap()).as_deref(), Some(text), "{yuan}");
        }
        assert_eq!(amount("99999999999999999".parse().unwrap()), None);
    }

    #[test]
    fn ordinals_are_written_as_in_headings() {
        let all: Vec<String> = [1, 10, 12, 20, 101, 110].iter().filter_map(|n| ordinal(*n)).collect();
        assert_eq!(all, ["一", "十", "十二", "二十", "一百零一", "一百一十"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(number in 1u64..1_000_000_000_000) {
            let text = ordinal(number).unwrap();
            prop_assert_eq!(numeral::parse(&text).map(|n| n.to_string()), Some(number.to_string()), "{}", text);
        }
    }
}
