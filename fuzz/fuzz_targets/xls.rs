//! Binary workbooks: the stream that is read, in a compound file that is sound; or a whole file.
#![no_main]

use biaozhun::read::{Options, read};
use biaozhun_fuzz::{compound, streams};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let made = streams(bytes).and_then(|[_, _, main]| compound(&[("/Workbook", main)]));
    let file = made.unwrap_or_else(|| bytes.to_vec());
    let _ = read(&file, &Options::default());
});
