//! Words of an entry for people. A journal keeps what is said, not in which language: the summary of a batch is made again in
//! another one without working on any document.

use crate::catalogue::{self, Language};
use crate::diag::Message;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Something that an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Words {
    /// In words, which nothing translates any more.
    Plain(String),
    /// The id of a message and what to put into it.
    Said { id: String, with: Vec<(String, String)> },
}

impl Words {
    /// In a language for good; plain words stay what they are.
    #[must_use]
    pub fn in_language(self, language: Language) -> Words {
        match self {
            Words::Plain(text) => Words::Plain(text),
            said @ Words::Said { .. } => Words::Plain(said.text(language).into_owned()),
        }
    }

    /// The words, in a language.
    pub fn text(&self, language: Language) -> Cow<'_, str> {
        match self {
            Words::Plain(text) => Cow::Borrowed(text),
            Words::Said { id, with } => {
                let argument = |name: &str| with.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
                Cow::Owned(catalogue::put_in(language, &catalogue::text(language, id), argument))
            }
        }
    }

    pub fn is_blank(&self) -> bool {
        match self {
            Words::Plain(text) | Words::Said { id: text, .. } => text.is_empty(),
        }
    }
}

/// A text or a map. Derived, it would be read into a tree first; a summary reads some dozens of each form, several times.
impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Words;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text, or the id of a message and what to put into it")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Words, E> {
                Ok(Words::Plain(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
                let (mut id, mut with) = (None, Vec::new());
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "id" => id = Some(map.next_value()?),
                        "with" => with = map.next_value()?,
                        other => return Err(A::Error::unknown_field(other, &["id", "with"])),
                    }
                }
                Ok(Words::Said { id: id.ok_or_else(|| A::Error::missing_field("id"))?, with })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl Default for Words {
    fn default() -> Self {
        Words::Plain(String::new())
    }
}

impl From<&Message> for Words {
    fn from(message: &Message) -> Self {
        let with = message.arguments.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
        Words::Said { id: message.id.to_owned(), with: with.collect() }
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Words::Plain(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_worded_late_and_in_either_language() {
        let message = Message::new("place.table").with("table", 2).with("row", 3).with("column", 5);
        let kept = serde_json::to_string(&Words::from(&message)).unwrap();
        for language in [Language::Chinese, Language::English] {
            let words: Words = serde_json::from_str(&kept).unwrap();
            assert_eq!(words.text(language), catalogue::render(language, &message));
            let words = words.in_language(language);
            assert_eq!(words.text(Language::Chinese), catalogue::render(language, &message));
            // Worded once, it is a text, also after another trip.
            let again: Words = serde_json::from_str(&serde_json::to_string(&words).unwrap()).unwrap();
            assert_eq!(again.in_language(Language::English), words);
        }
    }
}
