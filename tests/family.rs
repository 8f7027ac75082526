//! The family of forms: every definition reads the forms that it describes, filled at random, however they are handed in: as a
//! perfect grid, as a Word file, as tables of pasted text, one cell per line, as a stream of words, and damaged as pasting
//! damages. The generator (`support::family`) knows definitions as data alone, so a new form is tested by being there.

mod support;

use biaozhun::diag::Severity;
use biaozhun::form::FormDefinition;
use biaozhun::pipeline::Conversion;
use biaozhun::rules::Fix;
use std::fmt::Write as _;
use support::account::account;
use support::case::{converter, definitions};
use support::damage::{Damage, ruin};
use support::family::{Filled, filled};
use support::layout::{Layout, perfect_html, print};
use support::prng::Random;
use support::word::perfect_word;

/// Seeds of one definition in one layout; `FAMILY_SEEDS=100` measures more.
fn seeds() -> u64 {
    std::env::var("FAMILY_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

/// What came of one form.
struct Outcome {
    /// Fields that are not what was printed, in words.
    wrong: Vec<String>,
    /// Of these, those that a finding speaks of.
    flagged: usize,
    total: usize,
    lost: usize,
    /// Findings of structure that a person must look at.
    findings: Vec<String>,
    recognised: bool,
}

fn judge(definition: &FormDefinition, form: &Filled, bytes: &[u8]) -> Outcome {
    let mut outcome =
        Outcome { wrong: Vec::new(), flagged: 0, total: form.expected.len(), lost: 0, findings: Vec::new(), recognised: false };
    let conversion = match converter().convert(bytes, Fix::Auto) {
        Ok(conversion) => conversion,
        Err(error) => {
            outcome.wrong.push(error.to_string());
            return outcome;
        }
    };
    outcome.lost = lost(&conversion);
    let [checked] = &conversion.forms[..] else {
        outcome.wrong.push(format!("{} forms found", conversion.forms.len()));
        return outcome;
    };
    let record = &checked.record;
    outcome.recognised = record.form == *definition.id;
    if !outcome.recognised {
        outcome.wrong.push(format!("taken for {}", record.form));
    }
    let mut found: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    record.each_leaf(&mut |path, leaf| {
        found.insert(path.to_string(), leaf.text.clone());
    });
    let structural = |code: &str| code.starts_with('S');
    let speaks = |path: &str| {
        let list = path.split('[').next().unwrap_or(path);
        checked.findings.iter().any(|finding| {
            let grave = finding.severity != Severity::Info;
            grave && (finding.at.is_empty() || finding.at.iter().any(|at| at.to_string().starts_with(list)))
        })
    };
    let mut expected: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
    for (path, text) in &form.expected {
        expected.insert(path, text);
        let got = found.get(path).map_or("", String::as_str);
        if same(got) != same(text) {
            outcome.wrong.push(format!("{path}: expected {text:?}, found {got:?}"));
            outcome.flagged += usize::from(speaks(path));
        }
    }
    for (path, text) in found.iter().filter(|(path, text)| !text.is_empty() && !expected.contains_key(path.as_str())) {
        outcome.wrong.push(format!("{path}: nothing expected, found {text:?}"));
        outcome.flagged += usize::from(speaks(path));
    }
    let grave = checked.findings.iter().filter(|finding| structural(finding.rule) && finding.severity != Severity::Info);
    outcome.findings = grave.map(|finding| format!("{} {:?}", finding.rule, finding.message)).collect();
    outcome
}

/// Line breaks inside a text are the layout's.
fn same(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn lost(conversion: &Conversion) -> usize {
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    account.lost.len() + account.nowhere.len()
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
