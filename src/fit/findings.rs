//! What a person should know of how a form was read: rows out of place, labels late, lost or misspelt, what was dropped, what is
//! not certain, what fits nowhere. Codes S001–S010; documented with the other rules.

use super::align::Columns;
use super::atom::Atom;
use super::columns::BY_ITS_END;
use super::cost::{LABEL_TYPO, MARGIN};
use super::data::Builder;
use super::evidence;
use super::gather::{Atoms, Cells, Found, Held};
use super::graph::{Graph, Node};
use super::lexicon::{self, Match, Role};
use crate::diag::{Finding, Message, Severity};
use crate::document::{Block, Document, Layout};
use crate::form::{Band, FormDefinition};
use crate::locus::{Locus, Part, Spot};
use crate::record::{Path, Record, Step, Trail};
use crate::value::target;
use unicode_width::UnicodeWidthStr;

/// So many labels inside a running text are no coincidence.
const SWALLOWED: usize = 3;

/// What is needed to say where and what.
pub struct Teller<'a, 'd> {
    pub form: &'a FormDefinition,
    pub graph: &'a Graph,
    pub atoms: &'a [Atom<'d>],
    /// Per atom: what it may be as a label.
    pub matches: &'a [Vec<(u8, Match)>],
    /// Beginnings of the instructions that the form prints.
    pub instructions: &'a [Box<str>],
    pub columns: &'a Columns,
    pub builder: &'a Builder<'a, 'd>,
}

impl Teller<'_, '_> {
    /// All findings of one form, in the order of the source.
    pub fn tell(&self, found: &Found) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.rows(found, &mut findings);
        self.labels(found, &mut findings);
        self.told_by_kind(found, &mut findings);
        self.swallowed(found, &mut findings);
        self.strange_notes(found, &mut findings);
        self.sides(found, &mut findings);
        self.perhaps_cut(found, &mut findings);
        let mut last_rule = None;
        for atoms in &found.noise {
            let text = self.builder.text(atoms);
            let row = atoms.first().map(|atom| &self.atoms[*atom as usize]);
            // Brackets around a label, rules under a header: part of how tables are written.
            let syntax =
                !text.contains(|c: char| c.is_ascii_digit()) && row.is_some_and(|atom| self.is_syntax(atom, last_rule));
            // What is neither rule nor number is a head that the page prints again.
            let again = text.chars().filter(|c| c.is_alphabetic()).count() > 1 && !evidence::is_noise(&text);
            if again {
                if self.opens_row(atoms) {
                    findings.push(info("S004", Message::new("S004").with("label", text)).place(self.locus(atoms)));
                }
                continue;
            }
            let header = row.is_some_and(|atom| matches!(atom.cell.locus.spot, Spot::Paragraph { part: Part::Header, .. }));
            if text.chars().count() > 1 && !syntax && !header && self.opens_row(atoms) {
                findings.push(info("S005", Message::new("S005.noise").with("text", text)).place(self.locus(atoms)));
            }
            last_rule = row.filter(|atom| atom.opens_row).map(|atom| atom.block).or(last_rule);
        }
        for atoms in &found.left {
            let message = Message::new("S008").with("text", self.builder.text(atoms));
            let finding = Finding::new("S008", Severity::Warning, message).place(self.locus(atoms));
            findings.push(finding.help(Message::new("S008.help")));
        }
        for atoms in &found.outside {
            // Numbers are hardly text around a form: a person should look.
            let numbers = atoms.iter().any(|atom| target::looks_numeric(self.atoms[*atom as usize].text));
            // So are the form's own labels in a table.
            let is_field = |found: &[(u8, Match)]| {
                found.iter().any(|(_, label)| matches!(label.role, Role::Field { .. }) && label.cost == 0)
            };
            let cells = |atom: &u32| matches!(self.atoms[*atom as usize].layout, Layout::Rows | Layout::Grid);
            let labels = atoms.iter().any(|atom| cells(atom) && is_field(&self.matches[*atom as usize]));
            let severity = if numbers || labels { Severity::Warning } else { Severity::Info };
            let message = Message::new("S009").with("text", self.builder.text(atoms));
            findings.push(Finding::new("S009", severity, message).place(self.locus(atoms)));
        }
        for (band, side, atoms) in &found.skeletons {
            if let Band::Lists { key, sides, .. } = &self.form.bands[usize::from(*band)] {
                let at = Path::root().key(key.clone()).key(sides[usize::from(*side)].key.clone());
                let message = Message::new("S010").with("text", self.builder.text(atoms));
                findings.push(info("S010", message).at(at, Some(self.locus(atoms))));
            }
        }
        findings.sort_by_key(|finding| finding.loci.first().map(|locus| (locus.spot, locus.start)));
        findings
    }

    /// Running text in which labels stand: it may have swallowed what follows it.
    fn swallowed(&self, found: &Found, findings: &mut Vec<Finding>) {
        for (definition, held) in self.form.bands.iter().zip(&found.bands) {
            if let (Band::Lists { key, sides, .. }, Held::Lists(held)) = (definition, held) {
                let section = |atom: &&u32| {
                    let found = self.matches[**atom as usize].iter();
                    self.atoms[**atom as usize].opens_row
                        && found.clone().any(|(_, label)| matches!(label.role, Role::Section { .. }) && label.cost == 0)
                };
                for (side, (_, items)) in sides.iter().zip(held) {
                    let Some(&label) = items.iter().flat_map(|(_, atoms)| atoms).find(section) else { continue };
                    let message = Message::new("S007.labels").with("label", &side.label.text).with("count", 1);
                    let finding = Finding::new("S007", Severity::Warning, message).help(Message::new("S007.help"));
                    let at = Path::root().key(key.clone()).key(side.key.clone());
                    findings.push(finding.at(at, Some(self.locus(&[label]))));
                }
                continue;
            }
            let (Band::Text { fields }, Held::Fields(slots)) = (definition, held) else { continue };
            for (field, atoms) in fields.iter().zip(slots) {
                let exact = |atom: &&u32| self.matches[**atom as usize].iter().any(|(_, label)| label.cost < LABEL_TYPO);
                let labels: Vec<u32> = atoms.iter().filter(exact).copied().collect();
                if labels.len() < SWALLOWED {
                    continue;
                }
                let message = Message::new("S007.labels").with("label", &field.label.text).with("count", labels.len());
                let finding = Finding::new("S007", Severity::Warning, message);
                let at = Path::root().key(field.key.clone());
                findings.push(finding.at(at, Some(self.locus(&labels[..1]))).help(Message::new("S007.help")));
            }
        }
    }

    /// Lists side by side on a printed page: nothing but the order of its items says which one a list is.
    fn sides(&self, found: &Found, findings: &mut Vec<Finding>) {
        for (definition, held) in self.form.bands.iter().zip(&found.bands) {
            let (Band::Lists { key, sides, number: Some(_), .. }, Held::Lists(held)) = (definition, held) else { continue };
            let counts: Vec<usize> = held.iter().map(|(_, items)| items.len()).collect();
            let even = counts.windows(2).all(|pair| pair[0] == pair[1]);
            for (side, (_, items)) in sides.iter().zip(held) {
                for (index, (_, atoms)) in items.iter().enumerate() {
                    let printed = |atom: &u32| self.atoms[*atom as usize].printed;
                    let Some(first) = atoms.first().filter(|first| printed(first)) else { continue };
                    let list = Path::root().key(key.clone()).key(side.key.clone());
                    let list = if side.until.is_some() { list.key(side.items.clone()) } else { list };
                    // Lists of as many items are rarely taken for each other, nor those whose columns can be seen.
                    let seen = self.atoms[*first as usize].columns_known;
                    let severity = if even || seen { Severity::Info } else { Severity::Warning };
                    let message = Message::new("S007.side").with("label", &side.label.text);
                    let finding = Finding::new("S007", severity, message).help(Message::new("S007.help"));
                    findings.push(finding.at(list.index(index), Some(self.locus(&[*first]))));
                }
            }
        }
    }

    /// Notes that the form does not print: perhaps text behind the form.
    fn strange_notes(&self, found: &Found, findings: &mut Vec<Finding>) {
        for (definition, held) in self.form.bands.iter().zip(&found.bands) {
            let (Band::Notes { key, texts, .. }, Held::Notes(notes)) = (definition, held) else { continue };
            for atoms in notes.iter().filter(|_| !texts.is_empty()) {
                let text = self.builder.text(atoms);
                let folded = lexicon::fold(&text);
                if self.instructions.iter().any(|known| folded.contains(&**known)) {
                    continue;
                }
                let message = Message::new("S009.note").with("text", text);
                findings.push(info("S009", message).at(Path::root().key(key.clone()), Some(self.locus(atoms))));
            }
        }
    }

    /// Values without a label.
    fn told_by_kind(&self, found: &Found, findings: &mut Vec<Finding>) {
        for (role, field, atoms) in found.fields(self.form) {
            if atoms.is_empty() || field.inside || found.labels.iter().any(|met| met.label.role == role) {
                continue;
            }
            let message = Message::new("S003.field").with("label", &field.label.text);
            let finding = Finding::new("S003", Severity::Warning, message);
            let at = Path::root().key(field.key.clone());
            findings.push(finding.at(at, Some(self.locus(atoms))).help(Message::new("S003.help")));
        }
    }

    fn locus(&self, atoms: &[u32]) -> Locus {
        let (Some(&first), Some(&last)) = (atoms.first(), atoms.last()) else { return Locus::default() };
        let (first, last) = (&self.atoms[first as usize], &self.atoms[last as usize]);
        let end = if std::ptr::eq(first.cell, last.cell) { last.end.max(first.end) } else { first.end };
        first.cell.place(first.start, end)
    }

    fn opens_row(&self, atoms: &Atoms) -> bool {
        atoms.first().is_some_and(|atom| self.atoms[*atom as usize].opens_row)
    }

    /// A rule as tables are written with: above, under or below their header, or at their end.
    fn is_syntax(&self, atom: &Atom, last_rule: Option<u32>) -> bool {
        // Another rule stands above it in the same block: this one closes the table.
        if last_rule == Some(atom.block) {
            return true;
        }
        let first = self.atoms.partition_point(|other| other.row < atom.row);
        let behind = self.atoms.partition_point(|other| other.row <= atom.row);
        let heads = self.atoms.get(behind).is_some_and(|next| next.block == atom.block);
        let under_first = first.checked_sub(1).is_some_and(|before| self.atoms[before].after_break);
        heads && (atom.after_break || under_first)
    }

    fn rows(&self, found: &Found, findings: &mut Vec<Finding>) {
        let root = Trail::root();
        for (band, (definition, held)) in self.form.bands.iter().zip(&found.bands).enumerate() {
            let band = band as u8;
            match (definition, held) {
                (Band::Matrix { key, groups, .. }, Held::Matrix { groups: rows, free, .. }) => {
                    for (group, (definition, rows)) in groups.iter().zip(rows).enumerate() {
                        let band_at = root.key(key);
                        let list = band_at.key(&definition.key);
                        let mut index = 0;
                        for row in 0..=rows.len() {
                            for (_, label, _) in free[group].iter().filter(|(before, ..)| usize::from(*before) == row) {
                                let at = list.index(index).path();
                                let message = Message::new("S011").with("text", self.builder.text(label));
                                let finding = Finding::new("S011", Severity::Warning, message);
                                findings.push(finding.at(at, Some(self.locus(label))).help(Message::new("S011.help")));
                                index += 1;
                            }
                            let Some((label, cells)) = rows.get(row).and_then(Option::as_ref) else { continue };
                            let at = list.index(index);
                            index += 1;
                            let node = Node::Item { band, group: group as u8, row: row as u8 };
                            // Where columns are not known, a row that lacks a value may lack any of them.
                            let short = cells.cells.iter().any(Vec::is_empty) && self.columns_lost(cells);
                            let margin = if short { 0 } else { cells.margin };
                            self.unsure(margin, cells.rival, cells.first(), &at, None, findings);
                            self.shifted(label.first(), node, &at, findings);
                        }
                    }
                }
                (Band::Records { key, .. }, Held::Records(rows)) => {
                    let list = root.key(key);
                    for (index, row) in rows.iter().enumerate() {
                        let at = list.index(index);
                        self.row(row, &|column| Node::Column { band, column }, &at, findings);
                        self.unsure(row.margin, row.rival, row.first(), &at, None, findings);
                    }
                }
                (Band::Tree(tree), Held::Tree(goals)) => {
                    let tree_at = root.key(&tree.key);
                    for (goal_index, goal) in goals.iter().enumerate() {
                        let block = tree_at.index(goal_index);
                        let goal_at = if tree.blocks.is_some() { block } else { tree_at };
                        let rows_at = tree.blocks.as_ref().map_or(goal_at, |blocks| goal_at.key(&blocks.rows));
                        for (index, row) in goal.rows.iter().enumerate() {
                            let at = rows_at.index(index);
                            let (level, seen) = (row.level, row.seen);
                            self.row(&row.cells, &|column| Node::Leaf { band, level, seen, column }, &at, findings);
                            self.unsure(row.cells.margin, row.cells.rival, row.cells.first(), &at, Some(level), findings);
                            if !seen {
                                self.unlabelled(band, goal.levels.iter().any(|mark| mark.level == level), row, &at, findings);
                            }
                        }
                        let levels = goal.levels.iter().map(|mark| (mark, Node::Level { band, level: mark.level }));
                        let roots = goal.roots.iter().map(|mark| (mark, Node::Root { band, root: mark.level }));
                        for (mark, node) in levels.chain(roots) {
                            self.label_column(&mark.atoms, node, &goal_at, findings);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A row before its label, or without any.
    fn unlabelled(&self, band: u8, arrives: bool, row: &super::gather::TreeRow, at: &Trail, findings: &mut Vec<Finding>) {
        let Some(first) = row.cells.first() else { return };
        let label = self.builder.label_of(Role::Level2 { band, level: row.level });
        let locus = self.locus(&[first]);
        findings.push(if arrives {
            info("S002", Message::new("S002").with("label", label)).at(at.path(), Some(locus))
        } else {
            let message = Message::new("S003").with("label", label);
            Finding::new("S003", Severity::Warning, message).at(at.path(), Some(locus)).help(Message::new("S003.help"))
        });
    }

    fn unsure(
        &self,
        margin: i32,
        rival: Option<Node>,
        first: Option<u32>,
        at: &Trail,
        level: Option<u8>,
        findings: &mut Vec<Finding>,
    ) {
        let (true, Some(first)) = (margin < MARGIN, first) else { return };
        let other = rival.map_or_else(String::new, |rival| self.describe(rival, level));
        let message = if other.is_empty() { Message::new("S007") } else { Message::new("S007.rival").with("other", other) };
        let finding = Finding::new("S007", Severity::Warning, message).at(at.path(), Some(self.locus(&[first])));
        findings.push(finding.help(Message::new("S007.help")));
    }

    /// A node in words: the level, or the column, whichever differs.
    fn describe(&self, node: Node, level: Option<u8>) -> String {
        let Some(band) = node.band() else { return String::new() };
        match node {
            Node::Leaf { level: other, .. } if level != Some(other) => {
                self.builder.label_of(Role::Level2 { band, level: other }).to_string()
            }
            Node::Leaf { column, .. } => self.builder.label_of(Role::Header { band, column: column + 2 }).to_string(),
            Node::Column { column, .. } => self.builder.label_of(Role::Header { band, column }).to_string(),
            Node::Value { field, .. } | Node::Label { field, .. } => {
                self.builder.label_of(Role::Field { band, field }).to_string()
            }
            _ => self.builder.label_of(Role::Section { band }).to_string(),
        }
    }

    fn row(&self, row: &Cells, node: &dyn Fn(u8) -> Node, at: &Trail, findings: &mut Vec<Finding>) {
        let Some(first) = row.first() else { return };
        let Some(column) = row.cells.iter().position(|cell| cell.first() == Some(&first)) else { return };
        self.shifted(Some(&first), node(column as u8), at, findings);
    }

    fn shifted(&self, first: Option<&u32>, node: Node, at: &Trail, findings: &mut Vec<Finding>) {
        let Some(&first) = first else { return };
        let Some(off) = self.off(first, node) else { return };
        let id = if off < 0 { "S001.left" } else { "S001.right" };
        let message = Message::new(id).with("columns", off.abs());
        findings.push(info("S001", message).at(at.path(), Some(self.locus(&[first]))));
    }

    fn label_column(&self, atoms: &Atoms, node: Node, at: &Trail, findings: &mut Vec<Finding>) {
        let Some(&first) = atoms.first() else { return };
        if self.off(first, node).is_some() {
            let message = Message::new("S001.label").with("label", self.builder.text(atoms));
            findings.push(info("S001", message).at(at.path(), Some(self.locus(atoms))));
        }
    }

    /// Whether a row is of a printed page, where nothing shows its columns.
    fn columns_lost(&self, cells: &Cells) -> bool {
        cells.first().is_some_and(|first| self.atoms[first as usize].printed)
    }

    /// Texts that fill their column on a printed page, and stand on one line: the next line may be theirs, too.
    fn perhaps_cut(&self, found: &Found, findings: &mut Vec<Finding>) {
        for (definition, held) in self.form.bands.iter().zip(&found.bands) {
            let texts: Vec<(&Atoms, Path)> = match (definition, held) {
                (Band::Tree(tree), Held::Tree(goals)) => {
                    let path = |goal| match &tree.blocks {
                        Some(blocks) => Path::root().key(tree.key.clone()).index(goal).key(blocks.rows.clone()),
                        None => Path::root().key(tree.key.clone()),
                    };
                    let mut texts = Vec::new();
                    for (goal, held) in goals.iter().enumerate() {
                        let names = held.rows.iter().enumerate();
                        texts.extend(names.filter_map(|(at, row)| Some((row.cells.cells.first()?, path(goal).index(at)))));
                    }
                    texts
                }
                (Band::Records { key, .. }, Held::Records(rows)) => {
                    let path = |index| Path::root().key(key.clone()).index(index);
                    rows.iter().filter_map(|row| row.cells.first()).enumerate().map(|(at, row)| (row, path(at))).collect()
                }
                (Band::Lists { key, sides, number: Some(_), .. }, Held::Lists(held)) => {
                    let path = |side: usize, index| {
                        let list = Path::root().key(key.clone()).key(sides[side].key.clone());
                        if sides[side].until.is_some() { list.key(sides[side].items.clone()) } else { list }.index(index)
                    };
                    let mut texts = Vec::new();
                    for (side, (_, items)) in held.iter().enumerate() {
                        texts.extend(items.iter().enumerate().map(|(index, (_, text))| (text, path(side, index))));
                    }
                    texts
                }
                _ => continue,
            };
            let printed = |atoms: &&Atoms| atoms.first().is_some_and(|first| self.atoms[*first as usize].printed);
            // How wide the widest line is; a text of several lines is as wide as its first one.
            let line = |atoms: &Atoms| {
                let first = atoms.first().map(|first| &self.atoms[*first as usize]);
                let row = |atom: &&u32| {
                    first.is_some_and(|first| first.cell.locus.line() == self.atoms[**atom as usize].cell.locus.line())
                };
                atoms.iter().filter(row).map(|atom| self.atoms[*atom as usize].text.width()).sum::<usize>()
            };
            let widest = texts.iter().map(|(atoms, _)| *atoms).filter(printed).map(line).max().unwrap_or(0);
            for (atoms, at) in texts.into_iter().filter(|(atoms, _)| printed(atoms)) {
                let lines = |atom: &u32| self.atoms[*atom as usize].cell.locus.line();
                let one = atoms.windows(2).all(|pair| lines(&pair[0]) == lines(&pair[1]));
                if one && line(atoms) + 4 >= widest {
                    let message = Message::new("S012.full").with("text", self.builder.text(atoms));
                    findings.push(info("S012", message).at(at, Some(self.locus(atoms))));
                }
            }
        }
    }

    /// How many columns a piece stands off; none where columns mean nothing, or by nothing.
    fn off(&self, atom: u32, node: Node) -> Option<i64> {
        let atom = &self.atoms[atom as usize];
        let expected = self.columns.expected[usize::from(self.graph.place_of(self.graph.id(node)))];
        if atom.layout != Layout::Rows || atom.printed || !atom.columns_known || expected < 0 {
            return None;
        }
        Some(i64::from(atom.column) - i64::from(expected % BY_ITS_END)).filter(|off| *off != 0)
    }

    fn labels(&self, found: &Found, findings: &mut Vec<Finding>) {
        let mut sections_seen: Vec<Role> = Vec::new();
        let mut last_header = None;
        for met in &found.labels {
            let label = || self.builder.label_of(met.label.role);
            if met.label.cost >= LABEL_TYPO {
                let message = Message::new("S006").with("text", self.builder.text(&met.atoms)).with("label", label());
                findings.push(info("S006", message).place(self.locus(&met.atoms)));
            }
            let seen = sections_seen.contains(&met.label.role);
            match met.label.role {
                Role::Section { .. } if met.again && !seen => {
                    findings
                        .push(info("S002", Message::new("S002.section").with("label", label())).place(self.locus(&met.atoms)));
                }
                Role::Section { .. } if met.again => {
                    findings.push(info("S004", Message::new("S004").with("label", label())).place(self.locus(&met.atoms)));
                }
                // A header has many cells; the first one speaks for the row.
                Role::Header { band, .. } if met.again => {
                    let row = met.atoms.first().map(|atom| self.atoms[*atom as usize].row);
                    if last_header != Some((band, row)) {
                        let message = Message::new("S004").with("label", label());
                        findings.push(info("S004", message).place(self.locus(&met.atoms)));
                    }
                    last_header = Some((band, row));
                }
                _ => {}
            }
            if !seen {
                sections_seen.push(met.label.role);
            }
        }
    }
}

fn info(rule: &'static str, message: Message) -> Finding {
    Finding::new(rule, Severity::Info, message)
}

/// Rows of blank cells between rows of a table: dropped, and said so.
pub fn spacers(document: &Document, lines: std::ops::RangeInclusive<u32>) -> Vec<Finding> {
    let blank = |block: &Block| block.layout == Layout::Rows;
    let rows = document.blocks.iter().filter(|block| blank(block)).flat_map(|block| &block.rows);
    rows.filter(|row| row.cells.len() > 1 && row.is_blank())
        .filter_map(|row| row.cells.first().map(|cell| cell.locus))
        .filter(|locus| locus.line().is_some_and(|line| lines.contains(&line)))
        .map(|locus| info("S005", Message::new("S005.spacer")).place(locus))
        .collect()
}

/// Values that stand on several lines of a printed page: that the lines are one value is what they look like, and said so.
pub fn joined_lines(form: &FormDefinition, record: &Record) -> Vec<Finding> {
    let level_keys = |band: &'_ Band| match band {
        Band::Tree(tree) => tree.levels.iter().map(|level| level.key.to_string()).collect(),
        _ => Vec::new(),
    };
    let labels: Vec<String> = form.bands.iter().flat_map(level_keys).collect();
    let mut findings = Vec::new();
    record.each_leaf(&mut |path, leaf| {
        let lines = leaf.loci.windows(2).filter(|pair| pair[0].line() != pair[1].line()).count() + 1;
        // A label is known by its wording, however it is cut.
        let is_label =
            matches!(path.0.last(), Some(Step::Key(key)) if labels.iter().any(|label| **label == **key) || &**key == "item");
        if lines > 1 && !is_label {
            let message = Message::new("S012.lines").with("text", &leaf.text).with("count", lines);
            findings.push(info("S012", message).at(path.clone(), leaf.loci.first().copied()));
        }
    });
    findings
}
