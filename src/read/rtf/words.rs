//! Control words of RTF that are more than a switch: those that say what their group is, and those that are a character.

use super::old::{Old, Side};
use super::{Destination, Reader};
use crate::locus::Part;

impl Reader {
    /// A control word that says what its group is; whether it was one.
    pub(super) fn destination(&mut self, word: &str) -> bool {
        match word {
            "fonttbl" => self.group.destination = Destination::Fonts,
            "listtext" | "pntext" => {
                self.group.destination = Destination::Number;
            }
            "pn" => {
                self.group.destination = Destination::Old;
                if let Some(under) = self.stories.last_mut() {
                    under.old = Some(Old::new());
                }
            }
            "pntxtb" if self.group.destination == Destination::Old => {
                self.group.destination = Destination::OldText(Side::Before)
            }
            "pntxta" if self.group.destination == Destination::Old => {
                self.group.destination = Destination::OldText(Side::Behind)
            }
            "fldinst" => {
                self.group.destination = Destination::Instruction;
                self.instruction.clear();
                self.check = (None, 0);
                self.entries.clear();
            }
            "field" => self.group.is_field = true,
            "ffl" => {
                self.group.destination = Destination::Entry;
                // Word has at most 25.
                if self.entries.len() < 1000 {
                    self.entries.push(String::new());
                }
            }
            "upr" => self.group.destination = Destination::Outdated,
            "listtable" | "listoverridetable" => self.group.destination = Destination::Lists,
            "list" | "listlevel" | "listoverride" | "lfolevel" if self.group.destination == Destination::Lists => {
                self.lists.begin(word);
            }
            "leveltext" if self.group.destination == Destination::Lists => {
                self.group.destination = Destination::LevelText;
                self.lists.text.clear();
            }
            "sn" => {
                self.group.destination = Destination::PropertyName;
                self.property.clear();
            }
            "sv" => {
                self.group.destination = Destination::PropertyValue;
                self.value.clear();
            }
            "formfield" | "datafield" => {}
            "header" | "headerl" | "headerr" | "headerf" => self.begin_story(Part::Header),
            "footer" | "footerl" | "footerr" | "footerf" => self.begin_story(Part::Footer),
            "footnote" => self.begin_story(Part::Footnote),
            "annotation" => self.begin_story(Part::Comment),
            "shptxt" | "dptxbxtext" => self.begin_story(Part::TextBox),
            "nesttableprops" => {
                let row = self.stories.last_mut().map(|under| std::mem::take(&mut under.row));
                self.group.outer_row = row;
            }
            "pict" | "objdata" => {
                self.report.objects += u32::from(word == "pict");
                self.group.destination = Destination::Nothing;
            }
            "colortbl" | "stylesheet" | "info" | "nonshppict" | "shprslt" | "nonesttables" | "objclass" | "revtbl"
            | "rsidtbl" | "filetbl" | "xe" | "tc" | "tcn" | "bkmkstart" | "bkmkend" | "rxe" | "txe" | "fchars" | "lchars"
            | "ffname" | "ffdeftext" | "ffformat" | "ffhelptext" | "ffstattext" | "ffentrymcr" | "ffexitmcr" | "listname"
            | "levelnumbers" | "template" | "private" | "themedata" | "pntxta" | "pntxtb" | "do_not_read" | "falt"
            | "panose" | "fname" | "fontemb" => self.group.destination = Destination::Nothing,
            // Known to stand behind the star, and to hold text or groups with text.
            "shpinst" | "do" | "shppict" | "ud" | "moMath" | "moMathPara" | "mmath" | "txfield" | "fldrslt" | "shp"
            | "object" | "result" | "shpgrp" | "dptxbx" | "sp" => {
                if word == "ud" {
                    self.group.destination = Destination::Text;
                }
            }
            _ if word.starts_with('m') && word.ends_with("Pr") && word.len() > 3 => {
                self.group.destination = Destination::Nothing
            }
            _ => return false,
        }
        true
    }
}

/// A control word that is a character.
pub(super) fn character(word: &str) -> Option<&'static str> {
    Some(match word {
        "tab" => "\t",
        "line" | "lbr" | "column" => "\n",
        "emdash" => "—",
        "endash" => "–",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "bullet" => "•",
        "enspace" | "qmspace" => "\u{2002}",
        "emspace" => "\u{2003}",
        "~" => "\u{a0}",
        "_" => "-",
        "\\" => "\\",
        "{" => "{",
        "}" => "}",
        _ => return None,
    })
}
