//! A stretch of a table, row by row: labels with their values side by side, long texts, headings, vertical labels with what
//! stands beside them. Tables with a header are for `table`.

use super::cell::{self, What};
use super::grid::{Grid, Place};
use super::{Band, Drafter, Field, Numbered, has_label, printed};
use crate::document::Cell;
use crate::value::Kind;
use crate::value::numeral::is_numeral;
use std::ops::Range;

/// Rows of labels and values under way: how many fields each row has.
#[derive(Default)]
struct Run {
    label: Option<String>,
    rows: Vec<usize>,
    fields: Vec<Field>,
}

impl<'d> Drafter<'d> {
    /// Rows of a table from a column on, beside the vertical label `side`.
    pub fn region(&mut self, grid: &Grid<'d>, rows: Range<usize>, left: usize, side: Option<&Place<'d>>) {
        let mut run = Run::default();
        let mut side_left = side;
        let mut notes = false;
        let mut row = rows.start;
        while row < rows.end {
            let cells = grid.beginning(row, left);
            let Some(first) = cells.first().copied() else {
                row += 1;
                continue;
            };
            if self.title.is_none() && self.bands.is_empty() && cells.len() == 1 && first.is_label() {
                self.title = Some(first.label());
                row += 1;
                continue;
            }
            let beside = first.is_label() && first.column == left && first.rows > 1 && side.is_none();
            if beside && self.is_vertical(grid, first) {
                self.flush(&mut run);
                let end = (first.row + first.rows).min(rows.end);
                self.region(grid, row..end, first.end(), Some(first));
                row = end;
                continue;
            }
            if cells.len() > 1 && self.total_row(&cells, row) {
                self.flush(&mut run);
                row += 1;
                continue;
            }
            let before = self.bands.len();
            let whole = std::mem::take(&mut run);
            let pending = !whole.fields.is_empty();
            if let Some(shape) = super::header::shape(grid, row, rows.end, left, side) {
                run = whole;
                self.flush(&mut run);
                let end = self.headed(grid, &shape, side_left);
                if self.bands.len() > before + usize::from(pending) {
                    side_left = None;
                }
                row = end;
                continue;
            }
            run = whole;
            notes = self.row(&cells, grid, (side, &mut side_left), notes, &mut run);
            row += 1;
        }
        self.flush(&mut run);
        if let Some(side) = side_left.filter(|_| side.is_some()) {
            self.not_understood(&side.cell.text, side.cell.locus);
        }
    }

    /// Whether a cell at the left of several rows is a label for all of them.
    fn is_vertical(&self, grid: &Grid<'d>, first: &Place<'d>) -> bool {
        let inner: Vec<&Place<'d>> = grid
            .places
            .iter()
            .filter(|place| place.row >= first.row && place.row < first.row + first.rows && place.column >= first.end())
            .collect();
        let below = inner.iter().any(|place| place.row > first.row);
        let open = inner.iter().any(|place| !place.is_label());
        below && open
    }

    fn flush(&mut self, run: &mut Run) {
        let Run { label, rows, fields } = std::mem::take(run);
        if !fields.is_empty() {
            self.bands.push(Band::Pairs { label, rows, fields });
        }
    }

    /// One row without a header; whether notes stand in it.
    fn row(
        &mut self,
        cells: &[&Place<'d>],
        grid: &Grid<'d>,
        (side, side_left): (Option<&Place<'d>>, &mut Option<&Place<'d>>),
        notes: bool,
        run: &mut Run,
    ) -> bool {
        if let [only] = cells {
            return self.lone(only, grid, (side, side_left), notes, run);
        }
        let mut fields = Vec::new();
        let mut own = None;
        let mut beside: Option<String> = None;
        let mut longest = None;
        let mut index = 0;
        while let Some(place) = cells.get(index) {
            index += 1;
            match &place.what {
                What::Label => {
                    let mut values = cells[index..].iter().take_while(|value| value.is_open());
                    match values.next() {
                        Some(value) => {
                            let field = self.pair(place, value);
                            longest = Some(*value);
                            fields.push(field);
                            index += 1;
                            let more = values.count();
                            if more > 0 {
                                index += more;
                                let text = format!("{} …", place.label());
                                self.not_understood(&text, place.cell.locus);
                            }
                        }
                        // A label before other labels: of the whole row.
                        None if index == 1 && cells.get(1).is_some_and(|next| next.is_label()) => own = Some(*place),
                        None => match cells.get(index).map(|next| &next.what) {
                            Some(What::Inline(_)) if cells.len() == 2 => {
                                // The places have labels of their own beside this one.
                                beside = Some(place.label());
                            }
                            _ => self.not_understood(&place.cell.text, place.cell.locus),
                        },
                    }
                }
                What::Inline(found) => {
                    self.flush(run);
                    match beside.take() {
                        Some(label) => {
                            self.drop_heading();
                            self.labelled(&label, place.cell);
                        }
                        None => self.inline(place.cell, found),
                    }
                }
                What::Prose => self.not_understood(&place.cell.text, place.cell.locus),
                What::Blank(_) if place.is_empty() => {}
                What::Blank(_) | What::Boxes(_) => self.not_understood(&place.cell.text, place.cell.locus),
            }
        }
        if fields.is_empty() {
            if let Some(own) = own {
                self.not_understood(&own.cell.text, own.cell.locus);
            }
            return false;
        }
        let tall = longest.is_some_and(|value| value.rows > 1 || value.cell.text.contains('\n'));
        let text = matches!(fields[..], [ref field] if field.kind == Kind::Text || tall && field.words.is_empty() && field.kind == Kind::Name);
        if text && side.is_none() && own.is_none() && self.heading.is_none() {
            self.flush(run);
            for field in fields {
                self.text(Field { kind: Kind::Text, ..field });
            }
            return false;
        }
        let heading = self.heading.take().map(|(label, _)| label);
        let label = own.map(Place::label).or_else(|| side.map(Place::label)).or(heading);
        if own.is_none() && side.is_some() {
            *side_left = None;
        }
        let goes_on = run.label == label;
        if !goes_on {
            self.flush(run);
            run.label = label;
        }
        // Labels of one band differ; one that comes again begins another.
        let mut count = 0;
        for field in fields {
            if has_label(&run.fields, &field.label) {
                run.rows.extend(Some(count).filter(|count| *count > 0));
                let label = run.label.clone();
                self.flush(run);
                (run.label, count) = (label, 0);
            }
            run.fields.push(field);
            count += 1;
        }
        run.rows.push(count);
        false
    }

    /// A row of one cell.
    fn lone(
        &mut self,
        only: &Place<'d>,
        grid: &Grid<'d>,
        (side, side_left): (Option<&Place<'d>>, &mut Option<&Place<'d>>),
        notes: bool,
        run: &mut Run,
    ) -> bool {
        let wide = only.end() >= grid.width;
        match &only.what {
            What::Inline(found) => {
                self.flush(run);
                let label = side_left.take().map(|side| (side.label(), side.cell.locus));
                match label.or_else(|| self.heading.take()) {
                    // A signature and a date below a place for a text.
                    Some((label, _)) => self.labelled(&label, only.cell),
                    None => self.inline(only.cell, found),
                }
                false
            }
            What::Label if side.is_none() && !super::words::words().is_note(&only.cell.text) => {
                self.flush(run);
                self.drop_heading();
                self.heading = Some((only.label(), only.cell.locus));
                false
            }
            What::Label | What::Prose => {
                self.flush(run);
                if let Some(side) = side_left.filter(|side| super::words::words().is_note(&side.cell.text)) {
                    *side_left = None;
                    let key = self.keys.free("notes");
                    let texts = only.cell.text.lines().map(super::unnumbered).filter(|line| !line.is_empty()).collect();
                    self.bands.push(Band::Notes { key, label: side.label(), texts });
                    return true;
                }
                self.notes(only.cell, notes)
            }
            What::Blank(_) | What::Boxes(_) => {
                let label = side_left.take().map(|side| (side.label(), side.cell.locus));
                match label.or_else(|| self.heading.take()) {
                    Some((label, _)) => {
                        self.flush(run);
                        let (kind, boxes) = printed(&only.what);
                        let field = self.field(&label, kind, &boxes);
                        self.type_value(only, &field);
                        self.text(field);
                    }
                    None if only.is_empty() || !wide => {}
                    None => self.not_understood(&only.cell.text, only.cell.locus),
                }
                false
            }
        }
    }

    fn text(&mut self, field: Field) {
        let kind = if matches!(field.kind, Kind::Name) { Kind::Text } else { field.kind };
        let field = Field { kind, ..field };
        match self.bands.last_mut() {
            Some(Band::Text(known))
                if known.iter().all(|field| field.numbered.is_none()) && !has_label(known, &field.label) =>
            {
                known.push(field);
            }
            _ => self.bands.push(Band::Text(vec![field])),
        }
    }

    /// A label whose place ends in lines with labels of their own: `意见 | … 签字：  年 月 日`. The text goes before them.
    fn labelled(&mut self, label: &str, cell: &Cell) {
        let found = cell::inline(&cell.text);
        let field = self.field(label, Some(Kind::Text), &[]);
        self.type_text(cell, 0, 0, &format!("{{{{ p.{} }}}}\n", field.key));
        self.text(field);
        self.inline(cell, &found);
    }

    /// A label and its value.
    fn pair(&mut self, label: &Place<'d>, value: &Place<'d>) -> Field {
        let (kind, boxes) = printed(&value.what);
        let text = label.label();
        let mut field = self.field(&text, kind, &boxes);
        self.type_value(value, &field);
        let word = text.trim_end_matches(|c: char| c.is_ascii_digit() || is_numeral(c));
        if word.len() < text.len() && !word.is_empty() && text.len() - word.len() <= 3 {
            field.numbered = Some(Numbered {
                word: word.to_owned(),
                label: label.cell.locus,
                label_text: label.cell.text.clone(),
                value: value.cell.locus,
                value_text: value.cell.text.clone(),
            });
        }
        field
    }

    /// Types a value's tag into its place; what is printed around it for good stays.
    pub fn type_value(&mut self, value: &Place<'d>, field: &Field) {
        let tag = format!("{{{{ p.{} }}}}", field.key);
        self.type_tag(value, &tag);
    }

    /// Types a tag into a place; boxes are ticked instead.
    pub fn type_tag(&mut self, value: &Place<'d>, tag: &str) {
        match &value.what {
            What::Boxes(ticks) => {
                let path = tag.trim_start_matches("{{").trim_end_matches("}}").trim();
                for tick in ticks.clone() {
                    self.type_text(
                        value.cell,
                        tick.at,
                        tick.at + 1,
                        &format!("{{{{ {path} | tick(when=\"{}\") }}}}", tick.word),
                    );
                }
            }
            What::Blank(Some(Kind::Percent | Kind::Amount)) => {
                // The sign or the unit stays behind the value, as it is printed.
                let end = value.cell.text.chars().take_while(|c| crate::value::notation::is_blank(*c) || *c == '_').count();
                self.type_text(value.cell, 0, end, tag);
            }
            _ => self.type_whole(value.cell, tag),
        }
    }
}
