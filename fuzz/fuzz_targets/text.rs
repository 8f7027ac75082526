//! Texts: any bytes, by whatever they turn out to be.
#![no_main]

use biaozhun::read::{Options, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes, &Options::default());
});
