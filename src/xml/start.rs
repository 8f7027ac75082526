//! Start tags by their bytes: where one ends, which part of it is its name, whether it may declare a namespace.

/// A start tag as it is written.
pub(super) struct Written<'a> {
    pub full: &'a str,
    pub attributes: &'a str,
    pub empty: bool,
    /// Whether a namespace may be declared in it.
    pub declares: bool,
    /// Whether a quote stands in its name.
    pub quoted: bool,
    /// What stands behind it.
    pub behind: &'a str,
}

/// The start tag that a text begins with; none where it does not end.
#[inline(always)]
pub(super) fn written(text: &str) -> Option<Written<'_>> {
    let tag = text.as_bytes();
    let mut length = name_end(tag)?;
    let (end, declares) = if tag[length] == b'>' { (length, false) } else { end(tag, length)? };
    let empty = tag[end - 1] == b'/';
    let inside = end - usize::from(empty);
    let quoted = matches!(tag[length], b'"' | b'\'');
    if quoted {
        // A name of a kind that no program gives.
        length = tag[..inside].iter().position(is_blank).unwrap_or(inside);
    }
    let length = length.min(inside);
    let (full, attributes) = (&text[1..length], &text[length..inside]);
    Some(Written { full, attributes, empty, declares, quoted, behind: &text[end + 1..] })
}

pub(super) fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Where the name at the beginning of a tag ends: at a blank, a quote or the end of the tag. Names are short, and many: they are
/// looked at eight bytes at once.
#[inline(always)]
fn name_end(tag: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = 0x80 * ONES;
    let (words, _) = tag.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The highest bit of each byte that is below `(`, and of each that is `>`.
        let low = !((word | HIGH) - b'(' as u64 * ONES) & !word;
        let differs = word ^ (b'>' as u64 * ONES);
        let ends = !((differs | HIGH) - ONES) & !differs;
        let found = (low | ends) & HIGH;
        if found != 0 {
            let at = index * 8 + found.trailing_zeros() as usize / 8;
            return if ends_name(&tag[at]) { Some(at) } else { odd_name_end(tag) };
        }
    }
    odd_name_end(tag)
}

/// The same byte by byte: there are other signs in it that no name has, or the whole text ends soon.
#[cold]
fn odd_name_end(tag: &[u8]) -> Option<usize> {
    tag.iter().position(ends_name)
}

#[inline(always)]
fn ends_name(byte: &u8) -> bool {
    is_blank(byte) || matches!(byte, b'>' | b'"' | b'\'')
}

/// Where a tag ends, which is the first `>` outside of quotes, and whether it may declare a namespace behind a place.
#[inline]
pub(super) fn end(tag: &[u8], from: usize) -> Option<(usize, bool)> {
    const STOPS: [bool; 256] = {
        let mut stops = [false; 256];
        (stops[b'>' as usize], stops[b'"' as usize], stops[b'\'' as usize], stops[b'x' as usize]) = (true, true, true, true);
        stops
    };
    let mut declares = false;
    let mut at = from;
    loop {
        at += tag[at..].iter().position(|byte| STOPS[usize::from(*byte)])?;
        match tag[at] {
            b'>' => return Some((at, declares)),
            b'x' => declares |= tag[at..].starts_with(b"xmlns"),
            quote => {
                // Where it does not begin a value, what stands in it may be anything.
                declares |= tag[at - 1] != b'=';
                at += 1 + tag[at + 1..].iter().position(|byte| *byte == quote)?;
            }
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tag_ends_behind_its_quotes() {
        let told = |text| {
            written(text)
                .map(|Written { full, attributes, empty, declares, behind, .. }| (full, attributes, empty, declares, behind))
        };
        assert_eq!(told("<w:t>x"), Some(("w:t", "", false, false, "x")));
        assert_eq!(told("<w:tab/>"), Some(("w:tab", "", true, false, "")));
        assert_eq!(told("<w:tab  a='\">' b=\"'>\" /><"), Some(("w:tab", "  a='\">' b=\"'>\" ", true, false, "<")));
        assert_eq!(told("<w:document a=\"\" xmlns='>'>"), Some(("w:document", " a=\"\" xmlns='>'", false, true, "")));
        assert_eq!([told("<a b='>"), told("<abcdefgh"), told("<")], [None, None, None]);
    }

    proptest! {
        #[test]
        fn names_end_where_they_end_byte_by_byte(tag in "<[a:!甲/&-]{0,20}[ >\"'\t]?.{0,9}") {
            prop_assert_eq!(name_end(tag.as_bytes()), odd_name_end(tag.as_bytes()));
        }
    }
}
