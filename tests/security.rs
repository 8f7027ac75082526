//! docs/security.md says what the code does: every limit with its value, and that no code here is unsafe.

use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// `64 << 20` as `64 MiB`, `4_000_000` as `4,000,000`.
fn shown(value: &str) -> String {
    if let Some((number, shift)) = value.split_once(" << ") {
        let bytes: u64 = number.parse::<u64>().expect("a number") << shift.parse::<u32>().expect("a shift");
        return if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) };
    }
    let digits: Vec<char> = value.chars().filter(|c| *c != '_').collect();
    let grouped: Vec<String> = digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    grouped.join(",")
}

#[test]
fn the_table_of_limits_is_the_codes() {
    let mut rows = Vec::new();
    let mut said = Vec::new();
    for line in read("src/limits.rs").lines() {
        if let Some(words) = line.strip_prefix("///") {
            said.push(words.trim().to_owned());
        } else if let Some(item) = line.strip_prefix("pub const ") {
            let (name, rest) = item.split_once(": ").expect("a type");
            let value = rest.split_once(" = ").expect("a value").1.trim_end_matches(';');
            rows.push(format!("| `{name}` | {} | {} |", shown(value), said.join(" ")));
            said.clear();
        }
    }
    assert!(rows.len() > 20, "{rows:?}");
    let page = read("docs/security.md");
    let found: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(found, rows, "docs/security.md should have these rows:\n{}", rows.join("\n"));
}

#[test]
fn no_code_here_is_unsafe() {
    for root in ["src/lib.rs", "src/main.rs"] {
        assert!(read(root).contains("#![forbid(unsafe_code)]"), "{root}");
    }
}
