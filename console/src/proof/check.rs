//! Reads the public log, and checks that a record is in it.

use super::climb::{Step, climb};
use crate::api::{Api, Failure};
use consent_core::proof::disclosed::DisclosedRecord;
use consent_log::{
    Checkpoint, Hash, LogResource, SignedNote, TileId, TileReader, VerifierKey, decode_tile,
    inclusion_proof,
};
use std::collections::BTreeMap;

/// What was read and computed, as far as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The entry that the record re-encodes to, in hexadecimal.
    pub entry: String,
    /// Its leaf.
    pub leaf: Hash,
    /// The index that the record says.
    pub index: u64,
    /// The log's name.
    pub log: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The log lacks what a check needs.
    Incomplete(Lack),
    /// Everything was read.
    Checked(Checked),
}

/// What a log lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Its checkpoint, or one that can be read.
    Checkpoint,
    /// Its key, or one that can be read.
    Key,
    /// A tile that the checkpoint signs for.
    Tile,
    /// The entry: the checkpoint does not go so far.
    Entry,
}

/// The steps of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many entries the server signs for.
    pub size: u64,
    /// The root that it signs for.
    pub root: Hash,
    /// The key.
    pub key: String,
    /// Whether the signature is the key's, and the key the log's.
    pub signed: bool,
    /// The way up; nothing where there is none of the right shape.
    pub steps: Option<Vec<Step>>,
    /// The root that was computed.
    pub computed: Option<Hash>,
}

impl Checked {
    /// Whether the computed root is the signed one.
    pub fn roots_agree(&self) -> bool {
        self.computed == Some(self.root)
    }

    /// Whether the record is in what the server has signed.
    pub fn holds(&self) -> bool {
        self.signed && self.roots_agree()
    }
}

/// Checks a record against its log.
pub async fn check(api: Api, found: DisclosedRecord) -> Result<Report, Failure> {
    let entry = found.claimed_entry().to_bytes();
    let leaf = Hash::leaf(&entry);
    let log = found.record.log.to_string();
    let index = found.record.index;
    let outcome = match read_and_climb(api, &log, index, leaf).await? {
        Ok(checked) => Outcome::Checked(checked),
        Err(lack) => Outcome::Incomplete(lack),
    };
    Ok(Report {
        entry: hex(&entry),
        leaf,
        index,
        log,
        outcome,
    })
}

async fn read_and_climb(
    api: Api,
    log: &str,
    index: u64,
    leaf: Hash,
) -> Result<Result<Checked, Lack>, Failure> {
    let read = |resource: LogResource| api.public_text(format!("/log/{log}/{resource}"));
    let Some(note) = read(LogResource::Checkpoint)
        .await?
        .and_then(|text| text.parse().ok())
    else {
        return Ok(Err(Lack::Checkpoint));
    };
    let note: SignedNote = note;
    let Ok(stated) = note.text.parse::<Checkpoint>() else {
        return Ok(Err(Lack::Checkpoint));
    };
    let Some(key_text) = read(LogResource::Key).await? else {
        return Ok(Err(Lack::Key));
    };
    let Ok(key) = key_text.trim_end().parse::<VerifierKey>() else {
        return Ok(Err(Lack::Key));
    };
    if index >= stated.size {
        return Ok(Err(Lack::Entry));
    }
    let signed = Checkpoint::open(&note, &key).is_ok() && stated.origin == log;
    let proof = match proof(api, log, index, stated.size).await? {
        Ok(proof) => proof,
        Err(lack) => return Ok(Err(lack)),
    };
    let steps = climb(leaf, index, stated.size, &proof);
    let computed = steps
        .as_ref()
        .map(|steps| steps.last().map_or(leaf, |step| step.gives));
    Ok(Ok(Checked {
        size: stated.size,
        root: stated.root,
        key: key_text.trim_end().to_owned(),
        signed,
        steps,
        computed,
    }))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The neighbours on the way up, from the public tiles, each fetched once.
async fn proof(
    api: Api,
    log: &str,
    index: u64,
    size: u64,
) -> Result<Result<Vec<Hash>, Lack>, Failure> {
    let mut tiles = Tiles::default();
    loop {
        // It asks for one tile more each time, until all are there: some levels, some tiles of 256 hashes.
        match inclusion_proof(index, size, &mut tiles) {
            Ok(proof) => return Ok(Ok(proof)),
            Err(_) => match tiles.missing.take() {
                Some(tile) => match fetch(api, log, tile).await? {
                    Some(hashes) => {
                        tiles.read.insert(tile, hashes);
                    }
                    None => return Ok(Err(Lack::Tile)),
                },
                None => return Ok(Err(Lack::Tile)),
            },
        }
    }
}

/// A tile: exactly as many hashes as its width. A full one may have replaced a partial one since.
async fn fetch(api: Api, log: &str, tile: TileId) -> Result<Option<Vec<Hash>>, Failure> {
    let width = usize::from(tile.width);
    for tile in [tile, TileId::full(tile.level, tile.index)] {
        let path = format!("/log/{log}/{}", LogResource::Tile(tile));
        if let Some(bytes) = api.public(&path).await? {
            let hashes = decode_tile(&bytes).ok().and_then(|mut hashes| {
                let is_wide_enough = hashes.len() >= width;
                hashes.truncate(width);
                is_wide_enough.then_some(hashes)
            });
            return Ok(hashes);
        }
    }
    Ok(None)
}

/// The tiles read so far, and the one that was asked for and is not among them.
#[derive(Default)]
struct Tiles {
    read: BTreeMap<TileId, Vec<Hash>>,
    missing: Option<TileId>,
}

/// A tile is still to be fetched.
struct Missing;

impl TileReader for Tiles {
    type Error = Missing;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Missing> {
        self.read.get(&tile).cloned().ok_or_else(|| {
            self.missing = Some(tile);
            Missing
        })
    }
}
