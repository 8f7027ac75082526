//! How automatic numbers are printed: 3 as `3`, `iii`, `三`, `③`.

/// A way to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::read) enum Counting {
    #[default]
    Decimal,
    /// `01`, `02`.
    DecimalZero,
    UpperRoman,
    LowerRoman,
    UpperLetter,
    LowerLetter,
    /// `1st`.
    Ordinal,
    /// `①`.
    Circled,
    /// `１`.
    FullWidth,
    /// `（1）` as one character, `⒈`: as their plain forms.
    Bracketed,
    Dotted,
    /// `十一`.
    Chinese,
    /// `一一`: digits, read one by one.
    ChineseDigits,
    /// `壹拾壹`.
    ChineseLegal,
    /// `甲`.
    Stem,
    /// `子`.
    Branch,
    /// `㈠`.
    ChineseBracketed,
    /// Nothing is printed for the number.
    None,
}

const DIGITS: &str = "〇一二三四五六七八九";
const LEGAL: &str = "零壹贰叁肆伍陆柒捌玖";
const STEMS: &str = "甲乙丙丁戊己庚辛壬癸";
const BRANCHES: &str = "子丑寅卯辰巳午未申酉戌亥";

impl Counting {
    /// Word's code for a number format (`nfc` in binary files and RTF).
    pub fn of_word(code: u8) -> Counting {
        match code {
            1 => Counting::UpperRoman,
            2 => Counting::LowerRoman,
            3 => Counting::UpperLetter,
            4 => Counting::LowerLetter,
            5 => Counting::Ordinal,
            14 | 19 => Counting::FullWidth,
            18 | 28 => Counting::Circled,
            22 => Counting::DecimalZero,
            26 => Counting::Dotted,
            27 => Counting::Bracketed,
            29 => Counting::ChineseBracketed,
            30 => Counting::Stem,
            31 => Counting::Branch,
            32 => Counting::Stem,
            33 | 35 | 37 | 39 | 10 | 11 | 17 => Counting::Chinese,
            34 | 38 | 16 => Counting::ChineseLegal,
            36 => Counting::ChineseDigits,
            255 => Counting::None,
            _ => Counting::Decimal,
        }
    }

    /// The number as printed.
    pub fn print(self, number: u32) -> String {
        let nth = |names: &str, offset: u32| names.chars().nth(offset as usize);
        let from = |first: char, last: u32| {
            (1..=last).contains(&number).then(|| char::from_u32(first as u32 + number - 1)).flatten().map(String::from)
        };
        let cycle = |names: &str| {
            let count = names.chars().count() as u32;
            nth(names, number.saturating_sub(1) % count).map(String::from)
        };
        let made = match self {
            Counting::None => Some(String::new()),
            Counting::Decimal => None,
            Counting::DecimalZero => Some(format!("{number:02}")),
            Counting::UpperRoman => roman(number),
            Counting::LowerRoman => roman(number).map(|text| text.to_lowercase()),
            Counting::UpperLetter => letters(number, b'A'),
            Counting::LowerLetter => letters(number, b'a'),
            Counting::Ordinal => Some(format!(
                "{number}{}",
                match (number % 10, number % 100) {
                    (_, 11..=13) => "th",
                    (1, _) => "st",
                    (2, _) => "nd",
                    (3, _) => "rd",
                    _ => "th",
                }
            )),
            Counting::Circled => from('①', 20),
            Counting::FullWidth => {
                let wide = |digit: char| char::from_u32(digit as u32 + 0xfee0);
                number.to_string().chars().map(wide).collect()
            }
            Counting::Bracketed => from('⑴', 20),
            Counting::Dotted => from('⒈', 20),
            Counting::Chinese => chinese(number, DIGITS, ["", "十", "百", "千"], "零", true),
            Counting::ChineseLegal => chinese(number, LEGAL, ["", "拾", "佰", "仟"], "零", false),
            Counting::ChineseDigits => number.to_string().bytes().map(|digit| nth(DIGITS, u32::from(digit - b'0'))).collect(),
            Counting::Stem => cycle(STEMS),
            Counting::Branch => cycle(BRANCHES),
            Counting::ChineseBracketed => from('㈠', 10),
        };
        made.unwrap_or_else(|| number.to_string())
    }
}

fn roman(number: u32) -> Option<String> {
    const STEPS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = (1..=9999).contains(&number).then_some(number)?;
    let mut out = String::new();
    for (value, letters) in STEPS {
        while rest >= value {
            out.push_str(letters);
            rest -= value;
        }
    }
    Some(out)
}

/// `a` … `z`, `aa`, `bb`: as Word counts.
fn letters(number: u32, first: u8) -> Option<String> {
    let index = number.checked_sub(1)?;
    let letter = char::from(first + (index % 26) as u8);
    Some(std::iter::repeat_n(letter, (index / 26 + 1).min(30) as usize).collect())
}

/// A number below ten thousand with its units; `十一` and not `一十一` where that is usual.
fn chinese(number: u32, digits: &str, units: [&str; 4], zero: &str, short: bool) -> Option<String> {
    if !(1..=9999).contains(&number) {
        return None;
    }
    let mut out = String::new();
    let mut gap = false;
    for place in (0..4).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push_str(zero);
        }
        if !(short && place == 1 && digit == 1 && out.is_empty()) {
            out.extend(digits.chars().nth(digit as usize));
        }
        out.push_str(units[place as usize]);
    }
    Some(out)
}

/// Whether a number says more than a number: `目标1：` does, `（一）`, `1.2` and `a)` do not.
///
/// What it says then is text of the form, and the fitting must see it.
pub(in crate::read) fn has_words(number: &str) -> bool {
    let letters = number.chars().filter(|c| c.is_alphabetic());
    let told = |c: &char| {
        let counted = [DIGITS, LEGAL, STEMS, BRANCHES, "十百千万拾佰仟第条项"].iter().any(|names| names.contains(*c));
        !counted && !matches!(c, '①'..='⓿' | '㈠'..='㉃' | '㊀'..='㊉' | '❶'..='➓')
    };
    let words: Vec<char> = letters.filter(told).collect();
    let ascii = words.iter().filter(|c| c.is_ascii()).count();
    words.len() > ascii || (ascii > 0 && !is_counter(&words))
}

/// Letters that count: one of them, several of the same, or a Roman number.
fn is_counter(letters: &[char]) -> bool {
    let same = letters.iter().all(|c| Some(c) == letters.first());
    same || letters.iter().all(|c| "ivxlcdmIVXLCDM".contains(*c))
        || matches!(letters, ['s', 't'] | ['n', 'd'] | ['r', 'd'] | ['t', 'h'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_they_are_counted() {
        let chinese: Vec<String> = [1, 10, 11, 20, 21, 105, 110, 1010].map(|n| Counting::Chinese.print(n)).into();
        assert_eq!(chinese, ["一", "十", "十一", "二十", "二十一", "一百零五", "一百一十", "一千零一十"]);
        assert_eq!(Counting::ChineseLegal.print(11), "壹拾壹");
        assert_eq!(Counting::ChineseDigits.print(105), "一〇五");
        assert_eq!(Counting::LowerRoman.print(14), "xiv");
        assert_eq!(Counting::UpperLetter.print(28), "BB");
        assert_eq!(Counting::Circled.print(3), "③");
        assert_eq!(Counting::Circled.print(33), "33");
        assert_eq!(Counting::FullWidth.print(12), "１２");
        assert_eq!(Counting::Stem.print(12), "乙");
        assert_eq!(Counting::Ordinal.print(22), "22nd");
    }

    #[test]
    fn a_number_with_words_is_text() {
        for words in ["目标1：", "表 2", "Figure 1", "附件一"] {
            assert!(has_words(words), "{words}");
        }
        for plain in ["1.", "（一）", "1.2.3", "第一条", "a)", "xiv.", "③", "•", "甲、", "BB"] {
            assert!(!has_words(plain), "{plain}");
        }
    }
}
