//! OpenDocument: texts (`.odt`), workbooks (`.ods`) and their flat forms (`.fodt`, `.fods`), on `package` and `xml`.
//!
//! Read: paragraphs, headings, blanks, tabs and breaks; lists with their automatic numbers (continued ones too); tables with
//! spans, nested ones too; text boxes and the text of shapes; notes; comments; headers and footers; check boxes and fields of
//! forms; formulas as embedded objects; cells of workbooks as they are shown. Tracked changes as accepted or rejected.
//! Told: hidden texts, sections, tables, rows and columns with their text; pictures and objects with their number.
//! Headers and footers of workbooks are told with their text. Not read: what is drawn in pictures and charts. Encrypted files are
//! refused.

mod content;
mod lists;
mod styles;
mod tables;

use super::{Builder, Told, Tracked};
use crate::diag::{Error, Message};
use crate::package::Package;
use content::Reader;

/// Reads a package.
pub(super) fn read(builder: &mut Builder, package: &Package, tracked: Tracked) -> Result<Told, Error> {
    let manifest = package.read_text("META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(Error::Unreadable(Message::new("read.encrypted")));
    }
    let styles = package.read_text("styles.xml").unwrap_or_default();
    let content = package.read_text("content.xml").map_err(Error::Unreadable)?;
    let mut reader = Reader::new(builder.limits, tracked);
    // Said again where the content begins; the headers stand before it.
    reader.is_workbook = package.read_text("mimetype").is_ok_and(|kind| kind.contains("spreadsheet"));
    if !styles.is_empty() {
        // Without its styles a file says the same; a damaged part is told.
        reader.supplement(&styles);
    }
    for part in package.names() {
        if let Some(name) = part.strip_suffix("/content.xml").filter(|name| !name.contains('/'))
            && let Ok(object) = package.read_text(part)
        {
            reader.object(name, &object);
        }
    }
    reader.part(&content)?;
    Ok(reader.finish(builder))
}

/// What a text begins with.
fn head(source: &str) -> &str {
    let mut end = source.len().min(4096);
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    source[..end].trim_start_matches('\u{feff}').trim_start()
}

/// Whether a text is a flat file.
pub(super) fn is_flat(source: &str) -> bool {
    let head = head(source);
    head.starts_with('<') && head.contains(":opendocument:xmlns:office:1.0") && head.contains("office:mimetype")
}

/// Reads a flat file: everything in one XML text.
pub(super) fn read_flat(builder: &mut Builder, source: &str, tracked: Tracked) -> Result<Told, Error> {
    let mut reader = Reader::new(builder.limits, tracked);
    reader.is_workbook = head(source).contains("opendocument.spreadsheet");
    reader.part(source)?;
    Ok(reader.finish(builder))
}
