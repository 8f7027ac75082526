//! V: words where the form allows only certain ones, and targets that say something measurable, once.

use super::context::{Context, inside};
use super::parameters::{Expect, Parameters, optional, required};
use super::projects::{self, Proof};
use super::rows::target;
use super::select::ITEM;
use super::similar::nearest;
use super::text::shown;
use super::{Apply, Sight, declare_rule};
use crate::change::Class;
use crate::diag::{BETWEEN, Message};
use crate::form::{Band, FormDefinition, Hierarchy, Label, MatrixGroup, TreeBand, Vocabulary};
use crate::record::{Node, Path, Step};
use crate::value::Kind;
use crate::value::target::Operator;
use crate::value::text::{fold, is_word};
use rustc_hash::FxHashMap;
use std::sync::Arc;

declare_rule! {
    /// ## What it checks
    /// That a choice is one of the words that the form allows.
    /// ## Why
    /// Words of older editions and near misses cannot be counted together with the right ones.
    /// ## Example
    /// 历史依据 where 历史标准 is allowed; 常年性项目 where 其他运转类项目 or 特定目标类项目 is asked for.
    /// ## Fix safety
    /// A wording with the same meaning is replaced by default; any other word is only suggested, or reported where nothing
    /// is likely.
    /// ## Source
    /// The form's notes; the vocabularies of the definition (reviewer's list, V3).
    pub static V001 = { name: "not-a-choice", severity: Warning, class: Suggest, apply: Apply::Always(choices), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That levels and rows have the wording of the form.
    /// ## Why
    /// One level under two names counts as two.
    /// ## Example
    /// 可持续发展指标 becomes 可持续影响指标.
    /// ## Fix safety
    /// Applied by default: only wordings that the definition lists as the same, and single slips of the pen.
    /// ## Source
    /// The synonyms of the definition (reviewer's list, V1).
    pub static V003 = { name: "level-in-other-words", severity: Warning, class: Auto, apply: Apply::Always(labels), parameters: [],
        sees: Sight::of(&[Kind::Text, Kind::Name, Kind::Choice]) }
}

declare_rule! {
    /// ## What it checks
    /// That one goal has no two indicators of the same name.
    /// ## Why
    /// With two values nobody knows which one counts; with one value twice it counts double.
    /// ## Example
    /// 考试优秀率 100% under 数量指标 and ≥90% under 质量指标.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Consistency of indicators (reviewer's list, V7).
    pub static V004 = {
        name: "name-twice", severity: Warning, class: Report, apply: Apply::Listed(twice),
        parameters: [required("rows", Expect::Rows), required("name", Expect::FieldOf("rows")), required("target", Expect::FieldOf("rows"))],
        sees: Sight::NAMED
    }
}

declare_rule! {
    /// ## What it checks
    /// That a target can be measured: a number, a date, a yes or no.
    /// ## Why
    /// 提升 is reached by anything and by nothing.
    /// ## Example
    /// 人民群众法律意识: 提升.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Measurability of indicators (reviewer's list, V8).
    pub static V005 = {
        name: "not-measurable", severity: Warning, class: Report, apply: Apply::Listed(measurable),
        parameters: [required("targets", Expect::Paths)],
        sees: Sight::NAMED
    }
}

declare_rule! {
    /// ## What it checks
    /// That the sign of a target points the way its name does.
    /// ## Why
    /// At least ten complaints, or a satisfaction of at most 90%, is surely not meant.
    /// ## Example
    /// 投诉率 ≥5%.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Consistency of sign and name (reviewer's list, V4 and V5).
    pub static V007 = {
        name: "sign-contradicts-name", severity: Warning, class: Report, apply: Apply::Listed(direction),
        parameters: [required("rows", Expect::Rows), required("name", Expect::FieldOf("rows")), required("target", Expect::FieldOf("rows")),
            optional("fewer", Expect::Words), optional("more", Expect::Words), optional("sign", Expect::FieldOf("rows")),
            optional("unit", Expect::FieldOf("rows"))],
        sees: Sight::NAMED
    }
}

fn choices(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let mut fields: Vec<(Path, &str, &Vocabulary)> = Vec::new();
    let (shape, definition) = (context.shape, context.definition);
    let (mut held, mut failed) = (0, 0);
    shape.leaves(&context.record.data, &mut |trail, leaf, said| {
        if leaf.kind != Kind::Choice || leaf.text.is_empty() {
            return;
        }
        let vocabulary = said.leaf.and_then(|known| known.vocabulary.as_ref());
        let Some(vocabulary) = vocabulary.and_then(|name| definition.vocabulary(name)) else { return };
        if vocabulary.values.iter().any(|value| **value == *leaf.text) {
            held += 1;
        } else {
            fields.push((trail.path(), leaf.text.as_str(), vocabulary));
        }
    });
    // Most rows say the same: each word is looked up once.
    let mut meanings: FxHashMap<(&str, *const Vocabulary), Meaning<'_>> = FxHashMap::default();
    let mut proofs: FxHashMap<(Vec<Step>, &str), Option<Proof>> = FxHashMap::default();
    for (path, text, vocabulary) in fields {
        failed += 1;
        let meaning = *meanings.entry((text, vocabulary)).or_insert_with(|| Meaning::of(text, vocabulary));
        let allowed = || vocabulary.values.iter().map(|value| &**value).collect::<Vec<_>>().join(BETWEEN);
        let meant = match meaning {
            Meaning::Same(value) => {
                context.propose(Class::Auto, &path, value, Message::new("because.V001.synonym"));
                continue;
            }
            Meaning::Likely(word) => Some(word),
            Meaning::Unknown => None,
        };
        if let Some(meant) = meant {
            let because = |id| Message::new(id).with("from", text).with("allowed", allowed());
            // All rows of one list have the same proof.
            let mut column = path.0.clone();
            let last = column.pop();
            column.pop();
            column.extend(last);
            let column = (column, meant);
            let proof = proofs.entry(column).or_insert_with(|| projects::proof(context, &path, meant)).clone();
            let because = match proof {
                Some(Proof { row, column, sum }) => {
                    let proved = because("because.V001.proof").with("row", row).with("column", column);
                    proved.with("sum", sum).with("meant", meant)
                }
                None => because("because.V001.stranger"),
            };
            context.propose(Class::Suggest, &path, meant, because);
        } else {
            let message = Message::new("V001.stranger").with("label", context.label(&path)).with("text", shown(text));
            context.find(&path, message, Some(Message::new("V001.help").with("allowed", allowed())));
        }
    }
    match (held, failed) {
        (0, 0) => {}
        (_, 0) => context.held(&Path::root(), Message::new("V001.held").with("count", held)),
        _ => context.failed(&Path::root(), Message::new("V001.failed").with("count", failed)),
    }
}

/// What a word says that is none of its list.
#[derive(Clone, Copy)]
enum Meaning<'v> {
    /// A word of the list in another wording.
    Same(&'v str),
    /// Most likely this one.
    Likely(&'v str),
    Unknown,
}

impl<'v> Meaning<'v> {
    fn of(text: &str, vocabulary: &'v Vocabulary) -> Meaning<'v> {
        let folded = fold(text);
        let is = |word: &Arc<str>| is_word(&folded, word);
        let same = vocabulary.values.iter().find(|value| is(value));
        let synonym = vocabulary.synonyms.iter().find(|(word, _)| is(word)).map(|(_, value)| value);
        if let Some(value) = same.or(synonym) {
            return Meaning::Same(value);
        }
        let meant = match vocabulary.strangers.iter().find(|(word, _)| is(word)) {
            Some((_, meant)) => meant.as_deref(),
            None => nearest(text, vocabulary.values.iter().map(|value| &**value)),
        };
        meant.map_or(Meaning::Unknown, Meaning::Likely)
    }
}

/// The wording that the definition prints for a word: itself, by a synonym, or by one slip of the pen.
fn printed<'a>(text: &str, labels: impl Iterator<Item = &'a Label> + Clone) -> Option<&'a Arc<str>> {
    // Nearly always: no two labels of a form differ only in width or blanks.
    if let Some(label) = labels.clone().find(|label| *label.text == *text) {
        return Some(&label.text);
    }
    let folded = fold(text);
    let exact = labels.clone().find(|label| is_word(&folded, &label.text));
    let found = exact.or_else(|| labels.clone().find(|label| label.synonyms.iter().any(|word| is_word(&folded, word))));
    if let Some(label) = found {
        return Some(&label.text);
    }
    let near = nearest(&folded, labels.clone().map(|label| &*label.text))?;
    labels.map(|label| &label.text).find(|label| ***label == *near)
}

fn labels(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let definition: &FormDefinition = context.definition;
    for band in &definition.bands {
        match band {
            Band::Tree(tree) => levels(context, tree),
            Band::Matrix { key, groups, .. } => groups.iter().for_each(|group| items(context, key, group)),
            _ => {}
        }
    }
}

fn items(context: &mut Context<'_>, matrix: &Arc<str>, group: &MatrixGroup) {
    let list = Path::root().key(matrix.clone()).key(group.key.clone());
    let rows = context.record.get(&list).map(Node::items).unwrap_or_default();
    for (index, row) in rows.iter().enumerate() {
        let text = row.text(ITEM);
        match printed(text, group.items.iter().map(|item| &item.label)) {
            Some(label) if **label != *text => {
                let at = inside(&list, index, ITEM);
                context.propose(Class::Auto, &at, &**label, Message::new("because.V003").with("label", label));
            }
            _ => {}
        }
    }
}

fn levels(context: &mut Context<'_>, tree: &TreeBand) {
    let Some(hierarchy) = context.definition.hierarchy(&tree.hierarchy) else { return };
    let record = context.record;
    let [upper, lower] = &tree.levels;
    for (list, rows) in tree.tables(&record.data) {
        for (index, row) in rows.iter().enumerate() {
            let (first, second) = (row.text(&upper.key), row.text(&lower.key));
            let root = level1(first, hierarchy);
            let child = level2(second, root, hierarchy);
            for (key, text, label) in [(&upper.key, first, root), (&lower.key, second, child)] {
                if label.is_some_and(|label| **label == *text) {
                    continue;
                }
                let at = inside(&list, index, key);
                match label {
                    Some(label) => {
                        context.propose(Class::Auto, &at, &**label, Message::new("because.V003").with("label", label))
                    }
                    None if text.is_empty() => {
                        context.find(&at, Message::new("V003.blank").with("label", context.label(&at)), None);
                    }
                    None => {
                        let message = Message::new("V003.unknown").with("label", context.label(&at)).with("text", shown(text));
                        context.find(&at, message, Some(Message::new("V003.help")));
                    }
                }
            }
            // Both known, but not one under the other.
            let under = |root: &Arc<str>, child: &Arc<str>| {
                let roots = hierarchy.roots.iter().filter(|known| known.label.text == *root);
                roots.flat_map(|root| &root.children).any(|known| known.label.text == *child)
            };
            if let (Some(root), Some(child)) = (root, child)
                && !under(root, child)
            {
                let at = inside(&list, index, &lower.key);
                let message = Message::new("V003.elsewhere").with("level1", root).with("level2", child);
                context.find(&at, message, None);
            }
        }
    }
}

fn level1<'a>(text: &str, hierarchy: &'a Hierarchy) -> Option<&'a Arc<str>> {
    printed(text, hierarchy.roots.iter().map(|root| &root.label))
}

/// Looked for under its own level 1 first: one word may stand under two.
fn level2<'a>(text: &str, root: Option<&Arc<str>>, hierarchy: &'a Hierarchy) -> Option<&'a Arc<str>> {
    let own = hierarchy.roots.iter().filter(|known| root == Some(&known.label.text));
    printed(text, own.flat_map(|root| &root.children).map(|child| &child.label))
        .or_else(|| printed(text, hierarchy.roots.iter().flat_map(|root| &root.children).map(|child| &child.label)))
}

fn twice(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(rows), Some(name), Some(target)) =
        (parameters.selector("rows"), parameters.text("name"), parameters.text("target"))
    else {
        return;
    };
    let record = context.record;
    let (mut count, mut repeated) = (0, 0);
    for list in rows.paths(record) {
        let mut first: FxHashMap<String, usize> = FxHashMap::default();
        let items = record.get(&list).map(Node::items).unwrap_or_default();
        for (index, row) in items.iter().enumerate().filter(|(_, row)| !row.text(name).is_empty()) {
            count += 1;
            let folded = fold(row.text(name)).into_owned();
            let Some(earlier) = first.get(&folded).copied() else {
                first.insert(folded, index);
                continue;
            };
            repeated += 1;
            let (ours, theirs) = (row.text(target), items[earlier].text(target));
            let id = if ours == theirs { "V004.same" } else { "V004.different" };
            let message = Message::new(id).with("name", shown(row.text(name))).with("first", theirs).with("second", ours);
            let at = |index: usize| inside(&list, index, name);
            context.failed(&at(index), message.clone());
            context.find(&at(index), message, Some(Message::new("V004.help")));
            context.also(&at(earlier));
        }
    }
    if count > 0 && repeated == 0 {
        context.held(&rows.literal(), Message::new("V004.held").with("count", count));
    }
}

fn measurable(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (mut held, mut vague) = (0, 0);
    let record = context.record;
    parameters.each(record, "targets", &mut |trail, node| {
        let Some(text) = node.leaf().map(|leaf| leaf.text.as_str()) else { return };
        let Some(target) = context.target(text) else { return };
        if !target.is_qualitative() {
            held += 1;
            return;
        }
        vague += 1;
        let (path, message) = (trail.path(), Message::new("V005.vague").with("text", shown(text)));
        context.failed(&path, message.clone());
        context.find(&path, message, Some(Message::new("V005.help")));
    });
    if vague == 0 && held > 0 {
        context.held(&Path::root(), Message::new("V005.held").with("count", held));
    }
}

fn direction(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(rows), Some(name), Some(key)) = (parameters.selector("rows"), parameters.text("name"), parameters.text("target"))
    else {
        return;
    };
    let (fewer, more) = (parameters.texts("fewer"), parameters.texts("more"));
    let record = context.record;
    let mut held = 0;
    for list in rows.paths(record) {
        for (index, row) in record.get(&list).map(Node::items).unwrap_or_default().iter().enumerate() {
            let text = row.text(name);
            // 投诉处理率 is about the handling, not the complaints: the word must be what is measured.
            let measures = |words: &[&str]| words.iter().any(|word| text.ends_with(word));
            let wrong = match target(context, parameters, row.text(key), |key| row.text(key)) {
                Some(target) if target.is_numeric() => match target.operator {
                    Operator::AtLeast | Operator::Above => measures(&fewer),
                    Operator::AtMost | Operator::Below => measures(&more),
                    Operator::Equal => false,
                },
                _ => continue,
            };
            if !wrong {
                held += 1;
                continue;
            }
            let at = inside(&list, index, key);
            let message = Message::new("V007.sign").with("name", shown(text)).with("target", row.text(key));
            context.failed(&at, message.clone());
            context.find(&at, message, Some(Message::new("V007.help")));
        }
    }
    if held > 0 {
        context.held(&rows.literal(), Message::new("V007.held").with("count", held));
    }
}
