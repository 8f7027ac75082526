//! Values of indicators: sign, number and unit; a range; a date to be kept; or words. `≥145家`, `95%～98%`, `2023-12-31前`, `提升`.
//!
//! Canonical text changes notation, never meaning: what is not certain stays as it is written and is still a value. A deadline
//! is written `2023-12-31前`, a range with `～` and its unit once (`5～10天`), `%` at both ends (`95%～98%`); `=` is not written.

use super::date::Date;
use super::moment::{is_period, moment};
use super::notation::{Scanned, compact, fold, is_dash, is_placeholder, scan_number, skip, trim};
use super::text::squeeze;
use super::{Reading, numeral};
use rust_decimal::Decimal;

/// How the value reached is to be compared with the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

impl Operator {
    /// `≥`; nothing for equal.
    pub fn sign(self) -> &'static str {
        match self {
            Operator::AtLeast => "≥",
            Operator::AtMost => "≤",
            Operator::Above => ">",
            Operator::Below => "<",
            Operator::Equal => "",
        }
    }
}

/// What a target asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity {
    Number(Decimal),
    Range(Decimal, Decimal),
    /// A day or month; with [`Operator::AtMost`] a deadline.
    Date(Date),
    /// A time without a number that can be compared: 当年, 全年, 6月30日前.
    Period,
    /// Words in which a number stands: 覆盖率达到95%左右.
    Mixed,
    /// Words.
    Words,
    /// Something that holds a place.
    Placeholder,
}

/// An indicator's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub operator: Operator,
    pub quantity: Quantity,
    /// `%`, `家`, `元/人·月`; empty where none is printed.
    pub unit: String,
    /// Canonical text.
    pub text: String,
}

impl Target {
    fn new(operator: Operator, quantity: Quantity, unit: &str, text: String) -> Self {
        Target { operator, quantity, unit: unit.to_owned(), text }
    }

    /// A number or range of percent.
    pub fn is_percentage(&self) -> bool {
        self.is_numeric() && self.unit == "%"
    }

    /// A number or a range.
    pub fn is_numeric(&self) -> bool {
        matches!(self.quantity, Quantity::Number(_) | Quantity::Range(..))
    }

    /// A number without a unit.
    pub fn lacks_unit(&self) -> bool {
        self.is_numeric() && self.unit.is_empty()
    }

    /// Words alone: nothing that could be measured.
    pub fn is_qualitative(&self) -> bool {
        self.quantity == Quantity::Words
    }

    pub fn is_placeholder(&self) -> bool {
        self.quantity == Quantity::Placeholder
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<Decimal> {
        match self.quantity {
            Quantity::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// Longest first, so that `大于等于` is not read as `大于`.
const WORDS: [(&str, Operator); 50] = [
    ("大于或者等于", Operator::AtLeast),
    ("小于或者等于", Operator::AtMost),
    ("大于或等于", Operator::AtLeast),
    ("小于或等于", Operator::AtMost),
    ("高于或等于", Operator::AtLeast),
    ("低于或等于", Operator::AtMost),
    ("大于等于", Operator::AtLeast),
    ("小于等于", Operator::AtMost),
    ("不低于", Operator::AtLeast),
    ("不少于", Operator::AtLeast),
    ("不小于", Operator::AtLeast),
    ("不高于", Operator::AtMost),
    ("不超过", Operator::AtMost),
    ("不多于", Operator::AtMost),
    ("不大于", Operator::AtMost),
    ("不晚于", Operator::AtMost),
    ("不迟于", Operator::AtMost),
    ("至少", Operator::AtLeast),
    ("最少", Operator::AtLeast),
    ("最低", Operator::AtLeast),
    ("至多", Operator::AtMost),
    ("最多", Operator::AtMost),
    ("大于", Operator::Above),
    ("超过", Operator::Above),
    ("高于", Operator::Above),
    ("多于", Operator::Above),
    ("小于", Operator::Below),
    ("低于", Operator::Below),
    ("少于", Operator::Below),
    ("等于", Operator::Equal),
    ("达到", Operator::Equal),
    (">=", Operator::AtLeast),
    ("=>", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=<", Operator::AtMost),
    ("≥", Operator::AtLeast),
    ("≧", Operator::AtLeast),
    ("⩾", Operator::AtLeast),
    ("≮", Operator::AtLeast),
    ("≤", Operator::AtMost),
    ("≦", Operator::AtMost),
    ("⩽", Operator::AtMost),
    ("≯", Operator::AtMost),
    (">", Operator::Above),
    ("﹥", Operator::Above),
    ("<", Operator::Below),
    ("=", Operator::Equal),
    ("达", Operator::Equal),
    ("为", Operator::Equal),
    ("≡", Operator::Equal),
];

/// Behind a number. `控制在…以内` is told apart before.
const SUFFIXES: [(&str, Operator); 13] = [
    ("(含)及以上", Operator::AtLeast),
    ("(含)以上", Operator::AtLeast),
    ("及其以上", Operator::AtLeast),
    ("及以上", Operator::AtLeast),
    ("或以上", Operator::AtLeast),
    ("以上", Operator::AtLeast),
    ("(含)以下", Operator::AtMost),
    ("(含)以内", Operator::AtMost),
    ("及以下", Operator::AtMost),
    ("以下", Operator::AtMost),
    ("以内", Operator::AtMost),
    ("之内", Operator::AtMost),
    ("内", Operator::AtMost),
];

/// A number for the character at the start of a text, so that words that cannot stand there are not compared.
const fn opening(text: &[u8]) -> u8 {
    if text.len() > 2 && text[0] >= 0xe0 { text[2] & 63 } else { 64 | text[0] & 63 }
}

/// The same as a bit.
const fn bit(text: &[u8]) -> u128 {
    1 << opening(text)
}

/// The words that may open a target, by their numbers and all together.
const OPENINGS: [u8; WORDS.len()] = {
    let (mut openings, mut index) = ([0; WORDS.len()], 0);
    while index < WORDS.len() {
        openings[index] = opening(WORDS[index].0.as_bytes());
        index += 1;
    }
    openings
};
const OPENING: u128 = {
    let (mut bits, mut index) = (0, 0);
    while index < OPENINGS.len() {
        bits |= 1 << OPENINGS[index];
        index += 1;
    }
    bits
};

/// Whether a text may open with a sign, or a word that is one; it is not empty.
fn may_sign(text: &str) -> bool {
    OPENING & bit(text.as_bytes()) != 0
}

/// The sign or word at the start, repeated or doubled ones taken together; `None` where they contradict each other.
fn operator(text: &str) -> Option<(Option<Operator>, &str)> {
    let mut found: Option<Operator> = None;
    let mut rest = text;
    for _ in 0..3 {
        // Most values start with their number, most other texts with a character that begins no such word.
        if rest.is_empty() || rest.as_bytes()[0].is_ascii_digit() || !may_sign(rest) {
            break;
        }
        let own = opening(rest.as_bytes());
        let mut words = WORDS.iter().zip(OPENINGS).filter(|(_, opening)| *opening == own).map(|(word, _)| word);
        let Some((word, operator)) = words.find(|(word, _)| rest.starts_with(word)) else { break };
        found = match found {
            None | Some(Operator::Equal) => Some(*operator),
            Some(before) if before == *operator || *operator == Operator::Equal => Some(before),
            Some(_) => return None,
        };
        rest = &rest[word.len()..];
    }
    Some((found, rest))
}

/// A number at the start, in any script; in Chinese characters only where a measure word or a sign leaves no doubt.
fn number(text: &str, certain: bool) -> Option<(Decimal, bool, &str)> {
    if let Some(Scanned { value, rest, .. }) = scan_number(text) {
        return Some((value, true, rest));
    }
    let length: usize = text.chars().take_while(|c| numeral::is_numeral(*c)).map(char::len_utf8).sum();
    let (head, rest) = text.split_at(length);
    let measured =
        MEASURES.iter().any(|word| rest.strip_prefix(word).is_some_and(|rest| rest.is_empty() || starts_suffix(rest)));
    if length == 0 || !(certain || measured) || !measured && !rest.is_empty() && rest != "%" {
        return None;
    }
    Some((numeral::parse(head)?, false, rest))
}

fn starts_suffix(text: &str) -> bool {
    SUFFIXES.iter().any(|(word, _)| text == *word)
}

/// Measure words that make a numeral in characters a count.
const MEASURES: [&str; 34] = [
    "家",
    "件",
    "人",
    "次",
    "个",
    "起",
    "项",
    "场",
    "户",
    "份",
    "名",
    "篇",
    "期",
    "台",
    "套",
    "元",
    "万元",
    "亿元",
    "天",
    "日",
    "个月",
    "年",
    "小时",
    "场次",
    "人次",
    "批",
    "处",
    "座",
    "条",
    "吨",
    "亩",
    "公里",
    "平方米",
    "所",
];

/// Units of time: behind them 内 alone means 以内.
const TIMES: [&str; 11] = ["年", "个月", "月", "天", "日", "个工作日", "工作日", "小时", "分钟", "周", "季度"];

/// Words that begin a clause, or are said of a value: no unit has one.
const CLAUSE: [&str; 34] = [
    "完成", "达", "合格", "覆盖", "通过", "增长", "提升", "提高", "下降", "降低", "减少", "增加", "左右", "上下", "以", "之",
    "前", "后", "内", "外", "的", "了", "和", "与", "或", "及", "并", "率", "为", "不", "底", "等", "至", "到",
];

/// A bit for each byte of a text: a word with another bit cannot be in it.
const fn held(text: &[u8]) -> u64 {
    let (mut bits, mut index) = (0, 0);
    while index < text.len() {
        bits |= 1 << (text[index] & 63);
        index += 1;
    }
    bits
}

const HELD: [u64; CLAUSE.len()] = {
    let (mut held_by, mut index) = ([0; CLAUSE.len()], 0);
    while index < CLAUSE.len() {
        held_by[index] = held(CLAUSE[index].as_bytes());
        index += 1;
    }
    held_by
};

/// Whether a text can be a unit of measure; words that begin a clause are none.
fn is_unit(text: &str) -> bool {
    let length = text.chars().count();
    if text.is_empty() || length > 10 {
        return text.is_empty();
    }
    if text.starts_with(['%', '‰']) {
        return length == 1;
    }
    let sound = |c: char| {
        c.is_alphabetic() && !matches!(c, 'X' | 'x')
            || matches!(c, '/' | '·' | '℃' | '°' | '²' | '³' | '(' | ')' | '㎡' | '㎞' | '㎥' | '•')
    };
    text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '℃' | '°' | '㎡' | '㎞' | '㎥'))
        && text.chars().all(sound)
        && {
            let bits = held(text.as_bytes());
            !CLAUSE.iter().zip(HELD).any(|(word, held)| held & !bits == 0 && text.contains(word))
        }
        && text.chars().next().is_none_or(|c| numeral::digit(c).is_none())
        && text.matches('(').count() == text.matches(')').count()
}

/// Whether a text is surely words and nothing else: Chinese without a numeral that opens with no word of this file. Asked of every
/// piece of a form, so without reading it; what it denies may be words all the same.
pub fn is_words(text: &str) -> bool {
    let opens = !text.is_empty() && !text.starts_with(OPENERS);
    opens
        && OPENING & bit(text.as_bytes()) == 0
        && text.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}') && !numeral::is_numeral(c))
}

/// What opens a word that is no mere word: a time, a placeholder, a sign.
const OPENERS: [char; 12] = ['待', '暂', '略', '控', '无', '当', '全', '本', '年', '按', '及', '长'];

/// Punctuation that may close a target.
const CLOSERS: [char; 5] = ['。', ';', '；', ',', '，'];

/// Reads a target; `None` only where there is nothing to see. What is no notation becomes words, verbatim.
pub fn parse(text: &str) -> Option<Target> {
    if is_words(text) {
        return Some(Target::new(Operator::Equal, Quantity::Words, "", text.to_owned()));
    }
    let verbatim = squeeze(text);
    if trim(&verbatim).is_empty() {
        return None;
    }
    let folded = compact(text);
    let folded = folded.trim_end_matches(CLOSERS);
    let words = |quantity: Quantity| Target::new(Operator::Equal, quantity, "", verbatim.clone().into_owned());
    if holds_a_place(folded) {
        return Some(words(Quantity::Placeholder));
    }
    if folded == "无" {
        return Some(words(Quantity::Number(Decimal::ZERO)));
    }
    if let Some(found) = notation(folded) {
        let text = found.text();
        return Some(Target::new(found.operator, found.quantity, found.unit, text));
    }
    let numbers = folded.contains(|c: char| c.is_ascii_digit()) || folded.contains("百分之") || folded.contains("百分百");
    Some(words(match (is_period(folded), numbers) {
        (true, _) => Quantity::Period,
        (false, true) => Quantity::Mixed,
        (false, false) => Quantity::Words,
    }))
}

/// Whether reading gives a number, a range, a date or a period. Asked of every piece of a form, so without making the target.
pub fn is_measured(text: &str) -> bool {
    let counts = |c: char| c.is_ascii_digit() || numeral::is_numeral(c);
    let folded = compact(text);
    let folded = folded.trim_end_matches(CLOSERS);
    if !folded.contains(counts) {
        return folded == "无" || is_period(folded);
    }
    !holds_a_place(folded) && (notation(folded).is_some() || is_period(folded))
}

/// Whether there is nothing to see, or only something that holds a place: the first that reading asks, without reading on.
pub fn is_hollow(text: &str) -> bool {
    match trim(text) {
        "" => true,
        // Words of Chinese hold no place, save those that say so and those that open with a sign.
        text if text.starts_with(|c| matches!(c, '\u{4e00}'..='\u{9fff}') && !"待暂略".contains(c)) && !may_sign(text) => {
            false
        }
        text => holds_a_place(compact(text).trim_end_matches(CLOSERS)),
    }
}

/// The value that a sentence gives behind the name of a measure: `均达到95%以上`.
pub fn promised(text: &str) -> Option<Target> {
    parse(trim(text).trim_start_matches(['均', '都', '要', '应', '需']))
}

/// `XX`, `≥**人`, `≥%`: a sign and a unit round nothing.
fn holds_a_place(folded: &str) -> bool {
    if is_placeholder(folded) || matches!(folded, "%" | "‰") {
        return true;
    }
    let Some((sign, rest)) = operator(folded) else { return false };
    let marks = |c: char| matches!(c, 'X' | 'x' | '×' | '*' | '_' | '/' | '?' | '…') || is_dash(c);
    let hollow = rest.trim_start_matches(marks);
    let marked = hollow.len() < rest.len();
    let bare_sign = sign.is_some() && rest.is_empty() && !folded.starts_with(['达', '为']);
    bare_sign || sign.is_some() && rest == "%" || marked && (is_unit(hollow) || hollow.is_empty())
}

/// A target in one of the signed, measured and dated notations.
struct Notation<'t> {
    operator: Operator,
    /// A number, a range or a date.
    quantity: Quantity,
    unit: &'t str,
}

impl Notation<'_> {
    /// Canonical text.
    fn text(&self) -> String {
        let unit = self.unit;
        match (self.operator, &self.quantity) {
            (Operator::AtMost, Quantity::Date(date)) => format!("{date}前"),
            (_, Quantity::Date(date)) => date.to_string(),
            (_, Quantity::Range(first, second)) if unit == "%" => format!("{first}%～{second}%"),
            (_, Quantity::Range(first, second)) => format!("{first}～{second}{unit}"),
            (operator, Quantity::Number(value)) => format!("{}{value}{unit}", operator.sign()),
            (_, Quantity::Period | Quantity::Mixed | Quantity::Words | Quantity::Placeholder) => String::new(),
        }
    }
}

/// The signed, measured and dated notations.
fn notation(folded: &str) -> Option<Notation<'_>> {
    let dated = |operator, date| Notation { operator, quantity: Quantity::Date(date), unit: "" };
    if let Some((before, date)) = moment(folded) {
        return Some(dated(if before { Operator::AtMost } else { Operator::Equal }, date));
    }
    let (held, inner) = match folded.strip_prefix("控制在") {
        Some(inner) => (true, inner),
        None => (false, folded),
    };
    let (sign, rest) = operator(inner)?;
    if sign == Some(Operator::AtMost)
        && let Some((_, date)) = moment(rest)
    {
        return Some(dated(Operator::AtMost, date));
    }
    let (percent, rest) = match rest.strip_prefix("百分之") {
        Some("百") => return finish(sign, Decimal::ONE_HUNDRED, "%", None),
        Some(rest) => (true, rest),
        None if rest == "百分百" || rest == "百分之百" => return finish(sign, Decimal::ONE_HUNDRED, "%", None),
        None => (false, rest),
    };
    let negative = rest.starts_with('-') && sign.is_some();
    let (mut first, arabic, rest) = number(if negative { skip(rest, 1) } else { rest }, sign.is_some() || percent)?;
    if negative {
        first = -first;
    }
    // A year is no count of years.
    if sign.is_none()
        && arabic
        && first.scale() == 0
        && rest.starts_with('年')
        && first >= Decimal::from(1900)
        && first < Decimal::from(2200)
    {
        return None;
    }
    let (first_percent, rest) = match rest.strip_prefix('%') {
        Some(rest) => (true, rest),
        None => (percent, rest),
    };
    let dash = rest.chars().next().filter(|c| is_dash(*c) || matches!(c, '至' | '到'));
    if let Some(dash) = dash {
        if sign.is_some_and(|sign| sign != Operator::Equal) || held {
            return None;
        }
        let rest = rest[dash.len_utf8()..].trim_start_matches(dash);
        let (second, _, unit) = number(rest, true)?;
        let unit = if unit.is_empty() && first_percent { "%" } else { unit };
        if second <= first || !is_unit(unit) || first_percent && unit != "%" || starts_suffix(unit) {
            return None;
        }
        // 2023-12 or 2023～2024 are times, 1-2 without a unit may be a name.
        let years = arabic && first >= Decimal::from(1900) && matches!(unit, "" | "年");
        if years || unit.is_empty() && dash != '~' {
            return None;
        }
        return Some(Notation { operator: Operator::Equal, quantity: Quantity::Range(first, second), unit });
    }
    let (unit, suffix) = split_suffix(rest, first_percent);
    let suffix = match (suffix, held) {
        (Some(Operator::AtMost), true) => Some(Operator::AtMost),
        (_, true) => return None,
        (suffix, false) => suffix,
    };
    let unit = match (first_percent, unit) {
        (true, "") => "%",
        (true, _) => return None,
        (false, "百分比" | "百分号") => "%",
        (false, unit) => unit,
    };
    if !is_unit(unit) {
        return None;
    }
    finish(sign, first, unit, suffix)
}

/// Splits `家以上` into the unit and what the suffix says.
fn split_suffix(rest: &str, percent: bool) -> (&str, Option<Operator>) {
    for (word, operator) in SUFFIXES {
        if let Some(unit) = rest.strip_suffix(word) {
            let is_time = TIMES.contains(&unit);
            if word == "内" && !is_time || word != "内" && !(percent && unit.is_empty() || is_unit(unit)) {
                continue;
            }
            return (unit, Some(operator));
        }
    }
    match rest.strip_suffix("以外") {
        Some(unit) if is_unit(unit) => (unit, Some(Operator::Above)),
        _ => (rest, None),
    }
}

fn finish(sign: Option<Operator>, value: Decimal, unit: &str, suffix: Option<Operator>) -> Option<Notation<'_>> {
    let operator = match (sign, suffix) {
        (None | Some(Operator::Equal), Some(suffix)) => suffix,
        (Some(sign), Some(suffix)) if sign == suffix => sign,
        (Some(_), Some(_)) => return None,
        (sign, None) => sign.unwrap_or(Operator::Equal),
    };
    Some(Notation { operator, quantity: Quantity::Number(value), unit })
}

/// The sign that a cell of its own holds: `≥`, `小于等于`; nothing for words such as 定性.
pub fn sign(text: &str) -> Option<Operator> {
    let folded = compact(text);
    operator(&folded).filter(|(_, rest)| rest.is_empty()).and_then(|(sign, _)| sign)
}

/// Cheap: whether a text starts like a number, a sign with a number, or a percentage; asked of every piece of a document.
pub fn looks_numeric(text: &str) -> bool {
    let mut rest = trim(text);
    for _ in 0..3 {
        match rest.chars().next().map(fold) {
            Some(c) if c.is_ascii_digit() => return true,
            Some('≥' | '≤' | '≧' | '≦' | '⩾' | '⩽' | '>' | '<' | '=' | '≮' | '≯') => rest = trim(skip(rest, 1)),
            _ => break,
        }
    }
    if let Some(rest) = rest.strip_prefix("控制在") {
        return rest.chars().next().map(fold).is_some_and(|c| c.is_ascii_digit());
    }
    if rest.starts_with("百分之") || rest.starts_with("百分百") {
        return true;
    }
    if rest.is_empty() || OPENING & bit(rest.as_bytes()) == 0 {
        return false;
    }
    let words = WORDS.iter().zip(OPENINGS).take(31).filter(|(_, own)| *own == opening(rest.as_bytes()));
    match words.filter_map(|((word, _), _)| rest.strip_prefix(word)).next() {
        Some(rest) => {
            rest.chars().next().is_some_and(|c| fold(c).is_ascii_digit() || numeral::digit(c).is_some())
                || rest.starts_with("百分之")
        }
        None => false,
    }
}

/// As [`super::Kind::Target`] reads.
pub fn read(text: &str) -> Reading {
    reading(parse(text).as_ref())
}

/// The same of what was parsed.
pub fn reading(target: Option<&Target>) -> Reading {
    match target {
        None => Reading::Blank,
        Some(target) if target.is_placeholder() => Reading::Placeholder,
        Some(target) => Reading::Value(target.text.clone()),
    }
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
