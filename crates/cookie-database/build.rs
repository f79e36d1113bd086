//! Compiles the database into the table that the crate carries. A row that is not understood fails
//! the build.

#![allow(
    clippy::restriction,
    reason = "a build may panic: nobody is served meanwhile"
)]

#[path = "src/compile.rs"]
mod compile;
#[path = "src/format.rs"]
mod format;

use std::path::Path;
use std::{env, fs};

const CSV: &str = "data/open-cookie-database.csv";

fn main() {
    println!("cargo::rerun-if-changed={CSV}");
    println!("cargo::rerun-if-changed=src/compile.rs");
    println!("cargo::rerun-if-changed=src/format.rs");
    let csv = fs::read(CSV).unwrap_or_else(|error| panic!("{CSV}: {error}"));
    let table = compile::compile(&csv).unwrap_or_else(|error| panic!("{CSV}: {error}"));
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    let to = Path::new(&folder).join("cookie-database.bin");
    fs::write(&to, table).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
}
