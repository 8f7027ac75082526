//! Any bytes, the whole way to a checked record: reading, fitting, rules, and the YAML back in.
#![no_main]

use biaozhun::catalogue::Language;
use biaozhun::form::load;
use biaozhun::pipeline::{Converter, yaml_text};
use biaozhun::rules::Fix;
use libfuzzer_sys::fuzz_target;
use std::cell::LazyCell;

thread_local! {
    static CONVERTER: LazyCell<Converter> = LazyCell::new(|| Converter::new(load::builtin()));
}

fuzz_target!(|bytes: &[u8]| {
    CONVERTER.with(|converter| {
        let Ok(conversion) = converter.convert(bytes, Fix::Auto) else { return };
        let lost = conversion.forms.iter().flat_map(|form| &form.findings).find(|finding| finding.rule == "S016");
        assert!(lost.is_none(), "lost: {lost:?}");
        for form in &conversion.forms {
            let text = yaml_text(form, Language::Chinese);
            assert!(converter.convert(text.as_bytes(), Fix::Auto).is_ok(), "a record that we wrote is not read");
        }
    });
});
