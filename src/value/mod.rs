//! Values: one file per kind, each with `parse` (text of any notation → typed value) and its canonical text.
//!
//! A record holds canonical text, one string per value; parsing it again gives the same value. Money never passes through a
//! float. Nothing here knows forms, rules or places.

pub mod amount;
pub mod choice;
pub mod count;
pub mod counting;
pub mod date;
pub mod figure;
pub mod formal;
mod items;
mod moment;
pub mod notation;
pub mod numeral;
pub mod percent;
pub mod phone;
pub mod score;
pub mod target;
pub mod text;
pub mod tick;
pub mod typography;
pub mod unit;
pub mod wording;
pub mod year;

use serde::{Deserialize, Serialize};

/// What sort of value a field holds. The names are those of `type:` in a form definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Free text of any length.
    #[default]
    Text,
    /// A short name: of a department, a project, an indicator.
    Name,
    /// A person's name.
    Person,
    /// Money: `2306.26`, with its unit only where that differs from the form's.
    Amount,
    /// `60.77%`.
    Percent,
    /// Points: `9.5`.
    Score,
    /// A number of things: `3`, `12台`.
    Count,
    /// `2022`.
    Year,
    /// `2023-12-30`.
    Date,
    /// `0700-5550186`.
    Phone,
    /// An indicator's value: `≥145家`, `95%～98%`, `2023-12-31前`, `提升`.
    Target,
    /// One of a closed list.
    Choice,
    /// A tick, `√`, or what is written in its place.
    Tick,
    /// A unit of money: `万元`.
    Unit,
    /// A mark printed on the form that is its own value: `附件`, `附件2`.
    Mark,
}

/// What a text is when read as a [`Kind`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing to see.
    Blank,
    /// A value; its canonical text.
    Value(String),
    /// Something that stands for a value still to come: `XX`, `≥**人`, `—`.
    Placeholder,
    /// Not of this kind.
    Unreadable,
}

impl Reading {
    /// What was read as a number; without one, what the text is: nothing, what stands in a number's place, or not of its kind.
    fn number(canonical: Option<String>, text: &str) -> Reading {
        match (canonical, notation::trim(text)) {
            (Some(canonical), _) => Reading::Value(canonical),
            (None, "") => Reading::Blank,
            (None, "无") => Reading::Placeholder,
            (None, _) if notation::is_placeholder(text) => Reading::Placeholder,
            (None, _) => Reading::Unreadable,
        }
    }
}

/// Whether a text is words: Chinese characters, with marks among them.
fn is_sound(text: &str) -> bool {
    let (mut at, mut has_han) = notation::common(text, 0);
    while let Some(c) = text[at..].chars().next() {
        let is_mark = matches!(c, '，' | '。' | '；' | '、' | '：' | '！' | '？' | '％' | '／')
            || matches!(c, '（' | '）' | '《' | '》' | '“' | '”' | '【' | '】' | '〔' | '〕' | '—' | '～' | '…' | '·');
        if !is_mark {
            return false;
        }
        let more;
        (at, more) = notation::common(text, at + c.len_utf8());
        has_han |= more;
    }
    has_han
}

impl Kind {
    /// Reads a text of any notation. What comes out as a value reads as itself.
    pub fn read(self, text: &str) -> Reading {
        match self {
            Kind::Text => text::read(text),
            Kind::Name | Kind::Person => text::read_name(text),
            Kind::Amount => amount::read(text),
            Kind::Percent => percent::read(text),
            Kind::Score => score::read(text),
            Kind::Count => count::read(text),
            Kind::Year => year::read(text),
            Kind::Date => date::read(text),
            Kind::Phone => phone::read(text),
            Kind::Target => target::read(text),
            Kind::Choice => choice::read(text),
            Kind::Tick => tick::read(text),
            Kind::Unit => unit::read(text),
            Kind::Mark => text::read_mark(text),
        }
    }

    /// Whether a text surely reads as itself: Chinese words and marks without a blank or markup, amounts with two decimals. Most values
    /// are such, so it is asked before they are read; what it denies may read as itself all the same.
    pub fn is_plain(self, text: &str) -> bool {
        match self {
            Kind::Text | Kind::Name | Kind::Person | Kind::Choice => {
                let is_markup = text.bytes().fold(false, |found, byte| found | (byte == b'<') | (byte == b'&'));
                !is_markup && is_sound(text) && !text.starts_with(['待', '暂', '略'])
            }
            Kind::Amount => notation::is_plain_amount(text),
            Kind::Percent => text.strip_suffix('%').is_some_and(notation::is_plain_amount),
            Kind::Target => target::is_words(text),
            Kind::Score | Kind::Count | Kind::Year | Kind::Date | Kind::Phone | Kind::Tick | Kind::Unit | Kind::Mark => false,
        }
    }

    /// All kinds, in the order of their declaration.
    pub const ALL: [Kind; 15] = [
        Kind::Text,
        Kind::Name,
        Kind::Person,
        Kind::Amount,
        Kind::Percent,
        Kind::Score,
        Kind::Count,
        Kind::Year,
        Kind::Date,
        Kind::Phone,
        Kind::Target,
        Kind::Choice,
        Kind::Tick,
        Kind::Unit,
        Kind::Mark,
    ];

    /// The id of its name in the catalogue: `kind.amount`.
    pub fn message_id(self) -> &'static str {
        match self {
            Kind::Text => "kind.text",
            Kind::Name => "kind.name",
            Kind::Person => "kind.person",
            Kind::Amount => "kind.amount",
            Kind::Percent => "kind.percent",
            Kind::Score => "kind.score",
            Kind::Count => "kind.count",
            Kind::Year => "kind.year",
            Kind::Date => "kind.date",
            Kind::Phone => "kind.phone",
            Kind::Target => "kind.target",
            Kind::Choice => "kind.choice",
            Kind::Tick => "kind.tick",
            Kind::Unit => "kind.unit",
            Kind::Mark => "kind.mark",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_texts_read_as_themselves(text in "[0-9.%-]{0,7}|[大于达到高农水待定无年月日0-9X，（）.-]{0,6}|[甲农口○√xO！—~<&/。 \n]{0,8}") {
            for kind in Kind::ALL.into_iter().filter(|kind| kind.is_plain(&text)) {
                prop_assert_eq!(kind.read(&text), Reading::Value(text.clone()), "{:?}", kind);
            }
            if target::is_words(&text) {
                for kind in [Kind::Amount, Kind::Percent, Kind::Score] {
                    prop_assert_eq!(kind.read(&text), Reading::Unreadable, "{:?}", kind);
                }
                for kind in [Kind::Year, Kind::Date, Kind::Phone] {
                    prop_assert!(!matches!(kind.read(&text), Reading::Value(_)), "{:?}", kind);
                }
            }
            if notation::is_plain_number(&text) {
                for kind in [Kind::Amount, Kind::Percent, Kind::Score] {
                    prop_assert!(matches!(kind.read(&text), Reading::Value(_)), "{:?}", kind);
                }
                prop_assert!(target::parse(&text).is_some_and(|target| target.is_numeric()));
            }
        }

        #[test]
        fn whatever_the_text_reading_is_stable_and_never_panics(text in "\\PC{0,24}|[0-9一二万元年月日%≥（）、.\\-/ \n]{0,24}") {
            for kind in Kind::ALL {
                if kind.is_plain(&text) {
                    prop_assert_eq!(kind.read(&text), Reading::Value(text.clone()), "{:?}", kind);
                }
                if let Reading::Value(value) = kind.read(&text) {
                    prop_assert_eq!(kind.read(&value), Reading::Value(value.clone()), "{:?}", kind);
                }
            }
        }
    }
}
