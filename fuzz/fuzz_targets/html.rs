//! Pages and tables: bytes behind what makes them HTML.
#![no_main]

use biaozhun::read::{Options, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = if bytes.first() == Some(&b'<') { bytes.to_vec() } else { [b"<html><table><tr><td>", bytes].concat() };
    let _ = read(&file, &Options::default());
});
