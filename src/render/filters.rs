//! What templates may do to a value, besides what Tera brings. Values are text; nothing here makes markup of them.

use super::trace::{self, bare, carry};
use super::{counted, said, view, viewed};
use crate::limits;
use crate::value::unit::MoneyUnit;
use crate::value::{amount as money, formal, percent as shares, unit};
use rust_decimal::{Decimal, RoundingStrategy};
use tera::value::Key;
use tera::{Kwargs, State, Tera, TeraResult, Value};

/// Between the paragraphs of a value, as the escape function for Word leaves it: only where a filter asks for paragraphs.
pub(crate) const PARAGRAPH: &str = "&#x2029;";

/// Filters for every kind of template.
pub(crate) fn register(tera: &mut Tera) {
    tera.register_filter("date_cn", date_cn);
    tera.register_filter("date", date_cn);
    tera.register_filter("amount", amount);
    tera.register_filter("percent", percent);
    tera.register_filter("amount_words", amount_words);
    tera.register_filter("ordinal", ordinal);
    tera.register_filter("filled", filled);
    tera.register_filter("tick", tick);
    tera.register_filter("blank", blank);
    tera.register_filter("cell", cell);
    tera.register_filter("bare", bare_value);
    // In place of Tera's own, which know no limit.
    tera.register_filter("replace", replace);
    tera.register_filter("join", join);
    tera.register_filter("within_limits", within_limits);
}

/// `{{ d.filed_on | date_cn }}`: 2023-12-30 as 2023年12月30日.
pub(crate) fn date_cn(text: &str, _: Kwargs, _: &State) -> String {
    carry(text, view::date_text(&bare(text)).into_owned())
}

/// For conditions: what a value says, whether or not it is traced.
fn bare_value(value: Value, _: Kwargs, _: &State) -> Value {
    match value.as_str() {
        Some(text) if trace::has_marks(text) => Value::normal_string(&viewed::cleaned(bare(text))),
        _ => value,
    }
}

fn failed(id: &str) -> tera::Error {
    tera::Error::message(id)
}

fn rounded(value: Decimal, digits: Option<u32>) -> Decimal {
    let Some(digits) = digits else { return value };
    let mut value = value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(digits);
    value
}

/// `2306.26` as `2,306.26`; what is no amount stays as it is.
fn amount(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let digits = kwargs.get::<u32>("digits")?;
    let Some(amount) = money::parse(&bare(text)) else { return Ok(text.to_owned()) };
    let value = rounded(amount.value, Some(digits.unwrap_or(amount.value.normalize().scale().max(2)).min(28)));
    let number = value.abs().to_string();
    let (whole, rest) = number.split_once('.').map_or((&*number, ""), |(whole, rest)| (whole, rest));
    let mut out = String::new();
    if value.is_sign_negative() && !value.is_zero() {
        out.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out.push_str(amount.unit.map_or("", MoneyUnit::text));
    Ok(carry(text, out))
}

/// `60.77%` with as many decimals as are asked for.
fn percent(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let digits = kwargs.get::<u32>("digits")?;
    let Some(points) = shares::parse(&bare(text)) else { return Ok(text.to_owned()) };
    let shown = match digits {
        Some(digits) => format!("{}%", rounded(points, Some(digits.min(28)))),
        None => shares::canonical(points),
    };
    Ok(carry(text, shown))
}

/// An amount in formal numerals. Its unit is the one printed with it, the one given, or the form's; it is never guessed.
fn amount_words(text: &str, kwargs: Kwargs, state: &State) -> TeraResult<String> {
    if bare(text).trim().is_empty() {
        return Ok(carry(text, String::new()));
    }
    let Some(amount) = money::parse(&bare(text)) else { return Ok(text.to_owned()) };
    let given = kwargs.get::<String>("unit")?.or(state.get::<String>("money_unit")?).unwrap_or_default();
    let unit = amount.unit.or_else(|| unit::parse(&given)).ok_or_else(|| failed("template.unit"))?;
    let words = amount.value.checked_mul(unit.yuan()).and_then(formal::amount);
    words.map(|words| carry(text, words)).ok_or_else(|| failed("template.unit"))
}

/// A number as in headings; other texts stay as they are.
fn ordinal(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let text = value.to_string();
    let Some(number) = bare(&text).trim().parse::<u64>().ok().and_then(formal::ordinal) else { return Ok(text) };
    // A style holds the number in its own notation: brackets around it, a mark behind it.
    let shown = match kwargs.get::<String>("style")? {
        Some(style) if style.contains('1') => style.replacen('1', &number, 1),
        _ => number,
    };
    Ok(carry(&text, shown))
}

/// Whether there is anything to see in a value.
fn shows(value: &Value) -> bool {
    if let Some(map) = value.as_map() {
        if let Some(blank) = map.get(&tera::value::Key::Str("blank")).and_then(Value::as_bool) {
            return !blank;
        }
        return map.values().any(shows);
    }
    match value.as_array() {
        Some(items) => items.iter().any(shows),
        None => !bare(value.as_str().unwrap_or_default()).trim().is_empty(),
    }
}

/// The rows in which there is something.
fn filled(value: Value, _: Kwargs, _: &State) -> Value {
    match value.as_array() {
        Some(rows) if !rows.iter().all(shows) => Value::from(rows.iter().filter(|row| shows(row)).cloned().collect::<Vec<_>>()),
        _ => value,
    }
}

/// A box, ticked where the value is the word that is given, or where there is any value at all.
fn tick(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let whole = value.as_str().unwrap_or_default();
    let said = bare(whole);
    let text = value.as_str().map(|_| said.trim());
    let is = match kwargs.get::<String>("when")? {
        Some(word) => text.is_some_and(|text| text == word.trim()),
        None => value.is_truthy() && text.is_none_or(|text| !text.is_empty()),
    };
    Ok(carry(whole, if is { "\u{2611}" } else { "\u{25a1}" }.to_owned()))
}

/// Something to be seen where there is no value: eight underscores, or what is given.
fn blank(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    if shows(&value) || value.is_number() {
        return Ok(value);
    }
    let shown = kwargs.get::<String>("value")?.unwrap_or_else(|| "________".to_owned());
    Ok(Value::normal_string(&carry(value.as_str().unwrap_or_default(), shown)))
}

/// A cell of a matrix by the label of its row: blank where the record lacks the row.
fn cell(rows: Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let (item, column) = (kwargs.must_get::<String>("item")?, kwargs.must_get::<String>("column")?);
    let index = kwargs.get::<usize>("index")?;
    let fold =
        |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).map(crate::value::notation::fold).collect() };
    let wanted = fold(&item);
    let of = |row: &Value, name: &str| row.as_map().and_then(|row| row.get(&Key::Str(name)).cloned());
    let rows = rows.as_array().unwrap_or_default();
    let row = rows
        .iter()
        .find(|row| of(row, "item").is_some_and(|item| item.as_str().is_some_and(|item| fold(&bare(item)) == wanted)));
    let value = row.and_then(|row| of(row, &column));
    let value = match (index, value) {
        (Some(index), Some(value)) => value.as_array().and_then(|items| items.get(index).cloned()),
        (_, value) => value,
    };
    Ok(value.unwrap_or_else(|| Value::normal_string("")))
}

/// `replace(from, to)`.
fn replace(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let (from, to) = (kwargs.must_get::<String>("from")?, kwargs.must_get::<String>("to")?);
    if text.len().saturating_add(text.matches(from.as_str()).count().saturating_mul(to.len())) > limits::FILTER_BYTES {
        return Err(failed(said::TOO_MUCH));
    }
    Ok(text.replace(from.as_str(), &to))
}

/// `join(sep)`.
fn join(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let sep = kwargs.get::<String>("sep")?.unwrap_or_default();
    let Some(items) = value.as_array() else { return Ok(value.to_string()) };
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(&sep);
        }
        match item.as_str() {
            Some(text) => out.push_str(text),
            None => out.push_str(&item.to_string()),
        }
        if out.len() > limits::FILTER_BYTES {
            return Err(failed(said::TOO_MUCH));
        }
    }
    Ok(out)
}

/// Shows nothing, and is a mistake where a value has grown beyond all measure.
fn within_limits(value: Value, _: Kwargs, _: &State) -> TeraResult<&'static str> {
    let (mut values, mut bytes) = (0, 0);
    measure(&value, &mut values, &mut bytes);
    if values > limits::FILTER_VALUES || bytes > limits::FILTER_BYTES { Err(failed(said::TOO_MUCH)) } else { Ok("") }
}

/// `range(end)`, with Tera's arguments: the numbers of all lists are counted.
pub(crate) fn range(kwargs: Kwargs, _: &State) -> TeraResult<Vec<i64>> {
    let start = kwargs.get::<i64>("start")?.unwrap_or_default();
    let end = kwargs.must_get::<i64>("end")?;
    let step = kwargs.get::<i64>("step_by")?.unwrap_or(1);
    if step == 0 || (start > end && step > 0) {
        return Err(failed("Function `range` was called with a `start` argument greater than the `end` one"));
    }
    let length = if step > 0 {
        end.abs_diff(start).div_ceil(step.unsigned_abs())
    } else {
        start.abs_diff(end).div_ceil(step.unsigned_abs())
    };
    let length = if step < 0 && start <= end { 0 } else { usize::try_from(length).unwrap_or(usize::MAX) };
    if length > limits::FILTER_VALUES {
        return Err(failed(&format!("Function `range` would produce {length} elements, which exceeds the limit")));
    }
    counted::turned(length)?;
    Ok((0..length).scan(start, |at, _| Some(std::mem::replace(at, at.saturating_add(step)))).collect())
}

/// A turn of a loop, where the writer cannot see it.
pub(crate) fn turn(_: Kwargs, _: &State) -> TeraResult<&'static str> {
    counted::turned(1).map(|()| "")
}

/// Counts values and bytes, no further than the limits.
fn measure(value: &Value, values: &mut usize, bytes: &mut usize) {
    *values += 1;
    if *values > limits::FILTER_VALUES || *bytes > limits::FILTER_BYTES {
        return;
    }
    if let Some(map) = value.as_map() {
        // What the form itself gives is of the form's size.
        *values += map.len();
    } else if let Some(items) = value.as_array() {
        items.iter().for_each(|item| measure(item, values, bytes));
    } else if let Some(text) = value.as_str() {
        *bytes += text.len();
    }
}

/// The lines of a value as paragraphs of their own. `escape` makes text of what a line holds.
pub(crate) fn paragraphs(value: Value, escape: fn(&str) -> String) -> Value {
    let lines: Vec<String> = match value.as_array() {
        Some(items) => items.iter().map(|item| escape(item.as_str().unwrap_or_default())).collect(),
        None => value.as_str().unwrap_or_default().lines().map(escape).collect(),
    };
    Value::safe_string(&lines.join(PARAGRAPH))
}
