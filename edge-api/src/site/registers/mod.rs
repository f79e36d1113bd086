//! The two registers of a site, visitors' requests and incidents, in its first object: written by owners, read by auditors
//! too, and never changed. What is written is committed to by an entry of the site's log in the same transaction.
//!
//! What the registers say belongs in `consent_core::register`.

pub mod answer;
pub mod query;
pub mod serve;
pub mod store;
pub mod table;
