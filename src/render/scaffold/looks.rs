//! The looks of the starter template: fonts, sizes and alignments of the official typography (GB/T 9704), as Word styles.

use super::super::columns::{Place, place};
use crate::value::Kind;
use docx_rs as docx;

/// Twentieths of a point.
pub(super) const fn millimetres(n: u32) -> u32 {
    n * 1440 * 10 / 254
}

/// How the paper lies, with the margins that GB/T 9704 gives it: bound at the left, lying on its side at the top.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    Upright,
    OnItsSide,
}

impl Paper {
    /// The width of the type area: 156 or 225 mm.
    pub(super) fn width(self) -> u32 {
        match self {
            Paper::Upright => millimetres(156),
            Paper::OnItsSide => millimetres(225),
        }
    }

    /// Width and height, then the margins: top, right, bottom, left, all in millimetres.
    pub(super) fn measures(self) -> ([u32; 2], [u32; 4]) {
        match self {
            Paper::Upright => ([210, 297], [37, 26, 35, 28]),
            Paper::OnItsSide => ([297, 210], [28, 37, 26, 35]),
        }
    }
}

/// The least height of a row: 7 mm.
pub(super) const ROW: u32 = millimetres(7);

pub(super) const FANG: &str = "仿宋_GB2312";
const HEI: &str = "黑体";
const SONG: &str = "宋体";
const TITLE: &str = "方正小标宋简体";

/// Fonts that a machine may lack, what stands in for them, and their family.
const FONTS: [(&str, &str, &str); 4] = [
    (FANG, "FangSong,STFangsong,Noto Serif CJK SC", "modern"),
    (HEI, "SimHei,Noto Sans CJK SC", "modern"),
    (SONG, "SimSun,Noto Serif CJK SC", "roman"),
    (TITLE, "FZXiaoBiaoSong-B05S,STZhongsong,Noto Serif CJK SC", "roman"),
];

/// The looks of paragraphs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Mark,
    Title,
    Line,
    /// A column's header; stays with the rows below.
    Head,
    /// A label at the left edge.
    Label,
    Left,
    Middle,
    Right,
    /// A line of a long text.
    Prose,
    Note,
    /// The hair between two tables.
    Gap,
    Page,
}

impl Look {
    pub(super) const ALL: [Look; 12] = [
        Look::Mark,
        Look::Title,
        Look::Line,
        Look::Head,
        Look::Label,
        Look::Left,
        Look::Middle,
        Look::Right,
        Look::Prose,
        Look::Note,
        Look::Gap,
        Look::Page,
    ];

    /// The style's name in Word.
    pub(super) fn name(self) -> &'static str {
        match self {
            Look::Mark => "FormMark",
            Look::Title => "FormTitle",
            Look::Line => "FormLine",
            Look::Head => "FormHead",
            Look::Label => "FormLabel",
            Look::Left => "FormLeft",
            Look::Middle => "FormMiddle",
            Look::Right => "FormRight",
            Look::Prose => "FormProse",
            Look::Note => "FormNote",
            Look::Gap => "FormGap",
            Look::Page => "FormPage",
        }
    }

    pub(super) fn style(self) -> docx::Style {
        use docx::AlignmentType as Align;
        // Font, size in half points, alignment, space before and after in twentieths of a point.
        let (font, size, align, before, after) = match self {
            Look::Mark => (HEI, 32, Align::Left, 0, 0),
            Look::Title => (TITLE, 44, Align::Center, 120, 240),
            Look::Line => (FANG, 24, Align::Left, 0, 60),
            Look::Head | Look::Label => (HEI, 21, Align::Center, 20, 20),
            Look::Left => (FANG, 21, Align::Left, 20, 20),
            Look::Middle => (FANG, 21, Align::Center, 20, 20),
            Look::Right => (FANG, 21, Align::Right, 20, 20),
            Look::Prose => (FANG, 21, Align::Both, 20, 20),
            Look::Note => (FANG, 18, Align::Both, 10, 0),
            Look::Gap => (FANG, 2, Align::Left, 0, 0),
            Look::Page => (SONG, 28, Align::Left, 0, 0),
        };
        let spacing = docx::LineSpacing::new().before(before).after(after);
        let spacing = match self {
            Look::Gap => spacing.line_rule(docx::LineSpacingType::Exact).line(2),
            _ => spacing.line_rule(docx::LineSpacingType::Auto).line(264),
        };
        docx::Style::new(self.name(), docx::StyleType::Paragraph)
            .name(self.name())
            .fonts(fonts(font))
            .size(size)
            .align(align)
            .snap_to_grid(false)
            .line_spacing(spacing)
    }

    pub(super) fn of(kind: Kind) -> Look {
        match place(kind) {
            Place::Left => Look::Left,
            Place::Middle => Look::Middle,
            Place::Right => Look::Right,
        }
    }

    pub(super) fn paragraph(self, text: &str) -> docx::Paragraph {
        let paragraph = docx::Paragraph::new().style(self.name());
        let paragraph = match self {
            Look::Head => paragraph.keep_next(true),
            Look::Label => paragraph.keep_lines(true),
            _ => paragraph,
        };
        if text.is_empty() { paragraph } else { paragraph.add_run(docx::Run::new().add_text(text)) }
    }
}

pub(super) fn fonts(east_asian: &str) -> docx::RunFonts {
    docx::RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").cs("Times New Roman").east_asia(east_asian)
}

/// The fonts, and what stands in for them.
pub(super) fn font_table() -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <w:fonts xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:font w:name=\"Times New Roman\"><w:charset w:val=\"00\"/><w:family w:val=\"roman\"/></w:font>",
    );
    for (name, substitute, family) in FONTS {
        xml.push_str(&format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{substitute}\"/><w:charset w:val=\"86\"/><w:family w:val=\"{family}\"/></w:font>"
        ));
    }
    xml.push_str("</w:fonts>");
    xml
}
