//! Which rows of a filled table stay on one page, alone or with the next, and which header rows are repeated.
//!
//! Else the label of a merged cell is cut where a page ends below its first row, and a last row stands alone on a page. What the
//! template asks for is not done where texts are too long for it: a header as long as a page would fill every page, a row that
//! must not be divided would leave pages blank.
//!
//! Word asks the paragraphs of a row, LibreOffice the first paragraph of its first cell: every cell's first paragraph says it.
//! Rows are seen once, from above; what a row has to say is known only with the next. So places are noted, and written last.

/// What a paragraph or a row says, in the order in which it is said at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Say {
    Whole,
    WithNext,
    Header,
}

/// Local names in that order: the part has a prefix of its own for them.
const NAMES: [&str; 3] = ["cantSplit", "keepNext", "tblHeader"];
/// Letters of a header row, a third of a page: beyond, nothing is gained by printing it again.
const LONGEST_HEADER: usize = 400;
/// Letters of a cell, in a narrow column half a page: a row with more would leave as much of a page blank, or not fit on any.
const LONGEST_CELL: usize = 240;

/// The places in a part's output where something is to be put in.
#[derive(Default)]
pub(crate) struct Keep {
    places: Vec<(usize, Say)>,
}

impl Keep {
    /// What stands behind this place is gone.
    pub(crate) fn truncate(&mut self, end: usize) {
        self.places.retain(|(place, _)| *place <= end);
    }

    /// The output with what was noted, in the room of a text that is not needed any more. `prefix`: of elements of this part, with
    /// the colon.
    pub(crate) fn write(mut self, text: String, mut out: String, prefix: &str) -> String {
        if self.places.is_empty() {
            return text;
        }
        self.places.sort_unstable();
        self.places.dedup();
        let said = NAMES.map(|name| format!("<{prefix}{name}/>"));
        let longest = said.iter().map(String::len).max().unwrap_or_default();
        out.clear();
        out.reserve(text.len() + self.places.len() * longest);
        let mut from = 0;
        for (place, what) in self.places {
            out.push_str(&text[from..place]);
            out.push_str(&said[what as usize]);
            from = place;
        }
        out.push_str(&text[from..]);
        out
    }
}

#[derive(Default)]
struct Row {
    /// Of the first paragraph of every cell: the cell's number, and where the paragraph would say it.
    places: Vec<(usize, usize)>,
    /// Columns of merged cells, and whether they go on from the row above.
    merges: Vec<(usize, bool)>,
    /// Too long to be kept whole: then there is room for its labels, and nothing is to be kept with it.
    long: bool,
}

impl Row {
    /// Its room is kept.
    fn clear(&mut self) {
        self.places.clear();
        self.merges.clear();
        self.long = false;
    }

    fn stay(&self, keep: &mut Keep) {
        if self.long {
            return;
        }
        keep.places.extend(self.places.iter().map(|(_, place)| (*place, Say::WithNext)));
    }
}

/// The last rows of a table that is being written.
#[derive(Default)]
pub(crate) struct Keeper {
    before: Row,
    now: Row,
    /// Where this row would say that it is a header.
    header: Option<usize>,
    /// Where this row would say that it is not to be divided.
    whole: Option<usize>,
    /// Of the row, of this cell, of its longest cell.
    letters: usize,
    cell: usize,
    longest: usize,
    /// A row above is none: headers stand at the top.
    below: bool,
}

impl Keeper {
    /// A row begins.
    pub(crate) fn row(&mut self) {
        std::mem::swap(&mut self.before, &mut self.now);
        self.now.clear();
        (self.header, self.whole) = (None, None);
        (self.letters, self.cell, self.longest) = (0, 0, 0);
    }

    /// The row is meant to stay on one page, and would say so here.
    pub(crate) fn whole(&mut self, place: usize) {
        self.whole = Some(place);
    }

    pub(crate) fn cell(&mut self) {
        self.cell = 0;
    }

    /// The row is meant to be a header, and would say so here.
    pub(crate) fn header(&mut self, place: usize) {
        self.header = Some(place);
    }

    pub(crate) fn text(&mut self, text: &str) {
        if self.header.is_some() || self.whole.is_some() {
            let letters = text.chars().count();
            self.letters += letters;
            self.cell += letters;
            self.longest = self.longest.max(self.cell);
        }
    }

    pub(crate) fn row_end(&mut self, keep: &mut Keep) {
        self.now.long = self.longest > LONGEST_CELL;
        self.below |= self.letters > LONGEST_HEADER || self.header.is_none();
        keep.places.extend(self.whole.filter(|_| self.longest <= LONGEST_CELL).map(|place| (place, Say::Whole)));
        keep.places.extend(self.header.filter(|_| !self.below).map(|place| (place, Say::Header)));
    }

    /// The first paragraph of a cell would say it here; nowhere, where it says it already.
    pub(crate) fn paragraph(&mut self, cell: usize, place: Option<usize>) {
        // The later place is behind the style, as the schema wants it.
        self.now.places.pop_if(|(known, _)| *known == cell);
        self.now.places.extend(place.map(|place| (cell, place)));
    }

    /// A cell declares a merge: it goes on from the one above, or begins anew.
    pub(crate) fn merge(&mut self, column: usize, goes_on: bool, keep: &mut Keep) {
        let began = self.before.merges.iter().any(|(above, on)| *above == column && !on);
        self.now.merges.push((column, goes_on));
        if goes_on && began {
            self.before.stay(keep);
        }
    }

    /// The table ends.
    pub(crate) fn end(&self, keep: &mut Keep) {
        if self.now.merges.contains(&(0, true)) {
            self.before.stay(keep);
        }
    }
}
