//! `biaozhun completions` and `biaozhun man`: what shells and manuals are told of the commands, from the same words as `--help`.

use super::emit::Emit;
use super::output::Folder;
use super::{Status, help};
use biaozhun::diag::Message;
use clap::Args;
use clap_complete::Shell;
use std::path::Path;

#[derive(Args)]
pub struct Completions {
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Args)]
pub struct Manual {
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<String>,
}

/// Prints what the shell has to read.
pub fn completions(arguments: &Completions, emit: &mut Emit) -> Status {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut help::command(emit.language), "biaozhun", &mut script);
    emit.result(&script);
    Status::Clean
}

/// Prints the page of the whole program, or writes one page a command.
pub fn manual(arguments: &Manual, emit: &mut Emit) -> Status {
    let root = help::command(emit.language);
    let Some(output) = &arguments.output else {
        return match page(root) {
            Ok((_, bytes)) => {
                emit.result(&bytes);
                Status::Clean
            }
            Err(error) => failed(emit, &error),
        };
    };
    let folder = match Folder::open(Path::new(output), &[]) {
        Ok(folder) => folder,
        Err(trouble) => return refused(emit, &trouble.message),
    };
    for command in all(&root, "") {
        let (name, bytes) = match page(command) {
            Ok(page) => page,
            Err(error) => return failed(emit, &error),
        };
        if let Err(trouble) = folder.write(&format!("{name}.1"), &bytes) {
            return refused(emit, &trouble.message);
        }
        emit.print(&format!("{}\n", Path::new(output).join(format!("{name}.1")).display()));
    }
    Status::Clean
}

/// A command and those below it, each with its whole name: `biaozhun-template-new`.
fn all(command: &clap::Command, above: &str) -> Vec<clap::Command> {
    let name = if above.is_empty() { command.get_name().to_owned() } else { format!("{above}-{}", command.get_name()) };
    let mut found = vec![command.clone().display_name(&name)];
    found.extend(command.get_subcommands().flat_map(|sub| all(sub, &name)));
    found
}

/// File name without its ending, and the page as roff.
fn page(command: clap::Command) -> std::io::Result<(String, Vec<u8>)> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command).title(&name).source(concat!("biaozhun ", env!("CARGO_PKG_VERSION"))).render(&mut bytes)?;
    Ok((name, bytes))
}

fn failed(emit: &mut Emit, error: &std::io::Error) -> Status {
    refused(emit, &Message::new("cli.bad_arguments").with("detail", error))
}

fn refused(emit: &mut Emit, message: &Message) -> Status {
    let text = emit.say(message);
    emit.error(&text);
    Status::Failed
}
