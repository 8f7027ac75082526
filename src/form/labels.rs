//! All labels of a form, wherever they stand in it.

use super::{Band, Field, FormDefinition, Label};

impl FormDefinition {
    /// Every label with its synonyms: the title first, then as they are printed.
    pub fn labels(&self) -> Vec<&Label> {
        let mut labels = vec![&self.title];
        for band in &self.bands {
            match band {
                Band::Line { fields } | Band::Text { fields } => labels.extend(of(fields)),
                Band::Pairs { label, fields, .. } => labels.extend(label.iter().chain(of(fields))),
                Band::Matrix { label, corner, columns, groups, .. } => {
                    labels.extend([label, corner]);
                    for column in columns {
                        labels.push(&column.field.label);
                        labels.extend(column.across.iter().flat_map(|across| &across.labels));
                    }
                    for group in groups {
                        labels.push(&group.label);
                        labels.extend(group.items.iter().map(|item| &item.label));
                    }
                }
                Band::Records { label, columns, .. } => labels.extend([label].into_iter().chain(of(columns))),
                Band::Lists { label, number, sides, .. } => {
                    labels.extend([label].into_iter().chain(number).chain(sides.iter().map(|side| &side.label)));
                }
                Band::Tree(tree) => {
                    labels.push(&tree.label);
                    labels.extend(tree.blocks.iter().flat_map(|blocks| [&blocks.number, &blocks.goal.label]));
                    labels.extend(tree.levels.iter().map(|level| &level.label).chain(of(&tree.columns)));
                }
                Band::Total(total) => labels.push(&total.label),
                Band::Notes { label, .. } => labels.push(label),
            }
        }
        labels.retain(|label| !label.text.is_empty());
        labels.dedup_by(|a, b| a == b);
        labels
    }
}

fn of(fields: &[Field]) -> impl Iterator<Item = &Label> {
    fields.iter().flat_map(|field| field.head.iter().chain([&field.label]))
}
