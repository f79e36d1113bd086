//! A site's Durable Object and all that it does: serve the loader, keep the proofs, and route each
//! request to the right shard. What a publication is made of belongs to `publication`.

pub mod anchoring;
pub mod archive;
pub mod batch;
mod columns;
#[cfg(test)]
mod faults;
pub mod handover;
pub mod ledger;
pub mod loader;
pub mod logs;
pub mod object;
pub mod proofs;
pub mod publishing;
pub mod query;
pub mod schema;
pub mod shards;
pub mod store;
pub mod terms;
