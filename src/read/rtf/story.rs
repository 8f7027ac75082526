//! One story of an RTF file under way: its paragraph, its rows as they are described, its tables.

use super::old::{Counts, Old};
use crate::locus::Part;
use crate::read::story::edges::{CellShape, Down, Levels};
use crate::read::story::{Paragraph, Piece};
use crate::read::word::lists::Lists;

/// A row's description.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    cells: Vec<CellShape>,
    next: CellShape,
    left: i32,
}

pub(super) struct Under {
    pub part: Part,
    levels: Levels,
    pub text: String,
    pub number: String,
    /// How the paragraph is numbered by itself, and what was counted so.
    pub old: Option<Old>,
    counts: Counts,
    pub row: Row,
    in_table: bool,
    depth: usize,
    /// The list that the paragraph belongs to, and its level in it.
    list: u16,
    level: u8,
    /// Passages of the paragraph that are told of.
    pub told: Vec<u32>,
    /// How long the text was, and how deep in tables, where an end was taken away.
    carried: Option<(usize, usize)>,
}

impl Under {
    pub fn new(part: Part, deepest: usize) -> Self {
        let levels = Levels::new(deepest);
        Under {
            part,
            levels,
            text: String::new(),
            number: String::new(),
            old: None,
            counts: Counts::default(),
            row: Row::default(),
            in_table: false,
            depth: 0,
            list: 0,
            level: 0,
            told: Vec::new(),
            carried: None,
        }
    }

    fn depth(&self) -> usize {
        self.depth.max(usize::from(self.in_table))
    }

    pub fn text_box(&mut self, pieces: Vec<Piece>) {
        let depth = self.depth();
        self.levels.text_box(depth, pieces);
    }

    /// The end of the paragraph is taken away: the next one goes on in it.
    pub fn carry(&mut self) {
        self.carried = Some((self.text.len(), self.depth())).filter(|(length, _)| *length > 0);
    }

    fn end_paragraph(&mut self, depth: usize, lists: &mut Lists) {
        // What a table parts is not joined.
        if let Some((length, before)) = self.carried.take()
            && before != depth
        {
            let rest = self.text.split_off(length.min(self.text.len()));
            let text = std::mem::replace(&mut self.text, rest);
            self.levels.paragraph(before, Paragraph { text, ..Paragraph::default() });
        }
        let text = std::mem::take(&mut self.text);
        let printed = std::mem::take(&mut self.number);
        let printed = Some(printed.trim().to_owned()).filter(|number| !number.is_empty());
        // A number that the file prints counts in its list like one that it does not.
        let counted = if self.list > 0 { lists.number(self.list, self.level) } else { None };
        let old = match &self.old {
            _ if text.trim().is_empty() => None,
            Some(old) => self.counts.number(old),
            None => {
                self.counts.end();
                None
            }
        };
        let number = printed.or(counted.filter(|_| !text.trim().is_empty())).or(old);
        let paragraph = Paragraph { text, number, told: std::mem::take(&mut self.told) };
        self.levels.paragraph(depth, paragraph);
    }

    fn has_paragraph(&self) -> bool {
        !self.text.trim().is_empty() || !self.number.trim().is_empty()
    }

    /// Does what a control word says of rows, cells and paragraphs; whether a paragraph ended.
    pub fn structure(&mut self, word: &str, value: i32, lists: &mut Lists) -> bool {
        match word {
            "pard" => {
                (self.in_table, self.depth, self.list, self.level) = (false, 0, 0, 0);
                self.old = None;
            }
            "ls" => self.list = u16::try_from(value).unwrap_or_default(),
            "ilvl" => self.level = u8::try_from(value).unwrap_or_default().min(8),
            "intbl" => self.in_table = true,
            "itap" => self.depth = usize::try_from(value).unwrap_or_default(),
            "trowd" => self.row = Row::default(),
            "trleft" => self.row.left = value,
            "clmrg" => self.row.next.joined = true,
            "clvmgf" => self.row.next.down = Down::First,
            "clvmrg" => self.row.next.down = Down::Continued,
            "cellx" => {
                let left = self.row.cells.last().map_or(self.row.left, |cell| cell.right);
                let cell = CellShape { left, right: value, ..std::mem::take(&mut self.row.next) };
                // No program writes so many.
                if self.row.cells.len() < 10_000 {
                    self.row.cells.push(cell);
                }
            }
            "par" | "sect" | "page" => {
                if word == "par" || self.has_paragraph() {
                    let depth = self.depth();
                    self.end_paragraph(depth, lists);
                }
                return true;
            }
            "cell" => {
                self.end_paragraph(1, lists);
                self.levels.end_cell(1);
                return true;
            }
            "nestcell" => {
                let depth = self.depth().max(2);
                self.end_paragraph(depth, lists);
                self.levels.end_cell(depth);
                return true;
            }
            "row" => {
                if self.has_paragraph() {
                    self.end_paragraph(1, lists);
                }
                self.levels.end_row(1, &self.row.cells);
                return true;
            }
            "nestrow" => {
                let depth = self.depth().max(2);
                self.levels.end_row(depth, &self.row.cells);
                return true;
            }
            _ => {}
        }
        false
    }

    pub fn finish(mut self, too_deep: &mut bool, lists: &mut Lists) -> Vec<Piece> {
        if self.has_paragraph() {
            let depth = self.depth();
            self.end_paragraph(depth, lists);
        }
        *too_deep |= self.levels.too_deep;
        self.levels.finish()
    }
}
