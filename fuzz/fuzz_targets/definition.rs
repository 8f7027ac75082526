//! Definitions of forms. One without mistakes has a schema, templates, and can be fitted to a text.
#![no_main]

use biaozhun::pipeline::{Converter, load_definition};
use biaozhun::rules::Fix;
use biaozhun::{render, yaml};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(definition) = load_definition("form.yaml", text) else { return };
    let _ = yaml::schema(&definition);
    let _ = render::scaffold_html(&definition);
    let definitions = [Arc::new(definition)];
    let _ = Converter::new(&definitions).convert("单位：甲\n收入\t1\n".as_bytes(), Fix::Auto);
});
