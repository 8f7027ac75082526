//! T: words that are wrong or cut off. Which ones is data: `confusables.txt`, and the lists in a form's definition.

use super::context::{Context, inside};
use super::initials::Initials;
use super::parameters::{Expect, Parameters, optional};
use super::text::shown;
use super::{Apply, Sight, declare_rule};
use crate::change::Class;
use crate::diag::Message;
use crate::form::Hierarchy;
use crate::record::{Node, Path, Record};
use crate::value::Kind;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;

declare_rule! {
    /// ## What it checks
    /// That a text has no word that is surely another one typed wrong.
    /// ## Why
    /// Input by sound and by strokes makes errors that no spelling check of letters finds.
    /// ## Example
    /// 认证贯彻 for 认真贯彻; 布署 for 部署.
    /// ## Fix safety
    /// Only suggested: words are a person's own. The list is short and holds only what cannot be right.
    /// ## Source
    /// Seen in submissions; `src/rules/confusables.txt` (reviewer's list: flaws).
    pub static T005 = { name: "wrong-word", severity: Warning, class: Suggest, apply: Apply::Always(confused), parameters: [],
        sees: Sight::of(&[Kind::Text, Kind::Name]) }
}

declare_rule! {
    /// ## What it checks
    /// That a name or text does not end in the middle of a word.
    /// ## Why
    /// Narrow cells and fixed widths cut words off; what is left is printed as if it were whole.
    /// ## Example
    /// 法律援助合格 with a target of 100% was 法律援助合格率; 当事人合法 ends nowhere; 国土绿化行动项 stands beside 国土绿化行动项目.
    /// ## Fix safety
    /// A completion is only suggested, where the target and the level leave one, or where one longer name in the form begins
    /// alike; else the name is reported.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static T006 = {
        name: "cut-off", severity: Warning, class: Suggest, apply: Apply::Listed(cut_off),
        parameters: [optional("fields", Expect::Paths), optional("endings", Expect::Pairs), optional("dangling", Expect::Words),
            optional("rows", Expect::Rows), optional("name", Expect::FieldOf("rows")), optional("target", Expect::FieldOf("rows")),
            optional("levels", Expect::FieldsOf("rows")), optional("hierarchy", Expect::Hierarchy), optional("suffix", Expect::Words),
            optional("stems", Expect::Words), optional("names", Expect::Paths)],
        sees: Sight::NAMED.and(Sight::of(&[Kind::Text, Kind::Name]))
    }
}

/// A wrong word, the right one, and what must not stand around it.
struct Confusable {
    wrong: &'static str,
    right: &'static str,
    /// Texts that hold the wrong word rightly: 自己完成.
    except: Vec<&'static str>,
}

/// By their first characters.
fn confusables() -> &'static Initials<Confusable> {
    static TABLE: OnceLock<Initials<Confusable>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("confusables.txt").lines().filter(|line| !line.starts_with('#'));
        Initials::of(lines.filter_map(|line| {
            let mut words = line.split_whitespace();
            let (wrong, right) = (words.next()?, words.next()?);
            Some((wrong.chars().next()?, Confusable { wrong, right, except: words.collect() }))
        }))
    })
}

/// The text with its wrong words righted, and the first of them.
fn righted(text: &str) -> Option<(String, &'static Confusable)> {
    let table = confusables();
    let mut out: Option<(String, &'static Confusable)> = None;
    let mut copied = 0;
    for (at, words) in table.along(text) {
        if at < copied {
            continue;
        }
        let here =
            |word: &&Confusable| text[at..].starts_with(word.wrong) && !word.except.iter().any(|longer| text.contains(longer));
        if let Some(word) = words.iter().find(here) {
            let (righted, _) = out.get_or_insert_with(|| (String::with_capacity(text.len()), word));
            righted.push_str(&text[copied..at]);
            righted.push_str(word.right);
            copied = at + word.wrong.len();
        }
    }
    out.map(|(righted, first)| (righted + &text[copied..], first))
}

fn confused(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let mut found = Vec::new();
    context.record.leaves(&mut |trail, leaf| {
        if matches!(leaf.kind, Kind::Text | Kind::Name)
            && let Some((text, first)) = righted(&leaf.text)
        {
            found.push((trail.path(), text, first));
        }
    });
    for (path, text, first) in found {
        let because = Message::new("because.T005").with("wrong", first.wrong).with("right", first.right);
        let locus = context.locus_of_word(&path, first.wrong);
        context.propose_at(Class::Suggest, &path, text, because, locus);
    }
}

fn cut_off(context: &mut Context<'_>, parameters: &Parameters<'_>) {
    let dangling = parameters.texts("dangling");
    let endings = parameters.pairs("endings");
    let record = context.record;
    parameters.each(record, "fields", &mut |trail, node| {
        let text = node.leaf().map_or("", |leaf| leaf.text.as_str());
        if let Some((ending, whole)) = endings.iter().find(|(ending, _)| ends_in(text, ending)) {
            let completed = format!("{}{whole}", &text[..text.len() - ending.len()]);
            let because = Message::new("because.T006").with("ending", ending).with("whole", whole);
            context.propose(Class::Suggest, &trail.path(), completed, because);
        } else if dangling.iter().any(|word| ends_in(text, word)) {
            report(context, &trail.path());
        }
    });
    rates(context, parameters, &dangling);
    let mut names: FxHashSet<&str> = FxHashSet::default();
    parameters.each(record, "names", &mut |_, node| {
        names.insert(node.leaf().map_or("", |leaf| leaf.text.as_str()));
    });
    if names.is_empty() {
        return;
    }
    let completions = completions(record, &names);
    parameters.each(record, "names", &mut |trail, node| {
        let name = node.leaf().map_or("", |leaf| leaf.text.as_str());
        match completions.get(name).map_or(&[][..], Vec::as_slice) {
            [] => {}
            [one] => {
                let whole = format!("{name}{one}");
                let because = Message::new("because.T006.elsewhere").with("whole", &whole);
                context.propose(Class::Suggest, &trail.path(), whole, because);
            }
            _ => report(context, &trail.path()),
        }
    });
}

/// As `ends_with`; the last byte alone tells most words apart.
fn ends_in(text: &str, word: &str) -> bool {
    word.as_bytes().last().is_none_or(|last| text.as_bytes().last() == Some(last)) && text.ends_with(word)
}

/// Words in which names end, and those that offices end in; `endings.txt`.
struct Endings {
    /// By their first characters.
    words: Initials<&'static str>,
    /// By the last characters.
    whole: Initials<&'static str>,
    /// What is left of words that were cut, by the last characters.
    begun: Initials<&'static str>,
    offices: Vec<&'static str>,
}

fn endings() -> &'static Endings {
    static TABLE: OnceLock<Endings> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("endings.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let (offices, words): (Vec<&'static str>, Vec<&'static str>) = lines.partition(|line| line.starts_with('='));
        let last = |text: &str| text.chars().next_back().unwrap_or_default();
        let begins = |word: &'static str| word.char_indices().skip(1).map(move |(at, _)| &word[..at]);
        Endings {
            words: Initials::of(words.iter().map(|word| (word.chars().next().unwrap_or_default(), *word))),
            whole: Initials::of(words.iter().map(|word| (last(word), *word))),
            begun: Initials::of(words.iter().flat_map(|word| begins(word)).map(|begin| (last(begin), begin))),
            offices: offices.into_iter().map(|office| &office[1..]).collect(),
        }
    })
}

impl Endings {
    fn is_whole(&self, name: &str) -> bool {
        name.chars().next_back().is_some_and(|last| self.whole.at(last).iter().any(|word| name.ends_with(word)))
    }

    fn is_broken(&self, name: &str) -> bool {
        name.chars().next_back().is_some_and(|last| self.begun.at(last).iter().any(|begin| name.ends_with(begin)))
    }
}

/// The rests of words that names lack and the form has elsewhere: in a text or a name where the name breaks off in a word, as
/// another whole name where the word for an office is missing. Goes over the form once, however many names there are.
fn completions<'a>(record: &'a Record, names: &FxHashSet<&'a str>) -> FxHashMap<&'a str, Vec<&'static str>> {
    const LEAST: usize = 4;
    /// In bytes; what is longer is a sentence, not the name of anything.
    const MOST: usize = 240;
    let endings = endings();
    let mut found: FxHashMap<&str, Vec<&'static str>> = FxHashMap::default();
    let mut broken: FxHashSet<&str> = FxHashSet::default();
    let mut lengths = BTreeSet::new();
    for &name in names {
        if name.len() > MOST || name.chars().count() < LEAST || endings.is_whole(name) {
            continue;
        }
        if !endings.offices.iter().any(|office| name.ends_with(office)) {
            let begins = endings.offices.iter().filter(|office| names.contains(format!("{name}{office}").as_str()));
            found.entry(name).or_default().extend(begins);
        }
        if endings.is_broken(name) {
            broken.insert(name);
            lengths.insert(name.len());
        }
    }
    if !broken.is_empty() {
        record.leaves(&mut |_, leaf| {
            if !matches!(leaf.kind, Kind::Text | Kind::Name) {
                return;
            }
            let text = leaf.text.as_str();
            for (at, words) in endings.words.along(text) {
                for word in words.iter().filter(|word| text[at..].starts_with(**word)) {
                    for cut in word.char_indices().map(|(cut, _)| cut).filter(|cut| *cut > 0) {
                        let end = at + cut;
                        for start in lengths.iter().filter_map(|length| end.checked_sub(*length)) {
                            let name = text.get(start..end).and_then(|text| broken.get(text));
                            if let Some(name) = name.filter(|name| begun(name, word) == Some(&word[cut..])) {
                                found.entry(name).or_default().push(&word[cut..]);
                            }
                        }
                    }
                }
            }
        });
    }
    for ways in found.values_mut() {
        ways.sort_unstable();
        ways.dedup();
    }
    found
}

/// The rest of a word that a name breaks off in.
fn begun<'w>(name: &str, word: &'w str) -> Option<&'w str> {
    let mut cuts = word.char_indices().rev().filter(|(at, _)| *at > 0).map(|(at, _)| word.split_at(at));
    cuts.find(|(begin, _)| name.ends_with(begin)).map(|(_, rest)| rest)
}

fn report(context: &mut Context<'_>, path: &Path) {
    let message = Message::new("T006.cut_off").with("label", context.label(path)).with("text", shown(context.text(path)));
    context.find(path, message, Some(Message::new("T006.help")));
}

/// Names of rates without their last character.
fn rates(context: &mut Context<'_>, parameters: &Parameters<'_>, dangling: &[&str]) {
    let (Some(rows), Some(name), Some(target)) =
        (parameters.selector("rows"), parameters.text("name"), parameters.text("target"))
    else {
        return;
    };
    let hierarchy = parameters.text("hierarchy").and_then(|name| context.definition.hierarchy(name));
    let levels = parameters.texts("levels");
    let suffix = parameters.text("suffix").unwrap_or_default();
    let record = context.record;
    let names = OnceCell::new();
    let lists: Vec<Path> = rows.paths(record);
    let row_lists = || lists.iter().flat_map(|list| record.get(list).map(Node::items).unwrap_or_default());
    // What siblings measure: 合格 of 公证合格率.
    let mut stems: Vec<(String, Option<String>)> =
        parameters.texts("stems").into_iter().map(|stem| (stem.to_owned(), None)).collect();
    let given = stems.len();
    for row in row_lists() {
        let Some(whole) = row.text(name).strip_suffix(suffix).filter(|_| !suffix.is_empty()) else { continue };
        let stem: String = whole.chars().skip(whole.chars().count().saturating_sub(2)).collect();
        if stem.chars().count() == 2 && stems.len() < given + 64 && !stems[given..].iter().any(|(known, _)| *known == stem) {
            stems.push((stem, Some(row.text(name).to_owned())));
        }
    }
    for list in &lists {
        for (index, row) in record.get(list).map(Node::items).unwrap_or_default().iter().enumerate() {
            let text = row.text(name);
            if text.is_empty() {
                continue;
            }
            let at = inside(list, index, name);
            let is_rate = !suffix.is_empty()
                && !text.ends_with(suffix)
                && context.target(row.text(target)).is_some_and(|target| target.is_percentage())
                && hierarchy.is_none_or(|hierarchy| takes(hierarchy, &levels, row, suffix));
            let sibling = stems.iter().rev().filter(|_| is_rate).find(|(stem, _)| ends_in(text, stem));
            if let Some((_, sibling)) = sibling {
                let because = match sibling {
                    Some(sibling) => Message::new("because.T006.sibling").with("sibling", sibling).with("suffix", suffix),
                    None => Message::new("because.T006.rate").with("suffix", suffix),
                };
                context.propose(Class::Suggest, &at, format!("{text}{suffix}"), because.with("target", row.text(target)));
            } else if dangling.iter().any(|word| ends_in(text, word)) {
                match whole(names.get_or_init(|| names_of(record, name)), text) {
                    Some(whole) => {
                        let because = Message::new("because.T006.whole").with("whole", whole);
                        context.propose(Class::Suggest, &at, whole, because);
                    }
                    None => report(context, &at),
                }
            }
        }
    }
}

/// All names of a key anywhere in the form, sorted.
fn names_of<'a>(record: &'a Record, key: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    record.leaves(&mut |trail, leaf| {
        if trail.last_key().is_some_and(|last| **last == *key) {
            names.push(&*leaf.text);
        }
    });
    names.sort_unstable();
    names.dedup();
    names
}

/// The one longer of the sorted names that begins as this one does.
fn whole<'a>(names: &[&'a str], text: &str) -> Option<&'a str> {
    const LEAST: usize = 4;
    if text.chars().count() < LEAST {
        return None;
    }
    let longer = &names[names.partition_point(|name| *name <= text)..];
    let mut begin = longer.iter().take_while(|name| name.starts_with(text));
    let found = begin.next()?;
    begin.next().is_none().then_some(*found)
}

/// Whether names of a row's level end so.
fn takes(hierarchy: &Hierarchy, levels: &[&str], row: &Node, suffix: &str) -> bool {
    let [upper, lower] = levels[..] else { return true };
    let roots = hierarchy.roots.iter().filter(|root| *root.label.text == *row.text(upper));
    let mut children = roots.flat_map(|root| &root.children).filter(|child| *child.label.text == *row.text(lower));
    children.any(|child| child.cues.iter().any(|cue| cue.word.ends_with(suffix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_words_are_righted_and_right_ones_left() {
        assert_eq!(righted("认证贯彻落实").map(|(text, _)| text).as_deref(), Some("认真贯彻落实"));
        assert_eq!(righted("认证工作扎实").map(|(text, _)| text), None);
        assert_eq!(righted("由自己完成").map(|(text, _)| text), None);
        // A righted text has nothing more to right, or the rules would never come to rest.
        for confusable in confusables().all() {
            assert_eq!(righted(confusable.right).map(|(text, _)| text), None, "{}", confusable.right);
        }
    }
}
