//! The version of an object's tables, and the migrations that lead to the newest one.

use super::database::Database;
use super::error::StoreError;
use serde::Deserialize;

/// All versions of the tables of one kind of object.
pub struct Schema {
    /// The object, as an error names it.
    pub object: &'static str,
    /// The first leads from nothing to version 1, each other one a version further. What is listed
    /// here is released: it never changes, and the next version is added below it.
    pub migrations: &'static [Migration],
}

/// The statements that lead to the next version. They run in one transaction.
pub struct Migration(pub &'static [&'static str]);

/// Where the version is. `PRAGMA user_version` is not open to a Durable Object.
const VERSION_TABLE: &str = "CREATE TABLE schema_version (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT";

#[derive(Deserialize)]
struct Version {
    version: i64,
}

impl Schema {
    /// The newest version.
    pub fn newest(&self) -> i64 {
        i64::try_from(self.migrations.len()).unwrap_or(i64::MAX)
    }

    /// Brings a database to the newest version. A database without a version is an empty one or one
    /// of version 1, which was written before versions were: the first migration suits both.
    ///
    /// # Errors
    ///
    /// [`StoreError::UnknownSchema`], and nothing is changed, if a later server wrote it. After any
    /// other error the database has the version of the last migration that was committed.
    pub fn migrate(&self, database: &Database) -> Result<(), StoreError> {
        let found = Self::version(database)?;
        if found > self.newest() {
            return Err(StoreError::UnknownSchema {
                object: self.object.into(),
                found,
                known: self.newest(),
            });
        }
        for (Migration(statements), version) in self.migrations.iter().zip(1..) {
            if version <= found {
                continue;
            }
            database.transaction::<_, StoreError>(|transaction| {
                for statement in *statements {
                    transaction.run(statement, vec![])?;
                }
                if version == 1 {
                    transaction.run(VERSION_TABLE, vec![])?;
                }
                transaction.run(
                    "INSERT INTO schema_version (one, version) VALUES (1, ?1)
                     ON CONFLICT DO UPDATE SET version = ?1",
                    vec![version.into()],
                )?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The version of a database; 0 where it has none.
    fn version(database: &Database) -> Result<i64, StoreError> {
        let there = "SELECT count(*) AS version FROM sqlite_master WHERE name = 'schema_version'";
        let there: Option<Version> = database.one(there, vec![])?;
        if there.is_none_or(|there| there.version == 0) {
            return Ok(0);
        }
        let version: Option<Version> =
            database.one("SELECT version FROM schema_version", vec![])?;
        Ok(version.map_or(0, |row| row.version))
    }
}

#[cfg(test)]
mod tests {
    use super::super::faults::{Fault, every_fault};
    use super::*;

    const SCHEMA: Schema = Schema {
        object: "the test's object",
        migrations: &[
            Migration(&["CREATE TABLE IF NOT EXISTS a (x INTEGER NOT NULL) STRICT"]),
            Migration(&[
                "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 0",
                "UPDATE a SET y = x + 1",
            ]),
        ],
    };

    #[derive(Deserialize)]
    struct Sum {
        sum: i64,
    }

    /// A database as the first version left it, before there were versions.
    fn before_versions() -> Database {
        let database = Database::in_memory();
        database.batch(
            "CREATE TABLE a (x INTEGER NOT NULL) STRICT;
             INSERT INTO a VALUES (1), (2);",
        );
        database
    }

    fn sum(database: &Database) -> Result<i64, StoreError> {
        let sum: Option<Sum> = database.one("SELECT sum(y) AS sum FROM a", vec![])?;
        Ok(sum.map_or(0, |row| row.sum))
    }

    #[test]
    fn an_empty_database_and_one_without_a_version_come_to_the_newest() {
        for (database, expected) in [(Database::in_memory(), None), (before_versions(), Some(5))] {
            SCHEMA.migrate(&database).unwrap();
            assert_eq!(Schema::version(&database), Ok(2));
            if let Some(expected) = expected {
                assert_eq!(sum(&database), Ok(expected));
            }
            SCHEMA.migrate(&database).unwrap();
            assert_eq!(Schema::version(&database), Ok(2), "again is nothing");
        }
    }

    #[test]
    fn a_later_schema_is_refused_with_what_to_do_and_left_as_it_is() {
        let database = before_versions();
        SCHEMA.migrate(&database).unwrap();
        database.batch("UPDATE schema_version SET version = 3");
        let refused = SCHEMA.migrate(&database).unwrap_err();
        insta::assert_snapshot!(refused, @"the database of the test's object has schema version 3, and this server knows 2: start the version of the server that wrote it, or a later one; nothing was read or changed");
        assert_eq!(Schema::version(&database), Ok(3));
    }

    #[test]
    fn a_migration_is_done_whole_or_not_at_all_and_goes_on_where_it_stopped() {
        let faults = every_fault(before_versions, |database| SCHEMA.migrate(database).is_ok());
        assert!(faults.len() > 10, "{faults:?}");
        for fault in faults {
            let database = before_versions();
            database.fail(fault);
            assert!(SCHEMA.migrate(&database).is_err(), "{fault:?}");
            // Whichever version it says, it has the tables of.
            match Schema::version(&database).unwrap() {
                0 | 1 => assert!(sum(&database).is_err(), "{fault:?}"),
                version => {
                    assert_eq!((version, sum(&database)), (2, Ok(5)), "{fault:?}");
                    assert!(matches!(fault, Fault::CommittedAndRefused(2)), "{fault:?}");
                }
            }
            SCHEMA.migrate(&database).unwrap();
            assert_eq!(Schema::version(&database), Ok(2), "{fault:?}");
            assert_eq!(sum(&database), Ok(5), "{fault:?}");
        }
    }
}
