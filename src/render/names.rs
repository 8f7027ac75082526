//! Which names a template may use, as data: the static counterpart of what [`super::view`] hands over.
//!
//! Every name has its key and the wordings of the form (label, synonyms) under which people write it. From this, names in
//! templates are resolved and checked before anything is rendered, and `template fields` is printed.

use super::words;
use crate::form::{Band, Field, FormDefinition, Label, MatrixColumn, MatrixGroup, Shape, TreeBand};
use crate::value::Kind;
use crate::value::notation::{fold, is_blank};
use std::sync::Arc;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A single value as text. `None`: no value of the form (a heading, a label).
    Text(Option<Kind>),
    /// A number that counts rows.
    Number,
    /// Yes or no.
    Flag,
    List(Box<Seen>),
    Map(Members),
    /// The rows of a matrix's group: a list, and every row by its label.
    Rows {
        row: Box<Seen>,
        items: Vec<Label>,
    },
    /// Not known before rendering.
    Any,
}

/// The members of a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    /// Shared: the same names are looked at from many tags.
    pub list: Arc<Vec<Member>>,
    /// The member that is meant where the map itself is printed or looped over.
    pub whole: Option<&'static str>,
}

/// A name within a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub key: String,
    /// How templates write it: mostly the key.
    pub path: String,
    /// What the form prints for it, then its synonyms; blank where the form has no word for it.
    pub wordings: Vec<Arc<str>>,
    pub seen: Seen,
    /// The fields of the record that are shown by it: `projects[].name`.
    pub at: Vec<String>,
}

impl Member {
    fn new(key: &str, seen: Seen) -> Member {
        Member { key: key.to_owned(), path: key.to_owned(), wordings: Vec::new(), seen, at: Vec::new() }
    }

    fn worded(self, label: &Label) -> Member {
        Member { wordings: label.wordings().filter(|wording| !wording.is_empty()).cloned().collect(), ..self }
    }

    fn at(self, at: impl Into<String>) -> Member {
        Member { at: vec![at.into()], ..self }
    }
}

/// What became of looking for a name.
pub(crate) enum Found<'a> {
    One(&'a Member),
    /// Several fields have this wording: their keys.
    Several(Vec<&'a str>),
}

impl Members {
    fn of(list: Vec<Member>) -> Seen {
        Seen::Map(Members { list: Arc::new(list), whole: None })
    }

    pub(crate) fn key(&self, key: &str) -> Option<&Member> {
        self.list.iter().find(|member| member.key == key)
    }

    /// The longest wording that a text begins with, and how many bytes of the text it is. Blanks and the width of characters
    /// do not matter; a wording that the form prints counts before a synonym.
    pub(crate) fn longest(&self, text: &str) -> Option<(Found<'_>, usize)> {
        let mut best: Vec<(&Member, bool)> = Vec::new();
        let mut length = 0;
        for member in self.list.iter() {
            for (index, wording) in member.wordings.iter().enumerate() {
                let Some(matched) = begins(text, wording) else { continue };
                if matched > length {
                    (length, best) = (matched, Vec::new());
                }
                if matched == length && !best.iter().any(|(other, _)| std::ptr::eq(*other, member)) {
                    best.push((member, index == 0));
                }
            }
        }
        if best.len() > 1 && best.iter().any(|(_, first)| *first) {
            best.retain(|(_, first)| *first);
        }
        match &best[..] {
            [] => None,
            [(member, _)] => Some((Found::One(member), length)),
            several => Some((Found::Several(several.iter().map(|(member, _)| &*member.path).collect()), length)),
        }
    }

    /// The name that someone may have meant.
    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        let keys = self.list.iter().map(|member| &*member.key);
        let wordings = self.list.iter().flat_map(|member| member.wordings.iter().map(|wording| &**wording));
        nearest(name, keys.chain(wordings))
    }
}

/// How many bytes of a text are this wording, if it begins with it and the name ends there.
pub(crate) fn begins(text: &str, wording: &str) -> Option<usize> {
    let mut wanted = wording.chars().filter(|c| !is_blank(*c)).map(fold).peekable();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if wanted.peek().is_none() {
            break;
        }
        if is_blank(c) && end > 0 {
            continue;
        }
        if wanted.next() != Some(fold(c)) {
            return None;
        }
        end = at + c.len_utf8();
    }
    let closed = text[end..].chars().next().is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
    let after_word = text[..end].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
    (end > 0 && wanted.peek().is_none() && (closed || !after_word)).then_some(end)
}

/// The word of a list that differs least from a name, where the difference is small against its length.
pub(crate) fn nearest<'a>(name: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
    let letters = |text: &str| -> Vec<char> { text.chars().filter(|c| !is_blank(*c)).map(fold).collect() };
    let name = letters(name);
    let near = words.filter_map(|word| {
        let other = letters(word);
        let longest = name.len().max(other.len());
        let slips = distance(&name, &other);
        (slips * 2 < longest.max(3) && slips <= 4).then_some((slips, word))
    });
    near.min_by_key(|(slips, _)| *slips).map(|(_, word)| word.to_owned())
}

/// How many characters have to be changed, added, taken away, or change places with their neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut rows: [Vec<usize>; 3] = [Vec::new(), Vec::new(), (0..=right.len()).collect()];
    for (i, a) in left.iter().enumerate() {
        rows.rotate_left(1);
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut least = (rows[1][j] + usize::from(a != b)).min(rows[1][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(rows[0][j - 1] + 1);
            }
            row.push(least);
        }
        rows[2] = row;
    }
    rows[2].last().copied().unwrap_or_default()
}

/// All names of a form, at the top of a template.
pub(crate) fn names(definition: &FormDefinition) -> Members {
    let shape = definition.shape();
    let printed = printed(definition);
    let mut list = vec![
        Member::new("form", Seen::Text(None)),
        Member::new("title", Seen::Text(None)).worded(&definition.title),
        Member::new("version", Seen::Text(None)),
        Member::new("money_unit", Seen::Text(None)),
        Member::new("d", data(shape, "")),
        Member::new("p", Members::of(printed.clone())),
        Member::new("shows", shown(definition)),
        Member::new("labels", Seen::Any),
        Member::new("appendix", Seen::Any),
    ];
    // In the form's own words a name stands for what is printed.
    list.extend(printed.into_iter().map(|member| Member {
        path: format!("p.{}", member.key),
        // Not a key at the top, where only d and p lead to fields.
        key: format!("p.{}", member.key),
        ..member
    }));
    Members { list: Arc::new(list), whole: None }
}

/// What `loop` knows.
pub(crate) fn loop_names() -> Vec<Member> {
    let member = |key: &str, wordings: Vec<Arc<str>>| Member {
        path: format!("loop.{key}"),
        wordings,
        ..Member::new(key, if matches!(key, "first" | "last") { Seen::Flag } else { Seen::Number })
    };
    vec![
        member("index", words::both("name.index")),
        member("index0", Vec::new()),
        member("first", Vec::new()),
        member("last", Vec::new()),
        member("length", Vec::new()),
    ]
}

fn address(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// `d`: the data under the keys of the YAML file.
fn data(shape: &Shape, at: &str) -> Seen {
    match shape {
        Shape::Leaf(leaf) => Seen::Text(Some(leaf.kind)),
        Shape::List { item, .. } => Seen::List(Box::new(data(item, &format!("{at}[]")))),
        Shape::Map(entries) => Members::of(
            entries
                .iter()
                .map(|entry| {
                    let at = address(at, &entry.key);
                    let inner = data(&entry.shape, &at);
                    let label = Label { text: entry.label.clone(), synonyms: Vec::new() };
                    let leaf = match (&entry.shape, &inner) {
                        (Shape::Leaf(_), _) => vec![at],
                        (Shape::List { item, .. }, _) if matches!(**item, Shape::Leaf(_)) => vec![format!("{at}[]")],
                        _ => Vec::new(),
                    };
                    Member { at: leaf, ..Member::new(&entry.key, inner).worded(&label) }
                })
                .collect(),
        ),
    }
}

/// `p`: what is printed, in the order of the form.
fn printed(definition: &FormDefinition) -> Vec<Member> {
    let mut list = Vec::new();
    if let Some(number) = &definition.number {
        let label = Label { text: number.label.clone(), synonyms: Vec::new() };
        list.push(Member::new(&number.key, Seen::Text(Some(Kind::Score))).worded(&label).at(&*number.key));
    }
    for band in &definition.bands {
        match band {
            Band::Line { fields } | Band::Pairs { fields, .. } => {
                list.extend(fields.iter().map(|field| cell(field, "")));
            }
            Band::Text { fields } => list.extend(fields.iter().map(|field| {
                let at = if field.list { format!("{}[]", field.key) } else { field.key.to_string() };
                Member::new(&field.key, lines(field.kind)).worded(&field.label).at(at)
            })),
            Band::Matrix { key, label, corner, columns, groups, points } => {
                let mut seen = matrix(key, corner, columns, groups);
                if let (Some((points, _)), Seen::Map(members)) = (points, &mut seen) {
                    let at = address(key, points);
                    Arc::make_mut(&mut members.list).push(Member::new(points, Seen::Text(Some(Kind::Score))).at(at));
                    Arc::make_mut(&mut members.list).push(Member::new("label", Seen::Text(None)));
                }
                list.push(Member::new(key, seen).worded(label));
            }
            Band::Records { key, label, columns } => {
                let row = cells(columns, &format!("{key}[]"));
                list.push(Member::new(key, Seen::List(Box::new(Members::of(with_part(row))))).worded(label));
            }
            Band::Lists { key, label, sides, number } => {
                let sides = sides.iter().map(|side| {
                    let at = address(key, &side.key);
                    let many = if number.is_some() || side.list { "[]" } else { "" };
                    let mut members = vec![Member::new("header", Seen::Text(None))];
                    let mut at_lines = format!("{at}{many}");
                    if let Some((until, _)) = &side.until {
                        members[0].at = side.since.iter().chain([until]).map(|year| address(&at, year)).collect();
                        at_lines = format!("{}{many}", address(&at, &side.items));
                    }
                    members.push(Member::new("lines", lines(Kind::Text)).at(at_lines));
                    let seen = Seen::Map(Members { list: Arc::new(members), whole: Some("lines") });
                    Member::new(&side.key, seen).worded(&side.label)
                });
                list.push(Member::new(key, Members::of(sides.collect())).worded(label));
            }
            Band::Tree(tree) => {
                let label = tree.blocks.as_ref().map_or(&tree.label, |blocks| &blocks.number);
                list.push(Member::new(&tree.key, goals(tree)).worded(label));
            }
            Band::Total(total) => {
                let row = total.columns.iter().map(|field| cell(field, &total.key)).collect();
                list.push(Member::new(&total.key, Members::of(with_blank(row))).worded(&total.label));
            }
            Band::Notes { key, label, .. } => {
                list.push(Member::new(key, lines(Kind::Text)).worded(label).at(format!("{key}[]")));
            }
        }
    }
    list
}

fn lines(kind: Kind) -> Seen {
    Seen::List(Box::new(Seen::Text(Some(kind))))
}

/// A field in a cell: lists are joined.
fn cell(field: &Field, at: &str) -> Member {
    let at = address(at, &field.key);
    let at = if field.list { format!("{at}[]") } else { at };
    Member::new(&field.key, Seen::Text(Some(field.kind))).worded(&field.label).at(at)
}

/// The fields of a row; a choice that is ticked in one of several columns is one of them.
fn cells(columns: &[Field], at: &str) -> Vec<Member> {
    let mut row: Vec<Member> = Vec::new();
    for field in columns {
        match &field.head {
            _ if !field.tick => row.push(cell(field, at)),
            Some(head) if row.last().is_none_or(|last| last.key != *field.key) => {
                row.push(Member::new(&field.key, Seen::Text(Some(Kind::Choice))).worded(head).at(address(at, &field.key)));
            }
            _ => {}
        }
    }
    row
}

fn with_blank(mut row: Vec<Member>) -> Vec<Member> {
    row.push(Member::new("blank", Seen::Flag));
    row.push(Member::new("at", Seen::Text(None)));
    row
}

/// What a row knows that may stand in a part of a long table.
fn with_part(row: Vec<Member>) -> Vec<Member> {
    let mut row = with_blank(row);
    row.push(Member::new("part", Seen::Number));
    row.push(Member::new("span0", Seen::Number));
    row
}

fn matrix(key: &str, corner: &Label, columns: &[MatrixColumn], groups: &[MatrixGroup]) -> Seen {
    let row = |groups: &[&str]| -> Vec<Member> {
        let at = |name: &str| groups.iter().map(|group| format!("{key}.{group}[].{name}")).collect();
        let mut row = vec![Member { at: at("item"), ..Member::new("item", Seen::Text(None)).worded(corner) }];
        for column in columns {
            let field = &column.field;
            let Some(across) = &column.across else {
                let seen = Seen::Text(Some(field.kind));
                row.push(Member { at: at(&field.key), ..Member::new(&field.key, seen).worded(&field.label) });
                continue;
            };
            let at: Vec<String> = at(&format!("{}[]", field.key));
            row.push(Member { at: at.clone(), ..Member::new(&field.key, lines(field.kind)).worded(&field.label) });
            for (index, label) in across.labels.iter().enumerate().take(across.count) {
                let path = format!("{}[{index}]", field.key);
                let seen = Seen::Text(Some(field.kind));
                row.push(Member { at: at.clone(), path: path.clone(), ..Member::new(&path, seen).worded(label) });
            }
        }
        with_blank(row)
    };
    let mut list = Vec::new();
    for across in columns.iter().filter_map(|column| column.across.as_ref()) {
        let at = format!("{}[]", address(key, &across.key));
        let header = Seen::List(Box::new(Seen::Text(None)));
        list.push(Member::new(&across.key, header).at(at));
    }
    for group in groups {
        let seen = Seen::Rows {
            row: Box::new(Members::of(row(&[&group.key]))),
            items: group.items.iter().map(|item| item.label.clone()).collect(),
        };
        list.push(Member::new(&group.key, seen).worded(&group.label));
    }
    let all: Vec<&str> = groups.iter().map(|group| &*group.key).collect();
    let mut flat = row(&all);
    flat.push(Member::new("group", Seen::Text(None)));
    flat.push(Member::new("first", Seen::Flag));
    flat.push(Member::new("span1", Seen::Number));
    list.push(Member::new("span", Seen::Number));
    list.push(Member::new("rows", Seen::List(Box::new(Members::of(flat)))));
    Seen::Map(Members { list: Arc::new(list), whole: Some("rows") })
}

/// The goals of a tree.
fn goals(tree: &TreeBand) -> Seen {
    let at = match &tree.blocks {
        Some(blocks) => format!("{}[].{}[]", tree.key, blocks.rows),
        None => format!("{}[]", tree.key),
    };
    let mut row: Vec<Member> = tree
        .levels
        .iter()
        .map(|level| {
            Member::new(&level.key, Seen::Text(Some(Kind::Name))).worded(&level.label).at(format!("{at}.{}", level.key))
        })
        .collect();
    row.extend(cells(&tree.columns, &at));
    row.push(Member::new("first", Seen::Flag));
    row.push(Member::new("span1", Seen::Number));
    row.push(Member::new("span2", Seen::Number));
    for key in ["at1", "at2"] {
        row.push(Member::new(key, Seen::List(Box::new(Seen::Text(None)))));
    }
    let row = Members::of(with_part(row));
    let list = |seen: Seen| Seen::List(Box::new(seen));
    let group = |inner: &str, seen: Seen| {
        Members::of(vec![
            Member::new("label", Seen::Text(None)),
            Member::new("span", Seen::Number),
            Member::new(inner, list(seen)),
        ])
    };
    let groups = group("groups", group("rows", row.clone()));
    let tables = vec![
        Member::new("span", Seen::Number),
        Member::new("rows", list(row)).worded(&tree.label),
        Member::new("groups", list(groups)),
    ];
    let Some(blocks) = &tree.blocks else { return Seen::Map(Members { list: Arc::new(tables), whole: Some("rows") }) };
    let goal = &blocks.goal;
    let goal_at = format!("{}[].{}", tree.key, goal.key);
    let mut members = vec![
        Member { wordings: words::both("name.index"), ..Member::new("number", Seen::Text(None)) },
        Member::new("label", Seen::Text(None)),
        Member::new(&goal.key, Seen::Text(Some(goal.kind))).worded(&goal.label).at(goal_at.clone()),
        Member::new("lines", lines(goal.kind)).at(goal_at),
    ];
    if let Some((points, _)) = &blocks.points {
        let at = format!("{}[].{points}", tree.key);
        members.push(Member::new(points, Seen::Text(Some(Kind::Score))).at(at));
    }
    members.extend(tables);
    list(Members::of(with_blank(members)))
}

/// `shows`: what not every copy of the form has.
fn shown(definition: &FormDefinition) -> Seen {
    let flag = |key: &str| Member::new(key, Seen::Flag);
    let table = |key: &str, fields: &mut dyn Iterator<Item = &Field>| {
        let mut list: Vec<Member> = fields.map(|field| flag(&field.key)).collect();
        list.dedup_by(|a, b| a.key == b.key);
        list.push(flag("any"));
        list.push(Member::new("columns", Seen::Number));
        Member::new(key, Members::of(list))
    };
    let mut list = Vec::new();
    for band in &definition.bands {
        match band {
            Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                list.extend(fields.iter().filter(|field| field.optional).map(|field| flag(&field.key)));
            }
            Band::Matrix { key, columns, .. } => list.push(table(key, &mut columns.iter().map(|column| &column.field))),
            Band::Records { key, columns, .. } => list.push(table(key, &mut columns.iter())),
            Band::Tree(tree) => list.push(table(&tree.key, &mut tree.columns.iter())),
            Band::Notes { key, .. } => list.push(flag(key)),
            Band::Lists { .. } | Band::Total(_) => {}
        }
    }
    Members::of(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::load;
    use crate::record::Record;
    use crate::render::{Options, Printed, view};
    use tera::Value;

    /// Every difference between the names and what is handed over.
    fn compare(at: &str, seen: &Seen, value: &Value, wrong: &mut Vec<String>) {
        match seen {
            Seen::Any => {}
            Seen::Map(members) => {
                let Some(map) = value.as_map() else { return wrong.push(format!("{at}: no map")) };
                for (key, inner) in map.iter() {
                    let key = key.to_string();
                    match members.list.iter().find(|member| member.path == key) {
                        Some(member) => compare(&format!("{at}.{key}"), &member.seen, inner, wrong),
                        None => wrong.push(format!("{at}.{key}: not among the names")),
                    }
                }
                for member in members.list.iter().filter(|member| !member.path.contains('[')) {
                    if map.get(&tera::value::Key::Str(&member.path)).is_none() {
                        wrong.push(format!("{at}.{}: not handed over", member.path));
                    }
                }
            }
            Seen::List(item) | Seen::Rows { row: item, .. } => match value.as_array() {
                Some(items) => items.iter().for_each(|value| compare(&format!("{at}[]"), item, value, wrong)),
                None => wrong.push(format!("{at}: no list")),
            },
            Seen::Text(_) | Seen::Number | Seen::Flag => {
                if value.as_map().is_some() || value.as_array().is_some() {
                    wrong.push(format!("{at}: no single value"));
                }
            }
        }
    }

    #[test]
    fn the_names_are_what_templates_are_handed() {
        let toy = load::load("toy", include_str!("../../tests/data/purchase-request.yaml")).expect("loads");
        for definition in load::builtin().iter().map(|form| &**form).chain([&toy]) {
            let record = Record { form: definition.id.to_string(), ..Record::default() };
            let frame = view::Frame::of(definition);
            let printed = Printed { record: &record, findings: &[] };
            let options = Options::default();
            let all = super::super::named::Named { data: true, appendix: true, groups: true };
            let trace = super::super::trace::Trace::default();
            let view = view::view(&record, definition, &frame, &options, true, &trace);
            let (view, _) = view::with(&view, all, &printed, definition, &frame, &options, &trace);
            let (context, mut wrong) = (view.context(), Vec::new());
            for member in names(definition).list.iter().filter(|member| !member.path.contains('.')) {
                match context.get(&member.path) {
                    Some(value) => compare(&member.path, &member.seen, value, &mut wrong),
                    None => wrong.push(format!("{}: not handed over", member.path)),
                }
            }
            assert_eq!(wrong, Vec::<String>::new());
        }
    }

    #[test]
    fn names_are_found_by_their_longest_wording_and_slips_are_near() {
        let form = &load::builtin()[0];
        let names = names(form);
        let path = |text: &str| match names.longest(text) {
            Some((Found::One(member), length)) => Some((member.path.clone(), length)),
            _ => None,
        };
        assert_eq!(path("单位名称 | x"), Some(("p.department".into(), 12)));
        assert_eq!(path("单位"), Some(("p.unit".into(), 6)));
        assert_eq!(path("单位甲"), None);
        assert_eq!(path("部门 (单位) 名称"), Some(("p.department".into(), 22)));
        assert_eq!(names.nearest("联系电活").as_deref(), Some("联系电话"));
        assert_eq!(nearest("fro", ["for", "if"].into_iter()).as_deref(), Some("for"));
        assert_eq!(nearest("甲乙丙丁", ["戊己庚辛"].into_iter()), None);
    }
}
