//! What every Durable Object stores with: its `SQLite` and its random keys. The tables themselves are
//! declared by the room that owns them.

pub mod database;
pub mod secret_key;
