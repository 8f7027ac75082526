//! Which of many forms a document is: one pass over its cells with a small dictionary of all forms' labels and titles.
//!
//! Evidence and no more: a share of labels in common, counted both ways (labels of the form that the document has, labels of the
//! document that the form has), so that neither a form of few labels nor one of many wins by its size. Where two are close, the
//! fitting itself decides. Only forms that may be meant are compiled and fitted, so that knowing many forms costs nothing.

use super::edges::Edges;
use super::lexicon::{fold, number_marked, numberless, split_number, without_brackets};
use crate::document::{Document, Row, is_blank};
use crate::form::{Band, Field, FormDefinition, Label};
use crate::value::Kind;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// A label of one form: which, by its place among the form's labels, and how much it says.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    form: u16,
    unit: u16,
    points: u32,
}

/// A label met in its form's own wording, and in another one.
const OWN: u32 = 10;
const OTHER: u32 = 8;
/// A title weighs as much as so many labels.
const TITLE: u32 = 3;
/// No label is longer, in bytes.
const LONGEST: usize = 120;
/// No title is shorter, in bytes.
const SHORTEST_TITLE: usize = 18;
/// A second form is looked at too where it has this share of the first one's evidence, in percent.
const CLOSE: u32 = 97;
/// Shares in a percent.
const SHARES: u32 = 100;

/// The labels of all forms.
#[derive(Clone, Debug, Default)]
pub struct Recogniser {
    words: FxHashMap<Box<str>, Vec<Meaning>>,
    /// Folded titles: other words may stand before them.
    titles: Vec<(Box<str>, Vec<Meaning>)>,
    /// What words begin with, and titles end in.
    edges: Edges,
    forms: Vec<Known>,
}

/// What is known of a form.
#[derive(Clone, Debug, Default)]
struct Known {
    /// How many labels every copy of it has, a title counted as several, times [`OWN`].
    total: u32,
    units: u16,
}

/// A label of some form in a document.
struct Seen {
    row: u32,
    word: u32,
}

/// What a document has of all forms' labels.
pub struct Evidence<'r> {
    recogniser: &'r Recogniser,
    seen: Vec<Seen>,
    words: Vec<&'r [Meaning]>,
    /// Rows with a title.
    pub titles: Vec<u32>,
    /// How many rows there are, counted as the atoms count them.
    pub rows: u32,
    /// What was asked last: mostly the whole document, several times.
    asked: RefCell<(Range<u32>, Vec<u32>)>,
}

impl Recogniser {
    pub fn new(definitions: &[Arc<FormDefinition>]) -> Self {
        let mut recogniser = Recogniser::default();
        for (form, definition) in definitions.iter().enumerate() {
            recogniser.forms.push(Known::default());
            recogniser.learn(form as u16, definition);
        }
        recogniser
    }

    fn learn(&mut self, form: u16, definition: &FormDefinition) {
        let letter = definition.number.as_ref().map(|number| number.letter);
        let title = self.unit(form, TITLE, true);
        for (index, wording) in definition.title.wordings().enumerate() {
            let key = fold(wording);
            let meaning = Meaning { form, unit: title, points: TITLE * if index == 0 { OWN } else { OTHER } };
            match self.titles.iter_mut().find(|(known, _)| **known == *key) {
                Some((_, meanings)) => meanings.push(meaning),
                None => {
                    self.edges.end(&key);
                    self.titles.push((key.into(), vec![meaning]));
                }
            }
        }
        for band in &definition.bands {
            match band {
                Band::Line { fields } | Band::Text { fields } => self.fields(form, fields, letter),
                Band::Pairs { label, fields, .. } => {
                    if let Some(label) = label {
                        self.label(form, label, true, letter);
                    }
                    self.fields(form, fields, letter);
                }
                Band::Matrix { label, columns, groups, .. } => {
                    self.label(form, label, true, letter);
                    for column in columns {
                        self.label(form, &column.field.label, !column.field.optional, letter);
                    }
                    for group in groups {
                        self.label(form, &group.label, true, letter);
                        for item in &group.items {
                            self.label(form, &item.label, !item.optional, letter);
                        }
                    }
                }
                Band::Records { label, columns, .. } => {
                    self.label(form, label, true, letter);
                    self.fields(form, columns, letter);
                }
                Band::Lists { label, sides, .. } => {
                    self.label(form, label, true, letter);
                    sides.iter().for_each(|side| self.label(form, &side.label, true, letter));
                }
                Band::Tree(tree) => {
                    self.label(form, &tree.label, !tree.optional, letter);
                    if let Some(blocks) = &tree.blocks {
                        self.label(form, &blocks.number, !tree.optional, letter);
                    }
                    if !tree.optional {
                        tree.levels.iter().for_each(|level| self.label(form, &level.label, true, letter));
                        self.fields(form, &tree.columns, letter);
                    }
                }
                Band::Total(total) => self.label(form, &total.label, !total.optional, letter),
                Band::Notes { label, .. } => self.label(form, label, false, letter),
            }
        }
    }

    fn fields(&mut self, form: u16, fields: &[Field], letter: Option<char>) {
        let mut head = None;
        for field in fields {
            if let Some(label) = field.head.as_ref().filter(|label| head != Some(*label)) {
                self.label(form, label, !field.optional, letter);
                head = Some(label);
            }
            if !field.again {
                self.label(form, &field.label, !field.optional && !field.inside && field.kind != Kind::Mark, letter);
            }
        }
    }

    fn unit(&mut self, form: u16, weight: u32, counts: bool) -> u16 {
        let known = &mut self.forms[usize::from(form)];
        known.units += 1;
        known.total += if counts { weight * OWN } else { 0 };
        known.units - 1
    }

    fn label(&mut self, form: u16, label: &Label, counts: bool, letter: Option<char>) {
        if label.text.is_empty() {
            return;
        }
        let unit = self.unit(form, 1, counts);
        for (index, wording) in label.wordings().enumerate() {
            let full = match letter {
                Some(_) => number_marked(wording, letter),
                None => fold(wording).into_owned(),
            };
            let points = if index == 0 { OWN } else { OTHER };
            for key in [full.as_str(), &without_brackets(&full)] {
                self.edges.begin(key);
                let meanings = self.words.entry(key.into()).or_default();
                match meanings.iter_mut().find(|known| (known.form, known.unit) == (form, unit)) {
                    Some(known) => known.points = known.points.max(points),
                    None => meanings.push(Meaning { form, unit, points }),
                }
            }
        }
    }

    /// What a document has of all forms.
    pub fn look<'r>(&'r self, document: &Document) -> Evidence<'r> {
        let mut evidence = Evidence {
            recogniser: self,
            seen: Vec::new(),
            words: Vec::new(),
            titles: Vec::new(),
            rows: 0,
            asked: RefCell::default(),
        };
        let mut numbers: FxHashMap<*const Meaning, u32> = FxHashMap::default();
        for (row, content) in document.blocks.iter().flat_map(|block| &block.rows).enumerate() {
            self.row(row as u32, content, &mut evidence, &mut numbers);
            evidence.rows = row as u32 + 1;
        }
        evidence
    }

    fn row<'r>(&'r self, row: u32, content: &Row, evidence: &mut Evidence<'r>, numbers: &mut FxHashMap<*const Meaning, u32>) {
        let mut note = |meanings: &'r [Meaning], evidence: &mut Evidence<'r>| {
            let Some(first) = meanings.first() else { return };
            let next = evidence.words.len() as u32;
            let word = *numbers.entry(std::ptr::from_ref(first)).or_insert(next);
            if word == next {
                evidence.words.push(meanings);
            }
            evidence.seen.push(Seen { row, word });
        };
        let mut look = |text: &str, evidence: &mut Evidence<'r>| {
            let (meanings, is_title) = self.meanings(text)?;
            if is_title {
                evidence.titles.push(row);
            }
            note(meanings, evidence);
            Some(())
        };
        for cell in &content.cells {
            let text = cell.text.as_str();
            if text.len() <= LONGEST && look(text, evidence).is_some() {
                continue;
            }
            // A label before its colon, or words of a line.
            let fits = |piece: &&str| (4..=LONGEST).contains(&piece.len()) && piece.len() < text.len();
            for piece in text.split(|c| is_blank(c) || matches!(c, ':' | '：')).filter(fits) {
                look(piece, evidence);
            }
        }
    }

    /// What a text is known as: a label, or else a title.
    fn meanings(&self, text: &str) -> Option<(&[Meaning], bool)> {
        // Nearly all texts are neither.
        if !self.edges.may_begin(text) && (text.len() < SHORTEST_TITLE || !self.edges.may_end(text)) {
            return None;
        }
        let key = fold(text);
        if key.is_empty() {
            return None;
        }
        let bare = without_brackets(&key);
        match self.word(&key, &bare) {
            Some(meanings) => Some((meanings, false)),
            None if text.len() >= SHORTEST_TITLE => Some((self.title(&key, &bare)?, true)),
            None => None,
        }
    }

    fn word(&self, key: &str, bare: &str) -> Option<&[Meaning]> {
        let found = |key: &str| self.words.get(key).map(Vec::as_slice);
        found(key).or_else(|| {
            if *bare != *key && !bare.is_empty() {
                return found(bare).or_else(|| found(split_number(bare).0));
            }
            if !key.bytes().any(|byte| byte.is_ascii_digit()) {
                return None;
            }
            found(split_number(key).0).or_else(|| found(&numberless(key)))
        })
    }

    fn title(&self, key: &str, bare: &str) -> Option<&[Meaning]> {
        if !self.edges.may_end(key) && !self.edges.may_end(bare) {
            return None;
        }
        // The longest that it ends with: 整体绩效自评表 may be the end of another.
        let ending = self.titles.iter().filter(|(title, _)| key.ends_with(&**title) || bare.ends_with(&**title));
        ending.max_by_key(|(title, _)| title.len()).map(|(_, meanings)| meanings.as_slice())
    }
}

impl Evidence<'_> {
    /// How much each form has in common with some rows, in percent; more where the rows have what only some copies have.
    pub fn scores(&self, rows: &Range<u32>) -> Vec<u32> {
        self.shares(rows).into_iter().map(|share| share / SHARES).collect()
    }

    /// The same in hundredths of a percent: editions of one form differ by a row or two of a hundred.
    fn shares(&self, rows: &Range<u32>) -> Vec<u32> {
        let mut asked = self.asked.borrow_mut();
        if asked.0 != *rows || asked.1.is_empty() {
            *asked = (rows.clone(), self.count(rows));
        }
        asked.1.clone()
    }

    fn count(&self, rows: &Range<u32>) -> Vec<u32> {
        let from = self.seen.partition_point(|seen| seen.row < rows.start);
        let to = self.seen.partition_point(|seen| seen.row < rows.end);
        let mut met = vec![false; self.words.len()];
        let mut all = 0;
        let mut units: Vec<Vec<u32>> = self.recogniser.forms.iter().map(|form| vec![0; usize::from(form.units)]).collect();
        for seen in self.seen.get(from..to).unwrap_or_default() {
            if std::mem::replace(&mut met[seen.word as usize], true) {
                continue;
            }
            let meanings = self.words[seen.word as usize];
            all += meanings.iter().map(|meaning| if meaning.points > OWN { TITLE * OWN } else { OWN }).max().unwrap_or(0);
            for meaning in meanings {
                let unit = &mut units[usize::from(meaning.form)][usize::from(meaning.unit)];
                *unit = (*unit).max(meaning.points);
            }
        }
        let score = |(form, units): (&Known, &Vec<u32>)| {
            let found: u32 = units.iter().sum();
            200 * SHARES * found / (all + form.total).max(1)
        };
        self.recogniser.forms.iter().zip(&units).map(score).collect()
    }

    /// The forms that some rows may be, the likeliest first.
    pub fn candidates(&self, rows: &Range<u32>) -> Vec<usize> {
        let scores = self.shares(rows);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by_key(|form| (std::cmp::Reverse(scores[*form]), *form));
        let Some(best) = order.first().map(|form| scores[*form]) else { return order };
        order.retain(|form| scores[*form] * 100 >= best * CLOSE);
        order.truncate(2);
        order
    }
}
