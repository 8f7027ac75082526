//! V: a sign that was read as the digit 2 in a count, as scanners do; told by what else the form says.

use super::context::{Context, Figure};
use super::parameters::{Expect, Parameters, optional, required};
use super::rows::{self, Row, Tally, place, rows};
use super::text::shown;
use super::{Apply, Sight, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::value::Kind;
use crate::value::target::{Operator, Target};
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// Whether the first digit of a count is a sign that was misread: `2280次` for `≥280次`.
    /// ## Why
    /// Scanners take ≥ for 2. Of a percentage V009 sees it; a count may be any number, so that something else must tell.
    /// ## Example
    /// Target 2280次, reached 285次, all points given. Or 2280次, where the goal says 开展演练280次.
    /// ## Fix safety
    /// Suggested, and only where the number without its 2 is met by what was reached and all points are given, or where a text of
    /// the form says that number with that unit, and none says the longer one.
    /// ## Source
    /// Scanned forms (reviewer's list: flaws; forms W2, W16 and W20).
    pub static V012 = {
        name: "sign-read-as-digit", severity: Warning, class: Suggest, apply: Apply::Listed(misread),
        parameters: [required("rows", Expect::Row), required("name", Expect::FieldOf("rows")), required("target", Expect::FieldOf("rows")),
            optional("actual", Expect::FieldOf("rows")), optional("score", Expect::FieldOf("rows")), optional("weight", Expect::FieldOf("rows")),
            optional("sign", Expect::FieldOf("rows")), optional("unit", Expect::FieldOf("rows"))],
        sees: Sight::NAMED.and(Sight::of(&[Kind::Text, Kind::Name]))
    }
}

/// The number without the digit that may have been a sign.
fn without_sign(target: &Target) -> Option<Decimal> {
    let whole = target.number().filter(|_| target.operator == Operator::Equal && target.unit != "%")?;
    let text = whole.to_string();
    let rest = text.strip_prefix('2').filter(|rest| rest.len() > 1 && !rest.starts_with(['0', '.']))?;
    rest.parse().ok()
}

/// Whether all points were given for a value that meets the shorter number and falls far short of the longer one.
fn is_met(context: &Context<'_>, row: &Row<'_>, parameters: &Parameters<'_>, target: &Target, rest: Decimal) -> bool {
    let figure = |name: &str| parameters.text(name).map_or(Figure::Absent, |key| context.figure(&row.at(key)));
    let full = matches!((figure("score"), figure("weight")), (Figure::Value(score), Figure::Value(weight)) if score >= weight);
    let actual = parameters.text("actual").and_then(|key| context.target(row.text(key))?.number());
    let twice = rest.checked_mul(Decimal::TWO);
    full && actual.zip(twice).is_some_and(|(actual, twice)| actual >= rest && actual <= twice) && target.number() > actual
}

/// Whether the texts of the form say a number with its unit.
fn is_said(context: &Context<'_>, number: Decimal, unit: &str) -> bool {
    let wanted = format!("{}{unit}", number.normalize());
    let mut said = false;
    context.record.leaves(&mut |_, leaf| {
        if matches!(leaf.kind, Kind::Text | Kind::Name) {
            let alone =
                |(at, _): (usize, &str)| !leaf.text[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
            said |= leaf.text.match_indices(wanted.as_str()).any(alone);
        }
    });
    said
}

fn misread(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(key) = parameters.text("target") else { return };
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let text = row.text(key);
        let Some(target) = rows::target(context, parameters, text, |key| row.text(key)).filter(|target| target.is_numeric())
        else {
            continue;
        };
        let meant = without_sign(&target).filter(|rest| {
            let by_text = !target.unit.is_empty()
                && is_said(context, *rest, &target.unit)
                && target.number().is_some_and(|whole| !is_said(context, whole, &target.unit));
            by_text || is_met(context, &row, parameters, &target, *rest)
        });
        let Some(rest) = meant else {
            tally.held += 1;
            continue;
        };
        // The unit stays where it stands: in the cell, or in its own column.
        let own = text
            .trim()
            .strip_prefix(|c: char| !c.is_alphabetic())
            .map_or("", |_| text.trim_start_matches(|c: char| !c.is_alphabetic()));
        let meant = format!("{}{}{own}", Operator::AtLeast.sign(), rest.normalize());
        let at = row.at(key);
        let message = Message::new("V012.found").with("row", row.name(context, parameters)).with("target", shown(text));
        Tally::fail(context, &at, message.with("meant", &meant), "V012.help");
        let because = Message::new("because.V009").with("target", shown(text)).with("meant", &meant);
        context.propose(Class::Suggest, &at, meant, because);
    }
    tally.close(context, &place(parameters, "rows"), "V012.held", "V012.unchecked");
}
