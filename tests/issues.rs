//! Small documents that once went wrong, or easily could: one test each, through the whole pipeline.

mod support;

use biaozhun::catalogue::{self, Language};
use biaozhun::form::{FormDefinition, load};
use biaozhun::pipeline::{Checked, Conversion, Print, Printer, convert, load_definition, yaml_text};
use biaozhun::rules::Fix;
use proptest::prelude::*;
use std::sync::Arc;
use support::account::account;

const APPENDIX: Print = Print { language: Language::Chinese, appendix: true };
const WATER: &str = include_str!("../samples/water-bureau-2023.txt");
const HEALTH: &str = include_str!("../samples/health-2022.txt");
const CULTURE: &str = include_str!("../samples/culture-2020.txt");
const STREAM: &str = include_str!("../samples/civil-affairs-2023.txt");
const ARCHIVES: &str = include_str!("../samples/archives-2024.md");
const TRANSPORT: &str = include_str!("../samples/transport-2023.html");

fn converted(text: &str) -> Conversion {
    convert(text.as_bytes(), load::builtin(), Fix::Auto).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The one form of a text. Nothing of the text may be lost.
fn form(text: &str) -> Checked {
    let conversion = converted(text);
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    assert!(account.closes(), "{account:?}");
    let [form] = &conversion.forms[..] else { panic!("{} forms in\n{text}", conversion.forms.len()) };
    form.clone()
}

/// What a form holds, without where it came from.
fn data(form: &Checked) -> String {
    let text = yaml_text(form, Language::Chinese);
    let from = text.find("data:").unwrap_or(0);
    let to = text.find("\nchanges:").unwrap_or(text.len());
    text[from..to].to_owned()
}

fn toy() -> Arc<FormDefinition> {
    let text = include_str!("data/purchase-request.yaml");
    Arc::new(load_definition("purchase-request.yaml", text).expect("the definition"))
}

/// The text of a Word file's document part.
fn word(docx: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx)).expect("a Word file");
    let mut part = archive.by_name("word/document.xml").expect("a document part");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut part, &mut text).expect("text");
    text
}

#[test]
fn a_form_of_another_trade_goes_the_whole_way() {
    let definitions = [toy()];
    let text = include_str!("data/request.txt");
    let conversion = convert(text.as_bytes(), &definitions, Fix::Auto).expect("a form");
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    assert!(account.closes() && account.unplaced == 0, "{account:?}");
    let [form] = &conversion.forms[..] else { panic!("{} forms", conversion.forms.len()) };
    insta::assert_snapshot!(data(form));
    let printer = Printer::new(&definitions);
    let page = printer.html(form, APPENDIX).expect("a page");
    let file = word(&printer.docx(form, APPENDIX).expect("a Word file"));
    for value in ["办公室", "王五", "打印纸", "硒鼓", "日常办公", "库存不足", "年度更新"] {
        assert!(page.contains(value) && file.contains(value), "{value} is not printed");
    }
    let again = convert(page.as_bytes(), &definitions, Fix::Auto).expect("a form");
    assert_eq!(again.forms.iter().map(data).collect::<Vec<_>>(), [data(form)], "the page says something else");
}

/// The rows of that form in other shapes say the same.
#[test]
fn a_form_of_another_trade_may_be_ragged() {
    let definitions = [toy()];
    let text = include_str!("data/request.txt");
    let wanted = convert(text.as_bytes(), &definitions, Fix::Auto).expect("a form").forms.iter().map(data).collect::<Vec<_>>();
    let shifted = text.replace("\t打印纸", "打印纸").replace("\t硒鼓", "\t\t硒鼓");
    let cells = text.replace("\t\n", "\n").replace('\t', "\n").replace("\n\n", "\n");
    let broken = text.replace("\t硒鼓", "\n\t硒鼓").replace("采购明细", "采购 明细");
    for (name, other) in [("shifted", shifted), ("cells", cells), ("broken", broken)] {
        let got = convert(other.as_bytes(), &definitions, Fix::Auto).map(|c| c.forms.iter().map(data).collect::<Vec<_>>());
        assert_eq!(got.unwrap_or_else(|error| panic!("{name}: {error}")), wanted, "{name}");
    }
}

#[test]
fn several_forms_in_one_file_are_several_forms() {
    told_apart(&[WATER, ARCHIVES, CULTURE]);
}

#[test]
fn a_stream_beside_another_form_is_a_form_of_its_own() {
    for parts in [[ARCHIVES, STREAM], [STREAM, CULTURE], [WATER, STREAM]] {
        told_apart(&parts);
    }
}

fn told_apart(parts: &[&str]) {
    let alone: Vec<String> = parts.iter().map(|text| data(&form(text))).collect();
    let together = converted(&parts.join("\n\n"));
    let account = account(&together.document, together.forms.iter().map(|form| &form.record));
    assert!(account.closes(), "{account:?}");
    assert_eq!(together.forms.len(), parts.len());
    for (one, other) in alone.iter().zip(&together.forms) {
        similar(&data(other), one);
    }
}

/// Line by line, so that a failure can be read.
fn similar(found: &str, wanted: &str) {
    let first = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert!(found == wanted, "first difference (found, wanted): {first:#?}");
}

#[test]
fn text_around_a_form_is_no_part_of_it() {
    for text in [WATER, ARCHIVES, HEALTH] {
        let found = form(&format!("关于报送绩效目标的通知\n\n各科室：\n\n请于本周五前报送。\n\n{text}"));
        similar(&data(&found), &data(&form(text)));
        assert!(found.record.unplaced.iter().any(|piece| piece.text.contains("各科室")), "{:?}", found.record.unplaced);
    }
}

#[test]
fn text_behind_a_form_is_no_part_of_it() {
    let after = "\n\n以上材料一式三份，请妥善保管。\n\n联系人：某某科\n";
    for text in [WATER, ARCHIVES, HEALTH] {
        let found = form(&format!("{text}{after}"));
        similar(&data(&found), &data(&form(text)));
        assert!(found.record.unplaced.iter().any(|piece| piece.text.contains("一式三份")), "{:?}", found.record.unplaced);
    }
}

#[test]
fn page_marks_are_no_content_however_they_are_written() {
    marks_are_left_out(&["— %d —", "-%d-", "- %d -", "第 %d 页", "第 %d 页，共 4 页"]);
}

#[test]
fn other_page_marks_are_no_content_either() {
    marks_are_left_out(&["第%d页 共4页", "第 %d 页 共 4 页", "－%d－", "%d/4", "%d / 4", "Page %d of 4", "page %d"]);
}

fn marks_are_left_out(marks: &[&str]) {
    let wanted = data(&form(HEALTH));
    for mark in marks {
        let mut text = HEALTH.to_owned();
        for page in 1..=4 {
            let own = mark.replace("%d", &page.to_string());
            text = text.replace(&format!("— {page} —"), &own);
        }
        let found = form(&text);
        similar(&data(&found), &wanted);
        assert!(found.record.unplaced.is_empty(), "{mark}: {:?}", found.record.unplaced);
    }
}

/// Lines of another length cut words and labels elsewhere.
#[test]
fn a_stream_may_be_wrapped_anywhere() {
    wrapped_says_the_same(STREAM, &[17, 20, 23, 31, 44]);
}

#[test]
fn a_stream_may_be_wrapped_narrowly() {
    wrapped_says_the_same(STREAM, &[10, 12, 14]);
}

fn wrapped_says_the_same(source: &str, widths: &[usize]) {
    let wanted = data(&form(source));
    let words: Vec<&str> = source.split_whitespace().collect();
    let joined = words.join(" ");
    similar(&data(&form(&joined)), &wanted);
    for &width in widths {
        let mut text = String::new();
        let mut used = 0;
        for word in &words {
            let long = word.chars().count();
            if used > 0 {
                text.push(if used + long > width { '\n' } else { ' ' });
            }
            used = if used + long > width { long } else { used + long + 1 };
            text.push_str(word);
        }
        let found = form(&text);
        let first = wanted.lines().zip(data(&found).lines().map(str::to_owned)).find(|(a, b)| a != b).map(|(_, b)| b);
        assert!(data(&found) == wanted, "width {width}: {first:?}");
    }
}

/// One wrong, lost or doubled character in a label of four or more.
#[test]
fn a_label_may_be_misspelt() {
    let wanted = data(&form(WATER));
    let misspelt = [
        ("\t数量指标", ["\t数量指票", "\t数量标", "\t数数量指标", "\t数 量 指 标"]),
        ("联系电话", ["联系电活", "联系话", "联系系电话", "联系 电话"]),
        ("支出构成", ["支出够成", "支出构", "支出构成成", "支 出构成"]),
        ("项目名称", ["项目名秤", "项目称", "项目名名称", "项目 名称"]),
        ("满意度指标", ["满意度旨标", "满意度标", "满意度指指标", "满意度 指标"]),
        ("年度工作任务", ["年度工作任物", "年度工任务", "年度工作任任务", "年度工作 任务"]),
    ];
    for (label, forms) in misspelt {
        for other in forms {
            let text = WATER.replacen(label, other, 1);
            assert_ne!(text, WATER, "{label} is not in the text");
            let found = data(&form(&text));
            let first = found.lines().zip(wanted.lines()).find(|(a, b)| a != b);
            assert!(found == wanted, "{label} as {other}: {first:#?}");
        }
    }
}

/// In a stream a text has no cell that ends it: only the next label does, and that is one edit away from what it should be.
#[test]
fn a_misspelt_label_ends_a_text_in_a_stream() {
    let wanted = data(&form(STREAM));
    for other in ["年度工作任", "年度工任务", "年度工作作任务"] {
        let text = STREAM.replacen("年度工作任务", other, 1);
        assert_ne!(text, STREAM);
        similar(&data(&form(&text)), &wanted);
    }
}

#[test]
fn blank_lines_between_cells_say_nothing() {
    // The label that is cut in two lines is left whole here: see below.
    blank_lines_between(&CULTURE.replace("年度绩\n效指标", "年度绩效指标"));
}

#[test]
fn blank_lines_inside_a_label_say_nothing() {
    blank_lines_between(CULTURE);
}

fn blank_lines_between(source: &str) {
    let wanted = data(&form(source));
    let lines: Vec<&str> = source.lines().collect();
    similar(&data(&form(&lines.join("\n\n"))), &wanted);
    similar(&data(&form(&lines.join("\n \n\u{3000}\n"))), &wanted);
    similar(&data(&form(&lines.join("\r\n"))), &wanted);
    let some: String = lines.iter().enumerate().map(|(n, l)| format!("{l}\n{}", if n % 7 == 3 { "\n" } else { "" })).collect();
    similar(&data(&form(&some)), &wanted);
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let printer = Printer::new(load::builtin());
    for text in [WATER, ARCHIVES, STREAM] {
        let outputs = || {
            let form = form(text);
            let page = printer.html(&form, APPENDIX).expect("a page");
            let file = printer.docx(&form, APPENDIX).expect("a Word file");
            (yaml_text(&form, Language::Chinese), page, file)
        };
        let first = outputs();
        let threads: Vec<_> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..2).map(|_| scope.spawn(outputs)).collect();
            running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(threads.iter().all(|other| *other == first), "two runs differ");
    }
}

#[test]
fn one_source_in_other_encodings_is_the_same_form() {
    let wanted = data(&form(WATER));
    let utf16: Vec<u8> = WATER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [b"\xff\xfe".to_vec(), utf16].concat();
    let gb18030 = encoding_rs::GB18030.encode(WATER).0.into_owned();
    let utf8 = [b"\xef\xbb\xbf", WATER.as_bytes()].concat();
    for (name, bytes) in [("UTF-16", with_mark), ("GB18030", gb18030), ("UTF-8 with a mark", utf8)] {
        let conversion = convert(&bytes, load::builtin(), Fix::Auto).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(conversion.forms.len(), 1, "{name}");
        similar(&data(&conversion.forms[0]), &wanted);
    }
}

// Bad input: an error or a form, but no panic, no hang, nothing lost.

/// A suggestion says why it is this of several words, where the form's own sums prove it.
#[test]
fn a_choice_is_proved_by_the_sums_of_the_form() {
    let proofs = |text: &str| {
        let form = form(text);
        let changes =
            form.record.changes.iter().filter(|change| change.rule == "V001" && change.because.id == "because.V001.proof");
        changes.map(|change| catalogue::render(Language::Chinese, &change.because)).collect::<Vec<_>>()
    };
    let said = proofs(WATER);
    assert_eq!(said.len(), 8, "one for each project: {said:?}");
    assert!(
        said[0].contains("项目总预算") && said[0].contains("817.60") && said[0].contains("特定目标类项目支出"),
        "{}",
        said[0]
    );
    // Where no column adds up, nothing is proved.
    assert_eq!(proofs(&WATER.replace("817.6", "817.5")), Vec::<String>::new());
}

/// Changes of a list made for one reason stand in one row of the page's appendix.
#[test]
fn numbers_taken_from_a_list_are_told_in_one_row() {
    let form = form(WATER);
    let taken = form.record.changes.iter().filter(|change| change.rule == "T003").count();
    let page = Printer::new(load::builtin()).html(&form, APPENDIX).expect("a page");
    assert!(taken > 10 && page.matches("T003</td>").count() == 1, "{taken} changes, {page}");
}

/// Converts, prints what comes of it, and counts.
fn survives(bytes: &[u8]) {
    let Ok(conversion) = convert(bytes, load::builtin(), Fix::Suggest) else { return };
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    assert!(account.closes(), "{account:?}");
    for form in &conversion.forms {
        let text = yaml_text(form, Language::Chinese);
        let again = convert(text.as_bytes(), load::builtin(), Fix::Suggest).map(|conversion| conversion.forms.len());
        assert!(matches!(again, Ok(1)), "its own YAML is not read: {again:?}");
    }
}

#[test]
fn a_source_cut_anywhere_is_read_as_far_as_it_goes() {
    for (source, step) in [(WATER, 97), (TRANSPORT, 389), (STREAM, 389)] {
        let source = source.as_bytes();
        for end in (0..source.len()).step_by(step) {
            survives(&source[..end]);
        }
    }
}

#[test]
fn tables_in_tables_end() {
    let deep = 100;
    let text = "<table><tr><td>部门整体绩效目标申报表".repeat(deep) + &"</td></tr></table>".repeat(deep);
    survives(text.as_bytes());
    survives(format!("{}{TRANSPORT}{}", "<table><tr><td>".repeat(deep), "</td></tr></table>".repeat(deep)).as_bytes());
    survives("<div>".repeat(20_000).as_bytes());
}

#[test]
fn wide_rows_and_long_lines_end() {
    let wide = format!("部门整体绩效目标申报表\n填报人\t方禾\n{}\n数量指标\n", "0\t".repeat(100_000));
    survives(wide.as_bytes());
    let long = format!("部门整体绩效目标申报表\n部门职能概述\t{}\n", "承担全县河湖长制工作。".repeat(35_000));
    survives(long.as_bytes());
    let spans = format!("<table><tr><td colspan={0} rowspan={0}>部门整体绩效目标申报表</td></tr></table>", u32::MAX);
    survives(spans.as_bytes());
}

#[test]
fn deep_brackets_end() {
    for pair in ["（", "(", "[", "{", "<", "《", "“"] {
        let deep = pair.repeat(100_000);
        survives(format!("部门整体绩效目标申报表\n填报人\t{deep}\n指标值\t{deep}\n").as_bytes());
        survives(format!("form: department-targets\ndata: {deep}").as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_pipeline_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(&bytes);
    }

    /// Bytes inside a form, which is then still a form.
    #[test]
    fn no_bytes_inside_a_form_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), at in 0usize..8000) {
        let source = WATER.as_bytes();
        let at = at.min(source.len());
        survives(&[&source[..at], &bytes, &source[at..]].concat());
    }
}

/// Found by chance: a piece that ends in a lone dash was written bare in `{text: … -, locus: …}`, and not read again.
#[test]
fn a_dash_at_the_end_of_a_piece_is_read_back() {
    let source = WATER.as_bytes();
    for at in (0..600).step_by(11) {
        survives(&[&source[..at], b" -\t", &source[at..]].concat());
    }
}

/// Rows in any order make no sense, but they are all accounted for.
#[test]
fn a_row_that_lost_values_on_a_printed_page_is_not_said_to_belong_perhaps_where_it_stands() {
    let text = include_str!("../samples/sports-review-2022.txt");
    let conversion = converted(&format!("{text}\u{c}{text}"));
    let findings: Vec<_> = conversion.forms.iter().flat_map(|form| &form.findings).filter(|f| f.rule == "S007").collect();
    assert!(findings.iter().any(|finding| finding.message.id == "S007"), "{findings:?}");
    assert!(findings.iter().all(|finding| finding.message.id != "S007.rival"), "{findings:?}");
}

#[test]
fn lines_in_another_order_are_not_lost() {
    let mut lines: Vec<&str> = WATER.lines().collect();
    lines.reverse();
    survives(lines.join("\n").as_bytes());
    let (even, odd): (Vec<_>, Vec<_>) = WATER.lines().enumerate().partition(|(number, _)| number % 2 == 0);
    let mixed: Vec<&str> = odd.into_iter().chain(even).map(|(_, line)| line).collect();
    survives(mixed.join("\n").as_bytes());
}

/// Row labels that span several columns of a page, without a label at their left: amounts stand where their headers do, also
/// behind blank cells.
#[test]
fn figures_behind_blank_cells_stand_under_their_headers() {
    let form = "form: meeting\ntitle: 会议费预算表\nbands:\n  - band: pairs\n    rows: [2, 2]\n    fields:\n      - {key: name, label: 会议名称, type: name}\n      \
                - {key: place, label: 会议地点, type: name}\n      - {key: host, label: 主办单位, type: name}\n      - {key: phone, label: 联系电话, type: phone}\n  - band: matrix\n    key: costs\n    corner: 费用项目\n    columns:\n      \
                - {key: people, label: 人数, type: count}\n      - {key: days, label: 天数, type: count}\n      \
                - {key: amount, label: 金额, type: amount}\n    groups:\n      - key: items\n        items:\n          \
                - {label: 住宿费}\n          - {label: 场租费}\n          - {label: 合计, total: true}\n";
    let definition = Arc::new(load_definition("form.yaml", form).expect("the definition"));
    let row = |cells: [&str; 4]| {
        let cells: Vec<String> = cells[1..].iter().map(|cell| format!("<td>{cell}</td>")).collect();
        cells.concat()
    };
    let rows = [
        ["费用项目", "人数", "天数", "金额"],
        ["住宿费", "20", "3", "6000"],
        ["场租费", "", "", "1500"],
        ["合计", "", "", "7500"],
    ];
    let rows: Vec<String> =
        rows.iter().map(|cells| format!("<tr><td colspan=2>{}</td>{}</tr>", cells[0], row(*cells))).collect();
    let page = format!(
        "<table><tr><td colspan=5>会议费预算表</td></tr><tr><td>会议名称</td><td>年会</td>\
                        <td>会议地点</td><td colspan=2>县宾馆</td></tr><tr><td>主办单位</td><td>县教育局</td><td>联系电话</td><td colspan=2></td></tr>{}</table>",
        rows.concat()
    );
    let conversion = convert(page.as_bytes(), &[definition], Fix::Auto).expect("a form");
    let text = data(&conversion.forms[0]);
    assert!(text.contains("{item: 场租费, people: null, days: null, amount: 1500.00}"), "{text}");
    assert!(text.contains("{item: 合计, people: null, days: null, amount: 7500.00}"), "{text}");
    assert!(conversion.forms[0].findings.is_empty(), "{:?}", conversion.forms[0].findings);
}
