//! The part of a package that comments stand in: that of the template with ours behind its own, or a new one, which the
//! document and the list of content types then name.

use super::{AUTHOR, DATE};
use crate::diag::Message;
use crate::package::Package;
use crate::render::media::{put_last, relations_of};
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
const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
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

    /// The parts as they have to be with these comments added; `replaced` are parts that are written anew for other reasons.
    pub(crate) fn with(
        &self,
        package: &Package,
        replaced: &[(String, Vec<u8>)],
        comments: &[Comment],
    ) -> Result<Vec<(String, Vec<u8>)>, Message> {
        if comments.is_empty() {
            return Ok(Vec::new());
        }
        let strict = package.relationships("")?.iter().any(|related| related.kind.contains("purl.oclc.org"));
        let (word, kind) = match strict {
            true => (STRICT, "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"),
            false => (TRANSITIONAL, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"),
        };
        let declared = self.part.as_ref().is_none_or(|(_, text)| text.contains("xmlns:w=\""));
        let space = if declared { String::new() } else { format!(" xmlns:w=\"{word}\"") };
        let added: String = comments.iter().map(|comment| comment.xml(&space)).collect();
        if let Some((name, text)) = &self.part {
            return Ok(vec![(name.clone(), inside(text, &added).into_bytes())]);
        }
        let now = |name: &str, otherwise: String| match replaced.iter().find(|(known, _)| known == name) {
            Some((_, bytes)) => String::from_utf8_lossy(bytes).into_owned(),
            None => package.read_text(name).unwrap_or(otherwise),
        };
        let folder = self.document.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        // A part of this name that nothing refers to holds nothing.
        let name = format!("{folder}comments.xml");
        let part = format!("{DECLARATION}<w:comments xmlns:w=\"{word}\">{added}</w:comments>");
        let relationships = package.name(&relations_of(&self.document));
        let known = now(&relationships, format!("{DECLARATION}<Relationships xmlns=\"{RELATIONSHIPS}\"/>"));
        let id = (0..).map(|n: u32| format!("biaozhun{n}")).find(|id| !known.contains(&format!("\"{id}\"")));
        let relationship = format!("Id=\"{}\" Type=\"{kind}\" Target=\"comments.xml\"", id.unwrap_or_default());
        let types = package.name(TYPES);
        let known_types = now(&types, format!("{DECLARATION}<Types xmlns=\"{CONTENT_TYPES}\"/>"));
        let own = format!("PartName=\"/{name}\"");
        let missing = (!known_types.contains(&own)).then(|| ("Override", format!("{own} ContentType=\"{CONTENT_TYPE}\"")));
        Ok(vec![
            (types, put_last(&known_types, missing)?.into_bytes()),
            (relationships, put_last(&known, [("Relationship", relationship)])?.into_bytes()),
            (name, part.into_bytes()),
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
