//! Of OpenDocument's styles, what decides what is seen: hidden texts, hidden tables, and how lists are numbered.

use crate::value::counting::Counting;
use crate::xml::{Attributes, Name, Space};
use rustc_hash::FxHashMap;

/// Levels that a list may have.
pub(super) const LEVELS: usize = 10;
/// How far a style may lead to its parents.
const PARENTS: usize = 64;

/// The styles met so far.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: FxHashMap<String, Style>,
    lists: FxHashMap<String, List>,
    outline: List,
    /// The style, and the list, whose definition is being read.
    style: Option<String>,
    list: Option<OpenList>,
}

#[derive(Debug)]
enum OpenList {
    Named(String),
    Outline,
}

#[derive(Debug, Default)]
struct Style {
    parent: Option<String>,
    hidden: Option<bool>,
    list: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct List {
    levels: [Level; LEVELS],
}

#[derive(Clone, Debug, Default)]
pub(super) enum Level {
    Number {
        counting: Counting,
        prefix: String,
        suffix: String,
        pattern: Option<String>,
        shown: usize,
        start: u32,
    },
    Bullet(String),
    /// Nothing is printed.
    #[default]
    Silent,
}

/// The name that the definitions of a family are kept under: families have names of their own.
fn key(family: &str, name: &str) -> String {
    format!("{family}/{name}")
}

impl Styles {
    /// Takes in a start tag of any part of the file; others than those of styles say nothing to it.
    pub fn start(&mut self, name: Name, attributes: &Attributes) {
        match (name.space, name.local) {
            (Space::OdfStyle, "style") => {
                let (Some(own), Some(family)) = (attributes.get("name"), attributes.get("family")) else { return };
                let style = Style {
                    parent: attributes.get("parent-style-name").map(|parent| key(&family, &parent)),
                    hidden: None,
                    list: attributes.get("list-style-name").filter(|list| !list.is_empty()),
                };
                let own = key(&family, &own);
                self.styles.insert(own.clone(), style);
                self.style = Some(own);
            }
            (Space::OdfStyle, "text-properties" | "table-properties") => {
                let display = attributes.get("display");
                if let (Some(style), Some(display)) = (self.style.as_ref().and_then(|own| self.styles.get_mut(own)), display) {
                    style.hidden = Some(matches!(display.as_str(), "none" | "false"));
                }
            }
            (Space::OdfText, "list-style") => {
                if let Some(own) = attributes.get("name") {
                    self.lists.insert(own.clone(), List::default());
                    self.list = Some(OpenList::Named(own));
                }
            }
            (Space::OdfText, "outline-style") => self.list = Some(OpenList::Outline),
            (
                Space::OdfText,
                "list-level-style-number" | "outline-level-style" | "list-level-style-bullet" | "list-level-style-image",
            ) => self.level(name.local, attributes),
            _ => {}
        }
    }

    pub fn end(&mut self, name: Name) {
        match (name.space, name.local) {
            (Space::OdfStyle, "style") => self.style = None,
            (Space::OdfText, "list-style" | "outline-style") => self.list = None,
            _ => {}
        }
    }

    fn level(&mut self, local: &str, attributes: &Attributes) {
        let number = |name: &str| attributes.get(name).and_then(|value| value.parse::<u32>().ok());
        let index = number("level").unwrap_or(1).clamp(1, LEVELS as u32) as usize - 1;
        let text = |name: &str| attributes.get(name).unwrap_or_default();
        let level = match local {
            "list-level-style-bullet" => Level::Bullet(text("bullet-char")),
            "list-level-style-image" => Level::Silent,
            _ => match counting(&text("num-format")) {
                Some(counting) => Level::Number {
                    counting,
                    prefix: text("num-prefix"),
                    suffix: text("num-suffix"),
                    pattern: attributes.get("num-list-format").filter(|pattern| pattern.contains('%')),
                    shown: number("display-levels").unwrap_or(1).clamp(1, LEVELS as u32) as usize,
                    start: number("start-value").unwrap_or(1),
                },
                None => Level::Silent,
            },
        };
        let list = match &self.list {
            Some(OpenList::Named(own)) => self.lists.get_mut(own),
            Some(OpenList::Outline) => Some(&mut self.outline),
            None => None,
        };
        if let Some(list) = list {
            list.levels[index] = level;
        }
    }

    /// The first answer on the way from a style to its parents.
    fn inherited<T>(&self, family: &str, name: &str, get: impl Fn(&Style) -> Option<T>) -> Option<T> {
        let mut at = Some(key(family, name));
        for _ in 0..PARENTS {
            let style = self.styles.get(at.as_ref()?)?;
            if let Some(found) = get(style) {
                return Some(found);
            }
            at.clone_from(&style.parent);
        }
        None
    }

    /// Whether what has this style is not shown.
    pub fn hides(&self, family: &str, name: &str) -> bool {
        self.inherited(family, name, |style| style.hidden).unwrap_or(false)
    }

    /// The list that a paragraph's style puts it in.
    pub fn list_of(&self, paragraph_style: &str) -> Option<String> {
        self.inherited("paragraph", paragraph_style, |style| style.list.clone())
    }

    pub fn list(&self, name: &str) -> Option<&List> {
        self.lists.get(name)
    }

    pub fn outline(&self) -> &List {
        &self.outline
    }
}

/// The way of counting that a sample names: `1`, `i`, `一, 二, 三, ...`.
fn counting(sample: &str) -> Option<Counting> {
    Some(match sample.chars().next()? {
        'a' => Counting::LowerLetter,
        'A' => Counting::UpperLetter,
        'i' => Counting::LowerRoman,
        'I' => Counting::UpperRoman,
        '一' => Counting::Chinese,
        '壹' => Counting::ChineseLegal,
        '甲' => Counting::Stems,
        '子' => Counting::Branches,
        '①' => Counting::Circled,
        '１' => Counting::FullWidth,
        _ => Counting::Decimal,
    })
}

impl List {
    pub fn start_of(&self, level: usize) -> u32 {
        match self.levels.get(level) {
            Some(Level::Number { start, .. }) => *start,
            _ => 1,
        }
    }

    /// What is printed before an item; `counts` are the numbers of all levels down to its own.
    pub fn label(&self, counts: &[u32]) -> Option<String> {
        let level = counts.len().checked_sub(1)?;
        let print = |index: usize| match (self.levels.get(index), counts.get(index)) {
            (Some(Level::Number { counting, .. }), Some(count)) => counting.text(*count),
            _ => String::new(),
        };
        match self.levels.get(level)? {
            Level::Silent => None,
            Level::Bullet(sign) => Some(bullet(sign)),
            Level::Number { pattern: Some(pattern), .. } => {
                let mut out = pattern.clone();
                for index in 0..=level {
                    out = out.replace(&format!("%{}%", index + 1), &print(index));
                }
                Some(out)
            }
            Level::Number { prefix, suffix, shown, .. } => {
                let from = (level + 1).saturating_sub(*shown);
                let parts: Vec<String> = (from..=level).map(print).filter(|part| !part.is_empty()).collect();
                Some(format!("{prefix}{}{suffix}", parts.join(".")))
            }
        }
    }
}

/// A bullet; those of fonts of signs as the common one.
fn bullet(sign: &str) -> String {
    if sign.chars().any(|c| matches!(c, '\u{e000}'..='\u{f8ff}')) { "•".to_owned() } else { sign.to_owned() }
}
