//! What the HTTP API answers, apart from receipts and records: problems.
//!
//! Routes and handlers belong in `edge-api`.

pub mod problem;
