//! What the tests of the promises, the samples and the benchmarks share: truths, sheets, damage, layouts, comparison.
//! Independent of the fitting: nothing here asks the crate how it reads a form.
#![allow(dead_code, reason = "each test crate uses its part")]

pub mod account;
pub mod case;
pub mod compare;
pub mod damage;
pub mod entries;
pub mod family;
pub mod hostile;
pub mod invented;
pub mod judged;
pub mod labels;
pub mod layout;
pub mod names;
pub mod prng;
pub mod programs;
pub mod season;
pub mod sheet;
pub mod sums;
pub mod told;
pub mod truth;
pub mod word;
