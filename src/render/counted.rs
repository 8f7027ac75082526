//! Where a filled template is written to: counts what is written and the turns of loops, and stops at a limit; knows the pieces
//! of the template that were cut out of it ([`cut`]), and notes where they come to stand.
//!
//! So a template ends, whatever it repeats, and what is the same in every copy need be read only once.

use super::said::TOO_MUCH;
use super::tokens::{ASKED, Piece};
use super::word::{COMMENT, Compiled, EXPRESSION, STATEMENT, TURN};
use crate::limits;

use std::io::{Error, Result, Write};

/// What a turn of a loop counts, whether anything is written in it or not: a million turns are enough.
const TURN_COUNTS: usize = 64;

/// Stands around the number of a piece in the source that Tera reads: no XML holds it.
const PIECE: char = '\u{5}';

/// Whether a tag begins or ends so.
fn is_mark(c: char) -> bool {
    [EXPRESSION, STATEMENT, COMMENT].iter().any(|[begins, _]| begins.starts_with(c))
}

/// Puts numbers for all that stands between tags; the pieces by their numbers. None where they cannot be read by themselves: then
/// all stays as it is.
pub(crate) fn cut(compiled: &mut Compiled) -> Option<Vec<Piece>> {
    if !compiled.dialect.sole || compiled.source.contains(PIECE) {
        return None;
    }
    let source = &compiled.source;
    let (mut short, mut pieces, mut moved) = (String::new(), Vec::new(), Vec::new());
    let (mut at, mut inside) = (0, false);
    while at < source.len() {
        let rest = &source[at..];
        // Nothing but the beginning of a tag holds these characters here.
        let (text, tag) = rest.split_at(rest.find(is_mark).unwrap_or(rest.len()));
        let piece = text.strip_prefix(TURN).unwrap_or(text);
        if piece.len() < text.len() {
            short.push(TURN);
        }
        if !piece.is_empty() {
            let (piece, ends_inside) = Piece::read(piece, inside, &compiled.dialect.prefix, &ASKED)?;
            inside = ends_inside;
            short.extend([PIECE.to_string(), pieces.len().to_string(), PIECE.to_string()]);
            pieces.push(piece);
        }
        moved.push((at + text.len(), short.len()));
        let length =
            [EXPRESSION, STATEMENT, COMMENT].into_iter().find(|[begins, _]| tag.starts_with(begins)).map(|[_, ends]| {
                // A tag without an end is the rest.
                tag.find(ends).map_or(tag.len(), |end| end + ends.len())
            });
        let (tag, _) = tag.split_at(length.unwrap_or(tag.len()));
        short.push_str(tag);
        at += text.len() + tag.len();
    }
    for (offset, _) in &mut compiled.offsets {
        // The last tag that begins here or before.
        let known = moved.partition_point(|(from, _)| *from <= *offset).checked_sub(1).and_then(|index| moved.get(index));
        if let Some((from, to)) = known {
            *offset = to + (*offset - from);
        }
    }
    compiled.source = short;
    Some(pieces)
}

/// A part that is being filled.
#[derive(Debug, Default)]
pub(crate) struct Counted<'a> {
    out: String,
    spent: usize,
    pieces: &'a [Piece],
    /// Where which piece stands.
    found: Vec<(usize, u32)>,
}

impl<'a> Counted<'a> {
    pub fn with_capacity(bytes: usize, pieces: &'a [Piece]) -> Counted<'a> {
        Counted { out: String::with_capacity(bytes), spent: 0, pieces, found: Vec::new() }
    }

    /// What was written, and which pieces stand where in it.
    pub fn into_parts(self) -> (String, Vec<(usize, u32)>) {
        (self.out, self.found)
    }

    /// The piece that these bytes stand for.
    fn piece(&self, bytes: &[u8]) -> Option<(u32, &'a Piece)> {
        let mark = PIECE as u8;
        let digits = bytes.strip_prefix(&[mark])?.strip_suffix(&[mark])?;
        let number = digits.iter().try_fold(0u32, |sum, digit| {
            sum.checked_mul(10)?.checked_add(u32::from(digit.wrapping_sub(b'0'))).filter(|_| digit.is_ascii_digit())
        })?;
        Some((number, self.pieces.get(number as usize)?))
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        // Only what the template itself holds can begin so: values are written without it.
        let text = match bytes.first() {
            Some(first) if u32::from(*first) == u32::from(TURN) => {
                self.spent += TURN_COUNTS;
                bytes.get(1..).unwrap_or_default()
            }
            _ => bytes,
        };
        let text = match self.piece(text) {
            Some((number, piece)) => {
                if piece.is_read() {
                    self.found.push((self.out.len(), number));
                }
                piece.text()
            }
            // What a template and its values are made of is text, and is written in whole characters.
            None => std::str::from_utf8(text).map_err(Error::other)?,
        };
        self.spent += text.len();
        if self.spent > limits::TEMPLATE_OUTPUT {
            return Err(Error::other(TOO_MUCH));
        }
        self.out.push_str(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
