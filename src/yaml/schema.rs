//! A JSON Schema for the records of a form, printed from its definition, for editors and other programs.

use crate::form::{FormDefinition, Shape};
use crate::value::Kind;
use serde_json::{Map, Value, json};

/// The schema of a record's file.
pub fn schema(definition: &FormDefinition) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": &*definition.title.text,
        "type": "object",
        "required": ["form", "data"],
        "additionalProperties": false,
        "properties": {
            "form": {"const": &*definition.id},
            "source": {"type": "object"},
            "data": node(definition.shape(), "", definition),
            "accepted": {"type": ["array", "null"], "items": acceptance()},
            "changes": {"type": ["array", "null"], "items": change()},
            "findings": {"type": ["array", "null"], "items": {"type": "object"}},
            "checks": {"type": ["object", "null"]},
            "unplaced": {"type": ["array", "null"], "items": {"type": "object"}},
        },
    })
}

fn acceptance() -> Value {
    json!({
        "type": "object",
        "required": ["rule", "reason"],
        "additionalProperties": false,
        "properties": {
            "rule": {"type": "string", "pattern": "^[A-Z][0-9]{3}$"},
            "at": {"type": ["string", "null"]},
            "reason": {"type": "string"},
        },
    })
}

fn change() -> Value {
    json!({
        "type": "object",
        "required": ["at", "rule", "class", "applied", "from", "to"],
        "additionalProperties": false,
        "properties": {
            "at": {"type": "string"},
            "rule": {"type": "string", "pattern": "^[A-Z][0-9]{3}$"},
            "class": {"enum": ["auto", "suggest", "report"]},
            "applied": {"type": "boolean"},
            "from": {"type": ["string", "number", "null"]},
            "to": {"type": ["string", "number", "null"]},
            "because": {"type": ["string", "number", "null"]},
            "locus": {"type": ["string", "array"]},
        },
    })
}

fn node(shape: &Shape, label: &str, definition: &FormDefinition) -> Value {
    let mut value = match shape {
        Shape::Leaf(leaf) => {
            let mut value = match leaf.kind {
                // Written without quotes, a number is one for whoever reads the schema; ours keeps its text.
                Kind::Amount | Kind::Score | Kind::Count | Kind::Year => json!({"type": ["number", "string", "null"]}),
                _ => json!({"type": ["string", "null"]}),
            };
            let words = leaf.vocabulary.as_ref().and_then(|name| definition.vocabulary(name));
            if let (Some(words), Some(object)) = (words, value.as_object_mut()) {
                // Not an enum: a record may hold what the source says, and the rules tell that it is not allowed.
                let examples: Vec<&str> = words.values.iter().map(|word| &**word).collect();
                object.insert("examples".to_owned(), json!(examples));
            }
            value
        }
        Shape::List { item, length } => {
            let mut value = json!({"type": ["array", "null"], "items": node(item, "", definition)});
            if let (Some(length), Some(object)) = (length, value.as_object_mut()) {
                object.insert("minItems".to_owned(), json!(length));
                object.insert("maxItems".to_owned(), json!(length));
            }
            value
        }
        Shape::Map(entries) => {
            let properties: Map<String, Value> =
                entries.iter().map(|entry| (entry.key.to_string(), node(&entry.shape, &entry.label, definition))).collect();
            json!({"type": ["object", "null"], "additionalProperties": false, "properties": properties})
        }
    };
    if let Some(object) = value.as_object_mut().filter(|_| !label.is_empty()) {
        object.insert("title".to_owned(), json!(label));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::load;

    #[test]
    fn the_schema_follows_the_form() {
        let schema = schema(&load::builtin()[0]);
        let data = &schema["properties"]["data"]["properties"];
        assert_eq!(data["department"]["title"], "部门（单位）名称");
        assert_eq!(data["funds"]["properties"]["years"]["maxItems"], 2);
        let row = &data["annual_goals"]["items"]["properties"]["indicators"]["items"]["properties"];
        assert_eq!(row["basis"]["examples"][2], "历史标准");
    }
}
