//! Reads a definition from YAML; every mistake with file, line, what is wrong and what is allowed.
//!
//! Reading goes on after a mistake with a stand-in, so that all are told at once. What the words mean is said in
//! `docs/forms.md`; here stands only which words there are.

mod bands;
mod grammar;
mod inherit;
mod lists;
mod parts;
mod roles;

pub use bands::KINDS;
pub use grammar::schema;

use super::{FormDefinition, Kept, Label, Roles};
use crate::diag::{Error, Message};
use crate::yaml_tree::{self, Reader};
use inherit::Base;
use parts::Scope;
use std::sync::{Arc, OnceLock};

/// Reads a definition; `file` is its name in error messages.
pub fn load(file: &str, text: &str) -> Result<FormDefinition, Error> {
    load_among(file, text, &[])
}

/// A definition of the user's own, for others that build on it.
#[derive(Clone, Debug)]
pub struct Own {
    /// The name of the form.
    pub id: String,
    pub text: String,
}

/// Reads a definition that may build on those of the user's own; they go before the built-in ones of the same name.
pub fn load_among(file: &str, text: &str, own: &[Own]) -> Result<FormDefinition, Error> {
    let (root, mistakes) =
        yaml_tree::parse(text).map_err(|mistake| Error::Definition { file: file.to_owned(), mistakes: vec![mistake] })?;
    let mut reader = Reader { mistakes };
    let id = root.get("form").and_then(yaml_tree::Node::text).unwrap_or_default().trim().to_owned();
    let root = inherit::resolve(&mut reader, root, &Shelf { own, asking: vec![id] });
    let definition = form(&mut reader, &root);
    let Reader { mut mistakes } = reader;
    // An alias repeats its mistakes.
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column, mistake.message.id));
    mistakes.dedup();
    match definition {
        Some(definition) if mistakes.is_empty() => Ok(definition),
        _ => Err(Error::Definition { file: file.to_owned(), mistakes }),
    }
}

/// The definitions that are compiled in, read once.
pub fn builtin() -> &'static [Arc<FormDefinition>] {
    &compiled_in().0
}

/// What is wrong with definitions that are compiled in and so left out: a fault of ours, which a test finds and which is told
/// all the same.
pub fn builtin_faults() -> &'static [Error] {
    &compiled_in().1
}

fn compiled_in() -> &'static (Vec<Arc<FormDefinition>>, Vec<Error>) {
    static BUILTIN: OnceLock<(Vec<Arc<FormDefinition>>, Vec<Error>)> = OnceLock::new();
    BUILTIN.get_or_init(|| {
        let (mut sound, mut faults) = (Vec::new(), Vec::new());
        for (file, text) in SOURCES {
            match load(file, text) {
                Ok(definition) => sound.push(Arc::new(definition)),
                Err(error) => faults.push(error),
            }
        }
        (sound, faults)
    })
}

/// File name and text of the definitions that are compiled in.
pub const SOURCES: &[(&str, &str)] = &[
    ("templates/department-targets/form.yaml", include_str!("../../../templates/department-targets/form.yaml")),
    (
        "templates/department-targets-hubei-2020/form.yaml",
        include_str!("../../../templates/department-targets-hubei-2020/form.yaml"),
    ),
    ("templates/department-targets-central/form.yaml", include_str!("../../../templates/department-targets-central/form.yaml")),
    ("templates/department-targets-hunan/form.yaml", include_str!("../../../templates/department-targets-hunan/form.yaml")),
    ("templates/project-targets/form.yaml", include_str!("../../../templates/project-targets/form.yaml")),
    ("templates/project-targets-2009/form.yaml", include_str!("../../../templates/project-targets-2009/form.yaml")),
    ("templates/project-targets-shanghai/form.yaml", include_str!("../../../templates/project-targets-shanghai/form.yaml")),
    ("templates/project-review/form.yaml", include_str!("../../../templates/project-review/form.yaml")),
    ("templates/project-review-sichuan/form.yaml", include_str!("../../../templates/project-review-sichuan/form.yaml")),
    ("templates/project-review-hubei/form.yaml", include_str!("../../../templates/project-review-hubei/form.yaml")),
    ("templates/department-review/form.yaml", include_str!("../../../templates/department-review/form.yaml")),
    ("templates/department-review-hubei/form.yaml", include_str!("../../../templates/department-review-hubei/form.yaml")),
    (
        "templates/department-review-chongqing/form.yaml",
        include_str!("../../../templates/department-review-chongqing/form.yaml"),
    ),
    ("templates/monitoring/form.yaml", include_str!("../../../templates/monitoring/form.yaml")),
];

/// What definitions share: `use: [indicators]`.
pub const SHARED: &[(&str, &str)] = &[
    ("fields", include_str!("../../../templates/shared/fields.yaml")),
    ("indicators", include_str!("../../../templates/shared/indicators.yaml")),
];

/// What definitions may build on: the user's own, and what is compiled in.
struct Shelf<'a> {
    own: &'a [Own],
    /// The definitions under way, each built on by the one before it.
    asking: Vec<String>,
}

impl Shelf<'_> {
    /// The steps by which a definition builds on one of those under way, or on one that builds on itself.
    fn circle(&self, id: &str) -> Option<Vec<String>> {
        let mut steps = self.asking.clone();
        let mut next = id.to_owned();
        loop {
            // An office's form of the same name as a built-in one may build on that.
            let built_in = SOURCES.iter().any(|(file, _)| form_of(file) == next);
            if steps.last() == Some(&next) && built_in {
                return None;
            }
            let again = steps.contains(&next);
            steps.push(next.clone());
            if again {
                return Some(steps);
            }
            let own = self.own.iter().find(|own| own.id == next)?;
            let (root, _) = yaml_tree::parse(&own.text).ok()?;
            next = root.get("extends").and_then(yaml_tree::Node::text)?.trim().to_owned();
        }
    }

    /// A definition that is compiled in, resolved once.
    fn compiled_in(id: &str) -> Base {
        static TREES: [OnceLock<Option<yaml_tree::Node>>; SOURCES.len()] = [const { OnceLock::new() }; SOURCES.len()];
        let Some(at) = SOURCES.iter().position(|(file, _)| form_of(file) == id) else { return Base::Unknown };
        let tree = || resolved(SOURCES[at].1, &Shelf { own: &[], asking: vec![id.to_owned()] });
        TREES[at].get_or_init(tree).clone().map_or(Base::Broken, Base::Found)
    }
}

/// A definition that others build on; none where it has mistakes, which are told where it is read for itself.
fn resolved(text: &str, shelf: &Shelf<'_>) -> Option<yaml_tree::Node> {
    let (root, mistakes) = yaml_tree::parse(text).ok()?;
    let mut reader = Reader { mistakes };
    let root = inherit::resolve(&mut reader, root, shelf);
    reader.mistakes.is_empty().then_some(root)
}

impl inherit::Library for Shelf<'_> {
    fn definition(&self, id: &str) -> Base {
        if let Some(steps) = self.circle(id) {
            return Base::Circle(steps);
        }
        let itself = self.asking.last().is_some_and(|asking| asking == id);
        match self.own.iter().find(|own| own.id == id && !itself) {
            None => Shelf::compiled_in(id),
            Some(own) => {
                let asking = self.asking.iter().cloned().chain([id.to_owned()]).collect();
                resolved(&own.text, &Shelf { own: self.own, asking }).map_or(Base::Broken, Base::Found)
            }
        }
    }

    fn shared(&self, name: &str) -> Option<yaml_tree::Node> {
        static TREES: [OnceLock<Option<yaml_tree::Node>>; SHARED.len()] = [const { OnceLock::new() }; SHARED.len()];
        let at = SHARED.iter().position(|(known, _)| *known == name)?;
        // A test sees to it that it can be read.
        TREES[at].get_or_init(|| yaml_tree::parse(SHARED[at].1).ok().map(|(root, _)| root)).clone()
    }

    fn definitions(&self) -> Vec<String> {
        let compiled_in = SOURCES.iter().map(|(file, _)| form_of(file).to_owned());
        let own = self.own.iter().map(|own| own.id.clone()).filter(|id| !self.asking.contains(id));
        own.chain(compiled_in).collect()
    }

    fn shared_names(&self) -> Vec<String> {
        SHARED.iter().map(|(name, _)| (*name).to_owned()).collect()
    }
}

/// `templates/<form>/form.yaml`.
fn form_of(file: &str) -> &str {
    file.split('/').nth(1).unwrap_or_default()
}

fn form(reader: &mut Reader, root: &yaml_tree::Node) -> Option<FormDefinition> {
    let map = reader.map(root, &grammar::FORM.keys())?;
    let id = reader.identifier(&map, "form", '-');
    let title: Arc<str> = Arc::from(reader.text(&map, "title").unwrap_or_default());
    let synonyms = reader.texts(&map, "titles").into_iter().map(|(text, _)| Arc::from(text)).collect();
    let vocabularies = lists::vocabularies(reader, &map);
    let hierarchies = lists::hierarchies(reader, &map);
    let names = bands::Names {
        vocabularies: vocabularies.iter().map(|(name, _)| &**name).collect(),
        hierarchies: hierarchies.iter().map(|(name, _)| &**name).collect(),
        words: vocabularies.iter().map(|(_, vocabulary)| vocabulary.values.as_slice()).collect(),
    };
    let mut keys = Scope::default();
    let number = map.get("number").and_then(|node| bands::label_number(reader, node, &mut keys));
    let mut bands = Vec::new();
    match map.need(reader, "bands") {
        None => {}
        Some(node) => {
            let items = reader.list(node);
            if items.is_empty() {
                reader.wrong(node.place, Message::new("form.empty_list"));
            }
            for item in items {
                bands.extend(bands::band(reader, item, &names, &mut keys));
            }
        }
    }
    bands::tell_trees_apart(reader, &map);
    let rules = lists::rules(reader, &map);
    let severity = lists::severity(reader, &map);
    let title = Label { text: title, synonyms };
    let mut definition = FormDefinition {
        id,
        title,
        bands,
        vocabularies,
        hierarchies,
        rules,
        severity,
        number,
        roles: Roles::default(),
        kept: Kept::default(),
    };
    bands::total_columns(reader, &map, &mut definition);
    definition.roles = roles::roles(reader, &map, &definition);
    Some(definition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Band;

    #[test]
    fn the_definitions_compiled_in_have_no_mistakes() {
        for (file, text) in SOURCES {
            assert_eq!(load(file, text).err(), None);
        }
        assert_eq!((builtin().len(), builtin_faults()), (SOURCES.len(), &[][..]));
        for (file, text) in SHARED {
            let mistakes = yaml_tree::parse(text).map(|(_, mistakes)| mistakes);
            assert_eq!(mistakes, Ok(Vec::new()), "{file}");
        }
        for (file, _) in SOURCES {
            assert!(matches!(Shelf::compiled_in(form_of(file)), Base::Found(_)), "{file}");
        }
    }

    #[test]
    fn a_definition_is_read_as_written() {
        let definition = load(SOURCES[0].0, SOURCES[0].1).unwrap();
        assert_eq!(&*definition.id, "department-targets");
        assert_eq!(definition.title.synonyms.len(), 6);
        assert_eq!(definition.bands.len(), 9);
        let Band::Tree(tree) = &definition.bands[7] else { panic!() };
        assert_eq!((&*tree.key, tree.columns.len(), &*tree.columns[5].key), ("annual_goals", 6, "basis"));
        let hierarchy = definition.hierarchy("indicators").unwrap();
        let quality = &hierarchy.roots[1].children[1];
        assert_eq!((&*quality.cues[0].word, quality.cues[0].at_end, quality.cues[0].weight), ("率", true, 140));
        assert_eq!((&*quality.cues[1].word, quality.cues[1].at_end, quality.cues[1].weight), ("合格率", false, 200));
        let basis = definition.vocabulary("basis").unwrap();
        assert_eq!(basis.strangers[0].1.as_deref(), Some("历史标准"));
        assert_eq!(definition.vocabulary("project_category").unwrap().strangers[3].1, None);
    }
}
