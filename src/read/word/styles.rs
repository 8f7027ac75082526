//! Styles of binary Word files: what they say of being hidden and of lists; and the names of fonts.

use super::bytes::Bytes;
use super::properties::{Character, Formatted};

/// How far a style may lead to its parents.
const PARENTS: usize = 32;

#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: Vec<Style>,
}

#[derive(Clone, Debug, Default)]
struct Style {
    parent: usize,
    paragraph: Vec<u8>,
    character: Vec<u8>,
}

impl Styles {
    pub fn read(bytes: &[u8]) -> Styles {
        let mut styles = Styles::default();
        styles.fill(bytes);
        styles
    }

    fn fill(&mut self, bytes: &[u8]) -> Option<()> {
        let head = usize::from(bytes.u16(0)?);
        let (count, base) = (bytes.u16(2)?, usize::from(bytes.u16(4)?));
        let mut at = 2 + head;
        for _ in 0..count {
            let length = usize::from(bytes.u16(at)?);
            let style = bytes.part(at + 2, length)?;
            self.styles.push(one(style, base).unwrap_or_default());
            at += 2 + length;
        }
        Some(())
    }

    /// The styles from the outermost parent to this one.
    fn way(&self, style: u16) -> Vec<&Style> {
        let mut way = Vec::new();
        let mut at = usize::from(style);
        while let Some(style) = self.styles.get(at).filter(|_| way.len() < PARENTS) {
            way.push(style);
            at = style.parent;
        }
        way.reverse();
        way
    }

    pub fn character(&self, style: u16) -> Character {
        let mut made = Character::default();
        self.way(style).iter().for_each(|style| made.apply(&style.character, false));
        made
    }

    pub fn paragraph(&self, style: u16) -> Formatted {
        let mut made = Formatted::default();
        self.way(style).iter().for_each(|style| made.apply(&style.paragraph, &[]));
        Formatted { style, ..made }
    }
}

fn one(bytes: &[u8], base: usize) -> Option<Style> {
    let kind = bytes.u16(2)?;
    let parent = usize::from(kind >> 4);
    let count = bytes.u16(4)? & 0xf;
    let name = usize::from(bytes.u16(base)?);
    let mut at = base + 2 + 2 * name + 2;
    let mut parts = Vec::new();
    for _ in 0..count {
        at += at & 1;
        let length = usize::from(bytes.u16(at)?);
        parts.push(bytes.part(at + 2, length)?.to_vec());
        at += 2 + length;
    }
    let mut style = Style { parent, ..Style::default() };
    let mut parts = parts.into_iter();
    match kind & 0xf {
        1 => {
            style.paragraph = parts.next().map(|part| part.get(2..).unwrap_or_default().to_vec()).unwrap_or_default();
            style.character = parts.next().unwrap_or_default();
        }
        2 => style.character = parts.next().unwrap_or_default(),
        _ => {}
    }
    Some(style)
}

/// The names of the fonts, in their order.
pub(super) fn fonts(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 4;
    while let Some(length) = bytes.u8(at) {
        let font = bytes.part(at, usize::from(length) + 1).unwrap_or_default();
        let units = font.get(40..).unwrap_or_default().len() / 2;
        let name = font.wide(40, units).unwrap_or_default();
        names.push(name.split('\0').next().unwrap_or_default().to_owned());
        at += usize::from(length) + 1;
    }
    names
}
