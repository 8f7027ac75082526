//! What is found in the samples: one table, looked over by eye. A rule that speaks where it should not changes a line of it.

mod support;

use biaozhun::diag::Severity;
use biaozhun::rules::Fix;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use support::case::{converter, definitions};

fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    let ending = |file: &PathBuf| file.extension().and_then(|ending| ending.to_str()).is_some_and(|own| endings.contains(&own));
    files.retain(|file| ending(file) && !file.ends_with("README.md") && !file.to_string_lossy().ends_with(".page.html"));
    files.sort();
    files
}

/// One line of the table.
struct Line {
    file: String,
    form: String,
    /// Rules and how often each speaks; with a mark for suggestions that wait.
    told: BTreeMap<String, usize>,
    grave: usize,
}

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for file in
        files("samples", &["txt", "md", "html"]).into_iter().chain(files("samples/word", &["docx", "doc", "odt", "xls"]))
    {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let conversion = converter().convert(&std::fs::read(&file).expect("the sample"), Fix::Auto).expect("has a form");
        for form in conversion.forms {
            let mut told: BTreeMap<String, usize> = BTreeMap::new();
            for finding in &form.findings {
                *told.entry(finding.rule.to_owned()).or_default() += 1;
            }
            for change in form.record.changes.iter().filter(|change| !change.applied) {
                *told.entry(format!("{}→", change.rule)).or_default() += 1;
            }
            let grave = form.findings.iter().filter(|finding| finding.severity != Severity::Info).count();
            lines.push(Line { file: name.clone(), form: form.record.form, told, grave });
        }
    }
    lines
}

#[test]
fn the_findings_in_the_samples_are_those_looked_over() {
    let mut table = String::new();
    for line in lines() {
        let told: Vec<String> = line.told.iter().map(|(rule, count)| format!("{rule} ×{count}")).collect();
        let told = if told.is_empty() { "nothing".to_owned() } else { told.join(", ") };
        table.push_str(&format!("{} ({}): {told}\n", line.file, line.form));
    }
    insta::assert_snapshot!(table);
}

/// Every form that is built in has a sample without a fault, in which nothing is found, and one with typical faults.
#[test]
fn every_form_has_a_clean_sample_and_one_with_faults() {
    let lines = lines();
    let with = |wanted: &dyn Fn(&Line) -> bool| -> BTreeSet<&str> {
        lines.iter().filter(|line| wanted(line)).map(|line| line.form.as_str()).collect()
    };
    let (clean, faulty) = (with(&|line| line.told.is_empty()), with(&|line| line.grave > 0));
    let lacking = |known: &BTreeSet<&str>| -> Vec<String> {
        definitions().iter().map(|form| form.id.to_string()).filter(|id| !known.contains(id.as_str())).collect()
    };
    assert_eq!(
        (lacking(&clean), lacking(&faulty)),
        (Vec::new(), Vec::new()),
        "without a clean sample, without one with faults"
    );
}
