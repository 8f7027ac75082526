//! The lists of a definition: vocabularies, hierarchies and the rules that apply.

use super::grammar;
use super::parts::Scope;
use crate::diag::{Loudness, Message};
use crate::form::{Cue, Hierarchy, HierarchyChild, HierarchyRoot, RuleUse, SeverityUse, Vocabulary};
use crate::yaml_tree::{Map, Node, Reader, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// `vocabularies:` by name.
pub fn vocabularies(reader: &mut Reader, form: &Map<'_>) -> Vec<(Arc<str>, Vocabulary)> {
    let Some(node) = form.get("vocabularies") else { return Vec::new() };
    reader.free_map(node).iter().map(|(name, node)| (Arc::from(name.text.as_str()), vocabulary(reader, node))).collect()
}

fn vocabulary(reader: &mut Reader, node: &Node) -> Vocabulary {
    let Some(map) = reader.map(node, &grammar::VOCABULARY.keys()) else { return Vocabulary::default() };
    map.need(reader, "values");
    let values = reader.texts(&map, "values");
    if values.is_empty() && map.get("values").is_some() {
        reader.wrong(node.place, Message::new("form.empty_list"));
    }
    let known: Vec<&str> = values.iter().map(|(text, _)| *text).collect();
    for (index, (text, place)) in values.iter().enumerate() {
        if known[..index].contains(text) {
            reader.wrong(*place, Message::new("form.repeated_value").with("value", text));
        }
    }
    // A word may stand once: as a value, as a synonym or as a stranger.
    let mut spoken = known.clone();
    let mut pairs = |reader: &mut Reader, key: &str, nothing: bool| {
        let mut pairs = Vec::new();
        for (word, node) in map.get(key).map(|node| reader.free_map(node)).unwrap_or_default() {
            if spoken.contains(&word.text.as_str()) {
                reader.wrong(word.place, Message::new("form.repeated_value").with("value", &word.text));
            }
            spoken.push(&word.text);
            if nothing && node.value == Value::Null {
                pairs.push((Arc::from(word.text.as_str()), None));
                continue;
            }
            let Some(value) = reader.scalar(node) else { continue };
            if !known.contains(&value) {
                reader.unknown(node.place, "form.unknown_value", "form.unknown_value_nearest", value, &known);
            }
            pairs.push((Arc::from(word.text.as_str()), Some(Arc::from(value))));
        }
        pairs
    };
    let synonyms: Vec<(Arc<str>, Option<Arc<str>>)> = pairs(reader, "synonyms", false);
    let strangers = pairs(reader, "strangers", true);
    Vocabulary {
        values: known.iter().map(|text| Arc::from(*text)).collect(),
        synonyms: synonyms.into_iter().filter_map(|(word, value)| value.map(|value| (word, value))).collect(),
        strangers,
        endings: reader.texts(&map, "endings").into_iter().map(|(text, _)| Arc::from(text)).collect(),
    }
}

/// `hierarchies:` by name.
pub fn hierarchies(reader: &mut Reader, form: &Map<'_>) -> Vec<(Arc<str>, Hierarchy)> {
    let Some(node) = form.get("hierarchies") else { return Vec::new() };
    reader.free_map(node).iter().map(|(name, node)| (Arc::from(name.text.as_str()), hierarchy(reader, node))).collect()
}

fn hierarchy(reader: &mut Reader, node: &Node) -> Hierarchy {
    let mut labels = Scope::default();
    let mut roots = Vec::new();
    let items = reader.list(node);
    for item in items {
        let Some(map) = reader.map(item, &grammar::ROOT.keys()) else { continue };
        let label = reader.label(&map, Some(&mut labels));
        let inherited = schemes(reader, &map);
        let mut own = Scope::default();
        let children = match map.need(reader, "children") {
            None => Vec::new(),
            Some(node) => reader.list(node).iter().filter_map(|item| child(reader, item, &inherited, &mut own)).collect(),
        };
        roots.push(HierarchyRoot { label, children });
    }
    // What names no scheme, itself or by its root, is printed in all of them.
    let mut all: Vec<u16> =
        roots.iter().flat_map(|root| &root.children).flat_map(|child: &HierarchyChild| child.schemes.clone()).collect();
    all.sort_unstable();
    all.dedup();
    for child in roots.iter_mut().flat_map(|root| &mut root.children).filter(|child| child.schemes.is_empty()) {
        child.schemes.clone_from(&all);
    }
    Hierarchy { roots }
}

fn child(reader: &mut Reader, node: &Node, inherited: &[u16], labels: &mut Scope) -> Option<HierarchyChild> {
    let map = reader.map(node, &grammar::CHILD.keys())?;
    let label = reader.label(&map, Some(labels));
    let mut schemes = schemes(reader, &map);
    if schemes.is_empty() {
        schemes = inherited.to_vec();
    }
    let mut cues = Vec::new();
    for (word, node) in map.get("cues").map(|node| reader.free_map(node)).unwrap_or_default() {
        let (text, at_end) = match word.text.strip_prefix('$') {
            Some(text) => (text, true),
            None => (word.text.as_str(), false),
        };
        if text.is_empty() {
            reader.wrong(word.place, Message::new("form.empty_cue"));
            continue;
        }
        match node.text().and_then(weight) {
            Some(weight) => cues.push(Cue { word: Arc::from(text), at_end, weight }),
            None => reader.expected(node, "@yaml.a_weight"),
        }
    }
    Some(HierarchyChild { label, cues, schemes })
}

/// `1.6` in hundredths; not through a float.
fn weight(text: &str) -> Option<u32> {
    let hundredths = text.parse::<Decimal>().ok()?.checked_mul(Decimal::ONE_HUNDRED)?;
    (hundredths.is_sign_positive() && hundredths.fract().is_zero()).then(|| hundredths.to_u32())?.filter(|w| *w <= 10_000)
}

fn schemes(reader: &mut Reader, map: &Map<'_>) -> Vec<u16> {
    let Some(node) = map.get("schemes") else { return Vec::new() };
    let mut years = Vec::new();
    for item in reader.list(node) {
        match item.text().and_then(|text| text.parse().ok()).filter(|year| (1900..2200).contains(year)) {
            Some(year) => years.push(year),
            None => reader.expected(item, "@yaml.a_year"),
        }
    }
    years
}

/// `rules:`: a code alone, or `rule:` with parameters. What a parameter means is the rule's to say.
pub fn rules(reader: &mut Reader, form: &Map<'_>) -> Vec<RuleUse> {
    let Some(node) = form.get("rules") else { return Vec::new() };
    let mut rules = Vec::new();
    for item in reader.list(node) {
        let line = item.place.line;
        let (code, entries) = match &item.value {
            Value::Map(entries) => {
                let map = Map { place: item.place, entries };
                (map.need(reader, "rule"), entries.as_slice())
            }
            _ => (Some(item), [].as_slice()),
        };
        let Some(code) = code else { continue };
        let Some(rule) = reader.scalar(code) else { continue };
        let mut letters = rule.chars();
        let shaped = letters.next().is_some_and(|c| c.is_ascii_uppercase()) && letters.clone().count() == 3;
        if !(shaped && letters.all(|c| c.is_ascii_digit())) {
            reader.wrong(code.place, Message::new("form.bad_code").with("code", rule));
            continue;
        }
        let parameters = entries.iter().filter(|(key, _)| key.text != "rule");
        let parameters = parameters.map(|(key, node)| (key.text.clone(), json(node))).collect();
        rules.push(RuleUse { rule: rule.to_owned(), parameters, line });
    }
    rules
}

/// `severity:` codes or their beginnings, and how much they matter: `{V005: info, T011: off}`. Whether there are such rules, the
/// rules say.
pub fn severity(reader: &mut Reader, form: &Map<'_>) -> Vec<SeverityUse> {
    let Some(node) = form.get("severity") else { return Vec::new() };
    let mut levels = Vec::new();
    for (name, node) in reader.free_map(node) {
        let Some(word) = reader.scalar(node) else { continue };
        match Loudness::WORDS.iter().find(|(known, _)| *known == word) {
            Some((_, level)) => {
                levels.push(SeverityUse { rule: Arc::from(name.text.as_str()), level: *level, line: name.place.line });
            }
            None => {
                let words = Loudness::WORDS.map(|(word, _)| word);
                reader.unknown(node.place, "record.unknown_word", "record.unknown_word_nearest", word, &words);
            }
        }
    }
    levels
}

/// As JSON: whole numbers and flags as such; other numbers stay text, so that none passes through a float.
fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            serde_json::Value::Object(entries.iter().map(|(key, node)| (key.text.clone(), json(node))).collect())
        }
        Value::Scalar(scalar) if scalar.plain => match (scalar.text.as_str(), scalar.text.parse::<i64>()) {
            ("true", _) => serde_json::Value::Bool(true),
            ("false", _) => serde_json::Value::Bool(false),
            (text, Ok(number)) if number.to_string() == text => serde_json::Value::from(number),
            (text, _) => serde_json::Value::from(text),
        },
        Value::Scalar(scalar) => serde_json::Value::from(scalar.text.as_str()),
    }
}
