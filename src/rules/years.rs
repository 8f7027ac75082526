//! Y: dates and years that must agree with each other.

use super::context::{Context, indexed};
use super::parameters::{Expect, Parameters, optional, required};
use super::{Apply, declare_rule};
use crate::diag::{Check, Message, Outcome};
use crate::record::{Node, Path};
use crate::value::{date, year};
use rust_decimal::Decimal;

declare_rule! {
    /// ## What it checks
    /// That the form was filled in when such forms are: in the months before and after the year it plans begins.
    /// ## Why
    /// Targets of a year that is nearly over are no plan; often the year of the date or of the columns is wrong.
    /// ## Example
    /// Filled in on 2023-12-30 for the budget year 2023.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Practice of declaration (reviewer's list, Y1).
    pub static Y001 = {
        name: "filed-out-of-season", severity: Warning, class: Report, apply: Apply::Listed(season),
        parameters: [required("date", Expect::Path), optional("years", Expect::Path), optional("year", Expect::Path), optional("months_before", Expect::Number),
            optional("months_after", Expect::Number)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the years of the columns follow one another, the latest first.
    /// ## Why
    /// Columns of last year's form are easily copied with their years.
    /// ## Example
    /// 2022 and 2020; 2021 and 2022.
    /// ## Fix safety
    /// Nothing is changed: figures may belong to either year.
    /// ## Source
    /// The form's columns (reviewer's list, Y1).
    pub static Y002 = {
        name: "years-do-not-follow", severity: Error, class: Report, apply: Apply::Listed(consecutive),
        parameters: [required("years", Expect::Path)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That long-term goals do not end before the year of the form.
    /// ## Why
    /// Goals that have run out are left over from an older form.
    /// ## Example
    /// 截止 2022年 in a form for 2023.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Consistency of years (reviewer's list, Y2).
    pub static Y003 = {
        name: "long-term-over", severity: Warning, class: Report, apply: Apply::Listed(over),
        parameters: [required("until", Expect::Path), required("years", Expect::Path)]
    }
}

/// What the columns say of the year that the form plans.
enum Columns {
    /// No year is printed at all: the headers only say last year and the year before.
    Unnamed,
    Unreadable(Path),
    /// The years, as printed.
    Years(Vec<i32>),
}

fn columns(context: &Context<'_>, parameters: &Parameters<'_>) -> Option<(Path, Columns)> {
    let at = parameters.selector("years")?.path(context.record)?;
    let texts: Vec<&str> =
        context.record.get(&at)?.items().iter().filter_map(Node::leaf).map(|leaf| leaf.text.as_str()).collect();
    if texts.iter().all(|text| text.is_empty()) {
        return Some((at, Columns::Unnamed));
    }
    let years: Vec<Option<i32>> = texts.iter().map(|text| year::parse(text)).collect();
    let odd = years.iter().position(Option::is_none);
    let columns = match odd {
        Some(index) => Columns::Unreadable(indexed(&at, index)),
        None => Columns::Years(years.into_iter().flatten().collect()),
    };
    Some((at, columns))
}

/// The year that the form plans: the one after the latest of its columns.
pub(super) fn planned(context: &mut Context<'_>, parameters: &Parameters<'_>) -> Option<i32> {
    let (at, columns) = columns(context, parameters)?;
    match columns {
        Columns::Years(years) => years.iter().max().map(|latest| latest + 1),
        Columns::Unreadable(path) => {
            context.unchecked(&path, Message::new("Y002.unreadable"));
            None
        }
        Columns::Unnamed => {
            unnamed(context, &at, "Y002.unnamed");
            None
        }
    }
}

/// What a form need not say is as it should be: noted among the checks, but nothing for a person to do.
fn unnamed(context: &mut Context<'_>, at: &Path, message: &'static str) {
    let message = Message::new(message).with("label", context.label(at));
    context.checks.push(Check { rule: context.rule, outcome: Outcome::Unchecked, at: at.clone(), message });
}

/// The year that the form is about: its own field, else the one after its columns. A form on which nobody filled it in says no
/// year that could be compared.
fn year_of_form(context: &mut Context<'_>, parameters: &Parameters<'_>) -> Option<i32> {
    let Some(at) = parameters.selector("year").and_then(|year| year.path(context.record)) else {
        return planned(context, parameters);
    };
    let text = context.text(&at).trim();
    let year = year::parse(text);
    if year.is_none() && !text.is_empty() {
        context.unchecked(&at, Message::new("Y002.unreadable"));
    } else if year.is_none() {
        unnamed(context, &at, "Y002.unnamed");
    }
    year
}

fn months(parameters: &Parameters<'_>, name: &str) -> i32 {
    parameters.number(name).and_then(|n: Decimal| i32::try_from(n).ok()).unwrap_or(6)
}

fn season(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(at) = parameters.selector("date").and_then(|date| date.path(context.record)) else { return };
    let text = context.text(&at);
    let Some(date) = date::parse(text) else {
        if text.is_empty() && !context.is_required(&at) {
            return unnamed(context, &at, "Y001.no_date");
        }
        return context.unchecked(&at, Message::new("Y001.no_date").with("label", context.label(&at)));
    };
    let Some(year) = year_of_form(context, parameters) else { return };
    // Months from the beginning of the year planned.
    let months_in = (date.year - year) * 12 + i32::from(date.month) - 1;
    let (before, after) = (months(parameters, "months_before"), months(parameters, "months_after"));
    let about = |id| Message::new(id).with("label", context.label(&at)).with("date", date).with("year", year);
    if (-before..after).contains(&months_in) {
        let message = about("Y001.held");
        return context.held(&at, message);
    }
    let message = about(if months_in < 0 { "Y001.early" } else { "Y001.late" });
    context.failed(&at, message.clone());
    context.find(&at, message, Some(Message::new("Y001.help")));
    if let Some(years) = parameters.selector("years").and_then(|years| years.path(context.record)) {
        context.also(&indexed(&years, 0));
    } else if let Some(year) = parameters.selector("year").and_then(|year| year.path(context.record)) {
        context.also(&year);
    }
}

fn consecutive(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some((at, columns)) = columns(context, parameters) else { return };
    let years = match columns {
        Columns::Years(years) => years,
        Columns::Unnamed => return unnamed(context, &at, "Y002.unnamed"),
        Columns::Unreadable(path) => return context.unchecked(&path, Message::new("Y002.unreadable")),
    };
    let text = years.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
    match years.windows(2).position(|pair| pair[0] - 1 != pair[1]) {
        None => context.held(&at, Message::new("Y002.held").with("years", text)),
        Some(index) => {
            let message = Message::new("Y002.failed").with("years", text);
            context.failed(&at, message.clone());
            context.find(&indexed(&at, index + 1), message, Some(Message::new("Y002.help")));
            context.also(&indexed(&at, index));
        }
    }
}

fn over(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let Some(at) = parameters.selector("until").and_then(|until| until.path(context.record)) else { return };
    let Some(until) = year::parse(context.text(&at)) else { return };
    let Some(year) = planned(context, parameters) else { return };
    let message = |id| Message::new(id).with("until", until).with("year", year);
    if until >= year {
        return context.held(&at, message("Y003.held"));
    }
    context.failed(&at, message("Y003.over"));
    context.find(&at, message("Y003.over"), None);
}
