//! Pictures as parts of a Word package: the file itself once, a relationship in every part that shows it, its type known.
//!
//! Only what a filled part really shows is put in: a seal behind a condition that does not hold leaves no trace.

use super::pictures::Picture;
use crate::diag::Message;
use crate::package::Package;
use crate::xml::{Scanner, Token};

const TYPES: &str = "[Content_Types].xml";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const IMAGE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";
const STRICT_IMAGE: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships/image";

/// A picture that a filled part shows.
pub(crate) struct Shown<'a> {
    pub part: &'a str,
    pub id: String,
    pub picture: &'a Picture,
    pub strict: bool,
}

/// The beginning of ids that no relationship of a part has yet.
pub(crate) fn free_ids(package: &Package, part: &str) -> String {
    let relations = package.read_text(&relations_of(part)).unwrap_or_default();
    let mut base = "picture".to_owned();
    while relations.contains(&base) {
        base.push('x');
    }
    base
}

/// The parts that have to be written for these pictures: media, relationships, types.
pub(crate) fn parts(package: &Package, shown: &[Shown]) -> Result<Vec<(String, Vec<u8>)>, Message> {
    if shown.is_empty() {
        return Ok(Vec::new());
    }
    // The same picture once, whatever it is called and wherever it stands.
    let mut media: Vec<(String, &Picture)> = Vec::new();
    let mut relations: Vec<(&str, String)> = Vec::new();
    for shown in shown {
        let known = media.iter().find(|(_, picture)| picture.bytes == shown.picture.bytes).map(|(name, _)| name.clone());
        let name = match known {
            Some(name) => name,
            None => {
                let name = free_name(package, media.len(), shown.picture);
                media.push((name.clone(), shown.picture));
                name
            }
        };
        let kind = if shown.strict { STRICT_IMAGE } else { IMAGE };
        // From the root of the package: so it does not matter where the part stands.
        let relation = format!("Id=\"{}\" Type=\"{kind}\" Target=\"/{name}\"", shown.id);
        match relations.iter_mut().find(|(part, _)| *part == shown.part) {
            Some((_, list)) => list.push_str(&format!("\n{relation}")),
            None => relations.push((shown.part, relation)),
        }
    }
    let mut parts = Vec::new();
    for (part, list) in relations {
        let name = relations_of(part);
        let old =
            if package.has(&name) { package.read_text(&name)? } else { format!("<Relationships xmlns=\"{RELATIONS}\"/>") };
        let elements = list.lines().map(|relation| ("Relationship", relation.to_owned()));
        parts.push((package.name(&name), put_last(&old, elements)?.into_bytes()));
    }
    let old = package.read_text(TYPES)?;
    let types: Vec<(&str, String)> = media.iter().filter_map(|(name, picture)| kind_of(&old, name, picture)).collect();
    if !types.is_empty() {
        let mut once: Vec<(&str, String)> = Vec::new();
        types.into_iter().for_each(|kind| {
            if !once.contains(&kind) {
                once.push(kind)
            }
        });
        parts.push((package.name(TYPES), put_first(&old, once)?.into_bytes()));
    }
    parts.extend(media.into_iter().map(|(name, picture)| (name, picture.bytes.to_vec())));
    Ok(parts)
}

pub(crate) fn relations_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}_rels/{file}.rels")
}

/// A name that no part has.
fn free_name(package: &Package, number: usize, picture: &Picture) -> String {
    let mut mark = String::new();
    loop {
        let name = format!("word/media/picture{mark}{}.{}", number + 1, picture.format.ending());
        if !package.has(&name) {
            return name;
        }
        mark.push('_');
    }
}

/// The element that says what type a picture is of; none where that is said already.
fn kind_of(types: &str, name: &str, picture: &Picture) -> Option<(&'static str, String)> {
    let mut scanner = Scanner::new(types);
    let (ending, kind) = (picture.format.ending(), picture.format.media_type());
    let mut other = false;
    while let Ok(Some((token, _))) = scanner.token() {
        if let Token::Start { name, attributes, .. } = token
            && name.local == "Default"
            && attributes.get("Extension").is_some_and(|known| known.eq_ignore_ascii_case(ending))
        {
            if attributes.get("ContentType").as_deref() == Some(kind) {
                return None;
            }
            other = true;
        }
    }
    Some(match other {
        false => ("Default", format!("Extension=\"{ending}\" ContentType=\"{kind}\"")),
        true => ("Override", format!("PartName=\"/{name}\" ContentType=\"{kind}\"")),
    })
}

/// The root's start tag: where it ends, its name as written, and whether it has no content.
fn root(xml: &str) -> Result<(usize, &str, bool), Message> {
    let mut scanner = Scanner::new(xml);
    let broken = |detail: &dyn std::fmt::Display| Message::new("package.part").with("name", "rels").with("detail", detail);
    while let Some((token, range)) = scanner.token().map_err(|fault| broken(&fault.detail))? {
        if let Token::Start { empty, .. } = token {
            let tag = &xml[range.start + 1..range.end];
            let name = &tag[..tag.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(tag.len())];
            return Ok((range.end, name, empty));
        }
    }
    Err(broken(&"<"))
}

fn written(root: &str, elements: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let prefix = root.rfind(':').map_or("", |colon| &root[..=colon]);
    elements.into_iter().map(|(name, attributes)| format!("<{prefix}{name} {attributes}/>")).collect()
}

/// Puts elements before all others: types have to stand before what they are exceptions from.
fn put_first(xml: &str, elements: impl IntoIterator<Item = (&'static str, String)>) -> Result<String, Message> {
    let (end, name, empty) = root(xml)?;
    let new = written(name, elements);
    Ok(match empty {
        true => format!("{}>{new}</{name}>{}", xml[..end].trim_end_matches('>').trim_end_matches('/'), &xml[end..]),
        false => format!("{}{new}{}", &xml[..end], &xml[end..]),
    })
}

/// Puts elements behind all others.
pub(crate) fn put_last(xml: &str, elements: impl IntoIterator<Item = (&'static str, String)>) -> Result<String, Message> {
    let (end, name, empty) = root(xml)?;
    let close = format!("</{name}");
    match xml.rfind(&close).filter(|at| !empty && *at >= end) {
        Some(at) => Ok(format!("{}{}{}", &xml[..at], written(name, elements), &xml[at..])),
        None => put_first(xml, elements),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_put_in_whatever_the_prefix() {
        let one = || [("X", "a=\"1\"".to_owned())];
        assert_eq!(put_last("<R x=\"y\"/>", one()).unwrap(), "<R x=\"y\"><X a=\"1\"/></R>");
        assert_eq!(put_last("<p:R><p:Y/></p:R>\n", one()).unwrap(), "<p:R><p:Y/><p:X a=\"1\"/></p:R>\n");
        assert_eq!(put_first("<?xml?><R><Y/></R>", one()).unwrap(), "<?xml?><R><X a=\"1\"/><Y/></R>");
        assert_eq!(relations_of("word/document.xml"), "word/_rels/document.xml.rels");
        assert_eq!(relations_of("a.xml"), "_rels/a.xml.rels");
    }
}
