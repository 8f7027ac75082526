//! Templates that only show fields, repeat and choose, filled without Tera: most are such, and a view need not become Tera's
//! values for them.
//!
//! What is read here is part of Tera's language, and means the same: paths, loops with their `loop`, conditions of paths, texts,
//! lists of these. A template with anything else in it (filters, `set`, sums of values) is filled by Tera, and so is one that
//! cannot be filled: only Tera says what is wrong. Where assertions are on, Tera fills every template as well and has to write the
//! same.

mod read;

use super::trace::{bare, has_marks};
use super::viewed::{Entries, Hint, Viewed, clean};
use std::borrow::Cow;
use std::sync::Arc;

/// Where a template is written to.
pub(crate) trait Target {
    /// A turn of a loop begins.
    fn turn(&mut self) -> std::io::Result<()>;
    /// What stands between two tags of the template, by its number.
    fn piece(&mut self, number: usize) -> std::io::Result<()>;
    /// What the template itself says.
    fn own(&mut self, text: &str) -> std::io::Result<()>;
    /// A text of the record.
    fn value(&mut self, text: &str) -> std::io::Result<()>;
}

/// How tags begin and end: expressions, statements, comments.
pub(crate) type Delimiters = [[&'static str; 2]; 3];

/// A template, read.
pub(crate) struct Plain {
    steps: Vec<Step>,
}

/// It is Tera's to go on.
#[derive(Debug)]
pub(crate) struct Stop;

impl From<std::io::Error> for Stop {
    fn from(_: std::io::Error) -> Stop {
        Stop
    }
}

enum Step {
    Turn,
    Piece(usize),
    Own(String),
    Show(Expression),
    Loop { over: Expression, body: Vec<Step>, otherwise: Vec<Step> },
    Choice { arms: Vec<(Condition, Vec<Step>)>, otherwise: Vec<Step> },
}

enum Expression {
    Text(String),
    List(Vec<Expression>),
    Path(Path),
    /// What the path's text says, whether or not it is traced.
    Bare(Path),
    /// The path's number and this one.
    More(Path, usize),
    /// How many items the path's list has.
    Length(Path),
    Turn(Turn),
}

/// What a loop says of its turn.
#[derive(Clone, Copy)]
enum Turn {
    Index,
    Index0,
    First,
    Last,
    Length,
}

enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Box<Condition>),
    Holds(Expression),
    Is(Expression, String),
}

struct Path {
    root: Root,
    members: Vec<Member>,
}

enum Root {
    View(String, Hint),
    /// The item of a loop around, so many loops further out.
    Item(usize),
}

enum Member {
    Name(String, Hint),
    At(usize),
    /// `loop.index0`.
    AtTurn,
}

/// A loop that goes on, and what stands around it.
#[derive(Clone, Copy)]
struct Around<'v> {
    view: &'v Entries<'v>,
    turn: Option<&'v Going<'v>>,
}

struct Going<'v> {
    outside: Option<&'v Going<'v>>,
    item: &'v Viewed<'v>,
    index: usize,
    length: usize,
}

impl Plain {
    /// Reads the source of a template; none where it is not plain.
    pub(crate) fn read(source: &str, delimiters: &Delimiters) -> Option<Plain> {
        read::plain(source, delimiters)
    }

    /// Fills it.
    pub(crate) fn fill(&self, view: &Entries, target: &mut impl Target) -> Result<(), Stop> {
        run(&self.steps, Around { view, turn: None }, target)
    }
}

fn run(steps: &[Step], around: Around, target: &mut impl Target) -> Result<(), Stop> {
    for step in steps {
        match step {
            Step::Turn => target.turn()?,
            Step::Piece(number) => target.piece(*number)?,
            Step::Own(text) => target.own(text)?,
            // As nearly all that is shown.
            Step::Show(Expression::Path(path)) => show(around.find(path)?.ok_or(Stop)?, target)?,
            Step::Show(expression) => show(&*around.value(expression)?.ok_or(Stop)?, target)?,
            Step::Loop { over, body, otherwise } => {
                let over = around.value(over)?.ok_or(Stop)?;
                let Viewed::List(items) = &*over else { return Err(Stop) };
                for (index, item) in items.iter().enumerate() {
                    let going = Going { outside: around.turn, item, index, length: items.len() };
                    run(body, Around { view: around.view, turn: Some(&going) }, target)?;
                }
                if items.is_empty() {
                    run(otherwise, around, target)?;
                }
            }
            Step::Choice { arms, otherwise } => {
                let mut chosen = otherwise;
                for (condition, steps) in arms {
                    if around.holds(condition)? {
                        chosen = steps;
                        break;
                    }
                }
                run(chosen, around, target)?;
            }
        }
    }
    Ok(())
}

fn show(value: &Viewed, target: &mut impl Target) -> Result<(), Stop> {
    match value {
        Viewed::Nothing => {}
        Viewed::Flag(flag) => target.own(if *flag { "true" } else { "false" })?,
        Viewed::Number(number) => target.own(&number.to_string())?,
        Viewed::Text(text) => target.value(text)?,
        Viewed::List(_) | Viewed::Map(_) => return Err(Stop),
    }
    Ok(())
}

impl<'v> Around<'v> {
    /// The value; none where the last member is not there.
    fn value(self, expression: &Expression) -> Result<Option<Cow<'v, Viewed<'v>>>, Stop> {
        let own = |value: Viewed<'v>| Ok(Some(Cow::Owned(value)));
        match expression {
            Expression::Path(path) => Ok(self.find(path)?.map(Cow::Borrowed)),
            Expression::Bare(path) => match self.find(path)?.ok_or(Stop)? {
                Viewed::Text(text) if has_marks(text) => own(clean(bare(text).into_owned())),
                value => Ok(Some(Cow::Borrowed(value))),
            },
            Expression::Text(text) => own(Viewed::Text(Cow::Owned(text.clone()))),
            Expression::List(all) => {
                let item = |expression| Ok(self.value(expression)?.ok_or(Stop)?.into_owned());
                own(Viewed::List(Arc::new(all.iter().map(item).collect::<Result<_, Stop>>()?)))
            }
            Expression::More(path, more) => match self.find(path)? {
                Some(Viewed::Number(number)) => own(Viewed::Number(number.checked_add(*more).ok_or(Stop)?)),
                _ => Err(Stop),
            },
            Expression::Length(path) => match self.find(path)? {
                Some(Viewed::List(items)) => own(Viewed::Number(items.len())),
                _ => Err(Stop),
            },
            Expression::Turn(turn) => {
                let Going { index, length, .. } = self.turn.ok_or(Stop)?;
                own(match turn {
                    Turn::Index => Viewed::Number(index + 1),
                    Turn::Index0 => Viewed::Number(*index),
                    Turn::First => Viewed::Flag(*index == 0),
                    Turn::Last => Viewed::Flag(index + 1 == *length),
                    Turn::Length => Viewed::Number(*length),
                })
            }
        }
    }

    fn holds(self, condition: &Condition) -> Result<bool, Stop> {
        match condition {
            Condition::Any(all) => all.iter().try_fold(false, |held, each| Ok(held || self.holds(each)?)),
            Condition::All(all) => all.iter().try_fold(true, |held, each| Ok(held && self.holds(each)?)),
            Condition::Not(condition) => Ok(!self.holds(condition)?),
            Condition::Holds(Expression::Path(path)) => Ok(self.find(path)?.is_some_and(Viewed::is_truthy)),
            Condition::Holds(expression) => Ok(self.value(expression)?.is_some_and(|value| value.is_truthy())),
            Condition::Is(expression, text) => {
                Ok(matches!(self.value(expression)?.as_deref(), Some(Viewed::Text(found)) if found == text))
            }
        }
    }

    /// None where all is there but the last member.
    fn find(self, path: &Path) -> Result<Option<&'v Viewed<'v>>, Stop> {
        let mut found = match &path.root {
            Root::View(name, hint) => self.view.get(name, hint),
            Root::Item(out) => {
                let mut turn = self.turn;
                for _ in 0..*out {
                    turn = turn.and_then(|turn| turn.outside);
                }
                turn.map(|turn| turn.item)
            }
        };
        for member in &path.members {
            let value = found.ok_or(Stop)?;
            found = match member {
                Member::Name(name, hint) => value.member(name, hint),
                Member::At(index) => item(value, *index)?,
                Member::AtTurn => item(value, self.turn.ok_or(Stop)?.index)?,
            };
        }
        Ok(found)
    }
}

fn item<'v>(value: &'v Viewed<'v>, index: usize) -> Result<Option<&'v Viewed<'v>>, Stop> {
    if let Viewed::List(items) = value { Ok(items.get(index)) } else { Err(Stop) }
}

#[cfg(test)]
mod tests {
    use super::super::viewed::{name, text};
    use super::super::{TemplateSet, docx, page};
    use super::*;

    /// Writes what it is given; values in angles, so that they are told from the template's own texts.
    #[derive(Default)]
    struct Told(String);

    impl Target for Told {
        fn turn(&mut self) -> std::io::Result<()> {
            self.own("~")
        }

        fn piece(&mut self, number: usize) -> std::io::Result<()> {
            self.own(&format!("#{number}"))
        }

        fn own(&mut self, text: &str) -> std::io::Result<()> {
            self.0.push_str(text);
            Ok(())
        }

        fn value(&mut self, text: &str) -> std::io::Result<()> {
            self.own(&format!("<{text}>"))
        }
    }

    const TAGS: Delimiters = [["{{", "}}"], ["{%", "%}"], ["{#", "#}"]];

    fn view() -> Entries<'static> {
        let row = |of: &'static str, number: usize| {
            let cells = vec![text(of), text("x")];
            let entries = [(name("name"), text(of)), (name("span"), number.into()), (name("cells"), cells.into())];
            Viewed::from(entries.into_iter().collect::<Entries>())
        };
        let rows = vec![row("a", 2), row("b", 0)];
        let p = [(name("rows"), rows.into()), (name("none"), Vec::new().into()), (name("blank"), text(""))];
        let p: Entries = p.into_iter().collect();
        [(name("p"), p.into()), (name("title"), text("t & u")), (name("appendix"), Viewed::Nothing)].into_iter().collect()
    }

    /// As it is filled by itself and by Tera; none where one of them does not.
    fn filled(source: &str) -> [Option<String>; 2] {
        let mut told = Told::default();
        let plain = Plain::read(source, &TAGS).and_then(|plain| plain.fill(&view(), &mut told).ok());
        let mut tera = tera::Tera::default();
        tera.set_escape_fn(|text, out| write!(out, "<{text}>"));
        let mut context = tera::Context::new();
        view().iter().for_each(|(key, value)| context.insert_value(key.as_str(), value.into()));
        let by_tera = tera.add_raw_template("a.html", source).and_then(|()| tera.render("a.html", &context));
        [plain.map(|()| told.0), by_tera.ok()]
    }

    #[test]
    fn what_is_plain_means_what_it_means_to_tera() {
        for source in [
            "a{{ title }}b{{ p.blank }}",
            "{% for row in p.rows %}{{ row.name }}{{ loop.index }}{{ loop.index0 }}{{ loop.length }},{% endfor %}",
            "{% for row in p.rows %}{{ row.span }}{{ loop.first }}{% if loop.last %}.{% endif %}{% else %}none{% endfor %}",
            "{% for row in p.none %}{{ row.name }}{% else %}none{% endfor %}",
            "{% for row in p.rows %}{% for c in row.cells %}{{ row.name }}{{ c }}{{ row.cells[loop.index0] }}{% endfor %}{% endfor %}",
            "{% for row in p.rows %}{% for row in row.cells %}{{ row }}{% endfor %}{{ row.name }}{{ row.span + 2 }}{% endfor %}",
            "{% if appendix %}x{% elif p.blank %}y{% elif p.rows %}z{% else %}w{% endif %}",
            "{% if p.unknown %}x{% else %}y{% endif %}{% if not p.unknown and p.rows or p.none %}z{% endif %}",
            "{% for row in p.rows %}{% if row.span and not loop.first or row.name == \"b\" %}{{ row.name }}{% endif %}{% endfor %}",
            "{% for part in [[p.rows, \"x\"], [p.none, 'y']] %}{% for row in part[0] %}{{ row.name }}{% endfor %}{{ part[1] }}{% endfor %}",
            "{{ appendix }}{{ p.rows | length }}{{p.rows[1].name}}{% if p.rows[7] %}x{% endif %}",
            "{ {{title}} } }} %}",
        ] {
            let [plain, by_tera] = filled(source);
            assert!(plain.is_some() && plain == by_tera, "{source}: {plain:?} {by_tera:?}");
        }
    }

    #[test]
    fn the_templates_that_come_with_the_program_are_plain() {
        for definition in crate::form::load::builtin() {
            let set = TemplateSet::built_in(definition.clone());
            let page = page::Template::parse(set.html.as_deref().unwrap_or_default()).expect("is a template");
            let bytes = set.docx.as_deref().unwrap_or_default();
            let word = docx::Template::open(bytes, "form.docx", definition, &set.pictures).expect("is a template");
            assert!(page.is_plain() && word.is_plain(), "{}: {} {}", definition.id, page.is_plain(), word.is_plain());
        }
    }

    #[test]
    fn all_else_is_left_to_tera() {
        for source in [
            "{{ title | upper }}",
            "{{ p.rows }}",
            "{{ p.unknown }}",
            "{{ p.unknown.more }}",
            "{{ p.rows[7] }}",
            "{{ labels }}",
            "{{ \"a\\\"b\" }}",
            "{{ title ~ title }}",
            "{{ p['blank'] }}",
            "{{ -1 }}",
            "{# a #}",
            "{{- title }}",
            "{% set a = title %}",
            "{% for c in title %}{{ c }}{% endfor %}",
            "{% for k, v in p %}{{ k }}{% endfor %}",
            "{% for row in p.rows %}{% break %}{% endfor %}",
            "{% for row in p.rows %}{{ loop }}{% endfor %}",
            "{{ loop.index }}",
            "{% if not title == \"a\" %}{% endif %}",
            "{% for row in p.rows %}",
            "{% endfor %}",
            "{% if title %}{% else %}{% else %}{% endif %}",
            "{{ title",
        ] {
            assert_eq!(filled(source)[0], None, "{source}");
        }
        let mut told = Told::default();
        let plain = Plain::read("\u{5}0\u{5}{% for r in p.rows %}\u{4}\u{5}12\u{5}{% endfor %}x", &TAGS).expect("is plain");
        assert!(plain.fill(&view(), &mut told).is_ok());
        assert_eq!(told.0, "#0~#12~#12x");
    }
}
