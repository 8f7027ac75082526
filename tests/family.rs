//! The family of forms: every definition reads the forms that it describes, filled at random, however they are handed in: as a
//! perfect grid, as a Word file, as tables of pasted text, one cell per line, as a stream of words, and damaged as pasting
//! damages. The generator (`support::family`) knows definitions as data alone, so a new form is tested by being there.

mod support;

use std::fmt::Write as _;
use support::case::definitions;
use support::damage::{Damage, ruin};
use support::family::{Filled, filled};
use support::judged::{Outcome, judge};
use support::layout::{Layout, perfect_html, print};
use support::prng::Random;
use support::word::perfect_word;

/// Seeds of one definition in one layout; `FAMILY_SEEDS=100` measures more.
fn seeds() -> u64 {
    std::env::var("FAMILY_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

/// Runs all definitions through a way of printing; tells what is wrong with those that are not right.
fn all(way: &str, check: impl Fn(&Outcome) -> bool, make: impl Fn(&Filled, u64) -> Vec<u8>) {
    let mut told = String::new();
    for definition in definitions() {
        let (mut right, mut fields, mut wrong, mut flagged) = (0, 0, 0, 0);
        for seed in 0..seeds() {
            let form = filled(definition, seed);
            let bytes = make(&form, seed);
            let outcome = judge(definition, &form, &bytes);
            assert_eq!(outcome.lost, 0, "{way}: {} {seed}: something is lost", definition.id);
            fields += outcome.total;
            wrong += outcome.wrong.len();
            flagged += outcome.flagged;
            if check(&outcome) {
                right += 1;
                continue;
            }
            if std::env::var_os("FAMILY_SEEDS").is_none() {
                let _ = writeln!(told, "== {way}: {} {seed}, {} findings", definition.id, outcome.findings.len());
                outcome.wrong.iter().take(6).for_each(|line| told.push_str(&format!("  {line}\n")));
                outcome.findings.iter().take(4).for_each(|line| told.push_str(&format!("  ! {line}\n")));
                if let Some(folder) = std::env::var_os("LOOK") {
                    let file = format!("{}-{way}-{seed}.txt", definition.id);
                    std::fs::write(std::path::Path::new(&folder).join(file), &bytes).expect("writes");
                }
            }
        }
        if right < seeds() {
            let _ = writeln!(
                told,
                "   {}: {right} of {} right; {wrong} of {fields} fields wrong, {flagged} of them told",
                definition.id,
                seeds()
            );
        }
    }
    assert!(told.is_empty(), "\n{told}");
}

fn clean(outcome: &Outcome) -> bool {
    outcome.wrong.is_empty() && outcome.findings.is_empty()
}

fn printed(form: &Filled, layout: Layout, damage: &Damage, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed + 7);
    print(&ruin(&form.sheet, damage, &mut random), layout, &mut random).into_bytes()
}

#[test]
fn every_form_is_read_from_a_page() {
    all("page", clean, |form, _| perfect_html(&form.sheet).into_bytes());
}

#[test]
fn every_form_is_read_from_a_word_file() {
    all("word", clean, |form, _| perfect_word(&form.sheet));
}

#[test]
fn every_form_is_read_from_tabs() {
    all("tabs", clean, |form, seed| printed(form, Layout::Tabs, &Damage::default(), seed));
}

#[test]
fn every_form_is_read_from_cells_one_a_line() {
    all(
        "cells",
        |outcome| outcome.wrong.len() == outcome.flagged,
        |form, seed| printed(form, Layout::CellsMarked, &Damage::default(), seed),
    );
}

#[test]
fn every_form_is_read_from_a_stream() {
    all(
        "stream",
        |outcome| outcome.wrong.len() == outcome.flagged,
        |form, seed| printed(form, Layout::Stream, &Damage::default(), seed),
    );
}

#[test]
fn every_form_is_read_from_a_damaged_table() {
    all(
        "ragged",
        |outcome| outcome.wrong.len() == outcome.flagged,
        |form, seed| printed(form, Layout::Tabs, &Damage::degree(1), seed),
    );
}
