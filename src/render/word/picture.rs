//! A tag that shows a picture: `{{ picture("seal.png", width="3cm") }}`, and the element that Word wants for it.
//!
//! The name is written in the tag and nowhere else: no value of a record decides which file is looked up. Widths and heights are
//! lengths with their unit; a picture keeps its proportion and is never wider than its cell.

use super::marks::{mark, quoted, unquote};
use super::prefix::Dialect;
use super::room::Room;
use crate::diag::Message;
use crate::render::names::begins;
use crate::render::pictures::Picture;
use crate::render::words;
use crate::value::notation::{fold, is_blank};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write as _;

/// English Metric Units of a twentieth of a point.
pub(super) const TWIP: u64 = 635;
/// Two metres.
const LONGEST: u64 = 72_000_000;
/// Pictures are numbered from here: above what programs begin with.
const FIRST_NUMBER: usize = 9_000;

/// What a tag asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PictureTag {
    pub name: String,
    /// In English Metric Units.
    pub width: Option<u64>,
    pub height: Option<u64>,
}

/// Reads what stands in a tag; none where it is about no picture.
pub(super) fn read(inner: &str) -> Option<Result<PictureTag, Message>> {
    let behind = words::both("function.picture").iter().filter_map(|word| begins(inner, word)).max()?;
    let rest = inner[behind..].trim_start_matches(is_blank);
    let arguments = rest.strip_prefix(['(', '（'])?;
    Some(arguments_of(arguments))
}

fn arguments_of(text: &str) -> Result<PictureTag, Message> {
    let mut tag = PictureTag::default();
    let mut rest = text.trim_start_matches(is_blank);
    let length = quoted(rest).ok_or_else(|| Message::new("template.picture_literal"))?;
    tag.name = unquote(&rest[..length]);
    rest = rest[length..].trim_start_matches(is_blank);
    loop {
        let mut letters = rest.chars();
        match letters.next().map(mark) {
            Some(')') if letters.as_str().trim_matches(is_blank).is_empty() => return Ok(tag),
            Some(')') => return Err(Message::new("template.picture_alone")),
            Some(',' | '、') => rest = letters.as_str().trim_start_matches(is_blank),
            Some(_) => return Err(Message::new("template.picture_argument")),
            None => return Err(Message::new("template.bracket")),
        }
        let (name, value) = rest.split_once(['=', '＝']).ok_or_else(|| Message::new("template.picture_argument"))?;
        let name = name.trim_matches(is_blank);
        let is = |id: &str| words::both(id).iter().any(|word| **word == *name);
        let value = value.trim_start_matches(is_blank);
        let length = quoted(value).ok_or_else(|| Message::new("template.picture_length").with("value", first(value)))?;
        let typed = unquote(&value[..length]);
        let size = size(&typed).ok_or_else(|| Message::new("template.picture_length").with("value", &typed))?;
        match () {
            () if name == "width" || is("argument.width") => tag.width = Some(size),
            () if name == "height" || is("argument.height") => tag.height = Some(size),
            () => return Err(Message::new("template.picture_argument")),
        }
        rest = value[length..].trim_start_matches(is_blank);
    }
}

/// What stands up to the next mark.
fn first(text: &str) -> &str {
    text.split([',', '，', ')', '）']).next().unwrap_or_default().trim_matches(is_blank)
}

/// A length with its unit.
fn size(text: &str) -> Option<u64> {
    let text: String = text.chars().map(fold).filter(|c| !is_blank(*c)).collect();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let units =
        [("length.centimetre", 360_000), ("length.millimetre", 36_000), ("length.point", 12_700), ("length.inch", 914_400)];
    let is = |id: &str| words::both(id).iter().any(|word| word.eq_ignore_ascii_case(unit));
    let (_, each) = units.into_iter().find(|(id, _)| is(id))?;
    let size = number.parse::<Decimal>().ok()?.checked_mul(Decimal::from(each))?.round().to_u64()?;
    (1..=LONGEST).contains(&size).then_some(size)
}

/// How large a picture is printed: as asked for or as it is, in its own proportion, inside the room.
fn fitted(picture: &Picture, tag: &PictureTag, room: Room) -> (u64, u64) {
    let mut printed = (picture.width, picture.height);
    match (tag.width, tag.height) {
        (None, None) => {}
        (Some(width), None) => printed = by_width(picture, width),
        (None, Some(height)) => printed = by_height(picture, height),
        (Some(width), Some(height)) => {
            printed = by_width(picture, width);
            if printed.1 > height {
                printed = by_height(picture, height);
            }
        }
    }
    if let Some(width) = room.width.map(|width| u64::from(width) * TWIP).filter(|width| *width < printed.0) {
        printed = by_width(picture, width);
    }
    if let Some(height) = room.height.map(|height| u64::from(height) * TWIP).filter(|height| *height < printed.1) {
        printed = by_height(picture, height);
    }
    printed
}

fn by_width(picture: &Picture, width: u64) -> (u64, u64) {
    (width, (picture.height * width / picture.width.max(1)).clamp(1, LONGEST))
}

fn by_height(picture: &Picture, height: u64) -> (u64, u64) {
    ((picture.width * height / picture.height.max(1)).clamp(1, LONGEST), height)
}

/// The id of the relationship of a part's picture.
pub(super) fn relationship(base: &str, number: usize) -> String {
    format!("{base}{}", number + 1)
}

/// The element; `number` is the picture's in its part.
pub(super) fn drawing(picture: &Picture, tag: &PictureTag, room: Room, dialect: &Dialect, id: &str, number: usize) -> String {
    let (width, height) = fitted(picture, tag, room);
    let w = &dialect.prefix;
    let (drawing, relations) = match dialect.strict {
        false => (
            "http://schemas.openxmlformats.org/drawingml/2006",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        ),
        true => ("http://purl.oclc.org/ooxml/drawingml", "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    };
    let mut name = String::new();
    crate::xml::escape(&tag.name, &mut name);
    let number = FIRST_NUMBER + number;
    let mut out = String::with_capacity(1200);
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "<{w}drawing><wp:inline xmlns:wp=\"{drawing}/wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
         <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:docPr id=\"{number}\" name=\"{name}\" descr=\"{name}\"/><wp:cNvGraphicFramePr>\
         <a:graphicFrameLocks xmlns:a=\"{drawing}/main\" noChangeAspect=\"1\"/></wp:cNvGraphicFramePr><a:graphic xmlns:a=\"{drawing}/main\">\
         <a:graphicData uri=\"{drawing}/picture\"><pic:pic xmlns:pic=\"{drawing}/picture\"><pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"{name}\"/>\
         <pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r=\"{relations}\" r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch>\
         </pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm><a:prstGeom prst=\"rect\">\
         <a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></{w}drawing>"
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::pictures::Format;
    use std::sync::Arc;

    fn tag(inner: &str) -> Result<PictureTag, &'static str> {
        read(inner).expect("is about a picture").map_err(|message| message.id)
    }

    #[test]
    fn tags_are_read_as_they_are_typed() {
        let asked = |width, height| Ok(PictureTag { name: "a.png".into(), width, height });
        assert_eq!(tag("picture(\"a.png\")"), asked(None, None));
        assert_eq!(tag("图片（“a.png”，宽＝“３ 厘米”）"), asked(Some(1_080_000), None));
        assert_eq!(tag("图片 (\"a.png\", 宽度=\"1.5cm\", height=\"20mm\")"), asked(Some(540_000), Some(720_000)));
        assert_eq!(read("图片册"), None);
        assert_eq!(read("picture_of"), None);
        for (inner, id) in [
            ("picture(p.department)", "template.picture_literal"),
            ("picture(\"a.png\"", "template.bracket"),
            ("picture(\"a.png\") | blank", "template.picture_alone"),
            ("picture(\"a.png\", width=3)", "template.picture_length"),
            ("picture(\"a.png\", width=\"3\")", "template.picture_length"),
            ("picture(\"a.png\", width=\"999999cm\")", "template.picture_length"),
            ("picture(\"a.png\", depth=\"3cm\")", "template.picture_argument"),
            ("picture(\"a.png\" \"b.png\")", "template.picture_argument"),
        ] {
            assert_eq!(tag(inner), Err(id), "{inner}");
        }
    }

    #[test]
    fn pictures_keep_their_proportion_and_stay_in_their_room() {
        let picture = Picture { bytes: Arc::from(&b""[..]), format: Format::Png, width: 2_000_000, height: 1_000_000 };
        let asked = |width, height| PictureTag { name: String::new(), width, height };
        let room = |width, height| Room { width, height };
        let print = |tag: PictureTag, room| fitted(&picture, &tag, room);
        assert_eq!(print(asked(None, None), room(None, None)), (2_000_000, 1_000_000));
        assert_eq!(print(asked(None, None), room(Some(1000), None)), (635_000, 317_500));
        assert_eq!(print(asked(None, None), room(Some(9000), None)), (2_000_000, 1_000_000), "never enlarged");
        assert_eq!(print(asked(Some(400_000), None), room(Some(1000), None)), (400_000, 200_000));
        assert_eq!(print(asked(None, Some(100_000)), room(None, None)), (200_000, 100_000));
        assert_eq!(print(asked(Some(400_000), Some(100_000)), room(None, None)), (200_000, 100_000));
        assert_eq!(print(asked(Some(4_000_000), None), room(Some(1000), Some(100))), (127_000, 63_500));
    }
}
