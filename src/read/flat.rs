//! Flat packages (`pkg:package`: "Word XML document"): all parts of a package in one XML text → a package as any other.

use super::transfer;
use crate::diag::{Error, Message};
use crate::package::{self, Limits, Package};
use crate::xml::{Fault, Scanner, Token};

/// Puts the parts of a flat package into one that can be opened.
pub(super) fn package(source: &str) -> Result<Package, Error> {
    let parts = parts(source).map_err(|fault| {
        Error::Unreadable(Message::new("read.damaged").with("detail", format_args!("{} ({})", fault.detail, fault.at)))
    })?;
    let packed = package::pack(&parts).map_err(Error::Unreadable)?;
    Package::open_foreign(packed, &Limits::default()).map_err(Error::Unreadable)
}

fn parts(source: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut scanner = Scanner::deep(source);
    // Where the XML of the part under way begins, and how deep in it the scanner is.
    let (mut xml, mut depth, mut binary) = (None, 0usize, false);
    while let Some((token, range)) = scanner.token()? {
        match token {
            Token::Start { name, empty, attributes } => match (xml, name.local) {
                (Some(_), _) => depth += usize::from(!empty),
                (None, "part") => {
                    let name = attributes.get("name").unwrap_or_default();
                    parts.push((name.trim_start_matches('/').to_owned(), Vec::new()));
                }
                (None, "xmlData") if !empty => (xml, depth) = (Some(range.end), 0),
                (None, "binaryData") => binary = !empty,
                _ => {}
            },
            Token::End(name) => match xml {
                Some(start) if depth == 0 => {
                    if let Some((_, content)) = parts.last_mut() {
                        *content = source.get(start..range.start).unwrap_or_default().trim().as_bytes().to_vec();
                    }
                    xml = None;
                }
                Some(_) => depth -= 1,
                None => binary &= name.local != "binaryData",
            },
            Token::Text(text) if binary => {
                if let Some((_, content)) = parts.last_mut() {
                    content.extend(transfer::base64(text.as_bytes()));
                }
            }
            Token::Text(_) | Token::Other => {}
        }
    }
    // Names that say nothing, or say the same twice, would be refused when they are packed.
    let mut seen = rustc_hash::FxHashSet::default();
    parts.retain(|(name, _)| !name.is_empty() && seen.insert(name.clone()));
    Ok(parts)
}
