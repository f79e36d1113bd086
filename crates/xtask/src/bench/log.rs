//! The proof log under load: each receipt counted was durable, signed and proved before it came.

use crate::{build, say};
use anyhow::{Context as _, Result, ensure};
use consent_core::ConsentReceipt;
use local_server::{LocalServer, Tokens};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use xshell::Shell;

/// How long one run takes.
const RUN: Duration = Duration::from_secs(8);
/// How often each is run.
const RUNS: usize = 3;
/// The page whose visitors report.
const ORIGIN: &str = "http://localhost:8788";

/// Measures, prints and writes `docs/bench-log.md`.
pub fn run(shell: &Shell) -> Result<()> {
    build::everything(shell)?;
    let mut report = String::from(HEAD);
    for sites in [1, 16] {
        for connections in [1, 32, 256] {
            say(&format!("{connections} connections, {sites} site(s)"));
            let row = measure(sites, connections)?;
            println!("{row}");
            writeln!(report, "{row}")?;
        }
    }
    let stored = bytes_stored()?;
    writeln!(report, "\n{stored}")?;
    println!("{stored}");
    shell.write_file("docs/bench-log.md", report)?;
    Ok(())
}

const HEAD: &str = "# The proof log, measured

`cargo xtask bench log`, on one machine: the server in plain workerd and the clients share its processors. Each
receipt counted was durable, in a signed tree, and came with its proof. Three runs of eight seconds each, min,
median and max; latencies are of the median run.

| sites | connections | receipts a second | p50, ms | p99, ms |
| --: | --: | --: | --: | --: |
";

struct Run {
    a_second: f64,
    p50: f64,
    p99: f64,
}

fn measure(sites: usize, connections: usize) -> Result<String> {
    let bench = Target::start(sites)?;
    let mut runs = (0..RUNS)
        .map(|_| bench.load(connections))
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

/// A server with sites to report to.
struct Target {
    server: LocalServer,
    /// The address of each site's reports, and its notice.
    sites: Vec<(String, String)>,
    next: AtomicU64,
}

impl Target {
    fn start(sites: usize) -> Result<Self> {
        let state = Path::new("target/temoin/bench-log");
        let _ = std::fs::remove_dir_all(state);
        let server = LocalServer::start(0, state, Tokens::random()?)?;
        let config = demo_site::site_config("bench", ORIGIN)?;
        let sites = (0..sites)
            .map(|nth| {
                let site = format!("bench-{nth}");
                let published = server.publish(&site, &config)?;
                let notice = published["notice"]
                    .as_str()
                    .context("no notice")?
                    .to_owned();
                Ok((format!("{}/v1/sites/{site}/consents", server.url()), notice))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            server,
            sites,
            next: AtomicU64::new(1),
        })
    }

    fn load(&self, connections: usize) -> Result<Run> {
        let end = Instant::now() + RUN;
        let mut taken = self.visitors(connections, |_| Instant::now() < end)?;
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

    /// On each connection one visitor after the other, as long as `more` says so of the next one;
    /// how long each was answered after.
    fn visitors(
        &self,
        connections: usize,
        more: impl Fn(u64) -> bool + Sync,
    ) -> Result<Vec<Duration>> {
        let client = || -> Result<Vec<Duration>> {
            let agent = ureq::Agent::new_with_defaults();
            let mut taken = Vec::new();
            loop {
                let nth = self.next.fetch_add(1, Ordering::Relaxed);
                if !more(nth) {
                    return Ok(taken);
                }
                let sent = Instant::now();
                self.send(&agent, nth)?;
                taken.push(sent.elapsed());
            }
        };
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..connections).map(|_| scope.spawn(client)).collect();
            let taken = clients.into_iter().map(|client| {
                client
                    .join()
                    .map_err(|_| anyhow::anyhow!("a client panicked"))?
            });
            Ok(taken.collect::<Result<Vec<_>>>()?.concat())
        })
    }

    /// One report, and the answer to it.
    fn send(&self, agent: &ureq::Agent, nth: u64) -> Result<Vec<u8>> {
        let (url, notice) = &self.sites[usize::try_from(nth)? % self.sites.len()];
        let report = report(notice, nth).to_string();
        let request = agent.post(url).header("origin", ORIGIN);
        let mut answer = request
            .send(report.as_bytes())
            .context("a report was refused")?;
        Ok(answer.body_mut().read_to_vec()?)
    }
}

/// What one proof takes, on the disk and on its way.
fn bytes_stored() -> Result<String> {
    const PROOFS: u64 = 20_000;
    say(&format!("Bytes for each of {PROOFS} proofs"));
    let mut bench = Target::start(1)?;
    let state = Path::new("target/temoin/bench-log");
    let before = {
        bench.server.kill()?;
        let before = size(state)?;
        bench.server.restart()?;
        before
    };
    bench.visitors(64, |nth| nth <= PROOFS)?;
    let answer = bench.send(&ureq::Agent::new_with_defaults(), PROOFS + 1)?;
    let receipt: ConsentReceipt = serde_json::from_slice(&answer)?;
    bench.server.kill()?;
    let each = (size(state)?.saturating_sub(before)) / PROOFS;
    Ok(format!(
        "On the disk a proof takes {each} bytes (record, entry, index, tiles; of {PROOFS}). A receipt is {} bytes of \
         JSON, of which the proof in the log's newest tree is {}, at {} entries.",
        answer.len(),
        receipt.evidence.proof.len(),
        receipt.index + 1
    ))
}

/// Everything in the database files, without what `SQLite` has yet to move into them.
fn size(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        total += if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else if entry
            .path()
            .extension()
            .is_some_and(|ending| ending == "sqlite")
        {
            entry.metadata()?.len()
        } else {
            0
        };
    }
    Ok(total)
}

fn report(notice: &str, nth: u64) -> Value {
    json!({
        "id": format!("{nth:032x}"),
        "consent_id": format!("{:032x}", nth + 0xc0_0000),
        "notice": notice,
        "language": "en",
        "decision": {
            "necessary": "granted", "preferences": "denied",
            "statistics": "denied", "marketing": "denied"
        },
        "method": "reject_all",
        "layer": "banner",
        "trusted": true,
        "gpc": false
    })
}
