//! The charts of the page, as SVG without any library: bars, each with its number as text.

use super::{Page, escaped, rule_name};
use crate::summary::Outcome;
use crate::summary::tally::Tally;
use std::io;

/// Bars of a chart.
const BARS: usize = 12;
/// Width of a bar of 100 %, in units of the drawing.
const WIDTH: u64 = 1000;

/// Tiles and charts.
pub fn write(page: &mut Page<'_>, tally: &Tally) -> io::Result<()> {
    outcomes(page, tally)?;
    page.put("<div class=\"charts\">\n")?;
    let mut rules: Vec<(String, String, [u64; 2])> = tally
        .rules
        .iter()
        .map(|(code, rule)| (rule_name(page, code), format!("rule={code}"), [rule.errors, rule.warnings]))
        .collect();
    rules.sort_by(|one, other| (other.2[0] + other.2[1]).cmp(&(one.2[0] + one.2[1])).then_with(|| one.0.cmp(&other.0)));
    chart(page, "summary.page.rules", "summary.page.no_findings", &rules)?;
    let unnamed = page.say("summary.page.unnamed");
    let mut departments: Vec<(String, String, [u64; 2])> = tally
        .departments
        .iter()
        .filter(|(_, count)| count.errors + count.warnings > 0)
        .map(|(name, count)| {
            let shown = if name.is_empty() { unnamed.to_string() } else { name.clone() };
            (shown, format!("text={name}"), [count.errors, count.warnings])
        })
        .collect();
    departments.sort_by(|one, other| (other.2[0] + other.2[1]).cmp(&(one.2[0] + one.2[1])).then_with(|| one.0.cmp(&other.0)));
    chart(page, "summary.page.by_department", "summary.page.no_findings", &departments)?;
    page.put("</div>\n")?;
    kinds(page, tally)
}

/// How it went with everything: a tile for each outcome and one bar of all.
fn outcomes(page: &mut Page<'_>, tally: &Tally) -> io::Result<()> {
    let heading = page.say("summary.page.how_it_went");
    page.put(format_args!("<section id=\"outcomes\"><h2>{heading}</h2>\n<ul class=\"tiles\">"))?;
    let total = tally.rows();
    for outcome in Outcome::ALL {
        let count = tally.outcomes[outcome as usize];
        if count == 0 && outcome == Outcome::Fault {
            continue;
        }
        let (name, word) = (outcome.name(), page.say(outcome.message_id()));
        page.put(format_args!(
            "<li class=\"{name}\"><a href=\"#documents\" data-filter=\"outcome={name}\"><b>{count}</b> <span>{word}</span> <small>{}</small></a></li>",
            share(count, total)
        ))?;
    }
    page.put("</ul>\n")?;
    let label: Vec<String> = Outcome::ALL
        .iter()
        .map(|outcome| format!("{} {}", page.say(outcome.message_id()), tally.outcomes[*outcome as usize]))
        .collect();
    let bar = stacked(&tally.outcomes, total, &label.join(", "));
    page.put(format_args!("{bar}\n</section>\n"))
}

/// Kinds of forms, each with a bar of how it went.
fn kinds(page: &mut Page<'_>, tally: &Tally) -> io::Result<()> {
    if tally.kinds.is_empty() {
        return Ok(());
    }
    let heading = page.say("summary.page.by_kind");
    page.put(format_args!("<section id=\"kinds\"><h2>{heading}</h2>\n<table class=\"bars\"><tbody>\n"))?;
    let mut kinds: Vec<_> = tally.kinds.iter().map(|(form, kind)| (form, kind, kind.outcomes.iter().sum::<u64>())).collect();
    kinds.sort_by_key(|(form, _, count)| (std::cmp::Reverse(*count), (*form).clone()));
    let most = kinds.first().map_or(1, |(_, _, count)| *count);
    for (form, kind, count) in kinds {
        let label: Vec<String> = Outcome::ALL
            .iter()
            .map(|outcome| format!("{} {}", page.say(outcome.message_id()), kind.outcomes[*outcome as usize]))
            .collect();
        page.put(format_args!(
            "<tr><th scope=\"row\"><a href=\"#documents\" data-filter=\"kind={}\">{}</a> <small>{}</small></th><td>{}</td><td class=\"n\">{count}</td></tr>\n",
            escaped(form),
            escaped(&kind.title),
            escaped(form),
            stacked(&kind.outcomes, most, &label.join(", "))
        ))?;
    }
    page.put("</tbody></table></section>\n")
}

/// A table of bars, the longest first: errors dark, warnings light.
fn chart(page: &mut Page<'_>, heading: &str, nothing: &str, bars: &[(String, String, [u64; 2])]) -> io::Result<()> {
    let heading = page.say(heading);
    page.put(format_args!("<section><h2>{heading}</h2>\n"))?;
    let Some(most) = bars.first().map(|(_, _, counts)| counts.iter().sum::<u64>()) else {
        let nothing = page.say(nothing);
        return page.put(format_args!("<p>{nothing}</p></section>\n"));
    };
    let (error, warning) = (page.say("summary.error"), page.say("summary.warning"));
    page.put("<table class=\"bars\"><tbody>\n")?;
    for (name, filter, [errors, warnings]) in bars.iter().take(BARS) {
        let label = format!("{error} {errors}, {warning} {warnings}");
        let parts = [(*errors, "error"), (*warnings, "warning")];
        page.put(format_args!(
            "<tr><th scope=\"row\"><a href=\"#documents\" data-filter=\"{}\">{}</a></th><td>{}</td><td class=\"n\">{}</td></tr>\n",
            escaped(filter),
            escaped(name),
            bar(&parts, most, &label),
            errors + warnings
        ))?;
    }
    page.put("</tbody></table>\n")?;
    if bars.len() > BARS {
        let rest: u64 = bars.iter().skip(BARS).flat_map(|(_, _, counts)| counts).sum();
        let message =
            crate::diag::Message::new("summary.page.more_bars").with("count", bars.len() - BARS).with("findings", rest);
        let text = page.render(&message);
        page.put(format_args!("<p class=\"more\">{text}</p>\n"))?;
    }
    page.put("</section>\n")
}

fn stacked(outcomes: &[u64; 5], total: u64, label: &str) -> String {
    let parts = Outcome::ALL.map(|outcome| (outcomes[outcome as usize], outcome.name()));
    bar(&parts, total, label)
}

/// One bar of several parts; `most` fills it.
fn bar(parts: &[(u64, &str)], most: u64, label: &str) -> String {
    let label = escaped(label);
    let mut out = format!(
        "<svg class=\"bar\" viewBox=\"0 0 {WIDTH} 16\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\"><title>{label}</title>"
    );
    let mut at = 0;
    for (count, class) in parts.iter().filter(|(count, _)| *count > 0) {
        // What there is can be seen, however little.
        let width = (count.saturating_mul(WIDTH) / most.max(1)).max(4);
        out.push_str(&format!("<rect class=\"{class}\" x=\"{at}\" y=\"0\" width=\"{width}\" height=\"16\"/>"));
        at += width;
    }
    out.push_str("</svg>");
    out
}

/// In percent of all, with one decimal.
fn share(count: u64, total: u64) -> String {
    let tenths = count.saturating_mul(1000).saturating_add(total / 2) / total.max(1);
    format!("{}.{}%", tenths / 10, tenths % 10)
}
