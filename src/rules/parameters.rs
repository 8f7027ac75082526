//! What a definition says to a rule: which parameters there are, whether they are right, and how a rule asks for them.

use super::Rule;
use super::select::Selector;
use crate::diag::{Message, Mistake};
use crate::form::{FormDefinition, Named, RuleUse, Shape};
use crate::record::{Key, Node, Record, Trail};
use rust_decimal::Decimal;
use serde_json::Value;

/// What a parameter must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// An address of a place of the form.
    Path,
    /// One address or several.
    Paths,
    /// An address of a list of maps: rows.
    Rows,
    /// An address of rows, or of one row: `funds.amounts[年度资金总额]`.
    Row,
    /// An address of the rows of a matrix: `funds.income`.
    Group,
    /// The key of a field in the rows that another parameter names; of the form's top where that one is not given.
    FieldOf(&'static str),
    /// One or several such keys.
    FieldsOf(&'static str),
    /// A word or several.
    Words,
    /// Words to words.
    Pairs,
    /// A list of maps that the rule reads itself.
    Cases,
    /// A number.
    Number,
    /// The name of a tree of labels.
    Hierarchy,
}

impl Expect {
    /// The id of its wording in the catalogue.
    pub fn message_id(self) -> &'static str {
        match self {
            Expect::Path => "parameter.expect.path",
            Expect::Paths => "parameter.expect.paths",
            Expect::Rows => "parameter.expect.rows",
            Expect::Row => "parameter.expect.row",
            Expect::Group => "parameter.expect.group",
            Expect::FieldOf(_) | Expect::FieldsOf(_) => "parameter.expect.field",
            Expect::Words => "parameter.expect.words",
            Expect::Pairs => "parameter.expect.pairs",
            Expect::Cases => "parameter.expect.cases",
            Expect::Number => "parameter.expect.number",
            Expect::Hierarchy => "parameter.expect.hierarchy",
        }
    }
}

/// A parameter that a rule understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: &'static str,
    pub expect: Expect,
    pub required: bool,
}

/// A parameter that must be given.
pub const fn required(name: &'static str, expect: Expect) -> Parameter {
    Parameter { name, expect, required: true }
}

/// A parameter that may be given.
pub const fn optional(name: &'static str, expect: Expect) -> Parameter {
    Parameter { name, expect, required: false }
}

/// The parameters of one use of a rule. Getters answer nothing where a parameter is missing or wrong: [`check`] has told.
#[derive(Clone, Copy)]
pub struct Parameters<'a> {
    pub values: &'a serde_json::Map<String, Value>,
    pub named: &'a Named,
}

impl<'a> Parameters<'a> {
    /// Those of all uses of a rule in a definition.
    pub fn of_uses(definition: &'a FormDefinition, rule: &str) -> impl Iterator<Item = Parameters<'a>> {
        definition.uses_of(rule).map(|(used, named)| Parameters { values: &used.parameters, named })
    }

    /// Those of all uses of rules in a definition.
    pub fn of_all(definition: &'a FormDefinition) -> impl Iterator<Item = (&'a RuleUse, Parameters<'a>)> {
        definition.uses().map(|(used, named)| (used, Parameters { values: &used.parameters, named }))
    }

    /// A use has few parameters: they are sooner looked through than hashed.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(Value::as_str)
    }

    /// One word or a list of words; empty where there is none.
    pub fn texts(&self, name: &str) -> Vec<&'a str> {
        self.get(name).map(texts).unwrap_or_default()
    }

    pub fn pairs(&self, name: &str) -> Vec<(&'a str, &'a str)> {
        let Some(Value::Object(map)) = self.get(name) else { return Vec::new() };
        map.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect()
    }

    pub fn cases(&self, name: &str) -> Vec<&'a serde_json::Map<String, Value>> {
        let Some(Value::Array(items)) = self.get(name) else { return Vec::new() };
        items.iter().filter_map(Value::as_object).collect()
    }

    pub fn number(&self, name: &str) -> Option<Decimal> {
        self.get(name).and_then(number)
    }

    /// Whether a parameter is given at all.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn selector(&self, name: &str) -> Option<&'a Selector> {
        self.text(name).and_then(|text| self.named.address(text))
    }

    /// Calls `visit` for every place that a parameter leads to with the way to it, in order.
    pub fn each<'r>(&self, record: &'r Record, name: &str, visit: &mut dyn FnMut(&Trail<'_>, &'r Node)) {
        self.selectors(name).into_iter().for_each(|selector| selector.each(record, visit));
    }

    pub fn selectors(&self, name: &str) -> Vec<&'a Selector> {
        self.texts(name).into_iter().filter_map(|text| self.named.address(text)).collect()
    }
}

/// The words in a value: a string, or a list of strings.
pub fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text.as_str()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A number: exact, as written.
pub fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_i64().map(Decimal::from),
        _ => None,
    }
}

/// The mistakes in a definition's `rules:`.
pub fn check(definition: &FormDefinition, rules: &[&'static Rule]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for used in definition.severity.iter().filter(|used| !rules.iter().any(|rule| rule.code.starts_with(&*used.rule))) {
        let message = Message::new("parameter.no_such_rule").with("rule", &used.rule);
        mistakes.push(Mistake { line: used.line, column: 0, message });
    }
    for used in &definition.rules {
        let mut wrong = |message: Message| mistakes.push(Mistake { line: used.line, column: 0, message });
        let Some(rule) = rules.iter().find(|rule| rule.code == used.rule) else {
            let allowed: Vec<&str> = rules.iter().filter(|rule| rule.is_listed()).map(|rule| rule.code).collect();
            wrong(Message::new("parameter.no_rule").with("rule", &used.rule).with("allowed", allowed.join(", ")));
            continue;
        };
        if !rule.is_listed() {
            wrong(Message::new("parameter.always").with("rule", rule.code));
            continue;
        }
        for name in used.parameters.keys().filter(|name| rule.parameters.iter().all(|known| known.name != name.as_str())) {
            let allowed: Vec<&str> = rule.parameters.iter().map(|parameter| parameter.name).collect();
            let message = Message::new("parameter.unknown").with("rule", rule.code).with("name", name);
            wrong(message.with("allowed", allowed.join(", ")));
        }
        for parameter in rule.parameters {
            match used.parameters.get(parameter.name) {
                None | Some(Value::Null) if parameter.required => wrong(
                    Message::new("parameter.missing")
                        .with("rule", rule.code)
                        .with("name", parameter.name)
                        .with("expected", format!("@{}", parameter.expect.message_id())),
                ),
                None | Some(Value::Null) => {}
                Some(value) => {
                    if let Some(message) = fault(value, parameter, used, definition) {
                        wrong(message);
                    }
                }
            }
        }
    }
    mistakes
}

fn fault(value: &Value, parameter: &Parameter, used: &RuleUse, definition: &FormDefinition) -> Option<Message> {
    let shape = definition.shape();
    let wrong = || {
        Message::new("parameter.expected")
            .with("name", parameter.name)
            .with("expected", format!("@{}", parameter.expect.message_id()))
            .with("found", value)
    };
    let resolve = |text: &str| Selector::parse(text, definition, shape);
    match parameter.expect {
        Expect::Path => match value.as_str() {
            Some(text) => resolve(text).err(),
            None => Some(wrong()),
        },
        Expect::Paths => match texts(value)[..] {
            [] => Some(wrong()),
            ref paths => paths.iter().find_map(|text| resolve(text).err()),
        },
        Expect::Rows | Expect::Group => match value.as_str().map(resolve) {
            None => Some(wrong()),
            Some(Err(message)) => Some(message),
            Some(Ok((_, shape))) => match keys(shape) {
                Some(keys)
                    if matches!(shape, Shape::List { .. })
                        && (parameter.expect == Expect::Rows || keys.iter().any(|key| &**key == super::select::ITEM)) =>
                {
                    None
                }
                _ => Some(wrong()),
            },
        },
        Expect::Row => match value.as_str().map(resolve) {
            None => Some(wrong()),
            Some(Err(message)) => Some(message),
            Some(Ok((_, shape))) => keys(shape).is_none().then(wrong),
        },
        Expect::FieldOf(rows) | Expect::FieldsOf(rows) => {
            let list = match used.parameters.get(rows) {
                None => Some(shape),
                Some(rows) => rows.as_str().and_then(|text| resolve(text).ok()).map(|(_, shape)| shape),
            };
            let keys = list.and_then(keys).unwrap_or_default();
            let names = texts(value);
            if names.is_empty() || matches!(parameter.expect, Expect::FieldOf(_)) && names.len() != 1 {
                return Some(wrong());
            }
            let unknown = names.iter().find(|name| keys.iter().all(|key| ***name != **key))?;
            let allowed: Vec<&str> = keys.iter().map(|key| &**key).collect();
            let message = Message::new("parameter.no_key").with("path", format!("{rows}.{unknown}")).with("key", unknown);
            Some(message.with("allowed", allowed.join(", ")))
        }
        Expect::Words => texts(value).is_empty().then(wrong),
        Expect::Pairs => match value {
            Value::Object(map) if map.values().all(Value::is_string) => None,
            _ => Some(wrong()),
        },
        Expect::Cases => match value {
            Value::Array(items) if items.iter().all(Value::is_object) => None,
            _ => Some(wrong()),
        },
        Expect::Number => number(value).is_none().then(wrong),
        Expect::Hierarchy => match value.as_str() {
            Some(name) if definition.hierarchy(name).is_some() => None,
            _ => {
                let allowed: Vec<&str> = definition.hierarchies.iter().map(|(name, _)| &**name).collect();
                Some(Message::new("parameter.no_hierarchy").with("found", value).with("allowed", allowed.join(", ")))
            }
        },
    }
}

/// The keys of the rows of a list, or of one row.
fn keys(shape: &Shape) -> Option<Vec<Key>> {
    let row = match shape {
        Shape::List { item, .. } => item,
        other => other,
    };
    let Shape::Map(entries) = row else { return None };
    Some(entries.iter().map(|entry| entry.key.clone()).collect())
}
