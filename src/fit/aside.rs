//! What a word processor keeps beside the text of a page: footers, footnotes, endnotes and comments are no part of a form. They are
//! kept aside, so that none of it slips into a value, and told with their places.

use super::Fitted;
use super::atom::Atom;
use super::evidence;
use crate::diag::{Finding, Message, Severity};
use crate::document::Cell;
use crate::locus::{Part, Spot};
use crate::record::{Mark, MarkKind, Path, Unplaced};
use std::sync::Arc;

/// The part that a cell stands aside in; none of the page's own text. A header may hold the title or the date of a form.
fn part(cell: &Cell) -> Option<Part> {
    match cell.locus.spot {
        Spot::Paragraph { part: part @ (Part::Footer | Part::Footnote | Part::Endnote | Part::Comment), .. } => Some(part),
        _ => None,
    }
}

/// Takes out what stands aside: its cells.
pub fn take<'d>(atoms: &mut Vec<Atom<'d>>) -> Vec<&'d Cell> {
    let mut cells: Vec<&Cell> = Vec::new();
    if atoms.iter().all(|atom| part(atom.cell).is_none()) {
        return cells;
    }
    atoms.retain(|atom| {
        if part(atom.cell).is_none() {
            return true;
        }
        if cells.last().is_none_or(|last| !std::ptr::eq(*last, atom.cell)) {
            cells.push(atom.cell);
        }
        false
    });
    cells
}

/// Adds what stands aside to a form: page numbers as marks, all else as pieces without a place in it.
pub fn tell(cells: &[&Cell], fitted: &mut Fitted) {
    for cell in cells {
        let Some(part) = part(cell) else { continue };
        let end = cell.text.chars().count() as u32;
        let locus = cell.place(0, end);
        if evidence::is_noise(&cell.text) || is_number(&cell.text) {
            let mark = Mark { text: cell.text.clone(), label: Arc::from(""), kind: MarkKind::Noise, at: Path::root(), locus };
            fitted.record.marks.push(mark);
            continue;
        }
        let id = match part {
            Part::Footer => "S009.footer",
            Part::Comment => "S009.comment",
            _ => "S009.footnote",
        };
        let message = Message::new(id).with("text", &cell.text);
        fitted.findings.push(Finding::new("S009", Severity::Info, message).place(locus));
        fitted.record.unplaced.push(Unplaced { text: cell.text.clone(), locus });
    }
    fitted.record.marks.sort_by_key(|mark| (mark.locus.spot, mark.locus.start));
    fitted.record.unplaced.sort_by_key(|piece| (piece.locus.spot, piece.locus.start));
}

/// A page number without marks around it.
fn is_number(text: &str) -> bool {
    let text = text.trim();
    (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
