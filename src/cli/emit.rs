//! The only code that prints. Colours only on a terminal; a reader that goes away (`| head`) is a success.

use super::{Common, Format, Status};
use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Message;
use std::io::{ErrorKind, IsTerminal, Stderr, Stdout, Write};
use std::process::ExitCode;

/// Where output goes, in which language and form.
pub struct Emit {
    out: AutoStream<Stdout>,
    err: AutoStream<Stderr>,
    pub language: Language,
    pub format: Format,
    pub verbose: bool,
    /// Nobody reads any more.
    closed: bool,
    /// Output could not be written for another reason.
    failed: bool,
    /// What is for people goes to the other stream, because results go to standard output.
    pub aside: bool,
}

impl Emit {
    pub fn new(common: Common, language: Language) -> Self {
        Emit {
            out: AutoStream::auto(std::io::stdout()),
            err: AutoStream::auto(std::io::stderr()),
            language,
            format: common.format,
            verbose: common.verbose,
            closed: false,
            failed: false,
            aside: false,
        }
    }

    /// Whether nobody reads any more.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// What the command was asked for.
    pub fn print(&mut self, text: &str) {
        if self.aside {
            self.complain(text);
        } else if !self.closed {
            let outcome = self.out.write_all(text.as_bytes());
            self.note(outcome);
        }
    }

    /// A result that is a file's content: as it is, for what takes colours out of texts would take bytes out of a package.
    pub fn result(&mut self, bytes: &[u8]) {
        if !self.closed {
            let outcome = self.out.flush().and_then(|()| self.out.as_inner().write_all(bytes));
            self.note(outcome);
        }
    }

    /// What went wrong, and other things that are no result.
    pub fn complain(&mut self, text: &str) {
        if !self.closed {
            let outcome = self.err.write_all(text.as_bytes());
            self.note(outcome);
        }
    }

    /// Whether a person looks at what is no result.
    pub fn has_terminal(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// Draws a line in the place of the one before; nothing to take it away.
    pub fn redraw(&mut self, line: &str) {
        self.complain(&format!("\r\u{1b}[K{line}"));
        let _ = self.err.flush();
    }

    fn note(&mut self, outcome: std::io::Result<()>) {
        if let Err(error) = outcome {
            self.closed = true;
            self.failed |= error.kind() != ErrorKind::BrokenPipe;
        }
    }

    /// `error: file: what` on standard error.
    pub fn error(&mut self, text: &str) {
        let word = self.say(&Message::new("cli.error"));
        let line = format!("{}: {text}\n", paint(&word, RED));
        self.complain(&line);
    }

    /// A message in words.
    pub fn say(&self, message: &Message) -> String {
        catalogue::render(self.language, message)
    }

    /// A text without arguments.
    pub fn text(&self, id: &'static str) -> String {
        self.say(&Message::new(id))
    }

    pub fn json(&mut self, value: &serde_json::Value) {
        self.print(&format!("{value:#}\n"));
    }

    pub fn finish(mut self, status: Status) -> ExitCode {
        let outcome = self.out.flush().and(self.err.flush());
        self.note(outcome);
        if self.failed {
            return Status::Failed.into();
        }
        status.into()
    }
}

/// Standard output as it is, for programs that read it byte by byte.
pub fn pipe() -> Stdout {
    std::io::stdout()
}

/// Prints before any options are known; a reader that goes away does not matter.
pub fn show(text: &str) {
    let _ = AutoStream::auto(std::io::stdout()).write_all(text.as_bytes());
}

/// The same, for what is no result.
pub fn show_aside(text: &str) {
    let _ = AutoStream::auto(std::io::stderr()).write_all(text.as_bytes());
}

pub const RED: Style = AnsiColor::Red.on_default().bold();
pub const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub const CYAN: Style = AnsiColor::Cyan.on_default().bold();
pub const GREEN: Style = AnsiColor::Green.on_default().bold();
pub const BLUE: Style = AnsiColor::Blue.on_default().bold();
pub const BOLD: Style = Style::new().bold();

/// A text in a style; the codes are taken out again where the stream is no terminal.
pub fn paint(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}
