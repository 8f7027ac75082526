//! Where something stands in a source: provenance as a type.
//!
//! A [`Locus`] is made by a reader and never altered afterwards. It names a place that a person can find (line and cell of
//! a text; table, row and column of a true grid) and a range of characters inside that cell. It knows nothing of forms.

use std::fmt;

/// The place of one cell or paragraph. All numbers count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// Not from a source: typed into a YAML record, or computed.
    #[default]
    Nowhere,
    /// A text: line of the file, cell within the line.
    Text { line: u32, cell: u32 },
    /// A true grid (HTML; later Word): table of the file, layout row, layout column, and the source line it starts on.
    Table { table: u32, row: u32, column: u32, line: u32 },
}

/// A place and the characters meant inside it: `start..end`, counted in `char`s of the cell's *cleaned* text from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locus {
    pub spot: Spot,
    pub start: u32,
    pub end: u32,
}

impl Locus {
    /// A whole cell of a text.
    pub fn text(line: u32, cell: u32, chars: u32) -> Self {
        Locus { spot: Spot::Text { line, cell }, start: 0, end: chars }
    }

    /// The same cell, other characters.
    pub fn with_range(self, start: u32, end: u32) -> Self {
        Locus { start, end, ..self }
    }

    /// The line of the source, if the place has one.
    pub fn line(&self) -> Option<u32> {
        match self.spot {
            Spot::Nowhere => None,
            Spot::Text { line, .. } | Spot::Table { line, .. } => Some(line),
        }
    }
}

/// The short form that compilers use: `22:5`, or `t2r3c5` in a true grid; `-` for nowhere.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Nowhere => write!(f, "-"),
            Spot::Text { line, cell } => write!(f, "{line}:{cell}"),
            Spot::Table { table, row, column, .. } => write!(f, "t{table}r{row}c{column}"),
        }
    }
}

impl std::str::FromStr for Spot {
    type Err = ();

    /// Reads what [`Display`](fmt::Display) wrote (a grid's source line is not part of it and becomes 0).
    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |s: &str| s.parse::<u32>().map_err(drop);
        if text == "-" {
            return Ok(Spot::Nowhere);
        }
        if let Some(rest) = text.strip_prefix('t') {
            let (table, rest) = rest.split_once('r').ok_or(())?;
            let (row, column) = rest.split_once('c').ok_or(())?;
            return Ok(Spot::Table { table: number(table)?, row: number(row)?, column: number(column)?, line: 0 });
        }
        let (line, cell) = text.split_once(':').ok_or(())?;
        Ok(Spot::Text { line: number(line)?, cell: number(cell)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_is_read_back_from_its_short_form() {
        for spot in [Spot::Nowhere, Spot::Text { line: 22, cell: 5 }, Spot::Table { table: 2, row: 3, column: 5, line: 0 }] {
            assert_eq!(spot.to_string().parse(), Ok(spot));
        }
        assert_eq!("t2r3".parse::<Spot>(), Err(()));
    }
}
