//! Y: the times that a form names, against each other: its title, its projects, the deadlines of its indicators.

use super::context::Context;
use super::parameters::{Expect, Parameters, optional, required};
use super::rows::{Tally, place, rows};
use super::text::shown;
use super::years::planned;
use super::{Apply, declare_rule};
use crate::diag::Message;
use crate::record::{MarkKind, Path};
use crate::value::date::{self, Date};
use crate::value::target::{Operator, Quantity};
use crate::value::year;

declare_rule! {
    /// ## What it checks
    /// That the year in the printed title is the year that the form is about.
    /// ## Why
    /// Last year's form is opened, filled in and handed in under its old title.
    /// ## Example
    /// 2022年度…绩效目标申报表 whose columns are those of 2023.
    /// ## Fix safety
    /// Nothing is changed. Only the source has the title: an edited record is not compared again.
    /// ## Source
    /// Consistency of years (reviewer's list, Y1).
    pub static Y004 = {
        name: "title-year-differs", severity: Error, class: Report, apply: Apply::Listed(title),
        parameters: [optional("year", Expect::Path), optional("years", Expect::Path)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That nothing ends before it begins.
    /// ## Why
    /// One of the two dates is wrong.
    /// ## Example
    /// From 2023-05-01 to 2023-04-30.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Independent checkers (reviewer's list, Y2).
    pub static Y005 = {
        name: "ends-before-it-begins", severity: Error, class: Report, apply: Apply::Listed(spans),
        parameters: [optional("rows", Expect::Row), required("starts", Expect::FieldOf("rows")), required("ends", Expect::FieldOf("rows")),
            optional("name", Expect::FieldOf("rows"))]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the deadlines of indicators do not lie behind the end of the project, or of the year that the form is about.
    /// ## Why
    /// What is due after the end cannot be evaluated at the end.
    /// ## Example
    /// A target of `2024-03-31前` on a form for 2023. Where a form has goals for several years, their end counts.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// Independent checkers (reviewer's list, Y2).
    pub static Y006 = {
        name: "deadline-after-end", severity: Warning, class: Report, apply: Apply::Listed(deadlines),
        parameters: [required("targets", Expect::Paths), optional("end", Expect::Path), optional("year", Expect::Path),
            optional("years", Expect::Path)]
    }
}

declare_rule! {
    /// ## What it checks
    /// That the years of a medium-term goal are as many as the project's term.
    /// ## Why
    /// Goals of three years for a project of one are not those of this project.
    /// ## Example
    /// 中期目标（2024—2026） with 项目期 1年. Both 2024–2024 and 2024–2025 agree with one year: forms count either way.
    /// ## Fix safety
    /// Nothing is changed.
    /// ## Source
    /// The form's own columns, 20xx年—20xx+n年 (reviewer's list, Y3 and W7).
    pub static Y007 = {
        name: "term-differs", severity: Warning, class: Report, apply: Apply::Listed(term),
        parameters: [required("from", Expect::Path), required("to", Expect::Path), required("term", Expect::Path)]
    }
}

/// The year that a form is about: the one it names, or the one after the latest of its columns.
fn own_year(context: &mut Context<'_>, parameters: &Parameters<'_>) -> Option<(Path, i32)> {
    let Some(at) = parameters.selector("year").and_then(|year| year.path(context.record)) else {
        let at = parameters.selector("years")?.path(context.record)?;
        return planned(context, parameters).map(|year| (at, year));
    };
    match year::parse(context.text(&at)) {
        Some(year) => Some((at, year)),
        None => {
            context.unchecked(&at, Message::new("Y002.unreadable"));
            None
        }
    }
}

fn title(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let printed = context.record.marks.iter().filter(|mark| mark.kind == MarkKind::Title);
    // A title without a year says nothing that could be wrong.
    let named = printed.filter_map(|mark| Some((mark, year::inside(&mark.text)?))).next();
    let Some((mark, printed)) = named else { return };
    let Some((at, year)) = own_year(context, parameters) else { return };
    let message = |id| Message::new(id).with("printed", printed).with("year", year);
    if printed == year {
        return context.held(&at, message("Y004.held"));
    }
    let locus = mark.locus;
    Tally::fail(context, &at, message("Y004.failed"), "Y004.help");
    if let Some(finding) = context.findings.pop() {
        context.findings.push(finding.place(locus));
    }
}

/// The first and the last day that a text can mean: a month without a day is all of it.
fn days(date: &Date) -> ((i32, u8, u8), (i32, u8, u8)) {
    let of = |day: u8| (date.year, date.month, date.day.unwrap_or(day));
    (of(1), of(31))
}

fn spans(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let (Some(starts), Some(ends)) = (parameters.text("starts"), parameters.text("ends")) else { return };
    let mut tally = Tally::default();
    for row in rows(context, parameters, "rows") {
        let (first, last) = (row.text(starts), row.text(ends));
        match (date::parse(first), date::parse(last)) {
            (Some(start), Some(end)) if days(&start).0 <= days(&end).1 => tally.held += 1,
            (Some(start), Some(end)) => {
                let message = Message::new("Y005.failed").with("row", row.name(context, parameters));
                Tally::fail(context, &row.at(ends), message.with("start", start).with("end", end), "Y005.help");
                context.also(&row.at(starts));
            }
            _ if first.is_empty() && last.is_empty() => {}
            (start, _) => tally.miss(row.at(if start.is_none() { starts } else { ends })),
        }
    }
    tally.close(context, &place(parameters, "rows"), "Y005.held", "Y005.unchecked");
}

fn deadlines(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let due: Vec<(Path, Date)> = context
        .paths(parameters, "targets")
        .into_iter()
        .filter_map(|path| {
            let target = context.target(context.text(&path))?;
            match target.quantity {
                Quantity::Date(date) if target.operator == Operator::AtMost => Some((path, date)),
                _ => None,
            }
        })
        .collect();
    if due.is_empty() {
        return;
    }
    // The end that the form names, a day or a year, else the last day of its own year.
    let named = parameters.selector("end").and_then(|end| end.path(context.record));
    let has_year = parameters.has("year") || parameters.has("years");
    let (at, end) = match named.filter(|at| !has_year || !context.text(at).trim().is_empty()) {
        Some(at) => {
            let text = context.text(&at);
            match (date::parse(text), year::parse(text)) {
                (Some(end), _) => (at, days(&end).1),
                (None, Some(year)) => (at, (year, 12, 31)),
                (None, None) => return context.unchecked(&at, Message::new("Y006.unchecked")),
            }
        }
        None => match own_year(context, parameters) {
            Some((at, year)) => (at, (year, 12, 31)),
            None => return,
        },
    };
    let mut tally = Tally::default();
    let last = format!("{}-{:02}-{:02}", end.0, end.1, end.2);
    for (path, date) in due {
        if days(&date).0 <= end {
            tally.held += 1;
            continue;
        }
        let message = Message::new("Y006.late").with("target", shown(context.text(&path))).with("end", &last);
        Tally::fail(context, &path, message, "Y006.help");
        context.also(&at);
    }
    tally.close(context, &at, "Y006.held", "Y006.unchecked");
}

fn term(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let path = |name: &str, context: &Context<'_>| parameters.selector(name).and_then(|leaf| leaf.path(context.record));
    let (Some(from), Some(to), Some(term)) = (path("from", context), path("to", context), path("term", context)) else {
        return;
    };
    let text = |context: &Context<'_>, at: &Path| context.text(at).to_owned();
    let (first, last, length) = (text(context, &from), text(context, &to), text(context, &term));
    if first.is_empty() && last.is_empty() {
        return; // No medium-term goals: whether there must be some, C001 knows.
    }
    let years = year::parse(&first).zip(year::parse(&last));
    let Some(((first, last), length)) = years.zip(year::count(&length)) else {
        let odd = if year::parse(&first).is_none() {
            from
        } else if year::parse(&last).is_none() {
            to
        } else {
            term
        };
        return context.unchecked(&odd, Message::new("Y007.unchecked"));
    };
    let message = |id| Message::new(id).with("from", first).with("to", last).with("count", length);
    let span = last - first;
    if span == length || span + 1 == length {
        return context.held(&term, message("Y007.held"));
    }
    Tally::fail(context, &term, message("Y007.failed"), "Y007.help");
    context.also(&from);
}
