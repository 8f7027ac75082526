//! The job of docs/spark_job.py on a local Spark gives the same records as a batch. Skips loudly where there is no PySpark.
//!
//!     SPARK_PYTHON=python3 SEASON=1000 cargo test --profile quick --test spark -- --ignored --nocapture

mod support;

use biaozhun::catalogue::Language;
use biaozhun::summary::Entry;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use support::season;

/// What both know of a document, by its name: the batch has outputs besides.
fn record(entry: &str) -> (String, Value) {
    let mut entry: Value = serde_json::from_str(entry).expect("JSON");
    let name = entry["input"].as_str().expect("a name").rsplit('/').next().expect("a name").to_owned();
    let fields = entry.as_object_mut().expect("an object");
    fields.remove("id");
    fields.remove("input");
    for form in fields.get_mut("forms").and_then(Value::as_array_mut).into_iter().flatten() {
        form.as_object_mut().expect("a form").remove("outputs");
    }
    (name, entry)
}

fn run(command: &mut Command) -> Option<i32> {
    command.status().expect("it starts").code()
}

#[test]
#[ignore = "needs PySpark and Java; a minute"]
fn spark_gives_the_records_of_a_batch() {
    let python = std::env::var("SPARK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_spark = Command::new(&python).args(["-c", "import pyspark"]).status().is_ok_and(|status| status.success());
    if !has_spark {
        let _ =
            writeln!(std::io::stderr(), "SKIPPED: no PySpark for {python}; set SPARK_PYTHON (pip install pyspark, Java 17)");
        return;
    }
    let count = std::env::var("SEASON").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let root = tempfile::tempdir().expect("a folder");
    season::write(&root.path().join("in"), count);
    let program = env!("CARGO_BIN_EXE_biaozhun");
    let status = run(Command::new(program).current_dir(root.path()).args(["batch", "in", "-o", "out", "--to", "yaml"]));
    assert!(matches!(status, Some(0..=2)));
    let job = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/spark_job.py");
    let mut spark = Command::new(&python);
    spark.env("PYSPARK_PYTHON", &python).env("SPARK_LOCAL_IP", "127.0.0.1").current_dir(root.path());
    let (source, target) = (root.path().join("in/*"), root.path().join("records"));
    assert_eq!(run(spark.arg(job).args([&source, &target]).arg(program)), Some(0));
    let read = "import glob, gzip, sys\nfor part in sorted(glob.glob(sys.argv[1] + '/part-*.gz')):\n    sys.stdout.buffer.write(gzip.open(part).read())";
    let output = Command::new(&python).args(["-c", read]).arg(&target).output().expect("it starts");
    let text = String::from_utf8(output.stdout).expect("text");
    let found: BTreeMap<String, Value> = text.lines().map(record).collect();

    let journal = rusqlite::Connection::open(root.path().join("out/journal.sqlite")).expect("a journal");
    let mut statement = journal.prepare("SELECT entry FROM input").expect("a table");
    let entries = statement.query_map([], |row| row.get::<_, String>(0)).expect("rows");
    // The journal keeps what is said, a stream its words.
    let worded = |entry: String| {
        let entry: Entry = serde_json::from_str(&entry).expect("an entry");
        serde_json::to_string(&entry.in_language(Language::Chinese)).expect("JSON")
    };
    let wanted: BTreeMap<String, Value> = entries.map(|entry| record(&worded(entry.expect("an entry")))).collect();
    assert_eq!((found.len(), wanted.len(), text.lines().count()), (count, count, count));
    for (name, wanted) in &wanted {
        assert!(&found[name] == wanted, "{name}");
    }
}
