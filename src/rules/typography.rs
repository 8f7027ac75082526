//! T: how prose is set. What is right, `value::typography` knows; here stands where it applies and who decides.

use super::context::Context;
use super::parameters::Parameters;
use super::select::ITEM;
use super::text::shown;
use super::{Apply, Sight, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::form::Band;
use crate::record::{Key, Leaf, Node, Path, Trail};
use crate::value::Kind;
use crate::value::text::items;
use crate::value::typography::{self, Doubts};

declare_rule! {
    /// ## What it checks
    /// That marks between Chinese characters, and brackets around them, have full width, and digits and Latin letters half width.
    /// ## Why
    /// Mixed widths look careless in print and hide equal names from each other.
    /// ## Example
    /// `加强管理,做好服务;` becomes `加强管理，做好服务；`; `水库(一期)` becomes `水库（一期）`; `９５％` becomes `95%`.
    /// ## Fix safety
    /// Applied by default: no character is lost. Marks beside digits and Latin letters stay: `3:1`, `1.2`.
    /// ## Source
    /// GB/T 15834-2011 for marks, GB/T 15835-2011 for digits (texts unverified; reviewer's list: typography).
    pub static T011 = { name: "width-of-marks", severity: Info, class: Auto, apply: Apply::Always(prose), parameters: [],
        sees: Sight::of(&[Kind::Text, Kind::Name]) }
}

declare_rule! {
    /// ## What it checks
    /// That no mark stands twice, no pause before a full stop, and no mark of prose at the end of a name.
    /// ## Why
    /// It is left over from cutting and pasting.
    /// ## Example
    /// `完成任务，，做好服务；。`; `工程验收合格率：` as a name.
    /// ## Fix safety
    /// Only suggested: something between the two marks may have been lost.
    /// ## Source
    /// GB/T 15834-2011 (text unverified; reviewer's list: typography).
    pub static T012 = { name: "mark-doubled", severity: Info, class: Suggest, apply: Apply::With("T011"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That every bracket and quotation mark has its partner.
    /// ## Why
    /// Where one is missing, text may be missing with it: cells that are too narrow cut it off.
    /// ## Example
    /// `农村供水（含管网` ends inside its bracket.
    /// ## Fix safety
    /// Nothing is changed: where the partner belongs cannot be known.
    /// ## Source
    /// GB/T 15834-2011 (text unverified; reviewer's list: typography).
    pub static T013 = { name: "mark-without-partner", severity: Warning, class: Report, apply: Apply::With("T011"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That the items of a list end in one mark: `；` between them, `。` at the last.
    /// ## Why
    /// A list that was put together from several sources shows it there.
    /// ## Example
    /// `1. 拟订规划； 2. 组织实施。 3. 监督检查；`
    /// ## Fix safety
    /// Nothing is changed; said once for a list.
    /// ## Source
    /// GB/T 15834-2011 (text unverified; reviewer's list: typography).
    pub static T014 = { name: "list-ends-differ", severity: Info, class: Report, apply: Apply::Always(ends), parameters: [],
        sees: Sight::of(&[Kind::Text]) }
}

declare_rule! {
    /// ## What it checks
    /// That a range of percentages has the sign at both ends, and a year in Chinese numerals its 〇.
    /// ## Why
    /// `63~68%` may be read as 63 to 0.68.
    /// ## Example
    /// `下降63~68%` should be `下降63%～68%`; `二0二三年` should be `二〇二三年`.
    /// ## Fix safety
    /// Only suggested.
    /// ## Source
    /// GB/T 15835-2011 (seen; reviewer's list: typography).
    pub static T015 = { name: "numerals", severity: Info, class: Suggest, apply: Apply::With("T011"), parameters: [] }
}

/// The texts whose numbers slip, and the fields of prose and names that a person wrote and that are worth a look: no labels that
/// stand for values, no instructions of the form.
fn worth_a_look<'a>(context: &Context<'a>) -> (Vec<(Path, u32)>, Vec<(Path, &'a Leaf, Doubts)>) {
    let mut labels: Vec<&str> = vec![ITEM];
    let mut notes: Vec<&str> = Vec::new();
    for band in &context.definition.bands {
        match band {
            Band::Tree(tree) => labels.extend(tree.levels.iter().map(|level| &*level.key)),
            Band::Notes { key, .. } => notes.push(key),
            _ => {}
        }
    }
    let is = |step: Option<&Key>, keys: &[&str]| step.is_some_and(|key| keys.contains(&&**key));
    let (mut slips, mut written) = (Vec::new(), Vec::new());
    context.record.leaves(&mut |trail, leaf| {
        if leaf.kind == Kind::Text
            && let Some(number) = slip(&leaf.text)
        {
            slips.push((trail.path(), number));
        }
        if !matches!(leaf.kind, Kind::Text | Kind::Name) || is(trail.last_key(), &labels) || is(trail.first_key(), &notes) {
            return;
        }
        let doubts = Doubts::of(&leaf.text);
        if doubts.any() {
            written.push((trail.path(), leaf, doubts));
        }
    });
    (slips, written)
}

fn prose(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let own = context.rule;
    let (slips, written) = worth_a_look(context);
    for (path, number) in slips {
        let finding = context.finding(&super::text::T009, Message::new("T009.slip").with("number", number));
        let locus = context.locus(&path);
        context.findings.push(finding.at(path, locus));
    }
    for (path, leaf, doubts) in written {
        if doubts.width
            && let Some(right) = typography::width(&leaf.text)
        {
            context.propose(Class::Auto, &path, right, Message::new("because.T011"));
        }
        if doubts.marks {
            context.rule = T012.code;
            doubled(context, &path, leaf);
        }
        if doubts.numerals
            && let Some(right) = typography::numerals(&leaf.text)
        {
            context.rule = T015.code;
            context.propose(Class::Suggest, &path, right, Message::new("because.T015"));
        }
        context.rule = own;
        if doubts.brackets
            && let Some(mark) = typography::unpaired(&leaf.text)
        {
            unpaired(context, &path, leaf, mark);
        }
    }
}

/// Numbers inside one text that do not run on: the first that does not follow the one before.
fn slip(text: &str) -> Option<u32> {
    /// Fewer may be anything.
    const ITEMS: usize = 3;
    let is_list =
        text.len() > 40 && text.chars().filter(|c| matches!(c, '、' | '.' | '．' | '）' | ')')).nth(ITEMS - 1).is_some();
    let numbers: Vec<u32> = if is_list { items(text).iter().filter_map(|item| item.number).collect() } else { Vec::new() };
    let odd = numbers.windows(2).find(|pair| pair[1] != pair[0] + 1).map(|pair| pair[1]);
    odd.filter(|_| numbers.len() >= ITEMS)
}

fn doubled(context: &mut Context<'_>, path: &Path, leaf: &Leaf) {
    let once = typography::doubled(&leaf.text);
    let text = once.as_deref().unwrap_or(&leaf.text);
    let bare = if leaf.kind == Kind::Name { typography::without_end(text) } else { None };
    if let Some(right) = bare.map(ToOwned::to_owned).or(once) {
        let id = if leaf.text.starts_with(&right) { "because.T012.end" } else { "because.T012" };
        context.propose(Class::Suggest, path, right, Message::new(id));
    }
}

fn unpaired(context: &mut Context<'_>, path: &Path, leaf: &Leaf, mark: char) {
    let message = Message::new("T013.unpaired").with("label", context.label(path)).with("mark", mark);
    let message = message.with("text", shown(&leaf.text));
    let finding = context.finding(&T013, message).at(path.clone(), context.locus(path));
    context.findings.push(finding.help(Message::new("T013.help")));
}

fn ends(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    fn lists(trail: &Trail<'_>, node: &Node, found: &mut Vec<(Path, usize)>) {
        match node {
            Node::Leaf(_) => {}
            Node::Map(entries) => entries.iter().for_each(|(key, node)| lists(&trail.key(key), node, found)),
            Node::List(items) => {
                let is_text = |item: &Node| item.leaf().is_some_and(|leaf| leaf.kind == Kind::Text);
                if items.iter().all(is_text) {
                    let texts: Vec<&str> = items.iter().filter_map(|item| item.leaf().map(|leaf| leaf.text.as_str())).collect();
                    found.extend(odd_end(&texts).map(|index| (trail.path(), index)));
                }
                items.iter().enumerate().for_each(|(index, item)| lists(&trail.index(index), item, found));
            }
        }
    }
    let mut found = Vec::new();
    lists(&Trail::root(), &context.record.data, &mut found);
    for (path, index) in found {
        let message = Message::new("T014.differs").with("label", context.label(&path)).with("number", index + 1);
        context.failed(&path, message.clone());
        context.find(&path.index(index), message, Some(Message::new("T014.help")));
    }
}

/// The first item that ends otherwise than the one before; the last may close the list.
fn odd_end(texts: &[&str]) -> Option<usize> {
    let (last, inner) = texts.split_last()?;
    let first = typography::end_mark(inner.first()?);
    let odd = inner.iter().position(|text| typography::end_mark(text) != first);
    // A list without any marks has none at its end, or a full stop.
    let closes = |mark: Option<char>| mark == first || matches!(mark, Some('。'));
    odd.or_else(|| (!closes(typography::end_mark(last))).then_some(inner.len()))
}
