//! Fields of word processors that have no result of their own: what they show, by their instruction.

use super::symbols::SymbolFont;

/// What a field that ends adds to the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    Text(String),
    /// Something that only Word can work out.
    Computed,
    /// A layout that is told by its instruction.
    Formula(String),
}

/// What a field without a result shows.
pub(super) fn instructed(instruction: &str) -> Shown {
    let instruction = instruction.trim();
    let (name, rest) = instruction.split_once(|c: char| c.is_whitespace() || c == '\\').unwrap_or((instruction, ""));
    match name.to_ascii_uppercase().as_str() {
        "SYMBOL" => symbol(rest).map_or(Shown::Computed, |c| Shown::Text(c.to_string())),
        // The button shows what stands behind the name of its macro.
        "MACROBUTTON" | "GOTOBUTTON" => {
            Shown::Text(rest.trim().split_once(char::is_whitespace).map_or("", |(_, text)| text).trim().to_owned())
        }
        "EQ" => overstruck(rest).map_or_else(|| Shown::Formula(instruction.to_owned()), Shown::Text),
        "QUOTE" => Shown::Text(rest.trim().trim_matches('"').to_owned()),
        "PAGE" | "NUMPAGES" | "SECTIONPAGES" | "SECTION" | "DATE" | "TIME" | "CREATEDATE" | "SAVEDATE" | "PRINTDATE"
        | "AUTONUM" | "AUTONUMLGL" | "AUTONUMOUT" | "LISTNUM" | "SEQ" | "AUTHOR" | "TITLE" | "FILENAME" | "REF" | "PAGEREF"
        | "MERGEFIELD" | "DOCPROPERTY" | "STYLEREF" | "=" => Shown::Computed,
        _ => Shown::Nothing,
    }
}

/// `254 \f Wingdings`: the code of a character, in a font of symbols or in Unicode.
fn symbol(rest: &str) -> Option<char> {
    let mut words = rest.split_whitespace();
    let code = words.next()?;
    let code = match code.strip_prefix("0x").or_else(|| code.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    let font = rest.split_once("\\f").and_then(|(_, font)| {
        let font = font.trim_start();
        let name = match font.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => font.split('\\').next()?.trim(),
        };
        SymbolFont::named(name)
    });
    font.map_or_else(|| char::from_u32(code), |font| font.character(code))
}

/// `\o\ac(○,1)`: one character drawn over another, as people make ① and 🈚 in Chinese documents. The circle of a number of one
/// or two digits is told by the character for both; of other pairs both are given.
fn overstruck(rest: &str) -> Option<String> {
    let inside = rest.split_once("\\o")?.1.split_once('(')?.1;
    let inside = inside.rsplit_once(')')?.0;
    let (frame, text) = inside.split_once([',', ';', '，'])?;
    let unwrap = |part: &str| {
        // `\s\up 2(1)`: moved a little.
        let part = part.trim();
        match part.starts_with('\\').then(|| part.split_once('(')).flatten() {
            Some((_, inner)) => inner.trim_end_matches(')').trim().to_owned(),
            None => part.to_owned(),
        }
    };
    let (frame, text) = (unwrap(frame), unwrap(text));
    if frame.contains('\\') || text.contains('\\') {
        return None;
    }
    match text.parse::<u32>() {
        Ok(number @ 1..=20) if matches!(frame.as_str(), "○" | "〇" | "O" | "o" | "◯") => {
            char::from_u32('①' as u32 + number - 1).map(String::from)
        }
        _ if matches!(frame.as_str(), "□" | "☐") && matches!(text.as_str(), "√" | "✓" | "×" | "V" | "v") => {
            Some(format!("{frame}{text}"))
        }
        _ => Some(format!("{frame}{text}")),
    }
}
