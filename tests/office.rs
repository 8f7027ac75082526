//! Old and sister formats: each gives the same data as the text; damaged and hostile files give an error or a result.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::diag::Error;
use biaozhun::document::Document;
use biaozhun::form::load;
use biaozhun::pipeline::{Print, Printer, convert, yaml_text};
use biaozhun::read::{Options, Tracked, read};
use biaozhun::rules::Fix;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FORMATS: [&str; 6] = ["doc", "odt", "rtf", "xlsx", "xls", "ods"];

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn sample(ending: &str) -> Vec<u8> {
    std::fs::read(samples().join("word/archives-2024").with_extension(ending)).expect("a sample")
}

/// The data of the only form in a source, as YAML.
fn data(bytes: &[u8]) -> String {
    let conversion = convert(bytes, load::builtin(), Fix::Auto).expect("a form");
    assert_eq!(conversion.forms.len(), 1);
    let yaml = yaml_text(&conversion.forms[0], Language::Chinese);
    let from = yaml.find("\ndata:").expect("data");
    let rest = &yaml[from + 1..];
    let end = rest.match_indices('\n').map(|(at, _)| at).find(|at| !rest[at + 1..].starts_with(' ')).unwrap_or(rest.len());
    rest[..end].to_owned()
}

fn look(bytes: &[u8]) -> Document {
    read(bytes, &Options::default()).expect("a document")
}

fn texts(document: &Document) -> Vec<&str> {
    document.cells().map(|cell| cell.text.as_str()).collect()
}

fn notices(document: &Document) -> Vec<&str> {
    document.notices.iter().map(|notice| notice.message.id).collect()
}

#[test]
fn every_format_gives_the_data_of_the_text() {
    let wanted = data(&std::fs::read(samples().join("archives-2024.md")).expect("the text"));
    for ending in FORMATS {
        assert_eq!(data(&sample(ending)), wanted, "{ending}");
    }
}

#[test]
fn libreoffice_s_conversions_of_our_word_file_give_the_same_data() {
    let programs = ["soffice", "libreoffice"];
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = programs.iter().find(|name| std::env::split_paths(&paths).any(|folder| folder.join(name).is_file()));
    let Some(soffice) = found else {
        let message = "NOT TESTED: LibreOffice is not installed";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{message}");
        eprintln!("{message}");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let print = Print { language: Language::Chinese, appendix: false };
    for name in ["water-bureau-2023.txt", "agriculture-2021-gb18030.txt", "health-2022.txt"] {
        let source = std::fs::read(samples().join(name)).expect("a sample");
        let form = convert(&source, load::builtin(), Fix::Auto).expect("a form").forms.remove(0);
        let file = folder.path().join("form.docx");
        std::fs::write(&file, Printer::new(load::builtin()).docx(&form, print).expect("a Word file")).expect("writing");
        let yaml = yaml_text(&form, Language::Chinese);
        let wanted = data(yaml.as_bytes());
        for ending in ["doc", "odt", "rtf"] {
            let mut command = Command::new(soffice);
            command
                .args([&*profile, "--headless", "--norestore", "--convert-to", ending, "--outdir"])
                .arg(folder.path())
                .arg(&file);
            let output = command.stdin(Stdio::null()).output().expect("LibreOffice starts");
            assert!(output.status.success());
            let bytes = std::fs::read(folder.path().join("form").with_extension(ending)).expect("a file");
            assert_eq!(data(&bytes), wanted, "{name} as {ending}");
        }
    }
}

#[test]
fn a_file_cut_or_bent_anywhere_is_an_error_or_a_result() {
    let harm = |ending: &str| {
        let whole = sample(ending);
        for end in (0..whole.len()).step_by(97) {
            let _ = read(&whole[..end], &Options::default());
        }
        let mut random = support::prng::Random::new(7);
        for _ in 0..100 {
            let mut bent = whole.clone();
            for _ in 0..8 {
                let at = random.below(bent.len());
                bent[at] ^= 1 << random.below(8);
            }
            let _ = read(&bent, &Options::default());
        }
    };
    std::thread::scope(|scope| {
        for ending in FORMATS {
            scope.spawn(move || harm(ending));
        }
    });
}

#[test]
fn rtf_says_what_stands_on_the_page() {
    let source = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\fnil\fcharset2 Wingdings;}}
{\header\pard \u27979?\u35797?\par}
\pard{\listtext\pard 1.\tab}\'b5\'a5\'ce\'bb\par
\trowd\clvmgf\cellx1000\cellx3000\pard\intbl a\cell b{\v secret}\cell\row
\trowd\clvmrg\cellx1000\cellx2000\cellx3000\pard\intbl\cell c\cell d\cell\row
\pard{\f1\'fe}x{\deleted gone}{\revised new}\par}";
    let document = look(source.as_bytes());
    assert_eq!(texts(&document), ["测试", "单位", "a", "b", "c", "d", "☑xnew"]);
    let cells: Vec<_> = document.cells().collect();
    assert_eq!(cells[1].numbers[0].text, "1.");
    assert_eq!((cells[2].row_span, cells[3].column_span, cells[5].column), (2, 2, 2));
    assert_eq!(cells[5].locus.spot.to_string(), "t1r2c3");
    assert_eq!(notices(&document), ["read.word.hidden", "read.word.tracked_accepted"]);
    let places: Vec<String> = document.notices.iter().map(|notice| notice.locus.spot.to_string()).collect();
    assert_eq!(places, ["t1r1c2", "p2"]);
    let options = Options { tracked: Tracked::Reject, ..Options::default() };
    let rejected = read(source.as_bytes(), &options).expect("a document");
    assert_eq!(texts(&rejected).last(), Some(&"☑xgone"));
}

#[test]
fn rtf_nested_a_hundred_thousand_deep_is_a_result() {
    let deep = format!("{{\\rtf1 {}x", "{\\b ".repeat(100_000));
    assert_eq!(texts(&look(deep.as_bytes())), ["x"]);
    let tables =
        format!("{{\\rtf1 {}", "\\pard\\intbl\\itap999999 y\\nestcell{\\*\\nesttableprops\\trowd\\cellx9\\nestrow}".repeat(50));
    assert_eq!(texts(&look(tables.as_bytes())).concat(), "y".repeat(50));
}

#[test]
fn a_flat_open_document_has_lists_notes_and_hidden_text() {
    let ns = |name: &str| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"");
    let source = format!(
        "<?xml version=\"1.0\"?><office:document {} {} {} {} office:mimetype=\"application/vnd.oasis.opendocument.text\">\
        <office:automatic-styles><style:style style:name=\"H\" style:family=\"text\"><style:text-properties text:display=\"none\"/>\
        </style:style><text:list-style style:name=\"L\"><text:list-level-style-number text:level=\"1\" style:num-format=\"一, 二, 三, ...\" \
        style:num-suffix=\"、\"/></text:list-style></office:automatic-styles><office:body><office:text>\
        <text:list text:style-name=\"L\"><text:list-item><text:p>a<text:s text:c=\"2\"/>b</text:p></text:list-item>\
        <text:list-item><text:p>c<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation>\
        <text:note-body><text:p>note</text:p></text:note-body></text:note></text:p></text:list-item></text:list>\
        <text:p>d<text:span text:style-name=\"H\">secret</text:span></text:p>\
        <table:table><table:table-row><table:table-cell table:number-rows-spanned=\"2\"><text:p>x</text:p></table:table-cell>\
        <table:table-cell table:number-columns-spanned=\"2\"><text:p>y</text:p></table:table-cell><table:covered-table-cell/>\
        </table:table-row><table:table-row><table:covered-table-cell/><table:table-cell><text:p>p</text:p></table:table-cell>\
        <table:table-cell><text:p>q</text:p></table:table-cell></table:table-row></table:table>\
        </office:text></office:body></office:document>",
        ns("office"),
        ns("text"),
        ns("table"),
        ns("style"),
    );
    let document = look(source.as_bytes());
    assert_eq!(texts(&document), ["a  b", "c", "d", "x", "y", "p", "q", "note"]);
    let cells: Vec<_> = document.cells().collect();
    let numbers: Vec<&str> = cells.iter().flat_map(|cell| &cell.numbers).map(|number| number.text.as_str()).collect();
    assert_eq!(numbers, ["一、", "二、"]);
    assert_eq!((cells[3].row_span, cells[4].column_span, cells[6].column), (2, 2, 2));
    assert_eq!(cells[7].locus.spot.to_string(), "n1");
    assert_eq!(notices(&document), ["read.word.hidden"]);
    assert_eq!(document.notices[0].locus.spot.to_string(), "p3");
}

fn workbook(sheet: &str, styles: &str, texts: &str) -> Vec<u8> {
    workbook_with(sheet, styles, texts, &[])
}

fn workbook_with(sheet: &str, styles: &str, texts: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let part = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
    let related =
        |id: &str, kind: &str, target: &str| format!("<Relationship Id=\"{id}\" Type=\"x/{kind}\" Target=\"{target}\"/>");
    let mut parts = vec![
        part("[Content_Types].xml", "<Types/>"),
        part("_rels/.rels", &format!("<Relationships>{}</Relationships>", related("1", "officeDocument", "xl/workbook.xml"))),
        part(
            "xl/workbook.xml",
            "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"1\"/></sheets></workbook>",
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships>{}{}{}</Relationships>",
                related("1", "worksheet", "s.xml"),
                related("2", "styles", "styles.xml"),
                related("3", "sharedStrings", "t.xml")
            ),
        ),
        part("xl/s.xml", sheet),
        part("xl/styles.xml", styles),
        part("xl/t.xml", texts),
    ];
    parts.extend(more.iter().map(|(name, content)| part(name, content)));
    biaozhun::package::pack(&parts).expect("packs")
}

#[test]
fn what_stands_beside_the_cells_of_a_workbook_is_told_with_its_text() {
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>";
    let related = "<Relationships><Relationship Id=\"1\" Type=\"x/comments\" Target=\"comments1.xml\"/>\
        <Relationship Id=\"2\" Type=\"x/drawing\" Target=\"drawing1.xml\"/></Relationships>";
    let comments = "<comments><commentList><comment ref=\"A1\"><text><r><t>请核</t></r><r><t>实</t></r></text></comment></commentList></comments>";
    let drawing = "<wsDr><sp><txBody><p><r><t>盖章处</t></r></p></txBody></sp></wsDr>";
    let more = [("xl/_rels/s.xml.rels", related), ("xl/comments1.xml", comments), ("xl/drawing1.xml", drawing)];
    let document = look(&workbook_with(sheet, "<styleSheet/>", "<sst/>", &more));
    assert_eq!(texts(&document), ["1"]);
    let told: Vec<_> =
        document.notices.iter().map(|notice| (notice.message.id, notice.message.arguments[1].1.as_str())).collect();
    assert_eq!(told, [("read.sheet.comments", "请核实"), ("read.sheet.drawing", "盖章处")]);
}

#[test]
fn a_workbook_s_cells_are_read_as_shown() {
    let sheet = "<worksheet><cols><col min=\"4\" max=\"4\" hidden=\"1\"/></cols><sheetData><row r=\"1\">\
        <c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>0.96</v></c><c r=\"C1\"><v>2306.2600000000002</v></c>\
        <c r=\"D1\"><v>4711</v></c></row><row r=\"3\"><c r=\"A3\" s=\"2\"><v>45290</v></c>\
        <c r=\"B3\" s=\"3\"><v>1.255</v></c><c r=\"C3\" t=\"e\"><f>A9</f><v>#REF!</v></c></row></sheetData>\
        <mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells></worksheet>";
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"0.00_ \"/></numFmts><cellXfs><xf numFmtId=\"0\"/>\
        <xf numFmtId=\"10\"/><xf numFmtId=\"31\"/><xf numFmtId=\"200\"/></cellXfs></styleSheet>";
    let document = look(&workbook(sheet, styles, "<sst><si><r><t>合</t></r><r><t>计</t></r></si></sst>"));
    assert_eq!(texts(&document), ["合计", "96.00%", "2306.26", "2023年12月30日", "1.26", "#REF!"]);
    let first = document.cells().next().expect("a cell");
    assert_eq!((first.row_span, first.locus.spot.to_string()), (2, "s1A1".to_owned()));
    assert_eq!(notices(&document), ["read.hidden_text", "read.sheet.rounded", "read.sheet.errors"]);
}

#[test]
fn a_text_shared_by_a_million_cells_is_refused_in_time() {
    let row = "<row><c t=\"s\"><v>0</v></c></row>".repeat(20_000);
    let sheet = format!("<worksheet><sheetData>{row}</sheetData></worksheet>");
    let bytes = workbook(&sheet, "<styleSheet/>", &format!("<sst><si><t>{}</t></si></sst>", "x".repeat(100_000)));
    let Err(Error::Unreadable(message)) = read(&bytes, &Options::default()) else { panic!("read") };
    assert_eq!(message.id, "read.too_many_cells");
}
