//! T: what is only notation. Every leaf comes from its source text to its canonical text, each step one change.

use super::context::Context;
use super::parameters::Parameters;
use super::{Apply, declare_rule};
use crate::change::{Change, Class};
use crate::diag::{Code, Message};
use crate::form::Shape;
use crate::markup;
use crate::record::{Leaf, Node, Path, Trail};
use crate::value::notation::trim;
use crate::value::text::{Marker, paragraphs, squeeze};
use crate::value::{Kind, Reading, choice, target};
use crate::xml;
use std::borrow::Cow;

declare_rule! {
    /// ## What it checks
    /// That a value is written in the one notation of its kind: amounts with two decimals, `60.70%`, `2023-12-30`,
    /// `0700-5550186`, `≥145家`.
    /// ## Why
    /// A value that is written in one way only can be compared, added up and found again.
    /// ## Example
    /// `2023年 12 月 30 日` becomes `2023-12-30`; `96%` becomes `96.00%`; `07005550186` becomes `0700-5550186`.
    /// ## Fix safety
    /// Applied by default: the value stays the same. Decimals that count are kept; what is not certain stays as written.
    /// ## Source
    /// GB/T 15835-2011 for numbers; the field's practice for telephone numbers and targets (reviewer's list: notations).
    pub static T001 = { name: "notation", severity: Info, class: Auto, apply: Apply::Always(canonical), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That no markup of web pages is left in a text: tags such as `<p>` and `<br>`, entities such as `&nbsp;`.
    /// ## Why
    /// Exports of older systems leave it in cells; nobody wrote it and nobody should print it.
    /// ## Example
    /// `<p>1. 拟订规划；</p>` becomes `1. 拟订规划；`.
    /// ## Fix safety
    /// Applied by default: only tags that exist in HTML go, paragraphs stay paragraphs, `<5%` stays text. In values of office files
    /// only what says nothing by itself: `<br/>`, but not `<Table Select="…">` or a lone `<b>`, which someone typed.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static T002 = { name: "markup", severity: Info, class: Auto, apply: Apply::With("T001"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That the items of a list do not carry their own numbers.
    /// ## Why
    /// The list itself knows the order, and the printed form numbers it anew in one style.
    /// ## Example
    /// `1、推进普法工作；` as the first item of a list becomes `推进普法工作；`.
    /// ## Fix safety
    /// Applied by default, only where the numbers of a list really run 1, 2, 3 …; numbers inside an item stay.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static T003 = { name: "list-number", severity: Info, class: Auto, apply: Apply::With("T001"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That no blanks, line breaks or invisible characters stand inside words.
    /// ## Why
    /// They come from narrow cells and from typing, and hide equal words from each other.
    /// ## Example
    /// `普法 宣传⏎活动` becomes `普法宣传活动`.
    /// ## Fix safety
    /// Applied by default: nothing that can be seen is lost; blanks between Latin words and numbers stay.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static T004 = { name: "stray-blanks", severity: Info, class: Auto, apply: Apply::With("T001"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That a value can be read as what its field holds: an amount, a date, a telephone number.
    /// ## Why
    /// What cannot be read cannot be checked, and must not be passed on as if it had been.
    /// ## Example
    /// `2023年13月1日` as a filing date; `（3.5）` as an amount, which may or may not mean a loss.
    /// ## Fix safety
    /// Nothing is changed: the text stays as it is, for a person to correct.
    /// ## Source
    /// The types of the fields in the form's definition.
    pub static T007 = { name: "unreadable", severity: Error, class: Report, apply: Apply::With("T001"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That no sign stands where a value is still to come: `XX`, `≥**人`, `/`, `—`.
    /// ## Why
    /// Such a sign is no value; taken as one it hides that the field was not filled in.
    /// ## Example
    /// `≥**人` as a target is blanked and reported.
    /// ## Fix safety
    /// Applied by default: the field becomes blank, the change keeps what stood there, and a finding says so.
    /// ## Source
    /// Seen in submissions (reviewer's list: notations, flaws).
    pub static T008 = { name: "placeholder", severity: Warning, class: Auto, apply: Apply::With("T001"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That the numbers of a list run without a gap and without one typed twice.
    /// ## Why
    /// A number that is missing may mean an item that is missing.
    /// ## Example
    /// `1、…；2、…；4、…` has no third item.
    /// ## Fix safety
    /// Nothing is changed: the items stay as they are.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static T009 = { name: "list-numbers-slip", severity: Info, class: Report, apply: Apply::With("T001"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That a field holds no character that Word files and pages cannot hold: control characters other than line breaks.
    /// ## Why
    /// Such a character is left out where the form is printed; the printed copy then differs from the record.
    /// ## Example
    /// A control character (U+0001) that another program put into a name.
    /// ## Fix safety
    /// Nothing is changed in the record: what was meant there cannot be known.
    /// ## Source
    /// Extensible Markup Language (XML) 1.0, section 2.2.
    pub static T010 = { name: "unprintable", severity: Warning, class: Report, apply: Apply::With("T001"), parameters: [] }
}

/// Words longer than this are shortened in messages.
const SHOWN: usize = 40;

/// A text for a message: not too long, on one line.
pub fn shown(text: &str) -> String {
    let text = squeeze(text);
    if text.chars().count() <= SHOWN {
        return text.into_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

fn canonical(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let mut walk = Walk { context, read: 0, unreadable: 0, placeholders: 0 };
    let data = &walk.context.record.data;
    walk.node(&Trail::root(), data, None);
    let Walk { read, unreadable, placeholders, .. } = walk;
    let root = Path::root();
    match unreadable {
        0 if read > 0 => {
            context.rule = T007.code;
            context.held(&root, Message::new("T007.held").with("count", read));
        }
        0 => {}
        _ => {
            context.rule = T007.code;
            context.failed(&root, Message::new("T007.failed").with("count", unreadable));
        }
    }
    if placeholders > 0 {
        context.rule = T008.code;
        context.failed(&root, Message::new("T008.count").with("count", placeholders));
    }
}

struct Walk<'c, 'a> {
    context: &'c mut Context<'a>,
    read: usize,
    unreadable: usize,
    placeholders: usize,
}

impl<'a> Walk<'_, 'a> {
    fn node(&mut self, trail: &Trail<'_>, node: &'a Node, number: Option<Marker>) {
        match node {
            Node::Leaf(leaf) => self.leaf(trail, leaf, number),
            Node::Map(entries) => entries.iter().for_each(|(key, node)| self.node(&trail.key(key), node, None)),
            Node::List(items) => {
                let numbers = self.numbers(trail, items);
                for (index, item) in items.iter().enumerate() {
                    self.node(&trail.index(index), item, numbers.get(index).copied().flatten());
                }
            }
        }
    }

    /// The numbers that the items of a list carry, where they run as numbers of a list do.
    fn numbers(&mut self, trail: &Trail<'_>, items: &'a [Node]) -> Vec<Option<Marker>> {
        let is_text = |node: &Node| node.leaf().is_some_and(|leaf| leaf.kind == Kind::Text);
        if items.is_empty() || !items.iter().all(is_text) {
            return Vec::new();
        }
        let raw = |leaf: &'a Leaf| if leaf.raw.is_empty() { &leaf.text } else { &leaf.raw };
        let leaves: Vec<&Leaf> = items.iter().filter_map(Node::leaf).collect();
        // What the source says tells slips even after the numbers are gone.
        let source: Vec<_> = leaves.iter().map(|leaf| self.context.memory.opening(raw(leaf))).collect();
        if let Some((index, number)) = slip(&running(&source)) {
            let message = Message::new("T009.slip").with("number", number);
            let path = trail.index(index).path();
            let locus = self.context.locus(&path);
            let finding = self.context.finding(&T009, message).at(path, locus);
            self.context.findings.push(finding);
        }
        let now = leaves.iter().zip(source).enumerate().map(|(index, (leaf, source))| {
            // A number is taken off once; what then opens the text belongs to it.
            let item = || trail.index(index).path();
            let taken = || self.context.ledger.at(&item()).any(|change| change.rule == T003.code && change.applied);
            let opening = if *raw(leaf) == leaf.text { source } else { self.context.memory.opening(&leaf.text) };
            opening.filter(|_| !taken())
        });
        running(&now.collect::<Vec<_>>())
    }

    fn leaf(&mut self, trail: &Trail<'_>, leaf: &'a Leaf, number: Option<Marker>) {
        if leaf.text.is_empty() {
            let path = trail.path();
            let emptied = self.context.ledger.at(&path).find(|change| change.rule == T008.code && change.applied);
            if let Some(change) = emptied {
                let from = shown(&change.from);
                self.placeholder(&path, from);
            }
            return;
        }
        let plain = || leaf.kind.is_plain(&leaf.text) || self.context.memory.is_canonical(leaf.kind, &leaf.text);
        if number.is_none() {
            let is_known = self.context.memory.is_sound(leaf);
            if is_known || plain() {
                self.read += 1;
                if !is_known {
                    self.context.memory.note_sound(leaf);
                }
                return;
            }
        }
        let odd = leaf.text.chars().find(|c| !xml::allowed(*c));
        if let Some(character) = odd {
            let message = Message::new("T010.found").with("character", format!("U+{:04X}", u32::from(character)));
            let path = trail.path();
            let locus = self.context.locus(&path);
            let finding = self.context.finding(&T010, message).at(path, locus);
            self.context.findings.push(finding.help(Message::new("T010.help")));
        }
        let of_pages = self.context.record.source.is_of_pages();
        let mut steps = Steps { trail, leaf, text: Cow::Borrowed(&leaf.text), context: self.context };
        let cleaned = if of_pages { markup::clean(&steps.text) } else { markup::clean_typed(&steps.text) };
        if let Some(cleaned) = cleaned {
            steps.step(T002.code, cleaned.text, Message::new("because.T002"));
        }
        if let Some(number) = number {
            let text = trim(&steps.text);
            let body = text.get(number.length.min(text.len())..).unwrap_or_default().to_owned();
            if !body.is_empty() {
                steps.step(T003.code, body, Message::new("because.T003"));
            }
        }
        // Blanks between boxes part the words that they stand at.
        let words = matches!(leaf.kind, Kind::Text | Kind::Name | Kind::Person)
            || leaf.kind == Kind::Choice && !steps.text.contains(choice::is_box);
        if words && !trim(&steps.text).is_empty() {
            let clean = if leaf.kind == Kind::Text { paragraphs(&steps.text) } else { squeeze(&steps.text) };
            let clean = clean.into_owned();
            steps.step(T004.code, clean, Message::new("because.T004"));
        }
        let reading = match leaf.kind {
            // Other rules will ask for it, too.
            Kind::Target => target::reading(steps.context.target(&steps.text).as_deref()),
            kind => kind.read(&steps.text),
        };
        match reading {
            Reading::Value(value) => {
                steps.step(T001.code, value, because(leaf.kind));
                if number.is_none() && odd.is_none() && steps.text == leaf.text {
                    self.context.memory.note_canonical(leaf.kind, &leaf.text);
                    self.context.memory.note_sound(leaf);
                }
                self.read += 1;
            }
            Reading::Blank => steps.step(T001.code, String::new(), Message::new("because.T001.blank")),
            Reading::Placeholder if is_dash(trim(&steps.text)) && dashes(steps.context, trail) => {
                steps.step(T001.code, String::new(), Message::new("because.T001.dash"));
            }
            Reading::Placeholder => {
                let from = shown(&steps.text);
                steps.step(T008.code, String::new(), Message::new("because.T008"));
                self.placeholder(&trail.path(), from);
            }
            Reading::Unreadable => {
                let text = shown(&steps.text);
                self.unreadable += 1;
                let path = trail.path();
                let message = Message::new("T007.unreadable")
                    .with("label", self.context.label(&path))
                    .with("text", text)
                    .with("kind", format!("@{}", leaf.kind.message_id()));
                let finding = self.context.finding(&T007, message).at(path, leaf.loci.first().copied());
                self.context.findings.push(finding.help(expected(leaf.kind)));
            }
        }
    }

    fn placeholder(&mut self, path: &Path, from: String) {
        self.placeholders += 1;
        let message = Message::new("T008.placeholder").with("label", self.context.label(path)).with("text", from);
        let finding = self.context.finding(&T008, message).at(path.clone(), self.context.locus(path));
        self.context.findings.push(finding.help(Message::new("T008.help")));
    }
}

/// Whether a dash in this field says that the row has none.
fn dashes(context: &Context<'_>, trail: &Trail<'_>) -> bool {
    matches!(context.shape.along(trail), Some(Shape::Leaf(leaf)) if leaf.dash)
}

/// Dashes and strokes as they are drawn through a cell that stays empty.
fn is_dash(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '–' | '—' | '―' | '－' | '─' | '/' | '／' | '\\'))
}

/// The chain of changes of one leaf.
struct Steps<'c, 'a, 'b> {
    trail: &'c Trail<'c>,
    leaf: &'c Leaf,
    text: Cow<'c, str>,
    context: &'b mut Context<'a>,
}

impl Steps<'_, '_, '_> {
    fn step(&mut self, rule: Code, to: String, because: Message) {
        if to == self.text || !self.context.settled.corrects(rule) {
            return;
        }
        let from = std::mem::replace(&mut self.text, Cow::Owned(to.clone())).into_owned();
        let locus = self.leaf.loci.first().copied();
        let at = self.trail.path();
        self.context.proposals.push(Change { at, rule, class: Class::Auto, applied: false, from, to, because, locus });
    }
}

/// The markers of one style whose numbers start at 1 and never fall; nothing where they do not run.
fn running(markers: &[Option<Marker>]) -> Vec<Option<Marker>> {
    let Some(first) = markers.iter().flatten().next().copied() else { return Vec::new() };
    let of_style = |marker: &Marker| marker.style == first.style;
    let numbers: Vec<u32> = markers.iter().flatten().filter(|marker| of_style(marker)).map(|marker| marker.number).collect();
    let runs = first.number == 1 && numbers.is_sorted() && (numbers.len() == 1 || numbers.last() > Some(&1));
    if !runs || numbers.len() == 1 && markers.first().is_none_or(Option::is_none) {
        return Vec::new();
    }
    markers.iter().map(|marker| marker.filter(of_style)).collect()
}

/// The first item whose number is not the one after its predecessor's.
fn slip(markers: &[Option<Marker>]) -> Option<(usize, u32)> {
    let mut last = 0;
    for (index, number) in markers.iter().enumerate().filter_map(|(index, marker)| marker.map(|m| (index, m.number))) {
        if number != last + 1 {
            return Some((index, number));
        }
        last = number;
    }
    None
}

fn because(kind: Kind) -> Message {
    Message::new(match kind {
        Kind::Amount => "because.T001.amount",
        Kind::Percent => "because.T001.percent",
        Kind::Score => "because.T001.score",
        Kind::Count => "because.T001.count",
        Kind::Date => "because.T001.date",
        Kind::Year => "because.T001.year",
        Kind::Phone => "because.T001.phone",
        Kind::Target => "because.T001.target",
        Kind::Unit => "because.T001.unit",
        Kind::Mark => "because.T001.mark",
        Kind::Choice | Kind::Tick => "because.T001.choice",
        Kind::Text | Kind::Name | Kind::Person => "because.T001.text",
    })
}

/// What a field of a kind should look like.
fn expected(kind: Kind) -> Message {
    Message::new(match kind {
        Kind::Amount => "T007.help.amount",
        Kind::Percent => "T007.help.percent",
        Kind::Score => "T007.help.score",
        Kind::Count => "T007.help.count",
        Kind::Date => "T007.help.date",
        Kind::Year => "T007.help.year",
        Kind::Phone => "T007.help.phone",
        Kind::Unit => "T007.help.unit",
        _ => "T007.help.other",
    })
}
