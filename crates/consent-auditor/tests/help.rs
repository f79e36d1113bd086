//! The help of `temoin`, by the command that the README names.

use std::process::{Command, Output};

fn temoin(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_temoin"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn help_lists_the_commands_and_the_exit_codes() {
    let output = temoin(&["help"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    for word in [
        "verify",
        "receipt",
        "export",
        "query",
        "dossier",
        "watch",
        "Exit codes",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_eq!(text.contains("scan"), cfg!(feature = "scan"), "{text}");
}

#[test]
fn help_of_a_command_lists_its_arguments() {
    let output = temoin(&["help", "verify"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("--witness"), "{text}");
}

#[test]
fn an_unknown_command_is_refused() {
    assert_eq!(temoin(&["certify"]).status.code(), Some(2));
}
