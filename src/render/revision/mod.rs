//! A correction copy: one part filled twice, with what the form says now and with what it said before, as one part in which
//! every difference is a tracked change.
//!
//! Nothing is led from the corrections themselves: whatever a template makes of a value (filters, conditions, loops, blank
//! rows), both copies have it, and what differs is what is tracked. So accepting all gives the one copy, rejecting all the
//! other, by construction. What was corrected where, and why, stands in comments: [`remarks`] words them, the marks of
//! [`super::trace`] say where in the copy they belong.
//!
//! | file | does |
//! |---|---|
//! | `tree` | the elements of a part |
//! | `align` | which element of one copy is which of the other |
//! | `blocks`, `table`, `paragraph` | write the part that holds both |
//! | `tokens` | what changes as a whole within a text |
//! | `remarks`, `comments` | what is said, and the part of the package that it stands in |
//!
//! Only texts, paragraphs and rows are tracked. Of properties (of cells, rows, paragraphs) the new copy's stand. Cells that
//! declare a merge are merged only where both copies would: a cell that changes stands by itself.

mod align;
mod blocks;
mod comments;
mod paragraph;
mod remarks;
mod table;
mod tokens;
mod tree;

pub(crate) use comments::Comments;
pub(crate) use remarks::Remarks;

use super::settle::Fresh;
use super::trace;
use crate::change::AUTHOR;
use crate::xml::Fault;
use blocks::Writer;

/// When: never. There is no clock in what the program makes, for the same bytes have to come out of the same bytes; the date
/// of the form would claim that it was corrected then. This one is what LibreOffice writes where there is none to tell, and some
/// programs want one.
const DATE: &str = "1970-01-01T00:00:00Z";

/// The comments of a copy, as they are met.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    /// For every place, the comment that it got.
    pub ids: Vec<Option<String>>,
    /// The places that got one, in the order of the file.
    pub order: Vec<usize>,
    /// Where in the part's text the first paragraph with a text begins and ends: for what stands nowhere else.
    title: Option<(usize, usize)>,
    /// The comment there.
    pub title_id: Option<String>,
}

impl Anchors {
    pub(crate) fn new(places: usize) -> Anchors {
        Anchors { ids: vec![None; places], ..Anchors::default() }
    }
}

/// A part filled twice.
pub(crate) struct Copies<'x> {
    pub new: &'x str,
    pub old: &'x str,
    /// Values are marked.
    pub traced: bool,
    /// The document itself: other parts cannot have comments.
    pub main: bool,
    /// There are remarks that belong to no place.
    pub loose: bool,
}

/// Both copies of a part as one.
pub(crate) fn combine(copies: &Copies, fresh: &mut Fresh, anchors: &mut Anchors) -> Result<String, Fault> {
    if copies.new == copies.old && !copies.main {
        return Ok(if copies.traced { trace::bare(copies.new).into_owned() } else { copies.new.to_owned() });
    }
    let (new, old) = (tree::parse(copies.new)?, tree::parse(copies.old)?);
    let mut writer = Writer::new(copies, fresh, anchors);
    // The declaration.
    writer.out.push_str(&copies.new[..new.outer.as_ptr().addr() - copies.new.as_ptr().addr()]);
    writer.pair(&new, &old);
    let mut out = writer.out;
    let told = anchors.ids.iter().all(Option::is_some);
    if copies.main && (copies.loose || !told) {
        comment_title(&mut out, fresh, anchors);
    }
    Ok(if copies.traced { trace::bare(&out).into_owned() } else { out })
}

/// Puts a comment around the first paragraph; before everything else where there is none.
fn comment_title(out: &mut String, fresh: &mut Fresh, anchors: &mut Anchors) {
    let id = fresh.next();
    let start = format!("<w:commentRangeStart w:id=\"{id}\"/>");
    let end = comment_end(&id);
    match anchors.title {
        Some((from, to)) => {
            out.insert_str(to, &end);
            out.insert_str(from, &start);
        }
        None => {
            let body = out.find("<w:body").and_then(|at| Some(at + out.get(at..)?.find('>')? + 1));
            out.insert_str(body.unwrap_or(out.len()), &format!("<w:p>{start}{end}</w:p>"));
        }
    }
    anchors.title_id = Some(id);
}

/// The end of a commented range, with the run that refers to the comment.
fn comment_end(id: &str) -> String {
    format!("<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>")
}
