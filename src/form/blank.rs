//! What is typed into a blank form to make a template of it: data, made where blank forms are understood and carried out where
//! Word files are written.

use crate::locus::Spot;

/// One thing to type, or rows that go because a loop makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Characters `start..end` of a cell or paragraph, whose whole text is `found`, give way to `text`.
    Text { spot: Spot, start: u32, end: u32, found: String, text: String },
    /// Rows of a table that a loop prints from another row.
    Gone { table: u32, first: u32, last: u32 },
    /// A tag in a row of its own before some rows of a table, and one behind them.
    Rows { table: u32, first: u32, last: u32, before: String, after: String },
    /// A tag in a paragraph of its own before a table, and one behind another.
    Tables { first: u32, last: u32, before: String, after: String },
}
