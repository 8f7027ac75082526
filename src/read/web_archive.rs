//! Pages in a single file (`.mht`, and `.doc` that is one): MIME parts → the text of the pages in them, which [`super::html`] reads.
//!
//! All pages are read, the main one first: Word keeps headers and footers in a second one. Pictures are told with their number.

use super::{Builder, Told, encoding, html, transfer};
use crate::diag::{Error, Message};
use crate::document::Notice;
use crate::limits;
use crate::locus::Locus;
use encoding_rs::Encoding;

/// Where the head of a file ends that is looked at.
const HEAD: usize = 8 << 10;

/// Whether bytes begin as a message of several parts does.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(bytes.get(..HEAD).unwrap_or(bytes)).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let first = head.lines().next().unwrap_or_default();
    let is_field = first
        .split_once(':')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    is_field && head.contains("mime-version:") && head.contains("multipart/")
}

/// A part: what its head says, and its body as it stands.
struct Part<'a> {
    fields: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Part<'a> {
    fn read(bytes: &'a [u8]) -> Part<'a> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            let line = String::from_utf8_lossy(&rest[..end]);
            rest = &rest[end..];
            let line = line.trim_end_matches(['\r', '\n']).trim_start_matches('\u{feff}');
            if line.is_empty() {
                if fields.is_empty() {
                    continue;
                }
                break;
            }
            match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
                (true, Some((_, value)), _) => value.push_str(line),
                (_, _, Some((name, value))) => fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
                _ => {}
            }
        }
        Part { fields, body: rest }
    }

    fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What the part is: `text/html`.
    fn kind(&self) -> String {
        self.field("content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// What else is said of what it is: `charset`, `boundary`.
    fn parameter(&self, name: &str) -> Option<&str> {
        let parameters = self.field("content-type").split(';').skip(1);
        let found = parameters.filter_map(|parameter| parameter.split_once('='));
        let value = found.map(|(known, value)| (known.trim(), value.trim().trim_matches('"')));
        value.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    fn content(&self) -> Vec<u8> {
        match self.field("content-transfer-encoding").to_ascii_lowercase().as_str() {
            "base64" => transfer::base64(self.body),
            "quoted-printable" => transfer::quoted_printable(self.body),
            _ => self.body.to_vec(),
        }
    }

    /// The parts inside, between lines that begin with the boundary.
    fn parts(&self) -> Vec<Part<'a>> {
        let Some(boundary) = self.parameter("boundary").filter(|boundary| !boundary.is_empty()) else { return Vec::new() };
        let mark = format!("--{boundary}").into_bytes();
        let (mut parts, mut open, mut at) = (Vec::new(), None, 0);
        while at < self.body.len() {
            let end = self.body[at..].iter().position(|byte| *byte == b'\n').map_or(self.body.len(), |line| at + line + 1);
            if self.body[at..end].starts_with(&mark) {
                if let Some(start) = open.replace(end) {
                    parts.push(Part::read(&self.body[start..at]));
                }
                if self.body[at..end].get(mark.len()..).is_some_and(|rest| rest.starts_with(b"--")) {
                    open = None;
                }
            }
            at = end;
        }
        // The end is missing: what is there is read.
        parts.extend(open.map(|start| Part::read(&self.body[start..])));
        parts
    }
}

#[derive(Default)]
struct Found {
    pages: Vec<(String, &'static str)>,
    texts: Vec<(String, &'static str)>,
    pictures: u32,
}

fn gather(part: &Part, depth: usize, found: &mut Found) {
    let kind = part.kind();
    if kind.starts_with("multipart/") && depth < limits::WEB_ARCHIVE_DEPTH {
        part.parts().iter().for_each(|part| gather(part, depth + 1, found));
        return;
    }
    if kind.starts_with("image/") {
        found.pictures += 1;
    }
    let list = match kind.as_str() {
        "text/html" | "application/xhtml+xml" => &mut found.pages,
        "text/plain" | "" => &mut found.texts,
        _ => return,
    };
    let content = part.content();
    let named = part.parameter("charset").and_then(|name| Encoding::for_label(name.as_bytes()));
    let decoded = match named {
        // A mark at the beginning, and letters that are UTF-8 in truth, know better than the head.
        Some(encoding) if std::str::from_utf8(&content).is_err() && Encoding::for_bom(&content).is_none() => {
            Some((encoding.decode_without_bom_handling(&content).0.into_owned(), encoding.name()))
        }
        _ => encoding::decode(&content).ok().map(|decoded| (decoded.text.into_owned(), decoded.encoding)),
    };
    list.extend(decoded);
}

pub(super) fn read(builder: &mut Builder, bytes: &[u8]) -> Result<Told, Error> {
    let mut found = Found::default();
    gather(&Part::read(bytes), 0, &mut found);
    let pages = if found.pages.is_empty() { found.texts } else { found.pages };
    let Some(encoding) = pages.first().map(|(_, encoding)| *encoding) else {
        return Err(Error::Unreadable(Message::new("read.damaged").with("detail", "no text/html")));
    };
    let pages: Vec<String> = pages.into_iter().map(|(text, _)| text).collect();
    html::read(builder, &pages.join("\n"));
    if found.pictures > 0 {
        let message = Message::new("read.dropped.objects").with("count", found.pictures);
        builder.notices.push(Notice { message, locus: Locus::default() });
    }
    Ok(("mht", encoding))
}
