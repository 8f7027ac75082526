//! The samples: loose texts of many shapes, and beside each what comes out of it. `make samples` writes the outputs anew;
//! this test says when one has changed.

use biaozhun::catalogue::Language;
use biaozhun::form::load;
use biaozhun::pipeline::{Print, Printer, convert, yaml_text};
use biaozhun::rules::Fix;
use std::path::{Path, PathBuf};

/// The one sample whose page is kept too, and how the file of a page ends (pages are sources as well).
const PRINTED: &str = "water-bureau-2023";
const PAGE: &str = ".page.html";

fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let entries = std::fs::read_dir(folder).expect("samples/");
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "txt" || ending == "html" || ending == "md"));
    let is_output = |name: &str| name == "README.md" || name.ends_with(PAGE);
    files.retain(|file| file.file_name().and_then(|name| name.to_str()).is_some_and(|name| !is_output(name)));
    files.sort();
    files
}

/// Files of office programs, of one form by many of them; beside each, under its whole name, what comes out.
const OFFICE: [&str; 10] = ["doc", "docx", "fodt", "mht", "ods", "odt", "rtf", "xls", "xlsx", "xml"];

fn office_sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/word");
    let entries = std::fs::read_dir(folder).expect("samples/word/");
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|file| file.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| OFFICE.contains(&ending)));
    files.sort();
    assert!(files.len() >= 19, "samples/word is not there");
    files
}

/// The outputs of one source, named as the command line names them.
fn outputs(source: &Path) -> Vec<(PathBuf, String)> {
    let bytes = std::fs::read(source).expect("a sample");
    let name = source.file_name().and_then(|name| name.to_str()).expect("a name");
    let stem = source.file_stem().and_then(|stem| stem.to_str()).expect("a stem");
    let conversion = convert(&bytes, load::builtin(), Fix::Auto).unwrap_or_else(|error| panic!("{name}: {error}")).named(name);
    let many = conversion.forms.len() > 1;
    let forms = conversion.forms.into_iter().enumerate();
    let mut outputs = Vec::new();
    for (index, form) in forms {
        let output = match many {
            _ if source.parent().is_some_and(|folder| folder.ends_with("word")) => format!("{name}.yaml"),
            true => format!("{stem}-{}.yaml", index + 1),
            false => format!("{stem}.yaml"),
        };
        outputs.push((source.with_file_name(output), yaml_text(&form, Language::Chinese)));
        if stem == PRINTED {
            let print = Print { language: Language::Chinese, appendix: true };
            let page = Printer::new(load::builtin()).html(&form, print).expect("a page");
            // The program's version stands in it; what is kept must outlive a release.
            let page = page.replace(&format!("biaozhun {}", env!("CARGO_PKG_VERSION")), "biaozhun");
            outputs.push((source.with_file_name(format!("{stem}{PAGE}")), page));
        }
    }
    outputs
}

#[test]
fn samples_give_what_stands_beside_them() {
    let mut changed = Vec::new();
    for source in sources().into_iter().chain(office_sources()) {
        for (file, text) in outputs(&source) {
            let stands = std::fs::read_to_string(&file).unwrap_or_default();
            if stands != text {
                let first = stands.lines().zip(text.lines()).position(|(old, new)| old != new);
                let line = first.unwrap_or(stands.lines().count().min(text.lines().count()));
                let say = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
                changed.push(format!("{}:{}\n  stands: {}\n  comes:  {}", file.display(), line + 1, say(&stands), say(&text)));
            }
        }
    }
    assert!(changed.is_empty(), "outputs differ; look at them, then `make samples`:\n{}", changed.join("\n"));
}

/// Not a test: what `make samples` runs.
#[test]
#[ignore = "writes what stands beside the samples"]
fn write_samples() {
    for source in sources().into_iter().chain(office_sources()) {
        for (file, text) in outputs(&source) {
            std::fs::write(&file, text).expect("samples/ is writable");
        }
    }
}
