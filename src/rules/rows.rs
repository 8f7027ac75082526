//! Rows as rules go through them: which rows a parameter means, what they are called, and the sum of what was seen in them.

use super::context::{Context, indexed, inside, keyed};
use super::parameters::Parameters;
use super::select::ITEM;
use super::text::shown;
use crate::diag::Message;
use crate::record::{Node, Path};
use crate::value::figure;
use crate::value::target::{Operator, Target, sign};
use rust_decimal::{Decimal, RoundingStrategy};
use std::rc::Rc;

/// One row: a map of fields.
pub(super) struct Row<'a> {
    /// The list it stands in and its place there, or the row itself.
    base: Rc<Path>,
    index: Option<usize>,
    node: &'a Node,
}

impl<'a> Row<'a> {
    pub fn path(&self) -> Path {
        match self.index {
            Some(index) => indexed(&self.base, index),
            None => Path::clone(&self.base),
        }
    }

    pub fn at(&self, key: &str) -> Path {
        match self.index {
            Some(index) => inside(&self.base, index, key),
            None => keyed(&self.base, key),
        }
    }

    pub fn text(&self, key: &str) -> &'a str {
        self.node.text(key)
    }

    /// What a person calls the row: the field that the definition names, the label printed for it, or that of what it stands in.
    pub fn name(&self, context: &Context<'_>, parameters: &Parameters<'_>) -> String {
        let named = parameters.text("name").map_or("", |key| self.text(key));
        let item = self.text(ITEM);
        match [named, item].into_iter().find(|text| !text.is_empty()) {
            Some(text) => shown(text),
            None if self.index.is_none() && self.base.0.is_empty() => context.definition.title.text.to_string(),
            None => context.label(&self.path()).to_string(),
        }
    }
}

/// The rows that a parameter leads to: those of lists, or one by itself; the whole form where it is not given.
pub(super) fn rows<'a>(context: &Context<'a>, parameters: &Parameters<'_>, name: &str) -> Vec<Row<'a>> {
    let record = context.record;
    if !parameters.has(name) {
        return vec![Row { base: Rc::default(), index: None, node: &record.data }];
    }
    let mut found = Vec::new();
    for path in context.paths(parameters, name) {
        match record.get(&path) {
            Some(Node::List(items)) => {
                let base = Rc::new(path);
                let row = |(index, node)| Row { base: Rc::clone(&base), index: Some(index), node };
                found.extend(items.iter().enumerate().map(row));
            }
            Some(node @ Node::Map(_)) => found.push(Row { base: Rc::new(path), index: None, node }),
            _ => {}
        }
    }
    found
}

/// What a row's cell says as a target, together with the row's columns for sign and unit where the definition names some
/// (`sign`, `unit`) and the cell itself has none: `95` beside `≥` and `%`.
pub(super) fn target<'n>(
    context: &Context<'_>,
    parameters: &Parameters<'_>,
    text: &str,
    field: impl Fn(&str) -> &'n str,
) -> Option<Rc<Target>> {
    let target = context.target(text)?;
    let column = |name: &str| parameters.text(name).map_or("", &field).trim();
    let said = sign(column("sign")).filter(|_| target.operator == Operator::Equal && target.is_numeric());
    let unit = Some(column("unit")).filter(|unit| !unit.is_empty() && target.unit.is_empty() && target.is_numeric());
    if said.is_none() && unit.is_none() {
        return Some(target);
    }
    let mut whole = Target::clone(&target);
    whole.operator = said.unwrap_or(whole.operator);
    if let Some(unit) = unit {
        whole.unit = unit.to_owned();
    }
    Some(Rc::new(whole))
}

/// Where what is said of all rows belongs.
pub(super) fn place(parameters: &Parameters<'_>, name: &str) -> Path {
    parameters.selector(name).map(|rows| rows.literal()).unwrap_or_default()
}

/// What became of the rows that a rule went through.
#[derive(Default)]
pub(super) struct Tally {
    pub held: usize,
    pub missing: Vec<Path>,
}

/// Places shown of rows that could not be checked.
const SHOWN: usize = 8;

impl Tally {
    pub fn fail(context: &mut Context<'_>, at: &Path, message: Message, help: &'static str) {
        context.failed(at, message.clone());
        context.find(at, message, Some(Message::new(help)));
    }

    /// A row that could not be checked, and the field for want of which it could not.
    pub fn miss(&mut self, at: Path) {
        self.missing.push(at);
    }

    /// Tells of the rows that held and of those that could not be checked; both messages have a `{count}`.
    pub fn close(self, context: &mut Context<'_>, at: &Path, held: &'static str, unchecked: &'static str) {
        if let [first, others @ ..] = &self.missing[..] {
            context.unchecked(first, Message::new(unchecked).with("count", self.missing.len()));
            for at in others.iter().take(SHOWN - 1) {
                context.also(at);
            }
        }
        if self.held > 0 {
            context.held(at, Message::new(held).with("count", self.held));
        }
    }
}

/// Points and rates in messages.
pub(super) fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

pub(super) fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Whether a printed number is the exact one, as far as its decimals go, or as far as the definition tolerates.
pub(super) fn agrees(printed: Decimal, exact: Decimal, tolerance: Option<Decimal>) -> bool {
    rounded(exact, printed.scale()) == printed
        || tolerance.is_some_and(|most| printed.checked_sub(exact).is_some_and(|difference| difference.abs() <= most))
}

/// The points that the form prints in a label, `（20分）`: as the source has it, else as the definition does.
pub(super) fn label_points(context: &Context<'_>, label: &str) -> Option<Decimal> {
    let mut printed = context.record.marks.iter().filter(|mark| &*mark.label == label);
    printed.find_map(|mark| figure::points_in(&mark.text)).or_else(|| figure::points_in(label))
}
