//! A filled part as a tree of elements over its source: what two copies of a part are compared on.
//!
//! Knows which elements hold which, nothing of what differs. Texts are looked at only where Word shows them (`w:t`), as they
//! are written: escaped.

use crate::render::trace;
use crate::xml::{Fault, Name, Scanner, Space, Token};
use std::borrow::Cow;

/// What an element is, as far as it matters for comparing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Body,
    Table,
    Row,
    Cell,
    Paragraph,
    Run,
    Text,
    /// Of a table, row, cell, paragraph, run, section or control: never compared, the new copy's stand.
    Properties,
    ParagraphProperties,
    RowProperties,
    CellProperties,
    RunProperties,
    /// A text box: its texts cannot be commented on in Word.
    TextBox,
    /// What holds runs within a paragraph: a link, a field, a content control.
    Inline,
    /// An insertion that the template's author tracked.
    Insertion,
    /// A deletion that the template's author tracked.
    Deletion,
    /// Where a bookmark, a comment or a permission begins or ends.
    Anchor,
    Other,
}

/// An element, all over the source of its part.
#[derive(Debug)]
pub(super) struct Element<'x> {
    pub kind: Kind,
    /// With its tags.
    pub outer: &'x str,
    /// The start tag, or the whole element where it is empty.
    pub open: &'x str,
    pub inner: &'x str,
    pub close: &'x str,
    pub children: Vec<Element<'x>>,
}

fn kind(name: Name) -> Kind {
    match (name.space, name.local) {
        (_, "txbxContent") => Kind::TextBox,
        (Space::Word, local) => match local {
            "body" => Kind::Body,
            "tbl" => Kind::Table,
            "tr" => Kind::Row,
            "tc" => Kind::Cell,
            "p" => Kind::Paragraph,
            "r" => Kind::Run,
            "t" => Kind::Text,
            "pPr" => Kind::ParagraphProperties,
            "trPr" => Kind::RowProperties,
            "tcPr" => Kind::CellProperties,
            "rPr" => Kind::RunProperties,
            "tblPr" | "tblGrid" | "tblPrEx" | "sdtPr" | "sdtEndPr" | "sectPr" | "customXmlPr" | "smartTagPr" => {
                Kind::Properties
            }
            "hyperlink" | "fldSimple" | "smartTag" | "sdt" | "sdtContent" | "customXml" | "dir" | "bdo" => Kind::Inline,
            "ins" | "moveTo" => Kind::Insertion,
            "del" | "moveFrom" => Kind::Deletion,
            "bookmarkStart" | "bookmarkEnd" | "commentRangeStart" | "commentRangeEnd" | "permStart" | "permEnd"
            | "proofErr" | "moveFromRangeStart" | "moveFromRangeEnd" | "moveToRangeStart" | "moveToRangeEnd" => Kind::Anchor,
            _ => Kind::Other,
        },
        _ => Kind::Other,
    }
}

/// Reads a part.
pub(super) fn parse(xml: &str) -> Result<Element<'_>, Fault> {
    let mut scanner = Scanner::new(xml);
    // Elements that are open, each with where it and its content begin.
    let mut open: Vec<(usize, usize, Element)> = Vec::new();
    let mut root = None;
    while let Some((token, range)) = scanner.token()? {
        let done = match token {
            Token::Start { name, empty, .. } => {
                let tag = &xml[range.clone()];
                let element = Element { kind: kind(name), outer: tag, open: tag, inner: "", close: "", children: Vec::new() };
                if !empty {
                    open.push((range.start, range.end, element));
                    continue;
                }
                element
            }
            Token::End(_) => {
                let Some((start, content, element)) = open.pop() else { continue };
                let (outer, inner) = (&xml[start..range.end], &xml[content..range.start]);
                Element { outer, inner, close: &xml[range], ..element }
            }
            Token::Text(_) | Token::Other => continue,
        };
        match open.last_mut() {
            Some((.., parent)) => parent.children.push(done),
            None => root = root.or(Some(done)),
        }
    }
    root.ok_or(Fault { at: 0, id: "xml.empty", detail: String::new() })
}

impl<'x> Element<'x> {
    /// The first child of a kind.
    pub fn child(&self, kind: Kind) -> Option<&Element<'x>> {
        self.children.iter().find(|child| child.kind == kind)
    }

    /// The name of the element with its prefix.
    pub fn name(&self) -> &'x str {
        let tag = self.open.trim_start_matches('<');
        let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(tag.len());
        &tag[..end]
    }

    /// A start tag for content, and the end tag.
    pub fn tags(&self) -> (Cow<'x, str>, Cow<'x, str>) {
        if self.close.is_empty() {
            let tag = self.open.trim_end_matches('>').trim_end_matches('/').trim_end();
            return (Cow::Owned(format!("{tag}>")), Cow::Owned(format!("</{}>", self.name())));
        }
        (Cow::Borrowed(self.open), Cow::Borrowed(self.close))
    }

    /// What Word shows of it, text boxes left out, without marks.
    pub fn text(&self) -> String {
        fn collect(element: &Element, out: &mut String) {
            match element.kind {
                Kind::Text => out.push_str(&trace::bare(element.inner)),
                Kind::TextBox => {}
                _ => element.children.iter().for_each(|child| collect(child, out)),
            }
        }
        let mut out = String::new();
        collect(self, &mut out);
        out
    }

    /// Whether texts stand in it that are compared apart from it: in a box of its own.
    pub fn has_box(&self) -> bool {
        self.outer.contains("txbxContent")
    }
}
