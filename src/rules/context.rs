//! What a rule sees and says: the record as it is, and proposals, findings and checks. The ledger of changes is kept here.
//!
//! Rules never edit: [`Ledger::settle`] applies what may be applied, through [`crate::change`].

use super::choice::Settled;
use super::parameters::Parameters;
use super::repair::Network;
use super::{Fix, Rule};
use crate::change::{self, Change, Class};
use crate::diag::{Check, Code, Finding, Message, Outcome, Severity};
use crate::form::{FormDefinition, Shape};
use crate::locus::Locus;
use crate::markup;
use crate::record::{Leaf, Mark, MarkKind, Path, Record, Step};
use crate::value::notation::{is_placeholder, is_void, trim};
use crate::value::target::{self, Target};
use crate::value::text::{Marker, marker, may_open_number};
use crate::value::unit::MoneyUnit;
use crate::value::{Kind, amount, count, figure};
use rust_decimal::Decimal;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// All changes of a record, by place.
#[derive(Default)]
pub struct Ledger {
    entries: Vec<Listed>,
    /// The first and the last entry of each place.
    by_place: FxHashMap<Path, (usize, usize)>,
}

/// A change in the ledger.
struct Listed {
    /// None where it was proposed first and made later: then it stands again behind.
    change: Option<Change>,
    /// Proposed in this round.
    alive: bool,
    /// The next of the same place.
    next: Option<usize>,
}

impl Ledger {
    pub fn new(changes: Vec<Change>) -> Self {
        let mut ledger = Ledger::default();
        // About as many again are found.
        let room = 2 * changes.len() + 64;
        ledger.by_place.reserve(room);
        ledger.entries.reserve(room);
        for change in changes {
            ledger.push(change);
        }
        ledger
    }

    fn push(&mut self, change: Change) {
        let index = self.entries.len();
        match self.by_place.get_mut(&change.at) {
            Some((_, last)) => {
                if let Some(before) = self.entries.get_mut(*last) {
                    before.next = Some(index);
                }
                *last = index;
            }
            None => {
                self.by_place.insert(change.at.clone(), (index, index));
            }
        }
        self.entries.push(Listed { change: Some(change), alive: true, next: None });
    }

    /// Forgets which suggestions still stand: rules say it anew in every round.
    pub fn begin(&mut self) {
        self.entries.iter_mut().for_each(|listed| listed.alive = false);
    }

    /// All entries of one place, in order.
    fn entries_at(&self, path: &Path) -> impl Iterator<Item = (usize, &Listed)> {
        let first = self.by_place.get(path).map(|(first, _)| *first);
        let entry = |index: usize| self.entries.get(index).map(|listed| (index, listed));
        std::iter::successors(first.and_then(entry), move |(_, listed)| listed.next.and_then(entry))
    }

    /// The changes of one place that were made or still stand.
    pub fn at<'a>(&'a self, path: &Path) -> impl Iterator<Item = &'a Change> {
        self.entries_at(path).filter_map(|(_, listed)| listed.change.as_ref().filter(|change| change.applied || listed.alive))
    }

    /// Whether any change of a rule stands that nobody has accepted.
    pub fn doubts(&self, rule: Code) -> bool {
        let mut standing = self.entries.iter().filter(|listed| listed.alive).filter_map(|listed| listed.change.as_ref());
        standing.any(|change| change.rule == rule && !change.applied)
    }

    /// Takes in a proposal: applied where `fix` allows, listed otherwise, once.
    pub fn settle(&mut self, record: &mut Record, mut proposal: Change, fix: Fix) -> Settling {
        let same = |known: &Change| {
            known.rule == proposal.rule
                && known.from == proposal.from
                && known.to == proposal.to
                && (known.locus == proposal.locus || record.leaf(&proposal.at).is_some())
        };
        let known = self.entries_at(&proposal.at).find(|(_, listed)| listed.change.as_ref().is_some_and(same));
        let known = known.map(|(index, _)| index);
        let allowed = match proposal.class {
            Class::Auto => fix != Fix::None,
            Class::Suggest => fix == Fix::Suggest,
            Class::Report => false,
        };
        if let Some(listed) = known.and_then(|index| self.entries.get_mut(index)) {
            listed.alive = true;
            let is_open = listed.change.as_ref().is_some_and(|change| !change.applied);
            // Made before and undone since: a person's will.
            if !allowed || !is_open {
                return Settling::Stands(proposal);
            }
            listed.change = None;
        }
        if allowed {
            if change::apply(record, &mut proposal).is_err() {
                return Settling::Stands(proposal);
            }
            let edited = record.leaf(&proposal.at).filter(|_| proposal.from != proposal.to);
            self.push(proposal);
            return edited.map_or(Settling::Applied, |leaf| Settling::Edited { kind: leaf.kind, leaf: address(leaf) });
        }
        if known.is_none() {
            self.push(proposal.clone());
        }
        Settling::Stands(proposal)
    }

    /// What remains: applied changes, suggestions that still stand, and what did not come from a rule in `ours`.
    pub fn finish(self, ours: impl Fn(Code) -> bool) -> Vec<Change> {
        let stays = |listed: Listed| listed.change.filter(|change| change.applied || listed.alive || !ours(change.rule));
        self.entries.into_iter().filter_map(stays).collect()
    }
}

/// What became of a proposal.
pub enum Settling {
    /// It is listed, or was made before.
    Stands(Change),
    /// It was made, though no field reads otherwise.
    Applied,
    /// A field of this kind was edited, and where its leaf is.
    Edited { kind: Kind, leaf: usize },
}

/// A cell that holds a number: money, points, a rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The record has no such field.
    Absent,
    Blank,
    Unreadable,
    /// Money in the form's unit, a rate in percent points.
    Value(Decimal),
}

impl Figure {
    pub fn value(&self) -> Option<Decimal> {
        match self {
            Figure::Value(value) => Some(*value),
            _ => None,
        }
    }
}

/// What texts say, found once for all rules and rounds: the same targets are asked for by many rules, and most texts stay
/// as they are from round to round.
pub struct Memory {
    targets: RefCell<FxHashMap<Box<str>, Option<Rc<Target>>>>,
    /// For each text, the kinds (a bit each) as which it is written as it should be.
    canonical: RefCell<FxHashMap<Box<str>, u32>>,
    /// The leaves, by where they are in memory, that read as themselves since they were edited last.
    sound: RefCell<FxHashSet<usize>>,
    /// The equations of the record, and how many fields were edited before.
    pub(super) network: RefCell<Option<(usize, Rc<Network>)>>,
    /// The marks that texts with markup open with.
    openings: RefCell<FxHashMap<Box<str>, Option<Marker>>>,
}

impl Memory {
    /// With room for what most records need.
    pub fn new() -> Memory {
        Memory {
            targets: RefCell::new(FxHashMap::with_capacity_and_hasher(96, FxBuildHasher)),
            canonical: RefCell::new(FxHashMap::with_capacity_and_hasher(96, FxBuildHasher)),
            sound: RefCell::new(FxHashSet::with_capacity_and_hasher(384, FxBuildHasher)),
            network: RefCell::default(),
            openings: RefCell::default(),
        }
    }

    /// As [`target::parse`].
    pub fn target(&self, text: &str) -> Option<Rc<Target>> {
        if let Some(known) = self.targets.borrow().get(text) {
            return known.clone();
        }
        let target = target::parse(text).map(Rc::new);
        self.targets.borrow_mut().insert(text.into(), target.clone());
        target
    }

    /// The mark of a list that a text opens with once its markup is gone.
    pub fn opening(&self, text: &str) -> Option<Marker> {
        // Most texts open with a character that is part of no number, whatever stands behind it.
        if !text.chars().next().is_some_and(may_open_number) {
            return None;
        }
        if !markup::may_hold(text) {
            return marker(trim(text));
        }
        if let Some(known) = self.openings.borrow().get(text) {
            return *known;
        }
        let opening = match markup::clean(text) {
            Some(cleaned) => marker(trim(&cleaned.text)),
            None => marker(trim(text)),
        };
        self.openings.borrow_mut().insert(text.into(), opening);
        opening
    }

    /// Whether a leaf is known to be written as it should be.
    pub fn is_sound(&self, leaf: &Leaf) -> bool {
        self.sound.borrow().contains(&address(leaf))
    }

    pub fn note_sound(&self, leaf: &Leaf) {
        self.sound.borrow_mut().insert(address(leaf));
    }

    /// A leaf was edited.
    pub fn note_edited(&self, leaf: usize) {
        self.sound.borrow_mut().remove(&leaf);
    }

    pub fn is_canonical(&self, kind: Kind, text: &str) -> bool {
        self.canonical.borrow().get(text).is_some_and(|kinds| kinds & 1 << kind as u32 != 0)
    }

    pub fn note_canonical(&self, kind: Kind, text: &str) {
        *self.canonical.borrow_mut().entry(text.into()).or_default() |= 1 << kind as u32;
    }
}

/// Where a leaf is: rules edit what leaves hold, and move none.
fn address(leaf: &Leaf) -> usize {
    std::ptr::from_ref(leaf).addr()
}

/// One application of one rule.
pub struct Context<'a> {
    pub record: &'a Record,
    pub definition: &'a FormDefinition,
    pub shape: &'a Shape,
    pub ledger: &'a Ledger,
    pub memory: &'a Memory,
    /// How many fields were edited before.
    pub edits: usize,
    pub settled: Settled<'a>,
    pub rule: Code,
    pub severity: Severity,
    /// The unit printed once for all amounts.
    pub unit: Option<MoneyUnit>,
    pub proposals: Vec<Change>,
    pub findings: Vec<Finding>,
    pub checks: Vec<Check>,
}

impl<'a> Context<'a> {
    /// The text of a leaf; empty where there is none.
    pub fn text(&self, path: &Path) -> &'a str {
        self.record.leaf(path).map_or("", |leaf| leaf.text.as_str())
    }

    /// What a text says as a target.
    pub fn target(&self, text: &str) -> Option<Rc<Target>> {
        self.memory.target(text)
    }

    /// Where a field stands. A blank one has no place of its own: then that of its printed label, or of the row around it.
    pub fn locus(&self, path: &Path) -> Option<Locus> {
        if let Some(locus) = self.record.locus(path) {
            return Some(locus);
        }
        let single = path.0.iter().all(|step| matches!(step, Step::Key(_)));
        for length in (1..=path.0.len()).rev() {
            let part = Path(path.0[..length].to_vec());
            // Inside rows labels are column headers, far away; and rows are many.
            let label = if single { self.label(&part) } else { Arc::from("") };
            let printed = |mark: &&Mark| mark.kind == MarkKind::Label && mark.label == label;
            let mark = if label.is_empty() { None } else { self.record.marks.iter().find(printed) };
            if let Some(locus) = mark.map(|mark| mark.locus).or_else(|| self.record.locus(&part)) {
                return Some(locus);
            }
        }
        None
    }

    /// The places of a parameter that is an address with gaps.
    pub fn paths(&self, parameters: &Parameters<'_>, name: &str) -> Vec<Path> {
        parameters.selectors(name).iter().flat_map(|selector| selector.paths(self.record)).collect()
    }

    /// The label that the form prints for a field.
    pub fn label(&self, path: &Path) -> Arc<str> {
        let mut shape = self.shape;
        let mut label: Arc<str> = Arc::from("");
        for step in &path.0 {
            match (shape, step) {
                (Shape::Map(entries), Step::Key(key)) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == *key) else { return label };
                    label = if entry.label.is_empty() { entry.key.clone() } else { entry.label.clone() };
                    shape = &entry.shape;
                }
                (Shape::List { item, .. }, Step::Index(_)) => shape = item,
                _ => return label,
            }
        }
        label
    }

    /// Whether a field must be filled.
    pub fn is_required(&self, path: &Path) -> bool {
        matches!(self.shape.at(path), Some(Shape::Leaf(leaf)) if leaf.required)
    }

    /// Money in the form's unit.
    pub fn money(&self, path: &Path) -> Figure {
        match self.record.leaf(path) {
            None => Figure::Absent,
            Some(leaf) if is_void(&leaf.text) => Figure::Blank,
            // Things are added up as money is.
            Some(leaf) if leaf.kind == Kind::Count => {
                count::parse(&leaf.text).map_or(Figure::Unreadable, |count| Figure::Value(count.number))
            }
            Some(leaf) => match (amount::parse(&leaf.text), self.unit) {
                (Some(amount), Some(unit)) => amount.in_unit(unit, unit).map_or(Figure::Unreadable, Figure::Value),
                (Some(amount), None) if amount.unit.is_none() => Figure::Value(amount.value),
                _ => Figure::Unreadable,
            },
        }
    }

    /// The number in a field of any kind: money, a rate, points. A sign that holds a place is a blank.
    pub fn figure(&self, path: &Path) -> Figure {
        match self.record.leaf(path) {
            None => Figure::Absent,
            Some(leaf) if leaf.kind == Kind::Amount => self.money(path),
            Some(leaf) if is_void(&leaf.text) || is_placeholder(&leaf.text) => Figure::Blank,
            Some(leaf) => figure::parse(&leaf.text).map_or(Figure::Unreadable, Figure::Value),
        }
    }

    /// Whether someone suggested, and nobody accepted, another text for a field.
    pub fn is_doubted(&self, path: &Path, rule: Code) -> bool {
        let waits = |change: &Change| change.rule == rule && !change.applied;
        self.ledger.at(path).any(waits) || self.proposals.iter().any(|change| change.at == *path && waits(change))
    }

    /// Proposes another text for a leaf.
    pub fn propose(&mut self, class: Class, at: &Path, to: impl Into<String>, because: Message) {
        let locus = self.record.leaf(at).and_then(|leaf| leaf.loci.first().copied());
        self.propose_at(class, at, to, because, locus);
    }

    /// The same, to be shown at another place than the leaf's own.
    pub fn propose_at(&mut self, class: Class, at: &Path, to: impl Into<String>, because: Message, locus: Option<Locus>) {
        let (from, to) = (self.text(at).to_owned(), to.into());
        if from != to {
            self.proposals.push(Change { at: at.clone(), rule: self.rule, class, applied: false, from, to, because, locus });
        }
    }

    /// Where a word stands inside a leaf; the whole leaf where that cannot be told.
    pub fn locus_of_word(&self, at: &Path, word: &str) -> Option<Locus> {
        let leaf = self.record.leaf(at)?;
        let whole = leaf.loci.first().copied();
        let [locus] = leaf.loci[..] else { return whole };
        let cleaned = crate::markup::clean(&leaf.raw);
        let text = cleaned.as_ref().map_or(leaf.raw.as_str(), |cleaned| cleaned.text.as_str());
        let Some(byte) = text.find(word) else { return whole };
        let start = locus.start + text[..byte].chars().count() as u32;
        Some(locus.with_range(start, start + word.chars().count() as u32))
    }

    /// A finding of another rule that sees the same things, as loud as was settled.
    pub fn finding(&self, rule: &Rule, message: Message) -> Finding {
        Finding::new(rule.code, self.settled.severity(rule.code, rule.severity), message)
    }

    /// A finding of this rule's severity; more places may be added.
    pub fn find(&mut self, at: &Path, message: Message, help: Option<Message>) -> &mut Finding {
        let mut finding = Finding::new(self.rule, self.severity, message).at(at.clone(), self.locus(at));
        finding.help = help;
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Adds a related place to the last finding.
    pub fn also(&mut self, at: &Path) {
        let locus = self.locus(at);
        if let Some(finding) = self.findings.pop() {
            self.findings.push(finding.at(at.clone(), locus));
        }
    }

    pub fn held(&mut self, at: &Path, message: Message) {
        self.checks.push(Check { rule: self.rule, outcome: Outcome::Held, at: at.clone(), message });
    }

    pub fn failed(&mut self, at: &Path, message: Message) {
        self.checks.push(Check { rule: self.rule, outcome: Outcome::Failed, at: at.clone(), message });
    }

    /// Could not be checked, and why: never silent.
    pub fn unchecked(&mut self, at: &Path, message: Message) {
        let severity = self.settled.unchecked(self.rule);
        let finding = Finding::new(self.rule, severity, message.clone()).at(at.clone(), self.locus(at));
        self.findings.push(finding);
        self.checks.push(Check { rule: self.rule, outcome: Outcome::Unchecked, at: at.clone(), message });
    }
}

/// A path one index deeper.
pub fn indexed(path: &Path, index: usize) -> Path {
    deeper(path, Step::Index(index))
}

/// A path one key deeper.
pub fn keyed(path: &Path, key: &str) -> Path {
    deeper(path, Step::Key(key.into()))
}

/// The path of a field of a row.
pub fn inside(list: &Path, index: usize, key: &str) -> Path {
    let mut steps = Vec::with_capacity(list.0.len() + 2);
    steps.extend_from_slice(&list.0);
    steps.extend([Step::Index(index), Step::Key(key.into())]);
    Path(steps)
}

fn deeper(path: &Path, step: Step) -> Path {
    let mut steps = Vec::with_capacity(path.0.len() + 1);
    steps.extend_from_slice(&path.0);
    steps.push(step);
    Path(steps)
}
