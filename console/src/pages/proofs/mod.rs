//! Proofs: the search with its filters, one record, and the check of its inclusion proof.

mod check;
mod export;
mod filters;
pub mod one;
mod record;
mod results;
pub mod search;
