//! The printed wordings of `templates/department-targets/form.yaml`, read untyped: independent of the crate's own loader.

use serde_yaml::Value as Yaml;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One printed text of the form: what it is for, how the form words it, how others do.
#[derive(Clone, Debug)]
pub struct Wording {
    /// `projects.name`, `funds.income/合计`, `level2/产出指标/数量指标`.
    pub scope: String,
    pub text: String,
    pub synonyms: Vec<String>,
}

/// Everything that the form may print.
pub fn wordings() -> &'static [Wording] {
    static WORDINGS: OnceLock<Vec<Wording>> = OnceLock::new();
    WORDINGS.get_or_init(|| {
        let form: Yaml = serde_yaml::from_str(include_str!("../../templates/department-targets/form.yaml")).expect("form.yaml");
        let mut all = Vec::new();
        all.push(Wording { scope: "title".into(), text: string(&form["title"]), synonyms: strings(&form["titles"]) });
        for band in items(&form["bands"]) {
            let key = string(&band["key"]);
            match string(&band["band"]).as_str() {
                "line" | "pairs" | "text" => {
                    items(&band["fields"]).for_each(|field| add(&mut all, string(&field["key"]), field))
                }
                "matrix" => matrix(&mut all, &key, band),
                "records" => {
                    add(&mut all, key.clone(), band);
                    columns(&mut all, &key, &band["columns"]);
                }
                "lists" => {
                    add(&mut all, key.clone(), band);
                    add(&mut all, format!("{key}.number"), &band["number"]);
                    columns(&mut all, &key, &band["sides"]);
                }
                "tree" => {
                    add(&mut all, key.clone(), band);
                    add(&mut all, format!("{key}.number"), &band["number"]);
                    columns(&mut all, &key, &band["levels"]);
                    columns(&mut all, &key, &band["columns"]);
                }
                _ => add(&mut all, key, band),
            }
        }
        let shared: Yaml =
            serde_yaml::from_str(include_str!("../../templates/shared/indicators.yaml")).expect("indicators.yaml");
        for root in items(&shared["hierarchies"]["indicators"]) {
            let name = string(&root["label"]);
            add(&mut all, format!("level1/{name}"), root);
            for child in items(&root["children"]) {
                add(&mut all, format!("level2/{name}/{}", string(&child["label"])), child);
            }
        }
        all
    })
}

/// The instructions printed under the form.
pub fn notes() -> Vec<String> {
    let form: Yaml = serde_yaml::from_str(include_str!("../../templates/department-targets/form.yaml")).expect("form.yaml");
    items(&form["bands"]).filter(|band| string(&band["band"]) == "notes").flat_map(|band| strings(&band["texts"])).collect()
}

/// The form's own wording of a scope.
pub fn own(scope: &str) -> &'static str {
    let found = wordings().iter().find(|wording| wording.scope == scope);
    &found.unwrap_or_else(|| panic!("form.yaml has no {scope}")).text
}

/// For comparing: the form's own wording of whatever stands in `scope` (a prefix), else the text itself.
pub fn canonical<'a>(scope: &str, text: &'a str) -> &'a str {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    wordings()
        .iter()
        .filter(|wording| wording.scope.starts_with(scope))
        .find(|wording| wording.text == bare || wording.synonyms.contains(&bare))
        .map_or(text, |wording| wording.text.as_str())
}

/// How one copy of the form words its labels.
#[derive(Clone, Debug, Default)]
pub struct Labels(pub BTreeMap<String, String>);

impl Labels {
    pub fn get(&self, scope: &str) -> String {
        self.0.get(scope).cloned().unwrap_or_else(|| own(scope).to_owned())
    }
}

fn matrix(all: &mut Vec<Wording>, key: &str, band: &Yaml) {
    add(all, key.to_owned(), band);
    add(all, format!("{key}.corner"), &band["corner"]);
    columns(all, key, &band["columns"]);
    for column in items(&band["columns"]) {
        for (index, label) in items(&column["across"]["labels"]).enumerate() {
            add(all, format!("{key}.{}[{index}]", string(&column["key"])), label);
        }
    }
    for group in items(&band["groups"]) {
        let scope = format!("{key}.{}", string(&group["key"]));
        add(all, scope.clone(), group);
        for item in items(&group["items"]) {
            add(all, format!("{scope}/{}", string(&item["label"])), item);
        }
    }
}

fn columns(all: &mut Vec<Wording>, key: &str, list: &Yaml) {
    items(list).for_each(|column| add(all, format!("{key}.{}", string(&column["key"])), column));
}

fn add(all: &mut Vec<Wording>, scope: String, node: &Yaml) {
    all.push(Wording { scope, text: string(&node["label"]), synonyms: strings(&node["synonyms"]) });
}

fn items(node: &Yaml) -> impl Iterator<Item = &Yaml> {
    node.as_sequence().into_iter().flatten()
}

fn string(node: &Yaml) -> String {
    node.as_str().unwrap_or_default().to_owned()
}

fn strings(node: &Yaml) -> Vec<String> {
    items(node).map(string).collect()
}
