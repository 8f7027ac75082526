//! Money: an exact decimal, with its unit where the cell prints one.

use super::notation::{Scanned, at_least, fold, is_blank, is_plain_number, scan_number, skip, trim};
use super::unit::{self, MoneyUnit};
use super::{Reading, numeral};
use rust_decimal::Decimal;

/// An amount in the unit printed beside it, or in the form's unit where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    pub value: Decimal,
    pub unit: Option<MoneyUnit>,
}

impl Amount {
    /// The one text that records hold: two decimals at least, further ones where they count, the unit where printed.
    pub fn canonical(&self) -> String {
        let mut text = at_least(self.value, 2);
        if let Some(unit) = self.unit {
            text.push_str(unit.text());
        }
        text
    }

    /// The value in another unit; `form` is the unit of amounts that print none.
    pub fn in_unit(&self, form: MoneyUnit, wanted: MoneyUnit) -> Option<Decimal> {
        let unit = self.unit.unwrap_or(form);
        if unit == wanted {
            return Some(self.value);
        }
        self.value.checked_mul(unit.yuan())?.checked_div(wanted.yuan())
    }
}

/// Reads an amount of any notation. Brackets (which may mean a loss) and misplaced commas are never guessed at.
pub fn parse(text: &str) -> Option<Amount> {
    if is_plain_number(text) {
        return scan_number(text).map(|number| Amount { value: number.value, unit: None });
    }
    let text = trim(text);
    let mut rest = text;
    for mark in ["人民币", "RMB", "￥", "¥"] {
        rest = rest.strip_prefix(mark).map_or(rest, trim);
    }
    let mut negative = false;
    match fold(rest.chars().next()?) {
        '-' | '负' => {
            negative = true;
            rest = trim(skip(rest, 1));
        }
        '+' => rest = trim(skip(rest, 1)),
        _ => {}
    }
    let first = fold(rest.chars().next()?);
    let amount = if first.is_ascii_digit() || first == '.' {
        match scan_loosely(rest) {
            Some(number) => match behind(number.rest) {
                Some(unit) => Amount { value: number.value, unit },
                None => in_words(rest)?,
            },
            None => return None,
        }
    } else if numeral::is_numeral(first) {
        in_words(rest)?
    } else {
        return None;
    };
    Some(Amount { value: if negative { -amount.value } else { amount.value }, ..amount })
}

/// The amounts that a text gives with their units, each with the byte it starts at: `总投入100.00万元`.
pub fn inside(text: &str) -> Vec<(usize, Amount)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| fold(c).is_ascii_digit()).map(|offset| at + offset) {
        let Some(number) = scan_number(&text[start..]) else {
            at = start + text[start..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        at = text.len() - number.rest.len();
        // A bare 万 may count anything: people, trees.
        if let Some((unit, rest)) = unit::scan(number.rest.trim_start_matches(is_blank))
            && text[..text.len() - rest.len()].ends_with(['元', '圆'])
        {
            found.push((start, Amount { value: number.value, unit: Some(unit) }));
            at = text.len() - rest.len();
        }
    }
    found
}

/// As [`scan_number`], but a single blank beside the point is forgiven: `2306. 26`.
fn scan_loosely(text: &str) -> Option<Scanned<'_>> {
    let number = scan_number(text)?;
    if number.has_point {
        return Some(number);
    }
    let after_point = match number.rest.trim_start_matches(is_blank).strip_prefix(['.', '．']) {
        Some(rest) => trim(rest),
        None => return Some(number),
    };
    let count = after_point.chars().take_while(|c| fold(*c).is_ascii_digit()).count();
    if count == 0 || count > 8 {
        return Some(number);
    }
    let mut value = number.value;
    for (place, c) in after_point.chars().take(count).enumerate() {
        let digit = Decimal::new(i64::from(fold(c).to_digit(10)?), place as u32 + 1);
        value = value.checked_add(digit)?;
    }
    Some(Scanned { value, has_point: true, rest: skip(after_point, count), ..number })
}

/// What may stand behind the digits: nothing, or a unit. `None` where it is something else.
fn behind(rest: &str) -> Option<Option<MoneyUnit>> {
    let rest = trim(rest);
    if rest.is_empty() {
        return Some(None);
    }
    if let Some(bracketed) = rest.strip_prefix(['(', '（']).and_then(|r| r.strip_suffix([')', '）'])) {
        return unit::parse(bracketed).map(Some);
    }
    // 万 元 with a blank inside is still the unit.
    let (unit, after) = unit::scan(rest).or_else(|| {
        let mut parts = rest.split(is_blank);
        match (parts.next(), parts.next(), parts.next()) {
            (Some("万"), Some("元"), None) => Some((MoneyUnit::TenThousand, "")),
            (Some("亿"), Some("元"), None) => Some((MoneyUnit::HundredMillion, "")),
            _ => None,
        }
    })?;
    match trim(after) {
        "" | "整" | "正" => Some(Some(unit)),
        "元" => match unit {
            MoneyUnit::TenThousand | MoneyUnit::HundredMillion => Some(Some(unit)),
            _ => None,
        },
        _ => None,
    }
}

/// Amounts in characters: `一千二百三十四万五千元`, `壹佰元整`, `贰拾元伍角`, `五十万`.
fn in_words(text: &str) -> Option<Amount> {
    let text = trim(text).trim_end_matches(['整', '正']);
    if let Some(at) = text.find(['元', '圆']) {
        let (whole, coins) = (&text[..at], skip(&text[at..], 1));
        if coins.is_empty() {
            return by_magnitude(whole, true);
        }
        let mut value = numeral::parse(whole)?;
        let mut rest = trim(coins).trim_start_matches('零');
        for (mark, scale) in [('角', 1), ('分', 2)] {
            if let Some((count, after)) = rest.split_once(mark) {
                let count = numeral::parse(count).filter(|c| *c < Decimal::TEN)?;
                value = value.checked_add(count.checked_mul(Decimal::new(1, scale))?)?;
                rest = after.trim_start_matches('零');
            }
        }
        return rest.is_empty().then_some(Amount { value, unit: Some(MoneyUnit::Yuan) });
    }
    by_magnitude(text, false)
}

/// `五十万` is 50 in 万元; `三万五千`, a magnitude inside, counts 元.
fn by_magnitude(text: &str, yuan: bool) -> Option<Amount> {
    let text = trim(text);
    for (mark, unit) in [('万', MoneyUnit::TenThousand), ('亿', MoneyUnit::HundredMillion)] {
        if let Some(count) = text.strip_suffix(mark).filter(|count| !numeral::has_large_unit(count)) {
            return Some(Amount { value: numeral::parse(count)?, unit: Some(unit) });
        }
    }
    let unit = (yuan || numeral::has_large_unit(text)).then_some(MoneyUnit::Yuan);
    Some(Amount { value: numeral::parse(text)?, unit })
}

/// As [`super::Kind::Amount`] reads.
pub fn read(text: &str) -> Reading {
    Reading::number(parse(text).map(|amount| amount.canonical()), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> Option<String> {
        parse(text).map(|amount| amount.canonical())
    }

    #[test]
    fn every_notation_comes_to_one_text() {
        for (text, expected) in [
            ("2306.26", "2306.26"),
            ("0", "0.00"),
            ("968.1918", "968.1918"),
            ("1.500", "1.50"),
            ("620.82万元", "620.82万元"),
            ("620.82 万 元", "620.82万元"),
            ("1,234.5", "1234.50"),
            ("１２３４．５", "1234.50"),
            ("1 815.80", "1815.80"),
            ("2306. 26", "2306.26"),
            ("￥30", "30.00"),
            ("-3", "-3.00"),
            ("－3.5", "-3.50"),
            ("-0", "0.00"),
            ("1.2亿", "1.20亿元"),
            ("120万", "120.00万元"),
            ("3万5千元", "35000.00元"),
            ("一千二百三十四万五千", "12345000.00元"),
            ("壹佰元整", "100.00元"),
            ("贰拾元零伍分", "20.05元"),
            ("伍拾万元整", "50.00万元"),
            ("五十", "50.00"),
            ("3千万元", "3000.00万元"),
            ("0.0900000762939453", "0.0900000762939453"),
            ("10（万元）", "10.00万元"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "（3.5）", "1,23", "1.2.3", "12家", "96%", "10 100", "约30", "--", "2023-12", "1e5", "一家", "万元"]
        {
            assert_eq!(canonical(text), None, "{text}");
        }
        assert_eq!(read(" — "), Reading::Placeholder);
        assert_eq!(read("\u{3000}"), Reading::Blank);
    }

    #[test]
    fn amounts_in_a_text_are_found_with_their_units() {
        let found = |text: &str| inside(text).iter().map(|(_, amount)| amount.canonical()).collect::<Vec<_>>();
        assert_eq!(
            found("总投入100.5万元，其中清淤70 万元、监测3000元，惠及5万人。"),
            ["100.50万元", "70.00万元", "3000.00元"]
        );
        assert_eq!(found("2023年完成3座"), Vec::<String>::new());
        assert_eq!(inside("计１２万元")[0].0, "计".len());
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[0-9０-９,，. 一二十百千万亿元壹佰整角分零\\-￥点]{0,12}") {
            if let Reading::Value(value) = read(&text) {
                prop_assert_eq!(read(&value), Reading::Value(value.clone()));
            }
        }

        #[test]
        fn grouping_and_width_change_nothing(mantissa in 0i64..10_000_000_000, scale in 0u32..5) {
            let plain = Decimal::new(mantissa, scale).to_string();
            let (whole, fraction) = plain.split_once('.').map_or((plain.as_str(), None), |(w, f)| (w, Some(f)));
            let mut grouped: Vec<char> = Vec::new();
            for (index, c) in whole.chars().rev().enumerate() {
                if index > 0 && index % 3 == 0 { grouped.push('，'); }
                grouped.push(char::from_u32(c as u32 + 0xfee0).unwrap());
            }
            let mut wide: String = grouped.iter().rev().collect();
            if let Some(fraction) = fraction { wide.push('．'); wide.push_str(fraction); }
            prop_assert_eq!(canonical(&wide), canonical(&plain));
            prop_assert_eq!(parse(&plain).map(|a| a.value), Some(Decimal::new(mantissa, scale)));
        }
    }
}
