//! The tables of lists of an RTF file: levels and what lists are called by, for numbers that the file does not print.

use crate::read::word::lists::{Changes, Level, Lists};
use rustc_hash::FxHashMap;

/// Levels of a list.
const LEVELS: usize = 9;

#[derive(Default)]
pub(super) struct Tables {
    pub made: Lists,
    /// The text of the level under way, as it came: its length, then characters, levels 0–8 for their numbers.
    pub text: String,
    /// Groups open that begin something: the innermost last.
    open: Vec<Open>,
    levels: Vec<Level>,
    id: u32,
    changes: Changes,
    /// The level that is otherwise, and where it begins, in an override.
    level: Option<Level>,
    start: Option<u32>,
    starts: bool,
    formats: bool,
    count: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    List,
    Level,
    Override,
    Change,
    /// Any other group.
    Other,
}

impl Tables {
    /// The group that has just begun is one of the words.
    pub fn begin(&mut self, word: &str) {
        self.open.pop();
        match word {
            "list" => {
                self.levels.clear();
                self.open.push(Open::List);
            }
            "listlevel" => {
                self.level = Some(Level { start: 1, ..Level::default() });
                self.open.push(Open::Level);
            }
            "listoverride" => {
                (self.changes, self.count) = (FxHashMap::default(), 0);
                self.open.push(Open::Override);
            }
            _ => {
                (self.level, self.start, self.starts, self.formats) = (None, None, false, false);
                self.open.push(Open::Change);
            }
        }
    }

    pub fn control(&mut self, word: &str, value: i32) {
        let number = u32::try_from(value).unwrap_or_default();
        match (word, &mut self.level) {
            ("listid", _) => self.id = value.cast_unsigned(),
            ("ls", _) => {
                // They are called by their order; one that is called otherwise leaves a gap.
                while self.made.uses() + 1 < (number as usize).min(1 << 14) {
                    self.made.add_use(0, Changes::default());
                }
                if self.made.uses() < number as usize {
                    self.made.add_use(self.id, std::mem::take(&mut self.changes));
                }
            }
            ("listoverridestartat", _) => self.starts = true,
            ("listoverrideformat", _) => self.formats = true,
            ("levelstartat", Some(level)) => level.start = number,
            ("levelstartat", None) => self.start = Some(number),
            ("levelnfc" | "levelnfcn", Some(level)) => level.count(u8::try_from(value).unwrap_or(u8::MAX)),
            ("levellegal", Some(level)) => level.legal = value != 0,
            _ => {}
        }
    }

    /// The text of a level ends.
    pub fn end_text(&mut self) {
        let mut chars = self.text.chars();
        let length = chars.next().map_or(0, |c| c as usize);
        let text: String = chars.take(length).collect();
        if let Some(level) = &mut self.level {
            level.text = text;
        }
        self.text.clear();
    }

    /// A group inside the tables ends.
    pub fn end_group(&mut self) {
        match self.open.pop() {
            Some(Open::Level) => {
                let level = self.level.take().unwrap_or_default();
                match self.open.last() {
                    // The level of an override stands inside it.
                    Some(Open::Change) => self.level = Some(level),
                    _ if self.levels.len() < LEVELS => self.levels.push(level),
                    _ => {}
                }
            }
            Some(Open::List) => self.made.add(self.id, std::mem::take(&mut self.levels)),
            Some(Open::Change) => {
                let level = self.level.take().filter(|_| self.formats);
                let start = self.start.or(level.as_ref().map(|level| level.start)).filter(|_| self.starts);
                self.changes.insert(self.count, (start, level));
                self.count = self.count.saturating_add(1);
            }
            Some(Open::Override | Open::Other) | None => {}
        }
    }

    /// A group begins inside the tables, of which nothing is known yet.
    pub fn begin_group(&mut self) {
        self.open.push(Open::Other);
    }

    /// A table ends.
    pub fn end(&mut self) {
        self.open.clear();
    }
}
