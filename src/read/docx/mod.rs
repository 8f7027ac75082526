//! Word packages → [`Document`]. (Under way.)

use super::Options;
use crate::diag::{Error, Message};
use crate::document::Document;
use crate::package::Package;

/// Reads a Word package whose main part is known.
pub(super) fn read(_package: &Package, _main: &str, _options: &Options) -> Result<Document, Error> {
    Err(Error::Unreadable(Message::new("read.not_text.document").with("kind", "@read.kind.word")))
}
