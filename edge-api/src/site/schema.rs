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
//!   say, for queries. `report` and, from `subject` to `previous`, what a consent commits to, are gone
//!   once it is erased. Where the record that `previous` named was erased, `subject_hash` and
//!   `decision_salt` are in the place of `previous` and `seed`. `told` has a bit for each tool that was told
//!   (`consent_core::signals::Tools`).
//! - `erased_report`: digests of the ids of erased reports. They say that a report must not come back,
//!   and not which entry it was. `undigested_report` has those of before, until the object starts.
//! - `tile`: the full tiles of each log.
//! - `configuration`, in the first object: the configurations that were published, as their owner sent them, by SHA-256.
//!   None is ever taken out, and each is there once.
//! - `publication`, in the first object: a row for each publication, the newest of which is in force. `grants` and
//!   `material_changes` are lists, in JSON. What was published before the table was there has none.
//! - `tally`: how many consents there were, by day (days since 1970-01-01, in UTC) and kind of answer. Of each log, the entries
//!   before its `tallied` are counted.
//! - `read`, in the first object: who read which records, for each entry of the log that says that somebody did. `text` is a
//!   `ReadText`, in JSON; it and the salt are gone once it is erased.
//! - `register_case` and `register_entry`, in the first object: the two registers. `due_day` (days since 1970-01-01) is when a
//!   request is due, and is null once it is closed; an incident has none. `text` is a `RegisterText`, in JSON, for each entry of the
//!   log that says that something was written; it and the salt are gone once they are erased.
//! - `security_event`, in the first object: what was done with tokens, and what was tried. `event` is a `SecurityEventKind`,
//!   in JSON; `about` is the same for those that are compared or counted together.
//! - `webhook`, in the first object: the endpoints that are told what happens. `events` has a bit for each event;
//!   `secret` signs, and `previous_secret` too until `previous_until`. `failures` counts the attempts that have failed since
//!   one went well.
//! - `webhook_delivery`, in the first object: what each endpoint is told of each event. `due` is when it is attempted next,
//!   and is null once it has ended; `tries` counts the attempts of this schedule. `receipt` and `previous` are those that
//!   `body` names, and go with it when the record of `receipt` is erased.
//! - `webhook_outgoing`, in every other object: what the first is yet to take.
//! - `webhook_wanted` has one row, or none: the events that endpoints want. In the first object, the others know its
//!   revision `told`.

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
        // An erased entry kept the id of its report, and the visitor's next record named it.
        Migration(&[
            "CREATE TABLE erased_report (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID",
            "CREATE TABLE undigested_report (report BLOB PRIMARY KEY) STRICT, WITHOUT ROWID",
            "INSERT INTO undigested_report SELECT report FROM entry
             WHERE report IS NOT NULL AND erased_at IS NOT NULL",
            "UPDATE entry SET report = NULL WHERE erased_at IS NOT NULL",
            "ALTER TABLE entry ADD COLUMN subject_hash BLOB",
            "ALTER TABLE entry ADD COLUMN decision_salt BLOB",
            "CREATE INDEX entry_previous ON entry (previous) WHERE previous IS NOT NULL",
            "CREATE INDEX entry_subject ON entry (log, subject) WHERE subject IS NOT NULL",
        ]),
        Migration(&[
            "CREATE TABLE security_event (
    number INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    about TEXT NOT NULL,
    event TEXT NOT NULL
) STRICT",
            "CREATE INDEX security_event_about ON security_event (about)",
        ]),
        // The format of a record, and when the loader was served that its report follows.
        Migration(&[
            "ALTER TABLE entry ADD COLUMN record_schema INTEGER NOT NULL DEFAULT 1",
            "ALTER TABLE entry ADD COLUMN served_at INTEGER",
        ]),
        // Of a configuration, only the hash was kept.
        Migration(&[
            "CREATE TABLE configuration (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT",
            "CREATE TABLE publication (
    number INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    grants TEXT NOT NULL,
    configuration TEXT NOT NULL,
    notice TEXT NOT NULL,
    material_changes TEXT NOT NULL
) STRICT",
        ]),
        // Statistics would have read every entry each time.
        Migration(&[
            "CREATE TABLE tally (
    day INTEGER NOT NULL,
    notice INTEGER NOT NULL,
    language TEXT NOT NULL,
    kind INTEGER NOT NULL,
    method INTEGER NOT NULL,
    trusted INTEGER NOT NULL,
    gpc INTEGER NOT NULL,
    granted INTEGER NOT NULL,
    choices INTEGER NOT NULL,
    PRIMARY KEY (day, notice, language, kind, method, trusted, gpc, granted)
) STRICT, WITHOUT ROWID",
            "ALTER TABLE log ADD COLUMN tallied INTEGER NOT NULL DEFAULT 0",
        ]),
        // Nobody could tell who had read records.
        Migration(&["CREATE TABLE read (
    number INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    place INTEGER NOT NULL,
    salt BLOB UNIQUE,
    text TEXT
) STRICT"]),
        // A filter that matched nothing had every entry looked at.
        Migration(&["CREATE TABLE summary (
    log INTEGER NOT NULL,
    block INTEGER NOT NULL,
    kinds INTEGER NOT NULL,
    methods INTEGER NOT NULL,
    layers INTEGER NOT NULL,
    granted INTEGER NOT NULL,
    denied INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    languages TEXT NOT NULL,
    notices TEXT NOT NULL,
    PRIMARY KEY (log, block)
) STRICT, WITHOUT ROWID"]),
        // Nobody was told what happens.
        Migration(&[
            "CREATE TABLE webhook (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    secret BLOB NOT NULL,
    previous_secret BLOB,
    previous_until INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    rest_until INTEGER,
    disabled_at INTEGER,
    disabled INTEGER
) STRICT",
            "CREATE TABLE webhook_delivery (
    number INTEGER PRIMARY KEY,
    webhook INTEGER NOT NULL,
    message TEXT NOT NULL,
    event INTEGER NOT NULL,
    time INTEGER NOT NULL,
    body TEXT,
    receipt TEXT,
    previous TEXT,
    due INTEGER,
    outcome INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    attempts TEXT NOT NULL DEFAULT '[]',
    UNIQUE (webhook, message)
) STRICT",
            "CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, due) WHERE due IS NOT NULL",
            "CREATE INDEX webhook_delivery_receipt ON webhook_delivery (receipt) WHERE receipt IS NOT NULL",
            "CREATE INDEX webhook_delivery_previous ON webhook_delivery (previous) WHERE previous IS NOT NULL",
            "CREATE TABLE webhook_outgoing (
    number INTEGER PRIMARY KEY,
    message TEXT NOT NULL UNIQUE,
    event INTEGER NOT NULL,
    time INTEGER NOT NULL,
    body TEXT NOT NULL,
    receipt TEXT,
    previous TEXT
) STRICT",
            "CREATE TABLE webhook_wanted (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    events INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    told INTEGER NOT NULL
) STRICT",
        ]),
        // Requests and incidents were kept elsewhere, or nowhere.
        Migration(&[
            "CREATE TABLE register_case (
    register INTEGER NOT NULL,
    number INTEGER NOT NULL,
    due_day INTEGER,
    PRIMARY KEY (register, number)
) STRICT, WITHOUT ROWID",
            "CREATE TABLE register_entry (
    register INTEGER NOT NULL,
    number INTEGER NOT NULL,
    log INTEGER NOT NULL,
    place INTEGER NOT NULL,
    salt BLOB UNIQUE,
    text TEXT,
    PRIMARY KEY (register, number, log, place)
) STRICT, WITHOUT ROWID",
        ]),
        // Nobody could tell which tools had been told of a choice.
        Migration(&["ALTER TABLE entry ADD COLUMN told INTEGER"]),
        // A site had one law.
        Migration(&[
            "CREATE TABLE loaders_by_law (law TEXT PRIMARY KEY, loaders TEXT NOT NULL) STRICT",
            "ALTER TABLE publication ADD COLUMN laws TEXT NOT NULL DEFAULT '{}'",
        ]),
    ],
};

#[cfg(test)]
mod tests {
    use super::{SCHEMA, Schema};
    use crate::site::columns::{Code as _, EntryKind, hash};
    use crate::storage::database::{Database, bytes};
    use crate::storage::faults::assert_whole_or_nothing;
    use consent_core::LogEntry;
    use consent_core::entry::{Event, NoticePrefix};
    use serde::Deserialize;
    use std::path::Path;

    #[derive(Deserialize)]
    struct Row {
        entry: String,
        kind: i64,
        hash: Option<String>,
        notice: Option<String>,
    }

    /// The databases of sites that version 1 wrote.
    fn version_1() -> Vec<Database> {
        let fixture = "../tests/api/fixtures/databases-1/temoin-site";
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture);
        let files = std::fs::read_dir(fixture).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        files
            .filter(|file| file.file_stem().is_some_and(|name| name.len() == 64))
            .map(|file| Database::copy_of(&file))
            .collect()
    }

    #[test]
    fn the_columns_of_version_2_say_what_the_entries_of_version_1_say() {
        let mut kinds = std::collections::BTreeSet::new();
        for database in version_1() {
            SCHEMA.migrate(&database).unwrap();
            let query = "SELECT hex(entry) AS entry, kind, lower(hex(entry.hash)) AS hash,
                (SELECT notice.hash FROM notice WHERE number = entry.notice) AS notice FROM entry";
            let rows: Vec<Row> = database.all(query, vec![]).unwrap();
            assert!(!rows.is_empty());
            for row in rows {
                let entry = LogEntry::from_bytes(&bytes(&row.entry).unwrap()).unwrap();
                let kind = EntryKind::from(&entry.event);
                assert_eq!(EntryKind::from_code(row.kind), Ok(kind));
                assert_eq!(
                    row.hash.unwrap_or_default(),
                    hash(&entry.event).unwrap_or_default()
                );
                let notice = row.notice.map(|hash| hash.parse().unwrap());
                let notice = notice.map(|hash: consent_core::NoticeHash| NoticePrefix::from(hash));
                match entry.event {
                    Event::Consent { notice: of, .. } => assert_eq!(notice, Some(of)),
                    _ => assert_eq!(notice, None),
                }
                kinds.insert(row.kind);
            }
        }
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn version_1_is_migrated_whole_or_not_at_all() {
        let databases = version_1();
        let smallest = databases
            .iter()
            .min_by_key(|database| database.dump(&[]).len());
        let smallest = smallest.unwrap();
        // The first migration finds its tables there, and only notes the version.
        let noted = || {
            let database = smallest.duplicate();
            let version = "CREATE TABLE schema_version (
                one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
                INSERT INTO schema_version VALUES (1, 1)";
            database.batch(version);
            database
        };
        for newest in 2..=SCHEMA.migrations.len() {
            let up_to = |version: usize| Schema {
                object: "a site",
                migrations: &SCHEMA.migrations[..version],
            };
            let before = || {
                let database = noted();
                up_to(newest - 1).migrate(&database).unwrap();
                database
            };
            let migrate = |database: &Database| up_to(newest).migrate(database).is_ok();
            assert_whole_or_nothing(before, migrate, &[]);
        }
    }

    #[test]
    fn what_was_erased_before_version_3_is_forgotten_in_the_records_that_name_it() {
        use crate::site::consents::forget_undigested;
        #[derive(Deserialize)]
        struct Counts {
            reports: usize,
            erased: usize,
            naming: usize,
            closed: usize,
        }
        let mut erased = 0;
        for database in version_1() {
            let of = "SELECT count(report) AS reports, count(erased_at) AS erased, count(previous) AS naming,
                0 AS closed FROM entry WHERE report IS NOT NULL";
            let before: Counts = database.one(of, vec![]).unwrap().unwrap();
            // The name of an erased one, in a record that is there.
            database.batch(
                "UPDATE entry SET previous = (SELECT 'relais.' || lower(hex(report)) FROM entry
                    WHERE erased_at IS NOT NULL AND report IS NOT NULL LIMIT 1)
                 WHERE previous IS NULL AND seed IS NOT NULL AND place = (
                    SELECT max(place) FROM entry WHERE seed IS NOT NULL)",
            );
            SCHEMA.migrate(&database).unwrap();
            let site = "relais".parse().unwrap();
            forget_undigested(&database, &site).unwrap();
            let of =
                "SELECT count(report) AS reports, (SELECT count(*) FROM erased_report) AS erased,
                count(previous) AS naming, count(subject_hash) AS closed FROM entry";
            let after: Counts = database.one(of, vec![]).unwrap().unwrap();
            assert_eq!(after.reports, before.reports - before.erased);
            assert_eq!(after.erased, before.erased);
            assert_eq!(after.naming, before.naming);
            assert_eq!(after.closed > 0, before.erased > 0);
            let left = "SELECT count(*) AS reports, 0 AS erased, 0 AS naming, 0 AS closed FROM undigested_report";
            let left: Counts = database.one(left, vec![]).unwrap().unwrap();
            assert_eq!(left.reports, 0);
            erased += before.erased;
        }
        assert!(erased > 1, "{erased}");
    }
}
