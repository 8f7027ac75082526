//! F: one bad figure, found by the arithmetic of the whole form. All sums, balances and shares that the definition names are
//! taken together; a figure is suggested where it alone explains what fails and spoils nothing that holds.

use super::context::{Context, Figure};
use super::funds::{self, equal, print};
use super::parameters::Parameters;
use super::rows::rounded;
use super::similar::one_slip;
use super::{Apply, declare_rule, execution, projects, sums};
use crate::change::Class;
use crate::diag::{BETWEEN, Message};
use crate::record::Path;
use crate::value::notation::at_least;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::rc::Rc;

declare_rule! {
    /// ## What it checks
    /// Whether a sum that fails has one figure that is wrong: one that, put right, closes this sum and every other one that it
    /// stands in, and agrees with the shares printed beside it.
    /// ## Why
    /// A figure stands in several sums, balances and shares; together they often leave only one that can be wrong.
    /// ## Example
    /// 1200.10 + 300.00 against a total of 1500.00, which the expenses confirm, and a share of 80.00%: 1200.00 is meant.
    /// ## Fix safety
    /// Only suggested, with its proof, and only where one hypothesis is left. Without a second sum or a share that proves it, the
    /// figure must differ by one slip: a digit wrong, missing or doubled, two that changed places, a point or a unit that moved.
    /// Where several hypotheses are left, all are named and none is suggested.
    /// ## Source
    /// Arithmetic (reviewer's list: flaws, F9).
    pub static F013 = { name: "one-figure-wrong", severity: Warning, class: Suggest, apply: Apply::With("F001"), parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// Whether one amount of a sum is in 元 where the others are in 万元, or the other way round.
    /// ## Why
    /// Figures copied from an account are ten thousand times too large; the sum tells.
    /// ## Example
    /// `7242318` among 万元, where 724.2318 closes the sum.
    /// ## Fix safety
    /// Suggested, and only where exactly one amount, divided or multiplied by ten thousand, closes the sum and spoils no other.
    /// ## Source
    /// Seen in a real form (reviewer's list, F9 and W1).
    pub static F008 = { name: "amount-in-another-unit", severity: Warning, class: Suggest, apply: Apply::With("F001"), parameters: [] }
}

/// Fields that must add up to nothing, each added or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Equation {
    terms: Vec<(Path, bool)>,
}

impl Equation {
    pub fn sum(parts: impl Iterator<Item = Path>, total: Path) -> Equation {
        Equation::new(parts.map(|part| (part, true)).chain([(total, false)]).collect())
    }

    pub fn same(left: Path, right: Path) -> Equation {
        Equation::new(vec![(left, true), (right, false)])
    }

    fn new(mut terms: Vec<(Path, bool)>) -> Equation {
        terms.sort();
        Equation { terms }
    }

    /// What is left over; nothing where a field cannot be read. Blank fields count nothing.
    fn rest(&self, context: &Context<'_>) -> Option<Decimal> {
        let (mut rest, mut count) = (Decimal::ZERO, 0);
        for (at, added) in &self.terms {
            match context.money(at) {
                Figure::Unreadable => return None,
                Figure::Blank | Figure::Absent => {}
                Figure::Value(value) => {
                    rest = if *added { rest.checked_add(value)? } else { rest.checked_sub(value)? };
                    count += 1;
                }
            }
        }
        (count > 1).then_some(rest)
    }
}

/// A printed part of a whole, in percent points as the source has it.
pub(super) struct Share {
    pub part: Path,
    pub whole: Path,
    pub printed: Decimal,
}

impl Share {
    fn holds(&self, part: Decimal, whole: Decimal) -> bool {
        let exact = part.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(whole));
        exact.is_some_and(|exact| rounded(exact, self.printed.scale()) == self.printed)
    }
}

/// All that the definition says of the arithmetic of a form.
pub(super) struct Network {
    /// Each with its rest, once that was asked for.
    equations: Vec<(Equation, OnceCell<Option<Decimal>>)>,
    by_field: FxHashMap<Path, Vec<usize>>,
    shares: Vec<Share>,
    /// Rates that are printed beside what they were computed from.
    rates: Vec<Share>,
}

impl Network {
    /// That of the record as it is, made once as long as nothing is edited.
    pub fn known(context: &Context<'_>) -> Rc<Network> {
        let mut known = context.memory.network.borrow_mut();
        match &*known {
            Some((edits, network)) if *edits == context.edits => Rc::clone(network),
            _ => {
                let network = Rc::new(Network::of(context));
                *known = Some((context.edits, Rc::clone(&network)));
                network
            }
        }
    }

    pub fn of(context: &Context<'_>) -> Network {
        let mut network =
            Network { equations: Vec::new(), by_field: FxHashMap::default(), shares: Vec::new(), rates: Vec::new() };
        for (used, parameters) in Parameters::of_all(context.definition) {
            let equations = match used.rule.as_str() {
                "F001" => funds::of_totals(context, &parameters),
                "F002" => funds::of_balance(context, &parameters),
                "F004" => projects::of_sum(context, &parameters),
                "F009" => sums::of_parts(context, &parameters),
                "F010" => sums::of_rows(context, &parameters),
                _ => Vec::new(),
            };
            equations.into_iter().for_each(|equation| network.add(equation));
            if used.rule == "F003" {
                network.shares.extend(funds::of_shares(context, &parameters));
            }
            if used.rule == "E001" {
                network.rates.extend(execution::of_rates(context, &parameters));
            }
        }
        network
    }

    /// The same sum may be named twice; as its own proof it would count for nothing.
    fn add(&mut self, equation: Equation) {
        let Some((first, _)) = equation.terms.first() else { return };
        let known = self.by_field.get(first).into_iter().flatten().any(|index| self.equations[*index].0 == equation);
        if known {
            return;
        }
        for (at, _) in &equation.terms {
            self.by_field.entry(at.clone()).or_default().push(self.equations.len());
        }
        self.equations.push((equation, OnceCell::new()));
    }

    /// What is left over of an equation.
    fn rest(&self, context: &Context<'_>, index: usize) -> Option<Decimal> {
        let (equation, rest) = self.equations.get(index)?;
        *rest.get_or_init(|| equation.rest(context))
    }

    /// Whether a sum that a figure stands in does not close.
    pub fn fails(&self, context: &Context<'_>, at: &Path) -> bool {
        let touched = self.by_field.get(at).into_iter().flatten();
        touched.filter_map(|index| self.rest(context, *index)).any(|rest| !is_nothing(rest))
    }

    /// How many sums and rates prove that some figures are these; nothing where one of them speaks against it. What has other
    /// figures that cannot be read says nothing.
    pub fn proves(&self, context: &Context<'_>, figures: &[(Path, Decimal)]) -> Option<usize> {
        let instead = |at: &Path| figures.iter().find(|(own, _)| own == at).map(|(_, value)| *value);
        let mut touched: Vec<usize> =
            figures.iter().flat_map(|(at, _)| self.by_field.get(at).into_iter().flatten().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        let mut proofs = 0;
        for index in touched {
            let terms = self.equations[index].0.terms.iter();
            let rest = terms.clone().try_fold(Decimal::ZERO, |rest, (at, added)| {
                let value = match instead(at) {
                    Some(value) => value,
                    None => match context.money(at) {
                        Figure::Unreadable => return None,
                        money => money.value().unwrap_or_default(),
                    },
                };
                if *added { rest.checked_add(value) } else { rest.checked_sub(value) }
            });
            match rest {
                Some(rest) if is_nothing(rest) => proofs += 1,
                Some(_) => return None,
                None => {}
            }
        }
        for rate in &self.rates {
            let (part, whole) = (instead(&rate.part), instead(&rate.whole));
            if part.is_none() && whole.is_none() {
                continue;
            }
            let value = |instead: Option<Decimal>, at: &Path| instead.or_else(|| context.money(at).value());
            match (value(part, &rate.part), value(whole, &rate.whole)) {
                (Some(part), Some(whole)) if rate.holds(part, whole) => proofs += 1,
                (Some(_), Some(_)) => return None,
                _ => {}
            }
        }
        Some(proofs)
    }

    /// How many other failing checks a figure would put right; nothing where it would spoil one that holds.
    fn proofs(&self, context: &Context<'_>, failing: &Equation, at: &Path, from: Decimal, to: Decimal) -> Option<usize> {
        let mut proofs = 0;
        let step = to.checked_sub(from)?;
        for index in self.by_field.get(at).into_iter().flatten() {
            let (equation, _) = &self.equations[*index];
            let Some(rest) = self.rest(context, *index).filter(|_| equation != failing) else { continue };
            let added = equation.terms.iter().any(|(term, added)| term == at && *added);
            let after = if added { rest.checked_add(step)? } else { rest.checked_sub(step)? };
            match (is_nothing(rest), is_nothing(after)) {
                (true, false) => return None,
                (false, true) => proofs += 1,
                _ => {}
            }
        }
        let touched = self.shares.iter().filter(|share| share.part == *at || share.whole == *at);
        let (mut before, mut after) = (true, true);
        for share in touched {
            let (Some(part), Some(whole)) = (context.money(&share.part).value(), context.money(&share.whole).value()) else {
                continue;
            };
            let instead = |field: &Path, value: Decimal| if field == at { to } else { value };
            before &= share.holds(part, whole);
            after &= share.holds(instead(&share.part, part), instead(&share.whole, whole));
        }
        match (before, after) {
            (true, false) => None,
            (false, true) => Some(proofs + 1),
            _ => Some(proofs),
        }
    }
}

fn is_nothing(rest: Decimal) -> bool {
    equal(rest, Decimal::ZERO)
}

/// How a figure came to be another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    /// 元 for 万元.
    Unit,
    /// A digit or the point.
    Pen,
}

fn slip(from: Decimal, to: Decimal) -> Option<Slip> {
    let times = |factor: i64| {
        let factor = Decimal::from(factor);
        from.checked_mul(factor) == Some(to) || to.checked_mul(factor) == Some(from)
    };
    if times(10_000) {
        return Some(Slip::Unit);
    }
    let is_pen = [10, 100, 1000].into_iter().any(times) || one_slip(&at_least(from, 2), &at_least(to, 2));
    is_pen.then_some(Slip::Pen)
}

/// One hypothesis: this figure was meant to be that one.
struct Hypothesis {
    at: Path,
    from: Decimal,
    to: Decimal,
    proofs: usize,
    slip: Option<Slip>,
}

/// Longer sums have too many figures that might be wrong.
const TERMS: usize = 60;

fn hypotheses(context: &Context<'_>, failing: &Equation) -> Vec<Hypothesis> {
    let Some(rest) = failing.rest(context).filter(|_| failing.terms.len() <= TERMS) else { return Vec::new() };
    let network = Network::known(context);
    let mut found = Vec::new();
    for (at, added) in &failing.terms {
        let Some(from) = context.money(at).value() else { continue };
        let to = if *added { from.checked_sub(rest) } else { from.checked_add(rest) };
        let Some(to) = to.filter(|to| !to.is_sign_negative()) else { continue };
        let Some(proofs) = network.proofs(context, failing, at, from, to) else { continue };
        let slip = slip(from, to);
        if proofs > 0 || slip.is_some() {
            found.push(Hypothesis { at: at.clone(), from, to, proofs, slip });
        }
    }
    // One bad figure must explain all that it can: what another leaves open refutes it.
    let most = found.iter().map(|hypothesis| hypothesis.proofs).max().unwrap_or(0);
    found.retain(|hypothesis| hypothesis.proofs == most);
    found
}

/// What to say of a sum that fails: where one figure is left that can be wrong, it is suggested; where several are, they are
/// named; else `help` as it is.
pub(super) fn help(context: &mut Context<'_>, failing: &Equation, help: Message) -> Message {
    let found = hypotheses(context, failing);
    let one = match &found[..] {
        [] => return help,
        [one] => one,
        several => {
            let name = |h: &Hypothesis| format!("{} {} → {}", projects::called(context, &h.at), print(h.from), print(h.to));
            let names: Vec<String> = several.iter().take(6).map(name).collect();
            return Message::new("F013.several").with("figures", names.join(BETWEEN));
        }
    };
    let own = context.rule;
    let is_total = failing.terms.iter().any(|(at, added)| *at == one.at && !*added);
    let terms = |context: &Context<'_>| {
        let value = |at: &Path| if *at == one.at { Some(one.to) } else { context.money(at).value() };
        let side = |wanted: bool| {
            let values = failing.terms.iter().filter(|(_, added)| *added == wanted).filter_map(|(at, _)| value(at));
            values.map(print).collect::<Vec<_>>().join(" + ")
        };
        format!("{} = {}", side(true), side(false))
    };
    let text = terms(context);
    let (rule, because) = match (one.slip, one.proofs) {
        (Some(Slip::Unit), _) => (F008.code, Message::new("because.F008").with("amount", print(one.from)).with("text", text)),
        (_, 0) => (F013.code, Message::new("because.F013.slip").with("text", text)),
        (_, proofs) => {
            (if is_total { own } else { F013.code }, Message::new("because.F013").with("text", text).with("count", proofs))
        }
    };
    context.rule = rule;
    context.propose(Class::Suggest, &one.at, at_least(one.to, 2), because);
    context.rule = own;
    help
}
