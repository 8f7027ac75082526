//! Which rules speak and which suggestions are taken, by the command line and the config file.

use super::config::{self, Config};
use super::emit::Emit;
use super::{FixMode, Reading};
use biaozhun::diag::Message;
use biaozhun::pipeline::{Choice, Conversion, Take};
use biaozhun::record::Path;
use biaozhun::rules;
use clap::Args;

#[derive(Args)]
pub struct Choosing {
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    #[arg(long, value_name = "RULE[@FIELD]", value_delimiter = ',')]
    pub accept: Vec<String>,
}

/// The choice of a run, and which of the suggestions to be taken were met.
pub struct Chosen {
    pub choice: Choice,
    met: Vec<bool>,
}

/// What holds for these inputs; told and `None` where a word of it means no rule.
pub fn open(choosing: &Choosing, reading: &Reading, emit: &mut Emit) -> Option<Chosen> {
    let config = match config::find(&reading.files) {
        Ok(config) => config,
        Err(wrong) => {
            wrong.tell(emit);
            return None;
        }
    };
    match choice(choosing, reading, config.as_ref()) {
        Ok(choice) => Some(Chosen { met: vec![false; choice.take.len()], choice }),
        Err(message) => {
            let text = emit.say(&message);
            emit.error(&text);
            None
        }
    }
}

fn choice(choosing: &Choosing, reading: &Reading, config: Option<&Config>) -> Result<Choice, Message> {
    let names = |words: &[String]| -> Result<Vec<String>, Message> {
        let family =
            |word: &String| rules::family(word.trim()).ok_or_else(|| Message::new("cli.no_such_rules").with("code", word));
        words.iter().map(family).collect()
    };
    let mut choice = Choice::default();
    if let Some(config) = config {
        choice.severity.clone_from(&config.severity);
        // Who says which rules to apply means these, whatever the office leaves out otherwise.
        if choosing.select.is_empty() {
            choice.select.clone_from(&config.select);
            choice.ignore.clone_from(&config.ignore);
        }
    }
    if !choosing.select.is_empty() {
        choice.select = names(&choosing.select)?;
    }
    choice.ignore.extend(names(&choosing.ignore)?);
    if !choosing.accept.is_empty() && reading.fix == FixMode::None {
        return Err(Message::new("cli.accept_without_fix"));
    }
    for word in &choosing.accept {
        choice.take.push(take(word)?);
    }
    Ok(choice)
}

/// `V001`, `V001@projects[0]`.
fn take(word: &str) -> Result<Take, Message> {
    let (rule, at) = word.split_once('@').unwrap_or((word, ""));
    let unknown = || Message::new("cli.no_such_rules").with("code", rule);
    let rule = rules::code(rule.trim()).ok_or_else(unknown)?;
    let at = at.trim().parse::<Path>().map_err(|()| Message::new("record.unknown_path").with("path", at))?;
    Ok(Take { rule, at })
}

impl Chosen {
    /// Notes which suggestions were taken in a file.
    pub fn note(&mut self, conversion: &Conversion) {
        let changes = || conversion.forms.iter().flat_map(|form| &form.record.changes).filter(|change| change.applied);
        for (take, met) in self.choice.take.iter().zip(&mut self.met) {
            *met = *met || changes().any(|change| take.fits(change));
        }
    }

    /// Tells of those that were asked for and are nowhere.
    pub fn finish(&self, emit: &mut Emit) {
        for (take, _) in self.choice.take.iter().zip(&self.met).filter(|(_, met)| !**met) {
            let word = if take.at.0.is_empty() { take.rule.to_owned() } else { format!("{}@{}", take.rule, take.at) };
            let text = emit.say(&Message::new("cli.nothing_to_accept").with("word", word));
            emit.complain(&format!("{text}\n"));
        }
    }
}
