//! Times as targets name them: a deadline or a day, and those that name no comparable number.

use super::date::{self, Date};
use super::{numeral, year};

/// A deadline or a day: `2023年12月底前`, `2023年底之前完成`, `2023.12.31前`, `2023-12-31`.
pub fn moment(text: &str) -> Option<(bool, Date)> {
    // Most measures are no dates: those have a mark behind the year, or eight digits.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits < 8 && !text.contains(['年', '.', '/', '-', '—']) {
        return None;
    }
    let done = text.strip_suffix("完成").unwrap_or(text);
    let before = ["之前", "以前", "前"].iter().find_map(|word| done.strip_suffix(word));
    let day = before.unwrap_or(done);
    if before.is_none() && done.len() != text.len() {
        return None;
    }
    if let Some(month) = day.strip_suffix("底").or_else(|| day.strip_suffix("末")) {
        let date = match month.strip_suffix('年') {
            Some(_) => Date::new(year::parse(month)?, 12, None)?,
            None => date::parse(month).filter(|date| date.day.is_none() && month.ends_with('月'))?,
        };
        // 12月底 is a day only where something is due before it.
        return before.map(|_| (true, date.end_of_month()));
    }
    let date = date::parse(day).filter(|date| date.day.is_some())?;
    // A bare run of eight digits is a number, not a day.
    let bare = day.chars().all(|c| c.is_ascii_digit());
    (before.is_some() || !bare).then_some((before.is_some(), date))
}

/// A time that names no comparable number.
pub fn is_period(text: &str) -> bool {
    if matches!(text, "当年" | "全年" | "本年度" | "当年度" | "年度内" | "年内" | "当月" | "按期" | "按时" | "及时" | "长期")
    {
        return true;
    }
    let timed =
        text.contains(['年', '月', '日', '底', '前']) && text.contains(|c: char| c.is_ascii_digit() || numeral::is_numeral(c));
    timed && text.chars().all(|c| c.is_ascii_digit() || numeral::is_numeral(c) || in_period(c))
}

/// What stands beside the numbers of a period.
fn in_period(c: char) -> bool {
    matches!(
        c,
        '年' | '月'
            | '日'
            | '号'
            | '底'
            | '末'
            | '前'
            | '之'
            | '以'
            | '上'
            | '中'
            | '下'
            | '旬'
            | '完'
            | '成'
            | '至'
            | '到'
            | '季'
            | '度'
            | '第'
            | '-'
            | '.'
            | '~'
            | '—'
    )
}
