//! A season's submissions: forms of all kinds as offices hand them in, one in a hundred hostile or broken. Every number gives the
//! same document each time.

use super::case::definitions;
use super::damage::{Damage, ruin};
use super::family::filled;
use super::hostile::corpus;
use super::invented::{Blanks, Options, invented};
use super::layout::{Layout, perfect_html, print};
use super::prng::Random;
use super::sheet::Sheet;
use super::word::perfect_word;
use std::path::Path;

/// One document in so many is hostile.
pub const HOSTILE: usize = 100;

/// The nth document: a file name, and what is in it.
pub fn document(number: usize, hostile: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    if number % HOSTILE == HOSTILE / 2 {
        let (name, bytes) = &hostile[number / HOSTILE % hostile.len()];
        return (format!("{number:06}-{name}"), bytes.clone());
    }
    let seed = number as u64;
    let mut random = Random::new(seed);
    let sheet = match number % 3 {
        0 => filled(&definitions()[number / 3 % definitions().len()], seed).sheet,
        _ => Sheet::new(&invented(&mut random, &Options::loose(Blanks::Decidable))),
    };
    let loose = |layout: Layout, degree: usize, random: &mut Random| {
        print(&ruin(&sheet, &Damage::degree(degree), random), layout, random).into_bytes()
    };
    let (ending, bytes) = match number % 10 {
        0..=4 => ("docx", perfect_word(&sheet)),
        5 => ("html", perfect_html(&sheet).into_bytes()),
        6 => ("txt", loose(Layout::Tabs, 1, &mut random)),
        7 => ("txt", loose(Layout::Cells, 0, &mut random)),
        8 => ("md", loose(Layout::Markdown, 1, &mut random)),
        _ => ("txt", loose(Layout::Tail, 2, &mut random)),
    };
    (format!("{number:06}.{ending}"), bytes)
}

/// Writes documents into folders of a thousand.
pub fn write(folder: &Path, count: usize) {
    let hostile = corpus();
    for number in 0..count {
        let (name, bytes) = document(number, &hostile);
        let folder = folder.join(format!("{:03}", number / 1000));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), bytes).expect("writing");
    }
}
