//! What proves a choice: the report, the record, the commitment and log entry made of it, and the receipt.
//!
//! The log itself (trees, tiles, notes) belongs in `consent-log`, which knows nothing of consents.

pub mod commitment;
pub mod entry;
pub mod jsonld;
pub mod receipt;
pub mod record;
pub mod report;
