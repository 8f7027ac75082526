//! Tags that stand in the text of an office file: what a person typed is text, what a system left is cleaned and told, and a
//! value is never gone because it looks like a tag.

mod support;

use biaozhun::form::load;
use biaozhun::pipeline::Converter;
use biaozhun::read::{LeftOvers, Options, read};
use biaozhun::rules::Fix;
use std::sync::Arc;
use support::word::{cell, docx, row, table};

const TYPED: [&str; 8] = [
    "<Table Select=\"orders\">",
    "<var [total = 0]>",
    "<<link [甲] [乙]>>",
    "a <b> c",
    "<!-- 甲 -->",
    "<script>甲</script>",
    "<![CDATA[甲]]>",
    "A&B &lt;c&gt; &#20013;",
];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The texts of the cells of a file's first row, and the ids of what is told.
fn texts(file: &[u8], left_overs: LeftOvers) -> (Vec<String>, Vec<&'static str>) {
    let document = read(file, &Options { left_overs, ..Options::default() }).expect("reads");
    let texts = document.blocks[0].rows[0].cells.iter().map(|cell| cell.text.clone()).collect();
    (texts, document.notices.iter().map(|notice| notice.message.id).collect())
}

fn word(cells: &[&str]) -> Vec<u8> {
    let cells: Vec<String> = cells.iter().map(|text| cell("", text)).collect();
    docx(&table(&[row(&cells)]))
}

fn rich(cells: &[&str]) -> Vec<u8> {
    let cell = |text: &&str| text.chars().map(|c| format!("\\u{}?", c as u32)).collect::<String>();
    let cells: Vec<String> = cells.iter().map(cell).collect();
    let edges: String = (1..=cells.len()).map(|n| format!("\\cellx{}", n * 1000)).collect();
    format!("{{\\rtf1\\ansi\\trowd{edges}\\intbl {}\\cell\\row\\pard}}", cells.join("\\cell ")).into_bytes()
}

fn workbook(cells: &[&str]) -> Vec<u8> {
    let cell = |text: &&str| format!("<Cell><Data ss:Type=\"String\">{}</Data></Cell>", escaped(text));
    let cells: String = cells.iter().map(cell).collect();
    format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>\
         <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\
         <Worksheet ss:Name=\"S\"><Table><Row>{cells}</Row></Table></Worksheet></Workbook>"
    )
    .into_bytes()
}

fn open_text(cells: &[&str]) -> Vec<u8> {
    let cell = |text: &&str| format!("<table:table-cell><text:p>{}</text:p></table:table-cell>", escaped(text));
    let cells: String = cells.iter().map(cell).collect();
    format!(
        "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:body><office:text><table:table>\
         <table:table-row>{cells}</table:table-row></table:table></office:text></office:body></office:document>"
    )
    .into_bytes()
}

#[test]
fn what_a_person_typed_is_text_in_every_format() {
    for make in [word, rich, workbook, open_text] {
        let file = make(&TYPED);
        assert_eq!(texts(&file, LeftOvers::Shown), (TYPED.map(str::to_owned).to_vec(), Vec::new()));
        let (cleaned, told) = texts(&file, LeftOvers::Cleaned);
        assert_eq!(cleaned[..7], TYPED[..7]);
        assert_eq!((cleaned[7].as_str(), told), ("A&B <c> 中", vec!["read.left_overs"]));
    }
}

#[test]
fn what_a_system_left_is_cleaned_told_and_kept_as_raw() {
    let file = word(&["项目<br/>名称", "<p>1. 甲</p><p>2. 乙</p>", "&nbsp;", "<br/>", "<b>粗</b>"]);
    let (cleaned, told) = texts(&file, LeftOvers::Cleaned);
    assert_eq!(
        (cleaned, told),
        (["项目\n名称", "1. 甲\n2. 乙", "\u{a0}", "<br/>", "粗"].map(str::to_owned).to_vec(), vec!["read.left_overs"])
    );
    let document = read(&file, &Options { left_overs: LeftOvers::Cleaned, ..Options::default() }).expect("reads");
    let cells = &document.blocks[0].rows[0].cells;
    assert_eq!(cells[0].raw_slice(0, 5), "项目<br/>名称");
    assert_eq!(cells[1].raw_slice(5, 9), "<p>2. 乙</p>");
    assert_eq!(document.notices[0].message.arguments, [("count", "4".to_owned())]);
}

/// The whole way: each value as it is typed, without the rules and with them.
#[test]
fn typed_values_of_a_form_are_kept() {
    let definitions = [Arc::new(load::load("purchase", include_str!("data/purchase-request.yaml")).expect("is sound"))];
    let goods: Vec<String> =
        TYPED[..7].iter().map(|text| row(&["", "电脑", "100.00", text].map(|text| cell("", text)))).collect();
    let head = row(&["采购明细", "品名", "金额", "用途"].map(|text| cell("", text)));
    let file = docx(&format!("{}{}", support::word::paragraph("办公用品采购申请表"), table(&[vec![head], goods].concat())));
    let remarks = |fix: Fix| {
        let form = Converter::new(&definitions).convert(&file, fix).expect("a form").forms.remove(0);
        let mut texts = Vec::new();
        form.record.each_leaf(&mut |path, leaf| {
            if path.to_string().ends_with(".remark") {
                texts.push(leaf.text.clone());
            }
        });
        texts
    };
    assert_eq!(remarks(Fix::None), TYPED[..7]);
    assert_eq!(remarks(Fix::Auto), TYPED[..7]);
}
