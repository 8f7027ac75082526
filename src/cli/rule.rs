//! `biaozhun rule`: which rules there are, and what one of them checks.

use super::emit::{BOLD, CYAN, Emit, paint};
use super::{Format, Status};
use biaozhun::catalogue::{self, Language};
use biaozhun::change::Class;
use biaozhun::diag::Message;
use biaozhun::pipeline::{self, Explanation};
use clap::Args;
use serde_json::{Value, json};

#[derive(Args)]
pub struct Arguments {
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let rules = pipeline::all_rules();
    let Some(code) = &arguments.code else {
        list(&rules, emit);
        return Status::Clean;
    };
    let Some(rule) = pipeline::explain(code) else {
        let known: Vec<&str> = rules.iter().map(|rule| rule.code).collect();
        let message = Message::new("cli.unknown_rule").with("code", code).with("known", known.join(" "));
        let text = emit.say(&message);
        emit.error(&text);
        return Status::Failed;
    };
    match emit.format {
        Format::Json => emit.json(&rule_json(&rule, emit)),
        _ => one(&rule, emit),
    }
    Status::Clean
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Auto => "auto",
        Class::Suggest => "suggest",
        Class::Report => "report",
    }
}

fn list(rules: &[Explanation], emit: &mut Emit) {
    if emit.format == Format::Json {
        let rules = rules.iter().map(|rule| rule_json(rule, emit)).collect::<Vec<_>>();
        emit.json(&json!({"rules": rules}));
        return;
    }
    let mut out = String::new();
    for rule in rules {
        let title = catalogue::text(emit.language, rule.title);
        let severity = rule.severity.name();
        out.push_str(&format!("{}  {severity:<8} {:<8} {title}\n", paint(rule.code, BOLD), class(rule.class)));
    }
    emit.print(&out);
}

fn one(rule: &Explanation, emit: &mut Emit) {
    let title = catalogue::text(emit.language, rule.title);
    let mut out = format!("{} {}\n", paint(rule.code, CYAN), paint(&title, BOLD));
    out.push_str(&format!("{} · {} · {}\n\n", rule.name, rule.severity.name(), class(rule.class)));
    let text = match emit.language {
        Language::Chinese => catalogue::text(emit.language, rule.text).into_owned(),
        // The documentation in code is the English text.
        Language::English => {
            rule.documentation.lines().map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
        }
    };
    out.push_str(text.trim_end());
    out.push('\n');
    emit.print(&out);
}

fn rule_json(rule: &Explanation, emit: &Emit) -> Value {
    json!({
        "rule": rule.code,
        "name": rule.name,
        "severity": rule.severity.name(),
        "class": class(rule.class),
        "title": catalogue::text(emit.language, rule.title),
        "text": catalogue::text(emit.language, rule.text),
        "documentation": rule.documentation,
    })
}
