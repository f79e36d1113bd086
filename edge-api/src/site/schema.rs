//! The tables of a site's object, in all their versions.
//!
//! - `edition` has one row: the edition in force, and the key that signs hand-overs.
//!   `revision` grows with each edition; `following` is what others are yet to be told of it.
//! - `notice`: what a record needs of each notice that was published. A notice never changes and is
//!   never taken out.
//! - `log` has a row for each log; that row is the log's end: an entry beyond its `size` does not
//!   exist.
//! - `entry` has a row for each entry of each log. `entry` is its bytes; `kind`, `hash` (of what was
//!   published or entered as evidence) and `notice` (the number of a consent's) repeat what they
//!   say, for queries. From `subject` to `previous`, what a consent commits to, which is gone once it
//!   is erased.
//! - `tile`: the full tiles of each log.

use crate::storage::schema::{Migration, Schema};

/// All versions.
pub const SCHEMA: Schema = Schema {
    object: "a site",
    migrations: &[
        Migration(&[
            "CREATE TABLE IF NOT EXISTS edition (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key BLOB NOT NULL,
    edition TEXT NOT NULL
) STRICT",
            "CREATE TABLE IF NOT EXISTS notice (
    hash TEXT PRIMARY KEY,
    terms TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT",
            "CREATE TABLE IF NOT EXISTS log (
    number INTEGER PRIMARY KEY,
    quarter TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL DEFAULT 0,
    time INTEGER NOT NULL DEFAULT 0,
    checkpoint TEXT,
    subject_key BLOB,
    keep_until INTEGER NOT NULL DEFAULT 0,
    erased_at INTEGER,
    anchored INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0
) STRICT",
            "CREATE TABLE IF NOT EXISTS entry (
    log INTEGER NOT NULL,
    place INTEGER NOT NULL,
    entry BLOB NOT NULL,
    report BLOB,
    erased_at INTEGER,
    reason INTEGER,
    subject BLOB,
    seed BLOB,
    method INTEGER,
    layer INTEGER,
    trusted INTEGER,
    gpc INTEGER,
    granted INTEGER,
    language TEXT,
    services TEXT,
    chosen_at INTEGER,
    previous TEXT,
    PRIMARY KEY (log, place)
) STRICT, WITHOUT ROWID",
            "CREATE INDEX IF NOT EXISTS entry_other ON entry (log, place) WHERE report IS NULL",
            "CREATE UNIQUE INDEX IF NOT EXISTS entry_report ON entry (report) WHERE report IS NOT NULL",
            "CREATE TABLE IF NOT EXISTS tile (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (log, level, number)
) STRICT, WITHOUT ROWID",
        ]),
        // What queries had to cut out of an entry's bytes: the kind is its second, the beginning of the
        // notice's hash its 11th to 26th, and the hash all that follows.
        Migration(&[
            "CREATE TABLE numbered_notice (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    terms TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT",
            "INSERT INTO numbered_notice (hash, terms, published_at)
             SELECT hash, terms, published_at FROM notice ORDER BY published_at",
            "DROP TABLE notice",
            "ALTER TABLE numbered_notice RENAME TO notice",
            "ALTER TABLE entry ADD COLUMN kind INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE entry ADD COLUMN hash BLOB",
            "ALTER TABLE entry ADD COLUMN notice INTEGER",
            "UPDATE entry SET
                kind = instr(x'010203040506', substr(entry, 2, 1)),
                hash = CASE WHEN substr(entry, 2, 1) IN (x'05', x'06') THEN substr(entry, 27) END,
                notice = CASE WHEN report IS NOT NULL THEN (
                    SELECT number FROM notice
                    WHERE notice.hash >= lower(hex(substr(entry, 11, 16)))
                        AND notice.hash < lower(hex(substr(entry, 11, 16))) || 'g') END",
            "DROP INDEX entry_other",
            "CREATE INDEX entry_hash ON entry (log, kind, hash) WHERE hash IS NOT NULL",
            "ALTER TABLE edition ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE edition ADD COLUMN following TEXT",
        ]),
    ],
};
