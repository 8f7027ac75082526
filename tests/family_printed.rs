//! What the shipped templates of every form print is read back to the same record: as a page, and as a Word file.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::pipeline::{Checked, Print, Printer};
use biaozhun::record::Record;
use biaozhun::rules::Fix;
use support::case::{converter, definitions};
use support::family::{Filling, filled_as};
use support::judged::judge;
use support::layout::perfect_html;

const FIRST_SEED: u64 = 5_000_000;
const CASES: u64 = if cfg!(debug_assertions) { 3 } else { 30 };
const PRINT: Print = Print { language: Language::Chinese, appendix: true };

/// What a record says, by place; a blank value says nothing.
fn texts(record: &Record) -> Vec<(String, String)> {
    let mut all = Vec::new();
    record.each_leaf(&mut |path, leaf| {
        if !leaf.is_blank() {
            all.push((path.to_string(), leaf.text.clone()));
        }
    });
    all
}

/// The first thing that differs when what was printed is read again.
fn difference(form: &Checked, bytes: &[u8]) -> Option<String> {
    let wanted = texts(&form.record);
    match converter().convert(bytes, Fix::Auto).map(|conversion| conversion.forms) {
        Err(error) => Some(error.to_string()),
        Ok(forms) if forms.len() != 1 => Some(format!("{} forms", forms.len())),
        Ok(forms) if forms[0].record.form != form.record.form => Some(format!("taken for {}", forms[0].record.form)),
        Ok(forms) => {
            let back = texts(&forms[0].record);
            let lost = wanted.iter().find(|entry| !back.contains(entry)).map(|entry| format!("lost {entry:?}"));
            // Instructions stand on the printed form, whether or not the source had them.
            let new = back.iter().find(|entry| !wanted.contains(entry) && !entry.0.starts_with("notes["));
            lost.or_else(|| new.map(|entry| format!("new {entry:?}")))
        }
    }
}

fn read_back(print: impl Fn(&Printer, &Checked) -> Vec<u8>) {
    let printer = Printer::new(definitions());
    let (mut differing, mut tried) = (Vec::new(), 0);
    for definition in definitions() {
        for seed in FIRST_SEED..FIRST_SEED + CASES {
            let filling = Filling { truthful: seed % 2 == 0, wordings: false, blanks: seed % 3 == 0 };
            let filled = filled_as(definition, seed, filling);
            let page = perfect_html(&filled.sheet);
            assert!(
                judge(definition, &filled, page.as_bytes()).is_right(),
                "{} {seed} is not read right at first",
                definition.id
            );
            let form = converter().convert(page.as_bytes(), Fix::Auto).expect("a form").forms.remove(0);
            tried += 1;
            differing
                .extend(difference(&form, &print(&printer, &form)).map(|what| format!("{} {seed}: {what}", definition.id)));
        }
    }
    assert!(differing.is_empty(), "{} of {tried}:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn the_page_of_every_form_is_read_back() {
    read_back(|printer, form| printer.html(form, PRINT).expect("a page").into_bytes());
}

#[test]
fn the_word_file_of_every_form_is_read_back() {
    read_back(|printer, form| printer.docx(form, PRINT).expect("a Word file"));
}
