//! Filling a Word template: parts with tags are made into Tera templates once, then rendered, settled and put back.
//!
//! All other parts are copied byte for byte. The same record gives the same bytes.

use super::settle::{BREAK, settle};
use super::view::Named;
use super::{filters, said, word};
use crate::diag::{Error, Message, Mistake};
use crate::form::{Band, FormDefinition};
use crate::package::{Limits, Package, Relationship};
use crate::xml;
use tera::{Context, Tera};

/// A Word template, ready to be filled.
pub(crate) struct Template {
    file: String,
    package: Package,
    tera: Tera,
    /// The parts that hold tags.
    parts: Vec<(String, Vec<word::TagPlace>)>,
    pub named: Named,
}

impl Template {
    /// Reads a template and parses all its tags. `file` is its name for messages.
    pub(crate) fn open(bytes: &[u8], file: &str, definition: &FormDefinition) -> Result<Template, Error> {
        let failed = |message: Message| mistake(file, 0, message);
        let package = Package::open(bytes, &Limits::default()).map_err(failed)?;
        let mut template = Template {
            file: file.to_owned(),
            tera: Tera::default(),
            parts: Vec::new(),
            package: package.clone(),
            named: Named::default(),
        };
        template.tera.set_escape_fn(escape);
        template.tera.register_filter("date_cn", filters::date_cn);
        template.tera.autoescape_on([""]);
        let field = |label: &str| field_of(definition, label);
        for part in parts(&package).map_err(failed)? {
            let text = package.read_text(&part).map_err(failed)?;
            let compiled =
                word::compile(&text, &part, &field).map_err(|(paragraph, message)| mistake(file, paragraph, message))?;
            if compiled.tags.is_empty() {
                continue;
            }
            template.parts.push((part.clone(), compiled.tags));
            template.named = template.named.or(Named::by(&compiled.source));
            if let Err(error) = template.tera.add_raw_template(&part, &compiled.source) {
                return Err(template.error(template.parts.len() - 1, &error, &compiled.source));
            }
        }
        Ok(template)
    }

    /// Fills the template.
    pub(crate) fn fill(&self, context: &Context) -> Result<Vec<u8>, Error> {
        let mut replaced = Vec::with_capacity(self.parts.len());
        for (index, (part, _)) in self.parts.iter().enumerate() {
            let filled = self.tera.render(part, context).map_err(|error| self.error(index, &error, ""))?;
            let settled = settle(&filled).map_err(|fault| {
                let message = Message::new("template.output").with("part", part).with("reason", format_args!("@{}", fault.id));
                mistake(&self.file, 0, message.with("detail", fault.detail))
            })?;
            replaced.push((part.clone(), settled.into_bytes()));
        }
        self.package.write(&replaced).map_err(|message| mistake(&self.file, 0, message))
    }

    /// Where in the Word file a mistake is: part, paragraph and tag.
    fn error(&self, part: usize, error: &tera::Error, source: &str) -> Error {
        let (name, tags) = &self.parts[part];
        let said = said(error);
        let offset = said.offset.unwrap_or_else(|| offset(source, said.line, said.column));
        let tag = tags.iter().rev().find(|tag| tag.offset <= offset).or(tags.first());
        let (paragraph, text) = tag.map_or((0, ""), |tag| (tag.paragraph, tag.text.as_str()));
        let message = Message::new("template.word").with("part", name).with("paragraph", paragraph).with("tag", text);
        mistake(&self.file, paragraph, message.with("reason", said.reason))
    }
}

/// The byte offset of a line and column, both from 1, columns in characters.
fn offset(source: &str, line: u32, column: u32) -> usize {
    let lines = source.split_inclusive('\n').take(line.saturating_sub(1) as usize);
    let start: usize = lines.map(str::len).sum();
    let rest = source.get(start..).unwrap_or_default();
    start + rest.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum::<usize>()
}

/// The parts that tags are looked for in: the document, its headers and footers.
fn parts(package: &Package) -> Result<Vec<String>, Message> {
    let ends = |kind: &str, what: &str| kind.rsplit('/').next() == Some(what);
    let document = package.relationships("")?.into_iter().find(|related| ends(&related.kind, "officeDocument"));
    let Some(Relationship { target: document, .. }) = document else {
        return Err(Message::new("package.missing").with("name", "word/document.xml"));
    };
    let mut found = vec![document.clone()];
    for Relationship { kind, target, .. } in package.relationships(&document)? {
        if (ends(&kind, "header") || ends(&kind, "footer")) && package.names().contains(&target) && !found.contains(&target) {
            found.push(target);
        }
    }
    Ok(found)
}

/// What a label of the form stands for in a tag.
fn field_of(definition: &FormDefinition, label: &str) -> Option<String> {
    if label.is_ascii() {
        return None;
    }
    if label == &*definition.title.text {
        return Some("title".into());
    }
    definition.bands.iter().find_map(|band| {
        let (fields, text) = match band {
            Band::Line { fields } | Band::Pairs { fields, .. } => (fields, false),
            Band::Text { fields } => (fields, true),
            _ => return None,
        };
        let field = fields.iter().find(|field| field.label.wordings().any(|wording| &**wording == label))?;
        Some(if text { format!("p.{} | join(sep='\\n')", field.key) } else { format!("p.{}", field.key) })
    })
}

fn mistake(file: &str, paragraph: u32, message: Message) -> Error {
    Error::Template { file: file.to_owned(), mistake: Mistake { line: paragraph, column: 0, message } }
}

/// Values are text: markup in them is shown. A line break is left for the last pass, which knows the element.
fn escape(text: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut start = 0;
    for (index, c) in text.char_indices() {
        let replacement = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\n' => BREAK,
            c if !xml::allowed(c) => "",
            _ => continue,
        };
        out.write_all(&text.as_bytes()[start..index])?;
        out.write_all(replacement.as_bytes())?;
        start = index + c.len_utf8();
    }
    out.write_all(&text.as_bytes()[start..])
}
