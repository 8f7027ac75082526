//! summary.html: one self-contained page that says what came, what is clean, which rules fail most and where, and leads to every
//! document. It works without scripts; with them its table can be searched, filtered and turned page by page.
//!
//! What is counted by rule, form and department is in the [`Tally`]; one pass writes the rows.

mod charts;

use super::tally::Tally;
use super::{Across, Entry, EntryForm, Options, Outcome};
use crate::catalogue::{self, Language};
use crate::diag::{Message, Severity};
use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write};

/// Rows of the table; of more, those of clean forms are left to the workbook, then all others.
const ROWS: u64 = 20_000;
/// Findings that are told in words in the table; of more, their rules are.
const WORDS: u64 = 60_000;
/// Findings across documents that are told.
const ACROSS: usize = 500;
/// Those of them that are seen without a click.
const OPEN: usize = 8;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Wording and markup.
pub struct Page<'o> {
    language: Language,
    out: &'o mut dyn Write,
}

impl Page<'_> {
    fn say(&self, id: &str) -> Cow<'static, str> {
        catalogue::text(self.language, id)
    }

    fn render(&self, message: &Message) -> String {
        escaped(&catalogue::render(self.language, message)).into_owned()
    }

    fn put(&mut self, text: impl Display) -> io::Result<()> {
        write!(self.out, "{text}")
    }
}

/// Writes the page, row by row.
pub struct Writer<'o> {
    page: Page<'o>,
    /// Whether all rows are shown, or only those that a person should look at.
    all: bool,
    in_words: bool,
    number: u64,
    shown: u64,
}

impl<'o> Writer<'o> {
    /// All that stands above the rows.
    pub fn new(tally: &Tally, across: &[Across], options: &Options<'_>, out: &'o mut dyn Write) -> io::Result<Writer<'o>> {
        let mut page = Page { language: options.language, out };
        head(&mut page, tally)?;
        charts::write(&mut page, tally)?;
        tell_across(&mut page, across)?;
        let (all, in_words) = (tally.rows() <= ROWS, tally.findings() <= WORDS);
        open_table(&mut page, tally, all, in_words)?;
        Ok(Writer { page, all, in_words, number: 0, shown: 0 })
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        if entry.forms.is_empty() && self.is_shown(entry.outcome) {
            refused(&mut self.page, self.number, entry)?;
        }
        for form in &entry.forms {
            if self.is_shown(form.outcome()) {
                row(&mut self.page, self.number, entry, form, self.in_words)?;
            }
        }
        Ok(())
    }

    /// Counts the next row; says whether it is shown.
    fn is_shown(&mut self, outcome: Outcome) -> bool {
        self.number += 1;
        let is_shown = (self.all || outcome > Outcome::Corrected) && self.shown < ROWS;
        self.shown += u64::from(is_shown);
        is_shown
    }

    pub fn finish(mut self) -> io::Result<()> {
        let page = &mut self.page;
        let (before, after) = (page.say("summary.page.before"), page.say("summary.page.after"));
        page.put(format_args!(
            "</tbody></table></div>\n<nav class=\"turn\" hidden><button type=\"button\" id=\"before\">{before}</button>\
             <span id=\"at\"></span><button type=\"button\" id=\"after\">{after}</button></nav>\n</section>\n"
        ))?;
        let footer = page.say("summary.page.footer");
        page.put(format_args!("<footer><p>{footer}</p></footer>\n</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"))
    }
}

fn head(page: &mut Page<'_>, tally: &Tally) -> io::Result<()> {
    let lang = match page.language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    let title = page.say("summary.page.title");
    let skip = page.say("summary.page.skip");
    page.put(format_args!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n<script>document.documentElement.className=\"js\"</script>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#documents\">{skip}</a>\n<main>\n<header><h1>{title}</h1>\n"
    ))?;
    let mut years = tally.years.iter();
    let years = match (years.next(), years.next_back()) {
        (Some(first), Some(last)) => format!("{first}–{last}"),
        (Some(only), None) => only.to_string(),
        _ => String::new(),
    };
    let count = |id, count: u64| Message::new(id).with("count", count);
    let mut parts = vec![
        page.render(&count("summary.page.inputs", tally.inputs)),
        page.render(&count("summary.page.forms", tally.forms)),
        page.render(&count("summary.page.kinds", tally.kinds.len() as u64)),
        page.render(&count("summary.page.departments", tally.departments.len() as u64)),
    ];
    if !years.is_empty() {
        parts.push(page.render(&Message::new("summary.page.years").with("years", years)));
    }
    page.put(format_args!("<p class=\"lead\">{}</p>\n</header>\n", parts.join(" · ")))
}

/// What documents say of each other, each with all its documents.
fn tell_across(page: &mut Page<'_>, across: &[Across]) -> io::Result<()> {
    if across.is_empty() {
        return Ok(());
    }
    let heading = page.say("summary.page.across");
    page.put(format_args!(
        "<section id=\"across\"><h2>{heading} <small>{}</small></h2>\n<ol class=\"across\">\n",
        across.len()
    ))?;
    let mut shown: Vec<&Across> = across.iter().collect();
    shown.sort_by_key(|across| std::cmp::Reverse(across.severity));
    for (index, across) in shown.iter().take(ACROSS).enumerate() {
        if index == OPEN {
            let more = page.render(&Message::new("summary.page.show_more").with("count", shown.len().min(ACROSS) - OPEN));
            page.put(format_args!("</ol>\n<details><summary>{more}</summary><ol class=\"across\" start=\"{}\">\n", OPEN + 1))?;
        }
        let severity = badge(page, across.severity);
        let message = page.render(&across.message);
        let help = page.render(&across.help);
        page.put(format_args!("<li>{severity}<code>{}</code> {message}<span class=\"help\">{help}</span><ul>", across.rule))?;
        for place in &across.places {
            let year = place.year.map(|year| format!(" {year}")).unwrap_or_default();
            let name = format!("{}{year} {}", place.department, place.title);
            let field = [place.field.as_str(), place.text.as_str()].into_iter().filter(|text| !text.is_empty());
            let field = field.collect::<Vec<_>>().join(": ");
            page.put(format_args!("<li>{}", link(&place.link, &name)))?;
            page.put(format_args!(" <span class=\"file\">{}</span> {}</li>", escaped(&place.input), escaped(&field)))?;
        }
        page.put("</ul></li>\n")?;
    }
    page.put(if shown.len() > OPEN { "</ol></details>\n" } else { "</ol>\n" })?;
    if across.len() > ACROSS {
        let more = page.render(&Message::new("summary.page.more_across").with("count", across.len() - ACROSS));
        page.put(format_args!("<p class=\"more\">{more}</p>\n"))?;
    }
    page.put("</section>\n")
}

fn badge(page: &Page<'_>, severity: Severity) -> String {
    format!("<b class=\"badge {}\">{}</b>", severity.name(), page.say(super::lists::severity_id(severity)))
}

/// All inputs, and all forms in them: what stands above the rows.
fn open_table(page: &mut Page<'_>, tally: &Tally, all: bool, in_words: bool) -> io::Result<()> {
    let heading = page.say("summary.page.documents");
    page.put(format_args!("<section id=\"documents\"><h2>{heading}</h2>\n"))?;
    controls(page, tally)?;
    if !all {
        let text = page.render(&Message::new("summary.page.not_all").with("count", ROWS));
        page.put(format_args!("<p class=\"more\">{text}</p>\n"))?;
    }
    if !in_words {
        let text = page.say("summary.page.not_in_words");
        page.put(format_args!("<p class=\"more\">{text}</p>\n"))?;
    }
    let ids = [
        "summary.number",
        "summary.outcome",
        "summary.department",
        "summary.form",
        "summary.year",
        "summary.amount",
        "summary.message",
        "summary.output",
    ];
    let heads: Vec<String> = ids.iter().map(|id| format!("<th scope=\"col\">{}</th>", page.say(id))).collect();
    page.put(format_args!("<div class=\"scroll\"><table><thead><tr>{}</tr></thead>\n<tbody id=\"rows\">\n", heads.concat()))
}

/// Search and filters; hidden without scripts.
fn controls(page: &mut Page<'_>, tally: &Tally) -> io::Result<()> {
    let (search, every) = (page.say("summary.page.search"), page.say("summary.page.every"));
    page.put(format_args!(
        "<form class=\"controls\" id=\"controls\" role=\"search\" hidden><label>{search} <input type=\"search\" id=\"text\" autocomplete=\"off\"></label>"
    ))?;
    let outcomes: Vec<(String, String)> = Outcome::ALL
        .iter()
        .filter(|outcome| tally.outcomes[**outcome as usize] > 0)
        .map(|outcome| (outcome.name().to_owned(), page.say(outcome.message_id()).into_owned()))
        .collect();
    let kinds = tally.kinds.iter().map(|(form, kind)| (form.clone(), kind.title.clone())).collect::<Vec<_>>();
    let rules = tally.rules.keys().map(|rule| (rule.clone(), rule_name(page, rule))).collect::<Vec<_>>();
    for (name, label, values) in
        [("outcome", "summary.outcome", outcomes), ("kind", "summary.form", kinds), ("rule", "summary.rule", rules)]
    {
        let label = page.say(label);
        page.put(format_args!("<label>{label} <select id=\"{name}\"><option value=\"\">{every}</option>"))?;
        for (value, text) in values {
            page.put(format_args!("<option value=\"{}\">{}</option>", escaped(&value), escaped(&text)))?;
        }
        page.put("</select></label>")?;
    }
    let clear = page.say("summary.page.clear");
    let found = page.say("summary.page.found");
    page.put(format_args!(
        "<button type=\"reset\">{clear}</button><output id=\"found\" data-text=\"{}\" aria-live=\"polite\"></output></form>\n",
        escaped(&found)
    ))
}

/// A rule's code and title.
fn rule_name(page: &Page<'_>, rule: &str) -> String {
    let id = format!("rule.{rule}.title");
    if catalogue::has(page.language, &id) { format!("{rule} {}", page.say(&id)) } else { rule.to_owned() }
}

fn refused(page: &mut Page<'_>, number: u64, entry: &Entry) -> io::Result<()> {
    let name = entry.outcome.name();
    let word = page.say(entry.outcome.message_id());
    let error = entry.error.as_ref().map(|error| error.text(page.language)).unwrap_or_default();
    page.put(format_args!(
        "<tr data-o=\"{name}\"><td>{number}</td><td><span class=\"dot {name}\"></span>{word}</td><td colspan=\"4\" class=\"file\">{}</td>\
         <td colspan=\"2\">{}</td></tr>\n",
        escaped(&entry.input),
        escaped(&error)
    ))
}

fn row(page: &mut Page<'_>, number: u64, entry: &Entry, form: &EntryForm, in_words: bool) -> io::Result<()> {
    let outcome = form.outcome();
    let (name, word) = (outcome.name(), page.say(outcome.message_id()));
    let mut rules: Vec<(&str, Severity, u32)> = Vec::new();
    for finding in form.findings.iter().filter(|finding| finding.severity > Severity::Info) {
        match rules.iter_mut().find(|(rule, _, _)| *rule == finding.rule) {
            Some((_, severity, count)) => {
                *severity = (*severity).max(finding.severity);
                *count += 1;
            }
            None => rules.push((&finding.rule, finding.severity, 1)),
        }
    }
    rules.sort_by_key(|(rule, severity, _)| (std::cmp::Reverse(*severity), *rule));
    let codes: Vec<&str> = rules.iter().map(|(rule, _, _)| *rule).collect();
    let year = form.year.map(|year| year.to_string()).unwrap_or_default();
    let what = if form.project.is_empty() {
        String::new()
    } else {
        format!("<br><span class=\"what\">{}</span>", escaped(&form.project))
    };
    page.put(format_args!(
        "<tr data-o=\"{name}\" data-k=\"{}\" data-r=\"{}\"><td>{number}</td><td><span class=\"dot {name}\"></span>{word}</td>\
         <td>{}{what}</td><td>{}<br><span class=\"file\">{}</span></td><td>{year}</td><td class=\"n\">{}</td><td>",
        escaped(&form.form),
        codes.join(" "),
        escaped(&form.department),
        escaped(&form.title),
        escaped(&entry.input),
        escaped(&amount(form)),
    ))?;
    findings(page, form, &rules, in_words)?;
    page.put("</td><td class=\"links\">")?;
    for output in &form.outputs {
        page.put(format_args!("{} ", link(&output.path, &output.kind)))?;
    }
    page.put("</td></tr>\n")
}

fn amount(form: &EntryForm) -> String {
    if form.total.is_empty() || form.total.ends_with(|c: char| !c.is_ascii_digit()) {
        return form.total.clone();
    }
    format!("{} {}", form.total, form.unit)
}

/// The rules that failed, and what they say behind a click.
fn findings(page: &mut Page<'_>, form: &EntryForm, rules: &[(&str, Severity, u32)], in_words: bool) -> io::Result<()> {
    let chips: String = rules
        .iter()
        .map(|(rule, severity, count)| {
            let times = if *count > 1 { format!("×{count}") } else { String::new() };
            format!("<code class=\"{}\">{rule}{times}</code> ", severity.name())
        })
        .collect();
    if rules.is_empty() || !in_words {
        page.put(chips)?;
    } else {
        page.put(format_args!("<details><summary>{chips}</summary><ul>"))?;
        for finding in form.findings.iter().filter(|finding| finding.severity > Severity::Info) {
            let field = if finding.field.is_empty() { finding.place.text(page.language) } else { Cow::from(&finding.field) };
            let rule = format!("{} {}", finding.rule, field);
            let leads = form.link().map_or_else(|| escaped(&rule).into_owned(), |path| link(path, &rule));
            page.put(format_args!("<li>{leads}: {}</li>", escaped(&finding.message.text(page.language))))?;
        }
        page.put("</ul></details>")?;
    }
    if form.suggestions > 0 {
        let text = page.render(&Message::new("summary.page.suggestions").with("count", form.suggestions));
        page.put(format_args!("<span class=\"help\">{text}</span>"))?;
    }
    Ok(())
}

/// A link to a file beside the page; the text alone where there is none.
fn link(path: &str, text: &str) -> String {
    let text = escaped(text);
    if path.is_empty() { text.into_owned() } else { format!("<a href=\"{}\">{text}</a>", address(path)) }
}

/// A path as a link below the page: never another scheme, whatever it is called.
fn address(path: &str) -> String {
    let mut out = String::from("./");
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A text between tags or in an attribute.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) && !text.contains(|c: char| c.is_control() && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_below_the_page_and_texts_are_texts() {
        assert_eq!(link("javascript:alert(1)", "<b>"), "<a href=\"./javascript%3Aalert%281%29\">&lt;b&gt;</a>");
        assert_eq!(link("html/甲 #1.html", "a"), "<a href=\"./html/%E7%94%B2%20%231.html\">a</a>");
        assert_eq!(escaped("\"'&\u{1b}"), "&quot;&#39;&amp;\u{fffd}");
    }
}
