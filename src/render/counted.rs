//! Where a filled template is written to: counts what is written and the turns of loops, and stops at a limit; knows the pieces
//! of the template that were cut out of it ([`cut`], [`super::prepare`]), and notes where they come to stand.
//!
//! So a template ends, whatever it repeats, and what is the same in every copy need be read only once.

use super::plain::Target;
use super::prepare::Part;
use super::said::TOO_MUCH;
use super::tokens::{ASKED, Piece};
use super::word::{COMMENT, Compiled, EXPRESSION, STATEMENT, TURN};
use crate::limits;
use crate::xml::Names;
use rustc_hash::FxHashMap;
use std::cell::Cell;

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
    let mut names = Names::default();
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
            let (piece, ends_inside) = Piece::read(piece, inside, &compiled.dialect.prefix, &ASKED, &mut names)?;
            inside = ends_inside;
            short.push_str(&numbered(pieces.len()));
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

/// What stands for a piece in the source.
pub(crate) fn numbered(number: usize) -> String {
    format!("{PIECE}{number}{PIECE}")
}

/// The number of the piece that these bytes stand for. Only what the template itself holds can be such: values are written
/// without the mark.
pub(crate) fn number(bytes: &[u8]) -> Option<usize> {
    let mark = PIECE as u8;
    let digits = bytes.strip_prefix(&[mark])?.strip_suffix(&[mark])?;
    digits.iter().try_fold(0usize, |sum, digit| {
        let digit = usize::from(digit.wrapping_sub(b'0'));
        sum.checked_mul(10)?.checked_add(digit).filter(|_| digit < 10)
    })
}

/// What was written, and how much may still be.
#[derive(Debug, Default)]
struct Spent {
    out: String,
    spent: usize,
}

impl Spent {
    fn spend(&mut self, count: usize) -> Result<()> {
        self.spent += count;
        if self.spent > limits::TEMPLATE_OUTPUT { Err(Error::other(TOO_MUCH)) } else { Ok(()) }
    }

    fn push(&mut self, text: &str) -> Result<()> {
        self.out.push_str(text);
        self.spend(text.len())
    }
}

/// What a template and its values are made of is text, and is written in whole characters.
fn whole(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(Error::other)
}

/// A part that is being filled.
#[derive(Debug, Default)]
pub(crate) struct Counted<'a> {
    written: Spent,
    pieces: &'a [Piece],
    /// Where which piece stands.
    found: Vec<(usize, u32)>,
}

impl<'a> Counted<'a> {
    pub fn with_capacity(bytes: usize, pieces: &'a [Piece]) -> Counted<'a> {
        let written = Spent { out: String::with_capacity(bytes), spent: 0 };
        Counted { written, pieces, found: Vec::with_capacity(pieces.len() * 8) }
    }

    /// What was written, and which pieces stand where in it.
    pub fn into_parts(self) -> (String, Vec<(usize, u32)>) {
        (self.written.out, self.found)
    }
}

impl Target for Counted<'_> {
    fn turn(&mut self) -> Result<()> {
        self.written.spend(TURN_COUNTS)
    }

    fn piece(&mut self, number: usize) -> Result<()> {
        let Some(piece) = self.pieces.get(number) else { return self.own(&numbered(number)) };
        if piece.is_read() {
            self.found.push((self.written.out.len(), u32::try_from(number).map_err(Error::other)?));
        }
        self.written.push(piece.text())
    }

    fn own(&mut self, text: &str) -> Result<()> {
        self.written.push(text)
    }

    fn value(&mut self, text: &str) -> Result<()> {
        let before = self.written.out.len();
        super::docx::escape_into(text, &mut self.written.out);
        self.written.spend(self.written.out.len() - before)
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let text = match bytes.first() {
            Some(first) if u32::from(*first) == u32::from(TURN) => {
                self.turn()?;
                bytes.get(1..).unwrap_or_default()
            }
            _ => bytes,
        };
        match number(text) {
            Some(number) => self.piece(number)?,
            None => self.own(whole(text)?)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A page that is being filled.
pub(crate) struct Page<'a> {
    written: Spent,
    pieces: &'a [Vec<Part>],
    /// What stands at fields, by their paths.
    signs: &'a FxHashMap<String, String>,
    /// The path of a field, where one is being written.
    path: String,
    in_path: bool,
}

impl<'a> Page<'a> {
    pub fn with_capacity(bytes: usize, pieces: &'a [Vec<Part>], signs: &'a FxHashMap<String, String>) -> Page<'a> {
        Page {
            written: Spent { out: String::with_capacity(bytes), spent: 0 },
            pieces,
            signs,
            path: String::new(),
            in_path: false,
        }
    }

    pub fn into_text(self) -> String {
        self.written.out
    }

    /// Where texts are written to now.
    fn open(&mut self) -> &mut String {
        if self.in_path { &mut self.path } else { &mut self.written.out }
    }

    /// Writes what stands at a field; how much that is.
    fn sign(&mut self, path: &str) -> usize {
        self.signs.get(path).map_or(0, |sign| {
            self.written.out.push_str(sign);
            sign.len()
        })
    }

    /// The same of the field whose path has been written.
    fn sign_at_path(&mut self) -> usize {
        let path = std::mem::take(&mut self.path);
        let length = self.sign(&path);
        self.path = path;
        length
    }
}

impl Target for Page<'_> {
    fn turn(&mut self) -> Result<()> {
        self.written.spend(TURN_COUNTS)
    }

    fn piece(&mut self, number: usize) -> Result<()> {
        let pieces = self.pieces;
        let Some(parts) = pieces.get(number) else { return self.own(&numbered(number)) };
        let mut count = 0;
        for part in parts {
            match part {
                Part::Text(text) => {
                    self.open().push_str(text);
                    count += text.len();
                }
                Part::Turn => count += TURN_COUNTS,
                Part::Sign(path) => count += self.sign(path),
                Part::Begin => {
                    self.path.clear();
                    self.in_path = true;
                }
                Part::End => {
                    self.in_path = false;
                    count += self.sign_at_path();
                }
            }
        }
        self.written.spend(count)
    }

    fn own(&mut self, text: &str) -> Result<()> {
        self.open().push_str(text);
        self.written.spend(text.len())
    }

    fn value(&mut self, text: &str) -> Result<()> {
        let out = self.open();
        let before = out.len();
        super::escape::into(text, out);
        let written = out.len() - before;
        self.written.spend(written)
    }
}

impl Write for Page<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match number(bytes) {
            Some(number) => self.piece(number)?,
            None => self.own(whole(bytes)?)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

thread_local! {
    /// Turns and numbers that the template being filled on this thread asked functions for.
    static TURNS: Cell<usize> = const { Cell::new(0) };
}

/// A template begins to be filled.
pub(crate) fn begin() {
    TURNS.set(0);
}

/// Counts what a function of a template gives; whether that is too much.
pub(crate) fn turned(count: usize) -> tera::TeraResult<()> {
    TURNS.set(TURNS.get().saturating_add(count));
    if TURNS.get() > limits::TEMPLATE_OUTPUT / TURN_COUNTS { Err(tera::Error::message(TOO_MUCH)) } else { Ok(()) }
}
