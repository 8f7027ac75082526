//! Tables of which a row, or what a cell shows, stands in one copy only.
//!
//! Cells that declare a merge are merged where both copies have them merged, so that the table holds whichever copy is taken: a
//! cell that changes stands by itself, and no row goes on from one that may go.

use super::align::{Pairing, align};
use super::blocks::{Status, Writer};
use super::tree::{Element, Kind};
use crate::render::trace::{self, Piece};
use crate::render::word::UNDECIDED;
use std::borrow::Cow;

/// What becomes of a cell that declares a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    Alone,
    /// With the number of the merge.
    Begins(usize),
    GoesOn(usize),
}

#[derive(Clone, Default)]
struct CellPlan {
    merge: Option<Merge>,
    /// Places whose values stand in cells that go on from this one.
    owed: Vec<usize>,
}

/// A cell that others may go on from.
struct Known {
    column: usize,
    span: usize,
    key: String,
    /// The copies in which the merge begins.
    begins: Status,
    /// The row and the cell where it does, and its number.
    at: (usize, usize),
    number: usize,
}

impl Writer<'_> {
    pub fn table(&mut self, pairing: &Pairing) {
        let (new, old) = pairing.children();
        let rows = align(new, old);
        let plans = self.plan(&rows);
        let (open, close) = pairing.base().tags();
        self.out.push_str(&open);
        for (row, plan) in rows.iter().zip(&plans) {
            match row.base().kind {
                Kind::Row => self.row(row, plan),
                _ => self.block(row, Status::Both),
            }
        }
        self.out.push_str(&close);
    }

    /// Decides all merges of a table.
    fn plan(&self, rows: &[Pairing]) -> Vec<Vec<CellPlan>> {
        let mut plans: Vec<Vec<CellPlan>> = Vec::with_capacity(rows.len());
        let mut above: Vec<Known> = Vec::new();
        let mut count = 0;
        for (row_number, row) in rows.iter().enumerate() {
            let base = row.base();
            let mut plan = vec![CellPlan::default(); base.children.len()];
            if base.kind != Kind::Row {
                plans.push(plan);
                continue;
            }
            let mut own: Vec<Known> = Vec::new();
            let before = base.child(Kind::RowProperties).and_then(|properties| number(properties.inner, "gridBefore"));
            let (mut column, mut anew) = (before.unwrap_or(0), false);
            for (index, cell) in base.children.iter().enumerate().filter(|(_, cell)| cell.kind == Kind::Cell) {
                let properties = cell.child(Kind::CellProperties).map_or("", |properties| properties.outer);
                let span = number(properties, "gridSpan").unwrap_or(1).clamp(1, 1000);
                let place = column;
                column += span;
                let Some((_, key)) = declared(properties) else { continue };
                let key = trace::bare(key).into_owned();
                let changed = match row {
                    Pairing::Both(_, old) => old.children.get(index).is_none_or(|old| differs(cell, old)),
                    Pairing::New(_) | Pairing::Old(_) => false,
                };
                if changed || key.trim().is_empty() {
                    plan[index].merge = Some(Merge::Alone);
                    anew = true;
                    continue;
                }
                let fits = |known: &&Known| {
                    (known.column, known.span) == (place, span)
                        && known.key == key
                        && (known.begins == Status::Both || known.begins == row.status())
                };
                if let Some(known) = above.iter().find(fits).filter(|_| !anew) {
                    plan[index].merge = Some(Merge::GoesOn(known.number));
                    if let Some(first) = plans.get_mut(known.at.0).and_then(|plan| plan.get_mut(known.at.1)) {
                        first.owed.extend(places(cell).filter(|_| self.traced));
                    }
                    own.push(Known { key, column: place, ..*known });
                } else {
                    count += 1;
                    plan[index].merge = Some(Merge::Begins(count));
                    anew = true;
                    let at = (row_number, index);
                    own.push(Known { key, column: place, span, begins: row.status(), at, number: count });
                }
            }
            above = own;
            plans.push(plan);
        }
        plans
    }

    fn row(&mut self, row: &Pairing, plan: &[CellPlan]) {
        let base = row.base();
        let (open, close) = base.tags();
        self.out.push_str(&open);
        let mut marked = row.status() == Status::Both;
        for (index, child) in base.children.iter().enumerate() {
            let part = match row {
                Pairing::Both(_, old) => old.children.get(index).map_or(Pairing::New(child), |old| Pairing::Both(child, old)),
                Pairing::New(_) => Pairing::New(child),
                Pairing::Old(_) => Pairing::Old(child),
            };
            match child.kind {
                Kind::RowProperties if !marked => {
                    self.row_properties(child, row.status());
                    marked = true;
                    continue;
                }
                Kind::RowProperties | Kind::Properties => self.out.push_str(child.outer),
                _ if !marked => {
                    let change = self.change(row.status());
                    self.put("<w:trPr>".to_owned());
                    self.out.push_str(&change);
                    self.put("</w:trPr>".to_owned());
                    marked = true;
                }
                _ => {}
            }
            match child.kind {
                Kind::RowProperties | Kind::Properties => {}
                Kind::Cell => self.cell(&part, plan.get(index).cloned().unwrap_or_default()),
                _ => self.block(&part, Status::Both),
            }
        }
        self.out.push_str(&close);
    }

    /// The properties of a row that stands in one copy only.
    fn row_properties(&mut self, properties: &Element, status: Status) {
        let own = properties.children.iter().any(|child| matches!(child.kind, Kind::Insertion | Kind::Deletion));
        if own {
            self.out.push_str(properties.outer);
            return;
        }
        let (open, close) = properties.tags();
        let inner = properties.inner;
        let at = inner.find("trPrChange").and_then(|at| inner[..at].rfind('<')).unwrap_or(inner.len());
        let change = self.change(status);
        self.out.push_str(&format!("{open}{}{change}{}{close}", &inner[..at], &inner[at..]));
    }

    fn cell(&mut self, cell: &Pairing, plan: CellPlan) {
        let (open, close) = cell.base().tags();
        self.out.push_str(&open);
        let (new, old) = cell.children();
        let properties = cell.base().child(Kind::CellProperties).map_or("", |properties| properties.outer);
        self.out.push_str(&decided(properties, plan.merge));
        self.owed = plan.owed;
        let muted = self.muted;
        self.muted |= matches!(plan.merge, Some(Merge::GoesOn(_)));
        self.children(content(new), content(old));
        self.muted = muted;
        self.owed.clear();
        self.out.push_str(&close);
    }
}

/// Whether two cells show something different: that they would be merged otherwise does not matter.
fn differs(new: &Element, old: &Element) -> bool {
    let (new, old) = (content(&new.children), content(&old.children));
    new.len() != old.len() || new.iter().zip(old).any(|(new, old)| new.outer != old.outer)
}

/// The places whose values a cell shows.
fn places(cell: &Element) -> impl Iterator<Item = usize> {
    trace::pieces(cell.inner).into_iter().filter_map(|piece| match piece {
        Piece::Begin(place, _) => Some(place),
        Piece::Text(_) | Piece::End(_) => None,
    })
}

/// What a cell holds behind its properties.
fn content<'e, 'x>(children: &'e [Element<'x>]) -> &'e [Element<'x>] {
    let properties = children.iter().take_while(|child| child.kind == Kind::CellProperties).count();
    &children[properties..]
}

/// The number that an element in some properties has as its value.
fn number(properties: &str, name: &str) -> Option<usize> {
    let element = &properties[properties.find(&format!("{name} "))?..];
    let value = element.split_once("val=\"")?.1;
    value.split('"').next()?.parse().ok()
}

/// The merge that a cell's properties declare: the element, and what has to be the same.
fn declared(properties: &str) -> Option<(&str, &str)> {
    let start = properties[..properties.find("vMerge ")?].rfind('<')?;
    let element = &properties[start..];
    let element = &element[..element.find("/>")? + 2];
    let value = element.split_once(&format!("=\"{UNDECIDED}"))?.1;
    Some((element, value.split('"').next()?))
}

/// A cell's properties with the merge decided: what has to be the same is the number of the merge, which the last pass follows.
fn decided(properties: &str, merge: Option<Merge>) -> Cow<'_, str> {
    let (Some((element, key)), Some(merge)) = (declared(properties), merge) else { return Cow::Borrowed(properties) };
    let number = match merge {
        Merge::Alone => String::new(),
        Merge::Begins(number) | Merge::GoesOn(number) => number.to_string(),
    };
    let element_now = element.replacen(&format!("\"{UNDECIDED}{key}\""), &format!("\"{UNDECIDED}{number}\""), 1);
    Cow::Owned(properties.replacen(element, &element_now, 1))
}
