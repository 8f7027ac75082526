//! The driver: the only file that names two stages.
//!
//! [`Converter`] takes the bytes of a source or of an edited record; [`yaml_text`] and [`Printer`] print what comes out.
//! Everything here is a pure function: files, names and threads are the command line's.

use crate::catalogue::Language;
use crate::change::Change;
use crate::diag::{Check, Code, Error, Finding, Message, Severity};
use crate::document::{Document, Notice};
use crate::draft;
pub use crate::draft::Draft;
use crate::fit::Fitter;
use crate::form::{FormDefinition, load};
use crate::locus::Locus;
pub use crate::read::Tracked;
use crate::record::{Path, Record};
pub use crate::render::Sheet;
use crate::render::{self, Printed, Renderer, TemplateSet};
use crate::rules;
pub use crate::rules::{Choice, Explanation, Fix, Take};
use crate::summary::EntryForm;
use crate::{account, read, yaml};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// The reader saw something that it could not keep or was not sure of.
const NOTICE: Code = "S014";
/// An accepted change does not fit the field any more.
const OVERRULED: Code = "S015";
/// A piece of the source is nowhere in the record: an error of the tool, told so that nothing is lost silently.
const LOST: Code = "S016";

/// One form, read, checked and corrected.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub record: Record,
    /// Places are those of the document that was read.
    pub findings: Vec<Finding>,
    pub checks: Vec<Check>,
    /// For an edited record: what its file tells of the structure of the source it was once made from. Places are the source's.
    pub kept: Vec<Finding>,
    /// Which of these a person has accepted.
    hushed: Vec<bool>,
    /// For an edited record: all findings as its file has them, for the places in the source.
    remembered: Vec<Finding>,
    typed: bool,
}

/// What one source gave: the document (for drawing places) and the forms in it.
#[derive(Clone, Debug)]
pub struct Conversion {
    pub document: Document,
    pub forms: Vec<Checked>,
}

impl Conversion {
    /// Notes the name of the file, where the record does not already name the source it was made from.
    #[must_use]
    pub fn named(mut self, file: &str) -> Self {
        for form in self.forms.iter_mut().filter(|form| form.record.source.file.is_empty()) {
            file.clone_into(&mut form.record.source.file);
        }
        self
    }
}

impl Checked {
    /// All that is to be told, the source's structure first.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.kept_findings().chain(&self.findings)
    }

    /// What is to be told of what the file keeps of its source.
    pub fn kept_findings(&self) -> impl Iterator<Item = &Finding> {
        let is_told = |index: usize| !self.hushed.get(index).copied().unwrap_or(false);
        self.kept.iter().enumerate().filter(move |(index, _)| is_told(*index)).map(|(_, finding)| finding)
    }

    /// The document that places of this form are in, if it is this one: those of an edited record are in the source it was once
    /// made from.
    pub fn source<'d>(&self, document: Option<&'d Document>) -> Option<&'d Document> {
        document.filter(|_| !self.typed)
    }

    /// The findings with places in the source, as they are written: places in an edited file are not worth keeping. Those that
    /// the file already has stay in its order, so that a second run changes nothing.
    fn findings_to_write(&self) -> Cow<'_, [Finding]> {
        if !self.typed {
            return Cow::Borrowed(&self.findings);
        }
        let mut found: Vec<Option<&Finding>> = self.findings.iter().map(Some).collect();
        let mut places: FxHashMap<(Code, &[Path]), VecDeque<usize>> = FxHashMap::default();
        for (index, new) in self.findings.iter().enumerate() {
            places.entry((new.rule, &new.at)).or_default().push_back(index);
        }
        let mut kept = self.kept.iter().peekable();
        let mut written = Vec::new();
        for old in &self.remembered {
            if kept.peek() == Some(&old) {
                written.extend(kept.next().cloned());
                continue;
            }
            let same = places.get_mut(&(old.rule, old.at.as_slice())).and_then(VecDeque::pop_front);
            if let Some(new) = same.and_then(|index| found.get_mut(index)).and_then(Option::take) {
                written.push(Finding { loci: old.loci.clone(), ..new.clone() });
            }
        }
        written.extend(found.into_iter().flatten().map(|new| Finding { loci: Vec::new(), ..new.clone() }));
        Cow::Owned(written)
    }
}

/// Turns sources into checked records. Made once for many documents, used from any thread.
pub struct Converter {
    definitions: Vec<Arc<FormDefinition>>,
    /// Compiled when the first source comes: an edited record needs none.
    fitter: OnceLock<Fitter>,
    options: read::Options,
    choice: Choice,
}

impl Converter {
    pub fn new(definitions: &[Arc<FormDefinition>]) -> Self {
        Converter {
            definitions: definitions.to_vec(),
            fitter: OnceLock::new(),
            options: read::Options { left_overs: read::LeftOvers::Cleaned, ..read::Options::default() },
            choice: Choice::default(),
        }
    }

    /// Which rules speak, how loudly, and which suggestions are taken.
    #[must_use]
    pub fn choosing(mut self, choice: Choice) -> Self {
        self.choice = choice;
        self
    }

    /// Which state of Word files with tracked changes is read.
    #[must_use]
    pub fn tracked(mut self, tracked: Tracked) -> Self {
        self.options.tracked = tracked;
        self
    }

    /// Reads, fits, checks and corrects one source; or checks and corrects an edited record again.
    pub fn convert(&self, bytes: &[u8], fix: Fix) -> Result<Conversion, Error> {
        if is_record(bytes) {
            return self.convert_record(bytes, fix);
        }
        let document = read::read(bytes, &self.options)?;
        let fitter = self.fitter.get_or_init(|| Fitter::new(&self.definitions));
        let mut fitted = fitter.fit(&document)?;
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let lost = account::missing(&document, fitted.iter().map(|fitted| &fitted.record));
        if let Some(last) = fitted.last_mut() {
            let finding = |piece: &crate::record::Unplaced| {
                let message = Message::new("pipeline.lost").with("text", &piece.text);
                Finding::new(LOST, Severity::Error, message).place(piece.locus).help(Message::new("pipeline.lost.help"))
            };
            last.findings.extend(lost.iter().map(finding));
            last.record.unplaced.extend(lost);
        }
        let mut notices: Vec<Finding> = document.notices.iter().map(|notice| told(NOTICE, notice)).collect();
        let mut forms = Vec::new();
        for fitted in fitted {
            let mut record = fitted.record;
            record.source.sha256.clone_from(&sha256);
            document.reader.clone_into(&mut record.source.reader);
            let definition = definition(&self.definitions, &record.form)?;
            let verdict = rules::run_with(&mut record, definition, fix, &self.choice);
            let mut findings = std::mem::take(&mut notices);
            findings.extend(fitted.findings);
            self.choice.admit(definition, &mut findings);
            findings.extend(verdict.findings);
            forms.push(Checked { record, findings, checks: verdict.checks, ..Checked::default() });
        }
        Ok(Conversion { document, forms })
    }

    /// Checks and corrects an edited record again.
    pub fn convert_record(&self, bytes: &[u8], fix: Fix) -> Result<Conversion, Error> {
        convert_record(bytes, &self.definitions, fix, &self.choice)
    }
}

/// Converts one source. For many, make a [`Converter`] once.
pub fn convert(bytes: &[u8], definitions: &[Arc<FormDefinition>], fix: Fix) -> Result<Conversion, Error> {
    Converter::new(definitions).convert(bytes, fix)
}

/// What the reader sees in a source, before any form is known.
pub fn look(bytes: &[u8], tracked: Tracked) -> Result<Document, Error> {
    read::read(bytes, &read::Options { tracked, ..read::Options::default() })
}

/// Draws a first definition from a blank form. `stem` is the name of its file.
pub fn draft(document: &Document, stem: &str, definitions: &[Arc<FormDefinition>], language: Language) -> Draft {
    draft::draft(document, stem, definitions, language)
}

/// The forms that a document may be, likeliest first: id, title, and how much of their labels it has in common, in percent.
pub fn likely(document: &Document, definitions: &[Arc<FormDefinition>]) -> Vec<(Arc<str>, Arc<str>, u32)> {
    let fitter = Fitter::new(definitions);
    let likely = fitter.likely(document).into_iter();
    likely.map(|(form, score)| (form.id.clone(), form.title.text.clone(), score)).collect()
}

/// Whether bytes are a record in YAML and no source.
pub fn is_record(bytes: &[u8]) -> bool {
    // The beginning says it; bytes that are no text behind it are told by the record's reader.
    let head = &bytes[..bytes.len().min(4096)];
    // A package, as most sources are, need not be taken for text.
    !bytes.starts_with(b"PK\x03\x04") && yaml::sniff(&String::from_utf8_lossy(head))
}

/// Reads a record for printing, as it stands: accepted changes are applied, no rule runs.
pub fn open_record(bytes: &[u8], definitions: &[Arc<FormDefinition>]) -> Result<Checked, Error> {
    let yaml::Read { record, findings, .. } = yaml::read(yaml::utf8(bytes)?, definitions, &codes())?;
    Ok(Checked { record, kept: findings.clone(), remembered: findings, typed: true, ..Checked::default() })
}

/// Checks and corrects an edited record again.
fn convert_record(bytes: &[u8], definitions: &[Arc<FormDefinition>], fix: Fix, choice: &Choice) -> Result<Conversion, Error> {
    let text = yaml::utf8(bytes)?;
    let yaml::Read { mut record, findings: remembered, notices, document } = yaml::read(text, definitions, &codes())?;
    let definition = definition(definitions, &record.form)?;
    let key = |change: &Change| (change.rule, change.at.clone(), change.from.clone(), change.to.clone());
    let places: FxHashMap<_, Option<Locus>> = record.changes.iter().map(|change| (key(change), change.locus)).collect();
    let verdict = rules::run_with(&mut record, definition, fix, choice);
    for change in &mut record.changes {
        // What is new has no place in the source.
        change.locus = places.get(&key(change)).copied().flatten();
    }
    let again = |code: Code| verdict.findings.iter().any(|f| f.rule == code) || verdict.checks.iter().any(|c| c.rule == code);
    let mut kept: Vec<Finding> = remembered
        .iter()
        .filter(|finding| finding.rule.starts_with('S') && finding.rule != OVERRULED && !again(finding.rule))
        .filter(|finding| finding.at.iter().all(|at| record.get(at).is_some()))
        .cloned()
        .collect();
    choice.admit(definition, &mut kept);
    let mut findings: Vec<Finding> = notices.iter().map(|notice| told(OVERRULED, notice)).collect();
    choice.admit(definition, &mut findings);
    findings.extend(verdict.findings);
    // What the file keeps of its source stays in it, accepted or not: it cannot be found again.
    let all_kept = kept.len();
    let mut told_now = kept.clone();
    told_now.append(&mut findings);
    rules::accept(&mut record, &mut told_now, &verdict.declined);
    let silent = |finding: &Finding| record.accepted.iter().any(|accepted| accepted.covered.contains(finding));
    let hushed: Vec<bool> = kept.iter().map(silent).collect();
    let findings = told_now.split_off(all_kept - hushed.iter().filter(|hushed| **hushed).count());
    let forms = vec![Checked { record, findings, checks: verdict.checks, kept, hushed, remembered, typed: true }];
    Ok(Conversion { document, forms })
}

fn definition<'a>(definitions: &'a [Arc<FormDefinition>], form: &str) -> Result<&'a FormDefinition, Error> {
    let found = definitions.iter().find(|definition| &*definition.id == form);
    found.map(|definition| &**definition).ok_or_else(|| Error::Internal(format!("fitted to an unknown form {form}")))
}

fn told(rule: Code, notice: &Notice) -> Finding {
    Finding::new(rule, Severity::Warning, notice.message.clone()).place(notice.locus)
}

/// The codes that a record's file may name.
fn codes() -> Vec<Code> {
    rules::all().iter().map(|rule| rule.code).collect()
}

/// Reads a definition and sees that its rules exist and have the parameters they need.
pub fn load_definition(file: &str, text: &str) -> Result<FormDefinition, Error> {
    load_definition_among(file, text, &[])
}

/// The same of a definition that may build on others of the user's own.
pub fn load_definition_among(file: &str, text: &str, own: &[load::Own]) -> Result<FormDefinition, Error> {
    let definition = load::load_among(file, text, own)?;
    match rules::validate(&definition) {
        mistakes if mistakes.is_empty() => Ok(definition),
        mistakes => Err(Error::Definition { file: file.to_owned(), mistakes }),
    }
}

/// The record's file.
pub fn yaml_text(form: &Checked, language: Language) -> String {
    yaml::write(&form.record, &form.findings_to_write(), &form.checks, language)
}

/// What summaries of many documents keep of a form.
pub fn entry(form: &Checked, definitions: &[Arc<FormDefinition>]) -> Result<EntryForm, Error> {
    let definition = definition(definitions, &form.record.form)?;
    EntryForm::new(&form.record, definition, form.all_findings(), &form.checks)
}

/// How a form is printed.
#[derive(Clone, Copy, Debug)]
pub struct Print {
    pub language: Language,
    /// Whether changes, suggestions and findings are printed behind the form.
    pub appendix: bool,
}

/// Prints forms as pages and Word files. Made once for many records.
pub struct Printer {
    renderer: Renderer,
}

impl Printer {
    pub fn new(definitions: &[Arc<FormDefinition>]) -> Self {
        Printer { renderer: Renderer::new(definitions.iter().cloned().map(TemplateSet::built_in)) }
    }

    /// With templates of the user's own.
    pub fn with_templates(sets: impl IntoIterator<Item = TemplateSet>) -> Self {
        Printer { renderer: Renderer::new(sets) }
    }

    /// Prints a form in several ways: what they share is made once.
    pub fn each<T>(&self, form: &Checked, print: Print, work: impl FnOnce(&Sheet) -> Result<T, Error>) -> Result<T, Error> {
        let findings = form.findings_to_write();
        work(&self.renderer.sheet(Printed { record: &form.record, findings: &findings }, &print.options())?)
    }

    /// One self-contained page.
    pub fn html(&self, form: &Checked, print: Print) -> Result<String, Error> {
        self.each(form, print, |sheet| sheet.html())
    }

    /// The review page. `document` is what the form was read from; a record that was typed has none.
    pub fn review(&self, form: &Checked, document: Option<&Document>, print: Print) -> Result<String, Error> {
        self.each(form, print, |sheet| sheet.review(form.source(document)))
    }

    /// A Word file.
    pub fn docx(&self, form: &Checked, print: Print) -> Result<Vec<u8>, Error> {
        self.each(form, print, |sheet| sheet.docx())
    }

    /// A Word file in which every correction is a tracked change.
    pub fn docx_tracked(&self, form: &Checked, print: Print) -> Result<Vec<u8>, Error> {
        self.each(form, print, |sheet| sheet.docx_tracked())
    }
}

impl Print {
    fn options(self) -> render::Options {
        render::Options { language: self.language, appendix: self.appendix, ..render::Options::default() }
    }
}

/// All rules in the order of their codes.
pub fn all_rules() -> Vec<Explanation> {
    rules::all()
}

/// A rule by its code, in any case: `f003`.
pub fn explain(code: &str) -> Option<Explanation> {
    rules::explain(code)
}
