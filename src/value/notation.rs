//! Characters as forms write them: width folding, blanks, and the one scanner of Arabic numbers that all kinds share.
//!
//! Knows no kind of value. Nothing here allocates unless it must: the fitting asks these questions of every piece.

use rust_decimal::Decimal;
use std::borrow::Cow;

/// Blanks of every width, and the marks that no one sees (BOM, zero-width space, soft hyphen).
pub fn is_blank(c: char) -> bool {
    // Nearly all that is asked: neither needs a table.
    !matches!(c, '!'..='~' | '\u{3400}'..='\u{9fff}') && (c.is_whitespace() || is_invisible(c))
}

/// Marks of no width.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{ad}')
}

/// Full-width forms and look-alikes to ASCII; every blank to a space. For matching and numbers only: text keeps its width.
pub fn fold(c: char) -> char {
    match c {
        ' '..='~' | '\u{3400}'..='\u{9fff}' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '﹦' => '=',
        '﹪' => '%',
        '−' | '﹣' | '‐' | '‑' => '-',
        '￥' => '¥',
        '〜' | '∼' | '˜' => '~',
        '﹤' => '<',
        '﹥' => '>',
        '﹙' => '(',
        '﹚' => ')',
        '〔' => '(',
        '〕' => ')',
        _ if is_blank(c) => ' ',
        _ => c,
    }
}

/// A dash of any length, as it stands in ranges and for nothing.
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '─' | '~' | '﹏' | '‒')
}

/// Chinese characters and the punctuation that goes with them.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{303f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}' | '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// Full-width punctuation: a blank beside it says nothing.
pub fn is_cjk_mark(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '；'
            | '：'
            | '、'
            | '！'
            | '？'
            | '（'
            | '）'
            | '《'
            | '》'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '「'
            | '」'
    )
}

/// Punctuation that ends a clause or opens a list of them.
pub fn is_clause_end(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | ';' | ',' | '、' | '！' | '？' | '：' | '\n')
}

/// The folded characters of a short text without its blanks.
pub struct Compact<const N: usize> {
    characters: [char; N],
    length: usize,
}

impl<const N: usize> Compact<N> {
    /// `None` where there are more than `N` characters.
    pub fn new(text: &str) -> Option<Self> {
        let mut compact = Compact { characters: ['\0'; N], length: 0 };
        for c in text.chars().filter(|c| !is_blank(*c)) {
            *compact.characters.get_mut(compact.length)? = fold(c);
            compact.length += 1;
        }
        Some(compact)
    }

    pub fn as_slice(&self) -> &[char] {
        &self.characters[..self.length]
    }
}

/// How far a text from here on is what most texts are made of, Chinese characters and what ASCII prints; and whether there are
/// Chinese characters.
pub fn common(text: &str, from: usize) -> (usize, bool) {
    let bytes = text.as_bytes();
    let (mut at, mut has_han) = (from, false);
    while let Some(byte) = bytes.get(at) {
        // The first bytes of U+3400 to U+9FFF.
        match byte {
            0xe4..=0xe9 => (at, has_han) = (at + 3, true),
            b'!'..=b'~' => at += 1,
            0xe3 if bytes.get(at + 1) >= Some(&0x90) => (at, has_han) = (at + 3, true),
            _ => break,
        }
    }
    (at, has_han)
}

/// Whether nothing stands in a text but what any program takes for a blank.
pub fn is_void(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Folded and without any blank; borrowed where that changes nothing.
pub fn compact(text: &str) -> Cow<'_, str> {
    // What is common is neither blank nor folded.
    let (rest, _) = common(text, 0);
    if text[rest..].chars().all(|c| !is_blank(c) && fold(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_blank(*c)).map(fold).collect())
}

/// Trims blanks of every kind.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Whether a text only holds a place: `XX`, `**`, `/`, `—`, `……`, `待定`.
pub fn is_placeholder(text: &str) -> bool {
    let text = trim(text);
    if matches!(text, "待定" | "待填" | "待填写" | "待补充" | "暂缺" | "略") {
        return true;
    }
    !text.is_empty()
        && text.chars().all(|c| {
            is_blank(c)
                || is_dash(fold(c))
                || matches!(fold(c), 'X' | 'x' | '×' | '✕' | '╳' | '*' | '＊' | '/' | '\\' | '_' | '…' | '.' | '·' | '?' | '△')
        })
}

/// Whether a text is nothing but some digits, with a point between them or without: a number, whoever reads it.
pub fn is_plain_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let inside = |at: usize| at > 0 && at + 1 < bytes.len();
    let mut points = bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii_digit());
    (1..=15).contains(&bytes.len())
        && points.next().is_none_or(|(at, byte)| *byte == b'.' && inside(at))
        && points.next().is_none()
}

/// A plain number with two decimals, as records hold amounts: no zero that could go.
pub fn is_plain_amount(text: &str) -> bool {
    let point = text.len().wrapping_sub(3);
    text.as_bytes().get(point) == Some(&b'.') && is_plain_number(text) && (point == 1 || !text.starts_with('0'))
}

/// A number at the start of a text, and what follows it.
#[derive(Clone, Copy, Debug)]
pub struct Scanned<'a> {
    pub value: Decimal,
    /// Digits before the point; tells a year from a count.
    pub digits: u32,
    pub has_point: bool,
    pub rest: &'a str,
}

/// Reads an unsigned Arabic number: digits of any width, a point, thousands in groups of three.
///
/// Groups may be set apart by commas, by blanks that do not break (`1 815`), or by common blanks where a point follows
/// (`1 815.80`): `10 100` may as well be two numbers, so it is not one here.
pub fn scan_number(text: &str) -> Option<Scanned<'_>> {
    if is_plain_number(text) {
        let (mut mantissa, mut point) = (0i64, text.len());
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
                _ => point = at,
            }
        }
        let has_point = point < text.len();
        let scale = if has_point { (text.len() - point - 1) as u32 } else { 0 };
        return Some(Scanned { value: Decimal::new(mantissa, scale), digits: point as u32, has_point, rest: "" });
    }
    let mut mantissa: u128 = 0;
    let mut significant = 0u32;
    let mut push = |digit: u32| -> Option<()> {
        if mantissa != 0 || digit != 0 {
            significant += 1;
        }
        (significant <= 28).then(|| mantissa = mantissa * 10 + u128::from(digit))
    };
    let digit = |c: char| fold(c).to_digit(10);
    let run = |text: &str| text.chars().take_while(|c| digit(*c).is_some()).count();

    let mut rest = text;
    let first = run(rest);
    for c in rest.chars().take(first) {
        push(digit(c)?)?;
    }
    rest = skip(rest, first);
    let mut digits = first as u32;
    let leading_zero = text.chars().next().and_then(digit) == Some(0);
    // Groups of three. Look ahead over all of them before taking any: only then is it known whether they are groups.
    if (1..=3).contains(&first) && !leading_zero {
        let separator = rest.chars().next().filter(|c| fold(*c) == ',' || (*c).is_whitespace() && *c != '\n');
        if let Some(separator) = separator {
            let mut ahead = rest;
            let mut groups = 0;
            while ahead.starts_with(separator) && run(skip(ahead, 1)) == 3 {
                groups += 1;
                ahead = skip(ahead, 4);
            }
            let by_mark = fold(separator) == ',' || matches!(separator, '\u{a0}' | '\u{2009}' | '\u{202f}');
            let point = fold(ahead.chars().next().unwrap_or(' ')) == '.' && run(skip(ahead, 1)) > 0;
            let whole = !ahead.starts_with(separator) || run(skip(ahead, 1)) == 0;
            if groups > 0 && whole && (by_mark || point) {
                for c in rest.chars().take(groups * 4).filter(|c| digit(*c).is_some()) {
                    push(digit(c)?)?;
                }
                digits += 3 * groups as u32;
                rest = ahead;
            }
        }
    }
    let mut scale = 0u32;
    let mut has_point = false;
    if rest.chars().next().map(fold) == Some('.') {
        let decimals = run(skip(rest, 1));
        if decimals > 0 {
            has_point = true;
            for c in rest.chars().skip(1).take(decimals) {
                push(digit(c)?)?;
                scale += 1;
            }
            rest = skip(rest, 1 + decimals);
        }
    }
    if first == 0 && !has_point || scale > 28 {
        return None;
    }
    let value = Decimal::try_from_i128_with_scale(i128::try_from(mantissa).ok()?, scale).ok()?;
    Some(Scanned { value, digits, has_point, rest })
}

/// Writes a whole number.
pub fn put_number(number: usize, out: &mut String) {
    if number >= 10 {
        put_number(number / 10, out);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// The text behind its first `count` characters.
pub fn skip(text: &str, count: usize) -> &str {
    let mut characters = text.chars();
    for _ in 0..count {
        characters.next();
    }
    characters.as_str()
}

/// A decimal without an exponent, at least `decimals` behind the point, further ones only where they count.
pub fn at_least(value: Decimal, decimals: u32) -> String {
    short(value, decimals).unwrap_or_else(|| long(value, decimals))
}

/// The same of a number of any length.
fn long(value: Decimal, decimals: u32) -> String {
    let mut value = value.normalize();
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    if value.scale() < decimals {
        value.rescale(decimals);
    }
    value.to_string()
}

/// The same of a number of few digits, as nearly all are.
fn short(value: Decimal, decimals: u32) -> Option<String> {
    let mut digits = usize::try_from(value.mantissa().unsigned_abs()).ok()?;
    let mut scale = value.scale();
    while scale > decimals && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale - 1);
    }
    while scale < decimals {
        (digits, scale) = (digits.checked_mul(10)?, scale + 1);
    }
    let one = 10usize.checked_pow(scale)?;
    let mut out = String::with_capacity(24);
    if value.is_sign_negative() && digits > 0 {
        out.push('-');
    }
    put_number(digits / one, &mut out);
    if scale > 0 {
        out.push('.');
        let fraction = digits % one;
        let mut next = one / 10;
        while next > 1 && fraction < next {
            out.push('0');
            next /= 10;
        }
        put_number(fraction, &mut out);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Option<(String, &str)> {
        scan_number(text).map(|s| (s.value.to_string(), s.rest))
    }

    #[test]
    fn numbers_end_where_they_are_no_longer_certain() {
        assert_eq!(scan("1,234.50元"), Some(("1234.50".into(), "元")));
        assert_eq!(scan("１２，３４５"), Some(("12345".into(), "")));
        assert_eq!(scan("1 815.80"), Some(("1815.80".into(), "")));
        assert_eq!(scan("10 100"), Some(("10".into(), " 100")));
        assert_eq!(scan("1,23.4"), Some(("1".into(), ",23.4")));
        assert_eq!(scan("1,2345"), Some(("1".into(), ",2345")));
        assert_eq!(scan("0,123"), Some(("0".into(), ",123")));
        assert_eq!(scan("1.2.3"), Some(("1.2".into(), ".3")));
        assert_eq!(scan(".5"), Some(("0.5".into(), "")));
        assert_eq!(scan("1."), Some(("1".into(), ".")));
        assert_eq!(scan("家"), None);
        assert_eq!(scan("99999999999999999999999999999"), None);
    }

    proptest::proptest! {
        #[test]
        fn a_number_of_few_digits_is_written_as_any(mantissa in -20_000_000i64..20_000_000, zeros in 0u32..5, scale in 0u32..12, decimals in 0u32..5) {
            let value = Decimal::new(mantissa * 10i64.pow(zeros), scale);
            proptest::prop_assert_eq!(at_least(value, decimals), long(value, decimals));
            let large = Decimal::from_i128_with_scale(i128::from(mantissa) << 64, scale);
            proptest::prop_assert_eq!(at_least(large, decimals), long(large, decimals));
        }
    }
}
