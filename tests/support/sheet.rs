//! A truth laid out on the official grid (DOMAIN.md §1.1): rows of cells with spans, heading lines and notes around them.

use super::truth::*;

/// What a cell is to the form. Damage asks; printers do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Nothing of its own: under a merged cell, or blank.
    #[default]
    Empty,
    /// A section's vertical label, a matrix group's, a level's.
    Section,
    Group,
    Level1,
    Level2,
    /// A row's label, a column's header, a field's label.
    Label,
    /// `年度目标1:`
    Number,
    Value,
    /// A long text.
    Prose,
}

/// Which part of the form a row stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    Pairs,
    FundsHeader,
    Funds,
    Text,
    ProjectsHeader,
    Projects,
    GoalsHeader,
    Goals,
    GoalText,
    IndicatorsHeader,
    Indicators,
}

#[derive(Clone, Debug, Default)]
pub struct Cell {
    pub text: String,
    pub role: Role,
    /// Columns covered; 0 for a cell covered by the one before.
    pub span: usize,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub band: Band,
    pub cells: Vec<Cell>,
    /// First column of the row's values, for rows that hold some.
    pub leaf: usize,
}

/// A vertical label over several rows.
#[derive(Clone, Debug)]
pub struct Merge {
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub role: Role,
    /// The form's own wording, for level 2.
    pub name: String,
}

#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub heading: Vec<String>,
    pub columns: usize,
    pub rows: Vec<Row>,
    pub merges: Vec<Merge>,
    pub notes: Vec<String>,
}

/// Text of a list in its cell.
pub fn list_text(items: &[String], style: ListStyle) -> String {
    let run_in = || items.iter().enumerate().map(|(index, item)| format!("{}、{item}", index + 1)).collect::<String>();
    match style {
        ListStyle::Paragraphs => {
            let paragraphs = items.iter().enumerate().map(|(index, item)| format!("<p>{}. {item}</p>", index + 1));
            paragraphs.collect::<Vec<_>>().join(" ")
        }
        ListStyle::RunIn => run_in(),
        ListStyle::RunInParagraph => format!("<p>{}</p>", run_in()),
    }
}

impl Sheet {
    pub fn new(truth: &Truth) -> Sheet {
        let columns = 7.max(6 + truth.extra.len());
        let mut sheet = Sheet { columns, heading: heading(truth), notes: notes(truth), ..Sheet::default() };
        sheet.pairs(truth);
        sheet.funds(truth);
        for (scope, items, style) in [("duties", &truth.duties, truth.duties_style), ("tasks", &truth.tasks, truth.tasks_style)]
        {
            sheet.row(
                Band::Text,
                1,
                &[(0, 1, Role::Label, truth.labels.get(scope)), (1, 0, Role::Prose, list_text(items, style))],
            );
        }
        sheet.projects(truth);
        sheet.goals(truth);
        sheet.tree(truth, "long_term_goals", &truth.long_term_goals);
        sheet.tree(truth, "annual_goals", &truth.annual_goals);
        sheet
    }

    /// Appends a row of (column, span, role, text); span 0 = to the end of the row.
    pub fn row(&mut self, band: Band, leaf: usize, cells: &[(usize, usize, Role, String)]) {
        let mut row = Row { band, cells: vec![Cell { span: 1, ..Cell::default() }; self.columns], leaf };
        for (column, span, role, text) in cells {
            let span = if *span == 0 { self.columns - column } else { *span };
            row.cells[*column] = Cell { text: text.clone(), role: *role, span };
            row.cells[column + 1..column + span].iter_mut().for_each(|cell| cell.span = 0);
        }
        self.rows.push(row);
    }

    pub fn merge(&mut self, row: usize, column: usize, role: Role) {
        let rows = self.rows.len() - row;
        self.merges.push(Merge { row, column, rows, role, name: String::new() });
    }

    fn pairs(&mut self, truth: &Truth) {
        let label = |scope: &str| truth.labels.get(scope);
        self.row(Band::Pairs, 1, &[(0, 1, Role::Label, label("department")), (1, 0, Role::Value, truth.department.clone())]);
        self.row(
            Band::Pairs,
            1,
            &[
                (0, 1, Role::Label, label("filler")),
                (1, 1, Role::Value, truth.filler.clone()),
                (2, 1, Role::Label, label("phone")),
                (3, 0, Role::Value, truth.phone.printed.clone()),
            ],
        );
    }

    fn funds(&mut self, truth: &Truth) {
        let label = |scope: &str| truth.labels.get(scope);
        let start = self.rows.len();
        self.row(
            Band::FundsHeader,
            3,
            &[
                (0, 1, Role::Section, label("funds")),
                (1, 2, Role::Label, label("funds.corner")),
                (3, 1, Role::Label, label("funds.amount")),
                (4, 1, Role::Label, label("funds.share")),
                (5, 0, Role::Label, label("funds.previous")),
            ],
        );
        let header = |index: usize| match truth.year_headers {
            YearHeaders::Numbers => format!("{}年", truth.years[index]),
            YearHeaders::SpacedNumbers => format!("{} 年", truth.years[index]),
            YearHeaders::Words => label(&format!("funds.previous[{index}]")),
        };
        self.row(Band::FundsHeader, 5, &[(5, 1, Role::Label, header(0)), (6, 0, Role::Label, header(1))]);
        // The headers of one line reach down beside the years.
        for column in [1, 3, 4] {
            self.merges.push(Merge { row: start, column, rows: 2, role: Role::Label, name: String::new() });
        }
        for (key, funds) in [("income", &truth.income), ("expense", &truth.expense)] {
            let group = self.rows.len();
            for (index, fund) in funds.iter().enumerate() {
                let printed = |value: &Value| value.printed.clone();
                let mut cells = vec![
                    (2, 1, Role::Label, label(&format!("funds.{key}/{}", fund.item))),
                    (3, 1, Role::Value, printed(&fund.amount)),
                    (4, 1, Role::Value, printed(&fund.share)),
                    (5, 1, Role::Value, printed(&fund.previous[0])),
                    (6, 0, Role::Value, printed(&fund.previous[1])),
                ];
                if index == 0 {
                    cells.push((1, 1, Role::Group, label(&format!("funds.{key}"))));
                }
                self.row(Band::Funds, 3, &cells);
            }
            self.merge(group, 1, Role::Group);
        }
        self.merge(start, 0, Role::Section);
    }

    fn projects(&mut self, truth: &Truth) {
        let label = |scope: &str| truth.labels.get(scope);
        let start = self.rows.len();
        self.row(
            Band::ProjectsHeader,
            1,
            &[
                (0, 1, Role::Section, label("projects")),
                (1, 1, Role::Label, label("projects.name")),
                (2, 1, Role::Label, label("projects.category")),
                (3, 1, Role::Label, label("projects.total_budget")),
                (4, 1, Role::Label, label("projects.year_budget")),
                (5, 0, Role::Label, label("projects.use")),
            ],
        );
        for project in &truth.projects {
            self.row(
                Band::Projects,
                1,
                &[
                    (1, 1, Role::Value, project.name.clone()),
                    (2, 1, Role::Value, project.category.printed.clone()),
                    (3, 1, Role::Value, project.total.printed.clone()),
                    (4, 1, Role::Value, project.year.printed.clone()),
                    (5, 0, Role::Value, project.usage.printed.clone()),
                ],
            );
        }
        self.merge(start, 0, Role::Section);
    }

    fn goals(&mut self, truth: &Truth) {
        let label = |scope: &str| truth.labels.get(scope);
        let start = self.rows.len();
        let until = if truth.until.is_blank() { " ".to_owned() } else { truth.until.printed.clone() };
        self.row(
            Band::GoalsHeader,
            1,
            &[
                (0, 1, Role::Section, label("goals")),
                (1, 2, Role::Label, format!("{}(截止{until}年)", label("goals.long_term"))),
                (3, 0, Role::Label, label("goals.annual")),
            ],
        );
        let number = label("goals.number");
        let side = |items: &[String]| {
            let last = if truth.empty_targets { 3.max(items.len()) } else { items.len() };
            let line = |index: usize| format!("{number}{}: {}", index + 1, items.get(index).map_or("", |text| text));
            (0..last).map(line).collect::<Vec<_>>().join(" ").replace("  ", " ").trim_end().to_owned()
        };
        self.row(Band::Goals, 1, &[(1, 2, Role::Prose, side(&truth.long_term)), (3, 0, Role::Prose, side(&truth.annual))]);
        self.merge(start, 0, Role::Section);
    }

    fn tree(&mut self, truth: &Truth, key: &str, goals: &[Goal]) {
        let label = |scope: &str| truth.labels.get(scope);
        for (index, goal) in goals.iter().enumerate() {
            let number = format!("{}{}:", label(&format!("{key}.number")), index + 1);
            self.row(Band::GoalText, 1, &[(0, 1, Role::Number, number), (1, 0, Role::Prose, goal.text.clone())]);
            let start = self.rows.len();
            let heads = ["level1", "level2", "name"].into_iter().chain(truth.extra.iter().copied()).chain(["target", "basis"]);
            let mut cells = vec![(0, 1, Role::Section, label(key))];
            let last = 5 + truth.extra.len();
            for (column, head) in heads.enumerate() {
                let span = if column + 1 == last { 0 } else { 1 };
                cells.push((column + 1, span, Role::Label, label(&format!("{key}.{head}"))));
            }
            self.row(Band::IndicatorsHeader, 1, &cells);
            for (level1, children) in &truth.scheme {
                let first = self.rows.len();
                for level2 in children {
                    self.level(truth, goal, level1, level2, self.rows.len() == first);
                }
                self.merge(first, 1, Role::Level1);
            }
            self.merge(start, 0, Role::Section);
        }
    }

    /// The rows of one level 2: one for each indicator, or a bare one.
    fn level(&mut self, truth: &Truth, goal: &Goal, level1: &str, level2: &str, first: bool) {
        let rows: Vec<Option<&Indicator>> = match goal.indicators.iter().filter(|i| i.level1 == level1 && i.level2 == level2) {
            some if some.clone().next().is_some() => some.map(Some).collect(),
            _ => vec![None],
        };
        let start = self.rows.len();
        for (index, indicator) in rows.into_iter().enumerate() {
            let mut cells = Vec::new();
            if first && index == 0 {
                cells.push((1, 1, Role::Level1, truth.labels.get(&format!("level1/{level1}"))));
            }
            if index == 0 {
                cells.push((2, 1, Role::Level2, truth.labels.get(&format!("level2/{level1}/{level2}"))));
            }
            if let Some(indicator) = indicator {
                cells.push((3, 1, Role::Value, indicator.name.clone()));
                for (column, value) in indicator.extra.iter().chain([&indicator.target]).enumerate() {
                    cells.push((4 + column, 1, Role::Value, value.printed.clone()));
                }
                cells.push((5 + truth.extra.len(), 0, Role::Value, indicator.basis.printed.clone()));
            }
            self.row(Band::Indicators, 3, &cells);
        }
        let rows = self.rows.len() - start;
        self.merges.push(Merge { row: start, column: 2, rows, role: Role::Level2, name: level2.to_owned() });
    }
}

fn heading(truth: &Truth) -> Vec<String> {
    let mut lines = Vec::new();
    if !truth.annex.is_blank() {
        lines.push(truth.annex.printed.clone());
    }
    lines.push(truth.title.clone());
    lines.push(format!("{}：{}", truth.labels.get("filed_on"), truth.filed_on.printed));
    lines.push(format!("{}：{}", truth.labels.get("unit"), truth.unit.printed));
    lines
}

fn notes(truth: &Truth) -> Vec<String> {
    let label = truth.labels.get("notes");
    let numbered = truth.notes.iter().enumerate();
    numbered
        .map(|(index, text)| format!("{}{}.{text}", if index == 0 { format!("{label}：") } else { String::new() }, index + 1))
        .collect()
}
