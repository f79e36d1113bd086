//! The lock files of npm: each package is known by the digest of what was locked, and comes from the registry that npm
//! is set to.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// All of them.
const FILES: [&str; 4] = [
    "package-lock.json",
    "tests/bench/package-lock.json",
    "tests/integrations/package-lock.json",
    "tests/wordpress/package-lock.json",
];

/// Checks every entry.
pub fn check(root: &Path) -> Result<()> {
    let mut faults = Vec::new();
    for file in FILES {
        let lock = fs::read(root.join(file)).with_context(|| file.to_owned())?;
        faults.extend(faults_of(file, &serde_json::from_slice(&lock)?));
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

fn faults_of(file: &str, lock: &Value) -> Vec<String> {
    let packages = lock["packages"].as_object().into_iter().flatten();
    let mut faults = Vec::new();
    // The first one, without a name, is the project itself.
    for (name, package) in packages.filter(|(name, _)| !name.is_empty()) {
        if !is_known(package) && !is_bundled(name, lock) {
            faults.push(format!(
                "{file}: {name} has no integrity; add what `npm view PACKAGE@VERSION dist.integrity` prints"
            ));
        }
        if !package["resolved"].is_null() {
            faults.push(format!(
                "{file}: {name} names a server; write the file with `npm install --omit-lockfile-registry-resolved`"
            ));
        }
    }
    faults
}

/// Whether a package is known by its digest.
fn is_known(package: &Value) -> bool {
    package["integrity"]
        .as_str()
        .is_some_and(|hash| hash.starts_with("sha512-"))
}

/// Whether a package is a part of the one that it is below, and so of what that one's digest is of (`bundleDependencies`).
fn is_bundled(name: &str, lock: &Value) -> bool {
    let above = name.rsplit_once("/node_modules/").map(|(above, _)| above);
    lock["packages"][name]["inBundle"] == true
        && above.is_some_and(|above| is_known(&lock["packages"][above]) || is_bundled(above, lock))
}

#[cfg(test)]
mod tests {
    use super::faults_of;
    use serde_json::json;

    #[test]
    fn a_package_without_integrity_or_from_a_named_server_is_a_fault() {
        let lock = json!({ "packages": {
            "": { "name": "project" },
            "node_modules/good": { "version": "1.0.0", "integrity": "sha512-AAAA" },
            "node_modules/unknown": { "version": "1.0.0" },
            "node_modules/weak": { "version": "1.0.0", "integrity": "sha1-AAAA" },
            "node_modules/good/node_modules/inside": { "version": "1.0.0", "inBundle": true },
            "node_modules/alone": { "version": "1.0.0", "inBundle": true },
            "node_modules/from": {
                "version": "1.0.0", "integrity": "sha512-AAAA", "resolved": "https://server.example/from.tgz",
            },
        } });
        let faults = faults_of("lock", &lock);
        assert_eq!(faults.len(), 4);
        for name in ["unknown", "weak", "alone", "from"] {
            assert!(faults.iter().any(|fault| fault.contains(name)), "{name}");
        }
    }
}
