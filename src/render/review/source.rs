//! The left side of the review page: the source's blocks, rows and cells with their places; in each cell, what every character
//! became.

use super::{Note, Places, put};
use crate::catalogue::{self, Language};
use crate::document::{Cell, Document, Layout};
use crate::locus::{Locus, Spot};
use crate::record::{MarkKind, Record};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write as _;

/// What characters of a cell became. The first that holds counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Became {
    /// A value: the leaf's number.
    Value(usize),
    Unplaced,
    Label,
    Noise,
}

#[derive(Default)]
struct OfCell {
    ranges: Vec<(u32, u32, Became)>,
    /// Indices of notes, with the characters that each is about; none where it is about the cell.
    notes: Vec<(usize, u32, u32)>,
}

/// The id of a cell.
pub(super) fn anchor(spot: &Spot) -> String {
    let mut id = String::from("c-");
    id.extend(spot.to_string().chars().map(|c| if c == ':' { '-' } else { c }));
    id
}

/// All cells.
pub(super) fn spots(document: &Document) -> FxHashSet<Spot> {
    document.cells().map(|cell| cell.locus.spot).collect()
}

pub(super) fn write(
    out: &mut String,
    document: &Document,
    record: &Record,
    notes: &[Note],
    there: &Places,
    language: Language,
) {
    let cells = of_cells(record, notes);
    let none = OfCell::default();
    for (number, block) in document.blocks.iter().enumerate() {
        let layout = catalogue::text(
            language,
            match block.layout {
                Layout::Lines => "cli.layout_lines",
                Layout::Grid => "cli.layout_grid",
                Layout::Rows => "cli.layout_rows",
                Layout::Cells => "cli.layout_cells",
                Layout::Words => "cli.layout_words",
                Layout::Printed => "cli.layout_printed",
                Layout::Page => "cli.layout_page",
            },
        );
        let _ = writeln!(out, "<h3>{} {layout}</h3>\n<ul class=\"rows\">", number + 1);
        for row in &block.rows {
            let Some(first) = row.cells.first() else { continue };
            let _ = write!(out, "<li><span class=\"place\">{}</span>", row_place(&first.locus));
            for cell in &row.cells {
                write_cell(out, cell, cells.get(&cell.locus.spot).unwrap_or(&none), notes, there, language);
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ul>\n");
    }
}

/// The place of a row: as of its first cell, without the cell.
fn row_place(locus: &Locus) -> String {
    match locus.spot {
        Spot::Text { line, .. } => line.to_string(),
        Spot::Table { table, row, .. } => format!("t{table}r{row}"),
        Spot::Sheet { sheet, row, .. } => format!("s{sheet}-{row}"),
        spot @ (Spot::Nowhere | Spot::Paragraph { .. }) => spot.to_string(),
    }
}

fn of_cells(record: &Record, notes: &[Note]) -> FxHashMap<Spot, OfCell> {
    let mut cells: FxHashMap<Spot, OfCell> = FxHashMap::default();
    let mut became = |locus: &Locus, what: Became| {
        cells.entry(locus.spot).or_default().ranges.push((locus.start, locus.end, what));
    };
    let mut number = 0;
    record.each_leaf(&mut |_, leaf| {
        leaf.loci.iter().for_each(|locus| became(locus, Became::Value(number)));
        number += 1;
    });
    record.unplaced.iter().for_each(|piece| became(&piece.locus, Became::Unplaced));
    for mark in &record.marks {
        let what = match mark.kind {
            MarkKind::Note | MarkKind::Noise => Became::Noise,
            MarkKind::Title | MarkKind::Label | MarkKind::Item | MarkKind::Level1 | MarkKind::Level2 | MarkKind::Number => {
                Became::Label
            }
        };
        became(&mark.locus, what);
    }
    for (index, note) in notes.iter().enumerate() {
        for locus in &note.loci {
            cells.entry(locus.spot).or_default().notes.push((index, locus.start, locus.end));
        }
    }
    cells
}

fn write_cell(out: &mut String, cell: &Cell, of: &OfCell, notes: &[Note], there: &Places, language: Language) {
    out.push_str("<span class=\"cell");
    let mut whole: Vec<usize> =
        of.notes.iter().filter(|(_, start, end)| start >= end).map(|(index, ..)| notes[*index].number).collect();
    whole.dedup();
    whole.iter().for_each(|number| {
        let _ = write!(out, " n{number}");
    });
    out.push('"');
    if !of.notes.is_empty() || !of.ranges.is_empty() {
        let _ = write!(out, " id=\"{}\"", anchor(&cell.locus.spot));
    }
    out.push('>');
    segments(out, cell, of, notes, there);
    if !of.notes.is_empty() {
        out.push_str("<sup class=\"marks\">");
        let mut shown: Vec<usize> = Vec::new();
        for (index, ..) in &of.notes {
            if !shown.contains(index) {
                shown.push(*index);
                let note = &notes[*index];
                let _ = write!(out, " {}", note.said.link(note.number, language));
            }
        }
        out.push_str("</sup>");
    }
    out.push_str("</span>");
}

/// The cell's text, cut where something else begins.
fn segments(out: &mut String, cell: &Cell, of: &OfCell, notes: &[Note], there: &Places) {
    let letters: Vec<char> = cell.text.chars().collect();
    let length = u32::try_from(letters.len()).unwrap_or(u32::MAX);
    let mut cuts: Vec<u32> = vec![0, length];
    cuts.extend(of.ranges.iter().flat_map(|(start, end, _)| [*start, *end]));
    cuts.extend(of.notes.iter().flat_map(|(_, start, end)| [*start, *end]));
    cuts.extend(cell.numbers.iter().map(|number| number.at));
    cuts.retain(|cut| *cut <= length);
    cuts.sort_unstable();
    cuts.dedup();
    for pair in cuts.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        for number in cell.numbers.iter().filter(|number| number.at == start) {
            out.push_str("<span class=\"auto\">");
            put(out, &number.text);
            out.push_str("</span>");
        }
        let covers = |from: u32, to: u32| from <= start && end <= to;
        let became = of.ranges.iter().filter(|(from, to, _)| covers(*from, *to)).map(|(.., what)| *what).min();
        let mut class = String::from(match became {
            Some(Became::Value(_)) => "v",
            Some(Became::Unplaced) => "u",
            Some(Became::Label) => "l",
            Some(Became::Noise) => "x",
            None => "",
        });
        let mut about: Vec<usize> =
            of.notes.iter().filter(|(_, from, to)| covers(*from, *to)).map(|(index, ..)| notes[*index].number).collect();
        about.dedup();
        about.iter().for_each(|number| {
            let _ = write!(class, " n{number}");
        });
        let text: String = letters.get(start as usize..end as usize).unwrap_or_default().iter().collect();
        match became {
            Some(Became::Value(number)) if there.ids.contains(&*format!("f{number}")) => {
                let _ = write!(out, "<a class=\"{class}\" href=\"#f{number}\">");
                put(out, &text);
                out.push_str("</a>");
            }
            _ if class.is_empty() => put(out, &text),
            _ => {
                let _ = write!(out, "<span class=\"{}\">", class.trim_start());
                put(out, &text);
                out.push_str("</span>");
            }
        }
    }
}
