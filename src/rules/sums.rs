//! F: sums that a form says by the addresses of its fields, bounds between amounts, and amounts that a text repeats.

use super::context::{Context, Figure};
use super::funds::{equal, print};
use super::parameters::{Expect, Parameters, optional, required};
use super::repair::{self, Equation};
use super::rows::{Tally, place, rows};
use super::text::shown;
use super::{Apply, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::record::Path;
use crate::value::amount;
use crate::value::text::ends_sentence;
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// That one amount is the sum of others, wherever in the form they stand.
    /// ## Why
    /// Funds of a year are the sum of where they come from; a list of costs adds up to its total.
    /// ## Example
    /// 年度资金总额 0, but 财政拨款 is 90.
    /// ## Fix safety
    /// A total that is blank is suggested. Of a sum that differs, a figure is suggested only where the arithmetic of the whole
    /// form leaves one.
    /// ## Source
    /// Arithmetic; independent checkers allow ±0.1 万元, which the definition may say as `tolerance` (reviewer's list, F6, F7, W9
    /// and W11).
    pub static F009 = {
        name: "parts-do-not-add-up", severity: Error, class: Suggest, apply: Apply::Listed(parts),
        parameters: [required("total", Expect::Path), required("parts", Expect::Paths), optional("tolerance", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That in each row one amount is the sum of the others.
    /// ## Why
    /// A row that does not add up makes the columns doubtful.
    /// ## Example
    /// 财政资金 60.00 + 自有资金 10.00 = 小计 70.00.
    /// ## Fix safety
    /// A total that is blank is suggested; one that differs as for F009.
    /// ## Source
    /// Arithmetic (reviewer's list, F7 and W2).
    pub static F010 = {
        name: "row-does-not-add-up", severity: Error, class: Suggest, apply: Apply::Listed(across),
        parameters: [required("rows", Expect::Row), required("total", Expect::FieldOf("rows")), required("parts", Expect::FieldsOf("rows")),
            optional("name", Expect::FieldOf("rows")), optional("tolerance", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That an amount, or the sum of some, is not above another one.
    /// ## Why
    /// What is meant for one year is within what is meant for all of them.
    /// ## Example
    /// 中期资金总额 300.00, but 年度资金总额 400.00.
    /// ## Fix safety
    /// Nothing is changed. The two are never taken for the same amount.
    /// ## Source
    /// Independent checkers (reviewer's list, F8).
    pub static F011 = {
        name: "amount-above-bound", severity: Error, class: Report, apply: Apply::Listed(bound),
        parameters: [required("part", Expect::Paths), required("whole", Expect::Path)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That an amount which a text gives for a row, named in the same sentence, is one that the row has.
    /// ## Why
    /// Texts are copied from last year's form, amounts from this year's.
    /// ## Example
    /// 清淤工程70.50万元 in the text, 70.00 in the table.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Independent checkers; units are converted, and the text's own decimals decide how exactly it must agree (reviewer's list, F10).
    pub static F012 = {
        name: "text-amount-differs", severity: Warning, class: Report, apply: Apply::Listed(narrative),
        parameters: [required("texts", Expect::Paths), optional("rows", Expect::Row), required("name", Expect::FieldOf("rows")),
            required("amounts", Expect::FieldsOf("rows"))]
    }
}

/// A sum of fields that is compared with another field.
struct Sum {
    total: Path,
    parts: Vec<Path>,
}

impl Sum {
    /// The sum as the arithmetic of the whole form sees it.
    fn equation(&self) -> Equation {
        Equation::sum(self.parts.iter().cloned(), self.total.clone())
    }

    /// Compares; says whether it held. What is missing is noted in the tally.
    fn check(
        &self,
        context: &mut Context<'_>,
        name: &str,
        tolerance: Option<Decimal>,
        tally: &mut Tally,
        (failed, blank): (&'static str, &'static str),
    ) {
        let total = context.money(&self.total);
        if total == Figure::Absent {
            return;
        }
        let (mut sum, mut terms) = (Decimal::ZERO, Vec::new());
        let mut gaps = Vec::new();
        for part in &self.parts {
            match context.money(part) {
                Figure::Absent => {}
                Figure::Value(value) => {
                    sum = sum.checked_add(value).unwrap_or(sum);
                    terms.push(print(value));
                }
                Figure::Blank => gaps.push(part),
                Figure::Unreadable => return tally.miss(part.clone()),
            }
        }
        let same = |total: Decimal| {
            let difference = total.checked_sub(sum).unwrap_or_default().abs();
            equal(total, sum) || tolerance.is_some_and(|most| difference <= most)
        };
        let text = format!("{} = {}", terms.join(" + "), print(sum));
        match total {
            Figure::Blank if terms.is_empty() => {}
            Figure::Blank => {
                tally.miss(self.total.clone());
                if gaps.is_empty() {
                    let because = Message::new("because.sum").with("sum", text);
                    context.propose(Class::Suggest, &self.total, print(sum), because);
                }
            }
            Figure::Value(total) if terms.is_empty() && !total.is_zero() => tally.miss(self.total.clone()),
            Figure::Value(total) if same(total) => {
                tally.held += 1;
                context.held(&self.total, Message::new("check.arithmetic").with("text", text));
            }
            Figure::Value(total) if !gaps.is_empty() => {
                let message = Message::new(blank).with("row", name).with("total", print(total)).with("sum", print(sum));
                context.unchecked(gaps[0], message);
            }
            Figure::Value(total) => {
                let message = Message::new(failed).with("row", name).with("total", print(total)).with("sum", print(sum));
                let help = repair::help(context, &self.equation(), Message::new("F001.help").with("text", text));
                context.failed(&self.total, message.clone());
                context.find(&self.total, message, Some(help));
            }
            Figure::Absent | Figure::Unreadable => tally.miss(self.total.clone()),
        }
    }
}

fn parts_of(context: &Context<'_>, parameters: &Parameters<'_>) -> Option<Sum> {
    let total = parameters.selector("total")?.path(context.record)?;
    // Parts that this copy of the form does not print say nothing of the total.
    Some(Sum { total, parts: context.paths(parameters, "parts") }).filter(|sum| !sum.parts.is_empty())
}

fn rows_of(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<(String, Sum)> {
    let Some(total) = parameters.text("total") else { return Vec::new() };
    let parts = parameters.texts("parts");
    let sum = |row: &super::rows::Row<'_>| Sum { total: row.at(total), parts: parts.iter().map(|part| row.at(part)).collect() };
    rows(context, parameters, "rows").iter().map(|row| (row.name(context, parameters), sum(row))).collect()
}

/// What F009 says of the arithmetic of the form.
pub(super) fn of_parts(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<Equation> {
    parts_of(context, parameters).iter().map(Sum::equation).collect()
}

/// What F010 says of it.
pub(super) fn of_rows(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<Equation> {
    rows_of(context, parameters).iter().map(|(_, sum)| sum.equation()).collect()
}

fn parts(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(sum) = parts_of(context, parameters) else { return };
    let name = super::projects::row_label(context, &sum.total);
    let at = sum.total.clone();
    let mut tally = Tally::default();
    sum.check(context, &name, parameters.number("tolerance"), &mut tally, ("F009.failed", "F009.blank"));
    tally.held = 0; // Already said, with its figures.
    tally.close(context, &at, "F010.held", "F009.unchecked");
}

fn across(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let tolerance = parameters.number("tolerance");
    let mut tally = Tally::default();
    for (name, sum) in rows_of(context, parameters) {
        sum.check(context, &name, tolerance, &mut tally, ("F010.failed", "F010.blank"));
    }
    tally.held = 0;
    tally.close(context, &place(parameters, "rows"), "F010.held", "F010.unchecked");
}

fn bound(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(whole_at) = parameters.selector("whole").and_then(|whole| whole.path(context.record)) else { return };
    let parts = context.paths(parameters, "part");
    let Some(first) = parts.first().cloned() else { return };
    let figures: Vec<Figure> = parts.iter().map(|part| context.money(part)).collect();
    let whole = context.money(&whole_at);
    if whole == Figure::Blank && figures.iter().all(|figure| matches!(figure, Figure::Blank | Figure::Absent)) {
        return;
    }
    let sum = figures
        .iter()
        .filter(|figure| **figure != Figure::Absent)
        .try_fold(Decimal::ZERO, |sum, figure| figure.value().and_then(|value| sum.checked_add(value)));
    let label = |context: &Context<'_>, at: &Path| super::projects::row_label(context, at);
    let message = |context: &Context<'_>, id| {
        Message::new(id).with("part", label(context, &first)).with("whole", label(context, &whole_at))
    };
    match (sum, whole) {
        (Some(part), Figure::Value(whole)) if part <= whole => {
            let message = message(context, "F011.held").with("a", print(part)).with("b", print(whole));
            context.held(&whole_at, message);
        }
        (Some(part), Figure::Value(whole)) => {
            let message = message(context, "F011.failed").with("a", print(part)).with("b", print(whole));
            Tally::fail(context, &first, message, "F011.help");
            context.also(&whole_at);
        }
        (_, Figure::Absent) => {}
        (sum, _) => {
            let at = if sum.is_none() { first.clone() } else { whole_at.clone() };
            let message = message(context, "F011.unchecked");
            context.unchecked(&at, message);
        }
    }
}

fn narrative(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let keys = parameters.texts("amounts");
    let Some(name) = parameters.text("name") else { return };
    let rows = rows(context, parameters, "rows");
    let mut tally = Tally::default();
    for at in context.paths(parameters, "texts") {
        let text = context.text(&at);
        for sentence in text.split(|c| ends_sentence(c) || c == '\n') {
            let amounts = amount::inside(sentence);
            if amounts.is_empty() {
                continue;
            }
            // Names in the order of the sentence, the longer one where two begin alike.
            let mut named: Vec<(usize, usize)> = Vec::new();
            for (index, row) in rows.iter().enumerate() {
                let word = row.text(name);
                if word.chars().count() >= 3 {
                    named.extend(sentence.match_indices(word).map(|(start, _)| (start, index)));
                }
            }
            named.sort_by_key(|(start, index)| (*start, std::cmp::Reverse(rows[*index].text(name).len())));
            named.dedup_by_key(|(start, _)| *start);
            for (order, (start, index)) in named.iter().enumerate() {
                let until = named.get(order + 1).map_or(sentence.len(), |(next, _)| *next);
                let Some((_, said)) = amounts.iter().find(|(place, _)| *place > *start && *place < until) else { continue };
                let row = &rows[*index];
                let ours: Vec<Figure> = keys.iter().map(|key| context.money(&row.at(key))).collect();
                let (Some(unit), Some(form)) = (said.unit, context.unit) else {
                    tally.miss(at.clone());
                    continue;
                };
                let in_words = |value: Decimal| value.checked_mul(form.yuan()).and_then(|yuan| yuan.checked_div(unit.yuan()));
                let values: Vec<Decimal> = ours.iter().filter_map(Figure::value).collect();
                if values.is_empty() {
                    tally.miss(row.at(keys.first().unwrap_or(&name)));
                } else if values
                    .iter()
                    .filter_map(|value| in_words(*value))
                    .any(|value| super::rows::agrees(said.value, value, None))
                {
                    tally.held += 1;
                } else {
                    let message = Message::new("F012.failed").with("row", shown(row.text(name))).with("said", said.canonical());
                    let message =
                        message.with("values", values.iter().map(|value| print(*value)).collect::<Vec<_>>().join(" / "));
                    Tally::fail(context, &at, message, "F012.help");
                    context.also(&row.at(keys.first().unwrap_or(&name)));
                }
            }
        }
    }
    tally.close(context, &place(parameters, "rows"), "F012.held", "F012.unchecked");
}
