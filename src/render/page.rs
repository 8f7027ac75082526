//! The page: parsing HTML templates, and making one from a definition.
//!
//! The page that is made is a template like any other: plain Tera with the form's labels typed in it, meant to be read and
//! bettered. Its tables are true grids, one per band so that each one's header is repeated on every printed page, and they
//! abut so that they print as the one table that the form is. Label and header texts are those of the definition, every
//! value stands in a cell or line of its own: so the page can be read back.
//!
//! A label at the left edge of a band with a header belongs, for a reader, before the header; for the eye, in the middle of
//! the rows. It stands as text in the header (hidden to the eye) and is drawn beside the rows by the style sheet.
//!
//! Three readers have one page: on paper the form; on a screen too narrow for its columns, every row as a card, where each value
//! has its header before it (`data-label`); and whoever hears it, by captions and scopes. Signs beside a field ([`super::marks`])
//! lead to what is said of it behind the form; they are not printed, and not read back.

use super::columns::{self, Place, place};
use super::marks::Signs;
use super::named::Named;
use super::plain::Plain;
use super::prepare::{self, Prepared};
use super::view::View;
use super::{counted, said};
use crate::form::{Band, Field, FormDefinition, Label, MatrixColumn, Side, TotalBand, TreeBand};
use crate::record::Key;
use crate::value::Kind;
use std::fmt::Write as _;
use tera::Tera;

/// Stands in labels for a number of the record until the template is whole: tags in labels are escaped.
const NUMBER: &str = "\u{e000}";
/// The names of the template, as it is written and as it is filled: their ending makes Tera escape.
const NAME: &str = "form.html";
const PREPARED: &str = "prepared.html";

/// A page template, parsed.
pub(crate) struct Template {
    tera: Tera,
    prepared: Prepared,
    plain: Option<Plain>,
    pub named: Named,
}

impl Template {
    pub(crate) fn parse(source: &str) -> Result<Template, tera::Error> {
        let mut tera = Tera::default();
        tera.set_escape_fn(escape);
        super::filters::register(&mut tera);
        super::marks::register(&mut tera);
        tera.register_function(prepare::TURN, super::filters::turn);
        tera.register_function("range", super::filters::range);
        // As it was written: for what is wrong with it, and where.
        tera.add_raw_template(NAME, source)?;
        let prepared = prepare::prepared(source);
        tera.add_raw_template(PREPARED, &prepared.source)?;
        let plain = Plain::read(&prepared.source, &[["{{", "}}"], ["{%", "%}"], ["{#", "#}"]]).filter(|_| !prepared.asks);
        Ok(Template { tera, prepared, plain, named: Named::by(source) })
    }

    #[cfg(test)]
    pub(crate) fn is_plain(&self) -> bool {
        self.plain.is_some()
    }

    /// `signs`: what stands at fields, by their paths.
    pub(crate) fn fill(&self, view: &View, signs: &Signs) -> Result<String, tera::Error> {
        if let Some(plain) = &self.plain {
            let mut out = counted::Page::with_capacity(96 << 10, &self.prepared.pieces, signs);
            if plain.fill(&view.entries, &mut out).is_ok() {
                let filled = out.into_text();
                debug_assert_eq!(self.fill_by_tera(view, signs).ok().as_ref(), Some(&filled));
                return Ok(filled);
            }
        }
        self.fill_by_tera(view, signs)
    }

    fn fill_by_tera(&self, view: &View, signs: &Signs) -> Result<String, tera::Error> {
        let mut context = view.context();
        if self.prepared.asks {
            context.insert_value(super::marks::CONTEXT, super::marks::value(signs));
        }
        let fill = |name, pieces| {
            counted::begin();
            let mut out = counted::Page::with_capacity(96 << 10, pieces, signs);
            self.tera.render_to(name, &context, &mut out).map(|()| out.into_text())
        };
        fill(PREPARED, &self.prepared.pieces).map_err(|error| match said::is_limit(&error) {
            // It would go on too long as it was written, too.
            true => error,
            false => fill(NAME, &[]).err().unwrap_or(error),
        })
    }
}

/// The same for Tera.
fn escape(text: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut escaped = String::with_capacity(text.len());
    super::escape::into(text, &mut escaped);
    out.write_all(escaped.as_bytes())
}

/// A page template for a form, made from its definition alone.
pub fn scaffold_html(definition: &FormDefinition) -> String {
    let numbered = columns::numbered(definition, NUMBER);
    let definition = numbered.as_ref().unwrap_or(definition);
    let mut page = Page { out: String::with_capacity(16 << 10), title: Some(html(&definition.title.text)) };
    page.head(definition);
    for band in &definition.bands {
        page.band(definition, band);
    }
    page.print_title();
    page.out.push_str("</main>\n");
    page.out.push_str(include_str!("appendix.html"));
    page.out.push_str("</body>\n</html>\n");
    match &definition.number {
        Some(number) => page.out.replace(NUMBER, &format!("{{{{ p.{} }}}}", number.key)),
        None => page.out,
    }
}

/// A page being written.
struct Page {
    out: String,
    /// The title, until it is printed.
    title: Option<String>,
}

impl Page {
    fn line(&mut self, text: std::fmt::Arguments) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{text}");
    }

    fn head(&mut self, definition: &FormDefinition) {
        let title = html(&definition.title.text);
        self.out.push_str("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
        // Nothing is loaded from anywhere, nothing runs.
        self.out
            .push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; ");
        self.out.push_str("img-src data:; base-uri 'none'; form-action 'none'\">\n");
        self.out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        self.out.push_str("<meta name=\"generator\" content=\"biaozhun {{ version }}\">\n");
        self.line(format_args!("<title>{title}</title>"));
        let wide = if columns::is_wide(definition) { include_str!("wide.css") } else { "" };
        self.line(format_args!("<style>\n{}{wide}</style>\n</head>\n<body>", include_str!("page.css")));
        self.line(format_args!("<main data-biaozhun-form=\"{{{{ form }}}}\" aria-label=\"{title}\">"));
    }

    fn print_title(&mut self) {
        if let Some(title) = self.title.take() {
            self.line(format_args!("<h1>{title}{}</h1>", own(super::marks::WHOLE)));
        }
    }

    fn band(&mut self, definition: &FormDefinition, band: &Band) {
        if let Band::Line { fields } = band {
            return self.lines(fields);
        }
        self.print_title();
        match band {
            Band::Line { .. } => {}
            Band::Pairs { label, fields, rows } => self.pairs(label.as_ref(), fields, rows),
            Band::Text { fields } => self.texts(fields),
            Band::Matrix { key, label, points, corner, columns, groups } => {
                let edge = match points {
                    Some(_) => format!("{{{{ p.{key}.label }}}}"),
                    None => html(&label.text),
                };
                self.matrix(key, &edge, corner, columns, columns::grouped(groups));
            }
            Band::Records { key, label, columns } => self.records(key, label, columns),
            Band::Lists { key, label, sides, .. } => self.lists(key, label, sides),
            Band::Tree(tree) => self.tree(tree),
            Band::Total(total) => self.total(definition, total),
            Band::Notes { key, label, .. } => {
                self.line(format_args!(
                    "<section class=\"notes\"{{% if not shows.{key} %}} data-biaozhun=\"appendix\"{{% endif %}}>\n\
                     {{% for line in p.{key} %}}<p>{{% if loop.first %}}{}：{{% endif %}}{{{{ line }}}}{}</p>\n{{% endfor %}}</section>",
                    html(&label.text),
                    marks(&format!("\"{key}\""), ", index=loop.index0")
                ));
            }
        }
    }

    /// Marks, then the title, then the other fields side by side.
    fn lines(&mut self, fields: &[Field]) {
        for field in fields.iter().filter(|field| field.kind == Kind::Mark) {
            let key = &field.key;
            let said = own(key);
            self.line(format_args!("{{% if p.{key} %}}<p class=\"mark\">{{{{ p.{key} }}}}{said}</p>{{% endif %}}"));
        }
        self.print_title();
        self.line(format_args!("<div class=\"line\">"));
        for field in fields.iter().filter(|field| field.kind != Kind::Mark) {
            let class = if field.kind == Kind::Unit { " class=\"unit\"" } else { "" };
            let text = match columns::inside(field) {
                Some((before, after)) => {
                    format!("<p{class}>{}{{{{ p.{} }}}}{}{}</p>", html(before), field.key, html(after), own(&field.key))
                }
                None => format!("<p{class}>{}：{{{{ p.{} }}}}{}</p>", html(&field.label.text), field.key, own(&field.key)),
            };
            self.line(format_args!("{}", optional(field, None, text)));
        }
        self.line(format_args!("</div>"));
    }

    fn pairs(&mut self, edge: Option<&Label>, fields: &[Field], rows: &[usize]) {
        let rows = columns::pair_rows(fields, rows);
        let count = rows.iter().map(Vec::len).max().unwrap_or(1);
        self.table("", None, &columns::pairs(edge.is_some(), count, 1000));
        self.out.push_str("<tbody>\n");
        for (number, row) in rows.iter().enumerate() {
            let mut cells = match edge {
                Some(label) if number == 0 => {
                    format!("<th scope=\"row\" rowspan=\"{}\">{}</th>", rows.len(), html(&label.text))
                }
                _ => String::new(),
            };
            for (index, field) in row.iter().enumerate() {
                let span = if index + 1 == row.len() { 2 * (count - row.len()) + 1 } else { 1 };
                let span = if span > 1 { format!(" colspan=\"{span}\"") } else { String::new() };
                let label = html(&field.label.text);
                let said = own(&field.key);
                let _ = write!(cells, "<th scope=\"row\">{label}</th><td{span}>{{{{ p.{} }}}}{said}</td>", field.key);
            }
            let cells = format!("<tr>{cells}</tr>");
            // A row with an optional field holds nothing else.
            let text = row.first().map(|field| optional(field, None, cells)).unwrap_or_default();
            self.line(format_args!("{text}"));
        }
        self.out.push_str("</tbody>\n</table>\n");
    }

    fn texts(&mut self, fields: &[Field]) {
        self.table("", None, &columns::equal(1, 1000));
        self.out.push_str("<tbody>\n");
        for field in fields {
            let said = own(&field.key);
            let of_line = if field.list { marks(&format!("\"{}\"", field.key), ", index=loop.index0") } else { String::new() };
            let cell = format!("{{% for line in p.{} %}}<p>{{{{ line }}}}{of_line}</p>{{% endfor %}}", field.key);
            let label = html(&field.label.text);
            let row = format!("<tr class=\"long\"><th scope=\"row\">{label}{said}</th><td>{cell}</td></tr>");
            self.line(format_args!("{}", optional(field, None, row)));
        }
        self.out.push_str("</tbody>\n</table>\n");
    }

    fn matrix(&mut self, key: &Key, edge: &str, corner: &Label, columns: &[MatrixColumn], grouped: bool) {
        let count = |column: &MatrixColumn| column.across.as_ref().map_or(1, |across| across.count);
        let fields: Vec<&Field> = columns.iter().flat_map(|column| std::iter::repeat_n(&column.field, count(column))).collect();
        let widths = |columns: &[&MatrixColumn]| columns::matrix(columns, grouped, 1000);
        let fixed: Vec<&MatrixColumn> = columns.iter().filter(|column| !column.field.optional).collect();
        let all: Vec<&MatrixColumn> = columns.iter().collect();
        self.either_table("", edge, key, &fields, &widths(&all), &widths(&fixed));
        // Two header rows only where a header spans columns of its own.
        let deep = columns.iter().any(|column| column.across.is_some());
        let rows = if deep { " rowspan=\"2\"" } else { "" };
        self.line(format_args!("<thead>\n<tr class=\"heads\">{}", edge_header(edge, rows, &own(key))));
        let span = if grouped { " colspan=\"2\"" } else { "" };
        self.line(format_args!("<th scope=\"col\"{span}{rows}>{}</th>", html(&corner.text)));
        for column in columns {
            let label = html(&column.field.label.text);
            let cell = match &column.across {
                None => format!("<th scope=\"col\"{rows}>{label}</th>"),
                Some(across) => format!("<th scope=\"colgroup\" colspan=\"{}\">{label}</th>", across.count),
            };
            self.line(format_args!("{}", optional(&column.field, Some(key), cell)));
        }
        self.line(format_args!("</tr>"));
        if deep {
            self.line(format_args!("<tr class=\"heads\">"));
            for column in columns {
                let Some(across) = &column.across else { continue };
                let said = marks(&format!("\"{key}.{}\"", across.key), ", index=loop.index0");
                let cell = format!(
                    "{{% for year in p.{key}.{} %}}<th scope=\"col\">{{{{ year }}}}{said}</th>{{% endfor %}}",
                    across.key
                );
                self.line(format_args!("{}", optional(&column.field, Some(key), cell)));
            }
            self.line(format_args!("</tr>"));
        }
        self.line(format_args!("</thead>\n<tbody>"));
        self.line(format_args!(
            "{{% for row in p.{key}.rows %}}\n<tr>{}",
            edge_cell(edge, "row.first", &format!("p.{key}.span"))
        ));
        if grouped {
            self.line(format_args!("{}", spanned("row.span1", "row.group", "")));
        }
        let said = marks("row.at", "") + &marks("row.at", ", key=\"item\"");
        self.line(format_args!("<th scope=\"row\" class=\"row\">{{{{ row.item }}}}{said}</th>"));
        for column in columns {
            let field = &column.field;
            let class = class(field.kind);
            let cell = match &column.across {
                None => value_cell(field),
                Some(across) => {
                    let said = marks("row.at", &format!(", key=\"{}\", index=loop.index0", field.key));
                    format!(
                        "{{% for value in row.{} %}}<td{class} data-label=\"{{{{ p.{key}.{}[loop.index0] }}}}\">{{{{ value }}}}{said}</td>{{% endfor %}}",
                        field.key, across.key
                    )
                }
            };
            self.line(format_args!("{}", optional(field, Some(key), cell)));
        }
        self.out.push_str("</tr>\n{% endfor %}\n</tbody>\n</table>\n");
    }

    fn records(&mut self, key: &Key, label: &Label, columns: &[Field]) {
        let all: Vec<&Field> = columns.iter().collect();
        let edge = html(&label.text);
        let fixed = columns::records(&columns::required(columns), 1000);
        self.either_table("", &edge, key, &all, &columns::records(&all, 1000), &fixed);
        let rows = columns::rows_of_head(columns);
        self.line(format_args!("<thead>\n<tr class=\"heads\">{}", edge_header(&edge, rows, &own(key))));
        self.headers(key, columns);
        self.line(format_args!(
            "</tr>\n</thead>\n<tbody>\n{{% for row in p.{key} %}}\n<tr{PART}>{}",
            edge_cell(&edge, "row.span0", "row.span0")
        ));
        self.cells(key, columns);
        self.out.push_str("</tr>\n{% endfor %}\n</tbody>\n</table>\n");
    }

    fn lists(&mut self, key: &Key, label: &Label, sides: &[Side]) {
        let label = html(&label.text);
        self.table("", Some(&label), &columns::equal(sides.len(), 1000));
        self.line(format_args!("<tbody>\n<tr class=\"keep\"><th scope=\"row\" rowspan=\"2\">{label}{}</th>", own(key)));
        for side in sides {
            let years = side.since.iter().chain(side.until.as_ref().map(|(until, _)| until));
            let until: String = years.map(|year| own(&format!("{key}.{}.{year}", side.key))).collect();
            self.line(format_args!("<th scope=\"col\">{{{{ p.{key}.{}.header }}}}{until}</th>", side.key));
        }
        self.line(format_args!("</tr>\n<tr>"));
        for side in sides {
            let at = match &side.until {
                Some(_) => format!("\"{key}.{}.{}\"", side.key, side.items),
                None => format!("\"{key}.{}\"", side.key),
            };
            self.line(format_args!(
                "<td class=\"lines\" data-label=\"{{{{ p.{key}.{side}.header }}}}\">{{% for line in p.{key}.{side}.lines %}}<p>{{{{ line }}}}{}</p>{{% endfor %}}</td>",
                marks(&at, ", index=loop.index0"),
                side = side.key
            ));
        }
        self.out.push_str("</tr>\n</tbody>\n</table>\n");
    }

    fn tree(&mut self, tree: &TreeBand) {
        let key = &tree.key;
        let all: Vec<&Field> = tree.columns.iter().collect();
        let edge = html(&tree.label.text);
        let (block, caption) = match &tree.blocks {
            Some(_) => ("goal".to_owned(), format!("{{{{ goal.label }}}} {edge}")),
            None => (format!("p.{key}"), edge.clone()),
        };
        if tree.blocks.is_some() {
            self.line(format_args!("{{% for goal in p.{key} %}}"));
        }
        self.either_table(
            " class=\"block\"",
            &caption,
            key,
            &all,
            &columns::tree(&all, 1000),
            &columns::tree(&columns::required(&tree.columns), 1000),
        );
        self.line(format_args!("<thead>"));
        let mut said = own(key);
        if let Some(blocks) = &tree.blocks {
            self.line(format_args!(
                "<tr class=\"goal\"><th scope=\"row\">{{{{ goal.label }}}}：{{% if loop.first %}}{said}{{% endif %}}{}</th><td colspan=\"{{{{ shows.{key}.columns + 2 }}}}\">{{{{ goal.{goal} }}}}{}</td></tr>",
                marks("goal.at", ""),
                marks("goal.at", &format!(", key=\"{}\"", blocks.goal.key)),
                goal = blocks.goal.key
            ));
            said.clear();
        }
        let rows = columns::rows_of_head(&tree.columns);
        self.line(format_args!("<tr class=\"heads\">{}", edge_header(&edge, rows, &said)));
        for level in &tree.levels {
            self.line(format_args!("<th scope=\"col\"{rows}>{}</th>", html(&level.label.text)));
        }
        self.headers(key, &tree.columns);
        self.line(format_args!(
            "</tr>\n</thead>\n<tbody>\n{{% for row in {block}.rows %}}\n<tr{PART}>{}",
            edge_cell(&edge, "row.span0", "row.span0")
        ));
        for (depth, level) in tree.levels.iter().enumerate() {
            let span = format!("row.span{}", depth + 1);
            let said = marks("at", &format!(", key=\"{}\"", level.key));
            let said = format!("{{% for at in row.at{} %}}{said}{{% endfor %}}", depth + 1);
            self.line(format_args!("{}", spanned(&span, &format!("row.{}", level.key), &said)));
        }
        self.cells(key, &tree.columns);
        self.out.push_str("</tr>\n{% endfor %}\n</tbody>\n</table>\n");
        if tree.blocks.is_some() {
            self.out.push_str("{% endfor %}\n");
        }
    }

    /// One row, in the columns of the band that it stands under.
    fn total(&mut self, definition: &FormDefinition, total: &TotalBand) {
        let Some(under) = columns::Under::of(definition, total) else { return };
        let (all, fixed) = (under.widths(true, 1000), under.widths(false, 1000));
        let fields: Vec<&Field> = under.fields.clone();
        self.either_table("", &html(&total.label.text), &total.under, &fields, &all, &fixed);
        let (label, said) = (html(&total.label.text), own(&total.key));
        let mut cells = format!("<th scope=\"row\" colspan=\"{}\">{label}{said}</th>", under.label_span());
        for field in under.fields.iter().skip(under.first) {
            let cell = match total.columns.iter().any(|own| own.key == field.key) {
                true => {
                    let (key, said) = (&field.key, own(&format!("{}.{}", total.key, field.key)));
                    let (class, label) = (class(field.kind), html(&field.label.text));
                    format!("<td{class} data-label=\"{label}\">{{{{ p.{}.{key} }}}}{said}</td>", total.key)
                }
                false => "<td></td>".to_owned(),
            };
            cells.push_str(&optional(field, Some(&total.under), cell));
        }
        self.line(format_args!("<tbody>\n<tr>{cells}</tr>\n</tbody>\n</table>"));
    }

    fn headers(&mut self, band: &Key, columns: &[Field]) {
        let rows = columns::rows_of_head(columns);
        for (head, fields) in columns::heads(columns) {
            match head {
                Some(head) => {
                    let (span, label) = (fields.len(), html(&head.text));
                    self.line(format_args!("<th scope=\"colgroup\" colspan=\"{span}\">{label}</th>"));
                }
                None => {
                    for field in fields {
                        let cell = format!("<th scope=\"col\"{rows}>{}</th>", html(&field.label.text));
                        self.line(format_args!("{}", optional(field, Some(band), cell)));
                    }
                }
            }
        }
        if !rows.is_empty() {
            self.line(format_args!("</tr>\n<tr>"));
            for field in columns.iter().filter(|field| field.head.is_some()) {
                let class = if field.tick || field.kind == Kind::Tick { " class=\"tick\"" } else { "" };
                self.line(format_args!("<th scope=\"col\"{class}>{}</th>", html(&field.label.text)));
            }
        }
    }

    fn cells(&mut self, band: &Key, columns: &[Field]) {
        for (index, field) in columns.iter().enumerate() {
            // What is said of the row stands in its first cell.
            let mut cell = value_cell(field);
            if index == 0 {
                cell = cell.replace("</td>", &(marks("row.at", "") + "</td>"));
            }
            self.line(format_args!("{}", optional(field, Some(band), cell)));
        }
    }

    fn table(&mut self, class: &str, caption: Option<&str>, widths: &[u32]) {
        let caption = caption.map(caption_of).unwrap_or_default();
        self.line(format_args!("<table{class}>\n{caption}{}", colgroup(widths)));
    }

    /// A table whose columns differ where optional ones are shown.
    fn either_table(&mut self, class: &str, caption: &str, band: &Key, fields: &[&Field], all: &[u32], fixed: &[u32]) {
        if fields.iter().all(|field| !field.optional) {
            return self.table(class, Some(caption), all);
        }
        self.line(format_args!(
            "<table{class}>\n{}{{% if shows.{band}.any %}}{}{{% else %}}{}{{% endif %}}",
            caption_of(caption),
            colgroup_of(all, band, fields),
            colgroup(fixed)
        ));
    }
}

/// For those who hear the page; for a reader of the page the label stands in the table already.
fn caption_of(text: &str) -> String {
    format!("<caption class=\"unseen\" data-biaozhun=\"appendix\">{text}</caption>\n")
}

/// The signs at a place: an expression of the template's language, and further arguments.
fn marks(at: &str, more: &str) -> String {
    format!("{{{{ marks(at={at}{more}) }}}}")
}

/// The signs at a field that no loop is needed for.
fn own(at: &str) -> String {
    marks(&format!("\"{at}\""), "")
}

/// A cell of a row that is looped over.
fn value_cell(field: &Field) -> String {
    let said = marks("row.at", &format!(", key=\"{}\"", field.key));
    let (class, label, value) = (class(field.kind), html(&field.label.text), columns::cell(field));
    format!("<td{class} data-label=\"{label}\">{value}{said}</td>")
}

/// Of a row with which a later part of a long table begins.
const PART: &str = "{% if row.span0 and not loop.first %} class=\"part\"{% endif %}";

fn colgroup(widths: &[u32]) -> String {
    let columns: String = widths.iter().map(|w| format!("<col style=\"width:{}.{}%\">", w / 10, w % 10)).collect();
    format!("<colgroup>{columns}</colgroup>")
}

/// The same where the last columns are those of fields, of which some copies of the form lack some: the others share their width.
fn colgroup_of(widths: &[u32], band: &Key, fields: &[&Field]) -> String {
    if widths.len() < fields.len() || fields.iter().filter(|field| field.optional).count() < 2 {
        return colgroup(widths);
    }
    let lead = widths.len() - fields.len();
    let mut columns = String::new();
    for (at, width) in widths.iter().enumerate() {
        let column = format!("<col style=\"width:{}.{}%\">", width / 10, width % 10);
        let field = at.checked_sub(lead).and_then(|at| fields.get(at));
        columns.push_str(&field.map_or_else(|| column.clone(), |field| optional(field, Some(band), column.clone())));
    }
    format!("<colgroup>{columns}</colgroup>")
}

/// The cell at the left edge beside the headers.
fn edge_header(label: &str, rows: &str, said: &str) -> String {
    format!("<th class=\"edge\"{rows} scope=\"col\"><span class=\"unseen\">{label}</span>{said}</th>")
}

/// The cell at the left edge beside the rows: drawn, not said again.
fn edge_cell(label: &str, first: &str, span: &str) -> String {
    format!("{{% if {first} %}}<td class=\"edge\" rowspan=\"{{{{ {span} }}}}\" data-label=\"{label}\"></td>{{% endif %}}")
}

/// A label over several rows, printed with the first of them.
fn spanned(span: &str, value: &str, said: &str) -> String {
    format!(
        "{{% if {span} %}}<th scope=\"rowgroup\" class=\"row\" rowspan=\"{{{{ {span} }}}}\">{{{{ {value} }}}}{said}</th>{{% endif %}}"
    )
}

fn class(kind: Kind) -> &'static str {
    match place(kind) {
        Place::Left => "",
        Place::Middle => " class=\"middle\"",
        Place::Right => " class=\"number\"",
    }
}

/// Around what is printed only where this copy of the form has the field.
fn optional(field: &Field, band: Option<&Key>, text: String) -> String {
    match (field.optional, band) {
        (false, _) => text,
        (true, None) => format!("{{% if shows.{} %}}{text}{{% endif %}}", field.key),
        (true, Some(band)) => format!("{{% if shows.{band}.{} %}}{text}{{% endif %}}", field.key),
    }
}

/// A label as the template's text: neither markup nor tag.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    crate::xml::escape(text, &mut out);
    out.replace('{', "&#123;")
}
