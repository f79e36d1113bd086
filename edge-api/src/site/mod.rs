//! A site's Durable Object and all that it does: serve the loader, keep the proofs, and route each
//! request to the right shard. What a publication is made of belongs to `publication`.

mod anchoring;
pub mod archive;
mod audit;
mod batch;
pub mod client;
mod columns;
mod consents;
pub mod departure;
pub mod export;
#[cfg(test)]
mod faults;
pub mod handover;
pub mod ledger;
mod loader;
mod loaders_by_law;
pub mod logs;
mod maintenance;
mod object;
mod page;
pub mod proofs;
pub mod protocol;
mod publication_steps;
pub mod published_editions;
pub mod publishing;
pub mod query;
mod reads;
pub mod registers;
pub mod schema;
pub mod search;
mod security_events;
pub mod shards;
mod state;
pub mod stats;
pub mod store;
mod summaries;
pub mod tally;
pub mod terms;
pub mod ticket;
pub mod webhooks;
