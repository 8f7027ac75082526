//! Files of other projects' test suites, read one by one: no panic, bounded time and memory, and every word that another, dumber
//! extraction finds is in the document or in what is told about it.
//!
//! Not part of the suite, for it needs files that are not ours:
//! `FOREIGN_DIR=/folder cargo test --profile quick --test foreign -- --ignored --nocapture`. Words of `.doc` and `.xls` are
//! compared where antiword and xls2csv are installed; a file `NAME.reference` beside a file is taken as its words instead.

use biaozhun::document::Document;
use biaozhun::package::{Limits, Package};
use biaozhun::read::{Options, Tracked, read};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const SLOW: Duration = Duration::from_secs(2);
const HANGS: Duration = Duration::from_secs(30);

/// Megabytes that reading one file may take.
const MEMORY: u64 = 1024;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

/// Letters and digits of every script, as words, counted.
fn words(text: &str) -> BTreeMap<String, i64> {
    let mut counted = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counted.entry(word.to_lowercase()).or_default() += 1;
    }
    counted
}

/// All that the reader says: cells, printed numbers, what is told.
fn said(document: &Document) -> String {
    let mut text = String::new();
    for cell in document.cells() {
        for number in &cell.numbers {
            text.push_str(&number.text);
            text.push('\n');
        }
        text.push_str(&cell.text);
        text.push('\n');
    }
    for notice in &document.notices {
        for (_, argument) in &notice.message.arguments {
            text.push_str(argument);
            text.push('\n');
        }
    }
    text
}

fn resolved(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(';').map_or(rest.len(), |end| at + end + 1);
        let name = rest[at + 1..end].trim_end_matches(';');
        match name {
            "amp" => out.push('&'),
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "quot" => out.push('"'),
            "apos" => out.push('\''),
            _ => {
                let code = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16));
                let code = code.or_else(|| name.strip_prefix('#').map(str::parse));
                out.extend(code.and_then(Result::ok).and_then(char::from_u32));
            }
        }
        rest = &rest[end..];
    }
    out + rest
}

/// The texts of an XML part, without looking at what its elements mean: those inside elements called `keep`, or all of them.
/// Elements called `part` end a word.
fn scanned(source: &str, keep: &[&str], part: &[&str]) -> String {
    /// What is no text of the page, or stands there a second time.
    const NOT: [&str; 10] = [
        "mc:Fallback",
        "rPh",
        "x:rPh",
        "dc:date",
        "dc:creator",
        "text:note-citation",
        "svg:title",
        "svg:desc",
        "style:style",
        "w:instrText",
    ];
    let (mut out, mut deleted) = (String::new(), String::new());
    let mut keeping = keep.is_empty();
    // What a tracked deletion holds is no part of the words that it stands between.
    let mut deleting = false;
    let mut passing: Option<&str> = None;
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        match (keeping, deleting) {
            (true, true) => deleted.push_str(&resolved(&rest[..at])),
            (true, false) => {
                deleted.push(' ');
                out.push_str(&resolved(&rest[..at]));
            }
            (false, _) => {}
        }
        rest = &rest[at..];
        let end = if rest.starts_with("<!--") { rest.find("-->").map(|end| end + 2) } else { rest.find('>') };
        let Some(end) = end else { break };
        let tag = &rest[1..end];
        let name = tag.trim_start_matches('/').split([' ', '/', '\n', '\t', '\r']).next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        rest = &rest[end + 1..];
        let is_not = NOT.contains(&name) || local.ends_with("-source");
        match passing {
            Some(outer) => {
                if tag.starts_with('/') && name == outer {
                    passing = None;
                    keeping = keep.is_empty();
                }
                continue;
            }
            None if is_not && !tag.starts_with('/') && !tag.ends_with('/') => {
                passing = Some(name);
                keeping = false;
                continue;
            }
            None => {}
        }
        if keep.contains(&local) && name != "m:t" {
            keeping = !tag.starts_with('/') && !tag.ends_with('/');
            deleting = keeping && local == "delText";
        }
        if part.contains(&local) {
            out.push(' ');
            deleted.push(' ');
        }
    }
    out + "\n" + &deleted
}

/// A sheet with its shared texts in the cells that show them.
fn with_shared(sheet: &str, shared: &[&str]) -> String {
    let mut out = String::new();
    for cell in sheet.split_inclusive("</c>") {
        let head = cell.rfind("<c ").map_or("", |at| &cell[at..]);
        let is_shared = head.split('>').next().is_some_and(|tag| tag.contains("t=\"s\""));
        let value =
            head.split_once("<v>").and_then(|(_, rest)| rest.split('<').next()).and_then(|v| v.trim().parse::<usize>().ok());
        out.push_str(cell);
        if let (true, Some(text)) = (is_shared, value.and_then(|index| shared.get(index))) {
            out.push_str(text);
            out.push_str("<c/>");
        }
    }
    out
}

/// `_x000D_`, as Excel writes characters that XML cannot hold.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
            Some(code) => {
                out.push_str(&rest[..at]);
                out.push(char::from_u32(code).unwrap_or(' '));
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out + rest
}

/// The words that a dumb extraction finds in a package.
fn packed(package: &Package) -> Option<String> {
    let has = |name: &str| package.names().iter().any(|known| known == name);
    let mut out = String::new();
    let wanted: fn(&str) -> bool = match () {
        () if has("content.xml") => |name| name == "content.xml",
        () if package.names().iter().any(|name| name.starts_with("word/")) => |name| {
            let stem = name.strip_prefix("word/").unwrap_or("-");
            let known = ["document", "header", "footer", "footnotes", "endnotes", "comments.xml"];
            let drawn = ["charts/chart", "diagrams/data"].iter().any(|drawn| stem.starts_with(drawn));
            (known.iter().any(|known| stem.starts_with(known)) && !stem.contains('/') || drawn) && stem.ends_with(".xml")
        },
        () if package.names().iter().any(|name| name.starts_with("xl/")) => |name| {
            let known =
                ["xl/worksheets/sheet", "xl/macrosheets/sheet", "xl/comments", "xl/drawings/drawing", "xl/charts/chart"];
            known.iter().any(|known| name.starts_with(known)) && name.ends_with(".xml")
        },
        () => return None,
    };
    let shared = package.names().iter().find(|name| name.starts_with("xl/sharedStrings"));
    let shared = shared.and_then(|name| package.read_text(name).ok()).unwrap_or_default();
    let shared: Vec<&str> = shared.split("</si>").collect();
    let mut seen = Vec::new();
    for name in package.names().iter().filter(|name| wanted(name)) {
        let mut source = package.read_text(name).ok()?;
        if name.starts_with("xl/worksheets") {
            source = with_shared(&source, &shared);
        }
        // A header of several sections is printed with each of them; once is enough.
        if ["header", "footer"].iter().any(|margin| name.contains(margin)) {
            let text = scanned(&source, &["t"], &["p"]);
            if seen.contains(&text) {
                continue;
            }
            seen.push(text);
        }
        let source = match name.as_str() {
            "content.xml" => {
                let body = source.find("<office:body").map_or(&source[..], |at| &source[at..]);
                scanned(body, &[], &["p", "h", "tab", "line-break", "s", "table-cell", "note", "annotation", "list-item"])
            }
            _ => {
                let parts = [
                    "p",
                    "tab",
                    "ptab",
                    "br",
                    "cr",
                    "tc",
                    "si",
                    "c",
                    "is",
                    "footnote",
                    "txbxContent",
                    "comment",
                    "pict",
                    "drawing",
                    "object",
                    "rt",
                    "rubyBase",
                    "noBreakHyphen",
                    "sym",
                ];
                unescaped(&scanned(&source, &["t", "delText"], &parts))
            }
        };
        out.push_str(&source);
        out.push('\n');
    }
    Some(out)
}

/// What another program prints of a file.
fn printed(program: &str, options: &[&str], file: &Path) -> Option<String> {
    let output = Command::new(program).args(options).arg(file).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn reference(file: &Path, bytes: &[u8]) -> Option<String> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".reference");
    if let Ok(text) = std::fs::read_to_string(&beside) {
        return Some(text);
    }
    if bytes.starts_with(b"PK") {
        return packed(&Package::open_foreign(bytes, &Limits::default()).ok()?);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let ending = file.extension()?.to_str()?.to_ascii_lowercase();
        return match ending.as_str() {
            "doc" | "dot" => printed("antiword", &["-m", "UTF-8.txt", "-w", "0"], file),
            "xls" => printed("xls2csv", &["-d", "utf-8", "-q", "0"], file),
            _ => None,
        };
    }
    None
}

/// The most memory this process has had since it was last asked, in megabytes; where the system says.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let peak = line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024;
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    Some(peak)
}

#[test]
#[ignore = "needs a folder of foreign files in FOREIGN_DIR"]
fn foreign_files_are_read_whole() {
    let folder = std::env::var_os("FOREIGN_DIR").expect("FOREIGN_DIR");
    let mut found = Vec::new();
    files(Path::new(&folder), &mut found);
    let (mut count, mut refused, mut verdicts) = (0, BTreeMap::<String, u32>::new(), BTreeMap::<&str, u32>::new());
    let mut faults = Vec::new();
    let options = Options { tracked: Tracked::Accept, ..Options::default() };
    for file in found.iter().filter(|file| file.extension().is_none_or(|ending| ending != "reference")) {
        let Ok(bytes) = std::fs::read(file) else { continue };
        count += 1;
        let name = file.strip_prefix(&folder).unwrap_or(file).display().to_string();
        let (sender, receiver) = mpsc::channel();
        let source = bytes.clone();
        let begun = Instant::now();
        std::thread::spawn(move || {
            let read = std::panic::catch_unwind(|| read(&source, &options));
            let _ = sender.send(read);
        });
        let Ok(result) = receiver.recv_timeout(HANGS) else {
            faults.push(format!("HANGS {name}"));
            continue;
        };
        let took = begun.elapsed();
        let megabytes = peak().unwrap_or_default();
        if took > SLOW || megabytes > MEMORY {
            faults.push(format!("HEAVY {name}: {took:?}, {megabytes} MB, of {} KB", bytes.len() / 1024));
        }
        let document = match result {
            Err(_) => {
                faults.push(format!("PANICS {name}"));
                continue;
            }
            Ok(Err(error)) => {
                let error = format!("{error}");
                println!("refused {name}: {error}");
                *refused.entry(error.chars().take(50).collect()).or_default() += 1;
                continue;
            }
            Ok(Ok(document)) => document,
        };
        let Some(reference) = reference(file, &bytes) else { continue };
        let said = said(&document);
        let ours = words(&said);
        let binary = bytes.starts_with(b"\xd0\xcf");
        // What other programs say of their own, and numbers that they show without their formats.
        let is_word = |word: &str| {
            !binary
                || (!matches!(word, "pic" | "error")
                    && (file.extension().is_none_or(|ending| ending != "xls") || word.contains(char::is_alphabetic)))
        };
        let missing: Vec<String> = words(&reference)
            .into_iter()
            .filter(|(word, _)| is_word(word))
            .filter(|(word, count)| ours.get(word).copied().unwrap_or_default() < *count)
            .map(|(word, count)| format!("{word}×{}", count - ours.get(&word).copied().unwrap_or_default()))
            .collect();
        // Words that another program glues together, or finds once more, are all there; those that are nowhere are not.
        let letters: String = said.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let cut = document.notices.iter().flat_map(|notice| &notice.message.arguments).any(|(_, text)| text.ends_with('…'));
        let is_nowhere = |word: &String| !letters.contains(word.rsplit_once('×').map_or("", |(word, _)| word));
        let nowhere = missing.iter().filter(|word| is_nowhere(word)).count();
        let verdict = match (missing.is_empty(), nowhere, cut) {
            (true, ..) => "whole",
            (_, 0, _) => "fewer or glued",
            (.., true) => "told with a cut",
            _ => "lacks words",
        };
        *verdicts.entry(verdict).or_default() += 1;
        if verdict != "whole" {
            let first = missing.iter().filter(|word| is_nowhere(word)).map(|word| format!("!{word}"));
            let others = missing.iter().filter(|word| !is_nowhere(word)).cloned();
            let shown: Vec<String> = first.chain(others).take(12).collect();
            println!("{verdict}: {name} ({}): {}", missing.len(), shown.join(" "));
        }
    }
    println!("{count} files; compared: {verdicts:#?}; refused: {refused:#?}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
