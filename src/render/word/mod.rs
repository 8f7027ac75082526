//! A part of a Word template as Tera source: tags found in what Word shows, resolved, and put where they can be evaluated.
//!
//! Word cuts what a person types into runs as it likes. So tags are searched in the joined text of each paragraph
//! ([`tags`]), read with the names of the form ([`expression`]), joined to blocks ([`blocks`]), and placed on the element
//! tree ([`place`]): a block around whole rows, columns or paragraphs is put around these elements. Nothing is decided on
//! the XML as text; what is no tag is copied as it is. All mistakes of a part are told at once.

mod blocks;
mod expression;
mod functions;
mod marks;
mod picture;
mod place;
mod prefix;
mod refit;
mod room;
mod scope;
mod tags;
mod tree;
pub(super) mod typed;

use super::names::Members;
use super::pictures::{Picture, Pictures};
use crate::diag::{Message, TagMistake};
use crate::locus::{Locus, Part};
use crate::xml::Fault;
pub(crate) use prefix::{Dialect, of_tag};
pub(crate) use refit::refit;

/// The beginning of the value of a `vMerge` that is still to be decided.
pub(crate) const UNDECIDED: &str = "?";

/// Around expressions and statements in the Tera source: characters that no XML holds, so that nothing else is a tag.
pub(crate) const EXPRESSION: [&str; 2] = ["\u{1}{", "}\u{1}"];
pub(crate) const STATEMENT: [&str; 2] = ["\u{2}{", "}\u{2}"];
pub(crate) const COMMENT: [&str; 2] = ["\u{3}{", "}\u{3}"];

/// Where every turn of a loop begins: for the writer that counts, which takes it out again.
pub(crate) const TURN: char = '\u{4}';

/// A tag as it was typed, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TagPlace {
    pub part: Part,
    pub locus: Locus,
    /// As typed.
    pub text: String,
    /// As Tera reads it, alone and whole: for finding the mistakes of each by itself. Blank where there is nothing to read.
    pub alone: String,
}

impl TagPlace {
    pub(crate) fn mistake(&self, message: Message) -> TagMistake {
        TagMistake { part: self.part, locus: self.locus, tag: self.text.clone(), message }
    }
}

/// Tera source made from a part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compiled {
    pub source: String,
    pub tags: Vec<TagPlace>,
    /// Where in the source which tag stands.
    pub offsets: Vec<(usize, usize)>,
    pub mistakes: Vec<TagMistake>,
    /// The fields of the record that are named.
    pub used: Vec<String>,
    /// Columns are repeated: the grid has to be put right.
    pub columns: bool,
    /// The pictures that it may show, with the ids of their relationships.
    pub pictures: Vec<(String, Picture)>,
    pub dialect: Dialect,
}

/// All filters by name, in the user's words where there are some.
pub(crate) fn filter_names() -> Vec<String> {
    functions::FILTERS.iter().map(functions::Filter::shown).collect()
}

/// What is known of the pictures that a part may name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Album<'a> {
    pub pictures: Option<&'a Pictures>,
    /// What the ids of their relationships begin with.
    pub base: String,
    /// The room between the margins of the page, where the part itself does not say.
    pub page: Option<u32>,
}

/// The room between the margins of a document's pages.
pub(crate) fn page_room(xml: &str) -> Option<u32> {
    room::Rooms::of(xml).ok().map(|rooms| rooms.page())
}

/// Makes Tera source from a part.
pub(crate) fn compile(xml: &str, part: Part, names: &Members, album: &Album) -> Result<Compiled, Fault> {
    if let Some(at) = xml.find(['\u{1}', '\u{2}', '\u{3}', TURN]) {
        return Err(Fault { at, id: "xml.syntax", detail: "U+0001".to_owned() });
    }
    let (xml, dialect) = prefix::dialect(xml)?;
    let tree = tree::walk(&xml, part)?;
    let blocks = blocks::read(&tree, names, album.pictures);
    Ok(place::place(&xml, &tree, blocks, album, dialect))
}
