//! What a form says that other documents may say too.

use crate::summary::names::{same, shortened, without_code};
use crate::summary::{EntryForm, EntryProject, EntryStated};
use crate::value::text::fold;
use crate::value::{Kind, Reading};
use rustc_hash::{FxHashMap, FxHasher};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
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

impl Subject {
    pub const ALL: [Subject; 4] = [Subject::Form, Subject::Spelling, Subject::Project, Subject::Value];
}

/// The sides of a spelling: as it is, and with one character left out.
pub const AS_IT_IS: i32 = 0;
pub const SHORTENED: i32 = 1;

/// One fact, as far as comparing needs it: what is shown of it is made only where there is something to show.
pub struct Fact<'f> {
    pub subject: Subject,
    /// What facts must have in common to be compared.
    key: [&'f str; 4],
    /// What is compared: of a form as such, all that stands in it.
    value: Cow<'f, str>,
    /// Who says it, where that matters: the year of the form, see also [`AS_IT_IS`].
    pub side: i32,
    says: Says<'f>,
    form: &'f EntryForm,
}

/// What of a form says it.
#[derive(Clone, Copy)]
enum Says<'f> {
    /// The form as such.
    Form,
    Department,
    Project(&'f EntryProject),
    Stated(&'f EntryStated),
}

impl Fact<'_> {
    /// Of subject and key.
    pub fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u8(self.subject as u8);
        for part in self.key {
            hasher.write(part.as_bytes());
            hasher.write_u8(b'\t');
        }
        hasher.finish()
    }

    pub fn value_hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write(self.value.as_bytes());
        hasher.finish()
    }

    /// What is compared, as a short text: equal only where all of it is.
    pub fn value(&self) -> Cow<'_, str> {
        match self.says {
            Says::Form => Cow::Owned(digest(&self.value)),
            _ => Cow::Borrowed(&self.value),
        }
    }

    /// The key for good.
    pub fn key(&self) -> String {
        self.key.join("\t")
    }

    /// What is shown.
    pub fn text(&self) -> String {
        match self.says {
            Says::Form => String::new(),
            Says::Department => self.form.department.clone(),
            Says::Project(project) => with_unit(&project.amount, &self.form.unit),
            Says::Stated(stated) if stated.is_amount => with_unit(&stated.text, &self.form.unit),
            Says::Stated(stated) => stated.text.clone(),
        }
    }

    /// The field that says it, in words; blank for the whole form.
    pub fn field(&self) -> String {
        match self.says {
            Says::Form | Says::Department => String::new(),
            Says::Project(project) => project.field.clone(),
            Says::Stated(stated) => format!("{} / {}", stated.rows, stated.name),
        }
    }

    /// What it is called in messages: project, department, row.
    pub fn names(&self) -> Vec<(&'static str, String)> {
        let form = self.form;
        let year = || form.year.map(|year| year.to_string()).unwrap_or_default();
        let mut names = vec![("department", form.department.clone()), ("form", form.title.clone())];
        match self.says {
            Says::Form | Says::Department => names.extend([("year", year()), ("project", form.project.clone())]),
            Says::Project(project) => names.extend([("year", year()), ("project", project.name.clone())]),
            Says::Stated(stated) => {
                names.extend([("year", stated.year.to_string()), ("rows", stated.rows.clone()), ("name", stated.name.clone())]);
            }
        }
        names
    }
}

/// Calls `visit` for every fact of a form.
pub fn each(form: &EntryForm, visit: &mut dyn FnMut(&Fact<'_>)) {
    let department = same(&form.department);
    let year = form.year.map(|year| year.to_string()).unwrap_or_default();
    if department.is_empty() {
        return;
    }
    let project = same(&form.project);
    // Forms about projects that do not say about which cannot be told apart.
    if form.is_about_project && project.is_empty() {
        return;
    }
    visit(&Fact {
        subject: Subject::Form,
        key: [&form.form, &year, &department, &project],
        value: Cow::Borrowed(form.data.text()),
        side: AS_IT_IS,
        says: Says::Form,
        form,
    });
    let plain = without_code(&department);
    let mut spelling = |name: &str, side: i32| {
        visit(&Fact {
            subject: Subject::Spelling,
            key: [&form.form, &year, name, &project],
            value: Cow::Borrowed(&department),
            side,
            says: Says::Department,
            form,
        });
    };
    spelling(plain, AS_IT_IS);
    shortened(plain).for_each(|short| spelling(&short, SHORTENED));
    let Some(own) = form.year else { return };
    let names: Vec<String> = form.projects.iter().map(|project| same(&project.name)).collect();
    // Rows of one name in one form are parts of it, or another fault: not to be compared one by one.
    for (project, name) in form.projects.iter().zip(&names).filter(once(&names)) {
        let Some(yuan) = &project.yuan else { continue };
        visit(&Fact {
            subject: Subject::Project,
            key: [&year, name, "", ""],
            value: Cow::Borrowed(yuan),
            side: own,
            says: Says::Project(project),
            form,
        });
    }
    let row = |stated: &EntryStated| format!("{}\t{}\t{}", stated.year, stated.rows, same(&stated.name));
    let rows: Vec<String> = form.history.iter().map(row).collect();
    for (stated, row) in form.history.iter().zip(&rows).filter(once(&rows)) {
        let value = match (&stated.yuan, stated.is_amount) {
            (Some(yuan), _) => Cow::Borrowed(yuan.as_str()),
            // An amount that cannot be read cannot be compared.
            (None, true) => continue,
            (None, false) => match Kind::Target.read(&stated.text) {
                Reading::Value(text) => Cow::Owned(text),
                Reading::Unreadable => fold(&stated.text),
                Reading::Blank | Reading::Placeholder => continue,
            },
        };
        visit(&Fact {
            subject: Subject::Value,
            // Whichever the form: a province prints another one next year, with the same rows.
            key: [&department, row, "", ""],
            value,
            side: own,
            says: Says::Stated(stated),
            form,
        });
    }
}

/// Whether a name stands in a form only once.
fn once<'n, T>(names: &'n [String]) -> impl FnMut(&(T, &'n String)) -> bool {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    move |(_, name)| counts.get(name.as_str()).is_none_or(|count| *count == 1)
}

/// An amount with its unit.
fn with_unit(amount: &str, unit: &str) -> String {
    let prints_one = amount.chars().last().is_some_and(|c| !c.is_ascii_digit());
    if prints_one { amount.to_owned() } else { format!("{amount}{unit}") }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
