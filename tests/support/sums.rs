//! Makes a filled form true: what its definition's rules compute is computed, what they ask for is there. Knows rules by the
//! parameters that definitions give them, and does their arithmetic in its own way, in whole cents.

use super::prng::Random;
use super::truth::{cents, money, share};
use biaozhun::form::{Band, Field, FormDefinition, RuleUse};
use biaozhun::value::Kind;
use serde_json::Value;
use std::collections::BTreeMap;

type Values = BTreeMap<String, String>;

struct Settler<'a> {
    definition: &'a FormDefinition,
    values: Values,
    printed: &'a mut BTreeMap<String, String>,
    random: &'a mut Random,
}

/// Changes values, and how they are printed, until no rule has anything to say.
pub fn settle(
    definition: &FormDefinition,
    expected: &mut [(String, String)],
    printed: &mut BTreeMap<String, String>,
    random: &mut Random,
) {
    let values = expected.iter().cloned().collect();
    let mut settler = Settler { definition, values, printed, random };
    settler.all();
    let Settler { values, .. } = settler;
    for (path, text) in expected {
        text.clone_from(&values[path.as_str()]);
    }
}

impl Settler<'_> {
    fn all(&mut self) {
        self.goals();
        self.dates();
        self.sums();
        self.reached();
        self.rates();
        self.points();
        self.split();
    }

    fn rules(&self, code: &str) -> Vec<RuleUse> {
        self.definition.rules.iter().filter(|used| used.rule == code).cloned().collect()
    }

    fn set(&mut self, path: &str, text: impl Into<String>) {
        let text = text.into();
        self.printed.remove(path);
        *self.values.get_mut(path).unwrap_or_else(|| panic!("no {path}")) = text;
    }

    fn amount(&self, path: &str) -> i64 {
        cents(&self.values[path])
    }

    fn set_amount(&mut self, path: &str, value: i64) {
        self.set(path, money(value));
    }

    /// All paths that an address means: `funds.sources[年度资金总额].budget`, `tasks[].total`; lists without `[]` too.
    fn paths(&self, address: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        for part in address.split('.') {
            let (key, row) = part.split_once('[').map_or((part, None), |(key, row)| (key, Some(row.trim_end_matches(']'))));
            found = found
                .iter()
                .flat_map(|head| {
                    let path = if head.is_empty() { key.to_owned() } else { format!("{head}.{key}") };
                    match row {
                        None => vec![path],
                        Some(row) => self.rows(&path).into_iter().filter(|at| row.is_empty() || self.item(at) == row).collect(),
                    }
                })
                .collect();
        }
        found.retain(|path| self.values.keys().any(|known| known == path || within(known, path)));
        found
    }

    /// The rows of a list.
    fn rows(&self, list: &str) -> Vec<String> {
        (0..)
            .map(|index| format!("{list}[{index}]"))
            .take_while(|row| self.values.keys().any(|key| within(key, row) || key == row))
            .collect()
    }

    /// The rows that a parameter means: those of a list, or one; the form itself where there is none.
    fn rows_of(&self, used: &RuleUse, name: &str) -> Vec<String> {
        let Some(address) = text(used, name) else { return vec![String::new()] };
        let found = self.paths(address);
        found.into_iter().flat_map(|path| if path.ends_with(']') { vec![path] } else { self.rows(&path) }).collect()
    }

    fn item(&self, row: &str) -> &str {
        self.values.get(&format!("{row}.item")).map_or("", String::as_str)
    }

    /// Goals stand in blocks as they are listed.
    fn goals(&mut self) {
        for used in self.rules("C007") {
            let listed = self.paths(text(&used, "listed").expect("C007"));
            let blocks = self.paths(text(&used, "blocks").expect("C007"));
            for (listed, block) in listed.iter().zip(&blocks) {
                self.set(block, self.values[listed].clone());
            }
        }
    }

    /// Everything begins in the year of the form and ends with it.
    fn dates(&mut self) {
        for used in self.rules("Y001") {
            let at = text(&used, "date").expect("Y001").to_owned();
            self.set(&at, "2023-02-14");
            self.printed.insert(at, "2023年2月14日".into());
        }
        for used in self.rules("Y005") {
            for row in self.rows_of(&used, "rows") {
                for (name, day, written) in [("starts", "2023-01-09", "2023年1月9日"), ("ends", "2023-12-31", "2023年12月31日")]
                {
                    let at = join(&row, text(&used, name).expect("Y005"));
                    self.set(&at, day);
                    self.printed.insert(at, written.into());
                }
            }
        }
        for used in self.rules("Y007") {
            let term = text(&used, "term").expect("Y007").to_owned();
            self.set(&term, "3年");
        }
    }

    fn sums(&mut self) {
        for used in self.rules("F005").into_iter().filter(|used| text(used, "rows").is_some()) {
            for row in self.rows_of(&used, "rows") {
                let [part, whole] = ["part", "whole"].map(|name| join(&row, text(&used, name).expect("F005")));
                let most = self.amount(&part).max(self.amount(&whole));
                self.set_amount(&whole, most);
            }
        }
        for used in self.rules("F010") {
            for row in self.rows_of(&used, "rows") {
                let parts: Vec<String> = texts(&used, "parts").iter().map(|part| join(&row, part)).collect();
                let sum = parts.iter().map(|part| self.amount(part)).sum();
                self.set_amount(&join(&row, text(&used, "total").expect("F010")), sum);
            }
        }
        for used in self.rules("F004") {
            self.projects(&used);
        }
        self.parts();
        for used in self.rules("F001") {
            self.group(text(&used, "group").expect("F001"));
        }
        for used in self.rules("F002") {
            self.balance(text(&used, "left").expect("F002"), text(&used, "right").expect("F002"));
        }
        for used in self.rules("F003") {
            let group = text(&used, "group").expect("F003").to_owned();
            let rows = self.rows(&group);
            let total =
                rows.iter().position(|row| self.totals(&group).contains(&self.item(row).to_owned())).expect("has a total");
            for row in &rows {
                let key = |name| join(row, text(&used, name).expect("F003"));
                let whole = self.amount(&join(&rows[total], text(&used, "amount").expect("F003")));
                let (at, part) = (key("share"), self.amount(&key("amount")));
                self.set(&at, share(part, whole));
            }
        }
    }

    /// A row of the funds is what the projects of its kind add up to, or more.
    fn projects(&mut self, used: &RuleUse) {
        let Some(total) = self.paths(text(used, "total").expect("F004")).first().cloned() else { return };
        let kinds = used.parameters.get("where").and_then(Value::as_object);
        let meant = |row: &String| {
            kinds.is_none_or(|kinds| {
                kinds.iter().all(|(key, word)| self.values.get(&join(row, key)).map(String::as_str) == word.as_str())
            })
        };
        let rows: Vec<String> = self.rows_of(used, "rows").into_iter().filter(meant).collect();
        let sum: i64 = rows.iter().map(|row| self.amount(&join(row, text(used, "amount").expect("F004")))).sum();
        let at_most = text(used, "relation") == Some("at_most");
        let value = if at_most { sum + self.amount(&total) } else { sum };
        self.set_amount(&total, value);
    }

    /// Totals of named parts, the innermost first; where a total has two ways of being parted, the second is cut to fit.
    fn parts(&mut self) {
        let mut sums: Vec<(String, Vec<String>)> = Vec::new();
        for used in self.rules("F009") {
            let Some(total) = self.paths(text(&used, "total").expect("F009")).first().cloned() else { continue };
            let parts: Vec<String> = texts(&used, "parts").iter().flat_map(|part| self.paths(part)).collect();
            if !parts.is_empty() {
                sums.push((total, parts));
            }
        }
        sums.sort_by_key(|(total, _)| !sums_has(&self.rules("F009"), total));
        for used in self.rules("E001") {
            for row in self.rows_of(&used, "rows") {
                self.spend(&used, &row);
            }
        }
        let mut known: Vec<String> = Vec::new();
        for (total, parts) in &sums {
            if known.contains(total) {
                self.cut(self.amount(total), parts);
            } else {
                let sum = parts.iter().map(|part| self.amount(part)).sum();
                self.set_amount(total, sum);
                known.push(total.clone());
            }
        }
        let whole = self.rules("F005").into_iter().filter(|used| text(used, "rows").is_none());
        for used in self.rules("F011").into_iter().chain(whole) {
            self.not_one_time(&used);
            let (parts, whole) = (texts(&used, "part"), text(&used, "whole").expect("F011"));
            let missing = parts.iter().map(|part| self.amount(part)).sum::<i64>() - self.amount(whole);
            if missing > 0 {
                let more = missing + 10_000;
                self.set_amount(whole, self.amount(whole) + more);
                if let Some((_, parts)) = sums.iter().find(|(total, _)| total == whole) {
                    let first = &parts[0];
                    self.set_amount(first, self.amount(first) + more);
                }
            }
        }
    }

    /// Not of the kind whose part must be the whole.
    fn not_one_time(&mut self, used: &RuleUse) {
        let Some(Value::Object(equal)) = used.parameters.get("equal_where") else { return };
        for (key, word) in equal {
            let lists = self.definition.vocabularies.iter().map(|(_, list)| &list.values);
            let other = |list: &Vec<std::sync::Arc<str>>| list.iter().find(|other| Some(&***other) != word.as_str()).cloned();
            let list = lists.into_iter().find(|list| list.iter().any(|own| Some(&**own) == word.as_str()));
            if let Some(other) = list.and_then(other).filter(|_| self.values.get(key).map(String::as_str) == word.as_str()) {
                self.set(key, &*other);
            }
        }
    }

    /// Shares a sum out.
    fn cut(&mut self, total: i64, parts: &[String]) {
        let mut left = total;
        for (index, part) in parts.iter().enumerate() {
            let rest = parts.len() - index;
            let piece = if rest == 1 { left } else { left * self.random.between(40, 70) / 100 };
            self.set_amount(part, piece);
            left -= piece;
        }
    }

    /// The labels of rows that add up others.
    fn totals(&self, group: &str) -> Vec<String> {
        let groups = self.definition.bands.iter().filter_map(|band| match band {
            Band::Matrix { key, groups, .. } => Some((key, groups)),
            _ => None,
        });
        let all = groups.flat_map(|(key, groups)| groups.iter().map(move |own| (format!("{key}.{}", own.key), own)));
        let items = all.filter(|(path, _)| path == group).flat_map(|(_, group)| &group.items);
        items.filter(|item| item.total).map(|item| item.label.text.to_string()).collect()
    }

    /// The amounts of each column of a group: the total's path, and the others'.
    fn columns(&self, group: &str) -> Vec<(String, Vec<String>)> {
        let rows = self.rows(group);
        let totals = self.totals(group);
        let total = rows.iter().find(|row| totals.contains(&self.item(row).to_owned())).expect("has a total");
        let amounts: Vec<String> = self.amounts(group);
        let keys = self.values.keys().filter(|key| within(key, total)).map(|key| key[total.len()..].to_owned());
        let keys =
            keys.filter(|key| amounts.iter().any(|amount| key.trim_start_matches('.').split('[').next() == Some(amount)));
        keys.map(|key| {
            let others = rows.iter().filter(|row| *row != total).map(|row| format!("{row}{key}")).collect();
            (format!("{total}{key}"), others)
        })
        .collect()
    }

    /// The keys of a matrix's columns of money.
    fn amounts(&self, group: &str) -> Vec<String> {
        let matrix = group.split('.').next().unwrap_or_default();
        let columns = self.definition.columns_of(matrix).expect("is a matrix");
        columns.iter().filter(|field| field.kind == Kind::Amount).map(|field| field.key.to_string()).collect()
    }

    fn group(&mut self, group: &str) {
        // What was spent is never more than the budget.
        for row in self.rows(group) {
            for used in self.rules("E001") {
                self.spend(&used, &row);
            }
        }
        for (total, others) in self.columns(group) {
            let sum = others.iter().map(|path| self.amount(path)).sum();
            self.set_amount(&total, sum);
        }
    }

    fn spend(&mut self, used: &RuleUse, row: &str) {
        let [budget, spent] = ["budget", "spent"].map(|name| join(row, text(used, name).expect("E001")));
        if self.values.contains_key(&budget) && self.values.contains_key(&spent) && self.amount(&spent) > self.amount(&budget) {
            let part = self.random.between(91, 100);
            self.set_amount(&spent, self.amount(&budget) * part / 100);
        }
    }

    fn balance(&mut self, left: &str, right: &str) {
        let pairs: Vec<_> = self.columns(left).into_iter().zip(self.columns(right)).collect();
        for ((total, others), (same, _)) in pairs {
            let sum = self.amount(&same);
            self.cut(sum, &others);
            self.set_amount(&total, sum);
        }
    }

    fn rates(&mut self) {
        for used in self.rules("E001") {
            for row in self.rows_of(&used, "rows") {
                if self.definition.rules.iter().all(|rule| rule.rule != "F001" && rule.rule != "F009") {
                    self.spend(&used, &row);
                }
                let at = |name| join(&row, text(&used, name).expect("E001"));
                let (spent, budget) = (self.amount(&at("spent")), self.amount(&at("budget")));
                self.set(&at("rate"), share(spent, budget));
            }
        }
        for used in self.rules("E003") {
            for row in self.rows_of(&used, "rows") {
                if let Some(reason) = text(&used, "reason") {
                    self.set(&join(&row, reason), "部分项目跨年度结算。");
                }
            }
        }
    }

    /// Points: 100 in all, shared out as the form wants it; here and there one is lost, with its reason.
    fn points(&mut self) {
        let execution: Vec<String> = self.rules("E002").iter().flat_map(|used| self.rows_of(used, "rows")).collect();
        for used in self.rules("E002") {
            let all = text(&used, "rows").unwrap_or_default().split('[').next().unwrap_or_default().to_owned();
            for row in self.rows(&all).iter().filter(|row| !execution.contains(row)) {
                for name in ["weight", "score"] {
                    if let Some(key) = text(&used, name) {
                        let at = join(row, key);
                        self.set(&at, "");
                        self.printed.insert(at, "—".into());
                    }
                }
            }
            for row in self.rows_of(&used, "rows") {
                let weight = match (text(&used, "weight"), text(&used, "weight_at")) {
                    (Some(key), _) => {
                        self.set(&join(&row, key), "10");
                        10
                    }
                    (_, Some(at)) => self.values[at].parse().expect("points"),
                    _ => used.parameters.get("points").and_then(Value::as_i64).expect("has points"),
                };
                let rate = cents(self.values[&join(&row, text(&used, "rate").expect("E002"))].trim_end_matches('%'));
                self.set(&join(&row, text(&used, "score").expect("E002")), points((weight * rate + 50) / 100));
            }
        }
        for tree in self.tables() {
            let (rows, weights) = (self.rows(&tree), self.weights(&tree));
            let fields = self.fields(&tree);
            let has = |kind: &str| fields.iter().any(|field| *field.key == *kind);
            let weighed = rows.iter().zip(weights);
            for (index, (row, weight)) in weighed.enumerate() {
                if has("weight") {
                    self.set(&join(row, "weight"), weight.to_string());
                }
                if !has("score") {
                    continue;
                }
                // A point lost has its reason, where the form has a column for it.
                let target = if has("target") { self.values[&join(row, "target")].clone() } else { String::new() };
                let short = (has("reason") && has("weight") && index % 4 == 3).then(|| short_of(&target)).flatten();
                let loses = short.is_some();
                if let Some((actual, reached, wanted)) = short {
                    self.set(&join(row, "actual"), actual);
                    self.set(&join(row, "score"), points((weight * 1000 * reached / wanted + 5) / 10));
                } else {
                    self.set(&join(row, "score"), weight.to_string());
                }
                if has("reason") {
                    self.set(&join(row, "reason"), if loses { "因前期准备不充分，已整改。" } else { "" });
                }
                if has("coefficient") {
                    self.set(&join(row, "coefficient"), "100.00%");
                }
            }
        }
        for used in self.rules("P010") {
            let scores: Vec<String> = texts(&used, "scores").iter().flat_map(|scores| self.paths(scores)).collect();
            let sum = scores.iter().map(|at| cents(&self.values[at])).sum();
            let total = text(&used, "total").expect("P010").to_owned();
            self.set(&total, points(sum));
            if let Some((band, "score")) = total.rsplit_once('.')
                && self.values.contains_key(&format!("{band}.weight"))
            {
                self.set(&format!("{band}.weight"), "100");
            }
        }
    }

    /// Lists of rows with points: of a tree's blocks, of a tree, of records.
    fn tables(&self) -> Vec<String> {
        let mut tables = Vec::new();
        for band in &self.definition.bands {
            match band {
                Band::Tree(tree) => match &tree.blocks {
                    Some(blocks) => {
                        tables.extend(self.rows(&tree.key).iter().map(|block| format!("{block}.{}", blocks.rows)));
                    }
                    None => tables.push(tree.key.to_string()),
                },
                Band::Records { key, .. } => tables.push(key.to_string()),
                _ => {}
            }
        }
        tables
    }

    fn fields(&self, table: &str) -> Vec<Field> {
        let band = table.split(['[', '.']).next().unwrap_or_default();
        self.definition.columns_of(band).expect("has columns").into_iter().cloned().collect()
    }

    /// What each row of a table is worth: the scheme's points for each level 1 where a rule has schemes, else what is left of 100.
    fn weights(&self, table: &str) -> Vec<i64> {
        let rows = self.rows(table);
        let whole = |count: usize, points: i64| -> Vec<i64> {
            let each = points / count as i64;
            (0..count).map(|index| if index == 0 { points - each * (count as i64 - 1) } else { each }).collect()
        };
        if table.contains('[') {
            return whole(rows.len(), 40);
        }
        let Some(used) = self.rules("P003").into_iter().next() else { return whole(rows.len(), 90) };
        let level = |row: &String| self.values[&join(row, text(&used, "level").expect("P003"))].clone();
        let met: Vec<String> = rows.iter().map(level).collect();
        let schemes = used.parameters["schemes"].as_array().expect("schemes").iter().filter_map(Value::as_object);
        let scheme = schemes.into_iter().find(|scheme| met.iter().all(|level| scheme.contains_key(level))).expect("a scheme");
        let mut weights = vec![0; rows.len()];
        for (label, points) in scheme {
            let own: Vec<usize> = (0..rows.len()).filter(|row| met[*row] == *label).collect();
            for (row, points) in own.iter().zip(whole(own.len(), points.as_i64().expect("points"))) {
                weights[*row] = points;
            }
        }
        weights
    }

    /// What was reached meets its target; where it does not, [`Settler::points`] took a point off.
    fn reached(&mut self) {
        for table in self.tables() {
            let fields = self.fields(&table);
            let targets: Vec<&Field> = fields.iter().filter(|field| field.kind == Kind::Target).collect();
            let Some(first) = targets.first() else { continue };
            for row in self.rows(&table) {
                let target = self.values[&join(&row, &first.key)].clone();
                for field in &targets[1..] {
                    let at = join(&row, &field.key);
                    let value = if ["adjusted", "target", "annual_target"].contains(&&*field.key) {
                        target.clone()
                    } else {
                        met(&target)
                    };
                    if self.values.contains_key(&at) {
                        self.set(&at, value);
                    }
                }
            }
        }
    }

    /// Where a form has columns for sign and unit, its targets are bare numbers.
    fn split(&mut self) {
        for table in self.tables() {
            let fields = self.fields(&table);
            let has = |key: &str| fields.iter().any(|field| *field.key == *key);
            if !has("sign") || !has("measure") {
                continue;
            }
            let keys: Vec<String> =
                fields.iter().filter(|field| field.kind == Kind::Target).map(|field| field.key.to_string()).collect();
            for row in self.rows(&table) {
                let target = self.values[&join(&row, "target")].clone();
                let bare = target.trim_start_matches(['≥', '≤']);
                let sign = if target.starts_with('≥') {
                    "≥"
                } else if target.starts_with('≤') {
                    "≤"
                } else {
                    "＝"
                };
                let number: String = bare.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
                let unit = bare[number.len()..].to_owned();
                if bare.contains('-') || number.is_empty() {
                    self.set(&join(&row, "sign"), "定性");
                    self.set(&join(&row, "measure"), "");
                    continue;
                }
                self.set(&join(&row, "sign"), sign);
                self.set(&join(&row, "measure"), unit.clone());
                for key in &keys {
                    let at = join(&row, key);
                    let value = self.values[&at].trim_start_matches(['≥', '≤']).trim_end_matches(unit.as_str()).to_owned();
                    self.set(&at, value);
                }
            }
        }
    }
}

/// A value that meets a target: `≥95%` → `96%`, `≤60天` → `58天`, `2023-08-31前` → `2023-08-20`.
fn met(target: &str) -> String {
    if let Some(month) = target.strip_suffix('前').and_then(|day| day.rsplit_once('-')) {
        return format!("{}-20", month.0);
    }
    let bare = target.trim_start_matches(['≥', '≤']);
    let digits: String = bare.chars().take_while(char::is_ascii_digit).collect();
    let Ok(number) = digits.parse::<i64>() else { return target.to_owned() };
    let value = match target.chars().next() {
        Some('≥') => number + 1,
        Some('≤') => number - number.min(1),
        _ => number,
    };
    format!("{value}{}", &bare[digits.len()..])
}

/// A value short of a target that asks for a number or more: as printed, and both numbers.
fn short_of(target: &str) -> Option<(String, i64, i64)> {
    let bare = target.strip_prefix('≥')?;
    let digits: String = bare.chars().take_while(char::is_ascii_digit).collect();
    let wanted: i64 = digits.parse().ok().filter(|wanted| *wanted > 10)?;
    let reached = wanted * 9 / 10;
    Some((format!("{reached}{}", &bare[digits.len()..]), reached, wanted))
}

/// Hundredths of points as forms print them.
fn points(hundredths: i64) -> String {
    super::truth::short(&money(hundredths))
}

fn sums_has(rules: &[RuleUse], total: &str) -> bool {
    rules.iter().any(|used| texts(used, "parts").contains(&total))
}

fn within(path: &str, head: &str) -> bool {
    path.strip_prefix(head).is_some_and(|rest| rest.starts_with(['.', '[']))
}

fn join(row: &str, key: &str) -> String {
    if row.is_empty() { key.to_owned() } else { format!("{row}.{key}") }
}

fn text<'u>(used: &'u RuleUse, name: &str) -> Option<&'u str> {
    used.parameters.get(name)?.as_str()
}

fn texts<'u>(used: &'u RuleUse, name: &str) -> Vec<&'u str> {
    match used.parameters.get(name) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => vec![text],
        _ => Vec::new(),
    }
}
