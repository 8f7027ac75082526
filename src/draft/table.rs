//! Bands with a header: rows of one kind, fixed rows, lists side by side, rows under two levels of labels, and the total below.

use super::cell::{self, What};
use super::grid::{Grid, Place};
use super::guess::{Taken, Why};
use super::header::{Leaf, Shape};
use super::words::{folded, words};
use super::{Band, Column, Drafter, Group, Levels, Numbered, Side};
use crate::form::blank::Typed;
use crate::form::load;
use crate::locus::Spot;
use crate::value::Kind;
use crate::value::figure::without_points;
use crate::value::notation::{fold, is_dash};
use std::ops::Range;

/// The last table with a header: a total may stand below it.
#[derive(Clone, Debug)]
pub struct Last {
    key: String,
    /// Each column's place and key.
    columns: Vec<(Range<usize>, String)>,
    table: u32,
    row: usize,
}

/// The table and row of a place, as their writer counts them.
fn counted(spot: Spot) -> Option<(u32, u32)> {
    match spot {
        Spot::Table { table, row, line: 0, .. } => Some((table, row)),
        _ => None,
    }
}

impl<'d> Drafter<'d> {
    /// Makes a band of a header and its rows; the row behind it.
    pub fn headed(&mut self, grid: &Grid<'d>, shape: &Shape, side: Option<&Place<'d>>) -> usize {
        self.letters(grid, shape);
        let heading = self.heading.take();
        let label = side.map(Place::label).or(shape.side.clone()).or(heading.map(|(label, _)| label));
        let name = label.clone().unwrap_or_default();
        let spans = |leaf: &Leaf| {
            let cells = shape.body.clone().filter_map(|row| grid.at(row, leaf.columns.start));
            cells.into_iter().any(|place| place.is_label() && place.rows > 1 && leaf.columns.len() == place.columns)
        };
        let first = &shape.leaves[0];
        let list_words =
            shape.body.clone().flat_map(|row| grid.crossing(row, shape.left)).any(|place| list_word(place).is_some());
        let numbered = shape.labels == 1 && words().is_number(&first.label);
        match shape.labels {
            0 if shape.body.len() == 1
                && distinct(&shape.leaves)
                && (list_words || shape.leaves.len() == 2 && label.is_some())
                && shape.leaves.len() <= 3 =>
            {
                self.lists(grid, shape, label, &name);
            }
            0 => self.records(grid, shape, label, &name, 0),
            1 if !shape.grouped && (spans(first) || numbered) => self.records(grid, shape, label, &name, 1),
            1 => self.matrix(grid, shape, label, &name),
            _ if !shape.grouped && folded(&first.label) == folded(&shape.leaves[1].label) => {
                self.records(grid, shape, label, &name, shape.labels);
            }
            _ if !shape.grouped => self.tree(grid, shape, label, &name),
            _ => self.matrix(grid, shape, label, &name),
        }
        shape.body.end
    }

    /// A number that differs from copy to copy, in the headers: its place gets a tag.
    fn letters(&mut self, grid: &Grid<'d>, shape: &Shape) {
        let rows = shape.header.clone();
        let headers =
            grid.places.iter().filter(|place| rows.contains(&place.row) && place.column >= shape.left && place.is_label());
        for place in headers {
            if let Some((start, end, letter)) = cell::letter(&place.cell.text) {
                if self.letter.is_none() {
                    self.keys.free("number");
                }
                self.letter = Some(letter);
                self.type_text(place.cell, start, end, "{{ p.number }}");
            }
        }
    }

    fn key(&mut self, label: &str, otherwise: &str) -> String {
        self.known.key(label, &mut self.keys, otherwise)
    }

    fn columns(&self, grid: &Grid<'d>, shape: &Shape, leaves: &[Leaf], taken: &mut Taken) -> Vec<Column> {
        let mut seen = Taken::with(&[]);
        let column = |leaf: &Leaf| {
            let place = grid.at(shape.body.start, leaf.columns.start).map(|place| super::printed(&place.what));
            let (kind, boxes) = place.unwrap_or_default();
            let mut field = self.field_among(&leaf.label, kind, &boxes, taken);
            // A name is told by what it looks like; what a column holds that nothing is known of may look like anything.
            if field.why == Why::Nothing && leaf.columns.start > shape.leaves[0].columns.start {
                field.kind = Kind::Text;
            }
            let again = !seen.is_new(&folded(&leaf.label));
            Column { field, head: leaf.head.clone(), across: leaf.across, years: leaf.years.clone(), again }
        };
        let mut columns: Vec<Column> = leaves.iter().map(column).collect();
        // A header over columns bears no label of theirs.
        let names: Vec<String> = shape.leaves.iter().map(|leaf| folded(&leaf.label)).collect();
        let mut last: Option<String> = None;
        let mut heads: Vec<String> = Vec::new();
        for column in &mut columns {
            if column.head != last {
                last.clone_from(&column.head);
                heads.extend(last.iter().map(|head| folded(head)));
            }
            let repeated = |head: &String| {
                let head = folded(head);
                names.contains(&head) || heads.iter().filter(|known| **known == head).count() > 1
            };
            if column.head.as_ref().is_some_and(repeated) {
                column.head = None;
            }
        }
        columns
    }

    /// The place of a column in a row.
    fn at<'g>(grid: &'g Grid<'d>, row: usize, leaf: &Leaf) -> Option<&'g Place<'d>> {
        grid.at(row, leaf.columns.start)
    }

    /// Types the tags of a row that a loop prints: the first of its cells begins the loop, the last one ends it.
    fn row_loop(&mut self, list: &str, tags: Vec<(&Place<'d>, String)>) {
        let count = tags.len();
        for (index, (place, tag)) in tags.into_iter().enumerate() {
            let before = if index == 0 { format!("{{%tr for row in {list} %}}") } else { String::new() };
            let after = if index + 1 == count { "{%tr endfor %}" } else { "" };
            self.type_whole(place.cell, &format!("{before}{tag}{after}"));
        }
    }

    /// Rows that give way to a loop.
    fn rows_gone(&mut self, grid: &Grid<'d>, rows: Range<usize>) {
        let spots = |row: usize| {
            grid.crossing(row, 0).into_iter().filter(move |place| place.row == row).find_map(|p| counted(p.spot()))
        };
        let rows: Vec<(u32, u32)> = rows.filter_map(spots).collect();
        if let (Some((table, first)), Some((_, last))) = (rows.first(), rows.last()) {
            self.typed.push(Typed::Gone { table: *table, first: *first, last: *last });
        }
    }

    /// The vertical label that begins below the header is printed with every row and merged.
    fn side_tag<'g>(grid: &'g Grid<'d>, shape: &Shape) -> Option<(&'g Place<'d>, String)> {
        let side = shape.side.as_ref()?;
        let place = grid.at(shape.body.start, shape.left.checked_sub(1)?)?;
        Some((place, format!("{{{{ \"{}\" | merge }}}}", side.replace('"', ""))))
    }

    fn remember(&mut self, key: &str, shape: &Shape, leaves: &[Leaf], columns: &[Column]) {
        let columns =
            leaves.iter().zip(columns).map(|(leaf, column)| (leaf.columns.clone(), column.field.key.clone())).collect();
        self.last = Some(Last { key: key.to_owned(), columns, table: self.table, row: shape.body.end });
    }

    /// Rows of one kind. `labels` columns hold something printed in every row, which is data all the same.
    fn records(&mut self, grid: &Grid<'d>, shape: &Shape, label: Option<String>, name: &str, labels: usize) {
        let key = self.key(name, "rows");
        let mut taken = Taken::default();
        let columns = self.columns(grid, shape, &shape.leaves, &mut taken);
        let mut tags: Vec<(&Place<'d>, String)> = Self::side_tag(grid, shape).into_iter().collect();
        for (leaf, column) in shape.leaves.iter().zip(&columns) {
            if let Some(place) = Self::at(grid, shape.body.start, leaf) {
                tags.push((place, row_tag(place, &column.field.key)));
            }
        }
        if labels > 0 {
            for row in shape.body.clone() {
                if let Some(place) = Self::at(grid, row, &shape.leaves[0]).filter(|place| place.row == row && place.is_label())
                {
                    self.not_understood(&place.cell.text, place.cell.locus);
                }
            }
        }
        self.row_loop(&format!("p.{key}"), tags);
        self.rows_gone(grid, shape.body.start + 1..shape.body.end);
        self.remember(&key, shape, &shape.leaves, &columns);
        self.bands.push(Band::Records { key, label, columns });
    }

    fn lists(&mut self, grid: &Grid<'d>, shape: &Shape, label: Option<String>, name: &str) {
        let key = self.key(name, "goals");
        let mut taken = Taken::default();
        let mut number = None;
        let mut sides = Vec::new();
        for leaf in &shape.leaves {
            let (label, until, span) = match until(&leaf.label) {
                Some((label, word, span)) => (label, Some(word), span),
                None => (leaf.label.clone(), None, false),
            };
            let side = self.known.key(&label, &mut taken, "side");
            if let Some(place) = Self::at(grid, shape.body.start, leaf) {
                number = number.or(list_word(place));
                self.type_whole(place.cell, &format!("{{{{ p.{key}.{side}.lines }}}}"));
            }
            if let Some(place) = grid.at(shape.header.end - 1, leaf.columns.start).filter(|_| until.is_some()) {
                self.type_whole(place.cell, &format!("{{{{ p.{key}.{side}.header }}}}"));
            }
            sides.push(Side { key: side, label, until, span });
        }
        self.bands.push(Band::Lists { key, label, number, sides });
    }

    /// Fixed rows, in groups where the labels have two columns.
    fn matrix(&mut self, grid: &Grid<'d>, shape: &Shape, label: Option<String>, name: &str) {
        let key = self.key(name, "table");
        let mut taken = Taken::with(&["item"]);
        let leaves = &self.by_years(&shape.leaves[1..]);
        let columns = self.columns(grid, shape, leaves, &mut taken);
        let labels_in = |row: usize| -> Vec<&Place<'d>> {
            grid.crossing(row, shape.left).into_iter().filter(|place| place.column < shape.leaves[0].columns.end).collect()
        };
        let mut groups: Vec<(Option<String>, Vec<String>)> = Vec::new();
        for row in shape.body.clone() {
            let labels = labels_in(row);
            let Some(item) = labels.last().map(|place| place.label()) else { continue };
            let group = if labels.len() > 1 { labels.first().map(|place| place.label()) } else { None };
            // A row across both columns of labels belongs to the group before it.
            let group = match (shape.grouped, group, groups.last()) {
                (true, None, Some((last, _))) => last.clone(),
                (_, group, _) => group,
            };
            match groups.last_mut() {
                Some((last, items)) if *last == group => items.push(item),
                _ => groups.push((group, vec![item])),
            }
        }
        let mut seen = Taken::default();
        let mixed = groups.iter().any(|(group, _)| !group.as_ref().is_some_and(|group| seen.is_new(&folded(group))));
        if groups.len() > 1 && mixed {
            // Rows with and without a label over them: one group of all.
            let mut all = Vec::new();
            for (group, items) in groups {
                if let Some(place) =
                    group.and_then(|group| grid.places.iter().find(|place| place.is_label() && place.label() == group))
                {
                    self.not_understood(&place.cell.text, place.cell.locus);
                }
                all.extend(items);
            }
            groups = vec![(None, all)];
        }
        let mut keys = Taken::default();
        let mut made = Vec::new();
        for (group, items) in groups {
            let group_key = match &group {
                Some(label) => self.known.key(label, &mut keys, "group"),
                None => keys.free("items"),
            };
            let mut seen = Taken::default();
            let item = |item: String| {
                let total = words().is_total(&item);
                (seen.free(&item), total)
            };
            let mut items: Vec<(String, bool)> = items.into_iter().map(item).collect();
            // One row adds up the others: the last one that says so.
            let last = items.iter().rposition(|(_, total)| *total);
            items.iter_mut().enumerate().for_each(|(index, (_, total))| *total &= Some(index) == last);
            made.push(Group { key: group_key, label: group, items });
        }
        // The loop prints the rows that a copy has, also those that are not on the blank.
        let typical =
            shape.body.clone().max_by_key(|row| (labels_in(*row).len(), std::cmp::Reverse(*row))).unwrap_or(shape.body.start);
        let mut tags: Vec<(&Place<'d>, String)> = Self::side_tag(grid, shape).into_iter().collect();
        match labels_in(typical)[..] {
            [group, .., item] => {
                tags.push((group, "{{ row.group | merge }}".to_owned()));
                tags.push((item, "{{ row.item }}".to_owned()));
            }
            [item] => tags.push((item, "{{ row.item }}".to_owned())),
            [] => {}
        }
        for (leaf, column) in leaves.iter().zip(&columns) {
            for (index, place) in grid.crossing(typical, leaf.columns.start).into_iter().take(column.across).enumerate() {
                let key = &column.field.key;
                tags.push((
                    place,
                    if column.across > 1 { format!("{{{{ row.{key}[{index}] }}}}") } else { row_tag(place, key) },
                ));
            }
        }
        self.row_loop(&format!("p.{key}.rows"), tags);
        self.rows_gone(grid, shape.body.start..typical);
        self.rows_gone(grid, typical + 1..shape.body.end);
        for (leaf, column) in leaves.iter().zip(&columns).filter(|(_, column)| column.across > 1) {
            for (index, place) in
                grid.crossing(shape.header.end - 1, leaf.columns.start).into_iter().take(column.across).enumerate()
            {
                self.type_whole(place.cell, &format!("{{{{ p.{key}.years[{index}] }}}}"));
            }
        }
        let corner = shape.leaves[0].label.clone();
        self.remember(&key, shape, leaves, &columns);
        self.bands.push(Band::Matrix { key, label, corner, columns, groups: made });
    }

    /// Columns under one header that are years, or that another form knows to stand for years, as one.
    fn by_years(&self, leaves: &[Leaf]) -> Vec<Leaf> {
        let is_year = |leaf: &Leaf| {
            let text = leaf.label.trim_end_matches(|c: char| words().years.iter().any(|year| year.contains(c)));
            text.len() == 4 && text.chars().all(|c| c.is_ascii_digit())
        };
        let mut joined: Vec<Leaf> = Vec::new();
        for group in leaves.chunk_by(|a, b| a.head.is_some() && a.head == b.head) {
            let named = group.iter().all(|leaf| self.known.is_year(&leaf.label));
            match (&group[0].head, group) {
                (Some(head), [first, .., last]) if named || group.iter().all(is_year) => {
                    let years = if named { group.iter().map(|leaf| leaf.label.clone()).collect() } else { Vec::new() };
                    let columns = first.columns.start..last.columns.end;
                    joined.push(Leaf { columns, label: head.clone(), head: None, across: group.len(), years });
                }
                _ => joined.extend_from_slice(group),
            }
        }
        joined
    }

    /// Rows under two levels of labels.
    fn tree(&mut self, grid: &Grid<'d>, shape: &Shape, label: Option<String>, name: &str) {
        let (levels, leaves) = shape.leaves.split_at(2);
        let mut roots: Vec<(String, Vec<String>)> = Vec::new();
        for row in shape.body.clone() {
            let (Some(root), Some(child)) = (Self::at(grid, row, &levels[0]), Self::at(grid, row, &levels[1])) else {
                continue;
            };
            let (root, child) = (root.label(), child.label());
            if root.is_empty() {
                continue;
            }
            let at = roots.iter().position(|(known, _)| *known == root).unwrap_or_else(|| {
                roots.push((root, Vec::new()));
                roots.len() - 1
            });
            let children = &mut roots[at].1;
            if !child.is_empty() && child != roots_label(&shape.leaves) && !children.contains(&child) {
                children.push(child);
            }
        }
        let mut taken = Taken::default();
        let level = |leaf: &Leaf, taken: &mut Taken| (self.known.key(&leaf.label, taken, "level"), leaf.label.clone());
        let names = [level(&levels[0], &mut taken), level(&levels[1], &mut taken)];
        let columns = self.columns(grid, shape, leaves, &mut taken);
        let numbered = self.numbered();
        let (key, blocks) = match &numbered {
            Some(numbered) => {
                if self.repeats(&numbered.word) {
                    return self.block_again(grid, shape, numbered);
                }
                let key = self.key(&numbered.word, "blocks");
                let mut inner = Taken::with(&["goal"]);
                (key, Some((numbered.word.clone(), self.known.key(name, &mut inner, "rows"))))
            }
            None => (self.key(name, "rows"), None),
        };
        let pointed: Vec<Option<(String, String)>> = roots
            .iter()
            .map(|(root, _)| without_points(root).map(|(_, points)| (root.clone(), points.normalize().to_string())))
            .collect();
        let (hierarchy, shared) = self.hierarchy(roots, &key);
        let mut points: Vec<(String, String)> = pointed.into_iter().collect::<Option<_>>().unwrap_or_default();
        if shared {
            points.iter_mut().for_each(|(root, _)| *root = bare(root));
        }
        let mut tags: Vec<(&Place<'d>, String)> = Self::side_tag(grid, shape).into_iter().collect();
        for (leaf, (key, _)) in levels.iter().zip(&names) {
            if let Some(place) = Self::at(grid, shape.body.start, leaf) {
                tags.push((place, format!("{{{{ row.{key} | merge(within=row.part) }}}}")));
            }
        }
        for (leaf, column) in leaves.iter().zip(&columns) {
            if let Some(place) = Self::at(grid, shape.body.start, leaf) {
                tags.push((place, row_tag(place, &column.field.key)));
            }
        }
        // What is printed in the columns of values is told.
        for row in shape.body.clone() {
            for leaf in leaves {
                if let Some(place) = Self::at(grid, row, leaf).filter(|place| place.row == row && place.is_label()) {
                    self.not_understood(&place.cell.text, place.cell.locus);
                }
            }
        }
        let list = if blocks.is_some() { "goal.rows".to_owned() } else { format!("p.{key}.rows") };
        self.row_loop(&list, tags);
        self.rows_gone(grid, shape.body.start + 1..shape.body.end);
        if let Some(numbered) = &numbered {
            self.block_tags(grid, shape, numbered, &key);
        }
        self.remember(&key, shape, leaves, &columns);
        self.bands.push(Band::Tree { key, label, blocks, levels: names, hierarchy, points, columns });
    }

    /// The field with a number that stands right before: it is the goal of the block.
    fn numbered(&mut self) -> Option<Numbered> {
        let fields = match self.bands.last_mut()? {
            Band::Pairs { fields, rows, .. } => {
                let numbered = fields.last()?.numbered.clone()?;
                fields.pop();
                if let Some(last) = rows.last_mut() {
                    *last -= 1;
                }
                rows.retain(|count| *count > 0);
                (fields.is_empty(), numbered)
            }
            Band::Text(fields) => {
                let numbered = fields.last()?.numbered.clone()?;
                fields.pop();
                (fields.is_empty(), numbered)
            }
            _ => return None,
        };
        let (empty, numbered) = fields;
        if empty {
            self.bands.pop();
        }
        self.typed.retain(|typed| !matches!(typed, Typed::Text { spot, .. } if *spot == numbered.value.spot));
        Some(numbered)
    }

    fn repeats(&self, word: &str) -> bool {
        self.bands.iter().any(|band| matches!(band, Band::Tree { blocks: Some((known, _)), .. } if known == word))
    }

    /// A second block like the first: the loop prints it.
    fn block_again(&mut self, grid: &Grid<'d>, shape: &Shape, numbered: &Numbered) {
        let goal = counted(numbered.label.spot);
        let last = (shape.header.start..shape.body.end).rev().find_map(|row| {
            grid.crossing(row, 0).into_iter().filter(|place| place.row == row).find_map(|place| counted(place.spot()))
        });
        if let (Some((table, first)), Some((other, last))) = (goal, last)
            && table == other
        {
            self.typed.push(Typed::Gone { table, first, last });
        }
    }

    fn block_tags(&mut self, grid: &Grid<'d>, shape: &Shape, numbered: &Numbered, key: &str) {
        let text = |spot: Spot, found: &str, text: String| Typed::Text {
            spot,
            start: 0,
            end: u32::try_from(found.chars().count()).unwrap_or(u32::MAX),
            found: found.to_owned(),
            text,
        };
        let colon = if numbered.label_text.trim_end().ends_with([':', '：']) { "：" } else { "" };
        self.typed.push(text(numbered.label.spot, &numbered.label_text, format!("{{{{ goal.label }}}}{colon}")));
        self.typed.push(text(numbered.value.spot, &numbered.value_text, "{{ goal.goal }}".to_owned()));
        let (before, after) = (format!("{{% for goal in p.{key} %}}"), "{% endfor %}".to_owned());
        let last = grid
            .crossing(shape.body.start, 0)
            .into_iter()
            .filter(|p| p.row == shape.body.start)
            .find_map(|p| counted(p.spot()));
        match (counted(numbered.label.spot), last) {
            (Some((table, first)), Some((other, last))) if table == other => {
                self.typed.push(Typed::Rows { table, first, last, before, after });
            }
            (Some((first, _)), Some((last, _))) => self.typed.push(Typed::Tables { first, last, before, after }),
            _ => {}
        }
    }

    /// The list of levels with these labels: one that forms share (which is said), one that was made before, or a new one.
    /// Points in brackets are no part of a label that forms share.
    fn hierarchy(&mut self, roots: Vec<(String, Vec<String>)>, key: &str) -> (String, bool) {
        let says = |label: &crate::form::Label, text: &str| {
            let text = folded(&bare(text));
            label.wordings().any(|wording| folded(wording) == text)
        };
        for definition in self.definitions {
            for (name, hierarchy) in
                definition.hierarchies.iter().filter(|(name, _)| load::SHARED.iter().any(|(k, _)| **name == **k))
            {
                let all = roots.iter().all(|(root, children)| {
                    let found = hierarchy.roots.iter().find(|known| says(&known.label, root));
                    found.is_some_and(|found| {
                        children.iter().all(|child| found.children.iter().any(|known| says(&known.label, child)))
                    })
                });
                if all && !roots.is_empty() {
                    if !self.levels.iter().any(|known| known.name == **name) {
                        self.levels.push(Levels { name: name.to_string(), shared: true, roots });
                    }
                    return (name.to_string(), true);
                }
            }
        }
        if let Some(known) = self.levels.iter().find(|known| known.roots == roots) {
            return (known.name.clone(), false);
        }
        let name = format!("{key}_levels");
        self.levels.push(Levels { name: name.clone(), shared: false, roots });
        (name, false)
    }

    /// A labelled row below a table, with places under some of its columns. Whether it is one.
    pub fn total_row(&mut self, cells: &[&Place<'d>], row: usize) -> bool {
        let Some((label, values)) = cells.split_first() else { return false };
        let below = |last: &Last| {
            // A table of its own right behind, whose grid is another one: the last columns are meant.
            let next = last.table + 1 == self.table && row == 0 && words().is_total(&label.cell.text);
            last.table == self.table && last.row == row || next && values.len() <= last.columns.len()
        };
        let Some(mut last) = self.last.clone().filter(below) else { return false };
        if last.table != self.table {
            last.columns.drain(..last.columns.len() - values.len());
            for ((range, _), place) in last.columns.iter_mut().zip(values) {
                *range = place.column..place.end();
            }
        }
        let column = |place: &Place<'d>| last.columns.iter().find(|(range, _)| *range == (place.column..place.end()));
        let aligned = values.iter().all(|place| place.is_open() && (column(place).is_some() || place.is_empty()));
        let under: Vec<(&&Place<'d>, &String)> =
            values.iter().filter_map(|place| column(place).map(|(_, key)| (place, key))).collect();
        let wide =
            last.columns.first().is_some_and(|(range, _)| label.end() > range.start) || words().is_total(&label.cell.text);
        if !label.is_label() || !aligned || under.is_empty() || !wide {
            return false;
        }
        let text = label.label();
        let key = self.key(&text, "total");
        for (place, column) in &under {
            self.type_tag(place, &format!("{{{{ p.{key}.{column} }}}}"));
        }
        let columns = under.iter().map(|(_, key)| (*key).clone()).collect();
        self.bands.push(Band::Total { key, label: text, under: last.key.clone(), columns });
        self.last = Some(Last { row: row + 1, table: self.table, ..last });
        true
    }
}

/// Whether all headers differ.
fn distinct(leaves: &[Leaf]) -> bool {
    let mut seen = Taken::default();
    leaves.iter().all(|leaf| seen.is_new(&folded(&leaf.label)))
}

/// A tag in a row of a loop; boxes are ticked.
fn row_tag(place: &Place<'_>, key: &str) -> String {
    match &place.what {
        What::Boxes(ticks) => {
            let tick = |tick: &cell::Tick| format!("{{{{ row.{key} | tick(when=\"{}\") }}}}{}", tick.word, tick.word);
            ticks.iter().map(tick).collect::<Vec<_>>().join("  ")
        }
        _ => format!("{{{{ row.{key} }}}}"),
    }
}

/// A label without the points that stand in its bracket.
fn bare(label: &str) -> String {
    without_points(label).map_or_else(|| label.to_owned(), |(label, _)| label)
}

/// A header with a year inside, `长期目标（截止 年）`: what stands before the bracket, the word before the year, and whether a
/// span of years is meant.
fn until(label: &str) -> Option<(String, String, bool)> {
    let (before, rest) = label.split_once(['(', '（'])?;
    let inner = rest.trim_end_matches([')', '）']);
    let year = words().years.iter().filter(|year| inner.ends_with(year.as_str())).max_by_key(|year| year.len())?;
    // Of a span of years, the last one.
    let word = inner.trim_end_matches(year.as_str()).rsplit(words().date.as_slice()).next().unwrap_or_default().trim();
    let plain = !word.is_empty() && !word.contains(|c: char| c.is_ascii_digit()) && !before.is_empty();
    let span = word.chars().all(|c| is_dash(fold(c)));
    plain.then(|| (before.to_owned(), word.to_owned(), span))
}

/// The header of the first level, which a row repeats that has no label of its own.
fn roots_label(leaves: &[Leaf]) -> &str {
    leaves.get(1).map_or("", |leaf| &leaf.label)
}

/// The word before the numbers of a list that is still empty.
fn list_word(place: &Place<'_>) -> Option<String> {
    let What::Blank(None) = place.what else { return None };
    let line = place.cell.text.lines().find(|line| !line.trim().is_empty())?;
    let word: String =
        line.trim().chars().take_while(|c| c.is_alphabetic() && !crate::value::numeral::is_numeral(*c)).collect();
    (!word.is_empty()).then_some(word)
}
