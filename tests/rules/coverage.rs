//! docs/rules/coverage.md: the reviewer's list, point by point, with the rules that check each, the forms that use them and the
//! tests that break, keep and cannot check them. The list is data here; all else is asked of the code, so that the page says
//! what holds. `make rules` writes it; a test says when it is stale or when a point has lost its rule.

use super::cases::{self, Case};
use super::review;
use biaozhun::form::load;
use biaozhun::rules;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A point of the list: its name, what it asks for in Chinese and in English, and the rules that check it.
type Point = (&'static str, &'static str, &'static str, &'static [&'static str]);

const POINTS: &[(&str, &[Point])] = &[
    (
        "资金 · Funds",
        &[
            ("F1", "合计等于各行之和，各金额列分别核对", "totals are the sums of their rows, column by column", &["F001"]),
            ("F2", "收入合计等于支出合计", "totals of income and expense agree", &["F002"]),
            ("F3", "占比由金额算出，小数位数一致", "shares follow from amounts, with the same decimals", &["F003"]),
            ("F4", "项目预算之和与资金表相应各行相符", "projects add up to their rows of the funds", &["F004"]),
            (
                "F5",
                "本年度预算不大于总预算；一次性项目两者相等",
                "the year's money is within the whole; of what is done once it is the whole",
                &["F005"],
            ),
            ("F6", "年度资金总额等于各来源之和", "the year's funds are the sum of their sources", &["F001", "F009"]),
            ("F7", "明细之和等于合计", "details add up to their total", &["F009", "F010"]),
            (
                "F8",
                "中期（项目）资金总额不小于年度资金总额",
                "funds of all years are not below those of one",
                &["F005", "F011"],
            ),
            ("F9", "同一表只用一种金额单位", "one table, one unit of money", &["F007", "F008"]),
            ("F10", "文中金额与表中一致，各表之间一致", "amounts in texts and in other forms are the same", &["F012", "X002"]),
            ("F11", "金额不为负，小数位数正常", "amounts are not negative and have plausible decimals", &["F006", "T001"]),
            ("—", "一个数有误、数字连写", "one wrong figure; figures that ran together", &["F013", "F014", "P012"]),
        ],
    ),
    (
        "预算执行 · Execution",
        &[
            (
                "E1",
                "执行率等于执行数除以预算数；预算为 0 则没有执行率",
                "the rate is spent by budget; without a budget there is none",
                &["E001"],
            ),
            ("E2", "执行率得分按本表分值计算", "points for execution follow from rate and weight", &["E002"]),
            ("E3", "执行率过低或超过 100% 须说明", "a low rate, or one above 100%, has a reason", &["E003"]),
        ],
    ),
    (
        "分值与得分 · Points",
        &[
            (
                "P1",
                "分值之和为 100；各类指标、各目标的分值符合规定",
                "weights add up to 100, by level and by goal",
                &["P001", "P002", "P003"],
            ),
            ("P2", "得分在 0 与分值之间", "scores lie between 0 and their weights", &["P004", "P002"]),
            (
                "P3",
                "扣分、超额须说明；未完成不应满分",
                "lost points and large surpluses have a reason; what was missed has no full score",
                &["P005", "P006", "P007"],
            ),
            ("P4", "定量指标按公式计分", "scores of figures follow the formula", &["P008"]),
            ("P5", "定性指标按档次计分", "scores of words lie in their band", &["P009"]),
            ("P6", "总分等于各项得分之和", "the total is the sum of the scores", &["P010"]),
            ("P7", "等级与总分相符", "the grade follows from the total", &["P011"]),
        ],
    ),
    (
        "完整与一致 · Completeness",
        &[
            ("C1", "必填项已填，至少一个目标", "required fields are filled; there is a goal", &["C001", "C002", "C003"]),
            ("C2", "全表有产出、效益、满意度各类指标", "all levels are covered, by the form as a whole", &["C004"]),
            ("C3", "总目标与分目标一一对应", "goals and their blocks correspond", &["C003", "C007"]),
            (
                "C4",
                "指标的类别、名称、指标值、单位、依据齐全",
                "indicators have level, name, target, unit and basis",
                &["C001", "C005", "C009", "V003"],
            ),
            ("C5", "文中的承诺有指标承接", "what texts promise has its indicator", &["C008"]),
            ("C6", "没有残留的模板文字", "no text of the blank form is left", &["C006", "S010", "T008", "C002"]),
        ],
    ),
    (
        "用词与指标 · Vocabulary and indicators",
        &[
            ("V1", "指标类别用规范名称，不混用版本", "levels in their own words and of one edition", &["V003", "V008"]),
            ("V2", "指标名称与类别相符", "names fit their levels", &["V002", "V006"]),
            ("V3", "选项取自规定的词语", "choices are of their lists", &["V001"]),
            ("V4", "比较符号与名称方向一致", "signs agree with names", &["V007"]),
            ("V5", "百分比不高于 100%，增长类除外", "percentages are not above 100, growth excepted", &["V009"]),
            (
                "V6",
                "数值有计量单位，前后一致；不重复表头单位",
                "figures have units, the same ones throughout and not those of the header",
                &["C005", "F007", "V010"],
            ),
            ("V7", "同一目标下指标不重名", "no name twice under one goal", &["V004"]),
            ("V8", "指标值可衡量", "targets can be measured", &["V005"]),
            ("V9", "指标值、完成值形式与指标相符", "targets and values reached are of one kind", &["V011"]),
            ("—", "符号误识为数字", "signs read as digits", &["V009", "V012"]),
        ],
    ),
    (
        "日期与年份 · Dates and years",
        &[
            (
                "Y1",
                "标题、各栏、填报日期的年份相符",
                "title, columns and date of filing agree on the year",
                &["Y001", "Y002", "Y004"],
            ),
            (
                "Y2",
                "开始不晚于结束；期限、截止年份不越界",
                "no end before its beginning; deadlines within their time",
                &["Y003", "Y005", "Y006"],
            ),
            ("Y3", "中期目标年限与项目期相符", "years of the medium-term goal are those of the project", &["Y007"]),
        ],
    ),
    (
        "文字 · Text",
        &[(
            "T1",
            "序号、标点、全角半角合乎规范",
            "numbering, marks and width by the standards",
            &["T003", "T009", "T011", "T012", "T013", "T014", "T015"],
        )],
    ),
];

/// Rules that no form of the program's own uses, and what they are for.
const NOT_BUILT_IN: &[(&str, &str, &str)] = &[(
    "P011",
    "内置表式没有等级栏；供各单位自定义的评价表使用",
    "no built-in form has a grade: for reviews that an office defines",
)];

/// Something met in submissions, a word of a vocabulary, a layout: what it is in both languages, and tests that hold it. A test is
/// `file::function`, a sample is a file.
type Held = (&'static str, &'static str, &'static [&'static str]);

const SEEN: &[(&str, &[Held])] = &[
    (
        "缺陷 · Flaws",
        &[
            (
                "换页后列数变化、整行错位",
                "rows shifted, columns that change behind a page break",
                &["promises::tables_like_the_real_form_are_read"],
            ),
            (
                "标签滞后或居中",
                "labels printed after their rows, or in their middle",
                &["promises::tables_never_seen_are_read"],
            ),
            ("区段标签在首行之后", "a section's label behind its first rows", &["promises::the_real_form_is_read"]),
            (
                "空行、省略号、分隔线",
                "blank rows, dots, ruled lines",
                &[
                    "issues::page_marks_are_no_content_however_they_are_written",
                    "reading::the_rule_of_a_markdown_table_is_no_row",
                ],
            ),
            (
                "重复表头和页码",
                "repeated headers, page numbers",
                &[
                    "word_forms::a_table_that_repeats_its_headers_on_every_page_is_read",
                    "issues::other_page_marks_are_no_content_either",
                ],
            ),
            ("网页标记", "markup left in cells", &["typed::what_a_system_left_is_cleaned"]),
            ("一格之中的序号条目", "numbered items in one cell", &["items::lists_are_cut_at_their_numbers"]),
            (
                "全角数字和词中空格",
                "full-width digits, blanks inside words",
                &["typography::marks_and_digits_get_their_width", "text::blanks_are_dropped_only_where_they_say_nothing"],
            ),
            ("名称截断", "names cut off", &["rules::names_cut_off_are_completed_from_the_form_or_told"]),
            ("错字", "wrong words", &["words::wrong_words_are_righted_and_right_ones_left", "issues::a_label_may_be_misspelt"]),
            ("万元与元混用", "元 among 万元", &["cases::suggestions_have_their_grounds"]),
            (
                "勾选框写法不一",
                "boxes ticked in many ways",
                &["choice::one_ticked_box_is_the_choice", "symbols::boxes_and_ticks_are_told"],
            ),
            (
                "扫描误识的符号",
                "signs misread by scanners",
                &["review::a_sign_read_as_a_digit_is_suggested_only_where_it_can_be_one"],
            ),
            (
                "数字连写",
                "figures that ran together",
                &["review::a_number_that_ran_together_is_cut_where_the_weights_leave_one_way"],
            ),
            (
                "顺序打乱的分栏文字",
                "columns of a page in another order",
                &["printed::no_row_of_a_printed_page_is_wrong_in_silence"],
            ),
            (
                "每行一格、孤立的竖线",
                "one cell a line, lone bars",
                &["reading::one_cell_per_line", "reading::lone_bars_stand_for_blank_cells_or_end_cells"],
            ),
            ("Word 域代码残留", "debris of fields", &["fields::fields_without_a_result_show_what_word_shows"]),
            ("电话写法", "notations of telephone numbers", &["phone::every_notation_comes_to_one_text"]),
            ("占位符号", "placeholders", &["target_tests::what_is_not_certain_stays_as_written"]),
            ("一格之中的几个目标", "several goals in one cell", &["promises::the_real_form_is_read"]),
            (
                "标签换行",
                "labels broken over lines",
                &["issues::blank_lines_inside_a_label_say_nothing", "unseen::labels_broken_over_lines_are_told"],
            ),
        ],
    ),
    (
        "写法与版式 · Notations and typography",
        &[
            (
                "指标值的各种写法",
                "notations of targets",
                &["target_tests::every_notation_comes_to_one_text", "target_tests::rules_can_ask_what_a_target_is"],
            ),
            (
                "标点与数字（GB/T 15834、15835）",
                "marks and numerals",
                &["rules::prose_is_set_by_the_standards_and_right_prose_is_left"],
            ),
            (
                "指标类别的两版及其同义词",
                "levels of both editions and their synonyms",
                &["load::a_definition_is_read_as_written"],
            ),
            (
                "公文版式（GB/T 9704）：长表每页有表头",
                "official layout: headers on every page of a long table",
                &["long_forms::libreoffice_prints_every_page_of_a_long_form_with_its_headers_and_labels"],
            ),
        ],
    ),
    (
        "表式 · Layouts",
        &[
            (
                "W1 湖北 2021 年以前的部门表",
                "department form of Hubei before 2021",
                &["samples/earthquake-office-2020.txt", "samples/water-office-2021.txt"],
            ),
            (
                "W2 含预算成本构成的项目表",
                "a stretch and a column that the form does not have",
                &["unseen::a_stretch_and_a_column_that_the_form_does_not_have"],
            ),
            (
                "W3、W4 四川自评表，一页多表",
                "reviews of Sichuan, many in one page",
                &["samples/cold-chain-review-2024.txt", "unseen::several_forms_behind_the_end_of_another"],
            ),
            ("W7 中期与年度并列的项目表", "medium term and year side by side", &["samples/river-works-2024.html"]),
            (
                "W5、W8、W11 全国自评表",
                "the national form of review",
                &["samples/sewage-review-2023.txt", "samples/greenhouse-review-2022.txt"],
            ),
            (
                "W9、W14 长期与年度两组指标的旧表",
                "the older form with check-boxes and two blocks",
                &["samples/rural-road-2012.txt", "samples/seed-quality-2015.txt"],
            ),
            (
                "W13 重庆自评表（指标不分级）",
                "review of Chongqing, without levels",
                &["samples/port-office-review-2022.txt", "samples/word/science-park-review-2023.docx"],
            ),
            (
                "W15 湖南部门表，区段次序颠倒",
                "department form of Hunan, bands in another order",
                &["samples/poverty-relief-2017.txt", "unseen::bands_in_another_order"],
            ),
            (
                "W16、W17、W19 湖北自评表",
                "reviews of Hubei",
                &["samples/fishing-ban-review-2020.txt", "samples/forestry-review-2022.txt"],
            ),
            ("W18 一个表头之下三栏", "three columns under one header", &["unseen::three_columns_under_one_header_are_told"]),
            ("W20 标签断行、没有分值", "labels broken by blanks, no scores", &["unseen::labels_broken_over_lines_are_told"]),
            ("运行监控表", "monitoring", &["samples/road-monitoring-2023.txt", "samples/stadium-monitoring-2024.txt"]),
            (
                "部门表（全国）",
                "department form, national",
                &["samples/audit-bureau-2024.txt", "samples/statistics-bureau-2023.txt"],
            ),
            ("上海项目表（元）", "project form of Shanghai, in 元", &["samples/community-canteen-2025.txt"]),
            (
                "一份文件多种表",
                "several kinds in one file",
                &["recognition::forms_of_several_kinds_stand_in_one_file", "samples/two-kinds-2023.txt"],
            ),
        ],
    ),
];

fn case_of(code: &str) -> Option<&'static Case> {
    cases::CASES.iter().chain(review::CASES).find(|case| case.rule == code)
}

/// How many of the built-in forms use a rule; none for one that needs no asking.
fn forms(code: &str) -> Option<Vec<&'static str>> {
    let listed = rules::explain(code).is_some_and(|rule| rule.listed);
    let uses = load::builtin().iter().filter(|form| form.rules.iter().any(|used| used.rule == code));
    listed.then(|| uses.map(|form| &*form.id).collect())
}

/// Where a rule is broken and kept, and whether there is a case that it cannot check.
fn tests(code: &str) -> &'static str {
    match (&code[..1], case_of(code)) {
        ("S", _) => "tests/engine.rs, issues.rs, unseen.rs",
        ("X", _) => "tests/across.rs",
        (_, Some(Case { unchecked: Some(_), .. })) => "✓ ✗ ?",
        (_, Some(_)) => "✓ ✗",
        (_, None) => "",
    }
}

fn page() -> String {
    let mut out = String::from(
        "# 审核要点 · The reviewer's list\n\n[规则手册 · The rule book](README.md)\n\n本页由 `make rules` 生成：每一要点由哪些规则核对，内置的哪些表式使用，以及测试\
         （✗ 违反、✓ 符合、? 无法核对；没有 ? 的规则只看已填的内容，空白由 C001 报告）。\n\
         Made by `make rules`: which rules check each point, which of the built-in forms use them, and what is tested\n(✗ broken, ✓ kept, ? \
         cannot be checked; a rule without ? looks only at what is filled in, blanks are told by C001).\n",
    );
    let all = load::builtin().len();
    for (family, points) in POINTS {
        let _ = write!(
            out,
            "\n## {family}\n\n| | 要点 | point | 规则 · rules | 表式 · forms | 测试 · tests |\n|---|---|---|---|---|---|\n"
        );
        for (name, zh, en, codes) in *points {
            let each = |text: &dyn Fn(&str) -> String| codes.iter().map(|code| text(code)).collect::<Vec<_>>().join("<br>");
            let used = each(&|code| match forms(code) {
                None => "—".to_owned(),
                Some(forms) if forms.len() == all => format!("{all}/{all}"),
                Some(forms) if forms.is_empty() => {
                    let (_, zh, en) = NOT_BUILT_IN.iter().find(|(own, ..)| *own == code).unwrap_or(&("", "", ""));
                    format!("0：{zh} · {en}")
                }
                Some(forms) => format!("{}/{all}：{}", forms.len(), forms.join(", ")),
            });
            let tested = each(&|code| tests(code).to_owned());
            let _ = writeln!(out, "| {name} | {zh} | {en} | {} | {used} | {tested} |", codes.join("<br>"));
        }
    }
    for (title, rows) in SEEN {
        let _ = write!(out, "\n## {title}\n\n| | | 测试与样例 · tests and samples |\n|---|---|---|\n");
        for (zh, en, held) in *rows {
            let held: Vec<String> = held.iter().map(|test| format!("`{test}`")).collect();
            let _ = writeln!(out, "| {zh} | {en} | {} |", held.join(" "));
        }
    }
    out
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn every_point_of_the_list_has_its_rules_forms_and_tests() {
    let mut wrong = Vec::new();
    let codes: Vec<&str> = POINTS.iter().flat_map(|(_, points)| *points).flat_map(|(.., codes)| *codes).copied().collect();
    for code in &codes {
        if rules::explain(code).is_none_or(|rule| rule.code != *code) {
            wrong.push(format!("{code} is no rule"));
        }
        let excused = NOT_BUILT_IN.iter().any(|(own, ..)| own == code);
        if forms(code).is_some_and(|forms| forms.is_empty() != excused) {
            wrong.push(format!("{code} is used by no form, or is and is said not to be"));
        }
        if tests(code).is_empty() {
            wrong.push(format!("{code} has no case"));
        }
    }
    // What stands in no point is notation, structure, or said across documents.
    let own = ["T001", "T002", "T004", "T005", "T006", "T007", "T008", "T010"];
    for rule in rules::all().iter().filter(|rule| !rule.code.starts_with(['S', 'X']) && !own.contains(&rule.code)) {
        if !codes.contains(&rule.code) {
            wrong.push(format!("{} checks no point", rule.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_list_names_is_there() {
    let mut sources = String::new();
    let mut folders = vec![root().join("tests"), root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                sources.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    let named = SEEN.iter().flat_map(|(_, rows)| *rows).flat_map(|(.., held)| *held);
    let is_there = |name: &&&str| match name.split_once("::") {
        Some((_, function)) => sources.contains(&format!("fn {function}()")) || sources.contains(&format!("fn {function}(\n")),
        None => root().join(name).is_file(),
    };
    let lost: Vec<_> = named.filter(|name| !is_there(name)).collect();
    assert_eq!(lost, Vec::<&&str>::new());
}

#[test]
fn the_page_of_the_list_is_that_of_the_code() {
    let known = std::fs::read_to_string(root().join("docs/rules/coverage.md")).unwrap_or_default();
    assert!(known == page(), "docs/rules/coverage.md is stale: `make rules`, and look at the difference");
}

/// Not a test: what `make rules` runs.
#[test]
#[ignore = "writes docs/rules/coverage.md"]
fn write_coverage() {
    std::fs::write(root().join("docs/rules/coverage.md"), page()).expect("docs/rules is writable");
}
