//! Reads every file of `services` as an entry, and embeds them all as one JSON array, in the order of their ids; and beside
//! it what the hints need, so that the server does not carry the texts. A file that is not an entry fails the build.

#![allow(
    clippy::restriction,
    dead_code,
    reason = "a build may panic: nobody is served meanwhile; and it only reads entries"
)]

#[path = "src/address.rs"]
mod address;
#[path = "src/entry.rs"]
mod entry;
#[path = "src/fact.rs"]
mod fact;

use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

const FOLDER: &str = "services";

fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
    for file in ["address", "entry", "fact"] {
        println!("cargo::rerun-if-changed=src/{file}.rs");
    }
    let mut entries = BTreeMap::new();
    for file in fs::read_dir(FOLDER).unwrap_or_else(|error| panic!("{FOLDER}: {error}")) {
        let path = file
            .unwrap_or_else(|error| panic!("{FOLDER}: {error}"))
            .path();
        let name = path.display();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let entry: entry::Entry =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        assert_eq!(
            stem,
            Some(entry.id.as_str()),
            "{name}: is not named by its id"
        );
        entries.insert(entry.id.clone(), entry);
    }
    let entries: Vec<_> = entries.into_values().collect();
    let all = serde_json::to_string(&entries).unwrap_or_else(|error| panic!("{error}"));
    write("services.json", &all);
    let briefs: Vec<_> = entries.iter().map(brief).collect();
    write("briefs.json", &serde_json::Value::from(briefs).to_string());
}

/// What `src/hints.rs` reads of an entry.
fn brief(entry: &entry::Entry) -> serde_json::Value {
    let hosts = entry.hosts.iter().map(|host| &host.address);
    let cookies = entry.cookies.iter().map(|cookie| &cookie.name);
    let exemption = entry.audience_exemption.as_ref();
    json!({
        "name": entry.name,
        "purpose": entry.purpose,
        "hosts": hosts.collect::<Vec<_>>(),
        "cookies": cookies.collect::<Vec<_>>(),
        "exemption": exemption.map(|it| json!({ "possible": it.possible, "reason": it.reason.en })),
    })
}

fn write(name: &str, text: &str) {
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    let to = Path::new(&folder).join(name);
    fs::write(&to, text).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
}
