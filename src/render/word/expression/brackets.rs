//! Brackets of every sort: groups, lists, indices, and the arguments of filters, tests and functions.

use super::{Open, Operand, Reader, functions, mark};
use crate::diag::Message;
use crate::render::names::Seen;
use crate::value::notation::is_blank;

impl Reader<'_, '_> {
    /// The bracket behind a filter, if any.
    pub(super) fn arguments(&mut self) {
        let rest = self.rest().trim_start_matches(is_blank);
        if let Some(c) = rest.chars().next().filter(|c| mark(*c) == '(') {
            self.skip_blanks();
            let operand = self.operand.take();
            // What the filter gives is known already.
            self.stack.extend(operand.map(|operand| Open::Filtered(Box::new(operand))));
            self.open(c, Open::Arguments);
        }
    }

    /// Names between `for` and `in` of a list made on the spot.
    pub(super) fn comprehension(&mut self) {
        let Some(end) = self.rest().find(" in ") else { return };
        let typed = &self.rest()[..end];
        let names: Vec<String> = typed
            .split(',')
            .map(|name| self.scope.plain(name.trim()).map_or_else(|| name.trim().to_owned(), |member| member.path.clone()))
            .collect();
        self.out.push(' ');
        self.out.push_str(&names.join(", "));
        self.out.push_str(" in ");
        self.at += end + " in ".len();
    }

    /// `name=` at the beginning of an argument.
    pub(super) fn argument(&self) -> Option<(String, usize)> {
        let word = self.word();
        let rest = self.rest().get(word.len()..)?;
        let after = rest.trim_start_matches(is_blank);
        let mut next = after.chars().map(mark);
        if word.is_empty() || next.next() != Some('=') || next.next() == Some('=') {
            return None;
        }
        let length = word.len() + rest.len() - after.len() + after.chars().next()?.len_utf8();
        Some((functions::argument(&word), length))
    }

    pub(super) fn open(&mut self, c: char, open: Open) {
        self.out.push(match open {
            Open::Group | Open::Arguments => '(',
            Open::Array | Open::Index(..) => '[',
            Open::Map | Open::Filtered(_) => '{',
        });
        self.at += c.len_utf8();
        self.stack.push(open);
        self.operand = None;
    }

    pub(super) fn colon(&mut self, c: char) {
        self.out.push(':');
        self.at += c.len_utf8();
        if let Some(Open::Index(_, sliced)) = self.stack.last_mut() {
            *sliced = true;
        }
        self.operand = None;
    }

    pub(super) fn close(&mut self, c: char) {
        let wanted = mark(c);
        self.at += c.len_utf8();
        let open = self.stack.pop();
        let fits = match &open {
            Some(Open::Group | Open::Arguments) => wanted == ')',
            Some(Open::Array | Open::Index(..)) => wanted == ']',
            Some(Open::Map) => wanted == '}',
            Some(Open::Filtered(_)) | None => false,
        };
        if !fits {
            self.problem(Message::new("template.unexpected").with("character", c));
            return;
        }
        self.out.push(wanted);
        let start = self.at;
        match open {
            Some(Open::Index(operand, sliced)) => {
                let seen = match operand.seen.clone() {
                    seen if sliced => seen,
                    Seen::List(item) => *item,
                    Seen::Rows { row, .. } => *row,
                    _ => Seen::Any,
                };
                self.operand = Some(Operand { seen, ended: false, ..*operand });
            }
            Some(Open::Arguments) => match self.stack.pop() {
                Some(Open::Filtered(operand)) => self.operand = Some(Operand { ended: true, ..*operand }),
                other => {
                    self.stack.extend(other);
                    self.push(Seen::Any, start, false);
                }
            },
            _ => self.push(Seen::Any, start, false),
        }
        if let Some(operand) = &mut self.operand
            && !operand.is_name
        {
            operand.ended = true;
        }
    }
}
