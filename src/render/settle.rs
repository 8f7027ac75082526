//! The last pass over a filled part: it is parsed again, and what only the whole can tell is settled on the way.
//!
//! - cells that declare a merge are merged with the cell above where they show the same;
//! - line breaks inside values become `w:br`, and where paragraphs are asked for, paragraphs like the one they stand in;
//! - a cell or box left without a paragraph gets one, a row left without cells and a table left without rows go;
//! - what a loop repeats gets numbers of its own ([`super::ids`]);
//! - a box for ticks says in its properties what it shows; a grid has as many columns as its rows ([`super::grid`]);
//! - the first two rows of a declared merge stay on one page, and so do the last two of a table whose first column ends merged
//!   ([`super::keep`]).
//!
//! What is not well-formed afterwards is an error: nothing is handed out that Word would want to repair.

use super::filters::PARAGRAPH;
use super::grid;
pub(crate) use super::ids::Fresh;
use super::keep::{Keep, Keeper};
use super::tokens::{Class, Matter, Open, Read, Source};
use super::word::{Dialect, UNDECIDED, of_tag};
use crate::xml::{Attributes, Fault, Listener, Tag};
use std::ops::Range;

/// A line break inside a value, as the escape function leaves it.
pub(crate) const BREAK: &str = "&#10;";

#[derive(Default)]
struct Table {
    /// Where it begins in the output.
    start: usize,
    rows: usize,
    /// Column and key of the mergeable cells of the row above, and of this row.
    above: Vec<(usize, usize, String)>,
    row: Vec<(usize, usize, String)>,
    /// The column of the next cell.
    column: usize,
    /// A cell further left in this row begins anew.
    anew: bool,
    /// Where this row begins in the output, and its cells so far.
    row_start: usize,
    cells: usize,
    keeper: Keeper,
}

#[derive(Default)]
struct Cell {
    span: usize,
    /// Goes on from the cell above: shows nothing itself.
    goes_on: bool,
    /// The last child is a paragraph.
    closed: bool,
    /// The first paragraph is closed.
    second: bool,
}

/// What has to be known of an open paragraph, run or control.
#[derive(Clone, Default)]
struct Like {
    /// Its start tag.
    tag: Range<usize>,
    properties: Range<usize>,
    /// Its section ends with it: there is no other like it.
    single: bool,
}

/// A content control that is a box for ticks: where in the output it says so, and whether a tick was seen in it.
#[derive(Default)]
struct Box {
    at: Option<usize>,
    /// Where the element begins in the output, and whether anything is in it.
    start: usize,
    filled: bool,
    ticked: bool,
}

/// Settles a part. Linear in its length. The part is used up: what comes out is written where it stood, which is near at hand.
pub(crate) fn settle(xml: String, read: Read, fresh: &mut Fresh, columns: bool, dialect: &Dialect) -> Result<String, Fault> {
    let (settled, keep) = pass(&xml, &Source::Filled(read, dialect), Some(fresh))?;
    let settled = keep.write(settled, xml, &dialect.prefix);
    if columns { grid::put_right(&settled, dialect) } else { Ok(settled) }
}

/// Settles what a value makes of the paragraph around it, and leaves open what two copies decide together: merges, numbers, and
/// what stays on one page.
pub(crate) fn unfold(xml: &str) -> Result<String, Fault> {
    pass(xml, &Source::Any, None).map(|(unfolded, _)| unfolded)
}

fn pass(xml: &str, source: &Source, fresh: Option<&mut Fresh>) -> Result<(String, Keep), Fault> {
    let out = String::with_capacity(xml.len() + (xml.len() >> 4));
    let mut settler = Settler { xml, undecided: fresh.is_none(), fresh, out, ..Settler::default() };
    source.read(xml, &mut settler)?;
    let Settler { mut out, copied, keep, .. } = settler;
    out.push_str(&xml[copied..]);
    Ok((out, keep))
}

#[derive(Default)]
struct Settler<'a> {
    xml: &'a str,
    /// Merges stay undecided.
    undecided: bool,
    fresh: Option<&'a mut Fresh>,
    out: String,
    /// Up to here the source is in the output.
    copied: usize,
    open: Vec<Open>,
    tables: Vec<Table>,
    cells: Vec<Cell>,
    /// Of open paragraphs and of open runs.
    paragraphs: Vec<Like>,
    runs: Vec<Like>,
    /// The start tag of the text that is open.
    text: Range<usize>,
    boxes: Vec<Box>,
    /// Boxes and notes: whether the last child is a paragraph.
    islands: Vec<bool>,
    /// Where in `open` the run begins that is left out.
    skipping: Option<usize>,
    keep: Keep,
}

impl Settler<'_> {
    /// Copies the source up to here.
    fn copy(&mut self, to: usize) {
        self.out.push_str(&self.xml[self.copied.min(to)..to]);
        self.copied = self.copied.max(to);
    }

    /// Gives a tag a number of its own.
    fn number(&mut self, tag: &Tag, range: &Range<usize>) {
        let in_control = self.open.last() == Some(&Open::ControlProperties);
        let Some(fresh) = self.fresh.as_deref_mut() else { return };
        if let Some(tag) = fresh.tag(tag.name, in_control, &tag.attributes, &self.xml[range.clone()]) {
            self.copy(range.start);
            self.copied = range.end;
            self.out.push_str(&tag);
        }
    }

    #[inline(always)]
    fn begin(&mut self, kind: Open, empty: bool, range: &Range<usize>) {
        match kind {
            Open::Table => {
                self.copy(range.start);
                self.tables.push(Table { start: self.out.len(), ..Table::default() });
            }
            Open::Row => {
                self.copy(range.start);
                let at = self.out.len();
                if let Some(table) = self.tables.last_mut() {
                    table.rows += 1;
                    std::mem::swap(&mut table.above, &mut table.row);
                    table.row.clear();
                    table.keeper.row();
                    (table.column, table.anew, table.row_start, table.cells) = (0, false, at, 0);
                }
            }
            Open::Cell => {
                self.cells.push(Cell { span: 1, ..Cell::default() });
                if let Some(table) = self.tables.last_mut() {
                    table.keeper.cell();
                    table.cells += 1;
                }
            }
            Open::Paragraph if !empty => self.paragraphs.push(Like { tag: range.clone(), ..Like::default() }),
            Open::Text if !empty => self.text = range.clone(),
            Open::Run if !empty && self.cells.last().is_some_and(|cell| cell.goes_on) => {
                self.copy(range.start);
                self.skipping = Some(self.open.len());
            }
            Open::Run if !empty => self.runs.push(Like { tag: range.clone(), ..Like::default() }),
            Open::Island if !empty => self.islands.push(false),
            Open::Control => {
                self.copy(range.start);
                self.boxes.push(Box { start: self.out.len(), ..Box::default() });
            }
            _ => {}
        }
    }

    /// Notes where the properties of a paragraph or run begin.
    fn like(&mut self, matter: Matter, empty: bool, range: &Range<usize>) {
        let like = match (matter, self.open.last()) {
            (Matter::ParagraphProperties, Some(Open::Paragraph)) => self.paragraphs.last_mut(),
            (Matter::RunProperties, Some(Open::Run)) => self.runs.last_mut(),
            _ => None,
        };
        if let Some(like) = like {
            like.properties = range.start..if empty { range.end } else { range.start };
        }
    }

    /// Notes where the first paragraph of a cell would say that it stays with what follows.
    fn paragraph_of_cell(&mut self, matter: Matter, empty: bool, range: &Range<usize>) {
        // Only the first.
        if self.cells.last().is_none_or(|cell| cell.second) {
            return;
        }
        let place = match (matter, &*self.open) {
            (Matter::ParagraphProperties, [.., Open::Cell, Open::Paragraph]) if !empty => true,
            (Matter::Style, [.., Open::Cell, Open::Paragraph, Open::Other]) if empty => true,
            (Matter::KeepNext, [.., Open::Cell, Open::Paragraph, Open::Other]) => false,
            _ => return,
        };
        // Where the end of this stands in the output, once it is copied.
        let at = self.out.len() + range.end.saturating_sub(self.copied);
        if let Some(table) = self.tables.last_mut() {
            table.keeper.paragraph(table.cells, place.then_some(at));
        }
    }

    /// Notes what the last child of the element around is.
    #[inline(always)]
    fn child(&mut self, kind: Open) {
        match self.open.last() {
            Some(Open::Cell) => {
                if let Some(cell) = self.cells.last_mut() {
                    // A content control of whole paragraphs ends a cell as well.
                    cell.closed = matches!(kind, Open::Paragraph | Open::Control);
                }
            }
            Some(Open::Island) => {
                if let Some(closed) = self.islands.last_mut() {
                    *closed = matches!(kind, Open::Paragraph | Open::Control);
                }
            }
            Some(Open::ControlContent) => {
                if let Some(control) = self.boxes.last_mut() {
                    control.filled = true;
                }
            }
            _ => {}
        }
    }

    /// An element that says something of what stands around it.
    fn properties(&mut self, matter: Matter, attributes: &Attributes, range: &Range<usize>) {
        let number = || attributes.value("val").and_then(|n| n.parse::<usize>().ok());
        match (matter, self.cells.last_mut(), self.tables.last_mut()) {
            (Matter::SectionProperties, ..) => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.single = true;
                }
            }
            (Matter::Span, Some(cell), _) => cell.span = number().unwrap_or(1).clamp(1, 1000),
            (Matter::Before, _, Some(table)) => table.column = number().unwrap_or(0).min(1000),
            (Matter::Merge, Some(cell), Some(table)) if !self.undecided => {
                let value = attributes.value("val").unwrap_or_default();
                if let Some(key) = value.strip_prefix(UNDECIDED) {
                    let decided = decide(table, cell, key, &mut self.keep);
                    self.copy(range.start);
                    self.copied = range.end;
                    let prefix = of_tag(&self.xml[range.clone()]);
                    match decided {
                        Merge::None => {}
                        Merge::GoesOn => self.push(&["<", prefix, "vMerge/>"]),
                        Merge::Begins => self.push(&["<", prefix, "vMerge ", prefix, "val=\"restart\"/>"]),
                    }
                }
            }
            (Matter::Header | Matter::Whole, None, Some(_)) if !self.undecided && attributes.value("val").is_none() => {
                self.copy(range.start);
                self.copied = range.end;
                let at = self.out.len();
                if let Some(table) = self.tables.last_mut() {
                    if matter == Matter::Header { table.keeper.header(at) } else { table.keeper.whole(at) }
                }
            }
            // Of a box for ticks; its value is one character.
            (Matter::Checked, ..) => {
                let source = &self.xml[range.clone()];
                let value = source.find("val=\"").map(|at| at + 5).filter(|at| source[*at..].chars().nth(1) == Some('"'));
                if let (Some(value), true) = (value, self.boxes.last().is_some()) {
                    self.copy(range.start);
                    let at = self.out.len() + value;
                    if let Some(control) = self.boxes.last_mut() {
                        control.at = Some(at);
                    }
                }
            }
            _ => {}
        }
    }

    /// An element without content.
    fn empty(&mut self, kind: Open, range: &Range<usize>) {
        match kind {
            Open::Cell => {
                // A cell without anything is no cell for Word.
                self.copy(range.start);
                let tag = self.xml[range.clone()].trim_end_matches("/>").trim_end();
                let prefix = of_tag(tag);
                self.push(&[tag, "><", prefix, "p/></", prefix, "tc>"]);
                self.copied = range.end;
                close_cell(&mut self.cells, &mut self.tables);
            }
            Open::Table => {
                self.tables.pop();
            }
            Open::Control => {
                self.boxes.pop();
            }
            _ => {}
        }
    }

    fn push(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.out.push_str(piece));
    }

    /// A paragraph with the prefix of the element that ends here.
    fn blank_paragraph(&mut self, end: &Range<usize>) {
        self.push(&["<", of_tag(&self.xml[end.clone()]), "p/>"]);
    }

    /// A box or a note without a paragraph gets one.
    fn end_island(&mut self, range: &Range<usize>) {
        if self.islands.pop() == Some(false) {
            self.copy(range.start);
            self.blank_paragraph(range);
        }
    }

    #[inline(always)]
    fn end_properties(&mut self, matter: Matter, range: &Range<usize>) {
        let like = match (self.open.last(), matter) {
            (Some(Open::Paragraph), Matter::ParagraphProperties) => self.paragraphs.last_mut(),
            (Some(Open::Run), Matter::RunProperties) => self.runs.last_mut(),
            _ => return,
        };
        if let Some(like) = like {
            like.properties.end = range.end;
        }
    }

    /// A control whose content is gone goes too, or keeps a blank paragraph; a box for ticks says what it shows.
    fn end_control(&mut self, range: &Range<usize>) {
        let Some(control) = self.boxes.pop() else { return };
        if let Some(at) = control.at {
            self.copy(range.start);
            self.out.replace_range(at..at + 1, if control.ticked { "1" } else { "0" });
        }
        if !control.filled && !matches!(self.open.last(), Some(Open::Paragraph)) {
            self.out.truncate(control.start);
            self.keep.truncate(control.start);
            self.copied = range.end;
            if !matches!(self.open.last(), Some(Open::Table | Open::Row)) {
                self.blank_paragraph(range);
            }
        }
    }

    /// A line break inside a value, or the end of a paragraph of it.
    fn line_break(&mut self, range: &Range<usize>) {
        let source = &self.xml[range.clone()];
        self.copy(range.start);
        self.copied = range.end;
        let t = of_tag(&self.xml[self.text.clone()]);
        let place = self.open.len().checked_sub(3).and_then(|at| self.open.get(at..));
        match (self.paragraphs.last(), self.runs.last()) {
            (Some(paragraph), Some(run))
                if source == PARAGRAPH && !paragraph.single && place == Some(&[Open::Paragraph, Open::Run, Open::Text][..]) =>
            {
                let xml = self.xml;
                let (p, r) = (of_tag(&xml[paragraph.tag.clone()]), of_tag(&xml[run.tag.clone()]));
                let (paragraph, run) = (&xml[paragraph.properties.clone()], &xml[run.properties.clone()]);
                self.push(&["</", t, "t></", r, "r></", p, "p><", p, "p>", paragraph, "<", r, "r>", run]);
                self.push(&["<", t, "t xml:space=\"preserve\">"]);
            }
            _ => self.push(&["</", t, "t><", t, "br/><", t, "t xml:space=\"preserve\">"]),
        }
    }
}

impl Listener<Class> for Settler<'_> {
    #[inline(always)]
    fn start<'t>(&mut self, class: Class, empty: bool, tag: impl Fn() -> Tag<'t>, range: Range<usize>) {
        let Class { open: kind, matter, numbered } = class;
        if self.skipping.is_none() {
            match matter {
                Matter::Nothing | Matter::Number => {}
                Matter::Kind => self.begin(kind, empty, &range),
                Matter::ParagraphProperties => {
                    self.like(matter, empty, &range);
                    self.paragraph_of_cell(matter, empty, &range);
                }
                Matter::RunProperties => self.like(matter, empty, &range),
                Matter::Style | Matter::KeepNext => self.paragraph_of_cell(matter, empty, &range),
                _ => self.properties(matter, &tag().attributes, &range),
            }
            self.child(kind);
            if numbered {
                self.number(&tag(), &range);
            }
        }
        if !empty {
            self.open.push(kind);
        } else if self.skipping.is_none() {
            self.empty(kind, &range);
        }
    }

    #[inline(always)]
    fn end(&mut self, class: Class, range: Range<usize>) {
        let (kind, range) = (self.open.pop().unwrap_or(Open::Other), &range);
        if let Some(level) = self.skipping {
            if self.open.len() == level {
                self.skipping = None;
                self.copied = range.end;
            }
            return;
        }
        match kind {
            Open::Cell => {
                if self.cells.last().is_some_and(|cell| !cell.closed) {
                    self.copy(range.start);
                    self.blank_paragraph(range);
                }
                close_cell(&mut self.cells, &mut self.tables);
            }
            Open::Row => {
                let Some(table) = self.tables.last_mut() else { return };
                table.keeper.row_end(&mut self.keep);
                if table.cells == 0 {
                    table.rows -= 1;
                    self.out.truncate(table.row_start);
                    self.keep.truncate(table.row_start);
                    self.copied = range.end;
                }
            }
            Open::Table => {
                let Some(table) = self.tables.pop() else { return };
                if table.rows == 0 {
                    self.out.truncate(table.start);
                    self.keep.truncate(table.start);
                    self.copied = range.end;
                } else {
                    table.keeper.end(&mut self.keep);
                }
            }
            Open::Paragraph => {
                self.paragraphs.pop();
                if let Some(cell) = self.cells.last_mut().filter(|_| self.open.last() == Some(&Open::Cell)) {
                    cell.second = true;
                }
            }
            Open::Run => {
                self.runs.pop();
            }
            Open::Island => self.end_island(range),
            Open::Control => self.end_control(range),
            Open::Other => self.end_properties(class.matter, range),
            _ => {}
        }
    }

    #[inline(always)]
    fn text(&mut self, range: Range<usize>) {
        if self.skipping.is_some() || self.open.last() != Some(&Open::Text) {
            return;
        }
        let xml = self.xml;
        let text = &xml[range.clone()];
        if let Some(table) = self.tables.last_mut() {
            table.keeper.text(text);
        }
        if let Some(control) = self.boxes.last_mut()
            && text.contains(['\u{2611}', '\u{2612}', '\u{221a}', '\u{2713}', '\u{2714}'])
        {
            control.ticked = true;
        }
        // All bytes at once are looked at faster than one after the other, and there is none in most texts.
        if !text.bytes().fold(false, |any, byte| any | (byte == b'&')) {
            return;
        }
        let mut at = range.start;
        while let Some(found) = xml[at..range.end].find('&') {
            let start = at + found;
            let rest = &xml[start..range.end];
            let length = [BREAK, PARAGRAPH].into_iter().find(|mark| rest.starts_with(mark)).map_or(0, str::len);
            if length > 0 {
                self.line_break(&(start..start + length));
            }
            at = start + length.max(1);
        }
    }
}

/// What becomes of a declared merge.
enum Merge {
    None,
    GoesOn,
    Begins,
}

/// The element for a declared merge: of the cell above, anew, or none at all.
fn decide(table: &mut Table, cell: &mut Cell, key: &str, keep: &mut Keep) -> Merge {
    let same = !table.anew
        && table.above.iter().any(|(column, span, above)| (*column, *span) == (table.column, cell.span) && above == key);
    table.row.push((table.column, cell.span, key.to_owned()));
    table.keeper.merge(table.column, same && !key.trim().is_empty(), keep);
    if key.trim().is_empty() {
        // Blanks are not known to be the same.
        table.anew = true;
        table.row.pop();
        return Merge::None;
    }
    if same {
        cell.goes_on = true;
        return Merge::GoesOn;
    }
    table.anew = true;
    Merge::Begins
}

fn close_cell(cells: &mut Vec<Cell>, tables: &mut [Table]) {
    if let (Some(cell), Some(table)) = (cells.pop(), tables.last_mut()) {
        table.column += cell.span.max(1);
    }
}
