//! A person's decisions in an edited file, brought together: the data as typed and the changes as marked.
//!
//! What stands in `data` is what the person wants. A suggestion marked as applied whose field still holds the old text is
//! applied now. Where a field holds something that no change led to, the person's text stands as if the source had said it.

use crate::change::{Change, Class};
use crate::diag::Message;
use crate::document::Notice;
use crate::locus::{Locus, Spot};
use crate::record::{Path, Record};
use crate::yaml_tree::Place;
use std::collections::BTreeMap;

/// Applies what was accepted, forgets what was overruled, and gives each field the raw text that its changes start from.
///
/// `places` are those of the changes in the file. The notices are about accepted changes that fit no more.
pub fn settle(record: &mut Record, places: &[Place]) -> Vec<Notice> {
    let mut fields: BTreeMap<Path, Vec<usize>> = BTreeMap::new();
    for (index, change) in record.changes.iter().enumerate() {
        fields.entry(change.at.clone()).or_default().push(index);
    }
    let mut notices = Vec::new();
    let mut dropped = vec![false; record.changes.len()];
    let mut late = vec![false; record.changes.len()];
    for (path, indices) in fields {
        let Some(node) = record.get(&path) else {
            // The row was deleted, and with it what was said of it.
            indices.iter().for_each(|index| dropped[*index] = true);
            continue;
        };
        let Some(leaf) = node.leaf() else { continue };
        let applied: Vec<usize> = indices.into_iter().filter(|index| record.changes[*index].applied).collect();
        let (text, raw) = match history(&record.changes, &applied, &leaf.text) {
            History::Done => (None, applied.first().map(|first| record.changes[*first].from.clone())),
            History::Accept { keep, accept } => {
                for index in &applied {
                    dropped[*index] = !keep.contains(index) && !accept.contains(index);
                }
                accept.iter().for_each(|index| late[*index] = true);
                let first = keep.first().or(accept.first());
                (accept.last().map(|last| record.changes[*last].to.clone()), first.map(|i| record.changes[*i].from.clone()))
            }
            History::Overruled => {
                for index in &applied {
                    dropped[*index] = true;
                    let change = &record.changes[*index];
                    if change.class == Class::Suggest {
                        let place = places.get(*index).copied().unwrap_or_default();
                        notices.push(notice(change, &leaf.text, place));
                    }
                }
                (None, None)
            }
        };
        if let Some(leaf) = record.leaf_mut(&path) {
            leaf.text = text.unwrap_or_else(|| std::mem::take(&mut leaf.text));
            leaf.raw = raw.unwrap_or_else(|| leaf.text.clone());
        }
    }
    // In the order in which they were made: what was accepted just now comes last.
    let changes = std::mem::take(&mut record.changes).into_iter().enumerate();
    let (new, old): (Vec<_>, Vec<_>) = changes.filter(|(index, _)| !dropped[*index]).partition(|(index, _)| late[*index]);
    record.changes = old.into_iter().chain(new).map(|(_, change)| change).collect();
    notices
}

/// How a field came to hold what it holds.
enum History {
    /// By the applied changes, all of them.
    Done,
    /// By those in `keep`; those in `accept` are to be applied now.
    Accept { keep: Vec<usize>, accept: Vec<usize> },
    /// By a person.
    Overruled,
}

fn history(changes: &[Change], applied: &[usize], text: &str) -> History {
    let leads = |chain: &[usize]| {
        let linked = chain.windows(2).all(|pair| changes[pair[0]].to == changes[pair[1]].from);
        linked && chain.last().is_none_or(|last| changes[*last].to == text)
    };
    if leads(applied) {
        return History::Done;
    }
    let is_suggestion = |index: &usize| changes[*index].class == Class::Suggest;
    // The last suggestions are the new ones: as few of them as will do.
    let suggestions: Vec<usize> = applied.iter().copied().filter(is_suggestion).collect();
    for new in 1..=suggestions.len() {
        let accept = &suggestions[suggestions.len() - new..];
        let old: Vec<usize> = applied.iter().copied().filter(|index| !accept.contains(index)).collect();
        let linked = accept.windows(2).all(|pair| changes[pair[0]].to == changes[pair[1]].from);
        if !linked || !leads(&old) {
            continue;
        }
        let from = &changes[accept[0]].from;
        if from == text {
            return History::Accept { keep: old, accept: accept.to_vec() };
        }
        // The suggestion was made before the field was brought into its canonical form: start again from there.
        if let Some(length) = old.iter().position(|index| changes[*index].from == *from) {
            return History::Accept { keep: old[..length].to_vec(), accept: accept.to_vec() };
        }
    }
    History::Overruled
}

fn notice(change: &Change, found: &str, place: Place) -> Notice {
    let message = Message::new("record.overruled")
        .with("at", &change.at)
        .with("rule", change.rule)
        .with("from", &change.from)
        .with("to", &change.to)
        .with("found", found);
    let start = place.column.saturating_sub(1);
    Notice { message, locus: Locus::new(Spot::Text { line: place.line, cell: 1 }, start, start) }
}
