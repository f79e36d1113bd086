//! Disclosed records, one after the other: from the audit API page by page, or from a file line by line.

use super::Source;
use super::filters::Period;
use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use anyhow::{Context as _, Result};
use consent_core::SiteId;
use consent_core::api::ConsentPage;
use consent_core::calendar::Timestamp;
use consent_core::proof::{DisclosedRecord, ErasedRecord};
use consent_log::Hash;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Records in one page: the server's maximum.
const PAGE_SIZE: u16 = 1000;

/// Lines that one thread parses at once.
const BATCH_LINES: usize = 128;
/// Batches that may wait for a thread, and behind it.
const MAX_WAITING: usize = 4;

/// What the server discloses about one consent.
#[derive(Clone, Debug)]
pub enum Disclosure {
    /// Its record.
    Record(Box<Claim>),
    /// What is left of it after its erasure.
    Erased(ErasedRecord),
}

/// A record, and the leaf that the log must have for it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The record.
    pub disclosed: DisclosedRecord,
    /// The leaf hash of the entry that the record and its salts encode to.
    pub leaf: Hash,
}

impl From<DisclosedRecord> for Claim {
    fn from(disclosed: DisclosedRecord) -> Self {
        let leaf = Hash::leaf(&disclosed.claimed_entry().to_bytes());
        Self { disclosed, leaf }
    }
}

impl Disclosure {
    /// A record.
    pub fn record(disclosed: DisclosedRecord) -> Self {
        Self::Record(Box::new(disclosed.into()))
    }
}

/// A disclosure, and where it was read: a line of a file, or an address.
pub type ReadDisclosure = Result<(String, Disclosure), Failure>;

/// The disclosures in an NDJSON file, in its order. Parsing and hashing a record costs more than the rest of its
/// verification, so one thread for each processor does that.
pub fn in_file(path: &Path) -> Result<impl Iterator<Item = ReadDisclosure> + use<>> {
    let shown = path.display().to_string();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    for _ in 0..threads {
        let (input, output) = spawn_parser(shown.clone());
        inputs.push(input);
        outputs.push(output);
    }
    std::thread::spawn(move || {
        let mut reader = BufReader::new(file);
        let mut first = 1;
        for input in inputs.iter().cycle() {
            let lines = read_lines(&mut reader);
            let next = first + lines.len() as u64;
            if lines.is_empty() || input.send((first, lines)).is_err() {
                break;
            }
            first = next;
        }
    });
    let mut next = (0..threads).cycle();
    // The batches were handed out in turn, so taking them in turn keeps the order of the file. The first thread
    // without a batch ends it.
    Ok(std::iter::from_fn(move || outputs[next.next()?].recv().ok()).flatten())
}

type Batch = (u64, Lines);

/// Starts a thread that parses batches: the number of the first line, and the lines.
fn spawn_parser(shown: String) -> (SyncSender<Batch>, Receiver<Vec<ReadDisclosure>>) {
    let (input, batches) = sync_channel::<Batch>(MAX_WAITING);
    let (output, disclosures) = sync_channel(MAX_WAITING);
    std::thread::spawn(move || {
        for (first, lines) in batches {
            let parsed = (first..).zip(lines).map(|(number, line)| {
                let source = format!("line {number} of {shown}");
                match line {
                    Ok(bytes) => Ok((source.clone(), parse_line(&bytes, &source)?)),
                    Err(error) => Err(anyhow::Error::new(error).context(source).into()),
                }
            });
            if output.send(parsed.collect()).is_err() {
                // The reader of the iterator has stopped.
                break;
            }
        }
    });
    (input, disclosures)
}

type Lines = Vec<std::io::Result<Vec<u8>>>;

fn read_lines(reader: &mut impl BufRead) -> Lines {
    let mut lines = Lines::new();
    while lines.len() < BATCH_LINES {
        let mut line = Vec::new();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => lines.push(Ok(line)),
            Err(error) => {
                lines.push(Err(error));
                break;
            }
        }
    }
    lines
}

/// Parses a line: a record, or what is left of an erased one, and nothing else.
fn parse_line(line: &[u8], source: &str) -> Result<Disclosure, Failure> {
    let wrong = |found: String| {
        let finding = Finding::new(Check::Records, source, "this is not a record");
        let expected = "a record with its salts, in JSON, on a line";
        Failure::from(finding.expected(expected, found).file("record", line))
    };
    let Some(line) = line.strip_suffix(b"\n") else {
        return Err(wrong("a line without its newline".to_owned()));
    };
    if !(line.starts_with(b"{") && line.ends_with(b"}")) {
        return Err(wrong("something before or after the JSON".to_owned()));
    }
    serde_json::from_slice(line)
        .map(Disclosure::record)
        .or_else(|error| {
            let erased = serde_json::from_slice(line).map(Disclosure::Erased);
            erased.map_err(|_| wrong(error.to_string()))
        })
}

/// The disclosures that a server answers for a period.
pub fn on_server<'a>(
    source: &'a dyn Source,
    site: &SiteId,
    period: Period,
) -> impl Iterator<Item = ReadDisclosure> + use<'a> {
    let from = (period.from != Timestamp::MIN).then(|| format!("&from={}", period.from));
    let to = (period.until != Timestamp::MAX).then(|| format!("&to={}", period.until));
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    let path = format!("v1/sites/{site}/consents?limit={PAGE_SIZE}{from}{to}");
    let mut next = Some(path.clone());
    let mut waiting = VecDeque::new();
    std::iter::from_fn(move || {
        while waiting.is_empty() {
            let current = next.take()?;
            match page(source, &current) {
                Err(failure) => return Some(Err(failure)),
                Ok((cursor, disclosures)) => {
                    let following = cursor.map(|cursor| format!("{path}&cursor={cursor}"));
                    if following.as_ref() == Some(&current) {
                        let error = anyhow::anyhow!(
                            "{}: the server names this page as the next one",
                            source.location(&current)
                        );
                        return Some(Err(error.into()));
                    }
                    next = following;
                    waiting = disclosures;
                }
            }
        }
        waiting.pop_front().map(Ok)
    })
}

type Page = (Option<String>, VecDeque<(String, Disclosure)>);

fn page(source: &dyn Source, path: &str) -> Result<Page, Failure> {
    let place = source.location(path);
    let bytes = source
        .get(path)?
        .with_context(|| format!("{place}: expected a page of records; nothing is there"))?;
    let page: ConsentPage = serde_json::from_slice(&bytes).map_err(|error| {
        let finding = Finding::new(Check::Records, &place, "this is not a page of records");
        let expected = "records with their salts, in JSON";
        finding.expected(expected, error).file("page", bytes)
    })?;
    let records = page.records.into_iter().map(Disclosure::record);
    let erased = page.erased.into_iter().map(Disclosure::Erased);
    let disclosures = records.chain(erased);
    let disclosures = disclosures.map(|disclosure| (place.clone(), disclosure));
    Ok((page.next, disclosures.collect()))
}
