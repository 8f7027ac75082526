//! What was found → the record: leaves with raw text and places, in the definition's shape; the labels met as marks.
//!
//! Leaves hold what the source says. Where a label stands for a value (a level, a fund row) and is printed otherwise than the
//! definition has it, or not at all, a change says so: it is made with the changes of class auto.

use super::atom::Atom;
use super::evidence::joined;
use super::gather::{Atoms, Cells, Found, Goal, Held, Met};
use super::lexicon::{self, Role};
use crate::change::{Change, Class};
use crate::diag::{Finding, Message, Severity};
use crate::form::{Band, Field, FormDefinition, Label, MatrixColumn};
use crate::locus::Locus;
use crate::record::{Key, Leaf, Mark, MarkKind, Node, Path, Record, Unplaced};
use crate::value::{Kind, tick};
use std::sync::Arc;

/// The rule under which a label is brought to the definition's wording.
pub const LABEL_RULE: &str = "S006";
/// The rule under which a lost label is supplied.
pub const LOST_RULE: &str = "S003";

/// The rule under which a text that the source cuts is put together.
pub const JOINED_RULE: &str = "S012";

/// Builds records from what was found.
pub struct Builder<'a, 'd> {
    pub form: &'a FormDefinition,
    pub atoms: &'a [Atom<'d>],
    /// Columns of each band that the document has.
    pub columns: &'a [Vec<u8>],
    changes: Vec<Change>,
    /// Pieces whose field is known and whose choice is not: left over.
    open: Vec<Atoms>,
    findings: Vec<Finding>,
}

/// A stretch of one cell.
pub struct Stretch<'d> {
    pub atom: &'d Atom<'d>,
    pub start: u32,
    pub end: u32,
    pub text: &'d str,
}

impl<'a, 'd> Builder<'a, 'd> {
    pub fn new(form: &'a FormDefinition, atoms: &'a [Atom<'d>], columns: &'a [Vec<u8>]) -> Self {
        Builder { form, atoms, columns, changes: Vec::new(), open: Vec::new(), findings: Vec::new() }
    }

    /// The record of one form, and what making it showed.
    pub fn build(mut self, found: &Found) -> (Record, Vec<Finding>) {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        if let Some(number) = &self.form.number
            && let Some(leaf) = self.label_number(number, found)
        {
            entries.push((number.key.clone(), Node::Leaf(leaf)));
        }
        for (band, (definition, held)) in self.form.bands.iter().zip(&found.bands).enumerate() {
            self.band(band as u8, definition, held, found, &mut entries);
        }
        let marks = self.marks(found);
        let unplaced =
            |pieces: &[Atoms]| pieces.iter().flat_map(|atoms| self.stretches(atoms)).map(unplaced).collect::<Vec<_>>();
        let mut left = unplaced(&found.left);
        left.extend(unplaced(&found.outside));
        left.extend(unplaced(&self.open));
        left.sort_by_key(|piece| (piece.locus.spot, piece.locus.start));
        let record = Record {
            form: self.form.id.to_string(),
            data: Node::Map(entries),
            changes: self.changes,
            marks,
            unplaced: left,
            ..Record::default()
        };
        (record, self.findings)
    }

    fn band(&mut self, band: u8, definition: &Band, held: &Held, found: &Found, entries: &mut Vec<(Key, Node)>) {
        match (definition, held) {
            (Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields }, Held::Fields(slots)) => {
                for (index, (field, atoms)) in fields.iter().zip(slots).enumerate() {
                    let met = found.labels.iter().find(|met| met.label.role == Role::Field { band, field: index as u8 });
                    if met.is_none() && atoms.is_empty() && field.optional {
                        continue;
                    }
                    let node = match (field.kind, met) {
                        _ if field.inside && atoms.is_empty() => Node::Leaf(self.year_of_title(field, found)),
                        // A mark is its own value.
                        (Kind::Mark, Some(met)) if atoms.is_empty() => Node::Leaf(self.mark_leaf(met)),
                        _ if field.list => {
                            let (items, numbered) = self.list(field.kind, atoms);
                            let at = Path::root().key(field.key.clone());
                            self.changes.extend(numbered.into_iter().map(|(index, change)| change.at(at.clone().index(index))));
                            Node::List(items)
                        }
                        _ => self.field(field, atoms),
                    };
                    entries.push((field.key.clone(), node));
                }
            }
            (Band::Matrix { key, columns, groups, points, .. }, Held::Matrix { years, groups: rows, free }) => {
                let mut map: Vec<(Key, Node)> = Vec::new();
                if let Some((points, word)) = points {
                    let sections = found.labels.iter().filter(|met| met.label.role == Role::Section { band });
                    let leaf = sections.filter_map(|met| self.points(&met.atoms, word)).next();
                    map.extend(leaf.map(|leaf| (points.clone(), Node::Leaf(leaf))));
                }
                for across in columns.iter().filter_map(|column| column.across.as_ref()) {
                    let years = years.iter().map(|atoms| Node::Leaf(self.leaf(Kind::Year, atoms))).collect();
                    map.push((across.key.clone(), Node::List(years)));
                }
                for ((group, rows), free) in groups.iter().zip(rows).zip(free) {
                    let mut list = Vec::new();
                    for index in 0..=rows.len() {
                        for (_, label, cells) in free.iter().filter(|(before, ..)| usize::from(*before) == index) {
                            list.push(self.matrix_row(columns, self.leaf(Kind::Name, label), cells));
                        }
                        let Some((label, cells)) = rows.get(index).and_then(Option::as_ref) else { continue };
                        let at = || Path::root().key(key.clone()).key(group.key.clone()).index(list.len()).key("item");
                        let item = self.label_leaf(label, &group.items[index].label, at);
                        list.push(self.matrix_row(columns, item, cells));
                    }
                    map.push((group.key.clone(), Node::List(list)));
                }
                entries.push((key.clone(), Node::Map(map)));
            }
            (Band::Records { key, columns, .. }, Held::Records(rows)) => {
                let at = Path::root().key(key.clone());
                let row = |(index, row)| Node::Map(self.row(band, columns, row, &at.clone().index(index)));
                let list = rows.iter().enumerate().map(row).collect();
                entries.push((key.clone(), Node::List(list)));
            }
            (Band::Lists { key, sides, number, .. }, Held::Lists(held)) => {
                let mut map = Vec::new();
                for (side, (header, items)) in sides.iter().zip(held) {
                    let content = match number {
                        Some(_) => {
                            Node::List(items.iter().map(|(_, atoms)| Node::Leaf(self.leaf(Kind::Text, atoms))).collect())
                        }
                        None => {
                            let atoms: Atoms = items.iter().flat_map(|(_, atoms)| atoms).copied().collect();
                            if side.list {
                                Node::List(self.list(Kind::Text, &atoms).0)
                            } else {
                                Node::Leaf(self.leaf(Kind::Text, &atoms))
                            }
                        }
                    };
                    let node = match &side.until {
                        None => content,
                        Some((until, word)) => {
                            let (first, last) = self.years_of_side(header, word);
                            let since = side.since.iter().map(|since| (since.clone(), Node::Leaf(first.clone())));
                            let until = (until.clone(), Node::Leaf(last));
                            Node::Map(since.chain([until, (side.items.clone(), content)]).collect())
                        }
                    };
                    map.push((side.key.clone(), node));
                }
                entries.push((key.clone(), Node::Map(map)));
            }
            (Band::Tree(tree), Held::Tree(goals)) => {
                if tree.optional && goals.is_empty() {
                    return;
                }
                let mut list = Vec::new();
                for goal in goals {
                    let at = Path::root().key(tree.key.clone());
                    let at = match &tree.blocks {
                        Some(blocks) => at.index(list.len()).key(blocks.rows.clone()),
                        None => at,
                    };
                    self.level_marks(tree, goal, &at);
                    let mut rows = Vec::new();
                    for (index, row) in goal.rows.iter().enumerate() {
                        let index_in_list = if tree.blocks.is_some() { index } else { list.len() + index };
                        let at = at.clone().index(index_in_list);
                        let [root, level] = self.levels(tree, goal, index, &at);
                        let mut entries = vec![
                            (tree.levels[0].key.clone(), Node::Leaf(root)),
                            (tree.levels[1].key.clone(), Node::Leaf(level)),
                        ];
                        entries.extend(self.row(band, &tree.columns, &row.cells, &at));
                        rows.push(Node::Map(entries));
                    }
                    let Some(blocks) = &tree.blocks else {
                        list.extend(rows);
                        continue;
                    };
                    let mut block = vec![(blocks.goal.key.clone(), Node::Leaf(self.leaf(blocks.goal.kind, &goal.text)))];
                    if let Some((points, word)) = &blocks.points {
                        block.extend(self.points(&goal.mark, word).map(|leaf| (points.clone(), Node::Leaf(leaf))));
                    }
                    block.push((blocks.rows.clone(), Node::List(rows)));
                    list.push(Node::Map(block));
                }
                entries.push((tree.key.clone(), Node::List(list)));
            }
            (Band::Total(total), Held::Matrix { groups, .. }) => {
                let row = groups.iter().flatten().next().and_then(Option::as_ref);
                if row.is_none() && total.optional {
                    return;
                }
                let cell =
                    |index: usize| row.and_then(|(_, cells)| cells.cells.get(index)).map_or(&[] as &[u32], Vec::as_slice);
                let columns = total.columns.iter().enumerate();
                let leaf = |(index, field): (usize, &Field)| (field.key.clone(), self.field(field, cell(index)));
                entries.push((total.key.clone(), Node::Map(columns.map(leaf).collect())));
            }
            (Band::Notes { key, .. }, Held::Notes(notes)) if !notes.is_empty() => {
                // Lines of a printed page are no paragraphs: only their numbers part notes.
                let printed = notes.iter().flatten().any(|atom| self.atoms[*atom as usize].printed);
                let whole = [notes.concat()];
                let notes = if printed { &whole[..] } else { &notes[..] };
                let list = notes.iter().flat_map(|atoms| self.list(Kind::Text, atoms).0).collect();
                entries.push((key.clone(), Node::List(list)));
            }
            _ => {}
        }
    }

    fn matrix_row(&self, columns: &[MatrixColumn], item: Leaf, cells: &Cells) -> Node {
        let mut entries = vec![(Key::from("item"), Node::Leaf(item))];
        let mut next = 0;
        for column in columns {
            let count = column.across.as_ref().map_or(1, |across| across.count);
            let cell = |index: usize| cells.cells.get(index).map_or(&[] as &[u32], Vec::as_slice);
            let mut leaves = (next..next + count).map(|index| Node::Leaf(self.leaf(column.field.kind, cell(index))));
            let node = match &column.across {
                None => leaves.next_back().unwrap_or_default(),
                Some(_) => Node::List(leaves.collect()),
            };
            next += count;
            entries.push((column.field.key.clone(), node));
        }
        Node::Map(entries)
    }

    /// The cells of a row, in the definition's order; optional columns that the document does not have are left out.
    fn row(&mut self, band: u8, columns: &[Field], row: &Cells, at: &Path) -> Vec<(Key, Node)> {
        let shown: &[u8] = self.columns.get(usize::from(band)).map_or(&[], Vec::as_slice);
        let opened = self.open_ticks(columns, row, shown, at);
        let row = opened.as_ref().unwrap_or(row);
        let mut entries: Vec<(Key, Node)> = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            if column.tick {
                if entries.last().is_none_or(|(key, _)| *key != column.key) {
                    let leaf = self.ticked(&columns[index..], &row.cells[index.min(row.cells.len())..], at);
                    entries.push((column.key.clone(), Node::Leaf(leaf)));
                }
                continue;
            }
            let atoms = row.cells.get(index).map_or(&[] as &[u32], Vec::as_slice);
            if column.optional && atoms.is_empty() && !shown.contains(&(index as u8)) {
                continue;
            }
            entries.push((column.key.clone(), self.field(column, atoms)));
        }
        entries
    }

    /// Ticks of a row whose blank cells are gone: each stands in any of the columns that wait for one, and none is chosen. Gives the
    /// row without them, if it is such a row.
    fn open_ticks(&mut self, columns: &[Field], row: &Cells, shown: &[u8], at: &Path) -> Option<Cells> {
        let waits = |(index, column): &(usize, &Field)| {
            (column.tick || column.kind == Kind::Tick) && (shown.is_empty() || shown.contains(&(*index as u8)))
        };
        let waiting: Vec<(usize, &Field)> = columns.iter().enumerate().filter(waits).collect();
        let is_tick = |atoms: &Atoms| !atoms.is_empty() && tick::is_tick(&self.text(atoms));
        let ticked: Vec<usize> =
            waiting.iter().map(|(index, _)| *index).filter(|index| row.cells.get(*index).is_some_and(is_tick)).collect();
        let lost = ticked.iter().flat_map(|index| &row.cells[*index]).any(|atom| !self.atoms[*atom as usize].columns_known);
        if !lost || ticked.len() == waiting.len() {
            return None;
        }
        let mut open = row.clone();
        let candidates: Vec<&str> = waiting.iter().map(|(_, column)| &*column.label.text).collect();
        let message = Message::new("S007.tick").with("candidates", candidates.join("、"));
        let locus =
            ticked.first().map(|index| self.leaf(Kind::Tick, &row.cells[*index])).and_then(|leaf| leaf.loci.first().copied());
        let finding = Finding::new("S007", Severity::Warning, message).help(Message::new("S007.help"));
        self.findings.push(finding.at(at.clone(), locus));
        for index in ticked {
            self.open.push(std::mem::take(&mut open.cells[index]));
        }
        Some(open)
    }

    /// A choice that is ticked in one of several columns: which one follows as a change.
    fn ticked(&mut self, columns: &[Field], cells: &[Atoms], at: &Path) -> Leaf {
        let columns: Vec<&Field> = columns.iter().take_while(|column| column.tick && column.key == columns[0].key).collect();
        let filled: Vec<(&Field, &Atoms)> = columns.iter().copied().zip(cells).filter(|(_, atoms)| !atoms.is_empty()).collect();
        let atoms: Vec<u32> = filled.iter().flat_map(|(_, atoms)| atoms.iter()).copied().collect();
        let leaf = self.leaf(Kind::Choice, &atoms);
        if let [(column, _)] = filled[..]
            && tick::is_tick(&leaf.text)
        {
            self.changes.push(Change {
                at: at.clone().key(column.key.clone()),
                rule: LABEL_RULE,
                class: Class::Auto,
                applied: false,
                from: leaf.text.clone(),
                to: column.label.text.to_string(),
                because: Message::new("S006.tick").with("label", &column.label.text),
                locus: leaf.loci.first().copied(),
            });
        }
        leaf
    }

    fn field(&self, field: &Field, atoms: &[u32]) -> Node {
        if field.list { Node::List(self.list(field.kind, atoms).0) } else { Node::Leaf(self.leaf(field.kind, atoms)) }
    }

    /// Stretches of cells that the atoms cover: atoms that follow one another in a cell make one, with the blanks between.
    pub fn stretches<'s>(&'s self, atoms: &[u32]) -> Vec<Stretch<'s>>
    where
        'd: 's,
    {
        let mut stretches: Vec<(u32, u32)> = Vec::new();
        for &atom in atoms {
            match stretches.last_mut() {
                Some((_, last)) if *last + 1 == atom && goes_on(&self.atoms[*last as usize], &self.atoms[atom as usize]) => {
                    *last = atom;
                }
                _ => stretches.push((atom, atom)),
            }
        }
        stretches.into_iter().map(|(first, last)| self.stretch(first, last)).collect()
    }

    /// From one atom to another of the same cell.
    fn stretch<'s>(&'s self, first: u32, last: u32) -> Stretch<'s>
    where
        'd: 's,
    {
        let (first, last) = (&self.atoms[first as usize], &self.atoms[last as usize]);
        let from = first.text.as_ptr() as usize - first.cell.text.as_ptr() as usize;
        let to = last.text.as_ptr() as usize - last.cell.text.as_ptr() as usize + last.text.len();
        Stretch { atom: first, start: first.start, end: last.end, text: &first.cell.text[from..to] }
    }

    /// One value, as it came.
    pub fn leaf(&self, kind: Kind, atoms: &[u32]) -> Leaf {
        if atoms.is_empty() {
            return Leaf::blank(kind);
        }
        let raw = |s: &Stretch| match s.atom.cell.raw {
            None => s.text.to_owned(),
            Some(_) => s.atom.cell.raw_slice(s.start, s.end),
        };
        let place = |s: &Stretch| s.atom.cell.place(s.start, s.end);
        if let [atom] = atoms {
            let only = self.stretch(*atom, *atom);
            return Leaf::from_source(kind, raw(&only), vec![place(&only)]);
        }
        let stretches = self.stretches(atoms);
        let texts: Vec<String> = stretches.iter().map(raw).collect();
        Leaf::from_source(kind, texts.join("\n"), stretches.iter().map(place).collect())
    }

    /// A value that is printed as a label. What the definition has for it follows as a change.
    fn label_leaf(&mut self, atoms: &[u32], label: &Label, at: impl FnOnce() -> Path) -> Leaf {
        let leaf = self.leaf(Kind::Name, atoms);
        if leaf.text != *label.text {
            let (rule, because) = if leaf.text.is_empty() {
                (LOST_RULE, Message::new("S003.change"))
            } else {
                (LABEL_RULE, Message::new("S006.change"))
            };
            self.changes.push(Change {
                at: at(),
                rule,
                class: Class::Auto,
                applied: false,
                from: leaf.text.clone(),
                to: label.text.to_string(),
                because,
                locus: leaf.loci.first().copied(),
            });
        }
        leaf
    }

    /// The two levels of a row: the labels that govern it, as printed.
    fn levels<'g>(&mut self, tree: &crate::form::TreeBand, goal: &'g Goal, index: usize, at: &Path) -> [Leaf; 2] {
        let row = &goal.rows[index];
        let Some((root, (upper, lower))) = self.labels_of(tree, row.level) else {
            return [Leaf::blank(Kind::Name), Leaf::blank(Kind::Name)];
        };
        let nearest = |marks: &'g [super::gather::LevelMark], wanted: u8| -> &'g [u32] {
            let before = marks.iter().rev().find(|mark| mark.level == wanted && mark.rows_before <= index);
            before.or_else(|| marks.iter().find(|mark| mark.level == wanted)).map_or(&[], |mark| &mark.atoms)
        };
        let root_atoms = nearest(&goal.roots, root);
        let child_atoms = nearest(&goal.levels, row.level);
        let at = |level: usize| at.clone().key(tree.levels[level].key.clone());
        [self.label_leaf(root_atoms, upper, || at(0)), self.label_leaf(child_atoms, lower, || at(1))]
    }

    /// The labels of a second level and its root, and the root's index.
    pub(super) fn labels_of(&self, tree: &crate::form::TreeBand, level: u8) -> Option<(u8, (&'a Label, &'a Label))> {
        let form: &'a FormDefinition = self.form;
        let mut next = 0;
        for (index, root) in form.hierarchy(&tree.hierarchy)?.roots.iter().enumerate() {
            for child in &root.children {
                if next == level {
                    return Some((index as u8, (&root.label, &child.label)));
                }
                next += 1;
            }
        }
        None
    }

    /// Levels printed with other wordings that no row stands under: how they are read is a change too.
    fn level_marks(&mut self, tree: &crate::form::TreeBand, goal: &Goal, at: &Path) {
        for mark in &goal.levels {
            if goal.rows.iter().any(|row| row.level == mark.level) {
                continue;
            }
            let Some((_, (_, label))) = self.labels_of(tree, mark.level) else { continue };
            let leaf = self.leaf(Kind::Name, &mark.atoms);
            if lexicon::fold(&leaf.text) != lexicon::fold(&label.text) {
                self.label_leaf(&mark.atoms, label, || at.clone());
            }
        }
    }

    /// 附件2：, without its colon.
    fn mark_leaf(&self, met: &Met) -> Leaf {
        let mut leaf = self.leaf(Kind::Mark, &met.atoms);
        let trimmed = leaf.raw.trim_end_matches([':', '：']).to_owned();
        leaf.text.clone_from(&trimmed);
        leaf.raw = trimmed;
        if let Some(locus) = leaf.loci.last_mut() {
            locus.end = locus.end.min(locus.start + leaf.raw.chars().count() as u32);
        }
        leaf
    }

    fn marks(&self, found: &Found) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        for met in &found.labels {
            let label = self.label_of(met.label.role);
            let at = self.path_of(met);
            for stretch in self.stretches(&met.atoms) {
                marks.push(mark(&stretch, label.clone(), met.kind, at.clone()));
            }
        }
        for atoms in &found.noise {
            for stretch in self.stretches(atoms) {
                marks.push(mark(&stretch, Arc::from(""), MarkKind::Noise, Path::root()));
            }
        }
        marks.sort_by_key(|mark| (mark.locus.spot, mark.locus.start));
        marks
    }

    /// The text of atoms, for messages.
    pub fn text(&self, atoms: &[u32]) -> String {
        match (atoms.first(), atoms.last()) {
            (Some(&first), Some(&last)) => joined(&self.atoms[first as usize..=last as usize]).into_owned(),
            _ => String::new(),
        }
    }
}

/// Whether an atom stands behind another one in the same cell.
fn goes_on(last: &Atom, next: &Atom) -> bool {
    std::ptr::eq(last.cell, next.cell) && last.end <= next.start
}

fn unplaced(stretch: Stretch) -> Unplaced {
    Unplaced { text: stretch.text.to_owned(), locus: stretch.atom.cell.place(stretch.start, stretch.end) }
}

fn mark(stretch: &Stretch, label: Arc<str>, kind: MarkKind, at: Path) -> Mark {
    let locus: Locus = stretch.atom.cell.place(stretch.start, stretch.end);
    Mark { text: stretch.text.to_owned(), label, kind, at, locus }
}
