//! What templates see of a record: a tree of strings made for them.
//!
//! | name | holds |
//! |---|---|
//! | `form`, `title`, `version` | the form's id and printed title; the program's version |
//! | `money_unit` | the unit of the form's amounts |
//! | `d` | the data under the keys of the YAML file; every key is there, a blank is `""` or an empty list |
//! | `p` | the same as printed: dates in words, texts as lists of lines, lists numbered, rows of levels without data |
//! | `shows` | whether this copy of the form has a field that not all have, or a column; per band `any` of these, and how many `columns` |
//! | `labels` | the printed label of every path: `labels['funds.income']` |
//! | `appendix` | changes, suggestions, findings and unplaced pieces, or nothing |
//!
//! `p` by band: a field is a string, a text field a list of lines; a matrix has its years' headers, a list of rows per group
//! and all `rows` (each with `group`, `item`, the columns, `span1`); a band of records is its rows; a band of lists has `header` and `lines` per side; a tree is a list of goals with
//! `number`, `label`, `lines`, `rows` (each with the levels, the columns, and `span1`, `span2`: over how many rows the
//! level's cell reaches, 0 where a cell above does) and `groups` (the same rows, nested); notes are numbered lines.
//! Every row has `at`, its address in the record (blank where it is not in the record), and under a level's cell `at1`, `at2`
//! are those of all rows that the cell reaches over. In long tables `part` counts parts, within which cells are merged; `span0`
//! is over how many rows the part reaches that begins here.
//! No band prints nothing at all: where a record has no rows, one blank row is shown.

use super::appendix::appendix;
use super::marks::Signs;
use super::named::Named;
use super::parts::Parts;
use super::trace::Trace;
use super::viewed::{Entries, Placed, Viewed, clean, key, name, text};
use super::{DateStyle, Options, Printed, levels};
use crate::form::{Across, Band, Field, FormDefinition, MatrixColumn, MatrixGroup, Shape, TreeBand};
use crate::record::{Key, Node, Record};
use crate::value::Kind;
use crate::value::notation::is_void;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::{Context, Value};

/// What is the same for all records of a form: made once.
pub(crate) struct Frame {
    shape: Shape,
    labels: Value,
}

impl Frame {
    pub(crate) fn of(definition: &FormDefinition) -> Frame {
        let shape = definition.shape().clone();
        let mut labels = Vec::new();
        collect_labels(&shape, &mut String::new(), &mut labels);
        let placed = labels.into_iter().enumerate().map(|(at, (path, label))| (Placed(at, path), label));
        let labels = Value::from(placed.collect::<BTreeMap<Placed, Value>>());
        Frame { shape, labels }
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }
}

fn collect_labels(shape: &Shape, path: &mut String, labels: &mut Vec<(tera::value::Key<'static>, Value)>) {
    match shape {
        Shape::Leaf(_) => {}
        Shape::List { item, .. } => collect_labels(item, path, labels),
        Shape::Map(entries) => {
            for entry in entries {
                let length = path.len();
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&entry.key);
                labels.push((tera::value::Key::String(Arc::from(path.as_str())), Value::normal_string(&entry.label)));
                collect_labels(&entry.shape, path, labels);
                path.truncate(length);
            }
        }
    }
}

/// What templates see of a record.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub entries: Entries<'a>,
    /// Only Tera asks for them.
    labels: &'a Value,
}

impl View<'_> {
    /// The same for Tera.
    pub(crate) fn context(&self) -> Context {
        let mut context = Context::new();
        context.insert_value("labels", self.labels.clone());
        for (key, value) in self.entries.iter() {
            context.insert_value(key.as_str().to_owned(), Value::from(value));
        }
        context
    }
}

/// What every template sees of a record; with `groups` where it names them.
pub(crate) fn view<'a>(
    record: &'a Record,
    definition: &'a FormDefinition,
    frame: &'a Frame,
    options: &Options,
    groups: bool,
    trace: &Trace,
) -> View<'a> {
    let data = &record.data;
    let mut entries = Entries::with_capacity(8);
    entries.insert(name("form"), text(&*definition.id));
    entries.insert(name("title"), text(&*definition.title.text));
    entries.insert(name("version"), text(env!("CARGO_PKG_VERSION")));
    entries.insert(name("money_unit"), clean(money_unit(definition, data)));
    let mut maker = Maker { options, groups, trace, p: Entries::default(), shows: Entries::default() };
    if let Some(number) = &definition.number {
        let text = leaf_text(data.child(&number.key));
        let shown = if text.is_empty() { Cow::Owned(number.letter.to_string()) } else { Cow::Borrowed(text) };
        maker.p.insert(key(&number.key), trace.value(data.child(&number.key), shown));
    }
    for band in &definition.bands {
        maker.band(band, definition, data);
    }
    entries.insert(name("p"), maker.p.noted(&mut None));
    entries.insert(name("shows"), maker.shows.noted(&mut None));
    View { entries, labels: &frame.labels }
}

/// The view with what else a template names, and what stands at fields.
pub(crate) fn with<'a>(
    view: &View<'a>,
    named: Named,
    printed: &Printed<'a>,
    definition: &'a FormDefinition,
    frame: &'a Frame,
    options: &Options,
    trace: &Trace,
) -> (View<'a>, Signs) {
    let mut view = view.clone();
    let mut signs = Signs::default();
    if named.data {
        view.entries.insert(name("d"), plain(&frame.shape, Some(&printed.record.data), trace));
    }
    if named.appendix {
        let mut shown = Viewed::Nothing;
        if options.appendix {
            let marks;
            (shown, marks) = appendix(printed, definition, frame, options.language);
            signs = marks.signs(Signs::default(), options.language);
        }
        view.entries.insert(name("appendix"), shown);
    }
    view.entries = view.entries.noted(&mut None);
    (view, signs)
}

/// The unit of the form's amounts, where it says one.
fn money_unit<'a>(definition: &FormDefinition, data: &'a Node) -> &'a str {
    let fields = definition.bands.iter().filter_map(|band| match band {
        Band::Line { fields } | Band::Pairs { fields, .. } => Some(fields),
        _ => None,
    });
    fields.flatten().find(|field| field.kind == Kind::Unit).map_or("", |field| data.text(&field.key))
}

/// Makes `p` and `shows`.
struct Maker<'t, 'a> {
    options: &'t Options,
    /// Whether rows of levels are nested, too.
    groups: bool,
    /// Which values are marked.
    trace: &'t Trace,
    p: Entries<'a>,
    shows: Entries<'a>,
}

/// What is printed where a record has no rows.
static BLANK: Node = Node::Map(Vec::new());

impl<'a> Maker<'_, 'a> {
    fn band(&mut self, band: &'a Band, definition: &'a FormDefinition, data: &'a Node) {
        match band {
            Band::Line { fields } | Band::Pairs { fields, .. } => {
                for field in fields {
                    self.p.insert(key(&field.key), self.leaf(field.kind, data.child(&field.key)));
                    self.shows_field(field, data);
                }
            }
            Band::Text { fields } => {
                for field in fields {
                    self.p.insert(key(&field.key), text_lines(field, data.child(&field.key), self.trace));
                    self.shows_field(field, data);
                }
            }
            Band::Matrix { key: at, label, points, columns, groups, .. } => {
                let data = data.get(at);
                let mut map = Entries::default();
                if let Some((points, word)) = points {
                    let node = data.and_then(|data| data.get(points));
                    let number = self.trace.text(node, leaf_text(node));
                    let behind = if leaf_text(node).is_empty() { String::new() } else { format!("（{number}{word}）") };
                    map.insert(name("label"), clean(format!("{}{behind}", label.text)));
                    map.insert(key(points), clean(number));
                }
                for across in columns.iter().filter_map(|column| column.across.as_ref()) {
                    let years = data.and_then(|data| data.child(&across.key)).map_or(&[][..], Node::items);
                    map.insert(key(&across.key), across_headers(across, years, self.trace));
                }
                let mut all: Vec<&Node> = Vec::new();
                let mut flat: Vec<Viewed> = Vec::new();
                let mut distinct = None;
                for group in groups {
                    let rows = data.and_then(|data| data.child(&group.key)).map_or(&[][..], Node::items);
                    all.extend(rows);
                    let rows = self.group(group, columns, rows, &format!("{at}.{}", group.key));
                    let count = rows.len();
                    for (index, row) in rows.iter().enumerate() {
                        let (first, span) = (flat.is_empty(), if index == 0 { count } else { 0 });
                        let group = text(&*group.label.text);
                        let row = row.and([("group", group), ("first", first.into()), ("span1", span.into())]);
                        flat.push(row.noted(&mut distinct).into());
                    }
                    map.insert(key(&group.key), rows.into_iter().map(Viewed::from).collect::<Vec<_>>());
                }
                map.insert(name("span"), flat.len());
                map.insert(name("rows"), flat);
                self.p.insert(key(at), map);
                self.shows_columns(at, columns.iter().map(|column| &column.field), &all);
            }
            Band::Records { key: at, columns, .. } => {
                let rows = data.get(at).map_or(&[][..], Node::items);
                let printed = if rows.is_empty() { std::slice::from_ref(&BLANK) } else { rows };
                let parts = Parts::of(&vec![true; printed.len()]);
                let mut distinct = None;
                let row = |(index, row): (usize, &'a Node)| {
                    let mut map = self.columns(columns, Some(row), 4);
                    map.insert(name("blank"), is_blank(row));
                    map.insert(name("at"), row_at(at, index, rows.len()));
                    map.insert(name("part"), parts.of[index]);
                    map.insert(name("span0"), parts.span(index));
                    Viewed::from(map.noted(&mut distinct))
                };
                let printed: Vec<Viewed> = printed.iter().enumerate().map(row).collect();
                self.p.insert(key(at), printed);
                self.shows_columns(at, columns.iter(), &rows.iter().collect::<Vec<_>>());
            }
            Band::Lists { key: at, number, sides, .. } => {
                let mut map = Entries::default();
                for side in sides {
                    let data = data.get(at).and_then(|data| data.child(&side.key));
                    let items = match &side.until {
                        Some(_) => data.and_then(|data| data.get(&side.items)),
                        None => data,
                    };
                    let say = |item| self.trace.text(Some(item), leaf_text(Some(item)));
                    let numbered = |(index, item)| match number {
                        Some(number) => clean(format!("{}{}：{}", number.text, index + 1, say(item))),
                        None => clean(format!("{}. {}", index + 1, say(item))),
                    };
                    let lines: Vec<Viewed> = match items {
                        Some(leaf @ Node::Leaf(_)) => parted(say(leaf)).into_iter().map(clean).collect(),
                        items => items.map_or(&[][..], Node::items).iter().enumerate().map(numbered).collect(),
                    };
                    let year = |key: &Key| {
                        let node = data.and_then(|data| data.get(key));
                        let year = leaf_text(node);
                        (!year.is_empty()).then(|| self.trace.text(node, &year_text(year)).into_owned())
                    };
                    let header = super::levels::header_of_side(side, year);
                    let mut entry = Entries::default();
                    entry.insert(name("header"), clean(header));
                    entry.insert(name("lines"), lines);
                    map.insert(key(&side.key), entry);
                }
                self.p.insert(key(at), map);
            }
            Band::Tree(tree) => self.tree(tree, definition, data),
            Band::Total(total) => {
                let row = data.child(&total.key);
                let mut map = self.columns(&total.columns, row, 2);
                map.insert(name("at"), text(&*total.key));
                map.insert(name("blank"), row.is_none_or(is_blank));
                self.p.insert(key(&total.key), map.noted(&mut None));
            }
            Band::Notes { key: at, texts, .. } => {
                let own = data.get(at).map_or(&[][..], Node::items);
                let number = |(index, text): (usize, Cow<str>)| clean(format!("{}.{text}", index + 1));
                let lines: Vec<Viewed> = match own {
                    [] => texts.iter().map(|text| Cow::Borrowed(&**text)).enumerate().map(number).collect(),
                    own => {
                        let text = |note| self.trace.text(Some(note), leaf_text(Some(note)));
                        own.iter().map(text).enumerate().map(number).collect()
                    }
                };
                self.p.insert(key(at), lines);
                // Notes that a copy does not print are the form's, not data: a reader of the page is told.
                self.shows.insert(key(at), !own.is_empty());
            }
        }
    }

    fn group(&self, group: &'a MatrixGroup, columns: &'a [MatrixColumn], rows: &'a [Node], at: &str) -> Vec<Entries<'a>> {
        let row = |item: &'a str, index: usize, row: Option<&'a Node>| {
            let mut map = Entries::with_capacity(columns.len() + 6);
            map.insert(name("item"), self.trace.value(row.and_then(|row| row.get("item")), item));
            map.insert(name("at"), row_at(at, index, rows.len()));
            for column in columns {
                let field = &column.field;
                let node = row.and_then(|row| row.child(&field.key));
                let value = match &column.across {
                    None => self.leaf(field.kind, node),
                    Some(across) => {
                        let items = node.map_or(&[][..], Node::items);
                        let cells = (0..across.count).map(|index| self.leaf(field.kind, items.get(index)));
                        Viewed::from(cells.collect::<Vec<_>>())
                    }
                };
                map.insert(key(&field.key), value);
            }
            // The label alone is nothing that the record says.
            let values = row.map_or(&[][..], |row| if let Node::Map(entries) = row { entries } else { &[] });
            let blank = values.iter().all(|(key, node)| &**key == "item" || is_blank(node));
            map.insert(name("blank"), blank);
            map
        };
        if rows.is_empty() {
            return group.items.iter().filter(|item| !item.optional).map(|item| row(&item.label.text, 0, None)).collect();
        }
        rows.iter().enumerate().map(|(index, node)| row(node.text("item"), index, Some(node))).collect()
    }

    fn tree(&mut self, tree: &'a TreeBand, definition: &'a FormDefinition, data: &'a Node) {
        let hierarchy = definition.hierarchy(&tree.hierarchy);
        let scheme = hierarchy.and_then(|hierarchy| levels::scheme(hierarchy, tree, data));
        let goals = data.child(&tree.key).map_or(&[][..], Node::items);
        let Some(blocks) = &tree.blocks else {
            let rows = levels::rows(hierarchy, scheme, tree, goals);
            let (rows, groups) = self.level_rows(tree, &rows, &tree.key);
            let mut map = Entries::default();
            map.insert(name("span"), rows.len());
            map.insert(name("rows"), rows);
            map.insert(name("groups"), groups);
            self.p.insert(key(&tree.key), map);
            return self.shows_columns(&tree.key, tree.columns.iter(), &goals.iter().collect::<Vec<_>>());
        };
        let printed = if goals.is_empty() && !tree.optional { std::slice::from_ref(&BLANK) } else { goals };
        let mut all: Vec<&Node> = Vec::new();
        let mut out = Vec::with_capacity(printed.len());
        let mut distinct = None;
        for (index, goal) in printed.iter().enumerate() {
            let own = goal.get(&blocks.rows).map_or(&[][..], Node::items);
            all.extend(own);
            let rows = levels::rows(hierarchy, scheme, tree, own);
            let mut map = Entries::default();
            map.insert(name("number"), text((index + 1).to_string()));
            let mut label = format!("{}{}", blocks.number.text, index + 1);
            if let Some((points, word)) = &blocks.points {
                let points_text = self.trace.text(goal.get(points), goal.text(points));
                if !goal.text(points).is_empty() {
                    label = format!("{label}（{points_text}{word}）");
                }
                map.insert(key(points), clean(points_text));
            }
            map.insert(name("label"), clean(label));
            map.insert(key(&blocks.goal.key), self.leaf(blocks.goal.kind, goal.child(&blocks.goal.key)));
            map.insert(name("lines"), text_lines(&blocks.goal, goal.child(&blocks.goal.key), self.trace));
            map.insert(name("at"), row_at(&tree.key, index, goals.len()));
            let inner = format!("{}[{index}].{}", tree.key, blocks.rows);
            let (rows, groups) = self.level_rows(tree, &rows, &inner);
            map.insert(name("span"), rows.len());
            map.insert(name("rows"), rows);
            map.insert(name("groups"), groups);
            map.insert(name("blank"), is_blank(goal));
            out.push(Viewed::from(map.noted(&mut distinct)));
        }
        self.p.insert(key(&tree.key), out);
        self.shows_columns(&tree.key, tree.columns.iter(), &all);
    }

    /// The rows, flat with spans, and nested.
    fn level_rows(&self, tree: &'a TreeBand, rows: &[levels::LevelRow<'a>], at: &str) -> (Vec<Viewed<'a>>, Vec<Viewed<'a>>) {
        // Blank labels are never one cell: nobody knows whether they are the same.
        let same = |a: &levels::LevelRow, b: &levels::LevelRow, depth: usize| {
            a.labels[..=depth] == b.labels[..=depth] && a.labels[..=depth].iter().all(|label| !label.is_empty())
        };
        let spans_within = |parts: &Parts| -> [Vec<usize>; 2] {
            [0, 1].map(|depth| {
                let mut spans = vec![0; rows.len()];
                let mut start = 0;
                for end in 1..=rows.len() {
                    let goes_on = end < rows.len() && parts.of[start] == parts.of[end] && same(&rows[start], &rows[end], depth);
                    if !goes_on {
                        spans[start] = end - start;
                        start = end;
                    }
                }
                spans
            })
        };
        let whole = spans_within(&Parts::one(rows.len()));
        let parts = Parts::of(&whole[1].iter().map(|span| *span > 0).collect::<Vec<_>>());
        let spans = spans_within(&parts);
        let mut flat = Vec::with_capacity(rows.len());
        // Blank rows stand between those of the record, which keep their order.
        let count = rows.iter().filter(|row| row.row.is_some()).count();
        let addresses: Vec<Viewed> = (0..count).map(|own| row_at(at, own, count)).collect();
        let (nowhere, none) = (text(""), Viewed::from(Vec::new()));
        let mut distinct = None;
        let mut own = 0;
        for (index, row) in rows.iter().enumerate() {
            let mut map = self.columns(&tree.columns, row.row, 11);
            let address = addresses.get(own).filter(|_| row.row.is_some()).unwrap_or(&nowhere);
            map.insert(name("at"), address.clone());
            for (key, spans) in [("at1", &spans[0]), ("at2", &spans[1])] {
                let rows = rows[index..index + spans[index]].iter().filter(|row| row.row.is_some()).count();
                let reached = addresses.get(own..own + rows).filter(|reached| !reached.is_empty());
                map.insert(name(key), reached.map_or_else(|| none.clone(), |reached| Viewed::from(reached.to_vec())));
            }
            own += usize::from(row.row.is_some());
            map.insert(name("part"), parts.of[index]);
            map.insert(name("span0"), parts.span(index));
            for (depth, level) in tree.levels.iter().enumerate() {
                let node = row.row.and_then(|row| row.child(&level.key));
                map.insert(key(&level.key), self.trace.value(node, row.labels[depth]));
            }
            map.insert(name("first"), index == 0);
            map.insert(name("blank"), row.row.is_none());
            map.insert(name("span1"), spans[0][index]);
            map.insert(name("span2"), spans[1][index]);
            flat.push(Viewed::from(map.noted(&mut distinct)));
        }
        let nested = |start: usize, span: usize, inner: &'static str, items: Vec<Viewed<'a>>, depth: usize| {
            let mut map = Entries::with_capacity(3);
            map.insert(name("label"), clean(rows[start].labels[depth]));
            map.insert(name("span"), span);
            map.insert(name(inner), items);
            Viewed::from(map)
        };
        let mut groups = Vec::new();
        for (start, span) in whole[0].iter().enumerate().filter(|(_, span)| self.groups && **span > 0) {
            let inner = (start..start + span).filter(|index| whole[1][*index] > 0).map(|index| {
                let end = index + whole[1][index];
                nested(index, whole[1][index], "rows", flat[index..end].to_vec(), 1)
            });
            groups.push(nested(start, *span, "groups", inner.collect(), 0));
        }
        (flat, groups)
    }

    /// The columns of a row, with room for so many entries more.
    fn columns(&self, columns: &'a [Field], row: Option<&'a Node>, more: usize) -> Entries<'a> {
        let mut map = Entries::with_capacity(columns.len() + more);
        for field in columns {
            let node = row.and_then(|row| row.child(&field.key));
            map.insert(
                key(&field.key),
                if field.list { joined_lines(field, node, self.trace) } else { self.leaf(field.kind, node) },
            );
        }
        map
    }

    fn leaf(&self, kind: Kind, node: Option<&'a Node>) -> Viewed<'a> {
        let text = leaf_text(node);
        match kind {
            Kind::Date if self.options.dates == DateStyle::Chinese => self.trace.value(node, date_text(text)),
            _ => self.trace.value(node, text),
        }
    }

    fn shows_field(&mut self, field: &'a Field, data: &Node) {
        if field.optional {
            self.shows.insert(key(&field.key), data.child(&field.key).is_some());
        }
    }

    fn shows_columns(&mut self, at: &'a Key, fields: impl Iterator<Item = &'a Field>, rows: &[&Node]) {
        let mut map = Entries::default();
        let (mut any, mut columns, mut last) = (false, 0usize, None);
        for field in fields {
            // The columns of one choice count, but are one field.
            if last.replace(&field.key) == Some(&field.key) {
                columns += 1;
                continue;
            }
            let shown = !field.optional || rows.iter().any(|row| row.child(&field.key).is_some());
            any |= shown && field.optional;
            columns += usize::from(shown);
            map.insert(key(&field.key), shown);
        }
        map.insert(name("any"), any);
        map.insert(name("columns"), columns);
        self.shows.insert(key(at), map.noted(&mut None));
    }
}

/// The address of a row in the record; blank for a row that is printed but is not in it.
fn row_at(list: &str, index: usize, count: usize) -> Viewed<'static> {
    if index >= count {
        return text("");
    }
    let mut at = String::with_capacity(list.len() + 6);
    at.extend([list, "[", &index.to_string(), "]"]);
    text(at)
}

/// Whether no leaf below holds anything.
fn is_blank(node: &Node) -> bool {
    match node {
        Node::Leaf(leaf) => is_void(&leaf.text),
        Node::List(items) => items.iter().all(is_blank),
        Node::Map(entries) => entries.iter().all(|(_, node)| is_blank(node)),
    }
}

/// The headers of columns that are told apart by years: the year, or what the form prints where it is not known.
fn across_headers<'a>(across: &'a Across, years: &'a [Node], trace: &Trace) -> Vec<Viewed<'a>> {
    (0..across.count)
        .map(|index| match leaf_text(years.get(index)) {
            "" => trace.value(years.get(index), across.labels.get(index).map_or("", |label| &label.text)),
            year => trace.value(years.get(index), year_text(year)),
        })
        .collect()
}

/// The data as they are, in the definition's shape: keys that a record lacks are there and blank.
fn plain<'a>(shape: &'a Shape, node: Option<&'a Node>, trace: &Trace) -> Viewed<'a> {
    match shape {
        Shape::Leaf(_) => trace.value(node, leaf_text(node)),
        Shape::List { item, length } => {
            let items = node.map_or(&[][..], Node::items);
            let count = length.unwrap_or(items.len());
            Viewed::from((0..count).map(|index| plain(item, items.get(index), trace)).collect::<Vec<_>>())
        }
        Shape::Map(entries) => {
            let value = |entry: &'a crate::form::Entry| {
                let node = node.and_then(|node| node.child(&entry.key));
                plain(&entry.shape, node, trace)
            };
            Viewed::from(entries.iter().map(|entry| (key(&entry.key), value(entry))).collect::<Entries>())
        }
    }
}

/// The lines of a text: numbered where the field is a list.
fn text_lines<'a>(field: &Field, node: Option<&'a Node>, trace: &Trace) -> Viewed<'a> {
    Viewed::from(lines(field, node, trace).into_iter().map(clean).collect::<Vec<_>>())
}

fn joined_lines<'a>(field: &Field, node: Option<&'a Node>, trace: &Trace) -> Viewed<'a> {
    clean(lines(field, node, trace).join("\n"))
}

fn lines<'a>(field: &Field, node: Option<&'a Node>, trace: &Trace) -> Vec<Cow<'a, str>> {
    if field.list {
        let items = node.map_or(&[][..], Node::items).iter().enumerate();
        let text = |item| trace.text(Some(item), leaf_text(Some(item)));
        return items.map(|(index, item)| Cow::Owned(format!("{}. {}", index + 1, text(item)))).collect();
    }
    if leaf_text(node).is_empty() {
        return Vec::new();
    }
    parted(trace.text(node, leaf_text(node)))
}

/// The lines of a text.
fn parted(text: Cow<'_, str>) -> Vec<Cow<'_, str>> {
    match text {
        Cow::Borrowed(text) => text.lines().map(Cow::Borrowed).collect(),
        Cow::Owned(text) => text.lines().map(|line| Cow::Owned(line.to_owned())).collect(),
    }
}

fn leaf_text(node: Option<&Node>) -> &str {
    node.and_then(Node::leaf).map_or("", |leaf| leaf.text.as_str())
}

/// `2023-12-30` as 2023年12月30日; anything else as it is.
pub(crate) fn date_text(text: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = text.split('-').collect();
    let numeric = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !numeric || parts.len() > 3 || parts[0].len() != 4 {
        return Cow::Borrowed(text);
    }
    let units = parts.iter().zip(["年", "月", "日"]);
    Cow::Owned(units.map(|(part, unit)| format!("{}{unit}", part.trim_start_matches('0'))).collect())
}

fn year_text(text: &str) -> Cow<'_, str> {
    match text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
        true => Cow::Owned(format!("{text}年")),
        false => Cow::Borrowed(text),
    }
}
