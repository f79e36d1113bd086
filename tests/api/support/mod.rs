//! What the modules of the routes share: a server, its client, a site, a visitor, the log, time. No test.

mod answer;
mod contract;
mod log;
mod published;
mod receiver;
mod server;
mod site;
mod time;
mod visitor;
mod witness;

pub use answer::{
    Answer, ERASED, NOT_THE_HOLDER, Refusal, UNKNOWN_NOTICE, UNKNOWN_RECEIPT, UNKNOWN_SITE, fields,
};
pub use contract::{DOCUMENT, compile};
pub use log::{Log, logs, verify};
pub use receiver::{Received, Receiver, Reply};
pub use server::{Api, Framing};
pub use site::{FOREIGN_ORIGINS, ORIGIN, SITE, config};
pub use time::{Clock, DAY_MS, now, restart_at, restart_at_with, wait_for};
pub use visitor::{report, secret};
pub use witness::SlowWitness;

use serde_json::Value;

/// What the build consists of.
pub fn manifest() -> Value {
    let text = std::fs::read(local_server::assets().join("manifest.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}
