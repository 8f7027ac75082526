//! The review page: the source as it was read, the form that came of it, and between them all that was changed, suggested, found
//! and not placed. One file that holds everything, works without scripts and loads nothing.
//!
//! The form is the page template's, so that a template of one's own is reviewed as it prints. What is said has a number; the
//! places it is about, on both sides, bear that number as their class, and the style sheet (a few lines of script where they run)
//! shows them together. For a record without its source there is no left side.

mod source;

use super::appendix::{difference, place};
use super::marks::{Marks, Said, Signs, anchor, printed_at};
use super::view::Frame;
use super::{Options, Printed};
use crate::catalogue::{self, Language};
use crate::change::Change;
use crate::diag::{Code, Finding};
use crate::document::Document;
use crate::form::FormDefinition;
use crate::locus::{Locus, Spot};
use crate::record::Path;
use crate::xml;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write as _;

/// Of the script below, as `Content-Security-Policy` wants it: base64 of its SHA-256. A test computes it again.
const SCRIPT_HASH: &str = "E2AxusK+xAzUw4baI+ahuL3pcrC4osN212UNdDJHQ/Y=";
const SCRIPT: &str = include_str!("review.js");
const STYLE: &str = include_str!("review.css");

/// One thing that is said.
struct Note<'a> {
    number: usize,
    said: Said,
    rule: Code,
    /// What it is about, as paths that have a place on the page.
    at: Vec<String>,
    /// The first of them in words.
    field: String,
    loci: Vec<Locus>,
    body: Body<'a>,
}

enum Body<'a> {
    Finding(&'a Finding),
    Change(&'a Change),
    Unplaced(&'a str),
}

/// A review page in the making.
pub(crate) struct Review<'a> {
    printed: Printed<'a>,
    document: Option<&'a Document>,
    language: Language,
    notes: Vec<Note<'a>>,
    /// By printed path: the numbers of the leaves that stand there, and where each came from.
    traces: FxHashMap<String, Vec<(usize, Spot)>>,
}

impl<'a> Review<'a> {
    pub(crate) fn new(
        printed: Printed<'a>,
        definition: &FormDefinition,
        frame: &Frame,
        document: Option<&'a Document>,
        options: &Options,
    ) -> Self {
        let record = printed.record;
        let language = options.language;
        let mut review = Review { printed, document, language, notes: Vec::new(), traces: FxHashMap::default() };
        let mut add = |said: Said, rule: Code, paths: &[Path], loci: Vec<Locus>, body: Body<'a>| {
            let mut at: Vec<String> = Vec::new();
            for path in paths.iter().map(|path| printed_at(record, definition, path)) {
                if !at.contains(&path) {
                    at.push(path);
                }
            }
            let field = paths.first().map(|path| place(record, definition, frame, path, language)).unwrap_or_default();
            review.notes.push(Note { number: review.notes.len() + 1, said, rule, at, field, loci, body });
        };
        let mut findings: Vec<&Finding> = printed.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in findings {
            add(Said::of(finding.severity), finding.rule, &finding.at, finding.loci.clone(), Body::Finding(finding));
        }
        for (said, applied) in [(Said::Suggestion, false), (Said::Change, true)] {
            for change in record.changes.iter().filter(|change| change.applied == applied) {
                let loci = change.locus.or_else(|| record.locus(&change.at)).into_iter().collect();
                add(said, change.rule, std::slice::from_ref(&change.at), loci, Body::Change(change));
            }
        }
        for piece in &record.unplaced {
            add(Said::Unplaced, "", &[], vec![piece.locus], Body::Unplaced(&piece.text));
        }
        if let Some(document) = document {
            let spots = source::spots(document);
            let mut number = 0;
            // A label that stands for many rows is shown once.
            let mut seen: FxHashSet<Locus> = FxHashSet::default();
            record.each_leaf(&mut |path, leaf| {
                let locus = leaf.loci.first().filter(|locus| !leaf.is_blank() && spots.contains(&locus.spot));
                if let Some(locus) = locus.filter(|locus| seen.insert(**locus)) {
                    let at = printed_at(record, definition, path);
                    review.traces.entry(at).or_default().push((number, locus.spot));
                }
                number += 1;
            });
        }
        review
    }

    /// What stands beside the fields of the form.
    pub(crate) fn signs(&self) -> Signs {
        let mut marks = Marks::default();
        for note in &self.notes {
            note.at.iter().for_each(|at| marks.add(at.clone(), note.number, note.said));
        }
        let trace = |traces: &Vec<(usize, Spot)>| {
            let link = |(number, spot): &(usize, Spot)| {
                let to = source::anchor(spot);
                format!("<a class=\"from\" data-biaozhun=\"appendix\" id=\"f{number}\" href=\"#{to}\">{spot}</a>")
            };
            traces.iter().map(link).collect::<String>()
        };
        let more = self.traces.iter().map(|(at, traces)| (at.clone(), trace(traces))).collect();
        marks.signs(more, self.language)
    }

    /// The page around a filled template.
    pub(crate) fn write(&self, page: &str, title: &str) -> String {
        let style = between(page, "<style>", "</style>").unwrap_or_default();
        let form = match (page.find("<main"), page.rfind("</main>")) {
            (Some(start), Some(end)) if start < end => &page[start..end + "</main>".len()],
            _ => between(page, "<body>", "</body>").unwrap_or(page),
        };
        // A template of one's own need not print every field: there is no link to what is not there.
        let there = Places { ids: ids(form), spots: self.document.map(source::spots).unwrap_or_default() };
        let mut out = String::with_capacity(page.len() * 2 + (64 << 10));
        self.head(&mut out, style, title);
        if let Some(document) = self.document {
            self.pane(&mut out, "source", "source", "print.review.source");
            source::write(&mut out, document, self.printed.record, &self.notes, &there, self.language);
            out.push_str("</section>\n");
        }
        self.pane(&mut out, "notes", "notes-pane", "print.review.notes");
        self.list(&mut out, &there);
        out.push_str("</section>\n<div class=\"pane result\" id=\"result\">\n");
        out.push_str(form);
        let _ = write!(out, "\n</div>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
        out
    }

    fn text(&self, id: &str) -> String {
        catalogue::text(self.language, id).into_owned()
    }

    fn pane(&self, out: &mut String, id: &str, class: &str, title: &str) {
        let _ = write!(
            out,
            "<section class=\"pane {class}\" id=\"{id}\" aria-labelledby=\"{id}-title\" data-biaozhun=\"appendix\""
        );
        let _ = writeln!(out, " lang=\"{}\" tabindex=\"0\">\n<h2 id=\"{id}-title\">{}</h2>", self.code(), self.text(title));
    }

    fn code(&self) -> &'static str {
        if self.language == Language::English { "en" } else { "zh-CN" }
    }

    fn head(&self, out: &mut String, style: &str, title: &str) {
        let mut heading = self.text("print.review.title");
        heading.push_str(" · ");
        heading.push_str(title);
        let _ = write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src 'sha256-{SCRIPT_HASH}'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"biaozhun {}\">\n<title data-biaozhun=\"appendix\">",
            env!("CARGO_PKG_VERSION")
        );
        put(out, &heading);
        let _ = write!(out, "</title>\n<style>\n{style}{STYLE}");
        // One rule for all: what is said under a number, and the places it is about.
        let numbers = self.notes.iter().map(|note| format!(":root:has(#n{0}:target) .n{0}", note.number));
        let rule: Vec<String> = numbers.collect();
        if !rule.is_empty() {
            let _ = writeln!(out, "{} {{ background: #fff3b0; outline: 2px solid #7a4a00; }}", rule.join(","));
        }
        let class = if self.document.is_some() { "" } else { " class=\"alone\"" };
        let _ = write!(
            out,
            "</style>\n</head>\n<body{class}>\n<header id=\"top\" data-biaozhun=\"appendix\" lang=\"{}\">\n<h1>",
            self.code()
        );
        put(out, &heading);
        out.push_str("</h1>\n");
        let file = &self.printed.record.source.file;
        if !file.is_empty() {
            let _ = write!(out, "<p>{}：", self.text("print.appendix.source"));
            put(out, file);
            out.push_str("</p>\n");
        }
        let _ = write!(out, "<nav aria-label=\"{}\">", self.text("print.review.parts"));
        let source = self.document.map(|_| ("source", "print.review.source"));
        for (id, word) in source.into_iter().chain([("notes", "print.review.notes"), ("result", "print.review.result")]) {
            let _ = write!(out, "<a href=\"#{id}\">{}</a> ", self.text(word));
        }
        out.push_str("</nav>\n");
        self.legend(out);
        out.push_str("</header>\n");
    }

    fn legend(&self, out: &mut String) {
        let _ = write!(out, "<ul><li>{}</li>", self.text("print.review.legend"));
        for said in Said::ALL {
            let count = self.notes.iter().filter(|note| note.said == said).count();
            let _ = write!(
                out,
                "<li><span class=\"{}\">{} {}</span> {count}</li>",
                said.class(),
                said.sign(),
                said.word(self.language)
            );
        }
        if self.document.is_some() {
            for (class, id) in [("v", "value"), ("l", "label"), ("x", "noise"), ("u", "unplaced")] {
                let word = self.text(match id {
                    "value" => "print.review.value",
                    "label" => "print.review.label",
                    "noise" => "print.review.noise",
                    _ => "print.review.unplaced",
                });
                let _ = write!(out, "<li class=\"cell\"><span class=\"{class}\">{word}</span></li>");
            }
        }
        let _ = writeln!(out, "</ul>\n<p>{}</p>", self.text("print.review.how"));
    }

    /// All that is said, by kind.
    fn list(&self, out: &mut String, there: &Places) {
        if self.notes.is_empty() {
            let _ = writeln!(out, "<p>{}</p>", self.text("print.review.nothing"));
        }
        let kinds: [(&str, &[Said]); 4] = [
            ("print.appendix.findings", &[Said::Error, Said::Warning, Said::Info]),
            ("print.appendix.suggestions", &[Said::Suggestion]),
            ("print.appendix.changes", &[Said::Change]),
            ("print.appendix.unplaced", &[Said::Unplaced]),
        ];
        for (title, kind) in kinds {
            let notes: Vec<&Note> = self.notes.iter().filter(|note| kind.contains(&note.said)).collect();
            if notes.is_empty() {
                continue;
            }
            let _ = writeln!(out, "<h3>{}（{}）</h3>\n<ol class=\"said-list\">", self.text(title), notes.len());
            notes.iter().for_each(|note| self.note(out, note, there));
            out.push_str("</ol>\n");
        }
    }

    fn note(&self, out: &mut String, note: &Note, there: &Places) {
        let (n, said) = (note.number, note.said);
        let _ = write!(
            out,
            "<li class=\"note {class} n{n}\" id=\"n{n}\"><p><a class=\"no {class}\" href=\"#n{n}\">{}{n} {}</a> {}</p>",
            said.sign(),
            said.word(self.language),
            note.rule,
            class = said.class(),
        );
        match note.body {
            Body::Finding(finding) => {
                paragraph(out, &catalogue::render(self.language, &finding.message));
                if let Some(help) = &finding.help {
                    paragraph(out, &catalogue::render(self.language, help));
                }
            }
            Body::Change(change) => {
                let (from, to) = difference(&change.from, &change.to);
                out.push_str("<p><del>");
                put(out, &from);
                out.push_str("</del> → <ins>");
                put(out, &to);
                out.push_str("</ins></p>");
                paragraph(out, &catalogue::render(self.language, &change.because));
            }
            Body::Unplaced(text) => paragraph(out, text),
        }
        self.places(out, note, there);
        out.push_str("</li>\n");
    }

    /// Where it stands in the source, and where in the form.
    fn places(&self, out: &mut String, note: &Note, there: &Places) {
        out.push_str("<p class=\"go\">");
        for (index, locus) in note.loci.iter().enumerate() {
            let Some(place) = catalogue::place(locus) else { continue };
            let word = catalogue::render(self.language, &place);
            if there.spots.contains(&locus.spot) {
                let _ = write!(out, "<a href=\"#{}\">", source::anchor(&locus.spot));
                put(out, &word);
                out.push_str("</a> ");
            } else if index == 0 {
                put(out, &word);
            }
        }
        for (index, at) in note.at.iter().enumerate() {
            let word = if index == 0 { note.field.clone() } else { (index + 1).to_string() };
            let id = anchor(at);
            if there.ids.contains(&*id) {
                let _ = write!(out, "<a href=\"#{id}\">→ ");
                put(out, &word);
                out.push_str("</a> ");
            } else if index == 0 {
                put(out, &word);
            }
        }
        out.push_str("</p>");
    }
}

/// What can be led to.
struct Places<'p> {
    /// In the form.
    ids: FxHashSet<&'p str>,
    /// In the source.
    spots: FxHashSet<Spot>,
}

/// The ids of a page of ours: values hold no quotes.
fn ids(page: &str) -> FxHashSet<&str> {
    page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn paragraph(out: &mut String, text: &str) {
    out.push_str("<p>");
    put(out, text);
    out.push_str("</p>");
}

/// What stands between two texts, the first time.
fn between<'p>(page: &'p str, start: &str, end: &str) -> Option<&'p str> {
    let from = page.find(start)? + start.len();
    let length = page.get(from..)?.find(end)?;
    page.get(from..from + length)
}

/// A text as text: markup in it is shown, line breaks stay, what no page may hold is left out.
fn put(out: &mut String, text: &str) {
    for c in text.chars().filter(|c| xml::allowed(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_script_is_the_one_that_the_page_allows() {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut base64 = String::new();
        for three in Sha256::digest(SCRIPT.as_bytes()).chunks(3) {
            let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            for place in 0..4 {
                let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
                base64.push(if place <= three.len() { letter.into() } else { '=' });
            }
        }
        assert_eq!(base64, SCRIPT_HASH);
    }
}
