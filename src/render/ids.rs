//! Numbers and names that a Word file may hold only once: what a loop repeats gets others, so that Word need not repair.
//!
//! The first of each stays as it is. Knows which elements carry such numbers, nothing of templates.

use crate::xml::{Attributes, Name};
use rustc_hash::{FxHashMap, FxHashSet};

/// What was seen so far in a file, and the next free number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fresh {
    last: u32,
    drawings: FxHashSet<String>,
    controls: FxHashSet<String>,
    paragraphs: FxHashSet<String>,
    shapes: FxHashSet<String>,
    comments: FxHashSet<(String, String)>,
    /// The number in force for every bookmark of the template.
    bookmarks: FxHashMap<String, String>,
    names: FxHashSet<String>,
}

impl Fresh {
    /// New numbers are above those that stand in this part.
    pub(crate) fn above(&mut self, xml: &str) {
        for (at, mark) in xml.match_indices("id=\"") {
            let digits = xml[at + mark.len()..].split('"').next().unwrap_or_default();
            if let Ok(number) = digits.parse::<u32>()
                && number < 1 << 30
            {
                self.last = self.last.max(number);
            }
        }
    }

    pub(crate) fn next(&mut self) -> String {
        self.last = self.last.saturating_add(1);
        self.last.to_string()
    }

    /// Whether elements of this name carry such numbers, in some part or other.
    pub(crate) fn knows(local: &str) -> bool {
        matches!(
            local,
            "docPr"
                | "shape"
                | "id"
                | "p"
                | "tr"
                | "bookmarkStart"
                | "bookmarkEnd"
                | "commentRangeStart"
                | "commentRangeEnd"
                | "commentReference"
        )
    }

    /// The start tag as it has to be, where it may not stay; a blank text where the element has to go.
    pub(crate) fn tag(&mut self, name: Name, in_control: bool, attributes: &Attributes, source: &str) -> Option<String> {
        let word = name.space == crate::xml::Space::Word;
        match name.local {
            "docPr" => {
                let id = attributes.get("id")?;
                (!self.drawings.insert(id)).then(|| {
                    let next = self.next();
                    self.drawings.insert(next.clone());
                    with(source, "id", Some(&next))
                })
            }
            "shape" if !word => {
                let id = attributes.get("id")?;
                (!self.shapes.insert(id.clone())).then(|| {
                    let next = format!("{id}_{}", self.next());
                    with(&with(source, "spid", None), "id", Some(&next))
                })
            }
            "id" if word && in_control => {
                let id = attributes.get("val")?;
                (!self.controls.insert(id)).then(|| {
                    let next = self.next();
                    self.controls.insert(next.clone());
                    with(source, "val", Some(&next))
                })
            }
            "p" | "tr" if word && source.contains("paraId") => {
                let id = attributes.get("paraId")?;
                (!self.paragraphs.insert(id)).then(|| with(&with(source, "paraId", None), "textId", None))
            }
            "bookmarkStart" if word => {
                let id = attributes.get("id")?;
                if !self.bookmarks.contains_key(&id) {
                    self.bookmarks.insert(id.clone(), id);
                    self.names.insert(attributes.get("name")?);
                    return None;
                }
                let next = self.next();
                self.bookmarks.insert(id, next.clone());
                let mut name = attributes.get("name")?;
                if self.names.contains(&name) {
                    name = format!("{}_{next}", name.chars().take(28).collect::<String>());
                }
                let tag = with(&with(source, "id", Some(&next)), "name", Some(&name));
                self.names.insert(name);
                Some(tag)
            }
            "bookmarkEnd" if word => {
                let id = attributes.get("id")?;
                let now = self.bookmarks.get(&id)?;
                (*now != id).then(|| with(source, "id", Some(now)))
            }
            local @ ("commentRangeStart" | "commentRangeEnd" | "commentReference") if word => {
                let id = attributes.get("id")?;
                (!self.comments.insert((local.to_owned(), id))).then(String::new)
            }
            _ => None,
        }
    }
}

/// A start tag with another value of an attribute, or without it; prefixes do not matter.
fn with(tag: &str, local: &str, value: Option<&str>) -> String {
    let found = tag.match_indices(local).find(|(at, _)| {
        let before = tag[..*at].chars().next_back();
        matches!(before, Some(':') | Some(' ') | Some('\n') | Some('\t'))
            && tag[at + local.len()..].trim_start().starts_with('=')
    });
    let Some((at, _)) = found else { return tag.to_owned() };
    let Some((open, quote)) = tag[at..].char_indices().find(|(_, c)| matches!(c, '"' | '\'')) else { return tag.to_owned() };
    let start = at + open + 1;
    let Some(end) = tag[start..].find(quote).map(|end| start + end) else { return tag.to_owned() };
    match value {
        Some(value) => {
            let mut text = String::new();
            crate::xml::escape(value, &mut text);
            format!("{}{text}{}", &tag[..start], &tag[end..])
        }
        None => {
            let begin = tag[..at].rfind(char::is_whitespace).unwrap_or(at);
            format!("{}{}", &tag[..begin], &tag[end + 1..])
        }
    }
}
