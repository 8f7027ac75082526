//! What a true grid says against the reading: values that do not stand under the header of their column, rows put together of
//! several rows of the table, merged cells that reach over more than they are read for.
//!
//! The search weighs places; where cells are known, nothing may move without a word. Looks only at what was found and where it
//! stands, and alters nothing.

use super::atom::Atom;
use super::data::Builder;
use super::gather::{Atoms, Cells, Found, Held};
use super::graph::{Graph, HEAD, PlanShape};
use super::lexicon::Role;
use crate::diag::{Finding, Message, Severity};
use crate::document::{Block, Cell, Document, Layout, Row};
use crate::form::{Band, FormDefinition};
use crate::locus::Spot;
use crate::record::Path;
use std::ops::Range;
use std::rc::Rc;

/// The rule under which all this is told.
const RULE: &str = "S018";

/// What is needed to compare a reading with the grid.
pub struct Comparison<'a, 'd> {
    form: &'a FormDefinition,
    graph: &'a Graph,
    atoms: &'a [Atom<'d>],
    builder: &'a Builder<'a, 'd>,
    tables: Vec<Table<'d>>,
}

/// A block of the document that is a true grid.
struct Table<'d> {
    /// Its rows, counted over the whole document.
    first: u32,
    block: &'d Block,
    width: u32,
    full: Vec<bool>,
}

/// A header of a form's band and the layout columns that it stands over.
struct Head {
    role: Role,
    /// The columns of the band that it heads; none where it heads a level.
    slots: Range<u8>,
    columns: Range<u32>,
}

/// The headers of one header row, perhaps of several lines.
struct Header {
    band: u8,
    block: u32,
    rows: Range<u32>,
    heads: Vec<Head>,
}

/// A row of the record.
struct Placed<'f> {
    band: u8,
    /// The list that it stands in, and where.
    list: Rc<Path>,
    index: usize,
    cells: &'f [Atoms],
}

impl Placed<'_> {
    fn at(&self) -> Path {
        Path::clone(&self.list).index(self.index)
    }
}

/// Which rows of a grid have a cell, their own or one from above, in every column of it.
pub fn full_rows(block: &Block) -> Vec<bool> {
    let width = width(block);
    let mut free: Vec<u32> = vec![0; width as usize];
    let mut full = Vec::with_capacity(block.rows.len());
    for (index, row) in block.rows.iter().enumerate() {
        for cell in &row.cells {
            let until = (index as u32).saturating_add(cell.row_span.max(1));
            let columns = cell.column as usize..(columns_of(cell).end as usize).min(free.len());
            free.get_mut(columns).unwrap_or_default().iter_mut().for_each(|free| *free = (*free).max(until));
        }
        // In a workbook a cell is known by its column, whatever stands beside it.
        let sheet = row.cells.iter().any(|cell| matches!(cell.locus.spot, Spot::Sheet { .. }));
        full.push(sheet || free.iter().all(|free| *free > index as u32));
    }
    full
}

fn width(block: &Block) -> u32 {
    block.rows.iter().flat_map(|row| &row.cells).map(|cell| columns_of(cell).end).max().unwrap_or(0)
}

fn columns_of(cell: &Cell) -> Range<u32> {
    cell.column..cell.column.saturating_add(cell.column_span.max(1))
}

fn meet(one: &Range<u32>, other: &Range<u32>) -> bool {
    one.start < other.end && other.start < one.end
}

impl<'a, 'd> Comparison<'a, 'd> {
    pub fn new(
        form: &'a FormDefinition,
        graph: &'a Graph,
        atoms: &'a [Atom<'d>],
        builder: &'a Builder<'a, 'd>,
        document: &'d Document,
    ) -> Self {
        let mut first = 0;
        let mut tables = Vec::new();
        for block in &document.blocks {
            if block.layout == Layout::Grid {
                tables.push(Table { first, block, width: width(block), full: full_rows(block) });
            }
            first += block.rows.len() as u32;
        }
        Comparison { form, graph, atoms, builder, tables }
    }

    /// All that the grid says otherwise.
    pub fn tell(&self, found: &Found, findings: &mut Vec<Finding>) {
        if self.tables.is_empty() {
            return;
        }
        let headers = self.headers(found);
        let rows = self.rows(found);
        for row in &rows {
            self.among_headers(row, &headers, findings);
            self.moved(row, &headers, findings);
            self.torn(row, findings);
        }
        self.shared(&rows, findings);
        self.levels(found, &headers, findings);
        self.sides(found, &headers, findings);
        self.fields(found, findings);
    }

    fn cell(&self, atom: u32) -> &'d Cell {
        self.atoms[atom as usize].cell
    }

    fn in_grid(&self, atom: u32) -> bool {
        self.atoms[atom as usize].layout == Layout::Grid
    }

    fn table(&self, row: u32) -> Option<&Table<'d>> {
        let behind = self.tables.partition_point(|table| table.first <= row);
        let table = self.tables.get(behind.checked_sub(1)?)?;
        (row - table.first < table.block.rows.len() as u32).then_some(table)
    }

    fn source_row(&self, row: u32) -> Option<&'d Row> {
        self.table(row).and_then(|table| table.block.rows.get((row - table.first) as usize))
    }

    /// The cells of a value, each with its first atom.
    fn cells<'s>(&'s self, atoms: &'s [u32]) -> impl Iterator<Item = (u32, &'d Cell)> + 's {
        let first = move |index: usize| index == 0 || !std::ptr::eq(self.cell(atoms[index - 1]), self.cell(atoms[index]));
        let grid = atoms.iter().enumerate().filter(move |(index, atom)| self.in_grid(**atom) && first(*index));
        grid.map(|(_, atom)| (*atom, self.cell(*atom)))
    }

    /// The rows of the source that a cell stands in.
    fn lines(&self, atom: u32) -> Range<u32> {
        let row = self.atoms[atom as usize].row;
        row..row.saturating_add(self.cell(atom).row_span.max(1))
    }

    /// The header rows that were recognised as such.
    fn headers(&self, found: &Found) -> Vec<Header> {
        let mut headers: Vec<Header> = Vec::new();
        for met in &found.labels {
            let (band, slots) = match met.label.role {
                Role::Header { band, column } => (band, self.slots(band, column)),
                Role::Side { band, side } => (band, side..side + 1),
                _ => continue,
            };
            let Some(&first) = met.atoms.first().filter(|first| self.in_grid(**first)) else { continue };
            let (atom, columns) = (&self.atoms[first as usize], columns_of(self.cell(first)));
            let mut head = Head { role: met.label.role, slots, columns };
            let same = |header: &&mut Header| {
                header.band == band && header.block == atom.block && (header.rows.start..=header.rows.end).contains(&atom.row)
            };
            let rows = self.lines(first);
            if let Some(header) = headers.last_mut().filter(same) {
                if header.heads.iter().any(|known| known.role == head.role) {
                    // Of two columns with one wording, the one that was not met yet.
                    match self.twin(band, &head, header) {
                        Some(slot) => head.slots = slot..slot + 1,
                        None if header.rows.contains(&atom.row) => continue,
                        None => {
                            headers.push(Header { band, block: atom.block, rows, heads: vec![head] });
                            continue;
                        }
                    }
                }
                header.rows.end = header.rows.end.max(rows.end);
                header.heads.push(head);
            } else {
                headers.push(Header { band, block: atom.block, rows, heads: vec![head] });
            }
        }
        self.years(found, &mut headers);
        headers.retain(|header| header.heads.len() > 1);
        headers
    }

    /// A column with the same wording as a header that was met, without one of its own yet.
    fn twin(&self, band: u8, head: &Head, header: &Header) -> Option<u8> {
        let label = self.builder.label_of(head.role);
        let headed = |slot: u8| header.heads.iter().any(|known| known.slots.contains(&slot));
        let slots = 0..self.graph.plans[usize::from(band)].slots.len() as u8;
        slots.into_iter().find(|slot| !headed(*slot) && *self.name(band, *slot) == *label)
    }

    /// A year under a spanning header heads one column of it.
    fn years(&self, found: &Found, headers: &mut [Header]) {
        for (band, (plan, held)) in self.graph.plans.iter().zip(&found.bands).enumerate() {
            let (PlanShape::Matrix { first_year, .. }, Held::Matrix { years, .. }) = (&plan.shape, held) else { continue };
            for (index, atoms) in years.iter().enumerate() {
                let Some(&first) = atoms.first().filter(|first| self.in_grid(**first)) else { continue };
                let (atom, columns) = (&self.atoms[first as usize], columns_of(self.cell(first)));
                let near = |header: &&mut Header| {
                    usize::from(header.band) == band
                        && header.block == atom.block
                        && (header.rows.start..=header.rows.end).contains(&atom.row)
                };
                let Some(header) = headers.iter_mut().find(near) else { continue };
                let slot = first_year + index as u8;
                header.rows.end = header.rows.end.max(self.lines(first).end);
                // Under its header or behind; a page that ends cells between its rows moves those below to the left.
                let above = header.heads.iter().find(|head| head.slots.contains(&slot));
                let Some(role) = above.filter(|head| columns.end > head.columns.start).map(|head| head.role) else { continue };
                // In front of the header above it, which heads all years.
                header.heads.insert(0, Head { role, slots: slot..slot + 1, columns });
            }
        }
    }

    /// Which columns of a band a header heads.
    fn slots(&self, band: u8, column: u8) -> Range<u8> {
        let plan = &self.graph.plans[usize::from(band)];
        match plan.shape {
            PlanShape::Matrix { years, first_year, .. } => match column.checked_sub(1) {
                None => 0..0,
                Some(column) if column < first_year || years == 0 => column..column + 1,
                Some(column) if column == first_year => column..column + years,
                Some(column) => column + years - 1..column + years,
            },
            _ => {
                let leading = if matches!(plan.shape, PlanShape::Tree { .. }) { 2 } else { 0 };
                if let Some(first) = column.checked_sub(HEAD) {
                    let under = |slot: &super::graph::Slot| slot.head == Some(first);
                    let count = plan.slots.iter().skip(usize::from(first)).take_while(|slot| under(slot)).count() as u8;
                    return first..first + count;
                }
                column.checked_sub(leading).map_or(0..0, |slot| slot..slot + 1)
            }
        }
    }

    /// The header that a row stands under: the last one above it in its table, or in one before that is as wide.
    fn header_of<'h>(&self, headers: &'h [Header], band: u8, atom: u32) -> Option<&'h Header> {
        let atom = &self.atoms[atom as usize];
        let width = |row: u32| self.table(row).map(|table| table.width);
        let fits = |header: &&Header| {
            header.band == band
                && header.rows.end <= atom.row
                && (header.block == atom.block || width(header.rows.start) == width(atom.row))
        };
        headers.iter().rev().find(fits)
    }

    /// The rows of the record, with their places in it.
    fn rows<'f>(&self, found: &'f Found) -> Vec<Placed<'f>> {
        let mut rows = Vec::new();
        for (band, (definition, held)) in self.form.bands.iter().zip(&found.bands).enumerate() {
            let band = band as u8;
            match (definition, held) {
                (Band::Matrix { key, groups, .. }, Held::Matrix { groups: held, free, .. }) => {
                    for ((definition, held), free) in groups.iter().zip(held).zip(free) {
                        let list = Rc::new(Path::root().key(key.clone()).key(definition.key.clone()));
                        let mut index = 0;
                        for row in 0..=held.len() {
                            let added = free.iter().filter(|(before, ..)| usize::from(*before) == row).map(|(.., cells)| cells);
                            let own = held.get(row).and_then(Option::as_ref).map(|(_, cells)| cells);
                            for cells in added.chain(own) {
                                rows.push(Placed { band, list: list.clone(), index, cells: &cells.cells });
                                index += 1;
                            }
                        }
                    }
                }
                (Band::Records { key, .. }, Held::Records(held)) => {
                    let list = Rc::new(Path::root().key(key.clone()));
                    let placed =
                        |(index, row): (usize, &'f Cells)| Placed { band, list: list.clone(), index, cells: &row.cells };
                    rows.extend(held.iter().enumerate().map(placed));
                }
                (Band::Tree(tree), Held::Tree(goals)) => {
                    let mut before = 0;
                    for (goal, held) in goals.iter().enumerate() {
                        let (list, begin) = match &tree.blocks {
                            Some(blocks) => (Path::root().key(tree.key.clone()).index(goal).key(blocks.rows.clone()), 0),
                            None => (Path::root().key(tree.key.clone()), before),
                        };
                        before += held.rows.len();
                        let list = Rc::new(list);
                        let placed = |(index, row): (usize, &'f super::gather::TreeRow)| Placed {
                            band,
                            list: list.clone(),
                            index: begin + index,
                            cells: &row.cells.cells,
                        };
                        rows.extend(held.rows.iter().enumerate().map(placed));
                    }
                }
                _ => {}
            }
        }
        rows
    }

    /// A row that was made of a cell of the header row.
    fn among_headers(&self, row: &Placed, headers: &[Header], findings: &mut Vec<Finding>) {
        let mut cells = row.cells.iter().flatten().filter(|atom| self.in_grid(**atom));
        let stands = |atom: u32| {
            let atom = &self.atoms[atom as usize];
            headers.iter().any(|h| h.band == row.band && h.block == atom.block && h.rows.contains(&atom.row))
        };
        let Some(&atom) = cells.find(|atom| stands(**atom)) else { return };
        let message = Message::new("S018.header").with("text", self.cell(atom).text.trim());
        findings.push(told(message).at(row.at(), Some(self.cell(atom).locus)));
    }

    /// Values that stand under another header than that of their column.
    fn moved(&self, row: &Placed, headers: &[Header], findings: &mut Vec<Finding>) {
        let Some(first) = row.cells.iter().flatten().min().copied().filter(|first| self.in_grid(*first)) else { return };
        let Some(header) = self.header_of(headers, row.band, first) else { return };
        let mut moves: Vec<String> = Vec::new();
        let mut steps: Vec<i64> = Vec::new();
        let mut at = None;
        let mut opens = None;
        for (slot, atoms) in row.cells.iter().enumerate() {
            let slot = slot as u8;
            let own = header.heads.iter().find(|head| head.slots.contains(&slot)).map(|head| &head.columns);
            for (atom, cell) in self.cells(atoms) {
                let columns = columns_of(cell);
                let wide = own.is_some_and(|own| meet(own, &columns)) && self.reaches_over(header, slot, row, &columns);
                let elsewhere = match own {
                    Some(own) => !meet(own, &columns),
                    None => header.heads.iter().any(|head| head.columns == columns),
                };
                if atom == first {
                    opens = Some(elsewhere);
                }
                if !elsewhere && !wide {
                    continue;
                }
                let over = self.over(header, &columns);
                moves.push(format!("{}：{over} → {}", cell.text.trim(), self.name(row.band, slot)));
                if let Some(own) = own {
                    steps.push(i64::from(own.start) - i64::from(columns.start));
                }
                at.get_or_insert((slot, atom));
            }
        }
        let Some((_, atom)) = at else { return };
        let locus = self.cell(atom).locus;
        // A row of a bare table that lost cells at its left moves from its first value on.
        let ragged = self.table(self.atoms[atom as usize].row).is_some_and(|table| {
            let index = self.atoms[atom as usize].row - table.first;
            !table.full.get(index as usize).copied().unwrap_or(true)
        });
        if ragged && opens == Some(true) && steps.windows(2).all(|pair| pair[0].signum() == pair[1].signum()) {
            let off = steps.first().copied().unwrap_or(0);
            let id = if off > 0 { "S001.left" } else { "S001.right" };
            let message = Message::new(id).with("columns", off.abs());
            findings.push(Finding::new("S001", Severity::Info, message).at(row.at(), Some(locus)));
            return;
        }
        let message = Message::new("S018.column").with("count", moves.len()).with("moves", moves.join("；"));
        findings.push(told(message).at(row.at(), Some(locus)));
    }

    /// Whether a cell stands under the headers of other columns too, which are left blank for it.
    fn reaches_over(&self, header: &Header, slot: u8, row: &Placed, columns: &Range<u32>) -> bool {
        let blank = |head: &Head| {
            head.slots.len() == 1 && row.cells.get(usize::from(head.slots.start)).is_some_and(|cells| cells.is_empty())
        };
        header.heads.iter().any(|head| !head.slots.contains(&slot) && blank(head) && meet(&head.columns, columns))
    }

    /// What a header row says over some columns.
    fn over(&self, header: &Header, columns: &Range<u32>) -> String {
        let known: Vec<String> = header
            .heads
            .iter()
            .filter(|head| meet(&head.columns, columns))
            .map(|head| self.builder.label_of(head.role).to_string())
            .collect();
        if !known.is_empty() {
            return known.join("、");
        }
        let row = (header.rows.start..header.rows.end).rev().filter_map(|row| self.source_row(row));
        let mut cells = row.flat_map(|row| &row.cells).filter(|cell| !cell.is_blank() && meet(&columns_of(cell), columns));
        cells.next().map_or_else(|| "—".to_owned(), |cell| cell.text.trim().to_owned())
    }

    /// A column of a band in the definition's words.
    fn name(&self, band: u8, slot: u8) -> String {
        let plan = &self.graph.plans[usize::from(band)];
        let column = match plan.shape {
            PlanShape::Matrix { years, first_year, .. } if years > 0 && slot >= first_year + years => slot - years + 2,
            PlanShape::Matrix { years, first_year, .. } if years > 0 && slot >= first_year => first_year + 1,
            PlanShape::Matrix { .. } => slot + 1,
            PlanShape::Tree { .. } => slot + 2,
            _ => slot,
        };
        self.builder.label_of(Role::Header { band, column }).to_string()
    }

    /// A row of the record that was put together of several rows of the table.
    fn torn(&self, row: &Placed, findings: &mut Vec<Finding>) {
        let Some(first) = row.cells.iter().flatten().min().copied().filter(|first| self.in_grid(*first)) else { return };
        let mut lines = self.lines(first);
        let mut cells: Vec<u32> = row.cells.iter().flat_map(|atoms| self.cells(atoms)).map(|(atom, _)| atom).collect();
        cells.sort_unstable();
        for atom in cells {
            let own = self.lines(atom);
            if !meet(&own, &lines) {
                let message = Message::new("S018.rows").with("text", self.cell(atom).text.trim());
                findings.push(told(message).at(row.at(), Some(self.cell(atom).locus)));
                return;
            }
            lines = lines.start.max(own.start)..lines.end.min(own.end);
        }
    }

    /// Cells that stand in several rows, or rows that stand in one.
    fn shared(&self, rows: &[Placed], findings: &mut Vec<Finding>) {
        for pair in rows.windows(2) {
            let [before, row] = pair else { continue };
            let begin = |row: &Placed| row.cells.iter().flatten().min().copied().filter(|first| self.in_grid(*first));
            let (Some(first), Some(own)) = (begin(before), begin(row)) else { continue };
            let (above, here) = (&self.atoms[first as usize], &self.atoms[own as usize]);
            if before.band == row.band && above.row == here.row && !std::ptr::eq(above.cell, here.cell) {
                let message = Message::new("S018.one_row").with("text", here.text);
                findings.push(told(message).at(row.at(), Some(here.cell.locus)));
            }
        }
        // The cell that each column was last filled by, and its rows.
        let mut last: Vec<Option<(u32, Range<u32>)>> = Vec::new();
        let mut band = None;
        for row in rows {
            if band != Some(row.band) {
                (band, last) = (Some(row.band), vec![None; row.cells.len()]);
            }
            let Some(first) = row.cells.iter().flatten().min().copied().filter(|first| self.in_grid(*first)) else { continue };
            let here = self.atoms[first as usize].row;
            let slots = &self.graph.plans[usize::from(row.band)].slots;
            for (slot, atoms) in row.cells.iter().enumerate() {
                // A level's label stands once for all its rows.
                let level = slots.get(slot).is_some_and(|slot| slot.level);
                let Some(last) = last.get_mut(slot).filter(|_| !level) else { continue };
                if let Some((atom, _)) = self.cells(atoms).next() {
                    *last = Some((atom, self.lines(atom)));
                    continue;
                }
                let Some((atom, _)) = last.as_ref().filter(|(_, lines)| atoms.is_empty() && lines.contains(&here)) else {
                    continue;
                };
                let (text, column) = (self.cell(*atom).text.trim(), self.name(row.band, slot as u8));
                let message = Message::new("S018.merged").with("text", text).with("label", column);
                findings.push(told(message).at(row.at(), Some(self.atoms[first as usize].cell.locus)));
            }
        }
    }

    /// Labels of levels that stand under the header of a column of values.
    fn levels(&self, found: &Found, headers: &[Header], findings: &mut Vec<Finding>) {
        for met in &found.labels {
            let (Role::Level1 { band, .. } | Role::Level2 { band, .. }) = met.label.role else { continue };
            let Some(&first) = met.atoms.first().filter(|first| self.in_grid(**first)) else { continue };
            let Some(header) = self.header_of(headers, band, first) else { continue };
            let columns = columns_of(self.cell(first));
            let over = |head: &&Head| meet(&head.columns, &columns);
            let levels = header.heads.iter().filter(over).any(|head| head.slots.is_empty());
            if levels || !header.heads.iter().any(|head| over(&head)) {
                continue;
            }
            let (text, over) = (self.cell(first).text.trim(), self.over(header, &columns));
            let message = Message::new("S018.level").with("text", text).with("label", over);
            let Some(Band::Tree(tree)) = self.form.bands.get(usize::from(band)) else { continue };
            findings.push(told(message).at(Path::root().key(tree.key.clone()), Some(self.cell(first).locus)));
        }
    }

    /// Items of lists that stand under the header of another list.
    fn sides(&self, found: &Found, headers: &[Header], findings: &mut Vec<Finding>) {
        for (band, (definition, held)) in self.form.bands.iter().zip(&found.bands).enumerate() {
            let (Band::Lists { key, sides, .. }, Held::Lists(held)) = (definition, held) else { continue };
            for (index, (side, (_, items))) in sides.iter().zip(held).enumerate() {
                for (atom, cell) in items.iter().flat_map(|(_, atoms)| self.cells(atoms)) {
                    let Some(header) = self.header_of(headers, band as u8, atom) else { continue };
                    let columns = columns_of(cell);
                    let own = header.heads.iter().find(|head| head.slots.contains(&(index as u8)));
                    if own.is_none_or(|own| meet(&own.columns, &columns)) {
                        continue;
                    }
                    let moves = format!("{}：{} → {}", cell.text.trim(), self.over(header, &columns), side.label.text);
                    let message = Message::new("S018.column").with("count", 1).with("moves", moves);
                    let at = Path::root().key(key.clone()).key(side.key.clone());
                    findings.push(told(message).at(at, Some(cell.locus)));
                }
            }
        }
    }

    /// Values that stand neither behind nor below their label.
    fn fields(&self, found: &Found, findings: &mut Vec<Finding>) {
        for (role, field, atoms) in found.fields(self.form) {
            let Some((value, cell)) = self.cells(atoms).next() else { continue };
            let mut met = found.labels.iter().rev().filter(|met| met.label.role == role && met.atoms.first() < Some(&value));
            let Some(&label) = met.next().and_then(|met| met.atoms.last()).filter(|label| self.in_grid(**label)) else {
                continue;
            };
            let at = Path::root().key(field.key.clone());
            if !self.belongs(label, value) {
                let message = Message::new("S018.field").with("text", cell.text.trim()).with("label", &field.label.text);
                findings.push(told(message).at(at.clone(), Some(cell.locus)));
            }
            let others = self.cells(atoms).skip(1).collect::<Vec<_>>();
            if let Some((_, other)) = others.first() {
                let message = Message::new("S018.cells").with("text", other.text.trim());
                let message = message.with("label", &field.label.text).with("count", others.len() + 1);
                findings.push(told(message).at(at, Some(other.locus)));
            }
        }
    }

    /// Whether a cell is where one looks for a label's value: in its cell, the next one of its row that is not blank, or the one
    /// below it where that has no cell of its own.
    fn belongs(&self, label: u32, value: u32) -> bool {
        let (named, cell) = (self.cell(label), self.cell(value));
        if std::ptr::eq(named, cell) {
            return true;
        }
        let row = self.atoms[label as usize].row;
        let behind = columns_of(named).end;
        if meet(&self.lines(label), &self.lines(value)) {
            // What stands between them is another's label, known or not: the value is its.
            let between = |other: &Cell| (behind..cell.column).contains(&other.column) && !other.is_blank();
            let parted = self.source_row(self.atoms[value as usize].row).is_some_and(|row| row.cells.iter().any(between));
            return cell.column >= behind && !parted;
        }
        let waits =
            self.source_row(row).is_some_and(|row| row.cells.iter().any(|cell| cell.column == behind && cell.is_blank()));
        meet(&columns_of(named), &columns_of(cell)) && !waits
    }
}

fn told(message: Message) -> Finding {
    Finding::new(RULE, Severity::Warning, message).help(Message::new("S018.help"))
}
