//! Which labels a misspelt word may have been: those that one edit makes of it.

use super::lexicon::LONGEST;
use rustc_hash::FxHashMap;

/// Labels of four or more characters, by their edges: one edit leaves the first character or the last.
#[derive(Clone, Debug, Default)]
pub struct Spelling {
    /// By length, then as they sort.
    labels: Vec<(Vec<char>, Box<str>)>,
    first: FxHashMap<char, Vec<u32>>,
    last: FxHashMap<char, Vec<u32>>,
}

impl Spelling {
    pub fn new<'k>(labels: impl Iterator<Item = &'k Box<str>>) -> Self {
        let spelt = |label: &Box<str>| (label.chars().collect::<Vec<char>>(), label.clone());
        let mut labels: Vec<_> = labels.map(spelt).filter(|(chars, _)| (4..=LONGEST).contains(&chars.len())).collect();
        labels.sort_unstable_by(|(a, one), (b, other)| a.len().cmp(&b.len()).then_with(|| one.cmp(other)));
        let mut spelling = Spelling::default();
        for (index, (chars, _)) in (0..).zip(&labels) {
            if let (Some(first), Some(last)) = (chars.first(), chars.last()) {
                spelling.first.entry(*first).or_default().push(index);
                spelling.last.entry(*last).or_default().push(index);
            }
        }
        spelling.labels = labels;
        spelling
    }

    /// The labels that differ from a word by one edit at most, short ones first; none of a word with digits.
    pub fn near(&self, word: &str) -> impl Iterator<Item = &str> {
        let near = self.indices(word).unwrap_or_default();
        near.into_iter().filter_map(|index| self.labels.get(index as usize)).map(|(_, label)| &**label)
    }

    fn indices(&self, word: &str) -> Option<Vec<u32>> {
        let by_first = word.chars().next().and_then(|first| self.first.get(&first));
        let by_last = word.chars().next_back().and_then(|last| self.last.get(&last));
        if by_first.is_none() && by_last.is_none() {
            return None;
        }
        let (mut room, mut count) = (['\0'; LONGEST], 0);
        for c in word.chars() {
            if c.is_ascii_digit() {
                return None;
            }
            *room.get_mut(count)? = c;
            count += 1;
        }
        let chars = &room[..count];
        let near = |index: &u32| {
            let label = &self.labels[*index as usize].0;
            label.len().abs_diff(count) <= 1 && one_edit(chars, label)
        };
        let mut found: Vec<u32> = [by_first, by_last].into_iter().flatten().flatten().copied().filter(near).collect();
        found.sort_unstable();
        found.dedup();
        Some(found)
    }
}

/// Whether two texts differ by one insertion, deletion, substitution or exchange of neighbours.
fn one_edit(a: &[char], b: &[char]) -> bool {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (a.len() - tail, b.len() - tail) {
        (0 | 1, 0 | 1) => true,
        (2, 2) => a[0] == b[1] && a[1] == b[0],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(a: &str, b: &str) -> bool {
        one_edit(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn one_edit_is_one_edit() {
        assert!(edits("年度效指标", "年度绩效指标"));
        assert!(edits("联系电目", "联系电话"));
        assert!(edits("标指值", "指标值"));
        assert!(edits("指标", "指标"));
        assert!(!edits("生态效益指标", "社会效益指标"));
        assert!(!edits("目标指", "指标值"));
    }

    #[test]
    fn near_labels_are_found_in_order() {
        let labels: Vec<Box<str>> = ["年度绩效指标", "年度指标", "指标值说明"].map(Box::from).into();
        let spelling = Spelling::new(labels.iter());
        assert_eq!(spelling.near("年度效指标").collect::<Vec<_>>(), ["年度指标", "年度绩效指标"]);
        assert_eq!(spelling.near("指标值说").collect::<Vec<_>>(), ["指标值说明"]);
        assert_eq!(spelling.near("年度指标2").count(), 0);
    }
}
