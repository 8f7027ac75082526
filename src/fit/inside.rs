//! Values that stand inside labels: a year behind a word, points in a bracket, the year of a title, a number among headers.
//!
//! The label stays a mark as a whole; the value is a part of it with its own place.

use super::data::{Builder, Stretch};
use super::gather::{Found, Met};
use super::lexicon::Role;
use crate::form::{Band, Field, LabelNumber};
use crate::record::Leaf;
use crate::value::Kind;

impl Builder<'_, '_> {
    /// The year in a side's header: 长期目标(截止 2025 年).
    pub(super) fn until(&self, header: &[u32], word: &str) -> Leaf {
        let leaf = self.leaf(Kind::Year, header);
        let blank = Leaf::blank(Kind::Year);
        let Some(at) = leaf.text.find(word) else { return blank };
        let rest = &leaf.text[at + word.len()..];
        let Some(first) = rest.find(|c: char| c.is_ascii_digit()) else { return blank };
        let length = rest[first..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - first);
        let digits = &rest[first..first + length];
        if digits.len() != 4 || leaf.loci.len() != 1 {
            return blank;
        }
        let before = leaf.text[..at + word.len() + first].chars().count() as u32;
        let start = leaf.loci[0].start + before;
        Leaf::from_source(Kind::Year, digits, vec![leaf.loci[0].with_range(start, start + 4)])
    }

    /// The points in the bracket behind a goal's number: 年度绩效目标1（30分）.
    pub(super) fn points(&self, mark: &[u32], word: &str) -> Option<Leaf> {
        let leaf = self.leaf(Kind::Score, mark);
        let (at, _) = leaf.text.match_indices(word).find(|(at, _)| leaf.text[..*at].ends_with(|c: char| c.is_ascii_digit()))?;
        let digits = leaf.text[..at].trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        self.part(&leaf, digits.len(), at)
    }

    /// The year in a title, where the form prints it there instead of in its own place.
    pub(super) fn year_of_title(&self, field: &Field, found: &Found) -> Leaf {
        let titles = found.labels.iter().filter(|met| met.label.role == Role::Title && field.kind == Kind::Year);
        let year = |stretch: Stretch| {
            let from = stretch.text.find(|c: char| c.is_ascii_digit())?;
            let digits = stretch.text[from..].chars().take_while(char::is_ascii_digit).count();
            (digits == 4).then(|| part_of(Kind::Year, &stretch, from, from + digits))
        };
        titles.flat_map(|met| self.stretches(&met.atoms)).filter_map(year).next().unwrap_or_else(|| Leaf::blank(field.kind))
    }

    /// The number that stands in the form's labels: the last one in the first label that has it.
    pub(super) fn label_number(&self, number: &LabelNumber, found: &Found) -> Option<Leaf> {
        let headed = found.labels.iter().filter(|met| self.has_letter(met.label.role, number.letter));
        let digits = |met: &Met| {
            let stretches = self.stretches(&met.atoms);
            let stretch = stretches.iter().rev().find(|stretch| stretch.text.contains(|c: char| c.is_ascii_digit()))?;
            let end = stretch.text.rfind(|c: char| c.is_ascii_digit())? + 1;
            let from = stretch.text[..end].trim_end_matches(|c: char| c.is_ascii_digit()).len();
            Some(part_of(Kind::Score, stretch, from, end))
        };
        headed.filter_map(digits).next()
    }

    /// Whether the wording of a header has the letter that stands for a number.
    fn has_letter(&self, role: Role, letter: char) -> bool {
        let Role::Header { band, column } = role else { return false };
        let label = match &self.form.bands[usize::from(band)] {
            Band::Matrix { columns, .. } => columns.get(usize::from(column).wrapping_sub(1)).map(|c| &c.field.label),
            Band::Records { columns, .. } => columns.get(usize::from(column)).map(|column| &column.label),
            Band::Tree(tree) => tree.columns.get(usize::from(column).wrapping_sub(2)).map(|column| &column.label),
            _ => None,
        };
        label.is_some_and(|label| label.text.contains(letter))
    }

    /// A part of a leaf that stands in one cell, given in bytes of its text.
    fn part(&self, leaf: &Leaf, from: usize, to: usize) -> Option<Leaf> {
        let [locus] = leaf.loci[..] else { return None };
        let start = locus.start + leaf.text[..from].chars().count() as u32;
        let text = &leaf.text[from..to];
        let end = start + text.chars().count() as u32;
        Some(Leaf::from_source(leaf.kind, text, vec![locus.with_range(start, end)]))
    }
}

/// A part of a stretch, given in bytes of its text.
fn part_of(kind: Kind, stretch: &Stretch, from: usize, to: usize) -> Leaf {
    let start = stretch.start + stretch.text[..from].chars().count() as u32;
    let text = &stretch.text[from..to];
    let end = start + text.chars().count() as u32;
    Leaf::from_source(kind, text, vec![stretch.atom.cell.place(start, end)])
}
