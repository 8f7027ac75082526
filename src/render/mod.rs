//! Record in, DOCX and HTML out, through Tera templates. Templates see a view made for them, not internal structs.
//!
//! The only stage that names Tera. A [`Renderer`] parses each template once, when it is first needed, and then renders any
//! number of records from any thread. Nothing in a record is ever evaluated as template.

mod appendix;
mod columns;
mod counted;
mod docx;
mod escape;
mod fields;
mod filters;
mod grid;
mod ids;
mod keep;
mod levels;
mod marks;
mod media;
mod named;
mod names;
mod page;
mod parts;
mod pictures;
mod plain;
mod prepare;
mod review;
mod revision;
mod said;
mod scaffold;
mod schema;
mod settle;
#[cfg(test)]
mod settle_tests;
mod tokens;
mod trace;
mod view;
mod viewed;
mod word;
mod words;

pub use docx::{InspectedTag, Inspection, TypedInto};
pub use fields::{NamedField, filter_names, named_fields};
pub use page::scaffold_html;
pub use pictures::Pictures;
pub use scaffold::scaffold;

use crate::catalogue::Language;
use crate::change;
use crate::diag::{Error, Finding, Message};
use crate::document::Document;
use crate::form::FormDefinition;
use crate::form::blank::Typed;
use crate::record::Record;
use said::template_error;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};
use trace::Trace;

/// How dates are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DateStyle {
    /// 2023年12月30日, as GB/T 9704 has it.
    #[default]
    Chinese,
    /// 2023-12-30.
    Iso,
}

/// What can be chosen about a printed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// Of the appendix; the form itself is in the form's language.
    pub language: Language,
    /// Whether changes, suggestions, findings and unplaced pieces are printed behind the form (HTML).
    pub appendix: bool,
    pub dates: DateStyle,
}

impl Default for Options {
    fn default() -> Self {
        Options { language: Language::default(), appendix: true, dates: DateStyle::default() }
    }
}

/// What is printed: a record and what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'a> {
    pub record: &'a Record,
    pub findings: &'a [Finding],
}

/// A form and its templates; where there is none, one is made from the definition.
#[derive(Clone, Debug)]
pub struct TemplateSet {
    pub definition: Arc<FormDefinition>,
    /// A page with Tera tags.
    pub html: Option<Cow<'static, str>>,
    /// A Word file with Tera tags.
    pub docx: Option<Cow<'static, [u8]>>,
    /// What the Word file is called in messages, where that is not `<form>/form.docx`.
    pub docx_file: Option<String>,
    /// The same of the page.
    pub html_file: Option<String>,
    /// What the Word file's tags may show.
    pub pictures: Pictures,
}

impl TemplateSet {
    /// The templates that come with the program for this form, if any; else none.
    pub fn built_in(definition: Arc<FormDefinition>) -> Self {
        let found = BUILT_IN.iter().find(|(form, ..)| *form == &*definition.id);
        let html = found.map(|(_, html, _)| Cow::Borrowed(*html));
        let docx = found.map(|(.., docx)| Cow::Borrowed(*docx));
        TemplateSet { definition, html, docx, docx_file: None, html_file: None, pictures: Pictures::default() }
    }

    /// No templates: both are made from the definition.
    pub fn none(definition: Arc<FormDefinition>) -> Self {
        TemplateSet { definition, html: None, docx: None, docx_file: None, html_file: None, pictures: Pictures::default() }
    }
}

/// The templates that are compiled in: form, page, Word file. Made by [`scaffold_html`] and [`scaffold()`]; to make them anew
/// after a change of either or of the definition: `cargo test --test rendering -- --ignored`.
const BUILT_IN: &[(&str, &str, &[u8])] = &[
    (
        "department-targets",
        include_str!("../../templates/department-targets/form.html"),
        include_bytes!("../../templates/department-targets/form.docx"),
    ),
    (
        "department-targets-hubei-2020",
        include_str!("../../templates/department-targets-hubei-2020/form.html"),
        include_bytes!("../../templates/department-targets-hubei-2020/form.docx"),
    ),
    (
        "department-targets-central",
        include_str!("../../templates/department-targets-central/form.html"),
        include_bytes!("../../templates/department-targets-central/form.docx"),
    ),
    (
        "department-targets-hunan",
        include_str!("../../templates/department-targets-hunan/form.html"),
        include_bytes!("../../templates/department-targets-hunan/form.docx"),
    ),
    (
        "project-targets",
        include_str!("../../templates/project-targets/form.html"),
        include_bytes!("../../templates/project-targets/form.docx"),
    ),
    (
        "project-targets-2009",
        include_str!("../../templates/project-targets-2009/form.html"),
        include_bytes!("../../templates/project-targets-2009/form.docx"),
    ),
    (
        "project-targets-shanghai",
        include_str!("../../templates/project-targets-shanghai/form.html"),
        include_bytes!("../../templates/project-targets-shanghai/form.docx"),
    ),
    (
        "project-review",
        include_str!("../../templates/project-review/form.html"),
        include_bytes!("../../templates/project-review/form.docx"),
    ),
    (
        "project-review-sichuan",
        include_str!("../../templates/project-review-sichuan/form.html"),
        include_bytes!("../../templates/project-review-sichuan/form.docx"),
    ),
    (
        "project-review-hubei",
        include_str!("../../templates/project-review-hubei/form.html"),
        include_bytes!("../../templates/project-review-hubei/form.docx"),
    ),
    (
        "department-review",
        include_str!("../../templates/department-review/form.html"),
        include_bytes!("../../templates/department-review/form.docx"),
    ),
    (
        "department-review-hubei",
        include_str!("../../templates/department-review-hubei/form.html"),
        include_bytes!("../../templates/department-review-hubei/form.docx"),
    ),
    (
        "department-review-chongqing",
        include_str!("../../templates/department-review-chongqing/form.html"),
        include_bytes!("../../templates/department-review-chongqing/form.docx"),
    ),
    (
        "monitoring",
        include_str!("../../templates/monitoring/form.html"),
        include_bytes!("../../templates/monitoring/form.docx"),
    ),
];

struct Templates {
    set: TemplateSet,
    frame: view::Frame,
    html: OnceLock<Result<page::Template, Error>>,
    docx: OnceLock<Result<docx::Template, Error>>,
}

/// Renders records of one or more forms.
pub struct Renderer {
    forms: Vec<Templates>,
}

impl Renderer {
    pub fn new(sets: impl IntoIterator<Item = TemplateSet>) -> Self {
        let forms = sets.into_iter().map(|set| Templates {
            frame: view::Frame::of(&set.definition),
            set,
            html: OnceLock::new(),
            docx: OnceLock::new(),
        });
        Renderer { forms: forms.collect() }
    }

    fn form(&self, record: &Record) -> Result<&Templates, Error> {
        self.forms
            .iter()
            .find(|form| *form.set.definition.id == record.form)
            .ok_or_else(|| Error::NoForm(Message::new("print.no_form").with("form", &record.form)))
    }

    /// A record to be printed, for both its targets: what templates see of it is made once.
    pub fn sheet<'a>(&'a self, printed: Printed<'a>, options: &Options) -> Result<Sheet<'a>, Error> {
        let form = self.form(printed.record)?;
        Ok(Sheet { form, printed, options: *options, views: Default::default() })
    }

    /// One self-contained page.
    pub fn html(&self, printed: &Printed, options: &Options) -> Result<String, Error> {
        self.sheet(*printed, options)?.html()
    }

    /// A Word file.
    pub fn docx(&self, printed: &Printed, options: &Options) -> Result<Vec<u8>, Error> {
        self.sheet(*printed, options)?.docx()
    }

    /// A Word file in which every correction is a tracked change.
    pub fn docx_tracked(&self, printed: &Printed, options: &Options) -> Result<Vec<u8>, Error> {
        self.sheet(*printed, options)?.docx_tracked()
    }
}

/// One record, ready to be printed.
pub struct Sheet<'a> {
    form: &'a Templates,
    printed: Printed<'a>,
    options: Options,
    /// What all templates see of it, without and with what few of them name.
    views: [OnceCell<view::View<'a>>; 2],
}

impl Sheet<'_> {
    /// One self-contained page.
    pub fn html(&self) -> Result<String, Error> {
        let template = self.page()?;
        let (view, signs) = self.view(template.named);
        template.fill(&view, &signs).map_err(|error| template_error(&self.page_name(), &error))
    }

    /// The review page: the source, if it is given, what came of it, and what is to be said of both, side by side.
    pub fn review(&self, document: Option<&Document>) -> Result<String, Error> {
        let template = self.page()?;
        let definition = &self.form.set.definition;
        let review = review::Review::new(self.printed, definition, &self.form.frame, document, &self.options);
        let (mut view, _) = self.view(named::Named { appendix: false, ..template.named });
        view.entries.insert(viewed::name("appendix"), viewed::Viewed::Nothing);
        let page = template.fill(&view, &review.signs()).map_err(|error| template_error(&self.page_name(), &error))?;
        Ok(review.write(&page, &definition.title.text))
    }

    fn page_name(&self) -> String {
        let set = &self.form.set;
        set.html_file.clone().unwrap_or_else(|| format!("{}/form.html", set.definition.id))
    }

    fn page(&self) -> Result<&page::Template, Error> {
        let set = &self.form.set;
        let template = self.form.html.get_or_init(|| {
            let source = match &set.html {
                Some(source) => Cow::Borrowed(&**source),
                None => Cow::Owned(scaffold_html(&set.definition)),
            };
            page::Template::parse(&source).map_err(|error| template_error(&self.page_name(), &error))
        });
        template.as_ref().map_err(Clone::clone)
    }

    /// A Word file.
    pub fn docx(&self) -> Result<Vec<u8>, Error> {
        let template = self.word_template()?;
        template.fill(&self.view(template.named).0)
    }

    /// A Word file of the form as it was before any correction, with every correction as a tracked change that a comment
    /// explains. Accepting all gives what [`Sheet::docx`] prints.
    pub fn docx_tracked(&self) -> Result<Vec<u8>, Error> {
        let template = self.word_template()?;
        let (definition, frame, options) = (&self.form.set.definition, &self.form.frame, &self.options);
        let record = self.printed.record;
        let mut before = record.clone();
        // A field that was edited since keeps what it says: its correction is told, and nothing is tracked.
        let _ = change::revert(&mut before);
        before.changes.clone_from(&record.changes);
        let remarks = revision::Remarks::of(&self.printed, definition, frame, options.language);
        let sides = [record, &before].map(|record| {
            let printed = Printed { record, findings: self.printed.findings };
            let view = |trace: &Trace| {
                let view = view::view(record, definition, frame, options, template.named.groups, trace);
                view::with(&view, template.named, &printed, definition, frame, options, trace).0
            };
            docx::Side { plain: view(&Trace::default()), traced: view(&Trace::of(record, &remarks.places())) }
        });
        template.fill_tracked(&sides, &remarks, &definition.title.text)
    }

    fn word_template(&self) -> Result<&docx::Template, Error> {
        let set = &self.form.set;
        let template = self.form.docx.get_or_init(|| {
            let file = set.docx_file.clone().unwrap_or_else(|| format!("{}/form.docx", set.definition.id));
            let bytes = match &set.docx {
                Some(bytes) => Cow::Borrowed(&**bytes),
                None => Cow::Owned(scaffold(&set.definition)?),
            };
            docx::Template::open(&bytes, &file, &set.definition, &set.pictures)
        });
        template.as_ref().map_err(Clone::clone)
    }

    /// What a template sees, and what stands at fields.
    fn view(&self, named: named::Named) -> (view::View<'_>, marks::Signs) {
        let (definition, frame) = (&self.form.set.definition, &self.form.frame);
        let [without, groups] = &self.views;
        let view = if named.groups { groups } else { without }
            .get_or_init(|| view::view(self.printed.record, definition, frame, &self.options, named.groups, &Trace::default()));
        view::with(view, named, &self.printed, definition, frame, &self.options, &Trace::default())
    }
}

/// Types tags into a blank Word file. None where the file is no Word package.
pub fn type_into(bytes: &[u8], typed: &[Typed]) -> Result<Option<TypedInto>, Error> {
    docx::type_into(bytes, typed)
}

/// Looks at a Word template without using it: its tags, all mistakes, the fields it names. `file` is its name for messages.
pub fn inspect(bytes: &[u8], file: &str, definition: &FormDefinition) -> Result<Inspection, Error> {
    inspect_with(bytes, file, definition, &Pictures::default())
}

/// The same with the pictures that its tags may show.
pub fn inspect_with(bytes: &[u8], file: &str, definition: &FormDefinition, pictures: &Pictures) -> Result<Inspection, Error> {
    docx::Template::inspect(bytes, file, definition, pictures)
}
