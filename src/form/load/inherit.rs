//! One definition out of another: `extends:`, `use:` and `from:`, resolved on the tree before anything is read.
//!
//! What is taken over bears the place where it was asked for, so that every mistake is told in the file that was written.
//! Lists are printed order, so they are never merged behind the writer's back: a list given anew stands as given, and takes
//! from the other one what it names with `from`.

use crate::diag::Message;
use crate::yaml_tree::{MapKey, Node, Place, Reader, Scalar, Value};

/// A definition to build on.
pub enum Base {
    /// The whole of it, resolved itself.
    Found(Node),
    Unknown,
    /// It has mistakes of its own, told where they stand.
    Broken,
    /// It builds, by these steps, on the one that asks for it.
    Circle(Vec<String>),
}

/// Where definitions and shared parts come from, by name.
pub trait Library {
    fn definition(&self, id: &str) -> Base;
    fn shared(&self, name: &str) -> Option<Node>;
    /// All names, for messages.
    fn definitions(&self) -> Vec<String>;
    fn shared_names(&self) -> Vec<String>;
}

/// Lists whose items may be taken from the same list of the other definition.
const LISTS: [&str; 6] = ["fields", "columns", "items", "groups", "sides", "levels"];
/// Maps of named parts: own names replace those taken over.
const NAMED: [&str; 2] = ["vocabularies", "hierarchies"];

/// The whole definition that a tree stands for.
pub fn resolve(reader: &mut Reader, mut root: Node, library: &dyn Library) -> Node {
    let place = root.place;
    let Value::Map(entries) = &mut root.value else { return root };
    let mut own = std::mem::take(entries);
    let base = take(&mut own, "extends").and_then(|(_, node)| {
        let id = reader.scalar(&node)?.to_owned();
        match library.definition(&id) {
            Base::Found(base) => return Some(placed(base, node.place)),
            Base::Unknown => {
                let names = library.definitions();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                reader.unknown(node.place, "form.unknown_base", "form.unknown_base_nearest", &id, &names);
            }
            Base::Broken => reader.wrong(node.place, Message::new("form.broken_base").with("name", &id)),
            Base::Circle(steps) => {
                reader.wrong(node.place, Message::new("form.circle").with("steps", steps.join(" → ")));
            }
        }
        None
    });
    let mut parts = Vec::new();
    for node in take(&mut own, "use").map(|(_, node)| reader.list(&node).to_vec()).unwrap_or_default() {
        let Some(name) = reader.scalar(&node) else { continue };
        match library.shared(name) {
            Some(part) => parts.push(placed(part, node.place)),
            None => {
                let names = library.shared_names();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                reader.unknown(node.place, "form.unknown_shared", "form.unknown_shared_nearest", name, &names);
            }
        }
    }
    let without: Vec<String> = take(&mut own, "without")
        .map(|(_, node)| reader.list(&node).iter().filter_map(|item| reader.scalar(item).map(str::to_owned)).collect())
        .unwrap_or_default();
    let others: Vec<&Node> = base.iter().chain(&parts).collect();
    let pool = Pool::of(&others);
    for (key, node) in &mut own {
        let inherited = others.iter().find_map(|other| other.get(&key.text));
        match key.text.as_str() {
            "bands" => expand_list(reader, node, base.as_ref().and_then(|base| base.get("bands")), &pool),
            name if NAMED.contains(&name) => add_named(node, others.iter().filter_map(|other| other.get(name))),
            "severity" => add_severity(node, inherited),
            "rules" => {
                if let (Value::List(rules), Some(Value::List(before))) = (&mut node.value, inherited.map(|node| &node.value)) {
                    rules.splice(0..0, before.iter().filter(|rule| !is_one_of(rule, &without)).cloned());
                }
            }
            _ => {}
        }
    }
    // What is not said anew is as it was.
    for other in &others {
        let Value::Map(entries) = &other.value else { continue };
        for (key, node) in entries.iter().filter(|(key, _)| !matches!(key.text.as_str(), "fields" | "rows" | "form")) {
            if own.iter().any(|(known, _)| known.text == key.text) {
                continue;
            }
            let mut node = node.clone();
            if let ("rules", Value::List(rules)) = (key.text.as_str(), &mut node.value) {
                rules.retain(|rule| !is_one_of(rule, &without));
            }
            if NAMED.contains(&key.text.as_str()) {
                add_named(&mut node, others.iter().filter_map(|other| other.get(&key.text)));
            }
            own.push((key.clone(), node));
        }
    }
    Node { place, value: Value::Map(own), ..root }
}

fn is_one_of(rule: &Node, codes: &[String]) -> bool {
    let code = rule.get("rule").unwrap_or(rule).text();
    code.is_some_and(|code| codes.iter().any(|other| other == code))
}

/// Fields and rows that may be taken from anywhere: they have one meaning on all forms.
struct Pool<'a> {
    fields: Vec<&'a Node>,
}

impl<'a> Pool<'a> {
    fn of(others: &[&'a Node]) -> Pool<'a> {
        let mut fields: Vec<&Node> = Vec::new();
        for other in others {
            for band in list(other.get("bands")) {
                let loose = matches!(band.get("band").and_then(Node::text), Some("line" | "pairs" | "text"));
                fields.extend(list(band.get("fields")).iter().filter(|_| loose));
            }
        }
        for other in others {
            fields.extend(list(other.get("fields")));
            fields.extend(list(other.get("rows")));
        }
        Pool { fields }
    }
}

fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// What an item of a list is called: its key, else its label, else which band it is.
fn name(item: &Node) -> Option<&str> {
    let label = item.get("label").map(|node| node.get("label").unwrap_or(node));
    item.get("key").or(label).or_else(|| item.get("band")).and_then(Node::text)
}

fn expand_list(reader: &mut Reader, node: &mut Node, before: Option<&Node>, pool: &Pool<'_>) {
    let Value::List(items) = &mut node.value else { return };
    // An item that was not found is told once, not as an item without anything.
    items.retain_mut(|item| expand(reader, item, list(before), pool));
}

/// An item with `from` becomes the item of that name with the keys given here in place of its own.
fn expand(reader: &mut Reader, item: &mut Node, siblings: &[Node], pool: &Pool<'_>) -> bool {
    let place = item.place;
    let Value::Map(entries) = &mut item.value else { return true };
    let mut other = None;
    if let Some((_, from)) = take(entries, "from") {
        let Some(wanted) = reader.scalar(&from) else { return false };
        let named = |node: &&Node| name(node) == Some(wanted) || node.get("band").and_then(Node::text) == Some(wanted);
        let found = siblings.iter().find(|node| name(node) == Some(wanted));
        let found = found.or_else(|| siblings.iter().find(named));
        let found = found.or_else(|| pool.fields.iter().copied().find(|node| name(node) == Some(wanted)));
        match found {
            Some(node) => other = Some(placed(node.clone(), place)),
            None => {
                let known: Vec<&str> = siblings.iter().chain(pool.fields.iter().copied()).filter_map(name).collect();
                reader.unknown(from.place, "form.unknown_from", "form.unknown_from_nearest", wanted, &known);
                return false;
            }
        }
    }
    let also = take(entries, "also").map(|(_, node)| node);
    for (key, node) in entries.iter_mut().filter(|(key, _)| LISTS.contains(&key.text.as_str())) {
        expand_list(reader, node, other.as_ref().and_then(|other| other.get(&key.text)), pool);
    }
    let Some(other) = other else {
        if let Some(also) = also {
            add_synonyms(entries, list(Some(&also)).to_vec(), place);
        }
        return true;
    };
    // The label it had goes on being one of its wordings.
    let relabelled = entries.iter().find(|(key, _)| key.text == "label").and_then(|(_, node)| node.text().map(str::to_owned));
    let Value::Map(before) = other.value else { return true };
    let own_synonyms = entries.iter().any(|(key, _)| key.text == "synonyms");
    let mut more = Vec::new();
    for (key, node) in before {
        if entries.iter().any(|(own, _)| own.text == key.text) {
            if key.text == "label" && !own_synonyms && relabelled.is_some() {
                more.push(node);
            }
            continue;
        }
        entries.push((key, node));
    }
    more.extend(also.iter().flat_map(|also| list(Some(also)).iter().cloned()));
    if !more.is_empty() {
        add_synonyms(entries, more, place);
    }
    if let Some(label) = relabelled
        && let Some((_, synonyms)) = entries.iter_mut().find(|(key, _)| key.text == "synonyms")
        && let Value::List(synonyms) = &mut synonyms.value
    {
        synonyms.retain(|synonym| synonym.text() != Some(label.as_str()));
    }
    true
}

fn add_synonyms(entries: &mut Vec<(MapKey, Node)>, more: Vec<Node>, place: Place) {
    let more: Vec<Node> = more.into_iter().map(|node| node.get("label").cloned().unwrap_or(node)).collect();
    if let Some((_, node)) = entries.iter_mut().find(|(key, _)| key.text == "synonyms") {
        if let Value::List(synonyms) = &mut node.value {
            synonyms.extend(more);
        }
        return;
    }
    let key = MapKey { text: "synonyms".to_owned(), place };
    entries.push((key, Node { place, end: place, value: Value::List(more) }));
}

/// Adds the parts of others that have other names.
fn add_named<'a>(node: &mut Node, others: impl Iterator<Item = &'a Node>) {
    let Value::Map(own) = &mut node.value else { return };
    for other in others {
        let Value::Map(entries) = &other.value else { continue };
        for (key, part) in entries {
            if !own.iter().any(|(known, _)| known.text == key.text) {
                own.push((key.clone(), part.clone()));
            }
        }
    }
}

/// Adds how much rules matter on the other form. A code says it anew for all rules whose codes begin so.
fn add_severity(node: &mut Node, before: Option<&Node>) {
    let (Value::Map(own), Some(Value::Map(before))) = (&mut node.value, before.map(|before| &before.value)) else { return };
    let given: Vec<String> = own.iter().map(|(key, _)| key.text.clone()).collect();
    let new = before.iter().filter(|(key, _)| !given.iter().any(|code| key.text.starts_with(code.as_str())));
    own.extend(new.cloned());
}

fn take(entries: &mut Vec<(MapKey, Node)>, key: &str) -> Option<(MapKey, Node)> {
    let at = entries.iter().position(|(name, _)| name.text == key)?;
    Some(entries.remove(at))
}

/// A part of another file, as if it stood here.
fn placed(mut node: Node, place: Place) -> Node {
    fn go(node: &mut Node, place: Place) {
        (node.place, node.end) = (place, place);
        match &mut node.value {
            Value::Null | Value::Scalar(Scalar { .. }) => {}
            Value::List(items) => items.iter_mut().for_each(|item| go(item, place)),
            Value::Map(entries) => {
                for (key, node) in entries {
                    key.place = place;
                    go(node, place);
                }
            }
        }
    }
    go(&mut node, place);
    node
}
