//! The part of a package that comments stand in: that of the template with ours behind its own, or a new one, which the
//! document and the list of content types then name.

use super::{AUTHOR, DATE};
use crate::diag::Message;
use crate::package::Package;
use crate::xml;

/// A comment: each line is a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub id: String,
    pub lines: Vec<String>,
}

/// The comments that a template has.
pub(crate) struct Comments {
    document: String,
    /// The part, and what it holds; none where there is none.
    part: Option<(String, String)>,
}

const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";
const TYPES: &str = "[Content_Types].xml";
const CONTENT_TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

impl Comments {
    pub(crate) fn of(package: &Package, document: &str) -> Result<Comments, Message> {
        let related = package.relationships(document)?;
        let name = related.into_iter().find(|related| related.kind.ends_with("/comments")).map(|related| related.target);
        let part = match name.filter(|name| package.has(name)) {
            Some(name) => {
                let text = package.read_text(&name)?;
                Some((name, text))
            }
            None => None,
        };
        Ok(Comments { document: document.to_owned(), part })
    }

    pub(crate) fn text(&self) -> &str {
        self.part.as_ref().map_or("", |(_, text)| text)
    }

    /// The parts as they have to be with these comments added.
    pub(crate) fn with(&self, package: &Package, comments: &[Comment]) -> Result<Vec<(String, Vec<u8>)>, Message> {
        if comments.is_empty() {
            return Ok(Vec::new());
        }
        let strict = package.relationships("")?.iter().any(|related| related.kind.contains("purl.oclc.org"));
        let word = match strict {
            true => "http://purl.oclc.org/ooxml/wordprocessingml/main",
            false => "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        };
        let declared = self.part.as_ref().is_none_or(|(_, text)| text.contains("xmlns:w=\""));
        let space = if declared { String::new() } else { format!(" xmlns:w=\"{word}\"") };
        let added: String = comments.iter().map(|comment| comment.xml(&space)).collect();
        if let Some((name, text)) = &self.part {
            return Ok(vec![(name.clone(), inside(text, &added).into_bytes())]);
        }
        let folder = self.document.rsplit_once('/').map_or("", |(folder, _)| folder);
        let slash = if folder.is_empty() { "" } else { "/" };
        // A part of this name that nothing refers to holds nothing.
        let file = "comments.xml";
        let part = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{word}\">{added}</w:comments>"
        );
        let kind = match strict {
            true => "http://purl.oclc.org/ooxml/officeDocument/relationships/comments",
            false => "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments",
        };
        let own = self.document.rsplit('/').next().unwrap_or_default();
        let relationships = format!("{folder}{slash}_rels/{own}.rels");
        let known = match package.has(&relationships) {
            true => package.read_text(&relationships)?,
            false => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"{RELATIONSHIPS}\"/>"
            ),
        };
        let id = (0..).map(|n: u32| format!("biaozhun{n}")).find(|id| !known.contains(&format!("\"{id}\"")));
        let space = declaration(&known, "<Relationships", RELATIONSHIPS);
        let relationship =
            format!("<Relationship{space} Id=\"{}\" Type=\"{kind}\" Target=\"{file}\"/>", id.unwrap_or_default());
        let types = package.read_text(TYPES).unwrap_or_else(|_| format!("<Types xmlns=\"{CONTENT_TYPES}\"/>"));
        let name = format!("PartName=\"/{folder}{slash}{file}\"");
        let space = declaration(&types, "<Types", CONTENT_TYPES);
        let of_part = match types.contains(&name) {
            true => String::new(),
            false => format!("<Override{space} {name} ContentType=\"{CONTENT_TYPE}\"/>"),
        };
        Ok(vec![
            (TYPES.to_owned(), inside(&types, &of_part).into_bytes()),
            (relationships, inside(&known, &relationship).into_bytes()),
            (format!("{folder}{slash}{file}"), part.into_bytes()),
        ])
    }
}

impl Comment {
    fn xml(&self, space: &str) -> String {
        let mut out =
            format!("<w:comment{space} w:id=\"{}\" w:author=\"{AUTHOR}\" w:date=\"{DATE}\" w:initials=\"bz\">", self.id);
        for line in &self.lines {
            for line in line.lines() {
                out.push_str("<w:p><w:r><w:t xml:space=\"preserve\">");
                xml::escape(line, &mut out);
                out.push_str("</w:t></w:r></w:p>");
            }
        }
        out.push_str("</w:comment>");
        out
    }
}

/// The declaration that an element needs in a part whose root has a prefix.
fn declaration(part: &str, root: &str, uri: &str) -> String {
    if part.contains(root) { String::new() } else { format!(" xmlns=\"{uri}\"") }
}

/// The text of a part with more inside its root, at the end.
fn inside(text: &str, more: &str) -> String {
    let end = text.trim_end();
    if let Some(empty) = end.strip_suffix("/>")
        && let Some(open) = end.rfind('<')
    {
        let name: String = end[open + 1..].chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
        return format!("{empty}>{more}</{name}>");
    }
    let at = text.rfind("</").unwrap_or(text.len());
    format!("{}{more}{}", &text[..at], &text[at..])
}
