//! The attributes of a tag, looked up by their local names.
//!
//! Attributes as every program writes them, `name="value"` with blanks between, are found by their bytes. Where one of a tag is
//! written in any other way, quick-xml says what they are.

use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attribute;
use std::borrow::Cow;

/// The attributes of a start tag, as written; read on demand.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a>(pub(super) &'a str);

/// An attribute that is not written as programs write them.
struct Odd;

impl<'a> Attributes<'a> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.trim_ascii().is_empty()
    }

    /// Whether this text stands in them.
    pub fn holds(&self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// The value of the first attribute with this local name, whatever its prefix.
    pub fn get(&self, local: &str) -> Option<String> {
        self.value(local).map(Cow::into_owned)
    }

    /// The same, without a copy where none is needed.
    #[inline]
    pub fn value(&self, local: &str) -> Option<Cow<'a, str>> {
        let value = self.written(local)?;
        // Not `all`, which asks at each byte whether to stop: the whole is looked at faster.
        let is_plain = value.bytes().fold(true, |plain, byte| plain & (byte != b'&') & (byte >= b' '));
        if is_plain { Some(Cow::Borrowed(value)) } else { unescape(value).ok() }
    }

    /// Two values at once, as they are written.
    pub fn pair(&self, first: &str, second: &str) -> [Option<&'a str>; 2] {
        let mut found = [None, None];
        let mut note = |name: &str, value: &'a str| {
            if is_named(name, first) {
                found[0] = Some(value);
            } else if is_named(name, second) {
                found[1] = Some(value);
            }
        };
        let mut rest = self.0;
        while let Ok(attribute) = next(&mut rest) {
            let Some((name, value)) = attribute else { return found };
            note(name, value);
        }
        self.each().for_each(|(name, value)| note(name, value));
        found
    }

    /// The value of the first attribute with this local name, as it is written.
    #[inline]
    fn written(&self, local: &str) -> Option<&'a str> {
        let mut rest = self.0;
        while let Ok(attribute) = next(&mut rest) {
            let (name, value) = attribute?;
            if is_named(name, local) {
                return Some(value);
            }
        }
        self.each().find(|(name, _)| is_named(name, local)).map(|(_, value)| value)
    }

    /// All of them, in any spelling, for what has no right to be read is left out.
    fn each(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut attributes = quick_xml::events::attributes::Attributes::new(self.0, 0);
        // The same name twice is a fault of the file that loses nothing.
        attributes.with_checks(false);
        attributes.flatten().filter_map(|Attribute { key, value }| {
            // A stretch of the tag, always.
            let Cow::Borrowed(value) = value else { return None };
            Some((std::str::from_utf8(key.into_inner()).ok()?, std::str::from_utf8(value).ok()?))
        })
    }
}

/// Takes the next attribute off a text of attributes; none at its end.
#[inline]
fn next<'a>(rest: &mut &'a str) -> Result<Option<(&'a str, &'a str)>, Odd> {
    let text = match rest.as_bytes() {
        [] | [b' '] => return Ok(None),
        [b' ', b'a'..=b'z', ..] => &rest[1..],
        _ => rest.trim_start_matches([' ', '\t', '\r', '\n']),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let bytes = text.as_bytes();
    let length = bytes.iter().position(|byte| *byte == b'=' || *byte <= b' ').filter(|length| *length > 0).ok_or(Odd)?;
    let begin = length + 2;
    let quote = *bytes.get(begin - 1).ok_or(Odd)?;
    if bytes[length] != b'=' || !matches!(quote, b'"' | b'\'') {
        return Err(Odd);
    }
    let end = begin + memchr::memchr(quote, &bytes[begin..]).ok_or(Odd)?;
    *rest = &text[end + 1..];
    Ok(Some((&text[..length], &text[begin..end])))
}

/// Whether an attribute has this local name, whatever its prefix.
#[inline]
fn is_named(name: &str, local: &str) -> bool {
    let (name, local) = (name.as_bytes(), local.as_bytes());
    let Some(prefix) = name.len().checked_sub(local.len()) else { return false };
    (prefix == 0 || name[prefix - 1] == b':') && name[prefix..] == *local
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_spellings_are_read_too() {
        let of = |text: &'static str| [Attributes(text).get("a"), Attributes(text).get("b")];
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of(" w:a='1' b = \"2&gt;\""), [some("1"), some("2>")]);
        assert_eq!(of(" x a=\"1\"b='2'"), [some("1"), some("2")]);
        assert_eq!(of(" ab=\"1\" a=2 b=\"3"), [None, None]);
        assert_eq!(of(""), [None, None]);
    }

    proptest! {
        #[test]
        fn found_is_what_the_library_finds(text in "([ \\n]{0,2}[wab:=]{0,3}[= ]{0,2}[\"']?[ab&;甲]{0,3}[\"']?){0,4}") {
            let attributes = Attributes(&text);
            for local in ["a", "b", "ab"] {
                let slowly = attributes.each().find(|(name, _)| is_named(name, local)).map(|(_, value)| value);
                prop_assert_eq!(attributes.written(local), slowly);
            }
            let last = |local| attributes.each().filter(|(name, _)| is_named(name, local)).last().map(|(_, value)| value);
            prop_assert_eq!(attributes.pair("a", "b"), [last("a"), last("b")]);
        }
    }
}
