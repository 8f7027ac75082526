//! Every kind of file that LibreOffice makes of a Word file of ours says the same data. A program that is missing is said loudly;
//! where `CI=true` it is a failure. `SEED=/path/to/seed` takes the real form along.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::diag::Severity;
use biaozhun::pipeline::{Checked, Print, Printer, yaml_text};
use biaozhun::rules::Fix;
use std::path::{Path, PathBuf};
use support::case::{converter, definitions};
use support::programs::{program, to_office_all, to_office_with};

/// Of every text shape, and one of every form; all invented.
const SAMPLES: [&str; 20] = [
    "agriculture-2021-gb18030.txt",
    "archives-2024.md",
    "civil-affairs-2023.txt",
    "culture-2020.txt",
    "health-2022.txt",
    "transport-2023.html",
    "water-bureau-2023.txt",
    "water-office-2021.txt",
    "audit-bureau-2024.txt",
    "culture-tourism-2022.html",
    "river-works-2024.html",
    "seed-quality-2015.txt",
    "word/park-lights-2026.docx",
    "sewage-review-2023.txt",
    "legal-aid-review-2023.txt",
    "wetland-review-2021.html",
    "meteorology-review-2023.md",
    "forestry-review-2022.txt",
    "word/science-park-review-2023.docx",
    "road-monitoring-2023.txt",
];
const KINDS: [(&str, &str); 5] =
    [("doc", "doc"), ("odt", "odt"), ("rtf", "rtf"), ("html", "html"), ("txt", "txt:Text (encoded):UTF8")];
/// What LibreOffice leaves unclear, so that it must be told: in a page it ends the group of rows between a header and the row that
/// the header reaches into, so that nobody knows under which column a tick stands; in a text blank cells are gone altogether.
const EXCEPTIONS: [(&str, &str); 2] = [("road-monitoring-2023", "html"), ("road-monitoring-2023", "txt")];
const PRINT: Print = Print { language: Language::Chinese, appendix: false };

#[test]
fn whatever_libreoffice_makes_of_the_word_file_says_the_same() {
    let Some(soffice) = program(&["soffice", "libreoffice"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut sources: Vec<PathBuf> =
        SAMPLES.iter().map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).collect();
    sources.extend(std::env::var_os("SEED").map(|seed| Path::new(&seed).join("seed.txt")));
    let printer = Printer::new(definitions());
    let mut wanted = Vec::new();
    for source in &sources {
        let form = read(source);
        let file = folder.path().join(source.file_stem().expect("a name")).with_extension("docx");
        std::fs::write(&file, printer.docx(&form, PRINT).expect("a Word file")).expect("writing");
        wanted.push((file, data(&form)));
    }
    let files: Vec<PathBuf> = wanted.iter().map(|(file, _)| file.clone()).collect();
    for (_, filter) in KINDS {
        to_office_all(soffice, &files, filter);
    }
    let pages: Vec<PathBuf> = files.iter().map(|file| file.with_extension("html")).collect();
    to_office_with(soffice, &pages, &["--infilter=HTML (StarCalc)", "--convert-to", "xlsx"]);
    let mut differing = Vec::new();
    for (file, wanted) in &wanted {
        for kind in KINDS.map(|(kind, _)| kind).into_iter().chain(["xlsx"]) {
            let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if EXCEPTIONS.contains(&(stem, kind)) {
                let form = read(&file.with_extension(kind));
                assert!(form.findings.iter().any(|finding| finding.severity != Severity::Info), "{stem} as {kind}: in silence");
                continue;
            }
            let found = data(&read(&file.with_extension(kind)));
            if found != *wanted {
                let first = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
                differing.push(format!("{} as {kind}: first difference (found, wanted) {first:#?}", file.display()));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    let forms: std::collections::BTreeSet<String> = sources.iter().map(|source| read(source).record.form).collect();
    assert_eq!(forms.len(), definitions().len(), "one of every form");
}

/// The one form of a file.
fn read(file: &Path) -> Checked {
    let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut conversion = converter().convert(&bytes, Fix::Auto).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(conversion.forms.len(), 1, "{}", file.display());
    conversion.forms.remove(0)
}

/// What a form holds, without where it came from.
fn data(form: &Checked) -> String {
    let text = yaml_text(form, Language::Chinese);
    let from = text.find("data:").unwrap_or(0);
    let to = text.find("\nchanges:").or(text.find("\nfindings:")).unwrap_or(text.len());
    // A column that a template prints blank says nothing.
    text[from..to].replace("basis: null, ", "")
}
