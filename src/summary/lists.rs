//! Lists for other programs: a record on each line, and a table of findings that opens in a spreadsheet as it is.

use super::across::Across;
use super::{Data, Entry, EntryFinding, EntryOutput, Options, Outcome};
use crate::catalogue;
use crate::diag::Severity;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// A line of the records: its keys are always these, in this order.
#[derive(Serialize)]
struct Line<'e> {
    input: &'e str,
    sha256: &'e str,
    form: &'e str,
    title: &'e str,
    definition: &'e str,
    department: &'e str,
    year: Option<i32>,
    project: &'e str,
    total: &'e str,
    unit: &'e str,
    outcome: Outcome,
    errors: usize,
    warnings: usize,
    notes: usize,
    corrected: u32,
    suggestions: u32,
    accepted: u32,
    unchecked: u32,
    outputs: &'e [EntryOutput],
    data: &'e Data,
    findings: &'e [EntryFinding],
}

/// One JSON object for each form.
pub fn records(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    for form in &entry.forms {
        let line = Line {
            input: &entry.input,
            sha256: &entry.sha256,
            form: &form.form,
            title: &form.title,
            definition: &form.definition,
            department: &form.department,
            year: form.year,
            project: &form.project,
            total: &form.total,
            unit: &form.unit,
            outcome: form.outcome(),
            errors: form.count(Severity::Error),
            warnings: form.count(Severity::Warning),
            notes: form.count(Severity::Info),
            corrected: form.corrected,
            suggestions: form.suggestions,
            accepted: form.accepted,
            unchecked: form.unchecked,
            outputs: &form.outputs,
            data: &form.data,
            findings: &form.findings,
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The columns of the findings, by the ids of their headers.
pub const COLUMNS: [&str; 12] = [
    "summary.input",
    "summary.form",
    "summary.department",
    "summary.year",
    "summary.severity",
    "summary.rule",
    "summary.message",
    "summary.help",
    "summary.field",
    "summary.place",
    "summary.output",
    "summary.also",
];

/// The table of all findings, those across documents last: one row each, and one for each input that no form could be read from.
pub struct Findings<'o> {
    options: &'o Options<'o>,
    out: &'o mut dyn Write,
}

impl<'o> Findings<'o> {
    pub fn new(options: &'o Options<'o>, out: &'o mut dyn Write) -> io::Result<Findings<'o>> {
        out.write_all("\u{feff}".as_bytes())?;
        let headers = COLUMNS.map(|id| catalogue::text(options.language, id));
        row(out, headers.iter().map(|header| &**header))?;
        Ok(Findings { options, out })
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        findings_of(entry, self.options, &mut |cells| row(self.out, cells.iter().map(|cell| &**cell)))
    }

    pub fn finish(self, across: &[Across]) -> io::Result<()> {
        findings_across(across, self.options, &mut |cells| row(self.out, cells.iter().map(|cell| &**cell)))
    }
}

/// How many rows of the table are about an input.
pub fn count_of(entry: &Entry) -> usize {
    usize::from(entry.error.is_some()) + entry.forms.iter().map(|form| form.findings.len()).sum::<usize>()
}

/// One row of the table of findings, in the order of [`COLUMNS`].
pub type Cells<'t> = [Cow<'t, str>; 12];

/// Calls `visit` with the cells of every row about an input.
pub fn findings_of(
    entry: &Entry,
    options: &Options<'_>,
    visit: &mut dyn FnMut(&Cells<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let severity = |severity: Severity| catalogue::text(options.language, severity_id(severity));
    if let Some(error) = &entry.error {
        let word = catalogue::text(options.language, entry.outcome.message_id());
        let blank = || Cow::Borrowed("");
        let (input, error) = (Cow::from(entry.input.as_str()), error.text(options.language));
        visit(&[input, blank(), blank(), blank(), word, blank(), error, blank(), blank(), blank(), blank(), blank()])?;
    }
    for form in &entry.forms {
        let year = form.year.map(|year| year.to_string()).unwrap_or_default();
        for finding in &form.findings {
            visit(&[
                Cow::from(entry.input.as_str()),
                Cow::from(form.title.as_str()),
                Cow::from(form.department.as_str()),
                Cow::from(year.as_str()),
                severity(finding.severity),
                Cow::from(finding.rule.as_str()),
                finding.message.text(options.language),
                finding.help.text(options.language),
                Cow::from(finding.field.as_str()),
                finding.place.text(options.language),
                Cow::from(form.link().unwrap_or_default()),
                Cow::Borrowed(""),
            ])?;
        }
    }
    Ok(())
}

/// The same of what documents say of each other.
pub fn findings_across(
    across: &[Across],
    options: &Options<'_>,
    visit: &mut dyn FnMut(&Cells<'_>) -> io::Result<()>,
) -> io::Result<()> {
    for finding in across {
        let first = finding.places.first();
        let text = |of: fn(&super::Place) -> &str| Cow::from(first.map_or("", of));
        let others: Vec<&str> = finding.places.iter().skip(1).map(|place| &*place.input).collect();
        visit(&[
            text(|place| &place.input),
            text(|place| &place.title),
            text(|place| &place.department),
            Cow::from(first.and_then(|place| place.year).map(|year| year.to_string()).unwrap_or_default()),
            catalogue::text(options.language, severity_id(finding.severity)),
            Cow::from(finding.rule),
            Cow::from(catalogue::render(options.language, &finding.message)),
            Cow::from(catalogue::render(options.language, &finding.help)),
            text(|place| &place.field),
            Cow::Borrowed(""),
            text(|place| &place.link),
            Cow::from(others.join("; ")),
        ])?;
    }
    Ok(())
}

/// The id of a severity's name.
pub fn severity_id(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "summary.error",
        Severity::Warning => "summary.warning",
        Severity::Info => "summary.info",
    }
}

/// RFC 4180, with every cell safe to open in a spreadsheet.
fn row<'c>(out: &mut dyn Write, cells: impl Iterator<Item = &'c str>) -> io::Result<()> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        let cell = harmless(cell);
        if cell.contains([',', '"', '\r', '\n']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

/// A text that a spreadsheet would take for a formula gets a quotation mark before it; a figure stays as it is.
fn harmless(cell: &str) -> Cow<'_, str> {
    let is_command =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}');
    if cell.starts_with(is_command) && !is_figure(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A number with nothing but its sign, thousands, decimals and a percent sign.
fn is_figure(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = digits.strip_suffix('%').unwrap_or(digits);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str, also: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || also.contains(c));
    whole.starts_with(|c: char| c.is_ascii_digit()) && all(whole, ",") && all(part, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_texts_and_figures_stay_figures() {
        for text in
            ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+", "-1e5", "\u{ff1d}1", "-3.", "-3.5.1"]
        {
            assert_eq!(harmless(text), format!("'{text}"), "{text}");
        }
        for text in ["-3.5", "+12", "-1,234.50", "-3.5%", "3", "", "a=b", "水利局"] {
            assert_eq!(harmless(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_cell_that_is_no_figure_begins_like_a_formula(text in "[=+\\-@\t\r\n0-9a-c.,%]{0,8}") {
            let safe = harmless(&text);
            prop_assert!(is_figure(&safe) || !safe.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            prop_assert!(safe == text || safe.strip_prefix('\'') == Some(&*text));
        }
    }
}
