//! The proof log under load: each receipt counted was durable, signed and proved before it came.

use super::target::Target;
use crate::build::{self, Server};
use crate::step::log_step;
use anyhow::{Result, ensure};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// How long one run takes.
const RUN: Duration = Duration::from_secs(8);
/// How often each is run.
const RUNS: usize = 3;

const HEAD: &str = "On one machine: the server in plain workerd and the clients share its processors. Each receipt counted was
durable, in a signed tree, and came with its proof. Three runs of eight seconds each, median, min and max; latencies
are of the median run.

| sites | connections | receipts a second | p50, ms | p99, ms |
| --: | --: | --: | --: | --: |
";

/// Loads servers with one site and with sixteen.
pub fn measure() -> Result<String> {
    build::everything(Server::Shipped)?;
    let mut section = String::from(HEAD);
    for sites in [1, 16] {
        for connections in [1, 32, 256] {
            log_step(&format!("{connections} connections, {sites} site(s)"));
            writeln!(section, "{}", row(sites, connections)?)?;
        }
    }
    Ok(section)
}

struct Run {
    a_second: f64,
    p50: f64,
    p99: f64,
}

fn row(sites: usize, connections: usize) -> Result<String> {
    let target = Target::start(sites)?;
    let mut runs = (0..RUNS)
        .map(|_| load(&target, connections))
        .collect::<Result<Vec<_>>>()?;
    runs.sort_by(|a, b| a.a_second.total_cmp(&b.a_second));
    let median = &runs[RUNS / 2];
    Ok(format!(
        "| {sites} | {connections} | {:.0} ({:.0}–{:.0}) | {:.1} | {:.1} |",
        median.a_second,
        runs[0].a_second,
        runs[RUNS - 1].a_second,
        median.p50,
        median.p99
    ))
}

fn load(target: &Target, connections: usize) -> Result<Run> {
    let end = Instant::now() + RUN;
    let mut taken = target.visitors(connections, |_| Instant::now() < end)?;
    ensure!(!taken.is_empty(), "nothing was answered");
    taken.sort();
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let a_second = taken.len() as f64 / RUN.as_secs_f64();
    let at = |percent: usize| taken[(taken.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    Ok(Run {
        a_second,
        p50: at(50),
        p99: at(99),
    })
}
