//! How values are written into pages; of Word files, `docx` knows.

/// Values are text: markup in them is shown, line breaks stay.
pub(crate) fn into(text: &str, out: &mut String) {
    // All at once: in nearly all texts there is nothing.
    if !text.bytes().fold(false, |found, byte| found | SHOWN[usize::from(byte)]) {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| SHOWN[usize::from(byte)]) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        out.push_str(behind.bytes().next().and_then(shown).unwrap_or_default());
        rest = &behind[1..];
    }
    out.push_str(rest);
}

/// What is written for a byte that is not written as it is.
const fn shown(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        b'\n' => Some("<br>"),
        _ => None,
    }
}

/// For which bytes something else is written.
const SHOWN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = shown(byte).is_some();
        byte += 1;
    }
    table
};
