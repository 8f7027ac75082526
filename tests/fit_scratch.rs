//! Scratch.
use biaozhun::document::*;
use biaozhun::record::*;
fn main_doc(text: &str) -> Document {
    let mut blocks: Vec<Block> = vec![];
    let mut new = true;
    for (i, line) in text.lines().enumerate() {
        if line.trim().is_empty() && !line.contains('\t') {
            new = true;
            continue;
        }
        let layout = if line.contains('\t') { Layout::Rows } else { Layout::Lines };
        let cells: Vec<Cell> = line
            .split('\t')
            .enumerate()
            .map(|(c, t)| {
                let mut cell = Cell::plain(t, i as u32 + 1, c as u32 + 1);
                if let Some(clean) = biaozhun::markup::clean(t) {
                    cell.locus.end = clean.text.chars().count() as u32;
                    cell.raw = Some(RawText { text: t.to_owned(), starts: clean.starts });
                    cell.text = clean.text;
                }
                cell
            })
            .collect();
        if new || blocks.last().is_none_or(|b| b.layout != layout) {
            blocks.push(Block { layout, rows: vec![] });
        }
        new = false;
        blocks.last_mut().unwrap().rows.push(Row { cells });
    }
    Document { reader: "text", encoding: "UTF-8", blocks, notices: vec![] }
}
fn show(node: &Node, indent: usize) -> String {
    match node {
        Node::Leaf(l) => format!("{:?}", l.text),
        Node::List(items) => items.iter().map(|n| format!("\n{}- {}", " ".repeat(indent), show(n, indent + 2))).collect(),
        Node::Map(entries) => {
            if entries.iter().all(|(_, n)| {
                n.leaf().is_some()
                    || n.items().iter().all(|n| n.leaf().is_some()) && n.items().len() < 3 && !matches!(n, Node::Map(_))
            }) && indent > 0
            {
                let s: Vec<String> = entries
                    .iter()
                    .map(|(k, n)| {
                        format!(
                            "{k}: {}",
                            match n {
                                Node::List(i) => format!(
                                    "[{}]",
                                    i.iter().map(|n| n.leaf().unwrap().text.clone()).collect::<Vec<_>>().join(", ")
                                ),
                                n => show(n, 0),
                            }
                        )
                    })
                    .collect();
                format!("{{{}}}", s.join(", "))
            } else {
                entries.iter().map(|(k, n)| format!("\n{}{k}: {}", " ".repeat(indent), show(n, indent + 2))).collect()
            }
        }
    }
}
#[test]
fn seed() {
    let path = std::env::var("FILE").unwrap_or("/work/shared/seed/seed.txt".into());
    let text = std::fs::read(path).unwrap();
    let doc = biaozhun::read::read(&text, &Default::default()).unwrap();
    if std::env::var("DOC").is_ok() {
        for b in &doc.blocks {
            println!("{:?}", b.layout);
            for r in &b.rows {
                println!(
                    "  {}",
                    r.cells
                        .iter()
                        .map(|c| format!("{}@{}", c.text.chars().take(20).collect::<String>(), c.column))
                        .collect::<Vec<_>>()
                        .join(" | ")
                );
            }
        }
    }
    let defs = biaozhun::form::load::builtin();
    let t = std::time::Instant::now();
    let fitted = biaozhun::fit::fit(&doc, &defs).unwrap();
    println!("time {:?}", t.elapsed());
    for f in fitted {
        println!("cost {}", f.cost);
        println!("{}", show(&f.record.data, 0));
        for x in &f.findings {
            println!(
                "{} {} {} {}",
                x.rule,
                x.loci.first().map(|l| l.spot.to_string()).unwrap_or_default(),
                x.at.first().map(|p| p.to_string()).unwrap_or_default(),
                biaozhun::catalogue::render(Default::default(), &x.message)
            );
        }
        for x in &f.record.changes {
            println!("{} {} {} -> {}", x.rule, x.at, x.from, x.to);
        }
        for x in &f.record.unplaced {
            println!("UNPLACED {} {}", x.locus.spot, x.text);
        }
    }
}
#[test]
fn speed() {
    let text = std::fs::read_to_string("/work/shared/seed/seed.txt").unwrap();
    let defs = biaozhun::form::load::builtin();
    let fitter = biaozhun::fit::Fitter::new(&defs);
    let doc = main_doc(&text);
    for _ in 0..std::env::var("ROUNDS").map_or(5, |r| r.parse().unwrap()) {
        let t = std::time::Instant::now();
        let n = std::env::var("ROUNDS").map_or(50, |_| 1);
        for _ in 0..n {
            fitter.fit(&doc).unwrap();
        }
        println!("per fit {:?}", t.elapsed() / n);
    }
    let t = std::time::Instant::now();
    let fitter = biaozhun::fit::Fitter::new(&defs);
    println!("compile {:?}", t.elapsed());
    drop(fitter);
}
#[test]
fn html_trip() {
    let text = std::fs::read("/work/shared/seed/seed.txt").unwrap();
    let defs = biaozhun::form::load::builtin();
    let c = biaozhun::pipeline::convert(&text, defs, Default::default()).unwrap();
    let r = biaozhun::render::Renderer::new(defs.iter().map(|d| biaozhun::render::TemplateSet::built_in(d.clone())));
    let p = biaozhun::render::Printed { record: &c.forms[0].record, findings: &c.forms[0].findings };
    let html = r.html(&p, &Default::default()).unwrap().output;
    std::fs::write("/tmp/seed.html", &html).unwrap();
    std::fs::write("/tmp/seed.docx", r.docx(&p, &Default::default()).unwrap().output).unwrap();
}
