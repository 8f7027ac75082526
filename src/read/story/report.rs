//! What a word processor's file holds that is no content, or was read with a decision: gathered by a reader, told as notices.
//!
//! Passages are numbered as they begin. A paragraph keeps the numbers of its passages ([`Report::begun`]), and laying it gives
//! them their place; what is never laid is told without one.

use crate::diag::{BETWEEN, Message};
use crate::document::Notice;
use crate::locus::Locus;
use rustc_hash::FxHashMap;

/// How much of passages is quoted in one notice.
const QUOTED: usize = 4000;

/// Hidden passages that get a notice of their own; the others are told together.
const OWN: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Hidden,
    Inserted,
    Deleted,
}

#[derive(Debug)]
struct Passage {
    sort: Sort,
    text: String,
}

/// What was met and not read as content.
#[derive(Debug, Default)]
pub(in crate::read) struct Report {
    passages: Vec<Passage>,
    /// The passage that goes on while the reader says so.
    open: Option<Sort>,
    /// Passages whose numbers were asked for.
    asked: u32,
    /// Pictures, drawings and embedded objects, whose text nobody can read here.
    pub objects: u32,
    /// Characters of fonts of signs that have no like in Unicode.
    pub signs: u32,
    /// Parts of the file that are damaged: what is missing is not known.
    pub damaged: u32,
    /// Formulas in fields, whose layout is not read.
    pub formulas: Vec<String>,
    /// What pictures and shapes are described by, for those who do not see them.
    pub alternatives: Vec<String>,
}

/// Where the passages stand.
pub(in crate::read) type Places = FxHashMap<u32, Locus>;

impl Report {
    fn add(&mut self, sort: Sort, text: &str) {
        let blank = text.chars().all(crate::document::is_blank);
        let goes_on = self.open == Some(sort);
        if !goes_on && blank {
            return;
        }
        self.open = Some(sort);
        match self.passages.last_mut().filter(|_| goes_on) {
            Some(passage) => passage.text.push_str(text),
            None => self.passages.push(Passage { sort, text: text.to_owned() }),
        }
    }

    pub fn hidden(&mut self, text: &str) {
        self.add(Sort::Hidden, text);
    }

    pub fn inserted(&mut self, text: &str) {
        self.add(Sort::Inserted, text);
    }

    pub fn deleted(&mut self, text: &str) {
        self.add(Sort::Deleted, text);
    }

    /// Ordinary text follows: the passage under way has ended.
    pub fn end_passages(&mut self) {
        self.open = None;
    }

    /// The numbers of the passages that began since this was last asked.
    pub fn begun(&mut self) -> std::ops::Range<u32> {
        let count = self.passages.len() as u32;
        std::mem::replace(&mut self.asked, count)..count
    }

    /// What to tell a person. `accepted`: whether tracked changes were read as accepted.
    pub fn notices(&self, accepted: bool, places: &Places) -> Vec<Notice> {
        let place = |number: usize| places.get(&(number as u32)).copied().unwrap_or_default();
        let of = |sort: Sort| self.passages.iter().enumerate().filter(move |(_, passage)| passage.sort == sort);
        let quoted = |text: &str| text.trim().replace(['\n', '\r', '\t'], " ");
        let mut notices = Vec::new();
        let mut tell = |message: Message, locus: Locus| notices.push(Notice { message, locus });
        for (number, passage) in of(Sort::Hidden).take(OWN) {
            tell(Message::new("read.word.hidden").with("text", quoted(&passage.text)), place(number));
        }
        let rest: Vec<_> = of(Sort::Hidden).skip(OWN).collect();
        if let Some((number, _)) = rest.first() {
            let text = joined(rest.iter().map(|(_, passage)| quoted(&passage.text)), " / ");
            tell(Message::new("read.hidden_text").with("count", rest.len()).with("text", text), place(*number));
        }
        let (inserted, deleted) = (of(Sort::Inserted).count(), of(Sort::Deleted).count());
        let first = self.passages.iter().position(|passage| passage.sort != Sort::Hidden);
        if let Some(first) = first {
            let (id, left_out) = match accepted {
                true => ("read.word.tracked_accepted", Sort::Deleted),
                false => ("read.word.tracked_rejected", Sort::Inserted),
            };
            let none = || "@read.word.none".to_owned();
            let texts = joined(of(left_out).map(|(_, passage)| format!("“{}”", quoted(&passage.text))), BETWEEN);
            let message = Message::new(id)
                .with("inserted", inserted)
                .with("deleted", deleted)
                .with("moved", 0)
                .with("formatted", 0)
                .with("authors", none())
                .with("left_out", if texts.is_empty() { none() } else { texts });
            tell(message, place(first));
        }
        for formula in &self.formulas {
            tell(Message::new("read.word.field").with("text", formula.trim()), Locus::default());
        }
        for text in &self.alternatives {
            tell(Message::new("read.alternative").with("text", text.trim()), Locus::default());
        }
        let counts = [
            (self.objects, "read.dropped.objects"),
            (self.signs, "read.dropped.signs"),
            (self.damaged, "read.dropped.damaged"),
        ];
        for (count, id) in counts.into_iter().filter(|(count, _)| *count > 0) {
            tell(Message { id, arguments: vec![("count", count.to_string())] }, Locus::default());
        }
        notices
    }
}

/// Texts as one, as far as they are quoted.
fn joined(texts: impl Iterator<Item = String>, between: &str) -> String {
    let mut out = String::new();
    for text in texts {
        if out.len() > QUOTED {
            out.push('…');
            break;
        }
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&text);
    }
    out
}
