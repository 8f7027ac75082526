//! How much room there is for a picture: inside each cell, by the table's grid, its margins and the row's fixed height; and
//! on the page.
//!
//! Lengths are twentieths of a point, as Word writes them. Knows tables and pages, nothing of templates.

use crate::xml::{Attributes, Fault, Scanner, Space, Token};

/// What Word leaves at the left and at the right where a table says nothing.
const MARGIN: u32 = 108;
/// The text of an A4 page with the margins of official documents (GB/T 9704).
const PAGE: u32 = 8844;
/// Longer than any page.
const MOST: u32 = 1 << 17;

/// The room in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    /// None where the table does not say.
    pub width: Option<u32>,
    pub height: Option<u32>,
}

/// The rooms of a part: where each cell begins, and the page's.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    cells: Vec<(usize, Room)>,
    page: Option<u32>,
}

#[derive(Default)]
struct Table {
    grid: Vec<u32>,
    margins: [u32; 2],
    column: usize,
    height: Option<u32>,
    /// The cell that is open: its number in the list, columns, own margins, own width.
    cell: Option<Cell>,
}

#[derive(Clone, Copy)]
struct Cell {
    number: usize,
    span: usize,
    margins: [u32; 2],
    own: Option<u32>,
}

impl Rooms {
    /// The room of the cell that begins at a byte.
    pub fn cell(&self, start: usize) -> Room {
        let found = self.cells.binary_search_by_key(&start, |(at, _)| *at);
        found.ok().and_then(|index| self.cells.get(index)).map(|(_, room)| *room).unwrap_or_default()
    }

    /// The room on the page; on a plain one where the part says nothing.
    pub fn page(&self) -> u32 {
        self.page.unwrap_or(PAGE)
    }

    /// The same, where the part says it.
    pub fn own_page(&self) -> Option<u32> {
        self.page
    }

    pub fn of(xml: &str) -> Result<Rooms, Fault> {
        let mut rooms = Rooms::default();
        let mut tables: Vec<Table> = Vec::new();
        // Inside `tblCellMar` and `tcMar`, `left` and `right` are margins.
        let mut margins: Option<&str> = None;
        let mut page = 0;
        let mut scanner = Scanner::new(xml);
        while let Some((token, range)) = scanner.token()? {
            match token {
                Token::Start { name, empty, attributes } if name.space == Space::Word => {
                    let number = |name: &str| length(&attributes, name);
                    match (name.local, tables.last_mut()) {
                        ("tbl", _) if !empty => tables.push(Table { margins: [MARGIN; 2], ..Table::default() }),
                        ("pgSz", _) => page = number("w").unwrap_or(0),
                        ("pgMar", _) => {
                            let text = page.saturating_sub(number("left").unwrap_or(0) + number("right").unwrap_or(0));
                            // The narrowest of all pages: a picture fits on each.
                            if text > 0 {
                                rooms.page = Some(rooms.page.map_or(text, |known: u32| known.min(text)));
                            }
                        }
                        (local @ ("tblCellMar" | "tcMar"), Some(_)) if !empty => {
                            margins = Some(if local == "tcMar" { "tcMar" } else { "tblCellMar" });
                        }
                        (side @ ("left" | "start" | "right" | "end"), Some(table)) => {
                            let own = table.cell.as_mut().map(|cell| &mut cell.margins);
                            let target = match (margins, own) {
                                (Some("tcMar"), Some(own)) => own,
                                (Some("tblCellMar"), _) => &mut table.margins,
                                _ => continue,
                            };
                            target[usize::from(matches!(side, "right" | "end"))] = number("w").unwrap_or(0);
                        }
                        ("gridCol", Some(table)) => table.grid.push(number("w").unwrap_or(0)),
                        ("tr", Some(table)) => (table.column, table.height) = (0, None),
                        ("gridBefore", Some(table)) => table.column = number("val").unwrap_or(0).min(1000) as usize,
                        ("trHeight", Some(table)) if attributes.get("hRule").as_deref() == Some("exact") => {
                            table.height = number("val");
                        }
                        ("tc", Some(table)) if !empty => {
                            let margins = table.margins;
                            table.cell = Some(Cell { number: rooms.cells.len(), span: 1, margins, own: None });
                            rooms.cells.push((range.start, Room::default()));
                        }
                        ("gridSpan", Some(Table { cell: Some(cell), .. })) => {
                            cell.span = number("val").unwrap_or(1).clamp(1, 1000) as usize;
                        }
                        ("tcW", Some(Table { cell: Some(cell), .. })) if attributes.get("type").as_deref() == Some("dxa") => {
                            cell.own = number("w");
                        }
                        _ => {}
                    }
                }
                Token::End(name) if name.space == Space::Word => match name.local {
                    "tblCellMar" | "tcMar" => margins = None,
                    "tbl" => {
                        tables.pop();
                    }
                    "tc" => {
                        if let Some(table) = tables.last_mut()
                            && let Some(cell) = table.cell.take()
                        {
                            let room = table.room(&cell);
                            if let Some((_, known)) = rooms.cells.get_mut(cell.number) {
                                *known = room;
                            }
                            table.column += cell.span;
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(rooms)
    }
}

impl Table {
    fn room(&self, cell: &Cell) -> Room {
        let columns = self.grid.get(self.column..self.column + cell.span);
        let grid = columns.map(|columns| columns.iter().sum::<u32>()).filter(|width| *width > 0);
        let margins: u32 = cell.margins.iter().sum();
        let width = grid.or(cell.own).map(|width| width.saturating_sub(margins)).filter(|width| *width > 0);
        Room { width, height: self.height.filter(|height| *height > 0) }
    }
}

/// A length; fractions of the unit, which some programs write, are left out.
fn length(attributes: &Attributes, name: &str) -> Option<u32> {
    let value = attributes.get(name)?;
    value.split('.').next().unwrap_or_default().parse::<u32>().ok().map(|number| number.min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_of_a_cell_is_its_columns_without_margins() {
        let xml = "<w:body xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:tbl><w:tblPr><w:tblCellMar>\
            <w:left w:w=\"50\"/><w:right w:w=\"0\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"1000\"/><w:gridCol w:w=\"2000\"/>\
            <w:gridCol w:w=\"500\"/></w:tblGrid><w:tr><w:trPr><w:trHeight w:val=\"600\" w:hRule=\"exact\"/></w:trPr><w:tc><w:p/></w:tc>\
            <w:tc><w:tcPr><w:gridSpan w:val=\"2\"/><w:tcMar><w:left w:w=\"10\"/></w:tcMar></w:tcPr><w:tbl><w:tr><w:tc><w:tcPr>\
            <w:tcW w:w=\"800\" w:type=\"dxa\"/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>\
            <w:sectPr><w:pgSz w:w=\"11906\"/><w:pgMar w:left=\"1588\" w:right=\"1474\"/></w:sectPr></w:body>";
        let rooms = Rooms::of(xml).unwrap();
        let at = |n: usize| xml.match_indices("<w:tc>").nth(n).unwrap().0;
        let room = |width, height| Room { width, height };
        assert_eq!(rooms.cell(at(0)), room(Some(950), Some(600)));
        assert_eq!(rooms.cell(at(1)), room(Some(2490), Some(600)));
        assert_eq!(rooms.cell(at(2)), room(Some(584), None), "a table inside, without a grid");
        assert_eq!(rooms.cell(at(3)), room(None, None));
        assert_eq!(rooms.page(), 8844);
    }
}
