//! What the boundary, the column and the text of an atom cost: the prices that the search asks for at each position.

use super::align::Search;
use super::arcs::Mode;
use super::atom::{Atom, Boundary};
use super::cost::*;
use super::evidence;
use super::expand::{Follower, GOAL, INSTRUCTION};
use super::graph::{Node, PlanShape};
use crate::document::Layout;
use crate::value::Kind;

impl Search<'_, '_> {
    /// How many atoms from here on stand close enough to be read as one.
    pub(super) fn joinable(&self, position: usize, most: usize) -> usize {
        let close = |atom: &&Atom| {
            atom.boundary <= Boundary::Paragraph || (atom.layout == Layout::Words && atom.boundary == Boundary::Line)
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
            Layout::Words => 0,
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
            _ if self.late < LATE || atom.after_break => 0,
            Layout::Grid | Layout::Rows => ARRIVES_AMIDST,
            Layout::Cells | Layout::Lines | Layout::Words => ARRIVES_UNKNOWN,
        }
    }

    /// What it costs to read an atom that is a label as a short value, and as part of long text.
    pub(super) fn label_penalty(&self, position: usize) -> (Cost, Cost) {
        let strength = self.matches[position].iter().map(|(_, label)| label.cost).min();
        match strength {
            None => (0, 0),
            Some(cost) if cost < LABEL_TYPO => (LABEL_AS_VALUE, LABEL_AS_PROSE),
            // A cell of its own that is nearly a label hardly belongs to the text before it.
            Some(_) if self.is_cell(position) => (MISSPELT_AS_VALUE, LABEL_AS_PROSE),
            Some(_) => match self.atoms[position].layout {
                Layout::Lines | Layout::Words => (MISSPELT_AS_VALUE, MISSPELT_AS_WORDS),
                Layout::Grid | Layout::Rows | Layout::Cells => (MISSPELT_AS_VALUE, MISSPELT_AS_PROSE),
            },
        }
    }

    pub(super) fn evidence(&self, position: usize, count: usize, kind: Kind, key: u16, vocabulary: Option<usize>) -> Cost {
        let key = (key * 16 + vocabulary.map_or(0, |index| index as u16 + 1).min(15)) * 8 + count as u16;
        if let Some((_, cost)) = self.texts.evidence.borrow()[position].iter().find(|(known, _)| *known == key) {
            return *cost;
        }
        let atom = &self.atoms[position];
        let traits = self.traits[position];
        let cost = match key / 8 / 16 {
            INSTRUCTION => self.instruction_cost(position),
            GOAL => 30,
            _ => {
                let text = evidence::joined(&self.atoms[position..position + count]);
                let words = vocabulary.and_then(|index| self.words.get(index));
                evidence::value_cost(kind, words, &text, traits, count, atom.layout)
            }
        };
        self.texts.evidence.borrow_mut()[position].push((key, cost));
        cost
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
        let mut cues = self.texts.cues.borrow_mut();
        let contradictions = cues[position].get_or_insert_with(|| {
            let mut found = Vec::new();
            if let Some(hierarchy) = self.graph.hierarchies.get(hierarchy) {
                evidence::cues(hierarchy, self.atoms[position].text, &mut found);
            }
            let best = found.iter().max().copied().unwrap_or(0);
            found.iter().map(|said| best - said).collect()
        });
        contradictions.get(usize::from(level)).copied().unwrap_or(0)
    }

    /// What the boundary before a value costs.
    pub(super) fn join(&self, position: usize, from: Node, follower: &Follower) -> Cost {
        let atom = &self.atoms[position];
        let &Follower { to, mode, labelled, prose, .. } = follower;
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
                _ if matches!(to, Node::Note { .. }) => 0,
                _ if atom.opens_row => 0,
                Boundary::Cell => 400,
                _ => 500,
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
            (Layout::Cells | Layout::Lines | Layout::Words, Mode::First) => 0,
        }
    }

    /// What it costs that the value before goes on here.
    pub(super) fn more(&self, position: usize, kind: Kind, prose: bool) -> Cost {
        let atom = &self.atoms[position];
        let (blank, cell, line) = match (atom.layout, prose) {
            (Layout::Grid | Layout::Rows, false) => (10, 500, 400),
            (Layout::Grid | Layout::Rows, true) => (5, 300, 80),
            (Layout::Cells, false) => (10, 200, 200),
            (Layout::Cells, true) => (5, 50, 40),
            (Layout::Lines | Layout::Words, false) => (80, 200, 150),
            (Layout::Lines | Layout::Words, true) => (10, 50, 40),
        };
        let boundary = match atom.boundary {
            Boundary::Blank | Boundary::Paragraph => blank,
            Boundary::Cell => cell,
            Boundary::Line => line,
            Boundary::Block => line + 60,
        };
        let traits = self.traits[position];
        let kind = match kind {
            Kind::Amount | Kind::Percent | Kind::Score | Kind::Year | Kind::Date | Kind::Phone | Kind::Unit | Kind::Mark => 400,
            // A number or a listed word that stands alone is no running text.
            _ if prose && (traits.numeric || traits.word) && !matches!(atom.layout, Layout::Grid | Layout::Rows) => 80,
            Kind::Choice | Kind::Target if traits.numeric || traits.word => 300,
            Kind::Choice => 100,
            Kind::Target => 120,
            Kind::Name | Kind::Person if traits.numeric => 200,
            Kind::Name | Kind::Person | Kind::Text if traits.word && !prose => 150,
            Kind::Name | Kind::Person | Kind::Text => 0,
        };
        boundary + kind
    }

    /// The price of a row that ends early: small where the source shows blank cells, or where rows are known.
    pub(super) fn trailing(&self, position: usize, price: Cost) -> Cost {
        let atom = &self.atoms[position];
        let shown = match atom.layout {
            Layout::Grid | Layout::Rows => true,
            Layout::Cells if atom.columns_known => {
                position.checked_sub(1).is_some_and(|before| atom.column > self.atoms[before].column + 1)
            }
            Layout::Cells | Layout::Lines | Layout::Words => false,
        };
        if shown { price * SHOWN_TENTHS / 10 } else { price }
    }

    /// Columns as evidence: what it costs that a piece stands where it does. `mode` is none for a label; `columns` are those
    /// expected of the piece before and of this one.
    pub(super) fn place(&self, position: usize, columns: (i16, i16), mode: Option<Mode>) -> Cost {
        let atom = &self.atoms[position];
        if !atom.columns_known || columns.1 < 0 {
            return 0;
        }
        if atom.layout == Layout::Cells {
            // The columns of one cell per line only count the blanks between.
            return match (mode, self.gap(position, columns)) {
                (Some(Mode::In | Mode::First), Some(off)) => (GAP_STEP * off).min(GAP_CAP),
                _ => 0,
            };
        }
        if atom.opens_row {
            let off = (atom.column as Cost - Cost::from(columns.1)).abs();
            return (START_STEP * off).min(START_CAP);
        }
        self.gap(position, columns).map_or(0, |off| (GAP_STEP * off).min(GAP_CAP))
    }

    /// How far the gap to the piece before differs from the one expected.
    pub(super) fn gap(&self, position: usize, (last, next): (i16, i16)) -> Option<Cost> {
        let before = self.atoms.get(position.checked_sub(1)?)?;
        if last < 0 || next < 0 || std::ptr::eq(before.cell, self.atoms[position].cell) {
            return None;
        }
        let seen = self.atoms[position].column as Cost - before.column as Cost;
        Some((seen - Cost::from(next - last)).abs())
    }

    /// Whether the source shows the blank cells that a value passes over.
    pub(super) fn shown(&self, position: usize, columns: (i16, i16), skipped: u8) -> bool {
        let atom = &self.atoms[position];
        if !atom.columns_known {
            return false;
        }
        if atom.opens_row && atom.layout != Layout::Cells {
            return atom.column as Cost == Cost::from(columns.1);
        }
        // As many blank cells as columns passed over, or the gap that the header shows.
        let before = position.checked_sub(1).and_then(|before| self.atoms.get(before));
        let blanks = before.map_or(0, |before| atom.column as Cost - before.column as Cost - 1);
        self.gap(position, columns) == Some(0) || (skipped > 0 && blanks == Cost::from(skipped))
    }
}
