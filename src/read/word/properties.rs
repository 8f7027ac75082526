//! Properties of characters and paragraphs in binary Word files: pages of formatted stretches, and the modifiers in them.

use super::bytes::Bytes;
use crate::read::story::edges::{CellShape, Down};

const PAGE: usize = 512;

/// Formatted stretches of the stream of text, by their place in it.
#[derive(Debug, Default)]
pub(super) struct Stretches {
    /// Start, end, where its modifiers stand in the stream, and their length; sorted.
    stretches: Vec<(u32, u32, usize, usize)>,
}

impl Stretches {
    /// `places`: a list of stretches and the numbers of their pages. `styled`: those of paragraphs, where the style's number
    /// stands before the modifiers.
    pub fn read(stream: &[u8], places: &[u8], styled: bool) -> Stretches {
        let mut stretches = Vec::new();
        let count = places.len().saturating_sub(4) / 8;
        for index in 0..count {
            let Some(number) = places.u32(4 * (count + 1) + 4 * index) else { break };
            let base = (number & 0x3f_ffff) as usize * PAGE;
            let Some(page) = stream.part(base, PAGE) else { continue };
            let runs = usize::from(page[PAGE - 1]);
            let width = if styled { 13 } else { 1 };
            for run in 0..runs {
                let (Some(start), Some(end)) = (page.u32(4 * run), page.u32(4 * run + 4)) else { break };
                let Some(offset) = page.u8(4 * (runs + 1) + width * run) else { break };
                let at = usize::from(offset) * 2;
                let (from, length) = match (at, page.u8(at), styled) {
                    (0, ..) | (_, None, _) => (0, 0),
                    (_, Some(length), false) => (at + 1, usize::from(length)),
                    (_, Some(0), true) => (at + 2, usize::from(page.u8(at + 1).unwrap_or_default()) * 2),
                    (_, Some(length), true) => (at + 1, usize::from(length) * 2 - 1),
                };
                let length = length.min(PAGE - from.min(PAGE));
                if start < end {
                    stretches.push((start, end, base + from, length));
                }
            }
        }
        stretches.sort_unstable();
        Stretches { stretches }
    }

    /// The modifiers at a place of the stream, and up to where they hold.
    pub fn at<'a>(&self, stream: &'a [u8], place: u32) -> (&'a [u8], u32) {
        let behind = self.stretches.partition_point(|(start, ..)| *start <= place);
        let next = self.stretches.get(behind).map_or(u32::MAX, |(start, ..)| *start);
        match behind.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some(&(_, end, at, length)) if place < end => (stream.part(at, length).unwrap_or_default(), end),
            _ => (&[], next),
        }
    }
}

/// One modifier: what it changes, and its operand.
pub(super) struct Modifier<'a> {
    pub code: u16,
    pub operand: &'a [u8],
}

impl Modifier<'_> {
    fn on(&self) -> bool {
        self.operand.first().is_some_and(|value| *value != 0)
    }

    fn number(&self) -> u16 {
        self.operand.u16(0).or_else(|| self.operand.u8(0).map(u16::from)).unwrap_or_default()
    }
}

/// The modifiers in a stretch of bytes.
pub(super) fn modifiers(mut bytes: &[u8]) -> impl Iterator<Item = Modifier<'_>> {
    std::iter::from_fn(move || {
        let code = bytes.u16(0)?;
        let (skip, length) = match (code, code >> 13) {
            // The definition of a table counts in two bytes, one too many.
            (0xd608, _) => (2, usize::from(bytes.u16(2)?).saturating_sub(1)),
            // Tabs beyond the count of one byte.
            (0xc615, _) if bytes.u8(2)? == 255 => {
                let deleted = usize::from(bytes.u8(3)?);
                let added = usize::from(bytes.u8(4 + 4 * deleted)?);
                (1, 2 + 4 * deleted + 3 * added)
            }
            (_, 0 | 1) => (0, 1),
            (_, 2 | 4 | 5) => (0, 2),
            (_, 3) => (0, 4),
            (_, 7) => (0, 3),
            _ => (1, usize::from(bytes.u8(2)?)),
        };
        let operand = bytes.part(2 + skip, length)?;
        bytes = &bytes[2 + skip + length..];
        Some(Modifier { code, operand })
    })
}

/// What of a character's properties is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Character {
    pub hidden: bool,
    pub inserted: bool,
    pub deleted: bool,
    pub special: bool,
    /// Font and code of a character of a font of signs.
    pub sign: Option<(u16, u16)>,
    /// Where the data of a picture or of a form's field stand.
    pub data: Option<u32>,
    pub style: Option<u16>,
    /// The font, where the run names one.
    pub font: Option<u16>,
}

impl Character {
    /// `base`: what the style says of being hidden, which some values refer to.
    pub fn apply(&mut self, bytes: &[u8], base: bool) {
        for modifier in modifiers(bytes) {
            match modifier.code {
                0x083c => {
                    self.hidden = match modifier.operand.first() {
                        Some(0x80) => base,
                        Some(0x81) => !base,
                        value => value.is_some_and(|value| *value != 0),
                    }
                }
                0x0800 => self.deleted = modifier.on(),
                0x0801 => self.inserted = modifier.on(),
                0x0855 => self.special = modifier.on(),
                0x6a09 => self.sign = modifier.operand.u16(0).zip(modifier.operand.u16(2)),
                0x6a03 => self.data = modifier.operand.u32(0),
                0x4a4f | 0x4a51 => self.font = modifier.operand.u16(0),
                0x4a30 => self.style = Some(modifier.number()),
                _ => {}
            }
        }
    }
}

/// What of a paragraph's properties is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Formatted {
    pub style: u16,
    pub in_table: bool,
    pub depth: u32,
    pub ends_row: bool,
    pub ends_inner_row: bool,
    pub ends_inner_cell: bool,
    pub level: u8,
    pub list: u16,
    pub cells: Vec<CellShape>,
}

impl Formatted {
    /// How deep in tables the paragraph stands.
    pub fn depth(&self) -> usize {
        (self.depth as usize).max(usize::from(self.in_table))
    }

    pub fn apply(&mut self, bytes: &[u8], data: &[u8]) {
        for modifier in modifiers(bytes) {
            match modifier.code {
                0x4600 => self.style = modifier.number(),
                0x2416 => self.in_table = modifier.on(),
                0x2417 => self.ends_row = modifier.on(),
                0x6649 => self.depth = modifier.operand.u32(0).unwrap_or_default(),
                0x664a => {
                    let by = modifier.operand.u32(0).unwrap_or_default().cast_signed();
                    self.depth = self.depth.saturating_add_signed(by);
                }
                0x244b => self.ends_inner_cell = modifier.on(),
                0x244c => self.ends_inner_row = modifier.on(),
                0x260a => self.level = modifier.operand.first().copied().unwrap_or_default(),
                0x460b => self.list = modifier.number(),
                // Too many modifiers for a page stand in the stream of data.
                0x6645 | 0x6646 if !data.is_empty() => {
                    let at = modifier.operand.u32(0).unwrap_or_default() as usize;
                    let length = data.u16(at).unwrap_or_default();
                    if let Some(more) = data.part(at.saturating_add(2), usize::from(length)) {
                        self.apply(more, &[]);
                    }
                }
                0xd608 => self.cells = cells(modifier.operand).unwrap_or_default(),
                0xd62b => {
                    if let [index, how, ..] = *modifier.operand
                        && let Some(cell) = self.cells.get_mut(usize::from(index))
                    {
                        cell.down = down(how & 1 != 0, how & 2 != 0);
                    }
                }
                0x5624 | 0x5625 => {
                    if let [first, end] = *modifier.operand {
                        let (first, end) = (usize::from(first), usize::from(end).min(self.cells.len()));
                        for cell in self.cells.get_mut(first + 1..end).unwrap_or_default() {
                            cell.joined = modifier.code == 0x5624;
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn down(merged: bool, first: bool) -> Down {
    match (merged, first) {
        (_, true) => Down::First,
        (true, false) => Down::Continued,
        (false, false) => Down::Alone,
    }
}

/// The definition of a row: edges, then twenty bytes for each cell.
fn cells(operand: &[u8]) -> Option<Vec<CellShape>> {
    let count = usize::from(operand.u8(0)?);
    let mut cells = Vec::with_capacity(count);
    for index in 0..count {
        let (left, right) = (operand.i16(1 + 2 * index)?, operand.i16(3 + 2 * index)?);
        // Short definitions leave out cells that have nothing special.
        let flags = operand.u16(1 + 2 * (count + 1) + 20 * index).unwrap_or_default();
        cells.push(CellShape {
            left: left.into(),
            right: right.into(),
            down: down(flags & 0x20 != 0, flags & 0x40 != 0),
            joined: flags & 0x02 != 0 && flags & 0x01 == 0,
        });
    }
    Some(cells)
}
