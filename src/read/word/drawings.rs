//! Lettering ("WordArt") of binary Word files: the one text that drawings hold themselves, not in the stream of text.

use super::bytes::Bytes;

/// A table of properties; the property that is a lettering's text.
const PROPERTIES: u16 = 0xf00b;
const TEXT: u16 = 0x00c0;

/// The texts of all lettering: the drawings' data are records, some of which hold others.
pub(super) fn lettering(data: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut at = 0;
    while let (Some(head), Some(kind), Some(length)) = (data.u16(at), data.u16(at + 2), data.u32(at + 4)) {
        // Between the drawings of the body and of headers stands a byte that is no record.
        if kind & 0xf000 != 0xf000 {
            at += 1;
            continue;
        }
        let body = at + 8;
        if kind == PROPERTIES {
            let body = data.get(body..body.saturating_add(length as usize).min(data.len())).unwrap_or_default();
            texts.extend(text(body, usize::from(head >> 4)));
        }
        // A record that holds others is gone into.
        at = if head & 0xf == 0xf { body } else { body.saturating_add(length as usize) };
    }
    texts
}

/// Properties of six bytes each, and behind all of them what did not fit into four.
fn text(body: &[u8], count: usize) -> Option<String> {
    let mut behind = count.checked_mul(6)?;
    for index in 0..count {
        let (id, length) = (body.u16(6 * index)?, body.u32(6 * index + 2)? as usize);
        if id & 0x8000 == 0 {
            continue;
        }
        if id & 0x3fff == TEXT {
            let text = body.wide(behind, length / 2)?;
            return Some(text.trim_end_matches('\0').replace('\r', "\n")).filter(|text| !text.trim().is_empty());
        }
        behind = behind.checked_add(length)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lettering_is_found_wherever_its_record_stands() {
        let letters: Vec<u8> = "章\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut properties = Vec::new();
        for (id, value) in [(0x8100u16, 2u32), (0x80c0, 4)] {
            properties.extend(id.to_le_bytes());
            properties.extend(value.to_le_bytes());
        }
        properties.extend([1, 2]);
        properties.extend(&letters);
        let record = |head: u16, kind: u16, body: &[u8]| {
            [&head.to_le_bytes()[..], &kind.to_le_bytes(), &(body.len() as u32).to_le_bytes(), body].concat()
        };
        let inner = record(0x23, PROPERTIES, &properties);
        let data = [record(0, 0xf006, b"xx"), vec![0], record(0xf, 0xf002, &inner)].concat();
        assert_eq!(lettering(&data), ["章"]);
        for end in 0..data.len() {
            let _ = lettering(&data[..end]);
        }
    }
}
