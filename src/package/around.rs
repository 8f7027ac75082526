//! A package with room for some of its parts: the entries that stay are written once, and then copied many at once into every
//! file, with their directory.
//!
//! What the zip crate writes is taken as it is; here only whole archives are put behind one another, which moves where the
//! directory says that entries begin. An entry that is written anew has what the crate writes of an empty one, with its own
//! sizes and sum.

use super::packing::pack;
use super::{Directory, FAST, add};
use crate::diag::Message;
use std::io::Cursor;
use zip::ZipWriter;

/// An archive taken apart.
#[derive(Clone, Debug, Default)]
struct Run {
    entries: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

/// See the head of the file.
#[derive(Clone, Debug)]
pub struct Around {
    /// Entries that stay, and the part that stands behind them; behind the last none.
    parts: Vec<(Run, Option<Room>)>,
}

/// Room for a part.
#[derive(Clone, Debug)]
struct Room {
    name: String,
    /// The part with nothing in it.
    blank: Run,
}

/// The record at the end of an archive without a remark.
const END: usize = 22;
/// An entry of the directory without its name and what else follows.
const ENTRY: usize = 46;
/// Where an entry says its sum, and behind it both sizes: before its bytes and in the directory.
const SUMS: [usize; 2] = [14, 16];

fn failed(error: &dyn std::fmt::Display) -> Message {
    Message::new("package.unreadable").with("detail", error)
}

impl Around {
    pub(super) fn new(archive: &Directory, all: &[String], names: &[&str]) -> Result<Around, Message> {
        let mut archive = archive.clone();
        let mut parts = Vec::new();
        let mut writer = writer(Vec::new());
        for (index, name) in all.iter().map(Some).chain([None]).enumerate() {
            if name.is_some_and(|name| !names.contains(&name.as_str())) {
                let entry = archive.by_index_raw(index).map_err(|error| failed(&error))?;
                writer.raw_copy_file(entry).map_err(|error| failed(&error))?;
                continue;
            }
            let run = std::mem::replace(&mut writer, self::writer(Vec::new()));
            parts.push((Run::of(run)?, name.map(|name| Room::new(name)).transpose()?));
        }
        Ok(Around { parts })
    }

    /// The same as [`super::Package::write`], for the parts that there is room for. One that is not given is left out.
    pub fn write(&self, given: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Message> {
        let stays: usize = self.parts.iter().map(|(run, _)| run.entries.len() + run.directory.len()).sum();
        // A part is packed to a tenth or less; while it is, there is room for a quarter.
        let mut out = Vec::with_capacity(stays + given.iter().map(|(_, content)| content.len() / 4 + 1024).sum::<usize>());
        let mut directory = Vec::with_capacity(4 << 10);
        let mut count = 0u16;
        for (run, part) in &self.parts {
            run.append(&mut out, &mut directory, &mut count)?;
            let Some(room) = part else { continue };
            if let Some((_, content)) = given.iter().find(|(name, _)| *name == room.name) {
                room.fill(content, &mut out, &mut directory, &mut count)?;
            }
        }
        let (begin, length) = (number(out.len())?, number(directory.len())?);
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend([count, count].map(u16::to_le_bytes).concat());
        out.extend([length, begin].map(u32::to_le_bytes).concat());
        out.extend([0, 0]);
        Ok(out)
    }
}

impl Room {
    fn new(name: &str) -> Result<Room, Message> {
        let mut writer = writer(Vec::new());
        add(&mut writer, name, &[], FAST).map_err(|error| failed(&error))?;
        let mut blank = Run::of(writer)?;
        // What an empty part is packed to.
        let mut nothing = Vec::new();
        pack(&[], &mut nothing)?;
        blank.entries.truncate(blank.entries.len().saturating_sub(nothing.len()));
        Ok(Room { name: name.to_owned(), blank })
    }

    /// Puts the part behind others, with this in it.
    fn fill(&self, content: &[u8], out: &mut Vec<u8>, directory: &mut Vec<u8>, count: &mut u16) -> Result<(), Message> {
        let [begin, listed] = [out.len(), directory.len()];
        self.blank.append(out, directory, count)?;
        let inside = out.len();
        let sum = pack(content, out)?;
        let sums = [sum, number(out.len() - inside)?, number(content.len())?];
        for (header, at) in
            [(out, begin), (directory, listed)].into_iter().zip(SUMS).map(|((header, from), at)| (header, from + at))
        {
            let places = header.get_mut(at..).unwrap_or_default().chunks_exact_mut(4);
            places.zip(sums).for_each(|(place, sum)| place.copy_from_slice(&sum.to_le_bytes()));
        }
        Ok(())
    }
}

fn writer(buffer: Vec<u8>) -> ZipWriter<Cursor<Vec<u8>>> {
    ZipWriter::new(Cursor::new(buffer))
}

fn number(length: usize) -> Result<u32, Message> {
    u32::try_from(length).ok().filter(|length| *length < u32::MAX).ok_or_else(|| failed(&"4 GB"))
}

impl Run {
    fn of(writer: ZipWriter<Cursor<Vec<u8>>>) -> Result<Run, Message> {
        let mut entries = writer.finish().map_err(|error| failed(&error))?.into_inner();
        let taken = |bytes: &[u8]| -> Option<(usize, usize, u16)> {
            let end = bytes.get(bytes.len().checked_sub(END)?..)?;
            let short = |at: usize| Some(u16::from_le_bytes(*end.get(at..)?.first_chunk()?));
            let long = |at: usize| usize::try_from(u32::from_le_bytes(*end.get(at..)?.first_chunk()?)).ok();
            // What needs larger numbers has its record elsewhere.
            let fits = end.starts_with(b"PK\x05\x06") && short(10)? < u16::MAX && long(16)? < u32::MAX as usize;
            (fits && long(12)?.checked_add(long(16)?)? == bytes.len() - END).then_some((long(16)?, long(12)?, short(10)?))
        };
        let (begin, length, count) = taken(&entries).ok_or_else(|| failed(&"zip64"))?;
        let directory = entries.get(begin..begin + length).unwrap_or_default().to_vec();
        entries.truncate(begin);
        Ok(Run { entries, directory, count })
    }

    /// Puts it behind others.
    fn append(&self, out: &mut Vec<u8>, directory: &mut Vec<u8>, count: &mut u16) -> Result<(), Message> {
        let moved = number(out.len())?;
        out.extend_from_slice(&self.entries);
        let mut at = directory.len();
        directory.extend_from_slice(&self.directory);
        *count = count.checked_add(self.count).ok_or_else(|| failed(&"zip64"))?;
        while at < directory.len() {
            let Some(entry) = directory.get_mut(at..).filter(|entry| entry.len() >= ENTRY) else { break };
            let length = |at: usize| usize::from(u16::from_le_bytes([entry[at], entry[at + 1]]));
            let next = ENTRY + length(28) + length(30) + length(32);
            if let Some(place) = entry.get_mut(42..).and_then(|rest| rest.first_chunk_mut()) {
                *place = u32::from_le_bytes(*place).saturating_add(moved).to_le_bytes();
            }
            at += next;
        }
        Ok(())
    }
}
