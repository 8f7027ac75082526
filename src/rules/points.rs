//! P: points as a whole. What the weights add up to, the total of the scores, and the grade that follows from it.

use super::context::{Context, Figure, keyed};
use super::parameters::{Expect, Parameters, number, optional, required};
use super::rows::{Tally, agrees, label_points, place, plain, rows};
use super::{Apply, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::record::{Node, Path};
use crate::value::text::fold;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

declare_rule! {
    /// ## What it checks
    /// That the weights of all indicators, with those for execution, add up to what the form asks for.
    /// ## Why
    /// Scores out of 95 or 110 cannot be compared with those of other offices.
    /// ## Example
    /// 10 for execution + 50 + 30 + 10 = 100.
    /// ## Fix safety
    /// A weight that alone is blank is suggested: the others leave one value. Nothing else is offered.
    /// ## Source
    /// The sum is the definition's: 100 on the national form of self-review, notes of the forms (reviewer's list, P1, W8 and W19).
    pub static P001 = {
        name: "weights-do-not-add-up", severity: Error, class: Suggest, apply: Apply::Listed(weights),
        parameters: [required("weights", Expect::Paths), required("total", Expect::Number), optional("labels", Expect::Words)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the weights of the rows of one goal add up to the points of that goal; where the form prints no weights, that their
    /// scores are not more than these points.
    /// ## Why
    /// Where a form gives each goal its points, its indicators share them out.
    /// ## Example
    /// 年度绩效目标1（40分）, whose indicators have 10 + 10 + 20. Scores of 20 + 25 under it are too many.
    /// ## Fix safety
    /// A weight that alone is blank is suggested.
    /// ## Source
    /// Forms of several goals (reviewer's list, P1 and W19).
    pub static P002 = {
        name: "goal-points-not-shared-out", severity: Error, class: Suggest, apply: Apply::Listed(shared_out),
        parameters: [required("blocks", Expect::Rows), required("points", Expect::FieldOf("blocks")), required("rows", Expect::FieldOf("blocks")),
            optional("weight", Expect::Words), optional("score", Expect::Words)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the weights of each level 1 are those of one of the schemes that the definition allows.
    /// ## Why
    /// The ministries fix how much output, effect and satisfaction count.
    /// ## Example
    /// 产出指标 50, 效益指标 30, 满意度指标 10; with costs 20, 40, 20, 10.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Notes of the forms (reviewer's list, P1 and W8); 财预〔2021〕101号 for schemes with costs, details unverified.
    pub static P003 = {
        name: "weights-of-levels", severity: Warning, class: Report, apply: Apply::Listed(levels),
        parameters: [required("rows", Expect::Row), required("level", Expect::FieldOf("rows")), required("weight", Expect::FieldOf("rows")),
            required("schemes", Expect::Cases)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the total is the sum of all scores, with that for execution.
    /// ## Why
    /// The total decides the grade; it is computed, not given.
    /// ## Example
    /// 20 + 39.6 + 40 = 99.6.
    /// ## Fix safety
    /// A total that is blank is filled in by default: it is fully determined. One that differs is reported, and the sum suggested.
    /// ## Source
    /// Arithmetic; checked alike by independent checkers (reviewer's list, P6 and W19).
    pub static P010 = {
        name: "total-score", severity: Error, class: Auto, apply: Apply::Listed(total),
        parameters: [required("total", Expect::Path), required("scores", Expect::Paths), optional("tolerance", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the grade is the one that the total score falls into.
    /// ## Why
    /// Grades follow from points.
    /// ## Example
    /// 92.5 is 优 where 优 begins at 90.
    /// ## Fix safety
    /// Only suggested.
    /// ## Source
    /// The bounds are the definition's: 优 from 90, 良 from 80, 中 from 60, 差 below, by the practice of the ministry
    /// (reviewer's list, P7; a secondary page; 财预〔2020〕10号).
    pub static P011 = {
        name: "grade-of-score", severity: Warning, class: Suggest, apply: Apply::Listed(grade),
        parameters: [required("grade", Expect::Path), required("score", Expect::Path), required("grades", Expect::Cases)]
    }
}

/// The sum of some fields, and those that are blank or cannot be read.
struct Points {
    sum: Decimal,
    terms: Vec<String>,
    blank: Vec<Path>,
    unreadable: Vec<Path>,
}

impl Points {
    fn of(context: &Context<'_>, fields: &[Path]) -> Points {
        let mut points = Points { sum: Decimal::ZERO, terms: Vec::new(), blank: Vec::new(), unreadable: Vec::new() };
        for at in fields {
            match context.figure(at) {
                Figure::Absent => {}
                Figure::Blank => points.blank.push(at.clone()),
                Figure::Unreadable => points.unreadable.push(at.clone()),
                Figure::Value(value) => points.add(value),
            }
        }
        points
    }

    fn add(&mut self, value: Decimal) {
        self.sum = self.sum.checked_add(value).unwrap_or(self.sum);
        self.terms.push(plain(value));
    }

    fn text(&self) -> String {
        const SHOWN: usize = 24;
        let text = self.terms.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(" + ");
        if self.terms.len() > SHOWN { format!("{text} + …") } else { text }
    }
}

fn weights(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(total) = parameters.number("total") else { return };
    let fields = context.paths(parameters, "weights");
    let mut points = Points::of(context, &fields);
    for label in parameters.texts("labels") {
        if let Some(value) = label_points(context, label) {
            points.add(value);
        }
    }
    let Some(at) = fields.first() else {
        let at = place(parameters, "weights");
        return context.unchecked(&at, Message::new("P001.none"));
    };
    let whole = (plain(total), "P001.held", "P001.failed", "P001.help");
    sum(context, at, &points, total, whole, Message::new("P001.unchecked"));
}

fn shared_out(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let weight = parameters.text("weight");
    let (Some(key), Some(list), Some(part)) =
        (parameters.text("points"), parameters.text("rows"), weight.or(parameters.text("score")))
    else {
        return;
    };
    for block in rows(context, parameters, "blocks") {
        let at = block.at(key);
        let list = block.at(list);
        let count = context.record.get(&list).map_or(0, |node| node.items().len());
        let fields: Vec<Path> = (0..count).map(|index| keyed(&list.clone().index(index), part)).collect();
        let points = Points::of(context, &fields);
        match context.figure(&at) {
            Figure::Absent => {}
            Figure::Value(_) if fields.is_empty() => {
                context.unchecked(&list, Message::new("unchecked.no_rows").with("what", context.label(&list)));
            }
            Figure::Value(total) if weight.is_none() => not_above(context, &at, &points, total),
            Figure::Value(total) => {
                let whole = (plain(total), "P002.held", "P002.failed", "P002.help");
                sum(context, &at, &points, total, whole, Message::new("P002.unchecked"));
            }
            Figure::Blank | Figure::Unreadable => context.unchecked(&at, Message::new("P002.no_points")),
        }
    }
}

/// Compares the scores of a goal with its points. What is blank could only add to them.
fn not_above(context: &mut Context<'_>, at: &Path, points: &Points, total: Decimal) {
    let message = |id| Message::new(id).with("sum", plain(points.sum)).with("total", plain(total)).with("text", points.text());
    match points.blank.first().or(points.unreadable.first()) {
        _ if points.sum > total => Tally::fail(context, at, message("P002.above"), "P004.help"),
        Some(missing) => {
            let count = points.blank.len() + points.unreadable.len();
            context.unchecked(missing, Message::new("P002.no_scores").with("count", count));
        }
        None => context.held(at, message("P002.within")),
    }
}

/// Compares a sum of points with what it should be, and fills the one gap that it may have.
fn sum(
    context: &mut Context<'_>,
    at: &Path,
    points: &Points,
    total: Decimal,
    (whole, held, failed, help): (String, &'static str, &'static str, &'static str),
    unchecked: Message,
) {
    let message = |id| Message::new(id).with("sum", plain(points.sum)).with("total", &whole).with("text", points.text());
    let (blank, unreadable) = (&points.blank[..], &points.unreadable[..]);
    let missing = blank.len() + unreadable.len();
    let rest = total.checked_sub(points.sum).unwrap_or_default();
    match (blank, unreadable) {
        // Blank rows of no weight do not matter where the others are all there is.
        (_, []) if rest.is_zero() && !points.terms.is_empty() => context.held(at, message(held)),
        ([], []) => Tally::fail(context, at, message(failed), help),
        _ => {
            let first = blank.first().or(unreadable.first()).unwrap_or(at).clone();
            context.unchecked(&first, unchecked.with("count", missing));
            if let ([only], []) = (blank, unreadable)
                && rest > Decimal::ZERO
                && !points.terms.is_empty()
            {
                let because = Message::new("because.P001").with("total", &whole).with("text", points.text());
                context.propose(Class::Suggest, only, plain(rest), because);
            }
        }
    }
}

/// The numbers of a case: `{name: 2021, 产出指标: 40, 效益指标: 20}`.
fn numbers(case: &Map<String, Value>) -> Vec<(&str, Decimal)> {
    case.iter().filter(|(key, _)| *key != "name").filter_map(|(key, value)| Some((key.as_str(), number(value)?))).collect()
}

fn levels(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(level), Some(weight)) = (parameters.text("level"), parameters.text("weight")) else { return };
    let mut sums: Vec<(String, Decimal)> = Vec::new();
    let at = place(parameters, "rows");
    for row in rows(context, parameters, "rows") {
        let label = row.text(level);
        let value = match context.figure(&row.at(weight)) {
            Figure::Absent => continue,
            Figure::Value(value) if !label.is_empty() => value,
            _ => {
                let missing = row.at(if label.is_empty() { level } else { weight });
                return context.unchecked(&missing, Message::new("P003.unchecked"));
            }
        };
        match sums.iter_mut().find(|(known, _)| fold(known) == fold(label)) {
            Some((_, sum)) => *sum = sum.checked_add(value).unwrap_or(*sum),
            None => sums.push((label.to_owned(), value)),
        }
    }
    if sums.is_empty() {
        return context.unchecked(&at, Message::new("unchecked.no_rows").with("what", context.label(&at)));
    }
    let schemes: Vec<Vec<(&str, Decimal)>> = parameters.cases("schemes").into_iter().map(numbers).collect();
    let printed = |pairs: &mut dyn Iterator<Item = (&str, Decimal)>| {
        pairs.map(|(label, value)| format!("{label} {}", plain(value))).collect::<Vec<_>>().join(", ")
    };
    let text = printed(&mut sums.iter().map(|(label, value)| (label.as_str(), *value)));
    let fits = |scheme: &&Vec<(&str, Decimal)>| {
        let of = |label: &str| sums.iter().find(|(known, _)| fold(known) == fold(label)).map(|(_, sum)| *sum);
        sums.len() == scheme.len() && scheme.iter().all(|(label, value)| of(label) == Some(*value))
    };
    if schemes.iter().any(|scheme| fits(&scheme)) {
        return context.held(&at, Message::new("P003.held").with("text", text));
    }
    let allowed: Vec<String> = schemes.iter().map(|scheme| printed(&mut scheme.iter().copied())).collect();
    let message = Message::new("P003.failed").with("text", text);
    context.failed(&at, message.clone());
    context.find(&at, message, Some(Message::new("P003.help").with("allowed", allowed.join("; "))));
}

fn total(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(at) = parameters.selector("total").and_then(|total| total.path(context.record)) else { return };
    let fields = context.paths(parameters, "scores");
    let points = Points::of(context, &fields);
    let printed = context.figure(&at);
    if printed == Figure::Absent || printed == Figure::Blank && points.terms.is_empty() {
        return;
    }
    if let Some(missing) = points.blank.first().or(points.unreadable.first()) {
        let count = points.blank.len() + points.unreadable.len();
        return context.unchecked(missing, Message::new("P010.unchecked").with("count", count));
    }
    if points.terms.is_empty() || printed == Figure::Unreadable {
        return context.unchecked(&at, Message::new("P010.unreadable"));
    }
    let because = Message::new("because.P010").with("text", points.text());
    match printed.value() {
        Some(value) if agrees(value, points.sum, parameters.number("tolerance")) => {
            context
                .held(&at, Message::new("check.arithmetic").with("text", format!("{} = {}", points.text(), plain(points.sum))));
        }
        Some(value) => {
            let message = Message::new("P010.failed").with("value", plain(value)).with("sum", plain(points.sum));
            Tally::fail(context, &at, message.with("text", points.text()), "P010.help");
            context.propose(Class::Suggest, &at, plain(points.sum), because);
        }
        None => context.propose(Class::Auto, &at, plain(points.sum), because),
    }
}

fn grade(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let leaf = |name: &str, context: &Context<'_>| parameters.selector(name).and_then(|leaf| leaf.path(context.record));
    let Some((at, score_at)) = leaf("grade", context).zip(leaf("score", context)) else { return };
    if context.record.get(&at).and_then(Node::leaf).is_none() {
        return;
    }
    let printed = context.text(&at).trim();
    let score = match context.figure(&score_at) {
        Figure::Value(score) => score,
        Figure::Blank if printed.is_empty() => return,
        _ => return context.unchecked(&score_at, Message::new("P011.unchecked")),
    };
    let bounds = parameters.cases("grades").into_iter().filter_map(|case| {
        let from = numbers(case).into_iter().find(|(key, _)| *key == "from").map_or(Decimal::ZERO, |(_, from)| from);
        Some((case.get("grade")?.as_str()?, from))
    });
    let Some((grade, from)) = bounds.filter(|(_, from)| score >= *from).max_by_key(|(_, from)| *from) else {
        return context.unchecked(&at, Message::new("P011.unchecked"));
    };
    let message = |id| Message::new(id).with("score", plain(score)).with("grade", grade).with("from", plain(from));
    if fold(printed) == fold(grade) {
        return context.held(&at, message("P011.held"));
    }
    if !printed.is_empty() {
        Tally::fail(context, &at, message("P011.failed").with("printed", printed), "P011.help");
    }
    context.propose(Class::Suggest, &at, grade, message("P011.held"));
}
