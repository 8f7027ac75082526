//! The expression in a tag, as a person typed it, as one that Tera reads: names resolved, marks of an input method taken for
//! what they mean, every unknown name told with the nearest known one.
//!
//! A name is looked for with the longest wording first, because labels hold brackets, blanks and digits of their own. The
//! types of names are followed through members, indices and filters as far as they are known; beyond that, nothing is said.

mod brackets;
mod members;

use super::functions::{self, Filter};
use super::marks::{mark, quoted, unquote};
use super::scope::{Scope, is_plain, with_comprehensions};
use crate::diag::Message;
use crate::render::names::{Found, Member, Members, Seen, nearest};
use crate::value::notation::{fold, is_blank};

/// An expression that Tera reads, and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pub source: String,
    /// What it gives.
    pub seen: Seen,
    /// A name with its members and indices, nothing else.
    pub is_name: bool,
    /// `merge` stands at the end: within what.
    pub merge: Option<Option<String>>,
    /// The fields of the record that are named.
    pub used: Vec<String>,
    pub problems: Vec<Message>,
}

/// Reads an expression. `whole` says whether a band's name stands for its rows or lines.
pub(crate) fn read(text: &str, scope: &Scope, whole: bool) -> Expression {
    read_as(text, scope, whole, false)
}

/// Reads an expression that decides something: it sees what values say, not their marks ([`crate::render::trace`]).
pub(crate) fn read_condition(text: &str, scope: &Scope) -> Expression {
    read_as(text, scope, true, true)
}

fn read_as(text: &str, scope: &Scope, whole: bool, bare: bool) -> Expression {
    let mut reader = Reader {
        text,
        at: 0,
        scope: &with_comprehensions(text, scope),
        whole,
        bare,
        out: String::with_capacity(text.len() + 16),
        stack: Vec::new(),
        operand: None,
        operators: 0,
        filters: 0,
        merge: None,
        used: Vec::new(),
        problems: Vec::new(),
    };
    reader.run();
    reader.finish()
}

/// A bracket that is open.
enum Open {
    Group,
    Array,
    Map,
    /// The arguments of a filter, test or function.
    Arguments,
    /// An index into the operand; whether a colon was seen.
    Index(Box<Operand>, bool),
    /// What a filter gives, while its arguments are read.
    Filtered(Box<Operand>),
}

/// What stands before the place that is read.
#[derive(Clone)]
struct Operand {
    seen: Seen,
    /// Where it begins in the text.
    typed: usize,
    /// A step of it was a wording of the form.
    worded: bool,
    is_name: bool,
    /// A row of a matrix by its label; its columns are awaited.
    item: Option<(String, Members)>,
    ended: bool,
}

struct Reader<'t, 's> {
    text: &'t str,
    at: usize,
    scope: &'s Scope<'s>,
    whole: bool,
    /// Values are looked at without their marks.
    bare: bool,
    out: String,
    stack: Vec<Open>,
    /// `None`: an operand is awaited.
    operand: Option<Operand>,
    operators: usize,
    filters: usize,
    /// Where the filter `merge` begins in `out`, and where its arguments begin.
    merge: Option<(usize, usize)>,
    used: Vec<String>,
    problems: Vec<Message>,
}

impl<'t> Reader<'t, '_> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    fn problem(&mut self, message: Message) {
        // One unknown name brings others with it: the first is enough.
        if !self.problems.contains(&message) {
            self.problems.push(message);
        }
    }

    fn run(&mut self) {
        loop {
            let before = self.at;
            self.skip_blanks();
            let Some(c) = self.next() else { break };
            if self.operand.as_ref().is_some_and(|operand| !operand.ended) && !matches!(mark(c), '.' | '[') {
                self.end_operand();
            }
            if self.at > before && !self.out.is_empty() && !self.out.ends_with(' ') {
                self.out.push(' ');
            }
            if self.operand.is_some() {
                self.after_operand(c)
            } else {
                self.operand(c)
            }
            if self.at == before {
                // Nothing was taken: so that it ends.
                self.unexpected(c);
            }
        }
        if self.operand.as_ref().is_some_and(|operand| !operand.ended) {
            self.end_operand();
        }
    }

    fn unexpected(&mut self, c: char) {
        self.at += c.len_utf8();
        self.problem(Message::new("template.unexpected").with("character", c));
    }

    /// An operand, or what may stand before one.
    fn operand(&mut self, c: char) {
        let start = self.at;
        let arguments = matches!(self.stack.last(), Some(Open::Arguments));
        if arguments && let Some((name, length)) = self.argument() {
            self.out.push_str(&name);
            self.out.push('=');
            self.at += length;
            return;
        }
        let word = self.word();
        let found = self.scope.worded(self.rest()).filter(|(_, length)| *length > word.len() || !word.is_ascii());
        if let Some((found, length)) = found {
            let typed = &self.text[start..start + length];
            let member = match found {
                Found::One(member) => Some(member.clone()),
                Found::Several(keys) => {
                    let message = Message::new("template.ambiguous").with("name", typed).with("candidates", keys.join(", "));
                    self.problem(message);
                    None
                }
            };
            self.at += length;
            match member {
                Some(member) => self.begin(&member, start, true),
                None => self.begin_unknown(start),
            }
            return;
        }
        if let Some(length) = quoted(self.rest()) {
            let (content, escaped) = (self.rest(), length);
            let text = unquote(&content[..escaped]);
            self.at += length;
            self.out.push_str(&functions::quote(&text));
            self.push(Seen::Text(None), start, false);
            return;
        }
        if fold(c).is_ascii_digit() {
            let number: String =
                self.rest().chars().take_while(|c| fold(*c).is_ascii_digit() || matches!(fold(*c), '.' | '_')).collect();
            self.at += number.len();
            self.out.extend(number.chars().map(fold));
            self.push(Seen::Number, start, false);
            return;
        }
        if !word.is_empty() {
            self.name(&word, start);
            return;
        }
        match mark(c) {
            '(' => self.open(c, Open::Group),
            '[' => self.open(c, Open::Array),
            '{' => self.open(c, Open::Map),
            ')' | ']' | '}' => self.close(c),
            m @ ('-' | '.' | ',') => {
                // A sign; three dots spread a list; a comma after another.
                self.out.push(m);
                self.at += c.len_utf8();
            }
            ':' => self.colon(c),
            _ => self.unexpected(c),
        }
    }

    /// The letters and digits from here on, with what a full-width bracket encloses among them.
    fn word(&self) -> String {
        let mut word = String::new();
        let mut depth = 0;
        for c in self.rest().chars() {
            let bracket = matches!(c, '（' | '）') && !word.is_empty() && !word.is_ascii();
            let inside = c.is_alphanumeric() || c == '_' || depth > 0 && c == '）' || bracket && c == '（';
            if !inside || word.is_ascii() && !word.is_empty() && !(c.is_ascii_alphanumeric() || c == '_') {
                break;
            }
            depth += i32::from(c == '（') - i32::from(c == '）');
            word.push(c);
        }
        word
    }

    /// A name in plain letters, or one that the form does not know.
    fn name(&mut self, word: &str, start: usize) {
        self.at += word.len();
        match word {
            "not" => self.out.push_str("not"),
            "true" | "True" | "false" | "False" => {
                self.out.push_str(word);
                self.push(Seen::Flag, start, false);
            }
            "none" | "None" | "null" => {
                self.out.push_str(word);
                self.push(Seen::Any, start, false);
            }
            "loop" if self.scope.loops > 0 => {
                self.out.push_str("loop");
                let members = self.scope.in_loop.clone();
                self.push(Seen::Map(members), start, true);
            }
            _ if self.rest().trim_start_matches(is_blank).starts_with(['(', '（']) => {
                if !functions::FUNCTIONS.contains(&word) {
                    let message = unknown("template.unknown_function", "template.unknown_function_nearest", word);
                    self.problem(message(nearest(word, functions::FUNCTIONS.iter().copied())));
                }
                self.out.push_str(word);
                self.skip_blanks();
                let c = self.next().unwrap_or('(');
                self.open(c, Open::Arguments);
            }
            _ => match self.scope.plain(word).cloned() {
                Some(member) => self.begin(&member, start, false),
                None => {
                    let message = unknown("template.unknown_name", "template.unknown_name_nearest", word);
                    self.problem(message(self.scope.nearest(word)));
                    self.begin_unknown(start);
                }
            },
        }
    }

    fn begin(&mut self, member: &Member, start: usize, worded: bool) {
        self.out.push_str(&member.path);
        self.used.extend(member.at.iter().cloned());
        let worded = worded && !member.wordings.is_empty();
        self.operand = Some(Operand { worded, ..Operand::new(member.seen.clone(), start, true) });
    }

    fn begin_unknown(&mut self, start: usize) {
        self.out.push_str("unknown");
        self.push(Seen::Any, start, true);
    }

    fn push(&mut self, seen: Seen, start: usize, is_name: bool) {
        self.operand = Some(Operand::new(seen, start, is_name));
    }

    /// Behind an operand: a member, an index, a filter, an operator, the end of a bracket.
    fn after_operand(&mut self, c: char) {
        if let Some(word) = ["and", "or", "in", "is", "if", "else", "for", "not"].iter().find(|word| self.begins_word(word)) {
            self.at += word.len();
            self.out.push_str(word);
            self.operators += 1;
            self.operand = None;
            if *word == "is" {
                self.test();
            } else if *word == "for" {
                // A list made in a tag could be of any size.
                self.problem(Message::new("template.comprehension"));
                self.comprehension();
            }
            return;
        }
        match mark(c) {
            '.' => {
                self.at += c.len_utf8();
                self.member();
            }
            '[' => {
                self.at += c.len_utf8();
                self.out.push('[');
                if let Some(operand) = self.operand.take() {
                    self.stack.push(Open::Index(Box::new(operand), false));
                }
            }
            '|' => {
                self.at += c.len_utf8();
                self.filter();
            }
            ')' | ']' | '}' => self.close(c),
            ':' => self.colon(c),
            '?' => {
                // `?.` and `?[`: may be missing.
                self.out.push('?');
                self.at += c.len_utf8();
                if let Some(operand) = &mut self.operand {
                    (operand.seen, operand.ended) = (Seen::Any, false);
                }
            }
            m @ ('+' | '-' | '*' | '/' | '%' | '~' | '=' | '!' | '<' | '>' | ',') => {
                self.out.push(m);
                self.at += c.len_utf8();
                // The second half of `==`, `//`, `**` and their kin.
                if let Some(next) = self.next()
                    && (mark(next) == '=' && m != ',' || m == mark(next) && matches!(m, '/' | '*'))
                {
                    self.out.push(mark(next));
                    self.at += next.len_utf8();
                }
                self.operators += 1;
                self.operand = None;
            }
            _ => {
                // Two names without anything between them.
                let word = self.word();
                let typed = if word.is_empty() { c.to_string() } else { word };
                self.at += typed.len();
                self.problem(Message::new("template.unexpected").with("character", typed));
            }
        }
    }

    fn begins_word(&self, word: &str) -> bool {
        let after = self.rest().strip_prefix(word);
        after.is_some_and(|rest| rest.chars().next().is_none_or(|c| !(c.is_ascii_alphanumeric() || c == '_')))
    }

    fn filter(&mut self) {
        self.skip_blanks();
        let start = self.out.trim_end().len();
        let found = Filter::longest(self.rest());
        let Some((filter, length)) = found else {
            let word = self.word();
            let message = unknown("template.unknown_filter", "template.unknown_filter_nearest", &word);
            self.problem(message(nearest(&word, Filter::all_names().iter().map(|name| &**name))));
            self.at += word.len();
            self.out.push_str("| str");
            self.arguments();
            return;
        };
        self.at += length;
        self.filters += 1;
        self.out.push_str("| ");
        self.out.push_str(filter.name);
        if filter.name == "merge" {
            if !self.stack.is_empty() {
                self.problem(Message::new("template.merge_last"));
            }
            self.merge = Some((start, self.out.len()));
        } else if self.merge.is_some() && self.stack.is_empty() {
            self.problem(Message::new("template.merge_last"));
        }
        if let Some(operand) = &mut self.operand {
            operand.is_name = operand.is_name && filter.name == "merge";
            operand.seen = filter.gives(&operand.seen);
            operand.ended = true;
        }
        self.arguments();
    }

    fn test(&mut self) {
        self.skip_blanks();
        if self.begins_word("not") {
            self.at += "not".len();
            self.out.push_str(" not");
            self.skip_blanks();
        }
        let word = self.word();
        if !functions::TESTS.contains(&&*word) {
            let message = unknown("template.unknown_test", "template.unknown_test_nearest", &word);
            self.problem(message(nearest(&word, functions::TESTS.iter().copied())));
        }
        self.out.push(' ');
        self.out.push_str(if is_plain(&word) && !word.is_empty() { &word } else { "defined" });
        self.at += word.len();
        self.operand = Some(Operand { ended: true, ..Operand::new(Seen::Flag, self.at, false) });
        self.arguments();
    }

    fn finish(mut self) -> Expression {
        if !self.stack.is_empty() {
            self.problem(Message::new("template.bracket"));
        }
        let mut source = self.out.trim().to_owned();
        let mut merge = None;
        if let Some((start, arguments)) = self.merge {
            let given = self.out.get(arguments..).unwrap_or_default().trim().to_owned();
            let within = given.strip_prefix("(within=").and_then(|given| given.strip_suffix(')'));
            if !given.is_empty() && within.is_none() {
                self.problem(Message::new("template.merge_last"));
            }
            merge = Some(within.map(|within| within.trim().to_owned()));
            self.out.truncate(start);
            source = self.out.trim().to_owned();
        }
        let alone = self.operators == 0;
        let (seen, is_name) = match self.operand {
            Some(operand) if alone => (operand.seen, operand.is_name),
            _ => (Seen::Any, false),
        };
        if source.is_empty() && self.problems.is_empty() {
            self.problems.push(Message::new("template.empty"));
        }
        self.used.sort();
        self.used.dedup();
        Expression { source, seen, is_name, merge, used: self.used, problems: self.problems }
    }
}

impl Operand {
    fn new(seen: Seen, typed: usize, is_name: bool) -> Operand {
        Operand { seen, typed, worded: false, is_name, item: None, ended: false }
    }
}

fn unknown<'w>(id: &'static str, near: &'static str, word: &'w str) -> impl FnOnce(Option<String>) -> Message + 'w {
    move |meant| match meant {
        Some(meant) => Message::new(near).with("name", word).with("meant", meant),
        None => Message::new(id).with("name", word),
    }
}
