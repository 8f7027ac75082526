//! The house rules, as tests: who may import whom, which crate stands where, who prints, how long a file is and how it opens,
//! where Chinese may stand in code, and that every message is worded in both languages with the same names.

use biaozhun::catalogue::{self, Language};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file.
const LINES: usize = 600;

struct File {
    /// From the root of the project: `src/yaml/write.rs`.
    name: String,
    text: String,
}

impl File {
    /// The text before the unit tests, without comments: what runs.
    fn code(&self) -> String {
        if self.name.ends_with("tests.rs") {
            return String::new();
        }
        let code = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    /// The first name below `src`: `yaml` for `src/yaml/write.rs`.
    fn module(&self) -> &str {
        let below = self.name.strip_prefix("src/").unwrap_or(&self.name);
        below.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }
}

fn files(folder: &str) -> Vec<File> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), &mut found);
    found.sort();
    let file = |path: &PathBuf| File {
        name: path.strip_prefix(root).unwrap_or(path).display().to_string().replace('\\', "/"),
        text: fs::read_to_string(path).unwrap(),
    };
    found.iter().map(file).collect()
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut wrong = Vec::new();
    for file in files("src").iter().chain(&files("tests")).chain(&files("benches")) {
        if !file.text.starts_with("//!") {
            wrong.push(format!("{}: the first line must be `//!`, task and boundary", file.name));
        }
        let lines = file.text.lines().count();
        if lines > LINES {
            wrong.push(format!("{}: {lines} lines, at most {LINES}", file.name));
        }
    }
    assert_none(&wrong);
}

/// The layers, lowest first; a module may import those of its own layer only where that is said.
const DATA: [&str; 14] = [
    "account",
    "catalogue",
    "change",
    "compound",
    "diag",
    "document",
    "limits",
    "locus",
    "markup",
    "package",
    "record",
    "value",
    "xml",
    "yaml_tree",
];
const STAGES: [&str; 6] = ["read", "draft", "fit", "rules", "render", "summary"];

/// Which modules a module may import besides itself.
fn may_import(module: &str) -> Option<Vec<&'static str>> {
    let with = |more: &[&'static str]| Some(DATA.iter().chain(more).copied().collect());
    match module {
        _ if DATA.contains(&module) => with(&[]),
        "form" => with(&[]),
        "yaml" => with(&["form"]),
        // Stages know data types and definitions, never each other.
        _ if STAGES.contains(&module) => with(&["form"]),
        "pipeline" => with(&["form", "yaml", "read", "draft", "fit", "rules", "render", "summary"]),
        _ => None,
    }
}

/// The modules named behind `crate::`, also in braces.
fn imports(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, word) in code.match_indices("crate::") {
        let rest = &code[at + word.len()..];
        let list = match rest.strip_prefix('{') {
            // Deeper braces hold no module of the crate's root.
            Some(group) => {
                let mut depth = 0;
                let flat: String = group
                    .chars()
                    .take_while(|c| {
                        depth += i32::from(*c == '{') - i32::from(*c == '}');
                        depth >= 0
                    })
                    .collect();
                flat.split(',').map(str::trim).map(ToOwned::to_owned).collect()
            }
            None => vec![rest.to_owned()],
        };
        for item in list {
            let name: String = item.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.insert(name);
        }
    }
    names
}

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for file in files("src") {
        let module = file.module().to_owned();
        if matches!(module.as_str(), "lib" | "main" | "cli") {
            continue;
        }
        let Some(allowed) = may_import(&module) else {
            wrong.push(format!("{}: the module {module} has no place in the house", file.name));
            continue;
        };
        for name in imports(&file.code()) {
            let is_module = DATA.contains(&name.as_str()) || may_import(&name).is_some() || name == "cli";
            if is_module && name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{}: {module} may not import {name}", file.name));
            }
        }
    }
    assert_none(&wrong);
}

/// Crates, and the only files that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("pinyin::", &["src/draft/guess.rs"]),
    ("cfb::", &["src/compound.rs"]),
    ("zip::", &["src/package.rs", "src/package/"]),
    ("flate2::", &["src/package/"]),
    ("quick_xml::", &["src/xml.rs", "src/xml/"]),
    ("memchr::", &["src/xml.rs", "src/xml/"]),
    ("tera::", &["src/render/"]),
    ("docx_rs::", &["src/render/scaffold"]),
    ("parquet::", &["src/summary/"]),
    ("rust_xlsxwriter::", &["src/summary/workbook.rs"]),
    ("similar::", &["src/render/revision/"]),
    ("saphyr_parser::", &["src/yaml_tree/"]),
    ("serde_yaml::", &["src/catalogue/"]),
    ("html5ever::", &["src/read/", "src/markup"]),
    ("encoding_rs::", &["src/read/"]),
    ("chardetng::", &["src/read/"]),
    ("clap::", &["src/cli/"]),
    ("clap_complete::", &["src/cli/shell.rs"]),
    ("clap_mangen::", &["src/cli/shell.rs"]),
    ("tempfile::", &["src/cli/"]),
    ("toml::", &["src/cli/config.rs"]),
    ("anstream::", &["src/cli/"]),
    ("rusqlite::", &["src/cli/batch/"]),
    ("glob::", &["src/cli/batch/inputs.rs"]),
    ("base64::", &["src/cli/stream.rs"]),
    ("rustix::", &["src/cli/batch/"]),
    ("signal_hook::", &["src/cli/batch/mod.rs"]),
    ("mimalloc::", &["src/main.rs"]),
];

#[test]
fn crates_stand_where_they_belong() {
    let mut wrong = Vec::new();
    for file in files("src") {
        let code = file.code();
        for &(name, homes) in HOMES {
            let named = code
                .match_indices(name)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            if named && !homes.iter().any(|home| file.name.starts_with(home)) {
                wrong.push(format!("{}: {name} belongs in {homes:?}", file.name));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn only_emit_prints_and_only_the_command_line_touches_the_world() {
    let mut wrong = Vec::new();
    for file in files("src") {
        let code = file.code();
        for word in ["println!", "print!", "eprintln!", "eprint!", "dbg!", "todo!", "unimplemented!", "process::exit"] {
            let named =
                code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            if named {
                wrong.push(format!("{}: {word}", file.name));
            }
        }
        for word in ["io::stdout", "io::stderr"] {
            if code.contains(word) && file.name != "src/cli/emit.rs" {
                wrong.push(format!("{}: {word} belongs in src/cli/emit.rs", file.name));
            }
        }
        for word in ["std::fs", "std::env", "std::net", "SystemTime", "Instant::", "std::thread", "io::stdin"] {
            if code.contains(word) && !matches!(file.module(), "cli" | "main") {
                wrong.push(format!("{}: {word} belongs to the command line", file.name));
            }
        }
    }
    assert_none(&wrong);
}

/// The string and character literals of some code.
fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let letters: Vec<char> = code.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        // r"…" and r#"…"#
        if letters[at] == 'r' && !letters[..at].last().is_some_and(|c| c.is_alphanumeric() || *c == '_') {
            let hashes = letters[at + 1..].iter().take_while(|c| **c == '#').count();
            if letters.get(at + 1 + hashes) == Some(&'"') {
                let start = at + 2 + hashes;
                let closes = |end: &usize| {
                    letters[*end] == '"' && letters[end + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
                };
                let end = (start..letters.len()).find(closes).unwrap_or(letters.len());
                found.push(letters[start..end].iter().collect());
                at = end + 1 + hashes;
                continue;
            }
        }
        let quote = letters[at];
        let is_char = quote == '\'' && (letters.get(at + 1) == Some(&'\\') || letters.get(at + 2) == Some(&'\''));
        if quote == '"' || is_char {
            let start = at + 1;
            at = start;
            while at < letters.len() && letters[at] != quote {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            found.push(letters[start..at.min(letters.len())].iter().collect());
        }
        at += 1;
    }
    found
}

/// General knowledge of Chinese notation that may stand in code outside `value/`, by place: these characters and no others.
/// What a form prints stands in its definition, what a person reads in the catalogue.
const NOTATION: [(&str, &str); 4] = [
    // Numerals and counters: list numbers, page numbers, years in labels.
    (
        "src/read/",
        "〇零一二三四五六七八九十百千万第共页条项壹贰叁肆伍陆柒捌玖拾佰仟甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥年月日",
    ),
    ("src/fit/", "〇零一二三四五六七八九十百千第共页条项年月"),
    // How dates are printed; the names of typefaces.
    ("src/render/", "年月日黑体方正小标宋简仿楷"),
    // Words between a name and what is promised of it.
    ("src/rules/", "均要"),
];

#[test]
fn chinese_in_code_is_notation_and_nothing_else() {
    let is_han = |c: &char| ('\u{3400}'..='\u{9fff}').contains(c) || *c == '〇';
    let mut wrong = Vec::new();
    for file in files("src").iter().filter(|file| file.module() != "value") {
        let allowed = NOTATION.iter().find(|(place, _)| file.name.starts_with(place)).map_or("", |(_, allowed)| allowed);
        for literal in literals(&file.code()) {
            // The commonest characters of the language, by which encodings are told apart, are no words.
            if file.name == "src/read/encoding.rs" && literal.chars().filter(is_han).count() > 200 {
                continue;
            }
            if literal.chars().filter(is_han).any(|c| !allowed.contains(c)) {
                wrong.push(format!("{}: {literal:?}", file.name));
            }
        }
    }
    assert_none(&wrong);
}

/// The `{names}` of a text; a brace meant as itself has no name behind it.
fn names(text: &str) -> BTreeSet<&str> {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')).collect()
}

#[test]
fn both_languages_word_the_same_messages_with_the_same_names() {
    let mut wrong = Vec::new();
    let [chinese, english] =
        [Language::Chinese, Language::English].map(|l| catalogue::ids(l).into_iter().collect::<BTreeSet<_>>());
    wrong.extend(chinese.symmetric_difference(&english).map(|id| format!("{id}: worded in one language only")));
    for id in chinese.intersection(&english) {
        let texts = [Language::Chinese, Language::English].map(|language| catalogue::text(language, id));
        if names(&texts[0]) != names(&texts[1]) {
            wrong.push(format!("{id}: {:?} and {:?}", names(&texts[0]), names(&texts[1])));
        }
        if texts.iter().any(|text| text.trim().is_empty()) {
            wrong.push(format!("{id}: empty"));
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_message_in_code_is_worded() {
    let ids: BTreeSet<&str> = catalogue::ids(Language::Chinese).into_iter().collect();
    let areas: BTreeSet<&str> = ids.iter().filter_map(|id| id.split('.').next()).collect();
    let mut wrong = Vec::new();
    for file in files("src") {
        let code = file.code();
        for literal in literals(&code) {
            let id = literal.strip_prefix('@').unwrap_or(&literal);
            let dotted = id.contains('.') && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
            let is_file = [".html", ".docx", ".yaml", ".txt", ".xml", ".css", ".xlsx", ".csv", ".jsonl", ".parquet"]
                .iter()
                .any(|ending| id.ends_with(ending));
            let in_area = id.split('.').next().is_some_and(|area| areas.contains(area));
            if dotted && in_area && !is_file && !id.ends_with('.') && !ids.contains(id) {
                wrong.push(format!("{}: {id} is not worded", file.name));
            }
        }
        for (at, word) in code.match_indices("Message::new(\"") {
            let id = code[at + word.len()..].split('"').next().unwrap_or_default();
            if !ids.contains(id) {
                wrong.push(format!("{}: {id} is not worded", file.name));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn what_a_message_is_given_is_what_its_wording_names() {
    let mut wrong = Vec::new();
    for file in files("src") {
        let code = file.code();
        for (at, word) in code.match_indices("Message::new(\"") {
            let rest = &code[at + word.len()..];
            let Some((id, mut rest)) = rest.split_once('"') else { continue };
            let text = catalogue::text(Language::Chinese, id);
            let wanted = names(&text);
            let mut given = BTreeSet::new();
            rest = rest.trim_start_matches(')').trim_start();
            while let Some(argument) = rest.strip_prefix(".with(") {
                given.extend(argument.trim_start().strip_prefix('"').and_then(|name| name.split('"').next()));
                let mut depth = 1;
                let end = argument.find(|c| {
                    depth += i32::from(c == '(') - i32::from(c == ')');
                    depth == 0
                });
                rest = argument[end.map_or(argument.len(), |end| end + 1)..].trim_start();
            }
            // The rest may be given where the message is passed on to: somewhere in the same file.
            let later = |name: &str| code.contains(&format!(".with(\"{name}\""));
            if !wanted.iter().all(|name| given.contains(name) || later(name)) {
                wrong.push(format!("{}: {id} names {wanted:?}, is given {given:?}", file.name));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_catalogue_is_yaml_with_one_line_for_each_text() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue");
    let mut wrong = Vec::new();
    for language in ["zh-CN", "en"] {
        let mut seen = BTreeSet::new();
        for entry in fs::read_dir(root.join(language)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let is_map = serde_yaml::from_str::<BTreeMap<String, String>>(&text);
            wrong.extend(
                is_map.err().map(|error| format!("{}: {error} (texts with special characters need quotes)", path.display())),
            );
            for (line, number) in text.lines().zip(1..) {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let Some((id, _)) = line.split_once(": ") else {
                    wrong.push(format!("{}:{number}: no `id: text`", path.display()));
                    continue;
                };
                if !seen.insert(id.to_owned()) {
                    wrong.push(format!("{}:{number}: {id} stands twice", path.display()));
                }
            }
        }
    }
    assert_none(&wrong);
}
