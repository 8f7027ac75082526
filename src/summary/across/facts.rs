//! What a form says that other documents may say too.

use crate::summary::names::{same, shortened, without_code};
use crate::summary::{EntryForm, EntryStated};
use crate::value::text::fold;
use crate::value::{Kind, Reading};
use rustc_hash::{FxHashMap, FxHasher};
use sha2::{Digest, Sha256};
use std::hash::Hasher;

/// Which rule looks at a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// X001: a department's form of a kind, a year and a project.
    Form,
    /// X001: how the department is spelled.
    Spelling,
    /// X002: a project's amount of a year.
    Project,
    /// X004: a value of a year, as forms of several years give it.
    Value,
}

/// The side of a form as such: the same value twice is worth a word.
pub const TWICE: i32 = i32::MIN;
/// The sides of a spelling: as it is, and with one character left out.
pub const AS_IT_IS: i32 = 0;
pub const SHORTENED: i32 = 1;

/// One fact.
pub struct Fact {
    pub subject: Subject,
    pub key: String,
    /// What is compared.
    pub value: String,
    /// What is shown.
    pub text: String,
    /// Who says it, where that matters: the year of the form, see also [`TWICE`] and [`AS_IT_IS`].
    pub side: i32,
    pub field: String,
    pub names: Vec<(&'static str, String)>,
}

impl Fact {
    /// Of subject and key.
    pub fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u8(self.subject as u8);
        hasher.write(self.key.as_bytes());
        hasher.finish()
    }

    pub fn value_hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write(self.value.as_bytes());
        hasher.finish()
    }
}

/// Calls `visit` for every fact of a form.
pub fn each(form: &EntryForm, visit: &mut dyn FnMut(Fact)) {
    let department = same(&form.department);
    let year = form.year.map(|year| year.to_string()).unwrap_or_default();
    if department.is_empty() {
        return;
    }
    let names = || {
        vec![
            ("department", form.department.clone()),
            ("form", form.title.clone()),
            ("year", year.clone()),
            ("project", form.project.clone()),
        ]
    };
    let project = same(&form.project);
    // Forms about projects that do not say about which cannot be told apart.
    if form.is_about_project && project.is_empty() {
        return;
    }
    visit(Fact {
        subject: Subject::Form,
        key: format!("{}\t{year}\t{department}\t{project}", form.form),
        value: content(form),
        text: String::new(),
        side: TWICE,
        field: String::new(),
        names: names(),
    });
    let plain = without_code(&department);
    let spelling = |name: &str, side: i32| Fact {
        subject: Subject::Spelling,
        key: format!("{}\t{year}\t{name}\t{project}", form.form),
        value: department.clone(),
        text: form.department.clone(),
        side,
        field: String::new(),
        names: names(),
    };
    visit(spelling(plain, AS_IT_IS));
    for short in shortened(plain) {
        visit(spelling(&short, SHORTENED));
    }
    let Some(own) = form.year else { return };
    let mut projects: FxHashMap<String, usize> = FxHashMap::default();
    for project in &form.projects {
        *projects.entry(same(&project.name)).or_default() += 1;
    }
    for project in &form.projects {
        let Some(yuan) = &project.yuan else { continue };
        let name = same(&project.name);
        // Rows of one name in one form are parts of it, or another fault: not to be compared one by one.
        if projects.get(&name).is_some_and(|count| *count > 1) {
            continue;
        }
        let mut names = names();
        names.retain(|(name, _)| *name != "project");
        names.push(("project", project.name.clone()));
        visit(Fact {
            subject: Subject::Project,
            key: format!("{year}\t{name}"),
            value: yuan.clone(),
            text: with_unit(&project.amount, &form.unit),
            side: own,
            field: project.field.clone(),
            names,
        });
    }
    let row = |stated: &EntryStated| format!("{}\t{}\t{}", stated.year, stated.rows, same(&stated.name));
    let mut rows: FxHashMap<String, usize> = FxHashMap::default();
    for stated in &form.history {
        *rows.entry(row(stated)).or_default() += 1;
    }
    for stated in &form.history {
        let row = row(stated);
        if rows.get(&row).is_some_and(|count| *count > 1) {
            continue;
        }
        let value = match (&stated.yuan, stated.is_amount) {
            (Some(yuan), _) => yuan.clone(),
            // An amount that cannot be read cannot be compared.
            (None, true) => continue,
            (None, false) => match Kind::Target.read(&stated.text) {
                Reading::Value(text) => text,
                Reading::Unreadable => fold(&stated.text).into_owned(),
                Reading::Blank | Reading::Placeholder => continue,
            },
        };
        let mut names = names();
        names.retain(|(name, _)| *name != "year" && *name != "project");
        names.extend([("year", stated.year.to_string()), ("rows", stated.rows.clone()), ("name", stated.name.clone())]);
        visit(Fact {
            subject: Subject::Value,
            // Whichever the form: a province prints another one next year, with the same rows.
            key: format!("{department}\t{row}"),
            value,
            text: if stated.is_amount { with_unit(&stated.text, &form.unit) } else { stated.text.clone() },
            side: own,
            field: format!("{} / {}", stated.rows, stated.name),
            names,
        });
    }
}

/// An amount with its unit.
fn with_unit(amount: &str, unit: &str) -> String {
    let prints_one = amount.chars().last().is_some_and(|c| !c.is_ascii_digit());
    if prints_one { amount.to_owned() } else { format!("{amount}{unit}") }
}

/// What stands in a form, as a short text: equal only where all values are.
fn content(form: &EntryForm) -> String {
    let digest = Sha256::digest(form.data.text().as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
