//! The directory: one Durable Object that knows the names of the sites, every notice by its hash with
//! what was rendered from it, which hosts are whose, and the tokens that were made. What is in force belongs to each `site`.
//!
//! A site's own object comes into being when it is first asked for, and with it a file. So a name
//! is looked up here first, and a made-up one costs nothing that lasts.

pub mod client;
mod drafts;
mod object;
pub mod protocol;
pub mod store;
mod tokens;

#[cfg(test)]
mod faults;
