//! The lock files of npm: each package is known by the digest of what was locked, and comes from the registry that npm
//! is set to.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// All of them.
const FILES: [&str; 3] = [
    "package-lock.json",
    "tests/bench/package-lock.json",
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
        if !package["integrity"]
            .as_str()
            .is_some_and(|hash| hash.starts_with("sha512-"))
        {
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
            "node_modules/from": {
                "version": "1.0.0", "integrity": "sha512-AAAA", "resolved": "https://server.example/from.tgz",
            },
        } });
        let faults = faults_of("lock", &lock);
        assert_eq!(faults.len(), 3);
        for name in ["unknown", "weak", "from"] {
            assert!(faults.iter().any(|fault| fault.contains(name)), "{name}");
        }
    }
}
