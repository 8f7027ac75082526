//! Any definition → a filled form: random values by type, laid out on a grid with merged cells as such forms are printed, and what
//! must be read from it. Knows definitions as data and nothing of how the crate reads or prints them.

use super::names::{COUNTIES, DUTIES, GIVEN, OFFICES, SURNAMES, TASKS, TOPICS, indicator};
use super::prng::Random;
use super::sheet::{Band as Part, Role, Sheet};
use super::sums::settle;
use biaozhun::form::{Band, Field, FormDefinition, Hierarchy, Label, TreeBand};
use biaozhun::value::Kind;
use std::collections::BTreeMap;

/// How a form is filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    /// All that the definition's rules compute is computed, all that they ask for is there: a form without a fault.
    pub truthful: bool,
    /// Some labels stand in another of their wordings.
    pub wordings: bool,
    /// Some values that need not be there are blank.
    pub blanks: bool,
}

/// A form and what stands in it: path in the record, canonical text.
#[derive(Clone, Debug)]
pub struct Filled {
    pub sheet: Sheet,
    pub expected: Vec<(String, String)>,
}

type Cells = Vec<(usize, usize, Role, String)>;

struct Maker<'a> {
    definition: &'a FormDefinition,
    random: Random,
    sheet: Sheet,
    expected: Vec<(String, String)>,
    /// How a value is printed, where that is not its canonical text.
    printed: BTreeMap<String, String>,
    filling: Filling,
    number: String,
    topics: Vec<&'static str>,
    scheme: u16,
    names: Vec<String>,
}

/// A place in the sheet where the value of a path is put once all values are known.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// Fills a form at random.
pub fn filled(definition: &FormDefinition, seed: u64) -> Filled {
    filled_as(definition, seed, Filling::default())
}

pub fn filled_as(definition: &FormDefinition, seed: u64, filling: Filling) -> Filled {
    let mut random = Random::new(seed);
    let number = random.between(6, 11).to_string();
    let topics = random.some(&TOPICS, TOPICS.len());
    let sheet = Sheet { columns: columns(definition), ..Sheet::default() };
    let scheme = if filling.truthful && random.chance(0.3) { 2021 } else { 2015 };
    let mut maker = Maker {
        definition,
        random,
        sheet,
        expected: Vec::new(),
        printed: BTreeMap::new(),
        filling,
        number,
        topics,
        scheme,
        names: Vec::new(),
    };
    if let Some(number) = &definition.number {
        maker.expected.push((number.key.to_string(), maker.number.clone()));
    }
    maker.heading();
    for (index, band) in definition.bands.iter().enumerate() {
        maker.band(index, band);
    }
    if filling.truthful {
        settle(definition, &mut maker.expected, &mut maker.printed, &mut maker.random);
    }
    maker.print();
    Filled { sheet: maker.sheet, expected: maker.expected }
}

/// The columns of the widest band.
fn columns(definition: &FormDefinition) -> usize {
    let width = |band: &Band| match band {
        Band::Line { .. } | Band::Notes { .. } | Band::Total(_) => 0,
        Band::Pairs { label, rows, .. } => 2 * rows.iter().max().unwrap_or(&1) + usize::from(label.is_some()),
        Band::Text { .. } => 2,
        Band::Matrix { columns, .. } => 3 + columns.iter().map(|c| c.across.as_ref().map_or(1, |a| a.count)).sum::<usize>(),
        Band::Records { columns, .. } => 1 + columns.len(),
        Band::Lists { sides, .. } => 1 + 2 * sides.len(),
        Band::Tree(tree) => 3 + tree.columns.len(),
    };
    definition.bands.iter().map(width).max().unwrap_or(2)
}

impl Maker<'_> {
    /// Puts the values where they belong.
    fn print(&mut self) {
        let values: BTreeMap<&str, &str> = self.expected.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let printed = &self.printed;
        let put = |text: &mut String| {
            while let Some(((start, end), path)) =
                text.find(OPEN).zip(text.find(CLOSE)).map(|at| (at, text[at.0 + OPEN.len_utf8()..at.1].to_owned()))
            {
                let value = printed.get(&path).map_or(values[path.as_str()], String::as_str).to_owned();
                text.replace_range(start..end + CLOSE.len_utf8(), &value);
            }
        };
        self.sheet.heading.iter_mut().for_each(put);
        self.sheet.rows.iter_mut().flat_map(|row| &mut row.cells).for_each(|cell| put(&mut cell.text));
    }

    /// Takes a value down; returns what stands for it in the sheet.
    fn put(&mut self, at: String, text: String, printed: String) -> String {
        if printed != text {
            self.printed.insert(at.clone(), printed);
        }
        let place = format!("{OPEN}{at}{CLOSE}");
        self.expected.push((at, text));
        place
    }

    /// A label in one of its wordings.
    fn word(&mut self, label: &Label) -> String {
        match self.filling.wordings && !label.synonyms.is_empty() && self.random.chance(0.25) {
            true => label.synonyms[self.random.below(label.synonyms.len())].to_string(),
            false => label.text.to_string(),
        }
    }

    /// Lines above the table: marks, the title, the others.
    fn heading(&mut self) {
        let bands: Vec<&Band> = self.definition.bands.iter().take_while(|band| matches!(band, Band::Line { .. })).collect();
        let fields: Vec<&Field> =
            bands.iter().flat_map(|band| if let Band::Line { fields } = band { &fields[..] } else { &[] }).collect();
        let title = self.definition.title.text.to_string();
        let (marks, others): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.kind == Kind::Mark);
        for field in marks {
            let text = format!("{}{}", field.label.text, self.random.between(1, 9));
            self.sheet.heading.push(text.clone());
            self.expected.push((field.key.to_string(), text));
        }
        self.sheet.heading.push(title);
        for field in others {
            let line = self.line(field);
            self.sheet.heading.push(line);
        }
    }

    fn line(&mut self, field: &Field) -> String {
        let (text, printed) = self.value(field);
        let printed = self.put(field.key.to_string(), text.clone(), printed);
        if field.inside {
            let blank = field.label.text.find(' ').unwrap_or(0);
            return format!("{}{text}{}", &field.label.text[..blank], field.label.text[blank..].trim());
        }
        format!("{}：{printed}", self.word(&field.label))
    }

    fn band(&mut self, index: usize, band: &Band) {
        match band {
            Band::Line { fields } => {
                // Lines before the table are its heading.
                if self.definition.bands[..index].iter().any(|band| !matches!(band, Band::Line { .. })) {
                    for field in fields {
                        let line = self.line(field);
                        self.sheet.row(Part::Pairs, 0, &[(0, 0, Role::Value, line)]);
                    }
                }
            }
            Band::Pairs { label, fields, rows } => {
                let edge = usize::from(label.is_some());
                let start = self.sheet.rows.len();
                let mut rest = fields.iter();
                for (number, count) in rows.iter().enumerate() {
                    let mut cells: Cells = Vec::new();
                    if let Some(label) = label.as_ref().filter(|_| number == 0) {
                        cells.push((0, 1, Role::Section, self.word(label)));
                    }
                    for place in 0..*count {
                        let Some(field) = rest.next() else { break };
                        let printed = self.leaf(&field.key, field);
                        let column = edge + 2 * place;
                        cells.push((column, 1, Role::Label, self.word(&field.label)));
                        cells.push((column + 1, usize::from(place + 1 < *count), Role::Value, printed));
                    }
                    self.sheet.row(Part::Pairs, 1, &cells);
                }
                if label.is_some() {
                    self.sheet.merge(start, 0, Role::Section);
                }
            }
            Band::Text { fields } => {
                for field in fields {
                    let printed = if field.list {
                        self.list(&field.key)
                    } else {
                        let text = self.sentence();
                        self.put(field.key.to_string(), text.clone(), text)
                    };
                    let cells = [(0, 1, Role::Label, self.word(&field.label)), (1, 0, Role::Prose, printed)];
                    self.sheet.row(Part::Text, 1, &cells);
                }
            }
            Band::Matrix { .. } => self.matrix(band),
            Band::Records { key, label, columns } => {
                let start = self.sheet.rows.len();
                let section = self.word(label);
                self.header(&section, &[], columns, Part::ProjectsHeader);
                for index in 0..self.random.between(2, 4) {
                    let cells = self.cells(&format!("{key}[{index}]"), columns, 1, None);
                    self.sheet.row(Part::Projects, 1, &cells);
                }
                self.sheet.merge(start, 0, Role::Section);
            }
            Band::Lists { key, label, number, sides } => {
                let start = self.sheet.rows.len();
                let mut heads: Cells = vec![(0, 1, Role::Section, self.word(label))];
                let mut texts: Cells = Vec::new();
                for (index, side) in sides.iter().enumerate() {
                    let span = if index + 1 == sides.len() { 0 } else { 2 };
                    let mut at = format!("{key}.{}", side.key);
                    let mut head = self.word(&side.label);
                    if let Some((until, word)) = &side.until {
                        let first =
                            side.since.as_ref().map(|since| self.expected.push((format!("{at}.{since}"), "2025".into())));
                        self.expected.push((format!("{at}.{until}"), "2027".into()));
                        head = format!("{head}（{}{word}2027年）", first.map_or("", |()| "2025年"));
                        at = format!("{at}.{}", side.items);
                    }
                    heads.push((1 + 2 * index, span, Role::Label, head));
                    let text = match number {
                        Some(number) => {
                            let items: Vec<String> = (0..2).map(|_| self.sentence()).collect();
                            let line = |(n, item): (usize, &String)| {
                                let place = self.put(format!("{at}[{n}]"), item.clone(), item.clone());
                                format!("{}{}：{place}", number.text, n + 1)
                            };
                            items.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
                        }
                        None if side.list => self.list(&at),
                        None => {
                            let text = self.sentence();
                            self.put(at, text.clone(), text)
                        }
                    };
                    texts.push((1 + 2 * index, span, Role::Prose, text));
                }
                self.sheet.row(Part::GoalsHeader, 1, &heads);
                self.sheet.row(Part::Goals, 1, &texts);
                self.sheet.merge(start, 0, Role::Section);
            }
            Band::Tree(tree) => self.tree(tree),
            Band::Total(total) => {
                let under = self.definition.columns_of(&total.under).expect("stands under a band");
                let lead = self.definition.bands.iter().find_map(|band| match band {
                    Band::Tree(tree) if tree.key == total.under => Some(3),
                    Band::Records { key, .. } if *key == total.under => Some(1),
                    _ => None,
                });
                let lead = lead.unwrap_or(2);
                let first = under.iter().position(|field| total.columns.iter().any(|own| own.key == field.key)).unwrap_or(0);
                let mut cells: Cells = vec![(0, lead + first, Role::Label, self.word(&total.label))];
                for field in &total.columns {
                    let column = lead + under.iter().position(|known| known.key == field.key).expect("is a column");
                    let printed = self.leaf(&format!("{}.{}", total.key, field.key), field);
                    cells.push((column, 1, Role::Value, printed));
                }
                self.sheet.row(Part::Pairs, lead, &cells);
            }
            Band::Notes { .. } => {}
        }
    }

    fn matrix(&mut self, band: &Band) {
        let Band::Matrix { key, label, points, corner, columns, groups } = band else { return };
        let grouped = groups.iter().any(|group| !group.label.text.is_empty());
        let first = if grouped { 3 } else { 2 };
        let start = self.sheet.rows.len();
        let mut section = self.word(label);
        if let Some((points, word)) = points {
            section = section.split(['（', '(']).next().unwrap_or_default().to_owned();
            section = format!("{section}（20{word}）");
            self.expected.push((format!("{key}.{points}"), "20".into()));
        }
        let mut head: Cells = vec![(0, 1, Role::Section, section), (1, first - 1, Role::Label, self.word(corner))];
        let mut years: Cells = Vec::new();
        let mut column = first;
        for (index, spec) in columns.iter().enumerate() {
            let count = spec.across.as_ref().map_or(1, |across| across.count);
            let span = if index + 1 == columns.len() { 0 } else { count };
            let label = self.word(&spec.field.label);
            head.push((column, span, Role::Label, self.label(&label)));
            if let Some(across) = &spec.across {
                for year in 0..count {
                    let text = (2022 - year).to_string();
                    self.expected.push((format!("{key}.{}[{year}]", across.key), text.clone()));
                    let last = index + 1 == columns.len() && year + 1 == count;
                    years.push((column + year, usize::from(!last), Role::Label, format!("{text}年")));
                }
            }
            column += count;
        }
        self.sheet.row(Part::FundsHeader, first, &head);
        if !years.is_empty() {
            self.sheet.row(Part::FundsHeader, first, &years);
        }
        for group in groups {
            let begin = self.sheet.rows.len();
            let items: Vec<_> = group.items.iter().filter(|_| true).collect();
            for (index, item) in items.iter().enumerate() {
                let at = format!("{key}.{}[{index}]", group.key);
                self.expected.push((format!("{at}.item"), item.label.text.to_string()));
                let mut cells: Cells = Vec::new();
                if grouped && index == 0 {
                    cells.push((1, 1, Role::Group, self.word(&group.label)));
                }
                cells.push((first - 1, 1, Role::Label, self.word(&item.label)));
                let mut column = first;
                for (number, spec) in columns.iter().enumerate() {
                    let count = spec.across.as_ref().map_or(1, |across| across.count);
                    for year in 0..count {
                        let path = if spec.across.is_some() {
                            format!("{at}.{}[{year}]", spec.field.key)
                        } else {
                            format!("{at}.{}", spec.field.key)
                        };
                        let printed = self.leaf(&path, &spec.field);
                        let last = number + 1 == columns.len() && year + 1 == count;
                        cells.push((column, usize::from(!last), Role::Value, printed));
                        column += 1;
                    }
                }
                self.sheet.row(Part::Funds, first, &cells);
            }
            if grouped {
                self.sheet.merge(begin, 1, Role::Group);
            }
        }
        self.sheet.merge(start, 0, Role::Section);
    }

    fn tree(&mut self, tree: &TreeBand) {
        let hierarchy = self.definition.hierarchy(&tree.hierarchy).expect("has its hierarchy").clone();
        let goals = if tree.blocks.is_some() { 2 } else { 1 };
        for goal in 0..goals {
            let mut at = tree.key.to_string();
            if let Some(blocks) = &tree.blocks {
                let text = self.sentence();
                let text = self.put(format!("{at}[{goal}].{}", blocks.goal.key), text.clone(), text);
                let mut mark = format!("{}{}", self.word(&blocks.number), goal + 1);
                if let Some((points, word)) = &blocks.points {
                    mark = format!("{mark}（40{word}）");
                    self.expected.push((format!("{at}[{goal}].{points}"), "40".into()));
                }
                let cells = [(0, 1, Role::Number, format!("{mark}：")), (1, 0, Role::Prose, text)];
                self.sheet.row(Part::GoalText, 1, &cells);
                at = format!("{at}[{goal}].{}", blocks.rows);
            }
            self.rows(tree, &hierarchy, &at);
        }
    }

    fn rows(&mut self, tree: &TreeBand, hierarchy: &Hierarchy, at: &str) {
        let start = self.sheet.rows.len();
        let levels: Vec<String> = tree.levels.iter().map(|level| self.word(&level.label)).collect();
        let section = self.word(&tree.label);
        self.header(&section, &levels, &tree.columns, Part::IndicatorsHeader);
        let mut index = 0;
        for root in &hierarchy.roots {
            let children: Vec<_> = root.children.iter().filter(|child| child.schemes.contains(&self.scheme)).collect();
            let begin = self.sheet.rows.len();
            for child in &children {
                let first = self.sheet.rows.len();
                for row in 0..self.random.between(1, 2) {
                    let path = format!("{at}[{index}]");
                    self.expected.push((format!("{path}.{}", tree.levels[0].key), root.label.text.to_string()));
                    self.expected.push((format!("{path}.{}", tree.levels[1].key), child.label.text.to_string()));
                    let mut cells = self.cells(&path, &tree.columns, 3, Some(&child.label.text));
                    if row == 0 {
                        cells.push((2, 1, Role::Level2, self.word(&child.label)));
                    }
                    if self.sheet.rows.len() == begin {
                        cells.push((1, 1, Role::Level1, self.word(&root.label)));
                    }
                    self.sheet.row(Part::Indicators, 3, &cells);
                    index += 1;
                }
                self.sheet.merge(first, 2, Role::Level2);
            }
            if !children.is_empty() {
                self.sheet.merge(begin, 1, Role::Level1);
            }
        }
        self.sheet.merge(start, 0, Role::Section);
    }

    /// A header in one row, or in two where some of its cells span others.
    fn header(&mut self, section: &str, levels: &[String], columns: &[Field], part: Part) {
        let lead = 1 + levels.len();
        let mut first: Cells = vec![(0, 1, Role::Section, section.to_owned())];
        first.extend(levels.iter().enumerate().map(|(index, level)| (1 + index, 1, Role::Label, level.clone())));
        let mut second: Cells = Vec::new();
        let mut index = 0;
        while index < columns.len() {
            let field = &columns[index];
            let span = columns[index..].iter().take_while(|f| f.head.is_some() && f.head == field.head).count().max(1);
            let last = index + span == columns.len();
            match &field.head {
                None => {
                    let label = self.word(&field.label);
                    first.push((lead + index, usize::from(!last), Role::Label, self.label(&label)));
                }
                Some(head) => {
                    first.push((lead + index, if last { 0 } else { span }, Role::Label, self.word(head)));
                    for (inner, field) in columns[index..index + span].iter().enumerate() {
                        let end = last && inner + 1 == span;
                        let label = if field.tick { field.label.text.to_string() } else { self.word(&field.label) };
                        second.push((lead + index + inner, usize::from(!end), Role::Label, label));
                    }
                }
            }
            index += span;
        }
        let row = self.sheet.rows.len();
        self.sheet.row(part, lead, &first);
        if !second.is_empty() {
            self.sheet.row(part, lead, &second);
            let alone = (1..lead).chain((0..columns.len()).filter(|column| columns[*column].head.is_none()).map(|c| lead + c));
            for column in alone.collect::<Vec<_>>() {
                self.sheet.merge(row, column, Role::Label);
            }
        }
    }

    /// The values of a row.
    fn cells(&mut self, at: &str, columns: &[Field], lead: usize, level2: Option<&str>) -> Cells {
        let mut cells: Cells = Vec::new();
        let topic = self.topics[self.random.below(self.topics.len())];
        let (name, target) = match level2 {
            // Flat indicators, without levels.
            None if columns.iter().any(|field| field.kind == Kind::Target) => {
                let level = self.random.pick(&["数量指标", "质量指标", "时效指标", "经济效益指标", "社会效益指标"]);
                self.indicator(level, topic)
            }
            None => (format!("{topic}{}", self.random.pick(&["项目", "任务", "工作"])), String::new()),
            Some(level2) => self.indicator(level2, topic),
        };
        let mut ticked = None;
        for (index, field) in columns.iter().enumerate() {
            let span = usize::from(index + 1 < columns.len());
            if field.tick {
                let own: Vec<&Field> = columns.iter().filter(|other| other.key == field.key).collect();
                let chosen = *ticked.get_or_insert_with(|| self.random.below(own.len()));
                if *own[chosen] == *field {
                    self.expected.push((format!("{at}.{}", field.key), field.label.text.to_string()));
                    cells.push((lead + index, span, Role::Value, "√".into()));
                }
                continue;
            }
            let (text, printed) = match (field.kind, level2) {
                (_, Some(level2)) if field.level => (level2.to_owned(), level2.to_owned()),
                (Kind::Name, Some(_)) if field.again => {
                    let name = format!("{}年内{name}", self.random.pick(&["本", "当"]));
                    (name.clone(), name)
                }
                (Kind::Name, _) if index == 0 => (name.clone(), name.clone()),
                (Kind::Target, _) => (target.clone(), target.clone()),
                _ => self.value(field),
            };
            let blank = self.filling.blanks && index > 0 && !field.required && !field.again && self.random.chance(0.3);
            let (text, printed) = if blank { (String::new(), String::new()) } else { (text, printed) };
            let printed = self.put(format!("{at}.{}", field.key), text, printed);
            cells.push((lead + index, span, Role::Value, printed));
        }
        cells
    }

    /// A name that no other indicator has, and its target.
    fn indicator(&mut self, level2: &str, topic: &str) -> (String, String) {
        for _ in 0..20 {
            let (name, value) = indicator(&mut self.random, level2, topic, 2023, true);
            if !self.names.contains(&name) {
                self.names.push(name.clone());
                return (name, value.text);
            }
        }
        let (name, value) = indicator(&mut self.random, level2, topic, 2023, true);
        (format!("新增{}{name}", self.names.len()), value.text)
    }

    fn leaf(&mut self, at: &str, field: &Field) -> String {
        let (text, printed) = self.value(field);
        self.put(at.to_owned(), text, printed)
    }

    /// Canonical text, and how it is printed.
    fn value(&mut self, field: &Field) -> (String, String) {
        let random = &mut self.random;
        let same = |text: String| (text.clone(), text);
        match field.kind {
            Kind::Text => same(self.sentence()),
            Kind::Name => same(match &*field.key {
                "department" | "authority" | "implementer" | "filler_unit" => {
                    format!("{}{}", random.pick(&COUNTIES), random.pick(&OFFICES))
                }
                // The term of the years that a medium-term goal names.
                "period" => "3年".to_owned(),
                "measure" => random.pick(&["家", "次", "平方米", "公里"]).to_owned(),
                _ => format!("{}{}", random.pick(&TOPICS), random.pick(&["项目", "工程", "专项"])),
            }),
            Kind::Person => same(format!("{}{}", random.pick(&SURNAMES), random.pick(&GIVEN))),
            Kind::Amount => same(format!("{}.{:02}", random.between(11, 4999), random.between(1, 99))),
            Kind::Percent => same(format!("{}.{:02}%", random.between(61, 99), random.between(0, 99))),
            Kind::Score => same(random.between(5, 30).to_string()),
            Kind::Count => {
                let (number, unit) = (random.between(1, 3000), random.pick(&["", "台", "人次", "套"]));
                (format!("{number}{unit}"), format!("{number} {unit}").trim().to_owned())
            }
            Kind::Year => same("2023".into()),
            Kind::Date => {
                let (month, day) = (random.between(1, 12), random.between(1, 28));
                (format!("2023-{month:02}-{day:02}"), format!("2023年{month}月{day}日"))
            }
            Kind::Phone => same(format!("0719-{}", random.between(3_000_000, 8_999_999))),
            Kind::Target => same("≥95%".into()),
            Kind::Choice => {
                let words = field.vocabulary.as_ref().and_then(|name| self.definition.vocabulary(name)).expect("has its words");
                same(words.values[random.below(words.values.len())].to_string())
            }
            Kind::Tick => same("√".into()),
            Kind::Unit => same("万元".into()),
            Kind::Mark => same(field.label.text.to_string()),
        }
    }

    fn sentence(&mut self) -> String {
        let kind = if self.random.chance(0.5) { &DUTIES } else { &TASKS };
        let text = self.random.pick(kind).replace("{}", self.topics[self.random.below(self.topics.len())]);
        format!("{}{}。", self.topics[self.random.below(self.topics.len())], text.trim_end_matches(['。', '；']))
    }

    fn list(&mut self, at: &str) -> String {
        let items: Vec<String> = (0..self.random.between(2, 3)).map(|_| self.sentence()).collect();
        let entries = items.iter().enumerate().map(|(index, item)| (format!("{at}[{index}]"), item.clone()));
        self.expected.extend(entries);
        items.iter().enumerate().map(|(index, item)| format!("{}. {item}", index + 1)).collect::<Vec<_>>().join("\n")
    }

    /// A header with the number that stands in it.
    fn label(&self, text: &str) -> String {
        match &self.definition.number {
            Some(number) => text.replace(number.letter, &self.number),
            None => text.to_owned(),
        }
    }
}
