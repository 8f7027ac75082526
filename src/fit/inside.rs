//! Values that stand inside labels: a year behind a word, points in a bracket, the year of a title, a number among headers.
//!
//! The label stays a mark as a whole; the value is a part of it with its own place.

use super::data::{Builder, Stretch};
use super::gather::{Found, Met};
use super::lexicon::Role;
use crate::form::{Band, Field, LabelNumber};
use crate::record::Leaf;
use crate::value::Kind;
use crate::value::notation::{fold, is_dash};
use std::ops::Range;

impl Builder<'_, '_> {
    /// The years in a side's header, before its word and behind it: 长期目标(截止 2025 年), 中期目标（2024年—2026年）.
    pub(super) fn years_of_side(&self, header: &[u32], word: &str) -> (Leaf, Leaf) {
        let leaf = self.leaf(Kind::Year, header);
        let (first, last) = years_around(&leaf.text, word);
        let year = |digits: Option<Range<usize>>| digits.and_then(|digits| self.part(&leaf, digits.start, digits.end));
        let or_blank = |year: Option<Leaf>| year.unwrap_or_else(|| Leaf::blank(Kind::Year));
        (or_blank(year(first)), or_blank(year(last)))
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

/// Where a year stands before a word and behind it, in bytes. A dash is any dash.
fn years_around(text: &str, word: &str) -> (Option<Range<usize>>, Option<Range<usize>>) {
    let is_span = |c: char| is_dash(fold(c)) || fold(c) == '~';
    let at = match word.chars().all(is_span) {
        true => text.find(is_span).map(|at| at..at + text[at..].len() - text[at..].trim_start_matches(is_span).len()),
        false => text.find(word).map(|at| at..at + word.len()),
    };
    let Some(at) = at else { return (None, None) };
    let digit = |c: char| c.is_ascii_digit();
    let year = |range: &Range<usize>| range.len() == 4;
    let before = &text[..at.start];
    let first = before.rfind(digit).map(|last| before[..=last].trim_end_matches(digit).len()..last + 1);
    let behind = &text[at.end..];
    let last = behind.find(digit).map(|from| {
        let length = behind[from..].find(|c| !digit(c)).unwrap_or(behind.len() - from);
        at.end + from..at.end + from + length
    });
    (first.filter(year), last.filter(year))
}

/// A part of a stretch, given in bytes of its text.
fn part_of(kind: Kind, stretch: &Stretch, from: usize, to: usize) -> Leaf {
    let start = stretch.start + stretch.text[..from].chars().count() as u32;
    let text = &stretch.text[from..to];
    let end = start + text.chars().count() as u32;
    Leaf::from_source(kind, text, vec![stretch.atom.cell.place(start, end)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_stand_around_a_word() {
        let years = |text: &str, word: &str| {
            let (first, last) = years_around(text, word);
            (first.map(|at| text[at].to_owned()), last.map(|at| text[at].to_owned()))
        };
        let both = (Some("2024".to_owned()), Some("2026".to_owned()));
        assert_eq!(years("中期目标（2024年—2026年）", "—"), both);
        assert_eq!(years("中期目标(2024 ~ 2026年)", "—"), both);
        assert_eq!(years("中期目标（2024年——2026年）", "—"), both);
        assert_eq!(years("长期目标(截止 2025 年)", "截止"), (None, Some("2025".to_owned())));
        assert_eq!(years("中期目标（20xx年—20xx+n年）", "—"), (None, None));
        assert_eq!(years("中期目标", "—"), (None, None));
    }
}
