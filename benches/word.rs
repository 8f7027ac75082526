//! What reading a Word file costs, beside the least that any program must do with it: inflate the main part and tokenise it.
//!
//! For the sample's form as we print it, the same with true merges, and 10 and 100 times its indicators; medians, one process.
//! `KB` is the main part unpacked. Below 1.7× two figures are the same.

#[path = "../tests/support/mod.rs"]
mod support;

use biaozhun::catalogue::Language;
use biaozhun::fit::Fitter;
use biaozhun::package::{Limits, Package};
use biaozhun::pipeline::{Converter, Print, Printer};
use biaozhun::read::{Options, read};
use biaozhun::rules::Fix;
use std::hint::black_box;
use std::time::{Duration, Instant};
use support::case::definitions;
use support::invented::seedlike;
use support::sheet::Sheet;
use support::word::perfect_word;

const SAMPLE: &str = include_str!("../samples/water-bureau-2023.txt");

fn main() {
    let quick = !std::env::args().any(|argument| argument == "--bench");
    println!("{:>9} {:>7} {:>9} {:>9} {:>9} {:>6} {:>9}", "", "KB", "inflate", "tokenise", "read", "ratio", "convert");
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
    fitting(quick);
}

fn line(name: &str, file: &[u8], quick: bool) {
    let package = Package::open(file.to_vec(), &Limits::default()).expect("opens");
    let main = package.read_text("word/document.xml").expect("a part");
    let converter = Converter::new(definitions());
    let inflate = median(&mut || drop(black_box(package.read_text("word/document.xml"))), quick);
    let tokenise = median(&mut || tokens(&main), quick);
    let reading = median(&mut || drop(black_box(read(file, &Options::default()))), quick);
    let convert = median(&mut || drop(black_box(converter.convert(file, Fix::Auto))), quick);
    let ratio = reading.as_secs_f64() / (inflate + tokenise).as_secs_f64();
    let shown = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1000.0);
    println!(
        "{name:>9} {:>7} {:>9} {:>9} {:>9} {ratio:>6.2} {:>9}",
        main.len() / 1024,
        shown(inflate),
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
    let time = |bytes: &[u8]| {
        let document = read(bytes, &Options::default()).expect("a document");
        median(&mut || drop(black_box(fitter.fit(&document))), quick).as_secs_f64() * 1000.0
    };
    let (word, text) = (time(&printed), time(SAMPLE.as_bytes()));
    println!("fitting the sample: {word:.3} ms as Word file, {text:.3} ms as pasted text: {:.2}×", word / text);
}

/// The bare tokeniser: no names resolved, nothing kept.
fn tokens(source: &str) {
    let mut reader = quick_xml::Reader::from_str(source);
    while !matches!(reader.read_event().expect("well-formed"), quick_xml::events::Event::Eof) {}
}

fn median(work: &mut dyn FnMut(), quick: bool) -> Duration {
    let mut times: Vec<Duration> = Vec::new();
    let begun = Instant::now();
    while times.len() < if quick { 1 } else { 15 } || (!quick && begun.elapsed() < Duration::from_millis(400)) {
        let start = Instant::now();
        work();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}
