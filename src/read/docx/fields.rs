//! Word's fields in packages: the result is shown, the instruction is not; form fields show their state.

pub(super) use crate::read::fields::{Shown, instructed};

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
        instructed(&self.instruction)
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
