//! numbering.xml: lists, their levels and counters → the number that Word prints before a paragraph.

use super::styles::{Styles, truth};
use crate::value::counting::{Counting, is_list_sign};
use crate::xml::{Fault, Scanner, Token};
use rustc_hash::{FxHashMap, FxHashSet};

/// Levels of a list.
const LEVELS: usize = 9;

#[derive(Clone, Debug)]
struct Level {
    start: u32,
    counting: Counting,
    /// `第%1条`
    text: String,
    /// Numbers of upper levels in Arabic numerals.
    legal: bool,
    /// The level after which it starts again, from 1; 0: never.
    restart: Option<u32>,
    /// The style whose paragraphs are of this level.
    style: Option<String>,
}

impl Default for Level {
    fn default() -> Self {
        Level { start: 0, counting: Counting::Decimal, text: String::new(), legal: false, restart: None, style: None }
    }
}

#[derive(Clone, Debug, Default)]
struct Abstract {
    levels: FxHashMap<usize, Level>,
    /// The list is defined where this style points to.
    elsewhere: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct List {
    definition: u32,
    starts: FxHashMap<usize, u32>,
    levels: FxHashMap<usize, Level>,
}

/// The lists of a file, and how far they have counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: FxHashMap<u32, Abstract>,
    lists: FxHashMap<u32, List>,
    /// By definition: lists of one definition count on.
    counters: FxHashMap<u32, [Option<u32>; LEVELS]>,
    /// Lists that have begun, level by level: only then their own starts count.
    begun: FxHashSet<(u32, usize)>,
}

/// A number as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Printed {
    pub text: String,
    /// It has words in it that are no part of numbering: a label of the form.
    pub speaks: bool,
}

impl Numbering {
    pub fn read(source: &str) -> Result<Numbering, Fault> {
        let mut numbering = Numbering::default();
        let mut definition: Option<(u32, Abstract)> = None;
        let mut list: Option<(u32, List)> = None;
        let mut level: Option<(usize, Level)> = None;
        let mut overridden = 0;
        let mut scanner = Scanner::new(source);
        while let Some((token, _)) = scanner.token()? {
            match token {
                Token::Start { name, empty, attributes } => {
                    let number = |attribute| attributes.value(attribute).and_then(|value| value.trim().parse::<u32>().ok());
                    let index = || number("ilvl").map(|level| level as usize).filter(|level| *level < LEVELS);
                    match (name.local, &mut level) {
                        ("abstractNum", _) if !empty => {
                            definition = number("abstractNumId").map(|id| (id, Abstract::default()));
                        }
                        ("num", _) if !empty => list = number("numId").map(|id| (id, List::default())),
                        ("abstractNumId", _) => {
                            if let (Some((_, list)), Some(id)) = (&mut list, number("val")) {
                                list.definition = id;
                            }
                        }
                        ("numStyleLink", _) => {
                            if let Some((_, definition)) = &mut definition {
                                definition.elsewhere = attributes.get("val");
                            }
                        }
                        ("lvlOverride", _) => overridden = index().unwrap_or(LEVELS),
                        ("startOverride", _) => {
                            if let (Some((_, list)), Some(start)) = (&mut list, number("val")) {
                                list.starts.insert(overridden, start);
                            }
                        }
                        ("lvl", level) if !empty => *level = index().map(|index| (index, Level::default())),
                        ("start", Some((_, level))) => level.start = number("val").unwrap_or(0),
                        ("numFmt", Some((_, level))) => {
                            let name = attributes.value("val").unwrap_or_default();
                            level.counting = match attributes.value("format") {
                                // `01, 02, 03`: as many digits as the pattern has, which Word has made for two.
                                Some(format) if name == "custom" && format.starts_with('0') => Counting::DecimalZero,
                                _ => Counting::named(&name),
                            };
                        }
                        ("lvlText", Some((_, level))) => level.text = attributes.get("val").unwrap_or_default(),
                        ("isLgl", Some((_, level))) => level.legal = attributes.value("val").is_none_or(|v| truth(&v)),
                        ("lvlRestart", Some((_, level))) => level.restart = number("val"),
                        ("pStyle", Some((_, level))) => level.style = attributes.get("val"),
                        _ => {}
                    }
                }
                Token::End(name) => match name.local {
                    "lvl" => {
                        if let Some((index, level)) = level.take() {
                            match (&mut list, &mut definition) {
                                (Some((_, list)), _) => list.levels.insert(index, level),
                                (None, Some((_, definition))) => definition.levels.insert(index, level),
                                (None, None) => None,
                            };
                        }
                    }
                    "abstractNum" => numbering.definitions.extend(definition.take()),
                    "num" => numbering.lists.extend(list.take()),
                    _ => {}
                },
                Token::Text(_) | Token::Other => {}
            }
        }
        Ok(numbering)
    }

    /// The level that paragraphs of a style have in a list.
    pub fn level_of_style(&self, list: u32, style: &str, styles: &Styles) -> Option<u32> {
        let list = self.lists.get(&list)?;
        let levels = &definition(&self.definitions, &self.lists, list, styles).1?.levels;
        levels.iter().find(|(_, level)| level.style.as_deref() == Some(style)).map(|(index, _)| *index as u32)
    }

    /// Counts a paragraph of a list and gives its number; none where nothing is printed.
    pub fn next(&mut self, id: u32, level: u32, styles: &Styles) -> Option<Printed> {
        let Numbering { definitions, lists, counters, begun } = self;
        let list = lists.get(&id)?;
        let (key, definition) = definition(definitions, lists, list, styles);
        let level = (level as usize).min(LEVELS - 1);
        let of = |index: usize| list.levels.get(&index).or_else(|| definition.and_then(|found| found.levels.get(&index)));
        let start = |index: usize| of(index).map_or(1, |level| level.start);
        let counters = counters.entry(key).or_default();
        if begun.insert((id, level))
            && let Some(start) = list.starts.get(&level)
        {
            counters[level] = Some(*start);
        } else {
            counters[level] = Some(counters[level].map_or(start(level), |count| count.saturating_add(1)));
        }
        for (index, counter) in counters.iter_mut().enumerate() {
            if index < level {
                // An upper level that was never printed counts as begun.
                counter.get_or_insert(start(index));
            } else if index > level {
                let restarts = match of(index).and_then(|level| level.restart) {
                    Some(0) => false,
                    Some(after) => level < after as usize,
                    None => true,
                };
                if restarts {
                    *counter = None;
                }
            }
        }
        let here = of(level)?;
        let mut text = String::new();
        let mut speaks = false;
        if here.counting == Counting::Bullet {
            text.extend(here.text.chars().map(bullet));
        } else {
            let mut letters = here.text.chars().peekable();
            while let Some(c) = letters.next() {
                let number = (c == '%').then(|| letters.peek().and_then(|digit| digit.to_digit(10))).flatten();
                match number.map(|number| number as usize) {
                    Some(number @ 1..=LEVELS) => {
                        letters.next();
                        let counting = of(number - 1).map(|level| level.counting).unwrap_or_default();
                        let legal = here.legal && !matches!(counting, Counting::None | Counting::Bullet);
                        let counting = if legal { Counting::Decimal } else { counting };
                        text.push_str(&counting.text(counters[number - 1].unwrap_or(1)));
                    }
                    _ => {
                        speaks |= !is_list_sign(c) && !c.is_ascii_digit();
                        text.push(c);
                    }
                }
            }
        }
        (!text.trim().is_empty()).then_some(Printed { text, speaks })
    }
}

/// The definition of a list; one that only points to a style is found through the style's list.
fn definition<'n>(
    definitions: &'n FxHashMap<u32, Abstract>,
    lists: &FxHashMap<u32, List>,
    list: &List,
    styles: &Styles,
) -> (u32, Option<&'n Abstract>) {
    let found = definitions.get(&list.definition);
    let linked = found.and_then(|definition| definition.elsewhere.as_ref()).and_then(|style| styles.list(style));
    match linked.and_then(|id| lists.get(&id)) {
        Some(other) => (other.definition, definitions.get(&other.definition)),
        None => (list.definition, found),
    }
}

/// Marks of bullets are stored as characters of symbol fonts.
fn bullet(c: char) -> char {
    match c {
        '\u{f0b7}' | '\u{f09f}' => '•',
        '\u{f0a7}' | '\u{f06e}' => '■',
        '\u{f0a8}' | '\u{f06f}' => '□',
        '\u{f06c}' => '●',
        '\u{f075}' => '◆',
        '\u{f0d8}' => '➢',
        '\u{f0fc}' => '✓',
        '\u{f0fe}' => '☑',
        '\u{f0b2}' => '❖',
        c => c,
    }
}
