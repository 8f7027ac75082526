//! A season of submissions, as summaries know them: forms of all kinds filled at random and converted, then as many more as are
//! wanted under other departments, with a few files that no form could be read from.

use super::case::{converter, definitions};
use super::family::filled;
use super::layout::perfect_html;
use super::names::{COUNTIES, OFFICES};
use biaozhun::pipeline::{self, Fix};
use biaozhun::summary::{Entry, EntryForm, EntryOutput, Outcome};
use std::sync::OnceLock;

/// Forms that are read for it.
fn forms() -> &'static [EntryForm] {
    static FORMS: OnceLock<Vec<EntryForm>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let mut forms = Vec::new();
        for (index, definition) in definitions().iter().enumerate() {
            for seed in 0..3 {
                let html = perfect_html(&filled(definition, 100 * index as u64 + seed).sheet);
                let conversion = converter().convert(html.as_bytes(), Fix::Auto).unwrap();
                forms.extend(conversion.forms.iter().map(|form| pipeline::entry(form, definitions()).unwrap()));
            }
        }
        forms
    })
}

/// The entry of one number: the same each time.
pub fn entry(number: u64) -> Entry {
    let forms = forms();
    let sha256 = format!("{number:064x}");
    if number % 97 == 13 {
        let error = "文件是空的".to_owned();
        return Entry::failed(format!("收件/{number:05}.docx"), sha256, 0, Outcome::Refused, error);
    }
    let mut form = forms[(number % forms.len() as u64) as usize].clone();
    let round = number / forms.len() as u64;
    let office = OFFICES[(round % OFFICES.len() as u64) as usize];
    let county = COUNTIES[(round / OFFICES.len() as u64 % COUNTIES.len() as u64) as usize];
    form.department = format!("{county}{office}");
    if number.is_multiple_of(5) {
        form.findings.clear();
        form.suggestions = 0;
    }
    let name = format!("{}-{}-{number}", form.department, form.form);
    form.outputs = ["yaml", "docx", "html"]
        .map(|kind| EntryOutput { kind: kind.to_owned(), path: format!("{kind}/{name}.{kind}") })
        .to_vec();
    Entry::read(format!("收件/{name}.docx"), sha256, 20_000 + number, vec![form])
}

/// So many entries.
pub fn entries(count: u64) -> impl Iterator<Item = std::io::Result<Entry>> {
    (0..count).map(|number| Ok(entry(number)))
}
