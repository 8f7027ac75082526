//! Start tags by their bytes: where one ends, which part of it is its name, whether it may declare a namespace.
//!
//! A tag ends with the first `>` outside of quotes. Nearly all tags have no other quotes than pairs of `"`, and no `>` inside: they
//! are gone over eight bytes at once, and all others byte by byte.

/// A start tag as it is written.
pub(super) struct Written<'a> {
    pub full: &'a str,
    pub attributes: &'a str,
    pub empty: bool,
    /// Whether a namespace may be declared in it.
    pub declares: bool,
    /// Whether a quote stands in its name.
    pub quoted: bool,
    /// Behind it.
    pub end: usize,
}

/// The start tag that begins here; none where it does not end.
#[inline(always)]
pub(super) fn written(source: &str, start: usize) -> Option<Written<'_>> {
    let tag = &source.as_bytes()[start..];
    let Some((end, may_declare)) = plain_end(tag) else { return odd(source, start) };
    let empty = tag[end - 1] == b'/';
    let inside = &source[start + 1..start + end - usize::from(empty)];
    let length = match inside.bytes().position(|byte| byte <= b'"') {
        None => inside.len(),
        Some(length) if is_blank(inside.as_bytes()[length]) => length,
        // A name of a kind that no program gives.
        Some(_) => return odd(source, start),
    };
    let (full, attributes) = inside.split_at(length);
    let declares = may_declare && attributes.split('x').skip(1).any(|rest| rest.starts_with("mlns"));
    Some(Written { full, attributes, empty, declares, quoted: false, end: start + end + 1 })
}

/// The same for a tag of any kind.
#[cold]
fn odd(source: &str, start: usize) -> Option<Written<'_>> {
    let end = end(&source.as_bytes()[start..])?;
    let empty = source.as_bytes()[start + end - 1] == b'/';
    let inside = &source[start + 1..start + end - usize::from(empty)];
    let (full, attributes) = inside.split_at(inside.bytes().position(is_blank).unwrap_or(inside.len()));
    let (declares, quoted) = (attributes.contains("xmlns"), full.contains(['"', '\'']));
    Some(Written { full, attributes, empty, declares, quoted, end: start + end + 1 })
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Where a tag ends, of whatever kind.
pub(super) fn end(tag: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match *tag.get(at)? {
            b'>' => return Some(at),
            quote @ (b'"' | b'\'') => at += 1 + tag[at + 1..].iter().position(|byte| *byte == quote)?,
            _ => {}
        }
        at += 1;
    }
}

/// Where a tag ends, and whether there is an `x` in it. None: it is not of the plain kind, or too near to the end of all.
#[inline(always)]
fn plain_end(tag: &[u8]) -> Option<(usize, bool)> {
    let (words, _) = tag.as_chunks::<8>();
    let (mut quotes, mut others, mut letters) = (0, 0, 0);
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let end = places(word, b'>');
        let before = end.wrapping_sub(1) & !end;
        quotes ^= places(word, b'"') & before;
        others |= places(word, b'\'') & before;
        letters |= places(word, b'x') & before;
        if end != 0 {
            // What is left of pairs: a bit in one byte or another.
            let unpaired = (quotes >> 7).wrapping_mul(ONES) >> 56 & 1;
            let at = index * 8 + end.trailing_zeros() as usize / 8;
            return (others == 0 && unpaired == 0).then_some((at, letters != 0));
        }
    }
    None
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);

/// The highest bit of each byte of a word that is this one.
#[inline(always)]
fn places(word: u64, byte: u8) -> u64 {
    const REST: u64 = 0x7f * ONES;
    let differs = word ^ (ONES * byte as u64);
    !((differs & REST) + REST | differs | REST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_tags_are_read_as_all_are(tag in "<[a-x:]{0,3}[!甲\"']?([ \\t/]{0,2}[ax]{0,2}(xmlns)?=?[\"'][x>甲/ ]{0,9}[\"']){0,3}[ /]?>[ >\"]{0,9}") {
            let told = |written: Option<Written>| {
                written.map(|w| (w.full.to_owned(), w.attributes.to_owned(), w.empty, w.declares, w.quoted, w.end))
            };
            prop_assert_eq!(told(written(&tag, 0)), told(odd(&tag, 0)), "{}", tag);
        }
    }
}
