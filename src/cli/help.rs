//! Help and refusals in the user's language: clap knows the options, the catalogue their wording.

use super::Arguments;
use super::emit::{self, paint};
use biaozhun::catalogue::{self, Language};
use biaozhun::diag::Message;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use std::borrow::Cow;
use std::ffi::OsString;
use std::process::ExitCode;

/// The language that the words ask for, else the one of the locale; known before they are parsed, because help is worded in it.
/// A locale of neither language (`C` is one) means Chinese, the language of the forms.
pub fn language(words: &[OsString], environment: impl Fn(&str) -> Option<String>) -> Language {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let asked = words.iter().enumerate().find_map(|(index, word)| match word.strip_prefix("--lang") {
        Some("") => words.get(index + 1).map(ToString::to_string),
        Some(rest) => rest.strip_prefix('=').map(ToOwned::to_owned),
        None => None,
    });
    // As POSIX has it: the first of these that says anything decides.
    let locale = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(&environment).find(|locale| !locale.is_empty());
    let word = asked.or_else(locale).unwrap_or_default().to_ascii_lowercase();
    let name = word.split(['_', '-', '.', '@']).next().unwrap_or_default();
    if name == "en" { Language::English } else { Language::Chinese }
}

pub fn parse(mut words: Vec<OsString>, language: Language) -> Result<Arguments, clap::Error> {
    if let Some(help) = help_command(&words) {
        // As `--help` behind the command that help is wanted for.
        words.remove(help);
        words.push("--help".into());
    }
    let matches = command(language).try_get_matches_from(words)?;
    Arguments::from_arg_matches(&matches)
}

/// Where `help` stands as the command.
fn help_command(words: &[OsString]) -> Option<usize> {
    let is_option = |word: &OsString| word.to_string_lossy().starts_with('-');
    let takes_value = |word: &OsString| word == "--lang" || word == "--format";
    let command = (1..words.len()).find(|index| !is_option(&words[*index]) && !takes_value(&words[*index - 1]))?;
    (words[command] == "help").then_some(command)
}

/// The command with all its words.
pub fn command(language: Language) -> clap::Command {
    let root = worded(Arguments::command(), "", language);
    let version = text(language, "help.version");
    root.mut_arg("version", |argument| argument.help(version.clone()))
}

fn text(language: Language, id: &str) -> String {
    catalogue::text(language, id).into_owned()
}

/// A text of the catalogue that clap keeps as it is; the id where there is none, as everywhere.
fn heading(language: Language, id: &'static str) -> &'static str {
    match catalogue::text(language, id) {
        Cow::Borrowed(text) => text,
        Cow::Owned(_) => id,
    }
}

fn worded(mut command: clap::Command, path: &str, language: Language) -> clap::Command {
    command.build();
    let id = |name: &str| if path.is_empty() { format!("help.{name}") } else { format!("help.{path}.{name}") };
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        command = command.mut_subcommand(&name, |sub| worded(sub, &inner, language));
    }
    let arguments: Vec<String> = command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
    for name in arguments {
        // An option that several commands have is worded once.
        let own = id(&name);
        let wording = if catalogue::has(language, &own) { own } else { format!("help.{name}") };
        let group = command.get_arguments().find(|a| a.get_id() == name.as_str()).is_some_and(clap::Arg::is_positional);
        let heading = heading(language, if group { "help.arguments" } else { "help.options" });
        command = command.mut_arg(&name, |argument| {
            let argument = argument.help(text(language, &wording)).help_heading(heading);
            // The wording names them, in its language.
            argument.hide_possible_values(true).hide_default_value(true)
        });
    }
    let usage = paint(&text(language, "help.usage"), emit::BOLD);
    command = command.subcommand_value_name(heading(language, "help.command"));
    let line = command.render_usage().to_string();
    let line = line.strip_prefix("Usage: ").unwrap_or(&line).replace("[OPTIONS]", heading(language, "help.some_options"));
    command
        .override_usage(line)
        .about(text(language, &id("about")))
        .subcommand_help_heading(heading(language, "help.commands"))
        .help_template(format!("{{about-with-newline}}\n{usage}{{usage}}\n\n{{all-args}}{{after-help}}\n"))
        .after_help(match path {
            "" => text(language, "help.after"),
            _ => String::new(),
        })
}

/// Prints help or the version where they were asked for; else says what is wrong with the words.
pub fn refuse(error: &clap::Error, language: Language) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            emit::show(&error.render().ansi().to_string());
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            emit::show_aside(&error.render().ansi().to_string());
            ExitCode::from(2)
        }
        _ => {
            let word = paint(&text(language, "cli.error"), emit::RED);
            let why = catalogue::render(language, &reason(error));
            let hint = text(language, "cli.usage_hint");
            emit::show_aside(&format!("{word}: {why}\n{hint}\n"));
            ExitCode::from(2)
        }
    }
}

/// What is wrong, from the parts that clap gives.
fn reason(error: &clap::Error) -> Message {
    let part = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let with = |id: &'static str| {
        Message::new(id)
            .with("argument", part(ContextKind::InvalidArg))
            .with("value", part(ContextKind::InvalidValue))
            .with("allowed", part(ContextKind::ValidValue))
    };
    let near = |id, nearest_id, kind, suggestion| match part(suggestion) {
        meant if meant.is_empty() => Message::new(id).with("value", part(kind)),
        meant => Message::new(nearest_id).with("value", part(kind)).with("meant", meant),
    };
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let ids = ("cli.unknown_argument", "cli.unknown_argument_nearest");
            near(ids.0, ids.1, ContextKind::InvalidArg, ContextKind::SuggestedArg)
        }
        ErrorKind::InvalidValue if part(ContextKind::InvalidValue).is_empty() => with("cli.value_missing"),
        ErrorKind::InvalidValue if !part(ContextKind::ValidValue).is_empty() => with("cli.bad_choice"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => with("cli.bad_value"),
        ErrorKind::InvalidSubcommand => Message::new("cli.unknown_command").with("value", part(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => with("cli.argument_missing"),
        ErrorKind::MissingSubcommand => with("cli.command_missing"),
        ErrorKind::ArgumentConflict => with("cli.argument_twice"),
        _ => Message::new("cli.bad_arguments").with("detail", error.kind()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_asked_for_else_the_locales() {
        let language = |words: &[&str], set: &[(&str, &str)]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            language(&words, |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        let english: [&[(&str, &str)]; 5] = [
            &[("LANG", "en_US.UTF-8")],
            &[("LANG", "zh_CN.UTF-8"), ("LC_MESSAGES", "en")],
            &[("LC_MESSAGES", "zh_CN"), ("LC_ALL", "en_GB@euro")],
            &[("LC_ALL", ""), ("LANG", "EN")],
            &[("LC_ALL", ""), ("LC_MESSAGES", ""), ("LANG", "en-AU")],
        ];
        for set in english {
            assert_eq!(language(&["biaozhun"], set), Language::English, "{set:?}");
            assert_eq!(language(&["biaozhun", "--lang", "zh"], set), Language::Chinese);
        }
        let chinese: [&[(&str, &str)]; 6] = [
            &[],
            &[("LANG", "C.UTF-8")],
            &[("LANG", "POSIX")],
            &[("LANG", "zh_TW.Big5")],
            &[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")],
            &[("LANG", "english")],
        ];
        for set in chinese {
            assert_eq!(language(&["biaozhun"], set), Language::Chinese, "{set:?}");
            assert_eq!(language(&["biaozhun", "--lang=en"], set), Language::English);
        }
    }

    #[test]
    fn every_option_is_worded_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let mut command = command(language);
            command.build();
            let mut commands: Vec<&clap::Command> = command.get_subcommands().collect();
            commands.extend(command.get_subcommands().flat_map(clap::Command::get_subcommands));
            commands.push(&command);
            for command in commands {
                let about = command.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.starts_with("help.") && !about.is_empty(), "{about}");
                for argument in command.get_arguments() {
                    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                    assert!(!help.starts_with("help.") && !help.is_empty(), "{} {help}", argument.get_id());
                }
            }
        }
    }
}
