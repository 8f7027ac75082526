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
    /// A paragraph of a Word file outside its tables.
    Paragraph { part: Part, number: u32 },
    /// A true grid: table of the file (inner tables counted where they begin), layout row, layout column, and the source line
    /// it starts on; 0 in files that have no lines (Word).
    Table { table: u32, row: u32, column: u32, line: u32 },
    /// A cell of a workbook.
    Sheet { sheet: u32, row: u32, column: u32 },
}

/// The part of a Word file that a paragraph stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Body,
    Header,
    Footer,
    TextBox,
    Footnote,
    Endnote,
    Comment,
}

impl Part {
    /// Every part, with the letter of its short form and its name in YAML and JSON.
    pub const ALL: [(Part, char, &str); 7] = [
        (Part::Body, 'p', "body"),
        (Part::Header, 'h', "header"),
        (Part::Footer, 'f', "footer"),
        (Part::TextBox, 'b', "text_box"),
        (Part::Footnote, 'n', "footnote"),
        (Part::Endnote, 'e', "endnote"),
        (Part::Comment, 'm', "comment"),
    ];

    /// The letter of the short form.
    pub fn letter(self) -> char {
        Part::ALL.iter().find(|(part, ..)| *part == self).map_or('p', |(_, letter, _)| *letter)
    }

    /// The name in YAML and JSON.
    pub fn name(self) -> &'static str {
        Part::ALL.iter().find(|(part, ..)| *part == self).map_or("body", |(.., name)| *name)
    }

    /// The part of a name.
    pub fn named(name: &str) -> Option<Part> {
        Part::ALL.iter().find(|(.., known)| *known == name).map(|(part, ..)| *part)
    }
}

/// A place and the characters meant inside it: `start..end`, counted in `char`s of the cell's *cleaned* text from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locus {
    pub spot: Spot,
    /// The paragraph inside a cell of several, from 1; 0 where a cell has but one, or the source knows no paragraphs.
    pub paragraph: u32,
    pub start: u32,
    pub end: u32,
}

impl Locus {
    /// Characters of a spot that has one paragraph.
    pub fn new(spot: Spot, start: u32, end: u32) -> Self {
        Locus { spot, paragraph: 0, start, end }
    }

    /// A whole cell of a text.
    pub fn text(line: u32, cell: u32, chars: u32) -> Self {
        Locus::new(Spot::Text { line, cell }, 0, chars)
    }

    /// The same cell, other characters.
    pub fn with_range(self, start: u32, end: u32) -> Self {
        Locus { start, end, ..self }
    }

    /// The line of the source, if the place has one.
    pub fn line(&self) -> Option<u32> {
        match self.spot {
            Spot::Text { line, .. } | Spot::Table { line, .. } => (line > 0).then_some(line),
            Spot::Nowhere | Spot::Paragraph { .. } | Spot::Sheet { .. } => None,
        }
    }
}

/// The short form that compilers use: `22:5`; `t2r3c5` in a true grid; `p12` for a paragraph, with another letter in other
/// parts than the body ([`Part::ALL`]); `s1B5` in a workbook; `-` for nowhere.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Nowhere => write!(f, "-"),
            Spot::Text { line, cell } => write!(f, "{line}:{cell}"),
            Spot::Paragraph { part, number } => write!(f, "{}{number}", part.letter()),
            Spot::Table { table, row, column, .. } => write!(f, "t{table}r{row}c{column}"),
            Spot::Sheet { sheet, row, column } => write!(f, "s{sheet}{}{row}", column_letters(*column)),
        }
    }
}

/// The short form, with the paragraph in cells of several: `t2r3c5p1`.
impl fmt::Display for Locus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.paragraph {
            0 => self.spot.fmt(f),
            paragraph => write!(f, "{}p{paragraph}", self.spot),
        }
    }
}

/// A workbook's name for a column: 1 is `A`, 27 is `AA`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

fn column_number(letters: &str) -> Option<u32> {
    letters.bytes().try_fold(0u32, |number, letter| {
        let digit = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        number.checked_mul(26)?.checked_add(digit)
    })
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
        if let Some(rest) = text.strip_prefix('s') {
            let (sheet, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).ok_or(())?);
            let (letters, row) = rest.split_at(rest.find(|c: char| c.is_ascii_digit()).ok_or(())?);
            let column = column_number(letters).ok_or(())?;
            return Ok(Spot::Sheet { sheet: number(sheet)?, row: number(row)?, column });
        }
        if let Some((part, letter, _)) = Part::ALL.iter().find(|(_, letter, _)| text.starts_with(*letter)) {
            return Ok(Spot::Paragraph { part: *part, number: number(text.strip_prefix(*letter).unwrap_or_default())? });
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
        let spots = [
            Spot::Nowhere,
            Spot::Text { line: 22, cell: 5 },
            Spot::Table { table: 2, row: 3, column: 5, line: 0 },
            Spot::Sheet { sheet: 1, row: 5, column: 28 },
        ];
        let paragraphs = Part::ALL.map(|(part, ..)| Spot::Paragraph { part, number: 12 });
        for spot in spots.into_iter().chain(paragraphs) {
            assert_eq!(spot.to_string().parse(), Ok(spot));
        }
        assert_eq!(Spot::Sheet { sheet: 1, row: 5, column: 28 }.to_string(), "s1AB5");
        for broken in ["t2r3", "s1", "s15", "s1b5", "sAAAAAAAAAA1", "x3", "p"] {
            assert_eq!(broken.parse::<Spot>(), Err(()), "{broken}");
        }
    }
}
