//! What holds of the document by itself. Whether the server agrees with it, `tests/api` says.

use crate::operations;
use crate::path::PARAMETERS;
use std::collections::BTreeSet;

#[test]
fn every_operation_has_a_name_and_an_address_of_its_own() {
    let all = operations::all();
    let names: BTreeSet<_> = all.iter().map(|one| one.id).collect();
    assert_eq!(names.len(), all.len());
    let addresses: BTreeSet<_> = all.iter().map(|one| (one.path, one.method)).collect();
    assert_eq!(addresses.len(), all.len());
    let tags: BTreeSet<_> = operations::TAGS.iter().map(|(name, _)| *name).collect();
    assert_eq!(tags, all.iter().map(|one| one.tag).collect());
}

#[test]
fn every_parameter_of_a_path_is_declared_and_used() {
    let all = operations::all();
    let used: BTreeSet<_> = all
        .iter()
        .flat_map(super::operation::Operation::path_parameters)
        .collect();
    assert_eq!(used, PARAMETERS.iter().map(|one| one.name).collect());
}

#[test]
fn every_operation_answers_something_and_can_fail() {
    for operation in operations::all() {
        assert!(!operation.answers.is_empty(), "{}", operation.id);
        assert!(operation.summary.ends_with('.'), "{}", operation.id);
        for answer in &operation.answers {
            assert!((200..400).contains(&answer.status), "{}", operation.id);
        }
    }
}

#[test]
fn every_problem_is_documented_but_those_of_no_operation() {
    use consent_core::problem::ProblemType::{self, Loop, MethodNotAllowed, OriginSilent};
    let all = operations::all();
    let used: BTreeSet<_> = all
        .iter()
        .flat_map(|one| one.problems.iter().copied())
        .collect();
    // Another method than those of an address; and what is answered in the place of a site's pages.
    let of_none = [MethodNotAllowed, OriginSilent, Loop];
    let expected = ProblemType::ALL.iter().filter(|one| !of_none.contains(one));
    assert_eq!(used, expected.copied().collect());
}

/// The server and the widget are compiled without the schemas: no byte of them is in what a visitor downloads.
#[test]
fn neither_the_server_nor_the_widget_has_the_schemas() {
    for package in ["edge-api", "consent-widget", "console"] {
        let tree = std::process::Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "--target",
                "wasm32-unknown-unknown",
                "--edges",
                "normal",
            ])
            .args(["--prefix", "none", "--package", package])
            .output()
            .unwrap();
        let tree = String::from_utf8(tree.stdout).unwrap();
        assert!(tree.contains("consent-core"), "{package}: {tree}");
        assert!(!tree.contains("schemars"), "{package}: {tree}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = crate::document();
    let text = document.to_string();
    let references = text.split(r##""$ref":"#"##).skip(1);
    let mut count = 0;
    for reference in references {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
        count += 1;
    }
    assert!(count > 300, "{count}");
}
