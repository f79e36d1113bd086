//! The `SQLite` of an object: statements, several of them as one, and values as columns have them.

use crate::http::error::Refusal;
use consent_core::Timestamp;
use consent_log::{Hash, decode_tile};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use worker::{SqlStorage, SqlStorageValue, Storage};

#[wasm_bindgen]
extern "C" {
    /// The storage of an object, for what `worker` has no method for.
    #[derive(Clone)]
    type TransactionalStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &TransactionalStorage,
        run: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;
}

/// The database of one object.
#[derive(Clone)]
pub struct Database {
    sql: SqlStorage,
    storage: TransactionalStorage,
}

impl Database {
    /// That of the object whose storage this is.
    pub fn of(storage: &Storage) -> Self {
        Self {
            sql: storage.sql(),
            storage: JsValue::from(storage.as_raw()).unchecked_into(),
        }
    }

    /// Runs a statement that answers nothing, and says how many rows it wrote.
    pub fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<usize, Refusal> {
        Ok(self.sql.exec(statement, values)?.rows_written())
    }

    /// Every row that a query answers.
    pub fn all<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, Refusal> {
        Ok(self.sql.exec(query, values)?.to_array()?)
    }

    /// The first row that a query answers.
    pub fn one<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Option<T>, Refusal> {
        Ok(self.all(query, values)?.into_iter().next())
    }

    /// Runs several statements as one: an error undoes all of them. By itself, the runtime keeps what
    /// ran before the error.
    pub fn transaction<T>(&self, run: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut run = Some(run);
        let mut outcome = None;
        let mut undoable = || {
            let result = run.take().map(|run| run());
            let done = matches!(result, Some(Ok(_)));
            outcome = result;
            if done {
                Ok(JsValue::UNDEFINED)
            } else {
                Err(JsError::new("undo").into())
            }
        };
        let answered = self.storage.transaction_sync(&mut undoable);
        match (outcome, answered) {
            (Some(Err(refusal)), _) => Err(refusal),
            (Some(Ok(value)), Ok(_)) => Ok(value),
            (_, answered) => Err(Refusal::Internal(format!("transactionSync: {answered:?}"))),
        }
    }
}

/// What a column of bytes holds, from the `hex` of it.
pub fn bytes(hexadecimal: &str) -> Result<Vec<u8>, Refusal> {
    hex::decode(hexadecimal).map_err(|error| Refusal::Internal(error.to_string()))
}

/// The hashes of a tile, from the `hex` of its column.
pub fn hashes(hexadecimal: &str) -> Result<Vec<Hash>, Refusal> {
    decode_tile(&bytes(hexadecimal)?).map_err(|error| Refusal::Internal(error.to_string()))
}

/// An instant, from its column.
pub fn instant(millis: i64) -> Result<Timestamp, Refusal> {
    Timestamp::from_millis(millis).map_err(|error| Refusal::Internal(error.to_string()))
}

/// An instant, for its column.
pub const fn millis(instant: Timestamp) -> SqlStorageValue {
    SqlStorageValue::Integer(instant.as_millis())
}

/// A number, for its column; none of ours comes near the end of what a column holds.
pub fn integer(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
