//! F: two amounts of neighbouring cells that ran together, told apart by the sums and rates of the whole form.

use super::context::{Context, Figure};
use super::declare_rule;
use super::parameters::Parameters;
use super::repair::Network;
use super::rows::{Tally, plain};
use super::text::shown;
use super::{Apply, projects};
use crate::change::Class;
use crate::diag::{BETWEEN, Message};
use crate::record::{Node, Path, Trail};
use crate::value::Kind;
use crate::value::notation::at_least;
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// Whether two amounts that stand side by side ran together into one cell, the other being blank.
    /// ## Why
    /// Cells whose border got lost are printed without a blank between them.
    /// ## Example
    /// `6620` and nothing beside it, where the total is 66 and 20 more close both columns.
    /// ## Fix safety
    /// Suggested for both fields, and only where one way of cutting closes every sum and agrees with every rate that the two stand
    /// in. Where several ways do, all are named; where no sum speaks of them, nothing is said.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws; forms W10, W14 and W16); the sums are the definition's.
    pub static F014 = { name: "amounts-ran-together", severity: Warning, class: Suggest, apply: Apply::Always(fused), parameters: [] }
}

/// A filled amount, and its neighbours in printed order.
struct Pair {
    left: Path,
    right: Path,
    /// The one that is filled.
    full: Path,
    text: String,
}

/// Amounts side by side of which one is blank and the other might be two.
fn pairs(trail: &Trail<'_>, node: &Node, found: &mut Vec<Pair>) {
    let mut side_by_side = |left: Trail<'_>, one: &Node, right: Trail<'_>, other: &Node| {
        let (Some(one), Some(other)) = (one.leaf(), other.leaf()) else { return };
        if one.kind != Kind::Amount || other.kind != Kind::Amount || one.is_blank() == other.is_blank() {
            return;
        }
        let text = if one.is_blank() { &other.text } else { &one.text };
        // Amounts are written with two decimals once they were read; as they stand in the source they may have none.
        let text = text.trim().strip_suffix(".00").filter(|rest| !rest.contains('.')).unwrap_or(text.trim());
        if text.len() > 1 && text.chars().all(|c| c.is_ascii_digit() || c == '.') {
            let (left, right) = (left.path(), right.path());
            let full = if one.is_blank() { right.clone() } else { left.clone() };
            found.push(Pair { left, right, full, text: text.to_owned() });
        }
    };
    match node {
        Node::Leaf(_) => {}
        Node::Map(entries) => {
            for pair in entries.windows(2) {
                side_by_side(trail.key(&pair[0].0), &pair[0].1, trail.key(&pair[1].0), &pair[1].1);
            }
            entries.iter().for_each(|(key, node)| pairs(&trail.key(key), node, found));
        }
        Node::List(items) => {
            for (index, pair) in items.windows(2).enumerate() {
                side_by_side(trail.index(index), &pair[0], trail.index(index + 1), &pair[1]);
            }
            items.iter().enumerate().for_each(|(index, node)| pairs(&trail.index(index), node, found));
        }
    }
}

/// The ways of cutting a number into two amounts.
fn cuts(digits: &str) -> Vec<(Decimal, Decimal)> {
    let sound = |part: &str| {
        !part.starts_with('.') && !part.ends_with('.') && (part.len() < 2 || !part.starts_with('0') || part.starts_with("0."))
    };
    let parts = (1..digits.len()).map(|at| digits.split_at(at)).filter(|(left, right)| sound(left) && sound(right));
    parts.filter_map(|(left, right)| Some((left.parse().ok()?, right.parse().ok()?))).collect()
}

fn fused(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let mut found = Vec::new();
    pairs(&Trail::root(), &context.record.data, &mut found);
    if found.is_empty() {
        return;
    }
    let network = Network::known(context);
    for Pair { left, right, full, text } in found {
        let is_wrong = context.money(&full) == Figure::Unreadable || network.fails(context, &full);
        if !is_wrong {
            continue;
        }
        let closes = |(a, b): &(Decimal, Decimal)| {
            network.proves(context, &[(left.clone(), *a), (right.clone(), *b)]).is_some_and(|proofs| proofs > 0)
        };
        let ways: Vec<(Decimal, Decimal)> = cuts(&text).into_iter().filter(closes).collect();
        if ways.is_empty() {
            continue;
        }
        let names: Vec<String> = ways.iter().map(|(a, b)| format!("{} + {}", plain(*a), plain(*b))).collect();
        let message = Message::new("F014.found").with("row", projects::called(context, &full)).with("text", shown(&text));
        Tally::fail(context, &full, message.with("ways", names.join(BETWEEN)), "F014.help");
        if let [(a, b)] = ways[..] {
            for (at, value) in [(&left, a), (&right, b)] {
                let because = Message::new("because.F014").with("text", shown(&text));
                context.propose(Class::Suggest, at, at_least(value, 2), because);
            }
        }
    }
}
