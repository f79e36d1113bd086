//! The anchor: one Durable Object with the log in which the checkpoints of all the others are, and the
//! witnesses that cosign it: one thing to watch, where there are many logs. Nothing here knows a
//! site's tables.

pub mod client;
mod object;
pub mod protocol;
mod state;
mod store;
pub mod witnesses;
