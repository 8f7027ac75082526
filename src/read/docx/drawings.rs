//! The texts of drawn parts, charts and diagrams, paragraph by paragraph. How they are drawn is not read.

use crate::xml::{Fault, Scanner, Space, Token};

/// All texts of a part that people see: titles, labels, names of series and categories.
pub(super) fn texts(source: &str) -> Result<Vec<String>, Fault> {
    let mut scanner = Scanner::deep(source);
    let mut texts: Vec<String> = Vec::new();
    let mut open = String::new();
    // In an element of text; in a chart's store of strings, whose values are text.
    let (mut inside, mut strings) = (false, 0usize);
    while let Some((token, _)) = scanner.token()? {
        match token {
            Token::Start { name, empty: false, .. } => match (name.space, name.local) {
                (Space::Drawing, "t") => inside = true,
                (Space::Chart, "strCache" | "multiLvlStrCache" | "strDim" | "txData") => strings += 1,
                (Space::Chart, "v" | "pt") => inside = strings > 0,
                _ => {}
            },
            Token::Text(text) if inside => open.push_str(&text),
            Token::End(name) => match (name.space, name.local) {
                (Space::Drawing, "t") => inside = false,
                (Space::Chart, "strCache" | "multiLvlStrCache" | "strDim" | "txData") => strings = strings.saturating_sub(1),
                (Space::Chart, "v" | "pt") | (Space::Drawing, "p") => {
                    inside = false;
                    let text = std::mem::take(&mut open);
                    let text = text.trim();
                    if !text.is_empty() && !texts.iter().any(|known| known == text) {
                        texts.push(text.to_owned());
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    Ok(texts)
}
