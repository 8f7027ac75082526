//! V and C: targets and values reached, against each other and against the columns that hold their sign and unit.

use super::context::Context;
use super::parameters::{Expect, Parameters, optional, required};
use super::rows::{self, Tally, place, rows};
use super::text::shown;
use super::{Apply, Sight, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::value::notation::is_void;
use crate::value::target::{Operator, Quantity, Target, sign};
use crate::value::text::{fold, is_word};
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// That all levels come from one edition of the form.
    /// ## Why
    /// 成本指标 stands under 产出指标 in one edition and is a level of its own in the other; mixed, costs count twice or not at all.
    /// ## Example
    /// 经济成本指标 (2021) beside 产出指标 / 成本指标 (2015).
    /// ## Fix safety
    /// Nothing is changed: editions are never migrated silently.
    /// ## Source
    /// 财预〔2021〕101号 (seen, details unverified) and 财预〔2015〕88号 (unverified); `schemes` of the definition (reviewer's list, V1).
    pub static V008 = {
        name: "schemes-mixed", severity: Warning, class: Report, apply: Apply::Listed(schemes),
        parameters: [required("rows", Expect::Row), required("levels", Expect::FieldsOf("rows")), required("hierarchy", Expect::Hierarchy),
            optional("common", Expect::Words)],
        sees: Sight::NAMED
    }
}

declare_rule! {
    /// ## What it checks
    /// That a percentage is not above 100, unless its name speaks of growth or of doing more than planned.
    /// ## Why
    /// Nobody is more than wholly satisfied; often a sign was read as the digit 2: `290%` for `≥90%`.
    /// ## Example
    /// 群众满意度 290%.
    /// ## Fix safety
    /// Where the number begins with 2 and the rest is at most 100, `≥` with the rest is suggested; else nothing.
    /// ## Source
    /// Independent checkers; scanned forms (reviewer's list, V5; forms W16 and W20).
    pub static V009 = {
        name: "percentage-above-hundred", severity: Warning, class: Suggest, apply: Apply::Listed(above_hundred),
        parameters: [required("rows", Expect::Row), required("name", Expect::FieldOf("rows")), required("target", Expect::FieldOf("rows")),
            optional("except", Expect::Words), optional("sign", Expect::FieldOf("rows")), optional("unit", Expect::FieldOf("rows"))],
        sees: Sight::NAMED
    }
}

declare_rule! {
    /// ## What it checks
    /// That target, value reached, and the columns for sign and unit speak of the same unit and the same sign.
    /// ## Why
    /// 12 months against 1 year looks like twelve times the target.
    /// ## Example
    /// Target ≥10公里, reached 12000米; 度量单位 is 人, but the target says 家.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Seen in submissions; the system compares unit with unit (reviewer's list, V6).
    pub static V010 = {
        name: "units-differ", severity: Warning, class: Report, apply: Apply::Listed(units),
        parameters: [required("rows", Expect::Row), required("target", Expect::FieldOf("rows")), optional("actual", Expect::FieldOf("rows")),
            optional("sign", Expect::FieldOf("rows")), optional("unit", Expect::FieldOf("rows")), optional("name", Expect::FieldOf("rows"))],
        sees: Sight::NAMED
    }
}

declare_rule! {
    /// ## What it checks
    /// That what was reached is of the same kind as the target: a number for a number, a day for a deadline; and that days stand
    /// only under the levels of time.
    /// ## Why
    /// 完成 does not say whether 30 was kept.
    /// ## Example
    /// Target ≤30天, reached 完成. A target `2023-12-31前` under 质量指标.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Seen in a real form (reviewer's list, V9 and W4).
    pub static V011 = {
        name: "value-of-another-kind", severity: Warning, class: Report, apply: Apply::Listed(kinds),
        parameters: [required("rows", Expect::Row), required("target", Expect::FieldOf("rows")), optional("actual", Expect::FieldOf("rows")),
            optional("level", Expect::FieldOf("rows")), optional("time", Expect::Words), optional("name", Expect::FieldOf("rows"))],
        sees: Sight::NAMED
    }
}

declare_rule! {
    /// ## What it checks
    /// That a row whose target is a number has its sign and its unit, where the form has columns for them.
    /// ## Why
    /// A number alone is taken as "equal", and of an unknown unit.
    /// ## Example
    /// 指标值 95 with nothing under 指标性质 and 度量单位.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Required fields of the system (reviewer's list, C4).
    pub static C009 = {
        name: "sign-or-unit-blank", severity: Warning, class: Report, apply: Apply::Listed(split),
        parameters: [required("rows", Expect::Row), required("target", Expect::FieldOf("rows")), optional("sign", Expect::FieldOf("rows")),
            optional("unit", Expect::FieldOf("rows")), optional("name", Expect::FieldOf("rows"))]
    }
}

fn schemes(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(hierarchy) = parameters.text("hierarchy").and_then(|name| context.definition.hierarchy(name)) else { return };
    let [upper, lower] = parameters.texts("levels")[..] else { return };
    let common = parameters.texts("common");
    let at = place(parameters, "rows");
    // What each row's level is printed in; the first row that leaves no edition for all is the odd one.
    let mut left: Option<Vec<u16>> = None;
    let mut firsts: Vec<(&str, Vec<u16>)> = Vec::new();
    let (mut count, mut unknown) = (0, None);
    for row in rows(context, parameters, "rows") {
        let (first, second) = (row.text(upper), row.text(lower));
        let (upper, under) = (fold(first), fold(second));
        let root = hierarchy.roots.iter().find(|root| is_word(&upper, &root.label.text));
        let child = root.and_then(|root| root.children.iter().find(|child| is_word(&under, &child.label.text)));
        let Some(child) = child else {
            unknown = unknown.or(Some(row.at(lower)));
            continue;
        };
        count += 1;
        if common.contains(&second) || child.schemes.is_empty() {
            continue;
        }
        let both: Vec<u16> = match &left {
            None => child.schemes.clone(),
            Some(left) => left.iter().copied().filter(|year| child.schemes.contains(year)).collect(),
        };
        if both.is_empty() {
            let other = firsts.iter().find(|(_, years)| years.iter().all(|year| !child.schemes.contains(year)));
            let years = |years: &[u16]| years.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
            let message = Message::new("V008.mixed").with("label", second).with("years", years(&child.schemes));
            let message = message.with("other", other.map_or("", |(label, _)| label));
            let message = message.with("others", other.map(|(_, other)| years(other)).unwrap_or_default());
            return Tally::fail(context, &row.at(lower), message, "V008.help");
        }
        if firsts.iter().all(|(label, _)| *label != second) {
            firsts.push((second, child.schemes.clone()));
        }
        left = Some(both);
    }
    match (count, unknown) {
        (0, None) => context.unchecked(&at, Message::new("unchecked.no_rows").with("what", context.label(&at))),
        (_, Some(row)) => context.unchecked(&row, Message::new("V008.unchecked")),
        (count, None) => context.held(&at, Message::new("V008.held").with("count", count)),
    }
}

fn above_hundred(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(name), Some(key)) = (parameters.text("name"), parameters.text("target")) else { return };
    let except = parameters.texts("except");
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let (text, at) = (row.text(key), row.at(key));
        let Some(target) = rows::target(context, parameters, text, |key| row.text(key)) else { continue };
        let value = match target.quantity {
            Quantity::Number(value) | Quantity::Range(_, value) if target.is_percentage() => value,
            Quantity::Mixed if text.contains(['%', '％']) => {
                tally.miss(at);
                continue;
            }
            _ => continue,
        };
        let is_growth = except.iter().any(|word| row.text(name).contains(word));
        if value <= Decimal::ONE_HUNDRED || is_growth {
            tally.held += 1;
            continue;
        }
        let message = Message::new("V009.above").with("row", row.name(context, parameters)).with("target", shown(text));
        Tally::fail(context, &at, message, "V009.help");
        if let Some(meant) = misread(&target) {
            let because = Message::new("because.V009").with("target", shown(text)).with("meant", &meant);
            context.propose(Class::Suggest, &at, meant, because);
        }
    }
    tally.close(context, &place(parameters, "rows"), "V009.held", "V009.unchecked");
}

/// `290%` as it stood before a scanner took the sign for a digit: `≥90%`.
fn misread(target: &Target) -> Option<String> {
    let value = target.number().filter(|_| target.operator == Operator::Equal)?;
    let text = value.to_string();
    let rest = text.strip_prefix('2').filter(|rest| !rest.starts_with(['0', '.']))?;
    let number: Decimal = rest.parse().ok()?;
    // Two digits at least: ≥5% of anything is no target that is written so.
    (number <= Decimal::ONE_HUNDRED && number >= Decimal::TEN).then(|| format!("{}{rest}%", Operator::AtLeast.sign()))
}

fn units(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(key) = parameters.text("target") else { return };
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let Some(target) = context.target(row.text(key)).filter(|target| target.is_numeric()) else { continue };
        let name = |context: &Context<'_>| row.name(context, parameters);
        let mut failed = false;
        let column = parameters.text("unit").map_or("", |key| row.text(key)).trim();
        let own = if target.unit.is_empty() { column } else { target.unit.as_str() };
        if !target.unit.is_empty() && !column.is_empty() && fold(column) != fold(&target.unit) {
            let message = Message::new("V010.column").with("row", name(context)).with("target", shown(row.text(key)));
            Tally::fail(context, &row.at(parameters.text("unit").unwrap_or(key)), message.with("unit", column), "V010.help");
            failed = true;
        }
        let printed = parameters.text("sign").map_or("", |key| row.text(key));
        if let Some(said) = sign(printed).filter(|said| target.operator != Operator::Equal && *said != target.operator) {
            let message = Message::new("V010.sign").with("row", name(context)).with("target", shown(row.text(key)));
            Tally::fail(
                context,
                &row.at(parameters.text("sign").unwrap_or(key)),
                message.with("sign", said.sign()),
                "V010.help",
            );
            failed = true;
        }
        let actual = parameters.text("actual").and_then(|key| Some((row.at(key), context.target(row.text(key))?)));
        if let Some((at, actual)) = actual.filter(|(_, actual)| actual.is_numeric()) {
            if actual.unit.is_empty() && column.is_empty() && !own.is_empty() {
                tally.miss(at);
                continue;
            }
            if !actual.unit.is_empty() && !own.is_empty() && fold(&actual.unit) != fold(own) {
                let message = Message::new("V010.actual").with("row", name(context)).with("target", shown(row.text(key)));
                Tally::fail(context, &at, message.with("actual", &actual.text), "V010.help");
                failed = true;
            }
        }
        tally.held += usize::from(!failed);
    }
    tally.close(context, &place(parameters, "rows"), "V010.held", "V010.unchecked");
}

fn kinds(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(key) = parameters.text("target") else { return };
    let time = parameters.texts("time");
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let Some(target) = context.target(row.text(key)).filter(|target| !target.is_placeholder()) else { continue };
        let name = |context: &Context<'_>| row.name(context, parameters);
        let is_date = matches!(target.quantity, Quantity::Date(_));
        let level = parameters.text("level").map_or("", |key| row.text(key));
        if is_date && !time.is_empty() && !level.is_empty() && !time.contains(&level) {
            let message =
                Message::new("V011.date").with("row", name(context)).with("target", shown(row.text(key))).with("level", level);
            Tally::fail(context, &row.at(key), message, "V011.help");
            continue;
        }
        let Some(actual_key) = parameters.text("actual") else {
            tally.held += 1;
            continue;
        };
        let at = row.at(actual_key);
        let Some(actual) = context.target(row.text(actual_key)).filter(|actual| !actual.is_placeholder()) else {
            if context.record.leaf(&at).is_some() {
                tally.miss(at);
            }
            continue;
        };
        let unlike = matches!(
            (&target.quantity, &actual.quantity),
            (Quantity::Number(_) | Quantity::Range(..), Quantity::Words | Quantity::Date(_))
                | (Quantity::Date(_), Quantity::Number(_) | Quantity::Range(..))
        );
        if !unlike {
            tally.held += 1;
            continue;
        }
        let message = Message::new("V011.kind").with("row", name(context)).with("target", shown(row.text(key)));
        Tally::fail(context, &at, message.with("actual", shown(row.text(actual_key))), "V011.help");
    }
    let held = if parameters.has("actual") { "V011.held" } else { "V011.held.level" };
    tally.close(context, &place(parameters, "rows"), held, "V011.unchecked");
}

fn split(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(key) = parameters.text("target") else { return };
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let filled = |name: &str| parameters.text(name).is_some_and(|key| !is_void(row.text(key)));
        let Some(target) = context.target(row.text(key)).filter(|target| !target.is_placeholder()) else {
            if filled("sign") || filled("unit") {
                tally.miss(row.at(key));
            }
            continue;
        };
        if !target.is_numeric() {
            continue;
        }
        let name = |context: &Context<'_>| row.name(context, parameters);
        let mut failed = false;
        let lacks = |own: bool, name: &str| !own && parameters.text(name).is_some_and(|key| is_void(row.text(key)));
        let columns =
            [(target.operator != Operator::Equal, "sign", "C009.sign"), (!target.unit.is_empty(), "unit", "C009.unit")];
        for (own, column, id) in columns {
            if lacks(own, column) {
                let at = row.at(parameters.text(column).unwrap_or(key));
                let message = Message::new(id).with("row", name(context)).with("target", shown(row.text(key)));
                Tally::fail(context, &at, message, "C009.help");
                failed = true;
            }
        }
        tally.held += usize::from(!failed);
    }
    tally.close(context, &place(parameters, "rows"), "C009.held", "C009.unchecked");
}
