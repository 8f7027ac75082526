//! Keys and types of fields, guessed from their labels: from the forms that are known, else from words, else from the sound.

use super::words::{folded, without_brackets, words};
use crate::form::{Band, Field, FormDefinition, Label};
use crate::value::Kind;
use crate::value::notation::is_cjk;
use pinyin::ToPinyin;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Syllables of a key that is made from the sound of a label.
const SYLLABLES: usize = 6;

/// Why a type was guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Another form has the label.
    Known(Arc<str>),
    /// The label ends in a word that speaks for it.
    Word(String),
    /// What is printed in the place.
    Printed,
    /// Nothing speaks for anything.
    Nothing,
}

/// What a label means on some form.
struct Meaning {
    key: Arc<str>,
    kind: Option<Kind>,
    /// Its title.
    form: Arc<str>,
}

/// What the labels of known forms mean.
#[derive(Default)]
pub struct Known {
    /// Headers that stand for years.
    years: FxHashSet<String>,
    labels: FxHashMap<String, Meaning>,
}

/// Names that were given out.
#[derive(Default)]
pub struct Taken(FxHashSet<String>);

impl Taken {
    pub fn with(names: &[&str]) -> Taken {
        Taken(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Whether it was not given out yet; now it is.
    pub fn is_new(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned())
    }

    /// The name, or the same with a number where it is taken.
    pub fn free(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 2;
        while !self.0.insert(free.clone()) {
            free = format!("{name}_{number}");
            number += 1;
        }
        free
    }
}

impl Known {
    pub fn of(definitions: &[Arc<FormDefinition>]) -> Known {
        let mut known = Known::default();
        for definition in definitions {
            for band in &definition.bands {
                known.band(band, &definition.title.text);
            }
        }
        known
    }

    fn band(&mut self, band: &Band, form: &Arc<str>) {
        match band {
            Band::Line { fields } | Band::Pairs { fields, .. } | Band::Text { fields } => self.fields(fields, form),
            Band::Matrix { key, label, columns, groups, .. } => {
                self.add(label, key, None, form);
                columns.iter().for_each(|column| self.field(&column.field, form));
                let years = columns.iter().filter_map(|column| column.across.as_ref()).flat_map(|across| &across.labels);
                self.years.extend(years.flat_map(Label::wordings).map(|wording| folded(wording)));
                groups.iter().for_each(|group| self.add(&group.label, &group.key, None, form));
            }
            Band::Records { key, label, columns } => {
                self.add(label, key, None, form);
                self.fields(columns, form);
            }
            Band::Lists { key, label, sides, .. } => {
                self.add(label, key, None, form);
                sides.iter().for_each(|side| self.add(&side.label, &side.key, None, form));
            }
            Band::Tree(tree) => {
                self.add(&tree.label, tree.blocks.as_ref().map_or(&tree.key, |blocks| &blocks.rows), None, form);
                tree.levels.iter().for_each(|level| self.add(&level.label, &level.key, None, form));
                self.fields(&tree.columns, form);
            }
            Band::Total(total) => self.add(&total.label, &total.key, None, form),
            Band::Notes { key, label, .. } => self.add(label, key, None, form),
        }
    }

    fn fields(&mut self, fields: &[Field], form: &Arc<str>) {
        fields.iter().for_each(|field| self.field(field, form));
    }

    fn field(&mut self, field: &Field, form: &Arc<str>) {
        // Whether a list is closed, only boxes on the form itself can say.
        let kind = if field.kind == Kind::Choice { Kind::Name } else { field.kind };
        self.add(&field.label, &field.key, Some(kind), form);
    }

    fn add(&mut self, label: &Label, key: &Arc<str>, kind: Option<Kind>, form: &Arc<str>) {
        for wording in label.wordings().filter(|wording| !wording.is_empty()) {
            let entry = self.labels.entry(folded(wording));
            let known = entry.or_insert_with(|| Meaning { key: key.clone(), kind, form: form.clone() });
            match (known.kind, kind) {
                (None, kind) => known.kind = kind,
                // Forms differ: the label alone says nothing.
                (Some(one), Some(other)) if one != other => {
                    known.kind = Some(Kind::Name).filter(|_| one == Kind::Tick || other == Kind::Tick)
                }
                _ => {}
            }
        }
    }

    /// Whether another form has this header over the figures of one year.
    pub fn is_year(&self, label: &str) -> bool {
        self.years.contains(&folded(label))
    }

    /// The type of a value under a label, and why. `printed` is what stands in its place.
    pub fn kind(&self, label: &str, printed: Option<Kind>) -> (Kind, Why) {
        let word = words().kind(label).map(|(kind, _)| kind);
        match printed {
            // A signature, and a date without a label of its own.
            Some(Kind::Date) if !matches!(word, None | Some(Kind::Date | Kind::Year)) => return (Kind::Text, Why::Printed),
            Some(kind) => return (kind, Why::Printed),
            None => {}
        }
        let exact = folded(label);
        let known = self.labels.get(&exact).or_else(|| self.labels.get(&without_brackets(&exact)));
        if let Some(Meaning { kind: Some(kind), form, .. }) = known {
            return (*kind, Why::Known(form.clone()));
        }
        match words().kind(label) {
            Some((kind, word)) => (kind, Why::Word(word.to_owned())),
            None => (Kind::Name, Why::Nothing),
        }
    }

    /// A name for what stands under a label.
    pub fn key(&self, label: &str, taken: &mut Taken, otherwise: &str) -> String {
        let exact = folded(label);
        let known = self.labels.get(&exact).or_else(|| self.labels.get(&without_brackets(&exact)));
        match known {
            Some(known) => taken.free(&known.key),
            None => taken.free(&spelt(label, '_').unwrap_or_else(|| otherwise.to_owned())),
        }
    }
}

/// A label in letters: as it sounds where it is Chinese.
pub fn spelt(label: &str, between: char) -> Option<String> {
    let bare = without_brackets(&label.chars().map(crate::value::notation::fold).collect::<String>());
    let text = if bare.chars().any(char::is_alphanumeric) { bare } else { label.to_owned() };
    let mut parts: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let sound = Some(c).filter(|c| is_cjk(*c)).and_then(|c| c.to_pinyin());
        match sound {
            Some(sound) => {
                parts.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
                let plain: String = sound.plain().chars().map(|c| if c.is_ascii_lowercase() { c } else { 'v' }).collect();
                parts.push(plain);
            }
            None if c.is_ascii_alphanumeric() => word.push(c.to_ascii_lowercase()),
            None => parts.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
        }
    }
    parts.extend(Some(word).filter(|word| !word.is_empty()));
    let first = parts.iter().position(|part| part.starts_with(|c: char| c.is_ascii_lowercase()))?;
    let kept: Vec<&str> = parts.iter().skip(first).take(SYLLABLES).map(String::as_str).collect();
    Some(kept.join(&between.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_or_spelt_and_never_given_twice() {
        let known = Known::of(crate::form::load::builtin());
        let mut taken = Taken::default();
        assert_eq!(known.key("联系电话：", &mut taken, "field"), "phone");
        assert_eq!(known.key("联 系 电 话", &mut taken, "field"), "phone_2");
        assert_eq!(known.key("绿色班级（个）", &mut taken, "field"), "lv_se_ban_ji");
        assert_eq!(known.key("Date of birth", &mut taken, "field"), "date_of_birth");
        assert_eq!(known.key("（一）", &mut taken, "field"), "yi");
        assert_eq!(known.key("……", &mut taken, "field"), "field");
        assert_eq!(known.kind("联系电话", None).0, Kind::Phone);
        assert_eq!(known.kind("入学日期", None), (Kind::Date, Why::Word("日期".into())));
        assert_eq!(known.kind("颜色", None), (Kind::Name, Why::Nothing));
    }
}
