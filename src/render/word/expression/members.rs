//! Members of a name: what stands behind its dots, down to the cell of a matrix; and the end of a name.

use super::{Operand, Reader, functions, is_plain, mark, unknown};
use crate::diag::Message;
use crate::render::names::{Found, Member, Members, Seen, begins};
use crate::value::notation::{fold, is_blank};
use std::sync::Arc;

impl Reader<'_, '_> {
    /// What stands behind the dot.
    pub(super) fn member(&mut self) {
        self.skip_blanks();
        let Some(mut operand) = self.operand.take() else { return };
        operand.ended = false;
        let word = self.word();
        if let Some((item, columns)) = operand.item.take() {
            let found = step(&columns, self.rest(), &word);
            let Some((member, length)) = found else {
                self.unknown_member(&columns, &word, &operand);
                self.operand = Some(Operand { seen: Seen::Any, ..operand });
                return;
            };
            self.at += length;
            self.used.extend(member.at.iter().cloned());
            let mut index = member.path.split_once('[').map(|(_, index)| index.trim_end_matches(']').to_owned());
            if index.is_none() && matches!(member.seen, Seen::List(_)) {
                // An index that follows belongs to the cell.
                let typed = self.rest().trim_start_matches(is_blank);
                let digits = typed.strip_prefix(['[', '［', '【']).and_then(|rest| rest.split_once([']', '］', '】']));
                if let Some((digits, after)) =
                    digits.filter(|(d, _)| d.chars().all(|c| fold(c).is_ascii_digit()) && !d.is_empty())
                {
                    index = Some(digits.chars().map(fold).collect());
                    self.at = self.text.len() - after.len();
                }
            }
            let column = member.path.split('[').next().unwrap_or(&member.path);
            self.out.push_str(&format!(" | cell(item={}, column={}", functions::quote(&item), functions::quote(column)));
            if let Some(index) = &index {
                self.out.push_str(&format!(", index={index}"));
            }
            self.out.push(')');
            let seen = if index.is_some() { Seen::Text(None) } else { member.seen.clone() };
            self.operand = Some(Operand { seen, ended: true, ..operand });
            return;
        }
        match operand.seen.clone() {
            Seen::Map(members) => match step(&members, self.rest(), &word) {
                Some((member, length)) => {
                    self.at += length;
                    self.used.extend(member.at.iter().cloned());
                    if self.out.ends_with("loop") {
                        self.out.truncate(self.out.len() - "loop".len());
                    } else {
                        self.out.push('.');
                    }
                    self.out.push_str(&member.path);
                    operand.worded |= member.key != word;
                    operand.seen = member.seen.clone();
                }
                None => {
                    self.unknown_member(&members, &word, &operand);
                    operand.seen = Seen::Any;
                }
            },
            Seen::Rows { row, items } => {
                let wordings = |label: &crate::form::Label| label.wordings().cloned().collect::<Vec<_>>();
                let found = items
                    .iter()
                    .filter_map(|item| {
                        let length = wordings(item).iter().filter_map(|wording| begins(self.rest(), wording)).max()?;
                        Some((item, length))
                    })
                    .max_by_key(|(_, length)| *length);
                match (found, *row) {
                    (Some((item, length)), Seen::Map(columns)) => {
                        self.at += length;
                        operand.item = Some((item.text.to_string(), columns));
                    }
                    _ => {
                        let known: Vec<Member> = items.iter().map(|item| item_member(item, wordings(item))).collect();
                        self.unknown_member(&Members { list: known.into(), whole: None }, &word, &operand);
                        operand.seen = Seen::Any;
                    }
                }
            }
            Seen::Any => {
                self.out.push('.');
                self.out.push_str(if is_plain(&word) && !word.is_empty() { &word } else { "unknown" });
                if !is_plain(&word) {
                    let message = unknown("template.unknown_name", "template.unknown_name_nearest", &word);
                    self.problem(message(None));
                }
                self.at += word.len();
            }
            Seen::List(_) => {
                let typed = self.text[operand.typed..self.at].trim_end_matches(['.', '。', ' ']).to_owned();
                self.problem(Message::new("template.member_of_list").with("name", &word).with("owner", typed));
                self.at += word.len();
                operand.seen = Seen::Any;
            }
            Seen::Text(_) | Seen::Number | Seen::Flag => {
                self.unknown_member(&Members::default(), &word, &operand);
                operand.seen = Seen::Any;
            }
        }
        self.operand = Some(operand);
    }

    pub(super) fn unknown_member(&mut self, members: &Members, word: &str, operand: &Operand) {
        let owner = self.text[operand.typed..self.at].trim_end_matches(|c| mark(c) == '.' || is_blank(c)).to_owned();
        let message = match members.nearest(word) {
            Some(meant) => Message::new("template.unknown_member_nearest").with("meant", meant),
            None => Message::new("template.unknown_member"),
        };
        self.problem(message.with("name", word).with("owner", owner));
        self.out.push_str(".unknown");
        self.at += word.len();
    }

    /// The operand is whole.
    pub(super) fn end_operand(&mut self) {
        let Some(mut operand) = self.operand.take() else { return };
        operand.ended = true;
        if let Some((item, _)) = operand.item.take() {
            let owner = self.text[operand.typed..self.at].trim().to_owned();
            self.problem(Message::new("template.item_without_column").with("name", owner));
            let _ = item;
            operand.seen = Seen::Any;
        }
        if self.whole
            && let Seen::Map(members) = &operand.seen
            && let Some(member) = members.whole.and_then(|key| members.key(key))
        {
            self.out.push('.');
            self.out.push_str(&member.path);
            self.used.extend(member.at.iter().cloned());
            operand.seen = member.seen.clone();
        }
        let rows = match &operand.seen {
            Seen::List(item) => matches!(**item, Seen::Map(_)),
            Seen::Rows { .. } => true,
            _ => false,
        };
        // In the form's own words a table is what the record has, without the blank rows that the form prints.
        if operand.worded && rows && operand.is_name {
            self.out.push_str(" | filled");
        }
        if self.bare && operand.is_name && matches!(operand.seen, Seen::Text(_)) {
            self.out.push_str(" | bare");
        }
        self.operand = Some(operand);
    }
}

fn item_member(label: &crate::form::Label, wordings: Vec<Arc<str>>) -> Member {
    Member { key: label.text.to_string(), path: String::new(), wordings, seen: Seen::Any, at: Vec::new() }
}

/// A member by its key, or by the longest wording.
fn step<'m>(members: &'m Members, rest: &str, word: &str) -> Option<(&'m Member, usize)> {
    if let Some((Found::One(member), length)) = members.longest(rest)
        && (length > word.len() || !word.is_ascii())
    {
        return Some((member, length));
    }
    members.key(word).map(|member| (member, word.len()))
}
