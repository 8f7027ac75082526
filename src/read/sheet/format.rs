//! What a cell of a workbook shows: its stored number under its number format. Decimal throughout, no float.

use rust_decimal::{Decimal, RoundingStrategy};

/// Significant digits that a workbook keeps: beyond them is the noise of its arithmetic.
const DIGITS: u32 = 15;

/// The formats of a workbook, by the number of a cell's style.
#[derive(Debug, Default)]
pub(super) struct Formats {
    pub styles: Vec<String>,
    /// Days count from 1904.
    pub from_1904: bool,
}

/// A cell as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub text: String,
    /// More is stored than shown.
    pub rounded: bool,
}

/// The formats that have a number and no text in the file.
pub(super) fn built_in(number: u32) -> &'static str {
    match number {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5..=8 | 37..=40 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 | 48 => "0.00E+00",
        14 => "yyyy/m/d",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        32 => "h:mm",
        33 => "h:mm:ss",
        41 | 42 => "#,##0",
        43 | 44 => "#,##0.00",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss",
        49 => "@",
        _ => "General",
    }
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// `0`, `#`, `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    Exponent,
    /// A run of `y`, `m`, `d`, `h` or `s`; or time that has passed, in brackets.
    Date(char, usize),
    Elapsed(char),
    HalfDay,
    General,
    Text,
}

/// The sections of a format, each in parts.
fn sections(format: &str) -> Vec<Vec<Part>> {
    let mut sections = vec![Vec::new()];
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(parts) = sections.last_mut() else { break };
        match c {
            ';' => sections.push(Vec::new()),
            '"' => parts.push(Part::Literal(chars.by_ref().take_while(|c| *c != '"').collect())),
            '\\' => parts.extend(chars.next().map(|c| Part::Literal(c.to_string()))),
            // A blank as wide as a character; a character to fill with.
            '_' => {
                chars.next();
            }
            '*' => {
                chars.next();
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let lower = inner.to_ascii_lowercase();
                if let Some(first) = lower.chars().next().filter(|c| "hms".contains(*c) && lower.chars().all(|d| d == *c)) {
                    parts.push(Part::Elapsed(first));
                } else if let Some(sign) = inner.strip_prefix('$') {
                    let sign = sign.split('-').next().unwrap_or_default();
                    if !sign.is_empty() {
                        parts.push(Part::Literal(sign.to_owned()));
                    }
                }
            }
            '0' | '#' | '?' => parts.push(Part::Digit(c)),
            '.' => parts.push(Part::Point),
            ',' => parts.push(Part::Comma),
            '%' => parts.push(Part::Percent),
            '@' => parts.push(Part::Text),
            'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => {
                chars.next();
                parts.push(Part::Exponent);
            }
            'G' | 'g' if chars.clone().take(6).collect::<String>().eq_ignore_ascii_case("eneral") => {
                chars.by_ref().take(6).for_each(drop);
                parts.push(Part::General);
            }
            'A' | 'a' if chars.clone().take(4).collect::<String>().eq_ignore_ascii_case("m/pm") => {
                chars.by_ref().take(4).for_each(drop);
                parts.push(Part::HalfDay);
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                let mut count = 1;
                while chars.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
                    count += 1;
                }
                parts.push(Part::Date(c.to_ascii_lowercase(), count));
            }
            c => parts.push(Part::Literal(c.to_string())),
        }
    }
    sections
}

impl Formats {
    /// The stored number of a cell with a style.
    pub fn show(&self, stored: &str, style: usize) -> Shown {
        let as_stored = || Shown { text: stored.to_owned(), rounded: false };
        let format = self.styles.get(style).map_or("General", String::as_str);
        let Some(value) = parse(stored) else { return as_stored() };
        let sections = sections(format);
        let zero_section = sections.len() > 2 && value.is_zero();
        let negative = value.is_sign_negative() && !value.is_zero();
        let (parts, value) = match (sections.first(), sections.get(1), sections.get(2)) {
            (_, _, Some(zero)) if zero_section => (zero, value),
            (_, Some(below), _) if negative => (below, value.abs()),
            (Some(first), ..) => (first, value),
            _ => return as_stored(),
        };
        let is_date = parts.iter().any(|part| matches!(part, Part::Date(..) | Part::Elapsed(_)));
        if is_date {
            return self.date(parts, value).map_or_else(as_stored, |text| Shown { text, rounded: false });
        }
        number(parts, value)
    }

    fn date(&self, parts: &[Part], value: Decimal) -> Option<String> {
        if value.is_sign_negative() || value > Decimal::from(2_958_466) {
            return None;
        }
        let seconds_a_day = Decimal::from(86_400);
        let total: i64 =
            (value * seconds_a_day).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).try_into().ok()?;
        let (mut days, seconds) = (total / 86_400, total % 86_400);
        if self.from_1904 {
            days += 1462;
        }
        let (year, month, day) = civil(days);
        let half = parts.contains(&Part::HalfDay);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let mut out = String::new();
        let mut last = ' ';
        for (index, part) in parts.iter().enumerate() {
            let next = parts[index + 1..].iter().find_map(|part| if let Part::Date(c, _) = part { Some(*c) } else { None });
            match part {
                Part::Date('y', count) if *count <= 2 => out.push_str(&format!("{:02}", year % 100)),
                Part::Date('y', _) => out.push_str(&year.to_string()),
                // Minutes stand behind hours or before seconds.
                Part::Date('m', count) if *count <= 2 && (last == 'h' || next == Some('s')) => {
                    out.push_str(&pad(minute, *count));
                }
                Part::Date('m', count) if *count <= 2 => out.push_str(&pad(month, *count)),
                Part::Date('m', count) => {
                    const NAMES: [&str; 12] =
                        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
                    let name = NAMES[(month as usize).clamp(1, 12) - 1];
                    out.push_str(if *count == 5 { &name[..1] } else { name });
                }
                Part::Date('d', count) if *count <= 2 => out.push_str(&pad(day, *count)),
                Part::Date('d', _) => {}
                Part::Date('h', count) => out.push_str(&pad(if half { (hour + 11) % 12 + 1 } else { hour }, *count)),
                Part::Date('s', count) => out.push_str(&pad(second, *count)),
                Part::Elapsed('h') => out.push_str(&(total / 3600).to_string()),
                Part::Elapsed('m') => out.push_str(&(total / 60).to_string()),
                Part::Elapsed(_) => out.push_str(&total.to_string()),
                Part::HalfDay => out.push_str(if hour < 12 { "AM" } else { "PM" }),
                Part::Literal(text) => out.push_str(text),
                Part::Point => out.push('.'),
                Part::Comma => out.push(','),
                _ => {}
            }
            match part {
                Part::Date(c, _) | Part::Elapsed(c) => last = *c,
                _ => {}
            }
        }
        Some(out.trim().to_owned())
    }
}

fn pad(number: i64, count: usize) -> String {
    if count >= 2 { format!("{number:02}") } else { number.to_string() }
}

/// The day of a workbook's count: 1 is the first of January 1900, and 60 a day that never was.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = if days < 60 { days + 1 } else { days };
    // From the first of March of the year 0: 1899-12-30 is day 693,899 of that count.
    let count = days + 693_899;
    let era = count / 146_097;
    let of_era = count % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let index = (5 * of_year + 2) / 153;
    let month = if index < 10 { index + 3 } else { index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * index + 2) / 5 + 1)
}

fn parse(stored: &str) -> Option<Decimal> {
    let stored = stored.trim();
    let value = match stored.contains(['e', 'E']) {
        true => Decimal::from_scientific(&stored.replace("E+", "E").replace("e+", "e")).ok()?,
        false => stored.parse().ok()?,
    };
    value.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero)
}

/// A number that is no date.
fn number(parts: &[Part], value: Decimal) -> Shown {
    let general = |value: Decimal| value.normalize().to_string();
    let digits = |parts: &[Part]| parts.iter().filter(|part| matches!(part, Part::Digit(_))).count();
    let plain = digits(parts) == 0 || parts.contains(&Part::Exponent) || parts.contains(&Part::Literal("/".to_owned()));
    if plain {
        let has_number = digits(parts) > 0 || parts.iter().any(|part| matches!(part, Part::General | Part::Text));
        let mut text = String::new();
        let mut said = false;
        for part in parts {
            match part {
                Part::Literal(literal) if digits(parts) == 0 => text.push_str(literal),
                Part::General | Part::Text | Part::Digit(_) if !std::mem::replace(&mut said, true) => {
                    text.push_str(&general(value))
                }
                _ => {}
            }
        }
        // A section of nothing but words, or of nothing at all, hides the number: that is told.
        return Shown { rounded: !has_number && !value.is_zero(), text };
    }
    let percents = parts.iter().filter(|part| **part == Part::Percent).count() as u32;
    let point = parts.iter().position(|part| *part == Part::Point).unwrap_or(parts.len());
    let (whole, fraction) = parts.split_at(point);
    let last_digit = |part: &&Part| matches!(part, Part::Digit(_));
    let end = whole.iter().rposition(|part| last_digit(&part)).unwrap_or(0);
    let thousands = whole[..end].contains(&Part::Comma);
    let scaled = whole[end..]
        .iter()
        .take_while(|part| matches!(part, Part::Comma | Part::Digit(_)))
        .filter(|p| **p == Part::Comma)
        .count();
    let mut exact = value;
    for _ in 0..percents.min(4) {
        exact = exact.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(exact);
    }
    for _ in 0..scaled.min(4) {
        exact = exact.checked_div(Decimal::ONE_THOUSAND).unwrap_or(exact);
    }
    let places = digits(fraction) as u32;
    let shown = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let negative = shown.is_sign_negative() && !shown.is_zero();
    let text = format!("{:.*}", places as usize, shown.abs());
    let (integer, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let least = whole.iter().filter(|part| **part == Part::Digit('0')).count();
    let mut integer = format!("{:0>least$}", if integer == "0" && least == 0 { "" } else { integer });
    if thousands {
        let count = integer.len();
        let grouped = integer.chars().enumerate().flat_map(|(index, c)| {
            let comma = (index > 0 && (count - index).is_multiple_of(3)).then_some(',');
            comma.into_iter().chain([c])
        });
        integer = grouped.collect();
    }
    // Places that need not be shown.
    let mut decimals = decimals.to_owned();
    let optional = fraction.iter().filter(|part| matches!(part, Part::Digit(_))).collect::<Vec<_>>();
    for part in optional.iter().rev() {
        if **part == Part::Digit('0') || !decimals.ends_with('0') {
            break;
        }
        decimals.pop();
    }
    let mut out = String::from(if negative { "-" } else { "" });
    let mut said = false;
    for part in whole {
        match part {
            Part::Literal(literal) => out.push_str(literal),
            Part::Percent => out.push('%'),
            Part::Digit(_) if !std::mem::replace(&mut said, true) => out.push_str(&integer),
            _ => {}
        }
    }
    if !said {
        out.push_str(&integer);
    }
    if !decimals.is_empty() {
        out.push('.');
        out.push_str(&decimals);
    }
    for part in fraction {
        match part {
            Part::Literal(literal) => out.push_str(literal),
            Part::Percent => out.push('%'),
            _ => {}
        }
    }
    Shown { text: out.trim().to_owned(), rounded: shown != exact }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(stored: &str, format: &str) -> String {
        let formats = Formats { styles: vec![format.to_owned()], from_1904: false };
        formats.show(stored, 0).text
    }

    #[test]
    fn numbers_are_shown_as_their_formats_say() {
        let cases = [
            ("2306.2600000000002", "General", "2306.26"),
            ("0.96", "0%", "96%"),
            ("0.96", "0.00%", "96.00%"),
            ("1234567.5", "#,##0.00", "1,234,567.50"),
            ("2402.26", "0.00_ ", "2402.26"),
            ("0.5", "#.##", ".5"),
            ("12", "0.##", "12"),
            ("-3.456", "0.00;(0.00)", "(3.46)"),
            ("0", "0.00;-0.00;\"-\"", "-"),
            ("7", "000", "007"),
            ("45", "\"≥\"0\"家\"", "≥45家"),
            ("2.5", "0", "3"),
            ("12345678", "0.0,,", "12.3"),
            ("1E-3", "General", "0.001"),
        ];
        for (stored, format, shown) in cases {
            assert_eq!(show(stored, format), shown, "{stored} as {format}");
        }
        let formats = Formats { styles: vec!["0.0".to_owned()], from_1904: false };
        assert!(formats.show("1.26", 0).rounded);
        assert!(!formats.show("1.2", 0).rounded);
    }

    #[test]
    fn serial_numbers_are_dates() {
        assert_eq!(show("45290", "yyyy-mm-dd"), "2023-12-30");
        assert_eq!(show("45290", built_in(31)), "2023年12月30日");
        assert_eq!(show("60.5", "yyyy/m/d h:mm"), "1900/2/28 12:00");
        assert_eq!(show("45351", "m/d/yy"), "2/29/24");
        assert_eq!(show("0.75", "h:mm AM/PM"), "6:00 PM");
        assert_eq!(show("1.5", "[h]:mm"), "36:00");
    }
}
