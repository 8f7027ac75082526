//! C: what must be there and is not.

use super::context::{Context, inside};
use super::parameters::{Expect, Parameters, optional, required};
use super::{Apply, declare_rule};
use crate::diag::Message;
use crate::form::{Band, Shape, Side};
use crate::record::{Node, Path, Trail};
use crate::value::Kind;
use crate::value::notation::{self, is_blank, is_void};
use crate::value::text::{fold, is_word};
use rustc_hash::FxHashSet;
use std::borrow::Cow;

declare_rule! {
    /// ## What it checks
    /// That every field that the form requires is filled in.
    /// ## Why
    /// A form with a required field left blank is sent back.
    /// ## Example
    /// No telephone number beside 联系电话.
    /// ## Fix safety
    /// Nothing is changed: nobody but the office can know.
    /// ## Source
    /// The definition (`required: true`); mandatory fields of the finance system (reviewer's list, C1 and C4).
    pub static C001 = { name: "required-field-blank", severity: Error, class: Report, apply: Apply::Always(filled), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That the long-term goals are filled in, with the year in which they end.
    /// ## Why
    /// The yearly goals are steps towards them; the year is a required field of the finance system.
    /// ## Example
    /// `长期目标(截止 年)` with nothing below.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The form; the system's required field 长期目标截止年份 (reviewer's list, C6).
    pub static C002 = {
        name: "long-term-blank", severity: Warning, class: Report, apply: Apply::Listed(long_term),
        parameters: [required("items", Expect::Path), required("until", Expect::Path)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That there is at least one block of goal and indicators, and that every block has indicators.
    /// ## Why
    /// Indicators are the goal in detail; a goal without any cannot be evaluated.
    /// ## Example
    /// `年度目标2` with its text and no row below.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The form's note 2: each goal corresponds to one indicator or several (reviewer's list, C3).
    pub static C003 = {
        name: "goal-without-rows", severity: Error, class: Report, apply: Apply::Listed(blocks),
        parameters: [required("blocks", Expect::Rows), required("rows", Expect::FieldOf("blocks"))]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the form as a whole has indicators of every level 1 that must not be missing.
    /// ## Why
    /// One goal may do without output, effect or satisfaction, a department's form as a whole may not.
    /// ## Example
    /// No indicator of 满意度指标 in any goal.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The form's notes 3 and 5 (reviewer's list, C2).
    pub static C004 = {
        name: "level-uncovered", severity: Warning, class: Report, apply: Apply::Listed(coverage),
        parameters: [required("rows", Expect::Rows), required("level", Expect::FieldOf("rows")), required("required", Expect::Words)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That a target that is a number has a unit.
    /// ## Why
    /// 0 of what? Without a unit a number cannot be compared with what is reached.
    /// ## Example
    /// `0` for 重特大案件; it should be `0起`.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The system keeps sign, value and unit apart (reviewer's list, V6).
    pub static C005 = {
        name: "target-without-unit", severity: Warning, class: Report, apply: Apply::Listed(unit),
        parameters: [required("targets", Expect::Paths), optional("name", Expect::Words)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That no text of the blank form was left standing in a field.
    /// ## Why
    /// It looks like content and is none.
    /// ## Example
    /// `三级指标1` as the name of an indicator; `（100字以内）`.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Seen in submissions (reviewer's list, C6).
    pub static C006 = {
        name: "template-text-left", severity: Warning, class: Report, apply: Apply::Listed(template_text),
        parameters: [optional("texts", Expect::Words)]
    }
}

fn filled(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let mut missing = Vec::new();
    let mut required = 0;
    let record = context.record;
    walk(context.shape, Some(&record.data), &Trail::root(), &mut missing, &mut required);
    for band in &context.definition.bands {
        let Band::Lists { key, sides, number, .. } = band else { continue };
        // A side of one text is a required leaf like any other.
        let lists = |side: &&Side| side.required && (number.is_some() || side.list);
        for side in sides.iter().filter(lists) {
            let mut path = Path::root().key(key.clone()).key(side.key.clone());
            if side.until.is_some() {
                path = path.key(side.items.clone());
            }
            required += 1;
            let blank = |node: &Node| node.items().iter().all(|item| item.leaf().is_none_or(|leaf| is_void(&leaf.text)));
            if record.get(&path).is_none_or(blank) {
                missing.push(path);
            }
        }
    }
    if missing.is_empty() && required > 0 {
        context.held(&Path::root(), Message::new("C001.held").with("count", required));
    }
    for path in missing {
        let message = Message::new("C001.blank").with("label", context.label(&path));
        context.failed(&path, message.clone());
        context.find(&path, message, Some(Message::new("C001.help")));
    }
}

fn walk(shape: &Shape, node: Option<&Node>, trail: &Trail<'_>, missing: &mut Vec<Path>, required: &mut usize) {
    match (shape, node) {
        (Shape::Leaf(leaf), node) => {
            if leaf.required {
                *required += 1;
                if node.and_then(Node::leaf).is_none_or(|leaf| is_void(&leaf.text)) {
                    missing.push(trail.path());
                }
            }
        }
        (Shape::List { item, .. }, node) => {
            let items = node.map(Node::items).unwrap_or_default();
            if let Shape::Leaf(leaf) = &**item
                && items.is_empty()
                && leaf.required
            {
                *required += 1;
                missing.push(trail.path());
            }
            for (index, node) in items.iter().enumerate() {
                walk(item, Some(node), &trail.index(index), missing, required);
            }
        }
        (Shape::Map(entries), Some(node)) => {
            let mut next = 0;
            for entry in entries {
                let child = node.get_next(&entry.key, &mut next);
                if child.is_none() && entry.optional {
                    continue;
                }
                walk(&entry.shape, child, &trail.key(&entry.key), missing, required);
            }
        }
        (Shape::Map(_), None) => {}
    }
}

fn long_term(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(items), Some(until)) = (parameters.selector("items"), parameters.selector("until")) else { return };
    let (items_at, until_at) = (items.literal(), until.literal());
    let Some(list) = context.record.get(&items_at) else { return };
    let blank = list.items().iter().all(|item| item.leaf().is_none_or(|leaf| leaf.text.is_empty()));
    let open = context.text(&until_at).is_empty();
    let label = context.label(&Path(items_at.0[..items_at.0.len().saturating_sub(1)].to_vec()));
    let id = match (blank, open) {
        (false, false) => return context.held(&items_at, Message::new("C002.held").with("label", label)),
        (true, true) => "C002.both",
        (true, false) => "C002.items",
        (false, true) => "C002.until",
    };
    let message = Message::new(id).with("label", label);
    let (first, second) = if blank { (&items_at, &until_at) } else { (&until_at, &items_at) };
    context.failed(first, message.clone());
    context.find(first, message, Some(Message::new("C002.help")));
    if blank && open {
        context.also(second);
    }
}

fn blocks(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(blocks), Some(rows)) = (parameters.selector("blocks"), parameters.text("rows")) else { return };
    let at = blocks.path(context.record).unwrap_or_else(|| blocks.literal());
    let items = context.record.get(&at).map(Node::items).unwrap_or_default();
    let label = context.label(&at);
    if items.is_empty() {
        let message = Message::new("C003.none").with("label", label);
        context.failed(&at, message.clone());
        context.find(&at, message, None);
        return;
    }
    let mut held = 0;
    for (index, block) in items.iter().enumerate() {
        if block.get(rows).is_some_and(|rows| !rows.items().is_empty()) {
            held += 1;
            continue;
        }
        let at = inside(&at, index, rows);
        let message = Message::new("C003.blank").with("label", &label).with("number", index + 1);
        context.failed(&at, message.clone());
        context.find(&at, message, None);
    }
    if held == items.len() {
        context.held(&at, Message::new("C003.held").with("count", held).with("label", label));
    }
}

fn coverage(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(rows), Some(level)) = (parameters.selector("rows"), parameters.text("level")) else { return };
    let lists = rows.paths(context.record);
    let mut met: FxHashSet<String> = FxHashSet::default();
    for list in &lists {
        let rows = context.record.get(list).map(Node::items).unwrap_or_default();
        for row in rows {
            let text = fold(row.text(level));
            if !met.contains(&*text) {
                met.insert(text.into_owned());
            }
        }
    }
    let at = rows.literal();
    if met.is_empty() {
        return context.unchecked(&at, Message::new("unchecked.no_rows").with("what", context.label(&at)));
    }
    let wanted = parameters.texts("required");
    let mut missing = wanted.iter().filter(|label| !met.contains(&*fold(label))).peekable();
    if missing.peek().is_none() {
        return context.held(&at, Message::new("C004.held").with("count", wanted.len()));
    }
    for label in missing {
        let message = Message::new("C004.missing").with("level", label);
        context.failed(&at, message.clone());
        context.find(&at, message, Some(Message::new("C004.help")));
    }
}

fn unit(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let mut held = 0;
    let record = context.record;
    parameters.each(record, "targets", &mut |trail, node| {
        let text = node.leaf().map_or("", |leaf| leaf.text.as_str());
        match context.target(text) {
            Some(target) if target.lacks_unit() && text.contains(|c: char| c.is_ascii_digit()) => {
                let path = trail.path();
                let message = Message::new("C005.missing").with("target", text);
                context.failed(&path, message.clone());
                context.find(&path, message, Some(Message::new("C005.help")));
            }
            Some(target) if target.is_numeric() => held += 1,
            _ => {}
        }
    });
    if held > 0 {
        context.held(&Path::root(), Message::new("C005.held").with("count", held));
    }
}

fn template_text(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let hints = parameters.texts("texts");
    let hints: Vec<Cow<str>> = hints.iter().map(|hint| fold(hint)).collect();
    // The first character, folded; none where it says nothing.
    let opening = |text: &str| text.chars().next().filter(|c| !is_blank(*c)).map(notation::fold);
    let openings: Vec<Option<char>> = hints.iter().map(|hint| opening(hint)).collect();
    let mut left = Vec::new();
    context.shape.leaves(&context.record.data, &mut |trail, leaf, said| {
        // Prose is never just a label; figures are told by T007.
        let is_prose = || leaf.text.len() > 24 && leaf.text.chars().nth(24).is_some();
        let is_words = matches!(leaf.kind, Kind::Text | Kind::Name | Kind::Target | Kind::Choice);
        if leaf.text.is_empty() || !is_words {
            return;
        }
        // The label of the leaf itself; not that of a list it stands in.
        let label = said.entry.map(|entry| &*entry.label).filter(|label| !label.is_empty());
        let own = opening(&leaf.text);
        let begins = |word: Option<char>| own.is_none() || word.is_none() || own == word;
        if !label.is_some_and(|label| begins(opening(label))) && !openings.iter().any(|hint| begins(*hint)) || is_prose() {
            return;
        }
        let text = fold(&leaf.text);
        let bare = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.'));
        let is_label = label.is_some_and(|label| is_word(bare, label));
        if is_label || hints.contains(&text) {
            left.push(trail.path());
        }
    });
    for path in left {
        let message = Message::new("C006.left").with("label", context.label(&path)).with("text", context.text(&path));
        context.failed(&path, message.clone());
        context.find(&path, message, None);
    }
}
