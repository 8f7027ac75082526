//! What users paste out of other tools: our own Word file through pandoc and markitdown says the same again. A program that is
//! missing is said loudly; where `CI=true` and `.ci/run` installs it, that is a failure. Printed pages: `printed.rs`.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::pipeline::{Checked, Print, Printer, convert, yaml_text};
use biaozhun::rules::Fix;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::account::account;
use support::case::definitions;
use support::programs::{optional_program, program, run};

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

#[test]
fn what_markitdown_makes_of_the_word_file_says_the_same() {
    // `.ci/run` does not install it: it brings a runtime for neural nets along.
    let Some(markitdown) = optional_program(&["markitdown"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut differing = Vec::new();
    for name in SAMPLES {
        let (form, file) = printed(name, folder.path());
        let (found, wanted) = (data(&read(&run(Command::new(markitdown).arg(&file)), name)), data(&form));
        if found != wanted {
            let first = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
            differing.push(format!("{name}: first difference (found, wanted) {first:#?}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
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
