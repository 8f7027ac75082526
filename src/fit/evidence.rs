//! What the text of some atoms is worth as a value of a kind: the prices of the search that depend on text alone.
//!
//! Every price is computed at most once per piece: nodes that want the same kind share it.

use super::atom::{Atom, Boundary};
use super::cost::{Cost, LABEL_TYPO, NEVER};
use super::lexicon::{Match, Role, fold};
use crate::document::Layout;
use crate::form::{FormDefinition, Vocabulary};
use crate::locus::{Part, Spot};
use crate::value::notation::{is_placeholder, is_plain_number};
use crate::value::wording::looks_qualitative;
use crate::value::{Kind, Reading, target, tick};
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// The most atoms that one value or label is joined from.
pub const MOST_JOINED: usize = 6;

/// Words of a form's closed lists, and their usual endings.
#[derive(Clone, Debug, Default)]
pub struct Words {
    exact: FxHashSet<Box<str>>,
    endings: Vec<Box<str>>,
    /// A bit for the last byte of each ending: words that end in another are not compared.
    ends: u64,
}

impl Words {
    fn new(vocabulary: &Vocabulary) -> Self {
        let synonyms = vocabulary.synonyms.iter().map(|(word, _)| word);
        let strangers = vocabulary.strangers.iter().map(|(word, _)| word);
        let mut words = Words::default();
        for word in vocabulary.values.iter().chain(synonyms).chain(strangers) {
            words.exact.insert(Box::from(&*fold(word)));
        }
        words.endings.extend(vocabulary.endings.iter().map(|ending| Box::from(&*fold(ending))));
        words.ends = words.endings.iter().fold(0, |bits, ending| bits | last_bit(ending));
        words
    }

    /// Those of several lists as one.
    pub fn all(lists: &[Words]) -> Self {
        let mut all = Words::default();
        for list in lists {
            all.exact.extend(list.exact.iter().cloned());
            all.endings.extend(list.endings.iter().cloned());
            all.ends |= list.ends;
        }
        all
    }

    fn cost(&self, text: &str) -> Cost {
        let key = fold(text);
        if self.exact.contains(&*key) {
            0
        } else if self.ends_alike(&key) {
            60
        } else {
            180 + key.chars().count() as Cost
        }
    }

    fn ends_alike(&self, key: &str) -> bool {
        self.ends & last_bit(key) != 0 && self.endings.iter().any(|ending| key.ends_with(&**ending))
    }
}

/// A bit for the byte that a text ends with; all for an empty one, with which every text ends.
fn last_bit(text: &str) -> u64 {
    text.bytes().next_back().map_or(u64::MAX, |byte| 1 << (byte & 63))
}

/// The closed lists of a form, in the order of its definition.
pub fn words(form: &FormDefinition) -> Vec<Words> {
    form.vocabularies.iter().map(|(_, vocabulary)| Words::new(vocabulary)).collect()
}

/// A text of more bytes is read as no value but words.
const LONG: usize = 120;

/// What is known of a single atom, whatever it is read as.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traits {
    /// So many atoms from here on are together only rule marks, dots, or a page number; 0: they are not.
    pub noise: u8,
    /// A page prints it again: it is noise and nothing else.
    pub again: bool,
    /// Belongs to another form.
    pub outside: bool,
    /// Stands in a row of a table that has no label of the form and opens with a text.
    pub strange: bool,
    /// Reads as an operator, number and unit, a date or a duration.
    pub numeric: bool,
    /// A word of some closed list.
    pub word: bool,
    /// Ends as the words of some closed list do.
    pub like_word: bool,
    /// Surely nothing but words.
    pub words: bool,
    pub chars: u16,
}

impl Traits {
    /// `words` are those of all lists.
    pub fn of(atom: &Atom, words: &Words) -> Self {
        let (text, chars) = (atom.text, (atom.end - atom.start) as usize);
        let surely_words = target::is_words(text);
        let numeric = chars <= 40 && !surely_words && is_measure(text);
        let key = if !numeric && (2..=12).contains(&chars) { fold(text) } else { Cow::Borrowed("") };
        let word = !key.is_empty() && words.exact.contains(&*key);
        let like_word = !key.is_empty() && !word && chars >= 4 && words.ends_alike(&key);
        Traits {
            noise: u8::from(is_noise(text)),
            again: false,
            outside: false,
            strange: false,
            numeric,
            word,
            like_word,
            words: surely_words,
            chars: chars.min(u16::MAX as usize) as u16,
        }
    }
}

/// Notes the page marks that were cut at their blanks: `— 5 —`. They fill their cell, or their line.
pub fn mark_noise(atoms: &[Atom], traits: &mut [Traits]) {
    for first in 0..atoms.len() {
        if traits[first].noise > 0 && traits[first].chars > 1 {
            continue;
        }
        if let Some(count) = page_of_pages(atoms, first) {
            traits[first].noise = count;
            continue;
        }
        if is_page_number(&atoms[first]) {
            traits[first].noise = 1;
            continue;
        }
        // Where cells are unknown, a page mark may stand anywhere.
        if matches!(atoms[first].layout, Layout::Words | Layout::Lines | Layout::Printed) {
            let most = atoms.len().min(first + MOST_JOINED);
            let framed = (first + 1..most).rev().find(|last| {
                std::ptr::eq(atoms[*last].cell, atoms[first].cell) && is_page_mark(&joined(&atoms[first..=*last]))
            });
            if let Some(last) = framed {
                traits[first].noise = (last - first + 1) as u8;
            }
            continue;
        }
        if atoms[first].boundary < Boundary::Cell {
            continue;
        }
        let inside =
            atoms[first + 1..].iter().take(MOST_JOINED - 1).take_while(|atom| std::ptr::eq(atom.cell, atoms[first].cell));
        let count = 1 + inside.count();
        let ends = atoms.get(first + count).is_none_or(|next| !std::ptr::eq(next.cell, atoms[first].cell));
        if count > 1 && ends && is_noise(&joined(&atoms[first..first + count])) {
            traits[first].noise = count as u8;
        }
    }
}

/// `2/4` marks a page only where it stands alone in a row at the edge of a block: elsewhere it may be a value.
fn page_of_pages(atoms: &[Atom], first: usize) -> Option<u8> {
    let atom = &atoms[first];
    if !atom.opens_row || matches!(atom.layout, Layout::Cells | Layout::Words) {
        return None;
    }
    let count = atoms[first..].iter().take(MOST_JOINED).take_while(|next| next.row == atom.row).count();
    let next = atoms.get(first + count);
    let edge = atom.boundary == Boundary::Block || next.is_none_or(|next| next.boundary == Boundary::Block);
    if !edge || next.is_some_and(|next| next.row == atom.row) {
        return None;
    }
    let text = joined(&atoms[first..first + count]);
    if !text.chars().all(|c| c.is_whitespace() || matches!(c, '0'..='9' | '+' | '/' | '／')) {
        return None;
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (page, pages) = text.split_once(['/', '／'])?;
    let (page, pages): (u16, u16) = (page.parse().ok()?, pages.parse().ok()?);
    (0 < page && page <= pages && pages < 1000).then_some(count as u8)
}

/// A bare number that is all of a header's or footer's paragraph is the page's.
fn is_page_number(atom: &Atom) -> bool {
    let margin = matches!(atom.cell.locus.spot, Spot::Paragraph { part: Part::Header | Part::Footer, .. });
    margin && atom.cell.text == atom.text && atom.text.len() <= 4 && atom.text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a number with its sign and unit, a range, a date or a period.
fn is_measure(text: &str) -> bool {
    // What most values of indicators are, without reading them.
    let signed = text.trim_start_matches(['≥', '≤']);
    if text.len() <= signed.len() + '≥'.len_utf8() && is_plain_number(signed.strip_suffix('%').unwrap_or(signed)) {
        return true;
    }
    (text.len() <= 12 || target::looks_numeric(text)) && target::is_measured(text)
}

/// Whether several atoms make one measure: `≥ 145 家`, `2023年 12 月`; but not a measure and the words behind it.
fn is_one_measure(text: &str) -> bool {
    let Some(target) = target::parse(text).filter(|_| target::looks_numeric(text)) else { return false };
    match target.quantity {
        target::Quantity::Date(_) | target::Quantity::Period => true,
        target::Quantity::Number(_) | target::Quantity::Range(..) => {
            // A longer unit has swallowed the words behind it.
            target.unit.chars().count() <= 3 || target.unit.contains('/')
        }
        _ => false,
    }
}

/// Rule rows, dots, and page marks: `----`, `|:--`, `……`, `— 5 —`, `第 3 页 共 5 页`.
pub fn is_noise(text: &str) -> bool {
    // Nearly all that is asked: no mark begins so.
    if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '\u{4e00}'..='\u{9fff}') && !matches!(c, '第' | '共')) {
        return false;
    }
    let text = text.trim();
    let rule =
        |c: char| matches!(c, '-' | '=' | '_' | '|' | '+' | ':' | '*' | '~' | '#' | '—' | '–' | '─' | '━' | '│' | '┃' | '═');
    let frame = |c: char| ('\u{2500}'..='\u{257f}').contains(&c);
    // With blanks: `— —` is left of a footer whose number a program dropped.
    if text.chars().all(|c| rule(c) || frame(c) || c == ' ') {
        // A single dash or star in a cell may stand for a value.
        return text.chars().count() >= 2 || text == "|" || text == "_";
    }
    if text.chars().all(|c| matches!(c, '…' | '.' | '·' | '⋯')) || matches!(text, "(" | ")" | "（" | "）") {
        return true;
    }
    is_page_mark(text)
}

/// So many headers make a header row.
const HEADERS: usize = 3;

/// Marks rows of tables that have no label of the form though a text stands where labels do, in the first column; and those
/// below them, as far as they have none.
pub fn mark_strange(atoms: &[Atom], matches: &[Vec<(u8, Match)>], traits: &mut [Traits]) {
    let (mut start, mut strange) = (0, false);
    while let Some(first) = atoms.get(start) {
        let end = start + atoms[start..].iter().take_while(|atom| atom.row == first.row).count();
        let table = matches!(first.layout, Layout::Rows | Layout::Grid) && first.columns_known;
        let unlabelled = table && matches[start..end].iter().all(Vec::is_empty);
        let opens = first.column == 0 && end > start + 1 && !traits[start].numeric;
        strange = unlabelled && (opens || strange);
        traits[start..end].iter_mut().for_each(|traits| traits.strange = strange);
        // A header among the form's own: a column that the form does not have.
        let headers = |found: &&Vec<(u8, Match)>| {
            found.iter().any(|(_, label)| matches!(label.role, Role::Header { .. }) && label.cost < LABEL_TYPO)
        };
        if table && matches[start..end].iter().filter(headers).count() >= HEADERS {
            let unknown = (start..end).filter(|at| matches[*at].is_empty());
            unknown.for_each(|at| traits[at].strange = true);
        }
        start = end;
    }
}

/// `— 5 —`, `第 3 页`, `第 3 页 共 5 页`, `Page 3 of 5`.
fn is_page_mark(text: &str) -> bool {
    let rule = |c: char| matches!(c, '-' | '_' | '~' | '—' | '–' | '─' | '－');
    if text.len() > 60 || !text.starts_with(|c: char| rule(c) || matches!(c, '第' | '共' | 'P' | 'p')) {
        return false;
    }
    let inner = text.trim_matches(|c: char| rule(c) || c == ' ');
    let digits = |s: &str| !s.is_empty() && s.len() <= 4 && s.chars().all(|c| c.is_ascii_digit());
    if inner.len() < text.len() && text.starts_with(rule) && text.ends_with(rule) && digits(inner) {
        return true;
    }
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let page = |s: &str| s.strip_prefix('第').and_then(|s| s.strip_suffix('页')).is_some_and(digits);
    let total = |s: &str| s.strip_prefix('共').and_then(|s| s.strip_suffix('页')).is_some_and(digits);
    if page(&squeezed) || total(&squeezed) {
        return true;
    }
    let english = squeezed.get(..4).filter(|head| head.eq_ignore_ascii_case("page")).and_then(|_| squeezed.get(4..));
    if english
        .is_some_and(|rest| digits(rest) || rest.split_once("of").is_some_and(|(page, pages)| digits(page) && digits(pages)))
    {
        return true;
    }
    match squeezed.find('共') {
        Some(at) => {
            let (first, rest) = squeezed.split_at(at);
            page(first.trim_end_matches([',', '，', '/'])) && total(rest)
        }
        None => false,
    }
}

/// The text of atoms read as one: a slice where they stand in one cell, else joined.
pub fn joined<'d>(atoms: &[Atom<'d>]) -> Cow<'d, str> {
    let (Some(first), Some(last)) = (atoms.first(), atoms.last()) else { return Cow::Borrowed("") };
    // Pieces of a page stand in the order of its cells, not of its lines.
    let one = atoms.windows(2).all(|pair| std::ptr::eq(pair[0].cell, pair[1].cell) && pair[0].end <= pair[1].start);
    if one {
        let base = first.cell.text.as_ptr() as usize;
        let from = first.text.as_ptr() as usize - base;
        let to = last.text.as_ptr() as usize - base + last.text.len();
        return Cow::Borrowed(&first.cell.text[from..to]);
    }
    let mut text = String::new();
    for (index, atom) in atoms.iter().enumerate() {
        if index > 0 {
            text.push(if atom.boundary >= Boundary::Paragraph { '\n' } else { ' ' });
        }
        text.push_str(atom.text);
    }
    Cow::Owned(text)
}

/// How many atoms a value of a kind may be joined from.
pub fn most_joined(kind: Kind) -> usize {
    match kind {
        Kind::Date => 6,
        Kind::Target | Kind::Year => 4,
        Kind::Choice => 3,
        Kind::Amount | Kind::Percent | Kind::Score | Kind::Count | Kind::Phone => 2,
        Kind::Text | Kind::Name | Kind::Person | Kind::Unit | Kind::Mark | Kind::Tick => 1,
    }
}

/// A tick that is no letter and no word: it says nothing but by its column.
fn is_sign(text: &str) -> bool {
    tick::is_tick(text) && !text.chars().any(char::is_alphanumeric)
}

/// The price of reading a text as a value. `count` atoms were joined; more than one only for values that then are certain.
pub fn value_cost(kind: Kind, vocabulary: Option<&Words>, text: &str, traits: Traits, count: usize, layout: Layout) -> Cost {
    let long = Cost::from(traits.chars.min(100));
    let joined = match (count, layout) {
        (1, _) => 0,
        (_, Layout::Words) if matches!(kind, Kind::Amount | Kind::Percent | Kind::Score | Kind::Count | Kind::Target) => {
            60 * (count as Cost - 1)
        }
        _ => 10 * (count as Cost - 1),
    };
    let certain = |cost: Cost| if count > 1 && cost > 0 { NEVER } else { cost + joined };
    let read = |kind: Kind| match kind {
        _ if text.len() > LONG => Reading::Unreadable,
        Kind::Amount | Kind::Score | Kind::Percent | Kind::Year | Kind::Date | Kind::Phone if traits.words && count == 1 => {
            Reading::Unreadable
        }
        // What it is written as does not matter here.
        Kind::Amount | Kind::Score if is_plain_number(text) => Reading::Value(String::new()),
        Kind::Percent if is_plain_number(text.strip_suffix('%').unwrap_or(text)) => Reading::Value(String::new()),
        _ => kind.read(text),
    };
    match kind {
        Kind::Amount | Kind::Score | Kind::Count => certain(match read(kind) {
            Reading::Value(_) => 0,
            Reading::Placeholder | Reading::Blank => 100,
            Reading::Unreadable => 700 + 2 * long,
        }),
        Kind::Percent => certain(match read(kind) {
            Reading::Value(_) if text.contains(['%', '％', '﹪', '百']) => 0,
            Reading::Value(_) if text.trim() == "0" => 10,
            Reading::Value(_) => 150,
            Reading::Placeholder | Reading::Blank => 100,
            Reading::Unreadable => 800,
        }),
        Kind::Year => match read(kind) {
            Reading::Value(_) => joined + if text.contains('年') { 0 } else { 100 },
            _ => NEVER,
        },
        Kind::Date | Kind::Unit => certain(match read(kind) {
            Reading::Value(_) => 0,
            _ => 500,
        }),
        Kind::Phone => certain(match read(kind) {
            Reading::Value(_) => 0,
            _ if text.chars().filter(char::is_ascii_digit).count() >= 5 => 200,
            _ => 400,
        }),
        Kind::Person => match traits {
            _ if text.chars().any(|c| c.is_ascii_digit()) => 400,
            Traits { chars: 2..=4, .. } => 20,
            _ => 100 + 2 * long,
        },
        Kind::Tick => match read(kind) {
            Reading::Value(value) if value == tick::TICK => 0,
            _ if traits.word => 0,
            Reading::Blank | Reading::Placeholder => 60,
            _ => 150 + 2 * long,
        },
        Kind::Choice => certain(match vocabulary {
            _ if traits.numeric => 500,
            Some(words) => words.cost(text),
            None => 30,
        }),
        Kind::Target => {
            if count > 1 {
                return if text.chars().count() <= 24 && is_one_measure(text) { joined } else { NEVER };
            }
            if traits.numeric {
                return 0;
            }
            let is_hollow = !traits.words && text.len() <= LONG && target::is_hollow(text);
            match () {
                () if is_hollow => 30,
                () if traits.word => 300,
                () if looks_qualitative(text) => 20,
                () => 120 + (6 * long).min(480),
            }
        }
        Kind::Name | Kind::Mark => {
            let penalty = match traits {
                Traits { numeric: true, .. } => 400,
                Traits { word: true, .. } => 150,
                Traits { like_word: true, .. } => 70,
                Traits { chars: 1, .. } => {
                    if is_sign(text) {
                        200
                    } else {
                        100
                    }
                }
                _ if traits.chars <= 6 && looks_qualitative(text) => 80,
                Traits { chars: 40.., .. } => long,
                _ => 0,
            };
            30 + penalty
        }
        Kind::Text if is_sign(text) => 230,
        // A dash costs the same in whichever column it stands.
        Kind::Text if traits.chars == 1 && is_placeholder(text) && !text.contains(char::is_alphanumeric) => 100,
        Kind::Text => 30 + if traits.numeric { 100 } else { 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_told_from_values() {
        for text in ["--", "-------", "|:---:|", "— 5 —", "- 12 -", "……", "第 3 页 共 5 页", "第3页", "──────"]
        {
            assert!(is_noise(text), "{text}");
        }
        for text in ["—", "/", "5", "-5", "2022", "第3季度", "*", "无", "0-5"] {
            assert!(!is_noise(text), "{text}");
        }
    }
}
