//! Records from YAML, led by the form's shape: values as their text, no checks.

use biaozhun::form::{FormDefinition, Shape};
use biaozhun::record::{Leaf, Node, Record};
use serde_yaml::Value;

fn node(shape: &Shape, value: Option<&Value>) -> Node {
    match shape {
        Shape::Leaf(leaf) => {
            let text = match value {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            Node::Leaf(Leaf { text, kind: leaf.kind, ..Leaf::default() })
        }
        Shape::List { item, .. } => {
            Node::List(value.and_then(Value::as_sequence).into_iter().flatten().map(|v| node(item, Some(v))).collect())
        }
        Shape::Map(entries) => {
            let mut out = Vec::new();
            for entry in entries {
                let value = value.and_then(|value| value.get(&*entry.key));
                if value.is_some() || !entry.optional {
                    out.push((entry.key.clone(), node(&entry.shape, value)));
                }
            }
            Node::Map(out)
        }
    }
}

/// The record that a `data:` mapping describes. Amounts have to be quoted: an untyped reader drops their last zeros.
pub fn record(definition: &FormDefinition, data: &str) -> Record {
    let value: Value = serde_yaml::from_str(data).expect("YAML");
    Record { form: definition.id.to_string(), data: node(&definition.shape(), value.get("data")), ..Record::default() }
}
