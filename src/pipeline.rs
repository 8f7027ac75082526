//! The driver: the only file that names two stages.

use crate::diag::{Check, Error, Finding};
use crate::document::Document;
use crate::form::FormDefinition;
use crate::record::Record;
use crate::rules::{self, Fix};
use crate::{fit, read};
use std::sync::Arc;

/// One form, read, checked and corrected.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub record: Record,
    pub findings: Vec<Finding>,
    pub checks: Vec<Check>,
}

/// What one source gave: the document (for drawing places) and the forms in it.
#[derive(Clone, Debug)]
pub struct Conversion {
    pub document: Document,
    pub forms: Vec<Checked>,
}

/// Reads, fits, checks and corrects one source.
pub fn convert(bytes: &[u8], definitions: &[Arc<FormDefinition>], fix: Fix) -> Result<Conversion, Error> {
    let document = read::read(bytes, &read::Limits::default())?;
    let mut forms = Vec::new();
    for fitted in fit::fit(&document, definitions)? {
        let mut record = fitted.record;
        let Some(definition) = definitions.iter().find(|definition| *definition.id == record.form) else {
            return Err(Error::Internal(format!("fitted to an unknown form {}", record.form)));
        };
        let verdict = rules::run(&mut record, definition, fix);
        let mut findings = fitted.findings;
        findings.extend(verdict.findings);
        forms.push(Checked { record, findings, checks: verdict.checks });
    }
    Ok(Conversion { document, forms })
}
