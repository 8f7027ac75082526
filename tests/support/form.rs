//! A stand-in for the loader of form definitions: reads well-formed ones only.

use biaozhun::form::*;
use biaozhun::value::Kind;
use serde_yaml::Value;
use std::sync::Arc;

fn text(value: &Value, key: &str) -> Arc<str> {
    value.get(key).and_then(Value::as_str).unwrap_or_default().into()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_sequence).map_or(&[], |list| list.as_slice())
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn label(value: &Value) -> Label {
    match value {
        Value::String(text) => text.as_str().into(),
        map => {
            let synonyms = list(map, "synonyms").iter().filter_map(Value::as_str).map(Arc::from).collect();
            Label { text: text(map, "label"), synonyms }
        }
    }
}

fn field(value: &Value) -> Field {
    Field {
        key: text(value, "key"),
        label: label(value),
        kind: serde_yaml::from_value(value["type"].clone()).unwrap_or(Kind::Text),
        vocabulary: None,
        required: flag(value, "required"),
        optional: flag(value, "optional"),
        list: flag(value, "list"),
    }
}

fn fields(value: &Value, key: &str) -> Vec<Field> {
    list(value, key).iter().map(field).collect()
}

fn band(value: &Value) -> Band {
    let key = text(value, "key");
    let own = label(value);
    match &*text(value, "band") {
        "line" => Band::Line { fields: fields(value, "fields") },
        "pairs" => {
            let rows = list(value, "rows").iter().filter_map(Value::as_u64).map(|n| n as usize).collect();
            Band::Pairs { fields: fields(value, "fields"), rows }
        }
        "text" => Band::Text { fields: fields(value, "fields") },
        "records" => Band::Records { key, label: own, columns: fields(value, "columns") },
        "matrix" => Band::Matrix {
            key,
            label: own,
            corner: label(&value["corner"]),
            columns: list(value, "columns")
                .iter()
                .map(|column| MatrixColumn {
                    field: field(column),
                    across: column.get("across").map(|across| Across {
                        key: text(across, "key"),
                        count: across["count"].as_u64().unwrap_or(1) as usize,
                        labels: list(across, "labels").iter().map(label).collect(),
                    }),
                })
                .collect(),
            groups: list(value, "groups")
                .iter()
                .map(|group| MatrixGroup {
                    key: text(group, "key"),
                    label: label(group),
                    items: list(group, "items")
                        .iter()
                        .map(|item| MatrixItem { label: label(item), total: flag(item, "total"), optional: flag(item, "optional") })
                        .collect(),
                })
                .collect(),
        },
        "lists" => Band::Lists {
            key,
            label: own,
            number: label(&value["number"]),
            sides: list(value, "sides")
                .iter()
                .map(|side| Side {
                    key: text(side, "key"),
                    label: label(side),
                    until: side.get("until").map(|until| (text(until, "key"), text(until, "word"))),
                    items: text(side, "items"),
                    required: flag(side, "required"),
                })
                .collect(),
        },
        "tree" => Band::Tree(TreeBand {
            key,
            number: label(&value["number"]),
            goal: field(&value["goal"]),
            label: own,
            rows: text(value, "rows"),
            levels: [0, 1].map(|n| Level { key: text(&list(value, "levels")[n], "key"), label: label(&list(value, "levels")[n]) }),
            hierarchy: text(value, "hierarchy"),
            columns: fields(value, "columns"),
            optional: flag(value, "optional"),
        }),
        _ => Band::Notes { key, label: own, texts: list(value, "texts").iter().filter_map(Value::as_str).map(Arc::from).collect() },
    }
}

/// The definition that a file describes.
pub fn definition(source: &str) -> FormDefinition {
    let value: Value = serde_yaml::from_str(source).expect("YAML");
    let hierarchies = value.get("hierarchies").and_then(Value::as_mapping).cloned().unwrap_or_default();
    let child = |child: &Value| HierarchyChild {
        label: label(child),
        cues: Vec::new(),
        schemes: list(child, "schemes").iter().filter_map(Value::as_u64).map(|n| n as u16).collect(),
    };
    let root = |root: &Value| HierarchyRoot { label: label(root), children: list(root, "children").iter().map(child).collect() };
    FormDefinition {
        id: text(&value, "form"),
        title: Label { text: text(&value, "title"), synonyms: Vec::new() },
        bands: list(&value, "bands").iter().map(band).collect(),
        vocabularies: Vec::new(),
        hierarchies: hierarchies
            .iter()
            .map(|(key, roots)| {
                let roots = roots.as_sequence().map_or(&[][..], |list| list.as_slice()).iter().map(root).collect();
                (Arc::from(key.as_str().unwrap_or_default()), Hierarchy { roots })
            })
            .collect(),
        rules: Vec::new(),
    }
}
