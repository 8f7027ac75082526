//! RTF behind its first word.
#![no_main]

use biaozhun::read::{Options, Tracked, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let file = if bytes.starts_with(b"{\\rtf") { bytes.to_vec() } else { [b"{\\rtf1 ", bytes].concat() };
    let tracked = if bytes.len() % 2 == 0 { Tracked::Accept } else { Tracked::Reject };
    let _ = read(&file, &Options { tracked, ..Options::default() });
});
