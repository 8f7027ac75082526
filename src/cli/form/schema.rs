//! `biaozhun form schema`: the JSON Schema of definitions, or of a form's records, for editors and other programs.

use crate::cli::Status;
use crate::cli::emit::Emit;
use crate::cli::library::{Library, Office};
use biaozhun::form::load;
use biaozhun::yaml;
use clap::Args;

#[derive(Args)]
pub struct Arguments {
    #[arg(value_name = "ID")]
    pub form: Option<String>,
    #[command(flatten)]
    pub office: Office,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let Some(form) = &arguments.form else {
        emit.json(&load::schema());
        return Status::Clean;
    };
    let Some(library) = Library::open(&arguments.office, &[], emit) else { return Status::Failed };
    let Some(definitions) = library.definitions(Some(form), emit) else { return Status::Failed };
    for definition in &definitions {
        emit.json(&yaml::schema(definition));
    }
    Status::Clean
}
