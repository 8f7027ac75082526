//! Numbers of lists and headings of OpenDocument, counted in the order of the text.

use super::styles::{LEVELS, List, Styles};
use rustc_hash::FxHashMap;

type Counts = [u32; LEVELS];

/// The lists open, and where those that may be continued have stopped.
#[derive(Debug, Default)]
pub(super) struct Lists {
    open: Vec<Open>,
    counts: Counts,
    by_style: FxHashMap<String, Counts>,
    by_id: FxHashMap<String, Counts>,
    headings: Counts,
}

#[derive(Debug)]
struct Open {
    style: Option<String>,
    id: Option<String>,
    /// An item whose first paragraph has not come yet.
    fresh: bool,
    start: Option<u32>,
}

impl Lists {
    pub fn open(&mut self, style: Option<String>, id: Option<String>, goes_on: bool, behind: Option<String>) {
        let style = style.or_else(|| self.open.last().and_then(|list| list.style.clone()));
        if self.open.is_empty() {
            let before = behind.as_ref().and_then(|id| self.by_id.get(id));
            let same = || style.as_ref().filter(|_| goes_on).and_then(|style| self.by_style.get(style));
            self.counts = before.or_else(same).copied().unwrap_or_default();
        }
        self.open.push(Open { style, id, fresh: false, start: None });
    }

    pub fn close(&mut self) {
        let Some(list) = self.open.pop() else { return };
        if self.open.is_empty() {
            if let Some(style) = list.style {
                self.by_style.insert(style, self.counts);
            }
            if let Some(id) = list.id {
                self.by_id.insert(id, self.counts);
            }
        }
    }

    pub fn item(&mut self, start: Option<u32>, counted: bool) {
        if let Some(list) = self.open.last_mut() {
            (list.fresh, list.start) = (counted, start);
        }
    }

    /// The number before a paragraph that begins now.
    pub fn paragraph(&mut self, styles: &Styles, style: Option<&str>) -> Option<String> {
        let level = self.open.len().checked_sub(1)?.min(LEVELS - 1);
        let list = self.open.last_mut()?;
        if !std::mem::take(&mut list.fresh) {
            return None;
        }
        let own = list.style.clone().or_else(|| style.and_then(|style| styles.list_of(style)))?;
        count(&mut self.counts, level, styles.list(&own)?, list.start.take())
    }

    /// The number before a heading that stands in no list.
    pub fn heading(&mut self, styles: &Styles, level: u32) -> Option<String> {
        if !self.open.is_empty() {
            return None;
        }
        let level = (level.clamp(1, LEVELS as u32) - 1) as usize;
        count(&mut self.headings, level, styles.outline(), None)
    }
}

fn count(counts: &mut Counts, level: usize, list: &List, start: Option<u32>) -> Option<String> {
    for (above, count) in counts.iter_mut().enumerate().take(level) {
        // Levels that were never printed count as begun.
        if *count == 0 {
            *count = list.start_of(above);
        }
    }
    counts[level] = match (start, counts[level]) {
        (Some(start), _) => start,
        (None, 0) => list.start_of(level),
        (None, before) => before.saturating_add(1),
    };
    counts[level + 1..].fill(0);
    list.label(&counts[..=level])
}
