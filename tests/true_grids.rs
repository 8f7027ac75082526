//! Where cells are known (a page, a Word file), no value moves to another column in silence: whatever stands in the cells of any form's
//! tables, also values of other kinds than their columns', either each is read under its own header, or its row is told.

mod support;

use biaozhun::diag::Finding;
use biaozhun::form::{FormDefinition, load};
use biaozhun::locus::Spot;
use biaozhun::pipeline::{Checked, Converter};
use biaozhun::rules::Fix;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use support::case::{converter, definitions};
use support::family::filled;
use support::layout::perfect_html;
use support::prng::Random;
use support::sheet::{Band, Role};
use support::word::perfect_word;

/// Of every kind; each is made different by a number, so that a text stands in one cell only.
const VALUES: [&str; 16] = [
    "",
    "",
    "#",
    "#.50",
    "#万元",
    "#.00%",
    "≥#个",
    "2023-1#",
    "0700-33#",
    "第#项工作",
    "同意#号",
    "甲#",
    "—",
    "是#",
    "基本达成#",
    "王#",
];

fn value(random: &mut Random, number: &mut u32) -> String {
    *number += 1;
    random.pick(&VALUES).replace('#', &(100 + *number).to_string())
}

/// Row and column of a place in the file's tables.
fn cell(spot: &Spot) -> Option<(u32, u32)> {
    match spot {
        Spot::Table { row, column, .. } => Some((*row, *column)),
        _ => None,
    }
}

/// A path without the numbers of its rows.
fn field(path: &str) -> String {
    let mut field = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => field.push(c),
            _ => {}
        }
    }
    field
}

/// Which fields each cell was read for.
fn places(form: &Checked) -> BTreeMap<(u32, u32), BTreeSet<String>> {
    let mut places: BTreeMap<(u32, u32), BTreeSet<String>> = BTreeMap::new();
    form.record.each_leaf(&mut |path, leaf| {
        for place in leaf.loci.iter().filter_map(|locus| cell(&locus.spot)) {
            places.entry(place).or_default().insert(field(&path.to_string()));
        }
    });
    places
}

/// Rows of the file's tables that a finding or a piece left over leads to.
fn told(form: &Checked) -> BTreeSet<u32> {
    let mut rows: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    form.record.each_leaf(&mut |path, leaf| {
        let path = path.to_string();
        let row = path.rfind(']').map_or(&*path, |end| &path[..=end]).to_owned();
        rows.entry(row).or_default().extend(leaf.loci.iter().filter_map(|locus| cell(&locus.spot)).map(|(row, _)| row));
    });
    let at = |finding: &Finding| {
        let mut told: BTreeSet<u32> = finding.loci.iter().filter_map(|locus| cell(&locus.spot)).map(|(row, _)| row).collect();
        for at in &finding.at {
            let at = at.to_string();
            for (_, lines) in rows.iter().filter(|(row, _)| at.starts_with(&**row)) {
                told.extend(lines);
            }
        }
        told
    };
    // Findings of what a value says would hide that it has moved.
    let mut told: BTreeSet<u32> = form.findings.iter().filter(|finding| finding.rule.starts_with('S')).flat_map(at).collect();
    told.extend(form.record.unplaced.iter().filter_map(|piece| cell(&piece.locus.spot)).map(|(row, _)| row));
    told
}

/// What stands elsewhere than it should without a word; `right` counts what stands where it should, with nothing said of its row.
fn silent(form: &Checked, wanted: &BTreeMap<(u32, u32), BTreeSet<String>>, right: &mut usize) -> String {
    let (found, told) = (places(form), told(form));
    let mut silent = String::new();
    for (place, fields) in wanted.iter().filter(|((row, _), _)| !told.contains(row)) {
        match found.get(place) {
            Some(found) if found.is_subset(fields) => *right += 1,
            found => {
                let _ = writeln!(silent, "  row {} column {}: wanted {fields:?}, found {found:?}", place.0, place.1);
            }
        }
    }
    silent
}

#[test]
fn values_of_any_kind_in_the_tables_of_every_form_stay_in_their_columns_or_are_told() {
    let (mut all, mut right) = (String::new(), 0);
    for definition in definitions() {
        for seed in 0..8 {
            let form = filled(definition, seed);
            let clean = perfect_html(&form.sheet);
            let read = |bytes: &[u8]| converter().convert(bytes, Fix::Auto).ok().map(|mut read| read.forms.swap_remove(0));
            let Some(before) = read(clean.as_bytes()) else { panic!("{}: not read", definition.id) };
            let mut wanted = places(&before);
            let mut random = Random::new(seed + 77);
            let (mut sheet, mut number) = (form.sheet.clone(), 0);
            for (row, line) in sheet.rows.iter_mut().enumerate() {
                if matches!(line.band, Band::Pairs | Band::Text | Band::GoalText) || random.chance(0.6) {
                    continue;
                }
                for (column, held) in line.cells.iter_mut().enumerate() {
                    let place = (row as u32 + 1, column as u32 + 1);
                    if held.role != Role::Value || held.span == 0 || random.chance(0.5) {
                        continue;
                    }
                    if !wanted.contains_key(&place) {
                        continue;
                    }
                    held.text = value(&mut random, &mut number);
                    if held.text.is_empty() {
                        wanted.remove(&place);
                    }
                }
            }
            for (way, bytes) in [("page", perfect_html(&sheet).into_bytes()), ("word", perfect_word(&sheet))] {
                let Some(after) = read(&bytes) else { continue };
                let silent = silent(&after, &wanted, &mut right);
                if !silent.is_empty() {
                    if let Some(folder) = std::env::var_os("LOOK") {
                        let file = std::path::Path::new(&folder).join(format!("{}-{seed}-{way}.html", definition.id));
                        std::fs::write(file, &bytes).expect("writes");
                    }
                    let _ = writeln!(all, "== {} {seed} as a {way}\n{silent}", definition.id);
                }
            }
        }
    }
    assert!(all.is_empty(), "\n{all}");
    assert!(right > 5000, "{right} cells in rows of which nothing was said");
}

const KINDS: [(&str, &str); 8] = [
    ("甲栏", "name"),
    ("乙栏", "amount"),
    ("丙栏", "text"),
    ("丁栏", "percent"),
    ("戊栏", "date"),
    ("己栏", "target"),
    ("庚栏", "score"),
    ("辛栏", "person"),
];

/// An office's own form with some columns of some kinds; the first is a name.
fn own(random: &mut Random) -> (Arc<FormDefinition>, Vec<usize>) {
    let count = random.between(3, 7) as usize;
    let kinds: Vec<&str> =
        (0..count).map(|index| if index == 0 { "name" } else { KINDS[random.below(KINDS.len())].1 }).collect();
    let columns: String = kinds
        .iter()
        .enumerate()
        .map(|(index, kind)| format!("      - {{key: c{index}, label: {}, type: {kind}}}\n", KINDS[index].0))
        .collect();
    let text = format!(
        "form: own\ntitle: 物品登记表\nbands:\n  - band: pairs\n    rows: [2]\n    fields:\n      - {{key: office, label: 登记科室, type: name}}\n      \
         - {{key: day, label: 登记日期, type: date}}\n  - band: records\n    key: rows\n    label: 登记明细\n    columns:\n{columns}  - band: text\n    fields:\n      \
         - {{key: reasons, label: 登记理由, type: text}}\n"
    );
    let definition = load::load("own.yaml", &text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    (Arc::new(definition), (0..count).collect())
}

#[test]
fn values_of_any_kind_in_own_forms_stay_in_their_columns_or_are_told() {
    let (mut all, mut right) = (String::new(), 0);
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let (definition, mut order) = own(&mut random);
        if random.chance(0.6) {
            random.shuffle(&mut order);
        }
        // A column that the form does not have.
        let strange = random.chance(0.3).then(|| random.below(order.len() + 1));
        let mut cells: Vec<Vec<String>> = Vec::new();
        let mut header: Vec<String> = order.iter().map(|column| KINDS[*column].0.to_owned()).collect();
        if let Some(at) = strange {
            header.insert(at, "序号栏".into());
        }
        let mut number = 0;
        for _ in 0..random.between(2, 6) {
            let mut row: Vec<String> = order
                .iter()
                .map(|column| match column {
                    0 if random.chance(0.8) => format!("物品第{}件", {
                        number += 1;
                        number
                    }),
                    _ => value(&mut random, &mut number),
                })
                .collect();
            if let Some(at) = strange {
                row.insert(at, value(&mut random, &mut number));
            }
            cells.push(row);
        }
        let width = header.len();
        let mut page = String::from("<html><body><p>物品登记表</p><table border=1>");
        let _ = write!(
            page,
            "<tr><td>登记科室</td><td>办公室</td><td>登记日期</td><td colspan={}>2024-03-05</td></tr>",
            width.max(4) - 3
        );
        let line = |row: &[String]| row.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>();
        let pad = "<td></td>".repeat(4usize.saturating_sub(width));
        let _ = write!(page, "<tr>{}{pad}</tr>", line(&header));
        cells.iter().for_each(|row| {
            let _ = write!(page, "<tr>{}{pad}</tr>", line(row));
        });
        let _ =
            write!(page, "<tr><td>登记理由</td><td colspan={}>工作需要。</td></tr></table></body></html>", width.max(4) - 1);
        let read = Converter::new(std::slice::from_ref(&definition)).convert(page.as_bytes(), Fix::Auto);
        let Some(form) = read.ok().and_then(|read| read.forms.into_iter().next()) else { continue };
        let mut wanted: BTreeMap<(u32, u32), BTreeSet<String>> = BTreeMap::new();
        for (row, line) in cells.iter().enumerate() {
            for (column, text) in line.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let _ = text;
                let own = match strange {
                    Some(at) if at == column => None,
                    Some(at) if at < column => order.get(column - 1),
                    _ => order.get(column),
                };
                let fields = own.map(|own| format!("rows.c{own}")).into_iter().collect();
                wanted.insert((row as u32 + 3, column as u32 + 1), fields);
            }
        }
        let silent = silent(&form, &wanted, &mut right);
        if !silent.is_empty() {
            if let Some(folder) = std::env::var_os("LOOK") {
                let file = std::path::Path::new(&folder).join(format!("own-{seed}.html"));
                std::fs::write(file, &page).expect("writes");
            }
            let _ = writeln!(all, "== own {seed}: {}\n{silent}", definition.id);
        }
    }
    assert!(all.is_empty(), "\n{all}");
    assert!(right > 100, "{right} cells in rows of which nothing was said");
}
