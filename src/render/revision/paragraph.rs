//! One paragraph: what both copies show in it stays, what one of them shows is tracked, token by token.
//!
//! Runs are cut where that changes; each piece keeps the properties of the run that it comes from.

use super::align::Pairing;
use super::blocks::{Status, Writer};
use super::tokens::tokens;
use super::tree::{Element, Kind};
use super::{comment_end, written};
use crate::render::trace::{self, Piece};
use crate::render::word::of_tag;
use crate::value::notation::fold;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// A run's start tag and properties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Head<'x> {
    open: &'x str,
    properties: &'x str,
}

/// The smallest thing that stands in a copy or does not.
#[derive(Clone, Copy)]
enum Atom<'e, 'x> {
    Token(Head<'x>, &'x str),
    /// Anything in a run that is no text.
    Piece(Head<'x>, &'e Element<'x>),
    /// Anything between runs.
    Inline(&'e Element<'x>),
    Begin(usize, &'x str),
    End(&'x str),
}

impl<'x> Atom<'_, 'x> {
    /// What has to be the same for two atoms to be one: of what holds texts of its own, the start tag.
    fn key(&self) -> (u8, &'x str) {
        match self {
            Atom::Token(_, text) => (0, text),
            Atom::Piece(_, element) if element.has_box() => (1, element.open),
            Atom::Piece(_, element) => (2, element.outer),
            Atom::Inline(element) => match element.kind {
                Kind::Properties => (3, element.name()),
                Kind::Inline | Kind::Insertion => (4, element.open),
                _ => (5, element.outer),
            },
            Atom::Begin(_, mark) | Atom::End(mark) => (6, mark),
        }
    }
}

/// What is open in the paragraph that is written.
#[derive(Default)]
struct Pen<'x> {
    status: Option<Status>,
    head: Option<Head<'x>>,
    in_text: bool,
    /// In an insertion by the template's author: what we insert is part of it.
    inserted: bool,
    /// The comments whose values were begun: none where the place has one already.
    comments: Vec<Option<String>>,
}

impl Writer<'_> {
    pub fn paragraph(&mut self, pairing: &Pairing, mark: Status) {
        let base = pairing.base();
        let owed = if self.may_comment() { std::mem::take(&mut self.owed) } else { Vec::new() };
        let same = matches!(pairing, Pairing::Both(new, old) if new.outer == old.outer);
        let (open, close) = base.tags();
        if same && mark == Status::Both && owed.is_empty() && !self.muted && !(self.traced && trace::has_marks(base.outer)) {
            let before = base.child(Kind::ParagraphProperties).filter(|first| base.inner.starts_with(first.outer));
            let from = self.out.len() + base.open.len() + before.map_or(0, |properties| properties.outer.len());
            self.out.push_str(base.outer);
            self.note_title(base, from, self.out.len() - base.close.len());
            return;
        }
        self.out.push_str(&open);
        self.paragraph_properties(base.child(Kind::ParagraphProperties), mark);
        let from = self.out.len();
        let mut ends = String::new();
        for place in owed {
            if let Some(id) = self.comment(place) {
                self.put(format!("<w:commentRangeStart w:id=\"{id}\"/>"));
                ends.push_str(&comment_end(&id));
            }
        }
        let (new, old) = pairing.children();
        self.runs(new, old, false);
        self.put(ends);
        self.note_title(base, from, self.out.len());
        self.out.push_str(&close);
    }

    /// The comment of a place, where it has none yet.
    fn comment(&mut self, place: usize) -> Option<String> {
        let slot = self.anchors.ids.get_mut(place).filter(|slot| slot.is_none())?;
        let id = self.fresh.next();
        *slot = Some(id.clone());
        self.anchors.order.push(place);
        Some(id)
    }

    /// A paragraph's properties, with what became of its mark.
    fn paragraph_properties(&mut self, properties: Option<&Element>, mark: Status) {
        let Some(properties) = properties else {
            if mark != Status::Both {
                let change = self.change(mark);
                self.put("<w:pPr><w:rPr>".to_owned());
                self.out.push_str(&change);
                self.put("</w:rPr></w:pPr>".to_owned());
            }
            return;
        };
        // A section that ends here cannot end in another paragraph; what the template's author tracked stays his.
        let of_mark = properties.child(Kind::RunProperties);
        let own = of_mark.is_some_and(|of| of.children.iter().any(|c| matches!(c.kind, Kind::Insertion | Kind::Deletion)));
        if mark == Status::Both || own || properties.child(Kind::Properties).is_some() {
            self.out.push_str(properties.outer);
            return;
        }
        let change = self.change(mark);
        let (open, close) = properties.tags();
        self.out.push_str(&open);
        for child in properties.children.iter().filter(|child| child.kind != Kind::RunProperties && !is_last(child)) {
            self.out.push_str(child.outer);
        }
        let (open, inner, end) = match of_mark {
            Some(of) => {
                let (open, end) = of.tags();
                (open, of.inner, end)
            }
            None => (written(self.prefix, "<w:rPr>".into()).into(), "", written(self.prefix, "</w:rPr>".into()).into()),
        };
        self.out.push_str(&format!("{open}{change}{inner}{end}"));
        for child in properties.children.iter().filter(|child| is_last(child)) {
            self.out.push_str(child.outer);
        }
        self.out.push_str(&close);
    }

    /// Runs and what stands between them.
    pub fn runs(&mut self, new: &[Element], old: &[Element], inserted: bool) {
        let (new, old) = (atoms(new, self.traced), atoms(old, self.traced));
        let mut pen = Pen { inserted, ..Pen::default() };
        if self.muted {
            for atom in &new {
                if let Atom::Inline(element) = atom
                    && element.kind == Kind::Anchor
                {
                    self.out.push_str(element.outer);
                }
            }
            return;
        }
        let new_keys: Vec<(u8, &str)> = new.iter().map(Atom::key).collect();
        let old_keys: Vec<(u8, &str)> = old.iter().map(Atom::key).collect();
        for step in steps(&old_keys, &new_keys, &new) {
            let (old, new) = (&old[step.old], &new[step.new]);
            if step.same {
                new.iter().zip(old).for_each(|(new, old)| self.atom(&mut pen, Status::Both, new, Some(old)));
            } else {
                old.iter().for_each(|atom| self.atom(&mut pen, Status::Old, atom, None));
                new.iter().for_each(|atom| self.atom(&mut pen, Status::New, atom, None));
            }
        }
        self.lift(&mut pen);
        while let Some(comment) = pen.comments.pop() {
            comment.into_iter().for_each(|id| self.put(comment_end(&id)));
        }
    }

    fn atom<'x>(&mut self, pen: &mut Pen<'x>, status: Status, atom: &Atom<'_, 'x>, other: Option<&Atom>) {
        match *atom {
            Atom::Token(head, text) => {
                self.run(pen, status, head);
                if !pen.in_text {
                    let name = if status == Status::Old { "w:delText" } else { "w:t" };
                    self.put(format!("<{name} xml:space=\"preserve\">"));
                    pen.in_text = true;
                }
                self.out.push_str(text);
            }
            Atom::Piece(head, element) => self.piece(pen, status, head, element, other),
            Atom::Inline(element) => {
                self.lift(pen);
                self.inline(pen, status, element, other);
            }
            Atom::Begin(place, _) => {
                self.lift(pen);
                let id = if self.may_comment() { self.comment(place) } else { None };
                if let Some(id) = &id {
                    self.put(format!("<w:commentRangeStart w:id=\"{id}\"/>"));
                }
                pen.comments.push(id);
            }
            Atom::End(_) => {
                self.lift(pen);
                if let Some(id) = pen.comments.pop().flatten() {
                    self.put(comment_end(&id));
                }
            }
        }
    }

    /// Something in a run that is no text.
    fn piece<'x>(&mut self, pen: &mut Pen<'x>, status: Status, head: Head<'x>, element: &Element<'x>, other: Option<&Atom>) {
        // A comment is referred to once.
        if status == Status::Old && element.outer.contains("commentReference") {
            return;
        }
        self.run(pen, status, head);
        self.end_text(pen);
        match other {
            Some(Atom::Piece(_, old)) if old.outer != element.outer || self.traced && element.has_box() => {
                self.pair(element, old);
            }
            _ if status == Status::Old && element.name().ends_with("instrText") => {
                let (open, close) = element.tags();
                let renamed = |tag: &str| tag.replacen("instrText", "delInstrText", 1);
                self.out.extend([&*renamed(&open), element.inner, &*renamed(&close)]);
            }
            _ => self.out.push_str(element.outer),
        }
    }

    /// Something between runs.
    fn inline(&mut self, pen: &mut Pen, status: Status, element: &Element, other: Option<&Atom>) {
        match element.kind {
            Kind::Inline | Kind::Insertion => {
                let (open, close) = element.tags();
                self.out.push_str(&open);
                let inserted = pen.inserted || element.kind == Kind::Insertion;
                match (status, other) {
                    (Status::Old, _) => self.runs(&[], &element.children, inserted),
                    (Status::Both, Some(Atom::Inline(old))) => self.runs(&element.children, &old.children, inserted),
                    _ => self.runs(&element.children, &[], inserted),
                }
                self.out.push_str(&close);
            }
            Kind::Anchor | Kind::Properties if status == Status::Old => {}
            Kind::Other if status != Status::Both && !pen.inserted => {
                let name = if status == Status::Old { "w:del" } else { "w:ins" };
                let revision = self.revision();
                self.put(format!("<{name} {revision}>"));
                self.out.push_str(element.outer);
                self.put(format!("</{name}>"));
            }
            _ => self.out.push_str(element.outer),
        }
    }

    /// Opens a run, where none like it is open.
    fn run<'x>(&mut self, pen: &mut Pen<'x>, status: Status, head: Head<'x>) {
        if pen.status != Some(status) {
            self.lift(pen);
            pen.status = Some(status);
            if pen.tracks() {
                let revision = self.revision();
                let name = if status == Status::Old { "w:del" } else { "w:ins" };
                self.put(format!("<{name} {revision}>"));
            }
        }
        if pen.head != Some(head) {
            self.end_run(pen);
            pen.head = Some(head);
            self.out.push_str(head.open);
            self.out.push_str(head.properties);
        }
    }

    fn end_text(&mut self, pen: &mut Pen) {
        if std::mem::take(&mut pen.in_text) {
            self.put(if pen.status == Some(Status::Old) { "</w:delText>" } else { "</w:t>" }.to_owned());
        }
    }

    fn end_run(&mut self, pen: &mut Pen) {
        self.end_text(pen);
        if let Some(head) = pen.head.take() {
            self.out.extend(["</", of_tag(head.open), "r>"]);
        }
    }

    /// Closes all that is open.
    fn lift(&mut self, pen: &mut Pen) {
        self.end_run(pen);
        if pen.tracks() {
            self.put(if pen.status == Some(Status::Old) { "</w:del>" } else { "</w:ins>" }.to_owned());
        }
        pen.status = None;
    }
}

impl Pen<'_> {
    /// Whether what is written now stands in an insertion or a deletion of ours.
    fn tracks(&self) -> bool {
        match self.status {
            Some(Status::Old) => true,
            Some(Status::New) => !self.inserted,
            Some(Status::Both) | None => false,
        }
    }
}

/// What stands in a paragraph's properties behind those of its mark.
fn is_last(element: &Element) -> bool {
    element.name().ends_with("sectPr") || element.name().ends_with("pPrChange")
}

fn atoms<'e, 'x>(children: &'e [Element<'x>], traced: bool) -> Vec<Atom<'e, 'x>> {
    let mut atoms = Vec::new();
    for child in children {
        match child.kind {
            Kind::ParagraphProperties | Kind::RunProperties => {}
            Kind::Run => {
                let properties = child.child(Kind::RunProperties).map_or("", |properties| properties.outer);
                let head = Head { open: child.open, properties };
                for part in child.children.iter().filter(|part| part.kind != Kind::RunProperties) {
                    match part.kind {
                        Kind::Text => text(head, part.inner, traced, &mut atoms),
                        _ => atoms.push(Atom::Piece(head, part)),
                    }
                }
            }
            _ => atoms.push(Atom::Inline(child)),
        }
    }
    atoms
}

fn text<'x>(head: Head<'x>, text: &'x str, traced: bool, atoms: &mut Vec<Atom<'_, 'x>>) {
    if !traced || !trace::has_marks(text) {
        atoms.extend(tokens(text).into_iter().map(|token| Atom::Token(head, token)));
        return;
    }
    for piece in trace::pieces(text) {
        match piece {
            Piece::Text(text) => atoms.extend(tokens(text).into_iter().map(|token| Atom::Token(head, token))),
            Piece::Begin(place, mark) => atoms.push(Atom::Begin(place, mark)),
            Piece::End(mark) => atoms.push(Atom::End(mark)),
        }
    }
}

/// A stretch that both copies have, or one that stands for another.
struct Step {
    same: bool,
    old: Range<usize>,
    new: Range<usize>,
}

impl Step {
    /// Whether several tokens are replaced by several.
    fn is_long(&self) -> bool {
        !self.same && self.old.len() > 1 && self.new.len() > 1
    }
}

/// What stays and what is replaced. Replacements between which but one token is the same, a number or a single character of a
/// longer passage, are one: a reader takes them for one.
fn steps(old: &[(u8, &str)], new: &[(u8, &str)], atoms: &[Atom]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (same, to_old, to_new) = match op {
            DiffOp::Equal { len, .. } => (true, from_old + len, from_new + len),
            DiffOp::Delete { old_len, .. } => (false, from_old + old_len, from_new),
            DiffOp::Insert { new_len, .. } => (false, from_old, from_new + new_len),
            DiffOp::Replace { old_len, new_len, .. } => (false, from_old + old_len, from_new + new_len),
        };
        let step = Step { same, old: from_old..to_old, new: from_new..to_new };
        (from_old, from_new) = (to_old, to_new);
        match steps.last_mut().filter(|last| !last.same && !same) {
            Some(last) => (last.old.end, last.new.end) = (to_old, to_new),
            None => steps.push(step),
        }
    }
    let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        let island = match &joined[..] {
            [.., before, island] if island.same && island.new.len() == 1 => match atoms.get(island.new.start) {
                Some(Atom::Token(_, token)) => is_number(token) || before.is_long() && step.is_long(),
                _ => false,
            },
            _ => false,
        };
        if island {
            joined.pop();
        }
        match joined.last_mut().filter(|_| island) {
            Some(before) => (before.old.end, before.new.end) = (step.old.end, step.new.end),
            None => joined.push(step),
        }
    }
    joined
}

fn is_number(token: &str) -> bool {
    token.chars().any(|c| fold(c).is_ascii_digit())
}
