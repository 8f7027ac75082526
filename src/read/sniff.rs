//! What bytes are, by their content and never by a file's name: the one place where a source's kind is decided.
//!
//! A package is opened here, once, and handed on with what was found in it. Kinds without a reader are named, and
//! [`Kind::refusal`] says what to do about them; what is none of these is a text, and [`super::encoding`] says which.

use super::web_archive;
use crate::diag::{Error, Message};
use crate::package::{Limits, Package};
use crate::xml::{Scanner, Token};

/// What a source is.
pub(super) enum Kind {
    /// A Word package, with the name of its main part and what stands in it.
    Word(Package, String, Result<String, Message>),
    /// A package whose main part is a workbook or a presentation.
    Sheets(Package),
    /// An OpenDocument package.
    OpenDocument(Package),
    /// A zip file that is none of these.
    Archive,
    /// A zip file that cannot be opened, and why.
    BrokenPackage(Message),
    /// A compound file: Word, Excel or WPS before 2007, or an encrypted package.
    Compound,
    Rtf,
    /// A page with all that belongs to it in one file.
    WebArchive,
    Pdf,
    Image,
    /// Perhaps a text.
    Text,
}

/// Looks at the bytes of a source.
pub(super) fn kind(bytes: &[u8]) -> Kind {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        package(bytes)
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        Kind::Compound
    } else if starts(b"%PDF") || bytes.get(..1024).unwrap_or(bytes).windows(5).any(|w| w == b"%PDF-") {
        Kind::Pdf
    } else if starts(b"{\\rtf") {
        Kind::Rtf
    } else if starts(b"\x89PNG")
        || starts(b"\xff\xd8\xff")
        || starts(b"GIF8")
        || starts(b"II*\0")
        || starts(b"MM\0*")
        || (starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
        || (starts(b"BM") && bytes.get(6..10) == Some(&[0; 4]))
    {
        Kind::Image
    } else if starts(b"\x1f\x8b") || starts(b"Rar!\x1a") || starts(b"7z\xbc\xaf\x27\x1c") || starts(b"BZh") {
        Kind::Archive
    } else if web_archive::is_archive(bytes) {
        Kind::WebArchive
    } else {
        Kind::Text
    }
}

/// What sort of zip file: by its relationships and the root of its main part.
fn package(bytes: &[u8]) -> Kind {
    let package = match Package::open_foreign(bytes, &Limits::default()) {
        Ok(package) => package,
        Err(message) => return Kind::BrokenPackage(message),
    };
    opened(package)
}

/// The same of a package that is open.
pub(super) fn opened(package: Package) -> Kind {
    let main = |package: &Package| {
        let related = package.relationships("").unwrap_or_default();
        let main = related.into_iter().find(|related| related.kind.ends_with("/officeDocument"));
        // Without relationships, where every program puts it.
        main.map(|related| related.target).or_else(|| Some("word/document.xml".to_owned()).filter(|name| package.has(name)))
    };
    if let Some(main) = main(&package) {
        let text = package.read_text(&main);
        return match text.as_deref().map_or_else(|_| root(&head(&package, &main)), root) {
            Some(root) if root == "document" || root == "glossaryDocument" => Kind::Word(package, main, text),
            Some(root) if root == "workbook" || root == "presentation" => Kind::Sheets(package),
            // A part that cannot be read: its folder says what it was meant to be, its reader what is wrong with it.
            None if main.to_ascii_lowercase().starts_with("word/") => Kind::Word(package, main, text),
            _ if package.has("xl/workbook.xml") || package.has("xl/workbook.bin") => Kind::Sheets(package),
            _ => Kind::Archive,
        };
    }
    let mimetype = package.read("mimetype").unwrap_or_default();
    if mimetype.starts_with(b"application/vnd.oasis.opendocument") || (package.has("content.xml") && package.has("styles.xml"))
    {
        Kind::OpenDocument(package)
    } else {
        Kind::Archive
    }
}

/// The beginning of a part that cannot be unpacked whole; a character cut at the end is behind what is looked for.
fn head(package: &Package, part: &str) -> String {
    let bytes = package.head(part, 4 << 10);
    String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned()
}

/// The name of the outermost element of a part.
fn root(text: &str) -> Option<String> {
    let mut scanner = Scanner::new(text);
    while let Some((token, _)) = scanner.token().ok()? {
        if let Token::Start { name, .. } = token {
            return Some(name.local.to_owned());
        }
    }
    None
}

impl Kind {
    /// Why a kind that has no reader is not read, and what to do.
    pub fn refusal(&self) -> Error {
        let (advice, kind) = match self {
            Kind::BrokenPackage(message) => {
                let detail = message.arguments.iter().find(|(name, _)| *name == "detail" || *name == "name");
                let detail = detail.map(|(_, detail)| detail.as_str()).unwrap_or_default();
                return Error::Unreadable(Message::new("read.broken_package").with("detail", detail));
            }
            Kind::Word(..) => ("read.not_text.document", "@read.kind.word"),
            Kind::Sheets(_) => ("read.not_text.sheet", "@read.kind.excel"),
            Kind::OpenDocument(_) => ("read.not_text.document", "@read.kind.open_document"),
            Kind::Compound => ("read.not_text.document", "@read.kind.old_office"),
            Kind::Rtf => ("read.not_text.document", "@read.kind.rtf"),
            Kind::WebArchive => ("read.not_text.document", "@read.kind.web_archive"),
            Kind::Pdf => ("read.not_text.pdf", "@read.kind.pdf"),
            Kind::Image => ("read.not_text.image", "@read.kind.image"),
            Kind::Archive => ("read.not_text.archive", "@read.kind.archive"),
            Kind::Text => return Error::Unreadable(Message::new("read.binary")),
        };
        Error::Unreadable(Message::new(advice).with("kind", kind))
    }
}
