//! What runs hold: text, tabs and breaks, symbols, fields, ruby, formulas, drawings, the state of content controls.

use super::fields::{EMPTY, Field, Shown, TICKED};
use super::parse::{Frame, Parser, Step};
use super::properties::Properties;
use super::tree::{About, Flow, Item, Paragraph, Remark, Unread};
use crate::read::speaks;
use crate::read::symbols::SymbolFont;
use crate::value::choice::is_box;
use crate::xml::{Attributes, Name, Space};

/// How the text of a run is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RunState {
    pub hidden: bool,
    pub symbols: Option<SymbolFont>,
    pub white: bool,
    /// The run has a ground of its own.
    pub shaded: bool,
}

impl Parser<'_, '_> {
    pub fn open_run(&mut self) {
        let look = self.paragraph().format.look;
        self.runs.push(RunState { hidden: look.hidden.unwrap_or(false), symbols: look.symbols, ..RunState::default() });
    }

    /// The run under way.
    pub fn run(&mut self) -> &mut RunState {
        if self.runs.is_empty() {
            self.runs.push(RunState::default());
        }
        let last = self.runs.len() - 1;
        &mut self.runs[last]
    }

    /// Text that stands here.
    pub fn text(&mut self, text: &str) {
        let run = self.runs.last().copied().unwrap_or_default();
        match run.symbols {
            // Not `any`, which stops at each byte to ask whether it may stop: the whole is looked at faster.
            None if !text.bytes().fold(false, |any, byte| any | (byte < b' ')) => self.put(text, run.hidden),
            None => self.put(&even(text), run.hidden),
            Some(font) => {
                // A letter or two are pictures; words are words in the wrong font.
                let typed = font != SymbolFont::Symbol && text.chars().filter(|c| !c.is_whitespace()).count() <= 2;
                let shown = even(text).chars().map(|c| symbol(font, c, typed)).collect::<String>();
                self.put(&shown, run.hidden);
            }
        }
    }

    fn put(&mut self, text: &str, hidden: bool) {
        if text.is_empty() {
            return;
        }
        let placeholder = self.placeholders > 0;
        let run = self.runs.last().copied().unwrap_or_default();
        // In a text box, the box's own colour is not known here.
        let on_paper = || !self.cells.iter().any(|cell| cell.format.shaded) && !self.stack.contains(&Frame::Box);
        let white = run.white && !run.shaded && on_paper();
        let flow = self.flow();
        if let Some(field) = flow.fields.iter_mut().find(|field| !field.result) {
            field.stray.push_str(text);
            return;
        }
        flow.fields.iter_mut().for_each(|field| field.shown = true);
        let paragraph = self.paragraph();
        if hidden {
            paragraph.asides.get_or_insert_default().hidden.push_str(text);
        } else {
            paragraph.done.text.push_str(text);
            if white && !paragraph.format.shaded {
                paragraph.asides.get_or_insert_default().white.push_str(text);
            }
            if placeholder {
                paragraph.asides.get_or_insert_default().placeholder.push_str(text);
            }
        }
    }

    pub fn instruction(&mut self, text: &str) {
        if let Some(field) = self.flow().fields.iter_mut().rfind(|field| !field.result) {
            field.instruction.push_str(text);
        }
    }

    /// Elements that stand in runs, and wrappers.
    pub fn in_run(&mut self, name: Name, attributes: &Attributes) -> Step {
        match name.local.as_bytes() {
            b"tab" | b"ptab" => self.text_as_is("\t"),
            b"br" | b"cr" => self.text_as_is("\n"),
            b"noBreakHyphen" => self.text("-"),
            b"sym" => self.symbol(attributes),
            b"instrText" | b"delInstrText" => return Step::Into(Frame::Instruction),
            b"fldChar" => {
                match attributes.value("fldCharType").as_deref() {
                    Some("begin") => self.flow().fields.push(Field::default()),
                    Some("separate") => {
                        if let Some(field) = self.flow().fields.last_mut() {
                            field.result = true;
                            field.stray.clear();
                        }
                    }
                    Some("end") => self.end_field(),
                    _ => {}
                }
                return Step::Into(Frame::FieldMark);
            }
            b"ffData" => return Step::Into(Frame::Properties(Properties::Form)),
            b"ruby" => {
                self.ruby.push(String::new());
                return Step::Into(Frame::Ruby);
            }
            b"rt" => {
                let from = self.paragraph().done.text.len() as u32;
                return Step::Into(Frame::RubyText { from });
            }
            b"rubyBase" => return Step::Into(Frame::RubyBase),
            b"object" => {
                self.state.count(Unread::Embedded);
                self.objects += 1;
                return Step::Into(Frame::Object);
            }
            b"contentPart" => self.state.count(Unread::Ink),
            b"pgNum" | b"dayShort" | b"dayLong" | b"monthShort" | b"monthLong" | b"yearShort" | b"yearLong" => {
                self.state.count(Unread::Computed);
            }
            // Binary data of old pictures, and settings of fields.
            b"binData" | b"fldData" => return Step::Skip,
            _ => return Step::Into(Frame::Through),
        }
        Step::Skip
    }

    /// A tab or a line's end.
    fn text_as_is(&mut self, text: &str) {
        let hidden = self.runs.last().is_some_and(|run| run.hidden);
        self.put(text, hidden);
    }

    fn symbol(&mut self, attributes: &Attributes) {
        let Some(code) = attributes.value("char").and_then(|code| u32::from_str_radix(code.trim(), 16).ok()) else { return };
        let font = attributes.value("font").and_then(|font| SymbolFont::named(&font));
        let private = |code: u32| (0xe000..=0xf8ff).contains(&code);
        let known = match font {
            Some(font) => font.character(code),
            None => char::from_u32(code).filter(|_| !private(code)),
        };
        let shown = known.or_else(|| char::from_u32(code)).unwrap_or('\u{fffd}');
        if known.is_none() {
            self.state.count(Unread::Symbol);
        }
        let hidden = self.runs.last().is_some_and(|run| run.hidden);
        self.put(shown.encode_utf8(&mut [0; 4]), hidden);
    }

    fn end_field(&mut self) {
        let Some(field) = self.flow().fields.pop() else { return };
        match field.end() {
            Shown::Nothing => {}
            Shown::Text(text) => self.text(&text),
            Shown::Computed => self.state.count(Unread::Computed),
            Shown::Formula(text) => self.paragraph().done.more().remarks.push(Remark { about: About::Field, text }),
        }
    }

    /// The content of a control ends: one that is a box shows it, whatever its font calls a box.
    pub fn end_control(&mut self) {
        let Some(control) = self.controls.last().copied() else { return };
        self.placeholders = self.placeholders.saturating_sub(u32::from(control.placeholder));
        let (Some(state), Some(from)) = (control.checkbox, control.from) else { return };
        let text = &mut self.paragraph().done.text;
        let content = text.get(from..).unwrap_or_default();
        if content.contains(is_box) {
            return;
        }
        let mark = if state { TICKED } else { EMPTY };
        if content.chars().count() <= 2 {
            text.truncate(from);
            text.push(mark);
        } else if text.is_char_boundary(from) {
            text.insert(from, mark);
        }
    }

    /// What a picture or shape is described by. The names that programs give, and those of its file, say nothing.
    fn alternative(&mut self, attributes: &Attributes, names: [&str; 2]) {
        let own = attributes.value("name").unwrap_or_default();
        for text in names.into_iter().filter_map(|name| attributes.value(name)) {
            if text.trim() != own.trim() && speaks(&text) {
                let remark = Remark { about: About::Alternative, text: text.trim().to_owned() };
                self.paragraph().done.more().remarks.push(remark);
            }
        }
    }

    /// Elements of other vocabularies: drawings and what is written in them.
    pub fn drawn(&mut self, name: Name, attributes: &Attributes) -> Step {
        match (name.space, name.local.as_bytes()) {
            (Space::Drawing, b"t") => Step::Into(Frame::Text),
            (Space::Drawing, b"p") => {
                self.open_paragraph();
                Step::Into(Frame::Paragraph)
            }
            (Space::Drawing, b"br") => {
                self.text_as_is("\n");
                Step::Skip
            }
            (Space::Drawing, b"txBody") if self.flows.len() <= 2 * self.state.options.limits.depth => {
                self.flows.push(super::blocks::OpenFlow::default());
                Step::Into(Frame::Box)
            }
            (Space::Drawing, b"blip") | (Space::Vml, b"imagedata") => {
                if self.objects == 0 {
                    self.state.count(Unread::Picture);
                }
                Step::Skip
            }
            (Space::Chart, b"chart") => self.graphic(attributes.get("id")),
            (Space::Diagram, b"relIds") => self.graphic(attributes.get("dm")),
            (Space::Vml, b"textpath") => {
                // Lettering drawn along a line.
                let text = attributes.value("string").filter(|text| !text.trim().is_empty());
                if let Some(text) = text {
                    let lettering = Item::Paragraph(Paragraph::of(even(&text)));
                    self.paragraph().done.more().boxes.push(Flow::from_iter([lettering]));
                }
                Step::Skip
            }
            (_, b"docPr") => {
                self.alternative(attributes, ["title", "descr"]);
                Step::Skip
            }
            (Space::Vml, b"shape" | b"rect" | b"roundrect" | b"oval" | b"group" | b"line") => {
                self.alternative(attributes, ["title", "alt"]);
                Step::Into(Frame::Through)
            }
            (_, b"annotation") => self.annotation(name, attributes),
            (_, b"contentPart") => {
                self.state.count(Unread::Ink);
                Step::Skip
            }
            _ => Step::Into(Frame::Through),
        }
    }

    /// A part with a drawing's texts.
    fn graphic(&mut self, id: Option<String>) -> Step {
        let part = id.and_then(|id| self.related.target(&id));
        if let Some(part) = part {
            self.paragraph().done.more().graphics.push(part);
        }
        Step::Skip
    }

    /// Formulas on one line: fractions, powers and roots with the signs that people type.
    pub fn math(&mut self, name: Name, attributes: &Attributes) -> Step {
        let _ = attributes;
        match name.local.as_bytes() {
            b"t" => Step::Into(Frame::Text),
            b"r" => {
                self.open_run();
                Step::Into(Frame::Run)
            }
            b"num" => Step::Into(Frame::Sign('/')),
            b"sup" => self.sign("^"),
            b"sub" => self.sign("_"),
            b"rad" => self.sign("√"),
            b"mr" | b"eqArr" => Step::Into(Frame::Sign(' ')),
            b"naryPr" => Step::Into(Frame::Properties(Properties::Operator)),
            b"d" => {
                self.brackets.push(("(".to_owned(), ")".to_owned(), false));
                Step::Into(Frame::Delimiters)
            }
            b"dPr" => Step::Into(Frame::Properties(Properties::Brackets)),
            b"e" if self.stack.last() == Some(&Frame::Delimiters) => {
                let open = match self.brackets.last_mut() {
                    Some((_, _, opened @ true)) => {
                        let _ = opened;
                        Some("|".to_owned())
                    }
                    Some((open, _, opened)) => {
                        *opened = true;
                        Some(open.clone())
                    }
                    None => None,
                };
                if let Some(open) = open {
                    self.text(&open);
                }
                Step::Into(Frame::Through)
            }
            b"rPr" | b"ctrlPr" | b"fPr" | b"sSupPr" | b"sSubPr" | b"radPr" | b"mPr" | b"accPr" | b"groupChrPr"
            | b"limLowPr" => Step::Skip,
            _ => Step::Into(Frame::Through),
        }
    }

    fn sign(&mut self, sign: &str) -> Step {
        self.text(sign);
        Step::Into(Frame::Through)
    }

    /// The end of ruby, or of a part of a formula.
    pub fn end_signs(&mut self, frame: Frame) {
        match frame {
            // What is written above stands in the file before what it is written above.
            Frame::RubyText { from } => {
                let text = &mut self.paragraph().done.text;
                if text.is_char_boundary(from as usize) {
                    let above = text.split_off(from as usize);
                    if let Some(ruby) = self.ruby.last_mut() {
                        ruby.push_str(&above);
                    }
                }
            }
            Frame::RubyBase => {
                if let Some(above) = self.ruby.last().filter(|above| !above.trim().is_empty()) {
                    let above = format!("({above})");
                    self.text(&above);
                }
            }
            Frame::Ruby => {
                self.ruby.pop();
            }
            Frame::Sign(sign) => self.text(sign.encode_utf8(&mut [0; 4])),
            Frame::Delimiters => {
                if let Some((_, close, _)) = self.brackets.pop() {
                    self.text(&close);
                }
            }
            _ => {}
        }
    }
}

/// A text on one line: line ends in a run are blanks, as Word shows them.
fn even(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }).collect()
}

/// A character typed in a font of symbols; those of other scripts are shown in another font.
fn symbol(font: SymbolFont, c: char, typed: bool) -> char {
    match u32::from(c) {
        code @ (0x80..=0xff | 0xf020..=0xf0ff) => font.character(code).unwrap_or(c),
        code @ 0x21..=0x7f if typed => font.character(code).unwrap_or(c),
        _ => c,
    }
}
