//! A log of a million entries, verified by `temoin` and by Go's `sumdb/tlog`, on the same files.

use super::million;
use crate::bench::programs;
use crate::step::log_step;
use crate::tools;
use anyhow::{Result, bail, ensure};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use xshell::{Shell, cmd};

/// How often each verifies it, one after the other.
const RUNS: usize = 5;

const HEAD: &str = "A log of 1,000,000 entries of 58 bytes, in a folder as C2SP tiles: 7,832 files, 92 MB, in the cache of the system.
All are run in turn, five times each; median, min and max. `temoin` works with two threads, the reference with one for
each processor. Each reads every file and checks:

1. the signature of the checkpoint, by the key that is given, and its origin;
2. each entry of each bundle: its hash is its leaf in the tile of level 0;
3. each tile above level 0, hash by hash: it is the root of the full tile below;
4. the root of the tree from all leaves: it is the one that was signed.

The reference then proves fourteen inclusions and thirteen consistencies from the tiles, in a hundredth of its time.
`temoin verify` as auditors run it also reads what the entries say: each is one, time never goes back,
each notice is published before it is answered, an erasure stands after what it erases. With `--entries opaque` it
leaves that out.

| | wall, s | processor, s | peak memory, MB |
| --- | --: | --: | --: |
";

/// What verifies the log.
struct Contender {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
}

/// What one run takes of the machine.
struct Measurement {
    wall_s: f64,
    processor_s: f64,
    peak_mb: f64,
}

/// Writes the log and has it verified.
pub fn measure(shell: &Shell) -> Result<String> {
    let time = programs::gnu_time(shell)?;
    let reference = tools::independent::reference(shell)?;
    log_step("Building `temoin` for release");
    cmd!(
        shell,
        "cargo build --quiet --release --package consent-auditor"
    )
    .run()?;
    log_step("Writing a log of a million entries");
    let folder = Path::new("target/temoin/million");
    let _ = std::fs::remove_dir_all(folder);
    let key = million::write(folder, million::SIZE)?.to_string();
    let log = folder.display().to_string();
    let ours = |name, more: &[&str]| Contender {
        name,
        program: PathBuf::from("target/release/temoin"),
        arguments: [&["verify", &log, "--key", &key], more]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    let contenders = [
        ours("`temoin verify`", &[]),
        ours("`temoin verify --entries opaque`", &["--entries", "opaque"]),
        Contender {
            name: "Go reference (`tests/reference`)",
            program: reference,
            arguments: vec![log.clone(), key.clone()],
        },
    ];
    log_step(&format!("Verifying it, {RUNS} times each"));
    let mut measurements: Vec<Vec<Measurement>> = contenders.iter().map(|_| Vec::new()).collect();
    for _ in 0..RUNS {
        for (contender, measurements) in contenders.iter().zip(&mut measurements) {
            measurements.push(contender.run(&time)?);
        }
    }
    let mut section = String::from(HEAD);
    for (contender, measurements) in contenders.iter().zip(&measurements) {
        let wall = summary(measurements, 2, |one| one.wall_s);
        let processor = summary(measurements, 2, |one| one.processor_s);
        let peak = summary(measurements, 1, |one| one.peak_mb);
        writeln!(
            section,
            "| {} | {wall} | {processor} | {peak} |",
            contender.name
        )?;
    }
    Ok(section)
}

impl Contender {
    /// Runs it once; it must verify the log.
    fn run(&self, time: &Path) -> Result<Measurement> {
        // GNU time starts it from a process of its own: what is told of a child's memory begins with
        // that of whoever started it, and this process may have used more.
        let figures = Path::new("target/temoin/time");
        let started = Instant::now();
        let output = Command::new(time)
            .args(["--quiet", "--format", "%M %U %S", "--output"])
            .arg(figures)
            .arg(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .output()?;
        let wall_s = started.elapsed().as_secs_f64();
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "{} does not verify: {said}",
            self.name
        );
        let figures = std::fs::read_to_string(figures)?;
        let figures: Vec<f64> = figures
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let [peak_kib, user_s, system_s] = figures[..] else {
            bail!("GNU time said {figures:?}");
        };
        Ok(Measurement {
            wall_s,
            processor_s: user_s + system_s,
            peak_mb: peak_kib * 1024.0 / 1e6,
        })
    }
}

/// Median, least and most.
fn summary(
    measurements: &[Measurement],
    digits: usize,
    figure: impl Fn(&Measurement) -> f64,
) -> String {
    let mut figures: Vec<f64> = measurements.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    let (median, last) = (figures[figures.len() / 2], figures.len() - 1);
    format!(
        "{median:.digits$} ({:.digits$}–{:.digits$})",
        figures[0], figures[last]
    )
}
