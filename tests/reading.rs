//! The reader as a whole: every layout a loose text comes in, read as a person would; nothing lost, nothing out of order,
//! whatever the bytes.

use biaozhun::diag::Error;
use biaozhun::document::{Document, Layout, is_blank};
use biaozhun::read::{LeftOvers, Limits, Options, read};
use proptest::prelude::*;

fn document(source: &str) -> Document {
    read(source.as_bytes(), &Options::default()).unwrap_or_else(|error| panic!("{error}: {source}"))
}

/// A document as text: a line for each block's layout, then its rows: `line:cell@column text`, spans as `+columns` and `v rows`.
fn shown(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        out += &format!("{:?}\n", block.layout);
        for row in &block.rows {
            let cells = row.cells.iter().map(|cell| {
                let mut text = format!("{}@{} {}", cell.locus.spot, cell.column, cell.text.replace('\n', "⏎"));
                if cell.column_span > 1 {
                    text += &format!(" +{}", cell.column_span);
                }
                if cell.row_span > 1 {
                    text += &format!(" v{}", cell.row_span);
                }
                text
            });
            out += &format!("  {}\n", cells.collect::<Vec<_>>().join(" | "));
        }
    }
    for notice in &document.notices {
        out += &format!("! {} {}\n", notice.message.id, notice.locus.spot);
    }
    out
}

/// The layouts of the blocks, and their texts: cells of a row joined by ` · `.
fn texts(source: &str) -> Vec<(Layout, Vec<String>)> {
    let rows = |row: &biaozhun::document::Row| row.cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>().join(" · ");
    document(source).blocks.iter().map(|block| (block.layout, block.rows.iter().map(rows).collect())).collect()
}

fn check(source: &str, expected: &str) {
    let expected: Vec<&str> = expected.trim_matches('\n').lines().collect();
    // Rows end where their last cell does: trailing blanks of a line in this file mean nothing.
    let actual = shown(&document(source));
    let actual: Vec<&str> = actual.lines().map(str::trim_end).collect();
    assert_eq!(actual.join("\n"), expected.join("\n"), "\nsource:\n{source}");
}

#[test]
fn tabs_make_rows_and_blank_cells_count() {
    check(
        "附件：\n标题\n\n单位：万元\n名称\t某局\t\t\n\t合计\t12\t3%\n效益指标\n\t\t\t\n\t甲\t乙\t丙\n备注：说明。\n\n\t缩进的段落\n",
        "
Lines
  1:1@0 附件：
  2:1@0 标题
Lines
  4:1@0 单位：万元
Rows
  5:1@0 名称 | 5:2@1 某局 | 5:3@2  | 5:4@3
  6:1@0  | 6:2@1 合计 | 6:3@2 12 | 6:4@3 3%
  7:1@0 效益指标
  8:1@0  | 8:2@1  | 8:3@2  | 8:4@3
  9:1@0  | 9:2@1 甲 | 9:3@2 乙 | 9:4@3 丙
Lines
  10:1@0 备注：说明。
Lines
  12:1@0 缩进的段落
",
    );
}

#[test]
fn a_quoted_cell_may_span_lines() {
    check(
        "职能\t\"1. 甲\r\n2. \"\"乙\"\"\r\n\r\n3. 丙\"\t尾\r\n\"直通车\"服务\t乙\r\n",
        "
Rows
  1:1@0 职能 | 1:2@1 1. 甲⏎2. \"乙\"⏎⏎3. 丙 | 1:3@2 尾
  5:1@0 \"直通车\"服务 | 5:2@1 乙
",
    );
    // A quote that never closes is a character.
    assert_eq!(texts("甲\t\"乙\n丙\t丁"), [(Layout::Rows, vec!["甲 · \"乙".into(), "丙 · 丁".into()])]);
}

#[test]
fn commas_make_rows_when_lines_agree() {
    let source = "名称,预算,用途\n甲,\"1,389.19\",\"一\n二\"\n乙,2,\n";
    assert_eq!(
        texts(source),
        [(Layout::Rows, vec!["名称 · 预算 · 用途".into(), "甲 · 1,389.19 · 一\n二".into(), "乙 · 2 · ".into()])]
    );
    assert_eq!(texts("一句话, 有逗号, 但不是表\n另一句话\n第三句\n")[0].0, Layout::Lines);
}

#[test]
fn bars_make_rows_with_and_without_frames() {
    let framed = "| 名称 | 某局 | |\n|---|:--:|---|\n| 甲\\|乙 | | 3 |\n— 5 —\n| 丙 | 4 | |\n";
    check(
        framed,
        "
Rows
  1:1@0 名称 | 1:2@1 某局 | 1:3@2
  3:1@0 甲|乙 | 3:2@1  | 3:3@2 3
  4:1@0 — 5 —
  5:1@0 丙 | 5:2@1 4 | 5:3@2
",
    );
    // No frame: a bar at the start stands behind a blank cell.
    assert_eq!(
        texts("名称 | 某局 |\n | 合计 | 12\n | | 3\n"),
        [(Layout::Rows, vec!["名称 · 某局 · ".into(), " · 合计 · 12".into(), " ·  · 3".into()])]
    );
    // Frame at the end only.
    assert_eq!(
        texts("名称 | 某局 | |\n合计 | 12 | 3 |\n"),
        [(Layout::Rows, vec!["名称 · 某局 · ".into(), "合计 · 12 · 3".into()])]
    );
    assert_eq!(texts("标题\n说明：选 a|b 之一。\n"), [(Layout::Lines, vec!["标题".into(), "说明：选 a|b 之一。".into()])]);
}

#[test]
fn drawn_tables_are_read_by_their_lines() {
    let grid = "\
+----------+------+--------+
| 名称     | 某局 | 备注   |
+==========+======+========+
| 部门总体 | 12   | 1. 甲  |
| 资金     |      | 2. 乙  |
+----------+------+--------+
| 产出     | 数量 | ≥3     |
|          +------+--------+
|          | 质量 | 100%   |
+----------+------+--------+
";
    check(
        grid,
        "
Rows
  2:1@0 名称 | 2:2@1 某局 | 2:3@2 备注
  4:1@0 部门总体资金 | 4:2@1 12 | 4:3@2 1. 甲⏎2. 乙
  7:1@0 产出 | 7:2@1 数量 | 7:3@2 ≥3
  9:1@1 质量 | 9:2@2 100%
",
    );
    let boxes = "┌────┬────┐\n│ 甲 │ 乙 │\n├────┼────┤\n│ 丙 │ 丁 │\n│ 戊 │ 己 │\n└────┴────┘\n";
    assert_eq!(texts(boxes), [(Layout::Rows, vec!["甲 · 乙".into(), "丙 · 丁".into(), "戊 · 己".into()])]);
    let psql = " 名称 | 值\n------+----\n 甲   |  1\n 乙   |  2\n";
    assert_eq!(texts(psql), [(Layout::Rows, vec!["名称 · 值".into(), "甲 · 1".into(), "乙 · 2".into()])]);
}

/// What pandoc writes for a table of few rows: its rulings alone do not tell it from one that is ruled under its head only.
#[test]
fn drawn_tables_of_few_rows_are_read_by_their_lines() {
    let of = |source: &str| texts(source).into_iter().flat_map(|block| block.1).collect::<Vec<_>>();
    let paragraphs = "+------+--------+\n| 职能 | 1. 甲  |\n|      |        |\n|      | 2. 乙  |\n+------+--------+\n";
    assert_eq!(of(paragraphs), ["职能 · 1. 甲\n2. 乙"]);
    let lined = "+------+------+\n| 部门 | 承担 |\n| 职能 | 甲。 |\n+------+------+\n| 目标 | 乙   |\n+------+------+\n";
    assert_eq!(of(lined), ["部门职能 · 承担甲。", "目标 · 乙"]);
    // A head of one line, ruled, and rows of a line each: psql and mysql.
    let head = "+------+------+\n| 名称 | 值   |\n+------+------+\n| 甲   | 1    |\n| 乙   | 2    |\n+------+------+\n";
    assert_eq!(of(head), ["名称 · 值", "甲 · 1", "乙 · 2"]);
}

/// Read as a row, the rule became a name once in five hundred forms.
#[test]
fn the_rule_of_a_markdown_table_is_no_row() {
    let of = |source: &str| texts(source).into_iter().flat_map(|block| block.1).collect::<Vec<_>>();
    for rule in ["| --- | --- |", "|:--|--:|", "|:-:|:-:|", "|---+---|"] {
        assert_eq!(
            of(&format!("| 甲 | 乙 |\n{rule}\n| 丙 | 丁 |\n| 戊 | 己 |\n")),
            ["甲 · 乙", "丙 · 丁", "戊 · 己"],
            "{rule}"
        );
        assert_eq!(of(&format!("{rule}\n| 甲 | 乙 |\n| 丙 | 丁 |\n")), ["甲 · 乙", "丙 · 丁"], "{rule}");
    }
    assert_eq!(of("甲 | 乙\n--- | ---\n丙 | 丁\n"), ["甲 · 乙", "丙 · 丁"]);
    // Dashes that may be values stay, and so does a rule where no table has one.
    assert_eq!(of("| 甲 | 乙 |\n| - | - |\n| --- | |\n"), ["甲 · 乙", "- · -", "--- · "]);
    assert_eq!(of("| 甲 | 乙 |\n| 丙 | 丁 |\n| --- | --- |\n| 戊 | 己 |\n"), ["甲 · 乙", "丙 · 丁", "--- · ---", "戊 · 己"]);
}

#[test]
fn aligned_blanks_make_columns_with_gaps() {
    // As pdftotext counts: every character one place.
    check(
        "部门绩效目标表\n填报人   张三        联系电话    12345\n         财政拨款    2306.26    96%     1389.19\n         合  计                 100%    1652.87\n说明：如实填报  不得漏项。\n",
        "
Lines
  1:1@0 部门绩效目标表
Rows
  2:1@0 填报人 | 2:2@1 张三 | 2:3@2 联系电话 | 2:4@3 12345
  3:1@1 财政拨款 | 3:2@2 2306.26 | 3:3@3 96% | 3:4@4 1389.19
  4:1@1 合  计 | 4:2@3 100% | 4:3@4 1652.87
Lines
  5:1@0 说明：如实填报  不得漏项。
",
    );
    // A double blank in prose is none between cells.
    assert_eq!(texts("标题\n\n这是一句话  有两个空格。\n\n另一句话。\n").len(), 3);
}

#[test]
fn rules_of_dashes_say_where_columns_are() {
    let simple = "  名称       预算   比例\n  ---------- ------ ------\n  财政拨款   12     \n             3      4%\n\n备注\n";
    check(
        simple,
        "
Rows
  1:1@0 名称 | 1:2@1 预算 | 1:3@2 比例
  2:1@0 ---------- | 2:2@1 ------ | 2:3@2 ------
  3:1@0 财政拨款 | 3:2@1 12
  4:1@1 3 | 4:2@2 4%
Lines
  6:1@0 备注
",
    );
    let multiline = "  ---------- ------\n  部门整体   12\n  资金\n\n  合计       3\n  ---------- ------\n";
    assert_eq!(texts(multiline)[0].1[1..3], ["部门整体资金 · 12".to_owned(), "合计 · 3".into()]);
}

#[test]
fn one_cell_per_line() {
    let source =
        "部门名称\n某局\n填报人\n张三\n财政拨款\n2306.26\n96%\n1. 拟订全市司法行政工作相关规范性文件；2. 组织实施普法宣传。\n";
    let blocks = texts(source);
    assert_eq!((blocks.len(), blocks[0].0, blocks[0].1.len()), (1, Layout::Cells, 8));
    // Blank lines end blocks, unless there is one behind every cell.
    assert_eq!(texts(&source.replace("财政", "\n财政")).len(), 2);
    assert_eq!(texts(&source.replace('\n', "\n\n")).len(), 1);
}

#[test]
fn lone_bars_stand_for_blank_cells_or_end_cells() {
    let cells = ["名称", "某局", "", "", "合计", "", "12"];
    let written = |blank: &str, end: &str| {
        cells.iter().map(|c| if c.is_empty() { format!("{blank}\n") } else { format!("{c}{end}\n") }).collect::<String>()
    };
    for source in [written("|", ""), written("|", "\n|"), written("|", " |"), written("\n|", "")] {
        let blocks = texts(&source);
        assert_eq!(blocks.len(), 1, "{source}");
        assert_eq!(blocks[0].0, Layout::Cells);
        let filled: Vec<_> = blocks[0].1.iter().filter(|text| !text.is_empty()).collect();
        assert_eq!(filled, ["名称", "某局", "合计", "12"], "{source}");
        if !source.starts_with("\n") && !source.contains("\n\n") {
            assert_eq!(blocks[0].1, cells, "{source}");
        }
    }
}

#[test]
fn words_in_a_stream() {
    let words = "部门名称 某局 填报人 张三 联系电话 12345 收入构成 财政拨款 2306.26 96% 1389.19 1707.16 合计 2402.26 100% 1652.87 1815.8 ".repeat(3);
    let blocks = texts(&words);
    assert_eq!((blocks.len(), blocks[0].0, blocks[0].1.len()), (1, Layout::Words, 1));
    let wrapped: Vec<String> = words.split(' ').collect::<Vec<_>>().chunks(6).map(|line| line.join(" ")).collect();
    assert_eq!(texts(&wrapped.join("\n"))[0].0, Layout::Words);
}

#[test]
fn tables_of_html_are_grids() {
    let source = "<!DOCTYPE html><html><head><title>目标表</title><style>td{}</style></head><body>
<h1>部门整体绩效目标申报表</h1><p>填报日期：<b>2023年</b>12月</p>
<table border=1><caption>附表</caption><thead><tr><th colspan=2>名称<th>某局</thead>
<tr><td rowspan=\"3\">收入<br>构成<td>财政<td>12&nbsp;
<tr><td>合
计<td>&lt;5%
</table>
<p>备注</p></body></html>";
    check(
        source,
        "
Lines
  1:1@0 目标表
Lines
  2:1@0 部门整体绩效目标申报表
  2:2@0 填报日期：2023年12月
Lines
  3:1@0 附表
Grid
  t1r1c1@0 名称 +2 | t1r1c3@2 某局
  t1r2c1@0 收入⏎构成 v2 | t1r2c2@1 财政 | t1r2c3@2 12
  t1r3c2@1 合计 | t1r3c3@2 <5%
Lines
  8:1@0 备注
",
    );
}

#[test]
fn tables_inside_other_texts_and_tables_are_found() {
    check(
        "# 标题\n\n| a | b |\n| 1 | 2 |\n\n<table>\n<tr><td>甲<table><tr><td>内</td></tr></table>乙</td></tr>\n<tr><td>丙</td></tr>\n</table>\n\n备注：\n说明\n",
        "
Lines
  1:1@0 # 标题
Rows
  3:1@0 a | 3:2@1 b
  4:1@0 1 | 4:2@1 2
Grid
  t1r1c1@0 甲⏎乙
Grid
  t2r1c1@0 内
Grid
  t1r2c1@0 丙
Lines
  11:1@0 备注：
  12:1@0 说明
",
    );
    // Rows without a table.
    assert_eq!(
        texts("前\n<tr><td>甲</td><td>乙</td></tr>\n<tr><td>丙</td></tr>\n后"),
        [
            (Layout::Lines, vec!["前".into()]),
            (Layout::Grid, vec!["甲 · 乙".into(), "丙".into()]),
            (Layout::Lines, vec!["后".into()])
        ]
    );
}

#[test]
fn what_is_not_shown_is_no_content_but_said() {
    let source = "<table><tr><td>甲</td><td hidden>密</td></tr></table><section data-biaozhun=\"appendix\"><p>附录</p></section><script>x()</script>";
    check(
        source,
        "
Grid
  t1r1c1@0 甲
! read.dropped.script 1:1
! read.dropped.hidden 1:1
",
    );
}

#[test]
fn markup_left_over_in_a_text_is_cleaned_and_kept_as_raw() {
    let document = document("职能\t<p>1. 甲</p> <p>2. 乙</p>\t&nbsp;\n名称\t某局\t\n");
    let cell = &document.blocks[0].rows[0].cells[1];
    assert_eq!(cell.text, "1. 甲\n2. 乙");
    assert_eq!(cell.raw_slice(5, 9), "<p>2. 乙</p>");
    assert!(document.blocks[0].rows[0].cells[2].is_blank());
    // Text that a page shows with its tags has them left over; what a page says in tags has not.
    let source = "<table><tr><td><p>甲</p></td><td>&lt;p&gt;乙&lt;/p&gt;</td></tr></table>";
    let texts = |left_overs| {
        let page = read(source.as_bytes(), &Options { left_overs, ..Options::default() }).expect("a page");
        let cells = &page.blocks[0].rows[0].cells;
        assert_eq!((cells[0].text.as_str(), cells[0].raw.is_none()), ("甲", true));
        (cells[1].text.clone(), cells[1].raw.as_ref().map(|raw| raw.text.clone()), page.notices.len())
    };
    assert_eq!(texts(LeftOvers::Cleaned), ("乙".to_owned(), Some("<p>乙</p>".to_owned()), 1));
    assert_eq!(texts(LeftOvers::Shown), ("<p>乙</p>".to_owned(), None, 0));
}

#[test]
fn losses_of_decoding_are_said_with_their_place() {
    let mut bytes = "部门名称\t某某某某某某某某局\n填报人\t张".as_bytes().to_vec();
    bytes.extend([0xe5, 0xbc]);
    let document = read(&bytes, &Options::default()).unwrap();
    let notice = &document.notices[0];
    assert_eq!(notice.message.id, "read.loss");
    assert_eq!((notice.locus.spot.to_string(), notice.locus.start, notice.locus.end), ("2:2".into(), 1, 2));
}

#[test]
fn limits_are_errors() {
    let limits = Limits { bytes: 100, cells: 10, depth: 2 };
    let options = |limits| Options { limits, ..Options::default() };
    let id = |source: &str| match read(source.as_bytes(), &options(limits)) {
        Err(Error::Unreadable(message)) => message.id,
        Err(_) => "other",
        Ok(_) => "",
    };
    assert_eq!(id(&"甲".repeat(40)), "read.too_large");
    assert_eq!(id("a\tb\tc\td\te\tf\n1\t2\t3\t4\t5\t6\n"), "read.too_many_cells");
    assert_eq!(id("<td>1<td>2<td>3<td>4<td>5<td>6<td>7<td>8<td>9<td>a<td>b"), "read.too_many_cells");
    let deep = read("<table><tr><td>1".repeat(3).as_bytes(), &options(Limits { bytes: 1000, ..limits })).unwrap();
    assert!(deep.notices.iter().any(|notice| notice.message.id == "read.too_deep"));
    let wide = document("<table><tr><td colspan=1000000000 rowspan=99999999>甲<td>乙<tr><td>丙</table>");
    assert!(wide.cells().all(|cell| cell.column_span <= 1000 && cell.row_span <= 2));
}

#[test]
fn every_place_is_its_own() {
    for source in [
        "<p>a</p><p>b</p><table><caption>c</caption><tr><td>d</table>e",
        "甲|乙<table><tr><td>1</table>丙|丁",
        "a\tb\r\n\x0cc\td",
    ] {
        let document = document(source);
        let mut spots: Vec<_> = document.cells().map(|cell| cell.locus.spot).collect();
        let count = spots.len();
        spots.sort();
        spots.dedup();
        assert_eq!(spots.len(), count, "{}", shown(&document));
    }
}

#[test]
fn the_title_of_a_page_is_not_said_twice() {
    let page = |title: &str| format!("<html><head><title>{title}</title></head><body><h1>目标表</h1><td>甲</td></body>");
    assert_eq!(document(&page("目标表")).cells().count(), 2);
    assert_eq!(document(&page("目标表 某网站")).cells().count(), 3);
}

#[test]
fn a_hidden_row_without_text_is_not_worth_a_word() {
    let excel = "<table><tr><td>甲</td></tr><![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=72></td></tr><![endif]></table>";
    assert_eq!(shown(&document(excel)), "Grid\n  t1r1c1@0 甲\n");
}

#[test]
fn rows_of_bars_alone_in_their_block_have_the_frame_of_the_others() {
    let source = "名称 | 某局 | 1\n\n | 合计 | 2\n\n甲 | 乙 | 3\n";
    assert_eq!(texts(source)[1], (Layout::Rows, vec![" · 合计 · 2".into()]));
}

/// Not a measure of time: any of these would run for minutes if reading were quadratic.
#[test]
fn long_hostile_texts_end() {
    for unit in [
        "<p a=\"",
        "<!--",
        "<!doctype ",
        "&#",
        "\t\"x\n",
        "a\t\"\"\"b\n",
        "<td rowspan=99999 colspan=1000>",
        "<div hidden>",
        "<select>",
        "a|\n",
        "x a|b\nx\nx\n",
        "--- ---\n\n",
        "a  b\n",
        "+--+\n|a |\n",
        "<pre>",
        "<p\n>",
        "<table>甲",
        "\"a,\n",
        "| a |\n\n",
    ] {
        let _ = read(unit.repeat(60_000 / unit.len()).as_bytes(), &Options::default());
    }
}

// ---- properties

/// A form with invented content, in the shape that web systems export.
const SAMPLE: &str = "附件：\n\n部门整体绩效目标申报表\n\n填报日期：2023年 12 月 30 日\n\n名称\t某某局\t\t\n\t财政拨款\t12.5\t96%\n\
    职能\t<p>1. 甲</p> <p>2. 乙</p>\t\t\n\n| 一级指标 | 数量 | ≥3件 |\n|---|---|---|\n\n<table><tr><td rowspan=2>甲<td>乙<tr><td>&lt;5%</table>\n备注：1. 说明。\n";

/// The characters that part cells, or are drawn between them, in any notation.
fn is_separator(c: char) -> bool {
    is_blank(c) || "|│┃║｜+-=:\"\\,".contains(c) || ('\u{2500}'..='\u{257f}').contains(&c)
}

fn content(text: &str) -> String {
    text.chars().filter(|c| !is_separator(*c)).collect()
}

fn read_content(document: &Document) -> String {
    document.cells().map(|cell| content(&cell.text)).collect()
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[甲乙丙丁一二三年度指标]{1,8}",
        2 => "[0-9]{1,4}(\\.[0-9]{2})?%?",
        1 => "[甲乙丙 ，。；1-9]{10,40}",
        2 => Just(String::new()),
        1 => Just("a|b".to_owned()),
        1 => Just("\"引\"".to_owned()),
        1 => Just("<5%".to_owned()),
        1 => Just("— 5 —".to_owned()),
        1 => Just("----".to_owned()),
    ]
}

fn stretch() -> impl Strategy<Value = String> {
    let rows = prop::collection::vec(prop::collection::vec(cell(), 1..6), 1..6);
    (rows, 0u8..9).prop_map(|(rows, notation)| {
        let join = |separator: &str| rows.iter().map(|row| row.join(separator) + "\n").collect::<String>();
        match notation {
            0 => join("\t"),
            1 => join(" | "),
            2 => rows.iter().map(|row| format!("| {} |\n", row.join(" | "))).collect(),
            3 => join("   "),
            4 => join("\n"),
            5 => join(" "),
            6 => join(","),
            7 => join("\n|\n"),
            _ => format!("{}\n----- --- ----\n{}\n", rows[0].join("  "), join("  ")),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_character_is_in_one_cell_in_order(parts in prop::collection::vec(stretch(), 1..5), gap in "\n{0,2}", end in "(\n|\r\n|\r)") {
        let source = parts.join(&gap).replace('\n', &end);
        if let Ok(document) = read(source.as_bytes(), &Options::default()) {
            let (mut read, mut expected): (Vec<_>, Vec<_>) = (read_content(&document).chars().collect(), content(&source).chars().collect());
            if source.contains("---") {
                // Rows of several lines are read cell by cell.
                read.sort_unstable();
                expected.sort_unstable();
            }
            prop_assert_eq!(read, expected, "{}", shown(&document));
        }
    }

    #[test]
    fn every_text_of_a_page_is_in_one_cell(rows in prop::collection::vec(prop::collection::vec((cell(), 0u8..4, 0u8..4), 1..5), 1..6), around in "[甲乙\n ]{0,8}") {
        let mut source = format!("{around}<table>");
        let mut expected = content(&around);
        for row in &rows {
            source += "<tr>\n";
            for (text, columns, rows) in row {
                let text = text.replace('<', "&lt;");
                source += &format!("<td colspan={columns} rowspan='{rows}'><p>{text}</p>");
                expected += &content(&text.replace("&lt;", "<"));
            }
        }
        source += "</table>\n";
        source += &around;
        expected += &content(&around);
        if let Ok(document) = read(source.as_bytes(), &Options::default()) {
            prop_assert_eq!(read_content(&document), expected, "{}", shown(&document));
            // No two cells of a grid stand on one place.
            for block in document.blocks.iter().filter(|block| block.layout == Layout::Grid) {
                let mut taken = std::collections::BTreeSet::new();
                for cell in block.rows.iter().flat_map(|row| &row.cells) {
                    let biaozhun::locus::Spot::Table { row, .. } = cell.locus.spot else { continue };
                    for r in row..row + cell.row_span {
                        prop_assert!(taken.insert((r, cell.column)), "{}", shown(&document));
                    }
                }
            }
        }
    }

    #[test]
    fn no_damage_makes_it_panic(cuts in prop::collection::vec((0usize..1000, 0usize..6, "[\t|\n <>&\"/甲\u{0}]{0,3}"), 1..8)) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for (at, length, with) in cuts {
            let at = at.min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, with.into_bytes());
        }
        let _ = read(&bytes, &Options::default());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, &Options::default());
    }

    #[test]
    fn no_text_makes_it_panic(text in "[\t\n\r |+<>/=&;\"'a-dtrp1-3\\-─│甲乙，\u{3000}\u{c}]{0,200}") {
        let _ = read(text.as_bytes(), &Options::default());
    }

    #[test]
    fn no_markup_makes_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "<table>", "</table>", "<tr>", "</tr>", "<td rowspan=2 colspan=0>", "<td rowspan=0>", "</td>", "<th colspan=99999>", "<tbody>",
        "</tbody>", "<caption>", "甲", " ", "\n", "<p>", "</p>", "<pre>", "</pre>", "<div hidden>", "</div>", "<select>", "<option selected>",
        "</select>", "<input value=1>", "<script>", "</script>", "<!--", "-->", "\t", "|", "a\tb\n", "<td hidden>", "<html>", "&nbsp;", "<br>",
    ]), 0..60)) {
        let source = parts.concat();
        if let Ok(document) = read(source.as_bytes(), &Options { limits: Limits { depth: 3, ..Limits::default() }, ..Options::default() }) {
            for cell in document.cells() {
                prop_assert_eq!(cell.locus.end as usize, cell.text.chars().count());
                if let Some(raw) = &cell.raw {
                    prop_assert_eq!(raw.starts.len(), cell.text.chars().count());
                }
            }
        }
    }
}
