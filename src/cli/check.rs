//! `biaozhun check`: reads, checks and tells; writes nothing.

use super::emit::Emit;
use super::library::{Library, Office};
use super::report::Report;
use super::{Reading, Status, choice, input, watch};
use biaozhun::pipeline::Converter;
use clap::Args;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub office: Office,
    #[arg(long)]
    pub watch: bool,
}

pub fn run(arguments: &Arguments, emit: &mut Emit) -> Status {
    let files = &arguments.reading.files;
    if !arguments.watch {
        return once(arguments, emit);
    }
    if files.iter().any(|file| file == "-") {
        let text = emit.text("cli.watch_stdin");
        emit.error(&text);
        return Status::Failed;
    }
    loop {
        // Taken before the work: an edit in between is not missed.
        let before = watch::stamps(files);
        let status = once(arguments, emit);
        let text = emit.text("cli.watching");
        emit.complain(&format!("{text}\n"));
        if emit.is_closed() {
            return status;
        }
        watch::wait(files, &before);
    }
}

fn once(arguments: &Arguments, emit: &mut Emit) -> Status {
    let reading = &arguments.reading;
    let Some(library) = Library::open(&arguments.office, &reading.files, emit) else { return Status::Failed };
    let Some(definitions) = library.definitions(reading.form.as_deref(), emit) else { return Status::Failed };
    let Some(mut chosen) = choice::open(&reading.choosing, reading, emit) else { return Status::Failed };
    let converter = Converter::new(&definitions).tracked(reading.tracked.into()).choosing(chosen.choice.clone());
    let results = input::in_parallel(&reading.files, |file| {
        let bytes = input::bytes(file).map_err(|trouble| (biaozhun::diag::Error::Unreadable(trouble.message), Vec::new()))?;
        let converted = input::guarded(|| input::convert(file, &bytes, &converter, reading.fix.into()));
        converted.map_err(|error| (error, bytes))
    });
    let mut report = Report::new(&definitions);
    for (file, result) in reading.files.iter().zip(&results) {
        match result {
            Ok(conversion) => {
                chosen.note(conversion);
                report.file(file, conversion, &[], emit);
            }
            Err((error, bytes)) => report.failed(file, error, Some(bytes), emit),
        }
    }
    chosen.finish(emit);
    report.finish(&[], emit)
}
