//! `SQLite` as the runtime gives it to a Durable Object.

use super::error::StoreError;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use worker::{SqlCursor, SqlStorage, SqlStorageValue, Storage};

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

/// The database of an object in the runtime.
#[derive(Clone)]
pub(super) struct Runtime {
    sql: SqlStorage,
    storage: TransactionalStorage,
}

impl Runtime {
    pub(super) fn of(storage: &Storage) -> Self {
        Self {
            sql: storage.sql(),
            storage: JsValue::from(storage.as_raw()).unchecked_into(),
        }
    }

    pub(super) fn run(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<usize, StoreError> {
        Ok(self.execute(statement, values)?.rows_written())
    }

    pub(super) fn all<T: DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, StoreError> {
        let cursor = self.execute(query, values)?;
        cursor
            .to_array()
            .map_err(|error| StoreError::statement(query, error))
    }

    fn execute(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<SqlCursor, StoreError> {
        self.sql
            .exec(statement, values)
            .map_err(|error| StoreError::statement(statement, error))
    }

    /// Runs `run` in one transaction, which is committed if it answers `true`.
    pub(super) fn transaction(&self, run: &mut dyn FnMut() -> bool) -> Result<(), StoreError> {
        let mut undoable = || {
            if run() {
                Ok(JsValue::UNDEFINED)
            } else {
                Err(JsError::new("undo").into())
            }
        };
        match self.storage.transaction_sync(&mut undoable) {
            Ok(_) => Ok(()),
            Err(error) => Err(StoreError::Transaction(format!(
                "transactionSync: {error:?}"
            ))),
        }
    }
}
