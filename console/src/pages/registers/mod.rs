//! The two registers of a site: a file for each, and what both are made of.

pub mod incidents;
mod parts;
pub mod requests;
