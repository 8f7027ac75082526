//! The names that hold at a tag: those of the form, and those that the template gave itself, in any script.

use crate::render::names::{Found, Member, Members, Seen, begins, loop_names, nearest};
use std::sync::Arc;

/// Names that hold at a tag: those of the form, and those that the template gave itself.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    pub root: &'a Members,
    locals: Members,
    /// How many loops are open.
    pub loops: usize,
    pub(super) in_loop: Members,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(root: &'a Members) -> Self {
        let in_loop = Members { list: loop_names().into(), whole: None };
        Scope { root, locals: Members::default(), loops: 0, in_loop }
    }

    /// How many names were declared; to go back to.
    pub(crate) fn mark(&self) -> usize {
        self.locals.list.len()
    }

    pub(crate) fn forget(&mut self, mark: usize) {
        Arc::make_mut(&mut self.locals.list).truncate(mark);
    }

    /// Declares a name and returns what Tera is to call it.
    pub(crate) fn declare(&mut self, typed: &str, seen: Seen, number: usize) -> String {
        let plain = is_plain(typed) && !RESERVED.contains(&typed);
        let path = if plain { typed.to_owned() } else { format!("named_{number}") };
        let wordings = if plain { Vec::new() } else { vec![Arc::from(typed)] };
        let locals = Arc::make_mut(&mut self.locals.list);
        locals.push(Member { key: typed.to_owned(), path: path.clone(), wordings, seen, at: Vec::new() });
        path
    }

    pub(super) fn plain(&self, name: &str) -> Option<&Member> {
        // The latest of a name counts.
        self.locals.list.iter().rev().find(|member| member.key == name).or_else(|| self.root.key(name))
    }

    pub(super) fn worded(&self, text: &str) -> Option<(Found<'_>, usize)> {
        let own = self.locals.list.iter().filter_map(|member| {
            let length = member.wordings.iter().filter_map(|wording| begins(text, wording)).max()?;
            Some((Found::One(member), length))
        });
        let own = own.max_by_key(|(_, length)| *length);
        let of_loop = if self.loops > 0 { self.in_loop.longest(text) } else { None };
        let root = self.root.longest(text);
        // The longest; of equals the nearest scope.
        [root, of_loop, own].into_iter().flatten().max_by_key(|(_, length)| *length)
    }

    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        let words = |members: &'a Members| members.list.iter().flat_map(|m| m.wordings.iter().map(|w| &**w));
        let keys = |members: &'a Members| members.list.iter().map(|m| &*m.key);
        let own = self.locals.list.iter().map(|member| &*member.key);
        nearest(name, own.chain(keys(self.root)).chain(words(self.root)))
    }
}

/// A name that Tera takes as it is.
pub(super) fn is_plain(name: &str) -> bool {
    name.bytes().enumerate().all(|(i, b)| b == b'_' || if i == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() })
}

const RESERVED: [&str; 16] = [
    "true", "True", "false", "False", "loop", "self", "and", "or", "not", "is", "in", "continue", "break", "none", "None",
    "null",
];

/// `[x for x in y]` declares its names before they are declared.
pub(super) fn with_comprehensions<'a>(text: &str, scope: &Scope<'a>) -> Scope<'a> {
    let mut scope = scope.clone();
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    for (index, word) in words.iter().enumerate().filter(|(_, word)| **word == "for") {
        for (number, name) in words[index + 1..].iter().take_while(|word| **word != "in").take(2).enumerate() {
            scope.declare(name, Seen::Any, 1000 + index * 2 + number);
        }
        let _ = word;
    }
    scope
}
