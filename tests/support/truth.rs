//! What a filled 部门整体绩效目标申报表 says: plain data, with every value's canonical text and the text that is printed.

use super::labels::{Labels, canonical};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One value: what must come out, and how the source writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    pub printed: String,
}

impl Value {
    pub fn new(text: impl Into<String>, printed: impl Into<String>) -> Self {
        Value { text: text.into(), printed: printed.into() }
    }

    /// Printed as it is written canonically.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Value { printed: text.clone(), text }
    }

    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

#[derive(Clone, Debug, Default)]
pub struct Fund {
    /// The form's own wording.
    pub item: String,
    pub amount: Value,
    pub share: Value,
    pub previous: [Value; 2],
}

#[derive(Clone, Debug, Default)]
pub struct Project {
    pub name: String,
    pub category: Value,
    pub total: Value,
    pub year: Value,
    pub usage: Value,
}

#[derive(Clone, Debug, Default)]
pub struct Indicator {
    /// The form's own wordings.
    pub level1: String,
    pub level2: String,
    pub name: String,
    /// One per [`Truth::extra`].
    pub extra: Vec<Value>,
    pub target: Value,
    pub basis: Value,
}

#[derive(Clone, Debug, Default)]
pub struct Goal {
    pub text: String,
    pub indicators: Vec<Indicator>,
}

/// How a list of duties or tasks is written in its cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListStyle {
    /// `<p>1. …</p> <p>2. …</p>`
    #[default]
    Paragraphs,
    /// `1、…；2、…`
    RunIn,
    /// `<p>1、…；2、…</p>`
    RunInParagraph,
}

/// How the two earlier years are headed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YearHeaders {
    /// `2022年`
    #[default]
    Numbers,
    /// `2022 年`
    SpacedNumbers,
    /// `上年金额`: the year itself is not printed.
    Words,
}

#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub labels: Labels,
    pub title: String,
    pub annex: Value,
    pub filed_on: Value,
    pub unit: Value,
    pub department: String,
    pub filler: String,
    pub phone: Value,
    pub years: [i32; 2],
    pub year_headers: YearHeaders,
    pub income: Vec<Fund>,
    pub expense: Vec<Fund>,
    pub duties: Vec<String>,
    pub duties_style: ListStyle,
    pub tasks: Vec<String>,
    pub tasks_style: ListStyle,
    pub projects: Vec<Project>,
    pub until: Value,
    pub long_term: Vec<String>,
    pub annual: Vec<String>,
    /// Numbers printed without a text behind the last goal: `目标3:`.
    pub empty_targets: bool,
    /// Keys of the optional columns that this copy has: `before_last`, `last`, `expected`.
    pub extra: Vec<&'static str>,
    /// Empty: the copy has no such block.
    pub long_term_goals: Vec<Goal>,
    pub annual_goals: Vec<Goal>,
    /// The printed rows of the indicator block: level 1, then its level 2.
    pub scheme: Vec<(String, Vec<String>)>,
    pub notes: Vec<String>,
}

/// The optional columns, in printed order.
pub const EXTRA: [&str; 3] = ["before_last", "last", "expected"];

/// The rows of the form as printed since a year.
pub fn scheme(year: u16) -> Vec<(String, Vec<String>)> {
    let rows: &[(&str, &[&str])] = match year {
        2021 => &[
            ("成本指标", &["经济成本指标", "社会成本指标", "生态环境成本指标"]),
            ("产出指标", &["数量指标", "质量指标", "时效指标"]),
            ("效益指标", &["经济效益指标", "社会效益指标", "生态效益指标"]),
            ("满意度指标", &["服务对象满意度指标"]),
        ],
        _ => &[
            ("产出指标", &["数量指标", "质量指标", "时效指标", "成本指标"]),
            ("效益指标", &["经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"]),
            ("满意度指标", &["服务对象满意度指标"]),
        ],
    };
    rows.iter().map(|(level1, level2)| (level1.to_string(), level2.iter().map(|l| l.to_string()).collect())).collect()
}

/// `2306.26` → `230626`. The digits are counted, so no float is near.
pub fn cents(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = format!("{fraction:0<2}");
    whole.parse::<i64>().unwrap_or(0) * 100 + fraction[..2].parse::<i64>().unwrap_or(0)
}

pub fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// `817.60` → `817.6`, `96.00` → `96`: as most offices write it.
pub fn short(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// `a ÷ b` in percent with two decimals, half up.
pub fn share(part: i64, whole: i64) -> String {
    if whole == 0 { "0.00%".into() } else { format!("{}%", money((part * 20_000 + whole) / (whole * 2))) }
}

impl Truth {
    /// The indicators of all goals, with the number of their goal.
    pub fn indicators(goals: &[Goal]) -> impl Iterator<Item = (usize, &Indicator)> {
        goals.iter().enumerate().flat_map(|(index, goal)| goal.indicators.iter().map(move |indicator| (index, indicator)))
    }

    /// Reads a record in the shape of a YAML that biaozhun writes (its `data`), and `printed`: where the source writes a
    /// value in another way than usual, by path.
    pub fn from_yaml(text: &str) -> Result<Truth, serde_yaml::Error> {
        let file: File = serde_yaml::from_str(text)?;
        let data = file.data;
        let printed = |path: &str, usual: String| file.printed.get(path).cloned().unwrap_or(usual);
        let amount = |path: String, text: &str| Value::new(text, printed(&path, short(text)));
        let funds = |side: &str, rows: &[FundRow]| -> Vec<Fund> {
            let fund = |(index, row): (usize, &FundRow)| Fund {
                item: row.item.clone(),
                amount: amount(format!("funds.{side}[{index}].amount"), &row.amount),
                share: Value::new(
                    &*row.share,
                    printed(&format!("funds.{side}[{index}].share"), format!("{}%", short(row.share.trim_end_matches('%')))),
                ),
                previous: [0, 1].map(|year| amount(format!("funds.{side}[{index}].previous[{year}]"), &row.previous[year])),
            };
            rows.iter().enumerate().map(fund).collect()
        };
        let goal = |goal: &GoalRow| Goal {
            text: goal.goal.clone(),
            indicators: goal
                .indicators
                .iter()
                .map(|row| Indicator {
                    level1: row.level1.clone(),
                    level2: canonical(&format!("level2/{}", row.level1), &row.level2).to_owned(),
                    name: row.name.clone(),
                    extra: Vec::new(),
                    target: Value::same(&*row.target),
                    basis: Value::same(&*row.basis),
                })
                .collect(),
        };
        let project = |(index, row): (usize, &ProjectRow)| Project {
            name: row.name.clone(),
            category: Value::same(&*row.category),
            total: amount(format!("projects[{index}].total_budget"), &row.total_budget),
            year: amount(format!("projects[{index}].year_budget"), &row.year_budget),
            usage: Value::same(&*row.usage),
        };
        let mut labels = Labels::default();
        labels.0.extend(file.labels);
        Ok(Truth {
            title: labels.get("title"),
            labels,
            annex: Value::new(&*data.annex, format!("{}：", data.annex)),
            filed_on: Value::new(&*data.filed_on, printed("filed_on", data.filed_on.clone())),
            unit: Value::same(&*data.unit),
            department: data.department,
            filler: data.filler,
            phone: Value::new(&*data.phone, printed("phone", data.phone.clone())),
            years: data.funds.years,
            year_headers: YearHeaders::SpacedNumbers,
            income: funds("income", &data.funds.income),
            expense: funds("expense", &data.funds.expense),
            duties: data.duties,
            duties_style: ListStyle::Paragraphs,
            tasks: data.tasks,
            tasks_style: ListStyle::RunInParagraph,
            projects: data.projects.iter().enumerate().map(project).collect(),
            until: Value::same(data.goals.long_term.until.unwrap_or_default()),
            long_term: data.goals.long_term.targets,
            annual: data.goals.annual,
            empty_targets: file.empty_targets.unwrap_or(true),
            extra: Vec::new(),
            long_term_goals: Vec::new(),
            annual_goals: data.annual_goals.iter().map(goal).collect(),
            scheme: scheme(file.scheme.unwrap_or(2015)),
            notes: data.notes,
        })
    }
}

#[derive(Deserialize)]
struct File {
    data: Data,
    #[serde(default)]
    printed: BTreeMap<String, String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// The year of the scheme whose rows are printed.
    #[serde(default)]
    scheme: Option<u16>,
    #[serde(default)]
    empty_targets: Option<bool>,
}

#[derive(Deserialize)]
struct Data {
    annex: String,
    filed_on: String,
    unit: String,
    department: String,
    filler: String,
    phone: String,
    funds: Funds,
    duties: Vec<String>,
    tasks: Vec<String>,
    projects: Vec<ProjectRow>,
    goals: Goals,
    annual_goals: Vec<GoalRow>,
    #[serde(default)]
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct Funds {
    years: [i32; 2],
    income: Vec<FundRow>,
    expense: Vec<FundRow>,
}

#[derive(Deserialize)]
struct FundRow {
    item: String,
    amount: String,
    share: String,
    previous: [String; 2],
}

#[derive(Deserialize)]
struct ProjectRow {
    name: String,
    category: String,
    total_budget: String,
    year_budget: String,
    #[serde(rename = "use")]
    usage: String,
}

#[derive(Deserialize)]
struct Goals {
    long_term: LongTerm,
    annual: Vec<String>,
}

#[derive(Deserialize)]
struct LongTerm {
    until: Option<String>,
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct GoalRow {
    goal: String,
    indicators: Vec<IndicatorRow>,
}

#[derive(Deserialize)]
struct IndicatorRow {
    level1: String,
    level2: String,
    name: String,
    target: String,
    basis: String,
}
