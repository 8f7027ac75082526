//! Groups of properties that were read before: every paragraph, run, row and cell has one, and programs write the same few over
//! and over. A group that stands first in its element, and is written as one before it, says the same again and is passed over.
//!
//! Only what a group says of its own element is known here ([`Said`]); one that says more, of a tracked change, of a section, is
//! read each time ([`super::properties`] says which). Rows are like the rows above them, so the group that came next last time is
//! looked for first.

use super::blocks::ParagraphFormat;
use super::parse::{Frame, Parser};
use super::properties::Properties;
use super::runs::RunState;
use super::tree::{CellFormat, Indent};
use crate::xml::{Place, Stretch};

impl Frame {
    /// What properties an element may have that say something of it.
    pub fn properties(self) -> Option<Properties> {
        match self {
            Frame::Paragraph => Some(Properties::Paragraph),
            Frame::Run => Some(Properties::Run),
            Frame::Row => Some(Properties::Row),
            Frame::Cell => Some(Properties::Cell),
            _ => None,
        }
    }
}

/// Groups of one kind that are known at once: a form has some forty.
const MOST: usize = 48;

/// What groups say of the element that they stand in.
#[derive(Clone, Debug)]
enum Said<'a> {
    Paragraph(ParagraphFormat<'a>),
    Run(RunState),
    Row(Indent),
    Cell(CellFormat),
}

/// A group that was read.
#[derive(Debug)]
struct Known<'a> {
    written: Stretch<'a>,
    before: RunState,
    said: Said<'a>,
    /// The group that came next last time.
    next: usize,
}

/// The groups of one kind.
#[derive(Debug, Default)]
struct Kind<'a> {
    known: Vec<Known<'a>>,
    last: usize,
    /// Which is forgotten for the next new one, when there are too many.
    oldest: usize,
}

impl<'a> Kind<'a> {
    fn find(&mut self, is: impl Fn(&Known) -> bool) -> Option<&Known<'a>> {
        let next = self.known.get(self.last).map_or(0, |last| last.next);
        let as_before = self.known.get(next).is_some_and(&is);
        let found = if as_before { next } else { self.known.iter().position(is)? };
        self.came(found);
        self.known.get(found)
    }

    fn came(&mut self, index: usize) {
        if let Some(last) = self.known.get_mut(self.last) {
            last.next = index;
        }
        self.last = index;
    }

    fn add(&mut self, known: Known<'a>) {
        let index = if self.known.len() < MOST { self.known.len() } else { self.oldest };
        self.came(index);
        match self.known.get_mut(index) {
            Some(place) => *place = known,
            None => self.known.push(known),
        }
        self.oldest = (index + 1) % MOST;
    }
}

/// A group that is being read.
#[derive(Debug)]
struct Open {
    place: Place,
    /// Elements around it.
    depth: usize,
    before: RunState,
}

/// All groups of a part.
#[derive(Debug, Default)]
pub(super) struct Groups<'a> {
    paragraphs: Kind<'a>,
    runs: Kind<'a>,
    rows: Kind<'a>,
    cells: Kind<'a>,
    /// Where a group would stand first in the element that has just begun, and of which kind.
    first: Option<(usize, Properties)>,
    open: Option<Open>,
}

impl<'a> Groups<'a> {
    fn of(&mut self, kind: Properties) -> Option<&mut Kind<'a>> {
        match kind {
            Properties::Paragraph => Some(&mut self.paragraphs),
            Properties::Run => Some(&mut self.runs),
            Properties::Row => Some(&mut self.rows),
            Properties::Cell => Some(&mut self.cells),
            _ => None,
        }
    }

    /// The group that is being read says more than what is known here.
    pub fn says_more(&mut self) {
        self.open = None;
    }
}

impl<'a> Parser<'_, 'a> {
    /// An element has begun that may have properties: passes over them, if they are known.
    pub fn recall(&mut self, kind: Properties) {
        let Some(before) = self.before(kind) else { return };
        let (scanner, here) = (&self.scanner, self.scanner.sample());
        let known = self.groups.of(kind).and_then(|kind| kind.find(|known| scanner.is_again(&known.written, here)));
        match known.filter(|known| known.before == before) {
            Some(known) => {
                let said = known.said.clone();
                self.scanner.pass(&known.written);
                self.say(said);
            }
            None => self.groups.first = Some((self.scanner.at(), kind)),
        }
    }

    /// A group begins.
    pub fn open_group(&mut self, kind: Properties) {
        let is_first = self.groups.first.is_some_and(|(at, of)| of == kind && self.scanner.begins_at(at));
        if let Some(before) = self.before(kind).filter(|_| is_first) {
            self.groups.open = Some(Open { place: self.scanner.begun(), depth: self.stack.len(), before });
        }
    }

    /// A group ends, and is known from here on.
    pub fn end_group(&mut self, kind: Properties) {
        let depth = self.stack.len();
        let Some(Open { place, before, .. }) = self.groups.open.take_if(|open| open.depth == depth) else { return };
        if let (Some(written), Some(said)) = (self.scanner.stretch(place), self.said(kind))
            && let Some(kind) = self.groups.of(kind)
        {
            kind.add(Known { written, before, said, next: 0 });
        }
    }

    /// What is known of an element that has just begun: of a run what its paragraph is like, of all others nothing. None where it
    /// goes on another.
    fn before(&self, kind: Properties) -> Option<RunState> {
        match kind {
            Properties::Run => self.runs.last().copied(),
            Properties::Paragraph => {
                let paragraph = self.flows.last().and_then(|flow| flow.paragraph.as_ref());
                paragraph.filter(|paragraph| !paragraph.format.shaded).map(|_| RunState::default())
            }
            _ => Some(RunState::default()),
        }
    }

    /// What is known of the element around.
    fn said(&mut self, kind: Properties) -> Option<Said<'a>> {
        match kind {
            Properties::Paragraph => Some(Said::Paragraph(self.flow().paragraph.as_ref()?.format.clone())),
            Properties::Run => Some(Said::Run(*self.run())),
            Properties::Row => Some(Said::Row(self.row()?.indent)),
            Properties::Cell => Some(Said::Cell(self.cells.last()?.format)),
            _ => None,
        }
    }

    fn say(&mut self, said: Said<'a>) {
        match said {
            Said::Paragraph(format) => self.paragraph().format = format,
            Said::Run(state) => *self.run() = state,
            Said::Row(indent) => self.row().into_iter().for_each(|row| row.indent = indent),
            Said::Cell(format) => self.cells.last_mut().into_iter().for_each(|cell| cell.format = format),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::read::docx::parse::{self, State};
    use crate::read::docx::related::Related;
    use proptest::prelude::*;

    const GROUPS: [&str; 16] = [
        "<w:pPr></w:pPr>",
        "<w:pPr><w:jc w:val='left'/></w:pPr>",
        "<w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='2'/></w:numPr></w:pPr>",
        "<w:pPr><w:shd w:fill='00FF00'/></w:pPr>",
        "<w:pPr><w:rPr><w:b/><w:specVanish/></w:rPr></w:pPr>",
        "<w:pPr><w:rPr><w:del w:author='a'/></w:rPr></w:pPr>",
        "<w:pPr><w:sectPr><w:footerReference w:id='1'/></w:sectPr></w:pPr>",
        "<w:pPr><w:pPrChange w:author='b'><w:pPr/></w:pPrChange></w:pPr>",
        "<w:rPr><w:vanish/></w:rPr>",
        "<w:rPr><w:color w:val='FFFFFF'/></w:rPr>",
        "<w:rPr><w:shd w:fill='00FF00'/><w:rFonts w:ascii='Symbol'/></w:rPr>",
        "<w:tcPr><w:vMerge/><w:gridSpan w:val='2'/></w:tcPr>",
        "<w:tcPr><w:tcW w:w='9' w:type='dxa'/><w:shd w:fill='00FF00'/></w:tcPr>",
        "<w:tcPr><w:cellDel w:author='c'/></w:tcPr>",
        "<w:trPr><w:gridAfter w:val='2'/></w:trPr>",
        "<w:trPr><w:hidden/></w:trPr>",
    ];

    /// What is read of a body of groups at places where they belong and where they do not. `alike`: two that are the same are written
    /// alike, and so the second is passed over.
    fn read(places: &[(usize, usize)], alike: bool) -> String {
        let mut body = String::new();
        for (number, (group, place)) in places.iter().enumerate() {
            let group = GROUPS[*group % GROUPS.len()];
            let group = if alike { group.to_owned() } else { group.replacen("Pr>", &format!("Pr><?{number}?>"), 1) };
            body += &match place % 6 {
                0 => format!("<w:p>{group}<w:r><w:t>a</w:t></w:r></w:p>"),
                1 => format!("<w:p><w:r>{group}<w:t>b</w:t></w:r></w:p>"),
                2 => format!("<w:tbl><w:tr>{group}<w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
                3 => format!("<w:tbl><w:tr><w:tc>{group}<w:p><w:r><w:t>d</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
                4 => format!("<w:p><w:r><w:t>e</w:t></w:r>{group}<w:r><w:t>f</w:t></w:r></w:p>"),
                _ => format!("<w:p xmlns:w='x'>{group}</w:p>{group}<w:tbl>{group}</w:tbl>"),
            };
        }
        let word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        let mut state = State::default();
        let read = parse::read(&mut state, &Related::default(), &format!("<w:body xmlns:w='{word}'>{body}</w:body>"))
            .expect("is well-formed");
        format!("{read:?} {:?} {:?}", state.changes, state.sections)
    }

    proptest! {
        #[test]
        fn what_is_passed_over_is_read_as_before(places in proptest::collection::vec((0usize..16, 0usize..6), 0..30)) {
            prop_assert_eq!(read(&places, true), read(&places, false));
        }
    }
}
