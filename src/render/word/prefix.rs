//! The prefix under which a part knows WordprocessingML: what is put into the part is written with it.
//!
//! Most programs say `w`, none has to; elements may have none at all, attributes must. Where a part has no prefix that is
//! sure to mean WordprocessingML everywhere in it, one is declared.

use crate::xml::{Fault, Scanner, Space, Token, can_read};
use std::borrow::Cow;

const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

/// How a part writes WordprocessingML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// With the colon.
    pub prefix: String,
    /// The namespaces are those of Strict files.
    pub strict: bool,
    /// Nothing else in the part means WordprocessingML, so that elements are known by this prefix alone, and tags end at the
    /// first bracket: the filled part can be read as tags.
    pub sole: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Dialect { prefix: "w:".to_owned(), strict: false, sole: false }
    }
}

/// The dialect of a part, and the part as it is to be worked on.
pub(super) fn dialect(xml: &str) -> Result<(Cow<'_, str>, Dialect), Fault> {
    let mut scanner = Scanner::new(xml);
    let (name, range) = loop {
        match scanner.token()? {
            Some((Token::Start { name, .. }, range)) => break (name, range),
            Some(_) => {}
            None => return Ok((Cow::Borrowed(xml), Dialect::default())),
        }
    };
    let root = &xml[range.clone()];
    let uri = |prefix: &str| scanner.namespace(prefix).map(<[u8]>::to_vec);
    let prefixes = root.split("xmlns:").skip(1).filter_map(|rest| rest.split(['=', ' ', '\t', '\r', '\n']).next());
    for prefix in prefixes.filter(|prefix| !prefix.is_empty()) {
        let is = |space: &str| uri(prefix).is_some_and(|uri| uri == space.as_bytes());
        // Declared a second time further down, it may mean something else there.
        let declaration = format!("xmlns:{prefix}");
        let once = xml.match_indices(&declaration).filter(|(at, found)| ends(xml, at + found.len())).count() == 1;
        if once && (is(TRANSITIONAL) || is(STRICT)) {
            return Ok((
                Cow::Borrowed(xml),
                Dialect {
                    prefix: format!("{prefix}:"),
                    strict: is(STRICT),
                    sole: xml.matches(TRANSITIONAL).count() + xml.matches(STRICT).count() == 1 && can_read(xml),
                },
            ));
        }
    }
    let strict = name.space == Space::Word && !xml.contains(TRANSITIONAL);
    let own = (1..).map(|n| format!("w{n}")).find(|own| !xml.contains(&format!("xmlns:{own}"))).unwrap_or_default();
    let at = range.start + 1 + root[1..].find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or_default();
    let declared = format!("{} xmlns:{own}=\"{}\"{}", &xml[..at], if strict { STRICT } else { TRANSITIONAL }, &xml[at..]);
    Ok((Cow::Owned(declared), Dialect { prefix: format!("{own}:"), strict, sole: false }))
}

/// Whether a name ends here.
fn ends(xml: &str, at: usize) -> bool {
    xml[at..].starts_with(['=', ' ', '\t', '\r', '\n'])
}

/// The prefix of a tag as it is written, with the colon; blank where it has none.
pub(crate) fn of_tag(tag: &str) -> &str {
    let bytes = tag.as_bytes();
    let start = bytes.iter().take_while(|byte| matches!(byte, b'<' | b'/')).count();
    let ends = |byte: &u8| matches!(byte, b':' | b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>');
    match bytes[start..].iter().position(ends) {
        Some(length) if bytes[start + length] == b':' => &tag[start..=start + length],
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_is_sure_is_taken_or_declared() {
        let of = |xml: &str| dialect(xml).map(|(xml, dialect)| (xml.into_owned(), dialect.prefix, dialect.strict)).unwrap();
        let plain = format!("<x:p xmlns:x=\"{TRANSITIONAL}\"></x:p>");
        assert_eq!(of(&plain), (plain.clone(), "x:".into(), false));
        let strict = format!("<?xml version=\"1.0\"?><p xmlns=\"{STRICT}\" xmlns:w='{STRICT}'></p>");
        assert_eq!(of(&strict), (strict.clone(), "w:".into(), true));
        let bare = format!("<p xmlns=\"{STRICT}\"><w1:x xmlns:w1=\"y\"/></p>");
        assert_eq!(of(&bare).1, "w2:");
        assert!(of(&bare).0.starts_with(&format!("<p xmlns:w2=\"{STRICT}\" xmlns")));
        let twice = format!("<w:p xmlns:w=\"{TRANSITIONAL}\"><w:x xmlns:w=\"y\"/></w:p>");
        assert_eq!((of(&twice).1.as_str(), of(&twice).2), ("w1:", false));
        // `w` is not `w14`.
        let longer = format!("<w:p xmlns:w=\"{TRANSITIONAL}\" xmlns:w14=\"y\"></w:p>");
        assert_eq!(of(&longer).1, "w:");
    }

    #[test]
    fn the_prefix_of_a_tag() {
        assert_eq!(["<w:p>", "</w:p>", "<p a:b=\"c\"/>", "</p>", "<x:tc/>"].map(of_tag), ["w:", "w:", "", "", "x:"]);
    }
}
