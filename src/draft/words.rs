//! The words by which guesses are made, read from `words.yaml`; code knows none of them.

use crate::value::Kind;
use crate::value::notation::{fold, is_blank};
use crate::yaml_tree::{self, Node, Value};
use std::sync::OnceLock;

/// See `words.yaml`.
#[derive(Debug, Default)]
pub struct Words {
    /// Folded endings of labels, and the type that each speaks for.
    pub endings: Vec<(String, Kind)>,
    pub totals: Vec<String>,
    pub notes: Vec<String>,
    pub titles: Vec<String>,
    pub marks: Vec<String>,
    /// The characters between the blanks of a date.
    pub date: Vec<char>,
    pub years: Vec<String>,
    pub numbers: Vec<String>,
}

/// The words, read once. A test sees to it that they can be read.
pub fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| read(include_str!("words.yaml")).unwrap_or_default())
}

fn read(text: &str) -> Option<Words> {
    let (root, mistakes) = yaml_tree::parse(text).ok()?;
    if !mistakes.is_empty() {
        return None;
    }
    let list = |node: &Node| match &node.value {
        Value::List(items) => items.iter().filter_map(Node::text).map(folded).collect(),
        _ => Vec::new(),
    };
    let of = |key: &str| root.get(key).map(list);
    let mut endings = Vec::new();
    let Value::Map(kinds) = &root.get("endings")?.value else { return None };
    for (name, node) in kinds {
        let (_, kind) = crate::form::load::KINDS.iter().find(|(known, _)| *known == name.text)?;
        endings.extend(list(node).into_iter().map(|word| (word, *kind)));
    }
    endings.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
    Some(Words {
        endings,
        totals: of("totals")?,
        notes: of("notes")?,
        titles: of("titles")?,
        marks: of("marks")?,
        date: root.get("date")?.text()?.chars().collect(),
        years: of("years")?,
        numbers: of("numbers")?,
    })
}

/// Without blanks, width and case: two texts that are one label are the same then.
pub fn folded(text: &str) -> String {
    let plain = text.chars().filter(|c| !is_blank(*c)).map(fold);
    plain.flat_map(char::to_lowercase).collect::<String>().trim_end_matches(':').to_owned()
}

/// A folded text without what stands in brackets.
pub fn without_brackets(folded: &str) -> String {
    let mut depth = 0u32;
    let mut out = String::new();
    for c in folded.chars() {
        match c {
            '(' | '[' | '〔' | '【' => depth += 1,
            ')' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

impl Words {
    /// The type that a label speaks for.
    pub fn kind(&self, label: &str) -> Option<(Kind, &str)> {
        let folded = folded(label);
        let bare = without_brackets(&folded);
        let ends = |text: &str| self.endings.iter().find(|(word, _)| ends_in(text, word));
        let found = ends(&bare).or_else(|| {
            // What stands in the bracket may say it: a rate in percent, an amount in yuan.
            let inner = folded.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner)?;
            match inner {
                "%" => self.endings.iter().find(|(_, kind)| *kind == Kind::Percent),
                _ if crate::value::unit::parse(inner).is_some() => self.endings.iter().find(|(_, kind)| *kind == Kind::Amount),
                _ => ends(inner),
            }
        });
        found.map(|(word, kind)| (*kind, word.as_str()))
    }

    pub fn is_total(&self, label: &str) -> bool {
        let bare = without_brackets(&folded(label));
        self.totals.iter().any(|word| ends_in(&bare, word))
    }

    pub fn is_note(&self, label: &str) -> bool {
        let bare = folded(label);
        self.notes.contains(&bare)
    }

    pub fn is_title(&self, text: &str) -> bool {
        let bare = without_brackets(&folded(text));
        self.titles.iter().any(|word| ends_in(&bare, word))
    }

    pub fn is_number(&self, label: &str) -> bool {
        self.numbers.contains(&folded(label))
    }
}

/// A word of letters has to be a whole one.
fn ends_in(text: &str, word: &str) -> bool {
    let Some(before) = text.strip_suffix(word) else { return false };
    let letters = word.starts_with(|c: char| c.is_ascii_alphabetic());
    !letters || !before.ends_with(|c: char| c.is_ascii_alphabetic()) || text.len() > word.len() && word.len() > 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_can_be_read_and_the_longest_decides() {
        let words = read(include_str!("words.yaml")).unwrap();
        let kind = |label: &str| words.kind(label).map(|(kind, _)| kind);
        assert_eq!(kind("出 生 年 月"), Some(Kind::Date));
        assert_eq!(kind("联系电话："), Some(Kind::Phone));
        assert_eq!(kind("项目负责人（签字）"), Some(Kind::Person));
        assert_eq!(kind("总额（万元）"), Some(Kind::Amount));
        assert_eq!(kind("规模（万元）"), Some(Kind::Amount));
        assert_eq!(kind("完成（%）"), Some(Kind::Percent));
        assert_eq!(kind("Unit price"), Some(Kind::Amount));
        assert_eq!(kind("颜色"), None);
        assert!(words.is_total("收入合计") && words.is_note("注：") && words.is_title("学生登记表"));
    }
}
