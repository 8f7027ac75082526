//! Bytes in, [`Document`] out: sniffs what the bytes are and calls the reader for it. Knows nothing of forms.
//!
//! 1. [`sniff`]: what the bytes are. [`docx`] reads Word packages.
//! 2. [`encoding`]: bytes → text, for all that may be one; office files that are texts too go to their readers.
//! 3. [`html`] (with [`table`]), where the text has tables or pages of HTML; [`text`] for everything else, and for what stands around tables.
//! 4. [`text`] cuts lines into stretches and hands each to what fits it: [`rows`] (tabs, commas), [`pipes`], [`columns`]
//!    (aligned blanks), [`plain`] (paragraphs, one cell per line, words), [`page`] (what printed pages leave).
//!
//! What a reader may not do: decide what a cell means, or lose a character. What it must drop it says in a notice.

mod columns;
mod docx;
mod encoding;
mod fields;
mod flat;
mod html;
mod odf;
mod page;
mod pipes;
mod plain;
mod rows;
mod rtf;
mod sheet;
mod sniff;
mod story;
mod symbols;
mod table;
mod text;
mod transfer;
mod web_archive;
mod word;

use crate::compound::Compound;
use crate::diag::{Error, Message};
use crate::document::{Block, Cell, Document, Layout, Notice, RawText, Row};
use crate::limits;
use crate::locus::{Locus, Spot};
use crate::markup::scan::Reason;
use crate::markup::{self, Cleaned};
use crate::package::Package;
use encoding::Office;
pub use encoding::name as file_name;
use sniff::Kind;
use std::collections::BTreeMap;

/// Limits on what is read; untrusted input everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a source.
    pub bytes: usize,
    /// Cells of a document.
    pub cells: usize,
    /// Depth of nested markup.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: limits::SOURCE_BYTES, cells: limits::CELLS, depth: limits::MARKUP_DEPTH }
    }
}

/// Which state of a document with tracked changes is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tracked {
    /// As if every change were accepted: what the document is meant to say.
    #[default]
    Accept,
    /// As if every change were rejected: what it said before.
    Reject,
}

/// What becomes of tags that stand in the texts of an office file (`<br/>`, `&nbsp;`), typed or left there by a system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LeftOvers {
    /// They are text, as the page shows them.
    #[default]
    Shown,
    /// What says nothing by itself is cleaned, as in a text, and told; the cell keeps its source.
    Cleaned,
}

/// How a source is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    pub limits: Limits,
    pub tracked: Tracked,
    pub left_overs: LeftOvers,
}

/// Reads a source of any kind that has a reader.
pub fn read(bytes: &[u8], options: &Options) -> Result<Document, Error> {
    let limits = &options.limits;
    if bytes.len() > limits.bytes {
        let message = Message::new("read.too_large").with("bytes", bytes.len()).with("limit", limits.bytes);
        return Err(Error::Unreadable(message));
    }
    match sniff::kind(bytes) {
        Kind::Text => read_text(bytes, options),
        Kind::Word(package, main, text) => repeated(&package, docx::read(&package, &main, text, options)),
        Kind::OpenDocument(package) => {
            repeated(&package, with_builder(options, |builder| odf::read(builder, &package, options.tracked)))
        }
        Kind::WebArchive => {
            let mut builder = Builder::new(options);
            let (reader, encoding) = web_archive::read(&mut builder, bytes)?;
            builder.finish(reader, encoding)
        }
        Kind::Rtf => with_builder(options, |builder| rtf::read(builder, bytes, options.tracked)),
        Kind::Sheets(package) => repeated(&package, with_builder(options, |builder| sheet::xlsx::read(builder, &package))),
        Kind::Compound => with_builder(options, |builder| read_compound(builder, bytes, options.tracked)),
        other => Err(other.refusal()),
    }
}

/// What a reader says it is, and what the source was encoded in.
type Told = (&'static str, &'static str);

/// Reads what a compound file holds.
fn read_compound(builder: &mut Builder, bytes: &[u8], tracked: Tracked) -> Result<Told, Error> {
    let mut compound = Compound::open(bytes).map_err(Error::Unreadable)?;
    if compound.has("/WordDocument") {
        word::read(builder, &mut compound, tracked)
    } else if compound.has("/Workbook") || compound.has("/Book") {
        sheet::xls::read(builder, &mut compound)
    } else if compound.has("/EncryptedPackage") {
        Err(Error::Unreadable(Message::new("read.encrypted")))
    } else {
        Err(Kind::Compound.refusal())
    }
}

/// Tells of entries of a package that cannot be read because another has their name.
fn repeated(package: &Package, read: Result<Document, Error>) -> Result<Document, Error> {
    let mut document = read?;
    if package.repeated() > 0 {
        let message = Message::new("read.repeated").with("count", package.repeated());
        document.notices.push(Notice { message, locus: Locus::default() });
    }
    Ok(document)
}

/// Reads a package that did not come as a zip file.
fn read_package(package: Package, options: &Options) -> Result<Document, Error> {
    match sniff::opened(package) {
        Kind::Word(package, main, text) => docx::read(&package, &main, text, options),
        Kind::Sheets(package) => with_builder(options, |builder| sheet::xlsx::read(builder, &package)),
        other => Err(other.refusal()),
    }
}

fn with_builder(options: &Options, read: impl FnOnce(&mut Builder) -> Result<Told, Error>) -> Result<Document, Error> {
    let mut builder = Builder::of_office(options);
    let (reader, encoding) = read(&mut builder)?;
    builder.finish(reader, encoding)
}

/// Reads what is, or should be, a text: plain, with tables, or a page.
fn read_text(bytes: &[u8], options: &Options) -> Result<Document, Error> {
    let decoded = encoding::decode(bytes)?;
    if odf::is_flat(&decoded.text) {
        return with_builder(options, |builder| odf::read_flat(builder, &decoded.text, options.tracked));
    }
    match encoding::office(&decoded.text) {
        Some(Office::Rtf) => {
            let source = decoded.text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
            return with_builder(options, |builder| rtf::read(builder, source.as_bytes(), options.tracked));
        }
        Some(Office::FlatPackage) => return read_package(flat::package(&decoded.text)?, options),
        Some(Office::Word2003) => return docx::read_2003(&decoded.text, options),
        Some(Office::Excel2003) => return with_builder(options, |builder| sheet::xml::read(builder, &decoded.text)),
        None => {}
    }
    let mut builder = Builder::new(options);
    let reader = match html::survey(&decoded.text) {
        html::Survey::Text => {
            text::read(&mut builder, &decoded.text, text::Place::WHOLE);
            "text"
        }
        html::Survey::TextWithHoles(text, dropped) => {
            for (reason, line) in dropped {
                builder.dropped(reason, Locus::text(line, 1, 0));
            }
            text::read(&mut builder, &text, text::Place::WHOLE);
            "text"
        }
        html::Survey::Html => {
            html::read(&mut builder, &decoded.text);
            "html"
        }
    };
    builder.finish(reader, decoded.encoding)
}

/// What markup in the text of a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Markup {
    /// All of HTML: the cell was cut out of a text.
    Html,
    /// What someone typed, or a system left: the text stands so in an office file, or on a page whose tags were read.
    Typed,
}

/// A document under way: makes cells, counts them, and gathers what is to be reported.
struct Builder {
    limits: Limits,
    left_overs: LeftOvers,
    markup: Markup,
    /// Cells of typed texts that were cleaned, and the first of them.
    cleaned: (u32, Locus),
    blocks: Vec<Block>,
    cells: usize,
    dropped: BTreeMap<Reason, (usize, Locus)>,
    notices: Vec<Notice>,
    /// Tables of the file so far.
    tables: u32,
    too_deep: Option<Locus>,
    /// Where passages stand that a reader tells of.
    places: story::report::Places,
}

impl Builder {
    /// Tells that the texts of a file are in an encoding that nobody here knows.
    fn tell_code_page(&mut self, number: i32) {
        let message = Message::new("read.code_page").with("number", number);
        self.notices.push(Notice { message, locus: Locus::default() });
    }

    /// Notes where passages stand; the first place counts.
    fn place(&mut self, told: &[u32], spot: Spot) {
        for number in told {
            self.places.entry(*number).or_insert(Locus::new(spot, 0, 0));
        }
    }

    fn new(options: &Options) -> Self {
        let &Options { limits, left_overs, .. } = options;
        let dropped = BTreeMap::new();
        let (blocks, notices, places) = (Vec::new(), Vec::new(), story::report::Places::default());
        let (markup, cleaned) = (Markup::Html, (0, Locus::default()));
        Builder { limits, left_overs, markup, cleaned, blocks, cells: 0, dropped, notices, tables: 0, too_deep: None, places }
    }

    /// Of an office file, whose texts have no markup but what someone typed or a system left in them.
    fn of_office(options: &Options) -> Self {
        Builder { markup: Markup::Typed, ..Builder::new(options) }
    }

    /// Does a step whose cells have another kind of markup.
    fn with_markup(&mut self, markup: Markup, step: impl FnOnce(&mut Builder)) {
        let before = std::mem::replace(&mut self.markup, markup);
        step(self);
        self.markup = before;
    }

    /// Whether no more cells may be made: readers stop early, the error comes at the end.
    fn is_full(&self) -> bool {
        self.cells > self.limits.cells
    }

    /// Nothing was read that anyone could see: a page of scripts.
    fn is_empty(&self) -> bool {
        self.blocks.iter().flat_map(|block| &block.rows).all(Row::is_blank)
    }

    /// A cell of a text: trimmed, without markup, with its source where that differs.
    fn cell(&mut self, source: &str, line: u32, cell: u32) -> Cell {
        self.cell_at(source, Spot::Text { line, cell })
    }

    /// The same for a place of any kind. Its column is 0, or the number of a text's cell.
    fn cell_at(&mut self, source: &str, spot: Spot) -> Cell {
        self.cells += 1;
        let source = source.trim();
        let number = if let Spot::Text { cell, .. } = spot { cell } else { 1 };
        let cleaned = match (self.markup, self.left_overs) {
            (Markup::Html, _) => markup::clean(source),
            // Where tags are all there is, they stay: a value, and for the rules to clean.
            (Markup::Typed, LeftOvers::Cleaned) => {
                markup::clean_typed(source).filter(|cleaned| !cleaned.text.is_empty() || !source.contains(['<', '>']))
            }
            (Markup::Typed, LeftOvers::Shown) => None,
        };
        let mut made = Cell::plain(if cleaned.is_some() { "" } else { source }, 0, number);
        made.locus.spot = spot;
        if let Some(cleaned) = cleaned {
            self.fill(&mut made, source.to_owned(), cleaned);
            if self.markup != Markup::Html {
                self.cleaned = (self.cleaned.0 + 1, if self.cleaned.0 == 0 { made.locus } else { self.cleaned.1 });
            }
        }
        made
    }

    /// The same, of a text that no one else needs: it becomes the cell's own where it stays as it is.
    fn cell_of(&mut self, source: String, spot: Spot) -> Cell {
        let plain = !source.starts_with(char::is_whitespace) && !source.ends_with(char::is_whitespace);
        if !plain || markup::may_hold(&source) {
            return self.cell_at(&source, spot);
        }
        self.cells += 1;
        let mut made = Cell::plain(source, 0, 1);
        made.locus.spot = spot;
        made
    }

    /// Puts a cleaned text into a cell and reports what cleaning dropped.
    fn fill(&mut self, cell: &mut Cell, source: String, cleaned: Cleaned) {
        let count = cleaned.starts.len() as u32;
        cell.locus = cell.locus.with_range(0, count);
        for dropped in &cleaned.dropped {
            self.dropped(dropped.reason, cell.locus.with_range(dropped.before, dropped.before));
        }
        cell.raw = Some(RawText { text: source, starts: cleaned.starts });
        cell.text = cleaned.text;
    }

    fn dropped(&mut self, reason: Reason, locus: Locus) {
        if reason != Reason::Nothing {
            self.dropped.entry(reason).or_insert((0, locus)).0 += 1;
        }
    }

    fn push(&mut self, layout: Layout, rows: Vec<Row>) {
        if !rows.is_empty() {
            self.blocks.push(Block { layout, rows });
        }
    }

    fn finish(self, reader: &'static str, encoding: &'static str) -> Result<Document, Error> {
        if self.is_full() {
            let message = Message::new("read.too_many_cells").with("limit", self.limits.cells);
            return Err(Error::Unreadable(message));
        }
        if self.is_empty() {
            return Err(Error::Unreadable(Message::new("read.blank")));
        }
        let mut notices = self.notices;
        for (reason, (count, locus)) in self.dropped {
            let id = match reason {
                Reason::Script => "read.dropped.script",
                Reason::Hidden => "read.dropped.hidden",
                Reason::Drawing => "read.dropped.drawing",
                Reason::Unchosen => "read.dropped.unchosen",
                Reason::Comment => "read.dropped.comment",
                Reason::Nothing => continue,
            };
            notices.push(Notice { message: Message::new(id).with("count", count), locus });
        }
        if self.cleaned.0 > 0 {
            let message = Message::new("read.left_overs").with("count", self.cleaned.0);
            notices.push(Notice { message, locus: self.cleaned.1 });
        }
        if let Some(locus) = self.too_deep {
            notices.push(Notice { message: Message::new("read.too_deep").with("limit", self.limits.depth), locus });
        }
        let mut document = Document { reader, encoding, blocks: self.blocks, notices };
        let losses: Vec<Notice> = document.cells().filter_map(|cell| loss(cell, encoding)).collect();
        document.notices.extend(losses);
        Ok(document)
    }
}

/// The characters of a cell that could not be decoded, as a notice on the first run of them.
fn loss(cell: &Cell, encoding: &'static str) -> Option<Notice> {
    const LOST: char = '\u{fffd}';
    let lost = |c: char| c == LOST;
    // Asked of every cell: all bytes at once are looked at faster than one after the other.
    if !cell.text.bytes().fold(false, |any, byte| any | (byte == 0xbd)) {
        return None;
    }
    let byte = cell.text.find(LOST)?;
    let start = cell.text[..byte].chars().count() as u32;
    let run = cell.text[byte..].chars().take_while(|c| lost(*c)).count() as u32;
    let count = cell.text.matches(lost).count();
    let message = Message::new("read.loss").with("count", count).with("encoding", encoding);
    Some(Notice { message, locus: cell.locus.with_range(start, start + run) })
}

/// Whether the description of a picture says something: not where it is the name of a file.
fn speaks(description: &str) -> bool {
    let text = description.trim();
    let is_file = text.rsplit_once('.').is_some_and(|(name, kind)| {
        !name.is_empty() && (2..=4).contains(&kind.len()) && kind.chars().all(|c| c.is_ascii_alphanumeric())
    });
    !text.is_empty() && !is_file
}
