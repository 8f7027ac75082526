//! How near two texts are: one slip of the pen, or the same matter in other words.

use crate::value::notation::{fold, is_blank};

/// Whether two texts differ by one character typed wrong, left out, added, or by two neighbours that changed places.
pub fn one_slip(left: &str, right: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if a == b || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Equal => a[1..] == b[1..] || a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..],
        std::cmp::Ordering::Less => *a == b[1..],
        std::cmp::Ordering::Greater => a[1..] == *b,
    }
}

/// The one word of a list that a text is a slip of; `None` where there are two, or where the text is too short to tell.
pub fn nearest<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if text.chars().count() < 4 {
        return None;
    }
    let mut near = words.filter(|word| one_slip(text, word));
    match (near.next(), near.next()) {
        (Some(word), None) => Some(word),
        _ => None,
    }
}

/// Neighbouring characters without blanks and punctuation, sorted: what two wordings of a matter share.
fn pairs(text: &str) -> Vec<[char; 2]> {
    let letters: Vec<char> = text.chars().filter(|c| !is_blank(*c)).map(fold).filter(|c| c.is_alphanumeric()).collect();
    let mut pairs: Vec<[char; 2]> = letters.windows(2).map(|pair| [pair[0], pair[1]]).collect();
    pairs.sort_unstable();
    pairs
}

fn shared(left: &[[char; 2]], right: &[[char; 2]]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < left.len() && j < right.len() {
        match left[i].cmp(&right[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}

/// A text prepared for comparison with many.
pub struct Matter(Vec<[char; 2]>);

impl Matter {
    pub fn of(text: &str) -> Matter {
        Matter(pairs(text))
    }

    /// How much of this text the other one holds, in hundredths.
    pub fn held_by(&self, other: &Matter) -> usize {
        (100 * shared(&self.0, &other.0)).checked_div(self.0.len()).unwrap_or(0)
    }

    /// How alike two texts are, in hundredths.
    pub fn likeness(&self, other: &Matter) -> usize {
        let whole = self.0.len() + other.0.len();
        (200 * shared(&self.0, &other.0)).checked_div(whole).unwrap_or(100)
    }
}

/// How many characters two texts end in alike.
pub fn common_ending(left: &str, right: &str) -> usize {
    left.chars().rev().zip(right.chars().rev()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_matters() {
        assert!(one_slip("年度效指标", "年度绩效指标") && one_slip("质量指际", "质量指标") && one_slip("量质指标", "质量指标"));
        assert!(!one_slip("质量指标", "质量指标") && !one_slip("数量指标", "时效指标") && !one_slip("", "甲乙"));
        assert_eq!(nearest("历史标淮", ["历史标准", "行业标准"].into_iter()), Some("历史标准"));
        assert_eq!(nearest("X标准", ["A标准", "B标准"].into_iter()), None);
        let (part, whole) = (Matter::of("全力维护社会稳定"), Matter::of("全力提升法律服务质量、维护社会稳定"));
        assert!(part.held_by(&whole) >= 80 && part.likeness(&whole) < 80);
        assert_eq!(Matter::of("甲乙，丙").likeness(&Matter::of("甲乙丙。")), 100);
        assert_eq!(common_ending("刑满释放人员帮教率", "帮教率"), 3);
    }
}
