//! Reading a template as far as it is plain: its tags in words, its words as steps.

use super::super::counted::number;
use super::super::viewed::Hint;
use super::super::word::TURN;
use super::{Condition, Delimiters, Expression, Member, Path, Plain, Root, Step, Turn};

/// The steps of a source; none where it is not plain.
pub(super) fn plain(source: &str, delimiters: &Delimiters) -> Option<Plain> {
    let mut reader = Reader { rest: source, delimiters, names: Vec::new() };
    let (steps, end) = reader.steps()?;
    end.is_none().then_some(Plain { steps })
}

/// Reads a source from its beginning.
struct Reader<'s, 'd> {
    rest: &'s str,
    delimiters: &'d Delimiters,
    /// What the loops around call their items, the innermost last.
    names: Vec<&'s str>,
}

impl<'s> Reader<'s, '_> {
    /// Everything up to the end or up to a statement that belongs to the one around, which is given too.
    fn steps(&mut self) -> Option<(Vec<Step>, Option<Words<'s>>)> {
        let mut steps = Vec::new();
        loop {
            let [expression, statement, comment] = self.delimiters;
            let begins = |of: &[&str; 2]| self.rest.find(of[0]);
            let next =
                [expression, statement, comment].into_iter().filter_map(|of| Some((begins(of)?, of))).min_by_key(|(at, _)| *at);
            let Some((at, delimiters)) = next else {
                text(self.rest, &mut steps);
                self.rest = "";
                return Some((steps, None));
            };
            let (before, tag) = self.rest.split_at(at);
            text(before, &mut steps);
            let length = tag.find(delimiters[1])?;
            let inside = &tag[delimiters[0].len()..length];
            self.rest = &tag[length + delimiters[1].len()..];
            if delimiters == comment {
                return None;
            }
            let mut words = Words::of(inside)?;
            if delimiters == expression {
                steps.push(Step::Show(self.expression(&mut words)?));
                words.end()?;
                continue;
            }
            match words.next()? {
                Word::Name("for") => steps.push(self.for_each(words)?),
                Word::Name("if") => steps.push(self.choice(words)?),
                Word::Name("elif" | "else" | "endif" | "endfor") => return Some((steps, Some(Words::of(inside)?))),
                _ => return None,
            }
        }
    }

    fn for_each(&mut self, mut words: Words<'s>) -> Option<Step> {
        let Word::Name(name) = words.next()? else { return None };
        words.take(Word::Name("in"))?;
        let over = self.expression(&mut words)?;
        words.end()?;
        if RESERVED.contains(&name) {
            return None;
        }
        self.names.push(name);
        let (body, mut end) = self.steps()?;
        self.names.pop();
        let mut otherwise = Vec::new();
        if end.as_ref()?.is("else") {
            (otherwise, end) = self.steps()?;
        }
        end?.is("endfor").then_some(Step::Loop { over, body, otherwise })
    }

    fn choice(&mut self, mut words: Words<'s>) -> Option<Step> {
        let (mut arms, mut otherwise) = (Vec::new(), Vec::new());
        loop {
            let condition = self.any(&mut words)?;
            words.end()?;
            let (steps, end) = self.steps()?;
            arms.push((condition, steps));
            let mut end = end?;
            if end.is("elif") {
                words = end;
                words.next()?;
                continue;
            }
            if end.is("else") {
                let behind;
                (otherwise, behind) = self.steps()?;
                end = behind?;
            }
            return end.is("endif").then_some(Step::Choice { arms, otherwise });
        }
    }

    fn any(&self, words: &mut Words<'s>) -> Option<Condition> {
        let mut all = vec![self.all(words)?];
        while words.take(Word::Name("or")).is_some() {
            all.push(self.all(words)?);
        }
        Some(sole(all, Condition::Any))
    }

    fn all(&self, words: &mut Words<'s>) -> Option<Condition> {
        let mut all = vec![self.one(words)?];
        while words.take(Word::Name("and")).is_some() {
            all.push(self.one(words)?);
        }
        Some(sole(all, Condition::All))
    }

    fn one(&self, words: &mut Words<'s>) -> Option<Condition> {
        let not = words.take(Word::Name("not")).is_some();
        let expression = self.expression(words)?;
        match expression {
            Expression::Path(_) | Expression::Bare(_) if !not && words.take(Word::Sign("==")).is_some() => {
                match words.next()? {
                    Word::Text(text) => Some(Condition::Is(expression, text.to_owned())),
                    _ => None,
                }
            }
            expression if not => Some(Condition::Not(Box::new(Condition::Holds(expression)))),
            expression => Some(Condition::Holds(expression)),
        }
    }

    fn expression(&self, words: &mut Words<'s>) -> Option<Expression> {
        match words.next()? {
            Word::Text(text) => Some(Expression::Text(text.to_owned())),
            Word::Sign("[") => {
                let mut all = vec![self.expression(words)?];
                while words.take(Word::Sign(",")).is_some() {
                    all.push(self.expression(words)?);
                }
                words.take(Word::Sign("]"))?;
                Some(Expression::List(all))
            }
            Word::Name("loop") => {
                words.take(Word::Sign("."))?;
                let Word::Name(said) = words.next()? else { return None };
                if self.names.is_empty() {
                    return None;
                }
                Some(Expression::Turn(match said {
                    "index" => Turn::Index,
                    "index0" => Turn::Index0,
                    "first" => Turn::First,
                    "last" => Turn::Last,
                    "length" => Turn::Length,
                    _ => return None,
                }))
            }
            Word::Name(name) => {
                let path = self.path(name, words)?;
                if words.take(Word::Sign("+")).is_some() {
                    let Word::Number(number) = words.next()? else { return None };
                    return Some(Expression::More(path, number));
                }
                if words.take(Word::Sign("|")).is_some() {
                    return match words.next()? {
                        Word::Name("length") => Some(Expression::Length(path)),
                        Word::Name("bare") => Some(Expression::Bare(path)),
                        _ => None,
                    };
                }
                Some(Expression::Path(path))
            }
            Word::Number(_) | Word::Sign(_) => None,
        }
    }

    fn path(&self, name: &'s str, words: &mut Words<'s>) -> Option<Path> {
        if RESERVED.contains(&name) {
            return None;
        }
        let root = match self.names.iter().rev().position(|known| *known == name) {
            Some(out) => Root::Item(out),
            None if VIEW.contains(&name) => Root::View(name.to_owned(), Hint::default()),
            None => return None,
        };
        let mut members = Vec::new();
        loop {
            if words.take(Word::Sign(".")).is_some() {
                let Word::Name(name) = words.next()? else { return None };
                members.push(Member::Name(name.to_owned(), Hint::default()));
            } else if words.take(Word::Sign("[")).is_some() {
                members.push(match words.next()? {
                    Word::Number(number) => Member::At(number),
                    Word::Name("loop") if !self.names.is_empty() => {
                        words.take(Word::Sign("."))?;
                        words.take(Word::Name("index0"))?;
                        Member::AtTurn
                    }
                    _ => return None,
                });
                words.take(Word::Sign("]"))?;
            } else {
                return Some(Path { root, members });
            }
        }
    }
}

/// One condition by itself, several together.
fn sole(mut all: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    match all.pop() {
        Some(one) if all.is_empty() => one,
        last => several(all.into_iter().chain(last).collect()),
    }
}

/// The names of a view, but for those that only Tera knows.
const VIEW: [&str; 8] = ["form", "title", "version", "money_unit", "p", "shows", "d", "appendix"];

/// Words of the language, no names.
const RESERVED: [&str; 17] = [
    "loop", "self", "super", "true", "false", "True", "False", "none", "None", "null", "not", "and", "or", "in", "is", "if",
    "else",
];

/// What stands between two tags.
fn text(text: &str, steps: &mut Vec<Step>) {
    let rest = text.strip_prefix(TURN).unwrap_or(text);
    if rest.len() < text.len() {
        steps.push(Step::Turn);
    }
    match number(rest.as_bytes()) {
        Some(number) => steps.push(Step::Piece(number)),
        None if rest.is_empty() => {}
        None => steps.push(Step::Own(rest.to_owned())),
    }
}

/// A word of a tag.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Word<'s> {
    Name(&'s str),
    Number(usize),
    Text(&'s str),
    Sign(&'static str),
}

/// The words of a tag, one after the other.
#[derive(Clone)]
struct Words<'s> {
    all: std::vec::IntoIter<Word<'s>>,
}

impl<'s> Words<'s> {
    /// None where a tag holds anything else.
    fn of(tag: &'s str) -> Option<Words<'s>> {
        const SIGNS: [&str; 7] = ["==", ".", ",", "[", "]", "+", "|"];
        let (mut all, mut rest) = (Vec::new(), tag.trim_ascii_start());
        while let Some(first) = rest.bytes().next() {
            let while_they_are = |part: fn(u8) -> bool| rest.bytes().position(|byte| !part(byte)).unwrap_or(rest.len());
            let length = match first {
                b'"' | b'\'' => {
                    let length = rest[1..].find(char::from(first))?;
                    let text = &rest[1..1 + length];
                    if text.contains('\\') {
                        return None;
                    }
                    all.push(Word::Text(text));
                    length + 2
                }
                b'0'..=b'9' => {
                    let length = while_they_are(|byte| byte.is_ascii_alphanumeric());
                    all.push(Word::Number(rest[..length].parse().ok()?));
                    length
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                    let length = while_they_are(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    all.push(Word::Name(&rest[..length]));
                    length
                }
                _ => {
                    let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign))?;
                    all.push(Word::Sign(sign));
                    sign.len()
                }
            };
            rest = rest[length..].trim_ascii_start();
        }
        Some(Words { all: all.into_iter() })
    }

    fn next(&mut self) -> Option<Word<'s>> {
        self.all.next()
    }

    /// Takes this word where it is the next one.
    fn take(&mut self, word: Word) -> Option<()> {
        let next = self.all.as_slice().first().filter(|next| **next == word);
        next.copied().and_then(|_| self.all.next()).map(|_| ())
    }

    fn is(&self, name: &str) -> bool {
        self.all.as_slice().first() == Some(&Word::Name(name))
    }

    fn end(&self) -> Option<()> {
        self.all.as_slice().is_empty().then_some(())
    }
}
