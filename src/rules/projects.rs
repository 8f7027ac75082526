//! F: rows of money against each other and against the tables of funds.

use super::context::{Context, Figure, indexed, inside, keyed};
use super::funds::{equal, print};
use super::parameters::{Expect, Parameters, optional, required};
use super::repair::{self, Equation};
use super::rows::{Row, place, rows};
use super::{Apply, declare_rule};
use crate::diag::Message;
use crate::form::Shape;
use crate::record::{Path, Step};
use crate::value::{Kind, amount};
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// That the amounts of a list of rows add up to the row of the funds table that stands for them; with `relation: at_most`,
    /// that they are not above it, where that row holds other things as well.
    /// ## Why
    /// The same money is said twice, once as a whole and once project by project.
    /// ## Example
    /// 特定目标类项目支出 817.60, but the projects of the year add up to 414.80; two projects have a total budget above
    /// that of the year, and these explain the difference of 402.80.
    /// ## Fix safety
    /// Nothing is changed: the gap is explained, the office decides.
    /// ## Source
    /// Cross-table check (reviewer's list, F4).
    pub static F004 = {
        name: "rows-do-not-add-up", severity: Error, class: Report, apply: Apply::Listed(sum),
        parameters: [required("total", Expect::Path), required("rows", Expect::Rows), required("amount", Expect::FieldOf("rows")),
            optional("other", Expect::FieldOf("rows")), optional("name", Expect::FieldOf("rows")),
            optional("where", Expect::Pairs), optional("relation", Expect::Words)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That in each row the smaller amount is not above the larger one: the year's budget within the whole budget. In rows
    /// that the definition names (`equal_where`), such as projects of one year, both must be the same.
    /// ## Why
    /// A part cannot be more than the whole.
    /// ## Example
    /// A project with a whole budget of 30.00 and a budget of 45.00 for this year.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Cross-field check (reviewer's list, F5 and F8).
    pub static F005 = {
        name: "part-above-whole", severity: Error, class: Report, apply: Apply::Listed(part),
        parameters: [optional("rows", Expect::Rows), required("part", Expect::FieldOf("rows")), required("whole", Expect::FieldOf("rows")),
            optional("name", Expect::FieldOf("rows")), optional("equal_where", Expect::Pairs)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That no amount is below zero or has more decimals than money can have.
    /// ## Why
    /// Budgets are not negative; a tail such as 0.0900000762939453 is an error of a spreadsheet.
    /// ## Example
    /// `-3.00`; `12.1000003815`.
    /// ## Fix safety
    /// Nothing is changed: the figure is exact as it was printed.
    /// ## Source
    /// The system's type NUMBER(18,2); local orders allow up to six decimals in 万元 (reviewer's list, F11).
    pub static F006 = {
        name: "amount-implausible", severity: Warning, class: Report, apply: Apply::Listed(plausible),
        parameters: [optional("decimals", Expect::Number)]
    }
}

fn sum(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(total), Some(rows), Some(amount)) =
        (parameters.selector("total"), parameters.selector("rows"), parameters.text("amount"))
    else {
        return;
    };
    let Some(list) = rows.path(context.record) else { return };
    let Some(total_at) = total.path(context.record) else { return };
    let items = context.record.get(&list).map(crate::record::Node::items).unwrap_or_default();
    let at_most = parameters.text("relation") == Some("at_most");
    let row_label = row_label(context, &total_at);
    let column = context.label(&inside(&list, 0, amount));
    let about = |id| Message::new(id).with("row", &row_label).with("column", &column);
    let total = match context.money(&total_at) {
        Figure::Value(total) => total,
        Figure::Absent => return,
        Figure::Blank | Figure::Unreadable => return context.unchecked(&total_at, about("F004.no_total")),
    };
    if items.is_empty() {
        if !total.is_zero() && !at_most {
            context.unchecked(&list, about("F004.no_rows"));
        }
        return;
    }
    let strict: Vec<usize> = counted(context, parameters, &list);
    let all: Vec<usize> = (0..items.len()).collect();
    let add = |context: &Context<'_>, rows: &[usize], key: &str| -> Option<Decimal> {
        rows.iter().try_fold(Decimal::ZERO, |sum, index| sum.checked_add(context.money(&inside(&list, *index, key)).value()?))
    };
    let blank = all.iter().copied().find(|index| context.money(&inside(&list, *index, amount)).value().is_none());
    if let Some(index) = blank {
        return context.unchecked(&inside(&list, index, amount), about("F004.blank_row"));
    }
    let Some(value) = add(context, &strict, amount) else { return };
    if at_most && strict.is_empty() {
        return;
    }
    if at_most {
        return within(context, parameters, &total_at, (value, total), about("F004.within"));
    }
    let whole = add(context, &all, amount);
    let terms = |context: &Context<'_>, rows: &[usize], key: &str| -> String {
        let values = rows.iter().take(12).filter_map(|index| context.money(&inside(&list, *index, key)).value());
        let text = values.map(print).collect::<Vec<_>>().join(" + ");
        if rows.len() > 12 { format!("{text} + …") } else { text }
    };
    for (rows, value) in [(&strict, Some(value)), (&all, whole)] {
        if value.is_some_and(|value| equal(value, total)) {
            let text = format!("{} = {}", terms(context, rows, amount), print(total));
            return context.held(&total_at, about("F004.held").with("text", text));
        }
    }
    let difference = total.checked_sub(value).unwrap_or_default();
    let text = format!("{} = {} ≠ {}", terms(context, &strict, amount), print(value), print(total));
    context.failed(&total_at, about("F004.held").with("text", text));
    let message = about("F004.failed")
        .with("total", print(total))
        .with("sum", print(value))
        .with("difference", print(difference.abs()))
        .with("count", strict.len());
    // Rows where the other amount differs may explain the gap.
    let other = parameters.text("other");
    let mut gaps = Vec::new();
    let mut gap = Decimal::ZERO;
    for index in &strict {
        let Some(other) = other else { break };
        let row = indexed(&list, *index);
        let pair = context.money(&keyed(&row, other)).value().zip(context.money(&keyed(&row, amount)).value());
        if let Some((theirs, ours)) = pair.filter(|(theirs, ours)| theirs != ours) {
            gap = gap.checked_add(theirs.checked_sub(ours).unwrap_or_default()).unwrap_or(gap);
            let name = parameters.text("name").map_or("", |key| items[*index].text(key));
            gaps.push((keyed(&row, amount), format!("{name} {} / {}", print(theirs), print(ours))));
        }
    }
    let explained = !gaps.is_empty() && equal(gap, difference);
    let help = if explained {
        let rows: Vec<&str> = gaps.iter().map(|(_, text)| text.as_str()).take(8).collect();
        let other = context.label(&keyed(&indexed(&list, 0), other.unwrap_or(amount)));
        about("F004.help.gap").with("other", other).with("rows", rows.join("; ")).with("gap", print(gap))
    } else {
        let equation = Equation::sum(strict.iter().map(|index| inside(&list, *index, amount)), total_at.clone());
        // A gap here is as likely a project that is missing: only a figure that is proved is told.
        let _ = repair::help(context, &equation, about("F004.help"));
        about("F004.help")
    };
    context.find(&total_at, message, Some(help));
    if explained {
        for (path, _) in gaps.iter().take(8) {
            context.also(path);
        }
    }
    // What does add up is said, too: it tells which column was copied.
    if let Some(other) = other
        && add(context, &strict, other).is_some_and(|sum| equal(sum, total))
    {
        let text = format!("{} = {}", terms(context, &strict, other), print(total));
        let column = context.label(&inside(&list, 0, other));
        context.held(&list, Message::new("F004.held").with("row", &row_label).with("column", column).with("text", text));
    }
}

/// The rows that a total counts: those that are surely of another sort are left out; a word that is no choice at all decides
/// nothing.
fn counted(context: &Context<'_>, parameters: &Parameters<'_>, list: &Path) -> Vec<usize> {
    let items = context.record.get(list).map(crate::record::Node::items).unwrap_or_default();
    let conditions = parameters.pairs("where");
    let elsewhere = |index: usize| {
        conditions.iter().any(|(key, wanted)| {
            let word = items[index].text(key);
            word != *wanted && choices(context, &inside(list, index, key)).iter().any(|choice| **choice == *word)
        })
    };
    // Only what surely is of the sort can be too much.
    let here = |index: usize| conditions.iter().all(|(key, wanted)| items[index].text(key) == *wanted);
    let is_bound = parameters.text("relation").is_some();
    (0..items.len()).filter(|index| if is_bound { here(*index) } else { !elsewhere(*index) }).collect()
}

/// What F004 says of the arithmetic of the form.
pub(super) fn of_sum(context: &Context<'_>, parameters: &Parameters<'_>) -> Vec<Equation> {
    let path = |name: &str| parameters.selector(name).and_then(|selector| selector.path(context.record));
    let (Some(total), Some(list), Some(amount)) = (path("total"), path("rows"), parameters.text("amount")) else {
        return Vec::new();
    };
    if parameters.text("relation").is_some() {
        return Vec::new();
    }
    let rows = counted(context, parameters, &list);
    vec![Equation::sum(rows.into_iter().map(|index| inside(&list, index, amount)), total)]
}

/// A sum that need only not be above the row: the row holds other things, too.
fn within(
    context: &mut Context<'_>,
    parameters: &Parameters<'_>,
    total_at: &Path,
    (sum, total): (Decimal, Decimal),
    message: Message,
) {
    let message = message.with("sum", print(sum)).with("total", print(total));
    if sum <= total {
        return context.held(total_at, message);
    }
    let above = Message { id: "F004.above", ..message };
    context.failed(total_at, above.clone());
    context.find(total_at, above, Some(Message::new("F005.help")));
    if let Some(list) = parameters.selector("rows").and_then(|rows| rows.path(context.record)) {
        context.also(&list);
    }
}

/// Why rows are of one sort: a column of theirs adds up to what the form says of that sort.
#[derive(Clone)]
pub(super) struct Proof {
    /// The row that says it, and the column that adds up to it.
    pub row: String,
    pub column: String,
    pub sum: String,
}

/// Whether the definition's sums prove that a field of a row has a certain word: all rows that surely are of no other sort add
/// up, in one of the columns compared, to the total that the definition names for this word.
pub(super) fn proof(context: &Context<'_>, at: &Path, word: &str) -> Option<Proof> {
    let [list @ .., Step::Index(_), Step::Key(key)] = &at.0[..] else { return None };
    for parameters in Parameters::of_uses(context.definition, F004.code) {
        let wanted = parameters.pairs("where");
        if wanted != [(&**key, word)] {
            continue;
        }
        let rows = parameters.selector("rows").and_then(|rows| rows.path(context.record));
        let Some(rows) = rows.filter(|rows| rows.0 == *list) else { continue };
        let total_at = parameters.selector("total")?.path(context.record)?;
        let total = context.money(&total_at).value().filter(|total| !total.is_zero())?;
        let items = context.record.get(&rows).map(crate::record::Node::items).unwrap_or_default();
        let field = |index: usize, key: &str| inside(&rows, index, key);
        let is_other = |index: &usize| {
            let said = items[*index].text(key);
            said != word && choices(context, &field(*index, key)).iter().any(|choice| **choice == *said)
        };
        for column in ["amount", "other"].into_iter().filter_map(|name| parameters.text(name)) {
            let mut values =
                (0..items.len()).filter(|index| !is_other(index)).map(|i| context.money(&field(i, column)).value());
            let sum = values.try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?));
            if sum.is_some_and(|sum| equal(sum, total)) {
                let column = context.label(&field(0, column)).to_string();
                return Some(Proof { row: row_label(context, &total_at), column, sum: print(total) });
            }
        }
    }
    None
}

/// What a person calls the row of a cell: the label printed for it, else the first name in it and the column's label.
pub(super) fn called(context: &Context<'_>, cell: &Path) -> String {
    let label = row_label(context, cell);
    let [row @ .., Step::Index(_), Step::Key(_)] = &cell.0[..] else { return label };
    let at = Path(cell.0[..row.len() + 1].to_vec());
    let Some(crate::record::Node::Map(entries)) = context.record.get(&at) else { return label };
    let name = entries.iter().filter_map(|(_, node)| node.leaf()).find(|leaf| leaf.kind == Kind::Name && !leaf.text.is_empty());
    match name {
        Some(name) if name.text != label => format!("{} {label}", super::text::shown(&name.text)),
        _ => label,
    }
}

/// The label of the row that a cell of a matrix stands in; else the field's own.
pub(super) fn row_label(context: &Context<'_>, cell: &Path) -> String {
    let mut row = cell.clone();
    while let Some(step) = row.0.pop() {
        if matches!(step, Step::Index(_)) {
            break;
        }
        let label = context.record.get(&row).map_or("", |node| node.text(super::select::ITEM));
        if !label.is_empty() {
            return label.to_owned();
        }
    }
    context.label(cell).to_string()
}

/// The words that a field allows.
fn choices<'a>(context: &Context<'a>, at: &Path) -> &'a [std::sync::Arc<str>] {
    let Some(Shape::Leaf(leaf)) = context.shape.at(at) else { return &[] };
    let vocabulary = leaf.vocabulary.as_ref().and_then(|name| context.definition.vocabulary(name));
    vocabulary.map(|vocabulary| vocabulary.values.as_slice()).unwrap_or_default()
}

fn part(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(part), Some(whole)) = (parameters.text("part"), parameters.text("whole")) else { return };
    let rows = rows(context, parameters, "rows");
    let equal_where = parameters.pairs("equal_where");
    let must_be_equal = |row: &Row<'_>| equal_where.iter().any(|(key, word)| row.text(key) == *word);
    let mut held = 0;
    let mut missing = Vec::new();
    for row in &rows {
        let (part_at, whole_at) = (row.at(part), row.at(whole));
        let name = row.name(context, parameters);
        let about = |context: &Context<'_>, id| {
            Message::new(id).with("name", &name).with("part", context.label(&part_at)).with("whole", context.label(&whole_at))
        };
        match (context.money(&part_at), context.money(&whole_at)) {
            (Figure::Absent, _) | (_, Figure::Absent) => {}
            (Figure::Value(a), Figure::Value(b)) if a == b || a < b && !must_be_equal(row) => held += 1,
            (Figure::Value(a), Figure::Value(b)) => {
                let id = if a > b { "F005.failed" } else { "F005.unequal" };
                let message = about(context, id).with("a", print(a)).with("b", print(b));
                context.failed(&part_at, message.clone());
                context.find(&part_at, message, Some(Message::new("F005.help")));
                context.also(&whole_at);
            }
            (a, _) => missing.push(if a.value().is_none() { part_at } else { whole_at }),
        }
    }
    let list = place(parameters, "rows");
    let first = rows.first().map_or_else(|| indexed(&list, 0), Row::path);
    if let Some((at, others)) = missing.split_first() {
        // Each blank is told by itself; that nothing could be compared is told once.
        let message =
            Message::new("F005.unchecked").with("count", missing.len()).with("part", context.label(&keyed(&first, part)));
        context.unchecked(at, message.with("whole", context.label(&keyed(&first, whole))));
        for at in others.iter().take(8) {
            context.also(at);
        }
    }
    if held > 0 {
        let message = Message::new("F005.held").with("count", held).with("part", context.label(&keyed(&first, part)));
        let message = message.with("whole", context.label(&keyed(&first, whole)));
        context.held(&list, message);
    }
}

fn plausible(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let decimals = parameters.number("decimals").and_then(|n| u32::try_from(n).ok()).unwrap_or(6);
    let mut count = 0;
    let mut odd: Vec<(Path, &'static str, Decimal)> = Vec::new();
    context.record.leaves(&mut |trail, leaf| {
        if leaf.kind != Kind::Amount {
            return;
        }
        let Some(amount) = amount::parse(&leaf.text) else { return };
        count += 1;
        if amount.value.is_sign_negative() && !amount.value.is_zero() {
            odd.push((trail.path(), "F006.negative", amount.value));
        } else if amount.value.normalize().scale() > decimals {
            odd.push((trail.path(), "F006.decimals", amount.value));
        }
    });
    if odd.is_empty() && count > 0 {
        context.held(&Path::root(), Message::new("F006.held").with("count", count));
    }
    for (path, id, value) in odd {
        let message =
            Message::new(id).with("label", context.label(&path)).with("value", print(value)).with("decimals", decimals);
        context.failed(&path, message.clone());
        context.find(&path, message, Some(Message::new("F006.help")));
    }
}
