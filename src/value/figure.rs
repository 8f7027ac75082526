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

/// The word behind a number of points.
pub const POINTS: &str = "分";

/// The points that a label gives in brackets: 20 of `预算执行情况（万元）（20分）`.
pub fn points_in(label: &str) -> Option<Decimal> {
    without_points(label).map(|(_, points)| points)
}

/// The same, with the label as it is without them: `预算执行情况（万元）`.
pub fn without_points(label: &str) -> Option<(String, Decimal)> {
    let mut found = None;
    for (at, c) in label.char_indices().filter(|(_, c)| fold(*c) == '(') {
        let inside = &label[at + c.len_utf8()..];
        let Some(number) = scan_number(trim(inside)) else { continue };
        let Some(behind) = trim(number.rest).strip_prefix(POINTS) else { continue };
        if let Some(rest) = trim(behind).strip_prefix([')', '）']) {
            found = Some((format!("{}{rest}", &label[..at]), number.value));
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
        let bare = |label: &str| without_points(label).map(|(label, _)| label);
        assert_eq!(bare("产出指标（50 分）").as_deref(), Some("产出指标"));
        assert_eq!(bare("预算执行情况(20分)（万元）").as_deref(), Some("预算执行情况（万元）"));
    }
}
