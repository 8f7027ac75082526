//! The sheets of the workbook and their rows, in order: what stands in them, not how it is written.

use super::cells::{Cell, Look, UNIT};
use super::layout::{Columns, Layout};
use super::workbook::spot;
use super::{Entry, EntryForm, Options, lists};
use crate::catalogue::{self, Language};
use crate::diag::Severity;
use crate::value::{Kind, unit};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

/// Characters of a sheet's name, with room for the number of a part.
const NAME: usize = 27;
/// Columns that take texts of any length, and names of files.
const WIDE: usize = 48;
const FILE: usize = 32;
/// Columns of the sheet of all before those of outputs.
const OPENING: usize = 14;

/// The number of the sheet of all inputs and forms, and of that of findings; kinds of forms come behind in the order they are met.
pub const ALL: usize = 0;
pub const FINDINGS: usize = 1;

/// What stands over a column.
pub struct Head {
    pub label: String,
    /// How most of its cells look.
    pub look: Look,
    /// Added up.
    pub is_total: bool,
    /// Stays in view when one looks further to the right.
    pub stays: bool,
    /// As wide as its widest cell, unless it is said.
    pub width: Option<usize>,
}

/// A sheet.
#[derive(Default)]
pub struct Sheet {
    pub name: String,
    pub heads: Vec<Head>,
}

/// The sheets of a kind of form.
struct KindSheets {
    layout: Layout,
    /// Where it stands among the definitions; behind all of them where its definition is not at hand any more.
    place: usize,
    /// The sheet of its forms.
    whole: usize,
    /// The sheets of what repeats in them, by the way to it: a table, a table inside that, by their numbers.
    tables: Vec<(usize, Vec<usize>)>,
}

/// All sheets, with what is needed to fill them.
pub struct Sheets {
    language: Language,
    sheets: Vec<Sheet>,
    kinds: Vec<KindSheets>,
    outputs: BTreeSet<String>,
}

impl std::ops::Deref for Sheets {
    type Target = [Sheet];

    fn deref(&self) -> &[Sheet] {
        &self.sheets
    }
}

impl Sheets {
    pub fn new(language: Language) -> Sheets {
        let say = |id: &str| catalogue::text(language, id).into_owned();
        let mut heads: Vec<Head> =
            ["summary.number", "summary.input"].map(|id| Head { stays: true, ..Head::of(say(id)) }).into();
        heads.extend(
            ["summary.outcome", "summary.form", "summary.department", "summary.year", "summary.project"]
                .map(|id| Head::of(say(id))),
        );
        let amount = format!("{}（{}）", say("summary.amount"), UNIT.text());
        heads.push(Head { look: Look::Money, is_total: true, ..Head::of(amount) });
        heads.extend(COUNTS.map(|id| Head { look: Look::Plain, is_total: true, ..Head::of(say(id)) }));
        let findings = lists::COLUMNS.map(|id| {
            let (look, width) = match id {
                "summary.message" | "summary.help" => (Look::Text, WIDE),
                "summary.output" => (Look::Link, FILE),
                "summary.year" => (Look::Plain, 0),
                "summary.severity" | "summary.rule" => (Look::Text, 0),
                _ => (Look::Text, FILE),
            };
            Head { look, width: Some(width), ..Head::of(say(id)) }
        });
        let sheet = |heads| Sheet { name: String::new(), heads };
        Sheets { language, sheets: vec![sheet(heads), sheet(findings.into())], kinds: Vec::new(), outputs: BTreeSet::new() }
    }

    /// Makes room for a form: the sheets of its kind, and what was made of it.
    pub fn meet(&mut self, form: &EntryForm, options: &Options<'_>) -> io::Result<()> {
        for output in &form.outputs {
            if !self.outputs.contains(&output.kind) {
                self.outputs.insert(output.kind.clone());
            }
        }
        if self.kinds.iter().any(|kind| kind.layout.form == form.form) {
            return Ok(());
        }
        let place = options.definitions.iter().position(|definition| *definition.id == *form.form);
        let layout = match place.and_then(|place| options.definitions.get(place)) {
            Some(definition) => Layout::new(definition),
            None => Layout::of_data(form)?,
        };
        let say = |id: &str| catalogue::text(self.language, id).into_owned();
        let whole = self.sheets.len();
        let mut heads = opening(&say);
        heads.extend(["summary.outcome", "summary.unit"].map(|id| Head::of(say(id))));
        heads.extend(columns(&layout.whole));
        self.sheets.push(Sheet { name: layout.title.clone(), heads });
        let mut chains = Vec::new();
        find_chains(&layout.whole, &mut Vec::new(), &mut chains);
        let mut tables = Vec::with_capacity(chains.len());
        for chain in chains {
            let mut heads = opening(&say);
            if let Some(number) = heads.first_mut() {
                number.look = Look::Link;
            }
            let mut label = "";
            let mut columns_here = &layout.whole;
            for table in &chain {
                let Some(table) = columns_here.tables.get(*table) else { break };
                label = &table.label;
                let number = format!("{} {}", table.label, say("summary.number"));
                heads.push(Head { look: Look::Plain, ..Head::of(number) });
                heads.extend(columns(&table.inner));
                columns_here = &table.inner;
            }
            let label = label.rsplit(" / ").next().unwrap_or_default();
            let name = format!("{}-{label}", layout.title.chars().take(14).collect::<String>());
            tables.push((self.sheets.len(), chain));
            self.sheets.push(Sheet { name, heads });
        }
        self.kinds.push(KindSheets { layout, place: place.unwrap_or(usize::MAX), whole, tables });
        Ok(())
    }

    /// When all forms were met: the columns that lead to outputs, and a name of its own for each sheet.
    pub fn close(&mut self) {
        let say = |id: &str| catalogue::text(self.language, id).into_owned();
        let link = |kind: &String| Head { look: Look::Link, width: Some(FILE), ..Head::of(kind.clone()) };
        let reason = Head { width: Some(WIDE), ..Head::of(say("summary.reason")) };
        let (all, findings) = (say("summary.all"), say("summary.findings"));
        if let Some(sheet) = self.sheets.get_mut(ALL) {
            sheet.name = all;
            sheet.heads.extend(self.outputs.iter().map(link).chain([reason]));
        }
        if let Some(sheet) = self.sheets.get_mut(FINDINGS) {
            sheet.name = findings;
        }
        let mut names = Names::default();
        for number in self.order() {
            if let Some(sheet) = self.sheets.get_mut(number) {
                sheet.name = names.free(&sheet.name);
            }
        }
    }

    /// The numbers of the sheets as they stand in the workbook: kinds in the order of the definitions, findings last.
    pub fn order(&self) -> Vec<usize> {
        let mut kinds: Vec<&KindSheets> = self.kinds.iter().collect();
        kinds.sort_by_key(|kind| kind.place);
        let of = |kind: &KindSheets| std::iter::once(kind.whole).chain(kind.tables.iter().map(|(sheet, _)| *sheet)).collect();
        let kinds = kinds.into_iter().flat_map(|kind| -> Vec<usize> { of(kind) });
        std::iter::once(ALL).chain(kinds).chain([FINDINGS]).collect()
    }
}

impl Head {
    fn of(label: String) -> Head {
        Head { label, look: Look::Text, is_total: false, stays: false, width: None }
    }

    /// Columns that the label takes, with the sign of the filter.
    pub fn least(&self) -> usize {
        Cell::text(self.label.as_str()).width() + 3
    }
}

/// Counts of a form, in columns.
const COUNTS: [&str; 6] =
    ["summary.error", "summary.warning", "summary.info", "summary.corrected", "summary.suggestions", "summary.unchecked"];

/// The columns that every sheet of forms begins with.
fn opening(say: &dyn Fn(&str) -> String) -> Vec<Head> {
    let ids = ["summary.number", "summary.department", "summary.year", "summary.project"];
    let looks = [Look::Plain, Look::Text, Look::Plain, Look::Text];
    let heads = ids.iter().zip(looks).enumerate();
    heads.map(|(index, (id, look))| Head { look, stays: index < 2, ..Head::of(say(id)) }).collect()
}

fn columns(columns: &Columns) -> Vec<Head> {
    let head = |column: &super::layout::Column| {
        let is_money = column.kind == Kind::Amount;
        let label = if is_money { format!("{}（{}）", bare(&column.label), UNIT.text()) } else { column.label.clone() };
        let look = match column.kind {
            Kind::Amount => Look::Money,
            Kind::Percent => Look::Percent,
            Kind::Score | Kind::Count | Kind::Year => Look::Plain,
            _ => Look::Text,
        };
        Head { look, is_total: is_money, ..Head::of(label) }
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

/// Takes the number of a sheet and a row for it.
pub type Visit<'v> = dyn FnMut(usize, &[Cell<'_>]) -> io::Result<()> + 'v;

/// Makes rows of entries, in order; knows how many there were.
#[derive(Default)]
pub struct Rows {
    number: u64,
    /// Forms of each kind, by the number of its sheet.
    of_kind: Vec<u64>,
}

impl Rows {
    /// The rows of an entry on all sheets but that of the findings. Its forms were met. Which outputs have columns is known only
    /// when all were.
    pub fn add(&mut self, sheets: &Sheets, with_outputs: bool, entry: &Entry, visit: &mut Visit<'_>) -> io::Result<()> {
        let say = |id: &str| catalogue::text(sheets.language, id);
        if entry.forms.is_empty() {
            self.number += 1;
            visit(ALL, &without_form(self.number, entry, sheets, with_outputs))?;
        }
        self.of_kind.resize(sheets.len(), 0);
        for form in &entry.forms {
            self.number += 1;
            visit(ALL, &of_form(self.number, entry, form, sheets, with_outputs))?;
            let Some(kind) = sheets.kinds.iter().find(|kind| kind.layout.form == form.form) else { continue };
            let data = form.data.value()?;
            let mut cells = beginning(Cell::count(self.number), form);
            cells.extend([Cell::text(say(form.outcome().message_id())), Cell::text(form.unit.as_str())]);
            fields(&kind.layout.whole, &data, form, &mut cells);
            visit(kind.whole, &cells)?;
            // Leads back to the form's row on its kind's sheet.
            let Some(count) = self.of_kind.get_mut(kind.whole) else { continue };
            let place = spot(*count);
            *count += 1;
            let Some(whole) = sheets.get(kind.whole) else { continue };
            let to = format!("#'{}'!A{}", part_name(&whole.name, place.part).replace('\'', "''"), place.row + 1);
            for (sheet, chain) in &kind.tables {
                let number = Cell::Link { to: to.as_str().into(), text: self.number.to_string().into() };
                table(&kind.layout.whole, chain, &data, form, beginning(number, form), &mut |cells| visit(*sheet, cells))?;
            }
        }
        Ok(())
    }
}

/// A row of the sheet of findings.
pub fn finding<'t>(texts: &'t lists::Cells<'t>) -> Vec<Cell<'t>> {
    let cells = texts.iter().zip(lists::COLUMNS).map(|(text, column)| match column {
        "summary.output" if !text.is_empty() => Cell::Link { to: Cow::Borrowed(text), text: Cow::Borrowed(text) },
        "summary.year" => Cell::of(&**text, Kind::Year, None),
        _ => Cell::text(&**text),
    });
    cells.collect()
}

fn of_form<'e>(number: u64, entry: &'e Entry, form: &'e EntryForm, sheets: &Sheets, with_outputs: bool) -> Vec<Cell<'e>> {
    let mut cells = vec![
        Cell::count(number),
        Cell::text(entry.input.as_str()),
        Cell::text(catalogue::text(sheets.language, form.outcome().message_id())),
        Cell::text(form.title.as_str()),
        Cell::text(form.department.as_str()),
        form.year.map_or(Cell::Blank, year),
        Cell::text(form.project.as_str()),
        Cell::of(form.total.as_str(), Kind::Amount, unit::parse(&form.unit)),
        Cell::count(form.count(Severity::Error) as u64),
        Cell::count(form.count(Severity::Warning) as u64),
        Cell::count(form.count(Severity::Info) as u64),
        Cell::count(u64::from(form.corrected)),
        Cell::count(u64::from(form.suggestions)),
        Cell::count(u64::from(form.unchecked)),
    ];
    cells.extend(sheets.outputs.iter().filter(|_| with_outputs).map(|kind| {
        let output = form.outputs.iter().find(|output| output.kind == *kind);
        output.map_or(Cell::Blank, |output| {
            let name = output.path.rsplit('/').next().unwrap_or_default();
            Cell::Link { to: Cow::Borrowed(&output.path), text: Cow::Borrowed(name) }
        })
    }));
    cells
}

fn without_form<'e>(number: u64, entry: &'e Entry, sheets: &Sheets, with_outputs: bool) -> Vec<Cell<'e>> {
    let word = catalogue::text(sheets.language, entry.outcome.message_id());
    let mut cells = vec![Cell::count(number), Cell::text(entry.input.as_str()), Cell::text(word)];
    if !with_outputs {
        return cells;
    }
    cells.resize(OPENING + sheets.outputs.len(), Cell::Blank);
    cells.push(Cell::text(entry.error.as_ref().map(|error| error.text(sheets.language)).unwrap_or_default()));
    cells
}

fn year<'t>(year: i32) -> Cell<'t> {
    Cell::of(year.to_string(), Kind::Year, None)
}

fn beginning<'f>(number: Cell<'f>, form: &'f EntryForm) -> Vec<Cell<'f>> {
    let year = form.year.map_or(Cell::Blank, year);
    vec![number, Cell::text(form.department.as_str()), year, Cell::text(form.project.as_str())]
}

fn fields<'d>(columns: &Columns, data: &'d Value, form: &EntryForm, cells: &mut Vec<Cell<'d>>) {
    let unit = unit::parse(&form.unit);
    cells.extend(columns.columns.iter().map(|column| Cell::of(column.text(data), column.kind, unit)));
}

/// The rows of a table, and of the table in each of them; a row without any inside is a row all the same.
fn table<'d>(
    columns: &Columns,
    chain: &[usize],
    data: &'d Value,
    form: &'d EntryForm,
    before: Vec<Cell<'d>>,
    visit: &mut dyn FnMut(&[Cell<'_>]) -> io::Result<()>,
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
