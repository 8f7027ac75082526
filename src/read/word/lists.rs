//! Lists of binary Word files and of RTF: their levels, and the numbers printed before paragraphs.

use super::bytes::Bytes;
use crate::value::counting::Counting;
use rustc_hash::FxHashMap;

const LEVELS: usize = 9;

#[derive(Clone, Debug, Default)]
pub(in crate::read) struct Level {
    pub start: u32,
    pub counting: Counting,
    pub bullet: bool,
    pub legal: bool,
    /// Levels 0–8 stand for their numbers.
    pub text: String,
}

impl Level {
    /// Takes the format of its numbers, by the code that Word's formats have.
    pub fn count(&mut self, code: u8) {
        (self.counting, self.bullet) = (Counting::coded(code), code == 23);
    }
}

/// For a level: where it begins instead, how it looks instead.
pub(in crate::read) type Changes = FxHashMap<u8, (Option<u32>, Option<Level>)>;

/// All lists of a file, with the numbers counted so far.
#[derive(Debug, Default)]
pub(in crate::read) struct Lists {
    lists: FxHashMap<u32, Vec<Level>>,
    /// The list that a paragraph's number of list means, and levels that begin or look otherwise there.
    uses: Vec<(u32, Changes)>,
    counts: FxHashMap<u32, [u32; LEVELS]>,
    begun: FxHashMap<(u16, u8), ()>,
}

/// One level, and where the next begins.
fn level(bytes: &[u8], at: usize) -> Option<(Level, usize)> {
    let start = bytes.u32(at)?;
    let (code, flags) = (bytes.u8(at + 4)?, bytes.u8(at + 5)?);
    let skip = usize::from(bytes.u8(at + 24)?) + usize::from(bytes.u8(at + 25)?);
    let text = at + 28 + skip;
    let length = usize::from(bytes.u16(text)?);
    let level = Level {
        start,
        counting: Counting::coded(code),
        bullet: code == 23,
        legal: flags & 4 != 0,
        text: bytes.wide(text + 2, length)?,
    };
    Some((level, text + 2 + 2 * length))
}

impl Lists {
    /// `lists` may be longer than it says: the levels follow it.
    pub fn read(lists: &[u8], uses: &[u8]) -> Lists {
        let mut made = Lists::default();
        made.read_lists(lists);
        made.read_uses(uses);
        made
    }

    /// A list, by its own number.
    pub fn add(&mut self, id: u32, levels: Vec<Level>) {
        self.lists.insert(id, levels);
    }

    /// The next number that paragraphs call a list by: which list it means, and what is otherwise in it.
    pub fn add_use(&mut self, id: u32, changes: Changes) {
        self.uses.push((id, changes));
    }

    /// How many numbers there are that paragraphs call lists by.
    pub fn uses(&self) -> usize {
        self.uses.len()
    }

    fn read_lists(&mut self, bytes: &[u8]) -> Option<()> {
        let count = usize::from(bytes.u16(0)?);
        let mut at = 2 + 28 * count;
        for index in 0..count {
            let head = 2 + 28 * index;
            let id = bytes.u32(head)?;
            let levels = if bytes.u8(head + 26)? & 1 != 0 { 1 } else { LEVELS };
            let mut found = Vec::with_capacity(levels);
            for _ in 0..levels {
                let (level, next) = level(bytes, at)?;
                found.push(level);
                at = next;
            }
            self.lists.insert(id, found);
        }
        Some(())
    }

    fn read_uses(&mut self, bytes: &[u8]) -> Option<()> {
        let count = bytes.u32(0)? as usize;
        let mut at = 4usize.checked_add(count.checked_mul(16)?)?;
        for index in 0..count {
            let head = 4 + 16 * index;
            let id = bytes.u32(head)?;
            let changes = bytes.u8(head + 12)?;
            self.uses.push((id, FxHashMap::default()));
            at += 4;
            for _ in 0..changes {
                let (start, flags) = (bytes.u32(at)?, bytes.u32(at + 4)?);
                at += 8;
                let mut changed = (None, None);
                if flags & 0x20 != 0 {
                    let (level, next) = level(bytes, at)?;
                    at = next;
                    changed.1 = Some(level);
                }
                if flags & 0x10 != 0 {
                    changed.0 = Some(changed.1.as_ref().map_or(start, |level: &Level| level.start));
                }
                self.uses.last_mut()?.1.insert((flags & 0xf) as u8, changed);
            }
        }
        Some(())
    }

    /// The number before the next paragraph of a list.
    pub fn number(&mut self, list: u16, index: u8) -> Option<String> {
        let (id, changes) = self.uses.get(usize::from(list).checked_sub(1)?)?;
        let base = self.lists.get(id)?;
        let level_of =
            |index: usize| changes.get(&(index as u8)).and_then(|(_, level)| level.as_ref()).or_else(|| base.get(index));
        let at = usize::from(index).min(base.len().saturating_sub(1));
        let level = level_of(at)?;
        if level.bullet {
            let sign = level.text.chars().next().map(|c| if matches!(c, '\u{e000}'..='\u{f8ff}') { '•' } else { c });
            return sign.map(String::from);
        }
        let counts = self.counts.entry(*id).or_insert([0; LEVELS]);
        for (above, count) in counts.iter_mut().enumerate().take(at) {
            if *count == 0 {
                *count = level_of(above).map_or(1, |level| level.start).max(1);
            }
        }
        let restart = changes.get(&index).and_then(|(start, _)| *start);
        let first = self.begun.insert((list, index), ()).is_none();
        counts[at] = match (restart.filter(|_| first), counts[at]) {
            (Some(start), _) => start,
            (None, 0) => level.start,
            (None, before) => before.saturating_add(1),
        };
        counts[at + 1..].fill(0);
        let mut out = String::new();
        for c in level.text.chars() {
            match (c as usize) < LEVELS {
                true => {
                    let counting = if level.legal {
                        Counting::Decimal
                    } else {
                        level_of(c as usize).map_or(Counting::Decimal, |l| l.counting)
                    };
                    out.push_str(&counting.text(counts[c as usize]));
                }
                false => out.push(c),
            }
        }
        Some(out).filter(|number| !number.trim().is_empty())
    }
}
