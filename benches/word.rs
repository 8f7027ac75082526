//! How long reading office files takes, against the least that any reader must do with them, measured beside it in the same run.
//!
//! The least, for packages: open, unpack every part that the reader has to look into, and go over its XML once with the bare
//! tokeniser, attributes too; no name is resolved and nothing is kept. For binary Word and Excel: open the compound file, take the
//! streams out and look at each byte once. For RTF: look at each byte once.
//! Read `ratio` (reading to the least) across, and `ns/B` (reading, by byte unpacked) down: 1×, 10× and 100× are the same form with
//! so many times its indicators, and what grows faster than the form shows there. The best of many runs, all four taken in turns:
//! what others do on the machine only ever adds. It passes and fails nothing.

#[path = "../tests/support/mod.rs"]
mod support;

use biaozhun::catalogue::Language;
use biaozhun::compound::Compound;
use biaozhun::fit::Fitter;
use biaozhun::package::{Limits, Package};
use biaozhun::pipeline::{Converter, Print, Printer};
use biaozhun::read::{Options, read};
use biaozhun::rules::Fix;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::hint::black_box;
use std::time::{Duration, Instant};
use support::case::definitions;
use support::invented::seedlike;
use support::sheet::Sheet;
use support::word::perfect_word;

const SAMPLE: &str = include_str!("../samples/water-bureau-2023.txt");
/// Of other programs, read from disk: `.docx` by LibreOffice, python-docx (with Word's own styles) and pandoc, and the others.
const SAMPLES: [&str; 9] = [".docx", "-python-docx.docx", "-pandoc.docx", ".doc", ".rtf", ".odt", ".xls", ".xlsx", ".ods"];

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let quick = !std::env::args().any(|argument| argument == "--bench");
    println!(
        "{:>17} {:>7} {:>9} {:>9} {:>9} {:>6} {:>6} {:>10}",
        "", "KB", "open", "tokenise", "read", "ratio", "ns/B", "convert"
    );
    let form = Converter::new(definitions()).convert(SAMPLE.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
    let print = Print { language: Language::Chinese, appendix: false };
    line("printed", &Printer::new(definitions()).docx(&form, print).expect("a Word file"), quick);
    for times in [1, 10, 100].into_iter().take(if quick { 1 } else { 3 }) {
        let mut truth = seedlike();
        for goal in &mut truth.annual_goals {
            goal.indicators = goal.indicators.iter().flat_map(|indicator| vec![indicator.clone(); times]).collect();
        }
        line(&format!("{times}×"), &perfect_word(&Sheet::new(&truth)), quick);
    }
    for kind in SAMPLES {
        let path = format!("{}/samples/word/archives-2024{kind}", env!("CARGO_MANIFEST_DIR"));
        line(kind, &std::fs::read(path).expect("a sample"), quick);
    }
    if wanted("fitting") {
        fitting(quick);
    }
}

/// What any reader of a file must take out of it first.
fn opened(file: &[u8]) -> Vec<Vec<u8>> {
    if file.starts_with(b"PK") {
        let package = Package::open_foreign(file, &Limits::default()).expect("opens");
        let needed = package.names().iter().filter(|name| is_needed(name));
        needed.map(|name| package.read_text(name).expect("a part").into_bytes()).collect()
    } else if let Ok(mut compound) = Compound::open(file) {
        let streams = ["/WordDocument", "/1Table", "/0Table", "/Data", "/Workbook"];
        streams.iter().filter_map(|name| compound.stream(name)).collect()
    } else {
        vec![file.to_vec()]
    }
}

/// The parts of a package that say what stands on its pages, or which parts do.
fn is_needed(name: &str) -> bool {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    match folder {
        "" => matches!(file, "content.xml" | "styles.xml"),
        "_rels" | "xl/worksheets" | "xl/worksheets/_rels" => true,
        "META-INF" => file == "manifest.xml",
        "word" | "word/_rels" | "xl" | "xl/_rels" => {
            let kinds =
                ["document", "styles", "numbering", "settings", "header", "footer", "footnotes", "endnotes", "comments"];
            let sheets = ["workbook", "sharedStrings"];
            (kinds.iter().chain(&sheets).any(|kind| file.starts_with(kind)))
                && (file.ends_with(".xml") || file.contains(".xml.rels"))
        }
        _ => false,
    }
}

/// Whether a line was asked for: all of them, where no word on the command line says which.
fn wanted(name: &str) -> bool {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    words.peek().is_none() || words.any(|word| name.contains(&word))
}

fn line(name: &str, file: &[u8], quick: bool) {
    if !wanted(name) {
        return;
    }
    let parts = opened(file);
    let size: usize = parts.iter().map(Vec::len).sum();
    let is_xml = file.starts_with(b"PK");
    let converter = Converter::new(definitions());
    let mut open = || drop(black_box(opened(file)));
    let mut tokenise = || {
        for part in &parts {
            black_box(if is_xml { tokens(std::str::from_utf8(part).expect("text")) } else { bytes(part) });
        }
    };
    let mut reading = || drop(black_box(read(file, &Options::default())));
    let mut convert = || drop(black_box(converter.convert(file, Fix::Auto)));
    let [open, tokenise, reading, convert] = best([&mut open, &mut tokenise, &mut reading, &mut convert], quick);
    let ratio = reading.as_secs_f64() / (open + tokenise).as_secs_f64();
    let per_byte = reading.as_secs_f64() * 1e9 / size as f64;
    let shown = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1000.0);
    println!(
        "{name:>17} {:>7} {:>9} {:>9} {:>9} {ratio:>6.2} {per_byte:>6.2} {:>10}",
        size / 1024,
        shown(open),
        shown(tokenise),
        shown(reading),
        shown(convert)
    );
}

/// Fitting of the same form where the grid is true, and as it was pasted: a true grid must cost next to nothing more.
fn fitting(quick: bool) {
    let form = Converter::new(definitions()).convert(SAMPLE.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
    let print = Print { language: Language::Chinese, appendix: false };
    let printed = Printer::new(definitions()).docx(&form, print).expect("a Word file");
    let fitter = Fitter::new(definitions());
    let [word, text] = [&printed[..], SAMPLE.as_bytes()].map(|bytes| read(bytes, &Options::default()).expect("a document"));
    let mut fit_word = || drop(black_box(fitter.fit(&word)));
    let mut fit_text = || drop(black_box(fitter.fit(&text)));
    let [word, text] = best([&mut fit_word, &mut fit_text], quick).map(|time| time.as_secs_f64() * 1000.0);
    println!("fitting the sample: {word:.3} ms as Word file, {text:.3} ms as pasted text: {:.2}×", word / text);
}

/// The bare tokeniser: events and the attributes that they have, for no reader does without them.
fn tokens(source: &str) -> usize {
    let mut reader = Reader::from_str(source);
    let mut seen = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => return seen,
            Event::Start(tag) | Event::Empty(tag) => {
                seen += tag.attributes().with_checks(false).flatten().map(|attribute| attribute.value.len()).sum::<usize>();
            }
            _ => {}
        }
    }
}

fn bytes(part: &[u8]) -> usize {
    part.iter().fold(0usize, |sum, byte| black_box(sum.wrapping_add(usize::from(*byte))))
}

/// The best time of each, taken in turns.
fn best<const N: usize>(work: [&mut dyn FnMut(); N], quick: bool) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    let begun = Instant::now();
    let mut rounds = 0;
    let mut work = work;
    while rounds < if quick { 1 } else { 20 } || (!quick && begun.elapsed() < Duration::from_millis(1500)) {
        for (work, best) in work.iter_mut().zip(&mut best) {
            let start = Instant::now();
            work();
            *best = start.elapsed().min(*best);
        }
        rounds += 1;
    }
    best
}
