//! Bytes of sources that are in work at once: what is large waits until there is room, what is larger than all is alone.

use biaozhun::limits::BUDGET_BYTES;
use std::sync::{Condvar, Mutex, PoisonError};

pub struct Budget {
    free: Mutex<u64>,
    changed: Condvar,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { free: Mutex::new(BUDGET_BYTES), changed: Condvar::new() }
    }
}

impl Budget {
    /// Waits until there is room; what was taken has to be given back.
    pub fn take(&self, bytes: u64) -> u64 {
        let wanted = bytes.min(BUDGET_BYTES);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.changed.wait_while(free, |free| *free < wanted).unwrap_or_else(PoisonError::into_inner);
        *free -= wanted;
        wanted
    }

    pub fn give(&self, bytes: u64) {
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += bytes;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_all_is_alone() {
        let budget = Budget::default();
        let all = budget.take(u64::MAX);
        assert_eq!(all, BUDGET_BYTES);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| budget.take(1));
            budget.give(all);
            assert_eq!(waiting.join().unwrap(), 1);
        });
    }
}
