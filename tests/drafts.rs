//! Definitions drawn from blank forms (`form new`): the blank of every form that comes with the program, and blanks of other
//! trades, become a definition and a template by which filled copies of the same blank are read and printed again.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::form::{Band, FormDefinition, load};
use biaozhun::pipeline::{self, Converter, Draft, Tracked};
use biaozhun::record::{Leaf, Node, Path, Record, Step};
use biaozhun::render::{self, Options, Printed, Renderer, TemplateSet};
use biaozhun::rules::Fix;
use biaozhun::value::{Kind, Reading};
use std::fmt::Write as _;
use std::sync::Arc;
use support::case::converter;
use support::family::filled;
use support::prng::Random;
use support::word::{cell, docx, paragraph, perfect_word, row};

fn print(set: TemplateSet, record: &Record) -> Vec<u8> {
    let options = Options { appendix: false, ..Options::default() };
    Renderer::new([set]).docx(&Printed { record, findings: &[] }, &options).expect("prints")
}

/// The form as it lies in a drawer.
fn blank(definition: &Arc<FormDefinition>) -> Vec<u8> {
    let mut record = Record { form: definition.id.to_string(), ..Record::default() };
    // Marks are printed on blanks, too.
    let mut marks = Vec::new();
    for band in &definition.bands {
        if let Band::Line { fields } = band {
            let marked = fields.iter().filter(|field| field.kind == Kind::Mark);
            marks.extend(
                marked.map(|field| {
                    (field.key.clone(), Node::Leaf(Leaf { text: field.label.text.to_string(), ..Leaf::default() }))
                }),
            );
        }
    }
    record.data = Node::Map(marks);
    print(TemplateSet::built_in(definition.clone()), &record)
}

/// Without what not every copy of the form has: it is not on the blank.
fn prune(definition: &FormDefinition, record: &mut Record) {
    let Node::Map(entries) = &mut record.data else { return };
    let mut extra: Vec<biaozhun::record::Key> = Vec::new();
    for band in &definition.bands {
        match band {
            Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                let optional = fields.iter().filter(|field| field.optional && field.kind != Kind::Mark);
                extra.extend(optional.map(|field| field.key.clone()));
            }
            Band::Tree(tree) if tree.optional => extra.push(tree.key.clone()),
            Band::Tree(tree) => {
                let keys: Vec<_> = tree.columns.iter().filter(|field| field.optional).map(|field| field.key.clone()).collect();
                if let Some((_, node)) = entries.iter_mut().find(|(key, _)| *key == tree.key) {
                    without(node, &keys);
                }
            }
            Band::Matrix { key, columns, groups, .. } => {
                let keys: Vec<_> = columns.iter().filter(|c| c.field.optional).map(|c| c.field.key.clone()).collect();
                let items: Vec<String> = groups
                    .iter()
                    .flat_map(|group| &group.items)
                    .filter(|item| item.optional)
                    .map(|item| item.label.text.to_string())
                    .collect();
                if let Some((_, node)) = entries.iter_mut().find(|(own, _)| own == key) {
                    without(node, &keys);
                    if let Node::Map(groups) = node {
                        for (_, rows) in groups {
                            if let Node::List(rows) = rows {
                                rows.retain(|row| !items.iter().any(|item| row.text("item") == item));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    entries.retain(|(key, _)| !extra.contains(key));
}

/// Takes keys out of all maps of a node.
fn without(node: &mut Node, keys: &[biaozhun::record::Key]) {
    match node {
        Node::Map(entries) => {
            entries.retain(|(key, _)| !keys.contains(key));
            entries.iter_mut().for_each(|(_, node)| without(node, keys));
        }
        Node::List(items) => items.iter_mut().for_each(|item| without(item, keys)),
        Node::Leaf(_) => {}
    }
}

/// A record as it is read from a filled form.
fn record(definition: &Arc<FormDefinition>, seed: u64) -> Record {
    let bytes = perfect_word(&filled(definition, seed).sheet);
    let conversion = converter().convert(&bytes, Fix::Auto).expect("converts");
    conversion.forms.into_iter().next().expect("a form").record
}

fn drawn(bytes: &[u8], stem: &str) -> (Draft, Arc<FormDefinition>) {
    let document = pipeline::look(bytes, Tracked::Accept).expect("reads");
    let draft = pipeline::draft(&document, stem, load::builtin(), Language::English);
    match pipeline::load_definition("form.yaml", &draft.yaml) {
        Ok(definition) => (draft, Arc::new(definition)),
        Err(error) => panic!("{error:?}\n{}", draft.yaml),
    }
}

fn fold(text: &str) -> String {
    let plain = text.chars().filter(|c| !c.is_whitespace()).map(biaozhun::value::notation::fold);
    plain.collect::<String>().trim_end_matches(':').to_owned()
}

/// A value, the label over it, and of a row with a name, that.
struct Value {
    label: String,
    /// What the form prints over it, and for its row.
    printed: String,
    text: String,
    kind: Option<Kind>,
}

fn values(definition: &FormDefinition, record: &Record) -> Vec<Value> {
    let shape = definition.shape();
    let mut found = Vec::new();
    record.each_leaf(&mut |path, leaf| {
        // Points in the brackets of labels are not on these blanks.
        let points = path.0.last() == Some(&Step::Key("points".into()));
        if leaf.text.is_empty() || points || path.0.last() == Some(&Step::Key("item".into())) {
            return;
        }
        let kind = match shape.at(path) {
            Some(biaozhun::form::Shape::Leaf(leaf)) => Some(leaf.kind),
            _ => None,
        };
        let mut row = path.clone();
        while let Some(last) = row.0.pop() {
            if matches!(last, Step::Key(_)) {
                break;
            }
        }
        let item: Path = row.key("item");
        let item = record.leaf(&item).map_or("", |leaf| leaf.text.as_str());
        let label = fold(&format!("{}{item}", definition.label_of(path)));
        let printed = if item.is_empty() { fold(&definition.label_of(path)) } else { fold(item) };
        found.push(Value { label, printed, text: leaf.text.clone(), kind });
    });
    found
}

/// The values of one record that stand under another label in the other, or nowhere.
fn astray<'v>(wanted: &'v [Value], found: &[Value]) -> Vec<&'v Value> {
    let same = |wanted: &Value, found: &Value| {
        let (one, other) = (fold(&wanted.text), fold(&found.text));
        let read = wanted.kind.map(|kind| kind.read(&found.text));
        one == other
            || found.kind == Some(Kind::Text) && other.contains(&one)
            || read == Some(Reading::Value(wanted.text.clone()))
    };
    // A choice among columns is the tick in one of them.
    let ticked = |wanted: &Value, found: &Value| {
        found.kind == Some(Kind::Tick) && wanted.kind == Some(Kind::Choice) && found.label == fold(&wanted.text)
    };
    let stands = |value: &Value, other: &Value| other.label == value.label && same(value, other) || ticked(value, other);
    wanted.iter().filter(|value| !found.iter().any(|other| stands(value, other))).collect()
}

/// How far a definition drawn from the blank of a known form goes.
struct Trip {
    told: String,
    holds: bool,
    right: usize,
    total: usize,
}

fn trip(definition: &Arc<FormDefinition>) -> Trip {
    let bytes = blank(definition);
    let (draft, own) = drawn(&bytes, &definition.id);
    let mut told = String::new();
    let render::TypedInto { template, left } = render::type_into(&bytes, &draft.typed).expect("types").expect("a Word file");
    if let Some(folder) = std::env::var_os("LOOK") {
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join(format!("{}.blank.docx", definition.id)), &bytes).unwrap();
        std::fs::write(folder.join(format!("{}.form.docx", definition.id)), &template).unwrap();
        std::fs::write(folder.join(format!("{}.yaml", definition.id)), &draft.yaml).unwrap();
    }
    let inspection = render::inspect(&template, "form.docx", &own).expect("inspects");
    for mistake in &inspection.mistakes {
        let _ = writeln!(told, "  mistake {:?} {} {:?}", mistake.locus.spot, mistake.tag, mistake.message.id);
    }
    for typed in &left {
        let _ = writeln!(told, "  not typed {typed:?}");
    }
    for notice in &draft.notices {
        let _ = writeln!(told, "  notice {} {:?}", notice.locus, notice.message.arguments);
    }
    let mut record = record(definition, 1);
    prune(definition, &mut record);
    let filled = print(TemplateSet::built_in(definition.clone()), &record);
    // What the blank has no label for cannot be asked of it.
    let printed: String =
        pipeline::look(&bytes, Tracked::Accept).expect("reads").cells().map(|cell| fold(&cell.text)).collect();
    let mut wanted = values(definition, &record);
    let asked = wanted.len();
    wanted.retain(|value| printed.contains(&value.printed));
    let _ = writeln!(told, "  {} values have no label on the blank", asked - wanted.len());
    let mut right = 0;
    let mut again = false;
    match Converter::new(std::slice::from_ref(&own)).convert(&filled, Fix::Auto) {
        Ok(conversion) => {
            let read = &conversion.forms[0].record;
            let found = values(&own, read);
            let astray = astray(&wanted, &found);
            right = wanted.len() - astray.len();
            for value in astray.iter().take(12) {
                let _ = writeln!(told, "  astray {}: {:?}", value.label, value.text);
            }
            for piece in read.unplaced.iter().take(8) {
                let _ = writeln!(told, "  unplaced {:?}", piece.text);
            }
            if inspection.mistakes.is_empty() {
                let mut set = TemplateSet::none(own.clone());
                set.docx = Some(template.clone().into());
                let printed = print(set, read);
                if let Some(folder) = std::env::var_os("LOOK") {
                    let folder = std::path::Path::new(&folder);
                    std::fs::write(folder.join(format!("{}.filled.docx", definition.id)), &filled).unwrap();
                    std::fs::write(folder.join(format!("{}.again.docx", definition.id)), &printed).unwrap();
                }
                let back = Converter::new(std::slice::from_ref(&own)).convert(&printed, Fix::Auto).expect("reads back");
                let (before, behind) = (values(&own, read), values(&own, &back.forms[0].record));
                let differ = crate::astray(&before, &behind);
                again = differ.is_empty();
                for value in differ.iter().take(5) {
                    let now: Vec<&str> = behind.iter().filter(|v| v.label == value.label).map(|v| &*v.text).collect();
                    let _ = writeln!(
                        told,
                        "  {} differ when printed again: {} {:?} {:?}",
                        differ.len(),
                        value.label,
                        value.text,
                        now.iter().take(4).collect::<Vec<_>>()
                    );
                }
            }
        }
        Err(error) => {
            let _ = writeln!(told, "  not read: {error}");
        }
    }
    let holds = right == wanted.len() && again && left.is_empty();
    Trip { told, holds, right, total: wanted.len() }
}

#[test]
fn every_blank_form_becomes_a_definition_that_reads_its_filled_copy() {
    let mut told = String::new();
    let (mut hold, mut right, mut total) = (0, 0, 0);
    for definition in load::builtin() {
        let trip = trip(definition);
        let _ = writeln!(
            told,
            "{}: {} of {} values{}",
            definition.id,
            trip.right,
            trip.total,
            if trip.holds { ", holds" } else { "" }
        );
        told.push_str(&trip.told);
        hold += usize::from(trip.holds);
        right += trip.right;
        total += trip.total;
    }
    if std::env::var_os("LOOK").is_some() {
        println!("{told}\n{hold} of {} forms hold; {right} of {total} values", load::builtin().len());
    }
    assert!(hold == load::builtin().len() && right == total, "{hold} forms hold, {right} of {total} values\n{told}");
}

/// Every text of a blank is somewhere in the definition that was drawn from it: as a label, a note, or in the list of what was not
/// understood.
fn forgotten(bytes: &[u8], draft: &Draft, own: &FormDefinition) -> Vec<String> {
    let document = pipeline::look(bytes, Tracked::Accept).expect("reads");
    // The letter that stands for a number is no text of the form; nor are gaps, colons and numbers.
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphabetic()).map(biaozhun::value::notation::fold).collect() };
    let mut definition = plain(&draft.yaml.replace("\\\"", ""));
    for (_, hierarchy) in &own.hierarchies {
        for root in &hierarchy.roots {
            let children = root.children.iter().flat_map(|child| child.label.wordings());
            root.label.wordings().chain(children).for_each(|wording| definition.push_str(&plain(wording)));
        }
    }
    let date = plain("年月日");
    let pieces = document.cells().flat_map(|cell| {
        let parts =
            cell.text.split(|c: char| c.is_whitespace() || biaozhun::value::choice::is_box(c) || ":：_（）()".contains(c));
        parts.map(plain).collect::<Vec<_>>()
    });
    pieces
        .filter(|piece| !piece.chars().all(|c| date.contains(c)) && biaozhun::value::unit::parse(piece).is_none())
        .filter(|piece| !definition.contains(piece.as_str()))
        .collect()
}

#[test]
fn no_text_of_a_blank_is_forgotten() {
    let mut told = String::new();
    for definition in load::builtin() {
        let bytes = blank(definition);
        let (draft, own) = drawn(&bytes, &definition.id);
        forgotten(&bytes, &draft, &own).iter().for_each(|text| writeln!(told, "{}: {text}", definition.id).unwrap());
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/blanks");
    for name in ["student", "purchase", "meeting", "asset"] {
        let bytes = std::fs::read(folder.join(format!("{name}.docx"))).unwrap();
        let (draft, own) = drawn(&bytes, name);
        forgotten(&bytes, &draft, &own).iter().for_each(|text| writeln!(told, "{name}: {text}").unwrap());
    }
    assert!(told.is_empty(), "{told}");
}

/// Tables of any shape, with any texts in them.
fn table(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let words = [
        "",
        "",
        "",
        "姓名",
        "金额（元）",
        "年 月 日",
        "□是 □否",
        "合计",
        "一、情况",
        "目标1：",
        "1",
        "备注：请如实填写。",
        "日期：",
        "\"引号\"{{",
        "（  年度）",
        "经办人：      日期：",
    ];
    let (height, width) = (random.between(1, 7), random.between(1, 6));
    let mut rows = Vec::new();
    for _ in 0..height {
        let mut cells = Vec::new();
        let mut column = 0;
        while column < width {
            let span = random.between(1, 3).min(width - column);
            let merge = ["", "", "<w:vMerge w:val=\"restart\"/>", "<w:vMerge/>"][random.below(4)];
            let text = words[random.below(words.len())];
            cells.push(cell(&format!("<w:gridSpan w:val=\"{span}\"/>{merge}"), text));
            column += span;
        }
        rows.push(row(&cells));
    }
    docx(&format!("{}{}{}", paragraph("登记表"), support::word::table(&rows), paragraph("说明：一式两份。")))
}

#[test]
fn whatever_a_blank_looks_like_its_draft_can_be_used() {
    for seed in 0..400 {
        let bytes = table(seed);
        let (draft, definition) = drawn(&bytes, "form");
        if draft.bands == 0 {
            continue;
        }
        let render::TypedInto { template, .. } = render::type_into(&bytes, &draft.typed).expect("types").expect("a Word file");
        render::inspect(&template, "form.docx", &definition).unwrap_or_else(|error| panic!("{seed}: {error}"));
        let forgotten = forgotten(&bytes, &draft, &definition);
        assert!(forgotten.is_empty(), "{seed}: {forgotten:?}\n{}", draft.yaml);
    }
}
