//! One text as a YAML scalar that every reader of YAML 1.1 or 1.2 takes for the same text.
//!
//! Amounts, years and dates stay without quotes (`2306.26`, `2023-12-30`), as a person would write them; any other text that
//! reads as another type is quoted.

use crate::value::Kind;

/// What one look at each character of a text tells.
#[derive(Clone, Copy)]
pub struct Look {
    marks: u8,
    /// No text takes more columns: no character more than two, none of ASCII more than one.
    pub most: usize,
}

/// A line break.
const BREAK: u8 = 1;
/// [`is_plain`] has to look at this byte.
const SPECIAL: u8 = 2;
/// Ends a text inside brackets.
const BRACKET: u8 = 4;
/// May join with its neighbours, or have another width than most.
const UNUSUAL: u8 = 8;
/// A character of three bytes that is not printable.
const HIDDEN: u8 = 16;
/// Is not, or may not be, written as it is inside quotes.
const ESCAPED: u8 = 32;
/// Begins a character of three bytes of which [`looked_into`] knows more.
const PERHAPS: u8 = 64;
/// Above the marks: columns, and above these the bytes of the character that begins so.
const COLUMNS: u32 = 8;
const BYTES: u32 = 10;

const FIRSTS: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let marks = match byte {
            0x0a => BREAK | SPECIAL | UNUSUAL | ESCAPED,
            0..0x20 | 0x7f | 0xc2 => SPECIAL | UNUSUAL | ESCAPED,
            0x22 | 0x5c => ESCAPED,
            0x2c | 0x5b | 0x5d | 0x7b | 0x7d => BRACKET,
            0x3a | 0x23 => SPECIAL,
            0x20..0x7f | 0xe5..0xea => 0,
            0xe2..0xe5 | 0xef => PERHAPS,
            _ => UNUSUAL,
        };
        let (columns, bytes) = match byte {
            0..0x80 => (1, 1),
            0x80..0xe0 => (2, 2),
            0xe0..0xf0 => (2, 3),
            _ => (2, 4),
        };
        table[byte] = marks as u16 | columns << COLUMNS | bytes << BYTES;
        byte += 1;
    }
    table
};

/// The marks of a character of three bytes.
fn looked_into(character: &[u8]) -> u8 {
    match character {
        // Common Han characters, and their punctuation.
        [0xe2, 0x80, 0x94 | 0x98 | 0x99 | 0x9c | 0x9d | 0xa6] | [0xe2, 0x89, 0xa4 | 0xa5] => 0,
        [0xe3, 0x80, 0x81 | 0x82] | [0xe4, 0xb8..=0xbf, _] | [0xef, 0xbc, 0x81..=0xbf] | [0xef, 0xbd, ..=0x9e] => 0,
        // Separators of lines and paragraphs, a mark of byte order, and what is none.
        [0xe2, 0x80, 0xa8 | 0xa9] | [0xef, 0xbb, 0xbf] | [0xef, 0xbf, 0xbe | 0xbf] => UNUSUAL | HIDDEN,
        _ => UNUSUAL,
    }
}

impl Look {
    pub fn at(text: &str) -> Look {
        let bytes = text.as_bytes();
        let (mut marks, mut most, mut at) = (0, 0, 0);
        while let Some(first) = bytes.get(at) {
            let found = FIRSTS[usize::from(*first)];
            let end = at + usize::from(found >> BYTES);
            marks |= found as u8;
            most += usize::from(found >> COLUMNS & 3);
            if found as u8 & PERHAPS != 0 {
                marks |= bytes.get(at..end).map_or(0, looked_into);
            }
            at = end;
        }
        Look { marks, most }
    }

    /// Of a name of ours.
    pub fn of_ascii(name: &str) -> Look {
        Look { marks: 0, most: name.len() }
    }

    fn has(self, mark: u8) -> bool {
        self.marks & mark != 0
    }

    /// Whether the text takes the most columns, whatever stands beside it: so it is where all characters are of those that nearly
    /// all texts are made of, ASCII, the common Han characters, and their punctuation.
    pub fn is_usual(self) -> bool {
        !self.has(UNUSUAL)
    }
}

/// Writes a text on one line, and tells of what was written. `flow`: inside `[]` or `{}`, where commas and brackets end a text.
pub fn encode(text: &str, look: Look, kind: Kind, flow: bool, out: &mut String) -> Look {
    if typed(text, kind) || (is_plain(text, look, flow) && !reads_as_other(text)) {
        out.push_str(text);
        return look;
    }
    let start = out.len();
    if text.is_empty() || look.has(ESCAPED | HIDDEN) {
        quote(text, out);
        return Look::at(&out[start..]);
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
    Look { most: look.most + 2, ..look }
}

#[cold]
fn quote(text: &str, out: &mut String) {
    if text.is_empty() {
        return out.push_str("null");
    }
    if text.contains(['"', '\\']) && text.chars().all(is_printable) && !text.contains(['\n', '\t', '\r']) {
        out.push('\'');
        for (index, part) in text.split('\'').enumerate() {
            out.push_str(if index > 0 { "''" } else { "" });
            out.push_str(part);
        }
        return out.push('\'');
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_printable(c) => out.push(c),
            c => match u32::from(c) {
                code @ 0..=0xff => out.push_str(&format!("\\x{code:02X}")),
                code @ 0x100..=0xffff => out.push_str(&format!("\\u{code:04X}")),
                code => out.push_str(&format!("\\U{code:08X}")),
            },
        }
    }
    out.push('"');
}

/// Writes a key. Nearly all are names, which need no looking at as texts do.
pub fn key(text: &str, flow: bool, out: &mut String) -> Look {
    const NAMES: [bool; 256] = marked(b"abcdefghijklmnopqrstuvwxyz_0123456789");
    let is_name = text.bytes().fold(true, |is_name, byte| is_name & NAMES[usize::from(byte)]);
    // No word that is read as something else is as long.
    let is_longer = text.len() > 5 && !text.starts_with(|c: char| c.is_ascii_digit());
    if is_name && !text.starts_with('_') && (is_longer || !text.is_empty() && !reads_as_other(text)) {
        out.push_str(text);
        return Look::of_ascii(text);
    }
    encode(text, Look::at(text), Kind::Text, flow, out)
}

/// The lines of a text for a `|-` block; `None` where a block could not hold it as it is.
pub fn block(text: &str, look: Look) -> Option<Vec<&str>> {
    if !look.has(BREAK) {
        return None;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let fits = lines.iter().all(|line| {
        line.chars().all(is_printable) && !line.contains('\t') && (line.is_empty() || !line.chars().all(char::is_whitespace))
    }) && lines.first().is_some_and(|line| !line.is_empty() && !line.starts_with(char::is_whitespace))
        && lines.last().is_some_and(|line| !line.is_empty());
    fits.then_some(lines)
}

/// Numbers and dates in fields that are meant as such.
fn typed(text: &str, kind: Kind) -> bool {
    match kind {
        Kind::Amount | Kind::Score | Kind::Count | Kind::Year => is_decimal(text),
        Kind::Date => is_date(text),
        _ => false,
    }
}

/// `-12.50`, but not `0723`, `.5` or `1e3`.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// `2023-12-30`.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() })
}

/// What YAML allows as it is: printable, and not one of the two line separators that some readers break lines at.
fn is_printable(c: char) -> bool {
    match c {
        ' '..='~' | '\t' => true,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        c => u32::from(c) >= 0xa0,
    }
}

/// A table in which these bytes are marked.
const fn marked(marks: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < marks.len() {
        table[marks[index] as usize] = true;
        index += 1;
    }
    table
}

/// The characters of ASCII that no text begins with that stands without quotes.
const FIRST: [bool; 256] = marked(b"-?:,[]{}#&*!|>'\"%@`=<~ \t\n\r\x0b\x0c");

/// Whether a text may stand without quotes as far as its characters go.
fn is_plain(text: &str, look: Look, flow: bool) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    if FIRST[usize::from(*first)] {
        // `-5` and `-甲` are texts, `- ` begins a list.
        let dash = matches!(first, b'-' | b'?' | b':');
        if !(dash && !flow && text.chars().nth(1).is_some_and(char::is_alphanumeric)) {
            return false;
        }
    }
    if matches!(last, b' ' | b'\t'..=b'\r' | b':') || text.starts_with("...") {
        return false;
    }
    // No blank but that of ASCII is usual.
    if look.has(UNUSUAL) && (text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace)) {
        return false;
    }
    // saphyr-parser takes a dash before a comma or bracket for the beginning of a text, also behind a blank.
    if flow && (look.has(BRACKET) || text.ends_with(" -")) {
        return false;
    }
    if look.has(HIDDEN) {
        return false;
    }
    if !look.has(SPECIAL) {
        return true;
    }
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        // Inside brackets a colon before a mark is read differently by different readers.
        b':' if flow => text[at + 1..].starts_with(char::is_alphanumeric),
        b':' => bytes.get(at + 1) != Some(&b' '),
        b'#' => at == 0 || bytes[at - 1] != b' ',
        0..0x20 | 0x7f => false,
        0xc2 => text[at..].chars().next().is_none_or(is_printable),
        _ => true,
    })
}

/// Whether some reader would take the bare text for a number, a date, a truth value or nothing.
fn reads_as_other(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    // All that is read as something else begins with a letter, digit or sign of ASCII; with a letter only words.
    match text.as_bytes().first() {
        Some(b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O') => {
            text.len() <= 5 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        Some(first) if first.is_ascii_alphabetic() => false,
        Some(first) if first.is_ascii() => is_number(text.as_bytes()) || is_timestamp(text),
        _ => false,
    }
}

fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    match digits {
        [b'.', word @ ..] if word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"nan") => true,
        [b'0', b'x' | b'X', rest @ ..] => rest.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'_'),
        [b'0', b'o' | b'O', rest @ ..] => rest.iter().all(|byte| matches!(byte, b'0'..=b'7' | b'_')),
        [b'0', b'b' | b'B', rest @ ..] => rest.iter().all(|byte| matches!(byte, b'0' | b'1' | b'_')),
        // Decimal, with exponent, with `_` between digits, or parted by colons to the base of 60.
        [b'0'..=b'9' | b'.', ..] => {
            digits.iter().enumerate().all(|(at, byte)| match byte {
                b'0'..=b'9' | b'.' | b'_' | b':' | b'e' | b'E' => true,
                b'+' | b'-' => matches!(digits.get(at.wrapping_sub(1)), Some(b'e' | b'E')),
                _ => false,
            }) && digits.iter().any(u8::is_ascii_digit)
        }
        _ => false,
    }
}

fn is_timestamp(text: &str) -> bool {
    if text.as_bytes().get(4) != Some(&b'-') {
        return false;
    }
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let day: String = rest.chars().take_while(char::is_ascii_digit).collect();
    year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(&day, 2) && {
        let behind = &rest[day.len()..];
        behind.is_empty() || behind.starts_with(['T', 't', ' '])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_needs_quotes_has_them() {
        let encoded = |text: &str, kind| encoded(text, kind, true);
        for (text, kind) in [
            ("2306.26", Kind::Amount),
            ("-5.00", Kind::Amount),
            ("2022", Kind::Year),
            ("2023-12-30", Kind::Date),
            ("60.77%", Kind::Percent),
            ("0700-5550186", Kind::Phone),
            ("≥145家", Kind::Target),
            ("95%～98%", Kind::Target),
            ("党建（文明单位创建）", Kind::Name),
            ("用于乡村振兴：疫情防控", Kind::Text),
            ("“支出项目类别”请选择填报", Kind::Text),
            ("1年", Kind::Target),
        ] {
            assert_eq!(encoded(text, kind), text);
        }
        for (text, kind, expected) in [
            ("0", Kind::Target, "\"0\""),
            ("0723", Kind::Amount, "\"0723\""),
            ("07005550186", Kind::Phone, "\"07005550186\""),
            ("2023-12-31", Kind::Target, "\"2023-12-31\""),
            ("12:30", Kind::Text, "\"12:30\""),
            ("No", Kind::Name, "\"No\""),
            ("a, b", Kind::Text, "\"a, b\""),
            ("他说\"好\"", Kind::Text, "他说\"好\""),
            ("\"好\"", Kind::Text, "'\"好\"'"),
            ("甲\n乙", Kind::Text, "\"甲\\n乙\""),
            ("1e3", Kind::Text, "\"1e3\""),
            ("", Kind::Text, "null"),
        ] {
            assert_eq!(encoded(text, kind), expected);
        }
    }

    fn encoded(text: &str, kind: Kind, flow: bool) -> String {
        let mut out = String::new();
        encode(text, Look::at(text), kind, flow, &mut out);
        out
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        prop_oneof![Just(Kind::Text), Just(Kind::Amount), Just(Kind::Date), Just(Kind::Target)]
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{1,12}",
            ".{1,8}",
            "[-:?,\\[\\]{}#&*!|>'\"%@`=<~ 0-9a-z甲\\n\\t.+_]{1,8}",
            "[0-9]{1,4}[-:.][0-9]{1,2}[-:.]?[0-9]{0,2}",
            "[a甲] ?[-:?#&*!|>%@`=<~+.]{1,2}",
            "[a，“\u{2027}-\u{202a}\u{fefe}-\u{ff01}\u{fffd}-\u{ffff}\u{9f}-\u{a1}]{1,3}",
            any::<String>().prop_filter("not empty", |text| !text.is_empty()),
        ]
    }

    proptest! {
        #[test]
        fn what_is_not_printable_is_quoted(text in texts()) {
            let plain = is_plain(&text, Look::at(&text), false);
            prop_assert!(!plain || text.chars().all(is_printable));
        }

        #[test]
        fn any_text_survives(text in texts(), kind in kinds()) {
            use crate::yaml_tree::{Value, parse};
            let row = format!("k: [{}, x]\nl: {}\nm: {{k: {}}}\n", encoded(&text, kind, true), encoded(&text, kind, false), encoded(&text, kind, true));
            let (root, mistakes) = parse(&row).map_err(|m| TestCaseError::fail(format!("{row}{m:?}")))?;
            prop_assert_eq!(mistakes, vec![]);
            let Some(Value::List(items)) = root.get("k").map(|node| &node.value) else { panic!("{row}") };
            prop_assert_eq!(items[0].text(), Some(text.as_str()));
            prop_assert_eq!(root.get("l").and_then(|node| node.text()), Some(text.as_str()));
            prop_assert_eq!(root.get("m").and_then(|m| m.get("k")).and_then(|node| node.text()), Some(text.as_str()));
            // And for another program, where it is no number or date, it is a text.
            if kind == Kind::Text {
                let other: serde_yaml::Value = serde_yaml::from_str(&row).map_err(|e| TestCaseError::fail(format!("{row}{e}")))?;
                prop_assert_eq!(other["k"][0].as_str(), Some(text.as_str()));
                prop_assert_eq!(other["l"].as_str(), Some(text.as_str()));
            }
        }

        #[test]
        fn a_block_holds_its_lines(text in "[ a甲:#-]{1,5}(\\n[ a甲:#-]{0,5}){1,3}") {
            if let Some(lines) = block(&text, Look::at(&text)) {
                let row = format!("k: |-\n  {}\nl: x\n", lines.join("\n  "));
                let (root, _) = crate::yaml_tree::parse(&row).map_err(|m| TestCaseError::fail(format!("{row}{m:?}")))?;
                prop_assert_eq!(root.get("k").and_then(|node| node.text()), Some(text.as_str()));
            }
        }
    }
}
