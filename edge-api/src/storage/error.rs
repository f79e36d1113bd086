//! Why a database was not read or written.

use crate::http::error::ApiError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a database was not read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum StoreError {
    /// A statement failed.
    #[error("the statement `{statement}` failed: {cause}")]
    Statement {
        /// Its beginning.
        statement: String,
        /// What the runtime says.
        cause: String,
    },
    /// A transaction was not committed, or its commit could not be confirmed.
    #[error("the transaction was not confirmed: {0}")]
    Transaction(String),
    /// A column has a value that this version of the server does not write.
    #[error("the column `{column}` has the unknown value {value}; nothing was read")]
    UnknownCode {
        /// The column.
        column: Cow<'static, str>,
        /// Its value.
        value: i64,
    },
    /// A column cannot be read back.
    #[error("the column `{column}` cannot be read: {cause}")]
    Unreadable {
        /// The column.
        column: Cow<'static, str>,
        /// Why.
        cause: String,
    },
    /// Another writer was there between this one's reading and writing.
    #[error("{0} was written to by another; nothing was written")]
    SecondWriter(Cow<'static, str>),
    /// The machine gives no random bytes for a key.
    #[error("no random bytes: {0}")]
    NoRandomness(String),
    /// A later version of the server wrote the database.
    #[error(
        "the database of {object} has schema version {found}, and this server knows {known}: \
         start the version of the server that wrote it, or a later one; nothing was read or changed"
    )]
    UnknownSchema {
        /// Whose database it is.
        object: Cow<'static, str>,
        /// Its version.
        found: i64,
        /// The newest that this server knows.
        known: i64,
    },
}

impl StoreError {
    /// A statement that failed, by its first line.
    pub fn statement(statement: &str, cause: impl std::fmt::Display) -> Self {
        let first_line = statement.trim().lines().next().unwrap_or_default();
        Self::Statement {
            statement: first_line.to_owned(),
            cause: cause.to_string(),
        }
    }

    /// A number that stands for nothing.
    pub fn unknown_code(column: &str, value: i64) -> Self {
        Self::UnknownCode {
            column: column.to_owned().into(),
            value,
        }
    }

    /// A column that cannot be read back.
    pub fn unreadable(column: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::Unreadable {
            column: column.into(),
            cause: cause.to_string(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownSchema { .. } => Self::UnknownSchema(error.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}
