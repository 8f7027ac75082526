//! What a word processor's file holds that is no content, or was read with a decision: gathered by a reader, told as notices.

use crate::diag::Message;
use crate::document::Notice;
use crate::locus::Locus;

/// How much of a passage is quoted.
const QUOTED: usize = 4000;

/// What was met and not read as content.
#[derive(Debug, Default)]
pub(in crate::read) struct Report {
    hidden: Passages,
    inserted: Passages,
    deleted: Passages,
    /// Pictures, drawings and embedded objects, whose text nobody can read here.
    pub objects: u32,
    /// Characters of fonts of signs that have no like in Unicode.
    pub signs: u32,
    /// Parts of the file that are damaged: what is missing is not known.
    pub damaged: u32,
}

#[derive(Debug, Default)]
struct Passages {
    count: u32,
    text: String,
    /// The passage goes on while the reader says so.
    open: bool,
}

impl Passages {
    fn add(&mut self, text: &str) {
        let blank = text.chars().all(crate::document::is_blank);
        if !self.open && blank {
            return;
        }
        if !std::mem::replace(&mut self.open, true) {
            self.count += 1;
            if !self.text.is_empty() {
                self.text.push_str(" / ");
            }
        }
        if self.text.len() < QUOTED {
            self.text.push_str(text);
        }
    }

    fn shown(&self) -> String {
        let text = self.text.trim().replace(['\n', '\r', '\t'], " ");
        if self.text.len() < QUOTED { text } else { format!("{text}…") }
    }
}

impl Report {
    pub fn hidden(&mut self, text: &str) {
        self.hidden.add(text);
    }

    pub fn inserted(&mut self, text: &str) {
        self.inserted.add(text);
    }

    pub fn deleted(&mut self, text: &str) {
        self.deleted.add(text);
    }

    /// Ordinary text follows: the passages under way have ended.
    pub fn end_passages(&mut self) {
        (self.hidden.open, self.inserted.open, self.deleted.open) = (false, false, false);
    }

    /// What to tell a person. `accepted`: whether tracked changes were read as accepted.
    pub fn notices(&self, accepted: bool) -> Vec<Notice> {
        let mut messages = Vec::new();
        if self.hidden.count > 0 {
            let message = Message::new("read.hidden_text").with("count", self.hidden.count).with("text", self.hidden.shown());
            messages.push(message);
        }
        if self.inserted.count + self.deleted.count > 0 {
            let id = if accepted { "read.tracked.accepted" } else { "read.tracked.rejected" };
            let left_out = if accepted { &self.deleted } else { &self.inserted };
            let message = Message::new(id)
                .with("inserted", self.inserted.count)
                .with("deleted", self.deleted.count)
                .with("text", left_out.shown());
            messages.push(message);
        }
        let counts = [
            (self.objects, "read.dropped.objects"),
            (self.signs, "read.dropped.signs"),
            (self.damaged, "read.dropped.damaged"),
        ];
        for (count, id) in counts {
            if count > 0 {
                messages.push(Message { id, arguments: vec![("count", count.to_string())] });
            }
        }
        messages.into_iter().map(|message| Notice { message, locus: Locus::default() }).collect()
    }
}
