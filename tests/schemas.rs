//! The schemas that editors use: of definitions (`form schema`) and of records (`form schema ID`). What we ship and what we write
//! is valid by them, mistakes are not. The validator below knows as much of JSON Schema as they need, and fails at what it does not know.

use biaozhun::catalogue::Language;
use biaozhun::form::load;
use biaozhun::pipeline::{convert, yaml_text};
use biaozhun::rules::Fix;
use biaozhun::yaml;
use serde_json::Value;
use std::path::Path;

/// Every place where a value is not as the schema has it.
fn wrong(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Some(rules) = schema.as_object() else { return vec![format!("{at}: the schema is no map")] };
    for (rule, wanted) in rules {
        match rule.as_str() {
            "$schema" | "title" | "examples" | "$defs" => {}
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                found.extend(wrong(root, &root["$defs"][name], value, at));
            }
            "type" => {
                let is = |kind: &str| match kind {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "number" => value.is_number(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("type {other}"),
                };
                let ok = match wanted {
                    Value::Array(kinds) => kinds.iter().any(|kind| is(kind.as_str().unwrap())),
                    kind => is(kind.as_str().unwrap()),
                };
                if !ok {
                    found.push(format!("{at}: {value} is not {wanted}"));
                }
            }
            "const" if wanted != value => found.push(format!("{at}: {value} is not {wanted}")),
            "enum" if !wanted.as_array().unwrap().contains(value) => found.push(format!("{at}: {value} is none of {wanted}")),
            "const" | "enum" => {}
            "pattern" => {
                if let Some(text) = value.as_str().filter(|text| !matches(wanted.as_str().unwrap(), text)) {
                    found.push(format!("{at}: {text} is not like {wanted}"));
                }
            }
            "minimum" => {
                if value.as_i64().is_some_and(|number| number < wanted.as_i64().unwrap()) {
                    found.push(format!("{at}: {value} is less than {wanted}"));
                }
            }
            "minItems" | "maxItems" => {
                let length = value.as_array().map_or(0, Vec::len) as u64;
                let limit = wanted.as_u64().unwrap();
                if value.is_array() && (rule == "minItems" && length < limit || rule == "maxItems" && length > limit) {
                    found.push(format!("{at}: {length} items"));
                }
            }
            "required" => {
                for key in wanted.as_array().unwrap().iter().filter_map(Value::as_str) {
                    if value.is_object() && value.get(key).is_none() {
                        found.push(format!("{at}: lacks {key}"));
                    }
                }
            }
            "properties" => {
                for (key, inner) in wanted.as_object().unwrap() {
                    if let Some(own) = value.get(key) {
                        found.extend(wrong(root, inner, own, &format!("{at}.{key}")));
                    }
                }
            }
            "additionalProperties" => {
                let known = rules.get("properties").and_then(Value::as_object);
                for (key, own) in value.as_object().into_iter().flatten() {
                    if known.is_some_and(|known| known.contains_key(key)) {
                        continue;
                    }
                    match wanted {
                        Value::Bool(true) => {}
                        Value::Bool(false) => found.push(format!("{at}: {key} is not allowed")),
                        inner => found.extend(wrong(root, inner, own, &format!("{at}.{key}"))),
                    }
                }
            }
            "items" => {
                for (index, own) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(wrong(root, wanted, own, &format!("{at}[{index}]")));
                }
            }
            "anyOf" => {
                let ways: Vec<Vec<String>> = wanted.as_array().unwrap().iter().map(|way| wrong(root, way, value, at)).collect();
                if ways.iter().all(|way| !way.is_empty()) {
                    found.extend(ways.into_iter().min_by_key(Vec::len).unwrap_or_default());
                }
            }
            other => panic!("the schema says {other}, which this validator does not know"),
        }
    }
    found
}

/// The few patterns that our schemas have.
fn matches(pattern: &str, text: &str) -> bool {
    let name = |between: char| {
        let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == between;
        text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(rest)
    };
    let code =
        text.len() == 4 && text.starts_with(|c: char| c.is_ascii_uppercase()) && text[1..].chars().all(|c| c.is_ascii_digit());
    match pattern {
        "^[a-z][a-z0-9_]*$" => name('_'),
        "^[a-z][a-z0-9-]*$" => name('-'),
        "^[A-Z]$" => text.len() == 1 && text.chars().all(|c| c.is_ascii_uppercase()),
        "^[A-Z][0-9][0-9][0-9]$" | "^[A-Z][0-9]{3}$" => code,
        other => panic!("pattern {other}"),
    }
}

fn told(schema: &Value, yaml: &str) -> Vec<String> {
    let mut value: serde_yaml::Value = serde_yaml::from_str(yaml).expect("is YAML");
    value.apply_merge().expect("merges");
    let value = serde_json::to_value(value).expect("is JSON");
    wrong(schema, schema, &value, "")
}

#[test]
fn every_definition_that_we_ship_is_valid() {
    let schema = load::schema();
    for (file, text) in load::SOURCES {
        assert_eq!(told(&schema, text), Vec::<String>::new(), "{file}");
    }
    for folder in ["purchase-request", "student-register"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/other-trades").join(folder).join("form.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(told(&schema, &text), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn mistakes_in_a_definition_are_invalid() {
    let schema = load::schema();
    let sound = "form: toy\ntitle: 玩具\nbands:\n  - {band: text, fields: [{key: a, label: 甲, type: text}]}\n";
    assert_eq!(told(&schema, sound), Vec::<String>::new());
    for (one, other) in [
        ("form: toy", "form: Toy"),
        ("title: 玩具\n", ""),
        ("band: text", "band: txet"),
        ("fields:", "feilds:"),
        ("type: text", "type: txt"),
        ("key: a,", ""),
        ("key: a", "key: A b"),
        ("label: 甲", "label: []"),
        ("[{key", "{x: {key"),
    ] {
        let text = sound
            .replacen(one, other, 1)
            .replace("{x: {key: a, label: 甲, type: text}]", "{x: {key: a, label: 甲, type: text}}");
        assert!(text != sound && !told(&schema, &text).is_empty(), "{text}");
    }
}

#[test]
fn the_records_that_we_write_are_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut seen = 0;
    for name in [
        "water-bureau-2023.txt",
        "school-repair-2024.md",
        "sewage-review-2023.txt",
        "road-monitoring-2023.txt",
        "forestry-review-2022.txt",
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        for form in &convert(&bytes, load::builtin(), Fix::Auto).unwrap().forms {
            let definition = load::builtin().iter().find(|known| *known.id == form.record.form).unwrap();
            let schema = yaml::schema(definition);
            assert_eq!(told(&schema, &yaml_text(form, Language::Chinese)), Vec::<String>::new(), "{name}");
            let broken = yaml_text(form, Language::Chinese).replacen("\ndata:", "\ndate:", 1);
            assert!(!told(&schema, &broken).is_empty());
            seen += 1;
        }
    }
    assert!(seen >= 5, "{seen}");
}
