//! What shells and manuals are told names every command, and comes out the same each time.

use assert_cmd::Command;
use std::path::Path;

fn output(words: &[&str]) -> String {
    let output = Command::cargo_bin("biaozhun").expect("the program").args(words).output().expect("it starts");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The commands as `--help` lists them.
fn commands() -> Vec<String> {
    let help = output(&["--lang", "en", "--help"]);
    let list = help.split("Commands").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list of commands");
    let names: Vec<String> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned))
        .filter(|n| !n.is_empty())
        .collect();
    assert!(names.len() > 6, "{names:?}");
    names
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = output(&["completions", shell]);
        for command in commands() {
            assert!(script.contains(&command), "{shell}: no {command}");
        }
        assert_eq!(script, output(&["completions", shell]));
    }
}

#[test]
fn bash_takes_the_script() {
    let script = output(&["completions", "bash"]);
    let Ok(outcome) = std::process::Command::new("bash").args(["-n", "-c", &script]).output() else {
        eprintln!("NOT TESTED: no bash");
        return;
    };
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
}

#[test]
fn every_command_has_a_page_in_both_languages() {
    for (lang, word) in [("zh", "退出码"), ("en", "Exit status")] {
        let folder = tempfile::tempdir().expect("a folder");
        output(&["man", "--lang", lang, "-o", &folder.path().display().to_string()]);
        let page = |name: &str| std::fs::read_to_string(Path::new(folder.path()).join(name)).expect(name);
        assert!(page("biaozhun.1").contains(word));
        for command in commands() {
            assert!(page(&format!("biaozhun-{command}.1")).contains(".SH"), "{command}");
        }
    }
}
