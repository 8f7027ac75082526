//! A starter template for Word, built from a form's definition in the official typography: the only user of docx-rs.
//!
//! The file is a template like any other, to be opened and bettered in Word. Each band is a table of its own, of one width
//! and a hair apart, so that Word repeats its header rows on every page; together they look like the one table of the form.
//! What docx-rs has no word for (repeated header rows, substitute fonts) or writes in another order than the schema is put
//! right by [`super::schema`]; the file is packed again by [`crate::package`], compressed and without dates.

mod looks;
mod parted;

use super::{columns, schema};
use crate::diag::{Error, Message};
use crate::form::{Band, Field, FormDefinition, Label, Level, MatrixColumn, Side, TotalBand, TreeBand};
use crate::package::{self, Limits, Package};
use crate::record::Key;
use crate::value::Kind;
use docx_rs as docx;
use looks::{FANG, Look, Paper, ROW, font_table, fonts, millimetres};
use parted::Parted;
use std::io::Cursor;

/// Builds a Word template for a form.
pub fn scaffold(definition: &FormDefinition) -> Result<Vec<u8>, Error> {
    let number = definition.number.as_ref().map(|number| format!("{{{{ p.{} }}}}", number.key));
    let numbered = number.and_then(|number| columns::numbered(definition, &number));
    let definition = numbered.as_ref().unwrap_or(definition);
    let paper = if columns::is_wide(definition) { Paper::OnItsSide } else { Paper::Upright };
    let mut builder = Builder {
        document: new_document(definition, paper),
        width: paper.width(),
        title: Some(definition.title.text.to_string()),
        headers: Vec::new(),
        after_table: false,
    };
    for band in &definition.bands {
        builder.band(definition, band);
    }
    builder.print_title();
    if builder.after_table {
        // Word wants a paragraph behind the last table.
        builder.paragraph(Look::Gap.paragraph(""));
    }
    let Builder { document, headers, .. } = builder;
    let mut built = document.build();
    built.font_table = font_table().into_bytes();
    right(&mut built.document, &headers)?;
    for part in [&mut built.styles, &mut built.settings, &mut built.numberings].into_iter().chain(&mut built.footers) {
        right(part, &[])?;
    }
    let mut packed = Cursor::new(Vec::new());
    built.pack(&mut packed).map_err(|error| Error::Internal(format!("docx-rs: {error}")))?;
    repack(packed.into_inner())
}

fn new_document(definition: &FormDefinition, paper: Paper) -> docx::Docx {
    let number = |align: docx::AlignmentType, left: i32, right: i32| {
        // One character from the edge, as the standard has it.
        let run = |text: &str| docx::Run::new().add_text(text);
        let paragraph = docx::Paragraph::new().style(Look::Page.name()).align(align);
        let paragraph = paragraph.indent(Some(left), None, Some(right), None);
        docx::Footer::new().add_paragraph(paragraph.add_run(run("— ")).add_page_num(docx::PageNum::new()).add_run(run(" —")))
    };
    let margin = |n: u32| i32::try_from(millimetres(n)).unwrap_or_default();
    let ([width, height], [top, right, bottom, left]) = paper.measures();
    let document = docx::Docx::new().page_size(millimetres(width), millimetres(height)).page_margin(docx::PageMargin {
        top: margin(top),
        left: margin(left),
        right: margin(right),
        bottom: margin(bottom),
        header: margin(15),
        // The number stands 7 mm below the type area.
        footer: margin(bottom - 12),
        gutter: 0,
    });
    let document = match paper {
        Paper::Upright => document,
        Paper::OnItsSide => document.page_orient(docx::PageOrientationType::Landscape),
    };
    let mut document = document
        .default_fonts(fonts(FANG))
        .default_size(21)
        .footer(number(docx::AlignmentType::Right, 0, 280))
        .even_footer(number(docx::AlignmentType::Left, 280, 0))
        .custom_property("biaozhun-form", &*definition.id);
    for look in Look::ALL {
        document = document.add_style(look.style());
    }
    document
}

struct Builder {
    document: docx::Docx,
    /// Of the type area, in twentieths of a point.
    width: u32,
    /// The title, until it is printed.
    title: Option<String>,
    /// For every row of the document: whether it is a header to be repeated.
    headers: Vec<bool>,
    after_table: bool,
}

/// A table being built.
struct Table {
    widths: Vec<u32>,
    rows: Vec<docx::TableRow>,
    headers: Vec<bool>,
}

impl Table {
    fn new(widths: Vec<u32>) -> Self {
        Table { widths, rows: Vec::new(), headers: Vec::new() }
    }

    /// The width of `span` columns from `start`.
    fn width(&self, start: usize, span: usize) -> usize {
        self.widths.iter().skip(start).take(span).map(|width| *width as usize).sum()
    }

    fn row(&mut self, cells: Vec<Cell>) {
        self.add(cells, false, true);
    }

    fn header(&mut self, cells: Vec<Cell>) {
        self.add(cells, true, true);
    }

    fn add(&mut self, cells: Vec<Cell>, header: bool, whole: bool) {
        let mut column = 0;
        let mut built = Vec::with_capacity(cells.len());
        for cell in cells {
            let (start, span) = (column, cell.span);
            column += span;
            built.push(cell.build(self.width(start, span)));
        }
        let row = docx::TableRow::new(built).row_height(ROW as f32).height_rule(docx::HeightRule::AtLeast);
        self.rows.push(if whole { row.cant_split() } else { row });
        self.headers.push(header);
    }

    /// A row that holds a block tag: gone when the template is filled.
    fn tag(&mut self, tag: &str) {
        self.row(vec![Cell::new(Look::Left, tag).span(self.widths.len())]);
    }
}

/// A cell being built.
#[derive(Clone)]
struct Cell {
    span: usize,
    paragraphs: Vec<docx::Paragraph>,
    merge: Option<docx::VMergeType>,
    /// A side without a line.
    open: Option<docx::TableCellBorderPosition>,
    top: bool,
}

impl Cell {
    fn new(look: Look, text: &str) -> Self {
        Cell { span: 1, paragraphs: vec![look.paragraph(text)], merge: None, open: None, top: false }
    }

    /// A paragraph for every line of `list`.
    fn lines(list: &str) -> Self {
        let paragraphs = vec![
            Look::Prose.paragraph(&format!("{{% for line in {list} %}}")),
            Look::Prose.paragraph("{{ line }}"),
            Look::Prose.paragraph("{% endfor %}"),
        ];
        Cell { paragraphs, ..Cell::new(Look::Left, "") }
    }

    fn value(kind: Kind, expression: &str) -> Self {
        Cell::new(Look::of(kind), &format!("{{{{ {expression} }}}}"))
    }

    /// Merged with the cell above where both show the same.
    fn merged(look: Look, expression: &str, within: Option<&str>) -> Self {
        let within = within.map(|within| format!("(within={within})")).unwrap_or_default();
        Cell::new(look, &format!("{{{{ {expression} | merge{within} }}}}"))
    }

    fn span(self, span: usize) -> Self {
        Cell { span, ..self }
    }

    fn restart(self) -> Self {
        Cell { merge: Some(docx::VMergeType::Restart), ..self }
    }

    fn goes_on(span: usize) -> Self {
        Cell::new(Look::Left, "").span(span).below()
    }

    /// One with the cell above.
    fn below(self) -> Self {
        Cell { merge: Some(docx::VMergeType::Continue), ..self }
    }

    fn open(self, side: docx::TableCellBorderPosition) -> Self {
        Cell { open: Some(side), ..self }
    }

    fn top(self) -> Self {
        Cell { top: true, ..self }
    }

    fn build(self, width: usize) -> docx::TableCell {
        let align = if self.top { docx::VAlignType::Top } else { docx::VAlignType::Center };
        let mut cell = docx::TableCell::new().width(width, docx::WidthType::Dxa).vertical_align(align);
        if self.span > 1 {
            cell = cell.grid_span(self.span);
        }
        if let Some(merge) = self.merge {
            cell = cell.vertical_merge(merge);
        }
        if let Some(side) = self.open {
            cell = cell.set_border(docx::TableCellBorder::new(side).border_type(docx::BorderType::Nil));
        }
        self.paragraphs.into_iter().fold(cell, docx::TableCell::add_paragraph)
    }
}

impl Builder {
    fn paragraph(&mut self, paragraph: docx::Paragraph) {
        self.document = std::mem::take(&mut self.document).add_paragraph(paragraph);
        self.after_table = false;
    }

    fn tag(&mut self, tag: &str) {
        let after_table = self.after_table;
        self.paragraph(Look::Gap.paragraph(tag));
        // The tag will be gone.
        self.after_table = after_table;
    }

    fn print_title(&mut self) {
        if let Some(title) = self.title.take() {
            self.paragraph(Look::Title.paragraph(&title));
        }
    }

    fn gap(&mut self) {
        if self.after_table {
            self.paragraph(Look::Gap.paragraph(""));
        }
    }

    fn table(&mut self, table: Table) {
        use docx::{BorderType, TableBorder, TableBorderPosition as Side, WidthType};
        let mut borders = docx::TableBorders::with_empty();
        for side in [Side::Top, Side::Left, Side::Bottom, Side::Right, Side::InsideH, Side::InsideV] {
            borders = borders.set(TableBorder::new(side).border_type(BorderType::Single).size(4).color("000000"));
        }
        let margins = docx::TableCellMargins::new().margin(20, 60, 20, 60);
        self.headers.extend(&table.headers);
        let built = docx::Table::new(table.rows)
            .set_grid(table.widths.iter().map(|width| *width as usize).collect())
            .width(self.width as usize, WidthType::Dxa)
            .layout(docx::TableLayoutType::Fixed)
            .align(docx::TableAlignmentType::Center)
            .margins(margins)
            .set_borders(borders);
        self.document = std::mem::take(&mut self.document).add_table(built);
        self.after_table = true;
    }

    fn band(&mut self, definition: &FormDefinition, band: &Band) {
        if let Band::Line { fields } = band {
            return self.line(fields);
        }
        self.print_title();
        let width = self.width;
        match band {
            Band::Line { .. } => {}
            Band::Pairs { label, fields, rows } => self.pairs(label.as_ref(), fields, rows),
            Band::Text { fields } => self.texts(fields),
            Band::Matrix { key, label, points, corner, columns, groups } => {
                let edge = points.as_ref().map_or_else(|| edge(label, None), |_| edge_of(&format!("p.{key}.label"), None));
                self.gap();
                let grouped = columns::grouped(groups);
                let all: Vec<&MatrixColumn> = columns.iter().collect();
                let fixed: Vec<&MatrixColumn> = columns.iter().filter(|column| !column.field.optional).collect();
                let either = fixed.len() < all.len();
                self.either(key, either, |all_columns| {
                    matrix(width, key, edge.clone(), corner, if all_columns { &all } else { &fixed }, grouped)
                });
            }
            Band::Records { key, label, columns } => {
                self.gap();
                let (all, fixed) = (columns.iter().collect::<Vec<_>>(), columns::required(columns));
                let either = fixed.len() < all.len();
                self.either(key, either, |all_columns| records(width, key, label, if all_columns { &all } else { &fixed }));
            }
            Band::Lists { key, label, sides, .. } => {
                self.gap();
                self.table(lists(width, key, label, sides));
            }
            Band::Tree(tree) => {
                if tree.blocks.is_some() {
                    self.tag(&format!("{{% for goal in p.{} %}}", tree.key));
                }
                self.gap();
                let (all, fixed) = (tree.columns.iter().collect::<Vec<_>>(), columns::required(&tree.columns));
                let either = fixed.len() < all.len();
                self.either(&tree.key, either, |all_columns| goal(width, tree, if all_columns { &all } else { &fixed }));
                if tree.blocks.is_some() {
                    self.tag("{% endfor %}");
                }
            }
            Band::Total(total) => {
                let Some(under) = columns::Under::of(definition, total) else { return };
                self.gap();
                let either = under.fields.iter().any(|field| field.optional);
                self.either(&total.under, either, |all_columns| total_row(width, total, &under, all_columns));
            }
            Band::Notes { key, label, .. } => {
                if self.after_table {
                    let room = docx::LineSpacing::new().line_rule(docx::LineSpacingType::Exact).line(2).before(100);
                    self.paragraph(Look::Gap.paragraph("").line_spacing(room));
                }
                self.paragraph(Look::Note.paragraph(&format!("{{% for line in p.{key} %}}")));
                let first = format!("{{% if loop.first %}}{}：{{% endif %}}{{{{ line }}}}", label.text);
                self.paragraph(Look::Note.paragraph(&first));
                self.paragraph(Look::Note.paragraph("{% endfor %}"));
            }
        }
    }

    /// One table, or two to choose from where some copies of the form have more columns.
    fn either(&mut self, key: &Key, either: bool, table: impl Fn(bool) -> Table) {
        if !either {
            return self.table(table(true));
        }
        self.tag(&format!("{{% if shows.{key}.any %}}"));
        self.table(table(true));
        self.tag("{% else %}");
        self.table(table(false));
        self.tag("{% endif %}");
    }

    /// Marks, then the title, then the other fields from edge to edge.
    fn line(&mut self, fields: &[Field]) {
        for field in fields.iter().filter(|field| field.kind == Kind::Mark) {
            self.paragraph(Look::Mark.paragraph(&format!("{{{{ p.{} }}}}", field.key)));
        }
        self.print_title();
        let fields: Vec<&Field> = fields.iter().filter(|field| field.kind != Kind::Mark).collect();
        let mut paragraph = docx::Paragraph::new().style(Look::Line.name());
        // A unit alone stands at the right.
        let lead = usize::from(fields.len() == 1 && fields[0].kind == Kind::Unit);
        let stops = fields.len().saturating_sub(1) + lead;
        if stops > 0 {
            // A character of this line is as wide as it is high: 12 points.
            for middle in columns::middles(&fields, self.width, 240) {
                paragraph = paragraph.add_tab(docx::Tab::new().val(docx::TabValueType::Center).pos(middle as usize));
            }
            paragraph = paragraph.add_tab(docx::Tab::new().val(docx::TabValueType::Right).pos(self.width as usize));
        }
        for (index, field) in fields.iter().enumerate() {
            if index + lead > 0 {
                paragraph = paragraph.add_run(docx::Run::new().add_tab());
            }
            let text = match columns::inside(field) {
                Some((before, after)) => format!("{before}{{{{ p.{} }}}}{after}", field.key),
                None => format!("{}：{{{{ p.{} }}}}", field.label.text, field.key),
            };
            let text = match field.optional {
                true => format!("{{% if shows.{} %}}{text}{{% endif %}}", field.key),
                false => text,
            };
            paragraph = paragraph.add_run(docx::Run::new().add_text(text));
        }
        if !fields.is_empty() {
            self.paragraph(paragraph);
        }
    }

    fn pairs(&mut self, edge: Option<&Label>, fields: &[Field], rows: &[usize]) {
        self.gap();
        let rows = columns::pair_rows(fields, rows);
        let count = rows.iter().map(Vec::len).max().unwrap_or(1);
        let mut table = Table::new(columns::pairs(edge.is_some(), count, self.width));
        for (number, row) in rows.iter().enumerate() {
            let optional = row.first().filter(|field| field.optional);
            if let Some(field) = optional {
                table.tag(&format!("{{% if shows.{} %}}", field.key));
            }
            let mut cells = match edge {
                Some(label) if number == 0 => vec![Cell::new(Look::Label, &label.text).restart()],
                Some(_) => vec![Cell::goes_on(1)],
                None => Vec::new(),
            };
            for (index, field) in row.iter().enumerate() {
                let span = if index + 1 == row.len() { 2 * (count - row.len()) + 1 } else { 1 };
                cells.push(Cell::new(Look::Label, &field.label.text));
                cells.push(Cell::new(Look::Left, &format!("{{{{ p.{} }}}}", field.key)).span(span));
            }
            table.row(cells);
            if optional.is_some() {
                table.tag("{% endif %}");
            }
        }
        self.table(table);
    }

    fn texts(&mut self, fields: &[Field]) {
        self.gap();
        let mut table = Table::new(columns::equal(1, self.width));
        for field in fields {
            if field.optional {
                table.tag(&format!("{{% if shows.{} %}}", field.key));
            }
            let cells = vec![Cell::new(Look::Label, &field.label.text), Cell::lines(&format!("p.{}", field.key))];
            // A long text may go over a page break.
            table.add(cells, false, false);
            if field.optional {
                table.tag("{% endif %}");
            }
        }
        self.table(table);
    }
}

/// The cell at the left edge beside the header, and the one beside the rows: together they look like one. `within` names what
/// the merged cell does not go beyond.
fn edge(label: &Label, within: Option<&str>) -> (Cell, Cell) {
    // In a string of the template's language.
    let text = label.text.replace('\\', "\\\\").replace('"', "\\\"");
    edge_of(&format!("\"{text}\""), within)
}

fn edge_of(expression: &str, within: Option<&str>) -> (Cell, Cell) {
    let head = Cell::new(Look::Head, "").open(docx::TableCellBorderPosition::Bottom);
    // Where the next part begins, the line is that of the cell above.
    (head, Cell::merged(Look::Label, expression, within).open(docx::TableCellBorderPosition::Top))
}

/// Header rows: the edge, labels of levels, and columns, those under a spanning header in a second row.
fn header_rows(table: &mut Table, parted: &Parted, levels: &[Level], columns: &[&Field]) {
    let deep = columns.iter().any(|field| field.head.is_some());
    let side = docx::TableCellBorderPosition::Bottom;
    let high = |cell: Cell| if deep { cell.restart() } else { cell };
    let mut first = vec![high(Cell::new(Look::Head, "").open(side.clone()))];
    let mut second = vec![Cell::goes_on(1).open(side)];
    for level in levels {
        first.push(high(Cell::new(Look::Head, &level.label.text)));
        second.push(Cell::goes_on(1));
    }
    let mut columns = columns.iter().peekable();
    while let Some(field) = columns.next() {
        let Some(head) = &field.head else {
            first.push(high(Cell::new(Look::Head, &parted.shown(field, &field.label.text))));
            second.push(parted.below(field));
            continue;
        };
        let mut span = 1;
        second.push(Cell::new(Look::Head, &parted.shown(field, &field.label.text)));
        while let Some(next) = columns.next_if(|next| next.head.as_ref() == Some(head)) {
            span += 1;
            second.push(Cell::new(Look::Head, &parted.shown(next, &next.label.text)));
        }
        first.push(Cell::new(Look::Head, &head.text).span(span));
    }
    table.header(first);
    if deep {
        table.header(second);
    }
}

fn matrix(
    width: u32,
    key: &Key,
    (head, side): (Cell, Cell),
    corner: &Label,
    columns: &[&MatrixColumn],
    grouped: bool,
) -> Table {
    let mut table = Table::new(columns::matrix(columns, grouped, width));
    let lead = if grouped { 2 } else { 1 };
    let deep = columns.iter().any(|column| column.across.is_some());
    let parted = Parted::of(key, columns.iter().map(|column| &column.field));
    let mut first = vec![head, Cell::new(Look::Head, &corner.text).span(lead)];
    let mut second = vec![Cell::new(Look::Head, "").open(docx::TableCellBorderPosition::Bottom), Cell::goes_on(lead)];
    let mut row = vec![side];
    row.extend(grouped.then(|| Cell::merged(Look::Middle, "row.group", None)));
    row.push(Cell::new(Look::Middle, "{{ row.item }}"));
    for column in columns {
        let field = &column.field;
        match &column.across {
            None => {
                let header = Cell::new(Look::Head, &parted.shown(field, &field.label.text));
                first.push(if deep { header.restart() } else { header });
                second.push(parted.below(field));
                row.push(Cell::new(Look::of(field.kind), &parted.shown(field, &format!("{{{{ row.{} }}}}", field.key))));
            }
            Some(across) => {
                first.push(Cell::new(Look::Head, &field.label.text).span(across.count));
                for index in 0..across.count {
                    second.push(Cell::new(Look::Head, &format!("{{{{ p.{key}.{}[{index}] }}}}", across.key)));
                    row.push(Cell::value(field.kind, &format!("row.{}[{index}]", field.key)));
                }
            }
        }
    }
    if deep {
        // The corner and the edge reach over both header rows.
        first[1] = Cell::new(Look::Head, &corner.text).span(lead).restart();
        first[0] = Cell::new(Look::Head, "").open(docx::TableCellBorderPosition::Bottom).restart();
        second[0] = Cell::goes_on(1).open(docx::TableCellBorderPosition::Bottom);
    }
    table.header(first);
    if deep {
        table.header(second);
    }
    table.tag(&format!("{{% for row in p.{key}.rows %}}"));
    table.row(row);
    table.tag("{% endfor %}");
    table
}

fn records(width: u32, key: &Key, label: &Label, columns: &[&Field]) -> Table {
    let mut table = Table::new(columns::records(columns, width));
    let (_, side) = edge(label, Some("row.part"));
    let parted = Parted::of(key, columns.iter().copied());
    header_rows(&mut table, &parted, &[], columns);
    table.tag(&format!("{{% for row in p.{key} %}}"));
    table.row(std::iter::once(side).chain(columns.iter().map(|field| parted.value(field))).collect());
    table.tag("{% endfor %}");
    table
}

fn lists(width: u32, key: &Key, label: &Label, sides: &[Side]) -> Table {
    let mut table = Table::new(columns::equal(sides.len(), width));
    let mut first = vec![Cell::new(Look::Head, &label.text).restart()];
    let mut second = vec![Cell::goes_on(1)];
    for side in sides {
        first.push(Cell::new(Look::Head, &format!("{{{{ p.{key}.{}.header }}}}", side.key)));
        second.push(Cell::lines(&format!("p.{key}.{}.lines", side.key)).top());
    }
    table.row(first);
    table.row(second);
    table
}

fn goal(width: u32, tree: &TreeBand, columns: &[&Field]) -> Table {
    let mut table = Table::new(columns::tree(columns, width));
    if let Some(blocks) = &tree.blocks {
        let goal = Cell::value(Kind::Text, &format!("goal.{}", blocks.goal.key)).span(columns.len() + 2);
        table.header(vec![Cell::new(Look::Head, "{{ goal.label }}："), goal]);
    }
    let (_, side) = edge(&tree.label, Some("row.part"));
    let parted = Parted::of(&tree.key, columns.iter().copied());
    header_rows(&mut table, &parted, &tree.levels, columns);
    match &tree.blocks {
        Some(_) => table.tag("{% for row in goal.rows %}"),
        None => table.tag(&format!("{{% for row in p.{}.rows %}}", tree.key)),
    }
    let levels = tree.levels.iter().map(|level| Cell::merged(Look::Middle, &format!("row.{}", level.key), Some("row.part")));
    let cells = columns.iter().map(|field| parted.value(field));
    table.row(std::iter::once(side).chain(levels).chain(cells).collect());
    table.tag("{% endfor %}");
    table
}

/// The row of a total, in the columns of the band that it stands under.
fn total_row(width: u32, total: &TotalBand, under: &columns::Under, all_columns: bool) -> Table {
    let mut table = Table::new(under.widths(all_columns, width));
    let shown = |field: &&Field| all_columns || !field.optional;
    let hidden = under.fields.iter().take(under.first).filter(|field| !shown(field)).count();
    let mut cells = vec![Cell::new(Look::Label, &total.label.text).span(under.label_span() - hidden)];
    for field in under.fields.iter().skip(under.first).filter(|field| shown(field)) {
        cells.push(match total.columns.iter().any(|own| own.key == field.key) {
            true => Cell::value(field.kind, &format!("p.{}.{}", total.key, field.key)),
            false => Cell::new(Look::Left, ""),
        });
    }
    table.row(cells);
    table
}

/// A part of docx-rs put right.
fn right(part: &mut Vec<u8>, headers: &[bool]) -> Result<(), Error> {
    let broken = |detail: &dyn std::fmt::Display| Error::Internal(format!("docx-rs: {detail}"));
    let xml = String::from_utf8(std::mem::take(part)).map_err(|error| broken(&error))?;
    *part = schema::put_right(&xml, headers).map_err(|fault| broken(&fault.detail))?.into_bytes();
    Ok(())
}

/// Packs again with compression and fixed dates.
fn repack(packed: Vec<u8>) -> Result<Vec<u8>, Error> {
    let failed = |message: Message| Error::Internal(format!("docx-rs: {}", message.id));
    let package = Package::open(packed, &Limits::default()).map_err(failed)?;
    let mut parts = Vec::new();
    for name in package.names().iter().filter(|name| !name.ends_with('/')) {
        parts.push((name.clone(), package.read(name).map_err(failed)?));
    }
    package::pack(&parts).map_err(failed)
}
