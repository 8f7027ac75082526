//! Puts right what docx-rs writes: children in the order that the schema wants, header rows marked, nothing that a loop
//! must not repeat.
//!
//! Word reads more than the schema allows, WPS and validators less. One pass over the XML; knows Word's elements, no forms.

use crate::xml::{Fault, Scanner, Token};

/// For elements whose children have a fixed order: that order. Children not named come last.
const ORDERS: [(&str, &[&str]); 10] = [
    (
        "style",
        &["name", "aliases", "basedOn", "next", "link", "uiPriority", "semiHidden", "unhideWhenUsed", "qFormat", "pPr", "rPr"],
    ),
    (
        "pPr",
        &[
            "pStyle",
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "widowControl",
            "numPr",
            "pBdr",
            "shd",
            "tabs",
            "autoSpaceDE",
            "autoSpaceDN",
            "adjustRightInd",
            "snapToGrid",
            "spacing",
            "ind",
            "jc",
            "textDirection",
            "textAlignment",
            "outlineLvl",
            "rPr",
            "sectPr",
        ],
    ),
    (
        "rPr",
        &["rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "spacing", "w", "kern", "position", "sz", "szCs", "u", "lang"],
    ),
    (
        "tblPr",
        &["tblStyle", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook"],
    ),
    ("tblBorders", &["top", "left", "bottom", "right", "insideH", "insideV"]),
    (
        "tcPr",
        &["cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "vAlign"],
    ),
    ("tcBorders", &["top", "left", "bottom", "right", "insideH", "insideV"]),
    ("trPr", &["cantSplit", "trHeight", "tblHeader"]),
    ("sectPr", &["headerReference", "footerReference", "pgSz", "pgMar", "pgNumType", "cols", "titlePg", "docGrid"]),
    (
        "settings",
        &["zoom", "defaultTabStop", "evenAndOddHeaders", "characterSpacingControl", "footnotePr", "compat", "docVars"],
    ),
];

/// An element whose children are being put in order.
struct Frame {
    order: &'static [&'static str],
    /// How many elements are open inside it.
    depth: usize,
    /// Rank and text of the children so far.
    children: Vec<(usize, String)>,
}

/// A part put right. `headers` says for every table row, in document order, whether it is repeated on each page.
pub(crate) fn put_right(xml: &str, headers: &[bool]) -> Result<String, Fault> {
    let mut scanner = Scanner::new(xml);
    // What is written goes to the last text: of the part, or of the child that is being collected.
    let mut texts = vec![String::with_capacity(xml.len())];
    let mut frames: Vec<Frame> = Vec::new();
    let mut rows = 0;
    let mut header = false;
    while let Some((token, range)) = scanner.token()? {
        let source = &xml[range];
        let (name, empty) = match &token {
            Token::Start { name, empty, .. } => (*name, *empty),
            Token::End(name) => {
                if header && name.is_word("trPr") {
                    header = false;
                    child(&mut frames, "tblHeader", "<w:tblHeader/>".to_owned());
                }
                if let Some(frame) = frames.last_mut().filter(|frame| frame.depth == 0) {
                    frame.children.sort_by_key(|(rank, _)| *rank);
                    let children: String = std::mem::take(&mut frame.children).into_iter().map(|(_, text)| text).collect();
                    frames.pop();
                    push(&mut texts, &children);
                    push(&mut texts, source);
                } else {
                    push(&mut texts, source);
                }
                close(&mut frames, &mut texts, name.local);
                continue;
            }
            Token::Text(_) | Token::Other => {
                // Between children in a fixed order there is nothing but white space.
                if frames.last().is_none_or(|frame| frame.depth > 0) {
                    push(&mut texts, source);
                }
                continue;
            }
        };
        if empty && name.is_word("rPr") {
            continue;
        }
        if name.is_word("tr") {
            header = headers.get(rows).copied().unwrap_or_default();
            rows += 1;
        }
        if let Some(frame) = frames.last_mut() {
            if frame.depth == 0 {
                texts.push(String::new());
            }
            frame.depth += 1;
        }
        push(&mut texts, &attributes(name.local, source));
        if empty {
            close(&mut frames, &mut texts, name.local);
        } else if let Some((_, order)) = ORDERS.iter().find(|(parent, _)| name.is_word(parent)) {
            frames.push(Frame { order, depth: 0, children: Vec::new() });
        }
    }
    Ok(texts.into_iter().next().unwrap_or_default())
}

fn push(texts: &mut [String], text: &str) {
    if let Some(last) = texts.last_mut() {
        last.push_str(text);
    }
}

/// An element has ended: where it is a child in a fixed order, it is put aside.
fn close(frames: &mut [Frame], texts: &mut Vec<String>, local: &str) {
    let Some(frame) = frames.last_mut() else { return };
    frame.depth = frame.depth.saturating_sub(1);
    if frame.depth == 0
        && let Some(text) = texts.pop()
    {
        child(frames, local, text);
    }
}

fn child(frames: &mut [Frame], local: &str, text: String) {
    if let Some(frame) = frames.last_mut() {
        let rank = frame.order.iter().position(|name| *name == local).unwrap_or(frame.order.len());
        frame.children.push((rank, text));
    }
}

/// A start tag without what does not belong there: numbers that have to be unique, an attribute that the schema lacks.
fn attributes(local: &str, source: &str) -> String {
    let unwanted = match local {
        "p" => " w14:paraId=\"",
        "gridCol" => " w:type=\"",
        _ => return source.to_owned(),
    };
    let Some((before, after)) = source.split_once(unwanted) else { return source.to_owned() };
    let after = after.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    #[test]
    fn children_are_put_in_order_and_headers_marked() {
        let xml = format!(
            "<w:tbl xmlns:w=\"{W}\"><w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:vAlign/><w:tcW/></w:tcPr>\
             <w:p w14:paraId=\"1\"><w:pPr><w:rPr/><w:jc/><w:rPr><w:sz/><w:rFonts/></w:rPr><w:pStyle/></w:pPr><w:r><w:rPr />\
             <w:t>x</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr></w:trPr></w:tr></w:tbl>"
        );
        let expected = format!(
            "<w:tbl xmlns:w=\"{W}\"><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:tcW/><w:vAlign/></w:tcPr>\
             <w:p><w:pPr><w:pStyle/><w:jc/><w:rPr><w:rFonts/><w:sz/></w:rPr></w:pPr><w:r>\
             <w:t>x</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr></w:trPr></w:tr></w:tbl>"
        );
        assert_eq!(put_right(&xml, &[true, false]).as_deref(), Ok(expected.as_str()));
        assert_eq!(put_right(&expected, &[]).as_deref(), Ok(expected.as_str()), "nothing left to do");
    }
}
