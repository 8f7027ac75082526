//! Word's fields: what of them stands on the page. The result is shown, the instruction is not; form fields show their state.

use crate::read::symbols::SymbolFont;

/// A field that has begun and not ended.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// Behind the mark that parts instruction and result.
    pub result: bool,
    pub instruction: String,
    /// Text that stands where only an instruction should: not shown, unless the field never ends.
    pub stray: String,
    /// Whether anything of the result was shown.
    pub shown: bool,
    pub form: Form,
}

/// The entry of a form field, as its data says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    None,
    Check {
        default: bool,
        checked: Option<bool>,
    },
    List {
        default: usize,
        chosen: Option<usize>,
        entries: Vec<String>,
    },
}

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

pub(super) const TICKED: char = '☑';
pub(super) const EMPTY: char = '☐';

impl Field {
    /// What is to be added when the field ends.
    pub fn end(self) -> Shown {
        match self.form {
            Form::Check { default, checked } if !self.shown => {
                return Shown::Text(String::from(if checked.unwrap_or(default) { TICKED } else { EMPTY }));
            }
            Form::List { default, chosen, mut entries } if !self.shown => {
                let index = chosen.unwrap_or(default);
                return if index < entries.len() { Shown::Text(entries.swap_remove(index)) } else { Shown::Nothing };
            }
            _ => {}
        }
        if self.result {
            return Shown::Nothing;
        }
        let instruction = self.instruction.trim();
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
            | "AUTONUM" | "AUTONUMLGL" | "AUTONUMOUT" | "LISTNUM" | "SEQ" | "AUTHOR" | "TITLE" | "FILENAME" | "REF"
            | "PAGEREF" | "MERGEFIELD" | "DOCPROPERTY" | "STYLEREF" | "=" => Shown::Computed,
            _ => Shown::Nothing,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(instruction: &str) -> Shown {
        Field { instruction: instruction.into(), ..Field::default() }.end()
    }

    #[test]
    fn fields_without_a_result_show_what_word_shows() {
        let text = |text: &str| Shown::Text(text.into());
        assert_eq!(shown(r#" SYMBOL 254 \f "Wingdings" \s 12 "#), text("☑"));
        assert_eq!(shown(r" SYMBOL 0x3b1 \u "), text("α"));
        assert_eq!(shown(r" eq \o\ac(○,3)"), text("③"));
        assert_eq!(shown(r"EQ \o\ac(□,√)"), text("□√"));
        assert_eq!(shown(r"EQ \f(1,2)"), Shown::Formula(r"EQ \f(1,2)".into()));
        assert_eq!(shown("MACROBUTTON NoMacro [点这里]"), text("[点这里]"));
        assert_eq!(shown(" PAGE "), Shown::Computed);
        assert_eq!(shown(r#" XE "词条" "#), Shown::Nothing);
        let check = |default, checked| Field { form: Form::Check { default, checked }, ..Field::default() }.end();
        assert_eq!([check(true, None), check(true, Some(false))], [text("☑"), text("☐")]);
        let list = Form::List { default: 0, chosen: Some(1), entries: vec!["甲".into(), "乙".into()] };
        assert_eq!(Field { form: list, ..Field::default() }.end(), text("乙"));
    }
}
