//! A page template made ready for being filled often: what stands between its tags is put in by the writer, which also looks up
//! the signs at fields, and no loop goes on for ever.
//!
//! Signs stand at every field of a page, and nearly everywhere there is nothing to show. So `{{ marks(at=row.at, key="name") }}`
//! becomes `{{ row.at }}` between two marks: the writer joins what comes between them to the path of a field. A template that
//! catches its own output, or that takes blanks away around its tags, keeps its tags; only loops and texts that grow are watched.

/// What stands for a template.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Prepared {
    pub source: String,
    /// What stands between its tags, by the numbers that stand for it.
    pub pieces: Vec<Vec<Part>>,
    /// Some tags ask for signs themselves.
    pub asks: bool,
}

/// A part of what stands between tags.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Text(String),
    /// A turn of a loop begins.
    Turn,
    /// The signs at a field whose path is known.
    Sign(String),
    /// What comes up to the end is the path of a field.
    Begin,
    End,
}

/// The function that counts a turn of a loop.
pub(crate) const TURN: &str = "biaozhun_turn";

/// What a template is made of.
enum Item<'a> {
    Text(&'a str),
    /// With its delimiters.
    Tag(&'a str),
    /// The body of `{% raw %}`, and the whole.
    Raw(&'a str, &'a str),
}

/// Cuts a template into tags and what stands between them. None where a tag has no end: Tera will say so.
fn items(source: &str) -> Option<Vec<Item<'_>>> {
    let (mut items, mut at, mut text) = (Vec::new(), 0, 0);
    while let Some(found) = source[at..].find('{') {
        let start = at + found;
        let end = match source.as_bytes().get(start + 1) {
            Some(b'#') => start + source[start..].find("#}")? + 2,
            Some(b'{') => start + close(&source[start..], "}}")?,
            Some(b'%') => start + close(&source[start..], "%}")?,
            _ => {
                at = start + 1;
                continue;
            }
        };
        items.push(Item::Text(&source[text..start]));
        let tag = &source[start..end];
        at = end;
        if word(tag) == "raw" {
            let rest = &source[end..];
            let (body, length) = rest.match_indices("{%").find_map(|(from, _)| {
                let length = rest[from..].find("%}")? + 2;
                (word(&rest[from..from + length]) == "endraw").then_some((&rest[..from], from + length))
            })?;
            at = end + length;
            items.push(Item::Raw(body, &source[start..at]));
        } else {
            items.push(Item::Tag(tag));
        }
        text = at;
    }
    items.push(Item::Text(&source[text..]));
    Some(items)
}

/// Behind the end of a tag, which may hold strings.
fn close(tag: &str, end: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate().skip(2) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, _) if tag.as_bytes()[at..].starts_with(end.as_bytes()) => return Some(at + end.len()),
            _ => {}
        }
    }
    None
}

/// What a tag says, without its delimiters.
fn inside(tag: &str) -> &str {
    let inside = tag.get(2..tag.len().saturating_sub(2)).unwrap_or_default();
    inside.trim_matches('-').trim()
}

/// The first word of a statement.
fn word(tag: &str) -> &str {
    if !tag.starts_with("{%") {
        return "";
    }
    let inside = inside(tag);
    &inside[..inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len())]
}

/// The name that a statement gives a value to.
fn is_set(tag: &str) -> Option<&str> {
    let rest = inside(tag).strip_prefix(word(tag)).filter(|_| matches!(word(tag), "set" | "set_global"))?;
    rest.split_once('=').map(|(name, _)| name.trim())
}

/// Whether output is caught, or blanks are taken away, or other templates are meant: then tags stay as they are.
fn is_plain(items: &[Item]) -> bool {
    items.iter().all(|item| match item {
        Item::Text(text) | Item::Raw(text, _) => !text.contains(|c: char| c < ' ' && !c.is_whitespace()),
        Item::Tag(tag) => {
            let spaced = tag.get(2..3) == Some("-") || tag.as_bytes().get(tag.len().saturating_sub(3)) == Some(&b'-');
            let usual = matches!(word(tag), "" | "for" | "endfor" | "if" | "elif" | "else" | "endif" | "break" | "continue");
            !spaced && (usual || is_set(tag).is_some())
        }
    })
}

/// Makes a template ready. What is no template stays as it is: Tera says what is wrong with it.
pub(crate) fn prepared(source: &str) -> Prepared {
    let kept = || Prepared { source: source.to_owned(), pieces: Vec::new(), asks: true };
    let Some(items) = items(source) else { return kept() };
    let pieces = is_plain(&items);
    let mut made = Maker { out: Prepared::default(), parts: Vec::new() };
    for item in &items {
        match item {
            Item::Text(text) | Item::Raw(text, _) if pieces => made.text(text),
            Item::Text(text) | Item::Raw(_, text) => made.out.source.push_str(text),
            Item::Tag(tag) if tag.starts_with("{#") => {}
            Item::Tag(tag) => match signs(tag).filter(|_| pieces) {
                Some(parts) => parts.into_iter().for_each(|part| match part {
                    Sign::Part(Part::Text(text)) => made.text(&text),
                    Sign::Part(part) => made.parts.push(part),
                    Sign::Value(path) => made.tag(&format!("{{{{ {path} }}}}")),
                }),
                None => {
                    let mut words = tag.split(|c: char| !c.is_alphanumeric() && c != '_');
                    made.out.asks |= words.any(|word| matches!(word, "marks" | super::marks::CONTEXT));
                    made.tag(tag);
                    match word(tag) {
                        "for" if pieces => made.parts.push(Part::Turn),
                        "for" if tag.ends_with("-%}") => made.tag(&format!("{{{{- {TURN}() -}}}}")),
                        "for" => made.tag(&format!("{{{{ {TURN}() }}}}")),
                        _ => {}
                    }
                    if let Some(name) = is_set(tag) {
                        let end = if tag.ends_with("-%}") { "-" } else { "" };
                        made.tag(&format!("{{{{{end} {name} | within_limits {end}}}}}"));
                    }
                }
            },
        }
    }
    made.close();
    made.out
}

struct Maker {
    out: Prepared,
    /// Since the last tag.
    parts: Vec<Part>,
}

impl Maker {
    fn text(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    fn close(&mut self) {
        if !self.parts.is_empty() {
            self.out.source.push_str(&super::counted::numbered(self.out.pieces.len()));
            self.out.pieces.push(std::mem::take(&mut self.parts));
        }
    }

    fn tag(&mut self, tag: &str) {
        self.close();
        self.out.source.push_str(tag);
    }
}

enum Sign {
    Part(Part),
    /// A value of the template.
    Value(String),
}

/// What a tag that asks for signs becomes, where it is of the usual form: a place, and perhaps a key and an index.
fn signs(tag: &str) -> Option<Vec<Sign>> {
    let arguments = inside(tag.strip_prefix("{{").map(|_| tag)?).strip_prefix("marks(")?.strip_suffix(')')?;
    let (mut at, mut key, mut index) = (None, None, None);
    for argument in arguments.split(',') {
        let (name, value) = argument.split_once('=')?;
        let place = match name.trim() {
            "at" => &mut at,
            "key" => &mut key,
            "index" => &mut index,
            _ => return None,
        };
        if place.replace(value.trim()).is_some() {
            return None;
        }
    }
    let quoted = |text: &str| -> Option<String> {
        let text = text.strip_prefix('"')?.strip_suffix('"')?;
        (!text.contains(['"', '\\', '{'])).then(|| text.to_owned())
    };
    let path = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) && !text.is_empty();
    let mut parts = vec![Sign::Part(Part::Begin)];
    let mut known = Some(String::new());
    for (before, value, behind) in [("", at?, ""), (".", key.unwrap_or("\"\""), ""), ("[", index.unwrap_or("\"\""), "]")] {
        let text = match quoted(value) {
            Some(text) if text.is_empty() => continue,
            Some(text) => Some(text),
            None if path(value) => None,
            None => return None,
        };
        known = known.zip(text.as_ref()).map(|(known, text)| known + before + text + behind);
        parts.push(Sign::Part(Part::Text(before.to_owned())));
        parts.push(text.map_or_else(|| Sign::Value(value.to_owned()), |text| Sign::Part(Part::Text(text))));
        parts.push(Sign::Part(Part::Text(behind.to_owned())));
    }
    if let Some(known) = known {
        return Some(vec![Sign::Part(Part::Sign(known))]);
    }
    parts.retain(|part| !matches!(part, Sign::Part(Part::Text(text)) if text.is_empty()));
    parts.push(Sign::Part(Part::End));
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    #[test]
    fn tags_stay_and_what_stands_between_them_is_numbered() {
        let made = prepared("<p>{% for a in b %}{{ a }}{# no #} {{ marks(at=\"x\", key=\"y\") }}|{% endfor %}");
        assert_eq!(made.source, "\u{5}0\u{5}{% for a in b %}\u{5}1\u{5}{{ a }}\u{5}2\u{5}{% endfor %}");
        let expected = vec![vec![text("<p>")], vec![Part::Turn], vec![text(" "), Part::Sign("x.y".to_owned()), text("|")]];
        assert_eq!(made.pieces, expected);
        assert!(!made.asks);
        assert!(!prepared("{{ p.remarks }}").asks && prepared("{{ said }}").asks);
        let made = prepared("{{ marks(at=row.at, key=\"k\", index=loop.index0) }}");
        assert_eq!(made.source, "\u{5}0\u{5}{{ row.at }}\u{5}1\u{5}{{ loop.index0 }}\u{5}2\u{5}");
        assert_eq!(made.pieces, [vec![Part::Begin], vec![text(".k[")], vec![text("]"), Part::End]]);
    }

    #[test]
    fn what_is_not_of_the_usual_form_keeps_its_tags() {
        for source in ["{{ marks(at=a ~ b) }}", "{{ marks(at=\"a\") | upper }}", "{{ marks(at=\"a\\n\") }}", "{{ marks() }}"] {
            let made = prepared(source);
            assert_eq!((made.source.as_str(), made.asks), (source, true));
        }
        for source in
            ["{%- if a %}x{% endif %}", "{% filter upper %}{{ marks(at=\"x\") }}{% endfilter %}", "{{ a -}} x", "{{ a"]
        {
            assert_eq!(prepared(source).source, source);
        }
        let made = prepared("{% raw %}{{ x }}{% for %}{% endraw %}");
        assert_eq!((made.source.as_str(), made.pieces), ("\u{5}0\u{5}", vec![vec![text("{{ x }}{% for %}")]]));
        // Where output is caught, turns are counted by a function, and raw text stays.
        let made = prepared("{% filter upper %}{% for a in b -%} x{% endfor %}{% raw %}{{ x }}{% endraw %}{% endfilter %}");
        assert!(made.source.contains("{% for a in b -%}{{- biaozhun_turn() -}} x"), "{}", made.source);
        assert!(made.source.contains("{% raw %}{{ x }}{% endraw %}"), "{}", made.source);
        assert_eq!(prepared("{% set a = 1 %}").source, "{% set a = 1 %}{{ a | within_limits }}");
    }
}
