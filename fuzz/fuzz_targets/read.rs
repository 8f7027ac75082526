//! Any bytes, by the reader that they ask for: text, HTML, RTF, compound files, packages. Seeds: samples/ and samples/word/.
#![no_main]

use biaozhun::read::{Options, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes, &Options::default());
});
