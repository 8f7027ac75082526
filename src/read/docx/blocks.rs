//! Paragraphs, tables, rows and cells as their elements open and close them: the tree grows here.

use super::fields::Field;
use super::parse::{Frame, Parser, State, Step};
use super::styles::Look;
use super::tree::{About, Cell, Flow, Item, Paragraph, Remark, Row, Table, Unread};
use crate::value::counting::{before, has_words};
use std::borrow::Cow;

/// A paragraph under way.
#[derive(Debug, Default)]
pub(super) struct OpenParagraph<'a> {
    pub done: Paragraph,
    pub format: ParagraphFormat<'a>,
    /// Its number, where the file says how it is printed.
    pub printed: Option<String>,
    pub asides: Option<Box<Asides>>,
    /// The mark at its end is gone: what follows goes on in this paragraph.
    pub joined: bool,
    /// It stands by itself, and no element has opened it.
    pub implicit: bool,
}

/// What the properties of a paragraph say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ParagraphFormat<'a> {
    pub look: Look,
    pub style: Option<Cow<'a, str>>,
    pub list: Option<u32>,
    pub level: Option<u32>,
    /// The paragraph has a ground of its own.
    pub shaded: bool,
}

/// Texts of a paragraph under way that something is to be said of.
#[derive(Debug, Default)]
pub(super) struct Asides {
    pub hidden: String,
    pub placeholder: String,
    pub white: String,
}

#[derive(Debug, Default)]
pub(super) struct OpenTable {
    pub table: Table,
    pub row: Option<Row>,
}

/// A flow under way.
#[derive(Debug, Default)]
pub(super) struct OpenFlow<'a> {
    flow: Flow,
    pub paragraph: Option<OpenParagraph<'a>>,
    /// A paragraph that the next one goes on.
    carried: Option<Box<OpenParagraph<'a>>>,
    pub tables: Vec<OpenTable>,
    pub fields: Vec<Field>,
}

impl<'a> Parser<'_, 'a> {
    pub fn open_paragraph(&mut self) {
        // Content that stood outside any paragraph ends here; a paragraph inside one ends it too.
        self.close_paragraph();
        let look = self.state.styles.paragraph(None);
        let flow = self.flow();
        flow.paragraph = Some(match flow.carried.take() {
            Some(carried) => {
                let format = ParagraphFormat { look, shaded: carried.format.shaded, ..ParagraphFormat::default() };
                OpenParagraph { format, joined: false, implicit: false, ..*carried }
            }
            None => {
                OpenParagraph { format: ParagraphFormat { look, ..ParagraphFormat::default() }, ..OpenParagraph::default() }
            }
        });
    }

    pub fn close_paragraph(&mut self) {
        let flow = self.flow();
        let Some(mut open) = flow.paragraph.take() else { return };
        if open.joined {
            flow.carried = Some(Box::new(open));
            return;
        }
        let mut unseen = false;
        if let Some(asides) = open.asides.take() {
            let Asides { hidden, placeholder, white } = *asides;
            for (about, text) in [(About::Hidden, hidden), (About::Placeholder, placeholder), (About::White, white)] {
                if !text.trim().is_empty() {
                    unseen |= about == About::Hidden && open.done.text.trim().is_empty();
                    open.done.more().remarks.push(Remark { about, text });
                }
            }
        }
        if !unseen && !open.implicit {
            self.number(&mut open);
        }
        self.flow().flow.push(Item::Paragraph(open.done));
    }

    /// Counts a paragraph in its list.
    fn number(&mut self, open: &mut OpenParagraph<'a>) {
        if let Some(printed) = open.printed.take() {
            match has_words(&printed) {
                true => before(&printed, &mut open.done.text),
                false if printed.trim().is_empty() => {}
                false => open.done.more().number = Some(printed),
            }
            return;
        }
        let State { styles, numbering, .. } = &mut *self.state;
        let ParagraphFormat { look, style, list, level, .. } = &open.format;
        let style = style.as_deref();
        let Some(list) = list.or(look.list).filter(|list| *list > 0) else { return };
        let of_style = || style.and_then(|style| numbering.level_of_style(list, style, styles));
        let level = level.or_else(of_style).or(look.level).unwrap_or(0);
        let Some(printed) = numbering.next(list, level, styles) else { return };
        if printed.speaks {
            before(&printed.text, &mut open.done.text);
        } else {
            open.done.more().number = Some(printed.text);
        }
    }

    /// Ends the flow under way and gives it.
    pub fn close_flow(&mut self) -> Flow {
        // A field that never ended has no instruction that could be told from text.
        for field in std::mem::take(&mut self.flow().fields) {
            if !field.result && !field.stray.is_empty() {
                self.paragraph().done.text.push_str(&field.stray);
            }
        }
        self.close_paragraph();
        if let Some(carried) = self.flow().carried.take() {
            self.flow().paragraph = Some(OpenParagraph { joined: false, ..*carried });
            self.close_paragraph();
        }
        while !self.flow().tables.is_empty() {
            self.close_row();
            self.close_table();
        }
        // Taken out of the open one where it is, which is several times as large.
        let flow = std::mem::take(&mut self.flow().flow);
        self.flows.truncate(self.flows.len().saturating_sub(1));
        flow
    }

    pub fn open_table(&mut self) -> Step {
        self.close_paragraph();
        if let Some(carried) = self.flow().carried.take() {
            self.flow().paragraph = Some(OpenParagraph { joined: false, ..*carried });
            self.close_paragraph();
        }
        if self.depth >= self.state.options.limits.depth {
            self.state.count(Unread::Depth);
            self.flat += 1;
            return Step::Into(Frame::FlatTable);
        }
        self.depth += 1;
        self.state.tables += 1;
        let number = self.state.tables;
        self.flow().tables.push(OpenTable { table: Table { number, ..Table::default() }, row: None });
        Step::Into(Frame::Table)
    }

    pub fn close_table(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if let Some(open) = self.flow().tables.pop() {
            self.flow().flow.push(Item::Table(Box::new(open.table)));
        }
    }

    pub fn open_row(&mut self) -> Step {
        let flat = self.flat > 0;
        match self.flow().tables.last_mut() {
            Some(open) if open.row.is_none() && !flat => {
                // A row is mostly as long as the one above it.
                let cells = Vec::with_capacity(open.table.rows.last().map_or(0, |above| above.cells.len()));
                open.row = Some(Row { cells, ..Row::default() });
                Step::Into(Frame::Row)
            }
            // A row outside any table, or inside a table that is read flat.
            _ => Step::Into(Frame::Through),
        }
    }

    pub fn close_row(&mut self) {
        if let Some(open) = self.flow().tables.last_mut()
            && let Some(row) = open.row.take()
        {
            open.table.rows.push(row);
        }
    }

    pub fn open_cell(&mut self) -> Step {
        let in_row = self.flow().tables.last().is_some_and(|open| open.row.is_some());
        if !in_row || self.flat > 0 {
            return Step::Into(Frame::Through);
        }
        self.state.cells += 1;
        self.cells.push(Cell::default());
        self.flows.push(OpenFlow::default());
        Step::Into(Frame::Cell)
    }

    pub fn close_cell(&mut self, keep: bool) {
        let flow = self.close_flow();
        if let Some(cell) = self.cells.pop()
            && keep
            && let Some(row) = self.row()
        {
            row.cells.push(Cell { flow, format: cell.format });
        }
    }

    pub fn row(&mut self) -> Option<&mut Row> {
        self.flow().tables.last_mut().and_then(|open| open.row.as_mut())
    }
}
