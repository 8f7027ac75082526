//! F: tables of funds. Totals, balance, shares, and the unit that amounts are printed in.

use super::context::{Context, Figure, inside};
use super::parameters::{Expect, Parameters, optional, required};
use super::repair::{self, Equation, Share};
use super::select::{ITEM, is_wording};
use super::{Apply, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::form::{Band, MatrixColumn, MatrixGroup};
use crate::record::{Node, Path, Step};
use crate::value::notation::at_least;
use crate::value::unit::MoneyUnit;
use crate::value::{Kind, amount, percent};
use rust_decimal::{Decimal, RoundingStrategy};
use std::sync::Arc;

declare_rule! {
    /// ## What it checks
    /// That the total of a group is the sum of its rows, in each column of money.
    /// ## Why
    /// A total that is not the sum of what stands above it makes every figure of the table doubtful.
    /// ## Example
    /// `2306.26 + 0.00 + 96.00 = 2402.26`.
    /// ## Fix safety
    /// A total that is blank is suggested. Of a total that differs nobody can say whether it or a row is wrong, so it is
    /// only suggested where the other group of the table confirms the sum.
    /// ## Source
    /// Arithmetic; checked alike by independent checkers (reviewer's list, F1).
    pub static F001 = {
        name: "total-is-not-the-sum", severity: Error, class: Suggest, apply: Apply::Listed(totals),
        parameters: [required("group", Expect::Group), optional("columns", Expect::FieldsOf("group")), optional("confirmed_by", Expect::Group)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That two groups of a table have the same total, in each column of money.
    /// ## Why
    /// What a department takes in and what it spends must balance; a difference is an error or a carry-over that belongs
    /// into a row of its own.
    /// ## Example
    /// Income 1652.87 and expense 1652.85 of 2022 differ by 0.02.
    /// ## Fix safety
    /// Nothing is changed: only the office knows which figure is right.
    /// ## Source
    /// The balance of the table (reviewer's list, F2).
    pub static F002 = {
        name: "totals-do-not-balance", severity: Error, class: Report, apply: Apply::Listed(balance),
        parameters: [required("left", Expect::Group), required("right", Expect::Group), optional("names", Expect::Words),
            optional("columns", Expect::FieldsOf("left"))]
    }
}

declare_rule! {
    /// ## What it checks
    /// That a share is the row's part of the total, rounded half up, all with the same decimals.
    /// ## Why
    /// Shares are computed, not decided: the finance system computes them itself.
    /// ## Example
    /// 1459.87 ÷ 2402.26 is 60.77%, not 60.70%.
    /// ## Fix safety
    /// Applied by default, but only where the total is the sum of its rows; a share that is blank is suggested. Rounded
    /// shares may add up to 99.99%.
    /// ## Source
    /// The system's read-only field; rounding as Oracle ROUND (reviewer's list, F3).
    pub static F003 = {
        name: "share-not-recomputed", severity: Warning, class: Auto, apply: Apply::Listed(shares),
        parameters: [required("group", Expect::Group), required("amount", Expect::FieldOf("group")), required("share", Expect::FieldOf("group")),
            optional("decimals", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That amounts do not repeat the unit that the form prints once, and do not differ from it.
    /// ## Why
    /// The unit stands at the head of the form; beside an amount it is noise, and another one is a trap.
    /// ## Example
    /// `620.82万元` in a form in 万元 becomes `620.82`; `7242318元` is suggested as `724.2318`.
    /// ## Fix safety
    /// The form's own unit is taken off by default; another unit is converted only when accepted.
    /// ## Source
    /// Seen in submissions (reviewer's list, V6 and F9).
    pub static F007 = { name: "unit-in-amount", severity: Warning, class: Auto, apply: Apply::Always(units), parameters: [] }
}

/// Differences below this are rounding.
const HALF_A_CENT: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

/// A group of rows of a matrix, found in the record.
pub(super) struct Group<'a> {
    pub path: Path,
    pub rows: &'a [Node],
    pub group: &'a MatrixGroup,
    columns: &'a [MatrixColumn],
    matrix: Path,
    /// What a person calls it: the label printed for it, or the table's where it has none of its own.
    label: Arc<str>,
}

/// One column of money.
pub(super) struct Column {
    steps: Vec<Step>,
    /// What to call it: a year, or the printed header.
    name: Name,
}

#[derive(Clone)]
enum Name {
    Year(String),
    Header(String),
}

impl Column {
    /// Where it stands in a row of a list.
    pub fn of(&self, list: &Path, row: usize) -> Path {
        let mut steps = Vec::with_capacity(list.0.len() + 1 + self.steps.len());
        steps.extend_from_slice(&list.0);
        steps.push(Step::Index(row));
        steps.extend_from_slice(&self.steps);
        Path(steps)
    }

    /// The message that names the column by its year, or the one that names it by its header.
    fn message(&self, by_year: &'static str, by_header: &'static str) -> Message {
        match &self.name {
            Name::Year(year) => Message::new(by_year).with("year", year),
            Name::Header(header) => Message::new(by_header).with("column", header),
        }
    }
}

impl<'a> Group<'a> {
    /// The group that a parameter names; `None` where the record has none (an optional part of the form).
    pub fn find(context: &Context<'a>, parameters: &Parameters<'_>, name: &str) -> Option<Group<'a>> {
        let path = parameters.selector(name)?.path(context.record)?;
        let [Step::Key(matrix), .., Step::Key(wanted)] = &path.0[..] else { return None };
        let definition = context.definition;
        definition.bands.iter().find_map(|band| match band {
            Band::Matrix { key, groups, columns, label, .. } if key == matrix => {
                let group = groups.iter().find(|group| group.key == *wanted)?;
                let rows = context.record.get(&path)?.items();
                let label = if group.label.text.is_empty() { &label.text } else { &group.label.text };
                let matrix = Path::root().key(matrix.clone());
                Some(Group { path: path.clone(), rows, group, columns, matrix, label: label.clone() })
            }
            _ => None,
        })
    }

    /// The columns of money, those under one spanning header one by one.
    pub fn money_columns(&self, context: &Context<'_>, wanted: &[&str]) -> Vec<Column> {
        let mut columns = Vec::new();
        for column in self.columns.iter().filter(|column| column.field.kind == Kind::Amount) {
            let key = &column.field.key;
            if !wanted.is_empty() && !wanted.contains(&&**key) {
                continue;
            }
            let Some(across) = &column.across else {
                columns.push(Column {
                    steps: vec![Step::Key(key.clone())],
                    name: Name::Header(column.field.label.text.to_string()),
                });
                continue;
            };
            for index in 0..across.count {
                let year = context.text(&self.matrix.clone().key(across.key.clone()).index(index));
                let name = match across.labels.get(index) {
                    _ if !year.is_empty() => Name::Year(year.to_owned()),
                    Some(label) => Name::Header(label.text.to_string()),
                    None => Name::Header(format!("{}[{}]", column.field.label.text, index + 1)),
                };
                columns.push(Column { steps: vec![Step::Key(key.clone()), Step::Index(index)], name });
            }
        }
        columns
    }

    /// The row that adds up the others.
    pub fn total(&self) -> Option<usize> {
        let total = self.group.items.iter().find(|item| item.total)?;
        let wordings: Vec<_> = total.label.wordings().cloned().collect();
        self.rows.iter().position(|row| is_wording(row.text(ITEM), &wordings))
    }

    fn total_label(&self) -> &str {
        self.group.items.iter().find(|item| item.total).map_or("", |item| &item.label.text)
    }
}

/// The sum of the rows of a column that are no total.
struct Sum {
    addends: Vec<(Path, Figure)>,
    total_at: Path,
    total: Figure,
}

impl Sum {
    fn of(context: &Context<'_>, group: &Group<'_>, column: &Column, total: usize) -> Sum {
        let cell = |index| {
            let path = column.of(&group.path, index);
            let money = context.money(&path);
            (path, money)
        };
        let addends = (0..group.rows.len()).filter(|index| *index != total).map(cell).collect();
        let (total_at, total) = cell(total);
        Sum { addends, total_at, total }
    }

    /// Blank rows count nothing; `None` where a row cannot be read.
    fn value(&self) -> Option<Decimal> {
        let mut sum = Decimal::ZERO;
        for (_, money) in &self.addends {
            match money {
                Figure::Unreadable => return None,
                Figure::Value(value) => sum = sum.checked_add(*value)?,
                Figure::Blank | Figure::Absent => {}
            }
        }
        Some(sum)
    }

    fn has_blanks(&self) -> bool {
        self.addends.iter().any(|(_, money)| matches!(money, Figure::Blank))
    }

    fn is_blank(&self) -> bool {
        self.addends.iter().all(|(_, money)| matches!(money, Figure::Blank | Figure::Absent))
    }

    /// The sum as the arithmetic of the whole form sees it.
    fn equation(&self) -> Equation {
        Equation::sum(self.addends.iter().map(|(path, _)| path.clone()), self.total_at.clone())
    }

    fn holds(&self) -> bool {
        self.value().zip(self.total.value()).is_some_and(|(sum, total)| equal(sum, total))
    }

    fn text(&self) -> String {
        let values = self.addends.iter().filter_map(|(_, money)| money.value());
        values.map(print).collect::<Vec<_>>().join(" + ")
    }
}

/// Money in messages.
pub(super) fn print(value: Decimal) -> String {
    at_least(value, 2)
}

/// Equal up to what rounding to two decimals hides.
pub(super) fn equal(left: Decimal, right: Decimal) -> bool {
    left.checked_sub(right).is_some_and(|difference| difference.abs() < HALF_A_CENT)
}

fn difference(left: Decimal, right: Decimal) -> String {
    print(left.checked_sub(right).unwrap_or_default().abs())
}

fn totals(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(group) = Group::find(context, parameters, "group") else { return };
    let path = group.path.clone();
    if group.rows.is_empty() {
        return context.unchecked(&path, Message::new("unchecked.no_rows").with("what", &*group.label));
    }
    let Some(total) = group.total() else {
        return context.unchecked(&path, Message::new("unchecked.no_total").with("what", &*group.label));
    };
    for column in group.money_columns(context, &parameters.texts("columns")) {
        let sum = Sum::of(context, &group, &column, total);
        if matches!(sum.total, Figure::Absent) && sum.addends.iter().all(|(_, money)| *money == Figure::Absent) {
            continue; // A column that this copy of the form does not have.
        }
        let at = &sum.total_at;
        let named = |by_year, by_header| {
            column.message(by_year, by_header).with("group", &*group.label).with("total", group.total_label())
        };
        let Some(value) = sum.value() else {
            context.unchecked(at, named("F001.unreadable.year", "F001.unreadable.column"));
            continue;
        };
        match sum.total {
            Figure::Value(total) if equal(value, total) && !sum.is_blank() => {
                context.held(at, Message::new("check.arithmetic").with("text", format!("{} = {}", sum.text(), print(total))));
            }
            Figure::Value(total) if sum.has_blanks() => {
                let message = named("F001.blank_row.year", "F001.blank_row.column");
                context.unchecked(at, message.with("difference", difference(total, value)));
            }
            Figure::Value(total) => {
                let text = format!("{} = {} ≠ {}", sum.text(), print(value), print(total));
                context.failed(at, Message::new("check.arithmetic").with("text", &text));
                let help = repair::help(context, &sum.equation(), Message::new("F001.help").with("text", text));
                let message = named("F001.failed.year", "F001.failed.column")
                    .with("sum", print(value))
                    .with("value", print(total))
                    .with("difference", difference(total, value));
                context.find(at, message, Some(help));
            }
            Figure::Blank | Figure::Absent if sum.is_blank() => {
                context.unchecked(at, named("F001.blank.year", "F001.blank.column"));
            }
            Figure::Blank => {
                context.unchecked(at, named("F001.blank_total.year", "F001.blank_total.column"));
                if !sum.has_blanks() {
                    context.propose(Class::Suggest, at, print(value), Message::new("because.sum").with("sum", sum.text()));
                }
            }
            Figure::Absent | Figure::Unreadable => {
                context.unchecked(at, named("F001.unreadable.year", "F001.unreadable.column"))
            }
        }
    }
}

/// What F001 says of the arithmetic of the form.
pub(super) fn of_totals(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<Equation> {
    let Some(group) = Group::find(context, parameters, "group") else { return Vec::new() };
    let Some(total) = group.total() else { return Vec::new() };
    let other = Group::find(context, parameters, "confirmed_by");
    let other = other.as_ref().and_then(|other| Some((other, other.total()?)));
    let mut equations = Vec::new();
    for column in group.money_columns(context, &parameters.texts("columns")) {
        let cell = |index: usize| column.of(&group.path, index);
        equations.extend(other.map(|(other, index)| Equation::same(cell(total), column.of(&other.path, index))));
        equations.push(Equation::sum((0..group.rows.len()).filter(|index| *index != total).map(cell), cell(total)));
    }
    equations
}

/// What F002 says of it.
pub(super) fn of_balance(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<Equation> {
    let groups = Group::find(context, parameters, "left").zip(Group::find(context, parameters, "right"));
    let Some((left, right)) = groups else { return Vec::new() };
    let (Some(a), Some(b)) = (left.total(), right.total()) else { return Vec::new() };
    let columns = left.money_columns(context, &parameters.texts("columns"));
    let same = |column: Column| Equation::same(column.of(&left.path, a), column.of(&right.path, b));
    columns.into_iter().map(same).collect()
}

/// The shares that F003 compares, as the source prints them.
pub(super) fn of_shares(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<Share> {
    let Some(group) = Group::find(context, parameters, "group") else { return Vec::new() };
    let (Some(amount), Some(share), Some(total)) = (parameters.text("amount"), parameters.text("share"), group.total()) else {
        return Vec::new();
    };
    let field = |index: usize, key: &str| inside(&group.path, index, key);
    let printed = |index: usize| {
        let leaf = context.record.leaf(&field(index, share))?;
        let printed = percent::parse(&leaf.raw).or_else(|| percent::parse(&leaf.text))?;
        Some(Share { part: field(index, amount), whole: field(total, amount), printed })
    };
    (0..group.rows.len()).filter(|index| *index != total).filter_map(printed).collect()
}

fn balance(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let groups = Group::find(context, parameters, "left").zip(Group::find(context, parameters, "right"));
    let Some((left, right)) = groups else { return };
    let (Some(left_total), Some(right_total)) = (left.total(), right.total()) else {
        let missing = if left.total().is_none() { &left } else { &right };
        let message = Message::new("unchecked.no_total").with("what", &*missing.label);
        return context.unchecked(&missing.path.clone(), message);
    };
    let names = parameters.texts("names");
    let name = |index: usize, group: &Group<'_>| names.get(index).map_or(group.label.to_string(), |name| (*name).to_owned());
    let (left_name, right_name) = (name(0, &left), name(1, &right));
    for column in left.money_columns(context, &parameters.texts("columns")) {
        let left_at = column.of(&left.path, left_total);
        let right_at = column.of(&right.path, right_total);
        let named = |by_year, by_header| column.message(by_year, by_header).with("left", &left_name).with("right", &right_name);
        match (context.money(&left_at), context.money(&right_at)) {
            (Figure::Absent, Figure::Absent) => {}
            (Figure::Value(a), Figure::Value(b)) if equal(a, b) => {
                context.held(&right_at, named("F002.held.year", "F002.held.column").with("value", print(a)));
            }
            (Figure::Value(a), Figure::Value(b)) => {
                let text = format!("{} ≠ {}", print(a), print(b));
                context.failed(&right_at, Message::new("check.arithmetic").with("text", &text));
                let message = named("F002.failed.year", "F002.failed.column")
                    .with("difference", difference(a, b))
                    .with("a", print(a))
                    .with("b", print(b));
                let same = Equation::same(left_at.clone(), right_at.clone());
                let help = repair::help(context, &same, Message::new("F002.help"));
                context.find(&right_at, message, Some(help));
                context.also(&left_at);
            }
            (a, _) => {
                let at = if a.value().is_none() { left_at } else { right_at };
                context.unchecked(&at, named("F002.unchecked.year", "F002.unchecked.column"));
            }
        }
    }
}

fn shares(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(group) = Group::find(context, parameters, "group") else { return };
    let (Some(amount), Some(share)) = (parameters.text("amount"), parameters.text("share")) else { return };
    if group.rows.iter().all(|row| row.get(share).is_none()) {
        return; // This copy of the form has no such column.
    }
    let path = group.path.clone();
    let label = group.label.clone();
    let column = group.money_columns(context, &[amount]).into_iter().next();
    let (Some(column), Some(total)) = (column, group.total()) else {
        return context.unchecked(&path, Message::new("unchecked.no_total").with("what", &label));
    };
    let sum = Sum::of(context, &group, &column, total);
    let Some(whole) = sum.total.value().filter(|_| sum.holds()) else {
        return context.unchecked(&inside(&path, total, share), Message::new("F003.unchecked").with("group", &label));
    };
    let decimals = parameters.number("decimals").and_then(|n| u32::try_from(n).ok()).unwrap_or(2);
    let mut printed = Vec::new();
    let mut wrong = 0;
    for index in 0..group.rows.len() {
        let at = inside(&path, index, share);
        let Some(leaf) = context.record.leaf(&at) else { continue };
        let Some(part) = context.money(&column.of(&path, index)).value() else { continue };
        if whole.is_zero() {
            // Nothing of nothing: any share but none is wrong, and none needs no number.
            if percent::parse(&leaf.text).is_some_and(|share| !share.is_zero()) && part.is_zero() && index != total {
                wrong += 1;
            }
            continue;
        }
        let exact = part.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(whole));
        let Some(exact) = exact else { continue };
        let right = exact.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        let text = percent::canonical(right);
        let because = || Message::new("because.F003").with("part", print(part)).with("total", print(whole));
        match percent::parse(&leaf.text) {
            Some(share) if share == right => {}
            Some(_) => {
                wrong += 1;
                context.propose(Class::Auto, &at, &text, because());
            }
            None if leaf.text.trim().is_empty() => context.propose(Class::Suggest, &at, &text, because()),
            None => continue, // T007 has told.
        }
        if index != total {
            printed.push((text, right));
        }
    }
    let at = inside(&path, total, share);
    if whole.is_zero() && wrong == 0 {
        return;
    }
    let sum: Decimal = printed.iter().map(|(_, right)| *right).sum();
    let text: Vec<&str> = printed.iter().map(|(text, _)| text.as_str()).collect();
    let text = format!("{} = {}", text.join(" + "), percent::canonical(sum));
    if wrong == 0 {
        context.held(&at, Message::new("check.arithmetic").with("text", text));
    } else {
        // Seen as a finding only where the shares were not to be corrected.
        context.failed(&at, Message::new("F003.failed").with("group", &label).with("count", wrong));
        context.find(&at, Message::new("F003.failed").with("group", &label).with("count", wrong), None);
    }
}

fn units(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let mut printed: Vec<(Path, MoneyUnit, Decimal)> = Vec::new();
    context.record.leaves(&mut |trail, leaf| {
        // The unit is a character; most amounts are digits alone.
        if leaf.kind == Kind::Amount
            && !leaf.text.is_ascii()
            && let Some(amount) = amount::parse(&leaf.text)
            && let Some(unit) = amount.unit
        {
            printed.push((trail.path(), unit, amount.value));
        }
    });
    for (path, unit, value) in printed {
        match context.unit {
            Some(form) if form == unit => {
                context.propose(Class::Auto, &path, at_least(value, 2), Message::new("because.F007").with("unit", unit.text()));
            }
            Some(form) => {
                let converted = value.checked_mul(unit.yuan()).and_then(|yuan| yuan.checked_div(form.yuan()));
                if let Some(converted) = converted {
                    let because = Message::new("because.F007.other").with("unit", form.text());
                    context.propose(Class::Suggest, &path, at_least(converted, 2), because);
                }
            }
            None => {
                let message = Message::new("F007.no_unit").with("label", context.label(&path)).with("unit", unit.text());
                context.unchecked(&path, message);
            }
        }
    }
}
