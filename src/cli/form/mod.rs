//! `biaozhun form`: forms that an office makes for itself: a first definition out of a blank form, whether a definition holds on
//! samples, and the schemas for editors.

mod check;
mod new;
mod schema;

use super::Status;
use super::emit::Emit;
use clap::{Args, Subcommand};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    New(new::Arguments),
    Check(check::Arguments),
    Schema(schema::Arguments),
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    match &arguments.command {
        Command::New(arguments) => new::run(arguments, emit),
        Command::Check(arguments) => check::run(arguments, emit),
        Command::Schema(arguments) => schema::run(arguments, emit),
    }
}
