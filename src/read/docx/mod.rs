//! Word packages → [`Document`]: what stands on the page, cell by cell, and a word on everything that is there and not read.
//!
//! Two steps. [`parse`] (with [`blocks`], [`properties`], [`groups`], [`runs`], [`fields`], [`styles`], [`numbering`]) turns the XML of
//! each part into a [`tree`]; [`document`] (with [`grid`], [`drawings`]) turns the trees into blocks.
//!
//! Read: tables with `gridSpan`, `vMerge`, `hMerge`, `gridBefore`/`gridAfter`, without or with a wrong `tblGrid`, short rows,
//! nested tables, rows and cells inside content controls, custom XML and smart tags; runs, tabs, breaks, hyphens, symbols,
//! complex and simple fields, form fields, hyperlinks, ruby, text boxes (DrawingML or VML, never both), headers and footers,
//! footnotes, endnotes, comments, formulas, texts of charts and diagrams; automatic numbers; the three kinds of check boxes;
//! tracked changes of text, paragraphs, rows and cells; Strict files, foreign prefixes, alternate content, UTF-16 parts.
//!
//! Partly: formulas become one line; ruby stands in brackets behind its base; a row without spans is measured only where its
//! edges fall on the grid's; of tracked changes of formatting the new state is read; of `EQ` fields only overstruck characters.
//!
//! Not read, but told with its text: hidden text, cells that a merge covers, headers that no page shows, imported files. Read and
//! told: white text on no ground of its own. Told with its count: pictures, embedded objects, ink, unknown symbols and choices,
//! dates and numbers that Word fills in itself. Not told: other colours, the glossary, custom XML data, document properties.

mod blocks;
mod document;
mod drawings;
mod fields;
mod grid;
mod groups;
mod numbering;
mod parse;
mod properties;
mod related;
mod runs;
mod styles;
mod tree;

use super::{Builder, Options, Tracked};
use crate::diag::{BETWEEN, Error, Message};
use crate::document::{Document, Notice};
use crate::locus::{Locus, Part};
use crate::package::{Package, Relationship};
use crate::xml::Fault;
use document::Assembler;
use numbering::Numbering;
use parse::State;
use related::Related;
use rustc_hash::FxHashMap;
use styles::Styles;
use tree::{Changes, Flow, Unread};

/// Reads a Word package whose main part is known, and what stands in it.
pub(super) fn read(
    package: &Package,
    main: &str,
    source: Result<String, Message>,
    options: &Options,
) -> Result<Document, Error> {
    let source = source.map_err(|message| broken(main, &reason(&message)))?;
    let related = package.relationships(main).unwrap_or_default();
    let mut state = State { options: *options, ..State::default() };
    let mut notices = Vec::new();
    state.styles = settings(package, &related, "styles", &mut notices, Styles::read);
    state.numbering = settings(package, &related, "numbering", &mut notices, Numbering::read);
    let even = settings(package, &related, "settings", &mut notices, |source| Ok(source.contains("evenAndOddHeaders")));
    let encoding = if is_strict(&source) { "OOXML Strict" } else { "OOXML" };
    let body =
        parse::read(&mut state, &Related::of(package, main), &source).map_err(|fault| broken(main, &place(&source, &fault)))?;
    drop(source);

    let mut part = |state: &mut State, name: &str| {
        let related = Related::of(package, name);
        let read = package
            .read_text(name)
            .map_err(|message| reason(&message))
            .and_then(|source| parse::read(state, &related, &source).map_err(|fault| place(&source, &fault)));
        read.map_err(|detail| notices.push(unreadable(name, &detail))).unwrap_or_default()
    };
    let (mut headers, mut footers, mut unused) = (Vec::new(), Vec::new(), Vec::new());
    let shown = shown(&std::mem::take(&mut state.sections), even);
    for relationship in &related {
        let sides = [("/header", &mut headers), ("/footer", &mut footers)];
        for (kind, side) in sides {
            if relationship.kind.ends_with(kind) {
                let flow = part(&mut state, &relationship.target).main;
                let text = document::text(&flow);
                // The same header of several sections is printed once.
                match shown.iter().position(|id| *id == relationship.id) {
                    Some(order) if !side.iter().any(|(_, known, _)| *known == text) => side.push((order, text, flow)),
                    None if !text.is_empty() => unused.push(text),
                    _ => {}
                }
            }
        }
    }
    for side in [&mut headers, &mut footers] {
        side.sort_by_key(|(order, ..)| *order);
    }
    let mut notes = Vec::new();
    for (kind, of) in [("/footnotes", Part::Footnote), ("/endnotes", Part::Endnote), ("/comments", Part::Comment)] {
        for relationship in related.iter().filter(|relationship| relationship.kind.ends_with(kind)) {
            let read = part(&mut state, &relationship.target);
            notes.extend(read.notes.into_iter().map(|flow| (of, flow)));
        }
    }

    let flows = headers.into_iter().map(|(.., flow)| (Part::Header, flow)).chain([(Part::Body, body.main)]);
    let flows = flows.chain(footers.into_iter().map(|(.., flow)| (Part::Footer, flow))).chain(notes);
    assemble(state, Some(package), flows.collect(), unused, notices, encoding)
}

/// Reads what Word 2003 calls XML: styles, body, headers and notes in one text.
pub(super) fn read_2003(source: &str, options: &Options) -> Result<Document, Error> {
    let name = "w:wordDocument";
    let mut state = State { options: *options, ..State::default() };
    state.styles = Styles::read(source).map_err(|fault| broken(name, &place(source, &fault)))?;
    let read = parse::read(&mut state, &Related::default(), source).map_err(|fault| broken(name, &place(source, &fault)))?;
    let mut margins: Vec<(Part, Flow, String)> = Vec::new();
    for (part, flow) in read.margins {
        let text = document::text(&flow);
        if !text.is_empty() && !margins.iter().any(|(known, _, said)| *known == part && *said == text) {
            margins.push((part, flow, text));
        }
    }
    let (headers, footers): (Vec<_>, Vec<_>) = margins.into_iter().partition(|(part, ..)| *part == Part::Header);
    let flows = headers.into_iter().map(|(part, flow, _)| (part, flow)).chain([(Part::Body, read.main)]);
    let flows = flows.chain(footers.into_iter().map(|(part, flow, _)| (part, flow)));
    let flows = flows.chain(read.notes.into_iter().map(|flow| (Part::Footnote, flow)));
    assemble(state, None, flows.collect(), Vec::new(), Vec::new(), "WordprocessingML 2003")
}

/// Trees → the document, with all that is to be said of them.
fn assemble(
    mut state: State,
    package: Option<&Package>,
    flows: Vec<(Part, Flow)>,
    unused: Vec<String>,
    mut notices: Vec<Notice>,
    encoding: &'static str,
) -> Result<Document, Error> {
    let options = state.options;
    let mut builder = Builder::of_office(&options);
    let mut assembler = Assembler {
        builder: &mut builder,
        package,
        numbers: FxHashMap::default(),
        notices: Vec::new(),
        tables: state.tables > 0,
        unread: 0,
        chunks: 0,
        tracked: options.tracked,
    };
    let mut blocks = Vec::new();
    for (part, flow) in flows {
        blocks.extend(assembler.flow(flow, part));
    }
    for text in unused {
        let message = Message::new("read.word.unused_header").with("text", text);
        assembler.notices.push(Notice { message, locus: Locus::default() });
    }
    for text in std::mem::take(&mut state.separators) {
        let message = Message::new("read.word.separator").with("text", text);
        assembler.notices.push(Notice { message, locus: Locus::default() });
    }
    let Assembler { notices: said, unread, chunks, .. } = assembler;
    if chunks > 0 {
        *state.unread.entry(Unread::Chunk).or_default() += chunks;
    }
    if unread > 0 {
        *state.unread.entry(Unread::Part).or_default() += unread;
    }
    builder.blocks = blocks;
    builder.cells = builder.cells.max(state.cells);
    if builder.is_empty() && state.unread.contains_key(&Unread::Picture) {
        return Err(Error::Unreadable(Message::new("read.word.only_pictures")));
    }
    if let Some(embedded) = state.unread.remove(&Unread::Embedded) {
        *state.unread.entry(Unread::Picture).or_default() += embedded;
    }
    let mut document = builder.finish("docx", encoding)?;
    notices.extend(tracked(&state.changes, options.tracked));
    notices.extend(said);
    notices.extend(state.unread.iter().map(|(unread, count)| counted(*unread, *count, &options)));
    document.notices.splice(0..0, notices);
    Ok(document)
}

/// A part that others depend on, or what stands for it where it is missing or broken.
fn settings<T: Default>(
    package: &Package,
    related: &[Relationship],
    kind: &str,
    notices: &mut Vec<Notice>,
    read: impl FnOnce(&str) -> Result<T, Fault>,
) -> T {
    let found = related.iter().find(|related| related.kind.rsplit('/').next() == Some(kind));
    let Some(name) = found.map(|related| &related.target).filter(|name| package.has(name)) else { return T::default() };
    let source = package.read_text(name).map_err(|message| reason(&message));
    let read = source.and_then(|source| read(&source).map_err(|fault| place(&source, &fault)));
    read.map_err(|detail| notices.push(unreadable(name, &detail))).unwrap_or_default()
}

/// The headers and footers that some page shows, in order.
fn shown(sections: &[parse::Section], even: bool) -> Vec<String> {
    let mut shown = Vec::new();
    for section in sections {
        for reference in &section.references {
            let on_a_page = match reference.kind.as_str() {
                "first" => section.title_page,
                "even" => even,
                _ => true,
            };
            if on_a_page && !shown.contains(&reference.id) {
                shown.push(reference.id.clone());
            }
        }
    }
    shown
}

/// Whether a part's namespaces, declared at its beginning, are those of Strict files.
fn is_strict(source: &str) -> bool {
    let length = source.len().min(4096);
    let head = (0..=length).rev().find_map(|end| source.get(..end)).unwrap_or_default();
    head.contains("http://purl.oclc.org/ooxml/wordprocessingml/main")
}

/// Why a part cannot be read, for people who know XML.
fn reason(message: &Message) -> String {
    let detail = message.arguments.iter().find(|(name, _)| *name == "detail" || *name == "size");
    detail.map_or_else(|| message.id.to_owned(), |(_, detail)| detail.clone())
}

fn place(source: &str, fault: &Fault) -> String {
    let before = source.get(..fault.at).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    let detail = if fault.detail.is_empty() { "no element" } else { &fault.detail };
    format!("{line}:{column} {detail}")
}

fn broken(name: &str, detail: &str) -> Error {
    Error::Unreadable(Message::new("read.word.broken").with("name", name).with("detail", detail))
}

fn unreadable(name: &str, detail: &str) -> Notice {
    let message = Message::new("read.word.part").with("name", name).with("detail", detail);
    Notice { message, locus: Locus::default() }
}

/// What is to be said of tracked changes.
fn tracked(changes: &Changes, tracked: Tracked) -> Option<Notice> {
    if changes.inserted + changes.deleted + changes.moved + changes.formatted == 0 {
        return None;
    }
    let id = match tracked {
        Tracked::Accept => "read.word.tracked_accepted",
        Tracked::Reject => "read.word.tracked_rejected",
    };
    let left_out: Vec<String> = changes.left_out.iter().map(|text| format!("“{text}”")).collect();
    let none = || "@read.word.none".to_owned();
    let list = |texts: &[String]| if texts.is_empty() { none() } else { texts.join(BETWEEN) };
    let message = Message::new(id)
        .with("inserted", changes.inserted)
        .with("deleted", changes.deleted)
        .with("moved", changes.moved)
        .with("formatted", changes.formatted)
        .with("authors", list(&changes.authors))
        .with("left_out", list(&left_out));
    Some(Notice { message, locus: Locus::default() })
}

/// What was met and not read, with its count.
fn counted(unread: Unread, count: u32, options: &Options) -> Notice {
    let id = match unread {
        Unread::Picture | Unread::Embedded => "read.dropped.objects",
        Unread::Ink => "read.word.ink",
        Unread::Chunk => "read.word.chunk",
        Unread::Symbol => "read.word.symbol",
        Unread::OwnComment => "read.word.remark",
        Unread::Unknown => "read.word.unknown",
        Unread::Computed => "read.word.computed",
        Unread::Part => "read.word.drawn_part",
        Unread::Depth => {
            let message = Message::new("read.too_deep").with("limit", options.limits.depth);
            return Notice { message, locus: Locus::default() };
        }
    };
    Notice { message: Message::new(id).with("count", count), locus: Locus::default() }
}
