//! A `SQLite` of this machine in the place of the runtime's: it runs the same statements, counts
//! them, and fails on demand.

use super::error::StoreError;
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;
use worker::SqlStorageValue;

/// What can go wrong, each time at the n-th statement that writes or at the n-th commit from then on,
/// counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The statement does nothing, and says so.
    Refused(usize),
    /// The statement is done, and says that it failed.
    WrittenAndRefused(usize),
    /// The transaction is undone when it is to be committed.
    CommitRefused(usize),
    /// The transaction is committed, and says that it failed.
    CommittedAndRefused(usize),
}

pub(super) struct Faulty {
    connection: Connection,
    depth: Cell<usize>,
    statements: Cell<usize>,
    commits: Cell<usize>,
    fault: Cell<Option<Fault>>,
}

impl Faulty {
    /// Every row of every table.
    pub(super) fn dump(&self, random: &[&str]) -> Vec<String> {
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let mut tables = self.connection.prepare(tables).unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let mut lines = Vec::new();
        for table in tables.map(Result::unwrap) {
            let query = format!("SELECT * FROM {table}");
            let mut statement = self.connection.prepare(&query).unwrap();
            let names: Vec<String> = statement.column_names().map(Into::into).collect();
            let mut rows = statement.query([]).unwrap();
            let mut of_table = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                let mut line = table.clone();
                for (at, name) in names.iter().enumerate() {
                    if !random.contains(&name.as_str()) {
                        let value: Value = row.get(at).unwrap();
                        write!(line, " {name}={value:?}").unwrap();
                    }
                }
                of_table.push(line);
            }
            of_table.sort();
            lines.extend(of_table);
        }
        lines
    }

    pub(super) fn in_memory() -> Self {
        Self {
            connection: Connection::open_in_memory().unwrap(),
            depth: Cell::new(0),
            statements: Cell::new(0),
            commits: Cell::new(0),
            fault: Cell::new(None),
        }
    }

    pub(super) fn copy_of(file: &Path) -> Self {
        let file =
            Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        Self::copied(&file)
    }

    pub(super) fn duplicate(&self) -> Self {
        Self::copied(&self.connection)
    }

    fn copied(from: &Connection) -> Self {
        let mut copy = Self::in_memory();
        rusqlite::backup::Backup::new(from, &mut copy.connection)
            .unwrap()
            .run_to_completion(100, std::time::Duration::ZERO, None)
            .unwrap();
        copy
    }

    pub(super) fn fail(&self, fault: Fault) {
        let (statements, commits) = self.counts();
        self.fault.set(Some(match fault {
            Fault::Refused(nth) => Fault::Refused(statements + nth),
            Fault::WrittenAndRefused(nth) => Fault::WrittenAndRefused(statements + nth),
            Fault::CommitRefused(nth) => Fault::CommitRefused(commits + nth),
            Fault::CommittedAndRefused(nth) => Fault::CommittedAndRefused(commits + nth),
        }));
    }

    pub(super) fn counts(&self) -> (usize, usize) {
        (self.statements.get(), self.commits.get())
    }

    pub(super) fn batch(&self, statements: &str) {
        self.connection.execute_batch(statements).unwrap();
    }

    fn strikes(&self, fault: Fault) -> bool {
        let strikes = self.fault.get() == Some(fault);
        if strikes {
            self.fault.set(None);
        }
        strikes
    }

    pub(super) fn run(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<usize, StoreError> {
        assert!(self.depth.get() > 0, "outside a transaction: {statement}");
        let nth = self.statements.get() + 1;
        self.statements.set(nth);
        if self.strikes(Fault::Refused(nth)) {
            return Err(StoreError::statement(statement, "refused"));
        }
        let written = self
            .connection
            .execute(
                statement,
                rusqlite::params_from_iter(values.into_iter().map(native)),
            )
            .map_err(|error| StoreError::statement(statement, error))?;
        if self.strikes(Fault::WrittenAndRefused(nth)) {
            return Err(StoreError::statement(statement, "written and refused"));
        }
        Ok(written)
    }

    pub(super) fn all<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, StoreError> {
        let failed = |error: rusqlite::Error| StoreError::statement(query, error);
        let mut statement = self.connection.prepare(query).map_err(failed)?;
        let names: Vec<String> = statement.column_names().map(Into::into).collect();
        let values = rusqlite::params_from_iter(values.into_iter().map(native));
        let rows = statement.query_map(values, |row| {
            let columns = names.iter().enumerate().map(|(at, name)| {
                let value = match row.get_ref(at)? {
                    ValueRef::Null => serde_json::Value::Null,
                    ValueRef::Integer(value) => value.into(),
                    ValueRef::Real(value) => value.into(),
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                    ValueRef::Blob(_) => panic!("{name}: bytes cross as `hex`"),
                };
                Ok((name.clone(), value))
            });
            columns.collect::<rusqlite::Result<serde_json::Map<_, _>>>()
        });
        let rows = rows.map_err(failed)?;
        rows.map(|row| {
            let row = serde_json::Value::Object(row.map_err(failed)?);
            serde_json::from_value(row).map_err(|error| StoreError::statement(query, error))
        })
        .collect()
    }

    /// As the runtime's: a savepoint within another where there is one already.
    pub(super) fn transaction(&self, run: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        let depth = self.depth.get();
        self.batch(&format!("SAVEPOINT transaction_{depth}"));
        self.depth.set(depth + 1);
        let mut good = run();
        self.depth.set(depth);
        let mut result = Ok(());
        if good && depth == 0 {
            let nth = self.commits.get() + 1;
            self.commits.set(nth);
            if self.strikes(Fault::CommitRefused(nth)) {
                good = false;
            }
            if !good || self.strikes(Fault::CommittedAndRefused(nth)) {
                result = Err(StoreError::Transaction("the disk".to_owned()));
            }
        }
        if !good {
            self.batch(&format!("ROLLBACK TO transaction_{depth}"));
        }
        self.batch(&format!("RELEASE transaction_{depth}"));
        result
    }
}

fn native(value: SqlStorageValue) -> Value {
    match value {
        SqlStorageValue::Null => Value::Null,
        SqlStorageValue::Boolean(value) => Value::Integer(value.into()),
        SqlStorageValue::Integer(value) => Value::Integer(value),
        SqlStorageValue::Float(value) => Value::Real(value),
        SqlStorageValue::String(value) => Value::Text(value),
        SqlStorageValue::Blob(value) => Value::Blob(value),
    }
}
