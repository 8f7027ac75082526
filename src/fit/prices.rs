//! What the boundary, the column and the text of an atom cost: the prices that the search asks for at each position.

use super::align::{Over, Search, UNKNOWN};
use super::arcs::Mode;
use super::atom::{Atom, Boundary};
use super::columns::BY_ITS_END;
use super::cost::*;
use super::evidence;
use super::expand::{GOAL, INSTRUCTION, Joins, KINDS};
use super::graph::{Node, PlanShape};
use crate::document::Layout;
use crate::value::notation::is_cjk;
use crate::value::{Kind, Reading};
use unicode_width::UnicodeWidthStr;

/// `（2023年度）`: printed by itself under titles, and behind what stands there.
fn is_year_of_title(text: &str) -> bool {
    let inner = text.strip_prefix(['（', '(']).and_then(|text| text.strip_suffix(['）', ')']));
    inner.is_some_and(|inner| inner.contains('年') && matches!(Kind::Year.read(inner), Reading::Value(_)))
}

impl Search<'_, '_> {
    /// How many atoms from here on stand close enough to be read as one.
    pub(super) fn joinable(&self, position: usize, most: usize) -> usize {
        let close = |atom: &&Atom| {
            atom.boundary <= Boundary::Paragraph
                || (matches!(atom.layout, Layout::Words | Layout::Printed) && atom.boundary == Boundary::Line)
        };
        let rest = &self.atoms[position + 1..(position + most).min(self.atoms.len())];
        1 + rest.iter().take_while(close).count()
    }

    /// A label without a colon in the midst of a cell.
    pub(super) fn label_cut(&self, position: usize, count: usize) -> Cost {
        let before = self.atoms[position].boundary == Boundary::Blank;
        let after = self.atoms.get(position + count).is_some_and(|next| next.boundary == Boundary::Blank);
        let colon = self.atoms[position + count - 1].text.ends_with([':', '：']);
        match self.atoms[position].layout {
            _ if colon => 0,
            Layout::Grid | Layout::Rows | Layout::Cells => 60 * (Cost::from(before) + Cost::from(after)),
            Layout::Lines => 20 * (Cost::from(before) + Cost::from(after)),
            Layout::Words | Layout::Printed | Layout::Page => 0,
        }
    }

    /// Whether an atom is a whole cell, where cells are known.
    fn is_cell(&self, position: usize) -> bool {
        let atom = &self.atoms[position];
        let cells = matches!(atom.layout, Layout::Grid | Layout::Rows | Layout::Cells);
        cells && atom.boundary >= Boundary::Cell && atom.text.len() == atom.cell.text.trim().len()
    }

    /// What it costs that a level's label comes after its first rows: little behind a page break, where it is printed anew.
    pub(super) fn arrival(&self, position: usize) -> Cost {
        let atom = &self.atoms[position];
        match atom.layout {
            _ if self.followers.late < LATE || atom.after_break => 0,
            Layout::Grid | Layout::Rows => ARRIVES_AMIDST,
            Layout::Cells | Layout::Lines | Layout::Words | Layout::Printed | Layout::Page => ARRIVES_UNKNOWN,
        }
    }

    /// What it costs to read an atom that is a label as a short value, and as part of long text.
    pub(super) fn label_penalty(&self, position: usize) -> (Cost, Cost) {
        let strength = self.matches[position].iter().map(|(_, label)| label.cost).min();
        match strength {
            None => (0, 0),
            // A short word behind a line that is full may well be the end of a text.
            Some(_) if self.is_tail(position) => (LABEL_AS_TAIL, LABEL_AS_TAIL),
            Some(cost) if cost < LABEL_TYPO => (LABEL_AS_VALUE, LABEL_AS_PROSE),
            // A cell of its own that is nearly a label hardly belongs to the text before it.
            Some(_) if self.is_cell(position) => (MISSPELT_AS_VALUE, LABEL_AS_PROSE),
            Some(_) => match self.atoms[position].layout {
                Layout::Lines | Layout::Words | Layout::Printed | Layout::Page => (MISSPELT_AS_VALUE, MISSPELT_AS_WORDS),
                Layout::Grid | Layout::Rows | Layout::Cells => (MISSPELT_AS_VALUE, MISSPELT_AS_PROSE),
            },
        }
    }

    /// What some atoms are worth as one value. `key` says which prices are the same: by kind, and by list of words.
    pub(super) fn evidence(&self, position: usize, count: usize, kind: Kind, key: u16, vocabulary: Option<usize>) -> Cost {
        if count == 1 && usize::from(key) < KINDS {
            let place = position * KINDS + usize::from(key);
            let known = self.texts.alone.borrow()[place];
            if known != UNKNOWN {
                return Cost::from(known);
            }
            let cost = self.value_cost(position, 1, kind, key, vocabulary);
            self.texts.alone.borrow_mut()[place] = i16::try_from(cost).unwrap_or(UNKNOWN);
            return cost;
        }
        let place = (position as u32, key * 8 + count as u16);
        if let Some(cost) = self.texts.joined.borrow().get(&place) {
            return *cost;
        }
        let cost = self.value_cost(position, count, kind, key, vocabulary);
        self.texts.joined.borrow_mut().insert(place, cost);
        cost
    }

    fn value_cost(&self, position: usize, count: usize, kind: Kind, key: u16, vocabulary: Option<usize>) -> Cost {
        match key {
            INSTRUCTION => self.instruction_cost(position),
            GOAL => 30,
            _ => {
                let atom = &self.atoms[position];
                let text = evidence::joined(&self.atoms[position..position + count]);
                let words = vocabulary.and_then(|index| self.words.get(index));
                evidence::value_cost(kind, words, &text, self.traits[position], count, atom.layout)
            }
        }
    }

    pub(super) fn instruction_cost(&self, position: usize) -> Cost {
        let text = self.atoms[position].text;
        let head: String = text.chars().take(40).collect();
        let key = super::lexicon::fold(&head);
        if self.instructions.iter().any(|known| key.contains(&**known)) {
            return 0;
        }
        if key.starts_with(|c: char| c.is_ascii_digit() || "(一二三四五六七八九十①②③④⑤⑥⑦⑧⑨".contains(c))
        {
            40
        } else if self.atoms[position].boundary == Boundary::Block {
            // Behind a blank line it is rather text after the form.
            400
        } else {
            150
        }
    }

    /// Whether a sentence ends before a piece, and a blank line or a page with it: what follows does not go on with it.
    pub(super) fn behind_full_stop(&self, position: usize) -> bool {
        let before = position.checked_sub(1).and_then(|before| self.atoms.get(before));
        self.atoms[position].boundary == Boundary::Block
            && before.is_some_and(|before| before.text.trim_end().ends_with(['。', '.', '；', ';']))
    }

    /// How a name contradicts the level that it is read under.
    pub(super) fn cue(&self, position: usize, to: Node) -> Cost {
        let Node::Leaf { band, level, column: 0, .. } = to else { return 0 };
        if self.traits[position].numeric || self.traits[position].word {
            return 0;
        }
        let PlanShape::Tree { hierarchy, .. } = self.graph.plans[usize::from(band)].shape else { return 0 };
        let contradictions = self.texts.cues[position].get_or_init(|| {
            let found = self.graph.cues.get(hierarchy).map(|cues| cues.of(self.atoms[position].text)).unwrap_or_default();
            let best = found.iter().max().copied().unwrap_or(0);
            found.iter().map(|said| best - said).collect()
        });
        contradictions.get(usize::from(level)).copied().unwrap_or(0)
    }

    /// What the boundary before a value costs.
    pub(super) fn join(&self, position: usize, from: Node, joins: Joins) -> Cost {
        let atom = &self.atoms[position];
        let Joins { mode, labelled, prose, note } = joins;
        match (atom.layout, mode) {
            (Layout::Rows | Layout::Grid, Mode::In) => match atom.boundary {
                Boundary::Blank | Boundary::Paragraph if labelled => 0,
                Boundary::Blank => 200,
                Boundary::Paragraph => 100,
                Boundary::Cell => 0,
                Boundary::Line | Boundary::Block if prose && labelled => 100,
                Boundary::Line | Boundary::Block => 300,
            },
            (Layout::Rows | Layout::Grid, Mode::New) => match atom.boundary {
                _ if note => 0,
                _ if atom.opens_row => 0,
                Boundary::Cell => 400,
                _ => 500,
            },
            // On a printed page a label stands in the middle of its rows, and its second line is no row.
            (Layout::Rows, Mode::First) if atom.printed => match atom.boundary {
                Boundary::Blank => 100,
                Boundary::Paragraph => 300,
                _ => 0,
            },
            (Layout::Rows | Layout::Grid, Mode::First) => match atom.boundary {
                _ if atom.opens_row && matches!(from, Node::Level { .. }) => ROW_AFTER_LABEL,
                Boundary::Blank => 100,
                _ => 0,
            },
            (Layout::Cells, Mode::In) => match atom.boundary {
                Boundary::Blank if !labelled => 200,
                Boundary::Block => 50,
                _ => 0,
            },
            (Layout::Cells, Mode::New) => match atom.boundary {
                Boundary::Line | Boundary::Block => 0,
                _ => 100,
            },
            (Layout::Lines, Mode::In) => match atom.boundary {
                _ if labelled => 0,
                Boundary::Blank | Boundary::Line => 50,
                Boundary::Block => 100,
                _ => 0,
            },
            (Layout::Lines, Mode::New) => {
                if atom.opens_row {
                    0
                } else {
                    100
                }
            }
            // Behind a label a row begins anyway.
            (Layout::Words, Mode::New) if from.heads_rows() => 0,
            (Layout::Words, Mode::New) => 30,
            (Layout::Words, Mode::In) => {
                if atom.boundary == Boundary::Block {
                    50
                } else {
                    0
                }
            }
            // Rows begin with a line; what follows a blank or the end of a line is rather the next cell.
            (Layout::Printed | Layout::Page, Mode::New) => match atom.boundary {
                Boundary::Line | Boundary::Block => 0,
                _ if from.heads_rows() => 0,
                _ => PRINTED_ROW_AMIDST,
            },
            (Layout::Printed | Layout::Page, Mode::In) => match atom.boundary {
                _ if labelled => 0,
                Boundary::Line => PRINTED_CELL_BELOW,
                Boundary::Block => PRINTED_CELL_BELOW + 50,
                Boundary::Blank if !self.chinese_around(position) && !prose => PRINTED_CELL_BEFORE_SIGN,
                _ => 0,
            },
            (Layout::Cells | Layout::Lines | Layout::Words | Layout::Printed | Layout::Page, Mode::First) => 0,
        }
    }

    /// What it costs that the value before goes on here.
    pub(super) fn more(&self, position: usize, kind: Kind, prose: bool) -> Cost {
        let atom = &self.atoms[position];
        let (blank, cell, line) = match (atom.layout, prose) {
            (Layout::Grid | Layout::Rows, false) => (10, 600, 900),
            (Layout::Grid | Layout::Rows, true) => (5, 300, 80),
            (Layout::Cells, false) => (10, 200, 200),
            (Layout::Cells, true) => (5, 50, 40),
            (Layout::Lines | Layout::Words, false) => (80, 200, 150),
            (Layout::Lines | Layout::Words, true) => (10, 50, 40),
            // A cell that goes on in the next line fills its own, and stands alone there.
            (Layout::Printed | Layout::Page, prose) => {
                let blank = if self.chinese_around(position) { PRINTED_MORE_BEHIND_BLANK } else { 10 };
                let line = if prose { PRINTED_MORE_BELOW } else { self.below(position, kind) };
                (if prose { 10 } else { blank }, 200, line)
            }
        };
        let boundary = match atom.boundary {
            Boundary::Blank | Boundary::Paragraph => blank,
            Boundary::Cell => cell,
            Boundary::Line => line,
            Boundary::Block => line + 60,
        };
        let traits = self.traits[position];
        let kind = match kind {
            Kind::Amount
            | Kind::Percent
            | Kind::Score
            | Kind::Count
            | Kind::Year
            | Kind::Date
            | Kind::Phone
            | Kind::Unit
            | Kind::Mark => 400,
            // A number or a listed word that stands alone is no running text.
            _ if prose && (traits.numeric || traits.word) && !matches!(atom.layout, Layout::Grid | Layout::Rows) => 80,
            Kind::Choice | Kind::Target if traits.numeric || traits.word => 300,
            Kind::Choice | Kind::Tick => 100,
            Kind::Target => 120,
            Kind::Name | Kind::Person if traits.numeric || is_year_of_title(atom.text) => 200,
            Kind::Name | Kind::Person | Kind::Text if traits.word && !prose => 150,
            Kind::Name | Kind::Person | Kind::Text => 0,
        };
        boundary + kind
    }

    /// Whether a short word is the last line of a cell of a printed page, as far as can be seen: under a line that is full, with
    /// another cell behind it.
    fn is_tail(&self, position: usize) -> bool {
        let atom = &self.atoms[position];
        if atom.printed && atom.layout == Layout::Rows {
            return atom.boundary == Boundary::Paragraph && atom.text.chars().count() <= 2;
        }
        let number = self.traits.get(position + 1).is_some_and(|next| next.numeric);
        let goes_on = number || self.atoms.get(position + 1).is_some_and(|next| next.boundary < Boundary::Line);
        if atom.layout != Layout::Printed || !atom.opens_row || atom.text.chars().count() > 2 || !goes_on {
            return false;
        }
        let width = |first: usize| self.atoms[first..position].iter().map(|atom| atom.text.width()).sum::<usize>();
        self.line_before(position).is_some_and(|first| width(first) >= PRINTED_FULL)
    }

    /// Whether Chinese stands on both sides of the boundary before an atom.
    fn chinese_around(&self, position: usize) -> bool {
        let atom = &self.atoms[position];
        let Some(before) = position.checked_sub(1).map(|before| &self.atoms[before]) else { return false };
        // Cut at a label's colon, they have no blank between them.
        let glued = std::ptr::eq(before.cell, atom.cell) && before.end == atom.start;
        let is_chinese = |c: Option<char>| c.is_some_and(is_cjk);
        !glued && is_chinese(before.text.chars().next_back()) && is_chinese(atom.text.chars().next())
    }

    /// Where the line before an atom begins, if no blank parts it.
    fn line_before(&self, position: usize) -> Option<usize> {
        let mut at = position.checked_sub(1)?;
        // A page's number stands between its lines and those of the next page.
        while self.traits[at].noise > 0 {
            at = at.checked_sub(1)?;
        }
        while self.atoms[at].boundary < Boundary::Line {
            let (before, atom) = (&self.atoms[at.checked_sub(1)?], &self.atoms[at]);
            if before.text.ends_with(['：', ':']) {
                break;
            }
            if !std::ptr::eq(before.cell, atom.cell) || before.end < atom.start {
                return None;
            }
            at -= 1;
        }
        Some(at)
    }

    /// What it costs that a cell goes on in this line of a printed page: little where it fills the line before. One that is
    /// shorter than the line above it is the last of its cell.
    fn below(&self, position: usize, kind: Kind) -> Cost {
        let Some(first) = self.line_before(position) else { return PRINTED_MORE_BELOW_ROW };
        let width = |from: usize, to: usize| self.atoms[from..to].iter().map(|atom| atom.text.width()).sum::<usize>();
        let here = width(first, position);
        let above = self.line_before(first).map_or(0, |before| width(before, first));
        // The line above may be another cell's: then this one is as wide as its own column.
        let least = if kind == Kind::Text { here } else { here + 2 };
        if here < PRINTED_NARROWEST || least < above { PRINTED_MORE_BELOW_ROW } else { PRINTED_MORE_BELOW }
    }

    /// The price of a row that ends early: small where the source shows blank cells, or where rows are known.
    pub(super) fn trailing(&self, position: usize, price: Cost) -> Cost {
        let atom = &self.atoms[position];
        let shown = match atom.layout {
            Layout::Grid | Layout::Rows => true,
            Layout::Cells if atom.columns_known => {
                position.checked_sub(1).is_some_and(|before| atom.column > self.atoms[before].column + 1)
            }
            Layout::Cells | Layout::Lines | Layout::Words | Layout::Printed | Layout::Page => false,
        };
        if shown { price * SHOWN_TENTHS / 10 } else { price }
    }

    /// Columns as evidence: what it costs that a piece stands where it does. `aligned` says in which column it would stand right behind
    /// the piece before, `expected` in which it should, `over` is its header in a true grid. `mode` is none for a label.
    pub(super) fn place(
        &self,
        position: usize,
        aligned: Option<Cost>,
        expected: i16,
        over: Option<Over>,
        mode: Option<Mode>,
    ) -> Cost {
        let atom = &self.atoms[position];
        if !atom.columns_known || expected < 0 {
            return 0;
        }
        let gap = aligned.map(|aligned| off(atom, aligned, expected));
        if atom.layout == Layout::Cells {
            // The columns of one cell per line only count the blanks between.
            return match (mode, gap) {
                (Some(Mode::In | Mode::First), Some(off)) => (GAP_STEP * off).min(GAP_CAP),
                _ => 0,
            };
        }
        if atom.opens_row {
            let off = off(atom, atom.column as Cost, expected);
            // What begins a line of a printed page stands where it was set: no merged cell is missing before it.
            if atom.printed {
                return (PRINTED_START_STEP * off).min(GAP_CAP);
            }
            return (START_STEP * off).min(START_CAP);
        }
        match gap {
            None | Some(0) => 0,
            // A row may stand elsewhere as a whole; inside it nothing can have slipped.
            Some(_) if over.and_then(|over| over.holds(expected, atom)) == Some(false) => OFF_HEADER,
            Some(off) => (GAP_STEP * off).min(GAP_CAP),
        }
    }

    /// What stands right under a header, where nothing can have slipped, was written there, whatever it is; `stands` says whether
    /// it does.
    pub(super) fn under_header(&self, position: usize, kind: Kind, cost: Cost, stands: impl Fn() -> bool) -> Cost {
        let most = match kind {
            Kind::Name | Kind::Person | Kind::Text | Kind::Choice if self.traits[position].numeric => UNDER_HEADER,
            Kind::Amount | Kind::Percent | Kind::Score | Kind::Date | Kind::Target => UNREADABLE_UNDER_HEADER,
            _ => return cost,
        };
        if cost > most && cost < NEVER && stands() { most } else { cost }
    }

    /// The column in which a piece stands, if the one before stands in the column that is expected of it; none where that says nothing.
    pub(super) fn aligned(&self, position: usize, last: i16) -> Option<Cost> {
        let atom = &self.atoms[position];
        let before = self.atoms.get(position.checked_sub(1)?)?;
        if !atom.columns_known || last < 0 || std::ptr::eq(before.cell, atom.cell) {
            return None;
        }
        Some(atom.column as Cost - before.column as Cost - more(before, last) + Cost::from(last % BY_ITS_END))
    }

    /// Whether the source shows the blank cells that a value passes over.
    pub(super) fn shown(&self, position: usize, aligned: Option<Cost>, expected: i16, skipped: u8) -> bool {
        let atom = &self.atoms[position];
        if !atom.columns_known {
            return false;
        }
        let stands = |column| expected >= 0 && off(atom, column, expected) == 0;
        if atom.opens_row && atom.layout != Layout::Cells {
            return stands(atom.column as Cost);
        }
        // As many blank cells as columns passed over, or the gap that the header shows.
        let before = position.checked_sub(1).and_then(|before| self.atoms.get(before));
        let blanks = before.map_or(0, |before| atom.column as Cost - before.column as Cost - 1);
        aligned.is_some_and(stands) || (skipped > 0 && blanks == Cost::from(skipped))
    }
}

/// So many columns lie between the first of a piece's cell and the one that it is measured by.
fn more(atom: &Atom<'_>, expected: i16) -> Cost {
    if expected >= BY_ITS_END { atom.cell.column_span.max(1) as Cost - 1 } else { 0 }
}

/// How far a piece in a column stands off the one expected of it.
fn off(atom: &Atom<'_>, column: Cost, expected: i16) -> Cost {
    (column + more(atom, expected) - Cost::from(expected % BY_ITS_END)).abs()
}
