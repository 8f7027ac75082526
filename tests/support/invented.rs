//! Makes truths: the real form's content with invented names, and wholly invented forms, clean or as offices fill them in.

use super::labels::{self, Labels, wordings};
use super::names::*;
use super::prng::Random;
use super::truth::*;

/// Which cells may be left blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blanks {
    None,
    /// Only where the neighbours' types tell which cell is missing: fair where the source does not show blank cells.
    Decidable,
    /// Any value: fair where the source shows blank cells.
    Any,
}

/// What sort of form is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Nothing that a reviewer could object to: no finding may come of it.
    pub clean: bool,
    pub blanks: Blanks,
    /// Other wordings of the labels.
    pub synonyms: bool,
    /// Optional columns, the 2021 scheme, blocks of long-term goals.
    pub variants: bool,
}

impl Options {
    pub fn clean() -> Self {
        Options { clean: true, blanks: Blanks::None, synonyms: false, variants: true }
    }

    pub fn loose(blanks: Blanks) -> Self {
        Options { clean: false, blanks, synonyms: true, variants: true }
    }
}

/// The real form's structure, figures and faults (content invented).
pub fn seedlike() -> Truth {
    Truth::from_yaml(include_str!("seedlike.yaml")).expect("seedlike.yaml")
}

/// A form that no one has seen.
pub fn invented(random: &mut Random, options: &Options) -> Truth {
    let year = random.between(2018, 2026) as i32;
    let plain = options.clean;
    let labels = if options.synonyms { synonyms(random) } else { Labels::default() };
    let extra = extra_columns(random, options);
    let scheme = scheme(if options.variants && random.chance(0.4) { 2021 } else { 2015 });
    let mut truth = Truth {
        title: labels.get("title"),
        years: [year - 1, year - 2],
        year_headers: match random.below(10) {
            0..5 => YearHeaders::Numbers,
            5..8 => YearHeaders::SpacedNumbers,
            _ if plain => YearHeaders::Numbers,
            _ => YearHeaders::Words,
        },
        annex: match random.below(3) {
            0 => Value::new("附件2", "附件2："),
            1 if !plain => Value::default(),
            _ => Value::new("附件", "附件："),
        },
        filed_on: filing_date(random, year, plain),
        unit: Value::same("万元"),
        department: format!("{}{}", random.pick(&COUNTIES), random.pick(&OFFICES)),
        filler: format!("{}{}", random.pick(&SURNAMES), random.pick(&GIVEN)),
        phone: phone(random, plain),
        duties: list(random, &DUTIES),
        duties_style: style(random),
        tasks: list(random, &TASKS),
        tasks_style: style(random),
        until: Value::same((year + 2).to_string()),
        long_term: random.some(&GOALS, 2).iter().map(|goal| goal.to_string()).collect(),
        empty_targets: !plain && random.chance(0.4),
        extra,
        scheme,
        notes: labels::notes(),
        labels,
        ..Truth::default()
    };
    let goal_count = random.between(1, 5) as usize;
    truth.annual = random.some(&GOALS, goal_count).iter().map(|goal| goal.to_string()).collect();
    if !plain && random.chance(0.3) {
        truth.long_term.clear();
        truth.until = Value::default();
    }
    truth.projects = projects(random, options);
    funds(random, &mut truth, options);
    truth.annual_goals = truth.annual.clone().into_iter().map(|text| goal(random, &truth, text, year, options)).collect();
    if options.variants && !truth.long_term.is_empty() && random.chance(0.25) {
        truth.long_term_goals =
            truth.long_term.clone().into_iter().map(|text| goal(random, &truth, text, year + 2, options)).collect();
    }
    blank_some(random, &mut truth, options.blanks);
    truth
}

fn extra_columns(random: &mut Random, options: &Options) -> Vec<&'static str> {
    if !options.variants || !random.chance(0.3) {
        return Vec::new();
    }
    match random.below(3) {
        0 => vec!["last"],
        1 => vec!["before_last", "last"],
        _ => EXTRA.to_vec(),
    }
}

/// A synonym for one label in three. Wordings that another label of the same copy carries are left alone: two labels
/// worded alike in one stretch of a form would be undecidable for anyone.
fn synonyms(random: &mut Random) -> Labels {
    let mut labels = Labels::default();
    for wording in wordings() {
        let shared = wording.scope.starts_with("long_term_goals.") && wording.scope != "long_term_goals.number";
        if shared || wording.synonyms.is_empty() || !random.chance(0.33) {
            continue;
        }
        let synonym = &wording.synonyms[random.below(wording.synonyms.len())];
        let taken = |other: &labels::Wording| {
            other.scope != wording.scope && labels.get(&other.scope) == *synonym && !other.scope.starts_with("long_term_goals.")
        };
        if !wordings().iter().any(taken) {
            labels.0.insert(wording.scope.clone(), synonym.clone());
        }
    }
    // Both trees of a copy have the same columns.
    for wording in wordings().iter().filter(|wording| wording.scope.starts_with("annual_goals.")) {
        if let (Some(text), false) = (labels.0.get(&wording.scope).cloned(), wording.scope.ends_with(".number")) {
            labels.0.insert(wording.scope.replace("annual_goals.", "long_term_goals."), text);
        }
    }
    labels
}

fn filing_date(random: &mut Random, year: i32, plain: bool) -> Value {
    let (month, day) =
        if plain { (random.between(1, 3), random.between(1, 28)) } else { (random.between(1, 12), random.between(1, 28)) };
    let printed = match if plain { 0 } else { random.below(4) } {
        1 => format!("{year}.{month}.{day}"),
        2 => format!("{year}-{month:02}-{day:02}"),
        3 => format!("{year}/{month}/{day}"),
        _ => format!("{year}年{month}月{day}日"),
    };
    Value::new(format!("{year}-{month:02}-{day:02}"), printed)
}

/// Area codes that no place has, so that no one is rung up; and mobile numbers of a block for machines of 13 digits.
fn phone(random: &mut Random, plain: bool) -> Value {
    let number = random.between(2_000_000, 8_999_999);
    match if plain { 1 } else { random.below(3) } {
        0 => Value::new(format!("0700-{number}"), format!("0700{number}")),
        1 => Value::same(format!("0700-{number}")),
        _ => Value::same(format!("1400000{:04}", number % 10_000)),
    }
}

fn list(random: &mut Random, bank: &[&str]) -> Vec<String> {
    let count = random.between(2, 8) as usize;
    let mut items: Vec<String> = random.some(bank, count).iter().map(|text| format!("{text}；")).collect();
    if let Some(last) = items.last_mut() {
        last.pop();
        last.push('。');
    }
    items
}

fn style(random: &mut Random) -> ListStyle {
    match random.below(3) {
        0 => ListStyle::Paragraphs,
        1 => ListStyle::RunIn,
        _ => ListStyle::RunInParagraph,
    }
}

fn amount(random: &mut Random, cents: i64, plain: bool) -> Value {
    let text = money(cents);
    let printed = if plain || random.chance(0.3) { text.clone() } else { short(&text) };
    Value::new(text, printed)
}

fn projects(random: &mut Random, options: &Options) -> Vec<Project> {
    let count = if random.chance(0.7) { random.between(1, 9) } else { random.between(10, 30) } as usize;
    let topics = random.some(&TOPICS, count);
    let free = !options.clean && random.chance(0.5);
    let mut projects = Vec::new();
    for topic in topics {
        let year = if random.chance(0.6) { random.between(1, 90) * 100 } else { random.between(50, 40_000) };
        let total = if random.chance(0.6) { year } else { year + random.between(1, 500) * 100 };
        let spent = if !options.clean && random.chance(0.05) { 0 } else { year };
        let category = if free { random.pick(&FREE_CATEGORIES) } else { random.pick(&CATEGORIES) };
        projects.push(Project {
            name: format!("{topic}{}", random.pick(&["项目", "专项", "经费", "工程", "补助资金"])),
            category: Value::same(category),
            total: amount(random, total, options.clean),
            year: amount(random, spent, options.clean),
            usage: Value::same(format!(
                "{}{topic}{}",
                random.pick(&["用于", "开展", "保障"]),
                random.pick(&["工作", "支出", "、设备购置等支出", "及相关费用"])
            )),
        });
    }
    projects
}

/// The amounts of one year in cents: income, expense.
type Sides = (Vec<i64>, Vec<i64>);

/// Income and expense of three years; sums and shares hold, and the earmarked row is what the projects add up to.
fn funds(random: &mut Random, truth: &mut Truth, options: &Options) {
    let plain = options.clean;
    let earmarked = |project: &&Project| project.category.text == CATEGORIES[0];
    let other = |project: &&Project| project.category.text == CATEGORIES[1];
    let specific: i64 = truth.projects.iter().filter(earmarked).map(|project| cents(&project.year.text)).sum();
    let running: i64 = truth.projects.iter().filter(other).map(|project| cents(&project.year.text)).sum();
    let few = options.variants && random.chance(0.15);
    let mut columns: Vec<Sides> = Vec::new();
    for column in 0..3 {
        let staff = random.between(1_000, 400_000);
        let office = random.between(100, 50_000) + running;
        let special = if column == 0 { specific } else { random.between(0, 90_000) };
        let expense = if few { vec![staff + office, special] } else { vec![staff, office, special] };
        let total: i64 = expense.iter().sum();
        let own = if random.chance(0.3) { 0 } else { random.between(0, total / 3) };
        let account = if random.chance(0.6) { 0 } else { random.between(0, total / 10) };
        columns.push((if few { vec![total - own, own] } else { vec![total - own - account, account, own] }, expense));
    }
    let (income, expense): (&[&str], &[&str]) = if few {
        (&["财政拨款", "单位资金"], &["人员类项目支出", "特定目标类项目支出"])
    } else {
        (&["财政拨款", "财政专户管理资金", "单位资金"], &["人员类项目支出", "运转类项目支出", "特定目标类项目支出"])
    };
    let mut rows = |items: &[&str], side: fn(&Sides) -> &Vec<i64>| -> Vec<Fund> {
        let sides: Vec<&Vec<i64>> = columns.iter().map(side).collect();
        let totals: Vec<i64> = sides.iter().map(|column| column.iter().sum()).collect();
        let row = |index: usize, random: &mut Random| {
            let of = |column: usize| if index < items.len() { sides[column][index] } else { totals[column] };
            let text = share(of(0), totals[0]);
            let printed =
                if plain || random.chance(0.5) { text.clone() } else { format!("{}%", short(text.trim_end_matches('%'))) };
            Fund {
                item: items.get(index).unwrap_or(&"合计").to_string(),
                amount: amount(random, of(0), plain),
                share: Value::new(text, printed),
                previous: [amount(random, of(1), plain), amount(random, of(2), plain)],
            }
        };
        (0..=items.len()).map(|index| row(index, random)).collect()
    };
    truth.income = rows(income, |column| &column.0);
    truth.expense = rows(expense, |column| &column.1);
}

fn goal(random: &mut Random, truth: &Truth, text: String, year: i32, options: &Options) -> Goal {
    let mut topics = random.some(&TOPICS, TOPICS.len());
    let mut indicators: Vec<Indicator> = Vec::new();
    let odd_bases = !options.clean && random.chance(0.4);
    for (level1, children) in &truth.scheme {
        for level2 in children {
            let count = match random.below(10) {
                0 | 1 if !options.clean => 0,
                9 if level2 == "数量指标" => random.between(4, 12),
                0..6 => 1,
                6 | 7 => 2,
                _ => random.between(2, 4),
            };
            let wanted = indicators.len() + count as usize;
            while indicators.len() < wanted {
                if topics.is_empty() {
                    topics = random.some(&TOPICS, TOPICS.len());
                }
                let topic = topics.pop().unwrap_or_default();
                let (name, target) = indicator(random, level2, topic, year, options.clean);
                let extra = truth.extra.iter().map(|_| past(random, &target)).collect();
                let basis = Value::same(if odd_bases { random.pick(&FREE_BASES) } else { random.pick(&BASES) });
                if indicators.iter().all(|earlier| earlier.name != name) {
                    indicators.push(Indicator { level1: level1.clone(), level2: level2.clone(), name, extra, target, basis });
                }
            }
        }
    }
    Goal { text, indicators }
}

/// What was reached in an earlier year: the target's own unit without its sign, or the same word.
fn past(random: &mut Random, target: &Value) -> Value {
    let bare = target.text.trim_start_matches(['≥', '≤']);
    let digits: String = bare.chars().take_while(char::is_ascii_digit).collect();
    match digits.parse::<i64>() {
        Ok(number) if !bare.contains('～') && !bare.contains('前') && number > 0 => {
            let most = if bare.contains('%') { number.min(100) } else { number * 6 / 5 };
            let number = random.between((number * 4 / 5).max(1).min(most), most);
            Value::same(format!("{number}{}", &bare[digits.len()..]))
        }
        _ => Value::same(bare),
    }
}

/// One value in twelve goes blank.
fn blank_some(random: &mut Random, truth: &mut Truth, blanks: Blanks) {
    if blanks == Blanks::None {
        return;
    }
    let any = blanks == Blanks::Any;
    let mut blank = |value: &mut Value| {
        if random.chance(0.08) {
            *value = Value::default();
        }
    };
    for fund in truth.income.iter_mut().chain(&mut truth.expense) {
        blank(&mut fund.share);
        if any {
            blank(&mut fund.amount);
            fund.previous.iter_mut().for_each(&mut blank);
        }
    }
    for project in &mut truth.projects {
        blank(&mut project.category);
        if any {
            blank(&mut project.total);
            blank(&mut project.year);
            blank(&mut project.usage);
        }
    }
    for indicator in truth.long_term_goals.iter_mut().chain(&mut truth.annual_goals).flat_map(|goal| &mut goal.indicators) {
        if any {
            blank(&mut indicator.target);
            indicator.extra.iter_mut().for_each(&mut blank);
        }
        // Both blank would leave a bare name: it could be a level 2 without rows under another wording.
        if !indicator.target.is_blank() {
            blank(&mut indicator.basis);
        }
    }
}
