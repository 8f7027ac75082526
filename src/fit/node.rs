//! What may have been read last, in which context, and in which column that stands. Knows nothing of any definition.

/// What was read last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Nothing yet.
    Start,
    /// Text around the form.
    Outside,
    Label {
        band: u8,
        field: u8,
    },
    Value {
        band: u8,
        field: u8,
    },
    /// The vertical label of a band, context fresh.
    Section {
        band: u8,
    },
    /// Column headers, context fresh.
    Head {
        band: u8,
    },
    /// A year among a matrix's headers.
    Year {
        band: u8,
        index: u8,
    },
    /// A group's label, after `row` rows of the group were read before it.
    Group {
        band: u8,
        group: u8,
        row: u8,
    },
    /// A matrix row's label.
    Item {
        band: u8,
        group: u8,
        row: u8,
    },
    /// A matrix cell; `column` counts spread columns.
    Cell {
        band: u8,
        group: u8,
        row: u8,
        column: u8,
    },
    /// The label of a row that the definition does not have, after `row` rows of the group; and a cell of it.
    Free {
        band: u8,
        group: u8,
        row: u8,
    },
    FreeCell {
        band: u8,
        group: u8,
        row: u8,
        column: u8,
    },
    /// A section label or header in the midst of a matrix.
    MatrixLead {
        band: u8,
        group: u8,
        row: u8,
    },
    /// A cell of a record.
    Column {
        band: u8,
        column: u8,
    },
    /// A section label or header in the midst of records.
    RecordLead {
        band: u8,
    },
    /// Headers of lists; bits of the sides seen.
    Sides {
        band: u8,
        mask: u8,
    },
    /// `目标1`; numbers above the most that are told apart share the last.
    Mark {
        band: u8,
        side: u8,
        number: u8,
    },
    ListText {
        band: u8,
        side: u8,
        number: u8,
    },
    GoalMark {
        band: u8,
    },
    GoalText {
        band: u8,
    },
    /// A level-1 label, no level 2 under it yet.
    Root {
        band: u8,
        root: u8,
    },
    /// A level-2 label, no row under it yet.
    Level {
        band: u8,
        level: u8,
    },
    /// A level-1 label, section label or header in the midst of a level's rows; `seen`: the level's own label was read.
    TreeLead {
        band: u8,
        level: u8,
        seen: bool,
    },
    /// As `TreeLead`, but the label was that of level 1, and rows may follow in its line.
    RootAgain {
        band: u8,
        level: u8,
        seen: bool,
    },
    /// A cell of an indicator.
    Leaf {
        band: u8,
        level: u8,
        seen: bool,
        column: u8,
    },
    Notes {
        band: u8,
    },
    Note {
        band: u8,
    },
}

impl Node {
    /// The band a node belongs to.
    pub fn band(self) -> Option<u8> {
        match self {
            Node::Start | Node::Outside => None,
            Node::Label { band, .. }
            | Node::Value { band, .. }
            | Node::Section { band }
            | Node::Head { band }
            | Node::Year { band, .. }
            | Node::Group { band, .. }
            | Node::Item { band, .. }
            | Node::Cell { band, .. }
            | Node::Free { band, .. }
            | Node::FreeCell { band, .. }
            | Node::MatrixLead { band, .. }
            | Node::Column { band, .. }
            | Node::RecordLead { band }
            | Node::Sides { band, .. }
            | Node::Mark { band, .. }
            | Node::ListText { band, .. }
            | Node::GoalMark { band }
            | Node::GoalText { band }
            | Node::Root { band, .. }
            | Node::Level { band, .. }
            | Node::TreeLead { band, .. }
            | Node::RootAgain { band, .. }
            | Node::Leaf { band, .. }
            | Node::Notes { band }
            | Node::Note { band } => Some(band),
        }
    }

    /// A label or header was read last behind which rows begin.
    pub fn heads_rows(self) -> bool {
        matches!(
            self,
            Node::Section { .. }
                | Node::Head { .. }
                | Node::Root { .. }
                | Node::Level { .. }
                | Node::RecordLead { .. }
                | Node::TreeLead { .. }
                | Node::RootAgain { .. }
        )
    }

    /// The level of a tree that rows read here belong to, and whether its label was seen.
    pub fn level(self) -> Option<(u8, bool)> {
        match self {
            Node::Level { level, .. } => Some((level, true)),
            Node::TreeLead { level, seen, .. } | Node::RootAgain { level, seen, .. } | Node::Leaf { level, seen, .. } => {
                Some((level, seen))
            }
            _ => None,
        }
    }

    /// The row of a matrix last read or labelled: group and rows read so far.
    pub fn matrix_row(self) -> Option<(u8, u8)> {
        match self {
            Node::Group { group, row, .. } | Node::Free { group, row, .. } | Node::FreeCell { group, row, .. } => {
                Some((group, row))
            }
            Node::Item { group, row, .. } | Node::Cell { group, row, .. } | Node::MatrixLead { group, row, .. } => {
                Some((group, row + 1))
            }
            _ => None,
        }
    }
}

/// A column of a band that pieces are expected in: the same for all its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub band: Option<u8>,
    pub stands: Stands,
    /// Counted from 0, where the document does not say otherwise; −1: anywhere.
    pub column: i16,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Values of a column of the definition.
    Values(u8),
    /// A year among headers.
    Year(u8),
    /// Labels of a matrix's rows.
    Items,
    /// Labels of a tree's two levels.
    Roots,
    Levels,
    /// What a list holds.
    Side(u8),
    /// What no header heads.
    Other,
}

impl Place {
    /// Of a node whose piece is expected in a column.
    pub fn of(node: Node, column: i16) -> Place {
        let stands = match node {
            Node::Cell { column, .. }
            | Node::FreeCell { column, .. }
            | Node::Column { column, .. }
            | Node::Leaf { column, .. } => Stands::Values(column),
            Node::Year { index, .. } => Stands::Year(index),
            Node::Item { .. } | Node::Free { .. } => Stands::Items,
            Node::Root { .. } | Node::RootAgain { .. } => Stands::Roots,
            Node::Level { .. } => Stands::Levels,
            Node::Mark { side, .. } | Node::ListText { side, .. } => Stands::Side(side),
            _ => Stands::Other,
        };
        Place { band: node.band(), stands, column }
    }
}
