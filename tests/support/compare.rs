//! Compares a record with the truth, row by row, and says whether what is wrong was at least flagged.

use super::labels::canonical;
use super::truth::{EXTRA, Fund, Goal, Indicator, Project, Truth, Value, YearHeaders};
use biaozhun::pipeline::Checked;
use biaozhun::record::{Node, Path, Record, Step};

/// How exact a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// The right piece of the source in the right place; its notation may still be the source's.
    Placement,
    /// The canonical text, as the YAML shall say it.
    Values,
}

/// A value that is not as it should be.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Where the record holds it, or would.
    pub path: Path,
    /// The row it belongs to: `annual_goals[0].indicators[3]`; the field itself where there is no row.
    pub row: Path,
    pub expected: String,
    pub found: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: usize,
    pub total: usize,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.right += other.right;
        self.total += other.total;
    }

    pub fn percent(&self) -> f64 {
        if self.total == 0 { 100.0 } else { self.right as f64 * 100.0 / self.total as f64 }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Comparison {
    pub fields: Tally,
    pub funds: Tally,
    pub projects: Tally,
    pub indicators: Tally,
    pub differences: Vec<Difference>,
}

impl Comparison {
    pub fn is_right(&self) -> bool {
        self.differences.is_empty()
    }

    /// All rows of the form: indicators, projects, funds.
    pub fn rows(&self) -> Tally {
        let mut rows = self.indicators;
        rows.add(self.projects);
        rows.add(self.funds);
        rows
    }

    /// Rows and fields that are wrong, and how many of them a finding or an open suggestion points at.
    pub fn flagged(&self, checked: &Checked) -> Tally {
        let mut rows: Vec<&Path> = self.differences.iter().map(|difference| &difference.row).collect();
        rows.sort();
        rows.dedup();
        let flagged = |row: &&&Path| self.differences.iter().filter(|d| d.row == ***row).any(|d| is_flagged(checked, d));
        Tally { right: rows.iter().filter(flagged).count(), total: rows.len() }
    }
}

/// What a value is compared as.
#[derive(Clone, Copy)]
enum As<'a> {
    Text,
    Prose,
    Money,
    Percent,
    Digits,
    Target,
    /// A printed label, in a scope of the form's wordings.
    Label(&'a str),
}

pub fn compare(record: &Record, truth: &Truth, strictness: Strictness) -> Comparison {
    let mut comparer = Comparer { record, strictness, out: Comparison::default() };
    comparer.fields(truth);
    comparer.funds("income", &truth.income, truth);
    comparer.funds("expense", &truth.expense, truth);
    comparer.projects(&truth.projects);
    comparer.goals("long_term_goals", &truth.long_term_goals, &truth.extra);
    comparer.goals("annual_goals", &truth.annual_goals, &truth.extra);
    comparer.out
}

struct Comparer<'a> {
    record: &'a Record,
    strictness: Strictness,
    out: Comparison,
}

/// One row to be found: the values it must hold, by path below the row.
struct Wanted<'a> {
    values: Vec<(String, As<'a>, Value)>,
}

impl<'a> Comparer<'a> {
    fn field(&mut self, path: &str, kind: As<'_>, value: &Value) {
        let path: Path = path.parse().expect("a path");
        let found = self.record.leaf(&path).map_or("", |leaf| leaf.text.as_str());
        self.out.fields.total += 1;
        if same(kind, found, value, self.strictness) {
            self.out.fields.right += 1;
        } else {
            let row = path.clone();
            self.out.differences.push(Difference { path, row, expected: value.text.clone(), found: found.to_owned() });
        }
    }

    fn list(&mut self, path: &str, kind: As<'_>, wanted: &[String]) {
        let path: Path = path.parse().expect("a path");
        let texts = |node: &Node| node.items().iter().filter_map(Node::leaf).map(|leaf| leaf.text.clone()).collect::<Vec<_>>();
        let found = self.record.get(&path).map(texts).unwrap_or_default();
        self.out.fields.total += 1;
        let equal = |(found, wanted): (&String, &String)| same(kind, found, &Value::same(&**wanted), self.strictness);
        if found.len() == wanted.len() && found.iter().zip(wanted).all(equal) {
            self.out.fields.right += 1;
        } else {
            let row = path.clone();
            self.out.differences.push(Difference { path, row, expected: wanted.join(" / "), found: found.join(" / ") });
        }
    }

    fn fields(&mut self, truth: &Truth) {
        self.field("annex", As::Text, &truth.annex);
        self.field("filed_on", As::Digits, &truth.filed_on);
        self.field("unit", As::Text, &truth.unit);
        self.field("department", As::Text, &Value::same(&*truth.department));
        self.field("filler", As::Text, &Value::same(&*truth.filler));
        self.field("phone", As::Digits, &truth.phone);
        if truth.year_headers != YearHeaders::Words {
            self.list("funds.years", As::Digits, &truth.years.map(|year| year.to_string()));
        }
        self.list("duties", As::Prose, &truth.duties);
        self.list("tasks", As::Prose, &truth.tasks);
        self.field("goals.long_term.until", As::Digits, &truth.until);
        self.list("goals.long_term.targets", As::Prose, &truth.long_term);
        self.list("goals.annual", As::Prose, &truth.annual);
        if self.record.get(&"notes".parse().expect("a path")).is_some_and(|notes| !notes.items().is_empty()) {
            self.list("notes", As::Prose, &truth.notes);
        }
    }

    fn funds(&mut self, side: &str, funds: &[Fund], truth: &Truth) {
        let scope = format!("funds.{side}/");
        let _ = truth;
        let wanted: Vec<Wanted<'_>> = funds
            .iter()
            .map(|fund| Wanted {
                values: vec![
                    ("item".into(), As::Label(&scope), Value::same(&*fund.item)),
                    ("amount".into(), As::Money, fund.amount.clone()),
                    ("share".into(), As::Percent, fund.share.clone()),
                    ("previous[0]".into(), As::Money, fund.previous[0].clone()),
                    ("previous[1]".into(), As::Money, fund.previous[1].clone()),
                ],
            })
            .collect();
        let tally = self.rows(&format!("funds.{side}"), &wanted);
        self.out.funds.add(tally);
    }

    fn projects(&mut self, projects: &[Project]) {
        let row = |project: &Project| Wanted {
            values: vec![
                ("name".into(), As::Text, Value::same(&*project.name)),
                ("category".into(), As::Text, project.category.clone()),
                ("total_budget".into(), As::Money, project.total.clone()),
                ("year_budget".into(), As::Money, project.year.clone()),
                ("use".into(), As::Text, project.usage.clone()),
            ],
        };
        let wanted: Vec<Wanted<'_>> = projects.iter().map(row).collect();
        let tally = self.rows("projects", &wanted);
        self.out.projects.add(tally);
    }

    fn goals(&mut self, key: &str, goals: &[Goal], extra: &[&'static str]) {
        let found = self.record.get(&Path::root().key(key)).map_or(0, |node| node.items().len());
        for index in 0..goals.len().max(found) {
            let empty = Goal::default();
            let goal = goals.get(index).unwrap_or(&empty);
            self.field(&format!("{key}[{index}].goal"), As::Prose, &Value::same(&*goal.text));
            let wanted: Vec<Wanted<'_>> = goal.indicators.iter().map(|indicator| wanted_indicator(indicator, extra)).collect();
            let tally = self.rows(&format!("{key}[{index}].indicators"), &wanted);
            self.out.indicators.add(tally);
        }
    }

    /// Finds the wanted rows in order among those of a list (longest common subsequence), so that one row too many or too
    /// few is one fault and not a row of them.
    fn rows(&mut self, list: &str, wanted: &[Wanted<'_>]) -> Tally {
        let list: Path = list.parse().expect("a path");
        let found: &[Node] = self.record.get(&list).map_or(&[], Node::items);
        let equal = |w: usize, f: usize| {
            wanted[w].values.iter().all(|(key, kind, value)| same(*kind, at(&found[f], key), value, self.strictness))
        };
        let mut longest = vec![vec![0u32; found.len() + 1]; wanted.len() + 1];
        for w in (0..wanted.len()).rev() {
            for f in (0..found.len()).rev() {
                longest[w][f] = if equal(w, f) { longest[w + 1][f + 1] + 1 } else { longest[w + 1][f].max(longest[w][f + 1]) };
            }
        }
        let (mut w, mut f) = (0, 0);
        let mut tally = Tally { right: 0, total: wanted.len() };
        let (mut missing, mut stray) = (Vec::new(), Vec::new());
        let mut differences = Vec::new();
        while w < wanted.len() || f < found.len() {
            if w < wanted.len() && f < found.len() && equal(w, f) {
                tell(&list, wanted, found, &mut missing, &mut stray, self.strictness, &mut differences);
                tally.right += 1;
                (w, f) = (w + 1, f + 1);
            } else if f == found.len() || w < wanted.len() && longest[w + 1][f] >= longest[w][f + 1] {
                missing.push(w);
                w += 1;
            } else {
                stray.push(f);
                f += 1;
            }
            // More rows than there should be are wrong rows too.
            tally.total += stray.len().saturating_sub(missing.len()).min(usize::from(w == wanted.len() && f == found.len()));
        }
        tell(&list, wanted, found, &mut missing, &mut stray, self.strictness, &mut differences);
        self.out.differences.extend(differences);
        tally
    }
}

/// Pairs the missing rows of a gap with the stray ones there, by name and then by order, and tells what differs.
fn tell(
    list: &Path,
    wanted: &[Wanted<'_>],
    found: &[Node],
    missing: &mut Vec<usize>,
    stray: &mut Vec<usize>,
    strictness: Strictness,
    out: &mut Vec<Difference>,
) {
    for w in missing.drain(..) {
        let alike = |f: &usize| {
            wanted[w].values.iter().filter(|(key, kind, value)| same(*kind, at(&found[*f], key), value, strictness)).count()
        };
        let best = (0..stray.len())
            .max_by_key(|place| (alike(&stray[*place]), usize::MAX - place))
            .filter(|place| alike(&stray[*place]) > 0);
        let Some(f) = best.map(|place| stray.remove(place)) else {
            let row = list.clone().index(w);
            let all = wanted[w].values.iter().map(|(_, _, value)| value.text.as_str()).collect::<Vec<_>>().join(" | ");
            out.push(Difference { path: row.clone(), row, expected: all, found: String::new() });
            continue;
        };
        let row = list.clone().index(f);
        for (key, kind, value) in &wanted[w].values {
            let text = at(&found[f], key);
            if !same(*kind, text, value, strictness) {
                let mut path = row.clone();
                path.0.extend(key.parse::<Path>().expect("a path").0);
                out.push(Difference { path, row: row.clone(), expected: value.text.clone(), found: text.to_owned() });
            }
        }
    }
    for f in stray.drain(..) {
        let row = list.clone().index(f);
        out.push(Difference { path: row.clone(), row, expected: String::new(), found: words(&found[f]).join(" | ") });
    }
}

fn wanted_indicator<'a>(indicator: &'a Indicator, extra: &[&'static str]) -> Wanted<'a> {
    let mut values = vec![
        ("level1".into(), As::Label("level1/"), Value::same(&*indicator.level1)),
        ("level2".into(), As::Label("level2/"), Value::same(&*indicator.level2)),
        ("name".into(), As::Text, Value::same(&*indicator.name)),
    ];
    for key in EXTRA {
        let value =
            extra.iter().position(|e| *e == key).and_then(|index| indicator.extra.get(index)).cloned().unwrap_or_default();
        values.push((key.to_owned(), As::Target, value));
    }
    values.push(("target".into(), As::Target, indicator.target.clone()));
    values.push(("basis".into(), As::Text, indicator.basis.clone()));
    Wanted { values }
}

fn at<'n>(node: &'n Node, key: &str) -> &'n str {
    let path: Path = key.parse().expect("a path");
    path.0.iter().try_fold(node, |node, step| node.step(step)).and_then(Node::leaf).map_or("", |leaf| leaf.text.as_str())
}

fn words(node: &Node) -> Vec<&str> {
    match node {
        Node::Leaf(leaf) => vec![leaf.text.as_str()],
        Node::List(items) => items.iter().flat_map(words).collect(),
        Node::Map(entries) => entries.iter().flat_map(|(_, node)| words(node)).collect(),
    }
}

fn same(kind: As<'_>, found: &str, value: &Value, strictness: Strictness) -> bool {
    if let As::Label(scope) = kind {
        return canonical(scope, found) == value.text;
    }
    if strictness == Strictness::Values {
        return match kind {
            As::Money => decimal(found) == decimal(&value.text),
            As::Target => target(found) == target(&value.text),
            _ => found == value.text,
        };
    }
    if found == value.text {
        return true;
    }
    let (folded, printed, text) = (fold(found), fold(&value.printed), fold(&value.text));
    match kind {
        As::Money | As::Percent => decimal(found) == decimal(&value.text) || decimal(found) == decimal(&value.printed),
        As::Digits => digits(found) == digits(&value.text) || digits(found) == digits(&value.printed),
        As::Target => folded == printed || target(found) == target(&value.text),
        As::Prose => unmarked(&folded) == unmarked(&text),
        _ => folded == printed || folded == text,
    }
}

/// Width folded, blanks and tags gone: what is left is what a reader reads.
fn fold(text: &str) -> String {
    let plain = text.replace("<p>", "").replace("</p>", "").replace("&nbsp;", "");
    let wide = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    plain.chars().filter(|c| !c.is_whitespace()).map(wide).collect()
}

/// A number without separators, its own or the form's unit, and idle zeros; blank stays apart from zero.
fn decimal(text: &str) -> String {
    let text = fold(text).replace(',', "");
    let bare = text.trim_end_matches("万元").trim_end_matches('%').trim_start_matches('+');
    super::truth::short(bare)
}

fn digits(text: &str) -> Vec<String> {
    let text = fold(text);
    // A phone is one run of digits however it is broken; the parts of a date differ in length, not in value.
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    if parts.len() == 3 {
        parts.iter().map(|part| part.trim_start_matches('0').to_owned()).collect()
    } else {
        vec![parts.concat()]
    }
}

/// Without the number of a list item.
fn unmarked(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < text.len() { rest.trim_start_matches(['.', '、']) } else { text }
}

/// One spelling for each meaning of an indicator's value; ours, not the crate's.
pub fn target(text: &str) -> String {
    let mut text = fold(text).replace('≧', "≥").replace(">=", "≥").replace("<=", "≤");
    for (word, sign) in [
        ("大于等于", "≥"),
        ("大于或等于", "≥"),
        ("不低于", "≥"),
        ("不少于", "≥"),
        ("不小于", "≥"),
        ("至少", "≥"),
        ("不高于", "≤"),
        ("不超过", "≤"),
        ("不多于", "≤"),
        ("不大于", "≤"),
        ("控制在", "≤"),
        ("达到", ""),
        ("=", ""),
        ("~", "～"),
        ("—", "～"),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            text = format!("{sign}{rest}");
        } else if ["~", "—"].contains(&word) {
            text = text.replace(word, sign);
        }
    }
    if text.contains("年") && text.contains("月") || text.matches(['-', '.', '/']).count() == 2 {
        let parts: Vec<i64> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        let day = match parts[..] {
            [_, _, day] => day,
            [_, 2] => 28,
            [_, 4 | 6 | 9 | 11] => 30,
            _ => 31,
        };
        if let [year, month, ..] = parts[..] {
            return format!("by {year}-{month}-{day}");
        }
    }
    if !text.starts_with('≥') && text.starts_with(|c: char| c.is_ascii_digit()) {
        for (ending, sign) in [("及以上", "≥"), ("以上", "≥"), ("以下", "≤"), ("以内", "≤")] {
            if let Some(rest) = text.strip_suffix(ending) {
                text = format!("{sign}{rest}");
            }
        }
    }
    if text.starts_with('≤') {
        text = text.trim_end_matches("以内").to_owned();
    }
    if !text.contains('～') && text.matches('-').count() == 1 {
        text = text.replace('-', "～");
    }
    match text.as_str() {
        "全年" | "当年" | "12个月" => "1年".to_owned(),
        _ => text,
    }
}

/// Whether a person is led to a wrong value: by a finding at it, at its row or list of rows beside it, or by an open suggestion.
pub fn is_flagged(checked: &Checked, difference: &Difference) -> bool {
    let covers =
        |at: &Path| at.is_within(&difference.path) || difference.path.is_within(at) && at.0.len() >= difference.row.0.len();
    // What tells of structure may stand at the row before or behind.
    let beside = |at: &Path| match (difference.row.0.last(), at.0.get(difference.row.0.len() - 1)) {
        (Some(Step::Index(row)), Some(Step::Index(other))) => {
            at.0[..difference.row.0.len() - 1] == difference.row.0[..difference.row.0.len() - 1] && row.abs_diff(*other) <= 1
        }
        _ => false,
    };
    let finding = |finding: &biaozhun::diag::Finding| {
        finding.at.iter().any(|at| covers(at) || finding.rule.starts_with('S') && beside(at))
    };
    let wanted = fold(&difference.expected);
    let left = |text: &str| !text.is_empty() && wanted.contains(&fold(text));
    checked.findings.iter().any(finding)
        || checked.record.changes.iter().any(|change| !change.applied && covers(&change.at))
        || checked.record.unplaced.iter().any(|piece| left(&piece.text))
}

/// What a record says, by place; a blank value says nothing.
pub fn texts(record: &Record) -> Vec<(String, String)> {
    let mut all = Vec::new();
    record.each_leaf(&mut |path, leaf| {
        if !leaf.is_blank() {
            all.push((path.to_string(), leaf.text.clone()));
        }
    });
    all
}
