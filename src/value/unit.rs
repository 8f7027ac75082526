//! Units of money: `元`, `千元`, `万元`, `百万元`, `亿元`.

use super::Reading;
use super::notation::{compact, is_placeholder, trim};
use rust_decimal::Decimal;

/// A unit in which amounts are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MoneyUnit {
    Yuan,
    Thousand,
    TenThousand,
    Million,
    HundredMillion,
}

impl MoneyUnit {
    /// As forms print it.
    pub fn text(self) -> &'static str {
        match self {
            MoneyUnit::Yuan => "元",
            MoneyUnit::Thousand => "千元",
            MoneyUnit::TenThousand => "万元",
            MoneyUnit::Million => "百万元",
            MoneyUnit::HundredMillion => "亿元",
        }
    }

    /// How many 元 it is.
    pub fn yuan(self) -> Decimal {
        Decimal::from(match self {
            MoneyUnit::Yuan => 1u32,
            MoneyUnit::Thousand => 1_000,
            MoneyUnit::TenThousand => 10_000,
            MoneyUnit::Million => 1_000_000,
            MoneyUnit::HundredMillion => 100_000_000,
        })
    }
}

/// The unit at the start of a text, and what follows. `万` alone counts as 万元: a bare magnitude counts money here.
pub fn scan(text: &str) -> Option<(MoneyUnit, &str)> {
    const UNITS: [(&str, MoneyUnit); 11] = [
        ("百万元", MoneyUnit::Million),
        ("万元", MoneyUnit::TenThousand),
        ("萬元", MoneyUnit::TenThousand),
        ("亿元", MoneyUnit::HundredMillion),
        ("千元", MoneyUnit::Thousand),
        ("元", MoneyUnit::Yuan),
        ("圆", MoneyUnit::Yuan),
        ("百万", MoneyUnit::Million),
        ("万", MoneyUnit::TenThousand),
        ("亿", MoneyUnit::HundredMillion),
        ("億", MoneyUnit::HundredMillion),
    ];
    UNITS.iter().find_map(|(word, unit)| text.strip_prefix(word).map(|rest| (*unit, rest)))
}

/// A whole text that is a unit: `万元`, `（万元）`, `人民币 万元`.
pub fn parse(text: &str) -> Option<MoneyUnit> {
    let text = compact(text);
    let mut text: &str = &text;
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        text = inner;
    }
    for word in ["人民币", "RMB", ":"] {
        text = text.strip_prefix(word).unwrap_or(text);
    }
    // A bare magnitude is a unit behind a number only.
    match scan(text) {
        Some((unit, "")) if text.ends_with(['元', '圆']) => Some(unit),
        _ => None,
    }
}

/// As [`super::Kind::Unit`] reads.
pub fn read(text: &str) -> Reading {
    match parse(text) {
        Some(unit) => Reading::Value(unit.text().to_owned()),
        None if trim(text).is_empty() => Reading::Blank,
        None if is_placeholder(text) => Reading::Placeholder,
        None => Reading::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read() {
        assert_eq!(parse("万 元"), Some(MoneyUnit::TenThousand));
        assert_eq!(parse("（人民币元）"), Some(MoneyUnit::Yuan));
        assert_eq!(parse("百万元"), Some(MoneyUnit::Million));
        assert_eq!(parse("万"), None);
        assert_eq!(parse("家"), None);
    }
}
