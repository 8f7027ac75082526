//! Characters of fonts of signs (Wingdings, Symbol): what they look like in Unicode.

/// The sign that a font of signs shows for a code, where there is one; letters of ordinary fonts are themselves.
pub(in crate::read) fn sign(font: &str, code: u32) -> Option<char> {
    let low = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    let font = font.trim().to_ascii_lowercase();
    match font.as_str() {
        "wingdings" => wingdings(low),
        "wingdings 2" => wingdings_two(low),
        "webdings" => match low {
            0x61 => Some('✓'),
            0x63 => Some('□'),
            0x67 => Some('■'),
            0x72 => Some('✗'),
            _ => None,
        },
        "symbol" => symbol(low),
        _ => (code == low).then(|| char::from_u32(code)).flatten(),
    }
}

fn wingdings(code: u32) -> Option<char> {
    Some(match code {
        0x20 => ' ',
        0x28 => '☎',
        0x2a => '✉',
        0x46 => '☞',
        0x4a => '☺',
        0x6c => '●',
        0x6e => '■',
        0x6f..=0x72 => '□',
        0x73 => '⬧',
        0x74 => '⧫',
        0x75 => '◆',
        0x76 => '❖',
        0x77 => '⬥',
        0x78 => '☒',
        0x80 => '⓪',
        0x81..=0x8a => char::from_u32(0x2460 + code - 0x81)?,
        0x8c..=0x95 => char::from_u32(0x2776 + code - 0x8c)?,
        0x9e => '·',
        0x9f => '•',
        0xa0 | 0xa7 => '▪',
        0xa1 | 0xa2 => '○',
        0xa8 => '☐',
        0xaa => '✦',
        0xab => '★',
        0xd8 => '➢',
        0xdf => '←',
        0xe0 | 0xe8 | 0xf0 => '→',
        0xe1 => '↑',
        0xe2 => '↓',
        0xfb => '✗',
        0xfc => '✓',
        0xfd => '☒',
        0xfe => '☑',
        _ => return None,
    })
}

fn wingdings_two(code: u32) -> Option<char> {
    Some(match code {
        0x4f => '✗',
        0x50 => '✓',
        0x51 | 0x53 | 0x54 => '☒',
        0x52 => '☑',
        0x6a..=0x73 => char::from_u32(0x2460 + code - 0x6a)?,
        0x97 | 0x98 => '●',
        0xa2 => '■',
        0xa3 | 0x2a => '☐',
        _ => return None,
    })
}

/// The font Symbol: operators, and Greek letters in the places of their Latin likes.
fn symbol(code: u32) -> Option<char> {
    const GREEK: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
    const SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    Some(match code {
        0x41..=0x5a => GREEK.chars().nth(code as usize - 0x41)?,
        0x61..=0x7a => SMALL.chars().nth(code as usize - 0x61)?,
        0x20..=0x7e => char::from_u32(code)?,
        0xa3 => '≤',
        0xae => '→',
        0xb0 => '°',
        0xb1 => '±',
        0xb3 => '≥',
        0xb4 => '×',
        0xb7 => '•',
        0xb8 => '÷',
        0xb9 => '≠',
        0xba => '≡',
        0xbb => '≈',
        0xbc => '…',
        0xd7 => '⋅',
        0xe5 => '∑',
        0xd6 => '√',
        _ => return None,
    })
}
