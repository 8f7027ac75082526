//! Where a filled template is written to: counts what is written and the turns of loops, and stops at a limit.
//!
//! So a template ends, whatever it repeats. It knows bytes only.

use super::said::TOO_MUCH;
use super::word::TURN;
use crate::limits;
use std::io::{Error, Result, Write};

/// What a turn of a loop counts, whether anything is written in it or not: a million turns are enough.
const TURN_COUNTS: usize = 64;

/// A part that is being filled.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    out: Vec<u8>,
    spent: usize,
}

impl Counted {
    pub fn with_capacity(bytes: usize) -> Counted {
        Counted { out: Vec::with_capacity(bytes), spent: 0 }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        // Only what the template itself holds can begin so: values are written without it.
        let text = match bytes.first() {
            Some(first) if u32::from(*first) == u32::from(TURN) => {
                self.spent += TURN_COUNTS;
                bytes.get(1..).unwrap_or_default()
            }
            _ => bytes,
        };
        self.spent += text.len();
        if self.spent > limits::TEMPLATE_OUTPUT {
            return Err(Error::other(TOO_MUCH));
        }
        self.out.extend_from_slice(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
