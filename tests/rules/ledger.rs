//! A real form's faults: each is told, at its place, and nothing else is.

use super::fixture::*;
use biaozhun::diag::Outcome;
use biaozhun::rules::Fix;

/// Applied changes other than notation.
#[test]
fn what_is_corrected() {
    let (record, _) = checked(|_| {}, Fix::Auto);
    let made = |code: &str| -> Vec<String> {
        let of = record.changes.iter().filter(|change| change.rule == code && change.applied);
        of.map(|change| format!("{} {} → {}", change.at, change.from, change.to)).collect()
    };
    assert_eq!(
        made("F003"),
        [
            "funds.expense[0].share 60.70% → 60.77%",
            "funds.expense[1].share 5.20% → 5.19%",
            "funds.expense[2].share 34.10% → 34.03%",
        ]
    );
    assert_eq!((made("T002").len(), made("T003").len()), (11, 17));
    for (path, text) in [
        ("filed_on", "2023-12-30"),
        ("phone", "0722-5550123"),
        ("funds.years[0]", "2022"),
        ("funds.income[0].share", "96.00%"),
        ("funds.income[1].amount", "0.00"),
        ("annex", "附件"),
        ("duties[10]", "承办上级交办的其他事项。"),
        ("tasks[0]", "推进全市“八五”普法工作，健全“谁执法，谁普法”工作机制，搞好“八五”普法中期检查工作；"),
        ("annual_goals[0].indicators[8].target", "0"),
    ] {
        assert_eq!(record.leaf(&path.parse().expect("path")).expect(path).text, text);
    }
    let share = record.changes.iter().find(|change| change.rule == "F003").expect("F003");
    assert_eq!(say(&share.because), "1459.87 ÷ 2402.26");
}

#[test]
fn what_is_suggested() {
    let (record, _) = checked(|_| {}, Fix::Auto);
    let waiting: Vec<_> = record.changes.iter().filter(|change| !change.applied).collect();
    let count = |from: &str, to: &str| waiting.iter().filter(|change| change.from == from && change.to == to).count();
    assert_eq!(count("历史依据", "历史标准"), 15);
    assert_eq!(count("常年性项目", "特定目标类项目"), 8);
    let others: Vec<String> = waiting
        .iter()
        .filter(|change| change.rule != "V001")
        .map(|change| format!("{} {} {}", change.rule, change.at, change.to.chars().take(14).collect::<String>()))
        .collect();
    assert_eq!(
        others,
        [
            "T005 tasks[1] 认真贯彻落实中央全面依法治国",
            "T006 projects[6].use 社区矫正、人民调解、公共法律",
            "T006 annual_goals[0].indicators[6].name 法律援助合格率",
            "T006 annual_goals[0].indicators[7].name 人民调解纠纷调解成功率",
            "V002 annual_goals[0].indicators[11].level2 社会效益指标",
            "V002 annual_goals[1].indicators[1].level2 质量指标",
        ]
    );
}

#[test]
fn what_is_reported() {
    let (_, verdict) = checked(|_| {}, Fix::Auto);
    let said: Vec<String> = verdict.findings.iter().map(finding).collect();
    assert_eq!(
        said,
        [
            "T006 warning annual_goals[0].indicators[8].name 三级指标“社区矫正服刑人员重特”似被截断，无法确定全文",
            "T006 warning annual_goals[0].indicators[12].name 三级指标“当事人合法”似被截断，无法确定全文",
            "T014 info duties[3] 部门职能概述各条末尾的标点不统一，如第 4 条",
            "T014 info tasks[2] 年度工作任务各条末尾的标点不统一，如第 3 条",
            "V004 warning annual_goals[1].indicators[4].name annual_goals[1].indicators[1].name “国家公务员学法用法考试优秀率”出现两次，指标值分别为 100% 和 ≥90%",
            "V005 warning annual_goals[1].indicators[9].target 指标值“提升”无法衡量",
            "V005 warning annual_goals[1].indicators[10].target 指标值“提升”无法衡量",
            "V006 warning annual_goals[0].indicators[10].name “经费保障率”不宜作为“成本指标”",
            "V006 warning annual_goals[1].indicators[8].name “经费保障率”不宜作为“成本指标”",
            "S013 info annual_goals[0].indicators 第 1 个目标中，“经济效益指标”之下未填指标",
            "S013 info annual_goals[0].indicators 第 1 个目标中，“生态效益指标”之下未填指标",
            "S013 info annual_goals[0].indicators 第 1 个目标中，“可持续影响指标”之下未填指标",
            "S013 info annual_goals[1].indicators 第 2 个目标中，“经济效益指标”之下未填指标",
            "S013 info annual_goals[1].indicators 第 2 个目标中，“生态效益指标”之下未填指标",
            "S013 info annual_goals[1].indicators 第 2 个目标中，“可持续影响指标”之下未填指标",
            "F002 error funds.expense[3].previous[0] funds.income[3].previous[0] 2022 年收入合计与支出合计不一致，相差 0.02（1652.87 与 1652.85）",
            "F004 error funds.expense[2].amount projects[6].year_budget projects[7].year_budget “特定目标类项目支出”817.60 与 8 个项目的“项目本年度预算”之和 414.80 不一致，相差 402.80",
            "C002 warning goals.long_term.targets goals.long_term.until “长期目标”及其截止年份均未填写",
            "C005 warning annual_goals[0].indicators[8].target 指标值“0”没有计量单位",
            "C007 warning annual_goals[0].goal goals.annual[0] goals.annual[1] 第 1 个目标“全力提升法律服务质量、维护社会稳定”合并了总目标中的 2 个目标",
            "C007 warning annual_goals[1].goal 第 2 个目标“全力推进法治安河建设”未列入总目标",
            "C008 warning tasks[5] 文中承诺“刑满释放人员帮教率”100%，没有对应的指标",
            "C008 warning tasks[5] 文中承诺“安置率”≥80%，没有对应的指标",
            "Y001 warning filed_on funds.years[0] 填报日期 2023-12-30 晚于 2023 年度预算的申报时段",
        ]
    );
    let gap = verdict.findings.iter().find(|finding| finding.rule == "F004").and_then(|finding| finding.help.as_ref());
    assert!(say(gap.expect("help")).contains("司法专项业务保障项目 577.65 / 254.25; 法治建设 79.40 / 0.00"));
}

#[test]
fn what_holds_is_said() {
    let (_, verdict) = checked(|_| {}, Fix::Auto);
    let held: Vec<String> =
        verdict.checks.iter().filter(|check| check.outcome == Outcome::Held).map(|check| say(&check.message)).collect();
    for sum in [
        "2306.26 + 0.00 + 96.00 = 2402.26",
        "1459.87 + 124.79 + 817.60 = 2402.26",
        "1389.19 + 0.00 + 263.68 = 1652.87",
        "1167.10 + 135.53 + 350.22 = 1652.85",
        "当年金额：收入合计与支出合计一致：2402.26",
        "2021 年收入合计与支出合计一致：1815.80",
        "10.00 + 30.00 + 60.69 + 6.26 + 5.00 + 48.60 + 577.65 + 79.40 = 817.60",
        "60.77% + 5.19% + 34.03% = 99.99%",
    ] {
        assert!(held.iter().any(|text| text.contains(sum)), "{sum}");
    }
}
