//! Archives of submissions: zip files that hold documents instead of being one. Listed and unpacked entry by entry from
//! whatever can be read and sought, with limits; what the documents are is no matter here.
//!
//! Mail systems write names in the encoding of their office and do not say which: names are bytes here.

use crate::diag::Message;
use crate::limits;
use std::io::{Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::result::ZipError;

/// Limits on what is listed and unpacked; archives are untrusted.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveLimits {
    pub entries: usize,
    /// Bytes of one entry, unpacked.
    pub entry: u64,
    /// Unpacked to packed, for entries above a megabyte.
    pub ratio: u64,
    /// Bytes of all entries, unpacked, to the bytes of the archive: entries that share their bytes are a bomb.
    pub total_ratio: u64,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        ArchiveLimits {
            entries: limits::ARCHIVE_ENTRIES,
            entry: limits::SOURCE_BYTES as u64,
            ratio: limits::PACKAGE_RATIO,
            total_ratio: limits::ARCHIVE_RATIO,
        }
    }
}

/// An archive whose directory was read.
pub struct Archive<R> {
    archive: ZipArchive<R>,
    limits: ArchiveLimits,
    length: u64,
    /// Entries that the directory has and that cannot be reached, because another has their name.
    hidden: u64,
}

/// What the directory says of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub index: usize,
    /// As it is written.
    pub name: Vec<u8>,
    pub size: u64,
    pub is_folder: bool,
}

impl<R: Read + Seek> Archive<R> {
    pub fn open(mut reader: R, limits: &ArchiveLimits) -> Result<Self, Message> {
        let failed = |error: &dyn std::fmt::Display| Message::new("package.unreadable").with("detail", error);
        let (length, listed) = end(&mut reader).map_err(|error| failed(&error))?;
        let archive = ZipArchive::new(reader).map_err(|error| failed(&error))?;
        if archive.len() > limits.entries {
            return Err(Message::new("package.entries").with("found", archive.len()).with("allowed", limits.entries));
        }
        let hidden = listed.map_or(0, |listed| listed.saturating_sub(archive.len() as u64));
        Ok(Archive { archive, limits: *limits, length, hidden })
    }

    pub fn hidden(&self) -> u64 {
        self.hidden
    }

    /// Whether it is a document of an office program after all.
    pub fn is_document(&self) -> bool {
        let marks = ["[Content_Types].xml", "mimetype", "word/document.xml", "xl/workbook.xml", "content.xml"];
        self.archive.file_names().filter_map(Result::ok).any(|name| marks.contains(&&*name))
    }

    /// All entries in the order of the directory.
    pub fn items(&mut self) -> Result<Vec<Item>, Message> {
        let mut items = Vec::with_capacity(self.archive.len());
        let mut total = 0u64;
        for index in 0..self.archive.len() {
            let entry = self.archive.by_index_raw(index).map_err(|error| told(&error))?;
            total = total.saturating_add(entry.size());
            items.push(Item { index, name: entry.name_raw().to_vec(), size: entry.size(), is_folder: entry.is_dir() });
        }
        // A floor, so that a small archive of blank forms is none.
        let allowed = self.length.saturating_mul(self.limits.total_ratio).max(limits::ARCHIVE_FLOOR);
        if total > allowed {
            return Err(Message::new("package.bomb").with("size", total >> 20).with("packed", self.length >> 10));
        }
        Ok(items)
    }

    /// One entry, unpacked.
    pub fn read(&mut self, index: usize) -> Result<Vec<u8>, Message> {
        let limits = self.limits;
        let entry = self.archive.by_index(index).map_err(|error| told(&error))?;
        let (size, packed) = (entry.size(), entry.compressed_size());
        let too_large = |size: u64| {
            let limit = limits.entry >> 20;
            Message::new("package.entry_size").with("size", size >> 20).with("limit", limit)
        };
        if size > limits.entry {
            return Err(too_large(size));
        }
        if size > 1 << 20 && size / packed.max(1) > limits.ratio {
            return Err(Message::new("package.bomb").with("size", size >> 20).with("packed", packed >> 10));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        // The directory may lie about sizes: what is unpacked is counted too.
        let broken = |error: &std::io::Error| Message::new("package.entry").with("detail", error);
        entry.take(limits.entry + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
        match bytes.len() as u64 > limits.entry {
            true => Err(too_large(bytes.len() as u64)),
            false => Ok(bytes),
        }
    }
}

fn told(error: &ZipError) -> Message {
    match error {
        ZipError::UnsupportedArchive(detail) if *detail == ZipError::PASSWORD_REQUIRED => Message::new("package.encrypted"),
        error => Message::new("package.entry").with("detail", error),
    }
}

/// The length of an archive and how many entries its end says that its directory has.
fn end(reader: &mut (impl Read + Seek)) -> std::io::Result<(u64, Option<u64>)> {
    let length = reader.seek(SeekFrom::End(0))?;
    let tail = length.min(22 + 0xffff);
    reader.seek(SeekFrom::Start(length - tail))?;
    let mut bytes = Vec::new();
    reader.take(tail).read_to_end(&mut bytes)?;
    reader.seek(SeekFrom::Start(0))?;
    Ok((length, super::listed(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn open(bytes: Vec<u8>) -> Archive<Cursor<Vec<u8>>> {
        Archive::open(Cursor::new(bytes), &ArchiveLimits::default()).unwrap()
    }

    #[test]
    fn entries_are_listed_and_unpacked_and_bombs_are_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_directory("a", SimpleFileOptions::default()).unwrap();
        writer.start_file("a/b.txt", SimpleFileOptions::default()).unwrap();
        writer.write_all(b"text").unwrap();
        let mut archive = open(writer.finish().unwrap().into_inner());
        let items = archive.items().unwrap();
        let seen: Vec<_> = items.iter().map(|item| (&*item.name, item.size, item.is_folder)).collect();
        assert_eq!(seen, [(&b"a/"[..], 0, true), (b"a/b.txt", 4, false)]);
        assert_eq!(archive.read(1).unwrap(), b"text");
        assert!(!archive.is_document());

        let bomb = super::super::pack(&[("a".to_owned(), vec![0; 65 << 20])]).unwrap();
        let mut bomb = open(bomb);
        assert_eq!(bomb.items().unwrap_err().id, "package.bomb");
        assert_eq!(bomb.read(0).unwrap_err().id, "package.entry_size");
        let document = super::super::pack(&[("[Content_Types].xml".to_owned(), b"<Types/>".to_vec())]).unwrap();
        assert!(open(document).is_document());
    }
}
