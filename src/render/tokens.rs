//! The tokens of a filled part, and what its elements are for the pass that settles it.
//!
//! A part of a template is read when the template is opened, piece by piece; what is new in a filled part is how the pieces
//! stand together, and what stands between them. Knows which elements [`super::settle`] looks at, not what it does with them.

use super::ids::Fresh;
use super::word::Dialect;
use crate::xml::{self, Asked, Fault, Listener, Name, Space, Tag};

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    Table,
    Row,
    Cell,
    Paragraph,
    Run,
    Text,
    /// A text box or a note.
    Island,
    /// A content control, its properties, and what it holds.
    Control,
    ControlProperties,
    ControlContent,
    Other,
}

/// What matters about an element besides its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matter {
    /// Only that it stands where it stands.
    Nothing,
    /// One of the kinds.
    Kind,
    ParagraphProperties,
    RunProperties,
    SectionProperties,
    /// Where a paragraph would say that it stays with the next.
    Style,
    KeepNext,
    Span,
    Before,
    Merge,
    Header,
    Whole,
    /// Of a box for ticks.
    Checked,
    /// It may carry a number that a file may hold only once.
    Number,
}

/// What an element is here, and what matters about it.
fn kind(name: Name) -> (Open, Matter) {
    if name.space != Space::Word {
        return match name.local {
            "checked" => (Open::Other, Matter::Checked),
            local if Fresh::knows(local) => (Open::Other, Matter::Number),
            _ => (Open::Other, Matter::Nothing),
        };
    }
    match name.local {
        "tbl" => (Open::Table, Matter::Kind),
        "tr" => (Open::Row, Matter::Kind),
        "tc" => (Open::Cell, Matter::Kind),
        "p" => (Open::Paragraph, Matter::Kind),
        "r" => (Open::Run, Matter::Kind),
        "t" => (Open::Text, Matter::Kind),
        "txbxContent" | "footnote" | "endnote" | "hdr" | "ftr" => (Open::Island, Matter::Kind),
        "sdt" => (Open::Control, Matter::Kind),
        "sdtPr" => (Open::ControlProperties, Matter::Kind),
        "sdtContent" => (Open::ControlContent, Matter::Kind),
        "pPr" => (Open::Other, Matter::ParagraphProperties),
        "rPr" => (Open::Other, Matter::RunProperties),
        "sectPr" => (Open::Other, Matter::SectionProperties),
        "pStyle" => (Open::Other, Matter::Style),
        "keepNext" => (Open::Other, Matter::KeepNext),
        "gridSpan" => (Open::Other, Matter::Span),
        "gridBefore" => (Open::Other, Matter::Before),
        "vMerge" => (Open::Other, Matter::Merge),
        "tblHeader" => (Open::Other, Matter::Header),
        "cantSplit" => (Open::Other, Matter::Whole),
        local if Fresh::knows(local) => (Open::Other, Matter::Number),
        _ => (Open::Other, Matter::Nothing),
    }
}

/// All that is to be known of a tag, told once for all copies of its piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    pub open: Open,
    pub matter: Matter,
    /// It carries a number that a file may hold only once.
    pub numbered: bool,
}

pub(crate) fn class(tag: &Tag) -> Class {
    let (open, matter) = kind(tag.name);
    // Rows and paragraphs do so by one attribute.
    let numbered = match matter {
        Matter::Number => true,
        Matter::Kind => Fresh::knows(tag.name.local) && tag.attributes.holds("paraId"),
        _ => false,
    };
    Class { open, matter, numbered }
}

/// A piece of a template's part.
pub(crate) type Piece = xml::Piece<Class>;

/// What of a part was read when its template was opened.
#[derive(Clone, Copy, Default)]
pub(crate) struct Read<'a> {
    pub pieces: &'a [Piece],
    /// Which of them stand where in the filled part.
    pub found: &'a [(usize, u32)],
}

/// What is to be known of a piece.
pub(crate) const ASKED: Asked<Class> = Asked {
    class,
    element: |name| kind(name).1 != Matter::Nothing,
    // What a cell says of itself comes first in it, and closes nothing.
    child: |around, name| matches!(kind(around).0, Open::Cell | Open::Island | Open::ControlContent) && !name.is_word("tcPr"),
    text: |name| kind(name).0 == Open::Text,
};

/// Where tokens come from.
pub(crate) enum Source<'a> {
    /// A filled part, and what of it was read before.
    Filled(Read<'a>, &'a Dialect),
    /// Any part.
    Any,
}

impl Source<'_> {
    /// Gives all tokens to a reader.
    pub(crate) fn read(&self, xml: &str, reader: &mut impl Listener<Class>) -> Result<(), Fault> {
        match self {
            Source::Filled(read, dialect) if dialect.sole && !read.found.is_empty() => {
                xml::read_pieces(xml, &dialect.prefix, read.pieces, read.found, class, reader)
            }
            Source::Filled(_, dialect) if dialect.sole => xml::read_tags(xml, &dialect.prefix, class, reader),
            _ => xml::read_scanned(xml, class, reader),
        }
    }
}
