//! Forms on their way through Word: what we print is read back, true grids are read right, LibreOffice's copies too.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::document::Document;
use biaozhun::pipeline::{Conversion, Print, Printer};
use biaozhun::read::{Options, read};
use biaozhun::rules::Fix;
use std::process::{Command, Stdio};
use support::case::{Case, Generator, converter, definitions};
use support::compare::{Strictness, compare, texts};
use support::damage::Damage;
use support::invented::{Blanks, Options as Inventing, invented, seedlike};
use support::layout::Layout;
use support::prng::Random;
use support::sheet::Sheet;
use support::word::{docx, perfect_word, row, table};

const CASES: u64 = if cfg!(debug_assertions) { 6 } else { 100 };
const FIRST_SEED: u64 = 2_000_000;
const PRINT: Print = Print { language: Language::Chinese, appendix: true };

/// The first thing that two readings say differently; none where they agree.
fn difference(wanted: &[(String, String)], back: &Conversion) -> Option<String> {
    let [form] = &back.forms[..] else { return Some(format!("{} forms", back.forms.len())) };
    let back = texts(&form.record);
    let missing = wanted.iter().find(|entry| !back.contains(entry)).map(|entry| format!("lost {entry:?}"));
    missing.or_else(|| back.iter().find(|entry| !wanted.contains(entry)).map(|entry| format!("new {entry:?}")))
}

#[test]
fn a_word_file_that_we_write_is_read_back() {
    let printer = Printer::new(definitions());
    let (mut differing, mut tried) = (Vec::new(), 0);
    for seed in FIRST_SEED..FIRST_SEED + CASES {
        for generator in [Generator::Seedlike, Generator::Invented, Generator::Clean] {
            let case = Case::new(generator, Layout::Tabs, &Damage::degree((seed % 2) as usize), seed);
            let outcome = case.run(Strictness::Values);
            let Some(form) = outcome.conversion.iter().flat_map(|c| &c.forms).next().filter(|_| outcome.is_right()) else {
                continue;
            };
            tried += 1;
            let file = printer.docx(form, PRINT).expect("a Word file");
            let back =
                converter().convert(&file, Fix::Auto).unwrap_or_else(|error| panic!("{generator:?} seed {seed}: {error}"));
            let found = difference(&texts(&form.record), &back);
            differing.extend(found.map(|found| format!("{generator:?} seed {seed}: {found}")));
        }
    }
    assert!(tried > CASES && differing.is_empty(), "{} of {tried}:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn forms_with_true_merges_are_read_right_and_cost_next_to_nothing() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for seed in FIRST_SEED..FIRST_SEED + CASES {
        let mut random = Random::new(seed);
        let truths =
            [seedlike(), invented(&mut random, &Inventing::clean()), invented(&mut random, &Inventing::loose(Blanks::Any))];
        for (kind, truth) in truths.iter().enumerate() {
            tried += 1;
            let file = perfect_word(&Sheet::new(truth));
            let conversion =
                converter().convert(&file, Fix::Auto).unwrap_or_else(|error| panic!("{kind} seed {seed}: {error}"));
            let [form] = &conversion.forms[..] else { panic!("{kind} seed {seed}: {} forms", conversion.forms.len()) };
            let comparison = compare(&form.record, truth, Strictness::Values);
            if !comparison.is_right() {
                let first = comparison.differences.first();
                let first = first.map(|d| format!("{}: {} / {}", d.path, d.expected, d.found)).unwrap_or_default();
                wrong.push(format!("{kind} seed {seed}: {first}"));
            }
        }
    }
    // One of a hundred may be wrong where any value may be blank; none where forms are clean.
    let sure = wrong.iter().filter(|told| !told.starts_with('2')).count();
    assert!(sure == 0 && wrong.len() * 100 <= tried, "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

/// LibreOffice reads what we write and writes it again; what comes back says the same.
#[test]
fn a_copy_that_libreoffice_makes_is_read_back() {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&paths).any(|folder| folder.join("soffice").is_file()) {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "NOT TESTED: soffice is not installed");
        eprintln!("NOT TESTED: soffice is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let printer = Printer::new(definitions());
    let samples = ["water-bureau-2023.yaml", "culture-2020.yaml", "two-forms-2024-1.yaml"];
    let mut wanted = Vec::new();
    let mut command = Command::new("soffice");
    command
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.path().display()))
        .args(["--headless", "--norestore", "--convert-to", "docx:Office Open XML Text", "--outdir"])
        .arg(folder.path().join("copies"));
    for sample in samples {
        let bytes = std::fs::read(format!("{}/samples/{sample}", env!("CARGO_MANIFEST_DIR"))).expect(sample);
        let form = converter().convert(&bytes, Fix::Auto).expect(sample).forms.remove(0);
        let file = folder.path().join(sample.replace("yaml", "docx"));
        std::fs::write(&file, printer.docx(&form, PRINT).expect("a Word file")).expect("writing");
        command.arg(file);
        wanted.push((sample, texts(&form.record)));
    }
    assert!(command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("soffice starts").success());
    for (sample, wanted) in wanted {
        let copy = std::fs::read(folder.path().join("copies").join(sample.replace("yaml", "docx"))).expect("a copy");
        let back = converter().convert(&copy, Fix::Auto).expect("a form");
        assert_eq!(difference(&wanted, &back), None, "{sample}");
    }
}

/// One outer table around all the others, as forms are typed that were copied out of several files.
#[test]
fn a_form_inside_a_cell_is_read() {
    let sheet = Sheet::new(&seedlike());
    let whole = perfect_word(&sheet);
    let package = biaozhun::package::Package::open(whole, &biaozhun::package::Limits::default()).expect("opens");
    let main = package.read_text("word/document.xml").expect("a part");
    let (from, to) = (main.find("<w:tbl>").expect("a table"), main.find("</w:tbl>").expect("a table") + "</w:tbl>".len());
    let (before, inner) = (&main[main.find("<w:body>").expect("a body") + "<w:body>".len()..from], &main[from..to]);
    let outer = table(&[row(&[format!("<w:tc>{before}{inner}<w:p/></w:tc>")])]);
    let conversion = converter().convert(&docx(&outer), Fix::Auto).expect("a form");
    assert_eq!(conversion.forms.len(), 1);
    let comparison = compare(&conversion.forms[0].record, &seedlike(), Strictness::Values);
    assert!(comparison.differences.iter().all(|d| d.path.to_string().starts_with("notes")), "{:?}", comparison.differences);
}

fn large(rows: usize) -> Vec<u8> {
    let cells: Vec<String> =
        (0..6).map(|n| support::word::cell("<w:tcW w:w=\"1400\" w:type=\"dxa\"/>", &format!("指标{n}"))).collect();
    docx(&table(&vec![row(&cells); rows]))
}

fn steps(document: &Document) -> (usize, usize) {
    (document.cells().count(), document.blocks.iter().map(|block| block.rows.len()).sum())
}

/// The time itself is in the benchmark: a test that measures it would fail by chance.
#[test]
fn ten_times_the_rows_are_ten_times_the_cells() {
    let read = |rows| steps(&read(&large(rows), &Options::default()).expect("reads"));
    assert_eq!(read(30), (180, 30));
    assert_eq!(read(3000), (18_000, 3000));
}
