//! OPC packages (DOCX and its kin): opened with limits, read part by part, and written back with some parts replaced.
//!
//! With [`archive`], [`around`], [`packing`] and [`unpack`], the only file that names the zip crate and the one that packs for it. It
//! knows names, sizes and relationships, not what parts mean.

mod archive;
mod around;
mod packing;
mod unpack;

pub use archive::{Archive, ArchiveLimits, Item};
pub use around::Around;

use crate::diag::Message;
use crate::limits;
use crate::xml::{Scanner, Token};
use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use unpack::Entry;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Limits on what is opened; packages are untrusted.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub entries: usize,
    /// Bytes of one part, unpacked.
    pub part: u64,
    /// Bytes of all parts, unpacked.
    pub total: u64,
    /// Unpacked to packed, for parts above a megabyte.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            entries: limits::PACKAGE_ENTRIES,
            part: limits::PART_BYTES,
            total: limits::PACKAGE_BYTES,
            ratio: limits::PACKAGE_RATIO,
        }
    }
}

/// The directory of a package and its bytes, shared by all copies.
type Directory = ZipArchive<Cursor<Arc<[u8]>>>;

/// A package whose directory was read and found sound.
#[derive(Clone)]
pub struct Package {
    archive: Directory,
    /// What `archive` reads.
    bytes: Arc<[u8]>,
    entries: Vec<Option<Entry>>,
    /// As parts are asked for; empty for an entry of a foreign package that has no safe name.
    names: Vec<String>,
    /// Entries whose name another entry has too; of those only the last can be read.
    repeated: u64,
    limits: Limits,
}

/// What a part points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relationship {
    pub id: String,
    /// The URI that says what it is.
    pub kind: String,
    /// The name of a part.
    pub target: String,
}

impl Package {
    /// Reads the directory of a package that will be written again; no part is unpacked yet.
    pub fn open(bytes: impl Into<Arc<[u8]>>, limits: &Limits) -> Result<Package, Message> {
        let package = Package::open_foreign(bytes, limits)?;
        match (0..package.names.len()).find(|index| package.names.get(*index).is_some_and(String::is_empty)) {
            None => Ok(package),
            Some(index) => {
                let name = package.archive.name_for_index(index).and_then(Result::ok).unwrap_or_default();
                Err(Message::new("package.name").with("name", name))
            }
        }
    }

    /// Reads the directory of a package that is only read: entries with unsafe names are as if they were not there, for nothing
    /// is ever unpacked to a disk, and `\\` stands for `/` as in packages of careless programs.
    pub fn open_foreign(bytes: impl Into<Arc<[u8]>>, limits: &Limits) -> Result<Package, Message> {
        let unreadable = |error: &dyn std::fmt::Display| Message::new("package.unreadable").with("detail", error);
        let bytes: Arc<[u8]> = bytes.into();
        let listed = listed(&bytes);
        let mut archive = ZipArchive::new(Cursor::new(bytes.clone())).map_err(|error| unreadable(&error))?;
        if archive.len() > limits.entries {
            return Err(Message::new("package.entries").with("found", archive.len()).with("allowed", limits.entries));
        }
        let mut names = Vec::with_capacity(archive.len());
        let mut entries = Vec::with_capacity(archive.len());
        let mut seen = rustc_hash::FxHashSet::default();
        let (mut total, mut doubled) = (0u64, 0u64);
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|error| unreadable(&error))?;
            let mut name = entry.name().map_or_else(|_| String::new(), std::borrow::Cow::into_owned).replace('\\', "/");
            if !is_safe(&name) {
                name.clear();
            } else if !seen.insert(name.clone()) {
                // Two names that are one when they are written alike.
                doubled += 1;
                name.clear();
            }
            let (size, packed) = (entry.size(), entry.compressed_size());
            total = total.saturating_add(size);
            let bomb = size > 1 << 20 && size / packed.max(1) > limits.ratio;
            if size > limits.part || total > limits.total || bomb {
                return Err(Message::new("package.size").with("name", name).with("size", size));
            }
            names.push(name);
            entries.push(Entry::of(&entry));
        }
        let repeated = listed.map_or(0, |listed| listed.saturating_sub(names.len() as u64)) + doubled;
        Ok(Package { archive, bytes, entries, names, repeated, limits: *limits })
    }

    /// How many entries cannot be read because another has their name.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    /// The names of all parts, in the order of the package.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a part as the package has it; as it is given where there is no such part.
    pub fn name(&self, name: &str) -> String {
        self.index(name).and_then(|index| self.names.get(index)).map_or_else(|| name.to_owned(), Clone::clone)
    }

    /// Whether there is such a part.
    pub fn has(&self, name: &str) -> bool {
        self.index(name).is_some()
    }

    /// The entry of a part; names of parts are the same whatever their case.
    fn index(&self, name: &str) -> Option<usize> {
        let name = name.trim_start_matches('/');
        let exact = self.names.iter().position(|n| n == name);
        exact.or_else(|| self.names.iter().position(|n| n.eq_ignore_ascii_case(name))).filter(|_| !name.is_empty())
    }

    /// The first bytes of a part, at most so many: enough to tell what it is.
    pub fn head(&self, name: &str, most: u64) -> Vec<u8> {
        let mut archive = self.archive.clone();
        let mut bytes = Vec::new();
        if let Some(entry) = self.index(name).and_then(|index| archive.by_index(index).ok()) {
            // What can be unpacked of a broken part is enough.
            let _ = entry.take(most).read_to_end(&mut bytes);
        }
        bytes
    }

    /// A part, unpacked.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, Message> {
        let Some(index) = self.index(name) else {
            return Err(Message::new("package.missing").with("name", name));
        };
        let entry = self.entries.get(index).copied().flatten();
        if let Some(part) = entry.and_then(|entry| unpack::unpack(&self.bytes, entry)) {
            return Ok(part);
        }
        let broken = |error: &dyn std::fmt::Display| Message::new("package.part").with("name", name).with("detail", error);
        // The archive's directory is shared; a clone only carries a reading position of its own.
        let mut archive = self.archive.clone();
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        // The directory may lie about sizes: what is unpacked is counted too.
        let mut bytes = Vec::with_capacity(usize::try_from(entry.size().min(64 << 20)).unwrap_or_default());
        entry.take(self.limits.part + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
        if bytes.len() as u64 > self.limits.part {
            return Err(Message::new("package.size").with("name", name).with("size", bytes.len()));
        }
        Ok(bytes)
    }

    /// A part that is text, in UTF-8 or UTF-16, without a byte order mark.
    pub fn read_text(&self, name: &str) -> Result<String, Message> {
        let bytes = self.read(name)?;
        let broken = |detail: &dyn std::fmt::Display| Message::new("package.part").with("name", name).with("detail", detail);
        let sixteen = |unit: fn([u8; 2]) -> u16| {
            let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
            let units: Vec<u16> =
                units.enumerate().filter(|(at, unit)| *at > 0 || *unit != 0xfeff).map(|(_, unit)| unit).collect();
            String::from_utf16(&units).map_err(|error| broken(&error))
        };
        match bytes.get(..2) {
            // Without a mark, as careless programs write it: XML begins with an angle.
            Some(b"\xff\xfe" | b"<\0") => return sixteen(u16::from_le_bytes),
            Some(b"\xfe\xff" | b"\0<") => return sixteen(u16::from_be_bytes),
            _ => {}
        }
        let mut text = String::from_utf8(bytes).map_err(|error| broken(&error))?;
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Ok(text)
    }

    /// The relationships of a part (`""`: of the package), targets as part names. External ones are left out.
    pub fn relationships(&self, part: &str) -> Result<Vec<Relationship>, Message> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = format!("{folder}{}_rels/{file}.rels", if folder.is_empty() { "" } else { "/" });
        if !self.has(&name) {
            return Ok(Vec::new());
        }
        let text = self.read_text(&name)?;
        let mut scanner = Scanner::new(&text);
        let mut found = Vec::new();
        let broken = |fault: crate::xml::Fault| Message::new("package.part").with("name", &name).with("detail", fault.detail);
        while let Some((token, _)) = scanner.token().map_err(broken)? {
            if let Token::Start { name, attributes, .. } = token
                && name.local == "Relationship"
                && attributes.get("TargetMode").as_deref() != Some("External")
                && let (Some(kind), Some(target)) = (attributes.get("Type"), attributes.get("Target"))
            {
                let id = attributes.get("Id").unwrap_or_default();
                found.push(Relationship { id, kind, target: resolve(folder, &target) });
            }
        }
        Ok(found)
    }

    /// Makes ready for writing some parts anew over and over.
    pub fn around(&self, names: &[&str]) -> Result<Around, Message> {
        Around::new(&self.archive, &self.names, names)
    }

    /// The package with some parts replaced, and those that it lacks added; all others are copied byte for byte. The same input
    /// gives the same bytes.
    pub fn write(&self, replaced: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Message> {
        let failed = |error: &dyn std::fmt::Display| Message::new("package.unreadable").with("detail", error);
        let mut archive = self.archive.clone();
        let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(32 << 10)));
        for (index, name) in self.names.iter().enumerate() {
            match replaced.iter().find(|(n, _)| n == name) {
                Some((_, content)) => add(&mut writer, name, content, FAST).map_err(|error| failed(&error))?,
                None => {
                    let entry = archive.by_index_raw(index).map_err(|error| failed(&error))?;
                    writer.raw_copy_file(entry).map_err(|error| failed(&error))?;
                }
            }
        }
        for (name, content) in replaced.iter().filter(|(name, _)| !self.names.contains(name)) {
            add(&mut writer, name, content, FAST).map_err(|error| failed(&error))?;
        }
        Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
    }
}

/// How many entries the end of a zip file says that its directory has; the library keeps one of each name.
fn listed(bytes: &[u8]) -> Option<u64> {
    // The record is 22 bytes and a comment of up to 64 KB.
    let from = bytes.len().saturating_sub(22 + 0xffff);
    let tail = bytes.get(from..)?;
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = u16::from_le_bytes([*tail.get(at + 10)?, *tail.get(at + 11)?]);
    // So many, or more: said elsewhere.
    (count != u16::MAX).then_some(count.into())
}

/// Packs parts into a new package, in this order.
pub fn pack(parts: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Message> {
    pack_at(parts, SMALL)
}

/// The same as parts are packed that are put into a package: [`Package::write`].
pub fn pack_fast(parts: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Message> {
    pack_at(parts, FAST)
}

/// Levels of packing. Level 2 packs a form into a few kilobytes more than level 6 does, in a quarter of the time; level 1 into two
/// more, in half of that.
const SMALL: u8 = 2;
const FAST: u8 = 1;

fn pack_at(parts: &[(String, Vec<u8>)], level: u8) -> Result<Vec<u8>, Message> {
    let failed = |error: &dyn std::fmt::Display| Message::new("package.unreadable").with("detail", error);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        add(&mut writer, name, content, level).map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}

fn add(writer: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, content: &[u8], level: u8) -> Result<(), zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(level.into()))
        .last_modified_time(DateTime::default());
    writer.start_file(name, options)?;
    writer.write_all(content)?;
    Ok(())
}

/// A name that stays inside the package and that every file system may hold.
fn is_safe(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('/')
        && !name.contains(['\\', '\0', ':'])
        && name.split('/').all(|step| step != ".." && step != ".")
}

/// A relationship's target as a part name.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, content: &str) -> (String, Vec<u8>) {
        (name.to_owned(), content.as_bytes().to_vec())
    }

    #[test]
    fn parts_are_replaced_and_the_others_copied() {
        let bytes = pack(&[part("a.xml", "<a/>"), part("b/c.xml", "<c/>")]).expect("packs");
        let package = Package::open(bytes, &Limits::default()).expect("opens");
        let written = package.write(&[part("a.xml", "<b/>")]).expect("writes");
        assert_eq!(package.write(&[part("a.xml", "<b/>")]).expect("writes"), written, "the same bytes again");
        let again = Package::open(written, &Limits::default()).expect("opens");
        assert_eq!(again.names(), ["a.xml", "b/c.xml"]);
        assert_eq!(again.read("a.xml").expect("reads"), b"<b/>");
        assert_eq!(again.read("b/c.xml").expect("reads"), b"<c/>");
        assert_eq!(again.read("d").expect_err("is not there").id, "package.missing");
        let added = Package::open(package.write(&[part("d", "new")]).expect("writes"), &Limits::default()).expect("opens");
        assert_eq!((added.names().len(), added.read("d").expect("reads")), (3, b"new".to_vec()));
        // Many at once: the same bytes.
        let long: String = (0..40_000u32).map(|number| format!("<a n=\"{}\"/>", number * number % 7919)).collect();
        let given = [part("a.xml", &long), part("b/c.xml", "")];
        let around = package.around(&["a.xml", "b/c.xml"]).expect("makes ready");
        for _ in 0..2 {
            assert!(around.write(&given).expect("writes") == package.write(&given).expect("writes"), "long and blank parts");
        }
        for names in [&["a.xml"][..], &["b/c.xml"], &["a.xml", "b/c.xml"], &[]] {
            let given: Vec<(String, Vec<u8>)> = names.iter().map(|name| part(name, "<new/>")).collect();
            let around = package.around(names).expect("makes ready");
            assert_eq!(around.write(&given).expect("writes"), package.write(&given).expect("writes"), "{names:?}");
        }
    }

    #[test]
    fn what_is_no_package_or_no_safe_one_is_refused() {
        let limits = Limits { entries: 2, part: 4 << 20, total: 6 << 20, ratio: 100 };
        let open = |bytes: &[u8]| Package::open(bytes, &limits).err().map(|message| message.id);
        assert_eq!(open(b""), Some("package.unreadable"));
        assert_eq!(open(b"PK\x03\x04 and then nothing"), Some("package.unreadable"));
        let packed = |parts: &[(String, Vec<u8>)]| pack(parts).expect("packs");
        assert_eq!(open(&packed(&[part("../a", "")])), Some("package.name"));
        assert_eq!(open(&packed(&[part("a", ""), part("b", ""), part("c", "")])), Some("package.entries"));
        assert_eq!(open(&packed(&[("a".into(), vec![0; 2 << 20])])), Some("package.size"), "a bomb");
        // One that is only read is read without such entries.
        let foreign = Package::open_foreign(packed(&[part("../a", "x"), part("b\\c", "y")]), &limits).expect("opens");
        assert!(!foreign.has("../a") && !foreign.has("a") && !foreign.has(""));
        assert_eq!(foreign.read("B/c").expect("reads"), b"y");
        let whole = packed(&[part("a", "text")]);
        for end in 0..whole.len() {
            let _ = Package::open(&whole[..end], &limits).map(|package| package.read("a"));
        }
    }

    #[test]
    fn relationships_lead_to_parts() {
        let rels = r#"<Relationships><Relationship Id="1" Type="t/footer" Target="footer1.xml"/><Relationship Id="2"
            Type="t/theme" Target="../theme.xml"/><Relationship Id="3" Type="t/link" Target="http://x" TargetMode="External"/></Relationships>"#;
        let bytes = pack(&[part("word/_rels/document.xml.rels", rels)]).expect("packs");
        let package = Package::open(bytes, &Limits::default()).expect("opens");
        let found = package.relationships("word/document.xml").expect("reads");
        let relationship =
            |id: &str, kind: &str, target: &str| Relationship { id: id.into(), kind: kind.into(), target: target.into() };
        assert_eq!(found, [relationship("1", "t/footer", "word/footer1.xml"), relationship("2", "t/theme", "theme.xml")]);
        assert_eq!(package.relationships("").expect("reads"), []);
    }
}
