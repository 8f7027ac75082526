//! The record of a form as an entry keeps it: JSON, taken apart only where fields are asked for. A summary goes through all entries
//! a dozen times and looks into the records in three of them.

use crate::diag::Error;
use crate::record::Node;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::io;

/// Maps, lists and texts, as JSON without blanks; `null` for a form without a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Data(Box<RawValue>);

impl Data {
    /// The error is a fault of ours: JSON has a place for all that a record is made of.
    pub fn of(node: &Node) -> Result<Data, Error> {
        to_raw_value(&Fields(node)).map(Data).map_err(|error| Error::Internal(error.to_string()))
    }

    /// The JSON itself.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// Taken apart.
    pub fn value(&self) -> io::Result<Value> {
        Ok(serde_json::from_str(self.text())?)
    }
}

impl Default for Data {
    fn default() -> Self {
        Data(RawValue::NULL.to_owned())
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Data) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Data {}

struct Fields<'n>(&'n Node);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Node::Leaf(leaf) => serializer.serialize_str(&leaf.text),
            Node::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(&Fields(item)))?;
                list.end()
            }
            Node::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, node)| map.serialize_entry(&**key, &Fields(node)))?;
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Key, Leaf};
    use crate::value::Kind;

    #[test]
    fn a_record_is_kept_as_it_is_and_comes_back() {
        let leaf = |text: &str| Node::Leaf(Leaf::from_source(Kind::Text, text, Vec::new()));
        let list = Node::List(vec![leaf("1"), leaf("\"\n")]);
        let node = Node::Map(vec![(Key::from("b"), list), (Key::from("a"), leaf(""))]);
        let data = Data::of(&node).unwrap();
        assert_eq!(data.text(), r#"{"b":["1","\"\n"],"a":""}"#);
        let again: Data = serde_json::from_str(&serde_json::to_string(&data).unwrap()).unwrap();
        assert_eq!(again, data);
        assert_eq!(data.value().unwrap()["b"][1], "\"\n");
        assert_eq!(Data::default().value().unwrap(), Value::Null);
    }
}
