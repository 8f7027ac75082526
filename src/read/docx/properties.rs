//! Elements that hold properties: of them only what decides what stands on the page is looked at, all else is passed over.

use super::fields::Form;
use super::parse::{Fate, Frame, Parser, Reference, Step, twips};
use super::styles::truth;
use super::tree::{CellFormat, Indent, Merge};
use crate::locus::Part;
use crate::read::symbols::SymbolFont;
use crate::xml::{Attributes, Name, Space};

/// Whose properties an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Properties {
    Paragraph,
    /// Of the mark at a paragraph's end.
    Mark,
    List,
    Run,
    Row,
    Cell,
    Section,
    /// Of a content control.
    Control,
    Checkbox,
    /// Of a form field.
    Form,
    FormCheck,
    FormList,
    /// Of an operator of a formula.
    Operator,
    /// Of brackets in a formula.
    Brackets,
}

impl<'a> Parser<'_, 'a> {
    /// One property. What it says of its own element is said here ([`super::groups`]), all else in [`Parser::further`].
    pub fn property(&mut self, of: Properties, name: Name, attributes: &Attributes<'a>) -> Step {
        let value = || attributes.value("val");
        let number = || attributes.value("val").and_then(|value| value.trim().parse::<u32>().ok());
        let local = name.local.as_bytes();
        match (of, local) {
            (Properties::Run, b"vanish") => self.run().hidden = is_on(attributes),
            (Properties::Run, b"color") => {
                self.run().white = value().is_some_and(|colour| colour.eq_ignore_ascii_case("FFFFFF"))
            }
            (Properties::Run, b"highlight") => self.run().shaded = value().is_none_or(|colour| &*colour != "none"),
            (Properties::Run, b"shd") => self.run().shaded |= is_ground(attributes),
            (Properties::Paragraph, b"shd") => self.paragraph().format.shaded |= is_ground(attributes),
            (Properties::Cell, b"shd") => self.cell(|cell| cell.shaded |= is_ground(attributes)),
            (Properties::Run, b"rStyle") => {
                let look = value().map(|id| self.state.styles.look(&id)).unwrap_or_default();
                let run = self.run();
                run.hidden = look.hidden.unwrap_or(run.hidden);
                run.symbols = look.symbols.or(run.symbols);
            }
            (Properties::Run, b"rFonts") => {
                let [ascii, other] = attributes.pair("ascii", "hAnsi");
                if let Some(font) = ascii.or(other) {
                    self.run().symbols = SymbolFont::named(font);
                }
            }
            (Properties::Paragraph, b"pStyle") => {
                let style = value();
                let look = self.state.styles.paragraph(style.as_deref());
                let format = &mut self.paragraph().format;
                (format.style, format.look) = (style, look);
            }
            (Properties::Paragraph, b"numPr" | b"listPr") => return Step::Into(Frame::Properties(Properties::List)),
            (Properties::Paragraph, b"rPr") => return Step::Into(Frame::Properties(Properties::Mark)),
            (Properties::List, b"numId") => self.paragraph().format.list = number().or(Some(0)),
            (Properties::List, b"ilvl") => self.paragraph().format.level = number(),
            (Properties::Row, b"gridBefore" | b"gridAfter") => {
                let columns = number().unwrap_or(0);
                if let Some(Indent { before, after }) = self.row().map(|row| &mut row.indent) {
                    *(if local == b"gridBefore" { before } else { after }) = columns;
                }
            }
            (Properties::Cell, b"gridSpan") => self.cell(|cell| cell.span = number().unwrap_or(1).max(1)),
            (Properties::Cell, b"vMerge" | b"vmerge") => self.cell(|cell| cell.vertical = merge(value().as_deref())),
            (Properties::Cell, b"hMerge" | b"hmerge") => self.cell(|cell| cell.horizontal = merge(value().as_deref())),
            (Properties::Cell, b"tcW") => {
                let [width, kind] = attributes.pair("w", "type");
                let given = kind.is_none_or(|kind| kind == "dxa");
                let width = width.filter(|_| given).and_then(twips);
                self.cell(|cell| cell.width = width.filter(|width| *width > 0));
            }
            _ => {
                let Some(step) = self.further(of, name, attributes) else { return Step::Skip };
                self.groups.says_more();
                return step;
            }
        }
        Step::Skip
    }

    /// A property that says more than what its own element is like; none where it says nothing that is asked for.
    fn further(&mut self, of: Properties, name: Name, attributes: &Attributes<'a>) -> Option<Step> {
        let value = || attributes.value("val");
        let number = || attributes.value("val").and_then(|value| value.trim().parse::<u32>().ok());
        let local = name.local.as_bytes();
        match (of, local) {
            // What a tracked change of properties replaced.
            (
                _,
                b"rPrChange" | b"pPrChange" | b"tcPrChange" | b"trPrChange" | b"sectPrChange" | b"tblPrChange"
                | b"numberingChange",
            ) => {
                self.tracked(attributes);
                self.state.changes.formatted += 1;
            }
            (Properties::Paragraph, b"sectPr") => {
                self.state.sections.push(super::parse::Section::default());
                return Some(Step::Into(Frame::Properties(Properties::Section)));
            }
            // Word 2003 writes the number as it is printed.
            (Properties::List, b"t") => self.paragraph().printed = value().map(std::borrow::Cow::into_owned),
            (Properties::Mark, b"specVanish") if is_on(attributes) => self.paragraph().joined = true,
            (Properties::Mark, b"ins" | b"moveTo") => {
                self.tracked(attributes);
                self.state.changes.inserted += u32::from(local == b"ins");
                self.paragraph().joined |= !self.stands(true);
            }
            (Properties::Mark, b"del" | b"moveFrom") => {
                self.tracked(attributes);
                self.state.changes.deleted += u32::from(local == b"del");
                self.paragraph().joined |= !self.stands(false);
            }
            (Properties::Row | Properties::Mark, b"annotation") => {
                let kind = attributes.value("type");
                let inserted = match kind.as_deref() {
                    Some("Word.Insertion") => true,
                    Some("Word.Deletion") => false,
                    _ => return None,
                };
                self.tracked(attributes);
                let changes = &mut self.state.changes;
                *(if inserted { &mut changes.inserted } else { &mut changes.deleted }) += 1;
                let stands = self.stands(inserted);
                match of {
                    Properties::Row if !stands => self.fate = Some(Fate::Removed),
                    Properties::Mark => self.paragraph().joined |= !stands,
                    _ => {}
                }
            }
            (Properties::Row, b"ins" | b"del") => {
                let inserted = local == b"ins";
                self.tracked(attributes);
                let changes = &mut self.state.changes;
                *(if inserted { &mut changes.inserted } else { &mut changes.deleted }) += 1;
                if !self.stands(inserted) {
                    self.fate = Some(Fate::Removed);
                }
            }
            (Properties::Row, b"hidden") if is_on(attributes) && self.fate.is_none() => self.fate = Some(Fate::Hidden),
            (Properties::Cell, b"cellIns" | b"cellDel") => {
                let inserted = local == b"cellIns";
                self.tracked(attributes);
                let changes = &mut self.state.changes;
                *(if inserted { &mut changes.inserted } else { &mut changes.deleted }) += 1;
                if !self.stands(inserted) {
                    self.fate = Some(Fate::Removed);
                }
            }
            (Properties::Cell, b"cellMerge") => {
                self.tracked(attributes);
                self.state.changes.formatted += 1;
                let which = if self.stands(true) { "vMerge" } else { "vMergeOrig" };
                let merged = attributes.value(which).map(|value| match &*value {
                    "rest" => Merge::Restart,
                    _ => Merge::Continue,
                });
                self.cell(|cell| cell.vertical = merged.unwrap_or(cell.vertical));
            }
            (Properties::Section, b"headerReference" | b"footerReference") => {
                let kind = attributes.get("type").unwrap_or_default();
                let reference = attributes.get("id").map(|id| Reference { kind, id });
                if let Some(section) = self.state.sections.last_mut() {
                    section.references.extend(reference);
                }
            }
            (Properties::Section, b"hdr" | b"ftr") => {
                self.flows.push(super::blocks::OpenFlow::default());
                let part = if local == b"hdr" { Part::Header } else { Part::Footer };
                return Some(Step::Into(Frame::Margin(part)));
            }
            (Properties::Section, b"titlePg") => {
                let on = is_on(attributes);
                if let Some(section) = self.state.sections.last_mut() {
                    section.title_page = on;
                }
            }
            (Properties::Control, b"checkbox") if name.space == Space::Word2010 => {
                if let Some(control) = self.controls.last_mut() {
                    control.checkbox = Some(false);
                }
                return Some(Step::Into(Frame::Properties(Properties::Checkbox)));
            }
            (Properties::Control, b"showingPlcHdr") => {
                let on = is_on(attributes);
                if let Some(control) = self.controls.last_mut() {
                    control.placeholder = on;
                }
            }
            (Properties::Checkbox, b"checked") => {
                let on = is_on(attributes);
                if let Some(control) = self.controls.last_mut() {
                    control.checkbox = Some(on);
                }
            }
            (Properties::Form, b"checkBox") => {
                self.form(|form| *form = Form::Check { default: false, checked: None });
                return Some(Step::Into(Frame::Properties(Properties::FormCheck)));
            }
            (Properties::Form, b"ddList") => {
                self.form(|form| *form = Form::List { default: 0, chosen: None, entries: Vec::new() });
                return Some(Step::Into(Frame::Properties(Properties::FormList)));
            }
            (Properties::FormCheck, b"default" | b"checked") => {
                let (on, first) = (is_on(attributes), local == b"default");
                self.form(|form| {
                    if let Form::Check { default, checked } = form {
                        if first { *default = on } else { *checked = Some(on) }
                    }
                });
            }
            (Properties::FormList, b"default" | b"result") => {
                let (index, first) = (number().unwrap_or(0) as usize, local == b"default");
                self.form(|form| {
                    if let Form::List { default, chosen, .. } = form {
                        if first { *default = index } else { *chosen = Some(index) }
                    }
                });
            }
            (Properties::FormList, b"listEntry") => {
                let entry = value().unwrap_or_default().into_owned();
                self.form(|form| {
                    if let Form::List { entries, .. } = form {
                        entries.push(entry);
                    }
                });
            }
            (Properties::Operator, b"chr") => {
                let sign = value().unwrap_or_default().into_owned();
                self.operator = Some(sign);
            }
            (Properties::Brackets, b"begChr" | b"endChr") => {
                let sign = value().unwrap_or_default().into_owned();
                if let Some((open, close, _)) = self.brackets.last_mut() {
                    *(if local == b"begChr" { open } else { close }) = sign;
                }
            }
            _ => return None,
        }
        Some(Step::Skip)
    }

    /// The properties are read; those of rows and cells may say that the row or cell does not stand.
    pub fn end_properties(&mut self, of: Properties) -> Option<Fate> {
        match of {
            Properties::Row | Properties::Cell => self.fate.take(),
            Properties::Operator => {
                // What no one names is an integral.
                let sign = self.operator.take().unwrap_or_else(|| "∫".to_owned());
                self.text(&sign);
                None
            }
            _ => None,
        }
    }

    fn cell(&mut self, change: impl FnOnce(&mut CellFormat)) {
        if let Some(cell) = self.cells.last_mut() {
            change(&mut cell.format);
        }
    }

    fn form(&mut self, change: impl FnOnce(&mut Form)) {
        if let Some(field) = self.flow().fields.last_mut() {
            change(&mut field.form);
        }
    }
}

/// Whether a switch is on.
fn is_on(attributes: &Attributes) -> bool {
    attributes.value("val").is_none_or(|value| truth(&value))
}

/// Whether a shading is one that white letters can be seen on.
fn is_ground(attributes: &Attributes) -> bool {
    let is_colour = |colour: &str| !["auto", "ffffff", "none", ""].iter().any(|none| colour.eq_ignore_ascii_case(none));
    let pattern = attributes.value("val").is_some_and(|value| !matches!(&*value, "clear" | "nil"));
    attributes.value("fill").is_some_and(|fill| is_colour(&fill)) || pattern
}

fn merge(value: Option<&str>) -> Merge {
    match value {
        Some("restart") => Merge::Restart,
        _ => Merge::Continue,
    }
}
