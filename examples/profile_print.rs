//! Throw-away: what each target costs.
#[path = "../tests/support/mod.rs"]
mod support;
use biaozhun::catalogue::Language;
use biaozhun::pipeline::{Converter, Print, Printer, yaml_text};
use biaozhun::rules::Fix;
use std::hint::black_box;
use std::time::Instant;
use support::case::definitions;
const SAMPLE: &str = include_str!("../samples/water-bureau-2023.txt");
#[inline(never)]
fn profiled(what: &str, printer: &Printer, form: &biaozhun::pipeline::Checked) -> usize {
    let all = Print { language: Language::Chinese, appendix: true };
    let bare = Print { language: Language::Chinese, appendix: false };
    match what {
        "docx" => printer.docx(form, all).expect("x").len(),
        "fill" => printer.docx(form, bare).expect("x").len(),
        "html" => printer.html(form, all).expect("x").len(),
        "yaml" => yaml_text(form, Language::Chinese).len(),
        "sheet" => printer.each(form, all, |_| Ok(1)).expect("x"),
        _ => {
            printer.each(form, all, |sheet| Ok(sheet.html()?.len() + sheet.docx()?.len())).expect("x")
                + yaml_text(form, Language::Chinese).len()
        }
    }
}
fn main() {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let runs: usize = args.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let (converter, printer) = (Converter::new(definitions()), Printer::new(definitions()));
    let all = Print { language: Language::Chinese, appendix: true };
    let faulty = converter.convert(SAMPLE.as_bytes(), Fix::None).expect("a form").forms.remove(0);
    let file = printer.docx(&faulty, all).expect("a Word file");
    let form = converter.convert(&file, Fix::Auto).expect("a form").forms.remove(0);
    printer.html(&form, all).expect("x");
    if runs == 0 {
        black_box(profiled(&what, &printer, &form));
        return;
    }
    for what in what.split(',') {
        let mut best = f64::MAX;
        for _ in 0..runs {
            let begin = Instant::now();
            black_box(profiled(what, &printer, &form));
            best = best.min(begin.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{what:6} {best:.4} ms  {}", profiled(what, &printer, &form));
    }
}
