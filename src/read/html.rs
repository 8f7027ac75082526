//! HTML → grids and paragraphs: whole pages, fragments, tables inside other texts. Spans are resolved to layout columns.
//!
//! What stands outside tables is read as paragraphs where it has paragraph tags, and by [`text`] where it has none (a table
//! pasted into Markdown). Nested tables become blocks behind the row they stand in. Pages are read as they are: end tags left
//! out, rows without a table, cells without a row.

use super::plain;
use super::table::Table;
use super::text::{self, Class, Line, Place, breaks};
use super::{Builder, Markup};
use crate::document::{Block, Cell, Layout, Row};
use crate::locus::Locus;
use crate::markup::scan::{Element, Piece, Reason, Scanner, Tag, Token};
use crate::markup::{self, is_block};

/// What the markup of a text makes of it.
pub(super) enum Survey {
    /// A text; markup in it is left over in cells.
    Text,
    /// The same, without the markup that runs over line ends: that would be cut with its lines.
    TextWithHoles(String, Vec<(Reason, u32)>),
    Html,
}

/// Looks at all markup of a text.
pub(super) fn survey(source: &str) -> Survey {
    if !source.contains('<') {
        return Survey::Text;
    }
    let (mut cells, mut holes) = (0usize, Vec::new());
    for piece in Scanner::new(source) {
        match piece.token {
            Token::Open(Tag { element: Element::Table | Element::Page, .. }) => return Survey::Html,
            Token::Open(Tag { element: Element::Row | Element::Cell, .. }) => cells += 1,
            Token::Other if source[piece.start..].get(..9).is_some_and(|s| s.eq_ignore_ascii_case("<!doctype")) => {
                return Survey::Html;
            }
            _ => {}
        }
        if !matches!(piece.token, Token::Text(_)) && source[piece.start..piece.end].contains(['\n', '\r']) {
            holes.push(piece);
        }
    }
    if cells >= 2 {
        return Survey::Html;
    }
    if holes.is_empty() {
        return Survey::Text;
    }
    let mut text = String::with_capacity(source.len());
    let mut dropped = Vec::new();
    let mut lines = Counter::new(source);
    let mut at = 0;
    for hole in holes {
        text.push_str(&source[at..hole.start]);
        text.extend(source[hole.start..hole.end].chars().filter(|c| matches!(c, '\n' | '\r')));
        if let Token::Dropped(reason) = hole.token {
            dropped.push((reason, lines.line(hole.start)));
        }
        at = hole.end;
    }
    text.push_str(&source[at..]);
    Survey::TextWithHoles(text, dropped)
}

/// Counts lines, forwards.
pub(super) struct Counter<'a> {
    source: &'a str,
    at: usize,
    line: u32,
    /// Cells handed out on this line.
    cells: u32,
}

impl<'a> Counter<'a> {
    fn new(source: &'a str) -> Self {
        Counter { source, at: 0, line: 1, cells: 0 }
    }

    /// The line of a byte that is not before the last one asked for.
    fn line(&mut self, byte: usize) -> u32 {
        if byte > self.at {
            // A `\r\n` cut in two counts once: for its `\n`.
            let more = breaks(&self.source[self.at..byte])
                - u32::from(self.source[..byte].ends_with('\r') && self.source[byte..].starts_with('\n'));
            self.at = byte;
            if more > 0 {
                self.line += more;
                self.cells = 0;
            }
        }
        self.line
    }

    /// The next cell of the current line, from 1, for what stands in no table.
    pub fn next_cell(&mut self) -> u32 {
        self.cells += 1;
        self.cells
    }
}

/// HTML under way: text nodes with their blanks collapsed, tags as they came.
#[derive(Default)]
pub(super) struct Raw {
    pub text: String,
    /// Blanks seen since the last character; whether a line ended among them.
    blank: Option<bool>,
    last: Option<char>,
    pre: u32,
    /// Line of the first character.
    pub line: u32,
}

impl Raw {
    pub fn push(&mut self, piece: &Piece, source: &str, line: u32) {
        match piece.token {
            Token::Text(text) => {
                for c in text.chars() {
                    self.character(c, line);
                }
            }
            Token::Entity(first, _) => {
                self.settle(first, line);
                self.text.push_str(&source[piece.start..piece.end]);
                self.last = Some(first);
            }
            Token::Open(tag) | Token::Close(tag) => {
                if tag.element == Element::Pre {
                    self.pre = if matches!(piece.token, Token::Open(_)) { self.pre + 1 } else { self.pre.saturating_sub(1) };
                }
                // Blanks beside a paragraph's end say nothing; beside an inline tag they part words.
                if !is_block(tag.element) {
                    if self.blank == Some(false) {
                        self.settle('a', line);
                    }
                } else {
                    (self.blank, self.last) = (None, None);
                }
                if tag.element == Element::Input && self.line == 0 {
                    self.line = line;
                }
                self.text.push_str(&source[piece.start..piece.end]);
            }
            Token::Other | Token::Dropped(_) => {}
        }
    }

    pub fn end_paragraph(&mut self) {
        self.text.push_str("<br>");
        (self.blank, self.last) = (None, None);
    }

    fn character(&mut self, c: char, line: u32) {
        if self.pre > 0 {
            self.text.push(c);
            self.last = Some(c);
        } else if c.is_ascii_whitespace() {
            self.blank = Some(self.blank == Some(true) || matches!(c, '\n' | '\r'));
        } else {
            self.settle(c, line);
            self.text.push(c);
            self.last = Some(c);
        }
    }

    /// Writes the blank before a character. A line end between two Chinese characters is none: the source was wrapped there.
    fn settle(&mut self, next: char, line: u32) {
        if self.line == 0 {
            self.line = line;
        }
        let wide = |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}');
        match self.blank.take() {
            Some(true) if self.last.is_some_and(wide) && wide(next) => {}
            Some(_) if self.last.is_some_and(|last| last != ' ') => {
                self.text.push(' ');
                self.last = Some(' ');
            }
            _ => {}
        }
    }
}

/// HTML as a browser shows it.
pub(super) fn shown(raw: &str) -> String {
    markup::resolve(raw).map_or_else(|| raw.to_owned(), |cleaned| cleaned.text)
}

/// Reads a page or a text with tables.
///
/// Its tags and entities are read here, once; what then looks like a tag was typed, or escaped twice.
pub(super) fn read(builder: &mut Builder, source: &str) {
    builder.with_markup(Markup::Typed, |builder| read_page(builder, source));
}

fn read_page(builder: &mut Builder, source: &str) {
    let mut reader = Reader {
        source,
        lines: Counter::new(source),
        outside: Vec::new(),
        stack: Vec::new(),
        ignored: 0,
        head: false,
        title: None,
    };
    let mut start = 0;
    for piece in Scanner::new(source) {
        if builder.is_full() {
            break;
        }
        if reader.stack.is_empty() && !matches!(piece.token, Token::Open(tag) if starts_table(tag.element)) {
            reader.outside.push(piece);
            continue;
        }
        if reader.stack.is_empty() {
            reader.flush_outside(builder, start..piece.start);
        }
        reader.inside(builder, &piece);
        start = piece.end;
    }
    while !reader.stack.is_empty() {
        reader.close_table(builder);
    }
    reader.flush_outside(builder, start..source.len());
    // The window's title is content only where the page does not say it again.
    if let Some((line, before, title)) = reader.title.take()
        && !builder
            .blocks
            .iter()
            .flat_map(|block| &block.rows)
            .flat_map(|row| &row.cells)
            .any(|cell| cell.text.trim() == title.trim())
    {
        let cell = Cell { column: 0, ..builder.cell(&title, line, before + 1) };
        builder.blocks.insert(0, Block { layout: Layout::Lines, rows: vec![Row { cells: vec![cell] }] });
    }
}

fn starts_table(element: Element) -> bool {
    matches!(element, Element::Table | Element::Row | Element::Cell | Element::RowGroup)
}

struct Reader<'a> {
    source: &'a str,
    lines: Counter<'a>,
    /// What stands between two tables.
    outside: Vec<Piece<'a>>,
    stack: Vec<Table>,
    /// Tables open beyond the limit of depth.
    ignored: usize,
    head: bool,
    /// The `<title>`: its place and text.
    title: Option<(u32, u32, String)>,
}

impl<'a> Reader<'a> {
    /// One piece, inside a table or starting one.
    fn inside(&mut self, builder: &mut Builder, piece: &Piece<'a>) {
        let line = self.lines.line(piece.start);
        match piece.token {
            Token::Open(tag) if tag.element == Element::Table => {
                if self.stack.len() >= builder.limits.depth {
                    self.ignored += 1;
                    builder.too_deep.get_or_insert(Locus::text(line, 1, 0));
                } else {
                    // What stands behind the inner table is another paragraph of the cell.
                    if let Some(cell) = self.stack.last_mut().and_then(|table| table.cell.as_mut()) {
                        cell.raw.end_paragraph();
                    }
                    builder.tables += 1;
                    self.stack.push(Table::new(builder.tables, false));
                }
                return;
            }
            Token::Close(tag) if tag.element == Element::Table => {
                match self.ignored {
                    0 => self.close_table(builder),
                    _ => self.ignored -= 1,
                }
                return;
            }
            Token::Dropped(reason) => {
                self.report(builder, reason, piece, line);
                return;
            }
            _ => {}
        }
        if self.stack.is_empty() {
            builder.tables += 1;
            self.stack.push(Table::new(builder.tables, true));
        }
        let ignored = self.ignored > 0;
        let Some(table) = self.stack.last_mut() else { return };
        match piece.token {
            Token::Open(tag) if !ignored && starts_table(tag.element) => {
                match tag.element {
                    Element::Cell => table.close_cell(builder),
                    Element::Row => table.close_row(builder),
                    _ => table.close_group(builder),
                }
                table.flush_stray(builder, &mut self.lines);
                match tag.element {
                    Element::Cell => table.open_cell(&tag, line),
                    Element::Row => table.open_row(),
                    _ => {}
                }
            }
            Token::Close(tag) if !ignored && starts_table(tag.element) => match tag.element {
                Element::Cell => table.close_cell(builder),
                Element::Row => table.close_row(builder),
                _ => table.close_group(builder),
            },
            _ => match &mut table.cell {
                Some(cell) => cell.raw.push(piece, self.source, line),
                None if table.implicit && is_content(piece) => {
                    // Rows without a table end where text goes on.
                    self.close_table(builder);
                    self.outside.push(*piece);
                }
                None => table.stray.push(piece, self.source, line),
            },
        }
    }

    fn close_table(&mut self, builder: &mut Builder) {
        let Some(table) = self.stack.pop() else { return };
        let blocks = table.finish(builder, &mut self.lines);
        match self.stack.last_mut() {
            // Behind the row that it stands in.
            Some(outer) => outer.insert(blocks),
            None => builder.blocks.extend(blocks),
        }
    }

    /// Scripts and comments of a page are nobody's content; hidden text may be.
    fn report(&mut self, builder: &mut Builder, reason: Reason, piece: &Piece, line: u32) {
        let style = self.source[piece.start..].get(..6).is_some_and(|tag| tag.eq_ignore_ascii_case("<style"));
        let silent = reason == Reason::Comment || (reason == Reason::Script && (style || self.head));
        if !silent {
            builder.dropped(reason, Locus::text(line, 1, 0));
        }
    }

    /// Reads what stood between two tables.
    fn flush_outside(&mut self, builder: &mut Builder, range: std::ops::Range<usize>) {
        let pieces = std::mem::take(&mut self.outside);
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
        let text = &self.source[first.start.min(range.start)..last.end];
        let beside = builder.tables > 0 || range.end < self.source.len();
        if is_text(&pieces, text, self.source) {
            let line = self.lines.line(first.start);
            let place = Place { line, before: self.lines.cells, beside };
            builder.with_markup(Markup::Html, |builder| text::read(builder, &self.source[first.start..last.end], place));
            self.lines.line(last.end);
            // Of the line that the table starts on, more cells than the text can have had.
            self.lines.cells += text.len() as u32;
            return;
        }
        let mut paragraphs: Vec<(u32, u32, String)> = Vec::new();
        let mut raw = Raw::default();
        let mut at = 0;
        while at < pieces.len() {
            let piece = &pieces[at];
            let line = self.lines.line(piece.start);
            at += 1;
            match piece.token {
                Token::Dropped(reason) => self.report(builder, reason, piece, line),
                Token::Open(tag) if tag.element == Element::Pre => {
                    self.end_paragraph(&mut raw, &mut paragraphs);
                    let close =
                        pieces[at..].iter().position(|p| matches!(p.token, Token::Close(t) if t.element == Element::Pre));
                    let end = close.map_or(pieces.len(), |length| at + length);
                    if let (Some(from), Some(to)) = (pieces.get(at), pieces.get(end.saturating_sub(1)).filter(|_| end > at)) {
                        self.push_paragraphs(builder, &mut paragraphs, true);
                        let line = self.lines.line(from.start);
                        let place = Place { line, before: self.lines.cells, beside: true };
                        let inside = &self.source[from.start..to.end];
                        builder.with_markup(Markup::Html, |builder| text::read(builder, inside, place));
                        self.lines.line(to.end);
                        self.lines.cells += (to.end - from.start) as u32;
                    }
                    at = end;
                }
                Token::Open(tag) | Token::Close(tag) if is_block(tag.element) => {
                    if tag.element == Element::Page {
                        self.head = tag.name.eq_ignore_ascii_case("head") && matches!(piece.token, Token::Open(_));
                    }
                    self.end_paragraph(&mut raw, &mut paragraphs);
                    if self.title.is_none() && self.head && tag.name.eq_ignore_ascii_case("title") {
                        self.title = paragraphs.pop();
                    }
                }
                _ => raw.push(piece, self.source, line),
            }
        }
        self.end_paragraph(&mut raw, &mut paragraphs);
        self.push_paragraphs(builder, &mut paragraphs, beside);
    }

    fn end_paragraph(&mut self, raw: &mut Raw, paragraphs: &mut Vec<(u32, u32, String)>) {
        let raw = std::mem::take(raw);
        let text = shown(&raw.text);
        if !text.trim().is_empty() {
            paragraphs.push((raw.line.max(1), self.lines.next_cell() - 1, text));
        }
    }

    fn push_paragraphs(&self, builder: &mut Builder, paragraphs: &mut Vec<(u32, u32, String)>, beside: bool) {
        let lines: Vec<Line> = paragraphs
            .iter()
            .map(|(number, before, text)| Line { number: *number, before: *before, text, class: Class::Plain })
            .collect();
        plain::read_paragraphs(builder, &lines, beside);
        paragraphs.clear();
    }
}

fn is_content(piece: &Piece) -> bool {
    match piece.token {
        Token::Text(text) => !text.trim().is_empty(),
        Token::Entity(first, _) => !first.is_whitespace(),
        _ => false,
    }
}

/// Whether a stretch between tables is text with lines of its own, and not the paragraphs of a page.
fn is_text(pieces: &[Piece], text: &str, source: &str) -> bool {
    let mut blocks = 0usize;
    for piece in pieces {
        match piece.token {
            Token::Text(_) | Token::Entity(..) => continue,
            Token::Open(tag) | Token::Close(tag) if is_block(tag.element) && tag.element != Element::Break => blocks += 1,
            _ => {}
        }
        if matches!(piece.token, Token::Dropped(_)) || source[piece.start..piece.end].contains('\n') {
            return false;
        }
    }
    if blocks == 0 {
        return true;
    }
    let (mut rows, mut filled) = (0usize, 0usize);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        filled += 1;
        rows += usize::from(line.contains('\t') || line.matches('|').count() >= 2);
    }
    rows >= 3 && rows * 2 >= filled
}
