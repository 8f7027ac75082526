//! `biaozhun read`: what the reader saw, before anyone says what it means: blocks, rows, cells and their places.

use super::draw::shorten;
use super::emit::{BLUE, BOLD, Emit, paint};
use super::report::{failure, locus_json};
use super::{Format, Status, TrackedMode, input};
use biaozhun::diag::{BETWEEN, Error, Message};
use biaozhun::document::{Block, Cell, Document, Layout, Number};
use biaozhun::form::load;
use biaozhun::pipeline;
use clap::Args;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Args)]
pub struct Arguments {
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    #[arg(long, value_enum, default_value = "accept")]
    tracked: TrackedMode,
}

/// Columns for a cell where not all is asked for.
const CELL: usize = 28;
/// So many forms are named that a document may be.
const LIKELY: usize = 3;

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let mut status = Status::Clean;
    let mut files = Vec::new();
    for file in &arguments.files {
        let bytes = input::bytes(file).map_err(|trouble| Error::Unreadable(trouble.message));
        match bytes.and_then(|bytes| input::guarded(|| pipeline::look(&bytes, arguments.tracked.into()))) {
            Ok(document) => match emit.format {
                Format::Json => files.push(document_json(file, &document, emit)),
                _ => human(file, &document, emit),
            },
            Err(error) => {
                status = Status::Failed;
                failure(file, &error, None, emit);
            }
        }
    }
    if emit.format == Format::Json {
        emit.json(&json!({"files": files}));
    }
    status
}

fn layout(layout: Layout) -> (&'static str, &'static str) {
    match layout {
        Layout::Lines => ("lines", "cli.layout_lines"),
        Layout::Grid => ("grid", "cli.layout_grid"),
        Layout::Rows => ("rows", "cli.layout_rows"),
        Layout::Cells => ("cells", "cli.layout_cells"),
        Layout::Words => ("words", "cli.layout_words"),
        Layout::Printed => ("printed", "cli.layout_printed"),
        Layout::Page => ("page", "cli.layout_page"),
    }
}

fn human(file: &str, document: &Document, emit: &mut Emit) {
    let message = Message::new("cli.read_head")
        .with("file", file)
        .with("encoding", document.encoding)
        .with("blocks", document.blocks.len())
        .with("rows", document.blocks.iter().map(|block| block.rows.len()).sum::<usize>())
        .with("cells", document.cells().count());
    let mut out = format!("{}\n", paint(&emit.say(&message), BOLD));
    let likely: Vec<String> =
        likely(document).into_iter().map(|(form, title, score)| format!("{title}（{form}）{score}%")).collect();
    if !likely.is_empty() {
        out.push_str(&format!("{}\n", emit.say(&Message::new("cli.read_likely").with("forms", likely.join(BETWEEN)))));
    }
    for notice in &document.notices {
        out.push_str(&format!("{file}:{}: {}\n", notice.locus.spot, emit.say(&notice.message)));
    }
    for (block, number) in document.blocks.iter().zip(1..) {
        draw(block, number, &mut out, emit);
    }
    emit.print(&out);
}

/// The forms that it looks most like.
fn likely(document: &Document) -> Vec<(Arc<str>, Arc<str>, u32)> {
    let mut likely = pipeline::likely(document, load::builtin());
    likely.truncate(LIKELY);
    likely
}

fn draw(block: &Block, number: usize, out: &mut String, emit: &Emit) {
    let message = Message::new("cli.read_block")
        .with("number", number)
        .with("layout", format!("@{}", layout(block.layout).1))
        .with("rows", block.rows.len());
    out.push_str(&format!("\n{}\n", paint(&emit.say(&message), BOLD)));
    for row in &block.rows {
        let spot = row.cells.first().map(|cell| cell.locus.spot.to_string()).unwrap_or_default();
        let cells: Vec<String> = row.cells.iter().map(|cell| shown(cell, emit.verbose, block.layout)).collect();
        out.push_str(&format!("{} {}\n", paint(&format!("{spot:>9} |"), BLUE), cells.join(" · ")));
    }
}

/// The text with the numbers that its paragraphs have by themselves, in brackets, for they are no part of it.
fn numbered(cell: &Cell) -> String {
    let mut numbers = cell.numbers.iter().peekable();
    let mut out = String::new();
    for (at, c) in (0..).zip(cell.text.chars()) {
        while let Some(number) = numbers.next_if(|number| number.at <= at) {
            out.push_str(&format!("[{}]", number.text));
        }
        out.push(c);
    }
    numbers.for_each(|number| out.push_str(&format!("[{}]", number.text)));
    out
}

fn shown(cell: &Cell, whole: bool, layout: Layout) -> String {
    let text = shorten(&numbered(cell), if whole { usize::MAX } else { CELL });
    match (cell.column_span, cell.row_span) {
        // On a page the span is the width of the text.
        (1, 1) => text,
        _ if layout == Layout::Page => text,
        (columns, rows) => format!("{text} [{columns}×{rows}]"),
    }
}

fn document_json(file: &str, document: &Document, emit: &Emit) -> Value {
    let cell = |cell: &Cell| {
        let mut shown = json!({
            "text": cell.text,
            "raw": cell.raw.as_ref().map(|raw| &raw.text),
            "locus": locus_json(&cell.locus),
            "column": cell.column,
            "column_span": cell.column_span,
            "row_span": cell.row_span,
        });
        if !cell.numbers.is_empty() {
            let number = |number: &Number| json!({"at": number.at, "text": number.text});
            shown["numbers"] = cell.numbers.iter().map(number).collect();
        }
        shown
    };
    let block = |block: &Block| {
        let rows = block.rows.iter().map(|row| row.cells.iter().map(cell).collect::<Vec<_>>());
        json!({"layout": layout(block.layout).0, "rows": rows.collect::<Vec<_>>()})
    };
    let notices = document.notices.iter().map(|n| json!({"message": emit.say(&n.message), "locus": locus_json(&n.locus)}));
    json!({
        "file": file,
        "reader": document.reader,
        "encoding": document.encoding,
        "notices": notices.collect::<Vec<_>>(),
        "recognised": likely(document).iter().map(|(form, _, score)| json!({"form": &**form, "score": score})).collect::<Vec<_>>(),
        "blocks": document.blocks.iter().map(block).collect::<Vec<_>>(),
    })
}
