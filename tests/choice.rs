//! Working with findings: rules chosen and made louder or quieter, findings accepted as they are, suggestions taken, and what is
//! told to other programs and to the department.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SAMPLE: &str = include_str!("../samples/water-bureau-2023.txt");

/// A folder with the sample.
struct Desk(tempfile::TempDir);

struct Told {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        let desk = Desk(tempfile::tempdir().unwrap());
        desk.put("a.txt", SAMPLE);
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, file: &str, text: &str) {
        fs::write(self.path().join(file), text).unwrap();
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    fn run(&self, words: &[&str]) -> Told {
        let output =
            Command::cargo_bin("biaozhun").unwrap().env("LC_ALL", "C").current_dir(self.path()).args(words).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Told { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    fn json(&self, words: &[&str]) -> Value {
        let told = self.run(words);
        serde_json::from_str(&told.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", told.out, told.err))
    }
}

/// The rules that a line each tells of, and with which word: `warning[V005]`.
fn rules(short: &str) -> BTreeSet<String> {
    let heads = short.lines().filter_map(|line| line.split_once('[')?.1.split_once(']').map(|(rule, _)| rule));
    heads.map(ToOwned::to_owned).collect()
}

#[test]
fn only_what_was_chosen_is_told() {
    let desk = Desk::new();
    let all = rules(&desk.run(&["check", "a.txt", "--format", "short"]).out);
    let families: BTreeSet<&str> = all.iter().map(|rule| &rule[..1]).collect();
    assert!(families.len() > 3, "{all:?}");
    let chosen = |words: &[&str]| {
        let words: Vec<&str> = ["check", "a.txt", "--format", "short"].iter().chain(words).copied().collect();
        let told = desk.run(&words);
        (told.code, rules(&told.out))
    };
    let (code, funds) = chosen(&["--select", "F"]);
    assert!(code == 1 && !funds.is_empty() && funds.iter().all(|rule| rule.starts_with('F')), "{funds:?}");
    let (_, rest) = chosen(&["--ignore", "F,s"]);
    assert_eq!(rest, all.iter().filter(|rule| !rule.starts_with(['F', 'S'])).cloned().collect());
    // The longer name counts: of vocabulary only V005, of F all but F002.
    let (code, some) = chosen(&["--select", "V005,F", "--ignore", "V,F002,F004"]);
    assert!(some.contains("V005") && !some.contains("V001") && !some.contains("F002"), "{some:?}");
    assert_eq!(code, 0, "no error is left");
    let told = desk.run(&["check", "a.txt", "--select", "F9"]);
    assert!(told.code == 2 && told.err.contains("F9"), "{}", told.err);
}

#[test]
fn a_rule_that_is_ignored_corrects_nothing() {
    let desk = Desk::new();
    let shares = |file: &str| desk.text(file).lines().filter(|line| line.contains("rule: F003")).count();
    desk.run(&["convert", "a.txt", "-o", "all", "--to", "yaml"]);
    desk.run(&["convert", "a.txt", "-o", "some", "--to", "yaml", "--ignore", "F003,T002"]);
    assert!(shares("all/a.yaml") > 0);
    assert_eq!(shares("some/a.yaml"), 0);
    assert!(desk.text("all/a.yaml").contains("rule: T002") && !desk.text("some/a.yaml").contains("rule: T002"));
    // Notation is put right also where other rules were asked for: they read it.
    desk.run(&["convert", "a.txt", "-o", "funds", "--to", "yaml", "--select", "F"]);
    assert!(desk.text("funds/a.yaml").contains("rule: T001"));
    // And what was done settles in one run.
    let first = desk.text("some/a.yaml");
    desk.run(&["convert", "some/a.yaml", "-o", "again", "--to", "yaml", "--ignore", "F003,T002"]);
    assert_eq!(desk.text("again/a.yaml"), first);
}

#[test]
fn an_office_settles_severities_in_its_config_file() {
    let desk = Desk::new();
    desk.put("biaozhun.toml", "ignore = [\"V005\", \"S\"]\n[severity]\nF002 = \"info\"\nF004 = \"off\"\nC = \"error\"\n");
    let told = desk.run(&["check", "a.txt", "--format", "short"]);
    let told_rules = rules(&told.out);
    assert!(
        !told_rules.contains("V005") && !told_rules.contains("F004") && told_rules.iter().all(|rule| !rule.starts_with('S'))
    );
    assert!(
        told.out.contains("error[C0") && !told.out.contains("error[F002]") && told.out.contains("info[F002]"),
        "{}",
        told.out
    );
    // Who selects on the command line means these.
    assert_eq!(rules(&desk.run(&["check", "a.txt", "--format", "short", "--select", "V005"]).out), ["V005".to_owned()].into());
    desk.put("biaozhun.toml", "ignore = [\"V999\", 5]\nselect = \"F\"\n[severity]\nF002 = \"loud\"\nQ = \"off\"\n");
    let told = desk.run(&["check", "a.txt", "--format", "short"]);
    assert_eq!(told.code, 2);
    for place in ["biaozhun.toml:1:11", "biaozhun.toml:1:19", "biaozhun.toml:2:1", "biaozhun.toml:4:8", "biaozhun.toml:5:1"] {
        assert!(told.err.contains(place), "{place}\n{}", told.err);
    }
}

#[test]
fn a_form_settles_severities_in_its_definition() {
    let desk = Desk::new();
    let definition = biaozhun::form::load::SOURCES.iter().find(|(file, _)| file.contains("department-targets/")).unwrap().1;
    desk.put("form.yaml", &format!("{definition}\nseverity: {{V005: off, F002: info}}\n"));
    let told = desk.run(&["check", "a.txt", "--form", "form.yaml", "--format", "short"]);
    assert!(
        !rules(&told.out).contains("V005") && told.out.contains("info[F002]") && !told.out.contains("error[F002]"),
        "{}",
        told.out
    );
    // The office goes before the form.
    desk.put("biaozhun.toml", "[severity]\nV005 = \"error\"\n");
    assert!(desk.run(&["check", "a.txt", "--form", "form.yaml", "--format", "short"]).out.contains("error[V005]"));
    desk.put("form.yaml", &format!("{definition}\nseverity: {{V05: off, F002: loud}}\n"));
    let told = desk.run(&["check", "a.txt", "--form", "form.yaml", "--format", "short"]);
    assert!(told.code == 2 && told.err.contains("loud"), "{}", told.err);
}

/// The record with some text put before its changes.
fn with_accepted(record: &str, accepted: &str) -> String {
    record.replacen("\nchanges:", &format!("\naccepted:\n{accepted}changes:"), 1)
}

#[test]
fn what_was_accepted_is_silent_the_next_time_and_stands_in_the_appendix() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "-o", ".", "--to", "yaml"]);
    let before = desk.json(&["check", "a.yaml", "--format", "json"]);
    let suggested = before["forms"].is_null() && before["files"][0]["forms"][0]["changes"].as_array().unwrap().len() > 1;
    assert!(suggested);
    let record = desk.text("a.yaml");
    let accepted = "  - {rule: F002, reason: 差额为年末结转}\n  - {rule: V001, at: projects, reason: 沿用上级文件的分类}\n";
    desk.put("b.yaml", &with_accepted(&record, accepted));
    let told = desk.run(&["check", "b.yaml", "--format", "short"]);
    let heads = rules(&told.out);
    assert!(!heads.contains("F002"), "{}", told.out);
    assert!(told.out.lines().all(|line| !(line.contains("[V001]") && line.contains("支出项目类别"))), "{}", told.out);
    // Nor is it taken when all suggestions are.
    desk.run(&["convert", "b.yaml", "-o", "out", "--fix", "suggest"]);
    let written = desk.text("out/b.yaml");
    assert!(written.contains("accepted:\n  - {rule: F002, reason: 差额为年末结转}"), "{written}");
    assert!(written.contains("常年性项目"));
    assert!(!written.lines().any(|line| line.contains("at: projects") && line.contains("class: suggest")));
    let page = desk.text("out/b.html");
    assert!(page.contains("已确认") && page.contains("理由：差额为年末结转") && page.contains("理由：沿用上级文件的分类"));
    // A second run changes nothing.
    desk.run(&["convert", "out/b.yaml", "-o", "again", "--fix", "suggest", "--to", "yaml"]);
    assert_eq!(desk.text("again/b.yaml"), written);
}

#[test]
fn an_acceptance_that_covers_nothing_or_says_nothing_is_told() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "-o", ".", "--to", "yaml"]);
    let record = desk.text("a.yaml");
    desk.put("b.yaml", &with_accepted(&record, "  - {rule: V007, at: department, reason: 无}\n"));
    assert!(desk.run(&["check", "b.yaml", "--format", "short"]).out.contains("info[S017]"));
    desk.put(
        "c.yaml",
        &with_accepted(&record, "  - {rule: V999, reason: 无}\n  - {rule: F002, at: nowhere, reason: 无}\n  - {rule: F002}\n"),
    );
    let told = desk.run(&["check", "c.yaml"]);
    assert_eq!(told.code, 2);
    for word in ["V999", "nowhere", "reason"] {
        assert!(told.err.contains(word), "{word}\n{}", told.err);
    }
}

#[test]
fn suggestions_are_taken_by_their_rule_and_place() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "-o", ".", "--to", "yaml"]);
    let changes = |file: &str, rule: &str| -> Vec<(String, bool)> {
        let json = desk.json(&["check", file, "--format", "json"]);
        let changes = json["files"][0]["forms"][0]["changes"].as_array().unwrap().clone();
        let ours = changes.into_iter().filter(|change| change["rule"] == rule);
        ours.map(|change| (change["at"].as_str().unwrap().to_owned(), change["applied"].as_bool().unwrap())).collect()
    };
    let open = changes("a.yaml", "V001");
    assert!(open.len() > 1 && open.iter().all(|(_, applied)| !applied));
    let first = &open[0].0;
    desk.run(&["convert", "a.yaml", "-o", "one", "--to", "yaml", "--accept", &format!("V001@{first}")]);
    let taken: Vec<String> =
        changes("one/a.yaml", "V001").into_iter().filter(|(_, applied)| *applied).map(|(at, _)| at).collect();
    assert_eq!(taken, std::slice::from_ref(first));
    // From the source itself, and by the rule alone.
    desk.run(&["convert", "a.txt", "-o", "all", "--to", "yaml", "--accept", "v001"]);
    assert!(changes("all/a.yaml", "V001").iter().all(|(_, applied)| *applied));
    let told = desk.run(&["check", "a.yaml", "--accept", "V001@department"]);
    assert!(told.err.contains("V001@department"), "{}", told.err);
    assert_eq!(desk.run(&["check", "a.yaml", "--accept", "V001", "--fix", "none"]).code, 2);
    assert_eq!(desk.run(&["check", "a.yaml", "--accept", "V01"]).code, 2);
}

#[test]
fn files_are_watched_and_standard_input_is_not() {
    let desk = Desk::new();
    let told = desk.run(&["check", "-", "--watch"]);
    assert!(told.code == 2 && told.err.contains("--watch"), "{}", told.err);
}

/// Sees that an object has what SARIF asks for and nothing that it does not know.
fn object<'a>(value: &'a Value, required: &[&str], allowed: &[&str]) -> &'a serde_json::Map<String, Value> {
    let map = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    for key in required {
        assert!(map.contains_key(*key), "{key} is missing in {value}");
    }
    for key in map.keys() {
        assert!(required.contains(&key.as_str()) || allowed.contains(&key.as_str()), "{key} is unknown to SARIF in {value}");
    }
    map
}

fn location(value: &Value) {
    let location = object(value, &["physicalLocation"], &["logicalLocations", "message"]);
    let physical = object(&location["physicalLocation"], &["artifactLocation"], &["region"]);
    let uri = object(&physical["artifactLocation"], &["uri"], &[])["uri"].as_str().unwrap();
    assert!(uri.is_ascii() && !uri.contains(' '), "{uri}");
    if let Some(region) = physical.get("region") {
        let region = object(region, &["startLine"], &["startColumn", "endColumn"]);
        assert!(region["startLine"].as_u64().unwrap() >= 1);
        if let Some(start) = region.get("startColumn") {
            assert!(start.as_u64().unwrap() >= 1 && region["endColumn"].as_u64() > start.as_u64());
        }
    }
    for logical in location.get("logicalLocations").and_then(Value::as_array).into_iter().flatten() {
        object(logical, &["fullyQualifiedName"], &[]);
    }
}

#[test]
fn sarif_has_the_shape_of_its_schema() {
    let desk = Desk::new();
    desk.run(&["convert", "a.txt", "-o", ".", "--to", "yaml"]);
    desk.put("表 1.yaml", &with_accepted(&desk.text("a.yaml"), "  - {rule: F002, reason: 差额为年末结转}\n"));
    let log = desk.json(&["check", "a.txt", "表 1.yaml", "--format", "sarif"]);
    let log = object(&log, &["$schema", "version", "runs"], &[]);
    assert_eq!(log["version"], "2.1.0");
    let [run] = log["runs"].as_array().unwrap().as_slice() else { panic!("one run") };
    let run = object(run, &["tool", "results"], &["columnKind", "invocations"]);
    assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap()));
    object(&run["invocations"][0], &["executionSuccessful"], &[]);
    let driver = object(&object(&run["tool"], &["driver"], &[])["driver"], &["name", "version", "rules"], &[]);
    let rules = driver["rules"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for rule in rules {
        let allowed = ["name", "shortDescription", "fullDescription", "help", "defaultConfiguration"];
        let rule = object(rule, &["id"], &allowed);
        assert!(ids.insert(rule["id"].as_str().unwrap()), "twice: {}", rule["id"]);
        object(&rule["help"], &["text"], &["markdown"]);
        object(&rule["shortDescription"], &["text"], &[]);
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 20);
    for result in results {
        let allowed = ["ruleId", "ruleIndex", "level", "locations", "relatedLocations", "suppressions"];
        let map = object(result, &["message"], &allowed);
        object(&map["message"], &["text"], &[]);
        let index = map["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], map["ruleId"]);
        assert!(["note", "warning", "error"].contains(&map["level"].as_str().unwrap()));
        for key in ["locations", "relatedLocations"] {
            map.get(key).and_then(Value::as_array).into_iter().flatten().for_each(location);
        }
    }
    let suppressed: Vec<&Value> = results.iter().filter(|result| result.get("suppressions").is_some()).collect();
    assert!(!suppressed.is_empty());
    for result in suppressed {
        assert_eq!(result["ruleId"], "F002");
        let reason = object(&result["suppressions"][0], &["kind"], &["justification"]);
        assert_eq!((&reason["kind"], &reason["justification"]), (&"inSource".into(), &"差额为年末结转".into()));
    }
}

#[test]
fn the_review_sheet_is_one_polite_page() {
    let desk = Desk::new();
    let told = desk.run(&["check", "a.txt", "--format", "markdown"]);
    assert!(told.out.lines().count() <= 60, "{}", told.out);
    insta::assert_snapshot!(told.out);
    let english = desk.run(&["check", "a.txt", "--format", "markdown", "--lang", "en"]).out;
    assert!(english.starts_with("# Review of: ") && english.contains("## 1. To be changed"), "{english}");
}
