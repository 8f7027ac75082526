//! How far a batch is: one line that is drawn anew on a terminal, a line now and then elsewhere.

use super::report::{Counts, outcome_words};
use crate::cli::emit::Emit;
use biaozhun::diag::Message;
use std::time::{Duration, Instant};

/// How often it is drawn on a terminal, and told elsewhere.
const DRAWN: Duration = Duration::from_millis(200);
const TOLD: Duration = Duration::from_secs(10);
/// Parts of the bar.
const BAR: usize = 20;

pub struct Progress {
    total: usize,
    began: Instant,
    last: Instant,
    on_terminal: bool,
    /// Nobody asked for words.
    quiet: bool,
}

impl Progress {
    pub fn new(total: usize, quiet: bool, emit: &Emit) -> Self {
        let now = Instant::now();
        Progress { total, began: now, last: now, on_terminal: emit.has_terminal(), quiet }
    }

    /// Shows how far it is, where it is time to.
    pub fn show(&mut self, counts: &Counts, emit: &mut Emit) {
        let pause = if self.on_terminal { DRAWN } else { TOLD };
        if self.quiet || self.last.elapsed() < pause {
            return;
        }
        self.last = Instant::now();
        let line = self.line(counts, self.began.elapsed(), emit);
        if self.on_terminal { emit.redraw(&line) } else { emit.complain(&format!("{line}\n")) }
    }

    /// Makes room for other lines, or for the end.
    pub fn clear(&self, emit: &mut Emit) {
        if self.on_terminal && !self.quiet {
            emit.redraw("");
        }
    }

    fn line(&self, counts: &Counts, elapsed: Duration, emit: &Emit) -> String {
        let done = counts.all();
        // Hundredths of files a second: whole numbers are enough for a rate.
        let rate = (done as u128 * 100_000).checked_div(elapsed.as_millis()).unwrap_or_default();
        let left = (self.total.saturating_sub(done) as u128 * 100).checked_div(rate);
        let left = left.map_or_else(|| "–".to_owned(), |left| clock(u64::try_from(left).unwrap_or(u64::MAX)));
        let share = (done * 100).checked_div(self.total).unwrap_or(100);
        let full = (done * BAR).checked_div(self.total).unwrap_or(BAR).min(BAR);
        let message = Message::new("batch.progress")
            .with("bar", format!("{}{}", "█".repeat(full), "░".repeat(BAR - full)))
            .with("done", done)
            .with("total", self.total)
            .with("share", share)
            .with("rate", if rate < 1000 { format!("{}.{}", rate / 100, rate / 10 % 10) } else { (rate / 100).to_string() })
            .with("left", left)
            .with("outcomes", outcome_words(counts, emit));
        emit.say(&message)
    }
}

/// `1:02:03`, `2:03`.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
