//! What is told of each form: findings, suggestions and corrections, as drawings, as lines, or as JSON; and the sum of it.

use super::draw::{Head, Rows, Scene, edit};
use super::emit::{BOLD, Emit, paint};
use super::sarif::{self, Source};
use super::{Format, Status};
use biaozhun::catalogue;
use biaozhun::change::{Change, Class};
use biaozhun::diag::{Error, Finding, Message, Mistake, Outcome, Severity};
use biaozhun::document::{Block, Cell, Document, Layout, Row};
use biaozhun::form::FormDefinition;
use biaozhun::locus::{Locus, Spot};
use biaozhun::pipeline::{Checked, Conversion};
use biaozhun::record::Record;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of all forms of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    pub files: usize,
    pub failed: usize,
    pub forms: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Applied changes of class auto; of these, changes of notation only; and accepted suggestions.
    pub corrected: usize,
    pub notation: usize,
    pub accepted: usize,
    pub suggestions: usize,
    pub unchecked: usize,
}

impl Sum {
    fn add(&mut self, form: &Checked) {
        self.forms += 1;
        for finding in form.all_findings() {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Info => self.infos += 1,
            }
        }
        for change in &form.record.changes {
            match (change.applied, change.class) {
                (true, Class::Suggest) => self.accepted += 1,
                (true, _) => {
                    self.corrected += 1;
                    self.notation += usize::from(is_notation(change));
                }
                (false, Class::Suggest) => self.suggestions += 1,
                (false, _) => {}
            }
        }
        self.unchecked += form.checks.iter().filter(|check| check.outcome == Outcome::Unchecked).count();
    }

    pub fn status(&self) -> Status {
        match (self.failed, self.errors) {
            (0, 0) => Status::Clean,
            (0, _) => Status::Findings,
            _ => Status::Failed,
        }
    }

    /// The last line.
    fn message(&self) -> Message {
        let message = match (self.failed, self.forms) {
            (0, _) => Message::new("cli.sum"),
            (_, 0) => Message::new("cli.sum_none"),
            _ => Message::new("cli.sum_failed"),
        };
        message
            .with("files", self.files)
            .with("failed", self.failed)
            .with("forms", self.forms)
            .with("errors", self.errors)
            .with("warnings", self.warnings)
            .with("infos", self.infos)
            .with("corrected", self.corrected + self.accepted)
            .with("notation", self.notation)
            .with("suggestions", self.suggestions)
            .with("unchecked", self.unchecked)
    }

    fn json(&self) -> Value {
        json!({
            "files": self.files, "failed": self.failed, "forms": self.forms, "errors": self.errors,
            "warnings": self.warnings, "infos": self.infos, "corrected": self.corrected, "notation": self.notation,
            "accepted": self.accepted, "suggestions": self.suggestions, "unchecked": self.unchecked,
        })
    }
}

/// A change that alters how a value is written and not what it says: those of the text family that need no one's judgement.
fn is_notation(change: &Change) -> bool {
    change.class == Class::Auto && change.rule.starts_with('T')
}

/// Tells of a run, file by file.
pub struct Report<'a> {
    definitions: &'a [Arc<FormDefinition>],
    pub sum: Sum,
    /// What JSON will hold, or the results of SARIF.
    files: Vec<Value>,
}

impl<'a> Report<'a> {
    pub fn new(definitions: &'a [Arc<FormDefinition>]) -> Self {
        Report { definitions, sum: Sum::default(), files: Vec::new() }
    }

    /// One file that was read. `outputs` are the files written for each form.
    pub fn file(&mut self, file: &str, conversion: &Conversion, outputs: &[Vec<String>], emit: &mut Emit) {
        self.sum.files += 1;
        let rows = Rows::of(&conversion.document);
        let mut forms = Vec::new();
        for (index, form) in conversion.forms.iter().enumerate() {
            self.sum.add(form);
            let Some(definition) = self.definitions.iter().find(|d| *d.id == form.record.form) else { continue };
            let shape = definition.shape();
            let record = &form.record;
            let lines = conversion.document.reader == "yaml";
            let scene = Scene { file, rows: Some(&rows), lines, record, shape, language: emit.language };
            // What an edited record keeps is about the source that it was once made from.
            let file = &record.source.file;
            let source = Scene { file, rows: None, lines: false, record, shape, language: emit.language };
            let outputs = outputs.get(index).map(Vec::as_slice).unwrap_or_default();
            match emit.format {
                Format::Human => human(form, &scene, &source, emit),
                Format::Short => short(form, &scene, &source, emit),
                Format::Json => forms.push(form_json(form, &scene, &source, outputs)),
                Format::Sarif => self.files.extend(results(form, &scene, &source, emit)),
                Format::Markdown => {
                    let gap = if self.sum.forms > 1 { "\n" } else { "" };
                    let text = super::sheet::sheet(form, definition, &scene, &source);
                    emit.print(&format!("{gap}{text}"));
                }
            }
        }
        if emit.format == Format::Json {
            self.files.push(json!({"file": file, "reader": conversion.document.reader, "forms": forms}));
        }
    }

    /// One file that could not be read or written.
    pub fn failed(&mut self, file: &str, error: &Error, bytes: Option<&[u8]>, emit: &mut Emit) {
        self.sum.files += 1;
        self.sum.failed += 1;
        if emit.format == Format::Json {
            self.files.push(json!({"file": file, "error": error_json(error, emit)}));
        } else {
            let text = bytes.map(String::from_utf8_lossy);
            failure(file, error, text.as_deref(), emit);
        }
    }

    /// The end: the sum, or all of it as JSON.
    pub fn finish(self, written: &[String], emit: &mut Emit) -> Status {
        match emit.format {
            Format::Json => emit.json(&json!({"files": self.files, "summary": self.sum.json()})),
            Format::Sarif => {
                let log = sarif::log(self.files, self.sum.failed == 0, emit);
                emit.json(&log);
            }
            Format::Markdown => {}
            Format::Human | Format::Short => {
                if !written.is_empty() && emit.format == Format::Human {
                    let mut text = emit.say(&Message::new("cli.written").with("count", written.len()));
                    const SHOWN: usize = 12;
                    for file in written.iter().take(SHOWN) {
                        text.push_str(&format!("\n  {file}"));
                    }
                    if written.len() > SHOWN {
                        text.push_str(&format!("\n  … +{}", written.len() - SHOWN));
                    }
                    emit.print(&format!("{text}\n"));
                }
                if emit.format == Format::Human && (self.sum.forms > 0 || self.sum.files > 1) {
                    let line = emit.say(&self.sum.message());
                    emit.print(&format!("{}\n", paint(&line, BOLD)));
                }
            }
        }
        self.sum.status()
    }
}

/// Things that say the same of several places, brought together in the order of the first.
pub fn grouped<T, K: Ord>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    let mut known: BTreeMap<K, usize> = BTreeMap::new();
    for item in items {
        let group = *known.entry(key(&item)).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// In the order of the source; what has no place comes last.
fn in_order(mut findings: Vec<&Finding>) -> Vec<&Finding> {
    findings.sort_by_key(|finding| {
        let place = finding.loci.iter().find(|locus| locus.spot != Spot::Nowhere);
        place.map_or((true, Locus::default()), |locus| (false, *locus))
    });
    findings
}

fn human(form: &Checked, scene: &Scene, source: &Scene, emit: &mut Emit) {
    let verbose = emit.verbose;
    let told = |finding: &Finding| verbose || finding.severity > Severity::Info;
    let mut out = String::new();
    for (scene, findings) in [(source, form.kept_findings().collect()), (scene, form.findings.iter().collect::<Vec<_>>())] {
        let findings = in_order(findings).into_iter().filter(|finding| told(finding));
        for group in grouped(findings, |finding| (finding.rule, emit.say(&finding.message))) {
            let [first, others @ ..] = group.as_slice() else { continue };
            out.push_str(&scene.finding(Head::Severity(first.severity), first, others));
            out.push('\n');
        }
    }
    let suggested = |change: &&Change| !change.applied && change.class == Class::Suggest;
    let corrected = |change: &&Change| change.applied && (verbose || !is_notation(change));
    for (head, wanted) in [(Head::Suggestion, &suggested as &dyn Fn(&&Change) -> bool), (Head::Fixed, &corrected)] {
        let changes = form.record.changes.iter().filter(wanted);
        for group in grouped(changes, |change| (change.rule, change.from.clone(), change.to.clone())) {
            let [first, others @ ..] = group.as_slice() else { continue };
            out.push_str(&scene.edit(head, first, others));
            out.push('\n');
        }
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let quiet = form.all_findings().filter(|finding| !told(finding)).map(|finding| finding.rule);
    let notation = form.record.changes.iter().filter(|c| c.applied && !verbose && is_notation(c)).map(|c| c.rule);
    for rule in quiet.chain(notation) {
        *counts.entry(rule).or_default() += 1;
    }
    if !counts.is_empty() {
        let rules: Vec<String> = counts.iter().map(|(rule, count)| format!("{rule} ×{count}")).collect();
        let count: usize = counts.values().sum();
        let line = emit.say(&Message::new("cli.quiet").with("count", count).with("rules", rules.join("  ")));
        out.push_str(&format!("{line}\n\n"));
    }
    let accepted: usize = form.record.accepted.iter().map(|accepted| accepted.covered.len()).sum();
    if accepted > 0 {
        let line = emit.say(&Message::new("cli.accepted").with("count", accepted));
        out.push_str(&format!("{line}\n\n"));
    }
    emit.print(&out);
}

fn short(form: &Checked, scene: &Scene, source: &Scene, emit: &mut Emit) {
    let mut out = String::new();
    for (scene, findings) in [(source, form.kept_findings().collect()), (scene, form.findings.iter().collect::<Vec<_>>())] {
        for finding in in_order(findings) {
            let place = scene.place(finding.loci.first());
            // One line each, whatever the source's text holds.
            let message = super::draw::shorten(&emit.say(&finding.message), usize::MAX);
            out.push_str(&format!("{place}: {}[{}]: {message}\n", finding.severity.name(), finding.rule));
        }
    }
    for change in form.record.changes.iter().filter(|change| !change.applied && change.class == Class::Suggest) {
        let place = scene.place(scene.change_place(change).as_ref());
        out.push_str(&format!("{place}: suggest[{}]: {} {}\n", change.rule, scene.trail(&change.at), edit(change)));
    }
    emit.print(&out);
}

/// All that SARIF tells of a form: findings, suggestions, and what was accepted.
fn results(form: &Checked, scene: &Scene, source: &Scene, emit: &Emit) -> Vec<Value> {
    let place = |scene: &Scene| Source { file: scene.file.to_owned(), lines: scene.lines };
    let (here, there) = (place(scene), place(source));
    let kept = form.kept_findings().map(|finding| sarif::finding(finding, &there, None, emit));
    let found = form.findings.iter().map(|finding| sarif::finding(finding, &here, None, emit));
    let open = form.record.changes.iter().filter(|change| !change.applied && change.class == Class::Suggest);
    let suggested = open.map(|change| {
        let finding = sarif::suggestion(change, scene.change_place(change));
        sarif::finding(&finding, &here, None, emit)
    });
    let accepted = form.record.accepted.iter().flat_map(|accepted| accepted.covered.iter().map(move |f| (accepted, f)));
    let accepted = accepted.map(|(accepted, finding)| sarif::finding(finding, &here, Some(&accepted.reason), emit));
    kept.chain(found).chain(suggested).chain(accepted).collect()
}

/// A place, for programs.
pub fn locus_json(locus: &Locus) -> Value {
    let mut value = match locus.spot {
        Spot::Nowhere => return Value::Null,
        Spot::Text { line, cell } => json!({"line": line, "cell": cell}),
        Spot::Paragraph { part, number } => json!({"part": part.name(), "paragraph": number}),
        Spot::Table { table, row, column, line: 0 } => json!({"table": table, "row": row, "column": column}),
        Spot::Table { table, row, column, line } => json!({"table": table, "row": row, "column": column, "line": line}),
        Spot::Sheet { sheet, row, column } => json!({"sheet": sheet, "row": row, "column": column}),
    };
    if let Some(object) = value.as_object_mut() {
        if locus.paragraph > 0 {
            object.insert("paragraph".to_owned(), json!(locus.paragraph));
        }
        object.insert("start".to_owned(), json!(locus.start));
        object.insert("end".to_owned(), json!(locus.end));
    }
    value
}

fn finding_json(finding: &Finding, scene: &Scene) -> Value {
    let count = finding.loci.len().max(finding.at.len());
    let places = (0..count).map(|index| {
        let (at, locus) = (finding.at.get(index), finding.loci.get(index));
        json!({
            "at": at.map(ToString::to_string),
            "label": at.map(|at| scene.trail(at)),
            "file": scene.file,
            "locus": locus.map(locus_json),
            "text": locus.and_then(|locus| scene.rows.and_then(|rows| rows.text(locus))),
        })
    });
    json!({
        "rule": finding.rule,
        "severity": finding.severity.name(),
        "message": catalogue::render(scene.language, &finding.message),
        "help": finding.help.as_ref().map(|help| catalogue::render(scene.language, help)),
        "places": places.collect::<Vec<_>>(),
    })
}

fn form_json(form: &Checked, scene: &Scene, source: &Scene, outputs: &[String]) -> Value {
    let kept = form.kept_findings().map(|finding| finding_json(finding, source));
    let findings = kept.chain(form.findings.iter().map(|finding| finding_json(finding, scene)));
    let changes = form.record.changes.iter().map(|change| {
        json!({
            "at": change.at.to_string(),
            "label": scene.trail(&change.at),
            "rule": change.rule,
            "class": change.class,
            "applied": change.applied,
            "from": change.from,
            "to": change.to,
            "because": catalogue::render(scene.language, &change.because),
            "locus": change.locus.as_ref().map(locus_json),
        })
    });
    let checks = form.checks.iter().map(|check| {
        json!({
            "rule": check.rule,
            "outcome": check.outcome,
            "at": check.at.to_string(),
            "message": catalogue::render(scene.language, &check.message),
        })
    });
    let accepted = form.record.accepted.iter().map(|accepted| {
        let covered = accepted.covered.iter().map(|finding| finding_json(finding, scene)).collect::<Vec<_>>();
        json!({
            "rule": accepted.rule,
            "at": accepted.at.as_ref().map(ToString::to_string),
            "reason": accepted.reason,
            "findings": covered,
        })
    });
    let accepted: Vec<Value> = accepted.collect();
    let unplaced = form.record.unplaced.iter().map(|piece| json!({"text": piece.text, "locus": locus_json(&piece.locus)}));
    json!({
        "form": form.record.form,
        "recognised": form.record.source.recognised,
        "findings": findings.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(),
        "checks": checks.collect::<Vec<_>>(),
        "accepted": accepted,
        "unplaced": unplaced.collect::<Vec<_>>(),
        "outputs": outputs,
    })
}

pub fn error_json(error: &Error, emit: &Emit) -> Value {
    let mistake = |m: &Mistake| json!({"line": m.line, "column": m.column, "message": emit.say(&m.message)});
    match error {
        Error::Definition { file, mistakes } => {
            json!({"file": file, "mistakes": mistakes.iter().map(mistake).collect::<Vec<_>>()})
        }
        Error::Record(mistakes) => json!({"mistakes": mistakes.iter().map(mistake).collect::<Vec<_>>()}),
        Error::Word { file, mistakes } => {
            json!({"file": file, "mistakes": mistakes.iter().map(|m| super::template::json(m, emit)).collect::<Vec<_>>()})
        }
        Error::Template { file, mistake: m } => json!({"file": file, "mistakes": [mistake(m)]}),
        error => json!({"message": emit.say(&message(error))}),
    }
}

/// An error without places, in words.
fn message(error: &Error) -> Message {
    match error {
        Error::Unreadable(message) | Error::NoForm(message) => message.clone(),
        Error::Internal(detail) => Message::new("cli.internal").with("detail", detail),
        other => Message::new("cli.internal").with("detail", other),
    }
}

/// Tells why a file could not be used; mistakes in it are drawn where its text is at hand.
pub fn failure(file: &str, error: &Error, text: Option<&str>, emit: &mut Emit) {
    match error {
        Error::Definition { file, mistakes } => told(file, mistakes, text, emit),
        Error::Record(mistakes) => told(file, mistakes, text, emit),
        Error::Word { file, mistakes } => super::template::told(file, mistakes, emit),
        Error::Template { file, mistake } => told(file, std::slice::from_ref(mistake), None, emit),
        error => {
            let message = message(error);
            // A message about the file itself already names it.
            let named = message.arguments.iter().any(|(name, _)| *name == "file");
            let name = if named { String::new() } else { format!("{file}: ") };
            let message = emit.say(&message);
            emit.error(&format!("{name}{message}"));
        }
    }
}

/// Tells the mistakes of a file that a person wrote, each with its line.
pub fn told(file: &str, mistakes: &[Mistake], text: Option<&str>, emit: &mut Emit) {
    let lines: Vec<&str> = text.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text).lines().collect()).unwrap_or_default();
    for mistake in mistakes {
        let message = emit.say(&mistake.message);
        if emit.format == Format::Short {
            emit.error(&format!("{file}:{}:{}: {message}", mistake.line, mistake.column));
            continue;
        }
        emit.error(&message);
        let line = lines.get(mistake.line.saturating_sub(1) as usize).copied().unwrap_or_default();
        let row = Row { cells: vec![Cell::plain(line, mistake.line, 1)] };
        let blocks = vec![Block { layout: Layout::Lines, rows: vec![row] }];
        let document = Document { reader: "yaml", encoding: "UTF-8", blocks, notices: Vec::new() };
        let rows = Rows::of(&document);
        let (record, shape) = (Record::default(), biaozhun::form::Shape::Map(Vec::new()));
        let scene = Scene { file, rows: Some(&rows), lines: true, record: &record, shape: &shape, language: emit.language };
        let start = mistake.column.saturating_sub(1);
        let locus = Locus::new(Spot::Text { line: mistake.line, cell: 1 }, start, start + 1);
        let mut out = String::new();
        let drawn = if line.is_empty() { None } else { Some(&rows) };
        let scene = Scene { rows: drawn, ..scene };
        scene.piece(&mut out, scene.gutter(&[locus]), ("-->", '^', super::emit::RED), Some(&locus), "");
        emit.complain(&out);
    }
}
