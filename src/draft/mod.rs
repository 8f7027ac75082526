//! A first definition out of a blank form, and what to type into the form to make a template of it.
//!
//! Goes through the paragraphs and tables of a document in order and says what each text is: a label, a note, or not understood.
//! Nothing is dropped in silence: what is not understood is a notice with its place, and a comment in the definition. Every
//! guess is marked as one. What is made is text for people to complete; that it can be read again is tested.

mod account;
mod cell;
mod grid;
mod guess;
mod header;
mod region;
mod table;
mod words;
mod write;

use crate::catalogue::Language;
use crate::diag::Message;
use crate::document::{Block, Cell, Document, Layout, Notice};
use crate::form::FormDefinition;
use crate::form::blank::Typed;
use crate::locus::{Locus, Part, Spot};
use crate::value::Kind;
use cell::{Inline, What};
use grid::Grid;
use guess::{Known, Taken, Why};
use std::sync::Arc;
use words::words;

/// What was made of a blank form.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The name of the form.
    pub id: String,
    /// The definition, with comments.
    pub yaml: String,
    pub typed: Vec<Typed>,
    /// Texts that were not understood.
    pub notices: Vec<Notice>,
    pub fields: usize,
    pub bands: usize,
}

/// A field, and why it is thought to be one of its type.
#[derive(Clone, Debug)]
struct Field {
    key: String,
    label: String,
    kind: Kind,
    why: Why,
    /// The words of boxes.
    words: Vec<String>,
    inside: bool,
    /// `年度目标1`: the word before a number, and the cells of label and value.
    numbered: Option<Numbered>,
}

/// A label with a number, which may be the first of several blocks.
#[derive(Clone, Debug)]
struct Numbered {
    word: String,
    label: Locus,
    label_text: String,
    value: Locus,
    value_text: String,
}

#[derive(Clone, Debug)]
struct Column {
    field: Field,
    head: Option<String>,
    /// Several columns under one header, told apart by years.
    across: usize,
    /// The headers that stand for years.
    years: Vec<String>,
    /// Another column has the same header.
    again: bool,
}

#[derive(Clone, Debug)]
enum Band {
    Line(Vec<Field>),
    Pairs {
        label: Option<String>,
        rows: Vec<usize>,
        fields: Vec<Field>,
    },
    Text(Vec<Field>),
    Records {
        key: String,
        label: Option<String>,
        columns: Vec<Column>,
    },
    Matrix {
        key: String,
        label: Option<String>,
        corner: String,
        columns: Vec<Column>,
        groups: Vec<Group>,
    },
    Lists {
        key: String,
        label: Option<String>,
        number: Option<String>,
        sides: Vec<Side>,
    },
    Tree {
        key: String,
        label: Option<String>,
        blocks: Option<(String, String)>,
        levels: [(String, String); 2],
        hierarchy: String,
        /// The points of each label of the first level, where all of them have some.
        points: Vec<(String, String)>,
        columns: Vec<Column>,
    },
    Total {
        key: String,
        label: String,
        under: String,
        columns: Vec<String>,
    },
    Notes {
        key: String,
        label: String,
        texts: Vec<String>,
    },
}

/// One of lists side by side.
#[derive(Clone, Debug)]
struct Side {
    key: String,
    label: String,
    /// The word before a year inside the header.
    until: Option<String>,
    /// Another year stands before that word.
    span: bool,
}

#[derive(Clone, Debug)]
struct Group {
    key: String,
    label: Option<String>,
    items: Vec<(String, bool)>,
}

/// A two-level list of labels as the form prints it.
#[derive(Clone, Debug)]
struct Levels {
    name: String,
    /// It is one that forms share.
    shared: bool,
    roots: Vec<(String, Vec<String>)>,
}

/// A draft under way.
struct Drafter<'d> {
    known: Known,
    definitions: &'d [Arc<FormDefinition>],
    title: Option<String>,
    bands: Vec<Band>,
    levels: Vec<Levels>,
    typed: Vec<Typed>,
    notices: Vec<Notice>,
    keys: Taken,
    /// A heading that belongs to what comes next.
    heading: Option<(String, Locus)>,
    /// What stands in labels for a number that differs from copy to copy.
    letter: Option<char>,
    /// The last table with a header, for the total below it.
    last: Option<table::Last>,
    /// Of the table under way.
    table: u32,
}

/// Draws a definition from a blank form. `stem` is the name of its file, `definitions` are forms whose labels are known.
pub fn draft(document: &Document, stem: &str, definitions: &[Arc<FormDefinition>], language: Language) -> Draft {
    let mut drafter = Drafter {
        known: Known::of(definitions),
        definitions,
        title: None,
        bands: Vec::new(),
        levels: Vec::new(),
        typed: Vec::new(),
        notices: Vec::new(),
        keys: Taken::default(),
        heading: None,
        letter: None,
        last: None,
        table: 0,
    };
    drafter.document(document);
    drafter.drop_heading();
    let title = drafter.title.clone().unwrap_or_else(|| stem.to_owned());
    let id = id(stem, &title);
    let fields = drafter.bands.iter().map(Band::size).sum();
    let mut yaml = write::write(&drafter, &id, &title, language);
    let levels = drafter.levels.iter().flat_map(|levels| &levels.roots);
    let printed: String =
        levels.flat_map(|(root, children)| std::iter::once(root).chain(children)).map(String::as_str).collect();
    let forgotten = account::forgotten(document, &format!("{yaml}{printed}"));
    if !forgotten.is_empty() {
        for cell in forgotten {
            drafter.not_understood(&cell.text, cell.locus);
        }
        yaml = write::write(&drafter, &id, &title, language);
    }
    let Drafter { typed, notices, bands, .. } = drafter;
    Draft { id, yaml, typed, notices, fields, bands: bands.len() }
}

/// A name for the form: its file's where that is in letters, else its title as it sounds.
fn id(stem: &str, title: &str) -> String {
    let plain = stem.is_ascii() && stem.chars().any(|c| c.is_ascii_alphabetic());
    let name = if plain { guess::spelt(stem, '-') } else { guess::spelt(title, '-') };
    name.unwrap_or_else(|| "form".to_owned())
}

impl Band {
    /// How many fields it has.
    fn size(&self) -> usize {
        match self {
            Band::Line(fields) | Band::Pairs { fields, .. } | Band::Text(fields) => fields.len(),
            Band::Records { columns, .. } | Band::Tree { columns, .. } => columns.len(),
            Band::Matrix { columns, groups, .. } => columns.len() * groups.iter().map(|group| group.items.len()).sum::<usize>(),
            Band::Lists { sides, .. } => sides.len(),
            Band::Total { columns, .. } => columns.len(),
            Band::Notes { .. } => 0,
        }
    }
}

/// A paragraph or a table, in the order of the document.
enum Piece<'d> {
    Paragraph(&'d Cell),
    Table(Grid<'d>),
    /// Text whose cells are not known.
    Loose(&'d Block),
}

impl<'d> Drafter<'d> {
    fn document(&mut self, document: &'d Document) {
        let mut pieces = Vec::new();
        for block in &document.blocks {
            match block.layout {
                Layout::Lines => pieces.extend(block.rows.iter().flat_map(|row| &row.cells).map(Piece::Paragraph)),
                Layout::Grid | Layout::Rows => pieces.extend(parts(block)),
                Layout::Cells | Layout::Words | Layout::Printed | Layout::Page => pieces.push(Piece::Loose(block)),
            }
        }
        self.find_title(&pieces);
        let mut notes = false;
        for piece in &pieces {
            match piece {
                Piece::Paragraph(cell) if cell.is_blank() => {}
                Piece::Paragraph(cell) => notes = self.paragraph(cell, notes),
                Piece::Table(grid) => {
                    self.drop_heading();
                    notes = false;
                    self.table += 1;
                    self.region(grid, 0..grid.height, 0, None);
                }
                Piece::Loose(block) => {
                    for cell in block.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_blank()) {
                        self.not_understood(&cell.text, cell.locus);
                    }
                }
            }
        }
    }

    /// The title: a paragraph before the first table that ends as titles do, else the first that is nothing else.
    fn find_title(&mut self, pieces: &[Piece<'_>]) {
        let before = pieces.iter().map_while(|piece| match piece {
            Piece::Paragraph(cell) if !cell.is_blank() => Some(Some(*cell)),
            Piece::Paragraph(_) => Some(None),
            Piece::Table(_) | Piece::Loose(_) => None,
        });
        let labels: Vec<String> = before
            .flatten()
            .filter(|cell| cell.text.chars().count() < 60 && cell::inline(&cell.text).is_empty() && !is_mark(&cell.text))
            .map(|cell| cell::label(&cell.text))
            .collect();
        let named = labels.iter().rev().find(|label| words().is_title(label));
        self.title = named.or(labels.first()).cloned();
    }

    /// A paragraph; whether notes go on behind it.
    fn paragraph(&mut self, cell: &Cell, notes: bool) -> bool {
        let label = cell::label(&cell.text);
        if self.title.as_ref() == Some(&label) {
            return false;
        }
        if is_mark(&cell.text) && self.bands.iter().all(|band| matches!(band, Band::Line(_))) {
            let word = words().marks.iter().filter(|word| label.starts_with(word.as_str())).max_by_key(|word| word.len());
            let field = self.field(word.map_or(&label, |word| word), Some(Kind::Mark), &[]);
            self.type_whole(cell, &format!("{{{{ p.{} }}}}", field.key));
            self.line(vec![field]);
            return false;
        }
        let fields = cell::inline(&cell.text);
        if !fields.is_empty() {
            self.inline(cell, &fields);
            return false;
        }
        self.notes(cell, notes)
    }

    /// Running text: notes, if it begins as notes do or goes on with them; else not understood. Whether it is notes.
    fn notes(&mut self, cell: &Cell, notes: bool) -> bool {
        let text = cell.text.trim();
        let split = text.split_once([':', '：']).filter(|(word, _)| words().is_note(word));
        let alone = words().is_note(text);
        let body = !matches!(cell.locus.spot, Spot::Paragraph { part, .. } if part != Part::Body);
        if split.is_none() && !alone {
            if notes
                && body
                && let Some(Band::Notes { texts, .. }) = self.bands.last_mut()
            {
                texts.extend(text.lines().map(unnumbered).filter(|line| !line.is_empty()));
                return true;
            }
            self.not_understood(&cell.text, cell.locus);
            return false;
        }
        let (word, rest) = split.unwrap_or((text, ""));
        let label = cell::label(word);
        let key = self.keys.free("notes");
        let texts = rest.lines().map(unnumbered).filter(|line| !line.is_empty()).collect();
        self.bands.push(Band::Notes { key, label, texts });
        true
    }

    /// Labels with places in one line, and what else stands there.
    fn inline(&mut self, cell: &Cell, found: &[Inline]) {
        let letters: Vec<char> = cell.text.chars().collect();
        let mut fields = Vec::new();
        let mut seen = 0;
        for place in found {
            let between: String = letters.get(seen..place.from.max(seen)).unwrap_or_default().iter().collect();
            if between.chars().any(char::is_alphanumeric) {
                self.not_understood(&cell::label(&between), cell.locus);
            }
            // Of a label with its place inside, the rest stands behind the place.
            seen = match place.inside {
                true => {
                    letters[place.end..].iter().position(|c| matches!(c, ')' | '）')).map_or(place.end, |at| place.end + at + 1)
                }
                false => place.end,
            };
            let words: Vec<String> = place.ticks.iter().map(|tick| tick.word.clone()).collect();
            let mut field = self.field(&place.label, place.kind, &words);
            field.inside = place.inside;
            self.type_inline(cell, place, &field.key);
            fields.push(field);
        }
        let rest: String = letters.get(seen..).unwrap_or_default().iter().collect();
        if rest.chars().any(char::is_alphanumeric) {
            self.not_understood(&cell::label(&rest), cell.locus);
        }
        self.line(fields);
    }

    fn type_inline(&mut self, cell: &Cell, place: &Inline, key: &str) {
        if place.ticks.is_empty() {
            self.type_text(cell, place.start, place.end, &format!("{{{{ p.{key} }}}}"));
        }
        for tick in &place.ticks {
            self.type_text(cell, tick.at, tick.at + 1, &format!("{{{{ p.{key} | tick(when=\"{}\") }}}}", tick.word));
        }
    }

    /// Labels of one band differ: one that comes again (a date beside every signature) begins another band.
    fn line(&mut self, fields: Vec<Field>) {
        for field in fields {
            match self.bands.last_mut() {
                Some(Band::Line(known)) if !has_label(known, &field.label) => known.push(field),
                _ => self.bands.push(Band::Line(vec![field])),
            }
        }
    }

    /// A field of the record's top.
    fn field(&mut self, label: &str, printed: Option<Kind>, boxes: &[String]) -> Field {
        let mut keys = std::mem::take(&mut self.keys);
        let field = self.field_among(label, printed, boxes, &mut keys);
        self.keys = keys;
        field
    }

    fn field_among(&self, label: &str, printed: Option<Kind>, boxes: &[String], keys: &mut Taken) -> Field {
        let printed = if boxes.is_empty() { printed } else { Some(Kind::Choice) };
        let (kind, why) = self.known.kind(label, printed);
        let key = self.known.key(label, keys, "field");
        Field { key, label: label.to_owned(), kind, why, words: boxes.to_vec(), inside: false, numbered: None }
    }

    fn type_text(&mut self, cell: &Cell, start: usize, end: usize, text: &str) {
        let (start, end) = (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
        self.typed.push(Typed::Text { spot: cell.locus.spot, start, end, found: cell.text.clone(), text: text.to_owned() });
    }

    /// The whole of a cell gives way.
    fn type_whole(&mut self, cell: &Cell, text: &str) {
        self.type_text(cell, 0, cell.text.chars().count(), text);
    }

    fn not_understood(&mut self, text: &str, locus: Locus) {
        // Page numbers, rules and dots say nothing.
        if !text.chars().any(char::is_alphabetic) {
            return;
        }
        let message = Message::new("draft.not_understood").with("text", text.split_whitespace().collect::<Vec<_>>().join(" "));
        self.notices.push(Notice { message, locus });
    }

    /// A heading that is the label of nothing: known as printed, so that it is not taken for a value.
    fn drop_heading(&mut self) {
        if let Some((label, _)) = self.heading.take() {
            let key = self.keys.free("heading");
            self.bands.push(Band::Notes { key, label, texts: Vec::new() });
        }
    }
}

/// Whether one of the fields bears this label.
fn has_label(fields: &[Field], label: &str) -> bool {
    fields.iter().any(|field| words::folded(&field.label) == words::folded(label))
}

/// `附件2` before a title.
fn is_mark(text: &str) -> bool {
    let label = cell::label(text);
    let mark = words().marks.iter().any(|word| label.starts_with(word.as_str()));
    mark && label.chars().count() <= 8
}

/// A line without the number that it begins with.
fn unnumbered(line: &str) -> String {
    let line = line.trim();
    let bare = line.trim_start_matches(|c: char| {
        c.is_ascii_digit()
            || crate::value::numeral::is_numeral(c)
            || matches!(c, '(' | '（' | ')' | '）' | '.' | '．' | '、' | ' ')
    });
    let number = &line[..line.len() - bare.len()];
    let marked = number.trim_end().ends_with(['.', '．', '、', ')', '）']);
    if marked { bare.to_owned() } else { line.to_owned() }
}

/// A block as paragraphs and a table: rows of a sheet that hold one text before its table are paragraphs.
fn parts(block: &Block) -> Vec<Piece<'_>> {
    let lone = |row: &crate::document::Row| row.cells.iter().filter(|cell| !cell.is_blank()).count() <= 1;
    let is_sheet = block.rows.iter().flat_map(|row| &row.cells).any(|cell| matches!(cell.locus.spot, Spot::Sheet { .. }));
    let leading =
        if is_sheet || block.layout == Layout::Rows { block.rows.iter().take_while(|row| lone(row)).count() } else { 0 };
    let trailing = match leading == block.rows.len() || !(is_sheet || block.layout == Layout::Rows) {
        true => 0,
        false => block.rows.iter().rev().take_while(|row| lone(row) && row.cells.len() <= 1).count(),
    };
    if leading + trailing == 0 {
        return vec![Piece::Table(Grid::of(block))];
    }
    let (before, rest) = block.rows.split_at(leading);
    let (_, after) = rest.split_at(rest.len() - trailing);
    fn texts(rows: &[crate::document::Row]) -> Vec<Piece<'_>> {
        rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_blank()).map(Piece::Paragraph).collect()
    }
    let mut pieces = texts(before);
    if leading + trailing < block.rows.len() {
        pieces.push(Piece::Table(Grid::of_rows(&block.rows[leading..block.rows.len() - trailing])));
    }
    pieces.extend(texts(after));
    pieces
}

/// What a place to write on shows of its value.
fn printed(what: &What) -> (Option<Kind>, Vec<String>) {
    match what {
        What::Blank(kind) => (*kind, Vec::new()),
        What::Boxes(ticks) => (Some(Kind::Choice), ticks.iter().map(|tick| tick.word.clone()).collect()),
        What::Inline(_) | What::Label | What::Prose => (None, Vec::new()),
    }
}
