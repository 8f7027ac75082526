//! Word 97–2003 (`.doc`, `.dot`, `.wps`): the binary format, on `compound`.
//!
//! Read: text in pieces (fast-saved files too); tables with spans, nested ones too; automatic numbers; fields as their results,
//! check boxes and lists to choose from as what is chosen; characters of fonts of signs; headers, footers, foot- and endnotes,
//! comments, text boxes and lettering (behind the body). Tracked changes of text, paragraph ends and rows as accepted or rejected.
//! Told: hidden text, pictures and objects, formulas in fields. Not read: text drawn in pictures.
//! Refused: files with a password, and those of Word 6 and 95, whose format is another.

pub(super) mod bytes;
mod drawings;
pub(super) mod lists;
mod properties;
mod styles;
mod text;

use super::story::{Paragraph, Piece, Story, is_blank, lay, text_of};
use super::{Builder, Told, Tracked};
use crate::compound::Compound;
use crate::diag::{Error, Message};
use crate::locus::Part;
use bytes::Bytes;
use lists::Lists;
use properties::Stretches;
use styles::Styles;
use text::{Pieces, Text};

fn refused(id: &'static str) -> Error {
    Error::Unreadable(Message::new(id))
}

fn damaged(detail: &str) -> Error {
    Error::Unreadable(Message::new("read.damaged").with("detail", detail))
}

/// Reads the stream of a binary Word file.
pub(super) fn read(builder: &mut Builder, compound: &mut Compound, tracked: Tracked) -> Result<Told, Error> {
    let stream = compound.stream("/WordDocument").ok_or_else(|| damaged("WordDocument"))?;
    let version = stream.u16(2).unwrap_or_default();
    let flags = stream.u16(10).unwrap_or_default();
    if flags & 0x8100 != 0 {
        return Err(refused("read.encrypted"));
    }
    if version < 0xc1 {
        return Err(refused("read.word6"));
    }
    let tables = ["/0Table", "/1Table"];
    let wanted = usize::from(flags & 0x200 != 0);
    let table = compound.stream(tables[wanted]).or_else(|| compound.stream(tables[1 - wanted])).unwrap_or_default();
    let data = compound.stream("/Data").unwrap_or_default();
    // The file's own list of what stands where: place and length, by number.
    let found = |index: usize| {
        let (at, length) = (stream.u32(154 + 8 * index)?, stream.u32(158 + 8 * index)?);
        table.part(at as usize, length as usize).filter(|bytes| !bytes.is_empty())
    };
    let rest = |index: usize| table.get(stream.u32(154 + 8 * index)? as usize..);
    let pieces = found(33).and_then(Pieces::read);
    let counts: Vec<u32> = [76, 80, 84, 92, 96, 100, 104].iter().map(|at| stream.u32(*at).unwrap_or_default()).collect();
    // Without a list of pieces the text stands in one.
    let pieces =
        pieces.unwrap_or_else(|| Pieces::whole(&stream, counts.iter().fold(0u32, |sum, count| sum.saturating_add(*count))));
    let mut text = Text {
        stream: &stream,
        data: &data,
        pieces,
        characters: Stretches::read(&stream, found(12).unwrap_or_default(), false),
        paragraphs: Stretches::read(&stream, found(13).unwrap_or_default(), true),
        styles: found(1).map(Styles::read).unwrap_or_default(),
        lists: Lists::read(found(73).and_then(|_| rest(73)).unwrap_or_default(), found(74).unwrap_or_default()),
        fonts: found(15).map(styles::fonts).unwrap_or_default(),
        tracked,
        report: super::story::report::Report::default(),
        depth: builder.limits.depth.min(64),
        too_deep: false,
    };
    let mut at = 0u32;
    let mut parts: Vec<(Part, std::ops::Range<u32>)> = Vec::new();
    let kinds = [Part::Body, Part::Footnote, Part::Header, Part::Comment, Part::Endnote, Part::TextBox, Part::TextBox];
    for (part, count) in kinds.into_iter().zip(counts) {
        let end = at.saturating_add(count);
        parts.push((part, at..end));
        at = end;
    }
    let (mut headers, mut footers, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut body = Vec::new();
    for (part, range) in parts {
        if range.is_empty() {
            continue;
        }
        match part {
            Part::Body => body = text.story(range),
            Part::Header => {
                for (number, story) in stories(found(11).unwrap_or_default(), &range).enumerate() {
                    // Six stories are lines between notes; then six for each section.
                    let (list, part) = match number {
                        0..6 => continue,
                        _ if matches!(number % 6, 2 | 3 | 5) => (&mut footers, Part::Footer),
                        _ => (&mut headers, Part::Header),
                    };
                    let pieces = text.story(story);
                    add(list, part, pieces);
                }
            }
            part => {
                let pieces = text.story(range);
                others.push(Story { part, pieces });
            }
        }
    }
    if text.too_deep {
        builder.too_deep.get_or_insert_default();
    }
    for text in drawings::lettering(found(50).unwrap_or_default()) {
        let pieces = vec![Piece::Paragraph(Paragraph { text, ..Paragraph::default() })];
        add(&mut others, Part::TextBox, pieces);
    }
    let body = vec![Story { part: Part::Body, pieces: body }];
    let stories = [headers, body, others, footers].into_iter().flatten().collect();
    lay(builder, stories, &text.report, tracked == Tracked::Accept);
    Ok(("doc", "Word 97–2003"))
}

/// The ranges of text that a list of places cuts a part into.
fn stories(places: &[u8], part: &std::ops::Range<u32>) -> impl Iterator<Item = std::ops::Range<u32>> {
    let place = move |index: usize| places.u32(4 * index).map(|at| part.start.saturating_add(at).min(part.end));
    (0..places.len() / 4).map_while(move |index| Some(place(index)?..place(index + 1)?))
}

/// Adds a header or footer that says something new.
fn add(stories: &mut Vec<Story>, part: Part, pieces: Vec<Piece>) {
    let text = text_of(&pieces);
    if !is_blank(&pieces) && stories.iter().all(|story| text_of(&story.pieces) != text) {
        stories.push(Story { part, pieces });
    }
}
