//! A finding as a compiler draws it: code, words, place, the source's row with the cell underlined, what to do.
//!
//! Columns count as a terminal shows them: wide characters two. Long rows are shortened around the fault.

use super::emit::{BLUE, BOLD, CYAN, GREEN, RED, YELLOW, paint};
use anstyle::Style;
use biaozhun::catalogue::{self, Language};
use biaozhun::change::Change;
use biaozhun::diag::{Finding, Message, Severity};
use biaozhun::document::{Document, Row};
use biaozhun::form::Shape;
use biaozhun::form::trail::trail;
use biaozhun::locus::{Locus, Spot};
use biaozhun::record::{Path, Record};
use rustc_hash::FxHashMap;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns for a row of the source.
const WIDTH: usize = 100;
/// Columns for the cell with the fault.
const FAULT: usize = 60;
/// Columns for each other cell: the widest with which the row fits is taken.
const CELLS: [usize; 4] = [24, 16, 10, 6];
const BETWEEN: &str = " · ";

/// What is needed to draw findings on one form.
pub struct Scene<'a> {
    /// The file that the places are in.
    pub file: &'a str,
    /// Its rows; none for places in a file that is not at hand.
    pub rows: Option<&'a Rows<'a>>,
    /// Its rows are lines of YAML: a place is a line and a column, as editors have it, and no cell.
    pub lines: bool,
    pub record: &'a Record,
    pub shape: &'a Shape,
    pub language: Language,
}

/// A document's rows by place: drawing is not a search.
pub struct Rows<'a>(FxHashMap<Spot, (&'a Row, usize)>);

impl<'a> Rows<'a> {
    pub fn of(document: &'a Document) -> Self {
        let rows = document.blocks.iter().flat_map(|block| &block.rows);
        let cells = rows.flat_map(|row| row.cells.iter().enumerate().map(move |(i, cell)| (cell.locus.spot, (row, i))));
        Rows(cells.collect())
    }

    /// The text at a place.
    pub fn text(&self, locus: &Locus) -> Option<String> {
        let (row, cell) = self.0.get(&locus.spot)?;
        let length = locus.end.saturating_sub(locus.start).max(1) as usize;
        let text = row.cells.get(*cell).map(|cell| &cell.text)?;
        Some(text.chars().skip(locus.start as usize).take(if locus.end == 0 { usize::MAX } else { length }).collect())
    }
}

/// How a finding is headed: by its severity, or as a suggestion or a correction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Head {
    Severity(Severity),
    Suggestion,
    Fixed,
}

impl Head {
    /// The word for it: English in every language, as codes are, so that scripts and people can search for it.
    pub fn word(self) -> &'static str {
        match self {
            Head::Severity(severity) => severity.name(),
            Head::Suggestion => "suggest",
            Head::Fixed => "fixed",
        }
    }

    fn style(self) -> Style {
        match self {
            Head::Severity(Severity::Error) => RED,
            Head::Severity(Severity::Warning) => YELLOW,
            Head::Severity(Severity::Info) => CYAN,
            Head::Suggestion | Head::Fixed => GREEN,
        }
    }
}

impl Scene<'_> {
    fn say(&self, message: &Message) -> String {
        catalogue::render(self.language, message)
    }

    /// `error[F002]: …`
    pub fn head(&self, head: Head, rule: &str, message: &str) -> String {
        let word = paint(&format!("{}[{rule}]", head.word()), head.style());
        format!("{word}{}\n", paint(&format!(": {message}"), BOLD))
    }

    /// `seed.txt:22:5`
    pub fn place(&self, locus: Option<&Locus>) -> String {
        match locus {
            Some(Locus { spot: Spot::Text { line, .. }, start, .. }) if self.lines => {
                format!("{}:{line}:{}", self.file, start + 1)
            }
            // A line leads a person to a place; where there is none, words must.
            Some(locus) if locus.spot != Spot::Nowhere && locus.line().is_none() => {
                let words = catalogue::place(locus).map(|place| self.say(&place)).unwrap_or_default();
                format!("{}:{locus} {words}", self.file)
            }
            Some(locus) if locus.spot != Spot::Nowhere => format!("{}:{}", self.file, locus.spot),
            _ => self.file.to_owned(),
        }
    }

    pub fn trail(&self, path: &Path) -> String {
        trail(&self.record.data, self.shape, path)
    }

    /// A whole finding; `others` say the same of other places.
    pub fn finding(&self, head: Head, finding: &Finding, others: &[&Finding]) -> String {
        let mut out = self.head(head, finding.rule, &self.say(&finding.message));
        let gutter = self.gutter(&finding.loci);
        let count = finding.loci.len().max(finding.at.len());
        for index in 0..count {
            let locus = finding.loci.get(index);
            let trail = finding.at.get(index).map(|path| self.trail(path)).unwrap_or_default();
            let (arrow, mark, style) = if index == 0 { ("-->", '^', head.style()) } else { (":::", '-', BLUE) };
            // Two fields may have one place, a label printed for both: its row is drawn once.
            if index > 0 && locus.is_some_and(|locus| finding.loci[..index].contains(locus)) {
                self.place_line(&mut out, gutter, arrow, locus, &trail);
            } else {
                self.piece(&mut out, gutter, (arrow, mark, style), locus, &trail);
            }
        }
        self.also(&mut out, gutter, others.iter().map(|other| other.loci.first().copied()));
        if let Some(help) = &finding.help {
            self.note(&mut out, gutter, "cli.help_word", &self.say(help));
        }
        self.note(&mut out, gutter, "cli.source_word", &format!("biaozhun rule {}", finding.rule));
        out
    }

    /// An edit that is suggested or was made; `others` make the same edit in other places.
    pub fn edit(&self, head: Head, change: &Change, others: &[&Change]) -> String {
        let mut out = self.head(head, change.rule, &edit(change));
        let place = self.change_place(change);
        let gutter = self.gutter(&Vec::from_iter(place));
        self.piece(&mut out, gutter, ("-->", '^', head.style()), place.as_ref(), &self.trail(&change.at));
        self.also(&mut out, gutter, others.iter().map(|other| self.change_place(other)));
        let because = self.say(&change.because);
        if !because.is_empty() {
            self.note(&mut out, gutter, "cli.because_word", &because);
        }
        self.note(&mut out, gutter, "cli.source_word", &format!("biaozhun rule {}", change.rule));
        out
    }

    /// In an edited record the field's own line is shown, not its place in a source that is not at hand.
    pub fn change_place(&self, change: &Change) -> Option<Locus> {
        if self.record.source.file == self.file { change.locus } else { self.record.locus(&change.at) }
    }

    /// `= word: text`
    fn note(&self, out: &mut String, gutter: usize, word: &'static str, text: &str) {
        let word = self.say(&Message::new(word));
        let mark = paint(&format!("{:gutter$} =", ""), BLUE);
        out.push_str(&format!("{mark} {}{}\n", paint(&word, BOLD), text.strip_prefix(word.trim_end()).unwrap_or(text)));
    }

    fn also(&self, out: &mut String, gutter: usize, places: impl ExactSizeIterator<Item = Option<Locus>>) {
        const SHOWN: usize = 20;
        let count = places.len();
        if count == 0 {
            return;
        }
        let place = |locus: Locus| match locus.line() {
            Some(line) if self.lines => line.to_string(),
            _ => locus.spot.to_string(),
        };
        let mut shown: Vec<String> = places.flatten().take(SHOWN).map(place).collect();
        if shown.is_empty() || shown.len() < count {
            shown.push("…".to_owned());
        }
        let message = Message::new("cli.also").with("count", count).with("places", shown.join(", "));
        self.note(out, gutter, "cli.also_word", &self.say(&message));
    }

    /// Columns for the widest line number.
    pub fn gutter(&self, loci: &[Locus]) -> usize {
        loci.iter().filter_map(Locus::line).max().unwrap_or(0).to_string().len().max(2)
    }

    /// `--> seed.txt:22:5   ` and the names of the field and what it stands in.
    fn place_line(&self, out: &mut String, gutter: usize, arrow: &str, locus: Option<&Locus>, trail: &str) {
        let between = if trail.is_empty() { "" } else { "   " };
        out.push_str(&format!("{:gutter$}{} {}{between}{trail}\n", "", paint(arrow, BLUE), self.place(locus)));
    }

    /// One place: where, then the row with a mark under the cell.
    pub fn piece(
        &self,
        out: &mut String,
        gutter: usize,
        (arrow, mark, style): (&str, char, Style),
        locus: Option<&Locus>,
        trail: &str,
    ) {
        self.place_line(out, gutter, arrow, locus, trail);
        let drawn = locus.and_then(|locus| {
            let (row, cell) = self.rows?.0.get(&locus.spot)?;
            Some((locus, draw(row, *cell, locus)))
        });
        let Some((locus, (text, before, marked))) = drawn else { return };
        let bar = paint(&format!("{:gutter$} |", ""), BLUE);
        let number = locus.line().filter(|line| *line > 0).map(|line| line.to_string()).unwrap_or_default();
        let numbered = paint(&format!("{number:>gutter$} |"), BLUE);
        let underline = paint(&mark.to_string().repeat(marked.max(1)), style);
        out.push_str(&format!("{bar}\n{numbered} {text}\n{bar} {:before$}{underline}\n", ""));
    }
}

/// `甲 → 乙`, shortened: two long texts are shown from where they begin to differ.
pub fn edit(change: &Change) -> String {
    const WIDE: usize = 60;
    let mut from = change.from.as_str();
    let mut to = change.to.as_str();
    if from.width() > WIDE || to.width() > WIDE {
        let same = from.chars().zip(to.chars()).take_while(|(a, b)| a == b).count().saturating_sub(4);
        let skip = |text: &str| text.char_indices().nth(same).map_or(text.len(), |(at, _)| at);
        (from, to) = (&from[skip(from)..], &to[skip(to)..]);
    }
    let lead = if from.len() < change.from.len() { "…" } else { "" };
    let shown = |text: &str| if text.is_empty() { "∅".to_owned() } else { format!("{lead}{}", shorten(text, WIDE)) };
    format!("{} → {}", shown(from), shown(to))
}

/// A row on one line; the columns before the fault and those under it.
fn draw(row: &Row, fault: usize, locus: &Locus) -> (String, usize, usize) {
    // What is blank to the row's end says nothing.
    let last = row.cells.iter().rposition(|cell| !cell.is_blank()).unwrap_or(0).max(fault);
    let row_cells = row.cells.get(..=last).unwrap_or(&row.cells);
    let room = if row_cells.len() == 1 { WIDTH } else { FAULT };
    let shown = row.cells.get(fault).map(|cell| window(&cell.text, locus.start, locus.end, room)).unwrap_or_default();
    let cells = |most: usize| {
        let texts = row_cells.iter().enumerate();
        texts.map(move |(index, cell)| if index == fault { shown.0.clone() } else { shorten(&cell.text, most) })
    };
    let width = |most: usize| cells.clone()(most).map(|text| text.width() + BETWEEN.width()).sum::<usize>();
    let most = CELLS.into_iter().find(|most| width(*most) <= WIDTH).unwrap_or(CELLS[CELLS.len() - 1]);
    let mut texts: Vec<String> = cells.clone()(most).collect();
    // Very many cells: those far from the fault go.
    let mut first = 0;
    if width(most) > 2 * WIDTH {
        first = fault.saturating_sub(4);
        texts = texts.into_iter().skip(first).take(9).collect();
    }
    let before: usize = texts.iter().take(fault - first).map(|text| text.width() + BETWEEN.width()).sum();
    (texts.join(BETWEEN), before + shown.1, shown.2)
}

/// A text on one line, without what a terminal would act on.
fn flat(c: char) -> char {
    match c {
        '\n' => '↵',
        c if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
        {
            ' '
        }
        c => c,
    }
}

/// The beginning of a text, at most so many columns wide.
pub fn shorten(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut width = 0;
    for c in text.chars().map(flat) {
        width += c.width().unwrap_or(0);
        if width > most {
            // Take back what the mark for "more" needs.
            while out.width() + 1 > most && out.pop().is_some() {}
            out.push('…');
            return out;
        }
        out.push(c);
    }
    out
}

/// The part of a text around some characters, at most so many columns wide, with the columns before them and theirs. An end of
/// 0 means the text's end.
fn window(text: &str, start: u32, end: u32, most: usize) -> (String, usize, usize) {
    let letters: Vec<char> = text.chars().map(flat).collect();
    let start = (start as usize).min(letters.len());
    let end = if end == 0 { letters.len() } else { (end as usize).clamp(start, letters.len()) };
    let width = |letters: &[char]| letters.iter().map(|c| c.width().unwrap_or(0)).sum::<usize>();
    let mut last = end;
    while last > start + 1 && width(&letters[start..last]) > most {
        last -= 1;
    }
    let mut room = most.saturating_sub(width(&letters[start..last]));
    let mut first = start;
    // Two thirds of what is left go before the fault, the rest behind it.
    let mut before = room * 2 / 3;
    while first > 0 && before >= letters[first - 1].width().unwrap_or(0) {
        first -= 1;
        before -= letters[first].width().unwrap_or(0);
        room = room.saturating_sub(letters[first].width().unwrap_or(0));
    }
    let mut stop = last;
    while stop < letters.len() && room >= letters[stop].width().unwrap_or(0) {
        room -= letters[stop].width().unwrap_or(0);
        stop += 1;
    }
    let mut shown = String::new();
    if first > 0 {
        shown.push('…');
    }
    let lead = usize::from(first > 0) + width(&letters[first..start]);
    shown.extend(&letters[first..stop]);
    if stop < letters.len() {
        shown.push('…');
    }
    (shown, lead, width(&letters[start..last]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use biaozhun::document::Cell;

    fn row(texts: &[&str]) -> Row {
        let cells = texts.iter().zip(1..).map(|(text, number)| Cell::plain(*text, 22, number)).collect();
        Row { cells }
    }

    #[test]
    fn marks_stand_under_wide_characters() {
        let row = row(&["合计", "", "2402.26", "100%", "1652.85"]);
        let locus = Locus::text(22, 5, 7);
        let (text, before, marked) = draw(&row, 4, &locus);
        assert_eq!(text, "合计 ·  · 2402.26 · 100% · 1652.85");
        assert_eq!((before, marked), (text.width() - 7, 7));
    }

    #[test]
    fn long_cells_are_shortened_around_the_fault() {
        let long = "拟订全市司法行政工作相关规范性文件，编制司法行政工作中长期规划、年度工作要点并监督实施；认证贯彻落实，指导全市各行业的法治宣传、依法治理工作。";
        let at = long.chars().position(|c| c == '认').unwrap() as u32;
        let (text, before, marked) = draw(&row(&["年度工作任务", long]), 1, &Locus::text(1, 2, 4).with_range(at, at + 2));
        assert!(text.starts_with("年度工作任务 · …") && text.ends_with('…'), "{text}");
        let mut column = 0;
        let under: String = text
            .chars()
            .filter(|c| {
                let from = column;
                column += c.width().unwrap_or(0);
                (before..before + marked).contains(&from)
            })
            .collect();
        assert_eq!(under, "认证");
        assert!(text.width() <= WIDTH);
    }

    #[test]
    fn a_short_place_is_never_empty() {
        assert_eq!(shorten("拟订全市司法行政", 7), "拟订全…");
        assert_eq!(window("", 0, 0, FAULT), (String::new(), 0, 0));
        assert_eq!(window("甲", 5, 9, FAULT), ("甲".to_owned(), 2, 0));
    }
}
