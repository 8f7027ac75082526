//! The words of the template language that are Chinese: names of filters and arguments, by the catalogue.
//!
//! Code holds English names; what an official may type instead stands in `catalogue/zh-CN/template.yaml`.

use crate::catalogue::{self, Language};
use std::sync::Arc;

/// The wordings of a text in both languages, the Chinese one first. Several wordings are divided by `|`.
pub(crate) fn both(id: &str) -> Vec<Arc<str>> {
    let mut words: Vec<Arc<str>> = Vec::new();
    for language in [Language::Chinese, Language::English] {
        for word in catalogue::text(language, id).split('|') {
            if !words.iter().any(|known| **known == *word) {
                words.push(Arc::from(word));
            }
        }
    }
    words
}
