//! Numbers as word processors count lists: the names of Word's number formats → the text of a number.
//!
//! The other direction, reading a numeral, is [`super::numeral`]'s.

const STEMS: &str = "甲乙丙丁戊己庚辛壬癸";
const BRANCHES: &str = "子丑寅卯辰巳午未申酉戌亥";

/// How numbers of a list are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    #[default]
    Decimal,
    /// `01`
    DecimalZero,
    /// `１`
    FullWidth,
    /// `①`
    Circled,
    /// `⒈`
    FullStop,
    /// `⑴`
    Parenthesised,
    UpperRoman,
    LowerRoman,
    UpperLetter,
    LowerLetter,
    /// `1st`
    Ordinal,
    /// `十`, `十一`, `一百零一`
    Chinese,
    /// `一〇`, `一一`: digit by digit.
    ChineseDigits,
    /// `壹`
    ChineseLegal,
    /// `甲乙丙`
    Stems,
    /// `子丑寅`
    Branches,
    /// `㈠`
    ChineseParenthesised,
    /// A mark that is always the same.
    Bullet,
    /// No number at all.
    None,
}

impl Counting {
    /// The format of a name in a Word file; what is not known counts in Arabic numerals, as Word does.
    pub fn named(name: &str) -> Counting {
        match name {
            "none" => Counting::None,
            "bullet" => Counting::Bullet,
            "decimalZero" => Counting::DecimalZero,
            "decimalFullWidth" | "decimalFullWidth2" => Counting::FullWidth,
            "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => Counting::Circled,
            "decimalEnclosedFullstop" => Counting::FullStop,
            "decimalEnclosedParen" => Counting::Parenthesised,
            "upperRoman" => Counting::UpperRoman,
            "lowerRoman" => Counting::LowerRoman,
            "upperLetter" => Counting::UpperLetter,
            "lowerLetter" => Counting::LowerLetter,
            "ordinal" => Counting::Ordinal,
            "chineseCounting"
            | "chineseCountingThousand"
            | "japaneseCounting"
            | "koreanCounting"
            | "taiwaneseCounting"
            | "taiwaneseCountingThousand" => Counting::Chinese,
            "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => Counting::ChineseDigits,
            "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => Counting::ChineseLegal,
            "ideographTraditional" => Counting::Stems,
            "ideographZodiac" => Counting::Branches,
            _ => Counting::Decimal,
        }
    }

    /// The format of a code in binary Word files and RTF (`nfc`).
    pub fn coded(code: u8) -> Counting {
        match code {
            1 => Counting::UpperRoman,
            2 => Counting::LowerRoman,
            3 => Counting::UpperLetter,
            4 => Counting::LowerLetter,
            5 => Counting::Ordinal,
            14 | 19 => Counting::FullWidth,
            18 | 28 => Counting::Circled,
            22 => Counting::DecimalZero,
            26 => Counting::FullStop,
            27 => Counting::Parenthesised,
            29 => Counting::ChineseParenthesised,
            30 | 32 => Counting::Stems,
            31 => Counting::Branches,
            10 | 11 | 17 | 33 | 35 | 37 | 39 => Counting::Chinese,
            16 | 34 | 38 => Counting::ChineseLegal,
            36 => Counting::ChineseDigits,
            255 => Counting::None,
            _ => Counting::Decimal,
        }
    }

    /// A number in this format.
    pub fn text(self, number: u32) -> String {
        let enclosed = |first: char, last: u32| match number {
            1.. if number <= last => char::from_u32(first as u32 + number - 1).map(String::from),
            _ => None,
        };
        let cycle = |names: &str| {
            let count = names.chars().count();
            names.chars().nth((number.max(1) as usize - 1) % count.max(1)).map(String::from)
        };
        let written = match self {
            Counting::None | Counting::Bullet => Some(String::new()),
            Counting::Decimal => None,
            Counting::DecimalZero => Some(format!("{number:02}")),
            Counting::FullWidth => Some(number.to_string().chars().filter_map(full_width).collect()),
            Counting::Circled => enclosed('①', 20).or_else(|| circled_above_twenty(number)),
            Counting::FullStop => enclosed('⒈', 20),
            Counting::Parenthesised => enclosed('⑴', 20),
            Counting::UpperRoman => roman(number),
            Counting::LowerRoman => roman(number).map(|text| text.to_lowercase()),
            Counting::UpperLetter => letters(number, b'A'),
            Counting::LowerLetter => letters(number, b'a'),
            Counting::Ordinal => Some(format!("{number}{}", ordinal(number))),
            Counting::Chinese => Some(chinese(number, "零一二三四五六七八九", ["", "十", "百", "千"], true)),
            Counting::ChineseLegal => Some(chinese(number, "零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"], false)),
            Counting::ChineseDigits => {
                let digit = |digit: char| "〇一二三四五六七八九".chars().nth(digit.to_digit(10)? as usize);
                Some(number.to_string().chars().filter_map(digit).collect())
            }
            Counting::Stems => cycle(STEMS),
            Counting::Branches => cycle(BRANCHES),
            Counting::ChineseParenthesised => enclosed('㈠', 10),
        };
        written.unwrap_or_else(|| number.to_string())
    }
}

/// Whether a list mark is made of numerals and the words and signs that lists are numbered with: `第一章`, `（1）`, `A.`, `•`.
/// The rest of a printed number (`目标1：`) is words that say something.
pub fn is_list_sign(c: char) -> bool {
    !c.is_alphanumeric()
        || matches!(c, '第' | '章' | '节' | '条' | '款' | '项' | '目' | '篇' | '部' | '分' | '编' | '卷' | '回')
}

/// Puts a printed number that is text before its paragraph; word processors leave room between them.
pub fn before(number: &str, text: &mut String) {
    let meet = number.ends_with(char::is_alphanumeric) && text.starts_with(char::is_alphanumeric);
    text.insert_str(0, if meet { " " } else { "" });
    text.insert_str(0, number);
}

/// Whether a printed number says more than a number: `目标1：` does, `（一）`, `1.2`, `第一章` and `a)` do not.
///
/// What it says then is text of the form, and the fitting must see it.
pub fn has_words(number: &str) -> bool {
    const NUMERALS: &str = "〇零一二三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟";
    let counts = |c: char| {
        [NUMERALS, STEMS, BRANCHES].iter().any(|names| names.contains(c))
            || matches!(c, '①'..='⓿' | '㈠'..='㉃' | '㊀'..='㊉' | '❶'..='➓')
    };
    let words: Vec<char> = number.chars().filter(|c| c.is_alphabetic() && !is_list_sign(*c) && !counts(*c)).collect();
    // Letters count too: one of them, several of the same, a Roman number, the end of an ordinal.
    let same = words.iter().all(|c| Some(c) == words.first());
    let ordinal = matches!(words[..], ['s', 't'] | ['n', 'd'] | ['r', 'd'] | ['t', 'h']);
    let roman = words.iter().all(|c| "ivxlcdmIVXLCDM".contains(*c));
    !words.iter().all(char::is_ascii) || !(same || roman || ordinal)
}

fn full_width(digit: char) -> Option<char> {
    char::from_u32('０' as u32 + digit.to_digit(10)?)
}

fn circled_above_twenty(number: u32) -> Option<String> {
    let first = match number {
        21..=35 => '㉑' as u32 + number - 21,
        36..=50 => '㊱' as u32 + number - 36,
        _ => return None,
    };
    char::from_u32(first).map(String::from)
}

fn roman(number: u32) -> Option<String> {
    const SIGNS: [(u32, &str); 13] = [
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
    if !(1..4000).contains(&number) {
        return None;
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            text.push_str(sign);
            rest -= value;
        }
    }
    Some(text)
}

/// `a` … `z`, `aa`, `bb` …, as Word goes on.
fn letters(number: u32, first: u8) -> Option<String> {
    let index = number.checked_sub(1)?;
    let times = index / 26 + 1;
    let letter = char::from(first + (index % 26) as u8);
    (times <= 30).then(|| letter.to_string().repeat(times as usize))
}

fn ordinal(number: u32) -> &'static str {
    match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// A number below ten thousand in Chinese numerals; above, its Arabic ones. `short`: `十一`, where cheques have `壹拾壹`.
fn chinese(number: u32, digits: &str, units: [&str; 4], short: bool) -> String {
    let digit = |value: u32| digits.chars().nth(value as usize).map(String::from).unwrap_or_default();
    if number == 0 || number >= 10_000 {
        return if number == 0 { digit(0) } else { number.to_string() };
    }
    let mut text = String::new();
    let mut gap = false;
    for place in (0..4u32).rev() {
        let value = number / 10u32.pow(place) % 10;
        if value == 0 {
            gap |= !text.is_empty();
            continue;
        }
        if gap {
            text.push_str(&digit(0));
            gap = false;
        }
        if !(short && value == 1 && place == 1 && text.is_empty()) {
            text.push_str(&digit(value));
        }
        text.push_str(units[place as usize]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        let written = |name: &str, number| Counting::named(name).text(number);
        let chinese: Vec<String> = [1, 10, 11, 20, 21, 101, 110, 1001, 1010].map(|n| written("chineseCounting", n)).into();
        assert_eq!(chinese, ["一", "十", "十一", "二十", "二十一", "一百零一", "一百一十", "一千零一", "一千零一十"]);
        assert_eq!(written("ideographTraditional", 2), "乙");
        assert_eq!(written("decimalFullWidth", 12), "１２");
        assert_eq!([3, 21, 60].map(|n| written("decimalEnclosedCircle", n)), ["③", "㉑", "60"]);
        assert_eq!([4, 1999].map(|n| written("lowerRoman", n)), ["iv", "mcmxcix"]);
        assert_eq!([1, 27, 28].map(|n| written("lowerLetter", n)), ["a", "aa", "bb"]);
        assert_eq!([1, 12, 23].map(|n| written("ordinal", n)), ["1st", "12th", "23rd"]);
        assert_eq!(written("ideographDigital", 105), "一〇五");
        assert_eq!(written("chineseLegalSimplified", 12), "壹拾贰");
        assert_eq!(written("none", 5), "");
        assert_eq!(written("hebrew1", 5), "5");
        assert_eq!(written("decimalZero", 7), "07");
        assert_eq!(
            [(29, 2), (30, 12), (22, 7), (255, 1)].map(|(code, n)| Counting::coded(code).text(n)),
            ["㈡", "乙", "07", ""]
        );
    }

    #[test]
    fn a_number_with_words_is_text() {
        for words in ["目标1：", "表 2", "Figure 1", "附件一"] {
            assert!(has_words(words), "{words}");
        }
        for plain in ["1.", "（一）", "1.2.3", "第一条", "第二章", "a)", "xiv.", "③", "•", "甲、", "BB", "2nd"] {
            assert!(!has_words(plain), "{plain}");
        }
    }
}
