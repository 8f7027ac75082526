//! Elements that are written once more, sign by sign: what was read of them is true again, and they are passed over.
//!
//! The same signs are the same tokens wherever they stand between tags; that they mean the same as well, a scope vouches for:
//! between two changes of what is declared no name changes its namespace.

use super::Scanner;

/// Where an element begins.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    at: usize,
    scope: u32,
    /// Elements around it.
    open: usize,
}

/// An element that was read, as it is written.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    text: &'a str,
    scope: u32,
    sample: Sample,
}

/// What is compared first, of many stretches that begin alike: sixteen bytes behind the names of an element and its first child,
/// mixed. None of a text that is shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample(Option<u64>);

impl Sample {
    const FROM: usize = 16;

    fn of(text: &str) -> Sample {
        let words = text.as_bytes().get(Sample::FROM..).and_then(|bytes| bytes.as_chunks::<8>().0.first_chunk());
        Sample(words.map(|[one, two]| u64::from_ne_bytes(*one).rotate_left(7) ^ u64::from_ne_bytes(*two)))
    }
}

impl<'a> Scanner<'a> {
    /// Where the last start tag begins, whose element is open.
    pub fn begun(&self) -> Place {
        Place { at: self.source.len() - self.tag, scope: self.scope, open: self.open.len().saturating_sub(1) }
    }

    /// Whether the last start tag is the first thing behind this place in the source.
    pub fn begins_at(&self, place: usize) -> bool {
        self.source.len() - self.tag == place
    }

    /// The element that began at a place and has just ended; none where it declares what names mean.
    pub fn stretch(&self, from: Place) -> Option<Stretch<'a>> {
        let whole = from.scope == self.scope && from.open == self.open.len();
        let text = self.source.get(from.at..self.at()).filter(|_| whole)?;
        Some(Stretch { text, scope: from.scope, sample: Sample::of(text) })
    }

    /// Of what stands here.
    pub fn sample(&self) -> Sample {
        Sample::of(self.rest)
    }

    /// Whether the same stands here, of which this is a sample, and means the same.
    #[inline]
    pub fn is_again(&self, known: &Stretch, here: Sample) -> bool {
        if known.sample != here && known.sample.0.is_some() {
            return false;
        }
        // Its own depth is less than its length.
        let fits = || known.scope == self.scope && !self.quoted && self.open.len() + known.text.len() < self.depth;
        self.rest.as_bytes().starts_with(known.text.as_bytes()) && !self.open.is_empty() && fits()
    }

    /// Goes on behind what stands here again.
    pub fn pass(&mut self, known: &Stretch) {
        self.rest = self.rest.get(known.text.len()..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Sort, Space, Token};

    /// How often the element `g` is read in a text, and the space of its last child; what is written as the one before is passed over.
    fn read(source: &str) -> (usize, Option<Space>) {
        let mut scanner = Scanner::deep(source);
        let (mut read, mut space) = (0, None);
        let (mut place, mut known) = (None, None);
        loop {
            if let Some(known) =
                known.filter(|known| scanner.sort() == Sort::Start && scanner.is_again(known, scanner.sample()))
            {
                scanner.pass(&known);
                continue;
            }
            match scanner.token().expect("is well-formed") {
                Some((Token::Start { name, empty: false, .. }, _)) if name.local == "g" => place = Some(scanner.begun()),
                Some((Token::Start { name, .. }, _)) if place.is_some() => space = Some(name.space),
                Some((Token::End(name), _)) if name.local == "g" => {
                    known = place.take().and_then(|place| scanner.stretch(place));
                    read += 1;
                }
                Some(_) => {}
                None => return (read, space),
            }
        }
    }

    #[test]
    fn an_element_is_passed_over_where_it_means_the_same() {
        let w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        let group = "<g><w:a v='1'/></g>";
        assert_eq!(read(&format!("<d xmlns:w='{w}'>{group}<p>{group}</p>{group}</d>")), (1, Some(Space::Word)));
        assert_eq!(read(&format!("<d xmlns:w='{w}'>{group}<g><w:a v='2'/></g>{group}</d>")), (3, Some(Space::Word)));
        // The prefix means something else inside, and the first again behind it.
        assert_eq!(read(&format!("<d xmlns:w='{w}'>{group}<p xmlns:w='x'>{group}</p></d>")), (2, Some(Space::Other)));
        assert_eq!(read(&format!("<d xmlns:w='{w}'>{group}<p xmlns:w='x'>{group}</p>{group}</d>")), (3, Some(Space::Word)));
        assert_eq!(
            read(&format!("<d xmlns:w='{w}'><g xmlns:v='x'><w:a/></g><g xmlns:v='x'><w:a/></g></d>")),
            (2, Some(Space::Word))
        );
    }
}
