//! What filling a Word template costs: beside the least that any program must do with the result, deflating it, and beside
//! docxtpl, which fills the same template with the same content in one warm process of its own.
//!
//! docxtpl is a Python package: `pip install docxtpl`, and `PYTHON=…` where it is not in the `python3` of the path. Without it the
//! comparison is left out, and that is said.

#[path = "../tests/support/mod.rs"]
mod support;

use biaozhun::catalogue::Language;
use biaozhun::package::{self, Limits, Package};
use biaozhun::pipeline::{Checked, Converter, Print, Printer};
use biaozhun::render::TemplateSet;
use biaozhun::rules::Fix;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use support::case::definitions;

const SAMPLE: &str = include_str!("../samples/water-bureau-2023.txt");
const TEMPLATE: &[u8] = include_bytes!("../templates/department-targets/form.docx");
const PRINT: Print = Print { language: Language::Chinese, appendix: false };
/// What issue 4 asks for.
const AGAINST_DOCXTPL: f64 = 100.0;
const AGAINST_DEFLATING: f64 = 3.0;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let form = Converter::new(definitions()).convert(SAMPLE.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
    let printer = Printer::new(definitions());
    let file = printer.docx(&form, PRINT).expect("a Word file");
    let package = Package::open(file.clone(), &Limits::default()).expect("opens");
    let parts: Vec<(String, Vec<u8>)> =
        package.names().iter().map(|name| (name.clone(), package.read(name).expect("reads"))).collect();
    let size: usize = parts.iter().map(|(_, content)| content.len()).sum();

    // In turns, so that what else the machine does falls on all alike; the best of many.
    let (mut filling, mut deflating) = (Duration::MAX, Duration::MAX);
    let begun = Instant::now();
    while filling == Duration::MAX || (!quick && begun.elapsed() < Duration::from_secs(2)) {
        filling = filling.min(time(|| drop(black_box(printer.docx(&form, PRINT)))));
        deflating = deflating.min(time(|| drop(black_box(package::pack_fast(&parts)))));
    }
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "filling the sample's Word file   {:8.3} ms  ({} KB unpacked, {} KB packed)",
        ms(filling),
        size >> 10,
        file.len() >> 10
    );
    println!(
        "deflating the result             {:8.3} ms  filling takes {:.2}× as long ({AGAINST_DEFLATING}× asked for)",
        ms(deflating),
        ms(filling) / ms(deflating)
    );
    match docxtpl(&form, if quick { 1 } else { 15 }) {
        Ok(theirs) => println!(
            "docxtpl, same template, content  {:8.3} ms  {:.0}× as long as ours ({AGAINST_DOCXTPL}× asked for)",
            ms(theirs),
            ms(theirs) / ms(filling)
        ),
        Err(why) => println!("docxtpl NOT MEASURED: {why}\n  pip install docxtpl, or PYTHON=/path/to/python3 make bench"),
    }
}

fn time(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

/// The best run of docxtpl, or why there is none.
fn docxtpl(form: &Checked, runs: usize) -> Result<Duration, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).map(|()| path).map_err(|error| error.to_string())
    };
    let template = write("template.docx", TEMPLATE)?;
    // What our templates see, as our own template writes it.
    let set = |definition: &std::sync::Arc<_>| TemplateSet {
        html: Some("{\"p\": {{ p }}, \"shows\": {{ shows }}}".into()),
        ..TemplateSet::none(std::sync::Arc::clone(definition))
    };
    let seen = Printer::with_templates(definitions().iter().map(set)).html(form, PRINT).map_err(|error| error.to_string())?;
    let seen =
        seen.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").replace("&amp;", "&");
    let context = write("context.json", seen.as_bytes())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/fill_docxtpl.py");
    let result = folder.path().join("out.docx");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&python).arg(script).args([&template, &context, &result]).arg(runs.to_string()).output();
    let output = output.map_err(|error| format!("{python}: {error}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{python}: {}", text.lines().last().unwrap_or("no reason given")));
    }
    // It has to have done the work: its result is read as the same form.
    let file = std::fs::read(&result).map_err(|error| error.to_string())?;
    let back = Converter::new(definitions()).convert(&file, Fix::None).map_err(|error| format!("its result: {error}"))?;
    let rows = |form: &Checked| {
        form.record.get(&"annual_goals".parse().expect("a path")).map_or(0, |goals| {
            goals.items().iter().map(|goal| goal.get("indicators").map_or(0, |rows| rows.items().len())).sum()
        })
    };
    let (theirs, ours) = (back.forms.first().map_or(0, rows), rows(form));
    if theirs != ours {
        return Err(format!("its result holds {theirs} of {ours} indicators"));
    }
    let times = String::from_utf8_lossy(&output.stdout);
    let best = times.lines().filter_map(|line| line.trim().parse::<f64>().ok()).fold(f64::INFINITY, f64::min);
    if best.is_finite() { Ok(Duration::from_secs_f64(best / 1000.0)) } else { Err("it printed no times".to_owned()) }
}
