//! What reading costs in memory: at most three times the inflated size of a Word file, whatever its length, and in proportion to it.
//!
//! A binary of its own, for it counts what is allocated. Counts take the place of times: they are the same on every machine, and
//! a pass over what has been read so far, for each row, shows in them.

mod support;

use allocation_counter::{AllocationInfo, measure};
use biaozhun::package::{Limits, Package};
use biaozhun::read::{Options, read};
use support::invented::seedlike;
use support::sheet::Sheet;
use support::word::{Maker, cell, paragraph, perfect_word, row, styles, table};

/// The form of the seed with so many times its indicators.
fn times(times: usize) -> Vec<u8> {
    let mut truth = seedlike();
    for goal in &mut truth.annual_goals {
        goal.indicators = goal.indicators.iter().flat_map(|indicator| vec![indicator.clone(); times]).collect();
    }
    perfect_word(&Sheet::new(&truth))
}

/// Bytes of all parts, unpacked.
fn inflated(file: &[u8]) -> u64 {
    let package = Package::open(file, &Limits::default()).expect("opens");
    package.names().iter().map(|name| package.read(name).expect("a part").len() as u64).sum()
}

fn reading(file: &[u8]) -> AllocationInfo {
    let mut cells = 0;
    // What a thread keeps for unpacking is made once.
    read(file, &Options::default()).expect("reads");
    let counted = measure(|| cells = read(file, &Options::default()).expect("reads").cells().count());
    assert!(cells > 100, "{cells} cells");
    counted
}

#[test]
fn reading_needs_at_most_three_times_the_inflated_size() {
    // As offices type it; with more in each cell; with hardly anything in each cell, where what is kept of a cell weighs most.
    let styled = styles(r#"<w:style w:type="paragraph" w:styleId="A"><w:name w:val="正文"/></w:style>"#);
    let long = |text: &str| {
        let lines = paragraph(text).repeat(3).replace("<w:p>", r#"<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr>"#);
        row(&vec![format!(r#"<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr>{lines}</w:tc>"#); 6])
    };
    let narrow = table(&vec![row(&vec![cell("", "1"); 40]); 500]);
    let files = [
        ("1×", times(1)),
        ("100×", times(100)),
        (
            "lines",
            Maker::default()
                .part("styles", "styles.xml", &styled)
                .pack(&table(&vec![long("按期完成并通过验收"); 400])),
        ),
        ("narrow", Maker::default().pack(&narrow)),
    ];
    for (name, file) in files {
        let (most, size) = (reading(&file).bytes_max, inflated(&file));
        assert!(most <= 3 * size, "{name}: {most} bytes for {size}, {:.2}×", most as f64 / size as f64);
    }
}

#[test]
fn ten_times_the_rows_cost_ten_times_as_much() {
    let [one, ten, hundred] = [1, 10, 100].map(|count| reading(&times(count)));
    for (less, more) in [(one, ten), (ten, hundred)] {
        assert!(more.count_total * 2 <= less.count_total * 21, "{} allocations, then {}", less.count_total, more.count_total);
        assert!(more.bytes_total * 2 <= less.bytes_total * 21, "{} bytes, then {}", less.bytes_total, more.bytes_total);
    }
}
