//! Numbers of review forms: points `10`, `10分`, a rate `96.00%`; and the points that a label names, `预算执行情况（20分）`.
//!
//! Only reading: what a field of points is written as, its kind says.

use super::notation::{fold, scan_number, trim};
use super::{percent, score};
use rust_decimal::Decimal;

/// Points, or a rate in percent points.
pub fn parse(text: &str) -> Option<Decimal> {
    score::parse(text).or_else(|| percent::parse(text).filter(|_| text.contains(['%', '％'])))
}

/// The points that a label gives in brackets: 20 of `预算执行情况（万元）（20分）`.
pub fn points_in(label: &str) -> Option<Decimal> {
    let mut found = None;
    for (at, c) in label.char_indices().filter(|(_, c)| fold(*c) == '(') {
        let inside = &label[at + c.len_utf8()..];
        let Some(number) = scan_number(trim(inside)) else { continue };
        let Some(behind) = trim(number.rest).strip_prefix('分') else { continue };
        if trim(behind).starts_with([')', '）']) {
            found = Some(number.value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_rates_are_read() {
        let text = |text: &str| parse(text).map(|value| value.to_string());
        for (written, value) in [("10", "10"), ("10分", "10"), (" 7.6 分", "7.6"), ("96.00%", "96.00"), ("-3", "-3")] {
            assert_eq!(text(written).as_deref(), Some(value), "{written}");
        }
        for written in ["", "≥10", "10个", "10分钟", "满分"] {
            assert_eq!(parse(written), None, "{written}");
        }
    }

    #[test]
    fn labels_name_their_points() {
        let points = |label: &str| points_in(label).map(|value| value.to_string());
        assert_eq!(points("预算执行情况（万元）（20分）").as_deref(), Some("20"));
        assert_eq!(points("年度绩效目标1( 40 分 )").as_deref(), Some("40"));
        assert_eq!(points("得分（20分*执行率）"), None);
        assert_eq!(points("分值（10）"), None);
    }
}
