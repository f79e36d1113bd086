//! The gate at the edge: what rewriting costs, beside the same page on the same way without it.

use crate::build::{self, Server};
use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use local_server::{LocalServer, Tokens};
use serde_json::json;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};
use xshell::Shell;

/// The sizes of the pages, in bytes, and how many requests a block of one takes.
const PAGES: [(usize, u32); 5] = [
    (1_000, 200),
    (10_000, 200),
    (100_000, 100),
    (1_000_000, 20),
    (5_000_000, 6),
];
/// How many blocks of each are measured, by turns.
const BLOCKS: usize = 5;

/// Measures, prints and writes `docs/bench-edge.md`.
pub fn run(shell: &Shell) -> Result<()> {
    build::everything(Server::Shipped)?;
    let bench = Bench::start()?;
    let mut report = String::from(HEAD);
    for (size, requests) in PAGES {
        log_step(&format!("Pages of {size} bytes"));
        let row = bench.measure(size, requests)?;
        println!("{row}");
        writeln!(report, "{row}")?;
    }
    let memory = bench.memory()?;
    println!("{memory}");
    writeln!(report, "\n{memory}")?;
    shell.write_file("docs/bench-edge.md", report)?;
    Ok(())
}

const HEAD: &str = "# The gate at the edge, measured

`cargo xtask bench edge`, on one machine that is shared with others: the server in plain workerd, a site's server that sends
pages of this size (articles with images, links, scripts and a third party's tag in every 2 kB), one visitor who has
decided nothing, one connection after the other. Each page is asked for as a document, which is rewritten and gets its
loader, and as data, which passes the same way untouched; five blocks of each by turns. Times are of the client, the
processor's of the workerd process. Medians, with min and max of the blocks; a ratio is of the two medians.

| page, bytes | first byte, ms | passed, ms | ratio | whole, ms | passed, ms | ratio | processor, ms | passed, ms | ratio |
| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
";

/// What a block of requests took, each on average, in milliseconds.
#[derive(Clone, Copy)]
struct Block {
    first: f64,
    whole: f64,
    processor: f64,
}

struct Bench {
    server: LocalServer,
    host: String,
}

impl Bench {
    fn start() -> Result<Self> {
        let state = Path::new("target/temoin/bench-edge");
        let _ = std::fs::remove_dir_all(state);
        let server = LocalServer::start(0, state, Tokens::random()?)?;
        let origin = serve_pages()?;
        let (_, port) = server
            .url()
            .rsplit_once(':')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .context("no port")?;
        let host = format!("bench.localhost:{port}");
        let config = demo_site::site_config("bench", &format!("http://{host}"))?;
        let mut config: serde_json::Value = serde_json::from_slice(&config)?;
        config["edge"] = json!({ "origin_server": origin });
        server.publish("bench", config.to_string().as_bytes())?;
        Ok(Self { server, host })
    }

    fn measure(&self, size: usize, requests: u32) -> Result<String> {
        // Both are warm.
        for read in ["document", "image"] {
            self.block(size, requests.div_ceil(4), read)?;
        }
        let mut blocks = [Vec::new(), Vec::new()];
        for _ in 0..BLOCKS {
            for (blocks, read) in blocks.iter_mut().zip(["document", "image"]) {
                blocks.push(self.block(size, requests, read)?);
            }
        }
        let mut row = format!("| {size} |");
        for value in [
            (|block: &Block| block.first) as fn(&Block) -> f64,
            |block| block.whole,
            |block| block.processor,
        ] {
            let [held, passed] = blocks
                .each_ref()
                .map(|blocks| Spread::of(blocks.iter().map(value)));
            let ratio = held.median / passed.median;
            write!(row, " {held} | {passed} | {ratio:.2} |")?;
        }
        Ok(row)
    }

    /// So many requests, read as a document or as something else.
    fn block(&self, size: usize, requests: u32, read: &str) -> Result<Block> {
        let before = processor_time(self.server.pid())?;
        let (mut first, mut whole) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..requests {
            let (at_first, at_end, bytes) = self.ask(size, read)?;
            ensure!(bytes >= size, "{bytes} of {size} bytes came");
            first += at_first;
            whole += at_end;
        }
        let spent = processor_time(self.server.pid())?.saturating_sub(before);
        let each = |time: Duration| time.as_secs_f64() * 1000.0 / f64::from(requests);
        Ok(Block {
            first: each(first),
            whole: each(whole),
            processor: each(spent),
        })
    }

    /// One request: when the first byte of its body came, when the last, and how many.
    fn ask(&self, size: usize, read: &str) -> Result<(Duration, Duration, usize)> {
        let mut stream = TcpStream::connect(self.server.url().trim_start_matches("http://"))?;
        let sent = Instant::now();
        write!(
            stream,
            "GET /{size} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nsec-fetch-dest: {read}\r\n\r\n",
            self.host
        )?;
        let mut buffer = vec![0; 256 * 1024];
        let (mut head, mut bytes, mut first) = (Vec::new(), 0, None);
        loop {
            let count = stream.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            bytes += count;
            if first.is_none() {
                head.extend_from_slice(&buffer[..count]);
                let end = head.windows(4).position(|four| four == b"\r\n\r\n");
                if end.is_some_and(|end| head.len() > end + 4) {
                    first = Some(sent.elapsed());
                }
            }
        }
        ensure!(
            head.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&head[..head.len().min(300)])
        );
        Ok((first.context("no body")?, sent.elapsed(), bytes))
    }

    /// The most memory that the process held while it sent many small pages, then while it sent large ones.
    fn memory(&self) -> Result<String> {
        log_step("Memory");
        let mut peaks = Vec::new();
        for (size, requests) in [
            (10_000, 200),
            (100_000, 200),
            (1_000_000, 40),
            (5_000_000, 20),
        ] {
            let pid = self.server.pid();
            // Linux: the peak starts anew (proc(5), `clear_refs`).
            std::fs::write(format!("/proc/{pid}/clear_refs"), "5")?;
            for _ in 0..requests {
                self.ask(size, "document")?;
            }
            peaks.push(format!(
                "{:.0} MB with pages of {size} bytes",
                peak_memory(pid)? / 1024.0
            ));
        }
        Ok(format!(
            "The most memory that the process held while it rewrote: {}.",
            peaks.join(", ")
        ))
    }
}

/// Of some measurements.
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        Self {
            min: values[0],
            median: values[values.len() / 2],
            max: values[values.len() - 1],
        }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} ({:.2}–{:.2})", self.median, self.min, self.max)
    }
}

/// What a process has had of the processor, from `/proc/PID/stat`: 100 ticks a second on Linux.
fn processor_time(pid: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").context("an unknown format")?;
    let ticks = |nth: usize| -> Result<u64> {
        Ok(fields.split(' ').nth(nth).context("too short")?.parse()?)
    };
    Ok(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

/// The most memory a process has held, in kilobytes.
fn peak_memory(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// A site's server: at `/N` a page of N bytes.
fn serve_pages() -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    let pages: Vec<(String, Vec<u8>)> = PAGES
        .iter()
        .map(|(size, _)| (format!("/{size}"), page(*size)))
        .collect();
    let pages: &'static [(String, Vec<u8>)] = pages.leak();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A connection that ends is no error.
            std::thread::spawn(move || serve(&stream, pages));
        }
    });
    Ok(url)
}

fn serve(stream: &TcpStream, pages: &[(String, Vec<u8>)]) -> std::io::Result<()> {
    // Head and body are sent apart: the second must not wait until the first is acknowledged.
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut asked = String::new();
        if reader.read_line(&mut asked)? == 0 {
            return Ok(());
        }
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            if header.trim().is_empty() {
                break;
            }
        }
        let path = asked.split(' ').nth(1).unwrap_or_default();
        let body = pages
            .iter()
            .find(|(known, _)| known == path)
            .map_or(&[][..], |(_, body)| body);
        let mut stream = stream;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )?;
        stream.write_all(body)?;
    }
}

/// An article of so many bytes.
fn page(size: usize) -> Vec<u8> {
    const START: &str = "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Un article</title>\
        <link rel=\"stylesheet\" href=\"/style.css\"></head><body><main>";
    const END: &str = "</main></body></html>";
    let mut page = String::from(START);
    for nth in 0.. {
        let part = format!(
            "<section id=\"s{nth}\" class=\"article wide\"><h2>Section {nth}</h2>\
             <img src=\"/images/{nth}.jpg\" srcset=\"/images/{nth}@2x.jpg 2x\" alt=\"\" loading=\"lazy\" width=\"640\" height=\"360\">\
             <p>{}</p><p><a href=\"/articles/{nth}\">Lire la <em>suite</em></a> &amp; <span class=\"date\">28 novembre</span></p>\
             <script>document.querySelector('#s{nth}').dataset.ready = '1';</script>\
             <script async src=\"https://tiers.example/tag-{nth}.js\"></script></section>\n",
            "Du texte, comme il y en a dans les articles, avec des accents é è à. ".repeat(16)
        );
        if page.len() + part.len() + END.len() > size {
            break;
        }
        page.push_str(&part);
    }
    let missing = size.saturating_sub(page.len() + END.len());
    page.push_str(&" ".repeat(missing));
    page.push_str(END);
    page.into_bytes()
}
