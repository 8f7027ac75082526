//! What stands beside the cells of a sheet: comments, shapes with their texts, controls, charts, printed headers and footers.
//!
//! None of it is read as content, all of it is told with its text. Workbooks of every kind fill a [`Beside`].

use crate::diag::Message;
use crate::document::Notice;
use crate::locus::{Locus, Spot};

/// Bytes after which no more of a text is told.
const MOST: usize = 2000;

/// Words beside a page number, in letters, that are its dress: "Page 1 of 3".
const DRESS: usize = 8;

/// Texts of one sort, and how many things they were found in.
#[derive(Debug)]
pub(super) struct Texts {
    most: usize,
    count: u32,
    text: String,
    cut: bool,
    /// The first cell that they hang on: row and column from 0.
    place: Option<(u32, u32)>,
}

impl Default for Texts {
    fn default() -> Self {
        Texts::new(MOST)
    }
}

impl Texts {
    /// `most`: bytes after which no more is told.
    pub fn new(most: usize) -> Self {
        Texts { most, count: 0, text: String::new(), cut: false, place: None }
    }

    pub fn add(&mut self, text: &str, place: Option<(u32, u32)>) {
        self.count += 1;
        self.place = self.place.or(place);
        for word in text.split_whitespace() {
            if self.text.len() + word.len() > self.most {
                self.cut = true;
                return;
            }
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
    }

    pub fn notice(&self, id: &'static str, sheet: u32) -> Option<Notice> {
        let (row, column) = self.place.unwrap_or_default();
        let spot = Spot::Sheet { sheet, row: row + 1, column: column + 1 };
        let text = if self.cut { format!("{}…", self.text) } else { self.text.clone() };
        let message = Message::new(id).with("count", self.count).with("text", text);
        (self.count > 0).then(|| Notice { message, locus: Locus::new(spot, 0, 0) })
    }
}

#[derive(Debug, Default)]
pub(in crate::read) struct Beside {
    comments: Texts,
    drawings: Texts,
    /// Headers and footers as printed.
    printed: Vec<String>,
}

impl Beside {
    pub fn comment(&mut self, text: &str, place: Option<(u32, u32)>) {
        self.comments.add(text, place);
    }

    /// A shape, picture, control or chart, with its text if it has one.
    pub fn drawing(&mut self, text: &str) {
        self.drawings.add(text, None);
    }

    /// A header or footer in the notation of workbooks: `&L`, `&C` and `&R` begin its parts, other codes are fields and looks.
    pub fn printed(&mut self, coded: &str) {
        for part in parts(coded) {
            self.page(&part.text, part.numbered);
        }
    }

    /// A part of a header or footer; `numbered`: a page number stood in it.
    pub fn page(&mut self, text: &str, numbered: bool) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let says = text.chars().filter(|c| c.is_alphanumeric()).count();
        let is_dress = numbered && says <= DRESS && !text.contains(|c: char| c.is_ascii_digit());
        if says > 0 && !is_dress && !self.printed.contains(&text) {
            self.printed.push(text);
        }
    }

    pub fn notices(&self, sheet: u32) -> Vec<Notice> {
        let mut printed = Texts::default();
        self.printed.iter().for_each(|text| printed.add(text, None));
        let told = [
            self.comments.notice("read.sheet.comments", sheet),
            self.drawings.notice("read.sheet.drawing", sheet),
            printed.notice("read.sheet.printed", sheet),
        ];
        told.into_iter().flatten().collect()
    }
}

#[derive(Default)]
struct Printed {
    text: String,
    numbered: bool,
}

/// The left, middle and right part of a coded header, without its codes.
fn parts(coded: &str) -> Vec<Printed> {
    let mut parts = vec![Printed::default()];
    let mut chars = coded.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(part) = parts.last_mut() else { break };
        if c != '&' {
            part.text.push(c);
            continue;
        }
        match chars.next() {
            Some('L' | 'C' | 'R' | 'l' | 'c' | 'r') => parts.push(Printed::default()),
            Some('P' | 'N' | 'p' | 'n') => part.numbered = true,
            // The name of a font.
            Some('"') => while chars.next().is_some_and(|c| c != '"') {},
            // A colour: six characters, the second of theme colours' four a sign.
            Some('K' | 'k') => {
                let mut left = 6;
                while left > 0 && chars.next_if(|c| c.is_ascii_hexdigit() || matches!(c, '+' | '-')).is_some() {
                    left -= 1;
                }
            }
            Some(digit) if digit.is_ascii_digit() => while chars.next_if(char::is_ascii_digit).is_some() {},
            Some('&') => part.text.push('&'),
            // Dates, names of the file and the sheet, pictures; looks.
            Some(_) | None => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_without_their_codes_and_page_numbers_not_at_all() {
        let told = |coded: &str| {
            let mut beside = Beside::default();
            beside.printed(coded);
            beside.printed.join("|")
        };
        assert_eq!(told("&L&\"SimSun,Bold\"&14Unit: A&&B&C&KFF0000Form &R&D"), "Unit: A&B|Form");
        assert_eq!(told("&CPage &P of &N"), "");
        assert_eq!(told("&C&A"), "");
        assert_eq!(told("&CDepartment of roads, page &P"), "Department of roads, page");
        assert_eq!(told("&K01+034Text"), "Text");
    }
}
