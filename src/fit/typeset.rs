//! What a page adds to texts: ends of lines in the midst of a sentence, and the gap that typesetting leaves between Chinese and
//! other scripts. Taken off again on printed pages alone, as a change that a person can see and undo.

use super::atom::Atom;
use super::data::JOINED_RULE;
use crate::change::{Change, Class};
use crate::diag::Message;
use crate::record::Record;
use crate::value::Kind;
use crate::value::notation::is_cjk;
use crate::value::text::{ends_sentence, marker};
use rustc_hash::FxHashSet;

/// The texts of a record that stand on printed pages, each with what its author wrote.
pub fn changes(record: &Record, atoms: &[Atom]) -> Vec<Change> {
    let printed: FxHashSet<_> = atoms.iter().filter(|atom| atom.printed).map(|atom| atom.cell.locus.spot).collect();
    let mut changes = Vec::new();
    if printed.is_empty() {
        return changes;
    }
    record.each_leaf(&mut |path, leaf| {
        let words = matches!(leaf.kind, Kind::Text | Kind::Name);
        let Some(locus) = leaf.loci.first().filter(|locus| words && printed.contains(&locus.spot)) else { return };
        // A label that stands for a value is put right by its own rule.
        if record.changes.iter().any(|change| change.at == *path) {
            return;
        }
        let to = unset(&leaf.text);
        if to != leaf.text {
            changes.push(Change {
                at: path.clone(),
                rule: JOINED_RULE,
                class: Class::Auto,
                applied: false,
                from: leaf.text.clone(),
                to,
                because: Message::new("S012.typeset"),
                locus: Some(*locus),
            });
        }
    });
    changes
}

/// A text without what typesetting added to it.
pub fn unset(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        let joined = index > 0 && !line.trim().is_empty() && goes_on(&out) && marker(line.trim_start()).is_none();
        match (index, joined) {
            (0, _) => {}
            (_, false) => out.push('\n'),
            (_, true) => {
                out.truncate(out.trim_end_matches(' ').len());
                let latin = |c: Option<char>| c.is_some_and(|c| !is_cjk(c));
                if latin(out.chars().next_back()) && latin(line.trim_start().chars().next()) {
                    out.push(' ');
                }
            }
        }
        closed_up(if joined { line.trim_start_matches(' ') } else { line }, &mut out);
    }
    out
}

/// Whether a sentence does not end with a text: a quotation mark ends one only behind what does.
fn goes_on(text: &str) -> bool {
    let bare = text.trim_end().trim_end_matches(['”', '’', '"', '）', ')', '》']);
    let quoted = bare.len() < text.trim_end().len();
    bare.chars().next_back().is_some_and(|c| !ends_sentence(c) || quoted && matches!(c, '：' | ':'))
}

/// A line without the blank that is printed between Chinese and a number or a Latin word.
fn closed_up(line: &str, out: &mut String) {
    let other = |c: char| c.is_ascii_alphanumeric() || matches!(c, '≥' | '≤' | '%' | '＞' | '＜' | '±' | '~' | '+' | '-');
    let mut letters = line.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = letters.next() {
        let gap = c == ' '
            && match (before, letters.peek()) {
                (Some(before), Some(&next)) => is_cjk(before) && other(next) || other(before) && is_cjk(next),
                _ => false,
            };
        if !gap {
            out.push(c);
        }
        before = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_typesetting_adds_goes() {
        assert_eq!(unset("搞好“八五”\n普法检查；"), "搞好“八五”普法检查；");
        assert_eq!(unset("帮教率达 100%，控制在 2%以内"), "帮教率达100%，控制在2%以内");
        assert_eq!(unset("使用 DOCX\nformat 的 3 个"), "使用DOCX format的3个");
        assert_eq!(unset("他说：“好。”\n第二段"), "他说：“好。”\n第二段");
        assert_eq!(unset("第一段。\n第二段"), "第一段。\n第二段");
        assert_eq!(unset("共有\n1、甲"), "共有\n1、甲");
        assert_eq!(unset("a b  c"), "a b  c");
    }
}
