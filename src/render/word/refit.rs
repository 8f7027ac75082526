//! Pictures in columns that a loop repeated: each is made as small as the cell that it came to stand in.
//!
//! A picture is fitted when the template is opened, to the cell that the template has; what a loop makes of its columns only the
//! filled part shows. Only pictures that tags show are touched, and none is made larger.

use super::picture::TWIP;
use super::room::Rooms;
use crate::xml::{Attributes, Fault, Scanner, Space, Token};
use std::ops::Range;

/// A drawing that is open.
#[derive(Default)]
struct Drawing {
    /// The elements that say how large it is, and the size.
    sizes: Vec<(Range<usize>, u64, u64)>,
    /// It shows a picture of a tag.
    ours: bool,
}

/// Fits the pictures with these ids.
pub(crate) fn refit(xml: String, ids: &[&str]) -> Result<String, Fault> {
    if ids.is_empty() || !xml.contains("r:embed=\"") {
        return Ok(xml);
    }
    let rooms = Rooms::of(&xml)?;
    let mut scanner = Scanner::new(&xml);
    let (mut cells, mut drawing, mut edits): (Vec<usize>, Option<Drawing>, Vec<(Range<usize>, String)>) = Default::default();
    while let Some((token, range)) = scanner.token()? {
        match token {
            Token::Start { name, empty, attributes } => match (name.space == Space::Word, name.local, &mut drawing) {
                (true, "tc", _) if !empty => cells.push(range.start),
                (true, "drawing", _) if !empty => drawing = Some(Drawing::default()),
                (false, "extent" | "ext", Some(drawing)) => {
                    let number = |name: &str| attributes.get(name).and_then(|size| size.parse::<u64>().ok());
                    if let (Some(width), Some(height)) = (number("cx"), number("cy")) {
                        drawing.sizes.push((range, width, height));
                    }
                }
                (false, "blip", Some(drawing)) => drawing.ours |= is_of(&attributes, ids),
                _ => {}
            },
            Token::End(name) if name.is_word("tc") => {
                cells.pop();
            }
            Token::End(name) if name.is_word("drawing") => {
                let room = cells.last().and_then(|cell| rooms.cell(*cell).width).map(|width| u64::from(width) * TWIP);
                let Some((drawing, room)) = drawing.take().filter(|drawing| drawing.ours).zip(room) else { continue };
                for (range, width, height) in drawing.sizes.into_iter().filter(|(_, width, _)| *width > room) {
                    let smaller = |size: u64| (size.saturating_mul(room) / width).max(1);
                    let tag = xml[range.clone()]
                        .replace(&format!("cx=\"{width}\""), &format!("cx=\"{room}\""))
                        .replace(&format!("cy=\"{height}\""), &format!("cy=\"{}\"", smaller(height)));
                    edits.push((range, tag));
                }
            }
            _ => {}
        }
    }
    let (mut out, mut at) = (String::with_capacity(xml.len()), 0);
    for (range, tag) in edits {
        out.push_str(&xml[at..range.start]);
        out.push_str(&tag);
        at = range.end;
    }
    out.push_str(&xml[at..]);
    Ok(out)
}

fn is_of(attributes: &Attributes, ids: &[&str]) -> bool {
    attributes.get("embed").is_some_and(|id| ids.contains(&id.as_str()))
}
