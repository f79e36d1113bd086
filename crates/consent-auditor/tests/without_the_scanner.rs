//! The verifier, without the feature `scan`, depends on nothing that drives a browser.

use std::collections::BTreeSet;
use std::process::Command;

/// What the scan needs, and verifies nothing.
const OF_THE_SCAN: [&str; 6] = [
    "site-scanner",
    "cookie-database",
    "tungstenite",
    "robotxt",
    "psl",
    "tempfile",
];

/// The names of all packages that are linked into `temoin`, with these arguments.
fn linked(arguments: &[&str]) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", env!("CARGO_PKG_NAME")])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{tree:?}");
    let text = String::from_utf8(tree.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn without_the_scan_nothing_that_drives_a_browser_is_linked() {
    let verifier = linked(&["--no-default-features"]);
    assert!(verifier.contains("consent-log"), "{verifier:?}");
    let whole = linked(&[]);
    for name in OF_THE_SCAN {
        assert!(!verifier.contains(name), "{name} is linked");
        assert!(whole.contains(name), "{name} is not the scan's any more");
    }
}
