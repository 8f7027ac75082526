//! P: two numbers of a row that ran together, told apart by what the weights must add up to.

use super::context::{Context, Figure};
use super::parameters::{Expect, Parameters, optional, required};
use super::rows::{Row, Tally, label_points, place, plain, rows};
use super::{Apply, declare_rule};
use crate::change::Class;
use crate::diag::{BETWEEN, Message};
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// Whether weight and score of a row ran together into one number, where one of the two fields is blank.
    /// ## Why
    /// Cells whose border got lost are printed without a blank between them.
    /// ## Example
    /// `2018` where the other weights add up to 80: weight 20, score 18.
    /// ## Fix safety
    /// Suggested for both fields, and only where one way of cutting makes the weights add up and leaves the score within its weight.
    /// Where several ways are left, all are named.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws; forms W10, W14 and W16). The sum is the definition's.
    pub static P012 = {
        name: "numbers-ran-together", severity: Warning, class: Suggest, apply: Apply::Listed(fused),
        parameters: [required("rows", Expect::Row), required("weight", Expect::FieldOf("rows")), required("score", Expect::FieldOf("rows")),
            required("total", Expect::Number), optional("others", Expect::Paths), optional("labels", Expect::Words),
            optional("name", Expect::FieldOf("rows"))]
    }
}

/// The ways of cutting a number in two, with a score that is within its weight.
fn cuts(digits: &str) -> Vec<(Decimal, Decimal)> {
    let sound = |part: &str| {
        !part.starts_with('.') && !part.ends_with('.') && (part.len() < 2 || !part.starts_with('0') || part.starts_with("0."))
    };
    let at = (1..digits.len()).filter(|at| digits.is_char_boundary(*at));
    let parts = at.map(|at| digits.split_at(at)).filter(|(weight, score)| sound(weight) && sound(score));
    let both = parts.filter_map(|(weight, score)| Some((weight.parse().ok()?, score.parse().ok()?)));
    both.filter(|(weight, score): &(Decimal, Decimal)| score <= weight && !weight.is_zero()).collect()
}

fn fused(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(weight), Some(score), Some(total)) =
        (parameters.text("weight"), parameters.text("score"), parameters.number("total"))
    else {
        return;
    };
    let mut sum = Decimal::ZERO;
    let add = |sum: &mut Decimal, value: Option<Decimal>| *sum = sum.checked_add(value.unwrap_or_default()).unwrap_or(*sum);
    for path in context.paths(parameters, "others") {
        add(&mut sum, context.figure(&path).value());
    }
    for label in parameters.texts("labels") {
        add(&mut sum, label_points(context, label));
    }
    // One field blank, the other more than all points together, or more than all others leave.
    let mut odd: Vec<(Row<'_>, &str)> = Vec::new();
    let mut held = 0;
    for row in rows(context, parameters, "rows") {
        match (context.figure(&row.at(weight)), context.figure(&row.at(score))) {
            (Figure::Value(value), Figure::Blank) if value > total => odd.push((row, weight)),
            (Figure::Blank, Figure::Value(value)) if value > total => odd.push((row, score)),
            (value, _) => {
                held += usize::from(value.value().is_some());
                add(&mut sum, value.value());
            }
        }
    }
    let at = place(parameters, "rows");
    let mut tally = Tally { held, ..Tally::default() };
    // With two rows in doubt the sum proves neither.
    let several = odd.len() > 1;
    for (row, key) in odd {
        let text = row.text(key).trim().trim_end_matches(|c: char| !c.is_ascii_digit());
        let cuts: Vec<(Decimal, Decimal)> = cuts(text).into_iter().filter(|(weight, _)| *weight <= total).collect();
        let closes = |(weight, _): &&(Decimal, Decimal)| sum.checked_add(*weight) == Some(total);
        let closing: Vec<&(Decimal, Decimal)> = if several { Vec::new() } else { cuts.iter().filter(closes).collect() };
        let left: Vec<&(Decimal, Decimal)> = if closing.is_empty() { cuts.iter().collect() } else { closing.clone() };
        if left.is_empty() {
            tally.miss(row.at(key));
            continue;
        }
        let ways: Vec<String> = left.iter().map(|(weight, score)| format!("{} + {}", plain(*weight), plain(*score))).collect();
        let message = Message::new("P012.found").with("row", row.name(context, parameters)).with("text", text);
        Tally::fail(context, &row.at(key), message.with("ways", ways.join(BETWEEN)), "P012.help");
        if let [(points, reached)] = closing[..] {
            let because =
                || Message::new("because.P012").with("text", text).with("rest", plain(sum)).with("total", plain(total));
            context.propose(Class::Suggest, &row.at(weight), plain(*points), because());
            context.propose(Class::Suggest, &row.at(score), plain(*reached), because());
        }
    }
    tally.close(context, &at, "P012.held", "P012.unchecked");
}
