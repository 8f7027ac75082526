//! The Word-shaped tree between package and document: flows of paragraphs and tables, texts joined, fields shown, changes settled.
//!
//! It holds what stands on the page and what is to be said of it, not how it looks. Spans are as Word has them: merged cells
//! are still cells here, [`super::grid`] resolves them.

/// Paragraphs and tables in order: a body, a header, a note, a text box, the inside of a cell.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Most flows are cells with one paragraph, and there are many: it stands in the flow itself.
    first: Option<Item>,
    rest: Vec<Item>,
}

impl Flow {
    pub fn push(&mut self, item: Item) {
        match self.first {
            None => self.first = Some(item),
            Some(_) => self.rest.push(item),
        }
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.first.iter().chain(&self.rest)
    }

    pub fn into_items(self) -> impl Iterator<Item = Item> {
        self.first.into_iter().chain(self.rest)
    }
}

impl FromIterator<Item> for Flow {
    fn from_iter<T: IntoIterator<Item = Item>>(items: T) -> Flow {
        let mut flow = Flow::default();
        items.into_iter().for_each(|item| flow.push(item));
        flow
    }
}

#[derive(Debug)]
pub(super) enum Item {
    Paragraph(Paragraph),
    Table(Box<Table>),
}

/// A paragraph with what is anchored in it.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub text: String,
    /// What few paragraphs have.
    pub more: Option<Box<More>>,
}

impl Paragraph {
    pub fn of(text: String) -> Paragraph {
        Paragraph { text, more: None }
    }

    /// What few paragraphs have, to add to it.
    pub fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}

/// What stands beside a paragraph's text.
#[derive(Debug, Default)]
pub(super) struct More {
    /// The automatic number before it, as printed.
    pub number: Option<String>,
    /// What is not in the text, or stands in it and needs a word.
    pub remarks: Vec<Remark>,
    /// Text boxes, in order.
    pub boxes: Vec<Flow>,
    /// Parts with drawn text: charts, diagrams.
    pub graphics: Vec<String>,
    /// Parts that are files of their own, imported when Word opens the file.
    pub imported: Vec<String>,
}

/// Something to say of a paragraph.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub about: About,
    /// The text that it is about.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// Formatted as hidden: not read.
    Hidden,
    /// In a cell that a merge covers: not read.
    Covered,
    /// Asks for an entry that no one has made: read.
    Placeholder,
    /// White on nothing: read.
    White,
    /// A field whose result Word computes when it shows the page: not read, its instruction is told.
    Field,
    /// What a picture or shape is described by, for those who do not see it: not read.
    Alternative,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    /// Of the file, from 1.
    pub number: u32,
    /// Widths of the grid's columns in twentieths of a point; often missing or wrong.
    pub widths: Vec<u32>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Default)]
pub(super) struct Row {
    pub indent: Indent,
    pub cells: Vec<Cell>,
    /// Remarks of the row itself (a hidden row).
    pub remarks: Vec<Remark>,
}

/// Columns of the grid that a row leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Indent {
    /// Before the first cell.
    pub before: u32,
    /// Behind the last cell.
    pub after: u32,
}

#[derive(Debug, Default)]
pub(super) struct Cell {
    pub format: CellFormat,
    pub flow: Flow,
}

/// What the properties of a cell say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellFormat {
    pub span: u32,
    pub vertical: Merge,
    pub horizontal: Merge,
    /// In twentieths of a point, where it is given so.
    pub width: Option<u32>,
    /// It has a ground of its own.
    pub shaded: bool,
}

impl Default for CellFormat {
    fn default() -> Self {
        CellFormat { span: 1, vertical: Merge::None, horizontal: Merge::None, width: None, shaded: false }
    }
}

/// How a cell takes part in a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    None,
    Restart,
    Continue,
}

/// What was met in a file and is told once, with its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unread {
    Picture,
    Embedded,
    Ink,
    Chunk,
    /// A mark of a symbol font that no character is known for.
    Symbol,
    /// A comment of our own, in a correction copy.
    OwnComment,
    /// Content for programs that know more than this one, without a fallback.
    Unknown,
    /// A date or page number that Word fills in itself.
    Computed,
    /// A part that cannot be read.
    Part,
    /// Tables deeper than the limit, read as paragraphs.
    Depth,
}

/// What tracked changes a file holds.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub inserted: u32,
    pub deleted: u32,
    pub moved: u32,
    pub formatted: u32,
    pub authors: Vec<String>,
    /// The texts that were left out, by the way they were settled.
    pub left_out: Vec<String>,
}
