//! Telephone numbers of the mainland: `0700-5550186`, `13812345678`, with extensions; several joined by `、`.

use super::Reading;
use super::notation::{fold, is_blank, is_dash, trim};

/// One number in parts; the area code is empty for mobile, local and service numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Number {
    area: String,
    local: String,
    extension: String,
}

/// Canonical text of one or several numbers.
pub fn parse(text: &str) -> Option<String> {
    let folded: String = text.chars().map(fold).collect();
    let mut numbers = Vec::new();
    for part in folded.split(['、', '/', ';', ',', '，', '\n']).map(trim).filter(|part| !part.is_empty()) {
        numbers.push(one(part)?);
    }
    if numbers.is_empty() {
        return None;
    }
    let mut out = String::new();
    for number in numbers {
        if !out.is_empty() {
            out.push('、');
        }
        if !number.area.is_empty() {
            out.push_str(&number.area);
            out.push('-');
        }
        out.push_str(&number.local);
        if !number.extension.is_empty() {
            out.push('-');
            out.push_str(&number.extension);
        }
    }
    Some(out)
}

fn one(text: &str) -> Option<Number> {
    let mut text = text;
    let mut foreign = false;
    for prefix in ["+86", "(+86)", "0086", "86-"] {
        if let Some(rest) = text.strip_prefix(prefix) {
            text = rest.trim_start_matches(|c| is_blank(c) || is_dash(c));
            foreign = true;
        }
    }
    let (text, said) = match text.split_once(['转', '#']).or_else(|| text.split_once("ext")) {
        Some((number, extension)) => (number, trim(extension).trim_start_matches(['.', ':', ' '])),
        None => (text, ""),
    };
    if !said.chars().all(|c| c.is_ascii_digit()) || said.len() > 6 {
        return None;
    }
    // Runs of digits and what stands between them; nothing else may occur.
    let mut groups: Vec<String> = vec![String::new()];
    for c in text.chars() {
        if c.is_ascii_digit() {
            if let Some(group) = groups.last_mut() {
                group.push(c);
            }
        } else if is_blank(c) || is_dash(c) || matches!(c, '(' | ')') {
            if groups.last().is_some_and(|group| !group.is_empty()) {
                groups.push(String::new());
            }
        } else {
            return None;
        }
    }
    groups.retain(|group| !group.is_empty());
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    let all: String = groups.concat();
    if all.len() > 20 {
        return None;
    }
    let mobile =
        |digits: &str| digits.len() == 11 && digits.starts_with('1') && !digits.starts_with("10") && !digits.starts_with("11");
    let number = |area: &str, local: &str, extension: &str| {
        let extension = if said.is_empty() { extension } else { said };
        let fits = (7..=8).contains(&local.len()) && !local.starts_with('0') && extension.len() <= 6;
        fits.then(|| Number { area: area.into(), local: local.into(), extension: extension.into() })
    };
    if mobile(&all) {
        return Some(Number { area: String::new(), local: all, extension: said.into() });
    }
    match groups[..] {
        [area, local] if is_area(area) => number(area, local, ""),
        [area, local] if foreign && is_area(&format!("0{area}")) => number(&format!("0{area}"), local, ""),
        [area, local, extension] if is_area(area) && local.len() >= 7 => number(area, local, extension),
        // 0700-555 0186: blanks inside the local number.
        [area, first, second] if is_area(area) && first.len() + second.len() <= 8 => {
            number(area, &format!("{first}{second}"), "")
        }
        [first, second, third] if matches!(first, "400" | "800") && second.len() + third.len() == 7 => {
            Some(Number { area: first.into(), local: format!("{second}{third}"), extension: said.into() })
        }
        [service, local] if matches!(service, "400" | "800") && local.len() == 7 => number(service, local, ""),
        [whole] if whole.len() == 10 && (whole.starts_with("400") || whole.starts_with("800")) => {
            number(&whole[..3], &whole[3..], "")
        }
        [whole] if whole.starts_with('0') && whole.len() >= 10 => {
            let (area, local) = whole.split_at(if is_short_area(whole) { 3 } else { 4 });
            is_area(area).then(|| number(area, local, "")).flatten()
        }
        [local] if (7..=8).contains(&local.len()) => number("", local, ""),
        [local, extension] if (7..=8).contains(&local.len()) => number("", local, extension),
        [first, second] if first.len() + second.len() <= 8 && first.len() >= 3 => number("", &format!("{first}{second}"), ""),
        // Service numbers: 110, 12345.
        [short] if short.starts_with('1') && matches!(short.len(), 3 | 5) => {
            Some(Number { area: String::new(), local: short.into(), extension: said.into() })
        }
        _ => None,
    }
}

/// 010 and 020 to 029 have three digits.
fn is_short_area(digits: &str) -> bool {
    digits.starts_with("010") || digits.starts_with("02")
}

fn is_area(digits: &str) -> bool {
    digits.starts_with('0')
        && !digits.starts_with("00")
        && if is_short_area(digits) { digits.len() == 3 } else { digits.len() == 4 }
}

/// As [`super::Kind::Phone`] reads.
pub fn read(text: &str) -> Reading {
    Reading::number(parse(text), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_notation_comes_to_one_text() {
        for (text, expected) in [
            ("07005550186", "0700-5550186"),
            ("0700-5550186", "0700-5550186"),
            ("0700 5550186", "0700-5550186"),
            ("(0700)5550186", "0700-5550186"),
            ("０７００—５５５０１８６", "0700-5550186"),
            ("0700-555 0186", "0700-5550186"),
            ("+86 700 5550186", "0700-5550186"),
            ("+86-13812345678", "13812345678"),
            ("138 1234 5678", "13812345678"),
            ("138-1234-5678", "13812345678"),
            ("02787654321", "027-87654321"),
            ("010-12345678", "010-12345678"),
            ("0700-5550186转8001", "0700-5550186-8001"),
            ("0700-5550186-801", "0700-5550186-801"),
            ("5550186", "5550186"),
            ("0700-5550186/13812345678", "0700-5550186、13812345678"),
            ("400-123-4567", "400-1234567"),
            ("12348", "12348"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["0700555018", "张三 13812345678", "138****5678", "123456789", "2306.26", "0700-55501861234567"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn canonical_text_is_its_own(text in "[0-9０-９ \\-()转、+/]{0,20}") {
            if let Reading::Value(value) = read(&text) {
                prop_assert_eq!(read(&value), Reading::Value(value.clone()));
            }
        }

        #[test]
        fn numbers_with_area_codes_are_read(area in "0[3-9][0-9]{2}", local in "[2-8][0-9]{6,7}", glue in "( |-|—|)") {
            prop_assert_eq!(parse(&format!("{area}{glue}{local}")), Some(format!("{area}-{local}")));
        }
    }
}
