//! Forms on paper: what we print, through LibreOffice's PDF and pdftotext's two notations, is read again; what a page has lost is
//! told where it is missing.
//!
//! `PRINTED=/tmp/printed cargo test --profile quick --test printed -- --ignored --nocapture make` prints generated forms into a
//! folder, `… measure` reads what is there (`SHOW=1` with what differs, `FIRST=1 COUNT=10` with other seeds).

mod support;

use biaozhun::catalogue::Language;
use biaozhun::pipeline::{Checked, Print, Printer};
use biaozhun::rules::Fix;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::account::account;
use support::case::{Case, Generator, converter, definitions};
use support::compare::Strictness;
use support::damage::Damage;
use support::family::filled;
use support::layout::{Layout, perfect_html};
use support::programs::{program, run, to_office_all};
use support::told::{self, Outcome};

/// All invented, of every text shape.
const SAMPLES: [&str; 7] = [
    "agriculture-2021-gb18030.txt",
    "archives-2024.md",
    "civil-affairs-2023.txt",
    "culture-2020.txt",
    "health-2022.txt",
    "transport-2023.html",
    "water-bureau-2023.txt",
];
const PRINT: Print = Print { language: Language::Chinese, appendix: false };
const MODES: [&str; 2] = ["raw", "layout"];
/// Seeds that the measurement does not show, so that nothing is tuned to the cases that are tested.
const FIRST_SEED: u64 = 4_000_000;

/// A form, by the name of its files.
struct Form {
    name: String,
    form: Checked,
}

fn samples() -> Vec<Form> {
    let read = |name: &&str| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
        let mut conversion = converter().convert(&std::fs::read(source).expect("the sample"), Fix::Auto).expect("a form");
        let name = name.split('.').next().expect("a name").to_owned();
        Form { name, form: conversion.forms.remove(0) }
    };
    SAMPLES.iter().map(read).collect()
}

fn generated(seeds: std::ops::Range<u64>) -> Vec<Form> {
    let mut forms = Vec::new();
    for seed in seeds {
        for generator in [Generator::Invented, Generator::Clean] {
            let case = Case::new(generator, Layout::Tabs, &Damage::degree(0), seed);
            let outcome = case.run(Strictness::Values);
            if !outcome.is_right() {
                continue;
            }
            let form = outcome.conversion.into_iter().flat_map(|conversion| conversion.forms).next();
            forms.extend(form.map(|form| Form { name: format!("{generator:?}-{seed}"), form }));
        }
    }
    forms
}

/// Forms of every definition, filled at random.
fn family(seeds: std::ops::Range<u64>) -> Vec<Form> {
    let mut forms = Vec::new();
    for definition in definitions() {
        for seed in seeds.clone() {
            let page = perfect_html(&filled(definition, seed).sheet);
            let Ok(mut conversion) = converter().convert(page.as_bytes(), Fix::Auto) else { continue };
            let form = conversion.forms.remove(0);
            if conversion.forms.is_empty() && form.record.form == *definition.id {
                forms.push(Form { name: format!("{}-{seed}", definition.id), form });
            }
        }
    }
    forms
}

/// Prints forms into a folder and has them made texts of: `name.raw.txt`, `name.layout.txt`.
fn print(forms: &[Form], folder: &Path) -> Option<()> {
    let soffice = program(&["soffice", "libreoffice"])?;
    let pdftotext = program(&["pdftotext"])?;
    let printer = Printer::new(definitions());
    let file = |form: &Form| folder.join(&form.name).with_extension("docx");
    for form in forms {
        std::fs::write(file(form), printer.docx(&form.form, PRINT).expect("a Word file")).expect("writing");
    }
    let files: Vec<PathBuf> = forms.iter().map(file).collect();
    to_office_all(soffice, &files, "pdf");
    for form in forms {
        for mode in MODES {
            let page = file(form).with_extension("pdf");
            run(Command::new(pdftotext).arg(format!("-{mode}")).arg(&page).arg(page.with_extension(format!("{mode}.txt"))));
        }
    }
    Some(())
}

/// What became of a form on its way. Nothing of the text may be lost.
fn read_back(form: &Form, folder: &Path, mode: &str) -> Outcome {
    let file = folder.join(&form.name).with_extension(format!("{mode}.txt"));
    let bytes = std::fs::read(&file).expect("a text");
    let conversion = converter().convert(&bytes, Fix::Auto).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    if !account.closes() && std::env::var_os("SHOW").is_some() {
        println!("OPEN {}: {account:?}", file.display());
    } else {
        assert!(account.closes(), "{}: {account:?}", file.display());
    }
    assert_eq!(conversion.forms.len(), 1, "{}", file.display());
    told::compare(&form.form, &conversion.forms[0])
}

#[test]
fn no_row_of_a_printed_page_is_wrong_in_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut forms = samples();
    forms.extend(generated(FIRST_SEED..FIRST_SEED + 6));
    if print(&forms, folder.path()).is_none() {
        return;
    }
    let mut silent = Vec::new();
    for form in &forms {
        for mode in MODES {
            let outcome = read_back(form, folder.path(), mode);
            silent.extend(outcome.silent.iter().map(|row| format!("{} -{mode}: {} {}", form.name, row.at, row.text)));
        }
    }
    assert!(silent.is_empty(), "{} in silence:\n{}", silent.len(), silent.join("\n"));
}

fn folder() -> PathBuf {
    std::env::var_os("PRINTED").map_or_else(|| "/tmp/printed".into(), PathBuf::from)
}

fn measured() -> Vec<Form> {
    let number = |name: &str, otherwise| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (first, count) = (number("FIRST", 1), number("COUNT", 10));
    let mut forms = samples();
    forms.extend(generated(first..first + count));
    forms.extend(family(first..first + count.div_ceil(5)));
    if let Ok(bytes) = std::fs::read(folder().join("seed.txt")) {
        let mut conversion = converter().convert(&bytes, Fix::Auto).expect("a form");
        forms.push(Form { name: "the-real-form".into(), form: conversion.forms.remove(0) });
    }
    forms
}

#[test]
#[ignore = "makes the files of a measurement"]
fn make() {
    std::fs::create_dir_all(folder()).expect("a folder");
    print(&measured(), &folder()).expect("the programs are there");
}

#[test]
#[ignore = "a measurement, not a test"]
fn measure() {
    let show = std::env::var("SHOW").unwrap_or_default();
    println!("{:28} {:>6} {:>6} {:>6} {:>6} {:>6}", "", "forms", "rows", "told", "silent", "alarms");
    for mode in MODES {
        let (mut right, mut rows, mut told, mut silent, mut alarms, mut all) = (0, 0, 0, 0, 0, 0);
        let (mut of_wrong, mut of_right) = ([0; 3], [0; 3]);
        for form in measured() {
            let outcome = read_back(&form, &folder(), mode);
            all += 1;
            rows += outcome.rows;
            alarms += outcome.alarms;
            for (sum, tellings) in [(&mut of_wrong, &outcome.of_wrong), (&mut of_right, &outcome.of_right)] {
                sum[0] += tellings.len();
                sum[1] += tellings.iter().filter(|telling| telling.own).count();
                sum[2] += tellings.iter().filter(|telling| telling.warned).count();
            }
            told += outcome.told.len();
            silent += outcome.silent.len();
            right += usize::from(outcome.told.is_empty() && outcome.silent.is_empty());
            if !show.is_empty() && (form.name.contains(&show) || show == "1") {
                let line = |what: &str, row: &told::Said| println!("{what} {} -{mode} {} {}", form.name, row.at, row.text);
                outcome.told.iter().for_each(|row| line("told  ", row));
                outcome.silent.iter().for_each(|row| line("SILENT", row));
                outcome.wanted.iter().for_each(|row| line("want  ", row));
            }
        }
        println!("-{mode:27} {right}/{all} {rows:6} {told:6} {silent:6} {alarms:6}");
        println!("  rows, told at their own place, warned there: wrong {of_wrong:?}, right {of_right:?}");
    }
}
