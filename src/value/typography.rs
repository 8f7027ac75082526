//! How Chinese prose is set: the width of marks and digits, marks that stand twice or alone, numerals. After GB/T 15834 and
//! GB/T 15835, as far as a text alone can tell; each function says what it would write, nothing where all is well.

use super::notation::{is_blank, scan_number, skip};
use super::numeral;

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '〇')
}

/// What of a text the functions of this file might set otherwise: nothing in most. What is doubted may be right all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// [`width`].
    pub width: bool,
    /// [`doubled`] and [`without_end`].
    pub marks: bool,
    /// [`unpaired`].
    pub brackets: bool,
    /// [`numerals`].
    pub numerals: bool,
}

impl Doubts {
    /// Goes over the text once.
    pub fn of(text: &str) -> Doubts {
        let mut doubts = Doubts::default();
        let (mut has_digit, mut has_dash, mut has_percent) = (false, false, false);
        // Round brackets that are open; others are looked at all the same.
        let mut open = 0_i32;
        let mut before = ' ';
        for c in text.chars() {
            match c {
                '零' | '○' | 'O' | 'o' => doubts.numerals |= is_numeral_digit(before),
                '\u{3400}'..='\u{9fff}' | 'a'..='z' | 'A'..='Z' => {}
                '0'..='9' => {
                    has_digit = true;
                    doubts.numerals |= c == '0' && is_numeral_digit(before);
                }
                '，' | '。' | '；' | '、' | '：' => {
                    doubts.marks |= c == before || c == '。' && matches!(before, '，' | '；' | '、' | '：');
                }
                ',' | ';' | ':' | '?' | '!' | '.' => doubts.width |= !(before == ' ' || before.is_ascii_alphanumeric()),
                '（' | '(' => {
                    doubts.width |= c == '(';
                    open += 1;
                }
                '）' | ')' => {
                    doubts.width |= c == ')';
                    open -= 1;
                    doubts.brackets |= open < 0;
                }
                '《' | '》' | '“' | '”' | '【' | '】' | '〔' | '〕' => doubts.brackets = true,
                '%' => has_percent = true,
                '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' => {
                    doubts.width = true;
                    has_percent |= c == '％';
                }
                '~' | '～' | '-' | '—' | '－' | '–' => has_dash = true,
                _ => {}
            }
            before = c;
        }
        doubts.brackets |= open != 0;
        doubts.marks |= matches!(before, '，' | '。' | '；' | '：' | '、' | ',' | ';' | ':');
        doubts.numerals |= has_digit && has_dash && has_percent;
        doubts
    }

    pub fn any(self) -> bool {
        self != Doubts::default()
    }
}

/// A digit of a year in Chinese numerals.
fn is_numeral_digit(c: char) -> bool {
    is_han(c) && !matches!(c, '十' | '百' | '千' | '万' | '亿' | '两') && numeral::digit(c).is_some()
}

/// A mark that closes what stands before it.
fn is_closing(c: char) -> bool {
    matches!(c, '）' | '》' | '”' | '’' | '】' | '〕' | '%' | '％')
}

/// The full-width form of a half-width mark of prose.
fn wide(c: char) -> Option<char> {
    Some(match c {
        ',' => '，',
        ';' => '；',
        ':' => '：',
        '?' => '？',
        '!' => '！',
        '.' => '。',
        _ => return None,
    })
}

/// Marks between Chinese characters at full width, brackets around Chinese too; digits and Latin letters at half width.
pub fn width(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut out = letters.clone();
    // Brackets by pairs, so that none is left behind: those of any width around, or behind, Chinese. First, for a
    // mark goes by what then stands before it.
    let mut open: Vec<usize> = Vec::new();
    for index in 0..letters.len() {
        match letters[index] {
            '(' | '（' => open.push(index),
            ')' | '）' => {
                let Some(start) = open.pop() else { continue };
                let mixed = (letters[start] == '（') != (letters[index] == '）');
                if mixed || letters[start..index].iter().any(|c| is_han(*c)) {
                    (out[start], out[index]) = ('（', '）');
                }
            }
            _ => {}
        }
    }
    for (index, c) in letters.iter().enumerate() {
        match *c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' => {
                out[index] = char::from_u32(u32::from(*c) - 0xfee0).unwrap_or(*c);
            }
            mark => {
                let Some(full) = wide(mark) else { continue };
                let before = index.checked_sub(1).map(|before| out[before]);
                let after = letters.get(index + 1).copied();
                // A mark between Latin words or digits is theirs; a point ends a sentence only behind a Chinese character.
                let follows = before.is_some_and(|c| is_han(c) || mark != '.' && is_closing(c));
                let leads = after.is_none_or(|c| is_han(c) || is_blank(c) || matches!(c, '“' | '《' | '（' | '('));
                // Repeated points are an ellipsis.
                if follows && leads && after != Some(mark) {
                    out[index] = full;
                }
            }
        }
    }
    (out != letters).then(|| out.into_iter().collect())
}

/// One mark where the same stands twice or a pause stands before a full stop: `，，`, `；。`.
pub fn doubled(text: &str) -> Option<String> {
    let mut out: Vec<char> = Vec::new();
    for c in text.chars() {
        match (out.last().copied(), c) {
            (Some(last), c) if last == c && matches!(c, '，' | '。' | '；' | '、' | '：') => {}
            (Some('，' | '、' | '；' | '：'), '。') => {
                while out.pop_if(|last| matches!(last, '，' | '、' | '；' | '：')).is_some() {}
                if out.last() != Some(&'。') {
                    out.push('。');
                }
            }
            _ => out.push(c),
        }
    }
    // Two full stops may be meant as an ellipsis: three of them are not touched.
    let text_is = |out: &[char]| out.iter().copied().eq(text.chars());
    (!text_is(&out) && !text.contains("。。。")).then(|| out.into_iter().collect())
}

/// A name without the mark of prose that it ends in.
pub fn without_end(name: &str) -> Option<&str> {
    let bare = name.trim_end_matches(['，', '。', '；', '：', '、', ',', ';', ':']);
    (bare.len() < name.len() && !bare.is_empty()).then_some(bare)
}

/// The first bracket or quotation mark without its partner.
pub fn unpaired(text: &str) -> Option<char> {
    const PAIRS: [(char, char); 5] = [('（', '）'), ('《', '》'), ('“', '”'), ('【', '】'), ('〔', '〕')];
    let mut open: Vec<char> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        // Brackets of both widths are partners; `width` sets them.
        let c = match c {
            '(' => '（',
            ')' => '）',
            c => c,
        };
        if PAIRS.iter().any(|(opening, _)| *opening == c) {
            open.push(c);
        } else if let Some((opening, _)) = PAIRS.iter().find(|(_, closing)| *closing == c) {
            // `1）` and `一）` number an item.
            let numbers = c == '）' && before.is_some_and(|b: char| b.is_ascii_digit() || numeral::is_numeral(b));
            if open.last() == Some(opening) {
                open.pop();
            } else if !numbers {
                return Some(c);
            }
        }
        before = Some(c);
    }
    open.first().copied()
}

/// The mark that an item of a list ends in, if it is one of those that end items.
pub fn end_mark(text: &str) -> Option<char> {
    text.chars().last().filter(|c| matches!(c, '；' | '。' | ';' | '，' | ','))
}

/// Numerals as the standard writes them: `63%～68%` with both signs, and 〇 among Chinese numerals.
pub fn numerals(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let starts = !before.is_ascii_digit() && !matches!(before, '.' | '-' | '/' | '—');
        if starts
            && c.is_ascii_digit()
            && let Some((range, after)) = half_signed(rest)
        {
            out.push_str(&range);
            before = '%';
            rest = after;
            continue;
        }
        // 二0二三, 二○二三: a zero of another script between Chinese numerals of a year.
        let zero = matches!(c, '0' | 'O' | 'o' | '○' | '零') && is_numeral_digit(before);
        if zero && year_goes_on(skip(rest, 1)) {
            out.push('〇');
            before = '〇';
        } else {
            out.push(c);
            before = c;
        }
        rest = skip(rest, 1);
    }
    (out != text).then_some(out)
}

/// What follows in a year written in Chinese numerals: up to two more, then 年.
fn year_goes_on(rest: &str) -> bool {
    let count =
        rest.chars().take_while(|c| numeral::digit(*c).is_some() || c.is_ascii_digit() || matches!(c, 'O' | 'o')).count();
    count <= 2 && skip(rest, count).starts_with('年')
}

/// `63~68%` at the start of a text, with both signs, and what follows it.
fn half_signed(text: &str) -> Option<(String, &str)> {
    let first = scan_number(text)?;
    let dash = first.rest.chars().next().filter(|c| matches!(c, '~' | '～' | '-' | '—' | '－' | '–'))?;
    let second = scan_number(&first.rest[dash.len_utf8()..])?;
    let after = second.rest.strip_prefix(['%', '％'])?;
    (first.value < second.value).then(|| (format!("{}%～{}%", first.value, second.value), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_and_digits_get_their_width() {
        for (text, right) in [
            ("加强管理,做好服务;", "加强管理，做好服务；"),
            ("水库(一期)工程", "水库（一期）工程"),
            ("水库（一期)工程", "水库（一期）工程"),
            ("完成２０２３年任务９５％", "完成2023年任务95%"),
            ("做好防汛工作.", "做好防汛工作。"),
            ("目标:保障供水", "目标：保障供水"),
            ("(水):保障供水", "（水）：保障供水"),
            ("达到95%,确保安全", "达到95%，确保安全"),
        ] {
            assert_eq!(width(text).as_deref(), Some(right), "{text}");
        }
        for text in ["比例3:1", "A,B两类", "1.2万元", "GB/T 15834(2011)", "等……", "v1.0版", "8:30前", "https://a.cn,见附件"]
        {
            assert_eq!(width(text), None, "{text}");
        }
    }

    #[test]
    fn marks_stand_once_and_have_partners() {
        assert_eq!(doubled("完成任务，，做好服务；。").as_deref(), Some("完成任务，做好服务。"));
        assert_eq!((doubled("等等……。"), doubled("未完。。。")), (None, None));
        assert_eq!(without_end("工程验收合格率："), Some("工程验收合格率"));
        assert_eq!((without_end("工程"), without_end("。")), (None, None));
        assert_eq!(
            (unpaired("（一）水利（含农田"), unpaired("《办法"), unpaired("1）防汛；2）抗旱")),
            (Some('（'), Some('《'), None)
        );
        assert_eq!((unpaired("“十四五”规划（2021）"), unpaired("规划”")), (None, Some('”')));
    }

    #[test]
    fn numerals_are_written_in_one_script() {
        for (text, right) in [
            ("下降63~68%以内", "下降63%～68%以内"),
            ("二0二三年度", "二〇二三年度"),
            ("二○二○年", "二〇二〇年"),
            ("二零二三年", "二〇二三年"),
        ] {
            assert_eq!(numerals(text).as_deref(), Some(right), "{text}");
            assert!(Doubts::of(text).numerals, "{text}");
        }
        for text in ["63%～68%", "2020-2023年", "10-5%", "一零一厂", "2023-12-30完成50%", "二〇二三年", "第3～5条"]
        {
            assert_eq!(numerals(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_set_right_is_right(text in "[水利工程(（）),，;；:。.《“” 0-9０-９%~～二〇○零年0O\\-]{0,16}") {
            let doubts = Doubts::of(&text);
            prop_assert!(doubts.width || width(&text).is_none());
            prop_assert!(doubts.marks || doubled(&text).is_none() && without_end(&text).is_none());
            prop_assert!(doubts.brackets || unpaired(&text).is_none());
            prop_assert!(doubts.numerals || numerals(&text).is_none());
            for set in [width, doubled, numerals] {
                if let Some(right) = set(&text) {
                    prop_assert_eq!(set(&right), None, "{}", right);
                }
            }
        }
    }
}
