//! Files that mean harm or are broken, one of each kind that we know, made from nothing but code and the samples.
//!
//! `tests/hostile.rs` sends each through the whole program; `make hostile` writes them into a folder for other tools.

use super::word::{Maker, SPACES, docx, paragraph, row, table};
use biaozhun::package;
use std::path::Path;

fn part(name: &str, content: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (name.to_owned(), content.into())
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)).expect(name)
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    package::pack(parts).expect("packs")
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    [&open.repeat(depth), inner, &close.repeat(depth)].concat()
}

/// File names and contents.
pub fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>| all.push((name.to_owned(), bytes));

    add("empty.txt", Vec::new());
    add("blank.txt", b" \r\n\t\x0c\n".to_vec());
    add("zeros.docx", vec![0; 1 << 16]);
    add("nul-text.txt", [&sample("water-bureau-2023.txt")[..2000], &[0; 100], b"\xff\xfe\xfd"].concat());
    add("one-line.txt", "绩效目标 ".repeat(200_000).into_bytes());
    add("tabs.txt", vec![b'\t'; 2 << 20]);
    add("bars.md", "|".repeat(1 << 20).into_bytes());
    add("digits.txt", "9".repeat(1 << 20).into_bytes());
    add("quotes.tsv", "\"".repeat((1 << 20) + 1).into_bytes());
    add("combining.txt", format!("名称\t{}", "\u{301}".repeat(100_000)).into_bytes());
    add("right-to-left.txt", format!("部门\u{202e}称名\t{}", "\u{2066}".repeat(10_000)).into_bytes());
    add("program.docx", [b"MZ\x90\0\x03".as_slice(), &[7; 5000]].concat());
    add("picture.doc", [b"\x89PNG\r\n\x1a\n".as_slice(), &[3; 5000]].concat());
    add("page.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF".to_vec());

    let main = format!("<w:document {SPACES}><w:body>{}</w:body></w:document>", paragraph("正文"));
    add("bomb.docx", packed(&[part("word/document.xml", vec![b' '; 40 << 20])]));
    add("escaping.docx", packed(&[part("../../x", "x"), part("/etc/passwd", "x"), part("word/document.xml", &*main)]));
    add("no-main.docx", packed(&[part("a.txt", "x")]));
    add("many-entries.docx", packed(&(0..5000).map(|number| part(&format!("{number}.xml"), "<a/>")).collect::<Vec<_>>()));
    let entities: String = (1..20).map(|n| format!("<!ENTITY e{n} \"&e{};&e{};\">", n - 1, n - 1)).collect();
    let laughs = format!("<!DOCTYPE w:document [<!ENTITY e0 \"x\">{entities}]>{}", main.replace("正文", "&e19;"));
    add("laughs.docx", Maker::default().pack_main(&laughs));
    let outside = format!("<!DOCTYPE w:document [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}", main.replace("正文", "&x;"));
    add("outside.docx", Maker::default().pack_main(&outside));
    add("deep-runs.docx", docx(&nested("<w:ins>", &paragraph("x"), "</w:ins>", 100_000)));
    let open = "<w:tbl><w:tr><w:tc>";
    add("deep-tables.docx", docx(&nested(open, &paragraph("x"), "</w:tc></w:tr></w:tbl>", 20_000)));
    add(
        "wide.docx",
        docx(&table(&[row(&["<w:tc><w:tcPr><w:gridSpan w:val=\"4294967295\"/></w:tcPr><w:p/></w:tc>".to_owned()])])),
    );
    add("unclosed.docx", docx(&format!("{open}{}", paragraph("x"))));
    add("attributes.docx", docx(&format!("<w:p {}/>", (0..20_000).map(|n| format!("a{n}=\"\" ")).collect::<String>())));
    for (name, length) in [("cut.docx", 3), ("cut.doc", 3), ("cut.odt", 2), ("cut.xls", 2), ("cut.rtf", 2)] {
        let kind = name.rsplit('.').next().unwrap_or_default();
        let whole = sample(&format!("word/archives-2024.{kind}"));
        add(name, whole[..whole.len() * (length - 1) / length].to_vec());
    }

    add("deep.html", nested("<div>", "x", "</div>", 200_000).into_bytes());
    add("deep-tables.html", nested("<table><tr><td>", "x", "", 20_000).into_bytes());
    add("spans.html", "<table><tr><td rowspan=65535 colspan=65535>x</td></tr></table>".repeat(500).into_bytes());
    add("attributes.html", format!("<p {}>x", "a=b ".repeat(200_000)).into_bytes());
    add("deep.rtf", nested("{", "x", "}", 500_000).into_bytes());
    add("open.rtf", format!("{{\\rtf1 {}", "{\\trowd\\cellx".repeat(50_000)).into_bytes());
    add("numbers.rtf", format!("{{\\rtf1 {} x}}", "\\bin999999999 \\u-99999 \\'zz".repeat(1000)).into_bytes());

    let aliases: String = (1..30).map(|n| format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1)).collect();
    add("laughs.yaml", format!("form: department-targets\na0: &a0 [x]\n{aliases}").into_bytes());
    add("deep.yaml", format!("form: department-targets\ndata: {}{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes());
    add("tag.yaml", b"form: department-targets\ndata: !!python/object/apply:os.system ['true']\n".to_vec());
    add(
        "expression.yaml",
        "form: department-targets\ndata:\n  department: \"{{ 7 * 7 }}{% for x in range(end=999999999) %}\"\n".into(),
    );
    all
}
