//! A log of a million entries in a folder, as a server has it: C2SP tiles under a signed checkpoint.

use anyhow::{Context as _, Result};
use consent_core::Commitment;
use consent_core::calendar::Timestamp;
use consent_core::entry::{Answer, Event, LogEntry, NoticePrefix};
use consent_core::{NoticeHash, Sha256Digest};
use consent_log::{
    BundleId, Checkpoint, Edge, Hash, SignerKey, TileId, VerifierKey, encode_bundle, encode_tile,
    right_edge,
};
use std::path::Path;

/// How many entries it has.
pub const SIZE: u64 = 1_000_000;

/// Its name.
const ORIGIN: &str = "bench.temoin.example/million/2026q4/0";
/// The time of its first entry; each of the others is 10 ms later than the one before.
const START: &str = "2026-10-01T00:00:00.000Z";

/// Writes a log of so many entries into a folder, file by file, and says under which key it is
/// signed. It is the same log each time.
pub fn write(folder: &Path, size: u64) -> Result<VerifierKey> {
    let key = SignerKey::ed25519(ORIGIN, Sha256Digest::of(ORIGIN.as_bytes()).as_bytes())?;
    let start: Timestamp = START.parse()?;
    let (mut edge, mut completed) = (Edge::empty(), Vec::new());
    for index in 0..size.div_ceil(256) {
        let bundle = BundleId::for_size(index, size).context("a log ends before its size")?;
        let entries = (bundle.first_entry()..)
            .take(bundle.width.into())
            .map(|place| Ok(entry(start, place)?.to_bytes()))
            .collect::<Result<Vec<_>>>()?;
        let bytes = encode_bundle(entries.iter().map(<[u8; _]>::as_slice))?;
        put(folder, &format!("tile/entries/{bundle}"), &bytes)?;
        for entry in entries {
            edge.push(Hash::leaf(&entry), &mut completed);
        }
        for tile in completed.drain(..) {
            let id = TileId::full(tile.level, tile.index);
            put(folder, &format!("tile/{id}"), &encode_tile(&tile.hashes))?;
        }
    }
    for tile in right_edge(size) {
        let hashes = edge.tile(tile).context("a tree has no right edge")?;
        put(folder, &format!("tile/{tile}"), &encode_tile(&hashes))?;
    }
    let checkpoint = Checkpoint::new(ORIGIN, size, edge.root()).sign(&key);
    put(folder, "checkpoint", checkpoint.to_string().as_bytes())?;
    let key = key.verifier();
    put(folder, "vkey", format!("{key}\n").as_bytes())?;
    Ok(key)
}

/// The publication of a notice, then answers to it. A commitment is a hash of something that is kept
/// elsewhere; whoever reads a log cannot tell of what.
fn entry(start: Timestamp, place: u64) -> Result<LogEntry> {
    let notice = NoticeHash::of(b"notice");
    let later = i64::try_from(place * 10)?;
    let event = match place {
        0 => Event::Publish {
            notice,
            configuration: None,
        },
        _ => Event::Consent {
            answer: match place % 3 {
                0 => Answer::Grant,
                1 => Answer::Refuse,
                _ => Answer::Withdraw,
            },
            notice: NoticePrefix::from(notice),
            commitment: Commitment::from_bytes(*Sha256Digest::of(&place.to_be_bytes()).as_bytes()),
        },
    };
    Ok(LogEntry {
        time: Timestamp::from_millis(start.as_millis() + later)?,
        event,
    })
}

fn put(folder: &Path, path: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}
