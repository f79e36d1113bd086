//! What an auditor's questions cost as a site's log grows: pages, counts, statistics, exports, and what the visitors who
//! report meanwhile notice of it.
//!
//! The records are reported over HTTP, as visitors do; nothing is written into a database from outside.

use super::log::target::Target;
use crate::build::{self, Server};
use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use xshell::Shell;

const PAGE: &str = "docs/bench-audit.md";
/// The sizes at which it is measured, up to what is asked for.
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
/// How often each question is asked; the median counts.
const TIMES: usize = 5;
/// How long visitors report for one figure.
const RUN: Duration = Duration::from_secs(8);
/// Visitors who report at the same time.
const CONNECTIONS: usize = 16;

const HEAD: &str = "# An auditor's questions, measured

`cargo xtask bench audit` measures and writes this page; `--most 1000000` goes on to a million records, `--built` takes the
server that is built already (`cargo xtask build --local`: compiled without link-time optimization) instead of the one that is shipped.
The server, in plain workerd, and all clients share the machine. The records were reported over HTTP, to one site in one object.
";

/// One question.
struct Question {
    name: &'static str,
    path: &'static str,
}

const QUESTIONS: [Question; 6] = [
    Question {
        name: "page of 100, no filter",
        path: "consents?limit=100",
    },
    Question {
        name: "page of 100, a filter that all pass",
        path: "consents?limit=100&method=reject_all",
    },
    Question {
        name: "page, a filter that none passes",
        path: "consents?method=api&gpc=true",
    },
    Question {
        name: "count of all",
        path: "consents/count",
    },
    Question {
        name: "count, a service that none granted",
        path: "consents/count?service=inconnu&decision=granted",
    },
    Question {
        name: "statistics",
        path: "stats",
    },
];

/// Measures at each size up to `most`, prints it, and writes it into `docs/bench-audit.md`.
pub fn run(shell: &Shell, most: u64, built: bool) -> Result<()> {
    if !built {
        build::everything(Server::Shipped)?;
    }
    let target = Target::start(1)?;
    let mut page = HEAD.to_owned();
    let mut before = 0;
    for size in SIZES.into_iter().filter(|size| *size <= most) {
        log_step(&format!("{size} records"));
        target.fill(size - before)?;
        before = size;
        page.push_str(&at_size(&target, size)?);
        // At once: what was measured stands, whatever becomes of the next size.
        println!("{page}");
        shell.write_file(PAGE, &page)?;
    }
    Ok(())
}

fn at_size(target: &Target, size: u64) -> Result<String> {
    let mut text = format!(
        "\n## {size} records\n\n| question | first, ms | again, ms |\n| --- | --: | --: |\n"
    );
    for Question { name, path } in QUESTIONS {
        let first = target.ask(path)?.0;
        let mut again = Vec::new();
        for _ in 0..TIMES {
            again.push(target.ask(path)?.0);
        }
        again.sort();
        let median = again.get(TIMES / 2).context("no time")?;
        writeln!(text, "| {name} | {} | {} |", millis(first), millis(*median))?;
    }
    text.push_str("\n| export | s | MB | server's memory before, MB | at most meanwhile, MB |\n| --- | --: | --: | --: | --: |\n");
    for (name, query) in [
        ("NDJSON, all, with its proof", ""),
        (
            "NDJSON, a filter that none passes, with its proof",
            "?method=api",
        ),
        (
            "NDJSON, the same without its proof",
            "?method=api&proof=records",
        ),
        ("CSV, all", "?format=csv"),
        ("JSON-LD, all", "?format=jsonld"),
    ] {
        let before = target.memory("VmRSS")?;
        target.forget_peak()?;
        let (taken, bytes) = target.ask(&format!("export{query}"))?;
        let peak = target.memory("VmHWM")?;
        let seconds = taken.as_secs_f64();
        let megabytes = bytes / 1_000_000;
        writeln!(
            text,
            "| {name} | {seconds:.2} | {megabytes} | {before} | {peak} |"
        )?;
    }
    text.push_str(&writes(target)?);
    Ok(text)
}

/// What visitors notice of an export.
fn writes(target: &Target) -> Result<String> {
    let mut text = format!(
        "\n| {CONNECTIONS} visitors report at once | receipts a second | p50, ms | p99, ms |\n| --- | --: | --: | --: |\n"
    );
    let alone = report(target)?;
    let over = AtomicBool::new(false);
    let beside = std::thread::scope(|scope| {
        let exports = scope.spawn(|| -> Result<()> {
            while !over.load(Ordering::Relaxed) {
                target.ask("export")?;
            }
            Ok(())
        });
        let reported = report(target);
        over.store(true, Ordering::Relaxed);
        let exported = exports.join();
        exported.map_err(|_| anyhow::anyhow!("the export panicked"))??;
        reported
    })?;
    for (name, run) in [
        ("nobody exports", alone),
        ("exports one after another", beside),
    ] {
        let (a_second, p50, p99) = run;
        writeln!(
            text,
            "| {name} | {a_second:.0} | {} | {} |",
            millis(p50),
            millis(p99)
        )?;
    }
    Ok(text)
}

fn report(target: &Target) -> Result<(f64, Duration, Duration)> {
    let end = Instant::now() + RUN;
    let mut taken = target.visitors(CONNECTIONS, |_| Instant::now() < end)?;
    ensure!(!taken.is_empty(), "nothing was answered");
    taken.sort();
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let a_second = taken.len() as f64 / RUN.as_secs_f64();
    let at = |percent: usize| taken.get((taken.len() - 1) * percent / 100).copied();
    Ok((
        a_second,
        at(50).unwrap_or_default(),
        at(99).unwrap_or_default(),
    ))
}

fn millis(taken: Duration) -> String {
    format!("{:.1}", taken.as_secs_f64() * 1000.0)
}

impl Target {
    /// Has so many more visitors report.
    fn fill(&self, more: u64) -> Result<()> {
        let begun = std::sync::atomic::AtomicU64::new(0);
        self.visitors(64, |_| begun.fetch_add(1, Ordering::Relaxed) < more)?;
        Ok(())
    }

    /// Asks as an auditor, and reads the answer to its end in pieces: how long that took, and how many bytes there were.
    fn ask(&self, path: &str) -> Result<(Duration, u64)> {
        let url = format!("{}/v1/sites/bench-0/{path}", self.server.url());
        let token = format!("Bearer {}", self.server.tokens().auditor);
        let asked = Instant::now();
        let answer = ureq::get(&url).header("authorization", token).call();
        let mut reader = answer
            .with_context(|| url.clone())?
            .into_body()
            .into_reader();
        let (mut chunk, mut bytes) = (vec![0; 64 * 1024], 0_u64);
        loop {
            match reader.read(&mut chunk).with_context(|| url.clone())? {
                0 => return Ok((asked.elapsed(), bytes)),
                read => bytes += read as u64,
            }
        }
    }

    /// What the system says of the server's memory, in MB (`proc_pid_status(5)`).
    fn memory(&self, name: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
        let kilobytes: u64 = kilobytes.context("no such figure")?.parse()?;
        Ok(kilobytes / 1000)
    }

    /// Has the system count the most memory from now on (`proc_pid_clear_refs(5)`).
    fn forget_peak(&self) -> Result<()> {
        let file = format!("/proc/{}/clear_refs", self.server.pid());
        Ok(std::fs::write(file, "5")?)
    }
}
