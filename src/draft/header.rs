//! Where in a table a header stands over rows, and what its columns are. Says what is there; bands are made of it in `table`.

use super::cell::What;
use super::grid::{Grid, Place};
use std::ops::Range;

/// A column of a header: its lowest cell, and the one that spans it and its neighbours.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub columns: Range<usize>,
    pub label: String,
    pub head: Option<String>,
    /// How many columns under one header it stands for.
    pub across: usize,
    /// The headers of these where they are no years themselves.
    pub years: Vec<String>,
}

/// A header and the rows below it.
#[derive(Clone, Debug)]
pub struct Shape {
    pub header: Range<usize>,
    pub body: Range<usize>,
    pub left: usize,
    /// The vertical label that begins only below the header.
    pub side: Option<String>,
    pub leaves: Vec<Leaf>,
    /// How many of the first leaves hold printed labels.
    pub labels: usize,
    /// The first leaf spans two columns of labels.
    pub grouped: bool,
}

/// The header that begins in a row, if one does.
pub fn shape(grid: &Grid<'_>, row: usize, end: usize, left: usize, side: Option<&Place<'_>>) -> Option<Shape> {
    let top = grid.beginning(row, left);
    let named = top.iter().filter(|place| place.is_label()).count();
    let leading = top.iter().take_while(|place| place.is_empty()).count();
    let open = top.iter().skip(leading).any(|place| !place.is_label());
    if top.len() < 2 || named < 2 && !(named == 1 && leading > 0) || open || leading > 2 || named + leading < top.len() {
        return None;
    }
    let height = top.iter().filter(|place| place.is_label()).map(|place| place.rows).max().unwrap_or(1);
    let spanning = top.iter().any(|place| place.columns > 1 && place.rows < height);
    let height =
        if height > 1 && !spanning && top.iter().any(|place| place.rows == 1 && place.is_label()) { 1 } else { height };
    let header = row..row + height;
    if header.end >= end {
        return None;
    }
    let mut leaves = leaves(grid, &header, left)?;
    let body = body(grid, header.end, end, left, &leaves);
    if body.is_empty() {
        return None;
    }
    // A vertical label whose place in the header is blank.
    let mut inner = None;
    let mut left = left;
    let first = leaves.first()?.clone();
    if side.is_none() && first.label.is_empty() {
        let labels: Vec<&Place<'_>> = body.clone().filter_map(|row| grid.at(row, left)).collect();
        let text = labels.first().map(|place| place.label()).unwrap_or_default();
        let same = labels.iter().all(|place| place.label() == text) && labels.first().is_some_and(|place| place.is_label());
        let alone = labels.iter().all(|place| place.columns == first.columns.len());
        let several = leaves.len() > 2 && alone;
        if same && several && (body.len() == 1 || labels.len() > 1) {
            inner = Some(text);
            left = first.columns.end;
            leaves.remove(0);
        }
    }
    let is_label = |row: usize, leaf: &Leaf| grid.at(row, leaf.columns.start).is_some_and(Place::is_label);
    let labels = leaves.iter().take_while(|leaf| body.clone().any(|row| is_label(row, leaf))).count();
    let grouped = leaves.first().is_some_and(|leaf| {
        body.clone().any(|row| {
            let inside = grid.crossing(row, left).into_iter().filter(|place| place.column < leaf.columns.end);
            inside.filter(|place| place.is_label()).count() > 1
        })
    });
    if labels == leaves.len() {
        return None;
    }
    Some(Shape { header, body, left, side: inner, leaves, labels, grouped })
}

/// The columns of a header; none where a column has no name.
fn leaves(grid: &Grid<'_>, header: &Range<usize>, left: usize) -> Option<Vec<Leaf>> {
    let mut leaves: Vec<Leaf> = Vec::new();
    let lowest = grid.crossing(header.end - 1, left);
    for (index, place) in lowest.iter().enumerate() {
        let above = grid.at(header.start, place.column).filter(|above| above.row < place.row && above.is_label());
        let head = above.map(|above| above.label());
        if place.is_label() {
            leaves.push(Leaf { columns: place.column..place.end(), label: place.label(), head, across: 1, years: Vec::new() });
            continue;
        }
        let nameless = leaves.iter().all(|leaf| leaf.label.is_empty());
        match (head, leaves.last_mut()) {
            // Years, to be written into the header.
            (Some(head), Some(last)) if last.label == head && matches!(place.what, What::Blank(_)) => {
                last.columns.end = place.end();
                last.across += 1;
            }
            (Some(head), _) if matches!(place.what, What::Blank(_)) => {
                leaves.push(Leaf { columns: place.column..place.end(), label: head, head: None, across: 1, years: Vec::new() });
            }
            (None, _) if index < 2 && nameless && place.is_empty() => {
                leaves.push(Leaf {
                    columns: place.column..place.end(),
                    label: String::new(),
                    head: None,
                    across: 1,
                    years: Vec::new(),
                });
            }
            _ => return None,
        }
    }
    (leaves.len() > 1).then_some(leaves)
}

/// The rows below a header whose cells stand under its columns: labels first, then places.
fn body(grid: &Grid<'_>, from: usize, end: usize, left: usize, leaves: &[Leaf]) -> Range<usize> {
    // Labels stand under the first header, or under the second where the first is that of a vertical label and blank.
    let lead = usize::from(leaves.len() > 2 && leaves.first().is_some_and(|leaf| leaf.label.is_empty()));
    let first = leaves.first().map_or(0, |leaf| leaf.columns.start)..leaves.get(lead).map_or(0, |leaf| leaf.columns.end);
    let mut row = from;
    while row < end {
        let cells = grid.crossing(row, left);
        let aligned = cells.iter().all(|place| {
            let within = place.column >= first.start && place.end() <= first.end;
            let starts = leaves
                .iter()
                .any(|leaf| leaf.columns.start == place.column || leaf.across > 1 && leaf.columns.contains(&place.column));
            let ends = leaves
                .iter()
                .any(|leaf| leaf.columns.end == place.end() || leaf.across > 1 && leaf.columns.contains(&place.end()));
            within || starts && ends
        });
        let labels = cells.iter().take_while(|place| place.is_label()).count();
        let rest = &cells[labels..];
        let open = !rest.is_empty() && rest.iter().all(|place| place.is_open());
        // Under columns of labels that run on, a label over several of them is a total.
        let runs_over = cells.first().is_some_and(|place| place.is_label() && place.end() > first.end && leaves.len() > 2);
        let narrow = rest.iter().all(|place| {
            leaves.iter().filter(|leaf| leaf.columns.start >= place.column && leaf.columns.end <= place.end()).count() <= 1
        });
        // Rows begin with labels, or none does: a label below rows without one is a total.
        let begins = |row: usize| grid.at(row, first.end.saturating_sub(1)).is_some_and(Place::is_label);
        let other = row > from && begins(row) && !begins(from);
        if other || !aligned || !open || runs_over || !narrow || cells.iter().any(|place| place.row < from) {
            break;
        }
        row += 1;
    }
    from..row
}
