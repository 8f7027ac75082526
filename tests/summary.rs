//! The summary of many documents: what its files hold, that they are the same each time, and that other programs read in them what
//! we say is there.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::form::roles::yuan;
use biaozhun::summary::{self, Counts, Entry, EntryForm, FILES, GivenTotal, Options, Outcome, Target};
use biaozhun::value::unit;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, Write};
use std::sync::{Arc, Mutex};
use support::case::definitions;
use support::entries;
use support::programs;

/// A file in memory that outlives its writer.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Memory {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        self.0.lock().unwrap().seek(position)
    }
}

/// The files of a summary, by name.
fn summarise(entries: &summary::Entries<'_>, totals: &[GivenTotal]) -> (Counts, BTreeMap<&'static str, Vec<u8>>) {
    let hear = |_, severity| Some(severity);
    let options =
        Options { definitions: definitions(), language: Language::Chinese, totals, hear: &hear, drive: summary::in_turn };
    let files: Mutex<BTreeMap<&'static str, Memory>> = Mutex::default();
    let mut create = |name| -> io::Result<Box<dyn Target>> {
        let memory = Memory::default();
        files.lock().unwrap().insert(name, memory.clone());
        Ok(Box::new(memory))
    };
    let survey = summary::survey(entries, &options).unwrap();
    summary::write(entries, &survey, &options, &mut create, &mut |_, _| Ok(())).unwrap();
    let files = files.into_inner().unwrap();
    (survey.counts, files.into_iter().map(|(name, memory)| (name, memory.0.lock().unwrap().get_ref().clone())).collect())
}

fn season(count: u64) -> (Counts, BTreeMap<&'static str, Vec<u8>>) {
    summarise(&|| Ok(Box::new(entries::entries(count))), &[])
}

fn of(entries: &[Entry]) -> (Counts, BTreeMap<&'static str, Vec<u8>>) {
    summarise(&|| Ok(Box::new(entries.iter().cloned().map(Ok))), &[])
}

#[test]
fn the_same_documents_give_the_same_bytes() {
    let (counts, files) = season(60);
    assert_eq!(files.keys().len(), FILES.len());
    assert_eq!(counts.inputs, 60);
    assert_eq!(counts.outcomes.iter().sum::<u64>(), 60);
    assert!(files.values().all(|bytes| !bytes.is_empty()));
    assert_eq!(season(60), (counts, files));
}

#[test]
fn every_form_is_a_line_of_the_records_with_its_values() {
    let (_, files) = season(60);
    let text = std::str::from_utf8(&files["records.jsonl"]).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let forms: Vec<(Entry, EntryForm)> = entries::entries(60)
        .flat_map(|entry| {
            let entry = entry.unwrap();
            entry.forms.clone().into_iter().map(move |form| (entry.clone(), form))
        })
        .collect();
    assert_eq!(lines.len(), forms.len());
    for (line, (entry, form)) in lines.iter().zip(&forms) {
        assert_eq!((line["input"].as_str(), &line["data"]), (Some(entry.input.as_str()), &form.data.value().unwrap()));
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(keys, lines[0].as_object().unwrap().keys().collect::<Vec<_>>());
    }
}

#[test]
fn every_finding_and_every_refusal_is_a_row_of_the_table() {
    let (counts, files) = season(60);
    let csv = std::str::from_utf8(&files["findings.csv"]).unwrap();
    let rows = rows(csv.strip_prefix('\u{feff}').expect("a byte order mark"));
    let findings: usize =
        entries::entries(60).map(|entry| entry.unwrap().forms.iter().map(|form| form.findings.len()).sum::<usize>()).sum();
    let refused = entries::entries(60).filter(|entry| entry.as_ref().unwrap().outcome == Outcome::Refused).count();
    assert!(findings > 100 && refused > 0, "{findings} {refused}");
    assert_eq!(rows.len(), 1 + findings + refused + counts.across.len());
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
}

#[cfg(feature = "parquet")]
#[test]
fn every_value_of_every_form_is_a_row_of_the_flat_records() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    fn leaves(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Object(entries) => entries.values().map(leaves).sum(),
            serde_json::Value::Array(items) => items.iter().map(leaves).sum(),
            _ => 1,
        }
    }
    let (_, files) = season(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.parquet");
    std::fs::write(&path, &files["records.parquet"]).unwrap();
    let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
    let rows: Vec<String> = reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    let forms: Vec<EntryForm> = entries::entries(60).flat_map(|entry| entry.unwrap().forms).collect();
    assert_eq!(rows.len(), forms.iter().map(|form| leaves(&form.data.value().unwrap())).sum::<usize>());
    let data = forms[0].data.value().unwrap();
    let department = data["department"].as_str().unwrap();
    assert!(rows.iter().any(|row| row.contains("path: \"department\"") && row.contains(department)), "{}", rows[3]);
}

/// Rows of RFC 4180.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut letters = csv.chars().peekable();
    while let Some(c) = letters.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => row.last_mut().unwrap().push(letters.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.pop_if(|row| row.len() == 1 && row[0].is_empty());
    rows
}

/// The parts of a package.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// The workbook without the results of its formulas.
fn without_results(bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts(bytes) {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        let mut text = String::from_utf8(bytes).unwrap();
        let mut at = 0;
        while let Some(start) = text[at..].find("</f><v>").map(|start| at + start + 7) {
            let end = start + text[start..].find("</v>").unwrap();
            text.replace_range(start..end, "0");
            at = start;
        }
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The sheets of a workbook as LibreOffice shows them when it has computed everything anew.
fn computed(soffice: &str, name: &str, workbook: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{name}.xlsx"));
    std::fs::write(&file, workbook).unwrap();
    let settings = folder.path().join("profile/user");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(
        settings.join("registrymodifications.xcu"),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"#,
    )
    .unwrap();
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    programs::to_office_with(soffice, &[file], &["--convert-to", filter]);
    let mut sheets = BTreeMap::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|ending| ending == "csv") {
            let sheet = stem.strip_prefix(&format!("{name}-")).unwrap_or(&stem).to_owned();
            sheets.insert(sheet, rows(&std::fs::read_to_string(&path).unwrap()));
        }
    }
    sheets
}

fn number(text: &str) -> Option<Decimal> {
    text.replace(',', "").parse::<Decimal>().ok().map(|value| value.normalize())
}

#[test]
fn the_workbook_opens_and_computes_the_totals_that_we_give() {
    let Some(soffice) = programs::program(&["soffice", "libreoffice"]) else { return };
    let count = 300;
    let (_, files) = season(count);
    let workbook = &files["summary.xlsx"];
    let ours = computed(soffice, "ours", workbook);
    let theirs = computed(soffice, "theirs", &without_results(workbook));
    assert!(ours.len() > 30, "{:?}", ours.keys());
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (name, sheet) in &ours {
        assert_eq!(sheet[0], theirs[name][0], "totals of {name}");
        assert!(sheet.iter().flatten().all(|cell| !cell.starts_with("Err:") && !cell.starts_with('#')), "{name}");
    }
    // And the totals are those of the forms, added up here once more.
    let all = &ours["全部表单"];
    let column = |label: &str| all[1].iter().position(|head| head == label).unwrap_or_else(|| panic!("{label}: {:?}", all[1]));
    let mut sum = Decimal::ZERO;
    let mut errors = 0;
    for entry in entries::entries(count) {
        for form in entry.unwrap().forms {
            sum += yuan(&form.total, unit::parse(&form.unit)).unwrap_or_default();
            errors += form.count(biaozhun::diag::Severity::Error) as u64;
        }
    }
    assert!(sum > Decimal::ZERO && errors > 0);
    assert_eq!(number(&all[0][column("金额（万元）")]), Some((sum / Decimal::from(10_000)).normalize()));
    assert_eq!(number(&all[0][column("错误")]), Some(Decimal::from(errors)));
    assert_eq!(all.len() as u64, 2 + count);
}

#[test]
fn no_text_of_a_form_becomes_a_formula() {
    let mut entry = entries::entry(0);
    entry.input = "=cmd|' /C calc'!A0".to_owned();
    entry.forms[0].department = "=1+1".to_owned();
    entry.forms[0].outputs[0].path = "a\",\"b\")+1+(\"c.yaml".to_owned();
    let (_, files) = of(&[entry]);
    for (name, bytes) in parts(&files["summary.xlsx"]) {
        let text = String::from_utf8_lossy(&bytes);
        for formula in text.split("<f>").skip(1).map(|rest| rest.split("</f>").next().unwrap()) {
            assert!(
                formula.starts_with("HYPERLINK(&quot;") || formula.starts_with("HYPERLINK(\"") || formula.starts_with("ROUND("),
                "{name}: {formula}"
            );
            assert!(!formula.contains("1+1") && !formula.contains("cmd"), "{name}: {formula}");
        }
    }
    let Some(soffice) = programs::program(&["soffice", "libreoffice"]) else { return };
    let sheets = computed(soffice, "hostile", &files["summary.xlsx"]);
    assert!(sheets["全部表单"][2].iter().any(|cell| cell == "=1+1"));
}

#[test]
fn what_one_sheet_cannot_hold_goes_on_or_is_marked_as_cut() {
    let mut entry = entries::entry(0);
    entry.forms[0].project = "长".repeat(40_000);
    entry.forms[0].outputs[0].path = format!("yaml/{}.yaml", "名".repeat(300));
    let (_, files) = of(&[entry]);
    let sheet = parts(&files["summary.xlsx"]).into_iter().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap().1;
    assert!(String::from_utf8(sheet).unwrap().contains("长[…]"));
}

/// What Chromium makes of a page when a script of ours has run behind the page's own.
fn dom(chromium: &str, page: &[u8], script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary.html");
    let text = std::str::from_utf8(page).unwrap();
    std::fs::write(&file, text.replace("</body>", &format!("<script>{script}</script></body>"))).unwrap();
    let mut command = std::process::Command::new(chromium);
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args(["--disable-component-update", "--disable-sync", "--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()));
    String::from_utf8(programs::run(&mut command)).unwrap()
}

fn shown_rows(dom: &str) -> usize {
    dom.matches("class=\"on\"").count()
}

#[test]
fn the_page_leads_to_every_document_and_loads_nothing() {
    let (_, files) = season(60);
    let page = std::str::from_utf8(&files["summary.html"]).unwrap();
    for entry in entries::entries(60) {
        for output in entry.unwrap().forms.iter().flat_map(|form| form.outputs.clone()) {
            let name: String = output.path.rsplit('-').next().unwrap().to_owned();
            assert!(page.contains(&name), "{name}");
        }
    }
    // Every link stays below the page, and nothing is fetched.
    assert!(page.split("href=\"").skip(1).all(|rest| rest.starts_with("./") || rest.starts_with('#')));
    assert!(!page.contains("src=") && !page.contains("url(") && !page.contains("@import") && !page.contains("http:"));
    assert!(!page.contains("https:"));
}

#[test]
fn no_text_of_a_form_becomes_markup() {
    let mut entry = entries::entry(0);
    let hostile = "<script>x()</script>\"' onclick=x() </style>";
    entry.input = hostile.to_owned();
    let form = &mut entry.forms[0];
    (form.department, form.project, form.title, form.total) =
        (hostile.to_owned(), hostile.to_owned(), hostile.to_owned(), hostile.to_owned());
    (form.unit, form.form) = (hostile.to_owned(), hostile.to_owned());
    form.outputs[0].path = "javascript:x()".to_owned();
    form.outputs[0].kind = hostile.to_owned();
    let (_, plain) = of(&[entries::entry(0)]);
    let (_, files) = of(&[entry.clone(), entry]);
    let count =
        |files: &BTreeMap<&str, Vec<u8>>, mark: &str| String::from_utf8_lossy(&files["summary.html"]).matches(mark).count();
    for mark in ["<script", "</style>"] {
        assert_eq!(count(&files, mark), count(&plain, mark), "{mark}");
    }
    assert_eq!(count(&files, "href=\"javascript"), 0);
    assert_eq!(count(&files, "\"' onclick"), 0);
}

#[test]
fn the_page_is_searched_filtered_and_turned() {
    let Some(chromium) = programs::program(&["chromium", "chromium-browser", "google-chrome"]) else { return };
    let (_, files) = season(300);
    let page = &files["summary.html"];
    let all = dom(chromium, page, "");
    assert_eq!(shown_rows(&all), 50);
    assert!(all.contains("300 / 300"), "counted");
    let refused = dom(chromium, page, "document.querySelector('[data-filter=\"outcome=refused\"]').click();");
    let count = entries::entries(300).filter(|entry| entry.as_ref().unwrap().outcome == Outcome::Refused).count();
    assert_eq!(shown_rows(&refused), count);
    let last = "for (var i = 0; i < 5; i += 1) { document.getElementById('after').click(); }";
    assert!(dom(chromium, page, last).contains("6 / 6"));
    let search = "var text = document.getElementById('text'); text.value = '交通 monitoring'; text.dispatchEvent(new Event('input', {bubbles: true}));";
    let found = dom(chromium, page, search);
    assert!((1..50).contains(&shown_rows(&found)), "{}", shown_rows(&found));
}

/// Two minutes: `cargo test --profile quick --test summary -- --ignored more_rows`.
#[test]
#[ignore = "slow"]
fn more_rows_than_a_sheet_holds_go_on_on_the_next_one() {
    let has_finding = |entry: &Entry| entry.forms.first().is_some_and(|form| !form.findings.is_empty());
    let mut entry = (0..).map(entries::entry).find(has_finding).unwrap();
    let finding = entry.forms[0].findings[0].clone();
    entry.forms[0].findings = vec![finding; 2_000];
    let all: Vec<Entry> = vec![entry; 530];
    let (counts, files) = of(&all);
    let parts = parts(&files["summary.xlsx"]);
    let text = |name: &str| {
        let found = parts.iter().find(|(part, _)| part.ends_with(name)).unwrap_or_else(|| panic!("{name}"));
        std::str::from_utf8(&found.1).unwrap()
    };
    let last = parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")).count();
    let rows = |sheet: usize| text(&format!("worksheets/sheet{sheet}.xml")).matches("<row ").count() as u64;
    // Two rows above the data of each.
    assert_eq!(rows(last - 1), 1_048_576);
    let all = 530 * 2_000 + counts.across.len() as u64;
    assert_eq!(rows(last - 1) - 2 + rows(last) - 2, all);
    assert!(counts.forms == 530 && text("workbook.xml").contains("问题清单 2"), "{}", text("workbook.xml"));
}

/// Writes the files of seasons of 1, 300 and 10,000 documents into a folder, to look at: `SUMMARY_DIR=… cargo test --test summary -- --ignored`.
#[test]
#[ignore = "writes files to look at"]
fn write_seasons() {
    let folder = std::path::PathBuf::from(std::env::var("SUMMARY_DIR").expect("SUMMARY_DIR"));
    for count in [1, 300, 10_000] {
        let (_, files) = season(count);
        for (name, bytes) in files {
            let own = folder.join(count.to_string());
            std::fs::create_dir_all(&own).unwrap();
            std::fs::write(own.join(name), bytes).unwrap();
        }
    }
}
