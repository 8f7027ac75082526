//! Paragraphs, tables and what holds them, in one copy or in both.
//!
//! A deleted paragraph loses its mark, and with it goes on in the next one. The last paragraph of a cell cannot lose its mark, so
//! there the paragraph before it does.

use super::align::{Pairing, align};
use super::tree::{Element, Kind};
use super::{AUTHOR, Anchors, Copies, DATE, written};
use crate::render::settle::Fresh;
use crate::render::trace;
use crate::xml;

/// Which copies something stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Both,
    New,
    Old,
}

impl Pairing<'_, '_> {
    pub(super) fn status(&self) -> Status {
        match self {
            Pairing::Both(..) => Status::Both,
            Pairing::New(_) => Status::New,
            Pairing::Old(_) => Status::Old,
        }
    }
}

impl<'e, 'x> Pairing<'e, 'x> {
    /// The element of the new copy where there is one.
    pub(super) fn base(&self) -> &'e Element<'x> {
        match self {
            Pairing::Both(element, _) | Pairing::New(element) | Pairing::Old(element) => element,
        }
    }

    /// The children of both.
    pub(super) fn children(&self) -> (&'e [Element<'x>], &'e [Element<'x>]) {
        match self {
            Pairing::Both(new, old) => (&new.children, &old.children),
            Pairing::New(new) => (&new.children, &[]),
            Pairing::Old(old) => (&[], &old.children),
        }
    }
}

/// Writes a part that holds both copies.
pub(super) struct Writer<'w> {
    pub out: String,
    pub fresh: &'w mut Fresh,
    pub anchors: &'w mut Anchors,
    pub traced: bool,
    pub main: bool,
    /// As it stands in XML.
    title: String,
    pub prefix: &'w str,
    /// Text boxes around: no comments in them.
    pub boxes: usize,
    /// In a cell that goes on from the one above: it shows nothing itself.
    pub muted: bool,
    /// Places whose comment stands at the next paragraph.
    pub owed: Vec<usize>,
}

impl<'w> Writer<'w> {
    pub fn new(copies: &Copies<'w>, fresh: &'w mut Fresh, anchors: &'w mut Anchors) -> Self {
        let out = String::with_capacity(copies.new.len() + copies.new.len() / 4);
        let (traced, main) = (copies.traced, copies.main);
        let mut title = String::new();
        xml::escape(copies.title, &mut title);
        Writer { out, fresh, anchors, traced, main, title, prefix: copies.prefix, boxes: 0, muted: false, owed: Vec::new() }
    }

    /// Writes markup of ours.
    pub fn put(&mut self, markup: String) {
        self.out.push_str(&written(self.prefix, markup));
    }

    /// The attributes of a tracked change.
    pub fn revision(&mut self) -> String {
        format!("w:id=\"{}\" w:author=\"{AUTHOR}\" w:date=\"{DATE}\"", self.fresh.next())
    }

    /// The element that says what became of a paragraph's mark or of a row.
    pub fn change(&mut self, status: Status) -> String {
        let name = match status {
            Status::Both => return String::new(),
            Status::New => "w:ins",
            Status::Old => "w:del",
        };
        let change = format!("<{name} {}/>", self.revision());
        written(self.prefix, change)
    }

    /// Whether comments may stand here.
    pub fn may_comment(&self) -> bool {
        self.main && self.boxes == 0 && !self.muted
    }

    /// Whether something that is the same in both copies can be copied as it is.
    fn is_plain(&self, element: &Element) -> bool {
        let decided = self.anchors.title.is_some() || !self.main;
        decided && !self.muted && self.owed.is_empty() && !(self.traced && trace::has_marks(element.outer))
    }

    /// An element of both copies.
    pub fn pair(&mut self, new: &Element, old: &Element) {
        self.block(&Pairing::Both(new, old), Status::Both);
    }

    pub fn block(&mut self, pairing: &Pairing, mark: Status) {
        let base = pairing.base();
        if let Pairing::Both(new, old) = pairing
            && new.outer == old.outer
            && mark == Status::Both
            && base.kind != Kind::Paragraph
            && self.is_plain(new)
        {
            self.out.push_str(new.outer);
            return;
        }
        match base.kind {
            Kind::Paragraph => self.paragraph(pairing, mark),
            Kind::Table => self.table(pairing),
            // Of properties the new copy's stand; anchors of the old one have nothing to hold.
            Kind::Properties
            | Kind::ParagraphProperties
            | Kind::RowProperties
            | Kind::CellProperties
            | Kind::RunProperties
            | Kind::Anchor => {
                if pairing.status() != Status::Old {
                    self.out.push_str(base.outer);
                }
            }
            Kind::Row
            | Kind::Cell
            | Kind::Body
            | Kind::TextBox
            | Kind::Inline
            | Kind::Insertion
            | Kind::Deletion
            | Kind::Run
            | Kind::Text
            | Kind::Other => self.container(pairing),
        }
    }

    fn container(&mut self, pairing: &Pairing) {
        let base = pairing.base();
        let (new, old) = pairing.children();
        if new.is_empty() && old.is_empty() || matches!(base.kind, Kind::Text | Kind::Deletion) {
            self.out.push_str(base.outer);
            return;
        }
        let boxed = usize::from(base.kind == Kind::TextBox);
        self.boxes += boxed;
        let (open, close) = base.tags();
        self.out.push_str(&open);
        if base.children.iter().any(|child| child.kind == Kind::Run) {
            self.runs(new, old, base.kind == Kind::Insertion);
        } else {
            self.children(new, old);
        }
        self.out.push_str(&close);
        self.boxes -= boxed;
    }

    /// What stands in an element that holds paragraphs, tables and their like.
    pub fn children(&mut self, new: &[Element], old: &[Element]) {
        let pairs = align(new, old);
        let mut marks: Vec<Status> = pairs.iter().map(Pairing::status).collect();
        shift_marks(&pairs, &mut marks);
        for (pairing, mark) in pairs.iter().zip(marks) {
            self.block(pairing, mark);
        }
    }

    /// Notes the paragraph that takes the comments which belong to no place.
    pub fn note_title(&mut self, paragraph: &Element, from: usize, to: usize) {
        if self.anchors.titled || !self.may_comment() {
            return;
        }
        let text = paragraph.text();
        let titled = text.trim() == self.title;
        if titled || self.anchors.title.is_none() && !text.trim().is_empty() {
            self.anchors.title = Some((from, to));
            self.anchors.titled = titled;
        }
    }
}

/// The last paragraph keeps its mark: where it stands in one copy only, the mark that goes is that of the paragraph before.
fn shift_marks(pairs: &[Pairing], marks: &mut [Status]) {
    let is_paragraph = |at: &usize| pairs[*at].base().kind == Kind::Paragraph;
    let stands = |at: &usize| !matches!(pairs[*at].base().kind, Kind::Anchor | Kind::Properties);
    let blocks: Vec<usize> = (0..pairs.len()).filter(stands).collect();
    let single = |at: &usize| is_paragraph(at) && pairs[*at].status() != Status::Both;
    let trailing = blocks.iter().rev().take_while(|at| single(at)).count();
    let Some(last) = blocks.last().filter(|_| trailing > 0) else { return };
    let status = pairs[*last].status();
    let alike = blocks[blocks.len() - trailing..].iter().all(|at| pairs[*at].status() == status);
    let before = blocks.len().checked_sub(trailing + 1).and_then(|at| blocks.get(at)).filter(|at| is_paragraph(at));
    if let (true, Some(before)) = (alike, before) {
        marks[*before] = status;
    }
    marks[*last] = Status::Both;
}
