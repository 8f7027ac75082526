//! The words of the language: which keys each map of a definition has, which of them must be there, and what stands behind them.
//!
//! The one place for both: the reader takes from here which keys are allowed, and [`schema`] prints the same for editors. What
//! the words mean is said in `docs/forms.md`, what must fit together is seen to where it is read.

use super::KINDS;
use crate::diag::Loudness;
use serde_json::{Map, Value, json};

/// What stands behind a key.
#[derive(Clone, Copy, Debug)]
pub enum Is {
    Text,
    /// English, `snake_case`.
    Key,
    /// English, with `-` between words.
    Id,
    Flag,
    Count,
    /// A whole number, also below nothing.
    Whole,
    Letter,
    Kind,
    Band,
    /// A text, or a map with synonyms.
    Label,
    Texts,
    Counts,
    Years,
    Words,
    Cues,
    Rules,
    Severities,
    Vocabularies,
    Hierarchies,
    Bands,
    /// A map.
    One(&'static Grammar),
    /// A list of maps.
    Many(&'static Grammar),
    /// Fields, and fields under one header.
    Fields,
    /// One address of a field, or a list of them.
    Addresses,
    /// The same, where a map may stand for an address.
    AddressesOr(&'static Grammar),
    /// A map, or a list of maps.
    OneOrMany(&'static Grammar),
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub name: &'static str,
    pub is: Is,
    pub needed: bool,
}

/// A map.
#[derive(Debug)]
pub struct Grammar {
    pub name: &'static str,
    pub entries: &'static [Entry],
    /// Its items may be taken over from another form.
    pub taken: bool,
}

const fn needed(name: &'static str, is: Is) -> Entry {
    Entry { name, is, needed: true }
}

const fn maybe(name: &'static str, is: Is) -> Entry {
    Entry { name, is, needed: false }
}

const fn map(name: &'static str, entries: &'static [Entry]) -> Grammar {
    Grammar { name, entries, taken: false }
}

const fn item(name: &'static str, entries: &'static [Entry]) -> Grammar {
    Grammar { name, entries, taken: true }
}

impl Grammar {
    /// The keys that are allowed.
    pub fn keys(&self) -> Vec<&'static str> {
        self.entries.iter().map(|entry| entry.name).collect()
    }
}

pub static FORM: Grammar = map(
    "form",
    &[
        needed("form", Is::Id),
        maybe("extends", Is::Id),
        maybe("use", Is::Texts),
        needed("title", Is::Text),
        maybe("titles", Is::Texts),
        maybe("number", Is::One(&NUMBER)),
        needed("bands", Is::Bands),
        maybe("vocabularies", Is::Vocabularies),
        maybe("hierarchies", Is::Hierarchies),
        maybe("rules", Is::Rules),
        maybe("severity", Is::Severities),
        maybe("summary", Is::One(&SUMMARY)),
        maybe("without", Is::Texts),
    ],
);

pub static SUMMARY: Grammar = map(
    "summary",
    &[
        maybe("department", Is::Addresses),
        maybe("year", Is::AddressesOr(&YEAR)),
        maybe("unit", Is::Text),
        maybe("total", Is::Addresses),
        maybe("projects", Is::OneOrMany(&PROJECTS)),
        maybe("history", Is::OneOrMany(&HISTORY)),
    ],
);

pub static YEAR: Grammar = map("year_of_form", &[needed("at", Is::Text), maybe("plus", Is::Whole)]);

pub static PROJECTS: Grammar =
    map("projects_of_form", &[maybe("rows", Is::Text), needed("name", Is::Text), maybe("amount", Is::Text)]);

pub static HISTORY: Grammar = map(
    "history_of_form",
    &[
        needed("rows", Is::Text),
        needed("name", Is::Addresses),
        needed("now", Is::Text),
        needed("before", Is::Addresses),
        maybe("years", Is::Text),
    ],
);

pub static NUMBER: Grammar = map("number", &[needed("key", Is::Key), needed("label", Is::Text), needed("letter", Is::Letter)]);

pub static LABEL: Grammar = map("label", &[needed("label", Is::Text), maybe("synonyms", Is::Texts)]);

pub static FIELD: Grammar = item(
    "field",
    &[
        needed("key", Is::Key),
        needed("label", Is::Label),
        maybe("synonyms", Is::Texts),
        needed("type", Is::Kind),
        maybe("vocabulary", Is::Text),
        maybe("required", Is::Flag),
        maybe("optional", Is::Flag),
        maybe("list", Is::Flag),
        maybe("inside", Is::Flag),
        maybe("dash", Is::Flag),
        maybe("ticks", Is::Flag),
        maybe("again", Is::Flag),
        maybe("level", Is::Flag),
    ],
);

/// A column of a matrix: a field, and the years that it may be told apart by.
pub static COLUMN: Grammar = item(
    "matrix_column",
    &[
        needed("key", Is::Key),
        needed("label", Is::Label),
        maybe("synonyms", Is::Texts),
        needed("type", Is::Kind),
        maybe("vocabulary", Is::Text),
        maybe("required", Is::Flag),
        maybe("optional", Is::Flag),
        maybe("list", Is::Flag),
        maybe("inside", Is::Flag),
        maybe("dash", Is::Flag),
        maybe("ticks", Is::Flag),
        maybe("again", Is::Flag),
        maybe("level", Is::Flag),
        maybe("across", Is::One(&ACROSS)),
    ],
);

pub static HEAD: Grammar = map("head", &[needed("head", Is::Label), needed("columns", Is::Fields)]);

pub static ACROSS: Grammar = map("across", &[needed("key", Is::Key), needed("count", Is::Count), maybe("labels", Is::Texts)]);

pub static UNTIL: Grammar = map("year_in_label", &[needed("key", Is::Key), needed("word", Is::Text), maybe("since", Is::Key)]);

pub static WORD: Grammar = map("number_in_label", &[needed("key", Is::Key), needed("word", Is::Text)]);

pub static LINE: Grammar = item("line", &[needed("band", Is::Band), needed("fields", Is::Fields)]);

pub static TEXT: Grammar = item("text", &[needed("band", Is::Band), needed("fields", Is::Fields)]);

pub static PAIRS: Grammar = item(
    "pairs",
    &[
        needed("band", Is::Band),
        maybe("label", Is::Label),
        maybe("synonyms", Is::Texts),
        needed("rows", Is::Counts),
        needed("fields", Is::Fields),
    ],
);

pub static RECORDS: Grammar = item(
    "records",
    &[
        needed("band", Is::Band),
        needed("key", Is::Key),
        maybe("label", Is::Label),
        maybe("synonyms", Is::Texts),
        needed("columns", Is::Fields),
    ],
);

pub static MATRIX: Grammar = item(
    "matrix",
    &[
        needed("band", Is::Band),
        needed("key", Is::Key),
        maybe("label", Is::Label),
        maybe("synonyms", Is::Texts),
        maybe("points", Is::One(&WORD)),
        maybe("corner", Is::Label),
        needed("columns", Is::Many(&COLUMN)),
        needed("groups", Is::Many(&GROUP)),
    ],
);

pub static GROUP: Grammar = item(
    "group",
    &[needed("key", Is::Key), maybe("label", Is::Label), maybe("synonyms", Is::Texts), needed("items", Is::Many(&ITEM))],
);

pub static ITEM: Grammar = item(
    "item",
    &[needed("label", Is::Label), maybe("synonyms", Is::Texts), maybe("total", Is::Flag), maybe("optional", Is::Flag)],
);

pub static LISTS: Grammar = item(
    "lists",
    &[
        needed("band", Is::Band),
        needed("key", Is::Key),
        maybe("label", Is::Label),
        maybe("synonyms", Is::Texts),
        maybe("number", Is::Label),
        needed("sides", Is::Many(&SIDE)),
    ],
);

pub static SIDE: Grammar = item(
    "side",
    &[
        needed("key", Is::Key),
        needed("label", Is::Label),
        maybe("synonyms", Is::Texts),
        maybe("until", Is::One(&UNTIL)),
        maybe("items", Is::Key),
        maybe("required", Is::Flag),
        maybe("list", Is::Flag),
    ],
);

pub static TREE: Grammar = item(
    "tree",
    &[
        needed("band", Is::Band),
        needed("key", Is::Key),
        maybe("optional", Is::Flag),
        maybe("number", Is::Label),
        maybe("points", Is::One(&WORD)),
        maybe("goal", Is::One(&FIELD)),
        maybe("label", Is::Label),
        maybe("synonyms", Is::Texts),
        maybe("rows", Is::Key),
        needed("hierarchy", Is::Text),
        needed("levels", Is::Many(&LEVEL)),
        needed("columns", Is::Fields),
    ],
);

pub static LEVEL: Grammar = item("level", &[needed("key", Is::Key), needed("label", Is::Label), maybe("synonyms", Is::Texts)]);

pub static TOTAL: Grammar = item(
    "total",
    &[
        needed("band", Is::Band),
        needed("key", Is::Key),
        maybe("optional", Is::Flag),
        needed("label", Is::Label),
        maybe("synonyms", Is::Texts),
        needed("under", Is::Key),
        needed("columns", Is::Texts),
    ],
);

pub static NOTES: Grammar = item(
    "notes",
    &[
        needed("band", Is::Band),
        needed("key", Is::Key),
        needed("label", Is::Label),
        maybe("synonyms", Is::Texts),
        maybe("texts", Is::Texts),
    ],
);

/// All bands, by the word for `band:`.
pub static BANDS: [&Grammar; 9] = [&LINE, &PAIRS, &TEXT, &MATRIX, &RECORDS, &LISTS, &TREE, &TOTAL, &NOTES];

pub static VOCABULARY: Grammar = map(
    "vocabulary",
    &[needed("values", Is::Texts), maybe("synonyms", Is::Words), maybe("strangers", Is::Words), maybe("endings", Is::Texts)],
);

pub static ROOT: Grammar = map(
    "root",
    &[
        needed("label", Is::Label),
        maybe("synonyms", Is::Texts),
        maybe("schemes", Is::Years),
        needed("children", Is::Many(&CHILD)),
    ],
);

pub static CHILD: Grammar = map(
    "child",
    &[needed("label", Is::Label), maybe("synonyms", Is::Texts), maybe("schemes", Is::Years), maybe("cues", Is::Cues)],
);

/// The JSON Schema of definitions.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut rest: Vec<&'static Grammar> = vec![&NUMBER, &LABEL, &FIELD, &HEAD, &VOCABULARY, &ROOT, &SUMMARY];
    rest.extend(BANDS);
    while let Some(grammar) = rest.pop() {
        if definitions.contains_key(grammar.name) {
            continue;
        }
        definitions.insert(grammar.name.to_owned(), object(grammar));
        rest.extend(grammar.entries.iter().filter_map(|entry| match entry.is {
            Is::One(inner) | Is::Many(inner) | Is::OneOrMany(inner) | Is::AddressesOr(inner) => Some(inner),
            _ => None,
        }));
    }
    let mut whole = object(&FORM);
    if let Some(whole) = whole.as_object_mut() {
        whole.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        whole.insert("title".into(), json!("biaozhun form"));
        whole.insert("$defs".into(), Value::Object(definitions));
    }
    whole
}

/// A map: its keys and no others.
fn object(grammar: &Grammar) -> Value {
    let mut properties: Map<String, Value> = Map::new();
    for entry in grammar.entries {
        let value = match entry.is {
            Is::Band => json!({"const": grammar.name}),
            is => shape(is),
        };
        properties.insert(entry.name.to_owned(), value);
    }
    let needed: Vec<&str> = grammar.entries.iter().filter(|entry| entry.needed).map(|entry| entry.name).collect();
    if !grammar.taken && grammar.name != FORM.name {
        return json!({"type": "object", "additionalProperties": false, "properties": properties, "required": needed});
    }
    // What another form gives need not be said again.
    let mut value = json!({"type": "object", "additionalProperties": false});
    let other = if grammar.taken { "from" } else { "extends" };
    if grammar.taken {
        properties.insert("from".into(), json!({"type": "string"}));
        properties.insert("also".into(), shape(Is::Texts));
    }
    if let Some(object) = value.as_object_mut() {
        object.insert("properties".into(), Value::Object(properties));
        object.insert("anyOf".into(), json!([{"required": needed}, {"required": [other]}]));
    }
    value
}

fn reference(grammar: &Grammar) -> Value {
    json!({"$ref": format!("#/$defs/{}", grammar.name)})
}

/// A scalar: YAML takes an unquoted number for one.
fn scalar() -> Value {
    json!({"type": ["string", "number"]})
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

fn named(values: &Value) -> Value {
    json!({"type": "object", "additionalProperties": values})
}

fn shape(is: Is) -> Value {
    let label = || json!({"anyOf": [scalar(), reference(&LABEL)]});
    match is {
        Is::Text => scalar(),
        Is::Key => json!({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}),
        Is::Id => json!({"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}),
        Is::Letter => json!({"type": "string", "pattern": "^[A-Z]$"}),
        Is::Flag => json!({"type": "boolean"}),
        Is::Count => json!({"type": "integer", "minimum": 1}),
        Is::Whole => json!({"type": "integer"}),
        Is::Kind => json!({"enum": KINDS.map(|(name, _)| name)}),
        Is::Band => json!({"enum": BANDS.map(|band| band.name)}),
        Is::Label => label(),
        Is::Texts => list(&label()),
        Is::Counts => list(&json!({"type": "integer", "minimum": 1})),
        Is::Years => list(&json!({"type": "integer"})),
        Is::Words => named(&json!({"type": ["string", "number", "null"]})),
        Is::Cues => named(&json!({"type": "number"})),
        Is::Rules => list(&json!({"anyOf": [
            {"type": "string", "pattern": "^[A-Z][0-9][0-9][0-9]$"},
            {"type": "object", "required": ["rule"], "properties": {"rule": {"type": "string", "pattern": "^[A-Z][0-9][0-9][0-9]$"}}},
        ]})),
        Is::Severities => named(&json!({"enum": Loudness::WORDS.map(|(word, _)| word)})),
        Is::Vocabularies => named(&reference(&VOCABULARY)),
        Is::Hierarchies => named(&list(&reference(&ROOT))),
        Is::Bands => {
            // One after the other by its word, so that a mistake is told for the band that was meant.
            let mut bands = vec![json!({"type": "object", "required": ["from"]})];
            bands.extend(BANDS.map(reference));
            list(&json!({"anyOf": bands}))
        }
        Is::One(grammar) => reference(grammar),
        Is::Addresses => json!({"anyOf": [scalar(), list(&scalar())]}),
        Is::AddressesOr(grammar) => {
            let one = json!({"anyOf": [scalar(), reference(grammar)]});
            json!({"anyOf": [one, list(&one)]})
        }
        Is::OneOrMany(grammar) => json!({"anyOf": [reference(grammar), list(&reference(grammar))]}),
        Is::Many(grammar) => list(&reference(grammar)),
        Is::Fields => list(&json!({"anyOf": [reference(&FIELD), reference(&HEAD)]})),
    }
}
