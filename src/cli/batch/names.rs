//! What outputs are called: a folder for each department, in it year and form. Pure; whether a name is free, the journal says.

/// The longest name of a department's folder and of a file's stem, in bytes: what follows (`-12.review.html`) still fits in 255.
const LONGEST: usize = 180;

/// The name that a form's outputs would like: `department/year-form`, without an ending.
pub fn wanted(department: &str, year: &str, form: &str, nobody: &str) -> String {
    let folder = match part(department) {
        folder if folder.is_empty() => nobody.to_owned(),
        folder => folder,
    };
    let year = part(year);
    let form = part(form);
    if year.is_empty() { format!("{folder}/{form}") } else { format!("{folder}/{year}-{form}") }
}

/// The nth choice of a name.
pub fn numbered(wanted: &str, number: usize) -> String {
    if number < 2 { wanted.to_owned() } else { format!("{wanted}-{number}") }
}

/// The stem of an output's path, where it is one of the choices of a name.
pub fn stem_of(path: &str, wanted: &str) -> Option<String> {
    let rest = path.strip_prefix(wanted)?;
    let (number, _ending) = rest.split_once('.')?;
    let is_number = number.is_empty()
        || number.strip_prefix('-').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    is_number.then(|| format!("{wanted}{number}"))
}

/// Under which names are one: some systems tell neither case nor these apart.
pub fn key(path: &str) -> String {
    path.to_lowercase()
}

/// A text as one part of a path that any system can hold.
pub fn part(text: &str) -> String {
    let allowed = |c: char| match c {
        c if c.is_control() || c.is_whitespace() => ' ',
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        // They turn what is around them, or are not seen at all.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => ' ',
        c => c,
    };
    let text: String = text.chars().map(allowed).collect();
    let mut text = text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    while text.len() > LONGEST {
        text.pop();
    }
    // Hidden on one system, lost on another.
    let text = text.trim_matches(['.', ' ']);
    if is_reserved(text) { format!("_{text}") } else { text.to_owned() }
}

/// Names of devices on Windows, whatever comes behind a dot.
fn is_reserved(text: &str) -> bool {
    let stem = text.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_name() {
        assert_eq!(wanted("安澜县水利局", "2023", "department-targets", "x"), "安澜县水利局/2023-department-targets");
        assert_eq!(wanted("", "", "project-targets", "x"), "x/project-targets");
        assert_eq!(wanted("../..", "a/b", "f", "x"), "_/a_b-f");
        assert_eq!([part("nul.txt"), part("COM1"), part("com10"), part(". .")], ["_nul.txt", "_COM1", "com10", ""]);
        assert_eq!(part(" a\u{0}\n\u{202e}b :c? "), "a b _c_");
        let long = part(&"局".repeat(300));
        assert!(long.len() <= LONGEST && long.chars().all(|c| c == '局'));
    }

    #[test]
    fn later_choices_are_numbered() {
        assert_eq!([numbered("a/b", 1), numbered("a/b", 2)], ["a/b", "a/b-2"]);
        assert_eq!(key("A/b"), key("a/B"));
        let stem = |path: &str| stem_of(path, "a/b");
        assert_eq!(stem("a/b.tracked.docx").as_deref(), Some("a/b"));
        assert_eq!(stem("a/b-12.yaml").as_deref(), Some("a/b-12"));
        assert_eq!([stem("a/bc.yaml"), stem("a/b-x.yaml"), stem("a/c.yaml")], [None, None, None]);
    }
}
