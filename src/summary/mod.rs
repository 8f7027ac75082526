//! The summary of many documents: workbook, page, lists for other programs, and the rules that look across documents.
//!
//! Everything is made from [`Entry`]s, one for each input, which come in order as often as they are asked for; nobody holds
//! them all. A journal may keep them as JSON between runs.

pub mod entry;

pub use entry::{Entry, EntryForm, Outcome};
