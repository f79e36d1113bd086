//! What every Durable Object stores with: its `SQLite`, the versions of its tables and its random keys.
//! The tables themselves, and what is read from them, belong to the room that owns them.

pub mod database;
pub mod error;
#[cfg(test)]
pub mod faults;
#[cfg(test)]
mod faulty;
mod runtime;
pub mod schema;
pub mod secret_key;
