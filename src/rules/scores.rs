//! P: the points of each row against its weight, against what was reached, and the reasons that they need.

use super::context::{Context, Figure};
use super::parameters::{Expect, Parameters, number, optional, required, texts};
use super::rows::{self, Row, Tally, agrees, place, plain, rounded, rows};
use super::text::shown;
use super::{Apply, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::value::date::Date;
use crate::value::target::{Operator, Quantity, Target};
use crate::value::text::fold;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

declare_rule! {
    /// ## What it checks
    /// That no score is above its weight or below zero.
    /// ## Why
    /// The finance system refuses such an entry.
    /// ## Example
    /// 12 points where 10 can be had.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The system's grid of scores (reviewer's list, P2).
    pub static P004 = {
        name: "score-out-of-range", severity: Error, class: Report, apply: Apply::Listed(range),
        parameters: [required("rows", Expect::Row), required("score", Expect::FieldOf("rows")), required("weight", Expect::FieldOf("rows")),
            optional("name", Expect::FieldOf("rows"))]
    }
}

declare_rule! {
    /// ## What it checks
    /// That a row with fewer points than its weight says why.
    /// ## Why
    /// The finance system does not save a loss of points without a reason.
    /// ## Example
    /// 8 of 10 points and nothing under 偏差原因分析及改进措施.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The system's own check; independent checkers (reviewer's list, P3).
    pub static P005 = {
        name: "lost-points-without-reason", severity: Error, class: Report, apply: Apply::Listed(lost),
        parameters: [required("rows", Expect::Row), required("score", Expect::FieldOf("rows")), required("weight", Expect::FieldOf("rows")),
            optional("reason", Expect::FieldOf("rows")), optional("reasons", Expect::Paths), optional("name", Expect::FieldOf("rows"))]
    }
}

declare_rule! {
    /// ## What it checks
    /// That no row has all its points though its target was missed.
    /// ## Why
    /// Either the value reached or the score is wrong.
    /// ## Example
    /// Target ≥95%, reached 90%, 10 of 10 points.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Consistency of score and value (reviewer's list, P3).
    pub static P006 = {
        name: "full-score-target-missed", severity: Warning, class: Report, apply: Apply::Listed(undeserved),
        parameters: [required("rows", Expect::Row), required("target", Expect::FieldOf("rows")), required("actual", Expect::FieldOf("rows")),
            optional("sign", Expect::FieldOf("rows")), optional("unit", Expect::FieldOf("rows")),
            required("score", Expect::FieldOf("rows")), required("weight", Expect::FieldOf("rows")), optional("name", Expect::FieldOf("rows"))]
    }
}

declare_rule! {
    /// ## What it checks
    /// That a value far above its target has a reason beside it.
    /// ## Why
    /// A target that is surpassed by far was set too low.
    /// ## Example
    /// Target ≥100人, reached 260人, no explanation.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The bound is the definition's: a local threshold, unverified (reviewer's list, P3).
    pub static P007 = {
        name: "overshoot-without-reason", severity: Warning, class: Report, apply: Apply::Listed(overshoot),
        parameters: [required("rows", Expect::Row), required("target", Expect::FieldOf("rows")), required("actual", Expect::FieldOf("rows")),
            optional("sign", Expect::FieldOf("rows")), optional("unit", Expect::FieldOf("rows")),
            required("reason", Expect::FieldOf("rows")), required("above", Expect::Number), optional("name", Expect::FieldOf("rows"))]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the points of a measured indicator follow the formula: weight × reached ÷ target, or weight × target ÷ reached where
    /// less is better, and never more than the weight.
    /// ## Why
    /// Points of what is measured are computed.
    /// ## Example
    /// Target ≥100家, reached 80家, 10 points: 8. Where less is better and there was nothing at all, all points.
    /// ## Fix safety
    /// Only suggested.
    /// ## Source
    /// Notes of the Hubei form; independent checkers (reviewer's list, P4 and W16).
    pub static P008 = {
        name: "score-not-by-formula", severity: Warning, class: Suggest, apply: Apply::Listed(formula),
        parameters: [required("rows", Expect::Row), required("target", Expect::FieldOf("rows")), required("actual", Expect::FieldOf("rows")),
            optional("sign", Expect::FieldOf("rows")), optional("unit", Expect::FieldOf("rows")),
            required("score", Expect::FieldOf("rows")), required("weight", Expect::FieldOf("rows")), optional("name", Expect::FieldOf("rows")),
            optional("tolerance", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the points of an indicator in words lie in the band of the grade that was reached.
    /// ## Why
    /// What is judged and not measured is given points by bands.
    /// ## Example
    /// 部分达成预期指标并具有一定效果 brings 50 to 80% of the weight in Hubei.
    /// ## Fix safety
    /// Nothing is changed: within the band a person decides.
    /// ## Source
    /// The bands are the definition's. Hubei: 100–80, 80–50, 50–0 (reviewer's list, P5 and W16); national: 100–80, 80–60, 60–0, unverified.
    pub static P009 = {
        name: "score-outside-band", severity: Warning, class: Report, apply: Apply::Listed(bands),
        parameters: [required("rows", Expect::Row), required("actual", Expect::FieldOf("rows")), required("score", Expect::FieldOf("rows")),
            required("weight", Expect::FieldOf("rows")), required("bands", Expect::Cases), optional("name", Expect::FieldOf("rows"))]
    }
}

/// A row's score and weight, where both are numbers; a row that has neither is passed over.
fn scored(context: &Context<'_>, row: &Row<'_>, parameters: &Parameters<'_>, tally: &mut Tally) -> Option<(Decimal, Decimal)> {
    let (score, weight) = (row.at(parameters.text("score")?), row.at(parameters.text("weight")?));
    match (context.figure(&score), context.figure(&weight)) {
        (Figure::Value(score), Figure::Value(weight)) => return Some((score, weight)),
        (Figure::Blank | Figure::Absent, Figure::Blank | Figure::Absent) => {}
        (Figure::Value(_), _) => tally.miss(weight),
        _ => tally.miss(score),
    }
    None
}

fn range(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let Some((score, weight)) = scored(context, &row, parameters, &mut tally) else { continue };
        if score >= Decimal::ZERO && score <= weight {
            tally.held += 1;
            continue;
        }
        let at = row.at(parameters.text("score").unwrap_or_default());
        let message = Message::new("P004.failed").with("row", row.name(context, parameters));
        Tally::fail(context, &at, message.with("score", plain(score)).with("weight", plain(weight)), "P004.help");
    }
    tally.close(context, &place(parameters, "rows"), "P004.held", "P004.unchecked");
}

fn lost(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let elsewhere = context.paths(parameters, "reasons");
    let given = elsewhere.iter().any(|path| !context.text(path).trim().is_empty());
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let Some((score, weight)) = scored(context, &row, parameters, &mut tally) else { continue };
        let own = parameters.text("reason");
        if score >= weight || given || own.is_some_and(|key| !row.text(key).trim().is_empty()) {
            tally.held += 1;
            continue;
        }
        let at = row.at(parameters.text("score").unwrap_or_default());
        let message = Message::new("P005.failed").with("row", row.name(context, parameters));
        Tally::fail(context, &at, message.with("score", plain(score)).with("weight", plain(weight)), "P005.help");
        if let Some(key) = own {
            context.also(&row.at(key));
        }
    }
    tally.close(context, &place(parameters, "rows"), "P005.held", "P005.unchecked");
}

/// How a value reached stands to its target.
enum Reached {
    Met,
    Missed,
    /// No comparison is possible, or none is meant.
    Unlike,
}

/// The day before which something is due, or on which it was done.
fn day(date: &Date) -> (i32, u8, u8) {
    (date.year, date.month, date.day.unwrap_or(31))
}

fn reached(target: &Target, actual: &Target) -> Reached {
    let met = |met: bool| if met { Reached::Met } else { Reached::Missed };
    let same_unit = target.unit == actual.unit || target.unit.is_empty() || actual.unit.is_empty();
    match (&target.quantity, &actual.quantity) {
        (Quantity::Number(wanted), Quantity::Number(value)) if same_unit => met(match target.operator {
            Operator::AtLeast | Operator::Equal => value >= wanted,
            Operator::Above => value > wanted,
            Operator::AtMost => value <= wanted,
            Operator::Below => value < wanted,
        }),
        (Quantity::Range(least, most), Quantity::Number(value)) if same_unit => met(value >= least && value <= most),
        (Quantity::Date(due), Quantity::Date(done)) => met(day(done) <= day(due)),
        _ => Reached::Unlike,
    }
}

fn undeserved(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(target), Some(actual)) = (parameters.text("target"), parameters.text("actual")) else { return };
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let mut aside = Tally::default(); // P004 tells of scores that are missing.
        let Some((score, weight)) = scored(context, &row, parameters, &mut aside) else { continue };
        let Some(wanted) =
            rows::target(context, parameters, row.text(target), |key| row.text(key)).filter(|target| target.is_numeric())
        else {
            continue;
        };
        let found = context.target(row.text(actual));
        match found.as_ref().map_or(Reached::Unlike, |found| reached(&wanted, found)) {
            _ if score < weight => tally.held += 1,
            Reached::Met => tally.held += 1,
            Reached::Unlike => tally.miss(row.at(actual)),
            Reached::Missed => {
                let message =
                    Message::new("P006.failed").with("row", row.name(context, parameters)).with("score", plain(score));
                let message = message.with("target", shown(row.text(target))).with("actual", shown(row.text(actual)));
                let score = row.at(parameters.text("score").unwrap_or_default());
                Tally::fail(context, &row.at(actual), message, "P006.help");
                context.also(&score);
            }
        }
    }
    tally.close(context, &place(parameters, "rows"), "P006.held", "P006.unchecked");
}

/// Two numbers of one unit.
fn pair(target: &Target, actual: &Target) -> Option<(Decimal, Decimal)> {
    let same_unit = target.unit == actual.unit || target.unit.is_empty() || actual.unit.is_empty();
    target.number().zip(actual.number()).filter(|_| same_unit)
}

fn overshoot(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(target), Some(actual), Some(reason)) =
        (parameters.text("target"), parameters.text("actual"), parameters.text("reason"))
    else {
        return;
    };
    let Some(above) = parameters.number("above") else { return };
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let more_is_better = |target: &Target| matches!(target.operator, Operator::AtLeast | Operator::Above);
        let Some(wanted) = rows::target(context, parameters, row.text(target), |key| row.text(key))
            .filter(|target| target.is_numeric() && more_is_better(target))
        else {
            continue;
        };
        let Some(found) = context.target(row.text(actual)).and_then(|found| pair(&wanted, &found)) else {
            tally.miss(row.at(actual));
            continue;
        };
        let (wanted, value) = found;
        let bound = wanted.checked_mul(above).and_then(|bound| bound.checked_div(Decimal::ONE_HUNDRED));
        if bound.is_none_or(|bound| value <= bound) || !row.text(reason).trim().is_empty() {
            tally.held += 1;
            continue;
        }
        let message = Message::new("P007.failed").with("row", row.name(context, parameters)).with("bound", plain(above));
        let message = message.with("target", shown(row.text(target))).with("actual", shown(row.text(actual)));
        Tally::fail(context, &row.at(actual), message, "P007.help");
        context.also(&row.at(reason));
    }
    tally.close(context, &place(parameters, "rows"), "P007.held", "P007.unchecked");
}

fn formula(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(target), Some(actual)) = (parameters.text("target"), parameters.text("actual")) else { return };
    let tolerance = parameters.number("tolerance");
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let mut aside = Tally::default();
        let Some((score, weight)) = scored(context, &row, parameters, &mut aside) else { continue };
        let Some(wanted) =
            rows::target(context, parameters, row.text(target), |key| row.text(key)).filter(|target| target.is_numeric())
        else {
            continue;
        };
        let less_is_better = matches!(wanted.operator, Operator::AtMost | Operator::Below);
        let parts = context.target(row.text(actual)).and_then(|found| pair(&wanted, &found));
        let parts = parts.map(|(wanted, found)| if less_is_better { (wanted, found) } else { (found, wanted) });
        // Nothing of what should be nothing or little is all that was asked for; else nothing has no quotient.
        let quotient = |(above, below): (Decimal, Decimal)| match below.is_zero() && (above.is_zero() || less_is_better) {
            true => Some(Decimal::ONE),
            false => above.checked_div(below),
        };
        let Some(((above, below), quotient)) = parts.and_then(|parts| Some((parts, quotient(parts)?))) else {
            tally.miss(row.at(actual));
            continue;
        };
        let Some(right) = quotient.clamp(Decimal::ZERO, Decimal::ONE).checked_mul(weight) else { continue };
        if agrees(score, right, tolerance) {
            tally.held += 1;
            continue;
        }
        let at = row.at(parameters.text("score").unwrap_or_default());
        let text = format!("{} × {} ÷ {}", plain(weight), plain(above), plain(below));
        let right = plain(rounded(right, 2));
        let message = Message::new("P008.failed").with("row", row.name(context, parameters)).with("score", plain(score));
        Tally::fail(context, &at, message.with("right", &right).with("text", &text), "P008.help");
        context.propose(Class::Suggest, &at, right, Message::new("because.P008").with("text", text));
    }
    tally.close(context, &place(parameters, "rows"), "P008.held", "P008.unchecked");
}

/// A band of the definition: `{actual: [达成预期指标], from: 80, to: 100}`.
fn band(bands: &[&Map<String, Value>], text: &str) -> Option<(Decimal, Decimal)> {
    let says = |case: &&&Map<String, Value>| {
        let words = case.get("actual").map(texts).unwrap_or_default();
        words.iter().any(|word| fold(word) == fold(text))
    };
    let case = bands.iter().find(says)?;
    Some((number(case.get("from")?)?, number(case.get("to")?)?))
}

fn bands(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(actual) = parameters.text("actual") else { return };
    let cases = parameters.cases("bands");
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let mut aside = Tally::default();
        let Some((score, weight)) = scored(context, &row, parameters, &mut aside) else { continue };
        let text = row.text(actual);
        if !context.target(text).is_some_and(|found| found.is_qualitative()) {
            continue;
        }
        let Some((from, to)) = band(&cases, text) else {
            tally.miss(row.at(actual));
            continue;
        };
        let bound = |part: Decimal| weight.checked_mul(part).and_then(|points| points.checked_div(Decimal::ONE_HUNDRED));
        let (Some(least), Some(most)) = (bound(from), bound(to)) else { continue };
        if score >= least && score <= most {
            tally.held += 1;
            continue;
        }
        let at = row.at(parameters.text("score").unwrap_or_default());
        let message = Message::new("P009.failed").with("row", row.name(context, parameters)).with("score", plain(score));
        let message = message.with("actual", shown(text)).with("least", plain(least)).with("most", plain(most));
        Tally::fail(context, &at, message, "P009.help");
        context.also(&row.at(actual));
    }
    tally.close(context, &place(parameters, "rows"), "P009.held", "P009.unchecked");
}
