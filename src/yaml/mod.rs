//! Record ↔ YAML: values first, so that a person can read and edit them; then the record of how they came to be.
//!
//! [`write()`] prints, [`read()`] is led by the definition's shape. Marks are not written: they count for the source that was
//! read, not for the record. Numbers are text all the way.

mod changes;
mod read;
mod scalar;
mod schema;
mod write;

pub use read::{Read, read, sniff, utf8};
pub use schema::schema;
pub use write::write;
