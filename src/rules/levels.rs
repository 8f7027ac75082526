//! V: whether the name of a row fits the level it stands under.

use super::context::{Context, inside};
use super::parameters::{Expect, Parameters, optional, required, texts};
use super::text::shown;
use super::{Apply, Sight, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::form::{Hierarchy, HierarchyChild, HierarchyRoot};
use crate::record::{Node, Path};
use serde_json::{Map, Value};

declare_rule! {
    /// ## What it checks
    /// That the name of a row does not speak for another level 2 of the same level 1.
    /// ## Why
    /// A rate under quantities, or a social effect under economic ones, is measured against the wrong thing; often the row
    /// only slipped by one line.
    /// ## Example
    /// 重新犯罪率 under 经济效益指标 belongs to 社会效益指标; 考试优秀率 100% under 数量指标 to 质量指标.
    /// ## Fix safety
    /// Only suggested: the name is evidence, the office decides.
    /// ## Source
    /// The cues of the definition and the cases listed there (reviewer's list, V2).
    pub static V002 = {
        name: "name-contradicts-level", severity: Warning, class: Suggest, apply: Apply::Listed(contradiction),
        parameters: [required("rows", Expect::Rows), required("name", Expect::FieldOf("rows")), required("target", Expect::FieldOf("rows")),
            required("levels", Expect::FieldsOf("rows")), required("hierarchy", Expect::Hierarchy), optional("cases", Expect::Cases)],
        sees: Sight::NAMED
    }
}

declare_rule! {
    /// ## What it checks
    /// That names which cannot be measured as their level demands do not stand there: a rate is no cost.
    /// ## Why
    /// A cost indicator asks for money; a rate says nothing about what was spent.
    /// ## Example
    /// 经费保障率 100% under 成本指标.
    /// ## Fix safety
    /// Nothing is changed: which indicator was meant cannot be known.
    /// ## Source
    /// The cues of the definition (reviewer's list, V2).
    pub static V006 = {
        name: "name-unfit-for-level", severity: Warning, class: Report, apply: Apply::Listed(unfit),
        parameters: [required("rows", Expect::Rows), required("name", Expect::FieldOf("rows")), required("level", Expect::FieldOf("rows")),
            required("under", Expect::Words), required("ends", Expect::Words), optional("except", Expect::Words)],
        sees: Sight::NAMED
    }
}

/// How strongly a word must speak for another level, and by how much more than for a third (hundredths).
const STRONG: u32 = 200;
const CLEAR: u32 = 40;

/// How strongly a name speaks for a level: its strongest cue.
fn speaks_for(name: &str, child: &HierarchyChild) -> u32 {
    let met = |cue: &&crate::form::Cue| if cue.at_end { name.ends_with(&*cue.word) } else { name.contains(&*cue.word) };
    child.cues.iter().filter(met).map(|cue| cue.weight).max().unwrap_or(0)
}

/// A case of the definition: `{under: 数量指标, ends: [率], target: percent, to: 质量指标}`.
struct Case<'a> {
    under: Vec<&'a str>,
    ends: Vec<&'a str>,
    words: Vec<&'a str>,
    except: Vec<&'a str>,
    only_percent: bool,
    to: &'a str,
}

impl<'a> Case<'a> {
    fn of(case: &'a Map<String, Value>) -> Option<Case<'a>> {
        let words = |key: &str| case.get(key).map(texts).unwrap_or_default();
        let only_percent = case.get("target").and_then(Value::as_str) == Some("percent");
        let to = case.get("to").and_then(Value::as_str)?;
        let (under, ends) = (words("under"), words("ends"));
        Some(Case { under, ends, words: words("words"), except: words("except"), only_percent, to })
    }

    fn fits(&self, name: &str, level: &str, is_percent: bool) -> bool {
        self.under.contains(&level)
            && (is_percent || !self.only_percent)
            && (self.ends.iter().any(|end| name.ends_with(end)) || self.words.iter().any(|word| name.contains(word)))
            && !self.except.iter().any(|word| name.contains(word))
    }
}

fn by_cues<'a>(name: &str, root: &'a HierarchyRoot, own: &HierarchyChild) -> Option<&'a str> {
    if speaks_for(name, own) > 0 {
        return None;
    }
    let mut scores: Vec<(u32, &str)> =
        root.children.iter().map(|child| (speaks_for(name, child), &*child.label.text)).collect();
    scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match scores[..] {
        [(best, label), (second, _), ..] if best >= STRONG && best - second >= CLEAR => Some(label),
        _ => None,
    }
}

fn contradiction(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(rows), Some(name), Some(target)) =
        (parameters.selector("rows"), parameters.text("name"), parameters.text("target"))
    else {
        return;
    };
    let Some(hierarchy) = parameters.text("hierarchy").and_then(|name| context.definition.hierarchy(name)) else { return };
    let [upper, lower] = parameters.texts("levels")[..] else { return };
    let cases: Vec<Case<'_>> = parameters.cases("cases").into_iter().filter_map(Case::of).collect();
    let record = context.record;
    let (mut held, mut failed) = (0, 0);
    for list in rows.paths(record) {
        for (index, row) in record.get(&list).map(Node::items).unwrap_or_default().iter().enumerate() {
            let text = row.text(name);
            let Some((root, own)) = place(hierarchy, row.text(upper), row.text(lower)) else { continue };
            if text.is_empty() {
                continue;
            }
            let is_percent = context.target(row.text(target)).is_some_and(|target| target.is_percentage());
            let case = cases.iter().find(|case| case.fits(text, &own.label.text, is_percent)).map(|case| case.to);
            let better = case.or_else(|| by_cues(text, root, own));
            let known = better.filter(|better| root.children.iter().any(|child| *child.label.text == **better));
            let Some(better) = known.filter(|better| **better != *own.label.text) else {
                held += 1;
                continue;
            };
            failed += 1;
            let at = inside(&list, index, lower);
            let because =
                Message::new("because.V002").with("name", shown(text)).with("level", &own.label.text).with("better", better);
            // The level's label may stand rows above; the row itself is what to look at.
            let locus = context.locus(&inside(&list, index, name));
            context.propose_at(Class::Suggest, &at, better, because, locus);
        }
    }
    match (held, failed) {
        (0, 0) => {}
        (_, 0) => context.held(&rows.literal(), Message::new("V002.held").with("count", held)),
        _ => context.failed(&rows.literal(), Message::new("V002.failed").with("count", failed)),
    }
}

/// The labels of a row in the tree of labels.
fn place<'a>(hierarchy: &'a Hierarchy, level1: &str, level2: &str) -> Option<(&'a HierarchyRoot, &'a HierarchyChild)> {
    let root = hierarchy.roots.iter().find(|root| *root.label.text == *level1)?;
    let child = root.children.iter().find(|child| *child.label.text == *level2)?;
    Some((root, child))
}

fn unfit(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(rows), Some(name), Some(level)) =
        (parameters.selector("rows"), parameters.text("name"), parameters.text("level"))
    else {
        return;
    };
    let (under, ends, except) = (parameters.texts("under"), parameters.texts("ends"), parameters.texts("except"));
    let record = context.record;
    let (mut held, mut failed) = (0, 0);
    for list in rows.paths(record) {
        for (index, row) in record.get(&list).map(Node::items).unwrap_or_default().iter().enumerate() {
            let (text, label) = (row.text(name), row.text(level));
            if !under.contains(&label) {
                continue;
            }
            if !ends.iter().any(|end| text.ends_with(end)) || except.iter().any(|end| text.ends_with(end)) {
                held += 1;
                continue;
            }
            failed += 1;
            let at = inside(&list, index, name);
            let message = Message::new("V006.unfit").with("name", shown(text)).with("level", label);
            context.failed(&at, message.clone());
            context.find(&at, message, Some(Message::new("V006.help").with("level", label)));
        }
    }
    if failed == 0 && held > 0 {
        context.held(&Path::root(), Message::new("V006.held").with("count", held));
    }
}
