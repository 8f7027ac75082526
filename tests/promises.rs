//! The three promises, held against generated forms: nothing lost, nothing changed silently, nothing passed unchecked.
//!
//! `cargo test --release --test promises -- --ignored --nocapture measure` prints the table that the search is tuned on
//! (`CASES=200`, `ONLY=tabs`, `FIRST=1` the first seed, `SHOW=3` writes the first three failing cases of every line of the
//! table to `CASE_DIR`, or `/tmp`).

mod support;

use biaozhun::catalogue::Language;
use biaozhun::change;
use biaozhun::pipeline::{Print, Printer, convert, yaml_text};
use biaozhun::rules::Fix;
use support::case::{Case, Generator, definitions};
use support::compare::{Strictness, Tally, texts};
use support::damage::Damage;
use support::layout::{self, Layout};

/// Cases of each generator and layout: enough in optimised code (`make promises`, which `.ci/run` runs too) to tell 99 % from
/// 97. Few in `make test`: unoptimised code is ten times as slow, and compiling it optimised costs more than it saves.
const CASES: u64 = if cfg!(debug_assertions) { 6 } else { 150 };
/// Seeds that the measurement does not show, so that nothing is tuned to the cases that are tested.
const FIRST_SEED: u64 = 1_000_000;
const TABLES: [Layout; 4] = [Layout::Html, Layout::Tabs, Layout::Markdown, Layout::Tail];
const ALIGNED: [Layout; 1] = [Layout::Aligned];
const CELLS: [Layout; 2] = [Layout::Cells, Layout::CellsMarked];
const STREAMS: [Layout; 2] = [Layout::Stream, Layout::Wrapped];

/// What a set of cases must reach, in percent.
#[derive(Clone, Copy)]
struct Wanted {
    /// Cases without any difference.
    cases: f64,
    /// Rows (projects, indicators, funds) without any difference.
    rows: f64,
    /// Of the wrong rows and fields, those with a finding at their place.
    flagged: f64,
}

/// What issue 2 asks of tables and of one cell per line.
const ASKED: Wanted = Wanted { cases: 99.0, rows: 99.5, flagged: 90.0 };
/// What it asks of streams, of whole cases and of their records.
const ASKED_OF_STREAMS: Wanted = Wanted { cases: 99.0, rows: 99.0, flagged: 90.0 };

/// At the real form's degree of damage.
fn reads(generator: Generator, layouts: &[Layout], wanted: Wanted) {
    let mut missed = Vec::new();
    for layout in layouts {
        let [mut cases, mut rows, mut wrong] = [Tally::default(); 3];
        for seed in FIRST_SEED..FIRST_SEED + CASES {
            let outcome = Case::new(generator, *layout, &Damage::degree(1), seed).run(Strictness::Values);
            cases.add(Tally { right: usize::from(outcome.is_right()), total: 1 });
            rows.add(outcome.comparison.rows());
            wrong.add(outcome.flagged);
        }
        // With few cases one may be wrong: a dozen cannot tell 99 % from 92.
        let reaches = |tally: &Tally, percent: f64| tally.total - tally.right <= 1 || tally.percent() >= percent;
        if !reaches(&cases, wanted.cases) || rows.percent() < wanted.rows || !reaches(&wrong, wanted.flagged) {
            let (whole, part, told) = (cases.percent(), rows.percent(), wrong.percent());
            missed.push(format!("{layout:?}: {whole:.1} % of cases, {part:.2} % of rows, {told:.1} % of the wrong flagged"));
        }
    }
    assert!(missed.is_empty(), "{generator:?}\n{}", missed.join("\n"));
}

#[test]
fn tables_like_the_real_form_are_read() {
    reads(Generator::Seedlike, &TABLES, ASKED);
    reads(Generator::Seedlike, &ALIGNED, ASKED);
}

#[test]
fn tables_never_seen_are_read() {
    reads(Generator::Invented, &TABLES, ASKED);
}

/// The issue sets no number for columns aligned by blanks. Columns are found page by page; where a page's few rows share no place
/// with those around them, a blank value may still be taken for its neighbour. What must hold is that it is flagged.
#[test]
fn columns_of_blanks_never_seen_are_read() {
    reads(Generator::Invented, &ALIGNED, Wanted { cases: 90.0, rows: 99.5, ..ASKED });
}

#[test]
fn cells_one_a_line_are_read() {
    reads(Generator::Seedlike, &CELLS, ASKED);
    reads(Generator::Invented, &CELLS, ASKED);
}

#[test]
fn streams_of_words_are_read() {
    reads(Generator::Seedlike, &STREAMS, ASKED_OF_STREAMS);
    reads(Generator::Invented, &STREAMS, ASKED_OF_STREAMS);
}

/// Cases of all sorts, more damaged than any promise covers.
fn rough_cases() -> impl Iterator<Item = (String, Case)> {
    let degrees = [0, 1, 2, 3];
    let seeds = FIRST_SEED..FIRST_SEED + CASES.div_ceil(8).max(4);
    seeds.flat_map(move |seed| {
        layout::ALL.into_iter().flat_map(move |layout| {
            [Generator::Seedlike, Generator::Invented].into_iter().map(move |generator| {
                let odd = seed % 2 == 1;
                let damage = Damage {
                    degree: degrees[(seed % 4) as usize],
                    centred: seed % 5 == 0,
                    headers_again: odd,
                    spaced: (seed % 7) as usize,
                    joined: odd,
                    torn: seed % 3 == 0,
                    lost: (seed % 3) as usize,
                    mutated: (seed % 4) as usize,
                    ..Damage::default()
                };
                (format!("{generator:?} {layout:?} seed {seed}"), Case::new(generator, layout, &damage, seed))
            })
        })
    })
}

#[test]
fn nothing_is_lost() {
    let mut open = Vec::new();
    for (name, case) in rough_cases() {
        let outcome = case.run(Strictness::Placement);
        if !outcome.account.closes() {
            open.push(format!("{name}: {:?}", outcome.account));
        }
    }
    assert!(open.is_empty(), "{} accounts do not close, first: {}", open.len(), open[0]);
}

#[test]
fn every_change_can_be_undone() {
    for (name, case) in rough_cases() {
        let Ok(conversion) = convert(case.text.as_bytes(), definitions(), Fix::Suggest) else { continue };
        for mut form in conversion.forms {
            let conflicts = change::revert(&mut form.record);
            assert_eq!(conflicts, Ok(()), "{name}");
            form.record.each_leaf(&mut |path, leaf| {
                if !leaf.loci.is_empty() {
                    assert_eq!(leaf.text, leaf.raw, "{name}: {path} does not hold what the source says");
                }
            });
        }
    }
}

#[test]
fn a_second_run_changes_nothing() {
    for (name, case) in rough_cases() {
        let Ok(first) = convert(case.text.as_bytes(), definitions(), Fix::Auto) else { continue };
        for form in first.forms {
            let text = yaml_text(&form, Language::Chinese);
            let again = convert(text.as_bytes(), definitions(), Fix::Auto).unwrap_or_else(|error| panic!("{name}: {error}"));
            let [again] = &again.forms[..] else { panic!("{name}: {} forms", again.forms.len()) };
            assert_eq!(yaml_text(again, Language::Chinese), text, "{name}");
        }
    }
}

/// Text → YAML → page → YAML: the page says all that the record says, and is read back as the same record. Only of forms that
/// were read right: a record that no form could be filled in to give has no page that gives it again.
#[test]
fn a_printed_page_is_read_back() {
    let printer = Printer::new(definitions());
    let mut differing = Vec::new();
    let mut tried = 0;
    for seed in FIRST_SEED..FIRST_SEED + CASES {
        for generator in [Generator::Seedlike, Generator::Invented, Generator::Clean] {
            let case = Case::new(generator, Layout::Tabs, &Damage::degree((seed % 2) as usize), seed);
            let outcome = case.run(Strictness::Values);
            let Some(form) = outcome.conversion.iter().flat_map(|c| &c.forms).next().filter(|_| outcome.is_right()) else {
                continue;
            };
            tried += 1;
            let page = printer.html(form, Print { language: Language::Chinese, appendix: true }).expect("a page");
            let again = convert(page.as_bytes(), definitions(), Fix::Auto).map(|conversion| conversion.forms);
            let back: Vec<_> = again.iter().flatten().map(|form| texts(&form.record)).collect();
            let wanted = texts(&form.record);
            if back != [wanted.clone()] {
                let forms = back.len();
                let back = back.into_iter().next().unwrap_or_default();
                let first =
                    wanted.iter().find(|entry| !back.contains(entry)).or(back.iter().find(|entry| !wanted.contains(entry)));
                differing.push(format!("{generator:?} seed {seed}: {forms} forms, first {first:?}"));
            }
        }
    }
    assert!(differing.is_empty(), "{} of {tried} pages:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn clean_forms_have_no_findings() {
    let mut loud = Vec::new();
    for layout in [Layout::Html, Layout::Tabs, Layout::Markdown] {
        for seed in FIRST_SEED..FIRST_SEED + CASES {
            let case = Case::new(Generator::Clean, layout, &Damage::default(), seed);
            let outcome = case.run(Strictness::Values);
            let forms = outcome.conversion.iter().flat_map(|conversion| &conversion.forms);
            let quiet =
                forms.clone().all(|form| form.findings.is_empty() && form.record.changes.iter().all(|change| change.applied));
            if !outcome.is_right() || !quiet || forms.count() != 1 {
                let told = outcome.tell(&case);
                let head = told.split("\n----\n").next().unwrap_or_default();
                loud.push(format!("{layout:?} seed {seed}\n{head}"));
            }
        }
    }
    assert!(loud.is_empty(), "{} of the clean forms:\n{}", loud.len(), loud[..loud.len().min(5)].join("\n"));
}

/// The real form itself, where it is at hand: `SEED=/path/to/seed cargo test --test promises -- --ignored the_real_form`.
#[test]
#[ignore = "the real form carries a person's name and is not part of the project"]
fn the_real_form_is_read() {
    let Ok(folder) = std::env::var("SEED") else { return };
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).expect(name);
    let truth = support::truth::Truth::from_yaml(&read("expected.yaml")).expect("expected.yaml");
    let case = Case { truth, text: read("seed.txt") };
    let outcome = case.run(Strictness::Values);
    assert!(outcome.is_right() && outcome.account.closes() && outcome.account.unplaced == 0, "{}", outcome.tell(&case));
}

#[test]
#[ignore = "a measurement, not a test"]
fn measure() {
    let number = |name: &str, usual: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let cases = number("CASES", 100);
    let show = number("SHOW", 0);
    let first = number("FIRST", 1) as u64;
    let only = std::env::var("ONLY").unwrap_or_default();
    let strictness = if std::env::var("STRICT").is_ok() { Strictness::Values } else { Strictness::Placement };
    println!(
        "{:38} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>5} {:>5}",
        "", "cases", "indic.", "proj.", "funds", "fields", "flag", "lost%", "open", "ms"
    );
    for generator in [Generator::Seedlike, Generator::Invented] {
        for (name, damage) in measured() {
            for layout in layout::ALL {
                let line = format!("{generator:?} {layout:?} {name}");
                if only.split_whitespace().all(|word| line.to_lowercase().contains(&word.to_lowercase())) {
                    measure_line(
                        &line,
                        &Measured { generator, layout, damage, seeds: first..first + cases as u64, show, strictness },
                    );
                }
            }
        }
    }
}

fn measured() -> Vec<(&'static str, Damage)> {
    let one = Damage::degree(1);
    vec![
        ("clean", Damage::degree(0)),
        ("degree 1", one),
        ("degree 2", Damage::degree(2)),
        ("degree 3", Damage::degree(3)),
        ("centred", Damage { centred: true, ..one }),
        ("repeated", Damage { repeated: true, ..one }),
        ("lost", Damage { lost: 3, ..one }),
        ("headers", Damage { headers_again: true, ..one }),
        ("spaced", Damage { spaced: 8, ..one }),
        ("joined", Damage { joined: true, ..one }),
        ("torn", Damage { torn: true, ..one }),
        ("mutated", Damage { mutated: 4, ..one }),
    ]
}

/// One line of the table.
struct Measured {
    generator: Generator,
    layout: Layout,
    damage: Damage,
    seeds: std::ops::Range<u64>,
    /// How many of the failing cases to write out.
    show: usize,
    strictness: Strictness,
}

fn measure_line(line: &str, measured: &Measured) {
    let cases = measured.seeds.clone().count();
    let [mut indicators, mut projects, mut funds, mut fields, mut flagged] = [Tally::default(); 5];
    let (mut right, mut wrong, mut open, mut lost, mut characters) = (0, 0, 0, 0, 0);
    let start = std::time::Instant::now();
    for seed in measured.seeds.clone() {
        let case = Case::new(measured.generator, measured.layout, &measured.damage, seed);
        let outcome = case.run(measured.strictness);
        indicators.add(outcome.comparison.indicators);
        projects.add(outcome.comparison.projects);
        funds.add(outcome.comparison.funds);
        fields.add(outcome.comparison.fields);
        flagged.add(outcome.flagged);
        right += usize::from(outcome.is_right());
        open += usize::from(!outcome.account.closes() || outcome.problem.is_some());
        lost += outcome.account.unplaced;
        characters += outcome.account.characters;
        if !outcome.is_right() || !outcome.account.closes() {
            wrong += 1;
            if wrong <= measured.show {
                let folder = std::env::var("CASE_DIR").unwrap_or_else(|_| "/tmp".into());
                let file = format!("{folder}/case-{}-{seed}.txt", line.replace(' ', "-"));
                std::fs::write(&file, outcome.tell(&case)).expect("writing to /tmp");
                println!("    {file}");
            }
        }
    }
    let percent = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    println!(
        "{line:38} {:6.1} {:6.2} {:6.2} {:6.2} {:6.2} {:6.1} {:6.3} {open:5} {:5.2}",
        percent(right, cases),
        indicators.percent(),
        projects.percent(),
        funds.percent(),
        fields.percent(),
        flagged.percent(),
        percent(lost, characters),
        start.elapsed().as_secs_f64() * 1000.0 / cases as f64,
    );
}
