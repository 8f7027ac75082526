//! Printing: the page and the Word document of records, and mistakes in templates.

#[path = "support/form.rs"]
mod form;
#[path = "support/record.rs"]
mod record;

use biaozhun::form::FormDefinition;
use biaozhun::record::Record;
use biaozhun::render::{Options, Printed, Renderer, TemplateSet};
use std::sync::Arc;

fn department() -> (Arc<FormDefinition>, Record) {
    let definition = Arc::new(form::definition(include_str!("../templates/department-targets/form.yaml")));
    let record = record::record(&definition, include_str!("rendering/department.yaml"));
    (definition, record)
}

fn page(definition: &Arc<FormDefinition>, record: &Record) -> String {
    let renderer = Renderer::new([TemplateSet::built_in(definition.clone())]);
    renderer.html(&Printed { record, findings: &[] }, &Options::default()).expect("renders").output
}

#[test]
fn the_page_holds_every_value_of_the_record() {
    let (definition, record) = department();
    let page = page(&definition, &record);
    if let Ok(folder) = std::env::var("LOOK") {
        std::fs::write(format!("{folder}/form.html"), &page).expect("writes");
    }
    record.each_leaf(&mut |path, leaf| {
        if leaf.kind != biaozhun::value::Kind::Date {
            assert!(page.contains(&leaf.text), "{path}: {}", leaf.text);
        }
    });
    assert!(page.contains("2023年12月30日"));
    assert!(!page.contains("{{") && !page.contains("{%"));
}

fn word(definition: &Arc<FormDefinition>, record: &Record) -> Vec<u8> {
    let renderer = Renderer::new([TemplateSet::built_in(definition.clone())]);
    renderer.docx(&Printed { record, findings: &[] }, &Options::default()).expect("renders").output
}

#[test]
fn the_word_file_holds_every_value_of_the_record() {
    let (definition, record) = department();
    let file = word(&definition, &record);
    if let Ok(folder) = std::env::var("LOOK") {
        std::fs::write(format!("{folder}/form.docx"), &file).expect("writes");
    }
    let package = biaozhun::package::Package::open(file, &Default::default()).expect("opens");
    let xml = package.read_text("word/document.xml").expect("reads");
    record.each_leaf(&mut |path, leaf| {
        if leaf.kind != biaozhun::value::Kind::Date {
            assert!(xml.contains(&leaf.text), "{path}: {}", leaf.text);
        }
    });
    assert!(!xml.contains("{{") && !xml.contains("{%"));
}
