//! Document + definitions in, records out: which form, where it begins and ends, and every piece to its slot.

use crate::diag::{Error, Finding};
use crate::document::Document;
use crate::form::FormDefinition;
use crate::record::Record;
use std::sync::Arc;

/// One form found in a document. Leaves hold raw text; nothing is normalised yet.
#[derive(Clone, Debug, Default)]
pub struct Fitted {
    pub record: Record,
    /// Structure repaired (info), ambiguous placements and what fits nowhere (warning).
    pub findings: Vec<Finding>,
    /// The path's cost in hundredths of −ln p: 0 for a perfect grid.
    pub cost: i64,
}

/// Finds all forms of a document, of whatever kinds are defined.
pub fn fit(_document: &Document, _definitions: &[Arc<FormDefinition>]) -> Result<Vec<Fitted>, Error> {
    Err(Error::Internal("not built yet".into()))
}
