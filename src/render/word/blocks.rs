//! The tags of a part in their order: what each means, and which of them belong together as a block.
//!
//! Names that a block declares hold inside it. What is not paired, or pairs across another block, is told at both tags. Where
//! tags are put is [`super::place`]'s affair.

use super::expression::{self, Expression};
use super::picture::{self, PictureTag};
use super::scope::Scope;
use super::tags::{self, Level, Sort, Tag};
use super::tree::Tree;
use super::{EXPRESSION, STATEMENT, TURN, TagPlace};
use crate::diag::{Message, TagMistake};
use crate::limits;
use crate::render::names::{Members, Seen, nearest};
use crate::render::pictures::{Picture, Pictures};
use crate::render::words;
use crate::value::notation::is_blank;

/// What a tag does.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// Shows a value; `merge` holds the key that decides on merging the cell.
    Value {
        source: String,
        merge: Option<String>,
    },
    /// Part of a block.
    Block {
        block: usize,
        source: String,
    },
    /// Shows nothing and stands where it stands: `set`, `break`.
    Quiet {
        source: String,
    },
    PageBreak,
    /// Shows a picture, by its number among those of the part.
    Picture(usize),
    /// The row goes where all its values are blank.
    SkipBlankRow,
    /// A comment, or something that was not understood.
    Nothing,
}

/// A tag with its meaning.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub paragraph: usize,
    pub tag: Tag,
    /// The `w:t` where it begins.
    pub node: usize,
    pub meaning: Meaning,
    /// The blocks that are open where it stands.
    pub inside: Vec<usize>,
}

/// A loop or a condition.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The numbers of its tags: the first, those between, the last.
    pub items: Vec<usize>,
    pub is_loop: bool,
    pub level: Option<Level>,
    pub closed: bool,
}

/// All tags of a part.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub items: Vec<Item>,
    pub places: Vec<TagPlace>,
    pub blocks: Vec<Block>,
    /// With the paragraph and the byte in it, for their order.
    pub mistakes: Vec<((usize, usize), TagMistake)>,
    /// Where every tag stands, in the order of the items.
    pub at: Vec<(usize, usize)>,
    pub used: Vec<String>,
    pub pictures: Vec<(PictureTag, Picture)>,
}

/// Statements of Tera that make no sense in a part of a Word file.
const FOREIGN: [&str; 14] = [
    "include",
    "extends",
    "block",
    "endblock",
    "macro",
    "endmacro",
    "import",
    "component",
    "endcomponent",
    "filter",
    "endfilter",
    "raw",
    "endraw",
    "endset",
];

const STATEMENTS: [&str; 10] = ["for", "endfor", "if", "elif", "else", "endif", "set", "set_global", "break", "continue"];

struct Reader<'a> {
    scope: Scope<'a>,
    out: Blocks,
    /// Blocks that are open, with the names known before each.
    open: Vec<(usize, usize)>,
    declared: usize,
    pictures: Option<&'a Pictures>,
}

/// Reads all tags of a part.
pub(super) fn read(tree: &Tree, names: &Members, pictures: Option<&Pictures>) -> Blocks {
    let mut reader = Reader { scope: Scope::new(names), out: Blocks::default(), open: Vec::new(), declared: 0, pictures };
    let mut found: Vec<(usize, usize, usize, Tag)> = Vec::new();
    for (index, paragraph) in tree.paragraphs.iter().enumerate() {
        if !paragraph.text.contains(['{', '｛']) {
            continue;
        }
        let (tags, open) = tags::find(&paragraph.text);
        for open in open {
            let text: String = paragraph.text[open.0..].chars().take(24).collect();
            let message = Message::new("template.unclosed");
            let (part, locus) = (paragraph.part, paragraph.locus);
            reader.out.mistakes.push(((index, open.0), TagMistake { part, locus, tag: text, message }));
        }
        for tag in tags {
            let segment = paragraph.segments.iter().find(|segment| segment.end > tag.range.start);
            if let Some(segment) = segment {
                found.push((segment.outer.start, index, segment.node, tag));
            }
        }
    }
    // In the order of the file: the text of a box stands inside that of its paragraph.
    found.sort_by_key(|(at, _, _, tag)| (*at, tag.range.start));
    if let Some((_, index, _, _)) = found.get(limits::TEMPLATE_TAGS) {
        let (part, locus) = (tree.paragraphs[*index].part, tree.paragraphs[*index].locus);
        let message = Message::new("template.too_many").with("most", limits::TEMPLATE_TAGS);
        reader.out.mistakes.push(((*index, 0), TagMistake { part, locus, tag: String::new(), message }));
        found.truncate(limits::TEMPLATE_TAGS);
    }
    for (_, index, node, tag) in found {
        let paragraph = &tree.paragraphs[index];
        let place = TagPlace {
            part: paragraph.part,
            locus: paragraph.locus,
            text: paragraph.text[tag.range.clone()].trim().to_owned(),
            alone: String::new(),
        };
        reader.out.places.push(place);
        reader.out.at.push((index, tag.range.start));
        let inner = &paragraph.text[tag.inner.clone()];
        let inside: Vec<usize> = reader.open.iter().map(|(block, _)| *block).collect();
        let meaning = match tag.sort {
            Sort::Expression => reader.value(inner),
            Sort::Statement => reader.statement(inner),
            Sort::Comment => Meaning::Nothing,
        };
        let alone = match &meaning {
            Meaning::Value { source, .. } => source.clone(),
            Meaning::Quiet { source } if !source.contains("break") && !source.contains("continue") => source.clone(),
            _ => String::new(),
        };
        if let Some(place) = reader.out.places.last_mut()
            && place.alone.is_empty()
        {
            place.alone = alone;
        }
        reader.out.items.push(Item { paragraph: index, tag, node, meaning, inside });
    }
    while let Some((block, _)) = reader.open.pop() {
        reader.unclosed(block);
    }
    reader.out.used.sort();
    reader.out.used.dedup();
    reader.out
}

fn expression_tag(source: &str) -> String {
    format!("{} {source} {}", EXPRESSION[0], EXPRESSION[1])
}

fn statement_tag(source: &str) -> String {
    format!("{} {source} {}", STATEMENT[0], STATEMENT[1])
}

impl Reader<'_> {
    /// A mistake in the tag that is read.
    fn wrong(&mut self, message: Message) {
        self.wrong_at(self.out.places.len().saturating_sub(1), message);
    }

    /// A mistake in an earlier tag.
    fn wrong_at(&mut self, item: usize, message: Message) {
        if let (Some(place), Some(at)) = (self.out.places.get(item), self.out.at.get(item)) {
            self.out.mistakes.push((*at, place.mistake(message)));
        }
    }

    fn unclosed(&mut self, block: usize) {
        let (first, end) = match self.out.blocks.get(block) {
            Some(block) => (block.items.first().copied(), if block.is_loop { "endfor" } else { "endif" }),
            None => return,
        };
        if let Some(first) = first {
            self.wrong_at(first, Message::new("template.unclosed_block").with("end", end));
        }
    }

    fn read(&mut self, text: &str, whole: bool) -> Expression {
        self.take(expression::read(text, &self.scope, whole))
    }

    fn condition(&mut self, text: &str) -> String {
        self.take(expression::read_condition(text, &self.scope)).source
    }

    /// Tells the problems of an expression and notes the fields that it names.
    fn take(&mut self, read: Expression) -> Expression {
        for problem in &read.problems {
            self.wrong(problem.clone());
        }
        self.out.used.extend(read.used.iter().cloned());
        read
    }

    fn picture(&mut self, asked: Result<PictureTag, Message>) -> Meaning {
        let nowhere = Pictures::default();
        let pictures = self.pictures.unwrap_or(&nowhere);
        match asked.and_then(|tag| pictures.find(&tag.name).map(|picture| (tag, picture))) {
            Ok(found) => {
                self.out.pictures.push(found);
                Meaning::Picture(self.out.pictures.len() - 1)
            }
            Err(message) => {
                self.wrong(message);
                Meaning::Nothing
            }
        }
    }

    fn value(&mut self, inner: &str) -> Meaning {
        if let Some(asked) = picture::read(inner) {
            return self.picture(asked);
        }
        let read = self.read(inner, true);
        let mut source = read.source;
        if !read.problems.is_empty() {
            return Meaning::Nothing;
        }
        match &read.seen {
            Seen::List(item) if matches!(**item, Seen::Text(_)) => source.push_str(" | paragraphs"),
            Seen::List(_) | Seen::Map(_) | Seen::Rows { .. } => {
                self.wrong(Message::new("template.not_a_value").with("name", inner));
                return Meaning::Nothing;
            }
            _ => {}
        }
        let merge = read.merge.map(|within| match within {
            Some(within) => format!("{}\u{2002}{}", expression_tag(&source), expression_tag(&within)),
            None => expression_tag(&source),
        });
        Meaning::Value { source: expression_tag(&source), merge }
    }

    fn statement(&mut self, inner: &str) -> Meaning {
        let statement = tags::statement(inner);
        let is = |id: &str| words::both(id).iter().any(|word| **word == *statement.word);
        match statement.word {
            "for" => self.begin_loop(statement.rest, statement.level),
            "if" => {
                let source = format!("if {}", self.condition(statement.rest));
                self.alone(&format!("{}{}", statement_tag(&source), statement_tag("endif")));
                self.begin(false, statement.level, &source)
            }
            "elif" => {
                let source = format!("elif {}", self.condition(statement.rest));
                let alone = format!("{}{}{}", statement_tag("if true"), statement_tag(&source), statement_tag("endif"));
                self.alone(&alone);
                self.between(&source)
            }
            "else" => self.between("else"),
            word @ ("endfor" | "endif") => self.end(word),
            word @ ("break" | "continue") if self.scope.loops > 0 => Meaning::Quiet { source: statement_tag(word) },
            word @ ("break" | "continue") => {
                self.wrong(Message::new("template.not_in_loop").with("word", word));
                Meaning::Nothing
            }
            word @ ("set" | "set_global") => self.set(word, statement.rest),
            _ if is("statement.page_break") => Meaning::PageBreak,
            _ if is("statement.skip_blank_row") => Meaning::SkipBlankRow,
            word if FOREIGN.contains(&word) => {
                self.wrong(Message::new("template.foreign_statement").with("word", word));
                Meaning::Nothing
            }
            "" => {
                self.wrong(Message::new("template.empty"));
                Meaning::Nothing
            }
            word => {
                let message = match nearest(word, STATEMENTS.iter().copied()) {
                    Some(meant) => Message::new("template.unknown_statement_nearest").with("name", word).with("meant", meant),
                    None => Message::new("template.unknown_statement").with("name", word),
                };
                self.wrong(message);
                Meaning::Nothing
            }
        }
    }

    fn alone(&mut self, source: &str) {
        if let Some(place) = self.out.places.last_mut() {
            source.clone_into(&mut place.alone);
        }
    }

    /// `for name in list`, `for key, name in map`.
    fn begin_loop(&mut self, rest: &str, level: Option<Level>) -> Meaning {
        let cut = rest.char_indices().find_map(|(at, c)| {
            let after = rest[at + c.len_utf8()..].strip_prefix("in")?;
            let blank = is_blank(c) && after.chars().next().is_none_or(|c| is_blank(c) || !c.is_ascii_alphanumeric());
            blank.then_some((&rest[..at], after))
        });
        let mark = self.scope.mark();
        let (names, list) = match cut {
            Some((names, list)) => (names, list),
            None => {
                self.wrong(Message::new("template.for_without_in"));
                return self.begin_with(true, level, "for unknown in []", mark);
            }
        };
        let read = self.read(list.trim_matches(is_blank), true);
        let item = match &read.seen {
            Seen::List(item) => (**item).clone(),
            Seen::Rows { row, .. } => (**row).clone(),
            Seen::Text(_) | Seen::Number | Seen::Flag => {
                self.wrong(Message::new("template.not_a_list").with("name", list.trim_matches(is_blank)));
                Seen::Any
            }
            Seen::Map(_) if read.is_name && !names.contains([',', '，']) => {
                self.wrong(Message::new("template.not_a_list").with("name", list.trim_matches(is_blank)));
                Seen::Any
            }
            _ => Seen::Any,
        };
        let mut paths = Vec::new();
        let typed: Vec<&str> = names.split([',', '，']).map(|name| name.trim_matches(is_blank)).collect();
        for (index, name) in typed.iter().enumerate() {
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') || typed.len() > 2 {
                self.wrong(Message::new("template.bad_name").with("name", name));
                return self.begin_with(true, level, "for unknown in []", mark);
            }
            self.declared += 1;
            let seen = if index + 1 == typed.len() { item.clone() } else { Seen::Any };
            paths.push(self.scope.declare(name, seen, self.declared));
        }
        let source = format!("for {} in {}", paths.join(", "), read.source);
        self.alone(&format!("{}{}", statement_tag(&source), statement_tag("endfor")));
        self.begin_with(true, level, &source, mark)
    }

    fn begin(&mut self, is_loop: bool, level: Option<Level>, source: &str) -> Meaning {
        let mark = self.scope.mark();
        self.begin_with(is_loop, level, source, mark)
    }

    fn begin_with(&mut self, is_loop: bool, level: Option<Level>, source: &str, mark: usize) -> Meaning {
        let block = self.out.blocks.len();
        let item = self.out.items.len();
        self.out.blocks.push(Block { items: vec![item], is_loop, level, closed: false });
        self.open.push((block, mark));
        self.scope.loops += usize::from(is_loop);
        let turn = if is_loop { TURN.to_string() } else { String::new() };
        Meaning::Block { block, source: format!("{}{turn}", statement_tag(source)) }
    }

    /// `else` and `elif`.
    fn between(&mut self, source: &str) -> Meaning {
        let item = self.out.items.len();
        match self.open.last() {
            Some((block, _)) => {
                let block = *block;
                if let Some(block) = self.out.blocks.get_mut(block) {
                    block.items.push(item);
                }
                Meaning::Block { block, source: statement_tag(source) }
            }
            None => {
                self.wrong(Message::new("template.nothing_open"));
                Meaning::Nothing
            }
        }
    }

    fn end(&mut self, word: &str) -> Meaning {
        let is_loop = word == "endfor";
        let fits = |(block, _): &(usize, usize)| self.out.blocks.get(*block).is_some_and(|block| block.is_loop == is_loop);
        let Some(depth) = self.open.iter().rposition(fits) else {
            self.wrong(Message::new("template.nothing_open"));
            return Meaning::Nothing;
        };
        if depth + 1 < self.open.len() {
            // What was opened later has to be closed first.
            self.wrong(Message::new("template.crossing_blocks"));
            for (block, mark) in self.open.split_off(depth + 1).into_iter().rev() {
                self.unclosed(block);
                self.leave(block, mark);
            }
        }
        let Some((block, mark)) = self.open.pop() else { return Meaning::Nothing };
        self.leave(block, mark);
        let item = self.out.items.len();
        if let Some(block) = self.out.blocks.get_mut(block) {
            block.items.push(item);
            block.closed = true;
        }
        Meaning::Block { block, source: statement_tag(word) }
    }

    fn leave(&mut self, block: usize, mark: usize) {
        let is_loop = self.out.blocks.get(block).is_some_and(|block| block.is_loop);
        self.scope.loops -= usize::from(is_loop).min(self.scope.loops);
        self.scope.forget(mark);
    }

    fn set(&mut self, word: &str, rest: &str) -> Meaning {
        let Some((name, value)) = rest.split_once(['=', '＝']) else {
            self.wrong(Message::new("template.set_without_value"));
            return Meaning::Nothing;
        };
        let name = name.trim_matches(is_blank);
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            self.wrong(Message::new("template.bad_name").with("name", name));
            return Meaning::Nothing;
        }
        let read = self.read(value.trim_matches(is_blank), false);
        self.declared += 1;
        let path = self.scope.declare(name, read.seen, self.declared);
        // What grows with every turn of a loop is stopped before it fills the memory.
        let within = expression_tag(&format!("{path} | within_limits"));
        Meaning::Quiet { source: format!("{}{within}", statement_tag(&format!("{word} {path} = {}", read.source))) }
    }
}
