//! What the two scaffolds share: how wide columns are, and how the lines outside a table are arranged.

use crate::form::{Band, Field, FormDefinition, Label, MatrixColumn, MatrixGroup, TotalBand};
use crate::value::Kind;

/// The column of the labels at the left edge, in hundredths of the table: like the columns of group and level labels, wide
/// enough for whole words of two and four characters, not for an odd one more.
const EDGE: u32 = 13;
/// The column of a matrix's group labels.
const GROUP: u32 = 7;
/// The column of a matrix's row labels.
const ITEM: u32 = 22;
/// A column of level labels, beside four others.
const LEVEL: u32 = 11;

/// How much room a value of this kind wants, against others.
fn weight(kind: Kind) -> u32 {
    match kind {
        Kind::Text => 24,
        Kind::Name => 22,
        Kind::Choice => 17,
        Kind::Target | Kind::Phone | Kind::Date | Kind::Person | Kind::Amount => 14,
        Kind::Percent | Kind::Year | Kind::Unit | Kind::Mark => 11,
        Kind::Score | Kind::Count => 9,
        Kind::Tick => 8,
    }
}

/// Whether a table of the form wants more columns than a page standing upright has room for: then the paper lies on its side.
pub(crate) fn is_wide(definition: &FormDefinition) -> bool {
    /// What columns may want together, edge and levels included; forms on upright paper want 100 to 140.
    const UPRIGHT: u32 = 150;
    let all = |fields: &[Field]| fields.iter().map(|field| weight(field.kind)).sum::<u32>();
    let wanted = |band: &Band| match band {
        Band::Matrix { columns, groups, .. } => {
            let group = if grouped(groups) { GROUP } else { 0 };
            let count = |column: &MatrixColumn| column.across.as_ref().map_or(1, |across| across.count) as u32;
            EDGE + group + ITEM + columns.iter().map(|column| weight(column.field.kind) * count(column)).sum::<u32>()
        }
        Band::Records { columns, .. } => EDGE + all(columns),
        Band::Tree(tree) => EDGE + (LEVEL + 1) + LEVEL + all(&tree.columns),
        _ => 0,
    };
    definition.bands.iter().any(|band| wanted(band) > UPRIGHT)
}

/// Where the fields of a line stand, in `unit`s of one character: the first at the left edge, the last at the right edge, those
/// between them with equal gaps. Gives the middle of each but the first and the last.
pub(crate) fn middles(fields: &[&Field], total: u32, unit: u32) -> Vec<u32> {
    let length = |field: &Field| {
        let value = match field.kind {
            Kind::Text | Kind::Name => 9,
            Kind::Date => 8,
            Kind::Phone => 7,
            Kind::Target | Kind::Amount | Kind::Choice | Kind::Person => 5,
            _ => 3,
        };
        // A colon stands between label and value.
        unit * (field.label.text.chars().count() as u32 + 1 + value)
    };
    let lengths: Vec<u32> = fields.iter().map(|field| length(field)).collect();
    let gaps = u32::try_from(fields.len()).unwrap_or(1).saturating_sub(1).max(1);
    let gap = total.saturating_sub(lengths.iter().sum()) / gaps;
    let mut left = 0;
    let mut middles = Vec::new();
    for length in &lengths {
        middles.push(left + length / 2);
        left += length + gap;
    }
    middles.pop();
    middles.into_iter().skip(1).collect()
}

/// Divides `total` in proportion to `weights`; the last gets what is left over.
pub(crate) fn share(total: u32, weights: &[u32]) -> Vec<u32> {
    let sum: u32 = weights.iter().sum::<u32>().max(1);
    let mut widths: Vec<u32> = weights.iter().map(|weight| total * weight / sum).collect();
    let rest = total.saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

/// The widths of a band of records: label, columns.
pub(crate) fn records(columns: &[&Field], total: u32) -> Vec<u32> {
    let weights: Vec<u32> = columns.iter().map(|field| weight(field.kind)).collect();
    edge(total, share(total - total * EDGE / 100, &weights))
}

/// Whether the rows of a matrix stand under labels of groups.
pub(crate) fn grouped(groups: &[MatrixGroup]) -> bool {
    groups.iter().any(|group| !group.label.text.is_empty())
}

/// The columns of a header, those under one spanning header together.
pub(crate) fn heads(columns: &[Field]) -> Vec<(Option<&Label>, Vec<&Field>)> {
    let mut heads: Vec<(Option<&Label>, Vec<&Field>)> = Vec::new();
    for field in columns {
        match heads.last_mut() {
            Some((head, fields)) if *head == field.head.as_ref() => fields.push(field),
            _ => heads.push((field.head.as_ref(), vec![field])),
        }
    }
    heads
}

/// The attribute of header cells that reach over both rows, where there are two.
pub(crate) fn rows_of_head(columns: &[Field]) -> &'static str {
    if columns.iter().any(|field| field.head.is_some()) { " rowspan=\"2\"" } else { "" }
}

/// The tag of a cell in a row: the value, or a tick in the column of the word chosen.
pub(crate) fn cell(field: &Field) -> String {
    if field.tick {
        let word = field.label.text.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("{{% if row.{} == \"{word}\" %}}{}{{% endif %}}", field.key, crate::value::tick::TICK);
    }
    format!("{{{{ row.{} }}}}", field.key)
}

/// The definition with `mark` in its labels in place of the letter that stands for a number; none: it has no such letter.
pub(crate) fn numbered(definition: &FormDefinition, mark: &str) -> Option<FormDefinition> {
    let letter = definition.number.as_ref()?.letter;
    let mut definition = definition.clone();
    let put = |label: &mut Label| label.text = label.text.replace(letter, mark).into();
    for band in &mut definition.bands {
        match band {
            Band::Matrix { columns, .. } => columns.iter_mut().for_each(|column| put(&mut column.field.label)),
            Band::Records { columns, .. } => columns.iter_mut().for_each(|field| put(&mut field.label)),
            Band::Tree(tree) => tree.columns.iter_mut().for_each(|field| put(&mut field.label)),
            _ => {}
        }
    }
    Some(definition)
}

/// What a field that is printed inside its label has before it and behind it.
pub(crate) fn inside(field: &Field) -> Option<(&str, &str)> {
    let text = &field.label.text;
    let blank = text.find(char::is_whitespace).filter(|_| field.inside)?;
    Some((&text[..blank], text[blank..].trim_start()))
}

/// The band that a total stands under.
pub(crate) struct Under<'a> {
    /// How many label columns it has.
    lead: usize,
    pub fields: Vec<&'a Field>,
    /// The first of the fields that the total has a value under.
    pub first: usize,
    band: &'a Band,
}

impl<'a> Under<'a> {
    pub(crate) fn of(definition: &'a FormDefinition, total: &TotalBand) -> Option<Under<'a>> {
        let fields = definition.columns_of(&total.under)?;
        let first = fields.iter().position(|field| total.columns.iter().any(|own| own.key == field.key))?;
        let band = definition.bands.iter().find(|band| match band {
            Band::Matrix { key, .. } | Band::Records { key, .. } => *key == total.under,
            Band::Tree(tree) => tree.key == total.under,
            _ => false,
        })?;
        let lead = match band {
            Band::Matrix { groups, .. } => 2 + usize::from(grouped(groups)),
            Band::Tree(_) => 3,
            _ => 1,
        };
        Some(Under { lead, fields, first, band })
    }

    /// How many columns the total's label reaches over.
    pub(crate) fn label_span(&self) -> usize {
        self.lead + self.first
    }

    /// The widths of its table, with all columns or without the optional ones.
    pub(crate) fn widths(&self, all: bool, total: u32) -> Vec<u32> {
        let fields: Vec<&Field> = self.fields.iter().filter(|field| all || !field.optional).copied().collect();
        match self.band {
            Band::Matrix { columns, groups, .. } => {
                let columns: Vec<&MatrixColumn> = columns.iter().filter(|column| all || !column.field.optional).collect();
                matrix(&columns, grouped(groups), total)
            }
            Band::Tree(_) => tree(&fields, total),
            _ => records(&fields, total),
        }
    }
}

/// The widths of a matrix: label, group, item, columns.
pub(crate) fn matrix(columns: &[&MatrixColumn], grouped: bool, total: u32) -> Vec<u32> {
    let mut weights = if grouped { vec![GROUP, ITEM] } else { vec![ITEM] };
    for column in columns {
        let count = column.across.as_ref().map_or(1, |across| across.count);
        weights.extend(std::iter::repeat_n(weight(column.field.kind), count));
    }
    edge(total, share(total - total * EDGE / 100, &weights))
}

/// The widths of a tree: label, two levels, columns.
pub(crate) fn tree(columns: &[&Field], total: u32) -> Vec<u32> {
    let mut weights = vec![LEVEL + 1, LEVEL];
    weights.extend(columns.iter().map(|field| if field.level { LEVEL } else { weight(field.kind) }));
    edge(total, share(total - total * EDGE / 100, &weights))
}

/// The widths of `count` label and value pairs in a row.
/// `edge`: beside a label of all of them.
pub(crate) fn pairs(edge: bool, count: usize, total: u32) -> Vec<u32> {
    let label = total * EDGE / 100;
    let labels = u32::try_from(count).unwrap_or(1) + u32::from(edge);
    let values = share(total.saturating_sub(label * labels), &vec![1; count]);
    let beside = edge.then_some(label);
    beside.into_iter().chain(values.into_iter().flat_map(|value| [label, value])).collect()
}

/// The widths of a label and equal columns.
pub(crate) fn equal(count: usize, total: u32) -> Vec<u32> {
    edge(total, share(total - total * EDGE / 100, &vec![1; count]))
}

fn edge(total: u32, mut rest: Vec<u32>) -> Vec<u32> {
    rest.insert(0, total * EDGE / 100);
    rest
}

/// Numbers stand at the right, short values in the middle, texts at the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Left,
    Middle,
    Right,
}

pub(crate) fn place(kind: Kind) -> Place {
    match kind {
        Kind::Amount | Kind::Percent | Kind::Score | Kind::Count => Place::Right,
        Kind::Text | Kind::Name => Place::Left,
        _ => Place::Middle,
    }
}

/// The rows of a band of pairs: as the definition has them, but a field that some copies lack gets a row of its own.
pub(crate) fn pair_rows<'a>(fields: &'a [Field], rows: &[usize]) -> Vec<Vec<&'a Field>> {
    let mut out: Vec<Vec<&Field>> = Vec::new();
    let mut rest = fields.iter();
    let mut row_of = |count: usize| -> bool {
        let (optional, fixed): (Vec<&Field>, Vec<&Field>) = rest.by_ref().take(count.max(1)).partition(|f| f.optional);
        let any = !fixed.is_empty() || !optional.is_empty();
        out.extend(Some(fixed).filter(|row| !row.is_empty()));
        out.extend(optional.into_iter().map(|field| vec![field]));
        any
    };
    for count in rows {
        row_of(*count);
    }
    while row_of(1) {}
    out
}

/// The columns that every copy of the form has.
pub(crate) fn required(columns: &[Field]) -> Vec<&Field> {
    columns.iter().filter(|field| !field.optional).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        for total in [100, 8844, 7] {
            for weights in [&[1, 1, 1][..], &[26, 13, 13, 22], &[0]] {
                assert_eq!(share(total, weights).iter().sum::<u32>(), total);
            }
        }
        assert_eq!(pairs(false, 2, 8844).iter().sum::<u32>(), 8844);
        assert_eq!(pairs(true, 3, 8844).iter().sum::<u32>(), 8844);
    }
}
