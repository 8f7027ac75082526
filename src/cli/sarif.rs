//! Findings as SARIF 2.1.0, for programs that show the results of checkers beside their files.
//!
//! One run for all files. A finding that a person accepted is there, suppressed, with the reason.

use super::emit::Emit;
use biaozhun::catalogue;
use biaozhun::diag::{Finding, Message, Severity};
use biaozhun::locus::{Locus, Spot};
use biaozhun::pipeline;
use serde_json::{Map, Value, json};

/// The whole log.
pub fn log(results: Vec<Value>, succeeded: bool, emit: &Emit) -> Value {
    let rules: Vec<Value> = pipeline::all_rules()
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "name": rule.name,
                "shortDescription": {"text": catalogue::text(emit.language, rule.title)},
                "fullDescription": {"text": catalogue::text(emit.language, rule.text)},
                "help": {"text": rule.documentation, "markdown": rule.documentation},
                "defaultConfiguration": {"level": level(rule.severity)},
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "biaozhun", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": succeeded}],
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// A path as a URI: what is neither letter nor digit of ASCII is written in bytes.
fn uri(file: &str) -> String {
    let mut out = String::with_capacity(file.len());
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A place in a file. Only lines are places for SARIF; a cell of a Word file is said in words.
fn location(file: &str, lines: bool, locus: Option<&Locus>, field: &str, emit: &Emit) -> Value {
    let mut physical = Map::new();
    physical.insert("artifactLocation".to_owned(), json!({"uri": uri(file)}));
    let words = locus.and_then(catalogue::place).map(|place| emit.say(&place)).unwrap_or_default();
    if let Some((locus, line)) = locus.and_then(|locus| Some((locus, locus.line()?))) {
        let mut region = json!({"startLine": line});
        if lines && matches!(locus.spot, Spot::Text { .. }) && locus.end > locus.start {
            region = json!({"startLine": line, "startColumn": locus.start + 1, "endColumn": locus.end + 1});
        }
        physical.insert("region".to_owned(), region);
    }
    let mut location = json!({"physicalLocation": physical});
    if let Some(object) = location.as_object_mut() {
        if !field.is_empty() {
            object.insert("logicalLocations".to_owned(), json!([{"fullyQualifiedName": field}]));
        }
        if !words.is_empty() {
            object.insert("message".to_owned(), json!({"text": words}));
        }
    }
    location
}

/// Where findings lie.
pub struct Source {
    pub file: String,
    /// Places are lines and columns, as in YAML.
    pub lines: bool,
}

pub fn finding(finding: &Finding, source: &Source, accepted: Option<&str>, emit: &Emit) -> Value {
    let count = finding.loci.len().max(finding.at.len()).max(1);
    let mut places = (0..count).map(|index| {
        let field = finding.at.get(index).map(ToString::to_string).unwrap_or_default();
        location(&source.file, source.lines, finding.loci.get(index), &field, emit)
    });
    let first: Vec<Value> = places.next().into_iter().collect();
    let related: Vec<Value> = places.collect();
    let mut text = emit.say(&finding.message);
    if let Some(help) = &finding.help {
        text.push('\n');
        text.push_str(&emit.say(help));
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": first,
    });
    if let Some(object) = result.as_object_mut() {
        if let Some(index) = pipeline::all_rules().iter().position(|rule| rule.code == finding.rule) {
            object.insert("ruleIndex".to_owned(), json!(index));
        }
        if !related.is_empty() {
            object.insert("relatedLocations".to_owned(), json!(related));
        }
        if let Some(reason) = accepted {
            object.insert("suppressions".to_owned(), json!([{"kind": "inSource", "justification": reason}]));
        }
    }
    result
}

/// A suggestion as a finding: what stands there, and what should.
pub fn suggestion(change: &biaozhun::change::Change, locus: Option<Locus>) -> Finding {
    let message = Message::new("cli.suggestion").with("from", &change.from).with("to", &change.to);
    Finding::new(change.rule, Severity::Info, message).at(change.at.clone(), locus).help(change.because.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("out/表 1.yaml"), "out/%E8%A1%A8%201.yaml");
        assert_eq!(uri("a\\b.txt"), "a/b.txt");
    }
}
