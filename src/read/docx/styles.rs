//! styles.xml, as far as it decides what stands on the page: numbered styles and hidden text, inherited along `basedOn`.

use crate::read::symbols::SymbolFont;
use crate::xml::{Fault, Scanner, Token};
use rustc_hash::FxHashMap;

/// What one style says itself.
#[derive(Clone, Debug, Default)]
struct Style {
    based_on: Option<String>,
    list: Option<u32>,
    level: Option<u32>,
    hidden: Option<bool>,
    symbols: Option<SymbolFont>,
    /// What it comes to, when all are read.
    look: Look,
}

/// The styles of a file.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: FxHashMap<String, Style>,
    /// The paragraph style of paragraphs that name none.
    default: Option<String>,
    /// What paragraphs look like that name no style.
    normal: Look,
    /// Whether all text is hidden that no style or run says otherwise of.
    hidden: bool,
}

/// What a style comes to with those that it is based on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub list: Option<u32>,
    pub level: Option<u32>,
    pub hidden: Option<bool>,
    pub symbols: Option<SymbolFont>,
}

/// Styles can be based on each other in a circle.
const CHAIN: usize = 32;

impl Styles {
    pub fn read(source: &str) -> Result<Styles, Fault> {
        let mut styles = Styles::default();
        let mut scanner = Scanner::new(source);
        let mut open: Option<(String, Style)> = None;
        let (mut defaults, mut conditional, mut is_default) = (false, 0usize, false);
        while let Some((token, _)) = scanner.token()? {
            match token {
                Token::Start { name, empty, attributes } => {
                    let value = || attributes.value("val");
                    match (name.local, &mut open) {
                        ("style", open) => {
                            let id = attributes.get("styleId").unwrap_or_default();
                            let paragraph = attributes.value("type").is_none_or(|kind| kind == "paragraph");
                            is_default = paragraph && attributes.value("default").is_some_and(|value| truth(&value));
                            *open = (!empty).then(|| (id, Style::default()));
                        }
                        ("docDefaults", _) => defaults = !empty,
                        // Looks of a table's parts; changes of a style.
                        ("tblStylePr" | "rPrChange" | "pPrChange", _) => conditional += usize::from(!empty),
                        _ if conditional > 0 => {}
                        ("vanish" | "webHidden", None) if defaults && name.local == "vanish" => {
                            styles.hidden = value().is_none_or(|value| truth(&value));
                        }
                        ("basedOn", Some((_, style))) => style.based_on = value().map(|v| v.into_owned()),
                        ("numId", Some((_, style))) => style.list = value().and_then(|v| v.trim().parse().ok()),
                        ("ilvl", Some((_, style))) => style.level = value().and_then(|v| v.trim().parse().ok()),
                        ("vanish", Some((_, style))) => style.hidden = Some(value().is_none_or(|value| truth(&value))),
                        ("rFonts", Some((_, style))) => {
                            style.symbols = attributes.value("ascii").and_then(|font| SymbolFont::named(&font));
                        }
                        _ => {}
                    }
                }
                Token::End(name) => match name.local {
                    "style" => {
                        if let Some((id, style)) = open.take() {
                            if is_default {
                                styles.default = Some(id.clone());
                            }
                            styles.styles.insert(id, style);
                        }
                    }
                    "docDefaults" => defaults = false,
                    "tblStylePr" | "rPrChange" | "pPrChange" => conditional = conditional.saturating_sub(1),
                    _ => {}
                },
                Token::Text(_) | Token::Other => {}
            }
        }
        let looks: Vec<Look> = styles.styles.values().map(|style| styles.inherited(style)).collect();
        for (style, look) in styles.styles.values_mut().zip(looks) {
            style.look = look;
        }
        styles.normal = styles.shown(styles.default.as_deref().map(|id| styles.look(id)).unwrap_or_default());
        Ok(styles)
    }

    /// What a paragraph of a style looks like; none: of the default style.
    pub fn paragraph(&self, id: Option<&str>) -> Look {
        id.map_or(self.normal, |id| self.shown(self.look(id)))
    }

    fn shown(&self, look: Look) -> Look {
        Look { hidden: look.hidden.or(self.hidden.then_some(true)), ..look }
    }

    /// What a style comes to.
    pub fn look(&self, id: &str) -> Look {
        self.styles.get(id).map(|style| style.look).unwrap_or_default()
    }

    /// What a style comes to with those that it is based on.
    fn inherited(&self, style: &Style) -> Look {
        let mut look = Look::default();
        let mut next = Some(style);
        for _ in 0..CHAIN {
            let Some(style) = next else { break };
            look.list = look.list.or(style.list);
            look.level = look.level.or(style.level);
            look.hidden = look.hidden.or(style.hidden);
            look.symbols = look.symbols.or(style.symbols);
            next = style.based_on.as_ref().and_then(|id| self.styles.get(id));
        }
        look
    }

    /// The list that a style of lists stands for.
    pub fn list(&self, id: &str) -> Option<u32> {
        self.styles.get(id).and_then(|style| style.list)
    }
}

/// A switch of a property: on unless it says otherwise.
pub(super) fn truth(value: &str) -> bool {
    !matches!(value.trim(), "0" | "false" | "off" | "none")
}
