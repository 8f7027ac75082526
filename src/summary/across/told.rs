//! What is said of facts that came together at one key, if anything: codes, severities and messages of X001, X002 and X004.

use super::facts::{AS_IT_IS, SHORTENED, Subject};
use super::{Across, Group, PLACES, Place, Said};
use crate::diag::{Code, Message, Severity};
use crate::summary::names::{same, without_code};
use std::collections::{BTreeMap, BTreeSet};

/// The same form twice.
const TWICE: Code = "X001";
/// A project with other amounts elsewhere.
const PROJECT: Code = "X002";
/// A value of a year that another year's form gives otherwise.
const EARLIER: Code = "X004";
/// Between values in a message.
const BETWEEN: &str = " ≠ ";

/// The finding of a group.
pub fn told(subject: Subject, group: Group) -> Vec<Across> {
    match subject {
        Subject::Form => twice(group).into_iter().collect(),
        Subject::Spelling => spelled(&group).into_iter().collect(),
        Subject::Project => projects(&group),
        Subject::Value => earlier(group).into_iter().collect(),
    }
}

/// That there are more keys than can be told of.
pub fn left(subject: Subject, count: u64) -> Across {
    let rule = match subject {
        Subject::Form | Subject::Spelling => TWICE,
        Subject::Project => PROJECT,
        Subject::Value => EARLIER,
    };
    across(rule, Severity::Warning, Message::new("X.left").with("count", count), Message::new("X.left.help"), Vec::new())
}

fn twice(group: Group) -> Option<Across> {
    let count = group.documents.count;
    if count < 2 {
        return None;
    }
    let is_same = group.said.len() == 1;
    let knows_year = !group.name("year").is_empty();
    let (id, help, severity) = match (is_same, knows_year) {
        (true, _) => ("X001.same", "X001.same.help", Severity::Warning),
        (false, true) => ("X001.other", "X001.other.help", Severity::Error),
        // Without a year they may be of two years.
        (false, false) => ("X001.no_year", "X001.no_year.help", Severity::Info),
    };
    let message = Message::new(id).with("count", count).with("what", what(&group));
    Some(across(TWICE, severity, message, Message::new(help), places(group.said)))
}

/// One name with a code or a character that the other lacks.
fn spelled(group: &Group) -> Option<Across> {
    let plain = group.said.iter().find(|said| said.side == AS_IT_IS)?;
    let is_other = |said: &&Said| said.value != plain.value && (said.side == AS_IT_IS || said.side == SHORTENED);
    let other = group.said.iter().find(is_other)?;
    let (one, two) = (plain.places.first()?.clone(), other.places.first()?.clone());
    let mut places = vec![one, two];
    places.sort_by_key(|place| place.document);
    let text = |index: usize| places.get(index).map_or_else(String::new, |place| place.department.to_string());
    let message = Message::new("X001.near").with("one", text(0)).with("other", text(1)).with("form", group.name("form"));
    Some(across(TWICE, Severity::Info, message, Message::new("X001.near.help"), places))
}

fn projects(group: &Group) -> Vec<Across> {
    let mut found = Vec::new();
    if group.said.iter().map(|said| &said.value).collect::<BTreeSet<_>>().len() < 2 {
        return found;
    }
    // The amounts that each department gives, with the documents.
    let mut departments: BTreeMap<String, BTreeMap<&str, Vec<&Place>>> = BTreeMap::new();
    for said in &group.said {
        for place in &said.places {
            let department = departments.entry(department(place)).or_default();
            department.entry(said.value.as_str()).or_default().push(place);
        }
    }
    let project = group.name("project");
    for amounts in departments.values().filter(|amounts| amounts.len() > 1) {
        let mut places: Vec<Place> = amounts.values().flatten().map(|place| (*place).clone()).collect();
        places.sort_by(|one, other| (one.document, &one.field).cmp(&(other.document, &other.field)));
        let message = Message::new("X002.within")
            .with("department", places.first().map_or("", |place| &*place.department))
            .with("project", project)
            .with("year", group.name("year"))
            .with("amounts", texts(&places));
        found.push(across(PROJECT, Severity::Warning, message, Message::new("X002.within.help"), places));
    }
    if departments.len() > 1 {
        let places = group.said.iter().flat_map(|said| said.places.first()).cloned().collect::<Vec<_>>();
        let of_one = places.first().is_none_or(|first| places.iter().all(|place| department(place) == department(first)));
        if !of_one {
            let message = Message::new("X002.between")
                .with("project", project)
                .with("year", group.name("year"))
                .with("count", group.documents.count)
                .with("amounts", texts(&places));
            found.push(across(PROJECT, Severity::Info, message, Message::new("X002.between.help"), places));
        }
    }
    found
}

/// Whose form it is: forms about projects print a code beside the name that those of the department do not.
fn department(place: &Place) -> String {
    without_code(&same(&place.department)).to_owned()
}

fn earlier(group: Group) -> Option<Across> {
    let values: BTreeSet<&str> = group.said.iter().map(|said| said.value.as_str()).collect();
    let sides: BTreeSet<i32> = group.said.iter().map(|said| said.side).collect();
    // Forms of one year that differ are another rule's.
    if values.len() < 2 || sides.len() < 2 {
        return None;
    }
    let message = Message::new("X004")
        .with("department", group.name("department"))
        .with("rows", group.name("rows"))
        .with("name", group.name("name"))
        .with("year", group.name("year"));
    let mut said = group.said;
    said.sort_by_key(|said| said.side);
    let places = said.into_iter().flat_map(|said| said.places).collect::<Vec<_>>();
    let message = message.with("values", texts(&places));
    Some(across(EARLIER, Severity::Warning, message, Message::new("X004.help"), places))
}

fn across(rule: Code, severity: Severity, message: Message, help: Message, mut places: Vec<Place>) -> Across {
    places.truncate(PLACES);
    Across { rule, severity, message, help, places }
}

/// Whose form it is: department, form, project and year, as far as they are known.
fn what(group: &Group) -> String {
    let parts = ["department", "form", "project", "year"].map(|wanted| group.name(wanted));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn places(said: Vec<Said>) -> Vec<Place> {
    let mut places: Vec<Place> = said.into_iter().flat_map(|said| said.places).collect();
    places.sort_by_key(|place| place.document);
    places
}

/// The different texts at some places.
fn texts(places: &[Place]) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for place in places {
        if !texts.contains(&place.text.as_str()) {
            texts.push(&place.text);
        }
    }
    texts.join(BETWEEN)
}
