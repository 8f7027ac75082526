//! What comes out is opened by the programs that offices use: LibreOffice reads the Word file without repair, Chromium prints
//! the page. A program that is missing is said loudly; where `CI=true` it is a failure.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::pipeline::{Checked, Print, Printer, convert};
use biaozhun::rules::Fix;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::case::definitions;
use support::programs::{program, to_office, to_pdf};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/water-bureau-2023.txt");
const PRINT: Print = Print { language: Language::Chinese, appendix: false };

#[test]
fn libreoffice_opens_the_word_file_and_every_value_is_in_it() {
    let Some(soffice) = program(&["soffice", "libreoffice"]) else { return };
    let Some(pdftotext) = program(&["pdftotext"]) else { return };
    let form = sample();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("form.docx");
    std::fs::write(&file, Printer::new(definitions()).docx(&form, PRINT).expect("a Word file")).expect("writing");
    for target in ["pdf", "odt"] {
        to_office(soffice, &file, target);
    }
    let text = pdf_text(pdftotext, &folder.path().join("form.pdf"));
    holds_every_value(&form, &text);
    assert!(folder.path().join("form.odt").exists(), "LibreOffice could not write the form again");
}

#[test]
fn chromium_prints_the_page_and_every_value_is_on_it() {
    let Some(chromium) = program(&["chromium", "chromium-browser", "google-chrome"]) else { return };
    let Some(pdftotext) = program(&["pdftotext"]) else { return };
    let form = sample();
    let folder = tempfile::tempdir().expect("a folder");
    let (page, pdf) = (folder.path().join("form.html"), folder.path().join("form.pdf"));
    std::fs::write(&page, Printer::new(definitions()).html(&form, PRINT).expect("a page")).expect("writing");
    to_pdf(chromium, &page, &pdf);
    holds_every_value(&form, &pdf_text(pdftotext, &pdf));
}

fn sample() -> Checked {
    let bytes = std::fs::read(SAMPLE).expect("the sample");
    let mut forms = convert(&bytes, definitions(), Fix::Auto).expect("a form").forms;
    assert_eq!(forms.len(), 1);
    forms.remove(0)
}

fn pdf_text(pdftotext: &str, pdf: &PathBuf) -> String {
    assert!(Path::new(pdf).exists(), "no {}", pdf.display());
    let output = Command::new(pdftotext).arg("-raw").arg(pdf).arg("-").output().expect("pdftotext starts");
    bare(&String::from_utf8_lossy(&output.stdout))
}

/// A value may be wrapped over lines and pages, and a line may stop for a page's number: so compare without blanks, long
/// values by their beginnings and ends.
fn holds_every_value(form: &Checked, text: &str) {
    let mut missing = Vec::new();
    form.record.each_leaf(&mut |path, leaf| {
        let value = bare(&leaf.text);
        let printed = match value.split('-').collect::<Vec<_>>()[..] {
            [year, month, day] if year.len() == 4 => {
                let plain = |part: &str| part.trim_start_matches('0').to_owned();
                format!("{year}年{}月{}日", plain(month), plain(day))
            }
            _ => value.clone(),
        };
        let characters: Vec<char> = value.chars().collect();
        let part = |range: std::ops::Range<usize>| text.contains(&characters[range].iter().collect::<String>());
        let long = characters.len() > 24;
        let there = text.contains(&value)
            || text.contains(&printed)
            || long && part(0..8) && part(characters.len() - 8..characters.len());
        if !there {
            missing.push(format!("{path}: {}", leaf.text));
        }
    });
    assert!(missing.is_empty(), "not printed:\n{}", missing.join("\n"));
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
