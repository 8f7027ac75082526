//! The XML of a part → [`Flow`]s: one pass over its tokens with a stack of its own, so that no depth of nesting can harm.
//!
//! Wrappers (content controls, smart tags, insertions, unknown elements) are gone through as if they were not there, wherever
//! they stand: that is how rows and cells inside them stay rows and cells. What a run holds is in [`super::runs`].

use super::blocks::{OpenFlow, OpenParagraph, ParagraphFormat};
use super::groups::Groups;
use super::properties::Properties;
use super::related::Related;
use super::runs::RunState;
use super::styles::Styles;
use super::tree::{About, Cell, Changes, Flow, Remark, Unread};
use super::{Numbering, Options, Tracked};
use crate::change::AUTHOR;
use crate::locus::Part;
use crate::xml::{Attributes, Fault, Name, Scanner, Sort, Space, Start, Token};
use std::collections::BTreeMap;

/// What is known of a file besides the part that is read, and what is gathered over all its parts.
#[derive(Debug, Default)]
pub(super) struct State {
    pub styles: Styles,
    pub numbering: Numbering,
    pub options: Options,
    /// Tables so far.
    pub tables: u32,
    pub cells: usize,
    pub unread: BTreeMap<Unread, u32>,
    pub changes: Changes,
    pub sections: Vec<Section>,
    /// Texts of what parts the notes from the page.
    pub separators: Vec<String>,
}

/// The headers and footers of a section.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub references: Vec<Reference>,
    pub title_page: bool,
}

#[derive(Debug)]
pub(super) struct Reference {
    /// `first`, `even` or `default`.
    pub kind: String,
    /// The relationship.
    pub id: String,
}

impl State {
    pub fn count(&mut self, unread: Unread) {
        *self.unread.entry(unread).or_default() += 1;
    }
}

/// An element that is open, as far as its end or its children depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A wrapper.
    Through,
    Paragraph,
    Run,
    Text,
    Instruction,
    Table,
    /// A table that is too deep to be one.
    FlatTable,
    Row,
    Cell,
    Grid,
    /// A flow inside a paragraph.
    Box,
    /// A note or comment.
    Note,
    /// A header or footer that stands inside its section.
    Margin(Part),
    Control,
    ControlContent,
    Alternate {
        taken: bool,
    },
    Object,
    Ruby,
    RubyText {
        from: u32,
    },
    RubyBase,
    FieldMark,
    /// Elements whose children are properties, not content.
    Properties(Properties),
    /// A fraction's upper part, and what else of a formula is parted by signs.
    Sign(char),
    Delimiters,
}

/// A content control.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Control {
    pub checkbox: Option<bool>,
    pub placeholder: bool,
    pub from: Option<usize>,
}

/// What to do with an element.
pub(super) enum Step {
    Into(Frame),
    Skip,
    /// Skip it, but remember its text as left out.
    Drop,
    /// Skip it, but tell its text: what parts the notes from the page.
    Tell,
}

pub(super) struct Parser<'s, 'a> {
    pub state: &'s mut State,
    pub related: &'s Related<'s>,
    pub scanner: Scanner<'a>,
    pub stack: Vec<Frame>,
    pub flows: Vec<OpenFlow<'a>>,
    pub cells: Vec<Cell>,
    pub runs: Vec<RunState>,
    pub controls: Vec<Control>,
    /// Content controls around that show what should be entered.
    pub placeholders: u32,
    /// Embedded objects around: their picture is told with them.
    pub objects: u32,
    /// What row or cell properties said should become of the row or cell.
    pub fate: Option<Fate>,
    pub ruby: Vec<String>,
    /// The closing signs of brackets in formulas.
    pub brackets: Vec<(String, String, bool)>,
    /// The sign of an operator in a formula.
    pub operator: Option<String>,
    pub groups: Groups<'a>,
    /// Tables around this one.
    pub depth: usize,
    pub flat: u32,
    notes: Vec<Flow>,
    margins: Vec<(Part, Flow)>,
}

/// What becomes of a row or a cell that does not stand on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Removed,
    Hidden,
}

/// What a part holds.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub main: Flow,
    /// Notes and comments, where the part is made of them.
    pub notes: Vec<Flow>,
    /// Headers and footers that stand inside their sections.
    pub margins: Vec<(Part, Flow)>,
}

/// Reads a part.
pub(super) fn read(state: &mut State, related: &Related, source: &str) -> Result<Read, Fault> {
    let mut parser = Parser {
        state,
        related,
        scanner: Scanner::deep(source),
        stack: Vec::with_capacity(64),
        flows: vec![OpenFlow::default()],
        cells: Vec::new(),
        runs: Vec::new(),
        controls: Vec::new(),
        placeholders: 0,
        objects: 0,
        fate: None,
        ruby: Vec::new(),
        brackets: Vec::new(),
        operator: None,
        groups: Groups::default(),
        depth: 0,
        flat: 0,
        notes: Vec::new(),
        margins: Vec::new(),
    };
    loop {
        match parser.scanner.sort() {
            Sort::Start => {
                let tag = parser.scanner.start()?;
                parser.begin(&tag)?;
                if parser.state.cells > parser.state.options.limits.cells {
                    break;
                }
            }
            Sort::End => {
                parser.scanner.end()?;
                parser.end()?;
            }
            Sort::Text => {
                let text = parser.scanner.text();
                parser.characters(text);
            }
            Sort::Rare => match parser.scanner.rare()? {
                Some(Token::Text(text)) => parser.characters(&text),
                Some(_) => {}
                None => break,
            },
        }
    }
    while parser.flows.len() > 1 {
        parser.close_flow();
    }
    let main = parser.close_flow();
    Ok(Read { main, notes: parser.notes, margins: parser.margins })
}

impl<'a> Parser<'_, 'a> {
    /// An element begins.
    #[inline(always)]
    fn begin(&mut self, tag: &Start<'a>) -> Result<(), Fault> {
        let Start { name, empty, attributes } = tag;
        let step = match self.stack.last() {
            Some(Frame::Properties(kind)) => self.property(*kind, *name, attributes),
            Some(Frame::Text) => Step::Skip,
            _ => self.element(*name, attributes),
        };
        match step {
            Step::Into(frame) => {
                if let (Frame::Properties(kind), false) = (frame, *empty) {
                    self.open_group(kind);
                }
                self.stack.push(frame);
                match frame.properties() {
                    _ if *empty => self.end()?,
                    Some(kind) => self.recall(kind),
                    None => {}
                }
            }
            _ if *empty => {}
            Step::Skip => self.scanner.skip()?,
            Step::Drop => {
                let mut text = String::new();
                self.skip(&mut text)?;
                self.leave_out(text);
            }
            Step::Tell => {
                let mut text = String::new();
                self.skip(&mut text)?;
                let text = text.trim();
                if !text.is_empty() && !self.state.separators.iter().any(|known| known == text) {
                    self.state.separators.push(text.to_owned());
                }
            }
        }
        Ok(())
    }

    /// Characters stand here.
    fn characters(&mut self, text: &str) {
        match self.stack.last() {
            Some(Frame::Text) => self.text(text),
            Some(Frame::Instruction) => self.instruction(text),
            _ => {}
        }
    }

    /// Reads to the end of the element that has just begun; its text is gathered.
    fn skip(&mut self, text: &mut String) -> Result<(), Fault> {
        let mut depth = 0usize;
        // How deep the text element is that is open.
        let mut open = usize::MAX;
        while let Some((token, _)) = self.scanner.token()? {
            match token {
                Token::Start { empty: true, .. } | Token::Other => {}
                Token::Start { name, .. } => {
                    depth += 1;
                    if matches!(name.local, "t" | "delText") {
                        open = depth;
                    }
                }
                Token::Text(piece) => {
                    if open == depth {
                        text.push_str(&piece);
                    }
                }
                Token::End(name) => {
                    if depth == 0 {
                        return Ok(());
                    }
                    depth -= 1;
                    open = usize::MAX;
                    if name.is_word("p") && !text.is_empty() {
                        text.push('\n');
                    }
                }
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, text: String) {
        let text = text.trim();
        if !text.is_empty() {
            self.state.changes.left_out.push(text.to_owned());
        }
    }

    /// The flow under way; there is always one.
    pub fn flow(&mut self) -> &mut OpenFlow<'a> {
        if self.flows.is_empty() {
            self.flows.push(OpenFlow::default());
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    /// The paragraph under way, or one that begins here because content stands outside any.
    pub fn paragraph(&mut self) -> &mut OpenParagraph<'a> {
        let normal = self.flow().paragraph.is_none().then(|| self.state.styles.paragraph(None));
        let format = || ParagraphFormat { look: normal.unwrap_or_default(), ..ParagraphFormat::default() };
        let implicit = || OpenParagraph { format: format(), implicit: true, ..OpenParagraph::default() };
        self.flow().paragraph.get_or_insert_with(implicit)
    }

    pub fn tracked(&mut self, attributes: &Attributes) {
        if let Some(author) = attributes.value("author")
            && !self.state.changes.authors.iter().any(|known| *known == author)
            && self.state.changes.authors.len() < 100
        {
            self.state.changes.authors.push(author.into_owned());
        }
    }

    /// What stands only after acceptance (an insertion) or only after rejection (a deletion).
    pub fn stands(&self, inserted: bool) -> bool {
        inserted == (self.state.options.tracked == Tracked::Accept)
    }

    /// An element where content may stand.
    fn element(&mut self, name: Name, attributes: &Attributes<'a>) -> Step {
        let into = Step::Into;
        match name.space {
            Space::Word => {}
            Space::Compatibility => return self.compatibility(name, attributes),
            Space::Math => return self.math(name, attributes),
            _ => return self.drawn(name, attributes),
        }
        match name.local.as_bytes() {
            b"r" => {
                self.open_run();
                into(Frame::Run)
            }
            b"t" | b"delText" => into(Frame::Text),
            b"p" => {
                self.open_paragraph();
                into(Frame::Paragraph)
            }
            b"pPr" => into(Frame::Properties(Properties::Paragraph)),
            b"rPr" => into(Frame::Properties(Properties::Run)),
            b"tc" => self.open_cell(),
            b"tcPr" if self.flat == 0 => into(Frame::Properties(Properties::Cell)),
            b"tr" => self.open_row(),
            b"trPr" if self.flat == 0 => into(Frame::Properties(Properties::Row)),
            b"tbl" => self.open_table(),
            b"tblGrid" => into(Frame::Grid),
            b"gridCol" => {
                let width = attributes.value("w").and_then(|width| twips(&width)).unwrap_or(0);
                if let Some(open) = self.flow().tables.last_mut() {
                    open.table.widths.push(width);
                }
                Step::Skip
            }
            b"tcPr" | b"trPr" | b"tblPr" | b"tblPrEx" | b"sdtEndPr" | b"customXmlPr" | b"smartTagPr" | b"rubyPr" => Step::Skip,
            b"sectPr" => {
                self.state.sections.push(Section::default());
                into(Frame::Properties(Properties::Section))
            }
            b"sdt" => {
                self.controls.push(Control::default());
                into(Frame::Control)
            }
            b"sdtPr" => into(Frame::Properties(Properties::Control)),
            b"sdtContent" => {
                let from = self.flow().paragraph.as_ref().map(|paragraph| paragraph.done.text.len());
                if let Some(control) = self.controls.last_mut() {
                    control.from = from;
                    self.placeholders += u32::from(control.placeholder);
                }
                into(Frame::ControlContent)
            }
            b"ins" | b"moveTo" => self.change(name, true, attributes),
            b"del" | b"moveFrom" => self.change(name, false, attributes),
            // Boxes in boxes in boxes: what is too deep is read where it stands.
            b"txbxContent" if self.flows.len() > 2 * self.state.options.limits.depth => into(Frame::Through),
            b"txbxContent" => {
                self.flows.push(OpenFlow::default());
                into(Frame::Box)
            }
            // What we said of the form ourselves, in a correction copy.
            b"comment" if attributes.value("author").as_deref() == Some(AUTHOR) => {
                self.state.count(Unread::OwnComment);
                Step::Skip
            }
            b"footnote" | b"endnote" | b"comment" => match attributes.value("type").as_deref() {
                None | Some("normal") => {
                    self.flows.push(OpenFlow::default());
                    into(Frame::Note)
                }
                Some(_) => Step::Tell,
            },
            b"altChunk" | b"subDoc" => {
                let part = attributes.get("id").and_then(|id| self.related.target(&id));
                match part {
                    Some(part) => self.paragraph().done.more().imported.push(part),
                    None => self.state.count(Unread::Chunk),
                }
                Step::Skip
            }
            // Of Word 2003's XML, where everything stands in one part.
            b"fonts" | b"lists" | b"styles" | b"docPr" | b"shapeDefaults" | b"docSuppData" | b"docOleData" => Step::Skip,
            // Notes' separators stand in their own parts; settings of a document in the way of nothing.
            b"background" | b"docParts" => into(Frame::Through),
            _ => self.in_run(name, attributes),
        }
    }

    /// What Word 2003's XML says of content: changes, comments, marks.
    pub fn annotation(&mut self, name: Name, attributes: &Attributes) -> Step {
        match attributes.value("type").as_deref() {
            Some("Word.Insertion") => self.change(name, true, attributes),
            Some("Word.Deletion") => self.change(name, false, attributes),
            Some("Word.Comment") => {
                self.flows.push(OpenFlow::default());
                Step::Into(Frame::Note)
            }
            _ => Step::Into(Frame::Through),
        }
    }

    /// A tracked insertion or deletion around content.
    fn change(&mut self, name: Name, inserted: bool, attributes: &Attributes) -> Step {
        self.tracked(attributes);
        let changes = &mut self.state.changes;
        match (name.local, inserted) {
            ("moveTo", _) => changes.moved += 1,
            ("moveFrom", _) => {}
            (_, true) => changes.inserted += 1,
            (_, false) => changes.deleted += 1,
        }
        if self.stands(inserted) { Step::Into(Frame::Through) } else { Step::Drop }
    }

    /// Markup for programs that know more: the first choice that is understood, else the fallback.
    fn compatibility(&mut self, name: Name, attributes: &Attributes) -> Step {
        let taken = match self.stack.last() {
            Some(Frame::Alternate { taken }) => *taken,
            _ => false,
        };
        let take = match name.local {
            "AlternateContent" => return Step::Into(Frame::Alternate { taken: false }),
            "Choice" => {
                let requires = attributes.value("Requires").unwrap_or_default();
                let mut prefixes = requires.split_ascii_whitespace();
                !taken && prefixes.all(|prefix| self.scanner.namespace(prefix).is_some_and(understood))
            }
            "Fallback" => !taken,
            _ => return Step::Into(Frame::Through),
        };
        if !take {
            return Step::Skip;
        }
        if let Some(frame @ Frame::Alternate { .. }) = self.stack.last_mut() {
            *frame = Frame::Alternate { taken: true };
        }
        Step::Into(Frame::Through)
    }

    /// The end of the innermost element.
    fn end(&mut self) -> Result<(), Fault> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        match frame {
            Frame::Through | Frame::Text | Frame::Instruction | Frame::Grid | Frame::FieldMark => {}
            Frame::Paragraph => self.close_paragraph(),
            Frame::Run => {
                self.runs.pop();
            }
            Frame::Table => self.close_table(),
            Frame::FlatTable => self.flat = self.flat.saturating_sub(1),
            Frame::Row => self.close_row(),
            Frame::Cell => self.close_cell(true),
            Frame::Box => {
                let flow = self.close_flow();
                self.paragraph().done.more().boxes.push(flow);
            }
            Frame::Note => {
                let flow = self.close_flow();
                self.notes.push(flow);
            }
            Frame::Margin(part) => {
                let flow = self.close_flow();
                self.margins.push((part, flow));
            }
            Frame::Control => {
                self.controls.pop();
            }
            Frame::ControlContent => self.end_control(),
            Frame::Alternate { taken } => {
                if !taken {
                    self.state.count(Unread::Unknown);
                }
            }
            Frame::Object => self.objects = self.objects.saturating_sub(1),
            Frame::Ruby | Frame::RubyText { .. } | Frame::RubyBase | Frame::Sign(_) | Frame::Delimiters => {
                self.end_signs(frame)
            }
            Frame::Properties(kind) => {
                self.end_group(kind);
                if let Some(fate) = self.end_properties(kind) {
                    self.meet(kind, fate)?;
                }
            }
        }
        Ok(())
    }

    /// A row or cell that does not stand on the page: its rest is skipped.
    fn meet(&mut self, kind: Properties, fate: Fate) -> Result<(), Fault> {
        let expected = if kind == Properties::Row { Frame::Row } else { Frame::Cell };
        if self.stack.last() != Some(&expected) {
            return Ok(());
        }
        let mut text = String::new();
        self.skip(&mut text)?;
        self.stack.pop();
        match (kind, fate) {
            (Properties::Row, Fate::Hidden) => {
                if let Some(row) = self.row() {
                    row.cells.clear();
                    row.remarks.push(Remark { about: About::Hidden, text: text.trim().to_owned() });
                }
                self.close_row();
            }
            (Properties::Row, Fate::Removed) => {
                if let Some(open) = self.flow().tables.last_mut() {
                    open.row = None;
                }
                self.leave_out(text);
            }
            (_, _) => {
                self.close_cell(false);
                self.leave_out(text);
            }
        }
        Ok(())
    }
}

/// A measure in twentieths of a point: a number, or one with a unit in Strict files.
pub(super) fn twips(text: &str) -> Option<u32> {
    // As nearly all are written.
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let text = text.trim();
    let (number, per_unit) = match text.strip_suffix("pt") {
        Some(points) => (points, 20),
        None => (text, 1),
    };
    let whole = number.split('.').next()?.parse::<u32>().ok()?;
    whole.checked_mul(per_unit)
}

/// Namespaces whose elements are read here, or have nothing to be read in them.
fn understood(uri: &[u8]) -> bool {
    const KNOWN: [&[u8]; 5] = [
        b"http://schemas.microsoft.com/office/word/",
        b"http://schemas.microsoft.com/office/drawing/2010/main",
        b"http://schemas.openxmlformats.org/",
        b"http://purl.oclc.org/ooxml/",
        b"urn:schemas-microsoft-com:",
    ];
    // Emoji and ink stand in the fallback in a form that is read.
    const NOT: [&[u8]; 2] = [
        b"http://schemas.microsoft.com/office/word/2015/wordml/symex",
        b"http://schemas.microsoft.com/office/word/2010/wordprocessingInk",
    ];
    // Charts of newer kinds have a namespace for each year.
    if uri.starts_with(b"http://schemas.microsoft.com/office/drawing/") && uri.ends_with(b"/chartex") {
        return true;
    }
    KNOWN.iter().any(|known| uri.starts_with(known)) && !NOT.contains(&uri)
}
