//! The reader as a whole: every layout a loose text comes in, read as a person would; nothing lost, nothing out of order,
//! whatever the bytes.

use biaozhun::diag::Error;
use biaozhun::document::{Document, Layout, is_blank};
use biaozhun::read::{Limits, read};

fn document(source: &str) -> Document {
    read(source.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}: {source}"))
}

/// A document as text: a line for each block's layout, then its rows: `line:cell@column text`, spans as `+columns` and `v rows`.
fn shown(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        out += &format!("{:?}\n", block.layout);
        for row in &block.rows {
            let cells = row.cells.iter().map(|cell| {
                let mut text = format!("{}@{} {}", cell.locus.spot, cell.column, cell.text.replace('\n', "⏎"));
                if cell.column_span > 1 {
                    text += &format!(" +{}", cell.column_span);
                }
                if cell.row_span > 1 {
                    text += &format!(" v{}", cell.row_span);
                }
                text
            });
            out += &format!("  {}\n", cells.collect::<Vec<_>>().join(" | "));
        }
    }
    for notice in &document.notices {
        out += &format!("! {} {}\n", notice.message.id, notice.locus.spot);
    }
    out
}

#[test]
fn look() {
    if let Ok(file) = std::env::var("LOOK") {
        let bytes = std::fs::read(file).unwrap();
        match read(&bytes, &Limits::default()) {
            Ok(document) => println!("{} {}\n{}", document.reader, document.encoding, shown(&document)),
            Err(error) => println!("{error:?}"),
        }
    }
}
