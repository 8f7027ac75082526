//! The prices of the search, in hundredths of −ln p: the only place where they stand.
//!
//! Measured on damaged copies of real and invented forms (`tests/promises.rs`, `make measure`). What matters is their order: a
//! label in the wrong column is cheap, a value of the wrong type is dear, a piece left over is dearer than most, and a
//! label that a form really prints is never cheaper read as text.

/// A price; sums stay far below `i32::MAX` because the search keeps them relative to the best.
pub type Cost = i32;

/// No path.
pub const NEVER: Cost = 1 << 28;

// --- labels
/// One edit between print and definition (labels of four or more characters).
pub const LABEL_TYPO: Cost = 150;
/// The bracketed part is missing or differs: 部门名称 for 部门（单位）名称.
pub const LABEL_BRACKET: Cost = 20;
/// A label joined over a blank; over a paragraph; over a line.
pub const JOIN_BLANK: Cost = 5;
pub const JOIN_PARAGRAPH: Cost = 5;
pub const JOIN_LINE: Cost = 100;
/// A label read as a short value; in long prose; a misspelt one in either. Where cells are unknown, a piece that is nearly a whole
/// label is hardly a word of the text before it: running text has no blanks around single words.
pub const LABEL_AS_VALUE: Cost = 350;
pub const LABEL_AS_PROSE: Cost = 350;
pub const MISSPELT_AS_VALUE: Cost = 140;
pub const MISSPELT_AS_PROSE: Cost = 105;
pub const MISSPELT_AS_WORDS: Cost = 210;

// --- order of bands
/// A band, or a text that the form requires, that is not there.
pub const BAND_SKIPPED: Cost = 40;
pub const BAND_BACK: Cost = 500;
pub const FIELD_BACK: Cost = 250;
pub const FIELD_ORDER: Cost = 10;
/// A field told by the kind of its value alone.
pub const LABEL_LOST: Cost = 220;
/// Inside a band whose opening label is missing.
pub const OPENING_LOST: Cost = 100;
pub const TITLE_AGAIN: Cost = 50;

// --- rows
/// A section label or a header stands again, or after its first rows.
pub const SECTION_AGAIN: Cost = 30;
pub const HEADER_AGAIN: Cost = 50;
/// The same right behind a label that keeps its place: each of the header's cells costs this.
pub const HEADER_CELL_AGAIN: Cost = 15;
/// A header alone opens a new block.
pub const BLOCK_BY_HEADER: Cost = 500;
pub const ITEM_SKIPPED: Cost = 20;
pub const ITEM_BACK: Cost = 400;
/// A row of a matrix that the definition does not have.
pub const ROW_UNKNOWN: Cost = 320;
/// A column of level labels, printed again, holds no label of a level.
pub const LEVEL_UNKNOWN: Cost = 250;
/// Of lists side by side: beginning with a later side; leaving before a side that must hold something.
pub const SIDE_LATER: Cost = 60;
pub const SIDE_MISSING: Cost = 150;
pub const GROUP_LOST: Cost = 50;
pub const GROUP_LATE: Cost = 40;
pub const COLUMN_SKIPPED: Cost = 80;
pub const KEY_COLUMN_SKIPPED: Cost = 200;
pub const NAME_SKIPPED: Cost = 300;
pub const TICK_SKIPPED: Cost = 10;
/// A skipped column whose blank cell the source shows costs this part (in tenths).
pub const SHOWN_TENTHS: Cost = 1;

// --- lines of printed pages
/// A row that begins in the midst of a line; a cell that stands in the line below; one parted by a blank that a value may hold.
pub const PRINTED_ROW_AMIDST: Cost = 300;
pub const PRINTED_CELL_BELOW: Cost = 20;
pub const PRINTED_CELL_BEFORE_SIGN: Cost = 0;
/// A value that goes on behind a blank among Chinese; in the line below one that it has for itself; and below another.
pub const PRINTED_MORE_BEHIND_BLANK: Cost = 400;
pub const PRINTED_MORE_BELOW: Cost = 15;
pub const PRINTED_MORE_BELOW_ROW: Cost = 180;
/// A label of one or two characters read as the end of a text, and how wide the line above it is then, in half characters.
pub const LABEL_AS_TAIL: Cost = 40;
pub const PRINTED_FULL: usize = 18;
/// No column of texts is narrower than this, in half characters.
pub const PRINTED_NARROWEST: usize = 10;

// --- columns
pub const GAP_STEP: Cost = 70;
pub const GAP_CAP: Cost = 200;
pub const START_STEP: Cost = 30;
pub const START_CAP: Cost = 120;
pub const PRINTED_START_STEP: Cost = 100;

/// A cell of a true grid that stands under another header, and from there on its row.
pub const OFF_HEADER: Cost = 400;
/// The most that a number costs as a text right under the header of that text.
pub const UNDER_HEADER: Cost = 150;
/// The same of what cannot be read as its column's kind: less than a piece left over, more than one of a row that the form does not
/// have.
pub const UNREADABLE_UNDER_HEADER: Cost = 300;

/// A tick says nothing but by its place.
pub const TICK_PLACE: Cost = 3;
pub const TICK_CAP: Cost = 140;

// --- levels of a tree
/// Rows read before their level-2 label; per level passed over, where only a label of level 1 or none stands before, and where rows
/// of another level do: then the label that arrives says which it is; right after a level-1 label; where labels are centred.
pub const LATE: Cost = 130;
pub const LATE_STEP: Cost = 30;
pub const LATE_STEP_ON: Cost = 5;
pub const LATE_AFTER_ROOT: Cost = 70;
pub const LATE_CENTRED: Cost = 60;
/// Paid once by the reading that takes labels for centred.
pub const CENTRED: Cost = 320;
pub const LABEL_ARRIVES: Cost = 20;
/// And not behind a page break: where rows are known, and where they are not.
pub const ARRIVES_AMIDST: Cost = 70;
pub const ARRIVES_UNKNOWN: Cost = 0;
pub const LABEL_NEVER_ARRIVES: Cost = 220;
pub const ROOT_LOST: Cost = 100;
pub const ROOT_WRONG: Cost = 400;
pub const LEVEL_BACK: Cost = 300;
pub const LEVEL_AGAIN: Cost = 10;
/// The first name stands on the row after a row with only its label.
pub const ROW_AFTER_LABEL: Cost = 120;

// --- what fits nowhere
pub const LEFT: Cost = 500;
pub const LEFT_PER_CHAR: Cost = 3;
/// In a row of a table without any label of the form: a stretch that the form does not have.
pub const LEFT_STRANGE: Cost = 190;
/// Text around a form: dearer than reading what can be read, most of all where it is a label, a number or a listed word.
pub const OUTSIDE: Cost = 60;
pub const OUTSIDE_PER_ATOM: Cost = 100;
pub const OUTSIDE_LABEL: Cost = 250;
/// A label behind a form that was left: a letter names a person or a date, too.
pub const BEHIND_LABEL: Cost = 60;
pub const OUTSIDE_VALUE: Cost = 100;
/// Leaving a form for good.
pub const LEAVE: Cost = 250;

/// Paths dearer than the best by this much are dropped.
pub const BEAM: Cost = 1500;
/// Where cells are known, this is enough as long as the best pays nothing beyond the least in the next so many pieces; what it
/// does pay is added to the second.
pub const NARROW: Cost = 250;
pub const SURE: Cost = 150;
pub const AHEAD: usize = 32;
/// What reading a text as a plain value costs.
pub const PLAIN_VALUE: Cost = 30;
/// And no more than this many nodes are kept per piece.
pub const BEAM_WIDTH: usize = 16;
/// A placement whose rival is dearer by less than this is reported as ambiguous.
pub const MARGIN: Cost = 100;
