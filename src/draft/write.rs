//! The draft as a definition in YAML, with a comment at every guess and at every text that was not understood.

use super::guess::Why;
use super::{Band, Column, Drafter, Field, Levels, Side};
use crate::catalogue::{self, Language};
use crate::diag::Message;
use crate::form::load::KINDS;
use crate::value::Kind;
use crate::value::figure::{POINTS, without_points};
use std::fmt::Write;

/// Column at which the comments of fields stand, at least.
const COMMENTS: usize = 60;

struct Writer {
    out: String,
    language: Language,
}

pub fn write(draft: &Drafter<'_>, id: &str, title: &str, language: Language) -> String {
    let mut writer = Writer { out: String::new(), language };
    writer.comment("", &Message::new("draft.head"));
    writer.comment("", &Message::new("draft.guesses"));
    writer.line(&format!("form: {id}"));
    writer.line(&format!("title: {}", quoted(title)));
    let shared: Vec<&str> = draft.levels.iter().filter(|levels| levels.shared).map(|levels| &*levels.name).collect();
    if !shared.is_empty() {
        writer.line(&format!("use: [{}]", shared.join(", ")));
    }
    if let Some(letter) = draft.letter {
        let line = format!("number: {{key: number, label: {letter}, letter: {letter}}}");
        writer.noted(&line, &Message::new("draft.letter").with("letter", letter));
    }
    writer.line("");
    if draft.bands.is_empty() {
        writer.comment("", &Message::new("draft.no_bands"));
    }
    writer.line("bands:");
    for band in &draft.bands {
        writer.band(band);
    }
    writer.vocabularies(&draft.bands);
    writer.hierarchies(&draft.levels);
    writer.points(&draft.bands);
    if !draft.notices.is_empty() {
        writer.line("");
        writer.comment("", &Message::new("draft.rest"));
        for notice in &draft.notices {
            let part = match notice.locus.spot {
                crate::locus::Spot::Paragraph { part, .. } => part,
                _ => crate::locus::Part::Body,
            };
            let place = catalogue::place_in(language, part, &notice.locus);
            let text = catalogue::render(language, &notice.message);
            writer.line(&format!("#   {place}: {}", text.replace('\n', " ")));
        }
    }
    writer.out
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn comment(&mut self, indent: &str, message: &Message) {
        let text = catalogue::render(self.language, message);
        for line in text.lines() {
            self.line(&format!("{indent}# {line}"));
        }
    }

    /// A line with a comment behind it.
    fn noted(&mut self, line: &str, message: &Message) {
        let text = catalogue::render(self.language, message).replace('\n', " ");
        let pad = COMMENTS.saturating_sub(line.chars().count()).max(2);
        self.line(&format!("{line}{}# {text}", " ".repeat(pad)));
    }

    fn band(&mut self, band: &Band) {
        match band {
            Band::Line(fields) => {
                self.line("  - band: line");
                self.line("    fields:");
                self.fields(fields);
            }
            Band::Text(fields) => {
                self.line("  - band: text");
                self.line("    fields:");
                self.fields(fields);
            }
            Band::Pairs { label, rows, fields } => {
                self.line("  - band: pairs");
                if let Some(label) = label {
                    self.line(&format!("    label: {}", quoted(label)));
                }
                let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
                self.line(&format!("    rows: [{}]", rows.join(", ")));
                self.line("    fields:");
                self.fields(fields);
            }
            Band::Records { key, label, columns } => {
                self.noted("  - band: records", &Message::new("draft.records"));
                self.key_and_label(key, label.as_deref());
                self.columns(columns);
            }
            Band::Matrix { key, label, corner, columns, groups } => {
                self.noted("  - band: matrix", &Message::new("draft.matrix"));
                match label.as_deref().and_then(without_points) {
                    None => self.key_and_label(key, label.as_deref()),
                    Some((bare, _)) => {
                        self.key_and_label(key, Some(&bare));
                        self.noted(&format!("    points: {{key: points, word: {POINTS}}}"), &Message::new("draft.points"));
                    }
                }
                if !corner.is_empty() {
                    self.line(&format!("    corner: {}", quoted(corner)));
                }
                self.columns(columns);
                self.line("    groups:");
                for group in groups {
                    self.line(&format!("      - key: {}", group.key));
                    if let Some(label) = &group.label {
                        self.line(&format!("        label: {}", quoted(label)));
                    }
                    self.line("        items:");
                    for (item, total) in &group.items {
                        match total {
                            true => self.noted(
                                &format!("          - {{label: {}, total: true}}", quoted(item)),
                                &Message::new("draft.total"),
                            ),
                            false => self.line(&format!("          - {{label: {}}}", quoted(item))),
                        }
                    }
                }
            }
            Band::Lists { key, label, number, sides } => {
                self.noted("  - band: lists", &Message::new("draft.lists"));
                self.key_and_label(key, label.as_deref());
                if let Some(number) = number {
                    self.line(&format!("    number: {}", quoted(number)));
                }
                self.line("    sides:");
                for Side { key, label, until, span } in sides {
                    let until = match until {
                        Some(word) => {
                            let since = if *span { ", since: from" } else { "" };
                            format!(", until: {{key: until, word: {}{since}}}, items: items", quoted(word))
                        }
                        None => String::new(),
                    };
                    self.line(&format!("      - {{key: {key}, label: {}{until}}}", quoted(label)));
                }
            }
            Band::Tree { key, label, blocks, levels, hierarchy, columns, .. } => {
                self.noted("  - band: tree", &Message::new("draft.tree"));
                self.line(&format!("    key: {key}"));
                if let Some((word, rows)) = blocks {
                    self.line(&format!("    number: {}", quoted(word)));
                    self.line(&format!("    goal: {{key: goal, label: {}, type: text}}", quoted(word)));
                    self.line(&format!("    rows: {rows}"));
                }
                if let Some(label) = label {
                    self.line(&format!("    label: {}", quoted(label)));
                }
                self.line(&format!("    hierarchy: {hierarchy}"));
                let [first, second] = levels;
                let level = |(key, label): &(String, String)| format!("{{key: {key}, label: {}}}", quoted(label));
                self.line(&format!("    levels: [{}, {}]", level(first), level(second)));
                self.columns(columns);
            }
            Band::Total { key, label, under, columns } => {
                let columns = columns.join(", ");
                let line =
                    format!("  - {{band: total, key: {key}, label: {}, under: {under}, columns: [{columns}]}}", quoted(label));
                self.noted(&line, &Message::new("draft.total"));
            }
            Band::Notes { key, label, texts } => {
                match texts.is_empty() {
                    true => self.noted("  - band: notes", &Message::new("draft.heading")),
                    false => self.line("  - band: notes"),
                }
                self.key_and_label(key, Some(label));
                if texts.is_empty() {
                    self.line("    texts: []");
                    return;
                }
                self.line("    texts:");
                for text in texts {
                    self.line(&format!("      - {}", quoted(text)));
                }
            }
        }
    }

    fn key_and_label(&mut self, key: &str, label: Option<&str>) {
        self.line(&format!("    key: {key}"));
        if let Some(label) = label {
            self.line(&format!("    label: {}", quoted(label)));
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.field("      ", field, "");
        }
    }

    fn columns(&mut self, columns: &[Column]) {
        self.line("    columns:");
        let mut head: Option<&str> = None;
        for column in columns {
            let own = column.head.as_deref();
            if let Some(own) = own.filter(|own| head != Some(*own)) {
                self.line(&format!("      - head: {}", quoted(own)));
                self.line("        columns:");
            }
            head = own;
            let indent = if own.is_some() { "          " } else { "      " };
            let across = match column.across {
                0 | 1 => String::new(),
                count => {
                    let labels: Vec<String> = column.years.iter().map(|label| quoted(label)).collect();
                    let labels = if labels.is_empty() { String::new() } else { format!(", labels: [{}]", labels.join(", ")) };
                    format!(", across: {{key: years, count: {count}{labels}}}")
                }
            };
            let again = if column.again { ", again: true" } else { "" };
            self.field(indent, &column.field, &format!("{across}{again}"));
        }
    }

    fn field(&mut self, indent: &str, field: &Field, more: &str) {
        let kind = KINDS.iter().find(|(_, kind)| *kind == field.kind).map_or("text", |(name, _)| name);
        let mut line = format!("{indent}- {{key: {}, label: {}, type: {kind}", field.key, quoted(&field.label));
        if field.kind == Kind::Choice {
            let _ = write!(line, ", vocabulary: {}", field.key);
        }
        if field.inside {
            line.push_str(", inside: true");
        }
        if field.kind == Kind::Mark {
            line.push_str(", optional: true");
        }
        line.push_str(more);
        line.push('}');
        let kind = catalogue::text(self.language, field.kind.message_id()).into_owned();
        let message = match &field.why {
            Why::Known(form) => Message::new("draft.known").with("kind", kind).with("form", form),
            Why::Word(word) => Message::new("draft.word").with("kind", kind).with("word", word),
            Why::Printed => Message::new("draft.printed").with("kind", kind),
            Why::Nothing => Message::new("draft.nothing").with("kind", kind),
        };
        self.noted(&line, &message);
    }

    fn vocabularies(&mut self, bands: &[Band]) {
        let mut fields: Vec<&Field> = Vec::new();
        for band in bands {
            match band {
                Band::Line(own) | Band::Text(own) | Band::Pairs { fields: own, .. } => fields.extend(own),
                Band::Records { columns, .. } | Band::Matrix { columns, .. } | Band::Tree { columns, .. } => {
                    fields.extend(columns.iter().map(|column| &column.field));
                }
                Band::Lists { .. } | Band::Total { .. } | Band::Notes { .. } => {}
            }
        }
        fields.retain(|field| field.kind == Kind::Choice);
        let mut seen: Vec<&str> = Vec::new();
        for field in fields {
            if seen.contains(&&*field.key) {
                continue;
            }
            if seen.is_empty() {
                self.line("");
                self.line("vocabularies:");
            }
            seen.push(&field.key);
            let mut words: Vec<String> = Vec::new();
            for word in field.words.iter().map(|word| quoted(word)) {
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            self.line(&format!("  {}: {{values: [{}]}}", field.key, words.join(", ")));
        }
    }

    fn hierarchies(&mut self, levels: &[Levels]) {
        let own: Vec<&Levels> = levels.iter().filter(|levels| !levels.shared).collect();
        if own.is_empty() {
            return;
        }
        self.line("");
        self.line("hierarchies:");
        for levels in own {
            self.line(&format!("  {}:", levels.name));
            for (root, children) in &levels.roots {
                self.line(&format!("    - label: {}", quoted(root)));
                let children: Vec<String> = children.iter().map(|child| format!("{{label: {}}}", quoted(child))).collect();
                self.line(&format!("      children: [{}]", children.join(", ")));
            }
        }
    }
}

impl Writer {
    /// Points in the brackets of levels: what their weights must add up to, where the table has weights.
    fn points(&mut self, bands: &[Band]) {
        let mut rules = Vec::new();
        for band in bands {
            let Band::Tree { key, blocks, levels: [(level, _), _], points, columns, .. } = band else { continue };
            let weight = columns.iter().find(|column| column.field.key == "weight" && column.field.kind == Kind::Score);
            let Some(weight) = weight.filter(|_| !points.is_empty()) else { continue };
            let rows = blocks.as_ref().map_or_else(|| key.clone(), |(_, rows)| format!("\"{key}[].{rows}\""));
            let scheme: Vec<String> = points.iter().map(|(root, points)| format!("{}: {points}", quoted(root))).collect();
            let weight = &weight.field.key;
            rules.push(format!(
                "  - {{rule: P003, rows: {rows}, level: {level}, weight: {weight}, schemes: [{{{}}}]}}",
                scheme.join(", ")
            ));
        }
        if rules.is_empty() {
            return;
        }
        self.line("");
        self.line("rules:");
        rules.iter().for_each(|rule| self.noted(rule, &Message::new("draft.points")));
    }
}

/// A text as a scalar in a flow of YAML: plain where it cannot be taken for anything else.
fn quoted(text: &str) -> String {
    let safe = |c: char| {
        c.is_alphanumeric() && !c.is_ascii_digit() || matches!(c, '（' | '）' | '、' | '—' | '～' | '“' | '”' | '／' | '·')
    };
    let starts = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '（'));
    let inner = text.chars().all(|c| safe(c) || c.is_ascii_digit() || c == ' ');
    let word =
        matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if starts && inner && !word && !text.ends_with(' ') {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_whitespace() => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
