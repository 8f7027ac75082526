//! The content of an OpenDocument file, element by element: what opens, what closes, what is text.

use super::lists::Lists;
use super::styles::Styles;
use super::tables::{OpenCell, OpenRow, OpenTable};
use crate::diag::{Error, Message};
use crate::locus::Part;
use crate::read::sheet::beside::Beside;
use crate::read::story::report::Report;
use crate::read::story::{Paragraph, Piece, Story, Table, is_blank, lay, lay_sheet, text_of};
use crate::read::{Builder, Limits, Told, Tracked, speaks};
use crate::xml::{Attributes, Name, Scanner, Space, Token};
use rustc_hash::FxHashMap;

/// Something under way.
pub(super) enum Open {
    Flow(Vec<Piece>),
    Paragraph(OpenParagraph),
    Table(OpenTable),
    Row(OpenRow),
    Cell(OpenCell, Vec<Piece>),
}

#[derive(Default)]
pub(super) struct OpenParagraph {
    paragraph: Paragraph,
    boxes: Vec<Piece>,
    /// A blank has just come: more of them say nothing.
    blank: bool,
    /// Its style hides it.
    hides: bool,
}

/// What the end of an element ends.
enum Mark {
    Nothing,
    Paragraph,
    /// A flow that is a story, or a text box.
    Story(Part),
    Box,
    Deletion(String),
    Table,
    Row,
    Cell,
    List,
    Hidden,
    Note(Part),
    Frame,
    Field(Field),
    Alternative,
}

/// A field of a form made by Word, seen through OpenDocument.
#[derive(Default)]
struct Field {
    kind: String,
    checked: bool,
    chosen: usize,
    entries: Vec<String>,
}

/// A file under way.
pub(super) struct Reader {
    pub(super) limits: Limits,
    tracked: Tracked,
    styles: Styles,
    lists: Lists,
    pub(super) open: Vec<Open>,
    marks: Vec<Mark>,
    /// Elements open inside one that is not read.
    skipped: usize,
    pub(super) hidden: usize,
    report: Report,
    headers: Vec<Story>,
    body: Vec<Story>,
    notes: Vec<Story>,
    footers: Vec<Story>,
    pub(super) sheets: Vec<Table>,
    pub(super) is_workbook: bool,
    /// Headers and footers of a workbook; a page number stood in the one under way.
    beside: Beside,
    numbered: bool,
    /// A frame's picture or object, for which no text was found.
    picture: bool,
    /// What a picture or shape is described by, while that is read.
    alternative: Option<String>,
    formulas: FxHashMap<String, String>,
    controls: FxHashMap<String, String>,
    insertions: Vec<String>,
    deletions: FxHashMap<String, String>,
    region: Option<String>,
    inside_insertions: Vec<String>,
    /// The end of the last paragraph was inserted, and is rejected: what follows at this depth goes on in it.
    goes_on: Option<usize>,
    /// Cells made by repeating, counted against the limit.
    pub(super) repeated: usize,
}

impl Reader {
    pub fn new(limits: Limits, tracked: Tracked) -> Self {
        Reader {
            limits,
            tracked,
            styles: Styles::default(),
            lists: Lists::default(),
            open: Vec::new(),
            marks: Vec::new(),
            skipped: 0,
            hidden: 0,
            report: Report::default(),
            headers: Vec::new(),
            body: Vec::new(),
            notes: Vec::new(),
            footers: Vec::new(),
            sheets: Vec::new(),
            is_workbook: false,
            beside: Beside::default(),
            numbered: false,
            picture: false,
            alternative: None,
            formulas: FxHashMap::default(),
            controls: FxHashMap::default(),
            insertions: Vec::new(),
            deletions: FxHashMap::default(),
            region: None,
            inside_insertions: Vec::new(),
            goes_on: None,
            repeated: 0,
        }
    }

    /// An embedded object: where it is a formula, its text stands where the object does.
    pub fn object(&mut self, name: &str, source: &str) {
        let mut scanner = Scanner::new(source);
        let (mut is_formula, mut skipped, mut text) = (false, 0usize, String::new());
        while let Ok(Some((token, _))) = scanner.token() {
            match token {
                Token::Start { name, empty: false, .. } if skipped > 0 || name.local == "annotation" => skipped += 1,
                Token::Start { name, .. } => is_formula |= name.local == "math",
                Token::End(_) if skipped > 0 => skipped -= 1,
                Token::Text(piece) if skipped == 0 => text.push_str(piece.trim()),
                _ => {}
            }
        }
        if is_formula {
            self.formulas.insert(name.to_owned(), text);
        }
    }

    /// A part that the file can do without: what is wrong with it is told.
    pub fn supplement(&mut self, source: &str) {
        if self.part(source).is_err() {
            self.report.damaged += 1;
            self.open.clear();
            self.marks.clear();
            (self.skipped, self.hidden) = (0, 0);
        }
    }

    pub fn part(&mut self, source: &str) -> Result<(), Error> {
        let mut scanner = Scanner::new(source);
        loop {
            let token = scanner.token().map_err(|fault| {
                let message = Message::new("read.damaged").with("detail", format_args!("{} ({})", fault.detail, fault.at));
                Error::Unreadable(message)
            })?;
            let Some((token, _)) = token else { return Ok(()) };
            match token {
                Token::Start { empty, .. } if self.skipped > 0 => self.skipped += usize::from(!empty),
                Token::Start { name, empty, attributes } => {
                    let skip = self.start(name, &attributes);
                    if skip {
                        self.skipped += usize::from(!empty);
                    } else if empty {
                        self.end(name);
                    }
                }
                Token::End(_) if self.skipped > 0 => self.skipped -= 1,
                Token::End(name) => self.end(name),
                Token::Text(text) if self.skipped == 0 => self.text(&text),
                Token::Text(_) | Token::Other => {}
            }
        }
    }

    /// An element opens; whether it is not read at all.
    fn start(&mut self, name: Name, attributes: &Attributes) -> bool {
        self.styles.start(name, attributes);
        let get = |name: &str| attributes.get(name);
        let mark = match (name.space, name.local) {
            (Space::OdfOffice, "meta" | "settings" | "scripts" | "font-face-decls" | "binary-data" | "event-listeners")
            | (Space::Other, "annotation")
            | (
                Space::OdfText,
                "note-citation" | "sequence-decls" | "variable-decls" | "user-field-decls" | "hidden-paragraph",
            )
            | (Space::OdfTable, "tracked-changes" | "content-validations" | "named-expressions" | "calculation-settings") => {
                return true;
            }
            (Space::OdfText, local) if local.ends_with("-source") => return true,
            (Space::Other, "title" | "desc") => {
                self.alternative = Some(String::new());
                Mark::Alternative
            }
            (Space::OdfOffice, "text" | "spreadsheet" | "presentation" | "drawing") => {
                self.is_workbook = name.local == "spreadsheet";
                self.flow(Mark::Story(Part::Body))
            }
            // In headers of workbooks: what every page fills in anew.
            (
                Space::OdfText,
                "page-number" | "page-count" | "sheet-name" | "file-name" | "title" | "date" | "time" | "author-name",
            ) if self.is_workbook && self.marks.iter().any(|mark| matches!(mark, Mark::Story(Part::Header | Part::Footer))) => {
                self.numbered |= name.local.starts_with("page");
                return true;
            }
            (Space::OdfStyle, "header" | "header-left" | "header-first") => self.flow(Mark::Story(Part::Header)),
            (Space::OdfStyle, "footer" | "footer-left" | "footer-first") => self.flow(Mark::Story(Part::Footer)),
            (Space::OdfOffice, "annotation") => self.flow(Mark::Story(Part::Comment)),
            (Space::OdfText, "note") => {
                Mark::Note(if get("note-class").as_deref() == Some("endnote") { Part::Endnote } else { Part::Footnote })
            }
            (Space::OdfText, "note-body") => {
                let part =
                    self.marks.iter().rev().find_map(|mark| if let Mark::Note(part) = mark { Some(*part) } else { None });
                self.flow(Mark::Story(part.unwrap_or(Part::Footnote)))
            }
            (Space::OdfText, "p" | "h") => {
                let style = get("style-name");
                let mut number = self.lists.paragraph(&self.styles, style.as_deref());
                if name.local == "h" && number.is_none() && get("is-list-header").as_deref() != Some("true") {
                    let level = get("outline-level").and_then(|level| level.parse().ok()).unwrap_or(1);
                    number = self.lists.heading(&self.styles, level);
                }
                let hides = style.is_some_and(|style| self.styles.hides("paragraph", &style));
                self.hidden += usize::from(hides);
                let number = number.filter(|_| self.hidden == 0);
                let paragraph = Paragraph { number, ..Paragraph::default() };
                self.open.push(Open::Paragraph(OpenParagraph { paragraph, hides, blank: true, ..OpenParagraph::default() }));
                Mark::Paragraph
            }
            (Space::OdfText, "span") => self.hide_if(get("style-name").is_some_and(|style| self.styles.hides("text", &style))),
            (Space::OdfText, "section") => self.hide_if(get("display").as_deref() == Some("none")),
            (Space::OdfText, "hidden-text") => self.hide_if(get("is-hidden").as_deref() == Some("true")),
            (Space::OdfText, "s") => {
                let count = get("c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1).min(1000);
                self.say(&" ".repeat(count));
                Mark::Nothing
            }
            (Space::OdfText, "tab") => self.sign("\t"),
            (Space::OdfText, "line-break") => self.sign("\n"),
            (Space::OdfText, "list") => {
                let goes_on = get("continue-numbering").as_deref() == Some("true");
                self.lists.open(get("style-name"), get("id"), goes_on, get("continue-list"));
                Mark::List
            }
            (Space::OdfText, "list-item") => {
                self.lists.item(get("start-value").and_then(|start| start.parse().ok()), true);
                Mark::Nothing
            }
            (Space::OdfText, "list-header") => {
                self.lists.item(None, false);
                Mark::Nothing
            }
            (Space::OdfText, "changed-region") => {
                self.region = get("id");
                Mark::Nothing
            }
            (Space::OdfText, "insertion") => {
                self.insertions.extend(self.region.clone());
                Mark::Nothing
            }
            (Space::OdfText, "deletion") => {
                let region = self.region.clone().unwrap_or_default();
                self.flow(Mark::Deletion(region))
            }
            (Space::OdfText, "change-start") => {
                self.inside_insertions.extend(get("change-id").filter(|id| self.insertions.contains(id)));
                Mark::Nothing
            }
            (Space::OdfText, "change-end") => {
                let id = get("change-id");
                self.inside_insertions.retain(|inside| Some(inside) != id.as_ref());
                self.report.end_passages();
                Mark::Nothing
            }
            (Space::OdfText, "change") => {
                if let Some(text) = get("change-id").and_then(|id| self.deletions.get(&id).cloned()) {
                    self.report.end_passages();
                    self.report.deleted(&text);
                    self.report.end_passages();
                    let begun = self.report.begun();
                    if let Some(Open::Paragraph(open)) = self.open.last_mut() {
                        open.paragraph.told.extend(begun);
                    }
                    if self.tracked == Tracked::Reject {
                        self.append(&text);
                    }
                }
                Mark::Nothing
            }
            (Space::OdfTable, "table") => {
                let hidden = get("style-name").is_some_and(|style| self.styles.hides("table", &style));
                self.hidden += usize::from(hidden);
                self.open.push(Open::Table(OpenTable::new(hidden)));
                Mark::Table
            }
            (Space::OdfTable, "table-column") => {
                if let Some(Open::Table(table)) = self.open.last_mut() {
                    table.column(attributes);
                }
                Mark::Nothing
            }
            (Space::OdfTable, "table-row") => {
                let repeat = match self.open.last_mut() {
                    Some(Open::Table(table)) => table.row(attributes),
                    _ => 1,
                };
                let hidden = matches!(get("visibility").as_deref(), Some("collapse" | "filter"));
                self.hidden += usize::from(hidden);
                self.open.push(Open::Row(OpenRow { repeat, hidden, ..OpenRow::default() }));
                Mark::Row
            }
            (Space::OdfTable, "table-cell" | "covered-table-cell") => {
                let cell = self.cell(attributes, name.local == "covered-table-cell");
                self.hidden += usize::from(cell.hidden);
                self.open.push(Open::Cell(cell, Vec::new()));
                Mark::Cell
            }
            (
                Space::OdfDraw,
                "text-box" | "custom-shape" | "rect" | "ellipse" | "circle" | "polygon" | "polyline" | "path" | "line"
                | "connector" | "measure" | "regular-polygon" | "caption",
            ) => self.flow(Mark::Box),
            (Space::OdfDraw, "frame") => Mark::Frame,
            (Space::OdfDraw, "image" | "object-ole" | "plugin" | "floating-frame") => {
                self.picture = true;
                Mark::Nothing
            }
            (Space::OdfDraw, "object") => {
                let target = get("href").unwrap_or_default();
                match self.formulas.get(target.trim_start_matches("./")).cloned() {
                    Some(formula) => {
                        self.say(&formula);
                        // The picture beside it shows the same.
                        return true;
                    }
                    None => self.picture = true,
                }
                Mark::Nothing
            }
            (Space::OdfForm, _) => {
                self.control(name.local, attributes);
                Mark::Nothing
            }
            (Space::OdfDraw, "control") => {
                let text = get("control").and_then(|control| self.controls.get(&control).cloned());
                self.say(&text.unwrap_or_default());
                Mark::Nothing
            }
            (Space::Other, "fieldmark") => Mark::Field(Field { kind: get("type").unwrap_or_default(), ..Field::default() }),
            (Space::Other, "param") => {
                if let Some(Mark::Field(field)) = self.marks.last_mut() {
                    let value = get("value").unwrap_or_default();
                    match get("name").unwrap_or_default() {
                        name if name.ends_with("Checked") => field.checked = matches!(value.as_str(), "true" | "1"),
                        name if name.ends_with("Selected") || name.ends_with("Result") => {
                            field.chosen = value.parse().unwrap_or_default();
                        }
                        name if name.ends_with("ListEntry") => field.entries.push(value),
                        _ => {}
                    }
                }
                Mark::Nothing
            }
            _ => Mark::Nothing,
        };
        self.marks.push(mark);
        false
    }

    fn flow(&mut self, mark: Mark) -> Mark {
        self.open.push(Open::Flow(Vec::new()));
        mark
    }

    fn hide_if(&mut self, hidden: bool) -> Mark {
        self.hidden += usize::from(hidden);
        if hidden { Mark::Hidden } else { Mark::Nothing }
    }

    fn sign(&mut self, sign: &str) -> Mark {
        self.say(sign);
        Mark::Nothing
    }

    /// The content of a control, printed where the control stands.
    fn control(&mut self, local: &str, attributes: &Attributes) {
        let get = |name: &str| attributes.get(name);
        let Some(id) = get("id") else { return };
        let label = get("label").unwrap_or_default();
        let state = get("current-state").or_else(|| get("state"));
        let chosen = matches!(state.as_deref(), Some("checked")) || get("current-selected").as_deref() == Some("true");
        let text = match local {
            "checkbox" | "radio" => format!("{}{label}", if chosen { '☑' } else { '☐' }),
            "button" => String::new(),
            _ => get("current-value").or_else(|| get("value")).unwrap_or(label),
        };
        self.controls.insert(id, text);
    }

    fn end(&mut self, name: Name) {
        self.styles.end(name);
        let Some(mark) = self.marks.pop() else { return };
        match mark {
            Mark::Nothing | Mark::Note(_) => {}
            Mark::List => self.lists.close(),
            Mark::Hidden => self.hidden = self.hidden.saturating_sub(1),
            Mark::Alternative => {
                let text = self.alternative.take().unwrap_or_default();
                if speaks(&text) && !self.report.alternatives.contains(&text) {
                    self.report.alternatives.push(text);
                }
            }
            Mark::Frame => self.report.objects += u32::from(std::mem::take(&mut self.picture)),
            Mark::Field(field) => {
                if field.kind.ends_with("FORMCHECKBOX") {
                    self.say(if field.checked { "☑" } else { "☐" });
                } else if field.kind.ends_with("FORMDROPDOWN") {
                    self.say(&field.entries.get(field.chosen).cloned().unwrap_or_default());
                }
            }
            Mark::Paragraph => {
                let Some(Open::Paragraph(OpenParagraph { mut paragraph, boxes, hides, .. })) = self.open.pop() else { return };
                self.hidden -= usize::from(hides);
                self.report.end_passages();
                let joins = self.goes_on.take() == Some(self.open.len());
                if self.tracked == Tracked::Reject && !self.inside_insertions.is_empty() {
                    self.goes_on = Some(self.open.len());
                } else if !self.marks.iter().any(|mark| matches!(mark, Mark::Deletion(_))) {
                    paragraph.text.truncate(paragraph.text.trim_end_matches(' ').len());
                }
                match self.open.last_mut() {
                    Some(Open::Flow(pieces) | Open::Cell(_, pieces)) => {
                        match pieces.last_mut() {
                            Some(Piece::Paragraph(last)) if joins => {
                                last.text.push_str(&paragraph.text);
                                last.number = last.number.take().or(paragraph.number);
                                last.told.extend(paragraph.told);
                            }
                            _ => pieces.push(Piece::Paragraph(paragraph)),
                        }
                        pieces.extend(boxes);
                    }
                    Some(Open::Paragraph(outer)) => {
                        outer.boxes.push(Piece::Box(vec![Piece::Paragraph(paragraph)]));
                        outer.boxes.extend(boxes);
                    }
                    _ if paragraph.is_blank() && is_blank(&boxes) => {}
                    _ => self.stray(vec![Piece::Paragraph(paragraph)]),
                }
            }
            Mark::Story(part) => {
                let Some(Open::Flow(pieces)) = self.open.pop() else { return };
                let numbered = std::mem::take(&mut self.numbered);
                if self.is_workbook && matches!(part, Part::Header | Part::Footer) {
                    self.beside.page(&text_of(&pieces), numbered);
                    return;
                }
                self.story(part, pieces);
            }
            Mark::Box => {
                let Some(Open::Flow(pieces)) = self.open.pop() else { return };
                self.picture &= is_blank(&pieces);
                match self.open.last_mut() {
                    Some(Open::Paragraph(outer)) if !self.is_workbook => outer.boxes.push(Piece::Box(pieces)),
                    Some(Open::Flow(outer) | Open::Cell(_, outer)) if !self.is_workbook => outer.push(Piece::Box(pieces)),
                    _ => self.stray(pieces),
                }
            }
            Mark::Deletion(region) => {
                let Some(Open::Flow(pieces)) = self.open.pop() else { return };
                // With its blanks at the ends: put back, it stands between other words.
                let text = |piece: &Piece| match piece {
                    Piece::Paragraph(paragraph) => paragraph.text.clone(),
                    other => text_of(std::slice::from_ref(other)),
                };
                self.deletions.insert(region, pieces.iter().map(text).collect::<Vec<_>>().join("\n"));
            }
            Mark::Table => self.end_table(),
            Mark::Row => self.end_row(),
            Mark::Cell => self.end_cell(),
        }
    }

    fn story(&mut self, part: Part, pieces: Vec<Piece>) {
        if is_blank(&pieces) {
            return;
        }
        let stories = match part {
            Part::Header => &mut self.headers,
            Part::Footer => &mut self.footers,
            Part::Body => &mut self.body,
            _ => &mut self.notes,
        };
        // Left pages repeat what right pages say.
        let text = text_of(&pieces);
        if !matches!(part, Part::Header | Part::Footer) || stories.iter().all(|story| text_of(&story.pieces) != text) {
            stories.push(Story { part, pieces });
        }
    }

    /// What stands nowhere in the flow of the text.
    pub(super) fn stray(&mut self, pieces: Vec<Piece>) {
        if !is_blank(&pieces) {
            self.notes.push(Story { part: Part::TextBox, pieces });
        }
    }

    /// Text of the source: blanks of all kinds are one.
    fn text(&mut self, text: &str) {
        if let Some(alternative) = &mut self.alternative {
            return alternative.push_str(text);
        }
        let Some(Open::Paragraph(open)) = self.open.last_mut() else { return };
        let mut said = String::with_capacity(text.len());
        for c in text.chars() {
            let is_blank = matches!(c, ' ' | '\t' | '\n' | '\r');
            if !is_blank {
                said.push(c);
            } else if !open.blank {
                said.push(' ');
            }
            open.blank = is_blank;
        }
        self.append(&said);
    }

    /// Text that an element stands for.
    fn say(&mut self, text: &str) {
        if let Some(Open::Paragraph(open)) = self.open.last_mut() {
            open.blank = false;
        }
        self.append(text);
    }

    fn append(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let Some(Open::Paragraph(open)) = self.open.last_mut() else { return };
        let inserted = !self.inside_insertions.is_empty();
        if self.hidden > 0 {
            self.report.hidden(text);
        } else if inserted && self.tracked == Tracked::Reject {
            self.report.inserted(text);
        } else {
            if inserted {
                self.report.inserted(text);
            } else {
                self.report.end_passages();
            }
            open.paragraph.text.push_str(text);
        }
        open.paragraph.told.extend(self.report.begun());
    }

    /// Lays everything into the document; returns the reader's name.
    pub fn finish(mut self, builder: &mut Builder) -> Told {
        let name = if self.is_workbook { "ods" } else { "odt" };
        if self.repeated > self.most_repeated() {
            // The builder refuses the document.
            builder.cells = usize::MAX;
            return (name, "OpenDocument");
        }
        for (sheet, number) in std::mem::take(&mut self.sheets).into_iter().zip(1..) {
            lay_sheet(builder, number, sheet);
        }
        builder.notices.extend(self.beside.notices(1));
        let stories = [self.headers, self.body, self.notes, self.footers];
        lay(builder, stories.into_iter().flatten().collect(), &self.report, self.tracked == Tracked::Accept);
        (name, "OpenDocument")
    }
}
