//! Damages a sheet as pasting, page breaks and careless tools do. Fair by construction: a careful person could still read it.
//!
//! Degree 1 does what the real form shows (three page breaks, about three rows shifted left, one or two right, a label or two
//! printed after its rows, three spacer rows, a misspelt label, level labels one column off, a rule row); 2 and 3 do it two
//! and three times. Everything else is an option of its own.

use super::labels::wordings;
use super::names::speaks_for;
use super::prng::Random;
use super::sheet::{Band, Cell, Role, Row, Sheet};
use std::collections::BTreeSet;

/// What is done to a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// 0: nothing; 1 as the real form; 2 twice; 3 three times as much.
    pub degree: usize,
    /// Every vertical label stands in the middle row of its cell, as some tools print merged cells.
    pub centred: bool,
    /// Every vertical label stands on each of its rows, as tools that dissolve merged cells print them.
    pub repeated: bool,
    /// This many vertical labels are missing.
    pub lost: usize,
    /// Behind a page break inside a list the header row is printed again; pages end with `— 3 —`.
    pub headers_again: bool,
    /// This many labels have blanks or line breaks inside.
    pub spaced: usize,
    /// `填报人：张三` in one cell.
    pub joined: bool,
    /// A long text goes on behind a page break.
    pub torn: bool,
    /// The second stressor: typing faults in this many labels, and numbers in other notations.
    pub mutated: usize,
}

impl Damage {
    pub fn degree(degree: usize) -> Self {
        Damage { degree, ..Damage::default() }
    }
}

/// One stretch of rows between page breaks.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub rows: Vec<Vec<String>>,
    /// `— 3 —`
    pub mark: Option<String>,
}

/// A form as loose text has it: no spans any more. A `\n` inside a text is a line break inside the cell.
#[derive(Clone, Debug, Default)]
pub struct Ragged {
    pub heading: Vec<String>,
    pub pages: Vec<Page>,
    pub notes: Vec<String>,
}

/// A row in the making.
struct Flat {
    row: Row,
    /// Already damaged: one damage a row, or nothing would be fair.
    touched: bool,
}

impl Flat {
    fn first(&self) -> usize {
        self.row.cells.iter().position(|cell| !cell.text.is_empty()).unwrap_or(0)
    }

    fn has_values(&self) -> bool {
        self.row.cells.iter().any(|cell| cell.role == Role::Value && !cell.text.is_empty())
    }

    /// Whether a value is left blank among others: then only whole shifts keep it clear which.
    fn has_gap(&self) -> bool {
        let last = self.row.cells.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or(0);
        self.row.cells[self.row.leaf.min(last)..=last].iter().any(|cell| cell.span > 0 && cell.text.is_empty())
            || self.row.cells[last..].iter().any(|cell| cell.role == Role::Value && cell.text.is_empty())
    }
}

pub fn ruin(sheet: &Sheet, damage: &Damage, random: &mut Random) -> Ragged {
    let mut sheet = sheet.clone();
    let mut cuts = BTreeSet::new();
    let mut late = BTreeSet::new();
    if damage.degree > 0 {
        if !damage.centred && !damage.repeated {
            late = late_labels(&mut sheet, damage.degree, random);
        }
        cuts.extend(late.iter().copied());
        while cuts.len() < (3 * damage.degree).min(sheet.rows.len() / 4) {
            cuts.insert(1 + random.below(sheet.rows.len() - 1));
        }
    }
    lose(&mut sheet, damage.lost, random);
    if damage.centred || damage.repeated {
        move_labels(&mut sheet, damage.centred);
    }
    if damage.joined {
        join(&mut sheet, random);
    }
    misspell(&mut sheet, damage.degree + damage.mutated, random);
    if damage.mutated > 0 {
        rewrite_numbers(&mut sheet, random);
    }
    space_out(&mut sheet, damage.spaced, random);
    if damage.degree > 0 && random.chance(0.5) {
        sheet.heading.iter_mut().for_each(spaced_date);
    }
    let wide = sheet.columns;
    let mut pages = paginate(&sheet, &cuts, damage, random);
    if damage.degree > 0 {
        shift(&mut pages, damage.degree, random);
    }
    let mut ragged = Ragged { heading: sheet.heading, pages: Vec::new(), notes: sheet.notes };
    for (index, page) in pages.into_iter().enumerate() {
        let mark = (damage.headers_again && damage.degree > 0).then(|| format!("— {} —", index + 1));
        let narrow = damage.degree > 0 && index % 2 == 1;
        ragged.pages.push(Page { rows: print_page(page, wide, narrow, random), mark });
    }
    if damage.degree > 0 {
        spacers(&mut ragged, damage.degree, random);
        if let Some(page) = ragged.pages.last_mut() {
            let width = page.rows.first().map_or(6, Vec::len);
            page.rows.push((0..width).map(|column| "-".repeat(2 + (column * 5) % 11)).collect());
        }
    }
    ragged
}

/// Moves one or two vertical labels a degree behind a page break in their first rows; says where the breaks fall.
fn late_labels(sheet: &mut Sheet, degree: usize, random: &mut Random) -> BTreeSet<usize> {
    let mut cuts = BTreeSet::new();
    let wanted = degree + usize::from(random.chance(0.5));
    let mut order: Vec<usize> =
        (0..sheet.merges.len()).filter(|merge| vertical(sheet, *merge) && sheet.merges[*merge].rows > 1).collect();
    random.shuffle(&mut order);
    for index in order {
        if cuts.len() >= wanted {
            break;
        }
        let merge = sheet.merges[index].clone();
        let most = if merge.role == Role::Section { 3 } else { 2 };
        let by = 1 + random.below(most.min(merge.rows - 1));
        let cut = merge.row + by;
        // The label is printed at the break right behind the rows it missed. Sections and groups are known from their header
        // row and their items, level 1 from the level 2 beside it. Rows that miss their level 2 must speak for it by name,
        // and not for the level above them; or nothing but the header may stand above them.
        let fair = match merge.role {
            Role::Level2 => {
                let above = sheet.merges.iter().find(|other| other.role == Role::Level2 && other.row + other.rows == merge.row);
                let names = sheet.rows[merge.row..cut].iter().map(|row| row.cells[3].text.as_str());
                let first = sheet.rows[merge.row - 1].band == Band::IndicatorsHeader;
                first
                    || names
                        .clone()
                        .all(|name| speaks_for(&merge.name, name) && !above.is_some_and(|a| speaks_for(&a.name, name)))
            }
            _ => true,
        };
        // Two labels late at one break, or a break inside rows that already wait for a label, would be too much.
        let near = cuts.iter().any(|other: &usize| other.abs_diff(cut) < 4);
        if !fair || near {
            continue;
        }
        let mut moved = vec![index];
        if merge.role == Role::Level2 {
            let parents = 0..sheet.merges.len();
            moved.extend(parents.filter(|p| sheet.merges[*p].role == Role::Level1 && sheet.merges[*p].row == merge.row));
        }
        for index in moved {
            let column = sheet.merges[index].column;
            let label = std::mem::take(&mut sheet.rows[merge.row].cells[column]);
            sheet.rows[merge.row].cells[column].span = 1;
            sheet.rows[cut].cells[column] = label;
            sheet.merges[index].row += by;
            sheet.merges[index].rows -= by;
        }
        cuts.insert(cut);
    }
    cuts
}

/// Whether a merge is a vertical label, and not a column's header of two lines.
fn vertical(sheet: &Sheet, merge: usize) -> bool {
    sheet.merges[merge].role != Role::Label
}

/// Drops vertical labels. Fair: a level 1 is told by its level 2, a group by its items, a section by its header row, a
/// level 2 only where each of its rows speaks for it.
fn lose(sheet: &mut Sheet, count: usize, random: &mut Random) {
    let mut order: Vec<usize> = (0..sheet.merges.len()).filter(|merge| vertical(sheet, *merge)).collect();
    random.shuffle(&mut order);
    let mut left = count;
    for index in order {
        let merge = &sheet.merges[index];
        let mut names = sheet.rows[merge.row..merge.row + merge.rows].iter().map(|row| row.cells[3].text.as_str());
        let above = sheet.merges.iter().find(|other| other.role == Role::Level2 && other.row + other.rows == merge.row);
        let fair = merge.role != Role::Level2
            || names.all(|name| speaks_for(&merge.name, name) && !above.is_some_and(|above| speaks_for(&above.name, name)));
        if left > 0 && fair {
            sheet.rows[merge.row].cells[merge.column] = Cell { span: 1, ..Cell::default() };
            left -= 1;
        }
    }
}

/// Vertical labels in the middle of their rows, or on all of them. Fair because the whole form does it alike.
fn move_labels(sheet: &mut Sheet, centred: bool) {
    for merge in sheet.merges.clone().into_iter().filter(|merge| merge.role != Role::Label) {
        let label = sheet.rows[merge.row].cells[merge.column].clone();
        let rows = merge.row..merge.row + merge.rows;
        let middle = merge.row + (merge.rows - 1) / 2;
        for row in rows {
            let cell = &mut sheet.rows[row].cells[merge.column];
            *cell = if !centred || row == middle { label.clone() } else { Cell { span: 1, ..Cell::default() } };
        }
    }
}

/// `填报人：张三` in one cell, its neighbour blank.
fn join(sheet: &mut Sheet, random: &mut Random) {
    for row in sheet.rows.iter_mut().filter(|row| row.band == Band::Pairs) {
        for column in 0..row.cells.len() - 1 {
            if row.cells[column].role == Role::Label && random.chance(0.7) {
                let value = std::mem::take(&mut row.cells[column + 1].text);
                row.cells[column].text = format!("{}：{value}", row.cells[column].text);
            }
        }
    }
}

fn labels(sheet: &mut Sheet) -> impl Iterator<Item = &mut String> {
    let roles = [Role::Section, Role::Group, Role::Level1, Role::Level2, Role::Label];
    let cells = sheet.rows.iter_mut().flat_map(|row| &mut row.cells).filter(move |cell| roles.contains(&cell.role));
    cells.map(|cell| &mut cell.text)
}

/// One typing fault each in `count` labels of four characters or more. Fair: the result is one edit from its own label and
/// at least two from every other wording of the form.
fn misspell(sheet: &mut Sheet, count: usize, random: &mut Random) {
    let total = labels(sheet).count();
    let mut left = count;
    for _ in 0..count * 8 {
        let chosen = random.below(total);
        let Some(text) = labels(sheet).nth(chosen).filter(|text| text.chars().count() >= 4 && left > 0) else { continue };
        let wrong = typing_fault(text, random);
        let own: Vec<_> = wordings().iter().filter(|w| w.text == *text || w.synonyms.contains(text)).collect();
        let others = wordings().iter().filter(|w| own.iter().all(|own| own.text != w.text));
        let clear = !own.is_empty() && others.flat_map(|w| w.synonyms.iter().chain([&w.text])).all(|other| far(&wrong, other));
        if clear && wrong != *text {
            *text = wrong;
            left -= 1;
        }
    }
}

fn typing_fault(text: &str, random: &mut Random) -> String {
    const LOOKALIKES: [(char, char); 12] = [
        ('项', '顶'),
        ('标', '票'),
        ('绩', '积'),
        ('效', '郊'),
        ('额', '颌'),
        ('金', '全'),
        ('财', '才'),
        ('政', '攻'),
        ('算', '弄'),
        ('据', '椐'),
        ('值', '植'),
        ('称', '秤'),
    ];
    let mut characters: Vec<char> = text.chars().collect();
    let at = random.below(characters.len());
    match random.below(3) {
        0 => drop(characters.remove(at)),
        1 => characters.insert(at, characters[at]),
        _ => match LOOKALIKES.iter().find_map(|(right, wrong)| Some((characters.iter().position(|c| c == right)?, wrong))) {
            Some((place, wrong)) => characters[place] = *wrong,
            None => drop(characters.remove(at)),
        },
    }
    characters.into_iter().collect()
}

/// Whether two texts are more than one edit apart (insertion, deletion, replacement).
fn far(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return true;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - head - tail > 1
}

/// Blanks or a line break inside labels: a person joins them without thinking.
fn space_out(sheet: &mut Sheet, count: usize, random: &mut Random) {
    let total = labels(sheet).count();
    for _ in 0..count {
        let chosen = random.below(total);
        let Some(text) = labels(sheet).nth(chosen).filter(|text| !text.contains([' ', '：', '\n'])) else { continue };
        let length = text.chars().count();
        let mark = if random.chance(0.5) { " " } else { "\n" };
        if length > 1 {
            let at = text.char_indices().nth(1 + random.below(length - 1)).map_or(0, |(byte, _)| byte);
            text.insert_str(at, mark);
        }
    }
}

/// `2023年12月30日` → `2023年 12 月 30 日`, in the value of a line only.
fn spaced_date(line: &mut String) {
    let Some((label, value)) = line.split_once('：') else { return };
    if value.contains('年') && !value.contains(' ') {
        *line = format!("{label}：{}", value.replace('年', "年 ").replace('月', " 月 ").replace('日', " 日"));
    }
}

/// Full-width digits, thousands separators, the unit inside the cell: other notations of the same numbers.
fn rewrite_numbers(sheet: &mut Sheet, random: &mut Random) {
    for row in &mut sheet.rows {
        let band = row.band;
        for (column, cell) in row.cells.iter_mut().enumerate().filter(|(_, cell)| cell.role == Role::Value) {
            let money = match band {
                Band::Funds => column != 4,
                Band::Projects => column == 3 || column == 4,
                _ => false,
            };
            let numeric = cell.text.chars().next().is_some_and(|c| c.is_ascii_digit() || "≥≤".contains(c));
            if !numeric || !random.chance(0.15) || matches!(band, Band::Pairs) {
                continue;
            }
            let (whole, fraction) = cell.text.split_once('.').unwrap_or((&cell.text, ""));
            cell.text = match random.below(3) {
                0 if money && whole.len() > 3 => {
                    let (head, tail) = whole.split_at(whole.len() - 3);
                    if fraction.is_empty() { format!("{head},{tail}") } else { format!("{head},{tail}.{fraction}") }
                }
                1 if money => format!("{}万元", cell.text),
                _ => cell
                    .text
                    .chars()
                    .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c })
                    .collect(),
            };
        }
    }
}

/// Cuts the rows into pages; repeats header rows, tears long texts where asked.
fn paginate(sheet: &Sheet, cuts: &BTreeSet<usize>, damage: &Damage, random: &mut Random) -> Vec<Vec<Flat>> {
    let mut pages: Vec<Vec<Flat>> = vec![Vec::new()];
    let mut header: Vec<Row> = Vec::new();
    let tear = if damage.torn {
        sheet.rows.iter().position(|row| row.band == Band::Text).map(|row| row + random.below(2))
    } else {
        None
    };
    for (index, row) in sheet.rows.iter().enumerate() {
        let is_header = matches!(row.band, Band::FundsHeader | Band::ProjectsHeader | Band::IndicatorsHeader);
        if cuts.contains(&index) && pages.last().is_some_and(|page| !page.is_empty()) {
            pages.push(Vec::new());
            if damage.headers_again && matches!(row.band, Band::Projects | Band::Indicators) {
                let page = pages.last_mut().expect("a page");
                page.extend(header.iter().map(|row| Flat { row: row.clone(), touched: true }));
            }
        }
        if is_header {
            if index == 0 || sheet.rows[index - 1].band != row.band {
                header.clear();
            }
            let mut bare = row.clone();
            // The section's label stands once; the columns' headers are what Word repeats.
            bare.cells[0].text.clear();
            header.push(bare);
        }
        let mut row = row.clone();
        if tear == Some(index) {
            let text = row.cells[1].text.clone();
            let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(byte, _)| byte);
            // Behind a mark, so that neither a number nor a tag is torn.
            let marks = ['，', '；', '。', '、'];
            let middle = text[middle..].find(marks).map_or(text.len(), |mark| middle + mark + '，'.len_utf8());
            let mut rest = row.clone();
            rest.cells[0] = Cell { span: 1, ..Cell::default() };
            row.cells[1].text = text[..middle].to_owned();
            rest.cells[1].text = text[middle..].to_owned();
            pages.last_mut().expect("a page").push(Flat { row, touched: true });
            pages.push(Vec::new());
            if !rest.cells[1].text.is_empty() {
                pages.last_mut().expect("a page").push(Flat { row: rest, touched: true });
            }
            continue;
        }
        pages.last_mut().expect("a page").push(Flat { row, touched: false });
    }
    pages
}

/// Rows one column off, to the left and to the right; level labels in the column before theirs.
fn shift(pages: &mut [Vec<Flat>], degree: usize, random: &mut Random) {
    let mut rows: Vec<&mut Flat> = pages.iter_mut().flatten().filter(|row| !row.touched).collect();
    random.shuffle(&mut rows);
    let (mut left, mut right, mut level) = (3 * degree, degree + random.below(degree + 1), 3 * degree);
    for flat in rows {
        let movable = matches!(flat.row.band, Band::Funds | Band::Projects | Band::Indicators);
        let first = flat.first();
        let level2_only = first == 2 && flat.row.cells[2].role == Role::Level2;
        if level > 0 && level2_only && (!flat.has_values() || random.chance(0.3)) {
            // The words of a level 2 say what it is wherever they stand.
            flat.row.cells.swap(1, 2);
            level -= 1;
        } else if left > 0 && movable && first > 0 && flat.has_values() {
            // The lost cells are those of a merged label; types and order of the values are untouched.
            let by = if flat.has_gap() { 1 } else { 1 + random.below(first) };
            let label_ahead = flat.row.band == Band::Funds && by == first && first > 1 && !flat.has_gap();
            let label = flat.row.cells[first].clone();
            flat.row.cells.drain(..by);
            if label_ahead {
                // As in the real form: the label in the first column, a blank, then the values one column off.
                flat.row.cells[0] = label;
                flat.row.cells.insert(1, Cell { span: 1, ..Cell::default() });
            }
            left -= 1;
        } else if right > 0 && movable && !flat.has_gap() {
            flat.row.cells.insert(0, Cell { span: 1, ..Cell::default() });
            right -= 1;
        } else {
            continue;
        }
        flat.touched = true;
    }
}

/// Brings the rows of a page to one width: as wide as its widest row, or the whole table's.
fn print_page(page: Vec<Flat>, wide: usize, narrow: bool, random: &mut Random) -> Vec<Vec<String>> {
    let texts = |flat: Flat| flat.row.cells.into_iter().map(|cell| cell.text).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = page.into_iter().map(texts).collect();
    let used = |row: &Vec<String>| row.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
    let widest = rows.iter().map(used).max().unwrap_or(0).max(wide - 1);
    let width = if narrow { widest } else { widest.max(wide) };
    for row in &mut rows {
        // Some rows lose a trailing blank cell or two.
        let short = if narrow && random.chance(0.1) { 1 + random.below(2) } else { 0 };
        let keep = used(row).max(width - short);
        row.resize(keep.max(1), String::new());
    }
    rows
}

/// Rows without anything, between rows of indicators or projects.
fn spacers(ragged: &mut Ragged, degree: usize, random: &mut Random) {
    for _ in 0..3 * degree {
        let page = random.below(ragged.pages.len());
        let rows = &mut ragged.pages[page].rows;
        // Only behind a row that starts blank, so in a table's body.
        let places: Vec<usize> = (1..rows.len()).filter(|row| rows[row - 1].first().is_some_and(String::is_empty)).collect();
        if let Some(place) = places.get(random.below(places.len())) {
            let width = rows[*place].len().saturating_sub(random.below(2)).max(2);
            rows.insert(*place, vec![String::new(); width]);
        }
    }
}
