//! C: parts of a form that speak of the same thing and must agree: goals with their blocks, tasks with indicators.

use super::context::{Context, indexed, keyed};
use super::parameters::{Expect, Parameters, optional, required};
use super::similar::{Matter, common_ending};
use super::text::shown;
use super::{Apply, declare_rule};
use crate::diag::Message;
use crate::record::{Node, Path};
use crate::value::notation::{fold, is_blank, is_clause_end};
use crate::value::target::{self, Target};
use rustc_hash::FxHashMap;

declare_rule! {
    /// ## What it checks
    /// That every goal that is listed has a block of its own, and every block a goal in the list.
    /// ## Why
    /// The list is the contents of the blocks; where they differ, one of them is out of date.
    /// ## Example
    /// Listed 维护社会稳定 and 提升法律服务质量; the first block merges both, the second is not listed.
    /// ## Fix safety
    /// Nothing is changed: only the office knows its goals.
    /// ## Source
    /// Relevance and completeness of goals (reviewer's list, C3).
    pub static C007 = {
        name: "goals-do-not-match", severity: Warning, class: Report, apply: Apply::Listed(goals),
        parameters: [required("listed", Expect::Path), required("blocks", Expect::Path)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That a percentage promised in a text has an indicator that carries it, with the same value.
    /// ## Why
    /// What is promised in words and not measured will not be evaluated.
    /// ## Example
    /// The tasks promise 帮教率达100%; no indicator is about 帮教率.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Relevance of indicators to goals (reviewer's list, C5).
    pub static C008 = {
        name: "promise-without-indicator", severity: Warning, class: Report, apply: Apply::Listed(promises),
        parameters: [required("texts", Expect::Paths), required("rows", Expect::Rows), required("name", Expect::FieldOf("rows")),
            required("target", Expect::FieldOf("rows")), optional("ends", Expect::Words)]
    }
}

/// Hundredths of likeness from which two goals are the same, and of a goal's matter that must be found in a longer one.
const SAME: usize = 80;
const WITHIN: usize = 60;

fn goals(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let filled = |context: &Context<'_>, name: &str| -> Vec<Path> {
        context.paths(parameters, name).into_iter().filter(|path| !context.text(path).is_empty()).collect()
    };
    let (listed, blocks) = (filled(context, "listed"), filled(context, "blocks"));
    if blocks.is_empty() && listed.is_empty() {
        return; // C001 and C003 have told.
    }
    if listed.is_empty() || blocks.is_empty() {
        let (at, id) = if listed.is_empty() { (&blocks[0], "C007.no_list") } else { (&listed[0], "C007.no_blocks") };
        return context.unchecked(at, Message::new(id));
    }
    let matters = |paths: &[Path]| paths.iter().map(|path| Matter::of(context.text(path))).collect::<Vec<_>>();
    let (in_list, in_blocks) = (matters(&listed), matters(&blocks));
    let mut carried = vec![false; listed.len()];
    let mut odd = Vec::new();
    for (block, matter) in in_blocks.iter().enumerate() {
        // Goals are told apart first by their order, then by their likeness.
        let alike = |index: &usize| matter.likeness(&in_list[*index]) >= SAME;
        let same = (0..listed.len()).filter(|index| !carried[*index]).find(alike).or_else(|| (0..listed.len()).find(alike));
        if let Some(index) = same {
            carried[index] = true;
            continue;
        }
        let within: Vec<usize> = (0..listed.len()).filter(|index| in_list[*index].held_by(matter) >= WITHIN).collect();
        odd.push((block, within));
    }
    for (block, within) in &odd {
        for index in within {
            carried[*index] = true;
        }
        let at = &blocks[*block];
        let id = match within.len() {
            0 => "C007.unlisted",
            1 => "C007.other_words",
            _ => "C007.merged",
        };
        let message =
            Message::new(id).with("number", number(at)).with("goal", shown(context.text(at))).with("count", within.len());
        context.failed(at, message.clone());
        context.find(at, message, Some(Message::new("C007.help")));
        for index in within {
            context.also(&listed[*index]);
        }
    }
    for (index, at) in listed.iter().enumerate().filter(|(index, _)| !carried[*index]) {
        let message = Message::new("C007.no_block").with("number", index + 1).with("goal", shown(context.text(at)));
        context.failed(at, message.clone());
        context.find(at, message, Some(Message::new("C007.help")));
    }
    if odd.is_empty() && carried.iter().all(|carried| *carried) {
        context.held(&blocks[0], Message::new("C007.held").with("count", listed.len()));
    }
}

/// The number of the block a path leads into, from 1.
fn number(path: &Path) -> usize {
    let index = path.0.iter().find_map(|step| match step {
        crate::record::Step::Index(index) => Some(index + 1),
        crate::record::Step::Key(_) => None,
    });
    index.unwrap_or(1)
}

/// A percentage that a text promises: what is measured, and the value in words.
struct Promise<'a> {
    name: &'a str,
    value: Target,
}

/// The promises of a text, clause by clause.
fn promised<'a>(text: &'a str, ends: &[&str]) -> Vec<Promise<'a>> {
    let mut found = Vec::new();
    for clause in text.split(is_clause_end) {
        let Some(sign) = clause.find(|c| fold(c) == '%') else { continue };
        // Back over the number to the word before it.
        let digits: usize = clause[..sign]
            .chars()
            .rev()
            .take_while(|c| fold(*c).is_ascii_digit() || fold(*c) == '.' || is_blank(*c))
            .map(char::len_utf8)
            .sum();
        let before = &clause[..sign - digits];
        let name =
            ends.iter().filter_map(|end| before.rfind(end).map(|at| &before[..at + end.len()])).max_by_key(|name| name.len());
        let Some(name) = name.filter(|name| name.chars().count() >= 2) else { continue };
        // Between the name and the number stands a word of comparison, and nothing else.
        if let Some(value) = target::promised(&clause[name.len()..]).filter(Target::is_percentage) {
            found.push(Promise { name: name.trim(), value });
        }
    }
    found
}

fn promises(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(rows), Some(name), Some(target)) =
        (parameters.selector("rows"), parameters.text("name"), parameters.text("target"))
    else {
        return;
    };
    let given = parameters.texts("ends");
    let texts = context.paths(parameters, "texts");
    // Indicators by the last three characters of their names: what two names for one measure always share.
    let mut by_ending: FxHashMap<[char; 3], Vec<(Path, &str)>> = FxHashMap::default();
    let mut count = 0;
    let record = context.record;
    for list in rows.paths(record) {
        for (index, row) in record.get(&list).map(Node::items).unwrap_or_default().iter().enumerate() {
            let text = row.text(name);
            count += usize::from(!text.is_empty());
            if let Some(ending) = ending(text) {
                by_ending.entry(ending).or_default().push((indexed(&list, index), text));
            }
        }
    }
    let mut held = 0;
    for at in &texts {
        for promise in promised(context.text(at), &given) {
            let about = |id| Message::new(id).with("name", promise.name).with("value", &promise.value.text);
            if count == 0 {
                context.unchecked(at, about("C008.no_rows"));
                continue;
            }
            let length = promise.name.chars().count();
            let carries =
                |indicator: &str| common_ending(promise.name, indicator) >= length.min(indicator.chars().count()).min(4);
            let near = ending(promise.name).and_then(|ending| by_ending.get(&ending));
            let carriers: Vec<&(Path, &str)> = near.into_iter().flatten().filter(|(_, name)| carries(name)).collect();
            if carriers.is_empty() {
                context.failed(at, about("C008.missing"));
                context.find(at, about("C008.missing"), Some(Message::new("C008.help")));
                continue;
            }
            let value = |row: &Path| context.target(context.text(&keyed(row, target)));
            let agrees = |row: &Path| value(row).is_none_or(|value| stated(&value, &promise.value));
            if carriers.iter().any(|(row, _)| agrees(row)) {
                held += 1;
                continue;
            }
            // Only the same measure must have the same value; a narrower one may differ.
            let same = carriers.iter().find(|(_, name)| common_ending(promise.name, name) == length.min(name.chars().count()));
            if let Some((row, _)) = same {
                let theirs = keyed(row, target);
                let message = about("C008.differs").with("target", context.text(&theirs));
                context.failed(at, message.clone());
                context.find(at, message, None);
                context.also(&theirs);
            }
        }
    }
    if held > 0 {
        context.held(&rows.literal(), Message::new("C008.held").with("count", held));
    }
}

/// Whether an indicator's value states what is promised. A promise may leave the sign unsaid: 达100% is met by ≥100%.
fn stated(value: &Target, promise: &Target) -> bool {
    value.quantity == promise.quantity
        && (value.operator == promise.operator || [value.operator, promise.operator].contains(&target::Operator::Equal))
}

fn ending(text: &str) -> Option<[char; 3]> {
    let mut last = text.chars().rev();
    let ending = [last.next()?, last.next()?, last.next()?];
    Some(ending)
}
