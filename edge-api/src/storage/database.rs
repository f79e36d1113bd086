//! The database of an object: reads, transactions, and values as columns have them.

use super::error::StoreError;
#[cfg(test)]
use super::faulty::Faulty;
use super::runtime::Runtime;
use consent_core::Timestamp;
use consent_log::{Hash, decode_tile};
use serde::de::DeserializeOwned;
use worker::{SqlStorageValue, Storage};

/// The database of one object. It only reads: what is to be written is written in a
/// [`Transaction`], so that no two statements can be half done.
#[derive(Clone)]
pub struct Database(Engine);

/// What runs the statements.
#[derive(Clone)]
enum Engine {
    /// The runtime.
    Runtime(Runtime),
    /// A `SQLite` of this machine that fails on demand, for tests.
    #[cfg(test)]
    Faulty(std::rc::Rc<Faulty>),
}

impl Database {
    /// That of the object whose storage this is.
    pub fn of(storage: &Storage) -> Self {
        Self(Engine::Runtime(Runtime::of(storage)))
    }

    /// Every row that a query answers.
    pub fn all<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, StoreError> {
        if !query.trim_start().starts_with("SELECT") {
            return Err(StoreError::statement(
                query,
                "only a transaction writes: use `Transaction::run`",
            ));
        }
        match &self.0 {
            Engine::Runtime(runtime) => runtime.all(query, values),
            #[cfg(test)]
            Engine::Faulty(faulty) => faulty.all(query, values),
        }
    }

    /// The first row that a query answers.
    pub fn one<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(query, values)?.into_iter().next())
    }

    /// Runs statements as one: an error undoes all of them. By itself, the runtime keeps what ran
    /// before the error. A transaction within one is undone with it.
    ///
    /// # Errors
    ///
    /// That of `run`; or that of the commit, after which everything may have been written all the
    /// same: a disk can fail after the fact.
    pub fn transaction<T, E: From<StoreError>>(
        &self,
        run: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut run = Some(run);
        let mut outcome = None;
        let mut attempt = || {
            outcome = run.take().map(|run| run(&Transaction(self)));
            matches!(outcome, Some(Ok(_)))
        };
        let committed = match &self.0 {
            Engine::Runtime(runtime) => runtime.transaction(&mut attempt),
            #[cfg(test)]
            Engine::Faulty(faulty) => faulty.transaction(&mut attempt),
        };
        match (outcome, committed) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => {
                Err(StoreError::Transaction("the runtime did not run it".to_owned()).into())
            }
        }
    }
}

/// Statements that are written together. Whoever has one is within [`Database::transaction`].
pub struct Transaction<'a>(&'a Database);

impl Transaction<'_> {
    /// Runs a statement that answers nothing, and says how many rows it wrote.
    pub fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<usize, StoreError> {
        match &self.0.0 {
            Engine::Runtime(runtime) => runtime.run(statement, values),
            #[cfg(test)]
            Engine::Faulty(faulty) => faulty.run(statement, values),
        }
    }
}

/// It also reads what it has written.
impl std::ops::Deref for Transaction<'_> {
    type Target = Database;

    fn deref(&self) -> &Database {
        self.0
    }
}

/// What a column of bytes holds, from the `hex` of it.
pub fn bytes(hexadecimal: &str) -> Result<Vec<u8>, StoreError> {
    hex::decode(hexadecimal).map_err(|error| StoreError::unreadable("bytes", error))
}

/// The hashes of a tile, from the `hex` of its column.
pub fn hashes(hexadecimal: &str) -> Result<Vec<Hash>, StoreError> {
    decode_tile(&bytes(hexadecimal)?).map_err(|error| StoreError::unreadable("hashes", error))
}

/// An instant, from its column.
pub fn instant(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millis(millis).map_err(|error| StoreError::unreadable("time", error))
}

/// An instant, for its column.
pub const fn millis(instant: Timestamp) -> SqlStorageValue {
    SqlStorageValue::Integer(instant.as_millis())
}

/// A number, for its column; none of ours comes near the end of what a column holds.
pub fn integer(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod native {
    use super::*;
    use crate::storage::faulty::Fault;

    impl Database {
        /// A new one in memory.
        pub fn in_memory() -> Self {
            Self(Engine::Faulty(std::rc::Rc::new(Faulty::in_memory())))
        }

        /// A copy, in memory, of one that a server left on the disk.
        pub fn copy_of(file: &std::path::Path) -> Self {
            Self(Engine::Faulty(std::rc::Rc::new(Faulty::copy_of(file))))
        }

        /// Another one with the same rows.
        pub fn duplicate(&self) -> Self {
            Self(Engine::Faulty(std::rc::Rc::new(self.faulty().duplicate())))
        }

        fn faulty(&self) -> &Faulty {
            match &self.0 {
                Engine::Faulty(faulty) => faulty,
                Engine::Runtime(_) => panic!("a test has no runtime"),
            }
        }

        /// Has something go wrong, once.
        pub fn fail(&self, fault: Fault) {
            self.faulty().fail(fault);
        }

        /// How many statements that write, and how many commits, there were so far.
        pub fn counts(&self) -> (usize, usize) {
            self.faulty().counts()
        }

        /// Every row of every table, but for the columns whose values are random.
        pub fn dump(&self, random: &[&str]) -> Vec<String> {
            self.faulty().dump(random)
        }

        /// Prepares what a test begins with.
        pub fn batch(&self, statements: &str) {
            self.faulty().batch(statements);
        }
    }
}
