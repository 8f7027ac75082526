//! Where tags go: a block that stands around rows, columns or paragraphs is put around these elements, all others stay in
//! the text.
//!
//! What holds all tags of a block decides: within a paragraph the text is repeated; between cells of a row the row (or, where
//! the block ends before the last cell, the columns); between rows, paragraphs or tables whole ones. An element that holds
//! nothing but such tags goes with them. A block that would leave half an element is a mistake.

use super::blocks::{Block, Blocks, Item, Meaning};
use super::picture::{drawing, relationship};
use super::prefix::Dialect;
use super::room::{Room, Rooms};
use super::tags::Level;
use super::tree::{Kind, Segment, Tree};
use super::{Album, Compiled, EXPRESSION, STATEMENT, UNDECIDED};
use crate::diag::Message;
use crate::value::notation::is_blank;
use crate::xml;
use std::ops::Range;

/// Where a block's tag goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    InPlace,
    Before(usize),
    After(usize),
    Replace(usize),
}

/// A piece of Tera source: XML to be copied, or a tag by its number.
enum Piece {
    Xml(String),
    Tag(usize, String),
}

struct Edit {
    range: Range<usize>,
    /// Among edits at one place.
    order: usize,
    pieces: Vec<Piece>,
}

struct Placer<'a> {
    tree: &'a Tree,
    items: &'a [Item],
    /// The texts of the paragraphs with the tags that show nothing blanked out.
    residues: Vec<Option<String>>,
    spots: Vec<Spot>,
    columns: bool,
    dialect: &'a Dialect,
    /// The elements of the pictures.
    drawings: Vec<String>,
}

pub(super) fn place(xml: &str, tree: &Tree, found: Blocks, album: &Album, dialect: Dialect) -> Compiled {
    let Blocks { items, places, blocks, mut mistakes, at, used, pictures } = found;
    let mut placer = Placer {
        tree,
        residues: residues(tree, &items),
        spots: vec![Spot::InPlace; items.len()],
        items: &items,
        columns: false,
        dialect: &dialect,
        drawings: Vec::new(),
    };
    if !pictures.is_empty() {
        // The part was read to its end before.
        let rooms = Rooms::of(xml).unwrap_or_default();
        let drawn = pictures.iter().enumerate().map(|(number, (tag, picture))| {
            let room = placer.room(number, &rooms, album.page);
            drawing(picture, tag, room, &dialect, &relationship(&album.base, number), number)
        });
        placer.drawings = drawn.collect();
    }
    let mut gaps: Vec<usize> = Vec::new();
    for block in blocks.iter().filter(|block| block.closed) {
        match placer.spots_of(block) {
            Ok(spots) => {
                for (item, spot) in block.items.iter().zip(spots) {
                    placer.spots[*item] = spot;
                }
                gaps.extend(block.items.first().filter(|_| block.is_loop && placer.repeats_tables(block)));
            }
            Err((item, message)) => {
                let (place, at) = (places.get(item), at.get(item).copied().unwrap_or_default());
                mistakes.extend(place.map(|place| (at, place.mistake(message))));
            }
        }
    }
    let mut edits = placer.edits(xml, &gaps);
    placer.blank_rows(&mut edits);
    edits.sort_by_key(|edit| (edit.range.start, edit.order));
    mistakes.sort_by_key(|(at, _)| *at);
    // The two versions of a text box have the same mistakes at the same place.
    let mut told = Vec::new();
    for (_, mistake) in mistakes {
        if !told.contains(&mistake) {
            told.push(mistake);
        }
    }
    let columns = placer.columns;
    let (source, offsets) = assemble(xml, &edits);
    let pictures = pictures.into_iter().enumerate();
    let pictures = pictures.map(|(number, (_, picture))| (relationship(&album.base, number), picture)).collect();
    Compiled { source, offsets, tags: places, mistakes: told, used, columns, pictures, dialect }
}

fn residues(tree: &Tree, items: &[Item]) -> Vec<Option<String>> {
    let mut residues: Vec<Option<String>> = vec![None; tree.paragraphs.len()];
    for item in
        items.iter().filter(|item| !matches!(item.meaning, Meaning::Value { .. } | Meaning::PageBreak | Meaning::Picture(_)))
    {
        let residue = residues[item.paragraph].get_or_insert_with(|| tree.paragraphs[item.paragraph].text.clone());
        residue.replace_range(item.tag.range.clone(), &" ".repeat(item.tag.range.len()));
    }
    residues
}

impl Placer<'_> {
    /// The room of a picture: that of its cell, or of the page.
    fn room(&self, number: usize, rooms: &Rooms, page: Option<u32>) -> Room {
        let item = self.items.iter().find(|item| matches!(item.meaning, Meaning::Picture(of) if of == number));
        let around = item.and_then(|item| self.nearest(item.node, &[Kind::Cell, Kind::Island]));
        match around {
            Some(cell) if self.kind(cell) == Kind::Cell => rooms.cell(self.tree.nodes[cell].range.start),
            Some(_) => Room::default(),
            None => Room { width: Some(rooms.own_page().or(page).unwrap_or(rooms.page())), height: None },
        }
    }

    fn kind(&self, node: usize) -> Kind {
        self.tree.nodes[node].kind
    }

    fn residue(&self, paragraph: usize) -> &str {
        self.residues[paragraph].as_deref().unwrap_or(&self.tree.paragraphs[paragraph].text)
    }

    fn is_blank_between(&self, unit: usize, from: (usize, usize), to: (usize, usize)) -> bool {
        let range = self.tree.nodes[unit].paragraphs.clone();
        range.filter(|paragraph| (from.0..=to.0).contains(paragraph)).all(|paragraph| {
            let text = self.residue(paragraph);
            let start = if paragraph == from.0 { from.1 } else { 0 };
            let end = if paragraph == to.0 { to.1 } else { text.len() };
            text.get(start..end.max(start)).is_none_or(|text| text.chars().all(is_blank))
        })
    }

    /// The text of a unit that is less than a paragraph.
    fn edges(&self, unit: usize, item: &Item) -> (bool, bool) {
        let node = &self.tree.nodes[unit];
        let inside = |segment: &&Segment| segment.outer.start >= node.range.start && segment.outer.end <= node.range.end;
        if node.paragraphs.is_empty() {
            let paragraph = &self.tree.paragraphs[item.paragraph];
            let own: Vec<&Segment> = paragraph.segments.iter().filter(inside).collect();
            let (start, end) = (own.first().map_or(0, |s| s.start), own.last().map_or(0, |s| s.end));
            let at = (item.paragraph, item.tag.range.start);
            let after = (item.paragraph, item.tag.range.end.min(end));
            let blank = |from: usize, to: usize| {
                self.residue(item.paragraph).get(from..to.max(from)).is_none_or(|text| text.chars().all(is_blank))
            };
            return (blank(start, at.1), blank(after.1, end));
        }
        let (first, last) = (node.paragraphs.start, node.paragraphs.end.saturating_sub(1));
        let picture = |before: bool| {
            let at = self.tree.nodes[item.node].range.start;
            let there = |other: &super::tree::Node| {
                other.kind == Kind::Picture
                    && other.range.start >= node.range.start
                    && other.range.end <= node.range.end
                    && (other.range.start < at) == before
            };
            node.has_picture && self.tree.nodes.iter().any(there)
        };
        let end = self.residue(last).len();
        (
            !picture(true) && self.is_blank_between(unit, (first, 0), (item.paragraph, item.tag.range.start)),
            !picture(false) && self.is_blank_between(unit, (item.paragraph, item.tag.range.end), (last, end)),
        )
    }

    /// Whether an element holds nothing but tags that show nothing.
    fn only_blocks(&self, unit: usize) -> bool {
        let node = &self.tree.nodes[unit];
        !node.has_picture
            && !node.paragraphs.is_empty()
            && node.paragraphs.clone().all(|paragraph| self.residue(paragraph).chars().all(is_blank))
    }

    /// The deepest element that holds all tags of a block.
    fn common(&self, block: &Block) -> usize {
        let mut chains = block.items.iter().map(|item| {
            let node = self.items[*item].node;
            let mut chain: Vec<usize> = self.tree.ancestors(node).collect();
            chain.insert(0, node);
            chain.reverse();
            chain
        });
        let mut common = chains.next().unwrap_or_default();
        for chain in chains {
            let same = common.iter().zip(&chain).take_while(|(a, b)| a == b).count();
            common.truncate(same);
        }
        common.last().copied().unwrap_or_default()
    }

    fn nearest(&self, node: usize, kinds: &[Kind]) -> Option<usize> {
        std::iter::once(node).chain(self.tree.ancestors(node)).find(|at| kinds.contains(&self.kind(*at)))
    }

    /// Where the tags of a block go; or the tag that is wrong, and why.
    fn spots_of(&mut self, block: &Block) -> Result<Vec<Spot>, (usize, Message)> {
        let (Some(first), Some(last)) = (block.items.first().copied(), block.items.last().copied()) else {
            return Ok(Vec::new());
        };
        let common = self.common(block);
        let around = self.nearest(common, &[Kind::Paragraph, Kind::Cell, Kind::Row, Kind::Table, Kind::Island]);
        let parent = |node: usize| self.tree.nodes[node].parent;
        let up = |kind: Kind| self.nearest(common, &[kind]);
        let (mut relaxed, mut columns) = (false, false);
        let container = match (around.map(|node| (node, self.kind(node))), block.level) {
            (_, Some(Level::Row)) if up(Kind::Row).is_some() => {
                relaxed = true;
                parent(up(Kind::Row).unwrap_or_default())
            }
            (Some((cell, Kind::Cell)), Some(Level::Column)) => {
                relaxed = true;
                columns = true;
                parent(cell)
            }
            (Some((_, Kind::Paragraph)), Some(Level::Column)) if up(Kind::Cell).is_some() => {
                relaxed = true;
                columns = true;
                parent(up(Kind::Cell).unwrap_or_default())
            }
            (Some((_, Kind::Row)), Some(Level::Column)) => {
                columns = true;
                common
            }
            (Some((paragraph, Kind::Paragraph)), level) => {
                let text = self.residue(paragraph_of(self.tree, paragraph));
                let (from, to) = (&self.items[first].tag, &self.items[last].tag);
                let covers = |range: Range<usize>| text.get(range).is_some_and(|text| text.chars().all(is_blank));
                let all = covers(0..from.range.start) && covers(to.range.end..text.len());
                let alone = !block.is_loop && block.items.len() == 2 && all;
                if level != Some(Level::Paragraph) && !alone {
                    return self.within_paragraph(block, common);
                }
                relaxed = true;
                parent(paragraph)
            }
            (Some((row, Kind::Row)), _) => match self.is_row(row, first, last) {
                true => {
                    relaxed = true;
                    parent(row)
                }
                false => {
                    columns = true;
                    common
                }
            },
            _ => common,
        };
        self.columns |= columns;
        self.around_units(block, container, relaxed)
    }

    /// Whether a block between cells of one row repeats the row rather than columns.
    fn is_row(&self, row: usize, first: usize, last: usize) -> bool {
        let nodes = &self.tree.nodes;
        let cells: Vec<usize> = (row..nodes.len())
            .take_while(|node| nodes[*node].range.start < nodes[row].range.end)
            .filter(|node| nodes[*node].kind == Kind::Cell && self.tree.around(*node, Kind::Row) == Some(row))
            .collect();
        let cell = |item: usize| self.nearest(self.items[item].node, &[Kind::Cell]);
        let own = |item: usize| cell(item).is_some_and(|cell| self.only_blocks(cell));
        let at_first = cell(first) == cells.first().copied();
        let at_last = cell(last) == cells.last().copied();
        if own(first) && own(last) && !at_first {
            return false;
        }
        at_last
    }

    /// A block within a paragraph: in the text, or between runs where its tags stand in different elements.
    fn within_paragraph(&self, block: &Block, common: usize) -> Result<Vec<Spot>, (usize, Message)> {
        let path = |item: &usize| -> Vec<Kind> {
            let node = self.items[*item].node;
            let up = std::iter::once(node).chain(self.tree.ancestors(node)).take_while(|at| *at != common);
            up.map(|at| self.kind(at)).collect()
        };
        let mut paths = block.items.iter().map(path);
        let model = paths.next().unwrap_or_default();
        if paths.all(|path| path == model) {
            return Ok(vec![Spot::InPlace; block.items.len()]);
        }
        block
            .items
            .iter()
            .map(|item| {
                let unit = self.tree.child_towards(common, self.items[*item].node);
                match self.edges(unit, &self.items[*item]) {
                    (true, _) => Ok(Spot::Before(unit)),
                    (_, true) => Ok(Spot::After(unit)),
                    _ => Err((*item, Message::new("template.crossing"))),
                }
            })
            .collect()
    }

    /// A block around children of an element.
    fn around_units(&self, block: &Block, container: usize, relaxed: bool) -> Result<Vec<Spot>, (usize, Message)> {
        let (first, last) = (block.items.first().copied(), block.items.last().copied());
        let units: Vec<usize> =
            block.items.iter().map(|item| self.tree.child_towards(container, self.items[*item].node)).collect();
        for (item, unit) in block.items.iter().zip(&units) {
            let node = self.items[*item].node;
            let mut path = std::iter::once(node).chain(self.tree.ancestors(node)).take_while(|at| *at != container);
            if path.any(|at| matches!(self.kind(at), Kind::Table | Kind::Island)) || *unit == node {
                return Err((*item, Message::new("template.crossing")));
            }
        }
        let same = units.iter().all(|unit| Some(unit) == units.first());
        let mut spots = Vec::with_capacity(units.len());
        let mut wrong = None;
        for (item, unit) in block.items.iter().copied().zip(units.iter().copied()) {
            if self.only_blocks(unit) && !same {
                spots.push(Spot::Replace(unit));
                continue;
            }
            let (at_start, at_end) = self.edges(unit, &self.items[item]);
            let lenient = relaxed && same;
            match () {
                () if Some(item) == first && (at_start || lenient) => spots.push(Spot::Before(unit)),
                () if Some(item) == last && (at_end || lenient) => spots.push(Spot::After(unit)),
                () if Some(item) != first && Some(item) != last && !same && at_start => spots.push(Spot::Before(unit)),
                () if Some(item) != first && Some(item) != last && !same && at_end => spots.push(Spot::After(unit)),
                () => {
                    wrong.get_or_insert(item);
                    spots.push(Spot::InPlace);
                }
            }
        }
        let Some(wrong) = wrong else { return Ok(spots) };
        // Paragraphs may begin and end in the middle: what lies between the tags is repeated, with the break between them.
        if units.iter().all(|unit| self.kind(*unit) == Kind::Paragraph) {
            let in_place = self.within_paragraph(block, container)?;
            if in_place.iter().all(|spot| *spot == Spot::InPlace) {
                return Ok(in_place);
            }
        }
        Err((wrong, Message::new("template.not_at_edge")))
    }

    /// Whether a loop puts table directly behind table: Word would take them for one.
    fn repeats_tables(&self, block: &Block) -> bool {
        let (Some(first), Some(last)) = (block.items.first(), block.items.last()) else { return false };
        let table = |unit: usize, forward: bool| {
            let parent = self.tree.nodes[unit].parent;
            let range = &self.tree.nodes[unit].range;
            let mut siblings = self.tree.nodes.iter().filter(|node| node.parent == parent && node.range != *range);
            let found = match forward {
                true => siblings.find(|node| node.range.start >= range.end),
                false => siblings.rfind(|node| node.range.end <= range.start),
            };
            found.is_some_and(|node| node.kind == Kind::Table)
        };
        match (self.spots[*first], self.spots[*last]) {
            (Spot::Replace(from), Spot::Replace(to)) => table(from, true) && table(to, false),
            _ => false,
        }
    }

    /// The edits that put every tag where it goes.
    fn edits(&self, xml: &str, gaps: &[usize]) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let w = &self.dialect.prefix;
        let gap = format!(
            "{0} if not loop.first {1}<{w}p><{w}pPr><{w}snapToGrid {w}val=\"0\"/><{w}spacing {w}before=\"0\" {w}after=\"0\" \
             {w}line=\"20\" {w}lineRule=\"exact\"/></{w}pPr></{w}p>{0} endif {1}",
            STATEMENT[0], STATEMENT[1]
        );
        for (index, item) in self.items.iter().enumerate() {
            let Meaning::Block { source, .. } = &item.meaning else { continue };
            let mut pieces = vec![Piece::Tag(index, source.clone())];
            if gaps.contains(&index) {
                pieces.push(Piece::Xml(gap.clone()));
            }
            let range = match self.spots[index] {
                Spot::InPlace => continue,
                Spot::Before(unit) => self.tree.nodes[unit].range.start..self.tree.nodes[unit].range.start,
                Spot::After(unit) => self.tree.nodes[unit].range.end..self.tree.nodes[unit].range.end,
                Spot::Replace(unit) => self.tree.nodes[unit].range.clone(),
            };
            match edits.iter_mut().find(|edit| !edit.range.is_empty() && edit.range == range) {
                Some(edit) => edit.pieces.extend(pieces),
                None => edits.push(Edit { range, order: index + 1, pieces }),
            }
        }
        let mut at = 0;
        let mut by_paragraph: Vec<usize> = (0..self.items.len()).collect();
        by_paragraph.sort_by_key(|item| (self.items[*item].paragraph, self.items[*item].tag.range.start));
        while at < by_paragraph.len() {
            let paragraph = self.items[by_paragraph[at]].paragraph;
            let end = by_paragraph[at..]
                .iter()
                .position(|i| self.items[*i].paragraph != paragraph)
                .map_or(by_paragraph.len(), |n| at + n);
            self.inline(xml, paragraph, &by_paragraph[at..end], &mut edits);
            at = end;
        }
        edits
    }

    /// The edits of one paragraph: every tag that stays goes whole into the text where it begins.
    fn inline(&self, xml: &str, paragraph: usize, items: &[usize], edits: &mut Vec<Edit>) {
        let paragraph = &self.tree.paragraphs[paragraph];
        let text = &paragraph.text;
        for segment in &paragraph.segments {
            let (start, end) = (segment.start, segment.end);
            let mut own = items.iter().filter(|i| {
                let range = &self.items[**i].tag.range;
                range.start < end && range.end > start
            });
            let outer = &xml[segment.outer.clone()];
            let close = outer.rfind("</").map_or("", |close| &outer[close..]);
            let mut pieces = Vec::new();
            let mut at = start;
            let mut touched = false;
            for index in own.by_ref() {
                touched = true;
                let range = &self.items[*index].tag.range;
                if range.start >= start {
                    pieces.push(escaped(&text[at..range.start]));
                    pieces.extend(self.piece(*index, close));
                }
                at = range.end;
            }
            if !touched {
                continue;
            }
            if at < end {
                pieces.push(escaped(&text[at..end]));
            }
            let open = &xml[segment.open.clone()];
            let open = open.strip_suffix('>').unwrap_or(open);
            let space = if open.contains("xml:space") { "" } else { " xml:space=\"preserve\"" };
            pieces.insert(0, Piece::Xml(format!("{open}{space}>")));
            pieces.push(Piece::Xml(close.to_owned()));
            edits.push(Edit { range: segment.outer.clone(), order: 0, pieces });
        }
        let merge = items.iter().find_map(|index| match &self.items[*index].meaning {
            Meaning::Value { merge: Some(key), .. } => Some((*index, key)),
            _ => None,
        });
        if let (Some((index, key)), Some(cell)) = (merge, self.nearest(paragraph.node, &[Kind::Cell, Kind::Island]))
            && let Some(edit) = self.merge_edit(cell, index, key)
        {
            edits.push(edit);
        }
    }

    /// What stands where a tag stood; `close` is the end tag of the text.
    fn piece(&self, index: usize, close: &str) -> Option<Piece> {
        // Between two texts of one run.
        let between = |element: &str| {
            let name = close.trim_start_matches("</").trim_end_matches('>').trim_end();
            Piece::Xml(format!("{close}{element}<{name} xml:space=\"preserve\">"))
        };
        match &self.items[index].meaning {
            Meaning::Value { source, .. } | Meaning::Quiet { source } => Some(Piece::Tag(index, source.clone())),
            Meaning::Block { source, .. } if self.spots[index] == Spot::InPlace => Some(Piece::Tag(index, source.clone())),
            Meaning::PageBreak => Some(between(&format!("<{0}br {0}type=\"page\"/>", self.dialect.prefix))),
            Meaning::Picture(number) => self.drawings.get(*number).map(|drawing| between(drawing)),
            _ => None,
        }
    }

    /// Puts an undecided merge into a cell's properties.
    fn merge_edit(&self, cell: usize, index: usize, key: &str) -> Option<Edit> {
        let place = self.tree.cell_place(cell)?;
        let inside = self.tree.nodes[cell].inside;
        let w = &self.dialect.prefix;
        let (range, bare) = match (&place.merge, place.at) {
            (Some(merge), _) => (merge.clone(), false),
            (None, Some(at)) => (at..at, false),
            (None, None) => (place.bare.clone().unwrap_or(inside..inside), true),
        };
        let merge = format!("<{w}vMerge {w}val=\"{UNDECIDED}");
        let (open, close) = match bare {
            true => (format!("<{w}tcPr>{merge}"), format!("\"/></{w}tcPr>")),
            false => (merge, "\"/>".to_owned()),
        };
        Some(Edit { range, order: 0, pieces: vec![Piece::Xml(open), Piece::Tag(index, key.to_owned()), Piece::Xml(close)] })
    }

    /// Rows that go where all their values are blank.
    fn blank_rows(&self, edits: &mut Vec<Edit>) {
        let mut done: Vec<usize> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            if !matches!(item.meaning, Meaning::SkipBlankRow) {
                continue;
            }
            let Some(row) = self.nearest(item.node, &[Kind::Row]).filter(|row| !done.contains(row)) else { continue };
            done.push(row);
            let range = &self.tree.nodes[row].range;
            let in_row = |item: &Item| range.contains(&self.tree.nodes[item.node].range.start);
            // A value inside a loop of the row is not known outside of it.
            let known = |item: &&Item| {
                item.inside.iter().all(|block| {
                    let first = self
                        .items
                        .iter()
                        .position(|other| matches!(&other.meaning, Meaning::Block { block: b, .. } if b == block));
                    first.is_none_or(|first| {
                        !in_row(&self.items[first]) || matches!(self.spots[first], Spot::Before(unit) if unit == row)
                    })
                })
            };
            let values: Vec<String> = self
                .items
                .iter()
                .filter(|item| in_row(item))
                .filter(known)
                .filter_map(|item| match &item.meaning {
                    Meaning::Value { source, .. } => {
                        let inner = source.strip_prefix(EXPRESSION[0])?.strip_suffix(EXPRESSION[1])?.trim();
                        Some(format!("(({inner}) | str | bare | trim)"))
                    }
                    _ => None,
                })
                .collect();
            if values.is_empty() {
                continue;
            }
            let condition = format!("{} if {} {}", STATEMENT[0], values.join(" or "), STATEMENT[1]);
            let end = format!("{} endif {}", STATEMENT[0], STATEMENT[1]);
            edits.push(Edit { range: range.start..range.start, order: usize::MAX, pieces: vec![Piece::Tag(index, condition)] });
            edits.push(Edit { range: range.end..range.end, order: 0, pieces: vec![Piece::Xml(end)] });
        }
    }
}

fn paragraph_of(tree: &Tree, node: usize) -> usize {
    tree.nodes[node].paragraphs.start
}

fn escaped(text: &str) -> Piece {
    let mut out = String::with_capacity(text.len());
    xml::escape(text, &mut out);
    Piece::Xml(out)
}

/// Copies the XML with the edits made; where in it which tag stands.
fn assemble(xml: &str, edits: &[Edit]) -> (String, Vec<(usize, usize)>) {
    let mut source = String::with_capacity(xml.len() + xml.len() / 8);
    let mut offsets = Vec::new();
    let mut at = 0;
    for edit in edits {
        // What lies inside a replaced element is gone with it.
        if edit.range.start < at {
            continue;
        }
        source.push_str(&xml[at..edit.range.start]);
        for piece in &edit.pieces {
            match piece {
                Piece::Xml(text) => source.push_str(text),
                Piece::Tag(tag, text) => {
                    offsets.push((source.len(), *tag));
                    source.push_str(text);
                }
            }
        }
        at = edit.range.end;
    }
    source.push_str(&xml[at..]);
    (source, offsets)
}
