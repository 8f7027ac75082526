//! The names that a template may use, as a list for people and programs: what `template fields` prints.

use super::names::{Member, Members, Seen, names};
use super::word;
use crate::form::FormDefinition;
use crate::value::Kind;

/// A field of the record and how a template names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedField {
    /// In the record: `projects[].name`.
    pub at: String,
    /// In the form's own words, as it is written inside a tag.
    pub name: String,
    /// With the keys of the YAML file.
    pub path: String,
    /// What the form prints.
    pub label: String,
    pub synonyms: Vec<String>,
    pub kind: Option<Kind>,
    /// The loops that it has to stand in; blank where none.
    pub within: String,
}

/// All filters that a tag may use, by their names in the user's words.
pub fn filter_names() -> Vec<String> {
    word::filter_names()
}

/// All fields of a form, in its order.
pub fn named_fields(definition: &FormDefinition) -> Vec<NamedField> {
    let mut found = Vec::new();
    let all = names(definition);
    let list = all.list.iter().filter(|member| member.path.starts_with("p.")).cloned().collect();
    let printed = Members { list: std::sync::Arc::new(list), whole: None };
    walk(&printed, "", "", "", &mut found);
    found
}

fn word(member: &Member) -> String {
    member.wordings.first().map_or_else(|| member.key.clone(), ToString::to_string)
}

fn walk(members: &Members, name: &str, path: &str, within: &str, found: &mut Vec<NamedField>) {
    let join = |before: &str, after: &str| if before.is_empty() { after.to_owned() } else { format!("{before}.{after}") };
    for member in members.list.iter() {
        let (own, own_path) = (join(name, &word(member)), join(path, &member.path));
        for at in &member.at {
            // The first name of a field is the one to use; rows of all groups at once repeat the groups.
            if found.iter().any(|known: &NamedField| known.at == *at) && member.at.len() == 1 {
                continue;
            }
            if member.at.len() > 1 {
                continue;
            }
            let kind = match &member.seen {
                Seen::Text(kind) => *kind,
                Seen::List(item) => match **item {
                    Seen::Text(kind) => kind,
                    _ => None,
                },
                _ => None,
            };
            found.push(NamedField {
                at: at.clone(),
                name: own.clone(),
                path: own_path.clone(),
                label: member.wordings.first().map(ToString::to_string).unwrap_or_default(),
                synonyms: member.wordings.iter().skip(1).map(ToString::to_string).collect(),
                kind,
                within: within.to_owned(),
            });
        }
        let row = match &member.seen {
            Seen::Map(inner) => {
                walk(inner, &own, &own_path, within, found);
                continue;
            }
            Seen::List(item) => item,
            Seen::Rows { row, .. } => row,
            _ => continue,
        };
        if let Seen::Map(inner) = &**row {
            // A loop's name is up to the author; here it is the last of its list's own name.
            let variable = if within.is_empty() { "x" } else { "y" };
            let inside = format!("for {variable} in {own}");
            let inside = if within.is_empty() { inside } else { format!("{within} %}}{{% {inside}") };
            walk(inner, variable, variable, &inside, found);
        }
    }
}
