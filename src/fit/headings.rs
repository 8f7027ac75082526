//! Lines inside long texts that look like headings of parts that the form does not know: such a part would pass for the end of
//! the text before it. Judged by the style of the document itself; alters nothing.

use super::data::Stretch;
use super::findings::Teller;
use super::gather::{Found, Held};
use super::lexicon::Role;
use crate::diag::{Finding, Message, Severity};
use crate::document::Layout;
use crate::form::Band;
use crate::record::Path;
use crate::value::notation::is_cjk;
use crate::value::text::{Marker, marker};

/// The rule under which this is told.
const RULE: &str = "S019";
/// No label is longer, in characters.
const LABEL: usize = 12;

/// What the labels of a document look like.
struct Style {
    /// The numbers that they open with, each with the first atom of its label.
    numbers: Vec<(u32, Marker)>,
    /// They stand at the beginning of lines, with a colon behind them.
    colons: bool,
}

/// Tells of each such line.
pub fn tell(teller: &Teller, found: &Found, findings: &mut Vec<Finding>) {
    let style = style(teller, found);
    for (definition, held) in teller.form.bands.iter().zip(&found.bands) {
        match (definition, held) {
            (Band::Text { fields } | Band::Pairs { fields, .. }, Held::Fields(slots)) => {
                for (field, atoms) in fields.iter().zip(slots) {
                    let prose = matches!(definition, Band::Text { .. }) || field.list;
                    if prose {
                        value(teller, &style, atoms, &Path::root().key(field.key.clone()), &field.label.text, findings);
                    }
                }
            }
            (Band::Lists { key, sides, .. }, Held::Lists(held)) => {
                for (side, (_, items)) in sides.iter().zip(held) {
                    let at = Path::root().key(key.clone()).key(side.key.clone());
                    for (_, atoms) in items {
                        value(teller, &style, atoms, &at, &side.label.text, findings);
                    }
                }
            }
            _ => {}
        }
    }
}

fn style(teller: &Teller, found: &Found) -> Style {
    let mut style = Style { numbers: Vec::new(), colons: false };
    let mut colons = 0;
    for met in &found.labels {
        let heading = matches!(met.label.role, Role::Field { .. } | Role::Section { .. } | Role::Notes { .. });
        let Some(&first) = met.atoms.first().filter(|_| heading) else { continue };
        let atom = &teller.atoms[first as usize];
        let text = teller.builder.text(&met.atoms);
        style.numbers.extend(marker(&text).map(|marker| (first, marker)));
        let line = matches!(atom.layout, Layout::Lines) && atom.opens_row;
        colons += usize::from(line && text.trim_end().ends_with([':', '：']));
    }
    style.colons = colons > 2;
    style
}

/// Looks at the lines of one value.
fn value(teller: &Teller, style: &Style, atoms: &[u32], at: &Path, label: &str, findings: &mut Vec<Finding>) {
    let stretches = teller.builder.stretches(atoms);
    let Some(&opening) = atoms.first() else { return };
    let mut first = true;
    let mut own: Vec<Marker> = Vec::new();
    for stretch in &stretches {
        let mut start = 0u32;
        for line in stretch.text.split('\n') {
            let opens = !std::mem::replace(&mut first, false);
            if opens && let Some(text) = heading(style, opening, &own, stretch, line) {
                let blank = line.chars().take_while(|c| c.is_whitespace()).count() as u32;
                let from = stretch.start + start + blank;
                let locus = stretch.atom.cell.place(from, from + text.chars().count() as u32);
                let message = Message::new("S019.heading").with("text", text).with("label", label);
                let finding = Finding::new(RULE, Severity::Warning, message).help(Message::new("S019.help"));
                findings.push(finding.at(at.clone(), Some(locus)));
            }
            own.extend(marker(line.trim_start()));
            start += line.chars().count() as u32 + 1;
        }
    }
    table(teller, atoms, at, label, findings);
}

/// What a line begins with that looks like a heading.
fn heading<'s>(style: &Style, opening: u32, own: &[Marker], stretch: &Stretch, line: &'s str) -> Option<&'s str> {
    let line = line.trim();
    if let Some(found) = marker(line) {
        // The number after that of the last label, and no number of a list that the text itself counts.
        let last = style.numbers.iter().rev().find(|(first, known)| *first < opening && known.style == found.style);
        let goes_on = last.is_some_and(|(_, last)| found.number == last.number + 1);
        let counted = own.iter().any(|before| before.style == found.style && before.number + 1 == found.number);
        if goes_on && !counted {
            return Some(name_of(line));
        }
        return None;
    }
    // `其他事项：…` among lines that are all written so.
    let lines = matches!(stretch.atom.layout, Layout::Lines);
    let (name, _) = line.split_once(['：', ':'])?;
    let is_name = (2..=LABEL).contains(&name.chars().count()) && name.chars().all(|c| is_cjk(c) && !is_mark(c));
    (style.colons && lines && is_name).then_some(name)
}

/// A heading without the text that goes on behind it.
fn name_of(line: &str) -> &str {
    let length = marker(line).map_or(0, |marker| marker.length);
    let rest = line.get(length..).unwrap_or_default();
    let end = rest.find(['：', ':', '。', '，', ' ', '\u{3000}']).unwrap_or(rest.len());
    &line[..length + end]
}

/// A mark of punctuation.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{3020}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// A row of several cells in the midst of a text: part of a table, perhaps of another one.
fn table(teller: &Teller, atoms: &[u32], at: &Path, label: &str, findings: &mut Vec<Finding>) {
    for row in atoms.chunk_by(|one, other| teller.atoms[*one as usize].row == teller.atoms[*other as usize].row) {
        let cell = |atom: u32| teller.atoms[atom as usize].cell;
        let parted = row.windows(2).find(|pair| !std::ptr::eq(cell(pair[0]), cell(pair[1])));
        let known =
            |atom: u32| matches!(teller.atoms[atom as usize].layout, Layout::Rows) && !teller.atoms[atom as usize].printed;
        let Some(pair) = parted.filter(|pair| known(pair[0])) else { continue };
        let count = row.chunk_by(|one, other| std::ptr::eq(cell(*one), cell(*other))).count();
        let message = Message::new("S018.cells").with("label", label).with("count", count);
        let message = message.with("text", teller.atoms[pair[1] as usize].text);
        let finding = Finding::new("S018", Severity::Warning, message).help(Message::new("S018.help"));
        findings.push(finding.at(at.clone(), Some(cell(pair[1]).locus)));
        return;
    }
}
