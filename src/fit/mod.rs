//! Document + definitions in, records out: which form, where it begins and ends, and every piece to its slot.
//!
//! [`recognise`] says which forms a document may hold, [`stranger`] when it is none of them, [`atom`] and [`cut`] cut it ([`page`], with [`pieces`] and [`stack`], puts printed pages into reading order, [`halves`] forms side by side, [`repeated`] finds what each page prints again, [`aside`] keeps
//! footers and comments out), [`lexicon`] (with [`spelling`] and [`edges`]) says what may be a label, [`graph`] is the definition compiled to nodes ([`node`]), [`arcs`] the
//! grammar between them, [`evidence`], [`cues`], [`prices`] and [`cost`] what breaking it costs, [`align`] and [`expand`] the search, [`layers`] what it keeps, [`beam`] how widely; [`centre`] moves labels printed in the
//! middle of their rows; [`gather`], [`data`] (with [`list`]) and [`findings`] (with [`grid`] and [`headings`]) turn the path found into a record and
//! what to say of it, [`typeset`] takes off what printing added.

mod align;
mod arcs;
mod aside;
mod atom;
mod beam;
mod centre;
mod columns;
mod cost;
mod cues;
mod cut;
mod data;
mod edges;
mod evidence;
mod expand;
mod findings;
mod gather;
mod graph;
mod grid;
mod halves;
mod headings;
mod inside;
mod layers;
mod lexicon;
mod list;
mod named;
mod node;
mod page;
mod pieces;
mod prices;
mod recognise;
mod repeated;
mod spelling;
mod stack;
mod stranger;
mod typeset;

use crate::diag::{BETWEEN, Error, Finding, Message, Severity};
use crate::document::Document;
use crate::form::{Band, FormDefinition};
use crate::record::Record;
use align::{Act, Path, Search, Step, TextPrices};
use atom::Atom;
use centre::Middle;
use cost::Cost;
use cut::Cut;
use evidence::{Traits, Words};
use expand::{Chosen, Followers};
use gather::{Found, Held};
use graph::{Graph, Node, PlanShape};
use lexicon::Role;
use recognise::{Evidence, Recogniser};
use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};

/// One form found in a document. Leaves hold raw text; nothing is normalised yet.
#[derive(Clone, Debug, Default)]
pub struct Fitted {
    pub record: Record,
    /// Structure repaired (info), ambiguous placements and what fits nowhere (warning).
    pub findings: Vec<Finding>,
    /// The path's cost in hundredths of −ln p: near 0 for a perfect grid.
    pub cost: i64,
}

/// Definitions compiled for the search, each when a document may be of its kind. Made once, used for any number of documents,
/// from any thread.
#[derive(Clone, Debug)]
pub struct Fitter {
    definitions: Vec<Arc<FormDefinition>>,
    recogniser: Recogniser,
    forms: Vec<OnceLock<Compiled>>,
}

#[derive(Clone, Debug)]
struct Compiled {
    definition: Arc<FormDefinition>,
    graph: Graph,
    words: Vec<Words>,
    /// Those of all lists.
    all_words: Words,
    /// Which values follow which, with the columns in the definition's own order: without those that are optional, and with all.
    followers: [Followers; 2],
    instructions: Vec<Box<str>>,
    /// The labels by which the form is known, with their wording.
    main_labels: Vec<(Role, Arc<str>)>,
}

/// A stretch of rows that holds one form.
struct Part {
    /// Which of the documents' cuts it is read by, and those of forms that are nearly as likely.
    cut: usize,
    rivals: Vec<usize>,
    rows: std::ops::Range<u32>,
    /// Rows before this one are the end of another form.
    lead: u32,
    /// How many of the form's main labels were met, and how many it has.
    labels: (usize, usize),
}

impl Fitter {
    pub fn new(definitions: &[Arc<FormDefinition>]) -> Self {
        Fitter {
            definitions: definitions.to_vec(),
            recogniser: Recogniser::new(definitions),
            forms: definitions.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    fn form(&self, index: usize) -> &Compiled {
        self.forms[index].get_or_init(|| Compiled::new(&self.definitions[index]))
    }

    /// Finds all forms of a document, of whatever kinds are defined.
    pub fn fit(&self, document: &Document) -> Result<Vec<Fitted>, Error> {
        let parted = halves::parted(document);
        let document = &*parted;
        let evidence = self.recogniser.look(document);
        let last = evidence.rows;
        let candidates = candidates(&evidence, last);
        let cuts: Vec<(usize, Cut)> =
            candidates.iter().map(|&form| (form, Cut::new(document, &self.form(form).graph))).collect();
        let parts = self.parts(&cuts, &evidence, last)?;
        let mut fitted = Vec::with_capacity(parts.len());
        for part in &parts {
            let (form, cut) = &cuts[part.cut];
            let best = self.form(*form).fit(document, cut, part)?;
            // A text about forms names some labels, but most of it fits nowhere.
            let (found, total) = part.labels;
            if parts.len() == 1 && found * 2 < total && stranger::mostly_unplaced(&best.record, &cut.atoms) {
                return Err(self.no_form(&cuts[part.cut], &evidence, last, found, total));
            }
            let mut closest = self.closest(document, &cuts, part, best)?;
            if self.definitions.len() > 1 {
                let form = self.definitions.iter().position(|form| *form.id == *closest.record.form);
                let score = form.and_then(|form| evidence.scores(&part.rows).get(form).copied()).unwrap_or(0);
                // Without its title a form must be known by what stands in it: many tables have a few labels of some form.
                if parts.len() == 1 && evidence.titles.is_empty() && stranger::is_stranger(score, &closest.record, &cut.atoms) {
                    return Err(self.no_form(&cuts[part.cut], &evidence, last, found, total));
                }
                closest.record.source.recognised = format!("{}%", score.min(100));
            }
            fitted.push(closest);
        }
        if let (Some(last), Some(part)) = (fitted.last_mut(), parts.last()) {
            aside::tell(&cuts[part.cut].1.aside, last);
        }
        Ok(fitted)
    }

    /// The forms that a document has most in common with, and how much in percent; those with nothing in common are left out.
    pub fn likely(&self, document: &Document) -> Vec<(&FormDefinition, u32)> {
        let evidence = self.recogniser.look(document);
        let scores = evidence.scores(&(0..evidence.rows));
        let forms = self.definitions.iter().zip(scores).filter(|(_, score)| *score > 0);
        let mut likely: Vec<(&FormDefinition, u32)> = forms.map(|(form, score)| (&**form, score)).collect();
        likely.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
        likely.iter_mut().for_each(|(_, score)| *score = (*score).min(100));
        likely
    }

    /// Of the form chosen and another that has nearly as much of its labels in these rows, the one that more of them fits.
    fn closest(&self, document: &Document, cuts: &[(usize, Cut)], part: &Part, best: Fitted) -> Result<Fitted, Error> {
        let mut best = best;
        for &cut in &part.rivals {
            let (form, rival) = &cuts[cut];
            let other = self.form(*form).fit(document, rival, part)?;
            // Prices are of one form's own labels: between forms only what was left over and what is doubtful can be compared.
            let grave = |fitted: &Fitted| fitted.findings.iter().filter(|f| f.severity != Severity::Info).count();
            let worth = |fitted: &Fitted| (stranger::unplaced(&fitted.record), grave(fitted));
            if worth(&other) < worth(&best) {
                best = other;
            }
        }
        Ok(best)
    }

    /// Where forms begin: at titles that are followed by a form's first fields. Which form: the one whose labels are there.
    fn parts(&self, cuts: &[(usize, Cut)], evidence: &Evidence, last: u32) -> Result<Vec<Part>, Error> {
        let mut begins: Vec<u32> = cuts.iter().flat_map(|(form, cut)| cut.beginnings(&self.form(*form).graph)).collect();
        begins.sort_unstable();
        begins.dedup();
        // Another form before the first title, or the end of one, is no part of the form that the title opens.
        let lead = begins.first().copied().filter(|first| cuts.iter().any(|(_, cut)| cut.has_levels(*first)));
        match (lead, &mut begins[..]) {
            (Some(_), _) => begins.insert(0, 0),
            (None, [first, _, ..]) => *first = 0,
            (None, _) => begins = vec![0],
        }
        let lead = lead.unwrap_or(0);
        let mut parts: Vec<Part> = Vec::new();
        // Rows with a title and no form behind it, before the first form.
        let mut before: Option<u32> = None;
        for (index, &begin) in begins.iter().enumerate() {
            let rows = begin..begins.get(index + 1).copied().unwrap_or(last);
            let likely = evidence.candidates(&rows);
            let known = |form: &usize| cuts.iter().position(|(own, _)| own == form);
            let mut likely: Vec<usize> = likely.iter().filter_map(known).collect();
            if likely.is_empty() {
                likely.extend((!cuts.is_empty()).then_some(0));
            }
            let Some((&cut, rivals)) = likely.split_first() else { continue };
            let (form, content) = &cuts[cut];
            let (found, total) = self.form(*form).score(content, &rows);
            if found >= 3.min(total) && found * 6 >= total {
                let rows = before.take().unwrap_or(rows.start)..rows.end;
                parts.push(Part {
                    cut,
                    rivals: rivals.to_vec(),
                    lead: if rows.start < lead { lead } else { 0 },
                    rows,
                    labels: (found, total),
                });
            } else if begins.len() == 1 {
                return Err(self.no_form(&cuts[cut], evidence, last, found, total));
            } else if let Some(part) = parts.last_mut() {
                // A title with nothing behind it: text of the form before.
                part.rows.end = rows.end;
            } else {
                before = before.or(Some(rows.start));
            }
        }
        if parts.is_empty() {
            return Err(Error::NoForm(Message::new("fit.no_form").with("count", self.definitions.len())));
        }
        Ok(parts)
    }

    fn no_form(&self, (form, cut): &(usize, Cut), evidence: &Evidence, last: u32, found: usize, total: usize) -> Error {
        if found < 2 {
            return Error::NoForm(Message::new("fit.no_form").with("count", self.definitions.len()));
        }
        let nearest = self.form(*form);
        let missing: Vec<&str> = nearest
            .main_labels
            .iter()
            .filter(|(role, _)| !cut.matches.iter().flatten().any(|(_, label)| label.role == *role))
            .map(|(_, text)| &**text)
            .take(5)
            .collect();
        let scores = evidence.scores(&(0..last));
        let mut next: Vec<usize> = (0..scores.len()).filter(|other| other != form && scores[*other] > 0).collect();
        next.sort_by_key(|form| (std::cmp::Reverse(scores[*form]), *form));
        let next: Vec<&str> = next.iter().take(2).map(|form| &*self.definitions[*form].id).collect();
        let id = if next.is_empty() { "fit.near_form" } else { "fit.near_forms" };
        let message = Message::new(id).with("title", &nearest.definition.title.text).with("found", found);
        let message = message.with("form", &nearest.definition.id).with("next", next.join(BETWEEN));
        Error::NoForm(message.with("total", total).with("missing", missing.join(BETWEEN)))
    }
}

/// The forms that any stretch between titles may be.
fn candidates(evidence: &Evidence, last: u32) -> Vec<usize> {
    let mut begins = evidence.titles.clone();
    begins.dedup();
    // The first title's form may begin above it.
    if let Some(first) = begins.first_mut() {
        *first = 0;
    } else {
        begins.push(0);
    }
    let mut candidates = evidence.candidates(&(0..last));
    for (index, &begin) in begins.iter().enumerate() {
        let rows = begin..begins.get(index + 1).copied().unwrap_or(last);
        candidates.extend(evidence.candidates(&rows));
    }
    candidates.sort_unstable();
    candidates.dedup();
    candidates
}

/// Finds all forms of a document. For many documents, make a [`Fitter`] once.
pub fn fit(document: &Document, definitions: &[Arc<FormDefinition>]) -> Result<Vec<Fitted>, Error> {
    Fitter::new(definitions).fit(document)
}

/// The labels by which a form is known, with their wording.
fn main_labels(definition: &FormDefinition, graph: &Graph) -> Vec<(Role, Arc<str>)> {
    let mut labels = Vec::new();
    for (index, band) in definition.bands.iter().enumerate() {
        let band_index = index as u8;
        if graph.plans[index].optional {
            continue;
        }
        match band {
            Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => {
                if let Band::Pairs { label: Some(label), .. } = band {
                    labels.push((Role::Section { band: band_index }, label.text.clone()));
                }
                for (field, definition) in fields.iter().enumerate().filter(|(_, field)| !(field.optional || field.inside)) {
                    labels.push((Role::Field { band: band_index, field: field as u8 }, definition.label.text.clone()));
                }
            }
            Band::Matrix { label, groups, .. } => {
                labels.push((Role::Section { band: band_index }, label.text.clone()));
                for (group, definition) in groups.iter().enumerate() {
                    let role = Role::Group { band: band_index, group: group as u8 };
                    labels
                        .extend(Some(&definition.label.text).filter(|text| !text.is_empty()).map(|text| (role, text.clone())));
                }
            }
            Band::Records { label, columns, .. } => {
                labels.push((Role::Section { band: band_index }, label.text.clone()));
                for (column, definition) in columns.iter().enumerate().filter(|(_, column)| !column.optional) {
                    labels.push((Role::Header { band: band_index, column: column as u8 }, definition.label.text.clone()));
                }
            }
            Band::Lists { label, .. } => labels.push((Role::Section { band: band_index }, label.text.clone())),
            Band::Tree(tree) => {
                labels.push((Role::Section { band: band_index }, tree.label.text.clone()));
                for (column, level) in tree.levels.iter().enumerate() {
                    labels.push((Role::Header { band: band_index, column: column as u8 }, level.label.text.clone()));
                }
            }
            Band::Total(total) => {
                labels.push((Role::Item { band: band_index, group: 0, item: 0 }, total.label.text.clone()));
            }
            Band::Notes { .. } => {}
        }
    }
    labels
}

impl Compiled {
    fn new(definition: &Arc<FormDefinition>) -> Self {
        let notes = definition.bands.iter().filter_map(|band| match band {
            Band::Notes { texts, .. } => Some(texts),
            _ => None,
        });
        let head = |text: &Arc<str>| lexicon::fold(text).chars().take(8).collect::<String>().into_boxed_str();
        let graph = Graph::new(definition);
        let words = evidence::words(definition);
        let order = columns::columns(&graph, &[], &[]).order;
        Compiled {
            followers: [order, columns::complete(&graph)].map(|order| Followers::new(&graph, order, cost::LATE)),
            all_words: Words::all(&words),
            words,
            main_labels: main_labels(definition, &graph),
            definition: definition.clone(),
            graph,
            instructions: notes.flatten().map(head).collect(),
        }
    }

    /// How many of the form's main labels stand in some rows, and how many it has.
    fn score(&self, cut: &Cut, rows: &std::ops::Range<u32>) -> (usize, usize) {
        let labels = &self.main_labels;
        let total = labels.len();
        let mut seen = vec![false; total];
        for (atom, found) in cut.atoms.iter().zip(&cut.matches).filter(|(atom, _)| rows.contains(&atom.row)) {
            let _ = atom;
            for (_, label) in found.iter().filter(|(_, label)| label.cost < cost::LABEL_TYPO) {
                if let Some(index) = labels.iter().position(|(role, _)| *role == label.role) {
                    seen[index] = true;
                }
            }
        }
        (seen.iter().filter(|seen| **seen).count(), total)
    }

    fn fit(&self, document: &Document, cut: &Cut, part: &Part) -> Result<Fitted, Error> {
        let from = cut.atoms.partition_point(|atom| atom.row < part.rows.start);
        let to = cut.atoms.partition_point(|atom| atom.row < part.rows.end);
        let atoms = &cut.atoms[from..to];
        let matches = cut.matches_within(from..to);
        let matches = &*matches;
        let mut traits: Vec<Traits> = atoms.iter().map(|atom| Traits::of(atom, &self.all_words)).collect();
        evidence::mark_noise(atoms, &mut traits);
        atoms.iter().zip(&mut traits).for_each(|(atom, traits)| traits.outside = atom.row < part.lead);
        evidence::mark_strange(atoms, matches, &mut traits);
        repeated::mark(&self.graph, atoms, matches, &mut traits);
        let columns = columns::columns(&self.graph, atoms, matches);
        let texts = TextPrices::new(atoms.len());
        let in_order = |late| Followers::new(&self.graph, columns.order.clone(), late);
        let (own, centring, centred_only) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let known = Chosen::new(&self.followers, &columns.order, || own.get_or_init(|| in_order(cost::LATE)));
        let search = |followers| Search {
            graph: &self.graph,
            atoms,
            traits: &traits,
            matches,
            columns: &columns,
            words: &self.words,
            instructions: &self.instructions,
            followers,
            texts: &texts,
        };
        let mut chosen = search(&known);
        let mut route = chosen.run();
        let mut centred = false;
        if worth_centring(route.path()) {
            let late = centring.get_or_init(|| in_order(cost::LATE_CENTRED));
            let other = search(centred_only.get_or_init(|| Chosen::only(late)));
            let rival = other.run();
            if rival.path().cost + i64::from(cost::CENTRED) < route.path().cost {
                (chosen, route, centred) = (other, rival, true);
            }
        }
        let path = chosen.finish(route);
        let mut found = gather::gather(&self.graph, atoms, matches, &path);
        if centred {
            self.centre(&mut found, atoms);
        }
        account(&found, atoms.len())?;
        let builder = data::Builder::new(&self.definition, atoms, &columns.order.columns);
        let teller = findings::Teller {
            form: &self.definition,
            graph: &self.graph,
            atoms,
            matches,
            instructions: &self.instructions,
            columns: &columns,
            builder: &builder,
        };
        let mut findings = teller.tell(&found);
        grid::Comparison::new(&self.definition, &self.graph, atoms, &builder, document).tell(&found, &mut findings);
        if let (Some(first), Some(last)) = (atoms.first(), atoms.last())
            && let (Some(first), Some(last)) = (first.cell.locus.line(), last.cell.locus.line())
        {
            findings.extend(findings::spacers(document, first..=last));
        }
        headings::tell(&teller, &found, &mut findings);
        let (mut record, shown) = builder.build(&found);
        findings.extend(shown);
        if atoms.iter().any(|atom| atom.printed) {
            findings.extend(findings::joined_lines(&self.definition, &record));
            record.changes.extend(typeset::changes(&record, atoms));
        }
        findings.sort_by_key(|finding| finding.loci.first().map(|locus| (locus.spot, locus.start)));
        Ok(Fitted { record, findings, cost: path.cost })
    }

    /// Puts every level-2 label of every goal into the middle of its rows: the upper or the lower middle, whichever fits better.
    fn centre(&self, found: &mut Found, atoms: &[Atom]) {
        let upper = self.centred(found, atoms, Middle::Upper);
        let lower = self.centred(found, atoms, Middle::Lower);
        let better = if lower.1 < upper.1 { lower.0 } else { upper.0 };
        let goals = found.bands.iter_mut().filter_map(|held| match held {
            Held::Tree(goals) => Some(goals),
            _ => None,
        });
        for (goal, levels) in goals.flatten().zip(better) {
            for (row, level) in goal.rows.iter_mut().zip(levels.unwrap_or_default()) {
                row.level = level;
                row.seen = true;
            }
        }
    }

    /// The levels of all rows of all goals with their labels centred, and what that costs.
    fn centred(&self, found: &Found, atoms: &[Atom], middle: Middle) -> (Vec<Option<Vec<u8>>>, Cost) {
        let (mut all, mut total) = (Vec::new(), 0);
        for (plan, held) in self.graph.plans.iter().zip(&found.bands) {
            let (PlanShape::Tree { hierarchy, .. }, Held::Tree(goals)) = (&plan.shape, held) else { continue };
            for goal in goals {
                let cues = |row: &gather::TreeRow| {
                    let name = row.cells.cells.first().and_then(|name| name.first());
                    let cues = self.graph.cues.get(*hierarchy);
                    name.zip(cues).map(|(&name, cues)| cues.of(atoms[name as usize].text)).unwrap_or_default()
                };
                let said: Vec<Vec<Cost>> = goal.rows.iter().map(cues).collect();
                let contradiction = |row: usize, level: u8| {
                    let best = said[row].iter().max().copied().unwrap_or(0);
                    best - said[row].get(usize::from(level)).copied().unwrap_or(0)
                };
                let levels = centre::centre(goal, middle, &contradiction).map(|(levels, cost)| {
                    total += cost;
                    levels
                });
                all.push(levels);
            }
        }
        (all, total)
    }
}

/// Whether several rows stand before their labels: then all labels may.
fn worth_centring(path: &Path) -> bool {
    let late = |step: &&Step| matches!((step.act, step.to), (Act::Value { opens: true }, Node::Leaf { seen: false, .. }));
    path.steps.iter().filter(late).count() >= 2
}

/// Every atom is in exactly one place; anything else is our fault and must never pass.
fn account(found: &Found, atoms: usize) -> Result<(), Error> {
    let mut times = vec![0u8; atoms];
    let mut count = |pieces: &[u32]| {
        for &atom in pieces {
            times[atom as usize] = times[atom as usize].saturating_add(1);
        }
    };
    for held in &found.bands {
        match held {
            Held::Fields(slots) | Held::Notes(slots) => slots.iter().for_each(|atoms| count(atoms)),
            Held::Matrix { years, groups, free } => {
                for (_, label, cells) in free.iter().flatten() {
                    count(label);
                    cells.cells.iter().for_each(|atoms| count(atoms));
                }
                years.iter().for_each(|atoms| count(atoms));
                let rows = groups.iter().flatten().flatten();
                rows.for_each(|(_, cells)| cells.cells.iter().for_each(|atoms| count(atoms)));
            }
            Held::Records(rows) => rows.iter().flat_map(|row| &row.cells).for_each(|atoms| count(atoms)),
            Held::Lists(sides) => sides.iter().flat_map(|(_, items)| items).for_each(|(_, atoms)| count(atoms)),
            Held::Tree(goals) => {
                for goal in goals {
                    count(&goal.text);
                    goal.rows.iter().flat_map(|row| &row.cells.cells).for_each(|atoms| count(atoms));
                }
            }
        }
    }
    found.labels.iter().for_each(|met| count(&met.atoms));
    for pieces in [&found.noise, &found.left, &found.outside] {
        pieces.iter().for_each(|atoms| count(atoms));
    }
    match times.iter().position(|times| *times != 1) {
        None => Ok(()),
        Some(atom) => Err(Error::Internal(format!("piece {atom} of {atoms} is in {} places", times[atom]))),
    }
}
