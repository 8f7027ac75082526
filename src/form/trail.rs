//! A field's address in the words that the form prints: `支出构成 / 合计 / 2022` instead of `funds.expense[3].previous[0]`.

use super::Shape;
use crate::record::{Node, Path, Step};
use crate::value::Kind;

/// The labels on the way to a field, and of each row its name or number.
pub fn trail(data: &Node, shape: &Shape, path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    let (mut shape, mut node) = (Some(shape), Some(data));
    let mut maps: Vec<&Node> = Vec::new();
    for step in &path.0 {
        if let Some(map @ Node::Map(_)) = node {
            maps.push(map);
        }
        let inner = node.and_then(|node| node.step(step));
        match (shape, step) {
            (Some(Shape::Map(entries)), Step::Key(key)) => {
                let entry = entries.iter().find(|entry| entry.key == *key);
                let label = entry.map(|entry| &entry.label).filter(|label| !label.is_empty());
                parts.extend(label.map(ToString::to_string));
                shape = entry.map(|entry| &entry.shape);
            }
            (Some(Shape::List { item, length }), Step::Index(index)) => {
                let name = match length {
                    Some(length) => year(&maps, *length, *index),
                    None => inner.and_then(name),
                };
                let name = name.unwrap_or_else(|| (index + 1).to_string());
                match (&**item, parts.last_mut()) {
                    // The first goal, the second paragraph: the number belongs to the label.
                    (Shape::Map(_), Some(label)) if name.bytes().all(|b| b.is_ascii_digit()) => label.push_str(&name),
                    _ => parts.push(name),
                }
                shape = Some(item);
            }
            (_, Step::Key(key)) => parts.push(key.to_string()),
            (_, Step::Index(index)) => parts.push((index + 1).to_string()),
        }
        node = inner;
    }
    parts.join(" / ")
}

/// A row is called by its last name: levels come before the indicator's own.
fn name(row: &Node) -> Option<String> {
    let Node::Map(entries) = row else { return None };
    let names = entries.iter().filter_map(|(_, node)| node.leaf()).filter(|leaf| leaf.kind == Kind::Name);
    names.rev().find(|leaf| !leaf.is_blank()).map(|leaf| leaf.text.clone())
}

/// A list of fixed length stands under years that some map on the way lists.
fn year(maps: &[&Node], length: usize, index: usize) -> Option<String> {
    maps.iter().rev().find_map(|map| {
        let Node::Map(entries) = map else { return None };
        let years = entries.iter().map(|(_, node)| node.items()).find(|items| {
            items.len() == length && items.iter().all(|item| item.leaf().is_some_and(|leaf| leaf.kind == Kind::Year))
        })?;
        years.get(index).and_then(Node::leaf).filter(|leaf| !leaf.is_blank()).map(|leaf| leaf.text.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::load;
    use crate::yaml;

    #[test]
    fn addresses_read_as_the_form_prints_them() {
        let text = "\
form: department-targets
data:
  funds:
    years: [2022, 2021]
    expense:
      - {item: 合计, previous: [1, 2]}
  duties: [甲, 乙]
  annual_goals:
    - goal: 甲
      indicators:
        - {level1: 产出指标, level2: 数量指标, name: 公证业务量, target: 1件}
";
        let definitions = load::builtin();
        let record = yaml::read(text, definitions, &[]).unwrap().record;
        let shape = definitions[0].shape();
        let read = |path: &str| trail(&record.data, shape, &path.parse().unwrap());
        assert_eq!(read("funds.expense[0].previous[1]"), "部门总体资金情况 / 支出构成 / 合计 / 近两年收支金额 / 2021");
        assert_eq!(read("duties[1]"), "部门职能概述 / 2");
        assert_eq!(read("annual_goals[0].indicators[0].target"), "年度目标1 / 年度绩效指标 / 公证业务量 / 指标值");
        assert_eq!(read("annual_goals[3]"), "年度目标4");
    }
}
