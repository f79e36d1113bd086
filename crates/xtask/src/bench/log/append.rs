//! What an append costs as the log grows, in instructions: the same on every run, whatever else the
//! machine does.

use crate::bench::programs;
use crate::step::log_step;
use anyhow::{Context as _, Result};
use serde_json::json;
use std::fmt::Write as _;
use xshell::{Shell, cmd};

/// From a thousand entries to a million.
const SIZES: [u64; 7] = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];
/// How many appends are counted at each size: one at each place of a tile.
const APPENDS: u64 = 256;

const CURVE: &str = "docs/images/bench-log.svg";

const HEAD: &str = "![A curve: instructions for one append at sizes from a thousand to a million](images/bench-log.svg)

All that is pure in an append (`crates/consent-log/examples/append.rs`): the leaf's hash, the right edge of the tree, the
root, the checkpoint signed (Ed25519), the proof of inclusion, both as text. Counted by callgrind in native code, which
then hashes without the processor's SHA instructions; the server runs the same source as WebAssembly. Each figure is the
mean of 256 appends, one at each place of a tile. A thousand times as many entries add ten hashes to the proof, and a
third level of tiles to what is held: that is what the curve rises by.

| entries in the log | instructions for one append |
| --: | --: |
";

/// Counts at each size, and draws the curve.
pub fn measure(shell: &Shell) -> Result<String> {
    programs::valgrind(shell)?;
    log_step("Building what is counted");
    cmd!(
        shell,
        "cargo build --quiet --release --package consent-log --example append"
    )
    .run()?;
    let mut section = String::from(HEAD);
    let mut points = Vec::new();
    for size in SIZES {
        let instructions = count(shell, size)?;
        writeln!(section, "| {size} | {instructions} |")?;
        points.push(json!({ "entries": size, "instructions": instructions }));
    }
    let drawn = cmd!(shell, "node tests/bench/curve.mjs")
        .quiet()
        .stdin(json!(points).to_string())
        .read()?;
    shell.write_file(CURVE, format!("{drawn}\n"))?;
    Ok(section)
}

/// Instructions for one append to a log of that size.
fn count(shell: &Shell, size: u64) -> Result<u64> {
    let appends = APPENDS.to_string();
    let size = size.to_string();
    let output = cmd!(
        shell,
        "valgrind --tool=callgrind --callgrind-out-file=/dev/null
         --toggle-collect=append::append_and_prove
         target/release/examples/append {size} {appends}"
    )
    .quiet()
    .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected: u64 = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse().ok())
        .with_context(|| format!("callgrind counted nothing: {said}"))?;
    Ok(collected / APPENDS)
}
