//! The bands of a definition: which keys each kind of band has, and what must fit together inside one.

use super::grammar;
use super::parts::Scope;
use crate::diag::Message;
use crate::form::{
    Across, Band, Blocks, Field, FormDefinition, Label, LabelNumber, Level, MatrixColumn, MatrixGroup, MatrixItem, Side,
    TotalBand, TreeBand,
};
use crate::record::Key;
use crate::value::Kind;
use crate::yaml_tree::{Map, Node, Reader, Value};
use std::sync::Arc;

/// The words for `type:`.
pub const KINDS: [(&str, Kind); 15] = [
    ("text", Kind::Text),
    ("name", Kind::Name),
    ("person", Kind::Person),
    ("amount", Kind::Amount),
    ("percent", Kind::Percent),
    ("score", Kind::Score),
    ("count", Kind::Count),
    ("year", Kind::Year),
    ("date", Kind::Date),
    ("phone", Kind::Phone),
    ("target", Kind::Target),
    ("choice", Kind::Choice),
    ("tick", Kind::Tick),
    ("unit", Kind::Unit),
    ("mark", Kind::Mark),
];

/// The lists that a definition has, for the fields that name one.
pub struct Names<'a> {
    pub vocabularies: Vec<&'a str>,
    /// The words of each.
    pub words: Vec<&'a [Arc<str>]>,
    pub hierarchies: Vec<&'a str>,
}

/// The words for `band:`.
fn band_words() -> [&'static str; 9] {
    grammar::BANDS.map(|band| band.name)
}

/// One band. `keys` are those of the record's top, which all bands share.
pub fn band(reader: &mut Reader, node: &Node, names: &Names<'_>, keys: &mut Scope) -> Option<Band> {
    let Some(kind) = node.get("band") else {
        match &node.value {
            Value::Map(_) => reader.wrong(node.place, Message::new("form.no_band").with("allowed", band_words().join(", "))),
            _ => reader.expected(node, "@yaml.a_map"),
        }
        return None;
    };
    let place = kind.place;
    match reader.scalar(kind)? {
        "line" => {
            let map = reader.map(node, &grammar::LINE.keys())?;
            Some(Band::Line { fields: fields(reader, &map, "fields", names, keys) })
        }
        "text" => {
            let map = reader.map(node, &grammar::TEXT.keys())?;
            Some(Band::Text { fields: fields(reader, &map, "fields", names, keys) })
        }
        "pairs" => pairs(reader, node, names, keys),
        "matrix" => matrix(reader, node, names, keys),
        "records" => {
            let map = reader.map(node, &grammar::RECORDS.keys())?;
            let key = reader.key(&map, "key", keys);
            let label = reader.label_if_any(&map);
            let columns = fields(reader, &map, "columns", names, &mut Scope::default());
            Some(Band::Records { key, label, columns })
        }
        "lists" => lists(reader, node, keys),
        "tree" => tree(reader, node, names, keys),
        "total" => total(reader, node, keys),
        "notes" => {
            let map = reader.map(node, &grammar::NOTES.keys())?;
            let key = reader.key(&map, "key", keys);
            let label = reader.label(&map, None);
            let texts = reader.texts(&map, "texts").into_iter().map(|(text, _)| Arc::from(text)).collect();
            Some(Band::Notes { key, label, texts })
        }
        word => {
            reader.unknown(place, "form.unknown_band", "form.unknown_band_nearest", word, &band_words());
            None
        }
    }
}

/// A list of fields with labels that differ.
fn fields(reader: &mut Reader, map: &Map<'_>, key: &str, names: &Names<'_>, keys: &mut Scope) -> Vec<Field> {
    let mut labels = Scope::default();
    fields_beside(reader, map, key, names, keys, &mut labels)
}

/// A list of fields whose labels differ from each other and from those already in `labels`.
fn fields_beside(
    reader: &mut Reader,
    map: &Map<'_>,
    key: &str,
    names: &Names<'_>,
    keys: &mut Scope,
    labels: &mut Scope,
) -> Vec<Field> {
    let mut fields = Vec::new();
    for item in items(reader, map, key) {
        match item.get("head") {
            Some(head) => {
                let Some(group) = reader.map(item, &grammar::HEAD.keys()) else { continue };
                let head = reader.label_of(head, None, Some(labels));
                let inner = fields_beside(reader, &group, "columns", names, keys, labels);
                fields.extend(inner.into_iter().map(|field| Field { head: Some(head.clone()), ..field }));
            }
            None => fields.extend(field(reader, item, names, keys, labels).into_iter().flat_map(|f| ticked(f, item, names))),
        }
    }
    fields
}

/// A choice that is ticked has a column for each of its words.
fn ticked(field: Field, node: &Node, names: &Names<'_>) -> Vec<Field> {
    if !field.tick {
        return vec![field];
    }
    let vocabulary = field.vocabulary.as_deref();
    let at = names.vocabularies.iter().position(|name| Some(*name) == vocabulary);
    let words = at.and_then(|at| names.words.get(at)).copied().unwrap_or_default();
    debug_assert!(node.get("ticks").is_some(), "only ticks make more of one field");
    let column = |word: &Arc<str>| Field {
        label: Label { text: word.clone(), synonyms: Vec::new() },
        head: Some(field.label.clone()),
        kind: Kind::Tick,
        ..field.clone()
    };
    words.iter().map(column).collect()
}

/// A list that must be there and have something in it.
fn items<'a>(reader: &mut Reader, map: &Map<'a>, key: &str) -> &'a [Node] {
    let Some(node) = map.need(reader, key) else { return &[] };
    let before = reader.mistakes.len();
    let items = reader.list(node);
    if items.is_empty() && reader.mistakes.len() == before {
        reader.wrong(node.place, Message::new("form.empty_list"));
    }
    items
}

fn field(reader: &mut Reader, node: &Node, names: &Names<'_>, keys: &mut Scope, labels: &mut Scope) -> Option<Field> {
    let map = reader.map(node, &grammar::FIELD.keys())?;
    Some(field_of(reader, &map, names, keys, labels))
}

fn field_of(reader: &mut Reader, map: &Map<'_>, names: &Names<'_>, keys: &mut Scope, labels: &mut Scope) -> Field {
    let key = reader.key(map, "key", keys);
    let again = reader.flag(map, "again");
    let label = reader.label(map, Some(labels).filter(|_| !again));
    let kind = kind(reader, map);
    let vocabulary = map.get("vocabulary").and_then(|node| {
        let name = reader.scalar(node)?;
        if !names.vocabularies.contains(&name) {
            let ids = ("form.unknown_vocabulary", "form.unknown_vocabulary_nearest");
            reader.unknown(node.place, ids.0, ids.1, name, &names.vocabularies);
        }
        if kind.is_some_and(|kind| kind != Kind::Choice) {
            reader.wrong(node.place, Message::new("form.vocabulary_without_choice"));
        }
        Some(Arc::from(name))
    });
    if kind == Some(Kind::Choice) && map.get("vocabulary").is_none() {
        reader.wrong(map.place, Message::new("form.choice_without_vocabulary"));
    }
    let list = reader.flag(map, "list");
    if let Some(node) = map.get("list").filter(|_| list && kind.is_some_and(|kind| kind != Kind::Text)) {
        reader.wrong(node.place, Message::new("form.list_without_text"));
    }
    let inside = reader.flag(map, "inside");
    if let Some(node) = map.get("inside").filter(|_| inside) {
        let told = matches!(kind, Some(Kind::Year | Kind::Date | Kind::Unit | Kind::Phone));
        if !told || !label.text.contains(char::is_whitespace) {
            reader.wrong(node.place, Message::new("form.inside"));
        }
    }
    Field {
        key,
        label,
        kind: kind.unwrap_or_default(),
        vocabulary,
        required: reader.flag(map, "required"),
        optional: reader.flag(map, "optional"),
        list,
        inside,
        dash: reader.flag(map, "dash"),
        head: None,
        tick: reader.flag(map, "ticks"),
        again,
        level: reader.flag(map, "level"),
    }
}

fn kind(reader: &mut Reader, map: &Map<'_>) -> Option<Kind> {
    let node = map.need(reader, "type")?;
    let word = reader.scalar(node)?;
    let kind = KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    if kind.is_none() {
        reader.unknown(node.place, "form.unknown_type", "form.unknown_type_nearest", word, &KINDS.map(|(name, _)| name));
    }
    kind
}

fn pairs(reader: &mut Reader, node: &Node, names: &Names<'_>, keys: &mut Scope) -> Option<Band> {
    let map = reader.map(node, &grammar::PAIRS.keys())?;
    let label = map.get("label").map(|_| reader.label(&map, None));
    let fields = if label.is_some() {
        // Left and right of one row may bear the same label: they are told apart by their order.
        let fields = items(reader, &map, "fields").iter();
        fields.filter_map(|item| field(reader, item, names, keys, &mut Scope::default())).collect()
    } else {
        fields(reader, &map, "fields", names, keys)
    };
    let mut rows = Vec::new();
    if let Some(node) = map.need(reader, "rows") {
        for item in reader.list(node) {
            rows.extend(reader.count(item));
        }
        let sum: usize = rows.iter().sum();
        if sum != fields.len() {
            let message = Message::new("form.pairs_rows").with("sum", sum).with("fields", fields.len());
            reader.wrong(node.place, message);
        }
    }
    Some(Band::Pairs { label, fields, rows })
}

fn matrix(reader: &mut Reader, node: &Node, names: &Names<'_>, keys: &mut Scope) -> Option<Band> {
    let map = reader.map(node, &grammar::MATRIX.keys())?;
    let key = reader.key(&map, "key", keys);
    let label = reader.label_if_any(&map);
    let corner = reader.label_that_may_be_blank(&map, "corner");
    // The years' keys and the groups' keys share the matrix's map; a row has `item` and the columns.
    let mut inner = Scope::default();
    let points = map.get("points").and_then(|node| key_and_word(reader, node, &mut inner));
    let mut row = Scope::default();
    row.reserve("item", map.place);
    let mut headers = Scope::default();
    let mut columns = Vec::new();
    for item in items(reader, &map, "columns") {
        let Some(column) = reader.map(item, &grammar::COLUMN.keys()) else { continue };
        let field = field_of(reader, &column, names, &mut row, &mut headers);
        let across = column.get("across").and_then(|node| across(reader, node, &mut inner, &mut headers));
        columns.push(MatrixColumn { field, across });
    }
    let mut sides = Scope::default();
    let mut groups = Vec::new();
    for item in items(reader, &map, "groups") {
        let Some(group) = reader.map(item, &grammar::GROUP.keys()) else { continue };
        let key = reader.key(&group, "key", &mut inner);
        let label = match group.get("label") {
            Some(_) => reader.label(&group, Some(&mut sides)),
            None => Label::from(""),
        };
        let mut labels = Scope::default();
        let rows = items(reader, &group, "items").iter().filter_map(|item| {
            let map = reader.map(item, &grammar::ITEM.keys())?;
            Some(MatrixItem {
                label: reader.label(&map, Some(&mut labels)),
                total: reader.flag(&map, "total"),
                optional: reader.flag(&map, "optional"),
            })
        });
        let rows: Vec<MatrixItem> = rows.collect();
        if rows.iter().filter(|row| row.total).count() > 1 {
            reader.wrong(group.place, Message::new("form.two_totals"));
        }
        groups.push(MatrixGroup { key, label, items: rows });
    }
    if groups.len() > 1
        && let Some(group) = groups.iter().find(|group| group.label.text.is_empty())
    {
        reader.wrong(map.place, Message::new("form.group_without_label").with("key", &group.key));
    }
    Some(Band::Matrix { key, label, points, corner, columns, groups })
}

fn across(reader: &mut Reader, node: &Node, inner: &mut Scope, headers: &mut Scope) -> Option<Across> {
    let map = reader.map(node, &grammar::ACROSS.keys())?;
    let key = reader.key(&map, "key", inner);
    let count = map.need(reader, "count").and_then(|node| reader.count(node)).unwrap_or(1);
    let mut labels = Vec::new();
    if let Some(node) = map.get("labels") {
        labels.extend(reader.list(node).iter().map(|item| reader.label_of(item, None, Some(headers))));
        if labels.len() != count {
            let message = Message::new("form.across_labels").with("labels", labels.len()).with("count", count);
            reader.wrong(node.place, message);
        }
    }
    Some(Across { key, count, labels })
}

fn lists(reader: &mut Reader, node: &Node, keys: &mut Scope) -> Option<Band> {
    let map = reader.map(node, &grammar::LISTS.keys())?;
    let key = reader.key(&map, "key", keys);
    let label = reader.label_if_any(&map);
    let number = map.get("number").map(|_| reader.label_at(&map, "number", None));
    let (mut inner, mut labels) = (Scope::default(), Scope::default());
    let mut sides = Vec::new();
    for item in items(reader, &map, "sides") {
        let Some(side) = reader.map(item, &grammar::SIDE.keys()) else {
            continue;
        };
        let key = reader.key(&side, "key", &mut inner);
        let label = reader.label(&side, Some(&mut labels));
        let mut own = Scope::default();
        let until = side.get("until").and_then(|node| {
            let map = reader.map(node, &grammar::UNTIL.keys())?;
            let since = map.get("since").map(|_| reader.key(&map, "since", &mut own));
            let key = reader.key(&map, "key", &mut own);
            Some(((key, Arc::from(reader.text(&map, "word")?)), since))
        });
        let (until, since) = until.map_or((None, None), |(until, since)| (Some(until), since));
        let items = match (side.get("until"), side.get("items")) {
            (Some(_), _) => reader.key(&side, "items", &mut own),
            (None, None) => Key::from("items"),
            (None, Some(node)) => {
                reader.wrong(node.place, Message::new("form.items_without_until"));
                Key::from("items")
            }
        };
        sides.push(Side {
            key,
            label,
            until,
            since,
            items,
            required: reader.flag(&side, "required"),
            list: reader.flag(&side, "list"),
        });
    }
    Some(Band::Lists { key, label, number, sides })
}

fn tree(reader: &mut Reader, node: &Node, names: &Names<'_>, keys: &mut Scope) -> Option<Band> {
    let map = reader.map(node, &grammar::TREE.keys())?;
    let key = reader.key(&map, "key", keys);
    let label = reader.label_if_any(&map);
    let blocks = blocks(reader, &map, names);
    let hierarchy = map.need(reader, "hierarchy").and_then(|node| {
        let name = reader.scalar(node)?;
        if !names.hierarchies.contains(&name) {
            let ids = ("form.unknown_hierarchy", "form.unknown_hierarchy_nearest");
            reader.unknown(node.place, ids.0, ids.1, name, &names.hierarchies);
        }
        Some(Arc::from(name))
    });
    let (mut row, mut headers) = (Scope::default(), Scope::default());
    let mut levels = Vec::new();
    if let Some(node) = map.need(reader, "levels") {
        for item in reader.list(node) {
            let Some(level) = reader.map(item, &grammar::LEVEL.keys()) else { continue };
            let key = reader.key(&level, "key", &mut row);
            levels.push(Level { key, label: reader.label(&level, Some(&mut headers)) });
        }
        if levels.len() != 2 {
            reader.wrong(node.place, Message::new("form.levels").with("count", levels.len()));
        }
    }
    let columns = fields_beside(reader, &map, "columns", names, &mut row, &mut headers);
    let mut levels = levels.into_iter();
    let mut level = || levels.next().unwrap_or_else(|| Level { key: Key::from(""), label: Label::from("") });
    Some(Band::Tree(TreeBand {
        key,
        blocks,
        label,
        levels: [level(), level()],
        hierarchy: hierarchy.unwrap_or_default(),
        columns,
        optional: reader.flag(&map, "optional"),
    }))
}

/// What stands before the rows of each block: all of it, or nothing.
fn blocks(reader: &mut Reader, map: &Map<'_>, names: &Names<'_>) -> Option<Blocks> {
    if ["number", "goal", "rows", "points"].iter().all(|key| map.get(key).is_none()) {
        return None;
    }
    let mut block = Scope::default();
    let number = reader.label_at(map, "number", None);
    let goal = map
        .need(reader, "goal")
        .and_then(|node| field(reader, node, names, &mut block, &mut Scope::default()))
        .unwrap_or_else(stand_in);
    let points = map.get("points").and_then(|node| key_and_word(reader, node, &mut block));
    let rows = reader.key(map, "rows", &mut block);
    Some(Blocks { number, goal, rows, points })
}

/// `{key: until, word: 截止}`: a value inside a label, and the word beside it.
fn key_and_word(reader: &mut Reader, node: &Node, scope: &mut Scope) -> Option<(Key, Arc<str>)> {
    let map = reader.map(node, &grammar::WORD.keys())?;
    let key = reader.key(&map, "key", scope);
    let word = reader.text(&map, "word")?;
    Some((key, Arc::from(word)))
}

/// `number:` of the form: a number that stands in labels.
pub fn label_number(reader: &mut Reader, node: &Node, keys: &mut Scope) -> Option<LabelNumber> {
    let map = reader.map(node, &grammar::NUMBER.keys())?;
    let key = reader.key(&map, "key", keys);
    let label = reader.text(&map, "label")?.into();
    let letter = reader.text(&map, "letter")?;
    let mut letters = letter.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_uppercase() => Some(LabelNumber { key, label, letter }),
        _ => {
            reader.wrong(map.get("letter").map_or(map.place, |node| node.place), Message::new("form.letter"));
            None
        }
    }
}

/// A total's columns are those of the band that it stands under: filled in by [`total_columns`], when all bands are read.
fn total(reader: &mut Reader, node: &Node, keys: &mut Scope) -> Option<Band> {
    let map = reader.map(node, &grammar::TOTAL.keys())?;
    let key = reader.key(&map, "key", keys);
    let label = reader.label(&map, None);
    let under = reader.identifier(&map, "under", '_');
    let wanted = items(reader, &map, "columns").iter().filter_map(|item| reader.scalar(item));
    let columns = wanted.map(|text| Field { key: Key::from(text), ..stand_in() }).collect();
    Some(Band::Total(TotalBand { key, label, under, columns, optional: reader.flag(&map, "optional") }))
}

/// Takes the columns of totals from the bands that they stand under.
pub fn total_columns(reader: &mut Reader, form: &Map<'_>, definition: &mut FormDefinition) {
    let place = form.get("bands").map_or(form.place, |node| node.place);
    let whole = definition.clone();
    for band in &mut definition.bands {
        let Band::Total(total) = band else { continue };
        let Some(columns) = whole.columns_of(&total.under) else {
            reader.wrong(place, Message::new("form.unknown_under").with("name", &total.under).with("key", &total.key));
            continue;
        };
        for column in &mut total.columns {
            match columns.iter().find(|known| known.key == column.key) {
                Some(known) => *column = Field { required: false, optional: false, ..(*known).clone() },
                None => {
                    let known: Vec<&str> = columns.iter().map(|known| &*known.key).collect();
                    let message = Message::new("form.unknown_column").with("name", &column.key).with("key", &total.key);
                    reader.wrong(place, message.with("allowed", known.join(", ")));
                }
            }
        }
    }
}

/// For a field that could not be read: the mistake is noted, the definition is refused.
fn stand_in() -> Field {
    Field {
        key: Key::from(""),
        label: Label::from(""),
        kind: Kind::Text,
        vocabulary: None,
        required: false,
        optional: false,
        list: false,
        inside: false,
        dash: false,
        head: None,
        tick: false,
        again: false,
        level: false,
    }
}

/// Blocks of two trees are told apart by the word before their number: no wording may stand at both.
pub fn tell_trees_apart(reader: &mut Reader, form: &Map<'_>) {
    let mut scope = Scope::default();
    let Some(bands) = form.get("bands") else { return };
    let trees = match &bands.value {
        Value::List(items) => items.iter(),
        _ => return,
    };
    for number in
        trees.filter(|band| band.get("band").and_then(Node::text) == Some("tree")).filter_map(|band| band.get("number"))
    {
        // Already read once, for its own mistakes.
        let mut other = Reader { mistakes: Vec::new() };
        other.label_of(number, None, Some(&mut scope));
        reader.mistakes.extend(other.mistakes.into_iter().filter(|mistake| mistake.message.id == "form.repeated_label"));
    }
}
