//! The anchor's log in its object's database.

use crate::log::{self, Commit, Head, Row, Store};
use crate::storage::database::{Database, hashes, instant, integer, millis};
use crate::storage::error::StoreError;
use crate::storage::schema::{Migration, Schema};
use consent_core::LogOrigin;
use consent_log::{Hash, encode_tile};
use serde::Deserialize;

/// The tables. An entry's bytes are the checkpoint, as its log signed it. `published` is what is served:
/// the checkpoint with the cosignatures that it got.
pub const SCHEMA: Schema = Schema {
    object: "the anchor",
    migrations: &[Migration(&[
        "CREATE TABLE IF NOT EXISTS head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    time INTEGER NOT NULL,
    checkpoint TEXT NOT NULL,
    published TEXT
) STRICT",
        "CREATE TABLE IF NOT EXISTS entry (
    place INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    checkpoint TEXT NOT NULL
) STRICT",
        "CREATE INDEX IF NOT EXISTS entry_origin ON entry (origin, place)",
        "CREATE TABLE IF NOT EXISTS tile (
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS witness (
    key TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID",
    ])],
};

#[derive(Deserialize)]
struct HeadRow {
    size: u64,
    time: i64,
    checkpoint: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

/// What is written of an entry of the anchor.
pub struct AnchorRow {
    /// The log.
    pub origin: LogOrigin,
    /// How many entries it has.
    pub size: u64,
    /// The checkpoint, as its log signed it.
    pub checkpoint: String,
}

impl Row for AnchorRow {
    fn entry(&self) -> Vec<u8> {
        self.checkpoint.clone().into_bytes()
    }
}

/// The anchor in its object's database.
pub struct AnchorStore(pub Database);

impl Store for AnchorStore {
    type Row = AnchorRow;

    fn head(&self) -> Result<Option<Head>, StoreError> {
        let row: Option<HeadRow> = self
            .0
            .one("SELECT size, time, checkpoint FROM head", vec![])?;
        row.map(|row| {
            Ok(Head {
                size: row.size,
                time: instant(row.time)?,
                checkpoint: log::signed(&row.checkpoint)?,
            })
        })
        .transpose()
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        let query = "SELECT hex(hashes) AS text FROM tile WHERE level = ? AND number = ?";
        let row: Option<Text> = self
            .0
            .one(query, vec![i64::from(level).into(), integer(index)])?;
        row.map(|row| hashes(&row.text)).transpose()
    }

    fn entries(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let rows: Vec<Text> = self.0.all(
            "SELECT checkpoint AS text FROM entry WHERE place >= ? AND place < ? ORDER BY place",
            vec![integer(from), integer(to)],
        )?;
        Ok(rows.into_iter().map(|row| row.text.into_bytes()).collect())
    }

    fn commit(&self, commit: &Commit<AnchorRow>) -> Result<(), StoreError> {
        self.0.transaction(|transaction| {
            let written = transaction.run(
                "INSERT INTO head (one, size, time, checkpoint) VALUES (1, ?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET size = ?1, time = ?2, checkpoint = ?3 WHERE size = ?4",
                vec![
                    integer(commit.head.size),
                    millis(commit.head.time),
                    commit.head.checkpoint.to_string().into(),
                    integer(commit.before),
                ],
            )?;
            if written == 0 {
                return Err(StoreError::SecondWriter("the anchor".into()));
            }
            for (place, row) in (commit.before..).zip(commit.rows) {
                transaction.run(
                    "INSERT INTO entry (place, origin, size, checkpoint) VALUES (?, ?, ?, ?)",
                    vec![
                        integer(place),
                        row.origin.as_str().into(),
                        integer(row.size),
                        row.checkpoint.as_str().into(),
                    ],
                )?;
            }
            for tile in commit.tiles {
                transaction.run(
                    "INSERT INTO tile (level, number, hashes) VALUES (?, ?, ?)",
                    vec![
                        i64::from(tile.level).into(),
                        integer(tile.index),
                        encode_tile(&tile.hashes).into(),
                    ],
                )?;
            }
            Ok(())
        })
    }
}
