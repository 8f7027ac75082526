//! The last pass over a filled part: it is parsed again, and what only the whole can tell is settled on the way.
//!
//! - cells that declare a merge are merged with the cell above where they show the same;
//! - line breaks inside values become `w:br`;
//! - a cell left without a paragraph gets one, a table left without rows goes;
//! - pictures repeated by a loop get numbers of their own.
//!
//! What is not well-formed afterwards is an error: nothing is handed out that Word would want to repair.

use super::word::UNDECIDED;
use crate::xml::{Fault, Scanner, Space, Token};

/// A line break inside a value, as the escape function leaves it.
pub(crate) const BREAK: &str = "&#10;";

#[derive(Default)]
struct Table {
    /// Where it begins in the output.
    start: usize,
    rows: usize,
    /// Column and key of the mergeable cells of the row above, and of this row.
    above: Vec<(usize, String)>,
    row: Vec<(usize, String)>,
    /// The column of the next cell.
    column: usize,
    /// A cell further left in this row begins anew.
    anew: bool,
}

#[derive(Default)]
struct Cell {
    span: usize,
    /// Goes on from the cell above: shows nothing itself.
    goes_on: bool,
    /// The last child is a paragraph.
    closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Table,
    Row,
    Cell,
    Run,
    Text,
    Other,
}

/// Settles a part. Linear in its length.
pub(crate) fn settle(xml: &str) -> Result<String, Fault> {
    let mut out = String::with_capacity(xml.len());
    let mut scanner = Scanner::new(xml);
    let mut open: Vec<Open> = Vec::new();
    let mut tables: Vec<Table> = Vec::new();
    let mut cells: Vec<Cell> = Vec::new();
    // Where in `open` the run begins that is left out.
    let mut skipping: Option<usize> = None;
    let mut pictures = 0u32;
    let mut copied = 0;
    while let Some((token, range)) = scanner.token()? {
        match token {
            Token::Start { name, empty, attributes } => {
                let local = if name.space == Space::Word { name.local } else { "" };
                let kind = match local {
                    "tbl" => Open::Table,
                    "tr" => Open::Row,
                    "tc" => Open::Cell,
                    "r" => Open::Run,
                    "t" => Open::Text,
                    _ => Open::Other,
                };
                if skipping.is_none() {
                    match kind {
                        Open::Table => {
                            out.push_str(&xml[copied..range.start]);
                            copied = range.start;
                            tables.push(Table { start: out.len(), ..Table::default() });
                        }
                        Open::Row => {
                            if let Some(table) = tables.last_mut() {
                                table.rows += 1;
                                table.above = std::mem::take(&mut table.row);
                                (table.column, table.anew) = (0, false);
                            }
                        }
                        Open::Cell => cells.push(Cell { span: 1, ..Cell::default() }),
                        Open::Run if !empty && cells.last().is_some_and(|cell| cell.goes_on) => {
                            out.push_str(&xml[copied..range.start]);
                            skipping = Some(open.len());
                        }
                        _ => {}
                    }
                    if open.last() == Some(&Open::Cell)
                        && let Some(cell) = cells.last_mut()
                    {
                        cell.closed = local == "p";
                    }
                    match (local, cells.last_mut(), tables.last_mut()) {
                        ("gridSpan", Some(cell), _) => {
                            cell.span = attributes.get("val").and_then(|n| n.parse().ok()).unwrap_or(1);
                        }
                        ("vMerge", Some(cell), Some(table)) => {
                            let value = attributes.get("val").unwrap_or_default();
                            if let Some(key) = value.strip_prefix(UNDECIDED) {
                                out.push_str(&xml[copied..range.start]);
                                copied = range.end;
                                out.push_str(decide(table, cell, key));
                            }
                        }
                        _ => {}
                    }
                    if name.local == "docPr" && attributes.get("id").is_some() {
                        pictures += 1;
                        out.push_str(&xml[copied..range.start]);
                        copied = range.end;
                        renumber(&xml[range.clone()], pictures, &mut out);
                    }
                }
                if !empty {
                    open.push(kind);
                } else if kind == Open::Cell && skipping.is_none() {
                    // A cell without anything is no cell for Word.
                    out.push_str(&xml[copied..range.start]);
                    let tag = xml[range.clone()].trim_end_matches("/>").trim_end();
                    let full = tag.trim_start_matches('<').split_ascii_whitespace().next().unwrap_or("w:tc");
                    out.push_str(&format!("{tag}><w:p/></{full}>"));
                    copied = range.end;
                    close_cell(&mut cells, &mut tables);
                }
            }
            Token::End(_) => {
                let kind = open.pop().unwrap_or(Open::Other);
                if let Some(level) = skipping {
                    if open.len() == level {
                        skipping = None;
                        copied = range.end;
                    }
                    continue;
                }
                match kind {
                    Open::Cell => {
                        if cells.last().is_some_and(|cell| !cell.closed) {
                            out.push_str(&xml[copied..range.start]);
                            copied = range.start;
                            out.push_str("<w:p/>");
                        }
                        close_cell(&mut cells, &mut tables);
                    }
                    Open::Table => {
                        if let Some(table) = tables.pop().filter(|table| table.rows == 0) {
                            out.truncate(table.start);
                            copied = range.end;
                        }
                    }
                    _ => {}
                }
            }
            Token::Text(_) if skipping.is_none() && open.last() == Some(&Open::Text) && &xml[range.clone()] == BREAK => {
                out.push_str(&xml[copied..range.start]);
                copied = range.end;
                out.push_str("</w:t><w:br/><w:t xml:space=\"preserve\">");
            }
            Token::Text(_) | Token::Other => {}
        }
    }
    out.push_str(&xml[copied..]);
    Ok(out)
}

/// The element for a declared merge: of the cell above, anew, or none at all.
fn decide(table: &mut Table, cell: &mut Cell, key: &str) -> &'static str {
    let same = !table.anew && table.above.iter().any(|(column, above)| *column == table.column && above == key);
    table.row.push((table.column, key.to_owned()));
    if key.trim().is_empty() {
        // Blanks are not known to be the same.
        table.anew = true;
        table.row.pop();
        return "";
    }
    if same {
        cell.goes_on = true;
        return "<w:vMerge/>";
    }
    table.anew = true;
    "<w:vMerge w:val=\"restart\"/>"
}

fn close_cell(cells: &mut Vec<Cell>, tables: &mut [Table]) {
    if let (Some(cell), Some(table)) = (cells.pop(), tables.last_mut()) {
        table.column += cell.span.max(1);
    }
}

/// A start tag with another `id`.
fn renumber(tag: &str, number: u32, out: &mut String) {
    let value = tag.find(" id=").map(|at| at + 4).and_then(|at| {
        let quote = tag[at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let end = tag[at + 1..].find(quote)? + at + 1;
        Some((at + 1, end))
    });
    match value {
        Some((start, end)) => {
            out.push_str(&tag[..start]);
            out.push_str(&number.to_string());
            out.push_str(&tag[end..]);
        }
        None => out.push_str(tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::word;
    use proptest::prelude::*;

    fn piece() -> impl Strategy<Value = String> {
        let text = "[甲 {}%#|\"“a-c&;<]{0,8}";
        let leaf = prop_oneof![
            text.prop_map(|text| {
                let mut out = String::from("<w:r><w:t>");
                crate::xml::escape(&text, &mut out);
                out + "</w:t></w:r>"
            }),
            Just("<w:vMerge w:val=\"?k\"/>".to_owned()),
            Just("<w:tcPr/>".to_owned()),
            Just("<w:t>{{ a | merge(within=b) }}</w:t>".to_owned()),
        ];
        leaf.prop_recursive(6, 40, 4, |inner| {
            let tag = prop_oneof![Just("p"), Just("r"), Just("t"), Just("tc"), Just("tr"), Just("tbl"), Just("tcPr")];
            (tag, proptest::collection::vec(inner, 0..4))
                .prop_map(|(tag, inner)| format!("<w:{tag}>{}</w:{tag}>", inner.concat()))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn whatever_the_tree_nothing_panics_and_all_stays_well_formed(body in piece()) {
            let xml = format!(
                "<w:body xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{body}</w:body>"
            );
            let settled = settle(&xml);
            prop_assert!(settled.is_ok_and(|settled| crate::xml::check(&settled).is_ok()));
            let _ = word::compile(&xml, "part", &|_| None);
        }
    }
}
