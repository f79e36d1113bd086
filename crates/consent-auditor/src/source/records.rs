//! Disclosed records, as they come: from the audit API page by page, or from a file line by line.

use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use crate::source::Source;
use crate::source::filters::Period;
use anyhow::{Context as _, Result};
use consent_core::SiteId;
use consent_core::calendar::Timestamp;
use consent_core::receipt::{ConsentPage, DisclosedRecord, ErasedRecord};
use consent_log::Hash;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::mpsc::sync_channel;

/// Records asked for at once: as many as the server answers at most.
const PAGE: u16 = 1000;

/// Lines read by one thread at once.
const LINES: usize = 128;
/// How many of these a thread may be ahead.
const AHEAD: usize = 4;

/// What is told of one consent.
#[derive(Clone, Debug)]
pub enum Disclosure {
    /// Its record.
    Record(Box<Claim>),
    /// That it was erased.
    Erased(ErasedRecord),
}

/// A record, and what it claims of the log.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The record.
    pub told: DisclosedRecord,
    /// The hash of the entry that the log must have for it.
    pub leaf: Hash,
}

impl From<DisclosedRecord> for Claim {
    fn from(told: DisclosedRecord) -> Self {
        let leaf = Hash::leaf(&told.claimed_entry().to_bytes());
        Self { told, leaf }
    }
}

impl Disclosure {
    fn record(told: DisclosedRecord) -> Self {
        Self::Record(Box::new(told.into()))
    }
}

/// One, and where it was told, for people.
pub type Told = Result<(String, Disclosure), Failure>;

/// Those in an NDJSON file. To read a record and to hash it costs more than all the rest of its
/// verification, so each processor does its part.
pub fn in_file(path: &Path) -> Result<impl Iterator<Item = Told> + use<>> {
    let shown = path.display().to_string();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (mut parts, mut tellers) = (Vec::new(), Vec::new());
    for _ in 0..threads {
        let (part, lines) = sync_channel::<(u64, Lines)>(AHEAD);
        let (teller, told) = sync_channel::<Vec<Told>>(AHEAD);
        let shown = shown.clone();
        std::thread::spawn(move || {
            for (first, lines) in lines {
                let told = (first..).zip(lines).map(|(number, read)| {
                    let whence = format!("line {number} of {shown}");
                    match read {
                        Ok(bytes) => Ok((whence.clone(), parse_line(&bytes, &whence)?)),
                        Err(error) => Err(anyhow::Error::new(error).context(whence).into()),
                    }
                });
                if teller.send(told.collect()).is_err() {
                    // Nobody listens any more.
                    break;
                }
            }
        });
        parts.push(part);
        tellers.push(told);
    }
    std::thread::spawn(move || {
        let mut reader = BufReader::new(file);
        let mut first = 1;
        for part in parts.iter().cycle() {
            let lines = read_lines(&mut reader);
            let next = first + lines.len() as u64;
            if lines.is_empty() || part.send((first, lines)).is_err() {
                break;
            }
            first = next;
        }
    });
    let mut next = (0..threads).cycle();
    // They come in the order of the file; the thread whose turn it is has none when there are no more.
    Ok(std::iter::from_fn(move || tellers[next.next()?].recv().ok()).flatten())
}

type Lines = Vec<std::io::Result<Vec<u8>>>;

fn read_lines(reader: &mut impl BufRead) -> Lines {
    let mut lines = Lines::new();
    while lines.len() < LINES {
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

/// A record, or what is left of one, and nothing else on the line.
fn parse_line(line: &[u8], whence: &str) -> Result<Disclosure, Failure> {
    let wrong = |found: String| {
        let finding = Finding::new(Check::Records, whence, "this is not a record");
        let expected = "a record with its salts, in JSON, on a line";
        Failure::from(finding.expected(expected, found).file("record", line))
    };
    let Some(line) = line.strip_suffix(b"\n") else {
        return Err(wrong("a line without its end".to_owned()));
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

/// Those that a server answers for a period.
pub fn on_server<'a>(
    source: &'a dyn Source,
    site: &SiteId,
    period: Period,
) -> impl Iterator<Item = Told> + use<'a> {
    let from = (period.from != Timestamp::MIN).then(|| format!("&from={}", period.from));
    let to = (period.until != Timestamp::MAX).then(|| format!("&to={}", period.until));
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    let path = format!("v1/sites/{site}/consents?limit={PAGE}{from}{to}");
    let mut next = Some(path.clone());
    let mut waiting = VecDeque::new();
    std::iter::from_fn(move || {
        while waiting.is_empty() {
            let asked = next.take()?;
            match page(source, &asked) {
                Err(failure) => return Some(Err(failure)),
                Ok((cursor, told)) => {
                    let following = cursor.map(|cursor| format!("{path}&cursor={cursor}"));
                    if following.as_ref() == Some(&asked) {
                        let error =
                            anyhow::anyhow!("{}: the next page is itself", source.show(&asked));
                        return Some(Err(error.into()));
                    }
                    next = following;
                    waiting = told;
                }
            }
        }
        waiting.pop_front().map(Ok)
    })
}

type Page = (Option<String>, VecDeque<(String, Disclosure)>);

fn page(source: &dyn Source, path: &str) -> Result<Page, Failure> {
    let place = source.show(path);
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
    let told = records.chain(erased).map(|told| (place.clone(), told));
    Ok((page.next, told.collect()))
}
