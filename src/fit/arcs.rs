//! From a node, where a label leads and which values may follow: the grammar of forms, and what breaking it costs.
//!
//! Labels jump, values only follow; so the graph stays sparse. Nothing here looks at text or position.

use super::cost::*;
use super::graph::{Graph, LIST_NUMBERS, Node, PlanShape};
use super::lexicon::Role;
use crate::value::Kind;

/// How a value joins what was read before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The next value, wanted in the same line.
    In,
    /// The first value of a record, wanted at the beginning of a line.
    New,
    /// The first value after a label that may stand in the same line or above.
    First,
}

/// Which optional columns a document has, and in which order its columns stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Per band: the columns that exist, in printed order.
    pub columns: Vec<Vec<u8>>,
}

impl Graph {
    /// What passing over the bands between costs.
    fn order(&self, from: Node, to: u8) -> Cost {
        let first = match from {
            Node::Start => 0,
            Node::Outside => return BAND_BACK,
            _ => match from.band() {
                Some(band) if band > to => return BAND_BACK,
                Some(band) if band == to => return 0,
                Some(band) => usize::from(band) + 1,
                None => 0,
            },
        };
        let skipped = self.plans[first..usize::from(to)].iter().filter(|plan| !plan.optional).count();
        BAND_SKIPPED * skipped as Cost + self.side_missing(from) + self.texts_missing(from, to)
    }

    /// What it costs to leave a band of long texts before one that must be there.
    fn texts_missing(&self, from: Node, to: u8) -> Cost {
        let (Node::Label { band, field } | Node::Value { band, field }) = from else { return 0 };
        let behind = self.plans[band as usize].slots.get(usize::from(field) + 1..).unwrap_or_default();
        let missing = behind.iter().filter(|slot| slot.required && slot.prose).count();
        if band < to { BAND_SKIPPED * missing as Cost } else { 0 }
    }

    /// What it costs to leave lists at a side before one that must hold something.
    fn side_missing(&self, from: Node) -> Cost {
        let (Node::Mark { band, side, .. } | Node::ListText { band, side, .. }) = from else { return 0 };
        match self.plans[band as usize].shape {
            PlanShape::Lists { required, .. } if required >> (side + 1) != 0 => SIDE_MISSING,
            _ => 0,
        }
    }

    /// Where a label leads: calls `to` with each next node and its price.
    pub fn after_label(&self, from: Node, role: Role, number: Option<u8>, to: &mut dyn FnMut(Node, Cost)) {
        match role {
            // 附件 may stand before it; further down it is a page's head.
            Role::Title => to(from, if from.band().is_none_or(|band| band == 0) { 0 } else { TITLE_AGAIN }),
            Role::Field { band, field } => {
                let cost = match (self.order(from, band), from) {
                    (BAND_BACK, Node::Outside) => BAND_BACK,
                    (BAND_BACK, _) => FIELD_BACK,
                    (cost, Node::Label { field: last, .. } | Node::Value { field: last, .. }) if from.band() == Some(band) => {
                        cost + FIELD_ORDER * (Cost::from(field) - Cost::from(last) - 1).abs().min(3)
                    }
                    (cost, _) => cost,
                };
                to(Node::Label { band, field }, cost);
            }
            // At the left of label–value rows: it leaves the context alone.
            Role::Section { band } if matches!(self.plans[band as usize].shape, PlanShape::Fields) => {
                to(from, self.order(from, band));
            }
            Role::Section { band } => self.after_section(from, band, to),
            Role::Header { band, .. } => self.after_header(from, band, to),
            Role::Group { band, group } => self.after_group(from, band, group, to),
            Role::Item { band, group, item } => self.after_item(from, band, group, item, to),
            Role::Side { band, side } => {
                let bit = 1 << side;
                match from {
                    Node::Sides { band: b, mask } if b == band => to(Node::Sides { band, mask: mask | bit }, 0),
                    Node::Section { band: b } if b == band => to(Node::Sides { band, mask: bit }, 0),
                    Node::Mark { band: b, .. } | Node::ListText { band: b, .. } if b == band => {
                        to(Node::Sides { band, mask: bit }, HEADER_AGAIN);
                    }
                    _ => to(Node::Sides { band, mask: bit }, self.order(from, band) + OPENING_LOST / 2),
                }
            }
            Role::Number { band } => self.after_number(from, band, number, to),
            Role::Level1 { band, root } => self.after_root(from, band, root, to),
            Role::Level2 { band, level } => self.after_level(from, band, level, to),
            Role::Notes { band } => to(Node::Notes { band }, self.order(from, band)),
        }
    }

    fn after_section(&self, from: Node, band: u8, to: &mut dyn FnMut(Node, Cost)) {
        if from.band() != Some(band) {
            let lost =
                if matches!(self.plans[band as usize].shape, PlanShape::Tree { blocks: true, .. }) { OPENING_LOST } else { 0 };
            return to(Node::Section { band }, self.order(from, band) + lost);
        }
        match from {
            Node::Section { .. } | Node::Head { .. } | Node::Year { .. } => to(Node::Head { band }, SECTION_AGAIN),
            Node::GoalMark { .. } | Node::GoalText { .. } => to(Node::Section { band }, 0),
            Node::Column { .. } | Node::RecordLead { .. } => to(Node::RecordLead { band }, SECTION_AGAIN),
            Node::Sides { .. } | Node::Mark { .. } | Node::ListText { .. } => to(from, SECTION_AGAIN),
            _ => self.lead(from, SECTION_AGAIN, to),
        }
    }

    /// A label that does not disturb the context: the rows go on behind it.
    fn lead(&self, from: Node, cost: Cost, to: &mut dyn FnMut(Node, Cost)) {
        let Some(band) = from.band() else { return };
        match from {
            Node::Group { .. } | Node::Root { .. } | Node::Level { .. } => to(from, cost.min(HEADER_CELL_AGAIN)),
            _ => {
                if let Some((level, seen)) = from.level() {
                    to(Node::TreeLead { band, level, seen }, cost);
                } else if let Some((group, row)) = from.matrix_row() {
                    to(
                        row.checked_sub(1).map_or(Node::Group { band, group, row }, |row| Node::MatrixLead {
                            band,
                            group,
                            row,
                        }),
                        cost,
                    );
                }
            }
        }
    }

    fn after_header(&self, from: Node, band: u8, to: &mut dyn FnMut(Node, Cost)) {
        if from.band() != Some(band) {
            return to(Node::Head { band }, self.order(from, band) + OPENING_LOST);
        }
        match from {
            Node::Section { .. } | Node::Head { .. } | Node::Year { .. } => to(Node::Head { band }, 0),
            Node::GoalMark { .. } | Node::GoalText { .. } => to(Node::Head { band }, OPENING_LOST / 2),
            // Only the first label of a lead costs: a header has many cells.
            Node::RecordLead { .. } | Node::TreeLead { .. } | Node::MatrixLead { .. } => to(from, 0),
            Node::Column { .. } => to(Node::RecordLead { band }, HEADER_AGAIN),
            _ => {
                self.lead(from, HEADER_AGAIN, to);
                if from.level().is_some() {
                    to(Node::Head { band }, BLOCK_BY_HEADER);
                }
            }
        }
    }

    fn after_group(&self, from: Node, band: u8, group: u8, to: &mut dyn FnMut(Node, Cost)) {
        if from.band() != Some(band) {
            return to(Node::Group { band, group, row: 0 }, self.order(from, band) + OPENING_LOST);
        }
        match from.matrix_row() {
            None => to(Node::Group { band, group, row: 0 }, 0),
            Some((last, row)) if last == group => {
                to(Node::Group { band, group, row }, if row == 0 { LEVEL_AGAIN } else { GROUP_LATE });
            }
            Some((last, row)) if last < group => {
                to(Node::Group { band, group, row: 0 }, self.rows_left(band, last, row));
            }
            Some(_) => to(Node::Group { band, group, row: 0 }, ITEM_BACK),
        }
    }

    /// What the rows of a group that were not met cost.
    fn rows_left(&self, band: u8, group: u8, row: u8) -> Cost {
        self.rows_between(band, group, row, u8::MAX)
    }

    fn rows_between(&self, band: u8, group: u8, from: u8, to: u8) -> Cost {
        let PlanShape::Matrix { items, .. } = &self.plans[band as usize].shape else { return 0 };
        let Some(rows) = items.get(group as usize) else { return 0 };
        let to = usize::from(to).min(rows.len());
        let skipped = rows.get(usize::from(from)..to).map_or(0, |rows| rows.iter().filter(|optional| !**optional).count());
        ITEM_SKIPPED * skipped as Cost
    }

    fn after_item(&self, from: Node, band: u8, group: u8, item: u8, to: &mut dyn FnMut(Node, Cost)) {
        let target = Node::Item { band, group, row: item };
        let (group_lost, opening_lost) = match &self.plans[band as usize].shape {
            PlanShape::Matrix { under: Some(_), .. } => (0, 0),
            PlanShape::Matrix { grouped: false, .. } => (0, OPENING_LOST),
            _ => (GROUP_LOST, OPENING_LOST),
        };
        if from.band() != Some(band) {
            return to(target, self.order(from, band) + opening_lost + group_lost + self.rows_between(band, group, 0, item));
        }
        let cost = match from.matrix_row() {
            None => group_lost + self.rows_between(band, group, 0, item),
            Some((last, row)) if last == group && item >= row => self.rows_between(band, group, row, item),
            Some((last, row)) if last < group => {
                group_lost + self.rows_left(band, last, row) + self.rows_between(band, group, 0, item)
            }
            Some(_) => ITEM_BACK,
        };
        to(target, cost);
    }

    fn after_number(&self, from: Node, band: u8, number: Option<u8>, to: &mut dyn FnMut(Node, Cost)) {
        let lost_number = if number.is_some() { 0 } else { 100 };
        let PlanShape::Lists { sides, .. } = self.plans[band as usize].shape else {
            let cost = match from {
                _ if from.band() != Some(band) => self.order(from, band),
                Node::GoalMark { .. } => 100,
                Node::GoalText { .. } => 30,
                _ => 0,
            };
            return to(Node::GoalMark { band }, cost + lost_number);
        };
        let Some(number) = number.map(|number| number.min(LIST_NUMBERS) - 1) else { return };
        for side in 0..sides {
            let cost = match from {
                _ if from.band() != Some(band) => self.order(from, band) + OPENING_LOST + 50 * Cost::from(side),
                Node::Section { .. } => 50 + 50 * Cost::from(side),
                Node::Sides { mask, .. } if mask & (1 << side) != 0 => {
                    // All sides announced: the first one comes first.
                    let before = (mask & ((1 << side) - 1)).count_ones() as Cost;
                    SIDE_LATER * before + if number == 0 { 0 } else { 50 }
                }
                Node::Sides { .. } => 200,
                Node::Mark { side: last, number: n, .. } | Node::ListText { side: last, number: n, .. } => {
                    match (side == last, number.cmp(&n)) {
                        (true, std::cmp::Ordering::Greater) => 20 * (Cost::from(number) - Cost::from(n) - 1).min(5),
                        (true, _) => 300,
                        // Number 1 again, or the same number: the other side.
                        (false, _) if side > last && (number == 0 || number == n) => 0,
                        (false, _) if side > last => 100,
                        (false, _) if number > n => 30,
                        (false, _) => 300,
                    }
                }
                _ => 200,
            };
            to(Node::Mark { band, side, number }, cost);
        }
    }

    fn after_root(&self, from: Node, band: u8, root: u8, to: &mut dyn FnMut(Node, Cost)) {
        let PlanShape::Tree { roots, .. } = &self.plans[band as usize].shape else { return };
        let fresh = Node::Root { band, root };
        if from.band() != Some(band) {
            return to(fresh, self.order(from, band) + 2 * OPENING_LOST);
        }
        match from {
            Node::Section { .. } | Node::Head { .. } => to(fresh, 0),
            Node::GoalMark { .. } | Node::GoalText { .. } => to(fresh, OPENING_LOST),
            Node::Root { root: last, .. } if last < root => to(fresh, 0),
            Node::Root { root: last, .. } if last == root => to(fresh, LEVEL_AGAIN),
            Node::Root { .. } => to(fresh, LEVEL_BACK),
            _ => {
                let Some((level, seen)) = from.level() else { return };
                let last = roots.get(usize::from(level)).copied().unwrap_or(0);
                let unseen = if seen { 0 } else { LABEL_NEVER_ARRIVES };
                match last.cmp(&root) {
                    std::cmp::Ordering::Less => to(fresh, unseen),
                    std::cmp::Ordering::Equal => {
                        to(Node::RootAgain { band, level, seen }, if seen { LEVEL_AGAIN } else { 0 });
                        // The rows before belong elsewhere; this opens the root anew.
                        to(fresh, unseen + LEVEL_AGAIN + SECTION_AGAIN);
                    }
                    std::cmp::Ordering::Greater => to(fresh, unseen + LEVEL_BACK),
                }
            }
        }
    }

    fn after_level(&self, from: Node, band: u8, level: u8, to: &mut dyn FnMut(Node, Cost)) {
        let PlanShape::Tree { roots, .. } = &self.plans[band as usize].shape else { return };
        let target = Node::Level { band, level };
        let root = roots.get(usize::from(level)).copied().unwrap_or(0);
        let cost = match from {
            _ if from.band() != Some(band) => self.order(from, band) + 2 * OPENING_LOST + ROOT_LOST,
            Node::Section { .. } | Node::Head { .. } => ROOT_LOST,
            Node::GoalMark { .. } | Node::GoalText { .. } => OPENING_LOST + ROOT_LOST,
            Node::Root { root: last, .. } if last == root => 0,
            Node::Root { .. } => ROOT_WRONG,
            _ => {
                let Some((last, seen)) = from.level() else { return };
                let last_root = roots.get(usize::from(last)).copied().unwrap_or(0);
                match last.cmp(&level) {
                    std::cmp::Ordering::Equal if seen => LEVEL_AGAIN,
                    std::cmp::Ordering::Equal => LABEL_ARRIVES,
                    order => {
                        let unseen = if seen { 0 } else { LABEL_NEVER_ARRIVES };
                        let back = if order == std::cmp::Ordering::Greater { LEVEL_BACK } else { 0 };
                        unseen + back + if last_root == root { 0 } else { ROOT_LOST }
                    }
                }
            }
        };
        to(target, cost);
    }

    /// Which values may follow: calls `to` with each next node, how it joins, and its price apart from text and place.
    /// `late` is the price of a row that stands before its label.
    pub fn after_value(&self, from: Node, order: &Order, late: Cost, to: &mut dyn FnMut(Node, Mode, Cost)) {
        match from {
            Node::Label { band, field } => {
                to(Node::Value { band, field }, Mode::In, 0);
                self.told_by_kind(band, to);
            }
            Node::Value { band, .. } => self.told_by_kind(band, to),
            Node::Start => {
                for band in 0..self.plans.len().min(2) as u8 {
                    self.told_by_kind(band, to);
                }
            }
            Node::Outside => {}
            Node::Section { band } | Node::Head { band } | Node::Year { band, .. } => {
                let plan = &self.plans[band as usize];
                match &plan.shape {
                    PlanShape::Matrix { years, .. } => {
                        let next = if let Node::Year { index, .. } = from { index + 1 } else { 0 };
                        if next < *years {
                            to(Node::Year { band, index: next }, Mode::First, 0);
                        }
                    }
                    PlanShape::Records => {
                        self.first_columns(band, order, Mode::First, 0, &|column| Node::Column { band, column }, to)
                    }
                    PlanShape::Lists { .. } => to(Node::ListText { band, side: 0, number: 0 }, Mode::First, 150),
                    PlanShape::Tree { .. } => self.late_rows(band, None, late, to),
                    PlanShape::Fields | PlanShape::Notes => {}
                }
            }
            Node::Group { band, group, row } => to(Node::Free { band, group, row }, Mode::First, ROW_UNKNOWN),
            Node::Free { band, group, row } => {
                self.next_columns(band, None, order, &|column| Node::FreeCell { band, group, row, column }, to);
            }
            Node::FreeCell { band, group, row, column } => {
                self.next_columns(band, Some(column), order, &|column| Node::FreeCell { band, group, row, column }, to);
                to(Node::Free { band, group, row }, Mode::New, ROW_UNKNOWN);
            }
            Node::MatrixLead { band, group, row } => {
                let PlanShape::Matrix { years, .. } = self.plans[band as usize].shape else { return };
                // Years under a header that is printed again.
                if years > 0 {
                    to(Node::MatrixLead { band, group, row }, Mode::First, HEADER_AGAIN);
                }
            }
            Node::Item { band, group, row } => {
                self.next_columns(band, None, order, &|column| Node::Cell { band, group, row, column }, to);
            }
            Node::Cell { band, group, row, column } => {
                self.next_columns(band, Some(column), order, &|column| Node::Cell { band, group, row, column }, to);
                if !matches!(self.plans[band as usize].shape, PlanShape::Matrix { under: Some(_), .. }) {
                    to(Node::Free { band, group, row: row + 1 }, Mode::New, ROW_UNKNOWN);
                }
            }
            Node::RecordLead { band } => {
                self.first_columns(band, order, Mode::First, 0, &|column| Node::Column { band, column }, to);
            }
            Node::Column { band, column } => {
                self.next_columns(band, Some(column), order, &|column| Node::Column { band, column }, to);
                self.first_columns(band, order, Mode::New, 0, &|column| Node::Column { band, column }, to);
            }
            Node::Sides { band, mask } => {
                let PlanShape::Lists { sides, texts, .. } = self.plans[band as usize].shape else { return };
                let unmarked = if texts { 0 } else { 50 };
                let rank = self.rank(band, order);
                for side in (0..sides).filter(|side| mask & (1 << side) != 0) {
                    let earlier = |other: &u8| mask & (1 << other) != 0 && rank(*other) < rank(side);
                    let before = (0..sides).filter(earlier).count() as Cost;
                    to(Node::ListText { band, side, number: 0 }, Mode::First, unmarked + SIDE_LATER * before);
                }
            }
            Node::Mark { band, side, number } => to(Node::ListText { band, side, number }, Mode::In, 0),
            Node::ListText { band, side, number } => {
                let PlanShape::Lists { sides, texts, .. } = self.plans[band as usize].shape else { return };
                let next = (number + 1).min(LIST_NUMBERS - 1);
                if !texts {
                    to(Node::ListText { band, side, number: next }, Mode::New, 150);
                }
                // A side between may be blank.
                let rank = self.rank(band, order);
                for later in (0..sides).filter(|later| rank(*later) > rank(side)) {
                    let passed = SIDE_LATER * (rank(later) - rank(side) - 1) as Cost;
                    to(Node::ListText { band, side: later, number: 0 }, Mode::In, passed + if texts { 0 } else { 150 });
                }
            }
            Node::GoalMark { band } => to(Node::GoalText { band }, Mode::In, 0),
            Node::GoalText { .. } => {}
            Node::Root { band, root } => self.late_rows(band, Some((root, None)), late, to),
            Node::Level { band, level } => {
                let leaf = move |column| Node::Leaf { band, level, seen: true, column };
                self.first_columns(band, order, Mode::First, 0, &leaf, to);
                self.late_rows(band, Some((0, Some(level))), late, to);
            }
            Node::TreeLead { band, level, seen } | Node::RootAgain { band, level, seen } => {
                self.first_columns(band, order, Mode::First, 0, &|column| Node::Leaf { band, level, seen, column }, to);
                let unseen = if seen { 0 } else { LABEL_NEVER_ARRIVES };
                self.late_rows(band, Some((0, Some(level))), late + unseen, to);
            }
            Node::Leaf { band, level, seen, column } => {
                let leaf = move |column| Node::Leaf { band, level, seen, column };
                self.next_columns(band, Some(column), order, &leaf, to);
                self.first_columns(band, order, Mode::New, 0, &leaf, to);
                let unseen = if seen { 0 } else { LABEL_NEVER_ARRIVES };
                self.late_rows(band, Some((0, Some(level))), late + unseen, to);
            }
            Node::Notes { band } | Node::Note { band } => to(Node::Note { band }, Mode::New, 0),
        }
    }

    /// Fields whose label is lost, but whose value can be nothing else: a date, a telephone number, a unit of money.
    fn told_by_kind(&self, band: u8, to: &mut dyn FnMut(Node, Mode, Cost)) {
        let plan = &self.plans[band as usize];
        if !matches!(plan.shape, PlanShape::Fields) {
            return;
        }
        for (field, slot) in plan.slots.iter().enumerate() {
            if slot.inside {
                to(Node::Value { band, field: field as u8 }, Mode::First, 0);
            } else if matches!(slot.kind, Kind::Date | Kind::Phone | Kind::Unit) {
                to(Node::Value { band, field: field as u8 }, Mode::First, LABEL_LOST);
            }
        }
    }

    /// Rows that stand before their own label: of any level after the last one. `after` is the last root, or the last level.
    fn late_rows(&self, band: u8, after: Option<(u8, Option<u8>)>, late: Cost, to: &mut dyn FnMut(Node, Mode, Cost)) {
        let PlanShape::Tree { roots, first, .. } = &self.plans[band as usize].shape else { return };
        let levels = roots.len() as u8;
        let (begin, base, step) = match after {
            None => (0, late, LATE_STEP),
            // Right after a level-1 label.
            Some((root, None)) => {
                let begin = first.get(usize::from(root)).copied().unwrap_or(0);
                (begin, (late - LATE_AFTER_ROOT).max(LATE_CENTRED), LATE_STEP)
            }
            Some((_, Some(level))) => (level + 1, late, LATE_STEP_ON),
        };
        for level in begin..levels {
            let passed = Cost::from(level - begin);
            // Under a level-1 label only its own levels.
            if let Some((root, None)) = after
                && roots[usize::from(level)] != root
            {
                break;
            }
            to(Node::Leaf { band, level, seen: false, column: 0 }, Mode::New, base + step * passed);
        }
    }

    /// Where a side of lists stands among the others.
    fn rank<'a>(&self, band: u8, order: &'a Order) -> impl Fn(u8) -> usize + 'a {
        let sides = self.columns_of(band, order);
        move |side| sides.iter().position(|known| *known == side).unwrap_or(usize::from(side))
    }

    fn columns_of<'a>(&self, band: u8, order: &'a Order) -> &'a [u8] {
        order.columns.get(usize::from(band)).map_or(&[], Vec::as_slice)
    }

    /// What leaving a column out costs.
    pub fn skip_cost(&self, band: u8, column: u8) -> Cost {
        let Some(slot) = self.plans[band as usize].slots.get(usize::from(column)) else { return 0 };
        match (column, slot.optional, slot.required) {
            (0, ..) if !matches!(self.plans[band as usize].shape, PlanShape::Matrix { .. }) => NAME_SKIPPED,
            // Of columns that wait for a tick most are blank.
            _ if slot.kind == Kind::Tick => TICK_SKIPPED,
            (_, true, _) => COLUMN_SKIPPED / 2,
            (_, _, true) if slot.vocabulary.is_none() => KEY_COLUMN_SKIPPED,
            _ => COLUMN_SKIPPED,
        }
    }

    /// How many columns of a row lie between two of its cells; 0 where they are not cells of one row.
    pub fn skipped(&self, from: Node, to: Node, order: &Order) -> u8 {
        let column = |node: Node| match node {
            Node::Column { band, column }
            | Node::Cell { band, column, .. }
            | Node::FreeCell { band, column, .. }
            | Node::Leaf { band, column, .. } => Some((band, column)),
            _ => None,
        };
        let (Some((band, from)), Some((_, to))) = (column(from), column(to)) else { return 0 };
        let columns = self.columns_of(band, order);
        let rank = |column: u8| columns.iter().position(|known| *known == column);
        match (rank(from), rank(to)) {
            (Some(from), Some(to)) => (to.saturating_sub(from).saturating_sub(1)).min(u8::MAX.into()) as u8,
            _ => 0,
        }
    }

    /// What it costs that a row ends at a node, without the columns behind it.
    pub fn trailing(&self, node: Node, order: &Order) -> Cost {
        let (Node::Column { band, column }
        | Node::Cell { band, column, .. }
        | Node::FreeCell { band, column, .. }
        | Node::Leaf { band, column, .. }) = node
        else {
            return 0;
        };
        let columns = self.columns_of(band, order);
        let behind = columns.iter().position(|known| *known == column).map_or(columns.len(), |at| at + 1);
        columns[behind..].iter().map(|column| self.skip_cost(band, *column)).sum()
    }

    fn next_columns(
        &self,
        band: u8,
        last: Option<u8>,
        order: &Order,
        node: &dyn Fn(u8) -> Node,
        to: &mut dyn FnMut(Node, Mode, Cost),
    ) {
        let columns = self.columns_of(band, order);
        let from = last.and_then(|last| columns.iter().position(|column| *column == last)).map_or(0, |at| at + 1);
        let mut skipped = 0;
        for &column in columns.get(from..).unwrap_or_default() {
            to(node(column), Mode::In, skipped);
            skipped += self.skip_cost(band, column);
        }
    }

    fn first_columns(
        &self,
        band: u8,
        order: &Order,
        mode: Mode,
        base: Cost,
        node: &dyn Fn(u8) -> Node,
        to: &mut dyn FnMut(Node, Mode, Cost),
    ) {
        let mut skipped = base;
        for &column in self.columns_of(band, order) {
            to(node(column), mode, skipped);
            skipped += self.skip_cost(band, column);
        }
    }
}
