//! What stands in a cell of the workbook: numbers where a value is one and stays exact, else text.

use crate::form::roles::yuan;
use crate::value::unit::MoneyUnit;
use crate::value::{Kind, count, percent, score, year};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::str::FromStr;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'t> {
    Blank,
    Text(Cow<'t, str>),
    Number(Decimal, Look),
    /// A text that leads somewhere: to a file beside the workbook, or to a cell (`#'sheet'!A1`).
    Link {
        to: Cow<'t, str>,
        text: Cow<'t, str>,
    },
}

/// How a cell is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Text,
    Link,
    /// Two decimals at least, thousands apart.
    Money,
    Percent,
    Plain,
}

/// All amounts of the workbook stand in this unit.
pub const UNIT: MoneyUnit = MoneyUnit::TenThousand;

impl<'t> Cell<'t> {
    pub fn text(text: impl Into<Cow<'t, str>>) -> Cell<'t> {
        let text = text.into();
        if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
    }

    pub fn count(count: u64) -> Cell<'t> {
        Cell::Number(Decimal::from(count), Look::Plain)
    }

    /// The value of a field. Amounts come in [`UNIT`]; one whose unit is not known stays text.
    pub fn of(text: impl Into<Cow<'t, str>>, kind: Kind, unit: Option<MoneyUnit>) -> Cell<'t> {
        let text = text.into();
        if text.is_empty() {
            return Cell::Blank;
        }
        let number = match kind {
            Kind::Amount => {
                yuan(&text, unit).and_then(|yuan| yuan.checked_div(UNIT.yuan())).map(|value| (value.normalize(), Look::Money))
            }
            Kind::Percent => percent::parse(&text)
                .and_then(|points| points.checked_div(Decimal::ONE_HUNDRED))
                .map(|value| (value, Look::Percent)),
            Kind::Score => score::parse(&text).map(|points| (points, Look::Plain)),
            // Things of several kinds may stand in one column: the word for them stays beside the number.
            Kind::Count => count::parse(&text).filter(|count| count.unit.is_empty()).map(|count| (count.number, Look::Plain)),
            Kind::Year => year::parse(&text).map(|year| (Decimal::from(year), Look::Plain)),
            _ => None,
        };
        match number.filter(|(value, _)| double(*value).is_some()) {
            Some((value, look)) => Cell::Number(value, look),
            None => Cell::Text(text),
        }
    }

    pub fn look(&self) -> Look {
        match self {
            Cell::Blank | Cell::Text(_) => Look::Text,
            Cell::Link { .. } => Look::Link,
            Cell::Number(_, look) => *look,
        }
    }

    /// Columns that it takes, Chinese characters counting two.
    pub fn width(&self) -> usize {
        let of = |text: &str| text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap_or_default();
        match self {
            Cell::Blank => 0,
            Cell::Text(text) | Cell::Link { text, .. } => of(text),
            Cell::Number(value, _) => value.to_string().len() + 3,
        }
    }
}

/// A number as spreadsheets keep it, where that is the same number.
pub fn double(value: Decimal) -> Option<f64> {
    let double: f64 = value.to_string().parse().ok()?;
    Decimal::from_str(&double.to_string()).is_ok_and(|back| back == value).then_some(double)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbers_where_they_are_exact() {
        let number = |cell: Cell<'_>| match cell {
            Cell::Number(value, _) => Some(value.to_string()),
            _ => None,
        };
        let ten = Some(MoneyUnit::TenThousand);
        assert_eq!(number(Cell::of("2306.26", Kind::Amount, ten)).as_deref(), Some("2306.26"));
        assert_eq!(number(Cell::of("7242318.00", Kind::Amount, Some(MoneyUnit::Yuan))).as_deref(), Some("724.2318"));
        assert_eq!(number(Cell::of("500元", Kind::Amount, ten)).as_deref(), Some("0.05"));
        assert_eq!(number(Cell::of("60.77%", Kind::Percent, None)).as_deref(), Some("0.6077"));
        assert_eq!(number(Cell::of("1200", Kind::Count, ten)).as_deref(), Some("1200"));
        // Not known in which unit, no number, or more digits than a spreadsheet keeps.
        for (text, kind, unit) in [
            ("12.00", Kind::Amount, None),
            ("=1+1", Kind::Amount, ten),
            ("12345678901234567.89", Kind::Amount, ten),
            ("≥45个", Kind::Target, ten),
            ("12台", Kind::Count, ten),
            ("0712345", Kind::Name, ten),
        ] {
            assert_eq!(Cell::of(text, kind, unit), Cell::Text(text.into()));
        }
    }
}
