//! What Tera says of a template, in our words: by kind, with what it names, in the user's language.
//!
//! Tera speaks English to programmers. What it says is taken apart by its fixed beginnings; what is new to us is passed on as it
//! is. A test asks Tera for one mistake of every kind.

use crate::diag::{Error, Message, Mistake};
use crate::limits;

/// What Tera says, without its drawing of the source.
pub(crate) struct Said {
    /// From 1; 0 where unknown.
    pub line: u32,
    pub column: u32,
    /// Byte offset, where known.
    pub offset: Option<usize>,
    pub message: Message,
}

/// The message of the writer that counts, and of filters that would make too much.
pub(crate) const TOO_MUCH: &str = "biaozhun: too much output";

/// Whether a template was stopped because it goes on too long.
pub(crate) fn is_limit(error: &tera::Error) -> bool {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    cause.contains(TOO_MUCH) || error.to_string().contains(TOO_MUCH)
}

pub(crate) fn said(error: &tera::Error) -> Said {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    // What a filter or a writer of ours says stands inside.
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let own = |text: &str| match text {
        text if text.contains("template.unit") => Some(Message::new("template.unit")),
        text if text.contains(TOO_MUCH) => {
            Some(Message::new("template.said.limit").with("most", limits::TEMPLATE_OUTPUT >> 20))
        }
        _ => None,
    };
    if let tera::ErrorKind::SyntaxError(report) | tera::ErrorKind::RenderingError(report) = error.kind() {
        let span = report.span();
        let message = own(&cause).or_else(|| own(report.message())).unwrap_or_else(|| worded(report.message()));
        return Said {
            line: number(span.start_line),
            column: number(span.start_col + 1),
            offset: Some(span.range.start),
            message,
        };
    }
    // Unknown filters and the like come as a drawing only: `error: …`, then ` --> name:line:column`.
    let text = error.to_string();
    let mut lines = text.lines();
    let reason = lines.next().unwrap_or_default();
    let place = lines.next().and_then(|line| line.split_once("--> ")).map_or("", |(_, place)| place);
    let mut numbers = place.rsplit(':').map_while(|part| part.parse().ok());
    let (column, line) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let reason = reason.strip_prefix("error: ").unwrap_or(reason);
    let message = own(&cause).or_else(|| own(reason)).unwrap_or_else(|| worded(reason));
    Said { line, column, offset: None, message }
}

/// A mistake in a template of text, with its place.
pub(crate) fn template_error(file: &str, error: &tera::Error) -> Error {
    let Said { line, column, message, .. } = said(error);
    Error::Template { file: file.to_owned(), mistake: Mistake { line, column, message } }
}

/// How what Tera says begins or what it holds, and which text of ours says the same. The first that fits counts.
const KINDS: [(&str, &str); 47] = [
    ("missing its closing", "template.said.string"),
    ("unexpected end of string", "template.said.string"),
    ("unexpected escape character", "template.said.string"),
    ("Unexpected end of input", "template.said.end"),
    ("Unexpected character", "template.said.character"),
    ("Invalid float", "template.said.number"),
    ("Invalid Integer", "template.said.number"),
    ("too complex", "template.said.deep"),
    ("too deep", "template.said.deep"),
    ("maximum of", "template.said.deep"),
    ("nested brackets", "template.said.deep"),
    ("defined more than once", "template.said.twice"),
    ("divide by 0", "template.said.zero"),
    ("Cannot compare", "template.said.compare"),
    ("not comparable", "template.said.compare"),
    ("Math operations can only", "template.said.not_number"),
    ("requires both operands to be numbers", "template.said.not_number"),
    ("Only numbers can", "template.said.not_number"),
    ("can only be used on a number", "template.said.not_number"),
    ("cannot be converted to a", "template.said.not_number"),
    ("exists but its value is undefined", "template.said.missing"),
    ("is not defined", "template.said.missing"),
    ("variable that is undefined", "template.said.undefined"),
    ("undefined value", "template.said.undefined"),
    ("is undefined", "template.said.undefined"),
    ("does not have a key", "template.said.undefined"),
    ("does not have an attribute", "template.said.undefined"),
    ("index must be an integer", "template.said.index"),
    ("must be an integer", "template.said.index"),
    ("Slicing", "template.said.index"),
    ("Map keys must be", "template.said.index"),
    ("Not a valid key type", "template.said.index"),
    ("Invalid type for the value", "template.said.type"),
    ("requires an integer", "template.said.type"),
    ("has no length", "template.said.type"),
    ("cannot be reversed", "template.said.type"),
    ("cannot be used on a container", "template.said.type"),
    ("Spread operator requires", "template.said.type"),
    ("Missing keyword argument", "template.said.argument"),
    ("teration is not possible", "template.said.iterate"),
    ("Iteration not possible", "template.said.iterate"),
    ("out of range", "template.said.range"),
    ("exceeds the limit", "template.said.range"),
    ("overflow", "template.said.range"),
    ("Unable to perform", "template.said.range"),
    ("Invalid argument", "template.said.value"),
    ("greater than the `end` one", "template.said.value"),
];

fn worded(reason: &str) -> Message {
    if let Some(found) = reason.strip_prefix("Found ").and_then(|rest| rest.split_once(" but ")).map(|(found, _)| found) {
        return match found {
            "`}}`" | "`%}`" => Message::new("template.said.end"),
            "identifier" => Message::new("template.said.found").with("found", "@template.token.name"),
            "string" => Message::new("template.said.found").with("found", "@template.token.text"),
            "integer" | "float" | "bool" => Message::new("template.said.found").with("found", "@template.token.number"),
            found => Message::new("template.said.found").with("found", found.trim_matches('`')),
        };
    }
    let Some((_, id)) = KINDS.iter().find(|(words, _)| reason.contains(words)) else {
        return Message::new("template.said.other").with("reason", reason);
    };
    let mut names = reason.split('`').skip(1).step_by(2);
    let message = Message::new(id);
    match *id {
        "template.said.twice" | "template.said.missing" | "template.said.argument" => {
            message.with("name", names.next().unwrap_or_default())
        }
        // The last that is named is what was found.
        "template.said.not_number" | "template.said.type" | "template.said.iterate" | "template.said.compare" => {
            message.with("found", kind(names.last().or_else(|| after_type(reason)).unwrap_or_default()))
        }
        _ => message,
    }
}

/// `Value of type map has no length`.
fn after_type(reason: &str) -> Option<&str> {
    reason.split_once("of type ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default())
}

/// A type of Tera's in the user's words.
fn kind(name: &str) -> &str {
    match name {
        "string" | "str" | "&str" | "String" => "@template.kind.text",
        "integer" | "float" | "number" | "Number" | "i64" | "i128" | "f64" => "@template.kind.number",
        "array" | "Vec<Value>" | "&[Value]" => "@template.kind.list",
        "map/struct" | "map" => "@template.kind.map",
        "bool" => "@template.kind.flag",
        "undefined" | "none" => "@template.kind.nothing",
        other => other,
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{self, Language};
    use tera::{Context, Tera, Value};

    /// What is said of an expression; the context has a text, a list, a map and a number.
    fn told(source: &str) -> Option<String> {
        let mut tera = Tera::default();
        let mut context = Context::new();
        context.insert_value("t", Value::normal_string("x"));
        context.insert_value("l", Value::from(vec![Value::from(1usize)]));
        context.insert_value("m", Value::from(tera::Map::default()));
        context.insert_value("n", Value::from(1usize));
        let error = match tera.add_raw_template("a", source) {
            Ok(()) => tera.render("a", &context).err()?,
            Err(error) => error,
        };
        let message = said(&error).message;
        let text = catalogue::render(Language::Chinese, &message);
        assert!(!text.contains("@template") && !text.contains('{'), "{source}: {text}");
        Some(format!("{source}  {text}"))
    }

    #[test]
    fn every_kind_of_mistake_is_worded() {
        let sources = [
            "{{ 1 + }}",
            "{{ t t }}",
            "{{ t \"x\" }}",
            "{{ (1 }}",
            "{{ \"x }}",
            "{{ $ }}",
            "{{ 1",
            "{{ 99999999999999999999999999999999999999999999 }}",
            "{{ range(end=1, end=2) }}",
            "{{ 1 / 0 }}",
            "{{ t < l }}",
            "{{ t * 2 }}",
            "{{ t + 2 }}",
            "{{ l | abs }}",
            "{{ nothing }}",
            "{{ m.x }}",
            "{{ m.x.y }}",
            "{{ l[9] }}",
            "{{ l[t] }}",
            "{{ n | upper }}",
            "{{ n | length }}",
            "{{ t | replace(from=\"a\") }}",
            "{% for x in n %}{% endfor %}",
            "{% for k, v in l %}{% endfor %}",
            "{{ range(end=1000000) | length }}",
            "{{ range(start=5, end=1) | length }}",
            "{{ 9999999999999999999 ** 99 }}",
            "{{ [[[1]]] }}",
        ];
        let told: Vec<String> = sources.into_iter().map(|source| told(source).expect(source)).collect();
        assert!(told.iter().all(|told| !told.contains("写法有误（")), "what Tera says is passed on: {told:#?}");
        insta::assert_snapshot!(told.join("\n"));
        let deep = format!("{}{}", "{% if n %}".repeat(60), "{% endif %}".repeat(60));
        assert!(self::told(&deep).is_some());
        assert!(self::told(&format!("{{{{ {} }}}}", vec!["1"; 400].join(" + "))).is_some());
    }
}
