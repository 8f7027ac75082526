//! Binary Word files: the three streams that are read, in a compound file that is sound; or a whole file.
#![no_main]

use biaozhun::read::{Options, Tracked, read};
use biaozhun_fuzz::{compound, streams};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let made = streams(bytes)
        .and_then(|[table, data, main]| compound(&[("/WordDocument", main), ("/1Table", table), ("/Data", data)]));
    let file = made.unwrap_or_else(|| bytes.to_vec());
    let tracked = if bytes.len() % 2 == 0 { Tracked::Accept } else { Tracked::Reject };
    let _ = read(&file, &Options { tracked, ..Options::default() });
});
