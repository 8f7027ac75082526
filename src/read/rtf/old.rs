//! Automatic numbers as Word 6 and 95 describe them (`\pn`): in the paragraph itself, without a table of lists.
//!
//! Used where the file does not print the number beside it (`\pntext`). Paragraphs that follow one another in one format count on;
//! a paragraph without a number ends the count.

use crate::value::counting::Counting;

/// Levels that may be numbered, the first for lists without levels.
const LEVELS: usize = 10;

/// How a paragraph is numbered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Old {
    counting: Counting,
    bullet: bool,
    level: usize,
    /// It belongs to a list, but shows no number.
    goes_on: bool,
    start: u32,
    before: String,
    behind: String,
}

/// Which text of the description a group holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

impl Old {
    pub fn new() -> Self {
        Old { start: 1, ..Old::default() }
    }

    /// A word of the description.
    pub fn control(&mut self, word: &str, value: i32) {
        self.counting = match word {
            "pnlvlblt" => return self.bullet = true,
            "pnlvlcont" => return self.goes_on = true,
            "pnlvlbody" => return self.level = 0,
            "pnlvl" => return self.level = usize::try_from(value).unwrap_or_default().min(LEVELS - 1),
            "pnstart" => return self.start = u32::try_from(value).unwrap_or(1),
            "pnucrm" => Counting::UpperRoman,
            "pnlcrm" => Counting::LowerRoman,
            "pnucltr" => Counting::UpperLetter,
            "pnlcltr" => Counting::LowerLetter,
            "pnord" => Counting::Ordinal,
            "pncnum" => Counting::Circled,
            "pndbnum" | "pndbnumd" | "pndbnumt" | "pndbnumk" => Counting::Chinese,
            "pndbnuml" => Counting::ChineseLegal,
            "pngbnum" => Counting::FullStop,
            "pngbnumd" => Counting::Parenthesised,
            "pngbnuml" => Counting::Circled,
            "pngbnumk" => Counting::ChineseParenthesised,
            "pnzodiac" => Counting::Stems,
            "pndec" | "pncard" | "pnordt" => Counting::Decimal,
            _ => return,
        };
    }

    /// A text of the description.
    pub fn say(&mut self, side: Side, text: &str) {
        match side {
            Side::Before => self.before.push_str(text),
            Side::Behind => self.behind.push_str(text),
        }
    }
}

/// The numbers counted so far in one story.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    counts: [u32; LEVELS],
    last: [Option<Old>; LEVELS],
}

impl Counts {
    /// A paragraph without a number.
    pub fn end(&mut self) {
        *self = Counts::default();
    }

    /// The number before the next paragraph of a list.
    pub fn number(&mut self, old: &Old) -> Option<String> {
        if old.goes_on {
            return None;
        }
        if old.bullet {
            return Some("•".to_owned());
        }
        let level = old.level.min(LEVELS - 1);
        let same = self.last[level].as_ref().is_some_and(|last| last == old);
        self.counts[level] = if same { self.counts[level].saturating_add(1) } else { old.start };
        self.last[level] = Some(old.clone());
        self.last[level + 1..].fill(None);
        Some(format!("{}{}{}", old.before, old.counting.text(self.counts[level]), old.behind).trim().to_owned())
    }
}
