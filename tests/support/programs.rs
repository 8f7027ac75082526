//! The programs of other people that tests start: which are there, and that they did what they were asked.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first of these programs that can be started. None: said loudly, and a failure where `CI=true`.
pub fn program(names: &[&'static str]) -> Option<&'static str> {
    let found = optional_program(names);
    assert!(found.is_some() || std::env::var("CI").as_deref() != Ok("true"), "NOT TESTED: none of {names:?} is installed");
    found
}

/// The same of programs that the checking machine does without.
pub fn optional_program(names: &[&'static str]) -> Option<&'static str> {
    let starts = |name: &&&'static str| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&paths).any(|folder| folder.join(name).is_file())
    };
    let found = names.iter().find(starts).copied();
    if found.is_none() {
        eprintln!("NOT TESTED: none of {names:?} is installed");
    }
    found
}

/// What a program prints.
pub fn run(command: &mut Command) -> Vec<u8> {
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{words}", output.status);
    output.stdout
}

/// Has LibreOffice write a file anew beside itself, as another kind. Its profile stands there, too: two runs never share one.
pub fn to_office(soffice: &str, file: &Path, kind: &str) {
    let folder = file.parent().expect("a folder");
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let mut command = Command::new(soffice);
    command.args([&*profile, "--headless", "--norestore", "--convert-to", kind, "--outdir"]).arg(folder).arg(file);
    run(&mut command);
}

/// The same for many files of one folder at once.
pub fn to_office_all(soffice: &str, files: &[PathBuf], kind: &str) {
    to_office_with(soffice, files, &["--convert-to", kind]);
}

/// The same with the switches said whole.
pub fn to_office_with(soffice: &str, files: &[PathBuf], switches: &[&str]) {
    let Some(folder) = files.first().and_then(|file| file.parent()) else { return };
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    for some in files.chunks(40) {
        let mut command = Command::new(soffice);
        command.args([&*profile, "--headless", "--norestore"]).args(switches).arg("--outdir").arg(folder).args(some);
        run(&mut command);
    }
}

/// Has Chromium print a page. Its profile stands beside the page.
pub fn to_pdf(chromium: &str, page: &Path, pdf: &Path) {
    let profile = page.with_file_name("profile");
    let mut command = Command::new(chromium);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", page.display()));
    run(&mut command);
}
