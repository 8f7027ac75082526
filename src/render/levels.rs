//! Which rows a tree of levels has when printed: those of the record, and a blank one for every level the form prints; and the
//! header of a side with the years that stand in it.
//!
//! Knows hierarchies and records; what a printed row looks like is the view's affair.

use crate::form::{Hierarchy, Side, TreeBand};
use crate::record::{Key, Node};

/// `长期目标（截止 2025年）`, `中期目标（2024年—2026年）`; where a year is not known, there is room for it.
pub(crate) fn header_of_side(side: &Side, year: impl Fn(&Key) -> Option<String>) -> String {
    let Some((until, word)) = &side.until else { return side.label.text.to_string() };
    let year = |key: &Key| year(key).unwrap_or_else(|| " 年".to_owned());
    let first = side.since.as_ref().map(year).unwrap_or_default();
    format!("{}（{first}{word}{}）", side.label.text, year(until))
}

/// One printed row: its labels, and the record's row unless the level has none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelRow<'a> {
    pub labels: [&'a str; 2],
    pub row: Option<&'a Node>,
}

/// A level 2 of the hierarchy, in its order.
struct Known<'a> {
    root: usize,
    labels: [&'a str; 2],
    /// Printed by the scheme.
    printed: bool,
    used: bool,
    done: bool,
}

/// The scheme (year of issue) that a record follows: the latest one of which it uses a level that no earlier scheme has,
/// else the first.
pub(crate) fn scheme(hierarchy: &Hierarchy, tree: &TreeBand, data: &Node) -> Option<u16> {
    let children = || hierarchy.roots.iter().flat_map(|root| root.children.iter().map(move |child| (root, child)));
    let first = children().flat_map(|(_, child)| child.schemes.iter().copied()).min()?;
    let rows = tree.tables(data).into_iter().flat_map(|(_, rows)| rows);
    let used = rows.filter_map(|row| {
        let [level1, level2] = labels(tree, row);
        let (_, child) = children().find(|(root, child)| is(&root.label, level1) && is(&child.label, level2))?;
        child.schemes.iter().copied().min()
    });
    Some(used.fold(first, u16::max))
}

/// The rows of one goal as printed. The record's rows keep their order whatever it is; levels without rows stand where the
/// hierarchy has them.
pub(crate) fn rows<'a>(
    hierarchy: Option<&'a Hierarchy>,
    scheme: Option<u16>,
    tree: &TreeBand,
    rows: &'a [Node],
) -> Vec<LevelRow<'a>> {
    let roots = hierarchy.map_or(&[][..], |hierarchy| &hierarchy.roots);
    let mut known: Vec<Known> = Vec::new();
    for (index, root) in roots.iter().enumerate() {
        known.extend(root.children.iter().map(|child| Known {
            root: index,
            labels: [&root.label.text, &child.label.text],
            printed: scheme.is_some_and(|scheme| child.schemes.contains(&scheme)),
            used: false,
            done: false,
        }));
    }
    // Where in the hierarchy every row of the record belongs, as far as it is known there.
    let places: Vec<(Option<usize>, Option<usize>)> = rows
        .iter()
        .map(|row| {
            let [level1, level2] = labels(tree, row);
            let root = roots.iter().position(|root| is(&root.label, level1));
            let child = root.and_then(|root| {
                let child = roots[root].children.iter().position(|child| is(&child.label, level2))?;
                known.iter().position(|level| level.root == root).map(|start| start + child)
            });
            (root, child)
        })
        .collect();
    let mut left = vec![0usize; roots.len()];
    for (root, child) in &places {
        if let Some(root) = root {
            left[*root] += 1;
        }
        if let Some(child) = child {
            known[*child].used = true;
        }
    }
    let has_rows: Vec<bool> = left.iter().map(|count| *count > 0).collect();

    let mut out = Vec::with_capacity(rows.len() + known.len());
    let mut previous: Option<usize> = None;
    for (row, (root, child)) in rows.iter().zip(&places) {
        if previous != *root
            && let Some(previous) = previous.filter(|previous| left[*previous] == 0)
        {
            blanks(&mut known, &mut out, |_, level| level.root == previous);
        }
        if let Some(root) = *root {
            blanks(&mut known, &mut out, |_, level| level.root < root && !has_rows[level.root]);
            if let Some(child) = *child {
                blanks(&mut known, &mut out, |index, level| level.root == root && index < child);
            }
            left[root] -= 1;
        }
        out.push(LevelRow { labels: labels(tree, row), row: Some(row) });
        previous = *root;
    }
    if let Some(previous) = previous {
        blanks(&mut known, &mut out, |_, level| level.root == previous);
    }
    blanks(&mut known, &mut out, |_, _| true);
    if out.is_empty() {
        // No hierarchy and no row: a blank row shows that something may be filled in.
        out.push(LevelRow { labels: ["", ""], row: None });
    }
    out
}

/// Adds a blank row for every level that the scheme prints, that has no rows, and that `wanted` picks.
fn blanks<'a>(known: &mut [Known<'a>], out: &mut Vec<LevelRow<'a>>, wanted: impl Fn(usize, &Known) -> bool) {
    for (index, level) in known.iter_mut().enumerate() {
        if level.printed && !level.used && !level.done && wanted(index, level) {
            level.done = true;
            out.push(LevelRow { labels: level.labels, row: None });
        }
    }
}

fn labels<'a>(tree: &TreeBand, row: &'a Node) -> [&'a str; 2] {
    [row.text(&tree.levels[0].key), row.text(&tree.levels[1].key)]
}

fn is(label: &crate::form::Label, text: &str) -> bool {
    label.wordings().any(|wording| &**wording == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::load;
    use crate::record::{Key, Leaf};
    use proptest::prelude::*;

    const ROOTS: [(&str, [&str; 4]); 3] = [
        ("产出指标", ["数量指标", "质量指标", "时效指标", "成本指标"]),
        ("效益指标", ["经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"]),
        ("满意度指标", ["服务对象满意度指标"; 4]),
    ];

    /// What is printed for rows with these labels: `产出/数量`, with `·` before a blank one.
    fn printed(labels: &[(&str, &str)]) -> Vec<String> {
        let form = &load::builtin()[0];
        let tree = form.bands.iter().find_map(|band| match band {
            crate::form::Band::Tree(tree) if !tree.optional => Some(tree),
            _ => None,
        });
        let tree = tree.expect("has a tree");
        let leaf = |text: &str| Node::Leaf(Leaf { text: text.into(), ..Leaf::default() });
        let row = |(level1, level2): &(&str, &str)| {
            Node::Map(vec![(tree.levels[0].key.clone(), leaf(level1)), (tree.levels[1].key.clone(), leaf(level2))])
        };
        let nodes: Vec<Node> = labels.iter().map(row).collect();
        let blocks = tree.blocks.as_ref().expect("has blocks");
        let goal = Node::Map(vec![(Key::clone(&blocks.rows), Node::List(nodes.clone()))]);
        let data = Node::Map(vec![(Key::clone(&tree.key), Node::List(vec![goal]))]);
        let hierarchy = form.hierarchy(&tree.hierarchy).expect("has a hierarchy");
        let scheme = scheme(hierarchy, tree, &data);
        let short = |label: &str| label.chars().take(2).collect::<String>();
        rows(Some(hierarchy), scheme, tree, &nodes)
            .iter()
            .map(|row| {
                let mark = if row.row.is_some() { "" } else { "·" };
                format!("{mark}{}/{}", short(row.labels[0]), short(row.labels[1]))
            })
            .collect()
    }

    #[test]
    fn levels_without_rows_stand_where_the_form_has_them() {
        assert_eq!(
            printed(&[("产出指标", "质量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标")]).join(" "),
            "·产出/数量 产出/质量 产出/质量 ·产出/时效 ·产出/成本 ·效益/经济 效益/社会 ·效益/生态 ·效益/可持 ·满意/服务"
        );
        assert_eq!(
            printed(&[("过程指标", "管理指标"), ("产出指标", "其他指标")])[..3].join(" "),
            "过程/管理 产出/其他 ·产出/数量",
            "a label that the form lacks"
        );
    }

    #[test]
    fn an_order_other_than_the_form_s_is_kept() {
        let all = printed(&[("效益指标", "社会效益指标"), ("产出指标", "数量指标"), ("效益指标", "经济效益指标")]);
        let own: Vec<&String> = all.iter().filter(|row| !row.starts_with('·')).collect();
        assert_eq!(own, ["效益/社会", "产出/数量", "效益/经济"]);
        assert_eq!(all.len(), 3 + 6, "every level of the scheme is there once");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rows_keep_their_order_and_no_level_is_missing(picks in proptest::collection::vec((0usize..3, 0usize..4), 0..12)) {
            let labels: Vec<(&str, &str)> = picks.iter().map(|(root, child)| (ROOTS[*root].0, ROOTS[*root].1[*child])).collect();
            let all = printed(&labels);
            let own: Vec<String> = all.iter().filter(|row| !row.starts_with('·')).cloned().collect();
            let short = |label: &str| label.chars().take(2).collect::<String>();
            let expected: Vec<String> = labels.iter().map(|(a, b)| format!("{}/{}", short(a), short(b))).collect();
            prop_assert_eq!(own, expected);
            let mut levels: Vec<&str> = all.iter().map(|row| row.trim_start_matches('·')).collect();
            levels.sort_unstable();
            levels.dedup();
            prop_assert_eq!(levels.len(), 9);
        }
    }
}
