//! Which tags in a text that a person typed are left-overs of a page, and say nothing by themselves: `<br/>` and `<p>` that a
//! system left in a cell, and not `<Table Select="orders">` or a lone `<b>`, which stand on the page because someone means them.

use super::scan::first_attribute;

/// Names of left-overs. The first [`SINGLE`] are left one by one, halves of pairs too; the others count only where a text both opens
/// and closes them.
const NAMES: [&str; 35] = [
    "br", "p", "div", "td", "th", "tr", "table", "tbody", "thead", "tfoot", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5",
    "h6", "o:p", "span", "font", "b", "i", "u", "s", "a", "em", "strong", "sub", "sup", "strike", "center", "small", "big",
];

const SINGLE: u32 = 20;

/// Attributes that HTML has or had on these.
const ATTRIBUTES: [&str; 40] = [
    "align",
    "axis",
    "background",
    "bgcolor",
    "border",
    "bordercolor",
    "cellpadding",
    "cellspacing",
    "char",
    "charoff",
    "class",
    "clear",
    "color",
    "cols",
    "colspan",
    "contenteditable",
    "dir",
    "face",
    "frame",
    "headers",
    "height",
    "href",
    "id",
    "lang",
    "name",
    "nowrap",
    "rel",
    "rowspan",
    "rules",
    "scope",
    "size",
    "start",
    "style",
    "summary",
    "tabindex",
    "target",
    "title",
    "type",
    "valign",
    "width",
];

/// What counts as a left-over in one text: names of [`NAMES`], as bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeftOvers(u64);

impl LeftOvers {
    pub fn of(source: &str) -> Self {
        let (mut opened, mut closed, mut meant) = (0u64, 0u64, 0u64);
        for behind in source.split('<').skip(1) {
            let (closes, name) = match behind.strip_prefix('/') {
                Some(name) => (true, name),
                None => (false, behind),
            };
            let length = name.bytes().take(8).take_while(|b| b.is_ascii_alphanumeric() || *b == b':').count();
            let (name, rest) = name.split_at(length);
            let bit = bit(name);
            match rest.split_once('>') {
                _ if closes => closed |= bit,
                Some((attributes, _)) if bit != 0 && !are_of_html(attributes) => meant |= bit,
                Some(_) => opened |= bit,
                None => {}
            }
        }
        let (single, paired) = ((1 << SINGLE) - 1, opened & closed);
        LeftOvers((single | paired) & !meant)
    }

    /// Whether tags of this name are.
    pub fn hold(self, name: &str) -> bool {
        self.0 & bit(name) != 0
    }
}

fn bit(name: &str) -> u64 {
    NAMES.iter().position(|known| name.eq_ignore_ascii_case(known)).map_or(0, |at| 1 << at)
}

/// Whether these are attributes of HTML, or of a program that writes it (`data-v-1`, `x:num`, `onclick`).
fn are_of_html(attributes: &str) -> bool {
    let mut rest = attributes;
    while let Some((name, value, next)) = first_attribute(rest) {
        let of_a_program = || {
            let word = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'_'));
            let own = name.contains(['-', ':'])
                || (!value.is_empty() && name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case("on")));
            word && own
        };
        if !(ATTRIBUTES.iter().any(|known| name.eq_ignore_ascii_case(known)) || of_a_program()) {
            return false;
        }
        rest = next;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::clean_typed;

    fn text(source: &str) -> Option<String> {
        clean_typed(source).map(|cleaned| cleaned.text)
    }

    #[test]
    fn what_a_system_left_is_cleaned() {
        assert_eq!(text("<p class=a style='x'>甲</p><p>乙</p>").as_deref(), Some("甲\n乙"));
        assert_eq!(text("甲<br/>乙</td>").as_deref(), Some("甲\n乙"));
        assert_eq!(text("&nbsp;12&nbsp;").as_deref(), Some("\u{a0}12\u{a0}"));
        assert_eq!(text("<b>甲</b><a href=\"x\" onclick='y()' data-v-1>乙</A>").as_deref(), Some("甲乙"));
        assert_eq!(text("&lt;p&gt;甲&lt;/p&gt;").as_deref(), Some("甲"));
    }

    #[test]
    fn what_a_person_typed_stays() {
        for typed in [
            "<Table Select=\"orders\">",
            "<var [total = 0]>",
            "<<link [x] [y]>>",
            "甲<b>乙",
            "甲</b>乙<b",
            "<!-- 甲 -->",
            "<script>甲</script>",
            "<span hidden>甲</span>",
            "<select><option>甲</select>",
            "<input value=甲>",
            "<![CDATA[甲]]>",
            "<?xml version='1.0'?>",
            "<p 甲>",
            "<font 仿宋>",
            "<title>甲</title>",
        ] {
            assert_eq!(text(typed), None, "{typed}");
        }
        assert_eq!(text("<span hidden>甲</span>&lt;b&gt;").as_deref(), Some("<span hidden>甲</span><b>"));
    }
}
