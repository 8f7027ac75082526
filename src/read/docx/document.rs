//! The tree → blocks of a [`Document`](crate::document::Document), with the places of their cells, and what is to be said of them.

use super::tree::{About, Flow, Item, More, Paragraph, Remark};
use crate::diag::Message;
use crate::document::{Block, Cell, Notice, Number, Row, is_blank};
use crate::locus::{Locus, Part, Spot};
use crate::package::Package;
use crate::read::text::{self, Line, Place};
use crate::read::{Builder, Options, Tracked, plain};
use rustc_hash::FxHashMap;

/// A document under way.
pub(super) struct Assembler<'p> {
    pub builder: &'p mut Builder,
    /// Where parts with drawn texts stand; none in files of one part.
    pub package: Option<&'p Package>,
    /// Paragraphs so far, by part.
    pub numbers: FxHashMap<Part, u32>,
    pub notices: Vec<Notice>,
    /// Whether the file has a table at all.
    pub tables: bool,
    /// Drawn parts that cannot be read.
    pub unread: u32,
    /// Imported files that cannot be read.
    pub chunks: u32,
    /// How tracked changes are read.
    pub tracked: Tracked,
}

/// Characters of an imported file that are told.
const IMPORTED: usize = 4000;

/// A paragraph that stands by itself, before it is a row.
struct Line1 {
    number: u32,
    text: String,
    printed: Option<String>,
}

impl Assembler<'_> {
    /// A flow as blocks, in order; text boxes stand behind the paragraph that they are anchored in.
    pub fn flow(&mut self, flow: Flow, part: Part) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut lines: Vec<Line1> = Vec::new();
        for item in flow.into_items() {
            if self.builder.is_full() {
                break;
            }
            match item {
                Item::Table(table) => {
                    self.paragraphs(&mut lines, part, &mut blocks);
                    blocks.extend(self.table(*table, part));
                }
                Item::Paragraph(paragraph) => {
                    let number = self.numbers.entry(part).or_default();
                    *number += 1;
                    let number = *number;
                    let More { number: printed, remarks, boxes, graphics, imported } =
                        paragraph.more.map(|more| *more).unwrap_or_default();
                    self.remark(remarks.iter(), Spot::Paragraph { part, number });
                    self.imported(&imported, Spot::Paragraph { part, number });
                    lines.push(Line1 { number, text: paragraph.text, printed });
                    let behind = self.behind(boxes, &graphics);
                    if !behind.is_empty() {
                        self.paragraphs(&mut lines, part, &mut blocks);
                        blocks.extend(behind);
                    }
                }
            }
        }
        self.paragraphs(&mut lines, part, &mut blocks);
        blocks
    }

    /// What is anchored in a paragraph.
    fn behind(&mut self, boxes: Vec<Flow>, graphics: &[String]) -> Vec<Block> {
        let mut blocks = Vec::new();
        for inner in boxes {
            blocks.extend(self.flow(inner, Part::TextBox));
        }
        for part in graphics {
            match self
                .package
                .and_then(|package| package.read_text(part).ok())
                .and_then(|source| super::drawings::texts(&source).ok())
            {
                Some(texts) => {
                    let paragraph = |text| Item::Paragraph(Paragraph::of(text));
                    blocks.extend(self.flow(texts.into_iter().map(paragraph).collect(), Part::TextBox));
                }
                None => self.unread += 1,
            }
        }
        blocks
    }

    /// Paragraphs between two tables.
    fn paragraphs(&mut self, lines: &mut Vec<Line1>, part: Part, blocks: &mut Vec<Block>) {
        let lines = std::mem::take(lines);
        if lines.iter().all(|line| line.text.chars().all(is_blank)) {
            return;
        }
        if part == Part::Body && !self.tables && are_rows(&lines) {
            return self.as_text(&lines, blocks);
        }
        let seen: Vec<Line> = lines.iter().map(|line| Line::new(line.number, &line.text)).collect();
        let layout = plain::layout_of(&seen, self.tables);
        let mut rows = Vec::new();
        drop(seen);
        for line in lines.into_iter().filter(|line| !line.text.chars().all(is_blank)) {
            let numbers = line.printed.map(|text| (0, text)).into_iter().collect();
            rows.push(Row { cells: vec![self.made(line.text, numbers, Spot::Paragraph { part, number: line.number })] });
        }
        blocks.push(Block { layout, rows });
    }

    /// A file without tables whose paragraphs are rows, parted by tabs or bars.
    fn as_text(&mut self, lines: &[Line1], blocks: &mut Vec<Block>) {
        let first = lines.first().map_or(1, |line| line.number);
        let source: Vec<String> = lines.iter().map(|line| line.text.replace(['\n', '\r'], " ")).collect();
        let before = std::mem::take(&mut self.builder.blocks);
        text::read(self.builder, &source.join("\n"), Place { line: first, ..Place::WHOLE });
        let mut made = std::mem::replace(&mut self.builder.blocks, before);
        for row in made.iter_mut().flat_map(|block| &mut block.rows) {
            let alone = row.cells.len() == 1;
            for cell in &mut row.cells {
                let Spot::Text { line, cell: place } = cell.locus.spot else { continue };
                if place == 1
                    && let Some(printed) = lines.iter().find(|l| l.number == line).and_then(|l| l.printed.clone())
                {
                    cell.numbers.push(Number { at: 0, text: printed });
                }
                if alone {
                    cell.locus.spot = Spot::Paragraph { part: Part::Body, number: line };
                }
            }
        }
        blocks.extend(made);
    }

    /// A cell of a table, and the blocks that stand in it besides its text.
    pub fn cell(&mut self, flow: Flow, spot: Spot, part: Part) -> (Cell, Vec<Block>) {
        let mut text = String::new();
        let mut numbers: Vec<(u32, String)> = Vec::new();
        let mut blocks = Vec::new();
        let mut first = true;
        for item in flow.into_items() {
            match item {
                Item::Table(table) => blocks.extend(self.table(*table, part)),
                Item::Paragraph(paragraph) => {
                    let first = std::mem::take(&mut first);
                    if !first {
                        text.push('\n');
                    }
                    if let Some(more) = paragraph.more {
                        if let Some(number) = more.number {
                            numbers.push((text.chars().count() as u32, number));
                        }
                        self.remark(more.remarks.iter(), spot);
                        self.imported(&more.imported, spot);
                        blocks.extend(self.behind(more.boxes, &more.graphics));
                    }
                    if first {
                        text = paragraph.text;
                    } else {
                        text.push_str(&paragraph.text);
                    }
                }
            }
        }
        (self.made(text, numbers, spot), blocks)
    }

    /// A cell of a text, with the numbers printed before characters of the text as it came.
    fn made(&mut self, text: String, numbers: Vec<(u32, String)>, spot: Spot) -> Cell {
        if numbers.is_empty() {
            return self.builder.cell_of(text, spot);
        }
        let lead = (text.chars().count() - text.trim_start().chars().count()) as u32;
        let mut cell = self.builder.cell_of(text, spot);
        let length = cell.locus.end;
        let place = |at: u32| {
            let at = at.saturating_sub(lead);
            match &cell.raw {
                None => at.min(length),
                Some(raw) => {
                    let byte = raw.text.char_indices().nth(at as usize).map_or(raw.text.len(), |(byte, _)| byte) as u32;
                    raw.starts.partition_point(|start| *start < byte) as u32
                }
            }
        };
        cell.numbers = numbers.into_iter().map(|(at, text)| Number { at: place(at), text }).collect();
        cell
    }

    /// Tells the text of imported files; what cannot be read is counted.
    fn imported(&mut self, parts: &[String], spot: Spot) {
        let mut limits = self.builder.limits;
        // Files in files in files: each goes half as deep.
        limits.depth /= 2;
        for part in parts {
            let bytes = self.package.filter(|_| limits.depth > 1).and_then(|package| package.read(part).ok());
            let options = Options { limits, tracked: self.tracked, ..Options::default() };
            match bytes.and_then(|bytes| crate::read::read(&bytes, &options).ok()) {
                Some(document) => {
                    let text = document.cells().map(|cell| cell.text.replace('\n', " ")).collect::<Vec<_>>().join(" ");
                    let text = match text.char_indices().nth(IMPORTED) {
                        Some((end, _)) => format!("{}…", &text[..end]),
                        None => text,
                    };
                    let message = Message::new("read.word.imported").with("text", text.trim());
                    self.notices.push(Notice { message, locus: Locus::new(spot, 0, 0) });
                }
                None => self.chunks += 1,
            }
        }
    }

    /// Tells what is to be said of a place.
    pub fn remark<'r>(&mut self, remarks: impl Iterator<Item = &'r Remark>, spot: Spot) {
        for remark in remarks {
            let id = match remark.about {
                About::Hidden => "read.word.hidden",
                About::Covered => "read.word.covered",
                About::Placeholder => "read.word.placeholder",
                About::White => "read.word.white",
                About::Field => "read.word.field",
                About::Alternative => "read.alternative",
            };
            let message = Message::new(id).with("text", remark.text.trim());
            self.notices.push(Notice { message, locus: Locus::new(spot, 0, 0) });
        }
    }
}

/// Whether a third of the paragraphs, and several, are rows of a table that was pasted as text.
fn are_rows(lines: &[Line1]) -> bool {
    let filled = lines.iter().filter(|line| !line.text.chars().all(is_blank));
    let is_row = |line: &&Line1| line.text.trim().contains('\t') || line.text.matches('|').count() >= 2;
    let rows = filled.clone().filter(is_row).count();
    rows >= 3 && rows * 3 >= filled.count()
}

/// All text of a flow, for telling it.
pub(super) fn text(flow: &Flow) -> String {
    let mut out = String::new();
    let mut add = |text: &str| {
        if !text.trim().is_empty() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(text.trim());
        }
    };
    for item in flow.items() {
        match item {
            Item::Paragraph(paragraph) => {
                add(&paragraph.text);
                paragraph.more.iter().flat_map(|more| &more.boxes).for_each(|inner| add(&text(inner)));
            }
            Item::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                cells.for_each(|cell| add(&text(&cell.flow)));
            }
        }
    }
    out
}
