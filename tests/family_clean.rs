//! Forms of every kind that have no fault: nothing is found in them, not even a hint, however they are handed in.

mod support;

use biaozhun::rules::Fix;
use std::fmt::Write as _;
use support::case::{converter, definitions};
use support::damage::{Damage, ruin};
use support::family::{Filled, Filling, filled_as};
use support::layout::{Layout, perfect_html, print};
use support::prng::Random;
use support::word::perfect_word;

const TRUTHFUL: Filling = Filling { truthful: true, wordings: false, blanks: false };

fn seeds() -> u64 {
    std::env::var("FAMILY_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

/// Findings, and suggestions that wait for a person.
fn told(bytes: &[u8]) -> Vec<String> {
    let conversion = converter().convert(bytes, Fix::Auto).expect("has a form");
    let mut told = Vec::new();
    for form in &conversion.forms {
        for finding in &form.findings {
            let at = finding.at.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            told.push(format!("{} {at} {} {:?}", finding.rule, finding.message.id, finding.message.arguments));
        }
        let open = form.record.changes.iter().filter(|change| !change.applied);
        told.extend(open.map(|change| format!("{} {} {:?} → {:?}", change.rule, change.at, change.from, change.to)));
    }
    if conversion.forms.len() != 1 {
        told.push(format!("{} forms", conversion.forms.len()));
    }
    told
}

fn quiet(way: &str, make: impl Fn(&Filled, u64) -> Vec<u8>) {
    let mut loud = String::new();
    for definition in definitions() {
        for seed in 500..500 + seeds() {
            let form = filled_as(definition, seed, TRUTHFUL);
            let bytes = make(&form, seed);
            let told = told(&bytes);
            if !told.is_empty() {
                let _ = writeln!(loud, "== {way}: {} {seed}", definition.id);
                told.iter().take(6).for_each(|line| loud.push_str(&format!("  {line}\n")));
                if let Some(folder) = std::env::var_os("LOOK") {
                    let file = format!("{}-{way}-{seed}.txt", definition.id);
                    std::fs::write(std::path::Path::new(&folder).join(file), &bytes).expect("writes");
                }
            }
        }
    }
    assert!(loud.is_empty(), "\n{loud}");
}

fn printed(form: &Filled, layout: Layout, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed + 7);
    print(&ruin(&form.sheet, &Damage::default(), &mut random), layout, &mut random).into_bytes()
}

#[test]
fn nothing_is_found_in_a_clean_page() {
    quiet("page", |form, _| perfect_html(&form.sheet).into_bytes());
}

#[test]
fn nothing_is_found_in_a_clean_word_file() {
    quiet("word", |form, _| perfect_word(&form.sheet));
}

#[test]
fn nothing_is_found_in_a_clean_table() {
    quiet("tabs", |form, seed| printed(form, Layout::Tabs, seed));
    quiet("markdown", |form, seed| printed(form, Layout::Markdown, seed));
}
