//! What users paste out of other tools: our own Word file through pandoc says the same again, and through a printed page it says
//! at least what is not sure. A program that is missing is said loudly; where `CI=true` it is a failure.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::diag::Severity;
use biaozhun::pipeline::{Checked, Print, Printer, convert, yaml_text};
use biaozhun::record::{Path as Place, Record, Step};
use biaozhun::rules::Fix;
use biaozhun::value::Kind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::account::account;
use support::case::definitions;
use support::compare::{Difference, is_flagged};
use support::programs::{program, run, to_office};

/// All invented: a Markdown table, cells one a line, aligned columns, and the structure and faults of a real form.
const SAMPLES: [&str; 4] = ["archives-2024.md", "culture-2020.txt", "health-2022.txt", "water-bureau-2023.txt"];
const PRINT: Print = Print { language: Language::Chinese, appendix: false };

#[test]
fn what_pandoc_makes_of_the_word_file_says_the_same() {
    let Some(pandoc) = program(&["pandoc"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut differing = Vec::new();
    for name in SAMPLES {
        let (form, file) = printed(name, folder.path());
        let wanted = data(&form);
        for notation in ["gfm", "html", "plain"] {
            let text = run(Command::new(pandoc).args(["-f", "docx", "-t", notation]).arg(&file));
            let found = data(&read(&text, name));
            if found != wanted {
                let first = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
                differing.push(format!("{name} as {notation}: first difference (found, wanted) {first:#?}"));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// A page's text has lost the cells, and the width of columns cuts labels: much is misread. No figure, name or indicator may be so
/// in silence. Of running text that is cut elsewhere only the form as a whole is told: the half of a label between its lines
/// (`-raw`), and lines of the texts above and below each other (`-layout`), look like any line of it.
#[test]
fn what_a_printed_page_has_lost_is_told() {
    let Some(soffice) = program(&["soffice", "libreoffice"]) else { return };
    let Some(pdftotext) = program(&["pdftotext"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut silent = Vec::new();
    for name in SAMPLES {
        let (form, file) = printed(name, folder.path());
        to_office(soffice, &file, "pdf");
        for mode in ["-raw", "-layout"] {
            let text = run(Command::new(pdftotext).arg(mode).arg(file.with_extension("pdf")).arg("-"));
            let found = read(&text, name);
            let (quiet, texts): (Vec<_>, Vec<_>) = untold(&form, &found).into_iter().partition(|row| row.kind != Kind::Text);
            let whole = doubts(&found) > doubts(&form);
            silent.extend(quiet.iter().map(|row| format!("{name} {mode}: {} {}", row.at, row.text)));
            silent.extend(texts.iter().filter(|_| !whole).map(|row| format!("{name} {mode}: {} {}", row.at, row.text)));
        }
    }
    assert!(silent.is_empty(), "{} in silence:\n{}", silent.len(), silent.join("\n"));
}

/// A sample, and the Word file that is made of it.
fn printed(name: &str, folder: &Path) -> (Checked, PathBuf) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    let form = read(&std::fs::read(source).expect("the sample"), name);
    let file = folder.join(name).with_extension("docx");
    std::fs::write(&file, Printer::new(definitions()).docx(&form, PRINT).expect("a Word file")).expect("writing");
    (form, file)
}

/// The one form of a text. Nothing of the text may be lost.
fn read(bytes: &[u8], name: &str) -> Checked {
    let mut conversion = convert(bytes, definitions(), Fix::Auto).unwrap_or_else(|error| panic!("{name}: {error}"));
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    assert!(account.closes(), "{name}: {account:?}");
    assert_eq!(conversion.forms.len(), 1, "{name}");
    conversion.forms.remove(0)
}

/// What a form holds, without where it came from.
fn data(form: &Checked) -> String {
    let text = yaml_text(form, Language::Chinese);
    let from = text.find("data:").unwrap_or(0);
    let to = text.find("\nchanges:").unwrap_or(text.len());
    text[from..to].to_owned()
}

/// What is told of a form's structure, and the pieces left over.
fn doubts(form: &Checked) -> usize {
    let structure =
        form.findings.iter().filter(|finding| finding.rule.starts_with('S') && finding.severity >= Severity::Warning);
    structure.count() + form.record.unplaced.len()
}

/// A row of a record: where it stands, which rows it is one of, and what it says.
struct Said {
    at: Place,
    /// Of its first value.
    kind: Kind,
    of: String,
    text: String,
}

/// All that a record says, by row: an indicator, a project, a field that is in none.
fn rows(record: &Record) -> Vec<Said> {
    let mut found: BTreeMap<Place, Said> = BTreeMap::new();
    record.each_leaf(&mut |path, leaf| {
        if leaf.is_blank() {
            return;
        }
        let end = path.0.iter().rposition(|step| matches!(step, Step::Index(_))).map_or(path.0.len(), |last| last + 1);
        let keys = |steps: &[Step]| {
            let keys = steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(&**key) } else { None });
            keys.collect::<Vec<_>>().join(".")
        };
        let at = Place(path.0[..end].to_vec());
        let new = Said { at: at.clone(), kind: leaf.kind, of: keys(&path.0[..end]), text: String::new() };
        found.entry(at).or_insert(new).text.push_str(&format!("{} {}; ", keys(&path.0[end..]), leaf.text));
    });
    found.into_values().collect()
}

/// The rows that differ, and that no finding, no open suggestion and no piece left over tells of.
fn untold(wanted: &Checked, found: &Checked) -> Vec<Said> {
    let mut missing = rows(&wanted.record);
    let mut wrong = Vec::new();
    for row in rows(&found.record) {
        match missing.iter().position(|other| other.of == row.of && other.text == row.text) {
            Some(at) => drop(missing.remove(at)),
            None => wrong.push(row),
        }
    }
    // A row that is not there stands as a wrong one elsewhere, or has left a piece or a gap that is told.
    missing.retain(|row| !wrong.iter().any(|other| other.of == row.of));
    let is_told = |row: &Said, expected: &str, said: &str| {
        let (expected, said) = (expected.to_owned(), said.to_owned());
        is_flagged(found, &Difference { path: row.at.clone(), row: row.at.clone(), expected, found: said })
    };
    wrong.retain(|row| !is_told(row, "", &row.text));
    missing.retain(|row| !is_told(row, &row.text, ""));
    wrong.into_iter().chain(missing).collect()
}
