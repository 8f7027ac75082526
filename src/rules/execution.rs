//! E: how much of a budget was spent, the points for it, and the reasons where it was too little or too much.

use super::context::{Context, Figure};
use super::funds::print;
use super::parameters::{Expect, Parameters, optional, required};
use super::repair::Share;
use super::rows::{Row, Tally, agrees, label_points, place, plain, rounded, rows};
use super::{Apply, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::form::Shape;
use crate::record::Path;
use crate::value::notation::is_void;
use crate::value::percent;
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// That the rate of execution is what was spent, divided by the budget of the whole year, rounded half up.
    /// ## Why
    /// The rate is computed, not decided; points are given by it.
    /// ## Example
    /// 76.00 of 100.00 is 76.00%. With a budget of 0 there is no rate: neither 0 nor 100%.
    /// ## Fix safety
    /// Applied by default where only the rounding differs (by less than half a point). Any other difference may as well be an
    /// error in the amounts: it is reported, and the computed rate suggested. A rate that is blank is suggested.
    /// ## Source
    /// The finance system computes round(spent ÷ budget × 100, 2) (reviewer's list, E1).
    pub static E001 = {
        name: "rate-not-recomputed", severity: Warning, class: Auto, apply: Apply::Listed(rates),
        parameters: [optional("rows", Expect::Row), required("budget", Expect::FieldOf("rows")), required("spent", Expect::FieldOf("rows")),
            required("rate", Expect::FieldOf("rows")), optional("name", Expect::FieldOf("rows")), optional("decimals", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the points for execution are the weight multiplied by the rate, and never more than the weight.
    /// ## Why
    /// These points are computed. The weight is the form's: 10 points on the national form, 20 in Hubei.
    /// ## Example
    /// 76% of 10 points are 7.6; 103% are 10. Both the exact rate and the printed, rounded one may be taken.
    /// ## Fix safety
    /// Only suggested: some provinces give points by steps.
    /// ## Source
    /// The weight is read from a column of the form, from a field of its own (`weight_at`), from a label `（20分）` or from the
    /// definition, in this order. Notes of the forms; computed alike by the system and by independent checkers (reviewer's list, E2 and W13).
    pub static E002 = {
        name: "execution-points", severity: Warning, class: Suggest, apply: Apply::Listed(points),
        parameters: [optional("rows", Expect::Row), required("rate", Expect::FieldOf("rows")), required("score", Expect::FieldOf("rows")),
            optional("budget", Expect::FieldOf("rows")), optional("spent", Expect::FieldOf("rows")),
            optional("weight", Expect::FieldOf("rows")), optional("weight_at", Expect::Path), optional("label", Expect::Words), optional("points", Expect::Number),
            optional("name", Expect::FieldOf("rows")), optional("tolerance", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That a rate of execution below one bound or above another has a reason written beside it.
    /// ## Why
    /// Money that was not spent, or that no budget allowed, has to be explained.
    /// ## Example
    /// 76% with nothing under 偏差原因.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The bounds are the definition's. Below 90% asked for by a note of the Sichuan form (reviewer's list, E3 and W3); above 100% by
    /// practice, unverified.
    pub static E003 = {
        name: "rate-without-reason", severity: Warning, class: Report, apply: Apply::Listed(reasons),
        parameters: [optional("rows", Expect::Row), required("rate", Expect::FieldOf("rows")), optional("reason", Expect::FieldOf("rows")),
            optional("reasons", Expect::Paths), optional("below", Expect::Number), optional("above", Expect::Number), optional("name", Expect::FieldOf("rows"))]
    }
}

/// The rates that E001 sees, each with what it was computed from.
pub(super) fn of_rates(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<Share> {
    let (Some(budget), Some(spent), Some(rate)) =
        (parameters.text("budget"), parameters.text("spent"), parameters.text("rate"))
    else {
        return Vec::new();
    };
    let share = |row: &Row<'_>| {
        let printed = context.figure(&row.at(rate)).value()?;
        Some(Share { part: row.at(spent), whole: row.at(budget), printed })
    };
    rows(context, parameters, "rows").iter().filter_map(share).collect()
}

/// Up to here, in percent points, a rate differs by its rounding.
const ROUNDING: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

/// What was spent of a budget, in percent points.
enum Spent {
    /// The row is blank.
    Nothing,
    /// An amount is missing or cannot be read: which.
    Unknown(&'static str),
    /// Without a budget there is no rate.
    NoBudget,
    Rate {
        exact: Decimal,
        text: String,
    },
}

fn spent(context: &Context<'_>, row: &Row<'_>, parameters: &Parameters<'_>) -> Option<Spent> {
    let (budget, spent) = (parameters.text("budget")?, parameters.text("spent")?);
    Some(match (context.figure(&row.at(budget)), context.figure(&row.at(spent))) {
        (Figure::Blank | Figure::Absent, Figure::Blank | Figure::Absent) => Spent::Nothing,
        (Figure::Value(budget), Figure::Value(_)) if budget.is_zero() => Spent::NoBudget,
        (Figure::Value(budget), Figure::Value(spent)) => {
            let exact = spent.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(budget));
            let text = format!("{} ÷ {}", print(spent), print(budget));
            exact.map_or(Spent::Unknown("spent"), |exact| Spent::Rate { exact, text })
        }
        (Figure::Value(_), _) => Spent::Unknown("spent"),
        _ => Spent::Unknown("budget"),
    })
}

fn rates(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(key) = parameters.text("rate") else { return };
    let decimals = parameters.number("decimals").and_then(|n| u32::try_from(n).ok()).unwrap_or(2);
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let at = row.at(key);
        let printed = context.figure(&at);
        if printed == Figure::Absent {
            continue;
        }
        let name = row.name(context, parameters);
        match spent(context, &row, parameters) {
            None => {}
            Some(Spent::Nothing) if printed == Figure::Blank => {}
            Some(Spent::Nothing) => tally.miss(at),
            Some(Spent::Unknown(field)) => tally.miss(row.at(parameters.text(field).unwrap_or(key))),
            Some(Spent::NoBudget) if printed == Figure::Blank => tally.held += 1,
            Some(Spent::NoBudget) => {
                Tally::fail(context, &at, Message::new("E001.no_budget").with("row", name), "E001.no_budget.help");
            }
            Some(Spent::Rate { exact, text }) => {
                let right = rounded(exact, decimals);
                let because = Message::new("because.E001").with("text", &text);
                match printed {
                    Figure::Value(rate) if rate == right => tally.held += 1,
                    Figure::Value(rate) if rate.checked_sub(exact).is_some_and(|difference| difference.abs() < ROUNDING) => {
                        context.propose(Class::Auto, &at, percent::canonical(right), because);
                    }
                    Figure::Value(rate) => {
                        let message = Message::new("E001.failed").with("row", name).with("rate", percent::canonical(rate));
                        let message = message.with("right", percent::canonical(right)).with("text", text);
                        Tally::fail(context, &at, message, "E001.help");
                        context.propose(Class::Suggest, &at, percent::canonical(right), because);
                    }
                    // Where a dash may stand, a blank says that no rate is asked for.
                    Figure::Blank if matches!(context.shape.at(&at), Some(Shape::Leaf(leaf)) if leaf.dash) => {}
                    Figure::Blank => context.propose(Class::Suggest, &at, percent::canonical(right), because),
                    Figure::Absent | Figure::Unreadable => tally.miss(at),
                }
            }
        }
    }
    tally.close(context, &place(parameters, "rows"), "E001.held", "E001.unchecked");
}

/// The points that a row's execution can bring.
fn weight(context: &Context<'_>, row: &Row<'_>, parameters: &Parameters<'_>) -> Option<Decimal> {
    if let Some(weight) = parameters.text("weight").and_then(|key| context.figure(&row.at(key)).value()) {
        return Some(weight);
    }
    let elsewhere = parameters.selector("weight_at").and_then(|weight| weight.path(context.record));
    if let Some(weight) = elsewhere.and_then(|at| context.figure(&at).value()) {
        return Some(weight);
    }
    let printed = parameters.texts("label").into_iter().find_map(|label| label_points(context, label));
    printed.or_else(|| parameters.number("points"))
}

fn points(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(key), Some(rate)) = (parameters.text("score"), parameters.text("rate")) else { return };
    let tolerance = parameters.number("tolerance");
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let (at, rate_at) = (row.at(key), row.at(rate));
        let printed = context.figure(&at);
        let own_weight = parameters.text("weight").map(|key| context.figure(&row.at(key)));
        // Rows of sub-amounts have neither points nor a weight.
        let is_counted = !matches!(own_weight, Some(Figure::Blank | Figure::Absent));
        if printed == Figure::Absent || printed == Figure::Blank && !is_counted {
            continue;
        }
        let exact = match spent(context, &row, parameters) {
            Some(Spent::Rate { exact, .. }) => Some(exact),
            _ => context.figure(&rate_at).value(),
        };
        let Some(exact) = exact else {
            tally.miss(rate_at);
            continue;
        };
        let Some(weight) = weight(context, &row, parameters).filter(|_| printed != Figure::Unreadable) else {
            tally.miss(at);
            continue;
        };
        let capped = exact.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
        let Some(right) = weight.checked_mul(capped).and_then(|points| points.checked_div(Decimal::ONE_HUNDRED)) else {
            continue;
        };
        let text = format!("{} × {}", plain(weight), percent::canonical(rounded(capped, 2)));
        let because = Message::new("because.E002").with("text", &text);
        // Points may be led from the rate as it is printed, which is rounded already.
        let by_print = context.figure(&rate_at).value().filter(|rate| agrees(*rate, exact, None));
        let by_print =
            by_print.and_then(|rate| weight.checked_mul(rate.min(Decimal::ONE_HUNDRED))?.checked_div(Decimal::ONE_HUNDRED));
        match printed {
            Figure::Value(score)
                if agrees(score, right, tolerance) || by_print.is_some_and(|right| agrees(score, right, tolerance)) =>
            {
                tally.held += 1;
            }
            Figure::Value(score) => {
                let message = Message::new("E002.failed").with("row", row.name(context, parameters));
                let message = message.with("score", plain(score)).with("right", plain(rounded(right, 2))).with("text", text);
                Tally::fail(context, &at, message, "E002.help");
                context.propose(Class::Suggest, &at, plain(rounded(right, 2)), because);
            }
            _ => context.propose(Class::Suggest, &at, plain(rounded(right, 2)), because),
        }
    }
    tally.close(context, &place(parameters, "rows"), "E002.held", "E002.unchecked");
}

fn reasons(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(key) = parameters.text("rate") else { return };
    let (below, above) = (parameters.number("below"), parameters.number("above"));
    let reasons = context.paths(parameters, "reasons");
    let filled = |context: &Context<'_>, path: &Path| !is_void(context.text(path));
    let given = reasons.iter().any(|path| filled(context, path));
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let at = row.at(key);
        let rate = match context.figure(&at) {
            Figure::Absent => continue,
            Figure::Value(rate) => rate,
            Figure::Blank | Figure::Unreadable => {
                tally.miss(at);
                continue;
            }
        };
        let (id, bound) = match (below, above) {
            (Some(bound), _) if rate < bound => ("E003.below", bound),
            (_, Some(bound)) if rate > bound => ("E003.above", bound),
            _ => {
                tally.held += 1;
                continue;
            }
        };
        let own = parameters.text("reason").map(|key| row.at(key));
        if given || own.as_ref().is_some_and(|at| filled(context, at)) {
            tally.held += 1;
            continue;
        }
        let message = Message::new(id).with("row", row.name(context, parameters)).with("rate", percent::canonical(rate));
        Tally::fail(context, &at, message.with("bound", percent::canonical(bound)), "E003.help");
        if let Some(reason) = own.as_ref().or(reasons.first()) {
            context.also(reason);
        }
    }
    tally.close(context, &place(parameters, "rows"), "E003.held", "E003.unchecked");
}
