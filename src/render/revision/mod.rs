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
    /// Where in the part's text the title begins and ends, or else the first paragraph with a text: for what stands nowhere
    /// else.
    title: Option<(usize, usize)>,
    /// That is the title itself.
    titled: bool,
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
    /// The title that the form prints.
    pub title: &'x str,
    /// Of elements of this part, with the colon.
    pub prefix: &'x str,
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
        comment_title(&mut out, copies.prefix, fresh, anchors);
    }
    Ok(if copies.traced { trace::bare(&out).into_owned() } else { out })
}

/// Puts a comment around the first paragraph; before everything else where there is none.
fn comment_title(out: &mut String, prefix: &str, fresh: &mut Fresh, anchors: &mut Anchors) {
    let id = fresh.next();
    let start = written(prefix, format!("<w:commentRangeStart w:id=\"{id}\"/>"));
    let end = written(prefix, comment_end(&id));
    match anchors.title {
        Some((from, to)) => {
            out.insert_str(to, &end);
            out.insert_str(from, &start);
        }
        None => {
            let body = out.find("body").and_then(|at| Some(at + out.get(at..)?.find('>')? + 1));
            let paragraph = format!("{}{start}{end}{}", written(prefix, "<w:p>".into()), written(prefix, "</w:p>".into()));
            out.insert_str(body.unwrap_or(out.len()), &paragraph);
        }
    }
    anchors.title_id = Some(id);
}

/// Markup of ours, with the prefix that the part has for it.
fn written(prefix: &str, markup: String) -> String {
    if prefix == "w:" { markup } else { markup.replace("w:", prefix) }
}

/// The end of a commented range, with the run that refers to the comment.
fn comment_end(id: &str) -> String {
    format!("<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>")
}

#[cfg(test)]
mod tests {
    use super::tree::{Element, Kind};
    use super::*;
    use crate::render::word::Dialect;
    use proptest::prelude::*;

    /// What a part says where all tracked changes are accepted, or rejected.
    fn said(element: &Element, accepted: bool, out: &mut String) {
        let gone = if accepted { Kind::Deletion } else { Kind::Insertion };
        let row = |child: &Element| child.kind == Kind::RowProperties && child.child(gone).is_some();
        if element.kind == gone || element.children.iter().any(row) {
            return;
        }
        if element.kind == Kind::Text || element.name() == "w:delText" {
            out.push_str(element.inner);
        }
        element.children.iter().for_each(|child| said(child, accepted, out));
    }

    fn part(body: &str) -> String {
        format!("<w:body xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{body}</w:body>")
    }

    fn paragraph() -> impl Strategy<Value = String> {
        let run = ("[ab1.% ]{0,4}", any::<bool>()).prop_map(|(text, bold)| {
            let properties = if bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
            format!("<w:r>{properties}<w:t>{text}</w:t></w:r>")
        });
        let link = run.clone().prop_map(|run| format!("<w:hyperlink>{run}</w:hyperlink>"));
        let item = prop_oneof![4 => run, 1 => link, 1 => Just("<w:r><w:br/></w:r>".to_owned())];
        proptest::collection::vec(item, 0..4).prop_map(|items| format!("<w:p>{}</w:p>", items.concat()))
    }

    fn body() -> impl Strategy<Value = String> {
        let key = prop_oneof![Just(""), Just("k"), Just("l")];
        // What declares a merge shows what it declares.
        let level = key.prop_map(|key| {
            let merge = format!("<w:tcPr><w:vMerge w:val=\"?{key}\"/></w:tcPr>");
            format!("<w:tc>{merge}<w:p><w:r><w:t>{key}</w:t></w:r></w:p></w:tc>")
        });
        let cell = (level.clone(), level, paragraph(), paragraph())
            .prop_map(|(first, second, a, b)| format!("{first}{second}<w:tc>{a}{b}</w:tc>"));
        let table = proptest::collection::vec(cell.prop_map(|cells| format!("<w:tr>{cells}</w:tr>")), 1..5)
            .prop_map(|rows| format!("<w:tbl>{}</w:tbl>", rows.concat()));
        let block = prop_oneof![3 => paragraph(), 1 => table];
        proptest::collection::vec(block, 0..5).prop_map(|blocks| blocks.concat() + "<w:p/>")
    }

    /// The texts in order; what merged cells repeat is left out of both.
    fn texts(xml: &str, accepted: bool) -> String {
        let mut out = String::new();
        said(&tree::parse(xml).expect("well-formed"), accepted, &mut out);
        out.chars().filter(|c| !matches!(c, 'k' | 'l')).collect()
    }

    /// Whether every cell that goes on does so from a merge in the row right above, where all changes are accepted or rejected.
    fn merges_hold(element: &Element, accepted: bool) -> bool {
        let gone = if accepted { Kind::Deletion } else { Kind::Insertion };
        let stays = |row: &&Element| row.child(Kind::RowProperties).is_none_or(|properties| properties.child(gone).is_none());
        let mut above: Vec<bool> = Vec::new();
        for row in element.children.iter().filter(|child| child.kind == Kind::Row).filter(stays) {
            let mut merged = Vec::new();
            for cell in row.children.iter().filter(|child| child.kind == Kind::Cell) {
                let properties = cell.child(Kind::CellProperties).map_or("", |properties| properties.outer);
                let goes_on = properties.contains("vMerge/");
                if goes_on && above.get(merged.len()) != Some(&true) {
                    return false;
                }
                merged.push(properties.contains("vMerge"));
            }
            above = merged;
        }
        element.children.iter().all(|child| merges_hold(child, accepted))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn accepting_gives_the_new_copy_and_rejecting_the_old_one(new in body(), old in body()) {
            let (new, old) = (part(&new), part(&old));
            let copies = Copies { new: &new, old: &old, traced: false, main: true, loose: true, title: "a", prefix: "w:" };
            let mut anchors = Anchors::new(0);
            let both = combine(&copies, &mut Fresh::default(), &mut anchors).expect("well-formed");
            prop_assert_eq!(texts(&both, true), texts(&new, true), "accepted: {}", both);
            prop_assert_eq!(texts(&both, false), texts(&old, true), "rejected: {}", both);
            let settled = crate::render::settle::settle(both.clone(), Default::default(), &mut Fresh::default(), false, &Dialect::default()).expect("well-formed");
            prop_assert!(!settled.contains("w:val=\"?"), "a merge is left undecided: {}", both);
            let tree = tree::parse(&settled).expect("well-formed");
            prop_assert!(merges_hold(&tree, true) && merges_hold(&tree, false), "a merge goes on from nothing: {}", settled);
            let mut again = Anchors::new(0);
            prop_assert_eq!(combine(&copies, &mut Fresh::default(), &mut again).expect("well-formed"), both);
        }
    }
}
