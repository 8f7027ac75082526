//! A thin layer over the YAML library: a text in, a tree out whose every node knows its line and column.
//!
//! Scalars stay the text that was written (`0723`, `12.50` and `2306.26` are never numbers here); who reads the tree knows
//! which type is meant. Repeated keys are mistakes; anchors, aliases and `<<` merges are resolved. Only this file names the
//! library: an event parser, because a deserialiser has no places for nodes that are right in form and wrong in meaning.

mod reader;

pub use reader::{Map, Reader};

use crate::diag::{Message, Mistake};
use crate::limits;
use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

/// A place in the text, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

impl Place {
    /// A mistake here.
    pub fn mistake(self, message: Message) -> Mistake {
        Mistake { line: self.line, column: self.column, message }
    }
}

/// A node and where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub place: Place,
    /// Behind the last character of a scalar; of a list or map, the same as `place`.
    pub end: Place,
    pub value: Value,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Written as `null`, `~` or nothing.
    Null,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(MapKey, Node)>),
}

/// A text as written, quotes and folding resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    pub text: String,
    /// Written without quotes, so that `true` and `12` may be meant as such.
    pub plain: bool,
}

/// A key of a map and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapKey {
    pub text: String,
    pub place: Place,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The child of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The child of a map, with its key.
    pub fn entry(&self, key: &str) -> Option<&(MapKey, Node)> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(name, _)| name.text == key),
            _ => None,
        }
    }

    /// The catalogue's word for what this is, for messages: `@yaml.a_list`.
    pub fn what(&self) -> &'static str {
        match &self.value {
            Value::Null => "@yaml.a_null",
            Value::Scalar(_) => "@yaml.a_text",
            Value::List(_) => "@yaml.a_list",
            Value::Map(_) => "@yaml.a_map",
        }
    }
}

/// A text without byte order mark and carriage returns, as the parser wants it and as lines are counted.
pub fn normalise(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// Parses one document. `Err`: the text is no YAML. `Ok`: the tree, and what is wrong in it all the same (repeated keys).
///
/// An empty text is a null.
pub fn parse(text: &str) -> Result<(Node, Vec<Mistake>), Mistake> {
    let text = normalise(text);
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(&text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        builder.event(event, place(&span.start), place(&span.end))?;
    }
    builder.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    const START: Place = Place { line: 1, column: 1 };
    let root = builder.root.unwrap_or(Node { place: START, end: START, value: Value::Null });
    Ok((root, builder.mistakes))
}

fn place(marker: &Marker) -> Place {
    Place { line: marker.line().max(1) as u32, column: marker.col() as u32 + 1 }
}

/// The library's words are English and for programmers: the usual slips are told in ours, with what to do.
fn syntax(error: &ScanError) -> Mistake {
    let info = error.info();
    let has = |words: &[&str]| words.iter().any(|word| info.contains(word));
    let message = if has(&["tab"]) {
        Message::new("yaml.tab")
    } else if has(&["recursion"]) {
        Message::new("yaml.too_deep")
    } else if has(&["flow", "bracket", "illegal placement"]) {
        Message::new("yaml.bracket")
    } else if has(&["quote", "unexpected character"]) {
        Message::new("yaml.quote")
    } else if has(&["mapping values", "simple key", "block mapping", "indent", "block collection", "':'"]) {
        Message::new("yaml.indentation")
    } else if has(&["anchor", "alias"]) {
        Message::new("yaml.alias")
    } else {
        Message::new("yaml.syntax").with("detail", info)
    };
    place(error.marker()).mistake(message)
}

/// A list or map that is not closed yet.
struct Open {
    place: Place,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<(MapKey, Node)>,
        /// Key → position, so that a long map stays linear.
        seen: FxHashMap<String, usize>,
        /// What `<<` brought: put in at the end, where the map has no such key itself.
        merged: Vec<(MapKey, Node)>,
        pending: Option<Key>,
    },
}

enum Key {
    Text(MapKey),
    Merge,
    /// Repeated or no text: its value is read and dropped.
    Refused,
}

#[derive(Default)]
struct Builder {
    stack: Vec<Open>,
    anchors: FxHashMap<usize, (Node, usize)>,
    copies: usize,
    root: Option<Node>,
    mistakes: Vec<Mistake>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, place: Place, end: Place) -> Result<(), Mistake> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let value = if plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
                    Value::Null
                } else {
                    Value::Scalar(Scalar { text: text.into_owned(), plain })
                };
                self.node(Node { place, end, value }, anchor)?;
            }
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(place.mistake(Message::new("yaml.alias")));
                };
                self.copies += size;
                if self.copies > limits::YAML_COPIES {
                    return Err(place.mistake(Message::new("yaml.too_large")));
                }
                let node = node.clone();
                // Counted, so that no later walk over the tree can overflow the stack.
                if self.stack.len() + depth(&node) > limits::YAML_DEPTH {
                    return Err(place.mistake(Message::new("yaml.too_deep")));
                }
                self.node(node, 0)?;
            }
            Event::SequenceStart(anchor, _) => self.open(place, anchor, Content::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => {
                let content =
                    Content::Map { entries: Vec::new(), seen: FxHashMap::default(), merged: Vec::new(), pending: None };
                self.open(place, anchor, content)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            Event::DocumentStart(_) if self.root.is_some() => {
                return Err(place.mistake(Message::new("yaml.documents")));
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn open(&mut self, place: Place, anchor: usize, content: Content) -> Result<(), Mistake> {
        if self.stack.len() >= limits::YAML_DEPTH {
            return Err(place.mistake(Message::new("yaml.too_deep")));
        }
        self.stack.push(Open { place, anchor, content });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Mistake> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        let value = match open.content {
            Content::List(items) => Value::List(items),
            Content::Map { mut entries, mut seen, merged, .. } => {
                for (key, node) in merged {
                    if !seen.contains_key(&key.text) {
                        seen.insert(key.text.clone(), entries.len());
                        entries.push((key, node));
                    }
                }
                Value::Map(entries)
            }
        };
        self.node(Node { place: open.place, end: open.place, value }, open.anchor)
    }

    /// A finished node goes to where it belongs.
    fn node(&mut self, node: Node, anchor: usize) -> Result<(), Mistake> {
        if anchor > 0 {
            let size = size(&node);
            self.copies += size;
            self.anchors.insert(anchor, (node.clone(), size));
            if self.copies > limits::YAML_COPIES {
                return Err(node.place.mistake(Message::new("yaml.too_large")));
            }
        }
        match self.stack.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, seen, merged, pending }) => match pending.take() {
                None => *pending = Some(key(node, entries, seen, &mut self.mistakes)),
                Some(Key::Refused) => {}
                Some(Key::Text(key)) => {
                    seen.insert(key.text.clone(), entries.len());
                    entries.push((key, node));
                }
                Some(Key::Merge) => {
                    let sources = match node.value {
                        Value::List(items) => items,
                        _ => vec![node],
                    };
                    for source in sources {
                        match source.value {
                            Value::Map(entries) => merged.extend(entries),
                            _ => self.mistakes.push(source.place.mistake(Message::new("yaml.merge"))),
                        }
                    }
                }
            },
        }
        Ok(())
    }
}

fn key(node: Node, entries: &[(MapKey, Node)], seen: &FxHashMap<String, usize>, mistakes: &mut Vec<Mistake>) -> Key {
    let place = node.place;
    match node.value {
        Value::Scalar(scalar) if scalar.plain && scalar.text == "<<" => Key::Merge,
        Value::Scalar(scalar) => match seen.get(&scalar.text) {
            None => Key::Text(MapKey { text: scalar.text, place }),
            Some(first) => {
                let line = entries.get(*first).map_or(0, |(key, _)| key.place.line);
                let message = Message::new("yaml.repeated_key").with("key", &scalar.text).with("line", line);
                mistakes.push(place.mistake(message));
                Key::Refused
            }
        },
        _ => {
            mistakes.push(place.mistake(Message::new("yaml.key_no_text")));
            Key::Refused
        }
    }
}

/// Which of the allowed words is meant, if one is near enough: by edit distance, at most a third of the word (but two slips
/// of a word of four, so that swapped letters count).
pub fn nearest<'a>(word: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(64).collect();
    let near = |other: &&str| distance(&letters, other);
    let best = allowed.into_iter().min_by_key(near)?;
    let most = if letters.len() < 4 { 1 } else { (letters.len() / 3).max(2) };
    (distance(&letters, best) <= most).then_some(best)
}

fn distance(left: &[char], right: &str) -> usize {
    let mut row: Vec<usize> = (0..=left.len()).collect();
    for (position, letter) in right.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], position + 1);
        for index in 0..left.len() {
            let replaced = diagonal + usize::from(left[index] != letter);
            diagonal = row[index + 1];
            row[index + 1] = replaced.min(row[index] + 1).min(diagonal + 1);
        }
    }
    row[left.len()]
}

fn children(node: &Node) -> Box<dyn Iterator<Item = &Node> + '_> {
    match &node.value {
        Value::List(items) => Box::new(items.iter()),
        Value::Map(entries) => Box::new(entries.iter().map(|(_, node)| node)),
        Value::Null | Value::Scalar(_) => Box::new(std::iter::empty()),
    }
}

fn size(node: &Node) -> usize {
    1 + children(node).map(size).sum::<usize>()
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::Null | Value::Scalar(_) => 0,
        _ => 1 + children(node).map(depth).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<(u32, u32, &'static str)> {
        let mistakes = match parse(text) {
            Ok((_, mistakes)) => mistakes,
            Err(mistake) => vec![mistake],
        };
        mistakes.iter().map(|mistake| (mistake.line, mistake.column, mistake.message.id)).collect()
    }

    #[test]
    fn every_node_knows_its_place_and_numbers_stay_text() {
        let (root, mistakes) = parse("\u{feff}甲: 0723\r\n乙:\r\n  - {丙: 12.50, 丁: \"0\"}\r\n").unwrap();
        assert_eq!(mistakes, []);
        let first = root.get("甲").unwrap();
        assert_eq!((first.text(), first.place), (Some("0723"), Place { line: 1, column: 4 }));
        let Value::List(items) = &root.get("乙").unwrap().value else { panic!() };
        assert_eq!(items[0].place, Place { line: 3, column: 5 });
        assert_eq!(items[0].get("丙").unwrap().text(), Some("12.50"));
        assert_eq!(items[0].get("丁").unwrap().value, Value::Scalar(Scalar { text: "0".into(), plain: false }));
        assert_eq!(items[0].entry("丁").unwrap().0.place, Place { line: 3, column: 16 });
    }

    #[test]
    fn aliases_and_merges_are_resolved() {
        let (root, mistakes) = parse("a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, k: 3}\n").unwrap();
        assert_eq!(mistakes, []);
        assert_eq!(root.get("b").unwrap().get("l").unwrap().text(), Some("2"));
        assert_eq!(root.get("c").unwrap().get("k").unwrap().text(), Some("3"));
        assert_eq!(root.get("c").unwrap().get("l").unwrap().text(), Some("2"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(ids("a: 1\nb: {c: 1, c: 2}\na: 2\n"), [(2, 11, "yaml.repeated_key"), (3, 1, "yaml.repeated_key")]);
        assert_eq!(ids("a: [1, 2\nb: 3\n")[0].2, "yaml.bracket");
        assert_eq!(ids("a: \"x\nb: 3\n")[0].2, "yaml.quote");
        assert_eq!(ids("a: 1\n b: 2\n")[0].2, "yaml.indentation");
        assert_eq!(ids("a:\n\t- b\n")[0].2, "yaml.tab");
        assert_eq!(ids("a: *x\n")[0].2, "yaml.alias");
        assert_eq!(ids("a: 1\n---\nb: 2\n")[0].2, "yaml.documents");
        assert_eq!(ids(&"[".repeat(1000))[0].2, "yaml.too_deep");
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
        assert_eq!(ids(bomb)[0].2, "yaml.too_large");
    }

    #[test]
    fn a_word_nearly_right_is_recognised() {
        let allowed = ["key", "label", "synonyms", "type"];
        assert_eq!(nearest("lable", allowed), Some("label"));
        assert_eq!(nearest("synonym", allowed), Some("synonyms"));
        assert_eq!(nearest("colour", allowed), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-a:{}\\[\\],&*!|>'\"%@`#? \n\t甲<~]{0,60}") {
            let _ = parse(&text);
        }
    }
}
