//! What a part points to, read when it is first asked for: few parts have a chart or an imported file.

use crate::package::{Package, Relationship};
use std::cell::OnceCell;

/// The relationships of a part; none where a file is a single text.
#[derive(Default)]
pub(super) struct Related<'p> {
    part: Option<(&'p Package, &'p str)>,
    known: OnceCell<Vec<Relationship>>,
}

impl<'p> Related<'p> {
    pub fn of(package: &'p Package, part: &'p str) -> Self {
        Related { part: Some((package, part)), known: OnceCell::new() }
    }

    /// The name of the part that a relationship leads to; of two with one name the last counts.
    pub fn target(&self, id: &str) -> Option<String> {
        let read = || self.part.and_then(|(package, part)| package.relationships(part).ok()).unwrap_or_default();
        let found = self.known.get_or_init(read).iter().rfind(|related| related.id == id);
        found.map(|related| related.target.clone())
    }
}
