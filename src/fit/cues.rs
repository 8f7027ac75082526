//! What the name of an indicator says of the level that it stands under: the words of a hierarchy, looked up in one pass.

use super::cost::Cost;
use crate::form::Hierarchy;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The words by which names speak for the levels of a hierarchy.
#[derive(Clone, Debug, Default)]
pub struct Cues {
    levels: usize,
    /// By the character that they begin with.
    words: FxHashMap<char, Vec<Word>>,
}

#[derive(Clone, Debug)]
struct Word {
    text: Arc<str>,
    at_end: bool,
    weight: Cost,
    level: usize,
}

impl Cues {
    pub fn new(hierarchy: &Hierarchy) -> Self {
        let children = || hierarchy.roots.iter().flat_map(|root| &root.children);
        let mut words: FxHashMap<char, Vec<Word>> = FxHashMap::default();
        for (level, child) in children().enumerate() {
            for cue in &child.cues {
                let Some(first) = cue.word.chars().next() else { continue };
                let word = Word { text: cue.word.clone(), at_end: cue.at_end, weight: cue.weight as Cost, level };
                words.entry(first).or_default().push(word);
            }
        }
        Cues { levels: children().count(), words }
    }

    /// For each level, how strongly a name speaks for it; empty where it speaks for none.
    pub fn of(&self, name: &str) -> Vec<Cost> {
        let name = name.trim_end_matches([')', '）', '。']);
        let mut said = Vec::new();
        for (start, first) in name.char_indices() {
            let Some(words) = self.words.get(&first) else { continue };
            let rest = &name[start..];
            for word in words.iter().filter(|word| rest.starts_with(&*word.text)) {
                if word.weight > 0 && (!word.at_end || rest.len() == word.text.len()) {
                    said.resize(self.levels, 0);
                    said[word.level] = word.weight.max(said[word.level]);
                }
            }
        }
        said
    }
}
