//! The review sheet: what a reviewer sends back to a department, one page of Markdown a form, polite and numbered.
//!
//! What has to be mended, what should be looked at, what is suggested; corrections of notation are only counted.

use super::draw::{Scene, edit, shorten};
use super::report::grouped;
use biaozhun::catalogue;
use biaozhun::change::{Change, Class};
use biaozhun::diag::{Finding, Message, Severity};
use biaozhun::form::FormDefinition;
use biaozhun::locus::Locus;
use biaozhun::pipeline::Checked;
use biaozhun::record::Node;
use biaozhun::value::Kind;

/// Entries of a section: with all three it stays one page.
const MOST: usize = 12;
/// Columns of a place and of an edit.
const PLACE: usize = 60;

/// The sheet of one form. `source` draws places in the file that an edited record was made from.
pub fn sheet(form: &Checked, definition: &FormDefinition, scene: &Scene, source: &Scene) -> String {
    let say = |message: &Message| catalogue::render(scene.language, message);
    let word = |id: &'static str| say(&Message::new(id));
    let mut findings: Vec<(&Scene, &Finding)> = form.kept_findings().map(|finding| (source, finding)).collect();
    findings.extend(form.findings.iter().map(|finding| (scene, finding)));
    let of = |severity: Severity| findings.iter().copied().filter(|(_, f)| f.severity == severity).collect::<Vec<_>>();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let suggestions: Vec<&Change> =
        form.record.changes.iter().filter(|change| !change.applied && change.class == Class::Suggest).collect();
    let corrected = form.record.changes.iter().filter(|change| change.applied).count();

    let mut out = format!("# {}\n\n", say(&Message::new("sheet.title").with("form", &definition.title.text)));
    let name = addressee(&form.record.data);
    if !name.is_empty() {
        out.push_str(&say(&Message::new("sheet.address").with("name", escaped(name))));
        out.push_str("\n\n");
    }
    let opening =
        if errors.is_empty() && warnings.is_empty() && suggestions.is_empty() { "sheet.clean" } else { "sheet.opening" };
    let opening = Message::new(opening).with("form", &definition.title.text).with("file", escaped(scene.file));
    out.push_str(&say(&opening
        .with("errors", errors.len())
        .with("warnings", warnings.len())
        .with("suggestions", suggestions.len())));
    out.push('\n');
    let mut number = 0;
    for (heading, findings) in [("sheet.errors", errors), ("sheet.warnings", warnings)] {
        if findings.is_empty() {
            continue;
        }
        out.push_str(&format!("\n## {}\n\n", word(heading)));
        let groups = grouped(findings, |(_, finding)| (finding.rule, say(&finding.message)));
        for group in groups.iter().take(MOST) {
            let [(scene, first), others @ ..] = group.as_slice() else { continue };
            number += 1;
            let mut place = scene.words(first.at.first(), first.loci.first());
            if !others.is_empty() {
                place.push_str(&say(&Message::new("sheet.also").with("count", others.len())));
            }
            let message = match &first.help {
                Some(help) => say(&Message::new("sheet.advice").with("message", say(&first.message)).with("help", say(help))),
                None => say(&first.message),
            };
            out.push_str(&format!("{number}. **{}** {} `{}`\n", escaped(&place), escaped(&message), first.rule));
        }
        more(&mut out, groups.len(), scene);
    }
    if !suggestions.is_empty() {
        out.push_str(&format!("\n## {}\n\n", word("sheet.suggestions")));
        let groups = grouped(suggestions, |change| (change.rule, change.from.clone(), change.to.clone()));
        for group in groups.iter().take(MOST) {
            let [first, others @ ..] = group.as_slice() else { continue };
            number += 1;
            let mut place = scene.words(Some(&first.at), scene.change_place(first).as_ref());
            if !others.is_empty() {
                place.push_str(&say(&Message::new("sheet.also").with("count", others.len())));
            }
            let because = say(&first.because);
            let text = format!("{}（{because}）", edit(first));
            let text = if because.is_empty() { edit(first) } else { text };
            out.push_str(&format!("{number}. **{}** {} `{}`\n", escaped(&place), escaped(&text), first.rule));
        }
        more(&mut out, groups.len(), scene);
    }
    out.push('\n');
    if corrected > 0 {
        out.push_str(&say(&Message::new("sheet.corrected").with("count", corrected)));
        out.push('\n');
    }
    let accepted: usize = form.record.accepted.iter().map(|accepted| accepted.covered.len()).sum();
    if accepted > 0 {
        out.push_str(&say(&Message::new("sheet.accepted").with("count", accepted)));
        out.push('\n');
    }
    out.push_str(&word("sheet.closing"));
    out.push('\n');
    out
}

fn more(out: &mut String, count: usize, scene: &Scene) {
    if count > MOST {
        let text = catalogue::render(scene.language, &Message::new("sheet.more").with("count", count - MOST));
        out.push_str(&format!("\n{text}\n"));
    }
}

impl Scene<'_> {
    /// A place as a person finds it: the field's names, then where in the file.
    fn words(&self, at: Option<&biaozhun::record::Path>, locus: Option<&Locus>) -> String {
        let trail = at.map(|path| self.trail(path)).unwrap_or_default();
        let place = locus.and_then(catalogue::place).map(|place| catalogue::render(self.language, &place)).unwrap_or_default();
        let trail = shorten(&trail, PLACE);
        match (trail.is_empty(), place.is_empty()) {
            (false, false) => format!("{trail}（{place}）"),
            (true, _) => place,
            (_, true) => trail,
        }
    }
}

/// Whom the form is from: the first name that it gives.
fn addressee(data: &Node) -> &str {
    let Node::Map(entries) = data else { return "" };
    let mut names = entries.iter().filter_map(|(_, node)| node.leaf()).filter(|leaf| leaf.kind == Kind::Name);
    names.find(|leaf| !leaf.text.is_empty()).map_or("", |leaf| leaf.text.as_str())
}

/// A text of a form as Markdown shows it, on one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_become_markup() {
        assert_eq!(escaped("a*b_[c](d)\n<e>"), "a\\*b\\_\\[c\\](d) \\<e\\>");
    }
}
