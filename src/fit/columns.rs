//! Which columns a document has, in which order and where: read off its own header rows before the search.
//!
//! A header row is a run of atoms that are column headers of one band. Optional columns exist if a header names them; the order
//! is that of one row that shows them all, never of first sightings.

use super::align::{Columns, Over};
use super::arcs::Order;
use super::atom::Atom;
use super::cost::LABEL_TYPO;
use super::graph::{Graph, HEAD, Node, Plan, PlanShape, Stands};
use super::lexicon::{Match, Role};
use crate::document::Layout;

/// Added to an expected column: the piece is measured by the last column of its cell, not the first.
pub const BY_ITS_END: i16 = 1 << 12;

/// What of a document may be a label, and where.
struct Labels<'a, 'd> {
    atoms: &'a [Atom<'d>],
    matches: &'a [Vec<(u8, Match)>],
    /// The atoms that may open one: few of all.
    positions: &'a [usize],
}

impl<'a, 'd> Labels<'a, 'd> {
    fn iter(&self) -> impl Iterator<Item = (&'a Atom<'d>, &'a [(u8, Match)])> {
        self.positions.iter().map(|position| (&self.atoms[*position], &*self.matches[*position]))
    }
}

/// Looks for the first header row of each band.
pub fn columns(graph: &Graph, atoms: &[Atom], matches: &[Vec<(u8, Match)>]) -> Columns {
    let mut columns = Columns {
        order: Order::default(),
        expected: graph.places.iter().map(|place| place.column).collect(),
        over: vec![None; graph.places.len()],
    };
    let labels: Vec<usize> = (0..matches.len()).filter(|position| !matches[*position].is_empty()).collect();
    let labels = Labels { atoms, matches, positions: &labels };
    let mut has_headers = vec![false; graph.plans.len()];
    for (_, label) in labels.iter().flat_map(|(_, found)| found) {
        if let Role::Header { band, .. } = label.role {
            has_headers[usize::from(band)] = true;
        }
    }
    for (band, plan) in graph.plans.iter().enumerate() {
        let band = band as u8;
        let header = if has_headers[usize::from(band)] { header_row(band, &labels) } else { Vec::new() };
        // In a header, a tree's two levels come before its columns.
        let leading = if matches!(plan.shape, PlanShape::Tree { .. }) { 2u8 } else { 0 };
        let values = plan.slots.len() as u8 - u8::from(leading > 0);
        let complete = !matches!(plan.shape, PlanShape::Matrix { .. })
            && header.len() >= 3
            && header.iter().any(|(column, ..)| *column == leading);
        let order = if complete {
            headed(plan, &header, leading)
        } else {
            (0..values).filter(|column| !plan.slots[usize::from(*column)].optional).collect()
        };
        if let PlanShape::Lists { sides: count, .. } = plan.shape {
            let order = sides(graph, band, &labels, &mut columns);
            columns.order.columns.push(order.unwrap_or_else(|| (0..count).collect()));
            continue;
        }
        columns.order.columns.push(permuted(plan, &header).unwrap_or(order));
        close_up(graph, band, &mut columns);
        let own: Vec<Headed> = header.into_iter().filter(|(column, ..)| *column < HEAD).collect();
        if own.len() >= 3 && own.iter().all(|(_, at, _)| *at >= 0) {
            place(graph, band, &own, leading, &labels, &mut columns);
        }
    }
    totals(graph, &mut columns);
    columns
}

/// All columns of a form, in the definition's order.
pub fn complete(graph: &Graph) -> Order {
    let columns = |plan: &Plan| match plan.shape {
        PlanShape::Lists { sides, .. } => (0..sides).collect(),
        PlanShape::Tree { .. } => (0..plan.slots.len() as u8 - 1).collect(),
        _ => (0..plan.slots.len() as u8).collect(),
    };
    Order { columns: graph.plans.iter().map(columns).collect() }
}

/// The columns that a header names, in its order; those under a spanning header stand where that does, whatever row they are
/// printed in. A spanning header alone heads one column.
fn headed(plan: &Plan, header: &[Headed], leading: u8) -> Vec<u8> {
    let named: Vec<u8> =
        header.iter().filter(|(column, ..)| *column < HEAD).filter_map(|(column, ..)| column.checked_sub(leading)).collect();
    let head = |column: u8| plan.slots.get(usize::from(column)).and_then(|slot| slot.head);
    let mut order = Vec::new();
    for &(column, ..) in header {
        if let Some(first) = column.checked_sub(HEAD) {
            let under: Vec<u8> = named.iter().copied().filter(|column| head(*column) == Some(first)).collect();
            order.extend(if under.is_empty() { vec![first] } else { under });
        } else if let Some(column) = column.checked_sub(leading) {
            let spanned = head(column).is_some_and(|first| header.iter().any(|(other, ..)| *other == HEAD + first));
            order.extend(Some(column).filter(|_| !spanned));
        }
    }
    order
}

/// The columns of a matrix in the order of a header that names them all.
fn permuted(plan: &Plan, header: &[Headed]) -> Option<Vec<u8>> {
    let PlanShape::Matrix { years, first_year, under: None, .. } = plan.shape else { return None };
    let spread = |column: u8| match column {
        column if years == 0 || column < first_year => column..column + 1,
        column if column == first_year => column..column + years,
        column => column + years - 1..column + years,
    };
    let named = header.iter().filter(|(column, ..)| *column < HEAD).filter_map(|(column, ..)| column.checked_sub(1));
    let order: Vec<u8> = named.flat_map(spread).collect();
    (order.len() == plan.slots.len()).then_some(order)
}

/// A total's values stand where those of the band above it do.
fn totals(graph: &Graph, columns: &mut Columns) {
    for (band, plan) in graph.plans.iter().enumerate() {
        let PlanShape::Matrix { under: Some(under), .. } = &plan.shape else { continue };
        for (column, above) in under.iter().enumerate() {
            let cell = Node::Cell { band: band as u8, group: 0, row: 0, column: column as u8 };
            let place = |node: Node| usize::from(graph.place_of(graph.id(node)));
            let (cell, above) = (place(cell), place(*above));
            columns.expected[cell] = columns.expected[above];
            columns.over[cell] = columns.over[above];
        }
    }
}

/// Without a header to go by, the columns that exist stand side by side.
fn close_up(graph: &Graph, band: u8, columns: &mut Columns) {
    let order = &columns.order.columns[usize::from(band)];
    let first = match graph.plans[usize::from(band)].shape {
        PlanShape::Tree { .. } => 3,
        PlanShape::Records => 1,
        _ => return,
    };
    for (place, expected) in graph.places.iter().zip(&mut columns.expected).filter(|(place, _)| place.band == Some(band)) {
        let Stands::Values(column) = place.stands else { continue };
        if let Some(rank) = order.iter().position(|known| *known == column) {
            *expected = first + rank as i16;
        }
    }
}

/// A column that a header names, the column of the source that it stands in or −1, and over how many in a true grid.
type Headed = (u8, i16, Option<Over>);

/// The longest run among the first few runs of headers of a band.
fn header_row(band: u8, labels: &Labels) -> Vec<Headed> {
    let mut best: Vec<Headed> = Vec::new();
    let mut run: Vec<Headed> = Vec::new();
    let (mut end, mut before) = (0, None);
    for &position in labels.positions {
        // What is no label ends a run as other labels do.
        let last = before.replace(position);
        if position > end + 1 && last.is_none_or(|last| last + 1 < position) {
            keep(&mut best, &mut run);
        }
        if best.len() >= 4 {
            return best;
        }
        if position < end {
            continue;
        }
        let found = &labels.matches[position];
        let header = |fresh: bool| {
            found.iter().find_map(|(count, label)| match label.role {
                Role::Header { band: b, column } if b == band && label.cost <= LABEL_TYPO => {
                    let known = fresh && run.iter().any(|(known, ..)| *known == column);
                    (!known).then_some((*count, column))
                }
                _ => None,
            })
        };
        // Of two columns with one header, the one that was not met yet.
        let header = header(true).or_else(|| header(false));
        let atom = &labels.atoms[position];
        match header {
            Some((count, column))
                if run.iter().all(|(known, ..)| *known != column) && (run.is_empty() || position <= end + 1) =>
            {
                let known = atom.columns_known && matches!(atom.layout, Layout::Rows | Layout::Grid);
                let width = i16::try_from(atom.cell.column_span).unwrap_or(1).max(1);
                let over = atom.sure.then_some(Over { block: atom.block, width });
                run.push((column, if known { atom.column as i16 } else { -1 }, over));
                end = position + usize::from(count);
            }
            Some((count, column)) => {
                keep(&mut best, &mut run);
                run.push((column, -1, None));
                end = position + usize::from(count);
            }
            None if position > end => keep(&mut best, &mut run),
            None => {}
        }
        // One complete row is enough; forms of a thousand pages are not read twice for it.
        if best.len() >= 4 {
            return best;
        }
    }
    keep(&mut best, &mut run);
    best
}

fn keep(best: &mut Vec<Headed>, run: &mut Vec<Headed>) {
    if run.len() > best.len() {
        *best = std::mem::take(run);
    }
    run.clear();
}

/// What a side's header heads stands under it. Gives the order of the sides.
fn sides(graph: &Graph, band: u8, labels: &Labels, columns: &mut Columns) -> Option<Vec<u8>> {
    let mut headed: Vec<(u8, u32, i16)> = Vec::new();
    for (atom, found) in labels.iter() {
        let side = found.iter().find_map(|(_, label)| match label.role {
            Role::Side { band: b, side } if b == band => Some(side),
            _ => None,
        });
        let Some(side) = side.filter(|_| atom.columns_known && matches!(atom.layout, Layout::Rows | Layout::Grid)) else {
            continue;
        };
        // The headers of all sides stand in one row.
        if headed.first().is_some_and(|(_, row, _)| *row != atom.row) {
            if headed.len() > 1 {
                break;
            }
            headed.clear();
        }
        headed.push((side, atom.row, atom.column as i16));
    }
    if headed.len() < 2 {
        return None;
    }
    for (place, expected) in graph.places.iter().zip(&mut columns.expected).filter(|(place, _)| place.band == Some(band)) {
        if let Stands::Side(side) = place.stands
            && let Some((_, _, at)) = headed.iter().find(|(known, ..)| *known == side)
        {
            *expected = *at;
        }
    }
    let PlanShape::Lists { sides, .. } = graph.plans[usize::from(band)].shape else { return None };
    headed.sort_by_key(|(side, _, at)| (*at, *side));
    let order: Vec<u8> = headed.into_iter().map(|(side, ..)| side).collect();
    (order.len() == usize::from(sides)).then_some(order)
}

/// Where most labels of a matrix's rows stand.
fn item_column(band: u8, labels: &Labels) -> Option<i16> {
    let is_item = |label: &Match| matches!(label.role, Role::Item { band: b, .. } if b == band) && label.cost < LABEL_TYPO;
    let placed = |atom: &Atom| atom.columns_known && matches!(atom.layout, Layout::Rows | Layout::Grid);
    let mut counts: Vec<(u32, usize)> = Vec::new();
    let items = labels.iter().filter(|(atom, found)| placed(atom) && found.iter().any(|(_, label)| is_item(label)));
    for (atom, _) in items {
        match counts.iter_mut().find(|(column, _)| *column == atom.column) {
            Some((_, count)) => *count += 1,
            None => counts.push((atom.column, 1)),
        }
    }
    let most = counts.iter().max_by_key(|(column, count)| (*count, std::cmp::Reverse(*column)))?;
    (most.1 > 1).then(|| i16::try_from(most.0).ok()).flatten()
}

/// Whether the corner of a matrix covers several columns of a true grid.
fn spans(band: u8, labels: &Labels) -> bool {
    let is_corner = |label: &Match| matches!(label.role, Role::Header { band: b, column: 0 } if b == band);
    let corner = labels.iter().find(|(_, found)| found.iter().any(|(_, label)| is_corner(label)));
    corner.is_some_and(|(atom, _)| atom.layout == Layout::Grid && atom.cell.column_span > 1)
}

/// Where the header stands, its values are expected.
fn place(graph: &Graph, band: u8, header: &[Headed], leading: u8, labels: &Labels, columns: &mut Columns) {
    let plan = &graph.plans[usize::from(band)];
    let find = |column: u8| header.iter().find(|(known, ..)| *known == column);
    let at = |column: u8| find(column).map(|(_, at, _)| *at);
    // A corner over several columns, with no label at its left: labels of rows may begin in any of them, and end where the
    // first figures begin.
    let spanning = matches!(plan.shape, PlanShape::Matrix { grouped: false, years: 0, .. })
        && spans(band, labels)
        && at(0).zip(at(1)).is_some_and(|(corner, first)| corner == 0 && first > 1);
    let spread = |column: u8| match plan.shape {
        // Headers of a matrix count from its corner; a spanning header heads several columns.
        PlanShape::Matrix { years, first_year, .. } => {
            let (headed, offset) = match column {
                column if column < first_year || years == 0 => (column, 0),
                column if column < first_year + years => (first_year, i16::from(column - first_year)),
                column => (column - years + 1, 0),
            };
            at(headed + 1).map(|at| at + offset)
        }
        _ => at(column + leading),
    };
    let wide = |column: u8| {
        let over = |column: u8| find(column).and_then(|(.., over)| *over);
        match plan.shape {
            PlanShape::Matrix { years, first_year, .. } => match column {
                column if column < first_year || years == 0 => over(column + 1),
                // Each year has one column, if their header is as wide.
                column if column < first_year + years => {
                    over(first_year + 1).filter(|over| over.width == i16::from(years)).map(|over| Over { width: 1, ..over })
                }
                column => over(column - years + 2),
            },
            _ => over(column + leading),
        }
    };
    let item = if matches!(plan.shape, PlanShape::Matrix { .. }) { item_column(band, labels) } else { None };
    let places = graph.places.iter().zip(&mut columns.expected).zip(&mut columns.over);
    for ((place, expected), over) in places.filter(|((place, _), _)| place.band == Some(band)) {
        let found = match place.stands {
            Stands::Values(column) => {
                *over = wide(column);
                spread(column)
            }
            Stands::Year(index) => match plan.shape {
                PlanShape::Matrix { first_year, .. } => spread(first_year + index),
                _ => None,
            },
            Stands::Items if spanning => at(1).map(|first| BY_ITS_END + first - 1),
            Stands::Items => {
                let seen = item.filter(|item| spread(0).is_some_and(|first| *item < first));
                seen.or_else(|| spread(0).map(|first| (first - 1).min(*expected)))
            }
            Stands::Roots => at(0),
            Stands::Levels => at(1),
            Stands::Side(_) | Stands::Other => None,
        };
        if let Some(found) = found {
            *expected = found;
        }
    }
}
