//! The three promises, held against generated forms: nothing lost, nothing changed silently, nothing passed unchecked.
//!
//! `cargo test --release --test promises -- --ignored --nocapture measure` prints the table that the search is tuned on
//! (`CASES=200`, `ONLY=tabs`, `SHOW=3` writes the third failing case of every line of the table to `/tmp`).

mod support;

use support::case::{Case, Generator};
use support::compare::{Strictness, Tally};
use support::damage::Damage;
use support::layout::{self, Layout};

#[test]
#[ignore = "a measurement, not a test"]
fn measure() {
    let number = |name: &str, usual: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let cases = number("CASES", 100);
    let show = number("SHOW", 0);
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
                    measure_line(&line, generator, layout, &damage, cases, show, strictness);
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

fn measure_line(
    line: &str,
    generator: Generator,
    layout: Layout,
    damage: &Damage,
    cases: usize,
    show: usize,
    strictness: Strictness,
) {
    let [mut indicators, mut projects, mut funds, mut fields, mut flagged] = [Tally::default(); 5];
    let (mut right, mut wrong, mut open, mut lost, mut characters) = (0, 0, 0, 0, 0);
    let start = std::time::Instant::now();
    for seed in 0..cases as u64 {
        let case = Case::new(generator, layout, damage, seed + 1);
        let outcome = case.run(strictness);
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
            if wrong == show {
                let file = format!("/tmp/case-{}.txt", line.replace(' ', "-"));
                std::fs::write(&file, outcome.tell(&case)).expect("writing to /tmp");
                println!("    {file}: seed {}", seed + 1);
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
