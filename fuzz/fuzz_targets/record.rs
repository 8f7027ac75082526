//! Edited records: YAML behind the line that says what it is. What is read is written, and read again it is the same.
#![no_main]

use biaozhun::catalogue::Language;
use biaozhun::form::load;
use biaozhun::pipeline::{convert, yaml_text};
use biaozhun::rules::Fix;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = if bytes.starts_with(b"form:") { bytes.to_vec() } else { [b"form: department-targets\n", bytes].concat() };
    let Ok(conversion) = convert(&file, load::builtin(), Fix::Auto) else { return };
    for form in &conversion.forms {
        let text = yaml_text(form, Language::Chinese);
        let again = convert(text.as_bytes(), load::builtin(), Fix::Auto).expect("a record that we wrote is not read");
        let again = yaml_text(&again.forms[0], Language::Chinese);
        let third = convert(again.as_bytes(), load::builtin(), Fix::Auto).expect("a record that we wrote is not read");
        assert_eq!(yaml_text(&third.forms[0], Language::Chinese), again, "a record that was written does not stand");
    }
});
