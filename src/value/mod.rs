//! Values: one file per kind, each with `parse` (text of any notation → typed value) and its canonical text.
//!
//! A record holds canonical text, one string per value; parsing it again gives the same value. Money never passes through a
//! float. Nothing here knows forms, rules or places.

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
    /// `2022`.
    Year,
    /// `2023-12-30`.
    Date,
    /// `0722-5550186`.
    Phone,
    /// An indicator's value: `≥145家`, `95%～98%`, `2023-12-31前`, `提升`.
    Target,
    /// One of a closed list.
    Choice,
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
