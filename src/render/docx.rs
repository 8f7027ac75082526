//! Filling a Word template: parts with tags are made into Tera templates once, then rendered, settled and put back.
//!
//! A template with mistakes is never filled: all of them are told, each with its place. Parts without tags are copied byte
//! for byte. The same record gives the same bytes.

use super::counted::{Counted, cut};
use super::filters;
use super::media::{self, Shown};
use super::named::Named;
use super::names::names;
use super::pictures::Pictures;
use super::plain::Plain;
use super::revision::{self, Anchors, Comments, Copies, Remarks};
use super::said::said;
use super::settle::{BREAK, Fresh, settle, unfold};
use super::tokens::{Piece, Read};
use super::trace;
use super::view::View;
use super::word::{self, Album, Compiled, TagPlace};
use crate::diag::{Error, Message, TagMistake};
use crate::form::FormDefinition;
use crate::form::blank::Typed;
use crate::locus::{Locus, Part};
use crate::package::{Around, Limits, Package, Relationship};
use crate::xml::{self, Fault};
use std::sync::atomic::{AtomicUsize, Ordering};
use tera::{Delimiters, Kwargs, State, Tera, Value};

/// A Word template, ready to be filled.
pub(crate) struct Template {
    file: String,
    package: Package,
    /// The same with room for the parts that hold tags.
    around: Option<Around>,
    tera: Tera,
    /// The parts that hold tags.
    parts: Vec<(String, Compiled)>,
    /// Of each of these what stands between its tags.
    pieces: Vec<Vec<Piece>>,
    /// Of each of these, how it is filled where it is plain.
    plain: Vec<Option<Plain>>,
    /// Of each of these, how long the last copy was: room for the next one.
    lengths: Vec<AtomicUsize>,
    /// The name of the document itself, and the document where it holds none.
    document: String,
    untagged: Option<(String, Compiled)>,
    /// Numbers above all that the template uses.
    fresh: Fresh,
    pub named: Named,
}

/// What a template sees of a record: as it is, and with values marked ([`trace`]).
pub(crate) struct Side<'a> {
    pub plain: View<'a>,
    pub traced: View<'a>,
}

/// What is found in a template before it is used.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// All tags in the order of the file, with the name of their part.
    pub tags: Vec<InspectedTag>,
    pub mistakes: Vec<TagMistake>,
    /// The fields of the record that the template names: `projects[].name`.
    pub used: Vec<String>,
}

/// A tag and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectedTag {
    pub part: Part,
    pub locus: Locus,
    pub text: String,
}

impl Template {
    /// Reads a template and parses all its tags; every mistake in it. `file` is its name for messages.
    pub(crate) fn open(bytes: &[u8], file: &str, definition: &FormDefinition, pictures: &Pictures) -> Result<Template, Error> {
        let (template, mistakes) = Template::read(bytes, file, definition, pictures)?;
        if mistakes.is_empty() { Ok(template) } else { Err(Error::Word { file: file.to_owned(), mistakes }) }
    }

    #[cfg(test)]
    pub(crate) fn is_plain(&self) -> bool {
        self.plain.iter().all(Option::is_some)
    }

    /// Looks at a template without using it.
    pub(crate) fn inspect(
        bytes: &[u8],
        file: &str,
        definition: &FormDefinition,
        pictures: &Pictures,
    ) -> Result<Inspection, Error> {
        let (template, mistakes) = Template::read(bytes, file, definition, pictures)?;
        let mut inspection = Inspection { mistakes, ..Inspection::default() };
        for (_, compiled) in template.parts {
            let tag = |tag: TagPlace| InspectedTag { part: tag.part, locus: tag.locus, text: tag.text };
            for tag in compiled.tags.into_iter().map(tag) {
                if !inspection.tags.contains(&tag) {
                    inspection.tags.push(tag);
                }
            }
            inspection.used.extend(compiled.used);
        }
        inspection.used.sort();
        inspection.used.dedup();
        Ok(inspection)
    }

    fn read(
        bytes: &[u8],
        file: &str,
        definition: &FormDefinition,
        pictures: &Pictures,
    ) -> Result<(Template, Vec<TagMistake>), Error> {
        let failed = |message: Message| unreadable(file, &message);
        let package = Package::open(bytes, &Limits::default()).map_err(failed)?;
        let names = names(definition);
        let mut template = Template {
            file: file.to_owned(),
            tera: engine(),
            parts: Vec::new(),
            pieces: Vec::new(),
            plain: Vec::new(),
            lengths: Vec::new(),
            document: String::new(),
            untagged: None,
            package: package.clone(),
            around: None,
            fresh: Fresh::default(),
            named: Named::default(),
        };
        let mut mistakes = Vec::new();
        let mut page = None;
        for (name, part) in parts(&package).map_err(failed)? {
            let text = package.read_text(&name).map_err(failed)?;
            template.fresh.above(&text);
            if part == Part::Body && !pictures.is_empty() {
                page = word::page_room(&text);
            }
            let album = Album { pictures: Some(pictures), base: media::free_ids(&package, &name), page };
            let mut compiled = word::compile(&text, part, &names, &album).map_err(|fault| failed(fault_message(&fault)))?;
            mistakes.extend(compiled.mistakes.iter().cloned());
            if part == Part::Body {
                template.document.clone_from(&name);
            }
            if compiled.tags.is_empty() && compiled.mistakes.is_empty() {
                if part == Part::Body {
                    template.untagged = Some((name, compiled));
                }
                continue;
            }
            template.named = template.named.or(Named::by(&compiled.source));
            let sound = compiled.mistakes.is_empty();
            template.pieces.push(if sound { cut(&mut compiled).unwrap_or_default() } else { Vec::new() });
            if !sound {
                mistakes.extend(syntax(&compiled));
            } else if let Err(error) = template.tera.add_raw_template(&name, &compiled.source) {
                let found = syntax(&compiled);
                let whole = found.is_empty().then(|| located(&compiled, &error));
                mistakes.extend(found.into_iter().chain(whole));
            }
            let delimiters = [word::EXPRESSION, word::STATEMENT, word::COMMENT];
            template.plain.push(Plain::read(&compiled.source, &delimiters).filter(|_| sound));
            let pieces = template.pieces.last().map_or(&[][..], Vec::as_slice);
            let length = compiled.source.len() + pieces.iter().map(|piece| piece.text().len()).sum::<usize>();
            template.lengths.push(AtomicUsize::new(length * 2));
            template.parts.push((name, compiled));
        }
        let tagged: Vec<&str> = template.parts.iter().map(|(name, _)| name.as_str()).collect();
        // Without it a file is written entry by entry.
        template.around = package.around(&tagged).ok();
        Ok((template, mistakes))
    }

    /// Fills the template.
    pub(crate) fn fill(&self, view: &View) -> Result<Vec<u8>, Error> {
        let mut replaced = Vec::with_capacity(self.parts.len());
        let mut fresh = self.fresh.clone();
        let mut shown = Vec::new();
        for (index, (part, compiled)) in self.parts.iter().enumerate() {
            let (filled, found) = self.filled(index, view)?;
            let pieces = self.pieces_of(index);
            let settled = settle(filled, Read { pieces, found: &found }, &mut fresh, compiled.columns, &compiled.dialect);
            let settled = settled.and_then(|settled| fitted(compiled, settled));
            let settled = settled.map_err(|fault| self.broken(part, &fault.detail))?;
            shown.extend(pictures(part, compiled, &settled));
            replaced.push((part.clone(), settled.into_bytes()));
        }
        let media = media::parts(&self.package, &shown).map_err(|message| unreadable(&self.file, &message))?;
        let written = match self.around.as_ref().filter(|_| media.is_empty()) {
            Some(around) => around.write(&replaced),
            None => {
                replaced.extend(media);
                self.package.write(&replaced)
            }
        };
        written.map_err(|message| unreadable(&self.file, &message))
    }

    /// Fills the template twice, for the new side and the old one, and tracks what differs: see [`revision`].
    pub(crate) fn fill_tracked(&self, sides: &[Side; 2], remarks: &Remarks, title: &str) -> Result<Vec<u8>, Error> {
        let mut fresh = self.fresh.clone();
        let failed = |message: &Message| unreadable(&self.file, message);
        let written = Comments::of(&self.package, &self.document).map_err(|message| failed(&message))?;
        fresh.above(written.text());
        let mut anchors = Anchors::new(remarks.places.len());
        let mut replaced = Vec::with_capacity(self.parts.len() + 3);
        let mut shown = Vec::new();
        // Comments stand in the document even where it holds no tag.
        for (index, (part, compiled)) in self.parts.iter().chain(&self.untagged).enumerate() {
            let broken = |fault: Fault| self.broken(part, &fault.detail);
            let (filled, traced) = match self.untagged.iter().any(|(name, _)| name == part) {
                true => ([compiled.source.clone(), compiled.source.clone()], false),
                false => self.fill_twice(index, sides)?,
            };
            let [new, old] = filled.map(|filled| unfold(&filled));
            let (new, old) = (new.map_err(broken)?, old.map_err(broken)?);
            let copies = Copies {
                new: &new,
                old: &old,
                traced,
                main: *part == self.document,
                loose: !remarks.loose.is_empty(),
                title,
                prefix: &compiled.dialect.prefix,
            };
            let both = revision::combine(&copies, &mut fresh, &mut anchors).map_err(broken)?;
            let settled = settle(both, Read::default(), &mut fresh, compiled.columns, &compiled.dialect);
            let settled = settled.and_then(|settled| fitted(compiled, settled)).map_err(broken)?;
            shown.extend(pictures(part, compiled, &settled));
            replaced.push((part.clone(), settled.into_bytes()));
        }
        let media = media::parts(&self.package, &shown).map_err(|message| failed(&message))?;
        let comments = remarks.comments(&anchors);
        let comments = written.with(&self.package, &media, &comments).map_err(|message| failed(&message))?;
        replaced.extend(media.into_iter().filter(|(name, _)| !comments.iter().any(|(known, _)| known == name)));
        replaced.extend(comments);
        self.package.write(&replaced).map_err(|message| failed(&message))
    }

    /// A part as two sides have it; with marks where these alter nothing else.
    fn fill_twice(&self, index: usize, sides: &[Side; 2]) -> Result<([String; 2], bool), Error> {
        let filled = |view: &View| self.filled(index, view).map(|(filled, _)| filled);
        let plain = [filled(&sides[0].plain)?, filled(&sides[1].plain)?];
        let marked = [filled(&sides[0].traced), filled(&sides[1].traced)];
        match marked {
            [Ok(new), Ok(old)] if trace::bare(&new) == plain[0] && trace::bare(&old) == plain[1] => Ok(([new, old], true)),
            _ => Ok((plain, false)),
        }
    }

    fn pieces_of(&self, index: usize) -> &[Piece] {
        self.pieces.get(index).map_or(&[], Vec::as_slice)
    }

    /// A part with its tags filled in, and which pieces of it stand where.
    fn filled(&self, index: usize, view: &View) -> Result<(String, Vec<(usize, u32)>), Error> {
        let Some((part, compiled)) = self.parts.get(index) else { return Ok((String::new(), Vec::new())) };
        let pieces = self.pieces_of(index);
        let last = self.lengths.get(index);
        // Room for one that is somewhat longer, and for what is settled in it.
        let length = last.map_or(0, |last| last.load(Ordering::Relaxed) * 5 / 4);
        let by_tera = || {
            let mut filled = Counted::with_capacity(length, pieces);
            let context = view.context();
            self.tera.render_to(part, &context, &mut filled).map_err(|error| self.failed(compiled, &error))?;
            Ok(filled.into_parts())
        };
        if let Some(Some(plain)) = self.plain.get(index) {
            let mut filled = Counted::with_capacity(length, pieces);
            if plain.fill(&view.entries, &mut filled).is_ok() {
                let filled = filled.into_parts();
                last.into_iter().for_each(|last| last.store(filled.0.len(), Ordering::Relaxed));
                debug_assert_eq!(by_tera().ok().as_ref(), Some(&filled));
                return Ok(filled);
            }
        }
        by_tera()
    }

    /// A part does not come out as Word wants it.
    fn broken(&self, part: &str, reason: &dyn std::fmt::Display) -> Error {
        unreadable(&self.file, &Message::new("template.output").with("part", part).with("reason", reason))
    }

    /// Where in the Word file filling failed.
    fn failed(&self, compiled: &Compiled, error: &tera::Error) -> Error {
        let mistakes = vec![located(compiled, error)];
        Error::Word { file: self.file.clone(), mistakes }
    }
}

/// The part with its pictures as small as the cells that a loop made.
fn fitted(compiled: &Compiled, settled: String) -> Result<String, Fault> {
    if !compiled.columns {
        return Ok(settled);
    }
    let ids: Vec<&str> = compiled.pictures.iter().map(|(id, _)| id.as_str()).collect();
    word::refit(settled, &ids)
}

/// The pictures that a filled part shows.
fn pictures<'a>(part: &'a str, compiled: &'a Compiled, settled: &str) -> Vec<Shown<'a>> {
    let shows = |id: &str| settled.contains(&format!("r:embed=\"{id}\""));
    let strict = compiled.dialect.strict;
    let found = compiled.pictures.iter().filter(|(id, _)| shows(id));
    found.map(|(id, picture)| Shown { part, id: id.clone(), picture, strict }).collect()
}

/// Tera as Word templates need it: everything escaped, tags that no XML can hold.
fn engine() -> Tera {
    let mut tera = Tera::default();
    let [variable, statement, comment] = [word::EXPRESSION, word::STATEMENT, word::COMMENT];
    let delimiters = Delimiters {
        variable_start: variable[0].into(),
        variable_end: variable[1].into(),
        block_start: statement[0].into(),
        block_end: statement[1].into(),
        comment_start: comment[0].into(),
        comment_end: comment[1].into(),
    };
    // The delimiters are constants of two bytes each, as is asked for; a test fills a template.
    let _ = tera.set_delimiters(delimiters);
    tera.set_escape_fn(escape);
    filters::register(&mut tera);
    tera.register_filter("paragraphs", |value: Value, _: Kwargs, _: &State| filters::paragraphs(value, escaped));
    tera.autoescape_on([""]);
    tera
}

/// What is wrong with the writing of tags: each is parsed by itself, so that all are told.
fn syntax(compiled: &Compiled) -> Vec<TagMistake> {
    let mut mistakes = Vec::new();
    let told = |tag: &&TagPlace| compiled.mistakes.iter().any(|m| m.locus == tag.locus && m.tag == tag.text);
    for tag in compiled.tags.iter().filter(|tag| !tag.alone.is_empty()).filter(|tag| !told(tag)) {
        let mut tera = engine();
        if let Err(error) = tera.add_raw_template("tag", &tag.alone) {
            let mistake = tag.mistake(said(&error).message);
            if !mistakes.contains(&mistake) {
                mistakes.push(mistake);
            }
        }
    }
    mistakes
}

/// A mistake at the tag that Tera names.
fn located(compiled: &Compiled, error: &tera::Error) -> TagMistake {
    let said = said(error);
    let offset = said.offset.unwrap_or_else(|| offset(&compiled.source, said.line, said.column));
    let tag = compiled.offsets.iter().rev().find(|(at, _)| *at <= offset).or(compiled.offsets.first());
    let tag = tag.and_then(|(_, tag)| compiled.tags.get(*tag));
    // Where Tera names no place, it was the writer that stopped: some loop goes on too long.
    let a_loop = || compiled.tags.iter().find(|tag| tag.alone.ends_with(&compiled_end()));
    let tag = if said.line == 0 && said.offset.is_none() { a_loop().or(tag) } else { tag };
    match tag {
        Some(tag) => tag.mistake(said.message),
        None => TagMistake { part: Part::Body, locus: Locus::default(), tag: String::new(), message: said.message },
    }
}

/// How the source of a loop's tag ends where it stands alone.
fn compiled_end() -> String {
    format!("{} endfor {}", word::STATEMENT[0], word::STATEMENT[1])
}

/// The byte offset of a line and column, both from 1, columns in characters.
fn offset(source: &str, line: u32, column: u32) -> usize {
    let lines = source.split_inclusive('\n').take(line.saturating_sub(1) as usize);
    let start: usize = lines.map(str::len).sum();
    let rest = source.get(start..).unwrap_or_default();
    start + rest.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum::<usize>()
}

/// The parts that tags are looked for in: the document, its headers, footers and notes.
fn parts(package: &Package) -> Result<Vec<(String, Part)>, Message> {
    let ends = |kind: &str, what: &str| kind.rsplit('/').next() == Some(what);
    let document = package.relationships("")?.into_iter().find(|related| ends(&related.kind, "officeDocument"));
    let Some(Relationship { target: document, .. }) = document else {
        return Err(Message::new("package.missing").with("name", "word/document.xml"));
    };
    let mut found = vec![(document.clone(), Part::Body)];
    let kinds =
        [("header", Part::Header), ("footer", Part::Footer), ("footnotes", Part::Footnote), ("endnotes", Part::Endnote)];
    let related = package.relationships(&document)?;
    for (name, part) in kinds {
        for Relationship { kind, target, .. } in &related {
            if ends(kind, name) && package.names().contains(target) && !found.iter().any(|(known, _)| known == target) {
                found.push((target.clone(), part));
            }
        }
    }
    Ok(found)
}

/// A blank form with tags in it.
#[derive(Clone, Debug)]
pub struct TypedInto {
    /// The Word file.
    pub template: Vec<u8>,
    /// What could not be typed, because something else stands in its place.
    pub left: Vec<Typed>,
}

/// See [`super::type_into`].
pub(crate) fn type_into(bytes: &[u8], typed: &[Typed]) -> Result<Option<TypedInto>, Error> {
    let Ok(package) = Package::open(bytes, &Limits::default()) else { return Ok(None) };
    let Ok(parts) = parts(&package) else { return Ok(None) };
    let Some((name, _)) = parts.first() else { return Ok(None) };
    let failed = |message: Message| unreadable("form.docx", &message);
    let Ok(text) = package.read_text(name) else { return Ok(None) };
    if !text.contains("wordprocessingml") {
        return Ok(None);
    }
    let (part, left) = word::typed::type_into(&text, typed).map_err(|fault| failed(fault_message(&fault)))?;
    xml::check(&part).map_err(|fault| Error::Internal(format!("{name}: {}", fault.detail)))?;
    let written = package.write(&[(name.clone(), part.into_bytes())]).map_err(failed)?;
    Ok(Some(TypedInto { template: written, left }))
}

/// The file as such is wrong.
fn unreadable(file: &str, message: &Message) -> Error {
    let mistake = TagMistake { part: Part::Body, locus: Locus::default(), tag: String::new(), message: message.clone() };
    Error::Word { file: file.to_owned(), mistakes: vec![mistake] }
}

fn fault_message(fault: &Fault) -> Message {
    Message::new(fault.id).with("detail", &fault.detail)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}

/// The same for Tera.
fn escape(text: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    out.write_all(escaped(text).as_bytes())
}

/// Values are text: markup in them is shown. A line break is left for the last pass, which knows the element.
pub(crate) fn escape_into(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = bytes[at..].iter().position(|byte| MARKED[usize::from(*byte)]) {
        let index = at + found;
        let c = text[index..].chars().next().unwrap_or_default();
        at = index + c.len_utf8();
        let replacement = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\n' => BREAK,
            c if !xml::allowed(c) => "",
            _ => continue,
        };
        out.extend([&text[start..index], replacement]);
        start = at;
    }
    out.push_str(&text[start..]);
}

/// The first bytes of all characters that do not stay as they are, and of some that do.
const MARKED: [bool; 256] = {
    let mut marked = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        marked[byte] = true;
        byte += 1;
    }
    let mut index = 0;
    let marks = b"&<>\"\xef";
    while index < marks.len() {
        marked[marks[index] as usize] = true;
        index += 1;
    }
    marked
};
