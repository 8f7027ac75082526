//! How long each stage takes, for the sample with the real form's structure and for 10, 100 and 1000 times its indicators.
//!
//! A timer of our own: what matters here is the time of each stage against the size of the form and against the least that
//! any program must do with these bytes, side by side in one table; a framework would time each alone and print no ratio.
//! Read it down a column: time per indicator must stay level (growth is linear), but for the caches that a large form no longer
//! fits into. The best of many runs: what others do on the machine only ever adds. Below 1.3× two figures are the same.
//! It passes and fails nothing.

#[path = "../tests/support/mod.rs"]
mod support;

use biaozhun::catalogue::Language;
use biaozhun::fit::Fitter;
use biaozhun::package::{Limits as PackageLimits, Package};
use biaozhun::pipeline::{Converter, Print, Printer, yaml_text};
use biaozhun::read::{Options, read};
use biaozhun::rules::{self, Fix};
use std::hint::black_box;
use std::time::{Duration, Instant};
use support::case::definitions;
use support::damage::{Damage, ruin};
use support::invented::seedlike;
use support::layout::{Layout, print};
use support::prng::Random;
use support::sheet::Sheet;
use support::truth::Truth;

const SAMPLE: &str = include_str!("../samples/water-bureau-2023.txt");
const PRINT: Print = Print { language: Language::Chinese, appendix: true };

/// Stages in the order in which they run; the last is all of them but the correction copy: bytes in, YAML, Word file and page out.
const STAGES: [&str; 8] = ["read", "fit", "rules", "yaml", "html", "docx", "tracked", "whole"];

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // `cargo test --benches` starts this too: then once through is enough.
    let quick = !std::env::args().any(|argument| argument == "--bench");
    println!(
        "{:>9} {:>7} {:>8}  {}  {:>8} {:>8}",
        "",
        "KB",
        "indic.",
        STAGES.map(|s| format!("{s:>9}")).join(" "),
        "limit",
        "× limit"
    );
    let sizes: &[usize] = if quick { &[0, 1] } else { &[0, 1, 10, 100, 1000] };
    for &times in sizes {
        line(times, quick);
    }
    whole_loop(quick);
    recognition(quick);
    println!(
        "times in ms, the best of many; second lines in µs per indicator. limit: UTF-8 check of the source and one pass over its bytes,\n\
         then inflating and once tokenising the Word file's main part"
    );
}

/// One size: 0 is the sample with its damage, n the same content with n times its indicators, pasted as tabs.
fn line(times: usize, quick: bool) {
    let text = if times == 0 { SAMPLE.to_owned() } else { enlarged(times) };
    let name = if times == 0 { "sample".to_owned() } else { format!("{times}×") };
    let definitions = definitions();
    let fitter = Fitter::new(definitions);
    let converter = Converter::new(definitions);
    let printer = Printer::new(definitions);
    let forms = converter.convert(text.as_bytes(), Fix::Auto).map(|conversion| conversion.forms).unwrap_or_default();
    let Some(form) = forms.first() else {
        println!("{name:>9}  no form was found");
        return;
    };
    let indicators = count(form.record.get(&"annual_goals".parse().expect("a path")));
    let document = read(text.as_bytes(), &Options::default()).expect("a document");
    let fitted = fitter.fit(&document).expect("a form").remove(0).record;
    let word = printer.docx(form, PRINT).expect("a Word file");

    let best = |work: &mut dyn FnMut()| runs(work, quick)[0];
    let spent = [
        best(&mut || drop(black_box(read(text.as_bytes(), &Options::default())))),
        best(&mut || drop(black_box(fitter.fit(&document)))),
        // The rules work in place: the copy is part of what is timed, and small.
        best(&mut || drop(black_box(rules::run(&mut fitted.clone(), &definitions[0], Fix::Auto)))),
        best(&mut || drop(black_box(yaml_text(form, Language::Chinese)))),
        best(&mut || drop(black_box(printer.html(form, PRINT)))),
        best(&mut || drop(black_box(printer.docx(form, PRINT)))),
        best(&mut || drop(black_box(printer.docx_tracked(form, PRINT)))),
        best(&mut || drop(black_box(all(&converter, &printer, &text)))),
    ];
    let limit = best(&mut || {
        black_box((scan(text.as_bytes()), unpack(&word)));
    });
    let ms = |time: &Duration| format!("{:9.3}", time.as_secs_f64() * 1e3);
    let each = |time: &Duration| format!("{:9.2}", time.as_secs_f64() * 1e6 / indicators.max(1) as f64);
    let whole = spent[spent.len() - 1].as_secs_f64();
    println!(
        "{name:>9} {:7.1} {indicators:8}  {}  {:8.3} {:8.1}",
        text.len() as f64 / 1024.0,
        spent.iter().map(ms).collect::<Vec<_>>().join(" "),
        limit.as_secs_f64() * 1e3,
        whole / limit.as_secs_f64(),
    );
    println!("{:>26}  {}", "", spent.iter().map(each).collect::<Vec<_>>().join(" "));
}

/// The main job in a warm loop, as issue 2 asks for it.
fn whole_loop(quick: bool) {
    const ASKED: f64 = 5.0;
    let (converter, printer) = (Converter::new(definitions()), Printer::new(definitions()));
    let times = runs(&mut || drop(black_box(all(&converter, &printer, SAMPLE))), quick);
    let [best, median] = [times[0], times[times.len() / 2]].map(|time| time.as_secs_f64() * 1e3);
    println!(
        "sample, text → YAML + DOCX + HTML: best {best:.2} ms, median {median:.2} ms of {} runs; {:.2}× and {:.2}× the {ASKED} ms asked for",
        times.len(),
        best / ASKED,
        median / ASKED
    );
}

/// Telling which of all forms a document is, and fitting it among all of them beside fitting it as the one that it is.
fn recognition(quick: bool) {
    const ASKED: f64 = 1.0;
    let all = definitions();
    let own: Vec<_> = all.iter().filter(|form| &*form.id == "department-targets").cloned().collect();
    let (fitter, alone) = (Fitter::new(all), Fitter::new(&own));
    let document = read(SAMPLE.as_bytes(), &Options::default()).expect("a document");
    let best = |work: &mut dyn FnMut()| runs(work, quick)[0].as_secs_f64() * 1e3;
    let known = best(&mut || drop(black_box(fitter.likely(&document))));
    let among = best(&mut || drop(black_box(fitter.fit(&document))));
    let one = best(&mut || drop(black_box(alone.fit(&document))));
    println!(
        "sample, recognising it among {} forms: {known:.3} ms of {ASKED} ms asked for; fitting {among:.2} ms among all, {one:.2} ms as the one ({:.2}×)",
        all.len(),
        among / one
    );
}

/// Bytes in; YAML, page and Word file out.
fn all(converter: &Converter, printer: &Printer, text: &str) -> Vec<(String, String, Vec<u8>)> {
    let conversion = converter.convert(text.as_bytes(), Fix::Auto).expect("a form");
    let print = |form| {
        let (page, word) =
            printer.each(form, PRINT, |sheet| Ok((sheet.html()?, sheet.docx()?))).expect("a page and a Word file");
        (yaml_text(form, Language::Chinese), page, word)
    };
    conversion.forms.iter().map(print).collect()
}

/// The same form with every indicator `times` over, told apart by a number in its name, damaged as the real one is.
fn enlarged(times: usize) -> String {
    let mut truth: Truth = seedlike();
    for goal in &mut truth.annual_goals {
        let once = std::mem::take(&mut goal.indicators);
        for copy in 0..times {
            goal.indicators.extend(once.iter().cloned().map(|mut indicator| {
                if copy > 0 {
                    indicator.name = format!("第{}片区{}", copy + 1, indicator.name);
                }
                indicator
            }));
        }
    }
    let mut random = Random::new(1);
    print(&ruin(&Sheet::new(&truth), &Damage::degree(1), &mut random), Layout::Tabs, &mut random)
}

fn count(goals: Option<&biaozhun::record::Node>) -> usize {
    let rows = |goal: &biaozhun::record::Node| goal.get("indicators").map_or(0, |rows| rows.items().len());
    goals.map_or(0, |goals| goals.items().iter().map(rows).sum())
}

/// The times of many runs, shortest first: until half a second has gone by, at least 5 times, at most 201.
fn runs(work: &mut dyn FnMut(), quick: bool) -> Vec<Duration> {
    let mut times = Vec::new();
    let start = Instant::now();
    let least = if quick { 1 } else { 5 };
    while times.len() < least || (!quick && start.elapsed() < Duration::from_millis(500) && times.len() < 201) {
        let begin = Instant::now();
        work();
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    times
}

/// What no reader of a text can do without.
fn scan(bytes: &[u8]) -> (bool, u64) {
    let valid = std::str::from_utf8(bytes).is_ok();
    (valid, bytes.iter().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte))))
}

/// What no writer of a Word file that looks at its own work can do without: inflate the main part, tokenise it once.
fn unpack(word: &[u8]) -> usize {
    let package = Package::open(word.to_vec(), &PackageLimits::default()).expect("our own package");
    let part = package.read("word/document.xml").expect("the main part");
    let mut reader = quick_xml::Reader::from_reader(part.as_slice());
    let mut tokens = 0;
    while !matches!(reader.read_event(), Ok(quick_xml::events::Event::Eof) | Err(_)) {
        tokens += 1;
    }
    tokens
}
