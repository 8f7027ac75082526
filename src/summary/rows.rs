//! The sheets of the workbook and their rows, in order: what stands in them, not how it is written.

use super::cells::{Cell, Look, UNIT};
use super::layout::{Columns, Layout};
use super::workbook::spot;
use super::{Across, Entries, Entry, EntryForm, Options, lists};
use crate::catalogue::{self, Language};
use crate::diag::Severity;
use crate::form::FormDefinition;
use crate::value::{Kind, unit};
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

/// Characters of a sheet's name, with room for the number of a part.
const NAME: usize = 27;

/// What stands over a column.
pub struct Head {
    pub label: String,
    /// Added up, and how the sum is shown.
    pub total: Option<Look>,
    /// Stays in view when one looks further to the right.
    pub stays: bool,
}

/// A sheet.
pub struct Sheet {
    pub name: String,
    pub heads: Vec<Head>,
    what: What,
}

enum What {
    /// All inputs and forms, with a column of links for each kind of output.
    All {
        outputs: Vec<String>,
    },
    /// All forms of a kind.
    Kind {
        layout: usize,
    },
    /// What repeats in them: a table, a table inside that, by their numbers.
    Table {
        kind: usize,
        layout: usize,
        chain: Vec<usize>,
    },
    Findings,
}

/// All sheets, with what is needed to fill them.
pub struct Sheets {
    sheets: Vec<Sheet>,
    layouts: Vec<Layout>,
}

impl std::ops::Deref for Sheets {
    type Target = [Sheet];

    fn deref(&self) -> &[Sheet] {
        &self.sheets
    }
}

/// Which forms came, and which kinds of outputs were made of them.
#[derive(Default)]
pub struct Kinds {
    outputs: BTreeSet<String>,
    met: BTreeSet<String>,
    /// One form of each kind whose definition is not at hand any more.
    strangers: Vec<EntryForm>,
}

impl Kinds {
    pub fn add(&mut self, form: &EntryForm, definitions: &[Arc<FormDefinition>]) {
        for output in &form.outputs {
            if !self.outputs.contains(&output.kind) {
                self.outputs.insert(output.kind.clone());
            }
        }
        if !self.met.contains(&form.form) {
            self.met.insert(form.form.clone());
            if definitions.iter().all(|definition| *definition.id != *form.form) {
                self.strangers.push(form.clone());
            }
        }
    }
}

/// Which sheets there are.
pub fn sheets(kinds: &Kinds, options: &Options<'_>) -> io::Result<Sheets> {
    let say = |id: &str| catalogue::text(options.language, id).into_owned();
    let Kinds { outputs, met, strangers } = kinds;
    let known = options.definitions.iter().filter(|definition| met.contains(&*definition.id));
    let mut layouts: Vec<Layout> = known.map(|definition| Layout::new(definition)).collect();
    for stranger in strangers {
        layouts.push(Layout::of_data(stranger)?);
    }

    let unit = |label: &str| format!("{label}（{}）", UNIT.text());
    let plain = |label: String| Head { label, total: None, stays: false };
    let count = |id: &str| Head { label: say(id), total: Some(Look::Plain), stays: false };
    let mut heads: Vec<Head> = ["summary.number", "summary.input"].map(|id| Head { stays: true, ..plain(say(id)) }).into();
    heads.extend(
        ["summary.outcome", "summary.form", "summary.department", "summary.year", "summary.project"].map(|id| plain(say(id))),
    );
    heads.push(Head { label: unit(&say("summary.amount")), total: Some(Look::Money), stays: false });
    heads.extend(COUNTS.map(count));
    heads.extend(outputs.iter().map(|kind| plain(kind.clone())));
    heads.push(plain(say("summary.reason")));
    let mut names = Names::default();
    let mut sheets = vec![Sheet {
        name: names.free(&say("summary.all")),
        heads,
        what: What::All { outputs: outputs.iter().cloned().collect() },
    }];
    for (index, layout) in layouts.iter().enumerate() {
        let kind = sheets.len();
        let mut heads = opening(&say);
        heads.extend(["summary.outcome", "summary.unit"].map(|id| plain(say(id))));
        heads.extend(columns(&layout.whole));
        sheets.push(Sheet { name: names.free(&layout.title), heads, what: What::Kind { layout: index } });
        let mut chains = Vec::new();
        find_chains(&layout.whole, &mut Vec::new(), &mut chains);
        for chain in chains {
            let mut heads = opening(&say);
            let mut label = String::new();
            let mut columns_here = &layout.whole;
            for (depth, table) in chain.iter().enumerate() {
                let Some(table) = columns_here.tables.get(*table) else { break };
                if depth > 0 || label.is_empty() {
                    label.clone_from(&table.label);
                }
                heads.push(plain(format!("{} {}", table.label, say("summary.number"))));
                heads.extend(columns(&table.inner));
                columns_here = &table.inner;
            }
            let label = label.rsplit(" / ").next().unwrap_or_default().to_owned();
            let name = names.free(&format!("{}-{label}", layout.title.chars().take(14).collect::<String>()));
            sheets.push(Sheet { name, heads, what: What::Table { kind, layout: index, chain } });
        }
    }
    let heads = lists::COLUMNS.iter().map(|id| plain(say(id))).collect();
    sheets.push(Sheet { name: names.free(&say("summary.findings")), heads, what: What::Findings });
    Ok(Sheets { sheets, layouts })
}

/// Counts of a form, in columns.
const COUNTS: [&str; 6] =
    ["summary.error", "summary.warning", "summary.info", "summary.corrected", "summary.suggestions", "summary.unchecked"];

/// The columns that every sheet of forms begins with.
fn opening(say: &dyn Fn(&str) -> String) -> Vec<Head> {
    let ids = ["summary.number", "summary.department", "summary.year", "summary.project"];
    ids.iter().enumerate().map(|(index, id)| Head { label: say(id), total: None, stays: index < 2 }).collect()
}

fn columns(columns: &Columns) -> Vec<Head> {
    let head = |column: &super::layout::Column| {
        let is_money = column.kind == Kind::Amount;
        let label = if is_money { format!("{}（{}）", bare(&column.label), UNIT.text()) } else { column.label.clone() };
        Head { label, total: is_money.then_some(Look::Money), stays: false }
    };
    columns.columns.iter().map(head).collect()
}

/// A label without the unit that the form prints in it: the column's own is another.
fn bare(label: &str) -> String {
    let mut label = label.to_owned();
    for unit in [crate::value::unit::MoneyUnit::TenThousand, crate::value::unit::MoneyUnit::Yuan] {
        label = label.replace(&format!("（{}）", unit.text()), "");
    }
    label
}

/// All ways from the whole to a table without further ones.
fn find_chains(columns: &Columns, chain: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    for (index, table) in columns.tables.iter().enumerate() {
        chain.push(index);
        if table.inner.tables.is_empty() {
            found.push(chain.clone());
        }
        find_chains(&table.inner, chain, found);
        chain.pop();
    }
}

/// Calls `visit` with the number of a sheet and a row for it, sheet rows in order.
pub fn each(
    entries: &Entries<'_>,
    across: &[Across],
    options: &Options<'_>,
    sheets: &Sheets,
    visit: &mut dyn FnMut(usize, &[Cell]) -> io::Result<()>,
) -> io::Result<()> {
    let say = |id: &str| catalogue::text(options.language, id).into_owned();
    let layouts: FxHashMap<&str, usize> =
        sheets.layouts.iter().enumerate().map(|(index, layout)| (layout.form.as_str(), index)).collect();
    let findings = sheets.len().saturating_sub(1);
    let finding = |texts: &lists::Cells<'_>, visit: &mut dyn FnMut(usize, &[Cell]) -> io::Result<()>| {
        let cells = texts.iter().enumerate().map(|(index, text)| match lists::COLUMNS[index] {
            "summary.output" if !text.is_empty() => Cell::Link { to: text.to_string(), text: text.to_string() },
            "summary.year" => Cell::of(text, Kind::Year, None),
            _ => Cell::text(&**text),
        });
        visit(findings, &cells.collect::<Vec<_>>())
    };
    let mut number = 0u64;
    let mut of_kind: Vec<u64> = vec![0; sheets.len()];
    for entry in entries()? {
        let entry = entry?;
        lists::findings_of(&entry, options, &mut |texts| finding(texts, visit))?;
        if entry.forms.is_empty() {
            number += 1;
            visit(0, &without_form(number, &entry, sheets, options.language))?;
        }
        for form in &entry.forms {
            number += 1;
            visit(0, &of_form(number, &entry, form, sheets, &say))?;
            let Some(layout) = layouts.get(form.form.as_str()) else { continue };
            let data = form.data.value()?;
            for (index, sheet) in sheets.iter().enumerate() {
                match &sheet.what {
                    What::Kind { layout: own } if own == layout => {
                        of_kind[index] += 1;
                        let mut cells = beginning(Cell::count(number), form);
                        cells.extend([Cell::text(say(form.outcome().message_id())), Cell::text(form.unit.as_str())]);
                        fields(&sheets.layouts[*own].whole, &data, form, &mut cells);
                        visit(index, &cells)?;
                    }
                    What::Table { kind, layout: own, chain } if own == layout => {
                        // Leads back to the form's row on its kind's sheet, which is written just before.
                        let place = spot(of_kind[*kind].saturating_sub(1));
                        let name = part_name(&sheets[*kind].name, place.part);
                        let to = format!("#'{}'!A{}", name.replace('\'', "''"), place.row + 1);
                        let cells = beginning(Cell::Link { to, text: number.to_string() }, form);
                        table(&sheets.layouts[*own].whole, chain, &data, form, cells, &mut |cells| visit(index, cells))?;
                    }
                    _ => {}
                }
            }
        }
    }
    lists::findings_across(across, options, &mut |texts| finding(texts, visit))
}

fn of_form(number: u64, entry: &Entry, form: &EntryForm, sheets: &Sheets, say: &dyn Fn(&str) -> String) -> Vec<Cell> {
    let mut cells = vec![
        Cell::count(number),
        Cell::text(entry.input.as_str()),
        Cell::text(say(form.outcome().message_id())),
        Cell::text(form.title.as_str()),
        Cell::text(form.department.as_str()),
        form.year.map_or(Cell::Blank, |year| Cell::of(&year.to_string(), Kind::Year, None)),
        Cell::text(form.project.as_str()),
        Cell::of(&form.total, Kind::Amount, unit::parse(&form.unit)),
        Cell::count(form.count(Severity::Error) as u64),
        Cell::count(form.count(Severity::Warning) as u64),
        Cell::count(form.count(Severity::Info) as u64),
        Cell::count(u64::from(form.corrected)),
        Cell::count(u64::from(form.suggestions)),
        Cell::count(u64::from(form.unchecked)),
    ];
    if let What::All { outputs } = &sheets[0].what {
        cells.extend(outputs.iter().map(|kind| {
            let output = form.outputs.iter().find(|output| output.kind == *kind);
            output.map_or(Cell::Blank, |output| {
                let name = output.path.rsplit('/').next().unwrap_or_default();
                Cell::Link { to: output.path.clone(), text: name.to_owned() }
            })
        }));
    }
    cells.push(Cell::Blank);
    cells
}

fn without_form(number: u64, entry: &Entry, sheets: &Sheets, language: Language) -> Vec<Cell> {
    let say = |id: &str| catalogue::text(language, id).into_owned();
    let mut cells = vec![Cell::count(number), Cell::text(entry.input.as_str()), Cell::text(say(entry.outcome.message_id()))];
    cells.resize(sheets[0].heads.len().saturating_sub(1), Cell::Blank);
    cells.push(Cell::text(entry.error.as_ref().map(|error| error.text(language)).unwrap_or_default()));
    cells
}

fn beginning(number: Cell, form: &EntryForm) -> Vec<Cell> {
    let year = form.year.map_or(Cell::Blank, |year| Cell::of(&year.to_string(), Kind::Year, None));
    vec![number, Cell::text(form.department.as_str()), year, Cell::text(form.project.as_str())]
}

fn fields(columns: &Columns, data: &Value, form: &EntryForm, cells: &mut Vec<Cell>) {
    let unit = unit::parse(&form.unit);
    let texts = columns.texts(data).into_iter().zip(&columns.columns);
    cells.extend(texts.map(|(text, column)| Cell::of(&text, column.kind, unit)));
}

/// The rows of a table, and of the table in each of them; a row without any inside is a row all the same.
fn table(
    columns: &Columns,
    chain: &[usize],
    data: &Value,
    form: &EntryForm,
    before: Vec<Cell>,
    visit: &mut dyn FnMut(&[Cell]) -> io::Result<()>,
) -> io::Result<()> {
    let Some((first, rest)) = chain.split_first() else { return visit(&before) };
    let Some(own) = columns.tables.get(*first) else { return Ok(()) };
    for (index, row) in own.rows(data).iter().enumerate() {
        let mut cells = before.clone();
        cells.push(Cell::count(index as u64 + 1));
        fields(&own.inner, row, form, &mut cells);
        let inside = rest.first().and_then(|next| own.inner.tables.get(*next));
        if inside.is_some_and(|inside| !inside.rows(row).is_empty()) {
            table(&own.inner, rest, row, form, cells, visit)?;
        } else {
            visit(&cells)?;
        }
    }
    Ok(())
}

/// The name of a part of a sheet that goes on.
pub fn part_name(name: &str, part: u64) -> String {
    if part == 0 { name.to_owned() } else { format!("{name} {}", part + 1) }
}

/// Names of sheets: short, without the signs that mean something in formulas, each once.
#[derive(Default)]
struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    fn free(&mut self, wanted: &str) -> String {
        let clean: String = wanted
            .chars()
            .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') || c.is_control() { ' ' } else { c })
            .collect();
        let clean = if clean.trim().is_empty() { "-" } else { clean.trim() };
        let mut name = shorten(clean, NAME);
        let mut count = 1;
        // Spreadsheets compare names without case.
        while !self.taken.insert(name.to_lowercase()) {
            count += 1;
            let behind = format!("~{count}");
            name = format!("{}{behind}", shorten(clean, NAME - behind.len()));
        }
        name
    }
}

/// At most so many characters, in UTF-16.
fn shorten(text: &str, most: usize) -> String {
    let mut length = 0;
    text.chars()
        .take_while(|c| {
            length += c.len_utf16();
            length <= most
        })
        .collect()
}
